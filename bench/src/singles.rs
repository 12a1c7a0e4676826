//! Figures of one program each that have no columns: how long the first run of a
//! small one takes and the second run of a larger one, and how many functions of large
//! ones are translated as functions that call each other with arguments.
//!
//! Must never know what the figures have to be.

use std::collections::BTreeSet;
use std::process::Command;

use anyhow::{Context as _, ensure};
use serde_json::{Map, Value, json};

use crate::columns::Tools;
use crate::figures::{median, spread};
use crate::process;
use crate::rounds::{Plan, progress};
use crate::scaling;

/// The program whose first run is measured.
const HELLO: &str = "hello";
/// What it prints.
const GREETING: &[u8] = b"hello, world\n";

/// The programs whose functions are counted: how `--kernel` calls that, and the file.
const COUNTED: [(&str, &str); 2] = [("busybox-functions", "busybox"), ("bash-functions", "bash-static")];

/// How `--kernel` calls runs of a program that is kept, the file, and what it does.
const KEPT: &str = "second-run";
const KEPT_FILE: &str = "busybox";
const KEPT_WORDS: [&str; 2] = ["echo", "hi"];
const KEPT_OUTPUT: &[u8] = b"hi\n";

/// How `--kernel` calls each.
pub fn names() -> impl Iterator<Item = &'static str> {
    [HELLO, KEPT].into_iter().chain(COUNTED.iter().map(|counted| counted.0))
}

/// Those that `--quick` has time and programs for.
pub const QUICK: &[&str] = &[HELLO];

/// First runs of a small program.
pub struct FirstRuns {
    /// Bytes of its text.
    pub text: u64,
    /// Seconds by the wall, each of a process that translates, compiles and runs it.
    pub times: Vec<f64>,
}

/// Runs of a program whose translation is kept.
pub struct KeptRuns {
    /// Bytes of its text.
    pub text: u64,
    /// Seconds by the wall of runs that found nothing kept.
    pub first: Vec<f64>,
    /// The same of those right behind them.
    pub second: Vec<f64>,
}

/// The functions of a program.
#[derive(Debug, PartialEq, Eq)]
pub struct Functions {
    /// All of them.
    pub all: usize,
    /// Those that are irregular or observers.
    pub unclean: BTreeSet<String>,
}

