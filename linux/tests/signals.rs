//! Signals, clocks, timers and waiting through system calls.

use rv2wat_linux::testing::{FakeHost, Guest};
use rv2wat_linux::{Config, Delivery, Errno, News, Outcome};

mod nr {
    pub const EVENTFD2: u64 = 19;
    pub const EPOLL_CREATE1: u64 = 20;
    pub const EPOLL_CTL: u64 = 21;
    pub const EPOLL_PWAIT: u64 = 22;
    pub const IOCTL: u64 = 29;
    pub const CLOSE: u64 = 57;
    pub const PIPE2: u64 = 59;
    pub const READ: u64 = 63;
    pub const WRITE: u64 = 64;
    pub const PSELECT6: u64 = 72;
    pub const PPOLL: u64 = 73;
    pub const TIMERFD_CREATE: u64 = 85;
    pub const TIMERFD_SETTIME: u64 = 86;
    pub const FUTEX: u64 = 98;
    pub const NANOSLEEP: u64 = 101;
    pub const GETITIMER: u64 = 102;
    pub const SETITIMER: u64 = 103;
    pub const TIMER_CREATE: u64 = 107;
    pub const TIMER_SETTIME: u64 = 110;
    pub const CLOCK_GETTIME: u64 = 113;
    pub const CLOCK_NANOSLEEP: u64 = 115;
    pub const KILL: u64 = 129;
    pub const TGKILL: u64 = 131;
    pub const SIGALTSTACK: u64 = 132;
    pub const RT_SIGSUSPEND: u64 = 133;
    pub const RT_SIGACTION: u64 = 134;
    pub const RT_SIGPROCMASK: u64 = 135;
    pub const RT_SIGPENDING: u64 = 136;
    pub const RT_SIGTIMEDWAIT: u64 = 137;
    pub const UNAME: u64 = 160;
    pub const SYSINFO: u64 = 179;
    pub const GETRUSAGE: u64 = 165;
    pub const GETPID: u64 = 172;
    pub const CLONE: u64 = 220;
    pub const HWPROBE: u64 = 258;
    pub const PRLIMIT64: u64 = 261;
    pub const WAIT4: u64 = 260;
}

const PID: u64 = 1000;
const SECOND: u64 = 1_000_000_000;
const HANDLER: u64 = 0x10200;
const SA_RESTART: u64 = 0x1000_0000;

