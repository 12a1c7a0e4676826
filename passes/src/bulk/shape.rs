//! Turns that copy or fill: what has to hold for many of them to be one
//! operation on memory.
//!
//! Knows turns as symbols. What this module must never know: blocks, edges.

use super::linear::Linear;
use super::turn::{Load, Merged, Symbol, Test, Turn, Word};
use crate::ir::{StoreOp, Type};
use crate::peephole::Cmp;

/// The most bytes that a turn may move its pointers by.
const FARTHEST: i64 = 4096;
/// How many turns the definition of a parameter may go back.
const BACK: i64 = 3;

/// How often a loop turns.
pub(super) struct Trip {
    /// What is compared, at the first turn's test.
    pub from: Linear,
    /// With what.
    pub to: Linear,
    /// How much nearer each turn comes; positive.
    pub step: i64,
    /// Whether `from` goes up.
    pub up: bool,
    /// What has to hold at the first test for the distance to count the turns.
    pub guard: Option<Cmp>,
}

/// What many turns do.
pub(super) struct Plan {
    pub trip: Trip,
    /// By how much each parameter grows, if that is what it does.
    pub steps: Vec<Option<i64>>,
    /// How many turns, at least, the parameters are known after.
    pub turns: i64,
    /// How many bytes a turn writes.
    pub bytes: i64,
    /// Whether later turns write at higher addresses.
    pub up: bool,
    /// The lowest address that the first turn writes to.
    pub place: Linear,
    pub what: What,
}

/// The two kinds of loops.
pub(super) enum What {
    Fill {
        value: Linear,
        /// How wide the stores are.
        width: u32,
    },
    Copy(Copy),
}

/// How bytes are copied.
pub(super) struct Copy {
    /// Where what goes to `place` comes from: a word that has it lowest.
    pub source: Linear,
    /// How many bytes, at the end where the loop starts, are in parameters.
    pub ahead: i64,
    /// The stores of these: by their positions in the turn.
    pub first: Vec<usize>,
    /// How many bytes beyond what the turns write they read.
    pub beyond: i64,
    /// How far the words are shifted down and up, and how wide they are.
    pub shifts: Option<(Linear, Linear, Type)>,
}

/// What a turn does many times over, if it is that simple.
pub(super) fn of(turn: &Turn) -> Option<Plan> {
    let steps: Vec<Option<i64>> = (0..turn.next.len()).map(|param| step(turn, param)).collect();
    let back = |param| known_after(turn, &steps, param, BACK);
    let turns = (0..turn.next.len()).try_fold(1, |most: i64, param| Some(most.max(back(param)?)))?;
    let trip = trip(&turn.test, &steps)?;
    let first = &turn.stores.first()?.address;
    let step = moves(&steps, first)?;
    let same = |other: &Linear| (other.root, &other.terms) == (first.root, &first.terms);
    if !turn.stores.iter().all(|store| same(&store.address)) {
        return None;
    }
    let mut order: Vec<usize> = (0..turn.stores.len()).collect();
    order.sort_by_key(|&store| distance(&turn.stores[store].address, first));
    let mut end = distance(&turn.stores[order[0]].address, first);
    let place = first.plus(end);
    for &store in &order {
        if distance(&turn.stores[store].address, first) != end {
            return None;
        }
        end += i64::from(turn.stores[store].op.bytes());
    }
    let bytes = distance(&first.plus(end), &place);
    if bytes != step.abs() {
        return None;
    }
    let up = step > 0;
    if !up {
        order.reverse();
    }
    let what = if turn.loads.is_empty() { fill(turn)? } else { copy(turn, &steps, &order, &place, up)? };
    Some(Plan { trip, steps, turns, bytes, up, place, what })
}

/// How far one address is above another that differs by a constant.
fn distance(address: &Linear, from: &Linear) -> i64 {
    i64::from(address.constant.wrapping_sub(from.constant) as i32)
}

