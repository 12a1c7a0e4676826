//! Source lines, by addr2line over the DWARF sections.
//!
//! Knows where `.debug_*` sections are. Must never know code. A file without
//! usable DWARF simply has no lines.

use addr2line::Context;
use gimli::{Dwarf, EndianSlice, LittleEndian};
use goblin::elf::Elf;
use goblin::elf::section_header::SectionHeader;

use super::Image;
use super::headers::context;

type Slice<'a> = EndianSlice<'a, LittleEndian>;

/// `SHF_COMPRESSED`: contents that would have to be inflated first.
const COMPRESSED: u64 = 0x800;

/// Looks source lines up. Built once per program; not shareable between
/// threads.
pub struct Lines<'a> {
    context: Context<Slice<'a>>,
    bias: u64,
}

impl<'a> Lines<'a> {
    /// Reads the program's DWARF; `None` when it has none that is usable.
    pub fn new(image: &'a Image) -> Option<Self> {
        let bytes = &image.bytes;
        let header = Elf::parse_header(bytes).ok()?;
        let offset = usize::try_from(header.e_shoff).ok()?;
        if offset > bytes.len() || usize::from(header.e_shnum) > bytes.len() / 64 {
            return None;
        }
        let sections = SectionHeader::parse(bytes, offset, usize::from(header.e_shnum), context()).ok()?;
        let contents = |s: &SectionHeader| {
            let start = usize::try_from(s.sh_offset).ok()?;
            bytes.get(start..start.checked_add(usize::try_from(s.sh_size).ok()?)?)
        };
        let names = contents(sections.get(usize::from(header.e_shstrndx))?)?;
        let find = |wanted: &str| {
            let section = sections.iter().find(|s| {
                let name = names.get(s.sh_name..).unwrap_or(&[]);
                name.strip_prefix(wanted.as_bytes()).is_some_and(|rest| rest.first() == Some(&0))
            })?;
            if section.sh_flags & COMPRESSED != 0 { None } else { contents(section) }
        };
        find(".debug_info")?;
        let load = |id: gimli::SectionId| -> Result<Slice<'a>, gimli::Error> {
            Ok(EndianSlice::new(find(id.name()).unwrap_or(&[]), LittleEndian))
        };
        let context = Context::from_dwarf(Dwarf::load(load).ok()?).ok()?;
        Some(Self { context, bias: image.bias })
    }

    /// File name as in the line table and line number of the instruction at
    /// guest address `addr`.
    pub fn at(&self, addr: u64) -> Option<(String, u32)> {
        let location = self.context.find_location(addr.wrapping_sub(self.bias)).ok()??;
        Some((location.file?.to_owned(), location.line?))
    }
}

impl std::fmt::Debug for Lines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Lines").field("bias", &self.bias).finish_non_exhaustive()
    }
}
