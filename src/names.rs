//! Names of functions in the module: the guest's symbols as far as WAT can spell
//! them.

use std::collections::BTreeSet;

use globset::{Glob, GlobSet, GlobSetBuilder};

use crate::Error;
use crate::discover::{Function, Program};

/// The characters that a WAT identifier may hold beside letters and digits.
const PUNCTUATION: &str = "!#$%&'*+-./:<=>?@\\^_`|~";

/// How the names of the module's own functions begin.
const RESERVED: [&str; 7] = ["rv.", "enter.", "by.", "exit.", "give.", "owe.", "state."];

/// One unique identifier a function, in the order of the program's functions.
/// What would collide with one of the module's own functions, or with another name,
/// gets its address.
pub fn identifiers(program: &Program) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut names = Vec::with_capacity(program.functions.len());
    for function in &program.functions {
        let spelled: String = function.name.chars().map(spell).collect();
        let reserved = RESERVED.iter().any(|prefix| spelled.starts_with(prefix));
        let name = match spelled.is_empty() || reserved || taken.contains(&spelled) {
            true => format!("{spelled}_{:x}", function.entry),
            false => spelled,
        };
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

fn spell(c: char) -> char {
    if c.is_ascii_alphanumeric() || PUNCTUATION.contains(c) { c } else { '_' }
}

/// A choice of functions by name, glob or address.
pub struct Filter {
    globs: GlobSet,
    addresses: Vec<u64>,
    patterns: Vec<String>,
}

impl Filter {
    /// A filter from the command line's patterns; none chooses everything.
    ///
    /// # Errors
    /// [`Error::Pattern`] for a malformed glob.
    pub fn new(patterns: &[String]) -> Result<Filter, Error> {
        let mut globs = GlobSetBuilder::new();
        let mut addresses = Vec::new();
        for pattern in patterns {
            match pattern.strip_prefix("0x").map(|hex| u64::from_str_radix(hex, 16)) {
                Some(Ok(address)) => addresses.push(address),
                _ => {
                    let glob = Glob::new(pattern).map_err(|error| Error::Pattern {
                        pattern: pattern.clone(),
                        why: error.kind().to_string(),
                    })?;
                    globs.add(glob);
                }
            }
        }
        let globs = globs
            .build()
            .map_err(|error| Error::Pattern { pattern: patterns.join(" "), why: error.to_string() })?;
        Ok(Filter { globs, addresses, patterns: patterns.to_vec() })
    }

    /// Whether everything is chosen.
    pub fn is_everything(&self) -> bool {
        self.patterns.is_empty()
    }

    /// Whether a function is chosen: by its name, an alias, its demangled name,
    /// or an address that it covers.
    pub fn chooses(&self, function: &Function, name: &str) -> bool {
        self.is_everything()
            || self.globs.is_match(name)
            || self.globs.is_match(&function.name)
            || function.aliases.iter().any(|alias| self.globs.is_match(alias))
            || crate::load::demangle(&function.name).is_some_and(|name| self.globs.is_match(name))
            || self.addresses.iter().any(|&address| {
                function
                    .blocks
                    .iter()
                    .any(|block| block.start <= address && address < block.end_pc().max(block.start + 1))
            })
    }

    /// What was asked for, for messages.
    pub fn describe(&self) -> String {
        self.patterns.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn function(entry: u64, name: &str) -> Function {
        Function {
            entry,
            name: name.to_owned(),
            aliases: Vec::new(),
            end: entry,
            blocks: Vec::new(),
            entry_block: 0,
            landing_pads: Vec::new(),
            address_taken: false,
            noreturn: false,
            irregular: None,
        }
    }

    /// `settle` and `fill` are the guest's to use, `give.s0` is not.
    #[test]
    fn names_of_the_modules_own_functions_are_kept_from_the_guest() {
        let names = ["settle", "fill", "give.s0", "owe.ra", "rv.fill", "a b", "a_b"];
        let functions = (0x10..).zip(names).map(|(entry, name)| function(entry, name)).collect();
        let found = identifiers(&Program { functions, ..Program::default() });
        assert_eq!(found, ["settle", "fill", "give.s0_12", "owe.ra_13", "rv.fill_14", "a_b", "a_b_16"]);
    }
}
