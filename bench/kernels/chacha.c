// ChaCha20: sixteen words of 32 bits, added, exchanged and rotated.
#define NAME "chacha"
#include "bench.h"

#define BLOCKS 60000u

static inline uint32_t turn(uint32_t x, uint32_t by) { return x << by | x >> (32 - by); }

#define QUARTER(a, b, c, d)                 \
    do {                                    \
        a += b, d ^= a, d = turn(d, 16);    \
        c += d, b ^= c, b = turn(b, 12);    \
        a += b, d ^= a, d = turn(d, 8);     \
        c += d, b ^= c, b = turn(b, 7);     \
    } while (0)

NOINLINE static void stream(uint8_t *out, const uint32_t in[16]) {
    uint32_t x[16];
    memcpy(x, in, sizeof x);
    for (uint32_t round = 0; round < 10; round++) {
        QUARTER(x[0], x[4], x[8], x[12]);
        QUARTER(x[1], x[5], x[9], x[13]);
        QUARTER(x[2], x[6], x[10], x[14]);
        QUARTER(x[3], x[7], x[11], x[15]);
        QUARTER(x[0], x[5], x[10], x[15]);
        QUARTER(x[1], x[6], x[11], x[12]);
        QUARTER(x[2], x[7], x[8], x[13]);
        QUARTER(x[3], x[4], x[9], x[14]);
    }
    for (uint32_t i = 0; i < 16; i++) {
        uint32_t word = x[i] + in[i];
        out[4 * i] = (uint8_t)word;
        out[4 * i + 1] = (uint8_t)(word >> 8);
        out[4 * i + 2] = (uint8_t)(word >> 16);
        out[4 * i + 3] = (uint8_t)(word >> 24);
    }
}

static uint64_t work(void) {
    uint32_t state = bench_seed, in[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
    uint8_t text[256], key[64];
    uint64_t sum = 0;
    for (uint32_t i = 4; i < 16; i++) in[i] = bench_random(&state);
    for (uint32_t i = 0; i < 256; i++) text[i] = (uint8_t)i;
    for (uint32_t i = 0; i < BLOCKS; i++) {
        uint8_t *at = text + i % 4 * 64;
        in[12]++;
        stream(key, in);
        for (uint32_t j = 0; j < 64; j++) at[j] ^= key[j];
        sum += at[i % 64];
    }
    for (uint32_t i = 0; i < 256; i++) sum = bench_mix(sum, text[i]);
    return sum;
}
