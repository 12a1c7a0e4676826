//! Descriptors, the open file descriptions behind them, and pipes.
//!
//! Knows reference counts: a description lives while a descriptor or a shared
//! mapping uses it. Must never know how bytes are read or written.

use crate::epoll::Epoll;
use crate::errno::Errno;
use crate::host::{HostFile, Output};
use crate::time::TimerFd;
use crate::vfs::tree::{Device, Ino};
use crate::vfs::{DirEntry, Node, Vfs};
use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

/// Names an open file description.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct FileId(pub u32);

/// Names a pipe.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PipeId(pub u32);

/// Bytes that a pipe holds, as Linux's default.
pub(crate) const PIPE_SIZE: usize = 65536;

/// Open flags (asm-generic/fcntl.h).
pub(crate) mod flag {
    pub const ACCMODE: u32 = 0o3;
    pub const RDONLY: u32 = 0;
    pub const WRONLY: u32 = 1;
    pub const RDWR: u32 = 2;
    pub const CREAT: u32 = 0o100;
    pub const EXCL: u32 = 0o200;
    pub const NOCTTY: u32 = 0o400;
    pub const TRUNC: u32 = 0o1000;
    pub const APPEND: u32 = 0o2000;
    pub const NONBLOCK: u32 = 0o4000;
    pub const ASYNC: u32 = 0o20000;
    pub const DIRECT: u32 = 0o40000;
    pub const LARGEFILE: u32 = 0o100000;
    pub const DIRECTORY: u32 = 0o200000;
    pub const NOFOLLOW: u32 = 0o400000;
    pub const NOATIME: u32 = 0o1000000;
    pub const CLOEXEC: u32 = 0o2000000;
    pub const PATH: u32 = 0o10000000;
    pub const TMPFILE: u32 = 0o20200000;
}

/// What an open description reads and writes.
pub(crate) enum Open {
    /// A file of the tree; the description's node is the same inode.
    Mem(Ino),
    Host(Arc<dyn HostFile>),
    /// A directory; the names as they were when it was last rewound.
    Dir(Option<Vec<DirEntry>>),
    /// A generated file, as it was when it was opened.
    Text(Arc<[u8]>),
    Device(Device),
    Input,
    Output(Output),
    ReadEnd(PipeId),
    WriteEnd(PipeId),
    Event {
        count: u64,
        semaphore: bool,
    },
    Timer(TimerFd),
    Epoll(Epoll),
    /// Opened with `O_PATH`: a place and no content.
    Path,
}

/// An open file description: what `dup` shares.
pub(crate) struct OpenFile {
    pub open: Open,
    /// Access mode and status flags.
    pub flags: u32,
    pub offset: u64,
    /// For `/proc/self/fd` and `/proc/self/maps`.
    pub path: Vec<u8>,
    pub node: Option<Node>,
    refs: u32,
}

impl OpenFile {
    pub fn readable(&self) -> bool {
        self.flags & flag::PATH == 0 && self.flags & flag::ACCMODE != flag::WRONLY
    }

    pub fn writable(&self) -> bool {
        self.flags & flag::PATH == 0 && self.flags & flag::ACCMODE != flag::RDONLY
    }

    pub fn nonblocking(&self) -> bool {
        self.flags & flag::NONBLOCK != 0
    }
}

/// One descriptor.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Descriptor {
    pub file: FileId,
    pub cloexec: bool,
}

/// A pipe and how many descriptions hold its ends.
#[derive(Debug, Default)]
pub(crate) struct Pipe {
    pub data: VecDeque<u8>,
    pub readers: u32,
    pub writers: u32,
}

/// All descriptors of the process.
#[derive(Default)]
pub(crate) struct Files {
    table: BTreeMap<i32, Descriptor>,
    open: Vec<Option<OpenFile>>,
    pipes: Vec<Option<Pipe>>,
}

impl Files {
    /// The description of a descriptor.
    pub fn id(&self, fd: i32) -> Result<FileId, Errno> {
        self.table.get(&fd).map(|descriptor| descriptor.file).ok_or(Errno::EBADF)
    }

    pub fn get(&self, fd: i32) -> Result<&OpenFile, Errno> {
        self.file(self.id(fd)?)
    }

    pub fn get_mut(&mut self, fd: i32) -> Result<&mut OpenFile, Errno> {
        let id = self.id(fd)?;
        self.file_mut(id)
    }

    pub fn file(&self, id: FileId) -> Result<&OpenFile, Errno> {
        self.open.get(id.0 as usize).and_then(Option::as_ref).ok_or(Errno::EBADF)
    }

    pub fn file_mut(&mut self, id: FileId) -> Result<&mut OpenFile, Errno> {
        self.open.get_mut(id.0 as usize).and_then(Option::as_mut).ok_or(Errno::EBADF)
    }

