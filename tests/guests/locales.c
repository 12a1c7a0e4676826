// Wide characters and multibyte conversions.
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <wctype.h>

int main(void) {
#ifndef __GLIBC__ // which reads its locales from files
    const char *name = setlocale(LC_ALL, "C.UTF-8");
    printf("%s\n", name ? "UTF-8" : "none");
    const char *text = "na\xc3\xafve \xe2\x82\xac \xf0\x9f\x8c\x8a";
    wchar_t wide[32];
    size_t n = mbstowcs(wide, text, 32);
    printf("%zd", (ssize_t)n);
    if (n != (size_t)-1) for (size_t i = 0; i < n; i++) printf(" %x", (unsigned)wide[i]);
    putchar('\n');
#endif
    setlocale(LC_ALL, "C");
    wchar_t buffer[64];
    printf("%d ", swprintf(buffer, 64, L"%ls-%d-%g-%c", L"wide", 42, 1.5, 'x'));
    printf("%ls %zu %d %ls\n", buffer, wcslen(buffer), wcscmp(L"abc", L"abd") < 0, wcsstr(L"find the needle", L"needle"));
    printf("%ld %g\n", wcstol(L"-1234xyz", NULL, 10), wcstod(L"2.5e3", NULL));
    printf("%d %d %lc\n", iswalpha(L'q') != 0, iswdigit(L'q') != 0, towupper(L'q'));
    wchar_t *save, line[] = L"a,b,,c";
    for (wchar_t *w = wcstok(line, L",", &save); w; w = wcstok(NULL, L",", &save)) printf("[%ls]", w);
    struct lconv *conv = localeconv();
    printf(" '%s' '%s'\n", conv->decimal_point, conv->thousands_sep);
    printf("%d %d\n", strcoll("a", "b") < 0, MB_CUR_MAX == 1);
    fwprintf(stderr, L"wide on stderr %ls\n", L"too");
    return 0;
}
