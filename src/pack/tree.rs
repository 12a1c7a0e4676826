//! The tree of files that is packed, in memory: layer upon layer, as images have them.
//!
//! Names come from archives and may be hostile: a path leads nowhere but into the tree,
//! whatever symbolic links it goes through, and what the tree takes in memory is bounded.
//! Must never know where entries come from, or what files hold.

use std::collections::{BTreeMap, HashSet};

use rv2wat_host::{ContentId, File, Files, FilesError, Kind as Listed};

/// How many symbolic links one path may lead through, as in Linux.
const LINKS: usize = 40;

/// The longest path and the longest name, as in Linux.
const PATH_MAX: usize = 4095;
const NAME_MAX: usize = 255;

/// How many bytes of paths and bookkeeping a tree may take; a list of it takes as much
/// again. It is enough for a million files.
const MEMORY: usize = 1 << 28;

/// What each entry takes besides its path, roughly.
const ENTRY: usize = 160;

/// Where the programs' world has files of its own.
const OWN: [&[u8]; 3] = [b"dev", b"proc", b"sys"];

/// What takes a name away, in images.
const WHITEOUT: &[u8] = b".wh.";

/// Says that a directory has nothing of the layers below.
const OPAQUE: &[u8] = b".wh..wh..opq";

/// Why an entry cannot be in a tree.
#[derive(Debug, thiserror::Error)]
#[error("{path:?}: {why}")]
pub struct TreeError {
    path: String,
    why: &'static str,
}

/// How much of a path a message shows.
const SHOWN: usize = 200;

fn wrong(path: &[u8], why: &'static str) -> TreeError {
    let shown = String::from_utf8_lossy(&path[..path.len().min(SHOWN)]);
    TreeError { path: if path.len() > SHOWN { format!("{shown}…") } else { shown.into_owned() }, why }
}

/// What is known of a file besides its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attributes {
    /// Permission bits.
    pub mode: u32,
    /// User and group.
    pub owner: (u32, u32),
    /// Seconds since 1970.
    pub modified: i64,
}

impl Attributes {
    /// Those of a directory that nobody has described.
    pub const DIRECTORY: Attributes = Attributes { mode: 0o755, owner: (0, 0), modified: 0 };

    /// Those of a program that nobody has described.
    pub const PROGRAM: Attributes = Attributes { mode: 0o755, owner: (0, 0), modified: 0 };
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A directory.
    Directory,
    /// A regular file.
    File {
        /// Its length.
        size: u64,
        /// What it holds.
        content: ContentId,
    },
    /// A symbolic link.
    Symlink(Vec<u8>),
}

struct Node {
    /// Its place among the files: names of the same file have the same.
    file: usize,
    /// The layer that has named it last.
    layer: u32,
}

/// What was left out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// Devices, fifos and sockets.
    pub special: u64,
    /// What lay under `dev`, `proc` and `sys`.
    pub own: u64,
}

/// A tree of files.
pub struct Tree {
    nodes: BTreeMap<Vec<u8>, Node>,
    files: Vec<(Kind, Attributes)>,
    root: Attributes,
    layer: u32,
    /// Whether names that begin with `.wh.` take others away.
    whiteouts: bool,
    /// What has taken names away in this layer, so that it does so once.
    hidden: HashSet<Vec<u8>>,
    memory: usize,
    /// Names that were left out: links to them are, too.
    absent: HashSet<Vec<u8>>,
    left_out: LeftOut,
}

impl Default for Tree {
    fn default() -> Tree {
        Tree {
            nodes: BTreeMap::new(),
            files: Vec::new(),
            root: Attributes::DIRECTORY,
            layer: 0,
            whiteouts: false,
            hidden: HashSet::new(),
            memory: 0,
            absent: HashSet::new(),
            left_out: LeftOut::default(),
        }
    }
}

impl Tree {
    /// Begins the next layer of an image.
    pub fn next_layer(&mut self) {
        self.layer += 1;
        self.whiteouts = true;
        self.hidden.clear();
    }

    /// No further layers: names that begin with `.wh.` are names again.
    pub fn end_layers(&mut self) {
        self.next_layer();
        self.whiteouts = false;
    }

    /// What was left out so far.
    pub fn left_out(&self) -> LeftOut {
        self.left_out
    }

    /// Whether an archive's entry of this name takes others away; if so, it has.
    ///
    /// # Errors
    /// [`TreeError`] for a path that cannot be.
    pub fn whiteout(&mut self, path: &[u8]) -> Result<bool, TreeError> {
        let names = names(path)?;
        let Some((last, above)) = names.split_last().filter(|_| self.whiteouts) else { return Ok(false) };
        let Some(name) = last.strip_prefix(WHITEOUT) else { return Ok(false) };
        let Some(directory) = self.directory(path, above, false)? else { return Ok(true) };
        self.remember(path)?;
        if *last == OPAQUE {
            self.hide(&directory, false);
        } else if !name.starts_with(WHITEOUT) {
            // Other names that begin twice so are AUFS's own.
            self.hide(&join(&directory, name), true);
        }
        Ok(true)
    }

