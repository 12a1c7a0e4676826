//! The arguments of the command line.

use std::ops::Range;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use rv2wat::pipeline::{Annotate, Faults, Fflags, Nan, Spoil};
use rv2wat::summary::Stack;
use rv2wat::{Features, Options};

use super::CliError;

/// Translates RISC-V Linux programs to readable WebAssembly.
///
/// Reads an ELF64 RISC-V program, static and for Linux, and prints what it
/// becomes. `rv2wat run PROGRAM` runs the translation.
#[derive(Parser, Debug)]
#[command(version, args_conflicts_with_subcommands = true, max_term_width = 100)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub emit: EmitArguments,
    #[command(flatten)]
    pub translate: TranslateArguments,
    /// List the passes in the order in which they run, and why there.
    #[arg(long)]
    pub list_passes: bool,
    /// The program; `-` is standard input.
    pub file: Option<PathBuf>,
}

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Translate a program and run it; its exit status is passed on, and 128 + N
    /// where signal N ended it.
    #[cfg(feature = "run")]
    Run(RunArguments),
    /// Find the pass and the function that make a program go wrong.
    ///
    /// Runs the program many times and compares standard output and exit status
    /// with those of an interpreted run. Files in directories given by --dir stay
    /// as each run leaves them.
    #[cfg(feature = "run")]
    Bisect(BisectArguments),
    /// Look at what `run` keeps from one run to the next.
    #[cfg(feature = "run")]
    Cache(CacheArguments),
    /// Put programs and a tree of files into a folder that is a web page: any server of
    /// static files serves it, and `node SITE/run.mjs` runs it.
    #[cfg(feature = "pack")]
    Pack(Box<PackArguments>),
    /// Serve what `pack` has made to browsers, until Ctrl-C.
    #[cfg(feature = "serve")]
    Serve(ServeArguments),
}

/// What to pack, and how.
#[cfg(feature = "pack")]
#[derive(Args, Debug)]
pub struct PackArguments {
    #[command(flatten)]
    pub translate: TranslateArguments,
    /// The files that programs see: a directory, a tar of a root file system, or an image
    /// of a container for linux/riscv64, as `docker save` writes it or in the image layout
    /// of the OCI. Archives and layers may be packed by gzip or zstd.
    #[arg(long, value_name = "DIR|TAR")]
    pub root: Option<PathBuf>,
    /// What to start: words as a shell splits them. If not given, the first PROGRAM, or
    /// else what the image says.
    #[arg(long, value_name = "COMMAND")]
    pub entry: Option<String>,
    /// Set an environment variable, beside those of the image.
    #[arg(long = "env", value_name = "K=V")]
    pub env: Vec<String>,
    /// The folder for the site. What is there is replaced if it is a site or empty.
    #[arg(short, long, value_name = "SITE")]
    pub output: PathBuf,
    /// Unpack no more than this from archives, and read no more from a directory: bytes,
    /// or with K, M, G or T.
    #[arg(long, value_name = "SIZE", default_value = "4G", value_parser = size)]
    pub max_size: u64,
    /// Put smaller copies (gzip) beside files, which `serve` and other servers send.
    #[arg(long)]
    pub precompress: bool,
    /// Keep translated programs in this directory, which nobody else can write to, and take
    /// them from there; else in the user's cache directory.
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache_dir: Option<PathBuf>,
    /// Translate all programs, and keep nothing.
    #[arg(long)]
    pub no_cache: bool,
    /// The folder of what runs programs in a page, as `scripts/web` makes it; else
    /// RV2WAT_WEB, `web` beside rv2wat, or `web` in the cache of the scripts.
    #[arg(long, value_name = "DIR")]
    pub web: Option<PathBuf>,
    /// Programs of this machine, which come to be in /bin; or paths in the root.
    pub programs: Vec<PathBuf>,
}

/// A number of bytes: `500M`.
#[cfg(feature = "pack")]
fn size(text: &str) -> Result<u64, String> {
    let units = [('K', 10), ('M', 20), ('G', 30), ('T', 40)];
    let in_units = units.iter().find_map(|&(unit, shift)| Some((text.strip_suffix(unit)?, shift)));
    let (digits, shift) = in_units.unwrap_or((text, 0));
    let number: u64 = digits.parse().map_err(|_| format!("`{text}` is no size: 500000, 20K, 500M, 4G"))?;
    number.checked_mul(1 << shift).ok_or_else(|| format!("`{text}` is more than any file system holds"))
}

