//! `increment`: a pointer that is moved on after an access is moved on before it.
//!
//! ```text
//! before                             after
//!   block1(v1: i64 "a5"):              block1(v1: i64 "a5"):
//!     v2 = i32.wrap_i64 v1               v7 = i64.const 1
//!     v3 = i32.const -65536              v6 "a5" = i64.add v1, v7
//!     v4 = i32.add v2, v3                v2 = i32.wrap_i64 v6
//!     v5 = i32.load8_u v4 offset=1       v3 = i32.const -65536
//!     v7 = i64.const 1                   v4 = i32.add v2, v3
//!     v6 "a5" = i64.add v1, v7           v5 = i32.load8_u v4
//!     branch v5, block1(v6), block2      branch v5, block1(v6), block2
//! ```
//!
//! Compilers access `1(a5)` and then add 1 to a5, since a pipeline can do both at
//! once. Where the accesses are all that the old pointer is used for, they can go
//! by the new one: then the old one is dead before the first access, both share a
//! local without further ado, and what was loaded can be part of the expression
//! that uses it. (Should the sum pass 2^32, the new form wraps as the guest's
//! address does.)
//!
//! Where the accesses must go by the old pointer, the increment comes after the last of
//! them, if nothing wants the new one sooner: that way the two share a local as well.
//!
//! Requires: SSA form. Preserves: everything else. Leaves unused instructions to
//! `dce`. Complexity: linear. Limits: accesses in the same block, at offsets not
//! below the step.

use crate::ir::{Block, Const, Function, Inst, InstKind, Op, Type, Value};
use crate::pass::Context;
use crate::users::{Moves, Users, sum};

/// Moves the increments of a function.
pub fn run(func: &mut Function, _: &Context) {
    let moves = Moves::new(func);
    let moves_on = |&inst: &Inst| {
        sum(func, inst).is_some_and(|(old, _)| moves.is_next(func, old, func.insts[inst].results[0]))
    };
    if !func.layout.iter().flat_map(|&block| &func.blocks[block].insts).any(moves_on) {
        return;
    }
    let users = Users::new(func, |_| true);
    for block in func.layout.clone() {
        let (mut steps, mut late) = (Vec::new(), Vec::new());
        for &inst in &func.blocks[block].insts {
            match Step::find(func, &users, &moves, block, inst) {
                Some(step) => steps.push(step),
                None => late.extend(sum(func, inst).map(|(old, _)| (inst, old))),
            }
        }
        steps.iter().for_each(|step| step.apply(func, block));
        late.into_iter().for_each(|(inst, old)| move_down(func, &users, &moves, block, inst, old));
    }
}

/// Moves an increment behind the last use of the old value in its block, if the new one
/// is not used before that.
fn move_down(func: &mut Function, users: &Users, moves: &Moves, block: Block, inst: Inst, old: Value) {
    let new = func.insts[inst].results[0];
    let elsewhere = |user: Inst| users.home(user) != Some(block);
    if !moves.is_next(func, old, new)
        || !users.ends.is_empty(old)
        || users.insts.of(old).nth(1).is_none()
        || users.insts.of(old).any(elsewhere)
    {
        return;
    }
    let insts = &func.blocks[block].insts;
    let Some(place) = insts.iter().position(|&other| other == inst) else { return };
    let behind = &insts[place + 1..];
    let uses = |value: Value, inst: Inst| users.insts.of(value).any(|user| user == inst);
    let Some(last) = behind.iter().rposition(|&other| uses(old, other)) else { return };
    if behind[..=last].iter().any(|&other| uses(new, other)) {
        return;
    }
    func.blocks[block].insts[place..=place + 1 + last].rotate_left(1);
}

/// An increment that can come first.
struct Step {
    /// `new = old + constant`.
    inst: Inst,
    constant: u32,
    /// What takes the new pointer in the place of the old one.
    bases: Vec<Inst>,
    /// The loads and stores, whose offsets get smaller.
    accesses: Vec<Inst>,
}

impl Step {
    fn find(func: &Function, users: &Users, moves: &Moves, block: Block, inst: Inst) -> Option<Step> {
        let (old, constant) = sum(func, inst)?;
        let new = func.insts[inst].results[0];
        let constant = u32::try_from(constant).ok()?;
        if !moves.is_next(func, old, new) || !users.ends.is_empty(old) || constant == 0 {
            return None;
        }
        let mut step = Step { inst, constant, bases: Vec::new(), accesses: Vec::new() };
        for user in users.insts.of(old).filter(|&user| user != inst) {
            step.add_base(func, users, block, user, old)?;
        }
        (!step.accesses.is_empty()).then_some(step)
    }

    /// Notes a user of the old pointer: its low half, or a difference with the
    /// bias that is only an address.
    fn add_base(
        &mut self,
        func: &Function,
        users: &Users,
        block: Block,
        user: Inst,
        old: Value,
    ) -> Option<()> {
        let result = match func.insts[user].results[..] {
            [result] if users.home(user) == Some(block) && users.ends.is_empty(result) => result,
            _ => return None,
        };
        match &func.insts[user].kind {
            InstKind::Op(Op::I32WrapI64, _) => {
                for sum in users.insts.of(result) {
                    self.add_address(func, users, block, sum, result)?;
                }
            }
            InstKind::Op(Op::I32Add, _) if func.ty(old) == Type::I32 => {
                self.add_address(func, users, block, user, old)?;
            }
            _ => return None,
        }
        self.bases.push(user);
        Some(())
    }

