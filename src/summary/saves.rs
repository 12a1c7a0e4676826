//! *Truth on exit*: which saves and restores a function may leave out, and what
//! its frame hands over where it leaves.
//!
//! A function that saves a callee-saved register (or `ra`) at its start and loads
//! it back before it returns needs neither: its caller has the value. The store is
//! left out where it puts the entry value of a register into a slot of the frame,
//! the load where it brings that value back into the same register. While the save
//! is in force the slot is *owed*: whoever leaves says where it is, and the frames
//! outside fill it. A register that the function has redefined is *given*: its
//! value goes to the slots that inner frames owe, or to the state.
//!
//! None of this works for a function that looks at what its caller's registers
//! hold; it is refused, and entered with all registers in the state. A register that
//! is saved and then read where only some paths have written it does not count: what
//! it holds on the others can be of no use to a function that keeps the psABI.
//!
//! Assumed, as by all proofs here: the slots are written and read by nothing but
//! the saves and restores themselves. `--checked` tests it.
//!
//! Knows the dataflow of registers and slots. Must never know what is live across
//! functions, nor the IR.

use std::collections::BTreeSet;
use std::sync::Arc;

use rv2wat_isa::{Inst, Reg, RegSet, X};

use super::callee_saved;
use super::floats::Floats;
use crate::discover::flow::{Abs, FlowState};
use crate::discover::{Block, Function, Site, Terminator};

/// What a frame hands over where a block ends, if the function leaves there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AtEnd {
    /// Registers that hold something else than at entry, on every path.
    pub redefined: RegSet,
    /// The same, on some path but not on all.
    pub perhaps: RegSet,
    /// Registers that point into the frame. Whoever unwinds the stack may want
    /// them, though the function does not.
    pub frame_pointers: RegSet,
    /// Saves in force: registers, and their slots as distances from the entry `sp`
    /// (bytes).
    pub owed: Arc<[(Reg, i64)]>,
    /// `sp` minus the entry `sp`, where it is known (bytes).
    pub sp: Option<i64>,
}

impl AtEnd {
    /// The registers whose values the frame gives, of those that are `live` after
    /// the block; `elsewhere` where nothing comes after it, or the program may go on in
    /// other code, which may look at all of them.
    ///
    /// What is dead nobody looks at but unwinders, who follow frame pointers and
    /// return addresses. Where nothing comes after, all is dead and costs nothing.
    /// On the paths that have not redefined a register, its value is of no use to
    /// the function, and its caller's is in the slot.
    pub fn gives(&self, live: RegSet, elsewhere: bool) -> RegSet {
        let looked_at = match elsewhere {
            true => kept(),
            false => live | self.frame_pointers | RegSet::x(X::RA),
        };
        (self.redefined & looked_at) | (self.perhaps & self.owed() & live)
    }

    /// The registers whose saves are in force.
    pub fn owed(&self) -> RegSet {
        let mut set = RegSet::EMPTY;
        for &(reg, _) in &*self.owed {
            set.insert(reg);
        }
        set
    }
}

/// What a function does with registers that belong to its callers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Saves {
    /// The pcs of the saves that are left out, sorted, with their slots as
    /// distances from the entry `sp` (bytes).
    pub saves: Vec<(u64, i64)>,
    /// The same for the loads that bring registers back.
    pub restores: Vec<(u64, i64)>,
    /// Registers that it may read before it has written them, though it has saved
    /// them: compilers let a value that is not used be computed. It reads zeros.
    pub unset: RegSet,
    /// By block.
    pub ends: Vec<AtEnd>,
}

/// The registers that this is about: the callee-saved ones and `ra`.
pub const fn kept() -> RegSet {
    callee_saved().union(RegSet::x(X::RA))
}

impl Saves {
    /// Whether an instruction is left out.
    pub fn leaves_out(&self, site: &Site) -> bool {
        match site.inst.inst {
            Inst::Sd(_) | Inst::Fsd(_) => self.save_at(site.pc).is_some(),
            Inst::Ld(_) | Inst::Fld(_) => self.restore_at(site.pc).is_some(),
            _ => false,
        }
    }

    /// The slot of a save that is left out, as a distance from the entry `sp`.
    pub fn save_at(&self, pc: u64) -> Option<i64> {
        find(&self.saves, pc)
    }

    /// The slot of a restore that is left out, as a distance from the entry `sp`.
    pub fn restore_at(&self, pc: u64) -> Option<i64> {
        find(&self.restores, pc)
    }
}

fn find(list: &[(u64, i64)], pc: u64) -> Option<i64> {
    list.binary_search_by_key(&pc, |&(at, _)| at).ok().map(|found| list[found].1)
}

