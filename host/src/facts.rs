//! What a host has to know of a program beside its module, and how that travels
//! in the module: as a custom section called [`SECTION`], in postcard's format.
//!
//! A section is as hostile as a program: reading one never panics, and allocates
//! no more than a multiple of its length.

use rv2wat_linux::Image;
use serde::{Deserialize, Serialize};

use crate::{Functions, Permissions, Sites};

/// The section's name.
pub const SECTION: &str = "rv2wat";

/// Changes whenever the format does.
const VERSION: u32 = 3;

/// The size of the mailbox through which system calls pass: a0–a7, 8 bytes each.
pub const MAILBOX: u64 = 64;

/// Why a section cannot be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// The bytes are no section of ours.
    #[error("the module's section `{SECTION}` is damaged")]
    Damaged,
    /// The module was made by another version.
    #[error("the module's section `{SECTION}` has version {0}; this host reads version {VERSION}")]
    Version(u32),
    /// The program is not the one that was translated.
    #[error("the module was made from another program")]
    OtherProgram,
}

/// A loaded segment of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// First guest address.
    pub start: u64,
    /// One past the last guest address.
    pub end: u64,
    /// Offset of its first byte in the file.
    pub offset: u64,
    /// May be read, written, executed.
    pub rights: (bool, bool, bool),
}

/// What a host has to know of a program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    /// Guest address minus memory offset.
    pub bias: u32,
    /// Address of the first instruction.
    pub entry: u64,
    /// The first guest address that is free.
    pub end: u64,
    /// Guest address of the program headers, their number, the size of one.
    pub headers: (u64, u16, u16),
    /// The program's segments.
    pub segments: Vec<Segment>,
    /// Guest address of the list of entries, and how many there are.
    pub entries: (u64, u32),
    /// Guest address of the table of permissions, if the module checks its accesses.
    pub permissions: Option<u64>,
    /// A number that tells this program's file from another.
    pub fingerprint: u64,
    /// Who may enter which functions.
    pub sites: Sites,
    /// Where its functions are.
    pub functions: Functions,
    /// How it was translated, as the translator says it to itself: so is what is translated
    /// while it runs.
    pub how: String,
}

impl Facts {
    /// A number that tells a program's file from another (FNV-1a).
    pub fn fingerprint(program: &[u8]) -> u64 {
        program
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |sum, &byte| (sum ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3))
    }

    /// The module's table of permissions, if it has one.
    pub fn permissions(&self) -> Option<Permissions> {
        self.permissions.map(Permissions::at)
    }

    /// The section's content.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(&(VERSION, self)).expect("only types of unknown length have no postcard form")
    }

    /// Reads a section's content.
    ///
    /// # Errors
    /// [`FactsError::Damaged`], [`FactsError::Version`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Facts, FactsError> {
        let (version, rest) = postcard::take_from_bytes::<u32>(bytes).map_err(|_| FactsError::Damaged)?;
        if version != VERSION {
            return Err(FactsError::Version(version));
        }
        match postcard::take_from_bytes(rest) {
            Ok((facts, [])) => Ok(facts),
            _ => Err(FactsError::Damaged),
        }
    }

    /// Adds the section to a module.
    pub fn append_to(&self, module: &mut Vec<u8>) {
        let mut content = Vec::new();
        leb128(SECTION.len(), &mut content);
        content.extend_from_slice(SECTION.as_bytes());
        content.extend(self.to_bytes());
        module.push(0);
        leb128(content.len(), module);
        module.extend(content);
    }

    /// The guest address of the module's mailbox, which lies before the list of entries.
    pub fn mailbox(&self) -> u64 {
        self.entries.0.saturating_sub(MAILBOX)
    }

    /// The first guest address in `range` at which memory does not hold the code that the
    /// program's file has there. `differs` says at which of these bytes memory has another
    /// at and behind a guest address.
    pub fn changed_code(
        &self,
        program: &[u8],
        range: std::ops::Range<u64>,
        mut differs: impl FnMut(u64, &[u8]) -> Option<usize>,
    ) -> Option<u64> {
        self.segments.iter().filter(|segment| segment.rights.2).find_map(|segment| {
            let from = usize::try_from(segment.offset).ok()?;
            let length = usize::try_from(segment.end.saturating_sub(segment.start)).ok()?;
            // Behind the file's part there is no code.
            let code = program.get(from..)?;
            let code = &code[..code.len().min(length)];
            let start = range.start.max(segment.start);
            let end = range.end.min(segment.start.saturating_add(code.len() as u64));
            if start >= end {
                return None;
            }
            let code = &code[(start - segment.start) as usize..(end - segment.start) as usize];
            differs(start, code).map(|at| start.saturating_add(at as u64))
        })
    }

    /// The first of some bytes that is not what it was; a length that is not the same
    /// counts from where the shorter one ends.
    pub fn first_difference(was: &[u8], is: &[u8]) -> Option<usize> {
        // Almost always all are the same, which is found out fast.
        if was == is {
            return None;
        }
        let differs = was.iter().zip(is).position(|(was, is)| was != is);
        differs.or(Some(was.len().min(is.len())))
    }

    /// The image as the Linux personality wants it.
    ///
    /// # Errors
    /// [`FactsError::OtherProgram`] if the file is not the one that was translated.
    pub fn image<'a>(&self, program: &'a [u8]) -> Result<Image<'a>, FactsError> {
        if Facts::fingerprint(program) != self.fingerprint {
            return Err(FactsError::OtherProgram);
        }
        let segments = self.segments.iter().map(|segment| rv2wat_linux::Segment {
            start: segment.start,
            end: segment.end,
            offset: segment.offset,
            read: segment.rights.0,
            write: segment.rights.1,
            execute: segment.rights.2,
        });
        let (phdr, phnum, phent) = self.headers;
        Ok(Image {
            segments: segments.collect(),
            entry: self.entry,
            phdr,
            phnum,
            phent,
            end: self.end,
            bytes: program,
        })
    }
}

