//! Translation while a program runs, but for the engine and the translator: what is
//! interpreted again and again gets a module of its own, beside the program's.
//!
//! Counts how often interpreted code comes to each place by a jump. A place that is *hot*
//! is translated, in one module with others that are getting so: engines are slow with
//! many small modules. Each module remembers the code that it was made from; where the
//! program says that it has changed code, and that code differs, the module is dropped.
//!
//! Knows places, windows of memory, and what a translator is asked and answers. Must never
//! know what a module is to the engine, nor why code was interpreted before.

mod request;

use std::collections::BTreeSet;
use std::ops::Range;
use std::time::Duration;

use rustc_hash::FxHashMap;

pub use request::{Answer, Place, Request, Window};

/// How many places are remembered. A program that makes code may have any number.
const MANY_PLACES: usize = 1 << 16;

/// How many places one module is made for, at most.
const MANY_ROOTS: usize = 32;

/// A place is translated together with others that have been reached this part as often.
const WARM: u32 = 8;

/// How much memory is looked at for one module, bytes, at most.
const WINDOWS: u64 = 256 << 10;

/// How far code around a place is looked for where no function is known, bytes.
const AROUND: u64 = 16 << 10;

/// How many modules are kept at once, at most.
pub const MANY_MODULES: usize = 4096;

/// Counts of what was translated while a program ran.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Made {
    /// Modules.
    pub modules: u64,
    /// Places in them that can be entered.
    pub places: u64,
    /// Modules that were dropped, since their code had changed.
    pub dropped: u64,
    /// Places that could not be translated.
    pub refused: u64,
    /// The first reason for that.
    pub why: Option<String>,
    /// Time spent.
    pub time: Duration,
}

/// A place that may be translated.
pub struct Candidate {
    /// Its guest address.
    pub pc: u64,
    /// What belongs to it.
    pub around: Range<u64>,
    /// Whether that is a function of the program.
    pub known: bool,
}

impl Candidate {
    /// A place in a function of the program, if that is known, and in a mapping. Where
    /// `rights` count, what lies beyond the mapping may not be code.
    pub fn new(
        pc: u64,
        function: Option<Range<u64>>,
        mapping: Option<(u64, u64)>,
        rights: bool,
    ) -> Candidate {
        let (start, end) = mapping.unwrap_or((pc, pc));
        match function {
            Some(Range { start: first, end: last }) if rights => {
                let around = first.max(start)..last.min(end).max(first.max(start));
                Candidate { pc, around, known: true }
            }
            Some(around) => Candidate { pc, around, known: true },
            None => Candidate { pc, around: around(pc, &(start..end)), known: false },
        }
    }
}

/// What is known of a place.
#[derive(Clone, Copy)]
enum Heat {
    /// Interpreted code has come there so often.
    Count(u32),
    /// It can be entered: by which module, and its number there.
    Entry(usize, i32),
    /// It cannot be translated.
    Refused,
}

/// A module beside the program's.
struct Batch<M> {
    module: M,
    /// The code that it was made from.
    code: Vec<Window>,
    places: Vec<u64>,
}

/// What one run translates; `M` is what the engine makes of a module.
pub struct Tier<M> {
    after: u32,
    places: FxHashMap<u64, Heat>,
    /// The place that has just become hot.
    ready: Option<u64>,
    batches: Vec<Option<Batch<M>>>,
    /// Those of the batches that are none.
    free: Vec<usize>,
    dropped: usize,
    /// What happened so far.
    pub made: Made,
}

impl<M> Tier<M> {
    /// A tier of which nothing is translated yet, and that translates what interpreted code
    /// comes to so often.
    pub fn new(after: u32) -> Tier<M> {
        Tier {
            after,
            places: FxHashMap::default(),
            ready: None,
            batches: Vec::new(),
            free: Vec::new(),
            dropped: 0,
            made: Made::default(),
        }
    }

