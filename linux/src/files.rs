//! Opening and closing: `openat`, `close`, `dup`, `fcntl`, `pipe2`, `eventfd2`,
//! `memfd_create` and the calls that set a length.

use crate::errno::Errno;
use crate::fd::{FileId, Open, PIPE_SIZE, flag};
use crate::host::{FileKind, OpenRequest, Output};
use crate::info::limit;
use crate::kernel::{Answer, Call, Kernel};
use crate::vfs::tree::{Body, Device, Making};
use crate::vfs::walk::{AT_FDCWD, Found, WANT_EXEC, WANT_READ, WANT_WRITE};
use crate::vfs::{Node, Stat};
use std::sync::Arc;

/// Flags that `open` acts on and forgets.
const TRANSIENT: u32 = flag::CREAT | flag::EXCL | flag::NOCTTY | flag::TRUNC | flag::CLOEXEC;

/// Flags that `fcntl(F_SETFL)` may change.
const SETTABLE: u32 = flag::APPEND | flag::NONBLOCK | flag::ASYNC | flag::DIRECT | flag::NOATIME;

impl Kernel {
    pub(crate) fn sys_openat(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(1)?;
        let (flags, mode) = (c.uint(2), c.uint(3));
        self.open(c, &path, flags, mode)
    }

    pub(crate) fn sys_openat2(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(1)?;
        if c.args[3] < 24 {
            return Err(Errno::EINVAL.into());
        }
        let how = c.args[2];
        let (flags, mode) = (c.mem.read_u64(how)?, c.mem.read_u64(how + 8)?);
        let creates = flags as u32 & flag::CREAT != 0 || flags as u32 & flag::TMPFILE == flag::TMPFILE;
        if flags > u32::MAX as u64 || mode & !0o7777 != 0 || (mode != 0 && !creates) {
            return Err(Errno::EINVAL.into());
        }
        // No walk here is confined to less than the whole tree.
        if c.mem.read_u64(how + 16)? != 0 {
            return Err(Errno::EOPNOTSUPP.into());
        }
        self.open(c, &path, flags as u32, mode as u32)
    }

    fn open(&mut self, c: &mut Call<'_>, path: &[u8], flags: u32, mode: u32) -> Answer {
        let base = self.base(c.int(0), path)?;
        // Before anything is created: is there a descriptor to give?
        let fd = self.files.lowest_free(0, self.limits[limit::NOFILE].0)?;
        let mut flags = flags | flag::LARGEFILE;
        let cloexec = flags & flag::CLOEXEC != 0;
        let file = if flags & flag::PATH != 0 {
            flags &= flag::PATH | flag::DIRECTORY | flag::NOFOLLOW;
            let found = self.walk(base, path, flags & flag::NOFOLLOW == 0)?;
            self.open_place(found, flags)?
        } else if flags & flag::TMPFILE == flag::TMPFILE {
            let dir = self.walk(base, path, true)?.existing()?;
            let making = self.making(c, mode);
            self.open_unnamed(&dir, flags & !TRANSIENT, making)?
        } else {
            let follow =
                flags & flag::NOFOLLOW == 0 && flags & (flag::CREAT | flag::EXCL) != flag::CREAT | flag::EXCL;
            let found = self.walk(base, path, follow)?;
            let making = self.making(c, mode);
            self.open_found(c, found, flags, making)?
        };
        self.files.install(fd, file, cloexec);
        Ok(fd as i64)
    }

    /// Opens a file that the kernel itself reads, to run it.
    pub(crate) fn open_program(&mut self, c: &mut Call<'_>, path: &[u8]) -> Result<FileId, Errno> {
        let found = self.walk(self.base(AT_FDCWD, path)?, path, true)?;
        if let Some(node @ Node::Mem(_)) = &found.node {
            let stat = self.stat_node(Some(node))?;
            self.allow(&stat, WANT_EXEC, self.ids.euid, self.ids.egid)?;
        }
        let making = self.making(c, 0);
        self.open_found(c, found, flag::RDONLY | flag::LARGEFILE, making)
    }

