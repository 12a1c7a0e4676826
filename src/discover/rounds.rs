//! The whole program: bodies are rebuilt until what they tell each other is
//! stable, then code that only pointers lead to gets its own functions.
//!
//! Knows all bodies. Must never look into instructions.
//!
//! Facts that bodies share: the set of entries, which only grows, and the set
//! of functions that never return. A function may join that set, and leave it
//! once; then it stays outside. So the rounds end.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::body::{self, World};
use super::code::Code;
use super::finish::Body;
use super::scan::{self, Entries};
use super::{Program, names};
use crate::load::Image;

/// Bodies settle in a few rounds. A hostile file may have chains of calls, each
/// of which returns only if the next does; whatever has not settled is still
/// correct, if less well known.
const MAX_ROUNDS: usize = 200;

struct Rounds<'a> {
    image: &'a Image,
    code: Code<'a>,
    gp: Option<u64>,
    gp_writes: Vec<u64>,
    entries: Entries,
    noreturn: BTreeSet<u64>,
    /// Functions that were wrongly taken to never return.
    pinned: BTreeSet<u64>,
    /// See [`World::receivers`].
    receivers: BTreeSet<u64>,
    bodies: BTreeMap<u64, Body>,
    /// See [`World::foreign`].
    foreign: usize,
    /// How many more times bodies may be rebuilt.
    left: usize,
}

/// Discovers all functions.
pub(super) fn run(image: &Image) -> Program {
    let code = Code::new(image);
    let scan = scan::run(image, &code);
    let foreign = code.foreign_limit(scan.entries.len());
    let mut values = scan.gp_values.iter();
    let gp = values.next().copied().filter(|_| values.next().is_none());
    let noreturn = scan.entries.keys().copied().filter(|e| !scan.returns.contains(e)).collect();
    let mut rounds = Rounds {
        image,
        code,
        gp,
        gp_writes: scan.gp_writes.into_iter().collect(),
        entries: scan.entries,
        noreturn,
        pinned: BTreeSet::new(),
        receivers: BTreeSet::new(),
        bodies: BTreeMap::new(),
        foreign,
        left: MAX_ROUNDS,
    };
    let all = rounds.entries.keys().copied().collect();
    rounds.settle(all);
    while rounds.follow_pointers() {}
    rounds.finish()
}

