//! Rounding: from an exact magnitude to the nearest representable bits.
//!
//! Every operation computes `sig * 2^exp` exactly, or with all that lies below
//! the last bit of `sig` collapsed into that bit ("jammed"), and comes here once.
//! This is the only place that decides a rounding, an overflow or an underflow.

use super::{Format, Rounding, flags, sign_of};
use std::cmp::Ordering;

/// `sig / 2^shift` rounded to an integer, and whether anything was lost.
pub(super) fn round_at(sig: u128, shift: u32, negative: bool, mode: Rounding) -> (u128, bool) {
    if shift == 0 {
        return (sig, false);
    }
    let (kept, rest) = match shift {
        ..128 => (sig >> shift, sig & ((1 << shift) - 1)),
        _ => (0, sig),
    };
    if rest == 0 {
        return (kept, false);
    }
    let against_half = match shift {
        ..=128 => rest.cmp(&(1 << (shift - 1))),
        _ => Ordering::Less,
    };
    let up = match mode {
        Rounding::NearestEven => {
            against_half == Ordering::Greater || (against_half == Ordering::Equal && kept & 1 == 1)
        }
        Rounding::NearestMaxMagnitude => against_half != Ordering::Less,
        Rounding::TowardZero => false,
        Rounding::Down => negative,
        Rounding::Up => !negative,
    };
    (kept + u128::from(up), true)
}

/// The bits of `±sig * 2^exp` (`sig` not zero) rounded to `F`, and the flags.
///
/// A jammed `sig` must have at least two bits more than the precision of `F`.
pub(super) fn round<F: Format>(negative: bool, sig: u128, exp: i32, mode: Rounding) -> (u64, u8) {
    // The exponent of the leading bit, and of the last place that `F` can hold.
    let top = exp + (127 - sig.leading_zeros() as i32);
    let unbounded_place = top - F::FRAC as i32;
    let lowest_place = F::EMIN - F::FRAC as i32;
    let place = unbounded_place.max(lowest_place);

    let (rounded, inexact) = round_to_place(sig, exp, place, negative, mode);
    // The implicit bit of a normal number adds one to the exponent field, and a
    // carry out of the fraction adds one more, so one addition packs all cases.
    let magnitude = ((place - lowest_place) as u128) << F::FRAC;
    let magnitude = magnitude + rounded;
    let sign = sign_of::<F>(negative);
    if magnitude >= u128::from(F::INFINITY) {
        let to_infinity = match mode {
            Rounding::NearestEven | Rounding::NearestMaxMagnitude => true,
            Rounding::TowardZero => false,
            Rounding::Down => negative,
            Rounding::Up => !negative,
        };
        let result = if to_infinity { F::INFINITY } else { F::MAX };
        return (sign | result, flags::OVERFLOW | flags::INEXACT);
    }

    let mut raised = 0;
    if inexact {
        raised |= flags::INEXACT;
        // Tiny after rounding: as if the exponent had no lower bound, the
        // rounded result would still lie below the smallest normal number.
        if top < F::EMIN {
            let (free, _) = round_to_place(sig, exp, unbounded_place, negative, mode);
            let carried = free >> (F::FRAC + 1) != 0;
            if top + i32::from(carried) < F::EMIN {
                raised |= flags::UNDERFLOW;
            }
        }
    }
    (sign | magnitude as u64, raised)
}

/// `sig * 2^exp` as a rounded multiple of `2^place`.
fn round_to_place(sig: u128, exp: i32, place: i32, negative: bool, mode: Rounding) -> (u128, bool) {
    match u32::try_from(place - exp) {
        Ok(shift) => round_at(sig, shift, negative, mode),
        // Fewer bits than the format holds: moving them up is exact.
        Err(_) => (sig << (exp - place), false),
    }
}

/// `sig >> shift` with the bits shifted out collapsed into the last one.
pub(super) fn shift_right_jam(sig: u128, shift: u32) -> u128 {
    match shift {
        0 => sig,
        1..128 => (sig >> shift) | u128::from(sig & ((1 << shift) - 1) != 0),
        _ => u128::from(sig != 0),
    }
}
