//! What a kernel reads of an ELF file: its program headers.
//!
//! Files are hostile: what is damaged has no headers. Must never know what is mapped where.

use goblin::container::{Container, Ctx, Endian};
use goblin::elf::header::{EM_RISCV, Header};
use goblin::elf::program_header::{PF_X, PT_GNU_STACK, PT_INTERP, PT_LOAD, ProgramHeader};
use std::ops::Range;

/// The longest path of an interpreter (`PATH_MAX`).
const PATH_MAX: usize = 4096;

/// The headers of a file.
pub(crate) struct Headers {
    pub header: Header,
    pub segments: Vec<ProgramHeader>,
}

impl Headers {
    /// Those of a 64-bit RISC-V file whose first bytes are `bytes`; `None` if it is none, or if
    /// they are not among those bytes.
    pub fn parse(bytes: &[u8]) -> Option<Headers> {
        let context = Ctx::new(Container::Big, Endian::Little);
        let header = goblin::elf::Elf::parse_header(bytes).ok()?;
        let whole = header.e_machine == EM_RISCV
            && header.container().is_ok_and(|container| container == Container::Big)
            && header.endianness().is_ok_and(|endian| endian == Endian::Little)
            && usize::from(header.e_phentsize) == ProgramHeader::size(context);
        let at = usize::try_from(header.e_phoff).ok().filter(|_| whole)?;
        let segments = ProgramHeader::parse(bytes, at, usize::from(header.e_phnum), context).ok()?;
        Some(Headers { header, segments })
    }

    /// Where in the file the path of the program's interpreter is, without the zero byte at
    /// its end.
    pub fn interpreter(&self) -> Option<Range<usize>> {
        let found = self.segments.iter().find(|segment| segment.p_type == PT_INTERP)?;
        let start = usize::try_from(found.p_offset).ok()?;
        let length = usize::try_from(found.p_filesz).ok()?.saturating_sub(1).min(PATH_MAX);
        Some(start..start.checked_add(length)?)
    }

    /// Whether the program asks for a stack whose bytes may be executed.
    pub fn wants_executable_stack(&self) -> bool {
        self.segments.iter().any(|segment| segment.p_type == PT_GNU_STACK && segment.p_flags & PF_X != 0)
    }

    /// What is loaded, in the order of the file.
    pub fn loaded(&self) -> impl Iterator<Item = &ProgramHeader> {
        self.segments.iter().filter(|segment| segment.p_type == PT_LOAD && segment.p_memsz > 0)
    }
}