impl<'a> Rounds<'a> {
    fn world(&self) -> World<'_> {
        World {
            image: self.image,
            code: &self.code,
            gp: self.gp,
            entries: &self.entries,
            noreturn: &self.noreturn,
            receivers: &self.receivers,
            foreign: self.foreign,
        }
    }

    /// Builds the bodies of `dirty` and of all that their results touch.
    fn settle(&mut self, mut dirty: BTreeSet<u64>) {
        while !dirty.is_empty() && self.left > 0 {
            self.left -= 1;
            let list: Vec<u64> = dirty.iter().copied().collect();
            let world = self.world();
            let built: Vec<Body> =
                list.par_iter().with_max_len(4).map(|&entry| body::build(world, entry)).collect();
            self.bodies.extend(list.iter().copied().zip(built));
            dirty = self.new_entries(&list);
            dirty.extend(self.update_noreturn());
        }
    }

    /// Entries that the given bodies call or tail-call for the first time, and the
    /// functions that have been running into them.
    fn new_entries(&mut self, built: &[u64]) -> BTreeSet<u64> {
        let mut new = BTreeSet::new();
        for entry in built {
            let body = &self.bodies[entry];
            for callee in body.function.callees().into_iter().chain(body.tails.iter().copied()) {
                if !self.entries.contains_key(&callee) && self.code.decode(callee).is_ok() {
                    new.insert(callee);
                }
            }
        }
        let mut dirty = new.clone();
        for &entry in &new {
            self.entries.entry(entry).or_default().jumped = true;
        }
        if !new.is_empty() {
            let runs_into = |b: &Body| b.spans.iter().any(|s| new.range(s.0..s.1).next().is_some());
            dirty.extend(self.bodies.iter().filter(|(_, b)| runs_into(b)).map(|(&e, _)| e));
        }
        dirty
    }

    /// Recomputes which functions never return: the complement of the least
    /// set that holds every function with a return of its own or a tail call
    /// of a member. Returns the callers of those that changed.
    fn update_noreturn(&mut self) -> BTreeSet<u64> {
        let mut tail_callers: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        let mut returning = BTreeSet::new();
        let mut work = Vec::new();
        for (&entry, body) in &self.bodies {
            if body.returns {
                work.push(entry);
            }
            for block in &body.function.blocks {
                if let super::Terminator::TailCall { callee } = block.end {
                    if self.bodies.contains_key(&callee) {
                        tail_callers.entry(callee).or_default().push(entry);
                    } else {
                        work.push(entry);
                    }
                }
            }
        }
        while let Some(entry) = work.pop() {
            if returning.insert(entry) {
                work.extend(tail_callers.get(&entry).into_iter().flatten());
            }
        }
        let never = |e: &u64| !returning.contains(e) && !self.pinned.contains(e);
        let noreturn: BTreeSet<u64> = self.bodies.keys().copied().filter(never).collect();
        let changed: BTreeSet<u64> = self.noreturn.symmetric_difference(&noreturn).copied().collect();
        self.pinned.extend(self.noreturn.difference(&noreturn));
        self.noreturn = noreturn;
        if changed.is_empty() {
            return changed;
        }
        let calls_changed = |b: &Body| b.function.callees().iter().any(|c| changed.contains(c));
        self.bodies.iter().filter(|(_, b)| calls_changed(b)).map(|(&e, _)| e).collect()
    }

    /// Gives functions of their own to addresses that data and code mention
    /// and that no function covers; whether there were any. In address order,
    /// so that a pointer into the middle of a function usually finds the
    /// function there. What is no function by itself may be a part of the one
    /// that mentions it.
    fn follow_pointers(&mut self) -> bool {
        let mut covered = Coverage::new(&self.code);
        let mut candidates: BTreeSet<u64> = self.image.code_pointers.iter().copied().collect();
        for body in self.bodies.values() {
            covered.add(body);
            candidates.extend(&body.constants);
        }
        let (mut found, mut hosts) = (BTreeSet::new(), BTreeSet::new());
        for candidate in candidates {
            if covered.contains(candidate) || self.entries.contains_key(&candidate) {
                continue;
            }
            let body = body::build(self.world(), candidate);
            if !is_code(&body, &self.code) {
                continue;
            }
            if knows_where_it_returns(&body) {
                covered.add(&body);
                self.entries.entry(candidate).or_default().pointer = true;
                found.insert(candidate);
                self.bodies.insert(candidate, body);
            } else if let Some(host) = self.mentioned_by_itself(candidate)
                && self.receivers.insert(candidate)
            {
                hosts.insert(host);
            }
        }
        let any = !found.is_empty() || !hosts.is_empty();
        if any {
            self.pinned.extend(&found);
            let mut dirty = self.new_entries(&found.iter().copied().collect::<Vec<_>>());
            dirty.extend(self.update_noreturn());
            dirty.extend(hosts);
            self.settle(dirty);
        }
        any
    }

    /// The function in whose surroundings `pc` lies, if its own code computes `pc`.
    fn mentioned_by_itself(&self, pc: u64) -> Option<u64> {
        let (low, _) = self.world().bounds(pc);
        let body = self.bodies.get(&low)?;
        body.constants.binary_search(&pc).is_ok().then_some(low)
    }

    /// Entries whose address someone holds.
    fn address_taken(&self) -> BTreeSet<u64> {
        let mut taken: BTreeSet<u64> = self.image.code_pointers.iter().copied().collect();
        taken.extend(self.bodies.values().flat_map(|b| &b.constants));
        taken.insert(self.image.entry);
        taken.retain(|t| self.bodies.contains_key(t));
        taken
    }

    /// The functions that stay: those that are called, jumped to, mentioned,
    /// or named and not merely parts of others (`.cold` code, millicode) or
    /// misread calls; and who has parts that are named.
    fn kept(&self, taken: &BTreeSet<u64>) -> BTreeSet<u64> {
        let mut hosts: BTreeMap<u64, Vec<u64>> = BTreeMap::new();
        for body in self.bodies.values() {
            let entry = body.function.entry;
            let starts = body.function.blocks.iter().filter(|b| !b.insts.is_empty()).map(|b| b.start);
            for part in starts.filter(|&s| s != entry && self.entries.contains_key(&s)) {
                hosts.entry(part).or_default().push(entry);
            }
        }
        let named = || self.entries.iter().filter(|(_, evidence)| evidence.named).map(|(&e, _)| e);
        let mut kept = BTreeSet::new();
        self.keep(named().filter(|e| !hosts.contains_key(e)).chain(taken.iter().copied()), &mut kept);
        for part in named() {
            let hosts = hosts.get(&part).map_or(&[][..], Vec::as_slice);
            if !kept.contains(&part) && !hosts.iter().any(|host| kept.contains(host)) {
                self.keep(hosts.first().copied().into_iter(), &mut kept);
            }
        }
        kept
    }

    /// Keeps functions and what they call.
    fn keep(&self, entries: impl Iterator<Item = u64>, kept: &mut BTreeSet<u64>) {
        let mut work: Vec<u64> = entries.collect();
        while let Some(entry) = work.pop() {
            if let Some(body) = self.bodies.get(&entry)
                && kept.insert(entry)
            {
                work.extend(body.function.callees());
            }
        }
    }

    fn finish(mut self) -> Program {
        let taken = self.address_taken();
        let kept = self.kept(&taken);
        let mut functions = Vec::with_capacity(kept.len());
        let mut warnings = Vec::new();
        for (entry, body) in std::mem::take(&mut self.bodies) {
            if !kept.contains(&entry) {
                continue;
            }
            let mut function = body.function;
            function.address_taken = taken.contains(&entry);
            function.noreturn = self.noreturn.contains(&entry);
            functions.push(function);
        }
        names::assign(self.image, &mut functions);
        for function in &functions {
            if let Some(why) = &function.irregular {
                warnings.push(format!("{}: {why}", function.name));
            }
        }
        let index = functions.iter().enumerate().map(|(at, f)| (f.entry, at)).collect();
        Program {
            functions,
            index,
            gp: self.gp,
            gp_writes: self.gp_writes,
            warnings,
            preempt: false,
            is_part: false,
            is_linked: self.image.is_linked,
        }
    }
}

