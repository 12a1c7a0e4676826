//! Makes random functions that look like what the lifter makes.

mod float;
#[cfg(test)]
mod tests;

use super::random::Random;
use super::{BIAS, STACK};
use crate::ir::{
    AtomicOp, Block, Builder, BulkOp, Call, ExitReason, Function, HostFn, Kind, LoadOp, Op, Param, Signature,
    StateReg, StoreOp, Target, Terminator, Type, Value, Var,
};

const INTEGERS: [&str; 7] = ["a0", "a1", "a2", "a5", "s0", "s1", "t0"];
const FLOATS: [&str; 3] = ["fa0", "fa1", "fs0"];

/// A function for a seed, with variables.
pub fn function(seed: u64) -> Function {
    let mut random = Random::new(seed);
    let blocks = 2 + random.below(9) as usize;
    // One in eight has long blocks that mostly access memory.
    sized(random, blocks, if seed % 8 == 7 { 60 } else { 8 })
}

/// A function of so many blocks of up to so many guest instructions each.
pub fn sized(mut random: Random, blocks: usize, length: u64) -> Function {
    let mut func = Function::new("random", 0x1_0000, Kind::Regular);
    func.bias = BIAS as u32;
    func.may_exit = !random.chance(4);
    for (name, ty) in [("sp", Type::I64), ("a0", Type::I64), ("a1", Type::I64), ("fa0", Type::F64)] {
        func.params.push(Param { name: name.into(), ty });
    }
    func.results.push(Param { name: "a0".into(), ty: Type::I64 });
    func.results.push(Param { name: "fa0".into(), ty: Type::F64 });
    let sp = func.var("sp", Type::I64);
    let xs = INTEGERS.map(|name| func.var(name, Type::I64)).to_vec();
    let fs = FLOATS.map(|name| func.var(name, Type::F64)).to_vec();
    let entry = func.add_block(None);
    let blocks: Vec<Block> =
        (0..blocks).map(|index| func.add_block(Some(0x1_0000 + 16 * index as u64))).collect();
    let escapes = random.chance(2);
    let memory = length > 20;
    let mut maker = Maker { random, func, block: entry, pc: 0x1_0000, sp, xs, fs, memory, escapes };
    maker.enter(blocks[0]);
    for (index, &block) in blocks.iter().enumerate() {
        maker.block = block;
        for _ in 0..=maker.random.below(length) {
            maker.pc += 4;
            maker.instruction();
        }
        maker.end(index, &blocks);
    }
    maker.func
}

struct Maker {
    random: Random,
    func: Function,
    block: Block,
    pc: u64,
    sp: Var,
    xs: Vec<Var>,
    fs: Vec<Var>,
    /// Whether to access memory more often.
    memory: bool,
    /// Whether addresses of the frame may get elsewhere.
    escapes: bool,
}

