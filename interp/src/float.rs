//! The F and D instructions: registers in and out of the operations of [`crate::fp`].
//!
//! Singles are unboxed on the way in and boxed on the way out; doubles pass.

use rv2wat_isa::{F, FArith, FCmp, FFma, FMove, FPair, FToX, FUnary, Rm, XToF};

use crate::exec::{Done, Trap};
use crate::fp::{self, Double, Format, Int, Rounding, Single};
use crate::hart::Hart;

/// How a format lives in a 64-bit register.
pub(crate) trait InRegister: Format + Sized {
    /// The bits of the format in a register image.
    fn read(register: u64) -> u64;
    /// The register image of bits of the format.
    fn image(bits: u64) -> u64;
}

impl InRegister for Single {
    fn read(register: u64) -> u64 {
        fp::unboxed(register)
    }

    fn image(bits: u64) -> u64 {
        fp::boxed(bits)
    }
}

impl InRegister for Double {
    fn read(register: u64) -> u64 {
        register
    }

    fn image(bits: u64) -> u64 {
        bits
    }
}

fn get<T: InRegister>(hart: &Hart, reg: F) -> u64 {
    T::read(hart.get_f(reg))
}

/// Writes a result and accrues its flags.
fn put<T: InRegister>(hart: &mut Hart, rd: F, (bits, raised): (u64, u8)) -> Done {
    hart.set_f(rd, T::image(bits));
    hart.fflags |= raised;
    Ok(None)
}

/// The mode that an instruction rounds in. Reserved modes, in the instruction
/// or in `frm`, are illegal even where the result would be exact.
fn mode(hart: &Hart, rm: Rm) -> Result<Rounding, Trap> {
    match rm {
        Rm::Rne => Ok(Rounding::NearestEven),
        Rm::Rtz => Ok(Rounding::TowardZero),
        Rm::Rdn => Ok(Rounding::Down),
        Rm::Rup => Ok(Rounding::Up),
        Rm::Rmm => Ok(Rounding::NearestMaxMagnitude),
        Rm::Reserved5 | Rm::Reserved6 => Err(Trap::Illegal),
        Rm::Dyn => Rounding::try_from(hart.frm).map_err(|_| Trap::Illegal),
    }
}

/// fadd, fsub, fmul, fdiv.
pub(crate) fn arith<T: InRegister>(
    hart: &mut Hart,
    ops: FArith,
    op: fn(u64, u64, Rounding) -> (u64, u8),
) -> Done {
    let mode = mode(hart, ops.rm)?;
    let result = op(get::<T>(hart, ops.rs1), get::<T>(hart, ops.rs2), mode);
    put::<T>(hart, ops.rd, result)
}

/// fsqrt and the conversions between formats.
pub(crate) fn unary<From: InRegister, To: InRegister>(
    hart: &mut Hart,
    ops: FUnary,
    op: fn(u64, Rounding) -> (u64, u8),
) -> Done {
    let mode = mode(hart, ops.rm)?;
    let result = op(get::<From>(hart, ops.rs1), mode);
    put::<To>(hart, ops.rd, result)
}

/// The four fused operations: the product and the addend negated or not.
pub(crate) fn fma<T: InRegister>(
    hart: &mut Hart,
    ops: FFma,
    negate_product: bool,
    negate_addend: bool,
) -> Done {
    let mode = mode(hart, ops.rm)?;
    let flip = |bits: u64, negate: bool| if negate { bits ^ T::SIGN } else { bits };
    let a = flip(get::<T>(hart, ops.rs1), negate_product);
    let b = get::<T>(hart, ops.rs2);
    let c = flip(get::<T>(hart, ops.rs3), negate_addend);
    put::<T>(hart, ops.rd, fp::fused_mul_add::<T>(a, b, c, mode))
}

/// fmin and fmax.
pub(crate) fn pair<T: InRegister>(hart: &mut Hart, ops: FPair, op: fn(u64, u64) -> (u64, u8)) -> Done {
    let result = op(get::<T>(hart, ops.rs1), get::<T>(hart, ops.rs2));
    put::<T>(hart, ops.rd, result)
}

/// The sign injections: `sign` takes both operands and gives a value whose sign
/// bit the result has. They touch no other bit and raise nothing.
pub(crate) fn inject<T: InRegister>(hart: &mut Hart, ops: FPair, sign: fn(u64, u64) -> u64) -> Done {
    let (a, b) = (get::<T>(hart, ops.rs1), get::<T>(hart, ops.rs2));
    let bits = (a & !T::SIGN) | (sign(a, b) & T::SIGN);
    put::<T>(hart, ops.rd, (bits, 0))
}

/// feq, flt, fle.
pub(crate) fn compare<T: InRegister>(hart: &mut Hart, ops: FCmp, op: fn(u64, u64) -> (bool, u8)) -> Done {
    let (holds, raised) = op(get::<T>(hart, ops.rs1), get::<T>(hart, ops.rs2));
    hart.set(ops.rd, u64::from(holds));
    hart.fflags |= raised;
    Ok(None)
}

/// fcvt to an integer register.
pub(crate) fn to_int<T: InRegister>(hart: &mut Hart, ops: FToX, int: Int) -> Done {
    let mode = mode(hart, ops.rm)?;
    let (value, raised) = fp::to_int::<T>(get::<T>(hart, ops.rs1), int, mode);
    hart.set(ops.rd, value);
    hart.fflags |= raised;
    Ok(None)
}

/// fcvt from an integer register.
pub(crate) fn from_int<T: InRegister>(hart: &mut Hart, ops: XToF, int: Int) -> Done {
    let mode = mode(hart, ops.rm)?;
    let result = fp::from_int::<T>(hart.get(ops.rs1), int, mode);
    put::<T>(hart, ops.rd, result)
}

/// fclass.
pub(crate) fn classify<T: InRegister>(hart: &mut Hart, ops: FMove) -> Done {
    let class = fp::classify::<T>(get::<T>(hart, ops.rs1));
    hart.set(ops.rd, class);
    Ok(None)
}
