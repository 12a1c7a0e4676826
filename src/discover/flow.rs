//! Forward dataflow over registers and frame slots of one function.
//!
//! For each integer register, and for each 8-byte slot of the frame, the value
//! relative to the function's entry: an entry register plus a constant, a
//! constant, or unknown. From it follow `sp` at every pc (with frame pointers
//! and `alloca`), the return address, call targets and table bases.
//!
//! What it assumes, and whoever relies on it must prove or check:
//! - a call preserves `sp`, `gp`, `tp` and s0–s11 and writes none of the
//!   caller's 8-byte slots that hold known values (the psABI, and memory that
//!   escapes holds no saved registers);
//! - a store through an address that is not known to be in the frame changes
//!   no tracked slot; so does one through [`Abs::Frame`], an address in the
//!   dynamic part of the frame;
//! - memory without write permission, RELRO and the global offset table keep
//!   their relocated values.
//!
//! The lattice is shallow (a value only ever falls to `Frame`, then to
//! `Unknown`), so the fixpoint takes a small constant number of visits a block.

use std::rc::Rc;

use rv2wat_isa::{Inst, X};

use super::{Function, Site, Terminator};
use crate::load::Image;

/// Abstract value of a 64-bit register or slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Abs {
    /// Nothing is known.
    Unknown,
    /// This number on every path.
    Const(u64),
    /// What the register held at function entry, plus a wrapping constant.
    Entry(X, i64),
    /// The entry `sp` plus an unknown amount: after `alloca`, realignment, or
    /// paths that disagree.
    Frame,
}

impl Abs {
    /// The constant, if it is one.
    pub fn constant(self) -> Option<u64> {
        match self {
            Self::Const(value) => Some(value),
            _ => None,
        }
    }

    /// Distance from the entry `sp`, if it is known.
    pub fn sp_offset(self) -> Option<i64> {
        match self {
            Self::Entry(X::SP, offset) => Some(offset),
            _ => None,
        }
    }

    /// Whether it is derived from the entry `sp`.
    pub fn in_frame(self) -> bool {
        matches!(self, Self::Frame | Self::Entry(X::SP, _))
    }

    /// Whether it is exactly the value that `reg` had at entry.
    pub fn is_entry(self, reg: X) -> bool {
        self == Self::Entry(reg, 0)
    }

    /// This value plus a constant.
    #[must_use]
    pub fn offset(self, by: i64) -> Self {
        match self {
            Self::Const(value) => Self::Const(value.wrapping_add_signed(by)),
            Self::Entry(reg, at) => Self::Entry(reg, at.wrapping_add(by)),
            other => other,
        }
    }

    /// What holds on both of two paths.
    #[must_use]
    pub fn join(self, other: Self) -> Self {
        if self == other {
            self
        } else if self.in_frame() && other.in_frame() {
            Self::Frame
        } else {
            Self::Unknown
        }
    }

    fn add(self, other: Self) -> Self {
        match (self, other) {
            (Self::Const(c), x) | (x, Self::Const(c)) => x.offset(c.cast_signed()),
            // An unknown amount is an index or a size; two frame addresses
            // are never added.
            (x, Self::Unknown) | (Self::Unknown, x) if x.in_frame() => Self::Frame,
            _ => Self::Unknown,
        }
    }

    fn sub(self, other: Self) -> Self {
        match (self, other) {
            (x, Self::Const(c)) => x.offset(c.cast_signed().wrapping_neg()),
            (Self::Entry(a, x), Self::Entry(b, y)) if a == b => {
                Self::Const(x.wrapping_sub(y).cast_unsigned())
            }
            (x, Self::Unknown) if x.in_frame() => Self::Frame,
            _ => Self::Unknown,
        }
    }
}

/// Known values of 8-byte frame slots by distance from the entry `sp`, sorted. Most
/// blocks change none of them: states share their lists until one does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots(Rc<Vec<(i64, Abs)>>);

impl Slots {
    /// The value of the slot at `offset`.
    pub fn get(&self, offset: i64) -> Abs {
        match self.0.binary_search_by_key(&offset, |&(at, _)| at) {
            Ok(found) => self.0[found].1,
            Err(_) => Abs::Unknown,
        }
    }

