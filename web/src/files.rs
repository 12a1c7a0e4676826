//! Directories of the world outside, for mounts.
//!
//! JavaScript is given one name in one open directory at a time, and follows no
//! symbolic link; so nothing outside of the directory that it opened first is
//! ever reached.

use std::any::Any;
use std::sync::Arc;

use rv2wat_linux::mounting::{SETTABLE, check_opening, check_regular, component, inode, kind};
use rv2wat_linux::{Entry, Errno, FileKind, HostDir, HostFile, HostStat, OpenRequest, SetTime};

use crate::imports::files::{Handle, Words, how};

/// The largest offset in a file: JavaScript's numbers are exact up to it.
const MOST: u64 = 1 << 53;

/// What JavaScript says, in the guest kernel's terms. `root` is the device of the
/// mount's root.
fn stat(words: Words, root: u64) -> Result<HostStat, Errno> {
    let [mode, number, device, size, links, accessed, modified, changed] = words;
    // The bits above are none of Linux's.
    let mode = mode as u32;
    Ok(HostStat {
        kind: kind(mode).ok_or(Errno::EIO)?,
        inode: inode(number, device, root),
        size,
        mode: mode & 0o7777,
        links: u32::try_from(links).unwrap_or(u32::MAX),
        accessed: accessed.cast_signed(),
        modified: modified.cast_signed(),
        changed: changed.cast_signed(),
    })
}

fn open_bits(request: OpenRequest) -> u32 {
    let bits = [
        (request.read, how::READ),
        (request.write, how::WRITE),
        (request.create, how::CREATE),
        (request.create && request.exclusive, how::EXCLUSIVE),
        (request.truncate, how::TRUNCATE),
    ];
    bits.into_iter().filter(|(wanted, _)| *wanted).fold(0, |all, (_, bit)| all | bit)
}

/// Something open, which is closed with its last owner.
#[derive(Debug)]
struct Open {
    handle: Handle,
    /// Device of the mount's root.
    root: u64,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.handle.close();
    }
}

impl Open {
    fn stat(&self) -> Result<HostStat, Errno> {
        stat(self.handle.stat()?, self.root)
    }
}

/// An open directory.
#[derive(Debug)]
pub struct Directory(Open);

impl Directory {
    /// The root of a mount.
    pub fn root(handle: Handle) -> Result<Directory, Errno> {
        let [_, _, root, ..] = handle.stat()?;
        Ok(Directory(Open { handle, root }))
    }

    fn at(&self) -> Handle {
        self.0.handle
    }

    /// What kind of thing a name stands for, `None` if for nothing.
    fn kind_of(&self, name: &[u8]) -> Result<Option<FileKind>, Errno> {
        match self.lookup(name) {
            Ok(stat) => Ok(Some(stat.kind)),
            Err(Errno::ENOENT) => Ok(None),
            Err(errno) => Err(errno),
        }
    }

    fn open(&self, name: &[u8], how: u32, mode: u32) -> Result<Open, Errno> {
        let handle = self.at().open(name, how, mode & SETTABLE)?;
        Ok(Open { handle, root: self.0.root })
    }
}

/// Another directory of this kind.
fn same_kind(to: &dyn HostDir) -> Result<Handle, Errno> {
    to.as_any().downcast_ref().map(Directory::at).ok_or(Errno::EXDEV)
}

impl HostDir for Directory {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn stat(&self) -> Result<HostStat, Errno> {
        self.0.stat()
    }

    fn lookup(&self, name: &[u8]) -> Result<HostStat, Errno> {
        stat(self.at().lookup(component(name)?)?, self.0.root)
    }

    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn HostDir>, Errno> {
        let name = component(name)?;
        match self.open(name, how::DIRECTORY, 0) {
            Ok(open) => Ok(Arc::new(Directory(open))),
            // Systems do not say which of the two it is.
            Err(Errno::ENOTDIR) if self.kind_of(name)? == Some(FileKind::Symlink) => Err(Errno::ELOOP),
            Err(errno) => Err(errno),
        }
    }

    fn open_file(&self, name: &[u8], request: OpenRequest) -> Result<Arc<dyn HostFile>, Errno> {
        let name = component(name)?;
        check_opening(self.kind_of(name)?, request.create && request.exclusive)?;
        let open = self.open(name, open_bits(request), request.mode)?;
        // What was checked above may have been replaced since.
        check_regular(open.stat()?.kind)?;
        Ok(Arc::new(File(open)))
    }

    fn read_dir(&self) -> Result<Vec<Entry>, Errno> {
        let names = self.at().list()?;
        let mut entries = Vec::new();
        for name in names.split(|&byte| byte == 0).filter(|name| !name.is_empty()) {
            match self.lookup(name) {
                Ok(HostStat { kind, inode, .. }) => entries.push(Entry { name: name.to_vec(), kind, inode }),
                // It has just been removed.
                Err(Errno::ENOENT) => {}
                Err(errno) => return Err(errno),
            }
        }
        Ok(entries)
    }

    fn make_dir(&self, name: &[u8], mode: u32) -> Result<(), Errno> {
        self.at().make(component(name)?, mode & SETTABLE)
    }

    fn make_symlink(&self, name: &[u8], target: &[u8]) -> Result<(), Errno> {
        self.at().symlink(component(name)?, target)
    }

    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        self.at().read_link(component(name)?)
    }

    fn remove_file(&self, name: &[u8]) -> Result<(), Errno> {
        self.at().remove(component(name)?, false)
    }

    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno> {
        self.at().remove(component(name)?, true)
    }

    fn rename(&self, name: &[u8], to: &dyn HostDir, to_name: &[u8]) -> Result<(), Errno> {
        self.at().rename(component(name)?, same_kind(to)?, component(to_name)?)
    }

    fn link(&self, name: &[u8], to: &dyn HostDir, to_name: &[u8]) -> Result<(), Errno> {
        self.at().link(component(name)?, same_kind(to)?, component(to_name)?)
    }

    fn set_mode(&self, name: &[u8], mode: u32) -> Result<(), Errno> {
        self.at().set_mode_of(component(name)?, mode & SETTABLE)
    }

    fn set_times(&self, name: &[u8], accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        self.at().set_times_of(component(name)?, accessed, modified)
    }
}

/// An open regular file.
#[derive(Debug)]
struct File(Open);

impl HostFile for File {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        match offset {
            // Linux's own offsets are signed.
            _ if offset.cast_signed() < 0 => Err(Errno::EINVAL),
            // No file is so long.
            _ if buf.is_empty() || offset >= MOST => Ok(0),
            _ => self.0.handle.read(offset, buf),
        }
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<usize, Errno> {
        match offset {
            _ if offset.cast_signed() < 0 => Err(Errno::EINVAL),
            _ if data.is_empty() => Ok(0),
            _ if offset >= MOST => Err(Errno::EFBIG),
            _ => self.0.handle.write(offset, data),
        }
    }

    fn stat(&self) -> Result<HostStat, Errno> {
        self.0.stat()
    }

    fn set_size(&self, size: u64) -> Result<(), Errno> {
        if size > MOST {
            return Err(Errno::EFBIG);
        }
        self.0.handle.set_size(size)
    }

    fn set_mode(&self, mode: u32) -> Result<(), Errno> {
        self.0.handle.set_mode(mode & SETTABLE)
    }

    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        self.0.handle.set_times(accessed, modified)
    }

    fn sync(&self) -> Result<(), Errno> {
        self.0.handle.sync()
    }
}
