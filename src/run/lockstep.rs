//! A second machine beside the translation: the same program, interpreted, which
//! is compared with the first at every forced exit and at the end.
//!
//! The second machine has its own registers and memory. It makes no system calls:
//! the first one's are recorded, with what they wrote and returned, and played
//! back; their numbers and arguments have to be the same. It runs until it is where
//! the first one is, with the same registers and the same stack. If it cannot get
//! there, the two have diverged, and so the translation is wrong, or the
//! interpreter.
//!
//! What translated code may leave undefined is not compared. [`claims`] knows what
//! that is.
//!
//! Knows the interpreter, the recording and summaries. Must never know an engine.

mod claims;
mod memory;

use std::collections::VecDeque;

use rv2wat_host::signal;
use rv2wat_interp::{Flow, Hart, Stop};
use rv2wat_isa::{Reg, RegSet, X};
use rv2wat_linux::{Delivery, GuestMemory, Outcome, argument_count};

use crate::pipeline::Translation;
use claims::Claims;
use memory::Twin;

/// Instructions that the second machine may run to get where the first one is.
const PATIENCE: u64 = 100_000_000;

/// Stack that is compared at an exit, bytes; at the end, all memory is.
const STACK: u64 = 4096;

/// What the host did for the program, in order.
#[derive(Clone, Debug)]
pub enum Event {
    /// A system call.
    Call(Call),
    /// An instruction faulted, and this handler runs.
    Fault(Box<Delivery>),
    /// The program read a counter, and this is what it got.
    Counter(u64),
}

/// A system call and what became of it.
#[derive(Clone, Debug)]
pub struct Call {
    /// Its number and arguments.
    pub call: (u64, [u64; 6]),
    /// What it wrote into the guest's memory: guest addresses and bytes, in order.
    pub writes: Vec<(u64, Vec<u8>)>,
    /// The end of memory after it, a guest address.
    pub end: u64,
    /// What it asked for.
    pub outcome: Outcome,
}

/// What the first machine did, for the second to follow.
#[derive(Debug, Default)]
pub struct Recorder {
    /// What the host did.
    pub events: VecDeque<Event>,
    /// Where the system call at hand has written: guest addresses and lengths.
    pub touched: Vec<(u64, u64)>,
}

impl Recorder {
    /// Notes that the handler of the last event could not be entered, and another was.
    pub fn deliver_instead(&mut self, failed: &Delivery, instead: &Delivery) {
        match self.events.back_mut() {
            Some(Event::Fault(delivery)) if **delivery == *failed => **delivery = instead.clone(),
            Some(Event::Call(Call { outcome: Outcome::Deliver(delivery), .. })) if **delivery == *failed => {
                **delivery = instead.clone();
            }
            _ => {}
        }
    }
}

/// The first machine at rest.
pub struct First<'a> {
    /// Its registers.
    pub hart: &'a Hart,
    /// Its memory.
    pub memory: &'a [u8],
}

/// The second machine.
pub struct Lockstep {
    hart: Hart,
    twin: Twin,
    claims: Claims,
    trampoline: u64,
    /// Registers that were undefined where signal handlers interrupted.
    interrupted: Vec<RegSet>,
    /// The module's own data, which the program does not look at.
    hidden: std::ops::Range<u64>,
    /// How it ended, if it has.
    ended: Option<Outcome>,
    /// How often the machines were compared and found equal.
    pub comparisons: u64,
}

/// What differs, for a person.
type Difference = String;

impl Lockstep {
    /// The twin of a machine that is about to start.
    pub fn new(translation: &Translation, trampoline: u64, first: &First<'_>) -> Lockstep {
        let layout = &translation.layout;
        Lockstep {
            hart: first.hart.clone(),
            twin: Twin::new(first.memory.to_vec(), layout.bias.into(), layout.permissions),
            claims: Claims::of(&translation.program, &translation.summaries),
            trampoline,
            interrupted: Vec::new(),
            hidden: layout.permissions.unwrap_or(layout.mailbox)..layout.end,
            ended: None,
            comparisons: 0,
        }
    }

    /// Takes what the host did since the last time.
    pub fn follow(&mut self, events: VecDeque<Event>) {
        self.twin.events.extend(events);
    }

    /// Runs until the second machine is where the first one is.
    ///
    /// # Errors
    /// What differs.
    pub fn compare(&mut self, first: &First<'_>) -> Result<(), Difference> {
        let mut nearest = None;
        for _ in 0..PATIENCE {
            if self.hart.pc == first.hart.pc && self.twin.events.is_empty() {
                match self.differs(first) {
                    None => {
                        self.comparisons += 1;
                        return Ok(());
                    }
                    Some(difference) => nearest = Some(difference),
                }
            }
            if let Err(why) = self.step() {
                return Err(nearest.unwrap_or(why));
            }
            if self.ended.is_some() {
                break;
            }
        }
        let nowhere = || format!("interpreted, the program does not come there in {PATIENCE} instructions");
        Err(nearest.unwrap_or_else(nowhere))
    }

