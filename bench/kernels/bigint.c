// Integers of 1024 bits: modular powers after Montgomery and schoolbook squares,
// by products of 64 bits to 128 and carries.
#define NAME "bigint"
#include "bench.h"

#define WORDS 16
typedef unsigned __int128 wide;

// a = a * b / 2^1024 mod m, where inverse * m[0] = -1 mod 2^64.
NOINLINE static void multiply(uint64_t *a, const uint64_t *b, const uint64_t *m, uint64_t inverse) {
    uint64_t t[WORDS + 2] = {0};
    for (uint32_t i = 0; i < WORDS; i++) {
        uint64_t carry = 0;
        for (uint32_t j = 0; j < WORDS; j++) {
            wide sum = (wide)a[j] * b[i] + t[j] + carry;
            t[j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        wide top = (wide)t[WORDS] + carry;
        t[WORDS] = (uint64_t)top;
        t[WORDS + 1] = (uint64_t)(top >> 64);
        uint64_t factor = t[0] * inverse;
        carry = (uint64_t)(((wide)factor * m[0] + t[0]) >> 64);
        for (uint32_t j = 1; j < WORDS; j++) {
            wide sum = (wide)factor * m[j] + t[j] + carry;
            t[j - 1] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        top = (wide)t[WORDS] + carry;
        t[WORDS - 1] = (uint64_t)top;
        t[WORDS] = t[WORDS + 1] + (uint64_t)(top >> 64);
    }
    // Once too large at most.
    uint64_t less[WORDS], borrow = 0;
    for (uint32_t i = 0; i < WORDS; i++) {
        wide difference = (wide)t[i] - m[i] - borrow;
        less[i] = (uint64_t)difference;
        borrow = (uint64_t)(difference >> 64) & 1;
    }
    memcpy(a, t[WORDS] >= borrow ? less : t, sizeof less);
}

// square = a * a, each product of two different words computed once.
NOINLINE static void square(uint64_t *result, const uint64_t *a) {
    memset(result, 0, 2 * WORDS * sizeof *result);
    for (uint32_t i = 0; i < WORDS; i++) {
        uint64_t carry = 0;
        for (uint32_t j = i + 1; j < WORDS; j++) {
            wide sum = (wide)a[i] * a[j] + result[i + j] + carry;
            result[i + j] = (uint64_t)sum;
            carry = (uint64_t)(sum >> 64);
        }
        result[i + WORDS] = carry;
    }
    uint64_t top = 0, carry = 0;
    for (uint32_t i = 0; i < WORDS; i++) {
        wide own = (wide)a[i] * a[i];
        uint64_t low = result[2 * i], high = result[2 * i + 1];
        wide sum = (wide)(low << 1 | top) + (uint64_t)own + carry;
        result[2 * i] = (uint64_t)sum;
        sum = (wide)(high << 1 | low >> 63) + (uint64_t)(own >> 64) + (uint64_t)(sum >> 64);
        result[2 * i + 1] = (uint64_t)sum;
        carry = (uint64_t)(sum >> 64);
        top = high >> 63;
    }
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    uint64_t modulus[WORDS], base[WORDS], power[WORDS], twice[2 * WORDS], sum = 0, inverse = 1;
    for (uint32_t i = 0; i < WORDS; i++) {
        modulus[i] = (uint64_t)bench_random(&state) << 32 | bench_random(&state);
        base[i] = (uint64_t)bench_random(&state) << 32 | bench_random(&state);
    }
    modulus[0] |= 1;
    modulus[WORDS - 1] |= UINT64_C(1) << 63;
    base[WORDS - 1] >>= 1;
    // Newton: each step doubles the bits that are right.
    for (uint32_t i = 0; i < 6; i++) inverse *= 2 - modulus[0] * inverse;
    inverse = 0 - inverse;
    memcpy(power, base, sizeof power);
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t bits = bench_random(&state);
        for (uint32_t bit = 0; bit < 32; bit++) {
            multiply(power, power, modulus, inverse);
            if (bits >> bit & 1) multiply(power, base, modulus, inverse);
        }
        square(twice, power);
        sum = bench_mix(sum, twice[i % (2 * WORDS)]);
    }
    for (uint32_t i = 0; i < 2 * WORDS; i++) sum = bench_mix(sum, twice[i]);
    return sum;
}
