//! Runs one program twice, under the reference emulator and translated, and says
//! how they differ. Translations are run in this process, so that one serves many
//! runs. It knows processes and files; it must never know what a
//! particular program is expected to print: the reference says that.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::{Read, Write};
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::{Duration, Instant};

#[path = "how.rs"]
mod how;
#[path = "node.rs"]
pub mod node;
#[path = "../../interp/tests/common/random.rs"]
mod random;
#[path = "tree.rs"]
mod tree;

pub use how::{How, Tiers};
use node::Node;
use random::Rng;
use rayon::prelude::*;
use rv2wat::pipeline::{Faults, Spoil};
use rv2wat::run::native::{Captured, Directory};
use rv2wat::run::{Executable, Finished, Hot, RunConfig};
use rv2wat::{Features, Options, pipeline};
use rv2wat_linux::HostDir;
use tree::tree;

/// How long one run may take. Whatever is slower is stuck: the slowest programs
/// need seconds.
const LIMIT: Duration = Duration::from_secs(120);

/// The lines of a diff that a failure shows.
const SHOWN: usize = 40;

/// One way to run one program.
#[derive(Clone, Debug, Default)]
pub struct Case {
    /// What the case is called in filters and failures.
    pub name: String,
    /// The ELF file.
    pub program: PathBuf,
    /// Arguments; `@dir@` stands for the directory made for the run.
    pub args: Vec<String>,
    /// The environment, all of it.
    pub env: Vec<(String, String)>,
    /// Standard input.
    pub stdin: Vec<u8>,
    /// What the directory holds at the start: paths below it and contents.
    pub files: Vec<(String, Vec<u8>)>,
    /// Whether the contents of files that the program writes are compared.
    pub compare_files: bool,
    /// How the program is translated.
    pub how: How,
    /// Leave at every N-th call that may exit; 0 never does.
    pub force_exit: u64,
    /// Compare with the interpreter at each of these exits.
    pub lockstep: bool,
    /// What runs the translation.
    pub by: By,
    /// The directory whose `lib` has the program's libraries, if it is linked with some.
    pub libraries: Option<PathBuf>,
    /// The import of the host under Node that gives wrong answers, if one does
    /// (`damage.mjs`).
    pub damage: Option<&'static str>,
    /// Why this program may have instructions interpreted, if it may.
    pub sideways: Option<String>,
    /// What an earlier run under the reference emulator gave, in place of a run
    /// now; then only this is compared.
    pub recorded: Option<Recorded>,
}

/// What runs a translation.
#[allow(dead_code, reason = "not every test that has this harness asks for all")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// wasmtime, in this process.
    #[default]
    Library,
    /// The command `rv2wat run`.
    Command,
    /// Node, with the host of `web`.
    Node,
    /// Node 20, which is to do the same: it lacks relaxed SIMD.
    Node20,
}

impl By {
    /// The Node that runs cases of this kind.
    fn node(self) -> Result<Node, String> {
        match self {
            By::Node20 => Node::find_20(),
            _ => Node::find(),
        }
    }
}

/// A translation, ready to be run.
enum Built {
    /// By the command, which makes its own.
    Nothing,
    /// In this process.
    Executable(Arc<Executable>),
    /// By Node.
    Module(tempfile::TempPath),
}

/// What was kept of a run under the reference emulator.
#[derive(Clone, Debug, Default)]
pub struct Recorded {
    /// The exit status.
    pub status: i32,
    /// Standard output.
    pub stdout: Vec<u8>,
}

/// What a run left behind.
#[derive(Debug, Default)]
struct Outcome {
    /// The exit status, or 128 + the signal, as a shell would say it.
    status: i32,
    stdout: Vec<u8>,
    stderr: Vec<u8>,
    /// Everything below the directory afterwards, as text for a diff.
    tree: String,
    /// The signal that ended a translated program, where and why.
    fault: Option<String>,
    /// Instructions that the interpreter executed, of a translated program.
    interpreted: Option<u64>,
}

