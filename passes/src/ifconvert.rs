//! `ifconvert`: a branch around little work becomes a choice.
//!
//! ```text
//! before                                after
//!   block0(v0: i32, v1: i32):             block0(v0: i32, v1: i32):
//!     v2 = i32.const 1                      v2 = i32.const 1
//!     v3 = i32.and v0, v2                   v3 = i32.and v0, v2
//!     branch v3, block1, block2(v1)         v4 = i32.xor v0, v1
//!   block1:                                 v6 = select.i32 v3, v4, v1
//!     v4 = i32.xor v0, v1                   jump block2(v6)
//!     jump block2(v4)                     block2(v5: i32):
//!   block2(v5: i32):                        return v5
//!     return v5
//! ```
//!
//! A processor guesses where a branch goes, and a wrong guess costs some twenty
//! instructions; a `select` costs about one. So where a side of a branch only
//! computes one or two integers that the place behind it takes, it is computed
//! always. (If-conversion; Allen and others, "Conversion of control dependence
//! to data dependence", POPL 1983.)
//!
//! Not done: for floats, whose `select` is a branch on x86-64; where a side
//! reads memory, may trap or calls; where an edge leads back to a loop's header,
//! for a loop's own branch is mostly guessed right.
//!
//! Requires: SSA form. Preserves: everything. Leaves blocks that nothing leads to
//! for `dce`. Complexity: linear.

use cranelift_entity::SecondaryMap;

use crate::cfg::Cfg;
use crate::ir::{Block, Function, Inst, InstKind, Op, Target, Terminator, Type, Value};
use crate::pass::Context;

/// The operations that both sides may have together. Conversions between widths
/// do not count.
const MOST_OPERATIONS: usize = 2;

/// The values that may be chosen between, where a side computes one from the other: an
/// address from an index. Where none follows from another a branch costs nothing but a
/// guess, and two choices hold up what the processor does with the values meanwhile (a
/// merge of lists takes 6 % longer).
const MOST_CHOICES: usize = 2;

/// Converts the branches of a function.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let mut entries: SecondaryMap<Block, u32> = SecondaryMap::new();
    for &block in &func.layout {
        for target in func.terminator(block).targets() {
            entries[target.block] += 1;
        }
    }
    // Inner branches first: their blocks come last.
    for &block in cfg.rpo().iter().rev() {
        if let Some(diamond) = Diamond::find(func, &cfg, &entries, block) {
            diamond.convert(func, &mut entries, block);
        }
    }
}

/// A side of a branch: what it computes, and what it hands to the place behind.
struct Side {
    /// The block between, if there is one.
    block: Option<Block>,
    /// Whether other edges lead to that block, so that its own edge stays.
    is_shared: bool,
    insts: Vec<Inst>,
    to: Target,
}

impl Side {
    /// Whether one of the values that are chosen between is computed here from another.
    fn chains(&self, func: &Function, other: &Side) -> bool {
        let pairs = self.to.args.iter().zip(&other.to.args);
        let chosen: Vec<Value> = pairs.filter(|(a, b)| a != b).map(|(&value, _)| value).collect();
        let mut from_chosen = chosen.clone();
        let mut computed = Vec::new();
        for &inst in &self.insts {
            let data = &func.insts[inst];
            let mut follows = false;
            data.kind.for_each_use(|value| follows |= from_chosen.contains(&value));
            if follows {
                from_chosen.extend(&data.results);
                computed.extend(data.results.iter().copied());
            }
        }
        chosen.iter().any(|value| computed.contains(value))
    }
}

/// A branch with two sides that lead to the same place.
struct Diamond {
    cond: Value,
    then: Side,
    other: Side,
}

