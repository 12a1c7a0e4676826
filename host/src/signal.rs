//! Signal frames on the guest's stack, as the RISC-V kernel lays them out
//! (`struct rt_sigframe`: a `siginfo_t`, then a `ucontext_t` whose
//! `mcontext_t` holds the pc, x1–x31, f0–f31 and `fcsr`).

use rv2wat_interp::Hart;
use rv2wat_isa::{F, X};
use rv2wat_linux::{Delivery, GuestMemory, MemoryFault};

const INFO: u64 = 128;
const UC_STACK: u64 = 16;
const UC_SIGMASK: u64 = 40;
const UC_REGS: u64 = 176;
const UC_FLOATS: u64 = UC_REGS + 32 * 8;
const UC_SIZE: u64 = UC_FLOATS + 528;
/// Bytes of a frame.
pub const FRAME: u64 = INFO + UC_SIZE;

/// Length of an `ecall`.
const ECALL: u64 = 4;

/// `SIGSEGV (11)`: a signal's name and number.
pub fn describe(signal: i32) -> String {
    let name = match signal {
        1 => "SIGHUP",
        2 => "SIGINT",
        3 => "SIGQUIT",
        4 => "SIGILL",
        5 => "SIGTRAP",
        6 => "SIGABRT",
        7 => "SIGBUS",
        8 => "SIGFPE",
        9 => "SIGKILL",
        10 => "SIGUSR1",
        11 => "SIGSEGV",
        12 => "SIGUSR2",
        13 => "SIGPIPE",
        14 => "SIGALRM",
        15 => "SIGTERM",
        _ => "a signal",
    };
    format!("killed by {name} ({signal})")
}

/// Builds the frame of a handler, which interrupts `hart` behind the system call
/// `call` (its number and arguments), and makes `hart` enter it.
///
/// # Errors
/// If there is no room for the frame.
pub fn enter(
    mem: &mut dyn GuestMemory,
    hart: &mut Hart,
    delivery: &Delivery,
    (number, args): (u64, [u64; 6]),
    trampoline: u64,
) -> Result<(), MemoryFault> {
    let mut left = hart.clone();
    if delivery.restart {
        // The call is made again after the handler. What translated code passed
        // it need not be in the state.
        left.set(X::A7, number);
        let count = rv2wat_linux::argument_count(number).unwrap_or(args.len());
        for (reg, arg) in X::all().skip(X::A0.index()).zip(args).take(count) {
            left.set(reg, arg);
        }
        left.pc = left.pc.wrapping_sub(ECALL);
    } else {
        left.set(X::A0, delivery.result.cast_unsigned());
    }
    let top = match delivery.stack {
        Some((base, size)) => base.wrapping_add(size),
        None => hart.get(X::SP),
    };
    let frame = top.wrapping_sub(FRAME) & !15;
    write_frame(mem, frame, &left, delivery)?;
    *hart = left;
    hart.set(X::RA, trampoline);
    hart.set(X::SP, frame);
    hart.set(X::A0, i64::from(delivery.signal).cast_unsigned());
    hart.set(X::new(11), frame);
    hart.set(X::new(12), frame + INFO);
    hart.pc = delivery.handler;
    Ok(())
}

fn write_frame(
    mem: &mut dyn GuestMemory,
    frame: u64,
    hart: &Hart,
    delivery: &Delivery,
) -> Result<(), MemoryFault> {
    let context = frame + INFO;
    mem.fill(frame, FRAME, 0)?;
    mem.write(frame, &delivery.info)?;
    if let Some((base, size)) = delivery.stack {
        mem.write_u64(context + UC_STACK, base)?;
        mem.write_u64(context + UC_STACK + 16, size)?;
    }
    mem.write_u64(context + UC_SIGMASK, delivery.old_mask)?;
    mem.write_u64(context + UC_REGS, hart.pc)?;
    for x in X::all().skip(1) {
        mem.write_u64(context + UC_REGS + 8 * x.index() as u64, hart.get(x))?;
    }
    for f in F::all() {
        mem.write_u64(context + UC_FLOATS + 8 * f.index() as u64, hart.get_f(f))?;
    }
    mem.write_u32(context + UC_FLOATS + 256, u32::from(hart.fcsr()))
}

/// The registers and the signal mask in a frame.
///
/// # Errors
/// If there is no memory.
pub fn read_frame(mem: &mut dyn GuestMemory, frame: u64) -> Result<(Hart, u64), MemoryFault> {
    let context = frame.wrapping_add(INFO);
    let mask = mem.read_u64(context.wrapping_add(UC_SIGMASK))?;
    let mut hart = Hart::at(mem.read_u64(context.wrapping_add(UC_REGS))?);
    for x in X::all().skip(1) {
        hart.set(x, mem.read_u64(context.wrapping_add(UC_REGS + 8 * x.index() as u64))?);
    }
    for f in F::all() {
        hart.set_f(f, mem.read_u64(context.wrapping_add(UC_FLOATS + 8 * f.index() as u64))?);
    }
    hart.set_fcsr(mem.read_u32(context.wrapping_add(UC_FLOATS + 256))? as u8);
    Ok((hart, mask))
}
