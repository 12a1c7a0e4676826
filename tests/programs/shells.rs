//! Shell scripts that start no other process, under several shells. The scripts
//! are `tests/guests/scripts/NAME.sh` (any shell) and `NAME.bash` (bash alone).

use std::fs;
use std::path::Path;

use crate::harness::{Case, cache};

/// Scripts that make their shell leave sideways: the shell, the script and why.
const SIDEWAYS: &[(&str, &str, &str)] = &[
    ("bash-static", "arithmetic.sh", "the test command ends by longjmp"),
    ("bash-static", "arrays.bash", "frames around setjmp come back in the middle"),
    ("bash-static", "control.sh", "the test command and return end by longjmp"),
    ("bash-static", "files.sh", "the test command ends by longjmp"),
    ("bash-static", "functions.bash", "return ends by longjmp"),
    ("bash-static", "life.bash", "frames around setjmp come back in the middle"),
    ("bash-static", "parameters.sh", "frames around setjmp come back in the middle"),
    ("busybox", "arithmetic.sh", "frames around setjmp come back in the middle"),
    ("busybox", "control.sh", "exit ends by longjmp"),
    ("busybox", "files.sh", "frames around setjmp come back in the middle"),
    ("busybox", "parameters.sh", "frames around setjmp come back in the middle"),
    ("mksh", "arithmetic.sh", "mksh ends a script by siglongjmp"),
    ("mksh", "control.sh", "mksh ends a script by siglongjmp"),
    ("mksh", "files.sh", "mksh ends a script by siglongjmp"),
    ("mksh", "parameters.sh", "mksh ends a script by siglongjmp"),
];

/// Where Debian puts each shell; musl's mksh is the static one.
fn program(shell: &str) -> &'static str {
    match shell {
        "mksh" => "lib/riscv64-linux-musl/bin/mksh",
        "bash-static" => "bin/bash-static",
        "zsh-static" => "bin/zsh-static",
        _ => "bin/busybox",
    }
}

/// Every script that this shell understands.
pub fn cases(shell: &str) -> Vec<Case> {
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/guests/scripts");
    let mut paths: Vec<_> = fs::read_dir(&scripts)
        .expect("the scripts are part of the checkout")
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    paths.sort();
    let before: &[&str] = match shell {
        "busybox" => &["sh"],
        "zsh-static" => &["--emulate", "sh", "-f"],
        _ => &[],
    };
    let mut cases = Vec::new();
    for path in paths {
        let bash_only = path.extension().is_some_and(|extension| extension == "bash");
        if bash_only && shell != "bash-static" {
            continue;
        }
        let name = path.file_name().expect("a script has a name").to_string_lossy().into_owned();
        let sideways = SIDEWAYS.iter().find(|&&(by, script, _)| by == shell && script == name);
        let mut args: Vec<String> = before.iter().map(|&word| word.to_owned()).collect();
        args.extend([format!("@dir@/{name}"), "first".into(), "second argument".into(), "@dir@".into()]);
        cases.push(Case {
            name: format!("{shell} {name}"),
            program: cache().join("riscv-root/usr").join(program(shell)),
            args,
            env: vec![("GREETING".into(), "hello".into())],
            stdin: b"a line to read\nsecond line\n3 4 5\n".to_vec(),
            files: vec![(name, fs::read(&path).expect("the script was just listed"))],
            compare_files: true,
            sideways: sideways.map(|&(.., why)| why.to_owned()),
            ..Case::default()
        });
    }
    cases
}
