// A compiler from bytecode to RISC-V, as language runtimes have one: loops of a million
// turns run in what it makes, which calls back into C, also into its own interpreter,
// and is compiled again when a constant changes. The interpreter says what is right.
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>

enum op { SET, MOVE, ADD, SUB, MUL, XOR, SHIFT, LESS, LOOP, SKIP, CALL, STORE, LOAD, END };
struct code { uint8_t op, d, a, b; int32_t n; };
#define VARS 6 // v0 to v5 are s1 to s6; s0 points to the machine
struct machine { int64_t v[VARS], cells[16]; long calls; };
typedef int64_t helper(struct machine *, int64_t, int64_t);
typedef void compiled(struct machine *);

static helper mix, enter, count, give_up;
static helper *const helpers[] = {mix, enter, count, give_up};
static jmp_buf out;

static void interpret(const struct code *code, struct machine *m) {
    int64_t *v = m->v;
    for (const struct code *c = code;; c++) {
        switch (c->op) {
        case SET: v[c->d] = c->n; break;
        case MOVE: v[c->d] = v[c->a]; break;
        case ADD: v[c->d] = v[c->a] + v[c->b]; break;
        case SUB: v[c->d] = v[c->a] - v[c->b]; break;
        case MUL: v[c->d] = v[c->a] * v[c->b]; break;
        case XOR: v[c->d] = v[c->a] ^ v[c->b]; break;
        case SHIFT: v[c->d] = (int64_t)((uint64_t)v[c->a] >> c->n); break;
        case LESS: v[c->d] = v[c->a] < v[c->b]; break;
        case LOOP: if (v[c->a]) c += c->n; break; // n is negative
        case SKIP: if (!v[c->a]) c += c->n; break;
        case CALL: v[c->d] = helpers[c->n](m, v[c->a], v[c->b]); break;
        case STORE: m->cells[v[c->a] & 15] = v[c->b]; break;
        case LOAD: v[c->d] = m->cells[v[c->a] & 15]; break;
        case END: return;
        }
    }
}

// The compiler. Each operation becomes a few full instructions.
static uint32_t *at;
enum { ZERO, RA, SP, T0 = 5, T1, S0 = 8, A0 = 10, A1, A2 };
static const uint8_t reg[VARS] = {9, 18, 19, 20, 21, 22};
static void word(uint32_t w) { *at++ = w; }
static void r_type(int funct7, int funct3, int d, int a, int b) { word(funct7 << 25 | b << 20 | a << 15 | funct3 << 12 | d << 7 | 0x33); }
static void i_type(int opcode, int funct3, int d, int a, int n) { word((uint32_t)n << 20 | a << 15 | funct3 << 12 | d << 7 | opcode); }
static void s_type(int b, int n, int a) { word((uint32_t)(n >> 5) << 25 | b << 20 | a << 15 | 3 << 12 | (n & 31) << 7 | 0x23); }
static void constant(int d, int64_t n) {
    if (n == (int32_t)n) {
        word(((uint32_t)n + 0x800 & 0xfffff000) | d << 7 | 0x37);
        i_type(0x1b, 0, d, d, n & 0xfff); // addiw
        return;
    }
    constant(d, n >> 12);
    i_type(0x13, 1, d, d, 12);
    i_type(0x13, 6, T1, ZERO, n & 0x7ff);
    r_type(0, 0, d, d, T1);
    if (n & 0x800) i_type(0x13, 0, d, d, 0x7ff), i_type(0x13, 0, d, d, 1);
}
static void branch(int funct3, int a, long n) {
    word((n >> 12 & 1) << 31 | (n >> 5 & 63) << 25 | a << 15 | funct3 << 12 | (n >> 1 & 15) << 8 | (n >> 11 & 1) << 7 | 0x63);
}
static void cell(int a) {
    i_type(0x13, 7, T0, reg[a], 15);
    i_type(0x13, 1, T0, T0, 3);
    r_type(0, 0, T0, T0, S0);
}

