//! One function's body: blocks, dataflow and exits, found together.
//!
//! Knows the entries and the functions that never return as they are known so
//! far; the result depends on nothing else. Must never know other functions'
//! bodies.
//!
//! Blocks are decoded when the dataflow first reaches them, and split when an
//! edge leads into their middle. The last state of each block decides how it
//! ends ([`super::exits`]); indirect jumps are left pending until everything
//! else is stable, then [`super::tables`] looks at them and new targets start
//! the dataflow again. States only fall, so this ends; blocks that only an
//! outdated state led to are dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rv2wat_isa::{Inst, X};
use smallvec::{SmallVec, smallvec};

use super::code::{Code, Kind, kind};
use super::finish::Body;
use super::flow::{Abs, Env, FlowState, writes_gp};
use super::scan::{Entries, Evidence};
use super::{IndexSite, Site, exits, tables};
use crate::load::Image;

/// What is known about the program while a body is built.
#[derive(Clone, Copy)]
pub(super) struct World<'a> {
    pub image: &'a Image,
    pub code: &'a Code<'a>,
    pub gp: Option<u64>,
    pub entries: &'a Entries,
    pub noreturn: &'a BTreeSet<u64>,
    /// Labels inside functions that a jump from elsewhere may lead to, if the
    /// function stores them.
    pub receivers: &'a BTreeSet<u64>,
    /// Most instructions that a function may have from outside its own
    /// surroundings: a hostile file must not make every function a copy of
    /// the whole text.
    pub foreign: usize,
}

impl<'a> World<'a> {
    pub(super) fn env(&self) -> Env<'a> {
        Env { image: self.image, gp: self.gp }
    }

    /// The nearest entries around `pc`: the last at or before it, the first
    /// after it.
    pub(super) fn bounds(&self, pc: u64) -> (u64, u64) {
        let low = self.entries.range(..=pc).next_back().map_or(0, |(&e, _)| e);
        let high = self.entries.range(pc.saturating_add(1)..).next().map_or(u64::MAX, |(&e, _)| e);
        let range = self.image.text_range(pc).unwrap_or(0..u64::MAX);
        (low.max(range.start), high.min(range.end))
    }
}

/// An edge's destination.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Dest {
    /// Another function's entry, reached with the entry `sp`.
    Stub(u64),
    /// A block of this function.
    Block(u64),
}

/// How a block ends, in addresses. See [`Terminator`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Exit {
    Jump(u64),
    Branch {
        taken: Dest,
        fall: Dest,
    },
    Call {
        callee: u64,
        link: X,
        next: Option<Dest>,
    },
    CallIndirect {
        next: Option<Dest>,
    },
    Tail(u64),
    TailIndirect,
    Return,
    Table {
        index: IndexSite,
        load: u64,
        targets: Vec<Dest>,
        bounded: bool,
    },
    Goto {
        targets: Vec<(u64, Dest)>,
    },
    Ecall {
        next: Option<Dest>,
    },
    Trap {
        pc: u64,
        raw: u32,
    },
    /// Not yet looked at by [`tables`].
    Pending,
    Unknown {
        why: String,
        may_return: bool,
    },
    Sync {
        next: Dest,
    },
}

impl Exit {
    pub(super) fn dests(&self) -> SmallVec<[Dest; 2]> {
        match self {
            Self::Jump(to) => smallvec![Dest::Block(*to)],
            Self::Branch { taken, fall } => smallvec![*taken, *fall],
            Self::Call { next, .. } | Self::CallIndirect { next } | Self::Ecall { next } => {
                next.iter().copied().collect()
            }
            Self::Table { targets, .. } => targets.iter().copied().collect(),
            Self::Goto { targets } => targets.iter().map(|&(_, to)| to).collect(),
            Self::Sync { next } => smallvec![*next],
            Self::Tail(_)
            | Self::TailIndirect
            | Self::Return
            | Self::Trap { .. }
            | Self::Pending
            | Self::Unknown { .. } => SmallVec::new(),
        }
    }
}

