// From text to numbers: sscanf, strtod, strtol and friends, and standard input.
// stdin: 17 -4 3.5e2 0x1F word\nsecond line here\n\n9 8 7\n
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main(void) {
    static const char *doubles[] = {"0", "-0", "1e308", "1e309", "-1e-400", "4.9e-324", "2.2250738585072011e-308", "0x1.8p3", "inf", "-nan", "NaN(1)",
                                    "123456789012345678901234567890", ".5", "5.", "1e", "  +7.25xyz", "9007199254740993", "1.7976931348623158e308", "0.1e-6"};
    for (unsigned i = 0; i < sizeof doubles / sizeof *doubles; i++) {
        char *end;
        errno = 0;
        double value = strtod(doubles[i], &end);
        printf("%s -> %.17g rest '%s' %s\n", doubles[i], value, end, errno == ERANGE ? "range" : "");
    }
    printf("%.9g %.9g %.20Lg\n", strtof("0.1", NULL), strtof("3.4028236e38", NULL), strtold("0.1", NULL));
    static const char *integers[] = {"0", "-1", "0x7f", "0777", "9223372036854775807", "9223372036854775808", "-9223372036854775809", " 12abc", "zz", ""};
    for (unsigned i = 0; i < sizeof integers / sizeof *integers; i++) {
        char *end;
        errno = 0;
        long value = strtol(integers[i], &end, 0);
        printf("'%s' -> %ld rest '%s' %d ", integers[i], value, end, errno == ERANGE);
        printf("%lu %ld\n", strtoul(integers[i], NULL, 10), strtol(integers[i], NULL, 36));
    }
    printf("%d %ld %g\n", atoi("-42abc"), atol("99999999999"), atof("6.02e23"));

    int a, b, n = -1;
    float f;
    double d;
    unsigned x;
    char word[20], set[20], c;
    printf("%d ", sscanf("10,20 30.5 ff -2.25e-3 hello", "%d,%d %f %x %lf %19s", &a, &b, &f, &x, &d, word));
    printf("%d %d %g %u %g %s\n", a, b, f, x, d, word);
    printf("%d ", sscanf("abc123 [x]%", "%19[a-z]%d%n [%c]%%", set, &a, &n, &c));
    printf("%s %d %d %c\n", set, a, n, c);
    printf("%d\n", sscanf("nope", "%d", &a));
    short h;
    long l;
    signed char hh;
    printf("%d ", sscanf("70000 -5 300 077", "%hd %ld %hhd %o", &h, &l, &hh, &x));
    printf("%d %ld %d %u\n", h, l, hh, x);

    printf("%d ", scanf("%d %d %lf %i %19s", &a, &b, &d, &n, word));
    printf("%d %d %g %d %s\n", a, b, d, n, word);
    char line[64];
    while (fgets(line, sizeof line, stdin))
        printf("%zu:%s", strlen(line), line);
    printf("%d %d\n", feof(stdin) != 0, getchar());
    return 0;
}
