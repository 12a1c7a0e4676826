//! What the reference cannot say of programs under Node: which function a fault is
//! reported for, that mounted directories lead nowhere else, and what is translated there.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::{Command, Output};

use rv2wat::{Options, assemble, pipeline, translate};
use serde_json::Value;

use crate::harness::cache;
use crate::harness::node::{self, Node};

/// Translates a program and runs it.
fn run(program: &Path, options: &[&str], arguments: &[&str]) -> Output {
    run_in(program, options, arguments, |_, _| {})
}

/// The same with other variables of the host's.
fn run_in(
    program: &Path,
    options: &[&str],
    arguments: &[&str],
    set: impl FnOnce(&mut Command, &Node),
) -> Output {
    let bytes = fs::read(program).expect("scripts/test makes the program");
    let translation =
        translate(&bytes, &Options { level: 0, ..Options::default() }).expect("it can be translated");
    let mut wasm = assemble::assemble(&translation.wat).expect("a module");
    translation.facts().append_to(&mut wasm);
    let module = node::module(&wasm).expect("room for a module");
    let node = Node::find().expect("Node");
    let mut command = node.script("web/node.mjs");
    command.args(options).arg(&*module).arg(program).args(arguments);
    command.env("RV2WAT_WEB_WASM", &node.web);
    set(&mut command, &node);
    command.output().expect("Node starts")
}

/// A fault's report names the function.
pub fn faults_name_their_function() {
    let output = run(&cache().join("guests/dying.musl"), &[], &["null"]);
    assert_eq!(output.status.code(), Some(128 + 11));
    let expected = "rv2wat: dying.musl: killed by SIGSEGV (11): access outside memory in main\n";
    assert_eq!(String::from_utf8_lossy(&output.stderr), expected);
}

const SECRET: &str = "nobody shall read this";

/// A directory, and beside it what links in it point to.
struct Place {
    temp: tempfile::TempDir,
    inside: std::path::PathBuf,
}

impl Place {
    fn new() -> Place {
        let temp = tempfile::tempdir().expect("a directory");
        let (inside, outside) = (temp.path().join("inside"), temp.path().join("outside"));
        for dir in [&inside, &outside] {
            fs::create_dir(dir).expect("a directory");
        }
        fs::write(outside.join("secret"), SECRET).expect("a file");
        let link = |target: &Path, name: &str| symlink(target, inside.join(name)).expect("a link");
        link(&outside.join("secret"), "file");
        link(Path::new("../outside/secret"), "relative");
        link(&outside.join("new"), "dangling");
        link(&outside, "directory");
        Place { temp, inside }
    }

    /// What is outside is as it was.
    fn check(&self) {
        let outside = self.temp.path().join("outside");
        assert_eq!(fs::read_to_string(outside.join("secret")).expect("the file"), SECRET);
        assert_eq!(fs::read_dir(&outside).expect("the directory").count(), 1);
        assert_eq!(fs::metadata(outside.join("secret")).expect("the file").mode() & 0o111, 0);
    }
}

/// The functions that the host calls refuse links.
pub fn links_are_not_followed() {
    let place = Place::new();
    let node = Node::find().expect("Node");
    let files = Path::new(env!("CARGO_MANIFEST_DIR")).join("web/node-files.mjs");
    let mut command = node.script("tests/programs/mounts.mjs");
    let output = command.arg(files).arg(&place.inside).output().expect("Node starts");
    let report = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "all refused\n", "{report}");
    place.check();
}

/// A program that tries finds nothing there, but what is inside.
pub fn programs_stay_below() {
    let place = Place::new();
    fs::write(place.inside.join("own"), "its own\n").expect("a file");
    let program = cache().join("riscv-root/usr/bin/busybox");
    // Without fork: builtin commands alone.
    let script = "cd /d; for f in own file relative ../outside/secret directory/secret; do \
                  read -r line < $f && echo $line; done; \
                  for f in file relative dangling directory/new; do echo x > $f; done";
    let dir = format!("{}::/d", place.inside.display());
    let output = run(&program, &["--dir", &dir], &["sh", "-c", script]);
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(stdout == "its own\n", "{stdout}\n{stderr}");
    place.check();
}

