// The sieve of Eratosthenes over bytes, its loops in a function that is called
// some times. `sieve_main` has the same loops in main.
#define NAME "sieve"
#include "bench.h"

#define LIMIT 1000000
#define ROUNDS 4
static uint8_t composite[LIMIT];

NOINLINE static uint64_t sieve(uint32_t limit) {
    uint64_t sum = 0;
    uint32_t count = 0;
    memset(composite, 0, limit);
    for (uint32_t i = 2; i < limit; i++) {
        if (composite[i]) continue;
        count++;
        sum += (uint64_t)i * count;
        for (uint64_t j = (uint64_t)i * i; j < limit; j += i) composite[j] = 1;
    }
    return bench_mix(sum, count);
}

static uint64_t work(void) {
    uint64_t sum = 0;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        sum = bench_mix(sum, sieve(LIMIT - round * 1000 - (bench_seed & 1)));
    }
    return sum;
}
