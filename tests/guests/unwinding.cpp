// Exceptions and what they undo: across 1, 5, 50 and 4000 frames, in constructors and
// destructors, caught inside of handlers, through the library's functions, and where
// nobody may catch them; the end of a thread, which unwinds as well; and who is found
// on the stack.
// run: frames
// run: objects
// run: handlers
// run: pointers
// run: library
// run: backtrace
// run: noexcept
// run: uncaught
// run: destructor
// run: empty
// run: forced
#include <execinfo.h>
#include <pthread.h>
#include <unwind.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

#define NOINLINE __attribute__((noinline))

static unsigned undone, order;

struct Note {
    int id;
    explicit Note(int i) : id(i) {}
    ~Note() { undone++, order = order * 31 + id; }
};

static void report(const char *what) { std::printf("%s: undone %u, order %08x\n", what, undone, order), undone = order = 0; }

// Every frame keeps an integer, a floating-point number and an object.
NOINLINE static double fall(int depth, long a, double x) {
    Note note(depth & 63);
    if (depth == 0) throw a;
    double below = fall(depth - 1, a * 5 + depth, x + a);
    return below * x + a;
}
static void frames() {
    for (int depth : {1, 5, 50, 4000}) {
        try { fall(depth, depth, 0.25); } catch (long a) { std::printf("%ld ", a % 1000003); }
        report("frames");
    }
    long sum = 0;
    for (int i = 0; i < 3000; i++) try { fall(i % 6, i, i); } catch (long a) { sum += a; }
    std::printf("%ld ", sum);
    report("many");
}

// What has been constructed is destroyed, in the reverse order, and nothing else.
struct Base {
    Note note{1};
    explicit Base(int when) { if (when == 1) throw 1; }
    virtual ~Base() { std::printf("~Base "); }
};
struct Parts : virtual Base {
    Note first{2};
    std::string name;
    Note second;
    static int check(int when) { if (when == 2) throw 2; return 3; }
    explicit Parts(int when) try : Base(when), name(40, 'x'), second(check(when)) {
        Note local(4);
        if (when == 3) throw 3;
    } catch (int n) {
        std::printf("(%d in the constructor) ", n);
    }
    ~Parts() override { std::printf("~Parts "); }
};
struct Careful {
    ~Careful() {
        try { throw std::runtime_error("inside"); } catch (std::exception &e) { std::printf("[%s %d] ", e.what(), std::uncaught_exceptions()); }
    }
};
static void objects() {
    for (int when = 0; when < 4; when++) {
        try { Parts parts(when); std::printf("made "); } catch (int n) { std::printf("(%d again) ", n); }
        report("parts");
    }
    static int countdown;
    countdown = 7;
    struct Item { Note note{countdown}; Item() { if (--countdown == 0) throw countdown; } };
    try { delete[] new Item[20]; } catch (int n) { report("array"); }
    try { Careful a; Careful b; throw 5; } catch (int n) { std::printf("%d ", n); }
    report("destructors");
}

// Exceptions inside of handlers, and rethrown from other functions.
NOINLINE static int classify() {
    try { throw; } catch (const std::out_of_range &) { return 1; } catch (const std::exception &) { return 2; } catch (int n) { return n; } catch (...) { return -1; }
}
NOINLINE static void again(int n) {
    Note note(n);
    try { if (n == 0) throw std::out_of_range("end"); again(n - 1); } catch (...) { order += n; throw; }
}
static void handlers() {
    try { again(20); } catch (const std::exception &e) { std::printf("%s ", e.what()); }
    report("rethrown");
    int sum = 0;
    for (int i = 0; i < 6; i++) {
        try {
            switch (i) { case 0: throw std::out_of_range(""); case 1: throw std::string(); case 2: throw std::logic_error(""); default: throw i * 10; }
        } catch (...) {
            try { throw i; } catch (int inner) { sum = sum * 3 + inner; }
            sum = sum * 7 + classify();
        }
    }
    std::printf("%d\n", sum);
}

