//! What the system says of a file, in the guest kernel's terms.

use super::errno::translate;
use rustix::fs::{FileType, Mode, RawMode, Stat, Timespec, Timestamps, UTIME_OMIT};
use rv2wat_linux::mounting::{SETTABLE, inode};
use rv2wat_linux::{Errno, FileKind, HostStat, SetTime};

const SECOND: i64 = 1_000_000_000;

/// Permission bits for a call.
pub(super) fn mode_bits(mode: u32) -> Mode {
    Mode::from_raw_mode((mode & SETTABLE) as RawMode)
}

/// The guest's word for a type of file; `None` for one that Linux lacks or
/// that a directory listing leaves out.
pub(super) fn kind(file_type: FileType) -> Option<FileKind> {
    Some(match file_type {
        FileType::RegularFile => FileKind::Regular,
        FileType::Directory => FileKind::Directory,
        FileType::Symlink => FileKind::Symlink,
        FileType::Fifo => FileKind::Fifo,
        FileType::Socket => FileKind::Socket,
        FileType::CharacterDevice => FileKind::CharDevice,
        FileType::BlockDevice => FileKind::BlockDevice,
        _ => return None,
    })
}

/// Metadata as the guest gets it. `device` is that of the mount's root.
pub(super) fn host_stat(stat: &Stat, device: u64) -> Result<HostStat, Errno> {
    // Some systems have narrower or signed fields; none of these is negative.
    let kind = kind(FileType::from_raw_mode(stat.st_mode)).ok_or(Errno::EIO)?;
    Ok(HostStat {
        kind,
        inode: inode(unsigned(stat.st_ino), unsigned(stat.st_dev), device),
        size: unsigned(stat.st_size),
        mode: u32::try_from(unsigned(stat.st_mode) & 0o7777).unwrap_or(0),
        links: u32::try_from(unsigned(stat.st_nlink)).unwrap_or(u32::MAX),
        accessed: nanoseconds(signed(stat.st_atime), signed(stat.st_atime_nsec)),
        modified: nanoseconds(signed(stat.st_mtime), signed(stat.st_mtime_nsec)),
        changed: nanoseconds(signed(stat.st_ctime), signed(stat.st_ctime_nsec)),
    })
}

/// The device that a file is on.
pub(super) fn device(stat: &Stat) -> u64 {
    unsigned(stat.st_dev)
}

fn unsigned(value: impl TryInto<u64>) -> u64 {
    value.try_into().unwrap_or(0)
}

fn signed(value: impl TryInto<i64>) -> i64 {
    value.try_into().unwrap_or(0)
}

fn nanoseconds(seconds: i64, rest: i64) -> i64 {
    seconds.saturating_mul(SECOND).saturating_add(rest)
}

/// New times for a call: what is `None` stays.
pub(super) fn timestamps(accessed: SetTime, modified: SetTime) -> Timestamps {
    Timestamps { last_access: timespec(accessed), last_modification: timespec(modified) }
}

fn timespec(time: SetTime) -> Timespec {
    match time {
        None => Timespec { tv_sec: 0, tv_nsec: UTIME_OMIT as _ },
        Some(ns) => Timespec { tv_sec: ns.div_euclid(SECOND), tv_nsec: ns.rem_euclid(SECOND) as _ },
    }
}

/// Runs a call until no signal interrupts it, and translates its error.
pub(super) fn call<T>(f: impl FnMut() -> rustix::io::Result<T>) -> Result<T, Errno> {
    rustix::io::retry_on_intr(f).map_err(translate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_before_1970_have_a_positive_rest() {
        let time = timespec(Some(-1));
        assert_eq!((time.tv_sec, time.tv_nsec), (-1, 999_999_999));
        assert_eq!(nanoseconds(-1, 999_999_999), -1);
        assert_eq!(nanoseconds(i64::MAX, 5), i64::MAX);
        assert_eq!(timespec(None).tv_nsec, UTIME_OMIT);
    }

    #[test]
    fn set_id_bits_are_not_settable() {
        assert_eq!(mode_bits(0o107_755).as_raw_mode(), 0o1755);
    }
}