impl Diamond {
    fn find(func: &Function, cfg: &Cfg, entries: &SecondaryMap<Block, u32>, block: Block) -> Option<Diamond> {
        let Terminator::Branch { cond, then, other } = func.terminator(block) else { return None };
        let behind = |target: &Target| side(func, entries, target).map(|side| side.to.block);
        // A side that is the place behind has no block of its own.
        let (then_to, other_to) = (behind(then), behind(other));
        let meet = match (then_to, other_to) {
            (Some(one), Some(two)) if one == two => one,
            (Some(one), _) if one == other.block => one,
            (_, Some(two)) if two == then.block => two,
            _ => return None,
        };
        if cfg.is_retreating(block, meet) || then.block == other.block {
            return None;
        }
        let whole = |target: &Target| match target.block == meet {
            true => Some(Side { block: None, is_shared: false, insts: Vec::new(), to: target.clone() }),
            false => side(func, entries, target),
        };
        let diamond = Diamond { cond: *cond, then: whole(then)?, other: whole(other)? };
        diamond.pays(func).then_some(diamond)
    }

    /// Whether there is little to compute and to choose.
    fn pays(&self, func: &Function) -> bool {
        let insts = || self.then.insts.iter().chain(&self.other.insts);
        if !insts().all(|&inst| is_cheap(func, inst)) {
            return false;
        }
        let operations = insts().filter(|&&inst| counts(func, inst)).count();
        let mut choices = self.then.to.args.iter().zip(&self.other.to.args).filter(|(a, b)| a != b);
        let follows = [(&self.then, &self.other), (&self.other, &self.then)];
        let follows = follows.iter().any(|(side, other)| side.chains(func, other));
        let most = if follows { MOST_CHOICES } else { 1 };
        operations <= MOST_OPERATIONS
            && choices.clone().count() <= most
            && choices.all(|(&value, _)| matches!(func.ty(value), Type::I32 | Type::I64))
    }

    fn convert(self, func: &mut Function, entries: &mut SecondaryMap<Block, u32>, block: Block) {
        for side in [&self.then, &self.other] {
            func.blocks[block].insts.extend(&side.insts);
            let Some(between) = side.block else { continue };
            entries[between] -= 1;
            if !side.is_shared {
                // Nothing leads there any more.
                func.blocks[between].insts.clear();
                func.blocks[between].terminator = Some(Terminator::Unreachable);
            }
        }
        let meet = self.then.to.block;
        // One edge instead of those that nobody else uses.
        entries[meet] += 1;
        for side in [&self.then, &self.other] {
            entries[meet] -= u32::from(!side.is_shared);
        }
        let pairs = self.then.to.args.iter().zip(&self.other.to.args).enumerate();
        let args = pairs.map(|(at, (&then, &other))| {
            if then == other {
                return then;
            }
            let ty = func.ty(then);
            let choice = func.make_inst(InstKind::Select([self.cond, then, other]), &[ty], None);
            let result = func.insts[choice].results[0];
            func.values[result].name = func.values[func.blocks[meet].params[at]].name;
            func.blocks[block].insts.push(choice);
            result
        });
        let args = args.collect();
        func.blocks[block].terminator = Some(Terminator::Jump(Target { block: meet, args }));
    }
}

/// The block that an edge leads to, if it goes on at one place and only this edge leads
/// there, or nothing is done there.
fn side(func: &Function, entries: &SecondaryMap<Block, u32>, target: &Target) -> Option<Side> {
    let data = &func.blocks[target.block];
    match func.terminator(target.block) {
        Terminator::Jump(to) if data.params.is_empty() => {
            let is_shared = entries[target.block] != 1;
            (!is_shared || data.insts.is_empty()).then(|| Side {
                block: Some(target.block),
                is_shared,
                insts: data.insts.clone(),
                to: to.clone(),
            })
        }
        _ => None,
    }
}

/// Whether an instruction may be executed where its result is not wanted.
fn is_cheap(func: &Function, inst: Inst) -> bool {
    match &func.insts[inst].kind {
        InstKind::Const(_) => true,
        InstKind::Op(op, _) => !op.traps() && !op.is_helper() && op.args().iter().all(|&ty| is_int(ty)),
        _ => false,
    }
}

fn is_int(ty: Type) -> bool {
    matches!(ty, Type::I32 | Type::I64)
}

