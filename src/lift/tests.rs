//! What small programs are lifted to.

use rv2wat_passes::ir::{Function, Terminator};

use super::{Unit, lift};
use crate::discover::testing::{Guest, LABELS, SCALED, TWO_GOTOS, bytes};
use crate::pipeline::{Options, analyze};
use crate::summary::Stack;

fn first_function(guest: &Guest) -> Function {
    let analysis = analyze(&bytes(guest), Stack::Exit).expect("the guest loads");
    lift(analysis.context(&Options::default()), 0, Unit::Whole)
}

/// The number of targets of each switch.
fn switches(func: &Function) -> Vec<usize> {
    let ends = func.layout.iter().filter_map(|&block| func.blocks[block].terminator.as_ref());
    let targets = ends.filter_map(|end| match end {
        Terminator::Switch { targets, .. } => Some(targets.len() + 1),
        _ => None,
    });
    targets.collect()
}

#[test]
fn jumps_by_one_table_share_a_switch() {
    assert_eq!(switches(&first_function(&SCALED)), [2]);
}

#[test]
fn computed_gotos_with_the_same_labels_share_a_switch() {
    let places = |first: usize, last: usize| (last - first) / 2 + 1;
    let and_elsewhere = 1;
    assert_eq!(switches(&first_function(&LABELS)), [places(0x10020, 0x10022) + and_elsewhere]);
    assert_eq!(switches(&first_function(&TWO_GOTOS)), [places(0x10020, 0x1002a) + and_elsewhere]);
}
