//! The soft-float module against two other implementations: the host's
//! hardware, which rounds to nearest, and `rustc_apfloat` in all modes.
//!
//! `rustc_apfloat` is a second opinion on results, and on the flags that its
//! LLVM ancestry defines as RISC-V does. It detects tininess after rounding to
//! the subnormal place, and raises no overflow when a directed mode returns the
//! largest finite number: `known_cases` in `fp_cases.rs` and qemu cover those.

mod common;

use common::Rng;
use rustc_apfloat::ieee::{Double as ApDouble, Quad as ApQuad, Single as ApSingle};
use rustc_apfloat::{Float, FloatConvert, Round, Status, StatusAnd};
use rv2wat_interp::fp::{self, Double, Format, Int, Rounding, Single, SoftOp, flags, soft_op};

const ROUNDS: u64 = 60_000;

/// The canonical NaN for any NaN: hosts and libraries keep payloads.
fn canonical<F: Format>(bits: u64) -> u64 {
    if bits & !F::SIGN > F::INFINITY { F::NAN } else { bits }
}

fn ap_round(mode: Rounding) -> Round {
    match mode {
        Rounding::NearestEven => Round::NearestTiesToEven,
        Rounding::TowardZero => Round::TowardZero,
        Rounding::Down => Round::TowardNegative,
        Rounding::Up => Round::TowardPositive,
        Rounding::NearestMaxMagnitude => Round::NearestTiesToAway,
    }
}

fn ap_flags(status: Status) -> u8 {
    let bit = |has: Status, flag: u8| if status.contains(has) { flag } else { 0 };
    bit(Status::INVALID_OP, flags::INVALID)
        | bit(Status::DIV_BY_ZERO, flags::DIVIDE_BY_ZERO)
        | bit(Status::OVERFLOW, flags::OVERFLOW)
        | bit(Status::UNDERFLOW, flags::UNDERFLOW)
        | bit(Status::INEXACT, flags::INEXACT)
}

/// Holds a result of ours against one of apfloat.
fn check<F: Format, T: Float>(
    what: &str,
    operands: &[u64],
    mode: Rounding,
    (bits, raised): (u64, u8),
    theirs: StatusAnd<T>,
) {
    let expected = canonical::<F>(theirs.value.to_bits() as u64);
    let mut status = ap_flags(theirs.status);
    let magnitude = bits & !F::SIGN;
    if magnitude == F::MAX && raised & flags::OVERFLOW != 0 {
        status |= flags::OVERFLOW;
    }
    // The smallest normal number, reached by rounding, may have been tiny.
    if magnitude == 1 << F::FRAC && raised & flags::INEXACT != 0 {
        status |= raised & flags::UNDERFLOW;
    }
    assert_eq!(
        (bits, raised),
        (expected, status),
        "{what} {mode:?} of {operands:x?}: ours, theirs (bits, flags)"
    );
}

/// The five operations that apfloat has, in all modes, for one format.
fn against_apfloat<F: Format, T: Float>(double: bool, seed: u64) {
    let mut rng = Rng(seed);
    for _ in 0..ROUNDS {
        let abc @ [a, b, c] = rng.floats(double);
        let [x, y, z] = abc.map(|bits| T::from_bits(bits.into()));
        for mode in Rounding::ALL {
            let r = ap_round(mode);
            check::<F, T>("add", &abc, mode, fp::add::<F>(a, b, mode), x.add_r(y, r));
            check::<F, T>("sub", &abc, mode, fp::sub::<F>(a, b, mode), x.sub_r(y, r));
            check::<F, T>("mul", &abc, mode, fp::mul::<F>(a, b, mode), x.mul_r(y, r));
            check::<F, T>("div", &abc, mode, fp::div::<F>(a, b, mode), x.div_r(y, r));
            let ours = fp::fused_mul_add::<F>(a, b, c, mode);
            let mut theirs = x.mul_add_r(y, z, r);
            // IEEE 754 leaves this flag open, RISC-V does not.
            if (x.is_infinite() && y.is_zero()) || (x.is_zero() && y.is_infinite()) {
                theirs.status |= Status::INVALID_OP;
            }
            // apfloat looks at signalling NaNs in the product only.
            if z.is_signaling() {
                theirs.status |= Status::INVALID_OP;
            }
            check::<F, T>("fma", &abc, mode, ours, theirs);
        }
    }
}

#[test]
fn single_arithmetic_agrees_with_apfloat_in_all_modes() {
    against_apfloat::<Single, ApSingle>(false, 2);
}

