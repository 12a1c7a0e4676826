//! What the reference cannot say of programs under Node: which function a fault is
//! reported for, and that mounted directories lead nowhere else.

use std::fs;
use std::os::unix::fs::{MetadataExt, symlink};
use std::path::Path;
use std::process::Output;

use rv2wat::{Options, assemble, translate};

use crate::harness::cache;
use crate::harness::node::{self, Node};

/// Translates a program and runs it.
fn run(program: &Path, options: &[&str], arguments: &[&str]) -> Output {
    let bytes = fs::read(program).expect("scripts/test makes the program");
    let translation =
        translate(&bytes, &Options { level: 0, ..Options::default() }).expect("it can be translated");
    let mut wasm = assemble::assemble(&translation.wat).expect("a module");
    translation.facts().append_to(&mut wasm);
    let module = node::module(&wasm).expect("room for a module");
    let node = Node::find().expect("Node");
    let mut command = node.script("web/node.mjs");
    command.args(options).arg(&*module).arg(program).args(arguments);
    command.env("RV2WAT_WEB_WASM", &node.web).output().expect("Node starts")
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