    /// Takes away what layers below have put under a path, and the path itself if it is `named`.
    fn hide(&mut self, path: &[u8], named: bool) {
        if !self.hidden.insert(path.to_vec()) {
            return;
        }
        let layer = self.layer;
        let old = |node: &Node| node.layer < layer;
        let mut gone: Vec<Vec<u8>> =
            self.below(path).filter(|(_, node)| old(node)).map(|(path, _)| path.clone()).collect();
        if named && self.nodes.get(path).is_some_and(old) {
            gone.push(path.to_vec());
        }
        // Longest first: a directory in which this layer has something stays.
        gone.sort_unstable_by_key(|path| std::cmp::Reverse(path.len()));
        for path in gone {
            if self.below(&path).next().is_none() {
                self.nodes.remove(&path);
            }
        }
    }

    /// What lies under a path, at any depth.
    fn below(&self, path: &[u8]) -> impl Iterator<Item = (&Vec<u8>, &Node)> {
        let (from, to) = match path {
            [] => (Vec::new(), vec![0xff]),
            _ => ([path, b"/"].concat(), [path, b"0"].concat()),
        };
        // `0` follows `/`; no name but the root's is empty.
        let all = path.is_empty();
        let range = if all { self.nodes.range::<Vec<u8>, _>(..) } else { self.nodes.range(from..to) };
        range.filter(|(path, _)| !path.is_empty())
    }

    /// Adds a file, instead of what has its path; a directory keeps what is in it.
    ///
    /// # Errors
    /// [`TreeError`] for a path that cannot be, or a tree that is too large.
    pub fn add(&mut self, path: &[u8], kind: Kind, attributes: Attributes) -> Result<(), TreeError> {
        if names(path)?.is_empty() {
            if kind != Kind::Directory {
                return Err(wrong(path, "the root is a directory"));
            }
            self.root = attributes;
            return Ok(());
        }
        if let Some(at) = self.place(path)? {
            self.put(&at, kind, attributes)?;
        }
        Ok(())
    }

    /// Adds one more name of a file.
    ///
    /// # Errors
    /// [`TreeError`] if there is no such file, or for a path that cannot be.
    pub fn link(&mut self, path: &[u8], target: &[u8]) -> Result<(), TreeError> {
        let Some(at) = self.place(path)? else { return Ok(()) };
        let target_names = names(target)?;
        let nothing = || wrong(path, "it is a link to what is not there");
        let (last, above) = target_names.split_last().ok_or_else(nothing)?;
        let found = self.directory(target, above, false)?.map(|directory| join(&directory, last));
        let Some(found) = found.filter(|found| !self.absent.contains(found) && !is_own(found)) else {
            self.left_out.special += 1;
            self.absent.insert(at);
            return Ok(());
        };
        let node = self.nodes.get(&found).ok_or_else(nothing)?;
        let file = node.file;
        if self.files[file].0 == Kind::Directory {
            return Err(wrong(path, "it is a link to a directory"));
        }
        if at != found {
            self.remember(&at)?;
            self.remove(&at);
            self.nodes.insert(at, Node { file, layer: self.layer });
        }
        Ok(())
    }

    /// Leaves out a device, a fifo or a socket of this path.
    ///
    /// # Errors
    /// [`TreeError`] for a path that cannot be.
    pub fn leave_out(&mut self, path: &[u8]) -> Result<(), TreeError> {
        if let Some(at) = self.place(path)? {
            self.left_out.special += 1;
            self.remember(&at)?;
            self.remove(&at);
            self.absent.insert(at);
        }
        Ok(())
    }

    /// Makes a directory and those above it, if they are not there.
    ///
    /// # Errors
    /// [`TreeError`] if something else is there, or for a path that cannot be.
    pub fn make_directory(&mut self, path: &[u8]) -> Result<(), TreeError> {
        let names = names(path)?;
        self.directory(path, &names, true).map(drop)
    }

    fn put(&mut self, at: &[u8], kind: Kind, attributes: Attributes) -> Result<(), TreeError> {
        self.remember(at)?;
        self.absent.remove(at);
        let was = self.nodes.get(at).map(|node| self.files[node.file].0 == Kind::Directory);
        if was.is_some() && !(was == Some(true) && kind == Kind::Directory) {
            self.remove(at);
        }
        self.nodes.insert(at.to_vec(), Node { file: self.files.len(), layer: self.layer });
        self.files.push((kind, attributes));
        Ok(())
    }

