//! The psABI, proven function by function.
//!
//! A function is *regular* when on every return `sp`, the callee-saved registers
//! and the return address are what they were at entry. The proof rests on the
//! dataflow of [`crate::discover::flow`] and on its assumptions: calls preserve
//! what the psABI says (each callee is proven or else not called but jumped to
//! through the dispatcher), and the slots of a frame that hold saved registers
//! are written by nothing but the function's own saves.
//!
//! An *observer* looks at registers that belong to its callers: it stores the
//! entry value of a callee-saved register outside its frame, saves one that it
//! never redefines, or saves all of s0–s11 and fs0–fs11.

use std::collections::BTreeMap;

use rv2wat_isa::{F, Inst, Reg, RegSet, X};

use super::{Standing, callee_saved};
use crate::discover::flow::{Abs, Env, FlowState, analyze};
use crate::discover::{Function, Program, Terminator};
use crate::load::Image;

/// What the proof found.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Regular, or the reason why not.
    pub standing: Standing,
    /// Why it counts as an observer.
    pub observer: Option<String>,
    /// The arguments of the system call that ends a block, where its number is
    /// a constant; by block.
    pub ecalls: BTreeMap<usize, RegSet>,
}

/// Proves or refutes the psABI for one function.
pub fn prove(image: &Image, program: &Program, function: &Function) -> Proof {
    let env = Env { image, gp: program.gp };
    let states = analyze(env, function);
    let mut walk = Walk::new(env, function);
    for (at, state) in states.iter().enumerate() {
        if let Some(state) = state {
            walk.block(at, state.clone());
        }
    }
    let standing = match &function.irregular {
        Some(why) => Standing::Irregular(why.clone()),
        None => match walk.refutation.take().or_else(|| floats_broken(env, function, &states)) {
            Some(why) => Standing::Irregular(why),
            None => Standing::Regular,
        },
    };
    let observer = walk.outside.take().or_else(|| {
        // Landing pads count: the walk does not come to them.
        let insts = function.blocks.iter().flat_map(|block| &block.insts);
        let never = insts.fold(walk.saved, |set, site| set - site.inst.inst.writes());
        if callee_saved().is_subset(walk.saved) {
            Some("saves all of s0-s11 and fs0-fs11".to_owned())
        } else {
            never.iter().next().map(|reg| format!("saves {reg}, which it never redefines"))
        }
    });
    Proof { standing, observer, ecalls: walk.ecalls }
}

/// One walk over all instructions with the state before each at hand.
struct Walk<'a> {
    env: Env<'a>,
    function: &'a Function,
    /// Callee-saved registers stored in the frame with their entry values.
    saved: RegSet,
    /// Callee-saved registers that some instruction writes.
    written: RegSet,
    /// A store of a callee-saved entry value outside the frame.
    outside: Option<String>,
    refutation: Option<String>,
    ecalls: BTreeMap<usize, RegSet>,
}

