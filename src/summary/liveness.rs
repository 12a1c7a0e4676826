//! Which registers calls pass: a liveness analysis over all functions at once.
//!
//! Two kinds of use are told apart. A *strong* use reads a register for its
//! value. A *weak* one may: what a call passes on, a temporary that is spilled.
//! It takes what an instruction, a caller or a call's result (a0, a1, fa0, fa1)
//! put there; what is left over from an earlier call it does not ask for, or else
//! every function would return everything. And where no caller of a function ever puts anything
//! into a register that it uses weakly, the register is no parameter
//! ([`available`]).
//!
//! A copy of one register to another is a use only where the copy is live
//! ([`local`]): compilers leave copies of what a call has clobbered where nothing
//! reads the copy. Callee-saved registers are never passed, but copies go through
//! them; so within a function they are followed too.
//!
//! All sets only grow, so the fixpoint is unique whatever the order of visits.
//! Literature: Goodwin, "Interprocedural dataflow analysis in an executable
//! optimizer", PLDI 1997.

mod available;
mod family;
mod flow;
mod live;
mod local;

use std::collections::BTreeMap;

use rayon::prelude::*;
use rv2wat_isa::{RegSet, X};

pub use self::flow::LiveOut;
pub use self::live::Live;

use self::family::{Family, families};
use self::flow::{Flow, Sweeps};
use self::local::Local;
use super::proof::{Proof, ecall_arguments};
use super::saves::Saves;
use super::{Class, Standing, abi_results, arguments, callee_saved, passed, temporaries};
use crate::discover::{Block, Program, Terminator};

/// What the analysis says of one function.
#[derive(Clone, Debug, Default)]
pub struct Fact {
    /// Live at entry by strong uses.
    pub strong: RegSet,
    /// Live at entry by weak uses.
    pub weak: RegSet,
    /// Callee-saved registers that it reads otherwise than to save them: what its
    /// callers put there is in the state.
    saved: RegSet,
    /// Given back.
    pub results: RegSet,
    /// Of these, those that no caller uses strongly and that go by the state.
    pub results_by_state: RegSet,
    /// Changed and not restored.
    pub clobbers: RegSet,
    /// May leave with a status.
    pub may_exit: bool,
    /// Holds something that some caller put there.
    available: RegSet,
}

impl Fact {
    /// What it takes.
    pub fn params(&self) -> RegSet {
        self.strong | (self.weak & self.available)
    }

    /// What of it is in the state.
    pub fn params_by_state(&self) -> RegSet {
        (self.params() - self.strong) & by_state()
    }

    /// What it may use and does not take, because no caller that is known puts
    /// anything there.
    pub fn left_out(&self) -> RegSet {
        self.weak - self.params()
    }
}

/// The facts of a program.
pub struct Facts {
    /// One a function.
    pub functions: Vec<Fact>,
    /// The convention of indirect calls.
    pub class: Class,
    /// Who has a place in the table of indirect calls.
    pub members: Vec<bool>,
    /// What is live before and after each block of each function.
    pub live: Vec<LiveOut>,
}

/// The integer arguments that indirect calls pass as such. Most functions have three
/// or less; with `sp` and what engines add to a call that is as many as engines pass
/// in registers, and more would go through memory as well.
fn direct_arguments() -> RegSet {
    ecall_arguments(3)
}

/// The arguments that go by the state where they are only handed on: all but the
/// first few integers. Few functions read them, but those that call through
/// pointers may all pass them on.
fn by_state() -> RegSet {
    arguments() - direct_arguments()
}

/// The registers whose uses are looked for.
fn followed() -> RegSet {
    passed() | callee_saved()
}

/// `sp` and `ra`: what code that may leave needs to be gone on with.
fn frame() -> RegSet {
    RegSet::x(X::SP) | RegSet::x(X::RA)
}

struct Solver<'a> {
    program: &'a Program,
    regular: Vec<bool>,
    /// The arguments of system calls with constant numbers, by block.
    ecalls: Vec<&'a BTreeMap<usize, RegSet>>,
    /// Which saves are left out.
    saves: Vec<Option<&'a Saves>>,
    recursive: &'a [bool],
    /// Which functions keep to *truth always*.
    truthful: &'a [bool],
    facts: Vec<Fact>,
    locals: Vec<Vec<Local>>,
    /// What the act of each block's terminator changes, once that is known.
    changed: Vec<Vec<RegSet>>,
    flows: Vec<Flow>,
    /// What is known so far to be live in each function.
    live: Vec<LiveOut>,
    /// Callers by direct calls and tail calls.
    callers: Vec<Vec<usize>>,
    /// The family of each function.
    family: Vec<usize>,
    families: Vec<Family>,
    /// Functions that may return to callers that are not known, which look at any
    /// result.
    open: Vec<bool>,
    with_indirect: Vec<usize>,
    class_params: RegSet,
    class_results: RegSet,
}

/// Solves for all functions of `program`.
pub fn solve<'a>(
    program: &'a Program,
    proofs: &'a [Proof],
    recursive: &'a [bool],
    truthful: &'a [bool],
) -> Facts {
    let mut solver = Solver::new(program, proofs, recursive, truthful);
    let order = program.callees_first();
    solver.clobbers(&order);
    solver.exits(&order);
    solver.run(&order);
    available::solve(&mut solver, &order);
    // Where most of whom calls may reach are not here, all of them go by the dispatcher.
    let is_member = |at: usize| !program.is_part && solver.is_member(at);
    let members = (0..program.functions.len()).map(is_member).collect();
    let known = std::mem::take(&mut solver.live);
    let live: Vec<LiveOut> =
        known.into_par_iter().enumerate().map(|(at, live)| solver.live(at, live)).collect();
    solver.results_by_state(&live);
    let class = solver.class();
    Facts { functions: solver.facts, class, members, live }
}

