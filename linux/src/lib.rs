//! The Linux personality of rv2wat: what a RISC-V 64 program sees of the
//! kernel, with no engine and no operating system in it.
//!
//! A [`Process`] serves one system call at a time. It reads and writes the
//! guest through [`GuestMemory`] and reaches the world through [`Host`]
//! (clocks, random bytes, the console, directories to mount) and through
//! nothing else, so that the same code runs under a native engine and, built
//! for wasm32, in a browser.
//!
//! | part | where |
//! |---|---|
//! | the doors: memory, host, process | [`guest`], [`host`] with [`mounting`], [`process`] |
//! | one row a system call | `table` |
//! | how a process starts, with its dynamic linker | `start`, `interpreter`, `elf` |
//! | address space layout, `brk`, `mmap` | `space`, `memory` |
//! | in-memory root, `/proc`, mounts | `vfs` |
//! | descriptors, reading and writing, polling | `fd`, `io`, `files`, `dirs`, `poll` |
//! | terminals, time, signals, limits, names, futexes | `tty`, `time`, `signals`, `info`, `ids`, `sched` |
//! | `--strace` lines | `strace` |
//!
//! **Invariant: absent on purpose.** No `std::fs`, `std::time`,
//! `std::process`, `std::thread` or `std::env` is used here, and no path is
//! ever handed to the host as more than one component.
//!
//! **Invariant: the guest is hostile.** Nothing that the guest passes may
//! panic this crate or make it allocate without bound.

mod console;
mod dirs;
mod elf;
mod epoll;
mod fd;
mod files;
mod ids;
mod info;
mod interpreter;
mod io;
mod kernel;
mod memory;
mod poll;
mod sched;
mod signals;
mod space;
mod start;
mod stat;
mod strace;
mod table;
mod time;
mod tty;
mod vfs;

pub mod errno;
pub mod guest;
pub mod host;
pub mod mounting;
mod outside;
mod planting;
pub mod process;
pub mod testing;

/// How many arguments a system call takes, by its number; `None` for numbers
/// that Linux does not know.
pub fn argument_count(number: u64) -> Option<usize> {
    table::find(number).map(|row| row.args.len())
}

pub use errno::Errno;
pub use guest::{GuestMemory, MemoryFault};
pub use host::{
    Clock, Content, Entry, FileKind, Host, HostDir, HostFile, HostStat, Input, News, OpenRequest, Output,
    SetTime, TerminalMode, WindowSize,
};
pub use outside::{Answer, Request, Seen};
pub use planting::{Attributes, Planted};
pub use process::{Config, Delivery, Image, Outcome, Process, Segment, Start, StartError};
