//! A program around a block: it loads all registers, runs the block, stores all
//! registers, and writes what is in memory.

use std::fmt;

use rv2wat_isa::{
    B, Csr, CsrImm, Decoded, F, FLoad, FStore, I, Inst, Reg, S, U, X, csr, decode, disassemble,
};

use crate::elf::{Segment, elf};
use crate::generate::{BASE, floating, integer, of_bits};
use crate::random::Rng;

/// Where the code is, and the program starts.
pub(super) const CODE: u64 = 0x1_0000;
/// Where its data is.
const DATA: u64 = 0x2_0000;
/// Where the base register points, from the start of the data.
const MIDDLE: usize = 512;
/// Where registers are given, and left, from the start of the data: x0 to x31,
/// then f0 to f31.
const GIVEN: usize = 1024;
const LEFT: usize = 1536;
/// Where the exception flags are left, and the end of the data.
pub(super) const FLAGS: usize = 2048;
const SIZE: usize = FLAGS + 8;

/// The system calls that end a program.
pub(super) const WRITE: u64 = 64;
const EXIT: i64 = 93;

/// Most instructions of a block.
const LONGEST: usize = 200;

/// Registers that blocks do not change: x0, sp, gp, tp and the base.
const FIXED: [usize; 5] = [0, 2, 3, 4, BASE.index()];

/// A program.
#[derive(Clone, Debug)]
pub struct Program {
    /// Decides registers and memory.
    pub seed: u64,
    /// Everything from [`CODE`] on.
    code: Vec<u8>,
    /// Where in it the block is.
    block: std::ops::Range<usize>,
}

impl Program {
    /// The program of those words that can be in a block.
    pub fn new(seed: u64, words: impl Iterator<Item = u32>) -> Program {
        let mut code = prologue();
        let start = code.len();
        let items: Vec<Item> = words.filter_map(Item::of).take(LONGEST).collect();
        for (at, item) in items.iter().enumerate() {
            let after = items[at + 1..].iter();
            match *item {
                Item::Plain(Decoded { raw, len, .. }) => code.extend(&raw.to_le_bytes()[..usize::from(len)]),
                Item::Skip(make, operands, over) => {
                    let distance = after.take(over).map(Item::size).sum::<i64>() + 4;
                    push(&mut code, make(B { offset: distance, ..operands }));
                }
            }
        }
        let block = start..code.len();
        code.extend(epilogue());
        Program { seed, code, block }
    }

    /// Whether the block is empty.
    pub fn is_empty(&self) -> bool {
        self.block.is_empty()
    }

    /// Memory from [`CODE`] on.
    pub(super) fn memory(&self) -> Vec<u8> {
        let mut memory = self.code.clone();
        memory.resize((DATA - CODE) as usize, 0);
        memory.extend(self.data());
        memory
    }

    fn data(&self) -> Vec<u8> {
        let mut random = Rng(self.seed);
        let words = (0..SIZE / 8).map(|slot| match slot * 8 {
            LEFT.. => 0,
            at if (GIVEN + 256..LEFT).contains(&at) || random.below(4) == 0 => floating(&mut random),
            _ => integer(&mut random),
        });
        words.flat_map(u64::to_le_bytes).collect()
    }

    /// The program as an ELF file.
    pub fn elf(&self) -> Vec<u8> {
        elf(CODE, &[Segment::code(CODE, &self.code), Segment::data(DATA, &self.data())])
    }
}

/// The block.
impl fmt::Display for Program {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut at = self.block.start;
        while at < self.block.end {
            let word = [0, 1, 2, 3].map(|byte| self.code.get(at + byte).copied().unwrap_or(0));
            let Ok(decoded) = decode(u32::from_le_bytes(word)) else { return writeln!(f, "{word:02x?}") };
            let pc = CODE + at as u64;
            writeln!(f, "{pc:x}: {:08x}  {}", decoded.raw, disassemble(&decoded, pc))?;
            at += usize::from(decoded.len);
        }
        Ok(())
    }
}

/// What the program writes, of memory from [`CODE`] on.
pub(super) fn output(memory: &[u8]) -> &[u8] {
    &memory[(DATA - CODE) as usize..][..SIZE]
}

/// What the byte of an output belongs to, with both values.
pub fn place(at: usize, expected: &[u8], found: &[u8]) -> String {
    let word = |bytes: &[u8]| {
        let word = bytes.get(at & !7..).and_then(<[u8]>::first_chunk);
        word.map_or("nothing".to_owned(), |word| format!("{:#018x}", u64::from_le_bytes(*word)))
    };
    let what = match at {
        ..LEFT => format!("memory at the base{:+}", at as i64 / 8 * 8 - MIDDLE as i64),
        LEFT..FLAGS => Reg::new(((at - LEFT) / 8) as u8).to_string(),
        _ => "fflags".to_owned(),
    };
    format!("{what} is {} instead of {}", word(found), word(expected))
}

