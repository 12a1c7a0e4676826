//! How the dispatcher gets to code that was translated while the program ran.

use std::ops::Range;

use rv2wat_host::tier::{Candidate, Place};
use rv2wat_linux::Host;
use wasmtime::{Module, TypedFunc};

use super::{Dispatcher, RunError, first_difference};
use crate::run::tier::Surroundings;

/// How to enter somewhere: by which function of which module, and the number there.
type Entry = (TypedFunc<i32, i32>, i32);

impl<H: Host + 'static> Dispatcher<'_, H> {
    /// How to enter at a place that the program's own translation has no entry for, if
    /// one was made while the program ran; this makes it if the place is hot.
    ///
    /// # Errors
    /// [`RunError::Engine`] if the engine refuses what it has done before.
    pub(super) fn made_entry(&mut self, pc: u64) -> Result<Option<Entry>, RunError> {
        let Some(tier) = &mut self.tier else { return Ok(None) };
        if tier.places.is_due(pc) && self.may_execute(pc) {
            self.renew_if_due()?;
            self.translate(pc);
        }
        let made = self.tier.as_ref().and_then(|tier| tier.places.entry(pc));
        Ok(made.map(|(beside, number)| (beside.enter.clone(), number)))
    }

    /// Translates a hot place, together with warm ones of its kind: in functions of the
    /// program, or in code that is not the program's.
    fn translate(&mut self, pc: u64) {
        let Some(mut tier) = self.tier.take() else { return };
        let warm = tier.places.warm(pc).into_iter().filter(|&pc| self.may_execute(pc));
        let candidates: Vec<Candidate> = warm.map(|pc| self.candidate(pc)).collect();
        let (mailbox, permissions) = (self.facts.mailbox(), self.facts.permissions);
        let place = Place { bias: self.facts.bias, mailbox, permissions };
        let surroundings = Surroundings { image: self.program.image(), place, memory: self.memory };
        tier.translate(&candidates, &surroundings, self.store);
        if self.trace_exits {
            let places = tier.places.made.places - self.stats.made.places;
            eprintln!("rv2wat: translated {places} places, {pc:#x} being hot");
        }
        self.stats.made = tier.places.made.clone();
        self.tier = Some(tier);
    }

    /// Whether code may be executed at a place, as far as that is asked.
    fn may_execute(&self, pc: u64) -> bool {
        let may = || self.store.data().process.as_ref()?.protection(pc).map(|(.., execute)| execute);
        self.facts.permissions.is_none() || may().unwrap_or(false)
    }

    /// What belongs to a place.
    fn candidate(&self, pc: u64) -> Candidate {
        let process = self.store.data().process.as_ref();
        let mapping = process.and_then(|process| process.mapping_around(pc));
        Candidate::new(pc, self.facts.functions.around(pc), mapping, self.facts.permissions.is_some())
    }

    /// The guest address of what stands at a place in the code of a module.
    pub(super) fn origin(&self, module: &Module, offset: usize) -> Option<u64> {
        match Module::same(module, &self.program.module) {
            true => self.program.prepared.origins.pc(offset),
            false => self.tier.as_ref()?.origin(module, offset),
        }
    }

    /// Drops what was made from code in this range that is not there any more.
    pub(super) fn drop_changed(&mut self, range: &Range<u64>) {
        let Some(tier) = &mut self.tier else { return };
        let (bytes, facts) = (self.memory.data(&*self.store), &self.facts);
        tier.places
            .changed(range, |window| first_difference(bytes, facts, window.addr, &window.bytes).is_some());
        self.stats.made = tier.places.made.clone();
    }
}
