//! Runs modules for WASI in the engine in which translations run, set up alike:
//! the column `direct-wasmtime`.
//!
//! Serves the ten calls that wasi-libc imports for a program which computes and
//! prints. Must never know translations.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::Context as _;
use wasmtime::{Caller, Linker, Memory, Module, Store};

/// Error numbers of WASI preview 1.
const SUCCESS: i32 = 0;
const EBADF: i32 = 8;
const EINVAL: i32 = 28;
const EIO: i32 = 29;
const ESPIPE: i32 = 70;

/// What the calls need to know.
struct Host {
    args: Vec<Vec<u8>>,
    memory: Option<Memory>,
    started: Instant,
}

/// The module called `proc_exit`.
#[derive(Debug, thiserror::Error)]
#[error("exit with status {0}")]
struct Exit(i32);

/// Runs `module` to its end, on a thread with as much stack as translations get.
pub fn run(module: &Path, args: &[String]) -> anyhow::Result<ExitCode> {
    let bytes = std::fs::read(module).with_context(|| module.display().to_string())?;
    let mut words = vec![module.as_os_str().as_encoded_bytes().to_vec()];
    words.extend(args.iter().map(|arg| arg.clone().into_bytes()));
    let status = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new()
            .stack_size(rv2wat::run::THREAD_STACK)
            .spawn_scoped(scope, || start(&bytes, words).map_err(|error| anyhow::anyhow!("{error:#}")))?;
        thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })?;
    Ok(ExitCode::from(u8::try_from(status & 0xff).unwrap_or(255)))
}

fn start(bytes: &[u8], args: Vec<Vec<u8>>) -> wasmtime::Result<i32> {
    let engine = rv2wat::run::engine(bytes.len(), None)?;
    let module = Module::new(&engine, bytes)?;
    let mut store = Store::new(&engine, Host { args, memory: None, started: Instant::now() });
    let instance = linker(&engine)?.instantiate(&mut store, &module)?;
    store.data_mut().memory = instance.get_memory(&mut store, "memory");
    let start = instance.get_typed_func::<(), ()>(&mut store, "_start")?;
    match start.call(&mut store, ()) {
        Ok(()) => Ok(0),
        Err(error) => match error.downcast_ref::<Exit>() {
            Some(Exit(status)) => Ok(*status),
            None => Err(error),
        },
    }
}

/// Writes a call's results; what does not fit into memory is the module's error.
fn write(caller: &mut Caller<'_, Host>, pieces: &[(i32, &[u8])]) -> i32 {
    let Some(memory) = caller.data().memory else { return EINVAL };
    for (at, bytes) in pieces {
        if memory.write(&mut *caller, at.cast_unsigned() as usize, bytes).is_err() {
            return EINVAL;
        }
    }
    SUCCESS
}

/// Reads bytes of the module's memory.
fn read<'a>(caller: &'a Caller<'_, Host>, at: u32, length: u32) -> Option<&'a [u8]> {
    let from = at as usize;
    caller.data().memory?.data(caller).get(from..from.checked_add(length as usize)?)
}

/// A list of strings as `args_get` and `environ_get` want it.
fn list(caller: &mut Caller<'_, Host>, strings: &[Vec<u8>], pointers: i32, text: i32) -> i32 {
    let mut at = text;
    for (slot, string) in (0..).zip(strings) {
        let ended = [string.as_slice(), b"\0"].concat();
        let pointer = at.to_le_bytes();
        let wrote = write(caller, &[(pointers.wrapping_add(4 * slot), &pointer), (at, &ended)]);
        if wrote != SUCCESS {
            return wrote;
        }
        at = at.wrapping_add(i32::try_from(ended.len()).unwrap_or(i32::MAX));
    }
    SUCCESS
}

fn sizes(caller: &mut Caller<'_, Host>, strings: &[Vec<u8>], count: i32, bytes: i32) -> i32 {
    let number = |n: usize| u32::try_from(n).unwrap_or(u32::MAX).to_le_bytes();
    let length = strings.iter().map(|string| string.len() + 1).sum();
    write(caller, &[(count, &number(strings.len())), (bytes, &number(length))])
}

