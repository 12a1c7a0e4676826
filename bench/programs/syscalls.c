/* What a system call costs that has little to do: nanoseconds for each, the best of
   some rounds. Standard output is written to, so the figures go to standard error. */
#define _GNU_SOURCE
#include <stdio.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { ROUNDS = 9, CALLS = 20000 };

static volatile long sink;
static char *end;

static void nothing(void) { sink++; }
static void clock_call(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    sink += now.tv_nsec;
}
static void getpid_call(void) { sink += syscall(SYS_getpid); }
static void brk_call(void) {
    static int up;
    up = !up;
    sink += syscall(SYS_brk, end + (up ? 4096 : 0));
}
static void write_call(void) { sink += write(1, "x", 1); }
static void putc_call(void) { sink += putc('x', stdout); }

static const struct {
    const char *name;
    void (*call)(void);
} calls[] = {
    {"nothing", nothing}, {"clock_gettime", clock_call}, {"getpid", getpid_call},
    {"brk", brk_call},    {"write of a byte", write_call}, {"putc", putc_call},
};

int main(void) {
    end = (char *)syscall(SYS_brk, 0);
    /* Room to move in. */
    syscall(SYS_brk, end + 8192);
    for (unsigned i = 0; i < sizeof calls / sizeof *calls; i++) {
        double best = 1e9;
        for (int round = 0; round < ROUNDS; round++) {
            struct timespec before, after;
            clock_gettime(CLOCK_MONOTONIC, &before);
            for (int call = 0; call < CALLS; call++) calls[i].call();
            clock_gettime(CLOCK_MONOTONIC, &after);
            double each = (1e9 * (double)(after.tv_sec - before.tv_sec) + (double)(after.tv_nsec - before.tv_nsec)) / CALLS;
            if (each < best) best = each;
        }
        fprintf(stderr, "%-16s %8.1f\n", calls[i].name, best);
    }
    return 0;
}
