//! The instructions before an indirect jump, last first, along the chain of
//! dominating blocks.
//!
//! Knows one function's draft blocks, their states and dominators. Must never
//! know what the instructions are looked at for.
//!
//! Where a block has several predecessors the trace goes on at its immediate
//! dominator, and says which registers the skipped blocks change.

use std::collections::BTreeSet;

use petgraph::algo::dominators::{Dominators, simple_fast};
use petgraph::graph::{DiGraph, NodeIndex};
use rv2wat_isa::{Inst, RegSet, X};
use smallvec::SmallVec;

use super::Site;
use super::body::{Builder, Dest, Exit};
use super::code::{Kind, kind};
use super::flow::{Abs, FlowState};

/// Longest trace that is looked at, in steps.
const MAX_STEPS: usize = 512;

/// Most merges that one trace crosses.
const MAX_MERGES: usize = 16;

/// Most blocks that one merge may skip.
const MAX_SKIPPED: usize = 512;

/// The edges to a block: where they come from, and of a conditional branch whether it is
/// the taken one. Most blocks have two or less.
type Edges = SmallVec<[(u64, Option<bool>); 2]>;

/// Predecessors of each block (the block they end and, for a conditional
/// branch, whether the edge is the taken one), and dominators.
pub(super) struct Preds {
    /// All blocks, sorted: the others are by place in this list.
    starts: Vec<u64>,
    preds: Vec<Edges>,
    dominators: Dominators<NodeIndex>,
}

impl Preds {
    pub(super) fn new(builder: &Builder<'_>) -> Self {
        let starts: Vec<u64> = builder.blocks.keys().copied().collect();
        let mut preds = vec![SmallVec::new(); starts.len()];
        let mut graph: DiGraph<(), ()> = DiGraph::with_capacity(starts.len(), starts.len() * 2);
        starts.iter().for_each(|_| _ = graph.add_node(()));
        for (from, (&start, draft)) in
            builder.blocks.iter().enumerate().filter(|(_, (_, d))| d.state.is_some())
        {
            let mut add = |dest: &Dest, edge| {
                if let Dest::Block(to) = *dest
                    && let Ok(to) = starts.binary_search(&to)
                {
                    preds[to].push((start, edge));
                    graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
                }
            };
            if let Some(pad) = builder.landing_pad(draft) {
                add(&Dest::Block(pad), None);
            }
            match &draft.exit {
                Exit::Branch { taken, fall } => {
                    add(taken, Some(true));
                    add(fall, Some(false));
                }
                exit => {
                    let mut dests = exit.dests();
                    dests.sort_unstable();
                    dests.dedup();
                    dests.iter().for_each(|d| add(d, None));
                }
            }
        }
        let entry = starts.partition_point(|&start| start < builder.entry);
        let dominators = simple_fast(&graph, NodeIndex::new(entry));
        Self { starts, preds, dominators }
    }

    fn of(&self, block: u64) -> &[(u64, Option<bool>)] {
        self.starts.binary_search(&block).map_or(&[], |at| &self.preds[at])
    }

    fn immediate_dominator(&self, block: u64) -> Option<u64> {
        let at = self.starts.binary_search(&block).ok()?;
        let dominator = self.dominators.immediate_dominator(NodeIndex::new(at))?;
        Some(self.starts[dominator.index()])
    }

    /// The blocks on paths from `dominator` to `block`, both excluded but for
    /// a `block` that is in a loop with them.
    fn between(&self, dominator: u64, block: u64) -> Option<BTreeSet<u64>> {
        let mut found = BTreeSet::new();
        let mut work = vec![block];
        while let Some(at) = work.pop() {
            for &(pred, _) in self.of(at) {
                if pred != dominator && found.insert(pred) {
                    work.push(pred);
                }
            }
            if found.len() > MAX_SKIPPED {
                return None;
            }
        }
        Some(found)
    }
}

/// One step of the trace.
pub(super) enum Step {
    /// An instruction.
    Inst(Box<Item>),
    /// Other paths join here; on them these registers, and memory, change.
    Merge(RegSet),
}

/// One instruction of the trace.
pub(super) struct Item {
    pub site: Site,
    /// Registers just before it.
    pub before: [Abs; 32],
    /// For a conditional branch, whether the trace follows its taken edge.
    pub edge: Option<bool>,
    /// It is a call: caller-saved registers change here.
    pub call: bool,
}

impl Item {
    /// Whether the value of `x` after this instruction comes from it.
    pub(super) fn defines(&self, x: X) -> bool {
        self.site.inst.inst.writes().contains(x) || (self.call && CALLER_SAVED.contains(x))
    }

    /// The constant in `x` just before this instruction.
    pub(super) fn constant(&self, x: X) -> Option<u64> {
        self.before[x.index()].constant()
    }
}

/// ra, t0–t6, a0–a7.
const CALLER_SAVED: RegSet = RegSet::from_bits(0xf003_fce2);

