//! `epoll`: interest lists over the readiness that `poll` computes.

use crate::errno::Errno;
use crate::fd::{FileId, Open, flag};
use crate::kernel::{Answer, Call, Kernel, Stop};
use crate::poll::{Watched, event};
use crate::signals::read_mask;
use crate::time::read_timespec;
use std::collections::BTreeMap;

const EPOLLONESHOT: u32 = 1 << 30;
const EPOLLET: u32 = 1 << 31;

/// Descriptors that one list may hold.
const MAX_INTEREST: usize = 4096;

/// One descriptor of interest.
#[derive(Clone, Copy, Debug)]
struct Interest {
    file: FileId,
    events: u32,
    data: u64,
    /// What an edge-triggered entry has reported already.
    reported: u32,
    /// A one-shot entry that has fired.
    spent: bool,
}

/// An interest list, by descriptor.
#[derive(Clone, Debug, Default)]
pub(crate) struct Epoll {
    interest: BTreeMap<i32, Interest>,
}

impl Kernel {
    pub(crate) fn sys_epoll_create1(&mut self, c: &mut Call<'_>) -> Answer {
        let flags = c.uint(0);
        if flags & !flag::CLOEXEC != 0 {
            return Err(Errno::EINVAL.into());
        }
        self.install_anonymous(Open::Epoll(Epoll::default()), 0, flags & flag::CLOEXEC != 0, "eventpoll")
    }

    fn epoll(&mut self, id: FileId) -> Result<&mut Epoll, Errno> {
        match &mut self.files.file_mut(id)?.open {
            Open::Epoll(epoll) => Ok(epoll),
            _ => Err(Errno::EINVAL),
        }
    }

    pub(crate) fn sys_epoll_ctl(&mut self, c: &mut Call<'_>) -> Answer {
        let (list, operation, fd) = (self.files.id(c.int(0))?, c.int(1), c.int(2));
        let file = self.files.id(fd)?;
        // A list of lists could be a cycle; nothing here needs one.
        if list == file || matches!(self.files.file(file)?.open, Open::Epoll(_)) {
            return Err(Errno::EINVAL.into());
        }
        if let Open::Mem(_) | Open::Host(_) | Open::Dir(_) | Open::Text(_) = self.files.file(file)?.open {
            self.epoll(list)?;
            return Err(Errno::EPERM.into());
        }
        // struct epoll_event: events at 0, data at 8.
        let entry = |c: &Call<'_>| -> Result<Interest, Errno> {
            let (events, data) = (c.mem.read_u32(c.args[3])?, c.mem.read_u64(c.args[3].wrapping_add(8))?);
            Ok(Interest { file, events, data, reported: 0, spent: false })
        };
        let epoll = self.epoll(list)?;
        let known = epoll.interest.get(&fd).is_some_and(|known| known.file == file);
        match operation {
            // EPOLL_CTL_ADD, DEL, MOD
            1 if known => return Err(Errno::EEXIST.into()),
            1 if epoll.interest.len() >= MAX_INTEREST => return Err(Errno::ENOSPC.into()),
            2 | 3 if !known => return Err(Errno::ENOENT.into()),
            1 | 3 => {
                epoll.interest.insert(fd, entry(c)?);
            }
            2 => {
                epoll.interest.remove(&fd);
            }
            _ => return Err(Errno::EINVAL.into()),
        }
        Ok(0)
    }

    /// The entries that are ready, at most `most`, with their events.
    pub(crate) fn epoll_ready(
        &mut self,
        c: &mut Call<'_>,
        list: FileId,
        most: usize,
    ) -> Result<Vec<(i32, u32, u64)>, Stop> {
        let entries: Vec<(i32, Interest)> =
            self.epoll(list)?.interest.iter().map(|(&fd, &entry)| (fd, entry)).collect();
        let mut ready = Vec::new();
        for (fd, entry) in entries {
            if ready.len() == most {
                break;
            }
            if self.files.id(fd) != Ok(entry.file) {
                // Closed since: gone from the list too.
                self.epoll(list)?.interest.remove(&fd);
                continue;
            }
            let all = self.events(c, entry.file)? & (entry.events | event::ERR | event::HUP);
            let fresh = if entry.events & EPOLLET != 0 { all & !entry.reported } else { all };
            if entry.spent || fresh == 0 {
                if let Some(entry) = self.epoll(list)?.interest.get_mut(&fd) {
                    entry.reported &= all;
                }
                continue;
            }
            ready.push((fd, all, entry.data));
        }
        Ok(ready)
    }

    pub(crate) fn sys_epoll_pwait(&mut self, c: &mut Call<'_>) -> Answer {
        let deadline = match c.int(3) {
            wait if wait < 0 => None,
            wait => Some(self.monotonic(c).saturating_add(wait as u64 * 1_000_000)),
        };
        self.epoll_wait(c, deadline)
    }

    pub(crate) fn sys_epoll_pwait2(&mut self, c: &mut Call<'_>) -> Answer {
        let deadline = match c.args[3] {
            0 => None,
            at => Some(self.monotonic(c).saturating_add(read_timespec(c.mem, at)?)),
        };
        self.epoll_wait(c, deadline)
    }

    fn epoll_wait(&mut self, c: &mut Call<'_>, deadline: Option<u64>) -> Answer {
        let list = self.files.id(c.int(0))?;
        let most = c.int(2);
        if most <= 0 {
            return Err(Errno::EINVAL.into());
        }
        if let Some(mask) = read_mask(c.mem, c.args[4], c.args[5])? {
            self.signals.mask_for_call(mask);
        }
        let watched: Watched =
            self.epoll(list)?.interest.values().map(|entry| (entry.file, entry.events)).collect();
        let mut ready = Vec::new();
        let count = self.wait_for(c, deadline, &watched, &mut |kernel, c| {
            ready = kernel.epoll_ready(c, list, most as usize)?;
            Ok(ready.len() as i64)
        })?;
        for (at, &(fd, events, data)) in (0u64..).zip(&ready) {
            let to = c.args[1].wrapping_add(16 * at);
            c.mem.write_u64(to, events as u64)?;
            c.mem.write_u64(to.wrapping_add(8), data)?;
            if let Some(entry) = self.epoll(list)?.interest.get_mut(&fd) {
                entry.reported |= events;
                entry.spent = entry.events & EPOLLONESHOT != 0;
            }
        }
        Ok(count)
    }
}
