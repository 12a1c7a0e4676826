//! What small programs' summaries say.

use rv2wat_isa::{RegSet, X};

use super::{Summaries, summarize};
use crate::discover::discover;
use crate::discover::testing::{GARBAGE, Guest, image};

fn summaries(guest: &Guest) -> Summaries {
    let image = image(guest);
    summarize(&image, &discover(&image))
}

#[test]
fn a_temporary_that_holds_nothing_is_asked_of_nobody() {
    let summaries = summaries(&GARBAGE);
    let [main, callee] = &summaries.functions[..] else { panic!("two functions") };
    assert!(callee.params.contains(X::T1), "an instruction reads it");
    assert!(!main.params.contains(X::T1), "but that is no reason to pass it on");
    assert_eq!(callee.results, RegSet::EMPTY);
    assert!(callee.clobbers.contains(X::A0));
}
