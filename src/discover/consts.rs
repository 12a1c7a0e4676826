//! Constant evaluation of the integer instructions that address arithmetic
//! and comparisons with constants are made of.
//!
//! Knows the meaning of those instructions on 64-bit values (unprivileged
//! specification, "RV32I", "RV64I", "Zba"). Must never know addresses, memory
//! or control flow. What it does not evaluate is simply not constant.

use rv2wat_isa::{Inst, X};

fn sext32(value: u64) -> u64 {
    i64::from(value as u32 as i32).cast_unsigned()
}

/// The value that `inst` writes to its destination when the registers that it
/// reads have the constant values that `get` tells; `None` when one of them is
/// not constant or the instruction is not evaluated here.
pub(super) fn evaluate(inst: &Inst, get: impl Fn(X) -> Option<u64>) -> Option<u64> {
    use Inst::*;
    let imm = |i: &rv2wat_isa::I| Some((get(i.rs1)?, i.imm.cast_unsigned()));
    let reg = |r: &rv2wat_isa::R| Some((get(r.rs1)?, get(r.rs2)?));
    Some(match inst {
        Lui(u) => u.imm.cast_unsigned(),
        Addi(i) => imm(i).map(|(a, b)| a.wrapping_add(b))?,
        Addiw(i) => imm(i).map(|(a, b)| sext32(a.wrapping_add(b)))?,
        Andi(i) => imm(i).map(|(a, b)| a & b)?,
        Ori(i) => imm(i).map(|(a, b)| a | b)?,
        Xori(i) => imm(i).map(|(a, b)| a ^ b)?,
        Slti(i) => imm(i).map(|(a, b)| u64::from(a.cast_signed() < b.cast_signed()))?,
        Sltiu(i) => imm(i).map(|(a, b)| u64::from(a < b))?,
        Slli(s) => get(s.rs1)?.wrapping_shl(s.shamt),
        Srli(s) => get(s.rs1)?.wrapping_shr(s.shamt),
        Srai(s) => get(s.rs1)?.cast_signed().wrapping_shr(s.shamt).cast_unsigned(),
        Slliw(s) => sext32(u64::from((get(s.rs1)? as u32).wrapping_shl(s.shamt))),
        Srliw(s) => sext32(u64::from((get(s.rs1)? as u32).wrapping_shr(s.shamt))),
        Sraiw(s) => i64::from((get(s.rs1)? as u32).cast_signed().wrapping_shr(s.shamt)).cast_unsigned(),
        Add(r) => reg(r).map(|(a, b)| a.wrapping_add(b))?,
        Sub(r) => reg(r).map(|(a, b)| a.wrapping_sub(b))?,
        Addw(r) => reg(r).map(|(a, b)| sext32(a.wrapping_add(b)))?,
        Subw(r) => reg(r).map(|(a, b)| sext32(a.wrapping_sub(b)))?,
        And(r) => reg(r).map(|(a, b)| a & b)?,
        Or(r) => reg(r).map(|(a, b)| a | b)?,
        Xor(r) => reg(r).map(|(a, b)| a ^ b)?,
        Sh1add(r) => reg(r).map(|(a, b)| (a << 1).wrapping_add(b))?,
        Sh2add(r) => reg(r).map(|(a, b)| (a << 2).wrapping_add(b))?,
        Sh3add(r) => reg(r).map(|(a, b)| (a << 3).wrapping_add(b))?,
        AddUw(r) => reg(r).map(|(a, b)| u64::from(a as u32).wrapping_add(b))?,
        Bseti(s) => get(s.rs1)? | 1u64.wrapping_shl(s.shamt),
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use rv2wat_isa::{I, R, Shift};

    #[test]
    fn words_are_sign_extended_and_missing_operands_spread() {
        let a5 = X::A5;
        let with = |value: u64| move |x: X| if x == a5 { Some(value) } else { None };
        let addiw = Inst::Addiw(I { rd: a5, rs1: a5, imm: 1 });
        assert_eq!(evaluate(&addiw, with(0x7fff_ffff)), Some(0xffff_ffff_8000_0000));
        let sraiw = Inst::Sraiw(Shift { rd: a5, rs1: a5, shamt: 4 });
        assert_eq!(evaluate(&sraiw, with(0x8000_0000)), Some(0xffff_ffff_f800_0000));
        let srli = Inst::Srli(Shift { rd: a5, rs1: a5, shamt: 32 });
        assert_eq!(evaluate(&srli, with(0xffff_ffff_8000_0000)), Some(0xffff_ffff));
        let add = Inst::Add(R { rd: a5, rs1: a5, rs2: X::A4 });
        assert_eq!(evaluate(&add, with(1)), None);
    }
}
