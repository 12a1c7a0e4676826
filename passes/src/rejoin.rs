//! `rejoin`: what is computed from a counter's old value goes by the new one.
//!
//! ```text
//! before                             after
//!   block1(v1: i64 "a5"):              block1(v1: i64 "a5"):
//!     v2 = i64.const 8                   v2 = i64.const 8
//!     v3 "a5" = i64.add v1, v2           v3 "a5" = i64.add v1, v2
//!     v4 = i64.ne v3, v0                 v4 = i64.ne v3, v0
//!     branch v4, block1(v3), block2      branch v4, block1(v3), block2
//!   block2:                            block2:
//!     v5 = i64.const 24                  v5 = i64.const 24
//!     v6 = i64.add v1, v5                v7 = i64.const 16
//!     return v6                          v6 = i64.add v3, v7
//!                                        return v6
//! ```
//!
//! `peephole` adds up constants, and so makes sums of the old value out of what
//! the program computes from the new one. Then both are alive at the end of the
//! loop, need a local each, and every turn copies one to the other. Here the
//! sums behind an increment are made from the new value again, where nothing but
//! such sums keeps the old one alive. Comparisons with constants for equality go the
//! same way (`v1 != 1` is `v3 != 0` of a counter that goes down), and uses in the
//! block of the increment do not count where it can come after them (`increment`).
//!
//! Requires: SSA form. Preserves: everything. Leaves unused constants to `dce`.
//! Complexity: linear. Limits: block parameters, and values that stand for the same
//! guest register.

use cranelift_entity::EntitySet;

use crate::cfg::{Cfg, drop_unreachable};
use crate::ir::{Block, Const, Function, Inst, InstKind, Op, Type, Value};
use crate::pass::Context;
use crate::users::{Moves, Users, sum, with_constant};

/// Computes from new values what was computed from old ones.
pub fn run(func: &mut Function, _: &Context) {
    drop_unreachable(func);
    let moves = Moves::new(func);
    let mut moved: EntitySet<Value> = EntitySet::new();
    for &inst in func.layout.iter().flat_map(|&block| &func.blocks[block].insts) {
        if let Some((old, constant)) = sum(func, inst)
            && is_increment(func, &moves, inst, old, constant)
        {
            moved.insert(old);
        }
    }
    if moved.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    let users = Users::new(func, |value| moved.contains(value));
    for block in func.layout.clone() {
        for at in 0..func.blocks[block].insts.len() {
            let inst = func.blocks[block].insts[at];
            if let Some((constant, users_behind)) = users.behind(func, &cfg, &moves, inst) {
                for user in users_behind {
                    goes_by(func, &users, user, inst, constant);
                }
            }
        }
    }
}

impl Users {
    /// Of an increment, the constant and what behind it can go by the new value
    /// instead of the old; nothing if something else keeps the old one alive.
    fn behind(&self, func: &Function, cfg: &Cfg, moves: &Moves, inst: Inst) -> Option<(i64, Vec<Inst>)> {
        let (old, constant) = sum(func, inst)?;
        let (home, at) = self.place[inst]?;
        if !is_increment(func, moves, inst, old, constant)
            || self.ends.of(old).any(|block| cfg.dominates(home, block))
        {
            return None;
        }
        let is_behind = |other: Inst| match self.place[other] {
            Some((block, place)) if block == home => place > at,
            Some((block, _)) => cfg.dominates(home, block),
            None => false,
        };
        let goes = |user: Inst| match plus_constant(func, user) {
            Some((base, step)) => base == old && (step != constant || sum(func, user).is_none()),
            None => false,
        };
        let (able, others): (Vec<Inst>, Vec<Inst>) =
            self.insts.of(old).filter(|&user| is_behind(user)).partition(|&user| goes(user));
        if able.is_empty() {
            return None;
        }
        // The increment may come after the others, if nothing wants the new value
        // before them.
        let new = func.insts[inst].results[0];
        let last = others.iter().filter_map(|&user| self.place[user]).max_by_key(|&(_, place)| place);
        let here = others.iter().all(|&user| self.place[user].is_some_and(|(block, _)| block == home));
        let wanted = |(_, last): (Block, usize)| {
            func.blocks[home].insts.iter().any(|&user| {
                let mut uses = able.contains(&user);
                func.insts[user].kind.for_each_use(|value| uses |= value == new);
                uses && self.place[user].is_some_and(|(_, place)| at < place && place < last)
            })
        };
        (here && !last.is_some_and(wanted)).then_some((constant, able))
    }
}

/// The value and the constant that an instruction adds or compares for equality.
fn plus_constant(func: &Function, inst: Inst) -> Option<(Value, i64)> {
    let InstKind::Op(Op::I64Eq | Op::I64Ne | Op::I32Eq | Op::I32Ne, args) = &func.insts[inst].kind else {
        return sum(func, inst);
    };
    with_constant(func, args)
}

