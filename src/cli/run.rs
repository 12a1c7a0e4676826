//! `rv2wat run PROGRAM ARGS…`.

use std::collections::BTreeSet;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use rv2wat::run::native::{Directory, Native};
use rv2wat::run::{Executable, Hot, RunConfig};
use rv2wat::{Features, Options, Translation, assemble, pipeline};
use rv2wat_linux::HostDir;

use super::cache::Keeper;
use super::options::RunArguments;
use super::{CliError, Progress, emit, read, shown, warn};

/// Translates and runs a program.
pub fn run(arguments: &RunArguments) -> Result<ExitCode, CliError> {
    let file = Path::new(arguments.program());
    let bytes = read(file)?;
    let running = |source| CliError::Run { path: shown(file), source };

    let mounts = arguments.dirs.iter().map(|dir| mount(dir)).collect::<Result<Vec<_>, _>>()?;
    let options = options(arguments)?;
    let executable = executable(arguments, file, bytes, &options)?;

    let config = || RunConfig {
        process: process(arguments, file),
        mounts: mounts.clone(),
        strace: arguments.strace,
        trace_exits: arguments.trace_exits,
        force_exit: arguments.force_exit.unwrap_or(0),
        preempt: arguments.translate.preempt,
        lockstep: arguments.lockstep,
        count_places: arguments.translate.stats.is_some(),
        hot: (arguments.hot_after > 0).then(|| Hot {
            after: arguments.hot_after,
            options: options.clone(),
            print: arguments.print_hot,
        }),
    };
    let once = |config| -> Result<i32, CliError> {
        let finished = executable.run(Native::new(), config).map_err(running)?;
        if let Some(fault) = &finished.fault {
            eprintln!("rv2wat: {}: {fault}", shown(file));
        }
        if let Some(format) = arguments.translate.stats {
            emit::show_stats(&finished.stats, format);
        }
        Ok(finished.status)
    };
    let mut status = 0;
    if arguments.each_line {
        for line in std::io::stdin().lines() {
            let line = line.map_err(|source| CliError::File { path: "standard input".to_owned(), source })?;
            let mut config = config();
            config.process.args.extend(line.split_whitespace().map(|word| word.as_bytes().to_vec()));
            status = once(config)?;
            if status != 0 {
                break;
            }
        }
    } else {
        status = once(config())?;
    }
    Ok(ExitCode::from(u8::try_from(status & 0xff).unwrap_or(255)))
}

/// How it is translated.
fn options(arguments: &RunArguments) -> Result<Options, CliError> {
    let force_exit = arguments.force_exit.is_some();
    Ok(Options { force_exit, ..arguments.translate.options(Features::OURS)? })
}

/// The program, translated and compiled, if it has not been before.
fn executable(
    arguments: &RunArguments,
    file: &Path,
    bytes: Vec<u8>,
    options: &Options,
) -> Result<Executable, CliError> {
    let keeper = Keeper::new(arguments, file, &bytes, options)?;
    let bytes = match keeper.restore(bytes) {
        Ok(executable) => return Ok(executable),
        Err(bytes) => bytes,
    };
    let translating = |source| CliError::Translate { path: shown(file), source };
    let running = |source| CliError::Run { path: shown(file), source };
    let started = Instant::now();
    let progress = Progress::start(&format!("translating {}", shown(file)));
    let (translation, wasm) = pipeline::build(&bytes, options).map_err(translating)?;
    let warning = warn(file, &translation.image, options);
    if arguments.translate.time_passes {
        emit::print_times(&translation, started);
    }
    let wasm = assemble::optimised(wasm, arguments.translate.binaryen_level()).map_err(translating)?;
    let entries = chosen_entries(arguments, &translation);
    let mut executable = Executable::new(Arc::new(translation), &wasm, arguments.profile).map_err(running)?;
    keeper.keep(&executable, warning);
    if let Some(entries) = entries {
        executable.enter_only(&entries);
    }
    drop(progress);
    Ok(executable)
}

/// Where the dispatcher may enter, if not everywhere.
fn chosen_entries(arguments: &RunArguments, translation: &Translation) -> Option<BTreeSet<u64>> {
    let count = if arguments.interpret { 0 } else { arguments.enter_first? };
    let order = translation.program.callees_first().into_iter().take(count);
    Some(order.map(|at| translation.program.functions[at].entry).collect())
}

/// What the guest's process starts with.
fn process(arguments: &RunArguments, file: &Path) -> rv2wat_linux::Config {
    let args: Vec<Vec<u8>> = arguments.command.iter().map(|word| word.as_bytes().to_vec()).collect();
    let name = file.file_name().map_or_else(|| b"program".to_vec(), |name| name.as_bytes().to_vec());
    rv2wat_linux::Config {
        args,
        env: arguments.env.iter().map(|pair| pair.as_bytes().to_vec()).collect(),
        exe: [b"/bin/", name.as_slice()].concat(),
        ..rv2wat_linux::Config::default()
    }
}

/// Opens the host directory of `HOST[::GUEST]`.
fn mount(dir: &str) -> Result<(Vec<u8>, Arc<dyn HostDir>), CliError> {
    let (host, guest) = dir.split_once("::").unwrap_or((dir, dir));
    if !guest.starts_with('/') {
        return Err(CliError::Usage(format!(
            "--dir {dir}: the guest's path must be absolute (HOST::/GUEST)"
        )));
    }
    let opened = Directory::open(Path::new(host))
        .map_err(|source| CliError::File { path: host.to_owned(), source })?;
    Ok((guest.as_bytes().to_vec(), Arc::new(opened)))
}
