//! `rv2wat [--emit=…] FILE`: prints a stage.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use rv2wat::pipeline::{self, Analysis, analyze};
use rv2wat::stats::{Census, Stats};
use rv2wat::{Features, Options, assemble, check, emit_asm, emit_cfg, translate};
use rv2wat_passes::pass::PIPELINE;

use super::options::{Emit, EmitArguments, StatsFormat, TranslateArguments};
use super::{CliError, Progress, read, shown, warn};

/// Prints what was asked for.
pub fn emit(how: &TranslateArguments, what: &EmitArguments, file: &Path) -> Result<ExitCode, CliError> {
    if what.bless && what.output.is_some() {
        return Err(CliError::Usage("--bless stores in the file of --check; -o has no place".to_owned()));
    }
    if what.emit == Emit::Wasm && !what.functions.is_empty() {
        return Err(CliError::Usage("a module has all its functions; --function goes with text".to_owned()));
    }
    let bytes = read(file)?;
    let failed = |source| CliError::Translate { path: shown(file), source };
    let options = Options {
        functions: what.functions.clone(),
        annotate: what.annotate,
        print_after: what.print_after.clone(),
        ..how.options(Features::default())?
    };
    let progress = Progress::start(&format!("translating {}", shown(file)));
    let output = stage(how, what, file, &bytes, &options).map_err(failed)?;
    drop(progress);
    match &what.check {
        Some(stored) if what.bless => store(stored, &output),
        Some(stored) => compare(stored, &output, what, file),
        None => match what.output.as_deref().filter(|path| path.as_os_str() != "-") {
            Some(path) => store(path, &output),
            None => {
                print(&output)?;
                Ok(ExitCode::SUCCESS)
            }
        },
    }
}

/// The bytes of a stage's output.
fn stage(
    how: &TranslateArguments,
    what: &EmitArguments,
    file: &Path,
    bytes: &[u8],
    options: &Options,
) -> Result<Vec<u8>, rv2wat::Error> {
    match what.emit {
        Emit::Asm | Emit::Cfg | Emit::Summary => {
            let analysis = analyze(bytes, options)?;
            warn(file, &analysis.image, options);
            let functions = analysis.functions(options)?;
            if let Some(format) = how.stats {
                print_stats(&analysis.summaries, &analysis.names, format);
            }
            Ok(analysis_text(&analysis, &functions, what.emit).into_bytes())
        }
        Emit::Ir => {
            let last = Options { print_after: None, ..options.clone() };
            Ok(rv2wat::pipeline::ir_text(bytes, &last)?.into_bytes())
        }
        Emit::Wat | Emit::Wasm => {
            let started = Instant::now();
            let (translation, wasm) = match what.emit {
                Emit::Wat => (translate(bytes, options)?, None),
                _ => pipeline::build(bytes, options).map(|(translation, wasm)| (translation, Some(wasm)))?,
            };
            warn(file, &translation.image, options);
            eprint!("{}", translation.dumps);
            if how.time_passes {
                print_times(&translation, started);
            }
            if let Some(format) = how.stats {
                print_stats(&translation.summaries, &translation.names, format);
            }
            match wasm {
                None => Ok(translation.wat.into_bytes()),
                Some(wasm) => {
                    let mut wasm = assemble::optimised(wasm, how.binaryen_level())?;
                    translation.facts().append_to(&mut wasm);
                    Ok(wasm)
                }
            }
        }
    }
}

fn analysis_text(analysis: &Analysis, functions: &[usize], emit: Emit) -> String {
    let mut out = String::new();
    for &at in functions {
        let function = &analysis.program.functions[at];
        match emit {
            Emit::Asm => out.push_str(&emit_asm::print(&analysis.image, function)),
            Emit::Cfg => out.push_str(&emit_cfg::print(&analysis.image, function)),
            _ => {
                let summary = &analysis.summaries.functions[at];
                out.push_str(&format!("{:#x} {}  {summary}\n", function.entry, analysis.names[at]));
            }
        }
    }
    out
}

/// Prints statistics of a translation.
fn print_stats(summaries: &rv2wat::summary::Summaries, names: &[String], format: StatsFormat) {
    let stats = Stats::of(Census::of(summaries, names));
    show_stats(&stats, format);
}

/// Prints statistics to standard error.
pub fn show_stats(stats: &Stats, format: StatsFormat) {
    match format {
        StatsFormat::Text => eprint!("{stats}"),
        StatsFormat::Json => eprintln!("{}", stats.json()),
    }
}

/// Prints the time of each pass, summed over functions and threads.
pub fn print_times(translation: &rv2wat::Translation, started: Instant) {
    let mut times: Vec<_> = translation.times.iter().collect();
    times.sort_by_key(|(name, time)| (std::cmp::Reverse(**time), **name));
    for (name, time) in times {
        eprintln!("{:>9.3} ms  {name}", time.as_secs_f64() * 1e3);
    }
    eprintln!("{:>9.3} ms  all stages, by the clock", started.elapsed().as_secs_f64() * 1e3);
}

/// Writes to standard output.
pub fn print(output: &[u8]) -> Result<(), CliError> {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(output).and_then(|()| stdout.flush());
    match written {
        // Whoever read has read enough.
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(|source| CliError::File { path: "standard output".to_owned(), source }),
    }
}

fn store(path: &Path, output: &[u8]) -> Result<ExitCode, CliError> {
    check::write_whole(path, output).map_err(|source| CliError::File { path: shown(path), source })?;
    Ok(ExitCode::SUCCESS)
}

fn compare(stored: &Path, output: &[u8], what: &EmitArguments, file: &Path) -> Result<ExitCode, CliError> {
    let bytes = std::fs::read(stored).map_err(|source| CliError::File { path: shown(stored), source })?;
    let difference = match (std::str::from_utf8(&bytes), std::str::from_utf8(output)) {
        (Ok(before), Ok(after)) => check::difference(before, after),
        _ => (bytes != output).then(|| "the files differ\n".to_owned()),
    };
    match difference {
        None => Ok(ExitCode::SUCCESS),
        Some(difference) => {
            print(difference.as_bytes())?;
            let emit = format!("{:?}", what.emit).to_lowercase();
            eprintln!("rv2wat: {} is out of date", stored.display());
            eprintln!(
                "  to store the new output: rv2wat --emit={emit} --check {} --bless {}",
                stored.display(),
                file.display()
            );
            Ok(ExitCode::from(1))
        }
    }
}

/// Prints the pipeline, and what comes after it.
pub fn list_passes() -> Result<ExitCode, CliError> {
    let mut out = String::new();
    for step in PIPELINE {
        let description = rv2wat_passes::pass::find(step.pass).map_or("", |pass| pass.description);
        out.push_str(&format!(
            "{:<11} -O{}  {description}\n{:16} {}\n",
            step.pass, step.level, "", step.reason
        ));
    }
    out.push_str("\nThen, always and in this order:\n");
    for stage in rv2wat_passes::tree::STAGES {
        out.push_str(&format!("{:<16} {}\n", stage.name, stage.description));
    }
    print(out.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}
