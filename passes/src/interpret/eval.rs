//! What each operation computes: WebAssembly's semantics, and RISC-V's for the
//! helpers. The one place that says so; constant folding asks it too.
//!
//! Sources: the WebAssembly core specification, "Numerics"; the RISC-V
//! unprivileged specification, chapters M, F, D and B.

use crate::ir::{Const, Op, Type};

/// What an operation gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// A value.
    Value(Const),
    /// A NaN of this type, `f32` or `f64`, whose bits the engine chooses.
    AnyNan(Type),
    /// A trap: WebAssembly's division by zero or overflow.
    Trap,
    /// The operands are not of the operation's types.
    Mistyped,
}

/// The NaN that RISC-V's floating-point instructions give, in single precision.
pub const CANONICAL_F32: u32 = 0x7fc0_0000;
/// The same in double precision.
pub const CANONICAL_F64: u64 = 0x7ff8_0000_0000_0000;

const fn f32_of(bits: u32) -> f32 {
    f32::from_bits(bits)
}

const fn f64_of(bits: u64) -> f64 {
    f64::from_bits(bits)
}

fn arith32(value: f32) -> Outcome {
    if value.is_nan() { Outcome::AnyNan(Type::F32) } else { Outcome::Value(Const::F32(value.to_bits())) }
}

fn arith64(value: f64) -> Outcome {
    if value.is_nan() { Outcome::AnyNan(Type::F64) } else { Outcome::Value(Const::F64(value.to_bits())) }
}

const fn i32_value(value: i32) -> Outcome {
    Outcome::Value(Const::I32(value))
}

const fn i64_value(value: i64) -> Outcome {
    Outcome::Value(Const::I64(value))
}

fn flag(value: bool) -> Outcome {
    i32_value(i32::from(value))
}

/// Computes an operation.
pub fn eval(op: Op, args: &[Const]) -> Outcome {
    match *args {
        [Const::I32(a)] => unary_i32(op, a),
        [Const::I64(a)] => unary_i64(op, a),
        [Const::F32(a)] => unary_f32(op, a),
        [Const::F64(a)] => unary_f64(op, a),
        [Const::I32(a), Const::I32(b)] => binary_i32(op, a, b),
        [Const::I64(a), Const::I64(b)] => binary_i64(op, a, b),
        [Const::F32(a), Const::F32(b)] => binary_f32(op, a, b),
        [Const::F64(a), Const::F64(b)] => binary_f64(op, a, b),
        [Const::F32(a), Const::F32(b), Const::F32(c)] if op == Op::RvFmaF32 => {
            arith32(f32_of(a).mul_add(f32_of(b), f32_of(c)))
        }
        [Const::F64(a), Const::F64(b), Const::F64(c)] if op == Op::RvFmaF64 => {
            arith64(f64_of(a).mul_add(f64_of(b), f64_of(c)))
        }
        _ => Outcome::Mistyped,
    }
}

fn unary_i32(op: Op, a: i32) -> Outcome {
    match op {
        Op::I32Eqz => flag(a == 0),
        Op::I32Clz => i32_value(a.leading_zeros() as i32),
        Op::I32Ctz => i32_value(a.trailing_zeros() as i32),
        Op::I32Popcnt => i32_value(a.count_ones() as i32),
        Op::I32Extend8S => i32_value(i32::from(a as i8)),
        Op::I32Extend16S => i32_value(i32::from(a as i16)),
        Op::I64ExtendI32S => i64_value(i64::from(a)),
        Op::I64ExtendI32U => i64_value(i64::from(a as u32)),
        Op::F32ConvertI32S => arith32(a as f32),
        Op::F32ConvertI32U => arith32(a as u32 as f32),
        Op::F64ConvertI32S => arith64(f64::from(a)),
        Op::F64ConvertI32U => arith64(f64::from(a as u32)),
        Op::F32ReinterpretI32 => Outcome::Value(Const::F32(a as u32)),
        _ => Outcome::Mistyped,
    }
}