    fn remove(&mut self, at: &[u8]) {
        if self.nodes.remove(at).is_some_and(|node| self.files[node.file].0 == Kind::Directory) {
            let inside: Vec<Vec<u8>> = self.below(at).map(|(path, _)| path.clone()).collect();
            for path in inside {
                self.nodes.remove(&path);
            }
        }
    }

    fn remember(&mut self, at: &[u8]) -> Result<(), TreeError> {
        self.memory += at.len() + ENTRY;
        match self.memory > MEMORY {
            true => Err(wrong(at, "there are too many files before it")),
            false => Ok(()),
        }
    }

    /// Where an entry of this path goes; nowhere if the programs' world has its own.
    fn place(&mut self, path: &[u8]) -> Result<Option<Vec<u8>>, TreeError> {
        let names = names(path)?;
        let (last, above) = names.split_last().ok_or_else(|| wrong(path, "the root is a directory"))?;
        let place = self.directory(path, above, true)?.map(|directory| join(&directory, last));
        let place = place.filter(|place| !is_own(place));
        if place.is_none() {
            self.left_out.own += 1;
        }
        match &place {
            Some(place) if place.len() > PATH_MAX => Err(wrong(path, "it is too long")),
            _ => Ok(place),
        }
    }

    /// The directory that names lead to, through symbolic links. What is not there is made,
    /// if it is to be; nothing for what the programs' world has its own of.
    fn directory(&mut self, path: &[u8], names: &[&[u8]], make: bool) -> Result<Option<Vec<u8>>, TreeError> {
        let mut left: Vec<Vec<u8>> = names.iter().rev().map(|name| name.to_vec()).collect();
        let mut at = Vec::new();
        let mut links = 0;
        while let Some(name) = left.pop() {
            if name == b".." {
                at.truncate(at.iter().rposition(|&byte| byte == b'/').unwrap_or(0));
                continue;
            }
            let above = at.len();
            at = join(&at, &name);
            if at.len() > PATH_MAX || name.len() > NAME_MAX {
                return Err(wrong(path, "it is too long"));
            }
            if is_own(&at) {
                return Ok(None);
            }
            match self.nodes.get(&at).map(|node| &self.files[node.file].0) {
                Some(Kind::Directory) => {}
                Some(Kind::File { .. }) => {
                    return Err(wrong(path, "a file stands where a directory should be"));
                }
                Some(Kind::Symlink(target)) => {
                    links += 1;
                    if links > LINKS {
                        return Err(wrong(path, "it leads through too many symbolic links"));
                    }
                    at.truncate(if target.starts_with(b"/") { 0 } else { above });
                    let target = target.split(|&byte| byte == b'/');
                    let target: Vec<&[u8]> = target.filter(|name| !matches!(name, [] | [b'.'])).collect();
                    left.extend(target.into_iter().rev().map(<[u8]>::to_vec));
                }
                None if make => self.put(&at.clone(), Kind::Directory, Attributes::DIRECTORY)?,
                None => {}
            }
        }
        Ok(Some(at))
    }

    /// The list of the files, in the order of their paths.
    ///
    /// # Errors
    /// [`FilesError`] if the tree is none that a list can hold.
    pub fn list(&self) -> Result<Files, FilesError> {
        let Attributes { mode, owner, modified } = self.root;
        let mut list = vec![File { path: Vec::new(), kind: Listed::Directory, mode, owner, modified }];
        let mut places: BTreeMap<usize, u32> = BTreeMap::new();
        for (path, node) in &self.nodes {
            let (kind, Attributes { mode, owner, modified }) = self.files[node.file].clone();
            let first = *places.entry(node.file).or_insert(list.len() as u32);
            let kind = match kind {
                _ if (first as usize) < list.len() => Listed::Same(first),
                Kind::Directory => Listed::Directory,
                Kind::File { size, content } => Listed::File { size, content },
                Kind::Symlink(target) => Listed::Symlink(target),
            };
            list.push(File { path: path.clone(), kind, mode, owner, modified });
        }
        Files::new(list)
    }
}

/// The names in a path.
fn names(path: &[u8]) -> Result<Vec<&[u8]>, TreeError> {
    let names: Vec<&[u8]> =
        path.split(|&byte| byte == b'/').filter(|name| !matches!(name, [] | [b'.'])).collect();
    let why = match () {
        () if path.contains(&0) => "a name cannot hold a zero byte",
        () if names.contains(&b"..".as_slice()) => "it leads upwards",
        () if names.iter().any(|name| name.len() > NAME_MAX) => "a name in it is too long",
        () => return Ok(names),
    };
    Err(wrong(path, why))
}

fn join(directory: &[u8], name: &[u8]) -> Vec<u8> {
    match directory {
        [] => name.to_vec(),
        _ => [directory, name].join(&b'/'),
    }
}

fn is_own(path: &[u8]) -> bool {
    path.split(|&byte| byte == b'/').next().is_some_and(|first| OWN.contains(&first))
}

#[cfg(test)]
mod tests;
