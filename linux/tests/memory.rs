//! The first stack, the heap and mappings through system calls.

use rv2wat_linux::testing::{FakeHost, Guest};
use rv2wat_linux::{Config, Errno, GuestMemory, Outcome};

mod nr {
    pub const OPENAT: u64 = 56;
    pub const READ: u64 = 63;
    pub const WRITE: u64 = 64;
    pub const LSEEK: u64 = 62;
    pub const EXIT_GROUP: u64 = 94;
    pub const BRK: u64 = 214;
    pub const MUNMAP: u64 = 215;
    pub const MREMAP: u64 = 216;
    pub const MMAP: u64 = 222;
    pub const MPROTECT: u64 = 226;
    pub const MSYNC: u64 = 227;
    pub const MINCORE: u64 = 232;
    pub const MADVISE: u64 = 233;
    pub const FLUSH_ICACHE: u64 = 259;
}

const PAGE: u64 = 4096;
const RW: u64 = 3;
const SHARED: u64 = 1;
const PRIVATE: u64 = 2;
const FIXED: u64 = 0x10;
const ANON: u64 = 0x20;
const NONE: u64 = u64::MAX;

fn mmap(guest: &mut Guest, addr: u64, len: u64, prot: u64, flags: u64) -> Result<u64, Errno> {
    guest.call(nr::MMAP, &[addr, len, prot, flags, NONE, 0])
}

fn string(guest: &Guest, addr: u64) -> String {
    let mem: &dyn GuestMemory = &guest.mem;
    String::from_utf8(mem.read_str(addr, 4096).unwrap()).unwrap()
}

/// The auxiliary vector after the environment's end.
fn auxv(guest: &Guest, key: u64) -> Option<u64> {
    let mut at = guest.sp + 8;
    for _ in 0..2 {
        while guest.word(at) != 0 {
            at += 8;
        }
        at += 8;
    }
    while guest.word(at) != 0 {
        if guest.word(at) == key {
            return Some(guest.word(at + 8));
        }
        at += 16;
    }
    None
}

#[test]
fn the_stack_holds_arguments_environment_and_auxiliary_vector() {
    let config = Config {
        args: vec![b"prog".to_vec(), b"one two".to_vec()],
        env: vec![b"A=1".to_vec(), b"B=".to_vec()],
        exe: b"/bin/prog".to_vec(),
        ..Config::default()
    };
    let guest = Guest::new(FakeHost::default(), config);
    assert_eq!(guest.sp % 16, 0);
    assert_eq!(guest.word(guest.sp), 2);
    assert_eq!(string(&guest, guest.word(guest.sp + 8)), "prog");
    assert_eq!(string(&guest, guest.word(guest.sp + 16)), "one two");
    assert_eq!(guest.word(guest.sp + 24), 0);
    assert_eq!(string(&guest, guest.word(guest.sp + 32)), "A=1");
    assert_eq!(string(&guest, guest.word(guest.sp + 40)), "B=");
    assert_eq!(guest.word(guest.sp + 48), 0);
    assert_eq!(auxv(&guest, 3), Some(0x10040), "AT_PHDR");
    assert_eq!((auxv(&guest, 4), auxv(&guest, 5)), (Some(56), Some(2)), "AT_PHENT, AT_PHNUM");
    assert_eq!((auxv(&guest, 6), auxv(&guest, 9)), (Some(4096), Some(0x10100)), "AT_PAGESZ, AT_ENTRY");
    // I, M, A, F, D, C as bits of the alphabet.
    assert_eq!(auxv(&guest, 16), Some(0x112d), "AT_HWCAP");
    assert_eq!(auxv(&guest, 17), Some(100), "AT_CLKTCK");
    assert_eq!(auxv(&guest, 23), Some(0), "AT_SECURE");
    assert_ne!(guest.get(auxv(&guest, 25).unwrap(), 16), [0; 16], "AT_RANDOM");
    assert_eq!(string(&guest, auxv(&guest, 31).unwrap()), "/bin/prog", "AT_EXECFN");
}

#[test]
fn the_heap_grows_shrinks_and_comes_back_zero() {
    let mut guest = Guest::default();
    let start = guest.call(nr::BRK, &[0]).unwrap();
    assert_eq!(guest.call(nr::BRK, &[start + 10_000]), Ok(start + 10_000));
    guest.mem.write(start + 5000, b"dirty").unwrap();
    assert_eq!(guest.call(nr::BRK, &[start + 1]), Ok(start + 1));
    assert_eq!(guest.call(nr::BRK, &[start + 20_000]), Ok(start + 20_000));
    assert_eq!(guest.get(start + 5000, 5), [0; 5]);
    // What cannot be done leaves it where it is.
    assert_eq!(guest.call(nr::BRK, &[start - 1]), Ok(start + 20_000));
    assert_eq!(guest.call(nr::BRK, &[1 << 40]), Ok(start + 20_000));
    assert_eq!(guest.call(nr::BRK, &[u64::MAX]), Ok(start + 20_000));
    let above = start + 24_576;
    assert_eq!(mmap(&mut guest, above, PAGE, RW, PRIVATE | ANON | FIXED), Ok(above));
    assert_eq!(guest.call(nr::BRK, &[above + 1]), Ok(start + 20_000), "a mapping is in the way");
}

