// 128-bit integers and binary128 floating point: the compiler's own helpers.
#include <inttypes.h>
#include <stdio.h>

typedef __int128 i128;
typedef unsigned __int128 u128;

static void show(const char *what, u128 v) { printf("%s %016" PRIx64 "%016" PRIx64 "\n", what, (uint64_t)(v >> 64), (uint64_t)v); }

static void decimal(u128 v) {
    char digits[40], *p = digits + 39;
    *p = 0;
    do *--p = (char)('0' + (int)(v % 10)); while (v /= 10);
    puts(p);
}

static volatile uint64_t inputs[] = {0, 1, 0xffffffffffffffff, 0x8000000000000000, 0x0123456789abcdef, 10};

int main(void) {
    for (int i = 0; i < 6; i++)
        for (int k = 0; k < 6; k += 2) {
            u128 a = (u128)inputs[i] << 64 | inputs[k], b = (u128)inputs[(i + k) % 6] << 32 | inputs[(i + 1) % 6] | 1;
            i128 s = (i128)a, t = (i128)b;
            show("sum", a + b);
            show("difference", a - b);
            show("product", a * b);
            show("quotient", a / b);
            show("remainder", a % b);
            show("signed quotient", (u128)(s / -t));
            show("signed remainder", (u128)(s % -t));
            show("left", a << (k * 21 + 1));
            show("right", a >> (k * 21 + 1));
            show("arithmetic", (u128)(s >> (k * 31)));
            printf("%d %d %d\n", a < b, s < t, a == b);
        }
    u128 f = 1;
    for (unsigned i = 2; i <= 34; i++) f *= i;
    decimal(f);
    decimal(~(u128)0);
    printf("%.17g %.17g\n", (double)f, (double)-(i128)f);
    show("from double", (u128)1e30);
    show("from negative", (u128)(i128)-1e30);
    long double x = 2, root = 1;
    for (int i = 0; i < 8; i++) root = (root + x / root) / 2;
    printf("%.33Lf %d\n", root, root * root > x);
    printf("%.30Lg %ld %g\n", (long double)f, (long)(root * 1000), (double)root);
    long result[3];
    int overflows = __builtin_mul_overflow((long)inputs[4], 1l << 30, &result[0]);
    overflows = overflows * 10 + __builtin_add_overflow((long)inputs[1], 2l, &result[1]);
    overflows = overflows * 10 + __builtin_sub_overflow((long)inputs[3], 1l, &result[2]);
    printf("%03d %lx %ld %lx\n", overflows, result[0], result[1], result[2]);
    return 0;
}
