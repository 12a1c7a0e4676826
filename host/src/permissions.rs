//! What guest code may do with which page, where a module checks that itself.
//!
//! The module looks each page up in a table of its own, one byte a page of the 4 GiB,
//! before it accesses it. The host keeps the table up to date, and what is interpreted
//! goes by it as well.
//!
//! Knows the table. Must never know where mappings come from, nor how memory is held.

/// The size of a guest page.
const PAGE: u64 = 4096;

/// One past the highest guest address that can be mapped.
const END: u64 = 1 << 32;

/// What an access needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Right {
    /// A page that may be read.
    Read = 1,
    /// A page that may be written.
    Write = 2,
    /// A page whose code may be executed.
    Execute = 4,
}

/// A module's table of permissions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permissions {
    table: u64,
}

impl Permissions {
    /// The length of the table, bytes.
    pub const LEN: u64 = END / PAGE;

    /// The table at a guest address.
    pub const fn at(table: u64) -> Permissions {
        Permissions { table }
    }

    /// What the table says of pages with these `PROT_*` bits, or of pages where nothing is
    /// mapped: as in Linux on RISC-V, what may be written or executed may be read.
    pub const fn entry(prot: Option<u8>) -> u8 {
        // The bits of PROT_READ, PROT_WRITE and PROT_EXEC are those of the table.
        const ALL: u8 = Right::Read as u8 | Right::Write as u8 | Right::Execute as u8;
        match prot {
            None | Some(0) => 0,
            Some(prot) => Right::Read as u8 | prot & ALL,
        }
    }

    /// The part of the table for the pages of `[start, end)`: its guest address and its
    /// length in bytes.
    pub fn entries(self, start: u64, end: u64) -> (u64, u64) {
        let page = |addr: u64| addr.min(END) / PAGE;
        let (first, last) = (page(start), page(end.saturating_add(PAGE - 1)));
        (self.table + first, last.saturating_sub(first))
    }

    /// The first of `len` bytes at `addr` for which a page lacks the right. `byte` gives a
    /// byte of memory at a guest address.
    pub fn refused(self, addr: u64, len: u64, right: Right, byte: impl Fn(u64) -> u8) -> Option<u64> {
        let mut at = addr;
        while at.wrapping_sub(addr) < len {
            if at >= END || byte(self.table + at / PAGE) & right as u8 == 0 {
                return Some(at);
            }
            // Below the end nothing wraps.
            at = (at | (PAGE - 1)) + 1;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: Permissions = Permissions::at(0x5000);

    /// Page 0x10 may be read, page 0x11 written, the last one written as well.
    fn byte(addr: u64) -> u8 {
        match addr {
            0x5010 => Permissions::entry(Some(1)),
            0x5011 => Permissions::entry(Some(3)),
            0x10_4fff => Permissions::entry(Some(2)),
            _ => 0,
        }
    }

    fn refused(addr: u64, len: u64, right: Right) -> Option<u64> {
        TABLE.refused(addr, len, right, byte)
    }

    #[test]
    fn the_first_byte_without_the_right_is_named() {
        assert_eq!(refused(0x10000, 8, Right::Read), None);
        assert_eq!(refused(0x10000, 8, Right::Write), Some(0x10000));
        assert_eq!(refused(0x10ffc, 8, Right::Read), None);
        assert_eq!(refused(0x10ffc, 8, Right::Write), Some(0x10ffc));
        assert_eq!(refused(0x11ff8, 8, Right::Write), None);
        assert_eq!(refused(0x11ff9, 8, Right::Write), Some(0x12000));
        assert_eq!(refused(0xffff, 2, Right::Read), Some(0xffff));
    }

    #[test]
    fn a_range_of_any_length_ends_at_the_first_page_without_the_right() {
        assert_eq!(refused(0x10800, 0x1800, Right::Read), None);
        assert_eq!(refused(0x10800, 0x1801, Right::Read), Some(0x12000));
        assert_eq!(refused(0x10800, u64::MAX, Right::Read), Some(0x12000));
        assert_eq!(refused(0x12000, 0, Right::Read), None);
        assert_eq!(refused(u64::MAX, 0, Right::Read), None);
    }

    #[test]
    fn code_is_executed_where_that_is_permitted() {
        let execute = |prot| TABLE.refused(0x10000, 4, Right::Execute, |_| Permissions::entry(prot));
        assert_eq!([None, Some(0), Some(1), Some(3)].map(execute), [Some(0x10000); 4]);
        assert_eq!([Some(4), Some(5), Some(7)].map(execute), [None; 3]);
    }

    #[test]
    fn addresses_beyond_32_bits_are_never_mapped() {
        assert_eq!(refused(0xffff_fff8, 8, Right::Write), None);
        assert_eq!(refused(0xffff_fffc, 8, Right::Write), Some(1 << 32));
        assert_eq!(refused(0x1_0001_0000, 1, Right::Read), Some(0x1_0001_0000));
        assert_eq!(refused(u64::MAX, 8, Right::Read), Some(u64::MAX));
    }

    #[test]
    fn what_may_be_written_or_executed_may_be_read() {
        let entries = [None, Some(0), Some(1), Some(2), Some(3), Some(4), Some(5)].map(Permissions::entry);
        assert_eq!(entries, [0, 0, 1, 3, 3, 5, 5]);
        assert_eq!(Permissions::entry(Some(7)), 7);
        assert_eq!(TABLE.entries(0x10000, 0x12000), (0x5010, 2));
        assert_eq!(TABLE.entries(0x10000, 0x12001), (0x5010, 3));
        assert_eq!(TABLE.entries(0xffff_f000, u64::MAX), (0x10_4fff, 1));
    }
}
