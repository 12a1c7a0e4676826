//! Constants and instructions: what they are, use and do.

use smallvec::SmallVec;

use super::{AtomicOp, BulkOp, Call, HostFn, LoadOp, Op, Operands, StateReg, StoreOp, Type, Value, Var};

/// A constant, floating point by its bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Const {
    /// A 32-bit integer.
    I32(i32),
    /// A 64-bit integer.
    I64(i64),
    /// A single by its bits.
    F32(u32),
    /// A double by its bits.
    F64(u64),
    /// Anything: what nobody may look at, such as a register that a call has
    /// clobbered. Whoever looks all the same finds some value, at each use another.
    Undef(Type),
}

impl Const {
    /// The constant's type.
    pub const fn ty(self) -> Type {
        match self {
            Const::I32(_) => Type::I32,
            Const::I64(_) => Type::I64,
            Const::F32(_) => Type::F32,
            Const::F64(_) => Type::F64,
            Const::Undef(ty) => ty,
        }
    }

    /// All bits zero.
    pub const fn zero(ty: Type) -> Const {
        match ty {
            Type::I32 => Const::I32(0),
            Type::I64 => Const::I64(0),
            Type::F32 => Const::F32(0),
            Type::F64 => Const::F64(0),
        }
    }

    /// The constant with its bits: zero stands for anything.
    pub const fn settled(self) -> Const {
        match self {
            Const::Undef(ty) => Const::zero(ty),
            other => other,
        }
    }
}

/// What an instruction does. Results are listed in [`InstData::results`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InstKind {
    /// A constant.
    Const(Const),
    /// An operation on values.
    Op(Op, Operands),
    /// `select`: the second operand where the first (i32) is not zero, else the
    /// third.
    Select([Value; 3]),
    /// A load at `addr + offset`; `addr` (i32) is an offset into linear memory.
    Load(LoadOp, Value, u32),
    /// A store of a value (last) at `addr + offset`.
    Store(StoreOp, Value, u32, Value),
    /// An atomic access at `addr + offset` with the operands that it takes.
    Atomic(AtomicOp, Value, u32, Operands),
    /// A move of many bytes within memory, or many bytes set to one value: the
    /// place (i32), the source or the byte (i32), how many (i32, unsigned). It
    /// traps before it writes anything.
    Bulk(BulkOp, [Value; 3]),
    /// A memory fence.
    Fence,
    /// Reads a variable.
    Get(Var),
    /// Writes a variable.
    Set(Var, Value),
    /// Reads a global of the state.
    GetState(StateReg),
    /// Writes a global of the state.
    SetState(StateReg, Value),
    /// A call. Where the callee may exit, this function leaves too when it does.
    /// Apart, because calls are few and large.
    Call(Box<CallInst>),
}

/// A call among the instructions of a block.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallInst {
    /// Whom.
    pub call: Call,
    /// The arguments, as many as the callee's signature has parameters.
    pub args: Vec<Value>,
    /// What this frame hands over when it leaves through this call:
    /// registers that it has redefined, by value. Empty under *truth
    /// always*, where memory and state hold all of it at every call.
    pub leave: Vec<(StateReg, Value)>,
}

/// What an instruction defines. Few define more than one value.
pub type Results = SmallVec<[Value; 2]>;

/// An instruction with its results and where it comes from.
#[derive(Clone, Debug)]
pub struct InstData {
    /// What it does.
    pub kind: InstKind,
    /// What it defines: nothing, one value, or a call's results.
    pub results: Results,
    /// The guest address of the instruction that it was lifted from.
    pub pc: Option<u64>,
    /// Of a load: it is known not to fault, so it may go when nothing uses it.
    pub safe: bool,
}

impl InstKind {
    /// Calls `visit` on every value that the instruction uses, in order.
    pub fn for_each_use(&self, mut visit: impl FnMut(Value)) {
        match self {
            InstKind::Const(_) | InstKind::Fence | InstKind::Get(_) | InstKind::GetState(_) => {}
            InstKind::Op(_, args) => args.iter().copied().for_each(visit),
            InstKind::Select(args) | InstKind::Bulk(_, args) => args.iter().copied().for_each(visit),
            InstKind::Load(_, addr, _) => visit(*addr),
            InstKind::Store(_, addr, _, value) => {
                visit(*addr);
                visit(*value);
            }
            InstKind::Atomic(_, addr, _, args) => {
                visit(*addr);
                args.iter().copied().for_each(visit);
            }
            InstKind::Set(_, value) | InstKind::SetState(_, value) => visit(*value),
            InstKind::Call(call) => {
                let CallInst { args, leave, .. } = &**call;
                args.iter().copied().for_each(&mut visit);
                leave.iter().for_each(|(_, value)| visit(*value));
            }
        }
    }

    /// The same, with each use open to change.
    pub fn for_each_use_mut(&mut self, mut visit: impl FnMut(&mut Value)) {
        match self {
            InstKind::Const(_) | InstKind::Fence | InstKind::Get(_) | InstKind::GetState(_) => {}
            InstKind::Op(_, args) => args.iter_mut().for_each(visit),
            InstKind::Select(args) | InstKind::Bulk(_, args) => args.iter_mut().for_each(visit),
            InstKind::Load(_, addr, _) => visit(addr),
            InstKind::Store(_, addr, _, value) => {
                visit(addr);
                visit(value);
            }
            InstKind::Atomic(_, addr, _, args) => {
                visit(addr);
                args.iter_mut().for_each(visit);
            }
            InstKind::Set(_, value) | InstKind::SetState(_, value) => visit(value),
            InstKind::Call(call) => {
                let CallInst { args, leave, .. } = &mut **call;
                args.iter_mut().for_each(&mut visit);
                leave.iter_mut().for_each(|(_, value)| visit(value));
            }
        }
    }

    /// Whether the instruction may be removed when nothing uses its results.
    /// Loads may not: they may fault, and only `dce` knows which cannot.
    pub fn is_removable(&self) -> bool {
        match self {
            InstKind::Op(op, _) => !op.traps(),
            InstKind::Const(_) | InstKind::Select(_) | InstKind::Get(_) | InstKind::GetState(_) => true,
            // A value is itself.
            InstKind::Call(call) => match call.call {
                Call::Host(HostFn::Check) => call.args[2] == call.args[3],
                Call::Host(HostFn::Soft | HostFn::Flags) => true,
                _ => false,
            },
            InstKind::Load(..)
            | InstKind::Store(..)
            | InstKind::Atomic(..)
            | InstKind::Bulk(..)
            | InstKind::Fence
            | InstKind::Set(..)
            | InstKind::SetState(..) => false,
        }
    }
}
