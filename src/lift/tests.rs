//! What small programs are lifted to.

use rv2wat_isa::{Reg, X};
use rv2wat_passes::ir::{Function, InstKind, StateReg, Terminator};

use super::{Unit, lift};
use crate::discover::testing::{
    DOWN, Guest, LABELS, SCALED, STORE_AND_DOWN, TURN_AND_DOWN, TURNS, TWO_GOTOS, bytes,
};
use crate::pipeline::{Options, analyze};
use crate::summary::Stack;

fn first_function(guest: &Guest) -> Function {
    function(guest, 0)
}

fn function(guest: &Guest, index: usize) -> Function {
    let analysis = analyze(&bytes(guest), &Options { stack: Stack::Exit, ..Options::default() })
        .expect("the guest loads");
    lift(analysis.context(&Options::default()), index, Unit::Whole)
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

#[test]
fn an_argument_of_the_first_turn_is_written_before_the_loop() {
    let func = function(&TURNS, 1);
    let a3 = StateReg::Reg(Reg::X(X::new(13)));
    let writes = |block| {
        let insts = &func.blocks[block].insts;
        insts.iter().any(|&inst| matches!(func.insts[inst].kind, InstKind::SetState(to, _) if to == a3))
    };
    let calls = |block| {
        func.blocks[block].insts.iter().any(|&inst| matches!(func.insts[inst].kind, InstKind::Call { .. }))
    };
    let written: Vec<_> = func.layout.iter().filter(|&&block| writes(block)).collect();
    let calling: Vec<_> = func.layout.iter().filter(|&&block| calls(block)).collect();
    assert_eq!((written.len(), calling.len()), (1, 1), "{func:?}");
    assert_ne!(written, calling, "the loop would carry it");
}

/// Where a function compares `sp` with the limit.
fn depth_checks(guest: &Guest) -> Vec<Option<u64>> {
    let func = first_function(guest);
    let limit = |inst| matches!(func.insts[inst].kind, InstKind::GetState(StateReg::StackLimit));
    let checks =
        func.layout.iter().filter(|&&block| func.blocks[block].insts.iter().any(|&inst| limit(inst)));
    checks.map(|&block| func.blocks[block].pc).collect()
}

#[test]
fn the_depth_is_checked_where_only_one_way_calls() {
    assert_eq!(depth_checks(&DOWN), [Some(0x10006)]);
}

#[test]
fn the_depth_is_checked_before_anything_that_must_not_be_done_twice() {
    assert_eq!(depth_checks(&STORE_AND_DOWN), [Some(0x10000)]);
    assert_eq!(depth_checks(&TURN_AND_DOWN), [Some(0x10000)], "a turn might have come before");
}
