//! A function of the IR, its blocks, instructions and terminators.

use std::fmt;

use cranelift_entity::PrimaryMap;
use rv2wat_isa::Reg;

use super::{AtomicOp, Block, FuncRef, Inst, LoadOp, Op, StoreOp, Type, Value, Var};

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
}

impl Const {
    /// The constant's type.
    pub const fn ty(self) -> Type {
        match self {
            Const::I32(_) => Type::I32,
            Const::I64(_) => Type::I64,
            Const::F32(_) => Type::F32,
            Const::F64(_) => Type::F64,
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
}

/// A piece of the architectural state: a global of the module that says what a
/// register holds whenever no function holds it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StateReg {
    /// An integer register (i64) or a floating-point register (f64).
    Reg(Reg),
    /// The guest address to go on at (i64); written by exits, and before a
    /// system call, which may leave.
    Pc,
    /// The dynamic rounding mode, 0..=7 (i32). Translated code runs at 0.
    Frm,
    /// The accrued exception flags, 5 bits (i32).
    Fflags,
    /// The lowest `sp` at which a recursive function may go on (i64).
    StackLimit,
    /// Calls left until the next forced exit (i64), under `--force-exit`.
    ForceExit,
}

impl StateReg {
    /// The type of the global.
    pub const fn ty(self) -> Type {
        match self {
            StateReg::Reg(Reg::F(_)) => Type::F64,
            StateReg::Reg(Reg::X(_)) | StateReg::Pc | StateReg::StackLimit | StateReg::ForceExit => Type::I64,
            StateReg::Frm | StateReg::Fflags => Type::I32,
        }
    }
}

impl fmt::Display for StateReg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StateReg::Reg(reg) => reg.fmt(f),
            StateReg::Pc => f.write_str("pc"),
            StateReg::Frm => f.write_str("frm"),
            StateReg::Fflags => f.write_str("fflags"),
            StateReg::StackLimit => f.write_str("stack_limit"),
            StateReg::ForceExit => f.write_str("force_exit"),
        }
    }
}

/// Why a function left with the architectural state written down. The number
/// is the status that it returns; 0 means that it returned.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u8)]
pub enum ExitReason {
    /// A jump to a pc that is not a block of the function.
    Jump = 1,
    /// A call whose callee has no place in the table of indirect calls.
    Call = 2,
    /// Recursion too deep for the engine's stack.
    Deep = 3,
    /// A system call asked for more than a result (exit, signal, …).
    Syscall = 4,
    /// An instruction that traps: `ebreak`, or bits that are no instruction.
    Trap = 5,
    /// `--force-exit`.
    Forced = 6,
    /// A call to a function that must be entered with all registers in the
    /// state: an observer or an irregular function.
    Sideways = 7,
    /// A return from code that was entered by the dispatcher.
    Return = 8,
    /// A rounding mode other than to nearest, even was chosen.
    Rounding = 9,
    /// `fence.i`: code may have changed.
    FenceI = 10,
}

impl ExitReason {
    /// All reasons in the order of their status numbers, the first being 1.
    pub const ALL: [ExitReason; 10] = [
        ExitReason::Jump,
        ExitReason::Call,
        ExitReason::Deep,
        ExitReason::Syscall,
        ExitReason::Trap,
        ExitReason::Forced,
        ExitReason::Sideways,
        ExitReason::Return,
        ExitReason::Rounding,
        ExitReason::FenceI,
    ];

    /// The status number that a leaving function returns.
    pub const fn status(self) -> i32 {
        self as i32
    }

    /// The reason with this status number.
    pub fn from_status(status: i32) -> Option<ExitReason> {
        ExitReason::ALL.into_iter().find(|reason| reason.status() == status)
    }

