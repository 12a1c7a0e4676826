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

use harness::{Case, Recorded, and_checked, cache, check_all, external};

/// Tests that are not run, and why. `NAME` stands for both levels, `NAME.LEVEL`
/// for one.
const EXCLUDED: &[(&str, &str)] = &[("return-addr", "prints where its stack is")];

/// No more than this many may ever be excluded.
const MOST_EXCLUDED: usize = 10;

const TRAMPOLINE: &str = "the stack holds code that the program made, for a nested function";
const LONGJMP: &str = "longjmp comes back in the middle of functions";
const GOTO: &str = "a nested function jumps to a label of the function around it";
const LABELS: &str = "labels are found by differences, which discovery does not follow";

/// Tests whose point is to leave sideways, and why: only these may have
/// instructions interpreted. Named as in [`EXCLUDED`].
const SIDEWAYS: &[(&str, &str)] = &[
    ("20000822-1", TRAMPOLINE),
    ("20010122-1", "called through pointers, functions ask for their return addresses"),
    ("20210505-1", LONGJMP),
    ("920428-2", TRAMPOLINE),
    ("920501-7.O2", TRAMPOLINE),
    ("920721-4.O0", LABELS),
    ("921215-1.O0", TRAMPOLINE),
    ("931002-1.O0", TRAMPOLINE),
    ("builtins-memcpy-chk.O2", LONGJMP),
    ("builtins-memmove-chk.O2", LONGJMP),
    ("builtins-mempcpy-chk.O2", LONGJMP),
    ("builtins-memset-chk.O2", LONGJMP),
    ("builtins-pr93262-chk.O2", LONGJMP),
    ("builtins-stpcpy-chk.O2", LONGJMP),
    ("builtins-stpncpy-chk.O2", LONGJMP),
    ("builtins-strcat-chk.O2", LONGJMP),
    ("builtins-strcpy-chk.O2", LONGJMP),
    ("builtins-strncat-chk.O2", LONGJMP),
    ("builtins-strncpy-chk.O2", LONGJMP),
    ("comp-goto-1.O2", LABELS),
    ("comp-goto-2.O2", TRAMPOLINE),
    ("nestfunc-1.O0", TRAMPOLINE),
    ("nestfunc-2.O0", TRAMPOLINE),
    ("nestfunc-3", TRAMPOLINE),
    ("nestfunc-5", TRAMPOLINE),
    ("nestfunc-6", TRAMPOLINE),
    ("pr24135", TRAMPOLINE),
    ("pr51447", GOTO),
    ("pr60003", LONGJMP),
    ("pr70460.O0", LABELS),
    ("pr84521", LONGJMP),
];

/// Each test at one level of the guest's compiler.
#[rstest]
#[case::unoptimised("O0")]
#[case::optimised("O2")]
fn execute(#[case] level: &str) {
    if external() {
        check_all(&format!("torture at -{level}"), and_checked(cases(level)));
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
        .filter(|(test, name)| reason(EXCLUDED, test, name).is_none())
        .map(|(test, name)| {
            let stdout = fs::read(dir.join(format!("{test}.stdout"))).expect("each test has its output");
            Case {
                name: test.to_owned(),
                program: dir.join(test),
                recorded: Some(Recorded { status: 0, stdout }),
                sideways: reason(SIDEWAYS, test, name),
                ..Case::default()
            }
        })
        .collect()
}

/// Why a test is in a table, if it is.
fn reason(table: &[(&str, &str)], test: &str, name: &str) -> Option<String> {
    table.iter().find(|(which, _)| *which == test || *which == name).map(|(_, why)| (*why).to_owned())
}

#[test]
fn few_are_excluded_and_each_for_a_reason() {
    assert!(EXCLUDED.len() <= MOST_EXCLUDED);
    assert!(EXCLUDED.iter().chain(SIDEWAYS).all(|(name, why)| !name.is_empty() && !why.is_empty()));
}
