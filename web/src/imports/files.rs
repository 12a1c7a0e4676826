//! Directories and files, by handles that JavaScript chose.
//!
//! Knows pointers into this module's memory, as its parent does. Must never know
//! which names and numbers may be passed: `files` sees to that.

use rv2wat_linux::Errno;

use super::count;

/// A handle.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Handle(u32);

/// What JavaScript says of a file: `st_mode`, inode, device, size, links, and the
/// times of access, modification and change.
pub type Words = [u64; 8];

/// How a file or directory is opened: what is to be, of these bits.
pub mod how {
    pub const READ: u32 = 1;
    pub const WRITE: u32 = 2;
    pub const CREATE: u32 = 4;
    pub const EXCLUSIVE: u32 = 8;
    pub const TRUNCATE: u32 = 16;
    pub const DIRECTORY: u32 = 32;
}

#[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "host"))]
unsafe extern "C" {
    safe fn file_close(handle: u32);
    fn file_stat(handle: u32, to: *mut u64) -> i32;
    fn file_read(file: u32, offset: f64, to: *mut u8, len: usize) -> i32;
    fn file_write(file: u32, offset: f64, from: *const u8, len: usize) -> i32;
    safe fn file_set_size(file: u32, size: f64) -> i32;
    safe fn file_set_mode(file: u32, mode: u32) -> i32;
    safe fn file_set_times(file: u32, accessed: f64, modified: f64) -> i32;
    safe fn file_sync(file: u32) -> i32;
    safe fn dir_list(dir: u32) -> i32;
    fn dir_answer(to: *mut u8);
    fn dir_lookup(dir: u32, name: *const u8, len: usize, to: *mut u64) -> i32;
    fn dir_open(dir: u32, name: *const u8, len: usize, how: u32, mode: u32) -> i32;
    fn dir_make(dir: u32, name: *const u8, len: usize, mode: u32) -> i32;
    fn dir_symlink(dir: u32, name: *const u8, len: usize, target: *const u8, target_len: usize) -> i32;
    fn dir_read_link(dir: u32, name: *const u8, len: usize) -> i32;
    fn dir_remove(dir: u32, name: *const u8, len: usize, directory: u32) -> i32;
    fn dir_rename(dir: u32, name: *const u8, len: usize, to: u32, to_name: *const u8, to_len: usize) -> i32;
    fn dir_link(dir: u32, name: *const u8, len: usize, to: u32, to_name: *const u8, to_len: usize) -> i32;
    fn dir_set_mode(dir: u32, name: *const u8, len: usize, mode: u32) -> i32;
    fn dir_set_times(dir: u32, name: *const u8, len: usize, accessed: f64, modified: f64) -> i32;
}

/// Success, or a negative error number.
fn done(result: i32) -> Result<(), Errno> {
    count(result).map(|_| ())
}

/// Nanoseconds since 1970; what is not a number stays.
fn time(time: Option<i64>) -> f64 {
    time.map_or(f64::NAN, |nanoseconds| nanoseconds as f64)
}

/// What a function filled in that says whether it did.
fn filled(fill: impl FnOnce(*mut u64) -> i32) -> Result<Words, Errno> {
    let mut words = Words::default();
    done(fill(words.as_mut_ptr()))?;
    Ok(words)
}

/// The bytes that the last call made, which said how many there are.
fn answer(len: i32) -> Result<Vec<u8>, Errno> {
    let mut bytes = vec![0; count(len)?];
    // SAFETY: the callee writes as many bytes as it has just said.
    unsafe { dir_answer(bytes.as_mut_ptr()) };
    Ok(bytes)
}

// SAFETY, here and below: callees read or write what lies at a pointer and is as
// long as the number behind it says, or `Words`, and keep no pointer.
impl Handle {
    /// One that JavaScript gave.
    pub fn new(number: u32) -> Handle {
        Handle(number)
    }

    fn opened(result: i32) -> Result<Handle, Errno> {
        // What is not negative is a handle.
        count(result).map(|number| Handle(number as u32))
    }

    /// Gives it back.
    pub fn close(self) {
        file_close(self.0);
    }

