# Code that is two things at once: instructions in the middle of others, and functions
# that overlap or share their ends.

        .macro  show text
        .pushsection .rodata
9:      .string "\text"
        .popsection
        lla     a0, 9b
        call    printf
        .endm

        .text
        .globl  main
        .type   main, @function
main:
        addi    sp, sp, -48
        sd      ra, 40(sp)
        sd      s0, 32(sp)
        sd      s1, 24(sp)
        sd      s2, 16(sp)

        # Into the upper half of an instruction: `lui t1, 0x05050` holds `c.addi a0, 1`.
        li      a0, 10
        call    whole
        mv      s0, a0                  # 10
        li      a0, 10
        call    whole + 2
        add     a1, s0, a0              # + 11 = 21
        show    "half: %ld\n"

        # The same bytes read at two phases, which meet again at the end.
        li      a0, 0
        call    phases
        mv      s0, a0
        li      a0, 0
        call    phases + 2
        mv      a2, a0
        mv      a1, s0
        show    "phases: %ld %ld\n"

        # By turns, a thousand times, through a register.
        li      s0, 1000
        li      s1, 0
        lla     s2, phases
1:      andi    t0, s0, 1
        slli    t0, t0, 1
        add     t0, t0, s2
        mv      a0, s1
        jalr    t0
        mv      s1, a0
        addi    s0, s0, -1
        bnez    s0, 1b
        mv      a1, s1
        show    "by turns: %ld\n"

        # A return in the middle of an instruction.
        li      a0, 3
        call    early + 2
        mv      s0, a0                  # 3
        li      a0, 3
        call    early
        add     a1, s0, a0              # + 103 = 106
        show    "early: %ld\n"

        # Functions with a common end, and one whose symbol covers another.
        li      a0, 6
        call    longer
        mv      s0, a0                  # 6 * 4 + 6 + 1 = 31
        li      a0, 6
        call    shorter
        add     s0, s0, a0              # + 6 * 2 + 6 + 1 = 19: 50
        li      a0, 6
        call    covered
        add     s0, s0, a0              # + 6 + 1 = 57
        li      a0, 6
        call    falling
        add     a1, s0, a0              # + 5 * 4 + 5 + 1 = 26: 83
        show    "shared: %ld\n"

        li      a0, 0
        ld      ra, 40(sp)
        ld      s0, 32(sp)
        ld      s1, 24(sp)
        ld      s2, 16(sp)
        addi    sp, sp, 48
        ret
        .size   main, .-main

        .balign 4
        .option push
        .option norvc
whole:  .word   0x05050337              # lui t1, 0x05050 | c.addi a0, 1
        ret

# lui t1, 0x05b75; lui t2, 0x05050; addi a0, a0, 2
#   lui a1, 0x03b70 (its upper half is the lower one of `lui t2`); c.addi a0, 1; the same
        .balign 4
phases: .half   0x5337, 0x05b7          # lui t1, 0x05b75
        .half   0x03b7, 0x0505          # lui t2, 0x05050
        addi    a0, a0, 2
        ret

        .balign 4
early:  .word   0x80820337              # lui t1, 0x80820 | c.jr ra
        addi    a0, a0, 100
        ret
        .option pop

        .type   longer, @function
        .type   shorter, @function
        .type   covered, @function
longer: slli    a1, a0, 2
        j       common
        .type   falling, @function
falling:
        addi    a0, a0, -1
        slli    a1, a0, 2
        j       common
        .size   falling, .-falling
shorter:
        slli    a1, a0, 1
common: add     a1, a1, a0
        j       2f
covered:
        mv      a1, a0
2:      addi    a0, a1, 1
        ret
        .size   longer, .-longer
        .size   shorter, .-shorter
        .size   covered, .-covered

        .section .note.GNU-stack, "", @progbits
