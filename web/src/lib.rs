//! The Linux personality and the interpreter for JavaScript hosts of translated
//! programs, as one WebAssembly module with a memory of its own. Built for wasm32
//! by `scripts/wasm32-target -p rv2wat-web`; `web/host.mjs` drives it, and
//! `docs/abi.md` says how.
//!
//! | part | where |
//! |---|---|
//! | what JavaScript calls | here |
//! | what it is asked for | `imports` |
//! | the dispatcher | `machine`, `setup` |
//! | who enters translated code and asks it what is next | `turns` |
//! | what is translated while the program runs | `machine::hot` |
//! | the guest's memory and registers | `memory`, `registers` |
//! | clocks, console | `world` |
//! | the files of a site | `site` |
//! | what a page asks about files | `requests` |
//! | mounted directories | `files` |
//!
//! Exports whose types hold no pointers (`soft`, `flags`, `ecall`, `counter`,
//! `violated`) serve as imports of a translated module as they are, without a
//! detour through JavaScript and its integers.
//!
//! Must never know what a page or Node is.

#![expect(unsafe_code, reason = "exports have names, which nothing else in the module has")]

mod files;
mod imports;
mod machine;
mod memory;
mod registers;
mod requests;
mod setup;
mod site;
mod turns;
mod world;

use std::cell::RefCell;

use rv2wat_host::Files;
use rv2wat_interp::fp::{Rounding, SoftOp, soft_op};
use rv2wat_isa::Reg;

use imports::files::Handle;
use machine::Machine;
use setup::Setup;

/// What one instance of this module holds.
#[derive(Default)]
struct Instance {
    /// What JavaScript is about to hand over.
    inbox: Vec<u8>,
    /// What it is about to fetch.
    outbox: Vec<u8>,
    setup: Setup,
    machine: Option<Machine>,
}

thread_local! {
    static INSTANCE: RefCell<Instance> = RefCell::default();
}

impl Instance {
    fn machine(&mut self) -> &mut Machine {
        match &mut self.machine {
            Some(machine) => machine,
            None => imports::fail("the process was not started"),
        }
    }
}

fn with<T>(act: impl FnOnce(&mut Instance) -> T) -> T {
    INSTANCE.with_borrow_mut(act)
}

/// One operation of the soft-float library, on raw bits. An operation or a
/// rounding mode that does not exist traps: no translated module asks for one.
#[unsafe(no_mangle)]
pub extern "C" fn soft(op: u32, a: u64, b: u64, c: u64, mode: u32) -> u64 {
    let mode = u8::try_from(mode).ok().and_then(|mode| Rounding::try_from(mode).ok());
    match (SoftOp::try_from(op), mode) {
        (Ok(op), Some(mode)) => soft_op(op, a, b, c, mode).0,
        _ => panic!("no soft-float operation {op} in rounding mode {mode:?}"),
    }
}

/// The exception flags that a floating-point instruction raises. Bits that are no
/// such instruction trap.
#[unsafe(no_mangle)]
pub extern "C" fn flags(inst: u32, a: u64, b: u64, c: u64) -> u32 {
    match rv2wat_interp::raised(inst, [a, b, c]) {
        Some(flags) => flags.into(),
        None => panic!("no exception flags for the instruction {inst:#x}"),
    }
}

/// Makes room for `len` bytes that JavaScript writes at the returned address, for
/// the next call of a function that takes them.
#[unsafe(no_mangle)]
pub extern "C" fn inbox(len: usize) -> *mut u8 {
    with(|instance| {
        instance.inbox.clear();
        instance.inbox.resize(len, 0);
        instance.inbox.as_mut_ptr()
    })
}

/// How many bytes lie at the address that the last function returned which
/// returns bytes.
#[unsafe(no_mangle)]
pub extern "C" fn outbox_len() -> usize {
    with(|instance| instance.outbox.len())
}

/// The bytes of the module that takes turns between a translated module and this one. With
/// `force_exit`, the translated module counts calls.
#[unsafe(no_mangle)]
pub extern "C" fn turns_module(force_exit: u32) -> *const u8 {
    with(|instance| {
        instance.setup.counts = force_exit != 0;
        instance.outbox = turns::module(&mut instance.setup.registers, force_exit != 0);
        instance.outbox.as_ptr()
    })
}

/// Takes the content of the translated module's section `rv2wat`.
#[unsafe(no_mangle)]
pub extern "C" fn set_facts() {
    with(|instance| instance.setup.facts = std::mem::take(&mut instance.inbox));
}

/// Takes the ELF file.
#[unsafe(no_mangle)]
pub extern "C" fn set_program() {
    with(|instance| instance.setup.program = std::mem::take(&mut instance.inbox));
}

/// Takes the program's path in the guest.
#[unsafe(no_mangle)]
pub extern "C" fn set_path() {
    with(|instance| instance.setup.path = std::mem::take(&mut instance.inbox));
}

/// Takes one more argument of the program; the first is its name.
#[unsafe(no_mangle)]
pub extern "C" fn add_argument() {
    with(|instance| instance.setup.arguments.push(std::mem::take(&mut instance.inbox)));
}

/// Takes one more variable of the environment, `NAME=VALUE`.
#[unsafe(no_mangle)]
pub extern "C" fn add_variable() {
    with(|instance| instance.setup.environment.push(std::mem::take(&mut instance.inbox)));
}

/// Takes the guest path of one more mounted directory, which JavaScript has opened.
#[unsafe(no_mangle)]
pub extern "C" fn add_mount(handle: u32) {
    with(|instance| {
        let path = std::mem::take(&mut instance.inbox);
        instance.setup.mounts.push((path, Handle::new(handle)));
    });
}

