//! The registers of the translated module, which are its globals.
//!
//! JavaScript cannot hand them over: it may change the bits of a NaN, and makes a
//! heap object of each 64-bit integer. So a small module does that imports these
//! globals and our memory.

use rv2wat_interp::Hart;
use rv2wat_isa::{F, X};
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalType, ImportSection,
    MemArg, MemArgTarget, MemoryType, Module, TypeSection, ValType,
};

use crate::imports;

/// How many words registers take: the pc, x1 to x31, f0 to f31, frm, fflags, the
/// stack limit, and the count of forced exits.
pub const COUNT: usize = 68;

const F0: usize = 32;
const FRM: usize = 64;
const FFLAGS: usize = 65;
const STACK_LIMIT: usize = 66;
const FORCE_EXIT: usize = 67;

/// The registers with what else the module's globals hold.
pub struct Registers {
    words: [u64; COUNT],
}

impl Registers {
    /// All zero.
    pub fn new() -> Registers {
        Registers { words: [0; COUNT] }
    }

    /// Reads the globals.
    pub fn read(&mut self, hart: &mut Hart) {
        imports::read_registers(&mut self.words);
        *hart = Hart::at(self.words[0]);
        for x in X::all().skip(1) {
            hart.set(x, self.words[x.index()]);
        }
        for f in F::all() {
            hart.set_f(f, self.words[F0 + f.index()]);
        }
        hart.frm = self.words[FRM] as u8;
        hart.fflags = self.words[FFLAGS] as u8;
    }

    /// Writes the globals.
    pub fn write(&mut self, hart: &Hart, stack_limit: u64) {
        self.words[0] = hart.pc;
        for x in X::all().skip(1) {
            self.words[x.index()] = hart.get(x);
        }
        for f in F::all() {
            self.words[F0 + f.index()] = hart.get_f(f);
        }
        self.words[FRM] = hart.frm.into();
        self.words[FFLAGS] = hart.fflags.into();
        self.words[STACK_LIMIT] = stack_limit;
        imports::write_registers(&self.words);
    }

    /// Sets the number of calls until the next forced exit.
    pub fn set_force_exit(&mut self, count: u32) {
        self.words[FORCE_EXIT] = count.into();
    }
}

/// The globals with their types, in the order of their words.
fn globals(force_exit: bool) -> Vec<(&'static str, ValType)> {
    let mut globals = vec![("pc", ValType::I64)];
    globals.extend(X::all().skip(1).map(|x| (x.name(), ValType::I64)));
    globals.extend(F::all().map(|f| (f.name(), ValType::F64)));
    globals.extend([("frm", ValType::I32), ("fflags", ValType::I32), ("stack_limit", ValType::I64)]);
    if force_exit {
        globals.push(("force_exit", ValType::I64));
    }
    globals
}

/// The bytes of the module: `read` and `write` take the address of the words.
pub fn module(force_exit: bool) -> Vec<u8> {
    let globals = globals(force_exit);
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    let mut imports = ImportSection::new();
    let memory =
        MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
    imports.import("web", "memory", EntityType::Memory(memory));
    for &(name, val_type) in &globals {
        let global = GlobalType { val_type, mutable: true, shared: false };
        imports.import("guest", name, EntityType::Global(global));
    }
    let mut functions = FunctionSection::new();
    functions.function(0);
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export("read", ExportKind::Func, 0);
    exports.export("write", ExportKind::Func, 1);
    let mut code = CodeSection::new();
    code.function(&reader(&globals));
    code.function(&writer(&globals));
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
    module.finish()
}

/// Where a global's word is, from the address of the words.
fn word(at: usize) -> MemArg {
    MemArg { offset: 8 * at as u64, align: 2, target: MemArgTarget::Memory(0), ordering: None }
}

fn reader(globals: &[(&str, ValType)]) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    for (at, &(_, ty)) in globals.iter().enumerate() {
        code.local_get(0).global_get(at as u32);
        match ty {
            ValType::F64 => code.f64_store(word(at)),
            ValType::I32 => code.i64_extend_i32_u().i64_store(word(at)),
            _ => code.i64_store(word(at)),
        };
    }
    code.end();
    function
}

fn writer(globals: &[(&str, ValType)]) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    for (at, &(_, ty)) in globals.iter().enumerate() {
        code.local_get(0);
        match ty {
            ValType::F64 => code.f64_load(word(at)),
            ValType::I32 => code.i32_load(word(at)),
            _ => code.i64_load(word(at)),
        };
        code.global_set(at as u32);
    }
    code.end();
    function
}
