// Tail calls: to the function itself, between functions, through pointers; with
// optimisation they are jumps, and a million of them need no stack.
#include <stdio.h>

#ifdef __OPTIMIZE__
#define TURNS 300000
#else
#define TURNS 3000
#endif

typedef long state(long n, long a, long b);
static state first, second, third;
static state *const states[] = {first, second, third};

__attribute__((noinline)) static long first(long n, long a, long b) { return n ? states[a & 1](n - 1, a + b, b) : a; }
__attribute__((noinline)) static long second(long n, long a, long b) { return n ? states[(a ^ b) % 3 & 3 ? 2 : 0](n - 1, a ^ n, b + 1) : a - b; }
__attribute__((noinline)) static long third(long n, long a, long b) { return n ? first(n - 1, b, a & 0xffff) : b; }

__attribute__((noinline)) static long ping(long n, long sum);
__attribute__((noinline)) static long pong(long n, long sum) { return n ? ping(n - 1, sum * 3 + 1) : sum; }
__attribute__((noinline)) static long ping(long n, long sum) { return n ? pong(n - 1, sum ^ n) : -sum; }

// More arguments than registers: the last ones are on the stack.
__attribute__((noinline)) static long ten(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) { return a + b * 2 + c * 3 + d + e + f + g + h * 5 + i * 7 + j * 11; }
__attribute__((noinline)) static long swapped(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) { return ten(j, i, h, g, f, e, d, c, b, a); }

__attribute__((noinline)) static double halves(long n, double x) { return n ? halves(n - 1, x * 0.5 + 1) : x; }
// A result that is narrowed before it is passed on.
__attribute__((noinline)) static int narrow(long n) { return (int)pong(n, n << 31); }
__attribute__((noinline)) static int maybe(int n) { return n > 10 ? narrow(n) : n < 0 ? (int)ping(-n, 1) : puts("neither"); }

int main(void) {
    printf("%ld %ld %ld\n", first(TURNS, 1, 3), ping(TURNS, 7), ping(TURNS + 1, 7));
    printf("%ld %g %d %d\n", swapped(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), halves(100, 0), maybe(20), maybe(-5));
    return maybe(3) < 0;
}
