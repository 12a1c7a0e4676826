//! Builds one program, runs it in all ways, and makes a failure small. Must never
//! know how instructions are chosen.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use rv2wat_isa::{Reg, disassemble};

use super::generate::Item;
use super::program::{DUMP, FLAGS, Program, source};
use super::ways::{Tools, WAYS, Way};

/// How many smaller blocks are tried for one failure.
const TRIES: usize = 400;

/// Where a run first differs.
struct Difference {
    block: usize,
    text: String,
}

/// Runs a program in each way; what differs, for a person.
pub fn check(program: &Program, tools: &Tools) -> Option<String> {
    let difference = compare(program, tools).err()?;
    let mut small = program.blocks[difference.block].clone();
    let fails = |block: &[Item]| {
        let program = Program { blocks: vec![block.to_vec()], ..program.clone() };
        compare(&program, tools).err()
    };
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
    let mut report = format!("==== seed {}: {}\n", program.seed, found.text);
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

fn compare(program: &Program, tools: &Tools) -> Result<(), Difference> {
    let broken = |text: String| Difference { block: 0, text };
    let dir = tempfile::tempdir().map_err(|error| broken(error.to_string()))?;
    let elf = dir.path().join("blocks");
    build(&dir.path().join("blocks.s"), &elf, &source(program)).map_err(broken)?;
    let reference = Command::new("qemu-riscv64").arg(&elf).output();
    let reference = reference.map_err(|error| broken(format!("qemu-riscv64: {error}")))?;
    let expected = reference.stdout;
    if !reference.status.success() || expected.len() != program.blocks.len() * program.sets * DUMP {
        return Err(broken(format!("the reference ended by {}", reference.status)));
    }
    let bytes = std::fs::read(&elf).map_err(|error| broken(error.to_string()))?;
    for way in WAYS {
        let got = tools.run(&bytes, dir.path(), way).map_err(|why| broken(format!("{way}: {why}")))?;
        if let Some(at) = first_difference(&expected, &got, way) {
            let block = (at / DUMP / program.sets).min(program.blocks.len() - 1);
            let set = at / DUMP % program.sets;
            return Err(Difference {
                block,
                text: format!("{way}, set {set}: {}", place(at, &expected, &got)),
            });
        }
    }
    Ok(())
}

/// The first byte that is wrong. Exception flags count where they are exact.
fn first_difference(expected: &[u8], got: &[u8], way: Way) -> Option<usize> {
    if expected.len() != got.len() {
        return Some(expected.len().min(got.len()));
    }
    (0..expected.len()).find(|&at| expected[at] != got[at] && (way.flags || at % DUMP < FLAGS))
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

/// What the first different byte belongs to, with both values.
fn place(at: usize, expected: &[u8], got: &[u8]) -> String {
    let word = |bytes: &[u8]| {
        let word = bytes.get(at & !7..).and_then(<[u8]>::first_chunk);
        word.map_or("nothing".to_owned(), |word| format!("{:#018x}", u64::from_le_bytes(*word)))
    };
    let what = match at % DUMP {
        memory @ 0..1024 => format!("memory at base{:+}", memory as i64 / 8 * 8 - 512),
        register @ 1024..FLAGS => Reg::new(((register - 1024) / 8) as u8).to_string(),
        _ => "the exception flags".to_owned(),
    };
    format!("{what} is {} instead of {}", word(got), word(expected))
}
