//! Any bytes as an ELF file: they are refused with a message, or all of it is
//! translated to a module. Memory and work stay in proportion to the file.

use std::fmt::Write as _;

use allocation_counter::{AllocationInfo, measure};
use rayon::{ThreadPool, ThreadPoolBuilder};
use rv2wat::assemble::assemble;
use rv2wat::load::load;
use rv2wat::pipeline::{Options, analyze};
use rv2wat::summary::Stack;
use rv2wat::{Error, translate};

use crate::Verdict;
use crate::elf::{Segment, elf};

/// A number of bytes that may be needed for a file.
#[derive(Clone, Copy, Debug)]
pub struct Need {
    /// So many for each byte of the file.
    pub each: u64,
    /// And so many for any file.
    pub fixed: u64,
}

impl Need {
    const fn of(each: u64, fixed: u64) -> Need {
        Need { each, fixed }
    }

    fn for_file(self, size: u64) -> u64 {
        self.each * size + self.fixed
    }
}

/// What one stage may take for a file.
#[derive(Clone, Copy, Debug)]
pub struct Bound {
    /// The stage, for people.
    pub stage: &'static str,
    /// Memory at a time.
    pub memory: Need,
    /// Memory allocated in all: a measure of time that is the same on every
    /// machine.
    pub work: Need,
}

/// Each stage begins with the file, so that the later ones contain the earlier.
///
/// A byte of code is half an instruction, and the worst instruction is a call that
/// any register may be read after: it is 400 lines of text on the way out.
pub const BOUNDS: [Bound; 3] = [
    Bound { stage: "loading", memory: Need::of(8, 4 << 10), work: Need::of(16, 16 << 10) },
    Bound { stage: "analysis", memory: Need::of(2_000, 1 << 20), work: Need::of(100_000, 8 << 20) },
    Bound { stage: "translation", memory: Need::of(16_000, 4 << 20), work: Need::of(400_000, 64 << 20) },
];

thread_local! {
    /// Runs everything on the thread that asks, for allocations are counted by
    /// thread.
    static HERE: ThreadPool = ThreadPoolBuilder::new()
        .num_threads(1)
        .use_current_thread()
        .build()
        .expect("a thread can be a pool of its own");
}

/// Checks an input.
///
/// # Errors
/// What is wrong, or too much.
pub fn check(bytes: &[u8]) -> Verdict {
    check_with(bytes, &BOUNDS)
}

/// [`check`] with other bounds.
///
/// # Errors
/// What is wrong, or too much.
pub fn check_with(bytes: &[u8], bounds: &[Bound; 3]) -> Verdict {
    let (taken, verdict) = take(bytes);
    verdict?;
    let mut wrong = String::new();
    for (bound, taken) in bounds.iter().zip(taken) {
        let size = bytes.len() as u64;
        let (memory, work) = (bound.memory.for_file(size), bound.work.for_file(size));
        if taken.bytes_max > memory || taken.bytes_total > work {
            let AllocationInfo { bytes_max, bytes_total, .. } = taken;
            let _ = writeln!(
                wrong,
                "{} of {size} bytes takes {bytes_max} bytes at a time (at most {memory}), {bytes_total} in all (at most {work})",
                bound.stage
            );
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

/// A program that is one piece of code so many times.
pub fn repeated(code: &[u8], count: usize) -> Vec<u8> {
    const CODE: u64 = 0x1_0000;
    elf(CODE, &[Segment::code(CODE, &code.repeat(count))])
}

/// What each stage takes of memory, and whether what comes out is a module.
pub fn take(bytes: &[u8]) -> ([AllocationInfo; 3], Verdict) {
    let mut verdict = Ok(());
    let taken = HERE.with(|here| {
        here.install(|| {
            let loading = measure(|| drop(load(bytes)));
            let analysis =
                measure(|| drop(analyze(bytes, &Options { stack: Stack::Exit, ..Options::default() })));
            let translation = measure(|| {
                verdict = match translate(bytes, &Options::default()) {
                    Ok(translation) => assemble(&translation.wat).map(drop),
                    Err(broken @ Error::Verify { .. }) => Err(broken),
                    // The file is refused.
                    Err(_) => Ok(()),
                };
            });
            [loading, analysis, translation]
        })
    });
    (taken, verdict.map_err(|error| error.to_string()))
}
