// SHA-256 over strings of awkward lengths and over a longer stream.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static uint32_t constants[64];
static uint32_t start[8];

// The first 32 bits of the fractional parts of roots of primes, computed with
// integers alone: the largest r with r^2 (or r^3) at most p * 2^64 (or 2^96).
static uint32_t root_fraction(uint32_t prime, int cube) {
    unsigned __int128 low = 0, high = (unsigned __int128)1 << 38;
    while (high - low > 1) {
        unsigned __int128 middle = (low + high) / 2;
        int fits = cube ? middle * middle / ((unsigned __int128)prime << 32) * middle < ((unsigned __int128)1 << 64)
                        : middle * middle <= (unsigned __int128)prime << 64;
        if (fits) low = middle; else high = middle;
    }
    return (uint32_t)low;
}

static const uint32_t first_rounds[8] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5};

static void prepare(void) {
    int found = 0;
    for (uint32_t n = 2; found < 64; n++) {
        int prime = 1;
        for (uint32_t d = 2; d * d <= n; d++)
            if (n % d == 0)
                prime = 0;
        if (!prime)
            continue;
        if (found < 8)
            start[found] = root_fraction(n, 0);
        // The cube needs more than 128 bits; long division keeps it exact.
        unsigned __int128 low = 0, high = (unsigned __int128)8 << 32;
        while (high - low > 1) {
            unsigned __int128 m = (low + high) / 2, square = m * m;
            unsigned __int128 upper = (square >> 64) * m, lower = (square & UINT64_MAX) * m;
            upper += lower >> 64;
            if (upper < ((unsigned __int128)n << 32)) low = m; else high = m;
        }
        constants[found++] = (uint32_t)low;
    }
}

struct hash {
    uint32_t state[8];
    uint8_t block[64];
    uint64_t length;
};

static uint32_t rotate(uint32_t x, int by) { return x >> by | x << (32 - by); }

static void compress(struct hash *h) {
    uint32_t w[64], s[8];
    for (int i = 0; i < 16; i++)
        w[i] = (uint32_t)h->block[4 * i] << 24 | h->block[4 * i + 1] << 16 | h->block[4 * i + 2] << 8 | h->block[4 * i + 3];
    for (int i = 16; i < 64; i++) {
        uint32_t x = w[i - 15], y = w[i - 2];
        w[i] = w[i - 16] + (rotate(x, 7) ^ rotate(x, 18) ^ x >> 3) + w[i - 7] + (rotate(y, 17) ^ rotate(y, 19) ^ y >> 10);
    }
    memcpy(s, h->state, sizeof s);
    for (int i = 0; i < 64; i++) {
        uint32_t t1 = s[7] + (rotate(s[4], 6) ^ rotate(s[4], 11) ^ rotate(s[4], 25)) + ((s[4] & s[5]) ^ (~s[4] & s[6])) + constants[i] + w[i];
        uint32_t t2 = (rotate(s[0], 2) ^ rotate(s[0], 13) ^ rotate(s[0], 22)) + ((s[0] & s[1]) ^ (s[0] & s[2]) ^ (s[1] & s[2]));
        memmove(s + 1, s, 7 * sizeof *s);
        s[4] += t1;
        s[0] = t1 + t2;
    }
    for (int i = 0; i < 8; i++)
        h->state[i] += s[i];
}

static void feed(struct hash *h, const void *bytes, size_t count) {
    for (const uint8_t *p = bytes; count--; p++) {
        h->block[h->length++ % 64] = *p;
        if (h->length % 64 == 0)
            compress(h);
    }
}

static void finish(struct hash *h) {
    uint64_t bits = h->length * 8;
    uint8_t end = 0x80, tail[8];
    feed(h, &end, 1);
    for (end = 0; h->length % 64 != 56;)
        feed(h, &end, 1);
    for (int i = 0; i < 8; i++)
        tail[i] = (uint8_t)(bits >> (56 - 8 * i));
    feed(h, tail, 8);
    for (int i = 0; i < 8; i++)
        printf("%08x", h->state[i]);
}

int main(void) {
    prepare();
    printf("constants %s\n", memcmp(constants, first_rounds, sizeof first_rounds) ? "wrong" : "right");
    static const int lengths[] = {0, 3, 55, 56, 63, 64, 65, 200};
    for (unsigned i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        struct hash h = {.length = 0};
        memcpy(h.state, start, sizeof start);
        for (int k = 0; k < lengths[i]; k++)
            feed(&h, &"abc"[k % 3], 1);
        finish(&h);
        printf("  %d\n", lengths[i]);
    }
    return 0;
}
