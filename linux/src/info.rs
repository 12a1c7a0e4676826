//! What a process asks about the machine and its limits: `uname`, `sysinfo`,
//! `prlimit64`, `prctl`, `getrandom`, `riscv_hwprobe`.

use crate::errno::Errno;
use crate::kernel::{Answer, Call, Kernel};

/// What `uname` says of the system.
pub(crate) struct Version {
    pub system: &'static str,
    pub release: &'static str,
    pub version: &'static str,
    pub machine: &'static str,
}

/// glibc for riscv64 refuses kernels older than 4.15.
pub(crate) const VERSION: Version =
    Version { system: "Linux", release: "6.6.0", version: "#1 rv2wat", machine: "riscv64" };

/// `RLIM_INFINITY`.
pub(crate) const UNLIMITED: u64 = u64::MAX;

/// Number of resources (`RLIM_NLIMITS`).
pub(crate) const LIMITS: usize = 16;

/// Resources by number (asm-generic/resource.h).
pub(crate) mod limit {
    pub const FSIZE: usize = 1;
    pub const STACK: usize = 3;
    pub const CORE: usize = 4;
    pub const NPROC: usize = 6;
    pub const NOFILE: usize = 7;
    pub const MEMLOCK: usize = 8;
    pub const SIGPENDING: usize = 11;
    pub const MSGQUEUE: usize = 12;
    pub const NICE: usize = 13;
    pub const RTPRIO: usize = 14;
}

/// Names and units as `/proc/self/limits` shows them.
pub(crate) const LIMIT_NAMES: [(&str, &str); LIMITS] = [
    ("Max cpu time", "seconds"),
    ("Max file size", "bytes"),
    ("Max data size", "bytes"),
    ("Max stack size", "bytes"),
    ("Max core file size", "bytes"),
    ("Max resident set", "bytes"),
    ("Max processes", "processes"),
    ("Max open files", "files"),
    ("Max locked memory", "bytes"),
    ("Max address space", "bytes"),
    ("Max file locks", "locks"),
    ("Max pending signals", "signals"),
    ("Max msgqueue size", "bytes"),
    ("Max nice priority", ""),
    ("Max realtime priority", ""),
    ("Max realtime timeout", "us"),
];

/// Soft and hard limits of a new process.
pub(crate) fn default_limits() -> [(u64, u64); LIMITS] {
    let mut limits = [(UNLIMITED, UNLIMITED); LIMITS];
    limits[limit::STACK].0 = crate::space::STACK_SIZE;
    limits[limit::CORE].0 = 0;
    limits[limit::NPROC] = (1024, 1024);
    limits[limit::NOFILE] = (1024, 4096);
    limits[limit::MEMLOCK] = (8 << 20, 8 << 20);
    limits[limit::SIGPENDING] = (1024, 1024);
    limits[limit::MSGQUEUE] = (819_200, 819_200);
    limits[limit::NICE] = (0, 0);
    limits[limit::RTPRIO] = (0, 0);
    limits
}

/// Length of one field of `struct new_utsname`.
const UTS_FIELD: usize = 65;

/// Bytes that one `getrandom` gives at most.
const MAX_RANDOM: u64 = 1 << 20;

impl Kernel {
    pub(crate) fn sys_uname(&mut self, c: &mut Call<'_>) -> Answer {
        let fields = [
            VERSION.system.as_bytes(),
            &self.hostname,
            VERSION.release.as_bytes(),
            VERSION.version.as_bytes(),
            VERSION.machine.as_bytes(),
            &self.domain,
        ];
        let mut out = [0; 6 * UTS_FIELD];
        for (at, field) in out.chunks_exact_mut(UTS_FIELD).zip(fields) {
            let len = field.len().min(UTS_FIELD - 1);
            at[..len].copy_from_slice(&field[..len]);
        }
        c.mem.write(c.args[0], &out)?;
        Ok(0)
    }

    fn name_argument(&self, c: &Call<'_>) -> Result<Vec<u8>, Errno> {
        if self.ids.euid != 0 {
            return Err(Errno::EPERM);
        }
        if c.int(1) < 0 || c.args[1] > 64 {
            return Err(Errno::EINVAL);
        }
        Ok(c.mem.read_vec(c.args[0], c.args[1])?)
    }

    pub(crate) fn sys_sethostname(&mut self, c: &mut Call<'_>) -> Answer {
        self.hostname = self.name_argument(c)?;
        Ok(0)
    }

    pub(crate) fn sys_setdomainname(&mut self, c: &mut Call<'_>) -> Answer {
        self.domain = self.name_argument(c)?;
        Ok(0)
    }

    /// `struct sysinfo`, 112 bytes.
    pub(crate) fn sys_sysinfo(&mut self, c: &mut Call<'_>) -> Answer {
        let mut out = [0; 112];
        let total = self.space.limit;
        let used: u64 = self.space.regions().map(|(start, region)| region.end - start).sum();
        let free = total.saturating_sub(used);
        let words = [(0, self.uptime(c) / 1_000_000_000), (32, total), (40, free), (56, self.vfs.tree.used)];
        for (at, word) in words {
            out[at..at + 8].copy_from_slice(&word.to_le_bytes());
        }
        out[80..82].copy_from_slice(&1u16.to_le_bytes());
        out[104..108].copy_from_slice(&1u32.to_le_bytes());
        c.mem.write(c.args[0], &out)?;
        Ok(0)
    }

    pub(crate) fn sys_prlimit64(&mut self, c: &mut Call<'_>) -> Answer {
        if c.int(0) != 0 && c.int(0) != self.ids.pid as i32 {
            return Err(Errno::ESRCH.into());
        }
        self.limit(c, c.uint(1), c.args[2], c.args[3])
    }

