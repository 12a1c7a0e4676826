//! Any bytes as instructions: they decode or they do not; what decodes encodes
//! back to the same bits and has a text; and an instruction neither depends on
//! registers that its sets do not name nor changes any.
//!
//! The last is asked of the interpreter: one hart executes the instruction, and
//! another whose other registers hold something else does the same.

use rv2wat_interp::{FlatMemory, Hart, step};
use rv2wat_isa::{Decoded, F, Inst, Reg, RegSet, Undecodable, X, decode, decode_at, disassemble};

use crate::Verdict;
use crate::generate::floating;
use crate::random::Rng;

/// How much of an input is looked at, bytes.
const LONGEST: usize = 256;

/// Where the instruction stands, and where memory begins.
const PLACE: u64 = 0x1000;

/// Bytes of memory; registers hold addresses in the middle of it.
const MEMORY: usize = 0x2000;

/// What is under test: parts of `rv2wat-isa`, or damaged ones.
#[derive(Clone, Copy, Debug)]
pub struct Isa {
    /// From bits to instructions.
    pub decode: fn(u32) -> Result<Decoded, Undecodable>,
    /// From instructions to bits.
    pub encode: fn(&Inst) -> u32,
    /// The registers that an instruction depends on.
    pub reads: fn(&Inst) -> RegSet,
    /// The registers that it changes.
    pub writes: fn(&Inst) -> RegSet,
}

impl Isa {
    /// The parts as they are.
    pub const REAL: Isa = Isa { decode, encode: Inst::encode, reads: Inst::reads, writes: Inst::writes };

    /// Checks an input.
    ///
    /// # Errors
    /// What is wrong with the instruction at some place of it.
    pub fn check(&self, bytes: &[u8]) -> Verdict {
        let bytes = &bytes[..bytes.len().min(LONGEST)];
        for at in (0..bytes.len()).step_by(2) {
            let mut word = [0; 4];
            let rest = &bytes[at..bytes.len().min(at + 4)];
            word[..rest.len()].copy_from_slice(rest);
            let word = u32::from_le_bytes(word);
            self.check_word(word).map_err(|wrong| format!("{word:#010x}: {wrong}"))?;
            check_end(word, rest).map_err(|wrong| format!("{rest:02x?} and no more: {wrong}"))?;
        }
        Ok(())
    }

    fn check_word(&self, word: u32) -> Verdict {
        let (len, raw) = if word & 3 == 3 { (4, word) } else { (2, word & 0xffff) };
        let decoded = match (self.decode)(word) {
            Ok(decoded) => decoded,
            Err(Undecodable { raw: found, len: length }) => {
                return same("its length and bits", (length, found), (len, raw));
            }
        };
        same("its length and bits", (decoded.len, decoded.raw), (len, raw))?;
        let encoded = (self.encode)(&decoded.inst);
        match len {
            4 => same("its encoding", encoded, word & !ignored(&decoded.inst))?,
            _ => {
                let wide = (self.decode)(encoded).map(|wide| (wide.len, wide.inst));
                same("the wide form of it", wide, Ok((4, decoded.inst)))?;
            }
        }
        let text = disassemble(&decoded, PLACE);
        let printable = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
        if !printable || !text.starts_with(|c: char| c.is_ascii_lowercase()) || text.contains("  ") {
            return Err(format!("`{text}` is no text for it"));
        }
        self.check_sets(&decoded).map_err(|wrong| format!("{text}: {wrong}"))
    }

    fn check_sets(&self, decoded: &Decoded) -> Verdict {
        let (reads, writes) = ((self.reads)(&decoded.inst), (self.writes)(&decoded.inst));
        let mut random = Rng(u64::from(decoded.raw));
        let mut bytes = decoded.raw.to_le_bytes().to_vec();
        bytes.resize_with(MEMORY, || random.next() as u8);
        let memory = FlatMemory::new(PLACE, bytes);
        let hart = hart(&mut random);
        let mut other = hart.clone();
        for reg in reads.complement() {
            match reg {
                Reg::X(x) => other.set(x, random.next()),
                Reg::F(f) => other.set_f(f, random.next()),
            }
        }
        let run = |hart: &Hart| {
            let (mut hart, mut memory) = (hart.clone(), memory.clone());
            let stop = step(&mut hart, &mut memory);
            (hart, memory, stop)
        };
        let (first, second) = (run(&hart), run(&other));
        same("how it ends with other registers", second.2, first.2)?;
        same("memory with other registers", second.1 == first.1, true)?;
        let beside = |hart: &Hart| (hart.pc, hart.fcsr(), hart.reservation);
        same("the state with other registers", beside(&second.0), beside(&first.0))?;
        for (before, after) in [(&hart, &first.0), (&other, &second.0)] {
            let changed = RegSet::ALL
                .iter()
                .find(|&reg| after.contents(reg) != before.contents(reg) && !writes.contains(reg));
            changed.map_or(Ok(()), |reg| Err(format!("it changes {reg}, which it does not write")))?;
        }
        // An instruction that did not execute has left all as it was.
        let wrote = if first.2.is_ok() { writes } else { RegSet::EMPTY };
        let differs = wrote.iter().find(|&reg| first.0.contents(reg) != second.0.contents(reg));
        differs.map_or(Ok(()), |reg| Err(format!("{reg} depends on what it does not read")))
    }
}

/// Checks an input.
///
/// # Errors
/// What is wrong.
pub fn check(bytes: &[u8]) -> Verdict {
    Isa::REAL.check(bytes)
}

/// Bits that say nothing: `fence.i` has fields for later extensions, which
/// processors shall ignore (unprivileged ISA, "Zifencei").
fn ignored(inst: &Inst) -> u32 {
    if *inst == Inst::FenceI { 0xffff_8f80 } else { 0 }
}

/// The end of code is the end of an instruction, or it is none.
fn check_end(word: u32, rest: &[u8]) -> Verdict {
    let needed = if word & 3 == 3 { 4 } else { 2 };
    let wanted = match rest.len() < needed {
        true => Err(Undecodable { raw: word, len: rest.len() as u8 }),
        false => decode(word),
    };
    same("what decodes", decode_at(rest), wanted)
}

/// Registers that hold addresses, and floats of all kinds.
fn hart(random: &mut Rng) -> Hart {
    let mut hart = Hart::at(PLACE);
    for n in 0..32 {
        hart.set(X::new(n), PLACE + MEMORY as u64 / 2 - 1024 + 64 * random.below(32));
        hart.set_f(F::new(n), floating(random));
    }
    hart
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, wanted: T) -> Verdict {
    match found == wanted {
        true => Ok(()),
        false => Err(format!("{what}: {found:x?} instead of {wanted:x?}")),
    }
}
