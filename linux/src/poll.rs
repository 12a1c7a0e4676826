//! Waiting for descriptors: readiness, `ppoll`, `pselect6` and the wait that
//! `epoll` shares with them.

use crate::errno::Errno;
use crate::fd::{FileId, Open, PIPE_SIZE, flag};
use crate::guest::PAGE;
use crate::host::{Host, Input, Output};
use crate::kernel::{Answer, Call, Kernel, Stop};
use crate::signals::read_mask;
use crate::time::{read_timespec, write_timespec};
use crate::vfs::tree::Device;

/// Event bits (asm-generic/poll.h); `EPOLL*` has the same values.
pub(crate) mod event {
    pub const IN: u32 = 1;
    pub const PRI: u32 = 2;
    pub const OUT: u32 = 4;
    pub const ERR: u32 = 8;
    pub const HUP: u32 = 0x10;
    pub const NVAL: u32 = 0x20;
    pub const RDNORM: u32 = 0x40;
    pub const WRNORM: u32 = 0x100;
}

/// What a waiting call looks at: descriptions and the events it wants of them.
pub(crate) type Watched = Vec<(FileId, u32)>;

/// Whether a description is the terminal.
pub(crate) fn is_terminal(open: &Open, host: &dyn Host) -> bool {
    match open {
        Open::Input => host.input_is_terminal(),
        Open::Output(output) => host.output_is_terminal(*output),
        Open::Device(Device::Tty) => true,
        _ => false,
    }
}

impl Kernel {
    /// The events that are there now, of all kinds.
    pub(crate) fn events(&mut self, c: &mut Call<'_>, id: FileId) -> Result<u32, Stop> {
        let (input, output) = (event::IN | event::RDNORM, event::OUT | event::WRNORM);
        let file = self.files.file(id)?;
        Ok(match &file.open {
            Open::Input | Open::Device(Device::Tty) | Open::Output(_) => {
                let (reads, writes) = (file.readable(), file.writable());
                let ready = reads && c.host.poll_input(Some(0))? == Input::Ready;
                (if ready { input } else { 0 }) | (if writes { output } else { 0 })
            }
            Open::ReadEnd(pipe) => {
                let pipe = self.files.pipe(*pipe)?;
                let hang_up = if pipe.writers == 0 { event::HUP } else { 0 };
                (if pipe.data.is_empty() { 0 } else { input }) | hang_up
            }
            Open::WriteEnd(pipe) => {
                let pipe = self.files.pipe(*pipe)?;
                let error = if pipe.readers == 0 { event::ERR } else { 0 };
                let room = pipe.data.len() + PAGE as usize <= PIPE_SIZE;
                (if room { output } else { 0 }) | error
            }
            Open::Event { count, .. } => {
                (if *count > 0 { input } else { 0 }) | (if *count < u64::MAX - 1 { output } else { 0 })
            }
            Open::Timer(_) => {
                if self.timer_count(c, id)? > 0 {
                    input
                } else {
                    0
                }
            }
            Open::Epoll(_) => {
                if self.epoll_ready(c, id, 1)?.is_empty() {
                    0
                } else {
                    input
                }
            }
            Open::Path => event::NVAL,
            _ => input | output,
        })
    }