    /// Runs to the end, and compares what memory holds then.
    ///
    /// # Errors
    /// What differs.
    pub fn finish(&mut self, first: &First<'_>) -> Result<(), Difference> {
        for _ in 0..PATIENCE {
            if self.ended.is_some() {
                break;
            }
            self.step()?;
        }
        if self.ended.is_none() {
            return Err(format!("interpreted, the program takes more than {PATIENCE} instructions to end"));
        }
        if !self.twin.events.is_empty() {
            return Err("interpreted, the program makes other system calls".to_owned());
        }
        let start = self.twin.start();
        let end = start + (first.memory.len() as u64).min(self.twin.end() - start);
        let parts = [start..self.hidden.start, self.hidden.end..end];
        match parts.into_iter().find_map(|part| self.memory_differs(first, part)) {
            Some(difference) => Err(difference),
            None => {
                self.comparisons += 1;
                Ok(())
            }
        }
    }

    /// One instruction, or one system call.
    fn step(&mut self) -> Result<(), Difference> {
        let pc = self.hart.pc;
        match self.claims.step(&mut self.hart, &mut self.twin) {
            Ok(Flow::Next | Flow::Transfer) => self.twin.take_failure().map_or(Ok(()), Err),
            Err(Stop::Ecall) => self.replay(pc),
            Err(Stop::FenceI { .. }) => Ok(()),
            Err(Stop::Ebreak { .. } | Stop::Illegal { .. } | Stop::Fault { .. })
                if matches!(self.twin.events.front(), Some(Event::Fault(_))) =>
            {
                let Some(Event::Fault(delivery)) = self.twin.events.pop_front() else { return Ok(()) };
                self.deliver(&delivery, (0, [0; 6]))
            }
            Err(stop) => Err(format!("interpreted, the program stops at {pc:#x}: {stop}")),
        }
    }

    /// Does what the first machine's system call did.
    fn replay(&mut self, pc: u64) -> Result<(), Difference> {
        let number = self.hart.get(X::A7);
        let Some(Event::Call(event)) = self.twin.events.pop_front() else {
            return Err(format!("interpreted, the program makes system call {number} at {pc:#x} first"));
        };
        let args = [10, 11, 12, 13, 14, 15].map(|n| self.hart.get(X::new(n)));
        let count = argument_count(number).unwrap_or(0).min(args.len());
        let differ = X::all().skip(X::A0.index()).zip(args.iter().zip(event.call.1)).take(count);
        let differ =
            differ.filter(|&(x, (&ours, theirs))| ours != theirs && self.claims.has(Reg::X(x))).count() > 0;
        if number != event.call.0 || differ {
            return Err(format!(
                "at {pc:#x}, the system call is {} of {:#x?} and, interpreted, {number} of {:#x?}",
                event.call.0,
                &event.call.1[..count],
                &args[..count]
            ));
        }
        self.claims.left_at(pc);
        self.twin.grow_to(event.end);
        for (addr, bytes) in &event.writes {
            let written = self.twin.write(*addr, bytes);
            written.map_err(|fault| format!("what a system call wrote: {fault}"))?;
            self.claims.defined(*addr, bytes.len() as u64);
        }
        self.claims.set(Reg::X(X::A0));
        match event.outcome {
            Outcome::Return(value) => self.hart.set(X::A0, value.cast_unsigned()),
            Outcome::Deliver(delivery) => return self.deliver(&delivery, event.call),
            Outcome::SigReturn => return self.sigreturn(),
            ended => self.ended = Some(ended),
        }
        Ok(())
    }

    fn deliver(&mut self, delivery: &Delivery, call: (u64, [u64; 6])) -> Result<(), Difference> {
        let entered = signal::enter(&mut self.twin, &mut self.hart, delivery, call, self.trampoline);
        entered.map_err(|fault| format!("a signal frame: {fault}"))?;
        // Registers that nobody needs any more are in the frame as well.
        self.claims.undefined(self.hart.get(X::SP), signal::FRAME);
        self.interrupted.push(self.claims.entered_handler());
        Ok(())
    }

    fn sigreturn(&mut self) -> Result<(), Difference> {
        let read = signal::read_frame(&mut self.twin, self.hart.get(X::SP));
        let (hart, _) = read.map_err(|fault| format!("a signal frame: {fault}"))?;
        self.hart = hart;
        self.claims.left_handler(self.interrupted.pop().unwrap_or_default());
        Ok(())
    }

    /// What differs between the machines, both at the same pc.
    fn differs(&self, first: &First<'_>) -> Option<Difference> {
        let pc = first.hart.pc;
        for reg in self.claims.defined_at(pc).iter() {
            let (translated, interpreted) = (first.hart.contents(reg), self.hart.contents(reg));
            if translated != interpreted {
                return Some(format!("{reg} is {translated:#x} and, interpreted, {interpreted:#x}"));
            }
        }
        if first.hart.frm != self.hart.frm {
            return Some(format!("frm is {} and, interpreted, {}", first.hart.frm, self.hart.frm));
        }
        let sp = self.hart.get(X::SP);
        let end = sp.saturating_add(STACK).min(self.twin.end());
        self.memory_differs(first, sp..end)
    }

    /// The first difference in a range of guest addresses.
    fn memory_differs(&self, first: &First<'_>, range: std::ops::Range<u64>) -> Option<Difference> {
        let ours = self.twin.bytes(range.clone())?;
        let from = usize::try_from(range.start - self.twin.start()).ok()?;
        let theirs = first.memory.get(from..from + ours.len())?;
        if ours == theirs {
            return None;
        }
        let at = (0..ours.len())
            .find(|&at| ours[at] != theirs[at] && self.claims.is_defined(range.start + at as u64))?;
        let addr = range.start + at as u64;
        Some(format!("the byte at {addr:#x} is {:#x} and, interpreted, {:#x}", theirs[at], ours[at]))
    }
}
