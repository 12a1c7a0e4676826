//! `unroll`: a short loop with a counter does several turns at once.
//!
//! ```text
//! before                                 after
//!                                          block3(v10: i32):
//!                                            v11 = i32.sub v0, v10
//!                                            v12 = i32.shr_u v11, 3
//!                                            v13 = i32.and v12, 1
//!                                            branch v13, block1(v10), block4(v10)
//!   block1(v1: i32):                       block1(v1: i32):
//!     v2 = i32.load v1                       v2 = i32.load v1
//!     i32.store v1, v2                       i32.store v1, v2
//!     v3 = i32.add v1, 8                     v3 = i32.add v1, 8
//!     v4 = i32.ne v3, v0                     v4 = i32.ne v3, v0
//!     branch v4, block1(v3), block2          branch v4, block4(v3), block5
//!                                          block4(v14: i32):
//!                                            v15 = i32.load v14
//!                                            i32.store v14, v15
//!                                            v16 = i32.load v14 offset=8
//!                                            i32.store v14 offset=8, v16
//!                                            v17 = i32.add v14, 16
//!                                            v18 = i32.ne v17, v0
//!                                            branch v18, block4(v17), block5
//!                                          block5:
//!                                            jump block2
//! ```
//!
//! What compilers do to such loops where they know the processor, engines leave to the
//! compiler, and compilers for RISC-V leave undone. The number of turns follows from the
//! counter: it moves by a constant until it is equal to something that does not change.
//! Turns that are left over are done first, so that the test at the end stays what it is:
//! if the counter can never meet the end, neither version ends, and if it goes once around
//! all numbers, both do.
//!
//! Of `n` turns, `step * n = end - start` modulo 2^32 (or 2^64). The step is an odd number
//! times 2^k: the difference, without its `k` lowest zeros and times the inverse of the odd
//! number, is `n` modulo 2^(32 - k), and the last bits of it are what is left over.
//!
//! Later turns access memory at an offset from the pointer of the first. That cannot pass
//! 2^32 where the plain sum would not: the first turn has accessed memory through the same
//! pointer, and what lies above it by a few steps without being in memory fails either way.
//!
//! Requires: SSA form. Preserves: everything that a program may see that does not fail.
//! Leaves unused instructions and blocks to `dce`. Complexity: linear. Limits: loops of one
//! block inside another loop, without calls, up to a size.

mod copy;
#[cfg(test)]
mod tests;

use cranelift_entity::{EntityRef, EntitySet, SecondaryMap};
use rustc_hash::FxHashMap;

use crate::cfg::{Cfg, drop_unreachable};
use crate::ir::{
    Block, BlockData, Builder, Const, Function, Inst, InstKind, Op, Target, Terminator, Type, Value, ValueDef,
};
use crate::pass::Context;
use crate::users::sum;
use copy::Copier;

/// The most instructions, without constants, of a loop that does two turns at once.
const TWICE: usize = 24;

/// The same for four turns.
const FOUR_TIMES: usize = 12;

/// What has come of loops.
#[derive(Default)]
struct Made {
    /// The new blocks that follow one in the layout.
    behind: SecondaryMap<Block, Vec<Block>>,
    /// The loop that a block does turns of that are left over.
    loop_of: SecondaryMap<Block, Option<usize>>,
    /// What those behind a loop take for a value of it, with the loop.
    handed: FxHashMap<Value, (Value, usize)>,
}

impl Made {
    /// Has those behind the loops take what both versions hand on. Linear.
    fn hand_on(&self, func: &mut Function) {
        for &block in &func.layout {
            let data = &mut func.blocks[block];
            let swap = |value: &mut Value| {
                if let Some(&(new, home)) = self.handed.get(value)
                    && self.loop_of[block] != Some(home)
                {
                    *value = new;
                }
            };
            data.insts.iter().for_each(|&inst| func.insts[inst].kind.for_each_use_mut(swap));
            if let Some(terminator) = &mut data.terminator {
                terminator.for_each_use_mut(swap);
            }
        }
    }
}

/// Unrolls the loops of a function.
pub fn run(func: &mut Function, _: &Context) {
    drop_unreachable(func);
    let turns_round = |&block: &Block| turns(func, block).is_some();
    if !func.layout.iter().any(turns_round) {
        return;
    }
    let cfg = Cfg::of(func);
    let loops = cfg.loops();
    let inner = func.layout.iter().copied().filter(|&block| loops.depth(block) > 1);
    let mut found: Vec<Turning> = inner.filter_map(|block| Turning::find(func, &cfg, block)).collect();
    if found.is_empty() {
        return;
    }
    note_uses_behind(func, &mut found);
    let mut made = Made::default();
    for turning in &mut found {
        turning.unroll(func, &mut made);
    }
    for block in std::mem::take(&mut func.layout) {
        func.layout.push(block);
        func.layout.append(&mut made.behind[block]);
    }
    made.hand_on(func);
    drop_unreachable(func);
}

