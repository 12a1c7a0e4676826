//! The ways in which a program of blocks is run. Must never know how the program
//! was made.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use rv2wat::pipeline::{Fflags, Spoil, Translation};
use rv2wat::run::native::Captured;
use rv2wat::run::{Executable, RunConfig};
use rv2wat::{Features, Options, assemble, translate};

use super::node::Node;

/// A way to run a program.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Way {
    engine: Engine,
    level: u8,
    /// Whether exception flags are exact. (What the translator takes for granted is
    /// checked there, too.)
    pub flags: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Engine {
    /// Nothing is translated.
    Interpreter,
    Wasmtime,
    Node,
}

/// All ways. What is translated with flags is compared with them.
pub const WAYS: [Way; 8] = [
    Way { engine: Engine::Interpreter, level: 0, flags: true },
    Way { engine: Engine::Wasmtime, level: 0, flags: false },
    Way { engine: Engine::Wasmtime, level: 1, flags: false },
    Way { engine: Engine::Wasmtime, level: 2, flags: false },
    Way { engine: Engine::Wasmtime, level: 3, flags: false },
    Way { engine: Engine::Wasmtime, level: 2, flags: true },
    Way { engine: Engine::Node, level: 0, flags: true },
    Way { engine: Engine::Node, level: 2, flags: false },
];

impl std::fmt::Display for Way {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let flags = if self.flags { " with flags" } else { "" };
        match self.engine {
            Engine::Interpreter => write!(f, "interpreter"),
            Engine::Wasmtime => write!(f, "wasmtime -O{}{flags}", self.level),
            Engine::Node => write!(f, "Node -O{}{flags}", self.level),
        }
    }
}

/// What every way of running needs, found once.
pub struct Tools {
    node: Node,
    /// A damage to be done to translations: the comparison must find it.
    pub spoil: Option<Spoil>,
}

impl Tools {
    /// What `scripts/test blocks` makes.
    pub fn find() -> Result<Tools, String> {
        Ok(Tools { node: Node::find()?, spoil: None })
    }

    /// Standard output of a program. `dir` is a place for files.
    pub fn run(&self, elf: &[u8], dir: &Path, way: Way) -> Result<Vec<u8>, String> {
        let fflags = if way.flags { Fflags::Exact } else { Fflags::Untracked };
        let checked = way.flags && way.engine == Engine::Wasmtime;
        // What engines have beyond others is used at half of the levels.
        let features = match way.engine {
            _ if way.level < 2 => Features::NONE,
            Engine::Node => Features::default(),
            Engine::Wasmtime | Engine::Interpreter => Features::OURS,
        };
        let options = Options {
            level: way.level,
            fflags,
            checked,
            features,
            spoil: self.spoil.clone(),
            ..Options::default()
        };
        let translation = translate(elf, &options).map_err(|error| error.to_string())?;
        let wasm = assemble::assemble(&translation.wat).map_err(|error| error.to_string())?;
        match way.engine {
            Engine::Node => self.node(&translation, &wasm, dir),
            engine => wasmtime(translation, &wasm, engine == Engine::Interpreter),
        }
    }

    fn node(&self, translation: &Translation, wasm: &[u8], dir: &Path) -> Result<Vec<u8>, String> {
        let module = dir.join("module.wasm");
        std::fs::write(&module, wasm).map_err(|error| error.to_string())?;
        let place =
            format!("{}:{:#x}:{}", module.display(), translation.image.entry, translation.layout.bias);
        let out = self.node.script("tests/blocks/node.mjs").arg(&self.node.web).arg(place).output();
        let out = out.map_err(|error| format!("{}: {error}", self.node.program.display()))?;
        match out.status.success() {
            true => std::fs::read(dir.join("module.wasm.out")).map_err(|error| error.to_string()),
            false => Err(String::from_utf8_lossy(&out.stderr).into_owned()),
        }
    }
}

fn wasmtime(translation: Translation, wasm: &[u8], interpreted: bool) -> Result<Vec<u8>, String> {
    let mut executable =
        Executable::new(Arc::new(translation), wasm, None).map_err(|error| error.to_string())?;
    if interpreted {
        executable.enter_only(&BTreeSet::new());
    }
    let host = Captured::new(Vec::new());
    let stdout = host.stdout();
    let config = RunConfig {
        process: rv2wat_linux::Config { args: vec![b"blocks".to_vec()], ..rv2wat_linux::Config::default() },
        ..RunConfig::default()
    };
    let finished = executable.run(host, config).map_err(|error| error.to_string())?;
    match (finished.status, finished.stats.entries, finished.stats.instructions_interpreted) {
        (0, 0, _) if interpreted => Ok(stdout.bytes()),
        (0, _, 0) if !interpreted => Ok(stdout.bytes()),
        (0, entries, count) => Err(format!("{count} instructions were interpreted, {entries} entries taken")),
        (status, ..) => Err(format!("status {status}: {}", finished.fault.unwrap_or_default())),
    }
}