#[test]
fn double_arithmetic_agrees_with_apfloat_in_all_modes() {
    against_apfloat::<Double, ApDouble>(true, 3);
}

#[test]
fn format_conversions_agree_with_apfloat_in_all_modes() {
    let mut rng = Rng(4);
    for _ in 0..ROUNDS {
        let (single, double) = (rng.floats(false)[0], rng.floats(true)[0]);
        for mode in Rounding::ALL {
            let mut lossy = false;
            let wide = ApDouble::from_bits(double.into());
            let theirs: StatusAnd<ApSingle> = wide.convert_r(ap_round(mode), &mut lossy);
            let mut theirs = theirs;
            if wide.is_nan() {
                theirs = if wide.is_signaling() { Status::INVALID_OP } else { Status::OK }.and(theirs.value);
            }
            let ours = fp::convert::<Double, Single>(double, mode);
            check::<Single, _>("d to s", &[double], mode, ours, theirs);

            let narrow = ApSingle::from_bits(single.into());
            let theirs: StatusAnd<ApDouble> = narrow.convert_r(ap_round(mode), &mut lossy);
            let mut theirs = theirs;
            if narrow.is_nan() {
                theirs =
                    if narrow.is_signaling() { Status::INVALID_OP } else { Status::OK }.and(theirs.value);
            }
            let ours = fp::convert::<Single, Double>(single, mode);
            check::<Double, _>("s to d", &[single], mode, ours, theirs);
        }
    }
}

/// Conversions to and from integers for one format.
fn integers_against_apfloat<F: Format, T: Float>(double: bool, seed: u64) {
    let mut rng = Rng(seed);
    for _ in 0..ROUNDS {
        let (a, i) = (rng.floats(double)[0], rng.integers()[0]);
        let x = T::from_bits(a.into());
        for mode in Rounding::ALL {
            let r = ap_round(mode);
            let mut exact = false;
            for (int, width) in [(Int::W, 32), (Int::L, 64)] {
                let (value, raised) = fp::to_int::<F>(a, int, mode);
                let theirs = x.to_i128_r(width, r, &mut exact);
                // apfloat saturates too, but makes a NaN zero.
                let expected = match x.is_nan() {
                    true => (1_u64 << (width - 1)) - 1,
                    false => theirs.value as u64,
                };
                let flags = ap_flags(theirs.status);
                assert_eq!((value, raised), (expected, flags), "{int:?} {mode:?} of {a:x}");
            }
            for (int, width) in [(Int::Wu, 32), (Int::Lu, 64)] {
                let (value, raised) = fp::to_int::<F>(a, int, mode);
                let theirs = x.to_u128_r(width, r, &mut exact);
                let wide = if x.is_nan() { u64::MAX } else { theirs.value as u64 };
                let expected = if width == 32 { wide as i32 as u64 } else { wide };
                let flags = ap_flags(theirs.status);
                assert_eq!((value, raised), (expected, flags), "{int:?} {mode:?} of {a:x}");
            }
            let from = [
                (Int::W, i128::from(i as i32)),
                (Int::Wu, i128::from(i as u32)),
                (Int::L, i128::from(i as i64)),
                (Int::Lu, i128::from(i)),
            ];
            for (int, value) in from {
                let ours = fp::from_int::<F>(i, int, mode);
                check::<F, T>("from int", &[i], mode, ours, T::from_i128_r(value, r));
            }
        }
    }
}

#[test]
fn single_integer_conversions_agree_with_apfloat_in_all_modes() {
    integers_against_apfloat::<Single, ApSingle>(false, 5);
}

#[test]
fn double_integer_conversions_agree_with_apfloat_in_all_modes() {
    integers_against_apfloat::<Double, ApDouble>(true, 6);
}

/// The square of a double is exact in quadruple precision, so there the root
/// can be tested for what it is: the bracket of the true one.
#[test]
fn square_roots_bracket_the_true_root_in_all_modes() {
    let quad = |bits: u64| -> ApQuad {
        let mut lossy = false;
        ApDouble::from_bits(bits.into()).convert(&mut lossy).value
    };
    let mut rng = Rng(7);
    for _ in 0..ROUNDS {
        let a = rng.floats(true)[0] & !Double::SIGN;
        if a == 0 || a >= Double::INFINITY {
            continue;
        }
        let below = |root: u64| quad(root).mul_r(quad(root), Round::TowardZero).value < quad(a);
        let root = |mode| fp::sqrt::<Double>(a, mode);
        let (down, up) = (root(Rounding::Down).0, root(Rounding::Up).0);
        let exact = down == up;
        assert_eq!(root(Rounding::TowardZero).0, down);
        if exact {
            assert_eq!(quad(down).mul_r(quad(down), Round::TowardZero).value, quad(a));
        } else {
            assert_eq!(down + 1, up, "root of {a:x}");
            assert!(below(down) && !below(up), "root of {a:x}");
        }
        // A root is never half-way between two numbers.
        assert_eq!(root(Rounding::NearestEven), root(Rounding::NearestMaxMagnitude));
        for mode in Rounding::ALL {
            assert_eq!(root(mode).1, if exact { 0 } else { flags::INEXACT });
        }
    }
}

