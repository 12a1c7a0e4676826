//! Arguments, files and messages: everything between a shell and the library.

#[cfg(feature = "run")]
mod bisect;
#[cfg(feature = "run")]
mod cache;
mod emit;
mod options;
#[cfg(feature = "pack")]
mod pack;
#[cfg(feature = "run")]
mod run;
#[cfg(feature = "serve")]
mod serve;

use std::io::{IsTerminal as _, Read as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Parser as _;
use miette::Diagnostic;

use options::Arguments;

/// What the command line says when something is wrong.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// A file could not be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The translation failed.
    #[error("{path}: {source}")]
    Translate {
        /// The program.
        path: String,
        /// Why.
        source: rv2wat::Error,
    },
    /// The program could not be run.
    #[cfg(feature = "run")]
    #[error("{path}: {source}")]
    Run {
        /// The program.
        path: String,
        /// Why.
        source: rv2wat::run::RunError,
    },
    /// What is kept cannot be looked at.
    #[cfg(any(feature = "run", feature = "pack"))]
    #[error(transparent)]
    Cache(#[from] rv2wat::cache::CacheError),
    /// Nothing was packed.
    #[cfg(feature = "pack")]
    #[error(transparent)]
    Pack(#[from] rv2wat::pack::PackError),
    /// Nothing is served.
    #[cfg(feature = "serve")]
    #[error(transparent)]
    Serve(#[from] rv2wat::serve::ServeError),
    /// Arguments that do not go together.
    #[error("{0}")]
    Usage(String),
}

/// Runs the command line.
///
/// # Errors
/// A [`CliError`] that the caller shows; nothing has been left half-written.
pub fn main() -> Result<ExitCode, CliError> {
    let arguments = Arguments::parse();
    if arguments.list_passes {
        return emit::list_passes();
    }
    #[cfg(any(feature = "run", feature = "pack"))]
    match &arguments.command {
        #[cfg(feature = "run")]
        Some(options::Command::Run(arguments)) => return run::run(arguments),
        #[cfg(feature = "run")]
        Some(options::Command::Bisect(arguments)) => return bisect::bisect(arguments),
        #[cfg(feature = "run")]
        Some(options::Command::Cache(arguments)) => return cache::cache(arguments),
        #[cfg(feature = "pack")]
        Some(options::Command::Pack(arguments)) => return pack::pack(arguments),
        #[cfg(feature = "serve")]
        Some(options::Command::Serve(arguments)) => return serve::serve(arguments),
        None => {}
    }
    match &arguments.file {
        Some(file) => emit::emit(&arguments.translate, &arguments.emit, file),
        None => Err(CliError::Usage("no program given; see rv2wat --help".to_owned())),
    }
}

/// Shows an error: one message, and help if there is any.
pub fn complain(error: &CliError) {
    eprintln!("rv2wat: {error}");
    let help = match error {
        CliError::Translate { source, .. } => source.help(),
        #[cfg(feature = "run")]
        CliError::Run { source, .. } => source.help(),
        #[cfg(any(feature = "run", feature = "pack"))]
        CliError::Cache(_) => None,
        #[cfg(feature = "pack")]
        CliError::Pack(_) => None,
        #[cfg(feature = "serve")]
        CliError::Serve(_) => None,
        CliError::File { .. } | CliError::Usage(_) => None,
    };
    if let Some(help) = help {
        eprintln!("  {help}");
    }
}

/// Warns of what the translation of a program lacks; the warning, if there is one.
fn warn(file: &Path, image: &rv2wat::load::Image, options: &rv2wat::Options) -> Option<String> {
    let warning = rv2wat::pipeline::unguarded(image, options);
    if let Some(warning) = &warning {
        say(file, warning);
    }
    warning
}

/// Says something of a program, on standard error.
fn say(file: &Path, what: &str) {
    eprintln!("rv2wat: {}: {what}", shown(file));
}

/// What tells this build from others: programs that were kept by another may have been
/// translated otherwise.
#[cfg(any(feature = "run", feature = "pack"))]
fn this_build() -> Option<String> {
    let path = std::env::current_exe().ok()?;
    let metadata = std::fs::metadata(path).ok()?;
    let version = env!("CARGO_PKG_VERSION");
    Some(format!("{version} {} {:?}", metadata.len(), metadata.modified().ok()?))
}

/// The bytes of a file, or of standard input for `-`.
fn read(path: &Path) -> Result<Vec<u8>, CliError> {
    let read = match path.as_os_str() == "-" {
        true => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        }
        false => std::fs::read(path),
    };
    read.map_err(|source| CliError::File { path: shown(path), source })
}

/// A path for messages.
fn shown(path: &Path) -> String {
    match path.as_os_str() == "-" {
        true => "standard input".to_owned(),
        false => path.display().to_string(),
    }
}

/// Tells a person at a terminal what takes long: after a second, on standard
/// error, one line that goes away.
struct Progress {
    done: std::sync::Arc<(std::sync::Mutex<bool>, std::sync::Condvar)>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Progress {
    fn start(what: &str) -> Progress {
        let done = std::sync::Arc::new((std::sync::Mutex::new(false), std::sync::Condvar::new()));
        let thread = std::io::stderr().is_terminal().then(|| {
            let (done, what) = (done.clone(), what.to_owned());
            std::thread::spawn(move || {
                let (lock, signal) = &*done;
                let Ok(guard) = lock.lock() else { return };
                let patience = std::time::Duration::from_secs(1);
                let Ok((finished, _)) = signal.wait_timeout_while(guard, patience, |finished| !*finished)
                else {
                    return;
                };
                if !*finished {
                    eprint!("rv2wat: {what} …");
                    let ended = signal.wait_while(finished, |finished| !*finished);
                    drop(ended);
                    eprint!("\r\x1b[K");
                }
            })
        });
        Progress { done, thread }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Ok(mut finished) = self.done.0.lock() {
            *finished = true;
        }
        self.done.1.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
