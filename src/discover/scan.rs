//! First walk over the text: candidate entries, and which functions return.
//!
//! Knows entries, direct calls and returns. Must never know data flow beyond
//! constants in a straight line; what it guesses wrong, [`super::rounds`]
//! corrects with the real dataflow.
//!
//! A walk is suspended at each call until the callee is known to return (the
//! least fixpoint of Meng and Miller, "Binary Code Is Not Easy", 2016), so it
//! never runs into the data or the function that follows a call of `abort`.
//! Each function is walked once; time is linear in the text.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use rv2wat_isa::{Inst, X};

use super::code::{Code, Kind, kind};
use super::consts;
use crate::load::{Image, SymbolKind};

/// Why an address is taken to be a function's entry.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Evidence {
    /// The program's entry, a function symbol or an unwind range.
    pub named: bool,
    /// A global label in assembly.
    pub label: bool,
    /// The target of a direct call.
    pub called: bool,
    /// The target of a call or tail call that only the dataflow shows.
    pub jumped: bool,
    /// Code that only pointers lead to.
    pub pointer: bool,
}

impl Evidence {
    /// Whether no other function's code can run into it by falling through.
    pub(super) fn strong(self) -> bool {
        self.named || self.called
    }
}

pub(super) type Entries = BTreeMap<u64, Evidence>;

/// Result of the scan.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub entries: Entries,
    /// Entries that may return.
    pub returns: BTreeSet<u64>,
    /// Constants written to `gp`.
    pub gp_values: BTreeSet<u64>,
    /// Where something else is written to it.
    pub gp_writes: BTreeSet<u64>,
}

/// Scans a whole program.
pub(super) fn run(image: &Image, code: &Code<'_>) -> Scan {
    let mut scan = Scan { entries: seeds(image, code), ..Scan::default() };
    sweep(code, &mut scan.entries);
    let start = code.ranges().map(|r| r.start).min().unwrap_or(0);
    let end = code.ranges().map(|r| r.end).max().unwrap_or(0);
    let all: Vec<u64> = scan.entries.keys().copied().collect();
    let seen = vec![u64::MAX; ((end - start) / 2 + 1) as usize];
    let limit = code.foreign_limit(all.len());
    let mut walker = Walker {
        code,
        start,
        seen,
        waiting: BTreeMap::new(),
        work: BTreeMap::new(),
        stack: Vec::new(),
        own: 0..0,
        foreign: limit,
        scan,
    };
    for entry in all {
        walker.push(entry, entry);
    }
    while let Some((function, pcs)) = walker.work.pop_first() {
        walker.stack = pcs;
        let next = walker.scan.entries.range(function + 1..).next();
        walker.own = function..next.map_or(u64::MAX, |(&e, _)| e);
        walker.foreign = limit;
        while let Some(pc) = walker.stack.pop() {
            walker.walk(function, pc);
        }
    }
    walker.scan
}

/// Entries that the file names.
fn seeds(image: &Image, code: &Code<'_>) -> Entries {
    let mut entries = Entries::new();
    let mut add = |addr: u64, named: bool| {
        if addr & 1 == 0 && code.contains(addr) {
            let evidence = entries.entry(addr).or_default();
            evidence.named |= named;
            evidence.label |= !named;
        }
    };
    add(image.entry, true);
    for symbol in &image.symbols {
        match symbol.kind {
            SymbolKind::Func | SymbolKind::IFunc => add(symbol.addr, true),
            SymbolKind::NoType if symbol.global => add(symbol.addr, false),
            SymbolKind::NoType | SymbolKind::Object => {}
        }
    }
    for range in &image.unwind {
        add(range.start, true);
    }
    entries
}

/// Adds the targets of everything in text that decodes as a direct call.
/// Compilers put no data into RISC-V text, so nearly all of them are real;
/// those that are not cost one function that nobody calls.
fn sweep(code: &Code<'_>, entries: &mut Entries) {
    for range in code.ranges() {
        let mut pc = range.start;
        let mut page: Option<(X, u64)> = None;
        while pc < range.end {
            let Ok(d) = code.decode(pc) else {
                pc += 2;
                page = None;
                continue;
            };
            let target = match kind(&d.inst, pc) {
                Kind::Jal { rd: X::RA, to } => Some(to),
                Kind::Jalr { rd: X::RA, base, imm } => {
                    page.filter(|&(reg, _)| reg == base).map(|(_, at)| at.wrapping_add_signed(imm) & !1)
                }
                _ => None,
            };
            if let Some(to) = target.filter(|&to| code.decode(to).is_ok()) {
                entries.entry(to).or_default().called = true;
            }
            page = match d.inst {
                Inst::Auipc(u) => Some((u.rd, pc.wrapping_add_signed(u.imm))),
                _ => None,
            };
            pc += u64::from(d.len);
        }
    }
}

