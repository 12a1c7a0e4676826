// flags: -O2 -fno-thread-jumps
// Counts what a scanner would see. The state decides which characters matter. gcc
// is told not to copy code to where the next state is known: golden/threaded shows
// what becomes of it then.
#include "../print.h"

struct counts {
    long words, numbers, comments, lines;
};

enum state { SPACE, WORD, NUMBER, SLASH, COMMENT };

static int is_letter(int c) { return (c | 32) >= 'a' && (c | 32) <= 'z'; }
static int is_digit(int c) { return c >= '0' && c <= '9'; }

__attribute__((noinline)) void scan(const char *text, struct counts *counts) {
    enum state state = SPACE;
    for (int c; (c = *text++);) {
        if (c == '\n')
            counts->lines++;
        switch (state) {
        case WORD:
            if (is_letter(c) || is_digit(c))
                break;
            goto space;
        case NUMBER:
            if (is_digit(c))
                break;
            // fall through
        case SPACE:
        space:
            state = SPACE;
            if (is_letter(c)) {
                state = WORD;
                counts->words++;
            } else if (is_digit(c)) {
                state = NUMBER;
                counts->numbers++;
            } else if (c == '/') {
                state = SLASH;
            }
            break;
        case SLASH:
            if (c != '/')
                goto space;
            state = COMMENT;
            counts->comments++;
            break;
        case COMMENT:
            if (c == '\n')
                state = SPACE;
            break;
        }
    }
}

static const char source[] = "let x1 = 40 + 2 // the answer, 42\n"
                             "half = x1 / 2\n"
                             "// nothing here 1 2 3\n"
                             "print half 7seven\n";

int main(void) {
    struct counts counts = {0, 0, 0, 0};
    scan(source, &counts);
    print_line("words", counts.words);
    print_line("numbers", counts.numbers);
    print_line("comments", counts.comments);
    print_line("lines", counts.lines);
    return 0;
}
