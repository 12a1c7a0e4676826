//! Files, directories, links, descriptors and pipes through system calls.

use rv2wat_linux::testing::{FakeDir, FakeHost, Guest};
use rv2wat_linux::{Config, Errno, Outcome};
use std::sync::Arc;

const CWD: u64 = -100i64 as u64;

mod nr {
    pub const GETCWD: u64 = 17;
    pub const DUP: u64 = 23;
    pub const DUP3: u64 = 24;
    pub const FCNTL: u64 = 25;
    pub const MKDIRAT: u64 = 34;
    pub const UNLINKAT: u64 = 35;
    pub const SYMLINKAT: u64 = 36;
    pub const LINKAT: u64 = 37;
    pub const STATFS: u64 = 43;
    pub const FTRUNCATE: u64 = 46;
    pub const FACCESSAT: u64 = 48;
    pub const CHDIR: u64 = 49;
    pub const FCHMODAT: u64 = 53;
    pub const OPENAT: u64 = 56;
    pub const CLOSE: u64 = 57;
    pub const PIPE2: u64 = 59;
    pub const GETDENTS64: u64 = 61;
    pub const LSEEK: u64 = 62;
    pub const READ: u64 = 63;
    pub const WRITE: u64 = 64;
    pub const READV: u64 = 65;
    pub const WRITEV: u64 = 66;
    pub const PREAD64: u64 = 67;
    pub const SENDFILE: u64 = 71;
    pub const READLINKAT: u64 = 78;
    pub const NEWFSTATAT: u64 = 79;
    pub const FSTAT: u64 = 80;
    pub const UTIMENSAT: u64 = 88;
    pub const RENAMEAT2: u64 = 276;
    pub const COPY_FILE_RANGE: u64 = 285;
    pub const MEMFD_CREATE: u64 = 279;
    pub const CLOSE_RANGE: u64 = 436;
}

const O_WRONLY: u64 = 1;
const O_RDWR: u64 = 2;
const O_CREAT: u64 = 0o100;
const O_EXCL: u64 = 0o200;
const O_TRUNC: u64 = 0o1000;
const O_APPEND: u64 = 0o2000;
const O_NONBLOCK: u64 = 0o4000;
const O_DIRECTORY: u64 = 0o200000;
const O_NOFOLLOW: u64 = 0o400000;
const O_CLOEXEC: u64 = 0o2000000;
const O_PATH: u64 = 0o10000000;
const O_TMPFILE: u64 = 0o20200000;

fn open(guest: &mut Guest, path: &str, flags: u64) -> Result<u64, Errno> {
    let path = guest.text(path);
    guest.call(nr::OPENAT, &[CWD, path, flags, 0o644])
}

fn write(guest: &mut Guest, fd: u64, data: &[u8]) -> Result<u64, Errno> {
    let at = guest.put(data);
    guest.call(nr::WRITE, &[fd, at, data.len() as u64])
}

fn read(guest: &mut Guest, fd: u64, len: u64) -> Result<Vec<u8>, Errno> {
    let at = guest.room(len as usize);
    let got = guest.call(nr::READ, &[fd, at, len])?;
    Ok(guest.get(at, got))
}

fn slurp(guest: &mut Guest, path: &str) -> Result<Vec<u8>, Errno> {
    let fd = open(guest, path, 0)?;
    let data = read(guest, fd, 4000);
    guest.call(nr::CLOSE, &[fd])?;
    data
}

fn make(guest: &mut Guest, path: &str, data: &[u8]) {
    let fd = open(guest, path, O_CREAT | O_WRONLY | O_TRUNC).unwrap();
    write(guest, fd, data).unwrap();
    guest.call(nr::CLOSE, &[fd]).unwrap();
}

fn mkdir(guest: &mut Guest, path: &str) -> Result<u64, Errno> {
    let path = guest.text(path);
    guest.call(nr::MKDIRAT, &[CWD, path, 0o755])
}

fn symlink(guest: &mut Guest, target: &str, path: &str) {
    let (target, path) = (guest.text(target), guest.text(path));
    guest.call(nr::SYMLINKAT, &[target, CWD, path]).unwrap();
}

fn unlink(guest: &mut Guest, path: &str, flags: u64) -> Result<u64, Errno> {
    let path = guest.text(path);
    guest.call(nr::UNLINKAT, &[CWD, path, flags])
}

