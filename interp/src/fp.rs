//! Floating point in software: every operation of the F and D extensions on raw
//! bits, in every rounding mode, with the exact accrued exception flags.
//!
//! The module knows IEEE 754-2019 as the RISC-V manual narrows it: NaN results
//! are canonical, tininess is detected after rounding, conversions to integers
//! saturate. It must never use the host's own floating point, whose rounding
//! mode, NaN bits and flags are not ours to control.
//!
//! The operations are exact integer arithmetic followed by one rounding, and not
//! calls into `rustc_apfloat`, which has no square root, looks for tininess at
//! the subnormal place and raises no overflow in the directed modes. It is an
//! oracle of the tests instead.
//!
//! A value travels as the low `F::FRAC + F::EXP + 1` bits of a `u64`; NaN boxing
//! is a matter of the register file and is done by [`boxed`] and [`unboxed`].

mod arith;
mod compare;
mod convert;
mod ops;
mod round;

pub use arith::{add, div, fused_mul_add, mul, sqrt, sub};
pub use compare::{classify, equal, less, less_or_equal, maximum_number, minimum_number};
pub use convert::{Int, convert, from_int, to_int};
pub use ops::{SoftOp, UnknownSoftOp, soft_op};

/// Accrued exception flags, as the five bits of `fflags` (RISC-V manual, F
/// extension, "Floating-Point Control and Status Register").
pub mod flags {
    /// The result was rounded.
    pub const INEXACT: u8 = 1 << 0;
    /// The rounded result is tiny and inexact.
    pub const UNDERFLOW: u8 = 1 << 1;
    /// The rounded result exceeds the largest finite number.
    pub const OVERFLOW: u8 = 1 << 2;
    /// An infinite result of finite operands.
    pub const DIVIDE_BY_ZERO: u8 = 1 << 3;
    /// No meaningful result exists, or an operand is a signalling NaN.
    pub const INVALID: u8 = 1 << 4;
}

/// One of the five rounding modes; the discriminant is the encoding in `frm`
/// and in the `rm` field of an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Rounding {
    /// RNE: to nearest, ties to even.
    NearestEven = 0,
    /// RTZ: towards zero.
    TowardZero = 1,
    /// RDN: towards negative infinity.
    Down = 2,
    /// RUP: towards positive infinity.
    Up = 3,
    /// RMM: to nearest, ties to the larger magnitude.
    NearestMaxMagnitude = 4,
}

impl Rounding {
    /// All modes, in the order of their encoding.
    pub const ALL: [Rounding; 5] = [
        Rounding::NearestEven,
        Rounding::TowardZero,
        Rounding::Down,
        Rounding::Up,
        Rounding::NearestMaxMagnitude,
    ];
}

/// A rounding-mode encoding (5, 6, 7 or larger) that names no mode.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ReservedRounding(pub u8);

impl std::fmt::Display for ReservedRounding {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "reserved rounding mode {}", self.0)
    }
}

impl std::error::Error for ReservedRounding {}

impl TryFrom<u8> for Rounding {
    type Error = ReservedRounding;

    fn try_from(bits: u8) -> Result<Rounding, ReservedRounding> {
        let mode = Rounding::ALL.get(usize::from(bits));
        mode.copied().ok_or(ReservedRounding(bits))
    }
}

/// A binary interchange format: its field widths, and what follows from them.
pub trait Format {
    /// Width of the fraction field, in bits.
    const FRAC: u32;
    /// Width of the exponent field, in bits.
    const EXP: u32;

    /// The sign bit.
    const SIGN: u64 = 1 << (Self::FRAC + Self::EXP);
    /// Positive infinity; also the mask of the exponent field.
    const INFINITY: u64 = ((1 << Self::EXP) - 1) << Self::FRAC;
    /// The largest finite number.
    const MAX: u64 = Self::INFINITY - 1;
    /// The bit that tells a quiet NaN from a signalling one.
    const QUIET: u64 = 1 << (Self::FRAC - 1);
    /// The only NaN that an operation produces.
    const NAN: u64 = Self::INFINITY | Self::QUIET;
    /// All bits that belong to the format.
    const MASK: u64 = Self::SIGN | (Self::SIGN - 1);
    /// The exponent of the smallest normal number.
    const EMIN: i32 = 2 - (1 << (Self::EXP - 1));
}

/// binary32, the format of the F extension.
pub enum Single {}

/// binary64, the format of the D extension.
pub enum Double {}

impl Format for Single {
    const FRAC: u32 = 23;
    const EXP: u32 = 8;
}

impl Format for Double {
    const FRAC: u32 = 52;
    const EXP: u32 = 11;
}

/// The register image of a single: its upper half is all ones (D extension,
/// "NaN Boxing of Narrower Values").
pub const fn boxed(single: u64) -> u64 {
    single | 0xffff_ffff_0000_0000
}

/// The single that a register holds: the canonical NaN unless properly boxed.
pub const fn unboxed(register: u64) -> u64 {
    if register >> 32 == 0xffff_ffff { register & 0xffff_ffff } else { Single::NAN }
}

/// What a bit pattern means.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Kind {
    Zero,
    /// The magnitude is exactly `sig * 2^exp`, `sig` not zero.
    Finite {
        sig: u64,
        exp: i32,
    },
    Infinite,
    Nan {
        signalling: bool,
    },
}

/// A bit pattern taken apart.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Unpacked {
    negative: bool,
    kind: Kind,
}

impl Unpacked {
    fn of<F: Format>(bits: u64) -> Unpacked {
        let frac = bits & ((1 << F::FRAC) - 1);
        let biased = (bits & F::INFINITY) >> F::FRAC;
        let kind = if biased == F::INFINITY >> F::FRAC {
            match frac {
                0 => Kind::Infinite,
                _ => Kind::Nan { signalling: frac & F::QUIET == 0 },
            }
        } else if biased == 0 {
            match frac {
                0 => Kind::Zero,
                _ => Kind::Finite { sig: frac, exp: F::EMIN - F::FRAC as i32 },
            }
        } else {
            Kind::Finite { sig: frac | 1 << F::FRAC, exp: F::EMIN - F::FRAC as i32 + (biased as i32 - 1) }
        };
        Unpacked { negative: bits & F::SIGN != 0, kind }
    }

    fn is_nan(self) -> bool {
        matches!(self.kind, Kind::Nan { .. })
    }

    fn is_signalling(self) -> bool {
        self.kind == Kind::Nan { signalling: true }
    }

    fn is_infinite(self) -> bool {
        self.kind == Kind::Infinite
    }

    fn is_zero(self) -> bool {
        self.kind == Kind::Zero
    }
}

/// The sign bit of `F` if `negative`.
fn sign_of<F: Format>(negative: bool) -> u64 {
    if negative { F::SIGN } else { 0 }
}

/// The result of an operation with a NaN operand.
fn nan_result<F: Format>(operands: &[Unpacked]) -> (u64, u8) {
    let signalling = operands.iter().any(|operand| operand.is_signalling());
    (F::NAN, if signalling { flags::INVALID } else { 0 })
}
