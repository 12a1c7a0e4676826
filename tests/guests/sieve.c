// Primes by three sieves: bytes, bits, and a segmented one.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned char composite[20000];

static int bytes(int limit) {
    int count = 0;
    memset(composite, 0, sizeof composite);
    for (int i = 2; i < limit; i++) {
        if (composite[i])
            continue;
        count++;
        for (int k = 2 * i; k < limit; k += i)
            composite[k] = 1;
    }
    return count;
}

static int bits(unsigned limit) {
    unsigned long *set = calloc(limit / 64 + 1, sizeof *set);
    int count = 0;
    for (unsigned i = 2; i < limit; i++) {
        if (set[i / 64] >> (i % 64) & 1)
            continue;
        count++;
        for (unsigned long k = (unsigned long)i * i; k < limit; k += i)
            set[k / 64] |= 1ul << (k % 64);
    }
    free(set);
    return count;
}

static int segmented(int limit) {
    int primes[64], known = 0, count = 0;
    for (int i = 2; i * i <= limit; i++) {
        int prime = 1;
        for (int k = 0; k < known && primes[k] * primes[k] <= i; k++)
            if (i % primes[k] == 0)
                prime = 0;
        if (prime)
            primes[known++] = i;
    }
    for (int low = 2; low < limit; low += 512) {
        char marks[512] = {0};
        int high = low + 512 < limit ? low + 512 : limit;
        for (int k = 0; k < known; k++) {
            int start = (low + primes[k] - 1) / primes[k] * primes[k];
            if (start < primes[k] * primes[k])
                start = primes[k] * primes[k];
            for (int m = start; m < high; m += primes[k])
                marks[m - low] = 1;
        }
        for (int i = low; i < high; i++)
            count += !marks[i - low];
    }
    return count;
}

int main(void) {
    printf("%d %d %d\n", bytes(20000), bits(20000), segmented(20000));
    for (int i = 19900; i < 20000; i++)
        if (!composite[i])
            printf("%d ", i);
    putchar('\n');
    return 0;
}