fn rename(guest: &mut Guest, from: &str, to: &str, flags: u64) -> Result<u64, Errno> {
    let (from, to) = (guest.text(from), guest.text(to));
    guest.call(nr::RENAMEAT2, &[CWD, from, CWD, to, flags])
}

/// (mode, links, size)
fn stat(guest: &mut Guest, path: &str, flags: u64) -> Result<(u32, u32, u64), Errno> {
    let (path, at) = (guest.text(path), guest.room(128));
    guest.call(nr::NEWFSTATAT, &[CWD, path, at, flags])?;
    Ok((guest.half(at + 16), guest.half(at + 20), guest.word(at + 48)))
}

fn names(guest: &mut Guest, path: &str) -> Vec<String> {
    let fd = open(guest, path, O_DIRECTORY).unwrap();
    let at = guest.room(4096);
    let mut names = Vec::new();
    loop {
        let got = guest.call(nr::GETDENTS64, &[fd, at, 4096]).unwrap();
        if got == 0 {
            break;
        }
        let data = guest.get(at, got);
        let mut entry = 0;
        while entry < data.len() {
            let size = u16::from_le_bytes([data[entry + 16], data[entry + 17]]) as usize;
            let name = &data[entry + 19..entry + size];
            let end = name.iter().position(|&byte| byte == 0).unwrap();
            names.push(String::from_utf8(name[..end].to_vec()).unwrap());
            entry += size;
        }
    }
    guest.call(nr::CLOSE, &[fd]).unwrap();
    names
}

#[test]
fn what_is_written_is_read_back() {
    let mut guest = Guest::default();
    make(&mut guest, "/tmp/a", b"hello world");
    assert_eq!(slurp(&mut guest, "/tmp/a").unwrap(), b"hello world");
    let fd = open(&mut guest, "/tmp/a", O_RDWR).unwrap();
    assert_eq!(guest.call(nr::LSEEK, &[fd, 6, 0]), Ok(6));
    assert_eq!(write(&mut guest, fd, b"W"), Ok(1));
    assert_eq!(guest.call(nr::LSEEK, &[fd, -3i64 as u64, 2]), Ok(8));
    assert_eq!(read(&mut guest, fd, 10).unwrap(), b"rld");
    assert_eq!(read(&mut guest, fd, 10).unwrap(), b"");
    let at = guest.room(8);
    assert_eq!(guest.call(nr::PREAD64, &[fd, at, 5, 6]), Ok(5));
    assert_eq!(guest.get(at, 5), b"World");
    assert_eq!(guest.call(nr::LSEEK, &[fd, -1i64 as u64, 0]), Err(Errno::EINVAL));
    assert_eq!(guest.call(nr::READ, &[99, at, 1]), Err(Errno::EBADF));
    guest.call(nr::LSEEK, &[fd, 0, 0]).unwrap();
    assert_eq!(guest.call(nr::READ, &[fd, 0xffff_f000, 1]), Err(Errno::EFAULT));
}

#[test]
fn open_flags_mean_what_they_say() {
    let mut guest = Guest::default();
    assert_eq!(open(&mut guest, "/tmp/no", 0), Err(Errno::ENOENT));
    assert_eq!(open(&mut guest, "", 0), Err(Errno::ENOENT));
    make(&mut guest, "/tmp/a", b"abc");
    assert_eq!(open(&mut guest, "/tmp/a", O_CREAT | O_EXCL | O_WRONLY), Err(Errno::EEXIST));
    assert_eq!(open(&mut guest, "/tmp/a", O_DIRECTORY), Err(Errno::ENOTDIR));
    assert_eq!(open(&mut guest, "/tmp/a/b", 0), Err(Errno::ENOTDIR));
    assert_eq!(open(&mut guest, "/tmp/a/", 0), Err(Errno::ENOTDIR));
    assert_eq!(open(&mut guest, "/tmp", O_WRONLY), Err(Errno::EISDIR));
    let fd = open(&mut guest, "/tmp/a", O_WRONLY | O_APPEND).unwrap();
    write(&mut guest, fd, b"def").unwrap();
    assert_eq!(read(&mut guest, fd, 1), Err(Errno::EBADF));
    assert_eq!(slurp(&mut guest, "/tmp/a").unwrap(), b"abcdef");
    open(&mut guest, "/tmp/a", O_WRONLY | O_TRUNC).unwrap();
    assert_eq!(slurp(&mut guest, "/tmp/a").unwrap(), b"");
    let fd = open(&mut guest, "/tmp", O_TMPFILE | O_RDWR).unwrap();
    assert_eq!(write(&mut guest, fd, b"hidden"), Ok(6));
    let at = guest.room(128);
    guest.call(nr::FSTAT, &[fd, at]).unwrap();
    assert_eq!((guest.half(at + 20), guest.word(at + 48)), (0, 6));
    assert_eq!(names(&mut guest, "/tmp"), [".", "..", "a"]);
    let fd = open(&mut guest, "/tmp/a", O_PATH).unwrap();
    assert_eq!(read(&mut guest, fd, 1), Err(Errno::EBADF));
    let long = format!("/tmp/{}", "x".repeat(256));
    assert_eq!(open(&mut guest, &long, O_CREAT | O_WRONLY), Err(Errno::ENAMETOOLONG));
    let long = "/tmp".repeat(1100);
    assert_eq!(open(&mut guest, &long, 0), Err(Errno::ENAMETOOLONG));
}

