//! The files of a packed site.

use std::sync::Arc;

use rv2wat_host::{ContentId, Files, Kind};
use rv2wat_linux::{Attributes, Content, Errno, Host, Planted, Process};

use crate::imports;

const SECOND: i64 = 1_000_000_000;

/// A content that JavaScript gets when it is read.
#[derive(Debug)]
struct Kept(ContentId);

impl Content for Kept {
    fn read_at(&self, offset: u64, buf: &mut [u8]) -> Result<usize, Errno> {
        imports::site::read_content(&self.0.0, offset, buf)
    }
}

/// Puts the files into a process that has not started.
///
/// # Errors
/// The path that cannot be put there, and why.
pub fn plant<H: Host>(files: &Files, process: &mut Process<H>) -> Result<(), (Vec<u8>, Errno)> {
    let absolute = |path: &[u8]| [b"/", path].concat();
    for file in files.list() {
        let attributes =
            Attributes { mode: file.mode, owner: file.owner, modified: file.modified.saturating_mul(SECOND) };
        let path = absolute(&file.path);
        let other;
        let what = match &file.kind {
            Kind::Directory => Planted::Directory,
            Kind::File { size, content } => Planted::File(Arc::new(Kept(*content)), *size),
            Kind::Symlink(target) => Planted::Symlink(target),
            Kind::Same(of) => {
                other = files.list().get(*of as usize).map(|other| absolute(&other.path)).unwrap_or_default();
                Planted::Same(&other)
            }
        };
        process.plant(&path, what, attributes).map_err(|errno| (path, errno))?;
    }
    Ok(())
}

/// The program that a word names, with the variables of an environment: its content, then
/// its absolute path; or else a negative error number.
pub fn find_program(files: &Files, word: &[u8], environment: &[Vec<u8>]) -> Vec<u8> {
    let search = environment.iter().find_map(|variable| variable.strip_prefix(b"PATH=")).unwrap_or_default();
    match files.program(word, search) {
        Ok(found) => match found.file.kind {
            Kind::File { content, .. } => [&content.0[..], b"/", found.path].concat(),
            // No other kind is a program.
            _ => refused(Errno::EACCES),
        },
        Err(errno) => refused(errno),
    }
}

fn refused(errno: Errno) -> Vec<u8> {
    (-i32::from(errno.0)).to_le_bytes().to_vec()
}
