//! The dispatcher: says what to enter next, serves what was left for, and
//! interprets where there is nothing to enter. A call into a translated module is never
//! made from here.

mod hot;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rv2wat_host::fault::{Fault, LostFrames, Refused, SIGSEGV};
use rv2wat_host::{BelowStack, Facts, Right, registers::TURNS, signal};
use rv2wat_interp::{Interpreter, Stop};
use rv2wat_isa::X;
use rv2wat_linux::{Delivery, GuestMemory, Outcome, Process};
use rv2wat_passes::ir::ExitReason;

use crate::imports::{fail, tell};
use crate::memory::Guest;
use crate::registers::Registers;
use crate::requests;
use crate::setup::{Setup, Started};
use crate::world::World;

/// How many instructions the interpreter runs before the dispatcher looks around
/// again.
const SLICE: u64 = 1 << 20;

/// What stands for an entry when the process is over.
const OVER: i32 = -1;

/// The first byte at which memory does not hold this code any more, or from where on it may
/// not be executed.
fn first_difference(memory: &Guest, addr: u64, code: &[u8]) -> Option<usize> {
    if let Some(refused) = memory.refused(addr, code.len() as u64, Right::Execute) {
        return Some((refused - addr) as usize);
    }
    let memory: &dyn GuestMemory = memory;
    let left = memory.end().saturating_sub(addr).min(code.len() as u64);
    Facts::first_difference(code, &memory.peek_vec(addr, left).unwrap_or_default())
}

/// One process.
pub struct Machine {
    process: Process<World>,
    memory: Guest,
    facts: Facts,
    /// The ELF file.
    program: Vec<u8>,
    entries: Vec<u64>,
    registers: Box<Registers>,
    interpreter: Interpreter,
    /// What is translated while the program runs, if anything is to be.
    tier: Option<hot::Tier>,
    /// Whether discovery knows the code that has jumped to the pc.
    known: bool,
    stack_budget: u64,
    /// Where `sp` is only if the program's stack is used up.
    below_stack: BelowStack,
    /// Handlers of faults whose registers are lost.
    lost: LostFrames,
    /// Where the last entry was.
    entered_at: u64,
    force_exit: u32,
    /// Whether signals are looked for where translated code leaves by its count.
    preempt: bool,
    /// The last system call: its number and arguments.
    call: (u64, [u64; 6]),
    /// What it asked for beyond a result.
    outcome: Option<Outcome>,
    status: Option<i32>,
    exits: BTreeMap<&'static str, u64>,
    entered: u64,
    interpreted: u64,
}

impl Machine {
    /// A process that has started.
    pub fn new(setup: Setup, stack_budget: u32, force_exit: u32) -> Machine {
        let preempt = setup.counts && force_exit == 0;
        let force_exit = if preempt { TURNS } else { force_exit };
        let hot_after = setup.hot_after;
        let Started { process, start, mut facts, program, mut memory, mut registers, entries } =
            setup.start();
        facts.sites.set_trampoline(process.signal_trampoline());
        let entry = facts.entry;
        let below_stack = BelowStack::new(facts.end, process.stack_bottom());
        memory.guard(below_stack);
        registers.hart.pc = start.pc;
        registers.hart.set(X::SP, start.sp);
        registers.force_exit = force_exit.into();
        Machine {
            process,
            memory,
            facts,
            program,
            entries,
            registers,
            interpreter: Interpreter::new(),
            tier: (hot_after > 0).then(|| hot::Tier::new(hot_after)),
            // The kernel jumps to the entry, a dynamic linker does it otherwise.
            known: start.pc == entry,
            stack_budget: stack_budget.into(),
            below_stack,
            lost: LostFrames::default(),
            entered_at: 0,
            force_exit,
            preempt,
            call: (0, [0; 6]),
            outcome: None,
            status: None,
            exits: BTreeMap::new(),
            entered: 0,
            interpreted: 0,
        }
    }

    /// The entry to enter next, or [`OVER`].
    pub fn go_on(&mut self) -> i32 {
        while self.status.is_none() {
            let (pc, sp) = (self.registers.hart.pc, self.registers.hart.get(X::SP));
            match self.entries.binary_search(&pc) {
                // Where accesses are checked, it is the access that faults.
                _ if self.below_stack.holds(sp) && self.facts.permissions.is_some() => self.interpret(),
                _ if self.below_stack.holds(sp) => self.fault(&Fault::stack(sp)),
                // No module has 2^30 functions.
                Ok(entry) if self.registers.hart.frm == 0 && self.serves(pc) => {
                    return self.enter(entry as i32, true);
                }
                _ if self.registers.hart.frm != 0 => self.interpret(),
                _ => match self.made_entry(pc) {
                    Some(entry) => return self.enter(entry, self.facts.sites.knows(pc)),
                    None => self.interpret(),
                },
            }
        }
        OVER
    }

