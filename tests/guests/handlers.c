// Signal handlers: the program goes on after them, or leaves by siglongjmp.
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t seen[65];
static volatile int info_code;
static sigjmp_buf place;

static void count(int signal) { seen[signal]++; }
static void informed(int signal, siginfo_t *info, void *context) {
    seen[signal]++;
    info_code = info->si_signo == signal && context != NULL;
}
static void leap(int signal) { siglongjmp(place, signal); }
// Emulators may block more than the mask that was asked for: they read one that is
// a pointer longer than riscv64's.
static void raise_another(int signal) {
    sigset_t other;
    sigemptyset(&other);
    sigaddset(&other, SIGUSR2);
    sigprocmask(SIG_UNBLOCK, &other, NULL);
    seen[signal]++;
    raise(SIGUSR2);
    seen[0] = seen[SIGUSR2];
}

int main(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    signal(SIGUSR1, count);
    for (int i = 0; i < 3; i++) raise(SIGUSR1);
    action.sa_sigaction = informed;
    action.sa_flags = SA_SIGINFO | SA_RESETHAND;
    sigaction(SIGUSR2, &action, NULL);
    kill(getpid(), SIGUSR2);
    printf("%d %d %d\n", seen[SIGUSR1], seen[SIGUSR2], info_code);
    sigaction(SIGUSR2, NULL, &action);
    printf("reset %d\n", action.sa_handler == SIG_DFL);

    // Blocked signals wait.
    sigset_t set, old, pending;
    signal(SIGUSR2, count);
    sigemptyset(&set);
    sigaddset(&set, SIGUSR2);
    sigprocmask(SIG_BLOCK, &set, &old);
    raise(SIGUSR2);
    sigpending(&pending);
    printf("pending %d, seen %d\n", sigismember(&pending, SIGUSR2), seen[SIGUSR2]);
    sigprocmask(SIG_SETMASK, &old, NULL);
    printf("seen %d\n", seen[SIGUSR2]);

    // One handler inside another; the mask of the first one applies meanwhile.
    signal(SIGTERM, raise_another);
    raise(SIGTERM);
    printf("nested %d %d\n", seen[0], seen[SIGTERM]);
    signal(SIGHUP, SIG_IGN);
    raise(SIGHUP);
    signal(SIGALRM, leap);
    volatile double kept = 1.5;
    int signal_number = sigsetjmp(place, 1);
    if (signal_number == 0) { kept *= 2; raise(SIGALRM); puts("not reached"); }
    printf("left by %d with %g\n", signal_number, kept);
    return 0;
}
