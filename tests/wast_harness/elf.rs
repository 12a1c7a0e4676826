//! Programs without sections, as files. Must never know what is in them.

/// Alignment of the segments in the file, as a kernel that maps them wants it.
const PAGE: usize = 0x1000;

const EXECUTE: u64 = 1;
const WRITE: u64 = 2;
const READ: u64 = 4;

/// A part of memory.
pub struct Segment<'a> {
    flags: u64,
    addr: u64,
    bytes: &'a [u8],
}

impl<'a> Segment<'a> {
    /// Read and executed.
    pub fn code(addr: u64, bytes: &'a [u8]) -> Segment<'a> {
        Segment { flags: READ | EXECUTE, addr, bytes }
    }

    /// Read and written.
    pub fn data(addr: u64, bytes: &'a [u8]) -> Segment<'a> {
        Segment { flags: READ | WRITE, addr, bytes }
    }
}

/// An executable that starts at `entry`, with these segments at addresses that are
/// multiples of a page.
pub fn elf(entry: u64, segments: &[Segment<'_>]) -> Vec<u8> {
    let mut file = vec![0; 64 + 56 * segments.len()];
    file[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    // Type, machine, version, entry, program headers, flags, sizes, count.
    for (at, value, size) in [(16, 2, 2), (18, 243, 2), (20, 1, 4), (24, entry, 8), (32, 64, 8)] {
        put(&mut file, at, value, size);
    }
    for (at, value, size) in
        [(48, 5, 4), (52, 64, 2), (54, 56, 2), (56, segments.len() as u64, 2), (58, 64, 2)]
    {
        put(&mut file, at, value, size);
    }
    for (index, segment) in segments.iter().enumerate() {
        file.resize(file.len().next_multiple_of(PAGE), 0);
        let (header, offset, size) = (64 + 56 * index, file.len() as u64, segment.bytes.len() as u64);
        let addr = segment.addr;
        put(&mut file, header, 1, 4);
        put(&mut file, header + 4, segment.flags, 4);
        for (field, value) in [(8, offset), (16, addr), (24, addr), (32, size), (40, size), (48, PAGE as u64)]
        {
            put(&mut file, header + field, value, 8);
        }
        file.extend_from_slice(segment.bytes);
    }
    file
}

fn put(file: &mut [u8], at: usize, value: u64, size: usize) {
    file[at..at + size].copy_from_slice(&value.to_le_bytes()[..size]);
}