impl Recorded {
    fn outcome(&self) -> Outcome {
        Outcome { status: self.status, stdout: self.stdout.clone(), ..Outcome::default() }
    }
}

/// True where the programs and tools that are not committed must be present.
pub fn external() -> bool {
    std::env::var_os("RV2WAT_EXTERNAL").is_some_and(|value| value == "1")
}

/// Where `scripts/setup` and its kin keep what is not committed.
pub fn cache() -> PathBuf {
    match std::env::var_os("RV2WAT_CACHE") {
        Some(cache) => cache.into(),
        None => PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cache/rv2wat"),
    }
}

/// Where the random numbers of a run start.
fn seed() -> u64 {
    std::env::var("RV2WAT_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(0)
}

/// Each case, and each a second time, checked: half of them as they are, half in
/// lockstep.
#[allow(dead_code, reason = "not every test that has this harness asks for it")]
pub fn and_checked(cases: Vec<Case>) -> Vec<Case> {
    let checked = cases.iter().cloned().map(|case| Case {
        name: format!("{} --checked", case.name),
        how: How { checked: true, ..case.how },
        ..case
    });
    let (alone, followed): (Vec<_>, Vec<_>) = checked.enumerate().partition(|(at, _)| at % 2 == 0);
    let case = |(_, case)| case;
    let followed = in_lockstep(followed.into_iter().map(case).collect());
    cases.iter().cloned().chain(alone.into_iter().map(case)).chain(followed).collect()
}

/// Cases left at every N-th call, N a random number for each, and compared with
/// the interpreter there.
pub fn in_lockstep(cases: Vec<Case>) -> Vec<Case> {
    left(cases, &[], true)
}

/// Each case left as often as `every` says, and at every N-th call for some other N.
pub fn left(cases: Vec<Case>, every: &[u64], lockstep: bool) -> Vec<Case> {
    let mut random = Rng(seed());
    let mut all = Vec::new();
    for case in cases {
        for force_exit in every.iter().copied().chain([2 + random.below(500)]) {
            let option = if lockstep { " --lockstep" } else { "" };
            all.push(Case {
                name: format!("{} --force-exit={force_exit}{option}", case.name),
                how: How { can_force_exits: true, ..case.how },
                force_exit,
                lockstep,
                sideways: Some("each exit comes back in the middle of a function".to_owned()),
                ..case.clone()
            });
        }
    }
    all
}

/// Runs every case that the filter `RV2WAT_ONLY` (parts of names, with commas
/// between) lets through and panics with all that failed.
pub fn check_all(group: &str, mut cases: Vec<Case>) {
    let only = std::env::var("RV2WAT_ONLY").unwrap_or_default();
    cases.retain(|case| only.split(',').any(|part| case.name.contains(part)));
    let (count, began) = (cases.len(), Instant::now());
    let failures = failures(cases);
    let seconds = began.elapsed().as_secs();
    println!("{group}: {} of {count} passed, {seconds} s", count - failures.len());
    let reports: Vec<String> = failures.into_iter().map(|(_, report)| report).collect();
    assert!(reports.is_empty(), "{group}: {} of {count} failed\n\n{}", reports.len(), reports.join("\n"));
}

/// Runs cases, and returns the names of those that failed with what a person reads.
pub fn failures(cases: Vec<Case>) -> Vec<(String, String)> {
    let mut builds: BTreeMap<(PathBuf, How, By), Vec<Case>> = BTreeMap::new();
    for case in cases {
        builds.entry((case.program.clone(), case.how, case.by)).or_default().push(case);
    }
    let failed = |case: &Case, built: &Result<Built, String>| {
        Some((case.name.clone(), check(case, built.as_ref()).err()?))
    };
    builds
        .into_par_iter()
        .flat_map(|((program, how, by), cases)| {
            let built = build(&program, how, by);
            cases.par_iter().filter_map(|case| failed(case, &built)).collect::<Vec<_>>()
        })
        .collect()
}

/// Translates and compiles a program.
fn build(program: &Path, how: How, by: By) -> Result<Built, String> {
    if by == By::Command {
        return Ok(Built::Nothing);
    }
    let bytes = fs::read(program)
        .map_err(|error| format!("{}: {error} (scripts/test makes it)", program.display()))?;
    let features = match by {
        _ if how.binaryen => Features::BINARYEN,
        By::Node => Features::default(),
        By::Node20 => Features::NONE,
        _ => Features::OURS,
    };
    let options = Options { features, spoil: spoil()?, ..how.options() };
    let (translation, wasm) =
        pipeline::build(&bytes, &options).map_err(|error| format!("translation: {error}"))?;
    let mut wasm = if how.binaryen { optimise(&wasm)? } else { wasm };
    if matches!(by, By::Node | By::Node20) {
        translation.facts().append_to(&mut wasm);
        return node::module(&wasm).map(Built::Module);
    }
    let executable = Executable::new(Arc::new(translation), &wasm, None);
    let mut executable = executable.map_err(|error| format!("engine: {error}"))?;
    if matches!(how.tiers, Tiers::Interpreter | Tiers::Hot(_)) {
        executable.enter_only(&BTreeSet::new());
    }
    Ok(Built::Executable(Arc::new(executable)))
}

/// The damage that a test of the tests asks for in `RV2WAT_SPOIL`.
fn spoil() -> Result<Option<Spoil>, String> {
    std::env::var("RV2WAT_SPOIL").ok().map(|spoil| spoil.parse()).transpose()
}

#[cfg(feature = "binaryen")]
fn optimise(wasm: &[u8]) -> Result<Vec<u8>, String> {
    rv2wat::binaryen::optimise(wasm, 2).map_err(|error| format!("Binaryen: {error}"))
}

#[cfg(not(feature = "binaryen"))]
fn optimise(wasm: &[u8]) -> Result<Vec<u8>, String> {
    Ok(wasm.to_vec())
}

/// Runs one case both ways; an error is the text that a person reads.
fn check(case: &Case, built: Result<&Built, &String>) -> Result<(), String> {
    let fail = |what: &str| Err(format!("==== {}\n{what}{}\n", case.name, reproduction(case)));
    // One path for both runs: programs print it.
    let scratch = tempfile::tempdir().map_err(|e| e.to_string())?;
    let recorded = case.recorded.as_ref();
    let expected = match recorded.map_or_else(|| run_reference(case, scratch.path()), |run| Ok(run.outcome()))
    {
        Ok(outcome) => outcome,
        Err(error) => return fail(&format!("reference: {error}\n")),
    };
    let translated = match built {
        Ok(Built::Nothing) => run_command(case, scratch.path()),
        Ok(Built::Executable(executable)) => run_library(case, executable, scratch.path()),
        Ok(Built::Module(module)) => run_node(case, module, scratch.path()),
        Err(error) => Err(error.clone()),
    };
    let got = match translated {
        Ok(outcome) => outcome,
        Err(error) => return fail(&format!("translated: {error}\n")),
    };
    let mut report = String::new();
    if expected.status != got.status {
        let _ = writeln!(report, "status {} instead of {}", got.status, expected.status);
    }
    if let Some(fault) = got.fault.as_ref().filter(|_| expected.status != got.status) {
        let _ = writeln!(report, "{fault}");
    }
    difference(&mut report, "standard output", &expected.stdout, &got.stdout);
    // A signal's report is the host's own, not the program's.
    if recorded.is_none() {
        if expected.status < 128 {
            difference(&mut report, "standard error", &expected.stderr, &got.stderr);
        }
        difference(&mut report, "files", expected.tree.as_bytes(), got.tree.as_bytes());
    }
    match got.interpreted {
        None => report.push_str("no --stats=json object on standard error\n"),
        Some(count) if count > 0 && case.sideways.is_none() => {
            let _ = writeln!(report, "{count} instructions were interpreted");
        }
        Some(_) => {}
    }
    if report.is_empty() { Ok(()) } else { fail(&report) }
}

/// The command that shows the failure alone.
fn reproduction(case: &Case) -> String {
    let mut line = format!("run it: rv2wat run -O{}", case.how.level);
    if case.how.binaryen {
        line.push_str(" --binaryen=2");
    }
    if case.how.checked {
        line.push_str(" --checked");
    }
    if case.how.preempt {
        line.push_str(" --preempt");
    }
    if case.how.faults == Faults::Exact {
        line.push_str(" --faults=exact");
    }
    if case.force_exit > 0 {
        let _ = write!(line, " --force-exit={}", case.force_exit);
    }
    if case.lockstep {
        line.push_str(" --lockstep");
    }
    line.push_str(&case.how.tiers.options());
    for (key, value) in &case.env {
        let _ = write!(line, " --env '{key}={value}'");
    }
    for option in libraries(case) {
        let _ = write!(line, " {option}");
    }
    let _ = write!(line, " {}", case.program.display());
    for word in &case.args {
        let _ = write!(line, " '{}'", word.replace('\'', r"'\''"));
    }
    line
}

fn difference(report: &mut String, what: &str, expected: &[u8], got: &[u8]) {
    if expected == got {
        return;
    }
    let (expected, got) = (escaped(expected), escaped(got));
    let _ = writeln!(report, "{what} (- reference, + translated):");
    let diff = similar::TextDiff::from_lines(&expected, &got);
    let text = diff.unified_diff().context_radius(2).to_string();
    for line in text.lines().take(SHOWN) {
        let _ = writeln!(report, "  {line}");
    }
    if text.lines().count() > SHOWN {
        let _ = writeln!(report, "  … {} lines in all", text.lines().count());
    }
}

/// Bytes as lines of text: what is not printable shows as an escape.
fn escaped(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) if !text.contains(|c: char| c.is_control() && c != '\n' && c != '\t') => text.to_owned(),
        _ => bytes
            .split_inclusive(|&b| b == b'\n')
            .map(|line| line.escape_ascii().to_string() + "\n")
            .collect(),
    }
}

