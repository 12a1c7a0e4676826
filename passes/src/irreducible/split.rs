//! Node splitting: copies the start of a region for those who enter it aside.
//!
//! ```text
//! before                     after
//!   branch v0, b1, b2          branch v0, b1', b2
//! b1: …; jump b2             b1': …; jump b2
//! b2: …; jump b1             b2: …; jump b1
//!                            b1: …; jump b2
//! ```
//!
//! With `b2` as the header, edges from outside to `b1` lead to a copy of all
//! that is reached from there before the header. A value defined in what was
//! copied and used elsewhere has two definitions now: it goes through a
//! variable, which `promote` turns into block parameters where they meet.

use std::collections::BTreeMap;

use cranelift_entity::EntitySet;

use super::Region;
use crate::ir::{
    Block, BlockData, Function, InstData, InstKind, Results, Terminator, Value, ValueData, ValueDef, Var,
};

/// What is to be copied so that a region has one entry.
pub(super) struct Copied {
    /// The blocks, in the order in which they are reached.
    blocks: Vec<Block>,
    header: Block,
    /// Instructions and terminators.
    pub size: usize,
}

/// The choice of a header that copies least, if that is within the limit.
pub(super) fn cheapest(func: &Function, region: &Region, limit: usize) -> Option<Copied> {
    let mut inside: EntitySet<Block> = EntitySet::new();
    region.blocks.iter().for_each(|&block| {
        inside.insert(block);
    });
    let choices = region.entries.iter().filter_map(|&header| reach(func, region, &inside, header, limit));
    choices.min_by_key(|copied| copied.size)
}

fn reach(
    func: &Function,
    region: &Region,
    inside: &EntitySet<Block>,
    header: Block,
    limit: usize,
) -> Option<Copied> {
    let mut copied = Copied { blocks: Vec::new(), header, size: 0 };
    let mut seen: EntitySet<Block> = EntitySet::new();
    seen.insert(header);
    let mut work: Vec<Block> = region.entries.iter().rev().copied().collect();
    while let Some(block) = work.pop() {
        if !inside.contains(block) || !seen.insert(block) {
            continue;
        }
        copied.size += func.blocks[block].insts.len() + 1;
        if copied.size > limit {
            return None;
        }
        copied.blocks.push(block);
        work.extend(func.terminator(block).targets().iter().rev().map(|target| target.block));
    }
    Some(copied)
}

/// Copies, so that the region is entered at the header alone.
pub(super) fn split(func: &mut Function, region: &Region, copied: &Copied) {
    let was_ssa = func.vars.is_empty();
    let demoted = demote(func, copied);
    let mut blocks: BTreeMap<Block, Block> = BTreeMap::new();
    let mut values: BTreeMap<Value, Value> = BTreeMap::new();
    for &block in &copied.blocks {
        let data = &func.blocks[block];
        let (pc, terminator_pc) = (data.pc, data.terminator_pc);
        let copy = func.blocks.push(BlockData { pc, terminator_pc, ..BlockData::default() });
        func.layout.push(copy);
        blocks.insert(block, copy);
        for (position, param) in func.blocks[block].params.clone().into_iter().enumerate() {
            let data = ValueData { def: ValueDef::Param(copy, position), ..func.values[param].clone() };
            let twin = func.values.push(data);
            func.blocks[copy].params.push(twin);
            values.insert(param, twin);
        }
        for inst in func.blocks[block].insts.clone() {
            let data = func.insts[inst].clone();
            let twin = func.insts.push(InstData { results: Results::new(), ..data.clone() });
            func.blocks[copy].insts.push(twin);
            for (position, result) in data.results.into_iter().enumerate() {
                let data = ValueData { def: ValueDef::Result(twin, position), ..func.values[result].clone() };
                let other = func.values.push(data);
                func.insts[twin].results.push(other);
                values.insert(result, other);
            }
        }
    }
    for (&block, &copy) in &blocks {
        let renamed = |value: &mut Value| *value = values.get(value).copied().unwrap_or(*value);
        for inst in func.blocks[copy].insts.clone() {
            func.insts[inst].kind.for_each_use_mut(renamed);
        }
        let mut terminator = func.terminator(block).clone();
        terminator.for_each_use_mut(renamed);
        retarget(&mut terminator, &blocks);
        func.blocks[copy].terminator = Some(terminator);
    }
    // Who comes from outside enters the copies; the copies are outside.
    let mut inside: EntitySet<Block> = EntitySet::new();
    region.blocks.iter().chain(blocks.values()).for_each(|&block| {
        inside.insert(block);
    });
    for block in func.layout.clone() {
        if !inside.contains(block)
            && let Some(terminator) = &mut func.blocks[block].terminator
        {
            retarget(terminator, &blocks);
        }
    }
    debug_assert!(!blocks.contains_key(&copied.header));
    if was_ssa && demoted {
        crate::promote::promote(func);
    }
}

