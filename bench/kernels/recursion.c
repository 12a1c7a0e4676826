// Recursion: Fibonacci numbers, Ackermann's function and the towers of Hanoi, by
// calls with one, two and four arguments.
#define NAME "recursion"
#include "bench.h"

NOINLINE static uint32_t fib(uint32_t n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

NOINLINE static uint32_t ackermann(uint32_t m, uint32_t n) {
    if (m == 0) return n + 1;
    if (n == 0) return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

NOINLINE static uint32_t hanoi(uint32_t height, uint32_t from, uint32_t to, uint32_t by) {
    if (height == 0) return from;
    uint32_t sum = hanoi(height - 1, from, by, to);
    return sum * 3 + hanoi(height - 1, by, to, from) + to;
}

static uint64_t work(void) {
    uint32_t seed = bench_seed & 1;
    uint64_t sum = bench_mix(1, fib(31 + seed));
    sum = bench_mix(sum, ackermann(2, 399 + seed));
    return bench_mix(sum, hanoi(18 + seed, seed, seed + 1, seed + 2));
}