    /// Slots whose value is known, by offset.
    pub fn iter(&self) -> impl Iterator<Item = (i64, Abs)> + '_ {
        self.0.iter().copied()
    }

    /// Those of them that overlap the `size` bytes at `offset`.
    pub fn overlapping(&self, offset: i64, size: i64) -> impl Iterator<Item = (i64, Abs)> + '_ {
        let first = self.0.partition_point(|&(at, _)| at.saturating_add(8) <= offset);
        let all = self.0[first..].iter().copied();
        all.take_while(move |&(at, _)| at < offset.saturating_add(size))
    }

    /// Records that the 8 bytes at `offset` hold `value`.
    pub fn set(&mut self, offset: i64, value: Abs) {
        self.kill(offset, 8);
        if value != Abs::Unknown {
            let at = self.0.partition_point(|&(o, _)| o < offset);
            Rc::make_mut(&mut self.0).insert(at, (offset, value));
        }
    }

    /// Forgets every slot that overlaps the `size` bytes at `offset`.
    pub fn kill(&mut self, offset: i64, size: i64) {
        let first = self.0.partition_point(|&(o, _)| o <= offset.saturating_sub(8));
        let last = self.0.partition_point(|&(o, _)| o < offset.saturating_add(size));
        if first < last {
            Rc::make_mut(&mut self.0).drain(first..last);
        }
    }

    fn join(&mut self, other: &Self) -> bool {
        if Rc::ptr_eq(&self.0, &other.0) || self.0.is_empty() {
            return false;
        }
        // Mostly all stays, and the list is shared.
        let mut theirs = Cursor(&other.0);
        let changes = |&(offset, value): &(i64, Abs)| value.join(theirs.value(offset)) != value;
        if !self.0.iter().any(changes) {
            return false;
        }
        let mut theirs = Cursor(&other.0);
        Rc::make_mut(&mut self.0).retain_mut(|(offset, value)| {
            *value = value.join(theirs.value(*offset));
            *value != Abs::Unknown
        });
        true
    }
}

/// The rest of a sorted list of slots, which are asked for in order.
struct Cursor<'a>(&'a [(i64, Abs)]);

impl Cursor<'_> {
    fn value(&mut self, offset: i64) -> Abs {
        while let [(at, _), rest @ ..] = self.0
            && *at < offset
        {
            self.0 = rest;
        }
        self.0.first().filter(|(at, _)| *at == offset).map_or(Abs::Unknown, |&(_, held)| held)
    }
}

/// What is known at one point of a function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FlowState {
    /// Integer registers; `regs[0]` is always the constant 0.
    regs: [Abs; 32],
    /// The registers of which something is known, a bit each.
    known: u32,
    /// The registers that hold something else than they held at entry, or may. Most
    /// hold the same: states are joined along each edge, by these two sets.
    changed: u32,
    /// Frame slots.
    pub slots: Slots,
}

/// What the dataflow may look up.
#[derive(Clone, Copy, Debug)]
pub struct Env<'a> {
    /// The program's memory: constants are loaded from it.
    pub image: &'a Image,
    /// The program's constant `gp`, see [`super::Program::gp`].
    pub gp: Option<u64>,
}

/// Linux's number of `exit` in `a7`.
const SYS_EXIT: u64 = 93;
/// Linux's number of `exit_group` in `a7`.
const SYS_EXIT_GROUP: u64 = 94;

/// Registers that a call may change under the psABI: ra, t0–t6, a0–a7.
const CALLER_SAVED: u32 = 1 << 1 | 0b111 << 5 | 0xff << 10 | 0xf << 28;

impl FlowState {
    /// The state at a function's entry. `gp` is only taken for granted by
    /// functions that do not set it.
    pub fn at_entry(gp: Option<u64>) -> Self {
        let mut regs = [Abs::Unknown; 32];
        for x in X::all() {
            regs[x.index()] = Abs::Entry(x, 0);
        }
        regs[0] = Abs::Const(0);
        let mut state = Self { regs, known: u32::MAX, changed: 1, slots: Slots::default() };
        if let Some(gp) = gp {
            state.set(X::GP, Abs::Const(gp));
        }
        state
    }