fn unary_i64(op: Op, a: i64) -> Outcome {
    match op {
        Op::I64Eqz => flag(a == 0),
        Op::I64Clz => i64_value(i64::from(a.leading_zeros())),
        Op::I64Ctz => i64_value(i64::from(a.trailing_zeros())),
        Op::I64Popcnt => i64_value(i64::from(a.count_ones())),
        Op::I64Extend8S => i64_value(i64::from(a as i8)),
        Op::I64Extend16S => i64_value(i64::from(a as i16)),
        Op::I64Extend32S => i64_value(i64::from(a as i32)),
        Op::I32WrapI64 => i32_value(a as i32),
        Op::F32ConvertI64S => arith32(a as f32),
        Op::F32ConvertI64U => arith32(a as u64 as f32),
        Op::F64ConvertI64S => arith64(a as f64),
        Op::F64ConvertI64U => arith64(a as u64 as f64),
        Op::F64ReinterpretI64 => Outcome::Value(Const::F64(a as u64)),
        Op::RvOrcB => {
            i64_value(i64::from_le_bytes(a.to_le_bytes().map(|byte| if byte == 0 { 0 } else { 0xff })))
        }
        Op::RvRev8 => i64_value(a.swap_bytes()),
        _ => Outcome::Mistyped,
    }
}

fn unary_f32(op: Op, bits: u32) -> Outcome {
    let a = f32_of(bits);
    match op {
        Op::F32Abs => Outcome::Value(Const::F32(bits & 0x7fff_ffff)),
        Op::F32Neg => Outcome::Value(Const::F32(bits ^ 0x8000_0000)),
        Op::F32Sqrt => arith32(a.sqrt()),
        Op::F32Ceil => arith32(a.ceil()),
        Op::F32Floor => arith32(a.floor()),
        Op::F32Trunc => arith32(a.trunc()),
        Op::F32Nearest => arith32(a.round_ties_even()),
        Op::RvRoundAwayF32 => arith32(a.round()),
        Op::F64PromoteF32 => arith64(f64::from(a)),
        Op::I32ReinterpretF32 => i32_value(bits as i32),
        Op::RvBox => Outcome::Value(Const::F64(0xffff_ffff_0000_0000 | u64::from(bits))),
        Op::RvCanonF32 => Outcome::Value(Const::F32(if a.is_nan() { CANONICAL_F32 } else { bits })),
        Op::RvClassF32 => i64_value(class(u64::from(bits), 8, 23)),
        Op::RvTruncI32SF32 => i32_value(if a.is_nan() { i32::MAX } else { a as i32 }),
        Op::RvTruncI32UF32 => i32_value(if a.is_nan() { -1 } else { a as u32 as i32 }),
        Op::RvTruncI64SF32 => i64_value(if a.is_nan() { i64::MAX } else { a as i64 }),
        Op::RvTruncI64UF32 => i64_value(if a.is_nan() { -1 } else { a as u64 as i64 }),
        _ => Outcome::Mistyped,
    }
}

