//! Reads of the state move into the block that uses them.
//!
//! ```text
//! before                       after
//! b0: v1 = state.get s0        b0: branch v0, b2, b1
//!     branch v0, b2, b1        b1: v1 = state.get s0
//! b1: i64.store v9, v1             i64.store v9, v1
//! ```
//!
//! A function reads the registers that it saves at its entry, before the check
//! that it may run at all; the read becomes part of the store when it stands in
//! the same block. A read moves to the block that dominates its uses, only along
//! blocks with one predecessor, and past nothing that writes the state.

use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;

use crate::cfg::Cfg;
use crate::ir::{Block, Function, Inst, InstKind, Value};

pub(super) fn sink_state_reads(func: &mut Function) {
    sink(func, is_clear);
}

/// Sinks the reads for which nothing is in the way: of a read in the first block
/// and a place in the second.
pub(super) fn sink(func: &mut Function, is_clear: impl Fn(&Function, &Cfg, Block, Inst, Block) -> bool) {
    let mut reads: Vec<(Block, Inst, Value)> = Vec::new();
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            if let InstKind::GetState(_) = func.insts[inst].kind {
                let result = func.insts[inst].results[0];
                reads.push((block, inst, result));
            }
        }
    }
    if reads.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    let mut users: SecondaryMap<Value, PackedOption<Block>> = SecondaryMap::new();
    for &block in &func.layout {
        let mut note = |value: Value| {
            let common = users[value].expand().and_then(|other| common_dominator(&cfg, other, block));
            users[value] = common.or(Some(block)).into();
        };
        for &inst in &func.blocks[block].insts {
            func.insts[inst].kind.for_each_use(&mut note);
        }
        func.terminator(block).for_each_use(&mut note);
    }
    // The last read first, so that those that move keep their order.
    for (block, inst, result) in reads.into_iter().rev() {
        if let Some(user) = users[result].expand()
            && user != block
            && is_clear(func, &cfg, block, inst, user)
        {
            func.blocks[block].insts.retain(|&other| other != inst);
            func.insts[inst].pc = first_use(func, user, result).or(func.insts[inst].pc);
            func.blocks[user].insts.insert(0, inst);
        }
    }
}

/// The guest address of the first instruction of a block that uses a value: what
/// moves there is part of that instruction.
fn first_use(func: &Function, block: Block, value: Value) -> Option<u64> {
    let user = func.blocks[block].insts.iter().find(|&&inst| {
        let mut found = false;
        func.insts[inst].kind.for_each_use(|used| found |= used == value);
        found
    })?;
    func.insts[*user].pc
}

/// The lowest block that dominates two.
fn common_dominator(cfg: &Cfg, a: Block, b: Block) -> Option<Block> {
    let mut at = a;
    while !cfg.dominates(at, b) {
        at = cfg.idom(at)?;
    }
    Some(at)
}

/// Whether a read may move to the start of a block below.
fn is_clear(func: &Function, cfg: &Cfg, home: Block, inst: Inst, user: Block) -> bool {
    let writes = |insts: &[Inst]| {
        insts.iter().any(|&inst| matches!(func.insts[inst].kind, InstKind::SetState(..) | InstKind::Call(_)))
    };
    let mut at = user;
    loop {
        let &[above] = cfg.preds(at) else { return false };
        let insts = &func.blocks[above].insts;
        if above == home {
            let after = insts.iter().position(|&other| other == inst).map_or(0, |position| position + 1);
            return !writes(&insts[after..]);
        }
        if writes(insts) {
            return false;
        }
        at = above;
    }
}
