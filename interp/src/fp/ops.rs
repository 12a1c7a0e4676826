//! One door to all operations that round, for callers that name the operation
//! by a number: the runtime of translated code.

use super::{
    Double, Int, Rounding, Single, add, convert, div, from_int, fused_mul_add, mul, sqrt, sub, to_int,
};

/// Declares [`SoftOp`] from one list, so that numbers and names cannot diverge.
macro_rules! soft_ops {
    ($($(#[$doc:meta])* $name:ident)*) => {
        /// An operation that rounds, numbered from 0 in the order of this list.
        /// The numbers are part of the contract between translated code and its
        /// host: new ones are added at the end.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[repr(u32)]
        pub enum SoftOp { $($(#[$doc])* $name),* }

        impl SoftOp {
            /// All operations, in the order of their numbers.
            pub const ALL: &[SoftOp] = &[$(SoftOp::$name),*];
        }
    };
}

soft_ops! {
    /// `a + b`, single.
    AddS
    /// `a - b`, single.
    SubS
    /// `a * b`, single.
    MulS
    /// `a / b`, single.
    DivS
    /// Square root of `a`, single.
    SqrtS
    /// `a * b + c` rounded once, single.
    MaddS
    /// `a + b`, double.
    AddD
    /// `a - b`, double.
    SubD
    /// `a * b`, double.
    MulD
    /// `a / b`, double.
    DivD
    /// Square root of `a`, double.
    SqrtD
    /// `a * b + c` rounded once, double.
    MaddD
    /// Double to single.
    CvtSD
    /// Single to signed 32 bits.
    CvtWS
    /// Single to unsigned 32 bits.
    CvtWuS
    /// Single to signed 64 bits.
    CvtLS
    /// Single to unsigned 64 bits.
    CvtLuS
    /// Double to signed 32 bits.
    CvtWD
    /// Double to unsigned 32 bits.
    CvtWuD
    /// Double to signed 64 bits.
    CvtLD
    /// Double to unsigned 64 bits.
    CvtLuD
    /// Signed 32 bits to single.
    CvtSW
    /// Unsigned 32 bits to single.
    CvtSWu
    /// Signed 64 bits to single.
    CvtSL
    /// Unsigned 64 bits to single.
    CvtSLu
    /// Signed 32 bits to double.
    CvtDW
    /// Unsigned 32 bits to double.
    CvtDWu
    /// Signed 64 bits to double.
    CvtDL
    /// Unsigned 64 bits to double.
    CvtDLu
}

/// A number that names no [`SoftOp`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct UnknownSoftOp(pub u32);

impl std::fmt::Display for UnknownSoftOp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "unknown floating-point operation {}", self.0)
    }
}

impl std::error::Error for UnknownSoftOp {}

impl TryFrom<u32> for SoftOp {
    type Error = UnknownSoftOp;

    fn try_from(number: u32) -> Result<SoftOp, UnknownSoftOp> {
        let op = SoftOp::ALL.get(number as usize);
        op.copied().ok_or(UnknownSoftOp(number))
    }
}

/// Performs `op` and returns the result bits and the flags that it raises.
///
/// Singles are raw patterns in the low half of an argument or result (not
/// boxed, upper half ignored and zero); integers are 64-bit register images,
/// 32-bit results sign-extended. Operands that `op` does not have are ignored.
pub fn soft_op(op: SoftOp, a: u64, b: u64, c: u64, mode: Rounding) -> (u64, u8) {
    match op {
        SoftOp::AddS => add::<Single>(a, b, mode),
        SoftOp::SubS => sub::<Single>(a, b, mode),
        SoftOp::MulS => mul::<Single>(a, b, mode),
        SoftOp::DivS => div::<Single>(a, b, mode),
        SoftOp::SqrtS => sqrt::<Single>(a, mode),
        SoftOp::MaddS => fused_mul_add::<Single>(a, b, c, mode),
        SoftOp::AddD => add::<Double>(a, b, mode),
        SoftOp::SubD => sub::<Double>(a, b, mode),
        SoftOp::MulD => mul::<Double>(a, b, mode),
        SoftOp::DivD => div::<Double>(a, b, mode),
        SoftOp::SqrtD => sqrt::<Double>(a, mode),
        SoftOp::MaddD => fused_mul_add::<Double>(a, b, c, mode),
        SoftOp::CvtSD => convert::<Double, Single>(a, mode),
        SoftOp::CvtWS => to_int::<Single>(a, Int::W, mode),
        SoftOp::CvtWuS => to_int::<Single>(a, Int::Wu, mode),
        SoftOp::CvtLS => to_int::<Single>(a, Int::L, mode),
        SoftOp::CvtLuS => to_int::<Single>(a, Int::Lu, mode),
        SoftOp::CvtWD => to_int::<Double>(a, Int::W, mode),
        SoftOp::CvtWuD => to_int::<Double>(a, Int::Wu, mode),
        SoftOp::CvtLD => to_int::<Double>(a, Int::L, mode),
        SoftOp::CvtLuD => to_int::<Double>(a, Int::Lu, mode),
        SoftOp::CvtSW => from_int::<Single>(a, Int::W, mode),
        SoftOp::CvtSWu => from_int::<Single>(a, Int::Wu, mode),
        SoftOp::CvtSL => from_int::<Single>(a, Int::L, mode),
        SoftOp::CvtSLu => from_int::<Single>(a, Int::Lu, mode),
        SoftOp::CvtDW => from_int::<Double>(a, Int::W, mode),
        SoftOp::CvtDWu => from_int::<Double>(a, Int::Wu, mode),
        SoftOp::CvtDL => from_int::<Double>(a, Int::L, mode),
        SoftOp::CvtDLu => from_int::<Double>(a, Int::Lu, mode),
    }
}
