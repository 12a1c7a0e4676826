// Hash maps: an open one from 64-bit keys to counts, with removals, and one from
// words to chains of entries from malloc.
#define NAME "hashmap"
#include "bench.h"

#define SLOTS 65536u
#define BUCKETS 4096u

struct slot {
    uint64_t key;
    uint32_t count;
    uint8_t state; // 0 free, 1 taken, 2 was taken
};
struct entry {
    struct entry *next;
    uint32_t hash, count;
    char word[12];
};
static struct slot slots[SLOTS];
static struct entry *buckets[BUCKETS];

static uint32_t hash_of(uint64_t key) {
    key ^= key >> 31;
    key *= UINT64_C(0x7fb5d329728ea185);
    return (uint32_t)(key >> 40);
}

NOINLINE static struct slot *find(uint64_t key, int32_t add) {
    struct slot *again = NULL;
    for (uint32_t at = hash_of(key);; at++) {
        struct slot *slot = &slots[at % SLOTS];
        if (slot->state == 1) {
            if (slot->key == key) return slot;
        } else {
            if (!again) again = slot;
            if (slot->state == 0) break;
        }
    }
    if (!add) return NULL;
    again->key = key;
    again->count = 0;
    again->state = 1;
    return again;
}

NOINLINE static struct entry *intern(const char *word) {
    uint32_t hash = 2166136261u;
    for (const char *at = word; *at; at++) hash = (hash ^ (uint8_t)*at) * 16777619u;
    struct entry **from = &buckets[hash % BUCKETS];
    for (struct entry *entry = *from; entry; entry = entry->next) {
        if (entry->hash == hash && strcmp(entry->word, word) == 0) return entry;
    }
    struct entry *entry = (struct entry *)malloc(sizeof *entry);
    if (!entry) abort();
    entry->next = *from;
    entry->hash = hash;
    entry->count = 0;
    strcpy(entry->word, word);
    return *from = entry;
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    uint64_t sum = 0;
    memset(slots, 0, sizeof slots);
    for (uint32_t i = 0; i < 120000; i++) {
        uint64_t key = (uint64_t)(bench_random(&state) % 30000) * UINT64_C(0x100000001);
        struct slot *slot = find(key, i % 4 != 3);
        if (!slot) continue;
        slot->count += i;
        if (i % 4 == 3) {
            sum = bench_mix(sum, slot->count);
            slot->state = 2;
        }
    }
    for (uint32_t i = 0; i < 80000; i++) {
        char word[12];
        uint32_t random = bench_random(&state), length = 2 + random % 3;
        for (uint32_t j = 0; j < length; j++) word[j] = (char)('a' + (random >> (8 + 4 * j) & 15));
        word[length] = 0;
        intern(word)->count += random >> 24;
    }
    for (uint32_t i = 0; i < BUCKETS; i++) {
        while (buckets[i]) {
            struct entry *entry = buckets[i];
            sum = bench_mix(sum, (uint64_t)entry->hash << 32 | entry->count);
            buckets[i] = entry->next;
            free(entry);
        }
    }
    return sum;
}
