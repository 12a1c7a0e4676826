//! Packs programs and a tree of files into a site: a folder that a server of static files
//! serves as a web page, and that Node runs.
//!
//! [`pack`] is all of it. Trees come from directories, archives and images of containers,
//! which may be hostile: nothing of them is written to disk but what files hold, under
//! names of ours, and how much that is has a limit.
//!
//! Knows programs, files and the format of `docs/site.md`. Must never know a browser, or
//! print anything.

pub mod site;

mod archive;
mod entry;
mod folder;
mod image;
mod programs;
mod store;
mod tree;
mod unpack;

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read as _, Seek as _};
use std::path::{Path, PathBuf};

use rv2wat_host::{ContentId, Files, FilesError, Kind as Listed};

pub use entry::Entry;
pub use programs::{Keeper, Program, Refused};
pub use tree::{LeftOut, TreeError};

use crate::{Error, Options};
use entry::World;
use image::{Image, Runs, Source};
use site::{Building, Site, SiteEntry, SiteProgram, SiteRefused};
use store::Store;
use tree::{Attributes, Kind, Tree};
use unpack::{Budget, Counted, Packing};

/// How many bytes a tree may unpack to, if nobody says otherwise.
pub const LIMIT: u64 = 4 << 30;

/// How much memory a program may have.
const MEMORY: u64 = 1 << 30;

/// What the machine is called.
const HOSTNAME: &str = "rv2wat";

