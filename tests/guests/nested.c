// Nested functions whose address is taken: the compiler builds a trampoline on
// the stack, so the program runs code that no file holds.
#include <stdio.h>

static int apply(int (*f)(int), int n) { return f(n) + f(n + 1); }

static int counter(int from, int times) {
    int total = from;
    int add(int n) { total += n; return total; }
    for (int i = 0; i < times; i++) apply(add, i);
    return total;
}

static int twice_nested(int a) {
    int outer(int b) {
        int inner(int c) { return a * 100 + b * 10 + c; }
        return apply(inner, b);
    }
    return apply(outer, a);
}

int main(void) {
    printf("%d %d %d\n", counter(10, 5), counter(0, 0), twice_nested(2));
    return 0;
}
