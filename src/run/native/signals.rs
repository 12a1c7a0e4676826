//! Signals that somebody sends to this process, which are the guest's: a terminal's keys,
//! `kill`, a changed window.
//!
//! A thread catches them. One that would end the guest acts at once, by its default, when
//! the terminal has been given back; so does one that stops. Others wait to be taken, and
//! wake a guest that waits.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::BorrowedFd;
use rustix::fs::{OFlags, fcntl_setfl};
use signal_hook::consts::{SIGALRM, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGUSR1, SIGUSR2, SIGWINCH};
use signal_hook::iterator::Signals;
use std::io::{PipeReader, PipeWriter, Write};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{OnceLock, mpsc};
use std::time::Instant;

use super::terminal;

/// The signals that are caught. Their numbers are the same on all Linux hosts, and in the
/// guest.
const CAUGHT: [i32; 9] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGALRM, SIGUSR1, SIGUSR2, SIGWINCH];

/// Those that end this process if they come again while they wait: a guest takes signals
/// at system calls, and may make none.
const INSISTED: [i32; 4] = [SIGHUP, SIGINT, SIGQUIT, SIGTERM];

/// Those that would end the guest if they came now: all, before it says otherwise.
static ENDING: AtomicU64 = AtomicU64::new(!bit(SIGWINCH));

/// Those that wait to be taken.
static WAITING: AtomicU64 = AtomicU64::new(0);

/// What can be read when a signal has begun to wait.
static BELL: OnceLock<Option<PipeReader>> = OnceLock::new();

const fn bit(signal: i32) -> u64 {
    1 << (signal - 1)
}

/// Starts the thread, once. Should the system refuse it, signals do what they do by
/// default.
pub(super) fn watch() {
    BELL.get_or_init(|| {
        let (bell, rope) = std::io::pipe().ok()?;
        fcntl_setfl(&bell, OFlags::NONBLOCK).ok()?;
        let (ready, wait) = mpsc::channel::<()>();
        // Detached on purpose: it lives as long as the process. The thread catches the
        // signals itself, so that none is caught with nobody there to act.
        let ignored = ignored();
        let caught = CAUGHT.into_iter().filter(move |&signal| ignored & bit(signal) == 0);
        let thread = std::thread::Builder::new().name("signals".into()).spawn(move || {
            let signals = Signals::new(caught);
            drop(ready);
            let Ok(mut signals) = signals else { return };
            signals.forever().for_each(|signal| came(signal, &rope));
        });
        thread.ok()?;
        // Nothing is ever sent: the other end closes when signals are caught.
        let _ = wait.recv();
        Some(bell)
    });
}

/// The signals that whoever started this process has it ignore, as `nohup` does and shells
/// do for what runs in the background. They stay ignored.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|digits| u64::from_str_radix(digits.trim(), 16).ok()).unwrap_or(0)
}

fn came(signal: i32, mut rope: &PipeWriter) {
    let acts = signal == SIGTSTP || ENDING.load(Ordering::Acquire) & bit(signal) != 0;
    let waits = !acts && WAITING.fetch_or(bit(signal), Ordering::AcqRel) & bit(signal) != 0;
    // Whoever sends one again before the guest has taken it wants it to end.
    if acts || waits && INSISTED.contains(&signal) {
        terminal::give_back_while(|| {
            let _ = signal_hook::low_level::emulate_default_handler(signal);
        });
    } else if !waits {
        // It rings no more often than there are signals, so there is room.
        let _ = rope.write_all(&[0]);
    }
}

/// Notes which signals would end the guest.
pub(super) fn ending(signals: u64) {
    ENDING.store(signals, Ordering::Release);
}

/// Takes the lowest signal that waits.
pub(super) fn take() -> Option<i32> {
    let waiting = WAITING.load(Ordering::Acquire);
    if waiting == 0 {
        return None;
    }
    let signal = waiting.trailing_zeros() as i32 + 1;
    WAITING.fetch_and(!bit(signal), Ordering::AcqRel);
    Some(signal)
}

/// What a wait ended with.
pub(super) enum Came {
    /// One of the events, an error or a hang-up of the stream.
    Event(PollFlags),
    /// A signal.
    Signal,
    /// Nothing in time.
    Nothing,
}

/// Waits until there is one of `events` on a stream, if there is one, a signal, or the
/// deadline has come.
///
/// # Errors
/// What the system says, but for interruptions.
pub(super) fn wait(
    stream: Option<(BorrowedFd<'_>, PollFlags)>,
    deadline: Option<Instant>,
) -> rustix::io::Result<Came> {
    loop {
        let left = deadline.map(|deadline| {
            let left = deadline.saturating_duration_since(Instant::now());
            // Both fit: a deadline is made from fewer than 2^64 nanoseconds.
            Timespec { tv_sec: left.as_secs() as i64, tv_nsec: left.subsec_nanos().into() }
        });
        let mut watched = Vec::with_capacity(2);
        watched.extend(stream.as_ref().map(|(stream, events)| PollFd::new(stream, *events)));
        let bell = BELL.get().and_then(Option::as_ref);
        watched.extend(bell.map(|bell| PollFd::new(bell, PollFlags::IN)));
        match poll(&mut watched, left.as_ref()) {
            Ok(0) => return Ok(Came::Nothing),
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error),
        }
        if let (Some(events), Some(_)) = (watched.first().map(PollFd::revents), &stream)
            && !events.is_empty()
        {
            return Ok(Came::Event(events));
        }
        if let Some(bell) = bell {
            // There is something to read, and nobody else reads.
            let _ = rustix::io::read(bell, &mut [0; 64]);
        }
        return Ok(Came::Signal);
    }
}
