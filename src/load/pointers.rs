//! Relocations, and words in data that may be code addresses.
//!
//! Knows `RELA` relocations and data sections. Must never know whether a
//! candidate really is a function: that takes discovery.

use std::ops::Range;

use goblin::elf::dynamic::{DT_RELA, DT_RELASZ};
use goblin::elf::reloc::{R_RISCV_64, R_RISCV_IRELATIVE, R_RISCV_JUMP_SLOT, R_RISCV_RELATIVE};
use goblin::elf::section_header::{SHT_PROGBITS, SHT_RELA};

use super::headers::Section;
use super::{Fixup, Image, Kind};

/// `SHT_INIT_ARRAY`, `SHT_FINI_ARRAY`, `SHT_PREINIT_ARRAY`.
const ARRAY_SECTIONS: Range<u32> = 14..17;

/// Bytes of an entry of a relocation table.
const ENTRY: usize = 24;

/// Fills `fixups` and `code_pointers`.
pub(super) fn read(image: &mut Image, sections: &[Section], dynamic: Option<Range<u64>>) {
    let tables = rela_tables(image, sections, dynamic);
    let mut fixups = Vec::new();
    for table in tables {
        for entry in image.bytes[table].chunks_exact(ENTRY) {
            let word = |at: usize| u64::from_le_bytes(entry[at..at + 8].try_into().unwrap_or_default());
            let (offset, info, addend) = (word(0), word(8), word(16));
            let at = offset.wrapping_add(image.bias);
            let value = addend.wrapping_add(image.bias);
            // ELF64_R_TYPE is the low half of r_info.
            match info as u32 {
                R_RISCV_RELATIVE => fixups.push((at, Fixup::Value(value))),
                R_RISCV_IRELATIVE => fixups.push((at, Fixup::Resolver(value))),
                // Against symbol 0 it is a plain word.
                R_RISCV_64 if info >> 32 == 0 => fixups.push((at, Fixup::Value(addend))),
                R_RISCV_64 | R_RISCV_JUMP_SLOT => fixups.push((at, Fixup::Linked)),
                _ => {}
            }
        }
    }
    fixups.retain(|&(at, _)| image.segment_at(at).is_some());
    fixups.sort_by_key(|&(at, _)| at);
    fixups.dedup_by_key(|&mut (at, _)| at);
    image.is_linked |= fixups.iter().any(|&(_, fixup)| fixup == Fixup::Linked);
    image.fixups = fixups;

    let mut pointers: Vec<u64> = image
        .fixups
        .iter()
        .filter_map(|&(_, f)| match f {
            Fixup::Value(value) | Fixup::Resolver(value) => Some(value),
            Fixup::Linked => None,
        })
        .collect();
    // A PIE's pointers are all relocations; its other words cannot be.
    if image.kind == Kind::Exec {
        for range in data_ranges(image, sections) {
            let skipped = (range.start.wrapping_neg() & 7) as usize;
            let bytes = image.read(range.start, range.end - range.start).unwrap_or(&[]);
            for word in bytes.get(skipped..).unwrap_or(&[]).chunks_exact(8) {
                pointers.push(u64::from_le_bytes(word.try_into().unwrap_or_default()));
            }
        }
    }
    pointers.retain(|&p| p & 1 == 0 && image.in_text(p));
    pointers.sort_unstable();
    pointers.dedup();
    image.code_pointers = pointers;
}

/// File ranges of relocation tables that apply to memory.
fn rela_tables(image: &Image, sections: &[Section], dynamic: Option<Range<u64>>) -> Vec<Range<usize>> {
    let mut tables: Vec<Range<usize>> =
        sections.iter().filter(|s| s.kind == SHT_RELA && s.alloc).map(|s| s.file.clone()).collect();
    if tables.is_empty()
        && let Some(table) = dynamic.and_then(|range| dynamic_rela(image, range))
    {
        tables.push(table);
    }
    disjoint(tables)
}

/// Hostile tables may overlap: each entry is read once.
fn disjoint(mut tables: Vec<Range<usize>>) -> Vec<Range<usize>> {
    tables.sort_by_key(|table| (table.start, table.end));
    let mut seen = 0_usize;
    for table in &mut tables {
        let known = seen.saturating_sub(table.start).next_multiple_of(ENTRY);
        table.start = table.start.saturating_add(known).min(table.end);
        seen = seen.max(table.end);
    }
    tables
}

/// `DT_RELA` and `DT_RELASZ` of the dynamic section.
fn dynamic_rela(image: &Image, range: Range<u64>) -> Option<Range<usize>> {
    let bytes = image.read(range.start, range.end.checked_sub(range.start)?)?;
    let (mut addr, mut size) = (None, None);
    for entry in bytes.chunks_exact(16) {
        let tag = u64::from_le_bytes(entry[..8].try_into().ok()?);
        let value = u64::from_le_bytes(entry[8..].try_into().ok()?);
        match tag {
            0 => break,
            DT_RELA => addr = Some(value.wrapping_add(image.bias)),
            DT_RELASZ => size = Some(value),
            _ => {}
        }
    }
    let (addr, size) = (addr?, size?);
    image.read(addr, size)?;
    let segment = image.segment_at(addr)?;
    let start = segment.file.start + usize::try_from(addr - segment.addr).ok()?;
    Some(start..start + usize::try_from(size).ok()?)
}

/// Address ranges that hold data: sections when there are any, else what
/// segments hold besides text.
fn data_ranges(image: &Image, sections: &[Section]) -> Vec<Range<u64>> {
    let holds_data = |s: &&Section| {
        s.alloc
            && !s.exec
            && !s.file.is_empty()
            && (s.kind == SHT_PROGBITS || ARRAY_SECTIONS.contains(&s.kind))
    };
    let is_unwind = |s: &&Section| s.name.starts_with(".eh_frame") || s.name == ".gcc_except_table";
    let mut ranges: Vec<Range<u64>> = sections
        .iter()
        .filter(holds_data)
        .filter(|s| !is_unwind(s))
        .map(|s| s.addr..s.addr.saturating_add(s.file.len() as u64))
        .collect();
    if sections.is_empty() {
        for segment in image.segments.iter().filter(|s| !s.perms.x) {
            ranges.push(segment.addr..segment.addr + segment.file.len() as u64);
        }
    }
    // Hostile sections may overlap; each byte is read once.
    ranges.sort_by_key(|r| (r.start, r.end));
    let mut seen = 0;
    for range in &mut ranges {
        range.start = range.start.max(seen).min(range.end);
        seen = seen.max(range.end);
    }
    ranges
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relocation_tables_that_overlap_are_read_once() {
        let tables = [vec![48..96, 0..48], vec![0..240; 1000], vec![0..48, 24..72, 30..100]].concat();
        let read = disjoint(tables);
        assert_eq!(read.iter().map(|table| table.len() / ENTRY).sum::<usize>(), 10);
        assert_eq!(disjoint(vec![24..72, 96..120]), [24..72, 96..120]);
    }
}