    pub fn descriptor_mut(&mut self, fd: i32) -> Result<&mut Descriptor, Errno> {
        self.table.get_mut(&fd).ok_or(Errno::EBADF)
    }

    pub fn descriptor(&self, fd: i32) -> Result<Descriptor, Errno> {
        self.table.get(&fd).copied().ok_or(Errno::EBADF)
    }

    /// All descriptors in use, in order.
    pub fn numbers(&self) -> Vec<i32> {
        self.table.keys().copied().collect()
    }

    /// Makes a description that nothing refers to yet: [`Files::install`] it,
    /// or it stays for ever.
    pub fn make(
        &mut self,
        vfs: &mut Vfs,
        open: Open,
        flags: u32,
        path: Vec<u8>,
        node: Option<Node>,
    ) -> FileId {
        match &open {
            Open::ReadEnd(pipe) => self.pipe_mut(*pipe, |pipe| pipe.readers += 1),
            Open::WriteEnd(pipe) => self.pipe_mut(*pipe, |pipe| pipe.writers += 1),
            _ => {}
        }
        if let Some(Node::Mem(ino)) = node {
            vfs.tree.hold(ino);
        }
        let file = Some(OpenFile { open, flags, offset: 0, path, node, refs: 0 });
        match self.open.iter().position(Option::is_none) {
            Some(at) => {
                self.open[at] = file;
                FileId(at as u32)
            }
            None => {
                self.open.push(file);
                FileId((self.open.len() - 1) as u32)
            }
        }
    }

    /// The lowest free descriptor not below `lowest`.
    pub fn lowest_free(&self, lowest: i32, limit: u64) -> Result<i32, Errno> {
        let mut fd = lowest;
        for &used in self.table.range(lowest..).map(|(fd, _)| fd) {
            if used != fd {
                break;
            }
            fd = fd.checked_add(1).ok_or(Errno::EMFILE)?;
        }
        if fd as u64 >= limit { Err(Errno::EMFILE) } else { Ok(fd) }
    }

    /// Puts a description at a free descriptor.
    pub fn install(&mut self, fd: i32, file: FileId, cloexec: bool) {
        self.hold(file);
        self.table.insert(fd, Descriptor { file, cloexec });
    }

    /// One more user of a description.
    pub fn hold(&mut self, file: FileId) {
        if let Ok(file) = self.file_mut(file) {
            file.refs = file.refs.saturating_add(1);
        }
    }

    /// One user less; the last one closes it.
    pub fn release(&mut self, vfs: &mut Vfs, id: FileId) {
        let Ok(file) = self.file_mut(id) else { return };
        file.refs = file.refs.saturating_sub(1);
        if file.refs == 0 {
            self.discard(vfs, id);
        }
    }

    fn discard(&mut self, vfs: &mut Vfs, id: FileId) {
        let Some(file) = self.open.get_mut(id.0 as usize).and_then(Option::take) else { return };
        match file.open {
            Open::ReadEnd(pipe) => self.pipe_mut(pipe, |pipe| pipe.readers -= 1),
            Open::WriteEnd(pipe) => self.pipe_mut(pipe, |pipe| pipe.writers -= 1),
            _ => {}
        }
        if let Some(Node::Mem(ino)) = file.node {
            vfs.tree.release(ino);
        }
    }

    /// Takes a descriptor out of the table and drops its hold.
    pub fn close(&mut self, vfs: &mut Vfs, fd: i32) -> Result<(), Errno> {
        let descriptor = self.table.remove(&fd).ok_or(Errno::EBADF)?;
        self.release(vfs, descriptor.file);
        Ok(())
    }

    /// Makes a pipe without ends.
    pub fn make_pipe(&mut self) -> PipeId {
        let pipe = Some(Pipe::default());
        match self.pipes.iter().position(Option::is_none) {
            Some(at) => {
                self.pipes[at] = pipe;
                PipeId(at as u32)
            }
            None => {
                self.pipes.push(pipe);
                PipeId((self.pipes.len() - 1) as u32)
            }
        }
    }

    pub fn pipe(&self, id: PipeId) -> Result<&Pipe, Errno> {
        self.pipes.get(id.0 as usize).and_then(Option::as_ref).ok_or(Errno::EBADF)
    }

    /// The pipe to read from or write to.
    pub fn pipe_data(&mut self, id: PipeId) -> Result<&mut Pipe, Errno> {
        self.pipes.get_mut(id.0 as usize).and_then(Option::as_mut).ok_or(Errno::EBADF)
    }

    /// Changes a pipe's counts and drops it with its last end.
    fn pipe_mut(&mut self, id: PipeId, change: impl FnOnce(&mut Pipe)) {
        let Some(slot) = self.pipes.get_mut(id.0 as usize) else { return };
        if let Some(pipe) = slot {
            change(pipe);
            if pipe.readers == 0 && pipe.writers == 0 {
                *slot = None;
            }
        }
    }
}
