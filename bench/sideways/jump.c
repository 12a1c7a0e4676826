// setjmp, and a longjmp back to it out of a function that it has called.
#include <setjmp.h>

#include "sideways.h"

static jmp_buf mark;

NOINLINE static void leap(uint32_t value) { longjmp(mark, (int)value); }

NOINLINE static uint32_t round_trip(uint32_t value) {
    int got = setjmp(mark);
    if (got == 0) leap(value);
    return (uint32_t)got;
}

static uint64_t round_trips(uint32_t events) {
    uint32_t state = bench_seed;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < events; i++) sum = bench_mix(sum, round_trip(bench_random(&state)));
    return sum;
}

static const struct figure figures[] = {{"setjmp", 10000, round_trips}, {0, 0, 0}};

int main(int argc, char **argv) { return measure(figures, argc, argv); }
