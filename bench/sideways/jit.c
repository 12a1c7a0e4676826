// A compiler for a small bytecode that makes machine code in memory: how long a turn
// of a compiled loop takes, and how long it takes to compile it anew and run it once.
#define _GNU_SOURCE
#include "code.h"
#include "sideways.h"

// The machine of the bytecode has five registers. The first three hold the arguments
// at the start, and the last holds what is returned.
enum operation { MOVE, ADD, ADD_NUMBER, MULTIPLY, XOR, SHIFT_RIGHT, BACK_UNLESS_0, RETURN };

struct instruction {
    uint8_t operation, to, from;
    // A number, or the instruction that a jump leads to.
    int16_t number;
};

enum { TURNS, STATE, FACTOR, COPY, SUM };

// A generator of pseudo-random numbers, and the sum of what it gives.
static const struct instruction program[] = {
    {ADD_NUMBER, STATE, 0, 0x155},
    {MULTIPLY, STATE, FACTOR, 0},
    {MOVE, COPY, STATE, 0},
    {SHIFT_RIGHT, COPY, 0, 29},
    {XOR, STATE, COPY, 0},
    {ADD, SUM, STATE, 0},
    {ADD_NUMBER, TURNS, 0, -1},
    {BACK_UNLESS_0, TURNS, 0, 0},
    {RETURN, 0, 0, 0},
};
enum { LENGTH = sizeof program / sizeof *program, MOST_BYTES = 16 * (LENGTH + 1) };

#if defined(__riscv)

static unsigned char *word(unsigned char *at, uint32_t instruction) {
    memcpy(at, &instruction, 4);
    return at + 4;
}

// a0, a1, a2, a3, a4
static uint32_t of(uint8_t index) { return 10u + index; }

static unsigned char *three(unsigned char *at, uint32_t function, uint8_t to, uint8_t from) {
    return word(at, function | of(from) << 20 | of(to) << 15 | of(to) << 7 | 0x33);
}

static unsigned char *number(unsigned char *at, uint32_t function, uint8_t to, uint8_t from, int16_t value) {
    return word(at, ((uint32_t)value & 0xfff) << 20 | of(from) << 15 | function | of(to) << 7 | 0x13);
}

static unsigned char *start(unsigned char *at) { return word(at, of(SUM) << 7 | 0x13); /* li a4, 0 */ }

static unsigned char *emit(unsigned char *at, struct instruction it, unsigned char *const *places) {
    switch (it.operation) {
    case MOVE: return number(at, 0, it.to, it.from, 0);
    case ADD: return three(at, 0, it.to, it.from);
    case ADD_NUMBER: return number(at, 0, it.to, it.to, it.number);
    case MULTIPLY: return three(at, 1u << 25, it.to, it.from);
    case XOR: return three(at, 4u << 12, it.to, it.from);
    case SHIFT_RIGHT: return number(at, 5u << 12, it.to, it.to, it.number);
    case BACK_UNLESS_0: {
        uint32_t by = (uint32_t)(places[it.number] - at);
        return word(at, (by >> 12 & 1) << 31 | (by >> 5 & 0x3f) << 25 | of(it.to) << 15 | 1u << 12 |
                            (by >> 1 & 0xf) << 8 | (by >> 11 & 1) << 7 | 0x63);
    }
    default: return word(number(at, 0, TURNS, SUM, 0), 0x8067);
    }
}

#elif defined(__x86_64__)

static unsigned char *bytes(unsigned char *at, uint32_t count, uint64_t little_endian) {
    memcpy(at, &little_endian, count);
    return at + count;
}

// rdi, rsi, rdx, rcx, r8
static unsigned of(uint8_t index) { return (const unsigned char[]){7, 6, 2, 1, 8}[index]; }

// An instruction with two registers: one in the field for registers, one in the other.
static unsigned char *two(unsigned char *at, uint32_t opcode, uint32_t length, unsigned reg, unsigned rm) {
    at = bytes(at, 1, 0x48u | (reg >> 3) << 2 | rm >> 3);
    at = bytes(at, length, opcode);
    return bytes(at, 1, 0xc0u | (reg & 7) << 3 | (rm & 7));
}

static unsigned char *start(unsigned char *at) { return two(at, 0x31, 1, of(SUM), of(SUM)); }

static unsigned char *emit(unsigned char *at, struct instruction it, unsigned char *const *places) {
    unsigned to = of(it.to), from = of(it.from);
    switch (it.operation) {
    case MOVE: return two(at, 0x89, 1, from, to);
    case ADD: return two(at, 0x01, 1, from, to);
    case ADD_NUMBER: return bytes(two(at, 0x81, 1, 0, to), 4, (uint32_t)(int32_t)it.number);
    case MULTIPLY: return two(at, 0xaf0f, 2, to, from);
    case XOR: return two(at, 0x31, 1, from, to);
    case SHIFT_RIGHT: return bytes(two(at, 0xc1, 1, 5, to), 1, (uint8_t)it.number);
    case BACK_UNLESS_0:
        at = bytes(two(at, 0x85, 1, to, to), 2, 0x850f);
        return bytes(at, 4, (uint32_t)(places[it.number] - (at + 4)));
    default: return bytes(two(at, 0x89, 1, of(SUM), 0), 1, 0xc3);
    }
}

#else
#error "there is no compiler for this processor"
#endif

typedef uint64_t (*compiled)(uint64_t turns, uint64_t state, uint64_t factor);

// Compiles the program, into the same memory each time.
NOINLINE static compiled compile(void) {
    static unsigned char *memory;
    unsigned char *places[LENGTH];
    if (!memory) memory = code_memory(4096);
    if (!memory) give_up("no memory for code");
    unsigned char *at = start(memory);
    for (uint32_t i = 0; i < LENGTH; i++) {
        places[i] = at;
        at = emit(at, program[i], places);
    }
    if (at > memory + MOST_BYTES) give_up("more code than there is room for");
    code_changed(memory, at);
    return (compiled)(uintptr_t)memory;
}

static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);

// An event is a turn of the loop.
static uint64_t turns(uint32_t events) {
    static compiled run;
    if (!run) run = compile();
    return run(events, bench_seed, factor);
}

// An event is a compilation and a run of one turn.
static uint64_t compilations(uint32_t events) {
    uint64_t sum = bench_seed;
    for (uint32_t i = 0; i < events; i++) sum = bench_mix(sum, compile()(1, sum, factor));
    return sum;
}

static const struct figure figures[] = {
    {"jit_turn", 50000, turns},
    {"jit_compile", 1000, compilations},
    {0, 0, 0},
};

int main(int argc, char **argv) { return measure(figures, argc, argv); }
