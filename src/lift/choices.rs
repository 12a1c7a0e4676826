//! Jump tables and computed gotos: one of several places in the function.
//!
//! Knows how an index or a pc becomes a `Switch`. Must never know how discovery
//! found the places.
//!
//! Jumps that choose among the same places share one switch. An interpreter with
//! computed gotos jumps from behind each operation to each other one: if every
//! jump had a switch of its own, that would be a loop with as many entries as
//! there are operations, and each jump would take a second switch to get around
//! that (`irreducible`). The shared switch is the one entry of that loop.

use std::collections::BTreeMap;

use rv2wat_isa::RegSet;
use rv2wat_passes::ir::{Block, ExitReason, Op, Target, Terminator as Ir, Type, Value, Var};

use super::Lifter;
use super::sync::{End, Handover};
use crate::discover::Terminator;

/// The most entries that engines take in one `br_table`.
const MAX_TABLE: u64 = 65_520;

/// The switches that several jumps share.
#[derive(Default)]
pub(super) struct Shared {
    /// By the blocks of a table.
    tables: BTreeMap<Vec<usize>, Option<Switch>>,
    /// By the labels of computed gotos, and what the frame hands over there.
    gotos: BTreeMap<(Vec<Label>, Handover), Gotos>,
}

/// A label's pc and its block.
type Label = (u64, usize);

/// Computed gotos with the same labels and the same frame.
#[derive(Clone, Copy)]
struct Gotos {
    /// The registers to be written where one of them leaves the function.
    dirty: RegSet,
    switch: Option<Switch>,
}

/// A block that ends in a switch, and the variable that it looks at: an index or
/// a pc.
#[derive(Clone, Copy)]
struct Switch {
    block: Block,
    by: Var,
}

impl Shared {
    /// Finds the jumps with the same targets among the ends of blocks.
    pub(super) fn of<'a>(ends: impl Iterator<Item = (&'a Terminator, &'a End)>) -> Self {
        let mut tables: BTreeMap<&[usize], usize> = BTreeMap::new();
        let mut gotos: BTreeMap<(&[Label], &Handover), (usize, RegSet)> = BTreeMap::new();
        for (terminator, end) in ends {
            match terminator {
                Terminator::Table { targets, .. } => *tables.entry(targets).or_default() += 1,
                Terminator::Goto { targets } => {
                    let (count, dirty) = gotos.entry((targets, &end.handover)).or_default();
                    *count += 1;
                    *dirty |= end.dirty;
                }
                _ => {}
            }
        }
        tables.retain(|_, count| *count > 1);
        gotos.retain(|_, (count, _)| *count > 1);
        Self {
            tables: tables.into_keys().map(|targets| (targets.to_vec(), None)).collect(),
            gotos: gotos
                .into_iter()
                .map(|((labels, frame), (_, dirty))| {
                    ((labels.to_vec(), frame.clone()), Gotos { dirty, switch: None })
                })
                .collect(),
        }
    }
}