fn unary_f64(op: Op, bits: u64) -> Outcome {
    let a = f64_of(bits);
    match op {
        Op::F64Abs => Outcome::Value(Const::F64(bits & !(1 << 63))),
        Op::F64Neg => Outcome::Value(Const::F64(bits ^ (1 << 63))),
        Op::F64Sqrt => arith64(a.sqrt()),
        Op::F64Ceil => arith64(a.ceil()),
        Op::F64Floor => arith64(a.floor()),
        Op::F64Trunc => arith64(a.trunc()),
        Op::F64Nearest => arith64(a.round_ties_even()),
        Op::RvRoundAwayF64 => arith64(a.round()),
        Op::F32DemoteF64 => arith32(a as f32),
        Op::I64ReinterpretF64 => i64_value(bits as i64),
        Op::RvUnbox => {
            let single = if bits >> 32 == 0xffff_ffff { bits as u32 } else { CANONICAL_F32 };
            Outcome::Value(Const::F32(single))
        }
        Op::RvCanonF64 => Outcome::Value(Const::F64(if a.is_nan() { CANONICAL_F64 } else { bits })),
        Op::RvClassF64 => i64_value(class(bits, 11, 52)),
        Op::RvTruncI32SF64 => i32_value(if a.is_nan() { i32::MAX } else { a as i32 }),
        Op::RvTruncI32UF64 => i32_value(if a.is_nan() { -1 } else { a as u32 as i32 }),
        Op::RvTruncI64SF64 => i64_value(if a.is_nan() { i64::MAX } else { a as i64 }),
        Op::RvTruncI64UF64 => i64_value(if a.is_nan() { -1 } else { a as u64 as i64 }),
        _ => Outcome::Mistyped,
    }
}

/// The mask of `fclass` for a number of these field widths.
const fn class(bits: u64, exponent_bits: u32, fraction_bits: u32) -> i64 {
    let negative = bits >> (exponent_bits + fraction_bits) & 1 != 0;
    let exponent = bits >> fraction_bits & ((1 << exponent_bits) - 1);
    let fraction = bits & ((1 << fraction_bits) - 1);
    let special = (1 << exponent_bits) - 1;
    let position = if exponent == special && fraction != 0 {
        8 + (fraction >> (fraction_bits - 1))
    } else {
        let magnitude = if exponent == special {
            3
        } else if exponent != 0 {
            2
        } else {
            (fraction != 0) as u64
        };
        if negative { 3 - magnitude } else { 4 + magnitude }
    };
    1 << position
}

fn binary_i32(op: Op, a: i32, b: i32) -> Outcome {
    let (ua, ub) = (a as u32, b as u32);
    match op {
        Op::I32Add => i32_value(a.wrapping_add(b)),
        Op::I32Sub => i32_value(a.wrapping_sub(b)),
        Op::I32Mul => i32_value(a.wrapping_mul(b)),
        Op::I32DivS => a.checked_div(b).map_or(Outcome::Trap, i32_value),
        Op::I32DivU => ua.checked_div(ub).map_or(Outcome::Trap, |v| i32_value(v as i32)),
        Op::I32RemS if b == 0 => Outcome::Trap,
        Op::I32RemS => i32_value(a.wrapping_rem(b)),
        Op::I32RemU => ua.checked_rem(ub).map_or(Outcome::Trap, |v| i32_value(v as i32)),
        Op::I32And => i32_value(a & b),
        Op::I32Or => i32_value(a | b),
        Op::I32Xor => i32_value(a ^ b),
        Op::I32Shl => i32_value(a.wrapping_shl(ub)),
        Op::I32ShrS => i32_value(a.wrapping_shr(ub)),
        Op::I32ShrU => i32_value(ua.wrapping_shr(ub) as i32),
        Op::I32Rotl => i32_value(a.rotate_left(ub & 31)),
        Op::I32Rotr => i32_value(a.rotate_right(ub & 31)),
        Op::I32Eq => flag(a == b),
        Op::I32Ne => flag(a != b),
        Op::I32LtS => flag(a < b),
        Op::I32LtU => flag(ua < ub),
        Op::I32LeS => flag(a <= b),
        Op::I32LeU => flag(ua <= ub),
        Op::I32GtS => flag(a > b),
        Op::I32GtU => flag(ua > ub),
        Op::I32GeS => flag(a >= b),
        Op::I32GeU => flag(ua >= ub),
        Op::RvDivw => i32_value(if b == 0 { -1 } else { a.wrapping_div(b) }),
        Op::RvDivuw => i32_value(ua.checked_div(ub).unwrap_or(u32::MAX) as i32),
        Op::RvRemw => i32_value(if b == 0 { a } else { a.wrapping_rem(b) }),
        Op::RvRemuw => i32_value(ua.checked_rem(ub).unwrap_or(ua) as i32),
        _ => Outcome::Mistyped,
    }
}

