//! Writes the blocks of a function as statements.

use std::collections::BTreeMap;

use cranelift_entity::PrimaryMap;

use crate::ir::{self, Block, Const, Function, Inst, InstKind, Op, Terminator, Type, Value};
use crate::locals::Assignment;
use crate::peephole::family::Cmp;
use crate::structure::Content;
use crate::tree::{Call, Callee, Expr, ExprKind, Label, LabelData, Leave, Local, NodeData, Stmt};

use super::leaves::{Leaves, Leaving};
use super::{Plan, Uses};

/// Turns instructions into statements, with the plan's expressions and the
/// assignment's locals.
pub struct Emitter<'a> {
    func: &'a Function,
    uses: &'a Uses,
    plan: &'a Plan,
    /// Where values live; grows by the locals that only emission needs.
    pub assignment: Assignment,
    leaves: Leaves,
    status: Option<Local>,
}

impl<'a> Emitter<'a> {
    /// An emitter for a function.
    pub fn new(func: &'a Function, uses: &'a Uses, plan: &'a Plan, assignment: Assignment) -> Emitter<'a> {
        Emitter { func, uses, plan, assignment, leaves: Leaves::default(), status: None }
    }

    /// Makes the ways out of the function's calls. To be called once, before emission
    /// and structuring.
    pub fn prepare(&mut self, reachable: &[Block]) -> PrimaryMap<Label, LabelData> {
        let func = self.func;
        let mut calls = Vec::new();
        for &block in reachable {
            for &inst in &func.blocks[block].insts {
                let ir::InstData { kind: InstKind::Call(data), pc, .. } = &func.insts[inst] else {
                    continue;
                };
                let ir::CallInst { call, leave, .. } = &**data;
                if func.call_signature(call).may_exit && self.returned_call(block) != Some(inst) {
                    let state = leave.iter().map(|&(reg, value)| (reg, self.cold_expr(value))).collect();
                    calls.push(Leaving { inst, pc: *pc, state });
                }
            }
        }
        let mut labels = PrimaryMap::new();
        if !calls.is_empty() {
            self.leaves = Leaves::new(calls, &mut labels, || self.assignment.fresh("ra", Type::I64));
            self.status = Some(self.assignment.fresh("status", Type::I32));
        }
        labels
    }

    /// The ways out, innermost first, and the local that holds the status.
    pub fn finish(self) -> (Assignment, Vec<Leave>, Option<Local>) {
        (self.assignment, self.leaves.finish(), self.status)
    }

    /// The expression for a value where a call has left: there the call is what
    /// lines come from.
    fn cold_expr(&mut self, value: Value) -> Expr {
        let mut expr = self.expr(value);
        expr.forget_origins();
        expr
    }

    fn local(&self, value: Value) -> Option<Local> {
        self.assignment.value(value)
    }

    /// The expression for a value: the local that it lives in, or what computes
    /// it.
    pub fn expr(&mut self, value: Value) -> Expr {
        if let Some(inst) = self.plan.inlined(self.func, value) {
            return self.inst_expr(inst);
        }
        match self.local(value) {
            Some(local) => Expr::new(ExprKind::Get(local)),
            // Only what nothing can read has no local: any value will do.
            None => Expr::new(ExprKind::Const(Const::zero(self.func.ty(value)))),
        }
    }

    fn exprs(&mut self, values: &[Value]) -> Vec<Expr> {
        values.iter().map(|&value| self.expr(value)).collect()
    }

    fn inst_expr(&mut self, inst: Inst) -> Expr {
        let func = self.func;
        let data = &func.insts[inst];
        let kind = match &data.kind {
            InstKind::Const(constant) => ExprKind::Const(constant.settled()),
            InstKind::Op(op, args) => constants_last(*op, self.exprs(args)),
            InstKind::Select([cond, then, other]) => {
                ExprKind::Select(Box::new([self.expr(*then), self.expr(*other), self.expr(*cond)]))
            }
            InstKind::Load(op, addr, offset) => ExprKind::Load(*op, Box::new(self.expr(*addr)), *offset),
            InstKind::Atomic(op, addr, offset, args) => {
                ExprKind::Atomic(*op, Box::new(self.expr(*addr)), *offset, self.exprs(args))
            }
            InstKind::GetState(reg) => ExprKind::State(*reg),
            InstKind::Get(var) => match self.assignment.var(*var) {
                Some(local) => ExprKind::Get(local),
                None => ExprKind::Const(Const::zero(func.vars[*var].ty)),
            },
            InstKind::Call(call) => {
                ExprKind::Call(Box::new(self.call_or_leave(inst, &call.call, &call.args)))
            }
            InstKind::Store(..)
            | InstKind::Bulk(..)
            | InstKind::Fence
            | InstKind::Set(..)
            | InstKind::SetState(..) => {
                unreachable!("an instruction without results is no operand")
            }
        };
        Expr { kind, pc: data.pc }
    }

    /// A call without its way out.
    fn call(&mut self, call: &ir::Call, args: &[Value]) -> Call {
        let signature = self.func.call_signature(call);
        let callee = match call {
            ir::Call::Direct(callee) => Callee::Direct(self.func.callees[*callee].name.clone()),
            ir::Call::Indirect(signature) => Callee::Indirect(signature.clone()),
            ir::Call::Host(host) => Callee::Host(*host),
        };
        let args = self.exprs(args);
        Call { callee, args, results: signature.results, may_exit: signature.may_exit, leave: None }
    }

    fn call_or_leave(&mut self, inst: Inst, call: &ir::Call, args: &[Value]) -> Call {
        let call = self.call(call, args);
        Call { leave: self.leaves.way_out(inst), ..call }
    }

    fn root(&mut self, inst: Inst, out: &mut Vec<NodeData>) {
        let func = self.func;
        let data = &func.insts[inst];
        let stmt = match &data.kind {
            InstKind::Store(op, addr, offset, value) => {
                let (addr, value) = (self.expr(*addr), self.expr(*value));
                Stmt::Store { op: *op, addr, offset: *offset, value }
            }
            InstKind::Bulk(op, args) => {
                Stmt::Bulk { op: *op, args: Box::new(args.map(|arg| self.expr(arg))) }
            }
            InstKind::Fence => Stmt::Fence,
            // The register goes on holding what nobody may look at.
            InstKind::SetState(_, value) if func.is_undefined(*value) => return,
            InstKind::SetState(reg, value) => Stmt::SetState { reg: *reg, value: self.expr(*value) },
            InstKind::Set(var, value) => {
                let value = self.expr(*value);
                match self.assignment.var(*var) {
                    Some(local) if value.kind != ExprKind::Get(local) => {
                        let pc = value.pc.or(data.pc);
                        Stmt::Set { local, value: Expr { pc, ..value } }
                    }
                    _ => return,
                }
            }
            InstKind::Call(call) if data.results.len() != 1 || self.uses.count(data.results[0]) == 0 => {
                let call = self.call_or_leave(inst, &call.call, &call.args);
                let target = |&result: &Value| self.local(result).filter(|_| self.uses.count(result) > 0);
                Stmt::Call { targets: data.results.iter().map(target).collect(), call }
            }
            _ => {
                let value = self.inst_expr(inst);
                let local = data.results.first().and_then(|&result| self.local(result));
                match local.filter(|_| self.uses.count(data.results[0]) > 0) {
                    Some(local) => Stmt::Set { local, value },
                    None => Stmt::Drop(value),
                }
            }
        };
        out.push(NodeData { stmt, pc: data.pc });
    }

    /// The call that a block ends with by returning just what it returns.
    fn returned_call(&self, block: Block) -> Option<Inst> {
        let func = self.func;
        let Terminator::Return(values) = func.terminator(block) else { return None };
        let last = self.plan.roots(block).last().copied();
        let inst = match values.first() {
            Some(&value) => match func.values[value].def {
                ir::ValueDef::Result(inst, _) => inst,
                ir::ValueDef::Param(..) => return None,
            },
            None => last?,
        };
        let InstKind::Call(data) = &func.insts[inst].kind else { return None };
        let ir::CallInst { call, leave, .. } = &**data;
        let signature = func.call_signature(call);
        let whole = func.insts[inst].results[..] == **values
            && values.iter().all(|&value| self.uses.count(value) == 1)
            && leave.is_empty()
            && signature.may_exit == func.may_exit
            && signature.results.iter().copied().eq(func.results.iter().map(|result| result.ty));
        let in_place =
            last == Some(inst) || (values.len() == 1 && self.plan.inlined(func, values[0]) == Some(inst));
        (whole && in_place).then_some(inst)
    }

    /// Orders assignments that happen at once so that each reads what was there
    /// before all of them; a cycle is broken by a spare local.
    fn sequence(&mut self, mut pending: Vec<(Local, Expr, Option<u64>)>, out: &mut Vec<NodeData>) {
        if pending.len() == 1 {
            out.extend(
                pending.pop().map(|(local, value, pc)| NodeData { stmt: Stmt::Set { local, value }, pc }),
            );
            return;
        }
        let mut reads: Vec<Vec<Local>> = pending.iter().map(|(_, value, _)| locals_of(value)).collect();
        let mut spares: BTreeMap<Type, u32> = BTreeMap::new();
        while !pending.is_empty() {
            let is_free = |index: usize| {
                let target = pending[index].0;
                reads.iter().enumerate().all(|(other, read)| other == index || !read.contains(&target))
            };
            match (0..pending.len()).find(|&index| is_free(index)) {
                Some(index) => {
                    let (local, value, pc) = pending.remove(index);
                    reads.remove(index);
                    out.push(NodeData { stmt: Stmt::Set { local, value }, pc });
                }
                None => {
                    let index = on_cycle(&pending, &reads);
                    let (target, value, pc) = &mut pending[index];
                    let ty = self.assignment.locals[*target].ty;
                    let number = spares.entry(ty).or_default();
                    *number += 1;
                    let spare = self.assignment.spare(ty, *number);
                    let value = std::mem::replace(value, Expr::new(ExprKind::Get(spare)));
                    reads[index].clear();
                    out.push(NodeData { stmt: Stmt::Set { local: spare, value }, pc: *pc });
                }
            }
        }
    }
}

/// One of the assignments that wait for each other in a ring, where each target
/// is read by another assignment.
fn on_cycle(pending: &[(Local, Expr, Option<u64>)], reads: &[Vec<Local>]) -> usize {
    let mut seen = vec![false; pending.len()];
    let mut at = 0;
    while !std::mem::replace(&mut seen[at], true) {
        let reader = (0..pending.len()).find(|&other| other != at && reads[other].contains(&pending[at].0));
        at = reader.unwrap_or(at);
    }
    at
}

/// The operation with a constant first operand put second, where there is an
/// operation that means the same.
fn constants_last(op: Op, mut args: Vec<Expr>) -> ExprKind {
    let is_constant = |expr: &Expr| matches!(expr.kind, ExprKind::Const(_));
    if let [first, second] = args.as_slice()
        && is_constant(first)
        && !is_constant(second)
    {
        if op.commutes() {
            args.swap(0, 1);
        } else if let Some((cmp, ty)) = Cmp::of(op) {
            args.swap(0, 1);
            return ExprKind::Op(cmp.swapped().op(ty), args);
        }
    }
    ExprKind::Op(op, args)
}

fn locals_of(expr: &Expr) -> Vec<Local> {
    let mut locals = Vec::new();
    expr.for_each(&mut |expr| {
        if let ExprKind::Get(local) = expr.kind {
            locals.push(local);
        }
    });
    locals
}

impl Content for Emitter<'_> {
    fn code(&mut self, block: Block, out: &mut Vec<NodeData>) {
        let returned = self.returned_call(block);
        for &inst in self.plan.roots(block) {
            if returned != Some(inst) {
                self.root(inst, out);
            }
        }
    }

