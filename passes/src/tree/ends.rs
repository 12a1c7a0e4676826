//! Returns where they are decided, instead of a branch to a shared return.
//!
//! ```text
//! before                       after
//!   branch v0, b2(v1), b1        branch v0, b2', b1
//! b1: …; jump b2(v7)           b1: …; return v7
//! b2(v8): return v8            b2': return v1
//! ```
//!
//! Compilers share one epilogue; what is left of it in the IR is often the bare
//! return. Repeating that is as short as branching to it, and reads better.

use std::collections::BTreeMap;

use crate::cfg::Cfg;
use crate::ir::{
    Block, BlockData, Function, InstData, InstKind, Results, Target, Terminator, Value, ValueData, ValueDef,
};

/// How many instructions beside constants an end that is repeated may have.
const MAX_INSTRUCTIONS: usize = 2;
/// How many values it may return.
const MAX_VALUES: usize = 2;
/// How often it may be repeated.
const MAX_COPIES: usize = 12;

/// Gives each edge to a small end its own copy.
pub(super) fn repeat_small_ends(func: &mut Function) {
    let cfg = Cfg::of(func);
    let ends: Vec<Block> =
        func.layout.iter().copied().filter(|&block| is_small_end(func, &cfg, block)).collect();
    for end in ends {
        for block in cfg.preds(end).to_vec() {
            // A switch needs a label for each of its targets all the same.
            if !matches!(func.terminator(block), Terminator::Switch { .. }) {
                repeat(func, block, end);
            }
        }
    }
}

fn is_small_end(func: &Function, cfg: &Cfg, block: Block) -> bool {
    let data = &func.blocks[block];
    let Terminator::Return(values) = func.terminator(block) else { return false };
    let mut instructions = 0;
    let pure = data.insts.iter().all(|&inst| match func.insts[inst].kind {
        InstKind::Const(_) => true,
        InstKind::Op(..) | InstKind::Get(_) => {
            instructions += 1;
            true
        }
        _ => false,
    });
    let copies = cfg.preds(block).len();
    pure && instructions <= MAX_INSTRUCTIONS
        && values.len() <= MAX_VALUES
        && (2..=MAX_COPIES).contains(&copies)
        && block != func.entry()
}

/// Leads the edges from one block to an end to copies of the end.
fn repeat(func: &mut Function, block: Block, end: Block) {
    let Some(mut terminator) = func.blocks[block].terminator.take() else { return };
    let is_jump = matches!(terminator, Terminator::Jump(_));
    for target in terminator.targets_mut() {
        if target.block != end {
            continue;
        }
        let args = std::mem::take(&mut target.args);
        let data = &func.blocks[end];
        let (pc, terminator_pc) = (data.pc, data.terminator_pc);
        if is_jump {
            let copied = copy_into(func, block, end, &args);
            func.blocks[block].terminator = Some(copied);
            func.blocks[block].terminator_pc = terminator_pc;
            return;
        }
        let copy = func.blocks.push(BlockData { pc, terminator_pc, ..BlockData::default() });
        func.layout.push(copy);
        func.blocks[copy].terminator = Some(copy_into(func, copy, end, &args));
        *target = Target::to(copy);
    }
    func.blocks[block].terminator = Some(terminator);
}

/// Appends the instructions of an end to a block, with values for its
/// parameters; gives its terminator.
fn copy_into(func: &mut Function, block: Block, end: Block, args: &[Value]) -> Terminator {
    let params = func.blocks[end].params.iter().copied();
    let mut values: BTreeMap<Value, Value> = params.zip(args.iter().copied()).collect();
    for inst in func.blocks[end].insts.clone() {
        let InstData { mut kind, results, pc, safe } = func.insts[inst].clone();
        kind.for_each_use_mut(|value| *value = values.get(value).copied().unwrap_or(*value));
        let twin = func.insts.push(InstData { kind, results: Results::new(), pc, safe });
        func.blocks[block].insts.push(twin);
        for (position, result) in results.into_iter().enumerate() {
            let data = ValueData { def: ValueDef::Result(twin, position), ..func.values[result].clone() };
            let other = func.values.push(data);
            func.insts[twin].results.push(other);
            values.insert(result, other);
        }
    }
    let mut terminator = func.terminator(end).clone();
    terminator.for_each_use_mut(|value| *value = values.get(value).copied().unwrap_or(*value));
    terminator
}
