//! Requests about files as bytes, and their answers: the other side of `web/requests.mjs`.
//!
//! | request | bytes, little-endian |
//! |---|---|
//! | all | what (1), length of the path (4), the path |
//! | 3, read | … offset (8), length (8) |
//! | 4, write | … offset (8), mode (4), all that is left |
//!
//! | answer | bytes |
//! |---|---|
//! | all | error number or 0 (4) |
//! | 1, look | … a file: kind as `st_mode` has it >> 12 (1), mode (4), size (8), seconds since 1970 (8) |
//! | 2, list | … for each name: a file, length of the name (4), the name |
//! | 3, read | … the bytes |

use rv2wat_linux::mounting::file_type;
use rv2wat_linux::{Answer, Errno, Request, Seen};

/// What is left of a request.
struct Rest<'a>(&'a [u8]);

impl<'a> Rest<'a> {
    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }

    fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes(self.take(4)?.try_into().ok()?))
    }

    fn u64(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }
}

/// The request that these bytes are; `EINVAL` if they are none.
pub fn decode(bytes: &[u8]) -> Result<Request, Errno> {
    read(bytes).ok_or(Errno::EINVAL)
}

fn read(bytes: &[u8]) -> Option<Request> {
    let mut rest = Rest(bytes);
    let what = rest.take(1)?;
    let length = rest.u32()? as usize;
    let path = rest.take(length)?.to_vec();
    let request = match what {
        [1] => Request::Look(path),
        [2] => Request::List(path),
        [3] => Request::Read { path, offset: rest.u64()?, length: rest.u64()? },
        [4] => {
            let (offset, mode) = (rest.u64()?, rest.u32()?);
            let data = std::mem::take(&mut rest.0).to_vec();
            Request::Write { path, offset, mode, data }
        }
        [5] => Request::Remove(path),
        [6] => Request::MakeDirectory(path),
        _ => return None,
    };
    rest.0.is_empty().then_some(request)
}

/// An answer as bytes.
pub fn encode(answer: &Result<Answer, Errno>) -> Vec<u8> {
    let mut bytes = Vec::new();
    let errno = answer.as_ref().map_or_else(|errno| u32::from(errno.0), |_| 0);
    bytes.extend(errno.to_le_bytes());
    match answer {
        Ok(Answer::Seen(seen)) => file(seen, &mut bytes),
        Ok(Answer::List(names)) => {
            for (name, seen) in names {
                file(seen, &mut bytes);
                // No name is longer than 255 bytes.
                bytes.extend((name.len() as u32).to_le_bytes());
                bytes.extend_from_slice(name);
            }
        }
        Ok(Answer::Bytes(data)) => bytes.extend_from_slice(data),
        Ok(Answer::Done) | Err(_) => {}
    }
    bytes
}

fn file(seen: &Seen, bytes: &mut Vec<u8>) {
    // Four bits.
    bytes.push(file_type(seen.kind) as u8);
    bytes.extend(seen.mode.to_le_bytes());
    bytes.extend(seen.size.to_le_bytes());
    bytes.extend((seen.modified / 1_000_000_000).to_le_bytes());
}