#[test]
fn symbolic_links_are_followed_to_a_depth() {
    let mut guest = Guest::default();
    make(&mut guest, "/tmp/a", b"abc");
    symlink(&mut guest, "a", "/tmp/rel");
    symlink(&mut guest, "/tmp/rel", "/tmp/abs");
    symlink(&mut guest, "loop", "/tmp/loop");
    symlink(&mut guest, "new", "/tmp/dangling");
    assert_eq!(slurp(&mut guest, "/tmp/abs").unwrap(), b"abc");
    assert_eq!(open(&mut guest, "/tmp/abs", O_NOFOLLOW), Err(Errno::ELOOP));
    assert_eq!(open(&mut guest, "/tmp/loop", 0), Err(Errno::ELOOP));
    make(&mut guest, "/tmp/dangling", b"made");
    assert_eq!(slurp(&mut guest, "/tmp/new").unwrap(), b"made");
    assert_eq!(stat(&mut guest, "/tmp/abs", 0x100).unwrap(), (0o120777, 1, 8));
    assert_eq!(stat(&mut guest, "/tmp/abs", 0).unwrap().0, 0o100644);
    let (path, at) = (guest.text("/tmp/abs"), guest.room(64));
    assert_eq!(guest.call(nr::READLINKAT, &[CWD, path, at, 4]), Ok(4));
    assert_eq!(guest.get(at, 4), b"/tmp");
    let path = guest.text("/tmp/a");
    assert_eq!(guest.call(nr::READLINKAT, &[CWD, path, at, 4]), Err(Errno::EINVAL));
}

#[test]
fn directories_are_made_listed_renamed_and_removed() {
    let mut guest = Guest::default();
    mkdir(&mut guest, "/tmp/d").unwrap();
    assert_eq!(mkdir(&mut guest, "/tmp/d"), Err(Errno::EEXIST));
    assert_eq!(mkdir(&mut guest, "/tmp/no/d"), Err(Errno::ENOENT));
    mkdir(&mut guest, "/tmp/d/e/").unwrap();
    make(&mut guest, "/tmp/d/f", b"1");
    assert_eq!(names(&mut guest, "/tmp/d"), [".", "..", "e", "f"]);
    assert_eq!(stat(&mut guest, "/tmp/d", 0).unwrap().1, 3);
    assert_eq!(unlink(&mut guest, "/tmp/d", 0), Err(Errno::EISDIR));
    assert_eq!(unlink(&mut guest, "/tmp/d", 0x200), Err(Errno::ENOTEMPTY));
    assert_eq!(unlink(&mut guest, "/tmp/d/f", 0x200), Err(Errno::ENOTDIR));
    assert_eq!(unlink(&mut guest, "/tmp/d/.", 0x200), Err(Errno::EINVAL));
    assert_eq!(rename(&mut guest, "/tmp/d", "/tmp/d/e/x", 0), Err(Errno::EINVAL));
    make(&mut guest, "/tmp/g", b"2");
    assert_eq!(rename(&mut guest, "/tmp/g", "/tmp/d/f", 1), Err(Errno::EEXIST));
    rename(&mut guest, "/tmp/g", "/tmp/d/f", 0).unwrap();
    assert_eq!(slurp(&mut guest, "/tmp/d/f").unwrap(), b"2");
    let path = guest.text("/tmp/d/e");
    guest.call(nr::CHDIR, &[path]).unwrap();
    rename(&mut guest, "/tmp/d", "/tmp/moved", 0).unwrap();
    let at = guest.room(64);
    assert_eq!(guest.call(nr::GETCWD, &[at, 64]), Ok(13));
    assert_eq!(guest.get(at, 13), b"/tmp/moved/e\0");
    assert_eq!(guest.call(nr::GETCWD, &[at, 3]), Err(Errno::ERANGE));
    assert_eq!(slurp(&mut guest, "../f").unwrap(), b"2");
    unlink(&mut guest, "/tmp/moved/e", 0x200).unwrap();
    assert_eq!(guest.call(nr::GETCWD, &[at, 64]), Err(Errno::ENOENT));
    assert_eq!(open(&mut guest, "x", O_CREAT | O_WRONLY), Err(Errno::ENOENT));
}

