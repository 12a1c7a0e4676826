//! The ELF loader: bytes of a file in, an [`Image`] of guest memory out.
//!
//! Knows the file format, relocations, unwind tables and symbols. Must never
//! know instructions: what is code beyond "this range is executable" is the
//! business of [`crate::discover`].
//!
//! Everything in a file may be hostile. A defect of what execution needs
//! (headers, segments) is a [`LoadError`]; a defect of what merely helps
//! (sections, symbols, unwind tables) is dropped and noted in
//! [`Image::warnings`]. Memory used stays a small multiple of the file.

mod headers;
mod lines;
mod pointers;
mod symbols;
mod unwind;

use std::ops::Range;
use std::sync::Arc;

pub use lines::Lines;

/// How the file wants to be placed in memory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `ET_EXEC`: every address is final.
    Exec,
    /// `ET_DYN`: addresses are moved by [`PIE_BIAS`].
    Pie,
}

/// Load bias of a PIE: guest page 0 (64 KiB) stays free.
pub const PIE_BIAS: u64 = 0x1_0000;

/// Access rights of a segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(clippy::exhaustive_structs)]
pub struct Perms {
    /// Readable.
    pub r: bool,
    /// Writable.
    pub w: bool,
    /// Executable.
    pub x: bool,
}

/// One `PT_LOAD` segment with a non-zero memory size. No page rounding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Guest address of the first byte, biased.
    pub addr: u64,
    /// Bytes in memory; those past the file range are zero.
    pub mem_size: u64,
    /// Where the initial bytes are in the file.
    pub file: Range<usize>,
    /// Access rights.
    pub perms: Perms,
}

impl Segment {
    /// One past the last byte in memory.
    pub fn end(&self) -> u64 {
        self.addr + self.mem_size
    }
}

/// What a symbol names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SymbolKind {
    /// `STT_FUNC`.
    Func,
    /// `STT_GNU_IFUNC`: a resolver.
    IFunc,
    /// `STT_NOTYPE`, typically a label in hand-written assembly.
    NoType,
    /// `STT_OBJECT`.
    Object,
}

/// A part of a function whose calls may be left by an exception.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallSite {
    /// Guest addresses of its instructions.
    pub range: Range<u64>,
    /// Where the unwinder goes on.
    pub pad: u64,
}

/// A symbol of the file, at its biased address. Mapping symbols (`$x`, `$d`)
/// and assembler-local labels (`.L…`) are not kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    /// Biased guest address.
    pub addr: u64,
    /// Size in bytes; 0 when the file does not say.
    pub size: u64,
    /// Name as in the file (invalid UTF-8 replaced).
    pub name: String,
    /// What it names.
    pub kind: SymbolKind,
    /// Whether its binding is global or weak.
    pub global: bool,
}

/// A relocation that start-up code applies to an 8-byte word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixup {
    /// `R_RISCV_RELATIVE`: the word becomes this biased value.
    Value(u64),
    /// `R_RISCV_IRELATIVE`: the word becomes what the resolver at this
    /// biased address returns.
    Resolver(u64),
    /// Against a symbol: the word becomes what a dynamic linker finds.
    Linked,
}

/// A loaded program: where its bytes go and what the file tells about them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The whole file.
    pub bytes: Arc<[u8]>,
    /// Executable or static PIE.
    pub kind: Kind,
    /// Added to every address of the file.
    pub bias: u64,
    /// First pc.
    pub entry: u64,
    /// Guest address of the program headers (`AT_PHDR`); 0 when they are in
    /// no segment.
    pub phdr: u64,
    /// Number of program headers.
    pub phnum: u16,
    /// Size of one program header in bytes.
    pub phent: u16,
    /// Segments sorted by address, not overlapping.
    pub segments: Vec<Segment>,
    /// Executable ranges, sorted, not overlapping.
    pub text: Vec<Range<u64>>,
    /// The region that start-up code makes read-only (`PT_GNU_RELRO`): what the file
    /// has there are constants of the program, relocated ones included.
    pub relro: Range<u64>,
    /// The section `.got`. Nothing but start-up code writes it, also where it
    /// is not in `relro`: compiled code only reads it.
    pub got: Range<u64>,
    /// Symbols sorted by (address, name).
    pub symbols: Vec<Symbol>,
    /// Ranges of the frame descriptions of `.eh_frame`, sorted by start.
    pub unwind: Vec<Range<u64>>,
    /// The call sites of `.gcc_except_table` that have a landing pad, sorted.
    pub call_sites: Vec<CallSite>,
    /// Values found in data and relocations that fall on an even address in
    /// `text`: candidates only. Sorted.
    pub code_pointers: Vec<u64>,
    /// Relocations by word address, sorted.
    pub fixups: Vec<(u64, Fixup)>,
    /// Whether a dynamic linker joins it with other files: it names one, or is one.
    pub is_linked: bool,
    /// One past the highest segment byte.
    pub end: u64,
    /// `e_flags` of the ELF header.
    pub riscv_flags: u32,
    /// What the loader ignored, one sentence each.
    pub warnings: Vec<String>,
}

