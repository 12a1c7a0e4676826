//! Who uses each value, and where instructions are.
//!
//! Knows the function as it was when it was asked. What this module must never
//! know: why anybody asks.

use cranelift_entity::SecondaryMap;

use crate::ir::{Block, Const, Function, Inst, InstKind, Op, Value};
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
    match func.constant(args[1])? {
        Const::I64(constant) => Some((args[0], constant)),
        Const::I32(constant) => Some((args[0], i64::from(constant))),
        _ => None,
    }
}

/// Whether two values stand for the same guest register.
pub(crate) fn same_register(func: &Function, a: Value, b: Value) -> bool {
    func.values[a].name.is_some() && func.values[a].name == func.values[b].name
}
