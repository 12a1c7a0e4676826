//! The figures that must be reached, and whether they are.
//!
//! A must is one row of [`judge`]'s tables. Must never know how anything was
//! measured.

use crate::columns::{Column, Engine};
use crate::figures::median;
use crate::figures::{Standing, Sum, Summary, ours};
use crate::rounds::Measured;
use crate::singles::Singles;

/// A figure that must be reached.
pub struct Must {
    /// What it is.
    pub what: String,
    /// What it must be.
    pub must: f64,
    /// Whether that is the most that it may be, and not the least.
    pub most: bool,
    /// What it is meant to become.
    pub goal: f64,
    /// What it is, and of which column or kernel; nothing if it was not measured.
    pub value: Option<(f64, String)>,
}

impl Must {
    /// Whether it is reached; what was not measured is not.
    pub fn met(&self) -> bool {
        self.value.as_ref().is_some_and(|(value, _)| match self.most {
            true => *value <= self.must,
            false => *value >= self.must,
        })
    }
}

/// Judges the figures. Ours in an engine is the one of the two
/// columns, with and without Binaryen, that has the better mean: one choice for
/// all kernels.
pub fn judge(measured: &Measured, summary: &Summary, programs: &Measured, singles: &Singles) -> Vec<Must> {
    let mut musts = Vec::new();
    for (engine, must, goal) in [(Engine::V8, 0.80, 0.95), (Engine::Wasmtime, 0.75, 0.90)] {
        let what = format!("native ÷ ours, {}, geometric mean", engine.title());
        let value = best(measured, summary, engine, |sum| sum.native.as_ref());
        let value = value.map(|(column, standing)| (standing.mean, column.id()));
        musts.push(Must { what, must, goal, most: false, value });
    }
    for engine in Engine::BOUND {
        let stands = best(measured, summary, engine, |sum| sum.direct.as_ref());
        let what = format!("direct ÷ ours, {}, geometric mean", engine.title());
        let value = stands.as_ref().map(|(column, standing)| (standing.mean, column.id()));
        musts.push(Must { what, must: 0.95, goal: 1.10, most: false, value });
        let what = format!("direct ÷ ours, {}, worst kernel", engine.title());
        let value = stands
            .map(|(column, standing)| (standing.worst.1, format!("{} in {}", standing.worst.0, column.id())));
        musts.push(Must { what, must: 0.60, goal: 0.90, most: false, value });
    }
    let first = singles.first_runs.as_ref();
    musts.push(Must {
        what: "first run of a static hello world, seconds".to_owned(),
        must: 3.0,
        goal: 0.5,
        most: true,
        value: first
            .and_then(|runs| Some((median(&runs.times)?, format!("{} kB of text", runs.text / 1000)))),
    });
    musts.push(Must {
        what: "second run of busybox's echo, seconds".to_owned(),
        must: 0.1,
        goal: 0.05,
        most: true,
        value: singles.kept_runs.as_ref().and_then(|runs| {
            let first = median(&runs.first)?;
            Some((median(&runs.second)?, format!("the first one {first:.1}")))
        }),
    });
    for file in ["busybox", "bash-static"] {
        let functions = singles.functions.iter().find(|(name, _)| *name == file).map(|(_, it)| it);
        musts.push(Must {
            what: format!("functions of {file} regular and not observers, %"),
            must: 98.0,
            goal: 99.5,
            most: false,
            value: functions.map(|it| (it.clean(), format!("all but {} of {}", it.unclean.len(), it.all))),
        });
    }
    for program in INTERPRETERS {
        let what = format!("exits per million instructions, {program}");
        let value = exits(programs, program).map(|exits| (exits, "wasmtime".to_owned()));
        musts.push(Must { what, must: 100.0, goal: 10.0, most: true, value });
    }
    musts
}

/// The programs that are interpreters, whose calls go through tables.
const INTERPRETERS: [&str; 3] = ["busybox-awk", "bash-loop", "lua-objects"];

/// How often a program leaves translated code, for each million of its
/// instructions; the interpreter counts those.
fn exits(programs: &Measured, program: &str) -> Option<f64> {
    let cells = programs.kernels.get(program)?;
    let stats = |column: &Column| cells.get(column)?.stats.as_ref();
    let [ours, _] = ours(Engine::Wasmtime);
    let exits: f64 =
        stats(&ours)?.get("exits")?.as_object()?.values().filter_map(|count| count.as_f64()).sum();
    let instructions = stats(&Column::Interpreter)?.get("instructions_interpreted")?.as_f64()?;
    Some(exits / (instructions / 1e6))
}

/// The better of ours in an engine, of those that ran all kernels: a figure over
/// some of them is another figure.
fn best(
    measured: &Measured,
    summary: &Summary,
    engine: Engine,
    standing: impl Fn(&Sum) -> Option<&Standing>,
) -> Option<(Column, Standing)> {
    ours(engine)
        .into_iter()
        .filter_map(|column| Some((column, standing(summary.get(&column)?)?.clone())))
        .filter(|(_, standing)| standing.kernels == measured.kernels.len())
        .max_by(|a, b| a.1.mean.total_cmp(&b.1.mean))
}
