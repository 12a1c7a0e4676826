// A handler is told where the access was that memory has no place for, and leaves.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static sigjmp_buf place;
static volatile uintptr_t seen;

static void leave(int signal, siginfo_t *info, void *context) {
    (void)context;
    seen = (uintptr_t)info->si_addr;
    siglongjmp(place, signal * 100 + info->si_code);
}

struct record {
    char name[40];
    int32_t count;
    double share;
    unsigned char tail[8000];
};

__attribute__((noinline)) static int count(struct record *of) { return of->count; }
__attribute__((noinline)) static void share(struct record *of, double share) { of->share = share; }
__attribute__((noinline)) static int last(struct record *of) { return of->tail[7999]; }
__attribute__((noinline)) static int element(const int *of, long index) { return of[index]; }
__attribute__((noinline)) static int before(const short *of) { return of[-3]; }

static int total;

static void reach(int which, uintptr_t at) {
    struct record *record = (struct record *)at;
    switch (which) {
    case 0: total += count(record); break;
    case 1: share(record, 0.5); break;
    case 2: total += last(record); break;
    case 3: total += element((int *)at, 25); break;
    case 4: total += before((short *)at); break;
    }
}

int main(void) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = leave;
    action.sa_flags = SA_SIGINFO;
    sigaction(SIGSEGV, &action, NULL);
    static const uintptr_t places[] = {0, 8, 0x1000, 0xe0000000, 0xf0000010};
    for (volatile unsigned i = 0; i < sizeof places / sizeof *places; i++) {
        for (volatile int which = 0; which < 5; which++) {
            if (places[i] < 8 && which == 4) continue;
            int how = sigsetjmp(place, 1);
            if (how == 0) reach(which, places[i]);
            printf("%#lx, %d: %d at %#lx\n", (unsigned long)places[i], which, how, (unsigned long)seen);
        }
    }
    return total;
}
