//! Rules for extensions, wraps, moves between files, NaNs, and RISC-V's
//! divisions.

use super::{low_bits, op, value};
use crate::edit::{Change, Rewriter, gives_no_other_nan};
use crate::ir::{Op, Type, Value};

/// Simplifies an operation of one operand.
pub(super) fn unary(rw: &mut Rewriter<'_>, found: Op, a: Value) -> Option<Change> {
    match found {
        Op::I64ExtendI32S => sign_extend(rw, a),
        Op::I64ExtendI32U => {
            let wide = rw.operand_of(a, Op::I32WrapI64)?;
            if rw.facts(wide).unsigned <= 32 { value(wide) } else { None }
        }
        Op::I64Extend32S => {
            let low = rw.op(Op::I32WrapI64, &[a]);
            op(Op::I64ExtendI32S, &[low])
        }
        Op::I32Extend8S | Op::I64Extend8S => extend_low(rw, found, a, 8),
        Op::I32Extend16S | Op::I64Extend16S => extend_low(rw, found, a, 16),
        Op::I32WrapI64 => wrap(rw, a),
        Op::I32ReinterpretF32 => rw.operand_of(a, Op::F32ReinterpretI32).and_then(value),
        Op::F32ReinterpretI32 => rw.operand_of(a, Op::I32ReinterpretF32).and_then(value),
        Op::I64ReinterpretF64 => rw.operand_of(a, Op::F64ReinterpretI64).and_then(value),
        Op::F64ReinterpretI64 => rw.operand_of(a, Op::I64ReinterpretF64).and_then(value),
        Op::RvUnbox => rw.operand_of(a, Op::RvBox).and_then(value),
        Op::RvCanonF32 | Op::RvCanonF64 if is_canonical(rw, a) => value(a),
        Op::F32Neg => rw.operand_of(a, Op::F32Neg).and_then(value),
        Op::F64Neg => rw.operand_of(a, Op::F64Neg).and_then(value),
        Op::F32Abs => without_sign(rw, found, Op::F32Neg, a),
        Op::F64Abs => without_sign(rw, found, Op::F64Neg, a),
        _ => None,
    }
}

fn sign_extend(rw: &mut Rewriter<'_>, a: Value) -> Option<Change> {
    if let Some(wide) = rw.operand_of(a, Op::I32WrapI64) {
        if rw.facts(wide).signed <= 32 {
            return value(wide);
        }
    } else if let Some((extend, args)) = rw.defined_by(a)
        && let Some(wide) = rw.operand_of(args[0], Op::I32WrapI64)
    {
        match extend {
            Op::I32Extend8S => return op(Op::I64Extend8S, &[wide]),
            Op::I32Extend16S => return op(Op::I64Extend16S, &[wide]),
            _ => {}
        }
    }
    // One form for what is the same: numbers that are not negative.
    if rw.facts(a).unsigned < 32 { op(Op::I64ExtendI32U, &[a]) } else { None }
}

/// A sign extension from a byte or half-word.
fn extend_low(rw: &mut Rewriter<'_>, extend: Op, a: Value, bits: u32) -> Option<Change> {
    if rw.facts(a).signed <= bits {
        return value(a);
    }
    if let Some(x) = low_bits(rw, a, bits) {
        return op(extend, &[x]);
    }
    let (found, args) = rw.defined_by(a)?;
    if matches!(found, Op::I64ExtendI32S | Op::I64ExtendI32U) {
        let narrow = if bits == 8 { Op::I32Extend8S } else { Op::I32Extend16S };
        let low = rw.op(narrow, &args);
        return op(Op::I64ExtendI32S, &[low]);
    }
    None
}

fn wrap(rw: &mut Rewriter<'_>, a: Value) -> Option<Change> {
    if let Some(x) = low_bits(rw, a, 32) {
        return op(Op::I32WrapI64, &[x]);
    }
    let (found, args) = rw.defined_by(a)?;
    match found {
        Op::I64ExtendI32S | Op::I64ExtendI32U => value(args[0]),
        Op::I64ReinterpretF64 => {
            let single = rw.operand_of(args[0], Op::RvBox)?;
            op(Op::I32ReinterpretF32, &[single])
        }
        _ => None,
    }
}

fn without_sign(rw: &mut Rewriter<'_>, abs: Op, neg: Op, a: Value) -> Option<Change> {
    if rw.operand_of(a, abs).is_some() {
        return value(a);
    }
    let x = rw.operand_of(a, neg)?;
    op(abs, &[x])
}

/// Whether a float is no NaN, or the canonical one.
pub(super) fn is_canonical(rw: &Rewriter<'_>, a: Value) -> bool {
    let Some((found, _)) = rw.defined_by(a) else { return false };
    gives_no_other_nan(found)
}

/// A division as RISC-V has it, by a constant: WebAssembly's own where that
/// neither traps nor differs.
pub(super) fn divide(rw: &mut Rewriter<'_>, found: Op, a: Value, b: Value) -> Option<Change> {
    let (plain, signed, remainder) = match found {
        Op::RvDiv => (Op::I64DivS, true, false),
        Op::RvDivu => (Op::I64DivU, false, false),
        Op::RvRem => (Op::I64RemS, true, true),
        Op::RvRemu => (Op::I64RemU, false, true),
        Op::RvDivw => (Op::I32DivS, true, false),
        Op::RvDivuw => (Op::I32DivU, false, false),
        Op::RvRemw => (Op::I32RemS, true, true),
        Op::RvRemuw => (Op::I32RemU, false, true),
        _ => return None,
    };
    let ty: Type = found.result();
    match (rw.known(b)?, remainder) {
        (0, true) => value(a),
        (0, false) => value(rw.int(ty, -1)),
        (1, false) => value(a),
        (1, true) => value(rw.int(ty, 0)),
        (-1, true) if signed => value(rw.int(ty, 0)),
        (-1, false) if signed => {
            let zero = rw.int(ty, 0);
            op(if ty == Type::I32 { Op::I32Sub } else { Op::I64Sub }, &[zero, a])
        }
        _ => op(plain, &[a, b]),
    }
}
