//! Buffers that the guest itself may not access, in a memory that refuses them.

use rv2wat_linux::testing::{Guest, VecMemory};
use rv2wat_linux::{GuestMemory, MemoryFault, Outcome};

const PIPE2: u64 = 59;
const READ: u64 = 63;
const WRITE: u64 = 64;
const READV: u64 = 65;
const GETRANDOM: u64 = 278;

const EFAULT: i64 = -14;
const PAGE: u64 = 4096;

/// A memory in which the guest may not write from one address on.
struct Guarded<'a> {
    mem: &'a mut VecMemory,
    from: u64,
}

impl GuestMemory for Guarded<'_> {
    fn read(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        self.mem.read(addr, buf)
    }

    fn write(&mut self, addr: u64, data: &[u8]) -> Result<(), MemoryFault> {
        let len = data.len() as u64;
        if self.writable(addr, len) < len {
            Err(MemoryFault { addr, len })
        } else {
            self.mem.write(addr, data)
        }
    }

    fn writable(&self, addr: u64, len: u64) -> u64 {
        self.mem.writable(addr, len).min(self.from.saturating_sub(addr))
    }

    fn poke(&mut self, addr: u64, data: &[u8]) -> Result<(), MemoryFault> {
        self.mem.write(addr, data)
    }

    fn end(&self) -> u64 {
        self.mem.end()
    }

    fn grow(&mut self, end: u64) -> Result<(), MemoryFault> {
        self.mem.grow(end)
    }
}

/// Makes a call while nothing may be written from `from` on.
fn call(guest: &mut Guest, from: u64, number: u64, args: [u64; 3]) -> i64 {
    let mut mem = Guarded { mem: &mut guest.mem, from };
    match guest.process.syscall(&mut mem, number, [args[0], args[1], args[2], 0, 0, 0]) {
        Outcome::Return(value) => value,
        other => panic!("{other:?}"),
    }
}

/// A pipe with some bytes in it.
fn pipe(guest: &mut Guest) -> u64 {
    let at = guest.room(8);
    guest.call(PIPE2, &[at, 0]).unwrap();
    let (read, write) = (u64::from(guest.half(at)), u64::from(guest.half(at + 4)));
    let text = guest.text("eight or");
    guest.call(WRITE, &[write, text, 8]).unwrap();
    read
}

#[test]
fn what_cannot_be_written_fails_and_takes_nothing() {
    let mut guest = Guest::default();
    let read = pipe(&mut guest);
    let page = Guest::SCRATCH + PAGE;
    assert_eq!(call(&mut guest, page, READ, [read, page, 8]), EFAULT);
    assert_eq!(call(&mut guest, page, GETRANDOM, [page - 2, 8, 0]), EFAULT);
    assert_eq!(call(&mut guest, page, PIPE2, [page - 4, 0, 0]), EFAULT);
    assert_eq!(guest.word(page - 4), 0);
    let to = guest.room(8);
    assert_eq!(call(&mut guest, page, READ, [read, to, 8]), 8);
    assert_eq!(guest.get(to, 8), b"eight or");
}

#[test]
fn what_fits_before_the_first_refused_byte_is_transferred() {
    let mut guest = Guest::default();
    let read = pipe(&mut guest);
    let page = Guest::SCRATCH + PAGE;
    assert_eq!(call(&mut guest, page, READ, [read, page - 3, 8]), 3);
    assert_eq!(guest.get(page - 3, 4), b"eig\0");
    // Nothing goes into the part behind a part that was cut short.
    let rest = guest.room(8);
    let parts: Vec<u8> = [page - 2, 5, rest, 8].iter().flat_map(|word: &u64| word.to_le_bytes()).collect();
    let parts = guest.put(&parts);
    assert_eq!(call(&mut guest, page, READV, [read, parts, 2]), 2);
    assert_eq!(guest.get(page - 2, 2), b"ht");
    assert_eq!(guest.get(rest, 8), [0; 8]);
}