fn run_reference(case: &Case, scratch: &Path) -> Result<Outcome, String> {
    let dir = populate(case, scratch)?;
    let mut command = Command::new("qemu-riscv64");
    for (key, value) in &case.env {
        command.arg("-E").arg(format!("{key}={value}"));
    }
    if let Some(root) = &case.libraries {
        command.arg("-L").arg(root);
    }
    command.arg(&case.program).args(arguments(case, &dir));
    // Whatever a program writes beside itself stays in its directory.
    command.current_dir(&dir);
    let mut outcome = run(command, case, &[])?;
    // The emulator says so when the guest dies by a signal.
    let own = b"qemu: uncaught target signal";
    outcome.stderr = outcome
        .stderr
        .split_inclusive(|&b| b == b'\n')
        .filter(|line| !line.starts_with(own))
        .flatten()
        .copied()
        .collect();
    outcome.tree = tree(&dir, case.compare_files)?;
    Ok(outcome)
}

/// Runs a translation in this process, on a thread that may be left behind.
fn run_library(case: &Case, executable: &Arc<Executable>, scratch: &Path) -> Result<Outcome, String> {
    let dir = populate(case, scratch)?;
    let mount = Directory::open(&dir).map_err(|error| error.to_string())?;
    let guest_dir = dir.to_string_lossy().into_owned().into_bytes();
    let mut mounts: Vec<(Vec<u8>, Arc<dyn HostDir>)> = vec![(guest_dir.clone(), Arc::new(mount))];
    if let Some(root) = &case.libraries {
        let libraries = Directory::open(root.join("lib")).map_err(|error| error.to_string())?;
        mounts.push((b"/lib".to_vec(), Arc::new(libraries)));
    }
    let program = case.program.to_string_lossy().into_owned();
    let name = case.program.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let args = std::iter::once(program).chain(arguments(case, &dir));
    let process = rv2wat_linux::Config {
        args: args.map(String::into_bytes).collect(),
        env: case.env.iter().map(|(key, value)| format!("{key}={value}").into_bytes()).collect(),
        exe: format!("/bin/{name}").into_bytes(),
        cwd: guest_dir,
        ..rv2wat_linux::Config::default()
    };
    let hot = match case.how.tiers {
        Tiers::Hot(after) | Tiers::All(after) => {
            let options = Options { features: Features::OURS, ..case.how.options() };
            Some(Hot { after, options, print: false })
        }
        Tiers::Ahead | Tiers::Interpreter => None,
    };
    let config = RunConfig {
        hot,
        process,
        mounts,
        force_exit: case.force_exit,
        preempt: case.how.preempt,
        lockstep: case.lockstep,
        ..RunConfig::default()
    };
    let host = Captured::new(case.stdin.clone());
    let (stdout, stderr) = (host.stdout(), host.stderr());
    let (sender, receiver) = mpsc::channel();
    let executable = executable.clone();
    thread::spawn(move || {
        let finished: Result<Finished<Captured>, _> = executable.run(host, config);
        // Nobody waits any more once the limit has passed.
        let _ = sender.send(finished);
    });
    let finished = match receiver.recv_timeout(LIMIT) {
        Ok(finished) => finished.map_err(|error| error.to_string())?,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            let so_far = escaped(&stdout.bytes());
            return Err(format!("not done after {} s; printed so far:\n{so_far}", LIMIT.as_secs()));
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => return Err("the host panicked".to_owned()),
    };
    Ok(Outcome {
        status: finished.status,
        stdout: stdout.bytes(),
        stderr: stderr.bytes(),
        tree: tree(&dir, case.compare_files)?,
        fault: finished.fault,
        interpreted: Some(finished.stats.instructions_interpreted),
    })
}

