//! The lifter: guest functions to IR.
//!
//! Each basic block of a guest function becomes an IR block; each register a
//! variable, which `promote` turns into values later. [`sync`] says which
//! registers must be written to the state where, and what frames hand over;
//! [`control`], [`choices`] and [`access`] lift what ends a block; [`int`], [`memory`],
//! [`float`] and [`system`] lift what comes before.
//!
//! Knows instructions, summaries and the IR. Must never know how the IR is
//! printed, and trusts nothing that a summary does not say.

mod access;
mod check;
mod choices;
mod control;
mod depth;
mod flags;
mod float;
mod int;
mod memory;
mod strangers;
mod sync;
mod system;

use std::collections::BTreeMap;

use cranelift_entity::EntityRef;
use rv2wat_isa::{F, Inst, Reg, RegSet, X};
use rv2wat_passes::ir::{
    Block, Builder, Const, ExitReason, Function, Kind, Op, Param, StateReg, Terminator as Ir, Type, Value,
    Var,
};

use crate::discover::{self, IndexSite, Program, Site, Terminator};
use crate::load::Image;
use crate::summary::saves::kept;
use crate::summary::{Summaries, Summary, callee_saved, order};
use sync::{End, Handover};

/// The distance by which guest addresses lie above memory offsets when null
/// accesses are to trap: the guest's first 64 KiB then wrap to the end of the
/// 32-bit space, beyond any memory.
pub const NULL_GUARD: u32 = 0x1_0000;

/// How many instructions of the IR one of the guest becomes, about.
const INSTS_EACH: usize = 7;

/// Everything that lifting one function may look at.
#[derive(Clone, Copy)]
pub struct Context<'a> {
    /// The loaded file.
    pub image: &'a Image,
    /// All functions.
    pub program: &'a Program,
    /// Their summaries.
    pub summaries: &'a Summaries,
    /// The name of each function in the module.
    pub names: &'a [String],
    /// Guest address minus memory offset: [`NULL_GUARD`], or 0 without it.
    pub bias: u32,
    /// Whether every call that may exit counts down to a forced exit.
    pub force_exit: bool,
    /// Whether what summaries claim is checked at run time.
    pub checked: bool,
    /// Whether floating-point instructions raise exception flags.
    pub raise_flags: bool,
    /// The memory offset of the table of permissions. Only functions that were
    /// [split](discover::split_at_accesses) look at it.
    pub permissions: u32,
}

/// What to lift of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// All of it, from its entry.
    Whole,
    /// What can be reached from the start of a block, entered by the dispatcher
    /// with all registers in the state.
    Continuation(usize),
}

/// Lifts (a part of) the function with index `at`.
pub fn lift(cx: Context<'_>, at: usize, unit: Unit) -> Function {
    let mut lifter = Lifter::new(cx, at, unit);
    lifter.run();
    lifter.func
}

struct Lifter<'a> {
    cx: Context<'a>,
    source: &'a discover::Function,
    summary: &'a Summary,
    live: &'a [crate::summary::liveness::Live],
    func: Function,
    unit: Unit,
    /// The IR block at which each guest block starts.
    blocks: Vec<Option<Block>>,
    vars: [Option<Var>; 64],
    /// What each register was last found to hold, or made to hold, and in which block:
    /// no second read there says anything else.
    holds: [Option<(Block, Value)>; 64],
    /// What stands for anything, by type, and in which block.
    anything: [Option<(Block, Value)>; 2],
    /// Where to capture the indices of jump tables.
    captures: BTreeMap<u64, Vec<Capture>>,
    /// The variables of captured indices by guest block.
    indices: BTreeMap<usize, Var>,
    /// The switches of tables that several blocks jump by.
    shared: choices::Shared,
    /// The load of the block at hand that reads a jump table within its bounds.
    table_load: Option<u64>,
    /// `sp` as the function was entered with it.
    entry_sp: Option<Value>,
    /// The parameters, as the function was entered with them.
    entered: Vec<(Reg, Value)>,
    /// The guest block before which the depth of the stack is checked.
    depth_block: Option<usize>,
    /// What registers hold when the function is entered, where that is checked.
    at_entry: BTreeMap<Reg, Value>,
    /// The registers that the unit's instructions touch.
    held: RegSet,
    /// Whether the function itself writes `gp`: until then it is not yet the
    /// program's constant.
    sets_gp: bool,
    /// The block being appended to and the instruction being lifted.
    block: Block,
    pc: u64,
}

