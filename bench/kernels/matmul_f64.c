// Product of square matrices of f64, in the order of the textbook and once more
// with the inner loops exchanged, so that memory is read in order. The size is not a constant of the loops.
#define NAME "matmul_f64"
#include "bench.h"

#define N 200
static double a[N][N], b[N][N], c[N][N], d[N][N];

NOINLINE static void textbook(uint32_t n) {
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) {
            double sum = 0;
            for (uint32_t k = 0; k < n; k++) sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
    }
}

NOINLINE static void exchanged(uint32_t n) {
    memset(d, 0, sizeof d);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t k = 0; k < n; k++) {
            double factor = c[i][k];
            for (uint32_t j = 0; j < n; j++) d[i][j] += factor * a[k][j];
        }
    }
}

static uint64_t work(void) {
    uint32_t state = bench_seed, n = N - (state & 1);
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) {
            a[i][j] = (double)(bench_random(&state) >> 16) / 65536 - (double)0.5;
            b[i][j] = (double)(bench_random(&state) >> 16) / 65536;
        }
    }
    textbook(n);
    exchanged(n);
    uint64_t sum = 0;
    for (uint32_t i = 0; i < n; i++) {
        for (uint32_t j = 0; j < n; j++) sum = bench_mix(sum, bench_bits(d[i][j]));
    }
    return sum;
}
