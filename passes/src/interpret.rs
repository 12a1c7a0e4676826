//! The IR interpreter: runs one function over a small memory, for tests that
//! compare a function before and after a pass.
//!
//! Calls are answered by a [`Host`]. Where WebAssembly leaves the bits of a NaN
//! to the engine, [`Machine::nan`] chooses them: two runs with different
//! choices must agree on everything that can be seen, which shows that NaNs are
//! canonical there.
//!
//! What it must never know: how the function was made, or what runs it for real.

mod eval;

pub use eval::{CANONICAL_F32, CANONICAL_F64, Outcome, eval};

use std::collections::BTreeMap;

use cranelift_entity::SecondaryMap;

use crate::ir::{
    AtomicOp, Block, BulkOp, Call, Const, ExitReason, Function, HostFn, InstKind, LoadOp, Signature,
    StateReg, StoreOp, Target, Terminator, Type, Value,
};

/// Memory and state: what outlives a call.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct World {
    /// Linear memory.
    pub memory: Vec<u8>,
    /// The globals of the state; what is absent is zero.
    pub state: BTreeMap<StateReg, Const>,
}

/// Whom a call calls, as the host sees it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Callee {
    /// A function by name.
    Named(String),
    /// The function at a guest address.
    Address(i64),
    /// A service.
    Host(HostFn),
}

/// How a callee ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Reply {
    /// It returned these values.
    Results(Vec<Const>),
    /// It left with this status.
    Left(i32),
}

