//! The dispatcher: enters functions by guest address, serves what they leave
//! for, and interprets where there is no function to enter.

mod hot;
mod renew;
mod trapped;

use std::collections::{BTreeMap, HashMap};

use rv2wat_host::fault::{Fault, LostFrames, SIGSEGV};
use rv2wat_host::{BelowStack, Facts, Right, registers::TURNS, signal::describe};
use rv2wat_interp::{Hart, Interpreter, Stop};
use rv2wat_isa::{Reg, X};
use rv2wat_linux::{Delivery, Host, Outcome, Process, Start, StartError};
use rv2wat_passes::ir::ExitReason;
use wasmtime::{Instance, Memory, Store, TypedFunc};

use super::lockstep::{Event, First, Lockstep};
use super::state::State;
use super::tier::Tier;
use super::{Executable, Guest, RunConfig, RunError, memory, signal};
use crate::stats::{Place, Stats};

/// Guest stack that one entry may use before recursive functions leave, bytes:
/// more than the guest has, since the engine's stack outlasts it.
const STACK_BUDGET: u64 = 16 << 20;

/// How many places that were left to are counted: a program that makes code may have
/// any number of them.
const MANY_PLACES: usize = 10_000;

/// How many of them are told.
const SHOWN_PLACES: usize = 10;

/// Those of a program that is interpreted from now on.
static NO_ENTRIES: BTreeMap<u64, i32> = BTreeMap::new();

/// How many instructions the interpreter runs before the dispatcher looks
/// around again.
const SLICE: u64 = 1 << 20;

/// What a checked translation found not to hold, as it tells the host.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("a violation at {pc:#x}")]
pub struct Violation {
    /// Where: a return, a load, or behind a call.
    pub pc: u64,
    /// A register, or if negative a distance in the frame from the `sp` at entry.
    pub what: i32,
    /// What it should be.
    pub expected: i64,
    /// What it is.
    pub found: i64,
}

impl Violation {
    fn what(self) -> String {
        match u8::try_from(self.what) {
            Ok(number) => Reg::new(number).to_string(),
            Err(_) => format!("the frame at sp{} from entry", self.what),
        }
    }
}

/// How a process ended.
type End = (i32, Option<String>);

