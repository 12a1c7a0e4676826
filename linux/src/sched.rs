//! Threads as far as one thread has them: `futex`, robust lists, scheduling,
//! waiting for children that do not exist, and the end of the process.
//!
//! **A futex wait with one thread.** A matching value with a timeout sleeps it
//! out and gives `ETIMEDOUT`. Without one nobody could ever wake the caller:
//! Linux would sleep for ever, and a made-up `EAGAIN` would turn that into an
//! endless loop, so the engine is told (`Outcome::Deadlock`), unless a timer's
//! signal can still come.

use crate::errno::Errno;
use crate::host::Clock;
use crate::kernel::{Answer, Call, Kernel, Stop};
use crate::process::Outcome;
use crate::time::{read_timespec, write_timespec};

/// `FUTEX_*` operations and flags (linux/futex.h).
mod op {
    pub const WAIT: u32 = 0;
    pub const WAKE: u32 = 1;
    pub const REQUEUE: u32 = 3;
    pub const CMP_REQUEUE: u32 = 4;
    pub const LOCK_PI: u32 = 6;
    pub const UNLOCK_PI: u32 = 7;
    pub const TRYLOCK_PI: u32 = 8;
    pub const WAIT_BITSET: u32 = 9;
    pub const WAKE_BITSET: u32 = 10;
    pub const LOCK_PI2: u32 = 13;
    pub const COMMAND: u32 = 0x7f;
    pub const CLOCK_REALTIME: u32 = 0x100;
}

impl Kernel {
    pub(crate) fn sys_futex(&mut self, c: &mut Call<'_>) -> Answer {
        let (addr, flags, value) = (c.args[0], c.uint(1), c.uint(2));
        if !addr.is_multiple_of(4) {
            return Err(Errno::EINVAL.into());
        }
        match flags & op::COMMAND {
            op::WAIT | op::WAIT_BITSET => self.futex_wait(c, addr, flags, value),
            op::WAKE | op::WAKE_BITSET | op::REQUEUE => {
                c.mem.read_u32(addr)?;
                Ok(0)
            }
            op::CMP_REQUEUE => match c.mem.read_u32(addr)? == c.uint(5) {
                true => Ok(0),
                false => Err(Errno::EAGAIN.into()),
            },
            op::LOCK_PI | op::LOCK_PI2 | op::TRYLOCK_PI => {
                match c.mem.read_u32(addr)? & 0x3fff_ffff {
                    0 => c.mem.write_u32(addr, self.ids.pid)?,
                    owner if owner == self.ids.pid => return Err(Errno::EDEADLK.into()),
                    _ => return Err(Errno::ESRCH.into()),
                }
                Ok(0)
            }
            op::UNLOCK_PI => {
                if c.mem.read_u32(addr)? & 0x3fff_ffff != self.ids.pid {
                    return Err(Errno::EPERM.into());
                }
                c.mem.write_u32(addr, 0)?;
                Ok(0)
            }
            _ => Err(Errno::ENOSYS.into()),
        }
    }

    fn futex_wait(&mut self, c: &mut Call<'_>, addr: u64, flags: u32, value: u32) -> Answer {
        let absolute = flags & op::COMMAND == op::WAIT_BITSET;
        if absolute && c.uint(5) == 0 {
            return Err(Errno::EINVAL.into());
        }
        let deadline = match c.args[3] {
            0 => None,
            at => {
                let time = read_timespec(c.mem, at)?;
                let clock = if flags & op::CLOCK_REALTIME != 0 { Clock::Realtime } else { Clock::Monotonic };
                let wait = if absolute { time.saturating_sub(c.host.clock(clock)) } else { time };
                Some(self.monotonic(c).saturating_add(wait))
            }
        };
        if c.mem.read_u32(addr)? != value {
            return Err(Errno::EAGAIN.into());
        }
        loop {
            self.raise_due(c);
            if self.signals.interrupts() {
                let restarts = deadline.is_none();
                return Err(if restarts { crate::signals::RESTART } else { Errno::EINTR }.into());
            }
            if deadline.is_some_and(|deadline| deadline <= self.monotonic(c)) {
                return Err(Errno::ETIMEDOUT.into());
            }
            self.nap(c, deadline, "waiting for a futex that no other thread can wake")?;
        }
    }

