/* The smallest program that people write, with all that a static C library puts
   around it: what it costs to start. */
#include <stdio.h>

int main(void) {
    puts("hello, world");
    return 0;
}
