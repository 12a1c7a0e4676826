//! Spells expressions and statements of the tree in WebAssembly's instructions.

use rv2wat_isa::{Reg, X};
use rv2wat_passes::ir::{BulkOp, Const, Op, StateReg, Type};
use rv2wat_passes::tree::{Call, Callee, Expr, ExprKind, Function, Leave, Local, Node, Stmt};
use smallvec::{SmallVec, smallvec};

use super::sink::{Head, Sink};
use super::{ExitHelper, LeaveHelper, Needs};

/// Turns nodes into instructions and notes which helpers they need.
pub struct Speller<'a, S> {
    pub tree: &'a Function,
    pub sink: S,
    pub needs: &'a mut Needs,
}

fn is_slot(place: StateReg) -> bool {
    matches!(place, StateReg::Owe(..))
}

/// The name of the global that holds a piece of the state.
pub fn global(reg: StateReg) -> String {
    format!("state.{reg}")
}

/// An `i32.const`, `i64.const`, … in the text format.
pub fn constant(constant: Const, hexadecimal: bool) -> String {
    match constant {
        Const::Undef(ty) => format!("{ty}.const 0"),
        Const::I32(value) if hexadecimal => format!("i32.const 0x{value:x}"),
        Const::I64(value) if hexadecimal => format!("i64.const 0x{value:x}"),
        Const::I32(value) => format!("i32.const {value}"),
        Const::I64(value) => format!("i64.const {value}"),
        Const::F32(bits) => {
            let value = f32::from_bits(bits);
            let nan = || nan(bits >> 31 != 0, u64::from(bits & 0x7f_ffff), 1 << 22);
            format!("f32.const {}", if value.is_nan() { nan() } else { format!("{value:?}") })
        }
        Const::F64(bits) => {
            let value = f64::from_bits(bits);
            let nan = || nan(bits >> 63 != 0, bits & 0xf_ffff_ffff_ffff, 1 << 51);
            format!("f64.const {}", if value.is_nan() { nan() } else { format!("{value:?}") })
        }
    }
}

fn nan(negative: bool, payload: u64, canonical: u64) -> String {
    let sign = if negative { "-" } else { "" };
    if payload == canonical { format!("{sign}nan") } else { format!("{sign}nan:0x{payload:x}") }
}

