//! The registers of the translated module, and what else its globals hold.

use rv2wat_host::registers::{self, COUNT};
use rv2wat_interp::Hart;

use crate::imports;

/// How many words go over: the registers, the stack limit, and the count of forced
/// exits.
pub const WORDS: usize = COUNT + 2;

const STACK_LIMIT: usize = COUNT;
const FORCE_EXIT: usize = COUNT + 1;

/// The registers with what else the module's globals hold.
pub struct Registers {
    words: [u64; WORDS],
}

impl Registers {
    /// All zero.
    pub fn new() -> Registers {
        Registers { words: [0; WORDS] }
    }

    /// Reads the globals.
    pub fn read(&mut self, hart: &mut Hart) {
        imports::read_registers(&mut self.words);
        if let Some(words) = self.words.first_chunk() {
            *hart = registers::hart(words);
        }
    }

    /// Writes the globals.
    pub fn write(&mut self, hart: &Hart, stack_limit: u64) {
        self.words[..COUNT].copy_from_slice(&registers::words(hart));
        self.words[STACK_LIMIT] = stack_limit;
        imports::write_registers(&self.words);
    }

    /// Sets the number of calls until the next forced exit.
    pub fn set_force_exit(&mut self, count: u32) {
        self.words[FORCE_EXIT] = count.into();
    }
}

/// The bytes of the module that reads and writes them.
pub fn module(force_exit: bool) -> Vec<u8> {
    match force_exit {
        true => registers::module(&["stack_limit", "force_exit"]),
        false => registers::module(&["stack_limit"]),
    }
}
