//! A list of blocks for each block, all in one allocation.

use cranelift_entity::EntityRef;

use crate::ir::{Block, Function};

/// A list of blocks for each block.
#[derive(Clone, Debug, Default)]
pub(super) struct Lists {
    /// Where each block's list starts in `items`, and where it ends.
    spans: Vec<(u32, u32)>,
    items: Vec<Block>,
}

impl Lists {
    /// The lists of `count` blocks. `pairs` is asked twice and must give the same
    /// pairs, of a block and an item of its list, both times; a list has its items
    /// in the order in which they were given.
    pub fn new(count: usize, pairs: impl Fn(&mut dyn FnMut(Block, Block))) -> Lists {
        let mut spans = vec![(0, 0); count];
        pairs(&mut |block, _| spans[block.index()].1 += 1);
        let mut next = 0;
        for span in &mut spans {
            // The end moves on as items come.
            let length = std::mem::replace(span, (next, next)).1;
            next += length;
        }
        let mut items = vec![Block::new(0); next as usize];
        pairs(&mut |block, item| {
            let (_, end) = &mut spans[block.index()];
            items[*end as usize] = item;
            *end += 1;
        });
        Lists { spans, items }
    }

    /// The targets of the blocks in the layout of a function of `count` blocks.
    pub fn of_edges(func: &Function, count: usize) -> Lists {
        let mut spans = vec![(0, 0); count];
        let mut items = Vec::with_capacity(func.layout.len() * 2);
        for &block in &func.layout {
            let start = items.len() as u32;
            func.terminator(block).for_each_target(|target| items.push(target.block));
            spans[block.index()] = (start, items.len() as u32);
        }
        Lists { spans, items }
    }

    /// The list of a block: empty for those that are younger than the lists.
    pub fn of(&self, block: Block) -> &[Block] {
        match self.spans.get(block.index()) {
            Some(&(start, end)) => &self.items[start as usize..end as usize],
            None => &[],
        }
    }
}
