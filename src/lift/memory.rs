//! Loads, stores and atomics.

use rv2wat_isa::{Amo, FLoad, FStore, I, Inst, Lr, Reg, S, X};
use rv2wat_passes::ir::{AtomicOp, LoadOp, Op, StoreOp, Type, Value, Var};

use super::Lifter;

/// The bytes that `cbo.zero` clears, and that `riscv_hwprobe` reports.
const CACHE_BLOCK: u32 = 64;

impl Lifter<'_> {
    /// Lifts an access to memory; whether it was one.
    pub(super) fn lift_memory(&mut self, inst: &Inst) -> bool {
        match inst {
            Inst::Lb(i) => self.load(i, LoadOp::I64Load8S),
            Inst::Lh(i) => self.load(i, LoadOp::I64Load16S),
            Inst::Lw(i) => self.load(i, LoadOp::I64Load32S),
            Inst::Ld(i) => self.load(i, LoadOp::I64Load),
            Inst::Lbu(i) => self.load(i, LoadOp::I64Load8U),
            Inst::Lhu(i) => self.load(i, LoadOp::I64Load16U),
            Inst::Lwu(i) => self.load(i, LoadOp::I64Load32U),
            Inst::Sb(s) => self.store(s, StoreOp::I64Store8),
            Inst::Sh(s) => self.store(s, StoreOp::I64Store16),
            Inst::Sw(s) => self.store(s, StoreOp::I64Store32),
            Inst::Sd(s) => self.store(s, StoreOp::I64Store),
            Inst::Flw(load) => {
                let (addr, offset) = self.address(load.rs1, load.imm);
                let value = self.b().load(LoadOp::F32Load, addr, offset);
                let value = self.b().op(Op::RvBox, &[value]);
                self.set_f(load.rd, value);
            }
            Inst::Fld(load) => self.load_double(load),
            Inst::Fsw(store) => self.store_single(store),
            Inst::Fsd(store) => {
                let (addr, offset) = self.address(store.rs1, store.imm);
                let value = self.get_f(store.rs2);
                self.b().store(StoreOp::F64Store, addr, offset, value);
            }
            Inst::CboZero(cbo) => self.clear_block(cbo.rs1),
            // Memory is coherent: there is nothing to write back or drop.
            Inst::CboInval(_) | Inst::CboClean(_) | Inst::CboFlush(_) => {}
            Inst::LrW(lr) => self.load_reserved(lr, AtomicOp::I32Load),
            Inst::LrD(lr) => self.load_reserved(lr, AtomicOp::I64Load),
            Inst::ScW(sc) => self.store_conditional(sc, AtomicOp::I32Cmpxchg),
            Inst::ScD(sc) => self.store_conditional(sc, AtomicOp::I64Cmpxchg),
            _ => return self.lift_amo(inst),
        }
        true
    }

    fn lift_amo(&mut self, inst: &Inst) -> bool {
        let (amo, op) = match inst {
            Inst::AmoswapW(a) => (a, AtomicOp::I32Xchg),
            Inst::AmoaddW(a) => (a, AtomicOp::I32Add),
            Inst::AmoxorW(a) => (a, AtomicOp::I32Xor),
            Inst::AmoandW(a) => (a, AtomicOp::I32And),
            Inst::AmoorW(a) => (a, AtomicOp::I32Or),
            Inst::AmominW(a) => (a, AtomicOp::I32Min),
            Inst::AmomaxW(a) => (a, AtomicOp::I32Max),
            Inst::AmominuW(a) => (a, AtomicOp::I32Minu),
            Inst::AmomaxuW(a) => (a, AtomicOp::I32Maxu),
            Inst::AmoswapD(a) => (a, AtomicOp::I64Xchg),
            Inst::AmoaddD(a) => (a, AtomicOp::I64Add),
            Inst::AmoxorD(a) => (a, AtomicOp::I64Xor),
            Inst::AmoandD(a) => (a, AtomicOp::I64And),
            Inst::AmoorD(a) => (a, AtomicOp::I64Or),
            Inst::AmominD(a) => (a, AtomicOp::I64Min),
            Inst::AmomaxD(a) => (a, AtomicOp::I64Max),
            Inst::AmominuD(a) => (a, AtomicOp::I64Minu),
            Inst::AmomaxuD(a) => (a, AtomicOp::I64Maxu),
            _ => return false,
        };
        self.read_modify_write(amo, op);
        true
    }

    /// The memory offset of `base + imm` as an address and a constant offset.
    ///
    /// A small positive displacement stays an offset: the sum cannot wrap for an
    /// object that the guest may touch. Every other one is added with wrapping,
    /// together with the bias.
    pub(super) fn address(&mut self, base: X, imm: i64) -> (Value, u32) {
        let bias = i64::from(self.cx.bias);
        let base_value = self.get(base);
        let low = self.wrap(base_value);
        let (displacement, offset) = match u32::try_from(imm) {
            Ok(offset) if base != X::ZERO => (-bias, offset),
            _ => (imm - bias, 0),
        };
        if displacement == 0 {
            return (low, offset);
        }
        // Addresses wrap at 32 bits.
        let displacement = self.b().i32(displacement as i32);
        (self.b().op(Op::I32Add, &[low, displacement]), offset)
    }

    fn load(&mut self, i: &I, op: LoadOp) {
        let (addr, offset) = self.address(i.rs1, i.imm);
        let value = match self.table_load == Some(self.pc) {
            true => self.b().safe_load(op, addr, offset),
            false => self.b().load(op, addr, offset),
        };
        self.set(i.rd, value);
    }

    fn load_double(&mut self, load: &FLoad) {
        let (addr, offset) = self.address(load.rs1, load.imm);
        let value = self.b().load(LoadOp::F64Load, addr, offset);
        self.set_f(load.rd, value);
    }

    fn store(&mut self, s: &S, op: StoreOp) {
        let (addr, offset) = self.address(s.rs1, s.imm);
        let value = self.get(s.rs2);
        self.b().store(op, addr, offset, value);
    }

    /// `fsw` stores the low half of the register, boxed or not.
    fn store_single(&mut self, store: &FStore) {
        let (addr, offset) = self.address(store.rs1, store.imm);
        let value = self.get_f(store.rs2);
        let bits = self.b().op(Op::I64ReinterpretF64, &[value]);
        self.b().store(StoreOp::I64Store32, addr, offset, bits);
    }

    fn clear_block(&mut self, base: X) {
        let base = self.get(base);
        let low = self.wrap(base);
        let mask = self.b().i32(-CACHE_BLOCK.cast_signed());
        let block = self.b().op(Op::I32And, &[low, mask]);
        let bias = self.cx.bias.wrapping_neg().cast_signed();
        let bias = self.b().i32(bias);
        let addr = self.b().op(Op::I32Add, &[block, bias]);
        let zero = self.b().i64(0);
        for offset in (0..CACHE_BLOCK).step_by(8) {
            self.b().store(StoreOp::I64Store, addr, offset, zero);
        }
    }

    /// An atomic operation on the low half is done at 32 bits, and its result
    /// sign-extended.
    fn narrow(&mut self, op: AtomicOp, value: Value) -> Value {
        match op.ty() {
            Type::I32 => self.wrap(value),
            _ => value,
        }
    }

    fn widen(&mut self, op: AtomicOp, value: Value) -> Value {
        match op.ty() {
            Type::I32 => self.sext(value),
            _ => value,
        }
    }

    fn read_modify_write(&mut self, amo: &Amo, op: AtomicOp) {
        let (addr, offset) = self.address(amo.rs1, 0);
        let operand = self.get(amo.rs2);
        let operand = self.narrow(op, operand);
        let old = self.b().atomic(op, addr, offset, &[operand]);
        let old = self.widen(op, old);
        self.set(amo.rd, old);
    }

    fn reservation(&mut self) -> (Var, Var) {
        (self.func.var("reserved.addr", Type::I64), self.func.var("reserved.value", Type::I64))
    }

    /// `lr` remembers address (plus one, so that 0 means none) and value; `sc`
    /// succeeds where the memory at that address still holds that value. An
    /// exchange there and back between the two goes unseen.
    fn load_reserved(&mut self, lr: &Lr, op: AtomicOp) {
        let (reserved_addr, reserved_value) = self.reservation();
        let base = self.get(lr.rs1);
        let (addr, offset) = self.address(lr.rs1, 0);
        let value = self.b().atomic(op, addr, offset, &[]);
        let value = self.widen(op, value);
        let one = self.b().i64(1);
        let tag = self.b().op(Op::I64Add, &[base, one]);
        self.b().set(reserved_addr, tag);
        self.b().set(reserved_value, value);
        self.set(lr.rd, value);
    }

    fn store_conditional(&mut self, sc: &Amo, op: AtomicOp) {
        let (reserved_addr, reserved_value) = self.reservation();
        let failed = self.func.var("sc.failed", Type::I64);
        let base = self.get(sc.rs1);
        let value = self.get(sc.rs2);
        let one = self.b().i64(1);
        self.b().set(failed, one);
        let tag = self.b().op(Op::I64Add, &[base, one]);
        let reserved = self.b().get(reserved_addr);
        let same = self.b().op(Op::I64Eq, &[tag, reserved]);
        let (attempt, done) = (self.func.add_block(None), self.func.add_block(None));
        self.b().branch(same, attempt, done);

        self.block = attempt;
        let (addr, offset) = self.address(sc.rs1, 0);
        let expected = self.b().get(reserved_value);
        let expected = self.narrow(op, expected);
        let value = self.narrow(op, value);
        let old = self.b().atomic(op, addr, offset, &[expected, value]);
        let changed = self.b().op(if op.ty() == Type::I32 { Op::I32Ne } else { Op::I64Ne }, &[old, expected]);
        let changed = self.b().op(Op::I64ExtendI32U, &[changed]);
        self.b().set(failed, changed);
        self.b().jump(done);

        self.block = done;
        let none = self.b().i64(0);
        self.b().set(reserved_addr, none);
        if sc.rd != X::ZERO {
            let result = self.b().get(failed);
            self.set_reg(Reg::X(sc.rd), result);
        }
    }
}
