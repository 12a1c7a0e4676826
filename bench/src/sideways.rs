//! How fast programs leave translated code and come back: the programs of
//! `bench/sideways`, by nanoseconds for each event.
//!
//! A figure is one row of [`FIGURES`]; what is run, shown and judged derives from it.
//! Must never know why a program leaves.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::{Map, Value, json};

use crate::columns::{Column, Engine, Tools};
use crate::figures::{Heat, median};
use crate::musts::Must;
use crate::process::{self, Session};
use crate::report;
use crate::rounds::{Cell, Line, Measured, Plan, compare, progress};

/// What a program of `bench/sideways` does again and again.
pub struct Figure {
    /// How the program, the tables and `--kernel` call it.
    pub name: &'static str,
    program: &'static str,
    /// What it is the time of.
    pub event: &'static str,
    /// What it must be in both engines.
    pub bound: Bound,
}

/// What a figure must be.
pub enum Bound {
    /// Nothing is asked.
    Free,
    /// So many nanoseconds for each event at most.
    Most(f64),
    /// The same loop without events takes this share of the time at least.
    Share {
        /// The figure of the loop without events.
        without: &'static str,
        /// The share, if any is asked for.
        least: Option<f64>,
    },
}

const fn figure(program: &'static str, name: &'static str, event: &'static str, bound: Bound) -> Figure {
    Figure { name, program, event, bound }
}

/// One of the figures is how fast the loop is without events.
const fn share(least: Option<f64>) -> Bound {
    Bound::Share { without: "work", least }
}

/// All of them, in the order of the table.
pub const FIGURES: [Figure; 14] = [
    figure("jump", "setjmp", "setjmp and longjmp", Bound::Most(1000.0)),
    figure("throw", "throw_1", "throw, caught 1 frame up", Bound::Free),
    figure("throw", "throw_5", "throw, caught 5 frames up", Bound::Most(20_000.0)),
    figure("throw", "throw_50", "throw, caught 50 frames up", Bound::Free),
    figure("throw", "throw_5_cleanup", "the same 5 up, each destroys something", Bound::Free),
    figure("switch", "swapcontext", "switch, with its rt_sigprocmask", Bound::Most(1500.0)),
    figure("switch", "switch", "switch in assembly", Bound::Free),
    figure("generated", "generated_call", "call of code made at run time", Bound::Free),
    figure("jit", "jit_turn", "turn of a loop that a guest's JIT compiled", Bound::Free),
    figure("jit", "jit_compile", "compilation and run of one turn", Bound::Free),
    figure("work", "work", "turn of ordinary work", Bound::Free),
    figure("work", "work_setjmp", "the same with setjmp and longjmp", share(Some(0.7))),
    figure("work", "work_switch", "the same with a switch in assembly", share(Some(0.7))),
    figure("work", "work_swapcontext", "the same with swapcontext", share(None)),
];

/// The names of all of them.
pub fn names() -> impl Iterator<Item = &'static str> {
    FIGURES.iter().map(|figure| figure.name)
}

impl Figure {
    /// The time of the loop without events divided by that of this one.
    pub fn share(&self, measured: &Measured, column: Column) -> Option<f64> {
        let Bound::Share { without, .. } = self.bound else { return None };
        let time = |name: &str| median(measured.kernels.get(name)?.get(&column)?.samples(Heat::Warm));
        Some(time(without)? / time(self.name)?)
    }
}

