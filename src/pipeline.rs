//! The main road: from the bytes of an ELF file to a module, as text or assembled.
//!
//! Read [`functions`] from top to bottom; every stage is one call. What the
//! stages need to know of each other is in their results' types, and any of
//! them can be printed (`--emit`).

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use rayon::prelude::*;
use rv2wat_passes::pass::{self, Pass};
use rv2wat_passes::{text, tree};
use serde::{Deserialize, Serialize};

use crate::discover::{Program, Terminator, discover, split_at_accesses};
use crate::lift::{Context, NULL_GUARD, Unit, lift};
use crate::load::{Image, Lines, load};
use crate::module::{self, Parts, Piece};
use crate::names::{Filter, identifiers};
use crate::origins::Origins;
use crate::summary::{Stack, Summaries, summarize};
use crate::wat::{self, Needs};
use crate::{Error, Features, beside, observe};

/// What a statement's comment shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Annotate {
    /// Nothing.
    None,
    /// The instruction that caused it.
    #[default]
    Asm,
    /// The same, and the source line where the file has line information.
    Source,
}

/// What translated code does about accrued floating-point exception flags.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Fflags {
    /// They hold what the program wrote there, and what interpreted code raised.
    #[default]
    Untracked,
    /// Each instruction raises what it raises on a processor; slow.
    Exact,
}

/// What translated code does about the bits of NaNs that arithmetic makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default, Serialize, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Nan {
    /// They are RISC-V's, wherever the program can see them.
    #[default]
    Canonical,
    /// They are as the engine makes them: sign and payload may differ.
    Fast,
}

/// What translated code does about accesses that the guest's pages do not permit.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "kebab-case")]
pub enum Faults {
    /// It makes them; what the engine refuses is a fault that has lost its registers.
    #[default]
    Engine,
    /// It looks each page up before, and what is not permitted faults as on a processor;
    /// slow.
    Exact,
}

/// How to translate.
#[derive(Clone, Debug)]
pub struct Options {
    /// Optimisation level, 0 to 3.
    pub level: u8,
    /// These passes instead of the level's.
    pub passes: Option<Vec<String>>,
    /// Bias addresses so that the guest's first 64 KiB trap, unless the program
    /// has a segment there.
    pub null_guard: bool,
    /// Accrued exception flags.
    pub fflags: Fflags,
    /// The bits of NaNs.
    pub nan: Nan,
    /// Accesses that pages do not permit.
    pub faults: Faults,
    /// What the engine has that is going to run the module.
    pub features: Features,
    /// When frames tell the truth.
    pub stack: Stack,
    /// Check at run time what summaries and passes take for granted.
    pub checked: bool,
    /// Make every call that may exit count down to a forced exit.
    pub force_exit: bool,
    /// Loops may be left at each turn, so that signals are delivered in them.
    pub preempt: bool,
    /// What comments show.
    pub annotate: Annotate,
    /// Print only the functions that these patterns choose.
    pub functions: Vec<String>,
    /// Verify the IR after each pass.
    pub verify: bool,
    /// Keep the text of each function after this pass (`all`: after each).
    pub print_after: Option<String>,
    /// Functions whose entries lie in one of these ranges of guest addresses go
    /// through the passes of level 0 alone, whatever the level: how a search finds
    /// the function that a pass translates wrongly.
    pub unoptimised: Vec<Range<u64>>,
    /// Damage what a pass made of a function: for tests of the search.
    pub spoil: Option<Spoil>,
}

/// A damage that is done on purpose: after the pass, the ones of the function are
/// twos.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Spoil {
    /// The pass.
    pub pass: String,
    /// The function, by its name in the module.
    pub function: String,
}

impl std::str::FromStr for Spoil {
    type Err = String;

    /// `PASS@FUNCTION`.
    fn from_str(text: &str) -> Result<Spoil, String> {
        let (pass, function) = text.split_once('@').ok_or("PASS@FUNCTION is wanted")?;
        Ok(Spoil { pass: pass.to_owned(), function: function.to_owned() })
    }
}

