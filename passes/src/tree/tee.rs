//! A local that is set and read at once is set where it is read.
//!
//! ```text
//! before                                 after
//!   (local.set $a5 (i64.load …))           (br_if $L8 (i64.eqz (local.tee $a5 (i64.load …))))
//!   (br_if $L8 (i64.eqz (local.get $a5)))
//! ```
//!
//! Only where the read is the very first thing that the next statement
//! evaluates, so that the order of evaluation stays as it is, and only where
//! the value is short: a long one is easier to read on its own.

use super::{Expr, ExprKind, Function, Local, Node, Stmt};

/// The most instructions of a value that moves into the next statement.
const SHORT: usize = 6;

/// Merges assignments into the statements after them, in all lists.
pub(super) fn merge_assignments(tree: &mut Function) {
    let mut body = std::mem::take(&mut tree.body);
    merge(tree, &mut body);
    tree.body = body;
    for node in tree.nodes.keys().collect::<Vec<Node>>() {
        let mut stmt = std::mem::replace(&mut tree.nodes[node].stmt, Stmt::Nop);
        match &mut stmt {
            Stmt::Block { body, .. } | Stmt::Loop { body, .. } => merge(tree, body),
            Stmt::If { then, other, .. } => {
                merge(tree, then);
                merge(tree, other);
            }
            _ => {}
        }
        tree.nodes[node].stmt = stmt;
    }
}

fn merge(tree: &mut Function, list: &mut Vec<Node>) {
    let mut kept: Vec<Node> = Vec::with_capacity(list.len());
    for &node in list.iter() {
        if let Some(&last) = kept.last()
            && let Stmt::Set { local, ref value } = tree.nodes[last].stmt
            && !matches!(value.kind, ExprKind::Get(_) | ExprKind::Const(_))
            && (is_short(value) || only_moves(&tree.nodes[node].stmt))
            && reads_first(&tree.nodes[node].stmt, local)
        {
            let pc = tree.nodes[last].pc;
            let Stmt::Set { value, .. } = std::mem::replace(&mut tree.nodes[last].stmt, Stmt::Nop) else {
                continue;
            };
            if let Some(read) = first_operand(&mut tree.nodes[node].stmt).map(first) {
                *read = Expr { kind: ExprKind::Tee(local, Box::new(value)), pc };
            }
            kept.pop();
        }
        kept.push(node);
    }
    *list = kept;
}

fn is_short(value: &Expr) -> bool {
    value.instructions() <= SHORT
}

/// Whether a statement does nothing but put a local into the state.
fn only_moves(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::SetState { value: Expr { kind: ExprKind::Get(_), .. }, .. })
}

fn reads_first(stmt: &Stmt, local: Local) -> bool {
    let mut at = match stmt.exprs().first() {
        Some(&expr) => expr,
        None => return false,
    };
    while let Some(&operand) = at.operands().first() {
        at = operand;
    }
    at.kind == ExprKind::Get(local)
}

/// What a statement evaluates first.
fn first_operand(stmt: &mut Stmt) -> Option<&mut Expr> {
    match stmt {
        Stmt::Set { value, .. } | Stmt::SetState { value, .. } | Stmt::Drop(value) => Some(value),
        Stmt::Store { addr, .. } => Some(addr),
        Stmt::If { cond, .. } | Stmt::BrIf { cond, .. } => Some(cond),
        Stmt::BrTable { index, .. } => Some(index),
        Stmt::Return(values) => values.first_mut(),
        Stmt::Call { call, .. } | Stmt::ReturnCall(call) | Stmt::TailCall(call) => call.first_operand(),
        Stmt::Exit { pc, .. } => Some(pc),
        Stmt::Nop
        | Stmt::Fence
        | Stmt::Block { .. }
        | Stmt::Loop { .. }
        | Stmt::Br(_)
        | Stmt::Unreachable => None,
    }
}

/// The leaf of an expression that is evaluated first.
fn first(expr: &mut Expr) -> &mut Expr {
    if expr.operands().is_empty() {
        return expr;
    }
    match &mut expr.kind {
        ExprKind::Tee(_, value) | ExprKind::Load(_, value, _) | ExprKind::Atomic(_, value, ..) => {
            first(value)
        }
        ExprKind::Op(_, args) => first(&mut args[0]),
        ExprKind::Select(args) => first(&mut args[0]),
        ExprKind::Call(call) => match call.first_operand() {
            Some(operand) => first(operand),
            None => unreachable!("a call with operands has a first one"),
        },
        ExprKind::Const(_) | ExprKind::Get(_) | ExprKind::State(_) => unreachable!("a leaf has no operands"),
    }
}

impl super::Call {
    fn first_operand(&mut self) -> Option<&mut Expr> {
        let position = match self.callee {
            super::Callee::Indirect(_) if self.args.len() > 1 => 1,
            _ => 0,
        };
        self.args.get_mut(position)
    }
}
