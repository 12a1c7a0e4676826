// Coroutines by hand: a switch that saves what calls preserve and goes on with what the
// other one has saved, in assembly, as libraries of coroutines have it.
#ifndef COROUTINE_H
#define COROUTINE_H

#include <stdint.h>

// What a coroutine that is not running has saved.
struct coroutine {
    uint64_t saved[26];
};

// Saves the caller in `from` and returns in `to`.
void coroutine_switch(struct coroutine *from, const struct coroutine *to);

#if defined(__riscv)

__asm__(".text\n.balign 4\n.globl coroutine_switch\n.type coroutine_switch, @function\n"
        "coroutine_switch:\n"
        "sd ra, 0(a0)\nsd sp, 8(a0)\n"
        "sd s0, 16(a0)\nsd s1, 24(a0)\nsd s2, 32(a0)\nsd s3, 40(a0)\nsd s4, 48(a0)\nsd s5, 56(a0)\n"
        "sd s6, 64(a0)\nsd s7, 72(a0)\nsd s8, 80(a0)\nsd s9, 88(a0)\nsd s10, 96(a0)\nsd s11, 104(a0)\n"
        "fsd fs0, 112(a0)\nfsd fs1, 120(a0)\nfsd fs2, 128(a0)\nfsd fs3, 136(a0)\n"
        "fsd fs4, 144(a0)\nfsd fs5, 152(a0)\nfsd fs6, 160(a0)\nfsd fs7, 168(a0)\n"
        "fsd fs8, 176(a0)\nfsd fs9, 184(a0)\nfsd fs10, 192(a0)\nfsd fs11, 200(a0)\n"
        "ld ra, 0(a1)\nld sp, 8(a1)\n"
        "ld s0, 16(a1)\nld s1, 24(a1)\nld s2, 32(a1)\nld s3, 40(a1)\nld s4, 48(a1)\nld s5, 56(a1)\n"
        "ld s6, 64(a1)\nld s7, 72(a1)\nld s8, 80(a1)\nld s9, 88(a1)\nld s10, 96(a1)\nld s11, 104(a1)\n"
        "fld fs0, 112(a1)\nfld fs1, 120(a1)\nfld fs2, 128(a1)\nfld fs3, 136(a1)\n"
        "fld fs4, 144(a1)\nfld fs5, 152(a1)\nfld fs6, 160(a1)\nfld fs7, 168(a1)\n"
        "fld fs8, 176(a1)\nfld fs9, 184(a1)\nfld fs10, 192(a1)\nfld fs11, 200(a1)\n"
        "ret\n.size coroutine_switch, .-coroutine_switch\n");

// Makes a coroutine that starts in `entry`, which must not return.
static void coroutine_make(struct coroutine *it, void (*entry)(void), void *stack, uint64_t size) {
    it->saved[0] = (uint64_t)(uintptr_t)entry;
    it->saved[1] = ((uint64_t)(uintptr_t)stack + size) & ~UINT64_C(15);
}

#elif defined(__x86_64__)

__asm__(".text\n.balign 16\n.globl coroutine_switch\n.type coroutine_switch, @function\n"
        "coroutine_switch:\n"
        "mov %rsp, 0(%rdi)\nmov %rbx, 8(%rdi)\nmov %rbp, 16(%rdi)\n"
        "mov %r12, 24(%rdi)\nmov %r13, 32(%rdi)\nmov %r14, 40(%rdi)\nmov %r15, 48(%rdi)\n"
        "mov 0(%rsi), %rsp\nmov 8(%rsi), %rbx\nmov 16(%rsi), %rbp\n"
        "mov 24(%rsi), %r12\nmov 32(%rsi), %r13\nmov 40(%rsi), %r14\nmov 48(%rsi), %r15\n"
        "ret\n.size coroutine_switch, .-coroutine_switch\n");

// Makes a coroutine that starts in `entry`, which must not return.
static void coroutine_make(struct coroutine *it, void (*entry)(void), void *stack, uint64_t size) {
    uint64_t top = ((uint64_t)(uintptr_t)stack + size) & ~UINT64_C(15);
    // The stack is as it is behind a call.
    uint64_t *address = (uint64_t *)(uintptr_t)(top - 16);
    *address = (uint64_t)(uintptr_t)entry;
    it->saved[0] = (uint64_t)(uintptr_t)address;
}

#else
#error "there is no coroutine_switch for this processor"
#endif

#endif
