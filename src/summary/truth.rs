//! Which functions keep to *truth always* in a program whose others keep to *truth
//! on exit*.
//!
//! Under *truth on exit* a function that reads its callers' registers cannot be
//! called: all frames have to be left first, so that what they hold is in its place,
//! and each that is returned to has to be entered again. For `setjmp` that is a
//! hundred times the work that it does itself; shells written around it spend more
//! time on the way out and back in than in their own code.
//!
//! So the functions that may lead to such a one by calls keep to *truth always*:
//! they are *truthful*, and so are all that call through pointers, since such a call
//! may lead to any of them. Nobody else calls one, so on the engine's stack
//! the truthful are always outside of the others. Where one of the others leaves, the
//! frames of its kind hand over what they hold, and what waits after that is in the
//! state: the truthful have put it there.
//!
//! Knows proofs and the call graph. Must never know what is live.

use petgraph::Direction;
use petgraph::algo::tarjan_scc;
use petgraph::graph::NodeIndex;
use rayon::prelude::*;

use super::proof::{self, Proof};
use super::{Stack, Standing};
use crate::discover::{Block, Function, Program, Terminator};
use crate::load::Image;

/// From how many places a program calls functions like `setjmp`, at least, if it is
/// taken to live by it. What C libraries themselves bring is three.
const MANY_CALLS: usize = 8;

/// Proves all functions, and finds those that keep to *truth always*.
pub(super) fn prove_all(image: &Image, program: &Program, stack: Stack) -> (Vec<Proof>, Vec<bool>) {
    let prove = |at: usize, saves: bool| proof::prove(image, program, &program.functions[at], saves);
    let all = |saves: bool| {
        (0..program.functions.len()).into_par_iter().with_max_len(4).map(|at| prove(at, saves)).collect()
    };
    if stack == Stack::Always {
        return (all(false), vec![true; program.functions.len()]);
    }
    let mut proofs: Vec<Proof> = all(true);
    let mut truthful = vec![false; proofs.len()];
    let observers: Vec<bool> =
        proofs.iter().map(|proof| returns(&proof.standing, proof.observer.as_ref())).collect();
    let wanted = match stack {
        Stack::Exit | Stack::Always => false,
        Stack::Observed => true,
        Stack::Auto => lives_by(program, &observers),
    };
    if wanted {
        truthful = lead_to(program, observers);
        proofs.par_iter_mut().enumerate().filter(|(at, _)| truthful[*at]).for_each(|(at, proof)| {
            *proof = prove(at, false);
        });
    }
    (proofs, truthful)
}

/// Whether a function observes and returns like any other: it would be regular if
/// it did not observe. The rest (unwinders, `longjmp`) mostly do not return.
pub(super) fn returns(standing: &Standing, observer: Option<&String>) -> bool {
    match (standing, observer) {
        (Standing::Irregular(why), Some(observes)) => why == observes,
        (Standing::Regular, observer) => observer.is_some(),
        _ => false,
    }
}

/// Whether a program lives by these functions: it calls them, or what ends by calling one,
/// from many places; or in a loop, or a function that does so in a loop. Functions that
/// then call through a pointer do not count for the latter: they guard what they are
/// handed, as C libraries do for their linker, and what that is takes longer.
fn lives_by(program: &Program, observers: &[bool]) -> bool {
    let callees = callees(program);
    let ends_in: Vec<bool> = (0..observers.len())
        .map(|at| observers[at] || callees[at].iter().any(|&(callee, last)| last && observers[callee]))
        .collect();
    let calls: Vec<Vec<bool>> = callees
        .iter()
        .map(|callees| callees.iter().map(|&(callee, last)| !last && ends_in[callee]).collect())
        .collect();
    if calls.iter().flatten().filter(|&&calls| calls).count() >= MANY_CALLS {
        return true;
    }
    let guards = |function: &Function| {
        function.blocks.iter().any(|block| matches!(block.end, Terminator::CallIndirect { .. }))
    };
    let callers: Vec<bool> = (calls.iter().zip(&program.functions))
        .map(|(calls, function)| calls.contains(&true) && !guards(function))
        .collect();
    let wanted = |callee: usize| ends_in[callee] || callers[callee];
    (program.functions.iter().zip(&callees)).any(|(function, callees)| {
        callees.iter().any(|&(callee, last)| !last && wanted(callee))
            && calls_in_loop(program, function, wanted)
    })
}

/// Whether a function calls one of these in a loop.
fn calls_in_loop(program: &Program, function: &Function, wanted: impl Fn(usize) -> bool) -> bool {
    let calls = |block: &Block| match block.end {
        Terminator::Call { callee, .. } => program.index.get(&callee).is_some_and(|&callee| wanted(callee)),
        _ => false,
    };
    let graph = function.cfg();
    let on_cycle =
        |component: &[NodeIndex]| component.len() > 1 || graph.contains_edge(component[0], component[0]);
    let mut components = tarjan_scc(&graph).into_iter();
    components.any(|component| {
        on_cycle(&component) && component.iter().any(|at| calls(&function.blocks[at.index()]))
    })
}

