// flags: -O2 -ffp-contract=off
// Where RISC-V and Wasm differ on floating point: conversions that saturate,
// minimum and maximum with NaN and signed zero, sign injection, single
// precision kept in double registers.
#include "../print.h"

typedef union { double value; unsigned long bits; } f64;
typedef union { float value; unsigned bits; } f32;

// An address that the compiler cannot see through keeps the operation in the
// program instead of its result.
static volatile f64 inputs[] = {{1.5}, {-2.5}, {1e300}, {-0.0}, {.bits = 0x7ff8000000000000}, {1e-310}};

__attribute__((noinline)) long to_long(double x) {
    long result;
    __asm__("fcvt.l.d %0, %1, rtz" : "=r"(result) : "f"(x));
    return result;
}

__attribute__((noinline)) int nearest(double x) {
    int result;
    __asm__("fcvt.w.d %0, %1, rne" : "=r"(result) : "f"(x));
    return result;
}

__attribute__((noinline)) double minimum(double a, double b) {
    double result;
    __asm__("fmin.d %0, %1, %2" : "=f"(result) : "f"(a), "f"(b));
    return result;
}

__attribute__((noinline)) int classify(double x) {
    int result;
    __asm__("fclass.d %0, %1" : "=r"(result) : "f"(x));
    return result;
}

__attribute__((noinline)) float single(float a, float b, float c) { return (a * b - c) / (a + c); }

__attribute__((noinline)) double newton(double x) {
    double root = x;
    for (int i = 0; i < 20; i++)
        root = (root + x / root) * 0.5;
    return root;
}

int main(void) {
    for (unsigned i = 0; i < sizeof inputs / sizeof *inputs; i++) {
        double x = inputs[i].value;
        print_line("to long", to_long(x));
        print_line("  nearest", nearest(x));
        print_line("  class", classify(x));
        print_line("  minimum with -1", (long)(f64){minimum(x, -1.0)}.bits);
        print_line("  single", (long)(f32){single((float)x, 3.0f, 0.25f)}.bits);
    }
    print_line("newton(2) * 1e15", (long)(newton(2.0) * 1e15));
    return 0;
}
