//! Builds and runs one program both ways, and makes a failure small. Must never
//! know how instructions are chosen.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rv2wat::run::native::Captured;
use rv2wat::run::{Executable, RunConfig};
use rv2wat::{Options, assemble, translate};
use rv2wat_isa::{Reg, disassemble};

use super::generate::Item;
use super::program::{BLOCKS, DUMP, SETS, blocks, source};

/// How many smaller blocks are tried for one failure.
const TRIES: usize = 400;

/// Where a run first differs.
struct Difference {
    block: usize,
    text: String,
}

/// Checks the program of a seed at each level; what differs, for a person.
pub fn check(seed: u64, levels: &[u8]) -> Option<String> {
    let blocks = blocks(seed);
    let difference = compare(seed, &blocks, levels).err()?;
    let mut small = blocks[difference.block].clone();
    let fails = |block: &[Item]| compare(seed, &[block.to_vec()], levels).err();
    let mut found = fails(&small).unwrap_or(difference);
    let mut at = 0;
    for _ in 0..TRIES {
        if at >= small.len() {
            break;
        }
        let mut smaller = small.clone();
        smaller.remove(at);
        match fails(&smaller) {
            Some(difference) => (small, found) = (smaller, difference),
            None => at += 1,
        }
    }
    let mut report = format!("==== seed {seed}: {}\n", found.text);
    for item in &small {
        let _ = match item {
            Item::Inst(inst) => writeln!(report, "    {:08x}  {}", inst.raw, disassemble(inst, 0)),
            Item::Skip { branch, left, right, over } => {
                writeln!(report, "              {branch} {left},{right}, over {over}")
            }
        };
    }
    Some(report)
}

fn compare(seed: u64, blocks: &[Vec<Item>], levels: &[u8]) -> Result<(), Difference> {
    let broken = |text: String| Difference { block: 0, text };
    let dir = tempfile::tempdir().map_err(|error| broken(error.to_string()))?;
    let elf = dir.path().join("blocks");
    build(&dir.path().join("blocks.s"), &elf, &source(seed, blocks)).map_err(broken)?;
    let reference = Command::new("qemu-riscv64").arg(&elf).output();
    let reference = reference.map_err(|error| broken(format!("qemu-riscv64: {error}")))?;
    let expected = reference.stdout;
    if !reference.status.success() || expected.len() != blocks.len() * SETS * DUMP {
        return Err(broken(format!("the reference ended by {}", reference.status)));
    }
    let bytes = std::fs::read(&elf).map_err(|error| broken(error.to_string()))?;
    for &level in levels {
        let got = translated(&bytes, level).map_err(|why| broken(format!("-O{level}: {why}")))?;
        if let Some(at) = (0..expected.len()).find(|&at| got.get(at) != expected.get(at)) {
            let text = format!("-O{level}, {}", place(at, &expected, &got));
            return Err(Difference { block: (at / DUMP / SETS).min(BLOCKS - 1), text });
        }
    }
    Ok(())
}

fn build(assembly: &Path, elf: &Path, text: &str) -> Result<(), String> {
    std::fs::write(assembly, text).map_err(|error| error.to_string())?;
    let out = Command::new("riscv64-linux-gnu-gcc")
        .args(["-nostdlib", "-static", "-Wl,--no-relax", "-o"])
        .args([elf, assembly])
        .output()
        .map_err(|error| format!("riscv64-linux-gnu-gcc: {error}"))?;
    if out.status.success() { Ok(()) } else { Err(String::from_utf8_lossy(&out.stderr).into_owned()) }
}

/// Standard output of the translation.
fn translated(bytes: &[u8], level: u8) -> Result<Vec<u8>, String> {
    let options = Options { level, ..Options::default() };
    let translation = translate(bytes, &options).map_err(|error| error.to_string())?;
    let wasm = assemble::assemble(&translation.wat).map_err(|error| error.to_string())?;
    let executable =
        Executable::new(Arc::new(translation), &wasm, None).map_err(|error| error.to_string())?;
    let host = Captured::new(Vec::new());
    let stdout = host.stdout();
    let config = RunConfig {
        process: rv2wat_linux::Config { args: vec![b"blocks".to_vec()], ..rv2wat_linux::Config::default() },
        mounts: Vec::new(),
        strace: false,
        trace_exits: false,
        force_exit: 0,
    };
    let finished = executable.run(host, config).map_err(|error| error.to_string())?;
    match (finished.status, finished.stats.instructions_interpreted) {
        (0, 0) => Ok(stdout.bytes()),
        (0, count) => Err(format!("{count} instructions were interpreted")),
        (status, _) => Err(format!("status {status}: {}", finished.fault.unwrap_or_default())),
    }
}

/// What the first different byte belongs to, with both values.
fn place(at: usize, expected: &[u8], got: &[u8]) -> String {
    let word = |bytes: &[u8]| {
        let word = bytes.get(at & !7..).and_then(<[u8]>::first_chunk);
        word.map_or("nothing".to_owned(), |word| format!("{:#018x}", u64::from_le_bytes(*word)))
    };
    let what = match at % DUMP {
        memory @ 0..1024 => format!("memory at base{:+}", memory as i64 / 8 * 8 - 512),
        register => Reg::new(((register - 1024) / 8) as u8).to_string(),
    };
    format!("set {}: {what} is {} instead of {}", at / DUMP % SETS, word(got), word(expected))
}
