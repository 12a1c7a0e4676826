//! The files that a program sees, without their content: what a packed site says about
//! them (`docs/site.md`), in postcard's format.
//!
//! The list is as hostile as a program: reading one never panics, and allocates no more
//! than a multiple of its length. Must never know where content is kept or how it gets
//! here.

use std::collections::HashMap;
use std::fmt;

use rv2wat_linux::Errno;
use serde::{Deserialize, Serialize};

/// Changes whenever the format does.
const VERSION: u32 = 1;

/// How many symbolic links one path may lead through, as in Linux.
const LINKS: usize = 40;

/// The longest path, as in Linux.
const PATH_MAX: usize = 4095;

/// The longest name in a directory, as in Linux.
const NAME_MAX: usize = 255;

/// Why a list of files cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FilesError {
    /// The bytes are no list of ours.
    #[error("the list of files is damaged")]
    Damaged,
    /// The list was made by another version.
    #[error("the list of files has version {0}; this host reads version {VERSION}")]
    Version(u32),
    /// A path that leads out of the tree, or that no directory of the list holds.
    #[error("the list of files holds the path {0:?}, which cannot be")]
    Path(String),
}

/// What names a content: its SHA-256.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContentId(pub [u8; 32]);

impl fmt::Display for ContentId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// What a path stands for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A regular file.
    File {
        /// Its length in bytes.
        size: u64,
        /// What it holds.
        content: ContentId,
    },
    /// A symbolic link, and what it holds.
    Symlink(Vec<u8>),
    /// One more name of the file at this place in the list, which comes before.
    Same(u32),
}

/// A file of the tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct File {
    /// Its path below the root: components with `/` between, none at its ends. Empty for
    /// the root itself.
    pub path: Vec<u8>,
    /// What it is.
    pub kind: Kind,
    /// Permission bits, `0o7777` at most.
    pub mode: u32,
    /// Who owns it: user and group.
    pub owner: (u32, u32),
    /// When it was modified, seconds since 1970.
    pub modified: i64,
}

/// The files of a tree: each directory before what is in it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Files {
    files: Vec<File>,
    places: HashMap<Vec<u8>, usize>,
}

/// A file that a path leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<'a> {
    /// Its path, through no symbolic link.
    pub path: &'a [u8],
    /// Its place in the list.
    pub place: usize,
    /// The file, which is not one more name of another.
    pub file: &'a File,
}

impl Files {
    /// A tree of these files.
    ///
    /// # Errors
    /// [`FilesError::Path`] for a path that is no sequence of names, that comes twice, or
    /// whose directory does not come before it; [`FilesError::Damaged`] for a further name
    /// of what is no file before it.
    pub fn new(files: Vec<File>) -> Result<Files, FilesError> {
        let mut places = HashMap::with_capacity(files.len());
        for (place, file) in files.iter().enumerate() {
            let wrong = || FilesError::Path(String::from_utf8_lossy(&file.path).into_owned());
            let inside = parent(&file.path).is_none_or(|parent| {
                parent.is_empty()
                    || places.get(parent).is_some_and(|&at: &usize| files[at].kind == Kind::Directory)
            });
            if !is_path(&file.path) || !inside || places.insert(file.path.clone(), place).is_some() {
                return Err(wrong());
            }
            if file.path.is_empty() && file.kind != Kind::Directory {
                return Err(wrong());
            }
            if let Kind::Same(of) = file.kind {
                let same = files[..place].get(of as usize);
                if !same.is_some_and(|same| matches!(same.kind, Kind::File { .. } | Kind::Symlink(_))) {
                    return Err(FilesError::Damaged);
                }
            }
        }
        Ok(Files { files, places })
    }

    /// The files, in order.
    pub fn list(&self) -> &[File] {
        &self.files
    }

    /// The list as bytes.
    pub fn to_bytes(&self) -> Vec<u8> {
        postcard::to_stdvec(&(VERSION, &self.files))
            .expect("only types of unknown length have no postcard form")
    }

