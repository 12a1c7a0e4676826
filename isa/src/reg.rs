//! Registers and their ABI names.
//!
//! Knows the 32 integer and 32 floating-point registers of the psABI. Must
//! never know which of them a call preserves: that is proved, not assumed.

use std::fmt;

macro_rules! register_file {
    ($(#[$doc:meta])* $ty:ident { $($name:ident = $index:literal $text:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $ty(u8);

        impl $ty {
            $(#[doc = concat!("Register ", $index, ", named `", $text, "` by the psABI.")]
            pub const $name: $ty = $ty($index);)*

            const NAMES: [&'static str; 32] = [$($text,)*];

            /// The register whose number is the low five bits of `n`.
            pub const fn new(n: u8) -> $ty {
                $ty(n & 31)
            }

            /// The register's number, 0 to 31.
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// All 32 registers in the order of their numbers.
            pub fn all() -> impl Iterator<Item = $ty> {
                (0..32).map($ty)
            }

            /// The psABI name, such as `a0` or `fa0`.
            pub const fn name(self) -> &'static str {
                Self::NAMES[self.0 as usize]
            }
        }

        impl fmt::Display for $ty {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.name())
            }
        }
    };
}

register_file! {
    /// An integer register, x0 to x31. Prints as its ABI name.
    X {
        ZERO = 0 "zero", RA = 1 "ra", SP = 2 "sp", GP = 3 "gp", TP = 4 "tp",
        T0 = 5 "t0", T1 = 6 "t1", T2 = 7 "t2", S0 = 8 "s0", S1 = 9 "s1",
        A0 = 10 "a0", A1 = 11 "a1", A2 = 12 "a2", A3 = 13 "a3", A4 = 14 "a4",
        A5 = 15 "a5", A6 = 16 "a6", A7 = 17 "a7",
        S2 = 18 "s2", S3 = 19 "s3", S4 = 20 "s4", S5 = 21 "s5", S6 = 22 "s6",
        S7 = 23 "s7", S8 = 24 "s8", S9 = 25 "s9", S10 = 26 "s10", S11 = 27 "s11",
        T3 = 28 "t3", T4 = 29 "t4", T5 = 30 "t5", T6 = 31 "t6",
    }
}

register_file! {
    /// A floating-point register, f0 to f31. Prints as its ABI name.
    F {
        FT0 = 0 "ft0", FT1 = 1 "ft1", FT2 = 2 "ft2", FT3 = 3 "ft3",
        FT4 = 4 "ft4", FT5 = 5 "ft5", FT6 = 6 "ft6", FT7 = 7 "ft7",
        FS0 = 8 "fs0", FS1 = 9 "fs1",
        FA0 = 10 "fa0", FA1 = 11 "fa1", FA2 = 12 "fa2", FA3 = 13 "fa3",
        FA4 = 14 "fa4", FA5 = 15 "fa5", FA6 = 16 "fa6", FA7 = 17 "fa7",
        FS2 = 18 "fs2", FS3 = 19 "fs3", FS4 = 20 "fs4", FS5 = 21 "fs5",
        FS6 = 22 "fs6", FS7 = 23 "fs7", FS8 = 24 "fs8", FS9 = 25 "fs9",
        FS10 = 26 "fs10", FS11 = 27 "fs11",
        FT8 = 28 "ft8", FT9 = 29 "ft9", FT10 = 30 "ft10", FT11 = 31 "ft11",
    }
}

/// A register of either file.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reg {
    /// An integer register.
    X(X),
    /// A floating-point register.
    F(F),
}

impl Reg {
    /// The register's number in a file of 64: x0 to x31 are 0 to 31, f0 to
    /// f31 are 32 to 63. The inverse of [`Reg::new`].
    pub const fn index(self) -> usize {
        match self {
            Reg::X(x) => x.index(),
            Reg::F(f) => 32 + f.index(),
        }
    }

    /// The register whose [`index`](Reg::index) is the low six bits of `n`.
    pub const fn new(n: u8) -> Reg {
        if n & 32 == 0 { Reg::X(X::new(n)) } else { Reg::F(F::new(n)) }
    }
}

impl From<X> for Reg {
    fn from(x: X) -> Reg {
        Reg::X(x)
    }
}

impl From<F> for Reg {
    fn from(f: F) -> Reg {
        Reg::F(f)
    }
}

impl fmt::Display for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Reg::X(x) => x.fmt(f),
            Reg::F(r) => r.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_sit_at_their_numbers() {
        assert_eq!(X::A0.index(), 10);
        assert_eq!(X::new(8), X::S0);
        assert_eq!(X::new(8).to_string(), "s0");
        assert_eq!(X::T6.index(), 31);
        assert_eq!(F::new(31).to_string(), "ft11");
        assert_eq!(X::new(32), X::ZERO, "only five bits count");
        for (n, (x, f)) in X::all().zip(F::all()).enumerate() {
            assert_eq!((x.index(), f.index()), (n, n));
        }
    }

    #[test]
    fn a_register_of_either_file_round_trips_through_its_index() {
        for n in 0..64u8 {
            assert_eq!(Reg::new(n).index(), usize::from(n));
        }
        assert_eq!(Reg::from(F::FA0).to_string(), "fa0");
        assert_eq!(Reg::from(X::A0).index(), 10);
    }
}