    /// The same without its modules: what was translated is hot.
    #[must_use]
    pub fn without_modules<N>(self) -> Tier<N> {
        let Tier { after, mut places, ready, made, .. } = self;
        let almost = Heat::Count(after.saturating_sub(1));
        for heat in places.values_mut().filter(|heat| matches!(heat, Heat::Entry(..))) {
            *heat = almost;
        }
        Tier { places, ready, made, ..Tier::new(after) }
    }

    /// How many modules were dropped since there was none.
    pub fn dropped(&self) -> usize {
        self.dropped
    }

    /// The modules that can be entered.
    pub fn modules(&self) -> impl Iterator<Item = &M> {
        self.batches.iter().flatten().map(|batch| &batch.module)
    }

    /// Notes that interpreted code comes to a place. Whether it stops there: it can be
    /// entered, or is hot.
    pub fn comes_to(&mut self, pc: u64) -> bool {
        if self.places.len() >= MANY_PLACES && !self.places.contains_key(&pc) {
            self.places.retain(|_, heat| matches!(heat, Heat::Entry(..)));
        }
        match self.places.entry(pc).or_insert(Heat::Count(0)) {
            Heat::Entry(..) => true,
            Heat::Refused => false,
            Heat::Count(count) => {
                *count = count.saturating_add(1);
                let hot = *count >= self.after && self.batches.len() - self.free.len() < MANY_MODULES;
                if hot {
                    self.ready = Some(pc);
                }
                hot
            }
        }
    }

    /// How to enter at a place, if something was translated there: the module, and the
    /// place's number in it.
    pub fn entry(&self, pc: u64) -> Option<(&M, i32)> {
        match self.places.get(&pc)? {
            Heat::Entry(batch, number) => Some((&self.batches.get(*batch)?.as_ref()?.module, *number)),
            _ => None,
        }
    }

    /// Whether a place, which the dispatcher has come to, is to be translated now.
    pub fn is_due(&mut self, pc: u64) -> bool {
        if self.ready.take() == Some(pc) {
            return true;
        }
        let due = self.entry(pc).is_none() && self.comes_to(pc);
        self.ready = None;
        due
    }

    /// A hot place, and others that are getting so and are not translated, the warmest
    /// first.
    pub fn warm(&self, hot: u64) -> Vec<u64> {
        let warm = (self.after / WARM).max(1);
        let counts = self.places.iter().filter_map(|(&pc, heat)| match heat {
            Heat::Count(count) if *count >= warm && pc != hot => Some((std::cmp::Reverse(*count), pc)),
            _ => None,
        });
        let mut counts: Vec<_> = counts.collect();
        counts.sort_unstable();
        std::iter::once(hot).chain(counts.into_iter().map(|(_, pc)| pc)).take(4 * MANY_ROOTS).collect()
    }

    /// The number of the module that is placed next. Numbers of dropped ones return.
    pub fn next(&self) -> usize {
        self.free.last().copied().unwrap_or(self.batches.len())
    }

    /// Lets those of the roots be entered that have an entry in a module, which was made
    /// from code that `read` reads.
    pub fn place(
        &mut self,
        roots: &BTreeSet<u64>,
        answer: &Answer,
        module: M,
        mut read: impl FnMut(&Range<u64>) -> Window,
    ) {
        let number = self.free.pop().unwrap_or(self.batches.len());
        let mut places = Vec::new();
        for &root in roots {
            let heat = match answer.entries.binary_search(&root) {
                Ok(entry) => {
                    places.push(root);
                    Heat::Entry(number, entry as i32)
                }
                Err(_) => {
                    self.made.refused += 1;
                    Heat::Refused
                }
            };
            self.places.insert(root, heat);
        }
        self.made.modules += 1;
        self.made.places += places.len() as u64;
        let batch = Some(Batch { module, code: answer.code.iter().map(&mut read).collect(), places });
        match self.batches.get_mut(number) {
            Some(free) => *free = batch,
            None => self.batches.push(batch),
        }
    }

    /// Notes that places cannot be translated.
    pub fn refuse(&mut self, roots: &BTreeSet<u64>, why: String) {
        self.made.refused += roots.len() as u64;
        self.made.why.get_or_insert(why);
        self.places.extend(roots.iter().map(|&root| (root, Heat::Refused)));
    }

