//! What `--stats` reports.

use std::collections::BTreeMap;
use std::fmt;

pub use rv2wat_host::tier::Made;
use serde::{Deserialize, Serialize};

use crate::summary::{Standing, Summaries};

/// Counts of a translation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Census {
    /// Functions called with arguments.
    pub regular: usize,
    /// Functions entered by the dispatcher alone: name and reason.
    pub irregular: BTreeMap<String, String>,
    /// Functions that look at their callers' registers: name and reason.
    pub observers: BTreeMap<String, String>,
}

impl Census {
    /// The counts of a translation.
    pub fn of(summaries: &Summaries, names: &[String]) -> Census {
        let mut census = Census::default();
        for (summary, name) in summaries.functions.iter().zip(names) {
            match &summary.standing {
                Standing::Regular => census.regular += 1,
                Standing::Irregular(why) => {
                    census.irregular.insert(name.clone(), why.clone());
                }
            }
            if let Some(why) = &summary.observer {
                census.observers.insert(name.clone(), why.clone());
            }
        }
        census
    }
}

/// Exits for one reason to one place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Place {
    /// How many there were.
    pub count: u64,
    /// Why they were made.
    pub reason: &'static str,
    /// The guest address that they left to.
    pub pc: u64,
    /// Where that is (`function+0x12`), if it is known.
    pub function: Option<String>,
}

/// Counts of one run, and of the translation that ran.
#[derive(Clone, Debug, Default)]
pub struct Stats {
    /// Those of the translation.
    pub census: Census,
    /// Whether the program had been kept by an earlier run, and was not translated.
    pub restored: bool,
    /// Exits by reason.
    pub exits: BTreeMap<&'static str, u64>,
    /// The places that most of them led to, the most frequent first.
    pub places: Vec<Place>,
    /// How often the dispatcher entered a function.
    pub entries: u64,
    /// Where the program was first found to have changed its own code, a guest address:
    /// from then on none of what was translated beforehand is entered.
    pub changed_code: Option<u64>,
    /// What was translated while the program ran.
    pub made: Made,
    /// Instructions that the interpreter executed.
    pub instructions_interpreted: u64,
    /// How often a second machine that followed was compared and found equal.
    pub comparisons: u64,
    /// System calls that do not exist here: number and count.
    pub unknown_syscalls: BTreeMap<u64, u64>,
}

impl Stats {
    /// Those of a translation of which nothing has run.
    pub fn of(census: Census) -> Stats {
        Stats { census, ..Stats::default() }
    }

    /// One JSON object.
    pub fn json(&self) -> serde_json::Value {
        let unknown: BTreeMap<String, u64> =
            self.unknown_syscalls.iter().map(|(number, count)| (number.to_string(), *count)).collect();
        serde_json::json!({
            "regular": self.census.regular,
            "irregular": self.census.irregular.len(),
            "irregular_reasons": self.census.irregular,
            "observers": self.census.observers.len(),
            "observer_reasons": self.census.observers,
            "restored": self.restored,
            "exits": self.exits,
            "places": self.places,
            "entries": self.entries,
            "changed_code": self.changed_code,
            "made": {
                "modules": self.made.modules,
                "places": self.made.places,
                "dropped": self.made.dropped,
                "refused": self.made.refused,
                "why": self.made.why,
                "milliseconds": self.made.time.as_millis() as u64,
            },
            "instructions_interpreted": self.instructions_interpreted,
            "comparisons": self.comparisons,
            "unknown_syscalls": unknown,
        })
    }
}

impl fmt::Display for Stats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "functions: {} regular, {} irregular", self.census.regular, self.census.irregular.len())?;
        for (name, why) in &self.census.irregular {
            writeln!(f, "  irregular {name}: {why}")?;
        }
        writeln!(f, "observers: {}", self.census.observers.len())?;
        for (name, why) in &self.census.observers {
            writeln!(f, "  observer {name}: {why}")?;
        }
        if self.restored {
            writeln!(f, "translated and compiled by an earlier run")?;
        }
        writeln!(f, "entries: {}", self.entries)?;
        writeln!(f, "exits: {}", self.exits.values().sum::<u64>())?;
        for (reason, count) in &self.exits {
            writeln!(f, "  {reason}: {count}")?;
        }
        for Place { count, reason, pc, function } in &self.places {
            let function = function.as_deref().unwrap_or("no known function");
            writeln!(f, "  {count} times {reason} to {pc:#x}, {function}")?;
        }
        if let Some(addr) = self.changed_code {
            writeln!(
                f,
                "the program has changed its code at {addr:#x}: its translation was not used from then on"
            )?;
        }
        if self.made != Made::default() {
            let Made { modules, places, dropped, refused, why, time } = &self.made;
            let ms = time.as_millis();
            writeln!(f, "translated while it ran: {places} places in {modules} modules, in {ms} ms")?;
            writeln!(f, "  {dropped} modules dropped, {refused} places refused")?;
            if let Some(why) = why {
                writeln!(f, "  first refused because: {why}")?;
            }
        }
        writeln!(f, "instructions interpreted: {}", self.instructions_interpreted)?;
        for (number, count) in &self.unknown_syscalls {
            writeln!(f, "unknown system call {number}: {count} times")?;
        }
        Ok(())
    }
}
