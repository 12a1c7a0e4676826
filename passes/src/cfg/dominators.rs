//! The dominator tree.
//!
//! Source: Cooper, Harvey, Kennedy, "A Simple, Fast Dominance Algorithm".

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{EntityRef, SecondaryMap};

use super::Cfg;
use super::lists::Lists;
use crate::ir::Block;

/// Who dominates whom among the reachable blocks.
#[derive(Clone, Debug)]
pub(super) struct Dominators {
    idom: SecondaryMap<Block, PackedOption<Block>>,
    children: Lists,
    /// The first and the last number that a preorder walk of the tree gives to the
    /// block's subtree.
    span: SecondaryMap<Block, (u32, u32)>,
}

impl Dominators {
    /// Of a graph whose edges and order are known.
    pub fn new(cfg: &Cfg) -> Dominators {
        let idom = match cfg.rpo.is_empty() {
            true => SecondaryMap::new(),
            false => immediate(cfg),
        };
        let children = Lists::new(cfg.count, |add| {
            for &block in &cfg.rpo {
                if let Some(idom) = idom[block].expand() {
                    add(idom, block);
                }
            }
        });
        let mut dominators = Dominators { idom, children, span: SecondaryMap::new() };
        dominators.span.resize(cfg.count);
        if let Some(&entry) = cfg.rpo.first() {
            dominators.number_from(entry);
        }
        dominators
    }

    fn number_from(&mut self, entry: Block) {
        let mut next = 0;
        let mut stack = vec![(entry, 0)];
        while let Some((block, child)) = stack.pop() {
            if child == 0 {
                self.span[block].0 = next;
                next += 1;
            }
            match self.children.of(block).get(child) {
                Some(&inner) => {
                    stack.push((block, child + 1));
                    stack.push((inner, 0));
                }
                None => self.span[block].1 = next - 1,
            }
        }
    }

    pub fn idom(&self, block: Block) -> Option<Block> {
        self.idom[block].expand()
    }

    pub fn children(&self, block: Block) -> &[Block] {
        self.children.of(block)
    }

    /// The number of a reachable block on a preorder walk of the tree.
    pub fn number(&self, block: Block) -> u32 {
        self.span[block].0
    }

    /// The first and the last number below a reachable block.
    pub fn span(&self, block: Block) -> (u32, u32) {
        self.span[block]
    }

    /// Whether one reachable block dominates another.
    pub fn is_above(&self, above: Block, below: Block) -> bool {
        let (first, last) = self.span[above];
        (first..=last).contains(&self.number(below))
    }
}

/// The immediate dominator of each reachable block but the entry, found from the
/// reverse postorder and the predecessors.
fn immediate(cfg: &Cfg) -> SecondaryMap<Block, PackedOption<Block>> {
    const NONE: u32 = u32::MAX;
    // Blocks are called by their positions, and so is the entry's dominator: 0.
    let mut idom = vec![NONE; cfg.rpo.len()];
    idom[0] = 0;
    let dominator = |idom: &[u32], block: Block| {
        let mut new = NONE;
        for &pred in cfg.preds.of(block) {
            let pred = cfg.position[pred.index()];
            if idom[pred as usize] != NONE {
                new = if new == NONE { pred } else { meet(idom, new, pred) };
            }
        }
        new
    };
    let mut entered_from_below = Vec::new();
    for (at, &block) in cfg.rpo.iter().enumerate().skip(1) {
        idom[at] = dominator(&idom, block);
        if cfg.preds.of(block).iter().any(|&pred| cfg.position[pred.index()] as usize >= at) {
            entered_from_below.push(at);
        }
    }
    // All others have seen all of their predecessors: nothing changes unless one of
    // these does.
    if entered_from_below.iter().any(|&at| dominator(&idom, cfg.rpo[at]) != idom[at]) {
        let mut changed = true;
        while changed {
            changed = false;
            for (at, &block) in cfg.rpo.iter().enumerate().skip(1) {
                let new = dominator(&idom, block);
                changed |= std::mem::replace(&mut idom[at], new) != new;
            }
        }
    }
    let mut blocks = SecondaryMap::new();
    blocks.resize(cfg.count);
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
