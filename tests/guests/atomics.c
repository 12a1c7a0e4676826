// except: pie (the cross libatomic is not position-independent)
// Atomic operations of every width: one and two bytes take the library's loops
// of lr and sc, four and eight the instructions.
#include <stdint.h>
#include <stdio.h>

#define EXERCISE(type)                                                                           \
    static void exercise_##type(type start) {                                                    \
        static type cell[3];                                                                     \
        type *p = &cell[1], expected;                                                            \
        cell[0] = cell[2] = (type)0x5a5a5a5a5a5a5a5a;                                            \
        __atomic_store_n(p, start, __ATOMIC_SEQ_CST);                                            \
        printf("%lld ", (long long)__atomic_fetch_add(p, 3, __ATOMIC_SEQ_CST));                  \
        printf("%lld ", (long long)__atomic_fetch_sub(p, 5, __ATOMIC_RELAXED));                  \
        printf("%lld ", (long long)__atomic_fetch_or(p, 0x11, __ATOMIC_ACQUIRE));                \
        printf("%lld ", (long long)__atomic_fetch_and(p, (type)~2, __ATOMIC_RELEASE));           \
        printf("%lld ", (long long)__atomic_fetch_xor(p, (type)-1, __ATOMIC_ACQ_REL));           \
        printf("%lld ", (long long)__atomic_fetch_nand(p, 0x3c, __ATOMIC_SEQ_CST));              \
        printf("%lld ", (long long)__atomic_exchange_n(p, 77, __ATOMIC_SEQ_CST));                \
        printf("%lld ", (long long)__atomic_add_fetch(p, 100, __ATOMIC_SEQ_CST));                \
        expected = (type)177;                                                                    \
        printf("%d ", __atomic_compare_exchange_n(p, &expected, 5, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST)); \
        expected = 6;                                                                            \
        printf("%d ", __atomic_compare_exchange_n(p, &expected, 9, 1, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)); \
        printf("%lld %lld ", (long long)expected, (long long)__atomic_load_n(p, __ATOMIC_ACQUIRE)); \
        printf("%d\n", cell[0] == cell[2] && cell[0] == (type)0x5a5a5a5a5a5a5a5a);               \
    }
EXERCISE(int8_t)
EXERCISE(uint8_t)
EXERCISE(int16_t)
EXERCISE(uint16_t)
EXERCISE(int32_t)
EXERCISE(uint32_t)
EXERCISE(int64_t)
EXERCISE(uint64_t)

#define MINMAX(name, type)                                                                        \
    __attribute__((noinline)) static type name(type *p, type v) {                                 \
        type old;                                                                                 \
        __asm__ volatile(#name "." SUFFIX " %0, %2, %1" : "=r"(old), "+A"(*p) : "r"(v) : "memory"); \
        return old;                                                                               \
    }
#define SUFFIX "w.aqrl"
MINMAX(amomin, int32_t) MINMAX(amomax, int32_t) MINMAX(amominu, uint32_t) MINMAX(amomaxu, uint32_t)
#undef SUFFIX

static long spin;
static void lock(void) { while (__atomic_exchange_n(&spin, 1, __ATOMIC_ACQUIRE)); }
static void unlock(void) { __atomic_store_n(&spin, 0, __ATOMIC_RELEASE); }

int main(void) {
    exercise_int8_t(-100);
    exercise_uint8_t(200);
    exercise_int16_t(-30000);
    exercise_uint16_t(60000);
    exercise_int32_t(INT32_MIN);
    exercise_uint32_t(UINT32_MAX);
    exercise_int64_t(INT64_MAX);
    exercise_uint64_t(0);
    int32_t s = 5;
    uint32_t u = 5;
    printf("%d %d %d ", amomin(&s, -1), amomax(&s, 9), s);
    printf("%u %u %u\n", amominu(&u, UINT32_MAX), amomaxu(&u, UINT32_MAX), u);
    for (int i = 0; i < 10; i++) { lock(); s += i; unlock(); }
    long flag = 0;
    printf("%d %d %d %ld\n", s, __atomic_test_and_set(&flag, __ATOMIC_SEQ_CST), __atomic_test_and_set(&flag, __ATOMIC_SEQ_CST), flag & 255);
    // A store conditional without its reservation fails; one after it succeeds.
    int64_t word = 3, loaded;
    int failed;
    __asm__ volatile("lr.d %0, %2\n\tsc.d %1, %3, %2" : "=&r"(loaded), "=&r"(failed), "+A"(word) : "r"(8l) : "memory");
    printf("%ld %d %ld ", (long)loaded, failed, (long)word);
    __asm__ volatile("sc.d %0, %2, %1" : "=&r"(failed), "+A"(word) : "r"(9l) : "memory");
    printf("%d %ld\n", failed != 0, (long)word);
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
    return 0;
}
