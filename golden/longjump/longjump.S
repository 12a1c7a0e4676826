# flags:
        .file   "longjump.S"
# setjmp and longjmp by hand: the jump goes to a place that no call or branch
# names, with a stack pointer loaded from memory, from two frames further down.

# long mark(long *place): 0 when called, later whatever leap was given.
        .globl  mark
        .type   mark, @function
mark:
        sd      ra, 0(a0)
        sd      sp, 8(a0)
        sd      s0, 16(a0)
        sd      s1, 24(a0)
        li      a0, 0
        ret
        .size   mark, .-mark

# void leap(long *place, long result): does not return.
        .globl  leap
        .type   leap, @function
leap:
        ld      ra, 0(a0)
        ld      sp, 8(a0)
        ld      s0, 16(a0)
        ld      s1, 24(a0)
        mv      a0, a1
        ret
        .size   leap, .-leap

# void descend(long depth): leaps from the bottom.
        .globl  descend
        .type   descend, @function
descend:
        addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        mv      s0, a0
        beqz    a0, .Lbottom
        addi    a0, a0, -1
        call    descend
        ld      ra, 24(sp)
        ld      s0, 16(sp)
        addi    sp, sp, 32
        ret
.Lbottom:
        la      a0, place
        li      a1, 7
        call    leap
        .size   descend, .-descend

        .globl  main
        .type   main, @function
main:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        sd      s1, 0(sp)
        li      s1, 35
        la      a0, place
        call    mark
        bnez    a0, .Lback
        li      a0, 3
        call    descend
        j       .Lleave                 # never reached
.Lback:
        add     a1, a0, s1              # s1 came back with the leap
        la      a0, name
        call    print_line
.Lleave:
        li      a0, 0
        ld      ra, 8(sp)
        ld      s1, 0(sp)
        addi    sp, sp, 16
        ret
        .size   main, .-main

        .section .rodata
name:   .string "back with"
        .bss
        .align  3
place:  .zero   32
