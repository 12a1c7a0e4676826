//! Random blocks of 1 to 200 instructions and forward branches, translated at each level
//! and run natively by the reference emulator: the registers and the memory that
//! a block leaves must be the same to the bit. Needs the cross compiler and qemu:
//! without `RV2WAT_EXTERNAL=1` it says that it was skipped.
//!
//! `RV2WAT_BLOCKS=N` makes N programs instead of the usual few, and
//! `RV2WAT_SEED=S` starts at another seed.

#![cfg(feature = "run")]

#[path = "blocks/generate.rs"]
mod generate;
#[path = "blocks/program.rs"]
mod program;
#[path = "../interp/tests/common/random.rs"]
mod random;
#[path = "blocks/run.rs"]
mod run;

use rayon::prelude::*;

/// Programs of a usual run, and what they are translated at.
const PROGRAMS: u64 = 24;
const LEVELS: [u8; 4] = [0, 1, 2, 3];

#[test]
fn random_blocks_leave_what_qemu_leaves() {
    if std::env::var_os("RV2WAT_EXTERNAL").is_none_or(|value| value != "1") {
        eprintln!("skipped; scripts/test fetches what it needs and runs it");
        return;
    }
    let number = |name, default| std::env::var(name).ok().and_then(|n| n.parse().ok()).unwrap_or(default);
    let (count, seed) = (number("RV2WAT_BLOCKS", PROGRAMS), number("RV2WAT_SEED", 0));
    let failures: Vec<String> =
        (seed..seed + count).into_par_iter().flat_map(|seed| run::check(seed, &LEVELS)).collect();
    assert!(failures.is_empty(), "{} programs of {count} differ\n\n{}", failures.len(), failures.join("\n"));
    println!("{count} programs of {} blocks agree", program::BLOCKS);
}
