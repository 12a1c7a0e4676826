//! The fetch, decode and execute loop, and the reasons for which it stops.

use rv2wat_isa::{Decoded, Undecodable, decode};

use crate::exec::{Trap, execute};
use crate::hart::Hart;
use crate::memory::{Fault, Memory};

/// Which access faulted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// A load, or the load of an `lr`.
    Load,
    /// A store, an `sc`, an atomic operation or a cache-block operation.
    Store,
    /// An instruction fetch.
    Fetch,
    /// An atomic access whose address is not a multiple of its width. (Plain
    /// loads and stores may be misaligned.)
    Misaligned,
}

impl std::fmt::Display for FaultKind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            FaultKind::Load => "load fault",
            FaultKind::Store => "store fault",
            FaultKind::Fetch => "fetch fault",
            FaultKind::Misaligned => "misaligned atomic access",
        })
    }
}

/// Why [`run`] stopped. The hart holds the precise state: `hart.pc` is the
/// instruction that stopped it where that one did not execute (`Ebreak`,
/// `Illegal`, `Fault`), and the next to execute otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Stop {
    /// An `ecall` executed; `hart.pc` is after it.
    Ecall,
    /// An `ebreak`.
    Ebreak {
        /// Its address.
        pc: u64,
    },
    /// Bits that are no instruction, or an instruction that is illegal here:
    /// a reserved rounding mode, an unknown or read-only CSR.
    Illegal {
        /// Address of the instruction.
        pc: u64,
        /// Its bits, zero-extended from `len` bytes.
        raw: u32,
        /// 2 or 4 bytes.
        len: u8,
    },
    /// A memory access was refused.
    Fault {
        /// Address of the instruction.
        pc: u64,
        /// Address of the access.
        addr: u64,
        /// Which access.
        kind: FaultKind,
    },
    /// A `fence.i` executed: code may have changed.
    FenceI {
        /// The address after it.
        pc: u64,
    },
    /// Control went to `hart.pc`, and the caller asked to stop there.
    Target,
    /// The instruction budget is used up.
    Limit,
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Stop::Ecall => f.write_str("ecall"),
            Stop::Ebreak { pc } => write!(f, "ebreak at {pc:#x}"),
            Stop::Illegal { pc, raw, len } => {
                let digits = 2 * usize::from(*len);
                write!(f, "illegal instruction {raw:0digits$x} at {pc:#x}")
            }
            Stop::Fault { pc, addr, kind } => write!(f, "{kind} at pc {pc:#x}, address {addr:#x}"),
            Stop::FenceI { pc } => write!(f, "fence.i before {pc:#x}"),
            Stop::Target => f.write_str("target reached"),
            Stop::Limit => f.write_str("instruction limit reached"),
        }
    }
}

/// How an executed instruction left the pc.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flow {
    /// It goes on at the next instruction.
    Next,
    /// A jump or a taken branch.
    Transfer,
}

/// A memo of the decoder.
///
/// It is keyed by the bits of an instruction and not by its address: decoding is
/// a function of the bits alone, so changed code needs no invalidation.
struct Memo {
    /// Direct-mapped, empty until first used.
    entries: Vec<Option<(u32, Decoded)>>,
}

impl Memo {
    const BITS: u32 = 10;

    fn decode(&mut self, word: u32) -> Result<Decoded, Undecodable> {
        // The golden ratio spreads encodings that differ in few fields.
        let slot = (word.wrapping_mul(0x9e37_79b1) >> (32 - Memo::BITS)) as usize;
        if let Some(&Some((key, decoded))) = self.entries.get(slot)
            && key == word
        {
            return Ok(decoded);
        }
        let decoded = decode(word)?;
        if self.entries.is_empty() {
            self.entries = vec![None; 1 << Memo::BITS];
        }
        self.entries[slot] = Some((word, decoded));
        Ok(decoded)
    }
}

