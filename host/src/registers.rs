//! The registers of a translated module, which are its globals, as words in memory.
//!
//! A host reaches globals one at a time, and slowly; JavaScript may change the bits
//! of a NaN besides. So a small module does it that imports the globals and a memory
//! of the host's.

use rv2wat_interp::Hart;
use rv2wat_isa::{F, X};
use wasm_encoder::{
    CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, GlobalType, ImportSection,
    MemArg, MemArgTarget, MemoryType, Module, TypeSection, ValType,
};

/// How many words the registers take: the pc, x1 to x31, f0 to f31, frm, fflags.
pub const COUNT: usize = 66;

/// How many times loops turn before signals are looked for, in modules that count them.
pub const TURNS: u32 = 1 << 16;

const F0: usize = 32;
const FRM: usize = 64;
const FFLAGS: usize = 65;

/// The registers in words.
pub fn hart(words: &[u64; COUNT]) -> Hart {
    let mut hart = Hart::at(words[0]);
    for x in X::all().skip(1) {
        hart.set(x, words[x.index()]);
    }
    for f in F::all() {
        hart.set_f(f, words[F0 + f.index()]);
    }
    hart.frm = words[FRM] as u8;
    hart.fflags = words[FFLAGS] as u8;
    hart
}

/// The words of registers.
pub fn words(hart: &Hart) -> [u64; COUNT] {
    let mut words = [0; COUNT];
    words[0] = hart.pc;
    for x in X::all().skip(1) {
        words[x.index()] = hart.get(x);
    }
    for f in F::all() {
        words[F0 + f.index()] = hart.get_f(f);
    }
    words[FRM] = hart.frm.into();
    words[FFLAGS] = hart.fflags.into();
    words
}

/// The globals with their types, in the order of their words.
pub fn globals() -> Vec<(&'static str, ValType)> {
    let mut globals = vec![("pc", ValType::I64)];
    globals.extend(X::all().skip(1).map(|x| (x.name(), ValType::I64)));
    globals.extend(F::all().map(|f| (f.name(), ValType::F64)));
    globals.extend([("frm", ValType::I32), ("fflags", ValType::I32)]);
    globals
}

/// Imports a memory as `host` `memory`, and globals, first of their kind, from `guest`.
pub fn import(globals: &[(&str, ValType)], imports: &mut ImportSection) {
    let memory =
        MemoryType { minimum: 1, maximum: None, memory64: false, shared: false, page_size_log2: None };
    imports.import("host", "memory", EntityType::Memory(memory));
    for &(name, val_type) in globals {
        let global = GlobalType { val_type, mutable: true, shared: false };
        imports.import("guest", name, EntityType::Global(global));
    }
}

/// The bytes of the module: `read` and `write` take the address of the words.
pub fn module() -> Vec<u8> {
    let globals = globals();
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    let mut imports = ImportSection::new();
    import(&globals, &mut imports);
    let mut functions = FunctionSection::new();
    functions.function(0);
    functions.function(0);
    let mut exports = ExportSection::new();
    exports.export("read", ExportKind::Func, 0);
    exports.export("write", ExportKind::Func, 1);
    let mut code = CodeSection::new();
    let words: Vec<MemArg> = (0..COUNT).map(word).collect();
    code.function(&reader(&globals, &words));
    code.function(&writer(&globals, &words));
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&exports).section(&code);
    module.finish()
}

/// Where a global's word is, from the address of the words.
fn word(at: usize) -> MemArg {
    MemArg { offset: 8 * at as u64, align: 0, target: MemArgTarget::Memory(0), ordering: None }
}

/// A function that copies the globals, first of their kind, to places that count from the
/// address that it takes: 8 bytes each, but 1 of the small ones (frm, fflags).
pub fn reader(globals: &[(&str, ValType)], places: &[MemArg]) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    for (at, (&(_, ty), &place)) in globals.iter().zip(places).enumerate() {
        code.local_get(0).global_get(at as u32);
        match ty {
            ValType::F64 => code.f64_store(place),
            ValType::I32 => code.i32_store8(place),
            _ => code.i64_store(place),
        };
    }
    code.end();
    function
}

/// A function that copies them from there.
pub fn writer(globals: &[(&str, ValType)], places: &[MemArg]) -> Function {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    for (at, (&(_, ty), &place)) in globals.iter().zip(places).enumerate() {
        code.local_get(0);
        match ty {
            ValType::F64 => code.f64_load(place),
            ValType::I32 => code.i32_load8_u(place),
            _ => code.i64_load(place),
        };
        code.global_set(at as u32);
    }
    code.end();
    function
}
