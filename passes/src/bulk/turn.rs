//! One turn of a loop, followed with symbols for what it starts with.
//!
//! Knows what a turn loads, stores, tests and hands to the next turn. What this
//! module must never know: what all that is good for.

use std::collections::BTreeMap;

use super::cycle::Cycle;
use super::linear::Linear;
use crate::ir::{Block, Function, Inst, InstKind, LoadOp, Op, StoreOp, Target, Terminator, Type, Value};
use crate::peephole::{Cmp, eqz};

/// A word on its way from memory to memory.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Word {
    /// What a parameter holds when the turn starts.
    Param(usize),
    /// What a load of the turn gives.
    Loaded(usize),
}

/// What a value is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Symbol {
    /// A sum.
    Linear(Linear),
    /// A word as it was loaded.
    Word(Word),
    /// Something whose low bytes, as many as were loaded, are what was loaded.
    Low(usize),
    /// A word shifted.
    Shifted { word: Word, by: Linear, left: bool },
    /// Two words after each other, shifted down: `low >> down | high << up`.
    Merged(Merged),
    /// A comparison.
    Compared(Cmp, Linear, Linear),
    /// Anything else.
    Unknown,
}

/// Bytes of two words.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Merged {
    pub low: Word,
    pub high: Word,
    pub down: Linear,
    pub up: Linear,
    pub ty: Type,
}

pub(super) struct Load {
    pub op: LoadOp,
    pub address: Linear,
    /// How many stores of the turn come before it.
    pub stores_before: usize,
}

pub(super) struct Store {
    pub op: StoreOp,
    pub address: Linear,
    pub value: Symbol,
}

/// When the loop goes on.
pub(super) struct Test {
    pub cmp: Cmp,
    pub a: Linear,
    pub b: Linear,
}

/// What one turn does.
pub(super) struct Turn {
    pub loads: Vec<Load>,
    pub stores: Vec<Store>,
    pub test: Test,
    /// The types of the parameters.
    pub types: Vec<Type>,
    /// What they are in the next turn.
    pub next: Vec<Symbol>,
    /// The first guest instruction that stores.
    pub pc: Option<u64>,
}

/// Follows a turn; `None` if it does anything that is not known here.
pub(super) fn follow(func: &Function, cycle: &Cycle) -> Option<Turn> {
    let start = cycle.start();
    let params = &func.blocks[start].params;
    let types: Vec<Type> = params.iter().map(|&param| func.ty(param)).collect();
    let known = params.iter().zip(&types).enumerate();
    let known = known.map(|(position, (&param, &ty))| (param, of_param(ty, position))).collect();
    let mut walk = Walk { func, types, known, loads: Vec::new(), stores: Vec::new(), pc: None };
    let (mut test, mut next) = (None, Vec::new());
    for (position, &block) in cycle.blocks.iter().enumerate() {
        func.blocks[block].insts.iter().try_for_each(|&inst| walk.inst(inst))?;
        let following = cycle.blocks[(position + 1) % cycle.blocks.len()];
        let (target, found) = walk.leave(block, following)?;
        if found.is_some() && std::mem::replace(&mut test, found).is_some() {
            return None;
        }
        let args: Vec<Symbol> = target.args.iter().map(|&arg| walk.symbol(arg)).collect();
        if following == start {
            next = args;
        } else {
            let params = func.blocks[following].params.iter().copied();
            walk.known.extend(params.zip(args));
        }
    }
    let Walk { loads, stores, pc, types, .. } = walk;
    Some(Turn { loads, stores, test: test?, types, next, pc })
}

fn of_param(ty: Type, position: usize) -> Symbol {
    match ty {
        Type::I32 | Type::I64 => Symbol::Linear(Linear::root(ty, position)),
        _ => Symbol::Word(Word::Param(position)),
    }
}

struct Walk<'a> {
    func: &'a Function,
    types: Vec<Type>,
    /// What values of the loop are.
    known: BTreeMap<Value, Symbol>,
    loads: Vec<Load>,
    stores: Vec<Store>,
    pc: Option<u64>,
}

