// Recursion 100,000 deep with small frames: more than an engine's own stack holds.
#include <stdio.h>

static long depth_reached;

__attribute__((noinline)) static long down(long n) {
    if (n == 0) return 1;
    return down(n - 1) + (n & 3);
}

__attribute__((noinline)) static long odd(long n);
__attribute__((noinline)) static long even(long n) { depth_reached++; return n ? odd(n - 1) * 3 % 1000003 : 5; }
__attribute__((noinline)) static long odd(long n) { depth_reached++; return n ? even(n - 1) + 7 : 9; }

struct node { struct node *next; long value; };
__attribute__((noinline)) static long total(const struct node *n) { return n ? n->value + total(n->next) : 0; }

static double (*volatile again)(double, int);
__attribute__((noinline)) static double through_pointer(double x, int n) { return n ? again(x, n - 1) * 0.5 + x : x; }

static struct node nodes[60000];

int main(void) {
    printf("%ld\n", down(100000));
    printf("%ld %ld\n", even(60000), depth_reached);
    for (int i = 0; i < 60000; i++) nodes[i] = (struct node){i ? &nodes[i - 1] : NULL, i};
    printf("%ld\n", total(&nodes[59999]));
    again = through_pointer;
    printf("%.12g\n", through_pointer(1.25, 50000));
    for (int i = 0; i < 3; i++) printf("%ld ", down(30000 + i));
    putchar('\n');
    return 0;
}