/// The edges of a block that goes back to itself: back, and out.
fn turns(func: &Function, block: Block) -> Option<(&Target, &Target)> {
    let Terminator::Branch { then, other, .. } = func.terminator(block) else { return None };
    match (then.block == block, other.block == block) {
        (true, false) => Some((then, other)),
        (false, true) => Some((other, then)),
        _ => None,
    }
}

/// Notes for each loop which of its values are used behind it. Linear.
fn note_uses_behind(func: &Function, found: &mut [Turning]) {
    let mut home: FxHashMap<Value, usize> = FxHashMap::default();
    for (at, turning) in found.iter().enumerate() {
        let data = &func.blocks[turning.block];
        home.extend(data.params.iter().map(|&param| (param, at)));
        home.extend(data.insts.iter().flat_map(|&inst| &func.insts[inst].results).map(|&value| (value, at)));
    }
    let mut noted: EntitySet<Value> = EntitySet::new();
    for &block in &func.layout {
        let mut note = |value: Value| {
            if let Some(&at) = home.get(&value)
                && found[at].block != block
                && noted.insert(value)
            {
                found[at].used_behind.push(value);
            }
        };
        func.blocks[block].insts.iter().for_each(|&inst| func.insts[inst].kind.for_each_use(&mut note));
        func.terminator(block).for_each_use(&mut note);
        if let Some((_, out)) = turns(func, block) {
            for &arg in &out.args {
                if let Some(&at) = home.get(&arg)
                    && found[at].block == block
                    && noted.insert(arg)
                {
                    found[at].used_behind.push(arg);
                }
            }
        }
    }
}

/// What a counter runs to.
#[derive(Clone, Copy)]
enum End {
    Value(Value),
    Constant(i64),
}

/// A loop of one block that ends when a counter has come to its end.
struct Turning {
    block: Block,
    /// How many turns are done at once.
    times: u32,
    /// The parameter that counts.
    counter: usize,
    end: End,
    /// The constants that parameters are moved on by on each turn.
    steps: Vec<Option<i64>>,
    /// The values of the loop that are used behind it.
    used_behind: Vec<Value>,
    /// The blocks from which the loop is entered.
    entries: Vec<Block>,
    /// How often it turns, if that is known.
    turns: Option<u64>,
}

impl Turning {
    fn find(func: &Function, cfg: &Cfg, block: Block) -> Option<Turning> {
        let (back, _) = turns(func, block)?;
        let data = &func.blocks[block];
        let size = data.insts.iter().filter(|&&inst| !is_constant(func, inst)).count();
        let times = if size <= FOUR_TIMES { 4 } else { 2 };
        if size > TWICE {
            return None;
        }
        if !data.insts.iter().all(|&inst| is_plain(&func.insts[inst].kind)) {
            return None;
        }
        let steps: Vec<Option<i64>> =
            data.params.iter().zip(&back.args).map(|(&param, &arg)| step(func, param, arg)).collect();
        let (next, end) = compared(func, block)?;
        let counter = back.args.iter().position(|&arg| arg == next).filter(|&at| steps[at].is_some())?;
        let is_own = |value: Value| match func.values[value].def {
            ValueDef::Param(home, _) => home == block,
            ValueDef::Result(inst, _) => data.insts.contains(&inst),
        };
        if matches!(end, End::Value(end) if is_own(end)) {
            return None;
        }
        let entries = cfg.preds(block).iter().copied().filter(|&pred| pred != block).collect();
        let (used_behind, turns) = (Vec::new(), None);
        let mut turning = Turning { block, times, counter, end, steps, used_behind, entries, turns };
        turning.turns = turning.known_turns(func);
        let pays = turning.turns.is_none_or(|turns| turns >= 2 * u64::from(times));
        pays.then_some(turning)
    }

    fn step(&self) -> i64 {
        self.steps[self.counter].unwrap_or(1)
    }

    fn ty(&self, func: &Function) -> Type {
        func.ty(func.blocks[self.block].params[self.counter])
    }

