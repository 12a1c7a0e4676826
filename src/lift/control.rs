//! What ends a block: branches, calls, returns, system calls.

use rv2wat_isa::{Inst, RegSet, X};
use rv2wat_passes::ir::{Call, ExitReason, HostFn, Kind, Op, Signature, StateReg, Terminator as Ir, Value};

use super::sync::{End, Plan};
use super::{Lifter, reg_type};
use crate::discover::Terminator;
use crate::summary::proof::ecall_arguments;
use crate::summary::{Class, Summary, abi_results, order, passed};

impl Lifter<'_> {
    /// Lifts the terminator of a guest block into the current IR block.
    pub(super) fn lift_end(&mut self, at: usize, plan: &Plan) {
        let end = plan.end(at);
        if self.cx.program.may_preempt(self.source, at) {
            self.maybe_preempt(at, end);
        }
        match &self.source.blocks[at].end {
            Terminator::Jump(to) => {
                self.link_and_stay(at);
                self.write_back(end.write_back);
                let to = self.ir_block(*to);
                self.b().jump(to);
            }
            Terminator::Branch { taken, fall } => {
                self.write_back(end.write_back);
                self.lift_branch(at, *taken, *fall);
            }
            Terminator::Call { callee, next, .. } => self.lift_call(at, *callee, *next, end),
            Terminator::CallIndirect { next } => self.lift_indirect_call(at, *next, end),
            Terminator::TailCall { callee } => self.lift_tail_call(at, *callee, end),
            Terminator::TailIndirect => self.lift_tail_indirect(at, end),
            Terminator::Return => self.lift_return(at, end),
            Terminator::Table { targets, bounded, .. } => self.lift_table(at, targets, *bounded, end),
            Terminator::Goto { targets } => self.lift_goto(at, targets, end),
            Terminator::Ecall { next } => self.lift_ecall(at, *next, end),
            Terminator::Trap { pc, .. } => {
                let pc = self.b().i64(pc.cast_signed());
                self.exit(ExitReason::Trap, pc, end);
            }
            Terminator::Unknown => {
                let target = self.jump_target(at);
                self.link_and_stay(at);
                self.exit(ExitReason::Jump, target, end);
            }
            Terminator::Sync { next } => self.lift_sync(at, *next, end),
            Terminator::Access { next, accesses } => self.lift_checked(*next, accesses, end),
        }
    }

    /// The address after the last instruction of a block.
    pub(super) fn next_pc(&self, at: usize) -> u64 {
        self.source.blocks[at].end_pc()
    }

    pub(super) fn last(&self, at: usize) -> Option<Inst> {
        self.source.blocks[at].insts.last().map(|site| site.inst.inst)
    }

    /// A jump that writes a link register but stays in the function.
    fn link_and_stay(&mut self, at: usize) {
        let link = match self.last(at) {
            Some(Inst::Jal(j)) => j.rd,
            Some(Inst::Jalr(i)) => i.rd,
            _ => return,
        };
        if link != X::ZERO {
            let next = self.next_pc(at);
            let next = self.b().i64(next.cast_signed());
            self.set(link, next);
        }
    }

    /// The target of a block's `jalr`, with its lowest bit cleared.
    pub(super) fn jump_target(&mut self, at: usize) -> Value {
        let Some(Inst::Jalr(i)) = self.last(at) else { return self.b().i64(0) };
        let base = self.get(i.rs1);
        let mut target = base;
        if i.imm != 0 {
            let imm = self.b().i64(i.imm);
            target = self.b().op(Op::I64Add, &[base, imm]);
        }
        let mask = self.b().i64(!1);
        self.b().op(Op::I64And, &[target, mask])
    }

    /// Under `--preempt`: leaves before a jump that leads back, now and then, to where the
    /// jump goes.
    fn maybe_preempt(&mut self, at: usize, end: &End) {
        let start = |lifter: &Self, block: usize| lifter.source.blocks[block].start.cast_signed();
        let target = |lifter: &mut Self| match lifter.source.blocks[at].end {
            Terminator::Jump(to) => {
                let to = start(lifter, to);
                lifter.b().i64(to)
            }
            Terminator::Branch { taken, fall } => {
                let (taken, fall) = (start(lifter, taken), start(lifter, fall));
                let Some(cond) = lifter.condition(at) else { return lifter.b().i64(fall) };
                let (taken, fall) = (lifter.b().i64(taken), lifter.b().i64(fall));
                lifter.b().select(taken, fall, cond)
            }
            _ => lifter.jump_target(at),
        };
        self.count_down(target, ExitReason::Forced, end);
    }

    /// Whether the branch at the end of a block is taken.
    fn condition(&mut self, at: usize) -> Option<Value> {
        let (op, operands) = match self.last(at) {
            Some(Inst::Beq(b)) => (Op::I64Eq, b),
            Some(Inst::Bne(b)) => (Op::I64Ne, b),
            Some(Inst::Blt(b)) => (Op::I64LtS, b),
            Some(Inst::Bge(b)) => (Op::I64GeS, b),
            Some(Inst::Bltu(b)) => (Op::I64LtU, b),
            Some(Inst::Bgeu(b)) => (Op::I64GeU, b),
            _ => return None,
        };
        let (a, b) = (self.get(operands.rs1), self.get(operands.rs2));
        Some(self.b().op(op, &[a, b]))
    }

    fn lift_branch(&mut self, at: usize, taken: usize, fall: usize) {
        let Some(cond) = self.condition(at) else {
            let fall = self.ir_block(fall);
            return self.b().jump(fall);
        };
        let (taken, fall) = (self.ir_block(taken), self.ir_block(fall));
        self.b().branch(cond, taken, fall);
    }

    /// Writes registers to the state.
    fn write_back(&mut self, regs: RegSet) {
        for reg in regs.iter() {
            let value = self.get_reg(reg);
            self.b().set_state(StateReg::Reg(reg), value);
        }
    }

    /// Goes on after a call, where registers that it left undefined are so here.
    fn after_call(&mut self, next: Option<usize>, resume: u64, end: &End) {
        for reg in end.lost.iter() {
            self.undefine(reg);
        }
        match next {
            Some(next) => {
                let next = self.ir_block(next);
                self.b().jump(next);
            }
            // A callee that was shown never to return has returned.
            None => {
                let resume = self.b().i64(resume.cast_signed());
                self.exit_if_possible(ExitReason::Jump, resume, end);
            }
        }
    }

    /// Exits where the function has a status to exit with; where it has none,
    /// the place was proven out of reach.
    fn exit_if_possible(&mut self, reason: ExitReason, pc: Value, end: &End) {
        match self.func.may_exit {
            true => self.exit(reason, pc, end),
            false => self.b().terminate(Ir::Unreachable),
        }
    }

    fn args(&mut self, params: RegSet) -> Vec<Value> {
        order(params).into_iter().map(|reg| self.get_reg(reg)).collect()
    }

    fn set_results(&mut self, results: RegSet, values: &[Value]) {
        for (reg, &value) in order(results).into_iter().zip(values) {
            self.set_reg(reg, value);
        }
    }

    fn signature_of(callee: &Summary) -> Signature {
        let types = |set| order(set).into_iter().map(reg_type).collect();
        Signature {
            params: types(callee.passed_params()),
            results: types(callee.passed_results()),
            may_exit: callee.may_exit,
        }
    }

    fn lift_call(&mut self, at: usize, callee: u64, next: Option<usize>, end: &End) {
        let resume = self.next_pc(at);
        self.link_and_stay(at);
        let summary =
            self.cx.program.index.get(&callee).map(|&index| (index, &self.cx.summaries.functions[index]));
        match summary {
            Some((index, summary)) if summary.is_regular() => {
                self.write_back(end.write_back);
                if summary.may_exit {
                    self.maybe_force_exit(|lifter| lifter.b().i64(callee.cast_signed()), end);
                }
                let args = self.args(summary.passed_params());
                let reference = self.func.callee(&self.cx.names[index], Self::signature_of(summary));
                self.func.callees[reference].takes_sp = summary.passed_params().contains(X::SP);
                let leave = if summary.may_exit { self.leave(&end.handover) } else { Vec::new() };
                let values = self.b().call(Call::Direct(reference), args, leave);
                self.set_results(summary.passed_results(), &values);
                for reg in (summary.results_by_state & self.live[at].all()).iter() {
                    self.load_state(reg);
                }
                if summary.truthful || summary.may_exit {
                    self.check_call(resume);
                }
                self.after_call(next, resume, end);
            }
            Some(_) => {
                let pc = self.b().i64(callee.cast_signed());
                self.exit(ExitReason::Sideways, pc, end);
            }
            None => {
                let pc = self.b().i64(callee.cast_signed());
                self.exit(ExitReason::Jump, pc, end);
            }
        }
    }

    /// Under `--force-exit`: counts down, and leaves at the call when the count
    /// is used up.
    fn maybe_force_exit(&mut self, target: impl FnOnce(&mut Self) -> Value, end: &End) {
        if self.cx.force_exit && self.func.may_exit {
            self.count_down(target, ExitReason::Forced, end);
        }
    }

    /// Counts down, and leaves to `target` when the count is used up.
    fn count_down(&mut self, target: impl FnOnce(&mut Self) -> Value, reason: ExitReason, end: &End) {
        let count = self.b().get_state(StateReg::ForceExit);
        let one = self.b().i64(1);
        let left = self.b().op(Op::I64Sub, &[count, one]);
        self.b().set_state(StateReg::ForceExit, left);
        let over = self.b().op(Op::I64Eqz, &[left]);
        let (leave, go_on) = (self.func.add_block(None), self.func.add_block(None));
        self.b().branch(over, leave, go_on);
        self.block = leave;
        let pc = target(self);
        self.exit(reason, pc, end);
        self.block = go_on;
    }

    fn class_args(&mut self, target: Value, class: &Class) -> (Signature, Vec<Value>) {
        let mut args = vec![target];
        args.extend(self.args(class.params));
        (class_signature(class), args)
    }

    fn lift_indirect_call(&mut self, at: usize, next: Option<usize>, end: &End) {
        let resume = self.next_pc(at);
        let target = self.jump_target(at);
        self.link_and_stay(at);
        let class = &self.cx.summaries.class;
        let beyond = (self.live[at].strong & passed()) - abi_results() - RegSet::x(X::SP) - RegSet::x(X::RA);
        if !beyond.is_empty() || self.has_no_table() {
            return self.exit(ExitReason::Call, target, end);
        }
        self.write_back(end.write_back);
        self.maybe_force_exit(|_| target, end);
        let (signature, args) = self.class_args(target, class);
        let leave = self.leave(&end.handover);
        let values = self.b().call(Call::Indirect(signature), args, leave);
        self.set_results(class.results, &values);
        for reg in (class.state_results & self.live[at].all()).iter() {
            self.load_state(reg);
        }
        self.check_call(resume);
        self.after_call(next, resume, end);
    }

    fn lift_tail_call(&mut self, at: usize, callee: u64, end: &End) {
        // A branch to another function's entry leaves from a block of its own
        // without instructions; a jump's link is written here.
        self.link_and_stay(at);
        let known =
            self.cx.program.index.get(&callee).map(|&index| (index, &self.cx.summaries.functions[index]));
        match (self.func.kind, known) {
            (Kind::Regular, Some((index, summary))) if summary.is_regular() => {
                self.write_back(end.write_back);
                self.check_return(at);
                let args = self.args(summary.passed_params());
                let signature = Self::signature_of(summary);
                let call = Call::Direct(self.func.callee(&self.cx.names[index], signature));
                self.tail(call, args, summary.passed_results(), summary.results_by_state);
            }
            _ => {
                let pc = self.b().i64(callee.cast_signed());
                self.exit(ExitReason::Sideways, pc, end);
            }
        }
    }

    /// A call in tail position: as such where the results agree, else as a call
    /// and a return.
    fn tail(&mut self, call: Call, args: Vec<Value>, results: RegSet, by_state: RegSet) {
        let theirs = self.func.call_signature(&call);
        let ours = self.func.signature();
        if theirs.results == ours.results
            && theirs.may_exit == ours.may_exit
            && results == self.summary.passed_results()
        {
            return self.b().terminate(Ir::TailCall { call, args });
        }
        let values = self.b().call(call, args, Vec::new());
        self.set_results(results, &values);
        for reg in (by_state & self.summary.passed_results()).iter() {
            self.load_state(reg);
        }
        self.write_back(results & self.summary.results_by_state);
        let values = self.args(self.summary.passed_results());
        self.b().terminate(Ir::Return(values));
    }

    /// Whether indirect calls reach no function by the table, so that there is nothing to
    /// look up.
    fn has_no_table(&self) -> bool {
        !self.cx.summaries.members.contains(&true)
    }

    fn lift_tail_indirect(&mut self, at: usize, end: &End) {
        let target = self.jump_target(at);
        self.link_and_stay(at);
        if self.func.kind == Kind::Sideways || self.has_no_table() {
            return self.exit(ExitReason::Jump, target, end);
        }
        self.write_back(end.write_back);
        self.check_return(at);
        let class = &self.cx.summaries.class;
        let (signature, args) = self.class_args(target, class);
        self.tail(Call::Indirect(signature), args, class.results, class.state_results);
    }

    fn lift_return(&mut self, at: usize, end: &End) {
        match self.func.kind {
            Kind::Regular => {
                self.write_back(end.write_back);
                self.check_return(at);
                let values = self.args(self.summary.passed_results());
                self.b().terminate(Ir::Return(values));
            }
            Kind::Sideways => {
                let target = self.jump_target(at);
                self.exit(ExitReason::Return, target, end);
            }
        }
    }

    fn lift_ecall(&mut self, at: usize, next: Option<usize>, end: &End) {
        let resume = self.next_pc(at);
        self.write_back(end.write_back);
        let pc = self.b().i64(resume.cast_signed());
        let mut leave = self.leave(&end.handover);
        match self.summary.truthful {
            false => leave.insert(0, (StateReg::Pc, pc)),
            true => self.b().set_state(StateReg::Pc, pc),
        }
        let read = self.summary.ecalls.get(&at).copied().unwrap_or_else(|| ecall_arguments(6));
        let mut args = vec![self.get(X::A7)];
        for reg in ecall_arguments(6).iter() {
            args.push(if read.contains(reg) { self.get_reg(reg) } else { self.b().i64(0) });
        }
        let values = self.b().call(Call::Host(HostFn::Ecall), args, leave);
        self.set(X::A0, values[0]);
        self.after_call(next, resume, end);
    }
}

/// The signature of indirect calls, without the target that comes first.
pub fn class_signature(class: &Class) -> Signature {
    let types = |set| order(set).into_iter().map(reg_type).collect();
    Signature { params: types(class.params), results: types(class.results), may_exit: true }
}
