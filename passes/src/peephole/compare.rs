//! Rules for comparisons, tests, choices and branches.

use super::family::{Bin, Cmp, eqz};
use super::{low_half, op, value};
use crate::edit::{Change, Rewriter, width};
use crate::ir::{InstKind, Op, Terminator, Type, Value};

/// Simplifies a comparison of two integers.
pub(super) fn simplify(rw: &mut Rewriter<'_>, cmp: Cmp, ty: Type, a: Value, b: Value) -> Option<Change> {
    if a == b {
        let holds = matches!(cmp, Cmp::Eq | Cmp::LeS | Cmp::LeU | Cmp::GeS | Cmp::GeU);
        return value(rw.int(Type::I32, i64::from(holds)));
    }
    match (rw.known(a), rw.known(b)) {
        (Some(_), None) => return op(cmp.swapped().op(ty), &[b, a]),
        (None, Some(c)) => {
            if let Some(change) = with_constant(rw, cmp, ty, a, c) {
                return Some(change);
            }
        }
        _ => {}
    }
    if ty == Type::I64 { narrow(rw, cmp, a, b) } else { None }
}

fn with_constant(rw: &mut Rewriter<'_>, cmp: Cmp, ty: Type, a: Value, c: i64) -> Option<Change> {
    let facts = rw.facts(a);
    let unsigned = if ty == Type::I32 { u64::from(c as u32) } else { c as u64 };
    let below = facts.unsigned < 64 && unsigned >> facts.unsigned != 0;
    match (cmp, c) {
        (Cmp::Eq, 0) | (Cmp::LtU, 1) | (Cmp::LeU, 0) => return op(eqz(ty), &[a]),
        (Cmp::GeU, 1) | (Cmp::GtU, 0) => return compare_with(rw, Cmp::Ne, ty, a, 0),
        (Cmp::LtU, 0) => return value(rw.int(Type::I32, 0)),
        (Cmp::GeU, 0) => return value(rw.int(Type::I32, 1)),
        (Cmp::LtU | Cmp::LeU | Cmp::Ne, _) if below => return value(rw.int(Type::I32, 1)),
        (Cmp::GeU | Cmp::GtU | Cmp::Eq, _) if below => return value(rw.int(Type::I32, 0)),
        (Cmp::GeS, 0) if facts.unsigned < width(ty) => return value(rw.int(Type::I32, 1)),
        (Cmp::LtS, 0) if facts.unsigned < width(ty) => return value(rw.int(Type::I32, 0)),
        (Cmp::Ne, 0) | (Cmp::Eq, 1) if ty == Type::I32 && facts.is_bool() => return value(a),
        (Cmp::Ne, 1) if ty == Type::I32 && facts.is_bool() => return op(Op::I32Eqz, &[a]),
        _ => {}
    }
    if !matches!(cmp, Cmp::Eq | Cmp::Ne) {
        return None;
    }
    let (found, args) = rw.defined_by(a)?;
    let inner = rw.known(args.get(1).copied()?);
    match (Bin::of(found), inner) {
        (Some((Bin::Add, _)), Some(inner)) => compare_with(rw, cmp, ty, args[0], c.wrapping_sub(inner)),
        (Some((Bin::Xor, _)), Some(inner)) => compare_with(rw, cmp, ty, args[0], c ^ inner),
        (Some((Bin::Sub | Bin::Xor, _)), _) if c == 0 => op(cmp.op(ty), &args),
        _ => None,
    }
}

fn compare_with(rw: &mut Rewriter<'_>, cmp: Cmp, ty: Type, a: Value, c: i64) -> Option<Change> {
    let c = rw.int(ty, c);
    op(cmp.op(ty), &[a, c])
}

/// A comparison of values that are extended alike, done before the extension.
fn narrow(rw: &mut Rewriter<'_>, cmp: Cmp, a: Value, b: Value) -> Option<Change> {
    // Sign extension keeps the unsigned order too.
    if let (Some(x), Some(y)) = (low_half(rw, a, true), low_half(rw, b, true)) {
        let (x, y) = (x.value(rw), y.value(rw));
        return op(cmp.op(Type::I32), &[x, y]);
    }
    if let (Some(x), Some(y)) = (low_half(rw, a, false), low_half(rw, b, false)) {
        let (x, y) = (x.value(rw), y.value(rw));
        return op(cmp.unsigned().op(Type::I32), &[x, y]);
    }
    None
}

