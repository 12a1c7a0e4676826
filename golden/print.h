// What the golden guests have in place of a C library.
#ifndef PRINT_H
#define PRINT_H

long write(int fd, const void *bytes, unsigned long count);

// Writes the bytes up to the terminating zero to standard output.
void print(const char *text);

// Writes a signed decimal number.
void print_number(long value);

// Writes "name = value" and ends the line.
void print_line(const char *name, long value);

#endif
