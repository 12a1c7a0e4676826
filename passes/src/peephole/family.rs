//! Integer operations by what they do, so that one rule serves both widths.

use crate::ir::{Op, Type};

/// An operation of two integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Bin {
    Add,
    Sub,
    Mul,
    And,
    Or,
    Xor,
    Shl,
    ShrS,
    ShrU,
    Rotl,
    Rotr,
}

const BINS: [(Bin, Op, Op); 11] = [
    (Bin::Add, Op::I32Add, Op::I64Add),
    (Bin::Sub, Op::I32Sub, Op::I64Sub),
    (Bin::Mul, Op::I32Mul, Op::I64Mul),
    (Bin::And, Op::I32And, Op::I64And),
    (Bin::Or, Op::I32Or, Op::I64Or),
    (Bin::Xor, Op::I32Xor, Op::I64Xor),
    (Bin::Shl, Op::I32Shl, Op::I64Shl),
    (Bin::ShrS, Op::I32ShrS, Op::I64ShrS),
    (Bin::ShrU, Op::I32ShrU, Op::I64ShrU),
    (Bin::Rotl, Op::I32Rotl, Op::I64Rotl),
    (Bin::Rotr, Op::I32Rotr, Op::I64Rotr),
];

/// [`BINS`] by operation.
const BIN_OF: [Option<(Bin, Type)>; Op::ALL.len()] = {
    let mut of = [None; Op::ALL.len()];
    let mut row = 0;
    while row < BINS.len() {
        let (bin, narrow, wide) = BINS[row];
        of[narrow as usize] = Some((bin, Type::I32));
        of[wide as usize] = Some((bin, Type::I64));
        row += 1;
    }
    of
};

impl Bin {
    /// What an operation does, and at which type.
    pub(crate) const fn of(op: Op) -> Option<(Bin, Type)> {
        BIN_OF[op as usize]
    }

    /// The operation at a type.
    pub(crate) fn op(self, ty: Type) -> Op {
        let (_, narrow, wide) = BINS[self as usize];
        if ty == Type::I32 { narrow } else { wide }
    }

    /// Whether the second operand is an amount, taken modulo the width.
    pub(crate) const fn is_shift(self) -> bool {
        matches!(self, Bin::Shl | Bin::ShrS | Bin::ShrU | Bin::Rotl | Bin::Rotr)
    }

    pub(crate) const fn is_bitwise(self) -> bool {
        matches!(self, Bin::And | Bin::Or | Bin::Xor)
    }
}

/// A comparison of two integers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cmp {
    Eq,
    Ne,
    LtS,
    LtU,
    LeS,
    LeU,
    GtS,
    GtU,
    GeS,
    GeU,
}

/// With the comparison that holds for swapped operands, and the one that holds
/// where this does not.
const CMPS: [(Cmp, Op, Op, Cmp, Cmp); 10] = [
    (Cmp::Eq, Op::I32Eq, Op::I64Eq, Cmp::Eq, Cmp::Ne),
    (Cmp::Ne, Op::I32Ne, Op::I64Ne, Cmp::Ne, Cmp::Eq),
    (Cmp::LtS, Op::I32LtS, Op::I64LtS, Cmp::GtS, Cmp::GeS),
    (Cmp::LtU, Op::I32LtU, Op::I64LtU, Cmp::GtU, Cmp::GeU),
    (Cmp::LeS, Op::I32LeS, Op::I64LeS, Cmp::GeS, Cmp::GtS),
    (Cmp::LeU, Op::I32LeU, Op::I64LeU, Cmp::GeU, Cmp::GtU),
    (Cmp::GtS, Op::I32GtS, Op::I64GtS, Cmp::LtS, Cmp::LeS),
    (Cmp::GtU, Op::I32GtU, Op::I64GtU, Cmp::LtU, Cmp::LeU),
    (Cmp::GeS, Op::I32GeS, Op::I64GeS, Cmp::LeS, Cmp::LtS),
    (Cmp::GeU, Op::I32GeU, Op::I64GeU, Cmp::LeU, Cmp::LtU),
];

/// [`CMPS`] by operation.
const CMP_OF: [Option<(Cmp, Type)>; Op::ALL.len()] = {
    let mut of = [None; Op::ALL.len()];
    let mut row = 0;
    while row < CMPS.len() {
        let (cmp, narrow, wide, ..) = CMPS[row];
        of[narrow as usize] = Some((cmp, Type::I32));
        of[wide as usize] = Some((cmp, Type::I64));
        row += 1;
    }
    of
};

impl Cmp {
    /// What an operation compares, and at which type.
    pub(crate) const fn of(op: Op) -> Option<(Cmp, Type)> {
        CMP_OF[op as usize]
    }

    /// The operation at a type.
    pub(crate) fn op(self, ty: Type) -> Op {
        let (_, narrow, wide, ..) = CMPS[self as usize];
        if ty == Type::I32 { narrow } else { wide }
    }

    /// What holds for the operands swapped.
    pub(crate) fn swapped(self) -> Cmp {
        CMPS[self as usize].3
    }

    /// What holds where this does not.
    pub(crate) fn inverse(self) -> Cmp {
        CMPS[self as usize].4
    }

    /// The comparison that gives the same for numbers that are not negative,
    /// and looks at no sign.
    pub(crate) const fn unsigned(self) -> Cmp {
        match self {
            Cmp::LtS => Cmp::LtU,
            Cmp::LeS => Cmp::LeU,
            Cmp::GtS => Cmp::GtU,
            Cmp::GeS => Cmp::GeU,
            other => other,
        }
    }
}

/// The test for zero at a type.
pub(crate) const fn eqz(ty: Type) -> Op {
    if matches!(ty, Type::I32) { Op::I32Eqz } else { Op::I64Eqz }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::interpret::eval;
    use crate::testing::random::Random;

    #[test]
    fn tables_are_in_the_order_of_their_enums() {
        assert!(BINS.iter().enumerate().all(|(index, row)| row.0 as usize == index));
        assert!(CMPS.iter().enumerate().all(|(index, row)| row.0 as usize == index));
    }

    #[test]
    fn swapped_and_inverse_comparisons_mean_that() {
        let mut random = Random::new(3);
        for (cmp, narrow, wide, ..) in CMPS {
            for _ in 0..50 {
                for op in [narrow, wide] {
                    let ty = op.args()[0];
                    let (a, b) = (random.constant(ty), random.constant(ty));
                    assert_eq!(eval(op, &[a, b]), eval(cmp.swapped().op(ty), &[b, a]));
                    assert_ne!(eval(op, &[a, b]), eval(cmp.inverse().op(ty), &[a, b]));
                }
            }
        }
    }
}
