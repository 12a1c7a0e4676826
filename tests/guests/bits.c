// Bit tricks, in the forms that compilers recognise and in others.
#include <inttypes.h>
#include <stdio.h>

static uint64_t rotate_left(uint64_t x, unsigned n) { return x << (n & 63) | x >> (-n & 63); }
static uint32_t rotate_right(uint32_t x, unsigned n) { return x >> (n & 31) | x << (-n & 31); }
static int slow_count(uint64_t x) { int n = 0; for (; x; x &= x - 1) n++; return n; }
static uint64_t reverse(uint64_t x) {
    uint64_t r = 0;
    for (int i = 0; i < 64; i++) r |= (x >> i & 1) << (63 - i);
    return r;
}
static uint64_t spread(uint32_t x) {
    uint64_t r = x;
    r = (r | r << 16) & 0x0000ffff0000ffff;
    r = (r | r << 8) & 0x00ff00ff00ff00ff;
    r = (r | r << 4) & 0x0f0f0f0f0f0f0f0f;
    r = (r | r << 2) & 0x3333333333333333;
    return (r | r << 1) & 0x5555555555555555;
}
static uint64_t gray(uint64_t x) { return x ^ x >> 1; }
static uint32_t isqrt(uint64_t x) {
    uint64_t r = 0;
    for (uint64_t bit = 1ull << 62; bit; bit >>= 2) {
        if (x >= r + bit) { x -= r + bit; r = (r >> 1) + bit; }
        else r >>= 1;
    }
    return (uint32_t)r;
}

int main(void) {
    static const uint64_t inputs[] = {0, 1, 2, 0x80, 0xff00, 0x12345678, 0x80000000, 0xffffffff, 0x100000000, 0x0123456789abcdef, 0x8000000000000000, UINT64_MAX};
    for (unsigned i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        volatile uint64_t hidden = inputs[i];
        uint64_t x = hidden;
        uint32_t w = (uint32_t)x;
        printf("%016" PRIx64 ": ", x);
        printf("%d %d ", __builtin_popcountll(x), slow_count(x));
        if (x) printf("%d %d ", __builtin_clzll(x), __builtin_ctzll(x));
        if (w) printf("%d %d ", __builtin_clz(w), __builtin_ctz(w));
        printf("%d %d ", __builtin_ffsll((long long)x), __builtin_parityll(x));
        printf("%016" PRIx64 " %08" PRIx32 " %04x ", __builtin_bswap64(x), __builtin_bswap32(w), __builtin_bswap16((uint16_t)x));
        printf("%016" PRIx64 " %08" PRIx32 " ", rotate_left(x, i * 5), rotate_right(w, i * 3));
        printf("%016" PRIx64 " %016" PRIx64 " %" PRIx64 " %u\n", reverse(x), spread(w), gray(x), isqrt(x));
        printf("  %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64, x & ~(x >> 3), x | ~(x << 2), ~(x ^ x >> 7), x & -x, x | (x - 1));
        printf(" %d %d %d", (int8_t)x, (int16_t)x, (int32_t)x);
        printf(" %" PRIx64 " %" PRIx64 " %" PRIx64, x | UINT64_C(1) << (i * 5 & 63), x & ~(UINT64_C(1) << (i * 7 & 63)), x ^ UINT64_C(1) << (i * 11 & 63));
        int64_t s = (int64_t)x, t = (int64_t)inputs[(i + 5) % 12];
        printf(" %" PRId64 " %" PRId64 " %" PRIu64, s < t ? s : t, s > t ? s : t, x < (uint64_t)t ? x : (uint64_t)t);
        printf(" %" PRIx64 " %" PRIx64 "\n", x + ((uint64_t)w << 3), (uint64_t)w * 5 + 9);
    }
    return 0;
}
