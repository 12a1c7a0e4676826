// libm, to the last bit: fused operations and static rounding modes are in it.
#include <complex.h>
#include <math.h>
#include <stdio.h>

static double (*const unary[])(double) = {sin, cos, tan, asin, acos, atan, sinh, cosh, tanh, exp, exp2, expm1, log, log2, log10, log1p, sqrt, cbrt, floor, ceil, trunc, round, rint, erf, tgamma, lgamma, j0, logb};
static float (*const unaryf[])(float) = {sinf, cosf, tanf, expf, exp2f, logf, log2f, sqrtf, floorf, roundf, atanf, erff};
static double (*const binary[])(double, double) = {pow, atan2, fmod, hypot, remainder, fdim, copysign, nextafter, fmax};

int main(void) {
    static volatile double inputs[] = {0.0, -0.0, 0.5, -0.75, 1.0, 2.718281828, -3.3, 10.25, 100.125, 1e-8, 1e15, 700.0, INFINITY, NAN};
    enum { COUNT = sizeof inputs / sizeof *inputs };
    for (int i = 0; i < COUNT; i++) {
        printf("%g:", inputs[i]);
        for (unsigned k = 0; k < sizeof unary / sizeof *unary; k++) printf(" %a", unary[k](inputs[i]));
        for (unsigned k = 0; k < sizeof unaryf / sizeof *unaryf; k++) printf(" %a", unaryf[k]((float)inputs[i]));
        for (unsigned k = 0; k < sizeof binary / sizeof *binary; k++) printf(" %a", binary[k](inputs[i], inputs[(i + 3) % COUNT]));
        putchar('\n');
    }
    int exponent;
    double whole, fraction = modf(-12.75, &whole), mantissa = frexp(40.0, &exponent);
    printf("%g %g %g %d %g %d\n", fraction, whole, mantissa, exponent, ldexp(0.75, -3), ilogb(1e-310));
    double complex z = cexp(I * 1.25) * csqrt(-2.0 + 0.5 * I) / (3.0 - 4.0 * I);
    printf("%.15g %.15g %.15g\n", creal(z), cimag(z), cabs(z));
    printf("%ld %lld %.17g\n", lround(-2.5), llrint(3.5), fma(1e16, 1e16, -1e32));
    return 0;
}
