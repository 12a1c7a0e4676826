//! The kernel state of one process, and how a system call reaches its row.
//!
//! Knows the parts and the dispatch. Must never know what a particular call
//! does: that is in the modules of the parts.

use crate::errno::Errno;
use crate::fd::{Files, Open, flag};
use crate::guest::{GuestMemory, MemoryFault};
use crate::host::{Clock, Host, HostDir, Output};
use crate::ids::Ids;
use crate::info;
use crate::process::{Config, Outcome};
use crate::signals::Signals;
use crate::space::Space;
use crate::table;
use crate::time::Timers;
use crate::tty::Tty;
use crate::vfs::populate::{make_dirs, populate};
use crate::vfs::tree::{Body, Making, read_all};
use crate::vfs::{Node, PATH_MAX, Vfs};
use std::collections::BTreeMap;
use std::sync::Arc;

/// One system call in flight.
pub(crate) struct Call<'a> {
    pub mem: &'a mut dyn GuestMemory,
    pub host: &'a mut dyn Host,
    pub args: [u64; 6],
}

impl Call<'_> {
    /// An argument as the kernel's `int`: the low half, signed.
    pub fn int(&self, index: usize) -> i32 {
        self.args[index] as i32
    }

    /// An argument as the kernel's `unsigned int`.
    pub fn uint(&self, index: usize) -> u32 {
        self.args[index] as u32
    }

    /// A path argument.
    pub fn path(&self, index: usize) -> Result<Vec<u8>, Errno> {
        self.mem.read_str(self.args[index], PATH_MAX)
    }

    /// Nanoseconds since 1970 for timestamps.
    pub fn now(&mut self) -> i64 {
        i64::try_from(self.host.clock(Clock::Realtime)).unwrap_or(i64::MAX)
    }
}

/// Why a handler stops without a value.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// The call fails.
    Error(Errno),
    /// The engine has something else to do than to go on.
    Outcome(Outcome),
}

impl From<Errno> for Stop {
    fn from(error: Errno) -> Stop {
        Stop::Error(error)
    }
}

impl From<MemoryFault> for Stop {
    fn from(_: MemoryFault) -> Stop {
        Stop::Error(Errno::EFAULT)
    }
}

/// What a handler gives: a value for `a0`, or a reason to stop.
pub(crate) type Answer = Result<i64, Stop>;

/// Everything the kernel knows of the process.
pub(crate) struct Kernel {
    pub config: Config,
    pub space: Space,
    pub vfs: Vfs,
    pub files: Files,
    pub cwd: Node,
    pub umask: u32,
    pub ids: Ids,
    pub signals: Signals,
    pub timers: Timers,
    pub tty: Tty,
    pub limits: [(u64, u64); info::LIMITS],
    pub hostname: Vec<u8>,
    pub domain: Vec<u8>,
    /// What `prctl(PR_GET_NAME)` and `/proc/self/comm` say, at most 15 bytes.
    pub comm: Vec<u8>,
    /// Monotonic and real time when the process was made, in nanoseconds.
    pub start_time: u64,
    pub boot_time: u64,
    /// Head of the robust futex list; read by nobody while one thread lives.
    pub robust_list: u64,
    pub nice: i32,
    pub unknown: BTreeMap<u64, u64>,
    /// Why the file system could not be filled, reported by `start`.
    setup: Result<(), Errno>,
}

impl Kernel {
    pub fn new(host: &mut dyn Host, config: Config) -> Kernel {
        let boot_time = host.clock(Clock::Realtime);
        let start_time = host.clock(Clock::Monotonic);
        let now = i64::try_from(boot_time).unwrap_or(i64::MAX);
        let mut vfs = Vfs::new(config.file_limit, now, config.uid, config.gid);
        let setup = populate(&mut vfs, &config, now);
        let mut comm = config.exe.rsplit(|&byte| byte == b'/').next().unwrap_or(b"").to_vec();
        comm.truncate(15);
        let mut kernel = Kernel {
            space: Space::default(),
            cwd: vfs.root(),
            vfs,
            files: Files::default(),
            umask: 0o022,
            ids: Ids::new(&config),
            signals: Signals::default(),
            timers: Timers::default(),
            tty: Tty::default(),
            limits: info::default_limits(),
            hostname: config.hostname.clone(),
            domain: b"(none)".to_vec(),
            comm,
            start_time,
            boot_time,
            robust_list: 0,
            nice: 0,
            unknown: BTreeMap::new(),
            setup,
            config,
        };
        kernel.open_console(host);
        kernel
    }

