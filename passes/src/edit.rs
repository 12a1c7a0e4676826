//! Help for passes that replace values by others.

mod facts;
mod rewrite;

pub use facts::{Facts, all_facts, gives_any_nan, gives_no_other_nan, is_comparison, width};
pub use rewrite::{Change, Rewriter, Rules, rewrite, taken};

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{PrimaryMap, SecondaryMap};

use crate::ir::{Function, Value, ValueData};

/// Values that others stand for from now on. Chains of replacements are
/// followed and shortened, so a lookup takes near-constant time.
#[derive(Clone, Debug, Default)]
pub struct Replacements {
    by: SecondaryMap<Value, PackedOption<Value>>,
    any: bool,
}

impl Replacements {
    /// From now on `new` stands for `old`; it inherits the name if it has none.
    /// Nothing happens where `new` is `old` already.
    pub fn replace(&mut self, values: &mut PrimaryMap<Value, ValueData>, old: Value, new: Value) {
        let (old, new) = (self.resolve(old), self.resolve(new));
        if old == new {
            return;
        }
        self.any = true;
        self.by[old] = Some(new).into();
        if values[new].name.is_none() {
            values[new].name = values[old].name;
        }
    }

    /// What stands for the value: itself if nothing else does.
    pub fn resolve(&mut self, value: Value) -> Value {
        // Most values stand for themselves.
        if self.by[value].is_none() {
            return value;
        }
        let mut root = value;
        while let Some(next) = self.by[root].expand() {
            root = next;
        }
        let mut at = value;
        while let Some(next) = self.by[at].expand() {
            self.by[at] = Some(root).into();
            at = next;
            if at == root {
                break;
            }
        }
        root
    }

    /// Writes the replacements into the function.
    pub fn apply(&mut self, func: &mut Function) {
        if self.any {
            func.rewrite_uses(|value| self.resolve(value));
        }
    }

    /// The same while the function is compacted.
    pub fn compact(&mut self, func: &mut Function) {
        func.compact_with(|value| self.resolve(value));
    }

    /// Whether nothing in the function uses what has been replaced.
    pub fn are_applied(&mut self, func: &Function) -> bool {
        let mut applied = true;
        for &block in &func.layout {
            let mut note = |value| applied &= self.resolve(value) == value;
            let insts = func.blocks[block].insts.iter();
            insts.for_each(|&inst| func.insts[inst].kind.for_each_use(&mut note));
            func.terminator(block).for_each_use(note);
        }
        applied
    }
}