/// What an indirect jump turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Resolution {
    Table { index: IndexSite, load: u64, targets: Vec<u64>, bounded: bool },
    Goto(Vec<u64>),
    TailIndirect,
    Unknown(String),
}

impl Resolution {
    fn targets(&self) -> &[u64] {
        match self {
            Self::Table { targets, .. } | Self::Goto(targets) => targets,
            Self::TailIndirect | Self::Unknown(_) => &[],
        }
    }

    /// Whether more knowledge about the rest of the function may refute it.
    fn is_guess(&self) -> bool {
        matches!(self, Self::Goto(_) | Self::Unknown(_))
    }

    /// What replaces this after another look, if anything does. A table that
    /// does not hold on all paths keeps its targets.
    fn revised(&self, new: Self, times: usize) -> Option<Self> {
        let revised = match (self, new) {
            (_, new @ Self::Table { .. }) if times < MAX_REVISIONS => new,
            (Self::Table { .. } | Self::Goto(_), new) => Self::Goto(union(self, &new)),
            (_, new) if times < MAX_REVISIONS => new,
            _ => return None,
        };
        (*self != revised).then_some(revised)
    }
}

/// A block under construction.
#[derive(Debug)]
pub(super) struct Draft {
    pub insts: Vec<Site>,
    /// Bits after the last instruction that decode to nothing.
    pub bad: Option<u32>,
    /// State at the start, once an edge has been followed.
    pub state: Option<Box<FlowState>>,
    pub exit: Exit,
}

/// Resolving jumps may find targets that change other jumps' surroundings;
/// after this many changes a jump keeps the union of what was found.
const MAX_REVISIONS: usize = 4;

/// How often a function's dataflow is begun afresh because jumps turned out
/// different. Whatever the last pass finds is sound.
const MAX_PASSES: usize = 3;

/// Most instructions of one function. Compiled functions stay far below.
const MAX_INSTS: usize = 1 << 18;

/// Entries that jump tables may have for each halfword of a function's
/// surroundings.
const ENTRIES_PER_HALFWORD: usize = 32;

/// What another look at the indirect jumps gave.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Progress {
    /// Nothing.
    None,
    /// Jumps that had not been looked at.
    New,
    /// Jumps that now look different.
    Changed,
}

pub(super) struct Builder<'a> {
    pub world: World<'a>,
    pub entry: u64,
    own: Range<u64>,
    pub blocks: BTreeMap<u64, Draft>,
    work: BTreeSet<u64>,
    /// Empty between uses.
    scratch: Vec<Site>,
    /// Indirect jumps by the pc of the `jalr`, with the number of revisions.
    resolved: BTreeMap<u64, (Resolution, usize)>,
    decoded: usize,
    foreign: usize,
    /// A limit was reached: the function is left where it was.
    pub cut: bool,
}

/// Builds the body of the function at `entry`.
pub(super) fn build(world: World<'_>, entry: u64) -> Body {
    // A function that sets gp runs before gp is what it says.
    let mut builder = start(world, entry, world.gp);
    let sets_gp = |b: &Builder<'_>| b.blocks.values().flat_map(|d| &d.insts).any(|s| writes_gp(&s.inst.inst));
    if world.gp.is_some() && sets_gp(&builder) {
        builder = start(world, entry, None);
    }
    builder.finish()
}

