//! Builds what catches a loop: the questions before it, and the operation that
//! stands for most of its turns.
//!
//! Knows plans and how to compute what they speak of. What this module must
//! never know: how plans are found.

use cranelift_entity::packed_option::PackedOption;

use super::cycle::Cycle;
use super::linear::Linear;
use super::shape::{Copy, Plan, What};
use super::turn::{Merged, Symbol, Turn, Word};
use crate::ir::{
    Block, Builder, BulkOp, Const, Function, InstKind, Name, Op, Target, Terminator, Type, Value,
};
use crate::peephole::Cmp;

/// How many bytes there have to be for it to pay, by how many each store writes:
/// engines call a function for it, which takes as long as some 16 stores.
const fn least(width: u32) -> i64 {
    16 * width as i64
}

/// How many bytes there may be at most: addresses are 32 bits wide.
const MOST: i64 = 1 << 30;

/// Catches a loop. Nothing is done where it is known to turn too few times, or
/// never to fill with one byte.
pub(super) fn catch(func: &mut Function, cycle: &Cycle, turn: &Turn, plan: &Plan) {
    let Some(ask) = Ask::new(func, cycle, turn, plan) else { return };
    ask.build();
}

/// The edges that lead to where the loop is caught: blocks and which of their
/// targets.
fn edges(func: &Function, cycle: &Cycle) -> Vec<(Block, usize)> {
    let last = cycle.blocks[cycle.blocks.len() - 1];
    let mut edges = Vec::new();
    for &block in &func.layout {
        let counts = if cycle.inside { block == last } else { !cycle.blocks.contains(&block) };
        for (position, target) in func.terminator(block).targets().iter().enumerate() {
            if counts && target.block == cycle.start() {
                edges.push((block, position));
            }
        }
    }
    edges
}

struct Ask<'a> {
    b: Builder<'a>,
    start: Block,
    turn: &'a Turn,
    plan: &'a Plan,
    /// What the parameters are where the loop is caught.
    entry: Vec<Value>,
    /// How far what is tested is from where it ends.
    distance: Linear,
    least: i64,
}

/// Numbers of the turns left out, each i32.
struct Count {
    turns: Value,
    bytes: Value,
}

