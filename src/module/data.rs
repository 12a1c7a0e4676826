//! Data segments: the program's bytes, and the module's own lists.

use std::fmt::Write as _;

use super::Parts;

/// Runs of zeros at least this long are left out: memory starts as zeros.
const ZEROS: usize = 64;

/// How many bytes go on one line of text at the most.
const LINE: usize = 76;

/// Prints the segments of the image, then the lists of entries and slots.
pub fn print(parts: &Parts<'_>, out: &mut String) {
    for segment in &parts.image.segments {
        let bytes = parts.image.data(segment);
        for (start, run) in runs(bytes) {
            let addr = segment.addr + start as u64;
            chunk(parts, addr, run, out);
        }
    }
    entries(parts, out);
    if parts.needs.calls_indirectly() {
        slots(parts, out);
    }
}

fn chunk(parts: &Parts<'_>, addr: u64, bytes: &[u8], out: &mut String) {
    let offset = parts.layout.offset(addr);
    let _ = write!(out, "  (data (i32.const {offset:#x}) ;; guest {addr:#x}\n   ");
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
    out.push_str("\")\n");
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
fn entries(parts: &Parts<'_>, out: &mut String) {
    let addresses: Vec<u8> = super::entry_points(parts.functions)
        .into_iter()
        .flat_map(|(address, _)| u32::try_from(address).unwrap_or(u32::MAX).to_le_bytes())
        .collect();
    out.push_str("  ;; Where the dispatcher can enter, 4 bytes an address.\n");
    chunk(parts, parts.layout.entries, &addresses, out);
}

/// The slot of each function that indirect calls reach, 2 bytes at its place in
/// the map.
fn slots(parts: &Parts<'_>, out: &mut String) {
    out.push_str("  ;; The slots of indirect calls by code address, 2 bytes each.\n");
    for (position, piece) in super::indirect::members(parts).into_iter().enumerate() {
        let place = parts.layout.slots + (piece.address - parts.layout.code.0);
        let slot = u16::try_from(position + 1).unwrap_or(0);
        let [low, high] = slot.to_le_bytes();
        let offset = parts.layout.offset(place);
        let _ =
            writeln!(out, "  (data (i32.const {offset:#x}) \"\\{low:02x}\\{high:02x}\") ;; {}", piece.name);
    }
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
