//! A local that is set and then read is set where it is read.
//!
//! ```text
//! before                                 after
//!   (local.set $a5 (i64.load …))           (local.set $a3 (i64.add …))
//!   (local.set $a3 (i64.add …))            (br_if $L8 (i64.eqz (local.tee $a5 (i64.load …))))
//!   (br_if $L8 (i64.eqz (local.get $a5)))
//!
//!   (if (i64.eqz (local.get $a0))          (if (i64.eqz (local.tee $a5 (local.get $a0)))
//!     (then (return)))                       (then (return)))
//!   (local.set $a5 (local.get $a0))
//! ```
//!
//! An assignment moves down to the first read, past statements and operands that
//! it does not depend on, and only where the value is short: a long one is
//! easier to read on its own. A copy moves up into the condition of a guard.
//!
//! Complexity: linear, since an assignment moves past few statements.

use std::cell::OnceCell;

use super::{Event, Expr, ExprKind, Function, Local, Node, Stmt};

/// The most instructions of a value that moves into another statement.
const SHORT: usize = 8;

/// How many statements an assignment moves past.
const FAR: usize = 4;

/// Merges assignments into the statements around them, in all lists.
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
    // From the end, so that what moves down meets the statements as they stay.
    for index in (0..list.len()).rev() {
        if moves_down(tree, &list[index..]) || (index > 0 && moves_up(tree, list[index - 1], list[index])) {
            list.remove(index);
        }
    }
}

/// Moves the assignment that a list starts with into the first statement that
/// reads its local.
fn moves_down(tree: &mut Function, list: &[Node]) -> bool {
    let Stmt::Set { local, ref value } = tree.nodes[list[0]].stmt else { return false };
    if matches!(value.kind, ExprKind::Const(_)) {
        return false;
    }
    // Found where it is wanted: mostly the next statement decides.
    let moved = OnceCell::new();
    let moved = || moved.get_or_init(|| Moved::new(local, value));
    let is_short = || value.instructions() <= SHORT;
    let pc = tree.nodes[list[0]].pc;
    for &node in list[1..].iter().take(FAR) {
        let stmt = &tree.nodes[node].stmt;
        let reads = stmt.exprs().iter().any(|expr| reads(expr, local));
        if !reads {
            if moved().may_pass(stmt) {
                continue;
            }
            return false;
        }
        if !(is_short() || only_moves(stmt)) || !moved().reaches(stmt) {
            return false;
        }
        let Stmt::Set { value, .. } = std::mem::replace(&mut tree.nodes[list[0]].stmt, Stmt::Nop) else {
            return false;
        };
        let mut tee = Some(Expr { kind: ExprKind::Tee(local, Box::new(value)), pc });
        exprs_mut(&mut tree.nodes[node].stmt, &mut |expr| replace_first(expr, local, &mut tee));
        return true;
    }
    false
}

/// Moves a copy of a local into a read of that local by the guard before it.
fn moves_up(tree: &mut Function, above: Node, node: Node) -> bool {
    let Stmt::Set { local, value: Expr { kind: ExprKind::Get(from), pc } } = tree.nodes[node].stmt else {
        return false;
    };
    let pc = pc.or(tree.nodes[node].pc);
    let stmt = &tree.nodes[above].stmt;
    let exprs = stmt.exprs();
    let found = exprs.iter().any(|expr| reads(expr, from));
    let touched = |expr: &Expr| {
        any(expr, |inner| match &inner.kind {
            ExprKind::Get(read) => *read == local,
            ExprKind::Tee(written, _) => *written == local || *written == from,
            // The cold block of a call that left may read any local.
            ExprKind::Call(call) => call.leave.is_some(),
            _ => false,
        })
    };
    if local == from || !found || exprs.iter().any(|expr| touched(expr)) {
        return false;
    }
    drop(exprs);
    // A guard before a loop: what leaves the function needs the local no more.
    let stays = match stmt {
        Stmt::If { then, other, .. } => {
            other.is_empty()
                && then.iter().all(|&inner| !mentions(tree, inner, local))
                && then.last().is_some_and(|&last| leaves(&tree.nodes[last].stmt))
        }
        _ => false,
    };
    if !stays {
        return false;
    }
    let value = Expr { kind: ExprKind::Get(from), pc: None };
    let mut tee = Some(Expr { kind: ExprKind::Tee(local, Box::new(value)), pc });
    exprs_mut(&mut tree.nodes[above].stmt, &mut |expr| replace_first(expr, from, &mut tee));
    true
}

