//! The operands of one operation, kept in place.
//!
//! Knows: no operation takes more than three values, so none of them needs memory
//! of its own. Must never know: which operation they are of.

use std::ops::{Deref, DerefMut};

use cranelift_entity::EntityRef;

use super::Value;

/// Up to three values in order; read and written as a slice.
#[derive(Clone, Copy)]
pub struct Operands {
    count: u8,
    values: [Value; Operands::MOST],
}

impl Operands {
    /// The most operands that an operation has.
    pub const MOST: usize = 3;

    /// The same values, if there are not too many.
    pub fn new(values: &[Value]) -> Option<Operands> {
        let mut operands = Operands::default();
        operands.values.get_mut(..values.len())?.copy_from_slice(values);
        operands.count = values.len() as u8;
        Some(operands)
    }
}

impl Default for Operands {
    fn default() -> Operands {
        Operands { count: 0, values: [Value::new(0); Operands::MOST] }
    }
}

impl Deref for Operands {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.values[..usize::from(self.count)]
    }
}

impl DerefMut for Operands {
    fn deref_mut(&mut self) -> &mut [Value] {
        &mut self.values[..usize::from(self.count)]
    }
}

impl<const N: usize> From<[Value; N]> for Operands {
    fn from(values: [Value; N]) -> Operands {
        const { assert!(N <= Operands::MOST) };
        let mut operands = Operands { count: N as u8, ..Operands::default() };
        operands.copy_from_slice(&values);
        operands
    }
}

/// # Panics
/// If there are more than [`Operands::MOST`].
impl From<&[Value]> for Operands {
    fn from(values: &[Value]) -> Operands {
        Operands::new(values).expect("no operation has more operands")
    }
}

/// # Panics
/// If there are more than [`Operands::MOST`].
impl FromIterator<Value> for Operands {
    fn from_iter<I: IntoIterator<Item = Value>>(values: I) -> Operands {
        let mut operands = Operands::default();
        for value in values {
            operands.values[usize::from(operands.count)] = value;
            operands.count += 1;
        }
        operands
    }
}

impl<'a> IntoIterator for &'a Operands {
    type Item = &'a Value;
    type IntoIter = std::slice::Iter<'a, Value>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl PartialEq for Operands {
    fn eq(&self, other: &Operands) -> bool {
        **self == **other
    }
}

impl Eq for Operands {}

impl std::fmt::Debug for Operands {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operands_are_what_they_were_made_of() {
        let values: Vec<Value> = (7..11).map(Value::new).collect();
        assert_eq!(Operands::new(&values), None);
        for count in 0..=Operands::MOST {
            let operands = Operands::new(&values[..count]).expect("few enough");
            assert_eq!(*operands, values[..count]);
            assert_eq!(operands, values[..count].iter().copied().collect());
            assert!(count == 0 || operands != Operands::new(&values[1..=count]).expect("few enough"));
        }
        let mut pair = Operands::from([values[0], values[1]]);
        pair[1] = values[2];
        assert_eq!(*pair, [values[0], values[2]]);
    }
}
