//! Numbers of the control and status registers that user code can see.

/// Accrued floating-point exception flags.
pub const FFLAGS: u16 = 0x001;
/// Dynamic rounding mode.
pub const FRM: u16 = 0x002;
/// `frm` and `fflags` together.
pub const FCSR: u16 = 0x003;
/// Cycle counter.
pub const CYCLE: u16 = 0xc00;
/// Wall-clock timer.
pub const TIME: u16 = 0xc01;
/// Instructions-retired counter.
pub const INSTRET: u16 = 0xc02;
/// Vector register length in bytes (V; read conditionally by libgcc).
pub const VLENB: u16 = 0xc22;
