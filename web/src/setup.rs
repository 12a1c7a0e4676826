//! What a process is started from.

use std::sync::Arc;

use rv2wat_host::{Facts, FactsError, Files};
use rv2wat_linux::{Config, GuestMemory, Process, Start};

use crate::files::Directory;
use crate::imports::fail;
use crate::imports::files::Handle;
use crate::memory::Guest;
use crate::registers::Registers;
use crate::site;
use crate::world::World;

/// One past the highest guest address that there may be: a page below 4 GiB.
const MOST_MEMORY: u64 = (1 << 32) - (1 << 16);

/// What JavaScript hands over, piece by piece.
#[derive(Debug, Default)]
pub struct Setup {
    /// The translated module's section `rv2wat`.
    pub facts: Vec<u8>,
    /// The ELF file.
    pub program: Vec<u8>,
    /// Its path in the guest.
    pub path: Vec<u8>,
    /// Its arguments, name first.
    pub arguments: Vec<Vec<u8>>,
    /// Its environment.
    pub environment: Vec<Vec<u8>>,
    /// Where the guest sees which open directories.
    pub mounts: Vec<(Vec<u8>, Handle)>,
    /// Its registers.
    pub registers: Box<Registers>,
    /// Whether the module counts calls or turns of loops.
    pub counts: bool,
    /// The files that it sees.
    pub files: Files,
    /// Its first working directory; the root if nothing is said.
    pub directory: Vec<u8>,
    /// What its machine calls itself, if something is said.
    pub hostname: Vec<u8>,
    /// Who runs it: user and group.
    pub user: (u32, u32),
    /// Bytes that its memory and its files may take, if something is said.
    pub limits: Option<(u64, u64)>,
    /// Whether nothing that was translated beforehand is entered.
    pub interpret: bool,
    /// How often interpreted code comes to a place before it is translated; 0 never is.
    pub hot_after: u32,
}

/// A process that has started.
pub struct Started {
    /// It.
    pub process: Process<World>,
    /// Where it starts.
    pub start: Start,
    /// What is known of the program.
    pub facts: Facts,
    /// The program's ELF file.
    pub program: Vec<u8>,
    /// The guest's memory.
    pub memory: Guest,
    /// Its registers.
    pub registers: Box<Registers>,
    /// Where the module can be entered, sorted: by number.
    pub entries: Vec<u64>,
}

impl Setup {
    /// Starts the process.
    pub fn start(self) -> Started {
        let refused = |error: FactsError| -> ! { fail(&error.to_string()) };
        let facts = Facts::from_bytes(&self.facts).unwrap_or_else(|error| refused(error));
        let image = facts.image(&self.program).unwrap_or_else(|error| refused(error));
        let mut memory = Guest::new(facts.bias, facts.permissions());
        let entries = if self.interpret { Vec::new() } else { entries(&facts, &memory) };
        let given = |said: Vec<u8>, default: Vec<u8>| if said.is_empty() { default } else { said };
        let default = Config::default();
        let (memory_limit, file_limit) = self.limits.unwrap_or((default.memory_limit, default.file_limit));
        let config = Config {
            args: self.arguments,
            env: self.environment,
            exe: self.path,
            cwd: given(self.directory, default.cwd),
            hostname: given(self.hostname, default.hostname),
            uid: self.user.0,
            gid: self.user.1,
            memory_limit: memory_limit.min(MOST_MEMORY),
            file_limit,
            pid: default.pid,
        };
        let mut process = Process::new(World, config);
        if let Err((path, errno)) = site::plant(&self.files, &mut process) {
            fail(&format!("cannot put {} in its place: {errno}", String::from_utf8_lossy(&path)));
        }
        for (path, handle) in self.mounts {
            let mounted = Directory::root(handle).and_then(|dir| process.mount(&path, Arc::new(dir), false));
            if let Err(errno) = mounted {
                fail(&format!("cannot mount at {}: {errno}", String::from_utf8_lossy(&path)));
            }
        }
        let start = match process.start(&mut memory, &image) {
            Ok(start) => start,
            Err(error) => fail(&format!("the program cannot start: {error}")),
        };
        Started { process, start, facts, program: self.program, memory, registers: self.registers, entries }
    }
}

/// The list of entries that lies in memory.
fn entries(facts: &Facts, memory: &dyn GuestMemory) -> Vec<u64> {
    let (at, count) = facts.entries;
    let Ok(bytes) = memory.peek_vec(at, 4 * u64::from(count)) else {
        fail("the module's list of entries is not in its memory")
    };
    let (words, _) = bytes.as_chunks::<4>();
    words.iter().map(|word| u64::from(u32::from_le_bytes(*word))).collect()
}
