// Loops without a system call, which only a signal ends: they have to be left now and
// then so that one can be delivered.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>

static volatile sig_atomic_t struck;
static sigjmp_buf out;
static volatile unsigned long turns;

static void note(int signal) {
    struck = signal;
}

static void leave(int signal) {
    (void)signal;
    siglongjmp(out, 1);
}

static void arm(void (*handler)(int)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = handler;
    sigaction(SIGALRM, &action, 0);
    struct itimerval timer = {{0, 0}, {0, 20000}};
    setitimer(ITIMER_REAL, &timer, 0);
}

// One block that jumps to itself.
static void spin(void) {
    while (!struck) {
    }
}

// A loop with a sum in it, which must be right afterwards.
__attribute__((noinline)) static unsigned long sum(const unsigned *list, unsigned count) {
    unsigned long sum = 0;
    for (unsigned n = 0; !struck || n % count; n++) {
        if (n % count == 0) sum = 0;
        sum += list[n % count] ^ (sum << 1);
    }
    return sum;
}

// Nested loops and a jump table.
__attribute__((noinline)) static int machine(const char *program) {
    int value = 1;
    for (;;) {
        for (const char *at = program; *at; at++) {
            switch (*at) {
            case '+': value += 3; break;
            case '-': value -= 1; break;
            case '*': value *= 5; break;
            case '/': value /= 2; break;
            case '%': value %= 1001; break;
            default: value ^= *at;
            }
        }
        if (struck) return value >= -1001 && value <= 1001;
    }
}

int main(void) {
    arm(note);
    spin();
    printf("left by %d\n", (int)struck);
    struck = 0;
    unsigned list[64];
    for (int n = 0; n < 64; n++) list[n] = n * 2654435761u;
    arm(note);
    printf("sum %lx\n", sum(list, 64));
    struck = 0;
    arm(note);
    printf("machine %d\n", machine("+*-/+%"));
    // Out of a loop that never ends.
    if (!sigsetjmp(out, 1)) {
        arm(leave);
        for (;;) turns++;
    }
    printf("jumped out %d\n", turns > 0);
    return 0;
}
