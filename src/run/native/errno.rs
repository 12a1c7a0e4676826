//! Error numbers of the system underneath, told in the guest's.

use rustix::io::Errno as Native;
use rv2wat_linux::Errno;

/// Whether this system numbers its errors as `asm-generic/errno.h` does, which
/// is what the guest expects.
const GENERIC: bool = cfg!(all(
    target_os = "linux",
    any(
        target_arch = "x86_64",
        target_arch = "x86",
        target_arch = "aarch64",
        target_arch = "arm",
        target_arch = "riscv64",
        target_arch = "loongarch64",
        target_arch = "s390x",
    )
));

/// The errors that files, streams and terminals raise. Used where the numbers
/// are not the guest's own.
const NAMES: &[(Native, Errno)] = &[
    (Native::PERM, Errno::EPERM),
    (Native::NOENT, Errno::ENOENT),
    (Native::INTR, Errno::EINTR),
    (Native::IO, Errno::EIO),
    (Native::NXIO, Errno::ENXIO),
    (Native::BADF, Errno::EBADF),
    (Native::AGAIN, Errno::EAGAIN),
    (Native::NOMEM, Errno::ENOMEM),
    (Native::ACCESS, Errno::EACCES),
    (Native::BUSY, Errno::EBUSY),
    (Native::EXIST, Errno::EEXIST),
    (Native::XDEV, Errno::EXDEV),
    (Native::NODEV, Errno::ENODEV),
    (Native::NOTDIR, Errno::ENOTDIR),
    (Native::ISDIR, Errno::EISDIR),
    (Native::INVAL, Errno::EINVAL),
    (Native::NFILE, Errno::ENFILE),
    (Native::MFILE, Errno::EMFILE),
    (Native::NOTTY, Errno::ENOTTY),
    (Native::TXTBSY, Errno::ETXTBSY),
    (Native::FBIG, Errno::EFBIG),
    (Native::NOSPC, Errno::ENOSPC),
    (Native::SPIPE, Errno::ESPIPE),
    (Native::ROFS, Errno::EROFS),
    (Native::MLINK, Errno::EMLINK),
    (Native::PIPE, Errno::EPIPE),
    (Native::RANGE, Errno::ERANGE),
    (Native::NAMETOOLONG, Errno::ENAMETOOLONG),
    (Native::NOSYS, Errno::ENOSYS),
    (Native::NOTEMPTY, Errno::ENOTEMPTY),
    (Native::LOOP, Errno::ELOOP),
    (Native::OVERFLOW, Errno::EOVERFLOW),
    (Native::ILSEQ, Errno::EILSEQ),
    (Native::OPNOTSUPP, Errno::EOPNOTSUPP),
    (Native::STALE, Errno::ESTALE),
    (Native::DQUOT, Errno::EDQUOT),
];

/// The guest's number for an error of this system; `EIO` for one that Linux
/// does not have.
pub(super) fn translate(error: Native) -> Errno {
    if GENERIC {
        return u16::try_from(error.raw_os_error()).map_or(Errno::EIO, Errno);
    }
    by_name(error).unwrap_or(Errno::EIO)
}

fn by_name(error: Native) -> Option<Errno> {
    NAMES.iter().find(|(native, _)| *native == error).map(|(_, errno)| *errno)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_names_give_the_same() {
        for &(native, errno) in NAMES {
            assert_eq!(by_name(native), Some(errno));
            assert_eq!(translate(native), errno, "{native:?}");
        }
    }
}
