//! What a continuation takes for granted where strangers may enter it.
//!
//! Discovery follows jumps by what registers hold on every way through a function: the
//! target of `jr t0` is known behind the one `jal t0` that leads there. A part of a running
//! program is entered in the middle of its functions by whatever code jumps there, also by
//! such as is in no window. So the constants are compared at the entry, and where one does
//! not hold, the place is left to be interpreted.

use rv2wat_isa::{Reg, X};
use rv2wat_passes::ir::{ExitReason, Op, Value};

use super::sync::End;
use super::{Lifter, Unit};
use crate::discover::flow::{Abs, Env, analyze};

impl Lifter<'_> {
    /// Leaves if a register does not hold what discovery takes it to hold.
    pub(super) fn check_constants(&mut self) {
        let Unit::Continuation(at) = self.unit else { return };
        if !self.cx.program.is_part {
            return;
        }
        let wrong = self.constants(at).into_iter().map(|(x, constant)| {
            let (is, constant) = (self.get(x), self.b().i64(constant.cast_signed()));
            self.b().op(Op::I64Ne, &[is, constant])
        });
        let wrong: Vec<Value> = wrong.collect();
        let Some(wrong) = wrong.into_iter().reduce(|a, b| self.b().op(Op::I32Or, &[a, b])) else { return };
        let (leave, go_on) = (self.func.add_block(None), self.func.add_block(None));
        self.b().branch(wrong, leave, go_on);
        self.block = leave;
        let start = self.source.blocks[at].start.cast_signed();
        let start = self.b().i64(start);
        self.exit(ExitReason::Trap, start, &End::default());
        self.block = go_on;
    }

    /// The registers that hold a constant at the start of a block, but for the one that does
    /// in the whole program.
    fn constants(&self, at: usize) -> Vec<(X, u64)> {
        let states = analyze(Env { image: self.cx.image, gp: self.cx.program.gp }, self.source);
        let Some(Some(state)) = states.get(at) else { return Vec::new() };
        let held = X::all().skip(1).filter(|&x| x != X::GP && self.held.contains(Reg::X(x)));
        held.filter_map(|x| match state.reg(x) {
            Abs::Const(constant) => Some((x, constant)),
            _ => None,
        })
        .collect()
    }
}
