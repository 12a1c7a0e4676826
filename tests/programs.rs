//! Real programs, translated and run, compared with the reference emulator in
//! output, exit status and the files that they leave.
//!
//! The programs are compiled or fetched by `scripts/test`, which sets
//! `RV2WAT_EXTERNAL=1`; without it these tests only say that they did not run.
//! `RV2WAT_ONLY=sort,leaps.O2 cargo test --test programs` runs the cases whose
//! name holds one of the words.
#![cfg(feature = "run")]

#[path = "programs/applets.rs"]
mod applets;
#[path = "programs/compiled.rs"]
mod compiled;
#[path = "programs/harness.rs"]
mod harness;
#[path = "programs/shells.rs"]
mod shells;

use rstest::rstest;

use harness::{Case, check_all, external};

/// Runs a group, or says why not.
fn group(name: &str, cases: impl FnOnce() -> Vec<Case>) {
    if external() {
        check_all(name, cases());
    } else {
        eprintln!("{name}: skipped; scripts/test fetches what it needs and runs it");
    }
}

/// Each program in each way of compiling it.
#[rstest]
#[case::unoptimised("O0")]
#[case::optimised("O2")]
#[case::small("Os")]
#[case::stripped("stripped")]
#[case::bitmanip("bitmanip")]
#[case::musl("musl")]
#[case::pie("pie")]
fn guests(#[case] variant: &str) {
    group(&format!("compiled {variant}"), || compiled::cases(variant, &[]));
}

/// Leaving at every N-th call that may exit and coming back changes nothing.
#[rstest]
#[case::every(1)]
#[case::seventh(7)]
#[case::rare(97)]
fn forced_exits(#[case] every: u32) {
    let flag = format!("--force-exit={every}");
    group(&flag, || {
        let mut cases = compiled::cases("O2", &[&flag]);
        for case in &mut cases {
            case.sideways = Some("each exit comes back in the middle of a function".into());
        }
        cases
    });
}

/// The translator's own levels.
#[rstest]
#[case::none("-O0")]
#[case::most("-O3")]
fn levels(#[case] level: &str) {
    group(&format!("translated at {level}"), || compiled::cases("O2", &[level]));
}

/// Debian's static busybox, one applet after the other.
#[test]
fn busybox() {
    group("busybox", applets::busybox);
}

/// Debian's static shells on scripts that start no other process.
#[rstest]
#[case::bash("bash-static")]
#[case::busybox("busybox")]
#[case::mksh("mksh")]
#[case::zsh("zsh-static")]
fn scripts(#[case] shell: &str) {
    group(shell, || shells::cases(shell));
}

/// Other static programs of Debian's.
#[test]
fn others() {
    group("others", applets::others);
}
