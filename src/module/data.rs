//! Data segments: the program's bytes, and the module's own lists.

use std::borrow::Cow;
use std::fmt::Write as _;

use super::Parts;
use crate::assemble::Field;

/// Runs of zeros at least this long are left out: memory starts as zeros.
const ZEROS: usize = 64;

/// How many bytes go on one line of text at the most.
const LINE: usize = 76;

/// Bytes that memory starts with.
struct Chunk<'a> {
    /// What it is, for a reader.
    note: Note<'a>,
    /// The guest address of the first.
    addr: u64,
    bytes: Cow<'a, [u8]>,
}

/// What stands beside a chunk.
enum Note<'a> {
    /// Its guest address.
    Address,
    /// The name of the function whose slot it is.
    Slot(&'a str),
}

/// Prints the segments of the image, then the lists of entries and slots.
pub fn print(parts: &Parts<'_>, out: &mut String) {
    out.push_str("\n  ;; ---- The program's bytes ----\n");
    image(parts).iter().for_each(|chunk| chunk.print(parts, out));
    out.push_str("  ;; Where the dispatcher can enter, 4 bytes an address.\n");
    entries(parts).print(parts, out);
    if parts.needs.calls_indirectly() {
        out.push_str("  ;; The slots of indirect calls by code address, 2 bytes each.\n");
        slots(parts).iter().for_each(|chunk| chunk.print(parts, out));
    }
}

/// The same, assembled.
pub fn fields<'a>(parts: &Parts<'a>) -> Vec<Field<'a>> {
    let mut chunks = image(parts);
    chunks.push(entries(parts));
    if parts.needs.calls_indirectly() {
        chunks.extend(slots(parts));
    }
    let field = |chunk: Chunk<'a>| Field::Data {
        offset: parts.layout.offset(chunk.addr) as u32 as i32,
        bytes: chunk.bytes,
    };
    chunks.into_iter().map(field).collect()
}

fn image<'a>(parts: &Parts<'a>) -> Vec<Chunk<'a>> {
    let segments = parts.image.segments.iter();
    let chunks = segments.flat_map(|segment| {
        runs(parts.image.data(segment)).into_iter().map(|(start, run)| Chunk {
            note: Note::Address,
            addr: segment.addr + start as u64,
            bytes: run.into(),
        })
    });
    chunks.collect()
}

impl Chunk<'_> {
    fn print(&self, parts: &Parts<'_>, out: &mut String) {
        let offset = parts.layout.offset(self.addr);
        match self.note {
            Note::Address => {
                let _ = write!(out, "  (data (i32.const {offset:#x}) ;; guest {:#x}\n   ", self.addr);
                string(&self.bytes, out);
                out.push_str(")\n");
            }
            Note::Slot(name) => {
                let _ = write!(out, "  (data (i32.const {offset:#x}) \"");
                self.bytes.iter().for_each(|byte| {
                    let _ = write!(out, "\\{byte:02x}");
                });
                let _ = writeln!(out, "\") ;; {name}");
            }
        }
    }
}

/// Bytes as strings over several lines.
fn string(bytes: &[u8], out: &mut String) {
    let mut column = 0;
    out.push_str(" \"");
    for (position, &byte) in bytes.iter().enumerate() {
        let width = escape(byte, out);
        column += width;
        let line_ends =
            byte == b'\n' || (byte == 0 && bytes.get(position + 1).is_some_and(|&next| next != 0));
        let last = position + 1 == bytes.len();
        if !last && (column >= LINE || (line_ends && column > LINE / 2)) {
            out.push_str("\"\n    \"");
            column = 0;
        }
    }
    out.push('"');
}

/// Writes a byte as a WAT string has it; how many columns it took.
fn escape(byte: u8, out: &mut String) -> usize {
    match byte {
        b'"' | b'\\' => {
            out.push('\\');
            out.push(char::from(byte));
            2
        }
        b'\n' => {
            out.push_str("\\n");
            2
        }
        b'\t' => {
            out.push_str("\\t");
            2
        }
        0x20..=0x7e => {
            out.push(char::from(byte));
            1
        }
        _ => {
            const HEX: &[u8; 16] = b"0123456789abcdef";
            out.push('\\');
            out.push(char::from(HEX[usize::from(byte >> 4)]));
            out.push(char::from(HEX[usize::from(byte & 15)]));
            3
        }
    }
}

/// The stretches of `bytes` between long runs of zeros, with their offsets.
fn runs(bytes: &[u8]) -> Vec<(usize, &[u8])> {
    let mut runs = Vec::new();
    let mut at = 0;
    while let Some(start) = bytes[at..].iter().position(|&byte| byte != 0).map(|skip| at + skip) {
        let mut end = start + 1;
        let mut zeros = 0;
        for (position, &byte) in bytes.iter().enumerate().skip(end) {
            if byte == 0 {
                zeros += 1;
                if zeros == ZEROS {
                    break;
                }
            } else {
                zeros = 0;
                end = position + 1;
            }
        }
        runs.push((start, &bytes[start..end]));
        at = end;
    }
    runs
}

/// The sorted guest addresses of the entries, 4 bytes each.
fn entries<'a>(parts: &Parts<'_>) -> Chunk<'a> {
    let addresses: Vec<u8> = super::entry_points(parts.functions)
        .into_iter()
        .flat_map(|(address, _)| u32::try_from(address).unwrap_or(u32::MAX).to_le_bytes())
        .collect();
    Chunk { note: Note::Address, addr: parts.layout.entries, bytes: addresses.into() }
}

/// The slot of each function that indirect calls reach, 2 bytes at its place in
/// the map.
fn slots<'a>(parts: &Parts<'a>) -> Vec<Chunk<'a>> {
    let members = super::indirect::members(parts).into_iter().enumerate();
    let chunks = members.map(|(position, piece)| Chunk {
        note: Note::Slot(&piece.name),
        addr: parts.layout.slots + (piece.address - parts.layout.code.0),
        bytes: u16::try_from(position + 1).unwrap_or(0).to_le_bytes().to_vec().into(),
    });
    chunks.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_runs_of_zeros_are_left_out() {
        let mut bytes = vec![1, 0, 2];
        bytes.extend([0; ZEROS]);
        bytes.extend([3, 0]);
        assert_eq!(runs(&bytes), [(0, &[1, 0, 2][..]), (3 + ZEROS, &[3][..])]);
        assert!(runs(&[0; 10]).is_empty());
        assert!(runs(&[]).is_empty());
    }

    #[test]
    fn bytes_are_escaped_as_wat_strings() {
        let mut out = String::new();
        for byte in *b"a\"\\\n\x00\xff" {
            escape(byte, &mut out);
        }
        assert_eq!(out, "a\\\"\\\\\\n\\00\\ff");
    }
}
