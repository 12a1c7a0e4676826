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
            values[new].name = values[old].name.clone();
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
}
