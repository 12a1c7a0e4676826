//! The columns: what runs a kernel, and how that is called.
//!
//! A column is one value of [`Column`]; identifiers, titles, availability and
//! command lines derive from it. Must never know what a measurement is.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, bail};

use crate::browser::Browser;

/// What runs WebAssembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// wasmtime, of the version that rv2wat is built with.
    Wasmtime,
    /// V8, in Node.
    V8,
    /// V8, in a page of Chromium.
    Chromium,
}

/// One way to run a kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// Compiled for this machine.
    Native,
    /// The same source compiled straight to WebAssembly.
    Direct(Engine),
    /// The RISC-V program under qemu-user.
    Qemu,
    /// The RISC-V program, interpreted by rv2wat.
    Interpreter,
    /// The RISC-V program, translated.
    Ours {
        /// What runs the translation.
        engine: Engine,
        /// Optimised by Binaryen.
        binaryen: bool,
        /// In the convention `--stack=always` instead of the default one.
        always: bool,
        /// What becomes of accesses.
        accesses: Accesses,
    },
}

/// What becomes of accesses.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Accesses {
    /// Null pointers trap, which is the default.
    Guarded,
    /// Null pointers reach memory.
    Unguarded,
    /// Pages are asked first.
    Exact,
}

/// Why there is no V8.
const NO_NODE: &str = "no Node 26; scripts/setup installs it";

const fn ours(engine: Engine, binaryen: bool, always: bool) -> Column {
    Column::Ours { engine, binaryen, always, accesses: Accesses::Guarded }
}

impl Column {
    /// All of those that run every kernel, in the order of the table.
    pub const ALL: [Column; 15] = [
        Column::Native,
        Column::Direct(Engine::V8),
        Column::Direct(Engine::Wasmtime),
        Column::Direct(Engine::Chromium),
        ours(Engine::V8, false, false),
        ours(Engine::V8, true, false),
        ours(Engine::V8, false, true),
        ours(Engine::V8, true, true),
        ours(Engine::Wasmtime, false, false),
        ours(Engine::Wasmtime, true, false),
        ours(Engine::Wasmtime, false, true),
        ours(Engine::Wasmtime, true, true),
        ours(Engine::Chromium, false, false),
        Column::Qemu,
        Column::Interpreter,
    ];

    /// Those of `--quick`: what the two directions of the promise compare.
    pub const QUICK: [Column; 5] = [
        Column::Native,
        Column::Direct(Engine::V8),
        Column::Direct(Engine::Wasmtime),
        ours(Engine::V8, false, false),
        ours(Engine::Wasmtime, false, false),
    ];

    /// Those of programs that leave translated code again and again. Direct
    /// compilation has no such paths.
    pub const SIDEWAYS: [Column; 4] =
        [Column::Native, ours(Engine::V8, false, false), ours(Engine::Wasmtime, false, false), Column::Qemu];

    /// Ours in an engine at its default options.
    pub const fn plain(engine: Engine) -> Column {
        ours(engine, false, false)
    }

    /// The same where something else becomes of accesses.
    pub const fn accessing(engine: Engine, accesses: Accesses) -> Column {
        Column::Ours { engine, binaryen: false, always: false, accesses }
    }

    /// How `--columns` and the JSON call it.
    pub fn id(self) -> String {
        match self {
            Column::Native => "native".to_owned(),
            Column::Direct(engine) => format!("direct-{}", engine.id()),
            Column::Qemu => "qemu".to_owned(),
            Column::Interpreter => "interpreter".to_owned(),
            Column::Ours { engine, binaryen, always, accesses } => {
                let binaryen = if binaryen { "-binaryen" } else { "" };
                let always = if always { "-always" } else { "" };
                let accesses = match accesses {
                    Accesses::Guarded => "",
                    Accesses::Unguarded => "-unguarded",
                    Accesses::Exact => "-exact",
                };
                format!("{}{binaryen}{always}{accesses}", engine.id())
            }
        }
    }