impl<'a> Ask<'a> {
    fn new(func: &'a mut Function, cycle: &Cycle, turn: &'a Turn, plan: &'a Plan) -> Option<Ask<'a>> {
        let edges = edges(func, cycle);
        let start = cycle.start();
        let single = match edges[..] {
            [] => return None,
            [(block, position)] => Some(func.terminator(block).targets()[position].args.clone()),
            _ => None,
        };
        let entry_of = |func: &Function| match &single {
            Some(args) => args.clone(),
            None => func.blocks[start].params.clone(),
        };
        // Until there are parameters, the loop's own stand for them.
        let (from, to) = (at(func, &entry_of(func), &plan.trip.from), &plan.trip.to);
        let (more, less) = if plan.trip.up { (to, &from) } else { (&from, to) };
        let mut distance = more.combine(less, -1)?.simplified(func);
        let width = match &plan.what {
            What::Fill { value, width } => {
                if value.as_constant().is_some_and(|value| !is_repeated(value, *width)) {
                    return None;
                }
                *width
            }
            What::Copy(_) => turn.stores.iter().map(|store| store.op.bytes()).max().unwrap_or(1),
        };
        let turns = plan.turns.max((least(width) + plan.bytes - 1) / plan.bytes);
        let least = turns * plan.trip.step;
        if highest(func, &distance).is_some_and(|highest| highest < least) {
            return None;
        }
        let params = func.blocks[start].params.clone();
        let block = insert(func, start);
        let entry = match single {
            Some(args) => args,
            None => copy_params(func, &params, block),
        };
        distance = renamed(func, distance, &params, &entry);
        let keeps_args = !func.blocks[block].params.is_empty();
        for (from, position) in edges {
            if let Some(terminator) = &mut func.blocks[from].terminator {
                let target = &mut *terminator.targets_mut()[position];
                target.block = block;
                if !keeps_args {
                    target.args.clear();
                }
            }
        }
        let mut b = Builder::new(func, block);
        b.pc = turn.pc;
        Some(Ask { b, start, turn, plan, entry, distance, least })
    }

    fn build(mut self) {
        let distance = self.distance.clone();
        let (ty, distance) = (distance.ty, self.emit(&distance));
        let cap = MOST / self.plan.bytes.max(self.plan.trip.step) * self.plan.trip.step;
        let least = self.int(ty, self.least);
        let over = self.op(sub(ty), &[distance, least]);
        let cap = self.int(ty, cap - self.least);
        let mut enough = self.op(Cmp::LtU.op(ty), &[over, cap]);
        if let Some(guard) = self.plan.trip.guard {
            let (from, to) = (self.at_entry(&self.plan.trip.from), self.emit(&self.plan.trip.to));
            let ordered = self.op(guard.op(self.plan.trip.from.ty), &[from, to]);
            enough = self.op(Op::I32And, &[enough, ordered]);
        }
        self.branch(enough);
        let count = self.count(ty, distance);
        let conditions = match &self.plan.what {
            What::Fill { value, width } => self.repeated(value, *width),
            What::Copy(copy) => self.apart(copy, &count),
        };
        if let Some(condition) = conditions {
            self.branch(condition);
        }
        self.replace(&count);
    }

    /// Goes on where a condition holds; else the loop runs.
    fn branch(&mut self, condition: Value) {
        let next = insert(self.b.func, self.start);
        let other = Target { block: self.start, args: self.entry.clone() };
        self.b.terminate(Terminator::Branch { cond: condition, then: Target::to(next), other });
        self.b.block = next;
    }

    fn count(&mut self, ty: Type, distance: Value) -> Count {
        let step = self.plan.trip.step;
        let distance = if ty == Type::I64 { self.op(Op::I32WrapI64, &[distance]) } else { distance };
        let turns = self.over(distance, step);
        let bytes = match self.plan.bytes {
            bytes if bytes == step && step == 1 => distance,
            bytes if bytes == step && is_power(step) => {
                let mask = self.int(Type::I32, -step);
                self.op(Op::I32And, &[distance, mask])
            }
            bytes => self.times(turns, bytes),
        };
        Count { turns, bytes }
    }

    /// Everything between the questions and the rest of the loop.
    fn replace(&mut self, count: &Count) {
        let plan = self.plan;
        // All that is loaded here is loaded before anything is written.
        let after: Vec<Value> = (0..self.entry.len()).map(|param| self.after(count, param, 0)).collect();
        match &plan.what {
            What::Fill { value, .. } => {
                let low = self.emit(&value.low());
                let place = self.lowest(&plan.place, count, 0);
                self.b.bulk(BulkOp::Fill, [place, low, count.bytes]);
            }
            What::Copy(copy) => {
                let stores = copy.first.iter().map(|&store| &self.turn.stores[store]);
                let stores: Vec<(_, Linear, Symbol)> =
                    stores.map(|store| (store.op, store.address.clone(), store.value.clone())).collect();
                let stores: Vec<_> = stores
                    .into_iter()
                    .map(|(op, address, value)| (op, self.at_entry(&address), self.first(&value)))
                    .collect();
                let place = self.lowest(&plan.place, count, copy.ahead);
                let mut source = self.lowest(&copy.source, count, copy.ahead);
                if let Some((down, _, ty)) = &copy.shifts {
                    let bytes = self.shift_bytes(down, *ty);
                    source = self.op(Op::I32Add, &[source, bytes]);
                }
                let size = match copy.ahead {
                    0 => count.bytes,
                    ahead => {
                        let less = self.int(Type::I32, -ahead);
                        self.op(Op::I32Add, &[count.bytes, less])
                    }
                };
                self.b.bulk(BulkOp::Copy, [place, source, size]);
                for (op, address, value) in stores {
                    if let Some(value) = value {
                        self.b.store(op, address, 0, value);
                    }
                }
            }
        }
        let names: Vec<PackedOption<Name>> = self.b.func.blocks[self.start]
            .params
            .iter()
            .map(|&param| self.b.func.values[param].name)
            .collect();
        for (&value, name) in after.iter().zip(names) {
            let own = self.b.func.def(value).is_some() && !self.entry.contains(&value);
            if own && self.b.func.values[value].name.is_none() {
                self.b.func.values[value].name = name;
            }
        }
        self.b.terminate(Terminator::Jump(Target { block: self.start, args: after }));
    }

    /// The lowest address that all turns together access, from that of the
    /// first one, but for what is `ahead`.
    fn lowest(&mut self, first: &Linear, count: &Count, ahead: i64) -> Value {
        if self.plan.up {
            return self.at_entry(&first.plus(ahead));
        }
        let mut place = at(self.b.func, &self.entry, &first.plus(self.plan.bytes));
        place.add_term(count.bytes, -1);
        self.emit(&place)
    }

    /// Whether what is copied is not written before it is read, and words that
    /// are merged are so by bytes.
    fn apart(&mut self, copy: &Copy, count: &Count) -> Option<Value> {
        let (place, source) = (self.plan.place.clone(), copy.source.clone());
        let (more, less) = if self.plan.up { (place, source) } else { (source, place) };
        let (more, less) = (at(self.b.func, &self.entry, &more), at(self.b.func, &self.entry, &less));
        let gap = more.combine(&less, -1)?.simplified(self.b.func);
        let gap = self.emit(&gap);
        let size = if copy.beyond == 0 {
            count.bytes
        } else {
            let beyond = self.int(Type::I32, copy.beyond);
            self.op(Op::I32Add, &[count.bytes, beyond])
        };
        let apart = self.op(Op::I32GeU, &[gap, size]);
        let Some((down, up, ty)) = &copy.shifts else { return Some(apart) };
        let width = if *ty == Type::I64 { 64 } else { 32 };
        let down_low = self.emit(&down.low());
        // By whole bytes, by some, and by as many as the other word is not.
        let (seven, bits) = (self.int(Type::I32, 7), self.int(Type::I32, width - 1));
        let part = self.op(Op::I32And, &[down_low, seven]);
        let both = down.low().combine(&up.low(), 1)?.simplified(self.b.func);
        let both = self.emit(&both);
        let rest = self.op(Op::I32And, &[both, bits]);
        let wrong = self.op(Op::I32Or, &[part, rest]);
        let right = self.op(Op::I32Eqz, &[wrong]);
        let some = self.op(Op::I32And, &[down_low, bits]);
        let zero = self.int(Type::I32, 0);
        let some = self.op(Op::I32Ne, &[some, zero]);
        let merged = self.op(Op::I32And, &[right, some]);
        Some(self.op(Op::I32And, &[apart, merged]))
    }

    fn shift_bytes(&mut self, down: &Linear, ty: Type) -> Value {
        let down = self.emit(&down.low());
        let bits = self.int(Type::I32, if ty == Type::I64 { 63 } else { 31 });
        let down = self.op(Op::I32And, &[down, bits]);
        self.over(down, 8)
    }

    /// Whether a value is one byte over and over; nothing if that is known.
    fn repeated(&mut self, value: &Linear, width: u32) -> Option<Value> {
        if width == 1 || value.as_constant().is_some() {
            return None;
        }
        let value = if width < 8 { value.low() } else { value.clone() };
        let ty = value.ty;
        let mut value = self.emit(&value);
        let low = self.int(ty, 0xff);
        let low = self.op(and(ty), &[value, low]);
        let ones = self.int(ty, ones(width));
        let spread = self.op(mul(ty), &[low, ones]);
        if width == 2 {
            let mask = self.int(ty, 0xffff);
            value = self.op(and(ty), &[value, mask]);
        }
        Some(self.op(Cmp::Eq.op(ty), &[value, spread]))
    }

    /// What a parameter is `back` turns before the rest of the loop starts.
    fn after(&mut self, count: &Count, param: usize, back: i64) -> Value {
        let turn = self.turn;
        match self.plan.steps[param] {
            Some(0) => self.entry[param],
            Some(_) => self.linear_after(count, &Linear::root(turn.types[param], param), back),
            None => match &turn.next[param] {
                Symbol::Linear(linear) => self.linear_after(count, linear, back + 1),
                Symbol::Word(Word::Param(other)) => self.after(count, *other, back + 1),
                Symbol::Word(Word::Loaded(load)) => {
                    let load = &turn.loads[*load];
                    let address = self.linear_after(count, &load.address, back + 1);
                    self.b.load(load.op, address, 0)
                }
                // No plan has such parameters.
                _ => self.entry[param],
            },
        }
    }

    fn linear_after(&mut self, count: &Count, linear: &Linear, back: i64) -> Value {
        let Some(root) = linear.root else { return self.emit(linear) };
        let mut sum = match self.plan.steps[root] {
            Some(step) => {
                let moved = self.advance(count, linear.ty, step);
                let start = at(self.b.func, &self.entry, linear);
                let mut sum = start.plus(step.wrapping_mul(-back));
                if let Some((moved, sign)) = moved {
                    sum.add_term(moved, sign);
                }
                sum
            }
            None => {
                let value = self.after(count, root, back);
                let mut sum = Linear { root: None, ..linear.clone() };
                sum.add_term(value, 1);
                sum
            }
        };
        sum.root = None;
        self.emit(&sum)
    }

    /// By how much all turns move what moves by `step` in each, and its sign.
    fn advance(&mut self, count: &Count, ty: Type, step: i64) -> Option<(Value, i64)> {
        let (size, sign) = (step.wrapping_abs(), step.signum());
        if size == 0 {
            return None;
        }
        if size == self.plan.bytes {
            let bytes = count.bytes;
            return Some((if ty == Type::I64 { self.op(Op::I64ExtendI32U, &[bytes]) } else { bytes }, sign));
        }
        let turns = count.turns;
        let turns = if ty == Type::I64 { self.op(Op::I64ExtendI32U, &[turns]) } else { turns };
        Some((self.times(turns, size), sign))
    }

    /// A stored value in the first turn.
    fn first(&mut self, value: &Symbol) -> Option<Value> {
        match value {
            Symbol::Word(word) => Some(self.first_word(*word)),
            Symbol::Merged(Merged { low, high, down, up, ty }) => {
                let (low, high) = (self.first_word(*low), self.first_word(*high));
                let (down, up) = (self.emit(down), self.emit(up));
                let (shr, shl, or) = match ty {
                    Type::I32 => (Op::I32ShrU, Op::I32Shl, Op::I32Or),
                    _ => (Op::I64ShrU, Op::I64Shl, Op::I64Or),
                };
                let (low, high) = (self.op(shr, &[low, down]), self.op(shl, &[high, up]));
                Some(self.op(or, &[low, high]))
            }
            _ => None,
        }
    }

    fn first_word(&mut self, word: Word) -> Value {
        match word {
            Word::Param(param) => self.entry[param],
            Word::Loaded(load) => {
                let load = &self.turn.loads[load];
                let address = self.at_entry(&load.address);
                self.b.load(load.op, address, 0)
            }
        }
    }

    fn at_entry(&mut self, linear: &Linear) -> Value {
        let linear = at(self.b.func, &self.entry, linear);
        self.emit(&linear)
    }

    /// Computes a sum without a parameter.
    fn emit(&mut self, linear: &Linear) -> Value {
        let ty = linear.ty;
        let mut constant = Some(linear.constant).filter(|&constant| constant != 0);
        let mut sum: Option<Value> = None;
        let (plus, minus): (Vec<_>, Vec<_>) = linear.terms.iter().partition(|&&(_, times)| times > 0);
        for (value, times) in plus {
            let term = self.term(value, times, ty);
            sum = Some(sum.map_or(term, |sum| self.op(add(ty), &[sum, term])));
        }
        for (value, times) in minus {
            let term = self.term(value, times.wrapping_neg(), ty);
            let from = match sum {
                Some(sum) => sum,
                None => self.int(ty, constant.take().unwrap_or(0)),
            };
            sum = Some(self.op(sub(ty), &[from, term]));
        }
        match (sum, constant) {
            (Some(sum), Some(constant)) => {
                let constant = self.int(ty, constant);
                self.op(add(ty), &[sum, constant])
            }
            (Some(sum), None) => sum,
            (None, constant) => self.int(ty, constant.unwrap_or(0)),
        }
    }

    fn term(&mut self, value: Value, times: i64, ty: Type) -> Value {
        let wraps = ty == Type::I32 && self.b.func.ty(value) == Type::I64;
        let value = if wraps { self.op(Op::I32WrapI64, &[value]) } else { value };
        self.times(value, times)
    }

    /// A number times a constant.
    fn times(&mut self, value: Value, times: i64) -> Value {
        let ty = self.b.func.ty(value);
        if times == 1 {
            return value;
        }
        let (op, by) = match is_power(times) {
            true => {
                (if ty == Type::I32 { Op::I32Shl } else { Op::I64Shl }, i64::from(times.trailing_zeros()))
            }
            false => (mul(ty), times),
        };
        let by = self.int(ty, by);
        self.op(op, &[value, by])
    }

    /// A number of 32 bits without a sign divided by a constant.
    fn over(&mut self, value: Value, by: i64) -> Value {
        if by == 1 {
            return value;
        }
        let (op, by) =
            if is_power(by) { (Op::I32ShrU, i64::from(by.trailing_zeros())) } else { (Op::I32DivU, by) };
        let by = self.int(Type::I32, by);
        self.op(op, &[value, by])
    }

    fn op(&mut self, op: Op, args: &[Value]) -> Value {
        self.b.op(op, args)
    }

    fn int(&mut self, ty: Type, value: i64) -> Value {
        self.b.constant(if ty == Type::I32 { Const::I32(value as i32) } else { Const::I64(value) })
    }
}

/// A sum where the loop is caught.
fn at(func: &Function, entry: &[Value], linear: &Linear) -> Linear {
    let Some(root) = linear.root else { return linear.clone() };
    let mut sum = Linear { root: None, ..linear.clone() };
    match func.constant(entry[root]) {
        Some(Const::I32(constant)) => sum = sum.plus(constant.into()),
        Some(Const::I64(constant)) => sum = sum.plus(constant),
        _ => sum.add_term(entry[root], 1),
    }
    sum
}

/// A sum with other values in the place of some.
fn renamed(func: &Function, linear: Linear, from: &[Value], to: &[Value]) -> Linear {
    let mut sum = Linear::constant(linear.ty, linear.constant);
    for &(value, times) in &linear.terms {
        let position = from.iter().position(|&param| param == value);
        let value = position.filter(|_| func.def(value).is_none()).map_or(value, |position| to[position]);
        sum.add_term(value, times);
    }
    sum
}

/// A new block before another one in the layout.
fn insert(func: &mut Function, before: Block) -> Block {
    let block = func.add_block(None);
    func.layout.pop();
    let position = func.layout.iter().position(|&other| other == before).unwrap_or(func.layout.len());
    func.layout.insert(position, block);
    block
}

fn copy_params(func: &mut Function, params: &[Value], block: Block) -> Vec<Value> {
    let copy = |&param: &Value| {
        let data = func.values[param].clone();
        func.add_param_named(block, data.ty, data.name)
    };
    params.iter().map(copy).collect()
}

/// The most that a sum can be, where that is easily told.
fn highest(func: &Function, linear: &Linear) -> Option<i64> {
    match linear.terms[..] {
        [] => Some(linear.constant),
        [(value, 1)] => masked(func, value)?.checked_add(linear.constant),
        _ => None,
    }
}

/// The most that a masked value, perhaps scaled, can be.
fn masked(func: &Function, value: Value) -> Option<i64> {
    let InstKind::Op(op, args) = &func.def(value)?.kind else { return None };
    let constant = match func.constant(*args.get(1)?)? {
        Const::I64(constant) => constant,
        Const::I32(constant) => constant.into(),
        _ => return None,
    };
    match op {
        Op::I64And | Op::I32And if constant >= 0 => Some(constant),
        Op::I64Shl if (0..16).contains(&constant) => {
            masked(func, args[0]).filter(|&most| most < 1 << 32).map(|most| most << constant)
        }
        _ => None,
    }
}

fn is_repeated(value: i64, width: u32) -> bool {
    let bytes = &value.to_le_bytes()[..width as usize];
    bytes.iter().all(|&byte| byte == bytes[0])
}

/// As many bytes of 1 as a store is wide.
fn ones(width: u32) -> i64 {
    0x0101_0101_0101_0101 & (u64::MAX >> (64 - 8 * width.clamp(1, 8))).cast_signed()
}

fn is_power(value: i64) -> bool {
    value > 0 && value & (value - 1) == 0
}

fn add(ty: Type) -> Op {
    if ty == Type::I32 { Op::I32Add } else { Op::I64Add }
}

fn sub(ty: Type) -> Op {
    if ty == Type::I32 { Op::I32Sub } else { Op::I64Sub }
}

fn mul(ty: Type) -> Op {
    if ty == Type::I32 { Op::I32Mul } else { Op::I64Mul }
}

fn and(ty: Type) -> Op {
    if ty == Type::I32 { Op::I32And } else { Op::I64And }
}
