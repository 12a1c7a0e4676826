//! Fences and control and status registers.

use rv2wat_isa::{Csr, CsrImm, Inst, X, csr};
use rv2wat_passes::ir::{Call, ExitReason, HostFn, Op, StateReg, Value};

use super::Lifter;
use super::sync::End;

/// The bits of `fcsr` that hold exception flags, and those of the rounding mode
/// once they are shifted down (unprivileged ISA, "Floating-Point Control and
/// Status Register").
const FLAGS: i32 = 0x1f;
const MODE: i32 = 7;
const MODE_SHIFT: i32 = 5;

/// What a CSR instruction does to the register.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Write,
    Set,
    Clear,
}

/// A CSR instruction in one form: `source` is `None` where nothing is written.
struct Access {
    rd: X,
    csr: u16,
    change: Change,
    source: Option<Source>,
}

#[derive(Clone, Copy)]
enum Source {
    Reg(X),
    Imm(u32),
}

/// Whether code may have to be left after this instruction.
pub(super) fn is_sync(inst: &Inst) -> bool {
    matches!(inst, Inst::FenceI) || access(inst).is_some()
}

fn access(inst: &Inst) -> Option<Access> {
    let by_reg = |c: &Csr, change| {
        let reads_only = change != Change::Write && c.rs1 == X::ZERO;
        let source = (!reads_only).then_some(Source::Reg(c.rs1));
        Some(Access { rd: c.rd, csr: c.csr, change, source })
    };
    let by_imm = |c: &CsrImm, change| {
        let reads_only = change != Change::Write && c.imm == 0;
        let source = (!reads_only).then_some(Source::Imm(c.imm));
        Some(Access { rd: c.rd, csr: c.csr, change, source })
    };
    match inst {
        Inst::Csrrw(c) => by_reg(c, Change::Write),
        Inst::Csrrs(c) => by_reg(c, Change::Set),
        Inst::Csrrc(c) => by_reg(c, Change::Clear),
        Inst::Csrrwi(c) => by_imm(c, Change::Write),
        Inst::Csrrsi(c) => by_imm(c, Change::Set),
        Inst::Csrrci(c) => by_imm(c, Change::Clear),
        _ => None,
    }
}

impl Lifter<'_> {
    /// Lifts a fence or a CSR access that does not end its block; whether it
    /// was one.
    pub(super) fn lift_system(&mut self, inst: &Inst) -> bool {
        if let Inst::Fence(_) = inst {
            self.b().fence();
            return true;
        }
        match access(inst) {
            Some(access) => {
                self.lift_access(&access);
                true
            }
            None => false,
        }
    }

    /// Ends a block at `fence.i` or at a write of the rounding mode: the code
    /// after it runs only while rounding is to nearest, even.
    pub(super) fn lift_sync(&mut self, at: usize, next: usize, end: &End) {
        let resume = self.next_pc(at);
        let last = self.source.blocks[at].insts.last().map(|site| site.inst.inst);
        let go_on = self.ir_block(next);
        if let Some(Inst::FenceI) = last {
            let pc = self.b().i64(resume.cast_signed());
            return self.exit(ExitReason::FenceI, pc, end);
        }
        if let Some(access) = last.as_ref().and_then(access) {
            self.lift_access(&access);
        }
        let mode = self.b().get_state(StateReg::Frm);
        let leave = self.func.add_block(None);
        self.b().branch(mode, leave, go_on);
        self.block = leave;
        let pc = self.b().i64(resume.cast_signed());
        self.exit(ExitReason::Rounding, pc, end);
    }

    fn lift_access(&mut self, access: &Access) {
        let old = self.read_csr(access.csr);
        if let Some(source) = access.source {
            let operand = match source {
                Source::Reg(x) => self.get(x),
                Source::Imm(imm) => self.b().i64(i64::from(imm)),
            };
            let operand = self.wrap(operand);
            let new = match access.change {
                Change::Write => operand,
                Change::Set => self.b().op(Op::I32Or, &[old, operand]),
                Change::Clear => {
                    let ones = self.b().i32(-1);
                    let mask = self.b().op(Op::I32Xor, &[operand, ones]);
                    self.b().op(Op::I32And, &[old, mask])
                }
            };
            self.write_csr(access.csr, new);
        }
        if access.rd != X::ZERO {
            let value = match access.csr {
                csr::CYCLE | csr::TIME | csr::INSTRET => self.counter(access.csr),
                _ => self.b().op(Op::I64ExtendI32U, &[old]),
            };
            self.set(access.rd, value);
        }
    }

    fn counter(&mut self, number: u16) -> Value {
        let number = self.b().i32(i32::from(number));
        self.b().call(Call::Host(HostFn::Counter), vec![number], Vec::new())[0]
    }

    fn masked(&mut self, value: Value, mask: i32) -> Value {
        let mask = self.b().i32(mask);
        self.b().op(Op::I32And, &[value, mask])
    }

    /// The present value of a floating-point CSR at 32 bits; 0 for counters,
    /// which are read on their own.
    fn read_csr(&mut self, number: u16) -> Value {
        match number {
            csr::FFLAGS => self.b().get_state(StateReg::Fflags),
            csr::FRM => self.b().get_state(StateReg::Frm),
            csr::FCSR => {
                let mode = self.b().get_state(StateReg::Frm);
                let shift = self.b().i32(MODE_SHIFT);
                let mode = self.b().op(Op::I32Shl, &[mode, shift]);
                let flags = self.b().get_state(StateReg::Fflags);
                self.b().op(Op::I32Or, &[mode, flags])
            }
            _ => self.b().i32(0),
        }
    }

    fn write_csr(&mut self, number: u16, value: Value) {
        if number == csr::FCSR || number == csr::FFLAGS {
            let flags = self.masked(value, FLAGS);
            self.b().set_state(StateReg::Fflags, flags);
        }
        let mode = match number {
            csr::FCSR => {
                let shift = self.b().i32(MODE_SHIFT);
                let shifted = self.b().op(Op::I32ShrU, &[value, shift]);
                self.masked(shifted, MODE)
            }
            csr::FRM => self.masked(value, MODE),
            _ => return,
        };
        self.b().set_state(StateReg::Frm, mode);
    }
}