/// The known callees of each function, and whether it calls them last.
fn callees(program: &Program) -> Vec<Vec<(usize, bool)>> {
    let callees = |function: &crate::discover::Function| {
        let ends = function.blocks.iter().map(|block| &block.end);
        ends.filter_map(|end| {
            let callee = program.index.get(&end.callee()?)?;
            Some((*callee, matches!(end, Terminator::TailCall { .. })))
        })
        .collect()
    };
    program.functions.iter().map(callees).collect()
}

/// The functions that may lead to one of these by calls that return.
fn lead_to(program: &Program, observers: Vec<bool>) -> Vec<bool> {
    let graph = program.call_graph();
    let through_pointers = |at: &usize| {
        let ends = program.functions[*at].blocks.iter().map(|block| &block.end);
        ends.into_iter().any(|end| matches!(end, Terminator::CallIndirect { .. } | Terminator::TailIndirect))
    };
    let mut work: Vec<usize> = (0..observers.len()).filter(|&at| observers[at]).collect();
    if !work.is_empty() {
        work.extend((0..observers.len()).filter(through_pointers));
    }
    let mut found = vec![false; observers.len()];
    while let Some(at) = work.pop() {
        if !std::mem::replace(&mut found[at], true) {
            let callers = graph.neighbors_directed(NodeIndex::new(at), Direction::Incoming);
            work.extend(callers.map(NodeIndex::index));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use crate::discover::discover;
    use crate::discover::testing::{Guest, image};
    use crate::summary::{Stack, Summaries, summarize};

    /// Calls a function that calls what observes, and what does not.
    const OBSERVED: Guest = Guest {
        code: &[
            (0x1141, "addi sp,sp,-16"),
            (0xe406, "sd ra,8(sp)"),
            (0x00a000ef, "jal 0x1000e"),
            (0x60a2, "ld ra,8(sp)"),
            (0x0141, "addi sp,sp,16"),
            (0x8082, "ret"),
            (0x1141, "addi sp,sp,-16"),
            (0xe406, "sd ra,8(sp)"),
            (0x00e000ef, "jal 0x10020"),
            (0x010000ef, "jal 0x10026"),
            (0x60a2, "ld ra,8(sp)"),
            (0x0141, "addi sp,sp,16"),
            (0x8082, "ret"),
            (0xe100, "sd s0,0(a0)"),
            (0x4501, "li a0,0"),
            (0x8082, "ret"),
            (0x4505, "li a0,1"),
            (0x8082, "ret"),
        ],
        data: &[],
    };

    fn summaries(stack: Stack) -> Summaries {
        let image = image(&OBSERVED);
        summarize(&image, &discover(&image), stack)
    }

    fn truthful(summaries: &Summaries) -> Vec<bool> {
        summaries.functions.iter().map(|summary| summary.truthful).collect()
    }

    #[test]
    fn who_may_lead_to_an_observer_tells_the_truth_and_calls_it() {
        let observed = summaries(Stack::Observed);
        assert_eq!(truthful(&observed), [true, true, true, false]);
        assert!(observed.is_mixed());
        assert!(observed.functions.iter().all(super::super::Summary::is_regular), "all can be called");
        assert!(observed.functions.iter().all(|summary| !summary.may_exit), "and nobody has to leave");
    }

    /// Calls in a loop a function that calls what observes.
    const REPEATED: Guest = Guest {
        code: &[
            (0x1141, "addi sp,sp,-16"),
            (0xe406, "sd ra,8(sp)"),
            (0x00c000ef, "jal 0x10010"),
            (0xfd75, "bnez a0,0x10004"),
            (0x60a2, "ld ra,8(sp)"),
            (0x0141, "addi sp,sp,16"),
            (0x8082, "ret"),
            (0x1141, "addi sp,sp,-16"),
            (0xe406, "sd ra,8(sp)"),
            (0x00a000ef, "jal 0x1001e"),
            (0x60a2, "ld ra,8(sp)"),
            (0x0141, "addi sp,sp,16"),
            (0x8082, "ret"),
            (0xe100, "sd s0,0(a0)"),
            (0x4501, "li a0,0"),
            (0x8082, "ret"),
        ],
        data: &[],
    };

    #[test]
    fn a_loop_that_leads_to_a_call_is_one() {
        let image = image(&REPEATED);
        let summaries = summarize(&image, &discover(&image), Stack::Auto);
        assert_eq!(truthful(&summaries), [true; 3]);
    }

    #[test]
    fn one_call_is_no_reason() {
        let auto = summaries(Stack::Auto);
        assert_eq!(truthful(&auto), [false; 4]);
        assert!(!auto.functions[2].is_regular() && auto.functions[0].may_exit);
        assert!(!auto.is_mixed());
    }
}
