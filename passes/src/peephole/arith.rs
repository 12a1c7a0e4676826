//! Rules for sums, products, bits and shifts.

use super::family::Bin;
use super::{low_half, op, value};
use crate::edit::{Change, Rewriter, width};
use crate::ir::{InstKind, Op, Type, Value};

/// Bits of what can be nothing but an index: counters and pointers may have more.
const INDEX: u32 = 16;

/// Simplifies an operation of two integers.
pub(super) fn simplify(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, b: Value) -> Option<Change> {
    let commutes = bin.op(ty).commutes();
    match (rw.known(a), rw.known(b)) {
        (Some(_), None) if commutes => op(bin.op(ty), &[b, a]),
        (_, Some(c)) if bin.is_shift() => by_amount(rw, bin, ty, a, c),
        (_, Some(c)) => with_constant(rw, bin, ty, a, c),
        _ => of_values(rw, bin, ty, a, b),
    }
}

/// A constant of an integer type, as another operand.
fn with(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, c: i64) -> Option<Change> {
    let c = rw.int(ty, c);
    op(bin.op(ty), &[a, c])
}

fn int(rw: &mut Rewriter<'_>, ty: Type, c: i64) -> Option<Change> {
    value(rw.int(ty, c))
}

/// The left operand and the constant of an operation with one.
fn constant_part(rw: &Rewriter<'_>, a: Value, bin: Bin, ty: Type) -> Option<(Value, i64)> {
    let (found, args) = rw.defined_by(a)?;
    if found != bin.op(ty) {
        return None;
    }
    Some((args[0], rw.known(args[1])?))
}

fn with_constant(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, c: i64) -> Option<Change> {
    match (bin, c) {
        (Bin::Add | Bin::Or | Bin::Xor | Bin::Sub, 0) | (Bin::Mul, 1) | (Bin::And, -1) => return value(a),
        (Bin::Mul | Bin::And, 0) => return int(rw, ty, 0),
        (Bin::Or, -1) => return int(rw, ty, -1),
        // A sum with a constant is what other rules look for.
        (Bin::Sub, _) => return with(rw, Bin::Add, ty, a, c.wrapping_neg()),
        (Bin::Mul, _) if c > 0 && c.count_ones() == 1 => {
            return with(rw, Bin::Shl, ty, a, i64::from(c.trailing_zeros()));
        }
        _ => {}
    }
    if let Some((x, inner)) = constant_part(rw, a, bin, ty) {
        let both = match bin {
            Bin::Add => inner.wrapping_add(c),
            Bin::Mul => inner.wrapping_mul(c),
            Bin::And => inner & c,
            Bin::Or => inner | c,
            _ => inner ^ c,
        };
        return with(rw, bin, ty, x, both);
    }
    match bin {
        Bin::And => mask(rw, ty, a, c),
        Bin::Xor if ty == Type::I32 && c == 1 && rw.facts(a).is_bool() => op(Op::I32Eqz, &[a]),
        Bin::Or | Bin::Xor => extended_with_constant(rw, bin, ty, a, c),
        _ => None,
    }
}

fn mask(rw: &mut Rewriter<'_>, ty: Type, a: Value, c: i64) -> Option<Change> {
    let ones = if c > 0 && c & c.wrapping_add(1) == 0 { Some(c.trailing_ones()) } else { None };
    if ones.is_some_and(|ones| rw.facts(a).unsigned <= ones) {
        return value(a);
    }
    if ty == Type::I64 && ones == Some(32) {
        let low = rw.op(Op::I32WrapI64, &[a]);
        return op(Op::I64ExtendI32U, &[low]);
    }
    extended_with_constant(rw, Bin::And, ty, a, c)
}

/// Does a bitwise operation with a constant before the extension of its operand
/// instead of after it.
fn extended_with_constant(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, c: i64) -> Option<Change> {
    if ty != Type::I64 {
        return None;
    }
    let narrow = |rw: &mut Rewriter<'_>, x: Value| {
        let c = rw.int(Type::I32, c);
        rw.op(bin.op(Type::I32), &[x, c])
    };
    if let Some(x) = rw.operand_of(a, Op::I64ExtendI32U)
        && (bin == Bin::And || u32::try_from(c).is_ok())
    {
        let low = narrow(rw, x);
        return op(Op::I64ExtendI32U, &[low]);
    }
    if let Some(x) = rw.operand_of(a, Op::I64ExtendI32S)
        && i32::try_from(c).is_ok()
    {
        let low = narrow(rw, x);
        return op(Op::I64ExtendI32S, &[low]);
    }
    None
}