    /// Descriptors 0, 1 and 2.
    fn open_console(&mut self, host: &dyn Host) {
        let outputs = [None, Some(Output::Stdout), Some(Output::Stderr)];
        for (fd, output) in (0..).zip(outputs) {
            let terminal = match output {
                None => host.input_is_terminal(),
                Some(output) => host.output_is_terminal(output),
            };
            let (open, alone) = match output {
                None => (Open::Input, flag::RDONLY),
                Some(output) => (Open::Output(output), flag::WRONLY),
            };
            let tty = self.walk(self.vfs.root(), b"/dev/tty", false).ok().and_then(|found| found.node);
            let (flags, path, node) = match terminal {
                true => (flag::RDWR, b"/dev/tty".to_vec(), tty),
                false => (alone, format!("pipe:[{}]", fd + 1).into_bytes(), None),
            };
            let file = self.files.make(&mut self.vfs, open, flags, path, node);
            self.files.install(fd, file, false);
        }
    }

    /// Serves a call and sees to signals and timers afterwards.
    pub fn syscall(&mut self, c: &mut Call<'_>, nr: u64) -> Outcome {
        let answer = match table::find(nr).and_then(|row| row.handler) {
            Some(handler) => handler(self, c),
            None => {
                *self.unknown.entry(nr).or_insert(0) += 1;
                Err(Errno::ENOSYS.into())
            }
        };
        let value = match answer {
            Ok(value) => value,
            Err(Stop::Error(errno)) => -(errno.0 as i64),
            Err(Stop::Outcome(outcome)) => return outcome,
        };
        self.raise_due(c);
        self.after_call(value)
    }

    /// Checks the setup, finds the working directory and puts the program in
    /// its place.
    pub fn install_exe(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        self.setup?;
        let path = self.config.exe.clone();
        match self.walk(self.vfs.root(), &path, true) {
            Ok(found) if found.node.is_some() => {}
            _ => self.put_file(&path, bytes, 0o755)?,
        }
        let cwd = self.config.cwd.clone();
        let root = self.vfs.root();
        let node = match self.walk(root.clone(), &cwd, true) {
            Ok(found) if found.node.is_some() => found.existing()?,
            _ => {
                make_dirs(&mut self.vfs, &cwd, self.boot_time as i64)?;
                self.walk(root, &cwd, true)?.existing()?
            }
        };
        self.set_cwd(node);
        Ok(())
    }

    /// Changes the working directory, which keeps it alive.
    pub fn set_cwd(&mut self, node: Node) {
        if let Node::Mem(ino) = &node {
            self.vfs.tree.hold(*ino);
        }
        if let Node::Mem(ino) = std::mem::replace(&mut self.cwd, node) {
            self.vfs.tree.release(ino);
        }
    }

    pub fn put_file(&mut self, path: &[u8], data: &[u8], mode: u32) -> Result<(), Errno> {
        let now = self.boot_time as i64;
        let cut = path.iter().rposition(|&byte| byte == b'/').ok_or(Errno::EINVAL)?;
        let (dir, name) = (&path[..cut], &path[cut + 1..]);
        if name.is_empty() || name.len() > crate::vfs::NAME_MAX {
            return Err(Errno::EINVAL);
        }
        let dir = make_dirs(&mut self.vfs, dir, now)?;
        if self.vfs.tree.lookup(dir, name).is_ok() {
            self.vfs.tree.unlink(dir, name, now)?;
        }
        let making = Making { mode, uid: self.ids.euid, gid: self.ids.egid, now };
        self.vfs.tree.add(dir, name, Body::File(data.to_vec()), making).map(|_| ())
    }

    pub fn get_file(&self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        match self.walk(self.vfs.root(), path, true)?.existing()? {
            Node::Mem(ino) => match &self.vfs.tree.node(ino)?.body {
                Body::File(data) => Ok(data.clone()),
                Body::Stored(content, size) => {
                    let mut data = vec![0; usize::try_from(*size).map_err(|_| Errno::EFBIG)?];
                    read_all(&**content, &mut data).map(|()| data)
                }
                _ => Err(Errno::EINVAL),
            },
            _ => Err(Errno::EXDEV),
        }
    }

    pub fn mount(&mut self, path: &[u8], dir: Arc<dyn HostDir>, read_only: bool) -> Result<(), Errno> {
        let covered = make_dirs(&mut self.vfs, path, self.boot_time as i64)?;
        self.vfs.mount(covered, dir, read_only);
        Ok(())
    }
}
