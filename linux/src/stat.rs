//! What is known of files: `fstat`, `newfstatat`, `statx`, `statfs`, access
//! checks, and the calls that change modes, owners and times.

use crate::errno::Errno;
use crate::fd::{Open, flag};
use crate::host::FileKind;
use crate::kernel::{Answer, Call, Kernel};
use crate::vfs::walk::AT_FDCWD;
use crate::vfs::{Node, Stat};

/// `AT_*` flags (linux/fcntl.h).
const AT_SYMLINK_NOFOLLOW: u32 = 0x100;
const AT_EACCESS: u32 = 0x200;
const AT_SYMLINK_FOLLOW: u32 = 0x400;
const AT_NO_AUTOMOUNT: u32 = 0x800;
const AT_EMPTY_PATH: u32 = 0x1000;
const AT_STATX_SYNC: u32 = 0x6000;

/// Preferred size of a transfer, `st_blksize`.
const BLOCK: u64 = 4096;

/// `TMPFS_MAGIC` and a mount's answer (`V9FS_MAGIC`: a file system of the host).
const TMPFS_MAGIC: u64 = 0x0102_1994;
const HOST_MAGIC: u64 = 0x0102_1997;

/// Splits nanoseconds since 1970 into `timespec` parts.
pub(crate) fn split_time(time: i64) -> (i64, u32) {
    (time.div_euclid(1_000_000_000), time.rem_euclid(1_000_000_000) as u32)
}

/// `struct stat` of asm-generic/stat.h, 128 bytes.
pub(crate) fn encode_stat(stat: &Stat) -> [u8; 128] {
    let mut out = [0; 128];
    let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
    put(0, &stat.dev.to_le_bytes());
    put(8, &stat.inode.to_le_bytes());
    put(16, &stat.full_mode().to_le_bytes());
    put(20, &stat.links.to_le_bytes());
    put(24, &stat.uid.to_le_bytes());
    put(28, &stat.gid.to_le_bytes());
    put(32, &stat.rdev.to_le_bytes());
    put(48, &stat.size.to_le_bytes());
    put(56, &(BLOCK as u32).to_le_bytes());
    put(64, &blocks(stat).to_le_bytes());
    for (at, time) in [(72, stat.accessed), (88, stat.modified), (104, stat.changed)] {
        let (seconds, nanoseconds) = split_time(time);
        put(at, &seconds.to_le_bytes());
        put(at + 8, &(nanoseconds as u64).to_le_bytes());
    }
    out
}

/// `struct statx` of linux/stat.h, 256 bytes.
pub(crate) fn encode_statx(stat: &Stat) -> [u8; 256] {
    let mut out = [0; 256];
    let mut put = |at: usize, bytes: &[u8]| out[at..at + bytes.len()].copy_from_slice(bytes);
    // STATX_BASIC_STATS and STATX_BTIME.
    put(0, &0xfffu32.to_le_bytes());
    put(4, &(BLOCK as u32).to_le_bytes());
    put(16, &stat.links.to_le_bytes());
    put(20, &stat.uid.to_le_bytes());
    put(24, &stat.gid.to_le_bytes());
    put(28, &(stat.full_mode() as u16).to_le_bytes());
    put(32, &stat.inode.to_le_bytes());
    put(40, &stat.size.to_le_bytes());
    put(48, &blocks(stat).to_le_bytes());
    let times = [(64, stat.accessed), (80, stat.born), (96, stat.changed), (112, stat.modified)];
    for (at, time) in times {
        let (seconds, nanoseconds) = split_time(time);
        put(at, &seconds.to_le_bytes());
        put(at + 8, &nanoseconds.to_le_bytes());
    }
    for (at, device) in [(128, stat.rdev), (136, stat.dev)] {
        let (major, minor) = ((device >> 8) as u32 & 0xfff, device as u32 & 0xff);
        put(at, &major.to_le_bytes());
        put(at + 4, &minor.to_le_bytes());
    }
    out
}

/// Blocks of 512 bytes.
fn blocks(stat: &Stat) -> u64 {
    match stat.kind {
        FileKind::Regular => stat.size.div_ceil(BLOCK) * (BLOCK / 512),
        _ => 0,
    }
}