/// Whether a statement ends the function.
fn leaves(stmt: &Stmt) -> bool {
    stmt.is_transfer() && stmt.labels().is_empty()
}

/// Whether a plain statement reads or writes a local; one that holds others
/// counts as if it did.
fn mentions(tree: &Function, node: Node, local: Local) -> bool {
    let mut found = false;
    tree.walk(&[node], |event| match event {
        Event::Leaf(inner) => {
            let stmt = &tree.nodes[inner].stmt;
            found |= matches!(stmt, Stmt::Set { local: target, .. } if *target == local);
            found |= matches!(stmt, Stmt::Call { targets, .. } if targets.contains(&Some(local)));
            found |= stmt.exprs().iter().any(|expr| {
                any(expr, |inner| match &inner.kind {
                    ExprKind::Get(at) | ExprKind::Tee(at, _) => *at == local,
                    // The cold block of a call that left may read any local.
                    ExprKind::Call(call) => call.leave.is_some(),
                    _ => false,
                })
            });
        }
        Event::Open(_) => found = true,
        _ => {}
    });
    found
}

fn reads(expr: &Expr, local: Local) -> bool {
    any(expr, |expr| expr.kind == ExprKind::Get(local))
}

fn any(expr: &Expr, holds: impl Fn(&Expr) -> bool) -> bool {
    let mut found = false;
    expr.for_each(&mut |expr| found |= holds(expr));
    found
}

fn only_moves(stmt: &Stmt) -> bool {
    matches!(stmt, Stmt::SetState { value: Expr { kind: ExprKind::Get(_), .. }, .. })
}

/// An assignment that moves, and what it depends on.
struct Moved {
    local: Local,
    reads: Vec<Local>,
    writes: Vec<Local>,
    effects: Effects,
}

/// How expressions touch what is not a local.
#[derive(Clone, Copy, Default)]
struct Effects {
    reads_memory: bool,
    reads_state: bool,
    /// Calls and atomics: all of memory and state.
    everything: bool,
}

impl Effects {
    fn note(&mut self, expr: &Expr) {
        match &expr.kind {
            ExprKind::Load(..) => self.reads_memory = true,
            ExprKind::State(_) => self.reads_state = true,
            ExprKind::Call(_) | ExprKind::Atomic(..) => self.everything = true,
            ExprKind::Const(_)
            | ExprKind::Get(_)
            | ExprKind::Tee(..)
            | ExprKind::Op(..)
            | ExprKind::Select(_) => {}
        }
    }

    fn any(self) -> bool {
        self.reads_memory || self.reads_state || self.everything
    }
}

impl Moved {
    fn new(local: Local, value: &Expr) -> Moved {
        let mut moved = Moved { local, reads: Vec::new(), writes: Vec::new(), effects: Effects::default() };
        value.for_each(&mut |expr| {
            moved.effects.note(expr);
            match expr.kind {
                ExprKind::Get(local) => moved.reads.push(local),
                ExprKind::Tee(local, _) => moved.writes.push(local),
                _ => {}
            }
        });
        moved
    }

    /// Whether it may move past an expression node that is evaluated without
    /// its operands, which come before.
    fn may_pass_expr(&self, expr: &Expr) -> bool {
        let mut effects = Effects::default();
        effects.note(expr);
        let free = match expr.kind {
            ExprKind::Get(local) => local != self.local && !self.writes.contains(&local),
            ExprKind::Tee(local, _) => self.is_foreign(local),
            _ => true,
        };
        // The cold block of a call that left may read any local.
        let left = matches!(&expr.kind, ExprKind::Call(call) if call.leave.is_some());
        let clashes =
            (effects.everything && self.effects.any()) || (self.effects.everything && effects.any());
        free && !left && !clashes
    }

