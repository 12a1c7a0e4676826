//! Running translations: the wasmtime host.
//!
//! [`Executable`] is a translated program compiled by wasmtime; [`Executable::run`]
//! gives it a process of the Linux personality and drives the dispatcher
//! ([`dispatch`]) until the process ends.
//!
//! Knows the module's contract (`docs/abi.md`) and the engine. Must never know
//! how a function was translated.

mod dispatch;
mod lockstep;
mod memory;
pub mod native;
mod prepared;
mod signal;
mod state;
mod tier;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use rv2wat_host::Permissions;
use rv2wat_linux::{Config as ProcessConfig, Host, HostDir, Process, StartError};
use wasmtime::{Caller, Config, Engine, Linker, Module, ProfilingStrategy, Store};

use crate::load::{Image, load};
use crate::pipeline::{SourceLines, Translation};
use prepared::{Kept, Prepared};

pub use crate::stats::Stats;
#[cfg(test)]
pub(crate) use state::soft;
pub use tier::Hot;

/// The largest module, in bytes, whose small functions the engine inlines: that
/// doubles the time to compile, which of larger programs is most of the time.
const INLINE_UP_TO: usize = 2 << 20;

/// The engine inlines a function where caller and callee together are no larger than
/// this, by its own count. Without a limit of ours it makes one function of all that
/// a `main` calls, whose values do not fit in registers; and takes twice as long.
const INLINED_SIZE: &str = "1000";

/// The stack that WebAssembly code may use, bytes. A guest's own 8 MiB stack is
/// used up before this is: its smallest frame takes 16 bytes, and a frame of the
/// engine seldom more than 200.
const WASM_STACK: usize = 256 << 20;

/// The stack of the thread that runs the guest, bytes, most never touched.
pub const THREAD_STACK: usize = WASM_STACK + (16 << 20);

/// Why a program could not be run.
#[derive(Debug, thiserror::Error, miette::Diagnostic)]
pub enum RunError {
    /// The engine refused the module.
    #[error("the engine refused the translated module: {0}")]
    #[diagnostic(help("this is a defect of rv2wat"))]
    Module(String),
    /// The process could not be set up.
    #[error("the program cannot start: {0}")]
    Start(#[from] StartError),
    /// A directory could not be mounted.
    #[error("cannot mount at {path}: {why}")]
    Mount {
        /// The guest path.
        path: String,
        /// Why not.
        why: String,
    },
    /// Translated with checks, the program showed that something does not hold
    /// which the translator took for granted.
    #[error("{0}")]
    #[diagnostic(help("this is a defect of rv2wat, or a program that changes its callers' frames"))]
    Violated(String),
    /// The interpreter does something else than the translation.
    #[error("translation and interpreter differ: {0}")]
    #[diagnostic(help("this is a defect of rv2wat"))]
    Diverged(String),
    /// The engine stopped for a reason that is no fault of the guest.
    #[error("the translated program stopped in the engine at guest pc {pc:#x} or later: {why}")]
    #[diagnostic(help("this is a defect of rv2wat"))]
    Engine {
        /// Where the dispatcher last entered.
        pc: u64,
        /// What the engine said.
        why: String,
    },
}

/// What to run a program with.
#[derive(Default)]
pub struct RunConfig {
    /// What the process starts with.
    pub process: ProcessConfig,
    /// Host directories and where the guest sees them.
    pub mounts: Vec<(Vec<u8>, Arc<dyn HostDir>)>,
    /// Print each system call to standard error.
    pub strace: bool,
    /// Print each exit to standard error.
    pub trace_exits: bool,
    /// Leave at every N-th call that may exit (the translation must have been
    /// made for it); 0 never does.
    pub force_exit: u64,
    /// Deliver signals where loops turn (the translation must have been made for it), not
    /// at system calls alone.
    pub preempt: bool,
    /// Interpret the program beside its translation, and compare the two at each
    /// forced exit and at the end.
    pub lockstep: bool,
    /// Count where exits lead to.
    pub count_places: bool,
    /// Translate what is interpreted often; `None` interprets it for ever.
    pub hot: Option<Hot>,
}

/// How a program ended.
#[derive(Debug)]
pub struct Finished<H> {
    /// Its exit status, 0..=255; 128 + N for signal N.
    pub status: i32,
    /// The signal that ended it, with where and why.
    pub fault: Option<String>,
    /// What happened on the way.
    pub stats: Stats,
    /// The host, for what it collected.
    pub host: H,
}

/// A profiler that is told of compiled functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// `/tmp/perf-PID.map`.
    Perfmap,
    /// `jit-PID.dump` in the working directory.
    Jitdump,
}

