// CRC-32 bit by bit, by a table of bytes, and by eight tables at once; CRC-64 by
// a table.
#define NAME "crc"
#include "bench.h"

#define LENGTH (768u * 1024)
static uint8_t text[LENGTH];
static uint32_t tables[8][256];
static uint64_t wide[256];

static void make_tables(void) {
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t crc = i;
        uint64_t crc64 = i;
        for (uint32_t bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xedb88320u & (0 - (crc & 1)));
            crc64 = crc64 >> 1 ^ (UINT64_C(0xc96c5795d7870f42) & (0 - (crc64 & 1)));
        }
        tables[0][i] = crc;
        wide[i] = crc64;
    }
    for (uint32_t t = 1; t < 8; t++) {
        for (uint32_t i = 0; i < 256; i++) {
            uint32_t crc = tables[t - 1][i];
            tables[t][i] = crc >> 8 ^ tables[0][crc & 255];
        }
    }
}

NOINLINE static uint32_t by_bit(const uint8_t *at, uint32_t length) {
    uint32_t crc = 0xffffffffu;
    for (uint32_t i = 0; i < length; i++) {
        crc ^= at[i];
        for (uint32_t bit = 0; bit < 8; bit++) crc = crc & 1 ? crc >> 1 ^ 0xedb88320u : crc >> 1;
    }
    return ~crc;
}

NOINLINE static uint32_t by_byte(const uint8_t *at, uint32_t length) {
    uint32_t crc = 0xffffffffu;
    while (length--) crc = crc >> 8 ^ tables[0][(crc ^ *at++) & 255];
    return ~crc;
}

NOINLINE static uint32_t by_eight(const uint8_t *at, uint32_t length) {
    uint32_t crc = 0xffffffffu;
    for (; length >= 8; length -= 8, at += 8) {
        uint32_t low, high;
        memcpy(&low, at, 4);
        memcpy(&high, at + 4, 4);
        low ^= crc;
        crc = tables[7][low & 255] ^ tables[6][low >> 8 & 255] ^ tables[5][low >> 16 & 255] ^ tables[4][low >> 24] ^
              tables[3][high & 255] ^ tables[2][high >> 8 & 255] ^ tables[1][high >> 16 & 255] ^ tables[0][high >> 24];
    }
    while (length--) crc = crc >> 8 ^ tables[0][(crc ^ *at++) & 255];
    return ~crc;
}

NOINLINE static uint64_t crc64(const uint8_t *at, uint32_t length) {
    uint64_t crc = ~UINT64_C(0);
    while (length--) crc = crc >> 8 ^ wide[(crc ^ *at++) & 255];
    return ~crc;
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    make_tables();
    for (uint32_t i = 0; i < LENGTH; i++) text[i] = (uint8_t)bench_random(&state);
    uint64_t sum = bench_mix(1, by_bit(text, LENGTH / 6));
    sum = bench_mix(sum, by_byte(text, LENGTH - 1));
    sum = bench_mix(sum, by_eight(text, LENGTH - 3));
    return bench_mix(sum, crc64(text, LENGTH - 5));
}
