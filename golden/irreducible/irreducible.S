# flags:
        .file   "irreducible.S"
# The Collatz walk as a loop that is entered in two places: no structured
# language writes it, and `loop` and `if` alone cannot say it.

# long steps(long n): from an odd n the loop is entered in the middle.
        .globl  steps
        .type   steps, @function
steps:
        li      a1, 0                   # steps made
        andi    t0, a0, 1
        bnez    t0, .Lodd
.Leven:
        srai    a0, a0, 1
        addi    a1, a1, 1
        andi    t0, a0, 1
        beqz    t0, .Leven
.Lodd:
        li      t1, 1
        beq     a0, t1, .Ldone
        slli    t0, a0, 1
        add     a0, a0, t0              # 3n + 1
        addi    a0, a0, 1
        addi    a1, a1, 1
        j       .Leven
.Ldone:
        mv      a0, a1
        ret
        .size   steps, .-steps

        .globl  main
        .type   main, @function
main:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        li      a0, 27
        call    steps
        mv      a1, a0
        la      a0, odd
        call    print_line
        li      a0, 1024
        call    steps
        mv      a1, a0
        la      a0, even
        call    print_line
        li      a0, 0
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
        .size   main, .-main

        .section .rodata
odd:    .string "steps(27)"
even:   .string "steps(1024)"