/// How to serve.
#[cfg(feature = "serve")]
#[derive(Args, Debug)]
pub struct ServeArguments {
    /// The folder that `pack` has made.
    pub site: PathBuf,
    /// The port; 0 takes one that is free.
    #[arg(long, value_name = "N", default_value_t = 8000)]
    pub port: u16,
    /// The address to listen at. Others than this machine's own let others in, and
    /// browsers there give a page all that it needs over HTTPS alone.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    pub address: std::net::IpAddr,
    /// Start a browser.
    #[arg(long)]
    pub open: bool,
    /// Leave out the headers that isolate the page from others: as on servers that cannot
    /// send them.
    #[arg(long)]
    pub no_isolation: bool,
}

/// What to do with the cache.
#[cfg(feature = "run")]
#[derive(Args, Debug)]
pub struct CacheArguments {
    /// What to do.
    #[command(subcommand)]
    pub action: CacheAction,
    /// The directory; else the one in the user's cache directory.
    #[arg(long, value_name = "DIR", global = true)]
    pub cache_dir: Option<PathBuf>,
}

/// An action on the cache.
#[cfg(feature = "run")]
#[derive(Subcommand, Clone, Copy, Debug)]
pub enum CacheAction {
    /// List what is kept: bytes, when it was last used, what it is.
    Ls,
    /// Remove all that is kept.
    Clear,
}

/// What to print and where.
#[derive(Args, Debug)]
pub struct EmitArguments {
    /// What to print.
    #[arg(long, value_enum, default_value_t = Emit::Wat)]
    pub emit: Emit,
    /// Write to this file instead of standard output, which is `-`.
    #[arg(short, long)]
    pub output: Option<PathBuf>,
    /// Compare with this file; exit 1 and show the difference if there is one.
    #[arg(long, value_name = "FILE")]
    pub check: Option<PathBuf>,
    /// With --check: store the output in that file instead.
    #[arg(long, requires = "check")]
    pub bless: bool,
    /// Only functions with this name (a glob) or at this address (0x…).
    #[arg(long = "function", value_name = "NAME|ADDR")]
    pub functions: Vec<String>,
    /// What comments show.
    #[arg(long, value_enum, default_value_t = Annotate::Asm)]
    pub annotate: Annotate,
    /// Print the IR after this pass (or `all`) to standard error.
    #[arg(long, value_name = "PASS")]
    pub print_after: Option<String>,
}

/// A stage to print.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Emit {
    /// The disassembly, function by function.
    Asm,
    /// The control-flow graphs, for Graphviz.
    Cfg,
    /// What each function reads, writes and preserves.
    Summary,
    /// The IR after the passes.
    Ir,
    /// The module as text.
    Wat,
    /// The module as bytes.
    Wasm,
}

/// How to translate.
#[derive(Args, Debug)]
pub struct TranslateArguments {
    /// Optimisation level.
    #[arg(short = 'O', value_name = "LEVEL", default_value_t = 2, value_parser = clap::value_parser!(u8).range(0..=3))]
    pub level: u8,
    /// Run Binaryen at this level over the module; -O3 means 2.
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(0..=4))]
    pub binaryen: Option<u8>,
    /// Do without Binaryen.
    #[arg(long, conflicts_with = "binaryen")]
    pub no_binaryen: bool,
    /// Run these passes, comma-separated, instead of the level's.
    #[arg(long, value_delimiter = ',', value_name = "LIST")]
    pub passes: Option<Vec<String>>,
    /// Let accesses to the guest's first 64 KiB reach memory instead of trapping.
    #[arg(long)]
    pub no_null_guard: bool,
    /// What translated code does about accrued floating-point exception flags.
    #[arg(long, value_enum, default_value_t = Fflags::Untracked)]
    pub fflags: Fflags,
    /// What translated code does about the bits of NaNs that arithmetic makes.
    #[arg(long, value_enum, default_value_t = Nan::Canonical)]
    pub nan: Nan,
    /// What translated code does about accesses that pages do not permit.
    #[arg(long, value_enum, default_value_t = Faults::Engine)]
    pub faults: Faults,
    /// What the engine has that is going to run the module: `wide-arithmetic` and
    /// `relaxed-simd`, comma-separated, or `none`. If not given, both where `run` runs
    /// it, and `relaxed-simd` elsewhere; neither if Binaryen reads it.
    #[arg(long, value_name = "LIST")]
    pub engine_features: Option<Features>,
    /// When the guest's stack holds saved registers and return addresses. Programs that
    /// walk the frame pointers of their own stack need `always`.
    #[arg(long, value_enum, default_value_t = Stack::Auto)]
    pub stack: Stack,
    /// Leave loops now and then, so that signals are delivered in them and not only at
    /// system calls. (A host that knows nothing of it never leaves.)
    #[arg(long)]
    pub preempt: bool,
    /// Check at run time what the translator took for granted: that functions
    /// preserve registers, and that nobody else writes their frames.
    #[arg(long)]
    pub checked: bool,
    /// Print to standard error what was translated (and, when running, what
    /// happened); `json` for one JSON object.
    #[arg(long, value_enum, value_name = "FORMAT", num_args = 0..=1, require_equals = true, default_missing_value = "text")]
    pub stats: Option<StatsFormat>,
    /// Print to standard error how long each stage and pass took.
    #[arg(long)]
    pub time_passes: bool,
    /// Verify the IR after every pass.
    #[arg(long)]
    pub verify: bool,
    /// Translate functions that start in this range of guest addresses as at -O0.
    #[arg(long, value_name = "FROM..TO", value_parser = range)]
    pub unoptimised: Vec<Range<u64>>,
    /// Damage what this pass makes of this function: for tests of `bisect`.
    #[arg(long, hide = true, value_name = "PASS@FUNCTION")]
    pub spoil: Option<Spoil>,
}

