//! What every host of a translated module needs, whatever its engine: what it
//! has to know of the program ([`Facts`], [`Sites`]), the frames of signal
//! handlers ([`signal`]), its registers ([`registers`]), and what faults are called ([`fault`]).
//!
//! Knows the contract of `docs/abi.md` on the host's side. Must never know an
//! engine, an operating system, or how functions are translated.

mod facts;
pub mod fault;
pub mod registers;
pub mod signal;
mod sites;

pub use facts::{Facts, FactsError, SECTION, Segment};
pub use sites::Sites;
