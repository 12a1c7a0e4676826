//! The in-memory file system: inodes, directories, links and their bytes.
//!
//! Knows inodes and the space that they may take together. Must never know
//! about paths of more than one component, descriptors or host directories.

use crate::errno::Errno;
use crate::host::{Content, FileKind};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Names an inode; the number that `stat` reports is one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Ino(pub u32);

/// The root directory.
pub(crate) const ROOT: Ino = Ino(0);

/// Bytes that an inode or a name counts against the limit besides its data.
const OVERHEAD: u64 = 256;

/// Character devices that exist here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Device {
    Null,
    Zero,
    Full,
    Random,
    Tty,
}

/// Files whose text is made when they are opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ProcFile {
    Auxv,
    Cmdline,
    Comm,
    Cpuinfo,
    Environ,
    Filesystems,
    Hostname,
    Limits,
    Loadavg,
    Maps,
    Meminfo,
    Mounts,
    OomScoreAdj,
    OsRelease,
    OsType,
    OsVersion,
    Overcommit,
    PidMax,
    PidStat,
    Stat,
    Statm,
    Status,
    Uptime,
    Version,
}

/// What an inode holds.
#[derive(Clone, Debug)]
pub(crate) enum Body {
    File(Vec<u8>),
    /// A file that nothing has been written to, which the host keeps, and its length.
    Stored(Arc<dyn Content>, u64),
    Dir {
        entries: BTreeMap<Vec<u8>, Ino>,
        parent: Ino,
    },
    Symlink(Vec<u8>),
    Device(Device),
    /// A generated file of `/proc`.
    Proc(ProcFile),
    /// `/proc/self/fd`: one link for each open descriptor.
    FdDir,
    /// `/proc/self/cwd`.
    CwdLink,
}

/// One inode.
#[derive(Clone, Debug)]
pub(crate) struct Inode {
    pub body: Body,
    /// Permission bits, `0o7777` at most.
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    /// Names that stand for it; a directory counts `.` and its children's `..`.
    pub links: u32,
    /// Open descriptions and working directories that keep it alive.
    pub holds: u32,
    /// Nanoseconds since 1970: access, modification, change, birth.
    pub accessed: i64,
    pub modified: i64,
    pub changed: i64,
    pub born: i64,
}

impl Inode {
    pub fn kind(&self) -> FileKind {
        match self.body {
            Body::File(_) | Body::Stored(..) | Body::Proc(_) => FileKind::Regular,
            Body::Dir { .. } | Body::FdDir => FileKind::Directory,
            Body::Symlink(_) | Body::CwdLink => FileKind::Symlink,
            Body::Device(_) => FileKind::CharDevice,
        }
    }

    pub fn size(&self) -> u64 {
        match &self.body {
            Body::File(data) => data.len() as u64,
            Body::Stored(_, size) => *size,
            Body::Symlink(target) => target.len() as u64,
            Body::Dir { entries, .. } => 40 + 20 * entries.len() as u64,
            _ => 0,
        }
    }
}

/// Who makes an inode, with which permissions, and when.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Making {
    pub mode: u32,
    pub uid: u32,
    pub gid: u32,
    pub now: i64,
}

/// All inodes.
#[derive(Debug)]
pub(crate) struct Tree {
    inodes: Vec<Option<Inode>>,
    free: Vec<u32>,
    /// Bytes in use, and how many may be.
    pub used: u64,
    pub limit: u64,
}

impl Tree {
    /// A tree with nothing but its root.
    pub fn new(limit: u64, now: i64) -> Tree {
        let mut tree = Tree { inodes: Vec::new(), free: Vec::new(), used: 0, limit };
        let making = Making { mode: 0o755, now, ..Making::default() };
        let body = Body::Dir { entries: BTreeMap::new(), parent: ROOT };
        tree.inodes.push(Some(new_inode(body, making)));
        if let Some(root) = tree.get_mut(ROOT) {
            root.links = 2;
        }
        tree
    }

    pub fn get(&self, ino: Ino) -> Option<&Inode> {
        self.inodes.get(ino.0 as usize)?.as_ref()
    }

    pub fn get_mut(&mut self, ino: Ino) -> Option<&mut Inode> {
        self.inodes.get_mut(ino.0 as usize)?.as_mut()
    }

    /// The inode, or `ESTALE` if it is gone.
    pub fn node(&self, ino: Ino) -> Result<&Inode, Errno> {
        self.get(ino).ok_or(Errno::ESTALE)
    }

    pub fn node_mut(&mut self, ino: Ino) -> Result<&mut Inode, Errno> {
        self.get_mut(ino).ok_or(Errno::ESTALE)
    }

    /// Number of live inodes.
    pub fn count(&self) -> u64 {
        (self.inodes.len() - self.free.len()) as u64
    }

    /// The entries of a plain directory.
    pub fn entries(&self, dir: Ino) -> Result<&BTreeMap<Vec<u8>, Ino>, Errno> {
        match &self.node(dir)?.body {
            Body::Dir { entries, .. } => Ok(entries),
            Body::FdDir => Err(Errno::EPERM),
            _ => Err(Errno::ENOTDIR),
        }
    }

    pub fn lookup(&self, dir: Ino, name: &[u8]) -> Result<Ino, Errno> {
        self.entries(dir)?.get(name).copied().ok_or(Errno::ENOENT)
    }

    /// The directory that holds a directory; the root holds itself.
    pub fn parent(&self, dir: Ino) -> Ino {
        match self.get(dir).map(|inode| &inode.body) {
            Some(Body::Dir { parent, .. }) => *parent,
            _ => ROOT,
        }
    }

    /// The name of a directory in its parent.
    pub fn name_of(&self, dir: Ino) -> Option<Vec<u8>> {
        let entries = self.entries(self.parent(dir)).ok()?;
        entries.iter().find(|&(_, &ino)| ino == dir).map(|(name, _)| name.clone())
    }

    /// Makes an inode that no name stands for yet.
    pub fn make(&mut self, body: Body, making: Making) -> Result<Ino, Errno> {
        let data = match &body {
            Body::File(data) | Body::Symlink(data) => data.len() as u64,
            _ => 0,
        };
        self.charge(OVERHEAD + data)?;
        let inode = new_inode(body, making);
        Ok(match self.free.pop() {
            Some(at) => {
                self.inodes[at as usize] = Some(inode);
                Ino(at)
            }
            None => {
                self.inodes.push(Some(inode));
                Ino((self.inodes.len() - 1) as u32)
            }
        })
    }

    /// Makes an inode with a name in `dir`.
    pub fn add(&mut self, dir: Ino, name: &[u8], mut body: Body, making: Making) -> Result<Ino, Errno> {
        if self.entries(dir)?.contains_key(name) {
            return Err(Errno::EEXIST);
        }
        if let Body::Dir { parent, .. } = &mut body {
            *parent = dir;
        }
        let ino = self.make(body, making)?;
        if let Err(errno) = self.link(dir, name, ino, making.now) {
            self.reap(ino);
            return Err(errno);
        }
        Ok(ino)
    }

    /// Gives an inode one more name.
    pub fn link(&mut self, dir: Ino, name: &[u8], ino: Ino, now: i64) -> Result<(), Errno> {
        // A removed directory that is still held takes no new names.
        if self.node(dir)?.links == 0 {
            return Err(Errno::ENOENT);
        }
        if self.entries(dir)?.contains_key(name) {
            return Err(Errno::EEXIST);
        }
        self.charge(name.len() as u64 + OVERHEAD)?;
        let inode = self.node_mut(ino)?;
        let is_dir = matches!(inode.body, Body::Dir { .. } | Body::FdDir);
        inode.links = inode.links.checked_add(if is_dir { 2 } else { 1 }).ok_or(Errno::EMLINK)?;
        inode.changed = now;
        if let Body::Dir { parent, .. } = &mut inode.body {
            *parent = dir;
        }
        let holder = self.node_mut(dir)?;
        holder.modified = now;
        holder.changed = now;
        if is_dir {
            holder.links = holder.links.saturating_add(1);
        }
        if let Body::Dir { entries, .. } = &mut holder.body {
            entries.insert(name.to_vec(), ino);
        }
        Ok(())
    }

    /// Takes a name away; the inode goes with the last name and hold.
    pub fn unlink(&mut self, dir: Ino, name: &[u8], now: i64) -> Result<(), Errno> {
        let ino = self.lookup(dir, name)?;
        let inode = self.node_mut(ino)?;
        let is_dir = matches!(inode.body, Body::Dir { .. } | Body::FdDir);
        inode.links = inode.links.saturating_sub(if is_dir { 2 } else { 1 });
        inode.changed = now;
        let holder = self.node_mut(dir)?;
        holder.modified = now;
        holder.changed = now;
        if is_dir {
            holder.links = holder.links.saturating_sub(1);
        }
        if let Body::Dir { entries, .. } = &mut holder.body {
            entries.remove(name);
        }
        self.used = self.used.saturating_sub(name.len() as u64 + OVERHEAD);
        self.reap(ino);
        Ok(())
    }

    /// Keeps an inode alive without a name.
    pub fn hold(&mut self, ino: Ino) {
        if let Some(inode) = self.get_mut(ino) {
            inode.holds = inode.holds.saturating_add(1);
        }
    }

    /// Ends a [`Tree::hold`].
    pub fn release(&mut self, ino: Ino) {
        if let Some(inode) = self.get_mut(ino) {
            inode.holds = inode.holds.saturating_sub(1);
        }
        self.reap(ino);
    }

    fn reap(&mut self, ino: Ino) {
        let Some(inode) = self.get(ino) else { return };
        if inode.links > 0 || inode.holds > 0 || ino == ROOT {
            return;
        }
        let data = match &inode.body {
            Body::File(data) | Body::Symlink(data) => data.len() as u64,
            _ => 0,
        };
        self.used = self.used.saturating_sub(OVERHEAD + data);
        self.inodes[ino.0 as usize] = None;
        self.free.push(ino.0);
    }

    fn charge(&mut self, bytes: u64) -> Result<(), Errno> {
        let used = self.used.checked_add(bytes).ok_or(Errno::ENOSPC)?;
        if used > self.limit {
            return Err(Errno::ENOSPC);
        }
        self.used = used;
        Ok(())
    }

    /// Takes as much as is wanted of what the host keeps of a file into memory, before it
    /// is changed.
    fn own(&mut self, ino: Ino, wanted: u64) -> Result<(), Errno> {
        let Body::Stored(content, size) = &self.node(ino)?.body else { return Ok(()) };
        let (content, size) = (content.clone(), (*size).min(wanted));
        self.charge(size)?;
        let mut data = vec![0; usize::try_from(size).map_err(|_| Errno::EFBIG)?];
        if let Err(errno) = read_all(&*content, &mut data) {
            self.used -= size;
            return Err(errno);
        }
        self.node_mut(ino)?.body = Body::File(data);
        Ok(())
    }

    /// Sets a file's length; new bytes are zero.
    pub fn set_size(&mut self, ino: Ino, size: u64, now: i64) -> Result<(), Errno> {
        self.own(ino, size)?;
        let old = match &self.node(ino)?.body {
            Body::File(data) => data.len() as u64,
            Body::Dir { .. } | Body::FdDir => return Err(Errno::EISDIR),
            _ => return Err(Errno::EINVAL),
        };
        if size > old {
            self.charge(size - old)?;
        } else {
            self.used = self.used.saturating_sub(old - size);
        }
        let inode = self.node_mut(ino)?;
        inode.modified = now;
        inode.changed = now;
        if let Body::File(data) = &mut inode.body {
            data.resize(size as usize, 0);
            if size == 0 {
                data.shrink_to_fit();
            }
        }
        Ok(())
    }

    /// Copies from a file into `buf`; returns how much there was.
    pub fn read(&self, ino: Ino, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        let data = match &self.node(ino)?.body {
            Body::File(data) => data,
            Body::Stored(content, size) => {
                let n = buf.len().min(usize::try_from(size.saturating_sub(offset)).unwrap_or(usize::MAX));
                return if n == 0 { Ok(0) } else { content.read_at(offset, &mut buf[..n]) };
            }
            _ => return Err(Errno::EINVAL),
        };
        let start = usize::try_from(offset).unwrap_or(usize::MAX).min(data.len());
        let n = buf.len().min(data.len() - start);
        buf[..n].copy_from_slice(&data[start..start + n]);
        Ok(n)
    }

    /// Writes into a file, which grows as needed.
    pub fn write(&mut self, ino: Ino, offset: u64, bytes: &[u8], now: i64) -> Result<usize, Errno> {
        if bytes.is_empty() {
            return Ok(0);
        }
        let end = offset.checked_add(bytes.len() as u64).ok_or(Errno::EFBIG)?;
        self.own(ino, u64::MAX)?;
        let old = self.node(ino)?.size();
        if end > old {
            self.charge(end - old)?;
        }
        let inode = self.node_mut(ino)?;
        inode.modified = now;
        inode.changed = now;
        let Body::File(data) = &mut inode.body else { return Err(Errno::EINVAL) };
        if end > old {
            data.resize(end as usize, 0);
        }
        data[offset as usize..end as usize].copy_from_slice(bytes);
        Ok(bytes.len())
    }
}

/// Reads a file's first bytes; `EIO` if there are not as many.
pub(crate) fn read_all(content: &dyn Content, data: &mut [u8]) -> Result<(), Errno> {
    let mut at = 0;
    while at < data.len() {
        match content.read_at(at as u64, &mut data[at..])? {
            0 => return Err(Errno::EIO),
            n => at += n,
        }
    }
    Ok(())
}

