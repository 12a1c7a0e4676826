//! Checks a script: parses it, builds the guest programs, runs them in every
//! way, and compares.

mod guest;
mod machines;
mod script;

use rayon::prelude::*;

use guest::Program;
use machines::Machine;
use script::{Assertion, Expected, Script, Snippet};

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
    let in_snippet = |why: String| format!("{}: {why}", snippet.name);
    let assertions = || script.assertions.iter().filter(|assertion| assertion.snippet == snippet.name);
    let mut failures = Vec::new();
    let program = Program::given_registers(snippet);
    for machine in Machine::all() {
        if machine == Machine::Reference && snippet.unemulated {
            continue;
        }
        let mut runner = machine.prepare(&program).map_err(in_snippet)?;
        for assertion in assertions() {
            let outcome = runner.run(&assertion.arguments, snippet).map_err(in_snippet)?;
            failures.extend(compare(assertion, snippet, machine.name(), &outcome));
        }
    }
    // Arguments that the passes know.
    for assertion in assertions() {
        let program = Program::given_constants(snippet, &assertion.arguments);
        let mut runner = Machine::Optimised.prepare(&program).map_err(in_snippet)?;
        let outcome = runner.run(&[], snippet).map_err(in_snippet)?;
        failures.extend(compare(assertion, snippet, "-O2 with constants", &outcome));
    }
    Ok(failures)
}

/// What is wrong, if anything is.
fn compare(assertion: &Assertion, snippet: &Snippet, way: &str, outcome: &Outcome) -> Option<String> {
    let right = match (&assertion.expected, outcome) {
        (Expected::Registers(expected), Outcome::Returned(values)) => expected == values,
        (Expected::Signal(expected), Outcome::Killed(signal)) => expected == signal,
        _ => false,
    };
    let expected = match &assertion.expected {
        Expected::Registers(values) => Outcome::Returned(values.clone()),
        Expected::Signal(signal) => Outcome::Killed(*signal),
    };
    let Assertion { line, arguments, .. } = assertion;
    (!right).then(|| {
        format!(
            "line {line}, {way}: {}({arguments:#x?}) is {outcome:#x?}, not {expected:#x?}",
            snippet.name
        )
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
    })
}
