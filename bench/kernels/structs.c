// Small structures as arguments and results: of one and of two registers, of
// mixed kinds, and too large for registers.
#define NAME "structs"
#include "bench.h"

struct point { double x, y; };
struct pixel { uint8_t red, green, blue, alpha; };
struct range { uint64_t from, to; };
struct sample { float value; int32_t weight; };
struct matrix { double a, b, c, d, e, f; };

NOINLINE static struct point rotate(struct point p, struct point by) {
    struct point result = {p.x * by.x - p.y * by.y, p.x * by.y + p.y * by.x};
    return result;
}
NOINLINE static struct pixel blend(struct pixel p, struct pixel q) {
    struct pixel result;
    uint32_t part = q.alpha, rest = 255 - part;
    result.red = (uint8_t)((p.red * rest + q.red * part) >> 8);
    result.green = (uint8_t)((p.green * rest + q.green * part) >> 8);
    result.blue = (uint8_t)((p.blue * rest + q.blue * part) >> 8);
    result.alpha = (uint8_t)(p.alpha + (q.alpha >> 1));
    return result;
}
NOINLINE static struct range join(struct range p, struct range q) {
    struct range result = {p.from < q.from ? p.from : q.from, p.to > q.to ? p.to : q.to};
    return result;
}
NOINLINE static struct sample average(struct sample p, struct sample q) {
    struct sample result = {(p.value + q.value) * 0.5f, (p.weight >> 1) + (q.weight >> 1)};
    return result;
}
NOINLINE static struct matrix after(struct matrix m, struct matrix n) {
    struct matrix result = {
        m.a * n.a + m.b * n.c, m.a * n.b + m.b * n.d, m.c * n.a + m.d * n.c,
        m.c * n.b + m.d * n.d, m.e * n.a + m.f * n.c, m.e * n.b + m.f * n.d,
    };
    return result;
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    struct point p = {1.0, 0.0}, by = {0.6, 0.8};
    struct pixel pixel = {1, 2, 3, 4};
    struct range range = {UINT64_MAX, 0};
    struct sample sample = {1.0f, 0};
    struct matrix m = {1, 0, 0, 1, 1, 1}, n = {0.8, 0.6, -0.6, 0.8, 0.25, 0.5};
    uint64_t sum = 0;
    for (uint32_t i = 0; i < 250000; i++) {
        uint32_t random = bench_random(&state);
        p = rotate(p, by);
        struct pixel q = {(uint8_t)random, (uint8_t)(random >> 8), (uint8_t)(random >> 16), (uint8_t)(random >> 24)};
        pixel = blend(pixel, q);
        struct range r = {random, (uint64_t)random * 3};
        range = join(range, r);
        struct sample s = {(float)(random & 0xffff), (int32_t)(random >> 16)};
        sample = average(sample, s);
        m = after(m, n);
        if ((i & 0xfff) == 0) {
            sum = bench_mix(sum, bench_bits(p.x) ^ bench_bits(m.f));
            sum = bench_mix(sum, pixel.red | (uint32_t)pixel.green << 8 | (uint32_t)pixel.blue << 16);
            range.from = UINT64_MAX;
        }
    }
    sum = bench_mix(sum, range.to - range.from + pixel.alpha);
    return bench_mix(bench_mix(sum, bench_bits(sample.value)), (uint32_t)sample.weight);
}
