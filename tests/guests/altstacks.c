// What handlers can do with stacks and contexts: begin coroutines on alternate stacks,
// and switch between threads by changing all registers of the interrupted program.
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

// Coroutines as they were made before makecontext: a signal puts a frame on another
// stack, setjmp remembers it, and the handler returns without it.
#define COROUTINES 6
static struct coroutine {
    sigjmp_buf own, caller;
    char *stack;
    long value;
    int id, done;
} coroutines[COROUTINES], *making;
static sigjmp_buf made;

static void yield(struct coroutine *c, long value) {
    c->value = value;
    if (sigsetjmp(c->own, 0) == 0) siglongjmp(c->caller, 1);
}
__attribute__((noinline)) static long digits(struct coroutine *c, int depth, long n) {
    if (depth == 0) return n;
    yield(c, n * 10 + depth);
    long below = digits(c, depth - 1, n * 3 + c->id);
    yield(c, below);
    return below + depth;
}
static void body(struct coroutine *c) {
    for (int i = 0; i < 10 + c->id; i++) yield(c, digits(c, i % 5, i));
    c->done = 1;
    siglongjmp(c->caller, 1);
}
static void on_other_stack(int signal) {
    (void)signal;
    struct coroutine *volatile self = making;
    if (sigsetjmp(self->own, 0) == 0) return;
    // The frame of the handler is long gone as far as the kernel knows.
    body(self);
}
static void make(struct coroutine *c, int id) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_other_stack;
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGUSR1, &action, NULL);
    c->id = id;
    c->stack = malloc(32 << 10);
    stack_t stack = {.ss_sp = c->stack, .ss_size = 32 << 10}, none = {.ss_flags = SS_DISABLE};
    sigaltstack(&stack, NULL);
    making = c;
    raise(SIGUSR1);
    sigaltstack(&none, NULL);
}
static int resume(struct coroutine *c) {
    if (!c->done && sigsetjmp(c->caller, 0) == 0) siglongjmp(c->own, 1);
    return !c->done;
}

// Threads that are switched in a handler: it exchanges the registers that the kernel
// has saved. Each runs until it raises the signal, and goes on behind that.
#define THREADS 4
// Of what the kernel has saved, the part that there always is: pc, x1 to x31, f0 to f31, fcsr.
struct registers { unsigned long x[32], f[32]; unsigned fcsr; };
#define SAVED (64 * 8 + 4)
static struct thread { struct registers registers; char stack[32 << 10]; long steps, sum; double x; } threads[THREADS];
static struct registers first;
static int running = -1, left = THREADS;

static void switch_threads(int signal, siginfo_t *info, void *context) {
    (void)signal;
    (void)info;
    mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
    memcpy(running < 0 ? &first : &threads[running].registers, machine, SAVED);
    if (left == 0) {
        memcpy(machine, &first, SAVED);
        running = -1;
        return;
    }
    do running = (running + 1) % THREADS; while (threads[running].steps < 0);
    memcpy(machine, &threads[running].registers, SAVED);
}
__attribute__((noinline)) static long work(struct thread *self, int depth, long n) {
    if (depth == 0) {
        raise(SIGUSR2);
        return n;
    }
    long below = work(self, depth - 1, n * 7 + depth);
    self->x = self->x * 0.5 + depth;
    return below ^ depth;
}
static void thread_main(struct thread *self) {
    for (int i = 0; i < 100; i++) {
        double kept = self->x + i;
        self->sum = self->sum * 31 + work(self, i % 9, i);
        self->x = (self->x + kept) * 0.25;
        self->steps++;
    }
    self->steps = -self->steps;
    left--;
    raise(SIGUSR2);
    puts("not reached");
}
static void start_threads(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = switch_threads;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR2, &action, NULL);
    for (int i = 0; i < THREADS; i++) {
        unsigned long *r = threads[i].registers.x;
        // The pc is in the place of x0; gp and tp are everybody's.
        r[0] = (unsigned long)thread_main;
        r[2] = (unsigned long)(threads[i].stack + sizeof threads[i].stack) & ~15ul;
        __asm__("mv %0, gp" : "=r"(r[3]));
        __asm__("mv %0, tp" : "=r"(r[4]));
        r[10] = (unsigned long)&threads[i];
        threads[i].sum = i;
        threads[i].x = i;
    }
    raise(SIGUSR2);
}

int main(void) {
    unsigned long hash = 1;
    int resumed = 0;
    for (int i = 0; i < COROUTINES; i++) make(&coroutines[i], i);
    for (int any = 1; any;) {
        any = 0;
        for (int i = 0; i < COROUTINES; i++)
            if (resume(&coroutines[i])) any = 1, resumed++, hash = hash * 31 + coroutines[i].value;
    }
    printf("coroutines: %d, %016lx\n", resumed, hash);
    start_threads();
    for (int i = 0; i < THREADS; i++) printf("thread %d: %ld steps, %016lx, %.9f\n", i, -threads[i].steps, threads[i].sum, threads[i].x);
    return 0;
}
