//! `gvn`: what was computed before is not computed again.
//!
//! ```text
//! before                         after
//!     v1 = i64.add v0, v5            v1 = i64.add v0, v5
//!     v2 = i64.load v4               v2 = i64.load v4
//!     state.set s0, v1               state.set s0, v1
//!     v3 = i64.add v5, v0            v7 = i64.mul v1, v2
//!     v6 = i64.load v4
//!     v7 = i64.mul v3, v6
//! ```
//!
//! Pure operations are found wherever an equal one dominates. A load is found
//! where nothing between may have written memory: in the same block, or further
//! up through blocks that are entered from one place only. It also finds what a
//! store of all its bytes put at the same address. A read of the state finds the
//! last write to the same register likewise. A block parameter that is the same
//! value, or the same constant, on every edge where it is anything is that value.
//!
//! Requires: SSA form. Preserves: everything else. Leaves unused instructions
//! and parameters to `dce`. Complexity: near-linear. Limits: values around loops
//! are taken to differ until proven equal; no partial redundancy.
//! Source: Briggs, Cooper, Simpson, "Value Numbering" (dominator-based).

use std::cell::OnceCell;
use std::collections::hash_map::Entry;

use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;
use rustc_hash::{FxBuildHasher, FxHashMap};
use rv2wat_isa::Reg;
use smallvec::SmallVec;

use crate::cfg::Cfg;
use crate::dce::remove_unused;
use crate::edit::Replacements;
use crate::ir::{
    Block, Call, Const, Function, HostFn, Inst, InstKind, LoadOp, Op, StateReg, StoreOp, Value, ValueDef,
};
use crate::lists::Lists;
use crate::pass::Context;

/// Numbers the values of a function and removes what is computed twice.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    // What is not used must not stand in for what is.
    remove_unused(func);
    let mut replaced = Replacements::default();
    let edges = Edges::new(func);
    edges.merge_parameters(func, &cfg, &mut replaced);
    Numbering::new(func, &mut replaced).walk(&cfg);
    edges.merge_parameters(func, &cfg, &mut replaced);
    replaced.compact(func);
}

/// What makes two instructions equal, packed so that it is hashed in two steps: what
/// they do, and three numbers. Only looked up, never iterated over.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key(u64, u64);

/// What a key stands for.
#[derive(Clone, Copy)]
enum Sort {
    Const,
    Op,
    Select,
    /// With the number of the memory that is read.
    Load,
    /// With the number of the register's contents.
    State,
}

impl Key {
    fn new(sort: Sort, which: usize, [a, b, c]: [u32; 3]) -> Key {
        let head = (sort as u32) << 24 | which as u32;
        Key(u64::from(head) << 32 | u64::from(a), u64::from(b) << 32 | u64::from(c))
    }

    fn constant(constant: Const) -> Key {
        let bits = match constant {
            Const::I32(value) => u64::from(value as u32),
            Const::I64(value) => value as u64,
            Const::F32(bits) => u64::from(bits),
            Const::F64(bits) => bits,
            Const::Undef(_) => 0,
        };
        let known = u32::from(!matches!(constant, Const::Undef(_)));
        Key::new(Sort::Const, constant.ty() as usize, [known, (bits >> 32) as u32, bits as u32])
    }

    fn op(op: Op, args: &[Value]) -> Key {
        let mut operands = [u32::MAX; 3];
        operands.iter_mut().zip(args).for_each(|(operand, &arg)| *operand = arg.as_u32());
        if op.commutes() && args.len() == 2 && operands[1] < operands[0] {
            operands.swap(0, 1);
        }
        Key::new(Sort::Op, op as usize, operands)
    }

    fn load(op: LoadOp, addr: Value, offset: u32, memory: u32) -> Key {
        Key::new(Sort::Load, op as usize, [addr.as_u32(), offset, memory])
    }

    fn state(reg: Reg, contents: u32) -> Key {
        Key::new(Sort::State, reg.index(), [contents, 0, 0])
    }
}

/// What memory and each register of the state are called: numbers that change
/// with each write.
#[derive(Clone)]
struct Versions {
    memory: u32,
    state: [u32; 64],
}

impl Default for Versions {
    fn default() -> Versions {
        Versions { memory: 0, state: [0; 64] }
    }
}

/// A block on the walk down the dominator tree.
struct Step {
    block: Block,
    /// How many of the blocks that it dominates have been walked.
    child: usize,
    at_end: Versions,
}

struct Numbering<'a> {
    func: &'a mut Function,
    replaced: &'a mut Replacements,
    /// With the number of the last block that its block dominates: those behind are
    /// not below it any more.
    known: FxHashMap<Key, (Value, u32)>,
    /// The numbers of the blocks that the block at hand dominates.
    below: (u32, u32),
    next: u32,
}