/// `fd_write`: the pieces of an array of (address, length) to one of the two
/// streams; all of it or an error.
fn fd_write(mut caller: Caller<'_, Host>, fd: i32, vectors: i32, count: i32, written: i32) -> i32 {
    let mut bytes = Vec::new();
    for slot in 0..count.cast_unsigned() {
        let at = vectors.cast_unsigned().wrapping_add(slot.wrapping_mul(8));
        let word = |at| Some(u32::from_le_bytes(*read(&caller, at, 4)?.first_chunk()?));
        let piece = word(at).zip(word(at.wrapping_add(4)));
        let Some(piece) = piece.and_then(|(from, length)| read(&caller, from, length)) else { return EINVAL };
        bytes.extend_from_slice(piece);
    }
    let wrote = match fd {
        1 => std::io::stdout().write_all(&bytes).and_then(|()| std::io::stdout().flush()),
        2 => std::io::stderr().write_all(&bytes),
        _ => return EBADF,
    };
    match wrote {
        Ok(()) => {
            let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX).to_le_bytes();
            write(&mut caller, &[(written, &length)])
        }
        Err(_) => EIO,
    }
}

fn linker(engine: &wasmtime::Engine) -> wasmtime::Result<Linker<Host>> {
    let mut linker = Linker::new(engine);
    let wasi = "wasi_snapshot_preview1";
    linker.func_wrap(wasi, "args_get", |mut caller: Caller<'_, Host>, pointers: i32, text: i32| {
        let args = caller.data().args.clone();
        list(&mut caller, &args, pointers, text)
    })?;
    linker.func_wrap(wasi, "args_sizes_get", |mut caller: Caller<'_, Host>, count: i32, bytes: i32| {
        let args = caller.data().args.clone();
        sizes(&mut caller, &args, count, bytes)
    })?;
    linker.func_wrap(wasi, "environ_get", |_: Caller<'_, Host>, _: i32, _: i32| SUCCESS)?;
    linker.func_wrap(wasi, "environ_sizes_get", |mut caller: Caller<'_, Host>, count: i32, bytes: i32| {
        sizes(&mut caller, &[], count, bytes)
    })?;
    // Every clock counts from the start: the kernels read the monotonic one.
    linker.func_wrap(
        wasi,
        "clock_time_get",
        |mut caller: Caller<'_, Host>, _clock: i32, _precision: i64, at: i32| {
            let elapsed = u64::try_from(caller.data().started.elapsed().as_nanos()).unwrap_or(u64::MAX);
            write(&mut caller, &[(at, &elapsed.to_le_bytes())])
        },
    )?;
    linker.func_wrap(
        wasi,
        "fd_close",
        |_: Caller<'_, Host>, fd: i32| {
            if (0..3).contains(&fd) { SUCCESS } else { EBADF }
        },
    )?;
    linker.func_wrap(wasi, "fd_fdstat_get", |mut caller: Caller<'_, Host>, fd: i32, at: i32| {
        if !(0..3).contains(&fd) {
            return EBADF;
        }
        // A character device, with no flags and every right.
        let mut stat = [0xff; 24];
        stat[..8].copy_from_slice(&[2, 0, 0, 0, 0, 0, 0, 0]);
        write(&mut caller, &[(at, &stat)])
    })?;
    linker
        .func_wrap(wasi, "fd_seek", |_: Caller<'_, Host>, _fd: i32, _by: i64, _from: i32, _at: i32| ESPIPE)?;
    linker.func_wrap(wasi, "fd_write", fd_write)?;
    linker.func_wrap(wasi, "proc_exit", |_: Caller<'_, Host>, status: i32| -> wasmtime::Result<()> {
        Err(wasmtime::Error::new(Exit(status)))
    })?;
    Ok(linker)
}
