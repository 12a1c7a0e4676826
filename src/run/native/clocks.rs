//! Clocks, sleep and random bytes.

use rustix::time::{ClockId, Timespec, clock_gettime};
use rv2wat_linux::Clock;
use std::time::{Duration, Instant};

use super::signals;

const SECOND: u64 = 1_000_000_000;

/// The clocks of one guest.
#[derive(Clone, Copy, Debug)]
pub(super) struct Clocks {
    /// Processor time of this process when the guest came to be, nanoseconds:
    /// translating it is no work of the guest's.
    cpu_start: u64,
}

impl Clocks {
    /// Clocks whose processor time is 0 now.
    pub(super) fn new() -> Clocks {
        Clocks { cpu_start: nanoseconds(clock_gettime(ClockId::ProcessCPUTime)) }
    }

    /// The time of a clock, in nanoseconds.
    pub(super) fn read(&self, clock: Clock) -> u64 {
        match clock {
            Clock::Realtime => nanoseconds(clock_gettime(ClockId::Realtime)),
            Clock::Monotonic => nanoseconds(clock_gettime(ClockId::Monotonic)),
            Clock::Cpu => nanoseconds(clock_gettime(ClockId::ProcessCPUTime)).saturating_sub(self.cpu_start),
        }
    }
}

/// A time before 1970, which only a misset clock shows, counts as 1970.
fn nanoseconds(time: Timespec) -> u64 {
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    let rest = u64::try_from(time.tv_nsec).unwrap_or(0);
    seconds.saturating_mul(SECOND).saturating_add(rest)
}

/// Waits, until a signal for the guest comes at most.
pub(super) fn sleep(nanoseconds: u64) {
    // A deadline beyond what the clock can tell never comes.
    let deadline = Instant::now().checked_add(Duration::from_nanos(nanoseconds));
    // What else could go wrong makes the guest look at the clock, and ask again.
    let _ = signals::wait(None, deadline);
}

/// Fills `buf` from the operating system's generator.
///
/// # Panics
/// When the system has no generator at all. Guests make keys from these bytes,
/// so nothing weaker may take its place.
pub(super) fn random(buf: &mut [u8]) {
    if let Err(error) = getrandom::fill(buf) {
        panic!("the operating system gives no random bytes: {error}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_advance_and_realtime_is_now() {
        let clocks = Clocks::new();
        let before = clocks.read(Clock::Monotonic);
        sleep(2_000_000);
        assert!(clocks.read(Clock::Monotonic) >= before + 2_000_000);

        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
        let ours = Duration::from_nanos(clocks.read(Clock::Realtime));
        assert!(ours >= now && ours - now < Duration::from_secs(60));
    }

    #[test]
    fn processor_time_starts_at_the_guest_and_counts_work() {
        let clocks = Clocks::new();
        let start = clocks.read(Clock::Cpu);
        assert!(start < SECOND);
        let mut x = 1u64;
        while clocks.read(Clock::Cpu) == start {
            x = std::hint::black_box(x.wrapping_mul(3));
        }
        assert!(clocks.read(Clock::Cpu) > start);
    }

    #[test]
    fn times_before_the_epoch_are_zero() {
        assert_eq!(nanoseconds(Timespec { tv_sec: -5, tv_nsec: 0 }), 0);
        assert_eq!(nanoseconds(Timespec { tv_sec: i64::MAX, tv_nsec: 1 }), u64::MAX);
    }

    #[test]
    fn random_bytes_differ() {
        let (mut a, mut b) = ([0; 32], [0; 32]);
        random(&mut a);
        random(&mut b);
        assert_ne!(a, b);
    }
}
