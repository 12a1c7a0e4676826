//! The documents say what is true: the paths and links that they name exist, the
//! commands that they show run, the output that they show is what comes out, and
//! the tables of the contract agree with the code.
//!
//! Marks in the documents, as comments of Markdown:
//! - `<!-- output: COMMAND -->` before a fence: the fence holds what the command
//!   prints. `RV2WAT_BLESS=1 cargo test --test docs` writes it anew.
//! - `<!-- file: NAME -->` before a fence: the fence is a file of that name for
//!   the commands below it.
//!
//! Every fence of kind `wat` without a mark quotes lines of an output shown in
//! the same document.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use rv2wat_interp::fp::SoftOp;
use rv2wat_passes::ir::ExitReason;

/// What a path starts with that is meant to be one of the checkout's.
const ROOTS: [&str; 15] = [
    "src/",
    "passes/",
    "linux/",
    "interp/",
    "isa/",
    "fuzz/",
    "tests/",
    "golden/",
    "scripts/",
    "docs/",
    ".ci/",
    "bench/",
    "web/",
    "host/",
    "translator/",
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A document by its path in the checkout.
struct Document {
    path: PathBuf,
    text: String,
}

/// A fenced block.
struct Fence {
    /// The word after the backquotes.
    kind: String,
    /// The comment just above, without its brackets.
    mark: Option<String>,
    /// Its lines.
    text: String,
    /// The lines of the document that it fills, from the one after the opening
    /// backquotes to the one of the closing ones.
    lines: std::ops::Range<usize>,
}

impl Document {
    fn read(path: PathBuf) -> Document {
        let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        Document { path, text }
    }

    fn name(&self) -> String {
        self.path.strip_prefix(root()).unwrap_or(&self.path).display().to_string()
    }

    fn fences(&self) -> Vec<Fence> {
        let lines: Vec<&str> = self.text.lines().collect();
        let mut fences = Vec::new();
        let mut at = 0;
        while at < lines.len() {
            if let Some(kind) = lines[at].strip_prefix("```") {
                let end = (at + 1..lines.len()).find(|&end| lines[end] == "```");
                let end = end.unwrap_or_else(|| panic!("{}:{}: no end", self.name(), at + 1));
                let mark = at.checked_sub(1).and_then(|above| {
                    let comment = lines[above].strip_prefix("<!-- ")?.strip_suffix(" -->")?;
                    Some(comment.to_owned())
                });
                let text = lines[at + 1..end].iter().map(|line| format!("{line}\n")).collect();
                fences.push(Fence { kind: kind.to_owned(), mark, text, lines: at + 1..end });
                at = end;
            }
            at += 1;
        }
        fences
    }

    /// The text outside of fences, and the number of each of its lines.
    fn prose(&self) -> Vec<(usize, &str)> {
        let inside: Vec<_> = self.fences().into_iter().map(|fence| fence.lines).collect();
        let lines = self.text.lines().enumerate();
        lines.filter(|(at, _)| !inside.iter().any(|lines| lines.contains(at))).collect()
    }

    /// What stands between backquotes outside of fences.
    fn quoted(&self) -> Vec<(usize, &str)> {
        let prose = self.prose().into_iter();
        prose.flat_map(|(at, line)| line.split('`').skip(1).step_by(2).map(move |word| (at, word))).collect()
    }

    /// The targets of links outside of fences.
    fn links(&self) -> Vec<(usize, &str)> {
        let prose = self.prose().into_iter();
        prose
            .flat_map(|(at, line)| {
                line.split("](").skip(1).filter_map(move |rest| Some((at, rest.split_once(')')?.0)))
            })
            .collect()
    }
}

fn documents() -> Vec<Document> {
    let mut paths: Vec<PathBuf> = fs::read_dir(root().join("docs"))
        .expect("docs is part of the checkout")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "md"))
        .chain(["README.md", "bench/README.md", "web/README.md"].map(|name| root().join(name)))
        .collect();
    paths.sort();
    assert!(paths.len() >= 6, "{paths:?}");
    paths.into_iter().map(Document::read).collect()
}