    /// Drops what was made from code in a range that memory does not hold any more, and
    /// returns the modules. `differs` says whether memory holds something else than a
    /// window.
    pub fn changed(&mut self, range: &Range<u64>, differs: impl Fn(&Window) -> bool) -> Vec<M> {
        // What could not be translated may be something else now.
        if self.made.refused > 0 {
            self.places.retain(|_, heat| !matches!(heat, Heat::Refused));
        }
        let mut gone = Vec::new();
        for (number, batch) in self.batches.iter_mut().enumerate() {
            let touched = |window: &&Window| window.addr < range.end && range.start < window.range().end;
            let changed = batch.iter().flat_map(|batch| &batch.code).filter(touched).any(&differs);
            if changed && let Some(batch) = batch.take() {
                self.made.dropped += 1;
                self.dropped += 1;
                self.free.push(number);
                for place in &batch.places {
                    self.places.remove(place);
                }
                gone.push(batch.module);
            }
        }
        gone
    }
}

/// The places to translate together with the first one, those of its kind, and what is to be
/// looked at for them, sorted and apart, and not too much of it.
pub fn chosen(candidates: &[Candidate]) -> (BTreeSet<u64>, Vec<Range<u64>>) {
    let kind = candidates.first().map(|first| first.known);
    let mut left = WINDOWS;
    let (mut roots, mut ranges) = (BTreeSet::new(), Vec::new());
    for candidate in candidates.iter().filter(|candidate| Some(candidate.known) == kind) {
        let length = candidate.around.end - candidate.around.start;
        let covered =
            |range: &Range<u64>| range.start <= candidate.around.start && candidate.around.end <= range.end;
        if !ranges.iter().any(covered) {
            if length > left && !roots.is_empty() {
                continue;
            }
            left = left.saturating_sub(length);
            ranges.push(candidate.around.clone());
        }
        roots.insert(candidate.pc);
        if roots.len() == MANY_ROOTS {
            break;
        }
    }
    ranges.sort_unstable_by_key(|range| range.start);
    (roots, joined(ranges.into_iter()))
}

/// Sorted ranges, with those joined that overlap or touch.
pub fn joined(ranges: impl Iterator<Item = Range<u64>>) -> Vec<Range<u64>> {
    let mut joined: Vec<Range<u64>> = Vec::new();
    for range in ranges.filter(|range| !range.is_empty()) {
        match joined.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => joined.push(range),
        }
    }
    joined
}

