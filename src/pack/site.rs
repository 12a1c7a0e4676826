//! The folder that a site is: its description, the parts that run it, and how it takes the
//! place of another without ever being half there.
//!
//! `docs/site.md` says what is where. Must never know how its parts are made.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use flate2::write::GzEncoder;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::PackError;

/// The version of the format.
pub const VERSION: u32 = 1;

/// The description.
pub const SITE: &str = "site.json";

/// The list of files.
pub const FILES: &str = "files.bin";

/// The folder of what files hold.
pub const CONTENT: &str = "content";

/// The folder of modules.
pub const MODULES: &str = "modules";

/// The folder of what runs them.
pub const PARTS: &str = "rv2wat";

/// The parts that lie in the site's own folder.
const PAGES: [&str; 2] = ["index.html", "run.mjs"];

/// What else a folder of parts has to have.
const ENGINES: [&str; 2] = ["rv2wat_web.wasm", "rv2wat_translator.wasm"];

/// What a site says of itself.
#[derive(Debug, Serialize)]
pub struct Site {
    /// [`VERSION`].
    pub version: u32,
    /// The name of the list of files.
    pub files: String,
    /// What is started.
    pub entry: SiteEntry,
    /// The translated programs by the SHA-256 of their files.
    pub programs: BTreeMap<String, SiteProgram>,
    /// What was not translated.
    pub refused: Vec<SiteRefused>,
    /// How much memory a program may have, in bytes.
    pub memory: u64,
}

/// What is started.
#[derive(Debug, Serialize)]
pub struct SiteEntry {
    /// Its words.
    pub args: Vec<String>,
    /// Its environment.
    pub env: Vec<String>,
    /// Where it starts.
    pub cwd: String,
    /// User and group.
    pub user: (u32, u32),
    /// What the machine is called.
    pub hostname: String,
    /// The program among those of the site.
    pub program: String,
}

/// A translated program.
#[derive(Debug, Serialize)]
pub struct SiteProgram {
    /// Where it is in the tree.
    pub path: String,
    /// Its module.
    pub module: String,
    /// The one for engines without relaxed SIMD, if that is another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub portable: Option<String>,
    /// The size of the module.
    pub size: u64,
}

/// A program that was not translated.
#[derive(Debug, Serialize)]
pub struct SiteRefused {
    /// Where it is.
    pub path: String,
    /// Why not.
    pub why: String,
}

/// The part of a description that tells whether it is one.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// Whether a folder is a site that this version has made or could have made.
///
/// # Errors
/// [`PackError::NoSite`] that says what it is instead.
pub fn check(dir: &Path) -> Result<(), PackError> {
    let no = |why: String| PackError::NoSite { path: dir.to_owned(), why };
    let bytes = match fs::read(dir.join(SITE)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(no(format!("it has no {SITE}"))),
        Err(source) => return Err(PackError::File { path: dir.join(SITE), source }),
    };
    match serde_json::from_slice::<Version>(&bytes) {
        Ok(Version { version: VERSION }) => Ok(()),
        Ok(Version { version }) => Err(no(format!("its version is {version}, not {VERSION}"))),
        Err(error) => Err(no(format!("{SITE} is damaged: {error}"))),
    }
}

/// The folder of parts: the one given, or the first of those where it may be.
///
/// # Errors
/// [`PackError::NoParts`] if there is none.
pub fn parts(given: Option<&Path>) -> Result<PathBuf, PackError> {
    let lacks = |dir: &Path| PAGES.iter().chain(&ENGINES).find(|name| !dir.join(name).is_file()).copied();
    if let Some(dir) = given {
        return match lacks(dir) {
            None => Ok(dir.to_owned()),
            Some(name) => Err(PackError::NoParts(format!("{} has no {name}", dir.display()))),
        };
    }
    let beside = std::env::current_exe().ok().and_then(|exe| Some(exe.parent()?.join("web")));
    let cache = std::env::var_os("RV2WAT_CACHE").map(PathBuf::from);
    let cache = cache.or_else(|| Some(std::env::home_dir()?.join(".cache").join("rv2wat")));
    let places: Vec<PathBuf> = beside.into_iter().chain(cache.map(|cache| cache.join("web"))).collect();
    places.iter().find(|dir| lacks(dir).is_none()).cloned().ok_or_else(|| {
        let places: Vec<String> = places.iter().map(|dir| dir.display().to_string()).collect();
        PackError::NoParts(format!("it is not in {}", places.join(" or ")))
    })
}

/// Makes a file readable for everybody: temporary ones are made for their owner alone.
///
/// # Errors
/// What the file system says.
pub fn open_to_all(path: &Path, mode: u32) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

/// A site that is being made, in a folder beside its place. It goes if it is not finished.
pub struct Building {
    dir: tempfile::TempDir,
    place: PathBuf,
}

