//! Guest memory as the personality and the interpreter see it: bounds-checked
//! views of the module's linear memory.

use rv2wat_host::{BelowStack, Permissions, Right};
use rv2wat_interp::{Fault, Memory as InterpreterMemory};
use rv2wat_linux::{GuestMemory, Host, MemoryFault, Outcome};
use wasmtime::{AsContextMut, Memory, StoreContextMut};

use super::Guest;
use super::lockstep::{Call, Event};

const WASM_PAGE: u64 = 65_536;

/// Linear memory with its store, so that it can grow.
struct Growing<'a, H: Host + 'static> {
    store: StoreContextMut<'a, Guest<H>>,
    memory: Memory,
    bias: u64,
    permissions: Option<Permissions>,
}

/// The range of memory offsets of `len` bytes at a guest address.
fn range(addr: u64, len: u64, bias: u64, size: usize) -> Option<std::ops::Range<usize>> {
    let start = usize::try_from(addr.checked_sub(bias)?).ok()?;
    let end = start.checked_add(usize::try_from(len).ok()?)?;
    (end <= size).then_some(start..end)
}

impl<H: Host + 'static> Growing<'_, H> {
    /// The first of `len` bytes at `addr` for which a page lacks the right, where that is
    /// checked.
    fn refused(&self, addr: u64, len: u64, right: Right) -> Option<u64> {
        let permissions = self.permissions?;
        let data = self.memory.data(&self.store);
        let byte = |addr: u64| data.get((addr - self.bias) as usize).copied().unwrap_or(0);
        permissions.refused(addr, len, right, byte)
    }

    /// Fails where the guest itself may not access memory.
    fn permit(&self, addr: u64, len: u64, right: Right) -> Result<(), MemoryFault> {
        self.refused(addr, len, right).map_or(Ok(()), |_| Err(MemoryFault { addr, len }))
    }

    /// How many of `len` bytes at `addr` a system call may access.
    fn usable(&self, addr: u64, len: u64, right: Right) -> u64 {
        let backed = if addr < self.bias { 0 } else { len.min(self.end().saturating_sub(addr)) };
        self.refused(addr, backed, right).map_or(backed, |refused| refused - addr)
    }

    /// Sets bytes, whoever may write them.
    fn set(&mut self, addr: u64, len: u64, byte: u8) -> Result<(), MemoryFault> {
        self.touch(addr, len);
        let data = self.memory.data_mut(&mut self.store);
        let range = range(addr, len, self.bias, data.len()).ok_or(MemoryFault { addr, len })?;
        data[range].fill(byte);
        Ok(())
    }

    /// Notes what is about to be written, for who follows.
    fn touch(&mut self, addr: u64, len: u64) {
        if let Some(recorder) = &mut self.store.data_mut().recorder {
            recorder.touched.push((addr, len));
        }
    }
}

impl<H: Host + 'static> GuestMemory for Growing<'_, H> {
    fn read(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        self.permit(addr, buf.len() as u64, Right::Read)?;
        self.peek(addr, buf)
    }

    fn write(&mut self, addr: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        self.permit(addr, bytes.len() as u64, Right::Write)?;
        self.poke(addr, bytes)
    }

    fn readable(&self, addr: u64, len: u64) -> u64 {
        self.usable(addr, len, Right::Read)
    }

    fn writable(&self, addr: u64, len: u64) -> u64 {
        self.usable(addr, len, Right::Write)
    }

    fn peek(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        let len = buf.len() as u64;
        let data = self.memory.data(&self.store);
        let range = range(addr, len, self.bias, data.len()).ok_or(MemoryFault { addr, len })?;
        buf.copy_from_slice(&data[range]);
        Ok(())
    }

    fn poke(&mut self, addr: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        let len = bytes.len() as u64;
        self.touch(addr, len);
        let data = self.memory.data_mut(&mut self.store);
        let range = range(addr, len, self.bias, data.len()).ok_or(MemoryFault { addr, len })?;
        data[range].copy_from_slice(bytes);
        Ok(())
    }

    fn end(&self) -> u64 {
        self.memory.data_size(&self.store) as u64 + self.bias
    }

    fn grow(&mut self, end: u64) -> Result<(), MemoryFault> {
        let fault = MemoryFault { addr: end, len: 0 };
        let wanted = end.checked_sub(self.bias).ok_or(fault)?.div_ceil(WASM_PAGE);
        let present = self.memory.size(&self.store);
        if wanted > present {
            self.memory.grow(&mut self.store, wanted - present).map_err(|_| fault)?;
        }
        Ok(())
    }

    fn protect(&mut self, start: u64, end: u64, prot: Option<u8>) {
        let Some(permissions) = self.permissions else { return };
        let (at, len) = permissions.entries(start, end);
        let filled = self.set(at, len, Permissions::entry(prot));
        debug_assert!(filled.is_ok(), "the table is part of the module");
    }

    fn fill(&mut self, addr: u64, len: u64, byte: u8) -> Result<(), MemoryFault> {
        self.permit(addr, len, Right::Write)?;
        self.set(addr, len, byte)
    }

    fn clear(&mut self, addr: u64, len: u64) -> Result<(), MemoryFault> {
        self.set(addr, len, 0)
    }

    fn copy_within(&mut self, from: u64, to: u64, len: u64) -> Result<(), MemoryFault> {
        self.touch(to, len);
        let data = self.memory.data_mut(&mut self.store);
        let source = range(from, len, self.bias, data.len()).ok_or(MemoryFault { addr: from, len })?;
        let target = range(to, len, self.bias, data.len()).ok_or(MemoryFault { addr: to, len })?;
        data.copy_within(source, target.start);
        Ok(())
    }
}

