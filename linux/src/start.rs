//! How a process begins: its address space and what lies on its stack.
//!
//! The stack is as the kernel's `create_elf_tables` leaves it (riscv ABI:
//! `sp` points to argc, is 16-byte aligned). Must never know about system
//! calls.

use crate::elf::Headers;
use crate::errno::Errno;
use crate::guest::{GuestMemory, PAGE};
use crate::host::Host;
use crate::kernel::{Call, Kernel};
use crate::process::{Image, Start, StartError};
use crate::space::{Backing, PROT_EXEC, PROT_READ, PROT_WRITE, Region, STACK_SIZE, Space, page_up};
use std::sync::Arc;

/// Auxiliary vector keys (`linux/auxvec.h`).
mod at {
    pub const NULL: u64 = 0;
    pub const PHDR: u64 = 3;
    pub const PHENT: u64 = 4;
    pub const PHNUM: u64 = 5;
    pub const PAGESZ: u64 = 6;
    pub const BASE: u64 = 7;
    pub const FLAGS: u64 = 8;
    pub const ENTRY: u64 = 9;
    pub const UID: u64 = 11;
    pub const EUID: u64 = 12;
    pub const GID: u64 = 13;
    pub const EGID: u64 = 14;
    pub const HWCAP: u64 = 16;
    pub const CLKTCK: u64 = 17;
    pub const SECURE: u64 = 23;
    pub const RANDOM: u64 = 25;
    pub const EXECFN: u64 = 31;
    pub const MINSIGSTKSZ: u64 = 51;
}

/// One bit for each single-letter extension: I, M, A, F, D, C.
pub(crate) const HWCAP: u64 =
    letter('I') | letter('M') | letter('A') | letter('F') | letter('D') | letter('C');

const fn letter(name: char) -> u64 {
    1 << (name as u64 - 'A' as u64)
}

/// `li a7, 139; ecall`: what a signal handler returns to.
const SIGRETURN: [u8; 8] = [0x93, 0x08, 0xb0, 0x08, 0x73, 0x00, 0x00, 0x00];

/// Hole between the image and the bottom of the stack, in bytes: as much as Linux
/// leaves below a stack, so that no ordinary frame reaches beyond it.
const STACK_GAP: u64 = 0x10_0000;

/// What `struct rt_sigframe` takes on a riscv without vector state.
const MIN_SIGNAL_STACK: u64 = 2048;

impl Kernel {
    /// Lays out everything for `image`.
    pub(crate) fn start(
        &mut self,
        host: &mut dyn Host,
        mem: &mut dyn GuestMemory,
        image: &Image<'_>,
    ) -> Result<Start, StartError> {
        let exe = self.config.exe.clone();
        let setup =
            |errno: Errno| StartError::Setup { path: String::from_utf8_lossy(&exe).into_owned(), errno };
        self.install_exe(image.bytes).map_err(setup)?;
        let limit = self.config.memory_limit.min(u32::MAX as u64 & !(PAGE - 1));
        let headers = Headers::parse(image.bytes);
        let executable_stack = headers.as_ref().is_some_and(Headers::wants_executable_stack);
        let (space, stack) = lay_out(mem, image, limit, &self.config.exe, executable_stack)?;
        self.space = space;
        let mut random = [0; 16];
        host.random(&mut random);
        let interpreter = match headers.and_then(|headers| headers.interpreter()) {
            Some(path) => {
                let path = image.bytes.get(path).unwrap_or_default();
                Some(self.map_interpreter(&mut Call { mem, host, args: [0; 6] }, path)?)
            }
            None => None,
        };
        // Nobody has known other code anywhere.
        self.space.take_code_changes();
        let sp = self.fill_stack(mem, image, interpreter.map_or(0, |it| it.base), stack, random)?;
        Ok(Start { pc: interpreter.map_or(image.entry, |it| it.entry), sp })
    }

