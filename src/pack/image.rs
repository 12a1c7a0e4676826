//! Images of containers: which image of an archive or a directory is meant, of which
//! layers it is, and what it says of the program that it is for.
//!
//! Knows the image layout of the OCI and what `docker save` writes. Must never know how
//! layers are put into a tree.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Read, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use sha2::{Digest as _, Sha256};

use super::PackError;
use super::archive;

/// The largest description of an image that is read, in bytes.
const JSON_MAX: u64 = 16 << 20;

/// How many indexes may lie within each other, and links lead to each other.
const NESTED: usize = 8;

/// How many files an archive may have, and how long a name of an image's part is.
const NAMES_MAX: usize = 1 << 20;
const NAME_MAX: usize = 256;

/// What is translated.
const PLATFORM: (&str, &str) = ("linux", "riscv64");

/// What an image says of its program.
#[derive(Clone, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "PascalCase", default)]
pub struct Runs {
    /// The words before those of `cmd`.
    pub entrypoint: Option<Vec<String>>,
    /// The rest of its words.
    pub cmd: Option<Vec<String>>,
    /// Its environment.
    pub env: Option<Vec<String>>,
    /// Where it starts.
    pub working_dir: Option<String>,
    /// As whom.
    pub user: Option<String>,
}

/// An image.
#[derive(Debug)]
pub struct Image {
    /// Its layers, the lowest first.
    pub layers: Vec<Blob>,
    /// What it says of its program.
    pub runs: Runs,
}

/// A file of an image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Its name below the archive or directory.
    pub name: String,
    /// The SHA-256 and the length that it has to have, where that is said.
    pub wanted: Option<([u8; 32], u64)>,
}

/// Where files of images are found.
pub enum Source {
    /// In a directory.
    Directory(PathBuf),
    /// In an archive that is not packed: where each file begins, and its length.
    Archive { path: PathBuf, file: File, names: HashMap<Vec<u8>, Place> },
}

/// What a name of an archive stands for.
#[derive(Clone, Debug)]
pub enum Place {
    /// Bytes: where they begin, how many.
    Bytes(u64, u64),
    /// What another name stands for.
    Name(Vec<u8>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Saved {
    config: String,
    layers: Vec<String>,
}

#[derive(Deserialize)]
struct Config {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
    #[serde(default)]
    config: Option<Runs>,
}

#[derive(Deserialize)]
struct Index {
    manifests: Vec<Descriptor>,
}

#[derive(Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Descriptor {
    #[serde(default)]
    media_type: String,
    digest: String,
    size: u64,
    #[serde(default)]
    platform: Option<Platform>,
}

#[derive(Clone, Deserialize)]
struct Platform {
    #[serde(default)]
    architecture: String,
    #[serde(default)]
    os: String,
}

#[derive(Deserialize)]
struct Manifest {
    config: Descriptor,
    layers: Vec<Descriptor>,
}

impl Source {
    /// An archive that is not packed.
    ///
    /// # Errors
    /// [`PackError::File`] if it is damaged.
    pub fn archive(path: &Path, mut file: File) -> Result<Source, PackError> {
        let failed = |source| PackError::File { path: path.to_owned(), source };
        let mut names = HashMap::new();
        let mut opened = tar::Archive::new(&mut file);
        let entries = opened.entries_with_seek().map_err(failed)?;
        archive::entries(entries, |entry, _| -> io::Result<()> {
            let name = |name: &[u8]| name.strip_prefix(b"./").unwrap_or(name).to_vec();
            let place = match entry.kind {
                archive::Kind::File => Place::Bytes(entry.position, entry.size),
                archive::Kind::Symlink => Place::Name(beside(&name(&entry.name), &entry.target)),
                archive::Kind::Link => Place::Name(name(&entry.target)),
                archive::Kind::Directory | archive::Kind::Special => return Ok(()),
            };
            if entry.name.len().max(entry.target.len()) > NAME_MAX {
                return Ok(());
            }
            names.insert(name(&entry.name), place);
            match names.len() > NAMES_MAX {
                true => Err(io::Error::other(format!("it has more than {NAMES_MAX} files"))),
                false => Ok(()),
            }
        })
        .map_err(failed)?;
        Ok(Source::Archive { path: path.to_owned(), file, names })
    }

    fn path(&self) -> &Path {
        match self {
            Source::Directory(path) | Source::Archive { path, .. } => path,
        }
    }

    fn wrong(&self, why: String) -> PackError {
        PackError::Image { path: self.path().to_owned(), why }
    }

