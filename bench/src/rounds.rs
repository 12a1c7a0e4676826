//! What is run, in which order, and what it printed.
//!
//! Kernel by kernel: first every column runs it once for a single repetition, then
//! come the rounds, each of which runs every column once, so that what disturbs
//! the machine for a while disturbs them alike; every round begins with another
//! column. Must never know what the
//! figures are compared with.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};

use crate::accesses::COMPARISONS;
use crate::arguments::Arguments;
use crate::columns::{Column, Tools};
use crate::process::{self, Session};
use crate::{sideways, singles};

/// What is to be measured.
pub struct Plan {
    /// The programs.
    pub tools: Tools,
    /// The kernels, by name.
    pub kernels: Vec<String>,
    /// The columns that can be measured.
    pub columns: Vec<Column>,
    /// The programs other than kernels, by name.
    pub programs: Vec<String>,
    /// What is measured of one program without columns, by name.
    pub singles: Vec<String>,
    /// The figures of programs that leave translated code, by name.
    pub sideways: Vec<String>,
    /// Whether the columns were chosen by name.
    pub chosen: bool,
    /// Those that were asked for and cannot, and why.
    pub missing: Vec<(Column, String)>,
    /// How often each is run.
    pub rounds: u32,
    /// Repetitions inside a run: all, and those of them that warm up.
    pub repetitions: (u32, u32),
}

impl Plan {
    /// Checks what was asked for against what there is.
    pub fn new(arguments: &Arguments) -> anyhow::Result<Plan> {
        let tools = Tools::find()?;
        let built = kernels(&tools)?;
        let programs: Vec<String> = crate::programs::names().map(str::to_owned).collect();
        let singles: Vec<String> = singles::names()
            .chain(COMPARISONS.iter().map(|comparison| comparison.name))
            .map(str::to_owned)
            .collect();
        let sideways: Vec<String> = sideways::names().map(str::to_owned).collect();
        let all = [&built, &programs, &singles, &sideways];
        for name in &arguments.kernels {
            if !all.iter().any(|names| names.contains(name)) {
                bail!(
                    "there is no kernel {name}; there are {}",
                    all.map(|names| names.join(", ")).join(", ")
                );
            }
        }
        let everything = arguments.kernels.is_empty() && !arguments.sideways;
        let wanted = |name: &String| everything || arguments.kernels.contains(name);
        let hurry = arguments.quick && everything;
        let columns = match arguments.columns.as_slice() {
            [] if arguments.sideways && arguments.kernels.is_empty() => Column::SIDEWAYS.to_vec(),
            [] if arguments.quick => Column::QUICK.to_vec(),
            [] => Column::ALL.to_vec(),
            ids => {
                let mut columns =
                    ids.iter().map(|id| Column::parse(id)).collect::<anyhow::Result<Vec<_>>>()?;
                columns.sort();
                columns.dedup();
                Column::ALL.into_iter().filter(|column| columns.contains(column)).collect()
            }
        };
        let missing = columns.iter().filter_map(|&column| Some((column, tools.lacks(column)?))).collect();
        let columns = columns.into_iter().filter(|&column| tools.lacks(column).is_none()).collect();
        Ok(Plan {
            kernels: built.into_iter().filter(wanted).collect(),
            // They take longer to translate than --quick has time.
            programs: match hurry {
                true => Vec::new(),
                false => programs.into_iter().filter(wanted).collect(),
            },
            sideways: match hurry {
                true => Vec::new(),
                false => sideways.into_iter().filter(|name| arguments.sideways || wanted(name)).collect(),
            },
            chosen: !arguments.columns.is_empty(),
            singles: match hurry {
                true => singles::QUICK.iter().map(|&name| name.to_owned()).collect(),
                false => singles.into_iter().filter(wanted).collect(),
            },
            columns,
            missing,
            rounds: arguments.rounds.unwrap_or(if arguments.quick { 1 } else { 5 }),
            repetitions: if arguments.quick { (8, 3) } else { (13, 3) },
            tools,
        })
    }
}

/// The kernels that were compiled in all forms.
fn kernels(tools: &Tools) -> anyhow::Result<Vec<String>> {
    let place = || tools.kernels.display().to_string();
    let mut names = Vec::new();
    for entry in std::fs::read_dir(&tools.kernels).with_context(place)? {
        let file = entry?.file_name();
        let Some(name) = file.to_str().and_then(|name| name.strip_suffix(".native")) else { continue };
        let built = ["riscv64", "wasm"].iter().all(|form| tools.form(name, form).exists());
        if !name.starts_with('.') && built {
            names.push(name.to_owned());
        }
    }
    names.sort();
    if names.is_empty() {
        bail!("no kernels in {}", place());
    }
    Ok(names)
}

