//! Translates the programs of a tree, each once, in parallel.
//!
//! Must never know where programs come from, or which one is started.

use std::fs;
use std::path::Path;

use goblin::container::{Container, Ctx, Endian};
use goblin::elf::dynamic::{DT_NEEDED, DT_SONAME, Dynamic};
use goblin::elf::header::Header;
use goblin::elf::program_header::{PT_INTERP, ProgramHeader};
use rayon::prelude::*;
use rv2wat_host::ContentId;
use sha2::{Digest as _, Sha256};

use super::PackError;
use super::store::Store;
use crate::{Error, Features, Options, pipeline};

/// The largest program that is translated: none fits in a module's memory beyond.
const SIZE_MAX: u64 = 1 << 30;

/// A translated program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Program {
    /// Its ELF file.
    pub content: ContentId,
    /// Where it is in the tree: the first of its paths.
    pub path: String,
    /// Its module, below the site.
    pub module: String,
    /// One for engines without relaxed SIMD, if `module` is not.
    pub portable: Option<String>,
    /// The size of `module`.
    pub size: u64,
}

/// A program that was not translated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refused {
    /// Its ELF file.
    pub content: ContentId,
    /// Where it is.
    pub path: String,
    /// Why not.
    pub why: String,
}

/// What became of the programs, in the order in which they were given.
#[derive(Clone, Debug, Default)]
pub struct Programs {
    /// The translated ones.
    pub translated: Vec<Program>,
    /// The others.
    pub refused: Vec<Refused>,
    /// What is to be said of some.
    pub notes: Vec<(String, String)>,
}

/// How programs are translated.
pub struct How<'a> {
    /// Options of translation.
    pub options: &'a Options,
    /// Binaryen's level, if it runs.
    pub binaryen: Option<u8>,
    /// The folder of modules.
    pub modules: &'a Path,
}

/// Translates programs of a store.
///
/// # Errors
/// [`PackError::File`] if a module cannot be written, [`PackError::Options`] if the options
/// are wrong for every program.
pub fn translate(
    programs: &[(ContentId, String)],
    store: &Store,
    how: &How<'_>,
) -> Result<Programs, PackError> {
    // Options that are wrong are no matter of a program.
    pipeline::chosen_passes(how.options).map_err(PackError::Options)?;
    let results: Vec<Made> = programs
        .par_iter()
        .with_max_len(1)
        .map(|(content, path)| one(*content, path, store, how))
        .collect::<Result<_, PackError>>()?;
    let mut all = Programs::default();
    for ((_, path), made) in programs.iter().zip(results) {
        match made {
            Made::Module(program, note) => {
                all.notes.extend(note.map(|note| (path.clone(), note)));
                all.translated.push(program);
            }
            Made::Nothing(refused) => all.refused.push(refused),
        }
    }
    Ok(all)
}

enum Made {
    Module(Program, Option<String>),
    Nothing(Refused),
}

fn one(content: ContentId, path: &str, store: &Store, how: &How<'_>) -> Result<Made, PackError> {
    let file = store.path(content);
    let refused = |why: String| Ok(Made::Nothing(Refused { content, path: path.to_owned(), why }));
    if store.known(content).is_none_or(|known| known.size > SIZE_MAX) {
        return refused(format!("larger than {SIZE_MAX} bytes"));
    }
    let bytes = fs::read(&file).map_err(|source| PackError::File { path: file.clone(), source })?;
    if is_library(&bytes) {
        return refused("a shared library".to_owned());
    }
    let (wasm, uses, note) = match module(&bytes, how.options, how.binaryen) {
        Ok(made) => made,
        // What our own stages got wrong is no property of the program.
        Err(source @ (Error::Verify { .. } | Error::Assemble(_) | Error::Binaryen(_))) => {
            return Err(PackError::Translate { path: path.to_owned(), source });
        }
        Err(error) => return refused(error.to_string()),
    };
    let portable = match uses.relaxed_simd {
        false => None,
        true => {
            let features = Features { relaxed_simd: false, ..how.options.features };
            let options = Options { features, ..how.options.clone() };
            let (wasm, _, _) = module(&bytes, &options, how.binaryen)
                .map_err(|source| PackError::Translate { path: path.to_owned(), source })?;
            Some(store_module(&wasm, how.modules)?)
        }
    };
    let size = wasm.len() as u64;
    let module = store_module(&wasm, how.modules)?;
    Ok(Made::Module(Program { content, path: path.to_owned(), module, portable, size }, note))
}

/// A module with its facts, what it uses of its engine, and what is to be said of it.
fn module(
    bytes: &[u8],
    options: &Options,
    binaryen: Option<u8>,
) -> Result<(Vec<u8>, Features, Option<String>), Error> {
    let (translation, wasm) = pipeline::build(bytes, options)?;
    let mut wasm = pipeline::optimised(wasm, binaryen)?;
    translation.facts().append_to(&mut wasm);
    Ok((wasm, translation.uses, pipeline::unguarded(&translation.image, options)))
}

/// Writes a module under a name that says what it holds; the name below the site.
fn store_module(wasm: &[u8], modules: &Path) -> Result<String, PackError> {
    let name = format!("{}.wasm", ContentId(Sha256::digest(wasm).into()));
    let path = modules.join(&name);
    crate::check::write_whole(&path, wasm).map_err(|source| PackError::File { path, source })?;
    Ok(format!("{}/{name}", super::site::MODULES))
}

/// Whether a file is made to be loaded by others alone: it names itself, or others, and no
/// interpreter. What is damaged is not; the translator says what is wrong with it.
fn is_library(bytes: &[u8]) -> bool {
    let headers = || {
        let header: Header = goblin::elf::Elf::parse_header(bytes).ok()?;
        let start = usize::try_from(header.e_phoff).ok()?;
        let context = Ctx::new(Container::Big, Endian::Little);
        let size = ProgramHeader::size(context);
        let whole = start.checked_add(size * usize::from(header.e_phnum))? <= bytes.len();
        let headers = ProgramHeader::parse(bytes, start, usize::from(header.e_phnum), context);
        let headers = headers.ok().filter(|_| whole && usize::from(header.e_phentsize) == size)?;
        let dynamic = Dynamic::parse(bytes, &headers, context).ok()??;
        Some((headers, dynamic))
    };
    headers().is_some_and(|(headers, dynamic)| {
        headers.iter().all(|header| header.p_type != PT_INTERP)
            && dynamic.dyns.iter().any(|entry| matches!(entry.d_tag, DT_NEEDED | DT_SONAME))
    })
}