/// Shifts and rotations by a constant.
fn by_amount(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, c: i64) -> Option<Change> {
    let width = i64::from(width(ty));
    let amount = c & (width - 1);
    if amount == 0 {
        return value(a);
    }
    if amount != c {
        return with(rw, bin, ty, a, amount);
    }
    if let Some((x, inner)) = constant_part(rw, a, bin, ty) {
        let both = (inner & (width - 1)) + amount;
        return match bin {
            Bin::ShrS => with(rw, bin, ty, x, both.min(width - 1)),
            Bin::Rotl | Bin::Rotr => with(rw, bin, ty, x, both & (width - 1)),
            _ if both >= width => int(rw, ty, 0),
            _ => with(rw, bin, ty, x, both),
        };
    }
    if bin == Bin::Shl
        && let Some((x, factor)) = constant_part(rw, a, Bin::Mul, ty)
    {
        return with(rw, Bin::Mul, ty, x, factor << amount);
    }
    // The distance of a table in a row of tables belongs to the place of the row.
    if bin == Bin::Shl
        && let Some((x, distance)) = constant_part(rw, a, Bin::Add, ty)
        && rw.facts(x).unsigned <= INDEX
    {
        let shift = rw.int(ty, amount);
        let index = rw.op(Bin::Shl.op(ty), &[x, shift]);
        return with(rw, Bin::Add, ty, index, distance << amount);
    }
    if bin == Bin::Shl
        && let Some(change) = scaled_field(rw, ty, a, amount)
    {
        return Some(change);
    }
    let facts = rw.facts(a);
    match bin {
        Bin::ShrU if i64::from(facts.unsigned) <= amount => int(rw, ty, 0),
        Bin::ShrS if i64::from(facts.unsigned) < width => with(rw, Bin::ShrU, ty, a, amount),
        Bin::ShrU | Bin::ShrS => {
            extend_by_shifts(rw, bin, ty, a, amount).or_else(|| shift_extended(rw, bin, ty, a, amount))
        }
        _ => None,
    }
}

/// `(x >> n & mask) << amount`, a field of bits that is an index into a table: shifted
/// once, and masked where it ends up.
fn scaled_field(rw: &mut Rewriter<'_>, ty: Type, a: Value, amount: i64) -> Option<Change> {
    let (field, mask) = constant_part(rw, a, Bin::And, ty)?;
    let (x, down) = constant_part(rw, field, Bin::ShrU, ty)?;
    let down = down & i64::from(width(ty) - 1);
    let moved = match down - amount {
        0 => x,
        less @ 1.. => {
            let less = rw.int(ty, less);
            rw.op(Bin::ShrU.op(ty), &[x, less])
        }
        more => {
            let more = rw.int(ty, -more);
            rw.op(Bin::Shl.op(ty), &[x, more])
        }
    };
    // The bits that the mask lets through come from those of the field: the lowest
    // `amount` are zero, and what the shift right has brought down is masked off.
    with(rw, Bin::And, ty, moved, mask << amount)
}

/// A shift right of an extended value, done before the extension.
fn shift_extended(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, amount: i64) -> Option<Change> {
    let extend = if bin == Bin::ShrS { Op::I64ExtendI32S } else { Op::I64ExtendI32U };
    let x = rw.operand_of(a, extend).filter(|_| ty == Type::I64)?;
    let by = rw.int(Type::I32, amount.min(31));
    let low = rw.op(bin.op(Type::I32), &[x, by]);
    op(extend, &[low])
}

/// A shift left and then right, which extends the low bits: of 64 bits by 32, 48
/// or 56, of 32 bits by 16 or 24, perhaps with a shift left over.
fn extend_by_shifts(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, right: i64) -> Option<Change> {
    let (x, left) = constant_part(rw, a, Bin::Shl, ty)?;
    let width = i64::from(width(ty));
    let left = left & (width - 1);
    let kept = width - left;
    let facts = rw.facts(x);
    let fits = i64::from(if bin == Bin::ShrS { facts.signed } else { facts.unsigned }) <= kept;
    let low = match (kept, bin) {
        _ if fits => x,
        (32, _) => {
            let low = rw.op(Op::I32WrapI64, &[x]);
            rw.op(if bin == Bin::ShrS { Op::I64ExtendI32S } else { Op::I64ExtendI32U }, &[low])
        }
        (8, Bin::ShrS) => rw.op(if ty == Type::I32 { Op::I32Extend8S } else { Op::I64Extend8S }, &[x]),
        (16, Bin::ShrS) => rw.op(if ty == Type::I32 { Op::I32Extend16S } else { Op::I64Extend16S }, &[x]),
        (1..32, Bin::ShrU) if right >= left => {
            let mask = rw.int(ty, (1 << kept) - 1);
            rw.op(Bin::And.op(ty), &[x, mask])
        }
        _ => return None,
    };
    match right - left {
        0 => value(low),
        more @ 1.. => with(rw, bin, ty, low, more),
        less => with(rw, Bin::Shl, ty, low, -less),
    }
}

fn of_values(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, b: Value) -> Option<Change> {
    if a == b {
        match bin {
            Bin::Sub | Bin::Xor => return int(rw, ty, 0),
            Bin::And | Bin::Or => return value(a),
            _ => {}
        }
    }
    match bin {
        Bin::Add => sum(rw, ty, a, b)
            .or_else(|| sum(rw, ty, b, a))
            .or_else(|| multiple(rw, ty, a, b))
            .or_else(|| multiple(rw, ty, b, a))
            .or_else(|| disjoint(rw, bin, ty, a, b)),
        Bin::Sub => difference(rw, ty, a, b),
        Bin::Or => disjoint(rw, bin, ty, a, b).or_else(|| bitwise(rw, bin, ty, a, b)),
        Bin::And | Bin::Xor => bitwise(rw, bin, ty, a, b),
        _ if bin.is_shift() => amount_of(rw, ty, b).and_then(|amount| op(bin.op(ty), &[a, amount])),
        _ => None,
    }
}

