//! What becomes of a WebAssembly trap: a fault of the guest's, or a defect of ours.

use rv2wat_host::fault::{Fault, Refused};
use rv2wat_linux::Host;
use wasmtime::Trap;

use super::{Dispatcher, End, RunError, Violation};

impl<H: Host + 'static> Dispatcher<'_, H> {
    /// A WebAssembly trap.
    pub(super) fn trapped(&mut self, entered: u64, error: &wasmtime::Error) -> Result<Option<End>, RunError> {
        let frame = error.downcast_ref::<wasmtime::WasmBacktrace>().and_then(|trace| trace.frames().first());
        // Small functions may have become part of the adapter by which they are called.
        let name = frame.and_then(|frame| frame.func_name()).unwrap_or_default();
        let place = name.strip_prefix("by.").unwrap_or(name).to_owned();
        if let Some(&violation) = error.downcast_ref::<Violation>() {
            let Violation { pc, expected, found, .. } = violation;
            let place = self.program.describe(pc).unwrap_or_else(|| "no known function".to_owned());
            let what = violation.what();
            let what =
                format!("at {pc:#x} in {place}, {what} is {found:#x} and was taken to be {expected:#x}");
            return Err(RunError::Violated(what));
        }
        let kind = match error.downcast_ref::<Trap>() {
            Some(Trap::MemoryOutOfBounds) => Refused::Outside,
            Some(Trap::StackOverflow) => Refused::TooDeep,
            Some(Trap::HeapMisaligned) => Refused::Misaligned,
            _ => {
                let why = format!("{error:#} in {place}");
                return Err(RunError::Engine { pc: entered, why });
            }
        };
        // The engine names a place in the code, but for functions that it has inlined.
        let pc = frame.and_then(|frame| self.origin(frame.module(), frame.module_offset()?));
        let described = pc.and_then(|pc| self.program.place(pc)).unwrap_or_else(|| place.clone());
        let pc = pc.or_else(|| self.program.prepared.entry_of(&place)).unwrap_or(entered);
        let addr = refused_at(error).map(|offset| u64::from(offset.wrapping_add(self.facts.bias)));
        self.lost(&Fault::refused(kind, &described, addr), pc)
    }
}

/// The memory offset of a refused access. wasmtime has it from the processor, and tells it
/// in the text of the error alone.
fn refused_at(error: &wasmtime::Error) -> Option<u32> {
    let offset = error.chain().find_map(|cause| {
        let text = cause.to_string();
        let (digits, _) = text.strip_prefix("memory fault at wasm address 0x")?.split_once(' ')?;
        u64::from_str_radix(digits, 16).ok()
    })?;
    // An address of 32 bits and the constant part of the access's.
    Some(offset as u32)
}