/// An index of a jump table to be kept just before an instruction.
struct Capture {
    reg: X,
    zext32: bool,
    scale: u8,
    var: Var,
}

impl<'a> Lifter<'a> {
    fn new(cx: Context<'a>, at: usize, unit: Unit) -> Lifter<'a> {
        let source = &cx.program.functions[at];
        let summary = &cx.summaries.functions[at];
        let (name, address, kind) = match unit {
            Unit::Whole if summary.is_regular() => (cx.names[at].clone(), source.entry, Kind::Regular),
            Unit::Whole => (cx.names[at].clone(), source.entry, Kind::Sideways),
            Unit::Continuation(block) => {
                let start = source.blocks[block].start;
                (format!("{}@{start:x}", cx.names[at]), start, Kind::Sideways)
            }
        };
        let mut func = Function::new(name, address, kind);
        func.bias = cx.bias;
        func.indirect_takes_sp = cx.summaries.class.params.contains(X::SP);
        if kind == Kind::Regular {
            func.params = order(summary.passed_params()).into_iter().map(param).collect();
            func.results = order(summary.passed_results()).into_iter().map(param).collect();
            func.may_exit = summary.may_exit;
            func.entered_once = summary.entered_once;
        }
        Lifter {
            cx,
            source,
            summary,
            live: &cx.summaries.live[at].out,
            func,
            unit,
            blocks: vec![None; source.blocks.len()],
            vars: [None; 64],
            holds: [None; 64],
            anything: [None; 2],
            sets_gp: source
                .blocks
                .iter()
                .flat_map(|block| &block.insts)
                .any(|site| site.inst.inst.writes().contains(X::GP)),
            entry_sp: None,
            at_entry: BTreeMap::new(),
            entered: Vec::new(),
            depth_block: None,
            held: RegSet::EMPTY,
            captures: BTreeMap::new(),
            indices: BTreeMap::new(),
            shared: choices::Shared::default(),
            table_load: None,
            block: Block::new(0),
            pc: address,
        }
    }

    fn start_block(&self) -> usize {
        match self.unit {
            Unit::Whole => self.source.entry_block,
            Unit::Continuation(block) => block,
        }
    }

    fn run(&mut self) {
        let reached = self.reachable();
        let plan = sync::plan(
            self.cx,
            self.source,
            self.summary,
            self.live,
            &reached,
            self.start_block(),
            self.func.kind,
        );
        let guest: usize = reached.iter().map(|&at| self.source.blocks[at].insts.len()).sum();
        self.func.reserve(guest * INSTS_EACH);
        let entry = self.func.add_block(None);
        for &at in &reached {
            self.blocks[at] = Some(self.func.add_block(Some(self.source.blocks[at].start)));
            self.capture_index(at);
        }
        let source = self.source;
        self.shared = choices::Shared::of(reached.iter().map(|&at| (&source.blocks[at].end, plan.end(at))));
        self.block = entry;
        if self.func.kind == Kind::Regular && self.summary.recursive {
            self.depth_block = Some(self.depth_block(&reached, &plan));
        }
        self.enter(&reached);
        for &at in &reached {
            self.lift_block(at, &plan);
        }
    }

    /// The blocks that the unit's start reaches, in address order.
    fn reachable(&self) -> Vec<usize> {
        let seen = self.reached_around(None);
        (0..seen.len()).filter(|&at| seen[at]).collect()
    }

    /// Which blocks the unit's start reaches on ways around one.
    fn reached_around(&self, avoided: Option<usize>) -> Vec<bool> {
        let mut seen = vec![false; self.source.blocks.len()];
        let mut work = vec![self.start_block()];
        while let Some(at) = work.pop() {
            if Some(at) != avoided && !std::mem::replace(&mut seen[at], true) {
                work.extend(self.source.blocks[at].end.successors());
            }
        }
        seen
    }

    /// Whether a continuation may come to the end of a block without having been where the
    /// index of its jump table is known: that may lie before its start.
    fn misses_index(&self, at: usize, index: &IndexSite) -> bool {
        if self.unit == Unit::Whole {
            return false;
        }
        let knows = |block: &discover::Block| block.insts.iter().any(|site| site.pc == index.pc);
        self.reached_around(self.source.blocks.iter().position(knows))[at]
    }

    /// Remembers to keep the index of a block's jump table where it is known.
    fn capture_index(&mut self, at: usize) {
        if let Terminator::Table { index, .. } = &self.source.blocks[at].end
            && !self.misses_index(at, index)
        {
            let name = format!("index.{}", self.indices.len());
            let var = self.func.var(&name, Type::I64);
            self.indices.insert(at, var);
            let capture = Capture { reg: index.reg, zext32: index.zext32, scale: index.scale, var };
            self.captures.entry(index.pc).or_default().push(capture);
        }
    }

    /// The entry block: registers into variables, the jump to
    /// the first guest block.
    fn enter(&mut self, reached: &[usize]) {
        let entry = self.block;
        let touched = self.touched(reached);
        self.held = touched;
        match self.func.kind {
            Kind::Regular => {
                for reg in order(self.summary.passed_params()) {
                    let value = self.func.add_param(entry, reg_type(reg), Some(reg.to_string()));
                    self.set_reg(reg, value);
                    self.entered.push((reg, value));
                    self.entered_with(reg);
                }
                for reg in self.summary.params_by_state.iter() {
                    self.load_state(reg);
                }
                match self.summary.truthful {
                    true => {
                        for reg in (touched & callee_saved()).iter() {
                            self.load_state(reg);
                            self.entered_with(reg);
                        }
                    }
                    // Their values stay with the callers.
                    false => self.forget(kept() - self.summary.passed_params()),
                }
                self.entry_sp = self.vars[Reg::X(X::SP).index()].map(|sp| self.b().get(sp));
            }
            Kind::Sideways => {
                for reg in sync::all_registers().iter() {
                    self.load_state(reg);
                }
                self.check_constants();
            }
        }
        let first = self.ir_block(self.start_block());
        self.b().jump(first);
    }

    /// Registers that the unit's instructions read or write.
    fn touched(&self, reached: &[usize]) -> RegSet {
        let sites = reached.iter().flat_map(|&at| &self.source.blocks[at].insts);
        sites.fold(RegSet::EMPTY, |set, site| set | site.inst.inst.reads() | site.inst.inst.writes())
    }

    /// Registers that hold nothing which the function may look at.
    fn forget(&mut self, regs: RegSet) {
        for reg in (regs & self.held).iter() {
            self.undefine(reg);
        }
    }

    /// A register may hold anything. What is checked at run time has to be the same
    /// wherever it is looked at: there it is zero.
    fn undefine(&mut self, reg: Reg) {
        let anything = Const::Undef(reg_type(reg));
        let constant = if self.cx.checked { anything.settled() } else { anything };
        let kind = usize::from(matches!(reg, Reg::F(_)));
        let value = match self.anything[kind] {
            Some((block, value)) if block == self.block => value,
            _ => self.b().constant(constant),
        };
        self.anything[kind] = Some((self.block, value));
        self.set_reg(reg, value);
    }

    fn load_state(&mut self, reg: Reg) {
        let value = self.b().get_state(StateReg::Reg(reg));
        self.set_reg(reg, value);
    }

    fn lift_block(&mut self, at: usize, plan: &sync::Plan) {
        let source = &self.source.blocks[at];
        self.block = self.ir_block(at);
        if self.depth_block == Some(at) {
            self.pc = source.start;
            self.check_depth();
        }
        self.table_load = match source.end {
            // The checks end blocks before this one. Where the load is in one of
            // those it is not found here, and may come before the check.
            Terminator::Table { load, bounded: true, .. } if self.indices.contains_key(&at) => Some(load),
            _ => None,
        };
        let body = match ends_itself(&source.end, &source.insts) {
            true => &source.insts[..source.insts.len() - 1],
            false => &source.insts[..],
        };
        for site in body {
            self.pc = site.pc;
            self.capture(site.pc);
            self.lift_site(site);
        }
        if let Some(last) = source.insts.last() {
            self.pc = last.pc;
            if body.len() < source.insts.len() {
                self.capture(last.pc);
            }
        }
        self.lift_end(at, plan);
    }

    fn capture(&mut self, pc: u64) {
        let Some(captures) = self.captures.remove(&pc) else { return };
        for capture in &captures {
            let mut index = self.get(capture.reg);
            if capture.zext32 {
                index = self.zext(index);
            }
            if capture.scale != 0 {
                // What is no multiple ends up beyond any number of entries.
                let scale = self.b().i64(i64::from(capture.scale));
                index = self.b().op(Op::I64Rotr, &[index, scale]);
            }
            self.b().set(capture.var, index);
        }
        self.captures.insert(pc, captures);
    }

    fn lift_site(&mut self, site: &Site) {
        let inst = &site.inst.inst;
        if self.lift_left_out(site) {
            return;
        }
        if self.cx.raise_flags {
            self.raise_flags(inst);
        }
        let lifted =
            self.lift_int(inst) || self.lift_memory(inst) || self.lift_float(inst) || self.lift_system(inst);
        debug_assert!(lifted, "{inst:?} ends a block or is lifted");
    }

    /// Leaves a save or restore out, if it is one that nobody needs; whether it is.
    fn lift_left_out(&mut self, site: &Site) -> bool {
        let saves = match (self.func.kind, &self.summary.saves) {
            (Kind::Regular, Some(saves)) => saves,
            _ => return false,
        };
        if let Some(slot) = saves.save_at(site.pc) {
            self.mark_slot(site, slot);
            return true;
        }
        let Some(slot) = saves.restore_at(site.pc) else { return false };
        self.check_slot(site, slot);
        self.forget(site.inst.inst.writes());
        true
    }

    fn ir_block(&self, at: usize) -> Block {
        self.blocks[at].expect("every reachable block has an IR block")
    }

    fn b(&mut self) -> Builder<'_> {
        let mut builder = Builder::new(&mut self.func, self.block);
        builder.pc = Some(self.pc);
        builder
    }

