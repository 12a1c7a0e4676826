//! Mutants of seeds, chosen by number: a small part of what a fuzzer does, the
//! same on every machine. Must never know what the bytes mean.

use crate::random::Rng;

/// The longest mutant, bytes.
const LONGEST: usize = 1 << 15;

/// The mutant of a number. Its seed is `number` modulo the number of seeds.
pub fn mutant(seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut random = Rng(number);
    let mut bytes = seeds[number as usize % seeds.len()].clone();
    for _ in 0..=random.below(4) {
        change(&mut bytes, seeds, &mut random);
    }
    bytes.truncate(LONGEST);
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], random: &mut Rng) {
    let at = random.below(bytes.len() as u64 + 1) as usize;
    match random.below(8) {
        0 | 1 => put(bytes, at, 1, |old| old ^ 1 << (at % 8)),
        2 => {
            let new = random.next() as u8;
            put(bytes, at, 1, |_| new);
        }
        // Numbers at the borders of formats, of 1, 2, 4 or 8 bytes.
        3 | 4 => {
            let number = random.pick(&[0, 1, 0x7f, 0x80, 0xff, 0x8000, 1 << 31, 1 << 63, u64::MAX]);
            let size = 1 << random.below(4);
            let mut number = number.to_le_bytes().into_iter();
            put(bytes, at & !(size - 1), size, |old| number.next().unwrap_or(old));
        }
        5 => {
            let end = (at + 1 + random.below(32) as usize).min(bytes.len());
            bytes.drain(at.min(end)..end);
        }
        // A piece of some seed, inserted or over what is there.
        insert => {
            let other = &seeds[random.below(seeds.len() as u64) as usize];
            let start = random.below(other.len() as u64 + 1) as usize;
            let end = (start + 1 + random.below(64) as usize).min(other.len());
            let piece = &other[start.min(end)..end];
            let gone = if insert == 6 { at } else { (at + piece.len()).min(bytes.len()) };
            bytes.splice(at..gone, piece.iter().copied());
        }
    }
}

fn put(bytes: &mut [u8], at: usize, count: usize, mut new: impl FnMut(u8) -> u8) {
    for byte in bytes.iter_mut().skip(at).take(count) {
        *byte = new(*byte);
    }
}
