//! Entries of a tar, one after another, with their long names and extended headers.
//!
//! The crate `tar` finds the entries; names and headers of more than one block are read
//! here, so that none is larger in memory than a bound. Must never know what becomes of
//! an entry.

use std::io::{self, Read};

use tar::EntryType;

use super::tree::Attributes;

/// How long the names and extended headers of one entry may be, in bytes, and all global
/// headers together.
const HEADER_MAX: u64 = 1 << 20;

/// What an entry is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A regular file.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// One more name of a file that came before.
    Link,
    /// A device, or a fifo.
    Special,
}

/// An entry without what it holds.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Its name, as the archive has it.
    pub name: Vec<u8>,
    /// What a link leads to; empty for others.
    pub target: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Mode, owner, time.
    pub attributes: Attributes,
    /// How many bytes it holds.
    pub size: u64,
    /// Where they are in the archive.
    pub position: u64,
}

/// What extended headers say of the next entry.
#[derive(Clone, Default)]
struct Extended {
    name: Option<Vec<u8>>,
    target: Option<Vec<u8>>,
    records: Vec<(Vec<u8>, Vec<u8>)>,
}

/// Calls `each` with every entry of an archive and a stream of what it holds.
///
/// # Errors
/// Those of reading, of a damaged archive, and of `each`.
pub fn entries<R: Read, E: From<io::Error>>(
    found: tar::Entries<'_, R>,
    mut each: impl FnMut(Entry, &mut dyn Read) -> Result<(), E>,
) -> Result<(), E> {
    let mut global = Vec::new();
    let (mut held, mut held_global) = (0, 0);
    let mut extended = Extended::default();
    let mut is_first = true;
    for entry in found.raw(true) {
        let mut entry = entry.map_err(|error| if is_first { no_archive(error) } else { error })?;
        is_first = false;
        let kind = entry.header().entry_type();
        match kind {
            EntryType::GNULongName => extended.name = Some(long_name(&mut entry, &mut held)?),
            EntryType::GNULongLink => extended.target = Some(long_name(&mut entry, &mut held)?),
            EntryType::XHeader => extended.records.extend(records(&whole(&mut entry, &mut held)?)?),
            EntryType::XGlobalHeader => global.extend(records(&whole(&mut entry, &mut held_global)?)?),
            _ => {
                held = 0;
                extended.records.splice(0..0, global.iter().cloned());
                let head = head(&entry, std::mem::take(&mut extended))?;
                let mut rest = (&mut entry).take(head.size);
                let size = if head.kind == Kind::File { head.size } else { 0 };
                each(head, &mut Whole { inner: &mut rest, left: size })?;
            }
        }
    }
    Ok(())
}

/// What is said of something whose first header cannot be read, unless reading fails.
fn no_archive(error: io::Error) -> io::Error {
    let inner = error.get_ref().is_some_and(|inner| inner.is::<super::unpack::TooMuch>());
    match inner || error.raw_os_error().is_some() {
        true => error,
        false => io::Error::other(format!("it is no tar, or one whose beginning is damaged: {error}")),
    }
}

/// A stream that is an error if it ends before its time.
struct Whole<'a> {
    inner: &'a mut dyn Read,
    left: u64,
}

impl Read for Whole<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.left == 0 || buffer.is_empty() {
            return Ok(0);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        match self.inner.read(&mut buffer[..most])? {
            0 => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within a file")),
            count => {
                self.left -= count as u64;
                Ok(count)
            }
        }
    }
}

/// A header as a whole; `held` is how long those before it are that are still in memory.
fn whole<R: Read>(entry: &mut tar::Entry<'_, R>, held: &mut u64) -> io::Result<Vec<u8>> {
    let size = entry.size();
    *held = held.saturating_add(size);
    if *held > HEADER_MAX {
        return Err(io::Error::other(format!("it has headers of {held} bytes; {HEADER_MAX} are the limit")));
    }
    let mut bytes = Vec::new();
    entry.read_to_end(&mut bytes)?;
    match bytes.len() as u64 == size {
        true => Ok(bytes),
        false => Err(io::Error::new(io::ErrorKind::UnexpectedEof, "it ends within a header")),
    }
}

fn long_name<R: Read>(entry: &mut tar::Entry<'_, R>, held: &mut u64) -> io::Result<Vec<u8>> {
    let mut name = whole(entry, held)?;
    let end = name.iter().position(|&byte| byte == 0).unwrap_or(name.len());
    name.truncate(end);
    Ok(name)
}

/// The records of an extended header: `LENGTH KEY=VALUE` and a line's end, each.
fn records(mut bytes: &[u8]) -> io::Result<Vec<(Vec<u8>, Vec<u8>)>> {
    let mut records = Vec::new();
    while !bytes.is_empty() {
        let (record, rest) =
            record(bytes).ok_or_else(|| io::Error::other("an extended header is damaged"))?;
        records.push(record);
        bytes = rest;
    }
    Ok(records)
}

type Record = (Vec<u8>, Vec<u8>);

