//! What a JavaScript host of translated programs takes from Rust: the imports
//! `soft` and `flags` of `docs/abi.md`, for both of which JavaScript lacks the
//! arithmetic. Built for wasm32 by `scripts/wasm32-target -p rv2wat-web`; its
//! exports serve as imports of a translated module as they are, without a detour
//! through JavaScript and its integers.
//!
//! Must never know what a page or Node is.

use rv2wat_interp::fp::{Rounding, SoftOp, soft_op};

/// One operation of the soft-float library, on raw bits. An operation or a
/// rounding mode that does not exist traps: no translated module asks for one.
#[expect(unsafe_code, reason = "exported under its name, which nothing else in the module has")]
#[unsafe(no_mangle)]
pub extern "C" fn soft(op: u32, a: u64, b: u64, c: u64, mode: u32) -> u64 {
    let mode = u8::try_from(mode).ok().and_then(|mode| Rounding::try_from(mode).ok());
    match (SoftOp::try_from(op), mode) {
        (Ok(op), Some(mode)) => soft_op(op, a, b, c, mode).0,
        _ => panic!("no soft-float operation {op} in rounding mode {mode:?}"),
    }
}

/// The exception flags that a floating-point instruction raises. Bits that are no
/// such instruction trap.
#[expect(unsafe_code, reason = "exported under its name, which nothing else in the module has")]
#[unsafe(no_mangle)]
pub extern "C" fn flags(inst: u32, a: u64, b: u64, c: u64) -> u32 {
    match rv2wat_interp::raised(inst, [a, b, c]) {
        Some(flags) => flags.into(),
        None => panic!("no exception flags for the instruction {inst:#x}"),
    }
}
