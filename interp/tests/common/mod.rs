//! What the tests share: operands worth trying, and static guests.

// Each test binary uses its own part of this module.
#![allow(dead_code)]

mod random;

pub use random::Rng;
use rv2wat_interp::{FlatMemory, Hart, Memory, Stop, run};

impl Rng {
    /// A fraction of `bits` bits with long runs of equal bits half of the time.
    fn fraction(&mut self, bits: u32) -> u64 {
        let mask = (1 << bits) - 1;
        let run = (1_u64 << self.below(u64::from(bits) + 1)) - 1;
        let moved = run << self.below(u64::from(bits));
        mask & match self.below(6) {
            0 => moved,
            1 => !moved,
            2 => moved ^ self.below(4),
            _ => self.next(),
        }
    }

    /// Bits of a double, or of a single, whose exponent field is `exp`.
    fn float(&mut self, double: bool, exp: i64) -> u64 {
        let (frac, max) = if double { (52, 2047) } else { (23, 255) };
        let sign = self.below(2) << if double { 63 } else { 31 };
        sign | (exp.clamp(0, max) as u64) << frac | self.fraction(frac)
    }

    /// Three operands of one format: special, or with exponents chosen so that
    /// sums cancel and products and quotients come near the limits.
    pub fn floats(&mut self, double: bool) -> [u64; 3] {
        let (bias, max) = if double { (1023, 2047) } else { (127, 255) };
        if self.below(4) == 0 {
            let special = if double { SPECIAL_D } else { SPECIAL_S };
            return [0; 3].map(|_| self.pick(special));
        }
        let a = self.below(max + 1) as i64;
        let near = |rng: &mut Rng, exp: i64| exp + rng.below(7) as i64 - 3;
        let b = match self.below(6) {
            0 => near(self, a),
            1 => near(self, bias - a),
            2 => near(self, a + bias),
            3 => near(self, 3 * bias - a),
            4 => near(self, bias),
            _ => self.below(max + 1) as i64,
        };
        let c = match self.below(4) {
            0 => near(self, a + b - bias),
            1 => near(self, a + b - bias - if double { 53 } else { 24 }),
            2 => near(self, 0),
            _ => self.below(max + 1) as i64,
        };
        let mut abc = [a, b, c].map(|exp| self.float(double, exp));
        if self.below(8) == 0 {
            let special = if double { SPECIAL_D } else { SPECIAL_S };
            abc[self.below(3) as usize] = self.pick(special);
        }
        abc
    }

    /// Three integer register values.
    pub fn integers(&mut self) -> [u64; 3] {
        [0; 3].map(|_| match self.below(4) {
            0 => self.pick(INTEGERS),
            1 => self.next() >> self.below(64),
            2 => (self.next() as i64 >> self.below(64)) as u64,
            _ => self.fraction(63) << self.below(2),
        })
    }
}

pub const INTEGERS: &[u64] = &[
    0,
    1,
    2,
    u64::MAX,
    u64::MAX - 1,
    i64::MAX as u64,
    i64::MIN as u64,
    i64::MIN as u64 + 1,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    0xffff_ffff_8000_0000,
    0xffff_ffff_7fff_ffff,
    0x0102_0304_0506_0708,
    0xff00_ff00_00ff_00ff,
];

pub const SPECIAL_S: &[u64] = &[
    0x0000_0000, // zeros
    0x8000_0000,
    0x0000_0001, // subnormals
    0x8000_0001,
    0x007f_ffff,
    0x807f_ffff,
    0x0080_0000, // the smallest normal number
    0x8080_0000,
    0x0080_0001,
    0x7f7f_ffff, // the largest
    0xff7f_ffff,
    0x7f80_0000, // infinities
    0xff80_0000,
    0x7fc0_0000, // NaNs
    0xffc0_0000,
    0x7f80_0001,
    0xffbf_ffff,
    0x7fff_ffff,
    0x3f80_0000, // 1, -1, and neighbours
    0xbf80_0000,
    0x3f80_0001,
    0x3f7f_ffff,
    0x3f00_0000, // 0.5, 1.5, -2.5
    0x3fc0_0000,
    0xc020_0000,
    0x4effffff, // around 2^31, 2^32, 2^63, 2^64
    0x4f00_0000,
    0xcf00_0000,
    0x4f80_0000,
    0x5f00_0000,
    0xdf00_0000,
    0x5f80_0000,
];

