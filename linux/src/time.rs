//! Clocks, sleeping, and timers of all kinds.
//!
//! Deadlines are on the clock of their timer; a wait ends at the first of
//! them. Must never know what the expiry means to the guest beyond a signal or
//! a count.

use crate::errno::Errno;
use crate::fd::{FileId, Open, flag};
use crate::guest::GuestMemory;
use crate::host::{Clock, News};
use crate::kernel::{Answer, Call, Kernel, Stop};
use crate::process::Outcome;
use crate::signals::{COUNT, RESTART, SIGALRM, SIGPROF, SIGVTALRM};
use std::collections::BTreeMap;

const SECOND: u64 = 1_000_000_000;
const TIMER_ABSTIME: u32 = 1;

/// Timers a process may make with `timer_create`.
const MAX_TIMERS: usize = 1024;

/// A timer that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Armed {
    /// On the timer's clock, in nanoseconds.
    deadline: u64,
    /// 0: fires once.
    interval: u64,
}

/// A timer that runs or does not.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Timer {
    clock: Clock,
    armed: Option<Armed>,
}

impl Timer {
    fn new(clock: Clock) -> Timer {
        Timer { clock, armed: None }
    }

    /// Counts expirations up to `now` and starts the next interval.
    fn expire(&mut self, now: u64) -> u64 {
        let Some(armed) = &mut self.armed else { return 0 };
        if now < armed.deadline {
            return 0;
        }
        if armed.interval == 0 {
            self.armed = None;
            return 1;
        }
        let count = (now - armed.deadline) / armed.interval + 1;
        armed.deadline = armed.deadline.saturating_add(count.saturating_mul(armed.interval));
        count
    }

    /// Time left and interval; zero when it does not run.
    fn left(&self, now: u64) -> (u64, u64) {
        match self.armed {
            Some(armed) => (armed.deadline.saturating_sub(now).max(1), armed.interval),
            None => (0, 0),
        }
    }
}

/// A timer made by `timerfd_create`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TimerFd {
    timer: Timer,
    /// Expirations that nobody has read.
    count: u64,
}

/// A timer made by `timer_create`.
#[derive(Clone, Copy, Debug)]
struct PosixTimer {
    timer: Timer,
    /// `None`: `SIGEV_NONE`.
    signal: Option<i32>,
    value: u64,
    overrun: u64,
}

/// The timers of a process but those behind descriptors.
pub(crate) struct Timers {
    /// `ITIMER_REAL`, `ITIMER_VIRTUAL`, `ITIMER_PROF`.
    intervals: [Timer; 3],
    posix: BTreeMap<i32, PosixTimer>,
}

impl Default for Timers {
    fn default() -> Timers {
        let cpu = Timer::new(Clock::Cpu);
        Timers { intervals: [Timer::new(Clock::Monotonic), cpu, cpu], posix: BTreeMap::new() }
    }
}

impl Timers {
    fn all(&self) -> impl Iterator<Item = &Timer> {
        self.intervals.iter().chain(self.posix.values().map(|posix| &posix.timer))
    }
}

/// Reads a `struct timespec` as nanoseconds; `EINVAL` if it is none.
pub(crate) fn read_timespec(mem: &dyn GuestMemory, addr: u64) -> Result<u64, Errno> {
    read_time(mem, addr, SECOND, 1)
}

/// Reads seconds and a fraction below `per_second`, each `unit` nanoseconds.
fn read_time(mem: &dyn GuestMemory, addr: u64, per_second: u64, unit: u64) -> Result<u64, Errno> {
    let bytes: [u8; 16] = mem.read_array(addr)?;
    let [seconds, part] =
        [0, 8].map(|at| bytes[at..at + 8].iter().rev().fold(0, |word: u64, &byte| word << 8 | byte as u64));
    if seconds > i64::MAX as u64 || part >= per_second {
        return Err(Errno::EINVAL);
    }
    // Times past the year 2554 all mean "as good as never".
    Ok(seconds.saturating_mul(SECOND).saturating_add(part * unit))
}

fn write_time(mem: &mut dyn GuestMemory, addr: u64, time: u64, unit: u64) -> Result<(), Errno> {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&(time / SECOND).to_le_bytes());
    bytes[8..].copy_from_slice(&(time % SECOND / unit).to_le_bytes());
    Ok(mem.write(addr, &bytes)?)
}