impl<'a> Numbering<'a> {
    fn new(func: &'a mut Function, replaced: &'a mut Replacements) -> Numbering<'a> {
        let count = func.layout.iter().map(|&block| func.blocks[block].insts.len()).sum();
        let known = FxHashMap::with_capacity_and_hasher(count, FxBuildHasher);
        Numbering { func, replaced, known, below: (0, 0), next: 0 }
    }

    fn walk(mut self, cfg: &Cfg) {
        let mut stack = vec![self.enter(cfg, self.func.entry(), None)];
        while let Some(step) = stack.last_mut() {
            match cfg.children(step.block).get(step.child) {
                Some(&inner) => {
                    step.child += 1;
                    let inner = self.enter(cfg, inner, Some(&step.at_end));
                    stack.push(inner);
                }
                None => {
                    stack.pop();
                }
            }
        }
    }

    /// Numbers a block; `above` is what holds at the end of its dominator.
    fn enter(&mut self, cfg: &Cfg, block: Block, above: Option<&Versions>) -> Step {
        self.below = cfg.dominated(block);
        // A block's only predecessor is its dominator.
        let mut versions = match above {
            Some(above) if cfg.preds(block).len() == 1 => above.clone(),
            _ => self.all_fresh(),
        };
        self.block(block, &mut versions);
        Step { block, child: 0, at_end: versions }
    }

    fn fresh(&mut self) -> u32 {
        self.next += 1;
        self.next
    }

    fn all_fresh(&mut self) -> Versions {
        Versions { memory: self.fresh(), state: [self.fresh(); 64] }
    }

    fn block(&mut self, block: Block, versions: &mut Versions) {
        let mut insts = std::mem::take(&mut self.func.blocks[block].insts);
        insts.retain(|&inst| {
            let mut kind = std::mem::replace(&mut self.func.insts[inst].kind, InstKind::Fence);
            kind.for_each_use_mut(|value| *value = self.replaced.resolve(*value));
            let key = key_of(&kind, versions);
            self.effects(&kind, versions);
            self.func.insts[inst].kind = kind;
            match (key, &self.func.insts[inst].results[..]) {
                (Some(key), &[result]) => !self.find_or_add(key, result),
                _ => true,
            }
        });
        self.func.blocks[block].insts = insts;
    }

    /// Whether an equal value was found, which now stands for `result`.
    fn find_or_add(&mut self, key: Key, result: Value) -> bool {
        let (first, last) = self.below;
        match self.known.entry(key) {
            Entry::Occupied(known) if known.get().1 >= first => {
                let value = self.replaced.resolve(known.get().0);
                self.replaced.replace(&mut self.func.values, result, value);
                true
            }
            place => {
                place.insert_entry((result, last));
                false
            }
        }
    }

    fn add(&mut self, key: Key, value: Value) {
        self.known.insert(key, (value, self.below.1));
    }

    /// What an instruction does to memory and state.
    fn effects(&mut self, kind: &InstKind, versions: &mut Versions) {
        match kind {
            InstKind::Store(op, addr, offset, value) => {
                versions.memory = self.fresh();
                if let Some(load) = read_back(*op) {
                    self.add(Key::load(load, *addr, *offset, versions.memory), *value);
                }
            }
            InstKind::Atomic(..) | InstKind::Bulk(..) | InstKind::Fence => versions.memory = self.fresh(),
            InstKind::SetState(StateReg::Reg(reg), value) => {
                versions.state[reg.index()] = self.fresh();
                self.add(Key::state(*reg, versions.state[reg.index()]), *value);
            }
            InstKind::Call(call) => match call.call {
                Call::Host(HostFn::Soft | HostFn::Flags | HostFn::Counter | HostFn::Check) => {}
                _ => *versions = self.all_fresh(),
            },
            _ => {}
        }
    }
}

fn key_of(kind: &InstKind, versions: &Versions) -> Option<Key> {
    Some(match kind {
        InstKind::Const(constant) => Key::constant(*constant),
        InstKind::Op(op, args) => Key::op(*op, args),
        InstKind::Select(args) => Key::new(Sort::Select, 0, args.map(Value::as_u32)),
        InstKind::Load(op, addr, offset) => Key::load(*op, *addr, *offset, versions.memory),
        // The special registers change behind translated code's back.
        InstKind::GetState(StateReg::Reg(reg)) => Key::state(*reg, versions.state[reg.index()]),
        _ => return None,
    })
}

/// The load that gives back what a store wrote.
const fn read_back(op: StoreOp) -> Option<LoadOp> {
    Some(match op {
        StoreOp::I32Store => LoadOp::I32Load,
        StoreOp::I64Store => LoadOp::I64Load,
        StoreOp::F32Store => LoadOp::F32Load,
        StoreOp::F64Store => LoadOp::F64Load,
        _ => return None,
    })
}

