//! Operand formats: what an instruction's fields are, typed.
//!
//! Each format knows how to read its fields from a 32-bit word, how to put
//! them back, and which registers it reads and writes. Field positions are
//! those of the unprivileged specification, "Base Instruction Formats". A
//! format must never know which instruction it belongs to.

use crate::reg::{F, X};
use crate::regset::RegSet;
use std::fmt;

/// What a format can do. Implemented by every operand struct of the table.
pub trait Operands: Copy {
    /// Which format this is.
    const FORMAT: Format;
    /// Reads the fields of `word`.
    fn decode(word: u32) -> Self;
    /// The fields at their places, all other bits 0. Bits of an immediate
    /// that its field cannot hold are dropped.
    fn encode(&self) -> u32;
    /// The `aq` and `rl` bits, if the format has them.
    fn ordering(&self) -> Option<(bool, bool)>;
    /// The rounding mode, if the format has one.
    fn rounding(&self) -> Option<Rm>;
    /// The registers whose values the instruction uses.
    fn reads(&self) -> RegSet;
    /// The registers that the instruction sets.
    fn writes(&self) -> RegSet;
}

/// The value of `word[lo + len - 1 : lo]`.
const fn bits(word: u32, lo: u32, len: u32) -> u32 {
    (word >> lo) & ((1 << len) - 1)
}

/// The low `len` bits of `value`, sign-extended.
const fn sext(value: u32, len: u32) -> i64 {
    ((value << (32 - len)) as i32 >> (32 - len)) as i64
}

fn put(value: i64, lo: u32, len: u32) -> u32 {
    ((value as u32) & ((1 << len) - 1)) << lo
}

/// One register field: where it is for each type of register.
trait Field: Copy {
    fn at(word: u32, lo: u32) -> Self;
    fn put(self, lo: u32) -> u32;
    fn set(self) -> RegSet;
}

impl Field for X {
    fn at(word: u32, lo: u32) -> X {
        X::new(bits(word, lo, 5) as u8)
    }
    fn put(self, lo: u32) -> u32 {
        (self.index() as u32) << lo
    }
    fn set(self) -> RegSet {
        RegSet::x(self)
    }
}

impl Field for F {
    fn at(word: u32, lo: u32) -> F {
        F::new(bits(word, lo, 5) as u8)
    }
    fn put(self, lo: u32) -> u32 {
        (self.index() as u32) << lo
    }
    fn set(self) -> RegSet {
        RegSet::f(self)
    }
}

/// The rounding-mode field of a floating-point instruction (specification,
/// "Floating-Point Control and Status Register").
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Rm {
    /// To nearest, ties to even.
    Rne,
    /// Towards zero.
    Rtz,
    /// Down, towards negative infinity.
    Rdn,
    /// Up, towards positive infinity.
    Rup,
    /// To nearest, ties away from zero.
    Rmm,
    /// Reserved value 5: decodes, and is an illegal instruction when executed.
    Reserved5,
    /// Reserved value 6: decodes, and is an illegal instruction when executed.
    Reserved6,
    /// The mode that the `frm` field of `fcsr` holds at run time.
    Dyn,
}

impl Rm {
    const ALL: [Rm; 8] = [Rm::Rne, Rm::Rtz, Rm::Rdn, Rm::Rup, Rm::Rmm, Rm::Reserved5, Rm::Reserved6, Rm::Dyn];

    /// The mode that the low three bits of `n` encode.
    pub const fn new(n: u8) -> Rm {
        Rm::ALL[(n & 7) as usize]
    }

    /// The three bits that encode the mode.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The assembler's name; `unknown`, as objdump prints, if reserved.
    pub const fn name(self) -> &'static str {
        match self {
            Rm::Rne => "rne",
            Rm::Rtz => "rtz",
            Rm::Rdn => "rdn",
            Rm::Rup => "rup",
            Rm::Rmm => "rmm",
            Rm::Reserved5 | Rm::Reserved6 => "unknown",
            Rm::Dyn => "dyn",
        }
    }
}

