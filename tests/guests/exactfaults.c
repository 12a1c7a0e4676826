// Accesses that pages do not permit, where faults are exact (--faults=exact): a handler is
// told which access it was and finds every register, and may put things right and return.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { PAGE = 4096 };
enum what { SKIP, ALLOW, LEAVE, RETURN };

static enum what what;
static sigjmp_buf place;
static volatile int faults;
static struct {
    int signal, code;
    uintptr_t addr, pc, sp;
    unsigned long regs[32];
} seen;

static void handler(int signal, siginfo_t *info, void *context) {
    ucontext_t *uc = context;
    unsigned long *regs = (unsigned long *)&uc->uc_mcontext;
    faults++;
    seen.signal = signal;
    seen.code = info->si_code;
    seen.addr = (uintptr_t)info->si_addr;
    seen.pc = regs[0];
    seen.sp = regs[2];
    memcpy(seen.regs, regs, sizeof seen.regs);
    switch (what) {
    case SKIP: regs[0] += (*(uint16_t *)regs[0] & 3) == 3 ? 4 : 2; break;
    case ALLOW:
        if (mprotect((void *)(seen.addr & -PAGE), PAGE, PROT_READ | PROT_WRITE)) _exit(3);
        break;
    case LEAVE: siglongjmp(place, 1);
    case RETURN: regs[0] = regs[1]; break;
    }
}

// Each accesses what is in a0, a1 being the value, and returns what a0 holds then.
#define ACCESSES(X)                                                                                \
    X(lb, "lb a0,0(a0)") X(lbu, "lbu a0,0(a0)") X(lh, "lh a0,0(a0)") X(lhu, "lhu a0,0(a0)")        \
    X(lw, "lw a0,0(a0)") X(lwu, "lwu a0,0(a0)") X(ld, "ld a0,0(a0)") X(far, "ld a0,-2048(a0)")     \
    X(sb, "sb a1,0(a0)") X(sh, "sh a1,0(a0)") X(sw, "sw a1,0(a0)") X(sd, "sd a1,0(a0)")            \
    X(flw, "flw fa0,0(a0)") X(fld, "fld fa0,0(a0)") X(fsw, "fsw fa0,0(a0)")                        \
    X(fsd, "fsd fa0,0(a0)") X(amoadd, "amoadd.w a0,a1,(a0)") X(amoswap, "amoswap.d a0,a1,(a0)")    \
    X(amomax, "amomax.d a0,a1,(a0)") X(lr, "lr.w a0,(a0)") X(lrd, "lr.d a0,(a0)")

