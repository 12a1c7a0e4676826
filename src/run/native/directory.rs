//! Directories of the host, for mounts.
//!
//! Every operation is one `*at` call on an open directory and one name that
//! holds no `/` and is not `..`, and none follows a symbolic link. No sequence
//! of them, whatever else changes the tree meanwhile, reaches a file that is
//! not below the directory that was opened first.
//!
//! New files and directories belong to the user who runs the guest, and that
//! user's own umask applies to them besides the guest's.

use super::errno::translate;
use super::file::File;
use super::metadata::{call, device, host_stat, kind, mode_bits, timestamps};
use rustix::fd::{AsRawFd, OwnedFd};
use rustix::fs::{self, AtFlags, Dir, Mode, OFlags};
use rv2wat_linux::mounting::{check_opening, check_regular, component, inode};
use rv2wat_linux::{Entry, Errno, FileKind, HostDir, HostFile, HostStat, OpenRequest, SetTime};
use std::any::Any;
use std::path::Path;
use std::sync::Arc;

/// How directories are held: where the system can, for passing through only,
/// so that one without read permission can still be entered.
#[cfg(target_os = "linux")]
const HOLD: OFlags = OFlags::PATH.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);
#[cfg(not(target_os = "linux"))]
const HOLD: OFlags = OFlags::DIRECTORY.union(OFlags::CLOEXEC);

/// An open directory of the host.
#[derive(Debug)]
pub struct Directory {
    fd: OwnedFd,
    /// Device of the mount's root.
    device: u64,
}

impl Directory {
    /// Opens a directory to mount. Links in this path are followed: it is the
    /// user's, not the guest's.
    pub fn open(path: impl AsRef<Path>) -> std::io::Result<Directory> {
        let fd = rustix::io::retry_on_intr(|| fs::open(path.as_ref(), HOLD, Mode::empty()))?;
        let device = device(&fs::fstat(&fd)?);
        Ok(Directory { fd, device })
    }

    /// What kind of thing a name stands for, `None` if for nothing.
    fn kind_of(&self, name: &[u8]) -> Result<Option<FileKind>, Errno> {
        match self.lookup(name) {
            Ok(stat) => Ok(Some(stat.kind)),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    /// Another directory of this kind.
    fn same_kind(to: &dyn HostDir) -> Result<&Directory, Errno> {
        to.as_any().downcast_ref().ok_or(Errno::EXDEV)
    }

    /// The entry as a descriptor that can do nothing but name it.
    #[cfg(target_os = "linux")]
    fn set_mode_of(&self, name: &[u8], mode: Mode) -> Result<(), Errno> {
        let flags = OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let fd = call(|| fs::openat(&self.fd, name, flags, Mode::empty()))?;
        if host_stat(&call(|| fs::fstat(&fd))?, self.device)?.kind == FileKind::Symlink {
            return Err(Errno::ELOOP);
        }
        // `fchmod` refuses such a descriptor and `fchmodat` cannot be told not
        // to follow; the kernel's own name for the descriptor does both.
        let path = format!("/proc/self/fd/{}", fd.as_raw_fd());
        call(|| fs::chmod(path.as_str(), mode))
    }

    #[cfg(not(target_os = "linux"))]
    fn set_mode_of(&self, name: &[u8], mode: Mode) -> Result<(), Errno> {
        if self.kind_of(name)? == Some(FileKind::Symlink) {
            return Err(Errno::ELOOP);
        }
        call(|| fs::chmodat(&self.fd, name, mode, AtFlags::SYMLINK_NOFOLLOW))
    }
}

fn open_flags(how: OpenRequest) -> OFlags {
    let mut flags = match (how.read, how.write) {
        (true, true) => OFlags::RDWR,
        (false, true) => OFlags::WRONLY,
        (_, false) => OFlags::RDONLY,
    };
    // Should a pipe or a terminal take the name's place after the check, the
    // call must neither wait nor make it this process's terminal.
    flags |= OFlags::NOFOLLOW | OFlags::CLOEXEC | OFlags::NOCTTY | OFlags::NONBLOCK;
    flags.set(OFlags::CREATE, how.create);
    flags.set(OFlags::EXCL, how.create && how.exclusive);
    flags.set(OFlags::TRUNC, how.truncate);
    flags
}

impl HostDir for Directory {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn stat(&self) -> Result<HostStat, Errno> {
        host_stat(&call(|| fs::fstat(&self.fd))?, self.device)
    }

    fn lookup(&self, name: &[u8]) -> Result<HostStat, Errno> {
        let name = component(name)?;
        let stat = call(|| fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW))?;
        host_stat(&stat, self.device)
    }

    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn HostDir>, Errno> {
        let name = component(name)?;
        match call(|| fs::openat(&self.fd, name, HOLD | OFlags::NOFOLLOW, Mode::empty())) {
            Ok(fd) => Ok(Arc::new(Directory { fd, device: self.device })),
            // The system does not say which of the two it is.
            Err(Errno::ENOTDIR) if self.kind_of(name)? == Some(FileKind::Symlink) => Err(Errno::ELOOP),
            Err(errno) => Err(errno),
        }
    }

    fn open_file(&self, name: &[u8], how: OpenRequest) -> Result<Arc<dyn HostFile>, Errno> {
        let name = component(name)?;
        check_opening(self.kind_of(name)?, how.create && how.exclusive)?;
        let fd = call(|| fs::openat(&self.fd, name, open_flags(how), mode_bits(how.mode)))?;
        // What was checked above may have been replaced since.
        check_regular(host_stat(&call(|| fs::fstat(&fd))?, self.device)?.kind)?;
        Ok(Arc::new(File::new(fd, self.device)))
    }

    fn read_dir(&self) -> Result<Vec<Entry>, Errno> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let own = device(&call(|| fs::fstat(&self.fd))?);
        let fd = call(|| fs::openat(&self.fd, ".", flags, Mode::empty()))?;
        let mut dir = Dir::new(fd).map_err(translate)?;
        let mut entries = Vec::new();
        while let Some(entry) = dir.read() {
            let entry = entry.map_err(translate)?;
            let name = entry.file_name().to_bytes();
            if name == b"." || name == b".." {
                continue;
            }
            let kind = match kind(entry.file_type()) {
                Some(kind) => kind,
                // The file system keeps no types in its listings.
                None => match self.kind_of(name)? {
                    Some(kind) => kind,
                    None => continue,
                },
            };
            let inode = inode(entry.ino(), own, self.device);
            entries.push(Entry { name: name.to_vec(), kind, inode });
        }
        Ok(entries)
    }

