//! Seeds: the inputs that fuzzing starts from. They are committed in
//! `fuzz/seeds`; `scripts/fuzz --seeds` makes them again.
//!
//! All but the ELF files follow from the tables and generators of the other
//! crates, so that a new instruction has its seed.

use std::path::{Path, PathBuf};

use rv2wat_isa::{ALL, compressed};
use rv2wat_passes::pass::{self, Context, Silent};
use rv2wat_passes::testing::generate;
use rv2wat_passes::testing::random::Random;
use rv2wat_passes::text::print;

use crate::random::Rng;

/// Instructions in one seed.
const INSTRUCTIONS: usize = 24;

/// Seeds of targets whose bytes are choices.
const CHOICES: u64 = 24;

/// The committed seeds of a target, by name.
///
/// # Panics
/// If there are none: the checkout is not whole.
pub fn committed(target: &str) -> Vec<Vec<u8>> {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(directory(target))
        .unwrap_or_else(|why| panic!("the seeds of {target}: {why}"))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .collect();
    paths.sort();
    assert!(!paths.is_empty(), "{target} has no seeds");
    let read = |path| std::fs::read(path).unwrap_or_else(|why| panic!("{why}"));
    paths.iter().map(read).collect()
}

/// Where the seeds of a target are.
pub fn directory(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds").join(target)
}

/// The seeds of a target, by the names of their files; `None` of one whose seeds
/// a compiler makes.
pub fn make(target: &str) -> Option<Vec<(String, Vec<u8>)>> {
    let seeds: Vec<Vec<u8>> = match target {
        "decoder" => decoder(),
        "differential" => differential(),
        "ir_text" => ir_text(),
        "structure" => (0..CHOICES).map(choices).collect(),
        _ => return None,
    };
    Some(seeds.into_iter().enumerate().map(|(number, seed)| (format!("{number:02}"), seed)).collect())
}

/// A word of each row of both tables.
fn decoder() -> Vec<Vec<u8>> {
    let wide = words(0).map(u32::to_le_bytes);
    let mut random = Rng(1);
    let narrow = compressed::ALL.iter().map(|row| row.bits | random.next() as u16 & !row.mask);
    let narrow: Vec<[u8; 2]> = narrow.map(u16::to_le_bytes).collect();
    let wide: Vec<[u8; 4]> = wide.collect();
    let wide = wide.chunks(INSTRUCTIONS).map(|chunk| chunk.concat());
    wide.chain(narrow.chunks(2 * INSTRUCTIONS).map(|chunk| chunk.concat())).collect()
}

/// Words of all rows, registers out of a few.
fn words(seed: u64) -> impl Iterator<Item = u32> {
    let mut random = Rng(seed);
    ALL.iter().map(move |row| {
        // The fields rd, rs1 and rs2: operands and results shall overlap.
        let few = 0x018c_0c00;
        row.bits | random.next() as u32 & !row.mask & !few
    })
}

/// Blocks in which each instruction is twice, in two orders.
fn differential() -> Vec<Vec<u8>> {
    let in_order: Vec<u32> = words(2).collect();
    let across = (0..INSTRUCTIONS).flat_map(|start| words(3).skip(start).step_by(INSTRUCTIONS));
    let all: Vec<u32> = in_order.into_iter().chain(across).collect();
    let block = |(number, chunk): (usize, &[u32])| {
        let head = std::iter::once(number as u8).chain((number as u64 + 1).to_le_bytes());
        head.chain(chunk.iter().flat_map(|word| word.to_le_bytes())).collect()
    };
    all.chunks(INSTRUCTIONS).enumerate().map(block).collect()
}

/// The text that has everything, and random functions as lifted and after the
/// passes.
fn ir_text() -> Vec<Vec<u8>> {
    let everything = include_str!("../../passes/src/text/everything.ir").to_owned();
    let random = (0..CHOICES / 2).map(|number| {
        let mut func = generate::sized(Random::new(number), 1 + number as usize % 5, 6);
        if number % 3 > 0 {
            let run =
                pass::run(&pass::pipeline(number as u8 % 4), &mut func, &Context::default(), &mut Silent);
            run.unwrap_or_else(|never| match never {});
        }
        print(&func)
    });
    std::iter::once(everything).chain(random).map(String::into_bytes).collect()
}

/// Bytes that choose.
fn choices(number: u64) -> Vec<u8> {
    let mut random = Rng(number);
    let length = [40, 120, 400][number as usize % 3];
    std::iter::once(number as u8).chain((1..length).map(|_| random.next() as u8)).collect()
}
