// setjmp and longjmp: out of deep calls, many times, with signal masks kept.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

static jmp_buf outer, inner;
static sigjmp_buf masked;

static void dive(int depth, int code) {
    volatile char room[64];
    room[0] = (char)depth;
    if (depth == 0)
        longjmp(outer, code);
    dive(depth - 1, code);
    room[1] = room[0];
}

static int attempt(int n) {
    int code = setjmp(inner);
    if (code == 0) {
        if (n % 3 == 0) longjmp(inner, n + 100);
        return n;
    }
    return code;
}

// An error-handling scheme as interpreters have it: a chain of jump buffers.
struct frame { jmp_buf place; struct frame *outer; } *top;
static void raise_error(int code) { longjmp(top->place, code); }
static int guarded(int (*body)(int), int argument) {
    struct frame frame;
    frame.outer = top;
    top = &frame;
    int code = setjmp(frame.place), result = -1;
    if (code == 0) result = body(argument);
    top = frame.outer;
    return code ? -code : result;
}
static int body(int n) {
    if (n > 5) raise_error(n);
    if (n == 4) return guarded(body, 9) * 10;
    return n * n;
}

int main(void) {
    volatile int survived = 10;
    int local = 1;
    for (volatile int round = 1; round <= 3; round++) {
        int code = setjmp(outer);
        if (code == 0) {
            survived += round;
            dive(round * 10, round);
        }
        printf("back with %d, survived %d, local %d\n", code, survived, local);
    }
    if (setjmp(outer) == 0) dive(2, 0);
    else puts("zero comes back as one");
    for (int i = 0; i < 7; i++) printf("%d ", attempt(i));
    for (int i = 0; i < 8; i++) printf("%d ", guarded(body, i));
    putchar('\n');
    sigset_t set, now;
    sigemptyset(&set);
    sigaddset(&set, SIGUSR1);
    if (sigsetjmp(masked, 1) == 0) {
        sigprocmask(SIG_BLOCK, &set, NULL);
        siglongjmp(masked, 1);
    }
    sigprocmask(SIG_BLOCK, NULL, &now);
    printf("blocked: %d\n", sigismember(&now, SIGUSR1));
    return 0;
}
