//! The structured tree: what the WAT printer writes down.
//!
//! A function's statements live in one arena and refer to their children by
//! id, so that a body nested ten thousand blocks deep neither overflows the
//! host's stack when it is walked nor when it is dropped. Children have larger
//! ids than their parents when a tree is built, and the walk below is in text
//! order. Expressions are ordinary boxed trees: `treeify` bounds their depth.
//!
//! This module knows shapes. It must never know how they are chosen
//! (`structure`, `treeify`, `locals`) nor how they are spelled (the printer).

mod build;
mod count;
mod ends;
mod sink;
mod tee;
mod walk;

#[cfg(any(test, feature = "testing"))]
pub mod lower;
#[cfg(test)]
mod tests;

use cranelift_entity::{PrimaryMap, entity_impl};

use smallvec::{SmallVec, smallvec};

pub use build::{STAGES, Stage, build, build_from};
pub use count::Counts;
pub use walk::Event;

use crate::ir::{
    AtomicOp, BulkOp, Const, ExitReason, HostFn, Kind, LoadOp, Op, Signature, StateReg, StoreOp, Type,
};

/// A local variable or parameter of a structured function.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Local(u32);
entity_impl!(Local, "local");

/// The label of a block or a loop.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label(u32);
entity_impl!(Label, "label");

/// A statement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Node(u32);
entity_impl!(Node, "node");

/// A local variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LocalData {
    /// Its name without the dollar sign, unique in the function: `a0`, `s1.2`.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// A label.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LabelData {
    /// Its name without the dollar sign: `L3c` for the code at the function's
    /// entry + 0x3c. A block and a loop may share a name where their scopes do
    /// not overlap: both then stand for the same code.
    pub name: String,
}

/// A structured function.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name without the dollar sign.
    pub name: String,
    /// The guest address of its first instruction.
    pub address: u64,
    /// How it is entered and left.
    pub kind: Kind,
    /// How many of the locals, from the first on, are parameters.
    pub params: usize,
    /// The types of the results, without the status.
    pub results: Vec<Type>,
    /// Whether one more result, the i32 status, says if it left.
    pub may_exit: bool,
    /// Parameters, then locals, in order of first use.
    pub locals: PrimaryMap<Local, LocalData>,
    /// The labels.
    pub labels: PrimaryMap<Label, LabelData>,
    /// The statements by id.
    pub nodes: PrimaryMap<Node, NodeData>,
    /// The statements of the body.
    pub body: Vec<Node>,
    /// The ways out for calls that left, innermost first. Each is a block
    /// around the body from `leave_from` on.
    pub leaves: Vec<Leave>,
    /// The statement of `body` (by position) with which the leave blocks start.
    pub leave_from: usize,
    /// The local that holds the status of a call that left; there is one where
    /// there are leaves.
    pub status: Option<Local>,
}

/// A statement and where it comes from.
#[derive(Clone, PartialEq, Debug)]
pub struct NodeData {
    /// What it does.
    pub stmt: Stmt,
    /// The guest address of the instruction that caused it.
    pub pc: Option<u64>,
}

/// The cold end of a function for calls that left.
#[derive(Clone, PartialEq, Debug)]
pub struct Leave {
    /// The label that calls, and other ways out, branch to.
    pub label: Label,
    /// Where calls bring the guest address behind them (i64): it goes to this local.
    pub address: Option<Local>,
    /// What this frame hands over.
    pub state: Vec<(StateReg, Expr)>,
    /// The way out, further outside, that goes on from here; without one the status
    /// is returned.
    pub then: Option<Label>,
    /// The call, where there is only one.
    pub pc: Option<u64>,
}

