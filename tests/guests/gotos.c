// An interpreter with computed gotos: labels whose addresses live in a table,
// and a second one whose table holds distances.
#include <stdio.h>

enum op { LOAD, ADD, SUB, MUL, LESS, JUMP, BRANCH, PRINT, MOVE, STOP };

static long run(const int *code, int budget) {
    static const void *const labels[] = {&&load, &&add, &&sub, &&mul, &&less, &&jump, &&branch, &&print, &&move, &&stop};
    long r[8] = {0};
    const int *pc = code;
#define NEXT do { if (budget-- == 0) return -1; goto *labels[*pc]; } while (0)
    NEXT;
load: r[pc[1]] = pc[2]; pc += 3; NEXT;
add: r[pc[1]] += r[pc[2]]; pc += 3; NEXT;
sub: r[pc[1]] -= r[pc[2]]; pc += 3; NEXT;
mul: r[pc[1]] *= r[pc[2]]; pc += 3; NEXT;
less: r[pc[1]] = r[pc[2]] < r[pc[3]]; pc += 4; NEXT;
jump: pc = code + pc[1]; NEXT;
branch: pc = r[pc[1]] ? code + pc[2] : pc + 3; NEXT;
print: printf("r%d = %ld\n", pc[1], r[pc[1]]); pc += 2; NEXT;
move: r[pc[1]] = r[pc[2]]; pc += 3; NEXT;
stop: return r[0];
}

// Distances between labels, as position-independent interpreters have them.
static int relative(const char *program) {
    static const int distances[] = {&&plus - &&plus, &&minus - &&plus, &&twice - &&plus, &&end - &&plus};
    int value = 0;
#define GO goto *(&&plus + distances[(*program == '+') ? 0 : (*program == '-') ? 1 : (*program == '2') ? 2 : 3])
    GO;
plus: value++; program++; GO;
minus: value--; program++; GO;
twice: value *= 2; program++; GO;
end: return value;
}

// A table that changes: what an operation does depends on those before it.
static int changing(const char *program) {
    static void *table[] = {&&up, &&down, &&turn, &&done};
    int value = 0;
#define STEP goto *table[*program++ - 'a']
    STEP;
up: value += 3; STEP;
down: value -= 2; STEP;
turn:
    table[0] = &&down;
    table[1] = &&up;
    value *= 10;
    STEP;
done:
    table[0] = &&up;
    table[1] = &&down;
    return value;
}

static const int factorials[] = {
    LOAD, 0, 1, LOAD, 1, 1, LOAD, 2, 11, LOAD, 3, 1,
    // 12: while r1 < r2
    LESS, 4, 1, 2, BRANCH, 4, 22, PRINT, 0, STOP,
    0, // padding, jumped over
};

int main(void) {
    int code[64], n = 0;
    for (; n < 22; n++) code[n] = factorials[n];
    static const int body[] = {MUL, 0, 1, ADD, 1, 3, MOVE, 5, 0, JUMP, 12};
    for (unsigned i = 0; i < sizeof body / sizeof *body; i++) code[n++] = body[i];
    printf("%ld\n", run(code, 1000));
    printf("%ld\n", run(code, 20));
    printf("%d %d %d\n", relative("+++2-"), relative(""), relative("+2222-"));
    printf("%d %d %d\n", changing("aabcaabd"), changing("d"), changing("bcabcd"));
    return 0;
}
