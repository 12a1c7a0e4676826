//! Checks at run time of what summaries claim, where the program is translated
//! with them (`--checked`).
//!
//! - On each return and tail call of a regular function, `sp`, the address that it
//!   returns to, the callee-saved registers and what else it restores are what
//!   they were at its entry.
//! - Behind each call, the state holds the caller's callee-saved registers.
//!
//! The pass `frames` adds the third kind: what it reads instead of memory is what
//! memory holds.

use rv2wat_isa::{Inst, Reg, X};
use rv2wat_passes::ir::{Call, HostFn, Kind, StateReg, Value};

use super::Lifter;
use crate::discover::Terminator;
use crate::summary::callee_saved;

impl Lifter<'_> {
    /// Checks what a regular function promises, where a block leaves it for good.
    pub(super) fn check_return(&mut self, at: usize) {
        if !self.cx.checked || self.func.kind != Kind::Regular {
            return;
        }
        let saved = callee_saved();
        // Its own changes: callees check theirs.
        for (reg, expected) in self.at_entry.clone() {
            let found = match saved.contains(reg) {
                true => self.b().get_state(StateReg::Reg(reg)),
                false if self.is_restored(reg, at) => self.get_reg(reg),
                false => continue,
            };
            self.check(self.pc, reg, expected, found);
        }
    }

    /// Whether a register that is no callee-saved one must be as it was at entry
    /// where the function is left.
    fn is_restored(&self, reg: Reg, at: usize) -> bool {
        let link = match (&self.source.blocks[at].end, self.last(at)) {
            (Terminator::Return, Some(Inst::Jalr(jump))) => jump.rs1,
            // Whoever is called last returns by `ra`.
            _ => X::RA,
        };
        reg == Reg::X(X::SP)
            || reg == Reg::X(link)
            || (reg != Reg::X(X::RA) && !self.summary.clobbers.contains(reg))
    }

    /// Checks that the state holds the callee-saved registers of this function
    /// behind a call.
    pub(super) fn check_call(&mut self, resume: u64) {
        if !self.cx.checked {
            return;
        }
        let held = self.held & callee_saved();
        for reg in held.iter() {
            let expected = self.get_reg(reg);
            let found = self.b().get_state(StateReg::Reg(reg));
            self.check(resume, reg, expected, found);
        }
    }

    fn check(&mut self, pc: u64, reg: Reg, expected: Value, found: Value) {
        let pc = self.b().i64(pc.cast_signed());
        let what = self.b().i32(reg.index() as i32);
        let args = vec![pc, what, self.bits(expected), self.bits(found)];
        self.b().call(Call::Host(HostFn::Check), args, Vec::new());
    }

    /// Remembers what a register holds when the function is entered.
    pub(super) fn entered_with(&mut self, reg: Reg) {
        if self.cx.checked {
            let value = self.get_reg(reg);
            self.at_entry.insert(reg, value);
        }
    }
}