/// Whether what only a pointer leads to is plausible as code: it runs into no
/// bits in text that mean nothing.
fn is_code(body: &Body, code: &Code<'_>) -> bool {
    !body.function.blocks.iter().any(|b| match b.end {
        // Zeros after code are `unimp`: a program may trap on purpose.
        super::Terminator::Trap { pc, raw } => {
            let meant = raw & 0xffff == 0 && pc != body.function.entry;
            code.contains(pc) && !meant && b.insts.last().is_none_or(|s| s.pc != pc)
        }
        _ => false,
    })
}

/// The middle of a function does not.
fn knows_where_it_returns(body: &Body) -> bool {
    body.function.irregular.is_none()
}

/// Which halfwords of text are instructions of some function.
struct Coverage {
    start: u64,
    bits: Vec<bool>,
}

impl Coverage {
    fn new(code: &Code<'_>) -> Self {
        let start = code.ranges().map(|r| r.start).min().unwrap_or(0);
        let end = code.ranges().map(|r| r.end).max().unwrap_or(0);
        Self { start, bits: vec![false; ((end - start) / 2) as usize + 1] }
    }

    fn add(&mut self, body: &Body) {
        for &(from, to) in &body.spans {
            let at = |pc: u64| ((pc - self.start) / 2) as usize;
            let range = at(from)..at(to).min(self.bits.len());
            self.bits[range].fill(true);
        }
    }

    fn contains(&self, pc: u64) -> bool {
        let at = pc.checked_sub(self.start).map(|o| (o / 2) as usize);
        at.and_then(|at| self.bits.get(at)).copied().unwrap_or(false)
    }
}
