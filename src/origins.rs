//! Which guest instruction each access of a module's code comes from: what an engine says
//! of a trap, a place in the code, becomes a guest address.
//!
//! Knows places and addresses. Must never know what is at either.

use std::hash::Hasher as _;

use rustc_hash::FxHasher;
use serde::{Deserialize, Serialize};

/// The accesses of a module.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Origins {
    /// A hash of the module, whose code may be another by the time that it is compiled.
    module: u64,
    /// For each access, in the order of their places, the distances of place and address
    /// from those before, each as a number of bytes of seven bits.
    deltas: Vec<u8>,
}

impl Origins {
    /// The accesses of `module`: places in it, which grow, and guest addresses.
    pub fn new(module: &[u8], accesses: impl IntoIterator<Item = (u32, u64)>) -> Origins {
        let mut deltas = Vec::new();
        let (mut place, mut pc) = (0_u32, 0_u64);
        for (next, next_pc) in accesses {
            put(u64::from(next.wrapping_sub(place)), &mut deltas);
            // The sign goes to the lowest bit.
            let moved = next_pc.wrapping_sub(pc).cast_signed();
            put((moved << 1 ^ moved >> 63).cast_unsigned(), &mut deltas);
            (place, pc) = (next, next_pc);
        }
        Origins { module: hash(module), deltas }
    }

    /// These, if they are those of `module`; else none.
    #[must_use]
    pub fn of(&self, module: &[u8]) -> Origins {
        if self.module == hash(module) { self.clone() } else { Origins::default() }
    }

    /// The guest instruction that the access at a place in the module comes from.
    pub fn pc(&self, place: usize) -> Option<u64> {
        let mut from = self.accesses().skip_while(|&(at, _)| at < place as u64);
        from.next().filter(|&(at, _)| at == place as u64).map(|(_, pc)| pc)
    }

    /// All accesses: places and guest addresses.
    fn accesses(&self) -> impl Iterator<Item = (u64, u64)> {
        let mut rest = self.deltas.as_slice();
        let (mut place, mut pc) = (0_u64, 0_u64);
        std::iter::from_fn(move || {
            place = place.wrapping_add(take(&mut rest)?);
            let moved = take(&mut rest)?;
            pc = pc.wrapping_add((moved >> 1) ^ (moved & 1).wrapping_neg());
            Some((place, pc))
        })
    }
}

fn hash(module: &[u8]) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(module);
    hasher.finish()
}

fn put(mut number: u64, out: &mut Vec<u8>) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0;
    for shift in (0..64).step_by(7) {
        let (&byte, rest) = bytes.split_first()?;
        *bytes = rest;
        number |= u64::from(byte & 0x7f) << shift;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use rv2wat_isa::decode_at;

    use super::Origins;
    use crate::discover::Access;
    use crate::pipeline::{Options, build};

    #[test]
    fn a_place_is_one_of_an_access_or_none() {
        let accesses = [(5, 0x10000), (6, 0x1_0000_0000), (900, 0x10004), (70_000, u64::MAX)];
        let origins = Origins::new(b"module", accesses);
        for (place, pc) in accesses {
            assert_eq!(origins.pc(place as usize), Some(pc));
        }
        for place in [0, 4, 7, 899, 901, 70_001] {
            assert_eq!(origins.pc(place), None);
        }
    }

    #[test]
    fn accesses_of_a_module_come_from_accesses_of_the_program() {
        const FIB: &[u8] = include_bytes!("../golden/fib/fib.elf");
        for level in [0, 2] {
            let options = Options { level, ..Options::default() };
            let (translation, wasm) = build(FIB, &options).expect("it is translated");
            let accesses: Vec<_> = translation.origins.of(&wasm).accesses().collect();
            assert!(accesses.len() > 4, "{accesses:?}");
            for (place, pc) in accesses {
                let opcode = wasm[place as usize];
                assert!((0x28..=0x3e).contains(&opcode) || opcode == 0xfe, "{opcode:#x} at {place:#x}");
                let bytes = translation.image.read_up_to(pc, 4);
                let inst = decode_at(bytes).expect("an instruction").inst;
                assert!(Access::of(&inst).is_some(), "{inst:?} at {pc:#x}");
            }
        }
    }

    #[test]
    fn another_module_has_none() {
        let origins = Origins::new(b"module", [(5, 0x10000)]);
        assert_eq!(origins.of(b"module"), origins);
        assert_eq!(origins.of(b"modulf").pc(5), None);
        let damaged = Origins { module: 0, deltas: vec![0x80; 3] };
        assert_eq!(damaged.pc(5), None);
    }
}
