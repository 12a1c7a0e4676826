//! Code that a running program has in its memory, as the main road takes it: generated
//! code, changed code, and places in the middle of functions that the program's own
//! translation cannot be entered at.
//!
//! Such code is translated to a module beside the program's, on the same memory and
//! state. Its *roots* are entered by the dispatcher with all registers in the state, as
//! continuations are; functions that they call directly come with them. What lies outside
//! the windows is left to the dispatcher.
//!
//! Knows windows of memory and the program's file. Must never know who counts what is
//! hot, nor any engine.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rv2wat_host::tier::{Answer, joined};
pub use rv2wat_host::tier::{Place, Window};

use crate::Error;
use crate::discover::{Function, Program, discover, split_at_accesses};
use crate::lift::Unit;
use crate::load::{Image, Kind, Perms, Segment, Symbol, SymbolKind};
use crate::names::identifiers;
use crate::pipeline::{Analysis, Faults, Options, Translation, within_memory};
use crate::summary::summarize;

/// Code to be translated.
#[derive(Clone, Debug)]
pub struct Code<'a> {
    /// The program that runs: what it cannot write is constant, jump tables for example.
    pub program: Option<&'a Image>,
    /// Where the code is, sorted by address, apart from each other.
    pub windows: Vec<Window>,
    /// Guest addresses in the windows to be entered at.
    pub roots: BTreeSet<u64>,
    /// Where the program's module has what this one uses.
    pub place: Place,
}

/// What of the code is to be lifted.
pub(crate) type Units = Vec<(usize, Unit)>;

impl Code<'_> {
    /// The stages before lifting, and what to lift: the roots, then the functions that
    /// they lead to by calls.
    ///
    /// # Errors
    /// [`Error::TooLarge`] if code lies beyond 4 GiB.
    pub(crate) fn analyze(self, options: &Options) -> Result<(Analysis, Units), Error> {
        let Code { program: base, mut windows, mut roots, place } = self;
        windows.retain(|window| window.addr >= u64::from(place.bias));
        let mut image = image(base, &windows);
        roots.retain(|&root| image.in_text(root));
        let mut program = functions_around(&mut image, base, &roots);
        (program.preempt, program.is_part) = (options.preempt, true);
        if options.faults == Faults::Exact {
            split_at_accesses(&mut program);
        }
        let roots = double(&mut program, &roots);
        within_memory(&image)?;
        let summaries = summarize(&image, &program, options.stack);
        let names = identifiers(&program);
        let mut units: Units = roots.iter().map(|&(at, block)| (at, Unit::Continuation(block))).collect();
        let mut work: Vec<usize> = roots.iter().map(|&(at, _)| at).collect();
        let mut called = BTreeSet::new();
        let mut seen = BTreeSet::new();
        while let Some(at) = work.pop() {
            if seen.insert(at) {
                let callees = program.functions[at].callees();
                let known: Vec<usize> =
                    callees.iter().filter_map(|callee| program.index.get(callee).copied()).collect();
                called.extend(&known);
                work.extend(known);
            }
        }
        units.extend(called.into_iter().map(|at| (at, Unit::Whole)));
        let analysis = Analysis { image, program, summaries, names, beside: Some(place) };
        Ok((analysis, units))
    }
}

impl Translation {
    /// What a host is told of a module beside the program's.
    pub fn answer(&self) -> Answer {
        let blocks = self.program.functions.iter().flat_map(|function| &function.blocks);
        let ranges: BTreeSet<(u64, u64)> = blocks.map(|block| (block.start, block.end_pc())).collect();
        let code = joined(ranges.into_iter().map(|(start, end)| start..end));
        Answer { entries: self.entries.clone(), code }
    }
}

/// The function that has a block at `root`, best the one that starts there, and the block.
fn holder(program: &Program, root: u64) -> Option<(usize, usize)> {
    let block = |at: usize| {
        let function = &program.functions[at];
        let block = function.block_at(root)?;
        (!function.blocks[block].insts.is_empty()).then_some((at, block))
    };
    let own = program.index.get(&root).copied().and_then(block);
    own.or_else(|| (0..program.functions.len()).find_map(block))
}

