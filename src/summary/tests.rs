//! What small programs' summaries say.

use rv2wat_isa::{RegSet, X};

use super::{Summaries, summarize};
use crate::discover::discover;
use crate::discover::testing::{COPIES, GARBAGE, Guest, LABEL, image};

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

#[test]
fn a_jump_through_a_pointer_hands_over_what_labels_read() {
    let summaries = summaries(&LABEL);
    let [main, label] = &summaries.functions[..] else { panic!("two functions") };
    assert!(main.is_regular() && label.is_regular());
    assert_eq!(summaries.members, [true, false], "what reads t1 cannot be called as the class is");
    assert!(label.params.contains(X::T1));
    assert!(!summaries.class.params.contains(X::T1) && summaries.class.state_params.contains(X::T1));
}

#[test]
fn a_copy_that_nobody_looks_at_asks_for_nothing() {
    let summaries = summaries(&COPIES);
    let [main, callee] = &summaries.functions[..] else { panic!("two functions") };
    assert_eq!(callee.results, RegSet::x(X::new(13)), "a3 alone");
    assert!((main.params - RegSet::x(X::SP) - RegSet::x(X::RA)).is_empty(), "{}", main);
}