/// Why a file cannot be loaded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LoadError {
    /// The file ends before something that it must contain.
    #[error("the file has {size} bytes, but its {what} needs the bytes {start:#x}..{end:#x}")]
    Truncated {
        /// What does not fit.
        what: &'static str,
        /// First byte needed.
        start: u64,
        /// One past the last byte needed.
        end: u64,
        /// Size of the file.
        size: u64,
    },
    /// No ELF magic at offset 0.
    #[error("not an ELF file: it starts with {found:02x?}")]
    NotElf {
        /// The first bytes, at most four.
        found: Vec<u8>,
    },
    /// `e_ident[EI_CLASS]` is not `ELFCLASS64`.
    #[error("not a 64-bit ELF file: class {found} at offset 4, expected 2")]
    WrongClass {
        /// Value found.
        found: u8,
    },
    /// `e_ident[EI_DATA]` is not `ELFDATA2LSB`.
    #[error("not a little-endian ELF file: data encoding {found} at offset 5, expected 1")]
    WrongEndian {
        /// Value found.
        found: u8,
    },
    /// `e_machine` is not `EM_RISCV`.
    #[error("not a RISC-V program: machine {found} at offset 18, expected 243")]
    WrongMachine {
        /// Value found.
        found: u16,
    },
    /// `e_type` is neither `ET_EXEC` nor `ET_DYN`.
    #[error("not an executable: type {found} at offset 16, expected 2 (EXEC) or 3 (PIE)")]
    WrongType {
        /// Value found.
        found: u16,
    },
    /// A header field has a value that cannot be right.
    #[error("bad {field} {value:#x} at offset {offset:#x}: {why}")]
    BadField {
        /// Name of the field in the ELF specification.
        field: &'static str,
        /// Its value.
        value: u64,
        /// Its file offset.
        offset: u64,
        /// What is wrong with it.
        why: &'static str,
    },
    /// Two segments claim the same address.
    #[error("segments overlap: {first:#x}..{first_end:#x} and {second:#x}..{second_end:#x}")]
    Overlap {
        /// Start of the lower segment.
        first: u64,
        /// Its end.
        first_end: u64,
        /// Start of the higher segment.
        second: u64,
        /// Its end.
        second_end: u64,
    },
    /// There is no `PT_LOAD` segment.
    #[error("the program has no loadable segment")]
    NoSegments,
    /// The entry point is not in executable memory.
    #[error("the entry point {entry:#x} is not in executable memory")]
    BadEntry {
        /// Biased entry address.
        entry: u64,
    },
}

/// Loads an ELF64 little-endian RISC-V executable or static PIE.
///
/// # Errors
/// [`LoadError`] names the field or range that stands in the way. Never
/// panics, whatever the bytes are.
pub fn load(bytes: &[u8]) -> Result<Image, LoadError> {
    let file = headers::parse(bytes)?;
    let mut image = file.image;
    symbols::read(&mut image, &file.sections);
    unwind::read(&mut image, &file.sections, file.eh_frame_hdr.clone());
    pointers::read(&mut image, &file.sections, file.dynamic.clone());
    Ok(image)
}

impl Image {
    /// The first segment that has bytes below `addr`.
    pub fn below(&self, addr: u64) -> Option<&Segment> {
        self.segments.first().filter(|segment| segment.addr < addr)
    }

    /// The initial bytes of a segment that come from the file.
    pub fn data(&self, segment: &Segment) -> &[u8] {
        self.bytes.get(segment.file.clone()).unwrap_or(&[])
    }

    /// The segment that contains `addr`.
    pub fn segment_at(&self, addr: u64) -> Option<&Segment> {
        let after = self.segments.partition_point(|s| s.addr <= addr);
        let segment = self.segments.get(after.checked_sub(1)?)?;
        (addr < segment.end()).then_some(segment)
    }

    /// The `len` bytes at `addr` as they are in the file; `None` when they
    /// are not all in the file part of one segment.
    pub fn read(&self, addr: u64, len: u64) -> Option<&[u8]> {
        let segment = self.segment_at(addr)?;
        let data = self.data(segment);
        let start = usize::try_from(addr - segment.addr).ok()?;
        let end = start.checked_add(usize::try_from(len).ok()?)?;
        data.get(start..end)
    }

    /// Up to `len` bytes at `addr`, fewer at the end of a segment's data.
    pub fn read_up_to(&self, addr: u64, len: usize) -> &[u8] {
        let Some(segment) = self.segment_at(addr) else { return &[] };
        let data = self.data(segment);
        let start = usize::try_from(addr - segment.addr).unwrap_or(usize::MAX).min(data.len());
        &data[start..data.len().min(start.saturating_add(len))]
    }

