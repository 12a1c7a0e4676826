//! Signals: actions, mask, pending ones, and what to do with them after a call.
//!
//! Knows which handler is due and with what information. Must never know
//! registers: the frame is `frame`'s work, and running it the engine's.

use crate::errno::Errno;
use crate::guest::GuestMemory;
use crate::host::Host;
use crate::kernel::{Answer, Call, Kernel, Stop};
use crate::process::{Delivery, Outcome};
use crate::time::read_timespec;

pub(crate) const SIGKILL: i32 = 9;
pub(crate) const SIGSEGV: i32 = 11;
pub(crate) const SIGPIPE: i32 = 13;
pub(crate) const SIGALRM: i32 = 14;
pub(crate) const SIGSTOP: i32 = 19;
pub(crate) const SIGXFSZ: i32 = 25;
pub(crate) const SIGVTALRM: i32 = 26;
pub(crate) const SIGPROF: i32 = 27;

/// Number of signals; they count from 1.
pub(crate) const COUNT: i32 = 64;

/// The kernel's own `ERESTARTSYS`: interrupted, and starts again if the
/// handler was set with `SA_RESTART`. Never reaches the guest.
pub(crate) const RESTART: Errno = Errno(512);

const SA_NODEFER: u64 = 0x4000_0000;
const SA_ONSTACK: u64 = 0x0800_0000;
const SA_RESTART: u64 = 0x1000_0000;
const SA_RESETHAND: u64 = 0x8000_0000;

const SIG_DFL: u64 = 0;
const SIG_IGN: u64 = 1;

/// `si_code` values (asm-generic/siginfo.h).
const SI_USER: i32 = 0;
const SI_KERNEL: i32 = 0x80;
const SI_TKILL: i32 = -6;

/// Signals that may wait at once (`RLIMIT_SIGPENDING`'s part here).
const MAX_PENDING: usize = 1024;

/// Stack flags.
const SS_DISABLE: u32 = 2;
const SS_AUTODISARM: u32 = 1 << 31;
const MIN_STACK: u64 = 2048;

/// `struct sigaction` as riscv has it: no restorer.
#[derive(Clone, Copy, Debug, Default)]
struct Action {
    handler: u64,
    flags: u64,
    mask: u64,
}

/// What an unhandled signal does.
#[derive(PartialEq, Eq)]
enum DefaultAction {
    Kill,
    Ignore,
}

/// All signal state of the process.
pub(crate) struct Signals {
    actions: [Action; COUNT as usize + 1],
    pub mask: u64,
    /// The mask to go back to after a call that replaced it for its time.
    saved_mask: Option<u64>,
    /// What `rt_sigtimedwait` waits for while it does.
    waited: u64,
    pending: Vec<(i32, [u8; 128])>,
    /// Base, size and flags of the alternate stack.
    stack: (u64, u64, u32),
    /// Those that end the process unless they are blocked.
    ending: u64,
    /// Those that the host has been told would end it.
    told: u64,
}

impl Default for Signals {
    fn default() -> Signals {
        let kills = |signal: &i32| default_of(*signal) == DefaultAction::Kill;
        let ending = (1..=COUNT).filter(kills).fold(0, |set, signal| set | bit(signal));
        Signals {
            ending,
            told: ending,
            actions: [Action::default(); COUNT as usize + 1],
            mask: 0,
            saved_mask: None,
            waited: 0,
            pending: Vec::new(),
            stack: (0, 0, SS_DISABLE),
        }
    }
}

fn bit(signal: i32) -> u64 {
    1u64 << ((signal - 1) as u32 & 63)
}

/// `SIGKILL` and `SIGSTOP`, which nothing blocks.
fn unblockable() -> u64 {
    bit(SIGKILL) | bit(SIGSTOP)
}