    /// How often the loop turns, if that is known.
    fn known_turns(&self, func: &Function) -> Option<u64> {
        let End::Constant(end) = self.end else { return None };
        let mut starts = Vec::new();
        for &block in &self.entries {
            func.terminator(block).for_each_target(|target| {
                if target.block == self.block {
                    starts.push(target.args[self.counter]);
                }
            });
        }
        let [start] = starts[..] else { return None };
        let start = integer(func.constant(start)?)?;
        let distance = i128::from(end) - i128::from(start);
        let step = i128::from(self.step());
        (distance % step == 0).then_some(distance / step).and_then(|turns| u64::try_from(turns).ok())
    }
}

/// How far an argument is ahead of the parameter that it is for, by a constant.
fn step(func: &Function, param: Value, arg: Value) -> Option<i64> {
    let ValueDef::Result(inst, _) = func.values[arg].def else { return None };
    sum(func, inst).filter(|&(base, step)| base == param && step != 0).map(|(_, step)| step)
}

fn is_constant(func: &Function, inst: Inst) -> bool {
    matches!(func.insts[inst].kind, InstKind::Const(_))
}

/// Whether an instruction may be there several times.
fn is_plain(kind: &InstKind) -> bool {
    matches!(
        kind,
        InstKind::Const(_)
            | InstKind::Op(..)
            | InstKind::Select(_)
            | InstKind::Load(..)
            | InstKind::Store(..)
    )
}

fn integer(constant: Const) -> Option<i64> {
    match constant {
        Const::I32(value) => Some(i64::from(value)),
        Const::I64(value) => Some(value),
        _ => None,
    }
}

/// The counter's next value that a loop goes on by as long as it is not equal to
/// another, and that other.
fn compared(func: &Function, block: Block) -> Option<(Value, End)> {
    let Terminator::Branch { cond, then, .. } = func.terminator(block) else { return None };
    let goes_on = then.block == block;
    let is_sum = |value: Value| match func.values[value].def {
        ValueDef::Result(inst, _) => sum(func, inst).is_some(),
        ValueDef::Param(..) => false,
    };
    if is_sum(*cond) && goes_on {
        return Some((*cond, End::Constant(0)));
    }
    let InstKind::Op(op, args) = &func.def(*cond)?.kind else { return None };
    let (next, end) = match (op, &args[..]) {
        (Op::I32Eqz | Op::I64Eqz, &[next]) if !goes_on => return Some((next, End::Constant(0))),
        (Op::I32Ne | Op::I64Ne, &[a, b]) if goes_on => (a, b),
        (Op::I32Eq | Op::I64Eq, &[a, b]) if !goes_on => (a, b),
        _ => return None,
    };
    let (next, end) = if is_sum(next) { (next, end) } else { (end, next) };
    let constant = func.constant(end).and_then(integer);
    Some((next, constant.map_or(End::Value(end), End::Constant)))
}

/// The operations of an integer type.
struct Ops {
    add: Op,
    sub: Op,
    mul: Op,
    shr: Op,
    ne: Op,
}

fn ops(ty: Type) -> Ops {
    match ty {
        Type::I32 => {
            Ops { add: Op::I32Add, sub: Op::I32Sub, mul: Op::I32Mul, shr: Op::I32ShrU, ne: Op::I32Ne }
        }
        _ => Ops { add: Op::I64Add, sub: Op::I64Sub, mul: Op::I64Mul, shr: Op::I64ShrU, ne: Op::I64Ne },
    }
}

fn int(builder: &mut Builder<'_>, ty: Type, value: i64) -> Value {
    match ty {
        Type::I32 => builder.i32(value as i32),
        _ => builder.i64(value),
    }
}

impl Turning {
    fn unroll(&mut self, func: &mut Function, made: &mut Made) {
        let pc = func.blocks[self.block].pc;
        let [before, again, many, behind] =
            [(); 4].map(|()| func.blocks.push(BlockData { pc, ..BlockData::default() }));
        self.keep_constants(func);
        made.loop_of[self.block] = Some(self.block.index());
        made.loop_of[again] = Some(self.block.index());
        for &value in &self.used_behind {
            let (ty, name) = (func.ty(value), func.values[value].name);
            made.handed.insert(value, (func.add_param_named(behind, ty, name), self.block.index()));
        }
        if let Some((_, out)) = turns(func, self.block) {
            func.blocks[behind].terminator = Some(Terminator::Jump(out.clone()));
        }
        let params = self.parameters(func, many);
        Copier::new(func, self, many, params).run(behind);
        let start = self.parameters(func, before);
        let last = self.left_over(func, before, &start, many);
        self.redirect(func, made, before);
        self.first_turns(func, last, again, many, behind);
        made.behind[self.block].extend([before, again, many, behind]);
    }

