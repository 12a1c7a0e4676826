use super::testing::{CODE, CODE_OFFSET, DATA, append_sections, elf};
use super::*;

/// `li a7,93; ecall`
const CODE_BYTES: [u8; 8] = [0x93, 0x08, 0xd0, 0x05, 0x73, 0, 0, 0];

fn func(addr: u64, name: &str) -> Symbol {
    Symbol { addr, size: 4, name: name.into(), kind: SymbolKind::Func, global: true }
}

fn small() -> Vec<u8> {
    elf(&CODE_BYTES, &CODE.to_le_bytes(), &[func(CODE, "_start"), func(CODE + 4, "exit")])
}

#[test]
fn a_small_program_is_loaded_as_it_says() {
    let image = load(&small()).unwrap();
    assert_eq!((image.entry, image.kind, image.bias), (CODE, Kind::Exec, 0));
    assert_eq!(image.text, std::slice::from_ref(&(CODE..CODE + 8)));
    assert_eq!(image.end, DATA + 8);
    assert_eq!(image.read(CODE, 8), Some(&CODE_BYTES[..]));
    assert_eq!(image.read(CODE + 1, 8), None, "past the segment");
    assert_eq!(image.word_at(DATA), Some(CODE));
    assert_eq!(image.code_pointers, [CODE]);
    assert!(image.is_constant(DATA, 8) && !image.is_constant(DATA + 1, 8));
    assert_eq!(image.symbol_at(CODE).map(|s| s.name.as_str()), Some("_start"));
    assert_eq!(image.symbolize(CODE + 6).map(|(s, o)| (s.name.as_str(), o)), Some(("exit", 2)));
    assert_eq!(image.symbolize(CODE - 1), None);
    assert_eq!((image.symbolize(CODE + 8), image.symbolize(DATA + 8)), (None, None), "no segment is there");
    assert!(image.warnings.is_empty(), "{:?}", image.warnings);
}

#[test]
fn what_start_up_code_fills_is_no_constant() {
    let words = [CODE, 0, 0, 0].map(u64::to_le_bytes).concat();
    let mut image = load(&elf(&CODE_BYTES, &words, &[])).unwrap();
    for segment in &mut image.segments {
        segment.perms.w = segment.addr == DATA;
    }
    image.relro = DATA..DATA + 32;
    image.fixups = vec![(DATA + 16, Fixup::Value(CODE)), (DATA + 24, Fixup::Linked)];
    let constant = [0, 8, 16, 24].map(|at| image.is_constant(DATA + at, 8));
    assert_eq!(constant, [true, false, true, true]);
    assert_eq!([0, 16, 24].map(|at| image.word_at(DATA + at)), [Some(CODE), Some(CODE), None]);
    assert!(!image.is_constant(DATA + 8, 4) && image.is_constant(DATA + 16, 4));
    assert!(!image.is_constant(DATA + 24, 16), "beyond its end");
    image.is_linked = true;
    assert!(!image.is_constant(DATA, 8) && image.is_constant(DATA + 16, 8));
}

#[test]
fn without_sections_text_is_the_executable_segment_without_headers() {
    let mut bytes = elf(&CODE_BYTES, &[1], &[]);
    // The code segment now starts with the file's headers.
    bytes[64 + 8..64 + 16].fill(0);
    let len = (CODE_OFFSET + CODE_BYTES.len()) as u64;
    for field in [32, 40] {
        bytes[64 + field..64 + field + 8].copy_from_slice(&len.to_le_bytes());
    }
    let image = load(&bytes);
    assert_eq!(image, Err(LoadError::BadEntry { entry: CODE }), "the entry is in the headers");
    bytes[24..32].copy_from_slice(&(CODE + CODE_OFFSET as u64).to_le_bytes());
    let image = load(&bytes).unwrap();
    assert_eq!(image.text, std::slice::from_ref(&(CODE + 64 + 112..CODE + len)));
    assert_eq!(image.phdr, CODE + 64);
}

