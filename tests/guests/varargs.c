// Functions with a variable number of arguments.
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct point { int x, y; };
struct big { long items[4]; };

static long sum(int count, ...) {
    va_list list;
    long total = 0;
    va_start(list, count);
    while (count--) total = total * 3 + va_arg(list, int);
    va_end(list);
    return total;
}

static double mixed(const char *types, ...) {
    va_list list, again;
    double total = 0;
    va_start(list, types);
    va_copy(again, list);
    for (const char *t = types; *t; t++)
        switch (*t) {
        case 'i': total += va_arg(list, int); break;
        case 'l': total += (double)va_arg(list, long); break;
        case 'd': total += va_arg(list, double); break;
        case 'p': { struct point p = va_arg(list, struct point); total += p.x * 100 + p.y; break; }
        case 'b': { struct big b = va_arg(list, struct big); total += (double)(b.items[0] + b.items[3]); break; }
        case 's': total += (double)strlen(va_arg(list, char *)); break;
        case 'q': total += (double)va_arg(list, long double); break;
        }
    va_end(list);
    // The copy starts again from the first argument.
    if (*types == 'i') total += 1000 * va_arg(again, int);
    va_end(again);
    return total;
}

static int message(char *out, size_t size, const char *format, ...) {
    va_list list;
    va_start(list, format);
    int n = vsnprintf(out, size, format, list);
    va_end(list);
    return n;
}

static long forwarded(int depth, va_list list) { return depth ? va_arg(list, long) + forwarded(depth - 1, list) : 0; }
static long forward(int depth, ...) {
    va_list list;
    va_start(list, depth);
    long total = forwarded(depth, list);
    va_end(list);
    return total;
}

int main(void) {
    printf("%ld %ld %ld\n", sum(0), sum(3, 1, 2, 3), sum(12, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12));
    printf("%g\n", mixed("ildps", 1, 2L, 2.5, (struct point){3, 4}, "five5"));
    printf("%g\n", mixed("dddddddddd", 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.));
    printf("%g\n", mixed("ibibq", 1, (struct big){{10, 0, 0, 5}}, 2, (struct big){{20, 0, 0, 6}}, 0.5L));
    char text[40];
    printf("%d %s\n", message(text, sizeof text, "%s has %d of %c at %.2f", "Kim", 3, 'x', 1.005), text);
    printf("%ld\n", forward(9, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L));
    return 0;
}