    /// Whether another write of a local leaves the assignment as it is.
    fn is_foreign(&self, local: Local) -> bool {
        local != self.local && !self.reads.contains(&local) && !self.writes.contains(&local)
    }

    /// Whether it may move past a whole statement that does not read its local.
    fn may_pass(&self, stmt: &Stmt) -> bool {
        let itself = match stmt {
            Stmt::Nop | Stmt::Drop(_) => true,
            Stmt::Set { local, .. } => self.is_foreign(*local),
            Stmt::Store { .. } | Stmt::Bulk { .. } => !self.effects.reads_memory && !self.effects.everything,
            Stmt::SetState { .. } => !self.effects.reads_state && !self.effects.everything,
            _ => false,
        };
        itself && stmt.exprs().iter().all(|expr| !any(expr, |inner| !self.may_pass_expr(inner)))
    }

    /// Whether it may move past all that a statement evaluates before the first
    /// read of its local.
    fn reaches(&self, stmt: &Stmt) -> bool {
        for expr in stmt.exprs() {
            if let Some(reached) = self.walk(expr) {
                return reached;
            }
        }
        false
    }

    /// Walks an expression in the order of evaluation: `Some` as soon as it is
    /// known whether the read is reached.
    fn walk(&self, expr: &Expr) -> Option<bool> {
        if expr.kind == ExprKind::Get(self.local) {
            return Some(true);
        }
        for operand in expr.operands() {
            if let Some(reached) = self.walk(operand) {
                return Some(reached);
            }
        }
        if self.may_pass_expr(expr) { None } else { Some(false) }
    }
}

/// Puts an expression in the place of the first read of a local.
fn replace_first(expr: &mut Expr, local: Local, with: &mut Option<Expr>) {
    if with.is_none() {
        return;
    }
    if expr.kind == ExprKind::Get(local) {
        if let Some(new) = with.take() {
            *expr = new;
        }
        return;
    }
    match &mut expr.kind {
        ExprKind::Tee(_, value) | ExprKind::Load(_, value, _) => replace_first(value, local, with),
        ExprKind::Atomic(_, addr, _, args) => {
            replace_first(addr, local, with);
            args.iter_mut().for_each(|arg| replace_first(arg, local, with));
        }
        ExprKind::Op(_, args) => args.iter_mut().for_each(|arg| replace_first(arg, local, with)),
        ExprKind::Select(args) => args.iter_mut().for_each(|arg| replace_first(arg, local, with)),
        ExprKind::Call(call) => call.operands_mut().for_each(|arg| replace_first(arg, local, with)),
        ExprKind::Const(_) | ExprKind::Get(_) | ExprKind::State(_) => {}
    }
}

/// Calls `visit` on the expressions of a statement, in order of evaluation.
fn exprs_mut(stmt: &mut Stmt, visit: &mut impl FnMut(&mut Expr)) {
    match stmt {
        Stmt::Set { value, .. } | Stmt::SetState { value, .. } | Stmt::Drop(value) => visit(value),
        Stmt::Store { addr, value, .. } => {
            visit(addr);
            visit(value);
        }
        Stmt::Bulk { args, .. } => args.iter_mut().for_each(visit),
        Stmt::If { cond, .. } | Stmt::BrIf { cond, .. } => visit(cond),
        Stmt::BrTable { index, .. } => visit(index),
        Stmt::Return(values) => values.iter_mut().for_each(visit),
        Stmt::Call { call, .. } | Stmt::ReturnCall(call) | Stmt::TailCall(call) => {
            call.operands_mut().for_each(visit);
        }
        Stmt::Exit { pc, state, .. } => {
            visit(pc);
            state.iter_mut().for_each(|(_, value)| visit(value));
        }
        Stmt::Nop
        | Stmt::Fence
        | Stmt::Block { .. }
        | Stmt::Loop { .. }
        | Stmt::Br(_)
        | Stmt::Unreachable => {}
    }
}

