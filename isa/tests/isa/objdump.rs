//! objdump, run over chosen encodings.
//!
//! It learns which extensions to decode from the `.riscv.attributes` section of
//! an ELF file and from nowhere else, so the encodings are wrapped in one: a
//! header, `.text`, the attributes and the section names.

use std::process::Command;

/// The tool of Debian's package `binutils-riscv64-linux-gnu`.
const OBJDUMP: &str = "riscv64-linux-gnu-objdump";

/// Everything of our tables that binutils 2.40 knows: all but Zicond.
const ARCH: &str = "rv64i2p1_m2p0_a2p1_f2p2_d2p2_c2p0_zicsr2p0_zifencei2p0_zihintpause2p0\
                    _zba1p0_zbb1p0_zbs1p0_zicbom1p0_zicbop1p0_zicboz1p0";

/// Where `.text` lies in the files made here.
pub const BASE: u64 = 0x4000_0000;

/// Whether objdump can be run, and is of the version whose text we match.
pub fn objdump_is_there() -> bool {
    let Ok(output) = Command::new(OBJDUMP).arg("--version").output() else {
        eprintln!("skipped: {OBJDUMP} is not installed");
        return false;
    };
    let version = String::from_utf8_lossy(&output.stdout);
    let first = version.lines().next().unwrap_or_default();
    let matches = first.ends_with(" 2.40");
    if !matches {
        eprintln!("skipped: the texts are those of binutils 2.40, this is {first}");
    }
    matches
}

/// objdump's text for each of the encodings laid out one after another from
/// [`BASE`]: four bytes each, two where the low bits are not 11.
/// `None` where it knows no instruction.
pub fn objdump(encodings: &[u32]) -> Vec<Option<String>> {
    let mut code = Vec::new();
    for &encoding in encodings {
        let bytes = encoding.to_le_bytes();
        code.extend_from_slice(&bytes[..length(encoding)]);
    }
    let dir = env!("CARGO_TARGET_TMPDIR");
    let unique = std::thread::current().name().unwrap_or("main").replace("::", "-");
    let path = format!("{dir}/objdump-{}-{unique}.elf", std::process::id());
    std::fs::write(&path, elf(&code)).unwrap();
    // -z: do not elide runs of zeros.
    let output = Command::new(OBJDUMP).args(["-d", "-z", &path]).output().unwrap();
    std::fs::remove_file(&path).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let listing = String::from_utf8(output.stdout).unwrap();
    let texts: Vec<_> = listing.lines().filter_map(instruction).collect();
    assert_eq!(texts.len(), encodings.len(), "objdump saw other boundaries");
    texts
}

/// Bytes that an encoding takes.
pub fn length(encoding: u32) -> usize {
    if encoding & 3 == 3 { 4 } else { 2 }
}

/// A line such as `    40000000:\t1141  \taddi\tsp,sp,-16 # comment`.
fn instruction(line: &str) -> Option<Option<String>> {
    let mut columns = line.splitn(3, '\t');
    let address = columns.next()?.trim().strip_suffix(':')?;
    u64::from_str_radix(address, 16).ok()?;
    let text = columns.nth(1)?;
    let text = text.split(" #").next().unwrap_or(text).trim();
    let known = !text.starts_with(".2byte") && !text.starts_with(".4byte");
    Some(known.then(|| text.replace('\t', " ")))
}

/// A relocatable ELF64 file with `code` in `.text` and [`ARCH`] in its
/// attributes (psABI, "Attributes").
fn elf(code: &[u8]) -> Vec<u8> {
    // Tag_RISCV_arch in a file sub-subsection in subsection "riscv".
    let mut arch = vec![5];
    arch.extend(ARCH.bytes().chain([0]));
    let file = prefixed(1, &arch);
    let mut vendor = b"riscv\0".to_vec();
    vendor.extend(file);
    let mut attributes = b"A".to_vec();
    attributes.extend((vendor.len() as u32 + 4).to_le_bytes());
    attributes.extend(vendor);

    let names = b"\0.text\0.riscv.attributes\0.shstrtab\0";
    let mut image = vec![0; 64];
    let mut sections = vec![[0; 64]];
    const ALLOC_EXEC: u64 = 6;
    for (name, kind, flags, address, bytes) in
        [(1, 1, ALLOC_EXEC, BASE, code), (7, 0x7000_0003, 0, 0, &attributes[..]), (25, 3, 0, 0, &names[..])]
    {
        sections.push(section(name, kind, [flags, address, image.len() as u64, bytes.len() as u64]));
        image.extend_from_slice(bytes);
    }
    image.resize(image.len().next_multiple_of(8), 0);
    let table = image.len() as u64;
    for header in &sections {
        image.extend_from_slice(header);
    }
    image[..64].copy_from_slice(&header(table, sections.len() as u16));
    image
}

/// `tag`, the length of the whole, `body`.
fn prefixed(tag: u8, body: &[u8]) -> Vec<u8> {
    let mut bytes = vec![tag];
    bytes.extend((body.len() as u32 + 5).to_le_bytes());
    bytes.extend_from_slice(body);
    bytes
}

fn header(sections_at: u64, sections: u16) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..7].copy_from_slice(b"\x7fELF\x02\x01\x01");
    let halves = [(16, 1), (18, 243), (52, 64), (58, 64), (60, sections), (62, sections - 1)];
    for (at, value) in halves {
        bytes[at..at + 2].copy_from_slice(&u16::to_le_bytes(value));
    }
    bytes[20] = 1;
    bytes[40..48].copy_from_slice(&sections_at.to_le_bytes());
    bytes
}

/// A section header; the array is its flags, address, offset and size.
fn section(name: u32, kind: u32, place: [u64; 4]) -> [u8; 64] {
    let mut bytes = [0; 64];
    bytes[..4].copy_from_slice(&name.to_le_bytes());
    bytes[4..8].copy_from_slice(&kind.to_le_bytes());
    for (n, value) in place.into_iter().enumerate() {
        bytes[8 + 8 * n..16 + 8 * n].copy_from_slice(&value.to_le_bytes());
    }
    bytes[48] = 1;
    bytes
}
