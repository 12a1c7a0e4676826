//! The native host: a guest's clocks, console and mounted directories, as the
//! operating system under `rv2wat run` gives them.
//!
//! [`Native`] joins the guest to the process's own streams, [`Captured`] keeps
//! what the guest writes for a caller to look at, and [`Directory`] is a
//! directory that a guest may have mounted.
//!
//! | part | where |
//! |---|---|
//! | clocks, sleep, random bytes | `clocks` |
//! | reading, writing and waiting on streams | `console` |
//! | the terminal's mode, and how it comes back | `terminal` |
//! | signals for the guest | `signals` |
//! | output into memory | `captured` |
//! | mounted directories and their files | `directory`, `file`, `metadata` |
//! | error numbers | `errno` |
//!
//! **Must never know:** the engine, the guest's memory, or what a path is. It
//! sees streams, and one name in one open directory at a time.

mod captured;
mod clocks;
mod console;
mod directory;
mod errno;
mod file;
mod metadata;
mod signals;
mod terminal;

pub use captured::{Captured, Sink};
pub use directory::Directory;
pub use terminal::restore as restore_terminal;

use clocks::Clocks;
use rustix::fd::BorrowedFd;
use rustix::stdio::{stderr, stdin, stdout};
use rv2wat_linux::{Clock, Errno, Host, Input, News, Output, TerminalMode, WindowSize};

/// A host whose console is this process's own standard streams.
///
/// Nothing is buffered here: a write has reached the descriptor when it
/// returns. Dropping it gives the terminal back the mode that it had; a caller
/// that ends the process without unwinding calls [`restore_terminal`] first.
#[derive(Debug)]
pub struct Native {
    clocks: Clocks,
}

impl Native {
    /// Joins a guest to the standard streams, and gives it the signals that this process
    /// gets from here on. Its processor time counts from here.
    pub fn new() -> Native {
        signals::watch();
        Native { clocks: Clocks::new() }
    }
}

impl Default for Native {
    fn default() -> Native {
        Native::new()
    }
}

impl Drop for Native {
    fn drop(&mut self) {
        terminal::restore();
    }
}

fn descriptor(output: Output) -> BorrowedFd<'static> {
    match output {
        Output::Stdout => stdout(),
        Output::Stderr => stderr(),
    }
}

impl Host for Native {
    fn clock(&mut self, clock: Clock) -> u64 {
        self.clocks.read(clock)
    }

    fn random(&mut self, buf: &mut [u8]) {
        clocks::random(buf);
    }

    fn news(&mut self) -> Option<News> {
        signals::take().map(News::Signal)
    }

    fn signals_end(&mut self, signals: u64) {
        signals::ending(signals);
    }

    fn may_signal(&self) -> bool {
        true
    }

    fn sleep(&mut self, nanoseconds: u64) {
        clocks::sleep(nanoseconds);
    }

    fn read_input(&mut self, buf: &mut [u8]) -> Result<usize, Errno> {
        console::read(stdin(), buf)
    }

    fn poll_input(&mut self, timeout: Option<u64>) -> Result<Input, Errno> {
        console::poll_readable(stdin(), timeout)
    }

    fn write_output(&mut self, output: Output, data: &[u8]) -> Result<usize, Errno> {
        console::write(descriptor(output), data)
    }

    fn input_is_terminal(&self) -> bool {
        rustix::termios::isatty(stdin())
    }

    fn output_is_terminal(&self, output: Output) -> bool {
        rustix::termios::isatty(descriptor(output))
    }

    fn window_size(&self) -> WindowSize {
        [stdout(), stdin(), stderr()].into_iter().find_map(terminal::window_size).unwrap_or_default()
    }

    fn set_terminal(&mut self, mode: TerminalMode) {
        terminal::apply(mode);
    }
}