/// A part of a block.
enum Item {
    Plain(Decoded),
    /// A branch without its distance, and how many items it skips if it is taken.
    Skip(fn(B) -> Inst, B, usize),
}

impl Item {
    fn of(word: u32) -> Option<Item> {
        if let Some(decoded) = of_bits(word, &mut Rng(u64::from(word))) {
            return Some(Item::Plain(decoded));
        }
        let inst = decode(word).ok()?.inst;
        let (make, b): (fn(B) -> Inst, B) = match inst {
            Inst::Beq(b) => (Inst::Beq, b),
            Inst::Bne(b) => (Inst::Bne, b),
            Inst::Blt(b) => (Inst::Blt, b),
            Inst::Bge(b) => (Inst::Bge, b),
            Inst::Bltu(b) => (Inst::Bltu, b),
            Inst::Bgeu(b) => (Inst::Bgeu, b),
            _ => return None,
        };
        let fixed = |x: X| FIXED[1..].contains(&x.index());
        let over = 1 + (b.offset >> 1 & 7) as usize;
        (!fixed(b.rs1) && !fixed(b.rs2)).then_some(Item::Skip(make, b, over))
    }

    fn size(&self) -> i64 {
        match self {
            Item::Plain(decoded) => decoded.len.into(),
            Item::Skip(..) => 4,
        }
    }
}

fn push(code: &mut Vec<u8>, inst: Inst) {
    code.extend(inst.encode().to_le_bytes());
}

/// The registers that a block may change.
fn moved() -> impl Iterator<Item = u8> {
    (0..32).filter(|&n| !FIXED.contains(&usize::from(n)))
}

/// The displacement from the base of a place in the data.
fn from_base(at: usize) -> i64 {
    at as i64 - MIDDLE as i64
}

fn prologue() -> Vec<u8> {
    let mut code = Vec::new();
    push(&mut code, Inst::Lui(U { rd: BASE, imm: DATA as i64 }));
    push(&mut code, Inst::Addi(I { rd: BASE, rs1: BASE, imm: MIDDLE as i64 }));
    for n in 0..32 {
        let imm = from_base(GIVEN + 256 + 8 * usize::from(n));
        push(&mut code, Inst::Fld(FLoad { rd: F::new(n), rs1: BASE, imm }));
    }
    push(&mut code, Inst::Csrrwi(CsrImm { rd: X::ZERO, csr: csr::FFLAGS, imm: 0 }));
    for n in moved() {
        let imm = from_base(GIVEN + 8 * usize::from(n));
        push(&mut code, Inst::Ld(I { rd: X::new(n), rs1: BASE, imm }));
    }
    code
}

fn epilogue() -> Vec<u8> {
    let mut code = Vec::new();
    for n in moved() {
        let imm = from_base(LEFT + 8 * usize::from(n));
        push(&mut code, Inst::Sd(S { rs2: X::new(n), rs1: BASE, imm }));
    }
    for n in 0..32 {
        let imm = from_base(LEFT + 256 + 8 * usize::from(n));
        push(&mut code, Inst::Fsd(FStore { rs2: F::new(n), rs1: BASE, imm }));
    }
    push(&mut code, Inst::Csrrs(Csr { rd: X::T0, csr: csr::FFLAGS, rs1: X::ZERO }));
    push(&mut code, Inst::Sd(S { rs2: X::T0, rs1: BASE, imm: from_base(FLAGS) }));
    let mut constant = |rd, imm| push(&mut code, Inst::Addi(I { rd, rs1: X::ZERO, imm }));
    constant(X::A7, WRITE as i64);
    constant(X::A0, 1);
    // A constant that does not fit an immediate, in two steps.
    constant(X::A2, SIZE as i64 - 1024);
    push(&mut code, Inst::Addi(I { rd: X::A2, rs1: X::A2, imm: 1024 }));
    push(&mut code, Inst::Addi(I { rd: X::A1, rs1: BASE, imm: -(MIDDLE as i64) }));
    push(&mut code, Inst::Ecall);
    push(&mut code, Inst::Addi(I { rd: X::A7, rs1: X::ZERO, imm: EXIT }));
    push(&mut code, Inst::Addi(I { rd: X::A0, rs1: X::ZERO, imm: 0 }));
    push(&mut code, Inst::Ecall);
    push(&mut code, Inst::Ebreak);
    code
}
