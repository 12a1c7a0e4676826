//! Assembler aliases: the shorter names that objdump prefers.
//!
//! Knows which operands make an instruction print under another name. Each
//! function covers one group and returns nothing where the plain form stands.

use crate::compressed;
use crate::csr;
use crate::decode::Decoded;
use crate::disasm::{csr_text, target};
use crate::format::*;
use crate::reg::X;
use crate::table::Inst;

/// The instruction's text under its alias, if it has one.
pub(crate) fn alias(d: &Decoded, pc: u64) -> Option<String> {
    if d.len == 2
        && let Some(text) = compressed_alias(d)
    {
        return Some(text);
    }
    immediate_alias(&d.inst)
        .or_else(|| register_alias(&d.inst))
        .or_else(|| jump_alias(&d.inst, pc))
        .or_else(|| csr_alias(&d.inst))
        .or_else(|| float_alias(&d.inst))
        .or_else(|| fence_alias(&d.inst))
}

/// Texts that only compressed forms get. Hints keep their compressed names, as
/// there is no other way to write them that would assemble to the same half.
fn compressed_alias(d: &Decoded) -> Option<String> {
    let name = compressed::row(d.raw as u16)?.name;
    Some(match (name, d.inst) {
        // `c.mv` expands to `add`, which prints as `mv` only here.
        ("c.mv", Inst::Add(r)) if r.rd != X::ZERO => format!("mv {},{}", r.rd, r.rs2),
        ("c.mv" | "c.add", Inst::Add(r)) if r.rd == X::ZERO => format!("{name} zero,{}", r.rs2),
        ("c.addi", Inst::Addi(i)) if i.rd == X::ZERO && i.imm != 0 => format!("c.nop {}", i.imm),
        ("c.addi", Inst::Addi(i)) if i.rd != X::ZERO && i.imm == 0 => {
            format!("addi {},{},0", i.rd, i.rs1)
        }
        ("c.li", Inst::Addi(i)) if i.rd == X::ZERO => format!("c.li zero,{}", i.imm),
        ("c.lui", inst @ Inst::Lui(u)) if u.rd == X::ZERO => {
            format!("c.lui {}", inst.operand_text(0))
        }
        (_, Inst::Slli(s) | Inst::Srli(s) | Inst::Srai(s)) if s.shamt == 0 => {
            format!("{name}64 {}", s.rd)
        }
        ("c.slli", Inst::Slli(s)) if s.rd == X::ZERO => format!("c.slli zero,{:#x}", s.shamt),
        _ => return None,
    })
}

fn immediate_alias(inst: &Inst) -> Option<String> {
    Some(match *inst {
        Inst::Addi(I { rd: X::ZERO, rs1: X::ZERO, imm: 0 }) => "nop".to_string(),
        Inst::Addi(I { rd, rs1: X::ZERO, imm }) => format!("li {rd},{imm}"),
        Inst::Addi(I { rd, rs1, imm: 0 }) => format!("mv {rd},{rs1}"),
        Inst::Addiw(I { rd, rs1, imm: 0 }) => format!("sext.w {rd},{rs1}"),
        Inst::Sltiu(I { rd, rs1, imm: 1 }) => format!("seqz {rd},{rs1}"),
        Inst::Xori(I { rd, rs1, imm: -1 }) => format!("not {rd},{rs1}"),
        Inst::Andi(I { rd, rs1, imm: 255 }) => format!("zext.b {rd},{rs1}"),
        Inst::Ori(I { rd: X::ZERO, rs1, imm }) => prefetch(rs1, imm)?,
        _ => return None,
    })
}

/// Zicbop: `ori` of x0 whose low five immediate bits say what is fetched.
fn prefetch(rs1: X, imm: i64) -> Option<String> {
    let letter = match imm & 31 {
        0 => 'i',
        1 => 'r',
        3 => 'w',
        _ => return None,
    };
    Some(format!("prefetch.{letter} {}({rs1})", imm & !31))
}

fn register_alias(inst: &Inst) -> Option<String> {
    Some(match *inst {
        Inst::Sub(R { rd, rs1: X::ZERO, rs2 }) => format!("neg {rd},{rs2}"),
        Inst::Subw(R { rd, rs1: X::ZERO, rs2 }) => format!("negw {rd},{rs2}"),
        Inst::Slt(R { rd, rs1, rs2: X::ZERO }) => format!("sltz {rd},{rs1}"),
        Inst::Slt(R { rd, rs1: X::ZERO, rs2 }) => format!("sgtz {rd},{rs2}"),
        Inst::Sltu(R { rd, rs1: X::ZERO, rs2 }) => format!("snez {rd},{rs2}"),
        Inst::AddUw(R { rd, rs1, rs2: X::ZERO }) => format!("zext.w {rd},{rs1}"),
        _ => return None,
    })
}

