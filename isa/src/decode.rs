//! From bytes to instructions.
//!
//! Knows the two tables and the length encoding. Must never know where the
//! bytes come from; a pc is the caller's business.

use crate::compressed;
use crate::table::{ALL, Inst};
use std::fmt;

/// An instruction and the bytes that it was decoded from.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// The instruction, expanded if it was compressed.
    pub inst: Inst,
    /// Bytes it takes in memory: 2 or 4.
    pub len: u8,
    /// The encoding; only the low 16 bits when `len` is 2.
    pub raw: u32,
}

/// Bits that encode no instruction that the tables know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Undecodable {
    /// The bits, zero-extended from `len` bytes.
    pub raw: u32,
    /// Bytes that were looked at: 2 or 4. At the end of the code fewer than
    /// the instruction needs, down to 0. Encodings longer than 32 bits, of
    /// which no ratified extension has any, count as 4.
    pub len: u8,
}

impl fmt::Display for Undecodable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.len {
            0 => f.write_str("no instruction: the code ends here"),
            len => {
                let digits = 2 * usize::from(len);
                write!(f, "unknown instruction 0x{:0digits$x}", self.raw)
            }
        }
    }
}

impl std::error::Error for Undecodable {}

/// Rows of [`ALL`] by major opcode (bits 6 to 2) and the function field (bits 14 to
/// 12): `ORDER[START[n]..START[n + 1]]` are the numbers of the rows that words with
/// [`class`] n may match, in the table's order. A row whose mask leaves the function
/// field open, for it is an immediate or a rounding mode there, is in eight classes.
const START: [u16; CLASSES + 1] = starts();
const ORDER: [u8; START[CLASSES] as usize] = order();

const CLASSES: usize = 32 * 8;

/// The major opcode and the function field of a word.
const fn class(word: u32) -> usize {
    (((word >> 2) & 31) << 3 | (word >> 12) & 7) as usize
}

/// Whether a word of a class may match a row.
const fn may_match(row: usize, class: usize) -> bool {
    let word = ((class as u32 >> 3) << 2) | ((class as u32 & 7) << 12) | 3;
    (word ^ ALL[row].bits) & ALL[row].mask & 0x707f == 0
}

const fn starts() -> [u16; CLASSES + 1] {
    assert!(ALL.len() < 256);
    let mut start = [0; CLASSES + 1];
    let mut class = 0;
    while class < CLASSES {
        let (mut row, mut count) = (0, 0);
        while row < ALL.len() {
            assert!(ALL[row].mask & 0x7f == 0x7f && ALL[row].bits & 3 == 3);
            count += may_match(row, class) as u16;
            row += 1;
        }
        start[class + 1] = start[class] + count;
        class += 1;
    }
    start
}

const fn order() -> [u8; START[CLASSES] as usize] {
    let mut order = [0; START[CLASSES] as usize];
    let (mut class, mut filled) = (0, 0);
    while class < CLASSES {
        let mut row = 0;
        while row < ALL.len() {
            if may_match(row, class) {
                order[filled] = row as u8;
                filled += 1;
            }
            row += 1;
        }
        class += 1;
    }
    order
}

/// Decodes the instruction at the start of `word`, the next four bytes read
/// little-endian. The upper half is ignored if the lower is compressed.
///
/// # Errors
/// [`Undecodable`] with the bits, if neither table has a row for them.
pub fn decode(word: u32) -> Result<Decoded, Undecodable> {
    if word & 3 != 3 {
        let half = word as u16;
        let raw = u32::from(half);
        return match compressed::expand(half) {
            Some(inst) => Ok(Decoded { inst, len: 2, raw }),
            None => Err(Undecodable { raw, len: 2 }),
        };
    }
    let class = class(word);
    let rows = &ORDER[usize::from(START[class])..usize::from(START[class + 1])];
    for &row in rows {
        let row = &ALL[usize::from(row)];
        if word & row.mask == row.bits {
            let inst = (row.build)(word);
            return Ok(Decoded { inst, len: 4, raw: word });
        }
    }
    Err(Undecodable { raw: word, len: 4 })
}

/// Decodes the instruction at the start of `code`, which may end right after
/// it, even if it has two bytes.
///
/// # Errors
/// As [`decode`]; also if the code ends within the instruction.
pub fn decode_at(code: &[u8]) -> Result<Decoded, Undecodable> {
    match *code {
        [a, b, c, d, ..] => decode(u32::from_le_bytes([a, b, c, d])),
        [a, b, ..] if a & 3 != 3 => decode(u32::from_le_bytes([a, b, 0, 0])),
        _ => {
            let mut bytes = [0; 4];
            bytes[..code.len()].copy_from_slice(code);
            Err(Undecodable { raw: u32::from_le_bytes(bytes), len: code.len() as u8 })
        }
    }
}
