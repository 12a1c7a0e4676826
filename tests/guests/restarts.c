// A call that a signal interrupts is made again with the same arguments, or
// fails with EINTR, as the handler's flags say.
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

static int ends[2];
static volatile sig_atomic_t handled;

// Leaves other values in the argument registers.
static void on_alarm(int signal) {
    char text[16];
    int length = snprintf(text, sizeof text, "byte %d", ++handled);
    if (write(ends[1], text, length) != length) _exit(9);
    (void)signal;
}

static void arm(int flags) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_handler = on_alarm;
    action.sa_flags = flags;
    sigaction(SIGALRM, &action, 0);
    struct itimerval timer = {{0, 0}, {0, 20000}};
    setitimer(ITIMER_REAL, &timer, 0);
}

int main(void) {
    char text[32] = {0};
    if (pipe(ends)) return 1;
    arm(SA_RESTART);
    long got = read(ends[0], text, sizeof text - 1);
    printf("restarted: %ld %s, handled %d\n", got, text, (int)handled);
    arm(0);
    got = read(ends[0], text, sizeof text - 1);
    printf("interrupted: %ld %s, handled %d\n", got, got < 0 ? strerror(errno) : text, (int)handled);
    got = read(ends[0], text, sizeof text - 1);
    printf("afterwards: %ld %s\n", got, text);
    return 0;
}
