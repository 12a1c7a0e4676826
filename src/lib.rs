//! rv2wat translates RISC-V Linux programs to readable WebAssembly.
//!
//! [`translate`] is the whole of it: the bytes of an ELF file in, the text of a
//! module out. Each stage on the way is a module of its own and a value of its
//! own; [`pipeline`] calls them in order.

pub mod assemble;
pub mod beside;
#[cfg(feature = "binaryen")]
pub mod binaryen;
#[cfg(any(feature = "run", feature = "pack"))]
pub mod cache;
pub mod check;
pub mod discover;
pub mod emit_asm;
pub mod emit_cfg;
pub mod features;
pub mod lift;
pub mod load;
pub mod module;
pub mod names;
pub mod origins;
#[cfg(feature = "pack")]
pub mod pack;
pub mod pipeline;
#[cfg(feature = "run")]
pub mod run;
#[cfg(feature = "serve")]
pub mod serve;
pub mod stats;
pub mod summary;
pub mod wat;

mod error;
mod facts;
mod header;
mod how;
mod observe;

pub use error::Error;
pub use features::Features;
pub use pipeline::{Options, Translation, translate};
