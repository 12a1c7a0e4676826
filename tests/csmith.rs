//! Random programs, translated and run, compared with the reference emulator.
//!
//! `scripts/csmith` makes them; `scripts/test csmith` runs it and sets
//! `RV2WAT_EXTERNAL=1`, without which this test only says that it did not run.
//! `RV2WAT_CSMITH` names another directory of such programs (`scripts/soak` does
//! so), `RV2WAT_ONLY=17.O2g` chooses among them, `RV2WAT_FORCE_EXIT=7` leaves at
//! every seventh call.
#![cfg(feature = "run")]

#[path = "programs/harness.rs"]
mod harness;

use std::fs;

use harness::{Case, How, and_checked, cache, check_all, external};

#[test]
fn random_programs() {
    if !external() {
        eprintln!("random programs: skipped; scripts/test csmith makes them and runs this");
        return;
    }
    let made = std::env::var_os("RV2WAT_CSMITH").map_or_else(|| cache().join("csmith"), Into::into);
    let list = |name: &str| {
        let path = made.join(name);
        let text = fs::read_to_string(&path)
            .unwrap_or_else(|error| panic!("{}: {error} (scripts/csmith makes it)", path.display()));
        text.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let force_exit = std::env::var("RV2WAT_FORCE_EXIT").map_or(0, |every| every.parse().expect("a number"));
    let how = How { can_force_exits: force_exit > 0, ..How::default() };
    let sideways = (force_exit > 0).then(|| "exits are forced".to_owned());
    let case = |name: String| {
        let (program, lockstep) = (made.join(&name), force_exit > 0);
        Case { name, program, how, force_exit, lockstep, sideways: sideways.clone(), ..Case::default() }
    };
    let cases: Vec<Case> = list("chosen").into_iter().map(case).collect();
    assert!(!cases.is_empty(), "{} holds no programs", made.display());
    println!("random programs: {} left out, which do not end", list("left-out").len());
    check_all("random programs", if force_exit > 0 { cases } else { and_checked(cases) });
}