/// What the runs of one kernel in one column gave.
#[derive(Clone, Debug, Default)]
pub struct Cell {
    /// The shortest repetition of each run, nanoseconds.
    pub warm: Vec<f64>,
    /// The first repetition of each run.
    pub cold: Vec<f64>,
    /// The first run of all, from the start of its process to the end, with one
    /// repetition; with the translation. Where pages run it, the browser is open already.
    pub whole: Option<Duration>,
    /// What all of it computed.
    pub checksum: Option<String>,
    /// What `rv2wat run --stats` counted in a short run, where it was asked.
    pub stats: Option<serde_json::Value>,
    /// What went wrong first.
    pub failure: Option<String>,
}

/// All that was measured: kernel, column, cell.
pub struct Measured {
    /// The columns.
    pub columns: Vec<Column>,
    /// The cells.
    pub kernels: BTreeMap<String, BTreeMap<Column, Cell>>,
}

impl Measured {
    /// Everything that went wrong, in words.
    pub fn failures(&self) -> Vec<String> {
        let cells = self
            .kernels
            .iter()
            .flat_map(|(kernel, cells)| cells.iter().map(move |(column, cell)| (kernel, column.id(), cell)));
        cells
            .filter_map(|(kernel, id, cell)| Some(format!("{kernel}, {id}: {}", cell.failure.as_ref()?)))
            .collect()
    }
}

/// Runs everything. What fails is noted in its cell and not run again.
pub fn measure(plan: &Plan) -> Measured {
    let mut kernels = BTreeMap::new();
    for (at, kernel) in plan.kernels.iter().enumerate() {
        progress(&format!("{kernel} ({} of {})", at + 1, plan.kernels.len()));
        let cells = measure_kernel(plan, &plan.columns, kernel);
        kernels.insert(kernel.clone(), cells);
    }
    Measured { columns: plan.columns.clone(), kernels }
}

/// Runs one kernel in these columns.
pub fn measure_kernel(plan: &Plan, columns: &[Column], kernel: &str) -> BTreeMap<Column, Cell> {
    let mut cells: Vec<(Column, Cell, Option<Runner<'_>>)> = Vec::new();
    for &column in columns {
        let mut cell = Cell::default();
        let runner = Runner::start(plan, column, kernel, &mut cell);
        let runner = runner.map_err(|error| cell.failure = Some(format!("{error:#}"))).ok();
        cells.push((column, cell, runner));
    }
    let (all, warm) = plan.repetitions;
    for round in 0..plan.rounds as usize {
        // The vector is turned itself: so every round begins with another column.
        if round > 0 {
            cells.rotate_left(1);
        }
        for (column, cell, runner) in &mut cells {
            let Some(running) = runner.as_mut().filter(|_| !column.slow()) else { continue };
            if let Err(error) = running.once(&format!("{all} {warm}")).and_then(|line| cell.note(line)) {
                cell.failure = Some(format!("{error:#}"));
                *runner = None;
            }
        }
    }
    let mut cells = cells.into_iter().map(|(column, cell, _)| (column, cell)).collect();
    compare(&mut cells);
    cells
}

/// What runs one kernel in one column again and again.
struct Runner<'a> {
    tools: &'a Tools,
    kernel: &'a str,
    way: Way,
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
    /// Makes the first run: the translation, and one repetition.
    fn start(plan: &'a Plan, column: Column, kernel: &'a str, cell: &mut Cell) -> anyhow::Result<Runner<'a>> {
        plan.tools.open(column)?;
        let started = Instant::now();
        let program = plan.tools.form(kernel, "riscv64");
        if let Some(mut command) = plan.tools.prepare(column, kernel, &program) {
            process::run(&mut command)?;
        }
        let way = match plan.tools.session(column, &program) {
            Some(mut command) => Way::Session(Session::start(&mut command)?),
            None if column.in_page() => Way::Page(column, program),
            None => Way::Process(column),
        };
        let mut runner = Runner { tools: &plan.tools, kernel, way };
        let line = runner.once("1 0")?;
        cell.whole = Some(started.elapsed());
        if column.slow() {
            cell.note(line)?;
        } else {
            cell.checksum = Some(line.checksum);
        }
        Ok(runner)
    }

    /// One run with these arguments.
    fn once(&mut self, args: &str) -> anyhow::Result<Line> {
        let output = match &mut self.way {
            Way::Process(column) => {
                process::run(self.tools.command(*column, self.kernel)?.args(args.split(' ')))?
            }
            Way::Page(column, program) => self.tools.in_page(*column, self.kernel, program, args)?,
            Way::Session(session) => session.ask(args)?,
        };
        Line::parse(self.kernel, &output)
    }
}

