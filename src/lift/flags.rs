//! Accrued exception flags, where the program is translated with them.
//!
//! Before a floating-point instruction acts, the host is asked what it raises
//! for its operands. How the result is computed does not change by that.

use rv2wat_isa::{Inst, Reg, X};
use rv2wat_passes::ir::{Call, HostFn, Op, StateReg, Value};

use super::Lifter;

/// The lowest bits of the register fields rs1, rs2 and rs3.
const FIELDS: [u32; 3] = [15, 20, 27];

impl Lifter<'_> {
    /// Raises the flags of an instruction that may raise some.
    pub(super) fn raise_flags(&mut self, inst: &Inst) {
        if !may_raise(inst) {
            return;
        }
        let word = inst.encode();
        let mut args = vec![self.b().i32(word.cast_signed())];
        args.extend(FIELDS.map(|shift| self.operand(inst, (word >> shift & 0x1f) as u8)));
        let raised = self.b().call(Call::Host(HostFn::Flags), args, Vec::new())[0];
        let flags = self.b().get_state(StateReg::Fflags);
        let flags = self.b().op(Op::I32Or, &[flags, raised]);
        self.b().set_state(StateReg::Fflags, flags);
    }

    /// The raw contents of the register that the instruction reads by a field;
    /// 0 where the field names none.
    fn operand(&mut self, inst: &Inst, field: u8) -> Value {
        let float = rv2wat_isa::F::new(field);
        if inst.reads().contains(Reg::F(float)) {
            let value = self.get_f(float);
            return self.b().op(Op::I64ReinterpretF64, &[value]);
        }
        match X::new(field) {
            x if inst.reads().contains(Reg::X(x)) => self.get(x),
            _ => self.b().i64(0),
        }
    }
}

/// Arithmetic, comparisons and conversions; not moves, signs and classes
/// (unprivileged ISA, chapters "F" and "D").
fn may_raise(inst: &Inst) -> bool {
    const COMPUTES: [u32; 5] = [0x43, 0x47, 0x4b, 0x4f, 0x53];
    const QUIET: [&str; 3] = ["fsgnj", "fmv", "fclass"];
    let name = inst.mnemonic();
    COMPUTES.contains(&(inst.encode() & 0x7f)) && !QUIET.iter().any(|start| name.starts_with(start))
}