impl Kernel {
    pub(crate) fn sys_fstat(&mut self, c: &mut Call<'_>) -> Answer {
        let stat = self.stat_open(self.files.id(c.int(0))?)?;
        c.mem.write(c.args[1], &encode_stat(&stat))?;
        Ok(0)
    }

    pub(crate) fn sys_newfstatat(&mut self, c: &mut Call<'_>) -> Answer {
        let flags = c.uint(3);
        if flags & !(AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let stat = self.stat_at(c, flags)?;
        c.mem.write(c.args[2], &encode_stat(&stat))?;
        Ok(0)
    }

    pub(crate) fn sys_statx(&mut self, c: &mut Call<'_>) -> Answer {
        let flags = c.uint(2);
        let known = AT_SYMLINK_NOFOLLOW | AT_NO_AUTOMOUNT | AT_EMPTY_PATH | AT_STATX_SYNC;
        if flags & !known != 0 || flags & AT_STATX_SYNC == AT_STATX_SYNC || c.uint(3) >> 31 != 0 {
            return Err(Errno::EINVAL.into());
        }
        let stat = self.stat_at(c, flags)?;
        c.mem.write(c.args[4], &encode_statx(&stat))?;
        Ok(0)
    }

    /// What descriptor (argument 0) and path (argument 1) name.
    fn stat_at(&self, c: &Call<'_>, flags: u32) -> Result<Stat, Errno> {
        let fd = c.int(0);
        // A null path with AT_EMPTY_PATH is the empty path, since Linux 6.11.
        let path = if c.args[1] == 0 && flags & AT_EMPTY_PATH != 0 { Vec::new() } else { c.path(1)? };
        if path.is_empty() && flags & AT_EMPTY_PATH != 0 {
            return match fd {
                AT_FDCWD => self.vfs.stat(&self.cwd),
                _ => self.stat_open(self.files.id(fd)?),
            };
        }
        let node = self.find(fd, &path, flags & AT_SYMLINK_NOFOLLOW == 0)?;
        self.stat_node(Some(&node))
    }

    pub(crate) fn sys_statfs(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(0)?;
        let node = self.find(AT_FDCWD, &path, true)?;
        self.put_statfs(c, &node)
    }

    pub(crate) fn sys_fstatfs(&mut self, c: &mut Call<'_>) -> Answer {
        let node = self.files.get(c.int(0))?.node.clone().unwrap_or(self.vfs.root());
        self.put_statfs(c, &node)
    }

    /// `struct statfs` of asm-generic/statfs.h, 120 bytes.
    fn put_statfs(&self, c: &mut Call<'_>, node: &Node) -> Answer {
        let tree = &self.vfs.tree;
        let magic = match node {
            Node::HostDir(_) | Node::HostLeaf(..) => HOST_MAGIC,
            _ => TMPFS_MAGIC,
        };
        let free = tree.limit.saturating_sub(tree.used) / BLOCK;
        let inodes = tree.limit / 256;
        let words = [
            magic,
            BLOCK,
            tree.limit / BLOCK,
            free,
            free,
            inodes,
            inodes.saturating_sub(tree.count()),
            0,
            crate::vfs::NAME_MAX as u64,
            BLOCK,
            // ST_NOATIME, and that the flags are valid.
            0x20 | 0x400,
        ];
        let mut out = [0; 120];
        for (at, word) in out.chunks_exact_mut(8).zip(words) {
            at.copy_from_slice(&word.to_le_bytes());
        }
        c.mem.write(c.args[1], &out)?;
        Ok(0)
    }

    pub(crate) fn sys_faccessat(&mut self, c: &mut Call<'_>) -> Answer {
        self.access(c, 0)
    }

    pub(crate) fn sys_faccessat2(&mut self, c: &mut Call<'_>) -> Answer {
        let flags = c.uint(3);
        self.access(c, flags)
    }

    fn access(&mut self, c: &mut Call<'_>, flags: u32) -> Answer {
        let want = c.uint(2);
        if want & !7 != 0 || flags & !(AT_EACCESS | AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let (fd, path) = (c.int(0), c.path(1)?);
        let node = if path.is_empty() && flags & AT_EMPTY_PATH != 0 {
            self.place(fd)?
        } else {
            self.find(fd, &path, flags & AT_SYMLINK_NOFOLLOW == 0)?
        };
        let stat = self.stat_node(Some(&node))?;
        let ids = &self.ids;
        let (uid, gid) = if flags & AT_EACCESS != 0 { (ids.euid, ids.egid) } else { (ids.uid, ids.gid) };
        self.allow(&stat, want, uid, gid)?;
        if want & 2 != 0 && stat.kind != FileKind::CharDevice {
            self.vfs.writable(&node)?;
        }
        Ok(0)
    }

    /// The node of a descriptor, or of the working directory.
    fn place(&self, fd: i32) -> Result<Node, Errno> {
        if fd == AT_FDCWD {
            return Ok(self.cwd.clone());
        }
        let id = self.files.id(fd)?;
        Ok(self.files.file(id)?.node.clone().unwrap_or(Node::Open(id)))
    }

    pub(crate) fn sys_fchmod(&mut self, c: &mut Call<'_>) -> Answer {
        let (file, now, mode) = (self.files.get(c.int(0))?, c.now(), c.uint(1));
        match (&file.open, file.node.clone()) {
            (Open::Path, _) => Err(Errno::EBADF.into()),
            (Open::Host(host), Some(node)) => {
                self.vfs.writable(&node)?;
                host.set_mode(mode & 0o7777)?;
                Ok(0)
            }
            (_, Some(node)) => self.chmod(&node, mode, now),
            // A pipe or the console: nobody can look at its mode but us.
            (_, None) => Ok(0),
        }
    }

    /// `fchmodat`, which has no flags argument, and `fchmodat2`, which has.
    pub(crate) fn sys_fchmodat(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(1)?;
        let node = self.find(c.int(0), &path, true)?;
        let (mode, now) = (c.uint(2), c.now());
        self.chmod(&node, mode, now)
    }

    pub(crate) fn sys_fchmodat2(&mut self, c: &mut Call<'_>) -> Answer {
        let node = self.node_at(c, 3)?;
        let (mode, now) = (c.uint(2), c.now());
        if self.stat_node(Some(&node))?.kind == FileKind::Symlink {
            return Err(Errno::EOPNOTSUPP.into());
        }
        self.chmod(&node, mode, now)
    }

    fn chmod(&mut self, node: &Node, mode: u32, now: i64) -> Answer {
        self.must_own(node)?;
        self.vfs.set_mode(node, mode, now)?;
        Ok(0)
    }

    fn must_own(&self, node: &Node) -> Result<(), Errno> {
        let euid = self.ids.euid;
        if euid == 0 || self.stat_node(Some(node))?.uid == euid { Ok(()) } else { Err(Errno::EPERM) }
    }

    /// What (descriptor, path) name under the `AT_*` flags of argument `flags`.
    fn node_at(&self, c: &Call<'_>, flags: usize) -> Result<Node, Errno> {
        let flags = c.uint(flags);
        if flags & !(AT_SYMLINK_NOFOLLOW | AT_EMPTY_PATH) != 0 {
            return Err(Errno::EINVAL);
        }
        let path = c.path(1)?;
        if path.is_empty() && flags & AT_EMPTY_PATH != 0 {
            return self.place(c.int(0));
        }
        self.find(c.int(0), &path, flags & AT_SYMLINK_NOFOLLOW == 0)
    }

    pub(crate) fn sys_fchownat(&mut self, c: &mut Call<'_>) -> Answer {
        let node = self.node_at(c, 4)?;
        self.chown(c, &node, 2)
    }

    pub(crate) fn sys_fchown(&mut self, c: &mut Call<'_>) -> Answer {
        let file = self.files.get(c.int(0))?;
        if file.flags & flag::PATH != 0 {
            return Err(Errno::EBADF.into());
        }
        match file.node.clone() {
            Some(node) => self.chown(c, &node, 1),
            None => Ok(0),
        }
    }

    fn chown(&mut self, c: &mut Call<'_>, node: &Node, first: usize) -> Answer {
        let given = |id: u32| (id != u32::MAX).then_some(id);
        let (uid, gid, now) = (given(c.uint(first)), given(c.uint(first + 1)), c.now());
        let ids = &self.ids;
        if ids.euid != 0 {
            let stat = self.stat_node(Some(node))?;
            let own_group = gid.is_none_or(|gid| gid == ids.egid || ids.groups.contains(&gid));
            if stat.uid != ids.euid || uid.is_some_and(|uid| uid != ids.euid) || !own_group {
                return Err(Errno::EPERM.into());
            }
        }
        self.vfs.set_owner(node, uid, gid, now)?;
        Ok(0)
    }

    pub(crate) fn sys_utimensat(&mut self, c: &mut Call<'_>) -> Answer {
        const UTIME_NOW: i64 = 0x3fff_ffff;
        const UTIME_OMIT: i64 = 0x3fff_fffe;
        let now = c.now();
        let mut times = [Some(now); 2];
        if c.args[2] != 0 {
            for (index, time) in times.iter_mut().enumerate() {
                let at = c.args[2].wrapping_add(16 * index as u64);
                let (seconds, part) = (c.mem.read_u64(at)? as i64, c.mem.read_u64(at + 8)? as i64);
                *time = match part {
                    UTIME_NOW => Some(now),
                    UTIME_OMIT => None,
                    0..1_000_000_000 => {
                        let whole = seconds.checked_mul(1_000_000_000).ok_or(Errno::EINVAL)?;
                        Some(whole.checked_add(part).ok_or(Errno::EINVAL)?)
                    }
                    _ => return Err(Errno::EINVAL.into()),
                };
            }
        }
        let node = if c.args[1] == 0 { self.place(c.int(0))? } else { self.node_at(c, 3)? };
        if let Node::Open(_) = node {
            return Ok(0);
        }
        self.must_own(&node)?;
        self.vfs.set_times(&node, times[0], times[1], now)?;
        Ok(0)
    }

    pub(crate) fn sys_linkat(&mut self, c: &mut Call<'_>) -> Answer {
        let flags = c.uint(4);
        if flags & !(AT_SYMLINK_FOLLOW | AT_EMPTY_PATH) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let (old, new, now) = (c.path(1)?, c.path(3)?, c.now());
        let node = if old.is_empty() && flags & AT_EMPTY_PATH != 0 {
            self.place(c.int(0))?
        } else {
            self.find(c.int(0), &old, flags & AT_SYMLINK_FOLLOW != 0)?
        };
        let found = self.walk(self.base(c.int(2), &new)?, &new, false)?;
        if found.node.is_some() {
            return Err(Errno::EEXIST.into());
        }
        self.may_change_dir(&found.dir)?;
        self.vfs.link(&node, &found.dir, &found.name, now)?;
        Ok(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Stat {
        Stat {
            dev: 0x0803,
            inode: 77,
            kind: FileKind::Regular,
            mode: 0o640,
            links: 2,
            uid: 1000,
            gid: 100,
            rdev: 0,
            size: 5000,
            accessed: 1_500_000_000,
            modified: -500_000_000,
            changed: 3,
            born: 4,
        }
    }

    /// Offsets are those that offsetof gives for riscv64 (linux-libc-dev).
    #[test]
    fn stat_has_the_layout_of_asm_generic() {
        let out = encode_stat(&sample());
        let word = |at: usize| i64::from_le_bytes(out[at..at + 8].try_into().unwrap());
        let half = |at: usize| u32::from_le_bytes(out[at..at + 4].try_into().unwrap());
        assert_eq!((word(0), word(8), half(16), half(20)), (0x0803, 77, 0o100640, 2));
        assert_eq!((half(24), half(28), word(48), half(56), word(64)), (1000, 100, 5000, 4096, 16));
        assert_eq!((word(72), word(80)), (1, 500_000_000));
        assert_eq!((word(88), word(96)), (-1, 500_000_000));
        assert_eq!((word(104), word(112)), (0, 3));
    }

    #[test]
    fn statx_has_the_layout_of_the_kernel() {
        let out = encode_statx(&sample());
        let word = |at: usize| i64::from_le_bytes(out[at..at + 8].try_into().unwrap());
        let half = |at: usize| u32::from_le_bytes(out[at..at + 4].try_into().unwrap());
        assert_eq!((half(0), half(4), half(16), half(20)), (0xfff, 4096, 2, 1000));
        assert_eq!((half(24), half(28) & 0xffff, word(32), word(40)), (100, 0o100640, 77, 5000));
        assert_eq!((word(64), half(72), word(80), half(88)), (1, 500_000_000, 0, 4));
        assert_eq!((half(104), word(112), half(120)), (3, -1, 500_000_000));
        assert_eq!((half(136), half(140)), (8, 3));
    }
}
