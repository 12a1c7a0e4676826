//! The table of operations: one row an operation (variant, text, operand
//! types, result type, property). Everything else about an operation is derived
//! from its row.

use std::fmt;

/// The type of a value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Type {
    /// A 32-bit integer: conditions, addresses, narrowed arithmetic.
    I32,
    /// A 64-bit integer: what an integer register holds.
    I64,
    /// A single-precision number.
    F32,
    /// A double, or a single in a NaN box: what a floating-point register holds.
    F64,
}

impl Type {
    /// All types, in order.
    pub const ALL: [Type; 4] = [Type::I32, Type::I64, Type::F32, Type::F64];

    /// The WebAssembly name.
    pub const fn name(self) -> &'static str {
        match self {
            Type::I32 => "i32",
            Type::I64 => "i64",
            Type::F32 => "f32",
            Type::F64 => "f64",
        }
    }

    /// The type with this WebAssembly name.
    pub fn parse(name: &str) -> Option<Type> {
        Type::ALL.into_iter().find(|ty| ty.name() == name)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A property of an operation beyond its types.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Property {
    /// A WebAssembly instruction without effects.
    Plain,
    /// The same, with operands that may be swapped.
    Commutes,
    /// A WebAssembly instruction that traps for some operands.
    Traps,
    /// Not a WebAssembly instruction: a call to a pure helper that never traps.
    Helper,
}

const PLAIN: Property = Property::Plain;
const COMMUTES: Property = Property::Commutes;
const TRAPS: Property = Property::Traps;
const HELPER: Property = Property::Helper;

macro_rules! ops {
    ($($variant:ident $text:literal ($($arg:ident),*) -> $result:ident, $property:ident;)*) => {
        /// A pure operation on values; its text is its name in WebAssembly, or
        /// `rv.…` for a helper.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[expect(missing_docs, reason = "each variant is the instruction that its row names")]
        pub enum Op { $($variant,)* }

        impl Op {
            /// All operations, in table order.
            pub const ALL: &[Op] = &[$(Op::$variant,)*];

            /// The name in IR text and in WAT.
            pub const fn name(self) -> &'static str {
                match self { $(Op::$variant => $text,)* }
            }

            /// The operands' types.
            pub const fn args(self) -> &'static [Type] {
                match self { $(Op::$variant => &[$(Type::$arg),*],)* }
            }

            /// The result's type.
            pub const fn result(self) -> Type {
                match self { $(Op::$variant => Type::$result,)* }
            }

            const fn property(self) -> Property {
                match self { $(Op::$variant => $property,)* }
            }
        }
    };
}

