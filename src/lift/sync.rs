//! Which registers must be written to the state, and where.
//!
//! A function that leaves writes down what it holds. Under *truth always* the
//! state's globals hold every callee-saved register at every call as well. Here a
//! register is *dirty* where its variable may differ from its global, and *touched*
//! where its global may differ from its value at entry. Both are forward dataflow
//! problems over the blocks of a function; the lifter follows the same rules as it
//! emits the writes.
//!
//! Before it calls one that keeps to *truth on exit*, a function that keeps to *truth
//! always* writes `ra` too: what frames further in leave waiting is filled from the
//! state where no frame that has left gave it.
//!
//! Under *truth on exit* calls write nothing that their callees do not take. What a
//! frame hands over when a call leaves is its [`Handover`]; which callee-saved
//! registers those are is known from [`crate::summary::saves`].

use std::sync::Arc;

use rv2wat_isa::{Reg, RegSet, X};
use rv2wat_passes::ir::Kind;

use super::Context;
use crate::discover::{Block, Function, Site, Terminator};
use crate::summary::liveness::Live;
use crate::summary::saves::kept;
use crate::summary::{Summary, arguments, callee_saved, passed};

/// The registers that have variables: all but `x0`, `gp` and `tp`.
pub const fn all_registers() -> RegSet {
    passed().union(callee_saved())
}

/// The state of the registers at one place.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Registers {
    /// Differs from the state's global, or may.
    pub dirty: RegSet,
    /// The global differs from the value at entry, or may.
    pub touched: RegSet,
    /// Dirty, and no instruction of the function has written it, on any way.
    incoming: RegSet,
    /// Written by an instruction, on some way.
    written: RegSet,
    /// Undefined on some way.
    lost: RegSet,
}

impl Registers {
    fn join(&mut self, other: &Registers) -> bool {
        let before = *self;
        self.dirty |= other.dirty;
        self.touched |= other.touched;
        self.written |= other.written;
        self.incoming = (self.incoming | other.incoming) - self.written;
        self.lost |= other.lost;
        before != *self
    }

    /// Notes that instructions wrote registers.
    fn write(&mut self, set: RegSet) {
        self.dirty |= set;
        self.written |= set;
        self.incoming -= set;
        self.lost -= set;
    }

    /// Notes that registers were written to the state.
    fn written_back(&mut self, set: RegSet) {
        self.dirty -= set;
        self.incoming -= set;
        self.touched |= set;
    }
}

/// What happens to registers where a block ends.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct End {
    /// What the function writes to the state if it leaves here by itself.
    pub dirty: RegSet,
    /// To be written to the state first.
    pub write_back: RegSet,
    /// Undefined after the terminator's call.
    pub lost: RegSet,
    /// What the frame hands over if the terminator's call leaves.
    pub handover: Handover,
}

/// What a frame hands over where a function leaves.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub struct Handover {
    /// Registers that the callee leaves alone, whatever happens in it: to the state.
    pub keeps: RegSet,
    /// Registers that go where inner frames wait for them, or to the state.
    pub gives: RegSet,
    /// Slots that wait for registers, as distances from the entry `sp` (bytes).
    pub owes: Arc<[(Reg, i64)]>,
    /// `sp` minus the entry `sp`, where it is known (bytes).
    pub sp: Option<i64>,
}

/// Where registers are after a call.
#[derive(Default)]
struct After {
    /// Nowhere: undefined.
    lost: RegSet,
    /// In the function alone: results, and `sp` and `ra`, of which the state may
    /// hold the callee's.
    held: RegSet,
    /// In the state: results that the callee left there.
    in_state: RegSet,
}

/// The plan of one function: what to do at the end of each block.
pub struct Plan {
    ends: Vec<End>,
}

impl Plan {
    /// What to do at the end of a block.
    pub fn end(&self, block: usize) -> &End {
        &self.ends[block]
    }
}

struct Planner<'a> {
    cx: Context<'a>,
    function: &'a Function,
    summary: &'a Summary,
    live: &'a [Live],
    kind: Kind,
    /// What each block writes to the state for the blocks behind it; nothing, while
    /// that is not known.
    early: Vec<RegSet>,
    /// Which registers the instructions of each block that is reached write.
    writes: Vec<RegSet>,
}

