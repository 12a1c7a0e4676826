//! `hoist`: an address that several branches need is computed before them.
//!
//! ```text
//! before                              after
//!   block0(v0: i64, v1: i32):           block0(v0: i64, v1: i32):
//!     branch v1, block1, block2           v9 = i32.wrap_i64 v0
//!   block1:                               v3 = i32.const -65536
//!     v2 = i32.wrap_i64 v0                v8 = i32.add v9, v3
//!     v3 = i32.const -65536               branch v1, block1, block2
//!     v4 = i32.add v2, v3               block1:
//!     v5 = i64.load v4                    v5 = i64.load v8
//!     …                                   …
//! ```
//!
//! An access subtracts the bias from its pointer. `gvn` finds the difference
//! where one access dominates another; where a `switch` has the accesses in its
//! arms, none does. If at least three blocks compute the same address, it is
//! computed once, in the closest block that dominates them, or above it where
//! that is in fewer loops. It takes two instructions and cannot trap, so it does
//! no harm where none of the blocks is reached.
//!
//! Requires: SSA form. Preserves: everything else. Leaves unused instructions to
//! `dce`. Complexity: near-linear, times the depth of the dominator tree.
//! Limits: only the low half of a pointer with a constant added; nothing else is
//! worth a local that lives that long.

use std::collections::BTreeMap;

use cranelift_entity::{EntitySet, SecondaryMap};

use crate::cfg::{Cfg, Loops};
use crate::edit::Replacements;
use crate::ir::{Block, Const, Function, Inst, InstKind, Op, Type, Value};
use crate::pass::Context;

/// How many blocks have to compute an address for it to be hoisted.
const ENOUGH: usize = 3;

/// Hoists the addresses of a function.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let groups = groups(func, &cfg);
    if groups.values().all(|group| group.len() < ENOUGH) {
        return;
    }
    let loops = cfg.loops();
    let home = homes(func);
    let mut replaced = Replacements::default();
    for (key, group) in groups {
        if let Some(place) = place(&cfg, loops, &home, &key, &group) {
            let made = make(func, place, &key, group[0].1);
            for &(_, inst) in &group {
                let old = func.insts[inst].results[0];
                replaced.replace(&mut func.values, old, made);
            }
        }
    }
    replaced.apply(func);
}

/// What an address is made of: a pointer, and the constant added to its low half.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    pointer: Value,
    constant: i32,
}

/// The instructions that compute each address, and their blocks.
fn groups(func: &Function, cfg: &Cfg) -> BTreeMap<Key, Vec<(Block, Inst)>> {
    let mut addresses: EntitySet<Value> = EntitySet::new();
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            if let InstKind::Load(_, addr, _) | InstKind::Store(_, addr, ..) | InstKind::Atomic(_, addr, ..) =
                func.insts[inst].kind
            {
                addresses.insert(addr);
            }
        }
    }
    let mut groups: BTreeMap<Key, Vec<(Block, Inst)>> = BTreeMap::new();
    for &block in cfg.rpo() {
        for &inst in &func.blocks[block].insts {
            let is_address = func.insts[inst].results.iter().any(|&result| addresses.contains(result));
            if let Some(key) = key(func, inst).filter(|_| is_address) {
                let group = groups.entry(key).or_default();
                // One of each block will do: `gvn` finds the others.
                if group.last().is_none_or(|&(last, _)| last != block) {
                    group.push((block, inst));
                }
            }
        }
    }
    groups
}

fn key(func: &Function, inst: Inst) -> Option<Key> {
    let InstKind::Op(Op::I32Add, args) = &func.insts[inst].kind else { return None };
    let Some(Const::I32(constant)) = func.constant(args[1]) else { return None };
    match &func.def(args[0])?.kind {
        InstKind::Op(Op::I32WrapI64, inner) => Some(Key { pointer: inner[0], constant }),
        _ => None,
    }
}

/// The block of each value.
fn homes(func: &Function) -> SecondaryMap<Value, Option<Block>> {
    let mut home = SecondaryMap::new();
    for &block in &func.layout {
        func.blocks[block].params.iter().for_each(|&param| home[param] = Some(block));
        for &inst in &func.blocks[block].insts {
            func.insts[inst].results.iter().for_each(|&result| home[result] = Some(block));
        }
    }
    home
}

