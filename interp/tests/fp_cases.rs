//! Known answers of the soft-float module: the flags and the results in which
//! RISC-V differs from what hosts and libraries do.

use rv2wat_interp::fp::{
    self, Double, Format, Int, ReservedRounding, Rounding, Single, SoftOp, UnknownSoftOp, flags,
};

use Rounding::{Down, NearestEven, NearestMaxMagnitude, TowardZero, Up};
use flags::{DIVIDE_BY_ZERO as DZ, INEXACT as NX, INVALID as NV, OVERFLOW as OF, UNDERFLOW as UF};

const NAN: u64 = Double::NAN;
const SNAN: u64 = 0x7ff0_0000_0000_0001;
const INF: u64 = Double::INFINITY;
const MINUS: u64 = Double::SIGN;
const ONE: u64 = 0x3ff0_0000_0000_0000;
const MAX: u64 = Double::MAX;
const MIN_NORMAL: u64 = 0x0010_0000_0000_0000;

#[test]
fn invalid_operations_give_the_canonical_nan() {
    for mode in Rounding::ALL {
        assert_eq!(fp::sub::<Double>(INF, INF, mode), (NAN, NV));
        assert_eq!(fp::mul::<Double>(INF, MINUS, mode), (NAN, NV));
        assert_eq!(fp::div::<Double>(0, 0, mode), (NAN, NV));
        assert_eq!(fp::div::<Double>(INF, INF, mode), (NAN, NV));
        assert_eq!(fp::sqrt::<Double>(ONE | MINUS, mode), (NAN, NV));
        assert_eq!(fp::sqrt::<Double>(MINUS, mode), (MINUS, 0));
        assert_eq!(fp::add::<Double>(SNAN, ONE, mode), (NAN, NV));
        assert_eq!(fp::add::<Double>(NAN | MINUS | 5, ONE, mode), (NAN, 0));
        assert_eq!(fp::fused_mul_add::<Double>(INF, 0, NAN, mode), (NAN, NV));
        assert_eq!(fp::fused_mul_add::<Double>(INF, ONE, NAN, mode), (NAN, 0));
        assert_eq!(fp::fused_mul_add::<Double>(INF, ONE, INF | MINUS, mode), (NAN, NV));
        assert_eq!(fp::convert::<Double, Single>(SNAN, mode), (0x7fc0_0000, NV));
        assert_eq!(fp::convert::<Single, Double>(0xffc0_0001, mode), (NAN, 0));
    }
}

#[test]
fn division_by_zero_is_not_overflow() {
    assert_eq!(fp::div::<Double>(ONE, MINUS, NearestEven), (INF | MINUS, DZ));
    assert_eq!(fp::div::<Double>(INF, 0, NearestEven), (INF, 0));
    assert_eq!(fp::div::<Single>(0x3f80_0000, 0, TowardZero), (0x7f80_0000, DZ));
}

#[test]
fn overflow_is_raised_in_every_mode() {
    let double = |mode| fp::add::<Double>(MAX, MAX, mode);
    assert_eq!(double(NearestEven), (INF, OF | NX));
    assert_eq!(double(NearestMaxMagnitude), (INF, OF | NX));
    assert_eq!(double(TowardZero), (MAX, OF | NX));
    assert_eq!(double(Down), (MAX, OF | NX));
    assert_eq!(double(Up), (INF, OF | NX));
    let negative = |mode| fp::add::<Double>(MAX | MINUS, MAX | MINUS, mode);
    assert_eq!(negative(Down), (INF | MINUS, OF | NX));
    assert_eq!(negative(Up), (MAX | MINUS, OF | NX));
    // Just beyond the largest number: by less than half a place, and by half.
    let quarter_place = 0x7c80_0000_0000_0000 - (1 << 52);
    assert_eq!(fp::add::<Double>(MAX, quarter_place, NearestEven), (MAX, NX));
    assert_eq!(fp::add::<Double>(MAX, quarter_place, Up), (INF, OF | NX));
    assert_eq!(fp::add::<Double>(MAX, 0x7c90_0000_0000_0000, NearestEven), (INF, OF | NX));
}

