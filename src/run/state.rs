//! The architectural state as the module exports it: one global a register.

use rv2wat_host::registers::{self, COUNT};
use rv2wat_interp::Hart;
use rv2wat_interp::fp::{Rounding, SoftOp, soft_op};
use rv2wat_isa::X;
use wasmtime::{AsContextMut, Engine, Global, Instance, Memory, MemoryType, Module, TypedFunc, Val};

/// The globals of the state.
pub struct State {
    pc: Global,
    stack_limit: Global,
    force_exit: Option<Global>,
    frm: Global,
    /// x1 to x31.
    x: Vec<Global>,
    /// The registers as words, and who copies them there and back.
    words: Memory,
    copy_out: Copy,
    copy_in: Copy,
}

impl State {
    /// Finds the globals among an instance's exports.
    ///
    /// # Errors
    /// If one is missing: the module is not one of ours.
    pub fn of(instance: &Instance, copier: &Module, mut store: impl AsContextMut) -> wasmtime::Result<State> {
        let (words, copy_out, copy_in) = beside(instance, copier, &mut store)?;
        let mut global = |name: &str| match instance.get_global(&mut store, name) {
            Some(global) => Ok(global),
            None => wasmtime::bail!("the module does not export {name}"),
        };
        Ok(State {
            pc: global("pc")?,
            stack_limit: global("stack_limit")?,
            frm: global("frm")?,
            x: X::all().skip(1).map(|x| global(x.name())).collect::<wasmtime::Result<_>>()?,
            words,
            copy_out,
            copy_in,
            force_exit: global("force_exit").ok(),
        })
    }

    /// The guest address to go on at.
    pub fn pc(&self, store: impl AsContextMut) -> u64 {
        bits(self.pc, store)
    }

    /// Sets the guest address to go on at.
    ///
    /// # Errors
    /// Never, for a module of ours; so for all setters.
    pub fn set_pc(&self, store: impl AsContextMut, pc: u64) -> wasmtime::Result<()> {
        self.pc.set(store, Val::I64(pc.cast_signed()))
    }

    /// An integer register.
    pub fn x(&self, store: impl AsContextMut, x: X) -> u64 {
        match x.index() {
            0 => 0,
            n => bits(self.x[n - 1], store),
        }
    }

    /// Sets an integer register other than `x0`.
    ///
    /// # Errors
    /// As [`State::set_pc`].
    pub fn set_x(&self, store: impl AsContextMut, x: X, value: u64) -> wasmtime::Result<()> {
        match x.index() {
            0 => Ok(()),
            n => self.x[n - 1].set(store, Val::I64(value.cast_signed())),
        }
    }

    /// Sets the lowest `sp` at which recursive functions go on.
    ///
    /// # Errors
    /// As [`State::set_pc`].
    pub fn set_stack_limit(&self, store: impl AsContextMut, limit: u64) -> wasmtime::Result<()> {
        self.stack_limit.set(store, Val::I64(limit.cast_signed()))
    }

    /// Sets the number of calls until the next forced exit.
    ///
    /// # Errors
    /// As [`State::set_pc`].
    pub fn set_force_exit(&self, store: impl AsContextMut, count: u64) -> wasmtime::Result<()> {
        match self.force_exit {
            Some(global) => global.set(store, Val::I64(count.cast_signed())),
            None => Ok(()),
        }
    }

    /// The dynamic rounding mode.
    pub fn frm(&self, store: impl AsContextMut) -> u8 {
        bits(self.frm, store) as u8
    }

    /// All registers, for the interpreter.
    ///
    /// # Errors
    /// As [`State::set_pc`].
    pub fn read(&self, mut store: impl AsContextMut) -> wasmtime::Result<Hart> {
        self.copy_out.call(&mut store, 0)?;
        let mut words = [0; COUNT];
        let (bytes, _) = self.words.data(&store).as_chunks();
        for (word, bytes) in words.iter_mut().zip(bytes) {
            *word = u64::from_le_bytes(*bytes);
        }
        Ok(registers::hart(&words))
    }

    /// Writes all registers back.
    ///
    /// # Errors
    /// As [`State::set_pc`].
    pub fn write(&self, mut store: impl AsContextMut, hart: &Hart) -> wasmtime::Result<()> {
        let (bytes, _) = self.words.data_mut(&mut store).as_chunks_mut();
        for (bytes, word) in bytes.iter_mut().zip(registers::words(hart)) {
            *bytes = word.to_le_bytes();
        }
        self.copy_in.call(store, 0)
    }
}

/// A function of the module that copies registers: it takes where their words are.
type Copy = TypedFunc<i32, ()>;

/// The module that copies registers between globals and memory.
///
/// # Errors
/// If the engine refuses it.
pub fn copier(engine: &Engine) -> wasmtime::Result<Module> {
    Module::new(engine, registers::module())
}

/// An instance of that module beside a translated one: its memory, and who copies to
/// it and from it.
fn beside(
    instance: &Instance,
    copier: &Module,
    mut store: impl AsContextMut,
) -> wasmtime::Result<(Memory, Copy, Copy)> {
    let memory = Memory::new(&mut store, MemoryType::new(1, None))?;
    let mut imports = Vec::new();
    for import in copier.imports() {
        imports.push(match instance.get_export(&mut store, import.name()) {
            Some(global) if import.module() == "guest" => global,
            _ => memory.into(),
        });
    }
    let copier = Instance::new(&mut store, copier, &imports)?;
    let read = copier.get_typed_func(&mut store, "read")?;
    let write = copier.get_typed_func(&mut store, "write")?;
    Ok((memory, read, write))
}

/// The raw bits of a global.
fn bits(global: Global, store: impl AsContextMut) -> u64 {
    match global.get(store) {
        Val::I64(value) => value.cast_unsigned(),
        Val::I32(value) => u64::from(value.cast_unsigned()),
        Val::F64(bits) => bits,
        _ => 0,
    }
}

/// One operation of the soft-float library, as the module asks for it. Its
/// exception flags are dropped: code that tracks them asks for them apart.
///
/// # Errors
/// If the operation or the rounding mode has no such number.
pub fn soft(op: i32, [a, b, c]: [i64; 3], mode: i32) -> wasmtime::Result<i64> {
    let (Ok(op), Ok(mode)) = (SoftOp::try_from(op.cast_unsigned()), Rounding::try_from(mode as u8)) else {
        wasmtime::bail!("no soft-float operation {op} in rounding mode {mode}");
    };
    let (bits, _) = soft_op(op, a.cast_unsigned(), b.cast_unsigned(), c.cast_unsigned(), mode);
    Ok(bits.cast_signed())
}

/// The exception flags of one instruction, as the module asks for them.
///
/// # Errors
/// If the bits are no instruction that could raise some.
pub fn flags(inst: i32, operands: [i64; 3]) -> wasmtime::Result<i32> {
    match rv2wat_interp::raised(inst.cast_unsigned(), operands.map(i64::cast_unsigned)) {
        Some(flags) => Ok(flags.into()),
        None => wasmtime::bail!("no exception flags for the instruction {inst:#x}"),
    }
}