/// A range of addresses: `0x10000..0x10400`.
fn range(text: &str) -> Result<Range<u64>, String> {
    let address = |word: &str| {
        let digits = word.strip_prefix("0x").ok_or_else(|| format!("`{word}` is no address (0x…)"))?;
        u64::from_str_radix(digits, 16).map_err(|error| format!("`{word}`: {error}"))
    };
    let (from, to) = text.split_once("..").ok_or("two addresses with `..` between them are wanted")?;
    Ok(address(from)?..address(to)?)
}

/// How `--stats` prints.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum StatsFormat {
    /// For people.
    Text,
    /// One JSON object.
    Json,
}

impl TranslateArguments {
    /// The library's options, where the module is for an engine that has `features`.
    ///
    /// # Errors
    /// [`CliError::Usage`] if Binaryen cannot read what the engine has.
    pub fn options(&self, features: Features) -> Result<Options, CliError> {
        let defaults = Options::default();
        let features = match (self.engine_features, self.binaryen_level()) {
            (Some(wanted), Some(_)) if wanted != Features::BINARYEN => {
                let why = format!("Binaryen does not go with {wanted}; --no-binaryen does without it");
                return Err(CliError::Usage(why));
            }
            (Some(wanted), _) => wanted,
            (None, Some(_)) => Features::BINARYEN,
            (None, None) => features,
        };
        Ok(Options {
            level: self.level,
            passes: self.passes.clone(),
            null_guard: !self.no_null_guard,
            fflags: self.fflags,
            nan: self.nan,
            faults: self.faults,
            features,
            stack: self.stack,
            checked: self.checked,
            preempt: self.preempt,
            verify: self.verify || defaults.verify,
            unoptimised: self.unoptimised.clone(),
            spoil: self.spoil.clone(),
            ..defaults
        })
    }

    /// The level at which Binaryen runs, if it does.
    pub fn binaryen_level(&self) -> Option<u8> {
        match self.binaryen {
            Some(level) => Some(level),
            None if self.level == 3 && !self.no_binaryen && cfg!(feature = "binaryen") => Some(2),
            None => None,
        }
    }
}

/// How often interpreted code comes to a place before it is translated. Translating it
/// takes some milliseconds, in which the interpreter runs a hundred thousand instructions.
#[cfg(feature = "run")]
const HOT_AFTER: u32 = 1000;

