// The string functions of the C library, and string code of our own.
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

static int sign(int x) { return (x > 0) - (x < 0); }

static int distance(const char *a, const char *b) {
    int n = (int)strlen(b), row[40];
    for (int k = 0; k <= n; k++) row[k] = k;
    for (int i = 1; a[i - 1]; i++) {
        int diagonal = row[0]++;
        for (int k = 1; k <= n; k++) {
            int change = diagonal + (a[i - 1] != b[k - 1]);
            diagonal = row[k];
            if (row[k] + 1 < change) change = row[k] + 1;
            if (row[k - 1] + 1 < change) change = row[k - 1] + 1;
            row[k] = change;
        }
    }
    return row[n];
}

static int matches(const char *pattern, const char *text) {
    for (; *pattern != '*'; pattern++, text++) {
        if (!*pattern) return !*text;
        if (!*text || (*pattern != '?' && *pattern != *text)) return 0;
    }
    do
        if (matches(pattern + 1, text)) return 1;
    while (*text++);
    return 0;
}

int main(void) {
    char buffer[128] = "The quick brown fox";
    printf("%zu %zu\n", strlen(buffer), strnlen(buffer, 5));
    printf("%d %d %d\n", sign(strcmp("abc", "abd")), sign(strcmp("abc", "ab")), sign(strcmp("", "")));
    printf("%d %d\n", sign(strncmp("abcdef", "abcxyz", 3)), sign(strcasecmp("HeLLo", "hEllO")));
    printf("%s|%s|%s\n", strchr(buffer, 'q'), strrchr(buffer, 'o'), strstr(buffer, "own"));
    printf("%zu %zu %s\n", strspn("aabbc", "ab"), strcspn("hello, world", ","), strpbrk("a-b+c", "+-"));
    strcat(buffer, " jumps");
    strncat(buffer, " over the lazy dog", 9);
    puts(buffer);
    char *save = NULL;
    for (char *word = strtok_r(buffer, " ", &save); word; word = strtok_r(NULL, " ", &save))
        printf("<%s>", word);
    putchar('\n');
    char *copy = strdup("duplicated");
    for (char *p = copy; *p; p++) *p = (char)toupper((unsigned char)*p);
    puts(copy);
    free(copy);
    strcpy(buffer, "overlapping");
    memmove(buffer + 3, buffer, 8);
    printf("%.11s\n", buffer);
    printf("%d %s\n", sign(memcmp("\x80", "\x7f", 1)), (char *)memchr("find me", 'm', 7));
    char text[16];
    memset(text, '.', sizeof text);
    strncpy(text, "short", 8);
    for (int i = 0; i < 16; i++) putchar(text[i] ? text[i] : '0');
    putchar('\n');
    int classes[6] = {0};
    for (int c = 0; c < 256; c++) {
        classes[0] += !!isalpha(c); classes[1] += !!isdigit(c); classes[2] += !!isspace(c);
        classes[3] += !!ispunct(c); classes[4] += !!isprint(c); classes[5] += !!iscntrl(c);
    }
    for (int i = 0; i < 6; i++) printf("%d ", classes[i]);
    printf("\n%d %d %d\n", distance("kitten", "sitting"), distance("", "abc"), distance("flaw", "lawn"));
    printf("%d %d %d %d\n", matches("a*b?d", "axxbcd"), matches("*", ""), matches("a*", "ba"), matches("*.c", "x.c.c"));
    printf("%s %s\n", strerror(2), strsignal(11));
    return 0;
}
