//! A memory and a host for tests, here and in the crates that build on this.
//!
//! Nothing in it is random or takes time: the clock moves when it is read or
//! slept on, and everything written can be looked at.

use crate::errno::Errno;
use crate::guest::{GuestMemory, MemoryFault};
use crate::host::{Clock, Host, Input, Output};

/// Guest memory in a vector, from [`VecMemory::BASE`] up.
#[derive(Clone, Debug, Default)]
pub struct VecMemory {
    bytes: Vec<u8>,
    /// One past the highest address that it will grow to.
    pub limit: u64,
}

impl VecMemory {
    /// Lowest backed guest address.
    pub const BASE: u64 = 0x10000;

    /// Empty memory that can grow to `limit`.
    pub fn new(limit: u64) -> VecMemory {
        VecMemory { bytes: Vec::new(), limit }
    }

    fn range(&self, addr: u64, len: usize) -> Result<std::ops::Range<usize>, MemoryFault> {
        let fault = MemoryFault { addr, len: len as u64 };
        let start = addr.checked_sub(Self::BASE).ok_or(fault)?;
        let end = start.checked_add(len as u64).ok_or(fault)?;
        if end > self.bytes.len() as u64 {
            return Err(fault);
        }
        Ok(start as usize..end as usize)
    }
}

impl GuestMemory for VecMemory {
    fn read(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        let range = self.range(addr, buf.len())?;
        buf.copy_from_slice(&self.bytes[range]);
        Ok(())
    }

    fn write(&mut self, addr: u64, data: &[u8]) -> Result<(), MemoryFault> {
        let range = self.range(addr, data.len())?;
        self.bytes[range].copy_from_slice(data);
        Ok(())
    }

    fn end(&self) -> u64 {
        Self::BASE + self.bytes.len() as u64
    }

    fn grow(&mut self, end: u64) -> Result<(), MemoryFault> {
        if end > self.limit {
            return Err(MemoryFault { addr: end, len: 0 });
        }
        if end > self.end() {
            self.bytes.resize((end - Self::BASE) as usize, 0);
        }
        Ok(())
    }
}

/// A host whose input is given and whose output is kept.
#[derive(Clone, Debug, Default)]
pub struct FakeHost {
    /// What reading standard input gives, then its end.
    pub input: Vec<u8>,
    /// Everything written to standard output.
    pub output: Vec<u8>,
    /// Everything written to standard error.
    pub errors: Vec<u8>,
    /// The time of all clocks, in nanoseconds.
    pub now: u64,
    /// Whether the console is a terminal.
    pub terminal: bool,
    next: u8,
}

impl Host for FakeHost {
    fn clock(&mut self, _clock: Clock) -> u64 {
        self.now += 1000;
        self.now
    }

    fn random(&mut self, buf: &mut [u8]) {
        for byte in buf {
            self.next = self.next.wrapping_mul(5).wrapping_add(17);
            *byte = self.next;
        }
    }

    fn sleep(&mut self, nanoseconds: u64) {
        self.now = self.now.saturating_add(nanoseconds);
    }

    fn read_input(&mut self, buf: &mut [u8]) -> Result<usize, Errno> {
        let n = buf.len().min(self.input.len());
        buf[..n].copy_from_slice(&self.input[..n]);
        self.input.drain(..n);
        Ok(n)
    }

    fn poll_input(&mut self, _timeout: Option<u64>) -> Result<Input, Errno> {
        Ok(Input::Ready)
    }

    fn write_output(&mut self, output: Output, data: &[u8]) -> Result<usize, Errno> {
        match output {
            Output::Stdout => self.output.extend_from_slice(data),
            Output::Stderr => self.errors.extend_from_slice(data),
        }
        Ok(data.len())
    }

    fn input_is_terminal(&self) -> bool {
        self.terminal
    }

    fn output_is_terminal(&self, _output: Output) -> bool {
        self.terminal
    }
}
