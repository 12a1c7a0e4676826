//! What translated code leaves undefined, by its own claims, followed through
//! the interpreter.
//!
//! A function takes the registers that its summary names; what else is in
//! argument and temporary registers when it starts is undefined to it. A call
//! gives back the results of the callee's summary; what else that may change is
//! undefined behind the call. What is made from undefined values is undefined, in
//! registers and in memory: prologues of variadic functions store arguments that
//! nobody passed.
//!
//! Under *truth on exit* a frame does not hand over registers that are dead, and a
//! slot whose register has been loaded back may hold anything.
//!
//! The claims are not checked here. A wrong one shows where the program writes or
//! decides by what it took for defined.

use std::collections::{BTreeSet, HashMap, HashSet};

use rv2wat_interp::{Flow, Hart, Stop, step};
use rv2wat_isa::{Reg, RegSet, X, decode};

use super::memory::Twin;
use crate::discover::{Function, Program, Terminator};
use crate::summary::liveness::Live;
use crate::summary::{Summaries, Summary, callee_saved, passed};

/// What is undefined, and what makes something undefined.
pub struct Claims {
    /// By entry of a regular function: what it does not take.
    at_entry: HashMap<u64, RegSet>,
    /// By entry: the instructions of the function itself that lead there.
    inside: HashMap<u64, BTreeSet<u64>>,
    /// By return address: what the call leaves undefined. Behind a call that does not
    /// return there is the next function, which is not returned to.
    after_call: HashMap<u64, RegSet>,
    /// By returning instruction: what its function leaves undefined.
    at_return: HashMap<u64, RegSet>,
    /// By the last instruction of a block: what its frame does not hand over if it
    /// leaves there. By a save: what it may read all the same, and does not have.
    dead: HashMap<u64, RegSet>,
    /// The instructions that load saved registers back, where that is left out.
    restores: HashSet<u64>,
    registers: RegSet,
    bytes: HashSet<u64>,
}

/// By the last instruction of each block that may be left: the registers that the
/// frame has redefined and does not hand over.
fn kept_back<'a>(
    program: &'a Program,
    summaries: &'a Summaries,
    function: &'a Function,
    summary: &'a Summary,
    live: &'a [Live],
) -> impl Iterator<Item = (u64, RegSet)> + 'a {
    let ends = summary.saves.iter().flat_map(|saves| &saves.ends);
    function.blocks.iter().zip(ends).zip(live).filter_map(move |((block, end), live)| {
        let stays = matches!(
            block.end,
            Terminator::Jump(_) | Terminator::Branch { .. } | Terminator::Table { bounded: true, .. }
        );
        let given = end.gives(live.all(), summaries.leads_elsewhere(program, &block.end));
        let lost = (end.redefined - given) | end.perhaps;
        let last = block.insts.last()?.pc;
        (!stays && !lost.is_empty()).then_some((last, lost))
    })
}

fn frame() -> RegSet {
    RegSet::x(X::SP) | RegSet::x(X::RA)
}

impl Claims {
    /// The claims of a translation.
    pub fn of(program: &Program, summaries: &Summaries) -> Claims {
        let (mut at_entry, mut inside) = (HashMap::new(), HashMap::new());
        let (mut after_call, mut at_return) = (HashMap::new(), HashMap::new());
        let (mut dead, mut restores) = (HashMap::new(), HashSet::new());
        for ((function, summary), live) in
            program.functions.iter().zip(&summaries.functions).zip(&summaries.live)
        {
            for (last, lost) in kept_back(program, summaries, function, summary, &live.out) {
                *dead.entry(last).or_insert(RegSet::EMPTY) |= lost;
            }
            for save in summary.saves.iter().filter(|saves| !saves.unset.is_empty()) {
                let sites = function.blocks.iter().flat_map(|block| &block.insts);
                for site in sites.filter(|site| save.save_at(site.pc).is_some()) {
                    let lost = site.inst.inst.reads() & save.unset;
                    *dead.entry(site.pc).or_insert(RegSet::EMPTY) |= lost;
                }
            }
            restores.extend(summary.saves.iter().flat_map(|saves| &saves.restores).map(|&(pc, _)| pc));
            if summary.is_regular() {
                at_entry.insert(function.entry, passed() - frame() - summary.params);
            }
            for block in &function.blocks {
                let last = block.insts.last().map_or(block.start, |site| site.pc);
                if block.end.successors().contains(&function.entry_block) {
                    inside.entry(function.entry).or_insert_with(BTreeSet::new).insert(last);
                }
                match block.end {
                    Terminator::Call { .. } | Terminator::CallIndirect { .. }
                        if !program.index.contains_key(&block.end_pc()) =>
                    {
                        let lost = summaries.lost_by(program, &block.end);
                        *after_call.entry(block.end_pc()).or_insert(RegSet::EMPTY) |= lost;
                    }
                    Terminator::Return if summary.is_regular() => {
                        let lost = summary.clobbers - summary.results;
                        *at_return.entry(last).or_insert(RegSet::EMPTY) |= lost;
                    }
                    _ => {}
                }
            }
        }
        Claims {
            at_entry,
            inside,
            after_call,
            at_return,
            dead,
            restores,
            registers: RegSet::EMPTY,
            bytes: HashSet::new(),
        }
    }

