//! Conversions between the formats, and to and from integers.

use super::round::{round, round_at};
use super::{Format, Kind, Rounding, Unpacked, flags, nan_result, sign_of};

/// The integer types of the fcvt instructions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Int {
    /// `w`: signed, 32 bits.
    W,
    /// `wu`: unsigned, 32 bits.
    Wu,
    /// `l`: signed, 64 bits.
    L,
    /// `lu`: unsigned, 64 bits.
    Lu,
}

impl Int {
    fn range(self) -> (i128, i128) {
        match self {
            Int::W => (i32::MIN.into(), i32::MAX.into()),
            Int::Wu => (0, u32::MAX.into()),
            Int::L => (i64::MIN.into(), i64::MAX.into()),
            Int::Lu => (0, u64::MAX.into()),
        }
    }

    /// The register image of a value in range: 32-bit results are sign-extended,
    /// the unsigned ones too (F extension, "Conversion and Move Instructions").
    fn register(self, value: i128) -> u64 {
        match self {
            Int::W | Int::Wu => value as i32 as u64,
            Int::L | Int::Lu => value as u64,
        }
    }

    /// The value of a register read as this type; upper bits are ignored.
    fn value(self, register: u64) -> i128 {
        match self {
            Int::W => (register as i32).into(),
            Int::Wu => (register as u32).into(),
            Int::L => (register as i64).into(),
            Int::Lu => register.into(),
        }
    }
}

/// `a` of format `From` as the nearest number of format `To`.
pub fn convert<From: Format, To: Format>(a: u64, mode: Rounding) -> (u64, u8) {
    let x = Unpacked::of::<From>(a);
    let sign = sign_of::<To>(x.negative);
    match x.kind {
        Kind::Nan { .. } => nan_result::<To>(&[x]),
        Kind::Infinite => (sign | To::INFINITY, 0),
        Kind::Zero => (sign, 0),
        Kind::Finite { sig, exp } => round::<To>(x.negative, sig.into(), exp, mode),
    }
}

/// The integer that `a` rounds to, as a register image. Out of range, infinite
/// and NaN operands saturate and raise invalid; a NaN counts as positive.
pub fn to_int<F: Format>(a: u64, int: Int, mode: Rounding) -> (u64, u8) {
    let x = Unpacked::of::<F>(a);
    let (min, max) = int.range();
    let saturated = |negative: bool| {
        let limit = if negative { min } else { max };
        (int.register(limit), flags::INVALID)
    };
    let (sig, exp) = match x.kind {
        Kind::Nan { .. } => return saturated(false),
        Kind::Infinite => return saturated(x.negative),
        Kind::Zero => return (0, 0),
        Kind::Finite { sig, exp } => (sig, exp),
    };
    let (magnitude, inexact) = match exp {
        ..0 => round_at(sig.into(), exp.unsigned_abs(), x.negative, mode),
        0..=64 => (u128::from(sig) << exp, false),
        _ => return saturated(x.negative),
    };
    let value = if x.negative { -(magnitude as i128) } else { magnitude as i128 };
    if value < min || value > max {
        return saturated(x.negative);
    }
    let raised = if inexact { flags::INEXACT } else { 0 };
    (int.register(value), raised)
}

/// The number nearest to the integer in `register`.
pub fn from_int<F: Format>(register: u64, int: Int, mode: Rounding) -> (u64, u8) {
    match int.value(register) {
        0 => (0, 0),
        value => round::<F>(value < 0, value.unsigned_abs(), 0, mode),
    }
}
