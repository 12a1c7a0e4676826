//! The 16-bit instructions: one row each, expanded to a 32-bit instruction.
//!
//! A row is `"mnemonic" match mask [if condition] => expansion;`. A half is that
//! form if `half & mask == match`; if then the condition fails, the encoding is
//! reserved. Rows are tried in order, which matters where one form is carved
//! out of another: `c.addi16sp` out of `c.lui`, `c.jr` out of `c.mv`, `c.ebreak`
//! out of `c.jalr` and both out of `c.add`. Source: specification, "C"
//! extension, "RVC Instruction Set Listings" for RV64.
//!
//! Hints expand like everything else: `c.addi` by 0, or any form that writes
//! x0, is a base instruction without effect. A half with the low bits 11 is the
//! start of a 32-bit word and has no row.

use crate::format::{B, FLoad, FStore, I, J, R, S, Shift, U};
use crate::reg::{F, X};
use crate::table::Inst;

/// One row of the table, for decoding and for sweeps.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The assembler's name, such as `c.addi`.
    pub name: &'static str,
    /// The bits that a half must have where `mask` is set.
    pub bits: u16,
    /// Which bits of a half select this form.
    pub mask: u16,
    /// The instruction that a matching half stands for; `None` if reserved.
    pub expand: fn(u16) -> Option<Inst>,
}

/// The 32-bit instruction that `half` stands for, or `None` if the encoding is
/// reserved, or if its low bits are 11 and so it is no compressed instruction.
pub fn expand(half: u16) -> Option<Inst> {
    row(half).and_then(|row| (row.expand)(half))
}

/// The row that `half` matches. The encoding may still be reserved.
pub fn row(half: u16) -> Option<&'static Row> {
    let class = class(half);
    let rows = &ALL[usize::from(START[class])..usize::from(START[class + 1])];
    rows.iter().find(|row| half & row.mask == row.bits)
}

/// `ALL[START[n]..START[n + 1]]` are the rows of [`class`] n: the table has them in the
/// order of classes.
const START: [u8; CLASSES + 1] = index_rows();

const CLASSES: usize = 4 * 8;

/// The quadrant (bits 1 and 0) and the function field (bits 15 to 13) of a half.
const fn class(half: u16) -> usize {
    ((half & 3) << 3 | half >> 13) as usize
}

const fn index_rows() -> [u8; CLASSES + 1] {
    assert!(ALL.len() < 256);
    let mut start = [0; CLASSES + 1];
    let (mut row, mut class_before) = (0, 0);
    while row < ALL.len() {
        assert!(ALL[row].mask & 0xe003 == 0xe003, "a row has one class");
        let class = class(ALL[row].bits);
        assert!(class_before <= class, "rows are in the order of classes");
        start[class + 1] = row as u8 + 1;
        class_before = class;
        row += 1;
    }
    let mut class = 0;
    while class < CLASSES {
        if start[class + 1] < start[class] {
            start[class + 1] = start[class];
        }
        class += 1;
    }
    start
}

/// The value of `half[lo + len - 1 : lo]`.
const fn bits(half: u16, lo: u32, len: u32) -> u32 {
    (half as u32 >> lo) & ((1 << len) - 1)
}

/// Gathers an immediate: each `(lo, len, to)` moves `half[lo + len - 1 : lo]`
/// to bit `to`.
fn gather(half: u16, pieces: &[(u32, u32, u32)]) -> i64 {
    pieces.iter().fold(0, |sum, &(lo, len, to)| sum | i64::from(bits(half, lo, len)) << to)
}

/// The low `len` bits of `value`, sign-extended.
const fn sext(value: i64, len: u32) -> i64 {
    value << (64 - len) >> (64 - len)
}

/// The full-width register field at bit 7: rd, and rs1 in two-operand forms.
fn rd(half: u16) -> X {
    X::new(bits(half, 7, 5) as u8)
}

/// The full-width register field at bit 2.
fn rs2(half: u16) -> X {
    X::new(bits(half, 2, 5) as u8)
}

/// The three-bit field at bit 7, for x8 to x15: rs1′, and rd′ in two-operand forms.
fn rs1p(half: u16) -> X {
    X::new(8 + bits(half, 7, 3) as u8)
}

