//! Programs that a dynamic linker joins with others: how it comes to be mapped and started.

use rv2wat_linux::testing::{FakeHost, VecMemory};
use rv2wat_linux::{Config, GuestMemory, Image, Process, Segment, Start, StartError};

const PAGE: u64 = 4096;
const EXEC: u16 = 2;
const DYN: u16 = 3;
const LOAD: u32 = 1;
const INTERP: u32 = 3;

/// A program header: type, flags, offset, address, size in the file, size in memory.
type Header = (u32, u32, u64, u64, u64, u64);

/// An ELF file for 64-bit RISC-V whose bytes from offset 1024 on count up.
fn elf(kind: u16, entry: u64, headers: &[Header], length: usize) -> Vec<u8> {
    let mut bytes = b"\x7fELF\x02\x01\x01".to_vec();
    bytes.resize(16, 0);
    bytes.extend([kind.to_le_bytes(), 243_u16.to_le_bytes()].concat());
    bytes.extend(1_u32.to_le_bytes());
    bytes.extend([entry, 64, 0].map(u64::to_le_bytes).concat());
    bytes.extend(0_u32.to_le_bytes());
    bytes.extend([64, 56, headers.len() as u16, 64, 0, 0].map(u16::to_le_bytes).concat());
    for &(kind, flags, offset, addr, file, memory) in headers {
        bytes.extend([kind, flags].map(u32::to_le_bytes).concat());
        bytes.extend([offset, addr, addr, file, memory, PAGE].map(u64::to_le_bytes).concat());
    }
    bytes.resize(1024, 0);
    bytes.extend((1024..length).map(|at| at as u8));
    bytes
}

/// Code at the file's start, and data that begins in the middle of a page of its own.
const SEGMENTS: [Header; 2] = [(LOAD, 5, 0, 0, 0x1800, 0x1800), (LOAD, 6, 0x1800, 0x2800, 0x700, 0x2000)];

fn linker() -> Vec<u8> {
    elf(DYN, 0x400, &SEGMENTS, 0x1f00)
}

/// Starts a program whose header says that it is linked by `path`, where `linker` is there
/// with a mode.
fn start(path: &[u8], linker: &[u8], mode: u32) -> (Process<FakeHost>, VecMemory, Result<Start, StartError>) {
    let limit = 64 << 20;
    let config = Config { memory_limit: limit, uid: 7, gid: 7, ..Config::default() };
    let mut process = Process::new(FakeHost::default(), config);
    process.put_file(b"/lib/linker", linker, mode).unwrap();
    let length = path.len() as u64;
    let mut bytes = elf(EXEC, 0x10400, &[(INTERP, 4, 1024, 0x10400, length, length)], 1024);
    bytes.extend(path);
    let mut mem = VecMemory::new(limit);
    mem.grow(0x20000).unwrap();
    let whole = Segment { start: 0x10000, end: 0x20000, offset: 0, read: true, write: false, execute: true };
    let image = Image {
        segments: vec![whole],
        entry: 0x10400,
        phdr: 0x10040,
        phnum: 1,
        phent: 56,
        end: 0x20000,
        bytes: &bytes,
    };
    let started = process.start(&mut mem, &image);
    (process, mem, started)
}

#[test]
fn the_linker_is_mapped_and_starts_first() {
    let (process, mem, started) = start(b"/lib/linker\0", &linker(), 0o755);
    let Start { pc, sp } = started.unwrap();
    let base = pc - 0x400;
    assert!(base.is_multiple_of(PAGE) && base > sp, "in the mappings' part: {base:#x}");
    let mem: &dyn GuestMemory = &mem;
    let byte = |at: u64| mem.peek_vec(base + at, 1).unwrap()[0];
    assert_eq!([0, 0x400, 0x17ff].map(byte), [0x7f, 0, 0xff]);
    assert_eq!([0x2800, 0x2eff].map(byte), [0, 0xff]);
    // Behind the file's part all is zero, also what the file has there.
    assert_eq!([0x2f00, 0x2fff, 0x3000, 0x47ff].map(byte), [0; 4]);
    let rights = [0, 0x2000, 0x4000].map(|at| process.protection(base + at));
    let written = Some((true, true, false));
    assert_eq!(rights, [Some((true, false, true)), written, written]);
    assert_eq!(process.protection(base + 0x5000), None);
    let mut words = (0..).map(|n| mem.read_u64(sp + 8 * n).unwrap()).skip_while(|&word| word != 7);
    assert_eq!((words.next(), words.next()), (Some(7), Some(base)), "AT_BASE");
}

#[test]
fn what_cannot_be_a_linker_says_why() {
    let why = |path: &[u8], linker: &[u8], mode| match start(path, linker, mode).2 {
        Err(StartError::Interpreter { why, .. }) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(why(b"/lib/other\0", &linker(), 0o755), "ENOENT");
    assert_eq!(why(b"", &linker(), 0o755), "ENOENT");
    assert_eq!(why(b"/lib/linker\0", &linker(), 0o644), "EACCES");
    let of = |linker: &[u8]| why(b"/lib/linker\0", linker, 0o755);
    let no_object = "it is no shared object for 64-bit RISC-V";
    for damaged in [&b"#!/bin/sh"[..], &[], &linker()[..100], &elf(EXEC, 0, &SEGMENTS, 0x1f00)] {
        assert_eq!(of(damaged), no_object);
    }
    let mut foreign = linker();
    foreign[18] = 62;
    assert_eq!(of(&foreign), no_object);
    let overlap = "its segments overlap";
    assert_eq!(of(&elf(DYN, 0, &[], 0x1f00)), overlap);
    assert_eq!(of(&elf(DYN, 0, &[SEGMENTS[1], SEGMENTS[0]], 0x1f00)), overlap);
    let huge = (LOAD, 6, 0, 0, 8, 1 << 40);
    assert_eq!(of(&elf(DYN, 0, &[huge], 0x1f00)), "there is no room for it");
}

#[test]
fn a_file_that_is_shorter_than_it_says_is_zero_behind_its_end() {
    let short = elf(DYN, 0x400, &[(LOAD, 5, 0, 0, 0x1800, 0x1800)], 0x500);
    let (_, mem, started) = start(b"/lib/linker\0", &short, 0o755);
    let base = started.unwrap().pc - 0x400;
    let mem: &dyn GuestMemory = &mem;
    assert_eq!([0x4ff, 0x500, 0x17ff].map(|at| mem.peek_vec(base + at, 1).unwrap()[0]), [0xff, 0, 0]);
}