#[test]
fn nearest_even_agrees_with_the_hardware() {
    let mode = Rounding::NearestEven;
    let mut rng = Rng(8);
    for _ in 0..ROUNDS * 4 {
        let [a, b, c] = rng.floats(true);
        let [x, y, z] = [a, b, c].map(f64::from_bits);
        let results = [
            (SoftOp::AddD, x + y),
            (SoftOp::SubD, x - y),
            (SoftOp::MulD, x * y),
            (SoftOp::DivD, x / y),
            (SoftOp::SqrtD, x.sqrt()),
            (SoftOp::MaddD, x.mul_add(y, z)),
        ];
        for (op, expected) in results {
            let (bits, _) = soft_op(op, a, b, c, mode);
            let expected = canonical::<Double>(expected.to_bits());
            assert_eq!(bits, expected, "{op:?} of {:x?}", [a, b, c]);
        }
        let narrowed = canonical::<Single>((x as f32).to_bits().into());
        assert_eq!(soft_op(SoftOp::CvtSD, a, 0, 0, mode).0, narrowed, "{a:x}");

        let [a, b, c] = rng.floats(false);
        let [x, y, z] = [a, b, c].map(|bits| f32::from_bits(bits as u32));
        let results = [
            (SoftOp::AddS, x + y),
            (SoftOp::SubS, x - y),
            (SoftOp::MulS, x * y),
            (SoftOp::DivS, x / y),
            (SoftOp::SqrtS, x.sqrt()),
            (SoftOp::MaddS, x.mul_add(y, z)),
        ];
        for (op, expected) in results {
            let (bits, _) = soft_op(op, a, b, c, mode);
            let expected = canonical::<Single>(expected.to_bits().into());
            assert_eq!(bits, expected, "{op:?} of {:x?}", [a, b, c]);
        }
    }
}

#[test]
fn conversions_that_truncate_agree_with_the_host() {
    let mut rng = Rng(9);
    for _ in 0..ROUNDS {
        let a = rng.floats(true)[0];
        let x = f64::from_bits(a);
        if x.is_nan() {
            continue;
        }
        let convert = |op| soft_op(op, a, 0, 0, Rounding::TowardZero).0;
        // Rust's casts truncate and saturate as fcvt does.
        assert_eq!(convert(SoftOp::CvtWD), x as i32 as u64);
        assert_eq!(convert(SoftOp::CvtWuD), x as u32 as i32 as u64);
        assert_eq!(convert(SoftOp::CvtLD), x as i64 as u64);
        assert_eq!(convert(SoftOp::CvtLuD), x as u64);

        let i = rng.integers()[0];
        let convert = |op| soft_op(op, i, 0, 0, Rounding::NearestEven).0;
        assert_eq!(convert(SoftOp::CvtDW), f64::from(i as i32).to_bits());
        assert_eq!(convert(SoftOp::CvtDWu), f64::from(i as u32).to_bits());
        assert_eq!(convert(SoftOp::CvtDL), (i as i64 as f64).to_bits());
        assert_eq!(convert(SoftOp::CvtDLu), (i as f64).to_bits());
        assert_eq!(convert(SoftOp::CvtSL), u64::from((i as i64 as f32).to_bits()));
        assert_eq!(convert(SoftOp::CvtSLu), u64::from((i as f32).to_bits()));
    }
}

#[test]
fn comparisons_agree_with_the_hardware() {
    let mut rng = Rng(10);
    for _ in 0..ROUNDS {
        let [a, b, _] = rng.floats(true);
        let (x, y) = (f64::from_bits(a), f64::from_bits(b));
        assert_eq!(fp::equal::<Double>(a, b).0, x == y, "{a:x} {b:x}");
        assert_eq!(fp::less::<Double>(a, b).0, x < y, "{a:x} {b:x}");
        assert_eq!(fp::less_or_equal::<Double>(a, b).0, x <= y, "{a:x} {b:x}");
        assert!(fp::equal::<Double>(a, a).0 != x.is_nan());
    }
}
