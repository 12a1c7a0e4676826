//! Dominance frontiers: where a definition's reach ends and meets another's.
//!
//! Source: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm".

use cranelift_entity::SecondaryMap;

use super::Cfg;
use crate::ir::Block;

/// For each block the blocks that it does not strictly dominate but one of
/// whose predecessors it dominates.
#[derive(Clone, Debug)]
pub struct Frontiers {
    of: SecondaryMap<Block, Vec<Block>>,
}

impl Frontiers {
    /// Computes all frontiers; linear in their total size.
    pub fn new(cfg: &Cfg) -> Frontiers {
        let mut of: SecondaryMap<Block, Vec<Block>> = SecondaryMap::new();
        for &block in cfg.rpo() {
            let preds = cfg.preds(block);
            if preds.len() < 2 {
                continue;
            }
            for &pred in preds {
                let mut runner = Some(pred);
                while let Some(at) = runner.filter(|&at| Some(at) != cfg.idom(block)) {
                    // The predecessors of one block are walked one after the
                    // other, so a repeated entry is always the last one.
                    if of[at].last() == Some(&block) {
                        break;
                    }
                    of[at].push(block);
                    runner = cfg.idom(at);
                }
            }
        }
        Frontiers { of }
    }

    /// The frontier of one block.
    pub fn of(&self, block: Block) -> &[Block] {
        &self.of[block]
    }

    /// The blocks where values from `definitions` may meet: the frontier of
    /// these, and of the meeting points in turn. In no particular order.
    pub fn iterated(&self, definitions: impl IntoIterator<Item = Block>) -> Vec<Block> {
        let mut seen: SecondaryMap<Block, bool> = SecondaryMap::new();
        let mut meets = Vec::new();
        let mut work: Vec<Block> = definitions.into_iter().collect();
        while let Some(block) = work.pop() {
            for &meet in self.of(block) {
                if !std::mem::replace(&mut seen[meet], true) {
                    meets.push(meet);
                    work.push(meet);
                }
            }
        }
        meets
    }
}

#[cfg(test)]
mod tests {
    use cranelift_entity::EntityRef;

    use super::super::tests::function_of;
    use super::*;

    #[test]
    fn a_loop_meets_at_its_header_and_an_if_at_its_end() {
        // 0 → 1 ⇄ 2 with an if inside: 1 → 2, 1 → 3, 2 → 4, 3 → 4, 4 → 1, 4 → 5
        let cfg = Cfg::new(&function_of(6, &[(0, 1), (1, 2), (1, 3), (2, 4), (3, 4), (4, 1), (4, 5)]));
        let frontiers = Frontiers::new(&cfg);
        assert_eq!(frontiers.of(Block::new(2)), [Block::new(4)].as_slice());
        assert_eq!(frontiers.of(Block::new(1)), [Block::new(1)].as_slice());
        let mut meets = frontiers.iterated([Block::new(2)]);
        meets.sort();
        assert_eq!(meets, [Block::new(1), Block::new(4)]);
    }
}
