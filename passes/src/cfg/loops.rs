//! Natural loops: their headers and how they nest.

use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;

use super::Cfg;
use crate::ir::Block;

/// The natural loops of a function, by header. An irreducible cycle, which has
/// no block that dominates all of it, is no loop here.
#[derive(Clone, Debug)]
pub struct Loops {
    header: SecondaryMap<Block, bool>,
    /// The header of the innermost loop around a block; for a header, the loop
    /// around its own.
    outer: SecondaryMap<Block, PackedOption<Block>>,
    depth: SecondaryMap<Block, u32>,
}

impl Loops {
    /// Finds the loops; near-linear.
    pub(super) fn new(cfg: &Cfg) -> Loops {
        let mut loops =
            Loops { header: SecondaryMap::new(), outer: SecondaryMap::new(), depth: SecondaryMap::new() };
        loops.header.resize(cfg.count);
        loops.outer.resize(cfg.count);
        loops.depth.resize(cfg.count);
        // Inner headers come later in reverse postorder, so they are done first
        // and an outer loop skips over their bodies.
        for &header in cfg.rpo().iter().rev() {
            let latches: Vec<Block> =
                cfg.preds(header).iter().copied().filter(|&pred| is_back_edge(cfg, pred, header)).collect();
            if !latches.is_empty() {
                loops.header[header] = true;
                loops.collect_body(cfg, header, latches);
            }
        }
        for &block in cfg.rpo() {
            let around = loops.outer[block].expand().map_or(0, |outer| loops.depth[outer]);
            loops.depth[block] = around + u32::from(loops.header[block]);
        }
        loops
    }

    fn collect_body(&mut self, cfg: &Cfg, header: Block, mut work: Vec<Block>) {
        while let Some(block) = work.pop() {
            let top = self.outermost(block);
            if top == header {
                continue;
            }
            self.outer[top] = Some(header).into();
            work.extend(
                cfg.preds(top).iter().filter(|&&pred| !self.header[top] || !is_back_edge(cfg, pred, top)),
            );
        }
    }

    /// The header of the outermost loop known so far around a block, or the
    /// block itself.
    fn outermost(&self, mut block: Block) -> Block {
        while let Some(outer) = self.outer[block].expand() {
            block = outer;
        }
        block
    }

    /// Whether a back edge goes to the block.
    pub fn is_header(&self, block: Block) -> bool {
        self.header[block]
    }

    /// The header of the innermost loop that holds the block; a header is in
    /// its own loop.
    pub fn innermost(&self, block: Block) -> Option<Block> {
        if self.header[block] { Some(block) } else { self.outer[block].expand() }
    }

    /// The header of the loop around the one with this header.
    pub fn parent(&self, header: Block) -> Option<Block> {
        self.outer[header].expand()
    }

    /// Whether the loop with this header holds the block, perhaps in a loop inside.
    pub fn contains(&self, header: Block, block: Block) -> bool {
        let mut around = self.innermost(block);
        while let Some(other) = around {
            if other == header {
                return true;
            }
            around = self.parent(other);
        }
        false
    }

    /// How many loops hold the block.
    pub fn depth(&self, block: Block) -> u32 {
        self.depth[block]
    }
}

/// Whether an edge leads to a block that dominates its origin. Dominators need not
/// be known for edges that go forward.
fn is_back_edge(cfg: &Cfg, from: Block, to: Block) -> bool {
    cfg.is_retreating(from, to) && cfg.dominates(to, from)
}

#[cfg(test)]
mod tests {
    use cranelift_entity::EntityRef;

    use super::super::tests::function_of;
    use super::*;

    #[test]
    fn nested_loops_have_depths() {
        // 0 → 1 → 2 → 3 → 2, 3 → 4 → 1, 4 → 5
        let cfg = Cfg::new(&function_of(6, &[(0, 1), (1, 2), (2, 3), (3, 2), (3, 4), (4, 1), (4, 5)]));
        let loops = Loops::new(&cfg);
        let depths: Vec<u32> = (0..6).map(|index| loops.depth(Block::new(index))).collect();
        assert_eq!(depths, [0, 1, 2, 2, 1, 0]);
        assert!(
            loops.is_header(Block::new(1))
                && loops.is_header(Block::new(2))
                && !loops.is_header(Block::new(3))
        );
        assert_eq!(loops.innermost(Block::new(3)), Some(Block::new(2)));
        assert_eq!(loops.parent(Block::new(2)), Some(Block::new(1)));
    }

    #[test]
    fn a_block_that_jumps_to_itself_is_a_loop() {
        let loops = Loops::new(&Cfg::new(&function_of(3, &[(0, 1), (1, 1), (1, 2)])));
        assert!(loops.is_header(Block::new(1)));
        assert_eq!(loops.depth(Block::new(2)), 0);
    }
}
