//! A reference interpreter for RV64GC with Zicsr (the user-visible CSRs),
//! Zifencei, Zba, Zbb, Zbs, Zicond, Zicbom and Zicboz.
//!
//! Written from the RISC-V unprivileged manual to be simple and obviously
//! right. It runs what translation missed, and tests hold translations against
//! it; so it shares with the translator nothing but the decode table of
//! `rv2wat-isa`. It must never know of ELF, Linux, Wasm or any engine: an
//! `ecall` stops it, and its memory is whatever implements [`Memory`].
//!
//! - [`hart`]: the registers of one guest thread.
//! - [`memory`]: what a guest memory has to offer.
//! - [`mod@run`]: the loop, and why it stops. Use one [`Interpreter`] for many runs.
//! - [`fp`]: floating point in software, also used by hosts of translated code.
//!
//! ```
//! use rv2wat_interp::{FlatMemory, Hart, Stop, run};
//!
//! // addi a0, a0, 1; ecall
//! let code: Vec<u8> = [0x00150513_u32, 0x73].iter().flat_map(|w| w.to_le_bytes()).collect();
//! let mut memory = FlatMemory::new(0x1000, code);
//! let mut hart = Hart::at(0x1000);
//! hart.x[10] = 41;
//! let (stop, executed) = run(&mut hart, &mut memory, &mut |_| false, 1000);
//! assert_eq!((stop, executed), (Stop::Ecall, 2));
//! assert_eq!((hart.x[10], hart.pc), (42, 0x1008));
//! ```

mod atomic;
mod csr;
mod exec;
mod flags;
mod float;
pub mod fp;
pub mod hart;
mod int;
pub mod memory;
pub mod run;

pub use flags::raised;
pub use hart::{Hart, Reservation};
pub use memory::{Counter, Fault, FlatMemory, Memory, Width};
pub use run::{FaultKind, Flow, Interpreter, Stop, run, step};
