// Ends by signals: raised, by abort, by faults. The status is 128 + the signal.
// run: raise 15
// run: raise 9
// run: raise 10
// run: raise 17
// run: null
// run: write
// run: illegal
// run: break
// run: assert
// run: kill
#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int main(int argc, char **argv) {
    (void)argc;
    setvbuf(stdout, NULL, _IONBF, 0);
    printf("before\n");
    if (!strcmp(argv[1], "raise")) raise(atoi(argv[2]));
    if (!strcmp(argv[1], "kill")) kill(getpid(), SIGTERM);
    if (!strcmp(argv[1], "null")) printf("%d\n", *(volatile int *)8);
    if (!strcmp(argv[1], "write")) *(volatile char *)0 = 1;
    if (!strcmp(argv[1], "illegal")) __asm__ volatile(".word 0");
    if (!strcmp(argv[1], "break")) __asm__ volatile("ebreak");
    if (!strcmp(argv[1], "assert")) assert(!"this holds");
    printf("after\n");
    return 4;
}
