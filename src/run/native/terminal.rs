//! The terminal's mode: set for the guest, given back to the user.
//!
//! A process has one controlling terminal, so there is one record of it for
//! the whole process. Before the first change the original mode is kept; it is
//! set again by [`restore`], and by `signals` before a signal ends or stops the
//! process. A shell whose terminal neither echoes nor ends its
//! lines is what a user would be left with otherwise.

use rustix::fd::{AsFd, BorrowedFd};
use rustix::io::retry_on_intr;
use rustix::stdio::stdin;
use rustix::termios::{
    InputModes, LocalModes, OptionalActions, OutputModes, SpecialCodeIndex, Termios, tcgetattr, tcgetwinsize,
    tcsetattr,
};
use rv2wat_linux::{TerminalMode, WindowSize};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The size of the terminal behind a descriptor; `None` if it is none or does
/// not know its size.
pub(super) fn window_size(fd: BorrowedFd<'_>) -> Option<WindowSize> {
    let size = tcgetwinsize(fd).ok()?;
    if size.ws_row == 0 || size.ws_col == 0 {
        return None;
    }
    Some(WindowSize {
        rows: size.ws_row,
        columns: size.ws_col,
        x_pixels: size.ws_xpixel,
        y_pixels: size.ws_ypixel,
    })
}

/// The modes of a terminal that a guest has changed.
#[derive(Debug)]
struct Changed {
    /// What it was before the guest.
    original: Termios,
    /// What the guest made of it.
    current: Termios,
}

static TERMINAL: Mutex<Option<Changed>> = Mutex::new(None);

fn terminal() -> MutexGuard<'static, Option<Changed>> {
    TERMINAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Gives the terminal on standard input the mode that the guest asks for. If
/// there is none (any more), nothing happens.
pub(super) fn apply(mode: TerminalMode) {
    change(&mut terminal(), stdin(), mode);
}

/// Gives the terminal back the mode that it had before any guest changed it.
///
/// Dropping a [`Native`](super::Native) does this; call it before
/// `std::process::exit`, which drops nothing.
pub fn restore() {
    if let Some(changed) = terminal().take() {
        set(stdin(), &changed.original);
    }
}

fn change(state: &mut Option<Changed>, fd: impl AsFd, mode: TerminalMode) {
    let original = match state {
        Some(changed) => changed.original.clone(),
        None => match tcgetattr(&fd) {
            Ok(original) => original,
            Err(_) => return,
        },
    };
    let current = with_mode(&original, mode);
    set(&fd, &current);
    *state = Some(Changed { original, current });
}

/// A terminal that hung up takes no mode, and needs none.
fn set(fd: impl AsFd, modes: &Termios) {
    let _ = retry_on_intr(|| tcsetattr(&fd, OptionalActions::Now, modes));
}

/// The original modes with the guest's in them. What the guest's emulated
/// terminal does not tell apart follows from what it does: keys that only a
/// person at a line editor wants (literal-next, stop and start) go when the
/// guest reads every key by itself.
fn with_mode(original: &Termios, mode: TerminalMode) -> Termios {
    let mut modes = original.clone();
    modes.local_modes.set(LocalModes::ICANON, mode.canonical);
    modes.local_modes.set(LocalModes::ECHO, mode.echo);
    modes.local_modes.set(LocalModes::ISIG, mode.signals);
    modes.input_modes.set(InputModes::ICRNL, mode.carriage_return_to_newline);
    modes.output_modes.set(OutputModes::OPOST, mode.output_processing);
    if !mode.canonical {
        modes.local_modes.remove(LocalModes::IEXTEN);
        modes.special_codes[SpecialCodeIndex::VMIN] = 1;
        modes.special_codes[SpecialCodeIndex::VTIME] = 0;
        if !mode.signals {
            modes.input_modes.remove(InputModes::IXON);
        }
    }
    modes
}

