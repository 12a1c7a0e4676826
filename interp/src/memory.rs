//! What the interpreter asks of a guest memory, and a flat one for tests.
//!
//! Addresses are 64-bit guest addresses; where they lie in a host is the
//! implementor's business. Data is little-endian and need not be aligned.

/// An access that memory refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Fault {
    /// The guest address of the access or of the first byte out of bounds.
    pub addr: u64,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "no guest memory at {:#x}", self.addr)
    }
}

impl std::error::Error for Fault {}

/// The widths of atomic accesses.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Width {
    /// 32 bits.
    Word,
    /// 64 bits.
    Double,
}

impl Width {
    /// Bytes of the width: 4 or 8.
    pub const fn bytes(self) -> u64 {
        match self {
            Width::Word => 4,
            Width::Double => 8,
        }
    }
}

/// The counters that user code can read (Zicntr).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Counter {
    /// `cycle`.
    Cycle,
    /// `time`.
    Time,
    /// `instret`.
    Instret,
}

/// The memory and the clock that a hart sees.
///
/// An access either happens whole or, on a fault, not at all: a store that
/// fails has changed nothing. The typed accessors have defaults; override them
/// for speed (`load_u16` first of all, the default `fetch` uses it), and the
/// atomic ones for a memory that other threads share.
pub trait Memory {
    /// Fills `buf` with the bytes at `addr`.
    ///
    /// # Errors
    /// A [`Fault`] if not all of them can be read.
    fn load(&mut self, addr: u64, buf: &mut [u8]) -> Result<(), Fault>;

    /// Writes `bytes` at `addr`.
    ///
    /// # Errors
    /// A [`Fault`] if not all of them can be written; then none is.
    fn store(&mut self, addr: u64, bytes: &[u8]) -> Result<(), Fault>;

    /// The next four code bytes at `addr`. The upper half is zero if the lower
    /// is a compressed instruction: code may end after it.
    ///
    /// # Errors
    /// A [`Fault`] at the half that cannot be fetched.
    fn fetch(&mut self, addr: u64) -> Result<u32, Fault> {
        let low = u32::from(self.load_u16(addr)?);
        if low & 3 != 3 {
            return Ok(low);
        }
        let high = u32::from(self.load_u16(addr.wrapping_add(2))?);
        Ok(high << 16 | low)
    }

    /// Reads a byte.
    ///
    /// # Errors
    /// As [`Memory::load`].
    fn load_u8(&mut self, addr: u64) -> Result<u8, Fault> {
        let mut buf = [0; 1];
        self.load(addr, &mut buf)?;
        Ok(u8::from_le_bytes(buf))
    }

    /// Reads 16 bits.
    ///
    /// # Errors
    /// As [`Memory::load`].
    fn load_u16(&mut self, addr: u64) -> Result<u16, Fault> {
        let mut buf = [0; 2];
        self.load(addr, &mut buf)?;
        Ok(u16::from_le_bytes(buf))
    }

    /// Reads 32 bits.
    ///
    /// # Errors
    /// As [`Memory::load`].
    fn load_u32(&mut self, addr: u64) -> Result<u32, Fault> {
        let mut buf = [0; 4];
        self.load(addr, &mut buf)?;
        Ok(u32::from_le_bytes(buf))
    }

    /// Reads 64 bits.
    ///
    /// # Errors
    /// As [`Memory::load`].
    fn load_u64(&mut self, addr: u64) -> Result<u64, Fault> {
        let mut buf = [0; 8];
        self.load(addr, &mut buf)?;
        Ok(u64::from_le_bytes(buf))
    }

    /// Writes a byte.
    ///
    /// # Errors
    /// As [`Memory::store`].
    fn store_u8(&mut self, addr: u64, value: u8) -> Result<(), Fault> {
        self.store(addr, &value.to_le_bytes())
    }

    /// Writes 16 bits.
    ///
    /// # Errors
    /// As [`Memory::store`].
    fn store_u16(&mut self, addr: u64, value: u16) -> Result<(), Fault> {
        self.store(addr, &value.to_le_bytes())
    }

    /// Writes 32 bits.
    ///
    /// # Errors
    /// As [`Memory::store`].
    fn store_u32(&mut self, addr: u64, value: u32) -> Result<(), Fault> {
        self.store(addr, &value.to_le_bytes())
    }