impl fmt::Display for Rm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The kinds of field that a format is made of: how each is read from a word,
/// put back into one, and what registers it stands for.
macro_rules! field {
    (get $w:ident reg $lo:literal) => {
        Field::at($w, $lo)
    };
    (get $w:ident imm_i) => {
        sext($w >> 20, 12)
    };
    (get $w:ident imm_s) => {
        sext((bits($w, 25, 7) << 5) | bits($w, 7, 5), 12)
    };
    (get $w:ident imm_b) => {
        sext(
            (bits($w, 31, 1) << 12) | (bits($w, 7, 1) << 11) | (bits($w, 25, 6) << 5) | (bits($w, 8, 4) << 1),
            13,
        )
    };
    (get $w:ident imm_u) => {
        ($w & 0xffff_f000) as i32 as i64
    };
    (get $w:ident imm_j) => {
        sext(
            (bits($w, 31, 1) << 20)
                | (bits($w, 12, 8) << 12)
                | (bits($w, 20, 1) << 11)
                | (bits($w, 21, 10) << 1),
            21,
        )
    };
    (get $w:ident uint $lo:literal $len:literal) => {
        bits($w, $lo, $len) as _
    };
    (get $w:ident flag $lo:literal) => {
        bits($w, $lo, 1) != 0
    };
    (get $w:ident rm) => {
        Rm::new(bits($w, 12, 3) as u8)
    };

    (put $v:expr, reg $lo:literal) => {
        $v.put($lo)
    };
    (put $v:expr, imm_i) => {
        put($v, 20, 12)
    };
    (put $v:expr, imm_s) => {
        put($v >> 5, 25, 7) | put($v, 7, 5)
    };
    (put $v:expr, imm_b) => {
        put($v >> 12, 31, 1) | put($v >> 11, 7, 1) | put($v >> 5, 25, 6) | put($v >> 1, 8, 4)
    };
    (put $v:expr, imm_u) => {
        ($v as u32) & 0xffff_f000
    };
    (put $v:expr, imm_j) => {
        put($v >> 20, 31, 1) | put($v >> 12, 12, 8) | put($v >> 11, 20, 1) | put($v >> 1, 21, 10)
    };
    (put $v:expr, uint $lo:literal $len:literal) => {
        put(i64::from($v), $lo, $len)
    };
    (put $v:expr, flag $lo:literal) => {
        u32::from($v) << $lo
    };
    (put $v:expr, rm) => {
        ($v.index() as u32) << 12
    };
}

