//! A memory, a host, a host directory and a whole guest for tests, here and in
//! the crates that build on this.
//!
//! Nothing in it is random or takes time: the clock moves when it is read or
//! slept on, and everything written can be looked at.

use crate::errno::Errno;
use crate::guest::{GuestMemory, MemoryFault};
use crate::host::{
    Clock, Entry, FileKind, Host, HostDir, HostFile, HostStat, Input, News, OpenRequest, Output, SetTime,
};
use crate::outside::Answer;
use crate::process::{Config, Image, Outcome, Process, Segment, Start};
use std::any::Any;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Guest memory in a vector, from [`VecMemory::BASE`] up.
#[derive(Clone, Debug, Default)]
pub struct VecMemory {
    bytes: Vec<u8>,
    /// One past the highest address that it will grow to.
    pub limit: u64,
}

impl VecMemory {
    /// Lowest backed guest address.
    pub const BASE: u64 = 0x10000;

    /// Empty memory that can grow to `limit`.
    pub fn new(limit: u64) -> VecMemory {
        VecMemory { bytes: Vec::new(), limit }
    }

    fn range(&self, addr: u64, len: usize) -> Result<std::ops::Range<usize>, MemoryFault> {
        let fault = MemoryFault { addr, len: len as u64 };
        let start = addr.checked_sub(Self::BASE).ok_or(fault)?;
        let end = start.checked_add(len as u64).ok_or(fault)?;
        if end > self.bytes.len() as u64 {
            return Err(fault);
        }
        Ok(start as usize..end as usize)
    }
}

impl GuestMemory for VecMemory {
    fn read(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        let range = self.range(addr, buf.len())?;
        buf.copy_from_slice(&self.bytes[range]);
        Ok(())
    }

    fn write(&mut self, addr: u64, data: &[u8]) -> Result<(), MemoryFault> {
        let range = self.range(addr, data.len())?;
        self.bytes[range].copy_from_slice(data);
        Ok(())
    }

    fn end(&self) -> u64 {
        Self::BASE + self.bytes.len() as u64
    }

    fn grow(&mut self, end: u64) -> Result<(), MemoryFault> {
        if end > self.limit {
            return Err(MemoryFault { addr: end, len: 0 });
        }
        if end > self.end() {
            self.bytes.resize((end - Self::BASE) as usize, 0);
        }
        Ok(())
    }
}

/// A host whose input is given and whose output is kept.
#[derive(Clone, Debug, Default)]
pub struct FakeHost {
    /// What reading standard input gives, then its end.
    pub input: Vec<u8>,
    /// Everything written to standard output.
    pub output: Vec<u8>,
    /// Everything written to standard error.
    pub errors: Vec<u8>,
    /// The time of all clocks, in nanoseconds.
    pub now: u64,
    /// Whether the console is a terminal.
    pub terminal: bool,
    /// Where the sequence that stands for random bytes is.
    pub next: u8,
    /// What to say while the guest waits, a piece for each wait.
    pub news: Vec<News>,
    /// The piece that is to be taken.
    pub told: Option<News>,
    /// The signals that would end the guest, once that has changed.
    pub ending: Option<u64>,
    /// What came of requests.
    pub answers: Vec<Result<Answer, Errno>>,
}

impl FakeHost {
    /// Tells the next piece of news, if there is one left.
    fn tell(&mut self) -> bool {
        if !self.news.is_empty() {
            self.told = Some(self.news.remove(0));
        }
        self.told.is_some()
    }
}

impl Host for FakeHost {
    fn news(&mut self) -> Option<News> {
        self.told.take()
    }

    fn answer(&mut self, answer: Result<Answer, Errno>) {
        self.answers.push(answer);
    }

    fn signals_end(&mut self, signals: u64) {
        self.ending = Some(signals);
    }

    fn may_signal(&self) -> bool {
        !self.news.is_empty()
    }

    fn clock(&mut self, _clock: Clock) -> u64 {
        self.now = self.now.saturating_add(1000);
        self.now
    }

    fn random(&mut self, buf: &mut [u8]) {
        for byte in buf {
            self.next = self.next.wrapping_mul(5).wrapping_add(17);
            *byte = self.next;
        }
    }