#[test]
fn tininess_is_detected_after_rounding() {
    // (1 - 2^-53) times the smallest normal number m has 53 bits: if the
    // exponent went lower it would be exact and below m, so it is tiny, though
    // the result is m.
    let almost = |mode| fp::mul::<Double>(ONE - 1, MIN_NORMAL, mode);
    assert_eq!(almost(NearestEven), (MIN_NORMAL, NX | UF));
    assert_eq!(almost(Up), (MIN_NORMAL, NX | UF));
    assert_eq!(almost(Down), (MIN_NORMAL - 1, NX | UF));
    // (1 + 2^-52)(1 - 2^-52) = 1 - 2^-104 times m has too many bits for that:
    // it would be rounded to m or below it, as the mode says.
    let nearer = |mode| fp::mul::<Double>(MIN_NORMAL + 1, ONE - 2, mode);
    assert_eq!(nearer(NearestEven), (MIN_NORMAL, NX));
    assert_eq!(nearer(NearestMaxMagnitude), (MIN_NORMAL, NX));
    assert_eq!(nearer(Up), (MIN_NORMAL, NX));
    assert_eq!(nearer(TowardZero), (MIN_NORMAL - 1, NX | UF));
    // An exact subnormal raises nothing.
    assert_eq!(fp::mul::<Double>(MIN_NORMAL, 0x3fe0_0000_0000_0000, Down), (MIN_NORMAL >> 1, 0));
    // A result far below the last place.
    assert_eq!(fp::mul::<Double>(1, 1, NearestEven), (0, NX | UF));
    assert_eq!(fp::mul::<Double>(1, 1, Up), (1, NX | UF));
    assert_eq!(fp::mul::<Double>(1, 1 | MINUS, Down), (1 | MINUS, NX | UF));
}

#[test]
fn ties_go_where_the_mode_says() {
    // 1 + 2^-53 lies half-way between 1 and its successor.
    let half_place = ONE - (53 << 52);
    let sum = |mode| fp::add::<Double>(ONE, half_place, mode);
    assert_eq!(sum(NearestEven), (ONE, NX));
    assert_eq!(sum(NearestMaxMagnitude), (ONE + 1, NX));
    assert_eq!(sum(TowardZero), (ONE, NX));
    assert_eq!(sum(Down), (ONE, NX));
    assert_eq!(sum(Up), (ONE + 1, NX));
    let odd = |mode| fp::add::<Double>((ONE + 1) | MINUS, half_place | MINUS, mode);
    assert_eq!(odd(NearestEven), ((ONE + 2) | MINUS, NX));
    assert_eq!(odd(Up), ((ONE + 1) | MINUS, NX));
    assert_eq!(odd(Down), ((ONE + 2) | MINUS, NX));
}

#[test]
fn sums_that_cancel_are_plus_zero_unless_rounding_down() {
    for mode in Rounding::ALL {
        let zero = if mode == Down { MINUS } else { 0 };
        assert_eq!(fp::sub::<Double>(ONE, ONE, mode), (zero, 0));
        assert_eq!(fp::add::<Double>(0, MINUS, mode), (zero, 0));
        assert_eq!(fp::fused_mul_add::<Double>(ONE, ONE, ONE | MINUS, mode), (zero, 0));
        assert_eq!(fp::fused_mul_add::<Double>(0, ONE, MINUS, mode), (zero, 0));
        assert_eq!(fp::add::<Double>(MINUS, MINUS, mode), (MINUS, 0));
    }
}

#[test]
fn conversions_to_integers_saturate() {
    let to = |bits, int| fp::to_int::<Double>(bits, int, TowardZero);
    assert_eq!(to(NAN | MINUS, Int::W), (0x7fff_ffff, NV));
    assert_eq!(to(NAN, Int::Wu), (u64::MAX, NV));
    assert_eq!(to(SNAN, Int::L), (i64::MAX as u64, NV));
    assert_eq!(to(NAN, Int::Lu), (u64::MAX, NV));
    assert_eq!(to(INF, Int::W), (0x7fff_ffff, NV));
    assert_eq!(to(INF | MINUS, Int::W), (0xffff_ffff_8000_0000, NV));
    assert_eq!(to(INF | MINUS, Int::Lu), (0, NV));
    assert_eq!(to(ONE | MINUS, Int::Wu), (0, NV));
    // -0.75 truncates to zero, which an unsigned type holds.
    assert_eq!(to(0xbfe8_0000_0000_0000, Int::Wu), (0, NX));
    let down = fp::to_int::<Double>(0xbfe8_0000_0000_0000, Int::Wu, Down);
    assert_eq!(down, (0, NV));
    // 2^31 + 0.5 does not fit w, and saturation hides that it is inexact.
    assert_eq!(to(0x41e0_0000_0010_0000, Int::W), (0x7fff_ffff, NV));
    // 2^32 - 0.5 fits wu, sign-extended, or not, as it rounds.
    let edge = 0x41ef_ffff_fff0_0000;
    assert_eq!(to(edge, Int::Wu), (u64::MAX, NX));
    assert_eq!(fp::to_int::<Double>(edge, Int::Wu, NearestEven), (u64::MAX, NV));
}