    /// Reads a list.
    ///
    /// # Errors
    /// [`FilesError::Damaged`], [`FilesError::Version`], and those of [`Files::new`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Files, FilesError> {
        let (version, rest) = postcard::take_from_bytes::<u32>(bytes).map_err(|_| FilesError::Damaged)?;
        if version != VERSION {
            return Err(FilesError::Version(version));
        }
        match postcard::take_from_bytes(rest) {
            Ok((files, [])) => Files::new(files),
            _ => Err(FilesError::Damaged),
        }
    }

    /// The file that a path leads to, through symbolic links; a relative path starts at the
    /// root.
    ///
    /// # Errors
    /// `ENOENT`, `ENOTDIR`, `ELOOP` and `ENAMETOOLONG`, as Linux has them.
    pub fn find(&self, path: &[u8]) -> Result<Found<'_>, Errno> {
        let mut left: Vec<Vec<u8>> = names(path);
        left.reverse();
        let mut at: Vec<u8> = Vec::new();
        let mut links = 0;
        while let Some(name) = left.pop() {
            if name == b".." {
                at.truncate(parent(&at).map_or(0, <[u8]>::len));
                continue;
            }
            if at.len() + name.len() >= PATH_MAX {
                return Err(Errno::ENAMETOOLONG);
            }
            let start = at.len();
            if start > 0 {
                at.push(b'/');
            }
            at.extend_from_slice(&name);
            let found = self.at(&at).ok_or(Errno::ENOENT)?;
            match &found.file.kind {
                Kind::Symlink(target) => {
                    links += 1;
                    if links > LINKS {
                        return Err(Errno::ELOOP);
                    }
                    at.truncate(if target.starts_with(b"/") { 0 } else { start });
                    left.extend(names(target).into_iter().rev());
                }
                Kind::Directory => {}
                Kind::File { .. } | Kind::Same(_) if left.is_empty() => {}
                Kind::File { .. } | Kind::Same(_) => return Err(Errno::ENOTDIR),
            }
        }
        self.at(&at).ok_or(Errno::ENOENT)
    }

    /// The file of this path, and what it is another name of instead.
    fn at(&self, path: &[u8]) -> Option<Found<'_>> {
        let named = self.files.get(*self.places.get(path)?)?;
        let place = match named.kind {
            Kind::Same(of) => of as usize,
            _ => *self.places.get(path)?,
        };
        Some(Found { path: &named.path, place, file: self.files.get(place)? })
    }

    /// The program that a word of a command line names: a path if there is a `/` in it, or
    /// else a file in one of the directories of `search`, which are separated by `:`, that
    /// somebody may execute.
    ///
    /// # Errors
    /// Those of [`Files::find`]; `EACCES` for what cannot be executed.
    pub fn program(&self, word: &[u8], search: &[u8]) -> Result<Found<'_>, Errno> {
        if word.contains(&b'/') {
            return executable(self.find(word)?);
        }
        let mut refused = Errno::ENOENT;
        for dir in search.split(|&byte| byte == b':').filter(|dir| !dir.is_empty() && !word.is_empty()) {
            let path = [dir, word].join(&b'/');
            match self.find(&path).and_then(executable) {
                Ok(found) => return Ok(found),
                Err(Errno::EACCES) => refused = Errno::EACCES,
                Err(_) => {}
            }
        }
        Err(refused)
    }
}