ops! {
    I32Add "i32.add" (I32, I32) -> I32, COMMUTES;
    I32Sub "i32.sub" (I32, I32) -> I32, PLAIN;
    I32Mul "i32.mul" (I32, I32) -> I32, COMMUTES;
    I32DivS "i32.div_s" (I32, I32) -> I32, TRAPS;
    I32DivU "i32.div_u" (I32, I32) -> I32, TRAPS;
    I32RemS "i32.rem_s" (I32, I32) -> I32, TRAPS;
    I32RemU "i32.rem_u" (I32, I32) -> I32, TRAPS;
    I32And "i32.and" (I32, I32) -> I32, COMMUTES;
    I32Or "i32.or" (I32, I32) -> I32, COMMUTES;
    I32Xor "i32.xor" (I32, I32) -> I32, COMMUTES;
    I32Shl "i32.shl" (I32, I32) -> I32, PLAIN;
    I32ShrS "i32.shr_s" (I32, I32) -> I32, PLAIN;
    I32ShrU "i32.shr_u" (I32, I32) -> I32, PLAIN;
    I32Rotl "i32.rotl" (I32, I32) -> I32, PLAIN;
    I32Rotr "i32.rotr" (I32, I32) -> I32, PLAIN;
    I32Eq "i32.eq" (I32, I32) -> I32, COMMUTES;
    I32Ne "i32.ne" (I32, I32) -> I32, COMMUTES;
    I32LtS "i32.lt_s" (I32, I32) -> I32, PLAIN;
    I32LtU "i32.lt_u" (I32, I32) -> I32, PLAIN;
    I32LeS "i32.le_s" (I32, I32) -> I32, PLAIN;
    I32LeU "i32.le_u" (I32, I32) -> I32, PLAIN;
    I32GtS "i32.gt_s" (I32, I32) -> I32, PLAIN;
    I32GtU "i32.gt_u" (I32, I32) -> I32, PLAIN;
    I32GeS "i32.ge_s" (I32, I32) -> I32, PLAIN;
    I32GeU "i32.ge_u" (I32, I32) -> I32, PLAIN;
    I32Eqz "i32.eqz" (I32) -> I32, PLAIN;
    I32Clz "i32.clz" (I32) -> I32, PLAIN;
    I32Ctz "i32.ctz" (I32) -> I32, PLAIN;
    I32Popcnt "i32.popcnt" (I32) -> I32, PLAIN;
    I32Extend8S "i32.extend8_s" (I32) -> I32, PLAIN;
    I32Extend16S "i32.extend16_s" (I32) -> I32, PLAIN;
    I64Add "i64.add" (I64, I64) -> I64, COMMUTES;
    I64Sub "i64.sub" (I64, I64) -> I64, PLAIN;
    I64Mul "i64.mul" (I64, I64) -> I64, COMMUTES;
    I64DivS "i64.div_s" (I64, I64) -> I64, TRAPS;
    I64DivU "i64.div_u" (I64, I64) -> I64, TRAPS;
    I64RemS "i64.rem_s" (I64, I64) -> I64, TRAPS;
    I64RemU "i64.rem_u" (I64, I64) -> I64, TRAPS;
    I64And "i64.and" (I64, I64) -> I64, COMMUTES;
    I64Or "i64.or" (I64, I64) -> I64, COMMUTES;
    I64Xor "i64.xor" (I64, I64) -> I64, COMMUTES;
    I64Shl "i64.shl" (I64, I64) -> I64, PLAIN;
    I64ShrS "i64.shr_s" (I64, I64) -> I64, PLAIN;
    I64ShrU "i64.shr_u" (I64, I64) -> I64, PLAIN;
    I64Rotl "i64.rotl" (I64, I64) -> I64, PLAIN;
    I64Rotr "i64.rotr" (I64, I64) -> I64, PLAIN;
    I64Eq "i64.eq" (I64, I64) -> I32, COMMUTES;
    I64Ne "i64.ne" (I64, I64) -> I32, COMMUTES;
    I64LtS "i64.lt_s" (I64, I64) -> I32, PLAIN;
    I64LtU "i64.lt_u" (I64, I64) -> I32, PLAIN;
    I64LeS "i64.le_s" (I64, I64) -> I32, PLAIN;
    I64LeU "i64.le_u" (I64, I64) -> I32, PLAIN;
    I64GtS "i64.gt_s" (I64, I64) -> I32, PLAIN;
    I64GtU "i64.gt_u" (I64, I64) -> I32, PLAIN;
    I64GeS "i64.ge_s" (I64, I64) -> I32, PLAIN;
    I64GeU "i64.ge_u" (I64, I64) -> I32, PLAIN;
    I64Eqz "i64.eqz" (I64) -> I32, PLAIN;
    I64Clz "i64.clz" (I64) -> I64, PLAIN;
    I64Ctz "i64.ctz" (I64) -> I64, PLAIN;
    I64Popcnt "i64.popcnt" (I64) -> I64, PLAIN;
    I64Extend8S "i64.extend8_s" (I64) -> I64, PLAIN;
    I64Extend16S "i64.extend16_s" (I64) -> I64, PLAIN;
    I64Extend32S "i64.extend32_s" (I64) -> I64, PLAIN;
    I64ExtendI32S "i64.extend_i32_s" (I32) -> I64, PLAIN;
    I64ExtendI32U "i64.extend_i32_u" (I32) -> I64, PLAIN;
    I32WrapI64 "i32.wrap_i64" (I64) -> I32, PLAIN;
    F32Add "f32.add" (F32, F32) -> F32, COMMUTES;
    F32Sub "f32.sub" (F32, F32) -> F32, PLAIN;
    F32Mul "f32.mul" (F32, F32) -> F32, COMMUTES;
    F32Div "f32.div" (F32, F32) -> F32, PLAIN;
    F32Copysign "f32.copysign" (F32, F32) -> F32, PLAIN;
    F32Abs "f32.abs" (F32) -> F32, PLAIN;
    F32Neg "f32.neg" (F32) -> F32, PLAIN;
    F32Sqrt "f32.sqrt" (F32) -> F32, PLAIN;
    F32Ceil "f32.ceil" (F32) -> F32, PLAIN;
    F32Floor "f32.floor" (F32) -> F32, PLAIN;
    F32Trunc "f32.trunc" (F32) -> F32, PLAIN;
    F32Nearest "f32.nearest" (F32) -> F32, PLAIN;
    F32Eq "f32.eq" (F32, F32) -> I32, COMMUTES;
    F32Ne "f32.ne" (F32, F32) -> I32, COMMUTES;
    F32Lt "f32.lt" (F32, F32) -> I32, PLAIN;
    F32Le "f32.le" (F32, F32) -> I32, PLAIN;
    F32Gt "f32.gt" (F32, F32) -> I32, PLAIN;
    F32Ge "f32.ge" (F32, F32) -> I32, PLAIN;
    F32ConvertI32S "f32.convert_i32_s" (I32) -> F32, PLAIN;
    F32ConvertI32U "f32.convert_i32_u" (I32) -> F32, PLAIN;
    F32ConvertI64S "f32.convert_i64_s" (I64) -> F32, PLAIN;
    F32ConvertI64U "f32.convert_i64_u" (I64) -> F32, PLAIN;
    F64Add "f64.add" (F64, F64) -> F64, COMMUTES;
    F64Sub "f64.sub" (F64, F64) -> F64, PLAIN;
    F64Mul "f64.mul" (F64, F64) -> F64, COMMUTES;
    F64Div "f64.div" (F64, F64) -> F64, PLAIN;
    F64Copysign "f64.copysign" (F64, F64) -> F64, PLAIN;
    F64Abs "f64.abs" (F64) -> F64, PLAIN;
    F64Neg "f64.neg" (F64) -> F64, PLAIN;
    F64Sqrt "f64.sqrt" (F64) -> F64, PLAIN;
    F64Ceil "f64.ceil" (F64) -> F64, PLAIN;
    F64Floor "f64.floor" (F64) -> F64, PLAIN;
    F64Trunc "f64.trunc" (F64) -> F64, PLAIN;
    F64Nearest "f64.nearest" (F64) -> F64, PLAIN;
    F64Eq "f64.eq" (F64, F64) -> I32, COMMUTES;
    F64Ne "f64.ne" (F64, F64) -> I32, COMMUTES;
    F64Lt "f64.lt" (F64, F64) -> I32, PLAIN;
    F64Le "f64.le" (F64, F64) -> I32, PLAIN;
    F64Gt "f64.gt" (F64, F64) -> I32, PLAIN;
    F64Ge "f64.ge" (F64, F64) -> I32, PLAIN;
    F64ConvertI32S "f64.convert_i32_s" (I32) -> F64, PLAIN;
    F64ConvertI32U "f64.convert_i32_u" (I32) -> F64, PLAIN;
    F64ConvertI64S "f64.convert_i64_s" (I64) -> F64, PLAIN;
    F64ConvertI64U "f64.convert_i64_u" (I64) -> F64, PLAIN;
    F64PromoteF32 "f64.promote_f32" (F32) -> F64, PLAIN;
    F32DemoteF64 "f32.demote_f64" (F64) -> F32, PLAIN;
    I32ReinterpretF32 "i32.reinterpret_f32" (F32) -> I32, PLAIN;
    I64ReinterpretF64 "i64.reinterpret_f64" (F64) -> I64, PLAIN;
    F32ReinterpretI32 "f32.reinterpret_i32" (I32) -> F32, PLAIN;
    F64ReinterpretI64 "f64.reinterpret_i64" (I64) -> F64, PLAIN;
    RvDiv "rv.div" (I64, I64) -> I64, HELPER;
    RvDivu "rv.divu" (I64, I64) -> I64, HELPER;
    RvRem "rv.rem" (I64, I64) -> I64, HELPER;
    RvRemu "rv.remu" (I64, I64) -> I64, HELPER;
    RvDivw "rv.divw" (I32, I32) -> I32, HELPER;
    RvDivuw "rv.divuw" (I32, I32) -> I32, HELPER;
    RvRemw "rv.remw" (I32, I32) -> I32, HELPER;
    RvRemuw "rv.remuw" (I32, I32) -> I32, HELPER;
    RvMulh "rv.mulh" (I64, I64) -> I64, HELPER;
    RvMulhsu "rv.mulhsu" (I64, I64) -> I64, HELPER;
    RvMulhu "rv.mulhu" (I64, I64) -> I64, HELPER;
    RvOrcB "rv.orc_b" (I64) -> I64, HELPER;
    RvRev8 "rv.rev8" (I64) -> I64, HELPER;
    RvBox "rv.box" (F32) -> F64, HELPER;
    RvUnbox "rv.unbox" (F64) -> F32, HELPER;
    RvCanonF32 "rv.canon_f32" (F32) -> F32, HELPER;
    RvCanonF64 "rv.canon_f64" (F64) -> F64, HELPER;
    RvMinF32 "rv.min_f32" (F32, F32) -> F32, HELPER;
    RvMaxF32 "rv.max_f32" (F32, F32) -> F32, HELPER;
    RvMinF64 "rv.min_f64" (F64, F64) -> F64, HELPER;
    RvMaxF64 "rv.max_f64" (F64, F64) -> F64, HELPER;
    RvRoundAwayF32 "rv.round_away_f32" (F32) -> F32, HELPER;
    RvRoundAwayF64 "rv.round_away_f64" (F64) -> F64, HELPER;
    RvFmaF32 "rv.fma_f32" (F32, F32, F32) -> F32, HELPER;
    RvFmaF64 "rv.fma_f64" (F64, F64, F64) -> F64, HELPER;
    RvClassF32 "rv.class_f32" (F32) -> I64, HELPER;
    RvClassF64 "rv.class_f64" (F64) -> I64, HELPER;
    RvTruncI32SF32 "rv.trunc_i32_s_f32" (F32) -> I32, HELPER;
    RvTruncI32SF64 "rv.trunc_i32_s_f64" (F64) -> I32, HELPER;
    RvTruncI32UF32 "rv.trunc_i32_u_f32" (F32) -> I32, HELPER;
    RvTruncI32UF64 "rv.trunc_i32_u_f64" (F64) -> I32, HELPER;
    RvTruncI64SF32 "rv.trunc_i64_s_f32" (F32) -> I64, HELPER;
    RvTruncI64SF64 "rv.trunc_i64_s_f64" (F64) -> I64, HELPER;
    RvTruncI64UF32 "rv.trunc_i64_u_f32" (F32) -> I64, HELPER;
    RvTruncI64UF64 "rv.trunc_i64_u_f64" (F64) -> I64, HELPER;
}

