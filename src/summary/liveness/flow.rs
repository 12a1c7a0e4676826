//! Liveness in one function: its edges, laid out once for the many times that
//! the function is visited, and the worklist of the visits.
//!
//! Must never know what terminators do to registers.

use rv2wat_isa::RegSet;

use super::{Live, frame};
use crate::discover::{Block, Function, Program, Terminator};

/// The solution of liveness in one function.
#[derive(Clone, Debug, Default)]
pub struct LiveOut {
    /// After each block.
    pub out: Vec<Live>,
    /// Before each block.
    pub into: Vec<Live>,
}

impl LiveOut {
    pub(super) fn at_entry(&self, function: &Function) -> Live {
        self.into.get(function.entry_block).copied().unwrap_or_default()
    }
}

/// The edges of a function and whom its blocks call.
pub(super) struct Flow {
    succs: Lists,
    preds: Lists,
    callees: Vec<Option<u32>>,
    /// The blocks whose terminators act otherwise when more is known of functions.
    acting: Vec<u32>,
    may_throw: Vec<bool>,
    /// The blocks behind whose calls code goes on that is not here.
    leaves_behind: Vec<bool>,
}

impl Flow {
    pub fn of(program: &Program, function: &Function) -> Flow {
        let blocks = &function.blocks;
        let edges = |add: &mut dyn FnMut(usize, usize)| {
            for (from, block) in blocks.iter().enumerate() {
                block.end.successors().into_iter().for_each(|to| add(from, to));
            }
        };
        // Which call leads to which landing pad does not matter: each may lead to all.
        let may_throw = |block: &Block| {
            !function.landing_pads.is_empty()
                && matches!(block.end, Terminator::Call { .. } | Terminator::CallIndirect { .. })
        };
        let acts = |block: &Block| {
            !matches!(
                block.end,
                Terminator::Jump(_)
                    | Terminator::Branch { .. }
                    | Terminator::Table { .. }
                    | Terminator::Access { .. }
            )
        };
        let callee = |block: &Block| program.index.get(&block.end.callee()?).map(|&at| at as u32);
        Flow {
            succs: Lists::new(blocks.len(), edges),
            preds: Lists::new(blocks.len(), |add| edges(&mut |from, to| add(to, from))),
            callees: blocks.iter().map(callee).collect(),
            may_throw: blocks.iter().map(may_throw).collect(),
            leaves_behind: blocks.iter().map(|block| program.leaves_behind(&block.end)).collect(),
            acting: (0..).zip(blocks).filter(|(_, block)| acts(block)).map(|(at, _)| at).collect(),
        }
    }

    /// The function that a block calls or tail-calls, if it is one of the program's.
    pub fn callee(&self, block: usize) -> Option<usize> {
        self.callees[block].map(|at| at as usize)
    }

    /// The blocks whose terminators call, return or leave: for all others, what is
    /// live before them follows from what is live after them alone.
    pub fn acting(&self) -> impl Iterator<Item = usize> {
        self.acting.iter().map(|&at| at as usize)
    }

    /// One of them, by its place among them.
    pub fn acting_at(&self, place: usize) -> Option<usize> {
        self.acting.get(place).map(|&at| at as usize)
    }

    /// The blocks behind a block.
    pub fn succs(&self, block: usize) -> impl Iterator<Item = usize> {
        self.succs.of(block).iter().map(|&to| to as usize)
    }

    /// Backward liveness: `before` gives what is live before a block from what is
    /// live after it. `live` is empty or holds what an earlier call gave, since when
    /// `before` has changed for [`acting`](Flow::acting) blocks at most.
    pub fn live(
        &self,
        function: &Function,
        mut live: LiveOut,
        before: impl Fn(usize, Live) -> Live,
    ) -> LiveOut {
        let count = function.blocks.len();
        let first = live.out.is_empty();
        live.out.resize(count, Live::default());
        live.into.resize(count, Live::default());
        let mut pads = Live::default();
        for &pad in &function.landing_pads {
            pads = pads.union(live.into[pad].saved());
        }
        let mut work = match first {
            true => Worklist::all(count),
            false => Worklist::of(count, self.acting()),
        };
        while let Some(at) = work.pop_last() {
            let mut out = if self.may_throw[at] { pads } else { Live::default() };
            if self.leaves_behind[at] {
                out = out.union(Live::leaving(frame(), RegSet::EMPTY));
            }
            for to in self.succs(at) {
                out = out.union(live.into[to]);
            }
            live.out[at] = out;
            let into = before(at, out);
            if into == live.into[at] {
                continue;
            }
            live.into[at] = into;
            work.extend(self.preds.of(at).iter().map(|&from| from as usize));
            if function.landing_pads.binary_search(&at).is_ok() && pads.union(into.saved()) != pads {
                pads = pads.union(into.saved());
                work.extend((0..count).filter(|&at| self.may_throw[at]));
            }
        }
        live
    }
}

/// A list of numbers for each number, all in one allocation.
struct Lists {
    starts: Vec<u32>,
    items: Vec<u32>,
}

