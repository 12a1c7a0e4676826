//! What one block does to registers, as far as liveness wants to know.
//!
//! Copies (`mv`) are followed through the block: a register that holds a copy at
//! the end stands for the register that it was copied from at the start. So a
//! chain of copies that ends in nothing uses nothing, around loops as well: GCC
//! unrolls loops and leaves `mv a0,a2` behind a call that clobbers a2.

use rv2wat_isa::{F, Inst, Reg, RegSet, X};

use super::{Live, arguments, followed, frame};
use crate::discover::{Block, Terminator};
use crate::summary::saves::Saves;

/// What a block does to registers before its terminator acts.
pub(super) struct Local {
    /// What it uses of what it finds.
    uses: Live,
    /// What it writes.
    pub writes: RegSet,
    /// Registers that it writes and that hold, at its end, what another (or the
    /// same) held at its start.
    copies: Vec<(Reg, Reg)>,
}

impl Local {
    /// Reads a block's instructions, without the saves that are left out.
    pub fn of(block: &Block, saves: Option<&Saves>) -> Local {
        let mut uses = Live::default();
        let mut writes = RegSet::EMPTY;
        // What a register that has been written holds: what another held at the
        // start, or something new.
        let mut holds: [Option<Reg>; 64] = [None; 64];
        let last = block.insts.len().checked_sub(1);
        for (position, site) in block.insts.iter().enumerate() {
            let inst = &site.inst.inst;
            if let Some((to, from)) = copy(inst) {
                holds[to.index()] = if writes.contains(from) { holds[from.index()] } else { Some(from) };
                writes.insert(to);
                continue;
            }
            let is_return = Some(position) == last && block.end == Terminator::Return;
            let left_out = saves.is_some_and(|saves| saves.leaves_out(site));
            if !is_return && !left_out {
                let spilled = spilled(inst);
                for reg in (inst.reads() & followed()).iter() {
                    let held = if writes.contains(reg) { holds[reg.index()] } else { Some(reg) };
                    let Some(held) = held else { continue };
                    // Who spills a copy has put something there.
                    match spilled.contains(reg) && held == reg {
                        true => uses.weak.insert(held),
                        false => uses.strong.insert(held),
                    };
                }
            }
            let written = inst.writes() & followed();
            writes |= written;
            written.iter().for_each(|reg| holds[reg.index()] = None);
        }
        let copies = writes.iter().filter_map(|to| Some((to, holds[to.index()]?))).collect();
        Local { uses, writes, copies }
    }

    /// Live before the block, given what is live before its terminator acts.
    pub fn before(&self, after: Live) -> Live {
        let mut before = self.uses.union(after.without(self.writes));
        for &(to, from) in &self.copies {
            if (after.strong | after.handed).contains(to) {
                before.strong.insert(from);
            } else if after.weak.contains(to) {
                before.weak.insert(from);
            }
        }
        before
    }
}

/// The registers of a copy, to and from, if both are followed.
fn copy(inst: &Inst) -> Option<(Reg, Reg)> {
    let general = |to: X, from: X| (Reg::from(to), Reg::from(from));
    let float = |to: F, from: F| (Reg::from(to), Reg::from(from));
    let (to, from) = match inst {
        Inst::Addi(i) if i.imm == 0 => general(i.rd, i.rs1),
        Inst::Add(i) if i.rs1 == X::ZERO => general(i.rd, i.rs2),
        Inst::Add(i) if i.rs2 == X::ZERO => general(i.rd, i.rs1),
        // That of a single changes what is no single; all the same it reads no
        // other register.
        Inst::FsgnjD(i) | Inst::FsgnjS(i) if i.rs1 == i.rs2 => float(i.rd, i.rs1),
        _ => return None,
    };
    let both = followed() - frame();
    (both.contains(to) && both.contains(from)).then_some((to, from))
}

/// The temporary or callee-saved register that an instruction only puts into the
/// frame. Compilers spill registers that hold nothing yet (`sd t0,40(sp)` before a
/// loop that sets t0); a caller that really passes a temporary has just written
/// it, so a weak use is enough. And to save what is a caller's is no reason for the
/// caller to have put anything there.
fn spilled(inst: &Inst) -> RegSet {
    let stored = match inst {
        Inst::Sd(store) if store.rs1 == X::SP => RegSet::x(store.rs2),
        Inst::Fsd(store) if store.rs1 == X::SP => RegSet::f(store.rs2),
        _ => RegSet::EMPTY,
    };
    stored - arguments() - frame()
}