    fn sleep(&mut self, nanoseconds: u64) {
        if self.tell() {
            return;
        }
        self.now = self.now.saturating_add(nanoseconds);
    }

    fn read_input(&mut self, buf: &mut [u8]) -> Result<usize, Errno> {
        if self.tell() {
            return Err(Errno::EINTR);
        }
        let n = buf.len().min(self.input.len());
        buf[..n].copy_from_slice(&self.input[..n]);
        self.input.drain(..n);
        Ok(n)
    }

    fn poll_input(&mut self, _timeout: Option<u64>) -> Result<Input, Errno> {
        Ok(Input::Ready)
    }

    fn write_output(&mut self, output: Output, data: &[u8]) -> Result<usize, Errno> {
        match output {
            Output::Stdout => self.output.extend_from_slice(data),
            Output::Stderr => self.errors.extend_from_slice(data),
        }
        Ok(data.len())
    }

    fn input_is_terminal(&self) -> bool {
        self.terminal
    }

    fn output_is_terminal(&self, _output: Output) -> bool {
        self.terminal
    }
}

/// What a [`FakeDir`] holds under a name.
enum FakeNode {
    File(Arc<FakeFile>),
    Dir(Arc<FakeDir>),
    Link(Vec<u8>),
}

/// A host directory in memory, to mount.
#[derive(Default)]
pub struct FakeDir {
    nodes: Mutex<BTreeMap<Vec<u8>, FakeNode>>,
}

/// A file of a [`FakeDir`].
#[derive(Default)]
pub struct FakeFile {
    data: Mutex<Vec<u8>>,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn fake_stat(kind: FileKind, size: usize) -> HostStat {
    HostStat {
        kind,
        inode: 1,
        size: size as u64,
        mode: 0o755,
        links: 1,
        accessed: 0,
        modified: 0,
        changed: 0,
    }
}

impl FakeDir {
    /// Puts a file into the directory.
    pub fn add_file(&self, name: &str, data: &[u8]) {
        let file = Arc::new(FakeFile { data: Mutex::new(data.to_vec()) });
        locked(&self.nodes).insert(name.into(), FakeNode::File(file));
    }

    /// Puts a symbolic link into the directory.
    pub fn add_link(&self, name: &str, target: &str) {
        locked(&self.nodes).insert(name.into(), FakeNode::Link(target.into()));
    }

    /// The content of a file; `None` if there is none of that name.
    pub fn content(&self, name: &str) -> Option<Vec<u8>> {
        match locked(&self.nodes).get(name.as_bytes()) {
            Some(FakeNode::File(file)) => Some(locked(&file.data).clone()),
            _ => None,
        }
    }

    fn take(&self, name: &[u8]) -> Result<FakeNode, Errno> {
        locked(&self.nodes).remove(name).ok_or(Errno::ENOENT)
    }

    fn put(&self, name: &[u8], node: FakeNode) -> Result<(), Errno> {
        assert!(!name.is_empty() && !name.contains(&b'/') && name != b"." && name != b"..");
        match locked(&self.nodes).insert(name.to_vec(), node) {
            _ if name.len() > 255 => Err(Errno::ENAMETOOLONG),
            _ => Ok(()),
        }
    }
}

impl HostDir for FakeDir {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn stat(&self) -> Result<HostStat, Errno> {
        Ok(fake_stat(FileKind::Directory, 0))
    }

    fn lookup(&self, name: &[u8]) -> Result<HostStat, Errno> {
        assert!(!name.is_empty() && !name.contains(&b'/') && name != b"." && name != b"..");
        match locked(&self.nodes).get(name).ok_or(Errno::ENOENT)? {
            FakeNode::File(file) => file.stat(),
            FakeNode::Dir(dir) => dir.stat(),
            FakeNode::Link(target) => Ok(fake_stat(FileKind::Symlink, target.len())),
        }
    }

    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn HostDir>, Errno> {
        match locked(&self.nodes).get(name).ok_or(Errno::ENOENT)? {
            FakeNode::Dir(dir) => Ok(dir.clone()),
            _ => Err(Errno::ENOTDIR),
        }
    }