impl Lifter<'_> {
    /// Ends the block with a jump by a table whose index is in a variable; in a continuation
    /// that has missed the index, by the address that the table has given.
    pub(super) fn lift_table(&mut self, at: usize, targets: &[usize], bounded: bool, end: &End) {
        let Some(&index) = self.indices.get(&at) else {
            let blocks = &self.source.blocks;
            let labels: BTreeMap<u64, usize> = targets.iter().map(|&to| (blocks[to].start, to)).collect();
            return self.lift_goto(at, &labels.into_iter().collect::<Vec<_>>(), end);
        };
        let index = self.b().get(index);
        if bounded {
            return self.jump_among(index, targets);
        }
        let elsewhere = self.func.add_block(None);
        self.go_on_below(index, targets.len() as u64, elsewhere);
        self.jump_among(index, targets);
        self.block = elsewhere;
        let target = self.jump_target(at);
        self.exit(ExitReason::Jump, target, end);
    }

    /// Goes on in a new block where an index is below `count`, else elsewhere.
    fn go_on_below(&mut self, index: Value, count: u64, elsewhere: Block) {
        let count = self.b().i64(count.cast_signed());
        let inside = self.b().op(Op::I64LtU, &[index, count]);
        let go_on = self.func.add_block(None);
        self.b().branch(inside, go_on, elsewhere);
        self.block = go_on;
    }

    /// Jumps to the target of an index that is known to be below their number.
    fn jump_among(&mut self, index: Value, targets: &[usize]) {
        let index = self.wrap(index);
        let Some(known) = self.shared.tables.get(targets).copied() else {
            return self.switch(index, targets);
        };
        let switch = known.unwrap_or_else(|| {
            let switch = self.shared_switch(Type::I32, |lifter, index| lifter.switch(index, targets));
            self.shared.tables.insert(targets.to_vec(), Some(switch));
            switch
        });
        self.b().set(switch.by, index);
        self.b().jump(switch.block);
    }

    /// Lifts a switch into a block of its own.
    fn shared_switch(&mut self, ty: Type, lift: impl FnOnce(&mut Self, Value)) -> Switch {
        let name = format!("choice.{}", self.func.vars.len());
        let switch = Switch { block: self.func.add_block(None), by: self.func.var(&name, ty) };
        let here = std::mem::replace(&mut self.block, switch.block);
        let by = self.b().get(switch.by);
        lift(self, by);
        self.block = here;
        switch
    }

    fn switch(&mut self, index: Value, targets: &[usize]) {
        let mut targets: Vec<Target> = targets.iter().map(|&to| Target::to(self.ir_block(to))).collect();
        match targets.pop() {
            Some(default) => self.b().terminate(Ir::Switch { index, targets, default }),
            None => self.b().terminate(Ir::Unreachable),
        }
    }

    /// Ends the block with a computed goto.
    pub(super) fn lift_goto(&mut self, at: usize, labels: &[Label], end: &End) {
        let target = self.jump_target(at);
        let key = (labels.to_vec(), end.handover.clone());
        let Some(Gotos { dirty, switch: known }) = self.shared.gotos.get(&key).copied() else {
            return self.go_to(target, labels, end);
        };
        let switch = known.unwrap_or_else(|| {
            let end = End { dirty, ..end.clone() };
            let switch = self.shared_switch(Type::I64, |lifter, target| lifter.go_to(target, labels, &end));
            self.shared.gotos.insert(key, Gotos { dirty, switch: Some(switch) });
            switch
        });
        self.b().set(switch.by, target);
        self.b().jump(switch.block);
    }

    /// Goes to a label by its pc: one switch over all places between the first
    /// and the last label, two bytes an entry; other places, odd ones and ones
    /// outside leave.
    fn go_to(&mut self, target: Value, labels: &[Label], end: &End) {
        let elsewhere = self.func.add_block(None);
        let (first, last) = match labels {
            [first, .., last] => (first.0, last.0),
            [only] => (only.0, only.0),
            [] => (0, 0),
        };
        let places = (last - first) / 2 + 1;
        if labels.is_empty() || places > MAX_TABLE {
            self.b().jump(elsewhere);
        } else {
            let mut targets = vec![Target::to(elsewhere); usize::try_from(places).unwrap_or(0)];
            for &(label, block) in labels {
                let place = usize::try_from((label - first) / 2).unwrap_or(0);
                targets[place] = Target::to(self.ir_block(block));
            }
            let base = self.b().i64(first.cast_signed());
            let distance = self.b().op(Op::I64Sub, &[target, base]);
            let one = self.b().i64(1);
            let place = self.b().op(Op::I64Rotr, &[distance, one]);
            self.go_on_below(place, places, elsewhere);
            let index = self.wrap(place);
            self.b().terminate(Ir::Switch { index, targets, default: Target::to(elsewhere) });
        }
        self.block = elsewhere;
        self.exit(ExitReason::Jump, target, end);
    }
}