/// Whether an instruction counts as work.
fn counts(func: &Function, inst: Inst) -> bool {
    !matches!(
        &func.insts[inst].kind,
        InstKind::Const(_) | InstKind::Op(Op::I32WrapI64 | Op::I64ExtendI32S | Op::I64ExtendI32U, _)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, compare, parse, validate};

    const TRIANGLE: &str = "# result i32
             block0(v0: i32, v1: i32):
               v2 = i32.const 1
               v3 = i32.and v0, v2
               branch v3, block1, block2(v1)
             block1:
               v4 = i32.xor v0, v1
               jump block2(v4)
             block2(v5: i32):
               return v5";

    #[test]
    fn a_cheap_side_becomes_a_choice() {
        assert_pass(
            |func, context| {
                run(func, context);
                crate::dce::run(func, context);
            },
            TRIANGLE,
            "# result i32
             block0(v0: i32, v1: i32):
               v2 = i32.const 1
               v3 = i32.and v0, v2
               v4 = i32.xor v0, v1
               v6 = select.i32 v3, v4, v1
               return v6",
        );
    }

    /// Two branches meet in a block that does nothing: the second is around little work.
    #[test]
    fn a_way_that_other_branches_take_is_a_side_too() {
        assert_pass(
            run,
            "# result i32
             block0(v0: i32, v1: i32, v2: i32):
               branch v0, block1, block2
             block1:
               jump block4(v1, v2)
             block2:
               v3 = i32.load v1
               branch v3, block1, block3
             block3:
               v4 = i32.xor v3, v2
               jump block4(v4, v3)
             block4(v5: i32, v6: i32):
               v7 = i32.sub v5, v6
               return v7",
            "# result i32
             block0(v0: i32, v1: i32, v2: i32):
               branch v0, block1, block2
             block1:
               jump block4(v1, v2)
             block2:
               v3 = i32.load v1
               v4 = i32.xor v3, v2
               v8 = select.i32 v3, v1, v4
               v9 = select.i32 v3, v2, v3
               jump block4(v8, v9)
             block3:
               unreachable
             block4(v5: i32, v6: i32):
               v7 = i32.sub v5, v6
               return v7",
        );
    }

    #[test]
    fn memory_traps_and_floats_stay_behind_their_branch() {
        for side in ["v4 = i32.load v0", "v4 = i32.div_s v0, v1"] {
            let text = TRIANGLE.replace("v4 = i32.xor v0, v1", side);
            assert_pass(run, &text, &text);
        }
        let text = TRIANGLE
            .replace("v4 = i32.xor v0, v1", "v4 = f64.const 0x3ff0000000000000")
            .replace("v1: i32", "v1: f64")
            .replace("v5: i32", "v5: f64")
            .replace("# result i32", "# result f64");
        assert_pass(run, &text, &text);
    }

    #[test]
    fn two_values_that_are_there_already_stay_behind_their_branch() {
        let text = "# result i32
             block0(v0: i32, v1: i32):
               branch v0, block1(v0, v1), block1(v1, v0)
             block1(v2: i32, v3: i32):
               v4 = i32.sub v2, v3
               return v4";
        assert_pass(run, text, text);
    }

    #[test]
    fn much_work_stays_behind_its_branch() {
        let text = TRIANGLE
            .replace("v4 = i32.xor v0, v1", "v6 = i32.xor v0, v1\nv7 = i32.mul v6, v1\nv4 = i32.sub v7, v0");
        assert_pass(run, &text, &text);
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "narrow", "peephole", "dce"];
        validate(&prepare, 600..2000, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn exchanged_sides_are_caught() {
        let before = parse(TRIANGLE);
        let mut after = before.clone();
        run(&mut after, &Context::default());
        for data in after.insts.values_mut() {
            if let InstKind::Select([_, then, other]) = &mut data.kind {
                std::mem::swap(then, other);
            }
        }
        assert!((0..200).any(|seed| compare(&before, &after, seed).is_err()));
    }
}
