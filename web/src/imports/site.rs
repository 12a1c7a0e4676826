//! What a page asks for and gives beside the streams: contents of files, signals, and
//! requests about files.
//!
//! Knows pointers into this module's memory, as its parent does. Must never know what a
//! request says.

use rv2wat_linux::Errno;

use super::count;

#[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "host"))]
unsafe extern "C" {
    fn content_read(id: *const u8, offset: f64, to: *mut u8, len: usize) -> i32;
    safe fn attention() -> i32;
    safe fn may_signal() -> i32;
    safe fn signals_end(bits: u32);
    safe fn request_take() -> u32;
    fn request_copy(to: *mut u8);
    fn request_answer(from: *const u8, len: usize);
}

/// What the world wants.
pub enum Wanted {
    /// Nothing.
    Nothing,
    /// To send a signal, which is said once.
    Signal(i32),
    /// To have a request taken.
    Request,
}

/// What the world wants now.
pub fn wanted() -> Wanted {
    match attention() {
        0 => Wanted::Nothing,
        signal if signal > 0 => Wanted::Signal(signal),
        _ => Wanted::Request,
    }
}

/// Whether the world may ever want to send a signal.
pub fn signals_come() -> bool {
    may_signal() != 0
}

/// Says which signals would end the program by default if they came now: bit n − 1 for
/// signal n, of those that a terminal and its end send.
pub fn tell_signals(bits: u32) {
    signals_end(bits);
}

/// Takes the request.
pub fn take_request() -> Vec<u8> {
    let mut request = vec![0; request_take() as usize];
    // SAFETY: the callee writes as many bytes there as it has just said, and keeps no
    // pointer.
    unsafe { request_copy(request.as_mut_ptr()) };
    request
}

/// Answers it.
pub fn answer(answer: &[u8]) {
    // SAFETY: the callee reads this many bytes there and keeps no pointer.
    unsafe { request_answer(answer.as_ptr(), answer.len()) }
}

/// Reads from a content at an offset, which is below 2⁵³.
pub fn read_content(id: &[u8; 32], offset: u64, to: &mut [u8]) -> Result<usize, Errno> {
    // SAFETY: the callee reads 32 bytes, writes at most as many as `to` has, and keeps no
    // pointer.
    count(unsafe { content_read(id.as_ptr(), offset as f64, to.as_mut_ptr(), to.len()) })
}
