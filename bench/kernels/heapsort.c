// Heap sort of elements of any size, by a comparison and an exchange that the
// caller gives; integers, records and pointers to strings.
#define NAME "heapsort"
#include "bench.h"

typedef int32_t comparison(const void *a, const void *b, void *context);
typedef void exchange(void *a, void *b);

struct record {
    uint16_t group;
    int32_t key;
    double weight;
};

#define INTS 24000u
#define RECORDS 12000u
#define STRINGS 6000u
static int32_t ints[INTS];
static struct record records[RECORDS];
static char letters[STRINGS][8];
static const char *strings[STRINGS];

static void sink(char *base, uint32_t at, uint32_t count, uint32_t size, comparison *compare, exchange *swap, void *context) {
    for (;;) {
        uint32_t child = 2 * at + 1;
        if (child >= count) return;
        if (child + 1 < count && compare(base + child * size, base + (child + 1) * size, context) < 0) child++;
        if (compare(base + at * size, base + child * size, context) >= 0) return;
        swap(base + at * size, base + child * size);
        at = child;
    }
}

NOINLINE static void heap_sort(void *from, uint32_t count, uint32_t size, comparison *compare, exchange *swap, void *context) {
    char *base = (char *)from;
    for (uint32_t at = count / 2; at-- > 0;) sink(base, at, count, size, compare, swap, context);
    while (--count > 0) {
        swap(base, base + count * size);
        sink(base, 0, count, size, compare, swap, context);
    }
}

static int32_t compare_ints(const void *a, const void *b, void *context) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    ++*(uint32_t *)context;
    return (x > y) - (x < y);
}
static int32_t compare_records(const void *a, const void *b, void *context) {
    const struct record *p = (const struct record *)a, *q = (const struct record *)b;
    ++*(uint32_t *)context;
    if (p->group != q->group) return (int32_t)p->group - (int32_t)q->group;
    if (p->weight != q->weight) return p->weight < q->weight ? -1 : 1;
    return (p->key > q->key) - (p->key < q->key);
}
static int32_t compare_strings(const void *a, const void *b, void *context) {
    const char *p = *(const char *const *)a, *q = *(const char *const *)b;
    ++*(uint32_t *)context;
    while (*p && *p == *q) p++, q++;
    return (int32_t)(uint8_t)*p - (int32_t)(uint8_t)*q;
}
static void exchange_ints(void *a, void *b) {
    int32_t kept = *(int32_t *)a;
    *(int32_t *)a = *(int32_t *)b;
    *(int32_t *)b = kept;
}
static void exchange_records(void *a, void *b) {
    struct record kept = *(struct record *)a;
    *(struct record *)a = *(struct record *)b;
    *(struct record *)b = kept;
}
static void exchange_strings(void *a, void *b) {
    const char *kept = *(const char **)a;
    *(const char **)a = *(const char **)b;
    *(const char **)b = kept;
}

static uint64_t work(void) {
    uint32_t state = bench_seed, calls = 0;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < INTS; i++) ints[i] = (int32_t)bench_random(&state);
    for (uint32_t i = 0; i < RECORDS; i++) {
        records[i].group = (uint16_t)(bench_random(&state) % 50);
        records[i].weight = (double)(bench_random(&state) % 1000) / 8;
        records[i].key = (int32_t)bench_random(&state);
    }
    for (uint32_t i = 0; i < STRINGS; i++) {
        uint32_t random = bench_random(&state);
        for (uint32_t j = 0; j < 7; j++) letters[i][j] = (char)('a' + (random >> (4 * j) & 7));
        letters[i][7] = 0;
        strings[i] = letters[i];
    }
    heap_sort(ints, INTS, sizeof ints[0], compare_ints, exchange_ints, &calls);
    heap_sort(records, RECORDS, sizeof records[0], compare_records, exchange_records, &calls);
    heap_sort(strings, STRINGS, sizeof strings[0], compare_strings, exchange_strings, &calls);
    for (uint32_t i = 0; i < INTS; i++) sum = bench_mix(sum, (uint32_t)ints[i]);
    for (uint32_t i = 0; i < RECORDS; i++) sum = bench_mix(sum, (uint32_t)records[i].key);
    for (uint32_t i = 0; i < STRINGS; i++) {
        for (uint32_t j = 0; j < 7; j++) sum = sum * 31 + (uint8_t)strings[i][j];
    }
    return bench_mix(sum, calls);
}
