//! The user-visible control and status registers.

use rv2wat_isa::csr;

use crate::exec::Trap;
use crate::hart::Hart;
use crate::memory::{Counter, Memory};

/// Executes a CSR instruction: returns the old value, and writes `update` of it
/// where there is one. Nothing changes if the access is illegal.
///
/// The value is read even where the instruction says not to (csrrw with rd x0):
/// no user-visible CSR has a side effect on reading.
pub(crate) fn access<M: Memory + ?Sized>(
    hart: &mut Hart,
    mem: &mut M,
    number: u16,
    update: Option<impl FnOnce(u64) -> u64>,
) -> Result<u64, Trap> {
    let old = read(hart, mem, number).ok_or(Trap::Illegal)?;
    if let Some(update) = update {
        let new = update(old);
        match number {
            csr::FFLAGS => hart.fflags = new as u8 & 0x1f,
            csr::FRM => hart.frm = new as u8 & 7,
            csr::FCSR => hart.set_fcsr(new as u8),
            // The counters are read-only, as their top two bits say.
            _ => return Err(Trap::Illegal),
        }
    }
    Ok(old)
}

/// The value of a CSR; `None` if user code has no such register. `vlenb` is
/// one of those: there is no vector unit.
fn read<M: Memory + ?Sized>(hart: &Hart, mem: &mut M, number: u16) -> Option<u64> {
    Some(match number {
        csr::FFLAGS => hart.fflags.into(),
        csr::FRM => hart.frm.into(),
        csr::FCSR => hart.fcsr().into(),
        csr::CYCLE => mem.counter(Counter::Cycle, hart.instret),
        csr::TIME => mem.counter(Counter::Time, hart.instret),
        csr::INSTRET => mem.counter(Counter::Instret, hart.instret),
        _ => return None,
    })
}