fn step(turn: &Turn, param: usize) -> Option<i64> {
    match &turn.next[param] {
        Symbol::Linear(next) => {
            (*next == Linear::root(turn.types[param], param).plus(next.constant)).then_some(next.constant)
        }
        Symbol::Word(Word::Param(same)) if *same == param => Some(0),
        _ => None,
    }
}

/// How many turns back what a parameter is made of is found; `None` if it cannot
/// be computed after many turns.
fn known_after(turn: &Turn, steps: &[Option<i64>], param: usize, limit: i64) -> Option<i64> {
    if steps[param].is_some() {
        return Some(0);
    }
    let of = |param: usize| if limit == 0 { None } else { known_after(turn, steps, param, limit - 1) };
    let root = |linear: &Linear| linear.root.map_or(Some(0), of);
    let before = match &turn.next[param] {
        Symbol::Linear(linear) => root(linear),
        Symbol::Word(Word::Param(other)) => of(*other),
        Symbol::Word(Word::Loaded(load)) => root(&turn.loads[*load].address),
        _ => None,
    };
    before.map(|turns| turns + 1)
}

fn trip(test: &Test, steps: &[Option<i64>]) -> Option<Trip> {
    let (cmp, from, to) = match (test.a.root, test.b.root) {
        (Some(_), None) => (test.cmp, &test.a, &test.b),
        (None, Some(_)) => (test.cmp.swapped(), &test.b, &test.a),
        _ => return None,
    };
    let step = steps[from.root?]?;
    let step = if from.ty == Type::I32 { i64::from(step as i32) } else { step };
    let up = step > 0;
    let guard = match cmp {
        Cmp::Ne => None,
        Cmp::LtS | Cmp::LtU | Cmp::LeS | Cmp::LeU if up => Some(cmp),
        Cmp::GtS | Cmp::GtU | Cmp::GeS | Cmp::GeU if !up => Some(cmp),
        _ => return None,
    };
    let step = step.checked_abs().filter(|step| (1..=FARTHEST).contains(step))?;
    Some(Trip { from: from.clone(), to: to.clone(), step, up, guard })
}

/// How far an address moves with each turn.
fn moves(steps: &[Option<i64>], address: &Linear) -> Option<i64> {
    let step = i64::from(steps[address.root?]? as i32);
    (step != 0 && step.abs() <= FARTHEST).then_some(step)
}

fn fill(turn: &Turn) -> Option<What> {
    let first = turn.stores.first()?;
    let Symbol::Linear(value) = &first.value else { return None };
    let same = turn.stores.iter().all(|store| store.op == first.op && store.value == first.value);
    let is_integer = !matches!(first.op, StoreOp::F32Store | StoreOp::F64Store);
    (same && is_integer && value.is_fixed())
        .then(|| What::Fill { value: value.clone(), width: first.op.bytes() })
}

/// A load that gives what is stored, and how many turns before.
#[derive(Clone, Copy)]
struct Origin {
    load: usize,
    ago: i64,
}

fn origin(turn: &Turn, word: Word) -> Option<Origin> {
    match word {
        Word::Loaded(load) => Some(Origin { load, ago: 0 }),
        Word::Param(param) => match turn.next[param] {
            Symbol::Word(Word::Loaded(load)) => Some(Origin { load, ago: 1 }),
            _ => None,
        },
    }
}

/// What stores copy from where.
struct Flow<'a> {
    turn: &'a Turn,
    step: i64,
    /// What is added to the place of a word to give the place that it goes to.
    delta: Option<i64>,
    used: Vec<bool>,
    shifts: Option<(Linear, Linear, Type)>,
}

