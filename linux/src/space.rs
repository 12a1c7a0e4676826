//! The guest's address space: which ranges are mapped, as what, and where the
//! next mapping goes.
//!
//! Linear memory grows and never shrinks, and its pages cost nothing until
//! they are touched. The layout keeps it short all the same:
//!
//! ```text
//! 0x10000   image            where the program was linked or loaded
//!           64 KiB hole
//!           stack, 8 MiB     grows down, mapped whole
//!           4 KiB hole
//!           vdso page        the code that a signal handler returns to
//!           heap             brk grows up ...
//!           + limit / 16     ... until here at least (64 MiB of 1 GiB)
//!           mappings         mmap takes the lowest hole that is large enough
//! limit     end              Config::memory_limit
//! ```
//!
//! The heap may grow into the mappings' part while that is empty, and mappings
//! use the heap's reserve, from the top, once their own part is full.
//!
//! Knows ranges and bookkeeping; the only memory it touches is to back a new
//! mapping and to zero one whose bytes were used before; it tells memory what guest
//! code may do where. Must never know about descriptors or file contents.

use crate::errno::Errno;
use crate::fd::FileId;
use crate::guest::{GuestMemory, PAGE};
use std::collections::BTreeMap;
use std::sync::Arc;

/// `PROT_READ`, `PROT_WRITE`, `PROT_EXEC` (asm-generic/mman-common.h).
pub(crate) const PROT_READ: u8 = 1;
pub(crate) const PROT_WRITE: u8 = 2;
pub(crate) const PROT_EXEC: u8 = 4;

/// The kernel's default `vm.max_map_count`.
const MAX_REGIONS: usize = 65530;

/// Size of the stack in bytes.
pub(crate) const STACK_SIZE: u64 = 8 << 20;

/// Lowest address that a guest may map (`vm.mmap_min_addr`): linear memory
/// starts here.
pub(crate) const LOWEST: u64 = 0x10000;

/// What a range of addresses is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Backing {
    Anonymous,
    Heap,
    Stack,
    Vdso,
    /// A copy of a file's bytes from `offset`; `write_back` when stores are to
    /// reach the file. The program's own segments have no description.
    File {
        name: Arc<[u8]>,
        offset: u64,
        inode: u64,
        file: Option<FileId>,
        write_back: bool,
    },
}

/// One mapped range; its start is the key in the map.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Region {
    pub end: u64,
    pub prot: u8,
    pub shared: bool,
    pub backing: Backing,
}

impl Region {
    /// The part of this region from `skip` bytes after its start.
    fn tail(&self, skip: u64) -> Region {
        let mut tail = self.clone();
        if let Backing::File { offset, .. } = &mut tail.backing {
            *offset = offset.saturating_add(skip);
        }
        tail
    }
}

/// All ranges of a process.
#[derive(Debug, Default)]
pub(crate) struct Space {
    regions: BTreeMap<u64, Region>,
    /// Ranges that were mapped once and are not any more: not zero.
    used: BTreeMap<u64, u64>,
    code_changes: Vec<(u64, u64)>,
    pub limit: u64,
    pub brk_start: u64,
    pub brk: u64,
    pub mmap_base: u64,
    pub args: (u64, u64),
    pub env: (u64, u64),
    pub auxv: Vec<u8>,
    pub stack_pointer: u64,
    pub vdso: u64,
    /// The lowest address of the stack.
    pub stack_bottom: u64,
}

/// Rounds up to a page; `None` past the end of the 64-bit space.
pub(crate) fn page_up(addr: u64) -> Option<u64> {
    addr.checked_add(PAGE - 1).map(|a| a & !(PAGE - 1))
}

impl Space {
    /// All regions in address order.
    pub fn regions(&self) -> impl Iterator<Item = (u64, &Region)> {
        self.regions.iter().map(|(&start, region)| (start, region))
    }

    /// The region that holds `addr`.
    pub fn region_at(&self, addr: u64) -> Option<(u64, &Region)> {
        let (&start, region) = self.regions.range(..=addr).next_back()?;
        (addr < region.end).then_some((start, region))
    }

    /// The regions that meet `[start, end)`.
    pub fn overlapping(&self, start: u64, end: u64) -> Vec<(u64, Region)> {
        let first = self.region_at(start).map_or(start, |(at, _)| at);
        self.regions.range(first..end.max(first)).map(|(&at, region)| (at, region.clone())).collect()
    }

