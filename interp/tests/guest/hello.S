# A whole program: recursion, memory, division and floating point, all of its
# output through one number printer. Exits with status 42.
#
# hello.elf: riscv64-linux-gnu-gcc -march=rv64gc -nostdlib -static -s -Wl,--build-id=none

    .text
    .globl _start
_start:
    .option push
    .option norelax
    la      gp, __global_pointer$
    .option pop
    la      sp, stack_end

    # The Fibonacci numbers, by double recursion.
    li      s0, 0
1:  mv      a0, s0
    call    fib
    call    print
    addi    s0, s0, 1
    li      t0, 16
    bne     s0, t0, 1b
    call    newline

    # The primes below 48, by a sieve in bytes.
    la      s1, sieve
    li      s0, 2
2:  add     t0, s1, s0
    lbu     t1, 0(t0)
    bnez    t1, 4f
    mv      a0, s0
    call    print
    slli    t2, s0, 1
    li      t3, 48
3:  bgeu    t2, t3, 4f
    add     t0, s1, t2
    sb      t3, 0(t0)
    add     t2, t2, s0
    j       3b
4:  addi    s0, s0, 1
    li      t3, 48
    bltu    s0, t3, 2b
    call    newline

    # The square root of two by Newton's method, scaled and truncated.
    la      a1, label
    li      a2, 7
    call    write
    li      t0, 2
    fcvt.d.w fa0, t0
    fmv.d   fa1, fa0
    fld     fa2, half, t0
    li      t1, 6
5:  fdiv.d  fa3, fa0, fa1
    fadd.d  fa3, fa3, fa1
    fmul.d  fa1, fa3, fa2
    addi    t1, t1, -1
    bnez    t1, 5b
    fld     fa3, scale, t0
    fmul.d  fa1, fa1, fa3
    fcvt.l.d a0, fa1, rtz
    call    print
    call    newline

    li      a0, 42
    li      a7, 93
    ecall

fib:
    li      t0, 2
    bltu    a0, t0, 6f
    addi    sp, sp, -32
    sd      ra, 24(sp)
    sd      s0, 16(sp)
    sd      s1, 8(sp)
    mv      s0, a0
    addi    a0, a0, -1
    call    fib
    mv      s1, a0
    addi    a0, s0, -2
    call    fib
    add     a0, a0, s1
    ld      ra, 24(sp)
    ld      s0, 16(sp)
    ld      s1, 8(sp)
    addi    sp, sp, 32
6:  ret

# Puts the decimal digits of a0 into the line, after a space if it has others.
print:
    la      t0, line_end
    ld      t1, 0(t0)
    la      t2, line
    beq     t1, t2, 7f
    li      t3, ' '
    sb      t3, 0(t1)
    addi    t1, t1, 1
7:  la      t4, digits_end
    mv      t5, t4
    li      t6, 10
8:  remu    t3, a0, t6
    divu    a0, a0, t6
    addi    t3, t3, '0'
    addi    t5, t5, -1
    sb      t3, 0(t5)
    bnez    a0, 8b
9:  lbu     t3, 0(t5)
    sb      t3, 0(t1)
    addi    t5, t5, 1
    addi    t1, t1, 1
    bne     t5, t4, 9b
    sd      t1, 0(t0)
    ret

# Writes the line out and begins the next.
newline:
    la      t0, line_end
    ld      t1, 0(t0)
    la      a1, line
    sd      a1, 0(t0)
    li      t3, '\n'
    sb      t3, 0(t1)
    addi    t1, t1, 1
    sub     a2, t1, a1
    # Falls through.
write:
    li      a0, 1
    li      a7, 64
    ecall
    ret

    .section .rodata
label:
    .ascii  "sqrt 2 "
    .balign 8
half:
    .double 0.5
scale:
    .double 1e15

    .data
    .balign 8
line_end:
    .dword  line

    .bss
sieve:
    .zero   48
line:
    .zero   256
digits:
    .zero   32
digits_end:
    .balign 16
stack:
    .zero   4096
stack_end:
