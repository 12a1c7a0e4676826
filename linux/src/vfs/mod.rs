//! The file system: an in-memory root with host directories mounted in it.
//!
//! [`Node`] is a place in it; the operations here take nodes and one name at a
//! time, and send each to the tree or to the mount that it belongs to. Must
//! never know about descriptors, and never hands a host more than one
//! component of a path.

pub(crate) mod populate;
pub(crate) mod proc;
pub(crate) mod tree;
pub(crate) mod walk;

use crate::errno::Errno;
use crate::fd::FileId;
use crate::host::{FileKind, HostDir, HostStat, OpenRequest, SetTime};
use std::collections::BTreeMap;
use std::sync::Arc;
use tree::{Body, Device, Ino, Making, ROOT, Tree};

/// Longest name of one component in bytes (`NAME_MAX`).
pub(crate) const NAME_MAX: usize = 255;

/// Longest path in bytes without its zero (`PATH_MAX` − 1).
pub(crate) const PATH_MAX: usize = 4095;

/// A directory of a mounted host directory.
pub(crate) struct HostNode {
    pub dir: Arc<dyn HostDir>,
    /// `None` at the root of the mount.
    pub parent: Option<Arc<HostNode>>,
    pub name: Vec<u8>,
    pub mount: usize,
}

/// A place in the file system.
#[derive(Clone)]
pub(crate) enum Node {
    Mem(Ino),
    HostDir(Arc<HostNode>),
    /// Something that is not a directory, by its name in a host directory.
    HostLeaf(Arc<HostNode>, Vec<u8>),
    /// `/proc/self/fd/N`, not followed.
    FdLink(i32),
    /// What has no name anywhere: a pipe or the console, by its description.
    Open(FileId),
}

/// A mounted host directory.
pub(crate) struct Mount {
    pub covered: Ino,
    pub root: Arc<HostNode>,
    pub read_only: bool,
}

/// What `stat` tells, before it is put into one of its layouts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stat {
    pub dev: u64,
    pub inode: u64,
    pub kind: FileKind,
    pub mode: u32,
    pub links: u32,
    pub uid: u32,
    pub gid: u32,
    pub rdev: u64,
    pub size: u64,
    pub accessed: i64,
    pub modified: i64,
    pub changed: i64,
    pub born: i64,
}

impl Stat {
    /// `st_mode`: the kind in the bits of `S_IFMT`, the permissions below.
    pub fn full_mode(&self) -> u32 {
        file_type(self.kind) << 12 | self.mode & 0o7777
    }
}

/// The four bits of `S_IFMT` that stand for a kind; also `d_type`.
pub fn file_type(kind: FileKind) -> u32 {
    match kind {
        FileKind::Fifo => 1,
        FileKind::CharDevice => 2,
        FileKind::Directory => 4,
        FileKind::BlockDevice => 6,
        FileKind::Regular => 8,
        FileKind::Symlink => 10,
        FileKind::Socket => 12,
    }
}

/// One name as `getdents64` gives it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DirEntry {
    pub name: Vec<u8>,
    pub inode: u64,
    pub kind: FileKind,
}

/// Device numbers: the tree is device 1, mounts follow, pipes and the like
/// have their own.
pub(crate) const TREE_DEV: u64 = 1;
pub(crate) const ANONYMOUS_DEV: u64 = 0xf;
const MOUNT_DEV: u64 = 0x100;

/// `makedev` of the kernel's 64-bit form.
pub(crate) fn device_number(major: u64, minor: u64) -> u64 {
    (minor & 0xff) | (major & 0xfff) << 8 | (minor & !0xff) << 12
}

fn device_of(device: Device) -> u64 {
    let (major, minor) = match device {
        Device::Null => (1, 3),
        Device::Zero => (1, 5),
        Device::Full => (1, 7),
        Device::Random => (1, 9),
        Device::Tty => (5, 0),
    };
    device_number(major, minor)
}

/// The tree and the mounts.
pub(crate) struct Vfs {
    pub tree: Tree,
    pub mounts: Vec<Mount>,
    /// Owner shown for all files of mounts.
    pub uid: u32,
    pub gid: u32,
}

impl Vfs {
    pub fn new(limit: u64, now: i64, uid: u32, gid: u32) -> Vfs {
        Vfs { tree: Tree::new(limit, now), mounts: Vec::new(), uid, gid }
    }

