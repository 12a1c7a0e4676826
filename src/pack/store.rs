//! What files hold, each content once, in a folder, by its SHA-256.
//!
//! Content is streamed: no file is in memory as a whole. Must never know paths of the tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read, Write as _};
use std::path::{Path, PathBuf};

use rv2wat_host::ContentId;
use sha2::{Digest as _, Sha256};

/// What is read at once; smaller content needs no temporary file.
const CHUNK: usize = 1 << 16;

/// Where the type and the machine of an ELF file end.
const ELF_HEAD: usize = 20;

/// What is known of a content.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Its length.
    pub size: u64,
    /// Whether it begins as a program or a library for 64-bit RISC-V does.
    pub is_program: bool,
}

/// A folder of contents.
pub struct Store {
    dir: PathBuf,
    known: BTreeMap<ContentId, Known>,
}

impl Store {
    /// A store in a folder that is there, empty.
    pub fn new(dir: &Path) -> Store {
        Store { dir: dir.to_owned(), known: BTreeMap::new() }
    }

    /// Keeps what a stream gives.
    ///
    /// # Errors
    /// Those of the stream and of writing.
    pub fn keep(&mut self, mut stream: impl Read) -> io::Result<(ContentId, u64)> {
        let mut chunk = Vec::with_capacity(CHUNK);
        let mut next = |chunk: &mut Vec<u8>| {
            chunk.clear();
            stream.by_ref().take(CHUNK as u64).read_to_end(chunk)
        };
        let mut size = next(&mut chunk)? as u64;
        let is_program = is_program(&chunk);
        let mut hash = Sha256::new();
        hash.update(&chunk);
        if chunk.len() < CHUNK {
            let id = ContentId(hash.finalize().into());
            if !self.known.contains_key(&id) {
                fs::write(self.path(id), &chunk)?;
                self.known.insert(id, Known { size, is_program });
            }
            return Ok((id, size));
        }
        let mut file = tempfile::NamedTempFile::new_in(&self.dir)?;
        while !chunk.is_empty() {
            file.write_all(&chunk)?;
            size += next(&mut chunk)? as u64;
            hash.update(&chunk);
        }
        let id = ContentId(hash.finalize().into());
        if !self.known.contains_key(&id) {
            super::site::open_to_all(file.path(), 0o644)?;
            file.persist(self.path(id)).map_err(|error| error.error)?;
            self.known.insert(id, Known { size, is_program });
        }
        Ok((id, size))
    }

    /// What is known of a content; nothing if it is not here.
    pub fn known(&self, id: ContentId) -> Option<Known> {
        self.known.get(&id).copied()
    }

    /// The file that holds a content.
    pub fn path(&self, id: ContentId) -> PathBuf {
        self.dir.join(id.to_string())
    }

    /// The first bytes of a content.
    ///
    /// # Errors
    /// Those of reading.
    pub fn start(&self, id: ContentId, length: u64) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        File::open(self.path(id))?.take(length).read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    /// Removes what is not used.
    ///
    /// # Errors
    /// Those of removing.
    pub fn retain(&mut self, used: &BTreeSet<ContentId>) -> io::Result<()> {
        let unused: Vec<ContentId> = self.known.keys().filter(|id| !used.contains(id)).copied().collect();
        for id in unused {
            fs::remove_file(self.path(id))?;
            self.known.remove(&id);
        }
        Ok(())
    }

    /// How many bytes the contents have.
    pub fn bytes(&self) -> u64 {
        self.known.values().map(|known| known.size).sum()
    }
}

/// Whether this is the start of an ELF file of 64 bits, an executable or a shared object,
/// for RISC-V.
fn is_program(start: &[u8]) -> bool {
    let Some(head) = start.first_chunk::<ELF_HEAD>() else { return false };
    head.starts_with(b"\x7fELF\x02\x01") && matches!(head[16..18], [2 | 3, 0]) && head[18..20] == [243, 0]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contents_are_kept_once_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let mut store = Store::new(dir.path());
        let large: Vec<u8> = (0..3 * CHUNK + 1).map(|at| (at / 7) as u8).collect();
        let mut ids = BTreeSet::new();
        for bytes in [&b""[..], b"small", &large, &large[..CHUNK], b"small", &large] {
            let (id, size) = store.keep(bytes).unwrap();
            assert_eq!(size, bytes.len() as u64);
            assert_eq!(id.0, <[u8; 32]>::from(Sha256::digest(bytes)));
            assert_eq!(fs::read(store.path(id)).unwrap(), bytes);
            ids.insert(id);
        }
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 4);
        let last = *ids.last().unwrap();
        store.retain(&BTreeSet::from([last])).unwrap();
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
        assert!(store.path(last).exists());
    }
}