impl Default for Options {
    fn default() -> Options {
        Options {
            level: 2,
            passes: None,
            null_guard: true,
            fflags: Fflags::default(),
            nan: Nan::default(),
            faults: Faults::default(),
            features: Features::default(),
            stack: Stack::default(),
            checked: false,
            force_exit: false,
            preempt: false,
            annotate: Annotate::Asm,
            functions: Vec::new(),
            verify: cfg!(debug_assertions),
            print_after: None,
            unoptimised: Vec::new(),
            spoil: None,
        }
    }
}

/// What the file holds: the stages before lifting.
pub struct Analysis {
    /// The loaded file.
    pub image: Image,
    /// Its functions.
    pub program: Program,
    /// What they read, write and preserve.
    pub summaries: Summaries,
    /// Their names in the module.
    pub names: Vec<String>,
    /// Beside which module theirs is put, if it does not stand for itself.
    pub beside: Option<beside::Place>,
}

/// A translated program.
pub struct Translation {
    /// The loaded file.
    pub image: Image,
    /// Its functions.
    pub program: Program,
    /// What they read, write and preserve.
    pub summaries: Summaries,
    /// Their names in the module.
    pub names: Vec<String>,
    /// The module's text; the chosen functions alone if functions were chosen.
    /// Nothing if the module was [built](build).
    pub wat: String,
    /// The guest addresses that the dispatcher can enter at, sorted: entry N of
    /// the module is the N-th.
    pub entries: Vec<u64>,
    /// Where the module's own data lies.
    pub layout: module::Layout,
    /// What the module uses of what its engine was said to have.
    pub uses: Features,
    /// Where the accesses of the module that was [built](build) come from.
    pub origins: Origins,
    /// How it was made: [`Options::to_text`].
    pub how: String,
    /// The IR after the passes that were asked for, in the order of functions.
    pub dumps: String,
    /// Time spent in each pass, summed over functions and threads.
    pub times: BTreeMap<&'static str, Duration>,
}

/// Translates an ELF file to the text of a module.
///
/// # Errors
/// An [`Error`] if the file is no program that can be translated, if the
/// options name things that do not exist, or if a stage broke an invariant.
pub fn translate(bytes: &[u8], options: &Options) -> Result<Translation, Error> {
    let analysis = analyze(bytes, options)?;
    let units = analysis.chosen(options)?;
    let (linked, texts) = functions(analysis, &units, options, |made| Ok(made.print(options)))?;
    let wat = match options.functions.is_empty() {
        true => module::print(&linked.parts(options), &texts),
        false => texts.join("\n"),
    };
    Ok(linked.finish(wat, options))
}

/// Translates an ELF file to a module: the bytes that the text of [`translate`]
/// assembles to, but for hints which branches are likely; the functions' text never
/// exists.
///
/// # Errors
/// As [`translate`].
pub fn build(bytes: &[u8], options: &Options) -> Result<(Translation, Vec<u8>), Error> {
    let analysis = analyze(bytes, options)?;
    let units = analysis.chosen(options)?;
    let (linked, bodies) = functions(analysis, &units, options, |made| wat::assemble_function(made.tree))?;
    let (wasm, origins) = module::assemble(&linked.parts(options), bodies)?;
    Ok((Translation { origins, ..linked.finish(String::new(), options) }, wasm))
}

/// Translates code that a running program has in its memory to the text of a module
/// beside the program's: some places, each entered with all registers in the state, and
/// the functions that they call.
///
/// # Errors
/// As [`translate`].
pub fn translate_beside(code: beside::Code<'_>, options: &Options) -> Result<Translation, Error> {
    let (analysis, units) = code.analyze(options)?;
    let (linked, texts) = functions(analysis, &units, options, |made| Ok(made.print(options)))?;
    let wat = module::print(&linked.parts(options), &texts);
    Ok(linked.finish(wat, options))
}