impl Walk<'_> {
    fn symbol(&self, value: Value) -> Symbol {
        match self.known.get(&value) {
            Some(symbol) => symbol.clone(),
            None => Linear::value(self.func, value).map_or(Symbol::Unknown, Symbol::Linear),
        }
    }

    fn linear(&self, value: Value) -> Option<Linear> {
        match self.symbol(value) {
            Symbol::Linear(linear) => Some(linear),
            _ => None,
        }
    }

    fn word(&self, value: Value) -> Option<Word> {
        match self.symbol(value) {
            Symbol::Word(word) => Some(word),
            Symbol::Linear(linear) => {
                let root = linear.root?;
                (linear == Linear::root(self.types[root], root)).then_some(Word::Param(root))
            }
            _ => None,
        }
    }

    fn inst(&mut self, inst: Inst) -> Option<()> {
        let data = &self.func.insts[inst];
        let symbol = match &data.kind {
            InstKind::Load(op, addr, offset) => {
                let address = self.address(*addr, *offset)?;
                self.loads.push(Load { op: *op, address, stores_before: self.stores.len() });
                Symbol::Word(Word::Loaded(self.loads.len() - 1))
            }
            InstKind::Store(op, addr, offset, value) => {
                let (address, value) = (self.address(*addr, *offset)?, self.stored(*value));
                self.pc = self.pc.or(data.pc);
                self.stores.push(Store { op: *op, address, value });
                return Some(());
            }
            InstKind::Const(_) => {
                Linear::value(self.func, data.results[0]).map_or(Symbol::Unknown, Symbol::Linear)
            }
            InstKind::Op(op, args) if !op.traps() => self.op(*op, args),
            InstKind::Select(_) | InstKind::GetState(_) => Symbol::Unknown,
            _ => return None,
        };
        self.known.insert(data.results[0], symbol);
        Some(())
    }

    /// An address that moves with a parameter.
    fn address(&self, addr: Value, offset: u32) -> Option<Linear> {
        let address = self.linear(addr)?.plus(offset.into());
        address.root.is_some().then_some(address)
    }

    fn stored(&self, value: Value) -> Symbol {
        match self.word(value) {
            Some(word) => Symbol::Word(word),
            None => self.symbol(value),
        }
    }

    fn op(&self, op: Op, args: &[Value]) -> Symbol {
        self.known_op(op, args).unwrap_or(Symbol::Unknown)
    }

    fn known_op(&self, op: Op, args: &[Value]) -> Option<Symbol> {
        let wide = op.result() == Type::I64;
        Some(match op {
            Op::I32WrapI64 => match self.symbol(args[0]) {
                Symbol::Linear(linear) => Symbol::Linear(linear.low()),
                _ => self.converted(args[0])?,
            },
            Op::I64ExtendI32S | Op::I64ExtendI32U => self.converted(args[0])?,
            Op::I32Add | Op::I64Add => {
                Symbol::Linear(self.linear(args[0])?.combine(&self.linear(args[1])?, 1)?)
            }
            Op::I32Sub | Op::I64Sub => {
                Symbol::Linear(self.linear(args[0])?.combine(&self.linear(args[1])?, -1)?)
            }
            Op::I32Shl | Op::I64Shl | Op::I32ShrU | Op::I64ShrU => {
                let by = self.linear(args[1]).filter(Linear::is_fixed)?;
                Symbol::Shifted { word: self.word(args[0])?, by, left: matches!(op, Op::I32Shl | Op::I64Shl) }
            }
            Op::I32Or | Op::I64Or => self.merged(args, if wide { Type::I64 } else { Type::I32 })?,
            _ if op == eqz(Type::I32) || op == eqz(Type::I64) => {
                let a = self.linear(args[0])?;
                let zero = Linear::constant(a.ty, 0);
                Symbol::Compared(Cmp::Eq, a, zero)
            }
            _ => Symbol::Compared(Cmp::of(op)?.0, self.linear(args[0])?, self.linear(args[1])?),
        })
    }

    /// A loaded word at another width: its low bytes stay.
    fn converted(&self, value: Value) -> Option<Symbol> {
        match self.symbol(value) {
            Symbol::Word(Word::Loaded(load)) | Symbol::Low(load) if self.loads[load].op.bytes() <= 4 => {
                Some(Symbol::Low(load))
            }
            _ => None,
        }
    }

    fn merged(&self, args: &[Value], ty: Type) -> Option<Symbol> {
        let (a, b) = (self.symbol(args[0]), self.symbol(args[1]));
        let (
            Symbol::Shifted { word: a, by: by_a, left: left_a },
            Symbol::Shifted { word: b, by: by_b, left: left_b },
        ) = (a, b)
        else {
            return None;
        };
        Some(Symbol::Merged(match (left_a, left_b) {
            (false, true) => Merged { low: a, high: b, down: by_a, up: by_b, ty },
            (true, false) => Merged { low: b, high: a, down: by_b, up: by_a, ty },
            _ => return None,
        }))
    }

    /// The edge that stays in the loop, and the test that a branch makes of it.
    fn leave(&self, block: Block, following: Block) -> Option<(&Target, Option<Test>)> {
        match self.func.terminator(block) {
            Terminator::Jump(target) => Some((target, None)),
            Terminator::Branch { cond, then, other } => {
                let stays = then.block == following;
                let (cmp, a, b) = match self.symbol(*cond) {
                    Symbol::Compared(cmp, a, b) => (cmp, a, b),
                    Symbol::Linear(value) => (Cmp::Ne, value, Linear::constant(Type::I32, 0)),
                    _ => return None,
                };
                let cmp = if stays { cmp } else { cmp.inverse() };
                Some((if stays { then } else { other }, Some(Test { cmp, a, b })))
            }
            _ => None,
        }
    }
}