fn new_inode(body: Body, making: Making) -> Inode {
    let Making { mode, uid, gid, now } = making;
    Inode {
        body,
        mode: mode & 0o7777,
        uid,
        gid,
        links: 0,
        holds: 0,
        accessed: now,
        modified: now,
        changed: now,
        born: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(tree: &mut Tree, name: &[u8]) -> Ino {
        tree.add(ROOT, name, Body::File(Vec::new()), Making { mode: 0o644, ..Making::default() }).unwrap()
    }

    #[test]
    fn an_unlinked_file_lives_while_it_is_held() {
        let mut tree = Tree::new(1 << 20, 0);
        let before = tree.used;
        let ino = file(&mut tree, b"a");
        tree.hold(ino);
        tree.write(ino, 0, b"hello", 1).unwrap();
        tree.unlink(ROOT, b"a", 2).unwrap();
        let mut buf = [0; 8];
        assert_eq!(tree.read(ino, 0, &mut buf), Ok(5));
        tree.release(ino);
        assert!(tree.get(ino).is_none());
        assert_eq!(tree.used, before);
    }

    #[test]
    fn bytes_are_limited() {
        let mut tree = Tree::new(10_000, 0);
        let ino = file(&mut tree, b"a");
        assert_eq!(tree.set_size(ino, 1 << 40, 0), Err(Errno::ENOSPC));
        assert_eq!(tree.write(ino, u64::MAX - 1, b"xyz", 0), Err(Errno::EFBIG));
        assert_eq!(tree.write(ino, 4000, b"xyz", 0), Ok(3));
        let mut buf = [9; 4];
        assert_eq!(tree.read(ino, 3998, &mut buf), Ok(4));
        assert_eq!(&buf, b"\0\0xy");
    }

    /// Letters from `a` on, of which a file claims to have so many.
    #[derive(Debug)]
    struct Letters(u8);

    impl Content for Letters {
        fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
            // Never more than two at a time.
            let n = buf.len().min(2).min(usize::from(self.0).saturating_sub(offset as usize));
            buf.iter_mut().zip(offset..).take(n).for_each(|(byte, at)| *byte = b'a' + at as u8);
            Ok(n)
        }
    }

    fn stored(tree: &mut Tree, name: &[u8], has: u8, claims: u64) -> Ino {
        tree.add(ROOT, name, Body::Stored(Arc::new(Letters(has)), claims), Making::default()).unwrap()
    }

    #[test]
    fn a_stored_file_takes_room_when_it_is_changed() {
        let mut tree = Tree::new(1 << 20, 0);
        let ino = stored(&mut tree, b"s", 9, 5);
        let before = tree.used;
        let mut buf = [0; 8];
        assert_eq!(tree.read(ino, 0, &mut buf), Ok(2));
        assert_eq!((tree.read(ino, 4, &mut buf), buf[0]), (Ok(1), b'e'));
        assert_eq!((tree.read(ino, 5, &mut buf), tree.get(ino).unwrap().size()), (Ok(0), 5));
        assert_eq!(tree.used, before);
        assert_eq!(tree.write(ino, 6, b"xy", 1), Ok(2));
        assert_eq!((tree.read(ino, 0, &mut buf), &buf), (Ok(8), b"abcde\0xy"));
        assert_eq!(tree.used, before + 8);
        let ino = stored(&mut tree, b"t", 9, 5);
        tree.set_size(ino, 3, 1).unwrap();
        assert_eq!((tree.read(ino, 0, &mut buf), &buf[..3]), (Ok(3), &b"abc"[..]));
        assert_eq!(tree.used, before + 8 + 3 + 2 * OVERHEAD + 1);
    }

    #[test]
    fn a_stored_file_that_is_not_as_long_as_it_claims_cannot_be_changed() {
        let mut tree = Tree::new(1 << 20, 0);
        let ino = stored(&mut tree, b"s", 3, 5);
        let before = tree.used;
        assert_eq!(tree.write(ino, 0, b"x", 1), Err(Errno::EIO));
        let huge = stored(&mut tree, b"t", 3, 1 << 40);
        assert_eq!(tree.write(huge, 0, b"x", 1), Err(Errno::ENOSPC));
        tree.unlink(ROOT, b"t", 1).unwrap();
        assert_eq!(tree.used, before);
    }

    #[test]
    fn hard_links_count() {
        let mut tree = Tree::new(1 << 20, 0);
        let ino = file(&mut tree, b"a");
        tree.link(ROOT, b"b", ino, 1).unwrap();
        assert_eq!(tree.get(ino).unwrap().links, 2);
        assert_eq!(tree.link(ROOT, b"b", ino, 1), Err(Errno::EEXIST));
        tree.unlink(ROOT, b"a", 2).unwrap();
        assert_eq!(tree.lookup(ROOT, b"b"), Ok(ino));
        let dir = Body::Dir { entries: BTreeMap::new(), parent: ROOT };
        let sub = tree.add(ROOT, b"d", dir, Making::default()).unwrap();
        assert_eq!((tree.get(sub).unwrap().links, tree.get(ROOT).unwrap().links), (2, 3));
    }
}
