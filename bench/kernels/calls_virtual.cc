// Virtual calls: a list of shapes and a tree of expressions, both through a base
// class, with overridden, inherited and multiply inherited methods.
#define NAME "calls_virtual"
#include "bench.h"

namespace {

struct Shape {
    int32_t width, height;
    virtual int64_t area() const { return 0; }
    virtual int64_t edge() const { return 2 * (int64_t(width) + height); }
    virtual void grow(int32_t by) { width += by; }
};
struct Box : Shape {
    int64_t area() const override { return int64_t(width) * height; }
};
struct Slope : Box {
    int64_t area() const override { return Box::area() / 2; }
    int64_t edge() const override { return int64_t(width) + 2 * height; }
};
struct Tall : Box {
    void grow(int32_t by) override { height += 2 * by; }
};
struct Tagged {
    uint32_t tag;
    virtual uint32_t mark() const { return tag; }
};
struct Disc : Shape, Tagged {
    int64_t area() const override { return int64_t(width) * width * 355 / 113; }
    uint32_t mark() const override { return tag * 2654435761u + uint32_t(width); }
};

struct Expression {
    virtual int64_t value(int64_t x) const { return x; }
};
struct Number : Expression {
    int64_t number;
    int64_t value(int64_t) const override { return number; }
};
struct Pair : Expression {
    const Expression *left, *right;
};
struct Sum : Pair {
    int64_t value(int64_t x) const override { return left->value(x) + right->value(x); }
};
struct Product : Pair {
    int64_t value(int64_t x) const override { return left->value(x) * right->value(x) % 1000003; }
};

constexpr uint32_t each = 128, leaves = 256;
Box boxes[each];
Slope slopes[each];
Tall talls[each];
Disc discs[each];
Shape *shapes[4 * each];
Tagged *tagged[2 * each];
Tagged plain[each];
Expression variable;
Number numbers[leaves];
Sum sums[leaves];
Product products[leaves];

void make_shapes(uint32_t state) {
    for (uint32_t i = 0; i < each; i++) {
        Shape *of_each[4] = {&boxes[i], &slopes[i], &talls[i], &discs[i]};
        for (uint32_t j = 0; j < 4; j++) {
            of_each[j]->width = int32_t(bench_random(&state) % 100);
            of_each[j]->height = int32_t(bench_random(&state) % 100);
            shapes[4 * i + j] = of_each[j];
        }
        discs[i].tag = plain[i].tag = bench_random(&state);
        tagged[2 * i] = &discs[i];
        tagged[2 * i + 1] = &plain[i];
    }
    for (uint32_t i = 4 * each - 1; i > 0; i--) {
        uint32_t j = bench_random(&state) % (i + 1);
        Shape *other = shapes[i];
        shapes[i] = shapes[j];
        shapes[j] = other;
    }
}

// A tree as a heap has it: the nodes of the lower half are leaves.
const Expression *node(uint32_t at) {
    if (at < leaves) {
        return at % 3 == 0 ? static_cast<const Expression *>(&products[at]) : &sums[at];
    }
    return at % 4 == 0 ? &variable : static_cast<const Expression *>(&numbers[at - leaves]);
}

void make_tree(uint32_t state) {
    for (uint32_t i = 0; i < leaves; i++) numbers[i].number = bench_random(&state) % 1000;
    for (uint32_t i = 1; i < leaves; i++) {
        sums[i].left = products[i].left = node(2 * i);
        sums[i].right = products[i].right = node(2 * i + 1);
    }
}

} // namespace

static uint64_t work(void) {
    uint32_t state = bench_seed;
    make_shapes(state);
    make_tree(state);
    uint64_t sum = 0;
    for (uint32_t round = 0; round < 1100; round++) {
        int64_t total = 0;
        for (uint32_t i = 0; i < 4 * each; i++) total += shapes[i]->area() - shapes[i]->edge();
        shapes[round % (4 * each)]->grow(1);
        for (uint32_t i = 0; i < 2 * each; i++) total ^= tagged[i]->mark();
        total += node(1)->value(round);
        sum = bench_mix(sum, uint64_t(total));
    }
    return sum;
}