/// Translates the same to the bytes of the module, as [`build`] does.
///
/// # Errors
/// As [`translate`].
pub fn build_beside(code: beside::Code<'_>, options: &Options) -> Result<(Translation, Vec<u8>), Error> {
    let (analysis, units) = code.analyze(options)?;
    let assemble = |made: &Made<'_, '_>| wat::assemble_function(made.tree);
    let (linked, bodies) = functions(analysis, &units, options, assemble)?;
    let (wasm, origins) = module::assemble(&linked.parts(options), bodies)?;
    Ok((Translation { origins, ..linked.finish(String::new(), options) }, wasm))
}

/// A structured function, or one that a pass has cut out of it.
struct Made<'a, 'l> {
    analysis: &'a Analysis,
    /// The guest's function.
    at: usize,
    unit: Unit,
    tree: &'a tree::Function,
    lines: Option<&'a SourceLines<'l>>,
}

impl Made<'_, '_> {
    fn print(&self, options: &Options) -> (String, Needs) {
        let Made { analysis, at, unit, tree, lines } = self;
        crate::header::print(analysis, *at, *unit, tree, *lines, options)
    }
}

/// All functions up to their trees, and what `finish` makes of each tree.
fn functions<T: Send>(
    analysis: Analysis,
    units: &[(usize, Unit)],
    options: &Options,
    finish: impl Fn(&Made<'_, '_>) -> Result<(T, Needs), Error> + Sync,
) -> Result<(Linked, Vec<T>), Error> {
    let passes = Chosen::new(options)?;
    let context = analysis.context(options);
    let lines = SourceLines::of(&analysis.image);

    // Large functions first, and one at a time: else all cores but one wait for it.
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by_key(|&index| std::cmp::Reverse(context.program.functions[units[index].0].inst_count()));
    let mut translated = order
        .par_iter()
        .with_max_len(1)
        .map(|&index| {
            let (at, unit) = units[index];
            let mut func = lift(context, at, unit);
            let report = observe::run(passes.of(context.program.functions[at].entry), &mut func, options)?;
            let parts = std::mem::take(&mut func.parts);
            let mut needs = Needs::default();
            let mut texts = Vec::new();
            let (name, address) = (func.name.clone(), func.address);
            let sideways = func.kind == rv2wat_passes::ir::Kind::Sideways;
            for func in std::iter::once(func).chain(parts) {
                let tree = tree::build_from(func);
                let made = Made { analysis: &analysis, at, unit, tree: &tree, lines: lines.as_ref() };
                let (text, its_needs) = finish(&made)?;
                needs.merge(its_needs);
                texts.push(text);
            }
            let piece = Piece { name, address, function: at, sideways };
            Ok((index, (piece, needs, report, texts)))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    translated.sort_unstable_by_key(|&(index, _)| index);
    let translated = translated.into_iter().map(|(_, unit)| unit).collect();

    Ok(analysis.link(translated, options))
}

/// The stages before lifting.
///
/// # Errors
/// An [`Error`] if the file is no program that can be translated.
pub fn analyze(bytes: &[u8], options: &Options) -> Result<Analysis, Error> {
    let image = load(bytes)?;
    within_memory(&image)?;
    let mut program = Program { preempt: options.preempt, ..discover(&image) };
    if options.faults == Faults::Exact {
        split_at_accesses(&mut program);
    }
    let summaries = summarize(&image, &program, options.stack);
    let names = identifiers(&program);
    Ok(Analysis { image, program, summaries, names, beside: None })
}

/// Whether a program fits in the memory of a module.
///
/// # Errors
/// [`Error::TooLarge`] if it does not.
pub(crate) fn within_memory(image: &Image) -> Result<(), Error> {
    match image.end > u64::from(u32::MAX) {
        true => Err(Error::TooLarge { end: image.end }),
        false => Ok(()),
    }
}

/// The passes that the options ask for.
///
/// # Errors
/// [`Error::UnknownPass`] for a name that names none, also one after which the
/// IR is to be printed.
pub fn chosen_passes(options: &Options) -> Result<Vec<&'static Pass>, Error> {
    if let Some(name) = options.print_after.as_deref()
        && name != "all"
        && pass::find(name).is_none()
    {
        return Err(Error::UnknownPass(name.to_owned()));
    }
    match &options.passes {
        None => Ok(pass::pipeline(options.level)),
        Some(names) => names
            .iter()
            .map(|name| pass::find(name).ok_or_else(|| Error::UnknownPass(name.clone())))
            .collect(),
    }
}

/// The passes of each function.
struct Chosen<'a> {
    most: Vec<&'static Pass>,
    unoptimised: Vec<&'static Pass>,
    ranges: &'a [Range<u64>],
}