/// Simplifies a test for zero.
pub(super) fn test(rw: &mut Rewriter<'_>, ty: Type, a: Value) -> Option<Change> {
    let (found, args) = rw.defined_by(a)?;
    if let Some((cmp, ty)) = Cmp::of(found) {
        return op(cmp.inverse().op(ty), &args);
    }
    match (found, Bin::of(found)) {
        (Op::I32Eqz | Op::I64Eqz, _) => {
            let ty = rw.func.ty(args[0]);
            compare_with(rw, Cmp::Ne, ty, args[0], 0)
        }
        (Op::F32Eq, _) => op(Op::F32Ne, &args),
        (Op::F32Ne, _) => op(Op::F32Eq, &args),
        (Op::F64Eq, _) => op(Op::F64Ne, &args),
        (Op::F64Ne, _) => op(Op::F64Eq, &args),
        (Op::I64ExtendI32S | Op::I64ExtendI32U, _) => op(Op::I32Eqz, &args),
        (Op::I32WrapI64, _) if rw.facts(args[0]).signed.min(rw.facts(args[0]).unsigned) <= 32 => {
            op(Op::I64Eqz, &args)
        }
        (_, Some((Bin::Sub | Bin::Xor, _))) => op(Cmp::Eq.op(ty), &args),
        (_, Some((Bin::Add, _))) => {
            let c = rw.known(args[1])?;
            compare_with(rw, Cmp::Eq, ty, args[0], c.wrapping_neg())
        }
        _ => None,
    }
}

/// What a condition tests, and whether it holds where that is zero.
fn condition(rw: &Rewriter<'_>, cond: Value) -> Option<(Value, bool)> {
    let (found, args) = rw.defined_by(cond)?;
    match found {
        Op::I32Eqz => Some((args[0], true)),
        Op::I32Ne if rw.known(args[1]) == Some(0) => Some((args[0], false)),
        _ => None,
    }
}

/// Simplifies a choice.
pub(super) fn select(rw: &mut Rewriter<'_>, [cond, then, other]: [Value; 3]) -> Option<Change> {
    if then == other {
        return value(then);
    }
    if let Some((tested, inverse)) = condition(rw, cond) {
        let args = if inverse { [tested, other, then] } else { [tested, then, other] };
        return Some(Change::Kind(InstKind::Select(args)));
    }
    let ty = rw.func.ty(then);
    let flag = match (rw.known(then), rw.known(other)) {
        (Some(1), Some(0)) => {
            let zero = rw.int(Type::I32, 0);
            rw.op(Op::I32Ne, &[cond, zero])
        }
        (Some(0), Some(1)) => rw.op(Op::I32Eqz, &[cond]),
        (Some(_), Some(_)) => return None,
        _ => return select_low(rw, cond, then, other),
    };
    if ty == Type::I64 { op(Op::I64ExtendI32U, &[flag]) } else { value(flag) }
}

/// A choice between values that are extended alike.
fn select_low(rw: &mut Rewriter<'_>, cond: Value, then: Value, other: Value) -> Option<Change> {
    if rw.func.ty(then) != Type::I64 {
        return None;
    }
    for (signed, extend) in [(false, Op::I64ExtendI32U), (true, Op::I64ExtendI32S)] {
        if let (Some(x), Some(y)) = (low_half(rw, then, signed), low_half(rw, other, signed)) {
            let (x, y) = (x.value(rw), y.value(rw));
            let low = rw.make(InstKind::Select([cond, x, y]), Type::I32);
            return op(extend, &[low]);
        }
    }
    None
}

/// Simplifies a branch.
pub(super) fn branch(rw: &mut Rewriter<'_>, terminator: &Terminator) -> Option<Terminator> {
    let Terminator::Branch { cond, then, other } = terminator else { return None };
    let (cond, inverse) = condition(rw, *cond)?;
    let (then, other) = if inverse { (other, then) } else { (then, other) };
    Some(Terminator::Branch { cond, then: then.clone(), other: other.clone() })
}
