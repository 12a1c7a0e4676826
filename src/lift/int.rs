//! Integer instructions: RV64I and M, Zba, Zbb, Zbs, Zicond.

use rv2wat_isa::{I, Inst, R, Shift, Unary, X};
use rv2wat_passes::ir::{Op, Value};

use super::Lifter;

impl Lifter<'_> {
    /// Lifts an integer instruction; whether it was one.
    pub(super) fn lift_int(&mut self, inst: &Inst) -> bool {
        self.lift_immediate(inst)
            || self.lift_register(inst)
            || self.lift_divide(inst)
            || self.lift_bits(inst)
    }

    fn lift_immediate(&mut self, inst: &Inst) -> bool {
        match inst {
            Inst::Lui(u) => self.set_constant(u.rd, u.imm),
            Inst::Auipc(u) => {
                let value = self.pc.cast_signed().wrapping_add(u.imm);
                self.set_constant(u.rd, value);
            }
            Inst::Addi(i) if i.rs1 == X::ZERO => self.set_constant(i.rd, i.imm),
            Inst::Addi(i) if i.imm == 0 => self.unary(Unary { rd: i.rd, rs1: i.rs1 }, |_, a| a),
            Inst::Addi(i) => self.immediate(i, Op::I64Add),
            Inst::Slti(i) => self.compare_immediate(i, Op::I64LtS),
            Inst::Sltiu(i) => self.compare_immediate(i, Op::I64LtU),
            Inst::Xori(i) => self.immediate(i, Op::I64Xor),
            Inst::Ori(i) => self.immediate(i, Op::I64Or),
            Inst::Andi(i) => self.immediate(i, Op::I64And),
            Inst::Addiw(i) => self.immediate_word(i, Op::I32Add),
            Inst::Slli(s) => self.shift(s, Op::I64Shl),
            Inst::Srli(s) => self.shift(s, Op::I64ShrU),
            Inst::Srai(s) => self.shift(s, Op::I64ShrS),
            Inst::Rori(s) => self.shift(s, Op::I64Rotr),
            Inst::Slliw(s) => self.shift_word(s, Op::I32Shl),
            Inst::Srliw(s) => self.shift_word(s, Op::I32ShrU),
            Inst::Sraiw(s) => self.shift_word(s, Op::I32ShrS),
            Inst::Roriw(s) => self.shift_word(s, Op::I32Rotr),
            Inst::SlliUw(s) => {
                let low = self.get(s.rs1);
                let low = self.zext(low);
                let amount = self.b().i64(i64::from(s.shamt));
                let value = self.b().op(Op::I64Shl, &[low, amount]);
                self.set(s.rd, value);
            }
            _ => return false,
        }
        true
    }

    fn lift_register(&mut self, inst: &Inst) -> bool {
        match inst {
            Inst::Add(r) if r.rs1 == X::ZERO => self.unary(Unary { rd: r.rd, rs1: r.rs2 }, |_, a| a),
            Inst::Add(r) => self.binary(r, Op::I64Add),
            Inst::Sub(r) => self.binary(r, Op::I64Sub),
            Inst::Sll(r) => self.binary(r, Op::I64Shl),
            Inst::Slt(r) => self.compare(r, Op::I64LtS),
            Inst::Sltu(r) => self.compare(r, Op::I64LtU),
            Inst::Xor(r) => self.binary(r, Op::I64Xor),
            Inst::Srl(r) => self.binary(r, Op::I64ShrU),
            Inst::Sra(r) => self.binary(r, Op::I64ShrS),
            Inst::Or(r) => self.binary(r, Op::I64Or),
            Inst::And(r) => self.binary(r, Op::I64And),
            Inst::Addw(r) => self.word(r, Op::I32Add),
            Inst::Subw(r) => self.word(r, Op::I32Sub),
            Inst::Sllw(r) => self.word(r, Op::I32Shl),
            Inst::Srlw(r) => self.word(r, Op::I32ShrU),
            Inst::Sraw(r) => self.word(r, Op::I32ShrS),
            Inst::Rol(r) => self.binary(r, Op::I64Rotl),
            Inst::Ror(r) => self.binary(r, Op::I64Rotr),
            Inst::Rolw(r) => self.word(r, Op::I32Rotl),
            Inst::Rorw(r) => self.word(r, Op::I32Rotr),
            Inst::AddUw(r) => self.shifted_add(r, 0, true),
            Inst::Sh1add(r) => self.shifted_add(r, 1, false),
            Inst::Sh2add(r) => self.shifted_add(r, 2, false),
            Inst::Sh3add(r) => self.shifted_add(r, 3, false),
            Inst::Sh1addUw(r) => self.shifted_add(r, 1, true),
            Inst::Sh2addUw(r) => self.shifted_add(r, 2, true),
            Inst::Sh3addUw(r) => self.shifted_add(r, 3, true),
            Inst::CzeroEqz(r) => self.conditional_zero(r, false),
            Inst::CzeroNez(r) => self.conditional_zero(r, true),
            _ => return false,
        }
        true
    }

    fn lift_divide(&mut self, inst: &Inst) -> bool {
        match inst {
            Inst::Mul(r) => self.binary(r, Op::I64Mul),
            Inst::Mulh(r) => self.binary(r, Op::RvMulh),
            Inst::Mulhsu(r) => self.binary(r, Op::RvMulhsu),
            Inst::Mulhu(r) => self.binary(r, Op::RvMulhu),
            Inst::Div(r) => self.binary(r, Op::RvDiv),
            Inst::Divu(r) => self.binary(r, Op::RvDivu),
            Inst::Rem(r) => self.binary(r, Op::RvRem),
            Inst::Remu(r) => self.binary(r, Op::RvRemu),
            Inst::Mulw(r) => self.word(r, Op::I32Mul),
            Inst::Divw(r) => self.word(r, Op::RvDivw),
            Inst::Divuw(r) => self.word(r, Op::RvDivuw),
            Inst::Remw(r) => self.word(r, Op::RvRemw),
            Inst::Remuw(r) => self.word(r, Op::RvRemuw),
            _ => return false,
        }
        true
    }

    fn lift_bits(&mut self, inst: &Inst) -> bool {
        match inst {
            Inst::Andn(r) => self.binary_inverted(r, Op::I64And),
            Inst::Orn(r) => self.binary_inverted(r, Op::I64Or),
            Inst::Xnor(r) => self.binary_inverted(r, Op::I64Xor),
            Inst::Max(r) => self.choose(r, Op::I64GtS),
            Inst::Maxu(r) => self.choose(r, Op::I64GtU),
            Inst::Min(r) => self.choose(r, Op::I64LtS),
            Inst::Minu(r) => self.choose(r, Op::I64LtU),
            Inst::Clz(u) => self.unary_op(u, Op::I64Clz),
            Inst::Ctz(u) => self.unary_op(u, Op::I64Ctz),
            Inst::Cpop(u) => self.unary_op(u, Op::I64Popcnt),
            Inst::Clzw(u) => self.unary_word(u, Op::I32Clz),
            Inst::Ctzw(u) => self.unary_word(u, Op::I32Ctz),
            Inst::Cpopw(u) => self.unary_word(u, Op::I32Popcnt),
            Inst::SextB(u) => self.unary_op(u, Op::I64Extend8S),
            Inst::SextH(u) => self.unary_op(u, Op::I64Extend16S),
            Inst::ZextH(u) => self.unary(*u, |lifter, a| {
                let mask = lifter.b().i64(0xffff);
                lifter.b().op(Op::I64And, &[a, mask])
            }),
            Inst::OrcB(u) => self.unary_op(u, Op::RvOrcB),
            Inst::Rev8(u) => self.unary_op(u, Op::RvRev8),
            Inst::Bclr(r) => self.single_bit(r, SingleBit::Clear),
            Inst::Bext(r) => self.single_bit(r, SingleBit::Extract),
            Inst::Binv(r) => self.single_bit(r, SingleBit::Invert),
            Inst::Bset(r) => self.single_bit(r, SingleBit::Set),
            Inst::Bclri(s) => self.single_bit_immediate(s, SingleBit::Clear),
            Inst::Bexti(s) => self.single_bit_immediate(s, SingleBit::Extract),
            Inst::Binvi(s) => self.single_bit_immediate(s, SingleBit::Invert),
            Inst::Bseti(s) => self.single_bit_immediate(s, SingleBit::Set),
            _ => return false,
        }
        true
    }

    fn set_constant(&mut self, rd: X, value: i64) {
        let value = self.b().i64(value);
        self.set(rd, value);
    }

    fn immediate(&mut self, i: &I, op: Op) {
        let (a, b) = (self.get(i.rs1), self.b().i64(i.imm));
        let value = self.b().op(op, &[a, b]);
        self.set(i.rd, value);
    }

    fn immediate_word(&mut self, i: &I, op: Op) {
        let a = self.get(i.rs1);
        let a = self.wrap(a);
        let mut value = a;
        // `sext.w` is `addiw` by 0; the immediate is 12 bits wide.
        if i.imm != 0 {
            let b = self.b().i32(i.imm as i32);
            value = self.b().op(op, &[a, b]);
        }
        let value = self.sext(value);
        self.set(i.rd, value);
    }

    fn shift(&mut self, s: &Shift, op: Op) {
        let (a, b) = (self.get(s.rs1), self.b().i64(i64::from(s.shamt)));
        let value = self.b().op(op, &[a, b]);
        self.set(s.rd, value);
    }

    fn shift_word(&mut self, s: &Shift, op: Op) {
        let a = self.get(s.rs1);
        let a = self.wrap(a);
        let b = self.b().i32(s.shamt.cast_signed());
        let value = self.b().op(op, &[a, b]);
        let value = self.sext(value);
        self.set(s.rd, value);
    }

    fn binary(&mut self, r: &R, op: Op) {
        let (a, b) = (self.get(r.rs1), self.get(r.rs2));
        let value = self.b().op(op, &[a, b]);
        self.set(r.rd, value);
    }

    fn binary_inverted(&mut self, r: &R, op: Op) {
        let (a, b) = (self.get(r.rs1), self.get(r.rs2));
        let ones = self.b().i64(-1);
        let inverted = self.b().op(Op::I64Xor, &[b, ones]);
        let value = self.b().op(op, &[a, inverted]);
        self.set(r.rd, value);
    }

    fn word(&mut self, r: &R, op: Op) {
        let (a, b) = (self.get(r.rs1), self.get(r.rs2));
        let (a, b) = (self.wrap(a), self.wrap(b));
        let value = self.b().op(op, &[a, b]);
        let value = self.sext(value);
        self.set(r.rd, value);
    }

    fn set_condition(&mut self, rd: X, condition: Value) {
        let value = self.b().op(Op::I64ExtendI32U, &[condition]);
        self.set(rd, value);
    }

    fn compare(&mut self, r: &R, op: Op) {
        let (a, b) = (self.get(r.rs1), self.get(r.rs2));
        let condition = self.b().op(op, &[a, b]);
        self.set_condition(r.rd, condition);
    }

    fn compare_immediate(&mut self, i: &I, op: Op) {
        let (a, b) = (self.get(i.rs1), self.b().i64(i.imm));
        let condition = self.b().op(op, &[a, b]);
        self.set_condition(i.rd, condition);
    }

    fn unary(&mut self, u: Unary, with: impl FnOnce(&mut Self, Value) -> Value) {
        let a = self.get(u.rs1);
        let value = with(self, a);
        self.set(u.rd, value);
    }

    fn unary_op(&mut self, u: &Unary, op: Op) {
        self.unary(*u, |lifter, a| lifter.b().op(op, &[a]));
    }

    fn unary_word(&mut self, u: &Unary, op: Op) {
        self.unary(*u, |lifter, a| {
            let a = lifter.wrap(a);
            let value = lifter.b().op(op, &[a]);
            lifter.sext(value)
        });
    }

    /// `rs1` (or its low half) shifted left, plus `rs2`.
    fn shifted_add(&mut self, r: &R, shift: i64, low_half: bool) {
        let (mut a, b) = (self.get(r.rs1), self.get(r.rs2));
        if low_half {
            a = self.zext(a);
        }
        if shift != 0 {
            let amount = self.b().i64(shift);
            a = self.b().op(Op::I64Shl, &[a, amount]);
        }
        let value = self.b().op(Op::I64Add, &[a, b]);
        self.set(r.rd, value);
    }

    /// `rs1`, or zero where `rs2` is zero (or, `when_set`, is not).
    fn conditional_zero(&mut self, r: &R, when_set: bool) {
        let (a, b) = (self.get(r.rs1), self.get(r.rs2));
        let zero = self.b().i64(0);
        let is_zero = self.b().op(Op::I64Eqz, &[b]);
        let value = match when_set {
            true => self.b().select(a, zero, is_zero),
            false => self.b().select(zero, a, is_zero),
        };
        self.set(r.rd, value);
    }

    /// `rs1` where the comparison holds, else `rs2`.
    fn choose(&mut self, r: &R, op: Op) {
        let (a, b) = (self.get(r.rs1), self.get(r.rs2));
        let first = self.b().op(op, &[a, b]);
        let value = self.b().select(a, b, first);
        self.set(r.rd, value);
    }

    fn single_bit(&mut self, r: &R, what: SingleBit) {
        let (a, index) = (self.get(r.rs1), self.get(r.rs2));
        self.set_single_bit(r.rd, a, index, what);
    }

    fn single_bit_immediate(&mut self, s: &Shift, what: SingleBit) {
        let (a, index) = (self.get(s.rs1), self.b().i64(i64::from(s.shamt)));
        self.set_single_bit(s.rd, a, index, what);
    }

    /// WebAssembly takes shift amounts modulo 64, as RISC-V does.
    fn set_single_bit(&mut self, rd: X, a: Value, index: Value, what: SingleBit) {
        let one = self.b().i64(1);
        let value = match what {
            SingleBit::Extract => {
                let shifted = self.b().op(Op::I64ShrU, &[a, index]);
                self.b().op(Op::I64And, &[shifted, one])
            }
            SingleBit::Clear => {
                let minus_two = self.b().i64(-2);
                let mask = self.b().op(Op::I64Rotl, &[minus_two, index]);
                self.b().op(Op::I64And, &[a, mask])
            }
            SingleBit::Invert | SingleBit::Set => {
                let mask = self.b().op(Op::I64Shl, &[one, index]);
                let op = if what == SingleBit::Set { Op::I64Or } else { Op::I64Xor };
                self.b().op(op, &[a, mask])
            }
        };
        self.set(rd, value);
    }
}

/// What Zbs does to one bit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum SingleBit {
    Clear,
    Extract,
    Invert,
    Set,
}
