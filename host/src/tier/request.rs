//! What a translator is asked and what it answers, and the two as bytes, for a translator
//! that has a memory of its own.
//!
//! Bytes are as hostile as a program: reading them never panics, and allocates no more than
//! a multiple of their length.

use std::collections::BTreeSet;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A piece of memory that holds code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// Guest address of the first byte, even.
    pub addr: u64,
    /// What is there.
    pub bytes: Vec<u8>,
}

impl Window {
    /// Its guest addresses.
    pub fn range(&self) -> Range<u64> {
        self.addr..self.addr.saturating_add(self.bytes.len() as u64)
    }
}

/// What a module beside the program's has to know of that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Guest address minus memory offset.
    pub bias: u32,
    /// Guest address of the mailbox for system calls.
    pub mailbox: u64,
    /// Guest address of the table of permissions, if accesses are checked.
    pub permissions: Option<u64>,
}

/// Code to be translated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// Where the program's module has what the new one uses.
    pub place: Place,
    /// Guest addresses in the windows to be entered at.
    pub roots: BTreeSet<u64>,
    /// Where the code is, sorted by address, apart from each other.
    pub windows: Vec<Window>,
}

/// What was made of it, beside the module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// The guest addresses that the module can be entered at, sorted: entry N is the N-th.
    pub entries: Vec<u64>,
    /// The code that it was made from, sorted, apart from each other.
    pub code: Vec<Range<u64>>,
}

impl Request {
    /// As bytes, with how the program was translated.
    pub fn to_bytes(&self, how: &str) -> Vec<u8> {
        postcard::to_stdvec(&(how, self)).expect("only types of unknown length have no postcard form")
    }

    /// Reads them; nothing if they are no such bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<(String, Request)> {
        postcard::from_bytes(bytes).ok()
    }
}

impl Answer {
    /// As bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(self).expect("only types of unknown length have no postcard form")
    }

    /// Reads them; nothing if they are no such bytes.
    pub fn from_bytes(bytes: &[u8]) -> Option<Answer> {
        postcard::from_bytes(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_and_damage_is_no_panic() {
        let request = Request {
            place: Place { bias: 0x10000, mailbox: 0x20000, permissions: None },
            roots: BTreeSet::from([0x1000, 0x1004]),
            windows: vec![Window { addr: 0x1000, bytes: vec![1, 2, 3, 4] }],
        };
        let answer = Answer { entries: vec![0x1000, 0x1004], code: vec![0x1000..0x1008, 0x2000..0x2002] };
        let bytes = request.to_bytes("how");
        assert_eq!(Request::from_bytes(&bytes), Some(("how".to_owned(), request)));
        assert_eq!(Answer::from_bytes(&answer.to_bytes()), Some(answer));
        for end in 0..bytes.len() {
            assert_eq!(Request::from_bytes(&bytes[..end]), None);
            let _ = Answer::from_bytes(&bytes[..end]);
        }
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 0xff;
            let _ = Request::from_bytes(&damaged);
        }
    }
}
