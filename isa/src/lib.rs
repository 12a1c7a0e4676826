//! The RISC-V instruction table, decoder and disassembler of rv2wat.
//!
//! Two tables say everything that is known about encodings:
//! [`table`] has one row for each 32-bit instruction of RV64IMAFDC, Zicsr,
//! Zifencei, Zba, Zbb, Zbs, Zicond, Zicbom and Zicboz; [`compressed`] has one
//! row for each 16-bit form and expands it to one of those. The enum [`Inst`],
//! the decoder, the encoder, the register sets and the mnemonics derive from
//! the tables, so an instruction cannot be known to one and not to the other.
//!
//! ```
//! use rv2wat_isa::{Inst, X, decode, disassemble};
//! let decoded = decode(0x1141).unwrap(); // c.addi sp,-16
//! assert_eq!(decoded.len, 2);
//! assert!(matches!(decoded.inst, Inst::Addi(i) if i.rd == X::SP && i.imm == -16));
//! assert_eq!(disassemble(&decoded, 0x10000), "addi sp,sp,-16");
//! ```
//!
//! This crate knows encodings and register names. It must never know what an
//! instruction does to their values, nor anything of ELF, Linux or Wasm.

mod alias;
pub mod compressed;
pub mod csr;
mod decode;
mod disasm;
mod format;
mod reg;
mod regset;
pub mod table;

pub use decode::{Decoded, Undecodable, decode, decode_at};
pub use disasm::disassemble;
pub use format::{
    Amo, B, Cbo, Csr, CsrImm, FArith, FCmp, FFma, FLoad, FMove, FPair, FStore, FToX, FUnary, Fence, Format,
    I, J, Lr, Operands, R, Rm, S, Shift, U, Unary, XMove, XToF,
};
pub use reg::{F, Reg, X};
pub use regset::RegSet;
pub use table::{ALL, Inst, Row};
