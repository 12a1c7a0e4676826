//! A directory of this machine as a tree of files.
//!
//! Symbolic links are kept as links and never followed. Must never know images.

use std::collections::HashMap;
use std::fs::{self, Metadata};
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::PackError;
use super::store::Store;
use super::tree::{Attributes, Kind, Tree};
use super::unpack::{Budget, Counted};

/// Puts all that is in a directory into a tree.
///
/// # Errors
/// [`PackError::File`] for what cannot be read, [`PackError::Tree`].
pub fn read(root: &Path, tree: &mut Tree, store: &mut Store, budget: &Budget) -> Result<(), PackError> {
    let mut seen: HashMap<(u64, u64), Vec<u8>> = HashMap::new();
    let mut left: Vec<PathBuf> = vec![PathBuf::new()];
    while let Some(path) = left.pop() {
        let full = if path.as_os_str().is_empty() { root.to_owned() } else { root.join(&path) };
        let failed = |source| PackError::File { path: full.clone(), source };
        let into = |source| PackError::Tree { path: root.to_owned(), source };
        // The root itself may be reached by a link.
        let metadata = match path.as_os_str().is_empty() {
            true => fs::metadata(&full),
            false => fs::symlink_metadata(&full),
        };
        let metadata = metadata.map_err(failed)?;
        let name = path.as_os_str().as_bytes();
        let kind = metadata.file_type();
        if kind.is_dir() {
            tree.add(name, Kind::Directory, attributes(&metadata)).map_err(into)?;
            if matches!(name, b"dev" | b"proc" | b"sys") {
                // What is in there is left out, and may be without end.
                continue;
            }
            let inside = fs::read_dir(&full).map_err(failed)?;
            let mut inside = inside
                .map(|entry| Ok(path.join(entry?.file_name())))
                .collect::<std::io::Result<Vec<_>>>()
                .map_err(failed)?;
            inside.sort_unstable();
            left.extend(inside.into_iter().rev());
        } else if kind.is_symlink() {
            let target = fs::read_link(&full).map_err(failed)?.into_os_string().into_vec();
            tree.add(name, Kind::Symlink(target), attributes(&metadata)).map_err(into)?;
        } else if kind.is_file() {
            let key = (metadata.dev(), metadata.ino());
            if metadata.nlink() > 1 {
                if let Some(first) = seen.get(&key) {
                    tree.link(name, first).map_err(into)?;
                    continue;
                }
                seen.insert(key, name.to_vec());
            }
            let file = fs::File::open(&full).map_err(failed)?;
            let (content, size) = store.keep(Counted::new(file, budget)).map_err(failed)?;
            tree.add(name, Kind::File { size, content }, attributes(&metadata)).map_err(into)?;
        } else {
            // A device, a fifo or a socket.
            tree.leave_out(name).map_err(into)?;
        }
    }
    Ok(())
}

fn attributes(metadata: &Metadata) -> Attributes {
    Attributes {
        mode: metadata.mode() & 0o7777,
        owner: (metadata.uid(), metadata.gid()),
        modified: metadata.mtime(),
    }
}
