//! The control-flow graph of a function: predecessors, orders, dominators,
//! loops, live values.
//!
//! Everything here is computed from terminators alone, by walks with their own
//! stacks (guest functions have tens of thousands of blocks), and describes the
//! function as it was: a pass that changes edges asks anew.
//!
//! What this module must never know: what instructions compute.

mod dominators;
mod frontier;
mod known;
mod lists;
mod liveness;
mod loops;

pub use frontier::Frontiers;
pub(crate) use known::Known;
pub use liveness::Liveness;
pub use loops::Loops;

use std::sync::{Arc, OnceLock};

use cranelift_entity::EntityRef;

use self::dominators::Dominators;
use self::lists::Lists;
use crate::ir::{Block, Function};

/// Edges, reverse postorder and the dominator tree of a function. Blocks that
/// the entry does not reach are in none of them.
#[derive(Clone, Debug)]
pub struct Cfg {
    /// How many blocks there are, reachable or not.
    count: usize,
    succs: Lists,
    preds: Lists,
    rpo: Vec<Block>,
    /// By block; `NOWHERE` for those that are not in `rpo`.
    position: Vec<u32>,
    /// Found when somebody first asks: most passes want to know what is reachable,
    /// no more.
    dominators: OnceLock<Dominators>,
    loops: OnceLock<Loops>,
}

/// The position of a block that the entry does not reach.
const NOWHERE: u32 = u32::MAX;

impl Cfg {
    /// The graph of a function whose blocks all have terminators: the one that was
    /// found before, if the function still has the same edges.
    pub fn of(func: &Function) -> Arc<Cfg> {
        func.graph.graph(func)
    }

    /// Analyses a function whose blocks all have terminators. Near-linear.
    pub fn new(func: &Function) -> Cfg {
        let count = func.blocks.len();
        let mut cfg = Cfg {
            count,
            succs: Lists::default(),
            preds: Lists::default(),
            rpo: Vec::with_capacity(func.layout.len()),
            position: vec![NOWHERE; count],
            dominators: OnceLock::new(),
            loops: OnceLock::new(),
        };
        if func.layout.is_empty() {
            return cfg;
        }
        cfg.succs = Lists::of_edges(func, count);
        cfg.order(func.entry());
        cfg.preds = Lists::new(count, |add| {
            for &block in &cfg.rpo {
                cfg.succs.of(block).iter().for_each(|&target| add(target, block));
            }
        });
        cfg
    }

    /// Finds the reverse postorder: a depth-first walk that takes edges in the
    /// terminators' order.
    fn order(&mut self, entry: Block) {
        // Whatever is not `NOWHERE` has been seen.
        self.position[entry.index()] = 0;
        let mut stack = vec![(entry, 0)];
        while let Some((block, edge)) = stack.last_mut() {
            match self.succs.of(*block).get(*edge) {
                Some(&target) => {
                    *edge += 1;
                    if self.position[target.index()] == NOWHERE {
                        self.position[target.index()] = 0;
                        stack.push((target, 0));
                    }
                }
                None => {
                    self.rpo.push(*block);
                    stack.pop();
                }
            }
        }
        self.rpo.reverse();
        for (position, &block) in self.rpo.iter().enumerate() {
            self.position[block.index()] = position as u32;
        }
    }

    fn dominators(&self) -> &Dominators {
        self.dominators.get_or_init(|| Dominators::new(self))
    }

    /// The natural loops.
    pub fn loops(&self) -> &Loops {
        self.loops.get_or_init(|| Loops::new(self))
    }

    /// Where control may go from a block: one entry an edge, in the
    /// terminator's order, so a block may occur twice.
    pub fn succs(&self, block: Block) -> &[Block] {
        if self.is_reachable(block) { self.succs.of(block) } else { &[] }
    }

    /// Where control may come from: one entry an edge from a reachable block.
    pub fn preds(&self, block: Block) -> &[Block] {
        self.preds.of(block)
    }

    /// The reachable blocks in reverse postorder: a block comes before its
    /// successors but for edges that go back in a loop.
    pub fn rpo(&self) -> &[Block] {
        &self.rpo
    }

    /// The block's index in [`rpo`](Cfg::rpo); `None` where unreachable.
    pub fn position(&self, block: Block) -> Option<usize> {
        let position = *self.position.get(block.index())?;
        (position != NOWHERE).then_some(position as usize)
    }

    /// Whether the entry reaches the block.
    pub fn is_reachable(&self, block: Block) -> bool {
        self.position(block).is_some()
    }

    /// The closest other block that is on every path from the entry; `None` for
    /// the entry and for unreachable blocks.
    pub fn idom(&self, block: Block) -> Option<Block> {
        self.dominators().idom(block)
    }

    /// The blocks that a block immediately dominates, in reverse postorder.
    pub fn children(&self, block: Block) -> &[Block] {
        self.dominators().children(block)
    }

    /// Whether every path from the entry to `below` goes through `above`; a
    /// block dominates itself. Constant time. False if either is unreachable.
    pub fn dominates(&self, above: Block, below: Block) -> bool {
        self.is_reachable(above) && self.is_reachable(below) && self.dominators().is_above(above, below)
    }

