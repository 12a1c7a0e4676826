//! Forgets what a function no longer has.
//!
//! Whoever removes an instruction takes it out of its block and leaves its data
//! where it is, so that ids stay valid. Every map over instructions or values is as
//! long as all there ever were, though, and most of what the lifter makes is gone
//! after the first passes. Here what is left gets new ids, in the same order: who
//! sorts by ids finds the same order as before.
//!
//! Knows ids alone. Must never know: what instructions mean.

use cranelift_entity::packed_option::{PackedOption, ReservedValue};
use cranelift_entity::{EntityRef, EntitySet, PrimaryMap, SecondaryMap};

use super::{Block, BlockData, Function, Inst, Value, ValueDef};

impl Function {
    /// Gives the instructions and values of the blocks in the layout new ids,
    /// without gaps, and forgets all others. Other blocks lose what they hold.
    /// Linear.
    ///
    /// # Panics
    /// If something uses a value that nothing in the layout defines: such functions
    /// do not pass the verifier.
    pub fn compact(&mut self) {
        self.compact_with(|value| value);
    }

    /// The same, and each use of a value becomes one of what `stands_for` gives for it.
    ///
    /// # Panics
    /// As [`compact`](Function::compact).
    pub(crate) fn compact_with(&mut self, mut stands_for: impl FnMut(Value) -> Value) {
        self.empty_other_blocks();
        let mut insts: SecondaryMap<Inst, PackedOption<Inst>> = SecondaryMap::new();
        let mut values: SecondaryMap<Value, PackedOption<Value>> = SecondaryMap::new();
        insts.resize(self.insts.len());
        values.resize(self.values.len());
        for &block in &self.layout {
            let data = &self.blocks[block];
            data.params.iter().for_each(|&param| values[param] = Some(param).into());
            for &inst in &data.insts {
                insts[inst] = Some(inst).into();
                self.insts[inst].results.iter().for_each(|&result| values[result] = Some(result).into());
            }
        }
        let (kept_insts, kept_values) = (number(&mut insts), number(&mut values));
        let mut used = |old: &mut Value| {
            *old = values[stands_for(*old)].expect("a value that is used is defined");
        };
        let defined = |old: &mut Value| *old = values[*old].expect("what is defined is kept");
        keep(&mut self.insts, &insts, kept_insts, |data| {
            data.kind.for_each_use_mut(&mut used);
            data.results.iter_mut().for_each(defined);
        });
        for data in self.blocks.values_mut() {
            data.params.iter_mut().for_each(defined);
            for inst in &mut data.insts {
                *inst = insts[*inst].expect("an instruction of a block is kept");
            }
            data.terminator.iter_mut().for_each(|terminator| terminator.for_each_use_mut(&mut used));
        }
        keep(&mut self.values, &values, kept_values, |data| {
            if let ValueDef::Result(inst, _) = &mut data.def {
                *inst = insts[*inst].expect("what defines a value that is kept is kept");
            }
        });
    }

    /// Takes everything out of the blocks that are not in the layout.
    fn empty_other_blocks(&mut self) {
        if self.layout.len() == self.blocks.len() {
            return;
        }
        let mut inside: EntitySet<Block> = EntitySet::new();
        for &block in &self.layout {
            inside.insert(block);
        }
        for (block, data) in self.blocks.iter_mut() {
            if !inside.contains(block) {
                *data = BlockData { pc: data.pc, ..BlockData::default() };
            }
        }
    }
}

/// Replaces the ids that are kept by new ones in the same order; how many there are.
fn number<K: EntityRef + ReservedValue>(ids: &mut SecondaryMap<K, PackedOption<K>>) -> usize {
    let mut next = 0;
    for id in ids.values_mut().filter(|id| id.is_some()) {
        *id = Some(K::new(next)).into();
        next += 1;
    }
    next
}

/// Drops the entries that have no new id, and has the others renamed.
fn keep<K: EntityRef + ReservedValue, V>(
    map: &mut PrimaryMap<K, V>,
    ids: &SecondaryMap<K, PackedOption<K>>,
    count: usize,
    mut rename: impl FnMut(&mut V),
) {
    // Passes that come after make a few more.
    let all = std::mem::replace(map, PrimaryMap::with_capacity(count + count / 4));
    for (id, mut data) in all {
        if ids[id].is_some() {
            rename(&mut data);
            map.push(data);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::text::{parse, print};

    #[test]
    fn what_is_left_gets_ids_without_gaps_in_the_same_order() {
        let text = "function $f 0x10 regular (a: i64) -> (r: i64) {
             block0(v0: i64 \"a\"):
               v7 = i64.const 1
               jump block2(v7)
             block1:
               v8 = i64.const 2
               jump block2(v8)
             block2(v5: i64):
               v9 = i64.add v5, v0
               v3 = i64.add v9, v9
               return v3
             }";
        let mut func = parse(text).expect("the text parses");
        let gone = func.layout.remove(1);
        func.compact();
        assert_eq!((func.insts.len(), func.values.len()), (3, 5));
        assert!(func.blocks[gone].insts.is_empty() && func.blocks[gone].terminator.is_none());
        crate::verify::verify(&func, crate::pass::Requires::Ssa).expect("it is still a function");
        let order: Vec<usize> = func.layout.iter().map(|&block| func.blocks[block].insts.len()).collect();
        assert_eq!(order, [1, 2]);
        let printed = print(&func);
        func.compact();
        assert_eq!(print(&func), printed, "a second time changes nothing");
    }
}
