//! How the dispatcher gets to code that was translated while the program ran.

use std::fmt::Write as _;
use std::ops::Range;
use std::time::Duration;

use rv2wat_host::tier::{self, Answer, Candidate, Made, Place, Request, Window};
use rv2wat_linux::GuestMemory;

use super::{Machine, first_difference};
use crate::imports::beside;
use crate::memory::Guest;
use crate::turns::{BESIDE, NUMBER_BITS};
use crate::world;

/// What is translated while a program runs, by the modules' numbers.
pub type Tier = tier::Tier<u32>;

/// What memory holds in a range, as much of it as there is.
fn read(memory: &Guest, range: &Range<u64>) -> Window {
    let memory: &dyn GuestMemory = memory;
    let end = range.end.min(memory.end());
    let bytes = memory.peek_vec(range.start, end.saturating_sub(range.start)).unwrap_or_default();
    Window { addr: range.start, bytes }
}

impl Machine {
    /// How to enter at a place that the program's own translation has no entry for, if
    /// one was made while the program ran; this makes it if the place is hot.
    pub(super) fn made_entry(&mut self, pc: u64) -> Option<i32> {
        if self.tier.as_mut()?.is_due(pc) && self.may_execute(pc) {
            self.translate(pc);
        }
        let (&module, number) = self.tier.as_ref()?.entry(pc)?;
        Some(BESIDE | (module << NUMBER_BITS).cast_signed() | number)
    }

    /// Translates a hot place, together with warm ones of its kind: in functions of the
    /// program, or in code that is not the program's.
    fn translate(&mut self, pc: u64) {
        let Some(mut tier) = self.tier.take() else { return };
        let started = world::monotonic();
        let warm = tier.warm(pc).into_iter().filter(|&pc| self.may_execute(pc));
        let candidates: Vec<Candidate> = warm.map(|pc| self.candidate(pc)).collect();
        let (roots, ranges) = tier::chosen(&candidates);
        let (bias, mailbox, permissions) = (self.facts.bias, self.facts.mailbox(), self.facts.permissions);
        let windows = ranges.iter().map(|range| read(&self.memory, range)).collect();
        let request = Request { place: Place { bias, mailbox, permissions }, roots, windows };
        // There are no more than `MANY_MODULES`.
        let number = tier.next() as u32;
        match self.made(number, &request) {
            Ok(answer) => tier.place(&request.roots, &answer, number, |range| read(&self.memory, range)),
            Err(why) => tier.refuse(&request.roots, why),
        }
        tier.made.time += Duration::from_nanos(world::monotonic().saturating_sub(started));
        self.tier = Some(tier);
    }

    /// Has a module made.
    fn made(&self, number: u32, request: &Request) -> Result<Answer, String> {
        let answer = beside::make(number, &request.to_bytes(&self.facts.how))?;
        let answer = Answer::from_bytes(&answer).ok_or("the translator's answer is damaged")?;
        match answer.entries.len() < 1 << NUMBER_BITS {
            true => Ok(answer),
            false => Err("a module has too many entries".to_owned()),
        }
    }

    /// Whether code may be executed at a place, as far as that is asked.
    fn may_execute(&self, pc: u64) -> bool {
        let may = || self.process.protection(pc).is_some_and(|(.., execute)| execute);
        self.facts.permissions.is_none() || may()
    }

    /// What belongs to a place.
    fn candidate(&self, pc: u64) -> Candidate {
        let (function, mapping) = (self.facts.functions.around(pc), self.process.mapping_around(pc));
        Candidate::new(pc, function, mapping, self.facts.permissions.is_some())
    }

    /// Drops what was made from code in this range that is not there any more.
    pub(super) fn drop_changed(&mut self, range: &Range<u64>) {
        let (Some(tier), memory) = (&mut self.tier, &self.memory) else { return };
        let differs = |window: &Window| first_difference(memory, window.addr, &window.bytes).is_some();
        tier.changed(range, differs).into_iter().for_each(beside::forget);
    }

    /// What was translated while the program ran, as one JSON object; `null` if nothing
    /// was to be.
    pub(super) fn made_json(&self) -> String {
        let Some(tier) = &self.tier else { return "null".to_owned() };
        let Made { modules, places, dropped, refused, why, time } = &tier.made;
        let why = why.as_deref().map_or_else(|| "null".to_owned(), quoted);
        format!(
            "{{\"modules\":{modules},\"places\":{places},\"dropped\":{dropped},\"refused\":{refused},\
             \"why\":{why},\"milliseconds\":{}}}",
            time.as_millis()
        )
    }
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        // Writing into a string never fails.
        let _ = match c {
            '"' | '\\' => write!(out, "\\{c}"),
            c if c < ' ' => write!(out, "\\u{:04x}", u32::from(c)),
            c => write!(out, "{c}"),
        };
    }
    out.push('"');
    out
}