impl<'a> Chosen<'a> {
    fn new(options: &'a Options) -> Result<Chosen<'a>, Error> {
        Ok(Chosen {
            most: chosen_passes(options)?,
            unoptimised: pass::pipeline(0),
            ranges: &options.unoptimised,
        })
    }

    /// Those of the function with this entry.
    fn of(&self, entry: u64) -> &[&'static Pass] {
        match self.ranges.iter().any(|range| range.contains(&entry)) {
            true => &self.unoptimised,
            false => &self.most,
        }
    }
}

/// The text of the IR after the passes, before the functions are structured.
///
/// # Errors
/// As [`translate`].
pub fn ir_text(bytes: &[u8], options: &Options) -> Result<String, Error> {
    let analysis = analyze(bytes, options)?;
    let passes = Chosen::new(options)?;
    let context = analysis.context(options);
    let texts = analysis
        .chosen(options)?
        .par_iter()
        .map(|&(at, unit)| {
            let mut func = lift(context, at, unit);
            observe::run(passes.of(context.program.functions[at].entry), &mut func, options)?;
            Ok(text::print(&func))
        })
        .collect::<Result<Vec<_>, Error>>()?;
    Ok(texts.join("\n"))
}

/// Line information that threads share.
pub struct SourceLines<'a>(Mutex<Lines<'a>>);

impl<'a> SourceLines<'a> {
    /// The line information of a file that has some.
    pub fn of(image: &'a Image) -> Option<SourceLines<'a>> {
        Lines::new(image).map(|lines| SourceLines(Mutex::new(lines)))
    }

    /// The source line of a guest address: `fib.c:4`.
    pub fn at(&self, addr: u64) -> Option<String> {
        let lines = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (file, line) = lines.at(addr)?;
        let name = file.rsplit('/').next().unwrap_or(&file);
        Some(format!("{name}:{line}"))
    }
}

/// Says that a program goes without the null guard that the options ask for.
pub fn unguarded(image: &Image, options: &Options) -> Option<String> {
    let low = image.below(NULL_GUARD.into()).filter(|_| options.null_guard)?;
    Some(format!(
        "the segment {:#x}..{:#x} is in the first 64 KiB: accesses through null pointers will not trap",
        low.addr,
        low.end()
    ))
}

/// The printed functions, and what the module needs to know of them.
struct Linked {
    analysis: Analysis,
    pieces: Vec<Piece>,
    needs: Needs,
    layout: module::Layout,
    entries: Vec<u64>,
    dumps: String,
    times: BTreeMap<&'static str, Duration>,
}

impl Linked {
    fn parts(&self, options: &Options) -> Parts<'_> {
        Parts {
            image: &self.analysis.image,
            summaries: &self.analysis.summaries,
            functions: &self.pieces,
            needs: &self.needs,
            layout: self.layout,
            force_exit: options.force_exit || options.preempt,
            features: options.features,
            beside: self.analysis.beside.is_some(),
        }
    }

    fn finish(self, wat: String, options: &Options) -> Translation {
        let uses = wat::helpers::used(&self.needs, options.features);
        let Linked { analysis, layout, entries, dumps, times, .. } = self;
        let Analysis { image, program, summaries, names, .. } = analysis;
        let (origins, how) = (Origins::default(), options.to_text());
        Translation {
            image,
            program,
            summaries,
            names,
            wat,
            entries,
            layout,
            uses,
            origins,
            how,
            dumps,
            times,
        }
    }
}

