// flags: -frounding-math
// Rounding modes: dynamic ones through fenv, static ones in instructions.
#include <fenv.h>
#include <math.h>
#include <stdio.h>

static const int modes[] = {FE_TONEAREST, FE_TOWARDZERO, FE_DOWNWARD, FE_UPWARD};
static volatile double one = 1, three = 3, tenth = 0.1, big = 1e300, half = 2.5, tiny = 1e-310;
static volatile float onef = 1, threef = 3, bigf = 3e38f;
static volatile long large = 0x7fffffffffffffff;

#define ROUND(mode)                                                                                 \
    __attribute__((noinline)) static void round_##mode(double x) {                                  \
        long l; int w; unsigned u; float f; double d;                                               \
        __asm__ volatile("fcvt.l.d %0, %1, " #mode : "=r"(l) : "f"(x));                             \
        __asm__ volatile("fcvt.w.d %0, %1, " #mode : "=r"(w) : "f"(x));                             \
        __asm__ volatile("fcvt.wu.d %0, %1, " #mode : "=r"(u) : "f"(x));                            \
        __asm__ volatile("fcvt.s.d %0, %1, " #mode : "=f"(f) : "f"(x));                             \
        __asm__ volatile("fdiv.d %0, %1, %2, " #mode : "=f"(d) : "f"(x), "f"(3.0));                 \
        printf("%s %ld %d %u %.9g %.17g\n", #mode, l, w, u, f, d);                                  \
    }
ROUND(rne) ROUND(rtz) ROUND(rdn) ROUND(rup) ROUND(rmm)

int main(void) {
    for (int i = 0; i < 4; i++) {
        double d[8];
        float f[4];
        long l[4];
        printf("%d ", fesetround(modes[i]));
        d[0] = one / three; d[1] = -one / three; d[2] = tenth + tenth * three; d[3] = big * big;
        d[4] = sqrt(three); d[5] = tiny / three; d[6] = (double)large; d[7] = fma(tenth, tenth, -one);
        f[0] = onef / threef; f[1] = (float)tenth; f[2] = bigf + bigf; f[3] = (float)large;
        l[0] = lrint(half); l[1] = lrint(-half); l[2] = (long)rint(1.5 * three); l[3] = lround(half);
        fesetround(FE_TONEAREST);
        for (int k = 0; k < 8; k++) printf("%a ", d[k]);
        for (int k = 0; k < 4; k++) printf("%a ", f[k]);
        for (int k = 0; k < 4; k++) printf("%ld ", l[k]);
        putchar('\n');
    }
    const double inputs[] = {2.5, -2.5, 0.5, 3.49999999, -7.75, 16777217.5};
    for (int i = 0; i < 6; i++) {
        volatile double x = inputs[i];
        round_rne(x); round_rtz(x); round_rdn(x); round_rup(x); round_rmm(x);
    }
    printf("%d\n", fegetround() == FE_TONEAREST);
    return 0;
}
