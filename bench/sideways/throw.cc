// Exceptions that are caught some frames further up, without and with something to be
// destroyed in each of the frames.
#include "sideways.h"

namespace {

struct Thrown {
    uint32_t value;
};

// Counts what is destroyed, so that each frame has a landing pad.
struct Guard {
    uint64_t &sum;
    uint32_t depth;
    ~Guard() { sum = bench_mix(sum, depth); }
};

// Throws `depth` frames below its caller. What comes behind the call is no sum and no
// product, which compilers would make a loop of.
NOINLINE uint32_t descend(uint32_t depth, uint32_t value) {
    if (depth == 1) throw Thrown{value};
    return descend(depth - 1, value) ^ (value >> (depth & 31));
}

NOINLINE uint32_t descend_guarded(uint32_t depth, uint32_t value, uint64_t &sum) {
    Guard guard{sum, depth};
    if (depth == 1) throw Thrown{value};
    return descend_guarded(depth - 1, value, sum) ^ (value >> (depth & 31));
}

NOINLINE uint64_t caught(uint32_t depth, uint32_t value) {
    try {
        return descend(depth, value);
    } catch (const Thrown &thrown) {
        return thrown.value + UINT64_C(1);
    }
}

NOINLINE uint64_t caught_guarded(uint32_t depth, uint32_t value) {
    uint64_t sum = 0;
    try {
        return descend_guarded(depth, value, sum);
    } catch (const Thrown &thrown) {
        return sum + thrown.value;
    }
}

// The depth is not known to the compiler: the seed's lowest 4 bits are 1.
template <uint32_t depth, uint64_t (*once)(uint32_t, uint32_t)> uint64_t throws(uint32_t events) {
    uint32_t state = bench_seed;
    uint32_t frames = depth + (bench_seed & 15) - 1;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < events; i++) sum = bench_mix(sum, once(frames, bench_random(&state)));
    return sum;
}

} // namespace

static const struct figure figures[] = {
    {"throw_1", 1000, throws<1, caught>},
    {"throw_5", 1000, throws<5, caught>},
    {"throw_50", 100, throws<50, caught>},
    {"throw_5_cleanup", 1000, throws<5, caught_guarded>},
    {0, 0, 0},
};

int main(int argc, char **argv) { return measure(figures, argc, argv); }