    /// The values of all registers.
    pub fn regs(&self) -> &[Abs; 32] {
        &self.regs
    }

    /// The value of a register.
    pub fn reg(&self, x: X) -> Abs {
        self.regs[x.index()]
    }

    /// Sets a register; writes of `x0` are dropped.
    pub fn set(&mut self, x: X, value: Abs) {
        if x != X::ZERO {
            let bit = 1 << x.index();
            self.regs[x.index()] = value;
            self.known = if value == Abs::Unknown { self.known & !bit } else { self.known | bit };
            self.changed = if value.is_entry(x) { self.changed & !bit } else { self.changed | bit };
        }
    }

    /// `sp` minus the entry `sp`, if known.
    pub fn sp_delta(&self) -> Option<i64> {
        self.reg(X::SP).sp_offset()
    }

    /// Lowers this state to what also holds in `other`; whether it changed.
    pub fn join(&mut self, other: &Self) -> bool {
        let mut changed = false;
        // What nothing is known of stays so.
        let mut differing = self.known & (self.changed | other.changed) & !1;
        while differing != 0 {
            let at = differing.trailing_zeros() as usize;
            differing &= differing - 1;
            let (mine, theirs) = (self.regs[at], other.regs[at]);
            if mine != theirs {
                let joined = mine.join(theirs);
                changed |= joined != mine;
                self.set(X::new(at as u8), joined);
            }
        }
        self.slots.join(&other.slots) | changed
    }

    /// The effect of an `ecall` on Linux: only `a0` changes.
    pub fn after_ecall(&mut self) {
        self.set(X::A0, Abs::Unknown);
    }

    /// Whether an `ecall` here ends the thread or process.
    pub fn ecall_exits(&self) -> bool {
        matches!(self.reg(X::A7), Abs::Const(SYS_EXIT | SYS_EXIT_GROUP))
    }

    /// The effect of a call under the psABI (see the module's assumptions).
    pub fn after_call(&mut self) {
        let mut lost = CALLER_SAVED & self.known;
        while lost != 0 {
            self.regs[lost.trailing_zeros() as usize] = Abs::Unknown;
            lost &= lost - 1;
        }
        self.known &= !CALLER_SAVED;
        self.changed |= CALLER_SAVED;
    }

    /// What holds where a non-local jump comes back to a place inside this
    /// function: `sp` and the frame pointer are what they were here (GCC,
    /// "Nonlocal Gotos"), and so is the frame.
    pub fn at_receiver(&self) -> Self {
        let mut regs = [Abs::Unknown; 32];
        regs[0] = Abs::Const(0);
        let mut state = Self { regs, known: 1, changed: u32::MAX, slots: self.slots.clone() };
        for x in [X::SP, X::GP, X::TP, X::S0] {
            state.set(x, self.reg(x));
        }
        state
    }

    /// The effect of leaving a block over one of its successor edges, after
    /// all of its instructions have been stepped.
    pub fn leave(&mut self, end: &Terminator) {
        match end {
            Terminator::Call { .. } | Terminator::CallIndirect { .. } => self.after_call(),
            Terminator::Ecall { .. } => self.after_ecall(),
            _ => {}
        }
    }

