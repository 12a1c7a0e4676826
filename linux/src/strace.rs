//! Calls as strace prints them: names, decoded flags, strings, error names.
//!
//! Reads guest memory after the call, so that what the call wrote shows. Must
//! never change anything: a trace is an observer.

use crate::errno::Errno;
use crate::guest::GuestMemory;
use crate::io::vector;
use crate::process::Outcome;
use crate::table;
use crate::time::read_timespec;
use crate::vfs::PATH_MAX;
use std::fmt::Write;

/// What an argument is, for printing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arg {
    /// A descriptor.
    Fd,
    /// A descriptor that may be `AT_FDCWD`.
    DirFd,
    /// A path, in full.
    Path,
    /// Bytes that go in; the next argument is their number.
    In,
    /// Bytes that came out; the result is their number.
    Out,
    /// A vector that goes in; the next argument counts its parts.
    InVec,
    /// A vector that was filled up to the result.
    OutVec,
    /// A signed 32-bit number.
    Int,
    /// A size or count, 64 bits.
    Size,
    /// A signed 64-bit number.
    Long,
    Hex,
    /// An address, `NULL` if 0.
    Ptr,
    /// Permission bits.
    Mode,
    OpenFlags,
    /// Permission bits, printed only if the flags before them create a file.
    OpenMode,
    AtFlags,
    Access,
    Whence,
    Prot,
    MapFlags,
    Advice,
    Signal,
    SigHow,
    /// Address of a signal set.
    SigSet,
    /// Address of a `struct sigaction`.
    SigAct,
    Clock,
    /// Address of a `struct timespec` that goes in.
    Time,
    /// The same, written by the call.
    TimeOut,
    Ioctl,
    Fcntl,
    Futex,
    Resource,
    /// Address of a `struct stat` that was written.
    Stat,
    /// Address of two descriptors that were written.
    FdPair,
    /// No argument: the result is an address.
    Returns,
}

/// Strings are cut after so many bytes.
const STRING: u64 = 32;

/// Parts of a vector that are printed.
const PARTS: usize = 32;

/// One line for a call and its outcome.
pub(crate) fn line(nr: u64, args: &[u64; 6], mem: &dyn GuestMemory, outcome: &Outcome) -> String {
    let Some(row) = table::find(nr) else {
        let args: Vec<String> = args.iter().map(|arg| format!("{arg:#x}")).collect();
        return format!("syscall_{nr:#x}({}){}", args.join(", "), result(outcome, false));
    };
    let value = match outcome {
        Outcome::Return(value) => *value,
        _ => -1,
    };
    let printer = Printer { args, mem, value };
    let shown: Vec<String> =
        row.args.iter().enumerate().filter_map(|(index, &arg)| printer.show(index, arg)).collect();
    let call = format!("{}({})", row.name, shown.join(", "));
    let returns_address = row.args.contains(&Arg::Returns);
    // strace lines its results up in column 40.
    format!("{call:<39}{}", result(outcome, returns_address))
}

fn result(outcome: &Outcome, address: bool) -> String {
    match outcome {
        Outcome::Return(value) if *value < 0 && *value >= -4095 => {
            format!(" = -1 {}", Errno(value.unsigned_abs() as u16))
        }
        Outcome::Return(value) if address => format!(" = {value:#x}"),
        Outcome::Return(value) => format!(" = {value}"),
        Outcome::Exit(_) | Outcome::SigReturn => " = ?".into(),
        Outcome::Kill(signal) => format!(" = ? <killed by {}>", signal_name(*signal)),
        Outcome::Deliver(delivery) => {
            let value = match delivery.restart {
                true => " = ? ERESTARTSYS".into(),
                false => result(&Outcome::Return(delivery.result), address),
            };
            format!("{value} <then {}>", signal_name(delivery.signal))
        }
        Outcome::Deadlock(why) => format!(" = ? <waits for ever: {why}>"),
    }
}

/// One call being printed.
struct Printer<'a> {
    args: &'a [u64; 6],
    mem: &'a dyn GuestMemory,
    value: i64,
}