    /// Its heading in the table, a line each.
    pub fn title(self) -> String {
        match self {
            Column::Native => "native".to_owned(),
            Column::Direct(engine) => format!("direct\n{}", engine.title()),
            Column::Qemu => "qemu".to_owned(),
            Column::Interpreter => "inter-\npreter".to_owned(),
            Column::Ours { engine, binaryen, always, accesses } => {
                let binaryen = if binaryen { "\n+ Binaryen" } else { "" };
                let always = if always { "\nstack=always" } else { "" };
                let accesses = match accesses {
                    Accesses::Guarded => "",
                    Accesses::Unguarded => "\nno null guard",
                    Accesses::Exact => "\nexact faults",
                };
                format!("ours\n{}{binaryen}{always}{accesses}", engine.title())
            }
        }
    }

    /// What runs WebAssembly in it, if anything does.
    pub fn engine(self) -> Option<Engine> {
        match self {
            Column::Direct(engine) | Column::Ours { engine, .. } => Some(engine),
            Column::Native | Column::Qemu | Column::Interpreter => None,
        }
    }

    /// Whether it runs in a page, and not in a process of its own.
    pub fn in_page(self) -> bool {
        self.engine() == Some(Engine::Chromium)
    }

    /// Whether it is so slow that one repetition, once, has to do.
    pub fn slow(self) -> bool {
        self == Column::Interpreter
    }

    /// The column of this identifier.
    pub fn parse(id: &str) -> anyhow::Result<Column> {
        Column::ALL.into_iter().find(|column| column.id() == id).with_context(|| {
            let ids: Vec<String> = Column::ALL.into_iter().map(Column::id).collect();
            format!("there is no column {id}; there are {}", ids.join(", "))
        })
    }
}

impl Engine {
    /// All of them.
    pub const ALL: [Engine; 3] = [Engine::V8, Engine::Wasmtime, Engine::Chromium];

    /// Those in which figures must be reached.
    pub const BOUND: [Engine; 2] = [Engine::V8, Engine::Wasmtime];

    /// In identifiers.
    pub fn id(self) -> &'static str {
        match self {
            Engine::Wasmtime => "wasmtime",
            Engine::V8 => "v8",
            Engine::Chromium => "chromium",
        }
    }

    /// In headings.
    pub fn title(self) -> &'static str {
        match self {
            Engine::Wasmtime => "wasmtime",
            Engine::V8 => "V8",
            Engine::Chromium => "Chromium",
        }
    }
}

/// The programs that run kernels, and where the kernels are.
pub struct Tools {
    /// The compiled kernels.
    pub kernels: PathBuf,
    /// The compiled programs that leave translated code, if they are there.
    sideways: Option<PathBuf>,
    /// The translator.
    pub rv2wat: PathBuf,
    /// Debian's static programs, unpacked: for this machine and for riscv64.
    roots: Option<(PathBuf, PathBuf)>,
    /// Programs that were compiled here, NAME.native and NAME.riscv64.
    built: Option<PathBuf>,
    /// Node, if it is there.
    pub node: Option<PathBuf>,
    /// What `rv2wat --help` says: some columns need an option of it.
    help: String,
    /// The host of translations under Node and the module that it needs, or why
    /// they are not there.
    web: Result<(PathBuf, PathBuf), String>,
    /// Chromium, or why it is not there.
    browser: Result<Browser, String>,
    /// Chromium's command.
    pub chromium: Option<PathBuf>,
    /// The program for WASI under Node.
    wasi: PathBuf,
    /// Where translations are put.
    modules: tempfile::TempDir,
}