/// Writes nanoseconds as a `struct timespec`.
pub(crate) fn write_timespec(mem: &mut dyn GuestMemory, addr: u64, time: u64) -> Result<(), Errno> {
    write_time(mem, addr, time, 1)
}

impl Kernel {
    pub(crate) fn monotonic(&self, c: &mut Call<'_>) -> u64 {
        c.host.clock(Clock::Monotonic)
    }

    pub(crate) fn cpu_time(&self, c: &mut Call<'_>) -> u64 {
        c.host.clock(Clock::Cpu)
    }

    /// Nanoseconds since the process was made.
    pub(crate) fn uptime(&self, c: &mut Call<'_>) -> u64 {
        self.monotonic(c).saturating_sub(self.start_time)
    }

    /// Which clock a `clockid_t` is.
    fn clock_of(&self, id: i32) -> Result<Clock, Errno> {
        match id {
            0 | 5 | 8 | 11 => Ok(Clock::Realtime),
            1 | 4 | 6 | 7 | 9 => Ok(Clock::Monotonic),
            2 | 3 => Ok(Clock::Cpu),
            // Processor time of a process: the complement of its id, shifted.
            id if id < 0 => match !(id >> 3) {
                pid if (pid == 0 || pid == self.ids.pid as i32) && id & 3 != 3 => Ok(Clock::Cpu),
                _ => Err(Errno::EINVAL),
            },
            _ => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn sys_clock_gettime(&mut self, c: &mut Call<'_>) -> Answer {
        let clock = self.clock_of(c.int(0))?;
        let now = c.host.clock(clock);
        write_timespec(c.mem, c.args[1], now)?;
        Ok(0)
    }

    pub(crate) fn sys_clock_getres(&mut self, c: &mut Call<'_>) -> Answer {
        self.clock_of(c.int(0))?;
        let resolution = if matches!(c.int(0), 5 | 6) { 4_000_000 } else { 1 };
        if c.args[1] != 0 {
            write_timespec(c.mem, c.args[1], resolution)?;
        }
        Ok(0)
    }

    /// Setting the clock is nobody's right here.
    pub(crate) fn sys_settime(&mut self, _: &mut Call<'_>) -> Answer {
        Err(Errno::EPERM.into())
    }

    pub(crate) fn sys_gettimeofday(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[0] != 0 {
            let now = c.host.clock(Clock::Realtime);
            write_time(c.mem, c.args[0], now, 1000)?;
        }
        if c.args[1] != 0 {
            c.mem.write_u64(c.args[1], 0)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_times(&mut self, c: &mut Call<'_>) -> Answer {
        const TICK: u64 = SECOND / 100;
        if c.args[0] != 0 {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&(self.cpu_time(c) / TICK).to_le_bytes());
            c.mem.write(c.args[0], &bytes)?;
        }
        Ok((self.monotonic(c) / TICK) as i64)
    }

    pub(crate) fn sys_getrusage(&mut self, c: &mut Call<'_>) -> Answer {
        let (cpu, size) = match c.int(0) {
            0 | 1 => (self.cpu_time(c), c.mem.end() / 1024),
            -1 => (0, 0),
            _ => return Err(Errno::EINVAL.into()),
        };
        c.mem.write(c.args[1], &[0; 144])?;
        write_time(c.mem, c.args[1], cpu, 1000)?;
        c.mem.write_u64(c.args[1] + 32, size)?;
        Ok(0)
    }

    pub(crate) fn sys_nanosleep(&mut self, c: &mut Call<'_>) -> Answer {
        let time = read_timespec(c.mem, c.args[0])?;
        let deadline = self.monotonic(c).saturating_add(time);
        self.sleep_until(c, deadline, c.args[1])
    }

    pub(crate) fn sys_clock_nanosleep(&mut self, c: &mut Call<'_>) -> Answer {
        let clock = self.clock_of(c.int(0))?;
        if clock == Clock::Cpu {
            return Err(Errno::EINVAL.into());
        }
        let time = read_timespec(c.mem, c.args[2])?;
        let absolute = c.uint(1) & TIMER_ABSTIME != 0;
        let now = c.host.clock(clock);
        let wait = if absolute { time.saturating_sub(now) } else { time };
        let deadline = self.monotonic(c).saturating_add(wait);
        self.sleep_until(c, deadline, if absolute { 0 } else { c.args[3] })
    }

    /// Sleeps until a monotonic time; what is left goes to `rest` if a signal
    /// comes first.
    fn sleep_until(&mut self, c: &mut Call<'_>, deadline: u64, rest: u64) -> Answer {
        loop {
            self.raise_due(c);
            let now = self.monotonic(c);
            if now >= deadline {
                return Ok(0);
            }
            if self.signals.interrupts() {
                if rest != 0 {
                    write_timespec(c.mem, rest, deadline - now)?;
                }
                return Err(Errno::EINTR.into());
            }
            self.nap(c, Some(deadline), "asleep")?;
        }
    }

    /// Waits until a signal interrupts: `Err` with `RESTART` then, or
    /// `Deadlock` with `why` if none can come. `Ok` means: look again.
    pub(crate) fn wait_signal(&mut self, c: &mut Call<'_>, why: &'static str) -> Result<(), Stop> {
        self.raise_due(c);
        if self.signals.interrupts() {
            return Err(RESTART.into());
        }
        self.nap(c, None, why)
    }

    /// The deadline of who waits for signals on purpose, as `pause` does, where some may come
    /// from outside: even one that nobody handles ends the wait, and the process with it.
    pub(crate) fn until_signal(&self, c: &Call<'_>) -> Option<u64> {
        c.host.may_signal().then_some(u64::MAX)
    }

    /// Sleeps until the deadline or the next timer, whichever comes first.
    pub(crate) fn nap(
        &mut self,
        c: &mut Call<'_>,
        deadline: Option<u64>,
        why: &'static str,
    ) -> Result<(), Stop> {
        let next = match (deadline, self.next_timer(c)) {
            (Some(a), Some(b)) => a.min(b),
            (Some(a), None) | (None, Some(a)) => a,
            // A signal that nobody handles would end the process, or nothing.
            (None, None) if c.host.may_signal() && self.signals.caught_set() != 0 => u64::MAX,
            (None, None) => return Err(Stop::Outcome(Outcome::Deadlock(why))),
        };
        let now = self.monotonic(c);
        c.host.sleep(next.saturating_sub(now));
        self.raise_due(c);
        Ok(())
    }

    /// The monotonic time at which the next timer fires that could end a wait:
    /// not one on processor time, which stands still then, nor one whose signal
    /// is blocked, ignored or not sent at all.
    pub(crate) fn next_timer(&self, c: &mut Call<'_>) -> Option<u64> {
        let intervals = self.timers.intervals.iter().zip([Some(SIGALRM), Some(SIGVTALRM), Some(SIGPROF)]);
        let posix = self.timers.posix.values().map(|posix| (&posix.timer, posix.signal));
        let timers: Vec<Timer> = intervals
            .chain(posix)
            .filter(|(timer, _)| timer.armed.is_some() && timer.clock != Clock::Cpu)
            .filter(|(_, signal)| signal.is_some_and(|signal| self.signals.would_wake(signal)))
            .map(|(timer, _)| *timer)
            .collect();
        timers.iter().filter_map(|timer| on_monotonic(c, timer)).min()
    }

    /// Raises the signals of all timers that have expired, and sees to what the world wants.
    pub(crate) fn raise_due(&mut self, c: &mut Call<'_>) {
        while let Some(news) = c.host.news() {
            match news {
                News::Signal(signal) => self.signals.raise(signal),
                News::Request(request) => {
                    let now = c.now();
                    let answer = self.serve(&request, now);
                    c.host.answer(answer);
                }
            }
        }
        if self.timers.all().all(|timer| timer.armed.is_none()) {
            return;
        }
        for (timer, signal) in self.timers.intervals.iter_mut().zip([SIGALRM, SIGVTALRM, SIGPROF]) {
            if timer.armed.is_some() && timer.expire(c.host.clock(timer.clock)) > 0 {
                self.signals.raise(signal);
            }
        }
        for (&id, posix) in &mut self.timers.posix {
            if posix.timer.armed.is_none() {
                continue;
            }
            let count = posix.timer.expire(c.host.clock(posix.timer.clock));
            if count == 0 {
                continue;
            }
            posix.overrun = count - 1;
            if let Some(signal) = posix.signal {
                let overrun = posix.overrun.min(i32::MAX as u64) as u32;
                // siginfo of a timer: SI_TIMER, its id, overrun and value.
                let mut info = [0; 128];
                info[0..4].copy_from_slice(&signal.to_le_bytes());
                info[8..12].copy_from_slice(&(-2i32).to_le_bytes());
                info[16..20].copy_from_slice(&id.to_le_bytes());
                info[20..24].copy_from_slice(&overrun.to_le_bytes());
                info[24..32].copy_from_slice(&posix.value.to_le_bytes());
                self.signals.raise_with(signal, info);
            }
        }
    }

    pub(crate) fn sys_getitimer(&mut self, c: &mut Call<'_>) -> Answer {
        let timer = *self.timers.intervals.get(c.uint(0) as usize).ok_or(Errno::EINVAL)?;
        self.write_left(c, timer, c.args[1], 1000)?;
        Ok(0)
    }

    pub(crate) fn sys_setitimer(&mut self, c: &mut Call<'_>) -> Answer {
        let timer = *self.timers.intervals.get(c.uint(0) as usize).ok_or(Errno::EINVAL)?;
        let (interval, value) = match c.args[1] {
            0 => (0, 0),
            at => (read_time(c.mem, at, 1_000_000, 1000)?, read_time(c.mem, at + 16, 1_000_000, 1000)?),
        };
        if c.args[2] != 0 {
            self.write_left(c, timer, c.args[2], 1000)?;
        }
        let now = c.host.clock(timer.clock);
        let armed = (value > 0).then(|| Armed { deadline: now.saturating_add(value), interval });
        self.timers.intervals[c.uint(0) as usize].armed = armed;
        Ok(0)
    }

    /// Writes interval and time left: `itimerval` (unit 1000) or `itimerspec`.
    fn write_left(&self, c: &mut Call<'_>, timer: Timer, at: u64, unit: u64) -> Result<(), Errno> {
        let (left, interval) = timer.left(c.host.clock(timer.clock));
        write_time(c.mem, at, interval, unit)?;
        // Less than a unit left is not nothing left.
        write_time(c.mem, at.wrapping_add(16), left.next_multiple_of(unit), unit)
    }

    /// Reads an `itimerspec` and starts a timer by it.
    fn start_timer(&self, c: &mut Call<'_>, timer: &mut Timer, flags: u32, at: u64) -> Result<(), Errno> {
        let (interval, value) = (read_timespec(c.mem, at)?, read_timespec(c.mem, at.wrapping_add(16))?);
        let now = c.host.clock(timer.clock);
        let deadline = if flags & TIMER_ABSTIME != 0 { value } else { now.saturating_add(value) };
        timer.armed = (value > 0).then_some(Armed { deadline, interval });
        Ok(())
    }

    pub(crate) fn sys_timer_create(&mut self, c: &mut Call<'_>) -> Answer {
        let clock = self.clock_of(c.int(0))?;
        if self.timers.posix.len() >= MAX_TIMERS {
            return Err(Errno::EAGAIN.into());
        }
        let id = (0..).find(|id| !self.timers.posix.contains_key(id)).ok_or(Errno::EAGAIN)?;
        // struct sigevent: sigev_value, sigev_signo, sigev_notify.
        let (value, signal) = match c.args[1] {
            0 => (id as u64, Some(SIGALRM)),
            at => {
                c.mem.check(at, 16)?;
                let (value, signal) = (c.mem.read_u64(at)?, c.mem.read_u32(at + 8)? as i32);
                match c.mem.read_u32(at + 12)? {
                    1 => (value, None),
                    // SIGEV_SIGNAL, SIGEV_THREAD_ID
                    0 | 4 if (1..=COUNT).contains(&signal) => (value, Some(signal)),
                    _ => return Err(Errno::EINVAL.into()),
                }
            }
        };
        c.mem.write_u32(c.args[2], id as u32)?;
        let timer = PosixTimer { timer: Timer::new(clock), signal, value, overrun: 0 };
        self.timers.posix.insert(id, timer);
        Ok(0)
    }

    fn posix_timer(&self, id: i32) -> Result<PosixTimer, Errno> {
        self.timers.posix.get(&id).copied().ok_or(Errno::EINVAL)
    }

    pub(crate) fn sys_timer_settime(&mut self, c: &mut Call<'_>) -> Answer {
        let id = c.int(0);
        let mut posix = self.posix_timer(id)?;
        let old = posix.timer;
        self.start_timer(c, &mut posix.timer, c.uint(1), c.args[2])?;
        if c.args[3] != 0 {
            self.write_left(c, old, c.args[3], 1)?;
        }
        self.timers.posix.insert(id, posix);
        Ok(0)
    }

    pub(crate) fn sys_timer_gettime(&mut self, c: &mut Call<'_>) -> Answer {
        let timer = self.posix_timer(c.int(0))?.timer;
        self.write_left(c, timer, c.args[1], 1)?;
        Ok(0)
    }

    pub(crate) fn sys_timer_getoverrun(&mut self, c: &mut Call<'_>) -> Answer {
        Ok(self.posix_timer(c.int(0))?.overrun.min(i32::MAX as u64) as i64)
    }

    pub(crate) fn sys_timer_delete(&mut self, c: &mut Call<'_>) -> Answer {
        self.timers.posix.remove(&c.int(0)).ok_or(Errno::EINVAL)?;
        Ok(0)
    }

    pub(crate) fn sys_timerfd_create(&mut self, c: &mut Call<'_>) -> Answer {
        let flags = c.uint(1);
        let clock = match c.int(0) {
            id @ (0 | 1 | 7) => self.clock_of(id)?,
            _ => return Err(Errno::EINVAL.into()),
        };
        if flags & !(flag::CLOEXEC | flag::NONBLOCK) != 0 {
            return Err(Errno::EINVAL.into());
        }
        let open = Open::Timer(TimerFd { timer: Timer::new(clock), count: 0 });
        self.install_anonymous(open, flags & flag::NONBLOCK, flags & flag::CLOEXEC != 0, "timerfd")
    }

    fn timer_fd(&self, fd: i32) -> Result<(FileId, TimerFd), Errno> {
        let id = self.files.id(fd)?;
        match self.files.file(id)?.open {
            Open::Timer(timer) => Ok((id, timer)),
            _ => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn sys_timerfd_settime(&mut self, c: &mut Call<'_>) -> Answer {
        let (id, old) = self.timer_fd(c.int(0))?;
        let mut timer = old.timer;
        self.start_timer(c, &mut timer, c.uint(1), c.args[2])?;
        if c.args[3] != 0 {
            self.write_left(c, old.timer, c.args[3], 1)?;
        }
        self.files.file_mut(id)?.open = Open::Timer(TimerFd { timer, count: 0 });
        Ok(0)
    }

    pub(crate) fn sys_timerfd_gettime(&mut self, c: &mut Call<'_>) -> Answer {
        let (_, timer) = self.timer_fd(c.int(0))?;
        self.write_left(c, timer.timer, c.args[1], 1)?;
        Ok(0)
    }

    /// Brings a timer descriptor up to date: expirations that can be read.
    pub(crate) fn timer_count(&mut self, c: &mut Call<'_>, id: FileId) -> Result<u64, Errno> {
        let Open::Timer(timer) = &mut self.files.file_mut(id)?.open else { return Err(Errno::EINVAL) };
        if timer.timer.armed.is_some() {
            let now = c.host.clock(timer.timer.clock);
            timer.count = timer.count.saturating_add(timer.timer.expire(now));
        }
        Ok(timer.count)
    }

    /// The monotonic time at which a timer descriptor fires next.
    pub(crate) fn timer_deadline(&self, c: &mut Call<'_>, id: FileId) -> Option<u64> {
        match &self.files.file(id).ok()?.open {
            Open::Timer(timer) => on_monotonic(c, &timer.timer),
            _ => None,
        }
    }

    pub(crate) fn read_timer(
        &mut self,
        c: &mut Call<'_>,
        id: FileId,
        nonblocking: bool,
        buf: &mut [u8],
    ) -> Result<usize, Stop> {
        let Some(buf) = buf.first_chunk_mut::<8>() else { return Err(Errno::EINVAL.into()) };
        loop {
            let count = self.timer_count(c, id)?;
            if count > 0 {
                if let Open::Timer(timer) = &mut self.files.file_mut(id)?.open {
                    timer.count = 0;
                }
                *buf = count.to_le_bytes();
                return Ok(8);
            }
            if nonblocking {
                return Err(Errno::EAGAIN.into());
            }
            if self.signals.interrupts() {
                return Err(RESTART.into());
            }
            let deadline = self.timer_deadline(c, id);
            self.nap(c, deadline, "reading a timer that does not run")?;
        }
    }
}

/// A timer's deadline on the monotonic clock.
fn on_monotonic(c: &mut Call<'_>, timer: &Timer) -> Option<u64> {
    let armed = timer.armed?;
    if timer.clock == Clock::Monotonic {
        return Some(armed.deadline);
    }
    let left = armed.deadline.saturating_sub(c.host.clock(timer.clock));
    Some(c.host.clock(Clock::Monotonic).saturating_add(left))
}
