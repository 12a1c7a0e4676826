//! Keeps what took long to make from one run to the next: one file for each thing,
//! in a directory of the user's.
//!
//! A thing is found by a [`Key`], a hash of all that it was made from. Files are
//! written whole or not at all, so runs that share the directory see whole ones, and
//! one that is killed leaves a temporary file at most, which a later one takes away.
//! What is read is compared with its hash: a file that is damaged goes, and the
//! reader is told. When there is too much, what has not been used for longest goes.
//!
//! Whoever can write to the directory can change what runs, so one that others can
//! write to is refused.
//!
//! Knows files and hashes. Must never know what is kept.

use std::fs::{self, File};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use sha2::{Digest as _, Sha256};

/// How much is kept, bytes, if nobody says otherwise.
pub const LIMIT: u64 = 1 << 30;

/// The end of the names of our files; others are left alone.
const SUFFIX: &str = ".rv2wat";

/// The beginning of the names of files that are being written.
const UNFINISHED: &str = ".new-";

/// How old a file that is being written must be to have been left behind.
const ABANDONED: Duration = Duration::from_hours(1);

/// What each file begins with; the last byte changes whenever the format does.
const MAGIC: [u8; 8] = *b"rv2wat\0\x01";

/// The magic, the hash of the rest, the length of the label.
const HEADER: usize = MAGIC.len() + 32 + 2;

/// Why something could not be kept or found.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// The file system says no.
    #[error("{path}: {source}")]
    File {
        /// The file or directory.
        path: PathBuf,
        /// Why not.
        source: std::io::Error,
    },
    /// Others can write to the directory.
    #[error("{0}: others can write there; a cache must be its owner's alone (chmod go-w)")]
    Shared(PathBuf),
    /// The file's content is not what was written; it has been removed.
    #[error("{0}: damaged, and removed")]
    Damaged(PathBuf),
}

/// What something was made from, as a hash (SHA-256).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Key([u8; 32]);

impl Key {
    /// The key of what was made from these parts, in this order.
    pub fn of(parts: &[&[u8]]) -> Key {
        let mut hash = Sha256::new();
        for part in parts {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        Key(hash.finalize().into())
    }
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// One thing in a cache.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its file.
    pub path: PathBuf,
    /// What it is, for people; empty if the file is damaged.
    pub label: String,
    /// The file's length, bytes.
    pub bytes: u64,
    /// When it was last used.
    pub used: SystemTime,
}

/// A directory with things to find again.
#[derive(Clone, Debug)]
pub struct Cache {
    dir: PathBuf,
    limit: u64,
}

impl Cache {
    /// Where the user's cache is; `None` where the user has no home.
    pub fn of_the_user() -> Option<PathBuf> {
        // The XDG base directory specification: what is not absolute counts as not set.
        let given = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let cache = given.or_else(|| Some(std::env::home_dir()?.join(".cache")))?;
        Some(cache.join("rv2wat").join("programs"))
    }

    /// The cache in a directory, which is made if there is none.
    ///
    /// # Errors
    /// [`CacheError::File`], [`CacheError::Shared`].
    pub fn open(dir: &Path, limit: u64) -> Result<Cache, CacheError> {
        let failed = |source| CacheError::File { path: dir.to_owned(), source };
        fs::DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(failed)?;
        let metadata = fs::metadata(dir).map_err(failed)?;
        // Files that we make are ours.
        let ours = tempfile::tempfile_in(dir).and_then(|file| file.metadata()).map_err(failed)?.uid();
        if metadata.mode() & 0o022 != 0 || ![0, ours].contains(&metadata.uid()) {
            return Err(CacheError::Shared(dir.to_owned()));
        }
        Ok(Cache { dir: dir.to_owned(), limit })
    }

    fn path(&self, key: Key) -> PathBuf {
        self.dir.join(format!("{key}{SUFFIX}"))
    }

    /// What was kept under this key, if anything was; it counts as used now.
    ///
    /// # Errors
    /// [`CacheError::Damaged`] if the file is not as it was written: it is gone then.
    /// [`CacheError::File`] if it cannot be read.
    pub fn get(&self, key: Key) -> Result<Option<Vec<u8>>, CacheError> {
        let path = self.path(key);
        let mut bytes = Vec::new();
        let read = File::open(&path).and_then(|mut file| {
            file.read_to_end(&mut bytes)?;
            Ok(file)
        });
        let file = match read {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(source) => return Err(CacheError::File { path, source }),
        };
        let Some(start) = content(&bytes) else {
            // Somebody else may have noticed as well.
            let _ = fs::remove_file(&path);
            return Err(CacheError::Damaged(path));
        };
        // Only the order in which things go depends on it.
        let _ = file.set_modified(SystemTime::now());
        bytes.drain(..start);
        Ok(Some(bytes))
    }

