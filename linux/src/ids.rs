//! Who the process is: user, group, process, session, capabilities.

use crate::errno::Errno;
use crate::kernel::{Answer, Call, Kernel};
use crate::process::Config;

/// Groups that `setgroups` takes at most.
const MAX_GROUPS: u64 = 1024;

/// All ids of the process.
#[derive(Clone, Debug)]
pub(crate) struct Ids {
    pub uid: u32,
    pub euid: u32,
    pub suid: u32,
    pub gid: u32,
    pub egid: u32,
    pub sgid: u32,
    pub groups: Vec<u32>,
    pub pid: u32,
    pub ppid: u32,
    pub pgid: u32,
    pub sid: u32,
}

impl Ids {
    /// The process leads its own group and session, below process 1.
    pub fn new(config: &Config) -> Ids {
        let Config { uid, gid, pid, .. } = *config;
        Ids {
            uid,
            euid: uid,
            suid: uid,
            gid,
            egid: gid,
            sgid: gid,
            groups: vec![gid],
            pid,
            ppid: 1,
            pgid: pid,
            sid: pid,
        }
    }
}

/// Real, effective and saved id of one kind.
type Three = [u32; 3];

/// `setresuid` and its kin: an argument of −1 leaves an id; without privilege
/// only ids that the process has may be taken.
fn set_three(old: Three, new: Three, privileged: bool) -> Result<Three, Errno> {
    let mut out = old;
    for (out, new) in out.iter_mut().zip(new) {
        if new == u32::MAX {
            continue;
        }
        if !privileged && !old.contains(&new) {
            return Err(Errno::EPERM);
        }
        *out = new;
    }
    Ok(out)
}