/// What was measured.
#[derive(Default)]
pub struct Singles {
    /// Of [`HELLO`].
    pub first_runs: Option<FirstRuns>,
    /// Of [`KEPT_FILE`].
    pub kept_runs: Option<KeptRuns>,
    /// By file.
    pub functions: Vec<(&'static str, Functions)>,
    /// What went wrong.
    pub failures: Vec<String>,
}

/// Measures those that the plan has.
pub fn measure(plan: &Plan) -> Singles {
    let wanted = |name: &str| plan.singles.iter().any(|single| single == name);
    let mut singles = Singles::default();
    if wanted(HELLO) {
        progress(HELLO);
        match first_runs(&plan.tools, plan.rounds) {
            Ok(runs) => singles.first_runs = Some(runs),
            Err(error) => singles.failures.push(format!("{HELLO}: {error:#}")),
        }
    }
    if wanted(KEPT) {
        progress(KEPT);
        match kept_runs(&plan.tools, plan.rounds) {
            Ok(runs) => singles.kept_runs = Some(runs),
            Err(error) => singles.failures.push(format!("{KEPT}: {error:#}")),
        }
    }
    for (name, file) in COUNTED {
        if wanted(name) {
            progress(name);
            match functions(&plan.tools, file) {
                Ok(functions) => singles.functions.push((file, functions)),
                Err(error) => singles.failures.push(format!("{name}: {error:#}")),
            }
        }
    }
    singles
}

fn first_runs(tools: &Tools, rounds: u32) -> anyhow::Result<FirstRuns> {
    let program = tools.program_file(HELLO)?;
    let mut times = Vec::new();
    for _ in 0..rounds {
        let used = process::watch(Command::new(&tools.rv2wat).args(["run", "--no-cache"]).arg(&program))?;
        ensure!(used.output == GREETING, "it printed {:?}", String::from_utf8_lossy(&used.output));
        times.push(used.time.as_secs_f64());
    }
    Ok(FirstRuns { text: scaling::text(&program)?, times })
}

/// Runs the program twice in each round, with a directory of its own to keep things in.
fn kept_runs(tools: &Tools, rounds: u32) -> anyhow::Result<KeptRuns> {
    let program = tools.program_file(KEPT_FILE)?;
    let mut runs = KeptRuns { text: scaling::text(&program)?, first: Vec::new(), second: Vec::new() };
    for _ in 0..rounds {
        let kept = tempfile::tempdir()?;
        for times in [&mut runs.first, &mut runs.second] {
            let mut command = Command::new(&tools.rv2wat);
            command.args(["run", "--cache-dir"]).arg(kept.path()).arg(&program).args(KEPT_WORDS);
            let used = process::watch(&mut command)?;
            ensure!(used.output == KEPT_OUTPUT, "it printed {:?}", String::from_utf8_lossy(&used.output));
            times.push(used.time.as_secs_f64());
        }
        ensure!(std::fs::read_dir(kept.path())?.next().is_some(), "nothing was kept");
    }
    Ok(runs)
}

fn functions(tools: &Tools, file: &str) -> anyhow::Result<Functions> {
    let program = tools.program_file(file)?;
    let mut command = Command::new(&tools.rv2wat);
    command.args(["--emit=summary", "--stats=json"]).arg(&program);
    let errors = process::watch(&mut command)?.errors;
    // Warnings may stand before it.
    let line = errors.split(|&byte| byte == b'\n').rfind(|line| line.first() == Some(&b'{'));
    Functions::of(&serde_json::from_slice(line.context("--stats printed no object")?)?)
}

impl Functions {
    /// Reads the counts of a translation.
    fn of(stats: &Value) -> anyhow::Result<Functions> {
        let count = |key: &str| stats[key].as_u64().with_context(|| format!("--stats has no {key}"));
        let reasons = |key: &str| stats[key].as_object().with_context(|| format!("--stats has no {key}"));
        let unclean: BTreeSet<String> = reasons("irregular_reasons")?
            .keys()
            .chain(reasons("observer_reasons")?.keys())
            .cloned()
            .collect();
        let all = usize::try_from(count("regular")? + count("irregular")?)?;
        ensure!(unclean.len() <= all && all > 0, "{} of {all} functions have a reason", unclean.len());
        Ok(Functions { all, unclean })
    }

    /// How many of a hundred are regular and not observers.
    #[expect(clippy::cast_precision_loss, reason = "there are fewer functions than 2^53")]
    pub fn clean(&self) -> f64 {
        100.0 * (self.all - self.unclean.len()) as f64 / self.all as f64
    }
}

impl Singles {
    /// All of it as JSON; only keys are added.
    pub fn json(&self) -> Value {
        let functions: Map<String, Value> = self
            .functions
            .iter()
            .map(|(file, functions)| {
                let value = json!({ "functions": functions.all, "irregular_or_observer": functions.unclean });
                ((*file).to_owned(), value)
            })
            .collect();
        let seconds =
            |times: &[f64]| json!({ "median": median(times), "spread": spread(times), "samples": times });
        json!({
            "first_run": self.first_runs.as_ref().map(|runs| json!({
                "program": HELLO,
                "text_bytes": runs.text,
                "seconds": seconds(&runs.times),
            })),
            "kept_run": self.kept_runs.as_ref().map(|runs| json!({
                "program": KEPT_FILE,
                "text_bytes": runs.text,
                "first_seconds": seconds(&runs.first),
                "second_seconds": seconds(&runs.second),
            })),
            "functions": functions,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_with_two_reasons_counts_once() {
        let stats = json!({
            "regular": 7, "irregular": 2, "irregular_reasons": { "a": "why", "b": "why" },
            "observer_reasons": { "b": "why", "c": "why" },
        });
        let functions = Functions::of(&stats).expect("all keys are there");
        assert_eq!((functions.all, functions.unclean.len()), (9, 3));
        assert!((functions.clean() - 200.0 / 3.0).abs() < 1e-9);
        assert!(Functions::of(&json!({ "regular": 7 })).is_err());
        assert!(
            Functions::of(&json!({
                "regular": 0, "irregular": 0, "irregular_reasons": {}, "observer_reasons": {}
            }))
            .is_err()
        );
    }
}