    /// The node for an inode: the mount that covers it, if one does.
    pub fn enter(&self, ino: Ino) -> Node {
        match self.mounts.iter().rev().find(|mount| mount.covered == ino) {
            Some(mount) => Node::HostDir(mount.root.clone()),
            None => Node::Mem(ino),
        }
    }

    pub fn root(&self) -> Node {
        self.enter(ROOT)
    }

    /// Covers a directory of the tree with a host directory.
    pub fn mount(&mut self, covered: Ino, dir: Arc<dyn HostDir>, read_only: bool) {
        let mount = self.mounts.len();
        let root = Arc::new(HostNode { dir, parent: None, name: Vec::new(), mount });
        self.tree.hold(covered);
        self.mounts.push(Mount { covered, root, read_only });
    }

    /// The directory above a directory.
    pub fn parent(&self, node: &Node) -> Node {
        match node {
            Node::Mem(ino) => self.enter(self.tree.parent(*ino)),
            Node::HostDir(dir) => match &dir.parent {
                Some(parent) => Node::HostDir(parent.clone()),
                None => self.enter(self.tree.parent(self.mounts[dir.mount].covered)),
            },
            Node::HostLeaf(dir, _) => Node::HostDir(dir.clone()),
            Node::FdLink(_) | Node::Open(_) => self.root(),
        }
    }

    /// The absolute path of a directory; `None` if it has been removed.
    pub fn path_of(&self, node: &Node) -> Option<Vec<u8>> {
        let mut names: Vec<Vec<u8>> = Vec::new();
        let mut at = node.clone();
        // A tree that is deeper than its inodes are many has a cycle, which
        // rename prevents; the bound is for the proof's sake.
        for _ in 0..1 << 20 {
            let ino = match &at {
                Node::Mem(ino) => *ino,
                Node::HostDir(dir) if dir.parent.is_none() => self.mounts[dir.mount].covered,
                Node::HostDir(dir) => {
                    names.push(dir.name.clone());
                    at = self.parent(&at);
                    continue;
                }
                _ => return None,
            };
            if ino == ROOT {
                let mut path = Vec::new();
                for name in names.iter().rev() {
                    path.push(b'/');
                    path.extend_from_slice(name);
                }
                return Some(if path.is_empty() { b"/".to_vec() } else { path });
            }
            if self.tree.get(ino)?.links == 0 {
                return None;
            }
            names.push(self.tree.name_of(ino)?);
            at = self.enter(self.tree.parent(ino));
        }
        None
    }

