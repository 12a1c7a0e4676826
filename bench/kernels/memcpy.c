// Copies by the C library and by loops of its own: many of a few bytes, some of
// pages, overlapping ones, fills and comparisons.
#define NAME "memcpy"
#include "bench.h"

#define SIZE (256u * 1024)
// Of words, so that the loops over words may use them too.
static uint64_t from_words[SIZE / 8], to_words[SIZE / 8];
#define from ((uint8_t *)from_words)
#define to ((uint8_t *)to_words)

NOINLINE static void copy_bytes(uint8_t *into, const uint8_t *source, uint32_t length) {
    for (uint32_t i = 0; i < length; i++) into[i] = source[i];
}
NOINLINE static void copy_words(uint64_t *into, const uint64_t *source, uint32_t count) {
    while (count--) *into++ = *source++;
}
NOINLINE static void fill_bytes(uint8_t *into, uint8_t value, uint32_t length) {
    while (length--) *into++ = value;
}
NOINLINE static uint32_t same_bytes(const uint8_t *a, const uint8_t *b, uint32_t length) {
    uint32_t i = 0;
    while (i < length && a[i] == b[i]) i++;
    return i;
}

static uint64_t digest(void) {
    uint64_t sum = 0;
    for (uint32_t i = 0; i < SIZE; i += 61) sum = sum * 31 + to[i];
    return sum;
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < SIZE; i++) from[i] = (uint8_t)bench_random(&state);
    memset(to, (int)(state & 255), SIZE);
    for (uint32_t i = 0; i < 300000; i++) {
        uint32_t random = bench_random(&state), length = random & 63;
        memcpy(to + (random >> 8) % (SIZE - 64), from + (random >> 14) % (SIZE - 64), length);
    }
    sum = bench_mix(sum, digest());
    for (uint32_t i = 0; i < 12000; i++) {
        uint32_t random = bench_random(&state), length = 1024 + (random & 4095);
        memcpy(to + (random >> 8) % (SIZE - 8192), from + (random >> 14) % (SIZE - 8192), length);
    }
    sum = bench_mix(sum, digest());
    for (uint32_t i = 0; i < 4000; i++) {
        uint32_t random = bench_random(&state), length = 256 + (random & 2047), at = (random >> 11) % (SIZE - 8192);
        memmove(to + at + (random >> 28), to + at + 7, length);
        memset(to + (random >> 9) % (SIZE - 8192), (int)(random >> 24), length);
        sum += (uint32_t)(memcmp(from + at, to + at, length) < 0);
    }
    sum = bench_mix(sum, digest());
    for (uint32_t i = 0; i < 1000; i++) {
        uint32_t random = bench_random(&state), at = (random >> 8) % (SIZE - 8192), length = random & 2047;
        copy_bytes(to + at, from + (random >> 14) % (SIZE - 8192), length);
        copy_words(to_words + at / 8, from_words + (random >> 20), length / 4);
        fill_bytes(to + (random >> 13) % (SIZE - 8192), (uint8_t)i, length / 2);
        sum += same_bytes(to + at, from + (random >> 14) % (SIZE - 8192), length);
    }
    return bench_mix(sum, digest());
}
