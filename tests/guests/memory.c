// The memory functions at every alignment and many lengths, and unaligned access.
#include <stdint.h>
#include <stdio.h>
#include <string.h>

static unsigned char a[400], b[400], expected[400];
static int failures;

static void reset(void) {
    for (int i = 0; i < 400; i++) {
        a[i] = (unsigned char)(i * 7 + 1);
        b[i] = expected[i] = (unsigned char)(i * 13 + 5);
    }
}
static void check(const unsigned char *got) { failures += memcmp(got, expected, 400) != 0; }

struct __attribute__((packed)) crooked { char c; uint16_t h; uint32_t w; uint64_t d; double f; float s; };

int main(void) {
    void *(*volatile copy)(void *, const void *, size_t) = memcpy;
    void *(*volatile move)(void *, const void *, size_t) = memmove;
    void *(*volatile set)(void *, int, size_t) = memset;
    size_t (*volatile length)(const char *) = strlen;
    static const size_t lengths[] = {0, 1, 2, 3, 7, 8, 9, 15, 16, 17, 31, 33, 64, 100, 127, 128, 129, 200};
    long tried = 0;
    for (int from = 0; from < 16; from += 3)
        for (int to = 0; to < 16; to++)
            for (unsigned n = 0; n < sizeof lengths / sizeof *lengths; n++) {
                size_t count = lengths[n];
                reset();
                for (size_t i = 0; i < count; i++) expected[to + i] = a[from + i];
                copy(b + to, a + from, count);
                check(b);
                memcpy(b, a, 400);
                memcpy(expected, a, 400);
                for (size_t i = 0; i < count; i++) expected[to + i] = a[from + i];
                move(b + to, b + from, count);
                check(b);
                set(b + to, from * 17, count);
                for (size_t i = 0; i < count; i++) expected[to + i] = (unsigned char)(from * 17);
                check(b);
                tried += 3;
            }
    printf("%ld tried, %d failed\n", tried, failures);
    for (int at = 0; at < 16; at++)
        for (int n = 0; n < 70; n += 3) {
            char *text = (char *)a + at;
            memset(a, 'x', sizeof a);
            text[n] = 0;
            if (length(text) != (size_t)n || memchr(text, 0, 200) != text + n || strchr(text, 0) != text + n) failures++;
            strcpy((char *)b + at / 2, text);
            if (strcmp((char *)b + at / 2, text)) failures++;
            b[at / 2 + n / 2] ^= n ? 1 : 0;
            if (n && !strcmp((char *)b + at / 2, text)) failures++;
            if (n && (memcmp(b + at / 2, text, (size_t)n + 1) > 0) != (b[at / 2 + n / 2] > 'x')) failures++;
        }
    printf("%d failed\n", failures);
    struct crooked array[3];
    memset(array, 0, sizeof array);
    for (int i = 0; i < 3; i++) array[i] = (struct crooked){(char)i, (uint16_t)(i * 1000), 0x12345678u * (unsigned)i, 0x123456789abcdef * (uint64_t)i, i / 3.0, (float)i / 7};
    for (int i = 0; i < 3; i++) printf("%d %u %u %lu %g %g\n", array[i].c, array[i].h, array[i].w, (unsigned long)array[i].d, array[i].f, array[i].s);
    uint64_t words = 0;
    for (int i = 0; i < 16; i++) words = words * 3 + *(volatile uint64_t *)((char *)&array[1] + i) + *(volatile uint32_t *)((char *)&array[1] + i + 5);
    printf("%lx\n", (unsigned long)words);
    return 0;
}
