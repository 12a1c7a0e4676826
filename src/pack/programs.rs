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
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::PackError;
use super::store::Store;
use crate::cache::{Cache, Key};
use crate::{Error, Features, Options, assemble, pipeline};

/// The largest program that is translated: none fits in a module's memory beyond.
const SIZE_MAX: u64 = 1 << 30;

/// The longest path that a file has.
const PATH_MAX: usize = 4096;

/// What programs for 64-bit RISC-V are written in.
const CONTEXT: Ctx = Ctx { container: Container::Big, le: Endian::Little };

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
    /// The path of its dynamic linker, if it is linked with libraries.
    pub linker: Option<String>,
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

/// Keeps translated programs from one time to the next.
#[derive(Clone, Debug)]
pub struct Keeper {
    /// Where.
    pub cache: Cache,
    /// What tells the build that translates from others.
    pub build: String,
}

impl Keeper {
    fn key(&self, content: ContentId, how: &How<'_>) -> Key {
        let options = format!("{:?} {:?}", how.options, how.binaryen);
        Key::of(&[b"packed", &content.0, options.as_bytes(), self.build.as_bytes()])
    }
}

/// How programs are translated.
pub struct How<'a> {
    /// Options of translation.
    pub options: &'a Options,
    /// Binaryen's level, if it runs.
    pub binaryen: Option<u8>,
    /// Where they are kept, if they are.
    pub keeper: Option<&'a Keeper>,
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
            Made::Module(program, notes) => {
                all.notes.extend(notes.into_iter().map(|note| (path.clone(), note)));
                all.translated.push(program);
            }
            Made::Nothing(refused) => all.refused.push(refused),
        }
    }
    Ok(all)
}

enum Made {
    Module(Program, Vec<String>),
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
    let mut notes = Vec::new();
    let kept = how.keeper.and_then(|keeper| restored(keeper, keeper.key(content, how), &mut notes));
    let modules = match kept {
        Some(modules) => modules,
        None => match modules(&bytes, how) {
            Ok(modules) => {
                keep(&modules, content, path, how, &mut notes);
                modules
            }
            // What our own stages got wrong is no property of the program.
            Err(source @ (Error::Verify { .. } | Error::Assemble(_) | Error::Binaryen(_))) => {
                return Err(PackError::Translate { path: path.to_owned(), source });
            }
            Err(error) => return refused(error.to_string()),
        },
    };
    notes.extend(modules.note);
    let portable = modules.portable.map(|wasm| store_module(&wasm, how.modules)).transpose()?;
    let size = modules.wasm.len() as u64;
    let module = store_module(&modules.wasm, how.modules)?;
    let linker = linker(&bytes);
    Ok(Made::Module(Program { content, path: path.to_owned(), module, portable, size, linker }, notes))
}

/// What a program becomes.
#[derive(Serialize, Deserialize)]
struct Modules {
    wasm: Vec<u8>,
    /// The same without relaxed SIMD, if it has that.
    portable: Option<Vec<u8>>,
    /// What is to be said of it.
    note: Option<String>,
}

fn modules(bytes: &[u8], how: &How<'_>) -> Result<Modules, Error> {
    let translated = |options: &Options| {
        let (translation, wasm) = pipeline::build(bytes, options)?;
        let mut wasm = assemble::optimised(wasm, how.binaryen)?;
        translation.facts().append_to(&mut wasm);
        Ok::<_, Error>((translation, wasm))
    };
    let (translation, wasm) = translated(how.options)?;
    let portable = match translation.uses.relaxed_simd {
        false => None,
        true => {
            let features = Features { relaxed_simd: false, ..how.options.features };
            Some(translated(&Options { features, ..how.options.clone() })?.1)
        }
    };
    Ok(Modules { wasm, portable, note: pipeline::unguarded(&translation.image, how.options) })
}

/// What was kept of a program; a cache that is of no use is noted.
fn restored(keeper: &Keeper, key: Key, notes: &mut Vec<String>) -> Option<Modules> {
    match keeper.cache.get(key) {
        Ok(bytes) => postcard::from_bytes(&bytes?).ok(),
        Err(error) => {
            notes.push(error.to_string());
            None
        }
    }
}

fn keep(modules: &Modules, content: ContentId, path: &str, how: &How<'_>, notes: &mut Vec<String>) {
    let Some(keeper) = how.keeper else { return };
    let label = format!("{path} -O{}, packed", how.options.level);
    let kept = match postcard::to_stdvec(modules) {
        Ok(bytes) => keeper.cache.put(keeper.key(content, how), &label, &bytes).map_err(|e| e.to_string()),
        Err(error) => Err(error.to_string()),
    };
    notes.extend(kept.err());
}

/// Writes a module under a name that says what it holds; the name below the site.
fn store_module(wasm: &[u8], modules: &Path) -> Result<String, PackError> {
    let name = format!("{}.wasm", ContentId(Sha256::digest(wasm).into()));
    let path = modules.join(&name);
    crate::check::write_whole(&path, wasm).map_err(|source| PackError::File { path, source })?;
    Ok(format!("{}/{name}", super::site::MODULES))
}

/// The program headers of a file; of what is damaged the translator says what is wrong.
fn headers(bytes: &[u8]) -> Option<Vec<ProgramHeader>> {
    let header: Header = goblin::elf::Elf::parse_header(bytes).ok()?;
    let start = usize::try_from(header.e_phoff).ok()?;
    let size = ProgramHeader::size(CONTEXT);
    let whole = start.checked_add(size * usize::from(header.e_phnum))? <= bytes.len();
    let headers = ProgramHeader::parse(bytes, start, usize::from(header.e_phnum), CONTEXT);
    headers.ok().filter(|_| whole && usize::from(header.e_phentsize) == size)
}

/// Whether a file is made to be loaded by others: it has a name for them (so has the C
/// library, which can be started too, and then tells its version), or needs others itself and
/// has no dynamic linker.
fn is_library(bytes: &[u8]) -> bool {
    let Some(headers) = headers(bytes) else { return false };
    let Some(dynamic) = Dynamic::parse(bytes, &headers, CONTEXT).ok().flatten() else { return false };
    let has = |tag| dynamic.dyns.iter().any(|entry| entry.d_tag == tag);
    let starts = headers.iter().any(|header| header.p_type == PT_INTERP);
    has(DT_SONAME) || has(DT_NEEDED) && !starts
}

/// The path of a program's dynamic linker.
fn linker(bytes: &[u8]) -> Option<String> {
    let headers = headers(bytes)?;
    let header = headers.iter().find(|header| header.p_type == PT_INTERP)?;
    let from = usize::try_from(header.p_offset).ok()?;
    let path = bytes.get(from..)?.split(|&byte| byte == 0).next()?;
    Some(String::from_utf8_lossy(&path[..path.len().min(PATH_MAX)]).into_owned())
}
