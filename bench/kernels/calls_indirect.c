// Calls through tables of function pointers: two signatures, targets that follow
// each other at random, and a pipeline of stages whose targets seldom change.
#define NAME "calls_indirect"
#include "bench.h"

typedef uint32_t operation(uint32_t a, uint32_t b);
typedef double curve(double x);

static uint32_t op_add(uint32_t a, uint32_t b) { return a + b; }
static uint32_t op_sub(uint32_t a, uint32_t b) { return a - 3 * b; }
static uint32_t op_xor(uint32_t a, uint32_t b) { return a ^ (b << 3); }
static uint32_t op_mul(uint32_t a, uint32_t b) { return a * (b | 1); }
static uint32_t op_turn(uint32_t a, uint32_t b) { return (a << (b & 31)) | (a >> (-b & 31)); }
static uint32_t op_min(uint32_t a, uint32_t b) { return a < b ? a + 7 : b; }
static uint32_t op_shift(uint32_t a, uint32_t b) { return (a >> (b & 7)) + b; }
static uint32_t op_not(uint32_t a, uint32_t b) { return ~a ^ (b >> 5); }

static double line(double x) { return 0.75 * x + 0.1; }
static double square(double x) { return x * x * 0.5; }
static double hyper(double x) { return 1.0 / (1.0 + x); }

static operation *const operations[8] = {op_add, op_sub, op_xor, op_mul, op_turn, op_min, op_shift, op_not};
static curve *const curves[3] = {line, square, hyper};

struct stage {
    operation *run;
    uint32_t operand;
};
static struct stage stages[16];

NOINLINE static uint32_t pipeline(uint32_t value, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) value = stages[i].run(value, stages[i].operand);
    return value;
}

static uint64_t work(void) {
    uint32_t state = bench_seed, value = state;
    double x = (state & 7) * 0.125;
    uint64_t sum = 0;
    for (uint32_t round = 0; round < 20; round++) {
        for (uint32_t i = 0; i < 16; i++) {
            stages[i].run = operations[bench_random(&state) & 7];
            stages[i].operand = bench_random(&state);
        }
        for (uint32_t i = 0; i < 3000; i++) value = pipeline(value + i, 16);
        for (uint32_t i = 0; i < 12000; i++) {
            uint32_t random = bench_random(&state);
            value = operations[random >> 29](value, random);
            x = curves[random % 3](x);
        }
        sum = bench_mix(sum, value);
    }
    return bench_mix(sum, bench_bits(x));
}
