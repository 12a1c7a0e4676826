//! Checks a script: parses it, builds the guest programs, runs them in every
//! way, and compares.

mod elf;
mod guest;
mod machines;
mod script;

use rayon::prelude::*;

use guest::Program;
use machines::Machine;
use script::{Assertion, Script, Snippet};

/// How a program ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The code returned, and these are the registers that it gives.
    Returned(Vec<u64>),
    /// A signal ended the program.
    Killed(i32),
}

/// In how many ways an assertion is checked.
pub fn ways() -> usize {
    Machine::all().len() + 1
}

/// The assertions of a script that fail, one text each.
///
/// # Errors
/// What is wrong with the script itself, or a defect that stops a translation.
pub fn check(text: &str) -> Result<Vec<String>, String> {
    let script = Script::parse(text)?;
    let failures: Result<Vec<Vec<String>>, String> =
        script.snippets.par_iter().map(|snippet| check_snippet(&script, snippet)).collect();
    Ok(failures?.into_iter().flatten().collect())
}

fn check_snippet(script: &Script, snippet: &Snippet) -> Result<Vec<String>, String> {
    let assertions = || script.assertions.iter().filter(|assertion| assertion.snippet == snippet.name);
    let mut failures = Vec::new();
    let program = Program::given_registers(snippet);
    for machine in Machine::all() {
        if machine == Machine::Reference && snippet.unemulated {
            continue;
        }
        let prepared = machine.prepare(&program);
        let mut runner = prepared.map_err(|why| format!("{}, {}: {why}", snippet.name, machine.name()))?;
        for assertion in assertions() {
            let outcome = runner.run(&assertion.arguments, snippet);
            failures.extend(compare(assertion, machine.name(), outcome));
        }
    }
    // Arguments that the passes know.
    for assertion in assertions() {
        let way = "-O2 with constants";
        let program = Program::given_constants(snippet, &assertion.arguments);
        let prepared = Machine::Optimised.prepare(&program);
        let mut runner = prepared.map_err(|why| format!("line {}, {way}: {why}", assertion.line))?;
        failures.extend(compare(assertion, way, runner.run(&[], snippet)));
    }
    Ok(failures)
}

/// What is wrong, if anything is.
fn compare(assertion: &Assertion, way: &str, outcome: Result<Outcome, String>) -> Option<String> {
    let Assertion { line, snippet, arguments, expected } = assertion;
    let place = || format!("line {line}, {way}: {snippet} of {arguments:#x?}");
    let message = match outcome {
        Ok(outcome) if outcome == *expected => return None,
        Ok(outcome) => format!("{} is {outcome:#x?}, not {expected:#x?}", place()),
        Err(why) => format!("{}: {why}", place()),
    };
    // One failure, one line.
    Some(message.split_whitespace().collect::<Vec<_>>().join(" "))
}