/// Stopping is not served, as there is nobody who could continue us: signals
/// that stop are ignored like those whose default is to be ignored (SIGCHLD,
/// SIGCONT, SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU, SIGURG, SIGWINCH).
fn default_of(signal: i32) -> DefaultAction {
    match signal {
        17..=23 | 28 => DefaultAction::Ignore,
        _ => DefaultAction::Kill,
    }
}

/// `siginfo_t` for a signal from a process.
fn info(signal: i32, code: i32, pid: u32, uid: u32) -> [u8; 128] {
    let mut info = [0; 128];
    info[0..4].copy_from_slice(&signal.to_le_bytes());
    info[8..12].copy_from_slice(&code.to_le_bytes());
    info[16..20].copy_from_slice(&pid.to_le_bytes());
    info[20..24].copy_from_slice(&uid.to_le_bytes());
    info
}

impl Signals {
    fn action(&self, signal: i32) -> Action {
        self.actions.get(signal as usize).copied().unwrap_or_default()
    }

    fn is_ignored(&self, signal: i32) -> bool {
        match self.action(signal).handler {
            SIG_IGN => true,
            SIG_DFL => default_of(signal) == DefaultAction::Ignore,
            _ => false,
        }
    }

    /// The kernel itself sends a signal.
    pub fn raise(&mut self, signal: i32) {
        self.raise_with(signal, info(signal, SI_KERNEL, 0, 0));
    }

    /// Makes a signal pending, unless it is ignored; says whether it fitted.
    pub fn raise_with(&mut self, signal: i32, info: [u8; 128]) -> bool {
        let blocked = self.mask & bit(signal) != 0;
        if !blocked && self.is_ignored(signal) {
            return true;
        }
        // Only real-time signals queue.
        if signal < 32 && self.pending.iter().any(|&(pending, _)| pending == signal) {
            return true;
        }
        if self.pending.len() >= MAX_PENDING {
            return false;
        }
        self.pending.push((signal, info));
        true
    }

    /// Takes the lowest pending signal of a set.
    fn take(&mut self, set: u64) -> Option<(i32, [u8; 128])> {
        let (at, _) = self
            .pending
            .iter()
            .enumerate()
            .filter(|(_, (signal, _))| set & bit(*signal) != 0)
            .min_by_key(|(_, (signal, _))| *signal)?;
        Some(self.pending.remove(at))
    }

    /// Sets what a signal does.
    fn set_action(&mut self, signal: i32, action: Action) {
        self.actions[signal as usize] = action;
        let ends = action.handler == SIG_DFL && default_of(signal) == DefaultAction::Kill;
        self.ending = if ends { self.ending | bit(signal) } else { self.ending & !bit(signal) };
    }

    /// Tells the host which signals would end the process now, if it does not know.
    pub fn tell_ending(&mut self, host: &mut dyn Host) {
        let ending = self.ending & !self.mask;
        if self.told != ending {
            self.told = ending;
            host.signals_end(ending);
        }
    }

    /// Whether a waiting call has to end now.
    pub fn interrupts(&self) -> bool {
        self.pending.iter().any(|&(signal, _)| self.mask & bit(signal) == 0 && !self.is_ignored(signal))
    }

    /// Whether this signal would end a wait if it came now.
    pub fn would_wake(&self, signal: i32) -> bool {
        let lets_in = self.mask & bit(signal) == 0 && !self.is_ignored(signal);
        lets_in || self.waited & bit(signal) != 0
    }

    /// Replaces the mask until the call is over.
    pub fn mask_for_call(&mut self, mask: u64) {
        let old = std::mem::replace(&mut self.mask, mask & !unblockable());
        self.saved_mask.get_or_insert(old);
    }

    /// Sets the mask, as a return from a handler does.
    pub fn set_mask(&mut self, mask: u64) {
        self.mask = mask & !unblockable();
    }

    pub fn pending_set(&self) -> u64 {
        self.pending.iter().fold(0, |set, &(signal, _)| set | bit(signal))
    }

