//! `narrow`: 64-bit values of which only the low half is wanted are computed at
//! 32 bits.
//!
//! ```text
//! before                               after
//!     v2 = i64.load v1 offset=8            v2 = i32.load v1 offset=8
//!     v3 = i64.extend_i32_u v0             v6 = i32.const 3
//!     v4 = i64.const 3                     v5 = i32.shl v0, v6
//!     v5 = i64.shl v3, v4                  v7 = i32.add v5, v2
//!     v7 = i64.add v5, v2
//!     v8 = i32.wrap_i64 v7
//!     i32.store8 v8, v9                    i32.store8 v7, v9
//! ```
//!
//! First, which values are wanted in full: those that something uses in full (a
//! call, a comparison, a division, …), and what a sum, product, bitwise
//! operation, choice or block parameter that is wanted in full is made of.
//! Addresses, narrow stores, wraps and extensions want the low half only, and so
//! do comparisons of values that are known to be extended from it. Then
//! values that are not wanted in full and flow into each other are changed
//! together, where that removes at least as many conversions as it needs, each
//! weighted by how deep in loops it is.
//!
//! Requires: SSA form. Preserves: everything else, but that a load of eight
//! bytes of which four are wanted touches those four. Leaves unused instructions
//! to `dce`. Complexity: near-linear. Limits: divisions, shifts right and shifts
//! by an unknown amount are left at 64 bits.

mod compare;
mod demand;

use std::collections::BTreeMap;

use cranelift_entity::SecondaryMap;

use crate::cfg::Cfg;
use crate::edit::Replacements;
use crate::ir::{Block, Const, Function, Inst, InstKind, LoadOp, Op, StoreOp, Terminator, Type, Value};
use crate::pass::Context;
use crate::peephole::family::Bin;
use compare::Comparisons;

/// Narrows the values of a function.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let comparisons = Comparisons::new(func, &cfg);
    let chosen = demand::choose(func, &cfg, &comparisons);
    if chosen.values().all(|&narrow| !narrow) {
        return;
    }
    let mut narrowing = Narrowing {
        func,
        chosen,
        comparisons,
        low: BTreeMap::new(),
        wide: BTreeMap::new(),
        done: Vec::new(),
        replaced: Replacements::default(),
    };
    narrowing.run();
    let Narrowing { func, mut replaced, .. } = narrowing;
    replaced.apply(func);
}

/// The load of the low half.
const fn narrow_load(op: LoadOp) -> Option<LoadOp> {
    Some(match op {
        LoadOp::I64Load8S => LoadOp::I32Load8S,
        LoadOp::I64Load8U => LoadOp::I32Load8U,
        LoadOp::I64Load16S => LoadOp::I32Load16S,
        LoadOp::I64Load16U => LoadOp::I32Load16U,
        LoadOp::I64Load32S | LoadOp::I64Load32U | LoadOp::I64Load => LoadOp::I32Load,
        _ => return None,
    })
}

/// The store of a 32-bit value, of as many bytes.
const fn narrow_store(op: StoreOp) -> Option<StoreOp> {
    Some(match op {
        StoreOp::I64Store8 => StoreOp::I32Store8,
        StoreOp::I64Store16 => StoreOp::I32Store16,
        StoreOp::I64Store32 => StoreOp::I32Store,
        _ => return None,
    })
}

/// Whether an operation's low half follows from those of its operands; a shift
/// left does if its amount is a constant below 32.
fn is_narrowable(func: &Function, op: Op, args: &[Value]) -> bool {
    match Bin::of(op) {
        Some((Bin::Shl, Type::I64)) => {
            matches!(func.constant(args[1]), Some(Const::I64(amount)) if (0..32).contains(&amount))
        }
        Some((bin, Type::I64)) => !bin.is_shift(),
        _ => false,
    }
}

struct Narrowing<'a> {
    func: &'a mut Function,
    chosen: SecondaryMap<Value, bool>,
    comparisons: Comparisons,
    /// Low halves and zero extensions made in the block at hand.
    low: BTreeMap<Value, Value>,
    wide: BTreeMap<Value, Value>,
    /// The new instructions of the block at hand.
    done: Vec<Inst>,
    replaced: Replacements,
}