impl Building {
    /// Begins a site that is to be at `place`.
    ///
    /// # Errors
    /// [`PackError::NoSite`] if something else is there.
    pub fn begin(place: &Path) -> Result<Building, PackError> {
        let failed = |source| PackError::File { path: place.to_owned(), source };
        let place = match fs::canonicalize(place) {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => place.to_owned(),
            Err(source) => return Err(failed(source)),
        };
        free(&place)?;
        let parent = match place.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        fs::create_dir_all(parent).map_err(failed)?;
        let dir = tempfile::Builder::new().prefix(".rv2wat-pack-").tempdir_in(parent).map_err(failed)?;
        let building = Building { dir, place };
        for name in [CONTENT, MODULES, PARTS] {
            let path = building.path(name);
            fs::create_dir(&path).map_err(|source| PackError::File { path, source })?;
        }
        Ok(building)
    }

    /// A path in the site.
    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// Where all of it is made.
    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Writes a file.
    ///
    /// # Errors
    /// [`PackError::File`].
    pub fn write(&self, name: &str, bytes: &[u8]) -> Result<(), PackError> {
        let path = self.path(name);
        fs::write(&path, bytes).map_err(|source| PackError::File { path, source })
    }

    /// Copies the parts that run the site.
    ///
    /// # Errors
    /// [`PackError::File`].
    pub fn copy_parts(&self, parts: &Path) -> Result<(), PackError> {
        let mut left = vec![PathBuf::new()];
        while let Some(inner) = left.pop() {
            let from = parts.join(&inner);
            let failed = |source| PackError::File { path: from.clone(), source };
            for entry in fs::read_dir(&from).map_err(failed)? {
                let inner = inner.join(entry.map_err(failed)?.file_name());
                let from = parts.join(&inner);
                let failed = |source| PackError::File { path: from.clone(), source };
                let page = inner.to_str().is_some_and(|name| PAGES.contains(&name));
                let to = if page { self.dir().join(&inner) } else { self.path(PARTS).join(&inner) };
                if fs::metadata(&from).map_err(failed)?.is_dir() {
                    fs::create_dir(&to).map_err(failed)?;
                    left.push(inner);
                } else {
                    fs::copy(&from, &to).and_then(|_| open_to_all(&to, 0o644)).map_err(failed)?;
                }
            }
        }
        Ok(())
    }

    /// Puts a smaller copy, packed by gzip, beside each file of which there is one.
    ///
    /// # Errors
    /// [`PackError::File`].
    pub fn precompress(&self) -> Result<(), PackError> {
        let mut files = Vec::new();
        let mut left = vec![self.dir().to_owned()];
        while let Some(dir) = left.pop() {
            let failed = |source| PackError::File { path: dir.clone(), source };
            for entry in fs::read_dir(&dir).map_err(failed)? {
                let entry = entry.map_err(failed)?;
                let into = if entry.file_type().map_err(failed)?.is_dir() { &mut left } else { &mut files };
                into.push(entry.path());
            }
        }
        files.par_iter().with_max_len(1).try_for_each(|path| {
            packed_beside(path).map_err(|source| PackError::File { path: path.clone(), source })
        })
    }

    /// Puts the site in its place.
    ///
    /// # Errors
    /// [`PackError::NoSite`] if something else has come there, [`PackError::File`].
    pub fn finish(self) -> Result<(), PackError> {
        let failed = |source| PackError::File { path: self.place.clone(), source };
        open_to_all(self.dir.path(), 0o755).map_err(failed)?;
        free(&self.place)?;
        let parent = self.dir.path().parent().unwrap_or(Path::new("."));
        let before = tempfile::Builder::new().prefix(".rv2wat-old-").tempdir_in(parent).map_err(failed)?;
        let old = before.path().join("site");
        let moved = match fs::rename(&self.place, &old) {
            Ok(()) => true,
            Err(error) if error.kind() == io::ErrorKind::NotFound => false,
            Err(source) => return Err(failed(source)),
        };
        if let Err(source) = fs::rename(self.dir.path(), &self.place) {
            if moved && fs::rename(&old, &self.place).is_err() {
                // Better a folder under a strange name than none.
                let kept = before.keep();
                return Err(PackError::File { path: kept.join("site"), source });
            }
            return Err(failed(source));
        }
        // It is where it belongs, and no longer to be removed.
        let _ = self.dir.keep();
        before.close().map_err(|source| PackError::File { path: old, source })
    }
}

/// Whether a site may be put here: nothing is here, or nothing in it, or a site.
fn free(place: &Path) -> Result<(), PackError> {
    match fs::read_dir(place) {
        Ok(mut inside) => match inside.next() {
            None => Ok(()),
            Some(_) => check(place),
        },
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(source) => Err(PackError::File { path: place.to_owned(), source }),
    }
}

/// Packs a file if it is worth it: a tenth smaller at least, and more than a packet long.
fn packed_beside(path: &Path) -> io::Result<()> {
    let length = fs::metadata(path)?.len();
    if length < 1400 {
        return Ok(());
    }
    let to = PathBuf::from(format!("{}.gz", path.display()));
    let mut encoder = GzEncoder::new(io::BufWriter::new(fs::File::create(&to)?), flate2::Compression::best());
    io::copy(&mut fs::File::open(path)?, &mut encoder)?;
    encoder.finish()?.flush()?;
    match fs::metadata(&to)?.len() > length / 10 * 9 {
        true => fs::remove_file(&to),
        false => Ok(()),
    }
}
