//! The same program under a real engine, for the short run: too slow for a fuzzer.

use std::sync::Arc;

use rv2wat::run::{Executable, RunConfig};
use rv2wat::{assemble, translate};
use rv2wat_linux::testing::FakeHost;

use super::{compare, input, interpret};
use crate::Verdict;

/// Checks an input, translated and under wasmtime.
///
/// # Errors
/// What differs.
pub fn run_under_wasmtime(bytes: &[u8]) -> Verdict {
    let (program, way) = input(bytes);
    let expected = interpret(&program)?;
    let found = execute(&program.elf(), way).map_err(|wrong| format!("{way:?}: {wrong}\n{program}"))?;
    compare(&expected, &found, way).map_err(|wrong| format!("wasmtime, {way:?}: {wrong}\n{program}"))
}

fn execute(elf: &[u8], way: super::Way) -> Result<Vec<u8>, String> {
    let translation = translate(elf, &way.options()).map_err(|error| error.to_string())?;
    let wasm = assemble::assemble(&translation.wat).map_err(|error| error.to_string())?;
    let executable =
        Executable::new(Arc::new(translation), &wasm, None).map_err(|error| error.to_string())?;
    let config = RunConfig::default();
    let finished = executable.run(FakeHost::default(), config).map_err(|error| error.to_string())?;
    match (finished.status, finished.stats.instructions_interpreted) {
        (0, 0) => Ok(finished.host.output),
        (0, count) => Err(format!("{count} instructions were interpreted")),
        (status, _) => Err(format!("the program ended with {status}: {:?}", finished.fault)),
    }
}
