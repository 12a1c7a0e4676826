//! Whom a function calls, and what callees take and give.

use super::{FuncRef, Type};

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
    /// `(inst: i32, a: i64, b: i64, c: i64) -> i32`: the exception flags that a
    /// floating-point instruction raises, given its bits and the raw contents of
    /// the registers that its fields rs1, rs2 and rs3 name.
    Flags,
    /// `(csr: i32) -> i64`: a counter (cycle, time, instret).
    Counter,
    /// `(pc: i64, what: i32, expected: i64, found: i64)`: where the two differ,
    /// something that was taken for granted does not hold, and the program ends.
    /// `what` is the number of a register (the floating-point ones from 32 on), or
    /// a distance in the frame from the `sp` at entry, which is negative. Touches
    /// neither memory nor the state.
    Check,
}

impl HostFn {
    /// All services.
    pub const ALL: [HostFn; 5] = [HostFn::Ecall, HostFn::Soft, HostFn::Flags, HostFn::Counter, HostFn::Check];

    /// The name in IR text.
    pub const fn name(self) -> &'static str {
        match self {
            HostFn::Ecall => "ecall",
            HostFn::Soft => "soft",
            HostFn::Flags => "flags",
            HostFn::Counter => "counter",
            HostFn::Check => "check",
        }
    }

    /// What it takes and gives.
    pub fn signature(self) -> Signature {
        use Type::{I32, I64};
        let (params, results, may_exit): (&[Type], &[Type], bool) = match self {
            HostFn::Ecall => (&[I64; 7], &[I64], true),
            HostFn::Soft => (&[I32, I64, I64, I64, I32], &[I64], false),
            HostFn::Flags => (&[I32, I64, I64, I64], &[I32], false),
            HostFn::Counter => (&[I32], &[I64], false),
            HostFn::Check => (&[I64, I32, I64, I64], &[], false),
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
