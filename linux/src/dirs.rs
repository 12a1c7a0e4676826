//! Directories and names: `getdents64`, `getcwd`, `chdir`, `mkdirat`,
//! `unlinkat`, `renameat2`, `symlinkat`, `readlinkat`, `umask`.

use crate::errno::Errno;
use crate::fd::Open;
use crate::host::FileKind;
use crate::kernel::{Answer, Call, Kernel};
use crate::vfs::tree::Body;
use crate::vfs::walk::{AT_FDCWD, WANT_EXEC};
use crate::vfs::{DirEntry, Node, PATH_MAX, file_type};

const AT_REMOVEDIR: u32 = 0x200;

const RENAME_NOREPLACE: u32 = 1;
const RENAME_EXCHANGE: u32 = 2;

impl Kernel {
    pub(crate) fn sys_getdents64(&mut self, c: &mut Call<'_>) -> Answer {
        let id = self.files.id(c.int(0))?;
        let file = self.files.file(id)?;
        let node = match (&file.open, &file.node) {
            (Open::Dir(_), Some(node)) => node.clone(),
            (Open::Path, _) => return Err(Errno::EBADF.into()),
            _ => return Err(Errno::ENOTDIR.into()),
        };
        if !matches!(file.open, Open::Dir(Some(_))) {
            let names = self.names(&node)?;
            self.files.file_mut(id)?.open = Open::Dir(Some(names));
        }
        let file = self.files.file(id)?;
        let Open::Dir(Some(names)) = &file.open else { return Err(Errno::ENOTDIR.into()) };
        let mut at = usize::try_from(file.offset).unwrap_or(usize::MAX);
        let (room, mut out) = (c.args[2], Vec::new());
        while let Some(entry) = names.get(at) {
            // struct linux_dirent64: d_ino, d_off, d_reclen, d_type, d_name.
            let size = (19 + entry.name.len() + 1).next_multiple_of(8);
            if (out.len() + size) as u64 > room {
                if out.is_empty() {
                    return Err(Errno::EINVAL.into());
                }
                break;
            }
            let end = out.len() + size;
            out.extend_from_slice(&entry.inode.to_le_bytes());
            out.extend_from_slice(&(at as u64 + 1).to_le_bytes());
            out.extend_from_slice(&(size as u16).to_le_bytes());
            out.push(file_type(entry.kind) as u8);
            out.extend_from_slice(&entry.name);
            out.resize(end, 0);
            at += 1;
        }
        c.mem.write(c.args[1], &out)?;
        self.files.file_mut(id)?.offset = at as u64;
        Ok(out.len() as i64)
    }

    /// The names of a directory with `.` and `..`.
    fn names(&self, node: &Node) -> Result<Vec<DirEntry>, Errno> {
        let inode = |node: &Node| self.vfs.stat(node).map_or(0, |stat| stat.inode);
        let dot = |name: &[u8], inode| DirEntry { name: name.to_vec(), inode, kind: FileKind::Directory };
        let mut names = vec![dot(b".", inode(node)), dot(b"..", inode(&self.vfs.parent(node)))];
        let is_fd_dir = match node {
            Node::Mem(ino) => matches!(self.vfs.tree.node(*ino)?.body, Body::FdDir),
            _ => false,
        };
        if is_fd_dir {
            names.extend(self.files.numbers().into_iter().map(|fd| DirEntry {
                name: fd.to_string().into_bytes(),
                inode: 1 << 32 | fd as u64,
                kind: FileKind::Symlink,
            }));
        } else {
            names.extend(self.vfs.read_dir(node)?);
        }
        Ok(names)
    }

    pub(crate) fn sys_getcwd(&mut self, c: &mut Call<'_>) -> Answer {
        let mut path = self.vfs.path_of(&self.cwd).ok_or(Errno::ENOENT)?;
        if path.len() > PATH_MAX {
            return Err(Errno::ENAMETOOLONG.into());
        }
        path.push(0);
        if path.len() as u64 > c.args[1] {
            return Err(Errno::ERANGE.into());
        }
        c.mem.write(c.args[0], &path)?;
        Ok(path.len() as i64)
    }

    pub(crate) fn sys_chdir(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(0)?;
        let node = self.find(AT_FDCWD, &path, true)?;
        self.enter_dir(node)
    }

    pub(crate) fn sys_fchdir(&mut self, c: &mut Call<'_>) -> Answer {
        let node = self.files.get(c.int(0))?.node.clone().ok_or(Errno::ENOTDIR)?;
        self.enter_dir(node)
    }

