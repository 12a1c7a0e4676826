// Loops that copy and fill, of all widths, up and down, for random lengths,
// alignments and overlaps; and what the C library does for the same.
// flags: -fno-tree-loop-distribute-patterns
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define SIZE 16384
#define NOINLINE __attribute__((noinline))
static uint64_t words[SIZE / 8];
static unsigned char *const memory = (unsigned char *)words;

static uint64_t state = 88172645463325252u;
static uint32_t next(void) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (uint32_t)(state >> 16);
}

// One loop for each width: by an end, by a count, downwards, and unrolled.
#define LOOPS(name, type)                                                                        \
    NOINLINE static void copy_##name(type *to, const type *from, const type *end) {              \
        while (from != end) *to++ = *from++;                                                     \
    }                                                                                            \
    NOINLINE static void count_##name(type *to, const type *from, uint32_t count) {              \
        for (uint32_t i = 0; i < count; i++) to[i] = from[i];                                    \
    }                                                                                            \
    NOINLINE static void down_##name(type *to, const type *from, long count) {                   \
        while (--count >= 0) to[count] = from[count];                                            \
    }                                                                                            \
    NOINLINE static void four_##name(type *to, const type *from, size_t count) {                 \
        for (; count >= 4; count -= 4, to += 4, from += 4) {                                     \
            type a = from[0], b = from[1], c = from[2], d = from[3];                             \
            to[0] = a, to[1] = b, to[2] = c, to[3] = d;                                          \
        }                                                                                        \
    }                                                                                            \
    NOINLINE static void late_##name(type *to, const type *from, size_t count) {                 \
        type held = *from++;                                                                     \
        for (; count > 1; count--) {                                                             \
            type now = *from++;                                                                  \
            *to++ = held;                                                                        \
            held = now;                                                                          \
        }                                                                                        \
        *to = held;                                                                              \
    }                                                                                            \
    NOINLINE static void fill_##name(type *to, type value, size_t count) {                       \
        for (type *end = to + count; to < end; to++) *to = value;                                \
    }                                                                                            \
    static void try_##name(void) {                                                               \
        size_t count = next() % 700 / sizeof(type), room = SIZE / sizeof(type) - 700;            \
        type *to = (type *)memory + next() % room;                                               \
        type *from = next() & 1 ? (type *)memory + next() % room                                 \
                                : to + (int)(next() % 64) - (int)(to - (type *)memory > 64 ? 32 : 0); \
        uint64_t value = next() & 1 ? (next() & 255) * 0x0101010101010101u : state;              \
        switch (next() % 6) {                                                                    \
        case 0: copy_##name(to, from, from + count); break;                                      \
        case 1: count_##name(to, from, (uint32_t)count); break;                                  \
        case 2: down_##name(to, from, (long)count); break;                                       \
        case 3: four_##name(to, from, count); break;                                             \
        case 4: late_##name(to, from, count); break;                                             \
        default: fill_##name(to, (type)value, count); break;                                     \
        }                                                                                        \
    }
LOOPS(bytes, uint8_t)
LOOPS(halves, uint16_t)
LOOPS(singles, uint32_t)
LOOPS(doubles, uint64_t)
LOOPS(floats, double)

// Words from between two.
NOINLINE static void shifted(uint64_t *to, const uint64_t *from, uint64_t by, size_t count) {
    uint64_t low = *from++;
    for (; count; count--) {
        uint64_t high = *from++;
        *to++ = low >> by | high << (64 - by);
        low = high;
    }
}

static uint64_t digest(void) {
    uint64_t sum = 0;
    for (size_t i = 0; i < SIZE / 8; i++) sum = (sum ^ words[i]) * 0x9e3779b97f4a7c15u + (sum >> 29);
    return sum;
}

int main(void) {
    void *(*volatile copy)(void *, const void *, size_t) = memcpy;
    void *(*volatile move)(void *, const void *, size_t) = memmove;
    void *(*volatile set)(void *, int, size_t) = memset;
    for (int round = 0; round < 20; round++) {
        for (size_t i = 0; i < SIZE; i++) memory[i] = (unsigned char)next();
        for (int i = 0; i < 100; i++) {
            try_bytes();
            try_halves();
            try_singles();
            try_doubles();
            try_floats();
            size_t to = next() % 800, from = next() % 1000, count = next() % 80;
            // Mostly by whole bytes, where it is a copy.
            shifted(words + to, words + from, next() & 7 ? 8 + next() % 7 * 8 : 1 + next() % 63, count);
        }
        printf("loops %016llx\n", (unsigned long long)digest());
        for (int i = 0; i < 300; i++) {
            size_t length = next() & 3 ? next() % 200 : next() % 5000;
            size_t to = next() % (SIZE / 2 - 5000), from = next() % (SIZE / 2 - 5000);
            copy(memory + to, memory + SIZE / 2 + from, length);
            move(memory + to, memory + to + next() % 40, length);
            move(memory + to + next() % 40, memory + to, length);
            set(memory + from, (int)next(), length / 2);
        }
        printf("library %016llx\n", (unsigned long long)digest());
    }
}