    /// The name in IR text and statistics.
    pub const fn name(self) -> &'static str {
        match self {
            ExitReason::Jump => "jump",
            ExitReason::Call => "call",
            ExitReason::Deep => "deep",
            ExitReason::Syscall => "syscall",
            ExitReason::Trap => "trap",
            ExitReason::Forced => "forced",
            ExitReason::Sideways => "sideways",
            ExitReason::Return => "return",
            ExitReason::Rounding => "rounding",
            ExitReason::FenceI => "fence_i",
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a function takes and gives.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Signature {
    /// The types of the parameters.
    pub params: Vec<Type>,
    /// The types of the results, without the status.
    pub results: Vec<Type>,
    /// Whether it may leave: it then returns one more i32, the status.
    pub may_exit: bool,
}

/// A function that this one calls directly.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Callee {
    /// Its name, unique in the module.
    pub name: String,
    /// What it takes and gives.
    pub signature: Signature,
    /// Whether its first parameter is the stack pointer, by which it does not
    /// write its caller's frame.
    pub takes_sp: bool,
}

/// A service of the host or of the module's own run-time part.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum HostFn {
    /// `(a7, a0, …, a5) -> (a0)`, may exit: a system call.
    Ecall,
    /// `(op: i32, a: i64, b: i64, c: i64, rm: i32) -> i64`: one operation of
    /// the soft-float library on raw bits, for what WebAssembly cannot round.
    Soft,
    /// `(csr: i32) -> i64`: a counter (cycle, time, instret).
    Counter,
}

impl HostFn {
    /// All services.
    pub const ALL: [HostFn; 3] = [HostFn::Ecall, HostFn::Soft, HostFn::Counter];

    /// The name in IR text.
    pub const fn name(self) -> &'static str {
        match self {
            HostFn::Ecall => "ecall",
            HostFn::Soft => "soft",
            HostFn::Counter => "counter",
        }
    }

    /// What it takes and gives.
    pub fn signature(self) -> Signature {
        use Type::{I32, I64};
        let (params, results, may_exit): (&[Type], &[Type], bool) = match self {
            HostFn::Ecall => (&[I64; 7], &[I64], true),
            HostFn::Soft => (&[I32, I64, I64, I64, I32], &[I64], false),
            HostFn::Counter => (&[I32], &[I64], false),
        };
        Signature { params: params.to_vec(), results: results.to_vec(), may_exit }
    }
}

/// Whom a call calls.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Call {
    /// A function of the module.
    Direct(FuncRef),
    /// The function at the guest address that the first argument holds (i64),
    /// through the table of indirect calls; the rest are its arguments. A
    /// target without a place in the table exits with reason `call`.
    Indirect(Signature),
    /// A service of the host.
    Host(HostFn),
}

/// What an instruction does. Results are listed in [`InstData::results`].
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum InstKind {
    /// A constant.
    Const(Const),
    /// An operation on values.
    Op(Op, Vec<Value>),
    /// `select`: the second operand where the first (i32) is not zero, else the
    /// third.
    Select([Value; 3]),
    /// A load at `addr + offset`; `addr` (i32) is an offset into linear memory.
    Load(LoadOp, Value, u32),
    /// A store of a value (last) at `addr + offset`.
    Store(StoreOp, Value, u32, Value),
    /// An atomic access at `addr + offset` with the operands that it takes.
    Atomic(AtomicOp, Value, u32, Vec<Value>),
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
    Call {
        /// Whom.
        call: Call,
        /// The arguments, as many as the callee's signature has parameters.
        args: Vec<Value>,
        /// What this frame hands over when it leaves through this call:
        /// registers that it has redefined, by value. Empty under *truth
        /// always*, where memory and state hold all of it at every call.
        leave: Vec<(StateReg, Value)>,
    },
}

/// An edge to a block with a value for each of its parameters.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Where to.
    pub block: Block,
    /// The values of its parameters.
    pub args: Vec<Value>,
}

impl Target {
    /// An edge without arguments.
    pub const fn to(block: Block) -> Target {
        Target { block, args: Vec::new() }
    }
}

