// The interpreter of `interp_switch` with computed gotos: each operation jumps to
// the next one by a table of labels.
#define NAME "interp_goto"
#include "bench.h"
#include "bytecode.h"

NOINLINE static uint32_t run(const struct op *program, uint32_t *memory, uint32_t *steps) {
    // In the order of the codes.
    static const void *const labels[] = {
        &&set, &&move, &&add, &&addi, &&sub, &&mul, &&mod, &&and, &&xor, &&shift, &&load, &&store,
        &&less, &&equal, &&jump, &&halt,
    };
    uint32_t r[16] = {0}, count = 0;
    const struct op *pc = program;
    struct op op;
#define NEXT                     \
    do {                         \
        op = *pc++;              \
        count++;                 \
        goto *labels[op.code];   \
    } while (0)
    NEXT;
set: r[op.a] = (uint32_t)(int32_t)op.number; NEXT;
move: r[op.a] = r[op.b]; NEXT;
add: r[op.a] = r[op.b] + r[op.c]; NEXT;
addi: r[op.a] = r[op.b] + (uint32_t)(int32_t)op.number; NEXT;
sub: r[op.a] = r[op.b] - r[op.c]; NEXT;
mul: r[op.a] = r[op.b] * r[op.c]; NEXT;
mod: r[op.a] = r[op.c] ? r[op.b] % r[op.c] : r[op.b]; NEXT;
and: r[op.a] = r[op.b] & r[op.c]; NEXT;
xor: r[op.a] = r[op.b] ^ r[op.c]; NEXT;
shift: r[op.a] = r[op.b] >> (op.number & 31); NEXT;
load: r[op.a] = memory[(r[op.b] + (uint32_t)(int32_t)op.number) % MEMORY]; NEXT;
store: memory[(r[op.b] + (uint32_t)(int32_t)op.number) % MEMORY] = r[op.a]; NEXT;
less: if (r[op.a] < r[op.b]) pc += op.number; NEXT;
equal: if (r[op.a] == r[op.b]) pc += op.number; NEXT;
jump: pc += op.number; NEXT;
halt: *steps += count; return r[op.a];
}

static uint64_t work(void) { return run_programs(run); }
