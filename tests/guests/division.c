// The M extension at its corners, through the instructions themselves.
#include <inttypes.h>
#include <stdio.h>

static const int64_t values[] = {0, 1, -1, 2, -2, 7, -7, INT32_MAX, INT32_MIN, (int64_t)UINT32_MAX, INT64_MAX, INT64_MIN, 0x123456789abcdef0};
enum { COUNT = sizeof values / sizeof *values };

#define BINARY(name)                                                        \
    __attribute__((noinline)) static int64_t op_##name(int64_t a, int64_t b) { \
        int64_t result;                                                     \
        __asm__ volatile(#name " %0, %1, %2" : "=r"(result) : "r"(a), "r"(b)); \
        return result;                                                      \
    }
#define ALL(X) X(mul) X(mulh) X(mulhu) X(mulhsu) X(div) X(divu) X(rem) X(remu) X(mulw) X(divw) X(divuw) X(remw) X(remuw)
ALL(BINARY)

static const struct { const char *name; int64_t (*op)(int64_t, int64_t); } table[] = {
#define ROW(name) {#name, op_##name},
    ALL(ROW)
};

int main(void) {
    for (unsigned t = 0; t < sizeof table / sizeof *table; t++) {
        uint64_t mix = 0;
        for (int i = 0; i < COUNT; i++)
            for (int k = 0; k < COUNT; k++)
                mix = (mix << 7 | mix >> 57) ^ (uint64_t)table[t].op(values[i], values[k]);
        printf("%-7s %016" PRIx64 " by zero %" PRId64 ", overflow %" PRId64 "\n", table[t].name, mix, table[t].op(7, 0), table[t].op(INT64_MIN, -1));
    }
    // Division by constants becomes multiplication; the compiler picks the magic.
    int64_t sums[8] = {0};
    for (int i = 0; i < COUNT; i++) {
        int64_t v = values[i];
        int32_t w = (int32_t)v;
        sums[0] += v / 3; sums[1] += v % 10; sums[2] += (int64_t)((uint64_t)v / 7); sums[3] += (int64_t)((uint64_t)v % 1000);
        sums[4] += w / 5; sums[5] += w % 60; sums[6] += (uint32_t)w / 11; sums[7] += v / 8 + w % 16;
    }
    for (int i = 0; i < 8; i++) printf("%" PRId64 " ", sums[i]);
    putchar('\n');
    return 0;
}