fn binary_i64(op: Op, a: i64, b: i64) -> Outcome {
    let (ua, ub) = (a as u64, b as u64);
    match op {
        Op::I64Add => i64_value(a.wrapping_add(b)),
        Op::I64Sub => i64_value(a.wrapping_sub(b)),
        Op::I64Mul => i64_value(a.wrapping_mul(b)),
        Op::I64DivS => a.checked_div(b).map_or(Outcome::Trap, i64_value),
        Op::I64DivU => ua.checked_div(ub).map_or(Outcome::Trap, |v| i64_value(v as i64)),
        Op::I64RemS if b == 0 => Outcome::Trap,
        Op::I64RemS => i64_value(a.wrapping_rem(b)),
        Op::I64RemU => ua.checked_rem(ub).map_or(Outcome::Trap, |v| i64_value(v as i64)),
        Op::I64And => i64_value(a & b),
        Op::I64Or => i64_value(a | b),
        Op::I64Xor => i64_value(a ^ b),
        Op::I64Shl => i64_value(a.wrapping_shl(ub as u32)),
        Op::I64ShrS => i64_value(a.wrapping_shr(ub as u32)),
        Op::I64ShrU => i64_value(ua.wrapping_shr(ub as u32) as i64),
        Op::I64Rotl => i64_value(a.rotate_left(ub as u32 & 63)),
        Op::I64Rotr => i64_value(a.rotate_right(ub as u32 & 63)),
        Op::I64Eq => flag(a == b),
        Op::I64Ne => flag(a != b),
        Op::I64LtS => flag(a < b),
        Op::I64LtU => flag(ua < ub),
        Op::I64LeS => flag(a <= b),
        Op::I64LeU => flag(ua <= ub),
        Op::I64GtS => flag(a > b),
        Op::I64GtU => flag(ua > ub),
        Op::I64GeS => flag(a >= b),
        Op::I64GeU => flag(ua >= ub),
        Op::RvDiv => i64_value(if b == 0 { -1 } else { a.wrapping_div(b) }),
        Op::RvDivu => i64_value(ua.checked_div(ub).unwrap_or(u64::MAX) as i64),
        Op::RvRem => i64_value(if b == 0 { a } else { a.wrapping_rem(b) }),
        Op::RvRemu => i64_value(ua.checked_rem(ub).unwrap_or(ua) as i64),
        Op::RvMulh => i64_value(((i128::from(a) * i128::from(b)) >> 64) as i64),
        Op::RvMulhsu => i64_value(((i128::from(a) * i128::from(ub)) >> 64) as i64),
        Op::RvMulhu => i64_value(((u128::from(ua) * u128::from(ub)) >> 64) as i64),
        _ => Outcome::Mistyped,
    }
}

fn binary_f32(op: Op, x: u32, y: u32) -> Outcome {
    let (a, b) = (f32_of(x), f32_of(y));
    match op {
        Op::F32Add => arith32(a + b),
        Op::F32Sub => arith32(a - b),
        Op::F32Mul => arith32(a * b),
        Op::F32Div => arith32(a / b),
        Op::F32Copysign => Outcome::Value(Const::F32(x & 0x7fff_ffff | y & 0x8000_0000)),
        Op::F32Eq => flag(a == b),
        Op::F32Ne => flag(a != b),
        Op::F32Lt => flag(a < b),
        Op::F32Le => flag(a <= b),
        Op::F32Gt => flag(a > b),
        Op::F32Ge => flag(a >= b),
        Op::RvMinF32 | Op::RvMaxF32 => {
            let first = (op == Op::RvMinF32) == (a < b || a == b && x >> 31 > y >> 31);
            let chosen = match (a.is_nan(), b.is_nan()) {
                (true, true) => CANONICAL_F32,
                (true, false) => y,
                (false, true) => x,
                (false, false) if first => x,
                (false, false) => y,
            };
            Outcome::Value(Const::F32(chosen))
        }
        _ => Outcome::Mistyped,
    }
}

