//! A small generator of random numbers (splitmix64), the same on every machine.

use crate::ir::{Const, Type};

pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Random {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ 0x5851_f42d_4c95_7f2d)
    }

    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number below `limit`.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        self.next() % limit
    }

    pub(crate) fn chance(&mut self, one_in: u64) -> bool {
        self.below(one_in) == 0
    }

    pub(crate) fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len() as u64) as usize]
    }

    /// A number that is likely to matter.
    pub(crate) fn small(&mut self) -> i64 {
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

    pub(crate) fn constant(&mut self, ty: Type) -> Const {
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
