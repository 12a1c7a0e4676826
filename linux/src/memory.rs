//! Memory calls: `brk`, `mmap`, `munmap`, `mremap`, `mprotect`, `madvise`,
//! `msync`, `mincore`, `mlock`, `riscv_flush_icache`.
//!
//! A file mapping is a copy: a private one for good, a shared writable one is
//! written back by `msync`, `munmap` and at exit (so that a `read` of the file
//! in between sees the old bytes; no other process shares it).

use crate::errno::Errno;
use crate::fd::{FileId, Open};
use crate::guest::PAGE;
use crate::kernel::{Answer, Call, Kernel, Stop};
use crate::space::{Backing, LOWEST, Region, page_up};
use crate::vfs::tree::Device;
use std::sync::Arc;

/// `MAP_*` flags (asm-generic/mman-common.h, mman.h).
mod map {
    pub const SHARED: u32 = 1;
    pub const PRIVATE: u32 = 2;
    pub const SHARED_VALIDATE: u32 = 3;
    pub const TYPE: u32 = 0xf;
    pub const FIXED: u32 = 0x10;
    pub const ANONYMOUS: u32 = 0x20;
    pub const HUGETLB: u32 = 0x40000;
    pub const FIXED_NOREPLACE: u32 = 0x10_0000;
}

const MREMAP_MAYMOVE: u32 = 1;
const MREMAP_FIXED: u32 = 2;

/// Bytes copied from or to a file at a time.
const CHUNK: u64 = 64 << 10;

impl Kernel {
    pub(crate) fn sys_brk(&mut self, c: &mut Call<'_>) -> Answer {
        Ok(self.space.set_brk(c.mem, c.args[0]) as i64)
    }

    pub(crate) fn sys_mmap(&mut self, c: &mut Call<'_>) -> Answer {
        let (hint, flags, offset) = (c.args[0], c.uint(3), c.args[5]);
        let prot = protection(c.args[2])?;
        let len = page_up(c.args[1]).filter(|&len| len > 0).ok_or(match c.args[1] {
            0 => Errno::EINVAL,
            _ => Errno::ENOMEM,
        })?;
        let shared = match flags & map::TYPE {
            map::PRIVATE => false,
            map::SHARED | map::SHARED_VALIDATE => true,
            _ => return Err(Errno::EINVAL.into()),
        };
        if !offset.is_multiple_of(PAGE) || flags & map::HUGETLB != 0 {
            return Err(Errno::EINVAL.into());
        }
        offset.checked_add(len).ok_or(Errno::EOVERFLOW)?;
        let backing = match flags & map::ANONYMOUS {
            0 => self.file_backing(c.int(4), offset, shared, prot)?,
            _ => Backing::Anonymous,
        };
        let start = if flags & (map::FIXED | map::FIXED_NOREPLACE) != 0 {
            self.fixed_range(hint, len)?;
            if flags & map::FIXED_NOREPLACE == 0 {
                self.unmap(c, hint, hint + len)?;
            } else if !self.space.is_free(hint, hint + len) {
                return Err(Errno::EEXIST.into());
            }
            hint
        } else {
            self.space.find_free(len, hint & !(PAGE - 1))?
        };
        self.map_region(c, start, Region { end: start + len, prot, shared, backing })?;
        Ok(start as i64)
    }

    /// Checks a range that the guest chose.
    fn fixed_range(&self, start: u64, len: u64) -> Result<(), Errno> {
        if !start.is_multiple_of(PAGE) {
            return Err(Errno::EINVAL);
        }
        if start < LOWEST {
            return Err(Errno::EPERM);
        }
        match start.checked_add(len) {
            Some(end) if end <= self.space.limit => Ok(()),
            _ => Err(Errno::ENOMEM),
        }
    }

    fn file_backing(&self, fd: i32, offset: u64, shared: bool, prot: u8) -> Result<Backing, Errno> {
        let id = self.files.id(fd)?;
        let file = self.files.file(id)?;
        match file.open {
            Open::Mem(_) | Open::Host(_) | Open::Text(_) => {}
            Open::Device(Device::Zero) => return Ok(Backing::Anonymous),
            Open::Path => return Err(Errno::EBADF),
            _ => return Err(Errno::ENODEV),
        }
        if !file.readable() || (shared && prot & crate::space::PROT_WRITE != 0 && !file.writable()) {
            return Err(Errno::EACCES);
        }
        Ok(Backing::File {
            name: Arc::from(&file.path[..]),
            offset,
            inode: self.inode_number(id),
            file: Some(id),
            write_back: shared && file.writable(),
        })
    }

