//! Makes the structured tree what a person would have written.
//!
//! ```text
//! before                               after
//!   (block $L1c                          (if (local.get $c)
//!     (if (local.get $c)                   (then (return (local.get $a0))))
//!       (then                            (local.set $a0 …)
//!         (return (local.get $a0)))      (loop $L20
//!       (else                              …
//!         (local.set $a0 …)                (br_if $L20 (local.get $c.2)))
//!         (br $L1c))))                   (return (local.get $a0))
//!   (loop $L20
//!     …
//!     (if (local.get $c.2)
//!       (then (br $L20))
//!       (else (return (local.get $a0)))))
//! ```
//!
//! First, from the outside in, branches to where control goes anyway are taken
//! away. Then, from the inside out: an arm that is one branch becomes a
//! `br_if`; where one arm of an `if` never falls through, the other follows the
//! `if` instead of being nested in it; blocks that nothing leaves are opened;
//! what follows a loop's last branch back moves out of the loop. None of the
//! second kind changes what is last in a list, so one round does it all.
//!
//! Complexity: linear, but for the lists that are spliced into one another.

use std::collections::BTreeSet;

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{EntityRef, EntitySet, SecondaryMap};

use crate::ir::{Const, Op};
use crate::peephole::family::Cmp;
use crate::tree::{Expr, ExprKind, Function, Label, Node, Stmt};

/// An arm with no more statements than this is short.
const SHORT: u32 = 6;

/// Tidies a function whose every arm ends in a transfer.
pub fn tidy(tree: &mut Function) {
    drop_needless_branches(tree);
    let mut tidier = Tidier {
        branches: branches_of(tree),
        parents: SecondaryMap::new(),
        falls: SecondaryMap::with_default(true),
        expansion: SecondaryMap::new(),
        size: SecondaryMap::with_default(1),
        loops: loops_of(tree),
        tree,
    };
    tidier.run();
}

/// A place that control goes on at: after a statement, or the function's end.
type Point = Option<Node>;

fn drop_needless_branches(tree: &mut Function) {
    let mut leads_to: SecondaryMap<Label, Option<Point>> = SecondaryMap::new();
    let mut body = std::mem::take(&mut tree.body);
    let mut work: Vec<(Node, Point)> = Vec::new();
    trim(tree, &mut body, None, &mut leads_to, &mut work);
    tree.body = body;
    while let Some((node, after)) = work.pop() {
        let mut lists = take_lists(tree, node);
        for list in &mut lists {
            trim(tree, list, after, &mut leads_to, &mut work);
        }
        put_lists(tree, node, lists);
    }
}

/// Removes a needless branch at the end of a list and queues what is in it.
fn trim(
    tree: &Function,
    list: &mut Vec<Node>,
    end: Point,
    leads_to: &mut SecondaryMap<Label, Option<Point>>,
    work: &mut Vec<(Node, Point)>,
) {
    if let Some(&last) = list.last()
        && let Stmt::Br(label) = tree.nodes[last].stmt
        && leads_to[label] == Some(end)
    {
        list.pop();
    }
    for (index, &node) in list.iter().enumerate() {
        let after = if index + 1 == list.len() { end } else { Some(node) };
        match tree.nodes[node].stmt {
            Stmt::Block { label, .. } => {
                leads_to[label] = Some(after);
                work.push((node, after));
            }
            Stmt::Loop { .. } | Stmt::If { .. } => work.push((node, after)),
            _ => {}
        }
    }
}

fn take_lists(tree: &mut Function, node: Node) -> Vec<Vec<Node>> {
    match &mut tree.nodes[node].stmt {
        Stmt::Block { body, .. } | Stmt::Loop { body, .. } => vec![std::mem::take(body)],
        Stmt::If { then, other, .. } => vec![std::mem::take(then), std::mem::take(other)],
        _ => Vec::new(),
    }
}

fn put_lists(tree: &mut Function, node: Node, mut lists: Vec<Vec<Node>>) {
    match &mut tree.nodes[node].stmt {
        Stmt::Block { body, .. } | Stmt::Loop { body, .. } => *body = lists.pop().unwrap_or_default(),
        Stmt::If { then, other, .. } => {
            *other = lists.pop().unwrap_or_default();
            *then = lists.pop().unwrap_or_default();
        }
        _ => {}
    }
}

/// The statements that branch to each label.
fn branches_of(tree: &Function) -> SecondaryMap<Label, Vec<Node>> {
    let mut branches: SecondaryMap<Label, Vec<Node>> = SecondaryMap::new();
    tree.walk(&tree.body, |event| {
        if let crate::tree::Event::Leaf(node) = event {
            for label in tree.nodes[node].stmt.labels() {
                branches[label].push(node);
            }
        }
    });
    branches
}

