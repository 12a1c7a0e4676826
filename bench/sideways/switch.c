// Two coroutines that do nothing but switch to each other: by swapcontext, which asks
// the kernel for the signal mask each time, and by a few instructions.
#include <ucontext.h>

#include "coroutine.h"
#include "sideways.h"

enum { STACK = 64 << 10 };
static _Alignas(16) unsigned char stacks[2][STACK];

// What is handed to and fro.
static uint64_t ball;

static ucontext_t contexts[2];

static void context_main(void) {
    for (;;) {
        ball = bench_mix(ball, 2);
        if (swapcontext(&contexts[1], &contexts[0]) != 0) give_up("cannot switch");
    }
}

// An event is a switch: there and back are two.
static uint64_t contexts_switch(uint32_t events) {
    if (getcontext(&contexts[1]) != 0) give_up("no context");
    contexts[1].uc_stack.ss_sp = stacks[0];
    contexts[1].uc_stack.ss_size = STACK;
    contexts[1].uc_link = NULL;
    makecontext(&contexts[1], context_main, 0);
    ball = bench_seed;
    for (uint32_t i = 0; i < events; i += 2) {
        ball = bench_mix(ball, 1);
        if (swapcontext(&contexts[0], &contexts[1]) != 0) give_up("cannot switch");
    }
    return ball;
}

static struct coroutine coroutines[2];

static void coroutine_main(void) {
    for (;;) {
        ball = bench_mix(ball, 2);
        coroutine_switch(&coroutines[1], &coroutines[0]);
    }
}

static uint64_t coroutines_switch(uint32_t events) {
    coroutine_make(&coroutines[1], coroutine_main, stacks[1], STACK);
    ball = bench_seed;
    for (uint32_t i = 0; i < events; i += 2) {
        ball = bench_mix(ball, 1);
        coroutine_switch(&coroutines[0], &coroutines[1]);
    }
    return ball;
}

static const struct figure figures[] = {
    {"swapcontext", 10000, contexts_switch},
    {"switch", 20000, coroutines_switch},
    {0, 0, 0},
};

int main(int argc, char **argv) { return measure(figures, argc, argv); }