    /// What it stands for.
    pub fn stat(self) -> Result<Words, Errno> {
        filled(|to| unsafe { file_stat(self.0, to) })
    }

    /// Reads a file.
    pub fn read(self, offset: u64, to: &mut [u8]) -> Result<usize, Errno> {
        count(unsafe { file_read(self.0, offset as f64, to.as_mut_ptr(), to.len()) })
    }

    /// Writes to a file.
    pub fn write(self, offset: u64, from: &[u8]) -> Result<usize, Errno> {
        count(unsafe { file_write(self.0, offset as f64, from.as_ptr(), from.len()) })
    }

    /// Sets a file's length.
    pub fn set_size(self, size: u64) -> Result<(), Errno> {
        done(file_set_size(self.0, size as f64))
    }

    /// Sets a file's permission bits.
    pub fn set_mode(self, mode: u32) -> Result<(), Errno> {
        done(file_set_mode(self.0, mode))
    }

    /// Sets a file's times.
    pub fn set_times(self, accessed: Option<i64>, modified: Option<i64>) -> Result<(), Errno> {
        done(file_set_times(self.0, time(accessed), time(modified)))
    }

    /// Brings a file to stable storage.
    pub fn sync(self) -> Result<(), Errno> {
        done(file_sync(self.0))
    }

    /// The names in a directory, each with a zero byte behind it.
    pub fn list(self) -> Result<Vec<u8>, Errno> {
        answer(dir_list(self.0))
    }

    /// What a name stands for, itself if it is a link.
    pub fn lookup(self, name: &[u8]) -> Result<Words, Errno> {
        filled(|to| unsafe { dir_lookup(self.0, name.as_ptr(), name.len(), to) })
    }

    /// Opens what a name stands for, and follows no link.
    pub fn open(self, name: &[u8], how: u32, mode: u32) -> Result<Handle, Errno> {
        Handle::opened(unsafe { dir_open(self.0, name.as_ptr(), name.len(), how, mode) })
    }

    /// Makes a directory.
    pub fn make(self, name: &[u8], mode: u32) -> Result<(), Errno> {
        done(unsafe { dir_make(self.0, name.as_ptr(), name.len(), mode) })
    }

    /// Makes a symbolic link.
    pub fn symlink(self, name: &[u8], target: &[u8]) -> Result<(), Errno> {
        done(unsafe { dir_symlink(self.0, name.as_ptr(), name.len(), target.as_ptr(), target.len()) })
    }

    /// What a symbolic link holds.
    pub fn read_link(self, name: &[u8]) -> Result<Vec<u8>, Errno> {
        answer(unsafe { dir_read_link(self.0, name.as_ptr(), name.len()) })
    }

    /// Removes a name: of a directory, or of anything else.
    pub fn remove(self, name: &[u8], directory: bool) -> Result<(), Errno> {
        done(unsafe { dir_remove(self.0, name.as_ptr(), name.len(), directory.into()) })
    }

    /// Renames.
    pub fn rename(self, name: &[u8], to: Handle, to_name: &[u8]) -> Result<(), Errno> {
        let (at, len) = (to_name.as_ptr(), to_name.len());
        done(unsafe { dir_rename(self.0, name.as_ptr(), name.len(), to.0, at, len) })
    }

    /// Makes another name.
    pub fn link(self, name: &[u8], to: Handle, to_name: &[u8]) -> Result<(), Errno> {
        let (at, len) = (to_name.as_ptr(), to_name.len());
        done(unsafe { dir_link(self.0, name.as_ptr(), name.len(), to.0, at, len) })
    }

    /// Sets the permission bits of what a name stands for, and follows no link.
    pub fn set_mode_of(self, name: &[u8], mode: u32) -> Result<(), Errno> {
        done(unsafe { dir_set_mode(self.0, name.as_ptr(), name.len(), mode) })
    }

    /// Sets the times of what a name stands for, itself if it is a link.
    pub fn set_times_of(
        self,
        name: &[u8],
        accessed: Option<i64>,
        modified: Option<i64>,
    ) -> Result<(), Errno> {
        let (accessed, modified) = (time(accessed), time(modified));
        done(unsafe { dir_set_times(self.0, name.as_ptr(), name.len(), accessed, modified) })
    }
}
