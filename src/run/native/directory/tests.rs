use super::*;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt, symlink};

const READ: OpenRequest =
    OpenRequest { read: true, write: false, create: false, exclusive: false, truncate: false, mode: 0 };
const WRITE: OpenRequest = OpenRequest { read: true, write: true, create: true, mode: 0o644, ..READ };

fn mount() -> (tempfile::TempDir, Directory) {
    let temp = tempfile::tempdir().unwrap();
    let dir = Directory::open(temp.path()).unwrap();
    (temp, dir)
}

fn error<T>(result: Result<T, Errno>) -> Errno {
    match result {
        Ok(_) => panic!("no error"),
        Err(errno) => errno,
    }
}

#[test]
fn write_read_and_truncate() {
    let (temp, dir) = mount();
    let file = dir.open_file(b"f", WRITE).unwrap();
    assert_eq!(file.write_at(0, b"hello"), Ok(5));
    assert_eq!(file.write_at(8, b"far"), Ok(3));
    let mut buf = [1; 16];
    assert_eq!(file.read_at(3, &mut buf), Ok(8));
    assert_eq!(&buf[..8], b"lo\0\0\0far");
    assert_eq!(file.read_at(11, &mut buf), Ok(0));
    assert_eq!(file.read_at(u64::MAX, &mut buf), Err(Errno::EINVAL));
    file.set_size(2).unwrap();
    file.set_size(4).unwrap();
    file.sync().unwrap();
    assert_eq!(std::fs::read(temp.path().join("f")).unwrap(), b"he\0\0");

    let stat = file.stat().unwrap();
    assert_eq!((stat.kind, stat.size, stat.links), (FileKind::Regular, 4, 1));
    assert_eq!(stat, dir.lookup(b"f").unwrap());
    assert_eq!(stat.inode, std::fs::metadata(temp.path().join("f")).unwrap().ino());

    let cut = dir.open_file(b"f", OpenRequest { truncate: true, ..WRITE }).unwrap();
    assert_eq!(cut.stat().unwrap().size, 0);
}

#[test]
fn open_requests_fail_as_linux_says() {
    let (_temp, dir) = mount();
    assert_eq!(error(dir.open_file(b"none", READ)), Errno::ENOENT);
    dir.open_file(b"f", WRITE).unwrap();
    assert_eq!(error(dir.open_file(b"f", OpenRequest { exclusive: true, ..WRITE })), Errno::EEXIST);
    assert_eq!(dir.open_file(b"f", READ).unwrap().write_at(0, b"x"), Err(Errno::EBADF));
    dir.make_dir(b"d", 0o755).unwrap();
    assert_eq!(error(dir.open_file(b"d", READ)), Errno::EISDIR);
    assert_eq!(error(dir.open_dir(b"f")), Errno::ENOTDIR);
    assert_eq!(error(dir.open_dir(b"none")), Errno::ENOENT);
    assert_eq!(error(dir.open_file(&[b'n'; 300], WRITE)), Errno::ENAMETOOLONG);
    assert_eq!(dir.remove_file(b"d"), Err(Errno::EISDIR));
    assert_eq!(dir.remove_dir(b"f"), Err(Errno::ENOTDIR));
}

#[test]
fn listing_names_kinds_and_inodes() {
    let (_temp, dir) = mount();
    dir.open_file(b"file", WRITE).unwrap();
    dir.make_dir(b"sub", 0o700).unwrap();
    dir.make_symlink(b"link", b"file").unwrap();
    dir.open_file(b"\xff\xfe", WRITE).unwrap();
    let mut entries = dir.read_dir().unwrap();
    entries.sort_by(|a, b| a.name.cmp(&b.name));
    let seen: Vec<_> = entries.iter().map(|e| (e.name.as_slice(), e.kind)).collect();
    let expected: Vec<(&[u8], _)> = vec![
        (b"file", FileKind::Regular),
        (b"link", FileKind::Symlink),
        (b"sub", FileKind::Directory),
        (b"\xff\xfe", FileKind::Regular),
    ];
    assert_eq!(seen, expected);
    for entry in &entries {
        assert_eq!(entry.inode, dir.lookup(&entry.name).unwrap().inode);
    }
    assert_eq!(dir.read_dir().unwrap().len(), 4, "a second listing starts anew");
    assert_eq!(dir.stat().unwrap().kind, FileKind::Directory);
}

#[test]
fn many_entries_are_all_listed() {
    let (temp, dir) = mount();
    for i in 0..2000 {
        std::fs::write(temp.path().join(format!("entry-with-a-long-name-{i}")), "").unwrap();
    }
    assert_eq!(dir.read_dir().unwrap().len(), 2000);
}

