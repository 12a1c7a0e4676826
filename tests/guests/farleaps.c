// longjmp the hard way: across thousands of frames, a hundred thousand times, out of
// signal handlers, with registers of floating-point numbers, and out of the library's
// own functions.
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static jmp_buf place;
static sigjmp_buf masked;

// Frames of two kinds take turns, each with something to hold across its call.
static long sink;
__attribute__((noinline)) static long odd_frame(int depth, long a, double x);
__attribute__((noinline)) static long even_frame(int depth, long a, double x) {
    if (depth == 0) longjmp(place, (int)(a & 0xfff) + 1);
    long below = odd_frame(depth - 1, a * 3 + depth, x + 0.5);
    return sink = below + a + (long)x;
}
__attribute__((noinline)) static long odd_frame(int depth, long a, double x) {
    char room[48];
    memset(room, depth, sizeof room);
    long below = depth ? even_frame(depth - 1, a ^ depth, x * 0.5) : even_frame(0, a, x);
    return below + room[a & 31] + (long)x;
}
static void across_frames(void) {
    static const int depths[] = {0, 1, 7, 1000, 5000, 20000};
    for (volatile unsigned i = 0; i < sizeof depths / sizeof *depths; i++) {
        int code = setjmp(place);
        if (code == 0) even_frame(depths[i], i + 1, 100);
        printf("from %d deep: %d\n", depths[i], code);
    }
}

// A loop whose counters live in callee-saved registers, as they are when setjmp is
// called anew in each turn.
__attribute__((noinline)) static void leap_if(int wanted, int code) {
    if (wanted) longjmp(place, code);
}
static void many_times(void) {
    volatile long sum = 0;
    for (volatile int i = 0; i < 100000; i++) {
        int code = setjmp(place);
        if (code == 0) {
            leap_if(i % 3 != 0, i & 15);
            sum += 1000;
        } else {
            sum = (sum ^ i) + code;
        }
    }
    printf("sum %ld\n", sum);
}

// One buffer, to which a hundred thousand leaps go.
static void back_and_back(void) {
    volatile int turns = 0;
    volatile unsigned hash = 1;
    int code = setjmp(place);
    hash = hash * 31 + code;
    if (++turns <= 100000) leap_if(1, turns & 0xff);
    printf("%d turns, hash %u\n", turns, hash);
}

// Floating-point numbers that are not changed between setjmp and longjmp, and which the
// functions below overwrite in the registers.
__attribute__((noinline)) static double spoil_floats(int depth, double x) {
    double a = x + 1, b = x * 2, c = x / 3, d = x - 4, e = -x, f = x * x;
    if (depth == 0) longjmp(place, 2);
    double below = spoil_floats(depth - 1, x * 1.0001);
    return a * b + c * d + e * f + below;
}
__attribute__((noinline)) static double floats(double x) {
    double a = sqrt(x), b = a * 3, c = b + x, d = c / 7, e = d - a, f = e * b, g = f + c, h = g / x;
    double before = a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
    if (setjmp(place) == 0) spoil_floats(30, x);
    double after = a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h;
    return before == after ? after : -1;
}

// Out of handlers: 2000 times, from the depth at which the signal is raised.
static void caught(int signal) { siglongjmp(masked, signal); }
static void told(int signal, siginfo_t *info, void *context) {
    (void)context;
    siglongjmp(masked, info->si_signo == signal ? 3 : 4);
}
__attribute__((noinline)) static long raise_below(int depth, int signal) {
    if (depth == 0) raise(signal);
    return depth ? raise_below(depth - 1, signal) + depth : 0;
}
static void from_handlers(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = told;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGUSR1, &action, NULL);
    signal(SIGUSR2, caught);
    volatile long sum = 0;
    for (volatile int i = 0; i < 2000; i++) {
        int code = sigsetjmp(masked, 1);
        if (code == 0) raise_below(i % 50, i & 1 ? SIGUSR1 : SIGUSR2);
        sum += code * (i + 1);
    }
    sigset_t now;
    sigprocmask(SIG_BLOCK, NULL, &now);
    printf("handlers: %ld, blocked %d%d\n", sum, sigismember(&now, SIGUSR1), sigismember(&now, SIGUSR2));
    // Without the mask, the signal stays blocked.
    if (sigsetjmp(masked, 0) == 0) raise(SIGUSR1);
    sigprocmask(SIG_BLOCK, NULL, &now);
    printf("kept: %d\n", sigismember(&now, SIGUSR1));
}

// Out of a comparison that qsort or bsearch has called.
static int comparisons, patience;
static int impatient(const void *a, const void *b) {
    if (++comparisons > patience) longjmp(place, comparisons);
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}
static void from_callbacks(void) {
    int numbers[200];
    volatile unsigned left = 0, done = 0;
    for (volatile int round = 0; round < 300; round++) {
        for (int i = 0; i < 200; i++) numbers[i] = (i * 7919 + round) % 1009;
        comparisons = 0;
        patience = round & 1 ? 1 + round % 40 : 1 << 30;
        int code = setjmp(place);
        if (code == 0) {
            qsort(numbers, 200, sizeof *numbers, impatient);
            for (int i = 1; i < 200; i++) done += numbers[i - 1] <= numbers[i];
        } else {
            left += code;
        }
    }
    printf("qsort: left %u, done %u\n", left, done);
    int key = 5;
    patience = 2;
    comparisons = 0;
    if (setjmp(place) == 0) bsearch(&key, numbers, 200, sizeof *numbers, impatient);
    printf("bsearch: %d\n", comparisons);
}

int main(void) {
    across_frames();
    many_times();
    back_and_back();
    for (int i = 1; i < 4; i++) printf("floats %.10g\n", floats(i * 1.75));
    from_handlers();
    from_callbacks();
    return 0;
}
