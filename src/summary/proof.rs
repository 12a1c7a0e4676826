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
//! never redefines, or saves all of s0–s11 and fs0–fs11. A save that no return can
//! follow says nothing by itself: GCC makes them before a call that does not return
//! (of `__stack_chk_fail`), where it saves each register where it needs it.

use std::collections::BTreeMap;

use rv2wat_isa::{Inst, Reg, RegSet, X};
use smallvec::SmallVec;

use super::floats::{self, Floats};
use super::saves::{Finder, Saves};
use super::{Standing, callee_saved};
use crate::discover::flow::{Abs, Env, FlowState, analyze};
use crate::discover::{Block, Function, Program, Site, Terminator};
use crate::load::Image;

/// What the proof found.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Regular, or the reason why not.
    pub standing: Standing,
    /// Why it counts as an observer.
    pub observer: Option<String>,
    /// What it does with registers that belong to its callers, where frames tell
    /// the truth on exit.
    pub saves: Option<Saves>,
    /// The arguments of the system call that ends a block, where its number is
    /// a constant; by block.
    pub ecalls: BTreeMap<usize, RegSet>,
}

/// Proves or refutes the psABI for one function; and for one that is to keep to *truth
/// on exit*, if `on_exit`, that it can.
pub fn prove(image: &Image, program: &Program, function: &Function, on_exit: bool) -> Proof {
    let env = Env { image, gp: program.gp };
    let states = analyze(env, function);
    let floats = floats::analyze(env, function, &states);
    let mut walk = Walk::new(function);
    let mut finder = on_exit.then(|| Finder::new(function));
    for (at, known) in states.into_iter().zip(floats).enumerate() {
        let (Some(mut state), Some(mut held)) = known else { continue };
        for site in &function.blocks[at].insts {
            walk.observe(at, site, &state);
            finder.iter_mut().for_each(|finder| finder.inst(site, &state, &held));
            held.step(&site.inst.inst, &state);
            state.step(env, site);
        }
        walk.end(at, &state, &held);
        finder.iter_mut().for_each(|finder| finder.end(at, &state, &held));
    }
    let refutation = walk.refutation.take().or_else(|| walk.floats_broken.take());
    let mut standing = match function.irregular.clone().or(refutation) {
        Some(why) => Standing::Irregular(why),
        None => Standing::Regular,
    };
    let observer = walk.outside.take().or_else(|| {
        // Landing pads count: the walk does not come to them.
        let insts = function.blocks.iter().flat_map(|block| &block.insts);
        let rest = walk.kept - walk.written;
        if callee_saved().is_subset(walk.saved) {
            return Some("saves all of s0-s11 and fs0-fs11".to_owned());
        } else if rest.is_empty() {
            return None;
        }
        let never = insts.fold(rest, |set, site| set - site.inst.inst.writes());
        never.iter().next().map(|reg| format!("saves {reg}, which it never redefines"))
    });
    let mut saves = None;
    if let Some(finder) = finder.filter(|_| standing == Standing::Regular) {
        let found = match &observer {
            Some(why) => Err(why.clone()),
            None => finder.finish(),
        };
        match found {
            Ok(found) => saves = Some(found),
            Err(why) => standing = Standing::Irregular(why),
        }
    }
    Proof { standing, observer, saves, ecalls: walk.ecalls }
}

/// One walk over all instructions with the state before each at hand.
struct Walk<'a> {
    function: &'a Function,
    /// Callee-saved registers stored in the frame with their entry values.
    saved: RegSet,
    /// Those of them that are saved where a return may follow.
    kept: RegSet,
    /// By block: whether the function may return from there.
    returns: Vec<bool>,
    /// Callee-saved registers that some instruction writes.
    written: RegSet,
    /// A store of a callee-saved entry value outside the frame.
    outside: Option<String>,
    refutation: Option<String>,
    /// A return that leaves a callee-saved float changed.
    floats_broken: Option<String>,
    ecalls: BTreeMap<usize, RegSet>,
}

