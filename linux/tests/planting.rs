//! Files that an image puts there, as a program sees them.

use rv2wat_linux::testing::Guest;
use rv2wat_linux::{Attributes, Content, Errno, Planted};
use std::sync::Arc;

const CWD: u64 = -100i64 as u64;
const OPENAT: u64 = 56;
const CLOSE: u64 = 57;
const READ: u64 = 63;
const WRITE: u64 = 64;
const READLINKAT: u64 = 78;
const FSTAT: u64 = 80;

#[derive(Debug)]
struct Text(&'static [u8]);

impl Content for Text {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        let rest = self.0.get(offset as usize..).unwrap_or_default();
        let n = buf.len().min(rest.len());
        buf[..n].copy_from_slice(&rest[..n]);
        Ok(n)
    }
}

const ATTRIBUTES: Attributes = Attributes { mode: 0o640, owner: (7, 8), modified: 9_000_000_001 };

fn plant(guest: &mut Guest, path: &str, what: Planted<'_>) -> Result<(), Errno> {
    guest.process.plant(path.as_bytes(), what, ATTRIBUTES)
}

fn text(text: &'static [u8]) -> Planted<'static> {
    Planted::File(Arc::new(Text(text)), text.len() as u64)
}

fn open(guest: &mut Guest, path: &str, flags: u64) -> Result<u64, Errno> {
    let path = guest.text(path);
    guest.call(OPENAT, &[CWD, path, flags, 0])
}

fn slurp(guest: &mut Guest, path: &str) -> Result<Vec<u8>, Errno> {
    let fd = open(guest, path, 0)?;
    let at = guest.room(64);
    let got = guest.call(READ, &[fd, at, 64])?;
    guest.call(CLOSE, &[fd])?;
    Ok(guest.get(at, got))
}

#[test]
fn what_is_planted_is_there() {
    let mut guest = Guest::default();
    plant(&mut guest, "/opt", Planted::Directory).unwrap();
    plant(&mut guest, "/opt/a", text(b"content")).unwrap();
    plant(&mut guest, "/opt/b", Planted::Same(b"/opt/a")).unwrap();
    plant(&mut guest, "/l", Planted::Symlink(b"opt/b")).unwrap();
    for path in ["/opt/a", "/opt/b", "/l"] {
        assert_eq!(slurp(&mut guest, path), Ok(b"content".to_vec()), "{path}");
    }
    let (link, at) = (guest.text("/l"), guest.room(16));
    assert_eq!(guest.call(READLINKAT, &[CWD, link, at, 16]), Ok(5));
    let fd = open(&mut guest, "/opt/a", 0).unwrap();
    let stat = guest.room(128);
    guest.call(FSTAT, &[fd, stat]).unwrap();
    // Mode and links, owners, size, seconds and nanoseconds of the last change.
    assert_eq!(guest.word(stat + 16), 2 << 32 | 0o100_640);
    assert_eq!(guest.word(stat + 24), 8 << 32 | 7);
    assert_eq!(guest.word(stat + 48), 7);
    assert_eq!((guest.word(stat + 88), guest.word(stat + 96)), (9, 1));
}

#[test]
fn a_change_leaves_the_rest_as_it_was() {
    let mut guest = Guest::default();
    plant(&mut guest, "/a", text(b"content")).unwrap();
    plant(&mut guest, "/b", Planted::Same(b"/a")).unwrap();
    let fd = open(&mut guest, "/a", 1).unwrap();
    let data = guest.put(b"C");
    assert_eq!(guest.call(WRITE, &[fd, data, 1]), Ok(1));
    assert_eq!(slurp(&mut guest, "/b"), Ok(b"Content".to_vec()));
    // O_WRONLY | O_TRUNC
    open(&mut guest, "/b", 0o1001).unwrap();
    assert_eq!(slurp(&mut guest, "/a"), Ok(Vec::new()));
}

#[test]
fn an_image_has_its_own_way_with_what_is_there() {
    let mut guest = Guest::default();
    plant(&mut guest, "/etc/hostname", text(b"other\n")).unwrap();
    assert_eq!(slurp(&mut guest, "/etc/hostname"), Ok(b"other\n".to_vec()));
    // `/run` is an empty directory, `/etc` is not.
    plant(&mut guest, "/run", Planted::Symlink(b"etc")).unwrap();
    assert_eq!(slurp(&mut guest, "/run/hostname"), Ok(b"other\n".to_vec()));
    assert_eq!(plant(&mut guest, "/etc", Planted::Symlink(b"run")), Err(Errno::ENOTEMPTY));
    assert_eq!(plant(&mut guest, "/etc/hostname", Planted::Directory), Err(Errno::ENOTDIR));
    for path in ["relative", "/", "/..", "/a/../b", "/etc/hostname/x"] {
        assert!(plant(&mut guest, path, text(b"x")).is_err(), "{path}");
    }
    assert_eq!(plant(&mut guest, "/x", Planted::Same(b"/nothing")), Err(Errno::ENOENT));
    assert_eq!(plant(&mut guest, "/x", Planted::Same(b"/etc")), Err(Errno::EPERM));
}