    fn enter_dir(&mut self, node: Node) -> Answer {
        let stat = self.stat_node(Some(&node))?;
        if stat.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR.into());
        }
        if matches!(node, Node::Mem(_)) {
            self.allow(&stat, WANT_EXEC, self.ids.euid, self.ids.egid)?;
        }
        self.set_cwd(node);
        Ok(0)
    }

    pub(crate) fn sys_mkdirat(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(1)?;
        let making = self.making(c, c.uint(2) & 0o1777);
        let found = self.walk(self.base(c.int(0), &path)?, &path, false)?;
        if found.node.is_some() {
            return Err(Errno::EEXIST.into());
        }
        self.may_change_dir(&found.dir)?;
        self.vfs.make_dir(&found.dir, &found.name, making)?;
        Ok(0)
    }

    pub(crate) fn sys_symlinkat(&mut self, c: &mut Call<'_>) -> Answer {
        let (target, path) = (c.path(0)?, c.path(2)?);
        if target.is_empty() {
            return Err(Errno::ENOENT.into());
        }
        let making = self.making(c, 0o777);
        let found = self.walk(self.base(c.int(1), &path)?, &path, false)?;
        if found.node.is_some() {
            return Err(Errno::EEXIST.into());
        }
        if found.slash {
            return Err(Errno::ENOENT.into());
        }
        self.may_change_dir(&found.dir)?;
        self.vfs.make_symlink(&found.dir, &found.name, &target, making)?;
        Ok(0)
    }

    pub(crate) fn sys_readlinkat(&mut self, c: &mut Call<'_>) -> Answer {
        let path = c.path(1)?;
        if c.int(3) <= 0 {
            return Err(Errno::EINVAL.into());
        }
        let node = if path.is_empty() {
            self.files.get(c.int(0))?.node.clone().ok_or(Errno::ENOENT)?
        } else {
            self.find(c.int(0), &path, false)?
        };
        let mut target = self.link_target(&node)?;
        target.truncate(c.int(3) as usize);
        c.mem.write(c.args[2], &target)?;
        Ok(target.len() as i64)
    }

    pub(crate) fn sys_unlinkat(&mut self, c: &mut Call<'_>) -> Answer {
        let (path, flags, now) = (c.path(1)?, c.uint(2), c.now());
        if flags & !AT_REMOVEDIR != 0 {
            return Err(Errno::EINVAL.into());
        }
        let want_dir = flags & AT_REMOVEDIR != 0;
        let trimmed = trim_slashes(&path);
        let found = self.walk(self.base(c.int(0), &path)?, trimmed, false)?;
        let node = found.node.ok_or(Errno::ENOENT)?;
        if found.name.is_empty() {
            return Err(last_is_special(&path, want_dir).into());
        }
        if trimmed.len() < path.len() && self.stat_node(Some(&node))?.kind != FileKind::Directory {
            return Err(Errno::ENOTDIR.into());
        }
        self.may_remove(&found.dir, &node)?;
        self.vfs.remove(&found.dir, &found.name, &node, want_dir, now)?;
        Ok(0)
    }

    /// Write permission to the directory; in one with the sticky bit also
    /// ownership.
    fn may_remove(&self, dir: &Node, node: &Node) -> Result<(), Errno> {
        self.may_change_dir(dir)?;
        let stat = self.stat_node(Some(dir))?;
        let euid = self.ids.euid;
        let sticky = stat.mode & 0o1000 != 0 && matches!(dir, Node::Mem(_));
        if sticky && euid != 0 && stat.uid != euid && self.stat_node(Some(node))?.uid != euid {
            return Err(Errno::EPERM);
        }
        Ok(())
    }

    pub(crate) fn sys_renameat(&mut self, c: &mut Call<'_>) -> Answer {
        self.rename(c, 0)
    }

    pub(crate) fn sys_renameat2(&mut self, c: &mut Call<'_>) -> Answer {
        let flags = c.uint(4);
        self.rename(c, flags)
    }

    fn rename(&mut self, c: &mut Call<'_>, flags: u32) -> Answer {
        if flags & RENAME_EXCHANGE != 0 || flags & !RENAME_NOREPLACE != 0 {
            return Err(Errno::EINVAL.into());
        }
        let (old, new, now) = (c.path(1)?, c.path(3)?, c.now());
        let from = self.walk(self.base(c.int(0), &old)?, trim_slashes(&old), false)?;
        let to = self.walk(self.base(c.int(2), &new)?, trim_slashes(&new), false)?;
        let node = from.node.ok_or(Errno::ENOENT)?;
        if from.name.is_empty() || to.name.is_empty() {
            return Err(Errno::EBUSY.into());
        }
        let is_dir = self.stat_node(Some(&node))?.kind == FileKind::Directory;
        if !is_dir && (old.ends_with(b"/") || new.ends_with(b"/")) {
            return Err(Errno::ENOTDIR.into());
        }
        if to.node.is_some() && flags & RENAME_NOREPLACE != 0 {
            return Err(Errno::EEXIST.into());
        }
        self.may_remove(&from.dir, &node)?;
        self.may_change_dir(&to.dir)?;
        if let Some(target) = &to.node {
            self.may_remove(&to.dir, target)?;
        }
        let source = (&from.dir, &from.name[..], &node);
        self.vfs.rename(source, (&to.dir, &to.name, to.node.as_ref()), now)?;
        Ok(0)
    }

    pub(crate) fn sys_umask(&mut self, c: &mut Call<'_>) -> Answer {
        let old = std::mem::replace(&mut self.umask, c.uint(0) & 0o777);
        Ok(old as i64)
    }
}

/// A path without the slashes at its end; `/` alone stays.
fn trim_slashes(path: &[u8]) -> &[u8] {
    match path.iter().rposition(|&byte| byte != b'/') {
        Some(last) => &path[..=last],
        None => &path[..path.len().min(1)],
    }
}

/// The error for removing a path whose last component is no name.
fn last_is_special(path: &[u8], want_dir: bool) -> Errno {
    let trimmed = trim_slashes(path);
    match (want_dir, trimmed) {
        (false, _) => Errno::EISDIR,
        (true, _) if trimmed.ends_with(b"..") => Errno::ENOTEMPTY,
        (true, _) if trimmed.ends_with(b".") => Errno::EINVAL,
        (true, _) => Errno::EBUSY,
    }
}
