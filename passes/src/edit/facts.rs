//! How many bits an integer needs: as an unsigned and as a signed number.

use cranelift_entity::SecondaryMap;

use crate::cfg::Cfg;
use crate::ir::{AtomicOp, Const, Function, InstKind, LoadOp, Op, Operands, Type, Value};

/// Bounds of an integer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Facts {
    /// The value is below 2 to this power.
    pub unsigned: u32,
    /// The value is the sign extension of this many low bits, at least 1.
    pub signed: u32,
}

impl Facts {
    /// What holds for every value of a type.
    pub const fn nothing(ty: Type) -> Facts {
        let width = width(ty);
        Facts { unsigned: width, signed: width }
    }

    /// Bounds within `width` bits, each improved by the other.
    fn within(width: u32, unsigned: u32, signed: u32) -> Facts {
        let unsigned = unsigned.min(width);
        Facts { unsigned, signed: signed.max(1).min(width).min(unsigned + 1) }
    }

    fn unsigned(width: u32, bits: u32) -> Facts {
        Facts::within(width, bits, width)
    }

    fn signed(width: u32, bits: u32) -> Facts {
        Facts::within(width, width, bits)
    }

    fn of(ty: Type, value: i64) -> Facts {
        let width = width(ty);
        let signed = 65 - (if value < 0 { !value } else { value }).leading_zeros();
        let unsigned = if value < 0 { width } else { 64 - value.leading_zeros() };
        Facts::within(width, unsigned, signed)
    }

    /// Whether the value is 0 or 1.
    pub const fn is_bool(self) -> bool {
        self.unsigned <= 1
    }
}

/// The width of a type in bits.
pub const fn width(ty: Type) -> u32 {
    match ty {
        Type::I32 | Type::F32 => 32,
        Type::I64 | Type::F64 => 64,
    }
}

/// What holds for the results of a function's instructions; nothing is known of
/// block parameters.
pub fn all_facts(func: &Function, cfg: &Cfg) -> SecondaryMap<Value, Option<Facts>> {
    let mut facts = SecondaryMap::new();
    facts.resize(func.values.len());
    for &block in cfg.rpo() {
        for &inst in &func.blocks[block].insts {
            if let [result] = *func.insts[inst].results {
                facts[result] = facts_of(func, &facts, &func.insts[inst].kind);
            }
        }
    }
    facts
}

/// What holds for the result of an instruction, if it is an integer.
pub(super) fn facts_of(
    func: &Function,
    known: &SecondaryMap<Value, Option<Facts>>,
    kind: &InstKind,
) -> Option<Facts> {
    let facts = |value: Value| known[value].unwrap_or(Facts::nothing(func.ty(value)));
    let constant = |value: Value| match func.constant(value)? {
        Const::I32(value) => Some(i64::from(value)),
        Const::I64(value) => Some(value),
        _ => None,
    };
    Some(match kind {
        InstKind::Const(Const::I32(value)) => Facts::of(Type::I32, i64::from(*value)),
        InstKind::Const(Const::I64(value)) => Facts::of(Type::I64, *value),
        // It may be taken for zero.
        InstKind::Const(Const::Undef(ty @ (Type::I32 | Type::I64))) => Facts::of(*ty, 0),
        InstKind::Op(op, args) => {
            let mut operands = [Facts { unsigned: 64, signed: 64 }; Operands::MOST];
            operands.iter_mut().zip(args).for_each(|(operand, &arg)| *operand = facts(arg));
            of_op(*op, &operands[..args.len()], args.get(1).and_then(|&arg| constant(arg)))?
        }
        InstKind::Select([_, a, b]) => {
            let (a, b) = (facts(*a), facts(*b));
            Facts { unsigned: a.unsigned.max(b.unsigned), signed: a.signed.max(b.signed) }
        }
        InstKind::Load(op, ..) => of_load(*op)?,
        InstKind::Atomic(AtomicOp::I32Load, ..) => Facts::nothing(Type::I32),
        _ => return None,
    })
}

fn of_load(op: LoadOp) -> Option<Facts> {
    let bits = op.bytes() * 8;
    Some(match op {
        LoadOp::F32Load | LoadOp::F64Load => return None,
        LoadOp::I32Load8S
        | LoadOp::I32Load16S
        | LoadOp::I64Load8S
        | LoadOp::I64Load16S
        | LoadOp::I64Load32S => Facts::signed(width(op.ty()), bits),
        _ => Facts::unsigned(width(op.ty()), bits),
    })
}

