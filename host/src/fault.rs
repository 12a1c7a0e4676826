//! Faults of guest code: which signal each is, what its handler is told, and how it is
//! described.

use rv2wat_interp::{FaultKind, Hart};
use rv2wat_isa::X;
use rv2wat_linux::Delivery;

const SIGILL: i32 = 4;
const SIGTRAP: i32 = 5;
/// A misaligned atomic access.
const SIGBUS: i32 = 7;
/// An access outside memory, or a stack that is used up.
pub const SIGSEGV: i32 = 11;

// `si_code` values (asm-generic/siginfo.h).
const ILL_ILLOPC: i32 = 1;
const TRAP_BRKPT: i32 = 1;
const SEGV_MAPERR: i32 = 1;
const SEGV_ACCERR: i32 = 2;
const BUS_ADRALN: i32 = 1;

/// What the guest did that it may not do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The signal that it is.
    pub signal: i32,
    /// `si_code` of its information.
    pub code: i32,
    /// `si_addr`: the instruction of what traps, the place of what was accessed; 0 where
    /// that is not known.
    pub addr: u64,
    /// What happened, for people.
    pub what: String,
}

/// An access that the engine refused. It does not say what, and may say where; the
/// registers are lost.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refused {
    /// Outside memory.
    Outside,
    /// A misaligned atomic access.
    Misaligned,
    /// The engine's own stack was used up.
    TooDeep,
}

impl Fault {
    /// An instruction at `pc` that traps. `bytes` is guest memory from there on.
    pub fn trap(bytes: &[u8], pc: u64) -> Fault {
        let (signal, code, what) = match rv2wat_isa::decode_at(bytes) {
            Ok(decoded) if decoded.inst == rv2wat_isa::Inst::Ebreak => {
                (SIGTRAP, TRAP_BRKPT, format!("breakpoint at pc {pc:#x}"))
            }
            Ok(decoded) => {
                let text = rv2wat_isa::disassemble(&decoded, pc);
                let what = format!("illegal instruction `{text}` ({:#x}) at pc {pc:#x}", decoded.raw);
                (SIGILL, ILL_ILLOPC, what)
            }
            Err(undecodable) => {
                (SIGILL, ILL_ILLOPC, format!("illegal instruction {:#x} at pc {pc:#x}", undecodable.raw))
            }
        };
        Fault { signal, code, addr: pc, what }
    }

    /// A refused access by interpreted code, to a page that is mapped or is not.
    pub fn access(kind: FaultKind, addr: u64, pc: u64, is_mapped: bool) -> Fault {
        let (signal, code) = match kind {
            FaultKind::Misaligned => (SIGBUS, BUS_ADRALN),
            _ if is_mapped => (SIGSEGV, SEGV_ACCERR),
            FaultKind::Load | FaultKind::Store | FaultKind::Fetch => (SIGSEGV, SEGV_MAPERR),
        };
        Fault { signal, code, addr, what: format!("{kind} at address {addr:#x}, pc {pc:#x}") }
    }

    /// A stack that has grown beyond its lowest address.
    pub fn stack(sp: u64) -> Fault {
        Fault { signal: SIGSEGV, code: SEGV_MAPERR, addr: sp, what: format!("stack overflow, sp {sp:#x}") }
    }

    /// An access by translated code that the engine refused, in the function `place`; at
    /// this guest address, modulo 2³², if the engine has said where.
    pub fn refused(kind: Refused, place: &str, addr: Option<u64>) -> Fault {
        let (signal, code, what) = match kind {
            Refused::Outside => (SIGSEGV, SEGV_MAPERR, "access outside memory"),
            Refused::Misaligned => (SIGBUS, BUS_ADRALN, "misaligned atomic access"),
            Refused::TooDeep => (SIGSEGV, SEGV_MAPERR, "recursion too deep"),
        };
        let place = if place.is_empty() { "an unnamed function" } else { place };
        let at = addr.map(|addr| format!(" at address {addr:#x}")).unwrap_or_default();
        Fault { signal, code, addr: addr.unwrap_or(0), what: format!("{what}{at} in {place}") }
    }
}

/// The frames of handlers that run although the registers of what they interrupted are
/// lost. Such a handler may leave by `siglongjmp` or end the process; it cannot return.
#[derive(Clone, Debug, Default)]
pub struct LostFrames {
    frames: Vec<u64>,
}

impl LostFrames {
    /// Why a handler's return ends the process, for people.
    pub const RETURNED: &'static str = "the handler of a fault has returned, and translated code had not \
                                        kept the registers to go on with; --interpret keeps them";

    /// Makes registers for a handler to interrupt: `pc` is the function where the fault
    /// was; the stack is `top` and below, where no frame is in use, unless the handler
    /// has one of its own.
    pub fn stand_in(hart: &mut Hart, delivery: &Delivery, pc: u64, top: u64) {
        hart.pc = pc;
        if delivery.stack.is_none() {
            hart.set(X::SP, top);
        }
    }

    /// Notes a frame that has been made, at its lowest guest address.
    pub fn made(&mut self, frame: u64, lost: bool) {
        // A frame that lay there before has been left otherwise than by a return.
        self.frames.retain(|&other| other != frame);
        if lost {
            self.frames.push(frame);
        }
    }

    /// Whether the frame at this address has no registers to return to.
    pub fn holds(&self, frame: u64) -> bool {
        self.frames.contains(&frame)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ebreak_is_a_breakpoint_and_other_bits_are_illegal() {
        let breakpoint = Fault::trap(&[0x02, 0x90], 0x100);
        assert_eq!((breakpoint.signal, breakpoint.code, breakpoint.addr), (SIGTRAP, TRAP_BRKPT, 0x100));
        assert_eq!(breakpoint.what, "breakpoint at pc 0x100");
        let illegal = Fault::trap(&[0, 0], 0x100);
        assert_eq!((illegal.signal, illegal.what.as_str()), (SIGILL, "illegal instruction 0x0 at pc 0x100"));
    }

    #[test]
    fn accesses_tell_their_address_where_it_is_known() {
        let misaligned = Fault::access(FaultKind::Misaligned, 3, 4, true);
        assert_eq!((misaligned.signal, misaligned.addr), (SIGBUS, 3));
        let fetch = |is_mapped| Fault::access(FaultKind::Fetch, 3, 4, is_mapped);
        assert_eq!((fetch(false).signal, fetch(false).code), (SIGSEGV, SEGV_MAPERR));
        assert_eq!((fetch(true).signal, fetch(true).code), (SIGSEGV, SEGV_ACCERR));
        assert_eq!(Fault::stack(0x8000).addr, 0x8000);
        let refused = Fault::refused(Refused::Outside, "", None);
        assert_eq!(
            (refused.addr, refused.what.as_str()),
            (0, "access outside memory in an unnamed function")
        );
    }

    #[test]
    fn a_frame_in_the_place_of_a_lost_one_can_be_returned_from() {
        let mut lost = LostFrames::default();
        lost.made(0x100, true);
        lost.made(0x200, true);
        lost.made(0x100, false);
        assert!(!lost.holds(0x100) && lost.holds(0x200));
    }
}
