// Floating point where formats meet: conversions, NaNs, signs, comparisons.
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

static uint64_t bits(double d) { uint64_t u; memcpy(&u, &d, 8); return u; }
static uint32_t bitsf(float f) { uint32_t u; memcpy(&u, &f, 4); return u; }

static volatile double values[] = {0.0, -0.0, 1.0, -1.5, 0.1, 1e10, -1e10, 3e9, 1e19, -1e19, 1e300, 5e-324, 2147483647.5, 4294967295.5, INFINITY, -INFINITY, NAN};
enum { COUNT = sizeof values / sizeof *values };

#define CONVERT(name, type, from)                                     \
    __attribute__((noinline)) static type name(from x) {              \
        type r;                                                       \
        __asm__ volatile(#name : "=r"(r) : "f"(x));                   \
        return r;                                                     \
    }
#define TO(op, type, from) \
    __attribute__((noinline)) static type to_##type##_##from(from x) { type r; __asm__ volatile(op " %0, %1, rtz" : "=r"(r) : "f"(x)); return r; }
TO("fcvt.w.d", int32_t, double) TO("fcvt.wu.d", uint32_t, double) TO("fcvt.l.d", int64_t, double) TO("fcvt.lu.d", uint64_t, double)
TO("fcvt.w.s", int32_t, float) TO("fcvt.wu.s", uint32_t, float) TO("fcvt.l.s", int64_t, float) TO("fcvt.lu.s", uint64_t, float)

#define TWO(op, type, suffix) \
    __attribute__((noinline)) static type op##_##type(type a, type b) { type r; __asm__ volatile(#op "." suffix " %0, %1, %2" : "=f"(r) : "f"(a), "f"(b)); return r; }
TWO(fmin, double, "d") TWO(fmax, double, "d") TWO(fsgnj, double, "d") TWO(fsgnjn, double, "d") TWO(fsgnjx, double, "d")
TWO(fmin, float, "s") TWO(fmax, float, "s") TWO(fsgnj, float, "s") TWO(fsgnjn, float, "s") TWO(fsgnjx, float, "s")

#define FUSED(op, type, suffix) \
    __attribute__((noinline)) static type op##_##type(type a, type b, type c) { type r; __asm__ volatile(#op "." suffix " %0, %1, %2, %3" : "=f"(r) : "f"(a), "f"(b), "f"(c)); return r; }
FUSED(fmadd, double, "d") FUSED(fmsub, double, "d") FUSED(fnmadd, double, "d") FUSED(fnmsub, double, "d")
FUSED(fmadd, float, "s") FUSED(fnmsub, float, "s")

int main(void) {
    for (int i = 0; i < COUNT; i++) {
        double d = values[i];
        float f = (float)d;
        printf("%g: %016" PRIx64 " %08" PRIx32 " %016" PRIx64 "\n", d, bits(d), bitsf(f), bits((double)f));
        printf("  %d %u %ld %lu", to_int32_t_double(d), to_uint32_t_double(d), (long)to_int64_t_double(d), (unsigned long)to_uint64_t_double(d));
        printf("  %d %u %ld %lu\n", to_int32_t_float(f), to_uint32_t_float(f), (long)to_int64_t_float(f), (unsigned long)to_uint64_t_float(f));
        printf("  %d %d %d %d %d\n", !!isnan(d), !!isinf(d), !!signbit(d), !!isnormal(d), fpclassify(d));
        uint64_t mix = 0;
        for (int k = 0; k < COUNT; k++) {
            double e = values[k];
            float g = (float)e;
            const double r[] = {d + e, d - e, d * e, d / e, fmin_double(d, e), fmax_double(d, e), fsgnj_double(d, e), fsgnjn_double(d, e), fsgnjx_double(d, e),
                                fmadd_double(d, e, d), fmsub_double(d, e, e), fnmadd_double(d, e, 1), fnmsub_double(d, d, e)};
            const float s[] = {f + g, f - g, f * g, f / g, fmin_float(f, g), fmax_float(f, g), fsgnj_float(f, g), fsgnjn_float(f, g), fsgnjx_float(f, g), fmadd_float(f, g, f), fnmsub_float(f, f, g)};
            for (unsigned n = 0; n < sizeof r / sizeof *r; n++) mix = mix * 0x100000001b3 ^ bits(r[n]);
            for (unsigned n = 0; n < sizeof s / sizeof *s; n++) mix = mix * 0x100000001b3 ^ bitsf(s[n]);
            mix = mix * 64 + (unsigned)((d < e) | (d <= e) << 1 | (d == e) << 2 | (f > g) << 3 | (f >= g) << 4 | (f != g) << 5);
        }
        printf("  %016" PRIx64 "\n", mix);
    }
    volatile int64_t integers[] = {0, 1, -1, INT64_MAX, INT64_MIN, 0x20000000000001, 16777217, UINT32_MAX};
    for (int i = 0; i < 8; i++) {
        int64_t v = integers[i];
        printf("%.17g %.17g %.9g %.9g %g %g\n", (double)v, (double)(uint64_t)v, (float)v, (float)(uint64_t)v, (double)(int32_t)v, (float)(uint32_t)v);
    }
    volatile double zero = 0;
    printf("%g %g %g %g\n", zero / zero, -(zero / zero), sqrt(-1 - zero), values[14] - values[14]);
    // A NaN's payload survives moves and copies, not arithmetic.
    uint64_t payload = 0xfff8dead0000beef;
    double nan;
    memcpy(&nan, &payload, 8);
    printf("%016" PRIx64 " %016" PRIx64 " %016" PRIx64 " %016" PRIx64 "\n", bits(nan), bits(-nan), bits(nan + 1), bits(fabs(nan)));
    // A float read out of a double's register is a NaN unless it was boxed.
    double wide = 1.0;
    float narrow;
    __asm__ volatile("fadd.s %0, %1, %1" : "=f"(narrow) : "f"(wide));
    printf("%08" PRIx32 "\n", bitsf(narrow));
    return 0;
}
