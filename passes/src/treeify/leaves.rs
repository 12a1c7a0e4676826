//! Shares the cold code behind calls that have left.
//!
//! ```text
//! v1 = call $f() exits leave(give.ra: 0x1004, give.s0: v0, owe.s0.up8: v9)
//! v2 = call $g() exits leave(give.ra: 0x1010, give.s0: v0, owe.s0.up8: v9)
//!
//! (block $leave (result i64)
//!   (if (local.tee $status (call $f)) (then (br $leave (i64.const 0x1004))))
//!   (if (local.tee $status (call $g)) (then (br $leave (i64.const 0x1010))))
//!   …)
//! (local.set $ra)
//! ;; give $ra and $s0, owe s0, return $status
//! ```
//!
//! Calls that hand over the same but for the address behind them have one way out,
//! and bring that address. It is made in the arm of an `if`, so that a call which
//! returns does nothing for it, and which engines place behind the function. A call
//! whose list nobody shares branches to a way out of its own. Ways out that owe the
//! same slots share that end.
//!
//! Complexity: linear.

use cranelift_entity::{PrimaryMap, SecondaryMap};
use rustc_hash::FxHashMap;
use rv2wat_isa::{Reg, X};

use crate::ir::{Const, Inst, StateReg};
use crate::tree::{Expr, ExprKind, Label, LabelData, Leave, Local, WayOut};

/// What is handed over.
type State = Vec<(StateReg, Expr)>;

/// The ways out of a function.
#[derive(Default)]
pub struct Leaves {
    ways: SecondaryMap<Inst, Option<WayOut>>,
    leaves: Vec<Leave>,
}

/// A call that may leave.
pub struct Leaving {
    /// The call.
    pub inst: Inst,
    /// Its guest address.
    pub pc: Option<u64>,
    /// What the frame hands over.
    pub state: State,
}

/// Calls that hand over the same, but perhaps for the address.
type Group = Vec<(Leaving, Option<i64>)>;

impl Leaves {
    /// Ways out for these calls. `local` makes the local for the address that calls
    /// bring.
    pub fn new(
        calls: Vec<Leaving>,
        labels: &mut PrimaryMap<Label, LabelData>,
        mut local: impl FnMut() -> Local,
    ) -> Leaves {
        let mut found = Leaves::default();
        let mut names = Names::default();
        let mut address: Option<Local> = None;
        let mut ends: Vec<(State, Vec<Leave>)> = Vec::new();
        let mut end_of: FxHashMap<State, usize> = FxHashMap::default();
        for group in group(calls) {
            let brings = group.iter().any(|(_, at)| *at != group[0].1);
            if brings {
                address.get_or_insert_with(&mut local);
            }
            let label = labels.push(LabelData { name: names.next(group.len()) });
            let leave = found.leave(group, label, address.filter(|_| brings));
            let owed: State = leave.state.iter().filter(|(place, _)| is_owed(*place)).cloned().collect();
            let end = *end_of.entry(owed).or_insert_with_key(|owed| {
                ends.push((owed.clone(), Vec::new()));
                ends.len() - 1
            });
            ends[end].1.push(leave);
        }
        for (owed, leaves) in ends {
            found.join(owed, leaves, labels, &mut names);
        }
        found
    }

    /// The way out of a call.
    pub fn way_out(&self, inst: Inst) -> Option<WayOut> {
        self.ways[inst]
    }

    /// All of them, innermost first.
    pub fn finish(self) -> Vec<Leave> {
        self.leaves
    }

    /// The way out of a group, whose calls bring the address in a local or hand over
    /// the same.
    fn leave(&mut self, group: Group, label: Label, address: Option<Local>) -> Leave {
        let alone = group.len() == 1;
        let mut leave = Leave { label, address, state: State::new(), then: None, pc: None };
        for (call, at) in group {
            self.ways[call.inst] = Some(WayOut { label, address: at.filter(|_| address.is_some()) });
            leave.pc = call.pc.filter(|_| alone);
            leave.state = call.state;
            if let (Some(at), Some((_, value))) = (at, self::address(&mut leave.state)) {
                value.kind = address.map_or(ExprKind::Const(Const::I64(at)), ExprKind::Get);
            }
        }
        leave
    }

    /// Adds ways out that owe the same.
    fn join(
        &mut self,
        owed: State,
        mut leaves: Vec<Leave>,
        labels: &mut PrimaryMap<Label, LabelData>,
        names: &mut Names,
    ) {
        if leaves.len() > 1 && !owed.is_empty() {
            let label = labels.push(LabelData { name: names.end() });
            for leave in &mut leaves {
                leave.state.retain(|(place, _)| !is_owed(*place));
                leave.then = Some(label);
            }
            leaves.push(Leave { label, address: None, state: owed, then: None, pc: None });
        }
        self.leaves.append(&mut leaves);
    }
}

/// The names of labels: `out.1` for one call, `leave` for several, `owe` for several
/// ways out.
#[derive(Default)]
struct Names {
    own: usize,
    shared: usize,
    ends: usize,
}

impl Names {
    fn next(&mut self, calls: usize) -> String {
        if calls == 1 {
            self.own += 1;
            return format!("out.{}", self.own);
        }
        self.shared += 1;
        numbered("leave", self.shared)
    }

    fn end(&mut self) -> String {
        self.ends += 1;
        numbered("owe", self.ends)
    }
}

fn numbered(name: &str, number: usize) -> String {
    if number == 1 { name.to_owned() } else { format!("{name}.{number}") }
}

/// Calls by what they hand over, in the order of their first ones. In the lists the
/// address is 0.
fn group(calls: Vec<Leaving>) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    let mut known: FxHashMap<State, usize> = FxHashMap::default();
    for mut call in calls {
        let mut at = None;
        if let Some((_, value)) = address(&mut call.state)
            && let ExprKind::Const(Const::I64(address)) = &mut value.kind
        {
            at = Some(std::mem::take(address));
        }
        let index = *known.entry(call.state.clone()).or_insert(groups.len());
        if index == groups.len() {
            groups.push(Vec::new());
        }
        groups[index].push((call, at));
    }
    groups
}

/// Where to go on behind the call, if that is a constant.
fn address(state: &mut State) -> Option<&mut (StateReg, Expr)> {
    state.iter_mut().find(|(place, value)| {
        matches!(place, StateReg::Pc | StateReg::Give(Reg::X(X::RA)))
            && matches!(value.kind, ExprKind::Const(Const::I64(_)))
    })
}

fn is_owed(place: StateReg) -> bool {
    matches!(place, StateReg::Owe(..))
}
