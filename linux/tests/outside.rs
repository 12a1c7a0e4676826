//! The files of a process from outside of it.

use rv2wat_linux::testing::{FakeDir, FakeHost, Guest};
use rv2wat_linux::{Answer, Config, Errno, FileKind, News, Request};
use std::sync::Arc;

fn look(path: &str) -> Request {
    Request::Look(path.into())
}

fn list(path: &str) -> Request {
    Request::List(path.into())
}

fn read(path: &str, offset: u64) -> Request {
    Request::Read { path: path.into(), offset, length: u64::MAX }
}

fn write(path: &str, offset: u64, data: &str) -> Request {
    Request::Write { path: path.into(), offset, mode: 0o600, data: data.into() }
}

fn remove(path: &str) -> Request {
    Request::Remove(path.into())
}

fn make_directory(path: &str) -> Request {
    Request::MakeDirectory(path.into())
}

#[test]
fn files_come_in_and_go_out() {
    let mut guest = Guest::default();
    let mut serve = |request: Request| guest.process.serve(&request);
    for request in [make_directory("/in"), write("/in/a", 0, "first"), write("/in/a", 5, " second")] {
        assert_eq!(serve(request), Ok(Answer::Done));
    }
    assert_eq!(serve(read("/in/a", 2)), Ok(Answer::Bytes(b"rst second".to_vec())));
    assert_eq!(serve(read("/in/a", 99)), Ok(Answer::Bytes(Vec::new())));
    assert_eq!(serve(write("/in/a", 0, "x")), Ok(Answer::Done));
    let Ok(Answer::List(names)) = serve(list("/in")) else { panic!("no list") };
    let [(name, seen)] = &names[..] else { panic!("{names:?}") };
    assert_eq!((&name[..], seen.kind, seen.mode, seen.size), (&b"a"[..], FileKind::Regular, 0o600, 1));
    assert!(matches!(serve(look("/in")), Ok(Answer::Seen(seen)) if seen.kind == FileKind::Directory));
    assert_eq!(serve(remove("/in")), Err(Errno::ENOTEMPTY));
    for request in [remove("/in/a"), remove("/in")] {
        assert_eq!(serve(request), Ok(Answer::Done));
    }
    assert_eq!(serve(look("/in")), Err(Errno::ENOENT));
}

#[test]
fn what_cannot_be_done_is_refused() {
    let mut guest = Guest::default();
    for (request, errno) in [
        (write("/etc", 0, "x"), Errno::EISDIR),
        (write("/etc/new/", 0, "x"), Errno::EISDIR),
        (write("/nowhere/x", 0, "x"), Errno::ENOENT),
        (write("/etc/passwd", 1 << 50, "x"), Errno::ENOSPC),
        (read("/etc", 0), Errno::EISDIR),
        (make_directory("/etc"), Errno::EEXIST),
        (remove("/"), Errno::EBUSY),
        (list("/etc/passwd"), Errno::ENOTDIR),
    ] {
        assert_eq!(guest.process.serve(&request), Err(errno), "{request:?}");
    }
}

#[test]
fn mounts_are_looked_at_only() {
    let mut guest = Guest::default();
    guest.process.mount(b"/m", Arc::new(FakeDir::default()), false).unwrap();
    assert_eq!(guest.process.serve(&list("/m")), Ok(Answer::List(Vec::new())));
    assert_eq!(guest.process.serve(&write("/m/x", 0, "x")), Err(Errno::EXDEV));
}

#[test]
fn a_guest_that_waits_is_no_hindrance() {
    const READ: u64 = 63;
    let news = vec![News::Request(write("/tmp/x", 0, "text")), News::Request(read("/tmp/x", 0))];
    let host = FakeHost { news, input: b"line".to_vec(), ..FakeHost::default() };
    let mut guest = Guest::new(host, Config::default());
    let buffer = guest.room(8);
    assert_eq!(guest.call(READ, &[0, buffer, 8]), Ok(4));
    assert_eq!(guest.process.host().answers, [Ok(Answer::Done), Ok(Answer::Bytes(b"text".to_vec()))]);
}