impl super::Call {
    /// The operands in the order in which they are evaluated.
    fn operands_mut(&mut self) -> impl Iterator<Item = &mut Expr> {
        let split = match self.callee {
            super::Callee::Indirect(_) => 1,
            _ => 0,
        };
        let (target, args) = self.args.split_at_mut(split);
        args.iter_mut().chain(target)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ir::{Const, LoadOp, Op, StoreOp};
    use crate::tree::build;

    fn get(local: u32) -> Expr {
        Expr::new(ExprKind::Get(Local::from_u32(local)))
    }

    fn load(addr: Expr) -> Expr {
        Expr::new(ExprKind::Load(LoadOp::I32Load, Box::new(addr), 0))
    }

    fn set(local: u32, value: Expr) -> Stmt {
        Stmt::Set { local: Local::from_u32(local), value }
    }

    fn store(value: Expr) -> Stmt {
        let addr = Expr::new(ExprKind::Const(Const::I32(0)));
        Stmt::Store { op: StoreOp::I32Store, addr, offset: 0, value }
    }

    /// The list of statements after assignments were merged.
    fn merged(stmts: Vec<Stmt>) -> Vec<Stmt> {
        let text = "function $f 0x1000 regular () -> () {\nblock0:\n  return\n}\n";
        let mut tree = build(&crate::text::parse(text).expect("the text parses"));
        let mut list: Vec<Node> = stmts
            .into_iter()
            .map(|stmt| tree.nodes.push(super::super::NodeData { stmt, pc: None }))
            .collect();
        merge(&mut tree, &mut list);
        list.into_iter().map(|node| tree.nodes[node].stmt.clone()).collect()
    }

    #[test]
    fn an_assignment_moves_past_what_it_does_not_need() {
        let sum = Expr::new(ExprKind::Op(Op::I32Add, vec![get(2), get(2)]));
        let list = merged(vec![set(1, load(get(0))), set(2, sum.clone()), store(get(1))]);
        let tee = Expr::new(ExprKind::Tee(Local::from_u32(1), Box::new(load(get(0)))));
        assert_eq!(list, [set(2, sum), store(tee)]);
    }

    #[test]
    fn a_load_stays_above_a_store() {
        let list = vec![set(1, load(get(0))), store(get(3)), store(get(1))];
        assert_eq!(merged(list.clone()), list);
    }

    #[test]
    fn an_assignment_stays_above_a_write_of_what_it_reads() {
        let list = vec![set(1, load(get(0))), set(0, load(get(3))), store(get(1))];
        let last = Expr::new(ExprKind::Tee(Local::from_u32(1), Box::new(load(get(0)))));
        assert_ne!(merged(list.clone()).last(), Some(&store(last)));
        assert_eq!(merged(list.clone()), list);
    }

    #[test]
    fn a_copy_starts_in_the_guard_before_it() {
        let guard = |cond: Expr, tree: Vec<Node>| Stmt::If { cond, then: tree, other: Vec::new() };
        let text = "function $f 0x1000 regular () -> () {\nblock0:\n  return\n}\n";
        let mut tree = build(&crate::text::parse(text).expect("the text parses"));
        let mut add = |stmt: Stmt| tree.nodes.push(super::super::NodeData { stmt, pc: None });
        let leave = add(Stmt::Return(Vec::new()));
        let mut list = vec![add(guard(load(get(0)), vec![leave])), add(set(1, get(0)))];
        merge(&mut tree, &mut list);
        let tee = Expr::new(ExprKind::Tee(Local::from_u32(1), Box::new(get(0))));
        assert_eq!(list.len(), 1);
        assert_eq!(tree.nodes[list[0]].stmt, guard(load(tee), vec![leave]));
    }
}