impl Maker {
    fn b(&mut self) -> Builder<'_> {
        let mut builder = Builder::new(&mut self.func, self.block);
        builder.pc = Some(self.pc);
        builder
    }

    fn op(&mut self, op: Op, args: &[Value]) -> Value {
        self.b().op(op, args)
    }

    fn i64(&mut self, value: i64) -> Value {
        self.b().i64(value)
    }

    fn x(&mut self) -> Value {
        let var = self.random.pick(&self.xs.clone());
        self.b().get(var)
    }

    fn x_or_constant(&mut self) -> Value {
        if self.random.chance(3) {
            let value = self.random.small();
            self.i64(value)
        } else {
            self.x()
        }
    }

    fn set_x(&mut self, value: Value) {
        let var = self.random.pick(&self.xs.clone());
        self.b().set(var, value);
    }

    fn f(&mut self) -> Value {
        let var = self.random.pick(&self.fs.clone());
        self.b().get(var)
    }

    fn set_f(&mut self, value: Value) {
        let var = self.random.pick(&self.fs.clone());
        self.b().set(var, value);
    }

    fn single(&mut self) -> Value {
        let boxed = self.f();
        self.op(Op::RvUnbox, &[boxed])
    }

    fn set_single(&mut self, value: Value) {
        let boxed = self.op(Op::RvBox, &[value]);
        self.set_f(boxed);
    }

    fn wrap(&mut self, value: Value) -> Value {
        self.op(Op::I32WrapI64, &[value])
    }

    fn sext(&mut self, value: Value) -> Value {
        self.op(Op::I64ExtendI32S, &[value])
    }

    /// The entry: arguments into variables, the prologue.
    fn enter(&mut self, first: Block) {
        let sp = self.func.add_param(self.block, Type::I64, Some("sp".into()));
        let a0 = self.func.add_param(self.block, Type::I64, Some("a0".into()));
        let a1 = self.func.add_param(self.block, Type::I64, Some("a1".into()));
        let fa0 = self.func.add_param(self.block, Type::F64, Some("fa0".into()));
        let (var_sp, xs, fs) = (self.sp, self.xs.clone(), self.fs.clone());
        self.b().set(xs[0], a0);
        self.b().set(xs[1], a1);
        self.b().set(fs[0], fa0);
        let size = self.i64(-64);
        let sp = self.op(Op::I64Add, &[sp, size]);
        self.b().set(var_sp, sp);
        let s0 = self.b().get_state(StateReg::Reg(rv2wat_isa::Reg::X(rv2wat_isa::X::S0)));
        self.b().set(xs[4], s0);
        for (index, &var) in xs.iter().enumerate().skip(2).filter(|&(index, _)| index != 4) {
            let reg = StateReg::Reg(rv2wat_isa::Reg::new(20 + index as u8));
            let value = self.b().get_state(reg);
            self.b().set(var, value);
        }
        for (index, &var) in fs.iter().enumerate().skip(1) {
            let reg = StateReg::Reg(rv2wat_isa::Reg::new(40 + index as u8));
            let value = self.b().get_state(reg);
            self.b().set(var, value);
        }
        self.b().jump(first);
    }

    /// An address and an offset as the lifter makes them, from a pointer to
    /// anywhere but the stack, or from the stack pointer, or from a pointer that
    /// may point to the stack because it was derived from there.
    fn address(&mut self) -> (Value, u32) {
        let base = match self.random.below(if self.memory { 20 } else { 8 }) {
            0..=2 | 8.. => {
                let sp = self.sp;
                self.b().get(sp)
            }
            3 => {
                let pointer = self.x();
                let start = self.i64(BIAS + STACK);
                let distance = self.op(Op::I64Sub, &[pointer, start]);
                let size = self.i64(1800);
                let inside = self.op(Op::I64LtU, &[distance, size]);
                let elsewhere = self.i64(BIAS + 128);
                self.b().select(pointer, elsewhere, inside)
            }
            4 => {
                let address = BIAS + 8 * self.random.below(32) as i64;
                self.i64(address)
            }
            _ => {
                let pointer = self.x();
                let mask = self.i64(0x3f8);
                let low = self.op(Op::I64And, &[pointer, mask]);
                let bias = self.i64(BIAS);
                self.op(Op::I64Add, &[low, bias])
            }
        };
        let low = self.wrap(base);
        let displacement = self.random.pick(&[0, 8, 8, 8, 8, 16, 16, 20, 24, -8]);
        match u32::try_from(displacement) {
            Ok(offset) => {
                let bias = self.b().i32(-BIAS as i32);
                (self.op(Op::I32Add, &[low, bias]), offset)
            }
            Err(_) => {
                let bias = self.b().i32((displacement - BIAS) as i32);
                (self.op(Op::I32Add, &[low, bias]), 0)
            }
        }
    }

    fn instruction(&mut self) {
        let kind = if self.memory && self.random.chance(2) {
            10 + self.random.below(4)
        } else {
            self.random.below(22)
        };
        match kind {
            0..=2 => self.binary(),
            3 | 4 => self.word(),
            5 | 6 => self.immediate(),
            7 => self.extension(),
            8 | 9 => self.compare(),
            10 | 11 => self.load(),
            12 | 13 => self.store(),
            14 => self.state(),
            15 => self.call(),
            16 | 17 => self.float(),
            18 => self.single_float(),
            19 => self.float_bits(),
            20 => self.choose(),
            _ => self.rare(),
        }
    }

    fn binary(&mut self) {
        const OPS: [Op; 23] = [
            Op::I64Add,
            Op::I64Add,
            Op::I64Sub,
            Op::I64Mul,
            Op::I64And,
            Op::I64Or,
            Op::I64Xor,
            Op::I64Shl,
            Op::I64ShrS,
            Op::I64ShrU,
            Op::I64Rotl,
            Op::I64Rotr,
            Op::RvDiv,
            Op::RvDivu,
            Op::RvRem,
            Op::RvRemu,
            Op::RvMulh,
            Op::RvMulhsu,
            Op::RvMulhu,
            Op::I64Add,
            Op::I64And,
            Op::I64Shl,
            Op::I64ShrU,
        ];
        let op = self.random.pick(&OPS);
        let (a, b) = (self.x_or_constant(), self.x_or_constant());
        let value = self.op(op, &[a, b]);
        self.set_x(value);
    }

    fn word(&mut self) {
        const OPS: [Op; 16] = [
            Op::I32Add,
            Op::I32Add,
            Op::I32Sub,
            Op::I32Mul,
            Op::I32Shl,
            Op::I32ShrS,
            Op::I32ShrU,
            Op::I32Rotl,
            Op::I32Rotr,
            Op::RvDivw,
            Op::RvDivuw,
            Op::RvRemw,
            Op::RvRemuw,
            Op::I32And,
            Op::I32Xor,
            Op::I32Add,
        ];
        let op = self.random.pick(&OPS);
        let (a, b) = (self.x_or_constant(), self.x_or_constant());
        let (a, b) = (self.wrap(a), self.wrap(b));
        let value = self.op(op, &[a, b]);
        let value = self.sext(value);
        self.set_x(value);
    }

    fn immediate(&mut self) {
        let op = self.random.pick(&[Op::I64Add, Op::I64And, Op::I64Or, Op::I64Xor, Op::I64Add]);
        let imm = match self.random.below(6) {
            0 => 255,
            1 => -1,
            2 => 1,
            _ => self.random.below(4096) as i64 - 2048,
        };
        let a = self.x();
        let imm = self.i64(imm);
        let value = self.op(op, &[a, imm]);
        self.set_x(value);
    }

    /// Two shifts that extend, or an extension by name.
    fn extension(&mut self) {
        let a = self.x();
        let value = match self.random.below(3) {
            0 => {
                let amount = self.random.pick(&[32, 48, 56, 31, 16]);
                let amount = self.i64(amount);
                let up = self.op(Op::I64Shl, &[a, amount]);
                let down = self.random.pick(&[Op::I64ShrS, Op::I64ShrU]);
                self.op(down, &[up, amount])
            }
            1 => {
                let op = self.random.pick(&[
                    Op::I64Extend8S,
                    Op::I64Extend16S,
                    Op::I64Extend32S,
                    Op::I64Clz,
                    Op::I64Popcnt,
                    Op::RvRev8,
                    Op::RvOrcB,
                ]);
                self.op(op, &[a])
            }
            _ => {
                let low = self.wrap(a);
                let op = self.random.pick(&[Op::I64ExtendI32S, Op::I64ExtendI32U]);
                self.op(op, &[low])
            }
        };
        self.set_x(value);
    }

    fn condition(&mut self) -> Value {
        const OPS: [Op; 10] = [
            Op::I64Eq,
            Op::I64Ne,
            Op::I64LtS,
            Op::I64LtU,
            Op::I64GeS,
            Op::I64GeU,
            Op::I64GtS,
            Op::I64GtU,
            Op::I64LeS,
            Op::I64LeU,
        ];
        let op = self.random.pick(&OPS);
        let a = self.x();
        let b = if self.random.chance(3) { self.i64(0) } else { self.x_or_constant() };
        if self.random.chance(6) { self.op(Op::I64Eqz, &[a]) } else { self.op(op, &[a, b]) }
    }

    fn compare(&mut self) {
        let condition = self.condition();
        let mut value = self.op(Op::I64ExtendI32U, &[condition]);
        if self.random.chance(3) {
            let one = self.i64(1);
            value = self.op(Op::I64Xor, &[value, one]);
        }
        self.set_x(value);
    }

    fn load(&mut self) {
        const OPS: [LoadOp; 11] = [
            LoadOp::I64Load8S,
            LoadOp::I64Load8U,
            LoadOp::I64Load16S,
            LoadOp::I64Load16U,
            LoadOp::I64Load32S,
            LoadOp::I64Load32U,
            LoadOp::I64Load,
            LoadOp::I64Load,
            LoadOp::I64Load,
            LoadOp::I64Load,
            LoadOp::I64Load,
        ];
        let op = if self.memory && !self.random.chance(8) { LoadOp::I64Load } else { self.random.pick(&OPS) };
        let (addr, offset) = self.address();
        match self.random.below(if self.memory { 20 } else { 5 }) {
            0 => {
                let value = self.b().load(LoadOp::F64Load, addr, offset);
                self.set_f(value);
            }
            1 => {
                let value = self.b().load(LoadOp::F32Load, addr, offset);
                self.set_single(value);
            }
            _ => {
                let value = self.b().load(op, addr, offset);
                self.set_x(value);
            }
        }
    }

    fn store(&mut self) {
        let op = self.random.pick(&[
            StoreOp::I64Store8,
            StoreOp::I64Store16,
            StoreOp::I64Store32,
            StoreOp::I64Store,
            StoreOp::I64Store,
        ]);
        let op = if self.memory && !self.random.chance(8) { StoreOp::I64Store } else { op };
        let (addr, offset) = self.address();
        match self.random.below(if self.memory { 20 } else { 5 }) {
            0 => {
                let value = self.f();
                self.b().store(StoreOp::F64Store, addr, offset, value);
            }
            1 => {
                let value = self.f();
                let bits = self.op(Op::I64ReinterpretF64, &[value]);
                self.b().store(StoreOp::I64Store32, addr, offset, bits);
            }
            _ => {
                let value = self.x();
                self.b().store(op, addr, offset, value);
            }
        }
    }

    fn state(&mut self) {
        let x = self.random.pick(&[rv2wat_isa::X::S0, rv2wat_isa::X::S1, rv2wat_isa::X::TP]);
        let reg = StateReg::Reg(rv2wat_isa::Reg::X(x));
        if self.random.chance(2) {
            let value = self.b().get_state(reg);
            self.set_x(value);
        } else {
            let value = self.x();
            self.b().set_state(reg, value);
        }
    }

    fn call(&mut self) {
        let may_exit = self.func.may_exit && self.random.chance(2);
        let takes_sp = self.random.chance(2);
        let mut params = vec![Type::I64; 1 + usize::from(takes_sp)];
        params.push(Type::F64);
        let signature = Signature { params, results: vec![Type::I64, Type::F64], may_exit };
        let sp = self.sp;
        let mut args = Vec::new();
        if takes_sp {
            args.push(self.b().get(sp));
        }
        args.push(self.x());
        args.push(self.f());
        let s0 = StateReg::Reg(rv2wat_isa::Reg::X(rv2wat_isa::X::S0));
        let leave = if may_exit { vec![(s0, self.x())] } else { Vec::new() };
        let results = if self.random.chance(3) && (self.escapes || !takes_sp) {
            let target = self.x();
            args.insert(0, target);
            self.b().call(Call::Indirect(signature), args, leave)
        } else {
            // A name has one signature.
            let name = match (takes_sp, may_exit) {
                (true, true) => "takes_sp",
                (true, false) => "takes_sp_too",
                (false, true) => "leaves",
                (false, false) => "plain",
            };
            let callee = self.func.callee(name, signature);
            self.func.callees[callee].takes_sp = takes_sp;
            self.b().call(Call::Direct(callee), args, leave)
        };
        self.set_x(results[0]);
        self.set_f(results[1]);
    }

    fn choose(&mut self) {
        let condition = self.condition();
        let (a, b) = (self.x_or_constant(), self.x_or_constant());
        let value = self.b().select(a, b, condition);
        self.set_x(value);
    }

    fn rare(&mut self) {
        match self.random.below(6) {
            0 => {
                let (addr, _) = self.address();
                let operand = self.x();
                let old = self.b().atomic(AtomicOp::I64Add, addr, 8, &[operand]);
                self.set_x(old);
            }
            1 => self.b().fence(),
            4 => self.bulk(),
            2 if self.escapes => {
                // The address of a slot gets into a register.
                let sp = self.sp;
                let sp = self.b().get(sp);
                let offset = self.random.pick(&[0, 16, 24]);
                let offset = self.i64(offset);
                let value = self.op(Op::I64Add, &[sp, offset]);
                self.set_x(value);
            }
            3 => {
                let csr = self.b().i32(0xc00);
                let results = self.b().call(Call::Host(HostFn::Counter), vec![csr], Vec::new());
                self.set_x(results[0]);
            }
            _ => {
                let value = self.random.constant(Type::F64);
                let value = self.b().constant(value);
                self.set_f(value);
            }
        }
    }

    /// Some bytes copied or filled.
    fn bulk(&mut self) {
        let (place, _) = self.address();
        let length = self.random.below(40) as i32;
        let (op, source) = if self.random.chance(2) {
            (BulkOp::Copy, self.address().0)
        } else {
            let value = self.x();
            (BulkOp::Fill, self.wrap(value))
        };
        let length = self.b().i32(length);
        self.b().bulk(op, [place, source, length]);
    }

    /// Ends a block: mostly onwards, sometimes back or to anywhere.
    fn end(&mut self, index: usize, blocks: &[Block]) {
        let onward = |random: &mut Random| {
            let ahead = index + 1 + random.below(3) as usize;
            let to = if random.chance(4) { random.below(blocks.len() as u64) as usize } else { ahead };
            Target::to(blocks[to.min(blocks.len() - 1)])
        };
        let last = index + 1 == blocks.len();
        match self.random.below(12) {
            0..=6 if !last => {
                let (then, other) = (onward(&mut self.random), onward(&mut self.random));
                let mut cond = self.condition();
                if self.random.chance(4) {
                    let wide = self.op(Op::I64ExtendI32U, &[cond]);
                    let zero = self.i64(0);
                    let op = self.random.pick(&[Op::I64Ne, Op::I64Eq]);
                    cond = self.op(op, &[wide, zero]);
                }
                self.b().terminate(Terminator::Branch { cond, then, other });
            }
            7 | 8 if !last => {
                let target = onward(&mut self.random);
                self.b().terminate(Terminator::Jump(target));
            }
            9 if !last => {
                let targets: Vec<Target> = (0..3).map(|_| onward(&mut self.random)).collect();
                let default = onward(&mut self.random);
                let a = self.x();
                let mask = self.i64(3);
                let masked = self.op(Op::I64And, &[a, mask]);
                let index = self.wrap(masked);
                self.b().terminate(Terminator::Switch { index, targets, default });
            }
            10 if self.func.may_exit => {
                let pc = self.x();
                let s1 = StateReg::Reg(rv2wat_isa::Reg::X(rv2wat_isa::X::S1));
                let fs0 = StateReg::Reg(rv2wat_isa::Reg::F(rv2wat_isa::F::FS0));
                let state = vec![(s1, self.x()), (fs0, self.f())];
                self.b().terminate(Terminator::Exit { reason: ExitReason::Jump, pc, state });
            }
            _ => {
                let (a0, fa0) = (self.xs[0], self.fs[0]);
                let values = vec![self.b().get(a0), self.b().get(fa0)];
                self.b().terminate(Terminator::Return(values));
            }
        }
    }
}