/// Runs the programs that the plan has. What fails is noted in its cell.
pub fn measure(plan: &Plan) -> Measured {
    let runs = |column: &Column| match plan.chosen {
        true => !matches!(column, Column::Direct(_) | Column::Interpreter),
        false => Column::SIDEWAYS.contains(column),
    };
    let columns: Vec<Column> = plan.columns.iter().copied().filter(runs).collect();
    let mut kernels = BTreeMap::new();
    for group in FIGURES.chunk_by(|one, other| one.program == other.program) {
        let wanted = |figure: &&Figure| plan.sideways.iter().any(|name| name == figure.name);
        let group: Vec<&Figure> = group.iter().filter(wanted).collect();
        let Some(first) = group.first() else { continue };
        progress(&format!("translating {}", first.program));
        let mut runners: Vec<(Column, anyhow::Result<Runner<'_>>)> =
            columns.iter().map(|&column| (column, Runner::start(&plan.tools, column, first))).collect();
        for figure in group {
            progress(figure.name);
            kernels.insert(figure.name.to_owned(), measure_figure(plan, figure, &mut runners));
        }
    }
    Measured { columns, kernels }
}

fn measure_figure(
    plan: &Plan,
    figure: &Figure,
    runners: &mut [(Column, anyhow::Result<Runner<'_>>)],
) -> BTreeMap<Column, Cell> {
    let (all, warm) = plan.repetitions;
    let mut cells: BTreeMap<Column, Cell> = BTreeMap::new();
    for round in 0..plan.rounds as usize {
        // So every round begins with another column.
        let first = round % runners.len().max(1);
        let (before, after) = runners.split_at_mut(first);
        for (column, runner) in after.iter_mut().chain(before) {
            let cell = cells.entry(*column).or_default();
            if cell.failure.is_some() {
                continue;
            }
            let noted = match runner {
                Err(error) => Err(anyhow::anyhow!("{error:#}")),
                Ok(runner) => {
                    cell.whole.get_or_insert(runner.whole);
                    runner.once(figure, &format!("{all} {warm}")).and_then(|line| cell.note(line))
                }
            };
            cell.failure = noted.err().map(|error| format!("{error:#}"));
        }
    }
    compare(&mut cells);
    cells
}

/// What runs a program in one column again and again.
struct Runner<'a> {
    tools: &'a Tools,
    way: Way,
    /// What its translation is called.
    module: String,
    /// How long the first run took, with the translation and one repetition.
    whole: Duration,
}

enum Way {
    /// A process each time, as this column calls it.
    Process(Column),
    /// A page each time, for this program.
    Page(Column, PathBuf),
    /// A process that stays and has translated already.
    Session(Session),
}

impl<'a> Runner<'a> {
    /// Makes the first run.
    fn start(tools: &'a Tools, column: Column, first: &Figure) -> anyhow::Result<Runner<'a>> {
        tools.open(column)?;
        let started = Instant::now();
        let program = tools.sideways(first.program, "riscv64")?;
        if let Some(mut command) = tools.prepare(column, &module(first), &program) {
            process::run(&mut command)?;
        }
        let way = match tools.session(column, &program) {
            Some(mut command) => Way::Session(Session::start(&mut command)?),
            None if column.in_page() => Way::Page(column, program),
            None => Way::Process(column),
        };
        let mut runner = Runner { tools, way, module: module(first), whole: Duration::ZERO };
        runner.once(first, "1 0")?;
        runner.whole = started.elapsed();
        Ok(runner)
    }

    /// One run of a figure, by the event.
    fn once(&mut self, figure: &Figure, repetitions: &str) -> anyhow::Result<Line> {
        let words = format!("{} {repetitions}", figure.name);
        let output = match &mut self.way {
            Way::Process(column) => {
                process::run(command(self.tools, *column, figure)?.args(words.split(' ')))?
            }
            Way::Page(column, program) => self.tools.in_page(*column, &self.module, program, &words)?,
            Way::Session(session) => session.ask(&words)?,
        };
        parse(figure.name, &output)
    }
}

/// What translations of a figure's program are called: a kernel may have its name.
fn module(figure: &Figure) -> String {
    format!("sideways-{}", figure.program)
}

/// How a column runs a figure's program; its arguments come behind.
fn command(tools: &Tools, column: Column, figure: &Figure) -> anyhow::Result<Command> {
    match column {
        Column::Native => Ok(Command::new(tools.sideways(figure.program, "native")?)),
        _ => tools.program(column, &module(figure), &tools.sideways(figure.program, "riscv64")?, None),
    }
}

/// Reads what a program printed, and divides its times by its events.
fn parse(figure: &str, output: &[u8]) -> anyhow::Result<Line> {
    let text = String::from_utf8_lossy(output);
    let parts = text.split_once(" events: ");
    let read = parts.and_then(|(events, rest)| Some((events.parse::<u32>().ok().filter(|&n| n > 0)?, rest)));
    let (events, rest) = read.with_context(|| format!("printed no count of events but {text:?}"))?;
    let line = Line::parse(figure, rest.as_bytes())?;
    Ok(Line { best: line.best / f64::from(events), first: line.first / f64::from(events), ..line })
}

/// The figures that must be reached, in each engine.
pub fn musts(measured: &Measured) -> Vec<Must> {
    let mut musts = Vec::new();
    for figure in &FIGURES {
        for engine in Engine::BOUND {
            let column = Column::plain(engine);
            let (most, must, value, what) = match figure.bound {
                Bound::Most(must) => {
                    let cell = measured.kernels.get(figure.name).and_then(|cells| cells.get(&column));
                    let value = cell.and_then(|cell| median(cell.samples(Heat::Warm)));
                    (true, must, value, format!("{}, {}, ns", figure.event, engine.title()))
                }
                Bound::Share { without, least: Some(must) } => {
                    let what = format!("{without} ÷ {}, {}", figure.name, engine.title());
                    (false, must, figure.share(measured, column), what)
                }
                Bound::Free | Bound::Share { least: None, .. } => continue,
            };
            let value = value.map(|value| (value, column.id()));
            musts.push(Must { what, must, goal: must, most, value });
        }
    }
    musts
}

/// All of it as JSON; times are those of one event.
pub fn json(measured: &Measured) -> Value {
    let shares: Map<String, Value> = FIGURES
        .iter()
        .filter(|figure| matches!(figure.bound, Bound::Share { .. }))
        .map(|figure| {
            let columns = measured.columns.iter();
            let shares: Map<String, Value> =
                columns.map(|&column| (column.id(), json!(figure.share(measured, column)))).collect();
            (figure.name.to_owned(), shares.into())
        })
        .collect();
    json!({ "events": report::rows(measured), "share_without_events": shares })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn times_are_those_of_one_event() {
        let line = parse("setjmp", b"100 events: setjmp checksum=0x0a best_ns=250 first_ns=700\n");
        let expected = Line { checksum: "0x0a".to_owned(), best: 2.5, first: 7.0 };
        assert_eq!(line.ok(), Some(expected));
        let bad: [&[u8]; 4] = [
            b"setjmp checksum=0x0a best_ns=250 first_ns=700\n",
            b"0 events: setjmp checksum=0x0a best_ns=250 first_ns=700\n",
            b"100 events: switch checksum=0x0a best_ns=250 first_ns=700\n",
            b"100 events: setjmp checksum=0x0a best_ns=250 first_ns=700",
        ];
        for text in bad {
            assert!(parse("setjmp", text).is_err(), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn names_are_distinct_and_programs_stand_together() {
        assert_eq!(names().collect::<BTreeSet<_>>().len(), FIGURES.len());
        let groups = FIGURES.chunk_by(|one, other| one.program == other.program);
        let programs: BTreeSet<_> = FIGURES.iter().map(|figure| figure.program).collect();
        assert_eq!(groups.count(), programs.len());
        for figure in &FIGURES {
            if let Bound::Share { without, .. } = figure.bound {
                assert!(names().any(|name| name == without && name != figure.name));
            }
        }
    }

    #[test]
    fn a_share_is_of_the_time_without_events_and_missed_below_its_bound() {
        let column = Column::plain(Engine::V8);
        let cell = |time| BTreeMap::from([(column, Cell { warm: vec![time], ..Cell::default() })]);
        let mut measured = Measured {
            columns: vec![column],
            kernels: BTreeMap::from([
                ("setjmp".to_owned(), cell(900.0)),
                ("work".to_owned(), cell(1000.0)),
                ("work_switch".to_owned(), cell(2000.0)),
            ]),
        };
        let met = |measured: &Measured, what: &str| {
            let musts = musts(measured);
            let must = musts.iter().find(|must| must.what == what);
            must.unwrap_or_else(|| panic!("no figure is called {what}")).met()
        };
        assert!(met(&measured, "setjmp and longjmp, V8, ns"));
        assert!(!met(&measured, "setjmp and longjmp, wasmtime, ns"), "it was not measured");
        assert!(!met(&measured, "work ÷ work_switch, V8"));
        measured.kernels.insert("work_switch".to_owned(), cell(1250.0));
        assert!(met(&measured, "work ÷ work_switch, V8"));
        measured.kernels.insert("setjmp".to_owned(), cell(1100.0));
        assert!(!met(&measured, "setjmp and longjmp, V8, ns"));
    }
}
