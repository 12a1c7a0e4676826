//! That the generated functions are what the comparisons need.

use super::*;
use crate::pass::Requires;
use crate::verify::verify;

#[test]
fn functions_are_valid_and_the_same_for_a_seed() {
    for seed in 0..200 {
        let func = function(seed);
        if let Err(error) = verify(&func, Requires::Blocks) {
            panic!("{error}");
        }
        assert_eq!(crate::text::print(&func), crate::text::print(&function(seed)));
    }
}

#[test]
fn random_functions_survive_the_text() {
    for seed in 0..50 {
        let text = crate::text::print(&function(seed));
        let parsed = crate::text::parse(&text).expect("parses");
        crate::testing::compare(&function(seed), &parsed, seed).expect("means the same");
    }
}

#[test]
fn most_runs_come_to_an_end() {
    let ends = (0..200).filter(|&seed| {
        let end = crate::testing::show(&function(seed), seed, 1, crate::testing::STEPS).0;
        assert!(!matches!(end, crate::interpret::End::Invalid(_)), "{end:?}");
        !matches!(end, crate::interpret::End::OutOfSteps | crate::interpret::End::Trapped(_))
    });
    let count = ends.count();
    let long = (0..400).filter(|&seed| {
        let end = crate::testing::show(&function(seed * 8 + 7), seed, 1, crate::testing::STEPS).0;
        !matches!(end, crate::interpret::End::OutOfSteps | crate::interpret::End::Trapped(_))
    });
    let long = long.count();
    assert!(count > 120 && long > 120, "{count} of 200, {long} of 400");
}

#[test]
fn what_can_be_seen_does_not_depend_on_the_engine() {
    for seed in 0..300 {
        crate::testing::compare(&function(seed), &function(seed), seed).expect("NaNs are canonical");
    }
}