    /// Calls `look` until it finds something, the monotonic `deadline` comes
    /// (then 0) or a signal interrupts.
    pub(crate) fn wait_for(
        &mut self,
        c: &mut Call<'_>,
        deadline: Option<u64>,
        watched: &Watched,
        look: &mut dyn FnMut(&mut Kernel, &mut Call<'_>) -> Answer,
    ) -> Answer {
        loop {
            self.raise_due(c);
            let found = look(self, c)?;
            if found != 0 {
                return Ok(found);
            }
            if self.signals.interrupts() {
                return Err(Errno::EINTR.into());
            }
            if deadline.is_some_and(|deadline| deadline <= self.monotonic(c)) {
                return Ok(0);
            }
            let mut until = deadline;
            let mut console = false;
            for &(id, wanted) in watched {
                if let Some(next) = self.timer_deadline(c, id) {
                    until = Some(until.map_or(next, |until| until.min(next)));
                }
                if let Ok(file) = self.files.file(id) {
                    let reads = matches!(
                        file.open,
                        Open::Input
                            | Open::Device(Device::Tty)
                            | Open::Output(Output::Stdout | Output::Stderr)
                    );
                    console |= reads && file.readable() && wanted & (event::IN | event::RDNORM) != 0;
                }
            }
            if console {
                if let Some(next) = self.next_timer(c) {
                    until = Some(until.map_or(next, |until| until.min(next)));
                }
                let now = self.monotonic(c);
                match c.host.poll_input(until.map(|until| until.saturating_sub(now))) {
                    // There is news, which the next turn sees to.
                    Err(Errno::EINTR) => {}
                    other => drop(other?),
                }
            } else {
                let until = until.or(self.until_signal(c));
                self.nap(c, until, "polling descriptors that nothing can make ready")?;
            }
        }
    }

    /// The deadline of a `timespec` argument; 0 is none.
    fn deadline(&self, c: &mut Call<'_>, addr: u64) -> Result<Option<u64>, Errno> {
        match addr {
            0 => Ok(None),
            addr => Ok(Some(self.monotonic(c).saturating_add(read_timespec(c.mem, addr)?))),
        }
    }

    /// Linux leaves in the timeout what was not waited.
    fn write_rest(&self, c: &mut Call<'_>, addr: u64, deadline: Option<u64>) {
        if let Some(deadline) = deadline {
            let rest = deadline.saturating_sub(self.monotonic(c));
            // A timeout in read-only memory is allowed.
            let _ = write_timespec(c.mem, addr, rest);
        }
    }

    pub(crate) fn sys_ppoll(&mut self, c: &mut Call<'_>) -> Answer {
        let (fds, count) = (c.args[0], c.args[1]);
        if count > self.limits[crate::info::limit::NOFILE].0 {
            return Err(Errno::EINVAL.into());
        }
        let deadline = self.deadline(c, c.args[2])?;
        if let Some(mask) = read_mask(c.mem, c.args[3], c.args[4])? {
            self.signals.mask_for_call(mask);
        }
        // struct pollfd: fd, events, revents.
        let bytes = c.mem.read_vec(fds, count * 8)?;
        let mut watched = Watched::new();
        let mut entries = Vec::new();
        for entry in bytes.chunks_exact(8) {
            let fd = i32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]]);
            let wanted = u16::from_le_bytes([entry[4], entry[5]]) as u32;
            let id = self.files.id(fd).ok();
            watched.extend(id.map(|id| (id, wanted)));
            entries.push((fd, id, wanted));
        }
        let mut found = vec![0u32; entries.len()];
        let answer = self.wait_for(c, deadline, &watched, &mut |kernel, c| {
            for ((fd, id, wanted), found) in entries.iter().zip(&mut found) {
                *found = match id {
                    _ if *fd < 0 => 0,
                    None => event::NVAL,
                    Some(id) => {
                        let always = event::ERR | event::HUP | event::NVAL;
                        kernel.events(c, *id)? & (*wanted | always)
                    }
                };
            }
            Ok(found.iter().filter(|&&events| events != 0).count() as i64)
        });
        if answer.is_ok() {
            for (at, events) in (0u64..).zip(&found) {
                c.mem.write(fds + 8 * at + 6, &(*events as u16).to_le_bytes())?;
            }
        }
        self.write_rest(c, c.args[2], deadline);
        answer
    }

    pub(crate) fn sys_pselect6(&mut self, c: &mut Call<'_>) -> Answer {
        let count = c.int(0);
        if count < 0 {
            return Err(Errno::EINVAL.into());
        }
        let count = (count as u64).min(self.limits[crate::info::limit::NOFILE].0) as usize;
        let deadline = self.deadline(c, c.args[4])?;
        if c.args[5] != 0 {
            let (mask, size) = (c.mem.read_u64(c.args[5])?, c.mem.read_u64(c.args[5] + 8)?);
            if let Some(mask) = read_mask(c.mem, mask, size)? {
                self.signals.mask_for_call(mask);
            }
        }
        let sets = [c.args[1], c.args[2], c.args[3]];
        let wanted = [
            event::IN | event::RDNORM | event::HUP | event::ERR,
            event::OUT | event::WRNORM | event::ERR,
            event::PRI,
        ];
        let len = count.div_ceil(64) * 8;
        let mut watched = Watched::new();
        let mut entries = Vec::new();
        for (index, (&addr, &wanted)) in sets.iter().zip(&wanted).enumerate() {
            if addr == 0 {
                continue;
            }
            let bits = c.mem.read_vec(addr, len as u64)?;
            for fd in (0..count).filter(|fd| bits[fd / 8] >> (fd % 8) & 1 != 0) {
                let id = self.files.id(fd as i32)?;
                watched.push((id, wanted));
                entries.push((index, fd, id, wanted));
            }
        }
        let mut out = [(); 3].map(|_| vec![0u8; len]);
        let answer = self.wait_for(c, deadline, &watched, &mut |kernel, c| {
            let mut found = 0;
            for &(set, fd, id, wanted) in &entries {
                if kernel.events(c, id)? & wanted != 0 {
                    out[set][fd / 8] |= 1 << (fd % 8);
                    found += 1;
                }
            }
            Ok(found)
        });
        if answer.is_ok() {
            for (&addr, bits) in sets.iter().zip(&out).filter(|&(&addr, _)| addr != 0) {
                c.mem.write(addr, bits)?;
            }
        }
        self.write_rest(c, c.args[4], deadline);
        answer
    }

    /// `FIONREAD`: bytes that a read would give without waiting.
    pub(crate) fn waiting_bytes(&mut self, c: &mut Call<'_>, id: FileId) -> Result<u64, Stop> {
        let file = self.files.file(id)?;
        match &file.open {
            Open::Mem(_) | Open::Host(_) => {
                let offset = file.offset;
                Ok(self.stat_open(id)?.size.saturating_sub(offset))
            }
            Open::ReadEnd(pipe) | Open::WriteEnd(pipe) => Ok(self.files.pipe(*pipe)?.data.len() as u64),
            // How much there is the host does not say; something is enough.
            Open::Input | Open::Device(Device::Tty) => {
                Ok((c.host.poll_input(Some(0))? == Input::Ready) as u64)
            }
            _ => Err(Errno::ENOTTY.into()),
        }
    }

    pub(crate) fn set_nonblocking(&mut self, id: FileId, on: bool) -> Result<(), Errno> {
        let file = self.files.file_mut(id)?;
        file.flags = if on { file.flags | flag::NONBLOCK } else { file.flags & !flag::NONBLOCK };
        Ok(())
    }
}