impl<S: Sink> Speller<'_, S> {
    fn exprs(&mut self, exprs: &[Expr]) -> Vec<S::Doc> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn constant(&mut self, value: Const, bits: bool) -> S::Doc {
        self.sink.inst(Head::Const { value, bits }, Vec::new(), None)
    }

    /// A call of a function by name.
    fn named(&mut self, name: &str, operands: Vec<S::Doc>, pc: Option<u64>) -> S::Doc {
        self.sink.inst(Head::Call { tail: false, name }, operands, pc)
    }

    /// An expression.
    pub fn expr(&mut self, expr: &Expr) -> S::Doc {
        let pc = expr.pc;
        match &expr.kind {
            ExprKind::Const(value) => self.constant(*value, false),
            ExprKind::Get(local) => self.sink.inst(Head::Get(*local), Vec::new(), None),
            ExprKind::Tee(local, value) => {
                let value = self.expr(value);
                self.sink.inst(Head::Tee(*local), vec![value], pc)
            }
            ExprKind::Op(op, args) => self.op(*op, args, pc),
            ExprKind::Select(args) => {
                let operands = self.exprs(&args[..]);
                self.sink.inst(Head::Plain("select"), operands, pc)
            }
            ExprKind::Load(op, addr, offset) => {
                let addr = self.address(addr);
                self.sink.inst(Head::Load(*op, *offset), vec![addr], pc)
            }
            ExprKind::Atomic(op, addr, offset, args) => {
                let mut addr = self.address(addr);
                if op.is_helper() && *offset != 0 {
                    let offset = self.constant(Const::I32(*offset as i32), false);
                    addr = self.sink.inst(Head::Op(Op::I32Add), vec![addr, offset], None);
                }
                let mut operands = vec![addr];
                operands.extend(self.exprs(args));
                if !op.is_helper() {
                    return self.sink.inst(Head::Atomic(*op, *offset), operands, pc);
                }
                self.needs.atomics.insert(*op);
                self.named(op.name(), operands, pc)
            }
            ExprKind::State(reg) => {
                self.needs.state.insert(*reg);
                self.sink.inst(Head::GetState(*reg), Vec::new(), pc)
            }
            ExprKind::Call(call) => self.call(call, pc),
        }
    }

    fn op(&mut self, op: Op, args: &[Expr], pc: Option<u64>) -> S::Doc {
        if op.is_helper() {
            self.needs.ops.insert(op);
            let operands = self.exprs(args);
            return self.named(op.name(), operands, pc);
        }
        let subtraction = match op {
            Op::I32Add => Some(Op::I32Sub),
            Op::I64Add => Some(Op::I64Sub),
            _ => None,
        };
        if let (Some(op), [value, Expr { kind: ExprKind::Const(negative), .. }]) = (subtraction, args)
            && let Some(positive) = negated(*negative)
        {
            let operands = vec![self.expr(value), self.constant(positive, is_large(positive))];
            return self.sink.inst(Head::Op(op), operands, pc);
        }
        let bits = matches!(op, Op::I32And | Op::I32Or | Op::I32Xor | Op::I64And | Op::I64Or | Op::I64Xor);
        let operands = args
            .iter()
            .map(|arg| match arg.kind {
                ExprKind::Const(value) => {
                    // Sums of 32 bits are addresses, mostly.
                    let sum = matches!(op, Op::I32Add | Op::I32Sub) && is_large(value);
                    self.constant(value, bits || sum)
                }
                _ => self.expr(arg),
            })
            .collect();
        self.sink.inst(Head::Op(op), operands, pc)
    }

    fn bare_call(&mut self, call: &Call, tail: bool, pc: Option<u64>) -> S::Doc {
        match &call.callee {
            Callee::Direct(name) => {
                let operands = self.exprs(&call.args);
                self.sink.inst(Head::Call { tail, name }, operands, pc)
            }
            Callee::Host(host) => {
                self.needs.hosts.insert(*host);
                let operands = self.exprs(&call.args);
                let name = format!("rv.{}", host.name());
                self.sink.inst(Head::Call { tail, name: &name }, operands, pc)
            }
            Callee::Indirect(_) => {
                let mut operands: Vec<S::Doc> = call.args.iter().skip(1).map(|arg| self.expr(arg)).collect();
                if let Some(target) = call.args.first() {
                    let target = self.expr(target);
                    operands.push(self.named("rv.slot", vec![target], None));
                }
                self.needs.indirect = true;
                self.sink.inst(Head::CallIndirect { tail }, operands, pc)
            }
        }
    }

    /// A call with the test of its status.
    fn call(&mut self, call: &Call, pc: Option<u64>) -> S::Doc {
        let bare = self.bare_call(call, false, pc);
        let bare = self.sink.calling(bare);
        let (Some(way), Some(status)) = (call.leave, self.tree.status) else { return bare };
        let status = self.sink.inst(Head::Tee(status), vec![bare], pc);
        match way.address {
            None => self.sink.branch(Head::BrIf(way.label), vec![status], pc, Some(false)),
            Some(address) => {
                self.sink.begin_if(Some(false));
                let address = self.constant(Const::I64(address), true);
                let leave = self.sink.inst(Head::Br(way.label), vec![address], None);
                self.sink.end_if(status, leave, pc)
            }
        }
    }

    /// A statement without statements in it; several instructions where
    /// results are taken from the stack one by one. `last` is the end of the
    /// function, where values need no `return`.
    pub fn stmt(&mut self, stmt: &Stmt, pc: Option<u64>, last: bool) -> SmallVec<[S::Doc; 1]> {
        smallvec![match stmt {
            Stmt::Nop | Stmt::Block { .. } | Stmt::Loop { .. } | Stmt::If { .. } => return SmallVec::new(),
            Stmt::Set { local, value } => {
                // A value that changes its place belongs to no instruction.
                let moves = matches!(value.kind, ExprKind::Get(_) | ExprKind::Const(_)) && value.pc.is_none();
                let pc = pc.filter(|_| !moves);
                let value = match value.kind {
                    // A place in memory, as `locals` names it.
                    ExprKind::Const(place) if self.tree.locals[*local].name.ends_with(".at") => {
                        self.constant(place, true)
                    }
                    _ => self.expr(value),
                };
                self.sink.inst(Head::Set(*local), vec![value], pc)
            }
            Stmt::Store { op, addr, offset, value } => {
                let operands = vec![self.address(addr), self.expr(value)];
                self.sink.inst(Head::Store(*op, *offset), operands, pc)
            }
            Stmt::Bulk { op, args } => {
                let to = self.address(&args[0]);
                let source = match op {
                    BulkOp::Copy => self.address(&args[1]),
                    BulkOp::Fill => self.expr(&args[1]),
                };
                let operands = vec![to, source, self.expr(&args[2])];
                self.sink.inst(Head::Plain(op.name()), operands, pc)
            }
            Stmt::SetState { reg, value } => {
                self.needs.state.insert(*reg);
                let value = self.expr(value);
                self.sink.inst(Head::SetState(*reg), vec![value], pc)
            }
            Stmt::Drop(value) => {
                let value = self.expr(value);
                self.sink.inst(Head::Plain("drop"), vec![value], pc)
            }
            Stmt::Call { call, targets } => return self.call_stmt(call, targets, pc),
            Stmt::Fence => self.sink.inst(Head::Plain("atomic.fence"), Vec::new(), pc),
            Stmt::Br(label) => self.sink.inst(Head::Br(*label), Vec::new(), pc),
            Stmt::BrIf { label, cond } => {
                let likely = is_number(cond);
                let cond = self.expr(cond);
                self.sink.branch(Head::BrIf(*label), vec![cond], pc, likely)
            }
            Stmt::BrTable { index, labels, default } => {
                let index = self.expr(index);
                self.sink.table(labels, *default, index, pc)
            }
            Stmt::Return(values) => {
                let mut operands = self.exprs(values);
                if self.tree.may_exit {
                    operands.push(self.constant(Const::I32(0), false));
                }
                if last {
                    return self.sink.end_values(operands, pc).into();
                }
                self.sink.inst(Head::Plain("return"), operands, pc)
            }
            Stmt::ReturnCall(call) => {
                let call = self.bare_call(call, false, pc);
                if last { call } else { self.sink.inst(Head::Plain("return"), vec![call], pc) }
            }
            Stmt::TailCall(call) => return self.tail_call(call, pc, last),
            Stmt::Exit { reason, pc: at, state } => {
                let own = state.iter().filter(|(place, _)| !is_slot(*place));
                let mut operands = vec![self.constant(Const::I32(reason.status()), false), self.address(at)];
                operands.extend(own.clone().map(|(_, value)| self.expr(value)));
                let helper = ExitHelper {
                    registers: own.map(|(place, _)| *place).collect(),
                    results: self.tree.results.clone(),
                };
                let call = self.named(&helper.name(), operands, pc);
                self.needs.exits.insert(helper);
                // In this order operands are evaluated.
                let owes = self.owe(state, pc);
                match (owes.is_empty(), last) {
                    (true, true) => call,
                    (true, false) => self.sink.inst(Head::Plain("return"), vec![call], pc),
                    (false, last) => {
                        let back = (!last).then(|| self.sink.inst(Head::Plain("return"), Vec::new(), pc));
                        return std::iter::once(call).chain(owes).chain(back).collect();
                    }
                }
            }
            Stmt::Unreachable => self.sink.inst(Head::Plain("unreachable"), Vec::new(), pc),
        }]
    }

    /// What follows the block of a way out, of which `next` is the one further out.
    pub fn way_out(&mut self, leave: &Leave, next: Option<&Leave>) -> Vec<S::Doc> {
        let mut docs: Vec<S::Doc> = Vec::new();
        if let Some(address) = leave.address {
            docs.push(self.sink.inst(Head::Set(address), Vec::new(), None));
        }
        docs.extend(self.leave(&leave.state, leave.pc));
        match leave.then {
            // It stands right behind.
            Some(label) if next.is_some_and(|next| next.label == label) => {}
            Some(label) => docs.push(self.sink.inst(Head::Br(label), Vec::new(), None)),
            None => {
                let tree = self.tree;
                let zero = |&ty: &Type| self.constant(Const::zero(ty), false);
                let mut values: Vec<S::Doc> = tree.results.iter().map(zero).collect();
                let get = |status| self.sink.inst(Head::Get(status), Vec::new(), None);
                values.extend(tree.status.map(get));
                match next {
                    Some(_) => docs.push(self.sink.inst(Head::Plain("return"), values, None)),
                    None => docs.extend(self.sink.end_values(values, None)),
                }
            }
        }
        docs
    }

    /// What stands where a call leaves: registers are given, then slots owed.
    fn leave(&mut self, state: &[(StateReg, Expr)], pc: Option<u64>) -> Vec<S::Doc> {
        let registers: Vec<&(StateReg, Expr)> = state.iter().filter(|(place, _)| !is_slot(*place)).collect();
        let mut docs = Vec::new();
        if !registers.is_empty() {
            let values = registers.iter().map(|(place, value)| match place {
                StateReg::Give(Reg::X(X::RA)) | StateReg::Pc => self.address(value),
                _ => self.expr(value),
            });
            let values = values.collect();
            let places: Vec<StateReg> = registers.iter().map(|(place, _)| *place).collect();
            docs.push(self.hand_over(places, values, pc));
        }
        docs.extend(self.owe(state, pc));
        docs
    }

    /// The slots of the frame that wait, a call for those at distances from the same
    /// value: mostly that is all. Slots are told by their distances from the lowest,
    /// so that frames of different sizes share helpers.
    fn owe(&mut self, state: &[(StateReg, Expr)], pc: Option<u64>) -> Vec<S::Doc> {
        let mut groups: Vec<(&Expr, Vec<(i32, Reg)>)> = Vec::new();
        for (place, from) in state {
            let StateReg::Owe(reg, offset) = *place else { continue };
            match groups.iter_mut().find(|(other, _)| other.kind == from.kind) {
                Some((_, slots)) => slots.push((offset, reg)),
                None => groups.push((from, vec![(offset, reg)])),
            }
        }
        let owe = |(from, mut slots): (&Expr, Vec<(i32, Reg)>)| {
            slots.sort_unstable();
            let lowest = slots.first().map_or(0, |&(offset, _)| offset);
            let place = |(offset, reg): (i32, Reg)| StateReg::Owe(reg, offset.saturating_sub(lowest));
            let mut from = self.expr(from);
            if lowest != 0 {
                let op = if lowest < 0 { Op::I64Sub } else { Op::I64Add };
                let by = self.constant(Const::I64(i64::from(lowest).abs()), false);
                from = self.sink.inst(Head::Op(op), vec![from, by], None);
            }
            self.hand_over(slots.into_iter().map(place).collect(), vec![from], pc)
        };
        groups.into_iter().map(owe).collect()
    }

    /// A call of the helper for some registers or slots.
    fn hand_over(&mut self, places: Vec<StateReg>, operands: Vec<S::Doc>, pc: Option<u64>) -> S::Doc {
        self.needs.state.extend(places.iter().filter_map(|place| match *place {
            StateReg::Give(reg) => Some(StateReg::Reg(reg)),
            StateReg::Owe(..) => None,
            place => Some(place),
        }));
        let name = match places[..] {
            [StateReg::Give(reg)] => {
                self.needs.pending.insert(reg);
                format!("give.{reg}")
            }
            [StateReg::Owe(reg, 0)] => {
                self.needs.pending.insert(reg);
                format!("owe.{reg}")
            }
            [place] if place.is_global() => {
                return self.sink.inst(Head::SetState(place), operands, pc);
            }
            _ => {
                let helper = LeaveHelper { places };
                let name = helper.name();
                self.needs.leaves.insert(helper);
                name
            }
        };
        self.named(&name, operands, pc)
    }

    fn address(&mut self, expr: &Expr) -> S::Doc {
        match expr.kind {
            ExprKind::Const(value) => self.constant(value, true),
            _ => self.expr(expr),
        }
    }

    fn call_stmt(
        &mut self,
        call: &Call,
        targets: &[Option<Local>],
        pc: Option<u64>,
    ) -> SmallVec<[S::Doc; 1]> {
        let call = self.call(call, pc);
        if let [None] = targets {
            return smallvec![self.sink.inst(Head::Plain("drop"), vec![call], pc)];
        }
        let mut docs = smallvec![call];
        docs.extend(targets.iter().rev().map(|target| {
            let head = target.map_or(Head::Plain("drop"), Head::Set);
            self.sink.inst(head, Vec::new(), pc)
        }));
        docs
    }

    /// A tail call; one to a function without a status is an ordinary call
    /// where this one must return a status.
    fn tail_call(&mut self, call: &Call, pc: Option<u64>, last: bool) -> SmallVec<[S::Doc; 1]> {
        if call.may_exit == self.tree.may_exit {
            return smallvec![self.bare_call(call, true, pc)];
        }
        let mut operands = vec![self.bare_call(call, false, pc)];
        if self.tree.may_exit {
            operands.push(self.constant(Const::I32(0), false));
        }
        match last {
            true => operands.into(),
            false => smallvec![self.sink.inst(Head::Plain("return"), operands, pc)],
        }
    }
}

