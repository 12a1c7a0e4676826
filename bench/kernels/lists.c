// Linked lists: built in random order, walked, reversed, sorted by merging,
// filtered; a doubly linked one whose last used node moves to the front.
#define NAME "lists"
#include "bench.h"

#define NODES 16384u
#define RECENT 64u

struct node {
    struct node *next;
    uint32_t key, payload;
};
struct link {
    struct link *before, *after;
    uint32_t key;
};
static struct node nodes[NODES];
static struct link links[RECENT], head;

NOINLINE static struct node *reverse(struct node *list) {
    struct node *done = NULL;
    while (list) {
        struct node *next = list->next;
        list->next = done;
        done = list;
        list = next;
    }
    return done;
}

NOINLINE static uint64_t walk(const struct node *list) {
    uint64_t sum = 0;
    for (; list; list = list->next) sum = sum * 31 + (list->key ^ list->payload);
    return sum;
}

NOINLINE static struct node *merge(struct node *a, struct node *b) {
    struct node *merged = NULL, **end = &merged;
    while (a && b) {
        struct node **from = a->key <= b->key ? &a : &b;
        *end = *from;
        end = &(*from)->next;
        *from = *end;
    }
    *end = a ? a : b;
    return merged;
}

// From the bottom up: parts[i] holds a sorted list of 2^i nodes, or nothing.
NOINLINE static struct node *sort(struct node *list) {
    struct node *parts[32] = {NULL};
    while (list) {
        struct node *one = list;
        list = list->next;
        one->next = NULL;
        uint32_t i = 0;
        for (; parts[i]; i++) {
            one = merge(parts[i], one);
            parts[i] = NULL;
        }
        parts[i] = one;
    }
    struct node *sorted = NULL;
    for (uint32_t i = 0; i < 32; i++) sorted = merge(parts[i], sorted);
    return sorted;
}

NOINLINE static uint32_t use(uint32_t key) {
    uint32_t steps = 0;
    struct link *link = head.after;
    while (link->key != key && link->after != &head) link = link->after, steps++;
    link->key = key;
    link->before->after = link->after;
    link->after->before = link->before;
    link->after = head.after;
    link->before = &head;
    head.after->before = link;
    head.after = link;
    return steps;
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    struct node *list = NULL;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < NODES; i++) {
        // 5 is odd, so that all nodes are used, each once.
        struct node *node = &nodes[(i * 4097u * 5u) % NODES];
        node->key = bench_random(&state) >> 8;
        node->payload = i;
        node->next = list;
        list = node;
    }
    for (uint32_t i = 0; i < 8; i++) {
        list = reverse(list);
        sum = bench_mix(sum, walk(list));
    }
    list = sort(list);
    sum = bench_mix(sum, walk(list));
    for (struct node **at = &list; *at;) {
        if ((*at)->payload % 3 == 0) *at = (*at)->next;
        else at = &(*at)->next;
    }
    sum = bench_mix(sum, walk(reverse(list)));

    head.before = head.after = &head;
    for (uint32_t i = 0; i < RECENT; i++) {
        links[i].key = i;
        links[i].before = &head;
        links[i].after = head.after;
        head.after->before = &links[i];
        head.after = &links[i];
    }
    for (uint32_t i = 0; i < 60000; i++) {
        uint32_t a = bench_random(&state) % 96, b = bench_random(&state) % 96;
        sum += use(a < b ? a : b);
    }
    for (struct link *link = head.after; link != &head; link = link->after) sum = bench_mix(sum, link->key);
    return sum;
}
