// Thread-local variables in a program with one thread: initialised ones, zeroed
// ones, aligned ones, errno.
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

static __thread int counter = 41;
static __thread long zeroed[10];
__thread char text[8] = "local";
static _Thread_local struct { _Alignas(64) double d; int i; } aligned = {2.5, 3};

__attribute__((noinline)) static int *address(void) { return &counter; }
__attribute__((noinline)) static void fill(int n) { for (int i = 0; i < 10; i++) zeroed[i] += i * n; }

int main(void) {
    ++*address();
    fill(3);
    fill(4);
    text[0] = 'L';
    aligned.d *= aligned.i;
    printf("%d %ld %ld %s %g %d\n", counter, zeroed[0], zeroed[9], text, aligned.d, (int)((uintptr_t)&aligned % 64));
    errno = 0;
    close(-1);
    printf("%d %d\n", errno == EBADF, address() == &counter);
    return 0;
}
