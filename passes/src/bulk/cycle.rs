//! Loops whose turns all go the same way, and where to catch them.
//!
//! Knows the graph alone. What this module must never know: what instructions
//! compute.

use cranelift_entity::EntitySet;

use crate::cfg::Cfg;
use crate::ir::{Block, Function, Terminator};
use crate::irreducible::regions;

/// The most blocks that a turn may go through.
const LONGEST: usize = 32;

/// A loop of which each block has one successor in it.
pub(super) struct Cycle {
    /// The blocks in the order of a turn, from where it is caught.
    pub blocks: Vec<Block>,
    /// Whether it is caught between its last block and the first, on every turn.
    /// Else it is caught where it is entered, which is at the first block only.
    pub inside: bool,
}

impl Cycle {
    /// The block before which the loop is caught.
    pub fn start(&self) -> Block {
        self.blocks[0]
    }
}

/// All of them.
pub(super) fn find(func: &Function, cfg: &Cfg) -> Vec<Cycle> {
    let loops = cfg.loops();
    let headers = cfg.rpo().iter().copied().filter(|&block| loops.is_header(block));
    let simple = headers.filter_map(|header| {
        let blocks = turn(cfg, header, |block| loops.innermost(block) == Some(header))?;
        Some(Cycle { blocks, inside: false })
    });
    let mut cycles: Vec<Cycle> = simple.collect();
    for region in regions(cfg) {
        let mut members: EntitySet<Block> = EntitySet::new();
        region.blocks.iter().for_each(|&block| {
            members.insert(block);
        });
        let Some(mut blocks) = turn(cfg, region.entries[0], |block| members.contains(block)) else {
            continue;
        };
        if blocks.len() != region.blocks.len() {
            continue;
        }
        // At an entry, no value of the turn before is used but by parameters.
        // Best behind the test: then nothing is done for those that leave.
        let tests = |at: usize| {
            let before = blocks[(at + blocks.len() - 1) % blocks.len()];
            matches!(func.terminator(before), Terminator::Branch { .. })
        };
        let is_entry = |at: &usize| region.entries.contains(&blocks[*at]);
        let start = (0..blocks.len()).filter(is_entry).max_by_key(|&at| tests(at));
        blocks.rotate_left(start.unwrap_or(0));
        cycles.push(Cycle { blocks, inside: true });
    }
    cycles
}

/// The blocks of a turn; `None` if there is more than one way around.
fn turn(cfg: &Cfg, start: Block, is_member: impl Fn(Block) -> bool) -> Option<Vec<Block>> {
    let mut blocks = vec![start];
    loop {
        let mut within = cfg.succs(*blocks.last()?).iter().copied().filter(|&block| is_member(block));
        let next = within.next()?;
        if within.next().is_some() {
            return None;
        }
        if next == start {
            return Some(blocks);
        }
        if blocks.contains(&next) || blocks.len() == LONGEST {
            return None;
        }
        blocks.push(next);
    }
}