fn loops_of(tree: &Function) -> EntitySet<Label> {
    let mut loops = EntitySet::new();
    for data in tree.nodes.values() {
        if let Stmt::Loop { label, .. } = data.stmt {
            loops.insert(label);
        }
    }
    loops
}

struct Tidier<'a> {
    tree: &'a mut Function,
    branches: SecondaryMap<Label, Vec<Node>>,
    /// The statement that each is in, once that one's lists are what they will be.
    parents: SecondaryMap<Node, PackedOption<Node>>,
    /// Whether control may go on after a statement.
    falls: SecondaryMap<Node, bool>,
    /// What takes a statement's place in its list; `None` for itself.
    expansion: SecondaryMap<Node, Option<Vec<Node>>>,
    /// Statements in a statement, itself included.
    size: SecondaryMap<Node, u32>,
    /// The labels of loops.
    loops: EntitySet<Label>,
}

impl Tidier<'_> {
    fn run(&mut self) {
        // Children have larger ids than their parents.
        for index in (0..self.tree.nodes.len()).rev() {
            let node = Node::new(index);
            match self.tree.nodes[node].stmt {
                Stmt::Block { label, .. } => self.open_block(node, label),
                Stmt::Loop { label, .. } => self.shorten_loop(node, label),
                Stmt::If { .. } => self.choose_arms(node),
                ref stmt => self.falls[node] = !stmt.is_transfer(),
            }
        }
        let body = std::mem::take(&mut self.tree.body);
        self.tree.body = self.flatten(body);
    }

    /// Puts the expansions in the place of the statements of a list.
    fn flatten(&mut self, list: Vec<Node>) -> Vec<Node> {
        if list.iter().all(|&node| self.expansion[node].is_none()) {
            return list;
        }
        let mut flat = Vec::with_capacity(list.len() + 4);
        for node in list {
            match self.expansion[node].take() {
                Some(nodes) => flat.extend(nodes),
                None => flat.push(node),
            }
        }
        flat
    }

    fn list_falls(&self, list: &[Node]) -> bool {
        list.last().is_none_or(|&last| self.falls[last])
    }

    fn list_size(&self, list: &[Node]) -> u32 {
        list.iter().fold(0, |sum, &node| sum.saturating_add(self.size[node]))
    }

    fn open_block(&mut self, node: Node, label: Label) {
        let list = take_lists(self.tree, node).pop().unwrap_or_default();
        let list = self.flatten(list);
        if self.branches[label].is_empty() {
            self.expansion[node] = Some(list);
        } else {
            self.falls[node] = true;
            self.size[node] = self.list_size(&list).saturating_add(1);
            self.adopt(node, &list);
            put_lists(self.tree, node, vec![list]);
        }
    }

    fn shorten_loop(&mut self, node: Node, label: Label) {
        let list = take_lists(self.tree, node).pop().unwrap_or_default();
        let mut list = self.flatten(list);
        self.adopt(node, &list);
        let inside = self.last_branch(node, label, &list).map_or(0, |last| last + 1);
        let mut expansion = list.split_off(inside);
        if !list.is_empty() {
            self.falls[node] = self.list_falls(&list);
            self.size[node] = self.list_size(&list).saturating_add(1);
            expansion.insert(0, node);
            put_lists(self.tree, node, vec![list]);
        }
        self.expansion[node] = Some(expansion);
    }

    /// Notes what a list is in.
    fn adopt(&mut self, parent: Node, list: &[Node]) {
        for &node in list {
            self.parents[node] = parent.into();
        }
    }

    /// The position of the last statement in a list of `parent` that holds a branch
    /// to a label. From each such branch up is a shorter way than from the list down
    /// where one loop follows another, each in the one before.
    fn last_branch(&self, parent: Node, label: Label, list: &[Node]) -> Option<usize> {
        let mut holders = BTreeSet::new();
        for &branch in &self.branches[label] {
            let mut node = branch;
            while let Some(outer) = self.parents[node].expand() {
                if outer == parent {
                    holders.insert(node);
                    break;
                }
                node = outer;
            }
        }
        list.iter().rposition(|&node| holders.contains(&node))
    }

    fn choose_arms(&mut self, node: Node) {
        let mut lists = take_lists(self.tree, node);
        let other = lists.pop().unwrap_or_default();
        let then = lists.pop().unwrap_or_default();
        let (mut then, mut other) = (self.flatten(then), self.flatten(other));
        let Stmt::If { cond, .. } = &mut self.tree.nodes[node].stmt else { return };
        let mut cond = std::mem::replace(cond, Expr::new(ExprKind::Const(Const::I32(0))));
        // Any number but 0 is true.
        if let ExprKind::Op(Op::I32Ne, args) = &mut cond.kind
            && is_zero(args.last())
        {
            cond = args.swap_remove(0);
        }
        if then.is_empty() && other.is_empty() {
            let pure = cond.is_pure();
            self.tree.nodes[node].stmt = if pure { Stmt::Nop } else { Stmt::Drop(cond) };
            self.expansion[node] = pure.then(Vec::new);
            return;
        }
        if self.is_better_swapped(&then, &other) && !(then.is_empty() && is_ordering_of_floats(&cond)) {
            std::mem::swap(&mut then, &mut other);
            cond = negate(cond);
        }
        let falls = self.list_falls(&then);
        let single = match then.as_slice() {
            [only] => match self.tree.nodes[*only].stmt {
                Stmt::Br(label) => Some(label),
                _ => None,
            },
            _ => None,
        };
        self.size[node] = self.list_size(&then).saturating_add(1);
        self.adopt(node, &then);
        if falls {
            self.adopt(node, &other);
            self.size[node] = self.size[node].saturating_add(self.list_size(&other));
            self.tree.nodes[node].stmt = Stmt::If { cond, then, other };
            return;
        }
        // What was nested in the `else` part follows.
        self.tree.nodes[node].stmt = match single {
            Some(label) => Stmt::BrIf { label, cond },
            None => Stmt::If { cond, then, other: Vec::new() },
        };
        other.insert(0, node);
        self.expansion[node] = Some(other);
    }

    /// Whether the `else` arm is the one that ought to be nested.
    fn is_better_swapped(&self, then: &[Node], other: &[Node]) -> bool {
        if then.is_empty() || other.is_empty() {
            return then.is_empty();
        }
        let is_branch =
            |list: &[Node]| matches!(list, [only] if matches!(self.tree.nodes[*only].stmt, Stmt::Br(_)));
        match (self.list_falls(then), self.list_falls(other)) {
            (true, falls) => !falls,
            (false, true) => false,
            (false, false) if is_branch(then) || is_branch(other) => !is_branch(then),
            (false, false) => {
                let (then_size, other_size) = (self.list_size(then), self.list_size(other));
                // What goes round a loop again is nested if it is short, so
                // that what leaves the loop can follow the loop.
                match (self.goes_back(then), self.goes_back(other)) {
                    (true, false) if then_size <= SHORT => false,
                    (false, true) if other_size <= SHORT => true,
                    _ => other_size < then_size,
                }
            }
        }
    }

    /// Whether a list ends with a branch back to the start of a loop.
    fn goes_back(&self, list: &[Node]) -> bool {
        list.last().is_some_and(
            |&last| matches!(self.tree.nodes[last].stmt, Stmt::Br(label) if self.loops.contains(label)),
        )
    }
}

