//! What `--stats` reports.

use std::collections::BTreeMap;
use std::fmt;

use crate::summary::{Standing, Summaries};

/// Counts of one run, and of the translation that ran.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Functions called with arguments.
    pub regular: usize,
    /// Functions entered by the dispatcher alone: name and reason.
    pub irregular: BTreeMap<String, String>,
    /// Functions that look at their callers' registers: name and reason.
    pub observers: BTreeMap<String, String>,
    /// Exits by reason.
    pub exits: BTreeMap<&'static str, u64>,
    /// How often the dispatcher entered a function.
    pub entries: u64,
    /// Instructions that the interpreter executed.
    pub instructions_interpreted: u64,
    /// How often a second machine that followed was compared and found equal.
    pub comparisons: u64,
    /// System calls that do not exist here: number and count.
    pub unknown_syscalls: BTreeMap<u64, u64>,
}

impl Stats {
    /// The counts that the translation alone gives.
    pub fn of(summaries: &Summaries, names: &[String]) -> Stats {
        let mut stats = Stats::default();
        for (summary, name) in summaries.functions.iter().zip(names) {
            match &summary.standing {
                Standing::Regular => stats.regular += 1,
                Standing::Irregular(why) => {
                    stats.irregular.insert(name.clone(), why.clone());
                }
            }
            if let Some(why) = &summary.observer {
                stats.observers.insert(name.clone(), why.clone());
            }
        }
        stats
    }

    /// One JSON object.
    pub fn json(&self) -> serde_json::Value {
        let unknown: BTreeMap<String, u64> =
            self.unknown_syscalls.iter().map(|(number, count)| (number.to_string(), *count)).collect();
        serde_json::json!({
            "regular": self.regular,
            "irregular": self.irregular.len(),
            "irregular_reasons": self.irregular,
            "observers": self.observers.len(),
            "observer_reasons": self.observers,
            "exits": self.exits,
            "entries": self.entries,
            "instructions_interpreted": self.instructions_interpreted,
            "comparisons": self.comparisons,
            "unknown_syscalls": unknown,
        })
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "functions: {} regular, {} irregular", self.regular, self.irregular.len())?;
        for (name, why) in &self.irregular {
            writeln!(f, "  irregular {name}: {why}")?;
        }
        writeln!(f, "observers: {}", self.observers.len())?;
        for (name, why) in &self.observers {
            writeln!(f, "  observer {name}: {why}")?;
        }
        writeln!(f, "entries: {}", self.entries)?;
        writeln!(f, "exits: {}", self.exits.values().sum::<u64>())?;
        for (reason, count) in &self.exits {
            writeln!(f, "  {reason}: {count}")?;
        }
        writeln!(f, "instructions interpreted: {}", self.instructions_interpreted)?;
        for (number, count) in &self.unknown_syscalls {
            writeln!(f, "unknown system call {number}: {count} times")?;
        }
        Ok(())
    }
}
