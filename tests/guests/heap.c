// The allocator under stress: sizes from bytes to megabytes, realloc, alignment.
#include <malloc.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SLOTS = 120 };
static unsigned char *blocks[SLOTS];
static size_t sizes[SLOTS];
static unsigned seed = 12345;

static unsigned random_below(unsigned n) { seed = seed * 1664525 + 1013904223; return (seed >> 10) % n; }

static int intact(int i) {
    for (size_t k = 0; k < sizes[i]; k += 1 + sizes[i] / 64)
        if (blocks[i][k] != (unsigned char)(i + k)) return 0;
    return 1;
}
static void paint(int i, size_t from) {
    for (size_t k = from; k < sizes[i]; k++) blocks[i][k] = (unsigned char)(i + k);
}

int main(void) {
    int broken = 0;
    for (int turn = 0; turn < 3000; turn++) {
        int i = (int)random_below(SLOTS);
        if (blocks[i] && !intact(i)) broken++;
        switch (random_below(4)) {
        case 0:
            free(blocks[i]);
            blocks[i] = NULL;
            sizes[i] = 0;
            break;
        case 1:
        case 2: {
            size_t new_size = 1 + random_below(turn % 50 ? 500 : 60000), old = sizes[i];
            blocks[i] = realloc(blocks[i], new_size);
            sizes[i] = new_size;
            if (new_size > old) paint(i, old);
            break;
        }
        default:
            free(blocks[i]);
            sizes[i] = 8 + random_below(64);
            blocks[i] = calloc(sizes[i], 1);
            for (size_t k = 0; k < sizes[i]; k++) broken += blocks[i][k] != 0;
            paint(i, 0);
        }
    }
    size_t total = 0;
    for (int i = 0; i < SLOTS; i++) { total += sizes[i]; free(blocks[i]); }
    printf("broken %d, total %zu\n", broken, total);
    for (size_t alignment = 16; alignment <= 65536; alignment *= 16) {
        void *p = NULL;
        int error = posix_memalign(&p, alignment, 100);
        printf("%d %d ", error, (int)((uintptr_t)p % alignment));
        free(p);
    }
    char *large = malloc(3 << 20);
    memset(large, 'L', 3 << 20);
    large = realloc(large, 5 << 20);
    printf("%c %c\n", large[0], large[(3 << 20) - 1]);
    free(large);
    printf("%d\n", malloc(SIZE_MAX / 2) == NULL);
    return 0;
}
