//! `rv2wat bisect PROGRAM ARGS…`: names the pass and the function at fault.
//!
//! Each trial is a run of this command in a process of its own, with fewer passes
//! or with fewer functions that go through them, and is right if it prints and
//! returns what the reference does. All searches are for the shortest prefix of a
//! list that goes wrong:
//!
//! 1. of the pipeline, without what level 0 has of it: its last step is the pass;
//! 2. of the functions in the order of their addresses, those behind it being
//!    translated as at level 0: its last function is the one;
//! 3. where no pass is needed for the program to go wrong, of the functions in
//!    the order in which callees come first. Those behind the prefix are
//!    interpreted, and call those that are in it.
//!
//! A prefix is found that goes wrong while the one shorter by one goes right. That
//! holds also where several things have to come together; what is named is then
//! the one that completes them.

use std::ffi::OsString;
use std::io::{IsTerminal as _, Read as _, Write as _};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use rv2wat::Features;
use rv2wat::pipeline::{Analysis, analyze, chosen_passes};
use rv2wat_passes::pass;

use super::options::{BisectArguments, RunArguments};
use super::{CliError, emit, read, shown};

/// How often a running trial is looked at.
const LOOK: Duration = Duration::from_millis(5);

/// Finds the pass and the function, and prints them.
pub fn bisect(arguments: &BisectArguments) -> Result<ExitCode, CliError> {
    let file = Path::new(arguments.run.program());
    let bytes = read(file)?;
    let failed = |source| CliError::Translate { path: shown(file), source };
    let options = arguments.run.translate.options(Features::OURS)?;
    let passes: Vec<&str> = chosen_passes(&options).map_err(failed)?.iter().map(|pass| pass.name).collect();
    let analysis = analyze(&bytes, &options).map_err(failed)?;
    let trials = Trials::new(arguments, options.features)?;

    if trials.goes_right(&trials.whole())? {
        emit::print(b"the program goes right: it does what the reference does\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let verdict = match arguments.run.translate.binaryen_level() {
        Some(_) if trials.goes_right(&trials.with(&passes))? => {
            "stage: Binaryen; without it the program goes right\n".to_owned()
        }
        _ => search(&trials, &analysis, &passes)?,
    };
    emit::print(verdict.as_bytes())?;
    Ok(ExitCode::from(1))
}

/// What is at fault in a program that goes wrong with these passes.
fn search(trials: &Trials<'_>, analysis: &Analysis, passes: &[&str]) -> Result<String, CliError> {
    let optional = optional(passes);
    let prefix = |count: usize| prefix(passes, &optional, count);
    let count = first_wrong(optional.len(), |count| trials.goes_right(&trials.with(&prefix(count))))?;
    let list = prefix(count);
    let functions = &analysis.program.functions;
    let name = |at: usize| format!("function: {} at {:#x}", analysis.names[at], functions[at].entry);

    let Some(&step) = count.checked_sub(1).and_then(|last| optional.get(last)) else {
        let order = analysis.program.callees_first();
        let found = first_wrong(order.len(), |count| {
            let enter = OsString::from(format!("--enter-first={count}"));
            trials.goes_right(&[trials.with(&list), vec![enter]].concat())
        })?;
        let function = match found {
            0 => "function: none; the interpreter, the system calls or the reference are at fault".to_owned(),
            count => name(order[count - 1]),
        };
        return Ok(format!(
            "pass: none; without any the program goes wrong, too. What comes before the passes or after them is at fault.\n{function}\n"
        ));
    };
    let found = first_wrong(functions.len(), |count| {
        let others = functions.get(count).map(|next| next.entry..u64::MAX);
        let spared = others.map(|range| format!("--unoptimised={:#x}..{:#x}", range.start, range.end).into());
        trials.goes_right(&[trials.with(&list), spared.into_iter().collect()].concat())
    })?;
    let function = match found {
        0 => "function: none; the program goes wrong with all of them as at -O0".to_owned(),
        count => name(count - 1),
    };
    Ok(format!(
        "pass: {} (step {} of {})\n{function}\nfewest passes: --passes={}\n",
        passes[step],
        step + 1,
        passes.len(),
        list.join(",")
    ))
}

/// The places of the passes that level 0 does without.
fn optional(passes: &[&str]) -> Vec<usize> {
    let needed: Vec<&str> = pass::pipeline(0).iter().map(|pass| pass.name).collect();
    (0..passes.len()).filter(|&at| !needed.contains(&passes[at])).collect()
}

/// The passes that are needed, and the first `count` of the others.
fn prefix<'a>(passes: &[&'a str], optional: &[usize], count: usize) -> Vec<&'a str> {
    let left_out = &optional[count..];
    (0..passes.len()).filter(|at| !left_out.contains(at)).map(|at| passes[at]).collect()
}

