//! Dataflow of fs0–fs11: which hold what they held at entry, and where in the
//! frame entry values are saved. Beside [`crate::discover::flow`], which follows
//! the integer registers.
//!
//! Must never know what follows from it.

use std::collections::BTreeMap;

use rv2wat_isa::{F, Inst, RegSet, X};

use super::callee_saved;
use crate::discover::Function;
use crate::discover::flow::{Abs, Env, FlowState};

/// What fs0–fs11 hold: the set of those with their entry value, and the slots of
/// the frame (by distance from the entry `sp`) that hold an entry value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Floats {
    /// The registers that hold their entry value on every path.
    pub intact: RegSet,
    /// Slots that do, by distance from the entry `sp` (bytes).
    pub slots: BTreeMap<i64, F>,
}

impl Floats {
    fn at_entry() -> Floats {
        Floats { intact: callee_saved() & RegSet::ALL_F, slots: BTreeMap::new() }
    }

    fn join(&mut self, other: &Floats) -> bool {
        let before = (self.intact, self.slots.len());
        self.intact &= other.intact;
        self.slots.retain(|at, reg| other.slots.get(at) == Some(reg));
        before != (self.intact, self.slots.len())
    }

    /// The effect of one instruction, with the integer registers before it.
    pub fn step(&mut self, inst: &Inst, state: &FlowState) {
        let slot = |base: X, imm: i64| match state.reg(base) {
            Abs::Entry(X::SP, at) => Some(at.wrapping_add(imm)),
            _ => None,
        };
        match inst {
            Inst::Fsd(s) => {
                if let Some(at) = slot(s.rs1, s.imm) {
                    self.forget(at, 8);
                    if self.intact.contains(s.rs2) {
                        self.slots.insert(at, s.rs2);
                    }
                }
            }
            Inst::Fld(load) => {
                let held = slot(load.rs1, load.imm).and_then(|at| self.slots.get(&at));
                if held == Some(&load.rd) {
                    self.intact.insert(load.rd);
                } else {
                    self.intact.remove(load.rd);
                }
            }
            Inst::Sd(s) => self.forget_slot(slot(s.rs1, s.imm), 8),
            Inst::Sw(s) => self.forget_slot(slot(s.rs1, s.imm), 4),
            Inst::Sh(s) => self.forget_slot(slot(s.rs1, s.imm), 2),
            Inst::Sb(s) => self.forget_slot(slot(s.rs1, s.imm), 1),
            Inst::Fsw(s) => self.forget_slot(slot(s.rs1, s.imm), 4),
            other => self.intact -= other.writes(),
        }
    }

    fn forget_slot(&mut self, at: Option<i64>, size: i64) {
        if let Some(at) = at {
            self.forget(at, size);
        }
    }

    fn forget(&mut self, at: i64, size: i64) {
        self.slots.retain(|&slot, _| slot.saturating_add(8) <= at || at.saturating_add(size) <= slot);
    }
}

/// The state at the start of every block; `None` for blocks that no path from the
/// entry reaches. `states` is what the dataflow of integers found.
pub fn analyze(env: Env<'_>, function: &Function, states: &[Option<FlowState>]) -> Vec<Option<Floats>> {
    let saved = callee_saved() & RegSet::ALL_F;
    let mut sites = function.blocks.iter().flat_map(|block| &block.insts);
    let touches = |inst: &Inst| !((inst.writes() | inst.reads()) & saved).is_empty();
    if !sites.any(|site| touches(&site.inst.inst)) {
        return states.iter().map(|state| state.as_ref().map(|_| Floats::at_entry())).collect();
    }
    let through = |at: usize, mut held: Floats| {
        if let Some(mut state) = states[at].clone() {
            for site in &function.blocks[at].insts {
                held.step(&site.inst.inst, &state);
                state.step(env, site);
            }
        }
        held
    };
    function.forward(function.entry_block, Floats::at_entry(), through, Floats::join)
}
