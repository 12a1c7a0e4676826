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

/// Rows of [`ALL`] by major opcode (bits 6 to 2): `ORDER[START[n]..START[n + 1]]`
/// are the numbers of the rows of opcode n, in the table's order.
const START: [u8; 33] = index_rows().0;
const ORDER: [u8; ALL.len()] = index_rows().1;

const fn index_rows() -> ([u8; 33], [u8; ALL.len()]) {
    assert!(ALL.len() < 256);
    let mut start = [0; 33];
    let mut order = [0; ALL.len()];
    let (mut opcode, mut filled) = (0, 0);
    while opcode < 32 {
        let mut row = 0;
        while row < ALL.len() {
            assert!(ALL[row].mask & 0x7f == 0x7f && ALL[row].bits & 3 == 3);
            if (ALL[row].bits >> 2) & 31 == opcode {
                order[filled] = row as u8;
                filled += 1;
            }
            row += 1;
        }
        opcode += 1;
        start[opcode as usize] = filled as u8;
    }
    (start, order)
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
    let opcode = ((word >> 2) & 31) as usize;
    let rows = &ORDER[usize::from(START[opcode])..usize::from(START[opcode + 1])];
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