    /// Whether nothing is mapped in `[start, end)`.
    pub fn is_free(&self, start: u64, end: u64) -> bool {
        match self.regions.range(..end).next_back() {
            Some((_, region)) => region.end <= start,
            None => true,
        }
    }

    /// Whether every page of `[start, end)` is mapped.
    pub fn is_mapped(&self, start: u64, end: u64) -> bool {
        let mut at = start;
        while at < end {
            match self.region_at(at) {
                Some((_, region)) => at = region.end,
                None => return false,
            }
        }
        true
    }

    /// Finds `len` free bytes for a mapping: at `hint` if that is free, else
    /// in the lowest hole of the mappings' part, else below it.
    pub fn find_free(&self, len: u64, hint: u64) -> Result<u64, Errno> {
        if hint >= self.brk_start
            && let Some(end) = hint.checked_add(len)
            && end <= self.limit
            && self.is_free(hint, end)
        {
            return Ok(hint);
        }
        let mut at = match self.region_at(self.mmap_base) {
            Some((_, region)) => region.end,
            None => self.mmap_base,
        };
        for (&start, region) in self.regions.range(at..) {
            if start.saturating_sub(at) >= len {
                break;
            }
            at = region.end;
        }
        if at.checked_add(len).is_some_and(|end| end <= self.limit) {
            return Ok(at);
        }
        // Only the hole above the heap is left.
        let floor = page_up(self.brk).ok_or(Errno::ENOMEM)?;
        let mut top = self.regions.range(floor..).next().map_or(self.limit, |(&start, _)| start);
        top = top.min(self.limit);
        match top.checked_sub(len) {
            Some(start) if start >= floor => Ok(start),
            _ => Err(Errno::ENOMEM),
        }
    }

    /// Maps `[start, end)`, which must be free, and makes its bytes zero.
    pub fn map(&mut self, mem: &mut dyn GuestMemory, start: u64, region: Region) -> Result<(), Errno> {
        if self.regions.len() >= MAX_REGIONS {
            return Err(Errno::ENOMEM);
        }
        let end = region.end;
        // What cannot be touched need not be backed yet: programs reserve far
        // more than they use.
        if region.prot != 0 {
            mem.grow(end).map_err(|_| Errno::ENOMEM)?;
        }
        self.zero_used(mem, start, end)?;
        if region.prot & PROT_EXEC != 0 {
            self.note_code(start, end);
        }
        mem.protect(start, end, Some(region.prot));
        self.regions.insert(start, region);
        self.merge_around(start, end);
        Ok(())
    }

    /// Records a range whose bytes are already in place.
    pub fn adopt(&mut self, mem: &mut dyn GuestMemory, start: u64, region: Region) {
        mem.protect(start, region.end, Some(region.prot));
        self.regions.insert(start, region);
    }

    /// Unmaps what is mapped of `[start, end)` and returns the parts.
    pub fn unmap(&mut self, mem: &mut dyn GuestMemory, start: u64, end: u64) -> Vec<(u64, Region)> {
        self.split(start);
        self.split(end);
        let parts: Vec<(u64, Region)> =
            self.regions.range(start..end).map(|(&at, region)| (at, region.clone())).collect();
        for (at, region) in &parts {
            self.regions.remove(at);
            mem.protect(*at, region.end, None);
            self.mark_used(*at, region.end);
            if region.prot & PROT_EXEC != 0 {
                self.note_code(*at, region.end);
            }
        }
        parts
    }

    /// Sets the protection of `[start, end)`; `ENOMEM` when a part of it is
    /// not mapped.
    pub fn protect(
        &mut self,
        mem: &mut dyn GuestMemory,
        start: u64,
        end: u64,
        prot: u8,
    ) -> Result<(), Errno> {
        if !self.is_mapped(start, end) || self.regions.len() + 2 > MAX_REGIONS {
            return Err(Errno::ENOMEM);
        }
        if prot != 0 {
            mem.grow(end).map_err(|_| Errno::ENOMEM)?;
        }
        self.split(start);
        self.split(end);
        let mut code = false;
        for (_, region) in self.regions.range_mut(start..end) {
            code |= (region.prot | prot) & PROT_EXEC != 0;
            region.prot = prot;
        }
        mem.protect(start, end, Some(prot));
        if code {
            self.note_code(start, end);
        }
        self.merge_around(start, end);
        Ok(())
    }