    fn var(&mut self, reg: Reg) -> Var {
        let known = self.vars[reg.index()];
        known.unwrap_or_else(|| {
            let var = self.func.var(&reg.to_string(), reg_type(reg));
            self.vars[reg.index()] = Some(var);
            var
        })
    }

    fn get_reg(&mut self, reg: Reg) -> Value {
        if let Some((block, value)) = self.holds[reg.index()]
            && block == self.block
        {
            return value;
        }
        let var = self.var(reg);
        let value = self.b().get(var);
        self.holds[reg.index()] = Some((self.block, value));
        value
    }

    fn set_reg(&mut self, reg: Reg, value: Value) {
        let var = self.var(reg);
        self.b().set(var, value);
        self.holds[reg.index()] = Some((self.block, value));
    }

    /// The value of an integer register.
    fn get(&mut self, x: X) -> Value {
        match x {
            X::ZERO => self.b().i64(0),
            X::GP if !self.sets_gp && self.cx.program.gp.is_some() => {
                let gp = self.cx.program.gp.unwrap_or_default();
                self.b().i64(gp.cast_signed())
            }
            X::GP | X::TP => self.b().get_state(StateReg::Reg(Reg::X(x))),
            x => self.get_reg(Reg::X(x)),
        }
    }

    fn set(&mut self, x: X, value: Value) {
        match x {
            X::ZERO => {}
            X::GP | X::TP => self.b().set_state(StateReg::Reg(Reg::X(x)), value),
            x => self.set_reg(Reg::X(x), value),
        }
    }