/// What `--stats` says, and what is before it on standard error.
fn stats(output: &Output) -> (Value, String) {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    let start = text.find("{\"entries\"").expect("an object");
    (serde_json::from_str(&text[start..]).expect("JSON"), text[..start].to_owned())
}

/// What a guest's JIT makes is translated, and what it makes instead of that is, too.
pub fn what_is_hot_is_translated() {
    let program = cache().join("guests/jit.musl");
    let run = |options: &[&str]| {
        let with = |command: &mut Command, node: &Node| {
            command.env("RV2WAT_TRANSLATOR_WASM", node.translator().expect("the translator"));
        };
        let output = run_in(&program, options, &[], with);
        (stats(&output), output.stdout)
    };
    let ((never, _), expected) = run(&["--stats", "--hot-after", "0"]);
    assert_eq!(never["made"], Value::Null);
    let ((stats, before), stdout) = run(&["--stats"]);
    assert_eq!((stdout, before), (expected, String::new()));
    let made = |what: &str| stats["made"][what].as_u64().expect("a number");
    assert!(made("modules") >= 4 && made("places") >= made("modules") && made("dropped") >= 3, "{stats}");
    assert_eq!(made("refused"), 0, "{stats}");
    let [all, left] =
        [&never, &stats].map(|stats| stats["instructions_interpreted"].as_u64().expect("a number"));
    assert!(left < all / 100, "{left} of {all} instructions were interpreted");
}

/// Without the translator a program runs, and who asks is told why nothing is translated.
pub fn without_a_translator() {
    let program = cache().join("guests/jit.musl");
    let run = |options: &[&str]| {
        let output = run_in(&program, options, &[], |command, _| {
            command.env("RV2WAT_TRANSLATOR_WASM", "/nowhere/translator.wasm");
        });
        assert!(output.status.success());
        stats(&output)
    };
    const WHY: &str = "there is no /nowhere/translator.wasm: nothing is translated while the program runs";
    let (stats, before) = run(&["--stats"]);
    assert_eq!((stats["made"]["why"].as_str(), before.as_str()), (Some(WHY), ""));
    let (_, before) = run(&["--stats", "--hot-after", "5"]);
    assert_eq!(before, format!("rv2wat: {WHY}\n"));
}

/// The translator as a WebAssembly module makes the same bytes as this one, whose words are
/// longer; and says what it refuses.
pub fn both_translators_agree() {
    let node = Node::find().expect("Node");
    let temp = tempfile::tempdir().expect("a directory");
    let made = temp.path().join("made.wasm");
    let translate = |options: &str, program: &Path| {
        let mut command = node.script("tests/programs/translator.mjs");
        command.arg(node.translator().expect("the translator")).arg(options).arg(program).arg(&made);
        let output = command.output().expect("Node starts");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    let others = "{\"level\":1,\"faults\":\"exact\",\"preempt\":true,\"engine-features\":\"none\"}";
    for (name, options) in
        [("classes.Os", "{}"), ("jit.musl", others), ("floats.musl", "{\"stack\":\"always\"}")]
    {
        let program = cache().join("guests").join(name);
        assert_eq!(translate(options, &program), "");
        let options = Options::from_text(options).expect("options");
        let bytes = fs::read(&program).expect("scripts/test makes the program");
        let (translation, mut wasm) = pipeline::build(&bytes, &options).expect("it can be translated");
        translation.facts().append_to(&mut wasm);
        assert!(fs::read(&made).expect("a module") == wasm, "{name} differs");
    }
    let refused = |options, program: &Path| translate(options, program);
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
    assert_eq!(refused("{\"level\":4}", &readme), "options: level 4 is none of 0 to 3\n");
    assert_eq!(refused("{}", &readme), "not an ELF file: it starts with [23, 20, 72, 76]\n");
}
