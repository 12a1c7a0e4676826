//! Random loops that copy or fill, or nearly so.

use crate::ir::{
    Block, Builder, Function, Kind, LoadOp, Op, Param, StoreOp, Target, Terminator, Type, Value,
};
use crate::testing::BIAS;
use crate::testing::random::Random;

/// What a loop is like.
struct Maker {
    random: Random,
    /// How wide words are, and how many a turn stores.
    width: i64,
    words: i64,
    up: bool,
    /// How many words are loaded before the turn that stores them.
    carried: usize,
    /// Whether two are merged for each that is stored.
    merges: bool,
    fills: bool,
    /// Whether the loop has two blocks and is entered at either.
    split: bool,
    /// Whether pointers in the loop are places in memory.
    narrow: bool,
    /// 0: by an end, 1: by an order, 2: by a count.
    test: u64,
}

/// What the loop knows from before it.
struct Fixed {
    end: Value,
    down: Value,
    up: Value,
    value: Value,
}

/// A function for a seed.
pub fn function(seed: u64) -> Function {
    let mut random = Random::new(seed);
    let width = random.pick(&[1, 1, 2, 4, 8, 8, 8]);
    let split = random.chance(4);
    let words = if split { 32 / width } else { random.pick(&[1, 1, 2, 4]) };
    let merges = width >= 4 && random.chance(3);
    let fills = !merges && random.chance(4);
    let carried = match (merges, fills) {
        (true, _) => 1 + random.below(2) as usize,
        (_, true) => 0,
        _ => random.below(2) as usize,
    };
    let (up, narrow, test) = (!random.chance(3), random.chance(2), random.below(3));
    Maker { random, width, words, up, carried, merges, fills, split, narrow, test }.function()
}

impl Maker {
    fn function(mut self) -> Function {
        let mut func = Function::new("random", 0x1_0000, Kind::Regular);
        func.bias = BIAS as u32;
        let entry = func.add_block(None);
        let mut args = Vec::new();
        for name in ["a0", "a1", "a2"] {
            func.params.push(Param { name: name.into(), ty: Type::I64 });
            args.push(func.add_param(entry, Type::I64, Some(name.into())));
        }
        let blocks: Vec<Block> = (0..=usize::from(self.split)).map(|_| func.add_block(None)).collect();
        let after = func.add_block(None);
        let (fixed, state, side) = self.enter(&mut Builder::new(&mut func, entry), &args);
        let to = |block: Block| Target { block, args: state.clone() };
        let mut builder = Builder::new(&mut func, entry);
        builder.terminate(match blocks[..] {
            [one] => Terminator::Jump(to(one)),
            _ => Terminator::Branch { cond: side, then: to(blocks[0]), other: to(blocks[1]) },
        });
        let types: Vec<Type> = state.iter().map(|&value| func.ty(value)).collect();
        let per = self.words / blocks.len() as i64;
        let mut last = Vec::new();
        for (position, &block) in blocks.iter().enumerate() {
            let state: Vec<Value> = types.iter().map(|&ty| func.add_param(block, ty, None)).collect();
            let words = position as i64 * per..(position as i64 + 1) * per;
            let mut builder = Builder::new(&mut func, block);
            let mut state = self.words(&mut builder, &fixed, state, words);
            if position + 1 < blocks.len() {
                let target = Target { block: blocks[position + 1], args: state };
                builder.terminate(Terminator::Jump(target));
                continue;
            }
            let cond = self.step(&mut builder, &fixed, &mut state);
            last.clone_from(&state);
            let then = Target { block: blocks[0], args: state };
            builder.terminate(Terminator::Branch { cond, then, other: Target::to(after) });
        }
        let results: Vec<Value> = last;
        for (index, &value) in results.iter().enumerate() {
            func.results.push(Param { name: format!("r{index}"), ty: func.ty(value) });
        }
        Builder::new(&mut func, after).terminate(Terminator::Return(results));
        func
    }

    /// Pointers, how far to go, and what else the loop starts with.
    fn enter(&mut self, b: &mut Builder, args: &[Value]) -> (Fixed, Vec<Value>, Value) {
        let masked = |b: &mut Builder, value: Value, mask: i64, more: i64| {
            let (mask, more) = (b.i64(mask), b.i64(more));
            let low = b.op(Op::I64And, &[value, mask]);
            b.op(Op::I64Add, &[low, more])
        };
        let place = masked(b, args[0], 0xff, BIAS + 1400);
        let source = if self.random.chance(2) {
            let gap = self.random.pick(&[-300, -64, -8, -7, -1, 0, 1, 7, 8, 16, 64, 300]);
            let gap = b.i64(gap);
            b.op(Op::I64Add, &[place, gap])
        } else {
            masked(b, args[1], 0x3ff, BIAS + 1000)
        };
        let step = self.width * self.words;
        let most = (640 / step).max(2) - 1;
        let turns = masked(b, args[2], (most as u64).next_power_of_two() as i64 / 2 - 1, 1);
        let step = b.i64(step);
        let far = b.op(Op::I64Mul, &[turns, step]);
        let end = b.op(if self.up { Op::I64Add } else { Op::I64Sub }, &[place, far]);
        let eight = b.i64(8);
        let shift = masked(b, args[1], 7, 0);
        let ty = self.ty();
        let bits = b.i64(if ty == Type::I64 { 64 } else { 32 });
        let by = if self.random.chance(8) { shift } else { b.op(Op::I64Mul, &[shift, eight]) };
        let rest = b.op(Op::I64Sub, &[bits, by]);
        let rest = if self.random.chance(8) { b.op(Op::I64Sub, &[rest, eight]) } else { rest };
        let ones = b.i64(0x0101_0101_0101_0101);
        let byte = masked(b, args[1], 0xff, 0);
        let byte = if self.random.chance(8) { args[1] } else { b.op(Op::I64Mul, &[byte, ones]) };
        let cut = |b: &mut Builder, value: Value| {
            if ty == Type::I32 { b.op(Op::I32WrapI64, &[value]) } else { value }
        };
        let (down, up, value) = (cut(b, by), cut(b, rest), cut(b, byte));
        let count = self.test == 2;
        let fixed = Fixed { end: if count { turns } else { end }, down, up, value };
        let mut state = Vec::new();
        for pointer in [place, source] {
            let low = b.op(Op::I32WrapI64, &[pointer]);
            let bias = b.i32(-BIAS as i32);
            state.push(if self.narrow { b.op(Op::I32Add, &[low, bias]) } else { pointer });
        }
        state.push(if count { turns } else { place });
        for _ in 0..self.carried {
            let word = masked(b, args[1], -1, self.random.small());
            state.push(cut(b, word));
        }
        let four = b.i64(4);
        let side = b.op(Op::I64And, &[args[1], four]);
        (fixed, state, b.op(Op::I32WrapI64, &[side]))
    }