fn retarget(terminator: &mut Terminator, blocks: &BTreeMap<Block, Block>) {
    for target in terminator.targets_mut() {
        target.block = blocks.get(&target.block).copied().unwrap_or(target.block);
    }
}

/// Sends values that are defined in the blocks to be copied and used elsewhere
/// through variables. Whether there were any.
fn demote(func: &mut Function, copied: &Copied) -> bool {
    let mut inside: EntitySet<Block> = EntitySet::new();
    copied.blocks.iter().for_each(|&block| {
        inside.insert(block);
    });
    let mut defined: EntitySet<Value> = EntitySet::new();
    for &block in &copied.blocks {
        let insts = func.blocks[block].insts.iter().flat_map(|&inst| &func.insts[inst].results);
        func.blocks[block].params.iter().chain(insts).for_each(|&value| {
            defined.insert(value);
        });
    }
    let mut vars: BTreeMap<Value, Var> = BTreeMap::new();
    for block in func.layout.clone() {
        if inside.contains(block) {
            continue;
        }
        let mut reads: BTreeMap<Value, Value> = BTreeMap::new();
        let mut used = Vec::new();
        for &inst in &func.blocks[block].insts {
            func.insts[inst].kind.for_each_use(|value| used.push(value));
        }
        func.terminator(block).for_each_use(|value| used.push(value));
        for value in used.into_iter().filter(|&value| defined.contains(value)) {
            if reads.contains_key(&value) {
                continue;
            }
            let var = *vars.entry(value).or_insert_with(|| {
                let (ty, name) = (func.ty(value), func.name_of(value).unwrap_or("tmp").to_owned());
                func.vars.push(crate::ir::VarData { name, ty })
            });
            let ty = func.ty(value);
            let get = func.make_inst(InstKind::Get(var), &[ty], func.blocks[block].pc);
            func.blocks[block].insts.insert(0, get);
            let read = func.insts[get].results[0];
            func.values[read].name = func.values[value].name;
            reads.insert(value, read);
        }
        let renamed = |value: &mut Value| *value = reads.get(value).copied().unwrap_or(*value);
        for inst in func.blocks[block].insts.clone() {
            func.insts[inst].kind.for_each_use_mut(renamed);
        }
        if let Some(terminator) = &mut func.blocks[block].terminator {
            terminator.for_each_use_mut(renamed);
        }
    }
    for (&value, &var) in &vars {
        let set = func.make_inst(InstKind::Set(var, value), &[], None);
        match func.values[value].def {
            ValueDef::Param(block, _) => func.blocks[block].insts.insert(0, set),
            ValueDef::Result(inst, _) => {
                let home = copied.blocks.iter().find_map(|&block| {
                    let at = func.blocks[block].insts.iter().position(|&other| other == inst)?;
                    Some((block, at))
                });
                if let Some((block, at)) = home {
                    func.blocks[block].insts.insert(at + 1, set);
                }
            }
        }
    }
    !vars.is_empty()
}