impl<'a> Walk<'a> {
    fn new(env: Env<'a>, function: &'a Function) -> Walk<'a> {
        Walk {
            env,
            function,
            saved: RegSet::EMPTY,
            written: RegSet::EMPTY,
            outside: None,
            refutation: None,
            ecalls: BTreeMap::new(),
        }
    }

    fn block(&mut self, at: usize, mut state: FlowState) {
        let block = &self.function.blocks[at];
        for site in &block.insts {
            self.observe(site.pc, &site.inst.inst, &state);
            state.step(self.env, site);
        }
        let pc = block.insts.last().map_or(block.start, |site| site.pc);
        match &block.end {
            Terminator::Return => self.check(pc, &state, "returns"),
            Terminator::TailCall { .. } | Terminator::TailIndirect => self.check(pc, &state, "tail-calls"),
            Terminator::Ecall { .. } => {
                let count = state.reg(X::A7).constant().and_then(rv2wat_linux::argument_count);
                if let Some(count) = count {
                    self.ecalls.insert(at, ecall_arguments(count));
                }
            }
            Terminator::Unknown => self.refute(pc, "jumps to an unknown place"),
            _ => {}
        }
    }

    /// Records saves and other stores of callee-saved entry values.
    fn observe(&mut self, pc: u64, inst: &Inst, state: &FlowState) {
        self.written |= inst.writes() & callee_saved();
        let (base, reg) = match inst {
            Inst::Sd(s) => match state.reg(s.rs2) {
                Abs::Entry(reg, 0) if callee_saved().contains(reg) => (s.rs1, Reg::X(reg)),
                _ => return,
            },
            // A callee-saved float that the function has not written before is
            // its caller's; which it is on every path matters little here.
            Inst::Fsd(s) if callee_saved().contains(s.rs2) && !self.written.contains(s.rs2) => {
                (s.rs1, Reg::F(s.rs2))
            }
            _ => return,
        };
        if state.reg(base).in_frame() {
            self.saved.insert(reg);
        } else if self.outside.is_none() {
            self.outside = Some(format!("stores its caller's {reg} outside its frame at {pc:#x}"));
        }
    }

    fn check(&mut self, pc: u64, state: &FlowState, how: &str) {
        if !state.reg(X::SP).is_entry(X::SP) {
            self.refute(pc, &format!("{how} with another sp"));
        }
        if how != "returns" && !state.reg(X::RA).is_entry(X::RA) {
            self.refute(pc, &format!("{how} with another ra"));
        }
        if how == "returns" && !self.returns_through_ra(pc, state) {
            self.refute(pc, "returns through another register than ra");
        }
        for reg in callee_saved().iter_x() {
            if !state.reg(reg).is_entry(reg) {
                self.refute(pc, &format!("{how} with another {reg}"));
            }
        }
    }

    /// Whether the jump at `pc` goes where the entry `ra` points.
    fn returns_through_ra(&self, pc: u64, state: &FlowState) -> bool {
        let site =
            self.function.blocks.iter().filter_map(|block| block.insts.last()).find(|site| site.pc == pc);
        match site.map(|site| site.inst.inst) {
            Some(Inst::Jalr(i)) => state.reg(i.rs1).is_entry(X::RA) && i.imm == 0,
            _ => false,
        }
    }

    fn refute(&mut self, pc: u64, why: &str) {
        if self.refutation.is_none() {
            self.refutation = Some(format!("{why} at {pc:#x}"));
        }
    }
}

/// The first `count` of a0 to a5: the registers that carry a system call's
/// arguments, and a call's first ones.
pub fn ecall_arguments(count: usize) -> RegSet {
    X::all().skip(X::A0.index()).take(count.min(6)).fold(RegSet::EMPTY, |set, x| set | RegSet::x(x))
}

/// What fs0–fs11 hold: the set of those with their entry value, and the slots of
/// the frame (by distance from the entry `sp`) that hold an entry value.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Floats {
    intact: RegSet,
    slots: BTreeMap<i64, F>,
}

impl Floats {
    fn join(&mut self, other: &Floats) -> bool {
        let before = (self.intact, self.slots.len());
        self.intact &= other.intact;
        self.slots.retain(|at, reg| other.slots.get(at) == Some(reg));
        before != (self.intact, self.slots.len())
    }

    fn step(&mut self, inst: &Inst, state: &FlowState) {
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

/// Whether some return leaves a callee-saved float changed: the dataflow of
/// [`Floats`] over functions that write one at all.
fn floats_broken(env: Env<'_>, function: &Function, states: &[Option<FlowState>]) -> Option<String> {
    let saved = callee_saved() & RegSet::ALL_F;
    let writes = |block: &crate::discover::Block| {
        block.insts.iter().any(|s| !(s.inst.inst.writes() & saved).is_empty())
    };
    if !function.blocks.iter().any(writes) {
        return None;
    }
    let mut floats: Vec<Option<Floats>> = vec![None; function.blocks.len()];
    floats[function.entry_block] = Some(Floats { intact: saved, slots: BTreeMap::new() });
    let mut work = std::collections::BTreeSet::from([function.entry_block]);
    let mut broken = BTreeMap::new();
    while let Some(at) = work.pop_first() {
        let (Some(mut held), Some(mut state)) = (floats[at].clone(), states[at].clone()) else { continue };
        let block = &function.blocks[at];
        for site in &block.insts {
            held.step(&site.inst.inst, &state);
            state.step(env, site);
        }
        if matches!(block.end, Terminator::Return | Terminator::TailCall { .. } | Terminator::TailIndirect) {
            broken.insert(at, saved - held.intact);
        }
        for to in block.end.successors() {
            let changed = match &mut floats[to] {
                Some(known) => known.join(&held),
                empty => {
                    *empty = Some(held.clone());
                    true
                }
            };
            if changed {
                work.insert(to);
            }
        }
    }
    let (at, regs) = broken.into_iter().find(|(_, regs)| !regs.is_empty())?;
    let reg = regs.iter().next()?;
    Some(format!("returns with another {reg} at {:#x}", function.blocks[at].end_pc()))
}
