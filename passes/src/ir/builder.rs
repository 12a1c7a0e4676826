//! Appends instructions to a block of a function.

use super::{
    AtomicOp, Block, BulkOp, Call, CallInst, Const, Function, InstKind, LoadOp, Op, Results, StateReg,
    StoreOp, Target, Terminator, Type, Value, ValueDef, Var,
};

/// A place to append at: the end of one block, on behalf of one guest
/// instruction.
pub struct Builder<'a> {
    /// The function being built.
    pub func: &'a mut Function,
    /// The block that instructions are appended to.
    pub block: Block,
    /// The guest address that they are made for.
    pub pc: Option<u64>,
}

impl<'a> Builder<'a> {
    /// Appends at the end of `block`.
    pub fn new(func: &'a mut Function, block: Block) -> Builder<'a> {
        Builder { func, block, pc: None }
    }

    fn push(&mut self, kind: InstKind, results: &[Type]) -> Results {
        let inst = self.func.make_inst(kind, results, self.pc);
        self.func.blocks[self.block].insts.push(inst);
        self.func.insts[inst].results.clone()
    }

    fn push_one(&mut self, kind: InstKind, ty: Type) -> Value {
        let inst = self.func.make_inst(kind, &[ty], self.pc);
        self.func.blocks[self.block].insts.push(inst);
        self.func.insts[inst].results[0]
    }

    /// A constant.
    pub fn constant(&mut self, constant: Const) -> Value {
        self.push_one(InstKind::Const(constant), constant.ty())
    }

    /// A 32-bit constant.
    pub fn i32(&mut self, value: i32) -> Value {
        self.constant(Const::I32(value))
    }

    /// A 64-bit constant.
    pub fn i64(&mut self, value: i64) -> Value {
        self.constant(Const::I64(value))
    }

    /// An operation.
    pub fn op(&mut self, op: Op, args: &[Value]) -> Value {
        self.push_one(InstKind::Op(op, args.into()), op.result())
    }

    /// `then` where `cond` (i32) is not zero, else `other`.
    pub fn select(&mut self, then: Value, other: Value, cond: Value) -> Value {
        let ty = self.func.ty(then);
        self.push_one(InstKind::Select([cond, then, other]), ty)
    }

    /// A load at `addr + offset`.
    pub fn load(&mut self, op: LoadOp, addr: Value, offset: u32) -> Value {
        self.push_one(InstKind::Load(op, addr, offset), op.ty())
    }

    /// The same, known not to fault.
    pub fn safe_load(&mut self, op: LoadOp, addr: Value, offset: u32) -> Value {
        let value = self.load(op, addr, offset);
        if let ValueDef::Result(inst, _) = self.func.values[value].def {
            self.func.insts[inst].safe = true;
        }
        value
    }

    /// A store at `addr + offset`.
    pub fn store(&mut self, op: StoreOp, addr: Value, offset: u32, value: Value) {
        self.push(InstKind::Store(op, addr, offset, value), &[]);
    }

    /// An atomic access; its result is the old value.
    pub fn atomic(&mut self, op: AtomicOp, addr: Value, offset: u32, args: &[Value]) -> Value {
        self.push_one(InstKind::Atomic(op, addr, offset, args.into()), op.ty())
    }

    /// A move or a fill of many bytes.
    pub fn bulk(&mut self, op: BulkOp, args: [Value; 3]) {
        self.push(InstKind::Bulk(op, args), &[]);
    }

    /// A memory fence.
    pub fn fence(&mut self) {
        self.push(InstKind::Fence, &[]);
    }

    /// Reads a variable.
    pub fn get(&mut self, var: Var) -> Value {
        let ty = self.func.vars[var].ty;
        self.push_one(InstKind::Get(var), ty)
    }

    /// Writes a variable.
    pub fn set(&mut self, var: Var, value: Value) {
        self.push(InstKind::Set(var, value), &[]);
    }

    /// Reads a global of the state.
    pub fn get_state(&mut self, reg: StateReg) -> Value {
        self.push_one(InstKind::GetState(reg), reg.ty())
    }

    /// Writes a global of the state.
    pub fn set_state(&mut self, reg: StateReg, value: Value) {
        self.push(InstKind::SetState(reg, value), &[]);
    }

    /// A call; its results are the callee's, without the status.
    pub fn call(&mut self, call: Call, args: Vec<Value>, leave: Vec<(StateReg, Value)>) -> Results {
        let signature = self.func.call_signature(&call);
        self.push(InstKind::Call(Box::new(CallInst { call, args, leave })), &signature.results)
    }

    /// Ends the block.
    pub fn terminate(&mut self, terminator: Terminator) {
        let data = &mut self.func.blocks[self.block];
        data.terminator = Some(terminator);
        data.terminator_pc = self.pc;
    }

    /// Ends the block with a jump without arguments.
    pub fn jump(&mut self, block: Block) {
        self.terminate(Terminator::Jump(Target::to(block)));
    }

    /// Ends the block with a branch without arguments.
    pub fn branch(&mut self, cond: Value, then: Block, other: Block) {
        self.terminate(Terminator::Branch { cond, then: Target::to(then), other: Target::to(other) });
    }
}