impl Printer<'_> {
    fn show(&self, index: usize, arg: Arg) -> Option<String> {
        let value = *self.args.get(index)?;
        let int = value as i32;
        Some(match arg {
            Arg::Returns => return None,
            Arg::Fd | Arg::Int => int.to_string(),
            Arg::DirFd if int == crate::vfs::walk::AT_FDCWD => "AT_FDCWD".into(),
            Arg::DirFd => int.to_string(),
            Arg::Path => match self.mem.read_str(value, PATH_MAX) {
                Ok(path) => quote(&path, false),
                Err(_) => address(value),
            },
            Arg::In => self.bytes(value, *self.args.get(index + 1)?),
            Arg::Out if self.value >= 0 => self.bytes(value, self.value as u64),
            Arg::Out | Arg::Ptr => address(value),
            Arg::InVec => self.vector(index, u64::MAX),
            Arg::OutVec if self.value >= 0 => self.vector(index, self.value as u64),
            Arg::OutVec => address(value),
            Arg::Size => value.to_string(),
            Arg::Long => (value as i64).to_string(),
            Arg::Hex if value == 0 => "0".into(),
            Arg::Hex => format!("{value:#x}"),
            Arg::Mode => format!("{:#05o}", value as u32),
            Arg::OpenFlags => open_flags(value as u32),
            Arg::OpenMode => {
                let flags = *self.args.get(index.checked_sub(1)?)? as u32;
                let creates = flags & 0o100 != 0 || flags & 0o20000000 != 0;
                return creates.then(|| format!("{:#05o}", value as u32));
            }
            Arg::AtFlags => flags(value, AT_FLAGS),
            Arg::Access if value == 0 => "F_OK".into(),
            Arg::Access => flags(value, &[(4, "R_OK"), (2, "W_OK"), (1, "X_OK")]),
            Arg::Whence => pick(value, WHENCE),
            Arg::Prot if value == 0 => "PROT_NONE".into(),
            Arg::Prot => flags(value, &[(1, "PROT_READ"), (2, "PROT_WRITE"), (4, "PROT_EXEC")]),
            Arg::MapFlags => flags(value, MAP_FLAGS),
            Arg::Advice => pick(value, ADVICE),
            Arg::Signal => signal_name(int),
            Arg::SigHow => pick(value, &[(0, "SIG_BLOCK"), (1, "SIG_UNBLOCK"), (2, "SIG_SETMASK")]),
            Arg::SigSet => self.at(value, |mem| Some(signal_set(mem.read_u64(value).ok()?))),
            Arg::SigAct => self.at(value, |mem| sigaction(mem, value)),
            Arg::Clock => pick(value, CLOCKS),
            Arg::Time => self.at(value, |mem| timespec(mem, value)),
            Arg::TimeOut | Arg::Stat | Arg::FdPair if self.value < 0 => address(value),
            Arg::TimeOut => self.at(value, |mem| timespec(mem, value)),
            Arg::Stat => self.at(value, |mem| stat(mem, value)),
            Arg::FdPair => self.at(value, |mem| {
                let second = mem.read_u32(value.checked_add(4)?).ok()?;
                Some(format!("[{}, {second}]", mem.read_u32(value).ok()?))
            }),
            Arg::Ioctl => pick(value as u32 as u64, IOCTLS),
            Arg::Fcntl => pick(value, FCNTLS),
            Arg::Futex => futex(value as u32),
            Arg::Resource => pick(value, RESOURCES),
        })
    }

    /// Something at an address, or the address if it cannot be read.
    fn at(&self, addr: u64, read: impl FnOnce(&dyn GuestMemory) -> Option<String>) -> String {
        match addr {
            0 => "NULL".into(),
            _ => read(self.mem).unwrap_or_else(|| address(addr)),
        }
    }

    fn bytes(&self, addr: u64, len: u64) -> String {
        match self.mem.read_vec(addr, len.min(STRING)) {
            Ok(bytes) => quote(&bytes, len > STRING),
            Err(_) => address(addr),
        }
    }

    fn vector(&self, index: usize, mut limit: u64) -> String {
        let (Some(&addr), Some(&count)) = (self.args.get(index), self.args.get(index + 1)) else {
            return String::new();
        };
        let Ok(parts) = vector(self.mem, addr, count) else { return address(addr) };
        let mut out = String::from("[");
        for (at, &(base, len)) in parts.iter().enumerate().take(PARTS) {
            let filled = len.min(limit);
            limit -= filled;
            let comma = if at > 0 { ", " } else { "" };
            // Writing to a string cannot fail.
            let _ = write!(out, "{comma}{{iov_base={}, iov_len={len}}}", self.bytes(base, filled));
        }
        out.push_str(if parts.len() > PARTS { ", ...]" } else { "]" });
        out
    }
}

fn address(addr: u64) -> String {
    if addr == 0 { "NULL".into() } else { format!("{addr:#x}") }
}

