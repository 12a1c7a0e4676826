//! Moving bytes: `read`, `write`, their vector and positioned forms,
//! `sendfile`, `copy_file_range`, `splice`, `lseek`.
//!
//! Knows what each kind of open description does with bytes. A transfer goes
//! through a bounded buffer, so that no length which the guest names is ever
//! allocated.

use crate::errno::Errno;
use crate::fd::{FileId, Open, PIPE_SIZE, flag};
use crate::guest::GuestMemory;
use crate::host::Output;
use crate::info::limit;
use crate::kernel::{Answer, Call, Kernel, Stop};
use crate::signals::{SIGPIPE, SIGXFSZ};
use crate::vfs::Node;
use crate::vfs::tree::Device;

/// Bytes moved at a time.
const CHUNK: u64 = 256 << 10;

/// Most bytes in one transfer (`MAX_RW_COUNT`).
const MAX_TRANSFER: u64 = 0x7fff_f000;

/// Most parts of a vector (`UIO_MAXIOV`).
const MAX_IOV: u64 = 1024;

/// Where a transfer happens in the file.
#[derive(Clone, Copy, PartialEq, Eq)]
enum At {
    /// At the description's offset, which moves.
    Cursor,
    /// At a given offset, which does not.
    Offset(u64),
}

impl Kernel {
    pub(crate) fn sys_read(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = [(c.args[1], c.args[2].min(MAX_TRANSFER))];
        self.read_parts(c, &parts, At::Cursor)
    }

    pub(crate) fn sys_write(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = [(c.args[1], c.args[2].min(MAX_TRANSFER))];
        self.write_parts(c, &parts, At::Cursor)
    }

    pub(crate) fn sys_readv(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = vector(c.mem, c.args[1], c.args[2])?;
        self.read_parts(c, &parts, At::Cursor)
    }

    pub(crate) fn sys_writev(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = vector(c.mem, c.args[1], c.args[2])?;
        self.write_parts(c, &parts, At::Cursor)
    }

    pub(crate) fn sys_pread64(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = [(c.args[1], c.args[2].min(MAX_TRANSFER))];
        let at = position(c.args[3])?;
        self.read_parts(c, &parts, at)
    }

    pub(crate) fn sys_pwrite64(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = [(c.args[1], c.args[2].min(MAX_TRANSFER))];
        let at = position(c.args[3])?;
        self.write_parts(c, &parts, at)
    }

    pub(crate) fn sys_preadv(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = vector(c.mem, c.args[1], c.args[2])?;
        let at = position(c.args[3])?;
        self.read_parts(c, &parts, at)
    }

    pub(crate) fn sys_pwritev(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = vector(c.mem, c.args[1], c.args[2])?;
        let at = position(c.args[3])?;
        self.write_parts(c, &parts, at)
    }

    pub(crate) fn sys_preadv2(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = vector(c.mem, c.args[1], c.args[2])?;
        let at = position2(c)?;
        self.read_parts(c, &parts, at)
    }

    pub(crate) fn sys_pwritev2(&mut self, c: &mut Call<'_>) -> Answer {
        let parts = vector(c.mem, c.args[1], c.args[2])?;
        let at = position2(c)?;
        self.write_parts(c, &parts, at)
    }

