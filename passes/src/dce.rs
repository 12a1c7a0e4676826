//! `dce`: what nothing needs goes.
//!
//! ```text
//! before                         after
//!   block0(v0: i64):               block0(v0: i64):
//!     v1 = i64.const 1               return v0
//!     jump block1(v1, v0)
//!   block1(v2: i64, v3: i64):
//!     return v3
//! ```
//!
//! Removed are: blocks that the entry does not reach; instructions without
//! effect whose results are not used, and block parameters that are not used,
//! cycles of both included; jumps to a block that nothing else goes to (the two
//! become one); empty blocks that only jump on; branches whose edges are the
//! same. A load that may fault stays without a use (`loads`).
//!
//! Requires: terminators. Preserves: SSA form, the entry's parameters.
//! Complexity: linear in the size of the function.

mod loads;

use cranelift_entity::{EntityRef, EntitySet, SecondaryMap};

use crate::cfg::{Cfg, drop_unreachable};
use crate::edit::Replacements;
use crate::ir::{Block, Function, Inst, InstKind, Target, Terminator, Value, ValueDef};
use crate::lists::Lists;
use crate::pass::Context;

/// Removes what nothing needs.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() {
        return;
    }
    drop_equal_branches(func);
    drop_unreachable(func);
    remove_unused(func);
    thread_empty_blocks(func);
    drop_unreachable(func);
    merge_chains(func);
}

fn drop_equal_branches(func: &mut Function) {
    for &block in &func.layout {
        let Some(terminator) = &mut func.blocks[block].terminator else { continue };
        if matches!(terminator, Terminator::Jump(_)) {
            continue;
        }
        let targets = terminator.targets();
        let same = targets.len() > 1 && targets.iter().all(|target| *target == targets[0]);
        if same {
            let target = targets[0].clone();
            drop(targets);
            *terminator = Terminator::Jump(target);
        }
    }
}

/// Removes unused instructions and block parameters: marks from what has effects,
/// then sweeps.
pub(crate) fn remove_unused(func: &mut Function) {
    let (live, kept) = Marker::new(func).mark();
    let entry = func.entry();
    for &block in &func.layout {
        let data = &mut func.blocks[block];
        data.insts.retain(|&inst| {
            let data = &func.insts[inst];
            has_effect(&data.kind) || kept.contains(inst) || data.results.iter().any(|&result| live[result])
        });
        let Some(mut terminator) = data.terminator.take() else { continue };
        for target in terminator.targets_mut() {
            let mut params = func.blocks[target.block].params.iter();
            if target.block != entry && !target.args.is_empty() {
                target.args.retain(|_| params.next().is_none_or(|&param| live[param]));
            }
        }
        func.blocks[block].terminator = Some(terminator);
    }
    for &block in func.layout.iter().filter(|&&block| block != entry) {
        let params = &mut func.blocks[block].params;
        if params.iter().all(|&param| live[param]) {
            continue;
        }
        params.retain(|&param| live[param]);
        for (position, &param) in params.iter().enumerate() {
            func.values[param].def = ValueDef::Param(block, position);
        }
    }
}

/// Whether an instruction matters without its results. Of loads, `loads` decides.
fn has_effect(kind: &InstKind) -> bool {
    !kind.is_removable() && !matches!(kind, InstKind::Load(..))
}

struct Marker<'a> {
    func: &'a Function,
    /// For each block the edges to it.
    edges: Lists<Block, &'a Target>,
    live: SecondaryMap<Value, bool>,
    work: Vec<Value>,
}

