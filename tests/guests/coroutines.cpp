// makecontext, swapcontext, getcontext and setcontext: generators, two that take turns,
// a hundred at once, exceptions inside of one, and what follows the end of one.
#include <ucontext.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <vector>

// A coroutine with a stack of its own. The body gets its address in two halves, since
// makecontext passes ints.
class Coroutine {
    ucontext_t own, caller;
    std::vector<char> stack;
    static void start(unsigned high, unsigned low) {
        auto *self = reinterpret_cast<Coroutine *>(static_cast<unsigned long>(high) << 32 | low);
        self->body();
        self->done = true;
    }

public:
    bool done = false;
    long value = 0;
    explicit Coroutine(size_t room = 64 << 10) : stack(room) {
        getcontext(&own);
        own.uc_stack.ss_sp = stack.data();
        own.uc_stack.ss_size = stack.size();
        own.uc_link = &caller;
        auto address = reinterpret_cast<unsigned long>(this);
        makecontext(&own, reinterpret_cast<void (*)()>(start), 2, static_cast<unsigned>(address >> 32), static_cast<unsigned>(address));
    }
    virtual ~Coroutine() = default;
    bool resume() {
        if (!done) swapcontext(&caller, &own);
        return !done;
    }

protected:
    virtual void body() = 0;
    void yield(long v) {
        value = v;
        swapcontext(&own, &caller);
    }
};

struct Fibonacci : Coroutine {
    long last;
    explicit Fibonacci(long n) : last(n) {}
    void body() override {
        double golden = 1;
        for (long a = 0, b = 1; a <= last; b += a, a = b - a) {
            yield(a);
            // Floating-point numbers live across the switch, too.
            golden = 1 + 1 / golden;
        }
        yield(std::lround(golden * 1e6));
    }
};

// Yields from the depth of a recursion: all of it is on the other stack.
struct Walker : Coroutine {
    int depth;
    explicit Walker(int d) : Coroutine(256 << 10), depth(d) {}
    void walk(int low, int high) {
        if (low >= high) return;
        int middle = (low + high) / 2;
        walk(low, middle);
        yield(middle);
        walk(middle + 1, high);
    }
    void body() override { walk(0, depth); }
};

struct Thrower : Coroutine {
    void inner(int n) {
        std::string held(n * 10, 'h');
        yield(n);
        if (n == 3) throw std::runtime_error(held);
        inner(n + 1);
    }
    void body() override {
        try {
            inner(0);
        } catch (const std::exception &e) {
            yield(1000 + static_cast<long>(std::string(e.what()).size()));
        }
        try {
            yield(50);
            throw 51;
        } catch (int n) {
            // The other side throws and catches while this handler is open.
            yield(n);
        }
    }
};

static void generators() {
    Fibonacci numbers(100000);
    long sum = 0, count = 0;
    while (numbers.resume()) sum += numbers.value, count++;
    std::printf("fibonacci: %ld values, sum %ld\n", count, sum);
    Walker walker(1000);
    unsigned order = 1;
    while (walker.resume()) order = order * 31 + walker.value;
    std::printf("walker: %08x\n", order);
    std::vector<Fibonacci *> many;
    for (int i = 0; i < 100; i++) many.push_back(new Fibonacci(i * i));
    sum = 0;
    for (bool any = true; any;) {
        any = false;
        for (auto *one : many)
            if (one->resume()) sum = sum * 3 + one->value, any = true;
    }
    for (auto *one : many) delete one;
    std::printf("many: %016lx\n", sum);
}

static void exceptions() {
    Thrower thrower;
    while (thrower.resume()) {
        std::printf("%ld ", thrower.value);
        try { throw thrower.value * 2; } catch (long n) { std::printf("(%ld) ", n); }
    }
    std::printf("thrower is done\n");
}

// Two that switch to each other and never to main, until one ends.
static ucontext_t home, ping, pong;
static unsigned turns, mixed = 1;
static void ping_body(int rounds) {
    for (int i = 0; i < rounds; i++) {
        turns++, mixed = mixed * 31 + i;
        swapcontext(&ping, &pong);
    }
}
static void pong_body() {
    for (int i = 0;; i++) {
        turns++, mixed = mixed * 33 + i;
        swapcontext(&pong, &ping);
    }
}
static void take_turns() {
    static char stacks[2][32 << 10];
    getcontext(&ping);
    ping.uc_stack = {stacks[0], 0, sizeof stacks[0]};
    ping.uc_link = &home;
    makecontext(&ping, reinterpret_cast<void (*)()>(ping_body), 1, 20000);
    getcontext(&pong);
    pong.uc_stack = {stacks[1], 0, sizeof stacks[1]};
    pong.uc_link = nullptr;
    makecontext(&pong, pong_body, 0);
    swapcontext(&home, &ping);
    std::printf("turns: %u, %08x\n", turns, mixed);
}

// One context after the other, each begun where the last one ends.
static unsigned links;
static void link_body(int a, int b, int c, int d, int e, int f, int g, int h) { links = links * 10 + (a + b + c + d + e + f + g + h) % 10; }
static void chained() {
    static ucontext_t chain[5], after;
    static char stacks[5][16 << 10];
    for (int i = 0; i < 5; i++) {
        getcontext(&chain[i]);
        chain[i].uc_stack = {stacks[i], 0, sizeof stacks[i]};
        chain[i].uc_link = i < 4 ? &chain[i + 1] : &after;
        makecontext(&chain[i], reinterpret_cast<void (*)()>(link_body), 8, i, 1, 2, 3, 4, 5, 6, i * i);
    }
    swapcontext(&after, &chain[0]);
    std::printf("links: %u\n", links);
}

// getcontext comes back as often as somebody says setcontext.
static void again() {
    ucontext_t here;
    volatile int times = 0, sum = 0;
    getcontext(&here);
    sum += times;
    if (times++ < 1000) setcontext(&here);
    std::printf("again: %d times, %d\n", times, sum);
}

int main() {
    generators();
    exceptions();
    take_turns();
    chained();
    again();
    // The end of a context that none follows is the end of the thread.
    static char stack[16 << 10];
    getcontext(&ping);
    ping.uc_stack = {stack, 0, sizeof stack};
    ping.uc_link = nullptr;
    makecontext(&ping, +[] { std::printf("the last one\n"), std::fflush(stdout); }, 0);
    setcontext(&ping);
    std::puts("not reached");
}