#[test]
fn directories_are_made_entered_and_removed() {
    let (temp, dir) = mount();
    dir.make_dir(b"a", 0o755).unwrap();
    assert_eq!(dir.make_dir(b"a", 0o755), Err(Errno::EEXIST));
    let a = dir.open_dir(b"a").unwrap();
    a.open_file(b"f", WRITE).unwrap().write_at(0, b"in a").unwrap();
    assert_eq!(std::fs::read(temp.path().join("a/f")).unwrap(), b"in a");
    assert_eq!(dir.remove_dir(b"a"), Err(Errno::ENOTEMPTY));
    a.remove_file(b"f").unwrap();
    assert_eq!(a.remove_file(b"f"), Err(Errno::ENOENT));
    dir.remove_dir(b"a").unwrap();
    assert_eq!(error(a.open_file(b"f", WRITE)), Errno::ENOENT);
    assert!(!temp.path().join("a").exists());
}

#[test]
fn rename_and_link_within_and_between_directories() {
    let (temp, dir) = mount();
    dir.make_dir(b"sub", 0o755).unwrap();
    let sub = dir.open_dir(b"sub").unwrap();
    dir.open_file(b"one", WRITE).unwrap().write_at(0, b"1").unwrap();
    dir.open_file(b"two", WRITE).unwrap().write_at(0, b"2").unwrap();
    dir.rename(b"one", &dir, b"two").unwrap();
    assert_eq!(std::fs::read(temp.path().join("two")).unwrap(), b"1");
    dir.rename(b"two", &*sub, b"three").unwrap();
    sub.link(b"three", &dir, b"four").unwrap();
    assert_eq!(dir.lookup(b"four").unwrap().links, 2);
    assert_eq!(dir.lookup(b"four").unwrap().inode, sub.lookup(b"three").unwrap().inode);
    assert_eq!(sub.link(b"three", &dir, b"four"), Err(Errno::EEXIST));
    assert_eq!(dir.rename(b"sub", &*sub, b"loop"), Err(Errno::EINVAL));
    assert_eq!(dir.rename(b"none", &dir, b"x"), Err(Errno::ENOENT));
    // A link to a link is a link, not another name of its target.
    dir.make_symlink(b"soft", b"four").unwrap();
    dir.link(b"soft", &dir, b"soft2").unwrap();
    assert_eq!(dir.read_link(b"soft2").unwrap(), b"four");
}

#[test]
fn symbolic_links_are_read_and_never_followed() {
    let outside = tempfile::tempdir().unwrap();
    std::fs::write(outside.path().join("secret"), "untouched").unwrap();
    let (temp, dir) = mount();
    symlink(outside.path(), temp.path().join("dir")).unwrap();
    symlink(outside.path().join("secret"), temp.path().join("file")).unwrap();
    symlink(outside.path().join("new"), temp.path().join("dangling")).unwrap();

    assert_eq!(error(dir.open_dir(b"dir")), Errno::ELOOP);
    assert_eq!(error(dir.open_file(b"file", READ)), Errno::ELOOP);
    assert_eq!(error(dir.open_file(b"file", OpenRequest { truncate: true, ..WRITE })), Errno::ELOOP);
    assert_eq!(error(dir.open_file(b"dangling", WRITE)), Errno::ELOOP);
    assert_eq!(error(dir.open_file(b"dangling", OpenRequest { exclusive: true, ..WRITE })), Errno::EEXIST);
    assert_eq!(dir.set_mode(b"file", 0o777), Err(Errno::ELOOP));
    assert_eq!(dir.lookup(b"file").unwrap().kind, FileKind::Symlink);
    assert_eq!(dir.read_link(b"file").unwrap(), outside.path().join("secret").as_os_str().as_encoded_bytes());
    dir.set_times(b"file", Some(0), Some(5)).unwrap();
    assert_eq!(dir.lookup(b"file").unwrap().modified, 5);
    dir.remove_file(b"file").unwrap();
    assert_eq!(dir.remove_dir(b"dir"), Err(Errno::ENOTDIR));

    assert!(!outside.path().join("new").exists());
    assert_eq!(std::fs::read(outside.path().join("secret")).unwrap(), b"untouched");
    assert!(std::fs::metadata(outside.path().join("secret")).unwrap().mtime() > 1_000_000);
}

#[test]
fn the_flags_alone_keep_links_unfollowed() {
    // What is left if a link takes a file's place between check and open.
    let (temp, dir) = mount();
    symlink("/", temp.path().join("l")).unwrap();
    let opened = fs::openat(&dir.fd, "l", open_flags(READ), Mode::empty());
    assert_eq!(opened.map_err(translate).err(), Some(Errno::ELOOP));
}

#[test]
fn link_contents_are_kept_as_they_are() {
    let (_temp, dir) = mount();
    let long = [b"../".repeat(1000), b"\xff".to_vec()].concat();
    dir.make_symlink(b"l", &long).unwrap();
    assert_eq!(dir.read_link(b"l").unwrap(), long);
    dir.open_file(b"f", WRITE).unwrap();
    assert_eq!(dir.read_link(b"f"), Err(Errno::EINVAL));
    assert_eq!(dir.make_symlink(b"m", b""), Err(Errno::ENOENT));
    assert_eq!(dir.make_symlink(b"m", b"a\0b"), Err(Errno::EINVAL));
}