#[test]
fn a_file_outlives_its_name_and_counts_its_links() {
    let mut guest = Guest::default();
    make(&mut guest, "/tmp/a", b"abc");
    let (old, new) = (guest.text("/tmp/a"), guest.text("/tmp/b"));
    guest.call(nr::LINKAT, &[CWD, old, CWD, new, 0]).unwrap();
    assert_eq!(stat(&mut guest, "/tmp/b", 0).unwrap(), (0o100644, 2, 3));
    let fd = open(&mut guest, "/tmp/a", 0).unwrap();
    unlink(&mut guest, "/tmp/a", 0).unwrap();
    unlink(&mut guest, "/tmp/b", 0).unwrap();
    assert_eq!(read(&mut guest, fd, 9).unwrap(), b"abc");
    let path = format!("/proc/self/fd/{fd}");
    assert_eq!(slurp(&mut guest, &path).unwrap(), b"abc");
    let tmp = guest.text("/tmp");
    assert_eq!(guest.call(nr::LINKAT, &[CWD, tmp, CWD, new, 0]), Err(Errno::EPERM));
}

#[test]
fn descriptors_are_the_lowest_and_share_their_offset() {
    let mut guest = Guest::default();
    make(&mut guest, "/tmp/a", b"abcdef");
    let fd = open(&mut guest, "/tmp/a", O_CLOEXEC).unwrap();
    assert_eq!(fd, 3);
    let copy = guest.call(nr::DUP, &[fd]).unwrap();
    assert_eq!(copy, 4);
    assert_eq!(read(&mut guest, fd, 2).unwrap(), b"ab");
    assert_eq!(read(&mut guest, copy, 2).unwrap(), b"cd");
    assert_eq!(guest.call(nr::FCNTL, &[fd, 1]), Ok(1));
    assert_eq!(guest.call(nr::FCNTL, &[copy, 1]), Ok(0));
    assert_eq!(guest.call(nr::FCNTL, &[fd, 1030, 10]), Ok(10));
    assert_eq!(guest.call(nr::DUP3, &[fd, fd, 0]), Err(Errno::EINVAL));
    assert_eq!(guest.call(nr::DUP3, &[fd, 20, 0]), Ok(20));
    assert_eq!(guest.call(nr::DUP3, &[fd, 5000, 0]), Err(Errno::EBADF));
    guest.call(nr::FCNTL, &[fd, 4, O_NONBLOCK | O_APPEND]).unwrap();
    assert_eq!(guest.call(nr::FCNTL, &[20, 3]), Ok(O_NONBLOCK | O_APPEND | 0o100000));
    assert_eq!(guest.call(nr::CLOSE_RANGE, &[4, u32::MAX as u64, 0]), Ok(0));
    assert_eq!(guest.call(nr::CLOSE, &[20]), Err(Errno::EBADF));
    assert_eq!(guest.call(nr::CLOSE, &[fd]), Ok(0));
    let mut last = Ok(0);
    for _ in 0..2000 {
        last = guest.call(nr::DUP, &[0]);
    }
    assert_eq!(last, Err(Errno::EMFILE));
}

