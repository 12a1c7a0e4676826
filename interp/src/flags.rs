//! The exception flags of one floating-point instruction, for hosts of
//! translated code that tracks them.

use rv2wat_isa::{F, X};

use crate::hart::Hart;
use crate::memory::FlatMemory;
use crate::run::{Flow, step};

/// Where the instruction stands; nothing depends on it.
const PLACE: u64 = 0x1000;

/// The exception flags that a floating-point instruction raises: the low five
/// bits of `fcsr` (unprivileged ISA, "Floating-Point Control and Status
/// Register"). The dynamic rounding mode is to nearest, even.
///
/// `word` is the instruction. `operands` are the raw contents of the registers
/// that its fields `rs1`, `rs2` and `rs3` name, whether integer or floating-point.
///
/// `None` if the bits are no instruction or one that does not simply execute.
///
/// ```
/// // fdiv.d fa0,fa0,fa1: one divided by zero
/// let flags = rv2wat_interp::raised(0x1ab5_7553, [1.0_f64.to_bits(), 0, 0]);
/// assert_eq!(flags, Some(0b01000));
/// ```
pub fn raised(word: u32, operands: [u64; 3]) -> Option<u8> {
    let mut hart = Hart::at(PLACE);
    // Registers that one instruction names twice hold the same twice.
    for (shift, operand) in [15, 20, 27].into_iter().zip(operands).rev() {
        let index = (word >> shift & 0x1f) as u8;
        hart.set(X::new(index), operand);
        hart.set_f(F::new(index), operand);
    }
    let mut memory = FlatMemory::new(PLACE, word.to_le_bytes().to_vec());
    (step(&mut hart, &mut memory) == Ok(Flow::Next)).then_some(hart.fflags)
}
