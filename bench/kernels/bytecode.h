// The register machine of `interp_switch` and `interp_goto`: its operations, and
// programs for it.
#ifndef BYTECODE_H
#define BYTECODE_H

enum {
    OP_SET, OP_MOVE, OP_ADD, OP_ADDI, OP_SUB, OP_MUL, OP_MOD, OP_AND, OP_XOR, OP_SHIFT, OP_LOAD, OP_STORE,
    OP_LESS, OP_EQUAL, OP_JUMP, OP_HALT,
};

// Operations take registers a, b and c, or a, b and a number; jumps count
// operations from the next one.
struct op {
    uint8_t code, a, b, c;
    int16_t number;
};

#define MEMORY 1024u

typedef uint32_t machine(const struct op *program, uint32_t *memory, uint32_t *steps);

// Insertion sort of the numbers at 0 to 255, then their sum, each by its place.
static const struct op sorting[] = {
    {OP_SET, 1, 0, 0, 1},      // 0: r1 = 1
    {OP_SET, 9, 0, 0, 256},    // 1: r9 = 256
    {OP_SET, 0, 0, 0, 0},      // 2: r0 = 0
    {OP_LOAD, 2, 1, 0, 0},     // 3: outer: r2 = [r1]
    {OP_MOVE, 3, 1, 0, 0},     // 4: r3 = r1
    {OP_EQUAL, 3, 0, 0, 5},    // 5: inner: if r3 == 0 goto 11
    {OP_LOAD, 4, 3, 0, -1},    // 6: r4 = [r3 - 1]
    {OP_LESS, 4, 2, 0, 3},     // 7: if r4 < r2 goto 11
    {OP_STORE, 4, 3, 0, 0},    // 8: [r3] = r4
    {OP_ADDI, 3, 3, 0, -1},    // 9: r3 -= 1
    {OP_JUMP, 0, 0, 0, -6},    // 10: goto 5
    {OP_STORE, 2, 3, 0, 0},    // 11: [r3] = r2
    {OP_ADDI, 1, 1, 0, 1},     // 12: r1 += 1
    {OP_LESS, 1, 9, 0, -11},   // 13: if r1 < r9 goto 3
    {OP_SET, 5, 0, 0, 0},      // 14: r5 = 0
    {OP_SET, 1, 0, 0, 0},      // 15: r1 = 0
    {OP_LOAD, 2, 1, 0, 0},     // 16: r2 = [r1]
    {OP_MUL, 2, 2, 1, 0},      // 17: r2 *= r1
    {OP_SHIFT, 3, 5, 0, 27},   // 18: r3 = r5 >> 27
    {OP_XOR, 5, 5, 3, 0},      // 19: r5 ^= r3
    {OP_ADD, 5, 5, 2, 0},      // 20: r5 += r2
    {OP_ADDI, 1, 1, 0, 1},     // 21: r1 += 1
    {OP_LESS, 1, 9, 0, -7},    // 22: if r1 < r9 goto 16
    {OP_HALT, 5, 0, 0, 0},     // 23
};

// Sums the smallest divisors, from 2, of the odd numbers below 1500, and counts
// in memory how often each one below 512 is found.
static const struct op divisors[] = {
    {OP_SET, 0, 0, 0, 0},      // 0: r0 = 0
    {OP_SET, 9, 0, 0, 1500},   // 1: r9 = 1500
    {OP_SET, 1, 0, 0, 3},      // 2: r1 = 3
    {OP_SET, 8, 0, 0, 511},    // 3: r8 = 511
    {OP_SET, 2, 0, 0, 2},      // 4: outer: r2 = 2
    {OP_MOD, 3, 1, 2, 0},      // 5: inner: r3 = r1 % r2
    {OP_EQUAL, 3, 0, 0, 4},    // 6: if r3 == 0 goto 11
    {OP_ADDI, 2, 2, 0, 1},     // 7: r2 += 1
    {OP_MUL, 4, 2, 2, 0},      // 8: r4 = r2 * r2
    {OP_LESS, 4, 1, 0, -5},    // 9: if r4 < r1 goto 5
    {OP_EQUAL, 4, 1, 0, -6},   // 10: if r4 == r1 goto 5
    {OP_ADD, 5, 5, 2, 0},      // 11: r5 += r2
    {OP_AND, 6, 2, 8, 0},      // 12: r6 = r2 & 511
    {OP_LOAD, 7, 6, 0, 512},   // 13: r7 = [512 + r6]
    {OP_ADDI, 7, 7, 0, 1},     // 14: r7 += 1
    {OP_STORE, 7, 6, 0, 512},  // 15: [512 + r6] = r7
    {OP_ADDI, 1, 1, 0, 2},     // 16: r1 += 2
    {OP_LESS, 1, 9, 0, -14},   // 17: if r1 < r9 goto 4
    {OP_SUB, 5, 5, 7, 0},      // 18: r5 -= r7
    {OP_HALT, 5, 0, 0, 0},     // 19
};

static uint32_t machine_memory[MEMORY];

static uint64_t run_programs(machine *run) {
    uint32_t state = bench_seed, steps = 0;
    uint64_t sum = 0;
    memset(machine_memory, 0, sizeof machine_memory);
    for (uint32_t round = 0; round < 30; round++) {
        for (uint32_t i = 0; i < 256; i++) machine_memory[i] = bench_random(&state) >> 4;
        sum = bench_mix(sum, run(sorting, machine_memory, &steps));
        sum = bench_mix(sum, run(divisors, machine_memory, &steps));
    }
    for (uint32_t i = 0; i < MEMORY; i++) sum = bench_mix(sum, machine_memory[i]);
    return bench_mix(sum, steps);
}

#endif