/// A statement. Lists of statements run in order; statements after one that
/// never falls through do not occur.
#[derive(Clone, PartialEq, Debug)]
pub enum Stmt {
    /// Nothing: left over where a statement was taken away; not printed.
    Nop,
    /// `local.set`.
    Set {
        /// The local.
        local: Local,
        /// Its new value.
        value: Expr,
    },
    /// A store of `value` at `addr + offset`.
    Store {
        /// Which.
        op: StoreOp,
        /// The address (i32).
        addr: Expr,
        /// Added to it without wrapping.
        offset: u32,
        /// What is stored.
        value: Expr,
    },
    /// `memory.copy` or `memory.fill`.
    Bulk {
        /// Which.
        op: BulkOp,
        /// The place, the source or the byte, how many: each i32.
        args: Box<[Expr; 3]>,
    },
    /// `global.set` of a piece of the state.
    SetState {
        /// Which.
        reg: StateReg,
        /// Its new value.
        value: Expr,
    },
    /// An expression run for its effects alone.
    Drop(Expr),
    /// A call whose results go to locals; those that nobody reads are dropped.
    Call {
        /// The call.
        call: Call,
        /// Where the results go, in order.
        targets: Vec<Option<Local>>,
    },
    /// `atomic.fence`.
    Fence,
    /// Statements that a branch to the label leaves.
    Block {
        /// The label, which stands for what follows the block.
        label: Label,
        /// The statements.
        body: Vec<Node>,
    },
    /// Statements that a branch to the label starts again.
    Loop {
        /// The label, which stands for the first statement.
        label: Label,
        /// The statements.
        body: Vec<Node>,
    },
    /// A choice.
    If {
        /// The condition (i32).
        cond: Expr,
        /// Runs where it is not zero.
        then: Vec<Node>,
        /// Runs where it is zero; often empty.
        other: Vec<Node>,
    },
    /// An unconditional branch.
    Br(Label),
    /// A branch where the condition (i32) is not zero.
    BrIf {
        /// Where to.
        label: Label,
        /// The condition.
        cond: Expr,
    },
    /// A branch to the label that the index (i32, unsigned) names.
    BrTable {
        /// The index.
        index: Expr,
        /// The labels, the first for index 0.
        labels: Vec<Label>,
        /// For every other index.
        default: Label,
    },
    /// Returns these results, with status 0 where the function may exit.
    Return(Vec<Expr>),
    /// Returns what an ordinary call returns, status included.
    ReturnCall(Call),
    /// The same by a tail call: this function is gone when the callee runs.
    TailCall(Call),
    /// Writes registers and pc into the state and returns the status.
    Exit {
        /// Why.
        reason: ExitReason,
        /// The guest address to go on at (i64).
        pc: Expr,
        /// The registers that the function holds.
        state: Vec<(StateReg, Expr)>,
    },
    /// Never reached.
    Unreachable,
}

/// Whom a call calls.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Callee {
    /// A function of the module by name.
    Direct(String),
    /// Through the table; the first argument is the guest address (i64). The
    /// signature is without it.
    Indirect(Signature),
    /// A service of the host.
    Host(HostFn),
}

/// A call.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Call {
    /// Whom.
    pub callee: Callee,
    /// The arguments; an indirect call's first is the target and is evaluated
    /// last.
    pub args: Vec<Expr>,
    /// The results, without the status.
    pub results: Vec<Type>,
    /// Whether a status lies on top of the results.
    pub may_exit: bool,
    /// Where to go when the status is not zero; `None` where the call may not
    /// exit or is returned whole.
    pub leave: Option<WayOut>,
}

/// Where a call goes when it has left.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct WayOut {
    /// The label of a [`Leave`].
    pub label: Label,
    /// The guest address that it brings, if the `Leave` wants one.
    pub address: Option<i64>,
}

/// An expression and where it comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Expr {
    /// What it computes.
    pub kind: ExprKind,
    /// The guest address of the instruction that caused it.
    pub pc: Option<u64>,
}

/// What an expression computes. Operands are evaluated in WebAssembly's order.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ExprKind {
    /// A constant.
    Const(Const),
    /// `local.get`.
    Get(Local),
    /// `local.tee`.
    Tee(Local, Box<Expr>),
    /// An operation.
    Op(Op, Vec<Expr>),
    /// `select`: then, else, condition.
    Select(Box<[Expr; 3]>),
    /// A load at `addr + offset`.
    Load(LoadOp, Box<Expr>, u32),
    /// An atomic access at `addr + offset`.
    Atomic(AtomicOp, Box<Expr>, u32, Vec<Expr>),
    /// `global.get` of a piece of the state.
    State(StateReg),
    /// A call with one result.
    Call(Box<Call>),
}

impl Expr {
    /// An expression without a known origin.
    pub fn new(kind: ExprKind) -> Expr {
        Expr { kind, pc: None }
    }

    /// The operands in the order in which they are evaluated.
    pub fn operands(&self) -> SmallVec<[&Expr; 4]> {
        match &self.kind {
            ExprKind::Const(_) | ExprKind::Get(_) | ExprKind::State(_) => SmallVec::new(),
            ExprKind::Tee(_, value) => smallvec![&**value],
            ExprKind::Op(_, args) => args.iter().collect(),
            ExprKind::Select(args) => args.iter().collect(),
            ExprKind::Load(_, addr, _) => smallvec![&**addr],
            ExprKind::Atomic(_, addr, _, args) => std::iter::once(&**addr).chain(args).collect(),
            ExprKind::Call(call) => call.operands(),
        }
    }

