//! `peephole`: RISC-V's ways of saying things become WebAssembly's.
//!
//! ```text
//! before                                  after
//!     v1 = i64.const 32                       v9 = i32.wrap_i64 v0
//!     v2 = i64.shl v0, v1                     v4 = i64.extend_i32_u v9
//!     v4 = i64.shr_u v2, v1
//!     v5 = i64.lt_u v4, v1                    v5 = i32.lt_u v9, v10
//!     v6 = i64.extend_i32_u v5
//!     v7 = i64.const 0
//!     v8 = i64.ne v6, v7
//!     branch v8, block1, block2               branch v5, block1, block2
//! ```
//!
//! Canonical forms that the rules aim for, and that later passes and the
//! printer may rely on:
//! - a constant is the second operand; a difference with a constant is a sum;
//! - 32-bit arithmetic is done on i32 and extended by `i64.extend_i32_…` at the
//!   end; what extends the low half of a register is that of `i32.wrap_i64`;
//! - a comparison of extended values compares what was extended; a test for
//!   zero is `eqz`, for not zero `ne … 0`, and a condition is what it tests;
//! - a store takes the value without what it does not store;
//! - an access to a table at a constant place has the place as its offset, if the
//!   index is so small that the sum cannot wrap.
//!
//! Rules look at an instruction, at what defines its operands, and at how many
//! bits these need. They never look at uses: `narrow` does.
//!
//! Requires: SSA form. Preserves: everything else. Leaves unused instructions to
//! `dce`. Complexity: linear; a second run changes nothing.

mod arith;
mod compare;
mod convert;
pub(crate) mod family;
mod memory;

use crate::edit::{Change, Rewriter, Rules, rewrite};
use crate::fold::{fold, fold_terminator};
use crate::ir::{Function, InstKind, Op, Terminator, Type, Value};
use crate::pass::Context;
use family::Bin;
pub(crate) use family::{Cmp, eqz};

/// Applies the rules to a function.
pub fn run(func: &mut Function, _: &Context) {
    rewrite(func, Rules { inst: simplify, terminator: simplify_terminator, ask_facts: true });
}

fn simplify(rw: &mut Rewriter<'_>, kind: &InstKind) -> Option<Change> {
    if let Some(change) = fold(rw, kind) {
        return Some(change);
    }
    match kind {
        InstKind::Op(op, args) => match **args {
            [a] if matches!(op, Op::I32Eqz | Op::I64Eqz) => compare::test(rw, op.args()[0], a),
            [a] => convert::unary(rw, *op, a),
            [a, b] => {
                if let Some((bin, ty)) = Bin::of(*op) {
                    arith::simplify(rw, bin, ty, a, b)
                } else if let Some((cmp, ty)) = Cmp::of(*op) {
                    compare::simplify(rw, cmp, ty, a, b)
                } else if matches!(op, Op::F32Copysign | Op::F64Copysign) && a == b {
                    value(a)
                } else {
                    convert::divide(rw, *op, a, b)
                }
            }
            _ => None,
        },
        InstKind::Select(args) => compare::select(rw, *args),
        InstKind::Load(op, addr, offset) => {
            let (addr, offset) = memory::place(rw, *addr, *offset)?;
            Some(Change::Kind(InstKind::Load(*op, addr, offset)))
        }
        InstKind::Store(op, addr, offset, value) => memory::store(rw, *op, *addr, *offset, *value),
        _ => None,
    }
}

fn simplify_terminator(rw: &mut Rewriter<'_>, terminator: &Terminator) -> Option<Terminator> {
    fold_terminator(rw, terminator).or_else(|| compare::branch(rw, terminator))
}

/// The instruction becomes an operation.
fn op(op: Op, args: &[Value]) -> Option<Change> {
    Some(Change::Kind(InstKind::Op(op, args.into())))
}

/// The instruction is another value.
fn value(value: Value) -> Option<Change> {
    Some(Change::Value(value))
}

/// A value of the same type with the same low bits, without an operation that
/// changes only the bits above.
fn low_bits(rw: &Rewriter<'_>, value: Value, bits: u32) -> Option<Value> {
    let (op, args) = rw.defined_by(value)?;
    let low = if bits >= 64 { u64::MAX } else { (1 << bits) - 1 };
    match op {
        Op::I32Extend8S | Op::I64Extend8S if bits <= 8 => Some(args[0]),
        Op::I32Extend16S | Op::I64Extend16S if bits <= 16 => Some(args[0]),
        Op::I64Extend32S if bits <= 32 => Some(args[0]),
        Op::I32And | Op::I64And => {
            let mask = rw.known(args[1])? as u64;
            if mask & low == low { Some(args[0]) } else { None }
        }
        Op::I32Or | Op::I64Or | Op::I32Xor | Op::I64Xor => {
            let mask = rw.known(args[1])? as u64;
            if mask & low == 0 { Some(args[0]) } else { None }
        }
        _ => None,
    }
}

/// The low half of a value that is its extension.
#[derive(Clone, Copy)]
enum Low {
    Value(Value),
    Constant(i64),
}

impl Low {
    fn value(self, rw: &mut Rewriter<'_>) -> Value {
        match self {
            Low::Value(value) => value,
            Low::Constant(c) => rw.int(Type::I32, c),
        }
    }
}

/// What a value extends from 32 bits, if it is the sign or zero extension of
/// that.
fn low_half(rw: &Rewriter<'_>, value: Value, signed: bool) -> Option<Low> {
    if let Some(c) = rw.known(value) {
        let fits = if signed { i32::try_from(c).is_ok() } else { u32::try_from(c).is_ok() };
        return fits.then_some(Low::Constant(c));
    }
    let (found, args) = rw.defined_by(value)?;
    let positive = || rw.facts(args[0]).unsigned < 32;
    match (found, signed) {
        (Op::I64ExtendI32S, true) | (Op::I64ExtendI32U, false) => Some(Low::Value(args[0])),
        (Op::I64ExtendI32S, false) | (Op::I64ExtendI32U, true) if positive() => Some(Low::Value(args[0])),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
