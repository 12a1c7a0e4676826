// Trampolines of nested functions, handed on: to qsort and bsearch, into lists on the
// heap, down a recursion in which each frame has its own, and out of by goto.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NOINLINE __attribute__((noinline))

// Sorts by a rule that only this frame knows; counts in the frame as well.
NOINLINE static long sorted(int rule, int count) {
    int numbers[64], weights[64];
    long calls = 0, hash = rule;
    for (int i = 0; i < count; i++) numbers[i] = i, weights[i] = (i * 7919 + rule * 31) % 101;
    int compare(const void *a, const void *b) {
        calls++;
        int x = *(const int *)a, y = *(const int *)b;
        int order = weights[x] - weights[y];
        return (rule & 1 ? -order : order) ?: x - y;
    }
    qsort(numbers, count, sizeof *numbers, compare);
    for (int i = 0; i < count; i++) hash = (hash * 31 + numbers[i]) % 1000003;
    int key = numbers[count / 3];
    int *found = bsearch(&key, numbers, count, sizeof *numbers, compare);
    return hash * 100 + (found - numbers) + (calls > 0);
}

// Observers on the heap; what is called is on the stack of a frame further out.
struct observer {
    void (*told)(int event);
    struct observer *next;
};
NOINLINE static struct observer *observe(struct observer *list, void (*told)(int)) {
    struct observer *one = malloc(sizeof *one);
    one->told = told;
    one->next = list;
    return one;
}
NOINLINE static void tell(struct observer *list, int event) {
    for (; list; list = list->next) list->told(event);
}
NOINLINE static void forget(struct observer *list) {
    while (list) {
        struct observer *next = list->next;
        free(list);
        list = next;
    }
}
static int watched(int events) {
    int sum = 0, largest = 0, changes = 0;
    double mean = 0;
    void add(int event) { sum += event; }
    void keep(int event) { if (event > largest) largest = event, changes++; }
    void average(int event) { mean = mean * 0.5 + event; }
    struct observer *list = observe(observe(observe(NULL, add), keep), average);
    for (int i = 0; i < events; i++) tell(list, i * 37 % 101);
    forget(list);
    return sum + largest * changes + (int)mean;
}

// Knuth's test: which of the frames of a recursion does a nested function mean?
static int man_or_boy(int k, int (*x1)(void), int (*x2)(void), int (*x3)(void), int (*x4)(void), int (*x5)(void)) {
    int b(void) { return man_or_boy(--k, b, x1, x2, x3, x4); }
    return k <= 0 ? x4() + x5() : b();
}
static int minus_one(void) { return -1; }
static int zero(void) { return 0; }
static int one(void) { return 1; }

// Out of the nested function, over the frames between, to a label of the outer one.
NOINLINE static int each(const int *numbers, int count, void (*visit)(int)) {
    for (int i = 0; i < count; i++) visit(numbers[i]);
    return count;
}
NOINLINE static int nest(int depth, const int *numbers, int count, void (*visit)(int)) {
    char room[32];
    memset(room, depth, sizeof room);
    return depth ? nest(depth - 1, numbers, count, visit) + room[3] : each(numbers, count, visit);
}
NOINLINE static int first_above(int limit, int depth) {
    __label__ found;
    static const int numbers[] = {3, 1, 4, 1, 5, 9, 2, 6, 5, 3, 5, 8, 9, 7, 9, 3};
    volatile int seen = 0, hit = 0;
    void visit(int n) {
        seen++;
        if (n > limit) {
            hit = n;
            goto found;
        }
    }
    return -nest(depth, numbers, 16, visit);
found:
    return hit * 100 + seen;
}

// A trampoline in a place where another one was before.
NOINLINE static long apply(long (*f)(long), long n) { return f(n); }
NOINLINE static long scale(long by, long n) {
    long times(long x) { return x * by; }
    return apply(times, n);
}
NOINLINE static long shift(long by, long n) {
    long plus(long x) { return x + by; }
    return apply(plus, n);
}

int main(void) {
    long sum = 0;
    for (int rule = 0; rule < 20; rule++) sum = sum * 3 + sorted(rule, 10 + rule * 2);
    printf("sorted: %ld\n", sum);
    printf("watched: %d\n", watched(300));
    printf("man or boy: %d\n", man_or_boy(10, one, minus_one, minus_one, one, zero));
    for (int limit = 2; limit < 10; limit++) printf("%d ", first_above(limit, limit * limit));
    sum = 1;
    for (int i = 0; i < 3000; i++) sum = shift(i, scale(i % 7 + 1, sum)) & 0xffffff;
    printf("\nin place of another: %ld\n", sum);
    return 0;
}
