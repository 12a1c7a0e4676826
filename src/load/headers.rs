//! ELF, program and section headers: where bytes go in memory.
//!
//! Knows the headers and their consistency. Must never know symbols,
//! relocations or unwind tables beyond where they are.

use std::ops::Range;
use std::sync::Arc;

use goblin::container::{Container, Ctx, Endian};
use goblin::elf::Elf;
use goblin::elf::header::{EI_CLASS, EI_DATA, ELFMAG, EM_RISCV, ET_DYN, ET_EXEC, Header};
use goblin::elf::program_header::{
    PF_R, PF_W, PF_X, PT_DYNAMIC, PT_GNU_EH_FRAME, PT_GNU_RELRO, PT_INTERP, PT_LOAD, PT_PHDR, ProgramHeader,
};
use goblin::elf::section_header::{SHT_NOBITS, SectionHeader};

use super::{Image, Kind, LoadError, PIE_BIAS, Perms, Segment};

/// Sizes of the fixed structures of ELF64, in bytes.
const EHDR_SIZE: u64 = 64;
const PHDR_SIZE: u64 = 56;
const SHDR_SIZE: u64 = 64;

/// Guest memory ends here: addresses are 32 bits wide after translation.
const MEMORY_END: u64 = 1 << 32;

/// A section whose contents lie in the file.
#[derive(Clone, Debug)]
pub(super) struct Section {
    pub name: String,
    /// Biased address; meaningless unless `alloc`.
    pub addr: u64,
    /// Empty for `SHT_NOBITS`.
    pub file: Range<usize>,
    pub size: u64,
    pub kind: u32,
    pub alloc: bool,
    pub exec: bool,
    pub link: usize,
}

/// What the headers say, before symbols and tables are read.
pub(super) struct Parsed {
    pub image: Image,
    pub sections: Vec<Section>,
    /// Biased address range of `PT_GNU_EH_FRAME`.
    pub eh_frame_hdr: Option<Range<u64>>,
    /// Biased address range of `PT_DYNAMIC`.
    pub dynamic: Option<Range<u64>>,
}

pub(super) fn context() -> Ctx {
    Ctx::new(Container::Big, Endian::Little)
}

fn need(bytes: &[u8], what: &'static str, start: u64, len: u64) -> Result<Range<usize>, LoadError> {
    let size = bytes.len() as u64;
    match start.checked_add(len) {
        Some(end) if end <= size => Ok(start as usize..end as usize),
        end => Err(LoadError::Truncated { what, start, end: end.unwrap_or(u64::MAX), size }),
    }
}

fn header(bytes: &[u8]) -> Result<Header, LoadError> {
    if bytes.len() < 4 || !bytes.starts_with(ELFMAG) {
        return Err(LoadError::NotElf { found: bytes.iter().copied().take(4).collect() });
    }
    need(bytes, "ELF header", 0, EHDR_SIZE)?;
    if bytes[EI_CLASS] != 2 {
        return Err(LoadError::WrongClass { found: bytes[EI_CLASS] });
    }
    if bytes[EI_DATA] != 1 {
        return Err(LoadError::WrongEndian { found: bytes[EI_DATA] });
    }
    let header = Elf::parse_header(bytes).map_err(|_| LoadError::NotElf { found: bytes[..4].to_vec() })?;
    if header.e_machine != EM_RISCV {
        return Err(LoadError::WrongMachine { found: header.e_machine });
    }
    if header.e_type != ET_EXEC && header.e_type != ET_DYN {
        return Err(LoadError::WrongType { found: header.e_type });
    }
    Ok(header)
}

fn program_headers(bytes: &[u8], header: &Header) -> Result<Vec<ProgramHeader>, LoadError> {
    let count = u64::from(header.e_phnum);
    if count == 0 {
        return Err(LoadError::NoSegments);
    }
    if u64::from(header.e_phentsize) != PHDR_SIZE {
        let value = u64::from(header.e_phentsize);
        return Err(LoadError::BadField { field: "e_phentsize", value, offset: 54, why: "expected 56" });
    }
    let range = need(bytes, "program header table", header.e_phoff, count * PHDR_SIZE)?;
    ProgramHeader::parse(bytes, range.start, count as usize, context()).map_err(|_| LoadError::BadField {
        field: "e_phoff",
        value: header.e_phoff,
        offset: 32,
        why: "no program headers there",
    })
}

