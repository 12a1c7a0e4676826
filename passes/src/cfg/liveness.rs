//! Which values are live where blocks begin and end.
//!
//! One walk backwards from each use to its definition, so the cost is the sum
//! of the live ranges in blocks. Source: Boissinot et al., "Computing Liveness
//! Sets for SSA-Form Programs".

use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;

use super::Cfg;
use crate::ir::{Block, Function, Value};
use crate::lists::Lists;

/// The values that live across the edges of a function.
#[derive(Clone, Debug)]
pub struct Liveness {
    live_in: SecondaryMap<Block, Vec<Value>>,
    live_out: SecondaryMap<Block, Vec<Value>>,
}

impl Liveness {
    /// Computes the live values of a function in SSA form. A block's
    /// parameters are not live into it, and an edge's arguments are used at the
    /// end of the block that the edge leaves.
    pub fn new(func: &Function, cfg: &Cfg) -> Liveness {
        Liveness::of(func, cfg, |_| true)
    }

    /// The same of those values that `wanted` asks for.
    pub fn of(func: &Function, cfg: &Cfg, wanted: impl Fn(Value) -> bool) -> Liveness {
        let mut uses: Lists<Value, Block> = Lists::new(func.values.len());
        let mut home: SecondaryMap<Value, PackedOption<Block>> = SecondaryMap::new();
        home.resize(func.values.len());
        for &block in cfg.rpo() {
            let data = &func.blocks[block];
            data.params.iter().for_each(|&param| home[param] = Some(block).into());
            let mut note = |value: Value| {
                if wanted(value) && uses.last(value) != Some(block) {
                    uses.push(value, block);
                }
            };
            for &inst in &data.insts {
                func.insts[inst].kind.for_each_use(&mut note);
                func.insts[inst].results.iter().for_each(|&result| home[result] = Some(block).into());
            }
            func.terminator(block).for_each_use(&mut note);
        }
        let mut live = Liveness { live_in: SecondaryMap::new(), live_out: SecondaryMap::new() };
        live.live_in.resize(func.blocks.len());
        live.live_out.resize(func.blocks.len());
        let mut work = Vec::new();
        for value in func.values.keys() {
            if !uses.is_empty(value)
                && let Some(home) = home[value].expand()
            {
                work.extend(uses.of(value).filter(|&user| user != home));
                live.add(cfg, value, home, &mut work);
            }
        }
        live
    }

    /// Adds a value from the blocks other than its own that use it; leaves the list
    /// empty.
    fn add(&mut self, cfg: &Cfg, value: Value, home: Block, work: &mut Vec<Block>) {
        while let Some(block) = work.pop() {
            // Values are added one after the other: a block that has this one
            // already has it last.
            if self.live_in[block].last() == Some(&value) {
                continue;
            }
            self.live_in[block].push(value);
            for &pred in cfg.preds(block) {
                if self.live_out[pred].last() != Some(&value) {
                    self.live_out[pred].push(value);
                }
                if pred != home {
                    work.push(pred);
                }
            }
        }
    }

    /// The values defined before the block and used in it or after, in order.
    pub fn live_in(&self, block: Block) -> &[Value] {
        &self.live_in[block]
    }

    /// The values live into any successor, in order, without edge arguments.
    pub fn live_out(&self, block: Block) -> &[Value] {
        &self.live_out[block]
    }

    /// Whether the value is live where the block begins.
    pub fn is_live_in(&self, block: Block, value: Value) -> bool {
        self.live_in[block].binary_search(&value).is_ok()
    }

    /// Whether the value is live where the block ends.
    pub fn is_live_out(&self, block: Block, value: Value) -> bool {
        self.live_out[block].binary_search(&value).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use cranelift_entity::EntityRef;

    use super::super::tests::function_of;
    use super::*;

    #[test]
    fn a_value_is_live_from_its_definition_to_its_last_use() {
        // The condition is used by blocks 0, 1 and 3; block 2 is aside.
        let func = function_of(6, &[(0, 1), (0, 2), (1, 3), (1, 1), (3, 4), (3, 5)]);
        let live = Liveness::new(&func, &Cfg::new(&func));
        let cond = func.blocks[func.entry()].params[0];
        let into: Vec<bool> = (0..6).map(|index| live.is_live_in(Block::new(index), cond)).collect();
        assert_eq!(into, [false, true, false, true, false, false]);
        assert!(live.is_live_out(Block::new(0), cond) && !live.is_live_out(Block::new(3), cond));
        assert_eq!(live.live_in(Block::new(1)), [cond].as_slice());
    }
}
