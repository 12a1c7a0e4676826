//! Random calls with awkward arguments: whatever a guest passes, there is an
//! answer, memory stays bounded and nothing panics.

use rv2wat_linux::testing::{FakeDir, FakeHost, Guest};
use rv2wat_linux::{Config, GuestMemory, Outcome};
use std::sync::Arc;

/// A generator of the xorshift family: the same numbers on every run.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit as u64) as usize
    }
}

const PATHS: [&str; 14] = [
    "/tmp/a",
    "/tmp/b",
    "/tmp/d",
    "/tmp/d/e",
    "d",
    "..",
    ".",
    "/",
    "/proc/self/fd/3",
    "/mnt/x",
    "/mnt/../mnt",
    "/proc/self/maps",
    "/dev/zero",
    "",
];

fn argument(random: &mut Random, places: &[u64]) -> u64 {
    const AWKWARD: [u64; 20] = [
        0,
        1,
        2,
        3,
        8,
        24,
        100,
        4096,
        8192,
        0x10000,
        0x40000,
        1 << 20,
        0x3ff_f000,
        0xffff_f000,
        1 << 31,
        1 << 32,
        1 << 40,
        i64::MAX as u64,
        -100i64 as u64,
        u64::MAX,
    ];
    match random.below(10) {
        0..=3 => places[random.below(places.len())],
        4..=6 => AWKWARD[random.below(AWKWARD.len())],
        7 => random.next() & 0x7f,
        8 => random.next() & 0x3f_f000,
        _ => random.next(),
    }
}

fn run(seed: u64, calls: usize) {
    let mut random = Random(seed);
    let config = Config { uid: (seed % 2 * 1000) as u32, ..Config::default() };
    let mut guest = Guest::new(FakeHost { input: vec![b'x'; 1000], ..FakeHost::default() }, config);
    let dir = Arc::new(FakeDir::default());
    dir.add_file("x", b"host");
    guest.process.mount(b"/mnt", dir, false).unwrap();
    let mut places: Vec<u64> = PATHS.iter().map(|path| guest.text(path)).collect();
    places.extend((0..8).map(|_| guest.room(256)));
    // The last bytes of memory, and the first that are not.
    places.extend([guest.mem.end() - 4, guest.mem.end(), guest.sp]);
    for _ in 0..calls {
        // Structures of small numbers and addresses.
        if random.below(4) == 0 {
            let at = places[PATHS.len() + random.below(8)];
            let value = argument(&mut random, &places);
            let offset = 8 * random.below(32) as u64;
            guest.mem.write(at + offset, &value.to_le_bytes()).unwrap();
        }
        let nr = match random.below(30) {
            0 => random.next(),
            _ => random.next() % 460,
        };
        let mut args: Vec<u64> = (0..6).map(|_| argument(&mut random, &places)).collect();
        // Many calls get further with a descriptor.
        if random.below(2) == 0 {
            args[0] = random.below(12) as u64;
        }
        let outcome = guest.outcome(nr, &args);
        let line = guest.process.trace_line(nr, [0, 1, 2, 3, 4, 5].map(|at| args[at]), &guest.mem, &outcome);
        assert!(!line.is_empty());
        match outcome {
            Outcome::Return(value) => assert!(!(i64::MIN / 2..-4095).contains(&value), "{line}"),
            Outcome::Exit(status) => assert!((0..256).contains(&status), "{line}"),
            Outcome::Kill(signal) => assert!((1..=64).contains(&signal), "{line}"),
            Outcome::Deliver(_) => guest.process.signal_returned(0),
            Outcome::SigReturn | Outcome::Deadlock(_) => {}
        }
        assert!(guest.mem.end() <= 64 << 20);
    }
}

#[test]
fn no_call_panics() {
    for seed in 1..=20 {
        run(seed * 0x9e37_79b9, 20_000);
    }
}
