// flags: -O1
// How arguments travel: a varargs prologue that spills registers, structures in
// one register, in two, in floating-point registers and by reference.
#include <stdarg.h>

#include "../print.h"

struct small { int x, y; };
struct pair { long first, second; };
struct mixed { double weight; int count; };
struct large { long items[5]; };

__attribute__((noinline)) long sum(int count, ...) {
    va_list list;
    long total = 0;
    va_start(list, count);
    while (count-- > 0)
        total += va_arg(list, long);
    va_end(list);
    return total;
}

__attribute__((noinline)) struct small swap(struct small s) {
    return (struct small){s.y, s.x};
}

__attribute__((noinline)) struct pair divide(long a, long b) {
    return (struct pair){a / b, a % b};
}

__attribute__((noinline)) struct mixed heavier(struct mixed m, double by) {
    return (struct mixed){m.weight * by, m.count + 1};
}

__attribute__((noinline)) struct large shifted(struct large l, long by) {
    for (int i = 0; i < 5; i++)
        l.items[i] += by * (i + 1);
    return l;
}

int main(void) {
    print_line("sum of none", sum(0));
    print_line("sum of ten", sum(10, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L));
    struct small s = swap((struct small){3, -4});
    print_line("swapped", s.x * 100 + s.y);
    struct pair p = divide(-1000, 7);
    print_line("quotient", p.first);
    print_line("remainder", p.second);
    struct mixed m = heavier((struct mixed){2.5, 9}, 1.5);
    print_line("weight * 4", (long)(m.weight * 4));
    print_line("count", m.count);
    struct large l = shifted((struct large){{10, 20, 30, 40, 50}}, 3);
    print_line("last", l.items[4]);
    return 0;
}
