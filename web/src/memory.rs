//! The guest's memory, which is another module's: bounds are checked here, bytes
//! are moved by JavaScript.

use rv2wat_host::{BelowStack, Permissions, Right};
use rv2wat_interp::{Counter, Fault, Memory};
use rv2wat_linux::{GuestMemory, MemoryFault};

use crate::imports::guest;
use crate::world;

const WASM_PAGE: u64 = 65_536;

/// The guest's memory as it is now.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// Guest address minus memory offset.
    bias: u64,
    /// Its size, which changes by [`GuestMemory::grow`] alone.
    size: u64,
    /// Where instructions may store nothing: a stack that is used up ends there.
    below_stack: BelowStack,
    /// What may be accessed, where that is checked.
    permissions: Option<Permissions>,
}

impl Guest {
    /// The memory of a module that was made with this bias, and with a table of permissions
    /// if it checks its accesses.
    pub fn new(bias: u32, permissions: Option<Permissions>) -> Guest {
        Guest { bias: bias.into(), size: guest::size(), below_stack: BelowStack::default(), permissions }
    }

    /// The first of `len` bytes at `addr` for which a page lacks the right, where that is
    /// checked.
    pub fn refused(&self, addr: u64, len: u64, right: Right) -> Option<u64> {
        let byte = |addr: u64| self.offset(addr, 1).map_or(0, |at| guest::load8(at) as u8);
        self.permissions?.refused(addr, len, right, byte)
    }

    /// Whether pages permit an access.
    fn permit(&self, addr: u64, len: u64, right: Right) -> Result<(), Fault> {
        self.refused(addr, len, right).map_or(Ok(()), |addr| Err(Fault { addr }))
    }

    /// Where the guest's own right lets a system call access memory.
    fn granted(&self, addr: u64, len: u64, right: Right) -> Result<u32, MemoryFault> {
        match self.refused(addr, len, right) {
            Some(_) => Err(MemoryFault { addr, len }),
            None => self.range(addr, len),
        }
    }

    /// How many of `len` bytes at `addr` a system call may access.
    fn usable(&self, addr: u64, len: u64, right: Right) -> u64 {
        let backed = if addr < self.bias { 0 } else { len.min(self.end().saturating_sub(addr)) };
        self.refused(addr, backed, right).map_or(backed, |refused| refused - addr)
    }

    /// Says where instructions may store nothing.
    pub fn guard(&mut self, below_stack: BelowStack) {
        self.below_stack = below_stack;
    }

    /// The memory offset of a guest address.
    fn offset(&self, addr: u64, len: u64) -> Option<u32> {
        let start = addr.checked_sub(self.bias)?;
        // An empty range at the end of 4 GiB has no offset; nothing is moved there.
        (start.checked_add(len)? <= self.size).then(|| u32::try_from(start).unwrap_or(0))
    }

    /// Where an instruction reads.
    fn at(&self, addr: u64, len: u64) -> Result<u32, Fault> {
        self.permit(addr, len, Right::Read)?;
        self.offset(addr, len).ok_or(Fault { addr })
    }

    /// The same for a store.
    fn to(&self, addr: u64, len: u64) -> Result<u32, Fault> {
        self.permit(addr, len, Right::Write)?;
        if self.below_stack.holds(addr) {
            return Err(Fault { addr });
        }
        self.offset(addr, len).ok_or(Fault { addr })
    }

    fn range(&self, addr: u64, len: u64) -> Result<u32, MemoryFault> {
        self.offset(addr, len).ok_or(MemoryFault { addr, len })
    }
}

impl GuestMemory for Guest {
    fn read(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        guest::read(self.granted(addr, buf.len() as u64, Right::Read)?, buf);
        Ok(())
    }

    fn write(&mut self, addr: u64, data: &[u8]) -> Result<(), MemoryFault> {
        guest::write(self.granted(addr, data.len() as u64, Right::Write)?, data);
        Ok(())
    }

    fn readable(&self, addr: u64, len: u64) -> u64 {
        self.usable(addr, len, Right::Read)
    }

    fn writable(&self, addr: u64, len: u64) -> u64 {
        self.usable(addr, len, Right::Write)
    }

    fn peek(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        guest::read(self.range(addr, buf.len() as u64)?, buf);
        Ok(())
    }

    fn poke(&mut self, addr: u64, data: &[u8]) -> Result<(), MemoryFault> {
        guest::write(self.range(addr, data.len() as u64)?, data);
        Ok(())
    }

    fn end(&self) -> u64 {
        self.size + self.bias
    }