    /// Calls `visit` on the expression and all that it contains.
    pub fn for_each(&self, visit: &mut impl FnMut(&Expr)) {
        visit(self);
        match &self.kind {
            ExprKind::Const(_) | ExprKind::Get(_) | ExprKind::State(_) => {}
            ExprKind::Tee(_, value) | ExprKind::Load(_, value, _) => value.for_each(visit),
            ExprKind::Op(_, args) => args.iter().for_each(|arg| arg.for_each(visit)),
            ExprKind::Select(args) => args.iter().for_each(|arg| arg.for_each(visit)),
            ExprKind::Atomic(..) | ExprKind::Call(_) => {
                self.operands().into_iter().for_each(|operand| operand.for_each(visit));
            }
        }
    }

    /// Forgets which instructions it comes from.
    pub fn forget_origins(&mut self) {
        self.pc = None;
        match &mut self.kind {
            ExprKind::Const(_) | ExprKind::Get(_) | ExprKind::State(_) => {}
            ExprKind::Tee(_, value) | ExprKind::Load(_, value, _) => value.forget_origins(),
            ExprKind::Op(_, args) => args.iter_mut().for_each(Expr::forget_origins),
            ExprKind::Select(args) => args.iter_mut().for_each(Expr::forget_origins),
            ExprKind::Atomic(_, addr, _, args) => {
                std::iter::once(&mut **addr).chain(args).for_each(Expr::forget_origins);
            }
            ExprKind::Call(call) => call.args.iter_mut().for_each(Expr::forget_origins),
        }
    }

    /// Whether it may be left out when nobody wants its value.
    pub fn is_pure(&self) -> bool {
        let mut pure = true;
        self.for_each(&mut |expr| {
            pure &= !matches!(expr.kind, ExprKind::Call(_) | ExprKind::Atomic(..) | ExprKind::Tee(..));
        });
        pure
    }
}

impl Call {
    /// The operands in the order in which they are evaluated.
    pub fn operands(&self) -> SmallVec<[&Expr; 4]> {
        match self.callee {
            Callee::Indirect(_) => self.args[1..].iter().chain(&self.args[..1]).collect(),
            _ => self.args.iter().collect(),
        }
    }
}

impl Stmt {
    /// The expressions that the statement itself evaluates, in order; not those
    /// of the statements that it contains.
    pub fn exprs(&self) -> SmallVec<[&Expr; 4]> {
        match self {
            Stmt::Nop
            | Stmt::Fence
            | Stmt::Block { .. }
            | Stmt::Loop { .. }
            | Stmt::Br(_)
            | Stmt::Unreachable => SmallVec::new(),
            Stmt::Set { value, .. } | Stmt::SetState { value, .. } | Stmt::Drop(value) => smallvec![value],
            Stmt::Store { addr, value, .. } => smallvec![addr, value],
            Stmt::Bulk { args, .. } => args.iter().collect(),
            Stmt::Call { call, .. } | Stmt::ReturnCall(call) | Stmt::TailCall(call) => call.operands(),
            Stmt::If { cond, .. } | Stmt::BrIf { cond, .. } => smallvec![cond],
            Stmt::BrTable { index, .. } => smallvec![index],
            Stmt::Return(values) => values.iter().collect(),
            Stmt::Exit { pc, state, .. } => {
                std::iter::once(pc).chain(state.iter().map(|(_, value)| value)).collect()
            }
        }
    }

    /// Whether control never reaches what follows, by the statement's own kind.
    pub fn is_transfer(&self) -> bool {
        matches!(
            self,
            Stmt::Br(_)
                | Stmt::BrTable { .. }
                | Stmt::Return(_)
                | Stmt::ReturnCall(_)
                | Stmt::TailCall(_)
                | Stmt::Exit { .. }
                | Stmt::Unreachable
        )
    }

    /// The labels that the statement itself branches to.
    pub fn labels(&self) -> SmallVec<[Label; 1]> {
        match self {
            Stmt::Br(label) | Stmt::BrIf { label, .. } => smallvec![*label],
            Stmt::BrTable { labels, default, .. } => labels.iter().copied().chain([*default]).collect(),
            _ => SmallVec::new(),
        }
    }
}
