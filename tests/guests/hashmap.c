// A chained and an open-addressed hash map under insertions and removals.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node {
    struct node *next;
    long value;
    char key[];
};

struct map {
    struct node **buckets;
    size_t size, count;
};

static size_t hash(const char *key) {
    size_t h = 5381;
    while (*key)
        h = h * 33 ^ (unsigned char)*key++;
    return h;
}

static void grow(struct map *m) {
    size_t size = m->size ? m->size * 2 : 8;
    struct node **buckets = calloc(size, sizeof *buckets);
    for (size_t i = 0; i < m->size; i++)
        for (struct node *n = m->buckets[i], *next; n; n = next) {
            next = n->next;
            size_t at = hash(n->key) % size;
            n->next = buckets[at];
            buckets[at] = n;
        }
    free(m->buckets);
    m->buckets = buckets;
    m->size = size;
}

static long *slot(struct map *m, const char *key) {
    if (m->count >= m->size)
        grow(m);
    struct node **at = &m->buckets[hash(key) % m->size];
    for (struct node *n = *at; n; n = n->next)
        if (!strcmp(n->key, key))
            return &n->value;
    struct node *n = malloc(sizeof *n + strlen(key) + 1);
    strcpy(n->key, key);
    n->value = 0;
    n->next = *at;
    *at = n;
    m->count++;
    return &n->value;
}

static int drop(struct map *m, const char *key) {
    for (struct node **at = &m->buckets[hash(key) % m->size]; *at; at = &(*at)->next)
        if (!strcmp((*at)->key, key)) {
            struct node *n = *at;
            *at = n->next;
            free(n);
            m->count--;
            return 1;
        }
    return 0;
}

enum { SLOTS = 2048, EMPTY = 0, GONE = -1 };
static long keys[SLOTS], values[SLOTS];

static long *probe(long key) {
    unsigned long at = (unsigned long)key * 0x9e3779b97f4a7c15 >> 53;
    long *gone = NULL;
    for (;; at = (at + 1) % SLOTS) {
        if (keys[at] == key)
            return &values[at];
        if (keys[at] == GONE && !gone)
            gone = &keys[at];
        if (keys[at] == EMPTY) {
            long *use = gone ? gone : &keys[at];
            *use = key;
            values[use - keys] = 0;
            return &values[use - keys];
        }
    }
}

int main(void) {
    struct map m = {0};
    char key[32];
    for (int i = 0; i < 1500; i++) {
        sprintf(key, "key-%d", i * i % 700);
        *slot(&m, key) += i;
    }
    size_t before = m.count;
    int dropped = 0;
    for (int i = 0; i < 700; i += 3) {
        sprintf(key, "key-%d", i);
        dropped += drop(&m, key);
    }
    long sum = 0;
    for (size_t i = 0; i < m.size; i++)
        for (struct node *n = m.buckets[i]; n; n = n->next)
            sum += n->value;
    printf("%zu inserted, %d dropped, %zu left in %zu buckets, sum %ld\n", before, dropped, m.count, m.size, sum);
    for (long i = 1; i <= 3000; i++)
        *probe(i % 900 + 1) += i;
    for (long i = 1; i <= 900; i += 2)
        for (int k = 0; k < SLOTS; k++)
            if (keys[k] == i) { keys[k] = GONE; break; }
    for (long i = 1000; i < 1400; i++)
        *probe(i) = i;
    long total = 0, used = 0;
    for (int k = 0; k < SLOTS; k++)
        if (keys[k] > 0) { total += keys[k] ^ values[k]; used++; }
    printf("%ld used, %ld\n", used, total);
    return 0;
}