    fn make_dir(&self, name: &[u8], mode: u32) -> Result<(), Errno> {
        let name = component(name)?;
        call(|| fs::mkdirat(&self.fd, name, mode_bits(mode)))
    }

    fn make_symlink(&self, name: &[u8], target: &[u8]) -> Result<(), Errno> {
        let name = component(name)?;
        call(|| fs::symlinkat(target, &self.fd, name))
    }

    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        let name = component(name)?;
        Ok(call(|| fs::readlinkat(&self.fd, name, Vec::new()))?.into_bytes())
    }

    fn remove_file(&self, name: &[u8]) -> Result<(), Errno> {
        let name = component(name)?;
        call(|| fs::unlinkat(&self.fd, name, AtFlags::empty()))
    }

    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno> {
        let name = component(name)?;
        call(|| fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR))
    }

    fn rename(&self, name: &[u8], to: &dyn HostDir, to_name: &[u8]) -> Result<(), Errno> {
        let (name, to_name) = (component(name)?, component(to_name)?);
        let to = Directory::same_kind(to)?;
        call(|| fs::renameat(&self.fd, name, &to.fd, to_name))
    }

    fn link(&self, name: &[u8], to: &dyn HostDir, to_name: &[u8]) -> Result<(), Errno> {
        let (name, to_name) = (component(name)?, component(to_name)?);
        let to = Directory::same_kind(to)?;
        call(|| fs::linkat(&self.fd, name, &to.fd, to_name, AtFlags::empty()))
    }

    fn set_mode(&self, name: &[u8], mode: u32) -> Result<(), Errno> {
        self.set_mode_of(component(name)?, mode_bits(mode))
    }

    fn set_times(&self, name: &[u8], accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        let name = component(name)?;
        let times = timestamps(accessed, modified);
        call(|| fs::utimensat(&self.fd, name, &times, AtFlags::SYMLINK_NOFOLLOW))
    }
}

#[cfg(test)]
mod tests;
