//! What this module asks of JavaScript: functions of the import module `host`.
//!
//! Knows pointers into this module's memory, and is with its children the only file
//! that does. Must never know what the functions are for.

pub mod beside;
pub mod files;
pub mod site;

use rv2wat_linux::Errno;

#[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "host"))]
unsafe extern "C" {
    safe fn guest_pages() -> u32;
    safe fn guest_grow(pages: u32) -> i32;
    pub safe fn guest_load8(at: u32) -> u32;
    pub safe fn guest_load16(at: u32) -> u32;
    pub safe fn guest_load32(at: u32) -> u32;
    pub safe fn guest_store8(at: u32, value: u32);
    pub safe fn guest_store16(at: u32, value: u32);
    pub safe fn guest_store32(at: u32, value: u32);
    pub safe fn guest_fill(at: u32, len: u32, byte: u32);
    pub safe fn guest_move(from: u32, to: u32, len: u32);
    fn guest_read(at: u32, to: *mut u8, len: usize);
    fn guest_write(at: u32, from: *const u8, len: usize);
    fn report(text: *const u8, len: usize);
    fn fatal(text: *const u8, len: usize);
    safe fn clock(which: u32) -> f64;
    safe fn sleep(nanoseconds: f64) -> i32;
    fn random(to: *mut u8, len: usize);
    fn input_read(to: *mut u8, len: usize) -> i32;
    safe fn input_poll(nanoseconds: f64) -> i32;
    fn output_write(which: u32, from: *const u8, len: usize) -> i32;
    safe fn is_terminal(descriptor: u32) -> u32;
    fn terminal_size(to: *mut u16);
    safe fn terminal_mode(bits: u32);
}

/// The guest's linear memory, by offsets. Whoever calls has checked that the range
/// is there.
pub mod guest {
    /// Its size in bytes.
    pub fn size() -> u64 {
        u64::from(super::guest_pages()) << 16
    }

    /// Grows it by pages of 64 KiB; `false` if the engine cannot.
    pub fn grow(pages: u32) -> bool {
        super::guest_grow(pages) >= 0
    }

    /// Copies from it.
    pub fn read(at: u32, to: &mut [u8]) {
        // SAFETY: the callee writes this many bytes there and keeps no pointer.
        unsafe { super::guest_read(at, to.as_mut_ptr(), to.len()) }
    }

    /// Copies to it.
    pub fn write(at: u32, from: &[u8]) {
        // SAFETY: the callee reads this many bytes there and keeps no pointer.
        unsafe { super::guest_write(at, from.as_ptr(), from.len()) }
    }

    /// Copies words from it.
    pub fn read_words(at: u32, to: &mut [u64]) {
        // SAFETY: the callee writes this many bytes there and keeps no pointer; any
        // bytes are words, and memory has WebAssembly's order of bytes as they do.
        unsafe { super::guest_read(at, to.as_mut_ptr().cast(), size_of_val(to)) }
    }

    /// Copies a word to it.
    pub fn write_word(at: u32, word: u64) {
        // SAFETY: the callee reads this many bytes there and keeps no pointer.
        unsafe { super::guest_write(at, (&raw const word).cast(), size_of::<u64>()) }
    }

    pub use super::{
        guest_fill as fill, guest_load8 as load8, guest_load16 as load16, guest_load32 as load32,
        guest_move as copy, guest_store8 as store8, guest_store16 as store16, guest_store32 as store32,
    };
}

/// Says something to whoever runs the program: a line.
pub fn tell(text: &str) {
    // SAFETY: the callee reads this many bytes there and keeps no pointer.
    unsafe { report(text.as_ptr(), text.len()) }
}

/// Ends everything with a message: something is wrong that is no fault of the
/// guest's. The callee throws.
pub fn fail(text: &str) -> ! {
    // SAFETY: the callee reads this many bytes there and keeps no pointer.
    unsafe { fatal(text.as_ptr(), text.len()) };
    std::process::abort()
}

/// A clock, in nanoseconds: 0 since 1970, 1 monotonic, 2 processor time.
pub fn read_clock(which: u32) -> f64 {
    clock(which)
}

/// Waits, or less if the world wants something. Whoever asked looks at the clock again, and
/// at what is wanted.
pub fn wait(nanoseconds: f64) {
    let _ = sleep(nanoseconds);
}

/// Random bytes fit for keys.
pub fn fill_random(to: &mut [u8]) {
    // SAFETY: the callee writes this many bytes there and keeps no pointer.
    unsafe { random(to.as_mut_ptr(), to.len()) }
}

/// A length, or a negative error number.
fn count(result: i32) -> Result<usize, Errno> {
    usize::try_from(result).map_err(|_| Errno(u16::try_from(-i64::from(result)).unwrap_or(Errno::EIO.0)))
}

/// Reads standard input. `EINTR` if the world wants something before.
pub fn read_input(to: &mut [u8]) -> Result<usize, Errno> {
    if to.is_empty() {
        return Ok(0);
    }
    // SAFETY: the callee writes at most this many bytes there and keeps no pointer.
    count(unsafe { input_read(to.as_mut_ptr(), to.len()) })
}

/// Whether reading standard input would not wait; after so many nanoseconds at
/// most, negative for as long as it takes. `EINTR` if the world wants something before.
pub fn poll_input(nanoseconds: f64) -> Result<bool, Errno> {
    count(input_poll(nanoseconds)).map(|ready| ready != 0)
}

/// Writes to standard output (1) or error (2).
pub fn write_output(which: u32, from: &[u8]) -> Result<usize, Errno> {
    // SAFETY: the callee reads this many bytes there and keeps no pointer.
    count(unsafe { output_write(which, from.as_ptr(), from.len()) })
}

/// Whether a standard stream is a terminal.
pub fn terminal(descriptor: u32) -> bool {
    is_terminal(descriptor) != 0
}

/// Rows, columns, and pixels across and down; zeros if nothing is known.
pub fn window_size() -> [u16; 4] {
    let mut size = [0; 4];
    // SAFETY: the callee writes four numbers there and keeps no pointer.
    unsafe { terminal_size(size.as_mut_ptr()) };
    size
}

/// Sets the terminal's mode.
pub fn set_terminal(bits: u32) {
    terminal_mode(bits);
}