    /// The numbers of the first and the last block of the part of the dominator tree
    /// below a reachable block, itself included, by [`dominator_preorder`].
    ///
    /// [`dominator_preorder`]: Cfg::dominator_preorder
    pub fn dominated(&self, block: Block) -> (u32, u32) {
        self.dominators().span(block)
    }

    /// Whether the edge goes back in reverse postorder: a loop's back edge, or
    /// a second way into an irreducible region.
    pub fn is_retreating(&self, from: Block, to: Block) -> bool {
        matches!((self.position(from), self.position(to)), (Some(from), Some(to)) if to <= from)
    }

    /// Whether every loop is entered at one block only.
    pub fn is_reducible(&self) -> bool {
        self.rpo.iter().all(|&from| {
            self.succs(from).iter().all(|&to| !self.is_retreating(from, to) || self.dominates(to, from))
        })
    }

    /// The blocks of the dominator tree, parents before children.
    pub fn dominator_preorder(&self) -> Vec<Block> {
        let mut order = self.rpo.clone();
        order.sort_by_key(|&block| self.dominators().number(block));
        order
    }
}

/// Takes the blocks that the entry does not reach out of the layout.
pub(crate) fn drop_unreachable(func: &mut Function) {
    if func.layout.is_empty() {
        return;
    }
    let mut seen = vec![false; func.blocks.len()];
    let mut work = vec![func.entry()];
    seen[func.entry().index()] = true;
    let mut count = 1;
    while let Some(block) = work.pop() {
        func.terminator(block).for_each_target(|target| {
            if !std::mem::replace(&mut seen[target.block.index()], true) {
                count += 1;
                work.push(target.block);
            }
        });
    }
    if count < func.layout.len() {
        func.layout.retain(|&block| seen[block.index()]);
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use crate::ir::{Builder, Function, Kind, Target, Terminator, Type};

    /// A function with blocks 0..n and the given edges: no edge returns, one
    /// jumps, two branch, more switch; conditions come from the parameter.
    pub(crate) fn function_of(n: usize, edges: &[(usize, usize)]) -> Function {
        let mut func = Function::new("graph", 0x1000, Kind::Regular);
        let blocks: Vec<Block> =
            (0..n).map(|index| func.add_block(Some(0x1000 + 4 * index as u64))).collect();
        func.params.push(crate::ir::Param { name: "cond".into(), ty: Type::I32 });
        let cond = func.add_param(blocks[0], Type::I32, Some("cond".into()));
        for (index, &block) in blocks.iter().enumerate() {
            let targets: Vec<Target> =
                edges.iter().filter(|edge| edge.0 == index).map(|edge| Target::to(blocks[edge.1])).collect();
            let mut builder = Builder::new(&mut func, block);
            builder.terminate(match targets.as_slice() {
                [] => Terminator::Return(Vec::new()),
                [one] => Terminator::Jump(one.clone()),
                [then, other] => Terminator::Branch { cond, then: then.clone(), other: other.clone() },
                [rest @ .., default] => {
                    Terminator::Switch { index: cond, targets: rest.to_vec(), default: default.clone() }
                }
            });
        }
        func
    }

    fn block(index: usize) -> Block {
        Block::new(index)
    }

    #[test]
    fn diamond_has_one_dominator() {
        let cfg = Cfg::new(&function_of(5, &[(0, 1), (0, 2), (1, 3), (2, 3), (4, 3)]));
        assert_eq!(cfg.rpo().len(), 4, "block 4 is not reachable");
        assert_eq!(cfg.preds(block(3)), [block(2), block(1)].as_slice());
        assert_eq!(cfg.idom(block(3)), Some(block(0)));
        assert!(cfg.dominates(block(0), block(3)) && !cfg.dominates(block(1), block(3)));
        assert!(cfg.dominates(block(3), block(3)) && !cfg.is_reachable(block(4)));
        assert!(!cfg.dominates(block(0), block(4)) && cfg.is_reducible());
    }

    #[test]
    fn two_entries_make_a_loop_irreducible() {
        let cfg = Cfg::new(&function_of(4, &[(0, 1), (0, 2), (1, 2), (2, 1), (1, 3)]));
        assert!(!cfg.is_reducible());
        assert!(Cfg::new(&function_of(3, &[(0, 1), (1, 1), (1, 2)])).is_reducible());
    }

    #[test]
    fn ten_thousand_blocks_need_no_deep_stack() {
        let n = 10_000;
        let mut edges: Vec<(usize, usize)> = (0..n - 1).map(|index| (index, index + 1)).collect();
        edges.extend((2..n - 1).step_by(3).map(|index| (index, 1)));
        let cfg = Cfg::new(&function_of(n, &edges));
        assert_eq!(cfg.rpo().len(), n);
        assert_eq!(cfg.idom(block(n - 1)), Some(block(n - 2)));
        assert_eq!(cfg.dominator_preorder()[0], block(0));
    }
}
