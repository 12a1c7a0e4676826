//! Translation while a program runs, by wasmtime: what [`rv2wat_host::tier`] finds hot is
//! translated and compiled here.
//!
//! Knows the translator and the engine. Must never know when to translate.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::OnceLock;
use std::time::Instant;

use rayon::{ThreadPool, ThreadPoolBuilder};
use rv2wat_host::tier::{self, Answer, Candidate, Place, Window};
use rv2wat_linux::Host;
use wasmtime::{Engine, Instance, Linker, Module, Store, TypedFunc};

use super::Guest;
use crate::beside::Code;
use crate::load::Image;
use crate::module::PROGRAM;
use crate::origins::Origins;
use crate::pipeline::{Options, Translation, build_beside, translate_beside};

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

/// A module beside the program's.
pub struct Beside {
    module: Module,
    /// Where its code comes from.
    origins: Origins,
    /// Enters it.
    pub enter: TypedFunc<i32, i32>,
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
    /// What is known of places, and the modules.
    pub places: tier::Tier<Beside>,
    engine: Engine,
    linker: Linker<Guest<H>>,
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
        Ok(Tier { places: tier::Tier::new(hot.after), hot, engine: engine.clone(), linker })
    }

    /// The same for another store, in which nothing is translated yet; what was, is hot.
    ///
    /// # Errors
    /// What the engine says.
    pub fn moved(self, instance: Instance, store: &mut Store<Guest<H>>) -> wasmtime::Result<Tier<H>> {
        let places = self.places.without_modules();
        Ok(Tier { places, ..Tier::new(self.hot, &self.engine, instance, store)? })
    }

    /// The guest address of what stands at a place in the code of one of the modules.
    pub fn origin(&self, module: &Module, offset: usize) -> Option<u64> {
        let beside = self.places.modules().find(|beside| Module::same(&beside.module, module))?;
        beside.origins.pc(offset)
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
        let (roots, ranges) = tier::chosen(candidates);
        let windows = ranges.into_iter().map(|range| read(&range, program, store)).collect();
        let code = Code { program: program.image, windows, roots: roots.clone(), place: program.place };
        if self.hot.print {
            match translate_beside(code.clone(), &self.hot.options) {
                Ok(translation) => eprint!("{}", translation.wat),
                Err(error) => eprintln!("rv2wat: cannot translate {:#x}: {error}", first.pc),
            }
        }
        match self.beside(code, store) {
            Ok((answer, beside)) => self.place(&roots, &answer, beside, program, store),
            Err(why) => self.places.refuse(&roots, why),
        }
        self.places.made.time += started.elapsed();
    }

    /// Translates and compiles code, and puts it beside the program.
    fn beside(&self, code: Code<'_>, store: &mut Store<Guest<H>>) -> Result<(Answer, Beside), String> {
        let (translation, module) = pool()?.install(|| made(code, &self.hot.options, &self.engine))?;
        let instance = self.linker.instantiate(&mut *store, &module);
        let instance = instance.map_err(|error| format!("{error:#}"))?;
        let enter = instance.get_typed_func::<i32, i32>(&mut *store, "enter");
        let enter = enter.map_err(|error| format!("{error:#}"))?;
        Ok((translation.answer(), Beside { module, origins: translation.origins, enter }))
    }

    fn place(
        &mut self,
        roots: &BTreeSet<u64>,
        answer: &Answer,
        beside: Beside,
        program: &Surroundings<'_>,
        store: &Store<Guest<H>>,
    ) {
        self.places.place(roots, answer, beside, |range| read(range, program, store));
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

fn read<H: Host>(range: &Range<u64>, program: &Surroundings<'_>, store: &Store<Guest<H>>) -> Window {
    let offset =
        |addr: u64| usize::try_from(addr.wrapping_sub(program.place.bias.into())).unwrap_or(usize::MAX);
    let bytes = program.memory.data(store);
    let (start, end) = (offset(range.start).min(bytes.len()), offset(range.end).min(bytes.len()));
    Window { addr: range.start, bytes: bytes[start..end.max(start)].to_vec() }
}
