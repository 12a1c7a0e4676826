//! What `rv2wat run` keeps from one run to the next: that it is found again, that
//! nothing wrong is, and that runs which are killed, and files which are damaged, do
//! no harm.
#![cfg(feature = "run")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::Duration;

fn elf(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(name).join(name).with_extension("elf")
}

fn expected(name: &str) -> String {
    fs::read_to_string(elf(name).with_extension("stdout")).expect("the expected output is committed")
}

/// A run of a golden guest with its cache in `dir`.
fn command(dir: &Path, options: &[&str], name: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
    command.args(["run", "--stats=json", "--cache-dir"]).arg(dir).args(options).arg(elf(name));
    command.stdin(Stdio::null());
    command
}

/// What a run says besides its statistics, and whether its program had been kept.
fn said(output: &Output) -> (String, bool) {
    let stderr = String::from_utf8_lossy(&output.stderr);
    let (stats, rest): (Vec<&str>, Vec<&str>) = stderr.lines().partition(|line| line.starts_with('{'));
    let stats: serde_json::Value = serde_json::from_str(stats[0]).expect("statistics are JSON");
    (rest.join("\n"), stats["restored"].as_bool().expect("a count of what was restored"))
}

/// Runs a guest, which has to print what it should; what was said, and whether it had
/// been kept.
fn run(dir: &Path, options: &[&str], name: &str) -> (String, bool) {
    let output = command(dir, options, name).output().expect("rv2wat starts");
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected(name), "{output:?}");
    assert_eq!(output.status.code(), Some(0));
    said(&output)
}

/// The only thing that is kept.
fn kept(dir: &Path) -> PathBuf {
    let files: Vec<PathBuf> = fs::read_dir(dir).expect("a cache").map(|file| file.unwrap().path()).collect();
    assert_eq!(files.len(), 1, "{files:?}");
    files[0].clone()
}

fn cache(dir: &Path, action: &str) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
    let output = command.args(["cache", action, "--cache-dir"]).arg(dir).output().expect("rv2wat starts");
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).expect("text")
}

const QUIET: &str = "";

#[test]
fn the_second_run_takes_what_the_first_one_kept() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    assert_eq!(run(dir, &[], "fib"), (QUIET.to_owned(), false));
    assert_eq!(run(dir, &[], "fib"), (QUIET.to_owned(), true));
    // Other programs and other options are other things.
    assert!(!run(dir, &[], "jumptable").1);
    assert!(!run(dir, &["-O1"], "fib").1);
    assert!(!run(dir, &["--force-exit=3"], "fib").1);
    assert!(run(dir, &["--force-exit=5"], "fib").1, "the count is no matter of translation");
    assert!(!run(dir, &["--stack=always"], "fib").1);
    assert!(run(dir, &["-O1"], "fib").1);
    let listed = cache(dir, "ls");
    assert_eq!(listed.lines().count(), 5, "{listed}");
    assert!(listed.contains("fib.elf -O1"), "{listed}");
    assert!(cache(dir, "clear").starts_with("5 removed, "));
    assert_eq!(cache(dir, "ls"), "");
    assert!(!run(dir, &[], "fib").1);
}

#[test]
fn what_looks_at_the_translation_is_translated() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    assert!(!run(dir, &["--force-exit=3"], "fib").1);
    assert!(!run(dir, &["--force-exit=3", "--lockstep"], "fib").1);
    assert!(!run(dir, &["--interpret"], "fib").1);
    let none = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
    command.env("XDG_CACHE_HOME", none.path()).args(["run", "--no-cache"]).arg(elf("fib"));
    assert!(command.output().expect("rv2wat starts").status.success());
    assert_eq!(fs::read_dir(none.path()).unwrap().count(), 0);
}

#[test]
fn damaged_files_are_noticed_and_made_again() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    run(dir, &[], "fib");
    let file = kept(dir);
    let whole = fs::read(&file).unwrap();
    let mut flipped = whole.clone();
    flipped[whole.len() / 2] ^= 1;
    for damaged in [&whole[..whole.len() / 3], &whole[..10], &[], &flipped] {
        fs::write(&file, damaged).unwrap();
        let (said, restored) = run(dir, &[], "fib");
        assert!(said.contains("damaged") && !restored, "{said}");
        assert_eq!(fs::read(&file).unwrap().len(), whole.len());
        assert_eq!(run(dir, &[], "fib"), (QUIET.to_owned(), true));
    }
}

#[test]
fn runs_that_are_killed_leave_nothing_wrong_behind() {
    let dir = tempfile::tempdir().unwrap();
    let dir = dir.path();
    for pause in 0..40 {
        let mut command = command(dir, &["-O1"], "jumptable");
        let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("rv2wat starts");
        std::thread::sleep(Duration::from_millis(3 * pause));
        let _ = child.kill();
        child.wait().expect("it has been killed, or has ended");
        let (said, _) = run(dir, &[], "fib");
        assert_eq!(said, QUIET);
    }
    assert_eq!(run(dir, &["-O1"], "jumptable").0, QUIET);
    assert_eq!(run(dir, &["-O1"], "jumptable"), (QUIET.to_owned(), true));
}

#[test]
fn parallel_runs_share_a_cache() {
    let dir = tempfile::tempdir().unwrap();
    for _ in 0..3 {
        let children: Vec<_> = (0..8)
            .map(|_| {
                let mut command = command(dir.path(), &[], "fib");
                command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("rv2wat starts")
            })
            .collect();
        for child in children {
            let output = child.wait_with_output().expect("it ends");
            assert_eq!(String::from_utf8_lossy(&output.stdout), expected("fib"));
            assert_eq!(said(&output).0, QUIET);
        }
    }
    kept(dir.path());
}

#[test]
fn a_cache_that_cannot_be_used_is_said_to_be() {
    use std::os::unix::fs::PermissionsExt as _;
    let dir = tempfile::tempdir().unwrap();
    fs::set_permissions(dir.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let output = command(dir.path(), &[], "fib").output().expect("rv2wat starts");
    let message = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.code() == Some(2) && message.contains("others can write there"), "{message}");
    // Nobody has asked for the user's own: the program runs.
    let file = dir.path().join("file");
    fs::write(&file, b"").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_rv2wat"));
    let output = command.env("XDG_CACHE_HOME", &file).arg("run").arg(elf("fib")).output().unwrap();
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!(String::from_utf8_lossy(&output.stdout), expected("fib"));
    assert!(message.contains("--no-cache"), "{message}");
}
