// flags: -O1 -g
#include "../print.h"

int fib(int n) {
    if (n < 2)
        return n;
    return fib(n - 1) + fib(n - 2);
}

int main(void) {
    print_line("fib(27)", fib(27));
    return 0;
}