/// The three-bit field at bit 2, for x8 to x15: rs2′, and rd′ of loads.
fn rs2p(half: u16) -> X {
    X::new(8 + bits(half, 2, 3) as u8)
}

/// The six-bit signed immediate of the CI format.
fn imm6(half: u16) -> i64 {
    sext(gather(half, &[(12, 1, 5), (2, 5, 0)]), 6)
}

fn shamt(half: u16) -> u32 {
    (bits(half, 12, 1) << 5) | bits(half, 2, 5)
}

fn imm_addi4spn(half: u16) -> i64 {
    gather(half, &[(7, 4, 6), (11, 2, 4), (5, 1, 3), (6, 1, 2)])
}

fn imm_addi16sp(half: u16) -> i64 {
    sext(gather(half, &[(12, 1, 9), (3, 2, 7), (5, 1, 6), (2, 1, 5), (6, 1, 4)]), 10)
}

/// Offset of `c.lw` and `c.sw`.
fn imm_w(half: u16) -> i64 {
    gather(half, &[(5, 1, 6), (10, 3, 3), (6, 1, 2)])
}

/// Offset of `c.ld`, `c.sd`, `c.fld` and `c.fsd`.
fn imm_d(half: u16) -> i64 {
    gather(half, &[(5, 2, 6), (10, 3, 3)])
}

fn imm_lwsp(half: u16) -> i64 {
    gather(half, &[(2, 2, 6), (12, 1, 5), (4, 3, 2)])
}

fn imm_ldsp(half: u16) -> i64 {
    gather(half, &[(2, 3, 6), (12, 1, 5), (5, 2, 3)])
}

fn imm_swsp(half: u16) -> i64 {
    gather(half, &[(7, 2, 6), (9, 4, 2)])
}

fn imm_sdsp(half: u16) -> i64 {
    gather(half, &[(7, 3, 6), (10, 3, 3)])
}

fn imm_b(half: u16) -> i64 {
    sext(gather(half, &[(12, 1, 8), (5, 2, 6), (2, 1, 5), (10, 2, 3), (3, 2, 1)]), 9)
}

fn imm_j(half: u16) -> i64 {
    const PIECES: &[(u32, u32, u32)] =
        &[(12, 1, 11), (8, 1, 10), (9, 2, 8), (6, 1, 7), (7, 1, 6), (2, 1, 5), (11, 1, 4), (3, 3, 1)];
    sext(gather(half, PIECES), 12)
}

fn fs2p(half: u16) -> F {
    F::new(rs2p(half).index() as u8)
}

/// `op rd′, rd′, rs2′`.
fn two(half: u16) -> R {
    R { rd: rs1p(half), rs1: rs1p(half), rs2: rs2p(half) }
}

/// `op rd, rd, imm6`.
fn ci(half: u16) -> I {
    I { rd: rd(half), rs1: rd(half), imm: imm6(half) }
}

/// `shift rd′, rd′, shamt`.
fn cb_shift(half: u16) -> Shift {
    Shift { rd: rs1p(half), rs1: rs1p(half), shamt: shamt(half) }
}

fn cb(half: u16) -> B {
    B { rs1: rs1p(half), rs2: X::ZERO, offset: imm_b(half) }
}

macro_rules! compressed {
    ($h:ident; $($name:literal $bits:literal $mask:literal $(if $ok:expr)? => $variant:ident $(($ops:expr))?;)*) => {
        /// Every row of the table, in the order in which they are tried.
        pub const ALL: &[Row] = &[$(Row {
            name: $name,
            bits: $bits,
            mask: $mask,
            expand: |$h| {
                // `c.ebreak` has no field to read.
                let _: u16 = $h;
                $(if !$ok { return None; })?
                Some(Inst::$variant $(($ops))?)
            },
        },)*];
    };
}