impl Flow<'_> {
    /// Notes that a word goes to a place; gives where it comes from.
    fn word(&mut self, word: Origin, to: i64, bytes: u32) -> Option<()> {
        let load = &self.turn.loads[word.load];
        let from = load.address.constant.wrapping_sub(word.ago * self.step);
        let delta = i64::from(to.wrapping_sub(from) as i32);
        self.used[word.load] = true;
        (load.op.bytes() == bytes && *self.delta.get_or_insert(delta) == delta).then_some(())
    }

    fn merged(&mut self, merged: &Merged, to: i64, bytes: u32) -> Option<bool> {
        let (low, high) = (origin(self.turn, merged.low)?, origin(self.turn, merged.high)?);
        let whole = |word: Origin| {
            let op = self.turn.loads[word.load].op;
            op.ty() == merged.ty && op.bytes() == bytes && bytes == if merged.ty == Type::I64 { 8 } else { 4 }
        };
        (whole(low) && whole(high)).then_some(())?;
        self.word(low, to, bytes)?;
        self.word(high, to + i64::from(bytes), bytes)?;
        let shifts = (merged.down.clone(), merged.up.clone(), merged.ty);
        (*self.shifts.get_or_insert(shifts.clone()) == shifts).then_some(low.ago + high.ago > 0)
    }
}

/// `order` is that of the places, the one first that the loop comes to first.
fn copy(turn: &Turn, steps: &[Option<i64>], order: &[usize], place: &Linear, up: bool) -> Option<What> {
    let from = &turn.loads[0].address;
    let step = moves(steps, from)?;
    let alike = |load: &Load| (load.address.root, &load.address.terms) == (from.root, &from.terms);
    if step != moves(steps, place)? || !turn.loads.iter().all(alike) {
        return None;
    }
    let mut flow = Flow { turn, step, delta: None, used: vec![false; turn.loads.len()], shifts: None };
    let (mut first, mut ahead, mut plain) = (Vec::new(), 0, 0);
    for &index in order {
        let store = &turn.stores[index];
        let (to, bytes) = (store.address.constant, store.op.bytes());
        let from_before = match &store.value {
            Symbol::Word(word) => {
                let word = origin(turn, *word)?;
                flow.word(word, to, bytes)?;
                plain += 1;
                word.ago > 0
            }
            Symbol::Low(load) => {
                flow.word(Origin { load: *load, ago: 0 }, to, bytes)?;
                plain += 1;
                false
            }
            Symbol::Merged(merged) => flow.merged(merged, to, bytes)?,
            _ => return None,
        };
        if from_before {
            // Those from the turn before come first.
            (first.len() == order.iter().position(|&other| other == index)?).then_some(())?;
            first.push(index);
            ahead += i64::from(bytes);
        }
    }
    let Flow { delta, used, shifts, .. } = flow;
    let delta = delta?;
    if used.contains(&false) || (shifts.is_some() && plain > 0) {
        return None;
    }
    let beyond = reach(turn, delta, place, step)?;
    let source = Linear { constant: place.constant, ..from.clone() }.plus(-delta);
    debug_assert_eq!(up, step > 0);
    Some(What::Copy(Copy { source, ahead, first, beyond, shifts }))
}

/// How far beyond what a turn writes it reads; `None` unless each word is loaded
/// before anything is stored at its place or, as the loop goes, behind it.
fn reach(turn: &Turn, delta: i64, place: &Linear, step: i64) -> Option<i64> {
    let mut beyond = 0;
    for load in &turn.loads {
        // Relative to `place`, where it goes to.
        let at = distance(&load.address.plus(delta), place);
        let end = at + i64::from(load.op.bytes());
        for store in &turn.stores[..load.stores_before] {
            let to = distance(&store.address, place);
            let past = if step > 0 { to + i64::from(store.op.bytes()) <= at } else { to >= end };
            past.then_some(())?;
        }
        let (behind, over) = if step > 0 { (at < 0, end - step) } else { (end > -step, -at) };
        if behind {
            return None;
        }
        beyond = beyond.max(over);
    }
    Some(beyond)
}