#[test]
fn pipes_carry_bytes_and_break() {
    let mut guest = Guest::default();
    let ends = guest.room(8);
    guest.call(nr::PIPE2, &[ends, 0]).unwrap();
    let (from, to) = (guest.half(ends) as u64, guest.half(ends + 4) as u64);
    assert_eq!(write(&mut guest, to, b"through"), Ok(7));
    assert_eq!(read(&mut guest, from, 4).unwrap(), b"thro");
    assert_eq!(guest.call(nr::LSEEK, &[from, 0, 1]), Err(Errno::ESPIPE));
    assert_eq!(read(&mut guest, from, 40).unwrap(), b"ugh");
    let at = guest.room(8);
    assert!(matches!(guest.outcome(nr::READ, &[from, at, 1]), Outcome::Deadlock(_)));
    guest.call(nr::FCNTL, &[from, 4, O_NONBLOCK]).unwrap();
    assert_eq!(guest.call(nr::READ, &[from, at, 1]), Err(Errno::EAGAIN));
    let other = guest.call(nr::DUP, &[to]).unwrap();
    guest.call(nr::CLOSE, &[to]).unwrap();
    assert_eq!(guest.call(nr::READ, &[from, at, 1]), Err(Errno::EAGAIN));
    guest.call(nr::CLOSE, &[other]).unwrap();
    assert_eq!(guest.call(nr::READ, &[from, at, 1]), Ok(0));
    guest.call(nr::PIPE2, &[ends, 0]).unwrap();
    let (from, to) = (guest.half(ends) as u64, guest.half(ends + 4) as u64);
    guest.call(nr::CLOSE, &[from]).unwrap();
    assert_eq!(guest.outcome(nr::WRITE, &[to, at, 1]), Outcome::Kill(13));
}

#[test]
fn vectors_and_copies_move_everything() {
    let mut guest = Guest::default();
    let (a, b) = (guest.text("hello "), guest.text("world"));
    let iov: Vec<u8> = [a, 6, b, 5].iter().flat_map(|word: &u64| word.to_le_bytes()).collect();
    let iov = guest.put(&iov);
    assert_eq!(guest.call(nr::WRITEV, &[1, iov, 2]), Ok(11));
    assert_eq!(guest.process.host().output, b"hello world");
    assert_eq!(guest.call(nr::WRITEV, &[1, iov, 1025]), Err(Errno::EINVAL));
    let fd = open(&mut guest, "/tmp/a", O_CREAT | O_RDWR).unwrap();
    guest.call(nr::WRITEV, &[fd, iov, 2]).unwrap();
    guest.call(nr::LSEEK, &[fd, 3, 0]).unwrap();
    assert_eq!(guest.call(nr::READV, &[fd, iov, 2]), Ok(8));
    assert_eq!(guest.get(a, 6), b"lo wor");
    assert_eq!(guest.get(b, 5), b"ldrld");
    let copy = open(&mut guest, "/tmp/b", O_CREAT | O_RDWR).unwrap();
    let offset = guest.put(&2u64.to_le_bytes());
    assert_eq!(guest.call(nr::COPY_FILE_RANGE, &[fd, offset, copy, 0, 100, 0]), Ok(9));
    assert_eq!(guest.word(offset), 11);
    assert_eq!(slurp(&mut guest, "/tmp/b").unwrap(), b"llo world");
    guest.call(nr::LSEEK, &[copy, 0, 0]).unwrap();
    assert_eq!(guest.call(nr::SENDFILE, &[1, copy, 0, 3]), Ok(3));
    assert_eq!(guest.process.host().output, b"hello worldllo");
}

#[test]
fn lengths_and_space_are_bounded() {
    let mut guest = Guest::default();
    let name = guest.text("m");
    let fd = guest.call(nr::MEMFD_CREATE, &[name, 0]).unwrap();
    assert_eq!(guest.call(nr::FTRUNCATE, &[fd, 1 << 40]), Err(Errno::ENOSPC));
    assert_eq!(guest.call(nr::FTRUNCATE, &[fd, u64::MAX]), Err(Errno::EINVAL));
    assert_eq!(guest.call(nr::FTRUNCATE, &[fd, 5]), Ok(0));
    assert_eq!(read(&mut guest, fd, 9).unwrap(), [0; 5]);
    guest.call(nr::LSEEK, &[fd, 1 << 40, 0]).unwrap();
    assert_eq!(write(&mut guest, fd, b"x"), Err(Errno::ENOSPC));
    let (path, at) = (guest.text("/tmp"), guest.room(120));
    guest.call(nr::STATFS, &[path, at]).unwrap();
    assert_eq!((guest.word(at), guest.word(at + 8), guest.word(at + 64)), (0x01021994, 4096, 255));
}