/// Plans the writes to the state for the blocks that `start` reaches.
pub fn plan(
    cx: Context<'_>,
    function: &Function,
    summary: &Summary,
    live: &[Live],
    reached: &[usize],
    start: usize,
    kind: Kind,
) -> Plan {
    let mut writes = vec![RegSet::EMPTY; function.blocks.len()];
    reached.iter().for_each(|&at| writes[at] = written(&function.blocks[at]));
    let mut planner = Planner { cx, function, summary, live, kind, early: Vec::new(), writes };
    let at_entry = match kind {
        Kind::Regular => {
            let dirty = summary.passed_params();
            Registers { dirty, incoming: dirty, ..Registers::default() }
        }
        Kind::Sideways => Registers { touched: all_registers(), ..Registers::default() },
    };
    let forward = |planner: &Planner<'_>| {
        let through = |at, registers| planner.through(at, registers);
        function.forward(start, at_entry, through, Registers::join)
    };
    let mut into = forward(&planner);
    planner.early = planner.write_early(&into);
    if planner.early.iter().any(|early| !early.is_empty()) {
        into = forward(&planner);
    }
    let mut ends = vec![End::default(); function.blocks.len()];
    for &at in reached {
        if let Some(registers) = into[at] {
            ends[at] = planner.end(at, registers);
        }
    }
    Plan { ends }
}

/// The registers with variables that the instructions of a block write.
fn written(block: &Block) -> RegSet {
    // An instruction that traps has written nothing.
    let traps = |site: &Site| matches!(block.end, Terminator::Trap { pc, .. } if pc == site.pc);
    let sites = block.insts.iter().filter(|site| !traps(site));
    sites.fold(RegSet::EMPTY, |set, site| set | site.inst.inst.writes()) & all_registers()
}

