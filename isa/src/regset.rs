//! Sets of registers as one 64-bit word.
//!
//! Bit i stands for x_i and bit 32 + i for f_i. x0 is a constant and not a
//! register that anything could depend on, so it is never in a set.

use crate::reg::{F, Reg, X};
use std::fmt;
use std::ops::{BitAnd, BitAndAssign, BitOr, BitOrAssign, Sub, SubAssign};

/// A set of integer and floating-point registers, without x0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct RegSet(u64);

impl RegSet {
    /// The set of no register.
    pub const EMPTY: RegSet = RegSet(0);
    /// x1 to x31.
    pub const ALL_X: RegSet = RegSet(0xffff_fffe);
    /// f0 to f31.
    pub const ALL_F: RegSet = RegSet(0xffff_ffff_0000_0000);
    /// Every register but x0.
    pub const ALL: RegSet = RegSet(!1);

    /// The set with these bits; the bit of x0 is dropped.
    pub const fn from_bits(bits: u64) -> RegSet {
        RegSet(bits & !1)
    }

    /// Bit i for x_i, bit 32 + i for f_i; bit 0 is clear.
    pub const fn bits(self) -> u64 {
        self.0
    }

    /// The set of one integer register, empty for x0.
    pub const fn x(x: X) -> RegSet {
        RegSet::from_bits(1 << x.index())
    }

    /// The set of one floating-point register.
    pub const fn f(f: F) -> RegSet {
        RegSet(1 << (32 + f.index()))
    }

    /// The set of one register of either file, empty for x0.
    pub const fn of(reg: Reg) -> RegSet {
        RegSet::from_bits(1 << reg.index())
    }

    /// Whether no register is in the set.
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// How many registers are in the set.
    pub const fn len(self) -> usize {
        self.0.count_ones() as usize
    }

    /// Whether `reg` is in the set. Never true of x0.
    pub fn contains(self, reg: impl Into<Reg>) -> bool {
        !(self & RegSet::of(reg.into())).is_empty()
    }

    /// Adds `reg` and says whether it was absent. x0 is never added.
    pub fn insert(&mut self, reg: impl Into<Reg>) -> bool {
        let before = *self;
        *self |= RegSet::of(reg.into());
        *self != before
    }

    /// Takes `reg` out and says whether it was there.
    pub fn remove(&mut self, reg: impl Into<Reg>) -> bool {
        let before = *self;
        *self -= RegSet::of(reg.into());
        *self != before
    }

    /// The registers in either set.
    #[must_use]
    pub const fn union(self, other: RegSet) -> RegSet {
        RegSet(self.0 | other.0)
    }

    /// The registers in both sets.
    #[must_use]
    pub const fn intersection(self, other: RegSet) -> RegSet {
        RegSet(self.0 & other.0)
    }

    /// The registers of this set that are not in `other`.
    #[must_use]
    pub const fn difference(self, other: RegSet) -> RegSet {
        RegSet(self.0 & !other.0)
    }

    /// The registers but x0 that are not in the set.
    #[must_use]
    pub const fn complement(self) -> RegSet {
        RegSet::from_bits(!self.0)
    }

    /// Whether every register of this set is in `other`.
    pub const fn is_subset(self, other: RegSet) -> bool {
        self.difference(other).is_empty()
    }

    /// The registers in order: x1 to x31, then f0 to f31.
    pub fn iter(self) -> Iter {
        Iter(self.0)
    }

    /// The integer registers of the set in order.
    pub fn iter_x(self) -> impl Iterator<Item = X> {
        self.iter().filter_map(|reg| match reg {
            Reg::X(x) => Some(x),
            Reg::F(_) => None,
        })
    }

    /// The floating-point registers of the set in order.
    pub fn iter_f(self) -> impl Iterator<Item = F> {
        self.iter().filter_map(|reg| match reg {
            Reg::F(f) => Some(f),
            Reg::X(_) => None,
        })
    }
}

/// The registers of a [`RegSet`] in order.
#[derive(Clone, Debug)]
pub struct Iter(u64);