/// What a parameter is on each edge.
type Column = SmallVec<[Value; 4]>;

/// The edges that hand over values.
struct Edges {
    /// The arguments of all edges, and where those of each edge to a block start.
    args: Vec<Value>,
    starts: Lists<Block, u32>,
    /// The blocks that pass a parameter on.
    passed_to: Lists<Value, Block>,
}

impl Edges {
    fn new(func: &Function) -> Edges {
        let mut args: Vec<Value> = Vec::new();
        let mut starts: Lists<Block, u32> = Lists::new(func.blocks.len());
        let mut passed_to: Lists<Value, Block> = Lists::new(func.values.len());
        for &block in &func.layout {
            func.terminator(block).for_each_target(|target| {
                if target.args.is_empty() {
                    return;
                }
                starts.push(target.block, args.len() as u32);
                args.extend(&target.args);
                for &arg in &target.args {
                    if matches!(func.values[arg].def, ValueDef::Param(..))
                        && passed_to.last(arg) != Some(target.block)
                    {
                        passed_to.push(arg, target.block);
                    }
                }
            });
        }
        Edges { args, starts, passed_to }
    }

    /// Replaces block parameters that are one value, or one constant, on all edges,
    /// and one of two parameters that are the same on all edges.
    fn merge_parameters(&self, func: &mut Function, cfg: &Cfg, replaced: &mut Replacements) {
        let entry = func.entry();
        let merges = |&block: &Block| block != entry && !func.blocks[block].params.is_empty();
        let mut work: Vec<Block> = cfg.rpo().iter().rev().copied().filter(merges).collect();
        let mut queued: SecondaryMap<Block, bool> = SecondaryMap::new();
        queued.resize(func.blocks.len());
        work.iter().for_each(|&block| queued[block] = true);
        let homes = Homes::default();
        let mut columns: FxHashMap<Column, Value> = FxHashMap::default();
        while let Some(block) = work.pop() {
            queued[block] = false;
            columns.clear();
            let several = func.blocks[block].params.len() > 1;
            for position in 0..func.blocks[block].params.len() {
                let param = func.blocks[block].params[position];
                if replaced.resolve(param) != param {
                    continue;
                }
                let at = |start: u32| self.args[start as usize + position];
                let column: Column = self.starts.of(block).map(|edge| replaced.resolve(at(edge))).collect();
                let Some(same) = one_value(func, (cfg, &homes), block, param, &column)
                    .or_else(|| columns.get(&column).copied())
                else {
                    if several {
                        columns.insert(column, param);
                    }
                    continue;
                };
                replaced.replace(&mut func.values, param, same);
                for user in self.passed_to.of(param) {
                    if !std::mem::replace(&mut queued[user], true) {
                        work.push(user);
                    }
                }
            }
        }
    }
}

/// The blocks of instructions, found when somebody first asks.
#[derive(Default)]
struct Homes(OnceCell<SecondaryMap<Inst, PackedOption<Block>>>);

impl Homes {
    fn of(&self, func: &Function, value: Value) -> Option<Block> {
        let homes = || {
            let mut homes: SecondaryMap<Inst, PackedOption<Block>> = SecondaryMap::new();
            homes.resize(func.insts.len());
            for &block in &func.layout {
                func.blocks[block].insts.iter().for_each(|&inst| homes[inst] = Some(block).into());
            }
            homes
        };
        match func.values[value].def {
            ValueDef::Param(block, _) => Some(block),
            ValueDef::Result(inst, _) => self.0.get_or_init(homes)[inst].expand(),
        }
    }
}

