//! Counts the instructions that a structured function is made of.

use super::{Call, Event, Expr, ExprKind, Function, Stmt};

/// Instructions and locals of a function, as the assembled module has them.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// WebAssembly instructions, without `end`, `else`, and the cold part.
    pub instructions: usize,
    /// Instructions of exits, and of the blocks at the end for calls that left.
    pub cold: usize,
    /// Locals, without parameters.
    pub locals: usize,
}

impl Function {
    /// Counts the function's instructions and locals.
    pub fn counts(&self) -> Counts {
        let (mut instructions, mut exits) = (0, 0);
        self.walk(&self.body, |event| {
            if let Event::Leaf(node) | Event::Open(node) = event {
                let stmt = &self.nodes[node].stmt;
                let count = if matches!(stmt, Stmt::Exit { .. }) { &mut exits } else { &mut instructions };
                *count += self.stmt_instructions(stmt);
            }
        });
        let leave = |leave: &super::Leave| {
            let state: usize = leave.state.iter().map(|(_, value)| 1 + value.instructions()).sum();
            let end = if leave.then.is_some() { 1 } else { 2 + self.results.len() };
            state + usize::from(leave.address.is_some()) + end
        };
        Counts {
            instructions,
            cold: exits + self.leaves.iter().map(leave).sum::<usize>(),
            locals: self.locals.len() - self.params,
        }
    }

    fn stmt_instructions(&self, stmt: &Stmt) -> usize {
        let operands: usize = stmt.exprs().into_iter().map(Expr::instructions).sum();
        operands
            + match stmt {
                Stmt::Nop => 0,
                Stmt::Call { call, targets } => call.own_instructions() + targets.len(),
                Stmt::ReturnCall(call) => call.own_instructions() + 1,
                Stmt::TailCall(call) => call.own_instructions(),
                Stmt::Return(_) => 1 + usize::from(self.may_exit),
                Stmt::Exit { .. } => 3,
                _ => 1,
            }
    }
}

impl Call {
    /// The call, the look-up of an indirect one, the test of the status.
    fn own_instructions(&self) -> usize {
        1 + usize::from(matches!(self.callee, super::Callee::Indirect(_)))
            + if self.leave.is_some() { 2 } else { 0 }
    }
}

impl Expr {
    /// The instructions that the expression is made of.
    pub fn instructions(&self) -> usize {
        let mut count = 0;
        self.for_each(&mut |expr| {
            count += match &expr.kind {
                ExprKind::Call(call) => call.own_instructions(),
                _ => 1,
            };
        });
        count
    }
}