/// Runs a translation by the command line.
fn run_command(case: &Case, scratch: &Path) -> Result<Outcome, String> {
    let dir = populate(case, scratch)?;
    let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
    command.env("XDG_CACHE_HOME", env!("CARGO_TARGET_TMPDIR"));
    command.arg("run").arg("--stats=json").arg("--dir").arg(&dir).args(libraries(case));
    for (key, value) in &case.env {
        command.arg("--env").arg(format!("{key}={value}"));
    }
    command.arg(&case.program).args(arguments(case, &dir));
    let mut outcome = run(command, case, &[])?;
    outcome.interpreted = take_stats(&mut outcome.stderr);
    outcome.tree = tree(&dir, case.compare_files)?;
    Ok(outcome)
}

/// Runs a translation under Node.
fn run_node(case: &Case, module: &Path, scratch: &Path) -> Result<Outcome, String> {
    let dir = populate(case, scratch)?;
    let node = case.by.node()?;
    let mut command = node.script("web/node.mjs");
    command.arg("--stats").args(["--force-exit", &case.force_exit.to_string()]).arg("--dir").arg(&dir);
    command.args(libraries(case)).args(case.how.tiers.options().split_whitespace());
    for (key, value) in &case.env {
        command.arg("--env").arg(format!("{key}={value}"));
    }
    command.arg(module).arg(&case.program).args(arguments(case, &dir));
    let mut env = vec![("RV2WAT_WEB_WASM", node.web.as_os_str())];
    if case.how.tiers.translates() {
        env.push(("RV2WAT_TRANSLATOR_WASM", node.translator()?.as_os_str()));
    }
    let preload = format!("--import={}/tests/programs/damage.mjs", env!("CARGO_MANIFEST_DIR"));
    if let Some(import) = case.damage {
        env.extend([("RV2WAT_DAMAGE", OsStr::new(import)), ("NODE_OPTIONS", OsStr::new(&preload))]);
    }
    let mut outcome = run(command, case, &env)?;
    outcome.interpreted = take_stats(&mut outcome.stderr);
    outcome.tree = tree(&dir, case.compare_files)?;
    Ok(outcome)
}

