//! rv2wat translates RISC-V Linux programs to readable WebAssembly.

pub mod discover;
pub mod load;