/// A save or a restore by what it looks like: the register, its place, and its
/// direction.
struct Move {
    reg: Reg,
    slot: i64,
    is_save: bool,
}

struct Live {
    into: Vec<RegSet>,
    out: Vec<RegSet>,
}

/// Finds the saves of a function that keeps the psABI: it is shown all instructions,
/// with what dataflow knows before each, and the ends of blocks.
pub struct Finder<'a> {
    function: &'a Function,
    found: Saves,
    /// The registers of the saves and restores, by pc.
    moved: Vec<(u64, Reg)>,
    /// Instructions that see what a caller's register holds: the register itself, or
    /// its slot otherwise than to bring it back.
    peeked: Vec<(Reg, u64)>,
    /// Instructions that read a register while no save of it is in force.
    unsaved: Vec<(u64, Reg)>,
    /// What the last block owes, in a list that others may have too.
    shared: Arc<[(Reg, i64)]>,
    /// The same while it is collected.
    owed: Vec<(Reg, i64)>,
}

impl<'a> Finder<'a> {
    /// One that has seen nothing yet.
    pub fn new(function: &'a Function) -> Finder<'a> {
        let found = Saves { ends: vec![AtEnd::default(); function.blocks.len()], ..Saves::default() };
        let (moved, peeked, unsaved) = (Vec::new(), Vec::new(), Vec::new());
        Finder { function, found, moved, peeked, unsaved, shared: Arc::default(), owed: Vec::new() }
    }

    /// What it has found, when it has seen all that is reached.
    ///
    /// # Errors
    /// Why the function needs its caller's registers.
    pub fn finish(mut self) -> Result<Saves, String> {
        self.found.saves.sort_unstable();
        self.found.restores.sort_unstable();
        let locals: Vec<Local> = self.function.blocks.iter().map(|block| self.local(block)).collect();
        let live = self.live(&locals);
        if let Some((reg, pc)) = self.peeked.iter().find(|(reg, _)| callee_saved().contains(*reg)) {
            return Err(format!("reads its caller's {reg} at {pc:#x}"));
        }
        let at_entry = live.into[self.function.entry_block];
        self.found.unset = at_entry & callee_saved();
        self.unsaved.sort_unstable();
        let peeked_ra = self.peeked.iter().any(|(reg, _)| *reg == Reg::X(X::RA));
        let keeps_ra = peeked_ra || at_entry.contains(X::RA);
        if keeps_ra {
            self.keep_ra();
        }
        let locals = match keeps_ra {
            true => self.function.blocks.iter().map(|block| self.local(block)).collect(),
            false => locals,
        };
        self.paths(&live, &locals)?;
        Ok(self.found)
    }

    /// Looks at an instruction.
    pub fn inst(&mut self, site: &Site, state: &FlowState, held: &Floats) {
        let inst = &site.inst.inst;
        match as_move(inst, state, held) {
            Some(found) => {
                self.moved.push((site.pc, found.reg));
                let list = if found.is_save { &mut self.found.saves } else { &mut self.found.restores };
                list.push((site.pc, found.slot));
            }
            None => self.peek(site.pc, inst, state, held),
        }
    }

    /// Looks at what is owed where a block ends.
    pub fn end(&mut self, at: usize, state: &FlowState, held: &Floats) {
        let end = &mut self.found.ends[at];
        end.sp = state.sp_delta();
        // What lies below `sp` is no longer in the frame.
        let low = end.sp.unwrap_or(i64::MIN);
        let integers = state.slots.iter().filter_map(|(slot, value)| match value {
            Abs::Entry(reg, 0) if kept().contains(reg) => Some((Reg::X(reg), slot)),
            _ => None,
        });
        let floats = held.slots.iter().map(|(&slot, &reg)| (Reg::F(reg), slot));
        self.owed.clear();
        self.owed.extend(integers.chain(floats).filter(|&(_, slot)| low <= slot && slot < 0));
        // Mostly a block owes what the one before it owes.
        if *self.shared != *self.owed {
            self.shared = self.owed.as_slice().into();
        }
        end.owed = self.shared.clone();
        let pointers = callee_saved().iter_x().filter(|&x| state.reg(x).in_frame());
        end.frame_pointers = pointers.fold(RegSet::EMPTY, |set, x| set | RegSet::x(x));
    }

    /// Notes the callers' registers that an instruction sees, in the frame too.
    fn peek(&mut self, pc: u64, inst: &Inst, state: &FlowState, held: &Floats) {
        for reg in (inst.reads() & callee_saved()).iter() {
            let (is_entry, is_saved) = match reg {
                Reg::X(x) => {
                    (state.reg(x).is_entry(x), state.slots.iter().any(|(_, value)| value.is_entry(x)))
                }
                Reg::F(f) => (held.intact.contains(f), held.slots.values().any(|&saved| saved == f)),
            };
            if is_entry && !(is_saved && computes(inst)) {
                self.peeked.push((reg, pc));
            } else if !is_entry && !is_saved {
                self.unsaved.push((pc, reg));
            }
        }
        let Some((base, imm, size)) = read(inst) else { return };
        let Some(from) = state.reg(base).offset(imm).sp_offset() else { return };
        let overlaps = |slot: i64| slot < from.saturating_add(size) && from < slot.saturating_add(8);
        for (slot, value) in state.slots.overlapping(from, size) {
            if let Abs::Entry(reg, 0) = value
                && kept().contains(reg)
                && slot < 0
            {
                self.peeked.push((Reg::X(reg), pc));
            }
        }
        for (&slot, &reg) in held.slots.iter().filter(|&(&slot, _)| overlaps(slot)) {
            if slot < 0 {
                self.peeked.push((Reg::F(reg), pc));
            }
        }
    }

    /// `ra` is a parameter like any other: its saves are made.
    fn keep_ra(&mut self) {
        let ra: BTreeSet<u64> =
            self.moved.iter().filter(|(_, reg)| *reg == Reg::X(X::RA)).map(|&(pc, _)| pc).collect();
        self.found.saves.retain(|(pc, _)| !ra.contains(pc));
        self.found.restores.retain(|(pc, _)| !ra.contains(pc));
        for end in &mut self.found.ends {
            if end.owed().contains(X::RA) {
                end.owed = end.owed.iter().copied().filter(|(reg, _)| *reg != Reg::X(X::RA)).collect();
            }
        }
    }

    /// What a block does to registers. A restore counts as a write.
    fn local(&self, block: &Block) -> Local {
        let mut local = Local::default();
        let last = block.insts.len().checked_sub(1);
        for (position, site) in block.insts.iter().enumerate() {
            let inst = &site.inst.inst;
            let is_return = Some(position) == last && block.end == Terminator::Return;
            if !is_return && !self.found.leaves_out(site) {
                local.reads |= (inst.reads() - local.writes) & kept();
            }
            let writes = inst.writes() & kept();
            local.writes |= writes;
            local.restores = self.restored(site, writes) | (local.restores - writes);
        }
        local
    }

    /// Liveness of the registers in the function alone: callees preserve them, and
    /// whoever looks at more than its own is left to.
    fn live(&self, locals: &[Local]) -> Live {
        let blocks = &self.function.blocks;
        let succs: Vec<_> = blocks.iter().map(|block| block.end.successors()).collect();
        let mut live =
            Live { into: vec![RegSet::EMPTY; blocks.len()], out: vec![RegSet::EMPTY; blocks.len()] };
        let mut pads = RegSet::EMPTY;
        loop {
            let mut changed = false;
            for at in (0..blocks.len()).rev() {
                let mut out = match blocks[at].end {
                    Terminator::Call { .. } | Terminator::CallIndirect { .. } => pads,
                    _ => RegSet::EMPTY,
                };
                for &to in &succs[at] {
                    out |= live.into[to];
                }
                let into = locals[at].reads | (out - locals[at].writes);
                changed |= into != live.into[at];
                (live.into[at], live.out[at]) = (into, out);
            }
            let before = pads;
            for &pad in &self.function.landing_pads {
                pads |= live.into[pad];
            }
            if !changed && before == pads {
                return live;
            }
        }
    }

    /// Those of the registers that an instruction writes which it restores.
    fn restored(&self, site: &Site, writes: RegSet) -> RegSet {
        match site.inst.inst {
            Inst::Ld(_) | Inst::Fld(_) if self.found.restore_at(site.pc).is_some() => writes,
            _ => RegSet::EMPTY,
        }
    }

    /// Finds which registers differ from their entry values at the blocks' ends,
    /// on some paths or on all.
    fn paths(&mut self, live: &Live, locals: &[Local]) -> Result<(), String> {
        let at_entry = Held { entry: kept(), other: RegSet::EMPTY };
        let through = |at: usize, held: Held| held.after(locals[at].writes, locals[at].restores);
        let into = self.function.forward(self.function.entry_block, at_entry, through, Held::join);
        let function = self.function;
        let blocks = &function.blocks;
        for (at, held) in into.into_iter().enumerate() {
            let Some(held) = held else { continue };
            if !((held.entry | locals[at].writes) & self.found.unset).is_empty() {
                self.look_at_unset(&blocks[at], held)?;
            }
            let held = held.after(locals[at].writes, locals[at].restores);
            let end = &mut self.found.ends[at];
            (end.redefined, end.perhaps) = (held.other - held.entry, held.other & held.entry);
        }
        for (at, end) in self.found.ends.iter().enumerate() {
            let doubtful = (end.perhaps & live.out[at]) - end.owed() - RegSet::x(X::RA);
            if let Some(reg) = doubtful.iter().next() {
                let pc = blocks[at].end_pc();
                return Err(format!("redefines {reg} on some ways to {pc:#x} without a save"));
            }
        }
        Ok(())
    }

    /// Whether a block reads nothing that may be its caller's while no save of it is in
    /// force.
    fn look_at_unset(&self, block: &Block, mut held: Held) -> Result<(), String> {
        if self.unsaved.is_empty() {
            return Ok(());
        }
        for site in &block.insts {
            let unread = held.entry & self.found.unset;
            let mut reads = unread.iter();
            if let Some(reg) = reads.find(|&reg| self.unsaved.binary_search(&(site.pc, reg)).is_ok()) {
                return Err(format!("may read its caller's {reg} at {:#x}", site.pc));
            }
            let writes = site.inst.inst.writes() & kept();
            held = held.after(writes, self.restored(site, writes));
        }
        Ok(())
    }
}

/// What one block does to the registers that this is about.
#[derive(Clone, Copy, Default)]
struct Local {
    /// Those that it reads before it writes them, otherwise than to save them.
    reads: RegSet,
    writes: RegSet,
    /// Of these, the ones that it brings back last.
    restores: RegSet,
}

/// What registers hold, on all the paths to a place taken together.
#[derive(Clone, Copy)]
struct Held {
    /// Perhaps their entry values.
    entry: RegSet,
    /// Perhaps something else.
    other: RegSet,
}

impl Held {
    /// After code that writes some registers, and brings some of them back.
    fn after(self, writes: RegSet, restores: RegSet) -> Held {
        Held { entry: (self.entry - writes) | restores, other: (self.other | writes) - restores }
    }

