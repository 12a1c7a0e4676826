//! What tests of `rv2wat pack` and `rv2wat serve` share: a folder to work in, with web
//! parts that are none, and archives and images made on the spot.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use sha2::{Digest as _, Sha256};
use tar::{EntryType, Header};

/// A committed program.
pub fn elf(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name).join(name).with_extension("elf")
}

/// A folder to work in.
pub struct Place {
    dir: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Place {
        let place = Place { dir: tempfile::tempdir().unwrap() };
        let parts = ["index.html", "run.mjs", "rv2wat_web.wasm", "rv2wat_translator.wasm", "sub/page.css"];
        for part in parts {
            place.write(&format!("web/{part}"), format!("the part {part}").as_bytes());
        }
        place
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn write(&self, name: &str, bytes: &[u8]) -> PathBuf {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        path
    }

    /// A command that packs into `site`, with words that are paths in this folder.
    pub fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
        command.arg("pack").args(words).args(["--web", "web", "-o", "site"]);
        if !words.contains(&"--cache-dir") {
            command.arg("--no-cache");
        }
        command.current_dir(self.dir.path()).stdin(Stdio::null()).env_remove("RV2WAT_WEB");
        command
    }

    pub fn run(&self, words: &[&str]) -> Output {
        self.command(words).output().unwrap()
    }

    /// Packs, which has to work; what was said.
    pub fn packed(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(output.status.success(), "{words:?}: {said}");
        assert_eq!(output.stdout, b"", "{words:?}");
        said
    }

    /// Packs, which has to fail and leave nothing behind; what was said.
    pub fn refused(&self, words: &[&str]) -> String {
        let before = self.names("");
        let output = self.run(words);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{words:?}: {said}");
        assert_eq!(self.names(""), before, "{words:?}");
        said
    }

    /// The names in a folder.
    pub fn names(&self, dir: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(dir)).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

/// An archive.
pub struct Tar(tar::Builder<Vec<u8>>);

impl Tar {
    pub fn new() -> Tar {
        Tar(tar::Builder::new(Vec::new()))
    }

    /// Adds an entry with a name that is taken as it is.
    pub fn add(mut self, kind: EntryType, name: &str, target: &str, mode: u32, bytes: &[u8]) -> Tar {
        let mut header = Header::new_gnu();
        header.set_entry_type(kind);
        header.set_size(bytes.len() as u64);
        header.set_mode(mode);
        header.set_uid(7);
        header.set_gid(8);
        header.set_mtime(1_700_000_000);
        {
            let old = header.as_old_mut();
            old.name[..name.len()].copy_from_slice(name.as_bytes());
            old.linkname[..target.len()].copy_from_slice(target.as_bytes());
        }
        header.set_cksum();
        self.0.append(&header, bytes).unwrap();
        self
    }

    pub fn file(self, name: &str, bytes: &[u8]) -> Tar {
        self.add(EntryType::Regular, name, "", 0o644, bytes)
    }

    pub fn program(self, name: &str, bytes: &[u8]) -> Tar {
        self.add(EntryType::Regular, name, "", 0o755, bytes)
    }

    pub fn dir(self, name: &str) -> Tar {
        self.add(EntryType::Directory, name, "", 0o755, b"")
    }

    pub fn symlink(self, name: &str, target: &str) -> Tar {
        self.add(EntryType::Symlink, name, target, 0o777, b"")
    }

    pub fn link(self, name: &str, target: &str) -> Tar {
        self.add(EntryType::Link, name, target, 0o644, b"")
    }

    /// Adds a file whose name is too long for a header, in the way of GNU.
    pub fn long(mut self, name: &str, bytes: &[u8]) -> Tar {
        let mut header = Header::new_gnu();
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        self.0.append_data(&mut header, name, bytes).unwrap();
        self
    }

    /// Adds a file with an extended header.
    pub fn extended(mut self, records: &[(&str, &[u8])], name: &str, bytes: &[u8]) -> Tar {
        self.0.append_pax_extensions(records.iter().copied()).unwrap();
        self.file(name, bytes)
    }

    pub fn bytes(self) -> Vec<u8> {
        self.0.into_inner().unwrap()
    }
}

pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

pub fn zstd(bytes: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(bytes, ruzstd::encoding::CompressionLevel::Fastest)
}

pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The files of an image layout.
#[derive(Default)]
pub struct Layout(pub Vec<(String, Vec<u8>)>);

impl Layout {
    /// Adds a blob; its descriptor, with more fields.
    pub fn blob(&mut self, kind: &str, more: &str, bytes: &[u8]) -> String {
        let hash = sha256(bytes);
        self.0.push((format!("blobs/sha256/{hash}"), bytes.to_vec()));
        let (size, kind) = (bytes.len(), format!("application/vnd.oci.image.{kind}"));
        format!(r#"{{"mediaType":"{kind}","digest":"sha256:{hash}","size":{size}{more}}}"#)
    }

    /// Adds an image; its descriptor.
    pub fn image(&mut self, platform: (&str, &str), config: &str, layers: &[Vec<u8>]) -> String {
        let (os, architecture) = platform;
        let config = format!(r#"{{"os":"{os}","architecture":"{architecture}","config":{config}}}"#);
        let config = self.blob("config.v1+json", "", config.as_bytes());
        let layers: Vec<String> = layers.iter().map(|layer| self.blob("layer.v1.tar", "", layer)).collect();
        let manifest = format!(r#"{{"schemaVersion":2,"config":{config},"layers":[{}]}}"#, layers.join(","));
        let platform = format!(r#","platform":{{"os":"{os}","architecture":"{architecture}"}}"#);
        self.blob("manifest.v1+json", &platform, manifest.as_bytes())
    }

    /// Closes the layout with these descriptors.
    pub fn index(mut self, manifests: &[String]) -> Layout {
        let index = format!(r#"{{"schemaVersion":2,"manifests":[{}]}}"#, manifests.join(","));
        self.0.push(("index.json".to_owned(), index.into_bytes()));
        self.0.push(("oci-layout".to_owned(), br#"{"imageLayoutVersion":"1.0.0"}"#.to_vec()));
        self
    }

    pub fn tar(&self) -> Vec<u8> {
        let files = self.0.iter();
        files.fold(Tar::new(), |tar, (name, bytes)| tar.file(name, bytes)).bytes()
    }

    pub fn write(&self, place: &Place, dir: &str) {
        for (name, bytes) in &self.0 {
            place.write(&format!("{dir}/{name}"), bytes);
        }
    }
}
