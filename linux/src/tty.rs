//! `ioctl`, which is nearly all about terminals.

use crate::errno::Errno;
use crate::host::TerminalMode;
use crate::kernel::{Answer, Call, Kernel};
use crate::poll::is_terminal;

/// Requests of asm-generic/ioctls.h.
mod request {
    pub const TCGETS: u32 = 0x5401;
    pub const TCSETS: u32 = 0x5402;
    pub const TCSETSF: u32 = 0x5404;
    pub const TCSBRK: u32 = 0x5409;
    pub const TCXONC: u32 = 0x540a;
    pub const TCFLSH: u32 = 0x540b;
    pub const TIOCSCTTY: u32 = 0x540e;
    pub const TIOCGPGRP: u32 = 0x540f;
    pub const TIOCSPGRP: u32 = 0x5410;
    pub const TIOCOUTQ: u32 = 0x5411;
    pub const TIOCGWINSZ: u32 = 0x5413;
    pub const TIOCSWINSZ: u32 = 0x5414;
    pub const FIONREAD: u32 = 0x541b;
    pub const FIONBIO: u32 = 0x5421;
    pub const TIOCNOTTY: u32 = 0x5422;
    pub const TCSBRKP: u32 = 0x5425;
    pub const TIOCGSID: u32 = 0x5429;
    pub const TCGETS2: u32 = 0x802c_542a;
    pub const TCSETS2: u32 = 0x402c_542b;
    pub const TCSETSW2: u32 = 0x402c_542c;
    pub const TCSETSF2: u32 = 0x402c_542d;
    pub const FIONCLEX: u32 = 0x5450;
    pub const FIOCLEX: u32 = 0x5451;
    pub const FIOASYNC: u32 = 0x5452;
}

/// `struct termios2`: four words of flags, the line discipline, 19 control
/// characters, two speeds. The first 36 bytes are `struct termios`.
pub(crate) struct Tty {
    termios: [u8; 44],
    foreground: Option<u32>,
}

/// Mode words as a fresh Linux terminal has them (`tty_std_termios`, with
/// UTF-8 input): ICRNL IXON IUTF8; OPOST ONLCR; B38400 CS8 CREAD; ISIG ICANON
/// ECHO ECHOE ECHOK ECHOCTL ECHOKE IEXTEN.
const FLAGS: [u32; 4] = [0x4500, 0x5, 0xbf, 0x8a3b];

/// INTR QUIT ERASE KILL EOF TIME MIN SWTC START STOP SUSP EOL REPRINT DISCARD
/// WERASE LNEXT EOL2.
const CHARACTERS: [u8; 17] = [3, 0x1c, 0x7f, 0x15, 4, 0, 1, 0, 0x11, 0x13, 0x1a, 0, 0x12, 0xf, 0x17, 0x16, 0];

impl Default for Tty {
    fn default() -> Tty {
        let mut termios = [0; 44];
        for (at, word) in termios.chunks_exact_mut(4).zip(FLAGS) {
            at.copy_from_slice(&word.to_le_bytes());
        }
        termios[17..34].copy_from_slice(&CHARACTERS);
        termios[36..40].copy_from_slice(&38400u32.to_le_bytes());
        termios[40..44].copy_from_slice(&38400u32.to_le_bytes());
        Tty { termios, foreground: None }
    }
}

impl Tty {
    fn word(&self, index: usize) -> u32 {
        let at = index * 4;
        self.termios[at..at + 4].iter().rev().fold(0, |word, &byte| word << 8 | byte as u32)
    }

    fn mode(&self) -> TerminalMode {
        let (input, output, local) = (self.word(0), self.word(1), self.word(3));
        TerminalMode {
            signals: local & 1 != 0,
            canonical: local & 2 != 0,
            echo: local & 8 != 0,
            carriage_return_to_newline: input & 0x100 != 0,
            output_processing: output & 1 != 0,
        }
    }
}

impl Kernel {
    pub(crate) fn sys_ioctl(&mut self, c: &mut Call<'_>) -> Answer {
        let (fd, request, arg) = (c.int(0), c.uint(1), c.args[2]);
        let id = self.files.id(fd)?;
        if self.files.file(id)?.flags & crate::fd::flag::PATH != 0 {
            return Err(Errno::EBADF.into());
        }
        match request {
            request::FIOCLEX | request::FIONCLEX => {
                self.files.descriptor_mut(fd)?.cloexec = request == request::FIOCLEX;
                return Ok(0);
            }
            request::FIONBIO => {
                let on = c.mem.read_u32(arg)? != 0;
                self.set_nonblocking(id, on)?;
                return Ok(0);
            }
            request::FIOASYNC => return Ok(0),
            request::FIONREAD => {
                let count = self.waiting_bytes(c, id)?.min(i32::MAX as u64) as u32;
                c.mem.write_u32(arg, count)?;
                return Ok(0);
            }
            _ => {}
        }
        if !is_terminal(&self.files.file(id)?.open, c.host) {
            return Err(Errno::ENOTTY.into());
        }
        match request {
            request::TCGETS => c.mem.write(arg, &self.tty.termios[..36])?,
            request::TCGETS2 => c.mem.write(arg, &self.tty.termios)?,
            // TCSETS, TCSETSW, TCSETSF
            request::TCSETS..=request::TCSETSF => {
                let new: [u8; 36] = c.mem.read_array(arg)?;
                self.tty.termios[..36].copy_from_slice(&new);
                self.apply_mode(c);
            }
            request::TCSETS2 | request::TCSETSW2 | request::TCSETSF2 => {
                self.tty.termios = c.mem.read_array(arg)?;
                self.apply_mode(c);
            }
            request::TIOCGWINSZ => {
                let size = c.host.window_size();
                let words = [size.rows, size.columns, size.x_pixels, size.y_pixels];
                let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
                c.mem.write(arg, &bytes)?;
            }
            request::TIOCGPGRP => {
                let group = self.tty.foreground.unwrap_or(self.ids.pgid);
                c.mem.write_u32(arg, group)?;
            }
            request::TIOCSPGRP => {
                let group = c.mem.read_u32(arg)?;
                if group != self.ids.pgid {
                    return Err(Errno::EPERM.into());
                }
                self.tty.foreground = Some(group);
            }
            request::TIOCGSID => c.mem.write_u32(arg, self.ids.sid)?,
            request::TIOCOUTQ => c.mem.write_u32(arg, 0)?,
            // The window is the host's to size; the rest has nothing to wait
            // for or to flush.
            request::TIOCSWINSZ
            | request::TCSBRK
            | request::TCSBRKP
            | request::TCXONC
            | request::TCFLSH
            | request::TIOCSCTTY
            | request::TIOCNOTTY => {}
            _ => return Err(Errno::ENOTTY.into()),
        }
        Ok(0)
    }

    fn apply_mode(&self, c: &mut Call<'_>) {
        if c.host.input_is_terminal() {
            c.host.set_terminal(self.tty.mode());
        }
    }
}
