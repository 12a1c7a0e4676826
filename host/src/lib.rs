//! What every host of a translated module needs, whatever its engine: what it
//! has to know of the program ([`Facts`], [`Sites`]), the frames of signal
//! handlers ([`signal`]), its registers ([`registers`]), what faults are ([`fault`]), and
//! where the stack ends ([`BelowStack`]).
//!
//! Knows the contract of `docs/abi.md` on the host's side. Must never know an
//! engine, an operating system, or how functions are translated.

mod facts;
pub mod fault;
pub mod registers;
pub mod signal;
mod sites;
mod stack;

pub use facts::{Facts, FactsError, MAILBOX, SECTION, Segment};
pub use sites::Sites;
pub use stack::BelowStack;