    /// `gettid`, and `set_tid_address`, whose address matters at the end of a
    /// thread that others can see.
    pub(crate) fn sys_gettid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.pid as i64)
    }

    pub(crate) fn sys_set_robust_list(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[1] != 24 {
            return Err(Errno::EINVAL.into());
        }
        self.robust_list = c.args[0];
        Ok(0)
    }

    pub(crate) fn sys_get_robust_list(&mut self, c: &mut Call<'_>) -> Answer {
        self.only_self(c.int(0))?;
        c.mem.write_u64(c.args[1], self.robust_list)?;
        c.mem.write_u64(c.args[2], 24)?;
        Ok(0)
    }

    fn only_self(&self, pid: i32) -> Result<(), Errno> {
        match pid {
            0 => Ok(()),
            pid if pid == self.ids.pid as i32 => Ok(()),
            _ => Err(Errno::ESRCH),
        }
    }

    /// Calls that programs try and do without: refused and not counted.
    pub(crate) fn sys_refused(&mut self, _: &mut Call<'_>) -> Answer {
        Err(Errno::ENOSYS.into())
    }

    pub(crate) fn sys_membarrier(&mut self, c: &mut Call<'_>) -> Answer {
        // The query names the supported commands: GLOBAL, PRIVATE_EXPEDITED
        // and its registration. One thread is always in order.
        const SUPPORTED: i32 = 1 | 1 << 3 | 1 << 4;
        match c.int(0) {
            0 => Ok(SUPPORTED as i64),
            command if command & SUPPORTED != 0 && command.count_ones() == 1 => Ok(0),
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_sched_yield(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(0)
    }

    pub(crate) fn sys_sched_getaffinity(&mut self, c: &mut Call<'_>) -> Answer {
        self.only_self(c.int(0))?;
        if c.args[1] < 8 || !c.args[1].is_multiple_of(8) {
            return Err(Errno::EINVAL.into());
        }
        c.mem.write_u64(c.args[2], 1)?;
        Ok(8)
    }

    pub(crate) fn sys_sched_setaffinity(&mut self, c: &mut Call<'_>) -> Answer {
        self.only_self(c.int(0))?;
        let first: [u8; 1] = match c.args[1] {
            0 => [0],
            _ => c.mem.read_array(c.args[2])?,
        };
        if first[0] & 1 == 0 { Err(Errno::EINVAL.into()) } else { Ok(0) }
    }

    pub(crate) fn sys_sched_getscheduler(&mut self, c: &mut Call<'_>) -> Answer {
        self.only_self(c.int(0))?;
        Ok(0)
    }

    pub(crate) fn sys_sched_setscheduler(&mut self, c: &mut Call<'_>) -> Answer {
        self.only_self(c.int(0))?;
        // SCHED_OTHER, SCHED_BATCH, SCHED_IDLE all mean what there is.
        if matches!(c.int(1), 0 | 3 | 5) { Ok(0) } else { Err(Errno::EPERM.into()) }
    }

    pub(crate) fn sys_sched_getparam(&mut self, c: &mut Call<'_>) -> Answer {
        self.only_self(c.int(0))?;
        c.mem.write_u32(c.args[1], 0)?;
        Ok(0)
    }

    pub(crate) fn sys_sched_setparam(&mut self, c: &mut Call<'_>) -> Answer {
        self.only_self(c.int(0))?;
        if c.mem.read_u32(c.args[1])? == 0 { Ok(0) } else { Err(Errno::EINVAL.into()) }
    }

    pub(crate) fn sys_sched_priority_max(&mut self, c: &mut Call<'_>) -> Answer {
        self.priority_bound(c, 99)
    }

    pub(crate) fn sys_sched_priority_min(&mut self, c: &mut Call<'_>) -> Answer {
        self.priority_bound(c, 1)
    }

    fn priority_bound(&self, c: &Call<'_>, real_time: i64) -> Answer {
        match c.int(0) {
            1 | 2 => Ok(real_time),
            0 | 3 | 5 | 6 => Ok(0),
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_sched_rr_get_interval(&mut self, c: &mut Call<'_>) -> Answer {
        self.only_self(c.int(0))?;
        write_timespec(c.mem, c.args[1], 4_000_000)?;
        Ok(0)
    }

    pub(crate) fn sys_getcpu(&mut self, c: &mut Call<'_>) -> Answer {
        for addr in [c.args[0], c.args[1]] {
            if addr != 0 {
                c.mem.write_u32(addr, 0)?;
            }
        }
        Ok(0)
    }

    /// The kernel gives 20 minus the nice value, so that it is never negative.
    pub(crate) fn sys_getpriority(&mut self, c: &mut Call<'_>) -> Answer {
        if c.uint(0) > 2 { Err(Errno::EINVAL.into()) } else { Ok(20 - self.nice as i64) }
    }

    pub(crate) fn sys_setpriority(&mut self, c: &mut Call<'_>) -> Answer {
        if c.uint(0) > 2 {
            return Err(Errno::EINVAL.into());
        }
        let nice = c.int(2).clamp(-20, 19);
        if nice < self.nice && self.ids.euid != 0 {
            return Err(Errno::EACCES.into());
        }
        self.nice = nice;
        Ok(0)
    }

    /// `wait4` and `waitid`: there are no children.
    pub(crate) fn sys_wait(&mut self, _: &mut Call<'_>) -> Answer {
        Err(Errno::ECHILD.into())
    }

    /// `exit` and `exit_group`: the same with one thread.
    pub(crate) fn sys_exit(&mut self, c: &mut Call<'_>) -> Answer {
        let status = c.int(0) & 0xff;
        // A file that cannot take its bytes any more has nobody left to hear
        // of it, as on Linux.
        let _ = self.write_back(c, 0, u64::MAX);
        Err(Stop::Outcome(Outcome::Exit(status)))
    }

    /// Sockets and message queues: this system has no network.
    pub(crate) fn sys_socket(&mut self, _: &mut Call<'_>) -> Answer {
        Err(Errno::EAFNOSUPPORT.into())
    }

    /// Calls on a socket, which no descriptor is.
    pub(crate) fn sys_not_a_socket(&mut self, c: &mut Call<'_>) -> Answer {
        self.files.id(c.int(0))?;
        Err(Errno::ENOTSOCK.into())
    }

    /// Extended attributes are not kept by any file system here.
    pub(crate) fn sys_xattr(&mut self, _: &mut Call<'_>) -> Answer {
        Err(Errno::EOPNOTSUPP.into())
    }
}
