# Subroutines that are not called through ra: links in t0 and t1, by jal and by jalr,
# leaves and others, nested, recursive with a stack of their own, and coroutines that
# swap their links.

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

        # A leaf by `jal t0`, and by `jalr t0` from a table.
        li      a0, 7
        jal     t0, triple
        lla     s0, routines
        ld      t1, 0(s0)
        jalr    t0, t1
        ld      t1, 8(s0)
        jalr    t0, 0(t1)
        mv      a1, a0                  # (7 * 3 * 3 + 5) = 68
        show    "leaves: %ld\n"

        # The target is in the register that takes the link.
        li      a0, 2
        lla     t0, triple
        jalr    t0, t0
        lla     t0, plus_five
        jalr    t0, 0(t0)
        mv      a1, a0                  # 2 * 3 + 5 = 11
        show    "same register: %ld\n"

        # A subroutine that calls others by other links, and by ra.
        li      a0, 10
        jal     t0, outer
        mv      a1, a0
        show    "outer: %ld\n"

        # A recursive one, linked by t0, with its links on the stack.
        li      a0, 20
        jal     t0, sum_to
        mv      s1, a0                  # 210
        li      a0, 1000
        jal     t0, sum_to
        add     a1, s1, a0              # + 500500
        show    "sums: %ld\n"

        # Through t2, an ordinary register for jalr's hints.
        li      a0, 6
        lla     t1, square
        jalr    t2, t1
        mv      a1, a0                  # 36
        show    "t2: %ld\n"

        # Many calls from a loop, by turns through ra and t0.
        li      s0, 100000
        li      s1, 0
        li      s2, 1
1:      mv      a0, s2
        jal     t0, mixed
        mv      s2, a0
        andi    a0, s0, 63
        call    ordinary
        add     s1, s1, a0
        addi    s0, s0, -1
        bnez    s0, 1b
        mv      a1, s1
        mv      a2, s2
        show    "loop: %ld %ld\n"

        # Coroutines: `jalr t0, t0` goes on where the other one stopped.
        li      a0, 0
        li      a1, 5
        lla     t0, other
        jalr    t0, t0
2:      slli    a0, a0, 1
        jalr    t0, t0
        addi    a1, a1, -1
        bnez    a1, 2b
        mv      a1, a0
        show    "coroutines: %ld\n"

        li      a0, 0
        ld      ra, 40(sp)
        ld      s0, 32(sp)
        ld      s1, 24(sp)
        ld      s2, 16(sp)
        addi    sp, sp, 48
        ret
        .size   main, .-main

triple: slli    t1, a0, 1
        add     a0, a0, t1
        jr      t0
plus_five:
        addi    a0, a0, 5
        jr      t0
square: mul     a0, a0, a0
        jr      t2

# Calls a leaf by t1, and a C-like function by ra, whose value is nobody's here.
outer:  addi    sp, sp, -32
        sd      t0, 24(sp)
        sd      ra, 16(sp)
        jal     t1, inner
        jal     t0, triple
        call    ordinary
        jal     t1, inner
        ld      ra, 16(sp)
        ld      t0, 24(sp)
        addi    sp, sp, 32
        jr      t0
inner:  xori    a0, a0, 0x55
        jr      t1

ordinary:
        slli    a1, a0, 3
        sub     a0, a1, a0
        ret

sum_to: bnez    a0, 1f
        jr      t0
1:      addi    sp, sp, -16
        sd      t0, 8(sp)
        sd      a0, 0(sp)
        addi    a0, a0, -1
        jal     t0, sum_to
        ld      a1, 0(sp)
        ld      t0, 8(sp)
        addi    sp, sp, 16
        add     a0, a0, a1
        jr      t0

# Keeps its link in a register that the leaf leaves alone.
mixed:  mv      t3, t0
        jal     t0, triple
        addi    a0, a0, 1
        jr      t3

# The other side of the coroutine: adds one, two, three and so on.
other:  li      a2, 1
1:      add     a0, a0, a2
        addi    a2, a2, 1
        jalr    t0, t0
        j       1b

        .section .data.rel.ro, "aw"
        .align  3
routines:
        .dword  triple, plus_five
        .section .note.GNU-stack, "", @progbits