compressed! { h;
    // Quadrant 0. funct3 100 is reserved (Zcb lives there).
    "c.addi4spn" 0x0000 0xe003 if imm_addi4spn(h) != 0
        => Addi(I { rd: rs2p(h), rs1: X::SP, imm: imm_addi4spn(h) });
    "c.fld" 0x2000 0xe003 => Fld(FLoad { rd: fs2p(h), rs1: rs1p(h), imm: imm_d(h) });
    "c.lw" 0x4000 0xe003 => Lw(I { rd: rs2p(h), rs1: rs1p(h), imm: imm_w(h) });
    "c.ld" 0x6000 0xe003 => Ld(I { rd: rs2p(h), rs1: rs1p(h), imm: imm_d(h) });
    "c.fsd" 0xa000 0xe003 => Fsd(FStore { rs1: rs1p(h), rs2: fs2p(h), imm: imm_d(h) });
    "c.sw" 0xc000 0xe003 => Sw(S { rs1: rs1p(h), rs2: rs2p(h), imm: imm_w(h) });
    "c.sd" 0xe000 0xe003 => Sd(S { rs1: rs1p(h), rs2: rs2p(h), imm: imm_d(h) });
    // Quadrant 1. `c.nop` is `c.addi` of x0.
    "c.addi" 0x0001 0xe003 => Addi(ci(h));
    "c.addiw" 0x2001 0xe003 if rd(h) != X::ZERO => Addiw(ci(h));
    "c.li" 0x4001 0xe003 => Addi(I { rd: rd(h), rs1: X::ZERO, imm: imm6(h) });
    "c.addi16sp" 0x6101 0xef83 if imm_addi16sp(h) != 0
        => Addi(I { rd: X::SP, rs1: X::SP, imm: imm_addi16sp(h) });
    "c.lui" 0x6001 0xe003 if imm6(h) != 0 => Lui(U { rd: rd(h), imm: imm6(h) << 12 });
    "c.srli" 0x8001 0xec03 => Srli(cb_shift(h));
    "c.srai" 0x8401 0xec03 => Srai(cb_shift(h));
    "c.andi" 0x8801 0xec03 => Andi(I { rd: rs1p(h), rs1: rs1p(h), imm: imm6(h) });
    "c.sub" 0x8c01 0xfc63 => Sub(two(h));
    "c.xor" 0x8c21 0xfc63 => Xor(two(h));
    "c.or" 0x8c41 0xfc63 => Or(two(h));
    "c.and" 0x8c61 0xfc63 => And(two(h));
    "c.subw" 0x9c01 0xfc63 => Subw(two(h));
    "c.addw" 0x9c21 0xfc63 => Addw(two(h));
    "c.j" 0xa001 0xe003 => Jal(J { rd: X::ZERO, offset: imm_j(h) });
    "c.beqz" 0xc001 0xe003 => Beq(cb(h));
    "c.bnez" 0xe001 0xe003 => Bne(cb(h));
    // Quadrant 2. An rs2 field of 0 tells `c.jr` from `c.mv` and `c.jalr` from `c.add`.
    "c.slli" 0x0002 0xe003 => Slli(Shift { rd: rd(h), rs1: rd(h), shamt: shamt(h) });
    "c.fldsp" 0x2002 0xe003
        => Fld(FLoad { rd: F::new(rd(h).index() as u8), rs1: X::SP, imm: imm_ldsp(h) });
    "c.lwsp" 0x4002 0xe003 if rd(h) != X::ZERO
        => Lw(I { rd: rd(h), rs1: X::SP, imm: imm_lwsp(h) });
    "c.ldsp" 0x6002 0xe003 if rd(h) != X::ZERO
        => Ld(I { rd: rd(h), rs1: X::SP, imm: imm_ldsp(h) });
    "c.jr" 0x8002 0xf07f if rd(h) != X::ZERO => Jalr(I { rd: X::ZERO, rs1: rd(h), imm: 0 });
    "c.mv" 0x8002 0xf003 => Add(R { rd: rd(h), rs1: X::ZERO, rs2: rs2(h) });
    "c.ebreak" 0x9002 0xffff => Ebreak;
    "c.jalr" 0x9002 0xf07f => Jalr(I { rd: X::RA, rs1: rd(h), imm: 0 });
    "c.add" 0x9002 0xf003 => Add(R { rd: rd(h), rs1: rd(h), rs2: rs2(h) });
    "c.fsdsp" 0xa002 0xe003
        => Fsd(FStore { rs1: X::SP, rs2: F::new(rs2(h).index() as u8), imm: imm_sdsp(h) });
    "c.swsp" 0xc002 0xe003 => Sw(S { rs1: X::SP, rs2: rs2(h), imm: imm_swsp(h) });
    "c.sdsp" 0xe002 0xe003 => Sd(S { rs1: X::SP, rs2: rs2(h), imm: imm_sdsp(h) });
}
