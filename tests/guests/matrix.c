// Matrices of doubles, of floats and of integers.
#include <math.h>
#include <stdio.h>

enum { N = 20 };

static double a[N][N], b[N][N], c[N][N];
static float f[N][N], g[N][N];

static void multiply(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            double sum = 0;
            for (int k = 0; k < N; k++)
                sum += a[i][k] * b[k][j];
            c[i][j] = sum;
        }
}

// The determinant by elimination with partial pivoting; destroys its argument.
static double determinant(double (*m)[N]) {
    double det = 1;
    for (int k = 0; k < N; k++) {
        int pivot = k;
        for (int i = k + 1; i < N; i++)
            if (fabs(m[i][k]) > fabs(m[pivot][k]))
                pivot = i;
        if (m[pivot][k] == 0)
            return 0;
        if (pivot != k) {
            det = -det;
            for (int j = 0; j < N; j++) {
                double t = m[k][j]; m[k][j] = m[pivot][j]; m[pivot][j] = t;
            }
        }
        det *= m[k][k];
        for (int i = k + 1; i < N; i++) {
            double factor = m[i][k] / m[k][k];
            for (int j = k; j < N; j++)
                m[i][j] -= factor * m[k][j];
        }
    }
    return det;
}

static float trace_of_square(void) {
    float trace = 0;
    for (int i = 0; i < N; i++)
        for (int k = 0; k < N; k++)
            trace += f[i][k] * g[k][i];
    return trace;
}

static long power_of_integer_matrix(int n) {
    unsigned long m[2][2] = {{1, 1}, {1, 0}}, r[2][2] = {{1, 0}, {0, 1}};
    for (; n; n >>= 1) {
        unsigned long t[2][2];
        if (n & 1) {
            for (int i = 0; i < 2; i++)
                for (int j = 0; j < 2; j++)
                    t[i][j] = r[i][0] * m[0][j] + r[i][1] * m[1][j];
            __builtin_memcpy(r, t, sizeof r);
        }
        for (int i = 0; i < 2; i++)
            for (int j = 0; j < 2; j++)
                t[i][j] = m[i][0] * m[0][j] + m[i][1] * m[1][j];
        __builtin_memcpy(m, t, sizeof m);
    }
    return (long)r[0][1];
}

int main(void) {
    for (int i = 0; i < N; i++)
        for (int j = 0; j < N; j++) {
            a[i][j] = (i * 7 + j * 3) % 11 / 4.0 - (i == j);
            b[i][j] = (i + 2 * j) % 13 / 8.0;
            f[i][j] = (float)(i - j) / 3;
            g[i][j] = (float)(i * j % 5) / 7;
        }
    multiply();
    printf("%.17g %.17g %.17g\n", c[0][0], c[N / 2][3], c[N - 1][N - 1]);
    printf("det %.12e\n", determinant(a));
    printf("trace %.9g\n", trace_of_square());
    printf("fib(90) by powers %ld\n", power_of_integer_matrix(90));
    return 0;
}