/// `y - x + x`, and the sum with a negated value.
fn sum(rw: &mut Rewriter<'_>, ty: Type, a: Value, b: Value) -> Option<Change> {
    let (found, args) = rw.defined_by(a)?;
    if found != Bin::Sub.op(ty) {
        return None;
    }
    if args[1] == b {
        return value(args[0]);
    }
    if rw.known(args[0]) == Some(0) { op(Bin::Sub.op(ty), &[b, args[1]]) } else { None }
}

/// `(x << n) + x` and `x * c + x`: compilers take products by constants apart,
/// but a product is shorter and reads as what was meant.
fn multiple(rw: &mut Rewriter<'_>, ty: Type, a: Value, b: Value) -> Option<Change> {
    let factor = match constant_part(rw, a, Bin::Shl, ty) {
        Some((x, amount)) if x == b => 1 << (amount & i64::from(width(ty) - 1)),
        _ => constant_part(rw, a, Bin::Mul, ty).filter(|&(x, _)| x == b)?.1,
    };
    with(rw, Bin::Mul, ty, b, factor.wrapping_add(1))
}

/// `x + y - x`, and the difference to a negated value.
fn difference(rw: &mut Rewriter<'_>, ty: Type, a: Value, b: Value) -> Option<Change> {
    if let Some((found, args)) = rw.defined_by(a)
        && found == Bin::Add.op(ty)
    {
        if args[0] == b {
            return value(args[1]);
        }
        if args[1] == b {
            return value(args[0]);
        }
    }
    let (found, args) = rw.defined_by(b)?;
    let negated = found == Bin::Sub.op(ty) && rw.known(args[0]) == Some(0);
    if negated { op(Bin::Add.op(ty), &[a, args[1]]) } else { None }
}

/// A sum or union of two values of which one is zero wherever the other is not:
/// both sides of a choice, or the halves of a rotation.
fn disjoint(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, b: Value) -> Option<Change> {
    let select = |rw: &Rewriter<'_>, value: Value| match rw.func.def(value)?.kind {
        InstKind::Select(args) => Some(args),
        _ => None,
    };
    if let (Some([cond, then, other]), Some([same, then_b, other_b])) = (select(rw, a), select(rw, b))
        && cond == same
    {
        if rw.known(other) == Some(0) && rw.known(then_b) == Some(0) {
            return Some(Change::Kind(InstKind::Select([cond, then, other_b])));
        }
        if rw.known(then) == Some(0) && rw.known(other_b) == Some(0) {
            return Some(Change::Kind(InstKind::Select([cond, then_b, other])));
        }
    }
    rotation(rw, ty, a, b, bin).or_else(|| rotation(rw, ty, b, a, bin))
}

/// `x << n | x >> (width - n)`.
fn rotation(rw: &mut Rewriter<'_>, ty: Type, up: Value, down: Value, bin: Bin) -> Option<Change> {
    let ((shl, up), (shr, down)) = (rw.defined_by(up)?, rw.defined_by(down)?);
    if shl != Bin::Shl.op(ty) || shr != Bin::ShrU.op(ty) || up[0] != down[0] {
        return None;
    }
    let complementary = match (rw.known(up[1]), rw.known(down[1])) {
        (Some(left), Some(right)) => left + right == i64::from(width(ty)),
        // By zero, both halves are the whole: a union then, and no sum.
        _ if bin == Bin::Or => match rw.defined_by(down[1]) {
            Some((sub, args)) => {
                let zero = rw.known(args[0]).is_some_and(|c| c & i64::from(width(ty) - 1) == 0);
                sub == Bin::Sub.op(ty) && zero && args[1] == up[1]
            }
            None => false,
        },
        _ => false,
    };
    if complementary { op(Bin::Rotl.op(ty), &[up[0], up[1]]) } else { None }
}

/// A bitwise operation on values that are extended alike.
fn bitwise(rw: &mut Rewriter<'_>, bin: Bin, ty: Type, a: Value, b: Value) -> Option<Change> {
    if ty != Type::I64 || !bin.is_bitwise() {
        return None;
    }
    for (signed, extend) in [(false, Op::I64ExtendI32U), (true, Op::I64ExtendI32S)] {
        if let (Some(x), Some(y)) = (low_half(rw, a, signed), low_half(rw, b, signed)) {
            let (x, y) = (x.value(rw), y.value(rw));
            let low = rw.op(bin.op(Type::I32), &[x, y]);
            return op(extend, &[low]);
        }
    }
    None
}

/// A shift amount without a mask that the shift applies anyway.
fn amount_of(rw: &Rewriter<'_>, ty: Type, amount: Value) -> Option<Value> {
    let all = i64::from(width(ty) - 1);
    let (x, mask) = constant_part(rw, amount, Bin::And, ty)?;
    if mask & all == all { Some(x) } else { None }
}
