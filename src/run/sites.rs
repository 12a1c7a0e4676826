//! Which functions may be entered on behalf of which callers.
//!
//! Knows what each call site wants back and what each function gives back. Must
//! never know how functions are entered.
//!
//! A translated function returns what the callers that discovery found ask for.
//! Interpreted code that it did not find may ask for more: a function without
//! callers that look at its result leaves a0 as it was. And it may bring
//! arguments that no caller brings which discovery found. Then the function is
//! interpreted, too.

use std::collections::{BTreeMap, BTreeSet};

use rv2wat_isa::RegSet;

use crate::discover::{Program, Terminator};
use crate::summary::{Summaries, abi_results};

/// What is asked for at return addresses, and what functions keep to themselves.
pub struct Sites {
    /// By return address: the registers that a call must bring.
    asked: BTreeMap<u64, RegSet>,
    /// By entry: the registers that a function changes and does not give back.
    withheld: BTreeMap<u64, RegSet>,
    /// Functions that take less than they may use, because no known caller has
    /// more to give.
    frugal: BTreeSet<u64>,
    /// Where signal handlers return to.
    trampoline: Option<u64>,
    /// Where the blocks are that discovery found: each start with its end, the
    /// farthest of those that share a start.
    blocks: BTreeMap<u64, u64>,
}

impl Sites {
    /// The sites of a translated program.
    pub fn of(program: &Program, summaries: &Summaries) -> Sites {
        let (mut asked, mut blocks) = (BTreeMap::new(), BTreeMap::new());
        for (function, live) in program.functions.iter().zip(&summaries.live) {
            for (block, out) in function.blocks.iter().zip(&live.out) {
                let end = blocks.entry(block.start).or_insert(block.end_pc());
                *end = block.end_pc().max(*end);
                if let Terminator::Call { .. } | Terminator::CallIndirect { .. } = block.end {
                    let known = asked.entry(block.end_pc()).or_insert(RegSet::EMPTY);
                    *known |= out.asked();
                }
            }
        }
        let regular =
            || program.functions.iter().zip(&summaries.functions).filter(|(_, summary)| summary.is_regular());
        let withheld = regular()
            .map(|(function, summary)| (function.entry, summary.clobbers - summary.results))
            .filter(|(_, withheld)| !withheld.is_empty())
            .collect();
        let frugal = regular()
            .filter(|(_, summary)| !summary.left_out.is_empty())
            .map(|(function, _)| function.entry)
            .collect();
        Sites { asked, withheld, frugal, trampoline: None, blocks }
    }

    /// Notes where signal handlers return to: the code there restores all
    /// registers.
    pub fn set_trampoline(&mut self, address: u64) {
        self.trampoline = Some(address);
    }

    /// Whether discovery found the code at `pc`.
    pub fn knows(&self, pc: u64) -> bool {
        self.blocks.range(..=pc).next_back().is_some_and(|(_, &end)| pc < end)
    }

    /// Whether the translation of the function at `entry` serves the caller that
    /// it returns to. `known` says that code which discovery knows jumps there,
    /// and not a trampoline on the stack, say.
    pub fn served(&self, entry: u64, return_address: u64, known: bool) -> bool {
        if !known && self.frugal.contains(&entry) {
            return false;
        }
        let Some(&withheld) = self.withheld.get(&entry) else { return true };
        let asked = match self.asked.get(&return_address) {
            Some(&asked) => asked,
            // Nobody is at 0: that is what `ra` holds when a program starts.
            None if self.trampoline == Some(return_address) || return_address == 0 => RegSet::EMPTY,
            None => abi_results(),
        };
        (asked & withheld).is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::Sites;
    use crate::discover::discover;
    use crate::discover::testing::{GARBAGE, image};
    use crate::summary::summarize;

    const MAIN: u64 = 0x10000;
    const CALLEE: u64 = 0x10010;
    const KNOWN_SITE: u64 = 0x1000a;

    #[test]
    fn unknown_callers_get_results_that_known_ones_do_not_ask_for() {
        let image = image(&GARBAGE);
        let program = discover(&image);
        let mut sites = Sites::of(&program, &summarize(&image, &program));
        assert!(sites.served(CALLEE, KNOWN_SITE, true));
        assert!(!sites.served(CALLEE, 0x55_5550, true), "a0 is changed and not given back");
        assert!(sites.served(CALLEE, 0, true));
        sites.set_trampoline(0x55_5550);
        assert!(sites.served(CALLEE, 0x55_5550, true));
        assert!(sites.served(CALLEE, KNOWN_SITE, false));
        assert!(sites.served(MAIN, 0, true));
        assert!(!sites.served(MAIN, 0, false), "it passes a1 on, which no known caller sets");
        assert!(sites.knows(CALLEE) && !sites.knows(0x55_5550));
    }
}
