//! Who uses each value, where instructions are, and how counters move.
//!
//! Knows the function as it was when it was asked. What this module must never
//! know: why anybody asks.

use cranelift_entity::SecondaryMap;
use rustc_hash::FxHashSet;

use crate::ir::{Block, Const, Function, Inst, InstKind, Op, Value, ValueDef};
use crate::lists::Lists;

/// The users of values and the places of instructions in one function.
pub(crate) struct Users {
    /// The instructions that use a value, once for each use.
    pub insts: Lists<Value, Inst>,
    /// The blocks whose terminators use it, edge arguments included.
    pub ends: Lists<Value, Block>,
    /// The block of an instruction, and how many come before it there.
    pub place: SecondaryMap<Inst, Option<(Block, usize)>>,
}

impl Users {
    /// Goes over all blocks of the layout, and notes the users of those values that
    /// `wanted` asks for. Linear.
    pub fn new(func: &Function, wanted: impl Fn(Value) -> bool) -> Users {
        let count = func.values.len();
        let mut users =
            Users { insts: Lists::new(count), ends: Lists::new(count), place: SecondaryMap::new() };
        users.place.resize(func.insts.len());
        for &block in &func.layout {
            for (at, &inst) in func.blocks[block].insts.iter().enumerate() {
                users.place[inst] = Some((block, at));
                func.insts[inst].kind.for_each_use(|value| {
                    if wanted(value) {
                        users.insts.push(value, inst);
                    }
                });
            }
            func.terminator(block).for_each_use(|value| {
                if wanted(value) {
                    users.ends.push(value, block);
                }
            });
        }
        users
    }

    /// The block of an instruction.
    pub fn home(&self, inst: Inst) -> Option<Block> {
        self.place[inst].map(|(block, _)| block)
    }
}

/// The value and the constant that an instruction adds, if that is what it does.
pub(crate) fn sum(func: &Function, inst: Inst) -> Option<(Value, i64)> {
    let InstKind::Op(Op::I64Add | Op::I32Add, args) = &func.insts[inst].kind else { return None };
    with_constant(func, args)
}

/// The two operands of an operation on integers, if the second is a constant.
pub(crate) fn with_constant(func: &Function, args: &[Value]) -> Option<(Value, i64)> {
    match func.constant(args[1])? {
        Const::I64(constant) => Some((args[0], constant)),
        Const::I32(constant) => Some((args[0], i64::from(constant))),
        _ => None,
    }
}

/// The sums of block parameters and constants that the parameters take next.
pub(crate) struct Moves(FxHashSet<(Value, Value)>);

impl Moves {
    /// Goes over all edges. Linear.
    pub fn new(func: &Function) -> Moves {
        let mut found = FxHashSet::default();
        for &block in &func.layout {
            func.terminator(block).for_each_target(|target| {
                for (&param, &arg) in func.blocks[target.block].params.iter().zip(&target.args) {
                    if let ValueDef::Result(inst, _) = func.values[arg].def
                        && sum(func, inst).is_some_and(|(base, _)| base == param)
                    {
                        found.insert((param, arg));
                    }
                }
            });
        }
        Moves(found)
    }

    /// Whether the new value takes the place of the old one: it is what a block
    /// parameter becomes, or stands for the same guest register.
    pub fn is_next(&self, func: &Function, old: Value, new: Value) -> bool {
        let same = func.values[old].name.is_some() && func.values[old].name == func.values[new].name;
        same || self.0.contains(&(old, new))
    }
}