/// Runs `with` on the process and the memory of a store.
pub fn with_process<H: Host + 'static, T>(
    context: &mut impl AsContextMut<Data = Guest<H>>,
    memory: Memory,
    with: impl FnOnce(&mut rv2wat_linux::Process<H>, &mut dyn GuestMemory) -> T,
) -> Option<T> {
    let mut store = context.as_context_mut();
    let (bias, permissions) = (u64::from(store.data().bias), store.data().permissions);
    let mut process = store.data_mut().process.take()?;
    let mut view = Growing { store, memory, bias, permissions };
    let result = with(&mut process, &mut view);
    view.store.data_mut().process = Some(process);
    Some(result)
}

/// Serves one system call.
pub fn syscall<H: Host + 'static>(
    context: &mut impl AsContextMut<Data = Guest<H>>,
    memory: Memory,
    number: u64,
    args: [u64; 6],
) -> Outcome {
    let mut store = context.as_context_mut();
    let guest = store.data_mut();
    guest.call = (number, args);
    if let Some(recorder) = &mut guest.recorder {
        recorder.touched.clear();
    }
    let strace = guest.strace;
    let outcome = with_process(context, memory, |process, mem| {
        let outcome = process.syscall(mem, number, args);
        if strace {
            eprintln!("{}", process.trace_line(number, args, mem, &outcome));
        }
        outcome
    });
    let outcome = outcome.unwrap_or(Outcome::Deadlock("a system call within a system call"));
    record(context, memory, &outcome);
    outcome
}

/// Records what the last system call did, for who follows.
fn record<H: Host + 'static>(
    context: &mut impl AsContextMut<Data = Guest<H>>,
    memory: Memory,
    outcome: &Outcome,
) {
    let mut store = context.as_context_mut();
    let (bytes, guest) = memory.data_and_store_mut(&mut store);
    let bias = u64::from(guest.bias);
    let Some(recorder) = &mut guest.recorder else { return };
    let written = recorder.touched.drain(..).filter_map(|(addr, len)| {
        let range = range(addr, len, bias, bytes.len())?;
        Some((addr, bytes[range].to_vec()))
    });
    let writes = written.collect();
    let call = Call { call: guest.call, writes, end: bytes.len() as u64 + bias, outcome: outcome.clone() };
    recorder.events.push_back(Event::Call(call));
}

/// Linear memory for the interpreter: it cannot grow while that runs.
pub struct Flat<'a> {
    /// The bytes of linear memory.
    pub bytes: &'a mut [u8],
    /// Guest address minus memory offset.
    pub bias: u64,
    /// What may be accessed, where that is checked.
    pub permissions: Option<Permissions>,
    /// Where nothing may be stored: a stack that is used up ends there.
    pub below_stack: BelowStack,
    /// Nanoseconds since the program started, for the counters.
    pub time: u64,
    /// What counters said, in order.
    pub counted: Vec<u64>,
}

impl Flat<'_> {
    /// Whether pages permit an access.
    fn permit(&self, addr: u64, len: u64, right: Right) -> Result<(), Fault> {
        let Some(permissions) = self.permissions else { return Ok(()) };
        let byte = |addr: u64| self.bytes.get((addr - self.bias) as usize).copied().unwrap_or(0);
        permissions.refused(addr, len, right, byte).map_or(Ok(()), |addr| Err(Fault { addr }))
    }

    fn array<const N: usize>(&self, addr: u64, right: Right) -> Result<[u8; N], Fault> {
        self.permit(addr, N as u64, right)?;
        let start =
            addr.checked_sub(self.bias).and_then(|at| usize::try_from(at).ok()).ok_or(Fault { addr })?;
        self.bytes.get(start..).and_then(<[u8]>::first_chunk).copied().ok_or(Fault { addr })
    }
}

impl InterpreterMemory for Flat<'_> {
    fn load(&mut self, addr: u64, buf: &mut [u8]) -> Result<(), Fault> {
        self.permit(addr, buf.len() as u64, Right::Read)?;
        let range = range(addr, buf.len() as u64, self.bias, self.bytes.len()).ok_or(Fault { addr })?;
        buf.copy_from_slice(&self.bytes[range]);
        Ok(())
    }

    fn store(&mut self, addr: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.permit(addr, bytes.len() as u64, Right::Write)?;
        if self.below_stack.holds(addr) {
            return Err(Fault { addr });
        }
        let range = range(addr, bytes.len() as u64, self.bias, self.bytes.len()).ok_or(Fault { addr })?;
        self.bytes[range].copy_from_slice(bytes);
        Ok(())
    }

    fn check_store(&mut self, addr: u64, len: u64) -> Result<(), Fault> {
        self.permit(addr, len, Right::Write)
    }

    fn fetch(&mut self, addr: u64) -> Result<u32, Fault> {
        let half = |addr| self.array(addr, Right::Execute).map(|half| u32::from(u16::from_le_bytes(half)));
        let low = half(addr)?;
        if low & 3 == 3 { Ok(half(addr.wrapping_add(2))? << 16 | low) } else { Ok(low) }
    }

    fn load_u16(&mut self, addr: u64) -> Result<u16, Fault> {
        self.array(addr, Right::Read).map(u16::from_le_bytes)
    }

    fn load_u32(&mut self, addr: u64) -> Result<u32, Fault> {
        self.array(addr, Right::Read).map(u32::from_le_bytes)
    }

    fn load_u64(&mut self, addr: u64) -> Result<u64, Fault> {
        self.array(addr, Right::Read).map(u64::from_le_bytes)
    }

    fn counter(&mut self, counter: rv2wat_interp::Counter, instret: u64) -> u64 {
        let value = match counter {
            rv2wat_interp::Counter::Instret => self.time.max(instret),
            _ => self.time,
        };
        self.counted.push(value);
        value
    }
}
