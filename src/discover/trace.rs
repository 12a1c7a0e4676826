//! The instructions before an indirect jump, last first, along the chain of
//! blocks that each have one predecessor.
//!
//! Knows one function's draft blocks and their states. Must never know what
//! the instructions are looked at for.

use std::collections::BTreeMap;

use rv2wat_isa::{Inst, X};

use super::Site;
use super::body::{Builder, Dest, Exit};
use super::code::{Kind, kind};
use super::flow::{Abs, FlowState};

/// Longest chain that is looked at, in instructions.
const MAX_ITEMS: usize = 512;

/// Predecessors of each block: the block they end and, for a conditional
/// branch, whether the edge is the taken one.
pub(super) struct Preds(BTreeMap<u64, Vec<(u64, Option<bool>)>>);

impl Preds {
    pub(super) fn new(builder: &Builder<'_>) -> Self {
        let mut preds: BTreeMap<u64, Vec<(u64, Option<bool>)>> = BTreeMap::new();
        for (&start, draft) in builder.blocks.iter().filter(|(_, d)| d.state.is_some()) {
            let mut add = |dest: &Dest, edge| {
                if let Dest::Block(to) = *dest {
                    preds.entry(to).or_default().push((start, edge));
                }
            };
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
        Self(preds)
    }

    fn only(&self, builder: &Builder<'_>, block: u64) -> Option<(u64, Option<bool>)> {
        if block == builder.entry {
            return None;
        }
        match self.0.get(&block).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        }
    }
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
        let caller_saved = |n: usize| n == 1 || (5..8).contains(&n) || (10..18).contains(&n) || n >= 28;
        self.site.inst.inst.writes().contains(x) || (self.call && caller_saved(x.index()))
    }

    /// The constant in `x` just before this instruction.
    pub(super) fn constant(&self, x: X) -> Option<u64> {
        self.before[x.index()].constant()
    }
}

/// Lazily extended: most patterns end in the first block.
pub(super) struct Trace<'a> {
    builder: &'a Builder<'a>,
    preds: &'a Preds,
    items: Vec<Item>,
    /// The next block to read, and the edge taken out of it.
    next: Option<(u64, Option<bool>)>,
}

impl<'a> Trace<'a> {
    /// Starts with the instructions of the block at `start` but its last, the
    /// jump itself, which is item 0.
    pub(super) fn new(builder: &'a Builder<'a>, preds: &'a Preds, start: u64) -> Self {
        Self { builder, preds, items: Vec::new(), next: Some((start, None)) }
    }

    /// Item `at`, counted backwards; `None` past the end of the chain.
    pub(super) fn get(&mut self, at: usize) -> Option<&Item> {
        while self.items.len() <= at {
            let (block, edge) = self.next.filter(|_| self.items.len() < MAX_ITEMS)?;
            self.read_block(block, edge);
            self.next = self.preds.only(self.builder, block);
        }
        self.items.get(at)
    }

    fn read_block(&mut self, block: u64, edge: Option<bool>) {
        let Some(draft) = self.builder.blocks.get(&block) else { return };
        let Some(mut state) = draft.state.clone() else { return };
        let calls = matches!(draft.exit, Exit::Call { .. } | Exit::CallIndirect { .. } | Exit::Ecall { .. });
        let mut items: Vec<Item> = Vec::with_capacity(draft.insts.len());
        for site in &draft.insts {
            let before = state.regs;
            FlowState::step(&mut state, self.builder.world.env(), site);
            items.push(Item { site: *site, before, edge: None, call: false });
        }
        if let Some(last) = items.last_mut() {
            last.call = calls;
            last.edge = edge.filter(|_| matches!(kind(&last.site.inst.inst, last.site.pc), Kind::Branch(_)));
        }
        self.items.extend(items.into_iter().rev());
    }

    /// The nearest item at or after `from` (earlier in time) that defines `x`.
    pub(super) fn definition(&mut self, x: X, mut from: usize) -> Option<usize> {
        loop {
            if self.get(from)?.defines(x) {
                return Some(from);
            }
            from += 1;
        }
    }

    /// The instruction of item `at`.
    pub(super) fn inst(&mut self, at: usize) -> Option<Inst> {
        self.get(at).filter(|i| !i.call).map(|i| i.site.inst.inst)
    }
}
