// Compression by repeated strings: a search by hash chains, a code of bytes, and
// the way back; the text is one that a small grammar makes.
#define NAME "lz"
#include "bench.h"

#define LENGTH (448u * 1024)
#define WINDOW 32768u
#define HASHES 16384u
#define CHAIN 12u
#define SHORTEST 4u
#define LONGEST 258u
#define NONE 0xffffffffu

static uint8_t text[LENGTH], packed[2 * LENGTH], unpacked[LENGTH];
static uint32_t newest[HASHES], older[WINDOW];

NOINLINE static void make_text(uint32_t state) {
    static const char *const phrases[12] = {"the register ", "of a function ", "is read ", "before ", "it is written. ", "A block ",
                                            "that dominates ", "all others ", "0x", "\n\tadd ", "returns, ", "and "};
    uint32_t at = 0;
    while (at < LENGTH) {
        uint32_t random = bench_random(&state);
        if (random % 16 < 12) {
            for (const char *from = phrases[random % 16]; *from && at < LENGTH; from++) text[at++] = (uint8_t)*from;
        } else {
            for (uint32_t i = 0; i < 6 && at < LENGTH; i++) text[at++] = (uint8_t)('0' + (random >> (4 + 4 * i) & 15));
        }
    }
}

static inline uint32_t hash_at(uint32_t at) {
    uint32_t word;
    memcpy(&word, text + at, 4);
    return word * 2654435761u >> 18;
}

static inline void remember(uint32_t at) {
    uint32_t hash = hash_at(at);
    older[at % WINDOW] = newest[hash];
    newest[hash] = at;
}

static uint32_t match_length(uint32_t a, uint32_t b, uint32_t limit) {
    uint32_t length = 0;
    while (length < limit && text[a + length] == text[b + length]) length++;
    return length;
}

NOINLINE static uint32_t longest_match(uint32_t at, uint32_t *distance) {
    uint32_t best = 0, limit = LENGTH - at < LONGEST ? LENGTH - at : LONGEST;
    uint32_t candidate = newest[hash_at(at)];
    for (uint32_t i = 0; i < CHAIN && candidate != NONE && at - candidate < WINDOW; i++) {
        if (best == 0 || (best < limit && text[candidate + best] == text[at + best])) {
            uint32_t length = match_length(candidate, at, limit);
            if (length > best) best = length, *distance = at - candidate;
        }
        candidate = older[candidate % WINDOW];
    }
    return best >= SHORTEST ? best : 0;
}

static uint8_t *put_count(uint8_t *to, uint32_t count) {
    for (; count >= 128; count >>= 7) *to++ = (uint8_t)(count | 128);
    *to++ = (uint8_t)count;
    return to;
}

// Each sequence: how many bytes follow as they are, those, length, distance.
NOINLINE static uint32_t pack(void) {
    uint8_t *to = packed;
    uint32_t at = 0, plain = 0;
    for (uint32_t i = 0; i < HASHES; i++) newest[i] = NONE;
    while (at + SHORTEST < LENGTH) {
        uint32_t distance = 0, length = longest_match(at, &distance);
        remember(at);
        if (!length) {
            at++;
            continue;
        }
        to = put_count(to, at - plain);
        memcpy(to, text + plain, at - plain);
        to = put_count(put_count(to + (at - plain), length), distance);
        for (uint32_t end = at + length; ++at < end;) {
            if (at + SHORTEST < LENGTH) remember(at);
        }
        plain = at;
    }
    to = put_count(to, LENGTH - plain);
    memcpy(to, text + plain, LENGTH - plain);
    to = put_count(to + (LENGTH - plain), 0);
    return (uint32_t)(to - packed);
}

static const uint8_t *get_count(const uint8_t *from, uint32_t *count) {
    uint32_t shift = 0;
    for (*count = 0; *from >= 128; shift += 7) *count |= (uint32_t)(*from++ & 127) << shift;
    *count |= (uint32_t)*from++ << shift;
    return from;
}

NOINLINE static uint32_t unpack(void) {
    const uint8_t *from = packed;
    uint32_t at = 0, count, distance;
    for (;;) {
        from = get_count(from, &count);
        for (uint32_t i = 0; i < count; i++) unpacked[at++] = *from++;
        from = get_count(from, &count);
        if (!count) return at;
        from = get_count(from, &distance);
        for (; count; count--, at++) unpacked[at] = unpacked[at - distance];
    }
}

static uint64_t work(void) {
    uint64_t sum = 0;
    make_text(bench_seed);
    uint32_t length = pack();
    sum = bench_mix(sum, length);
    for (uint32_t i = 0; i < length; i++) sum = sum * 31 + packed[i];
    for (uint32_t round = 0; round < 3; round++) {
        memset(unpacked, 0, LENGTH);
        sum = bench_mix(sum, unpack());
        sum += (uint32_t)memcmp(text, unpacked, LENGTH) == 0;
    }
    return sum;
}
