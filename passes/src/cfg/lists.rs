//! A list of blocks for each block, all in one allocation.

use cranelift_entity::EntityRef;

use crate::ir::Block;

/// A list of blocks for each block.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Where each block's list starts in `items`, and where the last one ends.
    starts: Vec<u32>,
    items: Vec<Block>,
}

impl Lists {
    /// The lists of `count` blocks. `pairs` is asked twice and must give the same
    /// pairs, of a block and an item of its list, both times; a list has its items
    /// in the order in which they were given.
    pub fn new(count: usize, pairs: impl Fn(&mut dyn FnMut(Block, Block))) -> Lists {
        let mut starts = vec![0; count + 1];
        pairs(&mut |block, _| starts[block.index() + 1] += 1);
        for index in 0..count {
            starts[index + 1] += starts[index];
        }
        let mut next = starts.clone();
        let mut items = vec![Block::new(0); starts[count] as usize];
        pairs(&mut |block, item| {
            let at = &mut next[block.index()];
            items[*at as usize] = item;
            *at += 1;
        });
        Lists { starts, items }
    }

    /// The list of a block: empty for those that are younger than the lists.
    pub fn of(&self, block: Block) -> &[Block] {
        match self.starts.get(block.index()..block.index() + 2) {
            Some(&[start, end]) => &self.items[start as usize..end as usize],
            _ => &[],
        }
    }
}
