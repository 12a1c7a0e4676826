//! For tests: a structured function as IR again, its locals as variables, so
//! that the interpreter can run it beside the function that it was made from.

use std::collections::BTreeMap;

use super::{Call, Callee, Event, Expr, ExprKind, Function, Label, Node, Stmt, WayOut};
use crate::ir::{self, Block, Builder, Param, StateReg, Target, Terminator, Value, Var};

/// The function in IR.
pub fn lower(tree: &Function) -> ir::Function {
    let mut func = ir::Function::new(tree.name.clone(), tree.address, tree.kind);
    func.may_exit = tree.may_exit;
    func.results = tree.results.iter().map(|&ty| Param { name: "result".into(), ty }).collect();
    let entry = func.add_block(Some(tree.address));
    let mut vars = Vec::new();
    for (index, data) in tree.locals.values().enumerate() {
        let var = func.var(&data.name, data.ty);
        vars.push(var);
        if index < tree.params {
            func.params.push(Param { name: data.name.clone(), ty: data.ty });
            let value = func.add_param(entry, data.ty, None);
            Builder::new(&mut func, entry).set(var, value);
        }
    }
    let mut lowering =
        Lowering { tree, func: &mut func, vars, at: Some(entry), targets: BTreeMap::new(), open: Vec::new() };
    tree.walk(&tree.body, |event| lowering.event(event));
    assert!(lowering.at.is_none(), "the body of {} falls through", tree.name);
    func
}

struct Lowering<'a> {
    tree: &'a Function,
    func: &'a mut ir::Function,
    vars: Vec<Var>,
    /// Where to append; nowhere after a transfer.
    at: Option<Block>,
    targets: BTreeMap<Label, Block>,
    /// For each open statement: where it goes on after it, and for an `if` its
    /// `else` part until that has been seen.
    open: Vec<(Block, Option<Block>)>,
}

