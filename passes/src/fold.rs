//! `fold`: what is computed from constants alone becomes a constant.
//!
//! ```text
//! before                         after
//!     v1 = i64.const 0x10000         v1 = i64.const 0x10000
//!     v2 = i64.const 24              v2 = i64.const 24
//!     v3 = i64.add v1, v2            v3 = i64.const 0x10018
//!     v4 = i32.wrap_i64 v3           v4 = i32.const 0x10018
//!     v5 = i32.eqz v4                v5 = i32.const 0
//!     branch v5, block1, block2      jump block2
//! ```
//!
//! Operations follow the interpreter's semantics. What traps is left alone, and
//! so is what gives a NaN whose bits the engine chooses, but for its canonical
//! form. A constant address takes the access's offset with it, so that the text
//! shows the address that is meant.
//!
//! Requires: SSA form. Preserves: everything else. Complexity: linear.

use smallvec::SmallVec;

use crate::edit::{Change, Rewriter, Rules, rewrite, taken};
use crate::interpret::{CANONICAL_F32, CANONICAL_F64, Outcome, eval};
use crate::ir::{Const, Function, InstKind, Op, Terminator, Type, Value};
use crate::pass::Context;

/// Folds the constants of a function.
pub fn run(func: &mut Function, _: &Context) {
    rewrite(func, Rules { inst: fold, terminator: fold_terminator, ask_facts: false });
}

/// What an instruction is when its operands are constants.
pub(crate) fn fold(rewriter: &mut Rewriter<'_>, kind: &InstKind) -> Option<Change> {
    let func = &*rewriter.func;
    match kind {
        InstKind::Op(Op::RvCanonF32 | Op::RvCanonF64, args) if canonical_nan(rewriter, args[0]).is_some() => {
            canonical_nan(rewriter, args[0]).map(|nan| Change::Kind(InstKind::Const(nan)))
        }
        InstKind::Op(op, args) => {
            let args: SmallVec<[Const; 3]> =
                args.iter().map(|&arg| func.constant(arg)).collect::<Option<_>>()?;
            constant_of(*op, &args).map(|value| Change::Kind(InstKind::Const(value)))
        }
        InstKind::Select([cond, then, other]) => match func.constant(*cond)? {
            Const::I32(0) => Some(Change::Value(*other)),
            _ => Some(Change::Value(*then)),
        },
        InstKind::Load(op, addr, offset) if *offset != 0 => {
            let addr = absolute(rewriter, *addr, *offset)?;
            Some(Change::Kind(InstKind::Load(*op, addr, 0)))
        }
        InstKind::Store(op, addr, offset, value) if *offset != 0 => {
            let addr = absolute(rewriter, *addr, *offset)?;
            Some(Change::Kind(InstKind::Store(*op, addr, 0, *value)))
        }
        _ => None,
    }
}

/// A constant address plus an offset, unless the sum leaves 32 bits: such an
/// access must trap, and a wrapped address would not.
fn absolute(rewriter: &mut Rewriter<'_>, addr: Value, offset: u32) -> Option<Value> {
    let base = rewriter.known(addr)? as u32;
    let sum = base.checked_add(offset)?;
    Some(rewriter.int(Type::I32, i64::from(sum as i32)))
}

/// The constant that an operation on constants is, if it is one.
fn constant_of(op: Op, args: &[Const]) -> Option<Const> {
    match eval(op, args) {
        Outcome::Value(value) => Some(value),
        Outcome::AnyNan(_) | Outcome::Trap | Outcome::Mistyped => None,
    }
}

/// The canonical NaN where a value is some NaN, computed from constants.
fn canonical_nan(rewriter: &Rewriter<'_>, value: Value) -> Option<Const> {
    let (op, args) = rewriter.defined_by(value)?;
    let args: SmallVec<[Const; 3]> =
        args.iter().map(|&arg| rewriter.func.constant(arg)).collect::<Option<_>>()?;
    match eval(op, &args) {
        Outcome::AnyNan(Type::F32) => Some(Const::F32(CANONICAL_F32)),
        Outcome::AnyNan(Type::F64) => Some(Const::F64(CANONICAL_F64)),
        _ => None,
    }
}

