// Accesses outside of memory, and a stack that is used up: handlers leave by siglongjmp,
// from any depth and as often as they like.
// run: leave
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

static sigjmp_buf place;
static volatile int seen;

static void leave(int signal, siginfo_t *info, void *context) {
    (void)context;
    seen = signal * 100 + (info->si_signo == signal);
    siglongjmp(place, signal);
}

static void come_back(int signal, siginfo_t *info, void *context) {
    (void)info;
    (void)context;
    printf("handled %d\n", signal);
    fflush(stdout);
}

static void on(int signal, void (*handler)(int, siginfo_t *, void *), int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | flags;
    sigaction(signal, &action, NULL);
}

__attribute__((noinline)) static int load(volatile int *from) { return *from; }
__attribute__((noinline)) static void store(volatile char *to) { *to = 1; }

// Deep enough that callers' registers have to come back from all over the stack.
__attribute__((noinline)) static int below(int depth, volatile int *bad) {
    volatile int local = depth;
    if (depth == 0) return load(bad);
    return below(depth - 1, bad) + local;
}

static volatile char *lowest;
__attribute__((noinline)) static int endless(int depth) {
    volatile char frame[200];
    lowest = frame;
    frame[depth % 200] = (char)depth;
    return endless(depth + 1) + frame[depth % 100];
}

int main(int argc, char **argv) {
    (void)argc;
    volatile int *nothing = (int *)8;
    if (strcmp(argv[1], "return") == 0) {
        on(SIGSEGV, come_back, 0);
        return load(nothing);
    }
    on(SIGSEGV, leave, 0);
    unsigned long sum = 0;
    for (volatile int i = 0; i < 5; i++) {
        int signal = sigsetjmp(place, 1);
        if (signal == 0) sum += below(3 * i, nothing);
        else sum += 10 * signal + i;
    }
    printf("loads: %d, sum %lu\n", seen, sum);
    if (sigsetjmp(place, 1) == 0) store(NULL);
    printf("store: %d\n", seen);

    // The handler has a stack of its own where the other is used up.
    static char own[65536];
    stack_t stack = {.ss_sp = own, .ss_size = sizeof own};
    sigaltstack(&stack, NULL);
    on(SIGSEGV, leave, SA_ONSTACK);
    for (volatile int i = 0; i < 2; i++) {
        char here;
        if (sigsetjmp(place, 1) == 0) endless(1);
        long used = &here - lowest;
        printf("stack: %d, %s\n", seen, used > 7 << 20 && used < 9 << 20 ? "about 8 MiB" : "another size");
    }
    return 0;
}
