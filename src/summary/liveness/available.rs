//! Which registers hold something at a function's entry: a forward analysis.
//!
//! A register holds something where an instruction wrote it, a call gave it
//! back, or the function's own callers put something there. What a call
//! clobbers and does not give back holds nothing. A weak use of a register that
//! holds nothing at any call of a function asks for nobody's value.
//!
//! Functions that indirect calls reach may be called from every indirect call;
//! code that discovery missed may enter no function that this left a register
//! out for ([`Fact::left_out`](super::Fact::left_out)).

use rv2wat_isa::{RegSet, X};

use super::flow::Sweeps;
use super::{Solver, arguments, frame, passed};
use crate::discover::{Terminator, Worklist};

/// Fills in what each function finds available at its entry.
/// `order` has all functions, callees first.
pub fn solve(solver: &mut Solver<'_>, order: &[usize]) {
    let mut by_pointer = frame();
    let mut work = Sweeps::callers_first(order);
    // Who is not here may put something anywhere.
    let at_least = if solver.program.is_part { passed() } else { frame() };
    for fact in &mut solver.facts {
        fact.available = at_least;
    }
    while let Some(at) = work.next() {
        let function = &solver.program.functions[at];
        let mut entry = solver.facts[at].available;
        if function.address_taken {
            entry |= by_pointer;
            solver.facts[at].available = entry;
        }
        let held = held_at_ends(solver, at, entry);
        for (index, (block, &held)) in function.blocks.iter().zip(&held).enumerate() {
            match &block.end {
                Terminator::Call { .. } | Terminator::TailCall { .. } => {
                    let Some(callee) = solver.flows[at].callee(index) else { continue };
                    let known = &mut solver.facts[callee].available;
                    if !held.is_subset(*known) {
                        *known |= held;
                        work.extend([callee]);
                    }
                }
                Terminator::CallIndirect { .. } | Terminator::TailIndirect | Terminator::Unknown => {
                    // A call passes arguments; a jump may go to a label of the
                    // function itself.
                    let given = match block.end {
                        Terminator::CallIndirect { .. } => arguments(),
                        _ => arguments() | solver.class_params,
                    };
                    let held = held & given;
                    if !held.is_subset(by_pointer) {
                        by_pointer |= held;
                        let taken = |&at: &usize| solver.program.functions[at].address_taken;
                        work.extend((0..solver.facts.len()).filter(taken));
                    }
                }
                _ => {}
            }
        }
    }
}

/// What registers hold something where each block's terminator acts.
fn held_at_ends(solver: &Solver<'_>, at: usize, entry: RegSet) -> Vec<RegSet> {
    let function = &solver.program.functions[at];
    let mut into: Vec<Option<RegSet>> = vec![None; function.blocks.len()];
    let mut ends = vec![RegSet::EMPTY; function.blocks.len()];
    into[function.entry_block] = Some(entry);
    let mut work = Worklist::new(function.blocks.len());
    work.insert(function.entry_block);
    // The unwinder hands two registers to a landing pad (GCC's
    // `__builtin_eh_return_data_regno`).
    for &pad in &function.landing_pads {
        let given = into[pad].unwrap_or(RegSet::EMPTY) | frame() | RegSet::x(X::A0) | RegSet::x(X::A1);
        into[pad] = Some(given);
        work.insert(pad);
    }
    while let Some(block) = work.pop_first() {
        let Some(before) = into[block] else { continue };
        let end = &function.blocks[block].end;
        let held = (before | solver.locals[at][block].writes) & passed();
        ends[block] = held;
        let given = match end {
            Terminator::Call { .. } => match solver.flows[at].callee(block) {
                Some(callee) => solver.facts[callee].results | RegSet::x(X::RA),
                None => RegSet::EMPTY,
            },
            Terminator::CallIndirect { .. } => solver.class_results | RegSet::x(X::RA),
            Terminator::Ecall { .. } => RegSet::x(X::A0),
            _ => RegSet::EMPTY,
        };
        let after = (held - solver.call_clobbers(at, block)) | given;
        for to in solver.flows[at].succs(block) {
            let joined = into[to].unwrap_or(RegSet::EMPTY) | after;
            if into[to] != Some(joined) {
                into[to] = Some(joined);
                work.insert(to);
            }
        }
    }
    ends
}
