// Illegal instructions and breakpoints: what their handlers are told, and that they may
// go on behind them with other registers, or leave by siglongjmp.
#define _GNU_SOURCE
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <ucontext.h>

static sigjmp_buf place;
static volatile int seen;
static volatile uint64_t address;
extern char trap_here[], break_here[];

static void leave(int signal, siginfo_t *info, void *context) {
    (void)context;
    seen = signal * 100 + info->si_code;
    address = (uint64_t)info->si_addr;
    siglongjmp(place, signal);
}

// Goes on behind the instruction, with other values in a0 and in s2.
static void step_over(int signal, siginfo_t *info, void *context) {
    mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
    seen = signal * 100 + info->si_code;
    address = machine->__gregs[REG_PC] - (uint64_t)info->si_addr;
    machine->__gregs[REG_PC] += 4;
    machine->__gregs[REG_A0] += 5;
    machine->__gregs[18] += 7;
}

static void on(int signal, void (*handler)(int, siginfo_t *, void *)) {
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO;
    sigaction(signal, &action, NULL);
}

__attribute__((noinline)) static uint64_t trapping(uint64_t a, uint64_t b) {
    register uint64_t first __asm__("a0") = a;
    register uint64_t second __asm__("s2") = b;
    __asm__ volatile(".balign 4\n trap_here: .word 0\n" : "+r"(first), "+r"(second)::"memory");
    return first * 1000 + second;
}

__attribute__((noinline)) static uint64_t stopping(uint64_t a) {
    register uint64_t first __asm__("a0") = a;
    __asm__ volatile(".option push\n.option norvc\nbreak_here: ebreak\n.option pop" : "+r"(first)::"memory");
    return first;
}

int main(void) {
    on(SIGILL, leave);
    on(SIGTRAP, leave);
    for (volatile int i = 0; i < 3; i++) {
        if (sigsetjmp(place, 1) == 0) trapping(1, 2);
        printf("illegal: %d, there %d\n", seen, address == (uint64_t)trap_here);
        if (sigsetjmp(place, 1) == 0) stopping(1);
        printf("break: %d, there %d\n", seen, address == (uint64_t)break_here);
    }
    on(SIGILL, step_over);
    on(SIGTRAP, step_over);
    for (int i = 3; i < 6; i++) {
        printf("over: %lu", trapping(i, 4));
        printf(", %d, %ld\n", seen, (long)address);
        printf("over: %lu", stopping(i));
        printf(", %d, %ld\n", seen, (long)address);
    }
    // One that is blocked ends the process.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGILL);
    sigprocmask(SIG_BLOCK, &set, NULL);
    fflush(stdout);
    trapping(1, 2);
    puts("not reached");
    return 0;
}
