// Structures by value: in one register, two, floating-point ones, on the stack;
// bit fields, unions, packed and flexible ones.
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

struct one { char c; };
struct three { uint8_t b[3]; };
struct two { int x; long y; };
struct single { float f; };
struct doubles { double a, b; };
struct floats { float a, b; };
struct mixed { float f; int i; };
struct reversed { long i; double d; };
struct large { int items[9]; };
struct nested { struct floats f; };
struct bits { unsigned a : 3, b : 7; int c : 5; unsigned long d : 40; };
struct __attribute__((packed)) packed { char c; int i; long l; short s; };
union either { double d; uint64_t u; struct { uint32_t low, high; } half; };
struct empty_tail { int n; char text[]; };

#define NOINLINE __attribute__((noinline))
NOINLINE static struct one f_one(struct one s) { s.c++; return s; }
NOINLINE static struct three f_three(struct three s) { return (struct three){{s.b[2], s.b[1], s.b[0]}}; }
NOINLINE static struct two f_two(struct two s) { return (struct two){(int)s.y, s.x}; }
NOINLINE static struct single f_single(struct single s) { s.f *= 1.5f; return s; }
NOINLINE static struct doubles f_doubles(struct doubles s) { return (struct doubles){s.b - s.a, s.a * s.b}; }
NOINLINE static struct floats f_floats(struct floats s) { return (struct floats){s.b, s.a}; }
NOINLINE static struct mixed f_mixed(struct mixed s) { return (struct mixed){(float)s.i, (int)s.f}; }
NOINLINE static struct reversed f_reversed(struct reversed s) { return (struct reversed){(long)s.d, (double)s.i}; }
NOINLINE static struct large f_large(struct large s, int by) { for (int i = 0; i < 9; i++) s.items[i] *= by; return s; }
NOINLINE static struct nested f_nested(struct nested s) { s.f.a += s.f.b; return s; }
NOINLINE static struct bits f_bits(struct bits s) { s.a++; s.b *= 3; s.c -= 20; s.d = ~s.d; return s; }
NOINLINE static struct packed f_packed(struct packed s) { s.i = -s.i; s.l <<= 3; s.s ^= 0x55; return s; }
NOINLINE static long crowded(int a, struct two b, double c, struct doubles d, int e, struct floats f, long g, struct two h, struct large i) {
    return a + b.x + b.y + (long)c + (long)d.a + (long)d.b + e + (long)f.a + (long)f.b + g + h.x * h.y + i.items[8];
}

int main(void) {
    struct three t = f_three((struct three){{1, 2, 3}});
    struct two w = f_two((struct two){-1, 0x123456789});
    struct doubles d = f_doubles((struct doubles){1.5, 4});
    struct floats f = f_floats((struct floats){0.1f, 0.2f});
    struct mixed m = f_mixed((struct mixed){-3.75f, 12});
    struct reversed r = f_reversed((struct reversed){1l << 53, -1e10});
    printf("%c %d%d%d %d %ld %g\n", f_one((struct one){'a'}).c, t.b[0], t.b[1], t.b[2], w.x, w.y, f_single((struct single){3}).f);
    printf("%g %g %.9g %.9g %g %d %ld %.17g\n", d.a, d.b, f.a, f.b, m.f, m.i, r.i, r.d);
    struct large l = {{1, 2, 3, 4, 5, 6, 7, 8, 9}}, l2 = f_large(f_large(l, 3), -2);
    printf("%d %d %d %g\n", l.items[8], l2.items[0], l2.items[8], f_nested((struct nested){{1, 2}}).f.a);
    struct bits b = f_bits((struct bits){7, 100, -10, 0xabcdef});
    printf("%u %u %d %lx\n", b.a, b.b, b.c, (unsigned long)b.d);
    struct packed p = f_packed((struct packed){'p', 0x01020304, -5, 300});
    printf("%c %d %ld %d, %zu bytes, l at %zu\n", p.c, p.i, p.l, p.s, sizeof p, offsetof(struct packed, l));
    union either e = {.d = -1.5};
    printf("%lx %x %x\n", e.u, e.half.low, e.half.high);
    e.half.high ^= 0x80000000;
    printf("%g\n", e.d);
    printf("%ld\n", crowded(1, w, 2.5, d, 3, f, 4, (struct two){5, 6}, l));
    struct { struct empty_tail head; char room[16]; } tail;
    tail.head.n = 5;
    memcpy(tail.head.text, "tail", 5);
    printf("%d %s %d\n", tail.head.n, tail.head.text, memcmp(&l, &l2, sizeof l) != 0);
    struct two array[3] = {{1, 2}, {3, 4}, {5, 6}};
    struct two copy[3];
    memcpy(copy, array, sizeof copy);
    copy[1] = array[2];
    printf("%d %ld\n", copy[1].x, copy[1].y);
    return 0;
}