    /// What a new file gets: the mode under the umask, the user, the time.
    pub(crate) fn making(&self, c: &mut Call<'_>, mode: u32) -> Making {
        let mode = mode & !self.umask & 0o7777;
        Making { mode, uid: self.ids.euid, gid: self.ids.egid, now: c.now() }
    }

    fn open_place(&mut self, found: Found, flags: u32) -> Result<FileId, Errno> {
        let path = self.full_path(&found);
        let node = found.existing()?;
        let stat = self.stat_node(Some(&node))?;
        if flags & flag::DIRECTORY != 0 && stat.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR);
        }
        Ok(self.files.make(&mut self.vfs, Open::Path, flags, path, Some(node)))
    }

    fn open_unnamed(&mut self, dir: &Node, flags: u32, making: Making) -> Result<FileId, Errno> {
        let Node::Mem(ino) = dir else { return Err(Errno::EOPNOTSUPP) };
        self.vfs.tree.entries(*ino)?;
        if flags & flag::ACCMODE == flag::RDONLY {
            return Err(Errno::EINVAL);
        }
        self.may_change_dir(dir)?;
        let ino = self.vfs.tree.make(Body::File(Vec::new()), making)?;
        let path = format!("/tmp/#{} (deleted)", ino.0 + 1).into_bytes();
        let flags = flags & !flag::DIRECTORY;
        Ok(self.files.make(&mut self.vfs, Open::Mem(ino), flags, path, Some(Node::Mem(ino))))
    }

    fn open_found(
        &mut self,
        c: &mut Call<'_>,
        found: Found,
        flags: u32,
        making: Making,
    ) -> Result<FileId, Errno> {
        let path = self.full_path(&found);
        let create = flags & flag::CREAT != 0;
        let Some(node) = found.node else {
            return match (create, found.slash) {
                (false, _) => Err(Errno::ENOENT),
                (true, true) => Err(Errno::EISDIR),
                (true, false) => self.create(&found.dir, &found.name, flags, making, path),
            };
        };
        if create && flags & flag::EXCL != 0 {
            return Err(Errno::EEXIST);
        }
        if let Node::Open(id) = node {
            return self.reopen(id, flags);
        }
        let stat = self.stat_node(Some(&node))?;
        let writes = flags & flag::ACCMODE != flag::RDONLY;
        match stat.kind {
            FileKind::Symlink => return Err(Errno::ELOOP),
            FileKind::Directory if writes || create || flags & flag::TRUNC != 0 => {
                return Err(Errno::EISDIR);
            }
            FileKind::Directory => {}
            _ if flags & flag::DIRECTORY != 0 => return Err(Errno::ENOTDIR),
            FileKind::Regular => {}
            // Special files of a mount are the host's own devices.
            _ if !matches!(node, Node::Mem(_)) => return Err(Errno::ENXIO),
            _ => {}
        }
        self.may_open(&node, &stat, flags)?;
        let open = match &node {
            _ if stat.kind == FileKind::Directory => Open::Dir(None),
            Node::HostLeaf(dir, name) => {
                let how = OpenRequest {
                    read: flags & flag::ACCMODE != flag::WRONLY,
                    write: writes,
                    truncate: flags & flag::TRUNC != 0,
                    ..OpenRequest::default()
                };
                Open::Host(dir.dir.open_file(name, how)?)
            }
            Node::Mem(ino) => match self.vfs.tree.node(*ino)?.body {
                Body::File(_) | Body::Stored(..) => {
                    if flags & flag::TRUNC != 0 {
                        self.vfs.tree.set_size(*ino, 0, making.now)?;
                    }
                    Open::Mem(*ino)
                }
                Body::Device(Device::Tty) if !c.host.input_is_terminal() => return Err(Errno::ENXIO),
                Body::Device(device) => Open::Device(device),
                Body::Proc(_) if writes => return Err(Errno::EACCES),
                Body::Proc(file) => Open::Text(Arc::from(self.proc_text(c, file))),
                _ => return Err(Errno::ENXIO),
            },
            _ => return Err(Errno::ENXIO),
        };
        Ok(self.files.make(&mut self.vfs, open, flags & !TRANSIENT, path, Some(node)))
    }

    fn may_open(&self, node: &Node, stat: &Stat, flags: u32) -> Result<(), Errno> {
        let want = match flags & flag::ACCMODE {
            flag::RDONLY => WANT_READ,
            flag::WRONLY => WANT_WRITE,
            _ => WANT_READ | WANT_WRITE,
        } | if flags & flag::TRUNC != 0 { WANT_WRITE } else { 0 };
        if want & WANT_WRITE != 0 && stat.kind == FileKind::Regular {
            self.vfs.writable(node)?;
        }
        match node {
            Node::Mem(_) => self.allow(stat, want, self.ids.euid, self.ids.egid),
            // The host says what it allows when the file is opened there.
            _ => Ok(()),
        }
    }

    fn create(
        &mut self,
        dir: &Node,
        name: &[u8],
        flags: u32,
        making: Making,
        path: Vec<u8>,
    ) -> Result<FileId, Errno> {
        if flags & flag::DIRECTORY != 0 {
            return Err(Errno::EINVAL);
        }
        self.vfs.writable(dir)?;
        self.may_change_dir(dir)?;
        let (open, node) = match dir {
            Node::Mem(ino) => {
                let ino = self.vfs.tree.add(*ino, name, Body::File(Vec::new()), making)?;
                (Open::Mem(ino), Node::Mem(ino))
            }
            Node::HostDir(host) => {
                let how = OpenRequest {
                    read: flags & flag::ACCMODE != flag::WRONLY,
                    write: flags & flag::ACCMODE != flag::RDONLY,
                    create: true,
                    exclusive: flags & flag::EXCL != 0,
                    truncate: flags & flag::TRUNC != 0,
                    mode: making.mode,
                };
                let file = host.dir.open_file(name, how)?;
                (Open::Host(file), Node::HostLeaf(host.clone(), name.to_vec()))
            }
            _ => return Err(Errno::ENOTDIR),
        };
        Ok(self.files.make(&mut self.vfs, open, flags & !TRANSIENT, path, Some(node)))
    }

    /// Opens what `/proc/self/fd/N` names and nothing else does.
    fn reopen(&mut self, id: FileId, flags: u32) -> Result<FileId, Errno> {
        let file = self.files.file(id)?;
        let mode = flags & flag::ACCMODE;
        let open = match (&file.open, mode) {
            (Open::Input, flag::RDONLY) => Open::Input,
            (Open::Output(output), flag::WRONLY) => Open::Output(*output),
            (Open::ReadEnd(pipe) | Open::WriteEnd(pipe), flag::RDONLY) => Open::ReadEnd(*pipe),
            (Open::ReadEnd(pipe) | Open::WriteEnd(pipe), flag::WRONLY) => Open::WriteEnd(*pipe),
            (Open::Input | Open::Output(_) | Open::ReadEnd(_) | Open::WriteEnd(_), _) => {
                return Err(Errno::EACCES);
            }
            _ => return Err(Errno::ENXIO),
        };
        let path = file.path.clone();
        Ok(self.files.make(&mut self.vfs, open, flags & !TRANSIENT, path, None))
    }

    /// The absolute path of what a walk found.
    pub(crate) fn full_path(&self, found: &Found) -> Vec<u8> {
        let mut path = self.vfs.path_of(&found.dir).unwrap_or_default();
        if !found.name.is_empty() {
            if path != b"/" {
                path.push(b'/');
            }
            path.extend_from_slice(&found.name);
        }
        path
    }

    pub(crate) fn sys_close(&mut self, c: &mut Call<'_>) -> Answer {
        self.files.close(&mut self.vfs, c.int(0))?;
        Ok(0)
    }

    pub(crate) fn sys_close_range(&mut self, c: &mut Call<'_>) -> Answer {
        let (first, last, flags) = (c.uint(0), c.uint(1), c.uint(2));
        const CLOEXEC: u32 = 4;
        if first > last || flags & !(CLOEXEC | 2) != 0 {
            return Err(Errno::EINVAL.into());
        }
        for fd in self.files.numbers() {
            if (first..=last).contains(&(fd as u32)) {
                if flags & CLOEXEC != 0 {
                    self.files.descriptor_mut(fd)?.cloexec = true;
                } else {
                    self.files.close(&mut self.vfs, fd)?;
                }
            }
        }
        Ok(0)
    }

    pub(crate) fn sys_dup(&mut self, c: &mut Call<'_>) -> Answer {
        self.dup_from(c.int(0), 0, false)
    }

    fn dup_from(&mut self, fd: i32, lowest: i32, cloexec: bool) -> Answer {
        let file = self.files.id(fd)?;
        let fd = self.files.lowest_free(lowest, self.limits[limit::NOFILE].0)?;
        self.files.install(fd, file, cloexec);
        Ok(fd as i64)
    }

    pub(crate) fn sys_dup3(&mut self, c: &mut Call<'_>) -> Answer {
        let (old, new, flags) = (c.int(0), c.int(1), c.uint(2));
        if old == new || flags & !flag::CLOEXEC != 0 {
            return Err(Errno::EINVAL.into());
        }
        let file = self.files.id(old)?;
        if new < 0 || new as u64 >= self.limits[limit::NOFILE].0 {
            return Err(Errno::EBADF.into());
        }
        self.files.hold(file);
        // A descriptor that was not open is none to close.
        let _ = self.files.close(&mut self.vfs, new);
        self.files.install(new, file, flags & flag::CLOEXEC != 0);
        self.files.release(&mut self.vfs, file);
        Ok(new as i64)
    }

    pub(crate) fn sys_fcntl(&mut self, c: &mut Call<'_>) -> Answer {
        let (fd, arg) = (c.int(0), c.args[2]);
        let descriptor = self.files.descriptor(fd)?;
        match c.int(1) {
            // F_DUPFD, F_DUPFD_CLOEXEC
            command @ (0 | 1030) => {
                if arg >= self.limits[limit::NOFILE].0 {
                    return Err(Errno::EINVAL.into());
                }
                self.dup_from(fd, arg as i32, command == 1030)
            }
            1 => Ok(descriptor.cloexec as i64),
            2 => {
                self.files.descriptor_mut(fd)?.cloexec = arg & 1 != 0;
                Ok(0)
            }
            3 => Ok(self.files.get(fd)?.flags as i64),
            4 => {
                let file = self.files.get_mut(fd)?;
                if file.flags & flag::PATH != 0 {
                    return Err(Errno::EBADF.into());
                }
                file.flags = file.flags & !SETTABLE | arg as u32 & SETTABLE;
                Ok(0)
            }
            // F_GETLK, F_OFD_GETLK: one process never meets another's lock, so
            // that l_type becomes F_UNLCK; taking and dropping locks succeeds.
            5 | 36 => {
                c.mem.write(arg, &2u16.to_le_bytes())?;
                Ok(0)
            }
            6 | 7 | 37 | 38 => {
                let kind = u16::from_le_bytes(c.mem.read_array(arg)?);
                if kind > 2 { Err(Errno::EINVAL.into()) } else { Ok(0) }
            }
            // F_SETOWN, F_GETOWN, F_SETSIG, F_GETSIG
            8 | 10 => Ok(0),
            9 | 11 => Ok(0),
            // F_SETPIPE_SZ, F_GETPIPE_SZ
            1031 | 1032 => match self.files.get(fd)?.open {
                Open::ReadEnd(_) | Open::WriteEnd(_) => Ok(PIPE_SIZE as i64),
                _ => Err(Errno::EBADF.into()),
            },
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_flock(&mut self, c: &mut Call<'_>) -> Answer {
        self.files.get(c.int(0))?;
        match c.uint(1) & !4 {
            1 | 2 | 8 => Ok(0),
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_pipe2(&mut self, c: &mut Call<'_>) -> Answer {
        let flags = c.uint(1);
        if flags & !(flag::CLOEXEC | flag::NONBLOCK | flag::DIRECT) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let most = self.limits[limit::NOFILE].0;
        let read = self.files.lowest_free(0, most)?;
        let write = self.files.lowest_free(read + 1, most)?;
        c.mem.check_writable(c.args[0], 8)?;
        let (cloexec, status) = (flags & flag::CLOEXEC != 0, flags & !flag::CLOEXEC);
        let pipe = self.files.make_pipe();
        let path = format!("pipe:[{}]", 100 + pipe.0).into_bytes();
        let reader = Open::ReadEnd(pipe);
        let reader = self.files.make(&mut self.vfs, reader, status, path.clone(), None);
        self.files.install(read, reader, cloexec);
        let writer = Open::WriteEnd(pipe);
        let writer = self.files.make(&mut self.vfs, writer, status | flag::WRONLY, path, None);
        self.files.install(write, writer, cloexec);
        c.mem.write_u32(c.args[0], read as u32)?;
        c.mem.write_u32(c.args[0] + 4, write as u32)?;
        Ok(0)
    }

    pub(crate) fn sys_eventfd2(&mut self, c: &mut Call<'_>) -> Answer {
        let (count, flags) = (c.uint(0) as u64, c.uint(1));
        if flags & !(flag::CLOEXEC | flag::NONBLOCK | 1) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let open = Open::Event { count, semaphore: flags & 1 != 0 };
        self.install_anonymous(open, flags & flag::NONBLOCK, flags & flag::CLOEXEC != 0, "eventfd")
    }

    /// Installs a description that has no name in the file system.
    pub(crate) fn install_anonymous(&mut self, open: Open, status: u32, cloexec: bool, name: &str) -> Answer {
        let fd = self.files.lowest_free(0, self.limits[limit::NOFILE].0)?;
        let path = format!("anon_inode:[{name}]").into_bytes();
        let file = self.files.make(&mut self.vfs, open, status | flag::RDWR, path, None);
        self.files.install(fd, file, cloexec);
        Ok(fd as i64)
    }

    pub(crate) fn sys_memfd_create(&mut self, c: &mut Call<'_>) -> Answer {
        let name = c.mem.read_str(c.args[0], 249).map_err(|errno| match errno {
            Errno::ENAMETOOLONG => Errno::EINVAL,
            other => other,
        })?;
        // MFD_CLOEXEC and MFD_ALLOW_SEALING.
        if c.uint(1) & !3 != 0 {
            return Err(Errno::EINVAL.into());
        }
        let fd = self.files.lowest_free(0, self.limits[limit::NOFILE].0)?;
        let making = Making { mode: 0o777, ..self.making(c, 0) };
        let ino = self.vfs.tree.make(Body::File(Vec::new()), making)?;
        let path = [b"/memfd:", &name[..], b" (deleted)"].concat();
        let flags = flag::RDWR | flag::LARGEFILE;
        let file = self.files.make(&mut self.vfs, Open::Mem(ino), flags, path, Some(Node::Mem(ino)));
        self.files.install(fd, file, c.uint(1) & 1 != 0);
        Ok(fd as i64)
    }

    /// `fsync` and `fdatasync`.
    pub(crate) fn sys_fsync(&mut self, c: &mut Call<'_>) -> Answer {
        match &self.files.get(c.int(0))?.open {
            Open::Host(file) => file.sync()?,
            Open::Mem(_) | Open::Dir(_) => {}
            Open::Path => return Err(Errno::EBADF.into()),
            _ => return Err(Errno::EINVAL.into()),
        }
        Ok(0)
    }

    /// `sync` and `syncfs`: what is in memory is as safe as it gets, and host
    /// files are written through.
    pub(crate) fn sys_sync(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(0)
    }

    pub(crate) fn sys_ftruncate(&mut self, c: &mut Call<'_>) -> Answer {
        let size = length(c.args[1])?;
        let now = c.now();
        let file = self.files.get(c.int(0))?;
        if !file.writable() {
            return Err(Errno::EINVAL.into());
        }
        match &file.open {
            Open::Mem(ino) => self.vfs.tree.set_size(*ino, size, now)?,
            Open::Host(host) => host.set_size(size)?,
            _ => return Err(Errno::EINVAL.into()),
        }
        Ok(0)
    }

    pub(crate) fn sys_truncate(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(0)?;
        let size = length(c.args[1])?;
        let now = c.now();
        let node = self.find(crate::vfs::walk::AT_FDCWD, &path, true)?;
        let stat = self.stat_node(Some(&node))?;
        match stat.kind {
            FileKind::Directory => return Err(Errno::EISDIR.into()),
            FileKind::Regular => {}
            _ => return Err(Errno::EINVAL.into()),
        }
        self.may_open(&node, &stat, flag::WRONLY)?;
        self.vfs.set_size(&node, size, now)?;
        Ok(0)
    }

    pub(crate) fn sys_fallocate(&mut self, c: &mut Call<'_>) -> Answer {
        let (mode, offset, len) = (c.int(1), length(c.args[2])?, length(c.args[3])?);
        let now = c.now();
        let id = self.files.id(c.int(0))?;
        let file = self.files.file(id)?;
        if !file.writable() {
            return Err(Errno::EBADF.into());
        }
        if len == 0 {
            return Err(Errno::EINVAL.into());
        }
        const KEEP_SIZE: i32 = 1;
        if mode & !KEEP_SIZE != 0 {
            return Err(Errno::EOPNOTSUPP.into());
        }
        let end = offset.checked_add(len).ok_or(Errno::EFBIG)?;
        let grow = mode & KEEP_SIZE == 0 && end > self.stat_open(id)?.size;
        match &self.files.file(id)?.open {
            Open::Mem(ino) if grow => self.vfs.tree.set_size(*ino, end, now)?,
            Open::Host(host) if grow => host.set_size(end)?,
            Open::Mem(_) | Open::Host(_) => {}
            Open::ReadEnd(_) | Open::WriteEnd(_) => return Err(Errno::ESPIPE.into()),
            _ => return Err(Errno::ENODEV.into()),
        }
        Ok(0)
    }

    /// Calls that advise about access to a file: checked and otherwise
    /// without effect.
    pub(crate) fn sys_fadvise(&mut self, c: &mut Call<'_>) -> Answer {
        match self.files.get(c.int(0))?.open {
            Open::ReadEnd(_) | Open::WriteEnd(_) => Err(Errno::ESPIPE.into()),
            _ => Ok(0),
        }
    }

    /// `stat` of an open description.
    pub(crate) fn stat_open(&self, id: FileId) -> Result<Stat, Errno> {
        let file = self.files.file(id)?;
        match (&file.open, &file.node) {
            (Open::Host(host), Some(Node::HostLeaf(dir, _))) => {
                return Ok(self.vfs.host_stat(dir.mount, host.stat()?));
            }
            (_, Some(node)) => return self.vfs.stat(node),
            _ => {}
        }
        let (kind, inode) = match file.open {
            Open::Input => (FileKind::Fifo, 1),
            Open::Output(Output::Stdout) => (FileKind::Fifo, 2),
            Open::Output(Output::Stderr) => (FileKind::Fifo, 3),
            Open::ReadEnd(pipe) | Open::WriteEnd(pipe) => (FileKind::Fifo, 100 + pipe.0 as u64),
            _ => (FileKind::Regular, 10),
        };
        Ok(Stat {
            dev: crate::vfs::ANONYMOUS_DEV,
            inode,
            kind,
            mode: 0o600,
            links: 1,
            uid: self.ids.uid,
            gid: self.ids.gid,
            rdev: 0,
            size: 0,
            accessed: self.boot_time as i64,
            modified: self.boot_time as i64,
            changed: self.boot_time as i64,
            born: 0,
        })
    }

    /// `mknodat`: regular files only.
    pub(crate) fn sys_mknodat(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(1)?;
        let mode = c.uint(2);
        match mode >> 12 & 0xf {
            0 | 8 => {}
            _ => return Err(Errno::EPERM.into()),
        }
        let base = self.base(c.int(0), &path)?;
        let found = self.walk(base, &path, false)?;
        if found.node.is_some() {
            return Err(Errno::EEXIST.into());
        }
        let making = self.making(c, mode);
        let flags = flag::CREAT | flag::EXCL | flag::WRONLY;
        let file = self.create(&found.dir, &found.name, flags, making, Vec::new())?;
        self.files.hold(file);
        self.files.release(&mut self.vfs, file);
        Ok(0)
    }
}

/// A length or offset: not negative as the kernel's `loff_t`.
fn length(value: u64) -> Result<u64, Errno> {
    if value > i64::MAX as u64 { Err(Errno::EINVAL) } else { Ok(value) }
}