impl Narrowing<'_> {
    fn run(&mut self) {
        for value in self.func.values.keys() {
            if self.chosen[value] {
                self.func.values[value].ty = Type::I32;
            }
        }
        for index in 0..self.func.layout.len() {
            self.block(self.func.layout[index]);
        }
    }

    fn block(&mut self, block: Block) {
        self.low.clear();
        self.wide.clear();
        let mut insts = std::mem::take(&mut self.func.blocks[block].insts);
        for inst in insts.drain(..) {
            let data = &self.func.insts[inst];
            let mut touched = data.results.iter().any(|&result| self.chosen[result]);
            data.kind.for_each_use(|value| touched |= self.chosen[value]);
            if !touched {
                self.done.push(inst);
                continue;
            }
            let pc = data.pc;
            let kind = std::mem::replace(&mut self.func.insts[inst].kind, InstKind::Fence);
            let result = match *self.func.insts[inst].results {
                [result] => Some(result),
                _ => None,
            };
            match (&kind, result) {
                (InstKind::Op(Op::I32WrapI64, args), Some(result)) if self.chosen[args[0]] => {
                    self.replaced.replace(&mut self.func.values, result, args[0]);
                    self.func.insts[inst].kind = kind;
                }
                _ => {
                    let narrow = result.is_some_and(|result| self.chosen[result]);
                    let kind = if narrow {
                        self.narrow(kind, pc)
                    } else {
                        self.compare(inst, &kind, pc).unwrap_or_else(|| self.keep(kind, pc))
                    };
                    self.func.insts[inst].kind = kind;
                    self.done.push(inst);
                }
            }
        }
        let pc = self.func.blocks[block].terminator_pc;
        if let Some(mut terminator) = self.func.blocks[block].terminator.take() {
            self.end(&mut terminator, pc);
            self.func.blocks[block].terminator = Some(terminator);
        }
        self.func.blocks[block].insts = std::mem::replace(&mut self.done, insts);
    }

    /// An instruction that is done at 32 bits now.
    fn narrow(&mut self, kind: InstKind, pc: Option<u64>) -> InstKind {
        match kind {
            InstKind::Op(op, args) => {
                let args = args.iter().map(|&arg| self.low(arg, pc)).collect();
                InstKind::Op(Bin::of(op).map_or(op, |(bin, _)| bin.op(Type::I32)), args)
            }
            InstKind::Select([cond, then, other]) => {
                InstKind::Select([cond, self.low(then, pc), self.low(other, pc)])
            }
            InstKind::Load(op, addr, offset) => InstKind::Load(narrow_load(op).unwrap_or(op), addr, offset),
            other => other,
        }
    }

    /// A comparison of values that became narrow, if it may look at low halves.
    fn compare(&mut self, inst: Inst, kind: &InstKind, pc: Option<u64>) -> Option<InstKind> {
        let op = self.comparisons.narrow(inst)?;
        let InstKind::Op(_, args) = kind else { return None };
        if !args.iter().any(|&arg| self.chosen[arg]) {
            return None;
        }
        Some(InstKind::Op(op, args.iter().map(|&arg| self.low(arg, pc)).collect()))
    }

    /// An instruction that stays as it is, but may use what became narrow.
    fn keep(&mut self, mut kind: InstKind, pc: Option<u64>) -> InstKind {
        if let InstKind::Store(op, addr, offset, value) = kind
            && self.chosen[value]
        {
            return InstKind::Store(narrow_store(op).unwrap_or(op), addr, offset, value);
        }
        kind.for_each_use_mut(|value| *value = self.wide(*value, pc));
        kind
    }

    fn end(&mut self, terminator: &mut Terminator, pc: Option<u64>) {
        for target in terminator.targets_mut() {
            for (position, arg) in target.args.iter_mut().enumerate() {
                if self.chosen[self.func.blocks[target.block].params[position]] {
                    *arg = self.low(*arg, pc);
                }
            }
        }
    }

    /// The low half of a value.
    fn low(&mut self, value: Value, pc: Option<u64>) -> Value {
        if self.func.ty(value) == Type::I32 {
            return value;
        }
        match self.func.def(value).map(|data| &data.kind) {
            Some(InstKind::Op(Op::I64ExtendI32S | Op::I64ExtendI32U, args)) => return args[0],
            Some(&InstKind::Const(Const::I64(constant))) => {
                return self.push(InstKind::Const(Const::I32(constant as i32)), Type::I32, pc);
            }
            Some(InstKind::Const(Const::Undef(_))) => {
                return self.push(InstKind::Const(Const::Undef(Type::I32)), Type::I32, pc);
            }
            _ => {}
        }
        if let Some(&low) = self.low.get(&value) {
            return low;
        }
        let low = self.push(InstKind::Op(Op::I32WrapI64, [value].into()), Type::I32, pc);
        self.low.insert(value, low);
        low
    }

    /// A value at the type that it had.
    fn wide(&mut self, value: Value, pc: Option<u64>) -> Value {
        if !self.chosen[value] {
            return value;
        }
        if let Some(&wide) = self.wide.get(&value) {
            return wide;
        }
        let wide = self.push(InstKind::Op(Op::I64ExtendI32U, [value].into()), Type::I64, pc);
        self.wide.insert(value, wide);
        wide
    }

    fn push(&mut self, kind: InstKind, ty: Type, pc: Option<u64>) -> Value {
        let inst = self.func.make_inst(kind, &[ty], pc);
        self.done.push(inst);
        self.func.insts[inst].results[0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, validate};
    use crate::{dce, gvn, peephole};

    fn clean(func: &mut Function, context: &Context) {
        run(func, context);
        peephole::run(func, context);
        gvn::run(func, context);
        dce::run(func, context);
    }

    #[test]
    fn a_pointer_is_loaded_and_added_to_at_32_bits() {
        assert_pass(
            clean,
            "block0(v0: i32, v1: i32, v9: i32):
               v2 = i64.load v1 offset=8
               v3 = i64.extend_i32_u v0
               v4 = i64.const 3
               v5 = i64.shl v3, v4
               v7 = i64.add v5, v2
               v8 = i32.wrap_i64 v7
               i32.store8 v8, v9
               return",
            "block0(v0: i32, v1: i32, v9: i32):
               v2 = i32.load v1 offset=8
               v6 = i32.const 3
               v5 = i32.shl v0, v6
               v7 = i32.add v5, v2
               i32.store8 v7, v9
               return",
        );
    }

    #[test]
    fn a_list_is_walked_at_32_bits() {
        assert_pass(
            clean,
            "block0(v0: i64):
               jump block1(v0)
             block1(v1: i64 \"a0\"):
               v2 = i32.wrap_i64 v1
               v3 = i32.const -65536
               v4 = i32.add v2, v3
               v5 = i64.load v4
               v6 = i32.load v4 offset=8
               branch v6, block1(v5), block2
             block2:
               return",
            "block0(v0: i64):
               v7 = i32.wrap_i64 v0
               jump block1(v7)
             block1(v1: i32 \"a0\"):
               v3 = i32.const -65536
               v4 = i32.add v1, v3
               v5 = i32.load v4
               v6 = i32.load v4 offset=8
               branch v6, block1(v5), block2
             block2:
               return",
        );
    }

    #[test]
    fn what_would_need_more_conversions_stays() {
        let text = "# result i32
             block0(v0: i64, v1: i64):
               v2 = i64.add v0, v1
               v3 = i32.wrap_i64 v2
               return v3";
        assert_pass(run, text, text);
    }

    #[test]
    fn what_is_compared_is_wanted_in_full() {
        let text = "# result i32
             block0(v0: i32, v1: i64):
               v2 = i64.load v0
               v3 = i64.lt_u v2, v1
               v4 = i32.wrap_i64 v2
               v5 = i32.add v3, v4
               return v5";
        assert_pass(run, text, text);
    }

    #[test]
    fn a_byte_is_compared_at_32_bits() {
        assert_pass(
            clean,
            "# result i32
             block0(v0: i32):
               v1 = i64.load8_u v0
               v2 = i64.const 47
               v3 = i64.eq v1, v2
               v4 = i64.eqz v1
               v5 = i32.add v3, v4
               return v5",
            "# result i32
             block0(v0: i32):
               v1 = i32.load8_u v0
               v2 = i32.const 47
               v3 = i32.eq v1, v2
               v4 = i32.eqz v1
               v5 = i32.add v3, v4
               return v5",
        );
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..800, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "webs", "peephole", "gvn", "dce"];
        validate(&prepare, 800..2000, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn a_demand_that_forgets_comparisons_is_caught() {
        let broken = |func: &mut Function| {
            let wide: Vec<Inst> = func.insts.keys().collect();
            for inst in wide {
                if let InstKind::Op(op @ (Op::I64LtU | Op::I64Eqz | Op::I64LtS), args) =
                    func.insts[inst].kind.clone()
                {
                    let block =
                        func.layout.iter().copied().find(|&block| func.blocks[block].insts.contains(&inst));
                    let Some(block) = block else { continue };
                    let at = func.blocks[block].insts.iter().position(|&other| other == inst).unwrap_or(0);
                    let mut low = Vec::new();
                    for &arg in &args {
                        let wrap =
                            func.make_inst(InstKind::Op(Op::I32WrapI64, [arg].into()), &[Type::I32], None);
                        func.blocks[block].insts.insert(at, wrap);
                        low.push(func.insts[wrap].results[0]);
                    }
                    let op = match op {
                        Op::I64LtU => Op::I32LtU,
                        Op::I64LtS => Op::I32LtS,
                        _ => Op::I32Eqz,
                    };
                    func.insts[inst].kind = InstKind::Op(op, low.into_iter().collect());
                }
            }
            run(func, &Context::default());
        };
        assert!(validate(&["promote"], 0..400, broken).is_err());
    }
}