/// Runs harts, and remembers what it decoded from one run to the next. It holds
/// no guest state: any interpreter can go on where another stopped.
pub struct Interpreter {
    memo: Memo,
}

impl Default for Interpreter {
    fn default() -> Interpreter {
        Interpreter::new()
    }
}

impl Interpreter {
    /// An interpreter that has decoded nothing yet.
    pub const fn new() -> Interpreter {
        let entries = Vec::new();
        Interpreter { memo: Memo { entries } }
    }

    /// Runs until something stops it; returns why, and the number of
    /// instructions executed, which is at most `limit`.
    ///
    /// `stop_at` is asked about the pc after each jump and each taken branch,
    /// and after an instruction that sets a nonzero `frm` to zero; yes stops
    /// with [`Stop::Target`]. It is not asked while `frm` is not zero:
    /// translated code rounds to nearest, so control must not go back to it
    /// before.
    pub fn run<M: Memory + ?Sized>(
        &mut self,
        hart: &mut Hart,
        mem: &mut M,
        stop_at: &mut dyn FnMut(u64) -> bool,
        limit: u64,
    ) -> (Stop, u64) {
        let mut executed = 0;
        while executed < limit {
            let frm_before = hart.frm;
            match step_with(hart, mem, |word| self.memo.decode(word)) {
                Ok(flow) => {
                    executed += 1;
                    let ask = flow == Flow::Transfer || frm_before != 0;
                    if ask && hart.frm == 0 && stop_at(hart.pc) {
                        return (Stop::Target, executed);
                    }
                }
                Err(stop @ (Stop::Ecall | Stop::FenceI { .. })) => return (stop, executed + 1),
                Err(stop) => return (stop, executed),
            }
        }
        (Stop::Limit, executed)
    }
}

/// [`Interpreter::run`] by an interpreter of its own.
pub fn run<M: Memory + ?Sized>(
    hart: &mut Hart,
    mem: &mut M,
    stop_at: &mut dyn FnMut(u64) -> bool,
    limit: u64,
) -> (Stop, u64) {
    Interpreter::new().run(hart, mem, stop_at, limit)
}

/// Executes one instruction.
///
/// # Errors
/// The reason why it stopped instead (never [`Stop::Target`] or
/// [`Stop::Limit`]); the hart is unchanged, but for an `ecall` or a `fence.i`,
/// which count as executed and leave the pc behind them.
pub fn step<M: Memory + ?Sized>(hart: &mut Hart, mem: &mut M) -> Result<Flow, Stop> {
    step_with(hart, mem, decode)
}

fn step_with<M: Memory + ?Sized>(
    hart: &mut Hart,
    mem: &mut M,
    decode: impl FnOnce(u32) -> Result<Decoded, Undecodable>,
) -> Result<Flow, Stop> {
    let pc = hart.pc;
    let fetch_fault = |Fault { addr }| Stop::Fault { pc, addr, kind: FaultKind::Fetch };
    let word = mem.fetch(pc).map_err(fetch_fault)?;
    let decoded = decode(word).map_err(|bits| Stop::Illegal { pc, raw: bits.raw, len: bits.len })?;
    let next = pc.wrapping_add(u64::from(decoded.len));
    let (flow, pc) = match execute(hart, mem, decoded.inst, next) {
        Ok(None) => (Ok(Flow::Next), next),
        Ok(Some(target)) => (Ok(Flow::Transfer), target),
        Err(Trap::Ecall) => (Err(Stop::Ecall), next),
        Err(Trap::FenceI) => (Err(Stop::FenceI { pc: next }), next),
        Err(Trap::Ebreak) => return Err(Stop::Ebreak { pc }),
        Err(Trap::Fault { addr, kind }) => return Err(Stop::Fault { pc, addr, kind }),
        Err(Trap::Illegal) => {
            return Err(Stop::Illegal { pc, raw: decoded.raw, len: decoded.len });
        }
    };
    hart.pc = pc;
    hart.instret = hart.instret.wrapping_add(1);
    flow
}
