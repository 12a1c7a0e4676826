//! A program that breaks what the translator takes for granted: what `--checked`
//! is there to find.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rv2wat::run::native::Captured;
use rv2wat::run::{Executable, RunConfig};
use rv2wat::{Options, assemble, translate};

/// `meddler` writes into the frame of `victim`, where that keeps `s0`.
const SOURCE: &str = "
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

/// What the run of the program at a level says, checked.
pub fn report(level: u8) -> String {
    let dir = tempfile::tempdir().expect("a directory");
    let elf = dir.path().join("violation");
    assemble_guest(&dir.path().join("violation.s"), &elf);
    let options = Options { level, checked: true, ..Options::default() };
    let translation = translate(&std::fs::read(&elf).expect("the program"), &options).expect("translates");
    let wasm = assemble::assemble(&translation.wat).expect("assembles");
    let executable = Executable::new(Arc::new(translation), &wasm, None).expect("compiles");
    let config = RunConfig {
        process: rv2wat_linux::Config::default(),
        mounts: Vec::new(),
        strace: false,
        trace_exits: false,
        force_exit: 0,
    };
    match executable.run(Captured::new(Vec::new()), config) {
        Ok(finished) => format!("nothing was found, status {}", finished.status),
        Err(error) => error.to_string(),
    }
}

fn assemble_guest(assembly: &Path, elf: &Path) {
    std::fs::write(assembly, SOURCE).expect("the source");
    let out = Command::new("riscv64-linux-gnu-gcc")
        .args(["-nostdlib", "-static", "-o"])
        .args([elf, assembly])
        .output()
        .expect("the cross compiler");
    assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
}