impl Cell {
    /// Notes what a run printed.
    pub fn note(&mut self, line: Line) -> anyhow::Result<()> {
        self.warm.push(line.best);
        self.cold.push(line.first);
        self.same(line.checksum)
    }

    /// Notes what a run computed: what the runs before it did.
    pub fn same(&mut self, checksum: String) -> anyhow::Result<()> {
        match self.checksum.get_or_insert_with(|| checksum.clone()) {
            before if *before == checksum => Ok(()),
            before => bail!("checksum {checksum} where the first run has {before}"),
        }
    }
}

/// Notes the columns that compute something else than the first one.
pub fn compare(cells: &mut BTreeMap<Column, Cell>) {
    let Some(expected) = cells.values().find_map(|cell| cell.checksum.clone()) else { return };
    for cell in cells.values_mut() {
        let differs = cell.checksum.as_ref().is_some_and(|checksum| *checksum != expected);
        if differs && cell.failure.is_none() {
            cell.failure = Some(format!(
                "checksum {} where the first column has {expected}",
                cell.checksum.as_deref().unwrap_or_default()
            ));
        }
    }
}

/// Tells a person what is going on.
pub fn progress(what: &str) {
    use std::io::IsTerminal as _;
    if std::io::stderr().is_terminal() {
        eprint!("\r\x1b[Kbench: {what}");
    }
}

/// What a kernel prints.
#[derive(Debug, PartialEq)]
pub struct Line {
    /// What it computed.
    pub checksum: String,
    /// The shortest repetition behind the warm-up, nanoseconds.
    pub best: f64,
    /// The first repetition.
    pub first: f64,
}

impl Line {
    /// Reads what a kernel of this name printed.
    pub fn parse(kernel: &str, output: &[u8]) -> anyhow::Result<Line> {
        let text = String::from_utf8_lossy(output);
        let read = || {
            let mut words = text.strip_suffix('\n')?.split(' ');
            if words.next()? != kernel {
                return None;
            }
            let mut value = |name| Some(words.next()?.strip_prefix(name)?.strip_prefix('=')?.to_owned());
            let checksum = value("checksum")?;
            let mut time = |name| value(name)?.parse::<u64>().ok().filter(|&time| time > 0);
            let (best, first) = (time("best_ns")?, time("first_ns")?);
            #[expect(clippy::cast_precision_loss, reason = "2^53 ns are a hundred days")]
            let line = Line { checksum, best: best as f64, first: first as f64 };
            words.next().is_none().then_some(line)
        };
        read().with_context(|| format!("printed no result but {text:?}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_whole_or_not_at_all() {
        let good = b"aes checksum=0x0a best_ns=5 first_ns=7\n";
        let line = Line { checksum: "0x0a".to_owned(), best: 5.0, first: 7.0 };
        assert_eq!(Line::parse("aes", good).ok(), Some(line));
        let bad: [&[u8]; 6] = [
            b"",
            b"aes checksum=0x0a best_ns=5 first_ns=7",
            b"crc checksum=0x0a best_ns=5 first_ns=7\n",
            b"aes checksum=0x0a best_ns=0 first_ns=7\n",
            b"aes checksum=0x0a first_ns=7 best_ns=5\n",
            b"aes checksum=0x0a best_ns=5 first_ns=7 more\n",
        ];
        for text in bad {
            assert!(Line::parse("aes", text).is_err(), "{}", String::from_utf8_lossy(text));
        }
    }

    #[test]
    fn a_checksum_of_its_own_fails_a_column() {
        let cell = |checksum: &str| Cell { checksum: Some(checksum.to_owned()), ..Cell::default() };
        let mut cells = BTreeMap::from([(Column::Native, cell("1")), (Column::Qemu, cell("1"))]);
        compare(&mut cells);
        assert!(cells.values().all(|cell| cell.failure.is_none()));
        cells.insert(Column::Interpreter, cell("2"));
        compare(&mut cells);
        assert!(cells[&Column::Interpreter].failure.is_some());
        assert!(cells[&Column::Native].failure.is_none());
    }
}
