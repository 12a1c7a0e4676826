//! The text of a program as decodable bytes, and what an instruction does to
//! control flow.
//!
//! Knows executable ranges and instruction classes. Must never know functions.

use std::ops::Range;

use rv2wat_isa::{Decoded, Inst, Rm, X, csr, decode_at};

use crate::load::Image;

/// Fast access to the executable bytes.
#[derive(Clone, Debug)]
pub(super) struct Code<'a> {
    ranges: Vec<(Range<u64>, &'a [u8])>,
}

impl<'a> Code<'a> {
    pub(super) fn new(image: &'a Image) -> Self {
        let bytes = |r: &Range<u64>| image.read(r.start, r.end - r.start).unwrap_or(&[]);
        Self { ranges: image.text.iter().map(|r| (r.clone(), bytes(r))).collect() }
    }

    /// The bytes from `pc` to the end of its range; empty outside text.
    fn tail(&self, pc: u64) -> &'a [u8] {
        let after = self.ranges.partition_point(|(r, _)| r.start <= pc);
        let Some((range, bytes)) = after.checked_sub(1).map(|at| &self.ranges[at]) else { return &[] };
        bytes.get((pc - range.start) as usize..).unwrap_or(&[])
    }

    /// The instruction at `pc`, or the bits there (0 outside text).
    pub(super) fn decode(&self, pc: u64) -> Result<Decoded, u32> {
        if pc & 1 != 0 {
            return Err(0);
        }
        let tail = self.tail(pc);
        decode_at(tail).map_err(|bad| if tail.is_empty() { 0 } else { bad.raw })
    }

    pub(super) fn contains(&self, pc: u64) -> bool {
        !self.tail(pc).is_empty()
    }

    pub(super) fn ranges(&self) -> impl Iterator<Item = Range<u64>> + '_ {
        self.ranges.iter().map(|(r, _)| r.clone())
    }

    /// How many instructions each of so many functions may have, or a walk may
    /// see, outside its own surroundings: all of them together a small
    /// multiple of the text.
    pub(super) fn foreign_limit(&self, functions: usize) -> usize {
        let halfwords: usize = self.ranges.iter().map(|(_, bytes)| bytes.len() / 2).sum();
        (16 * halfwords / functions.max(1)).max(16)
    }

    /// The address after the padding at `pc`: `nop`s and zeros, as assemblers
    /// and linkers put between functions.
    pub(super) fn skip_padding(&self, mut pc: u64) -> u64 {
        loop {
            match self.decode(pc) {
                Ok(d) if is_nop(&d.inst) => pc += u64::from(d.len),
                Err(0) if self.tail(pc).len() >= 2 => pc += 2,
                _ => return pc,
            }
        }
    }

    /// Whether the code at `pc` returns through the second link register, t0: it
    /// is millicode, which is part of whoever comes there.
    pub(super) fn returns_by_t0(&self, mut pc: u64) -> bool {
        for _ in 0..PROLOGUE {
            let Ok(d) = self.decode(pc) else { return false };
            pc = match kind(&d.inst, pc) {
                Kind::Jalr { rd: X::ZERO, base: X::T0, imm: 0 } => return true,
                Kind::Plain | Kind::Branch(_) if !d.inst.writes().contains(X::T0) => pc + u64::from(d.len),
                _ => return false,
            };
        }
        false
    }

    /// Whether the code at `pc` saves the `ra` that it finds, or returns to it. It
    /// begins a function then: behind a call `ra` holds nothing that is worth
    /// saving, and nobody returns to where a call came back.
    pub(super) fn uses_ra(&self, mut pc: u64) -> bool {
        for _ in 0..PROLOGUE {
            let Ok(d) = self.decode(pc) else { return false };
            if matches!(d.inst, Inst::Sd(s) if s.rs1 == X::SP && s.rs2 == X::RA) {
                return true;
            }
            pc = match kind(&d.inst, pc) {
                Kind::Jalr { rd: X::ZERO, base: X::RA, imm: 0 } => return true,
                _ if d.inst.writes().contains(X::RA) => return false,
                Kind::Plain | Kind::Branch(_) => pc + u64::from(d.len),
                Kind::Jal { rd: X::ZERO, to } => to,
                _ => return false,
            };
        }
        false
    }
}

/// How far into a function compilers may delay the save of `ra`, instructions.
const PROLOGUE: usize = 32;

fn is_nop(inst: &Inst) -> bool {
    matches!(inst, Inst::Addi(i) if i.rd == X::ZERO && i.rs1 == X::ZERO && i.imm == 0)
}

/// What an instruction does to the flow of control by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Goes on to the next instruction.
    Plain,
    /// Conditional branch to this address.
    Branch(u64),
    /// `jal` to this address.
    Jal {
        rd: X,
        to: u64,
    },
    /// `jalr`.
    Jalr {
        rd: X,
        base: X,
        imm: i64,
    },
    Ecall,
    /// `ebreak`, an access to a CSR that programs do not have, a write of a
    /// read-only one (`unimp`), or a reserved rounding mode.
    Trap,
    /// `fence.i`, or a write of `frm` or `fcsr`.
    Sync,
}

/// Classifies the instruction at `pc`.
pub(super) fn kind(inst: &Inst, pc: u64) -> Kind {
    use Inst::*;
    match inst {
        Beq(b) | Bne(b) | Blt(b) | Bge(b) | Bltu(b) | Bgeu(b) => {
            Kind::Branch(pc.wrapping_add_signed(b.offset))
        }
        Jal(j) => Kind::Jal { rd: j.rd, to: pc.wrapping_add_signed(j.offset) },
        Jalr(i) => Kind::Jalr { rd: i.rd, base: i.rs1, imm: i.imm },
        Ecall => Kind::Ecall,
        Ebreak => Kind::Trap,
        FenceI => Kind::Sync,
        Csrrw(c) => csr_kind(c.csr, true),
        Csrrs(c) | Csrrc(c) => csr_kind(c.csr, c.rs1 != X::ZERO),
        Csrrwi(c) => csr_kind(c.csr, true),
        Csrrsi(c) | Csrrci(c) => csr_kind(c.csr, c.imm != 0),
        _ if matches!(inst.rounding(), Some(Rm::Reserved5 | Rm::Reserved6)) => Kind::Trap,
        _ => Kind::Plain,
    }
}

/// An access to a CSR. Counters are read-only.
fn csr_kind(number: u16, writes: bool) -> Kind {
    match number {
        csr::FRM | csr::FCSR if writes => Kind::Sync,
        csr::FFLAGS | csr::FRM | csr::FCSR => Kind::Plain,
        csr::CYCLE | csr::TIME | csr::INSTRET if !writes => Kind::Plain,
        _ => Kind::Trap,
    }
}