impl Op {
    /// Whether the two operands may be swapped.
    pub const fn commutes(self) -> bool {
        matches!(self.property(), Property::Commutes)
    }

    /// Whether some operands make it trap (WebAssembly's divisions).
    pub const fn traps(self) -> bool {
        matches!(self.property(), Property::Traps)
    }

    /// Whether it is printed as a call to a helper function.
    pub const fn is_helper(self) -> bool {
        matches!(self.property(), Property::Helper)
    }

    /// The operation with this name.
    pub fn parse(name: &str) -> Option<Op> {
        Op::ALL.iter().copied().find(|op| op.name() == name)
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

macro_rules! memory_ops {
    ($(#[$doc:meta])* $enum:ident { $($variant:ident $text:literal $ty:ident $bytes:literal;)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        #[expect(missing_docs, reason = "each variant is the instruction that its row names")]
        pub enum $enum { $($variant,)* }

        impl $enum {
            /// All, in table order.
            pub const ALL: &[$enum] = &[$($enum::$variant,)*];

            /// The name in IR text and in WAT.
            pub const fn name(self) -> &'static str {
                match self { $($enum::$variant => $text,)* }
            }

            /// The type of the value loaded, stored or exchanged.
            pub const fn ty(self) -> Type {
                match self { $($enum::$variant => Type::$ty,)* }
            }

            /// How many bytes of memory it touches.
            pub const fn bytes(self) -> u32 {
                match self { $($enum::$variant => $bytes,)* }
            }

            /// The one with this name.
            pub fn parse(name: &str) -> Option<$enum> {
                $enum::ALL.iter().copied().find(|op| op.name() == name)
            }
        }

        impl fmt::Display for $enum {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

memory_ops! {
    /// A load from guest memory.
    LoadOp {
        I32Load8S "i32.load8_s" I32 1;
        I32Load8U "i32.load8_u" I32 1;
        I32Load16S "i32.load16_s" I32 2;
        I32Load16U "i32.load16_u" I32 2;
        I32Load "i32.load" I32 4;
        I64Load8S "i64.load8_s" I64 1;
        I64Load8U "i64.load8_u" I64 1;
        I64Load16S "i64.load16_s" I64 2;
        I64Load16U "i64.load16_u" I64 2;
        I64Load32S "i64.load32_s" I64 4;
        I64Load32U "i64.load32_u" I64 4;
        I64Load "i64.load" I64 8;
        F32Load "f32.load" F32 4;
        F64Load "f64.load" F64 8;
    }
}

memory_ops! {
    /// A store to guest memory.
    StoreOp {
        I32Store8 "i32.store8" I32 1;
        I32Store16 "i32.store16" I32 2;
        I32Store "i32.store" I32 4;
        I64Store8 "i64.store8" I64 1;
        I64Store16 "i64.store16" I64 2;
        I64Store32 "i64.store32" I64 4;
        I64Store "i64.store" I64 8;
        F32Store "f32.store" F32 4;
        F64Store "f64.store" F64 8;
    }
}

memory_ops! {
    /// An atomic access. Read-modify-write forms take the address and one value
    /// and give the old one; `cmpxchg` takes the expected and the new value.
    /// WebAssembly has no atomic minimum or maximum: those are loops around
    /// `cmpxchg`, printed as helpers (`rv.amo…`).
    AtomicOp {
        I32Load "i32.atomic.load" I32 4;
        I64Load "i64.atomic.load" I64 8;
        I32Add "i32.atomic.rmw.add" I32 4;
        I64Add "i64.atomic.rmw.add" I64 8;
        I32And "i32.atomic.rmw.and" I32 4;
        I64And "i64.atomic.rmw.and" I64 8;
        I32Or "i32.atomic.rmw.or" I32 4;
        I64Or "i64.atomic.rmw.or" I64 8;
        I32Xor "i32.atomic.rmw.xor" I32 4;
        I64Xor "i64.atomic.rmw.xor" I64 8;
        I32Xchg "i32.atomic.rmw.xchg" I32 4;
        I64Xchg "i64.atomic.rmw.xchg" I64 8;
        I32Cmpxchg "i32.atomic.rmw.cmpxchg" I32 4;
        I64Cmpxchg "i64.atomic.rmw.cmpxchg" I64 8;
        I32Min "rv.amomin_i32" I32 4;
        I64Min "rv.amomin_i64" I64 8;
        I32Max "rv.amomax_i32" I32 4;
        I64Max "rv.amomax_i64" I64 8;
        I32Minu "rv.amominu_i32" I32 4;
        I64Minu "rv.amominu_i64" I64 8;
        I32Maxu "rv.amomaxu_i32" I32 4;
        I64Maxu "rv.amomaxu_i64" I64 8;
    }
}

/// What is done to many bytes of guest memory at once.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum BulkOp {
    /// Moves them; where the two regions overlap, as if through a buffer.
    Copy,
    /// Sets each to the low eight bits of a value.
    Fill,
}

impl BulkOp {
    /// Both.
    pub const ALL: [BulkOp; 2] = [BulkOp::Copy, BulkOp::Fill];

    /// The name in IR text and in WAT.
    pub const fn name(self) -> &'static str {
        match self {
            BulkOp::Copy => "memory.copy",
            BulkOp::Fill => "memory.fill",
        }
    }

    /// The one with this name.
    pub fn parse(name: &str) -> Option<BulkOp> {
        BulkOp::ALL.into_iter().find(|op| op.name() == name)
    }
}

impl fmt::Display for BulkOp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl AtomicOp {
    /// How many values it takes beside the address.
    pub const fn operands(self) -> usize {
        match self {
            AtomicOp::I32Load | AtomicOp::I64Load => 0,
            AtomicOp::I32Cmpxchg | AtomicOp::I64Cmpxchg => 2,
            _ => 1,
        }
    }

    /// Whether it is printed as a call to a helper function.
    pub fn is_helper(self) -> bool {
        self.name().starts_with("rv.")
    }
}