/// Why nothing was packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A file could not be read or written, or an archive is damaged.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// A tree of files that cannot be.
    #[error("{path}: {source}")]
    Tree {
        /// Where it comes from.
        path: PathBuf,
        /// What is wrong with it.
        source: TreeError,
    },
    /// No image that can be used.
    #[error("{path}: {why}")]
    Image {
        /// Where it was looked for.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// The tree is none that a list can hold.
    #[error(transparent)]
    List(#[from] FilesError),
    /// Options that are wrong for every program.
    #[error(transparent)]
    Options(Error),
    /// A stage of the translator failed.
    #[error("{path}: {source}")]
    Translate {
        /// The program.
        path: String,
        /// What failed.
        source: Error,
    },
    /// A program that was asked for is none.
    #[error("{path}: {why}")]
    Program {
        /// Which.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// What is to be started cannot be.
    #[error("cannot start {what}: {why}")]
    Entry {
        /// What was to be started.
        what: String,
        /// Why not.
        why: String,
    },
    /// A folder that is to be a site is something else.
    #[error("{path}: this is no site made by rv2wat pack: {why}")]
    NoSite {
        /// The folder.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// What runs a site is not there.
    #[error(
        "the folder of parts for web pages is missing: {0} (scripts/web makes it; --web says where it is)"
    )]
    NoParts(String),
}

/// What to pack, and how.
#[derive(Clone, Debug)]
pub struct Config {
    /// Programs of this machine, or of the tree if there is one.
    pub programs: Vec<PathBuf>,
    /// A directory, an archive or an image.
    pub root: Option<PathBuf>,
    /// The words that are started, as a shell splits them.
    pub entry: Option<String>,
    /// Variables of the environment, `NAME=VALUE`.
    pub env: Vec<String>,
    /// The folder of parts, if it is not where it usually is.
    pub web: Option<PathBuf>,
    /// How many bytes may be unpacked.
    pub limit: u64,
    /// Whether smaller copies are put beside files.
    pub precompress: bool,
    /// How programs are translated.
    pub options: Options,
    /// Binaryen's level, if it runs.
    pub binaryen: Option<u8>,
    /// Where translated programs are kept, if they are.
    pub keeper: Option<Keeper>,
    /// Where the site will be.
    pub site: PathBuf,
}

/// What was packed.
#[derive(Clone, Debug)]
pub struct Report {
    /// What is started.
    pub entry: Entry,
    /// The translated programs.
    pub translated: Vec<Program>,
    /// Those that were not.
    pub refused: Vec<Refused>,
    /// What is to be said of programs: path and remark.
    pub notes: Vec<(String, String)>,
    /// What was left out of the tree.
    pub left_out: LeftOut,
    /// How many files the tree has, and what they hold in bytes.
    pub files: (usize, u64),
}

/// Makes a site. It is there as a whole, or nothing has changed.
///
/// # Errors
/// [`PackError`].
pub fn pack(config: &Config) -> Result<Report, PackError> {
    let parts = site::parts(config.web.as_deref())?;
    apart(config)?;
    let building = Building::begin(&config.site)?;
    let mut store = Store::new(&building.path(site::CONTENT));
    let mut tree = Tree::default();
    let budget = Budget::new(config.limit);

    let runs = match &config.root {
        None => Runs::default(),
        Some(root) => read_root(root, &mut tree, &mut store, &budget, &building, config.limit)?,
    };
    tree.end_layers();
    let mut wanted: Vec<Wanted<'_>> = Vec::new();
    for path in &config.programs {
        wanted.push(add_program(path, config, &mut tree, &mut store, &budget)?);
    }
    let cwd = runs.working_dir.clone().filter(|cwd| !cwd.is_empty()).unwrap_or_else(|| "/".to_owned());
    tree.make_directory(cwd.as_bytes()).map_err(|error| PackError::Entry {
        what: cwd.clone(),
        why: format!("it is no directory to start in: {error}"),
    })?;

    let files = tree.list()?;
    let contents: BTreeSet<ContentId> = contents(&files).map(|(_, content)| content).collect();
    store
        .retain(&contents)
        .map_err(|source| PackError::File { path: building.path(site::CONTENT), source })?;
    let world = World { files: &files, store: &store };
    for wanted in &wanted {
        wanted.check(&world)?;
    }
    let words =
        entry::words(config.entry.as_deref(), wanted.first().map(|wanted| wanted.path.as_str()), &runs)?;
    let (user, home) = entry::user(&world, runs.user.as_deref().unwrap_or_default())?;
    let env = entry::environment(&runs, &config.env, &home)?;
    let entry = entry::resolve(&world, words, env, format!("/{}", cwd.trim_start_matches('/')), user)?;

    let how = programs::How {
        options: &config.options,
        binaryen: config.binaryen,
        keeper: config.keeper.as_ref(),
        modules: &building.path(site::MODULES),
    };
    let programs = programs::translate(&programs_of(&files, &store), &store, &how)?;
    check_translated(&entry, &wanted, &world, &programs)?;

    building.write(site::FILES, &files.to_bytes())?;
    building.write(site::SITE, &describe(&entry, &programs)?)?;
    building.copy_parts(&parts)?;
    if config.precompress {
        building.precompress()?;
    }
    building.finish()?;
    let programs::Programs { translated, refused, notes } = programs;
    let count = files.list().len();
    Ok(Report { entry, translated, refused, notes, left_out: tree.left_out(), files: (count, store.bytes()) })
}

/// The site must not be made within the directory that is read.
fn apart(config: &Config) -> Result<(), PackError> {
    let Some(root) = config.root.as_ref().and_then(|root| root.canonicalize().ok()) else { return Ok(()) };
    let site = std::path::absolute(&config.site).unwrap_or_else(|_| config.site.clone());
    let above = site.ancestors().find_map(|above| above.canonicalize().ok());
    match above.is_some_and(|above| above.starts_with(&root)) {
        true => {
            Err(PackError::NoSite { path: config.site.clone(), why: "it lies within the root".to_owned() })
        }
        false => Ok(()),
    }
}

/// Puts a directory, an archive or an image into the tree; what the image says of its
/// program.
fn read_root(
    root: &Path,
    tree: &mut Tree,
    store: &mut Store,
    budget: &Budget,
    building: &Building,
    limit: u64,
) -> Result<Runs, PackError> {
    let failed = |source| PackError::File { path: root.to_owned(), source };
    if std::fs::metadata(root).map_err(failed)?.is_dir() {
        let source = Source::Directory(root.to_owned());
        return match source.image()? {
            Some(image) => read_image(root, &source, image, tree, store, budget),
            None => folder::read(root, tree, store, budget).map(|()| Runs::default()),
        };
    }
    let mut file = File::open(root).map_err(failed)?;
    let mut start = Vec::new();
    (&mut file).take(8).read_to_end(&mut start).map_err(failed)?;
    file.rewind().map_err(failed)?;
    let mut file = match unpack::packing(&start).map_err(failed)? {
        Packing::None => file,
        Packing::Gzip | Packing::Zstd => {
            // An archive may be that of an image, whose parts are in no order.
            let outer = Budget::new(limit);
            let mut unpacked = tempfile::tempfile_in(building.dir()).map_err(failed)?;
            let stream = unpack::unpacked(file).map_err(failed)?;
            io::copy(&mut Counted::new(stream, &outer), &mut unpacked).map_err(failed)?;
            unpacked
        }
    };
    file.rewind().map_err(failed)?;
    let source = Source::archive(root, file.try_clone().map_err(failed)?)?;
    if let Some(image) = source.image()? {
        return read_image(root, &source, image, tree, store, budget);
    }
    file.rewind().map_err(failed)?;
    match read_archive(root, &mut Counted::new(io::BufReader::new(file), budget), tree, store)? {
        0 => Err(PackError::Image {
            path: root.to_owned(),
            why: "it is an archive with nothing in it".to_owned(),
        }),
        _ => Ok(Runs::default()),
    }
}

fn read_image(
    root: &Path,
    source: &Source,
    image: Image,
    tree: &mut Tree,
    store: &mut Store,
    budget: &Budget,
) -> Result<Runs, PackError> {
    for blob in &image.layers {
        let path = root.join(&blob.name);
        let failed = |source| PackError::File { path: path.clone(), source };
        let mut packed = source.layer(blob)?;
        tree.next_layer();
        let mut stream = Counted::new(unpack::unpacked(&mut packed).map_err(failed)?, budget);
        read_archive(&path, &mut stream, tree, store)?;
        // To the end, where checksums are.
        io::copy(&mut stream, &mut io::sink()).map_err(failed)?;
        drop(stream);
        packed.finish().map_err(failed)?;
    }
    Ok(image.runs)
}

/// Puts an archive into the tree; how many entries it has.
fn read_archive(
    path: &Path,
    stream: &mut dyn io::Read,
    tree: &mut Tree,
    store: &mut Store,
) -> Result<u64, PackError> {
    let failed = |source| Stop(PackError::File { path: path.to_owned(), source });
    let into = |source| Stop(PackError::Tree { path: path.to_owned(), source });
    let mut count = 0;
    let mut archive = tar::Archive::new(stream);
    let entries = archive.entries().map_err(|source| failed(source).0)?;
    let read = archive::entries(entries, |entry, stream| -> Result<(), Stop> {
        count += 1;
        if tree.whiteout(&entry.name).map_err(into)? {
            return Ok(());
        }
        let add = match entry.kind {
            archive::Kind::File => {
                let (content, size) = store.keep(stream).map_err(failed)?;
                tree.add(&entry.name, Kind::File { size, content }, entry.attributes)
            }
            archive::Kind::Directory => tree.add(&entry.name, Kind::Directory, entry.attributes),
            archive::Kind::Symlink => tree.add(&entry.name, Kind::Symlink(entry.target), entry.attributes),
            archive::Kind::Link => tree.link(&entry.name, &entry.target),
            archive::Kind::Special => tree.leave_out(&entry.name),
        };
        add.map_err(into)
    });
    match read {
        Ok(()) => Ok(count),
        Err(Stop(PackError::File { path: empty, source })) if empty.as_os_str().is_empty() => {
            Err(failed(source).0)
        }
        Err(Stop(error)) => Err(error),
    }
}

/// Why reading an archive stops.
struct Stop(PackError);

impl From<io::Error> for Stop {
    /// The path is filled in by who knows it.
    fn from(source: io::Error) -> Stop {
        Stop(PackError::File { path: PathBuf::new(), source })
    }
}

/// A program that was asked for by name.
struct Wanted<'a> {
    /// As it was named.
    named: &'a Path,
    /// Where it is in the tree.
    path: String,
}