impl Planner<'_> {
    /// The registers after a block.
    fn through(&self, at: usize, mut registers: Registers) -> Registers {
        registers.write(self.writes[at]);
        registers.written_back(self.written_back(at, registers));
        let After { lost, held, in_state } = self.after(&self.function.blocks[at].end);
        registers.dirty = (registers.dirty - lost - in_state) | held;
        registers.incoming &= registers.dirty;
        registers.lost = (registers.lost | lost) - held - in_state;
        registers
    }

    /// What happens at the end of a block.
    fn end(&self, at: usize, mut registers: Registers) -> End {
        registers.write(self.writes[at]);
        let handover = self.handover(at, registers);
        let dirty = match self.on_exit() {
            true => (registers.dirty - kept()) | handover.gives,
            false => registers.dirty,
        };
        // Arguments that nobody needs may still be handed over to a variadic
        // function.
        let lost = self.after(&self.function.blocks[at].end).lost & (self.live[at].all() | arguments());
        End { dirty, write_back: self.written_back(at, registers), lost, handover }
    }

    /// What is written to the state where a block ends, of what registers hold there.
    fn written_back(&self, at: usize, registers: Registers) -> RegSet {
        let early = self.early.get(at).copied().unwrap_or_default();
        self.write_back(at, registers) | (early & registers.dirty)
    }

    /// What each block writes to the state so that indirect calls behind it need not.
    ///
    /// An argument that only indirect calls may want, and that another way has lost,
    /// is written where that way joins: around a loop it is written once, for its
    /// first turn, and its variable is not carried.
    fn write_early(&self, into: &[Option<Registers>]) -> Vec<RegSet> {
        let wanted = self.cx.summaries.class.state_params & arguments();
        let calls = |end: &Terminator| matches!(end, Terminator::CallIndirect { .. });
        if !self.function.blocks.iter().any(|block| calls(&block.end)) {
            return Vec::new();
        }
        let early = |at: usize| {
            let end = &self.function.blocks[at].end;
            let jumps = matches!(end, Terminator::Jump(_) | Terminator::Branch { .. });
            let Some(registers) = into[at].filter(|_| jumps) else { return RegSet::EMPTY };
            let incoming = self.through(at, registers).incoming & wanted & self.live[at].all();
            let lost = end.successors().into_iter().filter_map(|to| into[to]);
            incoming & lost.fold(RegSet::EMPTY, |all, to| all | to.lost)
        };
        (0..into.len()).map(early).collect()
    }

    fn on_exit(&self) -> bool {
        !self.summary.truthful
    }

    /// What the frame hands over if the function leaves where a block ends.
    fn handover(&self, at: usize, registers: Registers) -> Handover {
        if !self.on_exit() {
            return Handover::default();
        }
        let end = &self.function.blocks[at].end;
        let live = self.live[at].all();
        let wanted = match end {
            Terminator::Call { callee, .. } => match self.cx.program.index.get(callee) {
                Some(&callee) => live - self.cx.summaries.functions[callee].clobbers - RegSet::x(X::SP),
                None => RegSet::EMPTY,
            },
            Terminator::Ecall { .. } => (live | RegSet::x(X::SP)) - RegSet::x(X::A0),
            _ => RegSet::EMPTY,
        };
        let keeps = (registers.dirty & wanted) - kept();
        let saves = match (self.kind, &self.summary.saves) {
            (Kind::Regular, Some(saves)) => &saves.ends[at],
            _ => return Handover { keeps, gives: registers.dirty & kept(), ..Handover::default() },
        };
        let elsewhere = self.cx.summaries.leads_elsewhere(self.cx.program, end);
        let gives = saves.gives(live, elsewhere);
        Handover { keeps, gives, owes: saves.owed.clone(), sp: saves.sp }
    }

    /// What must be in the state before the terminator acts.
    fn write_back(&self, at: usize, registers: Registers) -> RegSet {
        let frame = RegSet::x(X::SP) | RegSet::x(X::RA);
        let (saved, ra) = match self.on_exit() {
            true => (RegSet::EMPTY, RegSet::EMPTY),
            false => (callee_saved(), RegSet::x(X::RA)),
        };
        let live = self.live[at].all();
        match &self.function.blocks[at].end {
            Terminator::Call { callee, .. } => match self.cx.program.index.get(callee) {
                Some(&callee) if self.cx.summaries.functions[callee].is_regular() => {
                    let callee = &self.cx.summaries.functions[callee];
                    let kept = match callee.may_exit && !self.on_exit() {
                        true => live - callee.clobbers - frame,
                        false => RegSet::EMPTY,
                    };
                    // Where frames tell the truth on exit, those outside of them find in
                    // the state what they wait for.
                    let truth = match (callee.truthful, callee.may_exit) {
                        (true, _) => saved,
                        (false, true) => saved | ra,
                        (false, false) => RegSet::EMPTY,
                    };
                    registers.dirty & (truth | kept | callee.params_by_state)
                }
                // Left by an exit, which writes everything itself.
                _ => RegSet::EMPTY,
            },
            Terminator::CallIndirect { .. } => {
                // Temporaries go with jumps only: those may lead to a label.
                registers.dirty & (saved | ra | (self.cx.summaries.class.state_params & arguments()))
            }
            Terminator::Ecall { .. } if self.on_exit() => RegSet::EMPTY,
            Terminator::Ecall { .. } => registers.dirty & ((saved | live | frame) - RegSet::x(X::A0)),
            Terminator::Return | Terminator::TailCall { .. } | Terminator::TailIndirect
                if self.kind == Kind::Regular =>
            {
                let mut set = registers.dirty & registers.touched & saved;
                set |= registers.dirty & self.summary.results_by_state;
                match &self.function.blocks[at].end {
                    Terminator::TailIndirect => {
                        set |= registers.dirty & (ra | self.cx.summaries.class.state_params);
                    }
                    Terminator::TailCall { callee } => {
                        if let Some(&callee) = self.cx.program.index.get(callee) {
                            let callee = &self.cx.summaries.functions[callee];
                            let truth = if callee.truthful { RegSet::EMPTY } else { ra };
                            set |= registers.dirty & (truth | callee.params_by_state);
                        }
                    }
                    _ => {}
                }
                set
            }
            _ => RegSet::EMPTY,
        }
    }

    /// Where the registers are after a terminator's call.
    fn after(&self, end: &Terminator) -> After {
        let frame = RegSet::x(X::SP) | RegSet::x(X::RA);
        match end {
            Terminator::Call { callee, .. } => match self.cx.program.index.get(callee) {
                Some(&callee) => {
                    let callee = &self.cx.summaries.functions[callee];
                    After {
                        lost: callee.clobbers - callee.results,
                        held: callee.passed_results() | frame,
                        in_state: callee.results_by_state,
                    }
                }
                None => After { lost: passed() - RegSet::x(X::SP), ..After::default() },
            },
            Terminator::CallIndirect { .. } => After {
                lost: self.cx.summaries.lost_by(self.cx.program, end),
                held: self.cx.summaries.class.results | frame,
                ..After::default()
            },
            Terminator::Ecall { .. } => After { held: RegSet::x(X::A0), ..After::default() },
            _ => After::default(),
        }
    }
}