/// Lazily extended: most patterns end in the first block.
pub(super) struct Trace<'a> {
    builder: &'a Builder<'a>,
    preds: &'a Preds,
    steps: Vec<Step>,
    merges: usize,
    /// The next block to read, and the edge taken out of it.
    next: Option<(u64, Option<bool>)>,
}

impl<'a> Trace<'a> {
    /// Starts with the block at `start`; its last instruction, the jump, is
    /// step 0.
    pub(super) fn new(builder: &'a Builder<'a>, preds: &'a Preds, start: u64) -> Self {
        Self { builder, preds, steps: Vec::new(), merges: 0, next: Some((start, None)) }
    }

    /// Step `at`, counted backwards; `None` past the end.
    pub(super) fn get(&mut self, at: usize) -> Option<&Step> {
        while self.steps.len() <= at {
            let (block, edge) = self.next.filter(|_| self.steps.len() < MAX_STEPS)?;
            self.read_block(block, edge);
            self.next = self.before(block);
        }
        self.steps.get(at)
    }

    /// Where the trace goes on before `block`.
    fn before(&mut self, block: u64) -> Option<(u64, Option<bool>)> {
        if let [one] = self.preds.of(block)
            && block != self.builder.entry
        {
            return Some(*one);
        }
        self.merges += 1;
        if self.merges > MAX_MERGES {
            return None;
        }
        let dominator = self.preds.immediate_dominator(block)?;
        let mut changed = RegSet::EMPTY;
        for skipped in self.preds.between(dominator, block)? {
            let draft = self.builder.blocks.get(&skipped)?;
            for site in &draft.insts {
                changed = changed.union(site.inst.inst.writes());
            }
            if is_call(&draft.exit) {
                changed = changed.union(CALLER_SAVED);
            }
        }
        self.steps.push(Step::Merge(changed));
        Some((dominator, None))
    }

    fn read_block(&mut self, block: u64, edge: Option<bool>) {
        let Some(draft) = self.builder.blocks.get(&block) else { return };
        let Some(mut state) = draft.state.as_deref().cloned() else { return };
        let mut items: Vec<Box<Item>> = Vec::with_capacity(draft.insts.len());
        for site in &draft.insts {
            let before = *state.regs();
            FlowState::step(&mut state, self.builder.world.env(), site);
            items.push(Box::new(Item { site: *site, before, edge: None, call: false }));
        }
        if let Some(last) = items.last_mut() {
            last.call = is_call(&draft.exit);
            last.edge = edge.filter(|_| matches!(kind(&last.site.inst.inst, last.site.pc), Kind::Branch(_)));
        }
        self.steps.extend(items.into_iter().rev().map(Step::Inst));
    }

    /// The nearest step at or after `from` (earlier in time) that defines `x`
    /// on every path.
    pub(super) fn definition(&mut self, x: X, mut from: usize) -> Option<usize> {
        loop {
            match self.get(from)? {
                Step::Inst(item) if item.defines(x) => return Some(from),
                Step::Merge(changed) if changed.contains(x) => return None,
                _ => from += 1,
            }
        }
    }

    /// Where `x`, at step `from`, was loaded from a frame slot: the register that
    /// was last stored there along the trace, and the step of the store. Calls
    /// and skipped blocks may have changed the slot since.
    pub(super) fn stored(&mut self, x: X, from: usize) -> Option<(X, usize)> {
        let mut at = self.definition(x, from)?;
        let Inst::Ld(load) = self.inst(at)? else { return None };
        let slot = frame_slot(self.item(at)?, load.rs1, load.imm)?;
        loop {
            at += 1;
            let Step::Inst(item) = self.get(at)? else { continue };
            if let Inst::Sd(store) = item.site.inst.inst
                && frame_slot(item, store.rs1, store.imm) == Some(slot)
            {
                return Some((store.rs2, at));
            }
        }
    }

    /// The item of step `at`, if it is an instruction.
    pub(super) fn item(&mut self, at: usize) -> Option<&Item> {
        match self.get(at)? {
            Step::Inst(item) => Some(item),
            Step::Merge(_) => None,
        }
    }

    /// The instruction of step `at`, if it is one and no call.
    pub(super) fn inst(&mut self, at: usize) -> Option<Inst> {
        self.item(at).filter(|i| !i.call).map(|i| i.site.inst.inst)
    }

    /// The program's memory.
    pub(super) fn image(&self) -> &'a crate::load::Image {
        self.builder.world.image
    }
}

/// The distance from the entry `sp` of what `item` addresses, if it is in the
/// frame.
pub(super) fn frame_slot(item: &Item, base: X, imm: i64) -> Option<i64> {
    match item.before[base.index()].offset(imm) {
        Abs::Entry(X::SP, at) => Some(at),
        _ => None,
    }
}

fn is_call(exit: &Exit) -> bool {
    matches!(exit, Exit::Call { .. } | Exit::CallIndirect { .. } | Exit::Ecall { .. })
}
