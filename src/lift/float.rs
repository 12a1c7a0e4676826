//! Floating point: the F and D extensions.
//!
//! A register variable is an f64 whose bits are the register's 64 bits; a single
//! lives in it in a NaN box. Results of arithmetic are made canonical where a
//! NaN may arise (`rv.canon`), which the `nan` pass drops where nobody sees the
//! bits.
//!
//! The dynamic rounding mode is to nearest, even whenever translated code runs
//! (a write of another mode leaves); static modes that WebAssembly cannot do
//! call the host's soft floating point.

use rv2wat_interp::fp::SoftOp;
use rv2wat_isa::{F, FArith, FCmp, FFma, FPair, Inst, Rm};
use rv2wat_passes::ir::{Call, Const, HostFn, Op, Type, Value};

use super::Lifter;

/// The sign bits.
const SIGN_S: i32 = i32::MIN;
const SIGN_D: i64 = i64::MIN;

/// Singles or doubles.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Width {
    S,
    D,
}
use Width::{D, S};

/// How to do an operation whose rounding may matter: inline, or by the host.
struct Rounded {
    width: Width,
    inline: Op,
    soft: SoftOp,
}

impl Lifter<'_> {
    /// Lifts a floating-point instruction other than a load or a store; whether
    /// it was one.
    pub(super) fn lift_float(&mut self, inst: &Inst) -> bool {
        self.lift_arithmetic(inst)
            || self.lift_fma(inst)
            || self.lift_sign(inst)
            || self.lift_to_int(inst)
            || self.lift_from_int(inst)
    }

    fn lift_arithmetic(&mut self, inst: &Inst) -> bool {
        match inst {
            Inst::FaddS(a) => {
                self.arithmetic(a, Rounded { width: S, inline: Op::F32Add, soft: SoftOp::AddS })
            }
            Inst::FsubS(a) => {
                self.arithmetic(a, Rounded { width: S, inline: Op::F32Sub, soft: SoftOp::SubS })
            }
            Inst::FmulS(a) => {
                self.arithmetic(a, Rounded { width: S, inline: Op::F32Mul, soft: SoftOp::MulS })
            }
            Inst::FdivS(a) => {
                self.arithmetic(a, Rounded { width: S, inline: Op::F32Div, soft: SoftOp::DivS })
            }
            Inst::FaddD(a) => {
                self.arithmetic(a, Rounded { width: D, inline: Op::F64Add, soft: SoftOp::AddD })
            }
            Inst::FsubD(a) => {
                self.arithmetic(a, Rounded { width: D, inline: Op::F64Sub, soft: SoftOp::SubD })
            }
            Inst::FmulD(a) => {
                self.arithmetic(a, Rounded { width: D, inline: Op::F64Mul, soft: SoftOp::MulD })
            }
            Inst::FdivD(a) => {
                self.arithmetic(a, Rounded { width: D, inline: Op::F64Div, soft: SoftOp::DivD })
            }
            Inst::FsqrtS(u) => {
                let a = self.get_float(u.rs1, S);
                self.rounded(
                    u.rd,
                    &[a],
                    u.rm,
                    Rounded { width: S, inline: Op::F32Sqrt, soft: SoftOp::SqrtS },
                );
            }
            Inst::FsqrtD(u) => {
                let a = self.get_float(u.rs1, D);
                self.rounded(
                    u.rd,
                    &[a],
                    u.rm,
                    Rounded { width: D, inline: Op::F64Sqrt, soft: SoftOp::SqrtD },
                );
            }
            Inst::FcvtSD(u) => {
                let a = self.get_float(u.rs1, D);
                self.rounded(
                    u.rd,
                    &[a],
                    u.rm,
                    Rounded { width: S, inline: Op::F32DemoteF64, soft: SoftOp::CvtSD },
                );
            }
            // Exact: no mode matters.
            Inst::FcvtDS(u) => {
                let a = self.get_float(u.rs1, S);
                let value = self.b().op(Op::F64PromoteF32, &[a]);
                let value = self.b().op(Op::RvCanonF64, &[value]);
                self.set_f(u.rd, value);
            }
            Inst::FminS(p) => self.pair(p, S, Op::RvMinF32),
            Inst::FmaxS(p) => self.pair(p, S, Op::RvMaxF32),
            Inst::FminD(p) => self.pair(p, D, Op::RvMinF64),
            Inst::FmaxD(p) => self.pair(p, D, Op::RvMaxF64),
            _ => return false,
        }
        true
    }

    fn lift_fma(&mut self, inst: &Inst) -> bool {
        match inst {
            Inst::FmaddS(m) => self.fma(m, S, false, false),
            Inst::FmsubS(m) => self.fma(m, S, false, true),
            Inst::FnmsubS(m) => self.fma(m, S, true, false),
            Inst::FnmaddS(m) => self.fma(m, S, true, true),
            Inst::FmaddD(m) => self.fma(m, D, false, false),
            Inst::FmsubD(m) => self.fma(m, D, false, true),
            Inst::FnmsubD(m) => self.fma(m, D, true, false),
            Inst::FnmaddD(m) => self.fma(m, D, true, true),
            _ => return false,
        }
        true
    }

    fn lift_sign(&mut self, inst: &Inst) -> bool {
        match inst {
            Inst::FsgnjS(p) => self.sign(p, S, Sign::Copy),
            Inst::FsgnjnS(p) => self.sign(p, S, Sign::Negate),
            Inst::FsgnjxS(p) => self.sign(p, S, Sign::Xor),
            Inst::FsgnjD(p) => self.sign(p, D, Sign::Copy),
            Inst::FsgnjnD(p) => self.sign(p, D, Sign::Negate),
            Inst::FsgnjxD(p) => self.sign(p, D, Sign::Xor),
            Inst::FeqS(c) => self.compare_float(c, S, Op::F32Eq),
            Inst::FltS(c) => self.compare_float(c, S, Op::F32Lt),
            Inst::FleS(c) => self.compare_float(c, S, Op::F32Le),
            Inst::FeqD(c) => self.compare_float(c, D, Op::F64Eq),
            Inst::FltD(c) => self.compare_float(c, D, Op::F64Lt),
            Inst::FleD(c) => self.compare_float(c, D, Op::F64Le),
            Inst::FclassS(m) => {
                let a = self.get_float(m.rs1, S);
                let value = self.b().op(Op::RvClassF32, &[a]);
                self.set(m.rd, value);
            }
            Inst::FclassD(m) => {
                let a = self.get_float(m.rs1, D);
                let value = self.b().op(Op::RvClassF64, &[a]);
                self.set(m.rd, value);
            }
            // The low half, boxed or not.
            Inst::FmvXW(m) => {
                let a = self.get_f(m.rs1);
                let bits = self.b().op(Op::I64ReinterpretF64, &[a]);
                let low = self.wrap(bits);
                let value = self.sext(low);
                self.set(m.rd, value);
            }
            Inst::FmvXD(m) => {
                let a = self.get_f(m.rs1);
                let bits = self.b().op(Op::I64ReinterpretF64, &[a]);
                self.set(m.rd, bits);
            }
            Inst::FmvWX(m) => {
                let a = self.get(m.rs1);
                let low = self.wrap(a);
                let single = self.b().op(Op::F32ReinterpretI32, &[low]);
                self.set_float(m.rd, S, single);
            }
            Inst::FmvDX(m) => {
                let a = self.get(m.rs1);
                let double = self.b().op(Op::F64ReinterpretI64, &[a]);
                self.set_f(m.rd, double);
            }
            _ => return false,
        }
        true
    }

    fn lift_to_int(&mut self, inst: &Inst) -> bool {
        let (m, width, op) = match inst {
            Inst::FcvtWS(m) => (m, S, Op::RvTruncI32SF32),
            Inst::FcvtWuS(m) => (m, S, Op::RvTruncI32UF32),
            Inst::FcvtLS(m) => (m, S, Op::RvTruncI64SF32),
            Inst::FcvtLuS(m) => (m, S, Op::RvTruncI64UF32),
            Inst::FcvtWD(m) => (m, D, Op::RvTruncI32SF64),
            Inst::FcvtWuD(m) => (m, D, Op::RvTruncI32UF64),
            Inst::FcvtLD(m) => (m, D, Op::RvTruncI64SF64),
            Inst::FcvtLuD(m) => (m, D, Op::RvTruncI64UF64),
            _ => return false,
        };
        let a = self.get_float(m.rs1, width);
        let whole = match (m.rm, width) {
            (Rm::Rtz, _) => a,
            (Rm::Rdn, S) => self.b().op(Op::F32Floor, &[a]),
            (Rm::Rdn, D) => self.b().op(Op::F64Floor, &[a]),
            (Rm::Rup, S) => self.b().op(Op::F32Ceil, &[a]),
            (Rm::Rup, D) => self.b().op(Op::F64Ceil, &[a]),
            (Rm::Rmm, S) => self.b().op(Op::RvRoundAwayF32, &[a]),
            (Rm::Rmm, D) => self.b().op(Op::RvRoundAwayF64, &[a]),
            (_, S) => self.b().op(Op::F32Nearest, &[a]),
            (_, D) => self.b().op(Op::F64Nearest, &[a]),
        };
        let mut value = self.b().op(op, &[whole]);
        if op.result() == Type::I32 {
            // Unsigned results are sign-extended from 32 bits too.
            value = self.sext(value);
        }
        self.set(m.rd, value);
        true
    }

    fn lift_from_int(&mut self, inst: &Inst) -> bool {
        let (m, rounded) = match inst {
            Inst::FcvtSW(m) => (m, Rounded { width: S, inline: Op::F32ConvertI32S, soft: SoftOp::CvtSW }),
            Inst::FcvtSWu(m) => (m, Rounded { width: S, inline: Op::F32ConvertI32U, soft: SoftOp::CvtSWu }),
            Inst::FcvtSL(m) => (m, Rounded { width: S, inline: Op::F32ConvertI64S, soft: SoftOp::CvtSL }),
            Inst::FcvtSLu(m) => (m, Rounded { width: S, inline: Op::F32ConvertI64U, soft: SoftOp::CvtSLu }),
            Inst::FcvtDW(m) => (m, Rounded { width: D, inline: Op::F64ConvertI32S, soft: SoftOp::CvtDW }),
            Inst::FcvtDWu(m) => (m, Rounded { width: D, inline: Op::F64ConvertI32U, soft: SoftOp::CvtDWu }),
            Inst::FcvtDL(m) => (m, Rounded { width: D, inline: Op::F64ConvertI64S, soft: SoftOp::CvtDL }),
            Inst::FcvtDLu(m) => (m, Rounded { width: D, inline: Op::F64ConvertI64U, soft: SoftOp::CvtDLu }),
            _ => return false,
        };
        let a = self.get(m.rs1);
        let exact = matches!(inst, Inst::FcvtDW(_) | Inst::FcvtDWu(_));
        let value = match is_nearest(m.rm) || exact {
            true => {
                let operand = match rounded.inline.args()[0] {
                    Type::I32 => self.wrap(a),
                    _ => a,
                };
                self.b().op(rounded.inline, &[operand])
            }
            false => self.soft(rounded.soft, &[a], m.rm, rounded.width),
        };
        self.set_float(m.rd, rounded.width, value);
        true
    }

    /// A register as a single (a NaN where it is not boxed) or a double.
    fn get_float(&mut self, f: F, width: Width) -> Value {
        let value = self.get_f(f);
        match width {
            S => self.b().op(Op::RvUnbox, &[value]),
            D => value,
        }
    }

    fn set_float(&mut self, f: F, width: Width, value: Value) {
        let value = match width {
            S => self.b().op(Op::RvBox, &[value]),
            D => value,
        };
        self.set_f(f, value);
    }

    fn arithmetic(&mut self, a: &FArith, rounded: Rounded) {
        let operands = [self.get_float(a.rs1, rounded.width), self.get_float(a.rs2, rounded.width)];
        self.rounded(a.rd, &operands, a.rm, rounded);
    }

    /// An operation under a rounding mode, its NaN made canonical.
    fn rounded(&mut self, rd: F, operands: &[Value], rm: Rm, rounded: Rounded) {
        let value = if is_nearest(rm) {
            let value = self.b().op(rounded.inline, operands);
            self.canonical(value, rounded.width)
        } else {
            let bits: Vec<Value> = operands.iter().map(|&value| self.bits(value)).collect();
            self.soft(rounded.soft, &bits, rm, rounded.width)
        };
        self.set_float(rd, rounded.width, value);
    }

    fn canonical(&mut self, value: Value, width: Width) -> Value {
        let op = if width == S { Op::RvCanonF32 } else { Op::RvCanonF64 };
        self.b().op(op, &[value])
    }

    /// The bits of a float in an i64.
    pub(super) fn bits(&mut self, value: Value) -> Value {
        match self.func.ty(value) {
            Type::F32 => {
                let bits = self.b().op(Op::I32ReinterpretF32, &[value]);
                self.b().op(Op::I64ExtendI32U, &[bits])
            }
            Type::F64 => self.b().op(Op::I64ReinterpretF64, &[value]),
            Type::I32 | Type::I64 => value,
        }
    }

    /// Lets the host compute on raw bits; the result is a float.
    fn soft(&mut self, op: SoftOp, operands: &[Value], rm: Rm, width: Width) -> Value {
        let mut args = vec![self.b().i32(op as i32)];
        for position in 0..3 {
            let operand = match operands.get(position) {
                Some(&operand) => operand,
                None => self.b().i64(0),
            };
            args.push(operand);
        }
        args.push(self.b().i32(rm.index() as i32));
        let bits = self.b().call(Call::Host(HostFn::Soft), args, Vec::new())[0];
        match width {
            S => {
                let low = self.wrap(bits);
                self.b().op(Op::F32ReinterpretI32, &[low])
            }
            D => self.b().op(Op::F64ReinterpretI64, &[bits]),
        }
    }

    fn pair(&mut self, p: &FPair, width: Width, op: Op) {
        let operands = [self.get_float(p.rs1, width), self.get_float(p.rs2, width)];
        let value = self.b().op(op, &operands);
        self.set_float(p.rd, width, value);
    }

    /// `±(rs1 × rs2) ± rs3`, rounded once.
    fn fma(&mut self, m: &FFma, width: Width, negate_product: bool, negate_sum: bool) {
        let mut a = self.get_float(m.rs1, width);
        let b = self.get_float(m.rs2, width);
        let mut c = self.get_float(m.rs3, width);
        let negate = if width == S { Op::F32Neg } else { Op::F64Neg };
        if negate_product {
            a = self.b().op(negate, &[a]);
        }
        // fmsub subtracts rs3; fnmsub adds it to the negated product; fnmadd
        // subtracts it from the negated product.
        if negate_sum {
            c = self.b().op(negate, &[c]);
        }
        let (inline, soft) = match width {
            S => (Op::RvFmaF32, SoftOp::MaddS),
            D => (Op::RvFmaF64, SoftOp::MaddD),
        };
        self.rounded(m.rd, &[a, b, c], m.rm, Rounded { width, inline, soft });
    }

    fn compare_float(&mut self, c: &FCmp, width: Width, op: Op) {
        let (a, b) = (self.get_float(c.rs1, width), self.get_float(c.rs2, width));
        let condition = self.b().op(op, &[a, b]);
        let value = self.b().op(Op::I64ExtendI32U, &[condition]);
        self.set(c.rd, value);
    }

    fn sign(&mut self, p: &FPair, width: Width, sign: Sign) {
        let a = self.get_float(p.rs1, width);
        let same = p.rs1 == p.rs2;
        let value = match (width, sign) {
            (_, Sign::Copy) if same => a,
            (S, Sign::Negate) if same => self.b().op(Op::F32Neg, &[a]),
            (D, Sign::Negate) if same => self.b().op(Op::F64Neg, &[a]),
            (S, Sign::Xor) if same => self.b().op(Op::F32Abs, &[a]),
            (D, Sign::Xor) if same => self.b().op(Op::F64Abs, &[a]),
            _ => {
                let b = self.get_float(p.rs2, width);
                let from = match sign {
                    Sign::Copy => b,
                    Sign::Negate => self.b().op(if width == S { Op::F32Neg } else { Op::F64Neg }, &[b]),
                    Sign::Xor => self.xor_sign(a, b, width),
                };
                self.b().op(if width == S { Op::F32Copysign } else { Op::F64Copysign }, &[a, from])
            }
        };
        self.set_float(p.rd, width, value);
    }

    /// A float whose sign is the exclusive or of two signs.
    fn xor_sign(&mut self, a: Value, b: Value, width: Width) -> Value {
        match width {
            S => {
                let (a, b) =
                    (self.b().op(Op::I32ReinterpretF32, &[a]), self.b().op(Op::I32ReinterpretF32, &[b]));
                let bits = self.b().op(Op::I32Xor, &[a, b]);
                let mask = self.b().constant(Const::I32(SIGN_S));
                let sign = self.b().op(Op::I32And, &[bits, mask]);
                self.b().op(Op::F32ReinterpretI32, &[sign])
            }
            D => {
                let (a, b) =
                    (self.b().op(Op::I64ReinterpretF64, &[a]), self.b().op(Op::I64ReinterpretF64, &[b]));
                let bits = self.b().op(Op::I64Xor, &[a, b]);
                let mask = self.b().constant(Const::I64(SIGN_D));
                let sign = self.b().op(Op::I64And, &[bits, mask]);
                self.b().op(Op::F64ReinterpretI64, &[sign])
            }
        }
    }
}

/// What a sign injection does with the second operand's sign.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sign {
    Copy,
    Negate,
    Xor,
}

/// Whether an operation rounds to nearest, even: by its own field, or by the
/// dynamic mode, which is that whenever translated code runs. Reserved modes
/// never get here: discovery ends their block in a trap.
fn is_nearest(rm: Rm) -> bool {
    matches!(rm, Rm::Rne | Rm::Dyn)
}