    /// Writes 64 bits.
    ///
    /// # Errors
    /// As [`Memory::store`].
    fn store_u64(&mut self, addr: u64, value: u64) -> Result<(), Fault> {
        self.store(addr, &value.to_le_bytes())
    }

    /// Whether `len` bytes at `addr` may be written; asked where a store may come to
    /// nothing for another reason. The default refuses nothing.
    ///
    /// # Errors
    /// A [`Fault`] if they may not.
    fn check_store(&mut self, addr: u64, len: u64) -> Result<(), Fault> {
        let _ = (addr, len);
        Ok(())
    }

    /// Reads an aligned word, zero-extended, or doubleword.
    ///
    /// # Errors
    /// As [`Memory::load`].
    fn load_atomic(&mut self, addr: u64, width: Width) -> Result<u64, Fault> {
        match width {
            Width::Word => self.load_u32(addr).map(u64::from),
            Width::Double => self.load_u64(addr),
        }
    }

    /// Writes `new` at the aligned `addr` if it holds `expected`, and says what
    /// it held before (zero-extended). Only the low half counts for words.
    ///
    /// The default is right for a memory that no other thread writes.
    ///
    /// # Errors
    /// As [`Memory::store`].
    fn compare_exchange(&mut self, addr: u64, width: Width, expected: u64, new: u64) -> Result<u64, Fault> {
        let old = self.load_atomic(addr, width)?;
        match width {
            Width::Word if old == u64::from(expected as u32) => self.store_u32(addr, new as u32)?,
            Width::Double if old == expected => self.store_u64(addr, new)?,
            _ => {}
        }
        Ok(old)
    }

    /// Orders the accesses before it with those after it, for a memory that
    /// other threads share. The default does nothing.
    fn fence(&mut self) {}

    /// The value of a counter after `instret` instructions. It never decreases.
    /// The default makes all of them count instructions.
    fn counter(&mut self, counter: Counter, instret: u64) -> u64 {
        let _ = counter;
        instret
    }
}

/// One readable, writable and executable range of bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FlatMemory {
    base: u64,
    /// The bytes; the first is at the base address.
    pub bytes: Vec<u8>,
}

impl FlatMemory {
    /// A memory that holds `bytes` from the guest address `base` on.
    pub fn new(base: u64, bytes: Vec<u8>) -> FlatMemory {
        FlatMemory { base, bytes }
    }

    fn slice(&mut self, addr: u64, len: usize) -> Result<&mut [u8], Fault> {
        let start = usize::try_from(addr.wrapping_sub(self.base)).map_err(|_| Fault { addr })?;
        let end = start.checked_add(len).ok_or(Fault { addr })?;
        self.bytes.get_mut(start..end).ok_or(Fault { addr })
    }

    /// A copy whose length the compiler knows, which is what costs in `load`.
    fn array<const N: usize>(&self, addr: u64) -> Result<[u8; N], Fault> {
        let start = usize::try_from(addr.wrapping_sub(self.base)).map_err(|_| Fault { addr })?;
        let bytes = self.bytes.get(start..).and_then(<[u8]>::first_chunk);
        bytes.copied().ok_or(Fault { addr })
    }
}

impl Memory for FlatMemory {
    fn load(&mut self, addr: u64, buf: &mut [u8]) -> Result<(), Fault> {
        buf.copy_from_slice(self.slice(addr, buf.len())?);
        Ok(())
    }

    fn store(&mut self, addr: u64, bytes: &[u8]) -> Result<(), Fault> {
        self.slice(addr, bytes.len())?.copy_from_slice(bytes);
        Ok(())
    }

    fn load_u8(&mut self, addr: u64) -> Result<u8, Fault> {
        self.array(addr).map(u8::from_le_bytes)
    }

    fn load_u16(&mut self, addr: u64) -> Result<u16, Fault> {
        self.array(addr).map(u16::from_le_bytes)
    }

    fn load_u32(&mut self, addr: u64) -> Result<u32, Fault> {
        self.array(addr).map(u32::from_le_bytes)
    }

    fn load_u64(&mut self, addr: u64) -> Result<u64, Fault> {
        self.array(addr).map(u64::from_le_bytes)
    }
}
