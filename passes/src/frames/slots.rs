//! Which places of its frame a function accesses, and whether anyone else may.

use std::collections::{BTreeMap, BTreeSet};

use cranelift_entity::SecondaryMap;
use rv2wat_isa::{Reg, X};

use crate::cfg::Cfg;
use crate::ir::{Call, Const, Function, HostFn, Inst, InstKind, LoadOp, Op, StateReg, Type, Value, ValueDef};

/// The farthest distance from `sp` that counts as one.
const FAR: i64 = 1 << 28;

/// A place in the frame.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Slot {
    /// From the `sp` at the entry, negative.
    pub distance: i64,
    /// How many bytes.
    pub bytes: u32,
    /// The type of its bits: a float if it is accessed as nothing else.
    pub ty: Type,
    /// The distance as it is added to the low half of `sp` to give an address
    /// of linear memory.
    pub address: i64,
}

/// The slots of a function and the instructions that access them.
#[derive(Debug)]
pub(super) struct Slots {
    /// The `sp` at the entry.
    pub sp: Value,
    slots: Vec<Slot>,
    accesses: BTreeMap<Inst, usize>,
}

impl Slots {
    /// The slots of a function; `None` if it has no frame, or its frame is not
    /// its own.
    pub(super) fn find(func: &Function, cfg: &Cfg) -> Option<Slots> {
        let position = func.params.iter().position(|param| param.name == "sp" && param.ty == Type::I64)?;
        let sp = *func.blocks[func.entry()].params.get(position)?;
        let derived = Derived::new(func, cfg, sp);
        let mut frame = Frame::default();
        // A frame is gone when its function returns, leaves or calls last: what
        // is handed over then is no concern of its own.
        for &block in cfg.rpo() {
            for &inst in &func.blocks[block].insts {
                frame.inst(func, &derived, inst)?;
            }
        }
        Some(frame.slots(func, sp))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub(super) fn all(&self) -> impl Iterator<Item = &Slot> {
        self.slots.iter()
    }

    pub(super) fn slot(&self, index: usize) -> &Slot {
        &self.slots[index]
    }

    /// The slot that an instruction accesses.
    pub(super) fn accessed_by(&self, inst: Inst) -> Option<usize> {
        self.accesses.get(&inst).copied()
    }

    /// For a test that must fail.
    #[cfg(test)]
    pub(super) fn forget_stores(&mut self, func: &Function) {
        self.accesses.retain(|&inst, _| matches!(func.insts[inst].kind, InstKind::Load(..)));
    }
}

/// What a value has to do with `sp`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
enum Relation {
    /// Nothing.
    #[default]
    None,
    /// It is `sp` and a constant.
    At(i64),
    /// It was made from `sp` in another way.
    Somewhere,
}

struct Derived {
    relations: SecondaryMap<Value, Relation>,
}

impl Derived {
    fn new(func: &Function, cfg: &Cfg, sp: Value) -> Derived {
        let mut derived = Derived { relations: SecondaryMap::new() };
        derived.relations[sp] = Relation::At(0);
        derived.relations.resize(func.values.len());
        // What goes around loops may be derived only after what it goes into, so
        // this repeats until no edge that goes back changes anything: relations only
        // ever get worse, and what goes forward has been seen by what it goes into.
        loop {
            let mut changed = false;
            for &block in cfg.rpo() {
                for &inst in &func.blocks[block].insts {
                    let data = &func.insts[inst];
                    if let [result] = *data.results {
                        let relation = derived.of_inst(func, &data.kind);
                        derived.note(result, relation);
                    }
                }
                func.terminator(block).for_each_target(|target| {
                    for (&param, &arg) in func.blocks[target.block].params.iter().zip(&target.args) {
                        // What meets at a block is known to be derived, but not
                        // at which distance.
                        let meets = match derived.relations[arg] {
                            Relation::None => Relation::None,
                            Relation::At(_) | Relation::Somewhere => Relation::Somewhere,
                        };
                        let news = derived.note(param, meets);
                        changed |= news && cfg.is_retreating(block, target.block);
                    }
                });
            }
            if !changed {
                return derived;
            }
        }
    }