    fn set_of(&self, test: impl Fn(u64) -> bool) -> u64 {
        (1..=COUNT).filter(|&signal| test(self.action(signal).handler)).fold(0, |set, s| set | bit(s))
    }

    pub fn ignored_set(&self) -> u64 {
        self.set_of(|handler| handler == SIG_IGN)
    }

    pub fn caught_set(&self) -> u64 {
        self.set_of(|handler| handler > SIG_IGN)
    }

    /// Prepares the handler of a signal that was taken.
    fn deliver(&mut self, signal: i32, info: [u8; 128], value: i64, restarts: bool) -> Delivery {
        let action = self.action(signal);
        let old_mask = self.saved_mask.take().unwrap_or(self.mask);
        self.mask |= action.mask & !unblockable();
        if action.flags & SA_NODEFER == 0 {
            self.mask |= bit(signal);
        }
        if action.flags & SA_RESETHAND != 0 {
            self.set_action(signal, Action { handler: SIG_DFL, ..action });
        }
        let (base, size, flags) = self.stack;
        let on_stack = action.flags & SA_ONSTACK != 0 && flags & SS_DISABLE == 0;
        if on_stack && flags & SS_AUTODISARM != 0 {
            self.stack = (0, 0, SS_DISABLE);
        }
        Delivery {
            signal,
            handler: action.handler,
            flags: action.flags,
            old_mask,
            info,
            stack: on_stack.then_some((base, size)),
            result: if restarts { -(Errno::EINTR.0 as i64) } else { value },
            restart: restarts && action.flags & SA_RESTART != 0,
        }
    }
}

impl Kernel {
    /// What becomes of a call that gave `value`, once signals had their say.
    pub(crate) fn after_call(&mut self, value: i64) -> Outcome {
        let restarts = value == -(RESTART.0 as i64);
        if let Some(outcome) = self.next_signal(value, restarts) {
            return outcome;
        }
        if let Some(mask) = self.signals.saved_mask.take() {
            self.signals.mask = mask;
        }
        Outcome::Return(if restarts { -(Errno::EINTR.0 as i64) } else { value })
    }

    /// What the next unblocked signal does, if there is one that does anything.
    pub(crate) fn next_signal(&mut self, value: i64, restarts: bool) -> Option<Outcome> {
        while let Some((signal, info)) = self.signals.take(!self.signals.mask) {
            match self.signals.action(signal).handler {
                SIG_IGN => {}
                SIG_DFL if default_of(signal) == DefaultAction::Ignore => {}
                SIG_DFL => return Some(Outcome::Kill(signal)),
                _ => {
                    let delivery = self.signals.deliver(signal, info, value, restarts);
                    return Some(Outcome::Deliver(Box::new(delivery)));
                }
            }
        }
        None
    }

    /// What a fault of the guest's own instruction does: its handler runs, or
    /// the process ends, also if the signal is blocked or ignored.
    pub(crate) fn fault(&mut self, signal: i32, code: i32, addr: u64, a0: i64) -> Outcome {
        let known = (1..=COUNT).contains(&signal);
        if !known || self.signals.mask & bit(signal) != 0 || self.signals.action(signal).handler <= SIG_IGN {
            return Outcome::Kill(signal);
        }
        let mut info = info(signal, code, 0, 0);
        info[16..24].copy_from_slice(&addr.to_le_bytes());
        Outcome::Deliver(Box::new(self.signals.deliver(signal, info, a0, false)))
    }

    /// What becomes of a handler whose frame the stack has no room for: SIGSEGV in its place.
    pub(crate) fn no_frame(&mut self, failed: &Delivery) -> Outcome {
        self.signals.set_mask(failed.old_mask);
        if failed.signal == SIGSEGV {
            return Outcome::Kill(SIGSEGV);
        }
        let mut outcome = self.fault(SIGSEGV, SI_KERNEL, 0, failed.result);
        if let Outcome::Deliver(delivery) = &mut outcome {
            delivery.restart = failed.restart;
        }
        outcome
    }

