//! Files that are there before a program starts: from an image, with owners and modes.
//!
//! Knows the in-memory tree. Must never know where the files come from.

use crate::errno::Errno;
use crate::host::{Content, FileKind};
use crate::kernel::Kernel;
use crate::vfs::populate::make_dirs;
use crate::vfs::tree::{Body, Ino, Making};
use std::sync::Arc;

/// What a path is going to stand for.
#[derive(Clone, Debug)]
pub enum Planted<'a> {
    /// A directory.
    Directory,
    /// A regular file that the host keeps, and its length in bytes.
    File(Arc<dyn Content>, u64),
    /// A symbolic link, and what it holds.
    Symlink(&'a [u8]),
    /// One more name of the file at this absolute path.
    Same(&'a [u8]),
}

/// What is known of a file besides its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Permission bits, `0o7777` at most.
    pub mode: u32,
    /// Who owns it: user and group.
    pub owner: (u32, u32),
    /// When it was last changed, nanoseconds since 1970.
    pub modified: i64,
}

impl Kernel {
    /// See [`Process::plant`](crate::Process::plant).
    pub fn plant(&mut self, path: &[u8], what: Planted<'_>, attributes: Attributes) -> Result<(), Errno> {
        let Attributes { mode, owner: (uid, gid), modified: now } = attributes;
        let making = Making { mode, uid, gid, now };
        let body = match what {
            Planted::Directory => return self.plant_directory(path, making),
            Planted::Same(other) => {
                let (above, other) = self.holder(other, now)?;
                let ino = self.vfs.tree.lookup(above, other)?;
                if self.vfs.tree.node(ino)?.kind() == FileKind::Directory {
                    return Err(Errno::EPERM);
                }
                let (dir, name) = self.cleared(path, now)?;
                return self.vfs.tree.link(dir, name, ino, now);
            }
            Planted::File(content, size) => Body::Stored(content, size),
            Planted::Symlink(target) => Body::Symlink(target.to_vec()),
        };
        let (dir, name) = self.cleared(path, now)?;
        self.vfs.tree.add(dir, name, body, making).map(|_| ())
    }

    fn plant_directory(&mut self, path: &[u8], making: Making) -> Result<(), Errno> {
        let ino = make_dirs(&mut self.vfs, path, making.now)?;
        let inode = self.vfs.tree.node_mut(ino)?;
        (inode.mode, inode.uid, inode.gid) = (making.mode & 0o7777, making.uid, making.gid);
        (inode.modified, inode.changed) = (making.now, making.now);
        Ok(())
    }

    /// The directory that holds a path, in which the path's last name stands for nothing,
    /// and that name.
    fn cleared<'a>(&mut self, path: &'a [u8], now: i64) -> Result<(Ino, &'a [u8]), Errno> {
        let (dir, name) = self.holder(path, now)?;
        if let Ok(old) = self.vfs.tree.lookup(dir, name) {
            if self.vfs.tree.entries(old).is_ok_and(|entries| !entries.is_empty()) {
                return Err(Errno::ENOTEMPTY);
            }
            self.vfs.tree.unlink(dir, name, now)?;
        }
        Ok((dir, name))
    }

    /// The directory that holds a path, and the path's last name.
    fn holder<'a>(&mut self, path: &'a [u8], now: i64) -> Result<(Ino, &'a [u8]), Errno> {
        let cut = path.iter().rposition(|&byte| byte == b'/').ok_or(Errno::EINVAL)?;
        let name = crate::mounting::component(&path[cut + 1..])?;
        if name.len() > crate::vfs::NAME_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        Ok((make_dirs(&mut self.vfs, &path[..cut], now)?, name))
    }
}
