//! Rewrites the instructions of a function by rules that look at an
//! instruction and what defines its operands.
//!
//! Blocks are visited in reverse postorder, so an operand has been rewritten
//! before the instruction that uses it (but for what goes around a loop, which
//! arrives by block parameters, and rules do not look through those). What a
//! rule makes is rewritten before it is used. One visit an instruction is
//! therefore a fixpoint, without a worklist.

use cranelift_entity::SecondaryMap;

use super::Replacements;
use super::facts::{Facts, facts_of};
use crate::cfg::Cfg;
use crate::ir::{Const, Function, Inst, InstKind, Op, Operands, Target, Terminator, Type, Value};

/// What a rule makes of an instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Change {
    /// Another value that it is equal to.
    Value(Value),
    /// Another instruction with the same result.
    Kind(InstKind),
}

/// The rules of one pass.
#[derive(Clone, Copy)]
pub struct Rules {
    /// What becomes of an instruction; `None` if nothing. Must make progress:
    /// it is asked again about what it gave. Is not asked about constants.
    pub inst: fn(&mut Rewriter<'_>, &InstKind) -> Option<Change>,
    /// The same for a block's end.
    pub terminator: fn(&mut Rewriter<'_>, &Terminator) -> Option<Terminator>,
    /// Whether they ask for [`facts`](Rewriter::facts).
    pub ask_facts: bool,
}

/// The function as it is rewritten.
pub struct Rewriter<'a> {
    /// The function. The instructions of the block at hand are not in it.
    pub func: &'a mut Function,
    rules: Rules,
    replaced: Replacements,
    facts: SecondaryMap<Value, Option<Facts>>,
    /// The new instructions of the block at hand.
    done: Vec<Inst>,
    pc: Option<u64>,
}

/// Applies rules to a whole function. Leaves what is no longer used to `dce`.
pub fn rewrite(func: &mut Function, rules: Rules) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let mut rewriter = Rewriter {
        func,
        rules,
        replaced: Replacements::default(),
        facts: SecondaryMap::new(),
        done: Vec::new(),
        pc: None,
    };
    if rules.ask_facts {
        // Room for what rules make, too.
        let count = rewriter.func.values.len();
        rewriter.facts.resize(count + count / 8);
    }
    for &block in cfg.rpo() {
        let mut insts = std::mem::take(&mut rewriter.func.blocks[block].insts);
        insts.drain(..).for_each(|inst| rewriter.visit(inst));
        rewriter.pc = rewriter.func.blocks[block].terminator_pc;
        if let Some(terminator) = rewriter.func.blocks[block].terminator.take() {
            let terminator = rewriter.end(terminator);
            rewriter.func.blocks[block].terminator = Some(terminator);
        }
        // The room of this block's instructions is the next one's.
        rewriter.func.blocks[block].insts = std::mem::replace(&mut rewriter.done, insts);
    }
    // Definitions dominate uses, and dominators come first: whatever used what was
    // replaced has been visited since.
    let Rewriter { func, mut replaced, .. } = rewriter;
    debug_assert!(replaced.are_applied(func), "a use came before its definition");
}

impl Rewriter<'_> {
    fn visit(&mut self, inst: Inst) {
        if let InstKind::Const(_) = self.func.insts[inst].kind {
            self.append(inst);
            return;
        }
        self.pc = self.func.insts[inst].pc;
        // No rule looks at the instruction at hand in its place.
        let mut kind = std::mem::replace(&mut self.func.insts[inst].kind, InstKind::Fence);
        kind.for_each_use_mut(|value| *value = self.replaced.resolve(*value));
        match self.settle(kind) {
            Change::Value(value) => {
                let old = self.func.insts[inst].results[0];
                self.replaced.replace(&mut self.func.values, old, value);
            }
            Change::Kind(kind) => {
                self.func.insts[inst].kind = kind;
                self.append(inst);
            }
        }
    }

    /// Applies the rules until none fits.
    fn settle(&mut self, mut kind: InstKind) -> Change {
        loop {
            match (self.rules.inst)(self, &kind) {
                None => return Change::Kind(kind),
                Some(Change::Value(value)) => return Change::Value(value),
                Some(Change::Kind(next)) => {
                    debug_assert_ne!(next, kind, "a rule makes progress");
                    kind = next;
                }
            }
        }
    }

    fn append(&mut self, inst: Inst) {
        self.done.push(inst);
        if self.rules.ask_facts
            && let [result] = *self.func.insts[inst].results
        {
            let facts = facts_of(self.func, &self.facts, &self.func.insts[inst].kind);
            self.facts[result] = facts;
        }
    }

    fn end(&mut self, mut terminator: Terminator) -> Terminator {
        terminator.for_each_use_mut(|value| *value = self.replaced.resolve(*value));
        while let Some(next) = (self.rules.terminator)(self, &terminator) {
            terminator = next;
        }
        terminator
    }

    /// The value of an instruction of one result, rewritten by the rules first.
    pub fn make(&mut self, kind: InstKind, ty: Type) -> Value {
        match self.settle(kind) {
            Change::Value(value) => value,
            Change::Kind(kind) => {
                let inst = self.func.make_inst(kind, &[ty], self.pc);
                self.append(inst);
                self.func.insts[inst].results[0]
            }
        }
    }

    /// The value of an operation.
    pub fn op(&mut self, op: Op, args: &[Value]) -> Value {
        self.make(InstKind::Op(op, args.into()), op.result())
    }

    /// A constant.
    pub fn constant(&mut self, constant: Const) -> Value {
        self.make(InstKind::Const(constant), constant.ty())
    }

    /// A constant integer of type i32 or i64.
    pub fn int(&mut self, ty: Type, value: i64) -> Value {
        self.constant(if ty == Type::I32 { Const::I32(value as i32) } else { Const::I64(value) })
    }

    /// The integer that a value is constantly, sign-extended.
    pub fn known(&self, value: Value) -> Option<i64> {
        match self.func.constant(value)? {
            Const::I32(value) => Some(i64::from(value)),
            Const::I64(value) => Some(value),
            _ => None,
        }
    }

    /// The operation that defines a value, and its operands.
    pub fn defined_by(&self, value: Value) -> Option<(Op, Operands)> {
        match &self.func.def(value)?.kind {
            InstKind::Op(op, args) => Some((*op, *args)),
            _ => None,
        }
    }

    /// The operand of a value that a given operation of one operand defines.
    pub fn operand_of(&self, value: Value, op: Op) -> Option<Value> {
        match &self.func.def(value)?.kind {
            InstKind::Op(found, args) if *found == op => args.first().copied(),
            _ => None,
        }
    }

    /// What is known of an integer.
    pub fn facts(&self, value: Value) -> Facts {
        debug_assert!(self.rules.ask_facts, "rules say that they ask");
        self.facts[value].unwrap_or(Facts::nothing(self.func.ty(value)))
    }
}

/// The edge that a branch or switch takes when its operand is this constant.
pub fn taken(terminator: &Terminator, value: i32) -> Option<Target> {
    match terminator {
        Terminator::Branch { then, other, .. } => Some(if value != 0 { then } else { other }.clone()),
        Terminator::Switch { targets, default, .. } => {
            Some(targets.get(value as u32 as usize).unwrap_or(default).clone())
        }
        _ => None,
    }
}
