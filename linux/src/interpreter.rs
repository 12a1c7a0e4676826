//! The interpreter that a program names: its dynamic linker.
//!
//! The kernel maps it beside the program and starts it in the program's stead
//! (`load_elf_interp` in Linux's `fs/binfmt_elf.c`); it finds the program by the auxiliary
//! vector. Must never know what it does then.

use crate::elf::Headers;
use crate::errno::Errno;
use crate::fd::FileId;
use crate::guest::PAGE;
use crate::kernel::{Call, Kernel, Stop};
use crate::process::StartError;
use crate::space::{Backing, PROT_EXEC, PROT_READ, PROT_WRITE, Region, page_up};
use goblin::elf::header::ET_DYN;
use goblin::elf::program_header::ProgramHeader;
use std::sync::Arc;

/// How much of its file is looked at for its headers, bytes.
const HEAD: usize = 4096;

/// A mapped interpreter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interpreter {
    /// What has been added to the addresses of its file.
    pub base: u64,
    /// Its first instruction.
    pub entry: u64,
}

impl Kernel {
    /// Maps the interpreter at an absolute path.
    pub(crate) fn map_interpreter(
        &mut self,
        c: &mut Call<'_>,
        path: &[u8],
    ) -> Result<Interpreter, StartError> {
        let failed =
            |why: String| StartError::Interpreter { path: String::from_utf8_lossy(path).into_owned(), why };
        let file = self.open_program(c, path).map_err(|errno| failed(errno.to_string()))?;
        let mut head = vec![0; HEAD];
        let length = self.read_at(c, file, 0, &mut head).map_err(|_| failed(Errno::EIO.to_string()))?;
        let headers = Headers::parse(&head[..length]).filter(|headers| headers.header.e_type == ET_DYN);
        let headers = headers.ok_or_else(|| failed("it is no shared object for 64-bit RISC-V".to_owned()))?;
        let segments: Vec<&ProgramHeader> = headers.loaded().collect();
        let span = span(&segments).ok_or_else(|| failed("its segments overlap".to_owned()))?;
        let no_room = |_| failed("there is no room for it".to_owned());
        let start = self.space.find_free(span.1 - span.0, 0).map_err(no_room)?;
        // Addresses of the file may be above where it is mapped.
        let base = start.wrapping_sub(span.0);
        let name: Arc<[u8]> = Arc::from(path);
        for segment in segments {
            self.map_segment(c, segment, base, file, &name)
                .map_err(|_| failed("it cannot be mapped".to_owned()))?;
        }
        Ok(Interpreter { base, entry: headers.header.e_entry.wrapping_add(base) })
    }

    fn map_segment(
        &mut self,
        c: &mut Call<'_>,
        segment: &ProgramHeader,
        base: u64,
        file: FileId,
        name: &Arc<[u8]>,
    ) -> Result<(), Stop> {
        let right = |has: bool, right: u8| if has { right } else { 0 };
        let prot = right(segment.is_read(), PROT_READ)
            | right(segment.is_write(), PROT_WRITE)
            | right(segment.is_executable(), PROT_EXEC);
        let addr = segment.p_vaddr.wrapping_add(base);
        let (filled, end) = (addr + segment.p_filesz, addr + segment.p_memsz);
        let start = addr & !(PAGE - 1);
        // What is behind the file's part is zero, in its last page as well.
        let zeros = page_up(filled).unwrap_or(filled);
        if start < zeros {
            let backing = Backing::File {
                name: name.clone(),
                offset: segment.p_offset & !(PAGE - 1),
                inode: self.inode_number(file),
                file: Some(file),
                write_back: false,
            };
            self.map_region(c, start, Region { end: zeros, prot, shared: false, backing })?;
            if segment.is_write() {
                c.mem.clear(filled, zeros - filled)?;
            }
        }
        let end = page_up(end).unwrap_or(end);
        if zeros.max(start) < end {
            let region = Region { end, prot, shared: false, backing: Backing::Anonymous };
            self.map_region(c, zeros.max(start), region)?;
        }
        Ok(())
    }
}

/// The pages that segments take, by the addresses of their file; `None` if they share some, or
/// if their places in the file are not those in pages.
fn span(segments: &[&ProgramHeader]) -> Option<(u64, u64)> {
    let first = segments.first()?.p_vaddr & !(PAGE - 1);
    let mut end = first;
    for segment in segments {
        let start = segment.p_vaddr & !(PAGE - 1);
        let congruent = (segment.p_vaddr ^ segment.p_offset) & (PAGE - 1) == 0;
        if start < end || segment.p_filesz > segment.p_memsz || !congruent {
            return None;
        }
        segment.p_offset.checked_add(segment.p_filesz)?;
        end = page_up(segment.p_vaddr.checked_add(segment.p_memsz)?)?;
    }
    (end < 1 << 47).then_some((first, end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(vaddr: u64, offset: u64, file: u64, memory: u64) -> ProgramHeader {
        ProgramHeader {
            p_vaddr: vaddr,
            p_offset: offset,
            p_filesz: file,
            p_memsz: memory,
            ..ProgramHeader::default()
        }
    }

    #[test]
    fn a_span_is_whole_pages_without_overlap() {
        let two = [segment(0x10, 0x10, 0x1000, 0x1000), segment(0x3e00, 0x2e00, 0x300, 0x1300)];
        let of = |segments: &[ProgramHeader]| span(&segments.iter().collect::<Vec<_>>());
        assert_eq!(of(&two), Some((0, 0x6000)));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[two[0].clone(), segment(0x1800, 0x800, 8, 8)]), None, "a page of both");
        assert_eq!(of(&[segment(0x10, 0x20, 8, 8)]), None);
        assert_eq!(of(&[segment(0, 0, 9, 8)]), None);
        assert_eq!(of(&[segment(0, 0, 8, u64::MAX)]), None);
        assert_eq!(of(&[segment(0x8000_0000_0000, 0, 8, 8)]), None);
    }
}
