// SHA-256 over a buffer: rotations and additions of 32 bits in long chains.
#define NAME "sha256"
#include "bench.h"

#define LENGTH (1536u * 1024)
static uint8_t text[LENGTH];

// The first 32 bits behind the point of the roots of primes, found by integers.
static uint32_t constants[64], initial[8];

// The integer part of the root of value * 2^64 (cubic: value * 2^96) without the
// root's own integer part: bit by bit, what is too large is taken back.
static uint32_t fraction_of_root(uint32_t prime, int cubic) {
    uint64_t root = 0;
    for (int32_t bit = 36; bit >= 0; bit--) {
        uint64_t attempt = root | UINT64_C(1) << bit;
        // Both powers, of up to 111 bits, in pieces of 32.
        uint32_t piece[5] = {1, 0, 0, 0, 0};
        for (int32_t times = 0; times < (cubic ? 3 : 2); times++) {
            uint32_t low = (uint32_t)attempt, high = (uint32_t)(attempt >> 32), next[5] = {0, 0, 0, 0, 0};
            uint64_t carry = 0;
            for (int32_t i = 0; i < 5; i++) {
                carry += (uint64_t)piece[i] * low;
                next[i] = (uint32_t)carry;
                carry >>= 32;
            }
            carry = 0;
            for (int32_t i = 0; i + 1 < 5; i++) {
                carry += (uint64_t)piece[i] * high + next[i + 1];
                next[i + 1] = (uint32_t)carry;
                carry >>= 32;
            }
            memcpy(piece, next, sizeof piece);
        }
        int32_t whole = cubic ? 3 : 2;
        uint64_t above = piece[whole] | (uint64_t)(whole < 4 ? piece[whole + 1] : 0) << 32;
        if (above < prime) root = attempt;
    }
    return (uint32_t)root;
}

NOINLINE static void make_constants(void) {
    uint32_t count = 0;
    for (uint32_t n = 2; count < 64; n++) {
        uint32_t divisor = 2;
        while (divisor * divisor <= n && n % divisor) divisor++;
        if (divisor * divisor <= n) continue;
        if (count < 8) initial[count] = fraction_of_root(n, 0);
        constants[count++] = fraction_of_root(n, 1);
    }
}

static inline uint32_t turn(uint32_t x, uint32_t by) { return x >> by | x << (32 - by); }

NOINLINE static void block(uint32_t state[8], const uint8_t *at) {
    uint32_t w[64];
    for (uint32_t i = 0; i < 16; i++) {
        w[i] = (uint32_t)at[4 * i] << 24 | (uint32_t)at[4 * i + 1] << 16 | (uint32_t)at[4 * i + 2] << 8 | at[4 * i + 3];
    }
    for (uint32_t i = 16; i < 64; i++) {
        uint32_t p = w[i - 15], q = w[i - 2];
        w[i] = w[i - 16] + (turn(p, 7) ^ turn(p, 18) ^ p >> 3) + w[i - 7] + (turn(q, 17) ^ turn(q, 19) ^ q >> 10);
    }
    uint32_t a = state[0], b = state[1], c = state[2], d = state[3];
    uint32_t e = state[4], f = state[5], g = state[6], h = state[7];
    for (uint32_t i = 0; i < 64; i++) {
        uint32_t t = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constants[i] + w[i];
        uint32_t u = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
        h = g, g = f, f = e, e = d + t, d = c, c = b, b = a, a = t + u;
    }
    state[0] += a, state[1] += b, state[2] += c, state[3] += d;
    state[4] += e, state[5] += f, state[6] += g, state[7] += h;
}

static void digest(uint32_t state[8], const uint8_t *at, uint32_t length) {
    uint8_t last[128] = {0};
    uint32_t rest = length % 64, full = length - rest, size = rest < 56 ? 64 : 128;
    memcpy(state, initial, sizeof initial);
    for (uint32_t i = 0; i < full; i += 64) block(state, at + i);
    memcpy(last, at + full, rest);
    last[rest] = 0x80;
    for (uint32_t i = 0; i < 8; i++) last[size - 1 - i] = (uint8_t)((uint64_t)length * 8 >> (8 * i));
    for (uint32_t i = 0; i < size; i += 64) block(state, last + i);
}

static uint64_t work(void) {
    uint32_t random = bench_seed, state[8];
    uint64_t sum = 0;
    make_constants();
    for (uint32_t i = 0; i < LENGTH; i++) text[i] = (uint8_t)bench_random(&random);
    digest(state, text, LENGTH - 13);
    for (uint32_t i = 0; i < 8; i++) sum = bench_mix(sum, state[i]);
    return sum;
}
