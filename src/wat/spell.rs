//! Spells expressions and statements of the tree in WebAssembly text.

use std::borrow::Cow;

use rv2wat_isa::{Reg, X};
use rv2wat_passes::ir::{BulkOp, Const, Op, StateReg, Type};
use rv2wat_passes::tree::{Call, Callee, Expr, ExprKind, Function, Label, Local, Node, Stmt};

use super::doc::Doc;
use super::{ExitHelper, LeaveHelper, Needs, Style};

/// Turns nodes into documents and notes which helpers they need.
pub struct Speller<'a> {
    pub tree: &'a Function,
    pub style: &'a Style<'a>,
    pub needs: &'a mut Needs,
}

/// The values at the end of a function share a line up to this width.
const END_WIDTH: usize = 60;

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

fn word(name: &str) -> Doc {
    Doc::word(format!("${name}"))
}

impl Speller<'_> {
    fn local(&self, local: Local) -> &str {
        &self.tree.locals[local].name
    }

    pub fn label(&self, label: Label) -> &str {
        &self.tree.labels[label].name
    }

    fn exprs(&mut self, exprs: &[Expr]) -> Vec<Doc> {
        exprs.iter().map(|expr| self.expr(expr)).collect()
    }

    fn hexadecimal(&self, value: Const, bits: bool) -> bool {
        let value = match value {
            Const::I32(value) => i64::from(value),
            Const::I64(value) => value,
            Const::F32(_) | Const::F64(_) | Const::Undef(_) => return false,
        };
        value > 9 && (bits || (self.style.is_address)(value as u64))
    }

    fn constant(&self, value: Const, bits: bool) -> Doc {
        Doc::new(constant(value, self.hexadecimal(value, bits)), Vec::new(), None)
    }

    /// The document of an expression.
    pub fn expr(&mut self, expr: &Expr) -> Doc {
        let pc = expr.pc;
        match &expr.kind {
            ExprKind::Const(value) => self.constant(*value, false),
            ExprKind::Get(local) => Doc::new(["local.get $", self.local(*local)].concat(), Vec::new(), None),
            ExprKind::Tee(local, value) => {
                let value = self.expr(value);
                Doc::new(["local.tee $", self.local(*local)].concat(), vec![value], pc)
            }
            ExprKind::Op(op, args) => self.op(*op, args, pc),
            ExprKind::Select(args) => Doc::new("select", self.exprs(&args[..]), pc),
            ExprKind::Load(op, addr, offset) => {
                let addr = self.address(addr);
                Doc::new(with_offset(op.name(), *offset), vec![addr], pc)
            }
            ExprKind::Atomic(op, addr, offset, args) => {
                let mut operands = vec![self.address(addr)];
                operands.extend(self.exprs(args));
                if !op.is_helper() {
                    return Doc::new(with_offset(op.name(), *offset), operands, pc);
                }
                self.needs.atomics.insert(*op);
                if *offset != 0 {
                    let offset = self.constant(Const::I32(*offset as i32), false);
                    let addr = operands.remove(0);
                    operands.insert(0, Doc::new("i32.add", vec![addr, offset], None));
                }
                Doc::new(format!("call ${}", op.name()), operands, pc)
            }
            ExprKind::State(reg) => {
                self.needs.state.insert(*reg);
                Doc::new(format!("global.get ${}", global(*reg)), Vec::new(), pc)
            }
            ExprKind::Call(call) => self.call(call, pc),
        }
    }

    fn op(&mut self, op: Op, args: &[Expr], pc: Option<u64>) -> Doc {
        if op.is_helper() {
            self.needs.ops.insert(op);
            return Doc::new(format!("call ${}", op.name()), self.exprs(args), pc);
        }
        let subtraction = match op {
            Op::I32Add => Some(Op::I32Sub),
            Op::I64Add => Some(Op::I64Sub),
            _ => None,
        };
        if let (Some(op), [value, Expr { kind: ExprKind::Const(negative), .. }]) = (subtraction, args)
            && let Some(positive) = negated(*negative)
        {
            let value = self.expr(value);
            let bits = is_large(positive);
            return Doc::new(op.name(), vec![value, self.constant(positive, bits)], pc);
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
        Doc::new(op.name(), operands, pc)
    }

    fn bare_call(&mut self, call: &Call, tail: bool, pc: Option<u64>) -> Doc {
        let return_ = if tail { "return_" } else { "" };
        match &call.callee {
            Callee::Direct(name) => Doc::new([return_, "call $", name].concat(), self.exprs(&call.args), pc),
            Callee::Host(host) => {
                self.needs.hosts.insert(*host);
                Doc::new(format!("{return_}call $rv.{}", host.name()), self.exprs(&call.args), pc)
            }
            Callee::Indirect(_) => {
                let mut operands: Vec<Doc> = call.args.iter().skip(1).map(|arg| self.expr(arg)).collect();
                if let Some(target) = call.args.first() {
                    let target = self.expr(target);
                    operands.push(Doc::new("call $rv.slot", vec![target], None));
                }
                self.needs.indirect = true;
                Doc::new(format!("{return_}call_indirect $functions (type $rv.class)"), operands, pc)
            }
        }
    }

    /// A branch that is likely or not, if that is known; text for readers does not say.
    fn hinted(&self, branch: Doc, likely: Option<bool>) -> Doc {
        branch.likely(likely.filter(|_| self.style.compact))
    }

    /// A call with the test of its status.
    fn call(&mut self, call: &Call, pc: Option<u64>) -> Doc {
        let bare = self.bare_call(call, false, pc).calling();
        match (call.leave, self.tree.status) {
            (Some(way), Some(status)) => {
                let status = Doc::new(["local.tee $", self.local(status)].concat(), vec![bare], pc);
                let label = self.label(way.label);
                let branch = match way.address {
                    None => Doc::new(format!("br_if ${label}"), vec![status], pc),
                    Some(address) => {
                        let address = self.constant(Const::I64(address), true);
                        let leave = Doc::new(format!("br ${label}"), vec![address], None);
                        Doc::new("if", vec![status, Doc::new("then", vec![leave], None)], pc)
                    }
                };
                self.hinted(branch, Some(false))
            }
            _ => bare,
        }
    }

    /// The documents of a statement without statements in it; several where
    /// results are taken from the stack one by one. `last` is the end of the
    /// function, where values need no `return`.
    pub fn stmt(&mut self, stmt: &Stmt, pc: Option<u64>, last: bool) -> Vec<Doc> {
        match stmt {
            Stmt::Nop | Stmt::Block { .. } | Stmt::Loop { .. } | Stmt::If { .. } => Vec::new(),
            Stmt::Set { local, value } => {
                // A value that changes its place belongs to no instruction.
                let moves = matches!(value.kind, ExprKind::Get(_) | ExprKind::Const(_)) && value.pc.is_none();
                let pc = pc.filter(|_| !moves);
                let value = match value.kind {
                    // A place in memory, as `locals` names it.
                    ExprKind::Const(place) if self.local(*local).ends_with(".at") => {
                        self.constant(place, true)
                    }
                    _ => self.expr(value),
                };
                vec![Doc::new(["local.set $", self.local(*local)].concat(), vec![value], pc)]
            }
            Stmt::Store { op, addr, offset, value } => {
                let operands = vec![self.address(addr), self.expr(value)];
                vec![Doc::new(with_offset(op.name(), *offset), operands, pc)]
            }
            Stmt::Bulk { op, args } => {
                let source = match op {
                    BulkOp::Copy => self.address(&args[1]),
                    BulkOp::Fill => self.expr(&args[1]),
                };
                let operands = vec![self.address(&args[0]), source, self.expr(&args[2])];
                vec![Doc::new(op.name(), operands, pc)]
            }
            Stmt::SetState { reg, value } => {
                self.needs.state.insert(*reg);
                let value = self.expr(value);
                vec![Doc::new(format!("global.set ${}", global(*reg)), vec![value], pc)]
            }
            Stmt::Drop(value) => {
                let value = self.expr(value);
                vec![Doc::new("drop", vec![value], pc)]
            }
            Stmt::Call { call, targets } => self.call_stmt(call, targets, pc),
            Stmt::Fence => vec![Doc::new("atomic.fence", Vec::new(), pc)],
            Stmt::Br(label) => vec![Doc::new(["br $", self.label(*label)].concat(), Vec::new(), pc)],
            Stmt::BrIf { label, cond } => {
                let likely = is_number(cond);
                let cond = self.expr(cond);
                let branch = Doc::new(["br_if $", self.label(*label)].concat(), vec![cond], pc);
                vec![self.hinted(branch, likely)]
            }
            Stmt::BrTable { index, labels, default } => {
                let mut operands: Vec<Doc> = labels.iter().map(|&label| word(self.label(label))).collect();
                operands.push(word(self.label(*default)));
                operands.push(self.expr(index));
                vec![Doc::new("br_table", operands, pc)]
            }
            Stmt::Return(values) => {
                let mut operands = self.exprs(values);
                if self.tree.may_exit {
                    operands.push(self.constant(Const::I32(0), false));
                }
                if last { end_values(operands, pc) } else { vec![Doc::new("return", operands, pc)] }
            }
            Stmt::ReturnCall(call) => {
                let call = self.bare_call(call, false, pc);
                vec![if last { call } else { Doc::new("return", vec![call], pc) }]
            }
            Stmt::TailCall(call) => self.tail_call(call, pc, last),
            Stmt::Exit { reason, pc: at, state } => {
                let own = state.iter().filter(|(place, _)| !is_slot(*place));
                let mut operands = vec![self.constant(Const::I32(reason.status()), false), self.address(at)];
                operands.extend(own.clone().map(|(_, value)| self.expr(value)));
                let helper = ExitHelper {
                    registers: own.map(|(place, _)| *place).collect(),
                    results: self.tree.results.clone(),
                };
                let call = Doc::new(format!("call ${}", helper.name()), operands, pc);
                self.needs.exits.insert(helper);
                // In this order operands are evaluated.
                let owes = self.owe(state, pc);
                match (owes.is_empty(), last) {
                    (true, true) => vec![call],
                    (true, false) => vec![Doc::new("return", vec![call], pc)],
                    (false, last) => {
                        let back = (!last).then(|| Doc::new("return", Vec::new(), pc));
                        std::iter::once(call).chain(owes).chain(back).collect()
                    }
                }
            }
            Stmt::Unreachable => vec![Doc::new("unreachable", Vec::new(), pc)],
        }
    }

    /// What stands where a call leaves: registers are given, then slots owed.
    pub fn leave(&mut self, state: &[(StateReg, Expr)], pc: Option<u64>) -> Vec<Doc> {
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
    fn owe(&mut self, state: &[(StateReg, Expr)], pc: Option<u64>) -> Vec<Doc> {
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
                let op = if lowest < 0 { "i64.sub" } else { "i64.add" };
                let by = self.constant(Const::I64(i64::from(lowest).abs()), false);
                from = Doc::new(op, vec![from, by], None);
            }
            self.hand_over(slots.into_iter().map(place).collect(), vec![from], pc)
        };
        groups.into_iter().map(owe).collect()
    }

    /// A call of the helper for some registers or slots.
    fn hand_over(&mut self, places: Vec<StateReg>, operands: Vec<Doc>, pc: Option<u64>) -> Doc {
        self.needs.state.extend(places.iter().filter_map(|place| match *place {
            StateReg::Give(reg) => Some(StateReg::Reg(reg)),
            StateReg::Owe(..) => None,
            place => Some(place),
        }));
        let name = match places[..] {
            [StateReg::Give(reg)] => {
                self.needs.pending.insert(reg);
                format!("call $give.{reg}")
            }
            [StateReg::Owe(reg, 0)] => {
                self.needs.pending.insert(reg);
                format!("call $owe.{reg}")
            }
            [place] if place.is_global() => format!("global.set ${}", global(place)),
            _ => {
                let helper = LeaveHelper { places };
                let name = format!("call ${}", helper.name());
                self.needs.leaves.insert(helper);
                name
            }
        };
        Doc::new(name, operands, pc)
    }

    fn address(&mut self, expr: &Expr) -> Doc {
        match expr.kind {
            ExprKind::Const(value) => self.constant(value, true),
            _ => self.expr(expr),
        }
    }

    fn call_stmt(&mut self, call: &Call, targets: &[Option<Local>], pc: Option<u64>) -> Vec<Doc> {
        let call = self.call(call, pc);
        if let [None] = targets {
            return vec![Doc::new("drop", vec![call], pc)];
        }
        let mut docs = vec![call];
        docs.extend(targets.iter().rev().map(|target| match target {
            Some(local) => Doc::new(["local.set $", self.local(*local)].concat(), Vec::new(), pc),
            None => Doc::new("drop", Vec::new(), pc),
        }));
        docs
    }

    /// A tail call; one to a function without a status is an ordinary call
    /// where this one must return a status.
    fn tail_call(&mut self, call: &Call, pc: Option<u64>, last: bool) -> Vec<Doc> {
        if call.may_exit == self.tree.may_exit {
            return vec![self.bare_call(call, true, pc)];
        }
        let mut operands = vec![self.bare_call(call, false, pc)];
        if self.tree.may_exit {
            operands.push(self.constant(Const::I32(0), false));
        }
        if last { operands } else { vec![Doc::new("return", operands, pc)] }
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

fn with_offset(name: &'static str, offset: u32) -> Cow<'static, str> {
    match offset {
        0 => name.into(),
        // A place, and not a distance from one.
        0x1_0000.. => format!("{name} offset={offset:#x}").into(),
        _ => format!("{name} offset={offset}").into(),
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

/// The values that a function ends with, on one line where they are short.
pub fn end_values(operands: Vec<Doc>, pc: Option<u64>) -> Vec<Doc> {
    let docs = match Doc::row(&operands, END_WIDTH) {
        Some(row) if operands.len() > 1 => vec![row],
        _ => operands,
    };
    docs.into_iter().map(|doc| doc.with_origin(pc)).collect()
}

/// The zeros that a function that left returns below its status.
pub fn zeros(types: &[Type]) -> Vec<Doc> {
    types.iter().map(|&ty| Doc::new(constant(Const::zero(ty), false), Vec::new(), None)).collect()
}