    /// Keeps something under a key, with a label for people, and makes room for it.
    ///
    /// # Errors
    /// [`CacheError::File`]; what was kept under the key before is there still.
    pub fn put(&self, key: Key, label: &str, content: &[u8]) -> Result<(), CacheError> {
        let path = self.path(key);
        let failed = |source| CacheError::File { path: path.clone(), source };
        // The longest prefix that the length can tell.
        let label = &label[..label.floor_char_boundary(usize::from(u16::MAX))];
        let mut file = tempfile::Builder::new().prefix(UNFINISHED).tempfile_in(&self.dir).map_err(failed)?;
        let length = u16::try_from(label.len()).unwrap_or(u16::MAX).to_le_bytes();
        let parts = [&length[..], label.as_bytes(), content];
        let mut hash = Sha256::new();
        parts.iter().for_each(|part| hash.update(part));
        let hash: [u8; 32] = hash.finalize().into();
        for part in [&MAGIC[..], &hash].into_iter().chain(parts) {
            file.write_all(part).map_err(failed)?;
        }
        file.persist(&path).map_err(|error| failed(error.error))?;
        self.make_room(&path)
    }

    /// All that is kept, the most recently used first.
    ///
    /// # Errors
    /// [`CacheError::File`] if the directory cannot be read.
    pub fn list(&self) -> Result<Vec<Item>, CacheError> {
        let mut items = self.files()?;
        for item in &mut items {
            item.label = label(&item.path).unwrap_or_default();
        }
        Ok(items)
    }

    /// Removes all that is kept; how many things, and how many bytes.
    ///
    /// # Errors
    /// [`CacheError::File`] if the directory cannot be read, or a file not removed.
    pub fn clear(&self) -> Result<(usize, u64), CacheError> {
        let items = self.files()?;
        for item in &items {
            remove(&item.path)?;
        }
        self.sweep(Duration::ZERO)?;
        Ok((items.len(), items.iter().map(|item| item.bytes).sum()))
    }

    /// The files, the most recently used first, without labels.
    fn files(&self) -> Result<Vec<Item>, CacheError> {
        let mut items: Vec<Item> = self
            .entries()?
            .filter(|(name, _)| name.ends_with(SUFFIX))
            .filter_map(|(name, metadata)| {
                let (path, used) = (self.dir.join(name), metadata.modified().ok()?);
                Some(Item { path, label: String::new(), bytes: metadata.len(), used })
            })
            .collect();
        items.sort_by(|a, b| b.used.cmp(&a.used).then_with(|| a.path.cmp(&b.path)));
        Ok(items)
    }

    /// The plain files of the directory. What goes while they are listed is left out.
    fn entries(&self) -> Result<impl Iterator<Item = (String, fs::Metadata)>, CacheError> {
        let entries =
            fs::read_dir(&self.dir).map_err(|source| CacheError::File { path: self.dir.clone(), source })?;
        Ok(entries.filter_map(|entry| {
            let entry = entry.ok()?;
            let metadata = entry.metadata().ok().filter(fs::Metadata::is_file)?;
            Some((entry.file_name().into_string().ok()?, metadata))
        }))
    }

    /// Removes what has not been used for longest until the rest is within the limit;
    /// `newest` stays.
    fn make_room(&self, newest: &Path) -> Result<(), CacheError> {
        let mut total = 0;
        let mut items = self.files()?;
        // The file system's clock may be behind ours, by which others were used.
        items.sort_by_key(|item| item.path != newest);
        for item in items {
            total += item.bytes;
            if total > self.limit && item.path != newest {
                remove(&item.path)?;
            }
        }
        self.sweep(ABANDONED)
    }

    /// Removes what runs have left half-written, if it is older than this.
    fn sweep(&self, age: Duration) -> Result<(), CacheError> {
        let now = SystemTime::now();
        for (name, metadata) in self.entries()?.filter(|(name, _)| name.starts_with(UNFINISHED)) {
            let written = metadata.modified().unwrap_or(now);
            if now.duration_since(written).unwrap_or_default() >= age {
                remove(&self.dir.join(name))?;
            }
        }
        Ok(())
    }
}

/// Removes a file, unless another run has.
fn remove(path: &Path) -> Result<(), CacheError> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        other => other.map_err(|source| CacheError::File { path: path.to_owned(), source }),
    }
}

/// Where the content of a file starts, if the file is as it was written.
fn content(file: &[u8]) -> Option<usize> {
    let (magic, rest) = file.split_first_chunk::<8>()?;
    let (hash, rest) = rest.split_first_chunk::<32>()?;
    if *magic != MAGIC || <[u8; 32]>::from(Sha256::digest(rest)) != *hash {
        return None;
    }
    let length = usize::from(u16::from_le_bytes(*rest.first_chunk()?));
    let start = HEADER + length;
    (start <= file.len()).then_some(start)
}

/// The label of a file.
fn label(path: &Path) -> Option<String> {
    let mut file = File::open(path).ok()?;
    let mut header = [0; HEADER];
    file.read_exact(&mut header).ok()?;
    let length = u16::from_le_bytes(*header.last_chunk()?);
    let mut text = String::new();
    file.take(length.into()).read_to_string(&mut text).ok()?;
    header.starts_with(&MAGIC).then_some(text)
}

#[cfg(test)]
mod tests;