/// A length in `0..=length` at which a prefix goes wrong, while the one shorter by
/// one goes right; 0 if nothing at all goes wrong. That `length` goes wrong is
/// known.
fn first_wrong<E>(length: usize, mut right: impl FnMut(usize) -> Result<bool, E>) -> Result<usize, E> {
    if !right(0)? {
        return Ok(0);
    }
    let (mut good, mut bad) = (0, length);
    while bad - good > 1 {
        let middle = good + (bad - good) / 2;
        match right(middle)? {
            true => good = middle,
            false => bad = middle,
        }
    }
    Ok(bad)
}

/// What a run did. `None` where it had to be ended.
#[derive(Debug, PartialEq, Eq)]
struct Outcome(Option<(Option<i32>, Vec<u8>)>);

/// Runs of one program.
struct Trials<'a> {
    arguments: &'a RunArguments,
    /// What all trials use of the engine.
    features: Features,
    limit: Duration,
    this: std::path::PathBuf,
    stdin: Vec<u8>,
    expected: Outcome,
}

impl Trials<'_> {
    /// Runs the reference.
    fn new(arguments: &BisectArguments, features: Features) -> Result<Trials<'_>, CliError> {
        if arguments.run.program() == "-" {
            return Err(CliError::Usage("bisect runs a program many times: it must be a file".to_owned()));
        }
        let this =
            std::env::current_exe().map_err(|source| CliError::File { path: "rv2wat".to_owned(), source })?;
        let mut stdin = Vec::new();
        if !std::io::stdin().is_terminal() {
            let read = std::io::stdin().lock().read_to_end(&mut stdin);
            read.map_err(|source| CliError::File { path: "standard input".to_owned(), source })?;
        }
        let limit = Duration::from_secs(arguments.limit);
        let mut trials =
            Trials { arguments: &arguments.run, features, limit, this, stdin, expected: Outcome(None) };
        let words = arguments.reference.as_deref().unwrap_or_default().split_whitespace();
        let mut words = words.map(OsString::from);
        trials.expected = match words.next() {
            Some(tool) => trials.run(Command::new(tool).args(words))?,
            None => {
                let plain: Vec<&str> = pass::pipeline(0).iter().map(|pass| pass.name).collect();
                trials.trial(&[trials.with(&plain), vec!["--interpret".into()]].concat())?
            }
        };
        match trials.expected {
            Outcome(None) => Err(CliError::Usage(format!(
                "the reference is not done after {} s; --limit gives it more",
                limit.as_secs()
            ))),
            Outcome(Some(_)) => Ok(trials),
        }
    }

    /// The options of the run that goes wrong.
    fn whole(&self) -> Vec<OsString> {
        let how = &self.arguments.translate;
        let mut words =
            self.with(how.passes.iter().flatten().map(String::as_str).collect::<Vec<_>>().as_slice());
        match how.binaryen_level() {
            Some(level) => words.push(format!("--binaryen={level}").into()),
            None => words.push("--no-binaryen".into()),
        }
        words
    }

    /// The options with these passes, without Binaryen; no passes stand for the
    /// level's.
    fn with(&self, passes: &[&str]) -> Vec<OsString> {
        let how = &self.arguments.translate;
        let mut words: Vec<OsString> = vec![format!("-O{}", how.level).into()];
        if !passes.is_empty() {
            words.push(format!("--passes={}", passes.join(",")).into());
        }
        if how.no_null_guard {
            words.push("--no-null-guard".into());
        }
        words.push(format!("--engine-features={}", self.features).into());
        words.push(format!("--stack={}", spelled(&how.stack)).into());
        words.push(format!("--nan={}", spelled(&how.nan)).into());
        words.push(format!("--fflags={}", spelled(&how.fflags)).into());
        let flags = [("--checked", how.checked), ("--preempt", how.preempt), ("--verify", how.verify)];
        for (flag, given) in flags {
            if given {
                words.push(flag.into());
            }
        }
        if let Some(every) = self.arguments.force_exit {
            words.push(format!("--force-exit={every}").into());
        }
        if let Some(spoil) = &how.spoil {
            words.push(format!("--spoil={}@{}", spoil.pass, spoil.function).into());
        }
        for range in &how.unoptimised {
            words.push(format!("--unoptimised={:#x}..{:#x}", range.start, range.end).into());
        }
        for dir in &self.arguments.dirs {
            words.push(format!("--dir={dir}").into());
        }
        for pair in &self.arguments.env {
            words.push(format!("--env={pair}").into());
        }
        words
    }

    fn goes_right(&self, options: &[OsString]) -> Result<bool, CliError> {
        Ok(self.trial(options)? == self.expected)
    }

    fn trial(&self, options: &[OsString]) -> Result<Outcome, CliError> {
        // What a trial does not enter must not be translated after all.
        self.run(Command::new(&self.this).args(["run", "--no-cache", "--hot-after=0"]).args(options))
    }

    /// Runs a command on the program, within the limit.
    fn run(&self, command: &mut Command) -> Result<Outcome, CliError> {
        let failed = |source| CliError::File { path: "a run of the program".to_owned(), source };
        let command = command.args(&self.arguments.command);
        let command = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().map_err(failed)?;
        let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
        std::thread::scope(|scope| {
            scope.spawn(move || {
                // A program that does not read all of its input closes the pipe.
                stdin.map(|mut pipe| pipe.write_all(&self.stdin))
            });
            let reader = scope.spawn(move || {
                let mut bytes = Vec::new();
                stdout.map(|mut pipe| pipe.read_to_end(&mut bytes)).transpose().map(|_| bytes)
            });
            let started = Instant::now();
            let status = loop {
                match child.try_wait().map_err(failed)? {
                    Some(status) => break Some(status),
                    None if started.elapsed() > self.limit => {
                        child.kill().map_err(failed)?;
                        child.wait().map_err(failed)?;
                        break None;
                    }
                    None => std::thread::sleep(LOOK),
                }
            };
            let bytes =
                reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map_err(failed)?;
            Ok(Outcome(status.map(|status| (code(status), bytes))))
        })
    }
}