impl Lists {
    /// `pairs` is asked twice and gives the same pairs of a list and its item.
    fn new(count: usize, pairs: impl Fn(&mut dyn FnMut(usize, usize))) -> Lists {
        let mut starts = vec![0; count + 1];
        pairs(&mut |list, _| starts[list + 1] += 1);
        for index in 0..count {
            starts[index + 1] += starts[index];
        }
        let mut next = starts.clone();
        let mut items = vec![0; starts[count] as usize];
        pairs(&mut |list, item| {
            items[next[list] as usize] = item as u32;
            next[list] += 1;
        });
        Lists { starts, items }
    }

    fn of(&self, list: usize) -> &[u32] {
        &self.items[self.starts[list] as usize..self.starts[list + 1] as usize]
    }
}

/// A set of small numbers from which the largest is taken.
pub(super) struct Worklist {
    words: Vec<u64>,
    /// No word behind this many has a bit set.
    high: usize,
}

impl Worklist {
    /// All numbers below `count`.
    pub fn all(count: usize) -> Worklist {
        let mut words = vec![u64::MAX; count / 64];
        words.extend((!count.is_multiple_of(64)).then(|| (1 << (count % 64)) - 1));
        Worklist { high: words.len(), words }
    }

    /// Some numbers below `count`.
    pub fn of(count: usize, items: impl IntoIterator<Item = usize>) -> Worklist {
        let mut work = Worklist { words: vec![0; count.div_ceil(64)], high: 0 };
        work.extend(items);
        work
    }

    pub fn extend(&mut self, items: impl IntoIterator<Item = usize>) {
        for item in items {
            self.words[item / 64] |= 1 << (item % 64);
            self.high = self.high.max(item / 64 + 1);
        }
    }

    pub fn pop_last(&mut self) -> Option<usize> {
        while let Some(at) = self.high.checked_sub(1) {
            match self.words[at] {
                0 => self.high = at,
                word => {
                    let bit = 63 - word.leading_zeros();
                    self.words[at] &= !(1 << bit);
                    return Some(at * 64 + bit as usize);
                }
            }
        }
        None
    }
}

/// Functions that wait to be visited. They are taken in sweeps, callees before their
/// callers and then the other way round: so what callers learn of callees, and callees
/// of callers, goes all the way in one sweep, but for cycles.
pub(super) struct Sweeps<'a> {
    /// All functions, callees first.
    order: &'a [usize],
    waiting: Vec<bool>,
    /// How many have been passed in this sweep.
    passed: usize,
    callers_first: bool,
}

impl<'a> Sweeps<'a> {
    /// All functions wait; `order` has them with callees first.
    pub fn callees_first(order: &'a [usize]) -> Sweeps<'a> {
        Sweeps { order, waiting: vec![true; order.len()], passed: 0, callers_first: false }
    }

    /// The same, but the first sweep starts with callers.
    pub fn callers_first(order: &'a [usize]) -> Sweeps<'a> {
        Sweeps { callers_first: true, ..Sweeps::callees_first(order) }
    }

    pub fn extend(&mut self, functions: impl IntoIterator<Item = usize>) {
        functions.into_iter().for_each(|at| self.waiting[at] = true);
    }

    /// The next one that waits, which then waits no more.
    pub fn next(&mut self) -> Option<usize> {
        loop {
            let whole = self.passed == 0;
            while self.passed < self.order.len() {
                let place = match self.callers_first {
                    true => self.order.len() - 1 - self.passed,
                    false => self.passed,
                };
                self.passed += 1;
                let at = self.order[place];
                if std::mem::take(&mut self.waiting[at]) {
                    return Some(at);
                }
            }
            if whole {
                return None;
            }
            (self.passed, self.callers_first) = (0, !self.callers_first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sweeps_go_there_and_back_until_nothing_waits() {
        let mut sweeps = Sweeps::callees_first(&[2, 0, 1]);
        assert_eq!([0; 2].map(|_| sweeps.next()), [Some(2), Some(0)]);
        sweeps.extend([2, 1]);
        assert_eq!(sweeps.next(), Some(1));
        sweeps.extend([0, 1]);
        assert_eq!([0; 4].map(|_| sweeps.next()), [Some(1), Some(0), Some(2), None]);
        assert_eq!(Sweeps::callers_first(&[2, 0, 1]).next(), Some(1));
        assert_eq!(Sweeps::callees_first(&[]).next(), None);
    }

    #[test]
    fn a_worklist_gives_the_largest_first_and_each_once() {
        for count in [0, 1, 63, 64, 65, 200] {
            let mut work = Worklist::all(count);
            let all: Vec<usize> = std::iter::from_fn(|| work.pop_last()).collect();
            assert_eq!(all, (0..count).rev().collect::<Vec<_>>());
        }
        let mut work = Worklist::all(130);
        while work.pop_last() > Some(3) {}
        work.extend([129, 70, 70]);
        assert_eq!([0; 6].map(|_| work.pop_last()), [Some(129), Some(70), Some(2), Some(1), Some(0), None]);
    }
}