    /// Reads into the parts of a vector until one chunk comes short.
    fn read_parts(&mut self, c: &mut Call<'_>, parts: &[(u64, u64)], at: At) -> Answer {
        let id = self.files.id(c.int(0))?;
        let file = self.files.file(id)?;
        if !file.readable() {
            return Err(Errno::EBADF.into());
        }
        let seekable = is_seekable(&file.open);
        let mut offset = match at {
            At::Cursor => file.offset,
            At::Offset(_) if !seekable => return Err(Errno::ESPIPE.into()),
            At::Offset(offset) => offset,
        };
        let mut total: u64 = 0;
        let mut buf = Vec::new();
        'parts: for &(addr, len) in parts {
            let whole = len;
            let len = usable(c.mem.writable(addr, len), len, total)?;
            let mut done = 0;
            while done < len || (len == 0 && parts.len() == 1 && done == 0) {
                let want = (len - done).min(CHUNK);
                buf.resize(want as usize, 0);
                let got = match self.read_at(c, id, offset, &mut buf) {
                    Ok(got) => got as u64,
                    Err(_) if total > 0 => break 'parts,
                    Err(stop) => return Err(stop),
                };
                if got > 0 {
                    c.mem.write(addr + done, &buf[..got as usize])?;
                }
                done += got;
                total += got;
                offset += if seekable { got } else { 0 };
                if got < want || !seekable || len == 0 {
                    break 'parts;
                }
            }
            if len < whole {
                break;
            }
        }
        if at == At::Cursor && seekable {
            self.files.file_mut(id)?.offset = offset;
        }
        Ok(total as i64)
    }

    /// Writes the parts of a vector until one chunk is taken short.
    fn write_parts(&mut self, c: &mut Call<'_>, parts: &[(u64, u64)], at: At) -> Answer {
        let id = self.files.id(c.int(0))?;
        let file = self.files.file(id)?;
        if !file.writable() {
            return Err(Errno::EBADF.into());
        }
        let seekable = is_seekable(&file.open);
        let append = file.flags & flag::APPEND != 0;
        let mut offset = match at {
            At::Offset(_) if !seekable => return Err(Errno::ESPIPE.into()),
            _ if append && seekable => self.stat_open(id)?.size,
            At::Cursor => file.offset,
            At::Offset(offset) => offset,
        };
        let mut total: u64 = 0;
        let mut buf = Vec::new();
        'parts: for &(addr, len) in parts {
            let whole = len;
            let len = usable(c.mem.readable(addr, len), len, total)?;
            let mut done = 0;
            while done < len {
                let want = (len - done).min(CHUNK);
                buf.resize(want as usize, 0);
                c.mem.read(addr + done, &mut buf)?;
                let put = match self.write_at(c, id, offset, &buf) {
                    Ok(put) => put as u64,
                    Err(_) if total > 0 => break 'parts,
                    Err(stop) => return Err(stop),
                };
                done += put;
                total += put;
                offset += if seekable { put } else { 0 };
                if put < want {
                    break 'parts;
                }
            }
            if len < whole {
                break;
            }
        }
        if at == At::Cursor && seekable {
            self.files.file_mut(id)?.offset = offset;
        }
        Ok(total as i64)
    }

    /// Reads from a description; streams ignore the offset and may wait.
    pub(crate) fn read_at(
        &mut self,
        c: &mut Call<'_>,
        id: FileId,
        offset: u64,
        buf: &mut [u8],
    ) -> Result<usize, Stop> {
        let file = self.files.file_mut(id)?;
        let nonblocking = file.nonblocking();
        match &mut file.open {
            Open::Mem(ino) => Ok(self.vfs.tree.read(*ino, offset, buf)?),
            Open::Host(host) => Ok(host.read_at(offset, buf)?),
            Open::Text(text) => {
                let start = usize::try_from(offset).unwrap_or(usize::MAX).min(text.len());
                let n = buf.len().min(text.len() - start);
                buf[..n].copy_from_slice(&text[start..start + n]);
                Ok(n)
            }
            Open::Dir(_) => Err(Errno::EISDIR.into()),
            Open::Device(Device::Null) => Ok(0),
            Open::Device(Device::Zero | Device::Full) => {
                buf.fill(0);
                Ok(buf.len())
            }
            Open::Device(Device::Random) => {
                c.host.random(buf);
                Ok(buf.len())
            }
            Open::Device(Device::Tty) | Open::Input | Open::Output(_) => {
                self.read_console(c, nonblocking, buf)
            }
            Open::ReadEnd(_) => self.read_pipe(c, id, nonblocking, buf),
            Open::WriteEnd(_) | Open::Path => Err(Errno::EBADF.into()),
            Open::Event { .. } => self.read_event(c, id, nonblocking, buf),
            Open::Timer(_) => self.read_timer(c, id, nonblocking, buf),
            Open::Epoll(_) => Err(Errno::EINVAL.into()),
        }
    }

    /// Writes to a description; streams ignore the offset.
    pub(crate) fn write_at(
        &mut self,
        c: &mut Call<'_>,
        id: FileId,
        offset: u64,
        data: &[u8],
    ) -> Result<usize, Stop> {
        let now = c.now();
        let file = self.files.file_mut(id)?;
        let nonblocking = file.nonblocking();
        match &mut file.open {
            Open::Mem(_) | Open::Host(_) => {
                let room = self.limits[limit::FSIZE].0.saturating_sub(offset);
                if room == 0 && !data.is_empty() {
                    self.signals.raise(SIGXFSZ);
                    return Err(Errno::EFBIG.into());
                }
                let data = &data[..data.len().min(usize::try_from(room).unwrap_or(usize::MAX))];
                match &self.files.file(id)?.open {
                    Open::Mem(ino) => Ok(self.vfs.tree.write(*ino, offset, data, now)?),
                    Open::Host(host) => Ok(host.write_at(offset, data)?),
                    _ => Err(Errno::EBADF.into()),
                }
            }
            Open::Text(_) | Open::Path | Open::ReadEnd(_) => Err(Errno::EBADF.into()),
            Open::Dir(_) => Err(Errno::EISDIR.into()),
            Open::Device(Device::Full) => Err(Errno::ENOSPC.into()),
            Open::Device(Device::Tty) | Open::Input => self.write_console(c, Output::Stdout, data),
            Open::Device(_) => Ok(data.len()),
            Open::Output(output) => {
                let output = *output;
                self.write_console(c, output, data)
            }
            Open::WriteEnd(_) => self.write_pipe(c, id, nonblocking, data),
            Open::Event { .. } => self.write_event(c, id, nonblocking, data),
            Open::Timer(_) | Open::Epoll(_) => Err(Errno::EINVAL.into()),
        }
    }

    fn read_pipe(
        &mut self,
        c: &mut Call<'_>,
        id: FileId,
        nonblocking: bool,
        buf: &mut [u8],
    ) -> Result<usize, Stop> {
        loop {
            let Open::ReadEnd(pipe) = self.files.file(id)?.open else {
                return Err(Errno::EBADF.into());
            };
            let pipe = self.files.pipe_data(pipe)?;
            if buf.is_empty() || !pipe.data.is_empty() {
                let n = buf.len().min(pipe.data.len());
                for (to, from) in buf.iter_mut().zip(pipe.data.drain(..n)) {
                    *to = from;
                }
                return Ok(n);
            }
            if pipe.writers == 0 {
                return Ok(0);
            }
            if nonblocking {
                return Err(Errno::EAGAIN.into());
            }
            self.wait_signal(c, "reading an empty pipe that only it could fill")?;
        }
    }

    fn write_pipe(
        &mut self,
        c: &mut Call<'_>,
        id: FileId,
        nonblocking: bool,
        data: &[u8],
    ) -> Result<usize, Stop> {
        let mut done = 0;
        loop {
            let Open::WriteEnd(pipe) = self.files.file(id)?.open else {
                return Err(Errno::EBADF.into());
            };
            let pipe = self.files.pipe_data(pipe)?;
            if pipe.readers == 0 {
                self.signals.raise(SIGPIPE);
                return Err(Errno::EPIPE.into());
            }
            let room = PIPE_SIZE.saturating_sub(pipe.data.len());
            // Up to PIPE_BUF bytes go in together or not at all.
            let atomic = data.len() <= crate::guest::PAGE as usize && room < data.len();
            let n = if atomic { 0 } else { room.min(data.len() - done) };
            pipe.data.extend(&data[done..done + n]);
            done += n;
            if done == data.len() || (nonblocking && done > 0) {
                return Ok(done);
            }
            if nonblocking {
                return Err(Errno::EAGAIN.into());
            }
            match self.wait_signal(c, "writing to a full pipe that only it could empty") {
                Err(Stop::Error(_)) if done > 0 => return Ok(done),
                waited => waited?,
            }
        }
    }

    fn read_event(
        &mut self,
        c: &mut Call<'_>,
        id: FileId,
        nonblocking: bool,
        buf: &mut [u8],
    ) -> Result<usize, Stop> {
        let Some(buf) = buf.first_chunk_mut::<8>() else { return Err(Errno::EINVAL.into()) };
        loop {
            let Open::Event { count, semaphore } = &mut self.files.file_mut(id)?.open else {
                return Err(Errno::EBADF.into());
            };
            if *count > 0 {
                let taken = if *semaphore { 1 } else { *count };
                *count -= taken;
                *buf = taken.to_le_bytes();
                return Ok(8);
            }
            if nonblocking {
                return Err(Errno::EAGAIN.into());
            }
            self.wait_signal(c, "reading an event counter that is zero")?;
        }
    }

    fn write_event(
        &mut self,
        c: &mut Call<'_>,
        id: FileId,
        nonblocking: bool,
        data: &[u8],
    ) -> Result<usize, Stop> {
        let Some(data) = data.first_chunk::<8>() else { return Err(Errno::EINVAL.into()) };
        let add = u64::from_le_bytes(*data);
        if add == u64::MAX {
            return Err(Errno::EINVAL.into());
        }
        loop {
            let Open::Event { count, .. } = &mut self.files.file_mut(id)?.open else {
                return Err(Errno::EBADF.into());
            };
            if let Some(sum) = count.checked_add(add).filter(|&sum| sum != u64::MAX) {
                *count = sum;
                return Ok(8);
            }
            if nonblocking {
                return Err(Errno::EAGAIN.into());
            }
            self.wait_signal(c, "writing to an event counter that is full")?;
        }
    }

    pub(crate) fn sys_lseek(&mut self, c: &mut Call<'_>) -> Answer {
        let id = self.files.id(c.int(0))?;
        let (offset, whence) = (c.args[1] as i64, c.int(2));
        let file = self.files.file(id)?;
        match &file.open {
            Open::Mem(_) | Open::Host(_) | Open::Text(_) | Open::Dir(_) => {}
            // Devices accept any seek and stay at 0.
            Open::Device(Device::Tty) => return Err(Errno::ESPIPE.into()),
            Open::Device(_) => return Ok(0),
            Open::Path => return Err(Errno::EBADF.into()),
            _ => return Err(Errno::ESPIPE.into()),
        }
        let size = match &file.open {
            Open::Text(text) => text.len() as u64,
            _ => self.stat_open(id)?.size,
        } as i64;
        let base = match whence {
            0 => 0,
            1 => file.offset as i64,
            2 => size,
            // SEEK_DATA and SEEK_HOLE: a file is all data with a hole after it.
            3 | 4 if offset < 0 || offset >= size => return Err(Errno::ENXIO.into()),
            3 => 0,
            4 => size - offset,
            _ => return Err(Errno::EINVAL.into()),
        };
        let target = base.checked_add(offset).ok_or(Errno::EOVERFLOW)?;
        let target = u64::try_from(target).map_err(|_| Errno::EINVAL)?;
        let file = self.files.file_mut(id)?;
        file.offset = target;
        if let Open::Dir(names) = &mut file.open
            && target == 0
        {
            *names = None;
        }
        Ok(target as i64)
    }

    pub(crate) fn sys_sendfile(&mut self, c: &mut Call<'_>) -> Answer {
        let (to, from) = (self.files.id(c.int(0))?, self.files.id(c.int(1))?);
        if !is_seekable(&self.files.file(from)?.open) {
            return Err(Errno::EINVAL.into());
        }
        self.copy(c, (from, c.args[2]), (to, 0), c.args[3])
    }

    pub(crate) fn sys_copy_file_range(&mut self, c: &mut Call<'_>) -> Answer {
        let (from, to) = (self.files.id(c.int(0))?, self.files.id(c.int(2))?);
        for id in [from, to] {
            match self.files.file(id)?.open {
                Open::Mem(_) | Open::Host(_) => {}
                Open::Dir(_) => return Err(Errno::EISDIR.into()),
                _ => return Err(Errno::EINVAL.into()),
            }
        }
        if c.args[5] != 0 {
            return Err(Errno::EINVAL.into());
        }
        self.copy(c, (from, c.args[1]), (to, c.args[3]), c.args[4])
    }

    pub(crate) fn sys_splice(&mut self, c: &mut Call<'_>) -> Answer {
        let (from, to) = (self.files.id(c.int(0))?, self.files.id(c.int(2))?);
        let pipe = |id| -> Result<bool, Errno> {
            Ok(matches!(self.files.file(id)?.open, Open::ReadEnd(_) | Open::WriteEnd(_)))
        };
        if !pipe(from)? && !pipe(to)? {
            return Err(Errno::EINVAL.into());
        }
        let len = c.args[4].min(PIPE_SIZE as u64);
        self.copy(c, (from, c.args[1]), (to, c.args[3]), len)
    }

    /// Copies between descriptions. Each side is at its own offset, or at the
    /// one stored in guest memory where an address is given, which is updated.
    fn copy(&mut self, c: &mut Call<'_>, from: (FileId, u64), to: (FileId, u64), len: u64) -> Answer {
        if !self.files.file(from.0)?.readable() || !self.files.file(to.0)?.writable() {
            return Err(Errno::EBADF.into());
        }
        let start = |kernel: &Kernel, (id, addr): (FileId, u64)| -> Result<u64, Errno> {
            let file = kernel.files.file(id)?;
            match addr {
                0 if file.flags & flag::APPEND != 0 && file.writable() => Ok(kernel.stat_open(id)?.size),
                0 => Ok(file.offset),
                _ if !is_seekable(&file.open) => Err(Errno::ESPIPE),
                _ => c
                    .mem
                    .read_u64(addr)
                    .map_err(Errno::from)
                    .and_then(|at| if at > i64::MAX as u64 { Err(Errno::EINVAL) } else { Ok(at) }),
            }
        };
        let (mut source, mut target) = (start(self, from)?, start(self, to)?);
        let mut total = 0;
        let len = len.min(MAX_TRANSFER);
        let mut buf = vec![0; len.min(PIPE_SIZE as u64) as usize];
        while total < len {
            let want = (len - total).min(buf.len() as u64) as usize;
            let got = match self.read_at(c, from.0, source, &mut buf[..want]) {
                Ok(got) => got,
                Err(_) if total > 0 => break,
                Err(stop) => return Err(stop),
            };
            if got == 0 {
                break;
            }
            let put = match self.write_at(c, to.0, target, &buf[..got]) {
                Ok(put) => put,
                Err(_) if total > 0 => break,
                Err(stop) => return Err(stop),
            };
            source += put as u64;
            target += put as u64;
            total += put as u64;
            if put < got {
                break;
            }
        }
        for ((id, addr), at) in [(from, source), (to, target)] {
            let file = self.files.file_mut(id)?;
            if addr != 0 {
                c.mem.write_u64(addr, at)?;
            } else if is_seekable(&file.open) {
                file.offset = at;
            }
        }
        Ok(total as i64)
    }

    /// Nodes that a reader could map: the inode or host file, if it is one.
    pub(crate) fn inode_number(&self, id: FileId) -> u64 {
        match self.files.file(id).map(|file| &file.node) {
            Ok(Some(node @ (Node::Mem(_) | Node::HostLeaf(..)))) => {
                self.vfs.stat(node).map_or(0, |stat| stat.inode)
            }
            _ => 0,
        }
    }
}

