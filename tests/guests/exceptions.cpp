// C++ exceptions: unwinding through frames with destructors, rethrowing, nested
// and foreign types, across calls through pointers.
#include <cstdio>
#include <exception>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

struct Tracer {
    const char *name;
    explicit Tracer(const char *n) : name(n) { std::printf("+%s ", name); }
    ~Tracer() { std::printf("-%s ", name); }
};

struct Custom : std::runtime_error {
    int code;
    Custom(int c) : std::runtime_error("custom " + std::to_string(c)), code(c) {}
};

static void thrower(int kind) {
    Tracer t("thrower");
    switch (kind) {
    case 0: return;
    case 1: throw 42;
    case 2: throw std::string("a string");
    case 3: throw Custom(7);
    case 4: throw std::out_of_range("range");
    case 5: std::vector<int>(3).at(10); break;
    default: throw kind * 0.5;
    }
}

static void middle(int kind) {
    Tracer t("middle");
    try {
        thrower(kind);
    } catch (const std::out_of_range &e) {
        std::printf("(rethrow) ");
        throw;
    } catch (double d) {
        throw Custom(static_cast<int>(d * 10));
    }
}

static int deep(int n) {
    Tracer *t = n % 4 == 0 ? new Tracer("deep") : nullptr;
    std::unique_ptr<Tracer> owner(t);
    if (n == 0) throw n + 1000;
    return deep(n - 1) + n;
}

static void quiet() noexcept {
    try { throw 1; } catch (...) { std::printf("quiet "); }
}

int main() {
    for (int kind = 0; kind < 7; kind++) {
        try {
            Tracer t("outer");
            middle(kind);
            std::printf("nothing ");
        } catch (int i) {
            std::printf("int %d", i);
        } catch (const std::string &s) {
            std::printf("string %s", s.c_str());
        } catch (const Custom &c) {
            std::printf("custom %d %s", c.code, c.what());
        } catch (const std::exception &e) {
            std::printf("exception %d", static_cast<int>(std::string(e.what()).empty()));
        }
        std::printf("\n");
    }
    try { deep(9); } catch (int i) { std::printf("%d\n", i); }
    std::function<int(int)> f = [](int n) -> int { if (n > 2) throw std::length_error("function"); return n * 2; };
    int sum = 0;
    for (int i = 0; i < 5; i++)
        try { sum += f(i); } catch (const std::logic_error &) { sum += 100; }
    std::printf("%d\n", sum);
    std::exception_ptr saved;
    try { throw Custom(99); } catch (...) { saved = std::current_exception(); }
    try { std::rethrow_exception(saved); } catch (const Custom &c) { std::printf("%d ", c.code); }
    quiet();
    int total = 0;
    for (int i = 0; i < 50; i++) try { throw i; } catch (int n) { total += n; }
    std::printf("%d\n", total);
    std::set_terminate([] { std::printf("terminated\n"); std::fflush(stdout); std::_Exit(3); });
    throw Custom(1);
}
