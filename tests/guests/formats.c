// printf: every conversion, flags, widths and precisions, doubles at the edges.
#include <float.h>
#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <wchar.h>

int main(void) {
    printf("[%d] [%5d] [%-5d] [%05d] [%+d] [% d] [%.3d] [%'d]\n", 42, 42, 42, 42, 42, 42, 42, 1234567);
    printf("[%d] [%u] [%ld] [%lu] [%lld]\n", INT_MIN, UINT_MAX, LONG_MIN, ULONG_MAX, LLONG_MAX);
    printf("[%x] [%#x] [%X] [%o] [%#o] [%08lx]\n", 0xbeef, 0xbeef, 0xbeef, 0777, 0777, 0xfeedl);
    printf("[%hhd] [%hd] [%hhu] [%hu]\n", (signed char)300, (short)70000, (unsigned char)300, (unsigned short)70000);
    printf("[%zu] [%td] [%jd] [%" PRId64 "] [%" PRIx32 "]\n", sizeof(long), (ptrdiff_t)-3, (intmax_t)-4, INT64_MIN, UINT32_MAX);
    printf("[%c] [%5c] [%-5c|] [%s] [%10s] [%-10s|] [%.2s] [%*.*s]\n", 'x', 'y', 'z', "text", "right", "left", "cut", 8, 3, "starred");
    printf("[%p] [%p] [%%]\n", (void *)0, (void *)0x1234);
    printf("[%f] [%.0f] [%.3f] [%10.2f] [%-10.2f|] [%+.1f] [%#.0f] [%010.3f]\n", 3.14159265, 2.5, 2.0 / 3, 1e3, -1e3, 7.25, 3.0, -2.5);
    printf("[%e] [%.0e] [%.10E] [%#.0e]\n", 12345.678, 5e-5, 1.0 / 3, 1e10);
    printf("[%g] [%g] [%g] [%.3g] [%#g] [%G]\n", 1e-5, 123456.0, 1234567.0, 0.00012345, 1.0, 1e-10);
    printf("[%a] [%A] [%.2a] [%a]\n", 1.0, 0.1, 3.999, DBL_MIN / 8);
    const double edges[] = {0.0, -0.0, DBL_MAX, DBL_MIN, DBL_TRUE_MIN, DBL_EPSILON, INFINITY, -INFINITY, NAN, 0.1, 9007199254740993.0, 5e-324, 1e23, 0.5, 1.5, 2.5};
    for (unsigned i = 0; i < sizeof edges / sizeof *edges; i++)
        printf("%g %.17g %.0f %e\n", edges[i], edges[i], edges[i] > 1e20 ? 0 : edges[i], edges[i]);
    printf("%.50f\n%.30e\n%.1f\n", 0.1, DBL_TRUE_MIN, 1e22);
    printf("[%Lf] [%.20Lg] [%Le]\n", 1.0L / 3, 1.0L / 3, LDBL_MIN);
    printf("[%ls] [%lc]\n", L"wide", L'w');
    printf("%2$s before %1$s, %3$*4$d\n", "one", "two", 3, 6);
    int written = 0;
    printf("count%n", &written);
    printf(" = %d\n", written);
    char buffer[16];
    int wanted = snprintf(buffer, sizeof buffer, "%s-%d", "more than fits here", 12345);
    printf("%d %s\n", wanted, buffer);
    printf("%d\n", printf("%s", ""));
    for (int p = 0; p < 18; p += 3)
        printf("%.*f ", p, 123.456789012345678);
    putchar('\n');
    fprintf(stderr, "on the other stream: %d\n", 7);
    return 0;
}
