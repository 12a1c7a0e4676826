# Jumps by one table from two places, where the index comes scaled on two ways.
# The table's last entry is another function, which no compiler makes: what
# follows comes back in the middle of main.

        .text
        .globl  main
        .type   main, @function
main:
        addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        li      s0, 0

        lla     a0, inside
        li      a1, 0
        call    choose
        add     s0, s0, a0              # 1 + 10 + 1 = 12
        lla     a0, inside
        li      a1, 1
        call    choose
        add     s0, s0, a0              # + 10 + 10 + 1 = 33
        lla     a0, outside
        li      a1, 0
        call    choose
        add     s0, s0, a0              # + 1 + 1000 = 1034

        lla     a0, format
        mv      a1, s0
        call    printf
        li      a0, 0
        ld      ra, 24(sp)
        ld      s0, 16(sp)
        addi    sp, sp, 32
        ret
        .size   main, .-main

# a0: the places to go to, a byte each. a1: whether the first is to be `ten`.
choose:
        li      a2, 0
        lla     a3, places
        lbu     a4, 0(a0)
        bnez    a1, .Lskip
        slli    a4, a4, 3
.Lgo:   add     a4, a4, a3
        ld      a4, 0(a4)
        jr      a4
.Lskip: li      a4, 8
        j       .Lgo
.Lone:  addi    a2, a2, 1
        addi    a0, a0, 1
        lbu     a4, 0(a0)
        slli    a4, a4, 3
        add     a4, a4, a3
        ld      a4, 0(a4)
        jr      a4
.Lten:  addi    a2, a2, 10
        addi    a0, a0, 1
        lbu     a4, 0(a0)
        slli    a4, a4, 3
        j       .Lgo
.Lend:  mv      a0, a2
        ret

thousand:
        li      a0, 1000
        add     a0, a0, a2
        ret

        .section .rodata
format: .string "%ld\n"
inside: .byte   0, 1, 0, 2
outside:
        .byte   0, 3
        .section .data.rel.ro, "aw"
        .align  3
places: .dword  .Lone, .Lten, .Lend, thousand

        .section .note.GNU-stack, "", @progbits
