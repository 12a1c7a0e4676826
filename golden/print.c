#include "print.h"

void print(const char *text) {
    unsigned long count = 0;
    while (text[count])
        count++;
    write(1, text, count);
}

void print_number(long value) {
    char digits[24];
    char *first = digits + sizeof digits;
    unsigned long rest = value < 0 ? -(unsigned long)value : (unsigned long)value;
    *--first = '\0';
    do {
        *--first = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (value < 0)
        *--first = '-';
    print(first);
}

void print_line(const char *name, long value) {
    print(name);
    print(" = ");
    print_number(value);
    print("\n");
}