struct Walker<'a> {
    code: &'a Code<'a>,
    start: u64,
    /// For each halfword of text the last function that walked over it.
    seen: Vec<u64>,
    /// Callee to what happens when it turns out to return.
    waiting: BTreeMap<u64, BTreeSet<(u64, Resume)>>,
    /// Where the walks of each function go on. One function at a time is
    /// walked, so that the stamps in `seen` hold while it is.
    work: BTreeMap<u64, Vec<u64>>,
    /// Where the walk of the current function goes on.
    stack: Vec<u64>,
    /// The current function's surroundings, and how many more instructions of
    /// others the walk may see.
    own: Range<u64>,
    foreign: usize,
    scan: Scan,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Resume {
    /// The walk goes on here.
    At(u64),
    /// The function returns too.
    Tail,
}

impl Walker<'_> {
    fn push(&mut self, function: u64, pc: u64) {
        self.work.entry(function).or_default().push(pc);
    }

    fn visit(&mut self, function: u64, pc: u64) -> bool {
        let Some(stamp) = pc.checked_sub(self.start).and_then(|o| self.seen.get_mut((o / 2) as usize)) else {
            return false;
        };
        let fresh = *stamp != function;
        *stamp = function;
        fresh
    }

    fn returns(&mut self, function: u64) {
        let mut found = vec![function];
        while let Some(function) = found.pop() {
            if !self.scan.returns.insert(function) {
                continue;
            }
            for (waiter, resume) in self.waiting.remove(&function).unwrap_or_default() {
                match resume {
                    Resume::At(pc) => self.push(waiter, pc),
                    Resume::Tail => found.push(waiter),
                }
            }
        }
    }

    fn wait(&mut self, callee: u64, function: u64, resume: Resume) {
        if !self.scan.returns.contains(&callee) {
            self.waiting.entry(callee).or_default().insert((function, resume));
            return;
        }
        match resume {
            Resume::At(pc) => self.stack.push(pc),
            Resume::Tail => self.returns(function),
        }
    }

    /// A jump, branch or fall-through: true if the walk itself goes there.
    fn enters(&mut self, function: u64, to: u64) -> bool {
        if to != function && self.scan.entries.contains_key(&to) {
            self.wait(to, function, Resume::Tail);
            return false;
        }
        true
    }

    fn call(&mut self, function: u64, callee: u64, next: u64) {
        if self.code.decode(callee).is_err() {
            self.stack.push(next);
            return;
        }
        if !self.scan.entries.contains_key(&callee) {
            self.push(callee, callee);
        }
        self.scan.entries.entry(callee).or_default().called = true;
        self.wait(callee, function, Resume::At(next));
    }

    fn walk(&mut self, function: u64, mut pc: u64) {
        let mut known: [Option<u64>; 32] = [None; 32];
        known[0] = Some(0);
        while self.visit(function, pc) {
            if !self.own.contains(&pc) {
                self.foreign = self.foreign.saturating_sub(1);
                if self.foreign == 0 {
                    return self.returns(function);
                }
            }
            let Ok(d) = self.code.decode(pc) else { return };
            let next = pc + u64::from(d.len);
            let to = match kind(&d.inst, pc) {
                Kind::Plain | Kind::Sync => {
                    self.track(&d.inst, pc, next, &mut known);
                    next
                }
                Kind::Branch(to) => {
                    if self.enters(function, to) {
                        self.stack.push(to);
                    }
                    next
                }
                Kind::Jal { rd: X::ZERO, to } => to,
                Kind::Jal { rd: X::RA, to } => return self.call(function, to, next),
                // Millicode: walked as part of this function.
                Kind::Jal { to, .. } => {
                    self.stack.push(to);
                    next
                }
                Kind::Jalr { rd, base, imm } => {
                    match (known[base.index()].map(|b| b.wrapping_add_signed(imm) & !1), rd) {
                        (Some(to), X::ZERO) => to,
                        (Some(to), X::RA) => return self.call(function, to, next),
                        (Some(to), _) => {
                            self.stack.push(to);
                            next
                        }
                        (None, X::RA) => next,
                        (None, _) => return self.returns(function),
                    }
                }
                Kind::Ecall if matches!(known[X::A7.index()], Some(93 | 94)) => return,
                Kind::Ecall => {
                    known[X::A0.index()] = None;
                    next
                }
                Kind::Trap => return,
            };
            if !self.enters(function, to) {
                return;
            }
            if to != next {
                known = [None; 32];
                known[0] = Some(0);
            }
            pc = to;
        }
    }

    fn track(&mut self, inst: &Inst, pc: u64, next: u64, known: &mut [Option<u64>; 32]) {
        let value = match inst {
            Inst::Auipc(u) => Some(pc.wrapping_add_signed(u.imm)),
            _ => consts::evaluate(inst, |x| known[x.index()]),
        };
        for x in inst.writes().iter_x() {
            known[x.index()] = value;
            // The first half of a pair does not count as a write of gp.
            let half = matches!(inst, Inst::Auipc(_) | Inst::Lui(_))
                && self
                    .code
                    .decode(next)
                    .is_ok_and(|d| d.inst.writes().contains(x) && d.inst.reads().contains(x));
            if x == X::GP && !half {
                match value {
                    Some(value) => self.scan.gp_values.insert(value),
                    None => self.scan.gp_writes.insert(pc),
                };
            }
        }
    }
}