/// The facts of an operation's result from those of its operands and from the
/// second one's value, if that is a constant.
fn of_op(op: Op, operands: &[Facts], second: Option<i64>) -> Option<Facts> {
    let width = width(op.result());
    let amount = || second.map(|amount| (amount & i64::from(width - 1)) as u32);
    Some(match (op, operands) {
        (Op::I32Add | Op::I64Add, [a, b]) => {
            let unsigned = a.unsigned.max(b.unsigned) + 1;
            let unsigned = if unsigned > width { width } else { unsigned };
            Facts::within(width, unsigned, a.signed.max(b.signed) + 1)
        }
        (Op::I32Sub | Op::I64Sub, [a, b]) => Facts::signed(width, a.signed.max(b.signed) + 1),
        (Op::I32Mul | Op::I64Mul, [a, b]) => {
            Facts::within(width, a.unsigned + b.unsigned, a.signed + b.signed)
        }
        (Op::I32And | Op::I64And, [a, b]) => {
            Facts::within(width, a.unsigned.min(b.unsigned), a.signed.max(b.signed))
        }
        (Op::I32Or | Op::I64Or | Op::I32Xor | Op::I64Xor, [a, b]) => {
            Facts::within(width, a.unsigned.max(b.unsigned), a.signed.max(b.signed))
        }
        (Op::I32Shl | Op::I64Shl, [a, _]) => {
            let amount = amount()?;
            Facts::within(width, a.unsigned + amount, a.signed + amount)
        }
        (Op::I32ShrU | Op::I64ShrU, [a, _]) => match amount() {
            Some(amount) => Facts::unsigned(width, a.unsigned.saturating_sub(amount)),
            None => Facts::unsigned(width, a.unsigned),
        },
        (Op::I32ShrS | Op::I64ShrS, [a, _]) => {
            let amount = amount().unwrap_or(0);
            let unsigned = if a.unsigned < width { a.unsigned.saturating_sub(amount) } else { width };
            Facts::within(width, unsigned, a.signed.saturating_sub(amount))
        }
        (Op::I64ExtendI32S, [a]) => {
            Facts::within(width, if a.unsigned < 32 { a.unsigned } else { width }, a.signed)
        }
        (Op::I64ExtendI32U, [a]) => Facts::unsigned(width, a.unsigned),
        (Op::I32WrapI64, [a]) => {
            Facts::within(width, a.unsigned.min(32), if a.signed <= 32 { a.signed } else { 32 })
        }
        (Op::I32Extend8S | Op::I64Extend8S, [a]) => extended(width, *a, 8),
        (Op::I32Extend16S | Op::I64Extend16S, [a]) => extended(width, *a, 16),
        (Op::I64Extend32S, [a]) => extended(width, *a, 32),
        (Op::I32Clz | Op::I32Ctz | Op::I32Popcnt, _) => Facts::unsigned(width, 6),
        (Op::I64Clz | Op::I64Ctz | Op::I64Popcnt, _) => Facts::unsigned(width, 7),
        (Op::RvRemu | Op::RvRemuw | Op::I32RemU | Op::I64RemU, [a, _]) => Facts::unsigned(width, a.unsigned),
        (Op::I32DivU | Op::I64DivU, [a, _]) => Facts::unsigned(width, a.unsigned),
        (Op::RvClassF32 | Op::RvClassF64, _) => Facts::unsigned(width, 10),
        (op, _) if is_comparison(op) => Facts::unsigned(width, 1),
        (op, _) if matches!(op.result(), Type::I32 | Type::I64) => Facts::nothing(op.result()),
        _ => return None,
    })
}

fn extended(width: u32, a: Facts, bits: u32) -> Facts {
    let unsigned = if a.unsigned < bits { a.unsigned } else { width };
    Facts::within(width, unsigned, bits.min(a.signed))
}