/// The surroundings of a place of which no function is known, within a range.
pub fn around(pc: u64, within: &Range<u64>) -> Range<u64> {
    let start = pc.saturating_sub(AROUND).max(within.start) & !1;
    start..pc.saturating_add(AROUND).min(within.end).max(start)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn window(range: &Range<u64>) -> Window {
        Window { addr: range.start, bytes: vec![7; (range.end - range.start) as usize] }
    }

    fn place(tier: &mut Tier<usize>, pc: u64) -> usize {
        let (number, roots) = (tier.next(), BTreeSet::from([pc]));
        let answer = Answer { entries: vec![pc - 8, pc], code: vec![pc - 8..pc, pc..pc + 8] };
        tier.place(&roots, &answer, number, window);
        number
    }

    #[test]
    fn where_rights_count_a_function_ends_with_its_mapping() {
        let around = |function, mapping, rights| Candidate::new(0x1800, function, mapping, rights).around;
        let function = Some(0xf00..0x2100);
        assert_eq!(around(function.clone(), Some((0x1000, 0x2000)), false), 0xf00..0x2100);
        assert_eq!(around(function.clone(), Some((0x1000, 0x2000)), true), 0x1000..0x2000);
        assert!(around(function, None, true).is_empty());
        assert_eq!(around(None, Some((0x1000, 0x2000)), true), 0x1000..0x2000);
    }

    #[test]
    fn a_place_is_due_when_it_was_come_to_often_enough() {
        let mut tier = Tier::new(3);
        assert!(!tier.is_due(0x1000) && !tier.comes_to(0x1000) && tier.comes_to(0x1000));
        assert!(tier.is_due(0x1000), "the interpreter has just stopped there");
        assert_eq!(tier.warm(0x1000), [0x1000]);
        assert!(tier.entry(0x1000).is_none());
        place(&mut tier, 0x1000);
        assert_eq!(tier.entry(0x1000), Some((&0, 1)));
        assert!(tier.comes_to(0x1000) && !tier.is_due(0x1000));
        tier.refuse(&BTreeSet::from([0x2000]), "why".to_owned());
        assert!((0..9).all(|_| !tier.comes_to(0x2000)));
    }

    #[test]
    fn warm_places_come_along_the_warmest_first() {
        let mut tier: Tier<()> = Tier::new(16);
        for (pc, times) in [(0x10, 1), (0x20, 3), (0x30, 5), (0x40, 16)] {
            (0..times).for_each(|_| _ = tier.comes_to(pc));
        }
        assert_eq!(tier.warm(0x40), [0x40, 0x30, 0x20]);
    }

    #[test]
    fn what_has_changed_is_dropped_and_its_number_returns() {
        let mut tier = Tier::new(1);
        let numbers = [0x1000, 0x2000, 0x3000].map(|pc| place(&mut tier, pc));
        assert_eq!(numbers, [0, 1, 2]);
        assert!(tier.changed(&(0..u64::MAX), |_| false).is_empty());
        assert!(tier.changed(&(0x2008..0x2ff8), |_| true).is_empty());
        assert_eq!(tier.changed(&(0x2007..0x2ff8), |_| true), [1]);
        assert!(tier.entry(0x2000).is_none() && tier.entry(0x3000).is_some());
        assert_eq!((tier.dropped(), tier.made.dropped), (1, 1));
        assert_eq!(place(&mut tier, 0x5000), 1);
        assert_eq!(tier.modules().count(), 3);
        let tier = tier.without_modules::<usize>();
        assert_eq!((tier.dropped(), tier.made.modules, tier.modules().count()), (0, 4, 0));
    }

    #[test]
    fn programs_that_make_code_without_end_are_translated_without_end() {
        let mut tier = Tier::new(1);
        for turn in 0..3 * MANY_MODULES as u64 {
            assert!(tier.is_due(0x1000 + turn * 2));
            place(&mut tier, 0x1000 + turn * 2);
            assert_eq!(tier.changed(&(0..u64::MAX), |_| true).len(), 1);
        }
        for turn in 0..MANY_MODULES as u64 {
            assert!(tier.is_due(0x1000 + turn * 2));
            place(&mut tier, 0x1000 + turn * 2);
        }
        assert!(!tier.is_due(0x10), "so many are kept and no more");
    }

    #[test]
    fn what_is_looked_at_is_bounded_and_of_one_kind() {
        let candidate = |pc: u64, length: u64, known| Candidate { pc, around: pc..pc + length, known };
        let mut candidates = vec![candidate(0x10_0000, WINDOWS + 2, true), candidate(0x10, 4, false)];
        candidates.push(candidate(0x10_0004, 8, true));
        candidates.push(candidate(0x100, 8, true));
        let (roots, ranges) = chosen(&candidates);
        assert_eq!(roots, BTreeSet::from([0x10_0000, 0x10_0004]), "the first one has used it up");
        assert_eq!(ranges, std::slice::from_ref(&(0x10_0000..0x10_0002 + WINDOWS)));
        let many: Vec<_> = (0..99).map(|at| candidate(at * 4, 8, false)).collect();
        let (roots, ranges) = chosen(&many);
        assert_eq!((roots.len(), ranges.len(), ranges[0].clone()), (MANY_ROOTS, 1, 0..4 * 31 + 8));
        assert_eq!(around(0x10_0001, &(0..u64::MAX)), 0x10_0000 - AROUND..0x10_0001 + AROUND);
        assert_eq!(around(0x10, &(0x8..0x20)), 0x8..0x20);
    }
}