    /// Has constants of the loop that are used behind it stand where both versions and
    /// what is behind can use them.
    fn keep_constants(&mut self, func: &mut Function) {
        let entry = func.entry();
        self.used_behind.retain(|&value| {
            let ValueDef::Result(inst, _) = func.values[value].def else { return true };
            if is_constant(func, inst) {
                func.blocks[self.block].insts.retain(|&other| other != inst);
                func.blocks[entry].insts.insert(0, inst);
            }
            !is_constant(func, inst)
        });
    }

    /// Gives a block the loop's parameters.
    fn parameters(&self, func: &mut Function, block: Block) -> Vec<Value> {
        let params = func.blocks[self.block].params.clone();
        let copy = |param: Value| (func.ty(param), func.values[param].name);
        let params: Vec<_> = params.into_iter().map(copy).collect();
        params.into_iter().map(|(ty, name)| func.add_param_named(block, ty, name)).collect()
    }

    fn end(&self, builder: &mut Builder<'_>, ty: Type) -> Value {
        match self.end {
            End::Value(end) => end,
            End::Constant(end) => int(builder, ty, end),
        }
    }

    /// Fills the block before both versions: it goes to the loop with what is left over
    /// or, if nothing is, on to the version that does many turns. Gives the value of the
    /// counter where that one takes over.
    fn left_over(&self, func: &mut Function, before: Block, params: &[Value], many: Block) -> Value {
        let ty = self.ty(func);
        let ops = ops(ty);
        let pc = func.blocks[self.block].pc;
        let mut builder = Builder { func, block: before, pc };
        let (start, step) = (params[self.counter], self.step());
        let zeros = step.trailing_zeros();
        let end = self.end(&mut builder, ty);
        // Modulo 4 the inverse of 3 is 3, or -1.
        let (from, to) = if step >> zeros & 3 == 3 { (end, start) } else { (start, end) };
        let mut turns = builder.op(ops.sub, &[to, from]);
        if zeros > 0 {
            let zeros = int(&mut builder, ty, i64::from(zeros));
            turns = builder.op(ops.shr, &[turns, zeros]);
        }
        if ty == Type::I64 {
            turns = builder.op(Op::I32WrapI64, &[turns]);
        }
        let mask = builder.i32(self.times as i32 - 1);
        let rest = builder.op(Op::I32And, &[turns, mask]);
        let wide = if ty == Type::I64 { builder.op(Op::I64ExtendI32U, &[rest]) } else { rest };
        let step = int(&mut builder, ty, step);
        let distance = builder.op(ops.mul, &[wide, step]);
        let last = builder.op(ops.add, &[start, distance]);
        let to = |block: Block| Target { block, args: params.to_vec() };
        builder.terminate(match self.turns.map(|turns| turns % u64::from(self.times)) {
            Some(0) => Terminator::Jump(to(many)),
            Some(_) => Terminator::Jump(to(self.block)),
            None => Terminator::Branch { cond: rest, then: to(self.block), other: to(many) },
        });
        last
    }

    /// Has those that enter the loop come to the block before it.
    fn redirect(&self, func: &mut Function, made: &Made, before: Block) {
        // One that has been unrolled enters from one of its new blocks.
        for &block in self.entries.iter().flat_map(|entry| made.behind[*entry].iter().chain([entry])) {
            if let Some(terminator) = &mut func.blocks[block].terminator {
                let targets = terminator.targets_mut().into_iter();
                targets.filter(|target| target.block == self.block).for_each(|t| t.block = before);
            }
        }
    }

    /// Has the loop end where the version that does many turns takes over.
    fn first_turns(&self, func: &mut Function, last: Value, again: Block, many: Block, behind: Block) {
        let Some((back, _)) = turns(func, self.block) else { return };
        let back = back.clone();
        let next = back.args[self.counter];
        let (ty, pc) = (self.ty(func), func.blocks[self.block].terminator_pc);
        let ne = ops(ty).ne;
        let on = Target { block: many, args: back.args.clone() };
        let out = Target { block: behind, args: self.used_behind.clone() };
        let mut builder = Builder { func, block: again, pc };
        let end = self.end(&mut builder, ty);
        let cond = builder.op(ne, &[next, end]);
        builder.terminate(Terminator::Branch { cond, then: on, other: out });
        let mut builder = Builder { func, block: self.block, pc };
        if self.times == 2 {
            // There is but one turn.
            builder.jump(again);
        } else {
            let cond = builder.op(ne, &[next, last]);
            builder.terminate(Terminator::Branch { cond, then: back, other: Target::to(again) });
        }
    }
}
