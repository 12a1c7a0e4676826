// flags: -O2
// A stack machine: its dense switch becomes a bounds check, a table of offsets
// and an indirect jump.
#include "../print.h"

enum op { PUSH, ADD, SUB, MUL, DUP, SWAP, OVER, DROP, JUMP_IF, HALT };

__attribute__((noinline)) long run(const signed char *code) {
    long stack[16];
    long *top = stack;
    for (;;) {
        switch (*code++) {
        case PUSH: *++top = *code++; break;
        case ADD: top--; top[0] += top[1]; break;
        case SUB: top--; top[0] -= top[1]; break;
        case MUL: top--; top[0] *= top[1]; break;
        case DUP: top++; top[0] = top[-1]; break;
        case SWAP: { long t = top[0]; top[0] = top[-1]; top[-1] = t; break; }
        case OVER: top++; top[0] = top[-2]; break;
        case DROP: top--; break;
        case JUMP_IF: { long distance = *code++; if (*top--) code += distance; break; }
        case HALT: return *top;
        default: return -1;
        }
    }
}

// 1 * 12 * 11 * ... * 1: the stack holds the product and the counter.
static const signed char factorial[] = {PUSH, 1, PUSH, 12,
                                        SWAP, OVER, MUL, SWAP, PUSH, 1, SUB, DUP, JUMP_IF, -10,
                                        DROP, HALT};
static const signed char unknown[] = {PUSH, 3, 77};

int main(void) {
    print_line("12!", run(factorial));
    print_line("unknown", run(unknown));
    return 0;
}