/// One row a format: its fields, and which of them are read and written.
macro_rules! formats {
    ($($(#[$doc:meta])* $name:ident {
        $($(#[$fdoc:meta])* $field:ident: $ty:ty = $kind:ident $($lo:literal $($len:literal)?)?,)*
    } reads($($r:ident)*) writes($($w:ident)*) $(ordering($aq:ident $rl:ident))? $(rounding($rm:ident))?;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
            pub struct $name {
                $($(#[$fdoc])* pub $field: $ty,)*
            }

            impl Operands for $name {
                const FORMAT: Format = Format::$name;

                fn decode(word: u32) -> $name {
                    $name { $($field: field!(get word $kind $($lo $($len)?)?),)* }
                }

                fn encode(&self) -> u32 {
                    0 $(| field!(put self.$field, $kind $($lo $($len)?)?))*
                }

                fn ordering(&self) -> Option<(bool, bool)> {
                    None::<(bool, bool)> $(.or(Some((self.$aq, self.$rl))))?
                }

                fn rounding(&self) -> Option<Rm> {
                    None::<Rm> $(.or(Some(self.$rm)))?
                }

                fn reads(&self) -> RegSet {
                    RegSet::EMPTY $(| self.$r.set())*
                }

                fn writes(&self) -> RegSet {
                    RegSet::EMPTY $(| self.$w.set())*
                }
            }
        )*

        /// The name of an operand format, for tables and sweeps.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Format {
            $(#[doc = concat!("[`", stringify!($name), "`]")] $name,)*
            /// No operands: the variant carries nothing.
            None,
        }

        impl Format {
            /// Which bits of a word the format's fields take.
            pub fn field_bits(self) -> u32 {
                match self {
                    // What survives of a word of ones is what some field reads.
                    $(Format::$name => $name::decode(!0).encode(),)*
                    Format::None => 0,
                }
            }
        }
    };
}

formats! {
    /// Register and register to register.
    R {
        /// Destination.
        rd: X = reg 7,
        /// First source.
        rs1: X = reg 15,
        /// Second source.
        rs2: X = reg 20,
    } reads(rs1 rs2) writes(rd);
    /// Register to register.
    Unary {
        /// Destination.
        rd: X = reg 7,
        /// Source.
        rs1: X = reg 15,
    } reads(rs1) writes(rd);
    /// Register and 12-bit immediate to register; also integer loads and
    /// `jalr`, where the sum is an address.
    I {
        /// Destination.
        rd: X = reg 7,
        /// Source or base address.
        rs1: X = reg 15,
        /// -2048 to 2047; in bytes where it is an offset.
        imm: i64 = imm_i,
    } reads(rs1) writes(rd);
    /// Shifts and single-bit operations by an immediate.
    Shift {
        /// Destination.
        rd: X = reg 7,
        /// Source.
        rs1: X = reg 15,
        /// Bits to shift by, or bit number: 0 to 63, or 0 to 31 in `w` forms.
        shamt: u32 = uint 20 6,
    } reads(rs1) writes(rd);
    /// Integer stores.
    S {
        /// Base address.
        rs1: X = reg 15,
        /// Value stored.
        rs2: X = reg 20,
        /// -2048 to 2047 bytes.
        imm: i64 = imm_s,
    } reads(rs1 rs2) writes();
    /// Conditional branches.
    B {
        /// Left side of the comparison.
        rs1: X = reg 15,
        /// Right side of the comparison.
        rs2: X = reg 20,
        /// Bytes from this instruction's pc, even, -4096 to 4094.
        offset: i64 = imm_b,
    } reads(rs1 rs2) writes();
    /// `lui` and `auipc`.
    U {
        /// Destination.
        rd: X = reg 7,
        /// The 20 bits already shifted left by 12, sign-extended from bit 31.
        imm: i64 = imm_u,
    } reads() writes(rd);
    /// `jal`.
    J {
        /// Where the return address goes.
        rd: X = reg 7,
        /// Bytes from this instruction's pc, even, -1 MiB to 1 MiB - 2.
        offset: i64 = imm_j,
    } reads() writes(rd);
    /// CSR access with a register.
    Csr {
        /// Receives the CSR's old value.
        rd: X = reg 7,
        /// The CSR's number, 0 to 4095.
        csr: u16 = uint 20 12,
        /// The value, or the bits to set or clear.
        rs1: X = reg 15,
    } reads(rs1) writes(rd);
    /// CSR access with a 5-bit immediate.
    CsrImm {
        /// Receives the CSR's old value.
        rd: X = reg 7,
        /// The CSR's number, 0 to 4095.
        csr: u16 = uint 20 12,
        /// The value, or the bits to set or clear: 0 to 31.
        imm: u32 = uint 15 5,
    } reads() writes(rd);
    /// `fence`. The register fields are reserved; they decode so that the
    /// encoding round-trips, and nothing reads or writes them.
    Fence {
        /// Accesses ordered before: bits i, o, r, w from 8 down to 1.
        pred: u8 = uint 24 4,
        /// Accesses ordered after, likewise.
        succ: u8 = uint 20 4,
        /// Fence mode: 8 with `rw,rw` is `fence.tso`, else treated as 0.
        fm: u8 = uint 28 4,
        /// Reserved, ignored.
        rd: X = reg 7,
        /// Reserved, ignored.
        rs1: X = reg 15,
    } reads() writes();
    /// `lr`.
    Lr {
        /// Destination.
        rd: X = reg 7,
        /// Address.
        rs1: X = reg 15,
        /// Acquire ordering.
        aq: bool = flag 26,
        /// Release ordering.
        rl: bool = flag 25,
    } reads(rs1) writes(rd) ordering(aq rl);
    /// `sc` and the atomic memory operations.
    Amo {
        /// The value that was in memory; 0 or 1 for `sc`.
        rd: X = reg 7,
        /// Address.
        rs1: X = reg 15,
        /// Operand.
        rs2: X = reg 20,
        /// Acquire ordering.
        aq: bool = flag 26,
        /// Release ordering.
        rl: bool = flag 25,
    } reads(rs1 rs2) writes(rd) ordering(aq rl);
    /// Floating-point loads.
    FLoad {
        /// Destination.
        rd: F = reg 7,
        /// Base address.
        rs1: X = reg 15,
        /// -2048 to 2047 bytes.
        imm: i64 = imm_i,
    } reads(rs1) writes(rd);
    /// Floating-point stores.
    FStore {
        /// Base address.
        rs1: X = reg 15,
        /// Value stored.
        rs2: F = reg 20,
        /// -2048 to 2047 bytes.
        imm: i64 = imm_s,
    } reads(rs1 rs2) writes();
    /// Rounded operations on two sources.
    FArith {
        /// Destination.
        rd: F = reg 7,
        /// First source.
        rs1: F = reg 15,
        /// Second source.
        rs2: F = reg 20,
        /// Rounding mode.
        rm: Rm = rm,
    } reads(rs1 rs2) writes(rd) rounding(rm);
    /// Fused multiply-add.
    FFma {
        /// Destination.
        rd: F = reg 7,
        /// First factor.
        rs1: F = reg 15,
        /// Second factor.
        rs2: F = reg 20,
        /// Addend.
        rs3: F = reg 27,
        /// Rounding mode.
        rm: Rm = rm,
    } reads(rs1 rs2 rs3) writes(rd) rounding(rm);
    /// Rounded operations on one source.
    FUnary {
        /// Destination.
        rd: F = reg 7,
        /// Source.
        rs1: F = reg 15,
        /// Rounding mode.
        rm: Rm = rm,
    } reads(rs1) writes(rd) rounding(rm);
    /// Sign injection, minimum and maximum.
    FPair {
        /// Destination.
        rd: F = reg 7,
        /// First source.
        rs1: F = reg 15,
        /// Second source.
        rs2: F = reg 20,
    } reads(rs1 rs2) writes(rd);
    /// Comparison into an integer register.
    FCmp {
        /// Receives 0 or 1.
        rd: X = reg 7,
        /// Left side.
        rs1: F = reg 15,
        /// Right side.
        rs2: F = reg 20,
    } reads(rs1 rs2) writes(rd);
    /// Conversion to an integer.
    FToX {
        /// Destination.
        rd: X = reg 7,
        /// Source.
        rs1: F = reg 15,
        /// Rounding mode.
        rm: Rm = rm,
    } reads(rs1) writes(rd) rounding(rm);
    /// Conversion from an integer.
    XToF {
        /// Destination.
        rd: F = reg 7,
        /// Source.
        rs1: X = reg 15,
        /// Rounding mode.
        rm: Rm = rm,
    } reads(rs1) writes(rd) rounding(rm);
    /// `fmv.x.*` and `fclass`: floating-point register to integer register.
    FMove {
        /// Destination.
        rd: X = reg 7,
        /// Source.
        rs1: F = reg 15,
    } reads(rs1) writes(rd);
    /// `fmv.*.x`: integer register to floating-point register.
    XMove {
        /// Destination.
        rd: F = reg 7,
        /// Source.
        rs1: X = reg 15,
    } reads(rs1) writes(rd);
    /// Cache-block operations.
    Cbo {
        /// An address within the block.
        rs1: X = reg 15,
    } reads(rs1) writes();
}