/// How a block ends.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Terminator {
    /// Goes on at a block.
    Jump(Target),
    /// Goes on at `then` where the condition (i32) is not zero.
    Branch {
        /// The condition.
        cond: Value,
        /// Where it is not zero.
        then: Target,
        /// Where it is zero.
        other: Target,
    },
    /// Goes on at the target that the index (i32, unsigned) names.
    Switch {
        /// The index.
        index: Value,
        /// The targets, the first for index 0.
        targets: Vec<Target>,
        /// For every other index.
        default: Target,
    },
    /// Returns the results (with status 0 where the function may exit).
    Return(Vec<Value>),
    /// Calls a function and returns what it returns: its results are this
    /// function's.
    TailCall {
        /// Whom: direct or indirect.
        call: Call,
        /// The arguments.
        args: Vec<Value>,
    },
    /// Writes registers and the pc into the state and returns with a status.
    Exit {
        /// Why.
        reason: ExitReason,
        /// The guest address to go on at (i64).
        pc: Value,
        /// The registers that the function holds.
        state: Vec<(StateReg, Value)>,
    },
    /// Never reached.
    Unreachable,
}

/// A basic block.
#[derive(Clone, Debug, Default)]
pub struct BlockData {
    /// Its parameters.
    pub params: Vec<Value>,
    /// Its instructions in order.
    pub insts: Vec<Inst>,
    /// How it ends; `None` only while the function is being built.
    pub terminator: Option<Terminator>,
    /// The guest address of the instruction that the terminator comes from.
    pub terminator_pc: Option<u64>,
    /// The guest address where the block starts, for labels; `None` for blocks
    /// that no guest instruction starts.
    pub pc: Option<u64>,
}

/// An instruction with its results and where it comes from.
#[derive(Clone, Debug)]
pub struct InstData {
    /// What it does.
    pub kind: InstKind,
    /// What it defines: nothing, one value, or a call's results.
    pub results: Vec<Value>,
    /// The guest address of the instruction that it was lifted from.
    pub pc: Option<u64>,
    /// Of a load: it is known not to fault, so it may go when nothing uses it.
    pub safe: bool,
}

/// Where a value is defined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueDef {
    /// A parameter of a block, by its position.
    Param(Block, usize),
    /// A result of an instruction, by its position.
    Result(Inst, usize),
}

/// A value.
#[derive(Clone, Debug)]
pub struct ValueData {
    /// Its type.
    pub ty: Type,
    /// Its definition.
    pub def: ValueDef,
    /// The variable (by name) that it is a life of: what the printer calls it.
    pub name: Option<String>,
}

/// A mutable variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VarData {
    /// Its name, unique in the function: `a0`, `index.1`.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// A parameter of the function: the register that the caller hands over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Param {
    /// The register's name.
    pub name: String,
    /// The type.
    pub ty: Type,
}

/// How a function is entered and left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Called with arguments, returns results.
    Regular,
    /// Entered by the dispatcher with all registers in the state; every return
    /// is an exit. Irregular functions, observers and continuations are.
    Sideways,
}

/// A function of the IR.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name, unique in the module.
    pub name: String,
    /// The guest address of its first instruction.
    pub address: u64,
    /// How it is entered and left.
    pub kind: Kind,
    /// The registers that it takes; the entry block's parameters, in order.
    pub params: Vec<Param>,
    /// The registers that it gives back, in the order of `Return`'s values.
    pub results: Vec<Param>,
    /// Whether it may leave with a status.
    pub may_exit: bool,
    /// Its variables; none after `promote`.
    pub vars: PrimaryMap<Var, VarData>,
    /// Whom it calls.
    pub callees: PrimaryMap<FuncRef, Callee>,
    /// The distance by which guest addresses lie above offsets in memory.
    pub bias: u32,
    /// Whether the first parameter of all indirect calls is the stack pointer,
    /// as [`Callee::takes_sp`] says it of direct ones.
    pub indirect_takes_sp: bool,
    /// The blocks by id, some perhaps no longer in `layout`.
    pub blocks: PrimaryMap<Block, BlockData>,
    /// The blocks in order; the first is the entry, to which nothing jumps.
    pub layout: Vec<Block>,
    /// The instructions by id.
    pub insts: PrimaryMap<Inst, InstData>,
    /// The values by id.
    pub values: PrimaryMap<Value, ValueData>,
}