/// The options that let a program see its libraries.
fn libraries(case: &Case) -> Vec<String> {
    let root = case.libraries.iter();
    root.flat_map(|root| ["--dir".to_owned(), format!("{}::/lib", root.join("lib").display())]).collect()
}

fn arguments(case: &Case, dir: &Path) -> Vec<String> {
    let dir = dir.to_string_lossy();
    case.args.iter().map(|word| word.replace("@dir@", &dir)).collect()
}

/// A directory in its first state, at the same path each time.
fn populate(case: &Case, scratch: &Path) -> Result<PathBuf, String> {
    let dir = scratch.join("d");
    let make = || -> std::io::Result<()> {
        if dir.exists() {
            fs::remove_dir_all(&dir)?;
        }
        fs::create_dir(&dir)?;
        for (name, content) in &case.files {
            let path = dir.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent)?;
            }
            fs::write(path, content)?;
        }
        Ok(())
    };
    make().map_err(|error| format!("cannot prepare {}: {error}", dir.display()))?;
    Ok(dir)
}

/// Takes the last JSON object off standard error and reads how many instructions
/// were interpreted.
fn take_stats(stderr: &mut Vec<u8>) -> Option<u64> {
    let text = String::from_utf8_lossy(stderr).into_owned();
    let start =
        text.rmatch_indices('{').map(|(at, _)| at).find(|&at| at == 0 || text.as_bytes()[at - 1] == b'\n');
    // A program's last line may lack its end, and then the object follows it.
    let start = start.or_else(|| text.find("{\"entries\""))?;
    let mut values = serde_json::Deserializer::from_str(&text[start..]).into_iter::<serde_json::Value>();
    let object = values.next()?.ok()?;
    let count = object.get("instructions_interpreted")?.as_u64()?;
    let rest = text[start + values.byte_offset()..].trim_start_matches('\n').to_owned();
    let lossless = std::str::from_utf8(stderr).is_ok();
    stderr.truncate(if lossless { start } else { stderr.len() });
    stderr.extend_from_slice(rest.as_bytes());
    Some(count)
}

