//! Families: functions that tail calls connect, and so share one result list.
//!
//! Must never know liveness.

use rv2wat_isa::RegSet;

use crate::discover::{Program, Terminator};

/// Functions joined by tail calls: they share one result list. What is known of
/// all of them together is kept, for a family may be a whole program.
#[derive(Default)]
pub(super) struct Family {
    pub members: Vec<usize>,
    /// Asked for by those who call one.
    pub wanted: RegSet,
    /// Changed by one.
    pub clobbers: RegSet,
    /// One may be called indirectly.
    pub address_taken: bool,
    /// One may leave with a status, and so all may.
    pub may_exit: bool,
}

/// Groups functions that tail calls connect.
pub(super) fn families(program: &Program, regular: &[bool]) -> (Vec<usize>, Vec<Family>) {
    let count = program.functions.len();
    let mut sets = petgraph::unionfind::UnionFind::<usize>::new(count);
    for (at, function) in program.functions.iter().enumerate() {
        for block in &function.blocks {
            if let Terminator::TailCall { callee } = block.end
                && let Some(&callee) = program.index.get(&callee)
                && regular[at]
                && regular[callee]
            {
                sets.union(at, callee);
            }
        }
    }
    let family = sets.into_labeling();
    let mut families: Vec<Family> = (0..count).map(|_| Family::default()).collect();
    for (at, &root) in family.iter().enumerate() {
        families[root].members.push(at);
        families[root].address_taken |= program.functions[at].address_taken;
    }
    (family, families)
}
