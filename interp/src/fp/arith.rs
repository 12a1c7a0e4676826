//! Addition, multiplication, division, square root and the fused multiply-add.
//!
//! Each function settles the special cases (NaN, infinity, zero) and hands an
//! exact or jammed magnitude to [`round`]. All take and return bits of `F`.

use super::round::{round, shift_right_jam};
use super::{Format, Kind, Rounding, Unpacked, flags, nan_result, sign_of};

/// Where [`sum`] puts the leading bit of both magnitudes: one bit of room above
/// for the carry, and below it more than the 106 bits of a product of doubles.
const TOP: u32 = 125;

/// A nonzero magnitude `sig * 2^exp` with its sign.
#[derive(Clone, Copy)]
struct Term {
    negative: bool,
    sig: u128,
    exp: i32,
}

impl Term {
    /// The same value with the leading bit of `sig` at bit [`TOP`].
    fn normalized(self) -> Term {
        let shift = self.sig.leading_zeros() - (127 - TOP);
        Term { sig: self.sig << shift, exp: self.exp - shift as i32, ..self }
    }
}

/// `a + b`.
pub fn add<F: Format>(a: u64, b: u64, mode: Rounding) -> (u64, u8) {
    let (x, y) = (Unpacked::of::<F>(a), Unpacked::of::<F>(b));
    if x.is_nan() || y.is_nan() {
        return nan_result::<F>(&[x, y]);
    }
    match (x.kind, y.kind) {
        (Kind::Infinite, Kind::Infinite) if x.negative != y.negative => (F::NAN, flags::INVALID),
        (Kind::Infinite, _) => (a & F::MASK, 0),
        (_, Kind::Infinite) => (b & F::MASK, 0),
        (Kind::Zero, Kind::Zero) => (zero_sum::<F>(x.negative, y.negative, mode), 0),
        (Kind::Zero, _) => (b & F::MASK, 0),
        (_, Kind::Zero) => (a & F::MASK, 0),
        _ => match (term(x), term(y)) {
            (Some(x), Some(y)) => sum::<F>(x, y, mode),
            _ => nan_result::<F>(&[x, y]),
        },
    }
}

/// `a - b`.
pub fn sub<F: Format>(a: u64, b: u64, mode: Rounding) -> (u64, u8) {
    // A NaN with the other sign is the same NaN to `add`.
    add::<F>(a, b ^ F::SIGN, mode)
}

/// `a * b`.
pub fn mul<F: Format>(a: u64, b: u64, mode: Rounding) -> (u64, u8) {
    let (x, y) = (Unpacked::of::<F>(a), Unpacked::of::<F>(b));
    let negative = x.negative != y.negative;
    let sign = sign_of::<F>(negative);
    match (x.kind, y.kind) {
        (Kind::Nan { .. }, _) | (_, Kind::Nan { .. }) => nan_result::<F>(&[x, y]),
        (Kind::Infinite, Kind::Zero) | (Kind::Zero, Kind::Infinite) => (F::NAN, flags::INVALID),
        (Kind::Infinite, _) | (_, Kind::Infinite) => (sign | F::INFINITY, 0),
        (Kind::Zero, _) | (_, Kind::Zero) => (sign, 0),
        (Kind::Finite { sig: xs, exp: xe }, Kind::Finite { sig: ys, exp: ye }) => {
            round::<F>(negative, u128::from(xs) * u128::from(ys), xe + ye, mode)
        }
    }
}

/// `a / b`.
pub fn div<F: Format>(a: u64, b: u64, mode: Rounding) -> (u64, u8) {
    let (x, y) = (Unpacked::of::<F>(a), Unpacked::of::<F>(b));
    let negative = x.negative != y.negative;
    let sign = sign_of::<F>(negative);
    match (x.kind, y.kind) {
        (Kind::Nan { .. }, _) | (_, Kind::Nan { .. }) => nan_result::<F>(&[x, y]),
        (Kind::Infinite, Kind::Infinite) | (Kind::Zero, Kind::Zero) => (F::NAN, flags::INVALID),
        (Kind::Infinite, _) => (sign | F::INFINITY, 0),
        (_, Kind::Infinite) | (Kind::Zero, _) => (sign, 0),
        (_, Kind::Zero) => (sign | F::INFINITY, flags::DIVIDE_BY_ZERO),
        (Kind::Finite { sig: xs, exp: xe }, Kind::Finite { sig: ys, exp: ye }) => {
            // A dividend of 128 bits over a divisor of at most 53 leaves a
            // quotient of at least 75, enough to jam the remainder into.
            let shift = u128::from(xs).leading_zeros();
            let (dividend, divisor) = (u128::from(xs) << shift, u128::from(ys));
            let remains = dividend % divisor != 0;
            let quotient = (dividend / divisor) | u128::from(remains);
            round::<F>(negative, quotient, xe - ye - shift as i32, mode)
        }
    }
}