static compiled *compile(const struct code *code, uint32_t *to) {
    uint32_t *starts[64], *skips[64];
    at = to;
    i_type(0x13, 0, SP, SP, -64);
    s_type(RA, 56, SP), s_type(S0, 48, SP);
    for (int i = 0; i < VARS; i++) s_type(reg[i], i * 8, SP);
    i_type(0x13, 0, S0, A0, 0);
    for (int i = 0; i < VARS; i++) i_type(0x03, 3, reg[i], S0, i * 8);
    int n = 0;
    for (const struct code *c = code; c->op != END; c++, n++) {
        int d = reg[c->d], a = reg[c->a], b = reg[c->b];
        starts[n] = at, skips[n] = NULL;
        switch (c->op) {
        case SET: constant(d, c->n); break;
        case MOVE: i_type(0x13, 0, d, a, 0); break;
        case ADD: r_type(0, 0, d, a, b); break;
        case SUB: r_type(32, 0, d, a, b); break;
        case MUL: r_type(1, 0, d, a, b); break;
        case XOR: r_type(0, 4, d, a, b); break;
        case SHIFT: i_type(0x13, 5, d, a, c->n); break;
        case LESS: r_type(0, 2, d, a, b); break;
        case LOOP: branch(1, a, (starts[n + c->n + 1] - at) * 4); break;
        case SKIP: skips[n] = at++; break;
        case CALL:
            i_type(0x13, 0, A0, S0, 0), i_type(0x13, 0, A1, a, 0), i_type(0x13, 0, A2, b, 0);
            constant(T0, (int64_t)helpers[c->n]);
            i_type(0x67, 0, RA, T0, 0);
            i_type(0x13, 0, d, A0, 0);
            break;
        case STORE: cell(c->a), s_type(b, VARS * 8, T0); break;
        case LOAD: cell(c->a), i_type(0x03, 3, d, T0, VARS * 8); break;
        }
    }
    starts[n] = at;
    for (int i = 0; i < VARS; i++) s_type(reg[i], i * 8, S0);
    for (int i = 0; i < VARS; i++) i_type(0x03, 3, reg[i], SP, i * 8);
    i_type(0x03, 3, RA, SP, 56), i_type(0x03, 3, S0, SP, 48);
    i_type(0x13, 0, SP, SP, 64);
    i_type(0x67, 0, ZERO, RA, 0);
    uint32_t *end = at;
    for (int i = 0; i < n; i++)
        if ((at = skips[i])) branch(0, reg[code[i].a], (starts[i + code[i].n + 1] - at) * 4);
    __builtin___clear_cache(to, end);
    return (compiled *)to;
}

// v0 counts to v1. The sum of a generator's numbers, with a cell for each residue.
static struct code million[] = {
    {SET, 1, 0, 0, 1000000}, {SET, 0, 0, 0, 0}, {SET, 2, 0, 0, 12345}, {SET, 3, 0, 0, 1103515},
    {MUL, 2, 2, 3}, {ADD, 2, 2, 0}, {SHIFT, 4, 2, 0, 7}, {XOR, 2, 2, 4}, {SET, 5, 0, 0, 1}, {ADD, 0, 0, 5},
    {LOAD, 5, 4}, {ADD, 5, 5, 2}, {STORE, 0, 4, 5}, {LESS, 5, 0, 1}, {LOOP, 0, 5, 0, -11}, {END}};
static struct code calling[] = {
    {SET, 1, 0, 0, 5000}, {SET, 0, 0, 0, 0}, {SET, 2, 0, 0, 77},
    {CALL, 2, 2, 0, 0}, {SHIFT, 4, 2, 0, 60}, {SKIP, 0, 4, 0, 1}, {CALL, 4, 4, 0, 2}, {SET, 5, 0, 0, 1}, {ADD, 0, 0, 5},
    {LESS, 5, 0, 1}, {LOOP, 0, 5, 0, -8}, {CALL, 3, 2, 0, 1}, {END}};
static struct code leaving[] = {{SET, 0, 0, 0, 5}, {CALL, 0, 0, 0, 3}, {END}};

static uint32_t *room;
static int nesting, jitted;
__attribute__((noinline)) static int64_t mix(struct machine *m, int64_t a, int64_t b) { m->calls++; return (a ^ b) * 0x9e3779b97f4a7c15; }
static int64_t count(struct machine *m, int64_t a, int64_t b) { return m->cells[a & 15] += b; }
static int64_t give_up(struct machine *m, int64_t a, int64_t b) { longjmp(out, (int)(a + b)); }
// Starts the machine again, inside of a call from it.
static int64_t enter(struct machine *m, int64_t a, int64_t b) {
    if (nesting == 3) return a;
    struct machine inner = {{0}, {a, b}};
    static struct code small[] = {{SET, 0, 0, 0, 9}, {CALL, 1, 0, 0, 0}, {LOAD, 2, 3}, {CALL, 2, 2, 1, 1}, {END}};
    nesting++;
    small[0].n = nesting * 100;
    if (jitted) compile(small, room + 1024 * nesting)(&inner);
    else interpret(small, &inner);
    nesting--;
    return inner.v[2] + inner.calls;
}

static void both(const char *name, struct code *code, int turns) {
    uint64_t hash[2] = {1, 1};
    for (int way = 0; way < 2; way++) {
        for (int turn = 0; turn < turns; turn++) {
            struct machine m = {{0}};
            code[2].n += turn;
            jitted = way;
            if (way) compile(code, room)(&m);
            else interpret(code, &m);
            code[2].n -= turn;
            for (unsigned i = 0; i < sizeof m / 8; i++) hash[way] = hash[way] * 31 + ((uint64_t *)&m)[i];
        }
    }
    printf("%s: %016lx, %s\n", name, hash[1], hash[0] == hash[1] ? "as interpreted" : "not as interpreted");
}

int main(void) {
    room = mmap(NULL, 1 << 16, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    struct machine m = {{0}};
    compile(million, room)(&m);
    printf("million: %ld, %016lx\n", m.v[0], m.v[2] ^ m.cells[3]);
    million[0].n = 5000;
    both("thousands", million, 1);
    both("calling", calling, 1);
    million[0].n = 50;
    both("compiled again", million, 100);
    for (volatile int i = 0; i < 3; i++) {
        int code = setjmp(out);
        if (code == 0) compile(leaving, room)(&m);
        else printf("left with %d ", code);
    }
    putchar('\n');
    return 0;
}
