//! The registers of the process, and what else the globals of a translated module hold.

use rv2wat_interp::Hart;

/// Where nothing translated runs they are here and not in the globals: the module of
/// [`crate::turns`] moves them, to and from the places of the fields.
#[derive(Debug)]
pub struct Registers {
    /// The registers.
    pub hart: Hart,
    /// The `sp` at which recursive functions leave.
    pub stack_limit: u64,
    /// The number of calls until the next forced exit.
    pub force_exit: u64,
}

impl Default for Registers {
    /// All zero.
    fn default() -> Registers {
        Registers { hart: Hart::at(0), stack_limit: 0, force_exit: 0 }
    }
}