/// Runs a command to its end, within the limit.
fn run(mut command: Command, case: &Case, env: &[(&str, &OsStr)]) -> Result<Outcome, String> {
    command.env_clear().env("PATH", std::env::var_os("PATH").unwrap_or_default()).envs(env.iter().copied());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("cannot start {command:?}: {error}"))?;
    let (Some(mut stdin), Some(stdout), Some(stderr)) =
        (child.stdin.take(), child.stdout.take(), child.stderr.take())
    else {
        return Err("no pipes".to_owned());
    };
    let input = case.stdin.clone();
    // A program that does not read its input closes the pipe: not an error.
    let writer = thread::spawn(move || drop(stdin.write_all(&input)));
    let readers = [drain(stdout), drain(stderr)];
    let start = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if start.elapsed() > LIMIT => {
                let _ = child.kill();
                let _ = child.wait();
                return Err(format!("not done after {} s", LIMIT.as_secs()));
            }
            Ok(None) => thread::sleep(Duration::from_millis(2)),
            Err(error) => return Err(error.to_string()),
        }
    };
    let _ = writer.join();
    let [stdout, stderr] = readers.map(|reader| reader.join().unwrap_or_default());
    let status = status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0));
    Ok(Outcome { status, stdout, stderr, ..Outcome::default() })
}

fn drain(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        let _ = pipe.read_to_end(&mut bytes);
        bytes
    })
}
