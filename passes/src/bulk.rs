//! `bulk`: loops that copy or fill become one operation on memory.
//!
//! ```text
//! before                             after
//!   jump block1(v0, v1)                v9 = i64.sub v2, v1
//! block1(v3: i32, v4: i64):            … 64 bytes or more, not too many: branch
//!   v5 = i32.load8_u v3              block3:
//!   v6 = i32.wrap_i64 v4               … apart, place - source >= size: branch
//!   i32.store8 v6, v5                block4:
//!   v7 = i32.add v3, 1                 memory.copy v10, v0, v11
//!   v8 = i64.add v4, 1                 jump block1(v12, v13)
//!   v14 = i64.ne v8, v2              block1(v3: i32, v4: i64):
//!   branch v14, block1(v7, v8), …      …
//! ```
//!
//! An engine's copy is many times as fast as a loop of words. C libraries copy
//! by such loops, also when they were asked for few bytes, and so does much else;
//! none is known by its name here. A loop is known by one turn of it, which is
//! followed with symbols (`bulk/turn.rs`): it goes one way, ends by one test
//! of a value that moves by a constant, loads words at places that move by a
//! constant, and stores each where all stores of the turn, side by side, fill
//! what the places move by (`bulk/shape.rs`). Words may be loaded a turn before
//! they are stored, and go up or down. Two words after each other, shifted and
//! merged, are a word from a place between.
//!
//! What is not known before the program runs is asked before the loop
//! (`bulk/build.rs`): how many turns there will be; whether the loop would read
//! what it wrote, as when a pattern is repeated; whether a word that is filled
//! with is one byte over and over. Then all turns but the last one or few are
//! left out, and the loop itself runs from where it would be, so that nothing
//! needs to be known of what comes after it. If it cannot be left out, it runs
//! as it did. A loop with more than one entry (a C library jumps into the middle
//! of an unrolled one) is asked on each turn instead.
//!
//! Memory is the same afterwards but for one thing: if an access would have
//! failed in the middle, what was written before it is not.
//!
//! Requires: SSA form. Preserves: everything else. Complexity: near-linear, times
//! the number of loops that are caught. Limits: loops of one test, of one source
//! and one place.

mod build;
mod cycle;
mod linear;
mod shape;
#[cfg(test)]
mod tests;
mod turn;

use crate::cfg::Cfg;
use crate::ir::Function;
use crate::pass::Context;

/// The least that a turn has to write where the loop is asked on each one.
const LONG: i64 = 32;

/// Catches the loops of a function that copy or fill.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::new(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let plans: Vec<_> = cycle::find(func, &cfg)
        .into_iter()
        .filter_map(|cycle| {
            let turn = turn::follow(func, &cycle)?;
            let plan = shape::of(&turn)?;
            (!cycle.inside || plan.bytes >= LONG).then_some((cycle, turn, plan))
        })
        .collect();
    for (cycle, turn, plan) in &plans {
        build::catch(func, cycle, turn, plan);
    }
}
