//! From a path to a node: the one place where `..`, symbolic links and
//! `/proc/self/fd` are understood.
//!
//! Because the walk goes over nodes that know what is above them, `..` at the
//! root of a mount leads to the guest's own tree and a link's absolute target
//! starts at the guest's root: nothing in a mount can name what is outside it.

use super::tree::Body;
use super::{NAME_MAX, Node, PATH_MAX, Stat};
use crate::errno::Errno;
use crate::host::FileKind;
use crate::kernel::Kernel;

/// Links followed in one walk before `ELOOP`, as in the kernel.
const MAX_LINKS: u32 = 40;

/// `AT_FDCWD`.
pub(crate) const AT_FDCWD: i32 = -100;

/// Wanted permissions (`R_OK`, `W_OK`, `X_OK`).
pub(crate) const WANT_READ: u32 = 4;
pub(crate) const WANT_WRITE: u32 = 2;
pub(crate) const WANT_EXEC: u32 = 1;

/// Where a path leads.
pub(crate) struct Found {
    /// The directory that the last component is looked up in.
    pub dir: Node,
    /// The last component; empty if the path ends in `/`, `.` or `..` alone,
    /// or went through a `/proc/self/fd` link.
    pub name: Vec<u8>,
    /// What it stands for, if it exists.
    pub node: Option<Node>,
    /// The path ends in a slash: it must be a directory.
    pub slash: bool,
}

impl Found {
    pub fn existing(self) -> Result<Node, Errno> {
        self.node.ok_or(Errno::ENOENT)
    }
}

impl Kernel {
    /// The directory that a relative path starts from.
    pub(crate) fn base(&self, dirfd: i32, path: &[u8]) -> Result<Node, Errno> {
        if path.first() == Some(&b'/') {
            return Ok(self.vfs.root());
        }
        if dirfd == AT_FDCWD {
            return Ok(self.cwd.clone());
        }
        let file = self.files.get(dirfd)?;
        match &file.node {
            Some(node @ (Node::Mem(_) | Node::HostDir(_))) => Ok(node.clone()),
            _ => Err(Errno::ENOTDIR),
        }
    }

    /// Walks `path` from `base`; the last component need not exist.
    pub(crate) fn walk(&self, base: Node, path: &[u8], follow: bool) -> Result<Found, Errno> {
        if path.is_empty() {
            return Err(Errno::ENOENT);
        }
        if path.len() > PATH_MAX {
            return Err(Errno::ENAMETOOLONG);
        }
        let slash = path.ends_with(b"/");
        let mut dir = if path[0] == b'/' { self.vfs.root() } else { base };
        let mut rest = components(path);
        let mut links = 0;
        loop {
            let Some(name) = rest.pop() else {
                return Ok(Found { dir: dir.clone(), name: Vec::new(), node: Some(dir), slash });
            };
            let last = rest.is_empty();
            self.may_search(&dir)?;
            match name.as_slice() {
                b"." => continue,
                b".." => {
                    dir = self.vfs.parent(&dir);
                    continue;
                }
                _ if name.len() > NAME_MAX => return Err(Errno::ENAMETOOLONG),
                _ => {}
            }
            let node = match self.step(&dir, &name) {
                Ok(node) => node,
                Err(Errno::ENOENT) if last => return Ok(Found { dir, name, node: None, slash }),
                Err(errno) => return Err(errno),
            };
            if (!last || follow || slash) && self.is_link(&node)? {
                links += 1;
                if links > MAX_LINKS {
                    return Err(Errno::ELOOP);
                }
                if let Node::FdLink(fd) = node {
                    let target = self.fd_target(fd)?;
                    if last {
                        return Ok(Found { dir, name: Vec::new(), node: Some(target), slash });
                    }
                    dir = target;
                    continue;
                }
                let target = self.link_target(&node)?;
                if target.is_empty() {
                    return Err(Errno::ENOENT);
                }
                if target[0] == b'/' {
                    dir = self.vfs.root();
                }
                rest.extend(components(&target));
                continue;
            }
            if last {
                let found = Found { dir, name, node: Some(node), slash };
                if slash && self.stat_node(found.node.as_ref())?.kind != FileKind::Directory {
                    return Err(Errno::ENOTDIR);
                }
                return Ok(found);
            }
            dir = node;
        }
    }

    /// Walks to something that exists.
    pub(crate) fn find(&self, dirfd: i32, path: &[u8], follow: bool) -> Result<Node, Errno> {
        self.walk(self.base(dirfd, path)?, path, follow)?.existing()
    }

    fn step(&self, dir: &Node, name: &[u8]) -> Result<Node, Errno> {
        if let Node::Mem(ino) = dir
            && matches!(self.vfs.tree.node(*ino)?.body, Body::FdDir)
        {
            let text = std::str::from_utf8(name).map_err(|_| Errno::ENOENT)?;
            let fd: i32 = text.parse().map_err(|_| Errno::ENOENT)?;
            self.files.get(fd).map_err(|_| Errno::ENOENT)?;
            return Ok(Node::FdLink(fd));
        }
        self.vfs.lookup(dir, name)
    }

    /// What a followed `/proc/self/fd/N` stands for: the file itself, even if
    /// it has no name any more.
    fn fd_target(&self, fd: i32) -> Result<Node, Errno> {
        let id = self.files.id(fd).map_err(|_| Errno::ENOENT)?;
        match &self.files.file(id)?.node {
            Some(node) => Ok(node.clone()),
            None => Ok(Node::Open(id)),
        }
    }

    fn is_link(&self, node: &Node) -> Result<bool, Errno> {
        match node {
            Node::FdLink(_) => Ok(true),
            Node::HostDir(_) | Node::Open(_) => Ok(false),
            _ => Ok(self.vfs.stat(node)?.kind == FileKind::Symlink),
        }
    }

    /// The text of a link, also of those that `/proc` makes up.
    pub(crate) fn link_target(&self, node: &Node) -> Result<Vec<u8>, Errno> {
        match node {
            Node::FdLink(fd) => Ok(self.files.get(*fd)?.path.clone()),
            Node::Mem(ino) if matches!(self.vfs.tree.node(*ino)?.body, Body::CwdLink) => {
                self.vfs.path_of(&self.cwd).ok_or(Errno::ENOENT)
            }
            _ => self.vfs.read_link(node),
        }
    }

    /// `stat` of any node, open ones included.
    pub(crate) fn stat_node(&self, node: Option<&Node>) -> Result<Stat, Errno> {
        match node.ok_or(Errno::ENOENT)? {
            Node::Open(id) => self.stat_open(*id),
            node => self.vfs.stat(node),
        }
    }

    fn may_search(&self, dir: &Node) -> Result<(), Errno> {
        let kind = match dir {
            Node::Mem(_) => self.vfs.stat(dir)?,
            // The host enforces its own permissions.
            Node::HostDir(_) => return Ok(()),
            _ => return Err(Errno::ENOTDIR),
        };
        if kind.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR);
        }
        self.allow(&kind, WANT_EXEC, self.ids.euid, self.ids.egid)
    }

    /// Checks permission bits as the kernel does without capabilities other
    /// than root's.
    pub(crate) fn allow(&self, stat: &Stat, want: u32, uid: u32, gid: u32) -> Result<(), Errno> {
        if uid == 0 {
            let any_exec = stat.mode & 0o111 != 0 || stat.kind == FileKind::Directory;
            return if want & WANT_EXEC == 0 || any_exec { Ok(()) } else { Err(Errno::EACCES) };
        }
        let granted = if stat.uid == uid {
            stat.mode >> 6
        } else if stat.gid == gid || self.ids.groups.contains(&stat.gid) {
            stat.mode >> 3
        } else {
            stat.mode
        };
        if want & !granted & 7 == 0 { Ok(()) } else { Err(Errno::EACCES) }
    }

    /// Permission to add or remove names in a directory.
    pub(crate) fn may_change_dir(&self, dir: &Node) -> Result<(), Errno> {
        match dir {
            Node::Mem(_) => {
                let stat = self.vfs.stat(dir)?;
                self.allow(&stat, WANT_WRITE | WANT_EXEC, self.ids.euid, self.ids.egid)
            }
            _ => Ok(()),
        }
    }
}

/// The components of a path, the first one last, for a stack.
fn components(path: &[u8]) -> Vec<Vec<u8>> {
    path.split(|&byte| byte == b'/').filter(|part| !part.is_empty()).rev().map(<[u8]>::to_vec).collect()
}
