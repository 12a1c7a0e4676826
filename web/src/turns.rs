//! The module that takes turns: it enters translated code, and asks the dispatcher what to
//! enter next, until the process is over or something traps.
//!
//! An exit is some tens of nanoseconds of work, and calls between WebAssembly and
//! JavaScript would be most of it. What is imported is called from one module to the
//! other. Must never know what an exit is for.

use rv2wat_host::registers;
use rv2wat_host::tier::MANY_MODULES;
use rv2wat_interp::Hart;
use wasm_encoder::{
    BlockType, CodeSection, EntityType, ExportKind, ExportSection, Function, FunctionSection, ImportSection,
    MemArg, MemArgTarget, Module, RefType, TableSection, TableType, TypeSection, ValType,
};

use crate::registers::Registers;

/// Entries from here on are of modules beside the program's: the bits below say which, and
/// the entry's number in it. No module has so many functions.
pub const BESIDE: i32 = 1 << 30;
/// How many bits the entry's number has.
pub const NUMBER_BITS: u32 = 18;
const _: () = assert!(MANY_MODULES <= 1 << (30 - NUMBER_BITS));

/// Types, by number.
const ADDRESS: u32 = 0;
const NUMBER: u32 = 1;

/// Functions, by number: two that are imported, and those of the module.
const ENTER: u32 = 0;
const LEFT: u32 = 1;
const READ: u32 = 2;
const WRITE: u32 = 3;
const RUN: u32 = 4;

/// Its bytes. `registers` stay where they are for as long as it is used.
///
/// | import | what it is |
/// |---|---|
/// | `guest` `enter` and registers | the program's module |
/// | `host` `memory`, `left` | this module |
///
/// | export | what it does |
/// |---|---|
/// | `run(entry)` | takes turns, from an entry on; returns −1 |
/// | `save(0)` | reads the globals, after a trap |
/// | `modules` | where JavaScript puts the functions `enter` of modules beside the program's, by their numbers |
pub fn module(registers: &mut Registers, force_exit: bool) -> Vec<u8> {
    let mut globals = registers::globals();
    globals.push(("stack_limit", ValType::I64));
    if force_exit {
        globals.push(("force_exit", ValType::I64));
    }
    let places = places(registers);
    let mut types = TypeSection::new();
    types.ty().function([ValType::I32], []);
    types.ty().function([ValType::I32], [ValType::I32]);
    let mut imports = ImportSection::new();
    registers::import(&globals, &mut imports);
    imports.import("guest", "enter", EntityType::Function(NUMBER));
    imports.import("host", "left", EntityType::Function(NUMBER));
    let mut functions = FunctionSection::new();
    [ADDRESS, ADDRESS, NUMBER].into_iter().for_each(|ty| {
        functions.function(ty);
    });
    let mut tables = TableSection::new();
    let minimum = MANY_MODULES as u64;
    let element_type = RefType::FUNCREF;
    tables.table(TableType { element_type, minimum, maximum: Some(minimum), table64: false, shared: false });
    let mut exports = ExportSection::new();
    exports.export("run", ExportKind::Func, RUN);
    exports.export("save", ExportKind::Func, READ);
    exports.export("modules", ExportKind::Table, 0);
    let mut code = CodeSection::new();
    code.function(&registers::reader(&globals, &places));
    code.function(&registers::writer(&globals, &places));
    code.function(&run());
    let mut module = Module::new();
    module.section(&types).section(&imports).section(&functions).section(&tables);
    module.section(&exports).section(&code);
    module.finish()
}

/// Where each global belongs, in the memory of this module.
fn places(registers: &mut Registers) -> Vec<MemArg> {
    let Registers { hart, stack_limit, force_exit } = registers;
    let Hart { pc, x, f, fflags, frm, .. } = hart;
    let mut places = vec![place(pc)];
    places.extend(x[1..].iter_mut().map(place));
    places.extend(f.iter_mut().map(place));
    places.extend([place(frm), place(fflags), place(stack_limit), place(force_exit)]);
    places
}

fn place<T>(field: &mut T) -> MemArg {
    let offset = (&raw mut *field).expose_provenance() as u64;
    MemArg { offset, align: 0, target: MemArgTarget::Memory(0), ordering: None }
}

fn run() -> Function {
    const STATUS: u32 = 1;
    let mut function = Function::new([(1, ValType::I32)]);
    let mut code = function.instructions();
    // The places count from 0.
    code.loop_(BlockType::Empty).i32_const(0).call(WRITE);
    code.local_get(0).i32_const(BESIDE).i32_lt_u();
    code.if_(BlockType::Result(ValType::I32)).local_get(0).call(ENTER).else_();
    code.local_get(0).i32_const((1 << NUMBER_BITS) - 1).i32_and();
    code.local_get(0).i32_const(BESIDE).i32_xor().i32_const(NUMBER_BITS.cast_signed()).i32_shr_u();
    code.call_indirect(0, NUMBER).end().local_set(STATUS);
    code.i32_const(0).call(READ);
    code.local_get(STATUS).call(LEFT).local_tee(0);
    code.i32_const(0).i32_ge_s().br_if(0).end();
    code.local_get(0).end();
    function
}