impl Tools {
    /// Finds the programs, by the environment that `scripts/bench` prepares.
    pub fn find() -> anyhow::Result<Tools> {
        let variable =
            |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        let needed =
            |name: &str| variable(name).with_context(|| format!("{name} is not set; use scripts/bench"));
        let kernels = needed("RV2WAT_BENCH_KERNELS")?;
        let rv2wat = needed("RV2WAT")?;
        let source = needed("RV2WAT_SOURCE")?;
        let node = variable("RV2WAT_NODE").filter(|path| path.exists());
        let host = source.join("web/node.mjs");
        let web = match variable("RV2WAT_WEB_WASM") {
            _ if !host.exists() => Err("there is no web/node.mjs".to_owned()),
            Some(wasm) if wasm.exists() => Ok((host, wasm)),
            Some(wasm) => Err(format!("there is no {}", wasm.display())),
            None => Err("RV2WAT_WEB_WASM is not set".to_owned()),
        };
        let translator = variable("RV2WAT_TRANSLATOR_WASM").filter(|path| path.exists());
        let chromium = variable("RV2WAT_CHROMIUM").filter(|path| path.exists());
        let playwright = variable("RV2WAT_WEB_PACKAGES").map(|place| place.join("playwright-core"));
        let browser = match (&node, &chromium, playwright.filter(|path| path.exists())) {
            (None, ..) => Err(NO_NODE.to_owned()),
            (_, None, _) => Err("no Chromium; scripts/setup installs it".to_owned()),
            (.., None) => Err("no playwright-core; scripts/web --packages fetches it".to_owned()),
            (Some(node), ..) => {
                let wasm = web.as_ref().ok().map(|(_, wasm)| ("RV2WAT_WEB_WASM", wasm.clone()));
                let translator = translator.map(|path| ("RV2WAT_TRANSLATOR_WASM", path));
                let host = wasm.into_iter().chain(translator).collect();
                Ok(Browser::new(node.clone(), source.join("bench/chromium.mjs"), host))
            }
        };
        let mut command = Command::new(&rv2wat);
        let help = crate::process::run(command.arg("--help"))?;
        Ok(Tools {
            kernels,
            sideways: variable("RV2WAT_BENCH_SIDEWAYS"),
            built: variable("RV2WAT_BENCH_PROGRAMS"),
            roots: variable("RV2WAT_BENCH_NATIVE_ROOT").zip(variable("RV2WAT_BENCH_RISCV_ROOT")),
            help: String::from_utf8_lossy(&help).into_owned(),
            rv2wat,
            node,
            web,
            browser,
            chromium,
            wasi: source.join("bench/wasi.mjs"),
            modules: tempfile::tempdir()?,
        })
    }

    /// Why a column cannot be measured here, if so.
    pub fn lacks(&self, column: Column) -> Option<String> {
        if column.engine() == Some(Engine::V8) && self.node.is_none() {
            return Some(NO_NODE.to_owned());
        }
        if let (Some(Engine::Chromium), Err(why)) = (column.engine(), &self.browser) {
            return Some(why.clone());
        }
        match column {
            Column::Ours { always: true, .. } if !self.help.contains("--stack") => {
                Some("this rv2wat has one convention alone".to_owned())
            }
            Column::Ours { engine: Engine::V8 | Engine::Chromium, .. } => self.web.as_ref().err().cloned(),
            _ => None,
        }
    }

    /// A compiled form of a kernel: `native`, `riscv64`, `wasm`.
    pub fn form(&self, kernel: &str, form: &str) -> PathBuf {
        self.kernels.join(format!("{kernel}.{form}"))
    }

    /// A compiled form of a program that leaves translated code: `native`, `riscv64`.
    pub fn sideways(&self, program: &str, form: &str) -> anyhow::Result<PathBuf> {
        let place = self.sideways.as_ref().context("RV2WAT_BENCH_SIDEWAYS is not set; use scripts/bench")?;
        Ok(place.join(format!("{program}.{form}")))
    }

