//! What the world does with the files of a process, not the process itself: a page that
//! shows them, takes some in and gives some out.
//!
//! Acts at any time, as the process is found. Paths are walked as the process walks them;
//! beyond that permissions bind nobody outside. Must never know who asks, or why.

use crate::errno::Errno;
use crate::host::FileKind;
use crate::kernel::Kernel;
use crate::vfs::tree::{Body, Making};
use crate::vfs::{Node, Stat};

/// A file as the world sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Its kind: of a link itself in a list, and else of what a path leads to.
    pub kind: FileKind,
    /// Permission bits.
    pub mode: u32,
    /// Length in bytes.
    pub size: u64,
    /// Last modification, nanoseconds since 1970.
    pub modified: i64,
}

impl From<Stat> for Seen {
    fn from(stat: Stat) -> Seen {
        Seen { kind: stat.kind, mode: stat.mode, size: stat.size, modified: stat.modified }
    }
}

/// How much one [`Request::Read`] gives, bytes, at most.
const READ_MAX: usize = 1 << 20;

/// What the world asks. Paths are absolute.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// What is at a path, links followed.
    Look(Vec<u8>),
    /// What is in a directory.
    List(Vec<u8>),
    /// A part of a file of the in-memory root; none behind its end, and no more than a
    /// mebibyte. `EXDEV` in a mount.
    Read {
        /// The file.
        path: Vec<u8>,
        /// Where the part starts.
        offset: u64,
        /// Its length in bytes.
        length: u64,
    },
    /// Writes a part of a file of the in-memory root, which is made if it is missing. What
    /// is written at offset 0 is all that it holds then. `EXDEV` in a mount.
    Write {
        /// The file.
        path: Vec<u8>,
        /// Where the part starts.
        offset: u64,
        /// Permission bits for a new file.
        mode: u32,
        /// The part.
        data: Vec<u8>,
    },
    /// Removes a file, a link or an empty directory.
    Remove(Vec<u8>),
    /// Makes a directory in the in-memory root. `EXDEV` in a mount.
    MakeDirectory(Vec<u8>),
}

/// What comes of a [`Request`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It was done.
    Done,
    /// What is there.
    Seen(Seen),
    /// The names in a directory, sorted, and what each stands for.
    List(Vec<(Vec<u8>, Seen)>),
    /// A part of a file.
    Bytes(Vec<u8>),
}

impl Kernel {
    /// Does what the world asks.
    pub fn serve(&mut self, request: &Request, now: i64) -> Result<Answer, Errno> {
        match request {
            Request::Look(path) => self.look(path).map(Answer::Seen),
            Request::List(path) => self.list(path).map(Answer::List),
            Request::Read { path, offset, length } => {
                let length = usize::try_from(*length).unwrap_or(READ_MAX).min(READ_MAX);
                let mut data = vec![0; length];
                let got = self.read_file(path, *offset, &mut data)?;
                data.truncate(got);
                Ok(Answer::Bytes(data))
            }
            Request::Write { path, offset, mode, data } => {
                self.write_file(path, *offset, data, *mode, now).map(|()| Answer::Done)
            }
            Request::Remove(path) => self.remove(path, now).map(|()| Answer::Done),
            Request::MakeDirectory(path) => self.make_directory(path, now).map(|()| Answer::Done),
        }
    }

    fn look(&self, path: &[u8]) -> Result<Seen, Errno> {
        let node = self.walk(self.vfs.root(), path, true)?.existing()?;
        self.vfs.stat(&node).map(Seen::from)
    }

    fn list(&self, path: &[u8]) -> Result<Vec<(Vec<u8>, Seen)>, Errno> {
        let dir = self.walk(self.vfs.root(), path, true)?.existing()?;
        let entries = self.vfs.read_dir(&dir)?.into_iter();
        let seen = entries.map(|entry| {
            let stat = self.vfs.stat(&self.vfs.lookup(&dir, &entry.name)?)?;
            Ok((entry.name, stat.into()))
        });
        seen.collect()
    }

    fn read_file(&self, path: &[u8], offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        match self.walk(self.vfs.root(), path, true)?.existing()? {
            Node::Mem(ino) if self.vfs.tree.entries(ino).is_ok() => Err(Errno::EISDIR),
            Node::Mem(ino) => self.vfs.tree.read(ino, offset, buf),
            _ => Err(Errno::EXDEV),
        }
    }

    fn write_file(
        &mut self,
        path: &[u8],
        offset: u64,
        data: &[u8],
        mode: u32,
        now: i64,
    ) -> Result<(), Errno> {
        let found = self.walk(self.vfs.root(), path, true)?;
        let ino = match (found.node, &found.dir) {
            (Some(Node::Mem(ino)), _) => ino,
            (None, Node::Mem(dir)) if !found.slash => {
                let (uid, gid) = (self.ids.euid, self.ids.egid);
                self.vfs.tree.add(
                    *dir,
                    &found.name,
                    Body::File(Vec::new()),
                    Making { mode, uid, gid, now },
                )?
            }
            (None, Node::Mem(_)) => return Err(Errno::EISDIR),
            _ => return Err(Errno::EXDEV),
        };
        if offset == 0 {
            self.vfs.tree.set_size(ino, 0, now)?;
        }
        self.vfs.tree.write(ino, offset, data, now).map(|_| ())
    }

    fn remove(&mut self, path: &[u8], now: i64) -> Result<(), Errno> {
        let found = self.walk(self.vfs.root(), path, false)?;
        let node = found.node.ok_or(Errno::ENOENT)?;
        if found.name.is_empty() {
            return Err(Errno::EBUSY);
        }
        let is_dir = self.vfs.stat(&node)?.kind == FileKind::Directory;
        self.vfs.remove(&found.dir, &found.name, &node, is_dir, now)
    }

    fn make_directory(&mut self, path: &[u8], now: i64) -> Result<(), Errno> {
        let found = self.walk(self.vfs.root(), path, true)?;
        if !matches!(found.dir, Node::Mem(_)) {
            return Err(Errno::EXDEV);
        }
        if found.node.is_some() {
            return Err(Errno::EEXIST);
        }
        let (uid, gid) = (self.ids.euid, self.ids.egid);
        self.vfs.make_dir(&found.dir, &found.name, Making { mode: 0o755, uid, gid, now })
    }
}
