//! The A extension: load-reserved, store-conditional, and read-modify-write.

use rv2wat_isa::{Amo, Lr};

use crate::exec::{Done, Trap};
use crate::hart::{Hart, Reservation};
use crate::int::word;
use crate::memory::{Memory, Width};
use crate::run::FaultKind;

/// The trap of a misaligned atomic access, which the manual does not let pass.
fn check_aligned(addr: u64, width: Width) -> Result<(), Trap> {
    if addr.is_multiple_of(width.bytes()) {
        return Ok(());
    }
    Err(Trap::Fault { addr, kind: FaultKind::Misaligned })
}

/// The register image of a value read: words are sign-extended.
fn extended(value: u64, width: Width) -> u64 {
    match width {
        Width::Word => word(value as u32),
        Width::Double => value,
    }
}

/// `lr.w` and `lr.d`.
pub(crate) fn load_reserved<M: Memory + ?Sized>(hart: &mut Hart, mem: &mut M, ops: Lr, width: Width) -> Done {
    let addr = hart.get(ops.rs1);
    check_aligned(addr, width)?;
    let value = mem.load_atomic(addr, width).map_err(Trap::load)?;
    hart.reservation = Some(Reservation { addr, width, value });
    hart.set(ops.rd, extended(value, width));
    Ok(None)
}

/// `sc.w` and `sc.d`: rd is 0 on success and 1 on failure.
pub(crate) fn store_conditional<M: Memory + ?Sized>(
    hart: &mut Hart,
    mem: &mut M,
    ops: Amo,
    width: Width,
) -> Done {
    let addr = hart.get(ops.rs1);
    check_aligned(addr, width)?;
    // Without a reservation, too: else a loop would try for ever.
    mem.check_store(addr, width.bytes()).map_err(Trap::store)?;
    let new = hart.get(ops.rs2);
    let stored = match hart.reservation {
        Some(held) if held.addr == addr && held.width == width => {
            let found = mem.compare_exchange(addr, width, held.value, new);
            found.map_err(Trap::store)? == held.value
        }
        _ => false,
    };
    // Whether or not it succeeds, an sc uses the reservation up.
    hart.reservation = None;
    hart.set(ops.rd, u64::from(!stored));
    Ok(None)
}

/// An atomic operation: `op` takes what memory holds and rs2, both as whole
/// register values (words sign-extended), and its result goes to memory.
pub(crate) fn read_modify_write<M: Memory + ?Sized>(
    hart: &mut Hart,
    mem: &mut M,
    ops: Amo,
    width: Width,
    op: impl Fn(u64, u64) -> u64,
) -> Done {
    let addr = hart.get(ops.rs1);
    check_aligned(addr, width)?;
    let operand = hart.get(ops.rs2);
    let mut seen = mem.load_atomic(addr, width).map_err(Trap::store)?;
    loop {
        let new = op(extended(seen, width), extended(operand, width));
        let found = mem.compare_exchange(addr, width, seen, new).map_err(Trap::store)?;
        if found == seen {
            break;
        }
        seen = found;
    }
    hart.set(ops.rd, extended(seen, width));
    Ok(None)
}
