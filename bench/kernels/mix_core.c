// A mix of integer work such as embedded processors are measured by: list work
// with a callback, products of small matrices of 16 bits, a scanner of numbers as
// a state machine, and a 16-bit CRC over all results.
#define NAME "mix_core"
#include "bench.h"

static uint16_t crc16(uint16_t crc, uint32_t value, uint32_t bits) {
    for (; bits; bits--, value >>= 1) crc = (uint16_t)(((value ^ crc) & 1) ? crc >> 1 ^ 0xa001 : crc >> 1);
    return crc;
}

// --- lists ---

struct item {
    struct item *next;
    int16_t data, index;
};
typedef int32_t item_order(const struct item *a, const struct item *b);

#define ITEMS 96u
static struct item items[ITEMS];

static int32_t by_data(const struct item *a, const struct item *b) {
    // The low byte counts bits first, so that comparing has something to do.
    int32_t x = a->data & 0xff, y = b->data & 0xff, p = 0, q = 0;
    for (; x; x &= x - 1) p++;
    for (; y; y &= y - 1) q++;
    return p != q ? p - q : a->data - b->data;
}
static int32_t by_index(const struct item *a, const struct item *b) { return a->index - b->index; }

// Merges runs of growing length until there is one.
NOINLINE static struct item *sort_items(struct item *list, item_order *order) {
    for (uint32_t size = 1;; size *= 2) {
        struct item *p = list, *tail = NULL;
        uint32_t merges = 0;
        list = NULL;
        while (p) {
            struct item *q = p;
            uint32_t left = 0, right = size;
            merges++;
            for (; left < size && q; left++) q = q->next;
            while (left || (right && q)) {
                struct item *taken;
                if (!left || (right && q && order(p, q) > 0)) taken = q, q = q->next, right--;
                else taken = p, p = p->next, left--;
                if (tail) tail->next = taken;
                else list = taken;
                tail = taken;
            }
            p = q;
        }
        tail->next = NULL;
        if (merges < 2) return list;
    }
}

NOINLINE static struct item *find_item(struct item *list, int16_t data) {
    while (list && (list->data & 0xff) != data) list = list->next;
    return list;
}

NOINLINE static uint16_t list_part(uint32_t random, uint16_t crc) {
    struct item *list = NULL;
    for (uint32_t i = 0; i < ITEMS; i++) {
        items[i].data = (int16_t)bench_random(&random);
        items[i].index = (int16_t)i;
        items[i].next = list;
        list = &items[i];
    }
    list = sort_items(list, by_data);
    for (int16_t i = 0; i < 64; i++) {
        struct item *found = find_item(list, i);
        crc = crc16(crc, found ? (uint16_t)found->data : 0x55, 16);
        if (found && found->next) {
            // What follows goes to the front.
            struct item *moved = found->next;
            found->next = moved->next;
            moved->next = list;
            list = moved;
        }
    }
    list = sort_items(list, by_index);
    for (; list; list = list->next) crc = crc16(crc, (uint16_t)list->data, 16);
    return crc;
}

// --- matrices ---

#define EDGE 12u
static int16_t a[EDGE * EDGE], b[EDGE * EDGE];
static int32_t c[EDGE * EDGE];

NOINLINE static void by_constant(int32_t n, int16_t factor) {
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) c[i * n + j] = (int32_t)a[i * n + j] * factor;
    }
}
NOINLINE static void by_matrix(int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            int32_t sum = 0;
            for (int32_t k = 0; k < n; k++) sum += (int32_t)a[i * n + k] * b[k * n + j];
            c[i * n + j] = sum;
        }
    }
}
NOINLINE static void by_bits(int32_t n) {
    for (int32_t i = 0; i < n; i++) {
        for (int32_t j = 0; j < n; j++) {
            int32_t sum = 0;
            for (int32_t k = 0; k < n; k++) {
                int32_t product = (int32_t)a[i * n + k] * b[k * n + j];
                sum += (product >> 2 & 15) * (product >> 5 & 127);
            }
            c[i * n + j] = sum;
        }
    }
}
NOINLINE static uint16_t sum_up(int32_t n, int16_t clip, uint16_t crc) {
    int32_t running = 0, previous = 0, result = 0;
    for (int32_t i = 0; i < n * n; i++) {
        running += c[i] & 0xffff;
        if (running > clip) result += 10, running = 0;
        else result += c[i] > previous;
        previous = c[i];
    }
    return crc16(crc, (uint32_t)result, 16);
}