#[test]
fn permissions_hold_for_those_who_are_not_root() {
    let config = Config { uid: 1000, gid: 1000, ..Config::default() };
    let mut guest = Guest::new(FakeHost::default(), config);
    assert_eq!(open(&mut guest, "/x", O_CREAT | O_WRONLY), Err(Errno::EACCES));
    make(&mut guest, "/tmp/a", b"abc");
    let path = guest.text("/tmp/a");
    guest.call(nr::FCHMODAT, &[CWD, path, 0o200]).unwrap();
    assert_eq!(open(&mut guest, "/tmp/a", 0), Err(Errno::EACCES));
    assert_eq!(guest.call(nr::FACCESSAT, &[CWD, path, 2]), Ok(0));
    assert_eq!(guest.call(nr::FACCESSAT, &[CWD, path, 4]), Err(Errno::EACCES));
    let etc = guest.text("/etc/passwd");
    assert_eq!(guest.call(nr::FCHMODAT, &[CWD, etc, 0o777]), Err(Errno::EPERM));
    let times = guest.put(&[7u64, 5, 8, 6].iter().flat_map(|word| word.to_le_bytes()).collect::<Vec<u8>>());
    guest.call(nr::UTIMENSAT, &[CWD, path, times, 0]).unwrap();
    let at = guest.room(128);
    guest.call(nr::NEWFSTATAT, &[CWD, path, at, 0]).unwrap();
    assert_eq!(
        (guest.word(at + 72), guest.word(at + 80), guest.word(at + 88), guest.word(at + 96)),
        (7, 5, 8, 6)
    );
}

#[test]
fn a_mount_cannot_be_left_but_by_the_front_door() {
    let mut guest = Guest::default();
    let dir = Arc::new(FakeDir::default());
    dir.add_file("inside", b"host file");
    dir.add_link("absolute", "/etc/hostname");
    dir.add_link("upwards", "../../../../etc/hostname");
    dir.add_link("self", "inside");
    guest.process.mount(b"/mnt/host", dir.clone(), false).unwrap();
    assert_eq!(slurp(&mut guest, "/mnt/host/inside").unwrap(), b"host file");
    assert_eq!(slurp(&mut guest, "/mnt/host/self").unwrap(), b"host file");
    // Links lead into the guest's own tree, never the host's.
    assert_eq!(slurp(&mut guest, "/mnt/host/absolute").unwrap(), b"rv2wat\n");
    assert_eq!(slurp(&mut guest, "/mnt/host/upwards").unwrap(), b"rv2wat\n");
    assert_eq!(slurp(&mut guest, "/mnt/host/../../etc/hostname").unwrap(), b"rv2wat\n");
    make(&mut guest, "/mnt/host/new", b"from the guest");
    assert_eq!(dir.content("new").unwrap(), b"from the guest");
    mkdir(&mut guest, "/mnt/host/sub").unwrap();
    rename(&mut guest, "/mnt/host/new", "/mnt/host/sub/newer", 0).unwrap();
    assert_eq!(names(&mut guest, "/mnt/host/sub"), [".", "..", "newer"]);
    assert_eq!(rename(&mut guest, "/mnt/host/inside", "/tmp/x", 0), Err(Errno::EXDEV));
    assert_eq!(unlink(&mut guest, "/mnt/host", 0x200), Err(Errno::EBUSY));
    let path = guest.text("/mnt/host/sub");
    guest.call(nr::CHDIR, &[path]).unwrap();
    let at = guest.room(64);
    guest.call(nr::GETCWD, &[at, 64]).unwrap();
    assert_eq!(guest.get(at, 14), b"/mnt/host/sub\0");
    assert_eq!(slurp(&mut guest, "../../../tmp/../mnt/host/inside").unwrap(), b"host file");
}