    fn get_f(&mut self, f: F) -> Value {
        self.get_reg(Reg::F(f))
    }

    fn set_f(&mut self, f: F, value: Value) {
        self.set_reg(Reg::F(f), value);
    }

    /// Ends the block: registers and pc into the state, and out.
    fn exit(&mut self, reason: ExitReason, pc: Value, end: &End) {
        let regs = end.dirty.iter();
        let mut state: Vec<_> = regs.map(|reg| (StateReg::Reg(reg), self.get_reg(reg))).collect();
        state.extend(self.owes(&end.handover));
        self.b().terminate(Ir::Exit { reason, pc, state });
    }

    /// What the frame hands over where a call leaves.
    fn leave(&mut self, handover: &Handover) -> Vec<(StateReg, Value)> {
        let keeps = handover.keeps.iter().map(|reg| (StateReg::Reg(reg), reg));
        let gives = handover.gives.iter().map(|reg| (StateReg::Give(reg), reg));
        let mut leave: Vec<_> = keeps.chain(gives).map(|(place, reg)| (place, self.get_reg(reg))).collect();
        leave.extend(self.owes(handover));
        leave
    }

    /// The slots that wait for what registers held at entry.
    fn owes(&mut self, handover: &Handover) -> Vec<(StateReg, Value)> {
        if handover.owes.is_empty() {
            return Vec::new();
        }
        // Whose slots wait takes `sp`. They lie within 31 bits below it.
        let (base, delta) = match (handover.sp.and_then(|delta| i32::try_from(delta).ok()), self.entry_sp) {
            (None, Some(entry)) => (entry, 0),
            (delta, _) => (self.get(X::SP), delta.unwrap_or(0)),
        };
        let place = |&(reg, slot): &(Reg, i64)| (StateReg::Owe(reg, slot as i32 - delta), base);
        handover.owes.iter().map(place).collect()
    }

