// The frame of every kernel: it repeats the work, takes the time of each
// repetition and prints one line.
//
//     NAME checksum=0x0123456789abcdef best_ns=1234567 first_ns=2345678
//
// A kernel names itself, includes this file and defines work():
//
//     #define NAME "sieve"
//     #include "bench.h"
//     static uint64_t work(void) { ... }
//
// Each repetition must do the same work and return the same checksum, whatever
// the processor and the size of a pointer. A kernel that wants its loop in main
// defines OWN_MAIN, and calls the functions of `struct bench` itself.
//
// `kernel [REPETITIONS [WARM-UP]]`, or BENCH_REPETITIONS and BENCH_WARMUP in the
// environment. The first repetition is the cold one. The best is the shortest of
// those that come after the warm-up; with one repetition in all it is that one.
#ifndef BENCH_H
#define BENCH_H

#include <inttypes.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

// What must stay a call: also a copy for known arguments would not be one.
#if defined(__clang__)
#define NOINLINE __attribute__((noinline))
#else
#define NOINLINE __attribute__((noinline, noclone))
#endif

// All inputs come from here; it is volatile so that no compiler computes a
// checksum ahead of time.
static volatile uint32_t bench_seed = 0x2545f491u;

// A generator of pseudo-random numbers that start where the seed says
// (xorshift; the state is never 0).
static inline uint32_t bench_random(uint32_t *state) {
    uint32_t x = *state;
    x ^= x << 13;
    x ^= x >> 17;
    x ^= x << 5;
    return *state = x;
}

// Adds a value to a checksum, so that order matters.
static inline uint64_t bench_mix(uint64_t sum, uint64_t value) {
    sum ^= value;
    sum *= UINT64_C(0x9e3779b97f4a7c15);
    return sum ^ (sum >> 29);
}

// The bits of a floating-point number: every kernel computes them in operations
// that IEEE 754 defines to the bit.
static inline uint64_t bench_bits(double value) {
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

struct bench {
    uint32_t repetitions, warmup, done;
    uint64_t checksum, start, best, first;
};

static uint64_t bench_now(void) {
    struct timespec now;
    if (clock_gettime(CLOCK_MONOTONIC, &now) != 0) {
        fputs("no monotonic clock\n", stderr);
        exit(1);
    }
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

// A count from the arguments, the environment, or the default.
static uint32_t bench_count(const char *argument, const char *variable, uint32_t otherwise) {
    const char *text = argument ? argument : getenv(variable);
    char *end;
    if (!text) return otherwise;
    unsigned long count = strtoul(text, &end, 10);
    if (end == text || *end || count > 1000000) {
        fprintf(stderr, "not a count: %s\n", text);
        exit(2);
    }
    return (uint32_t)count;
}

static void bench_begin(struct bench *bench, int argc, char **argv) {
    memset(bench, 0, sizeof *bench);
    bench->repetitions = bench_count(argc > 1 ? argv[1] : NULL, "BENCH_REPETITIONS", 13);
    bench->warmup = bench_count(argc > 2 ? argv[2] : NULL, "BENCH_WARMUP", 3);
    if (bench->repetitions == 0) {
        fputs("one repetition at least\n", stderr);
        exit(2);
    }
    if (bench->warmup >= bench->repetitions) bench->warmup = bench->repetitions - 1;
    bench->best = UINT64_MAX;
}

// Whether one more repetition is wanted; its time starts now.
static int bench_next(struct bench *bench) {
    if (bench->done == bench->repetitions) return 0;
    bench->start = bench_now();
    return 1;
}

// Ends a repetition.
static void bench_end(struct bench *bench, uint64_t checksum) {
    uint64_t took = bench_now() - bench->start;
    if (bench->done == 0) {
        bench->checksum = checksum;
        bench->first = took;
    } else if (checksum != bench->checksum) {
        fprintf(stderr, "%s: repetition %" PRIu32 " has another checksum: 0x%016" PRIx64 "\n", NAME,
                bench->done + 1, checksum);
        exit(1);
    }
    if (bench->done >= bench->warmup && took < bench->best) bench->best = took;
    bench->done++;
}

static int bench_report(const struct bench *bench) {
    printf("%s checksum=0x%016" PRIx64 " best_ns=%" PRIu64 " first_ns=%" PRIu64 "\n", NAME,
           bench->checksum, bench->best, bench->first);
    return 0;
}

#ifndef OWN_MAIN
NOINLINE static uint64_t work(void);

int main(int argc, char **argv) {
    struct bench bench;
    bench_begin(&bench, argc, argv);
    while (bench_next(&bench)) bench_end(&bench, work());
    return bench_report(&bench);
}
#endif

#endif
