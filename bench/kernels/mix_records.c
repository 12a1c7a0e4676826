// A mix of what programs of the eighties did: records assigned through pointers,
// many small functions, enumerations, comparisons of strings, arrays of one and
// two dimensions, and global variables.
#define NAME "mix_records"
#include "bench.h"

enum colour { RED, GREEN, BLUE, YELLOW, BLACK };

struct record {
    struct record *other;
    int32_t kind;
    union {
        struct {
            enum colour colour;
            int32_t amount;
            char label[32];
        } plain;
        struct {
            double ratio;
            char letters[2];
        } rare;
    } is;
};

static struct record first, second, *current, *spare;
static int32_t global_count, global_flag;
static char global_letter, global_mark;
static int32_t line[64], grid[64][64];

NOINLINE static enum colour opposite(enum colour colour) {
    switch (colour) {
    case RED: return GREEN;
    case GREEN: return global_count > 100 ? RED : YELLOW;
    case BLUE: return BLACK;
    case YELLOW: return BLUE;
    default: return RED;
    }
}

NOINLINE static void sum_to(int32_t a, int32_t b, int32_t *into) { *into = a + 2 + b; }

NOINLINE static int32_t same_letter(char a, char b) {
    char kept = a;
    if (kept != b) return 0;
    global_letter = kept;
    return 1;
}

NOINLINE static int32_t in_order(const char *a, const char *b) {
    int32_t at = 2;
    char letter = 'A';
    while (at <= 2) {
        if (same_letter(a[at], b[at + 1])) break;
        letter = 'B';
        at++;
    }
    if (letter >= 'W' && letter < 'Z') at = 7;
    if (letter == 'R') return 1;
    if (strcmp(a, b) > 0) {
        global_count = at + 7;
        return 1;
    }
    return 0;
}

NOINLINE static void arrays(int32_t *one, int32_t (*two)[64], int32_t a, int32_t b) {
    int32_t at = a + 5;
    one[at] = b;
    one[at + 1] = one[at];
    one[at + 30] = at;
    for (int32_t i = at; i <= at + 1; i++) two[at][i] = at;
    two[at][at - 1] += 1;
    two[at + 20][at] = one[at];
    global_count = 5;
}

NOINLINE static void take_spare(struct record **into) {
    if (spare) *into = spare->other;
    sum_to(10, global_count, &spare->is.plain.amount);
}

NOINLINE static void follow(struct record *from) {
    struct record *next = from->other;
    *from->other = *spare;
    from->is.plain.amount = 5;
    next->is.plain.amount = from->is.plain.amount;
    next->other = from->other;
    take_spare(&next->other);
    if (next->kind == 0) {
        next->is.plain.amount = 6;
        next->is.plain.colour = opposite(from->is.plain.colour);
        next->other = spare->other;
        sum_to(next->is.plain.amount, 10, &next->is.plain.amount);
    } else {
        *from = *from->other;
    }
}

NOINLINE static void countdown(int32_t *count) {
    int32_t value = *count + 10;
    for (;;) {
        if (global_letter == 'A') {
            value--;
            *count = value - global_count;
            return;
        }
        global_letter = 'A';
    }
}

NOINLINE static void marks(void) {
    int32_t seen = global_letter == 'A';
    global_flag |= seen;
    global_mark = 'B';
}

static uint64_t work(void) {
    char one[32], two[32];
    uint32_t seed = bench_seed;
    uint64_t sum = 0;
    memset(line, 0, sizeof line);
    memset(grid, 0, sizeof grid);
    memset(&first, 0, sizeof first);
    memset(&second, 0, sizeof second);
    spare = &second;
    current = &first;
    current->other = spare;
    current->kind = 0;
    current->is.plain.colour = BLUE;
    current->is.plain.amount = 40;
    strcpy(current->is.plain.label, "A TEXT OF THIRTY LETTERS, SOME");
    strcpy(one, "MIXED PROGRAM, THE FIRST TEXT");
    global_flag = global_count = 0;
    global_letter = 'A';
    global_mark = ' ';
    for (int32_t run = 1; run <= 200000; run++) {
        int32_t a = 2, b = 3, c = 0;
        enum colour colour = GREEN;
        global_letter = (char)('A' + (seed >> (run & 15) & 1));
        marks();
        strcpy(two, run & 8 ? "MIXED PROGRAM, THE SECOND TEXT" : "MIXED PROGRAM, A THIRD TEXT");
        global_flag = !in_order(one, two);
        while (a < b) {
            c = 5 * a - b;
            sum_to(a, b, &c);
            a++;
        }
        arrays(line, grid, a, c + (run & 3));
        spare->other = &first;
        follow(current);
        current->other = spare;
        for (char letter = 'A'; letter <= global_mark; letter++) {
            if (same_letter(letter, 'C')) colour = opposite(colour);
        }
        b = b * a + run % 7;
        a = b / c;
        b = 7 * (b - c) - a;
        countdown(&a);
        sum = sum * 31 + (uint32_t)(a ^ b << 3) + (uint32_t)colour + (uint32_t)global_flag;
    }
    sum = bench_mix(sum, (uint32_t)(line[8] ^ line[38]) + (uint32_t)grid[8][7]);
    sum = bench_mix(sum, (uint32_t)first.is.plain.amount << 8 | (uint32_t)first.is.plain.colour);
    return bench_mix(sum, (uint32_t)second.is.plain.amount << 8 | (uint8_t)first.is.plain.label[5]);
}