/// Takes the list of files that the program sees, which a site has as `files.bin`.
#[unsafe(no_mangle)]
pub extern "C" fn set_files() {
    with(|instance| match Files::from_bytes(&std::mem::take(&mut instance.inbox)) {
        Ok(files) => instance.setup.files = files,
        Err(error) => imports::fail(&error.to_string()),
    });
}

/// Finds the program that a word names, where the list of files and the environment are
/// known: a path, or a file in a directory of `PATH`. Returns the 32 bytes of its content's
/// SHA-256 and behind them its absolute path; or 4 bytes, a negative error number.
#[unsafe(no_mangle)]
pub extern "C" fn find_program() -> *const u8 {
    with(|instance| {
        let Setup { files, environment, .. } = &instance.setup;
        instance.outbox = site::find_program(files, &instance.inbox, environment);
        instance.outbox.as_ptr()
    })
}

/// Takes the path of the first working directory.
#[unsafe(no_mangle)]
pub extern "C" fn set_directory() {
    with(|instance| instance.setup.directory = std::mem::take(&mut instance.inbox));
}

/// Takes what the machine calls itself.
#[unsafe(no_mangle)]
pub extern "C" fn set_hostname() {
    with(|instance| instance.setup.hostname = std::mem::take(&mut instance.inbox));
}

/// Sets who runs the program.
#[unsafe(no_mangle)]
pub extern "C" fn set_user(user: u32, group: u32) {
    with(|instance| instance.setup.user = (user, group));
}

/// Sets how much memory the program may use, and how much what it writes into files may
/// take, both in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn set_limits(memory: f64, files: f64) {
    with(|instance| instance.setup.limits = Some((memory as u64, files as u64)));
}

/// Serves a request about files (`requests`) after the program has ended.
#[unsafe(no_mangle)]
pub extern "C" fn serve_request() -> *const u8 {
    with(|instance| {
        let request = std::mem::take(&mut instance.inbox);
        instance.outbox = instance.machine().serve(&request);
        instance.outbox.as_ptr()
    })
}

/// Takes which tiers run the program: with `interpret`, nothing that was translated
/// beforehand is entered; what interpreted code comes to `hot_after` times is translated
/// while it runs, and with 0 nothing is.
#[unsafe(no_mangle)]
pub extern "C" fn set_tiers(interpret: u32, hot_after: u32) {
    with(|instance| (instance.setup.interpret, instance.setup.hot_after) = (interpret != 0, hot_after));
}

/// Starts the process. `stack_budget` is the guest stack that recursion may take
/// before translated functions leave, in bytes; `force_exit` the number of calls
/// after which they leave in any case, 0 for never; a module that counts leaves then now
/// and then, to look for signals. Returns as [`left`].
#[unsafe(no_mangle)]
pub extern "C" fn start(stack_budget: u32, force_exit: u32) -> i32 {
    std::panic::set_hook(Box::new(|panic| imports::fail(&panic.to_string())));
    with(|instance| {
        let setup = std::mem::take(&mut instance.setup);
        instance.machine.insert(Machine::new(setup, stack_budget, force_exit)).go_on()
    })
}

/// Serves what an entry left for with `status`, and interprets where there is
/// nothing to enter: returns the number of the entry to enter next, or −1 if the
/// process is over. From 2^30 on it is one of a module beside the program's: 12 bits for the
/// module's number, 18 for that of the entry. The module of `turns_module` calls it.
#[unsafe(no_mangle)]
pub extern "C" fn left(status: i32) -> i32 {
    with(|instance| instance.machine().left(status))
}

/// Serves a WebAssembly trap, by which the last entry was left: 0 for an access outside
/// of memory, 1 for a misaligned atomic access, 2 for the engine's stack being used up.
/// Takes the name of the function where that happened, empty if it is not known.
/// Returns as [`left`].
#[unsafe(no_mangle)]
pub extern "C" fn trapped(kind: u32) -> i32 {
    with(|instance| {
        let place = std::mem::take(&mut instance.inbox);
        instance.machine().trapped(kind, &String::from_utf8_lossy(&place))
    })
}

/// The exit status of a process that is over.
#[unsafe(no_mangle)]
pub extern "C" fn exit_status() -> i32 {
    with(|instance| instance.machine().status())
}

/// What happened so far, as one JSON object.
#[unsafe(no_mangle)]
pub extern "C" fn statistics() -> *const u8 {
    with(|instance| {
        instance.outbox = instance.machine().statistics().into_bytes();
        instance.outbox.as_ptr()
    })
}

/// The import `ecall` of a translated module.
#[unsafe(no_mangle)]
pub extern "C" fn ecall(mailbox: u32) -> i32 {
    with(|instance| instance.machine().ecall(mailbox))
}

/// The import `counter` of a translated module. Time, cycles and instructions all
/// go by the monotonic clock: they grow, and are not exact.
#[unsafe(no_mangle)]
pub extern "C" fn counter(_csr: u32) -> u64 {
    world::monotonic()
}

/// The import `violated` of a translated module.
#[unsafe(no_mangle)]
pub extern "C" fn violated(pc: u64, what: i32, expected: u64, found: u64) {
    let what = match u8::try_from(what) {
        Ok(number) => Reg::new(number).to_string(),
        Err(_) => format!("the frame at sp{what} from entry"),
    };
    imports::fail(&format!("at {pc:#x}, {what} is {found:#x} and was taken to be {expected:#x}"))
}
