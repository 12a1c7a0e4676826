//! Checks at run time of what summaries claim, where the program is translated
//! with them (`--checked`).
//!
//! - On each return and tail call of a regular function, `sp`, the address that it
//!   returns to, the callee-saved registers and what else it restores are what
//!   they were at its entry.
//! - Under *truth always*, behind each call the state holds the caller's
//!   callee-saved registers.
//! - Under *truth on exit*, nobody has written a slot whose save was left out by the
//!   time that the register is loaded back: a mark is put there.
//!
//! The pass `frames` adds the third kind: what it reads instead of memory is what
//! memory holds.

use rv2wat_isa::{Inst, Reg, X};
use rv2wat_passes::ir::{Call, HostFn, Kind, LoadOp, StateReg, StoreOp, Value};

use super::Lifter;
use crate::discover::{Site, Terminator};
use crate::summary::callee_saved;

/// What stands in the slot of a save that was left out, by its distance from the
/// entry `sp`: nothing that a program would write.
fn mark(slot: i64) -> i64 {
    0x5afe_dead_0000_0000 - slot
}

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
        if !self.cx.checked || !self.summary.truthful {
            return;
        }
        let held = self.held & callee_saved();
        for reg in held.iter() {
            let expected = self.get_reg(reg);
            let found = self.b().get_state(StateReg::Reg(reg));
            self.check(resume, reg, expected, found);
        }
    }

    /// Puts a mark where a save was left out.
    pub(super) fn mark_slot(&mut self, site: &Site, slot: i64) {
        if let Some((addr, offset)) = self.slot_place(site).filter(|_| self.cx.checked) {
            let mark = self.b().i64(mark(slot));
            self.b().store(StoreOp::I64Store, addr, offset, mark);
        }
    }

    /// Checks that the mark is still there where a restore was left out.
    pub(super) fn check_slot(&mut self, site: &Site, slot: i64) {
        if let Some((addr, offset)) = self.slot_place(site).filter(|_| self.cx.checked) {
            let found = self.b().load(LoadOp::I64Load, addr, offset);
            let pc = self.b().i64(site.pc.cast_signed());
            // A distance in the frame is negative.
            let what = self.b().i32(i32::try_from(slot).unwrap_or(i32::MIN));
            let expected = self.b().i64(mark(slot));
            self.b().call(Call::Host(HostFn::Check), vec![pc, what, expected, found], Vec::new());
        }
    }

    /// Where a save or restore accesses memory.
    fn slot_place(&mut self, site: &Site) -> Option<(Value, u32)> {
        match site.inst.inst {
            Inst::Sd(s) => Some(self.address(s.rs1, s.imm)),
            Inst::Ld(i) => Some(self.address(i.rs1, i.imm)),
            Inst::Fsd(s) => Some(self.address(s.rs1, s.imm)),
            Inst::Fld(load) => Some(self.address(load.rs1, load.imm)),
            _ => None,
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