/// The square root of `a`.
pub fn sqrt<F: Format>(a: u64, mode: Rounding) -> (u64, u8) {
    let x = Unpacked::of::<F>(a);
    match x.kind {
        Kind::Nan { .. } => nan_result::<F>(&[x]),
        Kind::Zero => (a & F::MASK, 0),
        _ if x.negative => (F::NAN, flags::INVALID),
        Kind::Infinite => (F::INFINITY, 0),
        Kind::Finite { sig, exp } => {
            // Move the radicand up as far as it goes while its exponent is
            // even: the integer root then has 63 bits or more.
            let mut shift = u128::from(sig).leading_zeros();
            if (exp - shift as i32) % 2 != 0 {
                shift -= 1;
            }
            let radicand = u128::from(sig) << shift;
            let root = radicand.isqrt();
            let remains = root * root != radicand;
            let jammed = root | u128::from(remains);
            round::<F>(false, jammed, (exp - shift as i32) / 2, mode)
        }
    }
}

/// `a * b + c`, rounded once.
pub fn fused_mul_add<F: Format>(a: u64, b: u64, c: u64, mode: Rounding) -> (u64, u8) {
    let (x, y, z) = (Unpacked::of::<F>(a), Unpacked::of::<F>(b), Unpacked::of::<F>(c));
    let negative = x.negative != y.negative;
    // The manual asks for the invalid flag here even when the addend is a
    // quiet NaN (F extension, "Single-Precision Floating-Point Computational
    // Instructions").
    if (x.is_infinite() && y.is_zero()) || (x.is_zero() && y.is_infinite()) {
        return (F::NAN, flags::INVALID);
    }
    if x.is_nan() || y.is_nan() || z.is_nan() {
        return nan_result::<F>(&[x, y, z]);
    }
    if x.is_infinite() || y.is_infinite() {
        return match z.kind {
            Kind::Infinite if z.negative != negative => (F::NAN, flags::INVALID),
            _ => (sign_of::<F>(negative) | F::INFINITY, 0),
        };
    }
    if z.is_infinite() {
        return (c & F::MASK, 0);
    }
    match (x.kind, y.kind) {
        (Kind::Finite { sig: xs, exp: xe }, Kind::Finite { sig: ys, exp: ye }) => {
            let product = Term { negative, sig: u128::from(xs) * u128::from(ys), exp: xe + ye };
            match term(z) {
                Some(addend) => sum::<F>(product, addend, mode),
                None => round::<F>(negative, product.sig, product.exp, mode),
            }
        }
        _ if z.is_zero() => (zero_sum::<F>(negative, z.negative, mode), 0),
        _ => (c & F::MASK, 0),
    }
}

/// The magnitude and sign of a finite nonzero number.
fn term(x: Unpacked) -> Option<Term> {
    match x.kind {
        Kind::Finite { sig, exp } => Some(Term { negative: x.negative, sig: u128::from(sig), exp }),
        _ => None,
    }
}

/// The sum of two zeros: zeros of unlike sign, like any sum that cancels, give
/// `+0`, or `-0` when rounding down (IEEE 754-2019, 6.3).
fn zero_sum<F: Format>(a_negative: bool, b_negative: bool, mode: Rounding) -> u64 {
    let negative = if a_negative == b_negative { a_negative } else { mode == Rounding::Down };
    sign_of::<F>(negative)
}

/// The sum of two nonzero terms.
fn sum<F: Format>(a: Term, b: Term, mode: Rounding) -> (u64, u8) {
    let (a, b) = (a.normalized(), b.normalized());
    let (large, small) = if (a.exp, a.sig) >= (b.exp, b.sig) { (a, b) } else { (b, a) };
    // Both have at least 20 zero bits at the bottom, so a shift that loses bits
    // moves `small` so far down that no cancellation reaches the jammed bit.
    let moved = shift_right_jam(small.sig, (large.exp - small.exp) as u32);
    let sig = if large.negative == small.negative { large.sig + moved } else { large.sig - moved };
    if sig == 0 {
        return (zero_sum::<F>(a.negative, b.negative, mode), 0);
    }
    round::<F>(large.negative, sig, large.exp, mode)
}
