// flags: -O2 -fno-builtin -fno-tree-loop-distribute-patterns
// A leaf with one loop, and a caller that walks a table of addresses in data.
#include "../print.h"

__attribute__((noinline)) unsigned long strlen(const char *text) {
    const char *end = text;
    while (*end)
        end++;
    return (unsigned long)(end - text);
}

const char *const words[] = {"", "a", "tide", "translation", "thirty-one characters, this one"};

int main(void) {
    long total = 0;
    for (unsigned i = 0; i < sizeof words / sizeof *words; i++) {
        long length = (long)strlen(words[i]);
        print_line(words[i], length);
        total += length;
    }
    print_line("total", total);
    return 0;
}
