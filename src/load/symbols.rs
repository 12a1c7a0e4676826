//! The symbol table.
//!
//! Knows which symbols name code or data. Must never know instructions.

use goblin::elf::section_header::{SHN_ABS, SHN_UNDEF, SHT_DYNSYM, SHT_SYMTAB};
use goblin::elf::sym::{STB_LOCAL, STT_FUNC, STT_GNU_IFUNC, STT_NOTYPE, STT_OBJECT, Symtab};

use super::headers::{Section, context};
use super::{Image, Symbol, SymbolKind};

/// Longest name kept, in bytes: C++ names of several kilobytes exist.
const LONGEST_NAME: usize = 4096;

/// Reads `.symtab`, or `.dynsym` when there is none.
pub(super) fn read(image: &mut Image, sections: &[Section]) {
    let table = [SHT_SYMTAB, SHT_DYNSYM].iter().find_map(|&kind| sections.iter().find(|s| s.kind == kind));
    let Some(table) = table else { return };
    let bytes = image.bytes.clone();
    let names = sections.get(table.link).map_or(&[][..], |s| &bytes[s.file.clone()]);
    let count = table.file.len() / 24;
    if count == 0 {
        return;
    }
    let Ok(symtab) = Symtab::parse(&bytes, table.file.start, count, context()) else {
        image.warnings.push("the symbol table is broken and was ignored".into());
        return;
    };
    // Names may overlap in the file; all of them together must not take more
    // memory than a few times the file.
    let mut budget = bytes.len().saturating_mul(2);
    let mut symbols = Vec::new();
    for sym in symtab.iter() {
        let kind = match sym.st_type() {
            STT_FUNC => SymbolKind::Func,
            STT_GNU_IFUNC => SymbolKind::IFunc,
            STT_NOTYPE => SymbolKind::NoType,
            STT_OBJECT => SymbolKind::Object,
            _ => continue,
        };
        let section = sym.st_shndx as u32;
        if section == SHN_UNDEF || (section == SHN_ABS && kind != SymbolKind::Object) {
            continue;
        }
        let addr = sym.st_value.wrapping_add(image.bias);
        if image.segment_at(addr).is_none() {
            continue;
        }
        let name = name_at(names, sym.st_name);
        if name.is_empty() || is_assembler_label(name) || name.len() > budget {
            continue;
        }
        budget -= name.len();
        symbols.push(Symbol {
            addr,
            size: sym.st_size,
            name: String::from_utf8_lossy(name).into_owned(),
            kind,
            global: sym.st_bind() != STB_LOCAL,
        });
    }
    symbols.sort_by(|a, b| (a.addr, &a.name, a.rank()).cmp(&(b.addr, &b.name, b.rank())));
    symbols.dedup_by(|a, b| a.addr == b.addr && a.name == b.name);
    image.symbols = symbols;
}

fn name_at(names: &[u8], offset: usize) -> &[u8] {
    let tail = names.get(offset..).unwrap_or(&[]);
    let len = tail.iter().take(LONGEST_NAME).position(|&b| b == 0);
    &tail[..len.unwrap_or(tail.len().min(LONGEST_NAME))]
}

/// Mapping symbols (`$x`, `$d`, psABI "Mapping Symbol") and labels that
/// assemblers keep for linker relaxation (`.L4`, `.LANCHOR0`, `L0^A`).
fn is_assembler_label(name: &[u8]) -> bool {
    matches!(name[0], b'$') || name.starts_with(b".L") || name.contains(&1)
}
