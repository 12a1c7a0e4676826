//! Summaries: what each function reads, writes and preserves, and how it may be
//! entered and left.
//!
//! [`proof`] decides from a function's own instructions whether it keeps the
//! psABI's promises (returns to its `ra` with `sp` and the callee-saved
//! registers as they were). [`liveness`] then finds, over the whole call graph,
//! which registers are worth passing: parameters are the registers that are
//! live where a function starts, results those that it may change and that are
//! live where it returns.
//!
//! Callee-saved registers are never parameters or results. Under *truth always*
//! the state's globals hold them at every call; under *truth on exit* the frames
//! that hold their values hand them over where functions leave ([`saves`]). Which
//! functions keep to which is for [`truth`] to say.
//!
//! Knows registers and the call graph. Must never know IR or Wasm.

pub mod floats;
pub mod liveness;
pub mod once;
pub mod proof;
pub mod saves;
pub mod truth;

use std::collections::BTreeMap;
use std::fmt;

use petgraph::algo::tarjan_scc;
use rv2wat_isa::{F, Reg, RegSet, X};
use serde::{Deserialize, Serialize};

use crate::discover::{Function, Program, Terminator};
use crate::load::Image;

/// When the guest's stack and the state tell the truth about saved registers and
/// return addresses.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Stack {
    /// As `observed` for programs that call `setjmp` and its like from many places,
    /// shells for example, and as `exit` for others.
    #[default]
    Auto,
    /// Where functions leave: a call that returns costs nothing for it.
    Exit,
    /// At calls that may lead to a function like `setjmp`, which reads its callers'
    /// registers and returns; elsewhere as `exit`.
    Observed,
    /// At every call: each save and restore is made, and callee-saved registers are
    /// in the state. For programs that walk the frame pointers of their own stack.
    Always,
}

/// How a function is entered and left, and why not as the psABI has it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// Called with arguments, returns results: proven to keep the psABI.
    Regular,
    /// Entered by the dispatcher with all registers in the state.
    Irregular(String),
}

/// What is known of one function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Summary {
    /// Regular or not.
    pub standing: Standing,
    /// Why the function counts as one that looks at its callers' registers.
    pub observer: Option<String>,
    /// Registers that it takes.
    pub params: RegSet,
    /// Of these, the ones that it finds in the state: it only hands them on to
    /// functions that may want them.
    pub params_by_state: RegSet,
    /// Registers that it may use and that no known caller fills: not taken.
    pub left_out: RegSet,
    /// Registers that it gives back.
    pub results: RegSet,
    /// Of these, the ones that it leaves in the state: callers only hand them on.
    pub results_by_state: RegSet,
    /// Registers that it may change and does not restore, results included.
    pub clobbers: RegSet,
    /// Whether it may leave with a status.
    pub may_exit: bool,
    /// Whether it keeps to *truth always*: the state holds the callee-saved registers
    /// when it is called, and at its own calls.
    pub truthful: bool,
    /// Which saves and restores it leaves out, and what its frame hands over;
    /// `None` where it is truthful or irregular.
    pub saves: Option<saves::Saves>,
    /// The arguments of the system calls whose numbers are constants, by block.
    pub ecalls: BTreeMap<usize, RegSet>,
    /// Whether its return may be an exit for which its callers are prepared: it is
    /// irregular or an observer, calls such a one last, or calls one of those.
    pub returns_sideways: bool,
    /// Whether it may come back to another place than behind its call: it is not proven
    /// to return, or calls such a one last.
    pub returns_elsewhere: bool,
    /// Whether the program seems to enter it no more than once.
    pub entered_once: bool,
    /// Whether it lies on a cycle of the call graph, so that its depth must be
    /// bounded.
    pub recursive: bool,
}

impl Summary {
    /// Whether it is called with arguments and returns results.
    pub fn is_regular(&self) -> bool {
        self.standing == Standing::Regular
    }

    /// What its WebAssembly function has as parameters.
    pub fn passed_params(&self) -> RegSet {
        self.params - self.params_by_state
    }

    /// What its WebAssembly function has as results.
    pub fn passed_results(&self) -> RegSet {
        self.results - self.results_by_state
    }
}

/// How indirect calls pass registers: one signature for all of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// Registers that go as arguments, beside the target, in [`order`].
    pub params: RegSet,
    /// Registers that go through the state, because few functions read them:
    /// what members read beyond `params`, and what those functions read whose
    /// address is known and that are no members.
    pub state_params: RegSet,
    /// Registers that come back as results, in [`order`].
    pub results: RegSet,
    /// Registers that come back through the state.
    pub state_results: RegSet,
}

/// The summaries of a program, by index of the function in it.
#[derive(Clone, Debug, Default)]
pub struct Summaries {
    /// One for each function of [`Program::functions`].
    pub functions: Vec<Summary>,
    /// How indirect calls pass registers.
    pub class: Class,
    /// Which functions have a place in the table of indirect calls.
    pub members: Vec<bool>,
    /// What is live before and after each block of each function.
    pub live: Vec<liveness::LiveOut>,
    /// Whether a call through a pointer may lead to a function that returns elsewhere.
    pub strays: bool,
}

impl Summaries {
    /// Whether some functions keep to *truth always*, and others to *truth on exit*.
    pub fn is_mixed(&self) -> bool {
        let truthful = self.functions.iter().filter(|summary| summary.truthful).count();
        truthful > 0 && truthful < self.functions.len()
    }

    /// Whether the program may go on elsewhere than behind a block, in code that is not
    /// known to come after it, or who takes over may look at all that the function has
    /// redefined: nothing comes behind the block, it calls a function that returns to a
    /// place of its own choice, or an access in it may fault. And of a part of a program, or
    /// one that is linked with others, nobody knows where an exception goes on that passes
    /// through its frames.
    pub fn leads_elsewhere(&self, program: &Program, end: &Terminator) -> bool {
        let callee = end.callee().and_then(|callee| program.index.get(&callee));
        match end {
            Terminator::Access { .. } => true,
            _ if program.is_part || program.is_linked => true,
            Terminator::CallIndirect { .. } if self.strays => true,
            _ => {
                end.successors().is_empty() || callee.is_some_and(|&at| self.functions[at].returns_elsewhere)
            }
        }
    }

    /// The registers that hold nothing behind a call which ends a block.
    pub fn lost_by(&self, program: &Program, end: &Terminator) -> RegSet {
        match end {
            Terminator::Call { callee, .. } => match program.index.get(callee) {
                Some(&at) if self.functions[at].is_regular() => {
                    self.functions[at].clobbers - self.functions[at].results
                }
                // Left by an exit, and entered again from the state.
                _ => RegSet::EMPTY,
            },
            Terminator::CallIndirect { .. } => {
                let results = (self.class.results | self.class.state_results) & abi_results();
                passed() - results - RegSet::x(X::SP) - RegSet::x(X::RA)
            }
            _ => RegSet::EMPTY,
        }
    }
}

/// The registers that callers may not rely on after a call, and that calls pass:
/// all but `x0`, `gp`, `tp` and the callee-saved ones.
pub const fn passed() -> RegSet {
    const { RegSet::ALL.difference(callee_saved()).difference(RegSet::x(X::GP)).difference(RegSet::x(X::TP)) }
}

/// s0–s11 and fs0–fs11 (psABI, "Integer Register Convention").
pub const fn callee_saved() -> RegSet {
    const { both(8, 9).union(both(18, 27)) }
}

/// t0–t6.
pub const fn temporaries() -> RegSet {
    const {
        passed()
            .difference(arguments())
            .difference(RegSet::ALL_F)
            .difference(RegSet::x(X::SP))
            .difference(RegSet::x(X::RA))
    }
}

/// a0–a7 and fa0–fa7.
pub const fn arguments() -> RegSet {
    const { both(10, 17) }
}

/// The registers of both files with numbers from `first` to `last`.
const fn both(first: u8, last: u8) -> RegSet {
    let (mut set, mut n) = (RegSet::EMPTY, first);
    while n <= last {
        set = set.union(RegSet::x(X::new(n))).union(RegSet::f(F::new(n)));
        n += 1;
    }
    set
}

/// a0, a1, fa0 and fa1.
pub const fn abi_results() -> RegSet {
    const { both(10, 11) }
}

/// The order in which registers are passed: `sp`, `ra`, the arguments, then the
/// others by number.
pub fn order(set: RegSet) -> Vec<Reg> {
    let rank = |reg: Reg| match reg {
        Reg::X(X::SP) => (0, 0),
        Reg::X(X::RA) => (1, 0),
        reg if arguments().contains(reg) => (2, reg.index()),
        reg => (3, reg.index()),
    };
    let mut regs: Vec<Reg> = set.iter().collect();
    regs.sort_by_key(|&reg| rank(reg));
    regs
}

/// Summarizes every function of `program`.
pub fn summarize(image: &Image, program: &Program, stack: Stack) -> Summaries {
    let (proofs, truthful) = truth::prove_all(image, program, stack);
    let recursive = on_cycles(program);
    let once = once::entered_once(image, program);
    let facts = liveness::solve(program, &proofs, &recursive, &truthful);
    let mut functions: Vec<Summary> = proofs
        .into_iter()
        .zip(facts.functions)
        .zip(recursive.iter().zip(once).zip(truthful))
        .map(|((proof, fact), ((&recursive, entered_once), truthful))| Summary {
            standing: proof.standing,
            observer: proof.observer,
            params: fact.params(),
            params_by_state: fact.params_by_state(),
            left_out: fact.left_out(),
            results: fact.results,
            results_by_state: fact.results_by_state,
            clobbers: fact.clobbers,
            may_exit: fact.may_exit,
            truthful,
            saves: proof.saves,
            ecalls: proof.ecalls,
            returns_sideways: false,
            returns_elsewhere: false,
            entered_once,
            recursive,
        })
        .collect();
    mark_sideways(program, &mut functions);
    let strays = (program.functions.iter().zip(&functions))
        .any(|(function, summary)| function.address_taken && summary.returns_elsewhere);
    Summaries { functions, class: facts.class, members: facts.members, live: facts.live, strays }
}