    fn note(&mut self, value: Value, relation: Relation) -> bool {
        let old = self.relations[value];
        let new = match (old, relation) {
            (Relation::None, new) => new,
            (old, Relation::None) => old,
            (old, new) if old == new => old,
            _ => Relation::Somewhere,
        };
        self.relations[value] = new;
        old != new
    }

    fn of(&self, value: Value) -> Relation {
        self.relations[value]
    }

    fn of_inst(&self, func: &Function, kind: &InstKind) -> Relation {
        let constant = |value: Value| match func.constant(value) {
            Some(Const::I32(value)) => Some(i64::from(value)),
            Some(Const::I64(value)) => Some(value),
            _ => None,
        };
        let moved = |base: Relation, by: Option<i64>| match (base, by) {
            (Relation::At(at), Some(by)) if at.checked_add(by).is_some_and(|sum| sum.abs() < FAR) => {
                Relation::At(at + by)
            }
            _ => Relation::Somewhere,
        };
        let mut any = false;
        kind.for_each_use(|value| any |= self.of(value) != Relation::None);
        match kind {
            _ if !any => Relation::None,
            InstKind::Op(Op::I32WrapI64, args) => self.of(args[0]),
            InstKind::Op(Op::I32Add | Op::I64Add, args) => match (self.of(args[0]), self.of(args[1])) {
                (base, Relation::None) => moved(base, constant(args[1])),
                (Relation::None, base) => moved(base, constant(args[0])),
                _ => Relation::Somewhere,
            },
            InstKind::Op(Op::I32Sub | Op::I64Sub, args) if self.of(args[1]) == Relation::None => {
                moved(self.of(args[0]), constant(args[1]).and_then(i64::checked_neg))
            }
            InstKind::Op(op, _) if crate::edit::is_comparison(*op) => Relation::None,
            InstKind::Op(..) | InstKind::Select(_) => Relation::Somewhere,
            // What is loaded was stored, and addresses that are stored escape.
            _ => Relation::None,
        }
    }
}

/// An access to the frame.
struct Access {
    inst: Inst,
    /// With the bias of addresses in it.
    address: i64,
    bytes: u32,
    ty: Type,
    is_load: bool,
}

/// What is gathered about a frame; `None` from its functions means that the
/// frame is not the function's own.
#[derive(Default)]
struct Frame {
    accesses: Vec<Access>,
    /// Addresses accessed atomically: these are left alone.
    atomic: BTreeSet<i64>,
    /// The highest stack pointer that a call gets: below it, memory is the
    /// callee's.
    call_sp: Option<i64>,
}

impl Frame {
    fn inst(&mut self, func: &Function, derived: &Derived, inst: Inst) -> Option<()> {
        let free = |value: Value| if derived.of(value) == Relation::None { Some(()) } else { None };
        match &func.insts[inst].kind {
            // It looks the page of an address up.
            InstKind::Load(..) if is_of_table(func, inst) => {}
            InstKind::Load(op, addr, offset) => {
                self.access(derived, inst, *addr, *offset, (op.bytes(), op.ty()), true)?;
            }
            InstKind::Store(op, addr, offset, value) => {
                free(*value)?;
                self.access(derived, inst, *addr, *offset, (op.bytes(), op.ty()), false)?;
            }
            InstKind::Atomic(op, addr, offset, args) => {
                args.iter().try_for_each(|&arg| free(arg))?;
                self.access(derived, inst, *addr, *offset, (op.bytes(), op.ty()), true)?;
                if let Relation::At(at) = derived.of(*addr) {
                    self.atomic.insert(at + i64::from(*offset));
                }
            }
            // How far it reaches is not known.
            InstKind::Bulk(_, args) => args.iter().try_for_each(|&arg| free(arg))?,
            InstKind::SetState(StateReg::Reg(reg), _) if is_kept(*reg) => {}
            InstKind::SetState(_, value) | InstKind::Set(_, value) => free(*value)?,
            InstKind::Call(call) if call.call == Call::Host(HostFn::Check) => {}
            InstKind::Call(call) => {
                let at = self.call(func, derived, &call.call, &call.args)?;
                self.call_sp = self.call_sp.max(at);
            }
            InstKind::Const(_)
            | InstKind::Op(..)
            | InstKind::Select(_)
            | InstKind::Fence
            | InstKind::Get(_)
            | InstKind::GetState(_) => {}
        }
        Some(())
    }