impl<'a> Solver<'a> {
    fn new(
        program: &'a Program,
        proofs: &'a [Proof],
        recursive: &'a [bool],
        truthful: &'a [bool],
    ) -> Solver<'a> {
        let count = program.functions.len();
        let mut callers = vec![Vec::new(); count];
        for (at, function) in program.functions.iter().enumerate() {
            for callee in function.callees() {
                if let Some(&to) = program.index.get(&callee) {
                    callers[to].push(at);
                }
            }
        }
        let regular: Vec<bool> = proofs.iter().map(|proof| proof.standing == Standing::Regular).collect();
        let (family, families) = families(program, &regular);
        // Who got at a pointer to one of a family (perhaps to a label) gets the
        // results of all.
        let open = (0..count).map(|at| !regular[at] || families[family[at]].address_taken).collect();
        let indirect =
            |block: &Block| matches!(block.end, Terminator::CallIndirect { .. } | Terminator::TailIndirect);
        let functions = || program.functions.par_iter().zip(proofs);
        // What indirect calls pass in any case: of `ra` only the truthful make use, and
        // if there are any, then all that make such calls are.
        let class_params = if truthful.contains(&true) { frame() } else { RegSet::x(X::SP) };
        // What is not here may take any argument, and stubs of linkers temporaries.
        let elsewhere = if program.is_linked { arguments() | temporaries() } else { RegSet::EMPTY };
        Solver {
            program,
            recursive,
            truthful,
            facts: vec![Fact::default(); count],
            locals: functions()
                .map(|(f, proof)| f.blocks.iter().map(|b| Local::of(b, proof.saves.as_ref())).collect())
                .collect(),
            changed: Vec::new(),
            flows: functions().map(|(f, _)| Flow::of(program, f)).collect(),
            live: vec![LiveOut::default(); count],
            callers,
            family,
            families,
            open,
            with_indirect: (0..count)
                .filter(|&at| program.functions[at].blocks.iter().any(indirect))
                .collect(),
            regular,
            ecalls: proofs.iter().map(|proof| &proof.ecalls).collect(),
            saves: proofs.iter().map(|proof| proof.saves.as_ref()).collect(),
            class_params: class_params | elsewhere,
            class_results: RegSet::EMPTY,
        }
    }

    /// Which registers each function may change: its own writes and its
    /// callees', `ra` and `sp` apart, which a regular function restores.
    fn clobbers(&mut self, order: &[usize]) {
        let own: Vec<RegSet> = (self.locals.par_iter().zip(&self.regular))
            .map(|(locals, &regular)| {
                let start = if regular { RegSet::EMPTY } else { passed() };
                locals.iter().fold(start, |set, local| set | local.writes)
            })
            .collect();
        let mut work = Sweeps::callees_first(order);
        while let Some(at) = work.next() {
            let mut set = own[at];
            for block in self.flows[at].acting() {
                set |= self.call_clobbers(at, block);
            }
            set = (set & passed()) - frame();
            if set != self.facts[at].clobbers {
                self.facts[at].clobbers = set;
                work.extend(self.callers[at].iter().copied());
            }
        }
        for (at, fact) in self.facts.iter().enumerate() {
            self.families[self.family[at]].clobbers |= fact.clobbers;
        }
        let of = |at: usize| (0..self.locals[at].len()).map(|block| self.call_clobbers(at, block)).collect();
        self.changed = (0..self.facts.len()).into_par_iter().map(of).collect();
    }

    /// What the act of a block's terminator changes, `ra` of a call included.
    fn call_clobbers(&self, at: usize, block: usize) -> RegSet {
        match &self.program.functions[at].blocks[block].end {
            Terminator::Call { .. } | Terminator::TailCall { .. } => match self.flows[at].callee(block) {
                Some(callee) => self.facts[callee].clobbers | RegSet::x(X::RA),
                None => passed() - RegSet::x(X::SP),
            },
            Terminator::CallIndirect { .. } | Terminator::TailIndirect => passed() - RegSet::x(X::SP),
            Terminator::Ecall { .. } => RegSet::x(X::A0),
            _ => RegSet::EMPTY,
        }
    }

    /// Which functions may leave with a status; families agree.
    fn exits(&mut self, order: &[usize]) {
        let mut work = Sweeps::callees_first(order);
        while let Some(at) = work.next() {
            let function = &self.program.functions[at];
            let exits = !self.regular[at]
                || self.recursive[at]
                || function.blocks.iter().any(|block| self.end_exits(&block.end))
                || (0..function.blocks.len()).any(|block| self.program.may_preempt(function, block))
                || self.families[self.family[at]].may_exit;
            if exits && !self.facts[at].may_exit {
                self.facts[at].may_exit = true;
                work.extend(self.callers[at].iter().copied());
                let family = &mut self.families[self.family[at]];
                if !std::mem::replace(&mut family.may_exit, true) {
                    work.extend(family.members.iter().copied());
                }
            }
        }
    }

    /// What a function needs to leave: `sp`, and `ra` unless its caller gives that.
    fn frame_of(&self, at: usize) -> RegSet {
        if self.regular[at] && !self.truthful[at] { RegSet::x(X::SP) } else { frame() }
    }

    /// What code that is not known is sure to need of a function that leaves to it.
    /// An exit hands over all that the function holds; what only its callers hold
    /// cannot be an argument under the psABI.
    fn unknown(&self, at: usize) -> Live {
        Live::leaving(self.frame_of(at), RegSet::EMPTY)
    }

    /// What code that is not known may need which is called, or goes on in a function's
    /// stead: the arguments, too.
    fn stranger(&self, at: usize) -> Live {
        Live::leaving(self.frame_of(at), arguments())
    }

    fn end_exits(&self, end: &Terminator) -> bool {
        match end {
            end if self.program.leaves_behind(end) => true,
            Terminator::Call { callee, .. } | Terminator::TailCall { callee } => {
                self.program.index.get(callee).is_none_or(|&callee| self.facts[callee].may_exit)
            }
            Terminator::CallIndirect { .. }
            | Terminator::TailIndirect
            | Terminator::Goto { .. }
            | Terminator::Ecall { .. }
            | Terminator::Trap { .. }
            | Terminator::Unknown
            | Terminator::Sync { .. }
            | Terminator::Access { .. } => true,
            Terminator::Table { bounded, .. } => !bounded,
            Terminator::Jump(_) | Terminator::Branch { .. } | Terminator::Return => false,
        }
    }

    fn run(&mut self, order: &[usize]) {
        // The first look at a function is at all of its blocks, later ones are at a few;
        // and it may be at any time, for what it finds only grows.
        (0..self.facts.len()).for_each(|at| self.settle_results(at));
        let first = |at: usize| self.live(at, LiveOut::default());
        self.live = (0..self.facts.len()).into_par_iter().map(first).collect();
        let mut work = Sweeps::callees_first(order);
        while let Some(at) = work.next() {
            for change in self.visit(at) {
                match change {
                    Change::Params(function) => work.extend(self.callers[function].iter().copied()),
                    Change::Wanted(family) => work.extend(self.families[family].members.iter().copied()),
                    Change::Class => work.extend(self.with_indirect.iter().copied()),
                    // Families give back the same, whoever of them may be called indirectly.
                    Change::ClassResults => {
                        let taken = |&at: &usize| self.families[self.family[at]].address_taken;
                        work.extend((0..self.facts.len()).filter(taken));
                    }
                }
            }
        }
    }

    fn visit(&mut self, at: usize) -> Vec<Change> {
        let mut changes = Vec::new();
        self.settle_results(at);
        let program = self.program;
        let function = &program.functions[at];
        let known = std::mem::take(&mut self.live[at]);
        let live = self.live(at, known);
        for place in 0.. {
            let Some(block) = self.flows[at].acting_at(place) else { break };
            self.want(block, live.out[block], at, &mut changes);
        }
        let entry = live.at_entry(function);
        self.live[at] = live;
        let mut strong = entry.strong & passed();
        if self.recursive[at] || !self.regular[at] {
            strong |= self.frame_of(at);
        }
        let fact = &mut self.facts[at];
        let known = Live::uses(fact.strong | fact.saved, fact.weak);
        let saved = entry.strong & callee_saved();
        let grown = known.union(Live::uses(strong | saved, entry.weak & passed()));
        if grown != known {
            (fact.strong, fact.weak) = (grown.strong & passed(), grown.weak);
            fact.saved = grown.strong & callee_saved();
            let grown = Live::uses(fact.strong, fact.weak);
            changes.push(Change::Params(at));
            if program.functions[at].address_taken {
                // What is no member is reached by way of the dispatcher, as a
                // label that a computed goto leads to or out of a trampoline on
                // the stack, and may be given any register.
                let given = if self.is_member(at) { arguments() } else { passed() - frame() };
                let class = self.class_params | ((grown.strong | grown.weak) & given);
                if class != self.class_params {
                    self.class_params = class;
                    changes.push(Change::Class);
                }
            }
        }
        changes
    }

    /// Liveness in one function under the present facts, from what is known of it:
    /// facts only grow, so that what was live under earlier ones still is.
    fn live(&self, at: usize, known: LiveOut) -> LiveOut {
        let results = self.facts[at].results;
        let before = |block, out| self.before(at, results, block, out);
        self.flows[at].live(&self.program.functions[at], known, before)
    }

    /// What a function gives back: what its family may change and is asked for.
    fn settle_results(&mut self, at: usize) {
        let family = &self.families[self.family[at]];
        let by_class = if family.address_taken { self.class_results } else { RegSet::EMPTY };
        self.facts[at].results = (family.wanted | by_class) & family.clobbers;
    }

    /// Live before a block, given what is live after it.
    fn before(&self, at: usize, results: RegSet, block: usize, out: Live) -> Live {
        self.locals[at][block].before(self.before_end(at, block, results, out))
    }

    /// Live just before a terminator acts.
    fn before_end(&self, at: usize, block: usize, results: RegSet, out: Live) -> Live {
        let end = &self.program.functions[at].blocks[block].end;
        let rest = out.without(self.changed[at][block]);
        let uses = match end {
            Terminator::Call { .. } => match self.flows[at].callee(block) {
                Some(callee) => {
                    let slots = Live::uses(self.slots_wait(at, block, callee), RegSet::EMPTY);
                    self.params(callee).without(RegSet::x(X::RA)).union(slots)
                }
                None => self.stranger(at).without(RegSet::x(X::RA)),
            },
            Terminator::TailCall { .. } => match self.flows[at].callee(block) {
                Some(callee) => {
                    let live = self.params(callee);
                    // What the family gives back and this callee leaves alone.
                    let left_alone = self.back(at, results).without(self.facts[callee].clobbers);
                    let waits = self.truthful[at] && !self.truthful[callee] && self.facts[callee].may_exit;
                    let ra = if waits { RegSet::x(X::RA) } else { RegSet::EMPTY };
                    live.union(left_alone).union(Live::uses(ra, RegSet::EMPTY))
                }
                None => self.stranger(at),
            },
            Terminator::CallIndirect { .. } if self.program.is_part => {
                self.stranger(at).without(RegSet::x(X::RA))
            }
            Terminator::TailIndirect if self.program.is_part => self.stranger(at),
            Terminator::CallIndirect { .. } => {
                Live::leaving(RegSet::x(X::SP), self.class_params & arguments())
            }
            Terminator::TailIndirect => {
                let frame = self.frame_of(at);
                Live::leaving(frame, self.class_params - frame)
            }
            Terminator::Return => self.back(at, results),
            Terminator::Ecall { .. } => {
                let arguments = self.ecalls[at].get(&block).copied().unwrap_or(ecall_arguments(6));
                Live::uses(RegSet::x(X::A7) | self.frame_of(at), arguments)
            }
            Terminator::Goto { .. } | Terminator::Sync { .. } | Terminator::Table { bounded: false, .. } => {
                self.unknown(at)
            }
            // Nothing but the function itself goes on there.
            Terminator::Access { .. } => Live::uses(self.frame_of(at), RegSet::EMPTY),
            // A handler may go on behind it, or who is jumped to, with what the function was
            // given.
            Terminator::Trap { .. } | Terminator::Unknown => self.stranger(at),
            Terminator::Table { .. } | Terminator::Jump(_) | Terminator::Branch { .. } => Live::default(),
        };
        match self.program.may_preempt(&self.program.functions[at], block) {
            true => rest.union(uses).union(self.unknown(at)),
            false => rest.union(uses),
        }
    }

    /// `sp`, where slots of the frame wait for saved registers if the callee leaves.
    fn slots_wait(&self, at: usize, block: usize, callee: usize) -> RegSet {
        let waits = self.saves[at].is_some_and(|saves| !saves.ends[block].owed.is_empty());
        if waits && self.facts[callee].may_exit { RegSet::x(X::SP) } else { RegSet::EMPTY }
    }

    /// What a call of a function uses: all but `sp` and `ra` weakly. A caller may
    /// leave out arguments (variadic functions, `syscall`), and a function that
    /// reads a temporary mostly does so on a path where the value is not used;
    /// one that is really given a temporary has a caller that has just written
    /// it.
    fn params(&self, callee: usize) -> Live {
        let fact = &self.facts[callee];
        let strong = (fact.strong & frame()) | fact.saved;
        let weak = fact.weak | (fact.strong - frame());
        match self.regular[callee] {
            true => Live::uses(strong, weak),
            // It is not called but left to.
            false => Live::leaving(strong, weak),
        }
    }

    /// Live where a function returns.
    fn back(&self, at: usize, results: RegSet) -> Live {
        let handed = match (self.regular[at], self.open[at]) {
            (false, _) => followed(),
            (true, true) => abi_results() | callee_saved(),
            (true, false) => callee_saved(),
        };
        // What one way through the function leaves alone it hands on, no more.
        Live { strong: results - by_state(), weak: results & by_state(), handed }
    }

    /// Tells callees what is asked of them by what is live after a call.
    fn want(&mut self, block: usize, out: Live, caller: usize, changes: &mut Vec<Change>) {
        let callee = self.flows[caller].callee(block);
        // Whoever an irregular function returns to may look at what its last call gave back,
        // and so may who goes on behind a call and is not here.
        let left = self.program.leaves_behind(&self.program.functions[caller].blocks[block].end);
        let looked_at = left || !self.regular[caller];
        let handed = if looked_at { out.handed & abi_results() } else { RegSet::EMPTY };
        let asked = out.asked() | handed;
        match &self.program.functions[caller].blocks[block].end {
            Terminator::Call { .. } => self.want_of(callee, asked, changes),
            // A family shares its results; but this may lead out of the family.
            Terminator::TailCall { .. } => self.want_of(callee, self.facts[caller].results, changes),
            Terminator::CallIndirect { .. } => self.want_of_class(asked, changes),
            Terminator::TailIndirect => self.want_of_class(self.facts[caller].results, changes),
            _ => {}
        }
    }

    fn want_of(&mut self, callee: Option<usize>, asked: RegSet, changes: &mut Vec<Change>) {
        let Some(callee) = callee else { return };
        let wanted = asked & self.facts[callee].clobbers;
        let family = self.family[callee];
        if !wanted.is_subset(self.families[family].wanted) {
            self.families[family].wanted |= wanted;
            changes.push(Change::Wanted(family));
        }
    }

    fn want_of_class(&mut self, asked: RegSet, changes: &mut Vec<Change>) {
        let wanted = asked & abi_results();
        if !wanted.is_subset(self.class_results) {
            // A member that leaves a register alone gives back what it was given.
            self.class_results |= wanted;
            self.class_params |= wanted;
            changes.extend([Change::ClassResults, Change::Class]);
        }
    }

    /// Whether a function can be called indirectly: it is regular, something may
    /// know its address, and it reads nothing but arguments. Temporaries of the
    /// floating-point registers do not count: unlike t0 to t6 no convention
    /// passes them, so who reads one makes no use of it.
    fn is_member(&self, at: usize) -> bool {
        let temporaries = RegSet::ALL_F - callee_saved();
        self.regular[at]
            && self.program.functions[at].address_taken
            && self.facts[at].strong.is_subset(arguments() | self.frame_of(at) | temporaries)
    }

    /// Finds the results that no caller uses strongly.
    fn results_by_state(&mut self, live: &[LiveOut]) {
        let mut used = vec![RegSet::EMPTY; self.families.len()];
        for (at, function) in self.program.functions.iter().enumerate() {
            for (block, out) in function.blocks.iter().zip(&live[at].out) {
                let tail = matches!(block.end, Terminator::TailCall { .. });
                let (callee, strong) = match &block.end {
                    Terminator::Call { callee, .. } => (callee, out.strong),
                    Terminator::TailCall { callee } => (callee, self.facts[at].results),
                    _ => continue,
                };
                match self.program.index.get(callee) {
                    // Inside a family results are passed on as they are.
                    Some(&to) if self.family[to] == self.family[at] && tail => {}
                    Some(&to) => used[self.family[to]] |= strong,
                    None => {}
                }
            }
        }
        for (at, fact) in self.facts.iter_mut().enumerate() {
            fact.results_by_state = (fact.results - used[self.family[at]]) & by_state();
        }
    }

    fn class(&self) -> Class {
        let direct = frame() | direct_arguments();
        Class {
            params: self.class_params & direct,
            state_params: self.class_params - direct,
            results: self.class_results & direct,
            state_results: self.class_results - direct,
        }
    }
}

/// What changed in a visit.
enum Change {
    /// The parameters of a function.
    Params(usize),
    /// What callers ask of a family.
    Wanted(usize),
    /// What indirect calls pass.
    Class,
    /// What indirect calls ask for.
    ClassResults,
}
