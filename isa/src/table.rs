//! The 32-bit instructions: one row each, and all that derives from the rows.
//!
//! A row is `Variant(Format) "mnemonic" match mask;`. A word is that
//! instruction if `word & mask == match`. No two rows match the same word, so
//! their order carries no meaning. Encodings are those of the RISC-V
//! unprivileged specification, "RV32/64G Instruction Set Listings", and of its
//! chapters on Zba, Zbb, Zbs, Zicond and the cache-block operations.
//!
//! Hints (prefetches, `pause`, `ntl.*`, writes to x0) have no rows: they match
//! the instruction whose encoding space they live in, which does nothing, as
//! hints must when they are ignored. Privileged instructions have none either.

use crate::disasm::Text;
use crate::format::*;
use crate::regset::RegSet;

/// One row of the table, for decoding and for sweeps over the encodings.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The assembler's name, without aliases.
    pub name: &'static str,
    /// The bits that a word must have where `mask` is set.
    pub bits: u32,
    /// Which bits of a word select this instruction.
    pub mask: u32,
    /// How the other bits are read.
    pub format: Format,
    /// Reads the operands of a word that matches. Meaningless for others.
    pub build: fn(u32) -> Inst,
}

macro_rules! instructions {
    ($($variant:ident $(($format:ident))? $name:literal $bits:literal $mask:literal;)*) => {
        /// A decoded instruction with its operands; compressed forms are
        /// expanded to these too.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Inst {
            $(#[doc = concat!("`", $name, "`")] $variant $(($format))?,)*
        }

        /// Every row of the table, in its order.
        pub const ALL: &[Row] = &[$(Row {
            name: $name,
            bits: $bits,
            mask: $mask,
            format: format_of!($($format)?),
            build: |_word| Inst::$variant $((<$format as Operands>::decode(_word)))?,
        },)*];

        impl Inst {
            /// The assembler's name, without aliases: `addi`, never `li`.
            pub const fn mnemonic(&self) -> &'static str {
                match self { $(Inst::$variant { .. } => $name,)* }
            }

            /// The 32-bit encoding. The inverse of decoding a 32-bit word, but
            /// for bits that the instruction ignores (`fence.i`). Bits of
            /// an operand that its field cannot hold are dropped.
            pub fn encode(&self) -> u32 {
                match self {
                    $(Inst::$variant $((ops @ $format { .. }))? => $bits $(| <$format as Operands>::encode(ops))?,)*
                }
            }

            /// What follows the mnemonic of an instruction at `pc`, without aliases.
            pub(crate) fn operand_text(&self, _pc: u64) -> String {
                match self {
                    $(Inst::$variant $((ops @ $format { .. }))? => String::new() $(+ &<$format as Text>::text(ops, _pc))?,)*
                }
            }

            /// The `aq` and `rl` bits of an atomic instruction.
            pub fn ordering(&self) -> Option<(bool, bool)> {
                match self {
                    $(Inst::$variant $((ops @ $format { .. }))? => None $(.or(<$format as Operands>::ordering(ops)))?,)*
                }
            }

            /// The rounding mode of an instruction that has one.
            pub fn rounding(&self) -> Option<Rm> {
                match self {
                    $(Inst::$variant $((ops @ $format { .. }))? => None $(.or(<$format as Operands>::rounding(ops)))?,)*
                }
            }

            /// The registers whose values the instruction uses, without x0.
            ///
            /// Only operands count. Empty for `ecall`: which registers a
            /// system call takes is a matter of the Linux ABI and so of whoever
            /// lifts or runs it. `fcsr` is in no set.
            pub fn reads(&self) -> RegSet {
                match self {
                    $(Inst::$variant $((ops @ $format { .. }))? => RegSet::EMPTY $(| <$format as Operands>::reads(ops))?,)*
                }
            }

            /// The registers that the instruction sets, without x0. Empty for
            /// `ecall`, as in [`Inst::reads`].
            pub fn writes(&self) -> RegSet {
                match self {
                    $(Inst::$variant $((ops @ $format { .. }))? => RegSet::EMPTY $(| <$format as Operands>::writes(ops))?,)*
                }
            }
        }
    };
}

