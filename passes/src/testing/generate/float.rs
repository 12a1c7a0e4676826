//! Floating-point instructions.

use super::Maker;
use crate::ir::{Op, Value};

impl Maker {
    pub(super) fn float(&mut self) {
        let op =
            self.random.pick(&[Op::F64Add, Op::F64Sub, Op::F64Mul, Op::F64Div, Op::RvFmaF64, Op::F64Sqrt]);
        let operands: Vec<Value> = op.args().iter().map(|_| self.f()).collect();
        let value = self.op(op, &operands);
        let value = self.op(Op::RvCanonF64, &[value]);
        self.set_f(value);
    }

    pub(super) fn single_float(&mut self) {
        match self.random.below(4) {
            0 => {
                let a = self.single();
                let wide = self.op(Op::F64PromoteF32, &[a]);
                let value = self.op(Op::RvCanonF64, &[wide]);
                self.set_f(value);
            }
            1 => {
                let a = self.f();
                let narrow = self.op(Op::F32DemoteF64, &[a]);
                let value = self.op(Op::RvCanonF32, &[narrow]);
                self.set_single(value);
            }
            _ => {
                let op = self.random.pick(&[
                    Op::F32Add,
                    Op::F32Sub,
                    Op::F32Mul,
                    Op::F32Div,
                    Op::RvFmaF32,
                    Op::F32Sqrt,
                ]);
                let operands: Vec<Value> = op.args().iter().map(|_| self.single()).collect();
                let value = self.op(op, &operands);
                let value = self.op(Op::RvCanonF32, &[value]);
                self.set_single(value);
            }
        }
    }

    /// Signs, comparisons, conversions, classes, minima, moves.
    pub(super) fn float_bits(&mut self) {
        match self.random.below(8) {
            0 => {
                let op =
                    self.random.pick(&[Op::F64Neg, Op::F64Abs, Op::F64Copysign, Op::RvMinF64, Op::RvMaxF64]);
                let operands: Vec<Value> = op.args().iter().map(|_| self.f()).collect();
                let value = self.op(op, &operands);
                self.set_f(value);
            }
            1 => {
                let op =
                    self.random.pick(&[Op::F32Neg, Op::F32Abs, Op::F32Copysign, Op::RvMinF32, Op::RvMaxF32]);
                let operands: Vec<Value> = op.args().iter().map(|_| self.single()).collect();
                let value = self.op(op, &operands);
                self.set_single(value);
            }
            2 => {
                let op = self.random.pick(&[Op::F64Eq, Op::F64Lt, Op::F64Le]);
                let (a, b) = (self.f(), self.f());
                let flag = self.op(op, &[a, b]);
                let value = self.op(Op::I64ExtendI32U, &[flag]);
                self.set_x(value);
            }
            3 => {
                let a = self.f();
                let rounded = self.op(Op::F64Floor, &[a]);
                let value = self.op(Op::RvTruncI32SF64, &[rounded]);
                let value = self.sext(value);
                self.set_x(value);
            }
            4 => {
                let a = self.x();
                let value = self.op(Op::F64ConvertI64S, &[a]);
                self.set_f(value);
            }
            5 => {
                let a = self.f();
                let value = self.op(Op::I64ReinterpretF64, &[a]);
                self.set_x(value);
            }
            6 => {
                let a = self.x();
                let low = self.wrap(a);
                let value = self.op(Op::F32ReinterpretI32, &[low]);
                self.set_single(value);
            }
            _ => {
                let (a, b) = (self.single(), self.f());
                let (a, b) = (self.op(Op::RvClassF32, &[a]), self.op(Op::RvClassF64, &[b]));
                let value = self.op(Op::I64Or, &[a, b]);
                self.set_x(value);
            }
        }
    }
}
