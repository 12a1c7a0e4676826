//! The kernel state of one process, and how a system call reaches its row.
//!
//! Knows the parts and the dispatch. Must never know what a particular call
//! does: that is in the modules of the parts.

use crate::errno::Errno;
use crate::guest::{GuestMemory, MemoryFault};
use crate::host::{Host, HostDir, Output};
use crate::process::{Config, Outcome};
use crate::space::Space;
use std::collections::BTreeMap;
use std::sync::Arc;

/// One system call in flight.
pub(crate) struct Call<'a> {
    pub mem: &'a mut dyn GuestMemory,
    pub host: &'a mut dyn Host,
    pub args: [u64; 6],
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
    pub unknown: BTreeMap<u64, u64>,
    pub files: BTreeMap<Vec<u8>, Vec<u8>>,
}

impl Kernel {
    pub fn new(_host: &mut dyn Host, config: Config) -> Kernel {
        Kernel { config, space: Space::default(), unknown: BTreeMap::new(), files: BTreeMap::new() }
    }

    pub fn syscall(&mut self, c: &mut Call<'_>, nr: u64) -> Outcome {
        match self.dispatch(c, nr) {
            Ok(value) => Outcome::Return(value),
            Err(Stop::Error(errno)) => Outcome::Return(-(errno.0 as i64)),
            Err(Stop::Outcome(outcome)) => outcome,
        }
    }

    fn dispatch(&mut self, c: &mut Call<'_>, nr: u64) -> Answer {
        match nr {
            64 => {
                let output = if c.args[0] == 2 { Output::Stderr } else { Output::Stdout };
                let data = c.mem.read_vec(c.args[1], c.args[2].min(1 << 16))?;
                Ok(c.host.write_output(output, &data)? as i64)
            }
            93 | 94 => Err(Stop::Outcome(Outcome::Exit(c.args[0] as i32 & 0xff))),
            214 => Ok(self.space.set_brk(c.mem, c.args[0]) as i64),
            _ => {
                *self.unknown.entry(nr).or_insert(0) += 1;
                Err(Errno::ENOSYS.into())
            }
        }
    }

    pub fn install_exe(&mut self, bytes: &[u8]) -> Result<(), Errno> {
        let path = self.config.exe.clone();
        self.put_file(&path, bytes, 0o755)
    }

    pub fn put_file(&mut self, path: &[u8], data: &[u8], _mode: u32) -> Result<(), Errno> {
        self.files.insert(path.to_vec(), data.to_vec());
        Ok(())
    }

    pub fn get_file(&self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        self.files.get(path).cloned().ok_or(Errno::ENOENT)
    }

    pub fn mount(&mut self, _: &[u8], _: Arc<dyn HostDir>, _: bool) -> Result<(), Errno> {
        Err(Errno::ENOSYS)
    }
}
