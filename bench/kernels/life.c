// The game of life on a torus, one byte a cell, and once more with 64 cells in a
// word that are added bit by bit.
#define NAME "life"
#include "bench.h"

#define SIZE 192u
#define WORDS 3u
static uint8_t cells[SIZE][SIZE], next[SIZE][SIZE];
static uint64_t rows[SIZE][WORDS], later[SIZE][WORDS];

NOINLINE static void step_bytes(void) {
    for (uint32_t y = 0; y < SIZE; y++) {
        const uint8_t *above = cells[(y + SIZE - 1) % SIZE], *row = cells[y], *below = cells[(y + 1) % SIZE];
        for (uint32_t x = 0; x < SIZE; x++) {
            uint32_t left = x ? x - 1 : SIZE - 1, right = x + 1 < SIZE ? x + 1 : 0;
            uint32_t count = above[left] + above[x] + above[right] + row[left] + row[right] + below[left] +
                             below[x] + below[right];
            next[y][x] = count == 3 || (count == 2 && row[x]);
        }
    }
    memcpy(cells, next, sizeof cells);
}

static inline uint64_t to_left(const uint64_t *row, uint32_t at) { return row[at] << 1 | row[(at + WORDS - 1) % WORDS] >> 63; }
static inline uint64_t to_right(const uint64_t *row, uint32_t at) { return row[at] >> 1 | row[(at + 1) % WORDS] << 63; }

NOINLINE static void step_words(void) {
    for (uint32_t y = 0; y < SIZE; y++) {
        const uint64_t *lines[3] = {rows[(y + SIZE - 1) % SIZE], rows[y], rows[(y + 1) % SIZE]};
        for (uint32_t x = 0; x < WORDS; x++) {
            // The count of neighbours, from 4 on only that it is so many.
            uint64_t ones = 0, twos = 0, fours = 0;
            for (uint32_t i = 0; i < 3; i++) {
                uint64_t three[3] = {to_left(lines[i], x), i == 1 ? 0 : lines[i][x], to_right(lines[i], x)};
                for (uint32_t j = 0; j < 3; j++) {
                    uint64_t carry = ones & three[j];
                    ones ^= three[j];
                    fours |= twos & carry;
                    twos ^= carry;
                }
            }
            later[y][x] = ~fours & twos & (ones | rows[y][x]);
        }
    }
    memcpy(rows, later, sizeof rows);
}

static uint64_t work(void) {
    uint32_t state = bench_seed;
    uint64_t sum = 0;
    memset(rows, 0, sizeof rows);
    for (uint32_t y = 0; y < SIZE; y++) {
        for (uint32_t x = 0; x < SIZE; x++) {
            cells[y][x] = bench_random(&state) >> 30 == 0;
            rows[y][x / 64] |= (uint64_t)cells[y][x] << (x % 64);
        }
    }
    for (uint32_t i = 0; i < 30; i++) step_bytes();
    for (uint32_t i = 0; i < 300; i++) step_words();
    for (uint32_t y = 0; y < SIZE; y++) {
        for (uint32_t x = 0; x < SIZE; x++) sum = sum * 31 + cells[y][x];
        for (uint32_t x = 0; x < WORDS; x++) sum = bench_mix(sum, rows[y][x]);
    }
    return sum;
}
