// An interpreter of a register machine with one switch: the program sorts, and
// finds divisors, in bytecode. `interp_goto` runs the same with computed gotos.
#define NAME "interp_switch"
#include "bench.h"
#include "bytecode.h"

NOINLINE static uint32_t run(const struct op *program, uint32_t *memory, uint32_t *steps) {
    uint32_t r[16] = {0}, count = 0;
    const struct op *pc = program;
    for (;;) {
        struct op op = *pc++;
        count++;
        switch (op.code) {
        case OP_SET: r[op.a] = (uint32_t)(int32_t)op.number; break;
        case OP_MOVE: r[op.a] = r[op.b]; break;
        case OP_ADD: r[op.a] = r[op.b] + r[op.c]; break;
        case OP_ADDI: r[op.a] = r[op.b] + (uint32_t)(int32_t)op.number; break;
        case OP_SUB: r[op.a] = r[op.b] - r[op.c]; break;
        case OP_MUL: r[op.a] = r[op.b] * r[op.c]; break;
        case OP_MOD: r[op.a] = r[op.c] ? r[op.b] % r[op.c] : r[op.b]; break;
        case OP_AND: r[op.a] = r[op.b] & r[op.c]; break;
        case OP_XOR: r[op.a] = r[op.b] ^ r[op.c]; break;
        case OP_SHIFT: r[op.a] = r[op.b] >> (op.number & 31); break;
        case OP_LOAD: r[op.a] = memory[(r[op.b] + (uint32_t)(int32_t)op.number) % MEMORY]; break;
        case OP_STORE: memory[(r[op.b] + (uint32_t)(int32_t)op.number) % MEMORY] = r[op.a]; break;
        case OP_LESS: if (r[op.a] < r[op.b]) pc += op.number; break;
        case OP_EQUAL: if (r[op.a] == r[op.b]) pc += op.number; break;
        case OP_JUMP: pc += op.number; break;
        case OP_HALT: *steps += count; return r[op.a];
        }
    }
}

static uint64_t work(void) { return run_programs(run); }