NOINLINE static uint16_t matrix_part(uint32_t random, int32_t n, uint16_t crc) {
    for (int32_t i = 0; i < n * n; i++) {
        uint32_t value = bench_random(&random);
        a[i] = (int16_t)(value & 0x3ff);
        b[i] = (int16_t)(value >> 16 & 0x7ff);
    }
    by_constant(n, (int16_t)(random & 0xff));
    crc = sum_up(n, 20000, crc);
    by_matrix(n);
    crc = sum_up(n, 30000, crc);
    by_bits(n);
    return sum_up(n, 10000, crc);
}

// --- the scanner ---

enum state { START, SIGN, WHOLE, DOT, PART, EXPONENT, POWER_SIGN, POWER, WRONG, STATES };

static enum state next_state(enum state state, char c) {
    int32_t digit = c >= '0' && c <= '9';
    switch (state) {
    case START:
        if (c == '+' || c == '-') return SIGN;
        // fallthrough
    case SIGN:
    case WHOLE:
        if (digit) return WHOLE;
        if (c == '.') return DOT;
        return state == WHOLE && (c | 32) == 'e' ? EXPONENT : WRONG;
    case DOT:
    case PART:
        if (digit) return PART;
        return state == PART && (c | 32) == 'e' ? EXPONENT : WRONG;
    case EXPONENT:
        if (c == '+' || c == '-') return POWER_SIGN;
        return digit ? POWER : WRONG;
    case POWER_SIGN:
    case POWER: return digit ? POWER : WRONG;
    default: return WRONG;
    }
}

NOINLINE static const char *scan(const char *at, uint32_t ends[STATES], uint32_t moves[STATES]) {
    enum state state = START;
    for (; *at && *at != ','; at++) {
        enum state to = next_state(state, *at);
        moves[state] += to != state;
        state = to;
    }
    ends[state]++;
    return *at ? at + 1 : at;
}

NOINLINE static uint16_t scanner_part(uint32_t random, uint16_t crc) {
    static const char *const numbers[16] = {"5012", "1234", "-874", "+122", "35.54400", ".1234500", "-110.700", "+0.64400",
                                            "5.500e+3", "-.123e-2", "-87e+832", "+0.6e-12", "T0.3e-1F", "-T.T++Tq", "1T3.4e4z", "34.0e-T^"};
    char text[512];
    uint32_t ends[STATES] = {0}, moves[STATES] = {0}, length = 0;
    while (length < 480) {
        for (const char *from = numbers[bench_random(&random) >> 28]; *from;) text[length++] = *from++;
        text[length++] = ',';
    }
    text[length] = 0;
    for (uint32_t round = 0; round < 2; round++) {
        for (const char *at = text; *at;) at = scan(at, ends, moves);
        for (uint32_t i = random & 7; i < length; i += 11) {
            if (text[i] != ',') text[i] ^= (char)(random >> 8 & 15);
        }
    }
    for (uint32_t i = 0; i < STATES; i++) crc = crc16(crc16(crc, ends[i], 16), moves[i], 16);
    return crc;
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    uint16_t crc = 0;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < 250; i++) {
        crc = list_part(bench_random(&state), crc);
        crc = matrix_part(bench_random(&state), (int32_t)(EDGE - (i & 3)), crc);
        crc = scanner_part(bench_random(&state), crc);
        sum = bench_mix(sum, crc);
    }
    return sum;
}
