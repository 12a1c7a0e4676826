//! The middle of rv2wat: an SSA intermediate representation shaped like
//! WebAssembly, its analyses, its passes, and the structured tree that the WAT
//! printer writes down.
//!
//! What this crate knows: values, blocks, registers by name, and which
//! operations have effects. What it must never know: ELF files, instruction
//! encodings, engines, Linux.

pub mod arrive;
pub mod bulk;
pub mod cfg;
pub mod dce;
mod edit;
pub mod fold;
pub mod frames;
pub mod gvn;
pub mod hoist;
pub mod ifconvert;
pub mod increment;
pub mod interpret;
pub mod ir;
pub mod irreducible;
mod lists;
pub mod locals;
pub mod merge;
pub mod nan;
pub mod narrow;
pub mod near;
pub mod outline;
pub mod pass;
pub mod peephole;
pub mod pointers;
pub mod postpone;
pub mod promote;
pub mod rebase;
pub mod rejoin;
pub mod structure;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod text;
pub mod tree;
pub mod treeify;
pub mod unlikely;
pub mod unroll;
mod users;
pub mod verify;
pub mod webs;