static void pointers() {
    std::vector<std::exception_ptr> kept;
    for (int i = 0; i < 5; i++) try { fall(i, i, i); } catch (...) { kept.push_back(std::current_exception()); }
    long sum = 0;
    for (int round = 0; round < 2; round++)
        for (auto &one : kept) try { std::rethrow_exception(one); } catch (long a) { sum = sum * 3 + a; }
    try { try { throw std::runtime_error("inner"); } catch (...) { std::throw_with_nested(std::logic_error("outer")); } } catch (std::exception &e) {
        std::printf("%s ", e.what());
        try { std::rethrow_if_nested(e); } catch (std::exception &inner) { std::printf("%s ", inner.what()); }
    }
    std::printf("%ld %d ", sum, std::current_exception() == nullptr);
    report("pointers");
}

// Between the throw and the handler is C: the tables of the C library serve.
static int compared;
static int thrower(const void *a, const void *b) { if (++compared % 50 == 0) throw compared; return *(const int *)a - *(const int *)b; }
static void library() {
    int sum = 0;
    for (int round = 0; round < 40; round++) {
        int numbers[64];
        for (int i = 0; i < 64; i++) numbers[i] = (i * 37 + round) % 64;
        try { Note note(round); std::qsort(numbers, 64, sizeof *numbers, thrower); } catch (int n) { sum += n; }
    }
    std::printf("%d ", sum);
    report("library");
}

// Who is on the stack: each function marks its return address, so no names are wanted.
static std::uintptr_t marks[64];
static int marked;
static bool is_marked(std::uintptr_t at) { return std::find(marks, marks + marked, at) != marks + marked; }
static _Unwind_Reason_Code count_frame(_Unwind_Context *context, void *data) {
    int *seen = static_cast<int *>(data);
    seen[0]++;
    seen[1] += is_marked(_Unwind_GetIP(context));
    return _URC_NO_REASON;
}
NOINLINE static int look() {
    int seen[2] = {0, 0};
    void *addresses[64];
    _Unwind_Backtrace(count_frame, seen);
    int found = 0, count = backtrace(addresses, 64);
    for (int i = 0; i < count; i++) found += is_marked(reinterpret_cast<std::uintptr_t>(addresses[i]));
    std::printf("%d of %d marked, backtrace %d, the same number %d\n", seen[1], marked, found, count == seen[0]);
    return seen[1];
}
NOINLINE static int walk(int depth) {
    marks[marked++] = reinterpret_cast<std::uintptr_t>(__builtin_return_address(0));
    int below = depth ? walk(depth - 1) : look();
    return below * 3 % 1009 + depth;
}

NOINLINE static void promised(int n) noexcept { Note note(n); fall(3, n, 1); }
struct Bad { ~Bad() noexcept(true) { fall(1, 2, 3); } };

// Nobody catches the end of a thread, but everybody hears of it.
NOINLINE static void end(int depth) { Note note(depth); depth ? end(depth - 1) : pthread_exit(nullptr); }
static void leave() {
    std::atexit([] { report("at exit"); });
    try { end(30); } catch (...) { std::printf("passes by "); throw; }
}

int main(int argc, char **argv) {
    std::string mode = argc > 1 ? argv[1] : "";
    std::setvbuf(stdout, nullptr, _IONBF, 0);
    if (mode == "frames") frames();
    if (mode == "objects") objects();
    if (mode == "handlers") handlers();
    if (mode == "pointers") pointers();
    if (mode == "library") library();
    if (mode == "backtrace") for (int depth : {0, 3, 20}) { marked = 0; std::printf("%d\n", walk(depth)); }
    if (mode == "noexcept") try { promised(1); } catch (...) { std::puts("not reached"); }
    if (mode == "uncaught") { Note note(1); fall(2, 3, 4); }
    if (mode == "destructor") try { Bad bad; } catch (...) { std::puts("not reached"); }
    if (mode == "empty") { std::set_terminate([] { std::printf("terminated, undone %u\n", undone); std::_Exit(9); }); throw; }
    if (mode == "forced") leave();
    return 7;
}
