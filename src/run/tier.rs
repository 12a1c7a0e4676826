//! Translation while a program runs: what is interpreted again and again gets a module of
//! its own, beside the program's.
//!
//! Counts how often interpreted code comes to each place by a jump. A place that is *hot*
//! is translated, in one module with others that are getting so: engines are slow with
//! many small modules. Each module remembers the code that it was made from; where the
//! program says that it has changed code, and that code differs, the module is dropped.
//!
//! Knows places, windows of memory and the engine. Must never know why code was
//! interpreted before.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};
use rustc_hash::FxHashMap;
use rv2wat_linux::Host;
use wasmtime::{Engine, Instance, Linker, Module, Store, TypedFunc};

use super::Guest;
use crate::beside::{Code, Place, Window};
use crate::load::Image;
use crate::module::PROGRAM;
use crate::origins::Origins;
use crate::pipeline::{Options, Translation, build_beside, translate_beside};
use crate::stats::Made;

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
const MANY_MODULES: usize = 4096;

/// When and how to translate while a program runs.
#[derive(Clone, Debug)]
pub struct Hot {
    /// How often interpreted code comes to a place before it is translated.
    pub after: u32,
    /// How it is translated: as the program was.
    pub options: Options,
    /// Print the text of each module to standard error.
    pub print: bool,
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
struct Batch {
    module: Module,
    /// Where its code comes from.
    origins: Origins,
    enter: TypedFunc<i32, i32>,
    /// The code that it was made from.
    code: Vec<Window>,
    places: Vec<u64>,
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

/// What the tier may look at of the program.
pub struct Surroundings<'a> {
    /// Its file, for what is constant.
    pub image: Option<&'a Image>,
    /// Where its module has what others use.
    pub place: Place,
    /// Its memory.
    pub memory: wasmtime::Memory,
}

/// What one run translates.
pub struct Tier<H: Host + 'static> {
    hot: Hot,
    places: FxHashMap<u64, Heat>,
    /// The place that has just become hot.
    ready: Option<u64>,
    batches: Vec<Option<Batch>>,
    engine: Engine,
    linker: Linker<Guest<H>>,
    /// What happened so far.
    pub made: Made,
}

