//! The IR: functions of basic blocks with block parameters, in SSA form but
//! for [`InstKind::Get`] and [`InstKind::Set`], which read and write mutable
//! variables until the `promote` pass turns them into values.
//!
//! Operations are WebAssembly's own wherever one fits, so that a line of IR and
//! the line of WAT that it becomes look alike. What WebAssembly lacks (RISC-V's
//! division, NaN boxing, …) is an operation named `rv.…`, which the printer
//! calls as a small helper function.

mod builder;
mod call;
mod compact;
mod entity;
mod function;
mod inst;
mod names;
mod op;
mod operands;
mod state;
mod terminator;

pub use builder::Builder;
pub use call::{Call, Callee, HostFn, Signature};
pub use entity::{Block, FuncRef, Inst, Name, Value, Var};
pub use function::{BlockData, Function, Kind, Param, ValueData, ValueDef, VarData};
pub use inst::{CallInst, Const, InstData, InstKind, Results};
pub use names::Names;
pub use op::{AtomicOp, BulkOp, LoadOp, Op, StoreOp, Type};
pub use operands::Operands;
pub use state::{ExitReason, StateReg};
pub use terminator::{Target, Terminator};