    /// Notes the accesses at a sum of a base and a constant.
    fn add_address(
        &mut self,
        func: &Function,
        users: &Users,
        block: Block,
        sum: Inst,
        base: Value,
    ) -> Option<()> {
        let InstKind::Op(Op::I32Add, args) = &func.insts[sum].kind else { return None };
        let address = func.insts[sum].results[0];
        let plain = args[0] == base && func.constant(args[1]).is_some();
        if !plain || users.home(sum) != Some(block) || !users.ends.is_empty(address) {
            return None;
        }
        for access in users.insts.of(address) {
            let offset = match func.insts[access].kind {
                InstKind::Load(_, _, offset) => offset,
                InstKind::Store(_, addr, offset, value) if addr == address && value != address => offset,
                _ => return None,
            };
            if users.home(access) != Some(block) || offset < self.constant {
                return None;
            }
            self.accesses.push(access);
        }
        Some(())
    }

    fn apply(&self, func: &mut Function, block: Block) {
        let insts = &func.blocks[block].insts;
        let Some(first) = insts.iter().position(|inst| self.bases.contains(inst)) else { return };
        let Some(place) = insts.iter().position(|&inst| inst == self.inst) else { return };
        let ty = func.ty(func.insts[self.inst].results[0]);
        if first < place {
            // The constant may stand between.
            let constant = match ty {
                Type::I32 => Const::I32(self.constant as i32),
                _ => Const::I64(i64::from(self.constant)),
            };
            let pc = func.insts[self.inst].pc;
            let constant = func.make_inst(InstKind::Const(constant), &[ty], pc);
            let value = func.insts[constant].results[0];
            if let InstKind::Op(_, args) = &mut func.insts[self.inst].kind {
                args[1] = value;
            }
            let insts = &mut func.blocks[block].insts;
            insts.remove(place);
            insts.splice(first..first, [constant, self.inst]);
        }
        let new = func.insts[self.inst].results[0];
        for &base in &self.bases {
            if let InstKind::Op(_, args) = &mut func.insts[base].kind {
                args[0] = new;
            }
        }
        for &access in &self.accesses {
            if let InstKind::Load(_, _, offset) | InstKind::Store(_, _, offset, _) =
                &mut func.insts[access].kind
            {
                *offset -= self.constant;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, parse, validate};

    const LOOP: &str = "# result i64
             block0(v0: i64 \"a5\"):
               jump block1(v0)
             block1(v1: i64 \"a5\"):
               v2 = i32.wrap_i64 v1
               v3 = i32.const -65536
               v4 = i32.add v2, v3
               v5 = i32.load8_u v4 offset=1
               v7 = i64.const 1
               v6 \"a5\" = i64.add v1, v7
               branch v5, block1(v6), block2
             block2:
               return v6";

    #[test]
    fn the_pointer_moves_first() {
        assert_pass(
            run,
            LOOP,
            "# result i64
             block0(v0: i64 \"a5\"):
               jump block1(v0)
             block1(v1: i64 \"a5\"):
               v8 = i64.const 1
               v6 \"a5\" = i64.add v1, v8
               v2 = i32.wrap_i64 v6
               v3 = i32.const -65536
               v4 = i32.add v2, v3
               v5 = i32.load8_u v4
               v7 = i64.const 1
               branch v5, block1(v6), block2
             block2:
               return v6",
        );
    }

    #[test]
    fn an_access_below_the_step_keeps_the_old_pointer() {
        let text = LOOP.replace("i64.const 1", "i64.const 2");
        assert_pass(run, &text, &text);
    }

    #[test]
    fn the_pointer_moves_on_after_the_last_access() {
        let text = |between: &str, behind: &str| {
            format!(
                "# result i32
                 block0(v0: i32 \"a5.at\"):
                   jump block1(v0)
                 block1(v1: i32 \"a5.at\"):
                   v2 = i32.load v1
                   v3 = i32.const 8
                   {between}
                   v5 = i32.mul v2, v2
                   i32.store v1, v5
                   {behind}
                   v6 = i32.ne v4, v0
                   branch v6, block1(v4), block2
                 block2:
                   return v2"
            )
        };
        let increment = "v4 \"a5.at\" = i32.add v1, v3";
        assert_pass(run, &text(increment, ""), &text("", increment));
        let wanted = text(&format!("{increment}\n v7 = i32.load v4"), "");
        assert_pass(run, &wanted, &wanted);
    }

    #[test]
    fn an_old_pointer_that_is_used_later_stays() {
        let text = LOOP.replace("return v6", "return v1");
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
    fn offsets_that_stay_are_caught() {
        let before = parse(LOOP);
        let mut after = before.clone();
        run(&mut after, &Context::default());
        for data in after.insts.values_mut() {
            if let InstKind::Load(_, _, offset) = &mut data.kind {
                *offset += 1;
            }
        }
        assert!((0..200).any(|seed| crate::testing::compare(&before, &after, seed).is_err()));
    }
}