impl Wanted<'_> {
    fn wrong(&self, why: String) -> PackError {
        PackError::Program { path: self.named.to_owned(), why }
    }

    fn content(&self, world: &World<'_>) -> Result<ContentId, PackError> {
        match world.files.find(self.path.as_bytes()).map(|found| &found.file.kind) {
            Ok(Listed::File { content, .. }) => Ok(*content),
            Ok(_) => Err(self.wrong("it is no file".to_owned())),
            Err(_) => Err(self.wrong("there is no such file, neither here nor in the root".to_owned())),
        }
    }

    /// That it is there.
    fn check(&self, world: &World<'_>) -> Result<(), PackError> {
        self.content(world).map(drop)
    }
}

/// Puts a program of this machine into `/bin`; one that is not on this machine is one of
/// the root.
fn add_program<'a>(
    path: &'a Path,
    config: &Config,
    tree: &mut Tree,
    store: &mut Store,
    budget: &Budget,
) -> Result<Wanted<'a>, PackError> {
    let failed = |source| PackError::File { path: path.to_owned(), source };
    let wrong = |why: &str| PackError::Program { path: path.to_owned(), why: why.to_owned() };
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == io::ErrorKind::NotFound && config.root.is_some() => {
            let inside = path.to_str().ok_or_else(|| wrong("its path is no text"))?;
            return Ok(Wanted { named: path, path: format!("/{}", inside.trim_start_matches('/')) });
        }
        Err(source) => return Err(failed(source)),
    };
    if !file.metadata().map_err(failed)?.is_file() {
        return Err(wrong("it is no file"));
    }
    let name = path.file_name().and_then(|name| name.to_str()).ok_or_else(|| wrong("its name is no text"))?;
    let (content, size) = store.keep(Counted::new(file, budget)).map_err(failed)?;
    let inside = format!("/bin/{name}");
    let into = |source| PackError::Tree { path: path.to_owned(), source };
    tree.add(inside.as_bytes(), Kind::File { size, content }, Attributes::PROGRAM).map_err(into)?;
    Ok(Wanted { named: path, path: inside })
}