    fn grow(&mut self, end: u64) -> Result<(), MemoryFault> {
        let fault = MemoryFault { addr: end, len: 0 };
        let wanted = end.checked_sub(self.bias).ok_or(fault)?.div_ceil(WASM_PAGE);
        if let Some(more) = wanted.checked_sub(self.size / WASM_PAGE)
            && more > 0
        {
            let more = u32::try_from(more).map_err(|_| fault)?;
            if !guest::grow(more) {
                return Err(fault);
            }
            self.size = guest::size();
        }
        Ok(())
    }

    fn protect(&mut self, start: u64, end: u64, prot: Option<u8>) {
        let Some(permissions) = self.permissions else { return };
        let (at, len) = permissions.entries(start, end);
        // It is part of the module and so in memory.
        let Ok(at) = self.range(at, len) else { return };
        guest::fill(at, len as u32, Permissions::entry(prot).into());
    }

    fn fill(&mut self, addr: u64, len: u64, byte: u8) -> Result<(), MemoryFault> {
        // What is in memory has a length below 2^32, or is all of it and empty.
        guest::fill(self.granted(addr, len, Right::Write)?, len as u32, byte.into());
        Ok(())
    }

    fn clear(&mut self, addr: u64, len: u64) -> Result<(), MemoryFault> {
        guest::fill(self.range(addr, len)?, len as u32, 0);
        Ok(())
    }

    fn copy_within(&mut self, from: u64, to: u64, len: u64) -> Result<(), MemoryFault> {
        guest::copy(self.range(from, len)?, self.range(to, len)?, len as u32);
        Ok(())
    }
}

impl Memory for Guest {
    fn check_store(&mut self, addr: u64, len: u64) -> Result<(), Fault> {
        self.permit(addr, len, Right::Write)
    }

    fn load(&mut self, addr: u64, buf: &mut [u8]) -> Result<(), Fault> {
        guest::read(self.at(addr, buf.len() as u64)?, buf);
        Ok(())
    }

    fn store(&mut self, addr: u64, bytes: &[u8]) -> Result<(), Fault> {
        guest::write(self.to(addr, bytes.len() as u64)?, bytes);
        Ok(())
    }

    // A call of JavaScript costs as much as an instruction: one, and seldom two.
    fn fetch(&mut self, addr: u64) -> Result<u32, Fault> {
        // Code may end behind two bytes of a page.
        let whole = self.permit(addr, 4, Right::Execute).is_ok();
        let (word, whole) = match self.offset(addr, 4).filter(|_| whole) {
            Some(at) => (guest::load32(at), true),
            None => {
                self.permit(addr, 2, Right::Execute)?;
                (guest::load16(self.offset(addr, 2).ok_or(Fault { addr })?), false)
            }
        };
        match word & 3 {
            3 if whole => Ok(word),
            3 => Err(Fault { addr: addr.wrapping_add(2) }),
            _ => Ok(word & 0xffff),
        }
    }

    fn load_u8(&mut self, addr: u64) -> Result<u8, Fault> {
        Ok(guest::load8(self.at(addr, 1)?) as u8)
    }

    fn load_u16(&mut self, addr: u64) -> Result<u16, Fault> {
        Ok(guest::load16(self.at(addr, 2)?) as u16)
    }

    fn load_u32(&mut self, addr: u64) -> Result<u32, Fault> {
        Ok(guest::load32(self.at(addr, 4)?))
    }

    fn load_u64(&mut self, addr: u64) -> Result<u64, Fault> {
        let at = self.at(addr, 8)?;
        Ok(u64::from(guest::load32(at + 4)) << 32 | u64::from(guest::load32(at)))
    }

    fn store_u8(&mut self, addr: u64, value: u8) -> Result<(), Fault> {
        guest::store8(self.to(addr, 1)?, value.into());
        Ok(())
    }

    fn store_u16(&mut self, addr: u64, value: u16) -> Result<(), Fault> {
        guest::store16(self.to(addr, 2)?, value.into());
        Ok(())
    }

    fn store_u32(&mut self, addr: u64, value: u32) -> Result<(), Fault> {
        guest::store32(self.to(addr, 4)?, value);
        Ok(())
    }

    fn store_u64(&mut self, addr: u64, value: u64) -> Result<(), Fault> {
        let at = self.to(addr, 8)?;
        guest::store32(at, value as u32);
        guest::store32(at + 4, (value >> 32) as u32);
        Ok(())
    }

    fn counter(&mut self, counter: Counter, instret: u64) -> u64 {
        match counter {
            Counter::Instret => world::monotonic().max(instret),
            Counter::Cycle | Counter::Time => world::monotonic(),
        }
    }
}