#[test]
fn a_root_of_the_hosts_leaves_devices_and_other_mounts_in_their_places() {
    let mut guest = Guest::default();
    let (root, work) = (Arc::new(FakeDir::default()), Arc::new(FakeDir::default()));
    root.add_file("dev", b"hidden");
    root.add_file("inside", b"host file");
    work.add_file("f", b"work");
    guest.process.mount(b"/", root.clone(), false).unwrap();
    guest.process.mount(b"/some/work", work, false).unwrap();
    assert_eq!(slurp(&mut guest, "/inside").unwrap(), b"host file");
    assert_eq!(slurp(&mut guest, "/dev/null").unwrap(), b"");
    assert!(slurp(&mut guest, "/proc/self/maps").unwrap().ends_with(b"\n"));
    assert_eq!(slurp(&mut guest, "/dev/../inside").unwrap(), b"host file");
    assert_eq!(open(&mut guest, "/etc/hostname", 0), Err(Errno::ENOENT), "the tree's own is hidden");
    assert_eq!(slurp(&mut guest, "/some/work/f").unwrap(), b"work");
    assert_eq!(slurp(&mut guest, "/some/../inside").unwrap(), b"host file");
    mkdir(&mut guest, "/new").unwrap();
    assert_eq!(names(&mut guest, "/"), [".", "..", "dev", "inside", "new"], "what the host has");
}

#[test]
fn a_read_only_mount_stays_as_it_is() {
    let mut guest = Guest::default();
    let dir = Arc::new(FakeDir::default());
    dir.add_file("f", b"1");
    guest.process.mount(b"/ro", dir.clone(), true).unwrap();
    assert_eq!(open(&mut guest, "/ro/f", O_WRONLY), Err(Errno::EROFS));
    assert_eq!(open(&mut guest, "/ro/f", O_TRUNC), Err(Errno::EROFS));
    assert_eq!(open(&mut guest, "/ro/g", O_CREAT | O_WRONLY), Err(Errno::EROFS));
    assert_eq!(mkdir(&mut guest, "/ro/d"), Err(Errno::EROFS));
    assert_eq!(unlink(&mut guest, "/ro/f", 0), Err(Errno::EROFS));
    assert_eq!(slurp(&mut guest, "/ro/f").unwrap(), b"1");
}

#[test]
fn devices_and_proc_files_answer() {
    let mut guest = Guest::default();
    assert_eq!(slurp(&mut guest, "/dev/null").unwrap(), b"");
    let fd = open(&mut guest, "/dev/zero", 0).unwrap();
    assert_eq!(read(&mut guest, fd, 5).unwrap(), [0; 5]);
    let fd = open(&mut guest, "/dev/full", O_WRONLY).unwrap();
    assert_eq!(write(&mut guest, fd, b"x"), Err(Errno::ENOSPC));
    assert_eq!(open(&mut guest, "/dev/tty", O_RDWR), Err(Errno::ENXIO));
    assert_eq!(slurp(&mut guest, "/proc/self/cmdline").unwrap(), b"a.out\0");
    assert_eq!(slurp(&mut guest, "/proc/self/comm").unwrap(), b"a.out\n");
    assert_eq!(slurp(&mut guest, "/proc/self/exe").unwrap(), b"\x7fELF");
    let maps = String::from_utf8(slurp(&mut guest, "/proc/self/maps").unwrap()).unwrap();
    let first = maps.lines().next().unwrap();
    assert_eq!(first, format!("{:<73}/bin/a.out", "00010000-00020000 r-xp 00000000 00:00 0"));
    assert!(maps.contains(&format!("{:<73}[stack]\n", "00140000-00940000 rw-p 00000000 00:00 0")), "{maps}");
    let stat = String::from_utf8(slurp(&mut guest, "/proc/self/stat").unwrap()).unwrap();
    assert_eq!(stat.split_whitespace().count(), 52, "{stat}");
    assert!(stat.starts_with("1000 (a.out) R 1 1000 1000 "), "{stat}");
    let fds = names(&mut guest, "/proc/self/fd");
    assert_eq!(fds[..5], [".", "..", "0", "1", "2"]);
    let (path, at) = (guest.text("/proc/self/fd/1"), guest.room(32));
    assert_eq!(guest.call(nr::READLINKAT, &[CWD, path, at, 32]), Ok(8));
    assert_eq!(guest.get(at, 8), b"pipe:[2]");
    let fd = open(&mut guest, "/dev/stdout", O_WRONLY).unwrap();
    write(&mut guest, fd, b"again").unwrap();
    assert_eq!(guest.process.host().output, b"again");
    for name in
        ["cpuinfo", "meminfo", "uptime", "version", "loadavg", "stat", "mounts", "self/status", "self/limits"]
    {
        assert!(!slurp(&mut guest, &format!("/proc/{name}")).unwrap().is_empty(), "{name}");
    }
}
