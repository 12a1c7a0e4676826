//! Faults of guest code: which signal each is, and how it is described.

use rv2wat_interp::FaultKind;

const SIGILL: i32 = 4;
const SIGTRAP: i32 = 5;
/// A misaligned atomic access.
pub const SIGBUS: i32 = 7;
/// An access outside memory, or a stack that is used up.
pub const SIGSEGV: i32 = 11;

/// The signal of an instruction at `pc` that traps, and what happened. `bytes`
/// is guest memory from there on.
pub fn trap(bytes: &[u8], pc: u64) -> (i32, String) {
    match rv2wat_isa::decode_at(bytes) {
        Ok(decoded) if decoded.inst == rv2wat_isa::Inst::Ebreak => {
            (SIGTRAP, format!("breakpoint at pc {pc:#x}"))
        }
        Ok(decoded) => {
            let text = rv2wat_isa::disassemble(&decoded, pc);
            (SIGILL, format!("illegal instruction `{text}` ({:#x}) at pc {pc:#x}", decoded.raw))
        }
        Err(undecodable) => (SIGILL, format!("illegal instruction {:#x} at pc {pc:#x}", undecodable.raw)),
    }
}

/// The signal of a refused access by interpreted code, and what happened.
pub fn access(kind: FaultKind, addr: u64, pc: u64) -> (i32, String) {
    let signal = match kind {
        FaultKind::Misaligned => SIGBUS,
        FaultKind::Load | FaultKind::Store | FaultKind::Fetch => SIGSEGV,
    };
    (signal, format!("{kind} at address {addr:#x}, pc {pc:#x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_ebreak_is_a_breakpoint_and_other_bits_are_illegal() {
        assert_eq!(trap(&[0x02, 0x90], 0x100), (SIGTRAP, "breakpoint at pc 0x100".to_owned()));
        assert_eq!(trap(&[0, 0], 0x100), (SIGILL, "illegal instruction 0x0 at pc 0x100".to_owned()));
        assert_eq!(access(FaultKind::Misaligned, 3, 4).0, SIGBUS);
        assert_eq!(access(FaultKind::Fetch, 3, 4).0, SIGSEGV);
    }
}