fn document(name: &str) -> Document {
    Document::read(root().join(name))
}

/// What a heading is linked as: small letters, digits and hyphens.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().to_lowercase();
    kept.chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c))
        .map(|c| if c == ' ' { '-' } else { c })
        .collect()
}

fn anchors(path: &Path) -> BTreeSet<String> {
    let document = Document::read(path.to_owned());
    let prose = document.prose().into_iter();
    prose
        .filter(|(_, line)| line.starts_with('#'))
        .map(|(_, line)| anchor(line.trim_start_matches('#')))
        .collect()
}

#[test]
fn links_lead_somewhere() {
    let mut broken = Vec::new();
    for document in documents() {
        for (at, link) in document.links() {
            if link.contains("://") {
                continue;
            }
            let (file, heading) = link.split_once('#').unwrap_or((link, ""));
            let beside = document.path.parent().expect("a document lies in a directory");
            let target = if file.is_empty() { document.path.clone() } else { beside.join(file) };
            let leads = target.exists() && (heading.is_empty() || anchors(&target).contains(heading));
            if !leads {
                broken.push(format!("{}:{}: {link}", document.name(), at + 1));
            }
        }
    }
    assert!(broken.is_empty(), "links that lead nowhere:\n{}", broken.join("\n"));
}

#[test]
fn paths_exist() {
    let mut missing = Vec::new();
    for document in documents() {
        for (at, word) in document.quoted() {
            let is_path = ROOTS.iter().any(|root| word.starts_with(root)) && !word.contains(' ');
            // `NAME` and the like stand for many.
            let pattern = word.contains('*') || word.contains("NAME");
            if is_path && !pattern && !root().join(word).exists() {
                missing.push(format!("{}:{}: {word}", document.name(), at + 1));
            }
        }
    }
    assert!(missing.is_empty(), "paths that do not exist:\n{}", missing.join("\n"));
}

/// A directory in which the commands of a document can run: the guests are
/// there, and `rv2wat` is on the `PATH`.
struct Place {
    dir: tempfile::TempDir,
    path: String,
}

impl Place {
    fn new() -> Place {
        let dir = tempfile::tempdir().expect("a temporary directory");
        let bin = dir.path().join(".bin");
        fs::create_dir(&bin).expect("an empty directory can be filled");
        std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_rv2wat"), bin.join("rv2wat")).expect("a link");
        std::os::unix::fs::symlink(root().join("golden"), dir.path().join("golden")).expect("a link");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap_or_default());
        Place { dir, path }
    }

    fn shell(&self, command: &str) -> Output {
        Command::new("sh")
            .args(["-c", command])
            .current_dir(self.dir.path())
            .env("PATH", &self.path)
            .env("XDG_CACHE_HOME", self.dir.path().join(".cache"))
            .stdin(Stdio::null())
            .output()
            .expect("there is a shell")
    }
}

/// The command as it is run here, if it is one that is tried.
fn tried(line: &str) -> Option<String> {
    let with_features = line.strip_prefix("cargo run -- ").map(|rest| format!("rv2wat {rest}"));
    let command = with_features.or_else(|| {
        let rest = line.strip_prefix("cargo run --no-default-features -- ")?;
        Some(format!("rv2wat {rest}"))
    });
    let command = command
        .or_else(|| (line.starts_with("rv2wat ") || line.starts_with("node ")).then(|| line.to_owned()))?;
    let can_run = cfg!(feature = "run") || !command.starts_with("rv2wat run");
    // Programs that are not committed cannot be tried.
    let committed = command.contains("golden/") || command.contains("--list-passes");
    let node = !command.starts_with("node ") || has_node();
    (can_run && committed && node).then_some(command)
}