#[test]
fn mappings_are_compact_zero_and_reused() {
    let mut guest = Guest::default();
    let first = mmap(&mut guest, 0, 3 * PAGE, RW, PRIVATE | ANON).unwrap();
    let second = mmap(&mut guest, 0, 1, RW, PRIVATE | ANON).unwrap();
    assert_eq!(second, first + 3 * PAGE);
    guest.mem.fill(first, 3 * PAGE, 7).unwrap();
    assert_eq!(guest.call(nr::MUNMAP, &[first + PAGE, PAGE]), Ok(0));
    let again = mmap(&mut guest, 0, PAGE, RW, PRIVATE | ANON).unwrap();
    assert_eq!(again, first + PAGE);
    assert_eq!(guest.get(again, PAGE), [0; PAGE as usize]);
    assert_eq!(guest.get(first, 1), [7]);
    assert_eq!(guest.get(again + PAGE, 1), [7]);
    assert_eq!(mmap(&mut guest, 0, 0, RW, PRIVATE | ANON), Err(Errno::EINVAL));
    assert_eq!(mmap(&mut guest, 0, PAGE, RW, ANON), Err(Errno::EINVAL));
    assert_eq!(mmap(&mut guest, 0, 1 << 40, RW, PRIVATE | ANON), Err(Errno::ENOMEM));
    assert_eq!(mmap(&mut guest, 0, u64::MAX, RW, PRIVATE | ANON), Err(Errno::ENOMEM));
    assert_eq!(mmap(&mut guest, 0x1000, PAGE, RW, PRIVATE | ANON | FIXED), Err(Errno::EPERM));
    assert_eq!(mmap(&mut guest, first + 1, PAGE, RW, PRIVATE | ANON | FIXED), Err(Errno::EINVAL));
    assert_eq!(mmap(&mut guest, 1 << 40, PAGE, RW, PRIVATE | ANON | FIXED), Err(Errno::ENOMEM));
    let no_replace = PRIVATE | ANON | 0x10_0000;
    assert_eq!(mmap(&mut guest, first, PAGE, RW, no_replace), Err(Errno::EEXIST));
    assert_eq!(mmap(&mut guest, first, PAGE, RW, PRIVATE | ANON | FIXED), Ok(first));
    assert_eq!(guest.get(first, 1), [0], "a fixed mapping replaces what was there");
}

#[test]
fn what_cannot_be_touched_is_not_backed() {
    let mut guest = Guest::default();
    let before = guest.mem.end();
    let at = mmap(&mut guest, 0, 32 << 20, 0, PRIVATE | ANON).unwrap();
    assert!(at + (32 << 20) > before && guest.mem.end() == before);
    assert_eq!(guest.call(nr::MPROTECT, &[at, PAGE, RW]), Ok(0));
    assert_eq!(guest.get(at, 4), [0; 4]);
    assert!(guest.mem.end() < at + (1 << 20));
}

#[test]
fn protection_is_kept_per_page() {
    let mut guest = Guest::default();
    let at = mmap(&mut guest, 0, 4 * PAGE, RW, PRIVATE | ANON).unwrap();
    guest.process.take_code_changes();
    assert_eq!(guest.call(nr::MPROTECT, &[at + PAGE, PAGE, 5]), Ok(0));
    assert_eq!(guest.process.protection(at), Some((true, true, false)));
    assert_eq!(guest.process.protection(at + PAGE), Some((true, false, true)));
    assert_eq!(guest.process.protection(at + 2 * PAGE), Some((true, true, false)));
    assert_eq!(guest.process.protection(at + 4 * PAGE), None);
    assert_eq!(guest.process.take_code_changes(), [(at + PAGE, at + 2 * PAGE)]);
    guest.call(nr::FLUSH_ICACHE, &[at, at + 64, 0]).unwrap();
    assert_eq!(guest.process.take_code_changes(), [(at, at + 64)]);
    assert_eq!(guest.call(nr::MPROTECT, &[at, 5 * PAGE, RW]), Err(Errno::ENOMEM));
    assert_eq!(guest.call(nr::MPROTECT, &[at + 1, PAGE, RW]), Err(Errno::EINVAL));
    assert_eq!(guest.call(nr::MPROTECT, &[at, PAGE, 0x40]), Err(Errno::EINVAL));
}