    fn fill_stack(
        &mut self,
        mem: &mut dyn GuestMemory,
        image: &Image<'_>,
        interpreter: u64,
        stack: u64,
        random: [u8; 16],
    ) -> Result<u64, StartError> {
        let config = &self.config;
        if config.args.iter().chain(&config.env).any(|string| string.contains(&0)) {
            return Err(StartError::ZeroByte);
        }
        let count = |strings: &[Vec<u8>]| strings.iter().map(|s| s.len() as u64 + 9).sum::<u64>();
        let total = count(&config.args) + count(&config.env) + config.exe.len() as u64;
        if total > STACK_SIZE / 4 {
            return Err(StartError::ArgumentsTooLong(total));
        }
        // From the top down: eight zero bytes, the program's path, environment
        // and arguments as strings, the random bytes.
        let mut at = stack - 8 - (config.exe.len() as u64 + 1);
        let execfn = at;
        mem.write(execfn, &config.exe)?;
        let mut push = |strings: &[Vec<u8>]| -> Result<(Vec<u64>, (u64, u64)), StartError> {
            let high = at;
            at -= strings.iter().map(|s| s.len() as u64 + 1).sum::<u64>();
            let (low, mut next) = (at, at);
            let mut pointers = Vec::new();
            for string in strings {
                mem.write(next, string)?;
                pointers.push(next);
                next += string.len() as u64 + 1;
            }
            Ok((pointers, (low, high)))
        };
        let (env, env_range) = push(&config.env)?;
        let (args, args_range) = push(&config.args)?;
        let random_at = (at & !15) - 16;
        mem.write(random_at, &random)?;
        let auxv = [
            (at::HWCAP, HWCAP),
            (at::PAGESZ, PAGE),
            (at::CLKTCK, 100),
            (at::PHDR, image.phdr),
            (at::PHENT, image.phent as u64),
            (at::PHNUM, image.phnum as u64),
            (at::BASE, interpreter),
            (at::FLAGS, 0),
            (at::ENTRY, image.entry),
            (at::UID, config.uid as u64),
            (at::EUID, config.uid as u64),
            (at::GID, config.gid as u64),
            (at::EGID, config.gid as u64),
            (at::SECURE, 0),
            (at::RANDOM, random_at),
            (at::EXECFN, execfn),
            (at::MINSIGSTKSZ, MIN_SIGNAL_STACK),
            (at::NULL, 0),
        ];
        let mut words = vec![args.len() as u64];
        words.extend(args);
        words.push(0);
        words.extend(env);
        words.push(0);
        let auxv: Vec<u64> = auxv.iter().flat_map(|&(key, value)| [key, value]).collect();
        words.extend(&auxv);
        let sp = (random_at - 8 * words.len() as u64) & !15;
        mem.write(sp, &words.iter().flat_map(|w| w.to_le_bytes()).collect::<Vec<u8>>())?;
        self.space.args = args_range;
        self.space.env = env_range;
        self.space.auxv = auxv.iter().flat_map(|w| w.to_le_bytes()).collect();
        self.space.stack_pointer = sp;
        Ok(sp)
    }
}

/// Maps image, stack, vdso page and an empty heap; returns the top of the
/// stack.
fn lay_out(
    mem: &mut dyn GuestMemory,
    image: &Image<'_>,
    limit: u64,
    exe: &[u8],
    executable_stack: bool,
) -> Result<(Space, u64), StartError> {
    let no_room = StartError::NoRoom { end: image.end, limit };
    let mut space = Space::default();
    space.limit = limit;
    let layout = || -> Option<(u64, u64)> {
        let bottom = page_up(image.end)?.checked_add(STACK_GAP)?;
        Some((bottom, bottom.checked_add(STACK_SIZE)?))
    };
    let Some((bottom, top)) = layout().filter(|&(_, top)| top + 4 * PAGE <= limit) else {
        return Err(no_room);
    };
    let name: Arc<[u8]> = Arc::from(exe);
    for segment in &image.segments {
        let prot = (if segment.read { PROT_READ } else { 0 })
            | (if segment.write { PROT_WRITE } else { 0 })
            | (if segment.execute { PROT_EXEC } else { 0 });
        let Some(end) = page_up(segment.end) else { return Err(no_room) };
        let backing = Backing::File {
            name: name.clone(),
            offset: segment.offset & !(PAGE - 1),
            inode: 0,
            file: None,
            write_back: false,
        };
        let start = segment.start & !(PAGE - 1);
        // Two segments may share a page: the later one takes it.
        space.unmap(mem, start, end);
        space.adopt(mem, start, Region { end, prot, shared: false, backing });
    }
    let read_write = PROT_READ | PROT_WRITE;
    let prot = if executable_stack { read_write | PROT_EXEC } else { read_write };
    let stack = Region { end: top, prot, shared: false, backing: Backing::Stack };
    let memory = |_| StartError::NoRoom { end: image.end, limit };
    space.map(mem, bottom, stack).map_err(memory)?;
    space.stack_bottom = bottom;
    let vdso = top + PAGE;
    let code =
        Region { end: vdso + PAGE, prot: PROT_READ | PROT_EXEC, shared: false, backing: Backing::Vdso };
    space.map(mem, vdso, code).map_err(memory)?;
    mem.poke(vdso, &SIGRETURN)?;
    space.vdso = vdso;
    space.brk_start = vdso + PAGE;
    space.brk = space.brk_start;
    space.mmap_base = (space.brk_start + ((limit / 16) & !(PAGE - 1))).min(limit);
    Ok((space, top))
}