    /// Whether the translation of the function at `pc` serves who is in `ra`.
    fn serves(&self, pc: u64) -> bool {
        self.facts.sites.served(pc, self.registers.hart.get(X::RA), self.known)
    }

    /// Makes the module's state ready for an entry; `known` says that discovery knows it.
    fn enter(&mut self, entry: i32, known: bool) -> i32 {
        let sp = self.registers.hart.get(X::SP);
        let limit = self.below_stack.limit(sp, self.stack_budget);
        self.entered_at = self.registers.hart.pc;
        self.registers.stack_limit = limit;
        self.known = known;
        self.entered += 1;
        entry
    }

    /// Serves what an entry left for; returns as [`Machine::go_on`].
    pub fn left(&mut self, status: i32) -> i32 {
        // Translated code has stored without looking for it.
        self.registers.hart.reservation = None;
        let Some(reason) = ExitReason::from_status(status) else {
            fail(&format!("a function left with status {status}"))
        };
        *self.exits.entry(reason.name()).or_default() += 1;
        match reason {
            ExitReason::Syscall => match self.outcome.take() {
                Some(outcome) => self.after_syscall(outcome),
                None => fail("a system call left without saying why"),
            },
            // It is also left so where discovery was cut off, or a window of memory.
            ExitReason::Trap => self.interpret(),
            ExitReason::Forced => {
                self.registers.force_exit = self.force_exit.into();
                if self.preempt {
                    self.poll_signals();
                }
            }
            ExitReason::Jump
            | ExitReason::Call
            | ExitReason::Deep
            | ExitReason::Sideways
            | ExitReason::Return
            | ExitReason::Rounding => {}
            ExitReason::FenceI => self.look_for_changes(0..u64::MAX),
            // The instruction there, or one soon behind it, faults.
            ExitReason::Access => self.interpret(),
        }
        self.go_on()
    }

    /// Serves a WebAssembly trap in the function `place`; returns as [`Machine::go_on`].
    /// The registers are those of the last entry or exit.
    pub fn trapped(&mut self, kind: u32, place: &str) -> i32 {
        let kind = match kind {
            0 => Refused::Outside,
            1 => Refused::Misaligned,
            _ => Refused::TooDeep,
        };
        self.registers.hart.reservation = None;
        let fault = Fault::refused(kind, place, None);
        match self.ask(&fault) {
            Outcome::Deliver(delivery) => {
                let (pc, top) = (self.entered_at, self.below_stack.handler_stack());
                LostFrames::stand_in(&mut self.registers.hart, &delivery, pc, top);
                self.deliver(&delivery, true);
            }
            _ => self.kill(&fault),
        }
        self.go_on()
    }

    /// The exit status of a process that is over.
    pub fn status(&self) -> i32 {
        self.status.unwrap_or_else(|| fail("the process is not over"))
    }

    /// Serves a system call of translated code.
    pub fn ecall(&mut self, mailbox: u32) -> i32 {
        let mut slots = [0; 8];
        crate::imports::guest::read_words(mailbox, &mut slots);
        let [a0, a1, a2, a3, a4, a5, _, number] = slots;
        match self.syscall(number, [a0, a1, a2, a3, a4, a5]) {
            Outcome::Return(value) if !self.process.code_may_have_changed() => {
                crate::imports::guest::write_word(mailbox, value.cast_unsigned());
                0
            }
            other => {
                self.outcome = Some(other);
                ExitReason::Syscall.status()
            }
        }
    }

    fn syscall(&mut self, number: u64, args: [u64; 6]) -> Outcome {
        self.call = (number, args);
        self.process.syscall(&mut self.memory, number, args)
    }

    /// Does what signals want that came outside of a system call.
    fn poll_signals(&mut self) {
        let a0 = self.registers.hart.get(X::A0);
        match self.process.poll_signals(&mut self.memory, a0) {
            Some(Outcome::Deliver(delivery)) => self.deliver(&delivery, false),
            Some(Outcome::Kill(signal)) => self.end(signal, &signal::describe(signal)),
            _ => {}
        }
    }

    /// Serves a request about files.
    pub fn serve(&mut self, request: &[u8]) -> Vec<u8> {
        let answer = requests::decode(request).and_then(|request| self.process.serve(&request));
        requests::encode(&answer)
    }