#[test]
fn remapping_grows_in_place_or_moves_with_its_bytes() {
    let mut guest = Guest::default();
    let at = mmap(&mut guest, 0, PAGE, RW, PRIVATE | ANON).unwrap();
    guest.mem.write(at, b"keep").unwrap();
    assert_eq!(guest.call(nr::MREMAP, &[at, PAGE, 3 * PAGE, 0]), Ok(at));
    let fence = mmap(&mut guest, 0, PAGE, RW, PRIVATE | ANON).unwrap();
    assert_eq!(fence, at + 3 * PAGE);
    assert_eq!(guest.call(nr::MREMAP, &[at, 3 * PAGE, 4 * PAGE, 0]), Err(Errno::ENOMEM));
    let moved = guest.call(nr::MREMAP, &[at, 3 * PAGE, 8 * PAGE, 1]).unwrap();
    assert!(moved > fence);
    assert_eq!(guest.get(moved, 4), b"keep");
    assert_eq!(guest.get(moved + 7 * PAGE, 4), [0; 4]);
    assert_eq!(guest.process.protection(at), None);
    assert_eq!(guest.call(nr::MREMAP, &[moved, 8 * PAGE, PAGE, 0]), Ok(moved));
    assert_eq!(guest.process.protection(moved + PAGE), None);
    assert_eq!(guest.call(nr::MREMAP, &[moved, PAGE, 2 * PAGE, 3, at]), Ok(at));
    assert_eq!(guest.get(at, 4), b"keep");
    assert_eq!(guest.call(nr::MREMAP, &[moved, PAGE, 2 * PAGE, 1]), Err(Errno::EFAULT));
    assert_eq!(guest.call(nr::MREMAP, &[fence, PAGE, 0, 1]), Err(Errno::EINVAL));
}

#[test]
fn advice_and_residence() {
    let mut guest = Guest::default();
    let at = mmap(&mut guest, 0, 2 * PAGE, RW, PRIVATE | ANON).unwrap();
    guest.mem.fill(at, 2 * PAGE, 9).unwrap();
    assert_eq!(guest.call(nr::MADVISE, &[at, PAGE, 4]), Ok(0));
    assert_eq!(guest.get(at, 1), [0]);
    assert_eq!(guest.get(at + PAGE, 1), [9]);
    assert_eq!(guest.call(nr::MADVISE, &[at, 3 * PAGE, 4]), Err(Errno::ENOMEM));
    assert_eq!(guest.call(nr::MADVISE, &[at, PAGE, 99]), Err(Errno::EINVAL));
    let vec = guest.room(2);
    assert_eq!(guest.call(nr::MINCORE, &[at, 2 * PAGE, vec]), Ok(0));
    assert_eq!(guest.get(vec, 2), [1, 1]);
}

#[test]
fn file_mappings_copy_and_shared_ones_write_back() {
    let mut guest = Guest::default();
    let path = guest.text("/tmp/m");
    let fd = guest.call(nr::OPENAT, &[-100i64 as u64, path, 0o102, 0o600]).unwrap();
    let data: Vec<u8> = (0..5000u32).map(|byte| byte as u8).collect();
    let from = guest.put(&data);
    guest.call(nr::WRITE, &[fd, from, 5000]).unwrap();
    let private = guest.call(nr::MMAP, &[0, 5000, RW, PRIVATE, fd, 0]).unwrap();
    assert_eq!(guest.get(private, 5000), data);
    assert_eq!(guest.get(private + 5000, 3192), [0; 3192]);
    let shared = guest.call(nr::MMAP, &[0, PAGE, RW, SHARED, fd, PAGE]).unwrap();
    assert_eq!(guest.get(shared, 904), data[4096..]);
    guest.mem.write(private, b"private").unwrap();
    guest.mem.write(shared, b"shared").unwrap();
    assert_eq!(guest.call(nr::MSYNC, &[shared, PAGE, 4]), Ok(0));
    let to = guest.room(5000);
    guest.call(nr::LSEEK, &[fd, 0, 0]).unwrap();
    assert_eq!(guest.call(nr::READ, &[fd, to, 5000]), Ok(5000), "the length stays");
    assert_eq!(guest.get(to, 7), data[..7]);
    assert_eq!(guest.get(to + 4096, 6), b"shared");
    guest.mem.write(shared, b"at the end").unwrap();
    assert_eq!(guest.outcome(nr::EXIT_GROUP, &[259]), Outcome::Exit(3));
    assert_eq!(&guest.process.get_file(b"/tmp/m").unwrap()[4096..4106], b"at the end");
    assert_eq!(guest.call(nr::MMAP, &[0, PAGE, RW, PRIVATE, 99, 0]), Err(Errno::EBADF));
    assert_eq!(guest.call(nr::MMAP, &[0, PAGE, RW, PRIVATE, fd, 1]), Err(Errno::EINVAL));
    assert_eq!(guest.call(nr::MMAP, &[0, PAGE, RW, PRIVATE, 1, 0]), Err(Errno::ENODEV));
}