impl<'a> Marker<'a> {
    fn new(func: &'a Function) -> Marker<'a> {
        let mut edges: Lists<Block, &Target> = Lists::new(func.blocks.len());
        for &block in &func.layout {
            func.terminator(block).for_each_target(|target| {
                if !target.args.is_empty() {
                    edges.push(target.block, target);
                }
            });
        }
        let mut live = SecondaryMap::new();
        live.resize(func.values.len());
        Marker { func, edges, live, work: Vec::new() }
    }

    fn need(&mut self, value: Value) {
        need(&mut self.live, &mut self.work, value);
    }

    /// The values that are needed, and the loads that must stay without a use.
    fn mark(mut self) -> (SecondaryMap<Value, bool>, EntitySet<Inst>) {
        let func = self.func;
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                if has_effect(&func.insts[inst].kind) {
                    func.insts[inst].kind.for_each_use(|value| self.need(value));
                }
            }
            func.terminator(block).for_each_own_use(|value| self.need(value));
        }
        self.spread();
        let kept = loads::kept(func, &self.live);
        for inst in kept.iter() {
            func.insts[inst].kind.for_each_use(|value| self.need(value));
        }
        self.spread();
        (self.live, kept)
    }

    /// Needs what the needed values are made of.
    fn spread(&mut self) {
        let func = self.func;
        while let Some(value) = self.work.pop() {
            match func.values[value].def {
                ValueDef::Result(inst, _) => func.insts[inst].kind.for_each_use(|used| self.need(used)),
                ValueDef::Param(block, position) => {
                    let Marker { edges, live, work, .. } = self;
                    for arg in edges.of(block).filter_map(|target| target.args.get(position).copied()) {
                        need(live, work, arg);
                    }
                }
            }
        }
    }
}

fn need(live: &mut SecondaryMap<Value, bool>, work: &mut Vec<Value>, value: Value) {
    if !std::mem::replace(&mut live[value], true) {
        work.push(value);
    }
}

/// Sends edges to an empty block on to where it jumps, its parameters replaced
/// by the edge's arguments. Only where the block alone uses its parameters.
fn thread_empty_blocks(func: &mut Function) {
    let mut next: SecondaryMap<Block, Option<Target>> = SecondaryMap::new();
    next.resize(func.blocks.len());
    let empty = |&&block: &&Block| func.blocks[block].insts.is_empty();
    if func.layout.iter().skip(1).filter(empty).all(|&block| !is_jump(func, block)) {
        drop_equal_branches(func);
        return;
    }
    let escaping = used_outside(func);
    for &block in &func.layout {
        let data = &func.blocks[block];
        if let (true, Some(Terminator::Jump(target))) = (data.insts.is_empty(), &data.terminator)
            && block != func.entry()
            && target.block != block
            && data.params.iter().all(|&param| !escaping[param])
        {
            next[block] = Some(target.clone());
        }
    }
    // In postorder, so that a chain of empty blocks is shortened from its end
    // and every edge takes one step. On a cycle of empty blocks one stays.
    let mut done: SecondaryMap<Block, bool> = SecondaryMap::new();
    done.resize(func.blocks.len());
    for &block in Cfg::of(func).rpo().iter().rev() {
        if let Some(target) = &next[block]
            && let Some(further) = next[target.block].as_ref().filter(|_| done[target.block])
        {
            next[block] = Some(compose(&func.blocks[target.block].params, &target.args, further));
        }
        done[block] = true;
    }
    for &block in &func.layout {
        let Some(mut terminator) = func.blocks[block].terminator.take() else { continue };
        for target in terminator.targets_mut() {
            if let Some(further) = &next[target.block]
                && further.block != target.block
            {
                *target = compose(&func.blocks[target.block].params, &target.args, further);
            }
        }
        func.blocks[block].terminator = Some(terminator);
    }
    drop_equal_branches(func);
}

fn is_jump(func: &Function, block: Block) -> bool {
    matches!(func.terminator(block), Terminator::Jump(_))
}

/// The edge `further` of a block with these parameters, entered with `args`.
fn compose(params: &[Value], args: &[Value], further: &Target) -> Target {
    let through = |value: &Value| match params.iter().position(|param| param == value) {
        Some(position) => args[position],
        None => *value,
    };
    Target { block: further.block, args: further.args.iter().map(through).collect() }
}

/// Block parameters that some other block uses.
fn used_outside(func: &Function) -> SecondaryMap<Value, bool> {
    let mut outside: SecondaryMap<Value, bool> = SecondaryMap::new();
    outside.resize(func.values.len());
    for &block in &func.layout {
        let mut note = |value: Value| {
            if let ValueDef::Param(home, _) = func.values[value].def
                && home != block
            {
                outside[value] = true;
            }
        };
        for &inst in &func.blocks[block].insts {
            func.insts[inst].kind.for_each_use(&mut note);
        }
        func.terminator(block).for_each_use(&mut note);
    }
    outside
}

