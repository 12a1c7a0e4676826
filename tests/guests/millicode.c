// Prologues and epilogues that are calls: with -msave-restore a function saves by
// `call t0, __riscv_save_N` and returns by a jump to `__riscv_restore_N`.
// flags: -msave-restore
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

NOINLINE static long id(long n) {
    __asm__ volatile("" ::: "memory");
    return n * 3 + 1;
}

// One for each number of registers: what is live across the calls decides.
NOINLINE static long keep1(long n) { long a = id(n); id(a); return a + n; }
NOINLINE static long keep2(long n) { long a = id(n), b = id(a); id(b); return a ^ b + n; }
NOINLINE static long keep4(long n) { long a = id(n), b = id(a), c = id(b), d = id(c); id(d); return (a ^ b) + (c ^ d) + n; }
NOINLINE static long keep6(long n) { long a = id(n), b = id(a), c = id(b), d = id(c), e = id(d), f = id(e); id(f); return (a ^ b) + (c ^ d) * (e ^ f) + n; }
NOINLINE static long keep9(long n) { long a = id(n), b = id(a), c = id(b), d = id(c), e = id(d), f = id(e), g = id(f), h = id(g); id(h); return (a ^ b) + (c ^ d) * (e ^ f) - (g ^ h) + n; }
NOINLINE static long keep12(long n) {
    long a = id(n), b = id(a), c = id(b), d = id(c), e = id(d), f = id(e), g = id(f), h = id(g), i = id(h), j = id(i), k = id(j), l = id(k), m = id(l);
    id(m);
    return (a ^ b) + (c ^ d) * (e ^ f) - (g ^ h) + (i ^ j) * (k ^ l) - m + n;
}
// With more of a frame than registers.
NOINLINE static long framed(long n) {
    long room[40], a = id(n), b = id(a), c = id(b);
    for (int i = 0; i < 40; i++) room[i] = id(i + a) ^ b;
    long sum = c;
    for (int i = 0; i < 40; i++) sum = sum * 5 + room[id(i) % 40];
    return sum + a + b;
}
NOINLINE static double floating(long n, double x) {
    double y = id(n) * x, z = y + 0.5;
    long a = id(n + 1), b = id(a);
    return id(a ^ b) + y * z + a + b;
}
static int various(int count, ...) {
    va_list list;
    int sum = 0;
    va_start(list, count);
    for (int i = 0; i < count; i++) sum = sum * 7 + (int)id(va_arg(list, int));
    va_end(list);
    return sum;
}

NOINLINE static long fib(long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }
NOINLINE static long even(long n);
NOINLINE static long odd(long n) { return n ? even(n - 1) + (n & 3) : 1; }
NOINLINE static long even(long n) { return n ? odd(n - 1) * 3 % 10007 : 0; }
// Ends in a call of another function: its registers come back first.
NOINLINE static long handed_on(long n) { long a = id(n), b = id(a); return keep6(a + b); }

static long (*volatile pointers[])(long) = {keep1, keep2, keep4, keep6, keep9, keep12, framed, handed_on, fib};

static jmp_buf place;
NOINLINE static long leave(long depth, long n) {
    long a = id(n), b = id(a), c = id(b);
    if (depth == 0) longjmp(place, (int)(a & 0xff) + 1);
    return leave(depth - 1, a + b) + b + c;
}
static int compare(const void *a, const void *b) {
    long x = id(*(const long *)a % 97), y = id(*(const long *)b % 97);
    return id(x) < id(y) ? -1 : x > y;
}

int main(void) {
    unsigned long hash = 1;
    for (int round = 0; round < 50; round++)
        for (unsigned i = 0; i < 8; i++) hash = hash * 31 + pointers[i](round * 10 + i);
    printf("registers: %016lx\n", hash);
    printf("fib %ld, even %ld, deep %ld\n", fib(20), even(501), odd(40000));
    printf("floating %.6f, various %d\n", floating(5, 0.3), various(5, 1, 2, 3, 4, 5));
    for (volatile int i = 0; i < 200; i++) {
        int code = setjmp(place);
        if (code == 0) leave(i, i + 7);
        hash = hash * 31 + code;
    }
    long numbers[100];
    for (int i = 0; i < 100; i++) numbers[i] = i * 7919 % 10007;
    qsort(numbers, 100, sizeof *numbers, compare);
    for (int i = 0; i < 100; i++) hash = hash * 31 + numbers[i] % 97;
    printf("left, sorted: %016lx\n", hash);
    return 0;
}
