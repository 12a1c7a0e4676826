// The library's qsort and bsearch with callbacks, and sorts of our own.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct person {
    char name[12];
    int age;
    double height;
};

static long compared;

static int by_int(const void *a, const void *b) {
    compared++;
    int x = *(const int *)a, y = *(const int *)b;
    return (x > y) - (x < y);
}
static int by_name(const void *a, const void *b) { return strcmp(((const struct person *)a)->name, ((const struct person *)b)->name); }
static int by_height(const void *a, const void *b) {
    double x = ((const struct person *)a)->height, y = ((const struct person *)b)->height;
    return x < y ? 1 : x > y ? -1 : 0;
}
static int by_pointed(const void *a, const void *b) { return strcmp(*(const char *const *)a, *(const char *const *)b); }

static void quick(int *first, int *last) {
    while (first < last) {
        int pivot = first[(last - first) / 2], *i = first, *k = last;
        do {
            while (*i < pivot) i++;
            while (*k > pivot) k--;
            if (i <= k) { int t = *i; *i++ = *k; *k-- = t; }
        } while (i <= k);
        if (k - first < last - i) { quick(first, k); first = i; }
        else { quick(i, last); last = k; }
    }
}

static void merge(int *items, int n, int *room) {
    if (n < 2)
        return;
    int half = n / 2;
    merge(items, half, room);
    merge(items + half, n - half, room);
    memcpy(room, items, (size_t)half * sizeof *room);
    for (int i = 0, k = half, at = 0; i < half;)
        items[at++] = k < n && items[k] < room[i] ? items[k++] : room[i++];
}

static void sift(int *heap, int at, int n) {
    for (int child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && heap[child + 1] > heap[child])
            child++;
        if (heap[at] >= heap[child])
            return;
        int t = heap[at]; heap[at] = heap[child]; heap[child] = t;
    }
}

static void heap(int *items, int n) {
    for (int i = n / 2; i-- > 0;)
        sift(items, i, n);
    while (n-- > 1) {
        int t = items[0]; items[0] = items[n]; items[n] = t;
        sift(items, 0, n);
    }
}

static void shell(int *items, int n) {
    for (int gap = n / 2; gap; gap /= 2)
        for (int i = gap; i < n; i++) {
            int item = items[i], k = i;
            for (; k >= gap && items[k - gap] > item; k -= gap)
                items[k] = items[k - gap];
            items[k] = item;
        }
}

enum { N = 700 };
static int items[5][N], room[N];

int main(void) {
    unsigned seed = 7;
    for (int i = 0; i < N; i++) {
        seed = seed * 1103515245 + 12345;
        for (int k = 0; k < 5; k++)
            items[k][i] = (int)(seed >> 8) % 1000 - 500;
    }
    qsort(items[0], N, sizeof(int), by_int);
    quick(items[1], items[1] + N - 1);
    merge(items[2], N, room);
    heap(items[3], N);
    shell(items[4], N);
    for (int k = 1; k < 5; k++)
        printf("%s ", memcmp(items[0], items[k], sizeof items[0]) ? "differs" : "same");
    printf("%d %d %d, comparisons %s\n", items[0][0], items[0][N / 2], items[0][N - 1], compared > N ? "made" : "missing");
    int key = items[0][N / 3], missing = 5000;
    int *found = bsearch(&key, items[0], N, sizeof(int), by_int);
    printf("%d %p\n", *found == key, bsearch(&missing, items[0], N, sizeof(int), by_int));

    struct person people[] = {{"Wim", 40, 1.91}, {"Ada", 36, 1.65}, {"Grace", 85, 1.68}, {"Alan", 41, 1.78}, {"Barbara", 80, 1.6}};
    qsort(people, 5, sizeof *people, by_name);
    for (int i = 0; i < 5; i++) printf("%s ", people[i].name);
    qsort(people, 5, sizeof *people, by_height);
    for (int i = 0; i < 5; i++) printf("%s/%d ", people[i].name, people[i].age);
    const char *words[] = {"pear", "fig", "apple", "quince", "date"};
    qsort(words, 5, sizeof *words, by_pointed);
    for (int i = 0; i < 5; i++) printf("%s ", words[i]);
    putchar('\n');
    return 0;
}