/// An unsigned number as WebAssembly's binary format writes it.
fn leb128(mut value: usize, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts() -> Facts {
        Facts {
            bias: 0x10000,
            entry: 0x10100,
            end: 0x40000,
            headers: (0x10040, 2, 56),
            segments: vec![Segment { start: 0x10000, end: 0x20000, offset: 0, rights: (true, false, true) }],
            entries: (0x20040, 3),
            permissions: Some(0x21000),
            fingerprint: Facts::fingerprint(b"program"),
            sites: Sites::default(),
            functions: [(0x10100, 0x10180)].into_iter().collect(),
            how: "well".to_owned(),
        }
    }

    #[test]
    fn a_section_is_read_as_it_was_written() {
        let bytes = facts().to_bytes();
        assert_eq!(Facts::from_bytes(&bytes), Ok(facts()));
        let mut module = Vec::new();
        facts().append_to(&mut module);
        let named = [&[6][..], SECTION.as_bytes(), &bytes].concat();
        assert_eq!(module, [&[0, named.len() as u8][..], &named].concat());
    }

    #[test]
    fn changed_code_is_found_in_code_alone_and_in_the_range_alone() {
        let program: Vec<u8> = (0..=255).collect();
        let code = Segment { start: 0x10000, end: 0x10080, offset: 16, rights: (true, false, true) };
        let data = Segment { start: 0x20000, end: 0x20040, offset: 144, rights: (true, true, false) };
        let facts = Facts { segments: vec![code, data], ..facts() };
        let changed = |at: u64, range: std::ops::Range<u64>| {
            facts.changed_code(&program, range, |addr, was| {
                let mut is = was.to_vec();
                if let Some(byte) = at.checked_sub(addr).and_then(|at| is.get_mut(at as usize)) {
                    *byte ^= 1;
                }
                Facts::first_difference(was, &is)
            })
        };
        assert_eq!(changed(0, 0..u64::MAX), None);
        for at in 0x10000..0x10080 {
            assert_eq!(changed(at, 0..u64::MAX), Some(at));
            assert_eq!(changed(at, at..at + 1), Some(at));
            assert_eq!(changed(at, 0..at), None);
            assert_eq!(changed(at, at + 1..u64::MAX), None);
        }
        assert_eq!(changed(0x20000, 0..u64::MAX), None);
        assert_eq!(Facts::first_difference(b"abc", b"ab"), Some(2));
        let wild = Segment { start: u64::MAX, end: 0, offset: 0, rights: (true, false, true) };
        let wild = Facts { segments: vec![wild], ..facts.clone() };
        assert_eq!(wild.changed_code(&program, 0..u64::MAX, |_, _| Some(0)), None);
    }

    #[test]
    fn what_is_cut_off_or_changed_is_refused_and_never_panics() {
        let bytes = facts().to_bytes();
        for end in 0..bytes.len() {
            assert_eq!(Facts::from_bytes(&bytes[..end]), Err(FactsError::Damaged));
        }
        for at in 0..bytes.len() {
            for bit in 0..8 {
                let mut changed = bytes.clone();
                changed[at] ^= 1 << bit;
                let _ = Facts::from_bytes(&changed);
            }
        }
        assert_eq!(Facts::from_bytes(&[2]), Err(FactsError::Version(2)));
        assert_eq!(Facts::from_bytes(&[&bytes[..], &[0]].concat()), Err(FactsError::Damaged));
    }

    #[test]
    fn another_program_is_refused() {
        assert!(facts().image(b"program").is_ok());
        assert_eq!(facts().image(b"progrbm").err(), Some(FactsError::OtherProgram));
    }

    #[test]
    fn lengths_of_several_bytes() {
        let mut out = Vec::new();
        leb128(624_485, &mut out);
        assert_eq!(out, [0xe5, 0x8e, 0x26]);
    }
}