    /// Maps a free range and fills it from its file.
    pub(crate) fn map_region(&mut self, c: &mut Call<'_>, start: u64, region: Region) -> Result<(), Stop> {
        let (end, prot, backing) = (region.end, region.prot, region.backing.clone());
        let Backing::File { file: Some(id), offset, .. } = backing else {
            return Ok(self.space.map(c.mem, start, region)?);
        };
        // All mappings of a description hold it once between them.
        let first = !self.space.maps_file(id);
        // The bytes have to be there even if nobody may touch them yet.
        self.space.map(c.mem, start, Region { prot: prot | 1, ..region })?;
        if first {
            self.files.hold(id);
        }
        self.load(c, start, end, id, offset)?;
        if prot == 0 {
            self.space.protect(c.mem, start, end, prot)?;
        }
        Ok(())
    }

    /// Copies a file's bytes to `[start, end)`, up to the file's end.
    fn load(&mut self, c: &mut Call<'_>, start: u64, end: u64, id: FileId, offset: u64) -> Result<(), Stop> {
        let mut buf = vec![0; CHUNK.min(end - start) as usize];
        let mut at = start;
        while at < end {
            let want = (end - at).min(CHUNK) as usize;
            let got = self.read_at(c, id, offset + (at - start), &mut buf[..want])?;
            if got == 0 {
                break;
            }
            c.mem.poke(at, &buf[..got])?;
            at += got as u64;
        }
        Ok(())
    }

    pub(crate) fn sys_munmap(&mut self, c: &mut Call<'_>) -> Answer {
        let (start, end) = range(c.args[0], c.args[1])?;
        if start == end {
            return Err(Errno::EINVAL.into());
        }
        self.unmap(c, start, end)?;
        Ok(0)
    }

    /// Unmaps a range: shared files get their bytes, descriptions are let go.
    fn unmap(&mut self, c: &mut Call<'_>, start: u64, end: u64) -> Result<(), Stop> {
        self.write_back(c, start, end)?;
        for (_, region) in self.space.unmap(c.mem, start, end) {
            if let Backing::File { file: Some(id), .. } = region.backing
                && !self.space.maps_file(id)
            {
                self.files.release(&mut self.vfs, id);
            }
        }
        Ok(())
    }

    /// Writes what shared file mappings hold in `[start, end)` to their files,
    /// which keep their lengths.
    pub(crate) fn write_back(&mut self, c: &mut Call<'_>, start: u64, end: u64) -> Result<(), Stop> {
        for (at, region) in self.space.overlapping(start, end) {
            let Backing::File { offset, file: Some(id), write_back: true, .. } = region.backing else {
                continue;
            };
            let from = at.max(start);
            let offset = offset + (from - at);
            let size = self.stat_open(id)?.size;
            let to = region.end.min(end).min(from.saturating_add(size.saturating_sub(offset)));
            let mut next = from;
            while next < to {
                let bytes = c.mem.peek_vec(next, (to - next).min(CHUNK))?;
                let put = self.write_at(c, id, offset + (next - from), &bytes)?;
                if put == 0 {
                    return Err(Errno::EIO.into());
                }
                next += put as u64;
            }
        }
        Ok(())
    }

