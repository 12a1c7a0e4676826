//! The golden guests: what belongs to each, and what is stored of it.

use std::fs;
use std::path::{Path, PathBuf};

use rv2wat::pipeline::{self, analyze};
use rv2wat::summary::Stack;
use rv2wat::{Options, Translation, check, emit_cfg, translate};

/// The functions that every guest is linked with (`golden/print.c`,
/// `golden/start.S`). They are shown once, in the whole module of [`WHOLE`].
const SHARED: [&str; 5] = ["_start", "write", "print", "print_number", "print_line"];

/// The guest whose module is stored whole at `-O2`.
const WHOLE: &str = "fib";

/// The command that writes all expected files anew.
const BLESS: &str = "scripts/golden";

/// A guest by its name, with its program.
pub struct Guest {
    /// The name of its directory and of all its files.
    pub name: String,
    /// The bytes of `NAME.elf`.
    pub elf: Vec<u8>,
}

/// A file that is compared.
pub struct Stored {
    /// Its path below the checkout.
    pub path: String,
    /// What it should hold.
    pub present: String,
    /// What prints the same on the command line.
    pub command: String,
}

/// Whether this run writes what it would otherwise compare.
pub fn blessing() -> bool {
    std::env::var_os("RV2WAT_BLESS").is_some_and(|value| value == "1")
}

/// A path below the checkout.
pub fn root(below: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(below)
}

/// The text of a file below the checkout.
pub fn read(below: &str) -> String {
    fs::read_to_string(root(below)).unwrap_or_else(|why| panic!("{below}: {why}"))
}

/// Every guest, by name.
pub fn guests() -> Vec<Guest> {
    let mut names: Vec<String> = fs::read_dir(root("golden"))
        .expect("golden is part of the checkout")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .filter_map(|path| Some(path.file_name()?.to_str()?.to_owned()))
        .collect();
    names.sort();
    names.into_iter().map(|name| guest(&name)).collect()
}

/// One guest.
pub fn guest(name: &str) -> Guest {
    let path = format!("golden/{name}/{name}.elf");
    let elf =
        fs::read(root(&path)).unwrap_or_else(|why| panic!("{path}: {why} (scripts/golden-elf makes it)"));
    Guest { name: name.to_owned(), elf }
}

impl Guest {
    /// A file of this guest, below the checkout.
    pub fn file(&self, extension: &str) -> String {
        format!("golden/{0}/{0}.{extension}", self.name)
    }

    /// The names of the guest's own functions, in the order of addresses.
    pub fn own_functions(&self) -> Vec<String> {
        let analysis = analyze(&self.elf, &Options { stack: Stack::Exit, ..Options::default() })
            .unwrap_or_else(|why| panic!("{}: {why}", self.name));
        analysis.names.into_iter().filter(|name| !SHARED.contains(&name.as_str())).collect()
    }

    /// The whole module at a level.
    pub fn translate(&self, level: u8) -> Translation {
        let options = Options { level, ..Options::default() };
        translate(&self.elf, &options).unwrap_or_else(|why| panic!("{} at -O{level}: {why}", self.name))
    }

    /// The module, assembled function by function from text without layout; and
    /// without what only that text says: which branches are likely.
    pub fn built(&self, level: u8) -> Vec<u8> {
        let options = Options { level, ..Options::default() };
        let built = pipeline::build(&self.elf, &options);
        without_hints(&built.unwrap_or_else(|why| panic!("{} at -O{level}: {why}", self.name)).1)
    }

    /// The text of some functions at a level.
    pub fn functions_text(&self, level: u8, functions: &[String]) -> String {
        let options = Options { level, functions: functions.to_vec(), ..Options::default() };
        let translated = translate(&self.elf, &options);
        translated.unwrap_or_else(|why| panic!("{} at -O{level}: {why}", self.name)).wat
    }

    /// All that is stored of this guest, as it is now.
    pub fn stored(&self) -> Vec<Stored> {
        let own = self.own_functions();
        let mut stored = vec![self.one("cfg", "--emit=cfg", &own, self.cfg(&own))];
        for level in [0, 2] {
            let options = Options { level, functions: own.clone(), ..Options::default() };
            let ir = pipeline::ir_text(&self.elf, &options);
            let ir = ir.unwrap_or_else(|why| panic!("{} at -O{level}: {why}", self.name));
            stored.push(self.one(&format!("O{level}.ir"), &format!("-O{level} --emit=ir"), &own, ir));
            let whole = level == 2 && self.name == WHOLE;
            let shown: &[String] = if whole { &[] } else { &own };
            let wat = self.functions_text(level, shown);
            stored.push(self.one(&format!("O{level}.wat"), &format!("-O{level} --emit=wat"), shown, wat));
        }
        stored
    }

    fn cfg(&self, functions: &[String]) -> String {
        let analysis = analyze(&self.elf, &Options { stack: Stack::Exit, ..Options::default() })
            .unwrap_or_else(|why| panic!("{}: {why}", self.name));
        let options = Options { functions: functions.to_vec(), ..Options::default() };
        let chosen = analysis.functions(&options).unwrap_or_else(|why| panic!("{}: {why}", self.name));
        let program = &analysis.program;
        chosen.iter().map(|&at| emit_cfg::print(&analysis.image, &program.functions[at])).collect()
    }

    fn one(&self, extension: &str, flags: &str, functions: &[String], present: String) -> Stored {
        let chosen: String = functions.iter().map(|name| format!(" --function {name}")).collect();
        let command = format!("rv2wat {flags}{chosen} {}", self.file("elf"));
        Stored { path: self.file(extension), present, command }
    }
}

impl Stored {
    /// Compares, or writes when blessing; an error is for a person to read.
    pub fn check(&self) -> Result<(), String> {
        if blessing() {
            return check::write_whole(&root(&self.path), self.present.as_bytes())
                .map_err(|why| format!("{}: {why}", self.path));
        }
        let stored = fs::read_to_string(root(&self.path))
            .map_err(|why| format!("{}: {why}\nto make it: {BLESS}\n", self.path))?;
        match check::difference(&stored, &self.present) {
            None => Ok(()),
            Some(diff) => Err(format!(
                "{} is out of date (- stored, + now):\n{diff}\nprinted by: {}\nto accept: {BLESS}\n",
                self.path, self.command
            )),
        }
    }
}

/// A module without the section that says which branches are likely.
fn without_hints(module: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"\x19metadata.code.branch_hint";
    let (head, mut rest) = module.split_at(8);
    let mut kept = head.to_vec();
    while let [id, size @ ..] = rest {
        let digits = size.iter().position(|byte| byte & 0x80 == 0).expect("a section's size") + 1;
        let length = size[..digits].iter().rev().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7f));
        let (section, others) = rest.split_at(1 + digits + length);
        if *id != 0 || !section[1 + digits..].starts_with(NAME) {
            kept.extend(section);
        }
        rest = others;
    }
    kept
}