    fn copies(&mut self, block: Block, edge: usize, out: &mut Vec<NodeData>) {
        let func = self.func;
        let target = func.terminator(block).targets()[edge];
        let mut pending = Vec::new();
        for (param, arg) in self.uses.live_args(func, target) {
            let mut value = self.expr(arg);
            if matches!(value.kind, ExprKind::Const(_)) {
                // No instruction of its own: it may come from far away.
                value.pc = None;
            }
            match self.local(param) {
                Some(local) if value.kind != ExprKind::Get(local) => {
                    let pc = value.pc.or(func.blocks[block].terminator_pc);
                    pending.push((local, value, pc));
                }
                _ => {}
            }
        }
        self.sequence(pending, out);
    }

    fn selector(&mut self, block: Block) -> Expr {
        match self.func.terminator(block) {
            Terminator::Branch { cond: value, .. } | Terminator::Switch { index: value, .. } => {
                self.expr(*value)
            }
            _ => Expr::new(ExprKind::Const(Const::I32(0))),
        }
    }

    fn exit(&mut self, block: Block, out: &mut Vec<NodeData>) {
        let func = self.func;
        let stmt = match func.terminator(block) {
            Terminator::Return(values) => match self.returned_call(block).map(|inst| &func.insts[inst]) {
                Some(ir::InstData { kind: InstKind::Call(call), .. }) => {
                    Stmt::ReturnCall(self.call(&call.call, &call.args))
                }
                _ => Stmt::Return(self.exprs(values)),
            },
            Terminator::TailCall { call, args } => Stmt::TailCall(self.call(call, args)),
            Terminator::Exit { reason, pc, state } => Stmt::Exit {
                reason: *reason,
                pc: self.expr(*pc),
                state: state
                    .iter()
                    .filter(|&&(_, value)| !func.is_undefined(value))
                    .map(|&(reg, value)| (reg, self.expr(value)))
                    .collect(),
            },
            Terminator::Unreachable => Stmt::Unreachable,
            Terminator::Jump(_) | Terminator::Branch { .. } | Terminator::Switch { .. } => return,
        };
        out.push(NodeData { stmt, pc: func.blocks[block].terminator_pc });
    }
}