impl Function {
    /// An empty function without blocks.
    pub fn new(name: impl Into<String>, address: u64, kind: Kind) -> Function {
        Function {
            name: name.into(),
            address,
            kind,
            params: Vec::new(),
            results: Vec::new(),
            may_exit: kind == Kind::Sideways,
            vars: PrimaryMap::new(),
            callees: PrimaryMap::new(),
            bias: 0,
            indirect_takes_sp: false,
            blocks: PrimaryMap::new(),
            layout: Vec::new(),
            insts: PrimaryMap::new(),
            values: PrimaryMap::new(),
        }
    }

    /// What callers hand over and get back.
    pub fn signature(&self) -> Signature {
        Signature {
            params: self.params.iter().map(|param| param.ty).collect(),
            results: self.results.iter().map(|param| param.ty).collect(),
            may_exit: self.may_exit,
        }
    }

    /// The entry block.
    ///
    /// # Panics
    /// If the function has no block yet.
    pub fn entry(&self) -> Block {
        self.layout[0]
    }

    /// The type of a value.
    pub fn ty(&self, value: Value) -> Type {
        self.values[value].ty
    }

    /// The instruction that defines a value, unless a block parameter does.
    pub fn def(&self, value: Value) -> Option<&InstData> {
        match self.values[value].def {
            ValueDef::Result(inst, _) => Some(&self.insts[inst]),
            ValueDef::Param(..) => None,
        }
    }

    /// The constant that a value is, if an instruction says so.
    pub fn constant(&self, value: Value) -> Option<Const> {
        match self.def(value)?.kind {
            InstKind::Const(constant) => Some(constant),
            _ => None,
        }
    }

    /// What a call takes and gives.
    pub fn call_signature(&self, call: &Call) -> Signature {
        match call {
            Call::Direct(callee) => self.callees[*callee].signature.clone(),
            Call::Indirect(signature) => {
                let mut signature = signature.clone();
                signature.params.insert(0, Type::I64);
                signature
            }
            Call::Host(host) => host.signature(),
        }
    }

    /// Adds an empty block at the end of the layout.
    pub fn add_block(&mut self, pc: Option<u64>) -> Block {
        let block = self.blocks.push(BlockData { pc, ..BlockData::default() });
        self.layout.push(block);
        block
    }

    /// Adds a parameter to a block.
    pub fn add_param(&mut self, block: Block, ty: Type, name: Option<String>) -> Value {
        let position = self.blocks[block].params.len();
        let value = self.values.push(ValueData { ty, def: ValueDef::Param(block, position), name });
        self.blocks[block].params.push(value);
        value
    }

    /// Makes an instruction with results of the given types, in no block yet.
    pub fn make_inst(&mut self, kind: InstKind, results: &[Type], pc: Option<u64>) -> Inst {
        let inst = self.insts.push(InstData { kind, results: Vec::new(), pc, safe: false });
        for (position, &ty) in results.iter().enumerate() {
            let value = self.values.push(ValueData { ty, def: ValueDef::Result(inst, position), name: None });
            self.insts[inst].results.push(value);
        }
        inst
    }

    /// The variable with this name, made if there is none.
    pub fn var(&mut self, name: &str, ty: Type) -> Var {
        let known = self.vars.iter().find(|(_, data)| data.name == name).map(|(var, _)| var);
        known.unwrap_or_else(|| self.vars.push(VarData { name: name.to_owned(), ty }))
    }

    /// The reference to a callee with this name, made if there is none.
    pub fn callee(&mut self, name: &str, signature: Signature) -> FuncRef {
        let known = self.callees.iter().find(|(_, data)| data.name == name).map(|(callee, _)| callee);
        known.unwrap_or_else(|| {
            self.callees.push(Callee { name: name.to_owned(), signature, takes_sp: false })
        })
    }

    /// The terminator of a block.
    ///
    /// # Panics
    /// If the block has none yet: only functions being built have such blocks.
    pub fn terminator(&self, block: Block) -> &Terminator {
        self.blocks[block].terminator.as_ref().expect("a finished block has a terminator")
    }