fn start(world: World<'_>, entry: u64, gp: Option<u64>) -> Builder<'_> {
    let (blocks, work) = (BTreeMap::new(), BTreeSet::new());
    let own = entry..world.bounds(entry).1;
    let resolved = BTreeMap::new();
    let scratch = Vec::new();
    let (decoded, foreign, cut) = (0, 0, false);
    let mut builder = Builder { world, entry, own, blocks, work, scratch, resolved, decoded, foreign, cut };
    for pass in 1..=MAX_PASSES {
        builder.flow_into(entry, &FlowState::at_entry(gp));
        let mut outdated = false;
        loop {
            while let Some(start) = builder.work.pop_first() {
                builder.process(start);
            }
            match builder.resolve() {
                Progress::None => break,
                Progress::New => {}
                Progress::Changed => outdated = true,
            }
        }
        if !outdated || pass == MAX_PASSES {
            break;
        }
        // States may still tell of edges that are gone: once more, with the
        // jumps as they are known now.
        for draft in builder.blocks.values_mut() {
            draft.state = None;
            draft.exit = Exit::Pending;
        }
    }
    builder
}

impl Builder<'_> {
    /// Decodes a new block at `start`, up to a transfer of control, a block
    /// that exists already, or another function's entry.
    fn decode(&mut self, start: u64) -> Draft {
        let mut draft = Draft { insts: Vec::new(), bad: None, state: None, exit: Exit::Pending };
        // Collected in one place and copied: most blocks are short, and kept long.
        let mut insts = std::mem::take(&mut self.scratch);
        draft.bad = self.decode_into(start, &mut insts);
        draft.insts.extend_from_slice(&insts);
        insts.clear();
        self.scratch = insts;
        draft
    }

    /// The instructions of a new block, and what comes behind them if it decodes to
    /// nothing.
    fn decode_into(&mut self, start: u64, insts: &mut Vec<Site>) -> Option<u32> {
        let limit = self.blocks.range(start + 1..).next().map_or(u64::MAX, |(&pc, _)| pc);
        let foreign = !self.own.contains(&start);
        let limit = limit.min(if foreign { self.world.bounds(start).1 } else { self.own.end });
        let mut pc = start;
        loop {
            let decoded = match self.world.code.decode(pc) {
                Ok(decoded) if self.decoded < MAX_INSTS && self.foreign < self.world.foreign => decoded,
                Ok(decoded) => {
                    self.cut = true;
                    return Some(decoded.raw);
                }
                Err(raw) => return Some(raw),
            };
            self.decoded += 1;
            self.foreign += usize::from(foreign);
            insts.push(Site { pc, inst: decoded });
            let ends = kind(&decoded.inst, pc) != Kind::Plain;
            pc += u64::from(decoded.len);
            if ends || pc >= limit {
                return None;
            }
        }
    }

    /// From the entry to the next one.
    pub(super) fn own(&self) -> Range<u64> {
        self.own.clone()
    }

    /// Makes a block that starts at `pc`, where none does.
    fn begin(&mut self, pc: u64) {
        let before = self.blocks.range_mut(..pc).next_back();
        if let Some((&head, draft)) = before
            && let Ok(at) = draft.insts.binary_search_by_key(&pc, |s| s.pc)
        {
            let insts = draft.insts.split_off(at);
            let tail = Draft { insts, bad: draft.bad.take(), state: None, exit: Exit::Pending };
            self.blocks.insert(pc, tail);
            self.work.insert(head);
            return;
        }
        let draft = self.decode(pc);
        self.blocks.insert(pc, draft);
    }

    /// Follows an edge to `pc` with `state`.
    fn flow_into(&mut self, pc: u64, state: &FlowState) {
        if !self.blocks.contains_key(&pc) {
            self.begin(pc);
        }
        let Some(draft) = self.blocks.get_mut(&pc) else { return };
        let changed = match &mut draft.state {
            Some(known) => known.join(state),
            empty => {
                *empty = Some(Box::new(state.clone()));
                true
            }
        };
        if changed {
            self.work.insert(pc);
        }
    }

    fn process(&mut self, start: u64) {
        let Some(draft) = self.blocks.get(&start) else { return };
        let Some(mut state) = draft.state.as_deref().cloned() else { return };
        let env = self.world.env();
        let last = draft.insts.len().saturating_sub(1);
        for site in draft.insts.iter().take(last) {
            state.step(env, site);
        }
        let exit = exits::classify(self, start, draft, &mut state);
        match exit {
            Exit::Call { .. } | Exit::CallIndirect { .. } => state.after_call(),
            Exit::Ecall { .. } => state.after_ecall(),
            _ => {}
        }
        let dests = exit.dests();
        if let Some(draft) = self.blocks.get_mut(&start) {
            draft.exit = exit;
            // The unwinder gives a landing pad what a call preserves.
            if let Some(pad) = landing_pad(self.world.image, draft) {
                self.flow_into(pad, &state);
            }
        }
        for receiver in self.stored_receivers(start) {
            self.flow_into(receiver, &state.at_receiver());
        }
        for dest in dests {
            if let Dest::Block(to) = dest {
                self.flow_into(to, &state);
            }
        }
    }

    /// Where an exception goes on that passes through the call which ends a block.
    pub(super) fn landing_pad(&self, draft: &Draft) -> Option<u64> {
        landing_pad(self.world.image, draft)
    }

    /// The receivers in this function that a block stores somewhere, for a jump
    /// from elsewhere to come back to: `__builtin_setjmp` does so, and a function
    /// around one with a non-local goto.
    pub(super) fn stored_receivers(&self, start: u64) -> BTreeSet<u64> {
        let mut stored = BTreeSet::new();
        if self.world.receivers.is_empty() {
            return stored;
        }
        let own = self.world.receivers.range(self.own());
        if own.clone().next().is_none() {
            return stored;
        }
        let Some(draft) = self.blocks.get(&start) else { return stored };
        let Some(mut state) = draft.state.as_deref().cloned() else { return stored };
        for site in &draft.insts {
            if let Inst::Sd(store) = site.inst.inst
                && let Abs::Const(value) = state.reg(store.rs2)
                && own.clone().any(|&receiver| receiver == value)
            {
                stored.insert(value);
            }
            state.step(self.world.env(), site);
        }
        stored
    }

    /// Whether it stores its caller's return address outside of its own frame. Whoever
    /// does that is going to be returned to, be it on another stack: a coroutine's switch.
    pub(super) fn hands_out_its_return_address(&self) -> bool {
        let env = self.world.env();
        self.blocks.values().any(|draft| {
            let Some(mut state) = draft.state.as_deref().cloned() else { return false };
            draft.insts.iter().any(|site| {
                let hands_out = matches!(site.inst.inst, Inst::Sd(store)
                    if state.reg(store.rs2).is_entry(X::RA) && !state.reg(store.rs1).in_frame());
                state.step(env, site);
                hands_out
            })
        })
    }

    /// The destination of an edge to `to`, on which the stack pointer is `sp`: another
    /// function's entry is left alone only where the frame is gone, else its code is
    /// merged.
    pub(super) fn dest(&self, to: u64, sp: Abs) -> Dest {
        // There is no entry between this one and the next.
        let within = self.own.contains(&to);
        let foreign = !within && self.world.entries.contains_key(&to);
        let gone = sp == Abs::Entry(X::SP, 0);
        let part = || self.is_cold_part(to) || self.world.code.returns_by_t0(to);
        if foreign && gone && !part() { Dest::Stub(to) } else { Dest::Block(to) }
    }

    /// A compiler's split-off part says so by name. Merging it is right
    /// whatever the name says: jumping there is all that anyone does.
    pub(super) fn is_cold_part(&self, to: u64) -> bool {
        let evidence = self.evidence(to);
        !evidence.called
            && !evidence.pointer
            && self.world.image.symbols_at(to).iter().any(|s| s.name.contains(".cold"))
    }

    pub(super) fn evidence(&self, pc: u64) -> Evidence {
        self.world.entries.get(&pc).copied().unwrap_or_default()
    }

    /// What was found out about the indirect jump at `pc`.
    pub(super) fn resolution(&self, pc: u64) -> Option<&Resolution> {
        self.resolved.get(&pc).map(|(r, _)| r)
    }

    /// Looks at every indirect jump again.
    fn resolve(&mut self) -> Progress {
        let pending: Vec<u64> = self
            .blocks
            .iter()
            .filter(|(_, d)| d.state.is_some())
            .filter(|(_, d)| match &d.exit {
                Exit::Pending => true,
                Exit::Table { .. } | Exit::Goto { .. } | Exit::TailIndirect | Exit::Unknown { .. } => {
                    d.insts.last().is_some_and(|s| self.resolved.contains_key(&s.pc))
                }
                _ => false,
            })
            .map(|(&start, _)| start)
            .collect();
        if pending.is_empty() {
            return Progress::None;
        }
        let found: Vec<(u64, u64, Resolution)> = {
            let graph = tables::Graph::new(self);
            let resolve = |&start: &u64| {
                let pc = self.blocks[&start].insts.last()?.pc;
                Some((start, pc, graph.resolve(start)))
            };
            pending.iter().filter_map(resolve).collect()
        };
        let revise = |(start, pc, new): (u64, u64, Resolution)| match self.resolved.get(&pc) {
            None => Some((start, pc, new, 0)),
            Some((old, times)) => old.revised(new, *times).map(|new| (start, pc, new, times + 1)),
        };
        let mut news: Vec<_> = found.into_iter().filter_map(revise).collect();
        // A guess may be wrong because of what is not resolved yet, and lead
        // the dataflow to code that is none: what is certain comes first.
        if news.iter().any(|(_, _, new, _)| !new.is_guess()) {
            news.retain(|(_, _, new, _)| !new.is_guess());
        }
        let mut progress = Progress::None;
        let own = self.own();
        let mut room = (own.end - own.start) as usize / 2 * ENTRIES_PER_HALFWORD;
        room = room.saturating_sub(self.resolved.values().map(|(r, _)| r.targets().len()).sum());
        for (start, pc, mut new, times) in news {
            if new.targets().len() > room {
                new = Resolution::Unknown(format!("{pc:x}: too many entries in jump tables"));
            }
            room -= new.targets().len();
            self.resolved.insert(pc, (new, times));
            self.work.insert(start);
            progress = progress.max(if times > 0 { Progress::Changed } else { Progress::New });
        }
        progress
    }

    /// Addresses in text that the code of these blocks computes.
    pub(super) fn constants(&self, starts: impl Iterator<Item = u64>) -> BTreeSet<u64> {
        let mut found = self.addresses(starts);
        found.retain(|&value| value & 1 == 0 && self.world.code.contains(value));
        found
    }

    /// All constants that the address arithmetic of these blocks makes.
    pub(super) fn addresses(&self, starts: impl Iterator<Item = u64>) -> BTreeSet<u64> {
        let mut found = BTreeSet::new();
        let env = self.world.env();
        for draft in starts.filter_map(|start| self.blocks.get(&start)) {
            let Some(mut state) = draft.state.as_deref().cloned() else { continue };
            for site in &draft.insts {
                state.step(env, site);
                let rd = match site.inst.inst {
                    Inst::Addi(i) => i.rd,
                    Inst::Addiw(i) => i.rd,
                    Inst::Add(r) => r.rd,
                    Inst::Ld(i) => i.rd,
                    _ => continue,
                };
                if let Abs::Const(value) = state.reg(rd) {
                    found.insert(value);
                }
            }
        }
        found
    }

    /// Targets of the jump tables found so far.
    pub(super) fn table_targets(&self) -> impl Iterator<Item = u64> + '_ {
        self.resolved
            .values()
            .flat_map(|(resolution, _)| match resolution {
                Resolution::Table { targets, .. } => targets.as_slice(),
                _ => &[],
            })
            .copied()
    }
}

/// Where an exception goes on that passes through the call which ends a block. The
/// unwinder looks the byte before the return address up.
fn landing_pad(image: &Image, draft: &Draft) -> Option<u64> {
    let last = draft.insts.last()?;
    match draft.exit {
        Exit::Call { .. } | Exit::CallIndirect { .. } => image.landing_pad(last.next_pc() - 1),
        _ => None,
    }
}

/// The targets of both.
fn union(a: &Resolution, b: &Resolution) -> Vec<u64> {
    let mut all = [a.targets(), b.targets()].concat();
    all.sort_unstable();
    all.dedup();
    all
}
