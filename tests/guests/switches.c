// Switches: dense, sparse, nested, on characters, large, and one that falls
// through; each becomes a jump table, a tree of comparisons or both.
#include <stdio.h>

static const char *month(int n) {
    switch (n) {
    case 1: return "January";
    case 2: return "February";
    case 3: return "March";
    case 4: return "April";
    case 5: return "May";
    case 6: return "June";
    case 7: return "July";
    case 8: return "August";
    case 9: return "September";
    case 10: return "October";
    case 11: return "November";
    case 12: return "December";
    default: return "none";
    }
}

static int sparse(long n) {
    switch (n) {
    case -1000000: return 1;
    case -7: return 2;
    case 0: return 3;
    case 13: return 4;
    case 1000: return 5;
    case 1001: return 6;
    case 99999: return 7;
    case 0x7fffffffffff: return 8;
    default: return 0;
    }
}

static unsigned fall(unsigned n, unsigned x) {
    switch (n) {
    case 9: x ^= 0x900; // fall through
    case 8: x = x * 3 + 1; // fall through
    case 7: x -= 7; // fall through
    case 5: x ^= x << 5; // fall through
    case 4: x += 4; // fall through
    case 2: x = ~x; break;
    case 3: x *= 33; // fall through
    case 1: x++; break;
    case 6: return fall(n - 1, x ^ 6);
    default: x = 0;
    }
    return x;
}

// A scanner and a calculator: switches on characters, and mutual recursion.
static const char *at;
static long expression(void);

static long primary(void) {
    long value = 0;
    while (*at == ' ') at++;
    switch (*at) {
    case '(':
        at++;
        value = expression();
        at++;
        break;
    case '-':
        at++;
        return -primary();
    case '0': case '1': case '2': case '3': case '4':
    case '5': case '6': case '7': case '8': case '9':
        while (*at >= '0' && *at <= '9') value = value * 10 + *at++ - '0';
        break;
    }
    while (*at == ' ') at++;
    return value;
}

static long product(void) {
    long value = primary();
    for (;;) {
        long other;
        switch (*at) {
        case '*': at++; value *= primary(); break;
        case '/': at++; other = primary(); value = other ? value / other : -1; break;
        case '%': at++; other = primary(); value = other ? value % other : -2; break;
        default: return value;
        }
    }
}

static long expression(void) {
    long value = product();
    for (;;)
        switch (*at) {
        case '+': at++; value += product(); break;
        case '-': at++; value -= product(); break;
        default: return value;
        }
}

// 256 cases with irregular bodies, written by the preprocessor.
#define CASE(n) case n: return (n) * 2654435761u ^ ((n) & 4 ? x : ~x);
#define FOUR(n) CASE(n) CASE(n + 1) CASE(n + 2) CASE(n + 3)
#define SIXTEEN(n) FOUR(n) FOUR(n + 4) FOUR(n + 8) FOUR(n + 12)
#define MANY(n) SIXTEEN(n) SIXTEEN(n + 16) SIXTEEN(n + 32) SIXTEEN(n + 48)
static unsigned large(unsigned n, unsigned x) {
    switch (n) {
        MANY(0) MANY(64) MANY(128) MANY(192)
    default: return x;
    }
}

enum state { IDLE, OPEN, DATA, CLOSING, DONE, BROKEN, STATES };
static enum state next(enum state s, char c) {
    switch (s) {
    case IDLE: return c == 'o' ? OPEN : c == 'x' ? BROKEN : IDLE;
    case OPEN: switch (c) { case 'd': return DATA; case 'c': return CLOSING; case 'x': return BROKEN; default: return OPEN; }
    case DATA: switch (c) { case 'c': return CLOSING; case 'd': return DATA; case 'o': return BROKEN; default: return DATA; }
    case CLOSING: return c == '.' ? DONE : c == 'o' ? OPEN : CLOSING;
    case DONE: return c == 'o' ? OPEN : DONE;
    default: return BROKEN;
    }
}

int main(void) {
    for (int i = -1; i <= 13; i++) printf("%s ", month(i));
    putchar('\n');
    static const long probes[] = {-1000000, -7, -6, 0, 13, 14, 1000, 1001, 99999, 0x7fffffffffff, 0x1000003e8};
    for (unsigned i = 0; i < sizeof probes / sizeof *probes; i++) printf("%d ", sparse(probes[i]));
    putchar('\n');
    for (unsigned i = 0; i < 12; i++) printf("%u ", fall(i, 1000 + i));
    putchar('\n');
    static const char *sums[] = {"1 + 2 * 3", "(1 + 2) * 3", "-(4 - 10) / 2 % 4", "2*(3+(4*5-6)*7)", "7/0"};
    for (unsigned i = 0; i < sizeof sums / sizeof *sums; i++) {
        at = sums[i];
        printf("%s = %ld\n", sums[i], expression());
    }
    unsigned sum = 0;
    for (unsigned i = 0; i < 300; i++) sum = sum * 31 + large(i, sum);
    printf("%u\n", sum);
    static const char *inputs[] = {"odddc.", "oc", "x", "odo", "oddc.o", "   o c."};
    for (unsigned i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        int visits[STATES] = {0};
        enum state s = IDLE;
        for (const char *p = inputs[i]; *p; p++) visits[s = next(s, *p)]++;
        printf("%d:", s);
        for (int k = 0; k < STATES; k++) printf(" %d", visits[k]);
        putchar('\n');
    }
    return 0;
}