#[test]
fn the_best_symbol_of_an_address_does_not_depend_on_order() {
    let local = Symbol { global: false, ..func(CODE, "a") };
    let label = Symbol { kind: SymbolKind::NoType, ..func(CODE, "b") };
    let mapping = Symbol { kind: SymbolKind::NoType, ..func(CODE, "$x") };
    let dotted = Symbol { kind: SymbolKind::NoType, ..func(CODE, ".L4") };
    let bytes = elf(&CODE_BYTES, &[1], &[label, dotted, func(CODE, "zz"), mapping, local, func(CODE, "yyy")]);
    let image = load(&bytes).unwrap();
    assert_eq!(image.symbol_at(CODE).map(|s| s.name.as_str()), Some("zz"));
    let names: Vec<&str> = image.symbols_at(CODE).iter().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["a", "b", "yyy", "zz"]);
}

#[test]
fn what_cannot_be_loaded_says_why() {
    let error = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut bytes = small();
        change(&mut bytes);
        load(&bytes).unwrap_err()
    };
    assert_eq!(load(b""), Err(LoadError::NotElf { found: vec![] }));
    assert_eq!(load(b"#!/bin/sh"), Err(LoadError::NotElf { found: b"#!/b".to_vec() }));
    assert_eq!(error(&|b| b[4] = 1), LoadError::WrongClass { found: 1 });
    assert_eq!(error(&|b| b[5] = 2), LoadError::WrongEndian { found: 2 });
    assert_eq!(error(&|b| b[18] = 62), LoadError::WrongMachine { found: 62 });
    assert_eq!(error(&|b| b[16] = 1), LoadError::WrongType { found: 1 });
    assert!(matches!(error(&|b| b.truncate(63)), LoadError::Truncated { what: "ELF header", .. }));
    let e = error(&|b| b.truncate(100));
    assert!(matches!(e, LoadError::Truncated { what: "program header table", start: 64, end: 176, .. }));
    assert!(matches!(error(&|b| b.truncate(CODE_OFFSET + 4)), LoadError::Truncated { what: "segment", .. }));
    let e = error(&|b| b[64 + 40 + 7] = 0x7f);
    assert!(matches!(e, LoadError::BadField { field: "p_memsz", offset: 104, .. }), "{e}");
    assert!(matches!(error(&|b| b[64 + 16 + 5] = 1), LoadError::BadField { field: "p_vaddr", .. }));
    assert!(matches!(error(&|b| b[64 + 56 + 18] = 1), LoadError::Overlap { first: CODE, .. }));
    assert!(matches!(error(&|b| b[56..58].fill(0)), LoadError::NoSegments));
    assert!(matches!(error(&|b| b[56..58].fill(0xff)), LoadError::Truncated { .. }));
    assert_eq!(error(&|b| b[24] = 1), LoadError::BadEntry { entry: CODE + 1 });
    for text in [error(&|b| b[4] = 1).to_string(), error(&|b| b.truncate(100)).to_string()] {
        assert!(text.contains("offset") || text.contains("0x"), "{text}");
    }
}

#[test]
fn a_huge_bss_is_only_a_number() {
    let mut bytes = small();
    bytes[64 + 56 + 40..64 + 56 + 48].copy_from_slice(&0xf000_0000u64.to_le_bytes());
    assert_eq!(load(&bytes).unwrap().end, DATA + 0xf000_0000);
}

/// Loads and, if that works, discovers; neither may panic.
fn survive(bytes: &[u8]) {
    if let Ok(image) = load(bytes) {
        let program = crate::discover::discover(&image);
        assert_eq!(program.index.len(), program.functions.len());
        let _ = Lines::new(&image);
    }
}

#[test]
fn no_truncation_panics() {
    let bytes = small();
    for len in 0..bytes.len() {
        survive(&bytes[..len]);
    }
}

#[test]
fn no_flipped_bit_panics() {
    let bytes = small();
    for bit in 0..bytes.len() * 8 {
        let mut broken = bytes.clone();
        broken[bit / 8] ^= 1 << (bit % 8);
        survive(&broken);
    }
}

#[test]
fn no_extreme_field_panics() {
    let bytes = small();
    for at in 0..bytes.len().saturating_sub(8) {
        for value in [u64::MAX, i64::MAX as u64, 1 << 32, 0xffff_fff8] {
            let mut broken = bytes.clone();
            broken[at..at + 8].copy_from_slice(&value.to_le_bytes());
            survive(&broken);
        }
    }
}

