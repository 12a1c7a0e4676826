// A loop that does about a microsecond of ordinary work in each turn, and the same loop
// with an event between the turns.
#include <setjmp.h>
#include <ucontext.h>

#include "coroutine.h"
#include "sideways.h"

// What is worked on: a table that is read and written at places which its values say.
struct workshop {
    uint32_t table[256];
    uint64_t sum;
};

static struct workshop shop;

static void open_shop(void) {
    uint32_t state = bench_seed;
    for (uint32_t i = 0; i < 256; i++) shop.table[i] = bench_random(&state);
    shop.sum = bench_seed;
}

// The work of one turn.
NOINLINE static void work(struct workshop *it) {
    uint64_t sum = it->sum;
    for (uint32_t i = 0; i < 320; i++) {
        uint32_t *place = &it->table[(sum >> 7 ^ i) & 255];
        if (*place & 16) sum += *place;
        else sum ^= (uint64_t)*place << 9;
        *place = *place * 5 + i;
        sum = (sum << 5 | sum >> 59) + *place;
    }
    it->sum = sum;
}

static uint64_t plain(uint32_t events) {
    open_shop();
    for (uint32_t i = 0; i < events; i++) work(&shop);
    return shop.sum;
}

static jmp_buf mark;

// Works, and ends as functions do that have found an error.
NOINLINE static void work_and_leap(void) {
    work(&shop);
    longjmp(mark, 1);
}

NOINLINE static void protected_work(void) {
    if (setjmp(mark) == 0) work_and_leap();
}

static uint64_t with_setjmp(uint32_t events) {
    open_shop();
    for (uint32_t i = 0; i < events; i++) protected_work();
    return shop.sum;
}

enum { STACK = 64 << 10 };
static _Alignas(16) unsigned char stacks[2][STACK];

static struct coroutine coroutines[2];

static void coroutine_main(void) {
    for (;;) {
        work(&shop);
        coroutine_switch(&coroutines[1], &coroutines[0]);
    }
}

// Two coroutines take turns: a switch for each.
static uint64_t with_switch(uint32_t events) {
    coroutine_make(&coroutines[1], coroutine_main, stacks[0], STACK);
    open_shop();
    for (uint32_t i = 0; i < events; i += 2) {
        work(&shop);
        coroutine_switch(&coroutines[0], &coroutines[1]);
    }
    return shop.sum;
}

static ucontext_t contexts[2];

static void context_main(void) {
    for (;;) {
        work(&shop);
        if (swapcontext(&contexts[1], &contexts[0]) != 0) give_up("cannot switch");
    }
}

static uint64_t with_swapcontext(uint32_t events) {
    if (getcontext(&contexts[1]) != 0) give_up("no context");
    contexts[1].uc_stack.ss_sp = stacks[1];
    contexts[1].uc_stack.ss_size = STACK;
    contexts[1].uc_link = NULL;
    makecontext(&contexts[1], context_main, 0);
    open_shop();
    for (uint32_t i = 0; i < events; i += 2) {
        work(&shop);
        if (swapcontext(&contexts[0], &contexts[1]) != 0) give_up("cannot switch");
    }
    return shop.sum;
}

static const struct figure figures[] = {
    {"work", 5000, plain},
    {"work_setjmp", 5000, with_setjmp},
    {"work_switch", 5000, with_switch},
    {"work_swapcontext", 5000, with_swapcontext},
    {0, 0, 0},
};

int main(int argc, char **argv) { return measure(figures, argc, argv); }
