// Table-driven and bitwise checksums, hashes and pseudo-random generators.
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static uint32_t table[256];

static void make_table(void) {
    for (uint32_t n = 0; n < 256; n++) {
        uint32_t c = n;
        for (int k = 0; k < 8; k++)
            c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
        table[n] = c;
    }
}

static uint32_t crc32(const uint8_t *p, size_t n) {
    uint32_t c = UINT32_MAX;
    while (n--)
        c = table[(c ^ *p++) & 255] ^ c >> 8;
    return ~c;
}

static uint16_t crc16(const uint8_t *p, size_t n) {
    uint16_t c = 0xffff;
    while (n--) {
        c ^= (uint16_t)(*p++ << 8);
        for (int k = 0; k < 8; k++)
            c = (uint16_t)(c & 0x8000 ? c << 1 ^ 0x1021 : c << 1);
    }
    return c;
}

static uint64_t crc64(const uint8_t *p, size_t n) {
    uint64_t c = 0;
    while (n--) {
        c ^= (uint64_t)*p++ << 56;
        for (int k = 0; k < 8; k++)
            c = (int64_t)c < 0 ? c << 1 ^ 0x42f0e1eba9ea3693 : c << 1;
    }
    return c;
}

static uint32_t adler32(const uint8_t *p, size_t n) {
    uint32_t a = 1, b = 0;
    while (n--) {
        a = (a + *p++) % 65521;
        b = (b + a) % 65521;
    }
    return b << 16 | a;
}

static uint64_t fnv(const uint8_t *p, size_t n) {
    uint64_t h = 0xcbf29ce484222325;
    while (n--)
        h = (h ^ *p++) * 0x100000001b3;
    return h;
}

static uint64_t xorshift(uint64_t *state) {
    uint64_t x = *state;
    x ^= x << 13;
    x ^= x >> 7;
    x ^= x << 17;
    return *state = x;
}

static uint64_t weyl_mix(uint64_t *state) {
    uint64_t z = *state += 0x9e3779b97f4a7c15;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
    z = (z ^ z >> 27) * 0x94d049bb133111eb;
    return z ^ z >> 31;
}

int main(void) {
    static uint8_t data[5000];
    uint64_t state = 88172645463325252;
    make_table();
    memcpy(data, "123456789", 9);
    for (int round = 0; round < 2; round++) {
        size_t n = round ? sizeof data : 9;
        printf("crc32 %08" PRIx32 " crc16 %04x crc64 %016" PRIx64 "\n", crc32(data, n), crc16(data, n), crc64(data, n));
        printf("adler %08" PRIx32 " fnv %016" PRIx64 "\n", adler32(data, n), fnv(data, n));
        for (size_t i = 0; i < sizeof data; i++)
            data[i] = (uint8_t)xorshift(&state);
    }
    uint64_t seed = 42, sum = 0;
    uint32_t lcg = 12345;
    for (int i = 0; i < 1000; i++) {
        sum += weyl_mix(&seed) >> 7;
        lcg = lcg * 1664525 + 1013904223;
    }
    printf("mix %016" PRIx64 " lcg %08" PRIx32 "\n", sum, lcg);
    return 0;
}
