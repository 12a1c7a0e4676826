//! The rules that every host's directories keep, whatever they are made of: what
//! may be a name, what may be opened, and what a guest may set.
//!
//! Must never know how a host opens or reads anything.

use crate::errno::Errno;
use crate::host::FileKind;
pub use crate::vfs::file_type;

/// Permission bits that a guest may put on a host file. The set-id bits are
/// not among them, as on a file system that does not keep them: a file that a
/// guest wrote must not run with the rights of whoever ran the guest.
pub const SETTABLE: u32 = 0o1777;

/// Lets through what is one component. The personality passes nothing else;
/// the check here keeps the promise that nothing outside of a mount is reached
/// from depending on it.
pub fn component(name: &[u8]) -> Result<&[u8], Errno> {
    match name {
        b"" => Err(Errno::ENOENT),
        b"." | b".." => Err(Errno::EINVAL),
        _ if name.contains(&b'/') || name.contains(&0) => Err(Errno::EINVAL),
        _ => Ok(name),
    }
}

/// The kind that an `st_mode` of Linux says; `None` for bits that say none.
pub fn kind(mode: u32) -> Option<FileKind> {
    use FileKind::{BlockDevice, CharDevice, Directory, Fifo, Regular, Socket, Symlink};
    [Fifo, CharDevice, Directory, BlockDevice, Regular, Symlink, Socket]
        .into_iter()
        .find(|&kind| file_type(kind) == mode >> 12)
}

/// Whether a file of this kind may be opened as a mount's regular file, and if
/// not, how that fails: opening a device has effects beyond the mount, so it
/// is refused as on a file system mounted `nodev`; opening a pipe could wait
/// for ever.
pub fn check_regular(kind: FileKind) -> Result<(), Errno> {
    match kind {
        FileKind::Regular => Ok(()),
        FileKind::Directory => Err(Errno::EISDIR),
        FileKind::Symlink => Err(Errno::ELOOP),
        FileKind::CharDevice | FileKind::BlockDevice => Err(Errno::EACCES),
        FileKind::Fifo | FileKind::Socket => Err(Errno::ENXIO),
    }
}

/// Whether a file of this kind, `None` for none, may be opened or created.
/// `exclusive` wants that there be none.
pub fn check_opening(kind: Option<FileKind>, exclusive: bool) -> Result<(), Errno> {
    match kind {
        Some(_) if exclusive => Err(Errno::EEXIST),
        Some(kind) => check_regular(kind),
        None => Ok(()),
    }
}

/// A number for a file that stays apart from those of other file systems
/// mounted, on the host, below the same directory. The golden-ratio multiplier
/// moves small device differences into the bits that inode numbers leave free.
pub fn inode(number: u64, device: u64, root_device: u64) -> u64 {
    number ^ (device ^ root_device).wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_one_component() {
        for name in [&b""[..], b".", b"..", b"a/b", b"/", b"a\0"] {
            assert!(component(name).is_err(), "{name:?}");
        }
        for name in [&b"a"[..], b"...", b"\xff", b" "] {
            assert_eq!(component(name), Ok(name));
        }
    }

    #[test]
    fn kinds_are_those_of_linux() {
        assert_eq!(kind(0o100_644), Some(FileKind::Regular));
        assert_eq!(kind(0o041_777), Some(FileKind::Directory));
        assert_eq!(kind(0o120_777), Some(FileKind::Symlink));
        assert_eq!(kind(0o777), None);
        assert_eq!(kind(0o1_100_644), None);
    }

    #[test]
    fn only_regular_files_are_opened() {
        assert_eq!(check_opening(None, true), Ok(()));
        assert_eq!(check_opening(Some(FileKind::Regular), false), Ok(()));
        assert_eq!(check_opening(Some(FileKind::Symlink), false), Err(Errno::ELOOP));
        assert_eq!(check_opening(Some(FileKind::Symlink), true), Err(Errno::EEXIST));
    }

    #[test]
    fn inodes_are_the_hosts_on_the_roots_device_only() {
        assert_eq!(inode(17, 3, 3), 17);
        assert_ne!(inode(17, 4, 3), 17);
        assert_ne!(inode(17, 4, 3), inode(17, 5, 3));
    }
}
