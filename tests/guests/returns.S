# Returns to other places than behind the call: past arguments that stand in the code,
# to an address that the function has changed, further out than its caller, by a push
# and a `ret` in place of a jump, and around what a processor would guess (a retpoline).

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
        addi    sp, sp, -32
        sd      ra, 24(sp)
        sd      s0, 16(sp)
        sd      s1, 8(sp)

        # The argument stands behind the call; so it was done before there were registers.
        li      s1, 0
        li      s0, 3
1:      call    add_inline
        .half   1000
        call    add_inline
        .half   -1
        call    print_inline
        .string "inline: %ld.\n"
        addi    s0, s0, -1
        bnez    s0, 1b

        # Skips as many instructions as it is told.
        li      s1, 0
        li      s0, 0
2:      mv      a0, s0
        call    skip
        .option push
        .option norvc
        addi    s1, s1, 1
        addi    s1, s1, 10
        addi    s1, s1, 100
        addi    s1, s1, 1000
        .option pop
        addi    s0, s0, 1
        li      a0, 5
        bne     s0, a0, 2b
        mv      a1, s1                  # 1111 + 1110 + 1100 + 1000 = 4321
        show    "skipped: %ld\n"

        # Saves ra, and changes what it has saved.
        li      s1, 1
        call    elsewhere
        li      s1, 0                   # never
changed:
        slli    s1, s1, 4
        mv      a1, s1                  # 16
        show    "changed: %ld\n"

        # The same through a pointer.
        lla     t1, astray
        li      s1, 3
        jalr    t1
        .half   0x4481                  # li s1, 0: passed over
        mv      a1, s1                  # 3
        show    "through a pointer: %ld\n"

        # Over the head of its caller, which returns nothing more.
        li      a0, 41
        call    caller
        mv      a1, a0                  # 42
        show    "over its caller: %ld\n"

        # A jump by a return, through an address on the stack.
        li      a0, 5
        lla     t1, pushed
        sd      t1, -8(sp)
        ld      ra, -8(sp)
        ret
pushed: addi    a1, a0, 1               # 6
        show    "pushed: %ld\n"

        # A chain of returns: each function returns to the next one.
        li      a0, 1
        addi    sp, sp, -32
        lla     t1, chain_twice
        sd      t1, 0(sp)
        lla     t1, chain_three
        sd      t1, 8(sp)
        lla     t1, chain_end
        sd      t1, 16(sp)
        ld      ra, 0(sp)
        addi    sp, sp, 8
        ret
chain_end:
        addi    sp, sp, 8
        mv      a1, a0                  # 1 * 2 + 3 = 5
        show    "chain: %ld\n"

        # A retpoline: a call whose return address is replaced by the target.
        li      s0, 1000
        li      s1, 0
3:      lla     t1, targets
        andi    t2, s0, 3
        slli    t2, t2, 3
        add     t1, t1, t2
        ld      t1, 0(t1)
        mv      a0, s0
        call    retpoline
        add     s1, s1, a0
        addi    s0, s0, -1
        bnez    s0, 3b
        mv      a1, s1
        show    "retpoline: %ld\n"

        li      a0, 0
        ld      ra, 24(sp)
        ld      s0, 16(sp)
        ld      s1, 8(sp)
        addi    sp, sp, 32
        ret
        .size   main, .-main

add_inline:
        lh      a0, 0(ra)
        add     s1, s1, a0
        addi    ra, ra, 2
        ret

# The text behind the call has an even length with its zero.
print_inline:
        addi    sp, sp, -16
        sd      s0, 0(sp)
        mv      a0, ra
        mv      s0, ra
1:      lbu     a1, 0(s0)
        addi    s0, s0, 1
        bnez    a1, 1b
        sd      s0, 8(sp)
        mv      a1, s1
        call    printf
        ld      s0, 0(sp)
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

skip:   slli    a0, a0, 2
        add     ra, ra, a0
        jr      ra

elsewhere:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        lla     a0, changed
        sd      a0, 8(sp)
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret

astray: addi    ra, ra, 2
        ret

caller: addi    sp, sp, -16
        sd      ra, 8(sp)
        call    over
        li      a0, 0                   # never
        ld      ra, 8(sp)
        addi    sp, sp, 16
        ret
over:   addi    a0, a0, 1
        ld      ra, 8(sp)               # the caller's
        addi    sp, sp, 16
        ret

chain_twice:
        slli    a0, a0, 1
        ld      ra, 0(sp)
        addi    sp, sp, 8
        ret
chain_three:
        addi    a0, a0, 3
        ld      ra, 0(sp)
        addi    sp, sp, 8
        ret

retpoline:
        addi    sp, sp, -16
        sd      ra, 8(sp)
        call    2f
1:      fence                           # where a processor would go on by mistake
        j       1b
2:      mv      ra, t1
        ld      t2, 8(sp)
        addi    sp, sp, 16
        ret
target_add:
        addi    a0, a0, 100
        jr      t2
target_twice:
        slli    a0, a0, 1
        jr      t2
target_not:
        not     a0, a0
        jr      t2

        .section .data.rel.ro, "aw"
        .align  3
targets:
        .dword  target_add, target_twice, target_not, target_add
        .section .note.GNU-stack, "", @progbits
