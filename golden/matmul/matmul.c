// flags: -O2 -fno-tree-loop-distribute-patterns
// Three nested loops over doubles: the shape of numeric code.
#include "../print.h"

enum { N = 24 };

double left[N][N], right[N][N], product[N][N];

__attribute__((noinline)) void multiply(double (*c)[N], double (*a)[N], double (*b)[N], long n) {
    for (long i = 0; i < n; i++)
        for (long j = 0; j < n; j++) {
            double sum = 0.0;
            for (long k = 0; k < n; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

int main(void) {
    for (long i = 0; i < N; i++)
        for (long j = 0; j < N; j++) {
            left[i][j] = (double)(i * 3 - j) / 8.0;
            right[i][j] = (double)(j * 5 + i) / 4.0;
        }
    multiply(product, left, right, N);
    double trace = 0.0;
    for (long i = 0; i < N; i++)
        trace += product[i][i];
    print_line("product[3][7] * 32", (long)(product[3][7] * 32.0));
    print_line("trace * 32", (long)(trace * 32.0));
    return 0;
}
