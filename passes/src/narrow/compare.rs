//! Which 64-bit comparisons may look at the low halves of their operands.

use cranelift_entity::SecondaryMap;

use crate::cfg::Cfg;
use crate::edit::{Facts, all_facts};
use crate::ir::{Function, Inst, InstKind, Op, Type, Value};
use crate::peephole::family::Cmp;

/// For each comparison of values that are all zero-extended words, or all
/// sign-extended ones, the comparison of the words that gives the same.
pub(super) struct Comparisons(SecondaryMap<Inst, Option<Op>>);

impl Comparisons {
    pub fn new(func: &Function, cfg: &Cfg) -> Comparisons {
        let facts = all_facts(func, cfg);
        let mut narrow = SecondaryMap::new();
        narrow.resize(func.insts.len());
        for &block in cfg.rpo() {
            for &inst in &func.blocks[block].insts {
                if let InstKind::Op(op, args) = &func.insts[inst].kind {
                    narrow[inst] = at_32_bits(&facts, *op, args);
                }
            }
        }
        Comparisons(narrow)
    }

    /// The comparison of the low halves that gives the same, if there is one.
    pub fn narrow(&self, inst: Inst) -> Option<Op> {
        self.0[inst]
    }
}

fn at_32_bits(facts: &SecondaryMap<Value, Option<Facts>>, op: Op, args: &[Value]) -> Option<Op> {
    let all = |fits: fn(Facts) -> bool| args.iter().all(|&arg| facts[arg].is_some_and(fits));
    let (unsigned, signed) = (|| all(|facts| facts.unsigned <= 32), || all(|facts| facts.signed <= 32));
    if op == Op::I64Eqz {
        return (unsigned() || signed()).then_some(Op::I32Eqz);
    }
    match Cmp::of(op)? {
        // Sign extension keeps the unsigned order too.
        (cmp, Type::I64) if signed() => Some(cmp.op(Type::I32)),
        (cmp, Type::I64) if unsigned() => Some(cmp.unsigned().op(Type::I32)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::edit::Facts;

    fn with(unsigned: u32, signed: u32, op: Op) -> Option<Op> {
        let mut facts = SecondaryMap::new();
        let value = Value::from_u32(0);
        facts[value] = Some(Facts { unsigned, signed });
        at_32_bits(&facts, op, &[value, value])
    }

    #[test]
    fn the_order_of_words_is_that_of_their_extensions() {
        assert_eq!(with(8, 9, Op::I64LtS), Some(Op::I32LtS));
        assert_eq!(with(64, 32, Op::I64LtU), Some(Op::I32LtU));
        assert_eq!(with(32, 33, Op::I64LtS), Some(Op::I32LtU));
        assert_eq!(with(33, 33, Op::I64Eq), None);
        assert_eq!(with(32, 33, Op::I64Add), None);
    }
}