fn has_node() -> bool {
    let version = Command::new("node").arg("--version").output();
    let there = version.is_ok_and(|output| output.status.success());
    if !there {
        eprintln!("there is no node here: its commands are left out");
    }
    there
}

#[test]
fn commands_run() {
    let mut count = 0;
    for document in documents() {
        let place = Place::new();
        for fence in document.fences() {
            if let Some(name) = fence.mark.as_deref().and_then(|mark| mark.strip_prefix("file: ")) {
                fs::write(place.dir.path().join(name), &fence.text).expect("a temporary file");
            }
            for line in fence.text.lines().filter(|_| fence.kind == "sh") {
                let Some(command) = tried(line) else { continue };
                let output = place.shell(&command);
                let message = String::from_utf8_lossy(&output.stderr);
                assert!(output.status.success(), "{}: {line}\n{message}", document.name());
                count += 1;
            }
        }
    }
    assert!(count >= 8, "only {count} commands were found");
}

/// The host of `docs/abi.md` really runs a program.
#[test]
fn the_minimal_host_runs_fib() {
    if !has_node() {
        return;
    }
    let abi = document("docs/abi.md");
    let fences = abi.fences();
    let host = fences.iter().find(|fence| fence.mark.as_deref() == Some("file: host.mjs"));
    let place = Place::new();
    fs::write(place.dir.path().join("host.mjs"), &host.expect("docs/abi.md holds a host").text)
        .expect("a temporary file");
    let run =
        "rv2wat --emit=wasm -o m.wasm golden/NAME/NAME.elf && node host.mjs m.wasm golden/NAME/NAME.elf";
    for name in ["fib", "strlen", "statemachine", "callbacks"] {
        let output = place.shell(&run.replace("NAME", name));
        let expected = fs::read(root().join(format!("golden/{name}/{name}.stdout"))).expect("a golden file");
        let message = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{name}: {message}");
        assert_eq!(String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&expected), "{name}");
    }
}

#[test]
fn outputs_are_what_comes_out() {
    let bless = std::env::var_os("RV2WAT_BLESS").is_some_and(|value| value == "1");
    let mut stale = Vec::new();
    for document in documents() {
        let place = Place::new();
        let mut lines: Vec<String> = document.text.lines().map(str::to_owned).collect();
        // Last first, so that line numbers stay true.
        for fence in document.fences().iter().rev() {
            let command = fence.mark.as_deref().and_then(|mark| mark.strip_prefix("output: "));
            let Some(command) = command.and_then(tried) else { continue };
            let output = place.shell(&command);
            let message = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "{}: {command}\n{message}", document.name());
            let printed = String::from_utf8_lossy(&output.stdout).into_owned();
            if printed == fence.text {
                continue;
            }
            let diff = similar::TextDiff::from_lines(fence.text.as_str(), printed.as_str());
            stale.push(format!("{}: {command}\n{}", document.name(), diff.unified_diff()));
            lines.splice(fence.lines.clone(), printed.lines().map(str::to_owned));
        }
        if bless {
            fs::write(&document.path, lines.join("\n") + "\n").expect("the document can be written");
        }
    }
    assert!(
        bless || stale.is_empty(),
        "shown output is out of date; to write it anew: RV2WAT_BLESS=1 cargo test --test docs\n{}",
        stale.join("\n")
    );
}

/// Lines without what depends on their surroundings: the space around them, the
/// parentheses that close at their end, the comment beside them.
fn bare(text: &str) -> Vec<&str> {
    let line = |line: &'_ str| match line.split_once(";;") {
        Some((code, _)) if !code.trim().is_empty() => code.len(),
        _ => line.len(),
    };
    text.lines().map(|text| text[..line(text)].trim().trim_end_matches(')')).collect()
}

