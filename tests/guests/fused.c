// Fused multiply-adds of all kinds of operands: any bits, sums that cancel, products below the
// normal numbers, halfway cases, infinities and NaNs. A hash for each batch.
#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BATCHES = 24, CASES = 400 };

static uint64_t state = 0x9e3779b97f4a7c15;
static uint64_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static uint64_t bits(double d) { uint64_t u; memcpy(&u, &d, 8); return u; }
static uint32_t bitsf(float f) { uint32_t u; memcpy(&u, &f, 4); return u; }
static double number(uint64_t u) { double d; memcpy(&d, &u, 8); return d; }
static float numberf(uint32_t u) { float f; memcpy(&f, &u, 4); return f; }

#define FUSED(op, type, suffix) \
    static inline type op##_##type(type a, type b, type c) { type r; __asm__(#op "." suffix " %0, %1, %2, %3" : "=f"(r) : "f"(a), "f"(b), "f"(c)); return r; }
FUSED(fmadd, double, "d") FUSED(fmsub, double, "d") FUSED(fnmadd, double, "d") FUSED(fnmsub, double, "d")
FUSED(fmadd, float, "s") FUSED(fmsub, float, "s") FUSED(fnmadd, float, "s") FUSED(fnmsub, float, "s")

static const uint64_t corners[] = {0, 1, 0xfffffffffffff, 0x10000000000000, 0x3ff0000000000000, 0x3ff0000000000001, 0x7fefffffffffffff, 0x7ff0000000000000, 0x7ff0000000000001, 0x7ff8000000000000, 0x7ff800000000beef};
static const uint32_t cornersf[] = {0, 1, 0x7fffff, 0x800000, 0x3f800000, 0x3f800001, 0x7f7fffff, 0x7f800000, 0x7f800001, 0x7fc00000, 0x7fc0beef};
enum { CORNERS = sizeof corners / sizeof *corners };

// A random number between 2^from and 2^(from + range), of either sign, with few or many ones.
static double of(int from, unsigned range) {
    uint64_t fraction = next() >> 12;
    if (next() % 3 == 0) fraction &= ~(UINT64_MAX >> 12 >> next() % 50);
    return number(next() << 63 | (uint64_t)(1023 + from + next() % range) << 52 | fraction);
}
static float off(int from, unsigned range) {
    uint32_t fraction = next() >> 41;
    if (next() % 3 == 0) fraction &= ~(0x7fffffu >> next() % 22);
    return numberf((uint32_t)next() << 31 | (uint32_t)(127 + from + next() % range) << 23 | fraction);
}

static void operands(unsigned kind, double *a, double *b, double *c) {
    switch (kind) {
    case 0: *a = number(next()); *b = number(next()); *c = number(next()); break;
    case 1: *a = of(-3, 6); *b = of(-3, 6); *c = number(bits(-*a * *b) + next() % 5 - 2); break;
    case 2: *a = of(-560, 60); *b = of(-560, 60); *c = next() % 2 ? number(next() % 64 << 63 | next() % 64) : of(-1022, 60); break;
    case 3: *c = of(0, 40); *a = number(((bits(*c) >> 52 & 0x7ff) - 53) << 52 | next() % 2); *b = next() % 2 ? 1 : -1; break;
    case 4: *a = of(480, 60); *b = of(480, 60); *c = of(980, 43); break;
    default: *a = number(next() << 63 | corners[next() % CORNERS]); *b = number(next() << 63 | corners[next() % CORNERS]); *c = number(next() << 63 | corners[next() % CORNERS]);
    }
}
static void operandsf(unsigned kind, float *a, float *b, float *c) {
    switch (kind) {
    case 0: *a = numberf(next()); *b = numberf(next()); *c = numberf(next()); break;
    case 1: *a = off(-3, 6); *b = off(-3, 6); *c = numberf(bitsf(-*a * *b) + next() % 5 - 2); break;
    case 2: *a = off(-80, 20); *b = off(-80, 20); *c = next() % 2 ? numberf((uint32_t)next() << 31 | next() % 64) : off(-126, 20); break;
    case 3: *c = off(0, 40); *a = numberf(((bitsf(*c) >> 23 & 0xff) - 24) << 23 | next() % 2); *b = next() % 2 ? 1 : -1; break;
    case 4: *a = off(50, 20); *b = off(50, 20); *c = off(100, 27); break;
    default: *a = numberf((uint32_t)next() << 31 | cornersf[next() % CORNERS]); *b = numberf((uint32_t)next() << 31 | cornersf[next() % CORNERS]); *c = numberf((uint32_t)next() << 31 | cornersf[next() % CORNERS]);
    }
}

int main(void) {
    for (unsigned batch = 0; batch < BATCHES; batch++) {
        uint64_t hash[8] = {0};
        for (int i = 0; i < CASES; i++) {
            double a, b, c;
            float f, g, h;
            operands(batch % 6, &a, &b, &c);
            operandsf(batch % 6, &f, &g, &h);
            const uint64_t found[8] = {
                bits(fmadd_double(a, b, c)), bits(fmsub_double(a, b, c)), bits(fnmadd_double(a, b, c)), bits(fnmsub_double(a, b, c)),
                bitsf(fmadd_float(f, g, h)), bitsf(fmsub_float(f, g, h)), bitsf(fnmadd_float(f, g, h)), bitsf(fnmsub_float(f, g, h)),
            };
            for (int k = 0; k < 8; k++) hash[k] = hash[k] * 0x100000001b3 ^ found[k];
        }
        for (int k = 0; k < 8; k++) printf("%016" PRIx64 "%c", hash[k], k < 7 ? ' ' : '\n');
    }
    // A polynomial by Horner's rule: each step needs the one before.
    double x = 0.731, sum = 0;
    for (int i = 0; i < 64; i++) sum = fmadd_double(sum, x, 1.0 / (i + 1));
    printf("%a\n", sum);
    return 0;
}