/// Appends a block to its only predecessor where that ends in a plain jump.
fn merge_chains(func: &mut Function) {
    let mut edges = vec![0u32; func.blocks.len()];
    for &block in &func.layout {
        func.terminator(block).for_each_target(|target| edges[target.block.index()] += 1);
    }
    let mut replaced = Replacements::default();
    let mut gone: SecondaryMap<Block, bool> = SecondaryMap::new();
    gone.resize(func.blocks.len());
    for index in 0..func.layout.len() {
        let block = func.layout[index];
        if gone[block] {
            continue;
        }
        while let Some(Terminator::Jump(target)) = &func.blocks[block].terminator {
            let inner = target.block;
            if edges[inner.index()] != 1 || inner == block || inner == func.entry() {
                break;
            }
            for (&param, &arg) in func.blocks[inner].params.iter().zip(&target.args) {
                replaced.replace(&mut func.values, param, arg);
            }
            gone[inner] = true;
            let mut data = std::mem::take(&mut func.blocks[inner]);
            let outer = &mut func.blocks[block];
            outer.insts.append(&mut data.insts);
            outer.terminator = data.terminator;
            outer.terminator_pc = data.terminator_pc;
            outer.pc = outer.pc.or(data.pc);
        }
    }
    func.layout.retain(|&block| !gone[block]);
    replaced.apply(func);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::InstKind;
    use crate::testing::{assert_pass, validate};

    #[test]
    fn unused_values_parameters_and_blocks_go() {
        assert_pass(
            run,
            "# result i64
             block0(v0: i64, v1: i32):
               v2 = i64.const 1
               branch v1, block1(v2, v0), block3
             block1(v3: i64, v4: i64):
               v5 = i64.add v3, v2
               branch v1, block1(v5, v4), block2(v4)
             block2(v6: i64):
               return v6
             block3:
               jump block2(v0)
             block4:
               jump block1(v2, v0)",
            "# result i64
             block0(v0: i64, v1: i32):
               branch v1, block1(v0), block2(v0)
             block1(v4: i64):
               branch v1, block1(v4), block2(v4)
             block2(v6: i64):
               return v6",
        );
    }

    #[test]
    fn a_load_that_must_stay_keeps_only_what_it_needs() {
        assert_pass(
            run,
            "# result i64
             block0(v0: i64, v1: i32):
               v2 = i64.const 1
               v3 = i64.add v0, v2
               v4 = i64.load v1
               return v0",
            "# result i64
             block0(v0: i64, v1: i32):
               v4 = i64.load v1
               return v0",
        );
    }

    #[test]
    fn chains_become_one_block_and_take_the_names_along() {
        assert_pass(
            run,
            "# result i64
             block0(v0: i64, v1: i32):
               v2 = i64.const 1
               jump block1(v2)
             block1(v3: i64 \"a0\"):
               v4 = i64.add v3, v0
               jump block2
             block2:
               branch v1, block3, block3
             block3:
               return v4",
            "# result i64
             block0(v0: i64, v1: i32):
               v2 \"a0\" = i64.const 1
               v4 = i64.add v2, v0
               return v4",
        );
    }

    #[test]
    fn an_endless_loop_of_nothing_stays() {
        assert_pass(
            run,
            "block0(v0: i32):\n branch v0, block1, block2\nblock1:\n jump block2\nblock2:\n jump block1",
            "block0(v0: i32):\n jump block1\nblock1:\n jump block1",
        );
    }

    #[test]
    fn random_functions_mean_the_same() {
        validate(&["promote"], 0..400, |func| run(func, &Context::default()))
            .unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn removing_a_store_is_caught() {
        let broken = |func: &mut Function| {
            let insts = &func.insts;
            for data in func.blocks.values_mut() {
                data.insts.retain(|&inst| !matches!(insts[inst].kind, InstKind::Store(..)));
            }
            run(func, &Context::default());
        };
        assert!(validate(&["promote"], 0..50, broken).is_err());
    }
}
