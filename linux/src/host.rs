//! What only the outside world can do for a guest.
//!
//! The traits here are the whole of it: clocks, random bytes, the console,
//! sleep, and directories for mounts. Path walks, `..` and symbolic links are
//! none of a host's business: it sees one component at a time and never
//! follows a link, so that no mount can be escaped.

use crate::errno::Errno;
use crate::outside::{Answer, Request};
use std::any::Any;
use std::sync::Arc;

/// Which clock to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clock {
    /// Nanoseconds since 1970-01-01 UTC.
    Realtime,
    /// Nanoseconds since some fixed moment; never goes back.
    Monotonic,
    /// Nanoseconds of processor time that the guest has used.
    Cpu,
}

/// The two console outputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Output {
    /// Standard output.
    Stdout,
    /// Standard error.
    Stderr,
}

/// What is known of the console's input without waiting longer than asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Input {
    /// A read would return now: with data, or with the end of input.
    Ready,
    /// Nothing came within the time given.
    TimedOut,
}

/// Size of the terminal in characters and, if known, pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WindowSize {
    /// Character rows.
    pub rows: u16,
    /// Character columns.
    pub columns: u16,
    /// Width in pixels, 0 if unknown.
    pub x_pixels: u16,
    /// Height in pixels, 0 if unknown.
    pub y_pixels: u16,
}

impl Default for WindowSize {
    fn default() -> WindowSize {
        WindowSize { rows: 24, columns: 80, x_pixels: 0, y_pixels: 0 }
    }
}

/// What the world wants of the guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    /// A signal for it, such as a terminal's keys or its new size raise.
    Signal(i32),
    /// Something about its files.
    Request(Request),
}

/// The outside world.
pub trait Host {
    /// Reads a clock, in nanoseconds.
    fn clock(&mut self, clock: Clock) -> u64;

    /// Fills `buf` with random bytes fit for keys.
    fn random(&mut self, buf: &mut [u8]);

    /// What the world wants that this has not said yet. Asked at each system call.
    fn news(&mut self) -> Option<News> {
        None
    }

    /// What came of a request that [`Host::news`] gave.
    fn answer(&mut self, answer: Result<Answer, Errno>) {
        let _ = answer;
    }

    /// Whether [`Host::news`] may ever say a signal: a guest that waits for one waits for
    /// something then.
    fn may_signal(&self) -> bool {
        false
    }

    /// Waits for `nanoseconds`, or until there is news.
    fn sleep(&mut self, nanoseconds: u64);

    /// Reads standard input; waits until there is something. 0 is its end. `EINTR` if there
    /// is news before.
    fn read_input(&mut self, buf: &mut [u8]) -> Result<usize, Errno>;

    /// Waits at most `timeout` nanoseconds (`None`: as long as it takes) until
    /// [`Host::read_input`] would not wait. `EINTR` if there is news before,
    /// but not where the timeout is 0.
    fn poll_input(&mut self, timeout: Option<u64>) -> Result<Input, Errno>;

    /// Writes to standard output or error, and returns how much it took.
    fn write_output(&mut self, output: Output, data: &[u8]) -> Result<usize, Errno>;

    /// Whether standard input is a terminal.
    fn input_is_terminal(&self) -> bool;

    /// Whether an output is a terminal.
    fn output_is_terminal(&self, output: Output) -> bool;

    /// The terminal's size.
    fn window_size(&self) -> WindowSize {
        WindowSize::default()
    }

    /// The guest changed the terminal's mode. `canonical`: lines are edited
    /// before they are read; `echo`: what is typed is shown; `signals`:
    /// Control-C and the like raise signals; `output`: `\n` prints as
    /// `\r\n`. Called only when input is a terminal.
    fn set_terminal(&mut self, mode: TerminalMode) {
        let _ = mode;
    }
}

/// The parts of a terminal's mode that a host has to act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TerminalMode {
    /// `ICANON`: input comes a line at a time.
    pub canonical: bool,
    /// `ECHO`: typed characters are shown.
    pub echo: bool,
    /// `ISIG`: control characters raise signals.
    pub signals: bool,
    /// `ICRNL`: carriage return reads as newline.
    pub carriage_return_to_newline: bool,
    /// `OPOST`: newline prints as carriage return and newline.
    pub output_processing: bool,
}

/// What kind of thing a name stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A regular file.
    Regular,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A character device.
    CharDevice,
    /// A block device.
    BlockDevice,
    /// A named or unnamed pipe.
    Fifo,
    /// A socket.
    Socket,
}