/// Answers calls.
pub trait Host {
    /// A call of something with this signature (without the address of an
    /// indirect call).
    fn call(&mut self, world: &mut World, callee: Callee, signature: &Signature, args: &[Const]) -> Reply;
}

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum End {
    /// With these results.
    Returned(Vec<Const>),
    /// By an exit; the state was written.
    Exited(ExitReason),
    /// Because a callee left with this status; the state was written.
    Left(i32),
    /// In a trap: an access outside memory, WebAssembly's divisions, or the
    /// block that is never reached.
    Trapped(&'static str),
    /// Not at all, in the steps given.
    OutOfSteps,
    /// The function is no good: what the verifier would refuse.
    Invalid(&'static str),
}

/// How to run.
#[derive(Clone, Copy, Debug)]
pub struct Machine {
    /// How many instructions and terminators may run.
    pub steps: u64,
    /// Chooses sign and payload of NaNs that the engine may choose.
    pub nan: u64,
}

impl Machine {
    /// Runs a function on arguments.
    pub fn run(self, func: &Function, args: &[Const], world: &mut World, host: &mut dyn Host) -> End {
        let mut frame =
            Frame { func, machine: self, values: SecondaryMap::new(), vars: Vec::new(), world, host };
        frame.vars = func.vars.values().map(|var| Const::zero(var.ty)).collect();
        frame.run(args).unwrap_or_else(|end| end)
    }
}

struct Frame<'a> {
    func: &'a Function,
    machine: Machine,
    values: SecondaryMap<Value, Option<Const>>,
    vars: Vec<Const>,
    world: &'a mut World,
    host: &'a mut dyn Host,
}

/// An end in the middle of things.
type Step<T> = Result<T, End>;

impl Frame<'_> {
    fn run(&mut self, args: &[Const]) -> Step<End> {
        let func = self.func;
        let mut block = func.entry();
        self.enter(block, args.to_vec())?;
        loop {
            for &inst in &func.blocks[block].insts {
                self.tick()?;
                let results = self.execute(&func.insts[inst].kind)?;
                if results.len() != func.insts[inst].results.len() {
                    return Err(End::Invalid("results do not match"));
                }
                for (&value, result) in func.insts[inst].results.iter().zip(results) {
                    self.values[value] = Some(result);
                }
            }
            self.tick()?;
            let target = match self.transfer(func.terminator(block))? {
                Ok(target) => target,
                Err(end) => return Ok(end),
            };
            let args = target.args.iter().map(|&arg| self.get(arg)).collect::<Step<Vec<Const>>>()?;
            block = target.block;
            self.enter(block, args)?;
        }
    }

    fn tick(&mut self) -> Step<()> {
        self.machine.steps = self.machine.steps.checked_sub(1).ok_or(End::OutOfSteps)?;
        Ok(())
    }

    fn enter(&mut self, block: Block, args: Vec<Const>) -> Step<()> {
        let params = &self.func.blocks[block].params;
        if params.len() != args.len() {
            return Err(End::Invalid("arguments do not match"));
        }
        for (&param, arg) in params.iter().zip(args) {
            self.values[param] = Some(arg);
        }
        Ok(())
    }

    fn get(&self, value: Value) -> Step<Const> {
        self.values[value].ok_or(End::Invalid("a value is used before it is defined"))
    }

    fn get_all(&self, values: &[Value]) -> Step<Vec<Const>> {
        values.iter().map(|&value| self.get(value)).collect()
    }

    fn get_i32(&self, value: Value) -> Step<i32> {
        match self.get(value)? {
            Const::I32(value) => Ok(value),
            _ => Err(End::Invalid("an i32 is wanted")),
        }
    }

    /// Where to go, or how it ends.
    fn transfer<'f>(&mut self, terminator: &'f Terminator) -> Step<Result<&'f Target, End>> {
        Ok(match terminator {
            Terminator::Jump(target) => Ok(target),
            Terminator::Branch { cond, then, other } => {
                Ok(if self.get_i32(*cond)? != 0 { then } else { other })
            }
            Terminator::Switch { index, targets, default } => {
                Ok(targets.get(self.get_i32(*index)? as u32 as usize).unwrap_or(default))
            }
            Terminator::Return(values) => Err(End::Returned(self.get_all(values)?)),
            Terminator::TailCall { call, args } => Err(match self.call(call, args)? {
                Reply::Results(results) => End::Returned(results),
                Reply::Left(status) => End::Left(status),
            }),
            Terminator::Exit { reason, pc, state } => {
                let pc = self.get(*pc)?;
                self.write_state(state)?;
                self.world.state.insert(StateReg::Pc, pc);
                Err(End::Exited(*reason))
            }
            Terminator::Unreachable => Err(End::Trapped("unreachable")),
        })
    }

    fn write_state(&mut self, state: &[(StateReg, Value)]) -> Step<()> {
        for &(reg, value) in state {
            let value = self.get(value)?;
            self.world.state.insert(reg, value);
        }
        Ok(())
    }

    fn call(&mut self, call: &Call, args: &[Value]) -> Step<Reply> {
        let mut signature = self.func.call_signature(call);
        let mut args = self.get_all(args)?;
        let callee = match call {
            Call::Direct(callee) => Callee::Named(self.func.callees[*callee].name.clone()),
            Call::Indirect(_) => match args.first() {
                Some(&Const::I64(address)) => {
                    args.remove(0);
                    signature.params.remove(0);
                    Callee::Address(address)
                }
                _ => return Err(End::Invalid("an indirect call wants an i64 first")),
            },
            Call::Host(host) => Callee::Host(*host),
        };
        match self.host.call(self.world, callee, &signature, &args) {
            Reply::Left(_) if !signature.may_exit => Err(End::Invalid("a callee left that may not")),
            reply => Ok(reply),
        }
    }

    fn execute(&mut self, kind: &InstKind) -> Step<Vec<Const>> {
        Ok(match kind {
            InstKind::Const(constant) => vec![constant.settled()],
            InstKind::Op(op, args) => match eval(*op, &self.get_all(args)?) {
                Outcome::Value(value) => vec![value],
                Outcome::AnyNan(ty) => vec![self.any_nan(ty)],
                Outcome::Trap => return Err(End::Trapped("division")),
                Outcome::Mistyped => return Err(End::Invalid("operands are mistyped")),
            },
            InstKind::Select([cond, then, other]) => {
                vec![self.get(if self.get_i32(*cond)? != 0 { *then } else { *other })?]
            }
            InstKind::Load(op, addr, offset) => vec![self.load(*op, *addr, *offset)?],
            InstKind::Store(op, addr, offset, value) => {
                self.store(*op, *addr, *offset, *value)?;
                Vec::new()
            }
            InstKind::Atomic(op, addr, offset, args) => vec![self.atomic(*op, *addr, *offset, args)?],
            InstKind::Bulk(op, args) => {
                self.bulk(*op, args)?;
                Vec::new()
            }
            InstKind::Fence => Vec::new(),
            InstKind::Get(var) => vec![self.vars[var.as_u32() as usize]],
            InstKind::Set(var, value) => {
                self.vars[var.as_u32() as usize] = self.get(*value)?;
                Vec::new()
            }
            InstKind::GetState(reg) => {
                vec![self.world.state.get(reg).copied().unwrap_or(Const::zero(reg.ty()))]
            }
            InstKind::SetState(reg, value) => {
                let value = self.get(*value)?;
                self.world.state.insert(*reg, value);
                Vec::new()
            }
            InstKind::Call(call) => match self.call(&call.call, &call.args)? {
                Reply::Results(results) => results,
                Reply::Left(status) => {
                    self.write_state(&call.leave)?;
                    return Err(End::Left(status));
                }
            },
        })
    }

    fn any_nan(&self, ty: Type) -> Const {
        let sign = self.machine.nan & 1;
        let payload = self.machine.nan >> 1 & 0xffff;
        match ty {
            Type::F32 => Const::F32(CANONICAL_F32 | (sign as u32) << 31 | payload as u32),
            _ => Const::F64(CANONICAL_F64 | sign << 63 | payload),
        }
    }

    /// The bytes of an access; WebAssembly's effective addresses do not wrap.
    fn range(&self, addr: Value, offset: u32, bytes: u32) -> Step<std::ops::Range<usize>> {
        let start = u64::from(self.get_i32(addr)? as u32) + u64::from(offset);
        let end = start + u64::from(bytes);
        if end > self.world.memory.len() as u64 {
            return Err(End::Trapped("access outside memory"));
        }
        Ok(start as usize..end as usize)
    }

    fn bulk(&mut self, op: BulkOp, &[place, from, size]: &[Value; 3]) -> Step<()> {
        let size = self.get_i32(size)? as u32;
        let range = self.range(place, 0, size)?;
        match op {
            BulkOp::Copy => {
                let from = self.range(from, 0, size)?;
                self.world.memory.copy_within(from, range.start);
            }
            BulkOp::Fill => {
                let byte = self.get_i32(from)? as u8;
                self.world.memory[range].fill(byte);
            }
        }
        Ok(())
    }

    fn raw(&self, range: std::ops::Range<usize>) -> u64 {
        self.world.memory[range].iter().rev().fold(0, |bits, &byte| bits << 8 | u64::from(byte))
    }

    fn put(&mut self, range: std::ops::Range<usize>, bits: u64) {
        for (byte, new) in self.world.memory[range].iter_mut().zip(bits.to_le_bytes()) {
            *byte = new;
        }
    }

    fn load(&self, op: LoadOp, addr: Value, offset: u32) -> Step<Const> {
        let bits = self.raw(self.range(addr, offset, op.bytes())?);
        Ok(match op {
            LoadOp::I32Load8S => Const::I32(i32::from(bits as i8)),
            LoadOp::I32Load16S => Const::I32(i32::from(bits as i16)),
            LoadOp::I32Load8U | LoadOp::I32Load16U | LoadOp::I32Load => Const::I32(bits as i32),
            LoadOp::I64Load8S => Const::I64(i64::from(bits as i8)),
            LoadOp::I64Load16S => Const::I64(i64::from(bits as i16)),
            LoadOp::I64Load32S => Const::I64(i64::from(bits as i32)),
            LoadOp::I64Load8U | LoadOp::I64Load16U | LoadOp::I64Load32U | LoadOp::I64Load => {
                Const::I64(bits as i64)
            }
            LoadOp::F32Load => Const::F32(bits as u32),
            LoadOp::F64Load => Const::F64(bits),
        })
    }

    fn store(&mut self, op: StoreOp, addr: Value, offset: u32, value: Value) -> Step<()> {
        let range = self.range(addr, offset, op.bytes())?;
        let value = self.get(value)?;
        if value.ty() != op.ty() {
            return Err(End::Invalid("a stored value is mistyped"));
        }
        self.put(range, bits_of(value));
        Ok(())
    }

    fn atomic(&mut self, op: AtomicOp, addr: Value, offset: u32, args: &[Value]) -> Step<Const> {
        let range = self.range(addr, offset, op.bytes())?;
        if range.start % op.bytes() as usize != 0 {
            return Err(End::Trapped("unaligned atomic access"));
        }
        let args = self.get_all(args)?;
        if args.len() != op.operands() || args.iter().any(|arg| arg.ty() != op.ty()) {
            return Err(End::Invalid("an atomic access is mistyped"));
        }
        let wide = op.ty() == Type::I64;
        let old = self.raw(range.clone());
        let arg = |index: usize| args.get(index).map_or(0, |&arg| bits_of(arg));
        let signed = |bits: u64| if wide { bits as i64 } else { i64::from(bits as i32) };
        let pick = |first: bool| if first { old } else { arg(0) };
        let new = match op {
            AtomicOp::I32Load | AtomicOp::I64Load => old,
            AtomicOp::I32Add | AtomicOp::I64Add => old.wrapping_add(arg(0)),
            AtomicOp::I32And | AtomicOp::I64And => old & arg(0),
            AtomicOp::I32Or | AtomicOp::I64Or => old | arg(0),
            AtomicOp::I32Xor | AtomicOp::I64Xor => old ^ arg(0),
            AtomicOp::I32Xchg | AtomicOp::I64Xchg => arg(0),
            AtomicOp::I32Cmpxchg | AtomicOp::I64Cmpxchg => {
                if old == arg(0) {
                    arg(1)
                } else {
                    old
                }
            }
            AtomicOp::I32Min | AtomicOp::I64Min => pick(signed(old) < signed(arg(0))),
            AtomicOp::I32Max | AtomicOp::I64Max => pick(signed(old) > signed(arg(0))),
            AtomicOp::I32Minu | AtomicOp::I64Minu => pick(old < arg(0)),
            AtomicOp::I32Maxu | AtomicOp::I64Maxu => pick(old > arg(0)),
        };
        self.put(range, new);
        Ok(if wide { Const::I64(old as i64) } else { Const::I32(old as i32) })
    }
}

/// The bits of a value, 32-bit ones zero-extended.
pub fn bits_of(value: Const) -> u64 {
    match value {
        Const::I32(value) => u64::from(value as u32),
        Const::I64(value) => value as u64,
        Const::F32(bits) => u64::from(bits),
        Const::F64(bits) => bits,
        Const::Undef(_) => 0,
    }
}
