//! Small programs in assembly, made to go wrong: what `--checked` and `--lockstep`
//! are there to find.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rv2wat::pipeline::Spoil;
use rv2wat::run::native::Captured;
use rv2wat::run::{Executable, RunConfig};
use rv2wat::summary::Stack;
use rv2wat::{Options, assemble, translate};

/// `meddler` writes into the frame of `victim`, where that keeps `s0`.
const MEDDLER: &str = "
  .text
  .globl _start
_start:
  li a1,9
  jal victim
  li a7,93
  ecall
  .type victim,@function
victim:
  addi sp,sp,-32
  sd ra,24(sp)
  sd s0,16(sp)
  li s0,5
  jal meddler
  add a0,a0,s0
  ld s0,16(sp)
  ld ra,24(sp)
  addi sp,sp,32
  ret
  .size victim,.-victim
  .type meddler,@function
meddler:
  sd a1,16(sp)
  li a0,1
  ret
  .size meddler,.-meddler
";

/// `next` is called with what `one` returned.
const ONE: &str = "
  .text
  .globl _start
_start:
  jal one
  jal next
  li a7,93
  ecall
  .type one,@function
one:
  li a0,1
  ret
  .size one,.-one
  .type next,@function
next:
  addi a0,a0,-1
  li a7,93
  ecall
  .size next,.-next
";

/// What a checked run of the program whose one function writes into another's
/// frame says.
pub fn meddled(level: u8, stack: Stack) -> String {
    run(MEDDLER, &Options { level, stack, checked: true, ..Options::default() }, None)
}

/// What a run in lockstep of a program says in which a one has become a two.
pub fn damaged() -> String {
    let spoil = Some(Spoil { pass: "promote".to_owned(), function: "one".to_owned() });
    run(ONE, &Options { spoil, force_exit: true, ..Options::default() }, Some(1))
}

fn run(source: &str, options: &Options, lockstep: Option<u64>) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let elf = dir.path().join("program");
    assemble_guest(source, &dir.path().join("program.s"), &elf);
    let translation = translate(&std::fs::read(&elf).expect("the program"), options).expect("translates");
    let wasm = assemble::assemble(&translation.wat).expect("assembles");
    let executable = Executable::new(Arc::new(translation), &wasm, None).expect("compiles");
    let config =
        RunConfig { force_exit: lockstep.unwrap_or(0), lockstep: lockstep.is_some(), ..RunConfig::default() };
    match executable.run(Captured::new(Vec::new()), config) {
        Ok(finished) => format!("nothing was found, status {}", finished.status),
        Err(error) => error.to_string(),
    }
}

fn assemble_guest(source: &str, assembly: &Path, elf: &Path) {
    std::fs::write(assembly, source).expect("the source");
    let out = Command::new("riscv64-linux-gnu-gcc")
        .args(["-nostdlib", "-static", "-o"])
        .args([elf, assembly])
        .output()
        .expect("the cross compiler");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}