/// How many callers of callers of a function that is left sideways have places to go
/// on at: loops around `setjmp` are in them. Frames further out are interpreted.
const RESUMED_CALLERS: usize = 1;

/// Finds the functions whose returns may be exits: those that are entered sideways,
/// those that call such a one last, and callers of both. And those that may come back
/// to another place.
fn mark_sideways(program: &Program, functions: &mut [Summary]) {
    let mut tail_callers = vec![Vec::new(); functions.len()];
    let mut callers = tail_callers.clone();
    for (at, function) in program.functions.iter().enumerate() {
        for block in &function.blocks {
            match (&block.end, block.end.callee().and_then(|callee| program.index.get(&callee))) {
                (Terminator::TailCall { .. }, Some(&callee)) => tail_callers[callee].push(at),
                (_, Some(&callee)) => callers[callee].push(at),
                _ => {}
            }
        }
    }
    let returns = |at: &usize| truth::returns(&functions[*at].standing, functions[*at].observer.as_ref());
    let mut outer: Vec<usize> = (0..functions.len()).filter(returns).collect();
    for _ in 0..=RESUMED_CALLERS {
        let mut work = std::mem::take(&mut outer);
        while let Some(at) = work.pop() {
            if !std::mem::replace(&mut functions[at].returns_sideways, true) {
                work.extend(&tail_callers[at]);
                outer.extend(&callers[at]);
            }
        }
    }
    let irregular: Vec<usize> = (0..functions.len()).filter(|&at| !functions[at].is_regular()).collect();
    let returns = |at: &usize| truth::returns(&functions[*at].standing, functions[*at].observer.as_ref());
    let mut astray: Vec<usize> = irregular.iter().copied().filter(|at| !returns(at)).collect();
    while let Some(at) = astray.pop() {
        if !std::mem::replace(&mut functions[at].returns_elsewhere, true) {
            astray.extend(&tail_callers[at]);
        }
    }
    let mut work = irregular;
    while let Some(at) = work.pop() {
        if !std::mem::replace(&mut functions[at].returns_sideways, true) {
            work.extend(&tail_callers[at]);
        }
    }
}

/// Which functions lie on a cycle of direct calls. (Cycles through indirect
/// calls are cut where the table is entered.)
fn on_cycles(program: &Program) -> Vec<bool> {
    let graph = program.call_graph();
    let mut recursive = vec![false; program.functions.len()];
    for component in tarjan_scc(&graph) {
        let cycle = component.len() > 1 || graph.contains_edge(component[0], component[0]);
        for node in component {
            recursive[node.index()] = cycle && calls_at_all(&program.functions[node.index()]);
        }
    }
    recursive
}

/// Whether a function makes calls that take room on the engine's stack.
fn calls_at_all(function: &Function) -> bool {
    function
        .blocks
        .iter()
        .any(|block| matches!(block.end, Terminator::Call { .. } | Terminator::CallIndirect { .. }))
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_list(f, "(", order(self.passed_params()), ")")?;
        match order(self.passed_results()) {
            results if results.is_empty() => {}
            results if results.len() == 1 => write!(f, " -> {}", results[0])?,
            results => write_list(f, " -> (", results, ")")?,
        }
        if !self.params_by_state.is_empty() {
            write_list(f, ", finds in the state (", order(self.params_by_state), ")")?;
        }
        if !self.results_by_state.is_empty() {
            write_list(f, ", leaves in the state (", order(self.results_by_state), ")")?;
        }
        if self.may_exit {
            f.write_str(", may exit")?;
        }
        if self.recursive {
            f.write_str(", recursive")?;
        }
        if self.truthful {
            f.write_str(", truthful")?;
        }
        if let Some(why) = &self.observer {
            write!(f, ", observer: {why}")?;
        }
        if let Standing::Irregular(why) = &self.standing {
            write!(f, ", irregular: {why}")?;
        }
        Ok(())
    }
}

fn write_list(f: &mut fmt::Formatter<'_>, open: &str, regs: Vec<Reg>, close: &str) -> fmt::Result {
    f.write_str(open)?;
    for (position, reg) in regs.iter().enumerate() {
        let comma = if position == 0 { "" } else { ", " };
        write!(f, "{comma}{reg}")?;
    }
    f.write_str(close)
}

#[cfg(test)]
mod tests;
