//! A guest process as an engine drives it.
//!
//! [`Process::start`] lays out memory, [`Process::syscall`] serves one call.
//! What the engine has to do besides going on is an [`Outcome`]. The kernel
//! state proper is in `kernel`; this module only joins it to a host.

use crate::errno::Errno;
use crate::guest::{GuestMemory, MemoryFault};
use crate::host::{Clock, Host, HostDir};
use crate::kernel::{Call, Kernel};
use crate::outside::{Answer, Request};
use crate::planting::{Attributes, Planted};
use crate::space::{PROT_EXEC, PROT_READ, PROT_WRITE};
use std::collections::BTreeMap;
use std::sync::Arc;

/// A program image that the engine has already put into guest memory.
#[derive(Clone, Debug)]
pub struct Image<'a> {
    /// Its loadable segments, for `/proc/self/maps` and page permissions.
    pub segments: Vec<Segment>,
    /// Address of the first instruction.
    pub entry: u64,
    /// Guest address of the program headers.
    pub phdr: u64,
    /// Number of program headers.
    pub phnum: u16,
    /// Size of one program header in bytes.
    pub phent: u16,
    /// First free guest address after the image.
    pub end: u64,
    /// The file itself, for `/proc/self/exe` and the name it was started by.
    pub bytes: &'a [u8],
}

/// Where a process starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Start {
    /// The first instruction: the program's, or its dynamic linker's.
    pub pc: u64,
    /// The first stack pointer.
    pub sp: u64,
}

/// One loaded segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// First guest address.
    pub start: u64,
    /// One past the last guest address, with `.bss`.
    pub end: u64,
    /// Offset of its first byte in the file.
    pub offset: u64,
    /// May be read.
    pub read: bool,
    /// May be written.
    pub write: bool,
    /// May be executed.
    pub execute: bool,
}

/// What a process starts with.
#[derive(Clone, Debug)]
pub struct Config {
    /// The argument list, with the program's name first.
    pub args: Vec<Vec<u8>>,
    /// The environment, `NAME=value` each.
    pub env: Vec<Vec<u8>>,
    /// Absolute guest path of the program.
    pub exe: Vec<u8>,
    /// Absolute guest path of the first working directory. Made if missing.
    pub cwd: Vec<u8>,
    /// What `uname` calls the machine.
    pub hostname: Vec<u8>,
    /// One past the highest usable guest address; below 4 GiB.
    pub memory_limit: u64,
    /// Bytes that all files in memory may take together.
    pub file_limit: u64,
    /// User id, real and effective.
    pub uid: u32,
    /// Group id, real and effective.
    pub gid: u32,
    /// Process id.
    pub pid: u32,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            args: vec![b"a.out".to_vec()],
            env: Vec::new(),
            exe: b"/bin/a.out".to_vec(),
            cwd: b"/".to_vec(),
            hostname: b"rv2wat".to_vec(),
            memory_limit: 1 << 30,
            file_limit: 512 << 20,
            uid: 0,
            gid: 0,
            pid: 1000,
        }
    }
}

/// Why a process cannot start.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum StartError {
    /// Arguments and environment take more than a quarter of the stack.
    #[error("arguments and environment take {0} bytes, more than the stack has room for")]
    ArgumentsTooLong(u64),
    /// An argument or a variable holds a zero byte.
    #[error("an argument or environment variable holds a zero byte")]
    ZeroByte,
    /// The image and the stack do not fit below the memory limit.
    #[error("image ends at {end:#x}: no room for the stack below the limit {limit:#x}")]
    NoRoom {
        /// End of the image.
        end: u64,
        /// The limit from the configuration.
        limit: u64,
    },
    /// The dynamic linker that the program asks for cannot be started.
    #[error("the program is dynamically linked, by {path}: {why}")]
    Interpreter {
        /// Its path, as the program has it.
        path: String,
        /// Why not.
        why: String,
    },
    /// The engine gave no memory.
    #[error(transparent)]
    Memory(#[from] MemoryFault),
    /// A file that every process needs could not be made.
    #[error("cannot set up {path}: {errno}")]
    Setup {
        /// Which one.
        path: String,
        /// Why.
        errno: Errno,
    },
}