/// How to run a program.
#[cfg(feature = "run")]
#[derive(Args, Debug)]
pub struct RunArguments {
    #[command(flatten)]
    pub translate: TranslateArguments,
    /// Let the guest see a host directory: at the same path, or at GUEST.
    #[arg(long = "dir", value_name = "HOST[::GUEST]")]
    pub dirs: Vec<String>,
    /// Set an environment variable of the guest, whose environment is empty
    /// otherwise.
    #[arg(long = "env", value_name = "K=V")]
    pub env: Vec<String>,
    /// Print each system call to standard error.
    #[arg(long)]
    pub strace: bool,
    /// Print each exit of translated code to standard error.
    #[arg(long)]
    pub trace_exits: bool,
    /// Leave and come back at every N-th call that may exit. Changes no
    /// program's behaviour.
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub force_exit: Option<u64>,
    /// Interpret the program beside its translation, and compare registers and
    /// stack at each forced exit, and memory at the end.
    #[arg(long, requires = "force_exit", conflicts_with = "preempt")]
    pub lockstep: bool,
    /// Translate a place that interpreted code comes to for the N-th time, while the
    /// program runs; 0 never does.
    #[arg(long, value_name = "N", default_value_t = HOT_AFTER, default_value_if("interpret", "true", "0"))]
    pub hot_after: u32,
    /// Print to standard error what is translated while the program runs.
    #[arg(long)]
    pub print_hot: bool,
    /// Interpret all of the program: nothing that was translated is entered.
    #[arg(long)]
    pub interpret: bool,
    /// Enter only so many functions, those that others call first: for `bisect`.
    #[arg(long, hide = true, value_name = "N", conflicts_with = "interpret")]
    pub enter_first: Option<usize>,
    /// Keep translated and compiled programs in this directory, which nobody else can
    /// write to, and take them from there; else in the user's cache directory.
    #[arg(long, value_name = "DIR", conflicts_with = "no_cache")]
    pub cache_dir: Option<PathBuf>,
    /// Translate and compile, and keep nothing.
    #[arg(long)]
    pub no_cache: bool,
    /// Run the program once for each line of standard input, whose words follow
    /// its arguments, until it fails: for `scripts/bench`, which translates once.
    #[arg(long, hide = true)]
    pub each_line: bool,
    /// Tell a profiler of the translated functions.
    #[arg(long, value_enum)]
    pub profile: Option<rv2wat::run::Profile>,
    /// The program, `-` being standard input, and its arguments: whatever comes behind the
    /// program is its own, options as well.
    // One list: words that may begin with a hyphen are taken only behind its first one.
    #[arg(required = true, trailing_var_arg = true, num_args = 1.., value_names = ["PROGRAM", "ARGS"])]
    pub command: Vec<std::ffi::OsString>,
}

#[cfg(feature = "run")]
impl RunArguments {
    /// The program: the list is never empty, for clap asks for it.
    pub fn program(&self) -> &std::ffi::OsStr {
        &self.command[0]
    }
}

/// How to look for what makes a program go wrong.
#[cfg(feature = "run")]
#[derive(Args, Debug)]
pub struct BisectArguments {
    /// The command that runs the program rightly, its path and arguments appended:
    /// `qemu-riscv64`. Without it the program is interpreted.
    #[arg(long, value_name = "COMMAND")]
    pub reference: Option<String>,
    /// Seconds after which a run counts as wrong.
    #[arg(long, value_name = "SECONDS", default_value_t = 60)]
    pub limit: u64,
    #[command(flatten)]
    pub run: RunArguments,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn features(words: &[&str], engine: Features) -> Result<Features, CliError> {
        let line = ["rv2wat"].iter().chain(words).chain(&["program"]);
        let arguments = Arguments::try_parse_from(line).expect("arguments");
        arguments.translate.options(engine).map(|options| options.features)
    }

    #[test]
    #[cfg(feature = "run")]
    fn what_comes_behind_the_program_is_its_own() {
        for words in [&["program"][..], &["program", "--help", "-O3", "--", "--stats"], &["-", "-O9"]] {
            let line = ["rv2wat", "run", "-O0"].iter().chain(words);
            let arguments = Arguments::try_parse_from(line).expect("arguments");
            let Some(Command::Run(run)) = arguments.command else { panic!("a run") };
            assert_eq!(run.program(), words[0]);
            assert_eq!(run.command, *words);
            assert_eq!(run.translate.level, 0);
        }
        assert!(Arguments::try_parse_from(["rv2wat", "run", "-O9", "program"]).is_err());
        assert!(Arguments::try_parse_from(["rv2wat", "run", "-O0"]).is_err());
    }

    #[test]
    fn a_module_uses_what_its_engine_has_unless_it_is_told_otherwise() {
        let both = "--engine-features=relaxed-simd,wide-arithmetic";
        for engine in [Features::default(), Features::OURS] {
            assert_eq!(features(&[], engine).unwrap(), engine);
            assert_eq!(features(&["--engine-features=none"], engine).unwrap(), Features::NONE);
            assert_eq!(features(&[both], engine).unwrap(), Features::OURS);
        }
    }

    #[test]
    fn what_binaryen_does_not_know_is_left_out_or_refused() {
        assert_eq!(features(&["--binaryen=1"], Features::OURS).unwrap(), Features::NONE);
        for name in ["wide-arithmetic", "relaxed-simd"] {
            let given = format!("--engine-features={name}");
            let refused = features(&["--binaryen=1", &given], Features::OURS);
            assert!(refused.unwrap_err().to_string().contains(name));
            assert!(features(&["-O3", "--no-binaryen", &given], Features::OURS).is_ok());
        }
    }
}