/// Gives each function with roots a double, in which the roots then are, with their
/// blocks: one that may be called, and one that is entered in its middle and returns to who
/// knows whom, who may look at any register.
fn double(program: &mut Program, roots: &BTreeSet<u64>) -> Vec<(usize, usize)> {
    let held: Vec<(usize, usize)> = roots.iter().filter_map(|&root| holder(program, root)).collect();
    let doubled: BTreeSet<usize> = held.iter().map(|&(at, _)| at).collect();
    let functions = std::mem::take(&mut program.functions);
    let mut doubles = BTreeMap::new();
    for (at, function) in functions.into_iter().enumerate() {
        if doubled.contains(&at) {
            doubles.insert(at, program.functions.len() + 1);
            program.functions.push(function.clone());
            let why = "entered where it was interpreted".to_owned();
            program.functions.push(Function { irregular: Some(why), ..function });
        } else {
            program.functions.push(function);
        }
    }
    // Calls lead to the first of two.
    let places = program.functions.iter().enumerate().rev();
    program.index = places.map(|(at, function)| (function.entry, at)).collect();
    held.into_iter().filter_map(|(at, block)| Some((*doubles.get(&at)?, block))).collect()
}

/// Discovers functions such that each root is the start of a block in one of them. A root
/// becomes a function of its own only where no other leads to it, so that loops stay
/// whole; the lower ones first, since code runs upwards.
fn functions_around(image: &mut Image, base: Option<&Image>, roots: &BTreeSet<u64>) -> Program {
    let mut program = Program::default();
    for &root in roots {
        if holder(&program, root).is_none() {
            add_symbol(image, base, root);
            program = discover(image);
        }
    }
    program
}

/// Has discovery find a function.
fn add_symbol(image: &mut Image, base: Option<&Image>, addr: u64) {
    let named = base.and_then(|base| base.symbol_at(addr)).map(|symbol| symbol.name.clone());
    let symbol = Symbol {
        addr,
        size: 0,
        name: named.unwrap_or_else(|| format!("at_{addr:x}")),
        kind: SymbolKind::Func,
        global: true,
    };
    if image.symbols.is_empty() {
        image.entry = addr;
    }
    let at = image.symbols.partition_point(|other| other.addr < addr);
    image.symbols.insert(at, symbol);
}

/// The windows as a program's text, over what of the program cannot change.
fn image(base: Option<&Image>, windows: &[Window]) -> Image {
    let mut image = Image {
        bytes: Arc::from([]),
        kind: Kind::Exec,
        bias: 0,
        entry: 0,
        phdr: 0,
        phnum: 0,
        phent: 0,
        segments: Vec::new(),
        text: windows.iter().map(Window::range).collect(),
        relro: 0..0,
        got: 0..0,
        symbols: Vec::new(),
        unwind: Vec::new(),
        call_sites: Vec::new(),
        code_pointers: Vec::new(),
        fixups: Vec::new(),
        is_linked: false,
        end: 0,
        riscv_flags: 0,
        warnings: Vec::new(),
    };
    if let Some(base) = base {
        let constant = |segment: &&Segment| !segment.perms.w;
        image.bytes = base.bytes.clone();
        image.segments = base.segments.iter().filter(constant).cloned().collect();
        // Start-up code has relocated what it makes read-only: jump tables for example.
        (image.relro, image.got) = (base.relro.clone(), base.got.clone());
        (image.fixups, image.is_linked) = (base.fixups.clone(), base.is_linked);
    }
    for window in windows {
        add(&mut image, window);
    }
    image.end = image.segments.iter().map(Segment::end).max().unwrap_or(0);
    image
}

/// Makes an image hold a window: nothing is to be done where it has the same already.
fn add(image: &mut Image, window: &Window) {
    let range = window.range();
    if image.read(range.start, range.end - range.start) == Some(&window.bytes) {
        return;
    }
    let mut bytes = image.bytes.to_vec();
    let overlaps = |segment: &Segment| segment.addr < range.end && range.start < segment.end();
    if let Some(segment) = image.segments.iter().find(|segment| overlaps(segment)) {
        let len = window.bytes.len();
        if segment.addr <= range.start && image.read_up_to(range.start, len).len() == len {
            let at = segment.file.start + (range.start - segment.addr) as usize;
            bytes[at..at + len].copy_from_slice(&window.bytes);
            image.bytes = bytes.into();
            return;
        }
    }
    // What a window covers in part is no constant any more.
    image.segments.retain(|segment| !overlaps(segment));
    let start = bytes.len();
    bytes.extend_from_slice(&window.bytes);
    image.segments.push(Segment {
        addr: range.start,
        mem_size: range.end - range.start,
        file: start..bytes.len(),
        // Whoever generates code may change it, and what lies between.
        perms: Perms { r: true, w: true, x: true },
    });
    image.segments.sort_by_key(|segment| segment.addr);
    image.bytes = bytes.into();
}

#[cfg(test)]
mod tests;