/// What the engine does after a system call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Put the value (or negated error number) into `a0` and go on.
    Return(i64),
    /// The process ended with this status, 0 to 255.
    Exit(i32),
    /// A signal whose default action ends the process arrived.
    Kill(i32),
    /// Run a guest signal handler; the frame is the caller's to build.
    Deliver(Box<Delivery>),
    /// The guest returns from a handler; its frame is at the guest's `sp`.
    SigReturn,
    /// The guest waits for what can never come: nothing in the process could
    /// wake it. The text says what for. Linux would sleep for ever.
    Deadlock(&'static str),
}

/// A signal handler to run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Signal number.
    pub signal: i32,
    /// Address of the handler.
    pub handler: u64,
    /// `SA_*` flags of the action.
    pub flags: u64,
    /// The signal mask to restore when the handler returns.
    pub old_mask: u64,
    /// `siginfo_t` as the guest reads it.
    pub info: [u8; 128],
    /// The alternate stack (base, size) if the handler runs on it.
    pub stack: Option<(u64, u64)>,
    /// What the interrupted call returns in `a0` after the handler.
    pub result: i64,
    /// The interrupted call starts again instead of returning.
    pub restart: bool,
}

/// One guest process.
pub struct Process<H: Host> {
    host: H,
    kernel: Box<Kernel>,
}

impl<H: Host> Process<H> {
    /// A process that has not started.
    pub fn new(mut host: H, config: Config) -> Process<H> {
        let kernel = Box::new(Kernel::new(&mut host, config));
        Process { host, kernel }
    }

    /// Lays out stack, heap and mappings for a loaded image, puts the program
    /// into the file system, and maps the dynamic linker if it names one.
    pub fn start(&mut self, mem: &mut dyn GuestMemory, image: &Image<'_>) -> Result<Start, StartError> {
        self.kernel.start(&mut self.host, mem, image)
    }

    /// Serves one system call: `nr` from `a7`, `args` from `a0` to `a5`.
    pub fn syscall(&mut self, mem: &mut dyn GuestMemory, nr: u64, args: [u64; 6]) -> Outcome {
        let mut call = Call { mem, host: &mut self.host, args };
        self.kernel.syscall(&mut call, nr)
    }

    /// Mounts a host directory at an absolute guest path, which is made if it
    /// is missing.
    pub fn mount(&mut self, path: &[u8], dir: Arc<dyn HostDir>, read_only: bool) -> Result<(), Errno> {
        self.kernel.mount(path, dir, read_only)
    }

    /// Makes a file in the in-memory root, with the directories above it.
    pub fn put_file(&mut self, path: &[u8], data: &[u8], mode: u32) -> Result<(), Errno> {
        self.kernel.put_file(path, data, mode)
    }

    /// Puts a file, directory or link at an absolute path of the in-memory root, before
    /// the program starts. The path has no `.` or `..`; no link on it is followed. What is
    /// there goes, but a directory that is not empty: `ENOTEMPTY`. A directory that is there
    /// takes the attributes.
    pub fn plant(&mut self, path: &[u8], what: Planted<'_>, attributes: Attributes) -> Result<(), Errno> {
        self.kernel.plant(path, what, attributes)
    }

    /// The content of a file in the in-memory root.
    pub fn get_file(&self, path: &[u8]) -> Result<Vec<u8>, Errno> {
        self.kernel.get_file(path)
    }

    /// Does what the world asks about files, as [`Host::news`] asks it while the guest runs.
    pub fn serve(&mut self, request: &Request) -> Result<Answer, Errno> {
        let now = i64::try_from(self.host.clock(Clock::Realtime)).unwrap_or(i64::MAX);
        self.kernel.serve(request, now)
    }

    /// System calls that were asked for and do not exist here: number to count.
    pub fn unknown_syscalls(&self) -> &BTreeMap<u64, u64> {
        &self.kernel.unknown
    }