#[test]
fn names_that_are_not_one_component_are_refused() {
    let (temp, dir) = mount();
    std::fs::create_dir(temp.path().join("sub")).unwrap();
    let sub = dir.open_dir(b"sub").unwrap();
    std::fs::write(temp.path().join("f"), "x").unwrap();
    let bad: [&[u8]; 8] = [b"", b".", b"..", b"../f", b"/etc", b"a/b", b"f/", b"f\0g"];
    for name in bad {
        let expected = if name.is_empty() { Errno::ENOENT } else { Errno::EINVAL };
        assert_eq!(error(sub.lookup(name)), expected, "{name:?}");
        assert_eq!(error(sub.open_dir(name)), expected, "{name:?}");
        assert_eq!(error(sub.open_file(name, WRITE)), expected, "{name:?}");
        assert_eq!(sub.make_dir(name, 0o755), Err(expected), "{name:?}");
        assert_eq!(sub.make_symlink(name, b"t"), Err(expected), "{name:?}");
        assert_eq!(sub.read_link(name), Err(expected), "{name:?}");
        assert_eq!(sub.remove_file(name), Err(expected), "{name:?}");
        assert_eq!(sub.remove_dir(name), Err(expected), "{name:?}");
        assert_eq!(sub.rename(name, &dir, b"x"), Err(expected), "{name:?}");
        assert_eq!(dir.rename(b"f", &*sub, name), Err(expected), "{name:?}");
        assert_eq!(sub.link(name, &dir, b"x"), Err(expected), "{name:?}");
        assert_eq!(dir.link(b"f", &*sub, name), Err(expected), "{name:?}");
        assert_eq!(sub.set_mode(name, 0o600), Err(expected), "{name:?}");
        assert_eq!(sub.set_times(name, Some(0), None), Err(expected), "{name:?}");
    }
    assert_eq!(sub.read_dir().unwrap(), vec![]);
}

#[test]
fn modes_without_the_set_id_bits() {
    let (temp, dir) = mount();
    let file = dir.open_file(b"f", OpenRequest { mode: 0o6600, ..WRITE }).unwrap();
    let mode = || std::fs::metadata(temp.path().join("f")).unwrap().permissions().mode() & 0o7777;
    assert_eq!(mode(), 0o600);
    file.set_mode(0o4751).unwrap();
    assert_eq!(mode(), 0o751);
    dir.set_mode(b"f", 0).unwrap();
    assert_eq!(mode(), 0);
    // The entry's mode can be set though the file could not be opened.
    dir.set_mode(b"f", 0o2444).unwrap();
    assert_eq!(file.stat().unwrap().mode, 0o444);
    dir.make_dir(b"d", 0o700).unwrap();
    dir.set_mode(b"d", 0o1711).unwrap();
    assert_eq!(dir.lookup(b"d").unwrap().mode, 0o1711);
    assert_eq!(dir.set_mode(b"none", 0o600), Err(Errno::ENOENT));
}

#[test]
fn times_are_set_apart_from_each_other() {
    let (_temp, dir) = mount();
    let file = dir.open_file(b"f", WRITE).unwrap();
    file.set_times(Some(1_500_000_000_123_456_789), Some(-1)).unwrap();
    let stat = dir.lookup(b"f").unwrap();
    assert_eq!((stat.accessed, stat.modified), (1_500_000_000_123_456_789, -1));
    dir.set_times(b"f", None, Some(7_000_000_000)).unwrap();
    let stat = file.stat().unwrap();
    assert_eq!((stat.accessed, stat.modified), (1_500_000_000_123_456_789, 7_000_000_000));
    assert!(stat.changed > 1_500_000_000_000_000_000);
}

#[test]
fn what_is_no_file_is_not_opened() {
    let (temp, dir) = mount();
    let fifo = temp.path().join("fifo");
    fs::mkfifoat(fs::CWD, &fifo, Mode::from_raw_mode(0o600)).unwrap();
    assert!(std::fs::metadata(&fifo).unwrap().file_type().is_fifo());
    let _socket = std::os::unix::net::UnixListener::bind(temp.path().join("socket")).unwrap();
    assert_eq!(error(dir.open_file(b"fifo", READ)), Errno::ENXIO);
    assert_eq!(error(dir.open_file(b"fifo", WRITE)), Errno::ENXIO);
    assert_eq!(error(dir.open_file(b"socket", READ)), Errno::ENXIO);
    let dev = Directory::open("/dev").unwrap();
    assert_eq!(dev.lookup(b"null").unwrap().kind, FileKind::CharDevice);
    assert_eq!(error(dev.open_file(b"null", READ)), Errno::EACCES);
}

#[test]
fn only_directories_are_mounted() {
    let (temp, _dir) = mount();
    std::fs::write(temp.path().join("f"), "").unwrap();
    assert!(Directory::open(temp.path().join("f")).is_err());
    assert!(Directory::open(temp.path().join("none")).is_err());
    // The user's own link is fine.
    symlink(temp.path(), temp.path().join("self")).unwrap();
    Directory::open(temp.path().join("self")).unwrap();
}
