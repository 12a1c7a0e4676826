//! Names of functions.
//!
//! Knows symbols. Must never know code.

use std::collections::{BTreeMap, BTreeSet};

use super::Function;
use crate::load::{Image, SymbolKind};

/// Names every function by its best symbol, else by its address; a name taken
/// already gets a number.
pub(super) fn assign(image: &Image, functions: &mut [Function]) {
    let mut taken: BTreeSet<String> = BTreeSet::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for function in functions {
        let mut symbols: Vec<_> =
            image.symbols_at(function.entry).iter().filter(|s| s.kind != SymbolKind::Object).collect();
        symbols.sort_by(|a, b| a.rank().cmp(&b.rank()));
        let base = symbols.first().map_or_else(|| format!("f_{:x}", function.entry), |s| s.name.clone());
        let mut name = base.clone();
        let count = counts.entry(base.clone()).or_insert(1);
        while !taken.insert(name.clone()) {
            *count += 1;
            name = format!("{base}.{count}");
        }
        function.name = name;
        function.aliases = symbols.iter().skip(1).map(|s| s.name.clone()).collect();
        function.aliases.sort();
    }
}
