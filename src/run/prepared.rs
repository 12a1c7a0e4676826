//! What of a translation a run needs, and how a compiled program is kept.
//!
//! Knows what is written and read back. Must never know where to.

use std::collections::BTreeMap;

use rv2wat_host::Facts;
use serde::{Deserialize, Serialize};

use crate::load::Image;
use crate::origins::Origins;
use crate::pipeline::Translation;
use crate::stats::Census;

/// What of a translation the dispatcher, its messages and statistics need.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prepared {
    /// What any host has to know.
    pub facts: Facts,
    /// The guest addresses that the dispatcher can enter at, sorted: entry N of the
    /// module is the N-th.
    pub entries: Vec<u64>,
    /// Counts of the translation.
    pub census: Census,
    /// Where the accesses of the module come from.
    pub origins: Origins,
    /// Functions by their first guest address: one past the last, and the name.
    functions: BTreeMap<u64, (u64, String)>,
    /// The first guest address of each function, by the names that the module has for
    /// them.
    addresses: BTreeMap<String, u64>,
}

impl Prepared {
    /// What a run of this translation needs, whose module was made or become `module`.
    pub fn of(translation: &Translation, module: &[u8]) -> Prepared {
        let functions = translation.program.functions.iter();
        Prepared {
            facts: translation.facts(),
            entries: translation.entries.clone(),
            census: Census::of(&translation.summaries, &translation.names),
            origins: translation.origins.of(module),
            functions: functions
                .map(|function| (function.entry, (function.end, function.name.clone())))
                .collect(),
            addresses: translation
                .names
                .iter()
                .cloned()
                .zip(translation.program.functions.iter().map(|function| function.entry))
                .collect(),
        }
    }

    /// The first guest address of the function that the module calls so; of a part of one
    /// (`name@address`), that of the whole.
    pub fn entry_of(&self, name: &str) -> Option<u64> {
        let whole = name.split_once('@').map_or(name, |(whole, _)| whole);
        self.addresses.get(name).or_else(|| self.addresses.get(whole)).copied()
    }

    /// Where a guest address of a program is: `function+0x12`, if a symbol of its image
    /// or a discovered function covers it.
    pub fn describe(&self, image: Option<&Image>, pc: u64) -> Option<String> {
        if let Some((symbol, offset)) = image.and_then(|image| image.symbolize(pc)) {
            return Some(format!("{}+{offset:#x}", symbol.name));
        }
        let (entry, (end, name)) = self.functions.range(..=pc).next_back()?;
        (pc < *end).then(|| format!("{name}+{:#x}", pc - entry))
    }
}

/// A compiled program as it is kept: with the length of the module that it was
/// compiled from, by which the engine is chosen, the module's code, and that of the
/// module which copies registers.
#[derive(Serialize, Deserialize)]
pub struct Kept<'a> {
    /// What a run needs to know.
    pub prepared: Prepared,
    /// What the user is to be told of the program at each run.
    pub warning: Option<String>,
    /// The length of the module, bytes.
    pub length: u64,
    /// The engine's form of the module that copies registers.
    #[serde(borrow, serialize_with = "bytes")]
    pub copier: &'a [u8],
    /// The engine's form of the module.
    #[serde(borrow, serialize_with = "bytes")]
    pub module: &'a [u8],
}

/// Writes bytes at once; as a list they would be written one by one.
fn bytes<S: serde::Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}