impl Iterator for Iter {
    type Item = Reg;

    fn next(&mut self) -> Option<Reg> {
        if self.0 == 0 {
            return None;
        }
        let reg = Reg::new(self.0.trailing_zeros() as u8);
        self.0 &= self.0 - 1;
        Some(reg)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let n = self.0.count_ones() as usize;
        (n, Some(n))
    }
}

impl ExactSizeIterator for Iter {}

impl IntoIterator for RegSet {
    type Item = Reg;
    type IntoIter = Iter;

    fn into_iter(self) -> Iter {
        self.iter()
    }
}

impl<R: Into<Reg>> FromIterator<R> for RegSet {
    fn from_iter<I: IntoIterator<Item = R>>(regs: I) -> RegSet {
        let mut set = RegSet::EMPTY;
        set.extend(regs);
        set
    }
}

impl<R: Into<Reg>> Extend<R> for RegSet {
    fn extend<I: IntoIterator<Item = R>>(&mut self, regs: I) {
        for reg in regs {
            self.insert(reg);
        }
    }
}

impl BitOr for RegSet {
    type Output = RegSet;
    fn bitor(self, other: RegSet) -> RegSet {
        self.union(other)
    }
}

impl BitAnd for RegSet {
    type Output = RegSet;
    fn bitand(self, other: RegSet) -> RegSet {
        self.intersection(other)
    }
}

impl Sub for RegSet {
    type Output = RegSet;
    fn sub(self, other: RegSet) -> RegSet {
        self.difference(other)
    }
}

impl BitOrAssign for RegSet {
    fn bitor_assign(&mut self, other: RegSet) {
        *self = *self | other;
    }
}

impl BitAndAssign for RegSet {
    fn bitand_assign(&mut self, other: RegSet) {
        *self = *self & other;
    }
}

impl SubAssign for RegSet {
    fn sub_assign(&mut self, other: RegSet) {
        *self = *self - other;
    }
}

/// `{ra, a0, fa0}`: the registers in order.
impl fmt::Display for RegSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("{")?;
        for (n, reg) in self.iter().enumerate() {
            let comma = if n == 0 { "" } else { ", " };
            write!(f, "{comma}{reg}")?;
        }
        f.write_str("}")
    }
}

impl fmt::Debug for RegSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_in_register_order() {
        let set: RegSet = [Reg::F(F::FA0), Reg::X(X::A0), Reg::X(X::RA)].into_iter().collect();
        assert_eq!(set.to_string(), "{ra, a0, fa0}");
        assert_eq!(set.len(), 3);
        assert_eq!(set.iter_x().collect::<Vec<_>>(), [X::RA, X::A0]);
        assert_eq!(set.iter_f().collect::<Vec<_>>(), [F::FA0]);
        assert_eq!(RegSet::EMPTY.to_string(), "{}");
    }

    #[test]
    fn x0_never_gets_in() {
        let mut set = RegSet::x(X::ZERO);
        assert!(set.is_empty());
        assert!(!set.insert(X::ZERO));
        assert!(!set.contains(X::ZERO));
        assert_eq!(RegSet::from_bits(1), RegSet::EMPTY);
        assert_eq!(RegSet::EMPTY.complement(), RegSet::ALL);
        assert_eq!(RegSet::ALL_X | RegSet::ALL_F, RegSet::ALL);
        assert!(RegSet::ALL.contains(F::FT0), "f0 is a register like any");
    }

    #[test]
    fn set_operations() {
        let mut a = RegSet::x(X::A0) | RegSet::x(X::A1);
        let b = RegSet::x(X::A1) | RegSet::f(F::FA1);
        assert_eq!((a & b).to_string(), "{a1}");
        assert_eq!((a - b).to_string(), "{a0}");
        assert_eq!((a | b).to_string(), "{a0, a1, fa1}");
        assert!((a & b).is_subset(a) && !a.is_subset(b));
        assert!(a.remove(X::A0) && !a.remove(X::A0));
        assert!(a.contains(X::A1) && !a.contains(F::FA1));
    }
}
