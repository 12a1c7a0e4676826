//! The committed table of encodings and texts, `disassembly.txt`.

use crate::objdump::BASE;
use rv2wat_isa::{ALL, compressed, decode, disassemble};

/// A line of `disassembly.txt`.
pub struct Line {
    /// The encoding; a half if its low bits are not 11.
    pub encoding: u32,
    /// Its text at [`BASE`], `None` if it is no instruction.
    pub text: Option<&'static str>,
}

/// The committed table of encodings and texts.
pub fn table() -> Vec<Line> {
    let lines = include_str!("disassembly.txt").lines();
    let lines = lines.filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (encoding, text) = line.split_once("  ").expect("two columns");
            let encoding = u32::from_str_radix(encoding, 16).expect("hex");
            Line { encoding, text: (text != "-").then_some(text) }
        })
        .collect()
}

#[test]
fn texts_are_those_of_the_table() {
    for line in table() {
        let ours = decode(line.encoding).ok().map(|d| disassemble(&d, BASE));
        assert_eq!(ours.as_deref(), line.text, "{:#x}", line.encoding);
    }
}

#[test]
fn every_row_of_both_instruction_tables_has_a_line() {
    let lines = table();
    for row in ALL {
        assert!(lines.iter().any(|l| l.encoding & row.mask == row.bits), "{}", row.name);
    }
    for row in compressed::ALL {
        let here = |line: &Line| {
            line.encoding >> 16 == 0
                && compressed::row(line.encoding as u16).is_some_and(|r| r.name == row.name)
        };
        assert!(lines.iter().any(here), "{}", row.name);
    }
}