    fn open_file(&self, name: &[u8], how: OpenRequest) -> Result<Arc<dyn HostFile>, Errno> {
        let mut nodes = locked(&self.nodes);
        match nodes.get(name) {
            Some(_) if how.create && how.exclusive => Err(Errno::EEXIST),
            Some(FakeNode::File(file)) => {
                if how.truncate {
                    locked(&file.data).clear();
                }
                Ok(file.clone())
            }
            Some(FakeNode::Link(_)) => Err(Errno::ELOOP),
            Some(FakeNode::Dir(_)) => Err(Errno::EISDIR),
            None if how.create => {
                let file = Arc::new(FakeFile::default());
                nodes.insert(name.to_vec(), FakeNode::File(file.clone()));
                Ok(file)
            }
            None => Err(Errno::ENOENT),
        }
    }

    fn read_dir(&self) -> Result<Vec<Entry>, Errno> {
        let kind = |node: &FakeNode| match node {
            FakeNode::File(_) => FileKind::Regular,
            FakeNode::Dir(_) => FileKind::Directory,
            FakeNode::Link(_) => FileKind::Symlink,
        };
        let nodes = locked(&self.nodes);
        Ok(nodes
            .iter()
            .map(|(name, node)| Entry { name: name.clone(), kind: kind(node), inode: 1 })
            .collect())
    }

    fn make_dir(&self, name: &[u8], _mode: u32) -> Result<(), Errno> {
        self.put(name, FakeNode::Dir(Arc::default()))
    }

    fn make_symlink(&self, name: &[u8], target: &[u8]) -> Result<(), Errno> {
        self.put(name, FakeNode::Link(target.to_vec()))
    }

    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        match locked(&self.nodes).get(name).ok_or(Errno::ENOENT)? {
            FakeNode::Link(target) => Ok(target.clone()),
            _ => Err(Errno::EINVAL),
        }
    }

    fn remove_file(&self, name: &[u8]) -> Result<(), Errno> {
        self.take(name).map(|_| ())
    }

    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno> {
        self.take(name).map(|_| ())
    }

    fn rename(&self, name: &[u8], to: &dyn HostDir, to_name: &[u8]) -> Result<(), Errno> {
        let to = to.as_any().downcast_ref::<FakeDir>().ok_or(Errno::EXDEV)?;
        let node = self.take(name)?;
        to.put(to_name, node)
    }

    fn link(&self, name: &[u8], to: &dyn HostDir, to_name: &[u8]) -> Result<(), Errno> {
        let to = to.as_any().downcast_ref::<FakeDir>().ok_or(Errno::EXDEV)?;
        let file = match locked(&self.nodes).get(name) {
            Some(FakeNode::File(file)) => file.clone(),
            _ => return Err(Errno::ENOENT),
        };
        to.put(to_name, FakeNode::File(file))
    }

    fn set_mode(&self, name: &[u8], _mode: u32) -> Result<(), Errno> {
        self.lookup(name).map(|_| ())
    }

    fn set_times(&self, name: &[u8], _accessed: SetTime, _modified: SetTime) -> Result<(), Errno> {
        self.lookup(name).map(|_| ())
    }
}

impl HostFile for FakeFile {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        let data = locked(&self.data);
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(data.len());
        let n = buf.len().min(data.len() - start);
        buf[..n].copy_from_slice(&data[start..start + n]);
        Ok(n)
    }

    fn write_at(&self, offset: u64, bytes: &[u8]) -> Result<usize, Errno> {
        // A directory for tests holds no large files.
        const LIMIT: u64 = 1 << 24;
        let end = offset.saturating_add(bytes.len() as u64);
        if end > LIMIT {
            return Err(Errno::EFBIG);
        }
        let mut data = locked(&self.data);
        if data.len() < end as usize {
            data.resize(end as usize, 0);
        }
        data[offset as usize..end as usize].copy_from_slice(bytes);
        Ok(bytes.len())
    }

    fn stat(&self) -> Result<HostStat, Errno> {
        Ok(fake_stat(FileKind::Regular, locked(&self.data).len()))
    }

    fn set_size(&self, size: u64) -> Result<(), Errno> {
        if size > 1 << 24 {
            return Err(Errno::EFBIG);
        }
        locked(&self.data).resize(size as usize, 0);
        Ok(())
    }

    fn set_mode(&self, _mode: u32) -> Result<(), Errno> {
        Ok(())
    }

    fn set_times(&self, _accessed: SetTime, _modified: SetTime) -> Result<(), Errno> {
        Ok(())
    }

    fn sync(&self) -> Result<(), Errno> {
        Ok(())
    }
}