impl Kernel {
    pub(crate) fn sys_getpid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.pid as i64)
    }

    pub(crate) fn sys_getppid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.ppid as i64)
    }

    pub(crate) fn sys_getuid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.uid as i64)
    }

    pub(crate) fn sys_geteuid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.euid as i64)
    }

    pub(crate) fn sys_getgid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.gid as i64)
    }

    pub(crate) fn sys_getegid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.egid as i64)
    }

    fn uids(&self) -> Three {
        [self.ids.uid, self.ids.euid, self.ids.suid]
    }

    fn gids(&self) -> Three {
        [self.ids.gid, self.ids.egid, self.ids.sgid]
    }

    fn set_uids(&mut self, new: Three) -> Answer {
        let three = set_three(self.uids(), new, self.ids.euid == 0)?;
        [self.ids.uid, self.ids.euid, self.ids.suid] = three;
        Ok(0)
    }

    fn set_gids(&mut self, new: Three) -> Answer {
        let three = set_three(self.gids(), new, self.ids.euid == 0)?;
        [self.ids.gid, self.ids.egid, self.ids.sgid] = three;
        Ok(0)
    }

    pub(crate) fn sys_setuid(&mut self, c: &mut Call<'_>) -> Answer {
        let id = c.uint(0);
        let all = self.ids.euid == 0;
        self.set_uids(if all { [id; 3] } else { [u32::MAX, id, u32::MAX] })
    }

    pub(crate) fn sys_setgid(&mut self, c: &mut Call<'_>) -> Answer {
        let id = c.uint(0);
        let all = self.ids.euid == 0;
        self.set_gids(if all { [id; 3] } else { [u32::MAX, id, u32::MAX] })
    }

    /// The saved id follows the effective one when the real one is set or the
    /// effective one becomes another than the real.
    pub(crate) fn sys_setreuid(&mut self, c: &mut Call<'_>) -> Answer {
        let (real, effective) = (c.uint(0), c.uint(1));
        let follows = real != u32::MAX || (effective != u32::MAX && effective != self.ids.uid);
        self.set_uids([real, effective, u32::MAX])?;
        if follows {
            self.ids.suid = self.ids.euid;
        }
        Ok(0)
    }

    pub(crate) fn sys_setregid(&mut self, c: &mut Call<'_>) -> Answer {
        let (real, effective) = (c.uint(0), c.uint(1));
        let follows = real != u32::MAX || (effective != u32::MAX && effective != self.ids.gid);
        self.set_gids([real, effective, u32::MAX])?;
        if follows {
            self.ids.sgid = self.ids.egid;
        }
        Ok(0)
    }

    pub(crate) fn sys_setresuid(&mut self, c: &mut Call<'_>) -> Answer {
        self.set_uids([c.uint(0), c.uint(1), c.uint(2)])
    }

    pub(crate) fn sys_setresgid(&mut self, c: &mut Call<'_>) -> Answer {
        self.set_gids([c.uint(0), c.uint(1), c.uint(2)])
    }

    pub(crate) fn sys_getresuid(&mut self, c: &mut Call<'_>) -> Answer {
        put_three(c, self.uids())
    }

    pub(crate) fn sys_getresgid(&mut self, c: &mut Call<'_>) -> Answer {
        put_three(c, self.gids())
    }

    /// `setfsuid` and `setfsgid` answer with the old id and change nothing
    /// that is not the effective one already.
    pub(crate) fn sys_setfsuid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.euid as i64)
    }

    pub(crate) fn sys_setfsgid(&mut self, _: &mut Call<'_>) -> Answer {
        Ok(self.ids.egid as i64)
    }

    pub(crate) fn sys_getgroups(&mut self, c: &mut Call<'_>) -> Answer {
        let count = self.ids.groups.len();
        match c.int(0) {
            0 => {}
            room if room < 0 || (room as usize) < count => return Err(Errno::EINVAL.into()),
            _ => {
                let bytes: Vec<u8> = self.ids.groups.iter().flat_map(|id| id.to_le_bytes()).collect();
                c.mem.write(c.args[1], &bytes)?;
            }
        }
        Ok(count as i64)
    }

    pub(crate) fn sys_setgroups(&mut self, c: &mut Call<'_>) -> Answer {
        if self.ids.euid != 0 {
            return Err(Errno::EPERM.into());
        }
        if c.args[0] > MAX_GROUPS {
            return Err(Errno::EINVAL.into());
        }
        let bytes = c.mem.read_vec(c.args[1], c.args[0] * 4)?;
        self.ids.groups =
            bytes.chunks_exact(4).map(|id| u32::from_le_bytes([id[0], id[1], id[2], id[3]])).collect();
        Ok(0)
    }

    /// Whether a process id argument means this process.
    fn is_self(&self, pid: i32) -> Result<(), Errno> {
        match pid {
            0 => Ok(()),
            pid if pid < 0 => Err(Errno::EINVAL),
            pid if pid as u32 == self.ids.pid => Ok(()),
            _ => Err(Errno::ESRCH),
        }
    }

    pub(crate) fn sys_getpgid(&mut self, c: &mut Call<'_>) -> Answer {
        self.is_self(c.int(0))?;
        Ok(self.ids.pgid as i64)
    }

    pub(crate) fn sys_getsid(&mut self, c: &mut Call<'_>) -> Answer {
        self.is_self(c.int(0))?;
        Ok(self.ids.sid as i64)
    }

    pub(crate) fn sys_setpgid(&mut self, c: &mut Call<'_>) -> Answer {
        self.is_self(c.int(0))?;
        let group = c.int(1);
        if group < 0 {
            return Err(Errno::EINVAL.into());
        }
        // A session leader keeps its group, which is the only one there is.
        let same = group == 0 || group as u32 == self.ids.pgid;
        if self.ids.sid == self.ids.pid || !same { Err(Errno::EPERM.into()) } else { Ok(0) }
    }

    pub(crate) fn sys_setsid(&mut self, _: &mut Call<'_>) -> Answer {
        // The process leads its group from the start.
        Err(Errno::EPERM.into())
    }

    /// `capget`: a root process has all capabilities, another none.
    pub(crate) fn sys_capget(&mut self, c: &mut Call<'_>) -> Answer {
        const VERSION_3: u32 = 0x2008_0522;
        let header = c.args[0];
        if c.mem.read_u32(header)? != VERSION_3 {
            c.mem.write_u32(header, VERSION_3)?;
            return if c.args[1] == 0 { Ok(0) } else { Err(Errno::EINVAL.into()) };
        }
        self.is_self(c.mem.read_u32(header.wrapping_add(4))? as i32)?;
        if c.args[1] != 0 {
            // Capabilities 0 to 40: effective, permitted, inheritable, twice.
            let set = if self.ids.euid == 0 { [u32::MAX, u32::MAX, 0, 0x1ff, 0x1ff, 0] } else { [0; 6] };
            let bytes: Vec<u8> = set.iter().flat_map(|word| word.to_le_bytes()).collect();
            c.mem.write(c.args[1], &bytes)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_capset(&mut self, _: &mut Call<'_>) -> Answer {
        if self.ids.euid == 0 { Ok(0) } else { Err(Errno::EPERM.into()) }
    }
}

fn put_three(c: &mut Call<'_>, three: Three) -> Answer {
    for (&addr, id) in c.args.iter().zip(three) {
        c.mem.write_u32(addr, id)?;
    }
    Ok(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_without_privilege_are_only_exchanged() {
        assert_eq!(set_three([1, 2, 3], [2, u32::MAX, u32::MAX], false), Ok([2, 2, 3]));
        assert_eq!(set_three([1, 2, 3], [4, u32::MAX, u32::MAX], false), Err(Errno::EPERM));
        assert_eq!(set_three([1, 2, 3], [4, 5, 6], true), Ok([4, 5, 6]));
    }
}