    fn ty(&self) -> Type {
        if self.width == 4 { Type::I32 } else { Type::I64 }
    }

    /// The words of a turn that one block stores.
    fn words(
        &mut self,
        b: &mut Builder,
        fixed: &Fixed,
        state: Vec<Value>,
        words: std::ops::Range<i64>,
    ) -> Vec<Value> {
        let mut stream = state[3..].to_vec();
        let count = (words.end - words.start) as usize;
        let at_once = self.random.chance(2);
        let mut order: Vec<usize> = (0..count).collect();
        if at_once && self.random.chance(2) {
            order.reverse();
        }
        for index in order {
            let ahead = usize::from(self.merges);
            let wanted = if at_once { self.carried + count } else { index + 1 + ahead };
            while !self.fills && stream.len() < wanted {
                let word = words.start + (stream.len() - self.carried) as i64;
                let (addr, offset) = self.address(b, state[1], word);
                stream.push(b.load(self.load(), addr, offset));
            }
            let value = match (self.fills, self.merges) {
                (true, _) => fixed.value,
                (_, true) => self.merged(b, fixed, stream[index], stream[index + 1]),
                _ => stream[index],
            };
            let (addr, offset) = self.address(b, state[0], words.start + index as i64);
            b.store(self.store(), addr, offset, value);
        }
        while !self.fills && stream.len() < self.carried + count {
            let word = words.start + (stream.len() - self.carried) as i64;
            let (addr, offset) = self.address(b, state[1], word);
            stream.push(b.load(self.load(), addr, offset));
        }
        let mut state = state;
        let carried = self.carried;
        state.truncate(3);
        state.extend(stream[stream.len() - carried..].iter().copied());
        state
    }

    fn merged(&self, b: &mut Builder, fixed: &Fixed, first: Value, second: Value) -> Value {
        let (low, high) = if self.up { (first, second) } else { (second, first) };
        let (shr, shl, or) = match self.ty() {
            Type::I32 => (Op::I32ShrU, Op::I32Shl, Op::I32Or),
            _ => (Op::I64ShrU, Op::I64Shl, Op::I64Or),
        };
        let (low, high) = (b.op(shr, &[low, fixed.down]), b.op(shl, &[high, fixed.up]));
        b.op(or, &[low, high])
    }

    /// Where a word of the turn is.
    fn address(&self, b: &mut Builder, pointer: Value, word: i64) -> (Value, u32) {
        let bias = if self.narrow { 0 } else { -BIAS as i32 };
        let low = if self.narrow { pointer } else { b.op(Op::I32WrapI64, &[pointer]) };
        let offset = if self.up { word * self.width } else { -(word + 1) * self.width };
        let constant = b.i32(bias + offset.min(0) as i32);
        (b.op(Op::I32Add, &[low, constant]), offset.max(0) as u32)
    }

    fn load(&self) -> LoadOp {
        match self.width {
            1 => LoadOp::I64Load8U,
            2 => LoadOp::I64Load16S,
            4 => LoadOp::I32Load,
            _ => LoadOp::I64Load,
        }
    }

    fn store(&self) -> StoreOp {
        match self.width {
            1 => StoreOp::I64Store8,
            2 => StoreOp::I64Store16,
            4 => StoreOp::I32Store,
            _ => StoreOp::I64Store,
        }
    }

    /// Moves on, and asks whether that was all.
    fn step(&mut self, b: &mut Builder, fixed: &Fixed, state: &mut [Value]) -> Value {
        let step = self.width * self.words * if self.up { 1 } else { -1 };
        for (position, value) in state.iter_mut().enumerate().take(3) {
            let step = if self.test == 2 && position == 2 { -1 } else { step };
            let narrow = b.func.ty(*value) == Type::I32;
            let by = if narrow { b.i32(step as i32) } else { b.i64(step) };
            *value = b.op(if narrow { Op::I32Add } else { Op::I64Add }, &[*value, by]);
        }
        match self.test {
            0 => b.op(Op::I64Ne, &[state[2], fixed.end]),
            1 => {
                let op = match (self.up, self.random.chance(2)) {
                    (true, true) => Op::I64LtU,
                    (true, false) => Op::I64LeS,
                    (false, true) => Op::I64GtU,
                    (false, false) => Op::I64GeS,
                };
                b.op(op, &[state[2], fixed.end])
            }
            _ => {
                let zero = b.i64(0);
                b.op(Op::I64Ne, &[state[2], zero])
            }
        }
    }
}