impl Lowering<'_> {
    fn builder(&mut self) -> Builder<'_> {
        let at = self.at.expect("statements after a transfer are not printed");
        Builder::new(self.func, at)
    }

    fn end(&mut self, terminator: Terminator) {
        self.builder().terminate(terminator);
        self.at = None;
    }

    fn go_on_at(&mut self, block: Block) {
        if self.at.is_some() {
            self.end(Terminator::Jump(Target::to(block)));
        }
        self.at = Some(block);
    }

    fn event(&mut self, event: Event) {
        match event {
            Event::Leaf(node) => self.leaf(node),
            Event::Open(node) => match &self.tree.nodes[node].stmt {
                Stmt::Block { label, .. } => {
                    let after = self.func.add_block(None);
                    self.targets.insert(*label, after);
                    self.open.push((after, None));
                }
                Stmt::Loop { label, .. } => {
                    let header = self.func.add_block(None);
                    self.targets.insert(*label, header);
                    let after = self.func.add_block(None);
                    self.go_on_at(header);
                    self.open.push((after, None));
                }
                Stmt::If { cond, .. } => {
                    let cond = self.expr(cond);
                    let (then, other, after) =
                        (self.func.add_block(None), self.func.add_block(None), self.func.add_block(None));
                    self.end(Terminator::Branch { cond, then: Target::to(then), other: Target::to(other) });
                    self.at = Some(then);
                    self.open.push((after, Some(other)));
                }
                _ => unreachable!(),
            },
            Event::Else(_) => {
                let (after, other) = self.open.last_mut().expect("open");
                let (after, other) = (*after, other.take().expect("one else"));
                self.go_on_at(after);
                self.at = Some(other);
            }
            Event::Close(_) => {
                let (after, other) = self.open.pop().expect("open");
                self.go_on_at(after);
                if let Some(other) = other {
                    Builder::new(self.func, other).jump(after);
                }
            }
        }
    }

    fn leaf(&mut self, node: Node) {
        let tree = self.tree;
        match &tree.nodes[node].stmt {
            Stmt::Nop => {}
            Stmt::Set { local, value } => {
                let value = self.expr(value);
                let var = self.vars[local.as_u32() as usize];
                self.builder().set(var, value);
            }
            Stmt::Store { op, addr, offset, value } => {
                let (addr, value) = (self.expr(addr), self.expr(value));
                self.builder().store(*op, addr, *offset, value);
            }
            Stmt::Bulk { op, args } => {
                let args = [self.expr(&args[0]), self.expr(&args[1]), self.expr(&args[2])];
                self.builder().bulk(*op, args);
            }
            Stmt::SetState { reg, value } => {
                let value = self.expr(value);
                self.builder().set_state(*reg, value);
            }
            Stmt::Drop(value) => {
                self.expr(value);
            }
            Stmt::Call { call, targets } => {
                let results = self.call(call);
                assert_eq!(results.len(), targets.len());
                for (value, target) in results.into_iter().zip(targets) {
                    if let Some(local) = target {
                        let var = self.vars[local.as_u32() as usize];
                        self.builder().set(var, value);
                    }
                }
            }
            Stmt::Fence => self.builder().fence(),
            Stmt::Br(label) => self.end(Terminator::Jump(Target::to(self.targets[label]))),
            Stmt::BrIf { label, cond } => {
                let cond = self.expr(cond);
                let next = self.func.add_block(None);
                let then = Target::to(self.targets[label]);
                self.end(Terminator::Branch { cond, then, other: Target::to(next) });
                self.at = Some(next);
            }
            Stmt::BrTable { index, labels, default } => {
                let index = self.expr(index);
                let targets = labels.iter().map(|label| Target::to(self.targets[label])).collect();
                let default = Target::to(self.targets[default]);
                self.end(Terminator::Switch { index, targets, default });
            }
            Stmt::Return(values) => {
                let values = values.iter().map(|value| self.expr(value)).collect();
                self.end(Terminator::Return(values));
            }
            Stmt::ReturnCall(call) => {
                let results = self.call(call).into_vec();
                self.end(Terminator::Return(results));
            }
            Stmt::TailCall(call) => {
                let (call, args) = self.call_parts(call);
                self.end(Terminator::TailCall { call, args });
            }
            Stmt::Exit { reason, pc, state } => {
                let pc = self.expr(pc);
                let state = state.iter().map(|(reg, value)| (*reg, self.expr(value))).collect();
                self.end(Terminator::Exit { reason: *reason, pc, state });
            }
            Stmt::Unreachable => self.end(Terminator::Unreachable),
            Stmt::Block { .. } | Stmt::Loop { .. } | Stmt::If { .. } => unreachable!(),
        }
    }

    fn call_parts(&mut self, call: &Call) -> (ir::Call, Vec<Value>) {
        let mut args: Vec<Value> = call.operands().into_iter().map(|arg| self.expr(arg)).collect();
        let callee = match &call.callee {
            Callee::Direct(name) => {
                let params = args.iter().map(|&arg| self.func.ty(arg)).collect();
                let signature =
                    ir::Signature { params, results: call.results.clone(), may_exit: call.may_exit };
                ir::Call::Direct(self.func.callee(name, signature))
            }
            Callee::Indirect(signature) => {
                args.rotate_right(1);
                ir::Call::Indirect(signature.clone())
            }
            Callee::Host(host) => ir::Call::Host(*host),
        };
        (callee, args)
    }

    fn call(&mut self, call: &Call) -> ir::Results {
        let (callee, args) = self.call_parts(call);
        // The cold code reads its locals after the call, which changes none.
        let leave = call.leave.map(|way| self.leave(way)).unwrap_or_default();
        self.builder().call(callee, args, leave)
    }

    /// What is handed over on a way out.
    fn leave(&mut self, way: WayOut) -> Vec<(StateReg, Value)> {
        let mut state = Vec::new();
        let mut next = Some(way.label);
        while let Some(label) = next {
            let leave = self.tree.leaves.iter().find(|leave| leave.label == label);
            let leave = leave.expect("each way out has a label of its own");
            assert!(leave.address.is_none() || way.address.is_some());
            if let (Some(local), Some(address)) = (leave.address, way.address) {
                let address = self.builder().i64(address);
                let var = self.vars[local.as_u32() as usize];
                self.builder().set(var, address);
            }
            state.extend(leave.state.iter().map(|(reg, value)| (*reg, self.expr(value))));
            next = leave.then;
        }
        state
    }

    fn expr(&mut self, expr: &Expr) -> Value {
        match &expr.kind {
            ExprKind::Const(constant) => self.builder().constant(*constant),
            ExprKind::Get(local) => {
                let var = self.vars[local.as_u32() as usize];
                self.builder().get(var)
            }
            ExprKind::Tee(local, value) => {
                let value = self.expr(value);
                let var = self.vars[local.as_u32() as usize];
                self.builder().set(var, value);
                value
            }
            ExprKind::Op(op, args) => {
                let args: Vec<Value> = args.iter().map(|arg| self.expr(arg)).collect();
                self.builder().op(*op, &args)
            }
            ExprKind::Select(args) => {
                let args: Vec<Value> = args.iter().map(|arg| self.expr(arg)).collect();
                self.builder().select(args[0], args[1], args[2])
            }
            ExprKind::Load(op, addr, offset) => {
                let addr = self.expr(addr);
                self.builder().load(*op, addr, *offset)
            }
            ExprKind::Atomic(op, addr, offset, args) => {
                let addr = self.expr(addr);
                let args: Vec<Value> = args.iter().map(|arg| self.expr(arg)).collect();
                self.builder().atomic(*op, addr, *offset, &args)
            }
            ExprKind::State(reg) => self.builder().get_state(*reg),
            ExprKind::Call(call) => self.call(call)[0],
        }
    }
}
