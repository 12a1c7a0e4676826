//! `rv2wat cache …`, and what `run` keeps from one run to the next.

use std::path::Path;
use std::process::ExitCode;
use std::time::SystemTime;

use rv2wat::Options;
use rv2wat::cache::{Cache, CacheError, Key, LIMIT};
use rv2wat::run::Executable;

use super::options::{CacheAction, CacheArguments, RunArguments};
use super::{CliError, emit, say, shown, this_build};

/// Lists or removes what is kept.
pub fn cache(arguments: &CacheArguments) -> Result<ExitCode, CliError> {
    let Some(dir) = arguments.cache_dir.clone().or_else(Cache::of_the_user) else {
        return Err(CliError::Usage("there is no home directory; --cache-dir says where".to_owned()));
    };
    let cache = Cache::open(&dir, LIMIT)?;
    let text = match arguments.action {
        CacheAction::Ls => list(&cache)?,
        CacheAction::Clear => {
            let (count, bytes) = cache.clear()?;
            format!("{count} removed, {bytes} bytes\n")
        }
    };
    emit::print(text.as_bytes())?;
    Ok(ExitCode::SUCCESS)
}

fn list(cache: &Cache) -> Result<String, CacheError> {
    let now = SystemTime::now();
    let line = |item: rv2wat::cache::Item| {
        let age = now.duration_since(item.used).unwrap_or_default();
        format!("{:>10}  {:>8}  {}\n", item.bytes, ago(age.as_secs()), item.label)
    };
    Ok(cache.list()?.into_iter().map(line).collect())
}

/// A time in the largest unit of which it has one: `3 h`.
fn ago(seconds: u64) -> String {
    let units = [("d", 86400), ("h", 3600), ("min", 60), ("s", 1)];
    let largest = units.into_iter().find(|&(_, length)| seconds >= length);
    largest.map_or_else(|| "now".to_owned(), |(unit, length)| format!("{} {unit}", seconds / length))
}

/// Keeps a compiled program, and finds it again.
pub struct Keeper<'a> {
    file: &'a Path,
    label: String,
    /// Where and under which key; nothing where nothing is kept.
    place: Option<(Cache, Key)>,
}

impl<'a> Keeper<'a> {
    /// A keeper for a program that is translated with these options.
    ///
    /// # Errors
    /// [`CliError::Cache`] if the directory that the user has named cannot be used.
    pub fn new(
        arguments: &RunArguments,
        file: &'a Path,
        bytes: &[u8],
        options: &Options,
    ) -> Result<Keeper<'a>, CliError> {
        let mut keeper = Keeper { file, label: format!("{} -O{}", shown(file), options.level), place: None };
        // Who looks at the translation, or has it compiled otherwise, wants it made.
        let looks = arguments.lockstep
            || arguments.interpret
            || arguments.enter_first.is_some()
            || arguments.profile.is_some()
            || arguments.translate.time_passes;
        if arguments.no_cache || looks {
            return Ok(keeper);
        }
        let Some(dir) = arguments.cache_dir.clone().or_else(Cache::of_the_user) else { return Ok(keeper) };
        let opened = match Cache::open(&dir, LIMIT) {
            Ok(cache) => cache,
            Err(error) if arguments.cache_dir.is_some() => return Err(error.into()),
            Err(error) => {
                keeper.complain(&error);
                return Ok(keeper);
            }
        };
        let how = format!("{options:?} {:?}", arguments.translate.binaryen_level());
        keeper.place =
            this_build().map(|build| (opened, Key::of(&[bytes, how.as_bytes(), build.as_bytes()])));
        Ok(keeper)
    }

    /// The compiled program, if it has been kept; else the program's bytes.
    #[expect(unsafe_code, reason = "compiled code is taken as it was written")]
    pub fn restore(&self, bytes: Vec<u8>) -> Result<Executable, Vec<u8>> {
        let Some((cache, key)) = &self.place else { return Err(bytes) };
        let kept = match cache.get(*key) {
            Ok(Some(kept)) => kept,
            Ok(None) => return Err(bytes),
            Err(error) => {
                self.complain(&error);
                return Err(bytes);
            }
        };
        // SAFETY: the file is what a run of this very build has written, by its key and
        // its hash, in a directory to which nobody else can write.
        match unsafe { Executable::restore(bytes, &kept) } {
            Ok((executable, warning)) => {
                if let Some(warning) = warning {
                    say(self.file, &warning);
                }
                Ok(executable)
            }
            Err((error, bytes)) => {
                say(self.file, &format!("what was kept cannot be used, and is made again: {error}"));
                Err(bytes)
            }
        }
    }

    /// Keeps a compiled program.
    pub fn keep(&self, executable: &Executable, warning: Option<String>) {
        let Some((cache, key)) = &self.place else { return };
        match executable.keep(warning) {
            Ok(kept) => {
                if let Err(error) = cache.put(*key, &self.label, &kept) {
                    self.complain(&error);
                }
            }
            Err(error) => say(self.file, &format!("cannot be kept: {error}")),
        }
    }

    /// Says why the program is translated although it may have been before. It runs all
    /// the same.
    fn complain(&self, error: &CacheError) {
        say(self.file, &format!("the cache is of no use (--no-cache does without): {error}"));
    }
}

#[cfg(test)]
mod tests {
    use super::ago;

    #[test]
    fn ages_have_one_unit() {
        let texts = [0, 1, 59, 60, 3599, 3600, 86399, 86400, 864_000].map(ago);
        assert_eq!(texts, ["now", "1 s", "59 s", "1 min", "59 min", "1 h", "23 h", "1 d", "10 d"]);
    }
}
