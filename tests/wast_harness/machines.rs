//! What runs guest programs: the interpreter, translations, and the reference
//! emulator if asked for.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, Stdio};
use std::sync::Arc;

use rv2wat::pipeline::Fflags;
use rv2wat::run::{Executable, RunConfig};
use rv2wat::{Features, Options, assemble, translate};
use rv2wat_interp::{FaultKind, FlatMemory, Hart, Interpreter, Memory, Stop};
use rv2wat_isa::X;
use rv2wat_linux::testing::FakeHost;

use super::Outcome;
use super::guest::{CODE, DATA, Program, message, registers};
use super::script::Snippet;

/// Instructions after which a program is taken to hang.
const LIMIT: u64 = 1 << 20;

/// Bytes of stack behind the data, for the interpreter.
const STACK: usize = 0x4000;

/// A way to run programs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Machine {
    /// The interpreter.
    Interpreter,
    /// Translation at `-O0`, for an engine without anything beyond others.
    Plain,
    /// Translation at `-O2`, for the engine that runs it.
    Optimised,
    /// `qemu-riscv64`.
    Reference,
}

impl Machine {
    /// The machines to try.
    pub fn all() -> Vec<Machine> {
        let mut all = vec![Machine::Interpreter, Machine::Plain, Machine::Optimised];
        if std::env::var_os("RV2WAT_REFERENCE").is_some() {
            all.push(Machine::Reference);
        }
        all
    }

    /// What failures call it.
    pub fn name(self) -> &'static str {
        match self {
            Machine::Interpreter => "interpreter",
            Machine::Plain => "-O0",
            Machine::Optimised => "-O2",
            Machine::Reference => "reference",
        }
    }

    /// Makes a program ready to run.
    pub fn prepare(self, program: &Program) -> Result<Runner<'_>, String> {
        let (level, features) = match self {
            Machine::Interpreter => return Ok(Runner::Interpreter(program)),
            Machine::Reference => return store(program).map(Runner::Reference),
            Machine::Plain => (0, Features::NONE),
            Machine::Optimised => (2, Features::OURS),
        };
        let fflags = if program.exact { Fflags::Exact } else { Fflags::Untracked };
        let options = Options { level, fflags, features, verify: true, ..Options::default() };
        let translation = translate(&program.elf(), &options).map_err(|error| error.to_string())?;
        let wasm =
            assemble::assemble(&translation.wat).map_err(|error| format!("{error}\n{}", translation.wat))?;
        let executable = Executable::new(Arc::new(translation), &wasm, None);
        Ok(Runner::Translation(Box::new(executable.map_err(|error| error.to_string())?)))
    }
}

/// A program made ready.
pub enum Runner<'a> {
    /// For the interpreter.
    Interpreter(&'a Program),
    /// Translated and compiled.
    Translation(Box<Executable>),
    /// In a file.
    Reference(tempfile::TempPath),
}

impl Runner<'_> {
    /// Runs the program on these registers.
    pub fn run(&mut self, arguments: &[u64], snippet: &Snippet) -> Result<Outcome, String> {
        let input = message(arguments);
        let ended = match self {
            Runner::Interpreter(program) => interpret(program, &input)?,
            Runner::Translation(executable) => execute(executable, input, snippet)?,
            Runner::Reference(path) => emulate(path, &input)?,
        };
        match ended {
            Ended::Killed(signal) => Ok(Outcome::Killed(signal)),
            Ended::Wrote(output) => registers(&output, snippet.results.len())
                .map(Outcome::Returned)
                .ok_or_else(|| "the program ended without its output".to_owned()),
        }
    }
}

enum Ended {
    Wrote(Vec<u8>),
    Killed(i32),
}

fn interpret(program: &Program, input: &[u8]) -> Result<Ended, String> {
    let mut bytes = program.code.clone();
    bytes.resize((DATA - CODE) as usize, 0);
    bytes.extend_from_slice(&program.data);
    bytes.resize(bytes.len() + STACK, 0);
    let end = CODE + bytes.len() as u64;
    let mut mem = FlatMemory::new(CODE, bytes);
    let mut hart = Hart::at(program.entry);
    hart.set(X::SP, end);
    let mut interpreter = Interpreter::new();
    let mut output = Vec::new();
    loop {
        let (stop, _) = interpreter.run(&mut hart, &mut mem, &mut |_| false, LIMIT);
        let done = match stop {
            Stop::Ecall => call(&mut hart, &mut mem, input, &mut output)?,
            Stop::FenceI { .. } => false,
            Stop::Illegal { .. } => return Ok(Ended::Killed(4)),
            Stop::Ebreak { .. } => return Ok(Ended::Killed(5)),
            Stop::Fault { kind: FaultKind::Misaligned, .. } => return Ok(Ended::Killed(7)),
            Stop::Fault { .. } => return Ok(Ended::Killed(11)),
            Stop::Target | Stop::Limit => return Err(format!("the interpreter stopped: {stop}")),
        };
        if done {
            return Ok(Ended::Wrote(output));
        }
    }
}

/// Serves a system call; whether it was the last.
fn call(hart: &mut Hart, mem: &mut FlatMemory, input: &[u8], output: &mut Vec<u8>) -> Result<bool, String> {
    let (addr, len) = (hart.get(X::A1), hart.get(X::A2));
    let fault = |fault: rv2wat_interp::Fault| fault.to_string();
    match hart.get(X::A7) {
        63 => mem.store(addr, input).map_err(fault)?,
        64 => {
            output.resize(len as usize, 0);
            mem.load(addr, output).map_err(fault)?;
        }
        93 => return Ok(true),
        number => return Err(format!("system call {number} is not the harness's")),
    }
    hart.set(X::A0, len);
    Ok(false)
}

/// Runs a translation. Nothing of it may be interpreted where the script does
/// not say so.
fn execute(executable: &Executable, input: Vec<u8>, snippet: &Snippet) -> Result<Ended, String> {
    let config = RunConfig::default();
    let host = FakeHost { input, ..FakeHost::default() };
    let finished = executable.run(host, config).map_err(|error| error.to_string())?;
    let interpreted = finished.stats.instructions_interpreted;
    if interpreted > 0 && !snippet.interpreted {
        return Err(format!("{interpreted} instructions were interpreted"));
    }
    match (finished.status, finished.fault) {
        (0, None) => Ok(Ended::Wrote(finished.host.output)),
        (status @ 129.., Some(_)) => Ok(Ended::Killed(status - 128)),
        (status, fault) => Err(format!("the program ended with {status}: {fault:?}")),
    }
}

/// Puts a program into a file.
fn store(program: &Program) -> Result<tempfile::TempPath, String> {
    let write = || {
        let mut file = tempfile::NamedTempFile::new()?;
        file.write_all(&program.elf())?;
        file.as_file().set_permissions(std::fs::Permissions::from_mode(0o755))?;
        Ok(file.into_temp_path())
    };
    write().map_err(|error: std::io::Error| error.to_string())
}

fn emulate(path: &std::path::Path, input: &[u8]) -> Result<Ended, String> {
    let run = || {
        let mut child = Command::new("qemu-riscv64")
            .arg(path)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program whose arguments are constants does not read.
            let _ = stdin.write_all(input);
        }
        child.wait_with_output()
    };
    let output = run().map_err(|error| format!("qemu-riscv64: {error}"))?;
    match (output.status.code(), output.status.signal()) {
        (Some(0), _) => Ok(Ended::Wrote(output.stdout)),
        (_, Some(signal)) => Ok(Ended::Killed(signal)),
        (code, None) => Err(format!("qemu-riscv64 ended with {code:?}")),
    }
}
