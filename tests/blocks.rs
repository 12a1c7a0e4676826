//! Blocks of instructions, run natively by the reference emulator, in the
//! interpreter, and translated under wasmtime and Node: the registers and the
//! memory that a block leaves must be the same to the bit, and the exception
//! flags where they are tracked. Needs the cross compiler, qemu and Node: without
//! `RV2WAT_EXTERNAL=1` it says that it was skipped.
//!
//! `RV2WAT_BLOCKS=N` makes N random programs instead of the usual few, and
//! `RV2WAT_SEED=S` starts at another seed.

#![cfg(feature = "run")]

#[path = "blocks/generate.rs"]
mod generate;
#[path = "programs/node.rs"]
mod node;
#[path = "blocks/program.rs"]
mod program;
#[path = "../interp/tests/common/random.rs"]
mod random;
#[path = "blocks/run.rs"]
mod run;
#[path = "blocks/ways.rs"]
mod ways;

use generate::Item;
use program::Program;
use rayon::prelude::*;
use rv2wat::pipeline::Spoil;
use rv2wat_isa::decode;

/// Random programs of a usual run.
const PROGRAMS: u64 = 24;

/// Rows of the instruction table in one program.
const ROWS: usize = 8;

fn tools() -> Option<ways::Tools> {
    if std::env::var_os("RV2WAT_EXTERNAL").is_none_or(|value| value != "1") {
        eprintln!("skipped; scripts/test fetches what it needs and runs it");
        return None;
    }
    Some(ways::Tools::find().unwrap_or_else(|why| panic!("{why}")))
}

fn number(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default)
}

fn check_all(what: &str, programs: Vec<Program>, tools: &ways::Tools) {
    let blocks: usize = programs.iter().map(|program| program.blocks.len()).sum();
    let count = programs.len();
    let failures: Vec<String> =
        programs.into_par_iter().flat_map(|program| run::check(&program, tools)).collect();
    assert!(failures.is_empty(), "{} programs of {count} differ\n\n{}", failures.len(), failures.join("\n"));
    println!("{what}: {blocks} blocks agree in {} ways", ways::WAYS.len());
}

#[test]
fn random_blocks_leave_what_qemu_leaves() {
    let Some(tools) = tools() else { return };
    let (count, seed) = (number("RV2WAT_BLOCKS", PROGRAMS), number("RV2WAT_SEED", 0));
    check_all("random", (seed..seed + count).map(program::random).collect(), &tools);
}

#[test]
fn every_instruction_leaves_what_qemu_leaves() {
    let Some(tools) = tools() else { return };
    let rows = generate::rows();
    // All but those that are left out by name or by what they do.
    assert!(rows.len() > 150, "blocks can be made of {} rows only", rows.len());
    let programs = rows.chunks(ROWS).zip(number("RV2WAT_SEED", 0)..);
    check_all("of one row", programs.map(|(rows, seed)| program::of_rows(rows, seed)).collect(), &tools);
}

#[test]
fn a_damaged_translation_is_found() {
    let Some(mut tools) = tools() else { return };
    tools.spoil = Some(Spoil { pass: "promote".to_owned(), function: "block0".to_owned() });
    let one = decode(0x0010_0293).expect("li t0,1");
    let program = Program { blocks: vec![vec![Item::Inst(one)]], sets: 2, seed: 0 };
    let report = run::check(&program, &tools).expect("a difference");
    assert!(report.contains("wasmtime -O0, set 0: t0 is 0x0000000000000002"), "{report}");
}