    pub(crate) fn sys_getrlimit(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[1] == 0 {
            return Err(Errno::EFAULT.into());
        }
        self.limit(c, c.uint(0), 0, c.args[1])
    }

    pub(crate) fn sys_setrlimit(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[1] == 0 {
            return Err(Errno::EFAULT.into());
        }
        self.limit(c, c.uint(0), c.args[1], 0)
    }

    fn limit(&mut self, c: &mut Call<'_>, resource: u32, new: u64, old: u64) -> Answer {
        let resource = resource as usize;
        let current = *self.limits.get(resource).ok_or(Errno::EINVAL)?;
        if new != 0 {
            let (soft, hard) = (c.mem.read_u64(new)?, c.mem.read_u64(new.wrapping_add(8))?);
            if soft > hard {
                return Err(Errno::EINVAL.into());
            }
            // The number of descriptors is bounded for everybody: they cost us.
            let raises = hard > current.1;
            if raises && (self.ids.euid != 0 || resource == limit::NOFILE) {
                return Err(Errno::EPERM.into());
            }
            self.limits[resource] = (soft, hard);
        }
        if old != 0 {
            c.mem.write_u64(old, current.0)?;
            c.mem.write_u64(old.wrapping_add(8), current.1)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_prctl(&mut self, c: &mut Call<'_>) -> Answer {
        let arg = c.args[1];
        match c.int(0) {
            // PR_SET_PDEATHSIG, PR_GET_PDEATHSIG
            1 if arg <= crate::signals::COUNT as u64 => Ok(0),
            2 => {
                c.mem.write_u32(arg, 0)?;
                Ok(0)
            }
            // PR_GET_DUMPABLE, PR_SET_DUMPABLE
            3 => Ok(1),
            4 if arg <= 1 => Ok(0),
            // PR_GET_KEEPCAPS
            7 => Ok(0),
            // PR_SET_NAME, PR_GET_NAME
            15 => {
                let mut name = match c.mem.read_str(arg, 15) {
                    Err(Errno::ENAMETOOLONG) => c.mem.read_vec(arg, 15)?,
                    name => name?,
                };
                name.truncate(15);
                self.comm = name;
                Ok(0)
            }
            16 => {
                let mut name = [0; 16];
                name[..self.comm.len()].copy_from_slice(&self.comm);
                c.mem.write(arg, &name)?;
                Ok(0)
            }
            // PR_CAPBSET_READ
            23 if arg <= 40 => Ok((self.ids.euid == 0) as i64),
            // PR_SET_TIMERSLACK, PR_GET_TIMERSLACK
            29 => Ok(0),
            30 => Ok(50_000),
            // PR_SET_NO_NEW_PRIVS, PR_GET_NO_NEW_PRIVS: there are none to gain.
            38 if arg == 1 => Ok(0),
            39 => Ok(0),
            // PR_SET_VMA: names for anonymous memory are not kept.
            _ => Err(Errno::EINVAL.into()),
        }
    }

    pub(crate) fn sys_getrandom(&mut self, c: &mut Call<'_>) -> Answer {
        // GRND_NONBLOCK, GRND_RANDOM, GRND_INSECURE
        if c.uint(2) & !7 != 0 || c.uint(2) & 6 == 6 {
            return Err(Errno::EINVAL.into());
        }
        let len = c.args[1].min(MAX_RANDOM);
        c.mem.check_writable(c.args[0], len)?;
        let mut bytes = vec![0; len as usize];
        c.host.random(&mut bytes);
        c.mem.write(c.args[0], &bytes)?;
        Ok(len as i64)
    }

    /// `riscv_hwprobe`: fills in values for (key, value) pairs; an unknown key
    /// becomes −1 (Documentation/arch/riscv/hwprobe.rst).
    pub(crate) fn sys_hwprobe(&mut self, c: &mut Call<'_>) -> Answer {
        const IMA: u64 = 1;
        const FD: u64 = 1 << 0;
        const C: u64 = 1 << 1;
        const ZBA: u64 = 1 << 3;
        const ZBB: u64 = 1 << 4;
        const ZBS: u64 = 1 << 5;
        const ZICBOZ: u64 = 1 << 6;
        const ZICOND: u64 = 1 << 35;
        const FAST: u64 = 3;
        if c.uint(4) != 0 {
            return Err(Errno::EINVAL.into());
        }
        for index in 0..c.args[1].min(1024) {
            let at = c.args[0].wrapping_add(16 * index);
            let value = match c.mem.read_u64(at)? {
                // mvendorid, marchid, mimpid
                0..=2 => Some(0),
                3 => Some(IMA),
                4 => Some(FD | C | ZBA | ZBB | ZBS | ZICBOZ | ZICOND),
                // Misaligned accesses are Wasm's, which are fast.
                5 => Some(FAST),
                // The block that cbo.zero clears, in bytes.
                6 => Some(64),
                // One past the highest user address.
                7 => Some(self.space.limit),
                _ => None,
            };
            if value.is_none() {
                c.mem.write_u64(at, u64::MAX)?;
            }
            c.mem.write_u64(at.wrapping_add(8), value.unwrap_or(0))?;
        }
        Ok(0)
    }

    pub(crate) fn sys_personality(&mut self, c: &mut Call<'_>) -> Answer {
        match c.uint(0) {
            // Asking, or asking for what it is.
            0xffff_ffff | 0 => Ok(0),
            _ => Err(Errno::EINVAL.into()),
        }
    }
}