fn binary_f64(op: Op, x: u64, y: u64) -> Outcome {
    let (a, b) = (f64_of(x), f64_of(y));
    match op {
        Op::F64Add => arith64(a + b),
        Op::F64Sub => arith64(a - b),
        Op::F64Mul => arith64(a * b),
        Op::F64Div => arith64(a / b),
        Op::F64Copysign => Outcome::Value(Const::F64(x & !(1 << 63) | y & 1 << 63)),
        Op::F64Eq => flag(a == b),
        Op::F64Ne => flag(a != b),
        Op::F64Lt => flag(a < b),
        Op::F64Le => flag(a <= b),
        Op::F64Gt => flag(a > b),
        Op::F64Ge => flag(a >= b),
        Op::RvMinF64 | Op::RvMaxF64 => {
            let first = (op == Op::RvMinF64) == (a < b || a == b && x >> 63 > y >> 63);
            let chosen = match (a.is_nan(), b.is_nan()) {
                (true, true) => CANONICAL_F64,
                (true, false) => y,
                (false, true) => x,
                (false, false) if first => x,
                (false, false) => y,
            };
            Outcome::Value(Const::F64(chosen))
        }
        _ => Outcome::Mistyped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(ty: Type) -> Vec<Const> {
        match ty {
            Type::I32 => [0, 1, -1, 5, i32::MIN, i32::MAX].map(Const::I32).to_vec(),
            Type::I64 => [0, 1, -1, 5, i64::MIN, i64::MAX, 1 << 32].map(Const::I64).to_vec(),
            Type::F32 => [0, 1 << 31, 0x3f80_0000, 0xff80_0000, 0x7f80_0001].map(Const::F32).to_vec(),
            Type::F64 => {
                [0, 1 << 63, 0x3ff0 << 48, 0xfff0 << 48, (0x7ff0 << 48) + 1].map(Const::F64).to_vec()
            }
        }
    }

    #[test]
    fn every_operation_has_a_meaning_of_its_result_type() {
        for &op in Op::ALL {
            let mut values = 0;
            for choice in 0..343 {
                let mut digits = choice;
                let args: Vec<Const> = op
                    .args()
                    .iter()
                    .map(|&ty| {
                        let all = samples(ty);
                        let pick = all[digits % all.len()];
                        digits /= all.len();
                        pick
                    })
                    .collect();
                match eval(op, &args) {
                    Outcome::Value(value) => {
                        assert_eq!(value.ty(), op.result(), "{op} {args:?}");
                        values += 1;
                    }
                    Outcome::AnyNan(ty) => assert_eq!(ty, op.result(), "{op} {args:?}"),
                    Outcome::Trap => assert!(op.traps(), "{op} {args:?}"),
                    Outcome::Mistyped => panic!("{op} has no meaning for {args:?}"),
                }
                if let (true, [a, b]) = (op.commutes(), args.as_slice()) {
                    assert_eq!(eval(op, &[*a, *b]), eval(op, &[*b, *a]), "{op}");
                }
            }
            assert!(values > 0, "{op}");
        }
        assert_eq!(eval(Op::I32Add, &[Const::I64(1), Const::I64(1)]), Outcome::Mistyped);
    }

    #[test]
    fn divisions_have_their_corner_cases() {
        let divide = |op, a, b| eval(op, &[Const::I64(a), Const::I64(b)]);
        assert_eq!(divide(Op::I64DivS, i64::MIN, -1), Outcome::Trap);
        assert_eq!(divide(Op::I64RemS, i64::MIN, -1), i64_value(0));
        assert_eq!(divide(Op::I64DivU, 1, 0), Outcome::Trap);
        assert_eq!(divide(Op::RvDiv, i64::MIN, -1), i64_value(i64::MIN));
        assert_eq!(divide(Op::RvDiv, 7, 0), i64_value(-1));
        assert_eq!(divide(Op::RvDivu, 7, 0), i64_value(-1));
        assert_eq!(divide(Op::RvRem, i64::MIN, -1), i64_value(0));
        assert_eq!(divide(Op::RvRemu, 7, 0), i64_value(7));
        assert_eq!(divide(Op::RvMulhsu, -1, -1), i64_value(-1));
        assert_eq!(divide(Op::RvMulhu, -1, -1), i64_value(-2));
        let word = |op, a, b| eval(op, &[Const::I32(a), Const::I32(b)]);
        assert_eq!(word(Op::RvDivw, i32::MIN, -1), i32_value(i32::MIN));
        assert_eq!(word(Op::RvDivuw, 7, 0), i32_value(-1));
        assert_eq!(word(Op::RvRemw, -7, 0), i32_value(-7));
    }

    #[test]
    fn floats_have_their_corner_cases() {
        let one = |op, a| eval(op, &[Const::F64(a)]);
        assert_eq!(one(Op::RvTruncI32SF64, f64::NAN.to_bits()), i32_value(i32::MAX));
        assert_eq!(one(Op::RvTruncI32UF64, (-1.5f64).to_bits()), i32_value(0));
        assert_eq!(one(Op::RvTruncI64UF64, f64::INFINITY.to_bits()), i64_value(-1));
        assert_eq!(one(Op::F64Nearest, 2.5f64.to_bits()), Outcome::Value(Const::F64(2f64.to_bits())));
        assert_eq!(one(Op::RvRoundAwayF64, 2.5f64.to_bits()), Outcome::Value(Const::F64(3f64.to_bits())));
        assert_eq!(one(Op::RvUnbox, 1f64.to_bits()), Outcome::Value(Const::F32(CANONICAL_F32)));
        assert_eq!(one(Op::RvUnbox, 0xffff_ffff_3f80_0000), Outcome::Value(Const::F32(0x3f80_0000)));
        let two = |op, a: u32, b: u32| eval(op, &[Const::F32(a), Const::F32(b)]);
        assert_eq!(two(Op::RvMinF32, 0, 1 << 31), Outcome::Value(Const::F32(1 << 31)));
        assert_eq!(two(Op::RvMinF32, 1 << 31, 0), Outcome::Value(Const::F32(1 << 31)));
        assert_eq!(two(Op::RvMaxF32, 1 << 31, 0), Outcome::Value(Const::F32(0)));
        assert_eq!(two(Op::RvMaxF32, 0x7fc0_0001, 0x3f80_0000), Outcome::Value(Const::F32(0x3f80_0000)));
        assert_eq!(two(Op::RvMinF32, 0x3f80_0000, 0x4000_0000), Outcome::Value(Const::F32(0x3f80_0000)));
        assert_eq!(two(Op::F32Sub, 0x7f80_0000, 0x7f80_0000), Outcome::AnyNan(Type::F32));
    }

    #[test]
    fn classes_are_in_the_order_of_the_specification() {
        let bits: [u64; 10] = [
            0xfff0 << 48,
            0xbff0 << 48,
            0x8000_0000_0000_0001,
            0x8000 << 48,
            0,
            1,
            0x3ff0 << 48,
            0x7ff0 << 48,
            (0x7ff0 << 48) + 1,
            0x7ff8 << 48,
        ];
        for (position, bits) in bits.into_iter().enumerate() {
            assert_eq!(eval(Op::RvClassF64, &[Const::F64(bits)]), i64_value(1 << position), "{bits:x}");
        }
        assert_eq!(eval(Op::RvClassF32, &[Const::F32(0xff80_0000)]), i64_value(1));
        assert_eq!(eval(Op::RvClassF32, &[Const::F32(0x8000_0000)]), i64_value(8));
    }
}
