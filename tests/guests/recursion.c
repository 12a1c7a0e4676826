// Recursion of several shapes: one call site, two, nested, mutual.
#include <stdio.h>

static long calls;

static long fib(long n) { return n < 2 ? n : fib(n - 1) + fib(n - 2); }

static long ackermann(long m, long n) {
    calls++;
    if (m == 0)
        return n + 1;
    if (n == 0)
        return ackermann(m - 1, 1);
    return ackermann(m - 1, ackermann(m, n - 1));
}

static void hanoi(int discs, int from, int to, int spare) {
    if (discs == 0)
        return;
    hanoi(discs - 1, from, spare, to);
    calls = calls * 31 % 1000003 + from * 4 + to;
    hanoi(discs - 1, spare, to, from);
}

static int is_odd(unsigned n);
__attribute__((noinline)) static int is_even(unsigned n) { return n == 0 ? 1 : is_odd(n - 1); }
__attribute__((noinline)) static int is_odd(unsigned n) { return n == 0 ? 0 : is_even(n - 1); }

static int tak(int x, int y, int z) {
    if (y >= x)
        return z;
    return tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y));
}

static long gcd(long a, long b) { return b ? gcd(b, a % b) : a; }

// Every permutation of n items; counts those without a fixed point.
static int derangements(int *items, int at, int n) {
    if (at == n) {
        for (int i = 0; i < n; i++)
            if (items[i] == i)
                return 0;
        return 1;
    }
    int count = 0;
    for (int i = at; i < n; i++) {
        int t = items[at]; items[at] = items[i]; items[i] = t;
        count += derangements(items, at + 1, n);
        t = items[at]; items[at] = items[i]; items[i] = t;
    }
    return count;
}

static int queens(int row, unsigned columns, unsigned left, unsigned right, int n) {
    if (row == n)
        return 1;
    int found = 0;
    unsigned free = ~(columns | left | right) & ((1u << n) - 1);
    while (free) {
        unsigned bit = free & -free;
        free ^= bit;
        found += queens(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1, n);
    }
    return found;
}

int main(void) {
    for (int n = 0; n <= 18; n += 6)
        printf("fib(%d) = %ld\n", n, fib(n));
    printf("ackermann(2, 9) = %ld", ackermann(2, 9));
    printf(" in %ld calls\n", calls);
    calls = 0;
    hanoi(9, 1, 3, 2);
    printf("hanoi: %ld\n", calls);
    printf("even: %d %d\n", is_even(1000), is_even(777));
    printf("tak(9, 6, 3) = %d\n", tak(9, 6, 3));
    printf("gcd = %ld\n", gcd(1071 * 462L, 462 * 1029L));
    int items[] = {0, 1, 2, 3, 4, 5};
    printf("derangements of 6: %d\n", derangements(items, 0, 6));
    printf("queens(7) = %d\n", queens(0, 0, 0, 0, 7));
    return 0;
}
