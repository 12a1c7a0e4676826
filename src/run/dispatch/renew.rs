//! A new store for a program that makes code again and again.
//!
//! The engine frees an instance with its store only. But an exit leaves nothing behind in
//! WebAssembly: registers, memory and the process are all there is, and they can be moved
//! to a new store at any exit.

use rv2wat_linux::Host;
use wasmtime::Store;

use super::{Dispatcher, RunError, State};
use crate::run::{Guest, linker};

/// How many modules that nothing enters any more are kept, at most.
const MANY_DROPPED: usize = 200;

/// What is copied of memory at once, bytes: pages that are zero stay untouched.
const PAGE: usize = 4096;

impl<H: Host + 'static> Dispatcher<'_, H> {
    /// Moves to a new store if the engine keeps too much that was dropped.
    ///
    /// # Errors
    /// [`RunError::Engine`] if the engine cannot make another instance.
    pub(super) fn renew_if_due(&mut self) -> Result<(), RunError> {
        let due = self.tier.as_ref().is_some_and(|tier| tier.places.dropped() >= MANY_DROPPED);
        match due {
            true => self.renew().map_err(|error| self.engine_error(&format!("{error:#}"))),
            false => Ok(()),
        }
    }

    fn renew(&mut self) -> wasmtime::Result<()> {
        let hart = self.state.read(&mut *self.store)?;
        let engine = &self.program.engine;
        let mut store = Store::new(engine, Guest::empty(self.facts.bias));
        let instance = linker(engine)?.instantiate(&mut store, &self.program.module)?;
        let Some(memory) = instance.get_memory(&mut store, "memory") else {
            wasmtime::bail!("the module does not export its memory")
        };
        let grown = self.memory.size(&*self.store).saturating_sub(memory.size(&store));
        memory.grow(&mut store, grown)?;
        let (from, to) = (self.memory.data(&*self.store), memory.data_mut(&mut store));
        for (from, to) in from.chunks(PAGE).zip(to.chunks_mut(PAGE)) {
            if from != to {
                to.copy_from_slice(from);
            }
        }
        let state = State::of(&instance, &self.program.copier, &mut store)?;
        state.write(&mut store, &hart)?;
        state.set_force_exit(&mut store, self.force_exit)?;
        self.enter = instance.get_typed_func(&mut store, "enter")?;
        let tier = self.tier.take();
        self.tier = tier.map(|tier| tier.moved(instance, &mut store)).transpose()?;
        std::mem::swap(store.data_mut(), self.store.data_mut());
        store.data_mut().memory = Some(memory);
        (self.state, self.memory) = (state, memory);
        *self.store = store;
        Ok(())
    }
}
