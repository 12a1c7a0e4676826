//! The translator for JavaScript, as one WebAssembly module with a memory of its own and
//! without imports. Built for wasm32 by `scripts/wasm32-target -p rv2wat-translator`;
//! `web/translator.mjs` drives it, and `docs/abi.md` says how.
//!
//! It translates a program's file to a module, and code that a running program has in its
//! memory to a module beside that.
//!
//! A defect that would be a panic elsewhere leaves its text and traps. After that the
//! instance must not be called but for that text.
//!
//! Must never know what a page or Node is, nor who runs the modules.

#![expect(unsafe_code, reason = "exports have names, which nothing else in the module has")]

use std::cell::{OnceCell, RefCell};

use rv2wat::beside::Code;
use rv2wat::load::{Image, load};
use rv2wat::{Options, pipeline};
use rv2wat_host::tier::Request;

/// What one instance of this module holds.
#[derive(Default)]
struct Instance {
    /// What JavaScript is about to hand over.
    inbox: Vec<u8>,
    /// What it is about to fetch.
    outbox: Vec<u8>,
    /// How to translate a program.
    options: String,
    /// The program's file.
    program: Vec<u8>,
    /// The same, loaded: nothing if it is no program.
    image: OnceCell<Option<Image>>,
    /// What else was made with the last module.
    answer: Vec<u8>,
}

thread_local! {
    static INSTANCE: RefCell<Instance> = RefCell::default();
    static PANIC: RefCell<String> = RefCell::default();
}

fn with<T>(act: impl FnOnce(&mut Instance) -> T) -> T {
    INSTANCE.with_borrow_mut(act)
}

/// Leaves a module or the reason why there is none; says which.
fn leave(make: impl FnOnce(&mut Instance) -> Result<Vec<u8>, String>) -> i32 {
    std::panic::set_hook(Box::new(|panic| PANIC.with_borrow_mut(|text| *text = panic.to_string())));
    with(|instance| match make(instance) {
        Ok(module) => {
            instance.outbox = module;
            1
        }
        Err(why) => {
            instance.outbox = why.into_bytes();
            0
        }
    })
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

/// Where what was left lies.
#[unsafe(no_mangle)]
pub extern "C" fn outbox() -> *const u8 {
    with(|instance| instance.outbox.as_ptr())
}

/// How many bytes it is.
#[unsafe(no_mangle)]
pub extern "C" fn outbox_len() -> usize {
    with(|instance| instance.outbox.len())
}

/// Takes the options to translate a program with: a JSON object.
#[unsafe(no_mangle)]
pub extern "C" fn set_options() {
    with(|instance| {
        instance.options = String::from_utf8_lossy(&std::mem::take(&mut instance.inbox)).into_owned();
    });
}

/// Takes a program, an ELF file.
#[unsafe(no_mangle)]
pub extern "C" fn set_program() {
    with(|instance| {
        instance.program = std::mem::take(&mut instance.inbox);
        instance.image = OnceCell::new();
    });
}

/// Translates the program to a module with its section `rv2wat`. 1 if the module was left,
/// 0 if a text says why there is none.
#[unsafe(no_mangle)]
pub extern "C" fn translate() -> i32 {
    leave(|instance| {
        let options = Options::from_text(&instance.options)?;
        let (translation, mut module) =
            pipeline::build(&instance.program, &options).map_err(|error| error.to_string())?;
        translation.facts().append_to(&mut module);
        Ok(module)
    })
}

/// Translates code that the program has in its memory, of which it takes a request as
/// `rv2wat_host::tier` writes it. As [`translate`]; if there is a module, there is also an
/// [`answer`].
#[unsafe(no_mangle)]
pub extern "C" fn translate_beside() -> i32 {
    leave(|instance| {
        let request = Request::from_bytes(&std::mem::take(&mut instance.inbox));
        let (how, request) = request.ok_or("what is asked of the translator is damaged")?;
        let options = Options::from_text(&how)?;
        let Request { place, roots, windows } = request;
        let image = instance.image.get_or_init(|| load(&instance.program).ok());
        let code = Code { program: image.as_ref(), windows, roots, place };
        let (translation, module) =
            pipeline::build_beside(code, &options).map_err(|error| error.to_string())?;
        instance.answer = translation.answer().to_bytes();
        Ok(module)
    })
}

/// Leaves what has to be known of the module that [`translate_beside`] made.
#[unsafe(no_mangle)]
pub extern "C" fn answer() {
    with(|instance| instance.outbox = std::mem::take(&mut instance.answer));
}

/// The text of the defect by which the last call has trapped, empty if it was none.
#[unsafe(no_mangle)]
pub extern "C" fn defect() -> *const u8 {
    PANIC.with_borrow(|text| text.as_ptr())
}

/// How many bytes it has.
#[unsafe(no_mangle)]
pub extern "C" fn defect_len() -> usize {
    PANIC.with_borrow(|text| text.len())
}