pub const SPECIAL_D: &[u64] = &[
    0x0000_0000_0000_0000,
    0x8000_0000_0000_0000,
    0x0000_0000_0000_0001,
    0x8000_0000_0000_0001,
    0x000f_ffff_ffff_ffff,
    0x800f_ffff_ffff_ffff,
    0x0010_0000_0000_0000,
    0x8010_0000_0000_0000,
    0x0010_0000_0000_0001,
    0x7fef_ffff_ffff_ffff,
    0xffef_ffff_ffff_ffff,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0000,
    0x7ff0_0000_0000_0001,
    0xfff7_ffff_ffff_ffff,
    0x7fff_ffff_ffff_ffff,
    0x3ff0_0000_0000_0000,
    0xbff0_0000_0000_0000,
    0x3ff0_0000_0000_0001,
    0x3fef_ffff_ffff_ffff,
    0x3fe0_0000_0000_0000,
    0x3ff8_0000_0000_0000,
    0xc004_0000_0000_0000,
    0x41df_ffff_ffc0_0000, // 2^31 - 1 and its half-way neighbours
    0x41df_ffff_ffe0_0000,
    0xc1e0_0000_0000_0000,
    0xc1e0_0000_0010_0000,
    0x41ef_ffff_fff0_0000, // 2^32 - 0.5
    0x43e0_0000_0000_0000, // 2^63, 2^64
    0xc3e0_0000_0000_0000,
    0x43f0_0000_0000_0000,
    0x3810_0000_0000_0000, // the smallest normal single, and just below it
    0x380f_ffff_ffff_ffff,
    0x47ef_ffff_f000_0000, // half-way beyond the largest single
];

/// Loads a static guest; `None` if `elf` is not one that this can read.
pub fn load_guest(elf: &[u8]) -> Option<(Hart, FlatMemory)> {
    let u64_at = |at: usize| Some(u64::from_le_bytes(elf.get(at..at + 8)?.try_into().ok()?));
    let u16_at = |at: usize| Some(u16::from_le_bytes(elf.get(at..at + 2)?.try_into().ok()?));
    let table = u64_at(32)? as usize;
    let headers = (0..usize::from(u16_at(56)?)).map(|n| table + 56 * n);
    let loads: Vec<usize> = headers.filter(|&at| elf.get(at..at + 4) == Some(&[1, 0, 0, 0])).collect();
    let base = loads.iter().filter_map(|at| u64_at(at + 16)).min()?;
    let ends = loads.iter().map(|at| Some(u64_at(at + 16)? + u64_at(at + 40)?));
    let end = ends.flatten().max()?;
    let mut memory = FlatMemory::new(base, vec![0; (end - base) as usize]);
    for at in loads {
        let (offset, size) = (u64_at(at + 8)? as usize, u64_at(at + 32)? as usize);
        memory.store(u64_at(at + 16)?, elf.get(offset..offset + size)?).ok()?;
    }
    Some((Hart::at(u64_at(24)?), memory))
}

/// Runs a guest that only reads, writes and exits, and returns what it wrote
/// and its exit status. Anything else that stops it is an error.
pub fn run_guest(elf: &[u8], mut input: &[u8]) -> Result<(Vec<u8>, u64), Stop> {
    let (mut hart, mut memory) = load_guest(elf).expect("a static ELF");
    let mut output = Vec::new();
    loop {
        let (stop, _) = run(&mut hart, &mut memory, &mut |_| false, u64::MAX);
        if stop != Stop::Ecall {
            return Err(stop);
        }
        let (addr, len) = (hart.x[11], hart.x[12] as usize);
        hart.x[10] = match hart.x[17] {
            63 => {
                let (now, later) = input.split_at(len.min(input.len()));
                memory.store(addr, now).expect("the guest's buffer");
                input = later;
                now.len() as u64
            }
            64 => {
                let start = output.len();
                output.resize(start + len, 0);
                memory.load(addr, &mut output[start..]).expect("the guest's buffer");
                len as u64
            }
            93 => return Ok((output, hart.x[10])),
            _ => return Err(stop),
        };
    }
}