/// The value that a parameter is on all edges: its own value counts as any, and so
/// does what is undefined, if the value is there on those edges too. An equal constant
/// is made anew in the block.
fn one_value(
    func: &mut Function,
    (cfg, homes): (&Cfg, &Homes),
    block: Block,
    param: Value,
    column: &[Value],
) -> Option<Value> {
    let mut others = column.iter().copied().filter(|&arg| arg != param);
    let first = others.clone().find(|&arg| !func.is_undefined(arg)).or_else(|| others.next())?;
    if others.clone().all(|arg| arg == first) {
        return Some(first);
    }
    let Some(constant) = func.constant(first) else {
        let is_there = |home: Block| home != block && cfg.dominates(home, block);
        let is_one = others.all(|arg| arg == first || func.is_undefined(arg));
        return (is_one && homes.of(func, first).is_some_and(is_there)).then_some(first);
    };
    if !others.all(|arg| func.constant(arg) == Some(constant) || func.is_undefined(arg)) {
        return None;
    }
    let inst = func.make_inst(InstKind::Const(constant), &[constant.ty()], func.blocks[block].pc);
    func.blocks[block].insts.insert(0, inst);
    Some(func.insts[inst].results[0])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, validate};

    #[test]
    fn equal_operations_and_loads_are_found() {
        assert_pass(
            run,
            "# result i64
             block0(v0: i64, v5: i64, v4: i32):
               v1 = i64.add v0, v5
               v2 = i64.load v4
               state.set s0, v1
               state.set s1, v2
               branch v4, block1, block2
             block1:
               v3 = i64.add v5, v0
               v6 = i64.load v4
               v7 = i64.mul v3, v6
               v8 = state.get s0
               v9 = i64.add v7, v8
               return v9
             block2:
               i64.store v4 offset=8, v0
               v10 = i64.load v4 offset=8
               v11 = i64.load v4
               v12 = i64.add v10, v11
               return v12",
            "# result i64
             block0(v0: i64, v5: i64, v4: i32):
               v1 = i64.add v0, v5
               v2 = i64.load v4
               state.set s0, v1
               state.set s1, v2
               branch v4, block1, block2
             block1:
               v7 = i64.mul v1, v2
               v9 = i64.add v7, v1
               return v9
             block2:
               i64.store v4 offset=8, v0
               v11 = i64.load v4
               v12 = i64.add v0, v11
               return v12",
        );
    }

    #[test]
    fn parameters_that_are_one_value_are_it() {
        assert_pass(
            run,
            "# result i64
             block0(v0: i64, v1: i32):
               v2 = i64.const 7
               branch v1, block1(v0, v2, v2), block2
             block1(v3: i64, v4: i64, v5: i64):
               v9 = i64.sub v4, v5
               v6 = i64.add v3, v4
               state.set s0, v9
               branch v1, block1(v3, v6, v6), block3(v6, v2)
             block2:
               v7 = i64.const 7
               jump block3(v0, v7)
             block3(v8: i64, v11: i64):
               v10 = i64.add v8, v11
               return v10",
            "# result i64
             block0(v0: i64, v1: i32):
               v2 = i64.const 7
               branch v1, block1(v0, v2, v2), block2
             block1(v3: i64, v4: i64, v5: i64):
               v9 = i64.sub v4, v4
               v6 = i64.add v0, v4
               state.set s0, v9
               branch v1, block1(v0, v6, v6), block3(v6, v2)
             block2:
               jump block3(v0, v2)
             block3(v8: i64, v11: i64):
               v10 = i64.add v8, v2
               return v10",
        );
    }

    #[test]
    fn what_is_undefined_on_an_edge_is_what_it_is_on_the_others() {
        assert_pass(
            run,
            "# result i64
             block0(v0: i64, v1: i32):
               v2 = i64.undef
               v3 = i64.const 7
               branch v1, block1(v2, v2), block2
             block1(v4: i64, v5: i64):
               v6 = i64.add v4, v5
               return v6
             block2:
               jump block1(v0, v3)",
            "# result i64
             block0(v0: i64, v1: i32):
               v2 = i64.undef
               v3 = i64.const 7
               branch v1, block1(v2, v2), block2
             block1(v4: i64, v5: i64):
               v6 = i64.add v0, v3
               return v6
             block2:
               jump block1(v0, v3)",
        );
    }

    #[test]
    fn a_value_that_is_not_there_on_an_edge_stays_apart() {
        // v3 is the loop's own, and v5 was the other parameter one turn before.
        let ir = "# result i64
             block0(v0: i64, v1: i32):
               v2 = i64.undef
               jump block1(v2, v2, v0)
             block1(v3: i64, v4: i64, v5: i64):
               v6 = i64.add v5, v0
               branch v1, block1(v6, v5, v6), block2
             block2:
               v7 = i64.add v3, v4
               return v7";
        assert_pass(run, ir, ir);
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        validate(&["promote", "fold", "dce"], 600..900, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn a_numbering_that_ignores_stores_is_caught() {
        let broken = |func: &mut Function| {
            let func_before = func.clone();
            let mut replaced = Replacements::default();
            for &block in &func_before.layout {
                let mut seen: Vec<(InstKind, Value)> = Vec::new();
                for &inst in &func_before.blocks[block].insts {
                    let data = &func_before.insts[inst];
                    if matches!(data.kind, InstKind::Load(..)) {
                        match seen.iter().find(|(kind, _)| *kind == data.kind) {
                            Some(&(_, value)) => replaced.replace(&mut func.values, data.results[0], value),
                            None => seen.push((data.kind.clone(), data.results[0])),
                        }
                    }
                }
            }
            replaced.apply(func);
        };
        assert!(validate(&["promote", "gvn"], 0..800, broken).is_err());
    }
}