fn executable(found: Found<'_>) -> Result<Found<'_>, Errno> {
    match found.file.kind {
        Kind::File { .. } if found.file.mode & 0o111 != 0 => Ok(found),
        _ => Err(Errno::EACCES),
    }
}

/// The names in a path but those that change nothing.
fn names(path: &[u8]) -> Vec<Vec<u8>> {
    let names = path.split(|&byte| byte == b'/');
    names.filter(|name| !matches!(name, [] | [b'.'])).map(<[u8]>::to_vec).collect()
}

/// The directory of a path; none of the root.
fn parent(path: &[u8]) -> Option<&[u8]> {
    (!path.is_empty()).then(|| &path[..path.iter().rposition(|&byte| byte == b'/').unwrap_or(0)])
}

/// Whether this is the empty path, or a sequence of names.
fn is_path(path: &[u8]) -> bool {
    let name = |name: &[u8]| {
        !matches!(name, [] | [b'.'] | [b'.', b'.']) && name.len() <= NAME_MAX && !name.contains(&0)
    };
    path.is_empty() || path.len() <= PATH_MAX && path.split(|&byte| byte == b'/').all(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file(path: &str, kind: Kind) -> File {
        let mode = if kind == Kind::Directory { 0o755 } else { 0o644 };
        File { path: path.into(), kind, mode, owner: (0, 0), modified: 7 }
    }

    fn regular(path: &str, mode: u32) -> File {
        File { mode, ..file(path, Kind::File { size: 5, content: ContentId([path.len() as u8; 32]) }) }
    }

    fn tree() -> Files {
        let link = |path: &str, to: &str| file(path, Kind::Symlink(to.into()));
        Files::new(vec![
            file("usr", Kind::Directory),
            file("usr/bin", Kind::Directory),
            regular("usr/bin/box", 0o755),
            regular("usr/bin/notes", 0o644),
            file("usr/bin/same", Kind::Same(2)),
            link("bin", "usr/bin"),
            link("usr/bin/sh", "/bin/../bin/box"),
            link("loop", "loop"),
            link("up", "../../usr"),
        ])
        .unwrap()
    }

    #[test]
    fn a_list_survives() {
        let tree = tree();
        assert_eq!(Files::from_bytes(&tree.to_bytes()), Ok(tree));
    }

    #[test]
    fn paths_are_followed() {
        let tree = tree();
        for (path, place) in [
            ("/usr/bin/box", 2),
            ("bin/sh", 2),
            ("/bin/same", 2),
            ("/up/./bin//box", 2),
            ("/../usr/bin/../bin", 1),
        ] {
            assert_eq!(tree.find(path.as_bytes()).map(|found| found.place), Ok(place), "{path}");
        }
        assert_eq!(tree.find(b"/bin/sh").unwrap().path, b"usr/bin/box");
        for (path, errno) in
            [("/loop/x", Errno::ELOOP), ("/nothing", Errno::ENOENT), ("/bin/box/x", Errno::ENOTDIR)]
        {
            assert_eq!(tree.find(path.as_bytes()).unwrap_err(), errno, "{path}");
        }
    }

    #[test]
    fn programs_are_searched() {
        let tree = tree();
        assert_eq!(tree.program(b"sh", b"/sbin::/bin").unwrap().place, 2);
        assert_eq!(tree.program(b"notes", b"/bin").unwrap_err(), Errno::EACCES);
        assert_eq!(tree.program(b"", b"/bin").unwrap_err(), Errno::ENOENT);
        assert_eq!(tree.program(b"/usr/bin", b"/bin").unwrap_err(), Errno::EACCES);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let dir = || file("d", Kind::Directory);
        for bad in ["..", "/d", "d/", "d//x", "d/../x", "d/.", "nowhere/x", "d/\0", "d"] {
            let files = Files::new(vec![dir(), regular(bad, 0o644)]);
            assert_eq!(files, Err(FilesError::Path(bad.into())));
        }
        assert_eq!(
            Files::new(vec![regular("f", 0o644), regular("f/x", 0o644)]),
            Err(FilesError::Path("f/x".into()))
        );
        assert_eq!(Files::new(vec![regular("", 0o644)]), Err(FilesError::Path(String::new())));
        for of in [0, 1, 2, u32::MAX] {
            assert_eq!(Files::new(vec![dir(), file("x", Kind::Same(of))]), Err(FilesError::Damaged));
        }
    }

    #[test]
    fn damaged_bytes_are_refused() {
        let bytes = tree().to_bytes();
        for cut in 0..bytes.len() {
            assert!(Files::from_bytes(&bytes[..cut]).is_err(), "{cut}");
        }
        assert_eq!(Files::from_bytes(&[9]), Err(FilesError::Version(9)));
        // A list that claims to be of any length.
        assert_eq!(Files::from_bytes(&[1, 0xff, 0xff, 0xff, 0xff, 0x0f]), Err(FilesError::Damaged));
    }
}