    pub(crate) fn sys_mprotect(&mut self, c: &mut Call<'_>) -> Answer {
        let prot = protection(c.args[2])?;
        let (start, end) = range(c.args[0], c.args[1])?;
        if start < end {
            for (_, region) in self.space.overlapping(start, end) {
                if let Backing::File { file: Some(id), write_back: false, .. } = region.backing
                    && region.shared
                    && prot & crate::space::PROT_WRITE != 0
                    && !self.files.file(id)?.writable()
                {
                    return Err(Errno::EACCES.into());
                }
            }
            self.space.protect(c.mem, start, end, prot)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_mremap(&mut self, c: &mut Call<'_>) -> Answer {
        let (old, flags, target) = (c.args[0], c.uint(3), c.args[4]);
        if flags & !(MREMAP_MAYMOVE | MREMAP_FIXED) != 0
            || (flags & MREMAP_FIXED != 0 && flags & MREMAP_MAYMOVE == 0)
        {
            return Err(Errno::EINVAL.into());
        }
        let (old, old_end) = range(old, c.args[1])?;
        let new_len = page_up(c.args[2]).filter(|&len| len > 0).ok_or(Errno::EINVAL)?;
        if old == old_end {
            return Err(Errno::EINVAL.into());
        }
        let (at, region) = self.space.region_at(old).ok_or(Errno::EFAULT)?;
        if region.end < old_end {
            return Err(Errno::EFAULT.into());
        }
        let (region_end, mut region) = (region.end, region.clone());
        if let Backing::File { offset, .. } = &mut region.backing {
            *offset += old - at;
        }
        let old_len = old_end - old;
        if flags & MREMAP_FIXED != 0 {
            self.fixed_range(target, new_len)?;
            if target < old_end && old < target + new_len {
                return Err(Errno::EINVAL.into());
            }
            self.unmap(c, target, target + new_len)?;
            return self.move_region(c, (old, old_end), (target, target + new_len), region);
        }
        if new_len <= old_len {
            if new_len < old_len {
                self.unmap(c, old + new_len, old_end)?;
            }
            return Ok(old as i64);
        }
        let new_end = old.checked_add(new_len).ok_or(Errno::ENOMEM)?;
        if region_end == old_end && new_end <= self.space.limit && self.space.is_free(old_end, new_end) {
            region.end = new_end;
            if let Backing::File { offset, .. } = &mut region.backing {
                *offset += old_len;
            }
            self.map_region(c, old_end, region)?;
            return Ok(old as i64);
        }
        if flags & MREMAP_MAYMOVE == 0 {
            return Err(Errno::ENOMEM.into());
        }
        let target = self.space.find_free(new_len, 0)?;
        self.move_region(c, (old, old_end), (target, target + new_len), region)
    }

    /// Maps `to` like `region`, moves the bytes there and unmaps `from`.
    fn move_region(&mut self, c: &mut Call<'_>, from: (u64, u64), to: (u64, u64), region: Region) -> Answer {
        self.map_region(c, to.0, Region { end: to.1, ..region })?;
        let len = (from.1 - from.0).min(to.1 - to.0);
        // Pages that were never backed are zero there, as they are here.
        let backed = len.min(c.mem.end().saturating_sub(from.0));
        if backed > 0 {
            c.mem.grow(to.0 + backed).map_err(|_| Errno::ENOMEM)?;
            c.mem.copy_within(from.0, to.0, backed)?;
        }
        self.unmap(c, from.0, from.1)?;
        Ok(to.0 as i64)
    }

    pub(crate) fn sys_madvise(&mut self, c: &mut Call<'_>) -> Answer {
        const DONTNEED: i32 = 4;
        let advice = c.int(2);
        let (start, end) = range(c.args[0], c.args[1])?;
        match advice {
            0..=4 | 8 | 10..=21 | 25 => {}
            _ => return Err(Errno::EINVAL.into()),
        }
        if !self.space.is_mapped(start, end) {
            return Err(Errno::ENOMEM.into());
        }
        if advice != DONTNEED {
            return Ok(0);
        }
        for (at, region) in self.space.overlapping(start, end) {
            if region.shared {
                continue;
            }
            let (from, to) = (at.max(start), region.end.min(end).min(c.mem.end()));
            if from >= to {
                continue;
            }
            match region.backing {
                // The program's own segments stay: their file is not at hand.
                Backing::File { file: None, .. } => {}
                Backing::File { file: Some(id), offset, .. } => {
                    c.mem.clear(from, to - from)?;
                    self.load(c, from, to, id, offset + (from - at))?;
                }
                _ => c.mem.clear(from, to - from)?,
            }
        }
        Ok(0)
    }

    pub(crate) fn sys_msync(&mut self, c: &mut Call<'_>) -> Answer {
        let (start, end) = range(c.args[0], c.args[1])?;
        // MS_ASYNC, MS_INVALIDATE, MS_SYNC
        if c.args[2] & !7 != 0 || c.args[2] & 5 == 5 {
            return Err(Errno::EINVAL.into());
        }
        if !self.space.is_mapped(start, end) {
            return Err(Errno::ENOMEM.into());
        }
        self.write_back(c, start, end)?;
        Ok(0)
    }

    /// `mlock`, `munlock`, `mlock2`: nothing is ever swapped.
    pub(crate) fn sys_mlock(&mut self, c: &mut Call<'_>) -> Answer {
        let start = c.args[0] & !(PAGE - 1);
        let end = c.args[0].checked_add(c.args[1]).and_then(page_up).ok_or(Errno::EINVAL)?;
        if self.space.is_mapped(start, end) { Ok(0) } else { Err(Errno::ENOMEM.into()) }
    }

    /// `mlockall`, `munlockall`.
    pub(crate) fn sys_mlockall(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(0)
    }

    pub(crate) fn sys_mincore(&mut self, c: &mut Call<'_>) -> Answer {
        let (start, end) = range(c.args[0], c.args[1])?;
        if end > self.space.limit || !self.space.is_mapped(start, end) {
            return Err(Errno::ENOMEM.into());
        }
        if start < end {
            c.mem.fill(c.args[2], (end - start) / PAGE, 1)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_flush_icache(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[2] & !1 != 0 {
            return Err(Errno::EINVAL.into());
        }
        self.space.note_code(c.args[0], c.args[1]);
        Ok(0)
    }
}

/// `PROT_*` bits; `PROT_SEM` and the grow flags change nothing here.
fn protection(prot: u64) -> Result<u8, Errno> {
    const OTHER: u64 = 0x8 | 0x0100_0000 | 0x0200_0000;
    if prot & !(OTHER | 7) != 0 {
        return Err(Errno::EINVAL);
    }
    Ok(prot as u8 & 7)
}

/// A page-aligned range from an address and a length.
fn range(start: u64, len: u64) -> Result<(u64, u64), Errno> {
    if !start.is_multiple_of(PAGE) {
        return Err(Errno::EINVAL);
    }
    let end = start.checked_add(len).and_then(page_up).ok_or(Errno::EINVAL)?;
    Ok((start, end))
}
