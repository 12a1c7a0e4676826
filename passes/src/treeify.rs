//! Decides which values become part of the expression that uses them.
//!
//! ```text
//! v1 = i64.const 16            (local.set $a0
//! v2 = i64.add v0, v1            (i64.load
//! v3 = i32.wrap_i64 v2             (i32.wrap_i64 (i64.add (local.get $a0) (i64.const 16)))))
//! v4 = i64.load v3
//! ```
//!
//! Each block is walked backwards. The operands of an instruction that stays a
//! statement are taken last first, and each that is defined in the block, used
//! once, and free to move there is moved to just before what was taken already:
//! the order in which the stack machine evaluates the expression *is* the new
//! order of the instructions. So the only question is whether one instruction
//! may move past those that stay between. Arithmetic always may, since values
//! never change; a load may not pass a store, nor a call anything that touches
//! memory or the state.
//!
//! Legal is not yet good: an expression that moves past the next life of a
//! register that it reads keeps two lives of it alive at once (`order`).
//!
//! Constants are repeated at each use. So are reads of variables (before
//! `promote`) where nothing was written between, and conversions so cheap that
//! a local would cost more.
//!
//! Values that stay get locals (`locals`). Depth is bounded, so that no later
//! walk over an expression can overflow the stack.
//! Complexity: n log n.

mod emit;
mod leaves;
mod order;
mod step;
mod uses;

use std::collections::BTreeSet;

use cranelift_entity::{EntitySet, SecondaryMap};

use smallvec::{SmallVec, smallvec};

pub use emit::Emitter;
pub use uses::Uses;

use order::Lives;

use crate::ir::{
    Block, Call, Function, HostFn, Inst, InstData, InstKind, Op, Target, Terminator, Value, ValueDef, Var,
};

/// How deep an expression may nest: deeper ones are cut by a local.
const MAX_DEPTH: u32 = 24;

/// Which instructions are part of expressions and which are statements.
#[derive(Clone, Debug)]
pub struct Plan {
    inline: SecondaryMap<Inst, bool>,
    roots: SecondaryMap<Block, Vec<Inst>>,
}

impl Plan {
    /// Plans a function.
    pub fn new(func: &Function, uses: &Uses) -> Plan {
        let mut planner = Planner {
            plan: Plan { inline: SecondaryMap::new(), roots: SecondaryMap::new() },
            position: SecondaryMap::new(),
            home: SecondaryMap::new(),
            needs_local: SecondaryMap::new(),
            effects: Effects::default(),
            first_use: order::Positions::default(),
            lives: Lives::default(),
            steps: step::in_place(func, uses),
            func,
            uses,
        };
        let count = func.insts.len();
        planner.plan.inline.resize(count);
        planner.plan.roots.resize(func.blocks.len());
        planner.position.resize(count);
        planner.home.resize(count);
        planner.needs_local.resize(count);
        for &block in &func.layout {
            planner.block(block);
        }
        planner.plan
    }

    /// The instructions of a block that are statements, in order.
    pub fn roots(&self, block: Block) -> &[Inst] {
        &self.roots[block]
    }

    /// The instruction to write in the place of a value, if it is not a local.
    pub fn inlined(&self, func: &Function, value: Value) -> Option<Inst> {
        match func.values[value].def {
            ValueDef::Result(inst, _) if self.inline[inst] => Some(inst),
            _ => None,
        }
    }

    /// Calls `visit` on each value that must be in a local for `value` to be
    /// evaluated: itself, or the leaves of its expression.
    pub fn leaves(&self, func: &Function, value: Value, visit: &mut impl FnMut(Value)) {
        match self.inlined(func, value) {
            Some(inst) => func.insts[inst].kind.for_each_use(|operand| self.leaves(func, operand, visit)),
            None => visit(value),
        }
    }
}