/// A started process with its memory, driven by hand.
pub struct Guest {
    /// The process.
    pub process: Process<FakeHost>,
    /// Its memory.
    pub mem: VecMemory,
    /// The first stack pointer.
    pub sp: u64,
    next: u64,
}

impl Guest {
    /// Where [`Guest::put`] starts: a page that belongs to the image.
    pub const SCRATCH: u64 = 0x20000;
    const SCRATCH_END: u64 = 0x40000;

    /// A started process with 64 MiB of memory and a small root.
    ///
    /// # Panics
    /// If it cannot start: this is for tests.
    pub fn new(host: FakeHost, config: Config) -> Guest {
        let limit = 64 << 20;
        let mut mem = VecMemory::new(limit);
        let config = Config { memory_limit: limit, file_limit: 8 << 20, ..config };
        let mut process = Process::new(host, config);
        mem.grow(Self::SCRATCH_END).expect("memory for the image");
        let segment = |start, end, write| Segment {
            start,
            end,
            offset: start - VecMemory::BASE,
            read: true,
            write,
            execute: !write,
        };
        let image = Image {
            segments: vec![
                segment(VecMemory::BASE, Self::SCRATCH, false),
                segment(Self::SCRATCH, Self::SCRATCH_END, true),
            ],
            entry: 0x10100,
            phdr: 0x10040,
            phnum: 2,
            phent: 56,
            end: Self::SCRATCH_END,
            bytes: b"\x7fELF",
        };
        let Start { sp, .. } = process.start(&mut mem, &image).expect("a process that starts");
        Guest { process, mem, sp, next: Self::SCRATCH }
    }

    /// Puts bytes somewhere in guest memory, aligned to 16, and returns where.
    ///
    /// # Panics
    /// If there is no room left.
    pub fn put(&mut self, bytes: &[u8]) -> u64 {
        let at = self.next;
        self.mem.write(at, bytes).expect("room for test data");
        self.next = (at + bytes.len() as u64 + 1).next_multiple_of(16);
        assert!(self.next < Self::SCRATCH_END, "room for test data");
        at
    }

    /// Puts a string with its zero.
    pub fn text(&mut self, text: &str) -> u64 {
        self.put(&[text.as_bytes(), b"\0"].concat())
    }

    /// Room for a result.
    pub fn room(&mut self, len: usize) -> u64 {
        self.put(&vec![0; len])
    }

    /// Makes a call with fewer than six arguments.
    pub fn outcome(&mut self, nr: u64, args: &[u64]) -> Outcome {
        let mut all = [0; 6];
        all[..args.len()].copy_from_slice(args);
        self.process.syscall(&mut self.mem, nr, all)
    }

    /// Makes a call and gives what it returned.
    ///
    /// # Errors
    /// The guest's error.
    ///
    /// # Panics
    /// If the outcome is not a value.
    pub fn call(&mut self, nr: u64, args: &[u64]) -> Result<u64, Errno> {
        match self.outcome(nr, args) {
            Outcome::Return(value) if (-4095..0).contains(&value) => Err(Errno(-value as u16)),
            Outcome::Return(value) => Ok(value as u64),
            other => panic!("call {nr} gave {other:?}"),
        }
    }

    /// Reads guest memory.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn get(&self, addr: u64, len: u64) -> Vec<u8> {
        let mem: &dyn GuestMemory = &self.mem;
        mem.read_vec(addr, len).expect("readable memory")
    }

    /// Reads a 64-bit word.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn word(&self, addr: u64) -> u64 {
        let mem: &dyn GuestMemory = &self.mem;
        mem.read_u64(addr).expect("readable memory")
    }

    /// Reads a 32-bit word.
    ///
    /// # Panics
    /// If it cannot be read.
    pub fn half(&self, addr: u64) -> u32 {
        let mem: &dyn GuestMemory = &self.mem;
        mem.read_u32(addr).expect("readable memory")
    }
}

impl Default for Guest {
    fn default() -> Guest {
        Guest::new(FakeHost::default(), Config::default())
    }
}