    /// Executes one instruction.
    ///
    /// # Errors
    /// As the interpreter.
    pub fn step(&mut self, hart: &mut Hart, twin: &mut Twin) -> Result<Flow, Stop> {
        let pc = hart.pc;
        let inst = rv2wat_interp::Memory::fetch(twin, pc).ok().and_then(|word| decode(word).ok());
        twin.accesses.clear();
        let flow = step(hart, twin)?;
        let Some(inst) = inst.map(|decoded| decoded.inst) else { return Ok(flow) };
        let read = twin.accesses.iter().filter(|access| !access.2);
        let junk = !(inst.reads() & self.registers).is_empty()
            || read.clone().any(|&(addr, len, _)| (addr..addr + len).any(|byte| !self.is_defined(byte)));
        self.registers = if junk { self.registers | inst.writes() } else { self.registers - inst.writes() };
        for &(addr, len, is_store) in &twin.accesses {
            match (is_store, junk) {
                (true, true) => self.bytes.extend(addr..addr + len),
                (true, false) => self.defined(addr, len),
                _ => {}
            }
        }
        if self.restores.contains(&pc) {
            for &(addr, len, _) in &twin.accesses {
                self.undefined(addr, len);
            }
        }
        self.left_at(pc);
        self.arrive(pc, hart.pc, flow);
        Ok(flow)
    }

    /// Notes that the frames may be left behind an instruction: what they keep back.
    pub fn left_at(&mut self, pc: u64) {
        self.registers |= self.dead.get(&pc).copied().unwrap_or_default();
    }

    /// Notes what becomes undefined at a function's entry or behind a call.
    fn arrive(&mut self, from: u64, to: u64, flow: Flow) {
        if let Some(&untaken) = self.at_entry.get(&to)
            && !self.inside.get(&to).is_some_and(|inside| inside.contains(&from))
        {
            self.registers |= untaken;
        }
        if flow == Flow::Transfer {
            let lost = [self.after_call.get(&to), self.at_return.get(&from)];
            self.registers |= lost.into_iter().flatten().fold(RegSet::EMPTY, |all, &lost| all | lost);
        }
    }

    /// The registers that hold what the program put there, of those that both
    /// machines have at an exit to `pc`.
    pub fn defined_at(&self, pc: u64) -> RegSet {
        let always = callee_saved() | frame() | RegSet::x(X::GP) | RegSet::x(X::TP);
        let taken = match self.at_entry.get(&pc) {
            Some(&untaken) => passed() - untaken,
            None => RegSet::EMPTY,
        };
        (always | taken) - self.registers
    }

    /// Whether a register holds what the program put there.
    pub fn has(&self, reg: Reg) -> bool {
        !self.registers.contains(reg)
    }

    /// Whether a byte of memory holds what the program put there.
    pub fn is_defined(&self, addr: u64) -> bool {
        self.bytes.is_empty() || !self.bytes.contains(&addr)
    }

    /// Notes that memory holds what is not the program's.
    pub fn undefined(&mut self, addr: u64, len: u64) {
        self.bytes.extend(addr..addr.saturating_add(len));
    }

    /// Notes that the host set a register.
    pub fn set(&mut self, reg: Reg) {
        self.registers.remove(reg);
    }

    /// A signal handler starts: of the registers that calls pass, its arguments
    /// are defined. Returns what was undefined before.
    pub fn entered_handler(&mut self) -> RegSet {
        let before = self.registers;
        self.registers |= passed();
        for x in [X::A0, X::new(11), X::new(12), X::RA, X::SP] {
            self.set(Reg::X(x));
        }
        before
    }

    /// A signal handler has ended.
    pub fn left_handler(&mut self, registers: RegSet) {
        self.registers = registers;
    }

    /// Notes that memory holds what the program or the host put there.
    pub fn defined(&mut self, addr: u64, len: u64) {
        if !self.bytes.is_empty() {
            for byte in addr..addr.saturating_add(len) {
                self.bytes.remove(&byte);
            }
        }
    }
}
