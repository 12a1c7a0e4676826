//! The architectural state, and why functions leave with it written down.

use std::fmt;

use rv2wat_isa::Reg;

use super::Type;

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
    /// No global, and only where a function leaves: the value of a register that
    /// the function has redefined. It goes to the slots of inner frames that wait
    /// for it, and to the register's global if no inner frame has given one.
    Give(Reg),
    /// No global, and only where a function leaves: the 8 bytes of the frame at
    /// this distance (bytes) from the guest address that is the value (i64) wait
    /// for what the register held when the function was entered.
    Owe(Reg, i32),
}

impl StateReg {
    /// Whether there is a global for it: all but what is given and owed.
    pub const fn is_global(self) -> bool {
        !matches!(self, StateReg::Give(_) | StateReg::Owe(..))
    }

    /// The type of the global, or of the value that is handed over.
    pub const fn ty(self) -> Type {
        match self {
            StateReg::Reg(Reg::F(_)) | StateReg::Give(Reg::F(_)) => Type::F64,
            StateReg::Reg(Reg::X(_))
            | StateReg::Give(Reg::X(_))
            | StateReg::Owe(..)
            | StateReg::Pc
            | StateReg::StackLimit
            | StateReg::ForceExit => Type::I64,
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
            StateReg::Give(reg) => write!(f, "give.{reg}"),
            StateReg::Owe(reg, offset) => {
                let way = if *offset < 0 { "down" } else { "up" };
                write!(f, "owe.{reg}.{way}{}", offset.unsigned_abs())
            }
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
    /// An access that the pages do not permit, under `--faults=exact`.
    Access = 11,
}

impl ExitReason {
    /// All reasons in the order of their status numbers, the first being 1.
    pub const ALL: [ExitReason; 11] = [
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
        ExitReason::Access,
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
            ExitReason::Access => "access",
        }
    }
}

impl fmt::Display for ExitReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