    fn wrap(&mut self, value: Value) -> Value {
        self.b().op(Op::I32WrapI64, &[value])
    }

    fn sext(&mut self, value: Value) -> Value {
        self.b().op(Op::I64ExtendI32S, &[value])
    }

    /// The low 32 bits, zero-extended.
    fn zext(&mut self, value: Value) -> Value {
        let low = self.wrap(value);
        self.b().op(Op::I64ExtendI32U, &[low])
    }
}

/// Whether the last instruction of a block is its terminator's own business.
/// A block that falls through, or that ends in an instruction which links and
/// stays inside, has none that is.
fn ends_itself(end: &Terminator, insts: &[Site]) -> bool {
    let Some(last) = insts.last() else { return false };
    match end {
        // Or the bits after it are no instruction, and it is like any other.
        Terminator::Trap { pc, .. } => *pc == last.pc,
        Terminator::Sync { .. } => system::is_sync(&last.inst.inst),
        _ => matches!(
            last.inst.inst,
            Inst::Jal(_)
                | Inst::Jalr(_)
                | Inst::Beq(_)
                | Inst::Bne(_)
                | Inst::Blt(_)
                | Inst::Bge(_)
                | Inst::Bltu(_)
                | Inst::Bgeu(_)
                | Inst::Ecall
        ),
    }
}

fn reg_type(reg: Reg) -> Type {
    match reg {
        Reg::X(_) => Type::I64,
        Reg::F(_) => Type::F64,
    }
}

fn param(reg: Reg) -> Param {
    Param { name: reg.to_string(), ty: reg_type(reg) }
}

#[cfg(test)]
mod tests;
