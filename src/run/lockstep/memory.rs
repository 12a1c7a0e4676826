//! The second machine's memory: a copy, with counters that say what they said to
//! the first machine.

use std::collections::VecDeque;

use rv2wat_host::{Permissions, Right};
use rv2wat_interp::{Counter, Fault, Memory};
use rv2wat_linux::{GuestMemory, MemoryFault};

use super::Event;

/// The copy.
pub struct Twin {
    bytes: Vec<u8>,
    bias: u64,
    permissions: Option<Permissions>,
    /// What the host did that this machine has not come by yet.
    pub events: VecDeque<Event>,
    /// The data accesses of the instruction at hand: guest address, length, and
    /// whether it was a store.
    pub accesses: Vec<(u64, u64, bool)>,
    failure: Option<String>,
}

impl Twin {
    /// A copy of linear memory, whose first byte is at guest address `bias`, and with a
    /// table of permissions if accesses are checked.
    pub fn new(bytes: Vec<u8>, bias: u64, permissions: Option<u64>) -> Twin {
        let permissions = permissions.map(Permissions::at);
        Twin { bytes, bias, permissions, events: VecDeque::new(), accesses: Vec::new(), failure: None }
    }

    /// The guest address of the first byte.
    pub fn start(&self) -> u64 {
        self.bias
    }

    /// The guest address after the last byte.
    pub fn end(&self) -> u64 {
        self.bias + self.bytes.len() as u64
    }

    /// Grows with the first machine's memory.
    pub fn grow_to(&mut self, end: u64) {
        let len = usize::try_from(end.saturating_sub(self.bias)).unwrap_or(usize::MAX);
        if len > self.bytes.len() {
            self.bytes.resize(len, 0);
        }
    }

    /// The bytes of a range of guest addresses.
    pub fn bytes(&self, range: std::ops::Range<u64>) -> Option<&[u8]> {
        let len = usize::try_from(range.end.checked_sub(range.start)?).ok()?;
        self.bytes.get(self.range(range.start, len)?)
    }

    /// What went wrong behind the interpreter's back.
    pub fn take_failure(&mut self) -> Option<String> {
        self.failure.take()
    }

    fn permit(&self, addr: u64, len: u64, right: Right) -> Result<(), Fault> {
        let Some(permissions) = self.permissions else { return Ok(()) };
        let byte = |addr: u64| self.bytes.get((addr - self.bias) as usize).copied().unwrap_or(0);
        permissions.refused(addr, len, right, byte).map_or(Ok(()), |addr| Err(Fault { addr }))
    }

    fn range(&self, addr: u64, len: usize) -> Option<std::ops::Range<usize>> {
        let start = usize::try_from(addr.checked_sub(self.bias)?).ok()?;
        let end = start.checked_add(len)?;
        (end <= self.bytes.len()).then_some(start..end)
    }
}

impl Memory for Twin {
    fn load(&mut self, addr: u64, buf: &mut [u8]) -> Result<(), Fault> {
        self.permit(addr, buf.len() as u64, Right::Read)?;
        let range = self.range(addr, buf.len()).ok_or(Fault { addr })?;
        buf.copy_from_slice(&self.bytes[range]);
        self.accesses.push((addr, buf.len() as u64, false));
        Ok(())
    }

    fn check_store(&mut self, addr: u64, len: u64) -> Result<(), Fault> {
        self.permit(addr, len, Right::Write)
    }

    fn store(&mut self, addr: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.permit(addr, bytes.len() as u64, Right::Write)?;
        let range = self.range(addr, bytes.len()).ok_or(Fault { addr })?;
        self.bytes[range].copy_from_slice(bytes);
        self.accesses.push((addr, bytes.len() as u64, true));
        Ok(())
    }

    fn fetch(&mut self, addr: u64) -> Result<u32, Fault> {
        let half = |at: u64| {
            self.permit(at, 2, Right::Execute)?;
            let range = self.range(at, 2).ok_or(Fault { addr: at })?;
            Ok(u32::from(u16::from_le_bytes([self.bytes[range.start], self.bytes[range.start + 1]])))
        };
        let low = half(addr)?;
        if low & 3 == 3 { Ok(half(addr.wrapping_add(2))? << 16 | low) } else { Ok(low) }
    }

    fn counter(&mut self, _: Counter, _: u64) -> u64 {
        match self.events.pop_front() {
            Some(Event::Counter(value)) => value,
            event => {
                self.failure = Some(format!("interpreted, the program reads a counter and not {event:?}"));
                0
            }
        }
    }
}

impl GuestMemory for Twin {
    fn read(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        let len = buf.len() as u64;
        let range = self.range(addr, buf.len()).ok_or(MemoryFault { addr, len })?;
        buf.copy_from_slice(&self.bytes[range]);
        Ok(())
    }

    fn write(&mut self, addr: u64, bytes: &[u8]) -> Result<(), MemoryFault> {
        let len = bytes.len() as u64;
        let range = self.range(addr, bytes.len()).ok_or(MemoryFault { addr, len })?;
        self.bytes[range].copy_from_slice(bytes);
        Ok(())
    }

    fn end(&self) -> u64 {
        Twin::end(self)
    }

    fn grow(&mut self, end: u64) -> Result<(), MemoryFault> {
        self.grow_to(end);
        Ok(())
    }
}
