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
use serde::{Deserialize, Serialize};

/// What is asked for at return addresses, and what functions keep to themselves.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Packed", into = "Packed")]
pub struct Sites {
    /// By return address: the registers that a call must bring, as far as some
    /// function withholds them.
    asked: BTreeMap<u64, RegSet>,
    /// By entry: the registers that a function changes and does not give back.
    withheld: BTreeMap<u64, RegSet>,
    /// Functions that take less than they may use, because no known caller has
    /// more to give.
    frugal: BTreeSet<u64>,
    /// Where the code is that discovery found: starts with their ends.
    code: BTreeMap<u64, u64>,
    /// What is asked for at any other return address.
    otherwise: RegSet,
    /// Where signal handlers return to.
    trampoline: Option<u64>,
}

impl Sites {
    /// Sites of a program of which nothing is known but that a caller asks for
    /// `otherwise` where it is not said what it asks for.
    pub fn new(otherwise: RegSet) -> Sites {
        Sites { otherwise, ..Sites::default() }
    }

    /// Notes what is asked for at a return address, beside what is known there.
    pub fn ask(&mut self, return_address: u64, registers: RegSet) {
        *self.asked.entry(return_address).or_insert(RegSet::EMPTY) |= registers;
    }

    /// Notes what the function at `entry` changes and does not give back.
    pub fn withhold(&mut self, entry: u64, registers: RegSet) {
        if !registers.is_empty() {
            self.withheld.insert(entry, registers);
        }
    }

    /// Notes that the function at `entry` takes less than it may use.
    pub fn leave_out(&mut self, entry: u64) {
        self.frugal.insert(entry);
    }

    /// Notes code that discovery found. Ranges come in any order and may overlap.
    pub fn cover(&mut self, start: u64, end: u64) {
        let (mut start, mut end) = (start, end);
        while let Some((&from, &to)) = self.code.range(..=end).next_back()
            && to >= start
        {
            (start, end) = (from.min(start), to.max(end));
            self.code.remove(&from);
        }
        self.code.insert(start, end);
    }

    /// Notes where signal handlers return to: the code there restores all
    /// registers.
    pub fn set_trampoline(&mut self, address: u64) {
        self.trampoline = Some(address);
    }

    /// Whether discovery found the code at `pc`.
    pub fn knows(&self, pc: u64) -> bool {
        self.code.range(..=pc).next_back().is_some_and(|(_, &end)| pc < end)
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
            None => self.otherwise,
        };
        (asked & withheld).is_empty()
    }
}

/// The same in few bytes: addresses by distances, call sites by what they ask for.
#[derive(Serialize, Deserialize)]
struct Packed {
    asked: Vec<(u64, Vec<u64>)>,
    withheld: Vec<(u64, Vec<u64>)>,
    frugal: Vec<u64>,
    code: Vec<u64>,
    otherwise: u64,
}

impl From<Sites> for Packed {
    fn from(sites: Sites) -> Packed {
        let any = sites.withheld.values().fold(RegSet::EMPTY, |all, &registers| all | registers);
        let asked = sites.asked.iter().map(|(&at, &registers)| (at, registers & any));
        Packed {
            asked: by_registers(asked),
            withheld: by_registers(sites.withheld.into_iter()),
            frugal: distances(sites.frugal),
            code: distances(sites.code.into_iter().flat_map(|(start, end)| [start, end])),
            otherwise: sites.otherwise.bits(),
        }
    }
}

impl From<Packed> for Sites {
    fn from(packed: Packed) -> Sites {
        let code: Vec<u64> = sums(packed.code).collect();
        Sites {
            asked: by_address(packed.asked),
            withheld: by_address(packed.withheld),
            frugal: sums(packed.frugal).collect(),
            code: code.chunks_exact(2).map(|range| (range[0], range[1])).collect(),
            otherwise: RegSet::from_bits(packed.otherwise),
            trampoline: None,
        }
    }
}

fn by_registers(pairs: impl Iterator<Item = (u64, RegSet)>) -> Vec<(u64, Vec<u64>)> {
    let mut groups: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
    for (address, registers) in pairs {
        groups.entry(registers.bits()).or_default().push(address);
    }
    groups.into_iter().map(|(bits, addresses)| (bits, distances(addresses))).collect()
}

fn by_address(groups: Vec<(u64, Vec<u64>)>) -> BTreeMap<u64, RegSet> {
    let pairs = groups
        .into_iter()
        .flat_map(|(bits, addresses)| sums(addresses).map(move |address| (address, RegSet::from_bits(bits))));
    pairs.collect()
}

/// Sorted addresses, each as the distance from the one before.
fn distances(addresses: impl IntoIterator<Item = u64>) -> Vec<u64> {
    let mut last = 0;
    let step = |address: u64| address.wrapping_sub(std::mem::replace(&mut last, address));
    addresses.into_iter().map(step).collect()
}

fn sums(distances: Vec<u64>) -> impl Iterator<Item = u64> {
    distances.into_iter().scan(0_u64, |last, distance| {
        *last = last.wrapping_add(distance);
        Some(*last)
    })
}

#[cfg(test)]
mod tests {
    use rv2wat_isa::X;

    use super::*;

    fn sites() -> Sites {
        let a0 = RegSet::x(X::A0);
        let mut sites = Sites::new(a0);
        sites.ask(0x1004, RegSet::EMPTY);
        sites.ask(0x1008, a0);
        sites.withhold(0x2000, a0);
        sites.leave_out(0x3000);
        sites.cover(0x2000, 0x2010);
        sites.cover(0x1000, 0x1010);
        sites
    }

    #[test]
    fn callers_are_served_that_do_not_ask_for_what_is_withheld() {
        let mut sites = sites();
        assert!(sites.served(0x2000, 0x1004, true) && !sites.served(0x2000, 0x1008, true));
        assert!(!sites.served(0x2000, 0x5000, true), "an unknown caller asks for a0");
        assert!(sites.served(0x2000, 0, true));
        sites.set_trampoline(0x5000);
        assert!(sites.served(0x2000, 0x5000, true));
        assert!(sites.served(0x3000, 0x1008, true) && !sites.served(0x3000, 0x1008, false));
    }

    #[test]
    fn ranges_of_code_join() {
        let mut sites = sites();
        assert!(sites.knows(0x100f) && !sites.knows(0x1010) && !sites.knows(0xfff));
        sites.cover(0x1010, 0x1800);
        sites.cover(0x17f0, 0x2004);
        assert_eq!(sites.code, BTreeMap::from([(0x1000, 0x2010)]));
    }

    #[test]
    fn packing_loses_nothing() {
        let bytes = postcard::to_stdvec(&sites()).unwrap();
        assert_eq!(postcard::from_bytes::<Sites>(&bytes).unwrap(), sites());
    }
}
