# Executes single instructions on operands from standard input and writes what
# they did to standard output: a guest for comparing one machine with another.
#
# A request is five doublewords: row of the table, frm, and the values a, b, c.
# The row finds a in a0 and fa0, b in a1 and fa1, c in a2 and fa2 and in the
# scratch doubleword at t0 and sp. A reply is four doublewords: a0, fa0, fflags and
# the scratch doubleword. Ends with status 0 at the end of input, 1 on an error.
#
# Link with -Ttext=0x10000: the table is the first thing there. It ends with a
# row of zeros.

.macro row insn:vararg
    .balign 16
    \insn
    ret
.endm

.macro rows2 insns:vararg
    .irp op, \insns
    row \op a0, a0, a1
    .endr
.endm

.macro shifts amount, insns:vararg
    .irp op, \insns
    row \op a0, a0, \amount
    .endr
.endm

.macro modes insn, operands:vararg
    row \insn \operands
    row \insn \operands, rne
    row \insn \operands, rtz
    row \insn \operands, rdn
    row \insn \operands, rup
    row \insn \operands, rmm
.endm

# In nested repetitions the outer one would glue the inner one's names together.
.macro fp_modes op, format, operands:vararg
    modes \op\().\format \operands
.endm

.macro fp_row op, format, operands:vararg
    row \op\().\format \operands
.endm

    .text
    .option norvc
    .balign 16
table:
    rows2 add, sub, sll, slt, sltu, xor, srl, sra, or, and
    rows2 addw, subw, sllw, srlw, sraw
    rows2 mul, mulh, mulhsu, mulhu, div, divu, rem, remu
    rows2 mulw, divw, divuw, remw, remuw
    rows2 add.uw, sh1add, sh2add, sh3add, sh1add.uw, sh2add.uw, sh3add.uw
    rows2 andn, orn, xnor, max, maxu, min, minu, rol, ror, rolw, rorw
    rows2 bclr, bext, binv, bset
    shifts 0, slli, srli, srai, slliw, srliw, sraiw, rori, roriw, slli.uw
    shifts 0, bclri, bexti, binvi, bseti
    shifts 31, slli, srli, srai, slliw, srliw, sraiw, rori, roriw, slli.uw
    shifts 31, bclri, bexti, binvi, bseti
    shifts 63, slli, srli, srai, rori, slli.uw, bclri, bexti, binvi, bseti
    shifts -1, addi, slti, sltiu, xori, ori, andi, addiw
    shifts 2047, addi, slti, sltiu, xori, ori, andi, addiw
    shifts -2048, addi, slti, sltiu, xori, ori, andi, addiw
    .irp op, clz, ctz, cpop, clzw, ctzw, cpopw, sext.b, sext.h, zext.h, orc.b, rev8
    row \op a0, a0
    .endr
    row lui a0, 0x80000
    row lui a0, 0x7ffff
    row auipc a0, 0xfffff

    # Memory: the scratch doubleword, misaligned too.
    .irp op, lb, lh, lw, ld, lbu, lhu, lwu, sb, sh, sw, sd
    row \op a0, 0(t0)
    .endr
    .irp op, lb, lh, lw, lbu, lhu, lwu, sb, sh, sw
    row \op a0, 3(t0)
    .endr
    .irp op, flw, fld, fsw, fsd
    row \op fa0, 0(t0)
    .endr
    .irp op, swap, add, xor, and, or, min, max, minu, maxu
    row amo\op\().w a0, a1, (t0)
    row amo\op\().d a0, a1, (t0)
    row amo\op\().w.aqrl a1, a1, (t0)
    row amo\op\().d.aqrl zero, a1, (t0)
    .endr
    .irp w, w, d
    row lr.\w a0, (t0)
    row sc.\w a0, a1, (t0)
    .balign 16
    lr.\w a2, (t0)
    sc.\w a0, a1, (t0)
    ret
    .balign 16
    lr.\w a2, (t0)
    sc.\w a2, a1, (t0)
    sc.\w a0, a0, (t0)
    ret
    .balign 16
    lr.\w a2, (t0)
    sw a0, 0(t0)
    sc.\w a0, a1, (t0)
    ret
    .endr

    # Branches: over an instruction that shows whether it ran.
    .irp op, beq, bne, blt, bge, bltu, bgeu
    .balign 16
    \op a0, a1, . + 8
    addi a0, a0, 1
    ret
    .endr
    # A jump whose target register is also its link register.
    .balign 16
    auipc a0, 0
    jalr a0, 13(a0)
    addi a0, a0, 1
    ret

    # CSRs.
    row csrrw a0, fcsr, a0
    row csrrs a0, fcsr, a0
    row csrrc a0, frm, a0
    row csrrw a0, fflags, a1
    row csrrwi a0, fcsr, 31
    row csrrsi a0, fflags, 21
    row csrrci a0, frm, 5
    row csrrs a0, fcsr, zero

    # Compressed forms.
    .option rvc
    .irp op, c.add, c.sub, c.and, c.or, c.xor, c.addw, c.subw
    row \op a0, a1
    .endr
    row c.slli a0, 63
    row c.srli a0, 33
    row c.srai a0, 1
    row c.addi a0, -32
    row c.addiw a0, 31
    row c.andi a0, -17
    row c.li a0, -32
    row c.lui a0, 0xfffe1
    row c.mv a0, a1
    row c.addi4spn a0, sp, 16
    .irp op, lw, ld, sw, sd
    row c.\op\()sp a0, 0(sp)
    .balign 16
    c.mv a2, t0
    c.\op a0, 0(a2)
    ret
    .endr
    .irp op, fld, fsd
    row c.\op\()sp fa0, 0(sp)
    .balign 16
    c.mv a2, t0
    c.\op fa0, 0(a2)
    ret
    .endr
    .irp op, c.beqz, c.bnez
    .balign 16
    \op a0, . + 4
    c.addi a0, 1
    ret
    .endr
    .balign 16
    c.j . + 4
    c.addi a0, 1
    ret
    .balign 16
    auipc a0, 0
    c.addi a0, 10
    c.jr a0
    c.addi a0, 1
    ret
    .option norvc

    # Floating point.
    .irp f, s, d
    .irp op, fadd, fsub, fmul, fdiv
    fp_modes \op, \f, fa0, fa0, fa1
    .endr
    .irp op, fmadd, fmsub, fnmadd, fnmsub
    fp_modes \op, \f, fa0, fa0, fa1, fa2
    .endr
    modes fsqrt.\f fa0, fa0
    .irp int, w, wu, l, lu
    fp_modes fcvt.\int, \f, a0, fa0
    .endr
    .irp op, fsgnj, fsgnjn, fsgnjx, fmin, fmax
    fp_row \op, \f, fa0, fa0, fa1
    .endr
    .irp op, feq, flt, fle
    fp_row \op, \f, a0, fa0, fa1
    .endr
    row fclass.\f a0, fa0
    .irp int, l, lu
    fp_modes fcvt.\f, \int, fa0, a0
    .endr
    .endr
    modes fcvt.s.d fa0, fa0
    modes fcvt.s.w fa0, a0
    modes fcvt.s.wu fa0, a0
    row fcvt.d.s fa0, fa0
    row fcvt.d.w fa0, a0
    row fcvt.d.wu fa0, a0
    row fmv.x.w a0, fa0
    row fmv.w.x fa0, a1
    row fmv.x.d a0, fa0
    row fmv.d.x fa0, a1
    .balign 16
    .quad 0, 0

    .option rvc
    .globl _start