#define DEFINE(name, text)                                                                         \
    extern const char at_##name[];                                                                 \
    long do_##name(void *, long);                                                                  \
    asm(".text\n.globl do_" #name "\n.type do_" #name ",@function\ndo_" #name ":\n"                \
        "nop\nat_" #name ": " text "\nret\n.size do_" #name ",.-do_" #name);
ACCESSES(DEFINE)

#define ENTRY(name, text) {#name, do_##name, at_##name},
static const struct access {
    const char *name;
    long (*run)(void *, long);
    const char *at;
} accesses[] = {ACCESSES(ENTRY)};
enum { ACCESS_COUNT = sizeof accesses / sizeof *accesses };

static char *pages(int count, int prot) {
    char *at = mmap(NULL, (size_t)count * PAGE, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (at == MAP_FAILED) _exit(2);
    return at;
}

static const char *described(void) {
    static char text[64];
    const char *code = seen.signal == SIGBUS ? (seen.code == BUS_ADRALN ? "misaligned" : "?")
                       : seen.code == SEGV_MAPERR   ? "not mapped"
                       : seen.code == SEGV_ACCERR   ? "not permitted"
                                                    : "?";
    snprintf(text, sizeof text, "signal %d, %s", seen.signal, code);
    return text;
}

static void tell(const char *name, uintptr_t base, const char *at) {
    printf("  %s: %d, %s, at %ld, pc %ld\n", name, faults, described(), (long)(seen.addr - base),
           (long)(seen.pc - (uintptr_t)at));
}

// Every access, at an address that faults for some of them.
static void try_all(const char *title, char *addr) {
    printf("%s\n", title);
    what = SKIP;
    for (int i = 0; i < ACCESS_COUNT; i++) {
        const struct access *access = &accesses[i];
        faults = 0;
        void *to = addr + (strcmp(access->name, "far") ? 0 : 2048);
        long result = access->run(to, 5);
        // What is skipped leaves the address where the result would be.
        if (faults) {
            tell(access->name, (uintptr_t)addr, access->at);
            if (result != (long)to) printf("  %s returned %lx\n", access->name, result - (long)to);
        }
    }
}

static const char constants[] = "constant";

static void by_prot(void) {
    char *page = pages(3, PROT_READ | PROT_WRITE) + PAGE;
    page[8] = 42;
    try_all("may be read and written", page + 8);
    printf("  the byte is %d\n", page[8]);
    page[8] = 42;
    mprotect(page, PAGE, PROT_READ);
    try_all("may be read", page + 8);
    printf("  the byte is %d\n", page[8]);
    mprotect(page, PAGE, PROT_NONE);
    try_all("nothing is permitted", page + 8);
    mprotect(page, PAGE, PROT_WRITE);
    try_all("may be written", page + 8);
    munmap(page, PAGE);
    try_all("unmapped", page + 8);
    try_all("null", (char *)0);
    try_all("null, nearly", (char *)4088);
    try_all("code", (char *)((uintptr_t)by_prot & -8));
    try_all("constants", (char *)((uintptr_t)(constants + 7) & -8));
    try_all("beyond 32 bits", (char *)0x12345678000);
    // Its low half is a page that may be written.
    try_all("beyond 32 bits, above a page", (char *)((uintptr_t)(page - PAGE) % (1ul << 32) + (0x55ul << 32)));
}

static void by_place(void) {
    char *page = pages(4, PROT_READ | PROT_WRITE) + PAGE;
    mprotect(page + PAGE, PAGE, PROT_NONE);
    what = SKIP;
    for (int before = 1; before < 8; before++) {
        memset(page + PAGE - 8, 7, 8);
        for (int i = 0; i < ACCESS_COUNT; i++) {
            const struct access *access = &accesses[i];
            if (strchr("al", access->name[0]) && strchr("mr", access->name[1])) continue;
            if (!strcmp(access->name, "far")) continue;
            faults = 0;
            access->run(page + PAGE - before, -1);
            if (faults) {
                printf("%d before the end,", before);
                tell(access->name, (uintptr_t)(page + PAGE), access->at);
            }
        }
        int sum = 0;
        for (int i = 1; i <= 8; i++) sum = sum * 3 + page[PAGE - i];
        printf("%d before the end, sum %d\n", before, sum);
    }
    // From a page that may not be accessed into one that may.
    faults = 0;
    do_sd(page + 2 * PAGE - 4, -1);
    tell("sd", (uintptr_t)(page + 2 * PAGE), at_sd);
    printf("nothing was written: %d\n", page[2 * PAGE]);
}

static void misaligned(void) {
    char *page = pages(1, PROT_READ | PROT_WRITE);
    what = SKIP;
    for (int i = 0; i < ACCESS_COUNT; i++) {
        const struct access *access = &accesses[i];
        faults = 0;
        if (!strncmp(access->name, "amo", 3)) {
            access->run(page + 2, 1);
            tell(access->name, (uintptr_t)page, access->at);
        }
    }
}

extern const char at_sc[];
long lr_sc(int *);
asm(".text\n.globl lr_sc\n.type lr_sc,@function\nlr_sc:\n"
    "1: lr.w a1,(a0)\naddi a1,a1,1\nat_sc: sc.w a2,a1,(a0)\nbnez a2,1b\nmv a0,a1\nret\n.size lr_sc,.-lr_sc");

static void conditional(void) {
    int *page = (int *)pages(1, PROT_READ | PROT_WRITE);
    page[3] = 10;
    mprotect(page, PAGE, PROT_READ);
    what = ALLOW;
    faults = 0;
    long result = lr_sc(&page[3]);
    printf("lr and sc: %ld, %d\n", result, page[3]);
    tell("sc", (uintptr_t)page, at_sc);
}

// What collectors of garbage do: the first store to each page is noticed.
__attribute__((noinline)) static long fill(int *to, int count, int step) {
    long sum = 0;
    for (int i = 0; i < count; i += step) {
        to[i] += i;
        sum += to[i] ^ i >> 3;
    }
    return sum;
}

static void barrier(void) {
    enum { COUNT = 16 };
    int *heap = (int *)pages(COUNT, PROT_READ | PROT_WRITE);
    long before = fill(heap, COUNT * PAGE / 4, 3);
    what = ALLOW;
    faults = 0;
    for (int round = 0; round < 3; round++) {
        mprotect(heap, COUNT * PAGE, round == 1 ? PROT_NONE : PROT_READ);
        before += fill(heap + 100 * round, 5 * PAGE / 4, 1 + round);
        before += fill(heap + 9 * PAGE / 4, PAGE, 7);
        printf("pages written: %d, sum %ld\n", faults, before);
    }
}

// Code whose values live in registers of all kinds and in its callers' frames.
__attribute__((noinline)) static double deep(int depth, int *at, double scale, long salt) {
    if (depth == 0) {
        *at += 3;
        return scale * *at + salt;
    }
    long mine = salt * 31 + depth;
    double below = deep(depth - 1, at, scale * 1.5, mine ^ depth);
    return below + mine % 17 + scale;
}

static void in_the_depth(void) {
    int *page = (int *)pages(1, PROT_READ);
    what = ALLOW;
    faults = 0;
    for (int i = 0; i < 3; i++) {
        mprotect(page, PAGE, i ? PROT_READ : PROT_NONE);
        printf("deep: %.3f, %d\n", deep(5 + i, page + i, 1.25, i), faults);
    }
    what = LEAVE;
    mprotect(page, PAGE, PROT_NONE);
    for (volatile int i = 0; i < 3; i++) {
        if (sigsetjmp(place, 1) == 0) printf("not reached: %f\n", deep(4 * i, page, 1, i));
        else printf("left: %d, %s\n", faults, described());
    }
}

// All integer registers but sp, gp and tp hold numbers of their own at the load.
extern const char at_all[];
long all_registers(void *);
asm(".text\n.globl all_registers\n.type all_registers,@function\nall_registers:\n"
    "addi sp,sp,-112\nsd ra,104(sp)\nsd s0,96(sp)\nsd s1,88(sp)\nsd s2,80(sp)\nsd s3,72(sp)\nsd s4,64(sp)\n"
    "sd s5,56(sp)\nsd s6,48(sp)\nsd s7,40(sp)\nsd s8,32(sp)\nsd s9,24(sp)\nsd s10,16(sp)\nsd s11,8(sp)\n"
    "li ra,1001\nli t0,1005\nli t1,1006\nli t2,1007\nli s0,1008\nli s1,1009\n"
    "li a1,1011\nli a2,1012\nli a3,1013\nli a4,1014\nli a5,1015\nli a6,1016\nli a7,1017\n"
    "li s2,1018\nli s3,1019\nli s4,1020\nli s5,1021\nli s6,1022\nli s7,1023\nli s8,1024\nli s9,1025\n"
    "li s10,1026\nli s11,1027\nli t3,1028\nli t4,1029\nli t5,1030\nli t6,1031\n"
    "at_all: ld a0,16(a0)\n"
    "ld ra,104(sp)\nld s0,96(sp)\nld s1,88(sp)\nld s2,80(sp)\nld s3,72(sp)\nld s4,64(sp)\nld s5,56(sp)\n"
    "ld s6,48(sp)\nld s7,40(sp)\nld s8,32(sp)\nld s9,24(sp)\nld s10,16(sp)\nld s11,8(sp)\n"
    "addi sp,sp,112\nret\n.size all_registers,.-all_registers");

static void registers(void) {
    char *page = pages(1, PROT_NONE);
    what = SKIP;
    faults = 0;
    long result = all_registers(page);
    tell("registers", (uintptr_t)page, at_all);
    int wrong = result != (long)page;
    for (int i = 1; i < 32; i++) {
        if (i == 2 || i == 3 || i == 4) continue;
        unsigned long expected = i == 10 ? (unsigned long)page : 1000ul + i;
        if (seen.regs[i] != expected) printf("  x%d is %ld\n", i, seen.regs[i]), wrong++;
    }
    printf("wrong registers: %d\n", wrong);
}

static void library(void) {
    char *page = pages(4, PROT_READ | PROT_WRITE);
    static char from[3 * PAGE];
    for (int i = 0; i < 3 * PAGE; i++) from[i] = (char)(i * 7 + i / 300);
    what = ALLOW;
    for (int start = 0; start < 40; start += 13) {
        memset(page, 0, 4 * PAGE);
        mprotect(page + PAGE, PAGE, PROT_READ);
        faults = 0;
        memcpy(page + PAGE / 2 + start, from + start, 2 * PAGE);
        printf("memcpy: %d, %s, at %ld, same: %d\n", faults, described(), (long)(seen.addr - (uintptr_t)page),
               !memcmp(page + PAGE / 2 + start, from + start, 2 * PAGE) && !page[PAGE / 2 + start - 1]);
        mprotect(page + PAGE, 2 * PAGE, PROT_NONE);
        faults = 0;
        memset(page + PAGE - 5, start, PAGE + 9);
        int count = 0;
        for (int i = 0; i < 4 * PAGE; i++) count += page[i] == start && start;
        printf("memset: %d, %d\n", faults, count);
    }
    // And so do loops that are copies and fills.
    mprotect(page + PAGE, PAGE, PROT_READ);
    faults = 0;
    for (int i = 0; i < 2 * PAGE; i++) page[i + 100] = from[i];
    for (int i = 0; i < 2 * PAGE; i++) page[i + 50] = 9;
    printf("loops: %d, at %ld\n", faults, (long)(seen.addr - (uintptr_t)page));
    what = LEAVE;
    mprotect(page + PAGE, PAGE, PROT_READ);
    memset(page, 1, PAGE);
    if (sigsetjmp(place, 1) == 0) {
        for (int i = 0; i < 2 * PAGE; i++) page[i] = 2;
    }
    int written = 0;
    for (int i = 0; i < PAGE; i++) written += page[i] == 2;
    printf("written before the fault: %d\n", written);
}

// Mappings that come and go.
static void mappings(void) {
    char *page = pages(8, PROT_READ | PROT_WRITE);
    what = SKIP;
    page[2 * PAGE] = 1;
    munmap(page + 2 * PAGE, PAGE);
    faults = 0;
    do_lb(page + 2 * PAGE, 0);
    tell("hole", (uintptr_t)page, at_lb);
    mmap(page + 2 * PAGE, PAGE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
    faults = 0;
    printf("filled: %ld, %d\n", do_lb(page + 2 * PAGE, 0), faults);
    do_sb(page + 2 * PAGE, 0);
    tell("filled", (uintptr_t)page, at_sb);
    char *moved = mremap(page + 6 * PAGE, PAGE, 3 * PAGE, MREMAP_MAYMOVE);
    faults = 0;
    do_sd(moved + 2 * PAGE, 77);
    printf("moved: %ld, %d\n", do_ld(moved + 2 * PAGE, 0), faults);
    if (moved != page + 6 * PAGE) {
        do_ld(page + 6 * PAGE, 0);
        tell("moved away", (uintptr_t)page, at_ld);
    }
}

// A stack with a guard below it, used up by frames of few bytes.
static char *guard;
__attribute__((noinline)) static long endless(long depth, long more) {
    if (depth == 0) return more;
    long below = endless(depth + 1, more * 3);
    asm volatile("" : "+r"(below)); // No loop can be made of it.
    return below + more;
}
static void use_up(void) { endless(1, 1); }
void call_on(char *sp, void (*function)(void));
asm(".text\n.globl call_on\n.type call_on,@function\ncall_on:\n"
    "addi sp,sp,-16\nsd ra,8(sp)\nsd s0,0(sp)\nmv s0,sp\nmv sp,a0\njalr a1\nmv sp,s0\n"
    "ld ra,8(sp)\nld s0,0(sp)\naddi sp,sp,16\nret\n.size call_on,.-call_on");

static void guarded_stack(void) {
    guard = pages(6, PROT_READ | PROT_WRITE) + PAGE;
    mprotect(guard, PAGE, PROT_NONE);
    what = LEAVE;
    faults = 0;
    if (sigsetjmp(place, 1) == 0) call_on(guard + 5 * PAGE, use_up);
    long at = (long)(seen.addr - (uintptr_t)guard);
    printf("guard: %d, %s, %s, sp %s\n", faults, described(), at > PAGE - 64 && at < PAGE ? "at its top" : "elsewhere",
           seen.sp < (uintptr_t)guard + PAGE ? "below" : "above");
}

static void calls_of_nothing(void) {
    void (*volatile nothing)(void) = NULL;
    what = RETURN;
    faults = 0;
    nothing();
    printf("call: %d, %s, at %ld, pc %ld\n", faults, described(), (long)seen.addr, (long)seen.pc);
    char *page = pages(1, PROT_NONE);
    nothing = (void (*)(void))(page + 8);
    nothing();
    printf("call: %d, %s, at %ld, pc %ld\n", faults, described(), (long)(seen.addr - (uintptr_t)page),
           (long)(seen.pc - (uintptr_t)page));
}

// Code in memory is executed where its page permits that.
static void executed(void) {
    static const uint16_t code[] = {0x557d, 0x8082}; // li a0, -1; ret
    static const int prots[] = {PROT_READ | PROT_WRITE, PROT_READ | PROT_WRITE | PROT_EXEC, PROT_READ,
                                PROT_READ | PROT_EXEC, PROT_NONE, PROT_READ | PROT_EXEC};
    char *page = pages(2, PROT_READ | PROT_WRITE);
    memcpy(page + 16, code, sizeof code);
    what = RETURN;
    for (int round = 0; round < 3; round++) {
        for (unsigned i = 0; i < sizeof prots / sizeof *prots; i++) {
            mprotect(page, PAGE, prots[i]);
            __builtin___clear_cache(page, page + PAGE);
            long (*volatile function)(long) = (long (*)(long))(page + 16);
            faults = 0;
            long result = 0;
            for (int often = 0; often < 5; often++) result += function(often);
            printf("executed with %d: %ld, faults %d", prots[i], result, faults);
            if (faults) printf(", %s, at %ld, pc %ld", described(), (long)(seen.addr - (uintptr_t)page),
                               (long)(seen.pc - (uintptr_t)page));
            printf("\n");
        }
    }
    // An instruction of which each half is in a page of its own.
    static const uint16_t halves[] = {0x0513, 0x0015, 0x8082}; // addi a0, a0, 1; ret
    for (unsigned i = 0; i < 3 * sizeof prots / sizeof *prots; i++) {
        mprotect(page, 2 * PAGE, PROT_READ | PROT_WRITE);
        memcpy(page + PAGE - 2, halves, sizeof halves);
        int first = prots[i % (sizeof prots / sizeof *prots)], second = prots[i / 3];
        mprotect(page, PAGE, first);
        mprotect(page + PAGE, PAGE, second);
        __builtin___clear_cache(page, page + 2 * PAGE);
        long (*volatile function)(long) = (long (*)(long))(page + PAGE - 2);
        faults = 0;
        long result = 0;
        for (int often = 0; often < 5; often++) result += function(often);
        printf("halves executed with %d and %d: %ld, faults %d", first, second, result, faults);
        if (faults) printf(", %s, at %ld, pc %ld", described(), (long)(seen.addr - (uintptr_t)page),
                           (long)(seen.pc - (uintptr_t)page));
        printf("\n");
    }
    long (*volatile function)(long) = (long (*)(long))(page + 16);
    munmap(page, 2 * PAGE);
    faults = 0;
    function(1);
    printf("unmapped: faults %d, %s, at %ld\n", faults, described(), (long)(seen.addr - (uintptr_t)page));
}

// What the program was made with, in pages of its own: they lose the right and get it back.
long own_code(long x), behind_it(long x);
asm(".text\n.balign 4096\n.globl own_code\n.type own_code,@function\nown_code:\n"
    "slli a1,a0,1\nadd a0,a0,a1\naddi a0,a0,1\nret\n.size own_code,.-own_code\n.balign 4096\n"
    ".globl behind_it\n.type behind_it,@function\nbehind_it:\n"
    "slli a1,a0,2\nadd a0,a0,a1\naddi a0,a0,1\nret\n.size behind_it,.-behind_it");

static void lost_right(void) {
    long (*volatile function)(long) = own_code;
    long (*volatile other)(long) = behind_it;
    what = RETURN;
    for (int round = 0; round < 3; round++) {
        faults = 0;
        mprotect((void *)own_code, PAGE, PROT_READ);
        long result = 0;
        for (int i = 0; i < 3; i++) result += function(5) + own_code(6) + other(1);
        printf("own code, not permitted: %ld, faults %d, %s, %s\n", result, faults, described(),
               seen.addr == (uintptr_t)own_code && seen.pc == seen.addr ? "at its start" : "elsewhere");
        mprotect((void *)own_code, PAGE, PROT_READ | PROT_EXEC);
        faults = 0;
        printf("own code: %ld, faults %d\n", function(5) + own_code(6), faults);
    }
}

static void told(const char *name, long result) {
    int error = result < 0 ? errno : 0;
    printf("  %s: %ld, %s\n", name, result < 0 ? -1 : result, error ? strerror(error) : "fine");
    errno = 0;
}

// Buffers of system calls, whole in one page.
static void calls_with(const char *title, char *buffer, int file, const char *path) {
    printf("calls: %s\n", title);
    int ends[2];
    if (pipe(ends) || write(ends[1], "in the pipe", 11) != 11) _exit(4);
    told("read from a pipe", read(ends[0], buffer, 6));
    char rest[16] = {0};
    long left = read(ends[0], rest, sizeof rest);
    printf("  left in the pipe: %ld, %s\n", left, rest);
    if (write(ends[1], "x", 1) != 1) _exit(4);
    told("write to a pipe", write(ends[1], buffer, 5));
    left = read(ends[0], rest, sizeof rest);
    printf("  in the pipe: %ld\n", left);
    lseek(file, 2, SEEK_SET);
    told("read from a file", read(file, buffer, 7));
    printf("  at %ld\n", (long)lseek(file, 0, SEEK_CUR));
    told("write to a file", write(file, buffer, 3));
    printf("  at %ld\n", (long)lseek(file, 0, SEEK_CUR));
    told("pread", pread(file, buffer, 5, 1));
    struct iovec parts[2] = {{rest, 4}, {rest + 4, 4}};
    told("readv", preadv(file, parts, 2, 0));
    told("parts", preadv(file, (struct iovec *)buffer, 2, 0));
    told("stat", syscall(SYS_fstat, file, buffer + 64));
    told("name", syscall(SYS_faccessat, AT_FDCWD, buffer + 512, F_OK));
    told("path", access(path, F_OK));
    told("getcwd", syscall(SYS_getcwd, buffer, 512l) < 0 ? -1 : 0);
    told("clock", syscall(SYS_clock_gettime, (long)CLOCK_MONOTONIC, buffer));
    told("sigaction", syscall(SYS_rt_sigaction, (long)SIGUSR1, NULL, buffer, 8l));
    close(ends[0]);
    close(ends[1]);
}

static void calls(void) {
    char *page = pages(3, PROT_READ | PROT_WRITE) + PAGE;
    char path[] = "/tmp/exactfaults.XXXXXX";
    int file = mkstemp(path);
    if (file < 0 || write(file, "the file's content", 18) != 18) _exit(5);
    strcpy(page + 512, path);
    mprotect(page, PAGE, PROT_READ);
    calls_with("read only", page, file, path);
    mprotect(page, PAGE, PROT_NONE);
    calls_with("nothing", page, file, path);
    munmap(page, PAGE);
    calls_with("unmapped", page, file, path);
    // What the kernel itself does goes by no right of the program's.
    char *mapped = mmap(NULL, PAGE, PROT_NONE, MAP_SHARED, file, 0);
    told("mprotect", mprotect(mapped, PAGE, PROT_READ));
    printf("  mapped %.3s\n", mapped);
    munmap(mapped, PAGE);
    mapped = mmap(NULL, PAGE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    memcpy(mapped, "THE", 3);
    mprotect(mapped, PAGE, PROT_NONE);
    told("msync", msync(mapped, PAGE, MS_SYNC));
    char start[4] = {0};
    told("pread", pread(file, start, 3, 0));
    printf("  the file has %s\n", start);
    char *other = pages(1, PROT_READ | PROT_WRITE);
    other[5] = 55;
    mprotect(other, PAGE, PROT_NONE);
    char *moved = mremap(other, PAGE, 64 * PAGE, MREMAP_MAYMOVE);
    mprotect(moved, PAGE, PROT_READ);
    printf("  moved %d\n", moved[5]);
    told("madvise", madvise(moved, PAGE, MADV_DONTNEED));
    printf("  dropped %d\n", moved[5]);
    unlink(path);
    close(file);
}

int main(void) {
    static char own[65536];
    stack_t stack = {.ss_sp = own, .ss_size = sizeof own};
    sigaltstack(&stack, NULL);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = handler;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    sigaction(SIGSEGV, &action, NULL);
    sigaction(SIGBUS, &action, NULL);
    by_prot();
    by_place();
    misaligned();
    conditional();
    barrier();
    in_the_depth();
    registers();
    library();
    mappings();
    guarded_stack();
    calls_of_nothing();
    executed();
    calls();
    lost_right();
    // Nobody handles the last one.
    fflush(stdout);
    signal(SIGSEGV, SIG_DFL);
    what = SKIP;
    do_sw((char *)constants, 1);
    return 1;
}