/// Reads the headers of a file.
pub(super) fn parse(bytes: &[u8]) -> Result<Parsed, LoadError> {
    let header = header(bytes)?;
    let phdrs = program_headers(bytes, &header)?;
    let (kind, bias) = if header.e_type == ET_DYN { (Kind::Pie, PIE_BIAS) } else { (Kind::Exec, 0) };
    let segments = segments(bytes, &header, &phdrs, bias)?;
    let end = segments.last().map_or(0, Segment::end);
    let mut image = Image {
        bytes: Arc::from(bytes),
        kind,
        bias,
        entry: header.e_entry.wrapping_add(bias),
        phdr: phdr_address(&header, &phdrs, &segments, bias),
        phnum: header.e_phnum,
        phent: header.e_phentsize,
        segments,
        text: Vec::new(),
        relro: range_of(&phdrs, PT_GNU_RELRO, bias, end).unwrap_or(0..0),
        got: 0..0,
        symbols: Vec::new(),
        unwind: Vec::new(),
        call_sites: Vec::new(),
        code_pointers: Vec::new(),
        fixups: Vec::new(),
        is_linked: phdrs.iter().any(|p| p.p_type == PT_INTERP),
        end,
        riscv_flags: header.e_flags,
        warnings: Vec::new(),
    };
    let sections = sections(bytes, &header, &mut image);
    image.got = got(&image, &sections);
    image.text = text_ranges(&image, &sections, &header);
    if !image.in_text(image.entry) || image.entry & 1 != 0 {
        return Err(LoadError::BadEntry { entry: image.entry });
    }
    let eh_frame_hdr = range_of(&phdrs, PT_GNU_EH_FRAME, bias, end);
    let dynamic = range_of(&phdrs, PT_DYNAMIC, bias, end);
    Ok(Parsed { image, sections, eh_frame_hdr, dynamic })
}

/// The address range of the first header of a type, if it is in memory.
fn range_of(phdrs: &[ProgramHeader], kind: u32, bias: u64, end: u64) -> Option<Range<u64>> {
    let found = phdrs.iter().find(|p| p.p_type == kind)?;
    let start = found.p_vaddr.checked_add(bias)?;
    let stop = start.checked_add(found.p_memsz)?;
    (stop <= end).then_some(start..stop)
}

fn segments(
    bytes: &[u8],
    header: &Header,
    phdrs: &[ProgramHeader],
    bias: u64,
) -> Result<Vec<Segment>, LoadError> {
    let mut segments = Vec::new();
    for (index, p) in phdrs.iter().enumerate() {
        if p.p_type != PT_LOAD || p.p_memsz == 0 {
            continue;
        }
        let at = header.e_phoff + index as u64 * PHDR_SIZE;
        let file = need(bytes, "segment", p.p_offset, p.p_filesz)?;
        if p.p_filesz > p.p_memsz {
            let why = "larger than the segment in memory";
            return Err(LoadError::BadField { field: "p_filesz", value: p.p_filesz, offset: at + 32, why });
        }
        let addr = p.p_vaddr.checked_add(bias).filter(|&a| a < MEMORY_END);
        let Some(addr) = addr else {
            let why = "beyond the 4 GiB that a guest may use";
            return Err(LoadError::BadField { field: "p_vaddr", value: p.p_vaddr, offset: at + 16, why });
        };
        if p.p_memsz > MEMORY_END - addr {
            let why = "the segment ends beyond the 4 GiB that a guest may use";
            return Err(LoadError::BadField { field: "p_memsz", value: p.p_memsz, offset: at + 40, why });
        }
        let flag = |bit| p.p_flags & bit != 0;
        let perms = Perms { r: flag(PF_R), w: flag(PF_W), x: flag(PF_X) };
        segments.push(Segment { addr, mem_size: p.p_memsz, file, perms });
    }
    segments.sort_by_key(|s| (s.addr, s.mem_size));
    for pair in segments.windows(2) {
        if pair[0].end() > pair[1].addr {
            return Err(LoadError::Overlap {
                first: pair[0].addr,
                first_end: pair[0].end(),
                second: pair[1].addr,
                second_end: pair[1].end(),
            });
        }
    }
    if segments.is_empty() { Err(LoadError::NoSegments) } else { Ok(segments) }
}

fn phdr_address(header: &Header, phdrs: &[ProgramHeader], segments: &[Segment], bias: u64) -> u64 {
    if let Some(p) = phdrs.iter().find(|p| p.p_type == PT_PHDR) {
        return p.p_vaddr.wrapping_add(bias);
    }
    let table = header.e_phoff as usize;
    let holds = segments.iter().find(|s| s.file.contains(&table));
    holds.map_or(0, |s| s.addr + (table - s.file.start) as u64)
}