    /// Whether a region still stands for this description.
    pub fn maps_file(&self, id: FileId) -> bool {
        self.regions
            .values()
            .any(|region| matches!(region.backing, Backing::File { file: Some(file), .. } if file == id))
    }

    /// Moves the end of the heap; returns where it is afterwards, which is
    /// where it was if the move cannot be made.
    pub fn set_brk(&mut self, mem: &mut dyn GuestMemory, wanted: u64) -> u64 {
        let (Some(old_end), Some(new_end)) = (page_up(self.brk), page_up(wanted)) else {
            return self.brk;
        };
        if wanted < self.brk_start || new_end > self.limit {
            return self.brk;
        }
        if new_end > old_end {
            let region =
                Region { end: new_end, prot: PROT_READ | PROT_WRITE, shared: false, backing: Backing::Heap };
            if !self.is_free(old_end, new_end) || self.map(mem, old_end, region).is_err() {
                return self.brk;
            }
        } else if new_end < old_end {
            self.unmap(mem, new_end, old_end);
        }
        self.brk = wanted;
        wanted
    }

    /// Notes that code in `[start, end)` may have changed.
    pub fn note_code(&mut self, start: u64, end: u64) {
        let full = self.code_changes.len() >= 1024;
        match self.code_changes.last_mut() {
            Some(last) if last.0 <= start && end <= last.1 => {}
            Some(last) if last.1 == start => last.1 = end,
            // A guest that flushes without end while nobody listens must not
            // make us grow: one range then stands for all.
            _ if full => self.code_changes = vec![(0, u64::MAX)],
            _ => self.code_changes.push((start, end)),
        }
    }

    /// Whether a change of code has been noted.
    pub fn code_may_have_changed(&self) -> bool {
        !self.code_changes.is_empty()
    }

    /// Hands over the noted code changes.
    pub fn take_code_changes(&mut self) -> Vec<(u64, u64)> {
        std::mem::take(&mut self.code_changes)
    }

    /// Makes a region boundary at `at`.
    fn split(&mut self, at: u64) {
        let Some((start, region)) = self.region_at(at) else { return };
        if start == at {
            return;
        }
        let tail = region.tail(at - start);
        self.regions.insert(at, tail);
        if let Some(head) = self.regions.get_mut(&start) {
            head.end = at;
        }
    }

    /// Joins equal anonymous neighbours of `[start, end)`, so that a heap made
    /// of many small steps stays one region.
    fn merge_around(&mut self, start: u64, end: u64) {
        let first = self.regions.range(..start).next_back().map_or(start, |(&at, _)| at);
        let mut keys: Vec<u64> = self.regions.range(first..=end).map(|(&at, _)| at).collect();
        keys.reverse();
        for pair in keys.windows(2) {
            let (high, low) = (pair[0], pair[1]);
            let (Some(a), Some(b)) = (self.regions.get(&low), self.regions.get(&high)) else {
                continue;
            };
            let plain = matches!(a.backing, Backing::Anonymous | Backing::Heap);
            let alike = a.backing == b.backing && a.prot == b.prot && a.shared == b.shared;
            if a.end == high && plain && alike && !a.shared {
                let end = b.end;
                self.regions.remove(&high);
                if let Some(region) = self.regions.get_mut(&low) {
                    region.end = end;
                }
            }
        }
    }

    fn mark_used(&mut self, start: u64, end: u64) {
        let (mut start, mut end) = (start, end);
        let touching: Vec<(u64, u64)> =
            self.used.range(..=end).rev().take_while(|&(_, &e)| e >= start).map(|(&s, &e)| (s, e)).collect();
        for (s, e) in touching {
            self.used.remove(&s);
            start = start.min(s);
            end = end.max(e);
        }
        self.used.insert(start, end);
    }

    /// Zeroes the parts of `[start, end)` that were used before.
    fn zero_used(&mut self, mem: &mut dyn GuestMemory, start: u64, end: u64) -> Result<(), Errno> {
        let parts: Vec<(u64, u64)> =
            self.used.range(..end).rev().take_while(|&(_, &e)| e > start).map(|(&s, &e)| (s, e)).collect();
        for (s, e) in parts {
            let (from, to) = (s.max(start), e.min(end).min(mem.end()));
            if from < to {
                mem.clear(from, to - from)?;
            }
            self.used.remove(&s);
            if s < start {
                self.used.insert(s, start);
            }
            if e > end {
                self.used.insert(end, e);
            }
        }
        Ok(())
    }
}