/// The regular files of a tree: path and content.
fn contents(files: &Files) -> impl Iterator<Item = (&[u8], ContentId)> {
    files.list().iter().filter_map(|file| match file.kind {
        Listed::File { content, .. } => Some((file.path.as_slice(), content)),
        _ => None,
    })
}

/// The programs of a tree, each with its first path.
fn programs_of(files: &Files, store: &Store) -> Vec<(ContentId, String)> {
    let mut seen = BTreeSet::new();
    contents(files)
        .filter(|(_, content)| {
            store.known(*content).is_some_and(|known| known.is_program) && seen.insert(*content)
        })
        .map(|(path, content)| (content, format!("/{}", String::from_utf8_lossy(path))))
        .collect()
}

/// That what was asked for has been translated, and can be linked.
fn check_translated(
    entry: &Entry,
    wanted: &[Wanted<'_>],
    world: &World<'_>,
    programs: &programs::Programs,
) -> Result<(), PackError> {
    let why = |content: ContentId| {
        if let Some(program) = programs.translated.iter().find(|program| program.content == content) {
            let linker = program.linker.as_ref()?;
            let there = world.files.find(linker.as_bytes()).map(|found| &found.file.kind);
            let absent = !matches!(there, Ok(Listed::File { .. }));
            return absent.then(|| format!("dynamically linked, by {linker}, which is not in the tree"));
        }
        let refused = programs.refused.iter().find(|refused| refused.content == content);
        // What looks like no program for RISC-V was not tried.
        Some(refused.map_or_else(|| not_tried(world, content), |refused| refused.why.clone()))
    };
    for wanted in wanted {
        if let Some(why) = why(wanted.content(world)?) {
            return Err(wanted.wrong(why));
        }
    }
    match why(entry.program) {
        Some(why) => Err(PackError::Entry { what: entry.path.clone(), why }),
        None => Ok(()),
    }
}

/// Why a file is no program for RISC-V.
fn not_tried(world: &World<'_>, content: ContentId) -> String {
    const HEADERS: u64 = 4096;
    match world.store.start(content, HEADERS) {
        Ok(start) if start.starts_with(b"\x7fELF") => crate::load::load(&start)
            .err()
            .map_or_else(|| "it is no program".to_owned(), |error| error.to_string()),
        Ok(_) => "it is neither an ELF file nor a script that names its interpreter".to_owned(),
        Err(error) => error.to_string(),
    }
}

/// The description of a site.
fn describe(entry: &Entry, programs: &programs::Programs) -> Result<Vec<u8>, PackError> {
    let translated = programs.translated.iter().map(|program| {
        let Program { content, path, module, portable, size, .. } = program.clone();
        (content.to_string(), SiteProgram { path, module, portable, size })
    });
    let refused = programs.refused.iter().map(|refused| {
        let Refused { path, why, .. } = refused.clone();
        SiteRefused { path, why }
    });
    let Entry { args, env, cwd, user, program, .. } = entry.clone();
    let site = Site {
        version: site::VERSION,
        files: site::FILES.to_owned(),
        entry: SiteEntry {
            args,
            env,
            cwd,
            user,
            hostname: HOSTNAME.to_owned(),
            program: program.to_string(),
        },
        programs: translated.collect::<BTreeMap<_, _>>(),
        refused: refused.collect(),
        memory: MEMORY,
    };
    let failed = |error| PackError::File { path: site::SITE.into(), source: io::Error::other(error) };
    let mut text = serde_json::to_vec_pretty(&site).map_err(failed)?;
    text.push(b'\n');
    Ok(text)
}
