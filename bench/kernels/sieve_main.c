// The sieve of Eratosthenes as in `sieve`, but all of it inside main, which is
// entered once: an engine that replaces code only between calls stays slow.
#define NAME "sieve_main"
#define OWN_MAIN
#include "bench.h"

#define LIMIT 1000000
#define ROUNDS 4
static uint8_t composite[LIMIT];

int main(int argc, char **argv) {
    struct bench bench;
    bench_begin(&bench, argc, argv);
    while (bench_next(&bench)) {
        uint64_t all = 0;
        for (uint32_t round = 0; round < ROUNDS; round++) {
            uint32_t limit = LIMIT - round * 1000 - (bench_seed & 1);
            uint64_t sum = 0;
            uint32_t count = 0;
            memset(composite, 0, limit);
            for (uint32_t i = 2; i < limit; i++) {
                if (composite[i]) continue;
                count++;
                sum += (uint64_t)i * count;
                for (uint64_t j = (uint64_t)i * i; j < limit; j += i) composite[j] = 1;
            }
            all = bench_mix(all, bench_mix(sum, count));
        }
        bench_end(&bench, all);
    }
    return bench_report(&bench);
}