/// A branch on a constant becomes a jump.
pub(crate) fn fold_terminator(rewriter: &mut Rewriter<'_>, terminator: &Terminator) -> Option<Terminator> {
    let (Terminator::Branch { cond: value, .. } | Terminator::Switch { index: value, .. }) = terminator
    else {
        return None;
    };
    let value = rewriter.known(*value)?;
    taken(terminator, value as i32).map(Terminator::Jump)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::{End, Machine, World};
    use crate::ir::{Builder, Kind, Param};
    use crate::testing::random::Random;
    use crate::testing::{assert_pass, compare, validate};

    #[test]
    fn constants_meet_in_addresses_and_branches() {
        assert_pass(
            run,
            "# result i64
             block0:
               v1 = i64.const 65536
               v2 = i64.const 24
               v3 = i64.add v1, v2
               v4 = i32.wrap_i64 v3
               v5 = i64.load v4 offset=8
               v6 = i32.eqz v4
               branch v6, block1, block2
             block1:
               return v3
             block2:
               return v5",
            "# result i64
             block0:
               v1 = i64.const 65536
               v2 = i64.const 24
               v3 = i64.const 65560
               v4 = i32.const 65560
               v7 = i32.const 65568
               v5 = i64.load v7
               v6 = i32.const 0
               jump block2
             block1:
               return v3
             block2:
               return v5",
        );
    }

    #[test]
    fn an_address_that_would_wrap_keeps_its_offset() {
        let text = "# result i64
             block0:
               v1 = i32.const -8
               v2 = i64.load v1 offset=16
               return v2";
        assert_pass(run, text, text);
    }

    /// Every operation on many constants, alone in a function: folded, it gives
    /// what the interpreter gives unfolded.
    #[test]
    fn every_operation_folds_to_what_it_means() {
        let mut random = Random::new(1);
        for &op in Op::ALL {
            let mut folded = 0;
            for _ in 0..60 {
                let mut func = Function::new("one", 0x1000, Kind::Regular);
                func.results.push(Param { name: "r".into(), ty: op.result() });
                let block = func.add_block(None);
                let mut builder = Builder::new(&mut func, block);
                let constants: Vec<Const> = op.args().iter().map(|&ty| random.constant(ty)).collect();
                if matches!(eval(op, &constants), Outcome::AnyNan(_)) {
                    continue;
                }
                let args: Vec<_> = constants.iter().map(|&constant| builder.constant(constant)).collect();
                let result = builder.op(op, &args);
                builder.terminate(Terminator::Return(vec![result]));
                let before = func.clone();
                run(&mut func, &Context::default());
                compare(&before, &func, 0).unwrap_or_else(|error| panic!("{op}: {error}"));
                folded += usize::from(func.constant(result).is_some());
            }
            assert!(folded > 0, "{op} is never folded");
        }
    }

    #[test]
    fn a_nan_that_the_engine_chooses_is_not_folded() {
        assert_pass(
            run,
            "function $f 0x1000 regular () -> (a: f64, b: f64) {
             block0:
               v1 = f64.const 0x7ff0000000000000
               v2 = f64.sub v1, v1
               v3 = rv.canon_f64 v2
               return v2, v3
             }",
            "function $f 0x1000 regular () -> (a: f64, b: f64) {
             block0:
               v1 = f64.const 0x7ff0000000000000
               v2 = f64.sub v1, v1
               v3 = f64.const 0x7ff8000000000000
               return v2, v3
             }",
        );
    }

    #[test]
    fn random_functions_mean_the_same() {
        validate(&["promote"], 0..400, |func| run(func, &Context::default()))
            .unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn a_wrong_constant_is_caught() {
        let broken = |func: &mut Function| {
            run(func, &Context::default());
            for inst in func.insts.values_mut() {
                if let InstKind::Const(Const::I64(value)) = &mut inst.kind {
                    *value ^= 1;
                }
            }
        };
        assert!(validate(&["promote"], 0..50, broken).is_err());
    }

    #[test]
    fn a_trap_stays() {
        let text = "function $f 0x1000 regular () -> (r: i32) {
             block0:
               v1 = i32.const 0
               v2 = i32.div_u v1, v1
               return v2
             }";
        assert_pass(run, text, text);
        let func = crate::text::parse(text).expect("parses");
        struct Nobody;
        impl crate::interpret::Host for Nobody {
            fn call(
                &mut self,
                _: &mut World,
                _: crate::interpret::Callee,
                _: &crate::ir::Signature,
                _: &[Const],
            ) -> crate::interpret::Reply {
                unreachable!("nothing is called")
            }
        }
        let end = Machine { steps: 10, nan: 0 }.run(&func, &[], &mut World::default(), &mut Nobody);
        assert!(matches!(end, End::Trapped(_)));
    }
}
