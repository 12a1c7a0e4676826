// A fast Fourier transform of complex f64 in place and back again: bit reversal
// and butterflies with strides that double.
#define NAME "fft"
#include "bench.h"

#define LOG 15
#define N (1u << LOG)
static double re[N], im[N];
// cos and sin of a full turn through N, for half a turn.
static double cosines[N / 2], sines[N / 2];

// No libm, whose last bits may differ: the angle is halved by square roots, then
// each angle is the sum of two that are known.
NOINLINE static void make_table(void) {
    double c = -1.0, s = 0.0;
    cosines[0] = 1.0, sines[0] = 0.0;
    for (uint32_t step = N / 4; step > 0; step /= 2) {
        // From here on (c, s) is the angle `step`.
        double half = __builtin_sqrt((1.0 + c) / 2);
        s = step == N / 4 ? 1.0 : s / (2 * half);
        c = half;
        for (uint32_t i = 0; i < N / 2; i += 2 * step) {
            cosines[i + step] = cosines[i] * c - sines[i] * s;
            sines[i + step] = cosines[i] * s + sines[i] * c;
        }
    }
}

NOINLINE static void reverse(void) {
    for (uint32_t i = 1, j = 0; i < N; i++) {
        uint32_t bit = N >> 1;
        for (; j & bit; bit >>= 1) j ^= bit;
        j ^= bit;
        if (i < j) {
            double r = re[i], m = im[i];
            re[i] = re[j], im[i] = im[j];
            re[j] = r, im[j] = m;
        }
    }
}

NOINLINE static void transform(double sign) {
    reverse();
    for (uint32_t size = 2; size <= N; size *= 2) {
        uint32_t half = size / 2, stride = N / size;
        for (uint32_t from = 0; from < N; from += size) {
            for (uint32_t k = 0; k < half; k++) {
                double c = cosines[k * stride], s = sign * sines[k * stride];
                uint32_t i = from + k, j = i + half;
                double r = re[j] * c - im[j] * s, m = re[j] * s + im[j] * c;
                re[j] = re[i] - r, im[j] = im[i] - m;
                re[i] += r, im[i] += m;
            }
        }
    }
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    make_table();
    for (uint32_t i = 0; i < N; i++) {
        re[i] = (double)(bench_random(&state) >> 16) - 32768;
        im[i] = (double)(bench_random(&state) >> 16) - 32768;
    }
    uint64_t sum = 0;
    for (uint32_t round = 0; round < 3; round++) {
        transform(1.0);
        for (uint32_t i = 0; i < N; i += 64) sum = bench_mix(sum, bench_bits(re[i]) ^ bench_bits(im[i + 7]));
        // Low pass, and back.
        for (uint32_t i = 0; i < N; i++) {
            double keep = i < N / 8 || i >= N - N / 8 ? 1.0 / N : 0.25 / N;
            re[i] *= keep, im[i] *= keep;
        }
        transform(-1.0);
    }
    for (uint32_t i = 0; i < N; i++) sum = bench_mix(sum, bench_bits(re[i]));
    return sum;
}
