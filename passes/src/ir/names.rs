//! The names of values, each kept once.
//!
//! Many values are lives of few registers: what a value holds is the number of its
//! name, which is copied and compared without looking at the text.

use cranelift_entity::PrimaryMap;
use rustc_hash::FxHashMap;

use super::Name;

/// The names that the values of a function have.
#[derive(Clone, Debug, Default)]
pub struct Names {
    texts: PrimaryMap<Name, Box<str>>,
    /// Only looked up, never iterated over.
    known: FxHashMap<Box<str>, Name>,
}

impl Names {
    /// The number of a name, a new one if it has none.
    pub fn number(&mut self, text: &str) -> Name {
        if let Some(&known) = self.known.get(text) {
            return known;
        }
        let name = self.texts.push(text.into());
        self.known.insert(text.into(), name);
        name
    }

    /// The name with a number.
    pub fn text(&self, name: Name) -> &str {
        &self.texts[name]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_names_have_one_number() {
        let mut names = Names::default();
        let [a, b, again] = ["a0", "sp", "a0"].map(|text| names.number(text));
        assert_eq!(a, again);
        assert_ne!(a, b);
        assert_eq!([names.text(a), names.text(b)], ["a0", "sp"]);
    }
}
