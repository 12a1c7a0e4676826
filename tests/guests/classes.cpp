// C++ without exceptions: virtual calls, templates, containers, streams.
#include <algorithm>
#include <cstdio>
#include <iomanip>
#include <iostream>
#include <map>
#include <memory>
#include <numeric>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>
#include <vector>

struct Animal {
    virtual ~Animal() = default;
    virtual std::string sound() const = 0;
    virtual int legs() const { return 4; }
};
struct Named {
    std::string name;
    virtual std::string label() const { return "<" + name + ">"; }
    virtual ~Named() = default;
};
struct Dog : Animal, Named {
    Dog() { name = "Rex"; }
    std::string sound() const override { return "woof"; }
};
struct Bird : Animal {
    std::string sound() const override { return "tweet"; }
    int legs() const override { return 2; }
};
struct Base { int b = 1; virtual int value() { return b; } virtual ~Base() {} };
struct Left : virtual Base { int l = 2; };
struct Right : virtual Base { int r = 3; int value() override { return b + r; } };
struct Diamond : Left, Right { int value() override { return Right::value() + l; } };

template <int N> struct Factorial { static constexpr long value = N * Factorial<N - 1>::value; };
template <> struct Factorial<0> { static constexpr long value = 1; };

static int constructed;
struct Global { Global() { constructed++; } ~Global() { std::printf("global destroyed\n"); } } global;

int main() {
    std::vector<std::unique_ptr<Animal>> animals;
    animals.push_back(std::make_unique<Dog>());
    animals.push_back(std::make_unique<Bird>());
    for (const auto &a : animals) {
        std::cout << a->sound() << ' ' << a->legs();
        if (auto *n = dynamic_cast<const Named *>(a.get())) std::cout << ' ' << n->label();
        std::cout << '\n';
    }
    Diamond d;
    Base *base = &d;
    std::cout << base->value() << ' ' << Factorial<12>::value << ' ' << constructed << '\n';

    std::map<std::string, int> words;
    std::istringstream text("the cat and the dog and the bird sat on the mat with the cat");
    for (std::string w; text >> w;) words[w]++;
    for (const auto &[w, n] : words) std::cout << w << '=' << n << ' ';
    std::cout << '\n';

    std::unordered_map<long, long> squares;
    for (long i = 0; i < 500; i++) squares[i * 7919] = i * i;
    long sum = 0;
    for (long i = 0; i < 500; i += 7) sum += squares.at(i * 7919);
    std::set<int> primes;
    for (int i = 2; i < 100; i++)
        if (std::none_of(primes.begin(), primes.end(), [i](int p) { return i % p == 0; })) primes.insert(i);
    std::cout << sum << ' ' << primes.size() << ' ' << *primes.rbegin() << '\n';

    std::vector<double> v(20);
    std::iota(v.begin(), v.end(), 0.5);
    std::reverse(v.begin(), v.end());
    std::partial_sort(v.begin(), v.begin() + 5, v.end());
    std::stable_sort(v.begin() + 5, v.end(), [](double a, double b) { return static_cast<int>(a) % 3 < static_cast<int>(b) % 3; });
    std::cout << std::fixed << std::setprecision(2) << std::accumulate(v.begin(), v.begin() + 5, 0.0);
    for (double x : v) std::cout << ' ' << x;
    std::cout << '\n' << std::hex << std::showbase << 48879 << std::dec << ' ' << std::setw(8) << std::setfill('*') << 42 << ' ' << std::boolalpha << true << ' ' << std::scientific << 12345.678 << '\n';

    std::string s = "hello";
    for (int i = 0; i < 6; i++) s += s.substr(i, 3) + std::to_string(i);
    std::replace(s.begin(), s.end(), 'l', 'L');
    std::cout << s << ' ' << s.find("LLo") << ' ' << s.size() << '\n';
    std::cerr << "on the other stream\n";
    return static_cast<int>(primes.size());
}
