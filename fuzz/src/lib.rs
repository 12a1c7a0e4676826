//! Fuzz targets: what must hold whatever the bytes are.
//!
//! Each target is one module with a function `check` over bytes. libFuzzer calls
//! it (`fuzz_targets`, run by `scripts/fuzz`), and so does a short run without a
//! fuzzer (`tests/smoke.rs`): over the seeds and over mutants of them, the same on
//! every machine. Where a target compares, a second function takes a damage to be
//! done to what is under test: the smoke run shows that it is found.
//!
//! | target | bytes are | what must hold |
//! |---|---|---|
//! | [`loader`] | an ELF file | it is translated or refused, in bounded memory |
//! | [`decoder`] | instructions | they encode back; they read and write what they say |
//! | [`ir_text`] | text of the IR | what is valid prints, and parses to the same |
//! | [`structure`] | choices that make a graph | the tree does what the graph does |
//! | [`differential`] | a block of instructions | translation and interpreter agree |
//!
//! Knows all crates. Must never know libFuzzer, nor how inputs are chosen.

pub mod decoder;
pub mod differential;
pub mod ir_text;
pub mod loader;
pub mod mutate;
pub mod seeds;
pub mod structure;

#[path = "../../tests/wast_harness/elf.rs"]
mod elf;
#[allow(dead_code, reason = "the random blocks of the root package use the rest")]
#[path = "../../tests/blocks/generate.rs"]
mod generate;
#[path = "../../interp/tests/common/random.rs"]
mod random;

/// What a target says of one input: nothing, or what is wrong.
pub type Verdict = Result<(), String>;

/// A fuzz target.
#[derive(Clone, Copy, Debug)]
pub struct Target {
    /// What `scripts/fuzz` calls it.
    pub name: &'static str,
    /// Checks one input.
    pub check: fn(&[u8]) -> Verdict,
}

/// All targets.
pub const TARGETS: [Target; 5] = [
    Target { name: "decoder", check: decoder::check },
    Target { name: "differential", check: differential::check },
    Target { name: "ir_text", check: ir_text::check },
    Target { name: "loader", check: loader::check },
    Target { name: "structure", check: structure::check },
];

/// Panics with what is wrong.
///
/// # Panics
/// If something is.
pub fn assert(verdict: Verdict) {
    if let Err(wrong) = verdict {
        panic!("{wrong}");
    }
}