    /// A stream of a file; nothing if there is no such file.
    ///
    /// # Errors
    /// [`PackError::File`] if it cannot be read.
    pub fn open(&self, name: &str) -> Result<Option<Box<dyn Read>>, PackError> {
        let failed = |source| PackError::File { path: self.path().to_owned(), source };
        match self {
            Source::Directory(path) => match File::open(path.join(name)) {
                Ok(file) => Ok(Some(Box::new(file))),
                Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
                Err(source) => Err(PackError::File { path: path.join(name), source }),
            },
            Source::Archive { file, names, .. } => {
                let mut place = names.get(name.as_bytes());
                for _ in 0..NESTED {
                    if let Some(Place::Name(other)) = place {
                        place = names.get(other);
                    }
                }
                let Some(&Place::Bytes(start, length)) = place else { return Ok(None) };
                let mut file = file.try_clone().map_err(failed)?;
                file.seek(SeekFrom::Start(start)).map_err(failed)?;
                Ok(Some(Box::new(file.take(length))))
            }
        }
    }

    /// A description in JSON; nothing if there is no such file.
    fn json<T: for<'a> Deserialize<'a>>(&self, blob: &Blob) -> Result<Option<T>, PackError> {
        let failed = |source| PackError::File { path: self.path().join(&blob.name), source };
        let Some(stream) = self.open(&blob.name)? else { return Ok(None) };
        let mut stream = Checked::new(stream, blob.wanted);
        let mut bytes = Vec::new();
        stream.by_ref().take(JSON_MAX + 1).read_to_end(&mut bytes).map_err(failed)?;
        if bytes.len() as u64 > JSON_MAX {
            return Err(self.wrong(format!("{} is too large", blob.name)));
        }
        stream.finish().map_err(failed)?;
        let read = serde_json::from_slice(&bytes);
        read.map(Some).map_err(|error| self.wrong(format!("{}: {error}", blob.name)))
    }

    fn has(&self, name: &str) -> bool {
        match self {
            Source::Directory(path) => path.join(name).is_file(),
            Source::Archive { names, .. } => names.contains_key(name.as_bytes()),
        }
    }

    /// The image that is meant; nothing if there are no images but a plain tree of files.
    ///
    /// # Errors
    /// [`PackError::Image`] if there is none for RISC-V, or more than one.
    pub fn image(&self) -> Result<Option<Image>, PackError> {
        let named = |name: &str| Blob { name: name.to_owned(), wanted: None };
        if self.has("oci-layout") && self.has("index.json") {
            let index: Option<Index> = self.json(&named("index.json"))?;
            return index.map(|index| self.image_of(index)).transpose();
        }
        if !self.has("manifest.json") || matches!(self, Source::Directory(_)) {
            return Ok(None);
        }
        // A file of this name may be in any tree.
        let Ok(Some(saved)) = self.json::<Vec<Saved>>(&named("manifest.json")) else { return Ok(None) };
        if saved.is_empty() || !saved.iter().all(|saved| self.has(&saved.config)) {
            return Ok(None);
        }
        let mut found = Vec::new();
        for saved in saved {
            let config: Config = self.there(&named(&saved.config))?;
            let blobs = saved.layers.iter().map(|name| named(name)).collect();
            found.push((config.os.clone(), config.architecture.clone(), (config, blobs)));
        }
        let (config, layers) = self.choose(found)?;
        Ok(Some(Image { layers, runs: config.config.unwrap_or_default() }))
    }

    /// A description that has to be there.
    fn there<T: for<'a> Deserialize<'a>>(&self, blob: &Blob) -> Result<T, PackError> {
        self.json(blob)?.ok_or_else(|| self.wrong(format!("{} is not there", blob.name)))
    }

    /// The one that is for our platform.
    fn choose<T>(&self, found: Vec<(String, String, T)>) -> Result<T, PackError> {
        let mut others: Vec<String> = Vec::new();
        let mut ours = Vec::new();
        for (os, architecture, it) in found {
            match (os.as_str(), architecture.as_str()) == PLATFORM {
                true => ours.push(it),
                false => others.push(format!("{os}/{architecture}")),
            }
        }
        others.dedup();
        match ours.len() {
            1 => Ok(ours.remove(0)),
            0 if others.is_empty() => Err(self.wrong("it holds no image".to_owned())),
            0 => Err(self.wrong(format!("it has no image for linux/riscv64, but for {}", others.join(", ")))),
            count => Err(self.wrong(format!("it has {count} images for linux/riscv64; one is wanted"))),
        }
    }