impl<H: Host + 'static> Tier<H> {
    /// A tier for a program's instance, of which nothing is translated yet.
    ///
    /// # Errors
    /// What the engine says.
    pub fn new(
        hot: Hot,
        engine: &Engine,
        instance: Instance,
        store: &mut Store<Guest<H>>,
    ) -> wasmtime::Result<Tier<H>> {
        let mut linker = super::linker(engine)?;
        linker.instance(store, PROGRAM, instance)?;
        Ok(Tier {
            hot,
            places: FxHashMap::default(),
            ready: None,
            batches: Vec::new(),
            engine: engine.clone(),
            linker,
            made: Made::default(),
        })
    }

    /// The same for another store, in which nothing is translated yet; what was, is hot.
    ///
    /// # Errors
    /// What the engine says.
    pub fn moved(self, instance: Instance, store: &mut Store<Guest<H>>) -> wasmtime::Result<Tier<H>> {
        let Tier { hot, mut places, ready, engine, made, .. } = self;
        let almost = Heat::Count(hot.after.saturating_sub(1));
        for heat in places.values_mut().filter(|heat| matches!(heat, Heat::Entry(..))) {
            *heat = almost;
        }
        let tier = Tier::new(hot, &engine, instance, store)?;
        Ok(Tier { places, ready, made, ..tier })
    }

    /// How many modules of this store are not entered any more.
    pub fn dropped(&self) -> usize {
        self.batches.iter().filter(|batch| batch.is_none()).count()
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
                let hot = *count >= self.hot.after && self.batches.len() < MANY_MODULES;
                if hot {
                    self.ready = Some(pc);
                }
                hot
            }
        }
    }

    /// How to enter at a place, if something was translated there.
    pub fn entry(&self, pc: u64) -> Option<(&TypedFunc<i32, i32>, i32)> {
        match self.places.get(&pc)? {
            Heat::Entry(batch, number) => Some((&self.batches.get(*batch)?.as_ref()?.enter, *number)),
            _ => None,
        }
    }

    /// The guest address of what stands at a place in the code of one of the modules.
    pub fn origin(&self, module: &Module, offset: usize) -> Option<u64> {
        let batch = self.batches.iter().flatten().find(|batch| Module::same(&batch.module, module))?;
        batch.origins.pc(offset)
    }

    /// The place that has become hot since this was last asked.
    pub fn take_ready(&mut self) -> Option<u64> {
        self.ready.take()
    }

    /// A hot place, and others that are getting so and are not translated, the warmest
    /// first.
    pub fn warm(&self, hot: u64) -> Vec<u64> {
        let warm = (self.hot.after / WARM).max(1);
        let counts = self.places.iter().filter_map(|(&pc, heat)| match heat {
            Heat::Count(count) if *count >= warm && pc != hot => Some((std::cmp::Reverse(*count), pc)),
            _ => None,
        });
        let mut counts: Vec<_> = counts.collect();
        counts.sort_unstable();
        std::iter::once(hot).chain(counts.into_iter().map(|(_, pc)| pc)).take(4 * MANY_ROOTS).collect()
    }

    /// Translates the first place, with those that are of its kind.
    pub fn translate(
        &mut self,
        candidates: &[Candidate],
        program: &Surroundings<'_>,
        store: &mut Store<Guest<H>>,
    ) {
        let Some(first) = candidates.first() else { return };
        let started = Instant::now();
        let (roots, ranges) = chosen(candidates);
        let windows = ranges.into_iter().map(|range| read(&range, program, store)).collect();
        let code = Code { program: program.image, windows, roots: roots.clone(), place: program.place };
        if self.hot.print {
            match translate_beside(code.clone(), &self.hot.options) {
                Ok(translation) => eprint!("{}", translation.wat),
                Err(error) => eprintln!("rv2wat: cannot translate {:#x}: {error}", first.pc),
            }
        }
        let made = pool().and_then(|pool| pool.install(|| made(code, &self.hot.options, &self.engine)));
        let placed = made.and_then(|(translation, module)| {
            let batch = self.instantiate(&translation, &module, program, store);
            batch.map(|batch| (translation, batch)).map_err(|error| format!("{error:#}"))
        });
        match placed {
            Ok((translation, batch)) => self.place(&roots, &translation, batch),
            Err(why) => self.refuse(&roots, why),
        }
        self.made.time += started.elapsed();
    }

    fn instantiate(
        &self,
        translation: &Translation,
        module: &Module,
        program: &Surroundings<'_>,
        store: &mut Store<Guest<H>>,
    ) -> wasmtime::Result<Batch> {
        let instance = self.linker.instantiate(&mut *store, module)?;
        let enter = instance.get_typed_func::<i32, i32>(&mut *store, "enter")?;
        let blocks = translation.program.functions.iter().flat_map(|function| &function.blocks);
        let ranges: BTreeSet<(u64, u64)> = blocks.map(|block| (block.start, block.end_pc())).collect();
        let code = joined(ranges.into_iter().map(|(start, end)| start..end));
        let code = code.into_iter().map(|range| read(&range, program, store)).collect();
        let (module, origins) = (module.clone(), translation.origins.clone());
        Ok(Batch { module, origins, enter, code, places: Vec::new() })
    }

    /// Lets the roots be entered that have an entry.
    fn place(&mut self, roots: &BTreeSet<u64>, translation: &Translation, mut batch: Batch) {
        let number = self.batches.len();
        for &root in roots {
            let heat = match translation.entries.binary_search(&root) {
                Ok(entry) => {
                    batch.places.push(root);
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
        self.made.places += batch.places.len() as u64;
        self.batches.push(Some(batch));
    }

    fn refuse(&mut self, roots: &BTreeSet<u64>, why: String) {
        self.made.refused += roots.len() as u64;
        self.made.why.get_or_insert(why);
        self.places.extend(roots.iter().map(|&root| (root, Heat::Refused)));
    }

    /// Drops what was made from code in a range that memory does not hold any more.
    /// `differs` says whether it holds something else than a window.
    pub fn changed(&mut self, range: &Range<u64>, differs: impl Fn(&Window) -> bool) {
        // What could not be translated may be something else now.
        if self.made.refused > 0 {
            self.places.retain(|_, heat| !matches!(heat, Heat::Refused));
        }
        for batch in &mut self.batches {
            let touched = |window: &&Window| window.addr < range.end && range.start < window.range().end;
            let changed = batch.iter().flat_map(|batch| &batch.code).filter(touched).any(&differs);
            if changed && let Some(batch) = batch.take() {
                self.made.dropped += 1;
                for place in &batch.places {
                    self.places.remove(place);
                }
            }
        }
    }
}

/// Translates and compiles code.
fn made(code: Code<'_>, options: &Options, engine: &Engine) -> Result<(Translation, Module), String> {
    let (translation, wasm) = build_beside(code, options).map_err(|error| error.to_string())?;
    let module = Module::new(engine, wasm).map_err(|error| format!("{error:#}"))?;
    Ok((translation, module))
}

/// Threads that translate and compile while programs run. Those of the pool that all share
/// may be waiting for the programs.
fn pool() -> Result<&'static ThreadPool, String> {
    static POOL: OnceLock<Result<ThreadPool, String>> = OnceLock::new();
    let started = || ThreadPoolBuilder::new().build().map_err(|error| error.to_string());
    POOL.get_or_init(started).as_ref().map_err(String::clone)
}

/// The places to translate together, and what is to be looked at for them, sorted and
/// apart, and not too much of it.
fn chosen(candidates: &[Candidate]) -> (BTreeSet<u64>, Vec<Range<u64>>) {
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
fn joined(ranges: impl Iterator<Item = Range<u64>>) -> Vec<Range<u64>> {
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

fn read<H: Host>(range: &Range<u64>, program: &Surroundings<'_>, store: &Store<Guest<H>>) -> Window {
    let offset =
        |addr: u64| usize::try_from(addr.wrapping_sub(program.place.bias.into())).unwrap_or(usize::MAX);
    let bytes = program.memory.data(store);
    let (start, end) = (offset(range.start).min(bytes.len()), offset(range.end).min(bytes.len()));
    Window { addr: range.start, bytes: bytes[start..end.max(start)].to_vec() }
}