/// Whether a description has an offset.
pub(crate) fn is_seekable(open: &Open) -> bool {
    matches!(open, Open::Mem(_) | Open::Host(_) | Open::Text(_) | Open::Dir(_))
        || matches!(open, Open::Device(device) if *device != Device::Tty)
}

/// The part of a guest buffer that can be used; `EFAULT` if that is none of it, unless
/// something was transferred before.
fn usable(part: u64, len: u64, before: u64) -> Result<u64, Errno> {
    if part == 0 && len > 0 && before == 0 { Err(Errno::EFAULT) } else { Ok(part) }
}

/// Reads a `struct iovec` array.
pub(crate) fn vector(mem: &dyn GuestMemory, addr: u64, count: u64) -> Result<Vec<(u64, u64)>, Errno> {
    if count > MAX_IOV {
        return Err(Errno::EINVAL);
    }
    let bytes = mem.read_vec(addr, count * 16)?;
    let mut total: u64 = 0;
    let mut parts = Vec::new();
    for part in bytes.chunks_exact(16) {
        let word = |at: usize| part[at..at + 8].iter().rev().fold(0, |sum, &b| sum << 8 | b as u64);
        let (addr, len) = (word(0), word(8));
        if len > i64::MAX as u64 {
            return Err(Errno::EINVAL);
        }
        let len = len.min(MAX_TRANSFER.saturating_sub(total));
        total += len;
        parts.push((addr, len));
    }
    Ok(parts)
}

fn position(offset: u64) -> Result<At, Errno> {
    if offset > i64::MAX as u64 { Err(Errno::EINVAL) } else { Ok(At::Offset(offset)) }
}

/// The offset of `preadv2` and `pwritev2`, where −1 means the cursor. Of the
/// `RWF_*` flags only those that change nothing here are accepted: HIPRI,
/// DSYNC, SYNC.
fn position2(c: &Call<'_>) -> Result<At, Errno> {
    if c.args[5] & !7 != 0 {
        return Err(Errno::EOPNOTSUPP);
    }
    if c.args[3] == u64::MAX { Ok(At::Cursor) } else { position(c.args[3]) }
}