/// The engine as a module of `length` bytes runs in it. Code in it must run on a thread with a
/// stack of [`THREAD_STACK`]. Public so that other modules can be measured in the
/// same engine.
///
/// # Errors
/// What the engine says if this machine lacks what it needs.
pub fn engine(length: usize, profile: Option<Profile>) -> wasmtime::Result<Engine> {
    let mut config = Config::new();
    // Each indirect call would ask whether its entry of the table is there yet.
    config.table_lazy_init(false);
    config.wasm_branch_hinting(true);
    config.wasm_wide_arithmetic(true);
    config.max_wasm_stack(WASM_STACK);
    config.async_stack_size(THREAD_STACK);
    config.wasm_backtrace_details(wasmtime::WasmBacktraceDetails::Disable);
    if length <= INLINE_UP_TO {
        config.compiler_inlining(wasmtime::Inlining::Yes);
        limit_inlining(&mut config);
    }
    match profile {
        Some(Profile::Perfmap) => config.profiler(ProfilingStrategy::PerfMap),
        Some(Profile::Jitdump) => config.profiler(ProfilingStrategy::JitDump),
        None => &mut config,
    };
    Engine::new(&config)
}

#[expect(unsafe_code, reason = "the engine's safe settings do not reach its compiler's")]
fn limit_inlining(config: &mut Config) {
    // SAFETY: the setting chooses between equivalent ways to compile. What is unsafe
    // about the call are settings that leave out checks.
    unsafe {
        config.cranelift_flag_set("wasmtime_inlining_sum_size_threshold", INLINED_SIZE);
    }
}

/// A translated program, compiled.
pub struct Executable {
    engine: Engine,
    module: Module,
    /// Copies registers. Compiled here, where threads of a pool may do it: those may
    /// be waiting for programs by the time that one runs.
    copier: Module,
    /// The program's file.
    bytes: Arc<[u8]>,
    prepared: Prepared,
    /// The length of the module, bytes.
    length: usize,
    entries: BTreeMap<u64, i32>,
    /// For a second machine that follows; nothing if the program was kept.
    translation: Option<Arc<Translation>>,
    /// The image of a program that was kept, once a message has wanted its symbols.
    image: OnceLock<Option<Image>>,
}

/// What the engine's store holds.
struct Guest<H: Host> {
    /// `None` only while a system call runs.
    process: Option<Process<H>>,
    memory: Option<wasmtime::Memory>,
    bias: u32,
    permissions: Option<Permissions>,
    strace: bool,
    /// What a system call asked for beyond a result.
    outcome: Option<rv2wat_linux::Outcome>,
    /// The last system call: its number and arguments.
    call: (u64, [u64; 6]),
    started: std::time::Instant,
    /// What the host did, where somebody follows.
    recorder: Option<lockstep::Recorder>,
}

impl<H: Host> Guest<H> {
    /// That of no process.
    fn empty(bias: u32) -> Guest<H> {
        Guest {
            process: None,
            memory: None,
            bias,
            permissions: None,
            strace: false,
            outcome: None,
            call: (0, [0; 6]),
            started: std::time::Instant::now(),
            recorder: None,
        }
    }
}

impl Executable {
    /// Compiles a translation's module.
    ///
    /// # Errors
    /// [`RunError::Module`] if the engine refuses it.
    pub fn new(
        translation: Arc<Translation>,
        wasm: &[u8],
        profile: Option<Profile>,
    ) -> Result<Executable, RunError> {
        let refused = |error: wasmtime::Error| RunError::Module(format!("{error:#}"));
        let engine = engine(wasm.len(), profile).map_err(refused)?;
        let module = Module::new(&engine, wasm).map_err(refused)?;
        let copier = state::copier(&engine).map_err(refused)?;
        let prepared = Prepared::of(&translation, wasm);
        let bytes = translation.image.bytes.clone();
        let entries = numbered(&prepared.entries);
        let (length, translation, image) = (wasm.len(), Some(translation), OnceLock::new());
        Ok(Executable { engine, module, copier, bytes, prepared, length, entries, translation, image })
    }

