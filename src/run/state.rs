//! The architectural state as the module exports it: one global a register.

use rv2wat_interp::Hart;
use rv2wat_interp::fp::{Rounding, SoftOp, soft_op};
use rv2wat_isa::{F, X};
use wasmtime::{AsContextMut, Global, Instance, Val};

/// The globals of the state.
pub struct State {
    pc: Global,
    stack_limit: Global,
    force_exit: Option<Global>,
    frm: Global,
    fflags: Global,
    /// x1 to x31.
    x: Vec<Global>,
    f: Vec<Global>,
}

impl State {
    /// Finds the globals among an instance's exports.
    ///
    /// # Errors
    /// If one is missing: the module is not one of ours.
    pub fn of(instance: &Instance, mut store: impl AsContextMut) -> wasmtime::Result<State> {
        let mut global = |name: &str| match instance.get_global(&mut store, name) {
            Some(global) => Ok(global),
            None => wasmtime::bail!("the module does not export {name}"),
        };
        Ok(State {
            pc: global("pc")?,
            stack_limit: global("stack_limit")?,
            frm: global("frm")?,
            fflags: global("fflags")?,
            x: X::all().skip(1).map(|x| global(x.name())).collect::<wasmtime::Result<_>>()?,
            f: F::all().map(|f| global(f.name())).collect::<wasmtime::Result<_>>()?,
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
    pub fn read(&self, mut store: impl AsContextMut) -> Hart {
        let mut hart = Hart::at(bits(self.pc, &mut store));
        for x in X::all() {
            hart.set(x, self.x(&mut store, x));
        }
        for (f, &global) in F::all().zip(&self.f) {
            hart.set_f(f, bits(global, &mut store));
        }
        hart.frm = bits(self.frm, &mut store) as u8;
        hart.fflags = bits(self.fflags, &mut store) as u8;
        hart
    }

    /// Writes all registers back.
    ///
    /// # Errors
    /// As [`State::set_pc`].
    pub fn write(&self, mut store: impl AsContextMut, hart: &Hart) -> wasmtime::Result<()> {
        self.set_pc(&mut store, hart.pc)?;
        for x in X::all() {
            self.set_x(&mut store, x, hart.get(x))?;
        }
        for (f, global) in F::all().zip(&self.f) {
            global.set(&mut store, Val::F64(hart.get_f(f)))?;
        }
        self.frm.set(&mut store, Val::I32(i32::from(hart.frm)))?;
        self.fflags.set(&mut store, Val::I32(i32::from(hart.fflags)))
    }
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