/// Whether a condition is likely to hold, where it asks if a value is a number: most
/// are.
fn is_number(cond: &Expr) -> Option<bool> {
    let ExprKind::Op(op, args) = &cond.kind else { return None };
    let local = |expr: &Expr| match expr.kind {
        ExprKind::Get(local) | ExprKind::Tee(local, _) => Some(local),
        _ => None,
    };
    match (op, args.as_slice()) {
        (Op::I32Eqz, [inner]) => is_number(inner).map(|likely| !likely),
        (Op::F32Ge | Op::F64Ge, [one, two]) => (local(one)? == local(two)?).then_some(true),
        _ => None,
    }
}

/// Whether the condition of an `if` is likely to hold, where that is known: to leave
/// is not.
pub fn likely(tree: &Function, cond: &Expr, then: &[Node], other: &[Node]) -> Option<bool> {
    let leaves = |arm: &[Node]| {
        let last = arm.last().map(|&node| &tree.nodes[node].stmt);
        matches!(last, Some(Stmt::Exit { .. } | Stmt::Unreachable))
    };
    match (leaves(then), leaves(other)) {
        (true, false) => Some(false),
        (false, true) => Some(true),
        _ => is_number(cond),
    }
}

/// Whether a 32-bit number is more likely an address than a count.
fn is_large(constant: Const) -> bool {
    matches!(constant, Const::I32(value) if value >= 0x1000)
}

fn negated(constant: Const) -> Option<Const> {
    match constant {
        Const::I32(value) if value < 0 => value.checked_neg().map(Const::I32),
        Const::I64(value) if value < 0 => value.checked_neg().map(Const::I64),
        _ => None,
    }
}
