//! Calls as strace prints them.

use crate::guest::GuestMemory;
use crate::process::Outcome;

/// One line.
pub(crate) fn line(nr: u64, args: &[u64; 6], _mem: &dyn GuestMemory, outcome: &Outcome) -> String {
    format!("syscall_{nr:#x}({args:x?}) = {outcome:?}")
}
