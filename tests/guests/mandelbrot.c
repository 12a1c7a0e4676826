// The Mandelbrot set twice: in doubles and in fixed point.
#include <stdio.h>

static int escape(double x, double y) {
    double zx = 0, zy = 0;
    int n = 0;
    while (n < 60 && zx * zx + zy * zy < 4) {
        double t = zx * zx - zy * zy + x;
        zy = 2 * zx * zy + y;
        zx = t;
        n++;
    }
    return n;
}

static int escape_fixed(int x, int y) {
    int zx = 0, zy = 0, n = 0;
    for (; n < 60; n++) {
        long xx = (long)zx * zx >> 16, yy = (long)zy * zy >> 16;
        if (xx + yy >= 4 << 16)
            break;
        int t = (int)(xx - yy) + x;
        zy = (int)(((long)zx * zy >> 15)) + y;
        zx = t;
    }
    return n;
}

int main(void) {
    static const char shades[] = " .:-=+*#%@";
    for (int row = 0; row < 20; row++) {
        char line[61];
        for (int column = 0; column < 60; column++)
            line[column] = shades[escape(column / 20.0 - 2.2, row / 8.0 - 1.2) * 9 / 60];
        line[60] = 0;
        puts(line);
    }
    long total = 0;
    for (int row = -20; row <= 20; row++)
        for (int column = -40; column <= 20; column++)
            total += escape_fixed(column * 3300, row * 3800);
    printf("fixed point: %ld\n", total);
    return 0;
}
