// LU decomposition of an f64 matrix with row exchanges, then the solution for
// some right-hand sides: rows behind pointers, comparisons of magnitudes.
#define NAME "lu"
#include "bench.h"

#define N 300
static double cells[N][N];
static double *row[N];
static double right[N], x[N];
static uint32_t order[N];

static double magnitude(double value) { return value < 0 ? -value : value; }

NOINLINE static uint32_t decompose(void) {
    uint32_t exchanges = 0;
    for (uint32_t k = 0; k < N; k++) {
        uint32_t pivot = k;
        for (uint32_t i = k + 1; i < N; i++) {
            if (magnitude(row[i][k]) > magnitude(row[pivot][k])) pivot = i;
        }
        if (pivot != k) {
            double *other = row[k];
            uint32_t from = order[k];
            row[k] = row[pivot], row[pivot] = other;
            order[k] = order[pivot], order[pivot] = from;
            exchanges++;
        }
        double inverse = 1.0 / row[k][k];
        for (uint32_t i = k + 1; i < N; i++) {
            double factor = row[i][k] * inverse, *into = row[i];
            const double *from = row[k];
            into[k] = factor;
            for (uint32_t j = k + 1; j < N; j++) into[j] -= factor * from[j];
        }
    }
    return exchanges;
}

NOINLINE static void solve(void) {
    for (uint32_t i = 0; i < N; i++) {
        double sum = right[order[i]];
        for (uint32_t j = 0; j < i; j++) sum -= row[i][j] * x[j];
        x[i] = sum;
    }
    for (uint32_t i = N; i-- > 0;) {
        double sum = x[i];
        for (uint32_t j = i + 1; j < N; j++) sum -= row[i][j] * x[j];
        x[i] = sum / row[i][i];
    }
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    for (uint32_t i = 0; i < N; i++) {
        row[i] = cells[i];
        order[i] = i;
        for (uint32_t j = 0; j < N; j++) cells[i][j] = (double)(bench_random(&state) >> 12) / 1024 - 512;
    }
    uint64_t sum = bench_mix(1, decompose());
    for (uint32_t side = 0; side < 20; side++) {
        for (uint32_t i = 0; i < N; i++) right[i] = (double)(bench_random(&state) >> 20);
        solve();
        for (uint32_t i = 0; i < N; i++) sum = bench_mix(sum, bench_bits(x[i]));
    }
    return sum;
}
