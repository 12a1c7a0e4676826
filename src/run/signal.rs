//! Entering and leaving signal handlers: the frames of [`rv2wat_host::signal`]
//! and the state of an instance.

use rv2wat_host::signal;
use rv2wat_interp::Hart;
use rv2wat_isa::X;
use rv2wat_linux::{Delivery, Host, MemoryFault};
use wasmtime::{Memory, Store};

use super::state::State;
use super::{Guest, memory};

/// Builds the frame of a handler and makes the state enter it; `false` if there
/// is no room for the frame.
///
/// # Errors
/// Only if the state cannot be written.
pub fn deliver<H: Host + 'static>(
    store: &mut Store<Guest<H>>,
    memory: Memory,
    state: &State,
    delivery: &Delivery,
) -> wasmtime::Result<bool> {
    let mut hart = state.read(&mut *store)?;
    let call = store.data().call;
    let entered = memory::with_process(store, memory, |process, mem| {
        signal::enter(mem, &mut hart, delivery, call, process.signal_trampoline())
    });
    let Some(Ok(())) = entered else { return Ok(false) };
    state.write(store, &hart)?;
    Ok(true)
}

/// Restores the registers from the frame at the guest's `sp`; `false` if there
/// is none.
///
/// # Errors
/// Only if the state cannot be written.
pub fn restore<H: Host + 'static>(
    store: &mut Store<Guest<H>>,
    memory: Memory,
    state: &State,
) -> wasmtime::Result<bool> {
    let frame = state.x(&mut *store, X::SP);
    let read = memory::with_process(store, memory, |process, mem| {
        let (hart, mask) = signal::read_frame(mem, frame)?;
        process.signal_returned(mask);
        Ok::<Hart, MemoryFault>(hart)
    });
    match read {
        Some(Ok(hart)) => {
            state.write(store, &hart)?;
            Ok(true)
        }
        _ => Ok(false),
    }
}
