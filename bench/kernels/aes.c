// AES-128 in counter mode by four tables of 32-bit words, and its inverse byte by
// byte; the tables come from arithmetic in GF(256).
#define NAME "aes"
#include "bench.h"

#define BLOCKS 80000u
static uint8_t box[256], unbox[256];
static uint32_t tables[4][256];

static uint8_t twice(uint8_t x) { return (uint8_t)(x << 1 ^ (x & 0x80 ? 0x1b : 0)); }

static uint8_t product(uint8_t a, uint8_t b) {
    uint8_t sum = 0;
    for (; b; b >>= 1, a = twice(a)) {
        if (b & 1) sum ^= a;
    }
    return sum;
}

NOINLINE static void make_tables(void) {
    // 3 generates all of the field; the inverse of 3^i is 3^(255 - i).
    uint8_t power[256], x = 1;
    for (uint32_t i = 0; i < 256; i++) {
        power[i] = x;
        x ^= twice(x);
    }
    for (uint32_t i = 0; i < 256; i++) {
        uint8_t value = i < 255 ? power[i] : 0, inverse = i < 255 ? power[(255 - i) % 255] : 0;
        uint8_t s = (uint8_t)(inverse ^ 0x63);
        for (uint32_t by = 1; by < 5; by++) s ^= (uint8_t)(inverse << by | inverse >> (8 - by));
        box[value] = s;
        unbox[s] = value;
    }
    for (uint32_t i = 0; i < 256; i++) {
        uint8_t s = box[i], two = twice(s);
        uint32_t word = (uint32_t)two << 24 | (uint32_t)s << 16 | (uint32_t)s << 8 | (uint32_t)(two ^ s);
        for (uint32_t t = 0; t < 4; t++) {
            tables[t][i] = word;
            word = word >> 8 | word << 24;
        }
    }
}

static void expand(uint32_t keys[44], const uint8_t key[16]) {
    uint8_t round = 1;
    for (uint32_t i = 0; i < 44; i++) {
        if (i < 4) {
            keys[i] = (uint32_t)key[4 * i] << 24 | (uint32_t)key[4 * i + 1] << 16 | (uint32_t)key[4 * i + 2] << 8 | key[4 * i + 3];
            continue;
        }
        uint32_t word = keys[i - 1];
        if (i % 4 == 0) {
            word = (uint32_t)box[word >> 16 & 255] << 24 | (uint32_t)box[word >> 8 & 255] << 16 |
                   (uint32_t)box[word & 255] << 8 | box[word >> 24];
            word ^= (uint32_t)round << 24;
            round = twice(round);
        }
        keys[i] = keys[i - 4] ^ word;
    }
}

static inline uint32_t column(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return tables[0][a >> 24] ^ tables[1][b >> 16 & 255] ^ tables[2][c >> 8 & 255] ^ tables[3][d & 255];
}
static inline uint32_t last_column(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    return (uint32_t)box[a >> 24] << 24 | (uint32_t)box[b >> 16 & 255] << 16 | (uint32_t)box[c >> 8 & 255] << 8 | box[d & 255];
}

NOINLINE static void encrypt(uint32_t out[4], const uint32_t in[4], const uint32_t *key) {
    uint32_t a = in[0] ^ key[0], b = in[1] ^ key[1], c = in[2] ^ key[2], d = in[3] ^ key[3];
    for (uint32_t round = 1; round < 10; round++) {
        key += 4;
        uint32_t e = column(a, b, c, d) ^ key[0], f = column(b, c, d, a) ^ key[1];
        uint32_t g = column(c, d, a, b) ^ key[2], h = column(d, a, b, c) ^ key[3];
        a = e, b = f, c = g, d = h;
    }
    out[0] = last_column(a, b, c, d) ^ key[4];
    out[1] = last_column(b, c, d, a) ^ key[5];
    out[2] = last_column(c, d, a, b) ^ key[6];
    out[3] = last_column(d, a, b, c) ^ key[7];
}

static void add_key(uint8_t cell[16], const uint32_t *key) {
    for (uint32_t i = 0; i < 16; i++) cell[i] ^= (uint8_t)(key[i / 4] >> (24 - 8 * (i % 4)));
}

NOINLINE static void decrypt(uint8_t cell[16], const uint32_t *keys) {
    add_key(cell, keys + 40);
    for (uint32_t round = 10; round-- > 0;) {
        uint8_t moved[16];
        for (uint32_t i = 0; i < 16; i++) moved[(i + 4 * (i % 4)) % 16] = unbox[cell[i]];
        memcpy(cell, moved, 16);
        add_key(cell, keys + 4 * round);
        if (round == 0) break;
        for (uint32_t i = 0; i < 16; i += 4) {
            uint8_t a = cell[i], b = cell[i + 1], c = cell[i + 2], d = cell[i + 3];
            cell[i] = product(a, 14) ^ product(b, 11) ^ product(c, 13) ^ product(d, 9);
            cell[i + 1] = product(a, 9) ^ product(b, 14) ^ product(c, 11) ^ product(d, 13);
            cell[i + 2] = product(a, 13) ^ product(b, 9) ^ product(c, 14) ^ product(d, 11);
            cell[i + 3] = product(a, 11) ^ product(b, 13) ^ product(c, 9) ^ product(d, 14);
        }
    }
}

static uint64_t work(void) {
    uint32_t state = bench_seed, keys[44], counter[4], out[4];
    uint8_t key[16], cell[16];
    uint64_t sum = 0;
    make_tables();
    for (uint32_t i = 0; i < 16; i++) key[i] = (uint8_t)bench_random(&state);
    for (uint32_t i = 0; i < 4; i++) counter[i] = bench_random(&state);
    expand(keys, key);
    for (uint32_t i = 0; i < BLOCKS; i++) {
        counter[3]++;
        encrypt(out, counter, keys);
        sum = bench_mix(sum, (uint64_t)(out[0] ^ out[2]) << 32 | (out[1] ^ out[3]));
    }
    for (uint32_t i = 0; i < 16; i++) cell[i] = (uint8_t)(out[i / 4] >> (24 - 8 * (i % 4)));
    for (uint32_t i = 0; i < 800; i++) decrypt(cell, keys);
    for (uint32_t i = 0; i < 16; i++) sum = bench_mix(sum, cell[i]);
    return sum;
}