/// Drives one process.
pub struct Dispatcher<'a, H: Host + 'static> {
    store: &'a mut Store<Guest<H>>,
    enter: TypedFunc<i32, i32>,
    memory: Memory,
    state: State,
    program: &'a Executable,
    entries: &'a BTreeMap<u64, i32>,
    facts: Facts,
    /// Where `sp` is only if the program's stack is used up.
    below_stack: BelowStack,
    /// Handlers of faults whose registers are lost.
    lost: LostFrames,
    /// Whether discovery knows the code that has jumped to the pc, and so what
    /// is passed there.
    known: bool,
    interpreter: Interpreter,
    /// What is translated while the program runs, if anything is to be.
    tier: Option<Tier<H>>,
    force_exit: u64,
    /// Whether signals are delivered at forced exits, too.
    preempt: bool,
    trace_exits: bool,
    /// How often translated code was left for which reason to where, if that is counted.
    places: Option<HashMap<(&'static str, u64), u64>>,
    /// Who follows, where somebody does.
    lockstep: Option<Lockstep>,
    /// What happened so far.
    pub stats: Stats,
}

/// The first byte of code from a guest address on that memory has another for.
fn first_difference(memory: &[u8], facts: &Facts, addr: u64, code: &[u8]) -> Option<usize> {
    let offset = |addr: u64| usize::try_from(addr.wrapping_sub(facts.bias.into())).unwrap_or(usize::MAX);
    // What may not be executed is no code any more.
    let refused = facts.permissions().and_then(|permissions| {
        let byte = |addr| memory.get(offset(addr)).copied().unwrap_or(0);
        permissions.refused(addr, code.len() as u64, Right::Execute, byte)
    });
    if let Some(refused) = refused {
        return Some((refused - addr) as usize);
    }
    let now = memory.get(offset(addr)..).unwrap_or_default();
    Facts::first_difference(code, &now[..now.len().min(code.len())])
}

impl<'a, H: Host + 'static> Dispatcher<'a, H> {
    /// A dispatcher for an instance of a program.
    ///
    /// # Errors
    /// If the instance lacks an export of the contract.
    pub fn new(
        store: &'a mut Store<Guest<H>>,
        instance: Instance,
        program: &'a Executable,
        config: &RunConfig,
    ) -> wasmtime::Result<Dispatcher<'a, H>> {
        let Some(memory) = instance.get_memory(&mut *store, "memory") else {
            wasmtime::bail!("the module does not export its memory")
        };
        store.data_mut().memory = Some(memory);
        let enter = instance.get_typed_func::<i32, i32>(&mut *store, "enter")?;
        let state = State::of(&instance, &program.copier, &mut *store)?;
        let tier =
            config.hot.clone().map(|hot| Tier::new(hot, &program.engine, instance, store)).transpose()?;
        let mut stats = Stats::of(program.prepared.census.clone());
        stats.restored = program.translation.is_none();
        Ok(Dispatcher {
            store,
            enter,
            memory,
            state,
            program,
            entries: &program.entries,
            facts: program.prepared.facts.clone(),
            below_stack: BelowStack::default(),
            lost: LostFrames::default(),
            known: false,
            interpreter: Interpreter::new(),
            tier,
            force_exit: match config.force_exit {
                0 if config.preempt => TURNS.into(),
                every => every,
            },
            preempt: config.preempt,
            trace_exits: config.trace_exits,
            places: config.count_places.then(HashMap::new),
            lockstep: None,
            stats,
        })
    }

    /// Sets the process up: stack, registers, the first pc.
    ///
    /// # Errors
    /// [`RunError::Start`] if the process cannot start.
    pub fn start(&mut self) -> Result<(), RunError> {
        let image = self.facts.image(&self.program.bytes);
        let image = image.map_err(|error| self.engine_error(&error.to_string()))?;
        let started = memory::with_process(&mut *self.store, self.memory, |process, mem| {
            let start = process.start(mem, &image)?;
            Ok::<_, StartError>((start, process.signal_trampoline(), process.stack_bottom()))
        });
        let Some(started) = started else { return Err(self.engine_error("no process")) };
        let (Start { pc, sp }, trampoline, stack_bottom) = started?;
        self.below_stack = BelowStack::new(self.facts.end, stack_bottom);
        self.facts.sites.set_trampoline(trampoline);
        // The kernel jumps to the entry, a dynamic linker does it otherwise.
        self.known = pc == self.facts.entry;
        let set = self
            .state
            .set_x(&mut *self.store, X::SP, sp)
            .and_then(|()| self.state.set_pc(&mut *self.store, pc))
            .and_then(|()| self.state.set_force_exit(&mut *self.store, self.force_exit));
        set.map_err(|error| self.engine_error(&format!("{error:#}")))?;
        if self.store.data().recorder.is_some() {
            let hart = self.registers()?;
            let first = First { hart: &hart, memory: self.memory.data(&*self.store) };
            let Some(translation) = &self.program.translation else {
                return Err(self.engine_error("a program that was kept has nothing to be compared with"));
            };
            self.lockstep = Some(Lockstep::new(translation, trampoline, &first));
        }
        Ok(())
    }

    /// Runs the process to its end: its status, and what it died of if a signal
    /// ended it.
    ///
    /// # Errors
    /// [`RunError::Engine`] if the engine stops for a reason of its own.
    pub fn run(&mut self) -> Result<End, RunError> {
        loop {
            let pc = self.state.pc(&mut *self.store);
            let rounds = self.state.frm(&mut *self.store) != 0;
            let sp = self.state.x(&mut *self.store, X::SP);
            let end = match self.entries.get(&pc) {
                // Where accesses are checked, it is the access that faults.
                _ if self.below_stack.holds(sp) && self.facts.permissions.is_some() => self.interpret(pc)?,
                _ if self.below_stack.holds(sp) => self.fault(&Fault::stack(sp), pc)?,
                Some(&entry) if !rounds && self.serves(pc) => {
                    self.known = true;
                    self.enter(pc, sp, &self.enter.clone(), entry)?
                }
                _ if rounds => self.interpret(pc)?,
                _ => match self.made_entry(pc)? {
                    Some((enter, entry)) => {
                        self.known = self.facts.sites.knows(pc);
                        self.enter(pc, sp, &enter, entry)?
                    }
                    None => self.interpret(pc)?,
                },
            };
            if let Some(end) = end {
                // What a signal ended has lost its registers, or half of a call.
                if end.1.is_none() {
                    self.follow(Lockstep::finish)?;
                }
                return Ok(end);
            }
        }
    }

    /// The places that exits led to most often, as far as they were counted.
    pub fn places(&self) -> Vec<Place> {
        let mut places: Vec<_> =
            self.places.iter().flatten().map(|(&(reason, pc), &count)| (count, reason, pc)).collect();
        places.sort_unstable_by_key(|&(count, reason, pc)| (std::cmp::Reverse(count), pc, reason));
        let place = |(count, reason, pc)| Place { count, reason, pc, function: self.program.describe(pc) };
        places.into_iter().take(SHOWN_PLACES).map(place).collect()
    }

    /// Lets the second machine follow, and compares.
    fn follow(
        &mut self,
        compare: impl FnOnce(&mut Lockstep, &First<'_>) -> Result<(), String>,
    ) -> Result<(), RunError> {
        if self.lockstep.is_none() {
            return Ok(());
        }
        let hart = self.registers()?;
        let (Some(lockstep), Some(recorder)) = (&mut self.lockstep, &mut self.store.data_mut().recorder)
        else {
            return Ok(());
        };
        lockstep.follow(std::mem::take(&mut recorder.events));
        let first = First { hart: &hart, memory: self.memory.data(&*self.store) };
        compare(lockstep, &first).map_err(|difference| {
            let place = self.program.describe(hart.pc).unwrap_or_else(|| "no known function".to_owned());
            RunError::Diverged(format!("at {:#x}, {place}: {difference}", hart.pc))
        })?;
        self.stats.comparisons = lockstep.comparisons;
        Ok(())
    }

    /// Whether the translation of the function at `pc` serves who is in `ra`.
    fn serves(&mut self, pc: u64) -> bool {
        let ra = self.state.x(&mut *self.store, X::RA);
        self.facts.sites.served(pc, ra, self.known)
    }

    fn engine_error(&mut self, why: &str) -> RunError {
        let pc = self.state.pc(&mut *self.store);
        RunError::Engine { pc, why: why.to_owned() }
    }

    /// Enters a translated function and serves what it left for.
    fn enter(
        &mut self,
        pc: u64,
        sp: u64,
        enter: &TypedFunc<i32, i32>,
        entry: i32,
    ) -> Result<Option<End>, RunError> {
        self.stats.entries += 1;
        let limit = self.below_stack.limit(sp, STACK_BUDGET);
        let prepared = self.state.set_stack_limit(&mut *self.store, limit);
        let left = prepared.and_then(|()| enter.call(&mut *self.store, entry));
        let status = match left {
            Ok(status) => status,
            Err(error) => return self.trapped(pc, &error),
        };
        let Some(reason) = ExitReason::from_status(status) else {
            return Err(self.engine_error(&format!("a function left with status {status}")));
        };
        *self.stats.exits.entry(reason.name()).or_default() += 1;
        if let Some(places) = &mut self.places {
            let place = (reason.name(), self.state.pc(&mut *self.store));
            if places.len() < MANY_PLACES || places.contains_key(&place) {
                *places.entry(place).or_default() += 1;
            }
        }
        if self.trace_exits {
            let to = self.state.pc(&mut *self.store);
            eprintln!("rv2wat: entered {pc:#x}, left to {to:#x}: {reason}");
        }
        match reason {
            ExitReason::Syscall => {
                let outcome = self.store.data_mut().outcome.take();
                self.after_syscall(outcome)
            }
            ExitReason::Trap => {
                // It is also left so where discovery was cut off, or a window of memory.
                let at = self.state.pc(&mut *self.store);
                self.interpret(at)
            }
            ExitReason::Forced => {
                let again = self.state.set_force_exit(&mut *self.store, self.force_exit);
                again.map_err(|error| self.engine_error(&format!("{error:#}")))?;
                self.follow(Lockstep::compare)?;
                self.poll_signals()
            }
            ExitReason::FenceI => {
                self.look_for_changes(0..u64::MAX);
                Ok(None)
            }
            // The instruction there, or one soon behind it, faults.
            ExitReason::Access => {
                let at = self.state.pc(&mut *self.store);
                self.interpret(at)
            }
            _ => Ok(None),
        }
    }

    /// All registers.
    fn registers(&mut self) -> Result<Hart, RunError> {
        let hart = self.state.read(&mut *self.store);
        hart.map_err(|error| self.engine_error(&format!("{error:#}")))
    }

    /// Interprets from `pc` until there is a function to enter.
    fn interpret(&mut self, pc: u64) -> Result<Option<End>, RunError> {
        let mut hart = self.registers()?;
        let time = self.store.data().started.elapsed().as_nanos() as u64;
        let bias = u64::from(self.facts.bias);
        let mut mem = memory::Flat {
            bytes: self.memory.data_mut(&mut *self.store),
            bias,
            permissions: self.facts.permissions(),
            below_stack: self.below_stack,
            time,
            counted: Vec::new(),
        };
        let entries = self.entries;
        let tier = &mut self.tier;
        // Where the straight code starts that runs.
        let mut from = pc;
        let mut stop_at = |to: u64| {
            let stop =
                entries.contains_key(&to) || tier.as_mut().is_some_and(|tier| tier.places.comes_to(to));
            if !stop {
                from = to;
            }
            stop
        };
        let (stop, executed) = self.interpreter.run(&mut hart, &mut mem, &mut stop_at, SLICE);
        self.stats.instructions_interpreted += executed;
        let counted = std::mem::take(&mut mem.counted);
        if let Some(recorder) = &mut self.store.data_mut().recorder {
            recorder.events.extend(counted.into_iter().map(Event::Counter));
        }
        let written = self.state.write(&mut *self.store, &hart);
        written.map_err(|error| self.engine_error(&format!("{error:#}")))?;
        self.known = self.facts.sites.knows(from);
        self.stopped(stop, executed, &hart)
    }

    /// Serves what stopped the interpreter.
    fn stopped(&mut self, stop: Stop, executed: u64, hart: &Hart) -> Result<Option<End>, RunError> {
        match stop {
            Stop::Ecall => {
                let args = [10, 11, 12, 13, 14, 15].map(|n| hart.get(X::new(n)));
                let outcome = memory::syscall(&mut *self.store, self.memory, hart.get(X::A7), args);
                self.after_syscall(Some(outcome))
            }
            Stop::Ebreak { pc } | Stop::Illegal { pc, .. } => self.illegal(pc),
            Stop::Fault { pc, addr, kind } => {
                let process = self.store.data().process.as_ref();
                let is_mapped = process.is_some_and(|process| process.protection(addr).is_some());
                self.fault(&Fault::access(kind, addr, pc, is_mapped), pc)
            }
            Stop::FenceI { .. } => {
                self.look_for_changes(0..u64::MAX);
                Ok(None)
            }
            Stop::Target => Ok(None),
            Stop::Limit if executed == 0 => Err(self.engine_error("no progress")),
            Stop::Limit => self.poll_signals(),
        }
    }

    /// Does what a system call asked for.
    fn after_syscall(&mut self, outcome: Option<Outcome>) -> Result<Option<End>, RunError> {
        let failed = |error: wasmtime::Error| format!("{error:#}");
        let process = self.store.data_mut().process.as_mut();
        for (start, end) in process.map(Process::take_code_changes).unwrap_or_default() {
            self.look_for_changes(start..end);
        }
        match outcome {
            Some(Outcome::Return(value)) => {
                let set = self.state.set_x(&mut *self.store, X::A0, value.cast_unsigned());
                set.map_err(|error| self.engine_error(&failed(error)))?;
                Ok(None)
            }
            Some(Outcome::Exit(status)) => Ok(Some((status & 0xff, None))),
            Some(Outcome::Kill(signal)) => Ok(Some((128 + signal, Some(describe(signal))))),
            Some(Outcome::Deliver(delivery)) => self.deliver(&delivery, false),
            Some(Outcome::SigReturn) => {
                let frame = self.state.x(&mut *self.store, X::SP);
                if self.lost.holds(frame) {
                    return Ok(Some((128 + SIGSEGV, Some(LostFrames::RETURNED.to_owned()))));
                }
                let restored = signal::restore(&mut *self.store, self.memory, &self.state);
                match restored.map_err(|error| self.engine_error(&failed(error)))? {
                    true => Ok(None),
                    false => Ok(Some((128 + SIGSEGV, Some("no signal frame to return from".to_owned())))),
                }
            }
            Some(Outcome::Deadlock(why)) => {
                Err(self.engine_error(&format!("the guest waits for what can never come: {why}")))
            }
            None => Err(self.engine_error("a system call left without saying why")),
        }
    }

    /// Enters no translated code any more if the program has changed code in this range:
    /// translated functions call each other without asking.
    fn look_for_changes(&mut self, range: std::ops::Range<u64>) {
        self.drop_changed(&range);
        if self.entries.is_empty() {
            return;
        }
        let bytes = self.memory.data(&*self.store);
        let differs = |addr: u64, code: &[u8]| first_difference(bytes, &self.facts, addr, code);
        if let Some(changed) = self.facts.changed_code(&self.program.bytes, range, differs) {
            self.stats.changed_code = Some(changed);
            self.entries = &NO_ENTRIES;
        }
    }

    /// Delivers a signal that is due, under `--preempt`; else that waits for the next
    /// system call.
    fn poll_signals(&mut self) -> Result<Option<End>, RunError> {
        if !self.preempt {
            return Ok(None);
        }
        let a0 = self.state.x(&mut *self.store, X::A0);
        let polled =
            memory::with_process(&mut *self.store, self.memory, |process, mem| process.poll_signals(mem, a0));
        match polled.flatten() {
            Some(outcome) => self.after_syscall(Some(outcome)),
            None => Ok(None),
        }
    }

    /// Makes the state enter a handler; `lost` if there is nothing to return to.
    fn deliver(&mut self, delivery: &Delivery, lost: bool) -> Result<Option<End>, RunError> {
        let delivered = signal::deliver(&mut *self.store, self.memory, &self.state, delivery);
        self.known = false;
        match delivered.map_err(|error| self.engine_error(&format!("{error:#}")))? {
            true => {
                let frame = self.state.x(&mut *self.store, X::SP);
                self.lost.made(frame, lost);
                Ok(None)
            }
            false => {
                // Where faults are exact, that is one.
                let exact = self.facts.permissions.is_some() && !lost;
                let process = self.store.data_mut().process.as_mut().filter(|_| exact);
                match process.map(|process| process.no_frame(delivery)) {
                    Some(Outcome::Deliver(instead)) => {
                        if let Some(recorder) = &mut self.store.data_mut().recorder {
                            recorder.deliver_instead(delivery, &instead);
                        }
                        self.deliver(&instead, false)
                    }
                    _ => Ok(Some((128 + SIGSEGV, Some("no room on the stack for a signal".to_owned())))),
                }
            }
        }
    }

    /// An instruction that traps.
    fn illegal(&mut self, pc: u64) -> Result<Option<End>, RunError> {
        let offset = pc.wrapping_sub(u64::from(self.facts.bias)) as usize;
        let bytes = self.memory.data(&*self.store).get(offset..).unwrap_or_default();
        let fault = Fault::trap(bytes, pc);
        self.fault(&fault, pc)
    }

    /// A fault at `pc`, where the state holds all registers: its handler runs, or the
    /// process ends.
    fn fault(&mut self, fault: &Fault, pc: u64) -> Result<Option<End>, RunError> {
        match self.ask(fault)? {
            Outcome::Deliver(delivery) => {
                if let Some(recorder) = &mut self.store.data_mut().recorder {
                    recorder.events.push_back(Event::Fault(delivery.clone()));
                }
                self.deliver(&delivery, false)
            }
            _ => Ok(Some(self.killed(fault, pc))),
        }
    }

    /// A fault at `pc`, or in the function that starts there, whose locals the engine has
    /// dropped. The handler runs where no frame is, and cannot return.
    fn lost(&mut self, fault: &Fault, pc: u64) -> Result<Option<End>, RunError> {
        match self.ask(fault)? {
            Outcome::Deliver(_) if self.lockstep.is_some() => {
                Err(self.engine_error("lockstep ends where a fault is handled whose registers are lost"))
            }
            Outcome::Deliver(delivery) => {
                let mut hart = self.registers()?;
                LostFrames::stand_in(&mut hart, &delivery, pc, self.below_stack.handler_stack());
                let written = self.state.write(&mut *self.store, &hart);
                written.map_err(|error| self.engine_error(&format!("{error:#}")))?;
                self.deliver(&delivery, true)
            }
            _ => Ok(Some((128 + fault.signal, Some(format!("{}: {}", describe(fault.signal), fault.what))))),
        }
    }

    /// What the process does about a fault.
    fn ask(&mut self, fault: &Fault) -> Result<Outcome, RunError> {
        let a0 = self.state.x(&mut *self.store, X::A0);
        let asked = memory::with_process(&mut *self.store, self.memory, |process, _| {
            process.fault(fault.signal, fault.code, fault.addr, a0)
        });
        asked.ok_or_else(|| self.engine_error("no process"))
    }

    /// The end of a process by a signal, with the function that it happened in.
    fn killed(&mut self, fault: &Fault, pc: u64) -> End {
        let place = match self.program.place(pc) {
            Some(place) => format!(" in {place}"),
            None => String::new(),
        };
        let Fault { signal, what, .. } = fault;
        (128 + signal, Some(format!("{}: {what}{place}", describe(*signal))))
    }
}
