// flags: -O2
// The A extension: read-modify-write instructions in both widths, and a
// compare-and-exchange made of lr and sc.
#include "../print.h"

static int counter = 40;
static long word = 0x0123456789abcdef;
static unsigned least = 100;

__attribute__((noinline)) int exchange_if(int *p, int expected, int desired) {
    return __atomic_compare_exchange_n(p, &expected, desired, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
}

__attribute__((noinline)) int multiply(int *p, int by) {
    int old = __atomic_load_n(p, __ATOMIC_RELAXED);
    while (!__atomic_compare_exchange_n(p, &old, old * by, 0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
        ;
    return old;
}

__attribute__((noinline)) unsigned lower(unsigned *p, unsigned value) {
    unsigned old;
    __asm__ volatile("amominu.w %0, %2, %1" : "=r"(old), "+A"(*p) : "r"(value) : "memory");
    return old;
}

int main(void) {
    print_line("add", __atomic_fetch_add(&counter, 2, __ATOMIC_SEQ_CST));
    print_line("exchange if 42", exchange_if(&counter, 42, -7));
    print_line("exchange if 42", exchange_if(&counter, 42, -8));
    print_line("multiply", multiply(&counter, 6));
    print_line("counter", counter);
    print_line("or", __atomic_fetch_or(&word, 0xf0L << 56, __ATOMIC_RELEASE));
    print_line("and", __atomic_fetch_and(&word, ~0xffL, __ATOMIC_ACQUIRE));
    print_line("xor", __atomic_fetch_xor(&word, -1L, __ATOMIC_RELAXED));
    print_line("swap", __atomic_exchange_n(&word, 5, __ATOMIC_ACQ_REL));
    print_line("word", word);
    print_line("lower to 7", lower(&least, 7));
    print_line("lower to max", lower(&least, 0xffffffff));
    print_line("least", least);
    return 0;
}
