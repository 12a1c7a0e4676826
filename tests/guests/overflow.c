// The end of the stack, 8 MiB down: caught on an alternate stack, again and again and by
// recursions of several kinds; or by nobody.
// run: caught
// run: uncaught
// run: uncaught pointer
// run: full
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

static sigjmp_buf place;
static char *top;
static volatile uintptr_t lowest;
static volatile int on_own_stack;
static char own[1 << 16];

static void note(void *frame) { lowest = (uintptr_t)frame; }

// Small frames, with values that wait in each.
NOINLINE static long small(long n) {
    char here;
    note(&here);
    long below = small(n + 1);
    return below * 3 + n;
}
// Frames of a page and more, of which little is touched.
NOINLINE static long large(long n) {
    volatile char room[6000];
    room[n % 6000] = 1;
    note((void *)room);
    return large(n + 1) + room[5];
}
// Three functions in a ring, with floating-point numbers.
NOINLINE static double second(double x, long n);
NOINLINE static double third(double x, long n);
NOINLINE static double first(double x, long n) { char here; note(&here); return second(x + 1, n + 1) * x + n; }
NOINLINE static double second(double x, long n) { return third(x * 0.5, n + 1) + x; }
NOINLINE static double third(double x, long n) { char room[100]; memset(room, n, sizeof room); return first(x, n) + room[n % 100]; }
// Through a pointer.
static long (*volatile again)(long);
NOINLINE static long pointed(long n) { char here; note(&here); return again(n + 1) ^ n; }
// Arrays whose size is known only then, more in each frame.
NOINLINE static long growing(long n) {
    char room[n * 16 + 16];
    room[n] = 1;
    note(room);
    return growing(n + 1) + room[n / 2];
}
// From within a function of the library.
static int compare(const void *a, const void *b) {
    int pair[2] = {*(const int *)b, *(const int *)a + 1};
    note(pair);
    qsort(pair, 2, sizeof *pair, compare);
    return pair[0] - pair[1];
}
static long sorting(long n) {
    int pair[2] = {1, 0};
    qsort(pair, 2, sizeof *pair, compare);
    return n;
}
static long ring(long n) { return (long)first(1, n); }

static void caught(int signal) {
    char here;
    on_own_stack = &here >= own && &here < own + sizeof own;
    siglongjmp(place, signal);
}

int main(int argc, char **argv) {
    char here;
    top = &here;
    again = pointed;
    setvbuf(stdout, NULL, _IONBF, 0);
    puts("before");
    if (!strcmp(argv[1], "uncaught")) return (int)(argc > 2 ? pointed(1) : small(1));
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = caught;
    if (!strcmp(argv[1], "full")) {
        // The handler would need the stack that is used up.
        sigaction(SIGSEGV, &action, NULL);
        return (int)small(1);
    }
    action.sa_flags = SA_ONSTACK;
    sigaction(SIGSEGV, &action, NULL);
    stack_t stack = {.ss_sp = own, .ss_size = sizeof own};
    sigaltstack(&stack, NULL);
    static long (*const ways[])(long) = {small, large, ring, pointed, growing, sorting};
    static const char *const names[] = {"small", "large", "ring", "pointer", "growing", "qsort"};
    for (volatile int round = 0; round < 3; round++) {
        for (volatile int i = 0; i < 6; i++) {
            on_own_stack = -1;
            int signal = sigsetjmp(place, 1);
            if (signal == 0) ways[i](1);
            long used = (long)((uintptr_t)top - lowest);
            printf("%s: signal %d, own stack %d, %s\n", names[i], signal, on_own_stack,
                   used > 7 << 20 && used < 9 << 20 ? "about 8 MiB" : "another size");
        }
    }
    return 3;
}