    /// The effect of one instruction itself. For `jal` and `jalr` that is the
    /// link; what the callee does is [`FlowState::leave`]'s business.
    pub fn step(&mut self, env: Env<'_>, site: &Site) {
        use Inst::*;
        let pc = site.pc;
        match site.inst.inst {
            Lui(u) => self.set(u.rd, Abs::Const(u.imm.cast_unsigned())),
            Auipc(u) => self.set(u.rd, Abs::Const(pc.wrapping_add_signed(u.imm))),
            Jal(j) => self.set(j.rd, Abs::Const(site.next_pc())),
            Jalr(i) => self.set(i.rd, Abs::Const(site.next_pc())),
            Addi(i) => self.set(i.rd, self.reg(i.rs1).offset(i.imm)),
            Add(r) => self.set(r.rd, self.reg(r.rs1).add(self.reg(r.rs2))),
            Sub(r) => self.set(r.rd, self.reg(r.rs1).sub(self.reg(r.rs2))),
            // Realigning the stack keeps it in the frame.
            Andi(i) if self.reg(i.rs1).in_frame() && i.imm < 0 => self.set(i.rd, Abs::Frame),
            Ld(i) => self.load(env, i.rd, i.rs1, i.imm, 8),
            Lw(i) => self.load(env, i.rd, i.rs1, i.imm, 4),
            Lwu(i) => {
                self.load(env, i.rd, i.rs1, i.imm, 4);
                if let Abs::Const(value) = self.reg(i.rd) {
                    self.set(i.rd, Abs::Const(value & 0xffff_ffff));
                }
            }
            Sd(s) => {
                if let Abs::Entry(X::SP, at) = self.reg(s.rs1).offset(s.imm) {
                    let value = self.reg(s.rs2);
                    self.slots.set(at, value);
                }
            }
            Sw(s) => self.overwrite(s.rs1, s.imm, 4),
            Sh(s) => self.overwrite(s.rs1, s.imm, 2),
            Sb(s) => self.overwrite(s.rs1, s.imm, 1),
            Fsd(s) => self.overwrite(s.rs1, s.imm, 8),
            Fsw(s) => self.overwrite(s.rs1, s.imm, 4),
            inst => {
                if let Some(address) = atomic_address(&inst) {
                    self.overwrite(address, 0, 8);
                }
                let value = super::consts::evaluate(&inst, |x| self.reg(x).constant());
                for x in inst.writes().iter_x() {
                    self.set(x, value.map_or(Abs::Unknown, Abs::Const));
                }
            }
        }
    }

    fn overwrite(&mut self, base: X, imm: i64, size: i64) {
        if let Abs::Entry(X::SP, at) = self.reg(base).offset(imm) {
            self.slots.kill(at, size);
        }
    }

    fn load(&mut self, env: Env<'_>, rd: X, base: X, imm: i64, size: u64) {
        let value = match self.reg(base).offset(imm) {
            Abs::Entry(X::SP, at) if size == 8 => self.slots.get(at),
            Abs::Const(addr) if env.image.is_constant(addr, size) => match size {
                8 => env.image.word_at(addr).map_or(Abs::Unknown, Abs::Const),
                _ => word32(env.image, addr),
            },
            _ => Abs::Unknown,
        };
        self.set(rd, value);
    }
}

/// The sign-extended word at `addr`, unless a relocation changes it.
fn word32(image: &Image, addr: u64) -> Abs {
    let bytes = image.read(addr, 4).and_then(|b| b.try_into().ok()).map(i32::from_le_bytes);
    match bytes {
        Some(value) if image.fixup_at(addr & !7).is_none() => Abs::Const(i64::from(value).cast_unsigned()),
        _ => Abs::Unknown,
    }
}

/// The address register of an instruction that writes memory atomically.
pub(crate) fn atomic_address(inst: &Inst) -> Option<X> {
    use Inst::*;
    match inst {
        ScW(a) | AmoswapW(a) | AmoaddW(a) | AmoxorW(a) | AmoandW(a) | AmoorW(a) | AmominW(a) | AmomaxW(a)
        | AmominuW(a) | AmomaxuW(a) | ScD(a) | AmoswapD(a) | AmoaddD(a) | AmoxorD(a) | AmoandD(a)
        | AmoorD(a) | AmominD(a) | AmomaxD(a) | AmominuD(a) | AmomaxuD(a) => Some(a.rs1),
        _ => None,
    }
}

/// Whether the instruction writes `gp`.
pub(crate) fn writes_gp(inst: &Inst) -> bool {
    inst.writes().contains(X::GP)
}

/// The state at the start of every block of a finished function; `None` for
/// blocks that no path from the entry reaches.
pub fn analyze(env: Env<'_>, function: &Function) -> Vec<Option<FlowState>> {
    let sets_gp = function.blocks.iter().flat_map(|b| &b.insts).any(|s| writes_gp(&s.inst.inst));
    let at_entry = FlowState::at_entry(env.gp.filter(|_| !sets_gp));
    let through = |at: usize, mut state: FlowState| {
        let block = &function.blocks[at];
        block.insts.iter().for_each(|site| state.step(env, site));
        state.leave(&block.end);
        state
    };
    function.forward(function.entry_block, at_entry, through, FlowState::join)
}