/// Gives the terminal back while something acts that ends or stops this process. The lock
/// is held for that long, so that no guest changes the mode in between; the guest's mode
/// is set again should the process go on.
pub(super) fn give_back_while(act: impl FnOnce()) {
    let state = terminal();
    if let Some(changed) = &*state {
        set(stdin(), &changed.original);
    }
    act();
    if let Some(changed) = &*state {
        set(stdin(), &changed.current);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustix::fd::OwnedFd;
    use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
    use rustix::termios::{Winsize, isatty, tcsetwinsize};

    const COOKED: TerminalMode = TerminalMode {
        canonical: true,
        echo: true,
        signals: true,
        carriage_return_to_newline: true,
        output_processing: true,
    };
    const RAW: TerminalMode = TerminalMode {
        canonical: false,
        echo: false,
        signals: false,
        carriage_return_to_newline: false,
        output_processing: false,
    };

    fn pty() -> (OwnedFd, OwnedFd) {
        let main = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).unwrap();
        grantpt(&main).unwrap();
        unlockpt(&main).unwrap();
        let name = ptsname(&main, Vec::new()).unwrap();
        let flags = rustix::fs::OFlags::RDWR | rustix::fs::OFlags::NOCTTY;
        let user = rustix::fs::open(name, flags, rustix::fs::Mode::empty()).unwrap();
        (main, user)
    }

    #[test]
    fn raw_and_back() {
        let (_main, user) = pty();
        assert!(isatty(&user));
        let before = tcgetattr(&user).unwrap();
        let mut state = None;

        change(&mut state, &user, RAW);
        let raw = tcgetattr(&user).unwrap();
        let cleared = LocalModes::ICANON | LocalModes::ECHO | LocalModes::ISIG | LocalModes::IEXTEN;
        assert!(!raw.local_modes.intersects(cleared));
        assert!(!raw.input_modes.intersects(InputModes::ICRNL | InputModes::IXON));
        assert!(!raw.output_modes.contains(OutputModes::OPOST));
        assert_eq!(raw.special_codes[SpecialCodeIndex::VMIN], 1);

        change(&mut state, &user, COOKED);
        let cooked = tcgetattr(&user).unwrap();
        assert_eq!(cooked.local_modes, before.local_modes);
        assert_eq!(cooked.input_modes, before.input_modes);

        change(&mut state, &user, RAW);
        set(&user, &state.take().unwrap().original);
        let after = tcgetattr(&user).unwrap();
        assert_eq!(after.local_modes, before.local_modes);
        assert_eq!(after.input_modes, before.input_modes);
        assert_eq!(after.output_modes, before.output_modes);
        assert_eq!(after.special_codes[SpecialCodeIndex::VMIN], before.special_codes[SpecialCodeIndex::VMIN]);
    }

    #[test]
    fn raw_bytes_pass_untouched() {
        let (main, user) = pty();
        let mut state = None;
        change(&mut state, &user, RAW);
        rustix::io::write(&main, b"\x03\r\x13").unwrap();
        let mut got = Vec::new();
        while got.len() < 3 {
            let mut buf = [0; 8];
            let n = super::super::console::read(&user, &mut buf).unwrap();
            got.extend_from_slice(&buf[..n]);
        }
        assert_eq!(got, b"\x03\r\x13");
    }

    #[test]
    fn no_terminal_is_left_alone() {
        let (reader, _writer) = std::io::pipe().unwrap();
        let mut state = None;
        change(&mut state, &reader, RAW);
        assert!(state.is_none());
        assert_eq!(window_size(reader.as_fd()), None);
    }

    #[test]
    fn size_of_the_window() {
        let (main, user) = pty();
        assert_eq!(window_size(user.as_fd()), None);
        let size = Winsize { ws_row: 50, ws_col: 132, ws_xpixel: 9, ws_ypixel: 8 };
        tcsetwinsize(&main, size).unwrap();
        let expected = WindowSize { rows: 50, columns: 132, x_pixels: 9, y_pixels: 8 };
        assert_eq!(window_size(user.as_fd()), Some(expected));
    }
}
