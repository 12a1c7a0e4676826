//! Node, the crate that `web/host.mjs` loads, and commands that run modules there.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

/// Where Node and what it needs of ours are.
pub struct Node {
    /// The executable.
    pub program: PathBuf,
    /// `rv2wat_web.wasm`.
    pub web: PathBuf,
    translator: PathBuf,
}

impl Node {
    /// The Node that `scripts/setup` fetches, or the one in `RV2WAT_NODE`; and what
    /// `scripts/wasm32-target -p rv2wat-web -p rv2wat-translator` builds.
    pub fn find() -> Result<Node, String> {
        Node::find_as("node26", "RV2WAT_NODE")
    }

    /// The same with the Node 20 that `scripts/setup` fetches, or the one in
    /// `RV2WAT_NODE20`.
    #[allow(dead_code, reason = "not every test that has this file asks for it")]
    pub fn find_20() -> Result<Node, String> {
        Node::find_as("node20", "RV2WAT_NODE20")
    }

    /// Node in a directory of the cache, or where a variable says.
    fn find_as(directory: &str, variable: &str) -> Result<Node, String> {
        let cache = std::env::var_os("RV2WAT_CACHE").map(PathBuf::from);
        let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache/rv2wat"));
        let cache = cache.or_else(home).ok_or("neither RV2WAT_CACHE nor HOME is set")?;
        let there = || cache.join(directory).join("node");
        let program = std::env::var_os(variable).map_or_else(there, PathBuf::from);
        let built = |name: &str| {
            let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../wasm32-unknown-unknown/debug");
            place.join(name)
        };
        let (web, translator) = (built("rv2wat_web.wasm"), built("rv2wat_translator.wasm"));
        present(&program)?;
        present(&web)?;
        Ok(Node { program, web, translator })
    }

    /// `rv2wat_translator.wasm`, which not every test needs.
    #[allow(dead_code, reason = "not every test that has this file asks for it")]
    pub fn translator(&self) -> Result<&Path, String> {
        present(&self.translator)?;
        Ok(&self.translator)
    }

    /// A command that runs a script of this checkout.
    pub fn script(&self, path: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(path));
        command
    }
}

fn present(path: &Path) -> Result<(), String> {
    match path.exists() {
        true => Ok(()),
        false => Err(format!("{} is not there; scripts/test makes it", path.display())),
    }
}

/// Puts a module where Node can read it.
#[allow(dead_code, reason = "not every test that has this file asks for it")]
pub fn module(wasm: &[u8]) -> Result<tempfile::TempPath, String> {
    let write = || -> std::io::Result<tempfile::TempPath> {
        let mut file = tempfile::Builder::new().suffix(".wasm").tempfile()?;
        file.write_all(wasm)?;
        Ok(file.into_temp_path())
    };
    write().map_err(|error| format!("cannot write a module: {error}"))
}
