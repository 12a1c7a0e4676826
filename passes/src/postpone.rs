//! `postpone`: what only matters after a loop is computed after it.
//!
//! ```text
//! before                                after
//!   block1(v1: f64):                      block1(v1: f64):
//!     v2 = f64.add v1, v0                   v2 = f64.add v1, v0
//!     v3 = rv.canon_f64 v2                  v4 = f64.lt v2, v0
//!     v4 = f64.lt v2, v0                    branch v4, block1(v2), block2
//!     branch v4, block1(v2), block2       block2:
//!   block2:                                 v3 = rv.canon_f64 v2
//!     f64.store v9, v3                      f64.store v9, v3
//! ```
//!
//! A pure operation of one value (constants aside) moves to the closest block
//! that dominates its uses, just before the first of them, if that is in fewer
//! loops. One value lives on in the place of the other, so nothing else has to
//! be kept for longer.
//!
//! Requires: SSA form. Preserves: everything. Complexity: near-linear, times the
//! depth of the dominator tree. Limits: operations of two values stay, as do
//! loads.

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{EntitySet, SecondaryMap};

use crate::cfg::Cfg;
use crate::ir::{Block, Function, Inst, InstKind, Value};
use crate::pass::Context;

/// Moves operations out of the loops of a function.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let loops = cfg.loops();
    if func.layout.iter().all(|&block| loops.depth(block) == 0) {
        return;
    }
    let mut movable: EntitySet<Value> = EntitySet::new();
    for &block in func.layout.iter().filter(|&&block| loops.depth(block) > 0) {
        for &inst in &func.blocks[block].insts {
            if may_move(func, inst) {
                func.insts[inst].results.iter().for_each(|&result| {
                    movable.insert(result);
                });
            }
        }
    }
    if movable.is_empty() {
        return;
    }
    // The lowest block that dominates all uses seen so far. Uses come after
    // definitions, so going backwards all uses of a result have been seen, but
    // for those on edges and below, which are noted first.
    let mut common: SecondaryMap<Value, PackedOption<Block>> = SecondaryMap::new();
    let mut arrivals: SecondaryMap<Block, Vec<Inst>> = SecondaryMap::new();
    let mut moved: EntitySet<Inst> = EntitySet::new();
    for &block in cfg.rpo() {
        func.terminator(block).for_each_use(|value| {
            if movable.contains(value) {
                note(&cfg, &mut common, value, block);
            }
        });
    }
    for &block in cfg.dominator_preorder().iter().rev() {
        for &inst in func.blocks[block].insts.iter().rev() {
            let target =
                common_of(func, &common, inst).filter(|&target| loops.depth(target) < loops.depth(block));
            if let Some(target) = target {
                moved.insert(inst);
                arrivals[target].push(inst);
            }
            let home = target.unwrap_or(block);
            func.insts[inst].kind.for_each_use(|value| {
                if movable.contains(value) {
                    note(&cfg, &mut common, value, home);
                }
            });
        }
    }
    if moved.is_empty() {
        return;
    }
    for &block in &func.layout.clone() {
        func.blocks[block].insts.retain(|&inst| !moved.contains(inst));
        // Users arrived before what they use.
        for inst in std::mem::take(&mut arrivals[block]) {
            let result = func.insts[inst].results[0];
            let uses = |&other: &Inst| {
                let mut found = false;
                func.insts[other].kind.for_each_use(|value| found |= value == result);
                found
            };
            let insts = &func.blocks[block].insts;
            let at = insts.iter().position(uses).unwrap_or(insts.len());
            func.blocks[block].insts.insert(at, inst);
        }
    }
}

fn note(cfg: &Cfg, common: &mut SecondaryMap<Value, PackedOption<Block>>, value: Value, user: Block) {
    let mut at = match common[value].expand() {
        None => user,
        Some(at) => at,
    };
    while !cfg.dominates(at, user) {
        // The definition dominates both: the walk ends there at the latest.
        let Some(above) = cfg.idom(at) else { break };
        at = above;
    }
    common[value] = Some(at).into();
}

fn common_of(
    func: &Function,
    common: &SecondaryMap<Value, PackedOption<Block>>,
    inst: Inst,
) -> Option<Block> {
    match func.insts[inst].results[..] {
        [result] => common[result].expand(),
        _ => None,
    }
}

/// Whether an instruction is a pure operation of one value.
fn may_move(func: &Function, inst: Inst) -> bool {
    let InstKind::Op(op, args) = &func.insts[inst].kind else { return false };
    let mut values = args.iter().copied().filter(|&arg| func.constant(arg).is_none());
    let Some(first) = values.next() else { return false };
    !op.traps() && values.all(|other| other == first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::Op;
    use crate::testing::{assert_pass, validate};

    #[test]
    fn a_sum_is_made_canonical_after_the_loop() {
        assert_pass(
            run,
            "block0(v0: f64, v9: i32):
               jump block1(v0)
             block1(v1: f64):
               v2 = f64.add v1, v0
               v3 = rv.canon_f64 v2
               v4 = f64.lt v2, v0
               branch v4, block1(v2), block2
             block2:
               f64.store v9, v3
               return",
            "block0(v0: f64, v9: i32):
               jump block1(v0)
             block1(v1: f64):
               v2 = f64.add v1, v0
               v4 = f64.lt v2, v0
               branch v4, block1(v2), block2
             block2:
               v3 = rv.canon_f64 v2
               f64.store v9, v3
               return",
        );
    }

    #[test]
    fn what_the_loop_needs_stays() {
        let text = "# result i64
             block0(v0: i64):
               jump block1(v0)
             block1(v1: i64):
               v2 = i64.const 1
               v3 = i64.add v1, v2
               v4 = i64.eqz v3
               branch v4, block1(v3), block2
             block2:
               return v3";
        assert_pass(run, text, text);
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        validate(&["promote", "peephole", "gvn", "nan", "narrow"], 600..1500, pass)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn sinking_below_a_use_is_caught() {
        let broken = |func: &mut Function| {
            // Every operation to the end of its block, wherever it is used.
            for block in func.layout.clone() {
                let insts = std::mem::take(&mut func.blocks[block].insts);
                let (late, early): (Vec<Inst>, Vec<Inst>) = insts
                    .into_iter()
                    .partition(|&inst| matches!(func.insts[inst].kind, InstKind::Op(Op::I64Add, _)));
                func.blocks[block].insts = early.into_iter().chain(late).collect();
            }
        };
        assert!(validate(&["promote"], 0..200, broken).is_err());
    }
}
