//! Comparisons, minimum and maximum, and the class of a number.

use super::{Format, Kind, Unpacked, flags};

/// `a == b` (feq): quiet, only a signalling NaN is invalid.
pub fn equal<F: Format>(a: u64, b: u64) -> (bool, u8) {
    let (x, y) = (Unpacked::of::<F>(a), Unpacked::of::<F>(b));
    if x.is_nan() || y.is_nan() {
        return (false, signalling_flag(x, y));
    }
    (key::<F>(a) == key::<F>(b), 0)
}

/// `a < b` (flt): any NaN is invalid.
pub fn less<F: Format>(a: u64, b: u64) -> (bool, u8) {
    ordered::<F>(a, b, |x, y| x < y)
}

/// `a <= b` (fle): any NaN is invalid.
pub fn less_or_equal<F: Format>(a: u64, b: u64) -> (bool, u8) {
    ordered::<F>(a, b, |x, y| x <= y)
}

/// The smaller operand (fmin): minimumNumber of IEEE 754-2019, 9.6.
pub fn minimum_number<F: Format>(a: u64, b: u64) -> (u64, u8) {
    let a_first = (key::<F>(a), b & F::SIGN) <= (key::<F>(b), a & F::SIGN);
    select::<F>(a, b, a_first)
}

/// The larger operand (fmax): maximumNumber of IEEE 754-2019, 9.6.
pub fn maximum_number<F: Format>(a: u64, b: u64) -> (u64, u8) {
    let a_first = (key::<F>(a), b & F::SIGN) >= (key::<F>(b), a & F::SIGN);
    select::<F>(a, b, a_first)
}

/// The one-hot class mask of fclass, bits 0 (negative infinity) to 9 (quiet NaN).
pub fn classify<F: Format>(a: u64) -> u64 {
    let x = Unpacked::of::<F>(a);
    let bit = match (x.kind, x.negative) {
        (Kind::Infinite, true) => 0,
        (Kind::Finite { .. }, true) if is_normal::<F>(a) => 1,
        (Kind::Finite { .. }, true) => 2,
        (Kind::Zero, true) => 3,
        (Kind::Zero, false) => 4,
        (Kind::Finite { .. }, false) if is_normal::<F>(a) => 6,
        (Kind::Finite { .. }, false) => 5,
        (Kind::Infinite, false) => 7,
        (Kind::Nan { signalling: true }, _) => 8,
        (Kind::Nan { signalling: false }, _) => 9,
    };
    1 << bit
}

fn is_normal<F: Format>(bits: u64) -> bool {
    bits & F::INFINITY != 0
}

fn signalling_flag(x: Unpacked, y: Unpacked) -> u8 {
    if x.is_signalling() || y.is_signalling() { flags::INVALID } else { 0 }
}

/// An integer that orders all numbers but NaN as they compare: both zeros are 0.
fn key<F: Format>(bits: u64) -> i64 {
    let magnitude = (bits & (F::SIGN - 1)) as i64;
    if bits & F::SIGN != 0 { -magnitude } else { magnitude }
}

fn ordered<F: Format>(a: u64, b: u64, holds: fn(i64, i64) -> bool) -> (bool, u8) {
    if Unpacked::of::<F>(a).is_nan() || Unpacked::of::<F>(b).is_nan() {
        return (false, flags::INVALID);
    }
    (holds(key::<F>(a), key::<F>(b)), 0)
}

/// `a` or `b` as `a_first` says; a NaN gives way to the other operand.
fn select<F: Format>(a: u64, b: u64, a_first: bool) -> (u64, u8) {
    let (x, y) = (Unpacked::of::<F>(a), Unpacked::of::<F>(b));
    let result = match (x.is_nan(), y.is_nan()) {
        (true, true) => F::NAN,
        (true, false) => b & F::MASK,
        (false, true) => a & F::MASK,
        (false, false) if a_first => a & F::MASK,
        (false, false) => b & F::MASK,
    };
    (result, signalling_flag(x, y))
}