impl<'a> Walk<'a> {
    fn new(function: &'a Function) -> Walk<'a> {
        Walk {
            function,
            saved: RegSet::EMPTY,
            kept: RegSet::EMPTY,
            returns: returns(function),
            written: RegSet::EMPTY,
            outside: None,
            refutation: None,
            floats_broken: None,
            ecalls: BTreeMap::new(),
        }
    }

    /// Looks at how a block ends.
    fn end(&mut self, at: usize, state: &FlowState, held: &Floats) {
        let block = &self.function.blocks[at];
        let pc = block.insts.last().map_or(block.start, |site| site.pc);
        match &block.end {
            Terminator::Return | Terminator::TailCall { .. } | Terminator::TailIndirect => {
                self.check(block, pc, state);
                let changed = (callee_saved() & RegSet::ALL_F) - held.intact;
                if let Some(reg) = changed.iter().next().filter(|_| self.floats_broken.is_none()) {
                    let pc = block.end_pc();
                    self.floats_broken = Some(format!("returns with another {reg} at {pc:#x}"));
                }
            }
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
    fn observe(&mut self, block: usize, site: &Site, state: &FlowState) {
        let inst = &site.inst.inst;
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
            if self.returns[block] {
                self.kept.insert(reg);
            }
        } else if self.outside.is_none() {
            self.outside = Some(format!("stores its caller's {reg} outside its frame at {:#x}", site.pc));
        }
    }

    fn check(&mut self, block: &Block, pc: u64, state: &FlowState) {
        let returns = block.end == Terminator::Return;
        let how = if returns { "returns" } else { "tail-calls" };
        if !state.reg(X::SP).is_entry(X::SP) {
            self.refute(pc, &format!("{how} with another sp"));
        }
        if !returns && !state.reg(X::RA).is_entry(X::RA) {
            self.refute(pc, &format!("{how} with another ra"));
        }
        if returns && !returns_through_ra(block, state) {
            self.refute(pc, "returns through another register than ra");
        }
        for reg in callee_saved().iter_x() {
            if !state.reg(reg).is_entry(reg) {
                self.refute(pc, &format!("{how} with another {reg}"));
            }
        }
    }

    fn refute(&mut self, pc: u64, why: &str) {
        if self.refutation.is_none() {
            self.refutation = Some(format!("{why} at {pc:#x}"));
        }
    }
}

/// Whether the jump that ends a block goes where the entry `ra` points.
fn returns_through_ra(block: &Block, state: &FlowState) -> bool {
    match block.insts.last().map(|site| site.inst.inst) {
        Some(Inst::Jalr(i)) => state.reg(i.rs1).is_entry(X::RA) && i.imm == 0,
        _ => false,
    }
}

/// From which blocks a return may be reached, or a jump elsewhere.
fn returns(function: &Function) -> Vec<bool> {
    let leaves = |end: &Terminator| {
        !matches!(end, Terminator::Call { .. } | Terminator::CallIndirect { .. } | Terminator::Trap { .. })
            && end.successors().is_empty()
    };
    let mut preds: Vec<SmallVec<[usize; 2]>> = vec![SmallVec::new(); function.blocks.len()];
    for (from, block) in function.blocks.iter().enumerate() {
        block.end.successors().into_iter().for_each(|to| preds[to].push(from));
    }
    let mut found = vec![false; function.blocks.len()];
    let mut work: Vec<usize> =
        (0..found.len()).filter(|&block| leaves(&function.blocks[block].end)).collect();
    while let Some(block) = work.pop() {
        if !std::mem::replace(&mut found[block], true) {
            work.extend(&preds[block]);
        }
    }
    found
}

/// The first `count` of a0 to a5: the registers that carry a system call's
/// arguments, and a call's first ones.
pub fn ecall_arguments(count: usize) -> RegSet {
    X::all().skip(X::A0.index()).take(count.min(6)).fold(RegSet::EMPTY, |set, x| set | RegSet::x(x))
}