    /// What [`Executable::restore`] makes the same of, with a warning for the user.
    ///
    /// # Errors
    /// [`RunError::Module`] if the engine cannot say what it compiled.
    pub fn keep(&self, warning: Option<String>) -> Result<Vec<u8>, RunError> {
        let refused = |error: wasmtime::Error| RunError::Module(format!("{error:#}"));
        let kept = Kept {
            prepared: self.prepared.clone(),
            warning,
            length: self.length as u64,
            copier: &self.copier.serialize().map_err(refused)?,
            module: &self.module.serialize().map_err(refused)?,
        };
        postcard::to_stdvec(&kept).map_err(|error| RunError::Module(error.to_string()))
    }

    /// A program from its file and what [`Executable::keep`] made of it, and the
    /// warning. It cannot be followed in lockstep.
    ///
    /// # Errors
    /// [`RunError::Module`], with the file's bytes, if the engine refuses it: the machine
    /// may have changed.
    ///
    /// # Safety
    /// `kept` is what that function made. If it is something else, it may be code that
    /// does anything.
    #[expect(unsafe_code, reason = "compiled code is taken as it was written")]
    pub unsafe fn restore(
        program: Vec<u8>,
        kept: &[u8],
    ) -> Result<(Executable, Option<String>), (RunError, Vec<u8>)> {
        let read = || -> wasmtime::Result<_> {
            let kept: Kept<'_> = postcard::from_bytes(kept)?;
            let length = usize::try_from(kept.length)?;
            let engine = engine(length, None)?;
            // SAFETY: the bytes are the engine's own, by what the caller promises.
            let load = |bytes: &[u8]| unsafe { Module::deserialize(&engine, bytes) };
            let (copier, module) = (load(kept.copier)?, load(kept.module)?);
            Ok((kept.prepared, kept.warning, length, copier, module, engine))
        };
        let (prepared, warning, length, copier, module, engine) = match read() {
            Ok(read) => read,
            Err(error) => return Err((RunError::Module(format!("{error:#}")), program)),
        };
        let entries = numbered(&prepared.entries);
        let (bytes, translation, image) = (program.into(), None, OnceLock::new());
        let executable =
            Executable { engine, module, copier, bytes, prepared, length, entries, translation, image };
        Ok((executable, warning))
    }

    /// The program as it was loaded.
    fn image(&self) -> Option<&Image> {
        match &self.translation {
            Some(translation) => Some(&translation.image),
            None => self.image.get_or_init(|| load(&self.bytes).ok()).as_ref(),
        }
    }

    /// Where a guest address is: `function+0x12`.
    fn describe(&self, pc: u64) -> Option<String> {
        self.prepared.describe(self.image(), pc)
    }

    /// The same with the source line, where the program has lines: `function+0x12 (sum.c:7)`.
    fn place(&self, pc: u64) -> Option<String> {
        let place = self.describe(pc)?;
        let line = self.image().and_then(SourceLines::of).and_then(|lines| lines.at(pc));
        Some(line.map_or_else(|| place.clone(), |line| format!("{place} ({line})")))
    }

    /// Lets the dispatcher enter at these guest addresses alone; what starts
    /// elsewhere is interpreted. With none, all of the program is.
    pub fn enter_only(&mut self, entries: &BTreeSet<u64>) {
        self.entries.retain(|entry, _| entries.contains(entry));
    }

