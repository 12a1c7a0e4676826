//! Signals that somebody sends to a program from outside.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, ExitStatus, Stdio};
use std::time::Duration;

use crate::harness::cache;

/// Long enough for a program to come to wait, and to act on a signal.
const WHILE: Duration = Duration::from_millis(500);

/// What a shell does: its script, which says that it is ready, the signal that it gets
/// then, and what it reads afterwards.
const CASES: &[(&str, &str, &str)] = &[
    ("echo ready; read x; echo got $x", "INT", "line\n"),
    ("trap 'echo caught; exit 3' INT; echo ready; read x; echo got $x", "INT", "line\n"),
    ("trap '' INT; echo ready; read x; echo got $x", "INT", "line\n"),
    ("trap 'echo user' USR1; echo ready; read x; echo got $x; read y; echo got $y", "USR1", "one\ntwo\n"),
    ("echo ready; while :; do :; done", "TERM", ""),
    ("echo ready; read x; echo got $x", "WINCH", "line\n"),
];

/// What the program writes, and its status as a shell tells it. `how` is the option of
/// `env` that says what the signal does to who starts.
fn run(words: &[&OsStr], how: &str, (script, signal, input): (&str, &str, &str)) -> (String, i32) {
    let shell = cache().join("riscv-root/usr/bin/busybox");
    let mut command = Command::new("env");
    command.arg(format!("{how}={signal}")).args(words);
    command.arg(shell).args(["sh", "-c", script]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.stderr(Stdio::null()).spawn().expect("it starts");
    let mut output = BufReader::new(child.stdout.take().expect("its output"));
    let mut text = String::new();
    output.read_line(&mut text).expect("its first line");
    std::thread::sleep(WHILE);
    let kill = Command::new("kill").args(["-s", signal, &child.id().to_string()]).status();
    assert!(kill.expect("kill starts").success());
    std::thread::sleep(WHILE);
    // The program may be gone.
    let _ = child.stdin.take().expect("its input").write_all(input.as_bytes());
    output.read_to_string(&mut text).expect("the rest of its output");
    (text, status(child.wait().expect("it ends")))
}

fn status(status: ExitStatus) -> i32 {
    status.code().or_else(|| status.signal().map(|signal| 128 + signal)).expect("an end")
}

/// Each does what it does under the reference, whether the signal was ignored at the start
/// or not.
pub fn signals_from_outside() {
    let ours = [env!("CARGO_BIN_EXE_rv2wat"), "run", "--cache-dir", env!("CARGO_TARGET_TMPDIR")];
    let ours = ours.map(OsStr::new);
    for &case in CASES {
        for how in ["--default-signal", "--ignore-signal"] {
            // What is ignored does not end a loop.
            if how == "--ignore-signal" && case.2.is_empty() {
                continue;
            }
            let expected = run(&[OsStr::new("qemu-riscv64")], how, case);
            assert_eq!(run(&ours, how, case), expected, "{how} {case:?}");
        }
    }
}