/// Whether a sum of a value and a constant moves a counter on.
fn is_increment(func: &Function, moves: &Moves, inst: Inst, old: Value, constant: i64) -> bool {
    constant != 0 && moves.is_next(func, old, func.insts[inst].results[0])
}

/// Makes a sum or comparison of the old value one of the new value.
fn goes_by(func: &mut Function, users: &Users, user: Inst, increment: Inst, step: i64) {
    let (Some((_, constant)), Some((block, _))) = (plus_constant(func, user), users.place[user]) else {
        return;
    };
    let new = func.insts[increment].results[0];
    let ty = func.ty(new);
    // A sum gets smaller by the step, what a value is compared with larger.
    let rest = match sum(func, user) {
        Some(_) => constant.wrapping_sub(step),
        None => constant.wrapping_add(step),
    };
    if let InstKind::Op(op @ (Op::I32Eq | Op::I64Eq), args) = &mut func.insts[user].kind
        && rest == 0
    {
        *op = if *op == Op::I32Eq { Op::I32Eqz } else { Op::I64Eqz };
        *args = [new].into();
        return;
    }
    let rest = match ty {
        Type::I32 => Const::I32(rest as i32),
        _ => Const::I64(rest),
    };
    let pc = func.insts[user].pc;
    let rest = func.make_inst(InstKind::Const(rest), &[ty], pc);
    let value = func.insts[rest].results[0];
    if let InstKind::Op(_, args) = &mut func.insts[user].kind {
        *args = [new, value].into();
    }
    // Places are counted without what is inserted, and only compared.
    let insts = &mut func.blocks[block].insts;
    if let Some(at) = insts.iter().position(|&inst| inst == user) {
        insts.insert(at, rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, compare, parse, validate};

    const LOOP: &str = "# result i64
             block0(v0: i64 \"a5\"):
               jump block1(v0)
             block1(v1: i64 \"a5\"):
               v2 = i64.const 8
               v3 \"a5\" = i64.add v1, v2
               v4 = i64.eq v3, v0
               branch v4, block1(v3), block2
             block2:
               v5 = i64.const 24
               v6 = i64.add v1, v5
               return v6";

    #[test]
    fn a_sum_behind_a_loop_goes_by_the_new_value() {
        assert_pass(
            run,
            LOOP,
            "# result i64
             block0(v0: i64 \"a5\"):
               jump block1(v0)
             block1(v1: i64 \"a5\"):
               v2 = i64.const 8
               v3 \"a5\" = i64.add v1, v2
               v4 = i64.eq v3, v0
               branch v4, block1(v3), block2
             block2:
               v5 = i64.const 24
               v7 = i64.const 16
               v6 = i64.add v3, v7
               return v6",
        );
    }

    #[test]
    fn an_old_value_that_is_used_otherwise_stays() {
        let text = LOOP.replace("return v6", "v8 = i64.mul v1, v6\nreturn v8");
        assert_pass(run, &text, &text);
    }

    #[test]
    fn a_counter_is_compared_after_it_has_moved() {
        let text = |compared: &str| {
            format!(
                "block0(v0: i32 \"a3\", v9: i32):
                   jump block1(v0)
                 block1(v1: i32 \"a3\"):
                   v2 = i32.const -1
                   v3 \"a3\" = i32.add v1, v2
                   i32.store v9, v1
                   v4 = i32.const 1
                   {compared}
                   branch v6, block1(v3), block2
                 block2:
                   return"
            )
        };
        let old = text("v6 = i32.ne v1, v4");
        assert_pass(run, &old, &text("v5 = i32.const 0\nv6 = i32.ne v3, v5"));
        // What the parameter takes next needs no name.
        let unnamed = |text: &str| text.replace("v3 \"a3\"", "v3");
        assert_pass(run, &unnamed(&old), &unnamed(&text("v5 = i32.const 0\nv6 = i32.ne v3, v5")));
        // The store cannot come before the increment here.
        let wanted = old.replace("i32.store v9, v1", "i32.store v9, v3\ni32.store v9, v1");
        assert_pass(run, &wanted, &wanted);
    }

    #[test]
    fn sums_before_the_increment_stay() {
        let text =
            LOOP.replace("v2 = i64.const 8", "v5 = i64.const 24\nv6 = i64.add v1, v5\nv2 = i64.const 8");
        let text = text.replace(
            "block2:\n               v5 = i64.const 24\n               v6 = i64.add v1, v5",
            "block2:",
        );
        assert_pass(run, &text, &text);
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "narrow", "peephole", "gvn"];
        validate(&prepare, 600..2000, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn constants_that_stay_are_caught() {
        let before = parse(LOOP);
        let mut after = before.clone();
        run(&mut after, &Context::default());
        for data in after.insts.values_mut() {
            if let InstKind::Const(Const::I64(value)) = &mut data.kind
                && *value == 16
            {
                *value = 24;
            }
        }
        assert!((0..200).any(|seed| compare(&before, &after, seed).is_err()));
    }
}