macro_rules! format_of {
    () => {
        Format::None
    };
    ($format:ident) => {
        Format::$format
    };
}

instructions! {
    // RV64I: constants and jumps (specification, "Control Transfer Instructions").
    Lui(U) "lui" 0x00000037 0x0000007f;
    Auipc(U) "auipc" 0x00000017 0x0000007f;
    Jal(J) "jal" 0x0000006f 0x0000007f;
    Jalr(I) "jalr" 0x00000067 0x0000707f;
    Beq(B) "beq" 0x00000063 0x0000707f;
    Bne(B) "bne" 0x00001063 0x0000707f;
    Blt(B) "blt" 0x00004063 0x0000707f;
    Bge(B) "bge" 0x00005063 0x0000707f;
    Bltu(B) "bltu" 0x00006063 0x0000707f;
    Bgeu(B) "bgeu" 0x00007063 0x0000707f;
    // RV64I: loads and stores.
    Lb(I) "lb" 0x00000003 0x0000707f;
    Lh(I) "lh" 0x00001003 0x0000707f;
    Lw(I) "lw" 0x00002003 0x0000707f;
    Ld(I) "ld" 0x00003003 0x0000707f;
    Lbu(I) "lbu" 0x00004003 0x0000707f;
    Lhu(I) "lhu" 0x00005003 0x0000707f;
    Lwu(I) "lwu" 0x00006003 0x0000707f;
    Sb(S) "sb" 0x00000023 0x0000707f;
    Sh(S) "sh" 0x00001023 0x0000707f;
    Sw(S) "sw" 0x00002023 0x0000707f;
    Sd(S) "sd" 0x00003023 0x0000707f;
    // RV64I: register and immediate.
    Addi(I) "addi" 0x00000013 0x0000707f;
    Slti(I) "slti" 0x00002013 0x0000707f;
    Sltiu(I) "sltiu" 0x00003013 0x0000707f;
    Xori(I) "xori" 0x00004013 0x0000707f;
    Ori(I) "ori" 0x00006013 0x0000707f;
    Andi(I) "andi" 0x00007013 0x0000707f;
    Addiw(I) "addiw" 0x0000001b 0x0000707f;
    Slli(Shift) "slli" 0x00001013 0xfc00707f;
    Srli(Shift) "srli" 0x00005013 0xfc00707f;
    Srai(Shift) "srai" 0x40005013 0xfc00707f;
    Slliw(Shift) "slliw" 0x0000101b 0xfe00707f;
    Srliw(Shift) "srliw" 0x0000501b 0xfe00707f;
    Sraiw(Shift) "sraiw" 0x4000501b 0xfe00707f;
    // RV64I: register and register.
    Add(R) "add" 0x00000033 0xfe00707f;
    Sub(R) "sub" 0x40000033 0xfe00707f;
    Sll(R) "sll" 0x00001033 0xfe00707f;
    Slt(R) "slt" 0x00002033 0xfe00707f;
    Sltu(R) "sltu" 0x00003033 0xfe00707f;
    Xor(R) "xor" 0x00004033 0xfe00707f;
    Srl(R) "srl" 0x00005033 0xfe00707f;
    Sra(R) "sra" 0x40005033 0xfe00707f;
    Or(R) "or" 0x00006033 0xfe00707f;
    And(R) "and" 0x00007033 0xfe00707f;
    Addw(R) "addw" 0x0000003b 0xfe00707f;
    Subw(R) "subw" 0x4000003b 0xfe00707f;
    Sllw(R) "sllw" 0x0000103b 0xfe00707f;
    Srlw(R) "srlw" 0x0000503b 0xfe00707f;
    Sraw(R) "sraw" 0x4000503b 0xfe00707f;
    // RV64I and Zifencei: fences. Reserved fields are ignored, as the specification asks.
    Fence(Fence) "fence" 0x0000000f 0x0000707f;
    FenceI "fence.i" 0x0000100f 0x0000707f;
    // RV64I: environment.
    Ecall "ecall" 0x00000073 0xffffffff;
    Ebreak "ebreak" 0x00100073 0xffffffff;
    // Zicsr.
    Csrrw(Csr) "csrrw" 0x00001073 0x0000707f;
    Csrrs(Csr) "csrrs" 0x00002073 0x0000707f;
    Csrrc(Csr) "csrrc" 0x00003073 0x0000707f;
    Csrrwi(CsrImm) "csrrwi" 0x00005073 0x0000707f;
    Csrrsi(CsrImm) "csrrsi" 0x00006073 0x0000707f;
    Csrrci(CsrImm) "csrrci" 0x00007073 0x0000707f;
    // M.
    Mul(R) "mul" 0x02000033 0xfe00707f;
    Mulh(R) "mulh" 0x02001033 0xfe00707f;
    Mulhsu(R) "mulhsu" 0x02002033 0xfe00707f;
    Mulhu(R) "mulhu" 0x02003033 0xfe00707f;
    Div(R) "div" 0x02004033 0xfe00707f;
    Divu(R) "divu" 0x02005033 0xfe00707f;
    Rem(R) "rem" 0x02006033 0xfe00707f;
    Remu(R) "remu" 0x02007033 0xfe00707f;
    Mulw(R) "mulw" 0x0200003b 0xfe00707f;
    Divw(R) "divw" 0x0200403b 0xfe00707f;
    Divuw(R) "divuw" 0x0200503b 0xfe00707f;
    Remw(R) "remw" 0x0200603b 0xfe00707f;
    Remuw(R) "remuw" 0x0200703b 0xfe00707f;
    // A.
    LrW(Lr) "lr.w" 0x1000202f 0xf9f0707f;
    ScW(Amo) "sc.w" 0x1800202f 0xf800707f;
    AmoswapW(Amo) "amoswap.w" 0x0800202f 0xf800707f;
    AmoaddW(Amo) "amoadd.w" 0x0000202f 0xf800707f;
    AmoxorW(Amo) "amoxor.w" 0x2000202f 0xf800707f;
    AmoandW(Amo) "amoand.w" 0x6000202f 0xf800707f;
    AmoorW(Amo) "amoor.w" 0x4000202f 0xf800707f;
    AmominW(Amo) "amomin.w" 0x8000202f 0xf800707f;
    AmomaxW(Amo) "amomax.w" 0xa000202f 0xf800707f;
    AmominuW(Amo) "amominu.w" 0xc000202f 0xf800707f;
    AmomaxuW(Amo) "amomaxu.w" 0xe000202f 0xf800707f;
    LrD(Lr) "lr.d" 0x1000302f 0xf9f0707f;
    ScD(Amo) "sc.d" 0x1800302f 0xf800707f;
    AmoswapD(Amo) "amoswap.d" 0x0800302f 0xf800707f;
    AmoaddD(Amo) "amoadd.d" 0x0000302f 0xf800707f;
    AmoxorD(Amo) "amoxor.d" 0x2000302f 0xf800707f;
    AmoandD(Amo) "amoand.d" 0x6000302f 0xf800707f;
    AmoorD(Amo) "amoor.d" 0x4000302f 0xf800707f;
    AmominD(Amo) "amomin.d" 0x8000302f 0xf800707f;
    AmomaxD(Amo) "amomax.d" 0xa000302f 0xf800707f;
    AmominuD(Amo) "amominu.d" 0xc000302f 0xf800707f;
    AmomaxuD(Amo) "amomaxu.d" 0xe000302f 0xf800707f;
    // F.
    Flw(FLoad) "flw" 0x00002007 0x0000707f;
    Fsw(FStore) "fsw" 0x00002027 0x0000707f;
    FmaddS(FFma) "fmadd.s" 0x00000043 0x0600007f;
    FmsubS(FFma) "fmsub.s" 0x00000047 0x0600007f;
    FnmsubS(FFma) "fnmsub.s" 0x0000004b 0x0600007f;
    FnmaddS(FFma) "fnmadd.s" 0x0000004f 0x0600007f;
    FaddS(FArith) "fadd.s" 0x00000053 0xfe00007f;
    FsubS(FArith) "fsub.s" 0x08000053 0xfe00007f;
    FmulS(FArith) "fmul.s" 0x10000053 0xfe00007f;
    FdivS(FArith) "fdiv.s" 0x18000053 0xfe00007f;
    FsqrtS(FUnary) "fsqrt.s" 0x58000053 0xfff0007f;
    FcvtSD(FUnary) "fcvt.s.d" 0x40100053 0xfff0007f;
    FsgnjS(FPair) "fsgnj.s" 0x20000053 0xfe00707f;
    FsgnjnS(FPair) "fsgnjn.s" 0x20001053 0xfe00707f;
    FsgnjxS(FPair) "fsgnjx.s" 0x20002053 0xfe00707f;
    FminS(FPair) "fmin.s" 0x28000053 0xfe00707f;
    FmaxS(FPair) "fmax.s" 0x28001053 0xfe00707f;
    FeqS(FCmp) "feq.s" 0xa0002053 0xfe00707f;
    FltS(FCmp) "flt.s" 0xa0001053 0xfe00707f;
    FleS(FCmp) "fle.s" 0xa0000053 0xfe00707f;
    FcvtWS(FToX) "fcvt.w.s" 0xc0000053 0xfff0007f;
    FcvtWuS(FToX) "fcvt.wu.s" 0xc0100053 0xfff0007f;
    FcvtLS(FToX) "fcvt.l.s" 0xc0200053 0xfff0007f;
    FcvtLuS(FToX) "fcvt.lu.s" 0xc0300053 0xfff0007f;
    FcvtSW(XToF) "fcvt.s.w" 0xd0000053 0xfff0007f;
    FcvtSWu(XToF) "fcvt.s.wu" 0xd0100053 0xfff0007f;
    FcvtSL(XToF) "fcvt.s.l" 0xd0200053 0xfff0007f;
    FcvtSLu(XToF) "fcvt.s.lu" 0xd0300053 0xfff0007f;
    FclassS(FMove) "fclass.s" 0xe0001053 0xfff0707f;
    FmvXW(FMove) "fmv.x.w" 0xe0000053 0xfff0707f;
    FmvWX(XMove) "fmv.w.x" 0xf0000053 0xfff0707f;
    // D.
    Fld(FLoad) "fld" 0x00003007 0x0000707f;
    Fsd(FStore) "fsd" 0x00003027 0x0000707f;
    FmaddD(FFma) "fmadd.d" 0x02000043 0x0600007f;
    FmsubD(FFma) "fmsub.d" 0x02000047 0x0600007f;
    FnmsubD(FFma) "fnmsub.d" 0x0200004b 0x0600007f;
    FnmaddD(FFma) "fnmadd.d" 0x0200004f 0x0600007f;
    FaddD(FArith) "fadd.d" 0x02000053 0xfe00007f;
    FsubD(FArith) "fsub.d" 0x0a000053 0xfe00007f;
    FmulD(FArith) "fmul.d" 0x12000053 0xfe00007f;
    FdivD(FArith) "fdiv.d" 0x1a000053 0xfe00007f;
    FsqrtD(FUnary) "fsqrt.d" 0x5a000053 0xfff0007f;
    FcvtDS(FUnary) "fcvt.d.s" 0x42000053 0xfff0007f;
    FsgnjD(FPair) "fsgnj.d" 0x22000053 0xfe00707f;
    FsgnjnD(FPair) "fsgnjn.d" 0x22001053 0xfe00707f;
    FsgnjxD(FPair) "fsgnjx.d" 0x22002053 0xfe00707f;
    FminD(FPair) "fmin.d" 0x2a000053 0xfe00707f;
    FmaxD(FPair) "fmax.d" 0x2a001053 0xfe00707f;
    FeqD(FCmp) "feq.d" 0xa2002053 0xfe00707f;
    FltD(FCmp) "flt.d" 0xa2001053 0xfe00707f;
    FleD(FCmp) "fle.d" 0xa2000053 0xfe00707f;
    FcvtWD(FToX) "fcvt.w.d" 0xc2000053 0xfff0007f;
    FcvtWuD(FToX) "fcvt.wu.d" 0xc2100053 0xfff0007f;
    FcvtLD(FToX) "fcvt.l.d" 0xc2200053 0xfff0007f;
    FcvtLuD(FToX) "fcvt.lu.d" 0xc2300053 0xfff0007f;
    FcvtDW(XToF) "fcvt.d.w" 0xd2000053 0xfff0007f;
    FcvtDWu(XToF) "fcvt.d.wu" 0xd2100053 0xfff0007f;
    FcvtDL(XToF) "fcvt.d.l" 0xd2200053 0xfff0007f;
    FcvtDLu(XToF) "fcvt.d.lu" 0xd2300053 0xfff0007f;
    FclassD(FMove) "fclass.d" 0xe2001053 0xfff0707f;
    FmvXD(FMove) "fmv.x.d" 0xe2000053 0xfff0707f;
    FmvDX(XMove) "fmv.d.x" 0xf2000053 0xfff0707f;
    // Zba.
    AddUw(R) "add.uw" 0x0800003b 0xfe00707f;
    Sh1add(R) "sh1add" 0x20002033 0xfe00707f;
    Sh2add(R) "sh2add" 0x20004033 0xfe00707f;
    Sh3add(R) "sh3add" 0x20006033 0xfe00707f;
    Sh1addUw(R) "sh1add.uw" 0x2000203b 0xfe00707f;
    Sh2addUw(R) "sh2add.uw" 0x2000403b 0xfe00707f;
    Sh3addUw(R) "sh3add.uw" 0x2000603b 0xfe00707f;
    SlliUw(Shift) "slli.uw" 0x0800101b 0xfc00707f;
    // Zbb.
    Andn(R) "andn" 0x40007033 0xfe00707f;
    Orn(R) "orn" 0x40006033 0xfe00707f;
    Xnor(R) "xnor" 0x40004033 0xfe00707f;
    Max(R) "max" 0x0a006033 0xfe00707f;
    Maxu(R) "maxu" 0x0a007033 0xfe00707f;
    Min(R) "min" 0x0a004033 0xfe00707f;
    Minu(R) "minu" 0x0a005033 0xfe00707f;
    Rol(R) "rol" 0x60001033 0xfe00707f;
    Ror(R) "ror" 0x60005033 0xfe00707f;
    Rolw(R) "rolw" 0x6000103b 0xfe00707f;
    Rorw(R) "rorw" 0x6000503b 0xfe00707f;
    Rori(Shift) "rori" 0x60005013 0xfc00707f;
    Roriw(Shift) "roriw" 0x6000501b 0xfe00707f;
    Clz(Unary) "clz" 0x60001013 0xfff0707f;
    Ctz(Unary) "ctz" 0x60101013 0xfff0707f;
    Cpop(Unary) "cpop" 0x60201013 0xfff0707f;
    Clzw(Unary) "clzw" 0x6000101b 0xfff0707f;
    Ctzw(Unary) "ctzw" 0x6010101b 0xfff0707f;
    Cpopw(Unary) "cpopw" 0x6020101b 0xfff0707f;
    SextB(Unary) "sext.b" 0x60401013 0xfff0707f;
    SextH(Unary) "sext.h" 0x60501013 0xfff0707f;
    ZextH(Unary) "zext.h" 0x0800403b 0xfff0707f;
    OrcB(Unary) "orc.b" 0x28705013 0xfff0707f;
    Rev8(Unary) "rev8" 0x6b805013 0xfff0707f;
    // Zbs.
    Bclr(R) "bclr" 0x48001033 0xfe00707f;
    Bext(R) "bext" 0x48005033 0xfe00707f;
    Binv(R) "binv" 0x68001033 0xfe00707f;
    Bset(R) "bset" 0x28001033 0xfe00707f;
    Bclri(Shift) "bclri" 0x48001013 0xfc00707f;
    Bexti(Shift) "bexti" 0x48005013 0xfc00707f;
    Binvi(Shift) "binvi" 0x68001013 0xfc00707f;
    Bseti(Shift) "bseti" 0x28001013 0xfc00707f;
    // Zicond.
    CzeroEqz(R) "czero.eqz" 0x0e005033 0xfe00707f;
    CzeroNez(R) "czero.nez" 0x0e007033 0xfe00707f;
    // Zicbom and Zicboz.
    CboInval(Cbo) "cbo.inval" 0x0000200f 0xfff07fff;
    CboClean(Cbo) "cbo.clean" 0x0010200f 0xfff07fff;
    CboFlush(Cbo) "cbo.flush" 0x0020200f 0xfff07fff;
    CboZero(Cbo) "cbo.zero" 0x0040200f 0xfff07fff;
}