fn jump_alias(inst: &Inst, pc: u64) -> Option<String> {
    Some(match *inst {
        Inst::Jal(J { rd: X::ZERO, offset }) => format!("j {}", target(pc, offset)),
        Inst::Jal(J { rd: X::RA, offset }) => format!("jal {}", target(pc, offset)),
        Inst::Jalr(I { rd: X::ZERO, rs1: X::RA, imm: 0 }) => "ret".to_string(),
        Inst::Jalr(I { rd: X::ZERO, rs1, imm: 0 }) => format!("jr {rs1}"),
        Inst::Jalr(I { rd: X::ZERO, rs1, imm }) => format!("jr {imm}({rs1})"),
        Inst::Jalr(I { rd: X::RA, rs1, imm: 0 }) => format!("jalr {rs1}"),
        Inst::Jalr(I { rd: X::RA, rs1, imm }) => format!("jalr {imm}({rs1})"),
        Inst::Beq(b) if b.rs2 == X::ZERO => compare_zero("beqz", b.rs1, b.offset, pc),
        Inst::Bne(b) if b.rs2 == X::ZERO => compare_zero("bnez", b.rs1, b.offset, pc),
        Inst::Blt(b) if b.rs2 == X::ZERO => compare_zero("bltz", b.rs1, b.offset, pc),
        Inst::Blt(b) if b.rs1 == X::ZERO => compare_zero("bgtz", b.rs2, b.offset, pc),
        // Of zero with itself: `blez`, but `bltz`.
        Inst::Bge(b) if b.rs1 == X::ZERO => compare_zero("blez", b.rs2, b.offset, pc),
        Inst::Bge(b) if b.rs2 == X::ZERO => compare_zero("bgez", b.rs1, b.offset, pc),
        _ => return None,
    })
}

fn compare_zero(name: &str, x: X, offset: i64, pc: u64) -> String {
    format!("{name} {x},{}", target(pc, offset))
}

fn csr_alias(inst: &Inst) -> Option<String> {
    match *inst {
        // The instruction that assemblers emit as certainly illegal: a write
        // to a read-only register.
        Inst::Csrrw(Csr { rd: X::ZERO, csr: csr::CYCLE, rs1: X::ZERO }) => Some("unimp".to_string()),
        Inst::Csrrw(Csr { rd, csr, rs1 }) => Some(match (float_csr(csr), rd) {
            (Some(name), X::ZERO) => format!("fs{name} {rs1}"),
            (Some(name), rd) => format!("fs{name} {rd},{rs1}"),
            (None, X::ZERO) => format!("csrw {},{rs1}", csr_text(csr)),
            (None, _) => return None,
        }),
        Inst::Csrrs(Csr { rd, csr, rs1: X::ZERO }) => Some(match counter(csr) {
            Some(name) => format!("rd{name} {rd}"),
            None => match float_csr(csr) {
                Some(name) => format!("fr{name} {rd}"),
                None => format!("csrr {rd},{}", csr_text(csr)),
            },
        }),
        Inst::Csrrs(Csr { rd: X::ZERO, csr, rs1 }) => Some(format!("csrs {},{rs1}", csr_text(csr))),
        Inst::Csrrc(Csr { rd: X::ZERO, csr, rs1 }) => Some(format!("csrc {},{rs1}", csr_text(csr))),
        // `fcsr` has no immediate alias; the other two keep rd even if zero.
        Inst::Csrrwi(CsrImm { rd, csr: csr::FFLAGS, imm }) => Some(format!("fsflagsi {rd},{imm}")),
        Inst::Csrrwi(CsrImm { rd, csr: csr::FRM, imm }) => Some(format!("fsrmi {rd},{imm}")),
        Inst::Csrrwi(CsrImm { rd: X::ZERO, csr, imm }) => Some(format!("csrwi {},{imm}", csr_text(csr))),
        Inst::Csrrsi(CsrImm { rd: X::ZERO, csr, imm }) => Some(format!("csrsi {},{imm}", csr_text(csr))),
        Inst::Csrrci(CsrImm { rd: X::ZERO, csr, imm }) => Some(format!("csrci {},{imm}", csr_text(csr))),
        _ => None,
    }
}

/// What follows `fr` or `fs` in the aliases for the floating-point CSRs.
fn float_csr(number: u16) -> Option<&'static str> {
    match number {
        csr::FFLAGS => Some("flags"),
        csr::FRM => Some("rm"),
        csr::FCSR => Some("csr"),
        _ => None,
    }
}

/// What follows `rd` in the aliases for the counters.
fn counter(number: u16) -> Option<&'static str> {
    match number {
        csr::CYCLE => Some("cycle"),
        csr::TIME => Some("time"),
        csr::INSTRET => Some("instret"),
        _ => None,
    }
}

fn float_alias(inst: &Inst) -> Option<String> {
    let (name, FPair { rd, rs1, rs2 }) = match *inst {
        Inst::FsgnjS(pair) => ("fmv.s", pair),
        Inst::FsgnjnS(pair) => ("fneg.s", pair),
        Inst::FsgnjxS(pair) => ("fabs.s", pair),
        Inst::FsgnjD(pair) => ("fmv.d", pair),
        Inst::FsgnjnD(pair) => ("fneg.d", pair),
        Inst::FsgnjxD(pair) => ("fabs.d", pair),
        _ => return None,
    };
    (rs1 == rs2).then(|| format!("{name} {rd},{rs1}"))
}

fn fence_alias(inst: &Inst) -> Option<String> {
    let Inst::Fence(Fence { pred, succ, fm, .. }) = *inst else {
        return None;
    };
    match (fm, pred, succ) {
        (8, 3, 3) => Some("fence.tso".to_string()),
        (_, 15, 15) => Some("fence".to_string()),
        (0, 1, 0) => Some("pause".to_string()),
        _ => None,
    }
}
