# Code that no compiler writes: several entries into one body, a link through t0,
# a jump into the middle of a function, addresses computed by hand, data among
# code, compressed and full instructions overlapping.
# The address in the code wants a relocation there, which musl does not make:
# except: pie

        .text
        .globl  main
        .type   main, @function
main:
        addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        sd      s1, 8(sp)
        li      s0, 0

        # Two entries: the second skips the first's doubling.
        li      a0, 5
        call    double_then_add
        add     s0, s0, a0              # 5 * 2 + 3 = 13
        li      a0, 5
        call    just_add
        add     s0, s0, a0              # + 8 = 21

        # A helper called by t0, as millicode is.
        li      a0, 10
        jal     t0, triple
        add     s0, s0, a0              # + 30 = 51

        # A call through a register with a displacement.
        lla     t1, table_of_code - 4
        jalr    ra, 4(t1)
        add     s0, s0, a0              # + 100 = 151

        # rd = rs1: the target is read before the link is written.
        lla     ra, link_target
        jalr    ra, 0(ra)
        add     s0, s0, a0              # + 1000 = 1151

        # An address loaded from data among the code.
        ld      t1, inline_data
        jalr    t1
        add     s0, s0, a0              # + 10000 = 11151

        # A loop whose body is entered by a computed jump, Duff's way.
        li      a0, 0
        li      a1, 11                  # additions to make
        andi    t0, a1, 3
        li      t1, 4
        sub     t0, t1, t0
        andi    t0, t0, 3
        slli    t0, t0, 2               # each addition is four bytes long
        lla     t1, .Lbody
        add     t1, t1, t0
        addi    a1, a1, 3
        srli    a1, a1, 2
        jr      t1
        .option push
        .option norvc
.Lbody: addi    a0, a0, 1
        addi    a0, a0, 1
        addi    a0, a0, 1
        addi    a0, a0, 1
        .option pop
        addi    a1, a1, -1
        bnez    a1, .Lbody
        add     s0, s0, a0              # + 11 = 11162

        # Jump over data that looks like code.
        j       .Lover
        .word   0xffffffff
        .half   0
.Lover:
        lla     a0, format
        mv      a1, s0
        call    printf
        li      a0, 0
        ld      ra, 24(sp)
        ld      s0, 16(sp)
        ld      s1, 8(sp)
        addi    sp, sp, 32
        ret
        .size   main, .-main

        .align  3
inline_data:
        .dword  ten_thousand

double_then_add:
        slli    a0, a0, 1
just_add:
        addi    a0, a0, 3
        ret

triple:
        slli    t1, a0, 1
        add     a0, a0, t1
        jr      t0

table_of_code:
        li      a0, 100
        ret

link_target:
        li      a0, 1000
        jr      ra

ten_thousand:
        li      a0, 10000
        ret

        .section .rodata
format: .string "%ld\n"
        .section .note.GNU-stack, "", @progbits
