//! A small generator of random numbers (splitmix64), the same on every machine,
//! which may be led by bytes that someone else chose.

use crate::ir::{Const, Type};

/// Numbers that follow from a seed, or from bytes.
pub struct Random {
    state: u64,
    /// Bytes that decide first, in reverse order.
    bytes: Vec<u8>,
}

impl Random {
    /// Numbers that follow from a seed.
    pub fn new(seed: u64) -> Random {
        let state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d;
        Random { state, bytes: Vec::new() }
    }

    /// Numbers that are read from bytes, as few for each as it needs. When there
    /// are no more, those of a fixed seed follow.
    pub fn of_bytes(bytes: &[u8]) -> Random {
        Random { bytes: bytes.iter().rev().copied().collect(), ..Random::new(0) }
    }

    /// Any number.
    pub(crate) fn next(&mut self) -> u64 {
        if !self.bytes.is_empty() {
            let read = (0..8).map(|_| self.bytes.pop().unwrap_or(0));
            return read.fold(0, |number, byte| number << 8 | u64::from(byte));
        }
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        match self.bytes.pop() {
            Some(byte) if limit <= 256 => u64::from(byte) % limit,
            Some(byte) => {
                self.bytes.push(byte);
                self.next() % limit
            }
            None => self.next() % limit,
        }
    }

    /// Whether something comes true that does so once in so many times.
    pub fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }

    /// One of some items.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// A number that is likely to matter.
    pub fn small(&mut self) -> i64 {
        match self.below(8) {
            0 => self.next() as i64,
            1 => self.next() as i64 >> 33,
            2 => self.pick(&[
                i64::MIN,
                i64::MAX,
                1 << 31,
                1 << 32,
                0xffff_ffff,
                0x7fff_ffff,
                -(1 << 31),
                255,
                0xffff,
            ]),
            3 => 1 << self.below(64),
            _ => self.below(20) as i64 - 6,
        }
    }

    /// A value of a type that is likely to matter.
    pub fn constant(&mut self, ty: Type) -> Const {
        const DOUBLES: [u64; 8] = [
            0,
            1 << 63,
            0x3ff8_0000_0000_0000,
            0xc008_0000_0000_0000,
            0x7ff0_0000_0000_0000,
            0xfff8_0000_0000_1234,
            0xffff_ffff_3fc0_0000,
            0xffff_ffff_ff80_0000,
        ];
        const SINGLES: [u32; 6] = [0, 1 << 31, 0x3fc0_0000, 0xc040_0000, 0x7f80_0000, 0xffc0_0012];
        match ty {
            Type::I32 => Const::I32(self.small() as i32),
            Type::I64 => Const::I64(self.small()),
            Type::F32 => Const::F32(self.pick(&SINGLES)),
            Type::F64 => Const::F64(self.pick(&DOUBLES)),
        }
    }
}