    /// What has to run once before a column can run `program`, a translation to
    /// WebAssembly, if anything has to.
    pub fn prepare(&self, column: Column, name: &str, program: &Path) -> Option<Command> {
        let Column::Ours { engine: Engine::V8 | Engine::Chromium, .. } = column else { return None };
        let mut command = Command::new(&self.rv2wat);
        command.arg("--emit=wasm").args(self.options(column)).arg("-o").arg(self.module(column, name));
        command.arg(program);
        Some(command)
    }

    /// How a column runs a kernel; the kernel's arguments come behind.
    pub fn command(&self, column: Column, kernel: &str) -> anyhow::Result<Command> {
        Ok(match column {
            Column::Native => Command::new(self.form(kernel, "native")),
            Column::Direct(Engine::Wasmtime) => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("wasi").arg(self.form(kernel, "wasm"));
                command
            }
            Column::Direct(Engine::V8) => {
                let mut command = self.node()?;
                command.arg(&self.wasi).arg(self.form(kernel, "wasm"));
                command
            }
            _ => self.program(column, kernel, &self.form(kernel, "riscv64"), None)?,
        })
    }

    /// How a column runs a program that translates it once and then runs it for each
    /// line of arguments; nothing for others.
    pub fn session(&self, column: Column, program: &Path) -> Option<Command> {
        let Column::Ours { engine: Engine::Wasmtime, .. } = column else { return None };
        let mut command = Command::new(&self.rv2wat);
        command.args(["run", "--no-cache", "--each-line"]).args(self.options(column)).arg(program);
        Some(command)
    }

    /// A static program for riscv64.
    pub fn program_file(&self, file: &str) -> anyhow::Result<PathBuf> {
        self.found(file, "riscv64", |(_, riscv)| riscv)
    }

    /// The same for this machine.
    pub fn native_program(&self, file: &str) -> anyhow::Result<PathBuf> {
        self.found(file, "native", |(native, _)| native)
    }

    /// A program that was compiled here or else is in one of Debian's roots.
    fn found(
        &self,
        file: &str,
        form: &str,
        root: impl Fn(&(PathBuf, PathBuf)) -> &PathBuf,
    ) -> anyhow::Result<PathBuf> {
        let built = self.built.iter().map(|place| place.join(format!("{file}.{form}")));
        let unpacked = self.roots.iter().map(|roots| root(roots).join("usr/bin").join(file));
        built
            .chain(unpacked)
            .find(|path| path.exists())
            .with_context(|| format!("there is no {file} ({form})"))
    }

    /// How a column runs a program again and again that was translated once, and
    /// tells its counts; nothing where each run is a process.
    pub fn program_session(&self, column: Column, directory: &Path, program: &Path) -> Option<Command> {
        let mode = match column {
            Column::Interpreter => Some("--interpret"),
            Column::Ours { engine: Engine::Wasmtime, .. } => None,
            _ => return None,
        };
        let mut command = Command::new(&self.rv2wat);
        command
            .args(["run", "--no-cache", "--each-line", "--stats=json"])
            .args(mode)
            .args(self.options(column));
        command.arg("--dir").arg(directory).arg(program);
        Some(command)
    }

    /// How a column runs a RISC-V program, which sees a directory at most.
    pub fn program(
        &self,
        column: Column,
        name: &str,
        program: &Path,
        directory: Option<&Path>,
    ) -> anyhow::Result<Command> {
        let shown = directory.map(|directory| [std::ffi::OsStr::new("--dir"), directory.as_os_str()]);
        let shown = shown.into_iter().flatten();
        let command = match column {
            Column::Qemu => {
                let mut command = Command::new("qemu-riscv64");
                command.arg(program);
                command
            }
            Column::Interpreter => {
                let mut command = Command::new(&self.rv2wat);
                command.args(["run", "--no-cache", "--interpret"]).args(shown).arg(program);
                command
            }
            Column::Ours { engine: Engine::Wasmtime, .. } => {
                let mut command = Command::new(&self.rv2wat);
                command.args(["run", "--no-cache"]).args(self.options(column)).args(shown).arg(program);
                command
            }
            Column::Ours { engine: Engine::V8, .. } => {
                let (host, wasm) = self.web.as_ref().map_err(|why| anyhow::anyhow!("{why}"))?;
                let mut command = self.node()?;
                command.env("RV2WAT_WEB_WASM", wasm).arg(host).args(shown);
                command.arg(self.module(column, name)).arg(program);
                command
            }
            Column::Native | Column::Direct(_) => bail!("{} runs no RISC-V program", column.id()),
            Column::Ours { engine: Engine::Chromium, .. } => bail!("{} is no process", column.id()),
        };
        Ok(command)
    }

    /// Opens what stays open over all runs of a column.
    pub fn open(&self, column: Column) -> anyhow::Result<()> {
        if column.in_page() { self.browser()?.open() } else { Ok(()) }
    }

    /// Runs in a page what a column has for `program`: its translation, which is called
    /// `name`, or a kernel of that name compiled straight to WebAssembly.
    pub fn in_page(&self, column: Column, name: &str, program: &Path, args: &str) -> anyhow::Result<Vec<u8>> {
        let words: Vec<&str> = std::iter::once(name).chain(args.split(' ')).collect();
        match column {
            Column::Direct(_) => self.browser()?.run(&self.form(name, "wasm"), None, &words),
            _ => self.browser()?.run(&self.module(column, name), Some(program), &words),
        }
    }

    fn browser(&self) -> anyhow::Result<&Browser> {
        self.browser.as_ref().map_err(|why| anyhow::anyhow!("{why}"))
    }

    fn node(&self) -> anyhow::Result<Command> {
        let mut command = Command::new(self.node.as_ref().context("there is no Node")?);
        // node:wasi is called experimental at each start.
        command.arg("--no-warnings");
        Ok(command)
    }

    /// The translator's options in a column.
    fn options(&self, column: Column) -> Vec<&'static str> {
        let Column::Ours { binaryen, always, accesses, .. } = column else { return Vec::new() };
        let mut options = vec!["-O2"];
        options.extend(binaryen.then_some("--binaryen=2"));
        options.extend(always.then_some("--stack=always"));
        options.extend(match accesses {
            Accesses::Guarded => None,
            Accesses::Unguarded => Some("--no-null-guard"),
            Accesses::Exact => Some("--faults=exact"),
        });
        options
    }

    /// Where the translation for a column lies.
    fn module(&self, column: Column, name: &str) -> PathBuf {
        self.modules.path().join(format!("{name}.{}.wasm", column.id()))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn identifiers_are_distinct_and_parse() {
        let ids: BTreeSet<String> = Column::ALL.into_iter().map(Column::id).collect();
        assert_eq!(ids.len(), Column::ALL.len());
        for column in Column::ALL {
            assert_eq!(Column::parse(&column.id()).ok(), Some(column));
        }
        assert!(Column::parse("v9").is_err());
    }

    #[test]
    fn chromium_has_two_columns_and_no_part_of_them_is_quick() {
        let pages: Vec<String> = Column::ALL.into_iter().filter(|it| it.in_page()).map(Column::id).collect();
        assert_eq!(pages, ["direct-chromium", "chromium"]);
        // No browser is started where nobody has named it.
        assert!(Column::QUICK.iter().chain(&Column::SIDEWAYS).all(|column| !column.in_page()));
    }

    #[test]
    fn columns_of_a_part_are_columns() {
        let parts = Column::QUICK.iter().chain(&Column::SIDEWAYS);
        assert!(parts.copied().all(|column| Column::ALL.contains(&column)));
        for engine in Engine::ALL {
            assert!(Column::ALL.contains(&Column::plain(engine)));
            assert!(Column::ALL.contains(&Column::Direct(engine)));
            for accesses in [Accesses::Unguarded, Accesses::Exact] {
                let other = Column::accessing(engine, accesses);
                assert!(Column::ALL.iter().all(|column| *column != other && column.id() != other.id()));
            }
        }
    }
}
