// Mandelbrot's set: short loops of f64 arithmetic that end at a comparison.
#define NAME "mandelbrot"
#include "bench.h"

#define WIDTH 256
#define HEIGHT 192
#define LIMIT 200

NOINLINE static uint32_t escape(double cx, double cy) {
    double x = 0, y = 0;
    uint32_t count = 0;
    while (count < LIMIT) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 4.0) break;
        y = 2.0 * x * y + cy;
        x = xx - yy + cx;
        count++;
    }
    return count;
}

static uint64_t work(void) {
    double shift = (bench_seed & 7) * 0.0001;
    uint64_t sum = 0;
    for (uint32_t row = 0; row < HEIGHT; row++) {
        for (uint32_t column = 0; column < WIDTH; column++) {
            sum = bench_mix(sum, escape(column * 3.0 / WIDTH - 2.2 + shift, row * 2.4 / HEIGHT - 1.2));
        }
    }
    return sum;
}