    /// Interprets until there is something to enter.
    fn interpret(&mut self) {
        let (entries, tier) = (&self.entries, &mut self.tier);
        // Where the straight code starts that runs.
        let mut from = self.registers.hart.pc;
        let mut stop_at = |to: u64| {
            let hot = |tier: &mut hot::Tier| tier.comes_to(to);
            let stop = entries.binary_search(&to).is_ok() || tier.as_mut().is_some_and(hot);
            if !stop {
                from = to;
            }
            stop
        };
        let (stop, executed) =
            self.interpreter.run(&mut self.registers.hart, &mut self.memory, &mut stop_at, SLICE);
        self.interpreted += executed;
        self.known = self.facts.sites.knows(from);
        match stop {
            Stop::Ecall => {
                let args = [10, 11, 12, 13, 14, 15].map(|n| self.registers.hart.get(X::new(n)));
                let outcome = self.syscall(self.registers.hart.get(X::A7), args);
                self.after_syscall(outcome);
            }
            Stop::Ebreak { pc } | Stop::Illegal { pc, .. } => self.illegal(pc),
            Stop::Fault { pc, addr, kind } => {
                let is_mapped = self.process.protection(addr).is_some();
                self.fault(&Fault::access(kind, addr, pc, is_mapped));
            }
            Stop::Limit if executed == 0 => fail("the interpreter makes no progress"),
            Stop::FenceI { .. } => self.look_for_changes(0..u64::MAX),
            Stop::Limit => self.poll_signals(),
            Stop::Target => {}
        }
    }

    /// Does what a system call asked for.
    fn after_syscall(&mut self, outcome: Outcome) {
        for (start, end) in self.process.take_code_changes() {
            self.look_for_changes(start..end);
        }
        match outcome {
            Outcome::Return(value) => self.registers.hart.set(X::A0, value.cast_unsigned()),
            Outcome::Exit(status) => self.status = Some(status & 0xff),
            Outcome::Kill(signal) => self.end(signal, &signal::describe(signal)),
            Outcome::Deliver(delivery) => self.deliver(&delivery, false),
            Outcome::SigReturn if self.lost.holds(self.registers.hart.get(X::SP)) => {
                self.end(SIGSEGV, LostFrames::RETURNED);
            }
            Outcome::SigReturn => {
                match signal::read_frame(&mut self.memory, self.registers.hart.get(X::SP)) {
                    Ok((hart, mask)) => {
                        self.process.signal_returned(mask);
                        self.registers.hart = hart;
                    }
                    Err(_) => self.end(SIGSEGV, "no signal frame to return from"),
                }
            }
            Outcome::Deadlock(why) => fail(&format!("the guest waits for what can never come: {why}")),
        }
    }

    /// Enters no translated code any more if the program has changed code in this range:
    /// translated functions call each other without asking.
    fn look_for_changes(&mut self, range: std::ops::Range<u64>) {
        self.drop_changed(&range);
        if self.entries.is_empty() {
            return;
        }
        let differs = |addr, code: &[u8]| first_difference(&self.memory, addr, code);
        if self.facts.changed_code(&self.program, range, differs).is_some() {
            self.entries.clear();
        }
    }

    /// Enters a handler; `lost` if there is nothing to return to.
    fn deliver(&mut self, delivery: &Delivery, lost: bool) {
        let trampoline = self.process.signal_trampoline();
        self.known = false;
        match signal::enter(&mut self.memory, &mut self.registers.hart, delivery, self.call, trampoline) {
            Ok(()) => self.lost.made(self.registers.hart.get(X::SP), lost),
            Err(_) => {
                // Where faults are exact, that is one.
                let exact = self.facts.permissions.is_some() && !lost;
                match exact.then(|| self.process.no_frame(delivery)) {
                    Some(Outcome::Deliver(instead)) => self.deliver(&instead, false),
                    _ => self.end(SIGSEGV, "no room on the stack for a signal"),
                }
            }
        }
    }

    /// An instruction that traps.
    fn illegal(&mut self, pc: u64) {
        let memory: &dyn GuestMemory = &self.memory;
        let left = memory.end().saturating_sub(pc).min(4);
        let bytes = memory.peek_vec(pc, left).unwrap_or_default();
        self.fault(&Fault::trap(&bytes, pc));
    }

    /// A fault where all registers are known: its handler runs, or the process ends.
    fn fault(&mut self, fault: &Fault) {
        match self.ask(fault) {
            Outcome::Deliver(delivery) => self.deliver(&delivery, false),
            _ => self.kill(fault),
        }
    }

    /// What the process does about a fault.
    fn ask(&mut self, fault: &Fault) -> Outcome {
        self.process.fault(fault.signal, fault.code, fault.addr, self.registers.hart.get(X::A0))
    }

    fn kill(&mut self, fault: &Fault) {
        self.end(fault.signal, &format!("{}: {}", signal::describe(fault.signal), fault.what));
    }

    fn end(&mut self, signal: i32, why: &str) {
        tell(why);
        self.status = Some(128 + signal);
    }

    /// What happened so far, as one JSON object.
    pub fn statistics(&self) -> String {
        let mut exits = String::new();
        for (position, (name, count)) in self.exits.iter().enumerate() {
            let comma = if position == 0 { "" } else { "," };
            // Writing into a string never fails.
            let _ = write!(exits, "{comma}\"{name}\":{count}");
        }
        format!(
            "{{\"entries\":{},\"exits\":{{{exits}}},\"made\":{},\"instructions_interpreted\":{}}}",
            self.entered,
            self.made_json(),
            self.interpreted
        )
    }
}