/// A C string literal, with dots after it if it was cut.
fn quote(bytes: &[u8], cut: bool) -> String {
    let mut out = String::from("\"");
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'\n' => out.push_str("\\n"),
            b'\t' => out.push_str("\\t"),
            b'\r' => out.push_str("\\r"),
            0x0b => out.push_str("\\v"),
            0x0c => out.push_str("\\f"),
            b'"' | b'\\' => {
                out.push('\\');
                out.push(byte as char);
            }
            0x20..=0x7e => out.push(byte as char),
            _ => {
                // Short octal, unless a digit follows that would join it.
                let digit = bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
                let _ = if digit { write!(out, "\\{byte:03o}") } else { write!(out, "\\{byte:o}") };
            }
        }
    }
    out.push_str(if cut { "\"..." } else { "\"" });
    out
}

/// Names of the bits that are set, then the rest in hex.
fn flags(value: u64, names: &[(u64, &str)]) -> String {
    let mut rest = value;
    let mut out = Vec::new();
    for &(mask, name) in names {
        if mask != 0 && rest & mask == mask {
            out.push(name.to_string());
            rest &= !mask;
        }
    }
    if rest != 0 || out.is_empty() {
        out.push(if rest == 0 { "0".into() } else { format!("{rest:#x}") });
    }
    out.join("|")
}

/// The name of a value.
fn pick(value: u64, names: &[(u64, &str)]) -> String {
    match names.iter().find(|&&(number, _)| number == value) {
        Some((_, name)) => name.to_string(),
        None => format!("{value:#x}"),
    }
}

fn open_flags(value: u32) -> String {
    let mode = ["O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"][value as usize & 3];
    match value & !3 {
        0 => mode.into(),
        rest => format!("{mode}|{}", flags(rest as u64, OPEN_FLAGS)),
    }
}

fn timespec(mem: &dyn GuestMemory, addr: u64) -> Option<String> {
    let time = read_timespec(mem, addr).ok()?;
    Some(format!("{{tv_sec={}, tv_nsec={}}}", time / 1_000_000_000, time % 1_000_000_000))
}

fn stat(mem: &dyn GuestMemory, addr: u64) -> Option<String> {
    let mode = mem.read_u32(addr.checked_add(16)?).ok()?;
    let size = mem.read_u64(addr.checked_add(48)?).ok()?;
    let kind = match mode >> 12 {
        1 => "S_IFIFO",
        2 => "S_IFCHR",
        4 => "S_IFDIR",
        6 => "S_IFBLK",
        8 => "S_IFREG",
        10 => "S_IFLNK",
        12 => "S_IFSOCK",
        _ => "0",
    };
    let what = if mode >> 12 == 2 { String::new() } else { format!(", st_size={size}") };
    Some(format!("{{st_mode={kind}|{:#05o}{what}, ...}}", mode & 0o7777))
}

fn sigaction(mem: &dyn GuestMemory, addr: u64) -> Option<String> {
    let handler = match mem.read_u64(addr).ok()? {
        0 => "SIG_DFL".into(),
        1 => "SIG_IGN".into(),
        handler => format!("{handler:#x}"),
    };
    let bits = mem.read_u64(addr.checked_add(8)?).ok()?;
    let mask = signal_set(mem.read_u64(addr.checked_add(16)?).ok()?);
    Some(format!("{{sa_handler={handler}, sa_mask={mask}, sa_flags={}}}", flags(bits, SA_FLAGS)))
}

fn signal_set(set: u64) -> String {
    let count = set.count_ones();
    // A set that is nearly full reads better as what it lacks.
    let (prefix, shown) = if count > 32 { ("~", !set) } else { ("", set) };
    let names: Vec<String> = (1..=64)
        .filter(|signal| shown >> (signal - 1) & 1 != 0)
        .map(|signal| signal_name(signal).trim_start_matches("SIG").to_string())
        .collect();
    format!("{prefix}[{}]", names.join(" "))
}

/// The name of a signal, or its number.
pub(crate) fn signal_name(signal: i32) -> String {
    match SIGNALS.get((signal as usize).wrapping_sub(1)) {
        Some(name) => format!("SIG{name}"),
        None if (32..=64).contains(&signal) => format!("SIGRT_{}", signal - 32),
        None => signal.to_string(),
    }
}