/// The block at whose end an address is to be computed; `None` if it stays.
fn place(
    cfg: &Cfg,
    loops: &Loops,
    home: &SecondaryMap<Value, Option<Block>>,
    key: &Key,
    group: &[(Block, Inst)],
) -> Option<Block> {
    if group.len() < ENOUGH {
        return None;
    }
    let mut common = group[0].0;
    for &(block, _) in &group[1..] {
        while !cfg.dominates(common, block) {
            common = cfg.idom(common)?;
        }
    }
    if group.iter().any(|&(block, _)| block == common) {
        return None;
    }
    let top = home[key.pointer]?;
    let (mut best, mut at) = (common, common);
    while at != top {
        at = cfg.idom(at)?;
        if loops.depth(at) < loops.depth(best) {
            best = at;
        }
    }
    Some(best)
}

/// Appends the computation of an address to a block. It stands for the
/// instruction of which it is one.
fn make(func: &mut Function, block: Block, key: &Key, like: Inst) -> Value {
    let pc = func.insts[like].pc;
    let mut append = |kind: InstKind| {
        let inst = func.make_inst(kind, &[Type::I32], pc);
        func.blocks[block].insts.push(inst);
        func.insts[inst].results[0]
    };
    let constant = append(InstKind::Const(Const::I32(key.constant)));
    let low = append(InstKind::Op(Op::I32WrapI64, [key.pointer].into()));
    append(InstKind::Op(Op::I32Add, [low, constant].into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, validate};
    use crate::{dce, gvn};

    fn clean(func: &mut Function, context: &Context) {
        run(func, context);
        gvn::run(func, context);
        dce::run(func, context);
    }

    const ARMS: &str = "block0(v0: i64, v1: i32):
               switch v1 [block1, block2] else block3
             block1:
               v2 = i32.wrap_i64 v0
               v3 = i32.const -65536
               v4 = i32.add v2, v3
               i32.store v4, v1
               return
             block2:
               v5 = i32.wrap_i64 v0
               v6 = i32.const -65536
               v7 = i32.add v5, v6
               i32.store v7 offset=4, v1
               return
             block3:
               v8 = i32.wrap_i64 v0
               v9 = i32.const -65536
               v10 = i32.add v8, v9
               i32.store v10 offset=8, v1
               return";

    #[test]
    fn what_all_arms_need_is_computed_before_them() {
        assert_pass(
            clean,
            ARMS,
            "block0(v0: i64, v1: i32):
               v3 = i32.const -65536
               v2 = i32.wrap_i64 v0
               v4 = i32.add v2, v3
               switch v1 [block1, block2] else block3
             block1:
               i32.store v4, v1
               return
             block2:
               i32.store v4 offset=4, v1
               return
             block3:
               i32.store v4 offset=8, v1
               return",
        );
    }

    #[test]
    fn two_blocks_are_not_enough() {
        let text = "block0(v0: i64, v1: i32):
               branch v1, block1, block2
             block1:
               v2 = i32.wrap_i64 v0
               v3 = i32.const -65536
               v4 = i32.add v2, v3
               i32.store v4, v1
               return
             block2:
               v5 = i32.wrap_i64 v0
               v6 = i32.const -65536
               v7 = i32.add v5, v6
               i32.store v7 offset=4, v1
               return";
        assert_pass(run, text, text);
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "narrow", "peephole"];
        validate(&prepare, 600..1500, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn a_hoist_that_mixes_up_constants_is_caught() {
        let broken = |func: &mut Function| {
            let before = func.insts.len();
            run(func, &Context::default());
            for data in func.insts.values_mut().skip(before) {
                if let InstKind::Const(Const::I32(constant)) = &mut data.kind {
                    *constant += 8;
                }
            }
        };
        let mut func = crate::text::parse(&format!(
            "function $f 0x1000 regular (a: i64, b: i32) -> () {{\n{ARMS}\n}}\n"
        ))
        .expect("the text parses");
        // A pointer of which the arms reach memory.
        let before = func.clone();
        broken(&mut func);
        let outcomes = (0..200).map(|seed| crate::testing::compare(&before, &func, seed));
        assert!(outcomes.into_iter().any(|outcome| outcome.is_err()));
    }
}
