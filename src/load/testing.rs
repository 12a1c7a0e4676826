//! Small ELF files for tests.

use super::Symbol;

/// Where the code of [`elf`] is loaded.
pub(crate) const CODE: u64 = 0x10000;
/// Where its read-only data is loaded.
pub(crate) const DATA: u64 = 0x20000;
/// Where its code is in the file.
pub(crate) const CODE_OFFSET: usize = 0x100;

fn put(bytes: &mut [u8], at: usize, value: u64, size: usize) {
    bytes[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
}

fn phdr(bytes: &mut [u8], index: usize, flags: u64, addr: u64, offset: u64, size: u64) {
    let at = 64 + 56 * index;
    put(bytes, at, 1, 4);
    put(bytes, at + 4, flags, 4);
    for (field, value) in [(8, offset), (16, addr), (24, addr), (32, size), (40, size), (48, 0x1000)] {
        put(bytes, at + field, value, 8);
    }
}

/// An executable that starts at [`CODE`] with `code`, with `data` at [`DATA`],
/// and, if there are symbols, section headers and a symbol table.
pub(crate) fn elf(code: &[u8], data: &[u8], symbols: &[Symbol]) -> Vec<u8> {
    let mut bytes = vec![0; CODE_OFFSET];
    bytes[..4].copy_from_slice(b"\x7fELF");
    bytes[4..7].copy_from_slice(&[2, 1, 1]);
    put(&mut bytes, 16, 2, 2); // ET_EXEC
    put(&mut bytes, 18, 243, 2); // EM_RISCV
    put(&mut bytes, 20, 1, 4);
    put(&mut bytes, 24, CODE, 8);
    put(&mut bytes, 32, 64, 8);
    put(&mut bytes, 48, 5, 4); // RVC, double-float ABI
    for (at, value) in [(52, 64), (54, 56), (56, 2), (58, 64)] {
        put(&mut bytes, at, value, 2);
    }
    let data_offset = (CODE_OFFSET + code.len()).next_multiple_of(16);
    phdr(&mut bytes, 0, 5, CODE, CODE_OFFSET as u64, code.len() as u64);
    phdr(&mut bytes, 1, 4, DATA, data_offset as u64, data.len() as u64);
    bytes.extend_from_slice(code);
    bytes.resize(data_offset, 0);
    bytes.extend_from_slice(data);
    if !symbols.is_empty() {
        append_symbols(&mut bytes, code.len(), (data_offset, data.len()), symbols);
    }
    bytes
}

fn append_symbols(bytes: &mut Vec<u8>, code_len: usize, data: (usize, usize), symbols: &[Symbol]) {
    use super::SymbolKind::*;
    let mut names = b"\0.text\0.symtab\0.strtab\0.rodata\0".to_vec();
    let mut table = vec![0; 24];
    for symbol in symbols {
        let kind = match symbol.kind {
            NoType => 0,
            Object => 1,
            Func => 2,
            IFunc => 10,
        };
        let mut entry = [0; 24];
        put(&mut entry, 0, names.len() as u64, 4);
        put(&mut entry, 4, u64::from(symbol.global) << 4 | kind, 1);
        put(&mut entry, 6, 1, 2);
        put(&mut entry, 8, symbol.addr, 8);
        put(&mut entry, 16, symbol.size, 8);
        table.extend_from_slice(&entry);
        names.extend_from_slice(symbol.name.as_bytes());
        names.push(0);
    }
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let table_at = bytes.len();
    bytes.extend_from_slice(&table);
    let names_at = bytes.len();
    bytes.extend_from_slice(&names);
    let sections = [
        [0; 7],
        [1, 1, 6, CODE, CODE_OFFSET as u64, code_len as u64, 0],
        [7, 2, 0, 0, table_at as u64, table.len() as u64, 3],
        [15, 3, 0, 0, names_at as u64, names.len() as u64, 0],
        [23, 1, 2, DATA, data.0 as u64, data.1 as u64, 0],
    ];
    append_sections(bytes, &sections, 3);
}

/// Appends section headers: name, type, flags, address, offset, size, link of each
/// section; one of them holds the names.
pub(crate) fn append_sections(bytes: &mut Vec<u8>, sections: &[[u64; 7]], names: u64) {
    bytes.resize(bytes.len().next_multiple_of(8), 0);
    let headers_at = bytes.len();
    for &[name, kind, flags, addr, offset, size, link] in sections {
        let at = bytes.len();
        bytes.resize(at + 64, 0);
        put(bytes, at, name, 4);
        put(bytes, at + 4, kind, 4);
        put(bytes, at + 40, link, 4);
        for (field, value) in [(8, flags), (16, addr), (24, offset), (32, size)] {
            put(bytes, at + field, value, 8);
        }
    }
    put(bytes, 40, headers_at as u64, 8);
    put(bytes, 60, sections.len() as u64, 2);
    put(bytes, 62, names, 2);
}
