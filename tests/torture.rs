//! GCC's execution tests, translated and run, compared with the reference
//! emulator. They are some 1,700 small programs, most of them written because a
//! compiler once got them wrong; each checks itself and aborts if something is.
//!
//! `scripts/gcc-torture` compiles them with static musl and keeps those that the
//! reference emulator runs to success; `scripts/test torture` calls it and then
//! this, with `RV2WAT_EXTERNAL=1`. It chooses the tests too: a spread of 200, or
//! all of them if `RV2WAT_TORTURE` is `all`. `RV2WAT_ONLY` filters by parts of
//! names.
#![cfg(feature = "run")]

#[path = "programs/harness.rs"]
mod harness;

use std::fs;

use rstest::rstest;

use harness::{Case, Recorded, cache, check_all, external};

/// Tests that are not run, and why. `NAME` stands for both levels, `NAME.LEVEL`
/// for one.
const EXCLUDED: &[(&str, &str)] = &[];

/// No more than this many may ever be excluded.
const MOST_EXCLUDED: usize = 10;

/// Tests whose point is to leave sideways, and why: only these may have
/// instructions interpreted.
const SIDEWAYS: &[(&str, &str)] = &[];

/// Each test at one level of the guest's compiler.
#[rstest]
#[case::unoptimised("O0")]
#[case::optimised("O2")]
fn execute(#[case] level: &str) {
    if external() {
        check_all(&format!("torture at -{level}"), cases(level));
    } else {
        eprintln!("torture: skipped; scripts/test fetches what it needs and runs it");
    }
}

/// The tests that `scripts/gcc-torture` chose, without those excluded.
fn cases(level: &str) -> Vec<Case> {
    let dir = cache().join("torture");
    let chosen = fs::read_to_string(dir.join("chosen"))
        .expect("scripts/gcc-torture (or scripts/test torture) chooses the tests");
    chosen
        .lines()
        .filter_map(|test| Some((test, test.strip_suffix(level)?.strip_suffix('.')?)))
        .filter(|(test, name)| !EXCLUDED.iter().any(|(which, _)| which == test || which == name))
        .map(|(test, name)| {
            let stdout = fs::read(dir.join(format!("{test}.stdout"))).expect("each test has its output");
            Case {
                name: test.to_owned(),
                program: dir.join(test),
                recorded: Some(Recorded { status: 0, stdout }),
                sideways: SIDEWAYS.iter().find(|(which, _)| *which == name).map(|(_, why)| (*why).to_owned()),
                ..Case::default()
            }
        })
        .collect()
}

#[test]
fn few_are_excluded_and_each_for_a_reason() {
    assert!(EXCLUDED.len() <= MOST_EXCLUDED);
    assert!(EXCLUDED.iter().chain(SIDEWAYS).all(|(name, why)| !name.is_empty() && !why.is_empty()));
}
