//! Guest programs around pieces of code: they read registers from standard
//! input, run the code, and write registers to standard output.

use rv2wat_isa::{FLoad, FStore, I, Inst, J, Reg, S, Shift, U, X, XMove};

use super::elf::{Segment, elf};
use super::script::Snippet;

/// Where the code under test is.
pub const CODE: u64 = 0x10000;

/// Where the program's data is: the registers, and from [`PATTERN`] on 256
/// bytes that hold 0 to 255, then zeros.
pub const DATA: u64 = 0x20000;
/// See [`DATA`].
pub const PATTERN: u64 = 0x21000;
/// Bytes of data.
const DATA_SIZE: usize = 0x2000;

/// The register that holds [`DATA`] all the time.
pub const BASE: X = X::S1;

/// Bytes that a program reads and writes: one doubleword a register.
const MESSAGE: i64 = 512;

const READ: i64 = 63;
const WRITE: i64 = 64;
const EXIT: i64 = 93;

/// A guest program.
pub struct Program {
    /// The code, from [`CODE`] on.
    pub code: Vec<u8>,
    /// The data, from [`DATA`] on.
    pub data: Vec<u8>,
    /// Where it starts.
    pub entry: u64,
    /// Whether it is translated with exact exception flags.
    pub exact: bool,
}

impl Program {
    /// A program that gives its input to the code as registers.
    pub fn given_registers(snippet: &Snippet) -> Program {
        let mut code = Assembler::with(snippet);
        let entry = code.here();
        code.system_call(READ, 0);
        code.push(Inst::Lui(U { rd: BASE, imm: DATA as i64 }));
        for (slot, &reg) in snippet.params.iter().enumerate() {
            let imm = 8 * slot as i64;
            code.push(match reg {
                Reg::X(rd) => Inst::Ld(I { rd, rs1: BASE, imm }),
                Reg::F(rd) => Inst::Fld(FLoad { rd, rs1: BASE, imm }),
            });
        }
        code.jump(X::RA, CODE);
        code.finish(snippet, entry)
    }

    /// A program in which the code's registers are constants just before it.
    pub fn given_constants(snippet: &Snippet, values: &[u64]) -> Program {
        let mut code = Assembler::with(snippet);
        let before = code.here();
        let given = || snippet.params.iter().zip(values);
        // A register for the floating-point constants, which nobody looks at:
        // the integers come after.
        for (&reg, &value) in given() {
            if let Reg::F(rd) = reg {
                code.constant(X::T6, value.cast_signed());
                code.push(Inst::FmvDX(XMove { rd, rs1: X::T6 }));
            }
        }
        for (&reg, &value) in given() {
            if let Reg::X(rd) = reg {
                code.constant(rd, value.cast_signed());
            }
        }
        code.jump(X::ZERO, CODE);
        let entry = code.here();
        code.push(Inst::Lui(U { rd: BASE, imm: DATA as i64 }));
        code.jump(X::RA, before);
        code.finish(snippet, entry)
    }

    /// The program as an ELF file without sections.
    pub fn elf(&self) -> Vec<u8> {
        let segments = [Segment::code(CODE, &self.code), Segment::data(DATA, &self.data)];
        elf(self.entry, &segments)
    }
}

/// Code under construction.
struct Assembler(Vec<u8>);

impl Assembler {
    /// The code under test and a return.
    fn with(snippet: &Snippet) -> Assembler {
        let mut code = Assembler(snippet.code.clone());
        code.push(Inst::Jalr(I { rd: X::ZERO, rs1: X::RA, imm: 0 }));
        code
    }

    fn here(&self) -> u64 {
        CODE + self.0.len() as u64
    }

    fn push(&mut self, inst: Inst) {
        self.0.extend_from_slice(&inst.encode().to_le_bytes());
    }

    fn jump(&mut self, rd: X, to: u64) {
        let offset = to.cast_signed() - self.here().cast_signed();
        self.push(Inst::Jal(J { rd, offset }));
    }

    /// Puts a constant into a register, without another.
    fn constant(&mut self, rd: X, value: i64) {
        let low = value << 52 >> 52;
        match value {
            -2048..=2047 => self.push(Inst::Addi(I { rd, rs1: X::ZERO, imm: value })),
            _ => {
                self.constant(rd, value.wrapping_sub(low) >> 12);
                self.push(Inst::Slli(Shift { rd, rs1: rd, shamt: 12 }));
                self.push(Inst::Addi(I { rd, rs1: rd, imm: low }));
            }
        }
    }

    /// `read` or `write` of the message.
    fn system_call(&mut self, number: i64, file: i64) {
        self.constant(X::A7, number);
        self.constant(X::A0, file);
        self.push(Inst::Lui(U { rd: X::A1, imm: DATA as i64 }));
        self.constant(X::A2, MESSAGE);
        self.push(Inst::Ecall);
    }

    /// Writes the results, and ends.
    fn finish(mut self, snippet: &Snippet, entry: u64) -> Program {
        for (slot, &reg) in snippet.results.iter().enumerate() {
            let imm = 8 * slot as i64;
            self.push(match reg {
                Reg::X(rs2) => Inst::Sd(S { rs2, rs1: BASE, imm }),
                Reg::F(rs2) => Inst::Fsd(FStore { rs2, rs1: BASE, imm }),
            });
        }
        self.system_call(WRITE, 1);
        self.constant(X::A7, EXIT);
        self.constant(X::A0, 0);
        self.push(Inst::Ecall);
        self.push(Inst::Ebreak);
        let pattern = (PATTERN - DATA) as usize;
        let mut data = vec![0; DATA_SIZE];
        for (byte, value) in data[pattern..].iter_mut().zip(0..=255) {
            *byte = value;
        }
        Program { code: self.0, data, entry, exact: snippet.exact }
    }
}

/// The input that gives these registers.
pub fn message(registers: &[u64]) -> Vec<u8> {
    let mut bytes: Vec<u8> = registers.iter().flat_map(|bits| bits.to_le_bytes()).collect();
    bytes.resize(MESSAGE as usize, 0);
    bytes
}

/// The first registers of an output.
pub fn registers(output: &[u8], count: usize) -> Option<Vec<u64>> {
    let (words, rest) = output.as_chunks::<8>();
    let whole = output.len() == MESSAGE as usize && rest.is_empty();
    whole.then(|| words[..count].iter().map(|word| u64::from_le_bytes(*word)).collect())
}
