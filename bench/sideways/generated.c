// Calls of a function of a few instructions that the program itself has written to
// memory.
#define _GNU_SOURCE
#include "code.h"
#include "sideways.h"

typedef uint32_t (*function)(uint32_t);

// x * 3 + 7
static const unsigned char instructions[] = {
#if defined(__riscv)
    0x9b, 0x17, 0x15, 0x00, // slliw a5, a0, 1
    0x3b, 0x05, 0xf5, 0x00, // addw a0, a0, a5
    0x1b, 0x05, 0x75, 0x00, // addiw a0, a0, 7
    0x67, 0x80, 0x00, 0x00, // ret
#elif defined(__x86_64__)
    0x8d, 0x44, 0x7f, 0x07, // lea eax, [rdi + rdi * 2 + 7]
    0xc3,                   // ret
#else
#error "there are no instructions for this processor"
#endif
};

static function made(void) {
    static unsigned char *memory;
    if (!memory) {
        memory = code_memory(4096);
        if (!memory) give_up("no memory for code");
        memcpy(memory, instructions, sizeof instructions);
        code_changed(memory, memory + sizeof instructions);
    }
    return (function)(uintptr_t)memory;
}

static uint64_t calls(uint32_t events) {
    function call = made();
    uint32_t value = bench_seed;
    uint64_t sum = 0;
    for (uint32_t i = 0; i < events; i++) {
        value = call(value);
        sum = bench_mix(sum, value);
    }
    return sum;
}

static const struct figure figures[] = {{"generated_call", 20000, calls}, {0, 0, 0}};

int main(int argc, char **argv) { return measure(figures, argc, argv); }
