//! On what it was measured: the machine and the versions of the tools.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::columns::Tools;

/// The versions of the crates that are linked are in the lock file.
const LOCK: &str = include_str!("../../Cargo.lock");

/// Describes the machine; what it does not tell is `null`.
pub fn describe(tools: &Tools) -> Value {
    let cpu = fs::read_to_string("/proc/cpuinfo").ok().and_then(|text| {
        let line = text.lines().find(|line| line.starts_with("model name"))?.to_owned();
        Some(line.split_once(':')?.1.trim().to_owned())
    });
    let kernel = fs::read_to_string("/proc/sys/kernel/osrelease").ok();
    let changed = says("git", &["status", "--porcelain", "--untracked-files=no"]).is_some();
    json!({
        "cpu": cpu,
        "architecture": std::env::consts::ARCH,
        "cores": std::thread::available_parallelism().ok().map(usize::from),
        "linux": kernel.map(|text| text.trim().to_owned()),
        "gcc": says("gcc", &["--version"]),
        "riscv64-gcc": says("riscv64-linux-gnu-gcc", &["--version"]),
        "clang": says("clang-14", &["--version"]),
        "qemu": says("qemu-riscv64", &["--version"]),
        "node": tools.node.as_ref().and_then(|node| says(&node.to_string_lossy(), &["--version"])),
        "v8": tools.node.as_ref().and_then(|node| {
            says(&node.to_string_lossy(), &["--print", "process.versions.v8"])
        }),
        "chromium": tools.chromium.as_ref().and_then(|it| says(&it.to_string_lossy(), &["--version"])),
        "wasmtime": locked("wasmtime"),
        "wasm-opt": locked("wasm-opt"),
        "commit": says("git", &["rev-parse", "HEAD"]),
        "changed_since_commit": changed,
        "date": says("date", &["--utc", "+%Y-%m-%d %H:%M"]),
    })
}

/// The first line that a command prints, if it prints one.
fn says(program: &str, args: &[&str]) -> Option<String> {
    let mut command = Command::new(program);
    let output = crate::process::run(command.args(args)).ok()?;
    String::from_utf8_lossy(&output).lines().next().map(str::to_owned)
}

/// The version of a crate in the lock file.
fn locked(name: &str) -> Option<&'static str> {
    let head = format!("name = \"{name}\"\nversion = \"");
    LOCK.split_once(&head)?.1.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::locked;

    #[test]
    fn the_lock_file_has_versions() {
        assert!(locked("wasmtime").is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit())));
        assert_eq!(locked("wasmtim"), None);
    }
}