#[test]
fn quotations_are_from_the_output() {
    if std::env::var_os("RV2WAT_BLESS").is_some() {
        return; // The outputs are being written.
    }
    for document in documents() {
        let fences = document.fences();
        let shown = |fence: &&Fence| fence.mark.as_deref().is_some_and(|mark| mark.starts_with("output: "));
        let outputs: Vec<Vec<&str>> = fences.iter().filter(shown).map(|fence| bare(&fence.text)).collect();
        for fence in fences.iter().filter(|fence| fence.kind == "wat" && fence.mark.is_none()) {
            let quoted = bare(&fence.text);
            let found =
                outputs.iter().any(|output| output.windows(quoted.len()).any(|lines| lines == quoted));
            assert!(
                found,
                "{}:{}: these lines are in no output that the document shows:\n{}",
                document.name(),
                fence.lines.start,
                fence.text
            );
        }
    }
}

#[test]
fn status_numbers_are_documented() {
    let abi = document("docs/abi.md").text;
    for reason in ExitReason::ALL {
        let row = format!("| {} | `{}` |", reason.status(), reason.name());
        assert!(abi.contains(&row), "docs/abi.md lacks the row {row}");
    }
    assert!(SoftOp::ALL.len() > 28, "operations are only added");
}

/// The long options that a help text lists.
fn options(arguments: &[&str]) -> BTreeSet<String> {
    let output = Command::new(env!("CARGO_BIN_EXE_rv2wat")).args(arguments).output().expect("rv2wat starts");
    let help = String::from_utf8_lossy(&output.stdout).into_owned();
    let first = |line: &str| {
        let rest = &line[line.find("--")?..];
        Some(rest.split(|c: char| c != '-' && !c.is_ascii_alphabetic()).next()?.to_owned())
    };
    help.lines().filter(|line| line.trim_start().starts_with('-')).filter_map(first).collect()
}

#[test]
fn options_are_documented_and_exist() {
    let readme = document("README.md");
    let words = readme.quoted().into_iter().filter_map(|(_, word)| {
        let word = word.split(['=', ' ', '[']).next()?;
        word.starts_with("--").then(|| word.to_owned())
    });
    let named: BTreeSet<String> = words.collect();
    let mut known = options(&["--help"]);
    if cfg!(feature = "run") {
        known.extend(options(&["run", "--help"]));
        known.extend(options(&["bisect", "--help"]));
    }
    if cfg!(feature = "serve") {
        known.extend(options(&["pack", "--help"]));
        known.extend(options(&["serve", "--help"]));
    }
    let not_named: Vec<_> = known
        .difference(&named)
        .filter(|option| !["--help", "--version"].contains(&option.as_str()))
        .collect();
    assert!(not_named.is_empty(), "README.md does not name {not_named:?}");
    let cargo = ["--no-default-features", "--test", "--release"];
    let unknown: Vec<_> =
        named.difference(&known).filter(|option| !cargo.contains(&option.as_str())).collect();
    let all = cfg!(all(feature = "run", feature = "serve"));
    assert!(unknown.is_empty() || !all, "README.md names {unknown:?}, which do not exist");
}

/// The code map names every file at the top of every crate.
#[test]
fn the_code_map_is_complete() {
    let map = document("docs/architecture.md").text;
    let mut missing = Vec::new();
    for sources in ["src", "passes/src", "linux/src", "interp/src", "isa/src", "fuzz/src", "bench/src"] {
        for entry in fs::read_dir(root().join(sources)).expect("a crate has sources") {
            let name = entry.expect("a readable directory").file_name().to_string_lossy().into_owned();
            // A directory beside a file of its name is part of it.
            if root().join(sources).join(format!("{name}.rs")).exists() {
                continue;
            }
            let path = format!("{sources}/{name}");
            if !map.contains(&format!("`{path}`")) && name != "lib.rs" {
                missing.push(path);
            }
        }
    }
    missing.sort();
    assert!(missing.is_empty(), "docs/architecture.md does not name {missing:?}");
}