fn record(bytes: &[u8]) -> Option<(Record, &[u8])> {
    let space = bytes.iter().take(20).position(|&byte| byte == b' ')?;
    let length: usize = number(&bytes[..space])?;
    let (record, rest) = bytes.split_at_checked(length)?;
    let text = record.get(space + 1..)?.strip_suffix(b"\n")?;
    let equals = text.iter().position(|&byte| byte == b'=')?;
    Some(((text[..equals].to_vec(), text[equals + 1..].to_vec()), rest))
}

fn number<T: std::str::FromStr>(digits: &[u8]) -> Option<T> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

/// A number of a header, 0 where it is blank.
fn field(bytes: &[u8], value: io::Result<u64>) -> io::Result<u64> {
    match bytes.iter().all(|byte| matches!(byte, 0 | b' ')) {
        true => Ok(0),
        false => value,
    }
}

fn head<R: Read>(entry: &tar::Entry<'_, R>, extended: Extended) -> io::Result<Entry> {
    let header = entry.header();
    let old = header.as_old();
    let mut mode = field(&old.mode, header.mode().map(u64::from))?;
    let mut owner = (field(&old.uid, header.uid())?, field(&old.gid, header.gid())?);
    // A time before 1970 is a negative number of 64 bits.
    let mut modified = field(&old.mtime, header.mtime())? as i64;
    let mut name = header.path_bytes().into_owned();
    let mut target = header.link_name_bytes().map(|target| target.into_owned()).unwrap_or_default();
    let size = entry.size();
    for (key, value) in &extended.records {
        let wrong = || {
            let (key, value) = (String::from_utf8_lossy(key), String::from_utf8_lossy(value));
            io::Error::other(format!("an extended header has {key}={value}, which is not read here"))
        };
        match key.as_slice() {
            b"path" => name.clone_from(value),
            b"linkpath" => target.clone_from(value),
            b"uid" => owner.0 = number(value).ok_or_else(wrong)?,
            b"gid" => owner.1 = number(value).ok_or_else(wrong)?,
            b"mtime" => modified = seconds(value).ok_or_else(wrong)?,
            // Beyond 8 GiB alone it says what the header cannot.
            b"size" if number(value) != Some(size) => return Err(wrong()),
            _ if key.starts_with(b"GNU.sparse.") => return Err(sparse(&name)),
            _ => {}
        }
    }
    let name = extended.name.unwrap_or(name);
    let target = extended.target.unwrap_or(target);
    let kind = match header.entry_type() {
        EntryType::Regular | EntryType::Continuous if name.ends_with(b"/") => Kind::Directory,
        EntryType::Regular | EntryType::Continuous => Kind::File,
        EntryType::Directory => Kind::Directory,
        EntryType::Symlink => Kind::Symlink,
        EntryType::Link => Kind::Link,
        EntryType::Char | EntryType::Block | EntryType::Fifo => Kind::Special,
        EntryType::GNUSparse => return Err(sparse(&name)),
        other => {
            let (name, kind) = (String::from_utf8_lossy(&name), char::from(other.as_byte()));
            let why = format!("{name:?} is an entry of kind {kind:?}, which is not read here");
            return Err(io::Error::other(why));
        }
    };
    let id = |id: u64| u32::try_from(id).map_err(|_| io::Error::other(format!("there is no user {id}")));
    mode &= 0o7777;
    let attributes = Attributes { mode: mode as u32, owner: (id(owner.0)?, id(owner.1)?), modified };
    Ok(Entry { name, target, kind, attributes, size, position: entry.raw_file_position() })
}

fn sparse(name: &[u8]) -> io::Error {
    let name = String::from_utf8_lossy(name);
    io::Error::other(format!(
        "{name:?} is stored as a sparse file; `tar` without --sparse makes other archives"
    ))
}

/// The whole seconds of a time such as `1700000000.25`.
fn seconds(text: &[u8]) -> Option<i64> {
    let dot = text.iter().position(|&byte| byte == b'.').unwrap_or(text.len());
    let (whole, rest) = text.split_at(dot);
    let early = text.starts_with(b"-") && rest.iter().any(|byte| (b'1'..=b'9').contains(byte));
    number::<i64>(whole)?.checked_sub(i64::from(early))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_rounded_down() {
        for (text, time) in [("12", 12), ("12.9", 12), ("-1.5", -2), ("-1.0", -1), ("-0.5", -1)] {
            assert_eq!(seconds(text.as_bytes()), Some(time), "{text}");
        }
        assert_eq!(seconds(b"soon"), None);
    }

    #[test]
    fn records_may_hold_anything() {
        let read = records(b"13 path=a\nb=\n9 uid=12\n").unwrap();
        assert_eq!(read, [(b"path".to_vec(), b"a\nb=".to_vec()), (b"uid".to_vec(), b"12".to_vec())]);
        for damaged in ["5 a=b\n6", "99 a=b\n", "x a=b\n", "6 a=b ", "0 a=b\n", "5 ab\n"] {
            assert!(records(damaged.as_bytes()).is_err(), "{damaged:?}");
        }
    }
}
