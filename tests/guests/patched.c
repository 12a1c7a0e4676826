// A program that changes its own code and makes more of it, again and again.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

// A function of two instructions, the first of which is going to be another one.
int answer(void);
__asm__(".text\n.option push\n.option norvc\n.balign 4\n.globl answer\n.type answer, @function\n"
        "answer: li a0, 1\n ret\n.size answer, . - answer\n.option pop\n");

static uint32_t li_a0(uint32_t value) { return value << 20 | 10 << 7 | 0x13; }
static const uint32_t RET = 0x00008067;

__attribute__((noinline)) static int ask(int more) { return answer() * 10 + more; }

static void changed(void *from, void *to) { __builtin___clear_cache(from, to); }

int main(void) {
    int (*volatile pointer)(void) = answer;
    printf("%d %d\n", ask(1), pointer());

    // Code that did not exist: a function made anew in each turn.
    uint32_t *made = mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    long sum = 0;
    for (int i = 0; i < 500; i++) {
        made[0] = li_a0(i);
        made[1] = RET;
        changed(made, made + 2);
        sum += ((int (*)(void))made)() + pointer();
    }
    printf("%ld %d\n", sum, ask(2));

    // Code that was there before.
    uintptr_t page = (uintptr_t)answer & ~(uintptr_t)4095;
    if (mprotect((void *)page, 8192, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) return 1;
    for (int i = 2; i < 40; i++) {
        uint32_t word = li_a0(i);
        memcpy((void *)answer, &word, 4);
        changed((void *)answer, (char *)answer + 8);
        sum += ask(i) + pointer();
    }
    printf("%ld %d %d\n", sum, ask(3), pointer());
    // The same, told of by an instruction.
    uint32_t word = li_a0(77);
    memcpy((void *)answer, &word, 4);
    __asm__ volatile("fence.i" ::: "memory");
    printf("%d %d\n", ask(4), pointer());
    return 0;
}
