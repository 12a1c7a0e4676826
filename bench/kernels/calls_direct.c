// Direct calls of small functions that may not be inlined, with one to eight
// integer or floating-point arguments, some of them leaving through further calls.
#define NAME "calls_direct"
#include "bench.h"

NOINLINE static uint32_t turn(uint32_t x) { return (x << 7 | x >> 25) ^ 0x5bd1e995u; }
NOINLINE static uint32_t add(uint32_t a, uint32_t b) { return a + 3 * b; }
NOINLINE static uint64_t widen(uint32_t a, uint64_t b) { return (b ^ a) * 0x100000001b3u; }
NOINLINE static double scale(double x, double by, int32_t up) { return x * 0.5 + by * up; }
NOINLINE static uint32_t choose(uint32_t a, uint32_t b, uint32_t c, uint32_t d) {
    if (a & 1) return b;
    return c > d ? turn(c) : add(c, d);
}
NOINLINE static uint64_t eight(uint64_t a, uint32_t b, uint64_t c, uint32_t d, uint64_t e, uint32_t f,
                               uint64_t g, uint32_t h) {
    return (a ^ c) + (e ^ g) + b * 3u + d * 5u + f * 7u + h;
}

static uint64_t work(void) {
    uint32_t x = bench_seed, y = x ^ 77;
    uint64_t wide = x;
    double real = x & 0xff;
    for (int32_t i = 0; i < 500000; i++) {
        x = turn(x + (uint32_t)i);
        y = add(y, x);
        wide = widen(y, wide);
        real = scale(real, 0.125, i & 15);
        x = choose(x, y, (uint32_t)wide, (uint32_t)i);
        wide = eight(wide, x, wide >> 7, y, wide << 9, (uint32_t)i, x, 11);
    }
    return bench_mix(bench_mix(wide, bench_bits(real)), (uint64_t)x << 32 | y);
}