/// The operands of an instruction in the order in which they are evaluated,
/// without those that a call keeps for when it leaves.
fn operands(kind: &InstKind) -> SmallVec<[Value; 4]> {
    match kind {
        InstKind::Select([cond, then, other]) => smallvec![*then, *other, *cond],
        InstKind::Call(call) => match call.call {
            Call::Indirect(_) => call.args[1..].iter().chain(&call.args[..1]).copied().collect(),
            _ => call.args.iter().copied().collect(),
        },
        _ => {
            let mut all = SmallVec::new();
            kind.for_each_use(|value| all.push(value));
            all
        }
    }
}

/// How an instruction touches what is not a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Effect {
    /// Not at all.
    Pure,
    ReadsMemory,
    WritesMemory,
    ReadsState,
    WritesState,
    ReadsVar(Var),
    WritesVar(Var),
    /// All of memory and state: calls and atomics.
    Everything,
}

fn effect(kind: &InstKind) -> Effect {
    match kind {
        InstKind::Const(_) | InstKind::Op(..) | InstKind::Select(_) => Effect::Pure,
        InstKind::Load(..) => Effect::ReadsMemory,
        InstKind::Store(..) | InstKind::Bulk(..) => Effect::WritesMemory,
        InstKind::GetState(_) => Effect::ReadsState,
        InstKind::SetState(..) => Effect::WritesState,
        InstKind::Get(var) => Effect::ReadsVar(*var),
        InstKind::Set(var, _) => Effect::WritesVar(*var),
        InstKind::Call(call) => match call.call {
            Call::Host(HostFn::Soft | HostFn::Flags) => Effect::Pure,
            _ => Effect::Everything,
        },
        InstKind::Atomic(..) | InstKind::Fence => Effect::Everything,
    }
}

/// The positions in a block of the instructions that have not moved away.
#[derive(Default)]
struct Effects {
    memory_reads: BTreeSet<u32>,
    memory_writes: BTreeSet<u32>,
    state_reads: BTreeSet<u32>,
    state_writes: BTreeSet<u32>,
    /// Writes of variables; these are statements and never move.
    var_writes: BTreeSet<(Var, u32)>,
}

impl Effects {
    fn sets(&mut self, effect: Effect) -> SmallVec<[&mut BTreeSet<u32>; 4]> {
        match effect {
            Effect::Pure | Effect::ReadsVar(_) | Effect::WritesVar(_) => SmallVec::new(),
            Effect::ReadsMemory => smallvec![&mut self.memory_reads],
            Effect::WritesMemory => smallvec![&mut self.memory_writes],
            Effect::ReadsState => smallvec![&mut self.state_reads],
            Effect::WritesState => smallvec![&mut self.state_writes],
            Effect::Everything => smallvec![
                &mut self.memory_reads,
                &mut self.memory_writes,
                &mut self.state_reads,
                &mut self.state_writes,
            ],
        }
    }

    fn insert(&mut self, effect: Effect, position: u32) {
        self.sets(effect).into_iter().for_each(|set| {
            set.insert(position);
        });
        if let Effect::WritesVar(var) = effect {
            self.var_writes.insert((var, position));
        }
    }

    fn remove(&mut self, effect: Effect, position: u32) {
        self.sets(effect).into_iter().for_each(|set| {
            set.remove(&position);
        });
    }

    /// Whether an instruction may move from one position to just before
    /// another, past what is left between them.
    fn may_move(&self, effect: Effect, from: u32, to: u32) -> bool {
        let clear = |set: &BTreeSet<u32>| set.range(from + 1..to).next().is_none();
        match effect {
            Effect::Pure => true,
            Effect::ReadsMemory => clear(&self.memory_writes),
            Effect::ReadsState => clear(&self.state_writes),
            Effect::ReadsVar(var) => self.var_writes.range((var, from + 1)..(var, to)).next().is_none(),
            Effect::Everything => {
                clear(&self.memory_reads)
                    && clear(&self.memory_writes)
                    && clear(&self.state_reads)
                    && clear(&self.state_writes)
            }
            Effect::WritesMemory | Effect::WritesState | Effect::WritesVar(_) => false,
        }
    }
}

