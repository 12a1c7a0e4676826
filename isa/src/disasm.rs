//! GNU assembly text, as `objdump -d` of binutils 2.40 prints it.
//!
//! The text is that of one instruction alone. What objdump adds from its
//! surroundings is left out: symbols after targets, and the `# address`
//! comments that it guesses from a preceding `lui`.
//!
//! One deliberate difference: objdump 2.40 prints most immediate forms under the
//! register form's name (`add sp,sp,-32`, `sll a0,a0,0x3`), as versions
//! before did not; here they keep the `i` that the specification gives them.
//! Encodings that objdump 2.40 does not know (Zicond, reserved fields that the
//! specification says to ignore) print in the same style. `tests/isa/sweeps.rs`
//! holds the full list of differences and checks that there is no other.
//!
//! This module must never decide whether bits are legal: it prints what was
//! decoded.

use crate::alias::alias;
use crate::csr;
use crate::decode::Decoded;
use crate::format::*;
use crate::table::Inst;

/// The instruction in GNU syntax with objdump's aliases, one space between
/// mnemonic and operands: `addi sp,sp,-32`, `beqz a0,0x1045c`, `ret`.
///
/// `pc` is the instruction's address; only the targets of branches and jumps
/// depend on it, and they wrap at 64 bits.
pub fn disassemble(d: &Decoded, pc: u64) -> String {
    if let Some(text) = alias(d, pc) {
        return text;
    }
    let mnemonic = d.inst.mnemonic();
    let operands = match d.inst {
        Inst::Jalr(i) if i.imm == 0 => format!("{},{}", i.rd, i.rs1),
        Inst::Jalr(i)
        | Inst::Lb(i)
        | Inst::Lh(i)
        | Inst::Lw(i)
        | Inst::Ld(i)
        | Inst::Lbu(i)
        | Inst::Lhu(i)
        | Inst::Lwu(i) => format!("{},{}({})", i.rd, i.imm, i.rs1),
        // Exact conversions: the mode does not matter and assemblers put 0.
        Inst::FcvtDS(FUnary { rm, .. }) | Inst::FcvtDW(XToF { rm, .. }) | Inst::FcvtDWu(XToF { rm, .. }) => {
            exact_conversion_text(&d.inst, rm)
        }
        inst => inst.operand_text(pc),
    };
    let suffix = ordering_suffix(&d.inst);
    match operands.as_str() {
        "" => format!("{mnemonic}{suffix}"),
        _ => format!("{mnemonic}{suffix} {operands}"),
    }
}

/// `.aq`, `.rl` or `.aqrl` after the mnemonic of an atomic instruction.
fn ordering_suffix(inst: &Inst) -> &'static str {
    match inst.ordering() {
        Some((true, true)) => ".aqrl",
        Some((true, false)) => ".aq",
        Some((false, true)) => ".rl",
        Some((false, false)) | None => "",
    }
}

/// Operands of a conversion that never rounds: here `rne` is the mode that
/// goes without saying, and `dyn` is said.
fn exact_conversion_text(inst: &Inst, rm: Rm) -> String {
    let text = inst.operand_text(0);
    match rm {
        Rm::Rne => text.trim_end_matches(",rne").to_string(),
        Rm::Dyn => text + ",dyn",
        _ => text,
    }
}

/// The address `offset` bytes from `pc`, as a jump's operand.
pub(crate) fn target(pc: u64, offset: i64) -> String {
    format!("{:#x}", pc.wrapping_add_signed(offset))
}

/// The name of a CSR, or its number in hex.
pub(crate) fn csr_text(number: u16) -> String {
    csr::name(number).unwrap_or_else(|| format!("{number:#x}"))
}

/// `,rne` and so on; nothing for the dynamic mode.
fn rm_text(rm: Rm) -> String {
    match rm {
        Rm::Dyn => String::new(),
        rm => format!(",{rm}"),
    }
}

/// The letters of a fence's access set.
fn accesses(set: u8) -> String {
    if set & 15 == 0 {
        return "unknown".to_string();
    }
    let letters = [(8, 'i'), (4, 'o'), (2, 'r'), (1, 'w')];
    letters.iter().filter(|(bit, _)| set & bit != 0).map(|&(_, letter)| letter).collect()
}

/// The operands of a format as objdump separates them, without aliases.
pub(crate) trait Text {
    /// What follows the mnemonic of an instruction at `pc`.
    fn text(&self, pc: u64) -> String;
}

macro_rules! operand_text {
    ($($format:ident($ops:ident, $pc:ident) => $text:expr;)*) => {
        $(impl Text for $format {
            fn text(&self, $pc: u64) -> String {
                let $ops = self;
                $text
            }
        })*
    };
}

operand_text! {
    R(o, _pc) => format!("{},{},{}", o.rd, o.rs1, o.rs2);
    Unary(o, _pc) => format!("{},{}", o.rd, o.rs1);
    I(o, _pc) => format!("{},{},{}", o.rd, o.rs1, o.imm);
    Shift(o, _pc) => format!("{},{},{:#x}", o.rd, o.rs1, o.shamt);
    S(o, _pc) => format!("{},{}({})", o.rs2, o.imm, o.rs1);
    B(o, pc) => format!("{},{},{}", o.rs1, o.rs2, target(pc, o.offset));
    U(o, _pc) => format!("{},{:#x}", o.rd, (o.imm >> 12) & 0xf_ffff);
    J(o, pc) => format!("{},{}", o.rd, target(pc, o.offset));
    Csr(o, _pc) => format!("{},{},{}", o.rd, csr_text(o.csr), o.rs1);
    CsrImm(o, _pc) => format!("{},{},{}", o.rd, csr_text(o.csr), o.imm);
    Fence(o, _pc) => format!("{},{}", accesses(o.pred), accesses(o.succ));
    Lr(o, _pc) => format!("{},({})", o.rd, o.rs1);
    Amo(o, _pc) => format!("{},{},({})", o.rd, o.rs2, o.rs1);
    FLoad(o, _pc) => format!("{},{}({})", o.rd, o.imm, o.rs1);
    FStore(o, _pc) => format!("{},{}({})", o.rs2, o.imm, o.rs1);
    FArith(o, _pc) => format!("{},{},{}{}", o.rd, o.rs1, o.rs2, rm_text(o.rm));
    FFma(o, _pc) => format!("{},{},{},{}{}", o.rd, o.rs1, o.rs2, o.rs3, rm_text(o.rm));
    FUnary(o, _pc) => format!("{},{}{}", o.rd, o.rs1, rm_text(o.rm));
    FPair(o, _pc) => format!("{},{},{}", o.rd, o.rs1, o.rs2);
    FCmp(o, _pc) => format!("{},{},{}", o.rd, o.rs1, o.rs2);
    FToX(o, _pc) => format!("{},{}{}", o.rd, o.rs1, rm_text(o.rm));
    XToF(o, _pc) => format!("{},{}{}", o.rd, o.rs1, rm_text(o.rm));
    FMove(o, _pc) => format!("{},{}", o.rd, o.rs1);
    XMove(o, _pc) => format!("{},{}", o.rd, o.rs1);
    Cbo(o, _pc) => format!("({})", o.rs1);
}
