//! Immediate dominators.
//!
//! Source: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm".

use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;

use super::Cfg;
use crate::ir::Block;

/// The immediate dominator of each reachable block but the entry, found from the
/// reverse postorder and the predecessors.
pub(super) fn immediate(cfg: &Cfg) -> SecondaryMap<Block, PackedOption<Block>> {
    const NONE: u32 = u32::MAX;
    // Blocks are called by their positions, and so is the entry's dominator: 0.
    let mut idom = vec![NONE; cfg.rpo.len()];
    idom[0] = 0;
    let mut changed = true;
    while changed {
        changed = false;
        for (at, &block) in cfg.rpo.iter().enumerate().skip(1) {
            let mut new = NONE;
            for pred in cfg.preds.of(block).iter().filter_map(|&pred| cfg.position[pred]) {
                if idom[pred as usize] == NONE {
                    continue;
                }
                new = if new == NONE { pred } else { meet(&idom, new, pred) };
            }
            changed |= std::mem::replace(&mut idom[at], new) != new;
        }
    }
    let mut blocks = SecondaryMap::with_capacity(cfg.position.capacity());
    for (at, &block) in cfg.rpo.iter().enumerate().skip(1) {
        blocks[block] = Some(cfg.rpo[idom[at] as usize]).into();
    }
    blocks
}

/// The closest block above both.
fn meet(idom: &[u32], mut a: u32, mut b: u32) -> u32 {
    while a != b {
        while a > b {
            a = idom[a as usize];
        }
        while b > a {
            b = idom[b as usize];
        }
    }
    a
}