/// Whether an operation gives 0 or 1: a test or comparison, of floats too.
pub fn is_comparison(op: Op) -> bool {
    (Op::I32Eq..=Op::I32Eqz).contains(&op)
        || (Op::I64Eq..=Op::I64Eqz).contains(&op)
        || (Op::F32Eq..=Op::F32Ge).contains(&op)
        || (Op::F64Eq..=Op::F64Ge).contains(&op)
}

/// Whether an operation gives a float that may be any NaN.
pub fn gives_any_nan(op: Op) -> bool {
    (Op::F32Add..=Op::F32Div).contains(&op)
        || (Op::F32Sqrt..=Op::F32Nearest).contains(&op)
        || (Op::F64Add..=Op::F64Div).contains(&op)
        || (Op::F64Sqrt..=Op::F64Nearest).contains(&op)
        || (Op::RvRoundAwayF32..=Op::RvFmaF64).contains(&op)
        || matches!(op, Op::F64PromoteF32 | Op::F32DemoteF64)
}

/// Whether an operation gives a float that is no NaN, or the canonical one.
pub fn gives_no_other_nan(op: Op) -> bool {
    (Op::RvCanonF32..=Op::RvMaxF64).contains(&op)
        || (Op::F32ConvertI32S..=Op::F32ConvertI64U).contains(&op)
        || (Op::F64ConvertI32S..=Op::F64ConvertI64U).contains(&op)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::{CANONICAL_F32, CANONICAL_F64, Outcome, eval};
    use crate::testing::random::Random;

    fn holds(facts: Facts, value: i64, ty: Type) -> bool {
        let raw = if ty == Type::I32 { value as u32 as u64 } else { value as u64 };
        let unsigned = facts.unsigned >= 64 || raw >> facts.unsigned == 0;
        let shift = 64 - facts.signed;
        unsigned && value << shift >> shift == value
    }

    fn int(value: Const) -> Option<i64> {
        match value {
            Const::I32(value) => Some(i64::from(value)),
            Const::I64(value) => Some(value),
            _ => None,
        }
    }

    #[test]
    fn facts_hold_for_what_operations_give() {
        let mut random = Random::new(7);
        for &op in Op::ALL {
            for _ in 0..400 {
                let args: Vec<Const> = op.args().iter().map(|&ty| random.constant(ty)).collect();
                let Outcome::Value(result) = eval(op, &args) else { continue };
                let Some(result) = int(result) else { continue };
                let exact = |value: &Const| match int(*value) {
                    Some(int) => Facts::of(value.ty(), int),
                    None => Facts::nothing(value.ty()),
                };
                let operands: Vec<Facts> = args.iter().map(exact).collect();
                for second in [None, args.get(1).and_then(|&arg| int(arg))] {
                    let facts = of_op(op, &operands, second).unwrap_or(Facts::nothing(op.result()));
                    assert!(holds(facts, result, op.result()), "{op} {args:?} gives {result}: {facts:?}");
                }
            }
        }
    }

    #[test]
    fn comparisons_are_those_that_give_a_bool() {
        assert!(is_comparison(Op::I32Eqz) && is_comparison(Op::F64Ge) && is_comparison(Op::I64LtU));
        assert!(
            !is_comparison(Op::I32Clz) && !is_comparison(Op::F32ConvertI32S) && !is_comparison(Op::I64Rotr)
        );
    }

    #[test]
    fn operations_give_the_nans_they_are_said_to_give() {
        let mut random = Random::new(5);
        for &op in Op::ALL {
            for _ in 0..300 {
                let args: Vec<Const> = op.args().iter().map(|&ty| random.constant(ty)).collect();
                match eval(op, &args) {
                    Outcome::AnyNan(_) => assert!(gives_any_nan(op), "{op}"),
                    Outcome::Value(Const::F32(bits)) if gives_no_other_nan(op) => {
                        assert!(!f32::from_bits(bits).is_nan() || bits == CANONICAL_F32, "{op}");
                    }
                    Outcome::Value(Const::F64(bits)) if gives_no_other_nan(op) => {
                        assert!(!f64::from_bits(bits).is_nan() || bits == CANONICAL_F64, "{op}");
                    }
                    Outcome::Value(_) | Outcome::Trap => {}
                    Outcome::Mistyped => panic!("{op}"),
                }
            }
            assert!(!(gives_any_nan(op) && gives_no_other_nan(op)), "{op}");
        }
    }
}