/// What a host knows of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HostStat {
    /// Its kind.
    pub kind: FileKind,
    /// A number that tells two files of the mount apart.
    pub inode: u64,
    /// Length in bytes.
    pub size: u64,
    /// Permission bits, `0o7777` at most.
    pub mode: u32,
    /// Number of hard links.
    pub links: u32,
    /// Last access, nanoseconds since 1970.
    pub accessed: i64,
    /// Last modification, nanoseconds since 1970.
    pub modified: i64,
    /// Last change of the inode, nanoseconds since 1970.
    pub changed: i64,
}

/// One name in a host directory (never `.` or `..`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name: one component.
    pub name: Vec<u8>,
    /// What it stands for, itself and not what a link points to.
    pub kind: FileKind,
    /// Its inode number.
    pub inode: u64,
}

/// How to open a host file.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenRequest {
    /// For reading.
    pub read: bool,
    /// For writing.
    pub write: bool,
    /// Create it if it does not exist.
    pub create: bool,
    /// Together with `create`: fail with `EEXIST` if it exists.
    pub exclusive: bool,
    /// Cut it to length 0.
    pub truncate: bool,
    /// Permission bits for a new file.
    pub mode: u32,
}

/// A new value for a timestamp: `None` leaves it, `Some` is nanoseconds since
/// 1970.
pub type SetTime = Option<i64>;

/// An open directory of the host, below which a mount lives.
///
/// `name` is always one component: not empty, without `/`, neither `.` nor
/// `..`. No method follows a symbolic link: where the name is one, those that
/// need a file or a directory fail with `ELOOP`.
pub trait HostDir: Send + Sync {
    /// This directory as itself, for implementations of [`HostDir::rename`]
    /// and [`HostDir::link`] to recognise their own kind.
    fn as_any(&self) -> &dyn Any;
    /// The directory's own metadata.
    fn stat(&self) -> Result<HostStat, Errno>;
    /// Metadata of an entry, of a link itself if it is one.
    fn lookup(&self, name: &[u8]) -> Result<HostStat, Errno>;
    /// Opens a subdirectory.
    fn open_dir(&self, name: &[u8]) -> Result<Arc<dyn HostDir>, Errno>;
    /// Opens or creates a regular file.
    fn open_file(&self, name: &[u8], how: OpenRequest) -> Result<Arc<dyn HostFile>, Errno>;
    /// All entries, in any order.
    fn read_dir(&self) -> Result<Vec<Entry>, Errno>;
    /// Makes a directory.
    fn make_dir(&self, name: &[u8], mode: u32) -> Result<(), Errno>;
    /// Makes a symbolic link called `name` that holds `target`.
    fn make_symlink(&self, name: &[u8], target: &[u8]) -> Result<(), Errno>;
    /// What a symbolic link holds.
    fn read_link(&self, name: &[u8]) -> Result<Vec<u8>, Errno>;
    /// Removes a name that is not a directory.
    fn remove_file(&self, name: &[u8]) -> Result<(), Errno>;
    /// Removes an empty directory.
    fn remove_dir(&self, name: &[u8]) -> Result<(), Errno>;
    /// Renames, replacing what `to_name` stood for. `to` is a directory of the
    /// same mount; `EXDEV` when it is of another kind.
    fn rename(&self, name: &[u8], to: &dyn HostDir, to_name: &[u8]) -> Result<(), Errno>;
    /// Makes a hard link.
    fn link(&self, name: &[u8], to: &dyn HostDir, to_name: &[u8]) -> Result<(), Errno>;
    /// Sets permission bits.
    fn set_mode(&self, name: &[u8], mode: u32) -> Result<(), Errno>;
    /// Sets access and modification times, of a link itself if it is one.
    fn set_times(&self, name: &[u8], accessed: SetTime, modified: SetTime) -> Result<(), Errno>;
}

/// What a file of the guest's holds as long as nothing is written to it, kept by the host.
pub trait Content: Send + Sync + std::fmt::Debug {
    /// Reads at an offset that is below the file's length; 0 if there is nothing.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno>;
}

/// An open regular file of the host.
pub trait HostFile: Send + Sync {
    /// Reads at an offset; 0 is the end of the file.
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno>;
    /// Writes at an offset and returns how much was written.
    fn write_at(&self, offset: u64, data: &[u8]) -> Result<usize, Errno>;
    /// The file's metadata.
    fn stat(&self) -> Result<HostStat, Errno>;
    /// Sets the length; new bytes are zero.
    fn set_size(&self, size: u64) -> Result<(), Errno>;
    /// Sets permission bits.
    fn set_mode(&self, mode: u32) -> Result<(), Errno>;
    /// Sets access and modification times.
    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno>;
    /// Brings it to stable storage.
    fn sync(&self) -> Result<(), Errno>;
}
