//! Modules beside the program's, by numbers that are chosen here.
//!
//! Knows pointers into this module's memory, as its parent does. Must never know what is
//! in a module.

#[cfg_attr(target_arch = "wasm32", link(wasm_import_module = "host"))]
unsafe extern "C" {
    fn beside_make(number: u32, from: *const u8, len: usize) -> i32;
    fn beside_answer(to: *mut u8);
    safe fn beside_drop(number: u32);
}

/// Has a module made, which gets this number: the translator's answer.
///
/// # Errors
/// Why there is none.
pub fn make(number: u32, request: &[u8]) -> Result<Vec<u8>, String> {
    // SAFETY: the callee reads this many bytes there and keeps no pointer.
    let made = unsafe { beside_make(number, request.as_ptr(), request.len()) };
    let length = if made < 0 { -1 - made } else { made };
    // It is not negative.
    let mut answer = vec![0; length as usize];
    // SAFETY: the callee writes as many bytes as it has just said.
    unsafe { beside_answer(answer.as_mut_ptr()) };
    match made < 0 {
        true => Err(String::from_utf8_lossy(&answer).into_owned()),
        false => Ok(answer),
    }
}

/// Has a module forgotten.
pub fn forget(number: u32) {
    beside_drop(number);
}