    fn image_of(&self, index: Index) -> Result<Image, PackError> {
        let mut left: Vec<(Descriptor, usize)> =
            index.manifests.into_iter().rev().map(|descriptor| (descriptor, 0)).collect();
        let mut seen: Vec<String> = Vec::new();
        let mut found = Vec::new();
        while let Some((descriptor, depth)) = left.pop() {
            if seen.contains(&descriptor.digest) {
                continue;
            }
            seen.push(descriptor.digest.clone());
            if depth > NESTED || seen.len() > 1000 {
                return Err(self.wrong("its indexes lie too deep within each other".to_owned()));
            }
            let blob = self.blob(&descriptor)?;
            let other = descriptor.platform.filter(|platform| {
                !platform.os.is_empty() && (platform.os.as_str(), platform.architecture.as_str()) != PLATFORM
            });
            if let Some(Platform { os, architecture }) = other {
                // What tells how an image was made says so of itself.
                if os != "unknown" {
                    found.push((os, architecture, None));
                }
                continue;
            }
            if descriptor.media_type.contains("index") || descriptor.media_type.contains("manifest.list") {
                let inner: Index = self.there(&blob)?;
                left.extend(inner.manifests.into_iter().rev().map(|inner| (inner, depth + 1)));
                continue;
            }
            let manifest: Manifest = self.there(&blob)?;
            let config: Config = self.there(&self.blob(&manifest.config)?)?;
            // What has no platform at all is no image.
            if (config.os.as_str(), config.architecture.as_str()) != ("", "") {
                found.push((config.os.clone(), config.architecture.clone(), Some((manifest, config))));
            }
        }
        let Some((manifest, config)) = self.choose(found)? else {
            return Err(self.wrong("its index and its images disagree".to_owned()));
        };
        let layers = manifest.layers.iter().map(|layer| self.blob(layer)).collect::<Result<_, _>>()?;
        Ok(Image { layers, runs: config.config.unwrap_or_default() })
    }

    /// Where a descriptor says that something is.
    fn blob(&self, descriptor: &Descriptor) -> Result<Blob, PackError> {
        let digits = descriptor.digest.strip_prefix("sha256:").filter(|digits| digits.len() == 64);
        let hash = digits.and_then(|digits| {
            let mut hash = [0; 32];
            for (byte, pair) in hash.iter_mut().zip(digits.as_bytes().chunks(2)) {
                let pair = std::str::from_utf8(pair).ok()?;
                let small = pair.chars().all(|c| matches!(c, '0'..='9' | 'a'..='f'));
                *byte = u8::from_str_radix(pair, 16).ok().filter(|_| small)?;
            }
            Some(hash)
        });
        match (digits, hash) {
            (Some(digits), Some(hash)) => {
                Ok(Blob { name: format!("blobs/sha256/{digits}"), wanted: Some((hash, descriptor.size)) })
            }
            _ => Err(self.wrong(format!("{:?} is no SHA-256", descriptor.digest))),
        }
    }

    /// A stream of a layer.
    ///
    /// # Errors
    /// [`PackError::Image`] if it is not there.
    pub fn layer(&self, blob: &Blob) -> Result<Checked, PackError> {
        let stream = self
            .open(&blob.name)?
            .ok_or_else(|| self.wrong(format!("its layer {} is not there", blob.name)))?;
        Ok(Checked::new(stream, blob.wanted))
    }
}

/// A stream that is compared with the hash that it should have.
pub struct Checked {
    stream: Box<dyn Read>,
    wanted: Option<([u8; 32], u64)>,
    hash: Sha256,
    length: u64,
}

impl Checked {
    fn new(stream: Box<dyn Read>, wanted: Option<([u8; 32], u64)>) -> Checked {
        Checked { stream, wanted, hash: Sha256::new(), length: 0 }
    }

    /// Reads what is left, and compares.
    ///
    /// # Errors
    /// Those of reading, and one if the stream was another.
    pub fn finish(mut self) -> io::Result<()> {
        io::copy(&mut self, &mut io::sink())?;
        let found = (<[u8; 32]>::from(self.hash.finalize()), self.length);
        match self.wanted.is_none_or(|wanted| wanted == found) {
            true => Ok(()),
            false => Err(io::Error::other("it is damaged: its SHA-256 is not that of its name")),
        }
    }
}

impl Read for Checked {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.stream.read(buffer)?;
        if self.wanted.is_some() {
            self.hash.update(&buffer[..count]);
            self.length += count as u64;
        }
        Ok(count)
    }
}

/// What a symbolic link of this name leads to, by the names alone.
fn beside(name: &[u8], target: &[u8]) -> Vec<u8> {
    let mut path: Vec<&[u8]> = name.split(|&byte| byte == b'/').collect();
    path.pop();
    for part in target.split(|&byte| byte == b'/') {
        match part {
            b".." => drop(path.pop()),
            b"" | b"." => {}
            part => path.push(part),
        }
    }
    path.join(&b'/')
}

#[cfg(test)]
mod tests {
    use super::beside;

    #[test]
    fn links_of_archives_lead_to_names() {
        assert_eq!(beside(b"a/layer.tar", b"../b/layer.tar"), b"b/layer.tar");
        assert_eq!(beside(b"x", b"../../y/./z"), b"y/z");
    }
}
