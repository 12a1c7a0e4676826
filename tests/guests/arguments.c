// Arguments, environment, exit codes, standard input.
// run: 
// run: one "two words" ''
// run: exit 3
// run: exit 256
// run: quick 7
// run: abort
// run: return
// run: copy
// env: GREETING=hello there
// env: EMPTY=
// stdin: first line\nsecond\0line, with a zero\nno newline at the end
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void leaving(void) { puts("leaving"); }

int main(int argc, char **argv) {
    atexit(leaving);
    if (argc > 1 && !strcmp(argv[1], "exit")) exit(atoi(argv[2]));
    if (argc > 1 && !strcmp(argv[1], "quick")) { write(1, "quick\n", 6); _exit(atoi(argv[2])); }
    if (argc > 1 && !strcmp(argv[1], "abort")) { fputs("aborting\n", stderr); abort(); }
    if (argc > 1 && !strcmp(argv[1], "return")) return -1;
    if (argc > 1 && !strcmp(argv[1], "copy")) {
        int c, count = 0;
        while ((c = getchar()) != EOF) { putchar(c); count++; }
        printf("\n%d bytes\n", count);
        return 0;
    }
    printf("%d arguments:", argc - 1);
    for (int i = 1; i < argc; i++) printf(" [%s]", argv[i]);
    printf(" %d\n", argv[argc] == NULL);
    const char *greeting = getenv("GREETING"), *empty = getenv("EMPTY");
    printf("%s, '%s', %d\n", greeting ? greeting : "(none)", empty ? empty : "(none)", getenv("MISSING") == NULL);
    setenv("ADDED", "x", 1);
    unsetenv("GREETING");
    printf("%s %d\n", getenv("ADDED"), getenv("GREETING") == NULL);
    return argc;
}