fn futex(value: u32) -> String {
    let command = match FUTEX.get(value as usize & 0x7f) {
        Some(name) => format!("FUTEX_{name}"),
        None => format!("{:#x}", value & 0x7f),
    };
    let private = if value & 0x80 != 0 { "_PRIVATE" } else { "" };
    let realtime = if value & 0x100 != 0 { "|FUTEX_CLOCK_REALTIME" } else { "" };
    format!("{command}{private}{realtime}")
}

const SIGNALS: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2", "PIPE",
    "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG", "XCPU", "XFSZ",
    "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

const FUTEX: [&str; 14] = [
    "WAIT",
    "WAKE",
    "FD",
    "REQUEUE",
    "CMP_REQUEUE",
    "WAKE_OP",
    "LOCK_PI",
    "UNLOCK_PI",
    "TRYLOCK_PI",
    "WAIT_BITSET",
    "WAKE_BITSET",
    "WAIT_REQUEUE_PI",
    "CMP_REQUEUE_PI",
    "LOCK_PI2",
];

const OPEN_FLAGS: &[(u64, &str)] = &[
    (0o100, "O_CREAT"),
    (0o200, "O_EXCL"),
    (0o400, "O_NOCTTY"),
    (0o1000, "O_TRUNC"),
    (0o2000, "O_APPEND"),
    (0o4000, "O_NONBLOCK"),
    (0o4010000, "O_SYNC"),
    (0o10000, "O_DSYNC"),
    (0o20000, "O_ASYNC"),
    (0o40000, "O_DIRECT"),
    (0o100000, "O_LARGEFILE"),
    (0o20200000, "O_TMPFILE"),
    (0o200000, "O_DIRECTORY"),
    (0o400000, "O_NOFOLLOW"),
    (0o1000000, "O_NOATIME"),
    (0o2000000, "O_CLOEXEC"),
    (0o10000000, "O_PATH"),
];

const AT_FLAGS: &[(u64, &str)] = &[
    (0x100, "AT_SYMLINK_NOFOLLOW"),
    (0x200, "AT_REMOVEDIR"),
    (0x400, "AT_SYMLINK_FOLLOW"),
    (0x800, "AT_NO_AUTOMOUNT"),
    (0x1000, "AT_EMPTY_PATH"),
];

const WHENCE: &[(u64, &str)] =
    &[(0, "SEEK_SET"), (1, "SEEK_CUR"), (2, "SEEK_END"), (3, "SEEK_DATA"), (4, "SEEK_HOLE")];

const MAP_FLAGS: &[(u64, &str)] = &[
    (3, "MAP_SHARED_VALIDATE"),
    (1, "MAP_SHARED"),
    (2, "MAP_PRIVATE"),
    (0x10, "MAP_FIXED"),
    (0x20, "MAP_ANONYMOUS"),
    (0x100, "MAP_GROWSDOWN"),
    (0x800, "MAP_DENYWRITE"),
    (0x2000, "MAP_LOCKED"),
    (0x4000, "MAP_NORESERVE"),
    (0x8000, "MAP_POPULATE"),
    (0x20000, "MAP_STACK"),
    (0x40000, "MAP_HUGETLB"),
    (0x100000, "MAP_FIXED_NOREPLACE"),
];

const ADVICE: &[(u64, &str)] = &[
    (0, "MADV_NORMAL"),
    (1, "MADV_RANDOM"),
    (2, "MADV_SEQUENTIAL"),
    (3, "MADV_WILLNEED"),
    (4, "MADV_DONTNEED"),
    (8, "MADV_FREE"),
    (14, "MADV_HUGEPAGE"),
    (15, "MADV_NOHUGEPAGE"),
];

const SA_FLAGS: &[(u64, &str)] = &[
    (1, "SA_NOCLDSTOP"),
    (2, "SA_NOCLDWAIT"),
    (4, "SA_SIGINFO"),
    (0x0800_0000, "SA_ONSTACK"),
    (0x1000_0000, "SA_RESTART"),
    (0x4000_0000, "SA_NODEFER"),
    (0x8000_0000, "SA_RESETHAND"),
];

const CLOCKS: &[(u64, &str)] = &[
    (0, "CLOCK_REALTIME"),
    (1, "CLOCK_MONOTONIC"),
    (2, "CLOCK_PROCESS_CPUTIME_ID"),
    (3, "CLOCK_THREAD_CPUTIME_ID"),
    (4, "CLOCK_MONOTONIC_RAW"),
    (5, "CLOCK_REALTIME_COARSE"),
    (6, "CLOCK_MONOTONIC_COARSE"),
    (7, "CLOCK_BOOTTIME"),
];