    /// Replaces every use of each value by what `with` gives for it.
    pub fn rewrite_uses(&mut self, mut with: impl FnMut(Value) -> Value) {
        for &block in &self.layout {
            let data = &mut self.blocks[block];
            for &inst in &data.insts {
                self.insts[inst].kind.for_each_use_mut(|value| *value = with(*value));
            }
            if let Some(terminator) = &mut data.terminator {
                terminator.for_each_use_mut(|value| *value = with(*value));
            }
        }
    }
}

impl InstKind {
    /// Calls `visit` on every value that the instruction uses, in order.
    pub fn for_each_use(&self, mut visit: impl FnMut(Value)) {
        match self {
            InstKind::Const(_) | InstKind::Fence | InstKind::Get(_) | InstKind::GetState(_) => {}
            InstKind::Op(_, args) => args.iter().copied().for_each(visit),
            InstKind::Select(args) => args.iter().copied().for_each(visit),
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
            InstKind::Call { args, leave, .. } => {
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
            InstKind::Select(args) => args.iter_mut().for_each(visit),
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
            InstKind::Call { args, leave, .. } => {
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
            InstKind::Const(_)
            | InstKind::Select(_)
            | InstKind::Get(_)
            | InstKind::GetState(_) => true,
            InstKind::Call { call, .. } => matches!(call, Call::Host(HostFn::Soft)),
            InstKind::Load(..)
            | InstKind::Store(..)
            | InstKind::Atomic(..)
            | InstKind::Fence
            | InstKind::Set(..)
            | InstKind::SetState(..) => false,
        }
    }
}

impl Terminator {
    /// The edges to other blocks, in order.
    pub fn targets(&self) -> Vec<&Target> {
        match self {
            Terminator::Jump(target) => vec![target],
            Terminator::Branch { then, other, .. } => vec![then, other],
            Terminator::Switch { targets, default, .. } => targets.iter().chain([default]).collect(),
            Terminator::Return(_)
            | Terminator::TailCall { .. }
            | Terminator::Exit { .. }
            | Terminator::Unreachable => Vec::new(),
        }
    }

    /// The same, open to change.
    pub fn targets_mut(&mut self) -> Vec<&mut Target> {
        match self {
            Terminator::Jump(target) => vec![target],
            Terminator::Branch { then, other, .. } => vec![then, other],
            Terminator::Switch { targets, default, .. } => targets.iter_mut().chain([default]).collect(),
            Terminator::Return(_)
            | Terminator::TailCall { .. }
            | Terminator::Exit { .. }
            | Terminator::Unreachable => Vec::new(),
        }
    }

    /// Calls `visit` on every value that the terminator uses, edge arguments
    /// included.
    pub fn for_each_use(&self, mut visit: impl FnMut(Value)) {
        match self {
            Terminator::Branch { cond, .. } => visit(*cond),
            Terminator::Switch { index, .. } => visit(*index),
            Terminator::Return(values) => values.iter().copied().for_each(&mut visit),
            Terminator::TailCall { args, .. } => args.iter().copied().for_each(&mut visit),
            Terminator::Exit { pc, state, .. } => {
                visit(*pc);
                state.iter().for_each(|(_, value)| visit(*value));
            }
            Terminator::Jump(_) | Terminator::Unreachable => {}
        }
        for target in self.targets() {
            target.args.iter().copied().for_each(&mut visit);
        }
    }

    /// The same, with each use open to change.
    pub fn for_each_use_mut(&mut self, mut visit: impl FnMut(&mut Value)) {
        match self {
            Terminator::Branch { cond, .. } => visit(cond),
            Terminator::Switch { index, .. } => visit(index),
            Terminator::Return(values) => values.iter_mut().for_each(&mut visit),
            Terminator::TailCall { args, .. } => args.iter_mut().for_each(&mut visit),
            Terminator::Exit { pc, state, .. } => {
                visit(pc);
                state.iter_mut().for_each(|(_, value)| visit(value));
            }
            Terminator::Jump(_) | Terminator::Unreachable => {}
        }
        for target in self.targets_mut() {
            target.args.iter_mut().for_each(&mut visit);
        }
    }
}
