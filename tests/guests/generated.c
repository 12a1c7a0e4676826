// Code that the program makes as it goes: rewritten in one place, in pages that are
// writable or executable by turns, filling many pages, moved to another address, and
// thrown away and made again where something else was.
#define _GNU_SOURCE
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef long function(long, long);
enum { ZERO, RA, SP, T0 = 5, T1, T2, A0 = 10, A1, A2 };
#define ADDI(rd, rs, n) ((uint32_t)(n) << 20 | (rs) << 15 | (rd) << 7 | 0x13)
#define ADD(rd, a, b) ((b) << 20 | (a) << 15 | (rd) << 7 | 0x33)
#define XOR(rd, a, b) ((b) << 20 | (a) << 15 | 4 << 12 | (rd) << 7 | 0x33)
#define MUL(rd, a, b) (1u << 25 | (b) << 20 | (a) << 15 | (rd) << 7 | 0x33)
#define SD(from, at, base) ((at) >> 5 << 25 | (from) << 20 | (base) << 15 | 3 << 12 | ((at) & 31) << 7 | 0x23)
#define LD(rd, at, base) ((at) << 20 | (base) << 15 | 3 << 12 | (rd) << 7 | 0x03)
#define LI32(rd, n) (((uint32_t)(n) + 0x800 & 0xfffff000) | (rd) << 7 | 0x37), ADDI(rd, rd, (uint32_t)(n) & 0xfff)
#define JALR(rd, rs) ((rs) << 15 | (rd) << 7 | 0x67)
#define JAL(rd, n) (((n) >> 20 & 1) << 31 | ((n) >> 1 & 0x3ff) << 21 | ((n) >> 11 & 1) << 20 | ((n) >> 12 & 0xff) << 12 | (rd) << 7 | 0x6f)
#define RET JALR(ZERO, RA)

static void *pages(int count, int protection) {
    void *at = mmap(NULL, count * 4096, protection, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) _exit(3);
    return at;
}
static void ready(void *from, size_t size) { __builtin___clear_cache(from, (char *)from + size); }

// One place, many functions; the kernel's own call tells of the last ones.
static long rewritten(void) {
    uint32_t *code = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
    long sum = 0;
    for (int i = 0; i < 3000; i++) {
        uint32_t made[] = {ADDI(A0, A0, i & 0x7ff), i % 3 ? ADD(A0, A0, A1) : XOR(A0, A0, A1), i % 5 ? MUL(A0, A0, A1) : ADDI(A0, A0, 1), RET};
        memcpy(code, made, sizeof made);
        if (i & 1) ready(code, sizeof made);
        else syscall(259, code, (char *)code + sizeof made, 0L); // riscv_flush_icache
        sum = ((function *)code)(sum & 0xffff, i);
    }
    munmap(code, 4096);
    return sum;
}

// Compressed code of changing length: what was the middle of an instruction begins one.
static long compressed(void) {
    uint16_t *code = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
    long sum = 0;
    for (int i = 0; i < 500; i++) {
        int length = 0;
        for (int k = 0; k < i % 9; k++) code[length++] = 0x0505;        // c.addi a0, 1
        uint32_t full = ADDI(A0, A0, i & 0x3ff);
        memcpy(code + length, &full, 4);
        length += 2;
        code[length++] = 0x952e;                                        // c.add a0, a1
        code[length++] = 0x8082;                                        // c.jr ra
        ready(code, length * 2);
        sum = sum * 3 + ((function *)code)(i, sum & 0xff);
        // Over the start of the full instruction, when there is one before it.
        if (i % 9) sum ^= ((function *)(code + i % 9 - 1))(i, 5);
    }
    return sum;
}

// Never writable and executable at once.
static long flipped(void) {
    uint32_t *code = pages(2, PROT_READ | PROT_WRITE);
    long sum = 1;
    for (int i = 0; i < 300; i++) {
        mprotect(code, 8192, PROT_READ | PROT_WRITE);
        uint32_t *at = code + i * 6 % 2000, made[] = {LI32(T0, i * 12345), XOR(A0, A0, T0), ADD(A0, A0, A1), RET};
        memcpy(at, made, sizeof made);
        mprotect(code, 8192, PROT_READ | PROT_EXEC);
        ready(at, sizeof made);
        sum = ((function *)at)(sum, i);
        // What was made before is still there.
        if (i > 10) sum += ((function *)(code + (i - 10) * 6 % 2000))(1, 2);
    }
    return sum;
}

// A chain through 64 pages: each function calls the next one, and has a frame.
static long many(void) {
    char *base = pages(64, PROT_READ | PROT_WRITE | PROT_EXEC);
    for (int page = 0; page < 64; page++) {
        uint32_t body[] = {ADDI(SP, SP, -16), SD(RA, 8, SP), SD(A0, 0, SP), ADDI(A0, A0, page), JAL(RA, 4096 - 16),
                           LD(T2, 0, SP), LD(RA, 8, SP), ADDI(SP, SP, 16), ADD(A0, A0, T2), RET};
        uint32_t last[] = {MUL(A0, A0, A1), RET};
        // The code crosses into the next page, but for the last one.
        memcpy(base + page * 4096 + 4096 - 20, page < 63 ? body : last, page < 63 ? sizeof body : sizeof last);
    }
    ready(base, 64 * 4096);
    long sum = 0;
    for (int i = 0; i < 200; i++) sum += ((function *)(base + 4096 - 20))(i, 3);
    return sum;
}

// The same bytes at other addresses; then another function where the first one was.
static long moved(void) {
    uint32_t made[] = {ADDI(A0, A0, 7), MUL(A0, A0, A1), RET}, other[] = {ADDI(A0, A1, 9), RET};
    long sum = 0;
    for (int i = 0; i < 100; i++) {
        void *code = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
        memcpy(code, i & 1 ? other : made, i & 1 ? sizeof other : sizeof made);
        ready(code, 16);
        function *f = code;
        if (i % 10 == 0 && (code = mremap(f, 4096, 8192, MREMAP_MAYMOVE)) != MAP_FAILED) f = code;
        sum = sum * 3 + f(i, 2);
        munmap(f, i % 10 == 0 ? 8192 : 4096);
    }
    return sum;
}

// Machine code that the compiler made, copied from this file.
__attribute__((noinline)) static long copied_from(long a, long b) { return (a ^ 0x55) * 3 + b; }
static long copied(void) {
    char *code = pages(1, PROT_READ | PROT_WRITE | PROT_EXEC);
    memcpy(code, (void *)copied_from, 64);
    ready(code, 64);
    long sum = 0;
    for (int i = 0; i < 100; i++) sum = (sum & 0xffff) * 3 + ((function *)code)(i, sum & 0xff) - copied_from(i, 2);
    return sum;
}

int main(void) {
    printf("rewritten: %ld\n", rewritten());
    printf("compressed: %ld\n", compressed());
    printf("flipped: %ld\n", flipped());
    printf("many pages: %ld\n", many());
    printf("moved: %ld\n", moved());
    printf("copied: %ld\n", copied());
    return 0;
}