const IOCTLS: &[(u64, &str)] = &[
    (0x5401, "TCGETS"),
    (0x5402, "TCSETS"),
    (0x5403, "TCSETSW"),
    (0x5404, "TCSETSF"),
    (0x540b, "TCFLSH"),
    (0x540e, "TIOCSCTTY"),
    (0x540f, "TIOCGPGRP"),
    (0x5410, "TIOCSPGRP"),
    (0x5413, "TIOCGWINSZ"),
    (0x5414, "TIOCSWINSZ"),
    (0x541b, "FIONREAD"),
    (0x5421, "FIONBIO"),
    (0x5429, "TIOCGSID"),
    (0x802c_542a, "TCGETS2"),
    (0x402c_542b, "TCSETS2"),
    (0x5450, "FIONCLEX"),
    (0x5451, "FIOCLEX"),
];

const FCNTLS: &[(u64, &str)] = &[
    (0, "F_DUPFD"),
    (1, "F_GETFD"),
    (2, "F_SETFD"),
    (3, "F_GETFL"),
    (4, "F_SETFL"),
    (5, "F_GETLK"),
    (6, "F_SETLK"),
    (7, "F_SETLKW"),
    (1030, "F_DUPFD_CLOEXEC"),
    (1031, "F_SETPIPE_SZ"),
    (1032, "F_GETPIPE_SZ"),
];

const RESOURCES: &[(u64, &str)] = &[
    (0, "RLIMIT_CPU"),
    (1, "RLIMIT_FSIZE"),
    (2, "RLIMIT_DATA"),
    (3, "RLIMIT_STACK"),
    (4, "RLIMIT_CORE"),
    (5, "RLIMIT_RSS"),
    (6, "RLIMIT_NPROC"),
    (7, "RLIMIT_NOFILE"),
    (8, "RLIMIT_MEMLOCK"),
    (9, "RLIMIT_AS"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::VecMemory;

    const AT: u64 = 0x10000;

    fn memory(data: &[u8]) -> VecMemory {
        let mut mem = VecMemory::new(0x20000);
        mem.grow(0x20000).unwrap();
        mem.write(AT, data).unwrap();
        mem
    }

    #[test]
    fn a_line_names_flags_and_quotes_strings() {
        let mem = memory(b"/etc/pass\"wd\0");
        let args = [-100i64 as u64, AT, 0o2000000, 0, 0, 0];
        let line = line(56, &args, &mem, &Outcome::Return(3));
        assert_eq!(line, r#"openat(AT_FDCWD, "/etc/pass\"wd", O_RDONLY|O_CLOEXEC) = 3"#);
    }

    #[test]
    fn results_are_errors_addresses_or_numbers() {
        let mem = memory(b"hello\n\x01\x021");
        let wrote = line(64, &[1, AT, 9, 0, 0, 0], &mem, &Outcome::Return(9));
        assert_eq!(wrote, r#"write(1, "hello\n\1\0021", 9)           = 9"#);
        let failed = line(64, &[7, AT, 100, 0, 0, 0], &mem, &Outcome::Return(-9));
        assert!(failed.ends_with(" = -1 EBADF"), "{failed}");
        assert!(failed.contains("\"..., 100)"), "{failed}");
        let mapped = line(222, &[0, 8192, 3, 0x22, u64::MAX, 0], &mem, &Outcome::Return(0x40000));
        assert_eq!(
            mapped,
            "mmap(NULL, 8192, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0x40000"
        );
        let exit = line(94, &[3, 0, 0, 0, 0, 0], &mem, &Outcome::Exit(3));
        assert_eq!(exit, format!("{:<39} = ?", "exit_group(3)"));
        assert!(line(5000, &[0; 6], &mem, &Outcome::Return(-38)).starts_with("syscall_0x1388(0x0"));
    }

    #[test]
    fn sets_and_addresses_that_fault_print() {
        let mem = memory(&(1u64 << 1 | 1 << 16).to_le_bytes());
        let args = [2, AT, 0, 8, 0, 0];
        let set = line(135, &args, &mem, &Outcome::Return(0));
        assert!(set.starts_with("rt_sigprocmask(SIG_SETMASK, [INT CHLD], NULL, 8)"), "{set}");
        let fault = line(64, &[1, 0xdead_0000, 4, 0, 0, 0], &mem, &Outcome::Return(-14));
        assert!(fault.starts_with("write(1, 0xdead0000, 4)"), "{fault}");
    }
}
