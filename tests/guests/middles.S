# Jumps from one function into the middle of another, a loop with two entries that two
# functions use, and calls of addresses that are computed: from tables of addresses, from
# tables of distances, and by strides.

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

        # From one frame into the middle of a function that has one like it.
        li      a0, 1
        call    giver
        mv      s0, a0
        li      a0, 1
        call    taker
        mv      a2, a0
        mv      a1, s0
        show    "into the middle: %ld %ld\n"

        # Both entries of a loop, from two functions.
        li      a0, 10
        call    enter_head
        mv      s0, a0
        li      a0, 10
        call    enter_tail
        mv      a2, a0
        mv      a1, s0
        show    "two entries: %ld %ld\n"

        # Calls: by addresses, by distances of 32 bits, by strides of eight bytes.
        li      s0, 0
        li      s1, 0
2:      andi    t0, s0, 3
        slli    t1, t0, 3
        lla     t2, by_address
        add     t2, t2, t1
        ld      t2, 0(t2)
        addi    a0, s1, 1
        jalr    t2
        andi    t0, s0, 3
        slli    t0, t0, 2
        lla     t2, by_distance
        add     t0, t0, t2
        lw      t0, 0(t0)
        add     t2, t2, t0
        jalr    t2
        andi    t0, s0, 3
        slli    t0, t0, 3
        lla     t2, strides
        add     t2, t2, t0
        jalr    t2
        slli    t0, s1, 5
        sub     t0, t0, s1
        add     s1, t0, a0
        addi    s0, s0, 1
        li      t0, 400
        bne     s0, t0, 2b
        mv      a1, s1
        show    "tables: %ld\n"

        li      a0, 0
        ld      ra, 40(sp)
        ld      s0, 32(sp)
        ld      s1, 24(sp)
        addi    sp, sp, 48
        ret
        .size   main, .-main

        .type   giver, @function
giver:  addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        li      s0, 70
        call    helper
        bgtz    a0, into_taker
        ld      ra, 24(sp)
        ld      s0, 16(sp)
        addi    sp, sp, 32
        ret
        .size   giver, .-giver
        .type   taker, @function
taker:  addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        li      s0, 5
        call    helper
        slli    a0, a0, 3
into_taker:
        add     a0, a0, s0
        call    helper
        add     a0, a0, s0
        ld      ra, 24(sp)
        ld      s0, 16(sp)
        addi    sp, sp, 32
        ret
        .size   taker, .-taker
helper: slli    a1, a0, 1
        add     a0, a0, a1
        addi    a0, a0, 1
        ret

enter_head:
        li      a1, 1
        j       loop_head
enter_tail:
        li      a1, 2
        j       loop_tail
loop_head:
        add     a1, a1, a0
loop_tail:
        slli    a1, a1, 1
        addi    a0, a0, -1
        bnez    a0, loop_head
        mv      a0, a1
        ret

        .balign 8
        .option push
        .option norvc
strides:
        addi    a0, a0, 3
        ret
        slli    a0, a0, 1
        ret
        xori    a0, a0, 0x155
        ret
        srli    a0, a0, 3
        ret
        .option pop

        .section .data.rel.ro, "aw"
        .align  3
by_address:
        .dword  strides, strides + 8, helper, strides + 16
        .section .rodata
        .align  2
by_distance:
        .word   helper - by_distance, strides + 24 - by_distance
        .word   strides + 16 - by_distance, strides - by_distance
        .section .note.GNU-stack, "", @progbits