    /// The landing pad of the call whose instruction covers `pc`.
    pub fn landing_pad(&self, pc: u64) -> Option<u64> {
        let after = self.call_sites.partition_point(|site| site.range.start <= pc);
        let site = self.call_sites[..after].last()?;
        site.range.contains(&pc).then_some(site.pad)
    }

    /// Whether `addr` is in executable memory.
    pub fn in_text(&self, addr: u64) -> bool {
        self.text_range(addr).is_some()
    }

    /// The executable range that contains `addr`.
    pub fn text_range(&self, addr: u64) -> Option<Range<u64>> {
        let after = self.text.partition_point(|r| r.start <= addr);
        let range = self.text.get(after.checked_sub(1)?)?;
        range.contains(&addr).then(|| range.clone())
    }

    /// Whether the `len` bytes at `addr` never change once start-up code has
    /// relocated the program: a segment without write permission, and what the file
    /// fills of RELRO and the global offset table. Zeros there are variables that
    /// start-up code sets; a dynamic linker sets others that it does not relocate.
    pub fn is_constant(&self, addr: u64, len: u64) -> bool {
        let Some(end) = addr.checked_add(len) else { return false };
        let within = |r: &Range<u64>| addr >= r.start && end <= r.end;
        if within(&self.relro) || within(&self.got) {
            let after = self.fixups.partition_point(|&(at, _)| at.saturating_add(8) <= addr);
            let relocated = self.fixups.get(after).is_some_and(|&(at, _)| at < end);
            let filled = || self.read(addr, len).is_some_and(|bytes| bytes.iter().any(|&b| b != 0));
            return relocated || (!self.is_linked && filled());
        }
        self.segment_at(addr).is_some_and(|s| !s.perms.w && end <= s.end())
    }

    /// The relocation of the word at `addr`.
    pub fn fixup_at(&self, addr: u64) -> Option<Fixup> {
        let found = self.fixups.binary_search_by_key(&addr, |&(at, _)| at).ok()?;
        Some(self.fixups[found].1)
    }

    /// The 8-byte word at `addr` as it is after relocation; `None` when it is
    /// not in a segment's file bytes or only known at run time.
    pub fn word_at(&self, addr: u64) -> Option<u64> {
        match self.fixup_at(addr) {
            Some(Fixup::Value(value)) => Some(value),
            Some(Fixup::Resolver(_) | Fixup::Linked) => None,
            None => Some(u64::from_le_bytes(self.read(addr, 8)?.try_into().ok()?)),
        }
    }

    /// The best symbol exactly at `addr`: global before local, functions
    /// before labels, then the shortest and alphabetically first name.
    pub fn symbol_at(&self, addr: u64) -> Option<&Symbol> {
        self.symbols_at(addr).iter().min_by_key(|s| s.rank())
    }

    /// All symbols exactly at `addr`, by name.
    pub fn symbols_at(&self, addr: u64) -> &[Symbol] {
        let start = self.symbols.partition_point(|s| s.addr < addr);
        let end = self.symbols.partition_point(|s| s.addr <= addr);
        &self.symbols[start..end]
    }

    /// The symbol that covers `addr` and the offset into it. A symbol without
    /// a size covers everything up to the next symbol; none covers what is outside of the
    /// program.
    pub fn symbolize(&self, addr: u64) -> Option<(&Symbol, u64)> {
        self.segment_at(addr)?;
        let mut end = self.symbols.partition_point(|s| s.addr <= addr);
        // A few steps back are enough to get past labels and small aliases
        // inside a larger function.
        for _ in 0..16 {
            let at = self.symbols.get(end.checked_sub(1)?)?.addr;
            let covering = |s: &&Symbol| s.size == 0 || addr - s.addr < s.size;
            let best = self.symbols_at(at).iter().filter(covering).min_by_key(|s| s.rank());
            if let Some(symbol) = best {
                return Some((symbol, addr - at));
            }
            end = self.symbols.partition_point(|s| s.addr < at);
        }
        None
    }
}

impl Symbol {
    /// Order of preference among symbols of one address; the smallest wins.
    pub fn rank(&self) -> impl Ord + '_ {
        let kind = match self.kind {
            SymbolKind::Func => 0,
            SymbolKind::IFunc => 1,
            SymbolKind::NoType => 2,
            SymbolKind::Object => 3,
        };
        (kind, !self.global, self.name.len(), self.name.as_str())
    }
}

/// The source-level form of a mangled C++ or Rust name; `None` when the name
/// is not mangled.
pub fn demangle(name: &str) -> Option<String> {
    if let Ok(rust) = rustc_demangle::try_demangle(name) {
        return Some(format!("{rust:#}"));
    }
    if !name.starts_with("_Z") || name.len() > 4096 {
        return None;
    }
    cpp_demangle::Symbol::new(name).ok()?.demangle().ok()
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
