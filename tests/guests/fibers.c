// Switching stacks by hand, as libraries of coroutines do: one function saves the
// callee-saved registers on its stack, leaves `sp` behind, and returns on another one.
#include <math.h>
#include <setjmp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// switch_stack(&from, to, value): what the other side gets from its own call is `value`.
long switch_stack(uint64_t **from, uint64_t *to, long value);
void begin(void);
__asm__(".text\n.globl switch_stack\n.type switch_stack, @function\n"
        "switch_stack:\n"
        " addi sp, sp, -208\n"
        " sd ra, 0(sp)\n sd s0, 8(sp)\n sd s1, 16(sp)\n sd s2, 24(sp)\n sd s3, 32(sp)\n"
        " sd s4, 40(sp)\n sd s5, 48(sp)\n sd s6, 56(sp)\n sd s7, 64(sp)\n sd s8, 72(sp)\n"
        " sd s9, 80(sp)\n sd s10, 88(sp)\n sd s11, 96(sp)\n"
        " fsd fs0, 104(sp)\n fsd fs1, 112(sp)\n fsd fs2, 120(sp)\n fsd fs3, 128(sp)\n"
        " fsd fs4, 136(sp)\n fsd fs5, 144(sp)\n fsd fs6, 152(sp)\n fsd fs7, 160(sp)\n"
        " fsd fs8, 168(sp)\n fsd fs9, 176(sp)\n fsd fs10, 184(sp)\n fsd fs11, 192(sp)\n"
        " sd sp, 0(a0)\n"
        " mv sp, a1\n"
        " mv a0, a2\n"
        " ld ra, 0(sp)\n ld s0, 8(sp)\n ld s1, 16(sp)\n ld s2, 24(sp)\n ld s3, 32(sp)\n"
        " ld s4, 40(sp)\n ld s5, 48(sp)\n ld s6, 56(sp)\n ld s7, 64(sp)\n ld s8, 72(sp)\n"
        " ld s9, 80(sp)\n ld s10, 88(sp)\n ld s11, 96(sp)\n"
        " fld fs0, 104(sp)\n fld fs1, 112(sp)\n fld fs2, 120(sp)\n fld fs3, 128(sp)\n"
        " fld fs4, 136(sp)\n fld fs5, 144(sp)\n fld fs6, 152(sp)\n fld fs7, 160(sp)\n"
        " fld fs8, 168(sp)\n fld fs9, 176(sp)\n fld fs10, 184(sp)\n fld fs11, 192(sp)\n"
        " addi sp, sp, 208\n"
        " ret\n.size switch_stack, . - switch_stack\n"
        // Where a new stack begins: s0 is the function, s1 its argument.
        ".globl begin\n.type begin, @function\n"
        "begin: mv a1, a0\n mv a0, s1\n jalr s0\n ebreak\n.size begin, . - begin\n");

#define FIBERS 40
struct fiber {
    uint64_t *top, *back;
    char *stack;
    int id, done;
    long sent;
} fibers[FIBERS];

static void make(struct fiber *fiber, void (*body)(struct fiber *, long), int id, size_t room) {
    memset(fiber, 0, sizeof *fiber);
    fiber->id = id;
    fiber->stack = malloc(room);
    fiber->top = (uint64_t *)(((uintptr_t)fiber->stack + room) & ~15ul) - 26;
    memset(fiber->top, 0, 208);
    fiber->top[0] = (uint64_t)begin;
    fiber->top[1] = (uint64_t)body;
    fiber->top[2] = (uint64_t)fiber;
}
static long resume(struct fiber *fiber, long value) { return switch_stack(&fiber->back, fiber->top, value); }
static long yield(struct fiber *fiber, long value) { return switch_stack(&fiber->top, fiber->back, value); }
static void finish(struct fiber *fiber, long value) {
    fiber->done = 1;
    yield(fiber, value);
}

// A scheduler's tasks: integers and floating-point numbers that live across each switch.
static void task(struct fiber *self, long got) {
    long a = self->id, b = got, c = 1, d = a ^ b;
    double x = sqrt(self->id + 1), y = 1, z = x / 3;
    for (int i = 0; i < 20 + self->id; i++) {
        got = yield(self, a + b);
        a = a * 3 + got, b ^= a >> 5, c += b & 15, d -= c;
        x = x * 0.75 + i, y += x / (i + 1), z -= y * 0.125;
    }
    finish(self, a + b + c + d + lround(x * 1000 + y * 100 + z * 10));
}

// A fiber that recurses, and yields from every depth on the way down and up.
static long climb(struct fiber *self, int depth, long got) {
    long mine = yield(self, got + depth);
    long below = depth ? climb(self, depth - 1, mine) : 0;
    return yield(self, below ^ mine) + depth;
}
static void climber(struct fiber *self, long got) { finish(self, climb(self, 200, got)); }

// Leaps on its own stack, and switches between setjmp and longjmp.
static void leaper(struct fiber *self, long got) {
    jmp_buf place;
    volatile long total = got;
    for (volatile int i = 0; i < 50; i++) {
        int code = setjmp(place);
        if (code == 0) {
            total += yield(self, total);
            longjmp(place, i + 1);
        }
        total ^= code;
    }
    finish(self, total);
}

// From one fiber straight to the next one, around a ring.
static uint64_t *ring[8], *outside;
static long laps;
static void runner(struct fiber *self, long token) {
    int next = (self->id + 1) & 7;
    for (;;) {
        token = token * 5 + self->id;
        if (++laps > 100000) switch_stack(&ring[self->id], outside, token);
        token = switch_stack(&ring[self->id], ring[next], token);
    }
}

int main(void) {
    unsigned long hash = 1;
    int alive = FIBERS, rounds = 0;
    for (int i = 0; i < FIBERS; i++) make(&fibers[i], task, i, 16 << 10);
    while (alive) {
        rounds++;
        for (int i = 0; i < FIBERS; i++) {
            if (fibers[i].done) continue;
            long said = resume(&fibers[i], rounds);
            hash = hash * 31 + said;
            alive -= fibers[i].done;
        }
    }
    printf("tasks: %d rounds, %016lx\n", rounds, hash);

    struct fiber one;
    make(&one, climber, 0, 64 << 10);
    int switches = 0;
    for (hash = 7; !one.done; switches++) hash = hash * 33 + resume(&one, hash & 0xff);
    printf("climber: %d switches, %016lx\n", switches, hash);
    make(&one, leaper, 0, 16 << 10);
    for (switches = 0; !one.done; switches++) hash = hash * 33 + resume(&one, hash & 0xff);
    printf("leaper: %d switches, %016lx\n", switches, hash);

    for (int i = 0; i < 8; i++) {
        free(fibers[i].stack);
        make(&fibers[i], runner, i, 16 << 10);
        ring[i] = fibers[i].top;
    }
    long token = switch_stack(&outside, ring[0], 1);
    printf("ring: %ld laps, %016lx\n", laps, token);
    token = switch_stack(&outside, ring[4], 2);
    printf("ring: %ld laps, %016lx\n", laps, token);
    return 0;
}