    pub(crate) fn sys_rt_sigaction(&mut self, c: &mut Call<'_>) -> Answer {
        let signal = c.int(0);
        let changes = c.args[1] != 0;
        if c.args[3] != 8 || !(1..=COUNT).contains(&signal) {
            return Err(Errno::EINVAL.into());
        }
        if changes && bit(signal) & unblockable() != 0 {
            return Err(Errno::EINVAL.into());
        }
        let old = self.signals.action(signal);
        if changes {
            let at = c.args[1];
            c.mem.check(at, 24)?;
            let (handler, flags) = (c.mem.read_u64(at)?, c.mem.read_u64(at + 8)?);
            let mask = c.mem.read_u64(at + 16)? & !unblockable();
            self.signals.set_action(signal, Action { handler, flags, mask });
            if self.signals.is_ignored(signal) {
                self.signals.pending.retain(|&(pending, _)| pending != signal);
            }
        }
        if c.args[2] != 0 {
            let words = [old.handler, old.flags, old.mask];
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            c.mem.write(c.args[2], &bytes)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_rt_sigprocmask(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[3] != 8 {
            return Err(Errno::EINVAL.into());
        }
        let old = self.signals.mask;
        if c.args[1] != 0 {
            let set = c.mem.read_u64(c.args[1])?;
            let mask = match c.int(0) {
                0 => old | set,
                1 => old & !set,
                2 => set,
                _ => return Err(Errno::EINVAL.into()),
            };
            self.signals.set_mask(mask);
        }
        if c.args[2] != 0 {
            c.mem.write_u64(c.args[2], old)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_rt_sigpending(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[1] != 8 {
            return Err(Errno::EINVAL.into());
        }
        let set = self.signals.pending_set() & self.signals.mask;
        c.mem.write_u64(c.args[0], set)?;
        Ok(0)
    }

    pub(crate) fn sys_rt_sigsuspend(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[1] != 8 {
            return Err(Errno::EINVAL.into());
        }
        let mask = c.mem.read_u64(c.args[0])?;
        self.signals.mask_for_call(mask);
        loop {
            self.raise_due(c);
            if self.signals.interrupts() {
                return Err(Errno::EINTR.into());
            }
            let until = self.until_signal(c);
            self.nap(c, until, "suspended until a signal comes, and nothing can send one")?;
        }
    }

    pub(crate) fn sys_rt_sigtimedwait(&mut self, c: &mut Call<'_>) -> Answer {
        if c.args[3] != 8 {
            return Err(Errno::EINVAL.into());
        }
        let set = c.mem.read_u64(c.args[0])? & !unblockable();
        let deadline = match c.args[2] {
            0 => None,
            at => Some(self.monotonic(c).saturating_add(read_timespec(c.mem, at)?)),
        };
        loop {
            if let Some((signal, info)) = self.signals.take(set) {
                if c.args[1] != 0 {
                    c.mem.write(c.args[1], &info)?;
                }
                return Ok(signal as i64);
            }
            if self.signals.interrupts() {
                return Err(Errno::EINTR.into());
            }
            if deadline.is_some_and(|deadline| deadline <= self.monotonic(c)) {
                return Err(Errno::EAGAIN.into());
            }
            self.signals.waited = set;
            let until = deadline.or(self.until_signal(c));
            let napped = self.nap(c, until, "waiting for a signal that nothing can send");
            self.signals.waited = 0;
            napped?;
        }
    }

    pub(crate) fn sys_sigaltstack(&mut self, c: &mut Call<'_>) -> Answer {
        let (base, size, flags) = self.signals.stack;
        if c.args[0] != 0 {
            let at = c.args[0];
            c.mem.check(at, 24)?;
            let new = (c.mem.read_u64(at)?, c.mem.read_u64(at + 16)?, c.mem.read_u32(at + 8)?);
            self.signals.stack = match new.2 & !SS_AUTODISARM {
                SS_DISABLE => (0, 0, new.2),
                // SS_ONSTACK may be given and means nothing here.
                0 | 1 if new.1 < MIN_STACK => return Err(Errno::ENOMEM.into()),
                0 | 1 => (new.0, new.1, new.2 & SS_AUTODISARM),
                _ => return Err(Errno::EINVAL.into()),
            };
        }
        if c.args[1] != 0 {
            let words = [base, flags as u64, size];
            let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            c.mem.write(c.args[1], &bytes)?;
        }
        Ok(0)
    }

    pub(crate) fn sys_rt_sigreturn(&mut self, _: &mut Call<'_>) -> Answer {
        Err(Stop::Outcome(Outcome::SigReturn))
    }

    pub(crate) fn sys_kill(&mut self, c: &mut Call<'_>) -> Answer {
        let (pid, own, group) = (c.int(0), self.ids.pid as i32, self.ids.pgid as i32);
        if pid != own && pid != 0 && pid != group.wrapping_neg() {
            check_signal(c.int(1))?;
            return Err(Errno::ESRCH.into());
        }
        self.send(c.int(1), SI_USER)
    }

    pub(crate) fn sys_tkill(&mut self, c: &mut Call<'_>) -> Answer {
        self.send_to_thread(c.int(0), c.int(1))
    }

    pub(crate) fn sys_tgkill(&mut self, c: &mut Call<'_>) -> Answer {
        if c.int(0) <= 0 {
            return Err(Errno::EINVAL.into());
        }
        if c.int(0) != self.ids.pid as i32 {
            return Err(Errno::ESRCH.into());
        }
        self.send_to_thread(c.int(1), c.int(2))
    }

    fn send_to_thread(&mut self, tid: i32, signal: i32) -> Answer {
        if tid <= 0 {
            return Err(Errno::EINVAL.into());
        }
        if tid != self.ids.pid as i32 {
            return Err(Errno::ESRCH.into());
        }
        self.send(signal, SI_TKILL)
    }

    fn send(&mut self, signal: i32, code: i32) -> Answer {
        check_signal(signal)?;
        if signal != 0 {
            let info = info(signal, code, self.ids.pid, self.ids.uid);
            if !self.signals.raise_with(signal, info) {
                return Err(Errno::EAGAIN.into());
            }
        }
        Ok(0)
    }

    /// `rt_sigqueueinfo` and, with the thread group before it,
    /// `rt_tgsigqueueinfo`.
    pub(crate) fn sys_rt_sigqueueinfo(&mut self, c: &mut Call<'_>) -> Answer {
        self.queue_info(c, 0)
    }

    pub(crate) fn sys_rt_tgsigqueueinfo(&mut self, c: &mut Call<'_>) -> Answer {
        self.queue_info(c, 1)
    }

    fn queue_info(&mut self, c: &mut Call<'_>, first: usize) -> Answer {
        let signal = c.int(first + 1);
        check_signal(signal)?;
        if (0..=first).any(|index| c.int(index) != self.ids.pid as i32) {
            return Err(Errno::ESRCH.into());
        }
        let mut info: [u8; 128] = c.mem.read_array(c.args[first + 2])?;
        info[0..4].copy_from_slice(&signal.to_le_bytes());
        if signal != 0 && !self.signals.raise_with(signal, info) {
            return Err(Errno::EAGAIN.into());
        }
        Ok(0)
    }
}

fn check_signal(signal: i32) -> Result<(), Errno> {
    if (0..=COUNT).contains(&signal) { Ok(()) } else { Err(Errno::EINVAL) }
}

/// Reads a signal set from guest memory for a call that takes one with a size;
/// 0 is none.
pub(crate) fn read_mask(mem: &dyn GuestMemory, addr: u64, size: u64) -> Result<Option<u64>, Errno> {
    if addr == 0 {
        return Ok(None);
    }
    if size != 8 {
        return Err(Errno::EINVAL);
    }
    Ok(Some(mem.read_u64(addr)?))
}
