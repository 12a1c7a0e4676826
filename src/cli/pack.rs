//! `rv2wat pack PROGRAM… -o SITE`.

use std::path::PathBuf;
use std::process::ExitCode;

use rv2wat::Features;
use rv2wat::cache::{Cache, LIMIT};
use rv2wat::pack::{Config, Keeper, PackError, Report, pack as make};

use super::options::PackArguments;
use super::{CliError, Progress, shown, this_build};

/// Packs programs into a site, and says what was made.
pub fn pack(arguments: &PackArguments) -> Result<ExitCode, CliError> {
    if arguments.programs.is_empty() && arguments.root.is_none() {
        return Err(CliError::Usage("nothing to pack: give a PROGRAM or --root".to_owned()));
    }
    if arguments.translate.stats.is_some() || arguments.translate.time_passes {
        let why = "--stats and --time-passes are about one program; pack may translate many";
        return Err(CliError::Usage(why.to_owned()));
    }
    let config = Config {
        programs: arguments.programs.clone(),
        root: arguments.root.clone(),
        entry: arguments.entry.clone(),
        env: arguments.env.clone(),
        web: arguments.web.clone().or_else(|| std::env::var_os("RV2WAT_WEB").map(PathBuf::from)),
        limit: arguments.max_size,
        precompress: arguments.precompress,
        options: arguments.translate.options(Features::default())?,
        binaryen: arguments.translate.binaryen_level(),
        keeper: keeper(arguments)?,
        site: arguments.output.clone(),
    };
    let progress = Progress::start(&format!("packing {}", shown(&config.site)));
    let report = make(&config).map_err(|error| translating(error, &config))?;
    drop(progress);
    tell(&report, &config);
    Ok(ExitCode::SUCCESS)
}

/// Where translated programs are kept from one time to the next.
fn keeper(arguments: &PackArguments) -> Result<Option<Keeper>, CliError> {
    let given = arguments.cache_dir.clone();
    let dir = given.clone().or_else(Cache::of_the_user).filter(|_| !arguments.no_cache);
    let (Some(dir), Some(build)) = (dir, this_build()) else { return Ok(None) };
    match Cache::open(&dir, LIMIT) {
        Ok(cache) => Ok(Some(Keeper { cache, build })),
        Err(error) if given.is_some() => Err(error.into()),
        Err(error) => {
            eprintln!("rv2wat: the cache is of no use (--no-cache does without): {error}");
            Ok(None)
        }
    }
}

/// What the translator says has help of its own.
fn translating(error: PackError, config: &Config) -> CliError {
    match error {
        PackError::Translate { path, source } => CliError::Translate { path, source },
        PackError::Options(source) => CliError::Translate { path: shown(&config.site), source },
        other => CliError::Pack(other),
    }
}

/// What is in the site, and what is not, on standard error.
fn tell(report: &Report, config: &Config) {
    for (path, note) in &report.notes {
        eprintln!("rv2wat: {path}: {note}");
    }
    let (files, bytes) = report.files;
    let left_out = report.left_out;
    if left_out.special > 0 {
        eprintln!("rv2wat: left out: {} devices, fifos and sockets", left_out.special);
    }
    if left_out.own > 0 {
        eprintln!(
            "rv2wat: left out: {} files in dev, proc and sys, which programs have anyway",
            left_out.own
        );
    }
    if let Some(first) = report.refused.first() {
        let count = report.refused.len();
        eprintln!(
            "rv2wat: not translated: {count} programs and libraries ({}: {}{})",
            first.path,
            first.why,
            if count > 1 { "; site.json lists them" } else { "" }
        );
    }
    eprintln!(
        "rv2wat: {}: {} programs, {files} files, {bytes} bytes; starts {}",
        shown(&config.site),
        report.translated.len(),
        report.entry.args.join(" ")
    );
}
