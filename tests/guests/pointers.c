// Calls through pointers: tables, methods, callbacks with context, functions
// that return functions, signatures of many shapes.
#include <stdio.h>
#include <stdlib.h>

struct shape;
struct methods {
    double (*area)(const struct shape *);
    void (*scale)(struct shape *, double);
    const char *name;
};
struct shape {
    const struct methods *methods;
    double a, b;
};

static double square_area(const struct shape *s) { return s->a * s->a; }
static double box_area(const struct shape *s) { return s->a * s->b; }
static double round_area(const struct shape *s) { return 3.25 * s->a * s->a; }
static void scale_one(struct shape *s, double by) { s->a *= by; }
static void scale_both(struct shape *s, double by) { s->a *= by; s->b *= by; }

static const struct methods square = {square_area, scale_one, "square"}, box = {box_area, scale_both, "box"}, circle = {round_area, scale_one, "circle"};

typedef long binary(long, long);
static long add(long a, long b) { return a + b; }
static long sub(long a, long b) { return a - b; }
static long mul(long a, long b) { return a * b; }
static long first(long a, long b) { (void)b; return a; }
static long nothing(long a, long b) { (void)a; (void)b; return 0; }
static binary *const table[] = {add, sub, mul, first, nothing};

static binary *choose(char c) { return c == '+' ? add : c == '-' ? sub : c == '*' ? mul : NULL; }

static void each(const int *items, int n, void (*visit)(void *, int), void *context) {
    for (int i = 0; i < n; i++) visit(context, items[i]);
}
static void add_up(void *context, int item) { *(long *)context += item; }
static void keep_largest(void *context, int item) { if (item > *(int *)context) *(int *)context = item; }

// Shapes of signatures: none, many, floating, mixed, structures.
static int none(void) { return 11; }
static long many(long a, long b, long c, long d, long e, long f, long g, long h, long i, long j) {
    return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
}
static double floats(double a, float b, double c, double d, double e, double f, double g, double h, double i, float j) {
    return a + b * 2 + c * 3 + d * 4 + e * 5 + f * 6 + g * 7 + h * 8 + i * 9 + j * 10;
}
static float mixed(int a, double b, char c, float d, long e) { return (float)(a + b * c - d / (float)e); }
struct two { long x; double y; };
static struct two both(struct two t, int by) { return (struct two){t.x * by, t.y / by}; }

static int (*volatile p_none)(void) = none;
static long (*volatile p_many)(long, long, long, long, long, long, long, long, long, long) = many;
static double (*volatile p_floats)(double, float, double, double, double, double, double, double, double, float) = floats;
static float (*volatile p_mixed)(int, double, char, float, long) = mixed;
static struct two (*volatile p_both)(struct two, int) = both;

static int order;
__attribute__((constructor)) static void early(void) { order = 1; }
static void late(void) { printf("at exit, order %d\n", order); }

int main(void) {
    atexit(late);
    struct shape shapes[] = {{&square, 2, 0}, {&box, 3, 4}, {&circle, 1, 0}};
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < 3; i++) {
            printf("%s %g ", shapes[i].methods->name, shapes[i].methods->area(&shapes[i]));
            shapes[i].methods->scale(&shapes[i], 1.5);
        }
    putchar('\n');
    long value = 1;
    for (int i = 0; i < 25; i++) value = table[i * 7 % 5](value * 3 + i, i - 10);
    printf("%ld %ld %d\n", value, choose('*')(6, 7), choose('?') == NULL);
    int items[] = {5, -3, 12, 8}, largest = -100;
    long sum = 0;
    each(items, 4, add_up, &sum);
    each(items, 4, keep_largest, &largest);
    printf("%ld %d\n", sum, largest);
    struct two t = p_both((struct two){6, 5}, 4);
    printf("%d %ld %g %g %ld %g\n", p_none(), p_many(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), p_floats(1, 2, 3, 4, 5, 6, 7, 8, 9, 10), p_mixed(3, 2.5, 4, 9, 2), t.x, t.y);
    return 0;
}
