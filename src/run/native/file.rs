//! An open regular file below a mount.

use super::metadata::{call, host_stat, mode_bits, timestamps};
use rustix::fd::OwnedFd;
use rustix::fs;
use rv2wat_linux::{Errno, HostFile, HostStat, SetTime};

/// An open regular file of the host.
#[derive(Debug)]
pub(super) struct File {
    fd: OwnedFd,
    /// Device of the mount's root.
    device: u64,
}

impl File {
    pub(super) fn new(fd: OwnedFd, device: u64) -> File {
        File { fd, device }
    }
}

impl HostFile for File {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        call(|| rustix::io::pread(&self.fd, &mut *buf, offset))
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> Result<usize, Errno> {
        call(|| rustix::io::pwrite(&self.fd, data, offset))
    }

    fn stat(&self) -> Result<HostStat, Errno> {
        host_stat(&call(|| fs::fstat(&self.fd))?, self.device)
    }

    fn set_size(&self, size: u64) -> Result<(), Errno> {
        call(|| fs::ftruncate(&self.fd, size))
    }

    fn set_mode(&self, mode: u32) -> Result<(), Errno> {
        call(|| fs::fchmod(&self.fd, mode_bits(mode)))
    }

    fn set_times(&self, accessed: SetTime, modified: SetTime) -> Result<(), Errno> {
        call(|| fs::futimens(&self.fd, &timestamps(accessed, modified)))
    }

    fn sync(&self) -> Result<(), Errno> {
        call(|| fs::fsync(&self.fd))
    }
}
