//! How blocks end, and the edges between them.

use smallvec::{SmallVec, smallvec};

use super::{Block, Call, ExitReason, StateReg, Value};

/// An edge to a block with a value for each of its parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Where to.
    pub block: Block,
    /// The values of its parameters.
    pub args: Vec<Value>,
}

impl Target {
    /// An edge without arguments.
    pub const fn to(block: Block) -> Target {
        Target { block, args: Vec::new() }
    }
}

/// How a block ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Terminator {
    /// Goes on at a block.
    Jump(Target),
    /// Goes on at `then` where the condition (i32) is not zero.
    Branch {
        /// The condition.
        cond: Value,
        /// Where it is not zero.
        then: Target,
        /// Where it is zero.
        other: Target,
    },
    /// Goes on at the target that the index (i32, unsigned) names.
    Switch {
        /// The index.
        index: Value,
        /// The targets, the first for index 0.
        targets: Vec<Target>,
        /// For every other index.
        default: Target,
    },
    /// Returns the results (with status 0 where the function may exit).
    Return(Vec<Value>),
    /// Calls a function and returns what it returns: its results are this
    /// function's.
    TailCall {
        /// Whom: direct or indirect.
        call: Call,
        /// The arguments.
        args: Vec<Value>,
    },
    /// Writes registers and the pc into the state and returns with a status.
    Exit {
        /// Why.
        reason: ExitReason,
        /// The guest address to go on at (i64).
        pc: Value,
        /// The registers that the function holds.
        state: Vec<(StateReg, Value)>,
    },
    /// Never reached.
    Unreachable,
}

impl Terminator {
    /// The edges to other blocks, in order.
    pub fn targets(&self) -> SmallVec<[&Target; 2]> {
        match self {
            Terminator::Jump(target) => smallvec![target],
            Terminator::Branch { then, other, .. } => smallvec![then, other],
            Terminator::Switch { targets, default, .. } => targets.iter().chain([default]).collect(),
            Terminator::Return(_)
            | Terminator::TailCall { .. }
            | Terminator::Exit { .. }
            | Terminator::Unreachable => SmallVec::new(),
        }
    }

    /// The same, open to change.
    pub fn targets_mut(&mut self) -> SmallVec<[&mut Target; 2]> {
        match self {
            Terminator::Jump(target) => smallvec![target],
            Terminator::Branch { then, other, .. } => smallvec![then, other],
            Terminator::Switch { targets, default, .. } => targets.iter_mut().chain([default]).collect(),
            Terminator::Return(_)
            | Terminator::TailCall { .. }
            | Terminator::Exit { .. }
            | Terminator::Unreachable => SmallVec::new(),
        }
    }

    /// Calls `visit` on the edges to other blocks, in order.
    pub fn for_each_target<'a>(&'a self, mut visit: impl FnMut(&'a Target)) {
        match self {
            Terminator::Jump(target) => visit(target),
            Terminator::Branch { then, other, .. } => {
                visit(then);
                visit(other);
            }
            Terminator::Switch { targets, default, .. } => targets.iter().chain([default]).for_each(visit),
            Terminator::Return(_)
            | Terminator::TailCall { .. }
            | Terminator::Exit { .. }
            | Terminator::Unreachable => {}
        }
    }

    /// Calls `visit` on every value that the terminator uses itself: not on the
    /// arguments of its edges.
    pub fn for_each_own_use(&self, mut visit: impl FnMut(Value)) {
        match self {
            Terminator::Branch { cond, .. } => visit(*cond),
            Terminator::Switch { index, .. } => visit(*index),
            Terminator::Return(values) => values.iter().copied().for_each(&mut visit),
            Terminator::TailCall { args, .. } => args.iter().copied().for_each(&mut visit),
            Terminator::Exit { pc, state, .. } => {
                visit(*pc);
                state.iter().for_each(|(_, value)| visit(*value));
            }
            Terminator::Jump(_) | Terminator::Unreachable => {}
        }
    }

    /// The same, with each use open to change.
    pub fn for_each_own_use_mut(&mut self, mut visit: impl FnMut(&mut Value)) {
        match self {
            Terminator::Branch { cond, .. } => visit(cond),
            Terminator::Switch { index, .. } => visit(index),
            Terminator::Return(values) => values.iter_mut().for_each(&mut visit),
            Terminator::TailCall { args, .. } => args.iter_mut().for_each(&mut visit),
            Terminator::Exit { pc, state, .. } => {
                visit(pc);
                state.iter_mut().for_each(|(_, value)| visit(value));
            }
            Terminator::Jump(_) | Terminator::Unreachable => {}
        }
    }

    /// Calls `visit` on every value that the terminator uses: its own uses, then edge
    /// arguments.
    pub fn for_each_use(&self, mut visit: impl FnMut(Value)) {
        self.for_each_own_use(&mut visit);
        match self {
            Terminator::Jump(target) => target.args.iter().copied().for_each(visit),
            Terminator::Branch { then, other, .. } => {
                then.args.iter().chain(&other.args).copied().for_each(visit);
            }
            Terminator::Switch { targets, default, .. } => {
                let all = targets.iter().chain([default]);
                all.flat_map(|target| &target.args).copied().for_each(visit);
            }
            Terminator::Return(_)
            | Terminator::TailCall { .. }
            | Terminator::Exit { .. }
            | Terminator::Unreachable => {}
        }
    }

    /// The same, with each use open to change.
    pub fn for_each_use_mut(&mut self, mut visit: impl FnMut(&mut Value)) {
        self.for_each_own_use_mut(&mut visit);
        match self {
            Terminator::Jump(target) => target.args.iter_mut().for_each(visit),
            Terminator::Branch { then, other, .. } => {
                then.args.iter_mut().chain(&mut other.args).for_each(visit);
            }
            Terminator::Switch { targets, default, .. } => {
                let all = targets.iter_mut().chain([default]);
                all.flat_map(|target| &mut target.args).for_each(visit);
            }
            Terminator::Return(_)
            | Terminator::TailCall { .. }
            | Terminator::Exit { .. }
            | Terminator::Unreachable => {}
        }
    }
}