fn words(words: &[u64]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

fn handle(guest: &mut Guest, signal: u64, handler: u64, flags: u64, mask: u64) {
    let action = guest.put(&words(&[handler, flags, mask]));
    guest.call(nr::RT_SIGACTION, &[signal, action, 0, 8]).unwrap();
}

#[test]
fn a_handler_without_room_for_its_frame_becomes_a_fault() {
    const SIGSEGV: u64 = 11;
    let mut guest = Guest::default();
    handle(&mut guest, 10, HANDLER, 0, 1 << 11);
    let failed = delivered(guest.outcome(nr::KILL, &[PID, 10]));
    assert_eq!(guest.process.no_frame(&failed), Outcome::Kill(11), "nobody handles it");
    handle(&mut guest, SIGSEGV, HANDLER + 8, 0, 0);
    let failed = delivered(guest.outcome(nr::KILL, &[PID, 10]));
    let instead = delivered(guest.process.no_frame(&failed));
    assert_eq!((instead.signal, instead.handler, instead.info[8]), (11, HANDLER + 8, 0x80));
    assert_eq!((instead.old_mask, instead.result), (failed.old_mask, failed.result));
    assert_eq!(guest.process.no_frame(&instead), Outcome::Kill(11));
}

fn delivered(outcome: Outcome) -> Delivery {
    match outcome {
        Outcome::Deliver(delivery) => *delivery,
        other => panic!("{other:?} is no delivery"),
    }
}

fn mask(guest: &mut Guest) -> u64 {
    let at = guest.room(8);
    guest.call(nr::RT_SIGPROCMASK, &[0, 0, at, 8]).unwrap();
    guest.word(at)
}

#[test]
fn default_actions_kill_or_do_nothing() {
    let mut guest = Guest::default();
    assert_eq!(guest.outcome(nr::KILL, &[PID, 17]), Outcome::Return(0));
    assert_eq!(guest.outcome(nr::KILL, &[PID, 0]), Outcome::Return(0));
    assert_eq!(guest.outcome(nr::KILL, &[PID, 15]), Outcome::Kill(15));
    assert_eq!(guest.outcome(nr::TGKILL, &[PID, PID, 6]), Outcome::Kill(6));
    assert_eq!(guest.call(nr::KILL, &[PID, 65]), Err(Errno::EINVAL));
    assert_eq!(guest.call(nr::KILL, &[77, 9]), Err(Errno::ESRCH));
    handle(&mut guest, 15, 1, 0, 0);
    assert_eq!(guest.outcome(nr::KILL, &[0, 15]), Outcome::Return(0));
    let action = guest.put(&words(&[1, 0, 0]));
    assert_eq!(guest.call(nr::RT_SIGACTION, &[9, action, 0, 8]), Err(Errno::EINVAL));
}

#[test]
fn a_handler_gets_all_it_needs() {
    let mut guest = Guest::default();
    handle(&mut guest, 10, HANDLER, 4 | 0x0800_0000, 1 << 1);
    let stack = guest.put(&words(&[0x30000, 0, 8192]));
    guest.call(nr::SIGALTSTACK, &[stack, 0]).unwrap();
    let delivery = delivered(guest.outcome(nr::KILL, &[PID, 10]));
    assert_eq!((delivery.signal, delivery.handler, delivery.old_mask), (10, HANDLER, 0));
    assert_eq!((delivery.stack, delivery.result, delivery.restart), (Some((0x30000, 8192)), 0, false));
    // si_signo, si_code SI_USER, si_pid, si_uid.
    assert_eq!(delivery.info[..4], 10i32.to_le_bytes());
    assert_eq!(delivery.info[8..12], 0i32.to_le_bytes());
    assert_eq!(delivery.info[16..20], 1000u32.to_le_bytes());
    assert_eq!(mask(&mut guest), 1 << 9 | 1 << 1);
    assert_eq!(guest.outcome(nr::KILL, &[PID, 10]), Outcome::Return(0), "blocked in its handler");
    guest.process.signal_returned(0);
    assert_eq!(delivered(guest.outcome(nr::GETPID, &[])).result, 1000);
}

#[test]
fn faults_and_signals_outside_of_calls_reach_their_handlers() {
    let mut guest = Guest::default();
    assert_eq!(guest.process.fault(11, 1, 0xdead, 5), Outcome::Kill(11));
    handle(&mut guest, 11, HANDLER, 4, 0);
    let delivery = delivered(guest.process.fault(11, 1, 0xdead, 5));
    assert_eq!((delivery.signal, delivery.result, delivery.restart), (11, 5, false));
    // si_code SEGV_MAPERR, si_addr.
    assert_eq!(delivery.info[8..12], 1i32.to_le_bytes());
    assert_eq!(delivery.info[16..24], 0xdeadu64.to_le_bytes());
    assert_eq!(guest.process.fault(11, 1, 0xdead, 5), Outcome::Kill(11), "blocked in its handler");
    guest.process.signal_returned(0);
    handle(&mut guest, 14, HANDLER, 0, 0);
    let soon = guest.put(&words(&[0, 0, 0, 5]));
    guest.call(nr::SETITIMER, &[0, soon, 0]).unwrap();
    assert_eq!(guest.process.poll_signals(&mut guest.mem, 7), None);
    guest.process.host_mut().now += SECOND;
    let delivery = delivered(guest.process.poll_signals(&mut guest.mem, 7).unwrap());
    assert_eq!((delivery.signal, delivery.result), (14, 7));
}

#[test]
fn blocked_signals_wait() {
    let mut guest = Guest::default();
    handle(&mut guest, 10, HANDLER, 0, 0);
    let set = guest.put(&words(&[1 << 9]));
    guest.call(nr::RT_SIGPROCMASK, &[0, set, 0, 8]).unwrap();
    assert_eq!(guest.outcome(nr::KILL, &[PID, 10]), Outcome::Return(0));
    let at = guest.room(8);
    guest.call(nr::RT_SIGPENDING, &[at, 8]).unwrap();
    assert_eq!(guest.word(at), 1 << 9);
    // Waiting under another mask delivers it and restores the mask after.
    let none = guest.put(&words(&[0]));
    let delivery = delivered(guest.outcome(nr::RT_SIGSUSPEND, &[none, 8]));
    assert_eq!((delivery.old_mask, delivery.result), (1 << 9, -4));
    guest.process.signal_returned(delivery.old_mask);
    guest.call(nr::KILL, &[PID, 10]).unwrap();
    assert_eq!(guest.call(nr::RT_SIGTIMEDWAIT, &[set, 0, 0, 8]), Ok(10));
    assert!(matches!(guest.outcome(nr::RT_SIGSUSPEND, &[set, 8]), Outcome::Deadlock(_)));
}

#[test]
fn timers_interrupt_what_waits() {
    let mut guest = Guest::default();
    handle(&mut guest, 14, HANDLER, SA_RESTART, 0);
    let one_second = guest.put(&words(&[0, 0, 1, 0]));
    guest.call(nr::SETITIMER, &[0, one_second, 0]).unwrap();
    let left = guest.room(32);
    guest.call(nr::GETITIMER, &[0, left]).unwrap();
    assert_eq!((guest.word(left + 16), guest.word(left + 24) > 999_000), (0, true));
    let (time, rest) = (guest.put(&words(&[3, 0])), guest.room(16));
    let delivery = delivered(guest.outcome(nr::NANOSLEEP, &[time, rest]));
    assert_eq!((delivery.signal, delivery.result, delivery.restart), (14, -4, false));
    assert!(guest.word(rest) == 1 || guest.word(rest) == 2, "{}", guest.word(rest));
    guest.process.signal_returned(0);
    // A read of an empty pipe starts again under SA_RESTART.
    let ends = guest.room(8);
    guest.call(nr::PIPE2, &[ends, 0]).unwrap();
    guest.call(nr::SETITIMER, &[0, one_second, 0]).unwrap();
    let from = guest.half(ends) as u64;
    assert!(delivered(guest.outcome(nr::READ, &[from, rest, 1])).restart);
    handle(&mut guest, 14, 0, 0, 0);
    guest.process.signal_returned(0);
    guest.call(nr::SETITIMER, &[0, one_second, 0]).unwrap();
    assert_eq!(guest.outcome(nr::NANOSLEEP, &[time, 0]), Outcome::Kill(14));
}

#[test]
fn posix_timers_say_who_they_are() {
    let mut guest = Guest::default();
    handle(&mut guest, 40, HANDLER, 4, 0);
    let event = guest.put(&[words(&[0xabcd]), 40u32.to_le_bytes().to_vec(), vec![0; 52]].concat());
    let id = guest.room(4);
    guest.call(nr::TIMER_CREATE, &[1, event, id]).unwrap();
    let every = guest.put(&words(&[1, 0, 1, 0]));
    guest.call(nr::TIMER_SETTIME, &[guest.half(id) as u64, 0, every, 0]).unwrap();
    let time = guest.put(&words(&[5, 0]));
    let delivery = delivered(guest.outcome(nr::NANOSLEEP, &[time, 0]));
    assert_eq!(delivery.signal, 40);
    assert_eq!(delivery.info[8..12], (-2i32).to_le_bytes(), "SI_TIMER");
    assert_eq!(delivery.info[24..32], 0xabcdu64.to_le_bytes());
}

#[test]
fn clocks_go_on_and_sleeping_takes_time() {
    let mut guest = Guest::default();
    let at = guest.room(16);
    guest.call(nr::CLOCK_GETTIME, &[1, at]).unwrap();
    let before = guest.word(at) * SECOND + guest.word(at + 8);
    let time = guest.put(&words(&[2, 500_000_000]));
    guest.call(nr::CLOCK_NANOSLEEP, &[1, 0, time, 0]).unwrap();
    guest.call(nr::CLOCK_GETTIME, &[1, at]).unwrap();
    let after = guest.word(at) * SECOND + guest.word(at + 8);
    assert!((2_500_000_000..2_500_100_000).contains(&(after - before)), "{}", after - before);
    assert_eq!(guest.call(nr::CLOCK_GETTIME, &[77, at]), Err(Errno::EINVAL));
    let bad = guest.put(&words(&[0, SECOND]));
    assert_eq!(guest.call(nr::NANOSLEEP, &[bad, 0]), Err(Errno::EINVAL));
}

#[test]
fn polling_tells_what_is_ready() {
    let mut guest = Guest::default();
    let ends = guest.room(8);
    guest.call(nr::PIPE2, &[ends, 0]).unwrap();
    let (from, to) = (guest.half(ends), guest.half(ends + 4));
    let entry = |fd: u32, events: u32| [fd.to_le_bytes(), events.to_le_bytes()].concat();
    let fds = guest.put(&[entry(from, 1), entry(to, 4), entry(99, 1), entry(u32::MAX, 1)].concat());
    let zero = guest.put(&words(&[0, 0]));
    assert_eq!(guest.call(nr::PPOLL, &[fds, 4, zero, 0, 8]), Ok(2));
    let events = |guest: &Guest| [0, 1, 2, 3].map(|at| guest.half(fds + 8 * at + 4) >> 16);
    assert_eq!(events(&guest), [0, 4, 0x20, 0]);
    guest.call(nr::WRITE, &[to as u64, fds, 3]).unwrap();
    guest.call(nr::CLOSE, &[to as u64]).unwrap();
    assert_eq!(guest.call(nr::PPOLL, &[fds, 1, zero, 0, 8]), Ok(1));
    assert_eq!(guest.half(fds + 4) >> 16, 0x11, "readable and hung up");
    let set = guest.put(&words(&[1 << from | 1 << 1]));
    let out = guest.put(&words(&[1 << 1]));
    assert_eq!(guest.call(nr::PSELECT6, &[64, 0, out, 0, zero, 0]), Ok(1));
    assert_eq!(guest.call(nr::PSELECT6, &[64, set, 0, 0, zero, 0]), Ok(1));
    assert_eq!(guest.word(set), 1 << from);
    // Nothing to wait for but time.
    let second = guest.put(&words(&[1, 0]));
    let before = guest.process.host().now;
    assert_eq!(guest.call(nr::PPOLL, &[0, 0, second, 0, 8]), Ok(0));
    assert!(guest.process.host().now >= before + SECOND);
    assert!(matches!(guest.outcome(nr::PPOLL, &[0, 0, 0, 0, 8]), Outcome::Deadlock(_)));
}

#[test]
fn epoll_watches_counters_and_timers() {
    let mut guest = Guest::default();
    let list = guest.call(nr::EPOLL_CREATE1, &[0]).unwrap();
    let counter = guest.call(nr::EVENTFD2, &[0, 0]).unwrap();
    let timer = guest.call(nr::TIMERFD_CREATE, &[1, 0]).unwrap();
    for fd in [counter, timer] {
        let entry = guest.put(&words(&[1, 100 + fd]));
        guest.call(nr::EPOLL_CTL, &[list, 1, fd, entry]).unwrap();
        assert_eq!(guest.call(nr::EPOLL_CTL, &[list, 1, fd, entry]), Err(Errno::EEXIST));
    }
    let at = guest.room(64);
    assert_eq!(guest.call(nr::EPOLL_PWAIT, &[list, at, 4, 0, 0, 8]), Ok(0));
    let soon = guest.put(&words(&[0, 0, 0, 1000]));
    guest.call(nr::TIMERFD_SETTIME, &[timer, 0, soon, 0]).unwrap();
    assert_eq!(guest.call(nr::EPOLL_PWAIT, &[list, at, 4, u64::MAX, 0, 8]), Ok(1));
    assert_eq!((guest.half(at), guest.word(at + 8)), (1, 100 + timer));
    assert_eq!(guest.call(nr::READ, &[timer, at, 8]), Ok(8));
    assert_eq!(guest.word(at), 1);
    let five = guest.put(&words(&[5]));
    guest.call(nr::WRITE, &[counter, five, 8]).unwrap();
    assert_eq!(guest.call(nr::EPOLL_PWAIT, &[list, at, 4, u64::MAX, 0, 8]), Ok(1));
    assert_eq!(guest.word(at + 8), 100 + counter);
    assert_eq!(guest.call(nr::READ, &[counter, at, 8]), Ok(8));
    assert_eq!(guest.word(at), 5);
    guest.call(nr::CLOSE, &[counter]).unwrap();
    assert_eq!(guest.call(nr::EPOLL_PWAIT, &[list, at, 4, 0, 0, 8]), Ok(0));
}

#[test]
fn a_futex_of_one_thread() {
    let mut guest = Guest::default();
    let (at, second) = (guest.put(&words(&[7])), guest.put(&words(&[1, 0])));
    assert_eq!(guest.call(nr::FUTEX, &[at, 128, 6, 0]), Err(Errno::EAGAIN));
    assert_eq!(guest.call(nr::FUTEX, &[at, 128, 7, second]), Err(Errno::ETIMEDOUT));
    assert!(matches!(guest.outcome(nr::FUTEX, &[at, 128, 7, 0]), Outcome::Deadlock(_)));
    assert_eq!(guest.call(nr::FUTEX, &[at, 129, 1]), Ok(0));
    assert_eq!(guest.call(nr::FUTEX, &[at + 1, 129, 1]), Err(Errno::EINVAL));
    assert_eq!(guest.call(nr::FUTEX, &[0xffff_0000, 128, 7]), Err(Errno::EFAULT));
}

/// Sizes and offsets are those of offsetof with the kernel's headers.
#[test]
fn structures_have_the_kernels_layout() {
    let mut guest = Guest::default();
    let at = guest.room(512);
    guest.call(nr::UNAME, &[at]).unwrap();
    assert_eq!(guest.get(at, 6), b"Linux\0");
    assert_eq!(guest.get(at + 65, 7), b"rv2wat\0");
    assert_eq!(guest.get(at + 260, 8), b"riscv64\0");
    guest.call(nr::SYSINFO, &[at]).unwrap();
    assert_eq!((guest.word(at + 32), guest.half(at + 80), guest.half(at + 104)), (64 << 20, 1, 1));
    guest.call(nr::GETRUSAGE, &[0, at]).unwrap();
    assert!(guest.word(at + 32) > 0, "ru_maxrss");
    guest.call(nr::PRLIMIT64, &[0, 7, 0, at]).unwrap();
    assert_eq!((guest.word(at), guest.word(at + 8)), (1024, 4096));
    let pairs = guest.put(&words(&[3, 0, 4, 0, 999, 7]));
    guest.call(nr::HWPROBE, &[pairs, 3, 0, 0, 0]).unwrap();
    assert_eq!(guest.word(pairs + 8), 1);
    assert_eq!(guest.word(pairs + 24) & 0x3f, 0x3b, "FD, C, Zba, Zbb, Zbs and no V");
    assert_eq!((guest.word(pairs + 32), guest.word(pairs + 40)), (u64::MAX, 0));
}

#[test]
fn a_terminal_answers_and_a_pipe_does_not() {
    let mut guest = Guest::default();
    let at = guest.room(64);
    assert_eq!(guest.call(nr::IOCTL, &[0, 0x5401, at]), Err(Errno::ENOTTY));
    let host = FakeHost { terminal: true, ..FakeHost::default() };
    let mut guest = Guest::new(host, Config::default());
    let at = guest.room(64);
    guest.call(nr::IOCTL, &[0, 0x5401, at]).unwrap();
    assert_eq!([0, 4, 8, 12].map(|word| guest.half(at + word)), [0x4500, 5, 0xbf, 0x8a3b]);
    // VINTR, VEOF and VMIN at their places behind the line discipline.
    assert_eq!((guest.get(at + 17, 1)[0], guest.get(at + 21, 1)[0], guest.get(at + 23, 1)[0]), (3, 4, 1));
    guest.call(nr::IOCTL, &[1, 0x5413, at]).unwrap();
    assert_eq!(guest.half(at), 80 << 16 | 24);
    guest.call(nr::IOCTL, &[0, 0x540f, at]).unwrap();
    assert_eq!(guest.half(at), 1000);
}

#[test]
fn calls_that_are_missing_are_counted() {
    let mut guest = Guest::default();
    assert_eq!(guest.call(nr::CLONE, &[17]), Err(Errno::ENOSYS));
    assert_eq!(guest.call(5000, &[]), Err(Errno::ENOSYS));
    assert_eq!(guest.call(5000, &[]), Err(Errno::ENOSYS));
    assert_eq!(guest.call(nr::WAIT4, &[u64::MAX, 0, 0, 0]), Err(Errno::ECHILD));
    let counts: Vec<(u64, u64)> = guest.process.unknown_syscalls().iter().map(|(&nr, &n)| (nr, n)).collect();
    assert_eq!(counts, [(220, 1), (5000, 2)]);
}

/// A guest at a terminal that sends these signals, one for each wait.
fn at_terminal(signals: &[i32]) -> Guest {
    let news = signals.iter().map(|&signal| News::Signal(signal)).collect();
    let host = FakeHost { terminal: true, input: b"line\n".to_vec(), news, ..FakeHost::default() };
    Guest::new(host, Config::default())
}

const SIGINT: u64 = 2;
const SIGWINCH: i32 = 28;

#[test]
fn a_terminals_signals_interrupt_what_waits() {
    let mut guest = at_terminal(&[2]);
    let buffer = guest.room(8);
    assert_eq!(guest.outcome(nr::READ, &[0, buffer, 8]), Outcome::Kill(2));

    let mut guest = at_terminal(&[2]);
    handle(&mut guest, SIGINT, HANDLER, 0, 0);
    let delivery = delivered(guest.outcome(nr::READ, &[0, buffer, 8]));
    assert_eq!((delivery.signal, delivery.result, delivery.restart), (2, -4, false));
    guest.process.signal_returned(0);
    assert_eq!(guest.call(nr::READ, &[0, buffer, 8]), Ok(5));

    // A signal that nobody minds is no reason to come back.
    let mut guest = at_terminal(&[SIGWINCH, SIGWINCH]);
    assert_eq!(guest.call(nr::READ, &[0, buffer, 8]), Ok(5));

    let mut guest = at_terminal(&[SIGWINCH, 2]);
    handle(&mut guest, SIGINT, HANDLER, SA_RESTART, 0);
    let delivery = delivered(guest.outcome(nr::READ, &[0, buffer, 8]));
    assert!(delivery.restart);

    let mut guest = at_terminal(&[2]);
    handle(&mut guest, SIGINT, HANDLER, 0, 0);
    let (time, rest) = (guest.put(&words(&[5, 0])), guest.room(16));
    assert_eq!(delivered(guest.outcome(nr::NANOSLEEP, &[time, rest])).result, -4);
    assert_eq!(guest.word(rest), 4, "seconds left, and some");
}

#[test]
fn who_may_get_a_signal_waits_for_it() {
    let mut guest = at_terminal(&[2]);
    handle(&mut guest, SIGINT, HANDLER, 0, 0);
    let mask = guest.put(&words(&[0]));
    assert_eq!(delivered(guest.outcome(nr::RT_SIGSUSPEND, &[mask, 8])).signal, 2);
    guest.process.signal_returned(0);
    // There is none left to come.
    assert!(matches!(guest.outcome(nr::RT_SIGSUSPEND, &[mask, 8]), Outcome::Deadlock(_)));
}

#[test]
fn a_signal_that_nobody_handles_is_waited_for_as_well() {
    let mask = |guest: &mut Guest| guest.put(&words(&[0]));
    let mut guest = at_terminal(&[SIGWINCH, 2]);
    assert_eq!(guest.outcome(nr::PPOLL, &[0, 0, 0, 0, 8]), Outcome::Kill(2));
    let mut guest = at_terminal(&[SIGWINCH, 2]);
    let at = mask(&mut guest);
    assert_eq!(guest.outcome(nr::RT_SIGSUSPEND, &[at, 8]), Outcome::Kill(2));
    let mut guest = at_terminal(&[SIGWINCH, 2]);
    let at = mask(&mut guest);
    assert_eq!(guest.outcome(nr::RT_SIGTIMEDWAIT, &[at, 0, 0, 8]), Outcome::Kill(2));
}

#[test]
fn a_host_knows_which_signals_would_end_the_process() {
    let mut guest = Guest::default();
    let ends =
        |guest: &Guest, signal: u64| guest.process.host().ending.map(|set| set >> (signal - 1) & 1 != 0);
    assert_eq!(ends(&guest, SIGINT), None, "nothing has changed");
    handle(&mut guest, SIGINT, HANDLER, 0, 0);
    assert_eq!(
        [SIGINT, 9, SIGWINCH as u64].map(|signal| ends(&guest, signal)),
        [false, true, false].map(Some)
    );
    handle(&mut guest, SIGINT, 0, 0, 0);
    assert_eq!(ends(&guest, SIGINT), Some(true));
    let set = guest.put(&words(&[1 << 1]));
    guest.call(nr::RT_SIGPROCMASK, &[0, set, 0, 8]).unwrap();
    assert_eq!(ends(&guest, SIGINT), Some(false));
    // Until a handler returns that blocks it.
    guest.call(nr::RT_SIGPROCMASK, &[1, set, 0, 8]).unwrap();
    handle(&mut guest, 15, HANDLER, 0, 1 << 1);
    delivered(guest.outcome(nr::KILL, &[PID, 15]));
    assert_eq!(ends(&guest, SIGINT), Some(false));
    guest.process.signal_returned(0);
    assert_eq!(ends(&guest, SIGINT), Some(true));
}