/// The condition that holds where this one does not, without an `eqz` where
/// there is a comparison for it.
pub(crate) fn negate(cond: Expr) -> Expr {
    let pc = cond.pc;
    let kind = match cond.kind {
        ExprKind::Op(Op::I32Eqz, mut args) if args.len() == 1 => return args.remove(0),
        ExprKind::Op(Op::I32Ne, mut args) if is_zero(args.last()) => {
            ExprKind::Op(Op::I32Eqz, args.drain(..1).collect())
        }
        ExprKind::Op(Op::I64Ne, mut args) if is_zero(args.last()) => {
            ExprKind::Op(Op::I64Eqz, args.drain(..1).collect())
        }
        ExprKind::Op(Op::I64Eqz, mut args) => {
            args.push(Expr::new(ExprKind::Const(Const::I64(0))));
            ExprKind::Op(Op::I64Ne, args)
        }
        ExprKind::Op(op, args) if opposite(op).is_some() => ExprKind::Op(opposite(op).unwrap_or(op), args),
        kind => ExprKind::Op(Op::I32Eqz, vec![Expr { kind, pc }]),
    };
    Expr { kind, pc }
}

fn is_zero(expr: Option<&Expr>) -> bool {
    matches!(expr.map(|expr| &expr.kind), Some(ExprKind::Const(Const::I32(0) | Const::I64(0))))
}

/// Whether a condition is a comparison of floating-point numbers that has no opposite:
/// engines jump by it, but not by what `eqz` makes of it.
fn is_ordering_of_floats(cond: &Expr) -> bool {
    let ExprKind::Op(op, _) = cond.kind else { return false };
    ((Op::F32Eq..=Op::F32Ge).contains(&op) || (Op::F64Eq..=Op::F64Ge).contains(&op)) && opposite(op).is_none()
}

/// The comparison that holds where this one does not. Those of floating-point
/// numbers have none but for equality: a NaN makes both false.
fn opposite(op: Op) -> Option<Op> {
    match op {
        Op::F32Eq => Some(Op::F32Ne),
        Op::F32Ne => Some(Op::F32Eq),
        Op::F64Eq => Some(Op::F64Ne),
        Op::F64Ne => Some(Op::F64Eq),
        _ => Cmp::of(op).map(|(cmp, ty)| cmp.inverse().op(ty)),
    }
}