    /// The stack pointer that a call gets, if it does.
    fn call(&self, func: &Function, derived: &Derived, call: &Call, args: &[Value]) -> Option<Option<i64>> {
        let sp_at = match call {
            Call::Direct(callee) if func.callees[*callee].takes_sp => Some(0),
            Call::Indirect(_) if func.indirect_takes_sp => Some(1),
            _ => None,
        };
        let mut sp = None;
        for (position, &arg) in args.iter().enumerate() {
            match derived.of(arg) {
                Relation::None => {}
                Relation::At(at) if Some(position) == sp_at => sp = Some(at),
                Relation::At(_) | Relation::Somewhere => return None,
            }
        }
        Some(sp)
    }

    fn access(
        &mut self,
        derived: &Derived,
        inst: Inst,
        addr: Value,
        offset: u32,
        (bytes, ty): (u32, Type),
        is_load: bool,
    ) -> Option<()> {
        match derived.of(addr) {
            Relation::None => Some(()),
            Relation::At(at) => {
                let address = at + i64::from(offset);
                self.accesses.push(Access { inst, address, bytes, ty, is_load });
                Some(())
            }
            Relation::Somewhere => None,
        }
    }

    fn slots(self, func: &Function, sp: Value) -> Slots {
        let frame = self;
        let bias = i64::from(func.bias);
        let mut places: BTreeMap<i64, BTreeSet<u32>> = BTreeMap::new();
        for access in &frame.accesses {
            places.entry(access.address).or_default().insert(access.bytes);
        }
        let mut slots = Vec::new();
        let mut index_of: BTreeMap<i64, usize> = BTreeMap::new();
        let mut end_of_last = i64::MIN;
        let mut ordered = places.iter().peekable();
        while let Some((&address, sizes)) = ordered.next() {
            let end = address + i64::from(sizes.last().copied().unwrap_or(0));
            let next = ordered.peek().map_or(i64::MAX, |(next, _)| **next);
            let alone = sizes.len() == 1 && address >= end_of_last && end <= next;
            end_of_last = end_of_last.max(end);
            let distance = address + bias;
            let below_call = frame.call_sp.is_some_and(|sp| distance < sp);
            let here = || frame.accesses.iter().filter(|access| access.address == address);
            if !alone || below_call || frame.atomic.contains(&address) || end + bias > 0 {
                continue;
            }
            if !here().any(|access| access.is_load) || here().all(|access| access.is_load) {
                continue;
            }
            let bytes = sizes.first().copied().unwrap_or(0);
            index_of.insert(address, slots.len());
            slots.push(Slot {
                distance,
                bytes,
                ty: slot_type(bytes, here().map(|access| access.ty)),
                address,
            });
        }
        let accesses = frame
            .accesses
            .iter()
            .filter_map(|access| index_of.get(&access.address).map(|&index| (access.inst, index)));
        Slots { sp, slots, accesses: accesses.collect() }
    }
}

fn slot_type(bytes: u32, mut types: impl Iterator<Item = Type>) -> Type {
    match bytes {
        4 if types.all(|ty| ty == Type::F32) => Type::F32,
        8 if types.all(|ty| ty == Type::F64) => Type::F64,
        8 => Type::I64,
        _ => Type::I32,
    }
}

/// Whether a load is known to read a table by the page of an address, and not the frame.
fn is_of_table(func: &Function, inst: Inst) -> bool {
    let data = &func.insts[inst];
    let InstKind::Load(LoadOp::I32Load8U, addr, _) = data.kind else { return false };
    let ValueDef::Result(page, _) = func.values[addr].def else { return false };
    let InstKind::Op(Op::I32ShrU, args) = &func.insts[page].kind else { return false };
    data.safe && func.constant(args[1]) == Some(Const::I32(12))
}

/// Registers that a callee keeps without looking at them.
fn is_kept(reg: Reg) -> bool {
    matches!(reg, Reg::X(x) if x == X::SP || x == X::S0 || x == X::S1 || (18..28).contains(&x.index()))
}