    fn join(&mut self, other: &Held) -> bool {
        let before = (self.entry, self.other);
        self.entry |= other.entry;
        self.other |= other.other;
        before != (self.entry, self.other)
    }
}

/// The save or restore that an instruction is, by what registers and slots hold
/// before it.
fn as_move(inst: &Inst, state: &FlowState, held: &Floats) -> Option<Move> {
    let slot = |base: X, imm: i64| {
        let slot = state.reg(base).offset(imm).sp_offset();
        slot.filter(|slot| (i64::from(i32::MIN)..0).contains(slot))
    };
    match inst {
        Inst::Sd(s) if kept().contains(s.rs2) && state.reg(s.rs2).is_entry(s.rs2) => {
            Some(Move { reg: Reg::X(s.rs2), slot: slot(s.rs1, s.imm)?, is_save: true })
        }
        Inst::Ld(i) if kept().contains(i.rd) => {
            let slot = slot(i.rs1, i.imm)?;
            state.slots.get(slot).is_entry(i.rd).then_some(Move { reg: Reg::X(i.rd), slot, is_save: false })
        }
        Inst::Fsd(s) if callee_saved().contains(s.rs2) && held.intact.contains(s.rs2) => {
            Some(Move { reg: Reg::F(s.rs2), slot: slot(s.rs1, s.imm)?, is_save: true })
        }
        Inst::Fld(load) => {
            let slot = slot(load.rs1, load.imm)?;
            (held.slots.get(&slot) == Some(&load.rd)).then_some(Move {
                reg: Reg::F(load.rd),
                slot,
                is_save: false,
            })
        }
        _ => None,
    }
}

/// Whether an instruction computes one register from others. Code without
/// optimisation builds small structures bit by bit in a register that it has saved
/// and not yet set, and hands empty ones on in it: what was there before is of no
/// use.
fn computes(inst: &Inst) -> bool {
    !inst.writes().is_empty() && read(inst).is_none() && !matches!(inst, Inst::Jalr(_))
}

/// What an instruction reads of memory: base, distance and size (bytes).
fn read(inst: &Inst) -> Option<(X, i64, i64)> {
    use Inst::*;
    match inst {
        Lb(i) | Lbu(i) => Some((i.rs1, i.imm, 1)),
        Lh(i) | Lhu(i) => Some((i.rs1, i.imm, 2)),
        Lw(i) | Lwu(i) => Some((i.rs1, i.imm, 4)),
        Ld(i) => Some((i.rs1, i.imm, 8)),
        Flw(load) => Some((load.rs1, load.imm, 4)),
        Fld(load) => Some((load.rs1, load.imm, 8)),
        LrW(lr) | LrD(lr) => Some((lr.rs1, 0, 8)),
        _ => crate::discover::flow::atomic_address(inst).map(|base| (base, 0, 8)),
    }
}

#[cfg(test)]
mod tests;