    /// Runs the program to its end, on a thread with room for deep recursion.
    ///
    /// # Errors
    /// A [`RunError`] if it cannot start, or if the engine stops for a reason
    /// that is not the guest's.
    pub fn run<H: Host + Send + 'static>(&self, host: H, config: RunConfig) -> Result<Finished<H>, RunError> {
        std::thread::scope(|scope| {
            let thread = std::thread::Builder::new()
                .name("guest".to_owned())
                .stack_size(THREAD_STACK)
                .spawn_scoped(scope, || self.run_here(host, config));
            let ended =
                thread.map_err(|error| RunError::Module(format!("no thread for the guest: {error}")))?.join();
            ended.unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        })
    }

    fn run_here<H: Host + 'static>(&self, host: H, mut config: RunConfig) -> Result<Finished<H>, RunError> {
        let mut process = Process::new(host, std::mem::take(&mut config.process));
        for (path, dir) in std::mem::take(&mut config.mounts) {
            process.mount(&path, dir, false).map_err(|errno| RunError::Mount {
                path: String::from_utf8_lossy(&path).into_owned(),
                why: errno.to_string(),
            })?;
        }
        let guest = Guest {
            process: Some(process),
            permissions: self.prepared.facts.permissions(),
            strace: config.strace,
            recorder: config.lockstep.then(lockstep::Recorder::default),
            ..Guest::empty(self.prepared.facts.bias)
        };
        let mut store = Store::new(&self.engine, guest);
        let refused = |error: wasmtime::Error| RunError::Module(format!("{error:#}"));
        let instance = linker(&self.engine)
            .and_then(|linker| linker.instantiate(&mut store, &self.module))
            .map_err(refused)?;
        let mut dispatcher =
            dispatch::Dispatcher::new(&mut store, instance, self, &config).map_err(refused)?;
        dispatcher.start()?;
        let (status, fault) = dispatcher.run()?;
        let places = dispatcher.places();
        let mut stats = Stats { places, ..dispatcher.stats };
        let process = store.into_data().process;
        let Some(process) = process else {
            return Err(RunError::Module("the process was lost in a system call".to_owned()));
        };
        stats.unknown_syscalls = process.unknown_syscalls().clone();
        Ok(Finished { status, fault, stats, host: process.into_host() })
    }
}

/// Entries by address, with their numbers.
fn numbered(entries: &[u64]) -> BTreeMap<u64, i32> {
    entries.iter().copied().zip(0..).collect()
}

/// The module's imports.
fn linker<H: Host + 'static>(engine: &Engine) -> wasmtime::Result<Linker<Guest<H>>> {
    let mut linker = Linker::new(engine);
    linker.func_wrap(
        "rv",
        "ecall",
        |mut caller: Caller<'_, Guest<H>>, mailbox: i32| -> wasmtime::Result<i32> {
            let Some(memory) = caller.data().memory else {
                wasmtime::bail!("a system call before the start")
            };
            let at = mailbox.cast_unsigned() as usize;
            let slot = |bytes: &[u8], n: usize| {
                bytes
                    .get(at + 8 * n..)
                    .and_then(<[u8]>::first_chunk)
                    .map_or(0, |bytes| u64::from_le_bytes(*bytes))
            };
            let bytes = memory.data(&caller);
            let args = [0, 1, 2, 3, 4, 5].map(|n| slot(bytes, n));
            let number = slot(bytes, 7);
            match memory::syscall(&mut caller, memory, number, args) {
                rv2wat_linux::Outcome::Return(value)
                    if !caller.data().process.as_ref().is_some_and(Process::code_may_have_changed) =>
                {
                    memory.write(&mut caller, at, &value.to_le_bytes())?;
                    Ok(0)
                }
                other => {
                    caller.data_mut().outcome = Some(other);
                    Ok(rv2wat_passes::ir::ExitReason::Syscall.status())
                }
            }
        },
    )?;
    linker.func_wrap(
        "rv",
        "soft",
        |_: Caller<'_, Guest<H>>, op: i32, a: i64, b: i64, c: i64, mode: i32| -> wasmtime::Result<i64> {
            state::soft(op, [a, b, c], mode)
        },
    )?;
    linker.func_wrap(
        "rv",
        "flags",
        |_: Caller<'_, Guest<H>>, inst: i32, a: i64, b: i64, c: i64| -> wasmtime::Result<i32> {
            state::flags(inst, [a, b, c])
        },
    )?;
    linker.func_wrap(
        "rv",
        "violated",
        |_: Caller<'_, Guest<H>>, pc: i64, what: i32, expected: i64, found: i64| -> wasmtime::Result<()> {
            let pc = pc.cast_unsigned();
            Err(wasmtime::Error::new(dispatch::Violation { pc, what, expected, found }))
        },
    )?;
    linker.func_wrap("rv", "counter", |mut caller: Caller<'_, Guest<H>>, _csr: i32| -> i64 {
        // Time, cycles and instructions all go by the monotonic clock: they
        // grow, and are not exact.
        let guest = caller.data_mut();
        let value = match &mut guest.process {
            Some(process) => process.host_mut().clock(rv2wat_linux::Clock::Monotonic),
            None => 0,
        };
        if let Some(recorder) = &mut guest.recorder {
            recorder.events.push_back(lockstep::Event::Counter(value));
        }
        value.cast_signed()
    })?;
    Ok(linker)
}
