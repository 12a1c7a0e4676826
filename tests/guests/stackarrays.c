// Frames whose size is known only at run time: alloca, variable arrays, and
// frames larger than an immediate can say.
#include <alloca.h>
#include <stdio.h>
#include <string.h>

__attribute__((noinline)) static long fill(int n) {
    int items[n];
    for (int i = 0; i < n; i++) items[i] = i * i;
    long sum = 0;
    for (int i = n; i-- > 0;) sum += items[i] ^ n;
    return sum;
}

__attribute__((noinline)) static double matrix(int rows, int columns) {
    double m[rows][columns];
    for (int r = 0; r < rows; r++)
        for (int c = 0; c < columns; c++) m[r][c] = r - c / 2.0;
    double sum = 0;
    for (int c = 0; c < columns; c++)
        for (int r = 0; r < rows; r++) sum += m[r][c] * (r + 1);
    return sum;
}

__attribute__((noinline)) static char *join(char *out, int count, const char **words) {
    char *parts[8];
    for (int i = 0; i < count; i++) {
        size_t n = strlen(words[i]);
        parts[i] = alloca(n + 2);
        memcpy(parts[i], words[i], n + 1);
        strcat(parts[i], i + 1 < count ? "," : "");
    }
    *out = 0;
    for (int i = 0; i < count; i++) strcat(out, parts[i]);
    return out;
}

__attribute__((noinline)) static int huge(int seed) {
    volatile int room[3000];
    for (int i = 0; i < 3000; i += 100) room[i] = seed + i;
    int sum = 0;
    for (int i = 0; i < 3000; i += 100) sum += room[i];
    return sum;
}

// A loop that allocates on each turn, until it goes back to its caller's frame.
__attribute__((noinline)) static int chain(int n) {
    struct cell { struct cell *next; int value; } *list = NULL;
    for (int i = 0; i < n; i++) {
        struct cell *c = alloca(sizeof *c);
        *c = (struct cell){list, i};
        list = c;
    }
    int sum = 0;
    for (; list; list = list->next) sum = sum * 3 + list->value;
    return sum;
}

__attribute__((noinline)) static int scoped(int n) {
    int total = 0;
    for (int i = 1; i <= n; i++) {
        char block[i * 50];
        memset(block, i, sizeof block);
        total += block[i * 49] + (int)sizeof block;
    }
    return total;
}

__attribute__((noinline)) static long recursive(int n) {
    if (n == 0) return 1;
    long items[n];
    items[n - 1] = recursive(n - 1);
    items[0] = items[n - 1] + n;
    return items[0] * 2 + items[n - 1] % 3;
}

int main(void) {
    const char *words[] = {"alpha", "beta", "", "gamma"};
    char out[64];
    printf("%ld %ld %g %g\n", fill(1), fill(300), matrix(3, 4), matrix(20, 30));
    printf("%s %d %d %d %ld\n", join(out, 4, words), huge(5), chain(20), scoped(12), recursive(15));
    return 0;
}
