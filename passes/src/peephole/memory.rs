//! Rules for accesses: where they go, and what the memory keeps of a value.

use super::low_bits;
use crate::edit::{Change, Rewriter};
use crate::ir::{InstKind, Op, StoreOp, Type, Value};

/// Simplifies a store by looking through what only changes bits that are not
/// stored, or moves them between types.
pub(super) fn store(
    rw: &mut Rewriter<'_>,
    found: StoreOp,
    addr: Value,
    offset: u32,
    a: Value,
) -> Option<Change> {
    if let Some((op, a)) = stored(rw, found, a) {
        return Some(Change::Kind(InstKind::Store(op, addr, offset, a)));
    }
    let (addr, offset) = place(rw, addr, offset)?;
    Some(Change::Kind(InstKind::Store(found, addr, offset, a)))
}

/// Takes the constant of an address into the offset, to which it adds up without
/// wrapping around.
pub(super) fn place(rw: &Rewriter<'_>, addr: Value, offset: u32) -> Option<(Value, u32)> {
    let (Op::I32Add, args) = rw.defined_by(addr)? else { return None };
    let constant = u32::try_from(rw.known(args[1])?).ok()?;
    let largest = (1u64 << rw.facts(args[0]).unsigned) - 1;
    let offset = offset.checked_add(constant)?;
    (largest + u64::from(offset) <= u64::from(u32::MAX)).then_some((args[0], offset))
}

fn stored(rw: &mut Rewriter<'_>, found: StoreOp, a: Value) -> Option<(StoreOp, Value)> {
    let narrow = match found {
        StoreOp::I64Store8 => Some(StoreOp::I32Store8),
        StoreOp::I64Store16 => Some(StoreOp::I32Store16),
        StoreOp::I64Store32 => Some(StoreOp::I32Store),
        _ => None,
    };
    if let (Some(narrow), Some(c)) = (narrow, rw.known(a)) {
        return Some((narrow, rw.int(Type::I32, c)));
    }
    if matches!(found.ty(), Type::I32 | Type::I64)
        && let Some(x) = low_bits(rw, a, found.bytes() * 8)
    {
        return Some((found, x));
    }
    let (op, args) = rw.defined_by(a)?;
    match (op, found) {
        (Op::I64ExtendI32S | Op::I64ExtendI32U, _) => narrow.map(|narrow| (narrow, args[0])),
        (Op::I32WrapI64, StoreOp::I32Store8) => Some((StoreOp::I64Store8, args[0])),
        (Op::I32WrapI64, StoreOp::I32Store16) => Some((StoreOp::I64Store16, args[0])),
        (Op::I32WrapI64, StoreOp::I32Store) => Some((StoreOp::I64Store32, args[0])),
        (Op::I32ReinterpretF32, StoreOp::I32Store) => Some((StoreOp::F32Store, args[0])),
        (Op::I64ReinterpretF64, StoreOp::I64Store) => Some((StoreOp::F64Store, args[0])),
        (Op::F32ReinterpretI32, StoreOp::F32Store) => Some((StoreOp::I32Store, args[0])),
        (Op::F64ReinterpretI64, StoreOp::F64Store) => Some((StoreOp::I64Store, args[0])),
        (Op::I64ReinterpretF64, StoreOp::I64Store32) => {
            rw.operand_of(args[0], Op::RvBox).map(|single| (StoreOp::F32Store, single))
        }
        _ => None,
    }
}
