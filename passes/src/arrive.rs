//! `arrive`: behind a loop, a counter is what it was compared with.
//!
//! ```text
//! before                             after
//!   block1(v1: i32 "a5"):              block1(v1: i32 "a5"):
//!     v2 = i32.const 8                   v2 = i32.const 8
//!     v3 "a5" = i32.add v1, v2           v3 "a5" = i32.add v1, v2
//!     v4 = i32.ne v3, v0                 v4 = i32.ne v3, v0
//!     branch v4, block1(v3), block2      branch v4, block1(v3), block2
//!   block2:                            block2:
//!     i32.store v9, v3                   i32.store v9, v0
//! ```
//!
//! A loop that is left where two values are equal may as well hand on the one that it
//! does not change: that one is alive throughout the loop for the comparison, and the
//! counter ends with it. Engines take sums of sums together: what is computed behind the
//! loop from the counter's last value they compute from the one before, which then lives
//! beside it and is copied on each turn.
//!
//! Requires: SSA form. Preserves: everything. Complexity: linear, times the depth of
//! loops. Limits: counters that move by a constant.

use cranelift_entity::EntitySet;

use crate::cfg::{Cfg, Loops, drop_unreachable};
use crate::ir::{Block, Function, InstKind, Op, Terminator, Value, ValueDef};
use crate::pass::Context;
use crate::users::{Users, sum};

/// Replaces the counters of a function behind its loops.
pub fn run(func: &mut Function, _: &Context) {
    drop_unreachable(func);
    let found: Vec<Arrival> = func.layout.iter().filter_map(|&block| Arrival::find(func, block)).collect();
    if found.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    let loops = cfg.loops();
    let mut counters: EntitySet<Value> = EntitySet::new();
    counters.extend(found.iter().map(|arrival| arrival.counter));
    let users = Users::new(func, |value| counters.contains(value));
    for arrival in found {
        arrival.apply(func, &cfg, loops, &users);
    }
}

/// A branch to one side of which two values are equal.
struct Arrival {
    block: Block,
    counter: Value,
    end: Value,
    /// The block where they are equal.
    behind: Block,
}

impl Arrival {
    /// The comparison of a sum that a block ends with.
    fn find(func: &Function, block: Block) -> Option<Arrival> {
        let Terminator::Branch { cond, then, other } = func.terminator(block) else { return None };
        let InstKind::Op(op, args) = &func.def(*cond)?.kind else { return None };
        let behind = match op {
            Op::I32Eq | Op::I64Eq => then.block,
            Op::I32Ne | Op::I64Ne => other.block,
            _ => return None,
        };
        let is_sum = |value: Value| match func.values[value].def {
            ValueDef::Result(inst, _) => sum(func, inst).is_some(),
            ValueDef::Param(..) => false,
        };
        let (counter, end) = if is_sum(args[0]) { (args[0], args[1]) } else { (args[1], args[0]) };
        let differ = then.block != other.block && is_sum(counter) && !func.is_undefined(end);
        differ.then_some(Arrival { block, counter, end, behind })
    }

    /// Has those behind the loop take the end.
    fn apply(&self, func: &mut Function, cfg: &Cfg, loops: &Loops, users: &Users) {
        let Some(header) = loops.innermost(self.block) else { return };
        let home = |value: Value| match func.values[value].def {
            ValueDef::Param(block, _) => Some(block),
            ValueDef::Result(inst, _) => users.home(inst),
        };
        let inside = |value: Value| home(value).is_none_or(|block| loops.contains(header, block));
        if loops.contains(header, self.behind) || inside(self.end) || !inside(self.counter) {
            return;
        }
        let swap = |used: &mut Value| {
            if *used == self.counter {
                *used = self.end;
            }
        };
        if let Some(terminator) = &mut func.blocks[self.block].terminator {
            let mut targets = terminator.targets_mut();
            let behind = targets.iter_mut().filter(|target| target.block == self.behind);
            behind.flat_map(|target| &mut target.args).for_each(swap);
        }
        // Who comes here from elsewhere need not have found them equal.
        if cfg.preds(self.behind).len() > 1 {
            return;
        }
        for inst in users.insts.of(self.counter) {
            if users.home(inst).is_some_and(|block| cfg.dominates(self.behind, block)) {
                func.insts[inst].kind.for_each_use_mut(swap);
            }
        }
        for block in users.ends.of(self.counter) {
            if cfg.dominates(self.behind, block)
                && let Some(terminator) = &mut func.blocks[block].terminator
            {
                terminator.for_each_use_mut(swap);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, compare, parse, validate};

    const LOOP: &str = "# result i32
             block0(v0: i32, v9: i32):
               jump block1(v9)
             block1(v1: i32 \"a5\"):
               v2 = i32.const 8
               v3 \"a5\" = i32.add v1, v2
               v4 = i32.ne v3, v0
               branch v4, block1(v3), block2(v3)
             block2(v5: i32):
               v6 = i32.add v5, v3
               return v6";

    #[test]
    fn a_counter_behind_a_loop_is_its_end() {
        let after = LOOP.replace("block2(v3)", "block2(v0)").replace("v5, v3", "v5, v0");
        assert_pass(run, LOOP, &after);
    }

    #[test]
    fn a_counter_that_is_handed_on_where_it_differs_stays() {
        let text = LOOP.replace("i32.ne", "i32.eq");
        assert_pass(run, &text, &text);
    }

    #[test]
    fn a_counter_where_others_arrive_too_stays() {
        let before = "# result i32
             block0(v0: i32, v9: i32):
               v7 = i32.const 3
               jump block1(v9)
             block1(v1: i32):
               v2 = i32.const 8
               v3 = i32.add v1, v2
               branch v1, block2, block3(v3)
             block2:
               v4 = i32.ne v3, v0
               branch v4, block1(v3), block3(v3)
             block3(v5: i32):
               v6 = i32.add v5, v3
               return v6";
        let after = before.replace("block1(v3), block3(v3)", "block1(v3), block3(v0)");
        assert_pass(run, before, &after);
    }

    #[test]
    fn an_end_that_the_loop_changes_is_not_handed_on() {
        let text = LOOP
            .replace("jump block1(v9)", "jump block1(v9, v0)")
            .replace("\"a5\"):", "\"a5\", v10: i32):")
            .replace("v3, v0", "v3, v10")
            .replace("block1(v3)", "block1(v3, v1)");
        assert_pass(run, &text, &text);
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "webs", "peephole", "narrow", "peephole"];
        validate(&prepare, 600..1500, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn an_end_in_the_wrong_place_is_caught() {
        let text = "# result i32
             block0(v0: i32):
               v7 = i32.const 120
               v8 = i32.and v0, v7
               v9 = i32.const 0
               v2 = i32.const 8
               v10 = i32.add v8, v2
               jump block1(v9)
             block1(v1: i32):
               v3 = i32.add v1, v2
               v4 = i32.ne v3, v10
               branch v4, block1(v3), block2
             block2:
               return v3";
        let before = parse(text);
        let mut after = before.clone();
        run(&mut after, &Context::default());
        for seed in 0..20 {
            compare(&before, &after, seed).unwrap_or_else(|error| panic!("{error}"));
        }
        let wrong = parse(&text.replace("return v3", "return v8"));
        assert!((0..20).any(|seed| compare(&before, &wrong, seed).is_err()));
    }
}