/// Section headers; none at all when the table or its names make no sense.
fn sections(bytes: &[u8], header: &Header, image: &mut Image) -> Vec<Section> {
    if header.e_shnum == 0 || header.e_shoff == 0 {
        return Vec::new();
    }
    let size = u64::from(header.e_shnum) * SHDR_SIZE;
    let fits = u64::from(header.e_shentsize) == SHDR_SIZE;
    let table = need(bytes, "section header table", header.e_shoff, size).ok().filter(|_| fits);
    let parsed =
        table.and_then(|r| SectionHeader::parse(bytes, r.start, usize::from(header.e_shnum), context()).ok());
    let Some(raw) = parsed else {
        image.warnings.push("section headers are broken and were ignored".into());
        return Vec::new();
    };
    let names = raw.get(usize::from(header.e_shstrndx)).map_or(0..0, |s| file_range(bytes, s));
    let mut broken = false;
    let sections = raw.iter().map(|s| {
        let range = file_range(bytes, s);
        broken |= s.sh_type != SHT_NOBITS && range.len() as u64 != s.sh_size;
        Section {
            name: string_at(&bytes[names.clone()], s.sh_name),
            addr: s.sh_addr.wrapping_add(image.bias),
            file: range,
            size: s.sh_size,
            kind: s.sh_type,
            alloc: s.is_alloc(),
            exec: s.is_executable(),
            link: s.sh_link as usize,
        }
    });
    let sections = sections.collect();
    if broken {
        image.warnings.push("some sections lie outside the file and were ignored".into());
    }
    sections
}

fn file_range(bytes: &[u8], section: &SectionHeader) -> Range<usize> {
    if section.sh_type == SHT_NOBITS {
        return 0..0;
    }
    need(bytes, "section", section.sh_offset, section.sh_size).unwrap_or(0..0)
}

/// The NUL-terminated string at `offset`, at most 256 bytes of it: section
/// names are short, and a hostile file could name each section with megabytes.
fn string_at(table: &[u8], offset: usize) -> String {
    let tail = table.get(offset..).unwrap_or(&[]);
    let name: Vec<u8> = tail.iter().take(256).take_while(|&&b| b != 0).copied().collect();
    String::from_utf8_lossy(&name).into_owned()
}

/// The section `.got`, if it is where it says to be.
fn got(image: &Image, sections: &[Section]) -> Range<u64> {
    let named = sections.iter().find(|s| s.alloc && s.name == ".got");
    let inside = named.filter(|s| image.read(s.addr, s.file.len() as u64).is_some());
    inside.map_or(0..0, |s| s.addr..s.addr + s.file.len() as u64)
}

/// Executable ranges: sections where they agree with an executable segment,
/// else those segments without the headers at their start.
fn text_ranges(image: &Image, sections: &[Section], header: &Header) -> Vec<Range<u64>> {
    let mut ranges = Vec::new();
    for segment in image.segments.iter().filter(|s| s.perms.x) {
        let file_end = segment.addr + segment.file.len() as u64;
        let mut start = segment.addr;
        for table_end in [EHDR_SIZE, header.e_phoff.saturating_add(u64::from(header.e_phnum) * PHDR_SIZE)] {
            let table_end = table_end as usize;
            if segment.file.start < table_end && table_end <= segment.file.end {
                start = start.max(segment.addr + (table_end - segment.file.start) as u64);
            }
        }
        let whole = start.next_multiple_of(2)..file_end;
        let before = ranges.len();
        for s in sections.iter().filter(|s| s.exec && s.size > 0 && !s.file.is_empty()) {
            let Some(end) = s.addr.checked_add(s.size) else { continue };
            let offset = s.addr.wrapping_sub(segment.addr);
            let agrees = s.file.start.checked_sub(segment.file.start).map(|o| o as u64) == Some(offset);
            if s.addr >= segment.addr && end <= file_end && agrees {
                ranges.push(s.addr..end);
            }
        }
        let entry_missed =
            whole.contains(&image.entry) && !ranges[before..].iter().any(|r| r.contains(&image.entry));
        if (ranges.len() == before || entry_missed) && !whole.is_empty() {
            ranges.truncate(before);
            ranges.push(whole);
        }
    }
    ranges.sort_by_key(|r| (r.start, r.end));
    // Hostile sections may overlap: the later one keeps only what is new.
    let mut disjoint: Vec<Range<u64>> = Vec::new();
    for range in ranges {
        let start = disjoint.last().map_or(range.start, |last| range.start.max(last.end));
        if start < range.end {
            disjoint.push(start..range.end);
        }
    }
    disjoint
}