/// Where an expression is evaluated.
#[derive(Clone, Copy)]
struct Place {
    /// Its position in the block.
    at: u32,
    /// On one of the edges that leave the block: it may not be taken.
    edge: bool,
}

/// Whether an instruction must be executed even if nobody wants its result: it
/// has effects, or may fault.
fn stays(data: &InstData) -> bool {
    match effect(&data.kind) {
        Effect::Everything => true,
        Effect::ReadsMemory => !data.safe,
        _ => false,
    }
}

struct Planner<'a> {
    func: &'a Function,
    uses: &'a Uses,
    plan: Plan,
    position: SecondaryMap<Inst, u32>,
    home: SecondaryMap<Inst, Option<Block>>,
    /// An instruction that is repeated at its uses, but not at all of them.
    needs_local: SecondaryMap<Inst, bool>,
    effects: Effects,
    /// For `order`.
    first_use: order::Positions,
    lives: Lives,
    /// What is evaluated before a branch for the way back only.
    steps: EntitySet<Inst>,
}

impl Planner<'_> {
    fn block(&mut self, block: Block) {
        let insts = order::sink_updates(self.func, self.uses, &self.steps, block, &mut self.first_use);
        self.lives.enter(self.func, self.uses, &self.steps, block, &insts);
        self.effects = Effects::default();
        for (position, &inst) in insts.iter().enumerate() {
            self.position[inst] = position as u32;
            self.home[inst] = Some(block);
            self.effects.insert(effect(&self.func.insts[inst].kind), position as u32);
        }
        let end = insts.len() as u32;
        self.terminator(block, end);
        let mut roots = Vec::with_capacity(insts.len());
        for (position, &inst) in insts.iter().enumerate().rev() {
            if self.plan.inline[inst] {
                continue;
            }
            let kind = &self.func.insts[inst].kind;
            if self.is_cold(inst) {
                self.keep_reads(kind);
                self.plan.inline[inst] = true;
                self.effects.remove(effect(kind), position as u32);
                continue;
            }
            let repeated =
                self.is_repeatable(inst) && !self.needs_local[inst] && !self.uses.escapes(self.func, inst);
            if matches!(kind, InstKind::Const(_)) || !self.uses.is_live(inst) || repeated {
                self.plan.inline[inst] = true;
                self.effects.remove(effect(kind), position as u32);
                continue;
            }
            roots.push(inst);
            self.fold_leave(kind);
            self.fold(block, &operands(kind), Place { at: position as u32, edge: false }, 1);
        }
        roots.reverse();
        self.plan.roots[block] = roots;
    }

    fn terminator(&mut self, block: Block, end: u32) {
        let terminator = self.func.terminator(block);
        let edges: Vec<Value> = terminator
            .targets()
            .into_iter()
            .flat_map(|target| self.uses.live_args(self.func, target))
            .map(|(_, arg)| arg)
            .collect();
        self.fold_edges(block, &edges, end);
        let mut own = Vec::new();
        match terminator {
            Terminator::TailCall { call: Call::Indirect(_), args } => {
                own.extend(args[1..].iter().chain(&args[..1]));
            }
            _ => terminator.for_each_own_use(|value| own.push(value)),
        }
        self.fold(block, &own, Place { at: end, edge: false }, 1);
    }

    /// Edge arguments are evaluated in any order, after the terminator's own
    /// operands, and only one edge is taken: effects stay where they are, unless
    /// there is but one edge with one argument.
    fn fold_edges(&mut self, block: Block, args: &[Value], end: u32) {
        let alone = args.len() == 1 && matches!(self.func.terminator(block), Terminator::Jump(_));
        for &value in args {
            let is_step = matches!(
                self.func.values[value].def,
                ValueDef::Result(inst, _) if self.steps.contains(inst)
            );
            if is_step {
                self.keep(value);
            } else {
                self.fold(block, &[value], Place { at: end, edge: !alone }, 1);
            }
        }
    }

    /// What a call keeps for when it leaves is read after it: only locals will do.
    fn fold_leave(&mut self, kind: &InstKind) {
        if let InstKind::Call(call) = kind {
            call.leave.iter().for_each(|(_, value)| self.keep(*value));
        }
    }

    fn is_constant(&self, value: Value) -> bool {
        match self.func.values[value].def {
            ValueDef::Result(inst, _) => matches!(self.func.insts[inst].kind, InstKind::Const(_)),
            ValueDef::Param(..) => false,
        }
    }

    /// Whether an instruction only changes the form of a value for calls that keep
    /// it for when they leave: that can be done there, off the path of all others.
    fn is_cold(&self, inst: Inst) -> bool {
        let data = &self.func.insts[inst];
        let changes_form = match &data.kind {
            InstKind::Op(Op::I64ExtendI32S | Op::I64ExtendI32U | Op::RvBox | Op::F64ReinterpretI64, _) => {
                true
            }
            InstKind::Op(Op::I64Add, args) => self.is_constant(args[1]),
            _ => false,
        };
        changes_form && matches!(data.results[..], [result] if self.uses.is_only_left(result))
    }

    /// What is computed where a call leaves must not read variables there: they may
    /// have changed.
    fn keep_reads(&mut self, kind: &InstKind) {
        let func = self.func;
        kind.for_each_use(|value| {
            if let ValueDef::Result(inst, _) = func.values[value].def
                && matches!(func.insts[inst].kind, InstKind::Get(_))
            {
                self.needs_local[inst] = true;
            }
        });
    }

    fn keep(&mut self, value: Value) {
        if let ValueDef::Result(inst, _) = self.func.values[value].def {
            self.needs_local[inst] = true;
        }
    }

    fn fold(&mut self, block: Block, operands: &[Value], to: Place, depth: u32) {
        for &value in operands.iter().rev() {
            let ValueDef::Result(inst, _) = self.func.values[value].def else { continue };
            let data = &self.func.insts[inst];
            let effect = effect(&data.kind);
            if matches!(data.kind, InstKind::Const(_)) {
                continue;
            }
            let here = self.home[inst] == Some(block)
                && depth < MAX_DEPTH
                && !(to.edge && stays(data))
                && self.effects.may_move(effect, self.position[inst], to.at)
                && !self.lives.revives(self.func, self.uses, inst, self.position[inst], to.at);
            if !here {
                self.needs_local[inst] = true;
            } else if self.uses.count(value) == 1 && data.results.len() == 1 && !self.needs_local[inst] {
                self.plan.inline[inst] = true;
                self.effects.remove(effect, self.position[inst]);
                self.fold(block, &self::operands(&data.kind), to, depth + 1);
                self.fold_leave(&data.kind);
            }
        }
    }

    /// Whether the instruction is cheap enough to be repeated at each use.
    fn is_repeatable(&self, inst: Inst) -> bool {
        let data = &self.func.insts[inst];
        let Some(&result) = data.results.first() else { return false };
        match &data.kind {
            InstKind::Get(_) => true,
            InstKind::Op(Op::I32WrapI64 | Op::I64ExtendI32S | Op::I64ExtendI32U, args) => {
                self.uses.count(result) <= 3 && self.is_settled(args[0])
            }
            _ => false,
        }
    }

    /// Whether a value has a local whatever else is decided.
    fn is_settled(&self, value: Value) -> bool {
        match self.func.values[value].def {
            ValueDef::Param(..) => true,
            ValueDef::Result(inst, _) => {
                let data = &self.func.insts[inst];
                !matches!(data.kind, InstKind::Get(_) | InstKind::Const(_)) && self.uses.count(value) > 1
            }
        }
    }
}

/// Whether an edge has anything to assign.
pub fn has_copies(func: &Function, uses: &Uses, target: &Target) -> bool {
    uses.live_args(func, target).next().is_some()
}