_start:
    la      s0, requests
    la      s1, replies
    la      s2, table
    la      s3, scratch
    mv      sp, s3              # no row uses a stack, some read at sp
next_batch:
    # Fill the request buffer: a pipe may give it piecemeal.
    li      s4, 0
fill:
    li      a0, 0
    add     a1, s0, s4
    li      a2, 40 * 1024
    sub     a2, a2, s4
    beqz    a2, filled
    li      a7, 63              # read
    ecall
    bltz    a0, failed
    beqz    a0, filled
    add     s4, s4, a0
    j       fill
filled:
    beqz    s4, finished
    add     s4, s4, s0          # end of requests
    mv      s5, s0
    mv      s6, s1
each_request:
    ld      t1, 0(s5)
    slli    t1, t1, 4
    add     t1, t1, s2
    ld      t2, 8(s5)
    ld      a0, 16(s5)
    ld      a1, 24(s5)
    ld      a2, 32(s5)
    mv      t0, s3
    sd      a2, 0(t0)
    fmv.d.x fa0, a0
    fmv.d.x fa1, a1
    fmv.d.x fa2, a2
    slli    t2, t2, 5
    fscsr   t2
    jalr    t1
    frflags t2
    fscsr   zero
    ld      t3, 0(s3)
    sd      a0, 0(s6)
    fsd     fa0, 8(s6)
    sd      t2, 16(s6)
    sd      t3, 24(s6)
    addi    s5, s5, 40
    addi    s6, s6, 32
    bltu    s5, s4, each_request
    mv      s7, s1
drain:
    li      a0, 1
    mv      a1, s7
    sub     a2, s6, s7
    beqz    a2, next_batch
    li      a7, 64              # write
    ecall
    blez    a0, failed
    add     s7, s7, a0
    j       drain
failed:
    li      a0, 1
    j       leave
finished:
    li      a0, 0
leave:
    li      a7, 93              # exit
    ecall
    unimp

    .bss
    .balign 16
scratch:
    .zero   16
requests:
    .zero   40 * 1024
replies:
    .zero   32 * 1024