#[test]
fn minimum_and_maximum_prefer_numbers_and_order_zeros() {
    let (min, max) = (fp::minimum_number::<Double>, fp::maximum_number::<Double>);
    for (a, b) in [(0, MINUS), (MINUS, 0)] {
        assert_eq!(min(a, b), (MINUS, 0));
        assert_eq!(max(a, b), (0, 0));
    }
    for nan in [NAN, NAN | MINUS | 7] {
        assert_eq!(min(nan, ONE), (ONE, 0));
        assert_eq!(max(ONE, nan), (ONE, 0));
        assert_eq!(min(nan, nan), (NAN, 0));
    }
    assert_eq!(min(SNAN, ONE), (ONE, NV));
    assert_eq!(max(SNAN, NAN), (NAN, NV));
    assert_eq!(min(INF | MINUS, ONE | MINUS), (INF | MINUS, 0));
    assert_eq!(max(INF | MINUS, ONE | MINUS), (ONE | MINUS, 0));
}

#[test]
fn only_ordered_comparisons_object_to_quiet_nans() {
    assert_eq!(fp::equal::<Double>(NAN, ONE), (false, 0));
    assert_eq!(fp::equal::<Double>(SNAN, ONE), (false, NV));
    assert_eq!(fp::less::<Double>(NAN, ONE), (false, NV));
    assert_eq!(fp::less_or_equal::<Double>(ONE, NAN), (false, NV));
    assert_eq!(fp::equal::<Double>(0, MINUS), (true, 0));
    assert_eq!(fp::less::<Double>(MINUS, 0), (false, 0));
    assert_eq!(fp::less_or_equal::<Double>(0, MINUS), (true, 0));
}

#[test]
fn classes_are_the_ten_of_the_manual() {
    let classes =
        [INF | MINUS, ONE | MINUS, 1 | MINUS, MINUS, 0, 1, MIN_NORMAL, INF, SNAN | MINUS, NAN | MINUS];
    for (bit, value) in classes.into_iter().enumerate() {
        assert_eq!(fp::classify::<Double>(value), 1 << bit, "{value:x}");
    }
}

#[test]
fn badly_boxed_singles_read_as_nan() {
    assert_eq!(fp::unboxed(0xffff_ffff_3f80_0000), 0x3f80_0000);
    assert_eq!(fp::unboxed(0xffff_fffe_3f80_0000), 0x7fc0_0000);
    assert_eq!(fp::unboxed(ONE), 0x7fc0_0000);
    assert_eq!(fp::boxed(0x3f80_0000), 0xffff_ffff_3f80_0000);
}

#[test]
fn numbers_name_operations_and_modes() {
    for (number, &op) in SoftOp::ALL.iter().enumerate() {
        assert_eq!(op as usize, number);
        assert_eq!(SoftOp::try_from(number as u32), Ok(op));
    }
    assert_eq!(SoftOp::try_from(29), Err(UnknownSoftOp(29)));
    // The numbers are in modules already translated: pin some.
    assert_eq!(SoftOp::MaddS as u32, 5);
    assert_eq!(SoftOp::CvtSD as u32, 12);
    assert_eq!(SoftOp::CvtDLu as u32, 28);
    for mode in Rounding::ALL {
        assert_eq!(Rounding::try_from(mode as u8), Ok(mode));
    }
    for reserved in 5..=255 {
        assert_eq!(Rounding::try_from(reserved), Err(ReservedRounding(reserved)));
    }
}

/// Upper halves of single operands are noise, results have none.
#[test]
fn raw_singles_ignore_their_upper_half() {
    let noise = 0xdead_beef_0000_0000;
    let (one, two) = (0x3f80_0000 | noise, 0x4000_0000 | noise);
    let soft = |op| fp::soft_op(op, one, two, one, NearestEven).0;
    assert_eq!(soft(SoftOp::AddS), 0x4040_0000);
    assert_eq!(soft(SoftOp::MaddS), 0x4040_0000);
    assert_eq!(soft(SoftOp::SqrtS), 0x3f80_0000);
    assert_eq!(soft(SoftOp::CvtLS), 1);
    assert_eq!(fp::add::<Single>(one, noise, NearestEven).0, 0x3f80_0000);
    assert_eq!(fp::less::<Single>(one, two), (true, 0));
    assert_eq!(fp::minimum_number::<Single>(two, one).0, 0x3f80_0000);
}