impl Analysis {
    /// What lifting may look at.
    pub fn context(&self, options: &Options) -> Context<'_> {
        Context {
            image: &self.image,
            program: &self.program,
            summaries: &self.summaries,
            names: &self.names,
            bias: self.bias(options),
            force_exit: options.force_exit,
            checked: options.checked,
            raise_flags: options.fflags == Fflags::Exact,
            // Below 4 GiB, as the image is.
            permissions: (self.permissions() as u32).wrapping_sub(self.bias(options)),
        }
    }

    /// Guest address of the table of permissions, if accesses are checked.
    fn permissions(&self) -> u64 {
        let own = || module::Layout::start(&self.image);
        self.beside.map_or_else(own, |place| place.permissions.unwrap_or_default())
    }

    /// Guest address minus memory offset. A program that has something in its
    /// first 64 KiB goes without the null guard.
    fn bias(&self, options: &Options) -> u32 {
        if let Some(place) = self.beside {
            return place.bias;
        }
        match options.null_guard && self.image.below(NULL_GUARD.into()).is_none() {
            true => NULL_GUARD,
            false => 0,
        }
    }

    /// The functions that the options choose.
    ///
    /// # Errors
    /// [`Error::NoFunction`] if none is; [`Error::Pattern`].
    pub fn functions(&self, options: &Options) -> Result<Vec<usize>, Error> {
        let filter = Filter::new(&options.functions)?;
        let chosen: Vec<usize> = (0..self.names.len())
            .filter(|&at| filter.chooses(&self.program.functions[at], &self.names[at]))
            .collect();
        match chosen.is_empty() && !filter.is_everything() {
            true => Err(Error::NoFunction(filter.describe())),
            false => Ok(chosen),
        }
    }

    /// What to lift: the chosen functions, each followed by its continuations.
    fn chosen(&self, options: &Options) -> Result<Vec<(usize, Unit)>, Error> {
        let functions = self.functions(options)?;
        let units = functions.into_iter().flat_map(|at| {
            let continuations = self.continuations(at).into_iter().map(Unit::Continuation);
            std::iter::once(Unit::Whole).chain(continuations).map(move |unit| (at, unit))
        });
        Ok(units.collect())
    }

    /// The blocks at which a function is resumed sideways: after calls of functions
    /// that may return by an exit (a later longjmp comes back there, too), and
    /// landing pads.
    fn continuations(&self, at: usize) -> Vec<usize> {
        let function = &self.program.functions[at];
        let resumes = function.blocks.iter().filter_map(|block| match block.end {
            Terminator::Call { callee, next: Some(next), .. } => {
                let callee = &self.summaries.functions[*self.program.index.get(&callee)?];
                callee.returns_sideways.then_some(next)
            }
            _ => None,
        });
        let mut blocks: Vec<usize> = resumes.chain(function.landing_pads.iter().copied()).collect();
        blocks.sort_unstable();
        blocks.dedup();
        blocks
    }

    /// Takes the printed functions apart, and lays the module's data out.
    fn link<T>(
        self,
        translated: Vec<(Piece, Needs, observe::Report, Vec<T>)>,
        options: &Options,
    ) -> (Linked, Vec<T>) {
        let mut needs = Needs::default();
        let mut dumps = String::new();
        let mut times = BTreeMap::new();
        let mut pieces = Vec::with_capacity(translated.len());
        let mut bodies = Vec::with_capacity(translated.len());
        for (piece, its_needs, report, its_bodies) in translated {
            needs.merge(its_needs);
            dumps.push_str(&report.dump);
            for (name, time) in report.times {
                *times.entry(name).or_insert(Duration::ZERO) += time;
            }
            pieces.push(piece);
            bodies.extend(its_bodies);
        }
        let entries: Vec<u64> =
            module::entry_points(&pieces).into_iter().map(|(address, _)| address).collect();
        let members = module::member_addresses(&pieces, &self.summaries);
        let bias = self.bias(options);
        let checks_accesses = options.faults == Faults::Exact;
        let layout = match self.beside {
            Some(place) => module::Layout::beside(place.bias, place.mailbox, entries.len()),
            None => module::Layout::new(&self.image, bias, checks_accesses, entries.len(), &members),
        };
        (Linked { analysis: self, pieces, needs, layout, entries, dumps, times }, bodies)
    }
}
