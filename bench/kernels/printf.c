// Formatted output into memory by the C library: integers of all widths and
// bases, strings, floating-point numbers; some of it read back.
#define NAME "printf"
#include "bench.h"

static uint64_t sum_of(uint64_t sum, const char *text) {
    for (; *text; text++) sum = sum * 31 + (uint8_t)*text;
    return sum;
}

static uint64_t work(void) {
    static const char *const words[4] = {"alpha", "be", "gamma ray", ""};
    char line[256];
    uint32_t state = bench_seed;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < 4000; i++) {
        uint32_t a = bench_random(&state), b = bench_random(&state);
        int32_t n = snprintf(line, sizeof line, "%" PRIu32 ": %d %5d %-8u|%08x %#o", i, (int)(int32_t)a, (int)(a >> 24),
                             (unsigned)(b >> 16), (unsigned)b, (unsigned)(a >> 12));
        sum = sum_of(sum + (uint32_t)n, line);
        n = snprintf(line, sizeof line, "[%10s] %-6.3s %c %" PRIx64 " %+" PRId64, words[a & 3], words[b & 3],
                     (char)('a' + (a >> 8) % 26), (uint64_t)a << 32 | b, (int64_t)(int32_t)b * 1000003);
        sum = sum_of(sum + (uint32_t)n, line);
        // Fractions of a power of two: all digits that are printed are exact.
        double x = (double)(int32_t)a / 65536, y = (double)b / 16777216;
        n = snprintf(line, sizeof line, "%.3f %12.6f %e %g", x, y, x, y);
        sum = sum_of(sum + (uint32_t)n, line);
        if (i % 4 == 0) {
            char *end;
            sum = bench_mix(sum, bench_bits(strtod(line, &end)));
            sum = bench_mix(sum, bench_bits(strtod(end, &end)));
        }
    }
    return sum;
}
