//! What every host of a translated module needs, whatever its engine: what it
//! has to know of the program ([`Facts`], [`Sites`]), the frames of signal
//! handlers ([`signal`]), its registers ([`registers`]), what faults are ([`fault`]), where
//! the stack ends ([`BelowStack`]), what may be accessed ([`Permissions`]), what is
//! translated while it runs ([`tier`]), and which files it sees ([`Files`]).
//!
//! Knows the contract of `docs/abi.md` on the host's side. Must never know an
//! engine, an operating system, or how functions are translated.

mod facts;
pub mod fault;
mod files;
mod functions;
mod permissions;
pub mod registers;
pub mod signal;
mod sites;
mod stack;
pub mod tier;

pub use facts::{Facts, FactsError, MAILBOX, SECTION, Segment};
pub use files::{ContentId, File, Files, FilesError, Found, Kind};
pub use functions::Functions;
pub use permissions::{Permissions, Right};
pub use sites::Sites;
pub use stack::BelowStack;
pub use tier::Tier;