    /// Guest address ranges whose code may have changed since the last call:
    /// mapped or made executable, unmapped, or flushed with
    /// `riscv_flush_icache`.
    pub fn take_code_changes(&mut self) -> Vec<(u64, u64)> {
        self.kernel.space.take_code_changes()
    }

    /// The mapping that holds a guest address: its start, and one past its end.
    pub fn mapping_around(&self, addr: u64) -> Option<(u64, u64)> {
        self.kernel.space.region_at(addr).map(|(start, region)| (start, region.end))
    }

    /// Whether there is a range to [take](Process::take_code_changes).
    pub fn code_may_have_changed(&self) -> bool {
        self.kernel.space.code_may_have_changed()
    }

    /// A call and its outcome in the manner of strace, without a newline.
    pub fn trace_line(&self, nr: u64, args: [u64; 6], mem: &dyn GuestMemory, outcome: &Outcome) -> String {
        crate::strace::line(nr, &args, mem, outcome)
    }

    /// The guest has returned from a signal handler to the mask in its frame.
    /// Signals that this lets through are delivered after the next call, or
    /// when the engine asks with [`Process::poll_signals`].
    pub fn signal_returned(&mut self, mask: u64) {
        self.kernel.signals.set_mask(mask);
        self.kernel.signals.tell_ending(&mut self.host);
    }

    /// What a signal that is due outside of a call does: `None`, or
    /// [`Outcome::Deliver`] or [`Outcome::Kill`]. Timers are looked at too.
    /// `a0` is that register's value, which a delivery keeps as its result.
    pub fn poll_signals(&mut self, mem: &mut dyn GuestMemory, a0: u64) -> Option<Outcome> {
        let mut call = Call { mem, host: &mut self.host, args: [0; 6] };
        self.kernel.raise_due(&mut call);
        let outcome = self.kernel.next_signal(a0 as i64, false);
        self.kernel.signals.tell_ending(&mut self.host);
        outcome
    }

    /// What a fault in guest code does: `signal` with `si_code` and `si_addr`,
    /// as [`Outcome::Deliver`] to its handler or [`Outcome::Kill`].
    pub fn fault(&mut self, signal: i32, code: i32, addr: u64, a0: u64) -> Outcome {
        let outcome = self.kernel.fault(signal, code, addr, a0 as i64);
        self.kernel.signals.tell_ending(&mut self.host);
        outcome
    }

    /// What becomes of a handler whose frame cannot be written: a fault of its own, SIGSEGV,
    /// whose handler may have another stack.
    pub fn no_frame(&mut self, failed: &Delivery) -> Outcome {
        let outcome = self.kernel.no_frame(failed);
        self.kernel.signals.tell_ending(&mut self.host);
        outcome
    }

    /// The lowest guest address of the stack that the process was started on. Below it
    /// is nothing, down to the end of the program's image: what comes there has used up
    /// the stack.
    pub fn stack_bottom(&self) -> u64 {
        self.kernel.space.stack_bottom
    }

    /// Guest address of code that makes the `rt_sigreturn` call, for handlers
    /// to return to.
    pub fn signal_trampoline(&self) -> u64 {
        self.kernel.space.vdso
    }

    /// What guest code may do with the page at `addr`: read, write, execute;
    /// `None` if nothing is mapped there.
    pub fn protection(&self, addr: u64) -> Option<(bool, bool, bool)> {
        let (_, region) = self.kernel.space.region_at(addr)?;
        let may = |bit| region.prot & bit != 0;
        Some((may(PROT_READ), may(PROT_WRITE), may(PROT_EXEC)))
    }

    /// The host that was given to [`Process::new`].
    pub fn host(&self) -> &H {
        &self.host
    }

    /// The same, to change it.
    pub fn host_mut(&mut self) -> &mut H {
        &mut self.host
    }

    /// Ends the process and gives its host back.
    pub fn into_host(self) -> H {
        self.host
    }
}
