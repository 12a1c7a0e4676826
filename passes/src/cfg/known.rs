//! The graph that was found last, kept from one pass to the next.
//!
//! Most passes leave edges alone. Nobody has to say so: whoever asks for the graph gets
//! the one that is kept if the function still has the same edges, which one walk over
//! the terminators tells.

use std::sync::{Arc, Mutex, PoisonError};

use super::Cfg;
use crate::ir::{Function, Terminator};

/// The graph of a function as it was when somebody asked last.
#[derive(Debug, Default)]
pub(crate) struct Known(Mutex<Option<Arc<Cfg>>>);

impl Known {
    /// The graph of the function that this belongs to.
    pub fn graph(&self, func: &Function) -> Arc<Cfg> {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some(cfg) if cfg.describes(func) => cfg.clone(),
            _ => known.insert(Arc::new(Cfg::new(func))).clone(),
        }
    }
}

/// What is known of a function is known of its twin.
impl Clone for Known {
    fn clone(&self) -> Known {
        Known(Mutex::new(self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()))
    }
}

impl Cfg {
    /// Whether this is the graph of the function. The edges of the blocks that were
    /// reachable decide it: if they are the same, the same blocks are reachable.
    fn describes(&self, func: &Function) -> bool {
        self.count == func.blocks.len()
            && self.rpo.first() == func.layout.first()
            && self.rpo.iter().all(|&block| {
                let succs = self.succs.of(block);
                match &func.blocks[block].terminator {
                    Some(Terminator::Jump(target)) => succs == [target.block],
                    Some(Terminator::Branch { then, other, .. }) => succs == [then.block, other.block],
                    Some(terminator) => {
                        let mut left = succs.iter();
                        let mut same = true;
                        terminator.for_each_target(|target| same &= left.next() == Some(&target.block));
                        same && left.next().is_none()
                    }
                    None => false,
                }
            })
    }
}

#[cfg(test)]
mod tests {
    use cranelift_entity::EntityRef;

    use super::super::tests::function_of;
    use super::*;
    use crate::ir::{Block, Target};

    #[test]
    fn the_graph_is_found_anew_when_an_edge_changes_and_only_then() {
        let mut func = function_of(5, &[(0, 1), (0, 2), (1, 3), (2, 3), (2, 4), (2, 1), (3, 4)]);
        let first = Cfg::of(&func);
        assert!(Arc::ptr_eq(&first, &Cfg::of(&func)));
        assert!(Arc::ptr_eq(&first, &Cfg::of(&func.clone())));
        let [three, four] = [3, 4].map(Block::new);
        func.blocks[Block::new(1)].terminator = Some(Terminator::Jump(Target::to(four)));
        let second = Cfg::of(&func);
        assert_eq!((first.preds(three).len(), second.preds(three).len()), (2, 1));
        let Some(Terminator::Switch { targets, .. }) = &mut func.blocks[Block::new(2)].terminator else {
            panic!("the third block ends in a switch");
        };
        targets.pop();
        assert_eq!(Cfg::of(&func).succs(Block::new(2)).len(), 2);
        func.layout.rotate_left(4);
        assert_eq!(Cfg::of(&func).rpo(), [four]);
        let more = func.add_block(None);
        func.blocks[more].terminator = Some(Terminator::Jump(Target::to(three)));
        assert!(!Cfg::of(&func).is_reachable(three));
    }
}
