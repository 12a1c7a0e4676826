//! Guest memory as this crate sees it.
//!
//! Knows how to move integers, strings and byte ranges between the guest and
//! us. Must never know which engine holds the memory or how it is mapped.

use crate::errno::Errno;

/// The guest named an address that nothing backs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("guest memory fault at {addr:#x}, {len} bytes")]
pub struct MemoryFault {
    /// First guest address of the access.
    pub addr: u64,
    /// Its length in bytes.
    pub len: u64,
}

/// Size of a guest page in bytes.
pub const PAGE: u64 = 4096;

/// Bytes moved at a time by the default methods.
const CHUNK: usize = 4096;

/// Guest memory. Addresses are guest addresses; every access is checked and a
/// failed one changes nothing that the guest relies on.
///
/// A memory that checks the accesses of guest code by its pages' permissions does so with
/// [`read`](GuestMemory::read), [`write`](GuestMemory::write) and
/// [`fill`](GuestMemory::fill) as well: a system call may do for the guest what the guest may.
/// The methods [`peek`](GuestMemory::peek), [`poke`](GuestMemory::poke),
/// [`clear`](GuestMemory::clear) and [`copy_within`](GuestMemory::copy_within) are for what the
/// kernel does by itself, to any memory that there is.
pub trait GuestMemory {
    /// Copies `buf.len()` bytes at `addr` into `buf`, if the guest may read them.
    fn read(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault>;

    /// Copies `data` to `addr`, if the guest may write there.
    fn write(&mut self, addr: u64, data: &[u8]) -> Result<(), MemoryFault>;

    /// One past the highest backed guest address.
    fn end(&self) -> u64;

    /// Backs everything below `end` with zero bytes. Does nothing when that is
    /// already so; fails when the engine cannot give as much.
    fn grow(&mut self, end: u64) -> Result<(), MemoryFault>;

    /// Notes what guest code may do from now on with the pages of `[start, end)`:
    /// `PROT_*` bits, or `None` where nothing is mapped. For a memory that checks accesses
    /// by it. The default does nothing.
    fn protect(&mut self, start: u64, end: u64, prot: Option<u8>) {
        let _ = (start, end, prot);
    }

    /// How many of `len` bytes from `addr` on the guest may read, up to the first that it
    /// may not. The default is for a memory without permissions.
    fn readable(&self, addr: u64, len: u64) -> u64 {
        let backed = len.min(self.end().saturating_sub(addr));
        if backed > 0 && self.read(addr, &mut [0]).is_ok() { backed } else { 0 }
    }

    /// The same for bytes that the guest may write.
    fn writable(&self, addr: u64, len: u64) -> u64 {
        self.readable(addr, len)
    }

    /// Copies `buf.len()` bytes at `addr` into `buf`, whoever may read them. The default is
    /// for a memory without permissions, as it is for the methods below.
    fn peek(&self, addr: u64, buf: &mut [u8]) -> Result<(), MemoryFault> {
        self.read(addr, buf)
    }

    /// Copies `data` to `addr`, whoever may write there.
    fn poke(&mut self, addr: u64, data: &[u8]) -> Result<(), MemoryFault> {
        self.write(addr, data)
    }

    /// Sets `len` bytes at `addr` to zero, whoever may write there.
    fn clear(&mut self, addr: u64, len: u64) -> Result<(), MemoryFault> {
        self.fill(addr, len, 0)
    }

    /// Sets `len` bytes at `addr` to `byte`, if the guest may write there.
    fn fill(&mut self, addr: u64, len: u64, byte: u8) -> Result<(), MemoryFault> {
        let chunk = [byte; CHUNK];
        let mut done = 0;
        if self.writable(addr, len) < len {
            return Err(MemoryFault { addr, len });
        }
        while done < len {
            let n = (len - done).min(CHUNK as u64);
            let at = addr.checked_add(done).ok_or(MemoryFault { addr, len })?;
            self.write(at, &chunk[..n as usize])?;
            done += n;
        }
        Ok(())
    }

    /// Copies `len` bytes from `from` to `to` as `memmove` does, whoever may access them.
    fn copy_within(&mut self, from: u64, to: u64, len: u64) -> Result<(), MemoryFault> {
        let mut chunk = [0; CHUNK];
        let mut done = 0;
        while done < len {
            let n = (len - done).min(CHUNK as u64);
            // A destination above its source is copied from the top, so that
            // an overlap is read before it is overwritten.
            let offset = if to > from { len - done - n } else { done };
            let fault = MemoryFault { addr: to, len };
            let source = from.checked_add(offset).ok_or(fault)?;
            let target = to.checked_add(offset).ok_or(fault)?;
            self.peek(source, &mut chunk[..n as usize])?;
            self.poke(target, &chunk[..n as usize])?;
            done += n;
        }
        Ok(())
    }
}

/// Typed access, little-endian as RISC-V is.
impl<'a> dyn GuestMemory + 'a {
    /// Reads `N` bytes.
    pub fn read_array<const N: usize>(&self, addr: u64) -> Result<[u8; N], MemoryFault> {
        let mut bytes = [0; N];
        self.read(addr, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads a 32-bit word.
    pub fn read_u32(&self, addr: u64) -> Result<u32, MemoryFault> {
        Ok(u32::from_le_bytes(self.read_array(addr)?))
    }

    /// Reads a 64-bit word.
    pub fn read_u64(&self, addr: u64) -> Result<u64, MemoryFault> {
        Ok(u64::from_le_bytes(self.read_array(addr)?))
    }

    /// Writes a 32-bit word.
    pub fn write_u32(&mut self, addr: u64, value: u32) -> Result<(), MemoryFault> {
        self.write(addr, &value.to_le_bytes())
    }

    /// Writes a 64-bit word.
    pub fn write_u64(&mut self, addr: u64, value: u64) -> Result<(), MemoryFault> {
        self.write(addr, &value.to_le_bytes())
    }

    /// Reads `len` bytes into a fresh vector, after checking that they exist
    /// (so that a hostile length allocates nothing).
    pub fn read_vec(&self, addr: u64, len: u64) -> Result<Vec<u8>, MemoryFault> {
        self.check(addr, len)?;
        self.peek_vec(addr, len)
    }

    /// The same, whoever may read them.
    pub fn peek_vec(&self, addr: u64, len: u64) -> Result<Vec<u8>, MemoryFault> {
        if len == 0 {
            return Ok(Vec::new());
        }
        if addr.checked_add(len).is_none_or(|end| end > self.end()) {
            return Err(MemoryFault { addr, len });
        }
        let mut bytes = vec![0; len as usize];
        self.peek(addr, &mut bytes)?;
        Ok(bytes)
    }

    /// Reads a string up to its terminating zero, at most `limit` bytes long.
    ///
    /// Errors: `EFAULT`; `ENAMETOOLONG` when no zero ends it in time.
    pub fn read_str(&self, addr: u64, limit: usize) -> Result<Vec<u8>, Errno> {
        let mut string = Vec::new();
        let mut at = addr;
        loop {
            // Never across a 256-byte line, so that a string that ends just
            // below the end of memory can be read.
            let mut line = [0; 256];
            let n = 256 - (at % 256) as usize;
            self.read(at, &mut line[..n])?;
            match line[..n].iter().position(|&byte| byte == 0) {
                Some(zero) => {
                    string.extend_from_slice(&line[..zero]);
                    break;
                }
                None => string.extend_from_slice(&line[..n]),
            }
            if string.len() > limit {
                break;
            }
            at = at.checked_add(n as u64).ok_or(Errno::EFAULT)?;
        }
        if string.len() > limit {
            return Err(Errno::ENAMETOOLONG);
        }
        Ok(string)
    }

    /// Fails where the guest may not read all of `len` bytes at `addr`.
    pub fn check(&self, addr: u64, len: u64) -> Result<(), MemoryFault> {
        if self.readable(addr, len) < len { Err(MemoryFault { addr, len }) } else { Ok(()) }
    }

    /// The same for a call that is going to write them.
    pub fn check_writable(&self, addr: u64, len: u64) -> Result<(), MemoryFault> {
        if self.writable(addr, len) < len { Err(MemoryFault { addr, len }) } else { Ok(()) }
    }
}
