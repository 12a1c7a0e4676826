//! The check for too deep a recursion, and where it stands.
//!
//! Every way from a function's entry to a call must pass it, so that nobody goes deeper
//! unchecked. Ways that return without a call need no check, and in recursive functions
//! they are half of all: a leaf of a tree, the bottom of a recursion. So the check
//! stands behind the first blocks of a function where only one of two ways goes on to
//! a call.
//!
//! Where the function leaves, it has done nothing yet and starts again at its entry, with
//! what it was called with. So only blocks may come before the check that compute from
//! registers and memory and change neither the state nor memory; they are computed twice
//! then. Saves that are left out change nothing, nor do marks in their slots, which are
//! made again.

use rv2wat_isa::{Inst, X};
use rv2wat_passes::ir::{ExitReason, Op, StateReg};

use super::Lifter;
use super::sync::{End, Plan};
use crate::discover::{Function, Terminator};

impl Lifter<'_> {
    /// The block before which the check stands.
    pub(super) fn depth_block(&self, reached: &[usize], plan: &Plan) -> usize {
        let mut entries = vec![0_u32; self.source.blocks.len()];
        entries[self.start_block()] = 1;
        for to in reached.iter().flat_map(|&at| self.source.blocks[at].end.successors()) {
            entries[to] += 1;
        }
        let calls = leads_to_calls(self.source, reached);
        let mut at = self.start_block();
        loop {
            let next = match self.source.blocks[at].end {
                Terminator::Jump(next) => next,
                Terminator::Branch { taken, fall } if calls[taken] != calls[fall] => {
                    if calls[taken] {
                        taken
                    } else {
                        fall
                    }
                }
                _ => return at,
            };
            // With a second way in, the block might have been come to before.
            let is_once = entries[at] == 1 && entries[next] == 1;
            if !is_once || !self.changes_nothing(at) || !plan.end(at).write_back.is_empty() {
                return at;
            }
            at = next;
        }
    }

    /// Whether a block may be done again from the start of the function.
    fn changes_nothing(&self, at: usize) -> bool {
        let is_save = |pc| self.summary.saves.as_ref().is_some_and(|saves| saves.save_at(pc).is_some());
        self.source.blocks[at].insts.iter().all(|site| computes(&site.inst.inst) || is_save(site.pc))
    }

    /// Leaves when the stack is deeper than the engine can follow.
    pub(super) fn check_depth(&mut self) {
        let entered = std::mem::take(&mut self.entered);
        let sp = self.entry_sp.unwrap_or_else(|| self.get(X::SP));
        let limit = self.b().get_state(StateReg::StackLimit);
        let deep = self.b().op(Op::I64LtU, &[sp, limit]);
        let (leave, go_on) = (self.func.add_block(None), self.func.add_block(None));
        self.b().branch(deep, leave, go_on);
        self.block = leave;
        entered.into_iter().for_each(|(reg, value)| self.set_reg(reg, value));
        let entry = self.source.entry.cast_signed();
        let entry = self.b().i64(entry);
        let end = End { dirty: self.summary.passed_params(), ..End::default() };
        self.exit(ExitReason::Deep, entry, &end);
        self.block = go_on;
    }
}

/// Which blocks lead to a call of any kind.
fn leads_to_calls(function: &Function, reached: &[usize]) -> Vec<bool> {
    let mut leads = vec![false; function.blocks.len()];
    let mut before = vec![Vec::new(); function.blocks.len()];
    let mut work = Vec::new();
    for &at in reached {
        let end = &function.blocks[at].end;
        if matches!(
            end,
            Terminator::Call { .. }
                | Terminator::CallIndirect { .. }
                | Terminator::TailCall { .. }
                | Terminator::TailIndirect
        ) {
            work.push(at);
        }
        end.successors().into_iter().for_each(|to| before[to].push(at));
    }
    while let Some(at) = work.pop() {
        if !std::mem::replace(&mut leads[at], true) {
            work.extend(&before[at]);
        }
    }
    leads
}

/// Whether an instruction computes a register from registers and memory alone, or
/// branches: by its opcode (specification, "RV32/64G Instruction Set Listings"), which
/// for all others is another.
fn computes(inst: &Inst) -> bool {
    const LOAD: u32 = 0x03;
    const LOAD_FP: u32 = 0x07;
    const OP_IMM: u32 = 0x13;
    const AUIPC: u32 = 0x17;
    const OP_IMM_32: u32 = 0x1b;
    const OP: u32 = 0x33;
    const LUI: u32 = 0x37;
    const OP_32: u32 = 0x3b;
    const BRANCH: u32 = 0x63;
    matches!(inst.encode() & 0x7f, LOAD | LOAD_FP | OP_IMM | AUIPC | OP_IMM_32 | OP | LUI | OP_32 | BRANCH)
        || matches!(inst, Inst::Jal(jump) if jump.rd == X::ZERO)
}
