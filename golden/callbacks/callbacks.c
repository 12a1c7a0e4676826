// flags: -O2
// Calls through pointers: a sort that takes its order as an argument, and a
// table of functions in data.
#include "../print.h"

typedef long order(long, long);

__attribute__((noinline)) void sort(long *items, long count, order *before) {
    for (long i = 1; i < count; i++) {
        long item = items[i], j = i;
        while (j > 0 && before(item, items[j - 1])) {
            items[j] = items[j - 1];
            j--;
        }
        items[j] = item;
    }
}

static long ascending(long a, long b) { return a < b; }
static long descending(long a, long b) { return a > b; }
static long by_last_digit(long a, long b) { return a % 10 < b % 10; }

struct entry {
    const char *name;
    order *before;
};

static const struct entry orders[] = {
    {"ascending", ascending}, {"descending", descending}, {"by last digit", by_last_digit}};

int main(void) {
    for (unsigned i = 0; i < sizeof orders / sizeof *orders; i++) {
        long items[] = {42, 7, 93, 18, 65, 20, 31, 54};
        sort(items, sizeof items / sizeof *items, orders[i].before);
        print(orders[i].name);
        for (unsigned k = 0; k < sizeof items / sizeof *items; k++) {
            print(" ");
            print_number(items[k]);
        }
        print("\n");
    }
    return 0;
}