    /// One step down. The node is not followed if it is a link.
    pub fn lookup(&self, dir: &Node, name: &[u8]) -> Result<Node, Errno> {
        match dir {
            Node::Mem(ino) => Ok(self.enter(self.tree.lookup(*ino, name)?)),
            Node::HostDir(node) => {
                let below = self.below_mount(node, name);
                if let Some(ino) = below.filter(|&ino| self.shows_through(ino)) {
                    return Ok(self.enter(ino));
                }
                let stat = match (node.dir.lookup(name), below) {
                    (Err(Errno::ENOENT), Some(ino)) if self.leads_to_mount(ino) => return Ok(Node::Mem(ino)),
                    (stat, _) => stat?,
                };
                if stat.kind == FileKind::Directory {
                    self.host_child(node, name)
                } else {
                    Ok(Node::HostLeaf(node.clone(), name.to_vec()))
                }
            }
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// What the tree has at a name in a directory of the host that is mounted as the root.
    fn below_mount(&self, node: &Arc<HostNode>, name: &[u8]) -> Option<Ino> {
        if self.mounts[node.mount].covered != ROOT {
            return None;
        }
        let mut names = vec![name];
        let mut at = node;
        while let Some(parent) = &at.parent {
            names.push(&at.name);
            at = parent;
        }
        names.iter().rev().try_fold(ROOT, |dir, name| self.tree.lookup(dir, name).ok())
    }

    /// Whether a directory of the tree stays in its place where a root of the host's is
    /// mounted: other mounts do, and what no directory of the host's has.
    fn shows_through(&self, ino: Ino) -> bool {
        let own = |name| self.tree.lookup(ROOT, name) == Ok(ino);
        own(b"dev") || own(b"proc") || self.mounts.iter().any(|mount| mount.covered == ino)
    }

    /// Whether there is a mount somewhere below a directory of the tree.
    fn leads_to_mount(&self, ino: Ino) -> bool {
        let above = |ino: Ino| Some(self.tree.parent(ino)).filter(|&above| above != ino);
        let leads =
            |mount: &Mount| std::iter::successors(Some(mount.covered), |&at| above(at)).any(|at| at == ino);
        self.mounts.iter().any(leads)
    }

    fn host_child(&self, node: &Arc<HostNode>, name: &[u8]) -> Result<Node, Errno> {
        Ok(Node::HostDir(Arc::new(HostNode {
            dir: node.dir.open_dir(name)?,
            parent: Some(node.clone()),
            name: name.to_vec(),
            mount: node.mount,
        })))
    }

    pub fn stat(&self, node: &Node) -> Result<Stat, Errno> {
        match node {
            Node::Mem(ino) => self.stat_inode(*ino),
            Node::HostDir(node) => Ok(self.host_stat(node.mount, node.dir.stat()?)),
            Node::HostLeaf(node, name) => Ok(self.host_stat(node.mount, node.dir.lookup(name)?)),
            Node::FdLink(fd) => Ok(Stat {
                dev: TREE_DEV,
                inode: 1 << 32 | *fd as u64,
                kind: FileKind::Symlink,
                mode: 0o700,
                links: 1,
                uid: self.uid,
                gid: self.gid,
                rdev: 0,
                size: 64,
                accessed: 0,
                modified: 0,
                changed: 0,
                born: 0,
            }),
            Node::Open(_) => Err(Errno::EBADF),
        }
    }

    pub fn stat_inode(&self, ino: Ino) -> Result<Stat, Errno> {
        let inode = self.tree.node(ino)?;
        Ok(Stat {
            dev: TREE_DEV,
            inode: ino.0 as u64 + 1,
            kind: inode.kind(),
            mode: inode.mode,
            links: inode.links,
            uid: inode.uid,
            gid: inode.gid,
            rdev: if let Body::Device(device) = inode.body { device_of(device) } else { 0 },
            size: inode.size(),
            accessed: inode.accessed,
            modified: inode.modified,
            changed: inode.changed,
            born: inode.born,
        })
    }

    /// Host files show the guest's own user as their owner: permissions of
    /// the host are the host's to enforce.
    pub fn host_stat(&self, mount: usize, stat: HostStat) -> Stat {
        Stat {
            dev: MOUNT_DEV + mount as u64,
            inode: stat.inode,
            kind: stat.kind,
            mode: stat.mode,
            links: stat.links,
            uid: self.uid,
            gid: self.gid,
            rdev: 0,
            size: stat.size,
            accessed: stat.accessed,
            modified: stat.modified,
            changed: stat.changed,
            born: stat.changed,
        }
    }

    /// All names of a directory but `.` and `..`, sorted.
    pub fn read_dir(&self, node: &Node) -> Result<Vec<DirEntry>, Errno> {
        match node {
            Node::Mem(ino) => Ok(self
                .tree
                .entries(*ino)?
                .iter()
                .filter_map(|(name, &ino)| {
                    let kind = self.tree.get(ino)?.kind();
                    Some(DirEntry { name: name.clone(), inode: ino.0 as u64 + 1, kind })
                })
                .collect()),
            Node::HostDir(node) => {
                let mut entries: Vec<DirEntry> = (node.dir.read_dir()?.into_iter())
                    .map(|e| DirEntry { name: e.name, inode: e.inode, kind: e.kind })
                    .collect();
                entries.sort_by(|a, b| a.name.cmp(&b.name));
                Ok(entries)
            }
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// `EROFS` unless something may be changed there.
    pub fn writable(&self, node: &Node) -> Result<(), Errno> {
        match node {
            Node::HostDir(node) | Node::HostLeaf(node, _) if self.mounts[node.mount].read_only => {
                Err(Errno::EROFS)
            }
            _ => Ok(()),
        }
    }

    pub fn make_dir(&mut self, dir: &Node, name: &[u8], making: Making) -> Result<(), Errno> {
        self.writable(dir)?;
        match dir {
            Node::Mem(ino) => {
                let body = Body::Dir { entries: BTreeMap::new(), parent: *ino };
                self.tree.add(*ino, name, body, making).map(|_| ())
            }
            Node::HostDir(node) => node.dir.make_dir(name, making.mode),
            _ => Err(Errno::ENOTDIR),
        }
    }

    pub fn make_symlink(
        &mut self,
        dir: &Node,
        name: &[u8],
        target: &[u8],
        making: Making,
    ) -> Result<(), Errno> {
        self.writable(dir)?;
        match dir {
            Node::Mem(ino) => {
                let making = Making { mode: 0o777, ..making };
                self.tree.add(*ino, name, Body::Symlink(target.to_vec()), making).map(|_| ())
            }
            Node::HostDir(node) => node.dir.make_symlink(name, target),
            _ => Err(Errno::ENOTDIR),
        }
    }

    pub fn link(&mut self, from: &Node, dir: &Node, name: &[u8], now: i64) -> Result<(), Errno> {
        self.writable(dir)?;
        match (from, dir) {
            (Node::Mem(ino), Node::Mem(dir)) => {
                if self.tree.node(*ino)?.kind() == FileKind::Directory {
                    return Err(Errno::EPERM);
                }
                self.tree.link(*dir, name, *ino, now)
            }
            (Node::HostLeaf(node, old), Node::HostDir(to)) if node.mount == to.mount => {
                node.dir.link(old, to.dir.as_ref(), name)
            }
            (Node::HostDir(_), _) => Err(Errno::EPERM),
            _ => Err(Errno::EXDEV),
        }
    }

    /// Removes `name`, which stands for `node`: a directory exactly if
    /// `want_dir`.
    pub fn remove(
        &mut self,
        dir: &Node,
        name: &[u8],
        node: &Node,
        want_dir: bool,
        now: i64,
    ) -> Result<(), Errno> {
        let is_dir = self.stat(node)?.kind == FileKind::Directory;
        match (is_dir, want_dir) {
            (true, false) => return Err(Errno::EISDIR),
            (false, true) => return Err(Errno::ENOTDIR),
            _ => {}
        }
        self.writable(dir)?;
        match (dir, node) {
            (Node::Mem(dir), Node::Mem(ino)) => {
                if is_dir && !self.tree.entries(*ino)?.is_empty() {
                    return Err(Errno::ENOTEMPTY);
                }
                self.tree.unlink(*dir, name, now)
            }
            // The name is covered by a mount.
            (Node::Mem(_), _) => Err(Errno::EBUSY),
            (Node::HostDir(dir), _) if is_dir => dir.dir.remove_dir(name),
            (Node::HostDir(dir), _) => dir.dir.remove_file(name),
            _ => Err(Errno::EPERM),
        }
    }

    pub fn read_link(&self, node: &Node) -> Result<Vec<u8>, Errno> {
        match node {
            Node::Mem(ino) => match &self.tree.node(*ino)?.body {
                Body::Symlink(target) => Ok(target.clone()),
                _ => Err(Errno::EINVAL),
            },
            Node::HostLeaf(dir, name) => dir.dir.read_link(name),
            _ => Err(Errno::EINVAL),
        }
    }

    pub fn set_mode(&mut self, node: &Node, mode: u32, now: i64) -> Result<(), Errno> {
        self.writable(node)?;
        match node {
            Node::Mem(ino) => {
                let inode = self.tree.node_mut(*ino)?;
                inode.mode = mode & 0o7777;
                inode.changed = now;
                Ok(())
            }
            Node::HostDir(node) => match &node.parent {
                Some(parent) => parent.dir.set_mode(&node.name, mode & 0o7777),
                None => Err(Errno::EPERM),
            },
            Node::HostLeaf(dir, name) => dir.dir.set_mode(name, mode & 0o7777),
            _ => Err(Errno::EPERM),
        }
    }

    /// Changes owner and group; `None` leaves one as it is.
    pub fn set_owner(
        &mut self,
        node: &Node,
        uid: Option<u32>,
        gid: Option<u32>,
        now: i64,
    ) -> Result<(), Errno> {
        self.writable(node)?;
        match node {
            Node::Mem(ino) => {
                let inode = self.tree.node_mut(*ino)?;
                inode.uid = uid.unwrap_or(inode.uid);
                inode.gid = gid.unwrap_or(inode.gid);
                inode.changed = now;
                Ok(())
            }
            // Files of a mount belong to the guest's user and stay so.
            Node::HostDir(_) | Node::HostLeaf(..) => {
                let same = uid.is_none_or(|id| id == self.uid) && gid.is_none_or(|id| id == self.gid);
                if same { Ok(()) } else { Err(Errno::EPERM) }
            }
            _ => Err(Errno::EPERM),
        }
    }

    pub fn set_times(
        &mut self,
        node: &Node,
        accessed: SetTime,
        modified: SetTime,
        now: i64,
    ) -> Result<(), Errno> {
        self.writable(node)?;
        match node {
            Node::Mem(ino) => {
                let inode = self.tree.node_mut(*ino)?;
                inode.accessed = accessed.unwrap_or(inode.accessed);
                inode.modified = modified.unwrap_or(inode.modified);
                inode.changed = now;
                Ok(())
            }
            Node::HostDir(node) => match &node.parent {
                Some(parent) => parent.dir.set_times(&node.name, accessed, modified),
                None => Err(Errno::EPERM),
            },
            Node::HostLeaf(dir, name) => dir.dir.set_times(name, accessed, modified),
            _ => Err(Errno::EPERM),
        }
    }

    /// Sets a file's length by its name.
    pub fn set_size(&mut self, node: &Node, size: u64, now: i64) -> Result<(), Errno> {
        self.writable(node)?;
        match node {
            Node::Mem(ino) => self.tree.set_size(*ino, size, now),
            Node::HostLeaf(dir, name) => {
                let how = OpenRequest { write: true, ..OpenRequest::default() };
                dir.dir.open_file(name, how)?.set_size(size)
            }
            Node::HostDir(_) => Err(Errno::EISDIR),
            _ => Err(Errno::EINVAL),
        }
    }

    /// Renames `from` (the entry `name` of `dir`) to `to_name` in `to`.
    /// `target` is what stands there now.
    pub fn rename(
        &mut self,
        from: (&Node, &[u8], &Node),
        to: (&Node, &[u8], Option<&Node>),
        now: i64,
    ) -> Result<(), Errno> {
        let (dir, name, node) = from;
        let (to_dir, to_name, target) = to;
        self.writable(dir)?;
        self.writable(to_dir)?;
        match (dir, node, to_dir) {
            (Node::Mem(dir), Node::Mem(ino), Node::Mem(to_dir)) => {
                let target = match target {
                    None => None,
                    Some(Node::Mem(target)) => Some(*target),
                    Some(_) => return Err(Errno::EBUSY),
                };
                self.rename_inode((*dir, name, *ino), (*to_dir, to_name, target), now)
            }
            (Node::Mem(_), Node::HostDir(_), Node::Mem(_)) => Err(Errno::EBUSY),
            (Node::HostDir(dir), _, Node::HostDir(to)) if dir.mount == to.mount => {
                dir.dir.rename(name, to.dir.as_ref(), to_name)
            }
            _ => Err(Errno::EXDEV),
        }
    }

    fn rename_inode(
        &mut self,
        (dir, name, ino): (Ino, &[u8], Ino),
        (to_dir, to_name, target): (Ino, &[u8], Option<Ino>),
        now: i64,
    ) -> Result<(), Errno> {
        let is_dir = self.tree.node(ino)?.kind() == FileKind::Directory;
        if target == Some(ino) {
            return Ok(());
        }
        // A directory cannot move below itself.
        let mut above = to_dir;
        while is_dir && above != ROOT {
            if above == ino {
                return Err(Errno::EINVAL);
            }
            above = self.tree.parent(above);
        }
        if let Some(target) = target {
            let target_is_dir = self.tree.node(target)?.kind() == FileKind::Directory;
            match (is_dir, target_is_dir) {
                (true, false) => return Err(Errno::ENOTDIR),
                (false, true) => return Err(Errno::EISDIR),
                (true, true) if !self.tree.entries(target)?.is_empty() => return Err(Errno::ENOTEMPTY),
                _ => {}
            }
        }
        self.tree.hold(ino);
        let moved = (|| {
            if target.is_some() {
                self.tree.unlink(to_dir, to_name, now)?;
            }
            self.tree.unlink(dir, name, now)?;
            // No room for a longer name: the old one still has its room.
            self.tree.link(to_dir, to_name, ino, now).or_else(|errno| {
                self.tree.link(dir, name, ino, now)?;
                Err(errno)
            })
        })();
        self.tree.release(ino);
        moved
    }
}