#[test]
fn mangled_names_are_shown_as_in_the_source() {
    assert_eq!(demangle("_ZN3foo3barEi").as_deref(), Some("foo::bar(int)"));
    assert_eq!(
        demangle("_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE").as_deref(),
        Some("core::fmt::Write::write_fmt")
    );
    assert_eq!(demangle("main"), None);
}

/// A fixed sequence that looks random (xorshift64).
fn noise(len: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state as u8
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn noise_as_code_and_data_is_survived() {
    for seed in 0..8 {
        let bytes = noise(1 << 14);
        survive(&elf(&bytes[seed * 2..], &bytes[1 << 13..], &[]));
        survive(&elf(&bytes[seed * 2..], &bytes[1 << 13..], &[func(CODE, "a"), func(CODE + 64, "b")]));
    }
}

#[test]
fn many_functions_that_share_code_do_not_multiply_it() {
    // 2,000 times `jal ra` to a `j` into a run of nops before `ret`.
    let count = 2000u32;
    let mut code = Vec::new();
    for at in 0..count {
        let offset = (count - at) * 4 + at * 4;
        let jal = (offset & 0xff000) | (offset >> 11 & 1) << 20 | (offset >> 1 & 0x3ff) << 21 | 0xef;
        code.extend_from_slice(&jal.to_le_bytes());
    }
    for at in 0..count {
        let offset = (count - at) * 4;
        let jump = (offset & 0xff000) | (offset >> 11 & 1) << 20 | (offset >> 1 & 0x3ff) << 21 | 0x6f;
        code.extend_from_slice(&jump.to_le_bytes());
    }
    code.extend_from_slice(&[1, 0].repeat(10_000));
    code.extend_from_slice(&[0x82, 0x80]);
    let image = load(&elf(&code, &[1], &[])).unwrap();
    let program = crate::discover::discover(&image);
    let insts: usize = program.functions.iter().flat_map(|f| &f.blocks).map(|b| b.insts.len()).sum();
    assert!(program.functions.len() > count as usize);
    assert!(insts < 20 * code.len(), "{insts}");
}

/// Many functions whose descriptions lead to one table of call sites: each has all
/// of them, which is more than the file is long.
#[test]
fn call_sites_of_overlapping_tables_are_bounded_by_the_file() {
    const FUNCTIONS: usize = 200;
    const SITES: usize = 200;
    let code = [0x82, 0x80].repeat(FUNCTIONS);
    // Augmentation zLR; pointers to tables and code are plain 8-byte ones.
    let common = b"\x0f\0\0\0\0\0\0\0\x01zLR\0\x01\x78\x01\x02\x04\x04".as_slice();
    const DESCRIPTION: usize = 4 + 4 + 8 + 8 + 1 + 8;
    let table = DATA + (common.len() + FUNCTIONS * DESCRIPTION) as u64 + 4;
    let mut data = common.to_vec();
    for function in 0..FUNCTIONS as u64 {
        data.extend((DESCRIPTION as u32 - 4).to_le_bytes());
        data.extend((data.len() as u32).to_le_bytes());
        data.extend((CODE + 2 * function).to_le_bytes());
        data.extend(2_u64.to_le_bytes());
        data.push(8);
        data.extend(table.to_le_bytes());
    }
    data.extend([0; 4]);
    // No base, no types; call sites as LEB128, 4 bytes each: offset, length, pad, action.
    data.extend([0xff, 0xff, 0x01]);
    let size = 4 * SITES as u64;
    data.extend([(size & 0x7f) as u8 | 0x80, (size >> 7) as u8]);
    data.extend([0, 2, 2, 0].repeat(SITES));
    let mut bytes = elf(&code, &data, &[]);
    let at = (CODE_OFFSET + code.len()).next_multiple_of(16) as u64;
    let names_at = bytes.len() as u64;
    bytes.extend_from_slice(b"\0.eh_frame\0");
    let sections = [[0; 7], [1, 1, 2, DATA, at, data.len() as u64, 0], [0, 3, 0, 0, names_at, 11, 0]];
    append_sections(&mut bytes, &sections, 2);

    let image = load(&bytes).unwrap();
    assert_eq!(image.unwind.len(), FUNCTIONS, "{:?}", image.warnings);
    let read = image.call_sites.len();
    assert!(read > 0 && read <= bytes.len() / 4 / SITES, "{read} functions have call sites");
}