/// A choice as the command line spells it.
fn spelled(choice: &impl clap::ValueEnum) -> String {
    choice.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// The exit status as `run` gives it: 128 + N for signal N.
fn code(status: std::process::ExitStatus) -> Option<i32> {
    use std::os::unix::process::ExitStatusExt as _;
    status.code().or_else(|| status.signal().map(|signal| 128 + signal))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_wrong_prefix_is_found_wherever_it_is() {
        for length in 1..40 {
            for wrong in 0..=length {
                let mut trials = 0;
                let found = first_wrong(length, |count| {
                    trials += 1;
                    Ok::<_, ()>(count < wrong)
                });
                assert_eq!(found, Ok(wrong));
                assert!(trials <= 8, "{trials} trials for {length}");
            }
        }
    }

    #[test]
    fn where_right_and_wrong_alternate_the_last_of_the_prefix_matters() {
        let right = |count: usize| ![3, 4, 7, 8, 9].contains(&count);
        let found = first_wrong(9, |count| Ok::<_, ()>(right(count)));
        assert!(found.is_ok_and(|found| !right(found) && right(found - 1)), "{found:?}");
    }

    #[test]
    fn trials_translate_as_the_command_line_says() {
        use super::super::options::{Arguments, Command};
        use clap::Parser as _;
        let given =
            ["--stack=always", "--nan=fast", "--fflags=exact", "--checked", "--preempt", "--force-exit=3"];
        let line = ["rv2wat", "bisect"].iter().chain(&given).chain(&["program"]);
        let Some(Command::Bisect(arguments)) = Arguments::parse_from(line).command else {
            panic!("bisect was asked for");
        };
        let trials = Trials {
            arguments: &arguments.run,
            features: Features::OURS,
            limit: Duration::ZERO,
            this: std::path::PathBuf::new(),
            stdin: Vec::new(),
            expected: Outcome(None),
        };
        let words = trials.with(&["promote"]);
        for option in given {
            assert!(words.contains(&OsString::from(option)), "{option} is not in {words:?}");
        }
    }

    #[test]
    fn prefixes_keep_what_level_0_needs() {
        let passes = ["promote", "fold", "gvn", "dce"];
        let optional = optional(&passes);
        assert_eq!(optional, [1, 2]);
        assert_eq!(prefix(&passes, &optional, 0), ["promote", "dce"]);
        assert_eq!(prefix(&passes, &optional, 1), ["promote", "fold", "dce"]);
        assert_eq!(prefix(&passes, &optional, 2), passes);
    }
}
