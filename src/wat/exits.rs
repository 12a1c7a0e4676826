//! Helpers at the cold ends of functions, which share them by shape.
//!
//! An exit helper ends a function that leaves by itself. Where a function leaves
//! because its callee did, one helper takes the registers that the frame gives, and
//! one the slots that wait for what callers hold; [`super::pending`] has what they
//! call for a single one.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rv2wat_isa::Reg;
use rv2wat_passes::ir::{Const, StateReg, Type};

use super::pending;
use super::spell::{constant, global};

/// A helper that writes registers and the pc into the state and returns zeros
/// and the status: the cold end of a function that leaves, one for each set of
/// registers and list of results.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ExitHelper {
    /// The registers that it takes, in order.
    pub registers: Vec<StateReg>,
    /// The types of the results, without the status.
    pub results: Vec<Type>,
}

/// A helper for what a frame hands over when its callee has left: registers alone,
/// or slots alone, which lie at distances from one operand.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct LeaveHelper {
    /// What it takes, in order: two or more.
    pub places: Vec<StateReg>,
}

/// With more registers than this a helper is named by their numbers.
const MANY_REGISTERS: usize = 8;

impl ExitHelper {
    /// Its name without the dollar sign: `exit.sp.a0->i64`.
    pub fn name(&self) -> String {
        let mut name = "exit".to_owned();
        name_registers(&self.registers, &mut name);
        if !self.results.is_empty() {
            name.push_str(&format!("->{}", run_lengths(&self.results)));
        }
        name
    }

    /// Its text, indented as a field of a module. `pends` has the registers that frames
    /// in this module give and owe, and of which they so want to know what is in the
    /// state already; `mixed` says that what was there is wanted too.
    pub fn text(&self, pends: &BTreeSet<Reg>, mixed: bool) -> String {
        let mut head = Head::new(&self.name());
        head.add("(param $status i32)");
        head.add("(param $pc i64)");
        head.places(&self.registers);
        let results: Vec<&str> = self.results.iter().map(|ty| ty.name()).chain(["i32"]).collect();
        head.add(&format!("(result {})", results.join(" ")));
        let mut text = head.text;
        text.push_str("\n    (global.set $state.pc (local.get $pc))\n");
        // Nobody inside has given anything: this is where it starts.
        let given = self.registers.iter().fold(0, |set, place| match place {
            StateReg::Reg(reg) if pending::is_kept(*reg) => set | pending::bit(*reg),
            _ => set,
        });
        if !pends.is_empty() && given != 0 {
            let _ = writeln!(text, "    (global.set $given (i64.const {given:#x}))");
        }
        for reg in self.registers.iter().filter_map(|place| match place {
            StateReg::Reg(reg) if mixed && pends.contains(reg) => Some(*reg),
            _ => None,
        }) {
            let _ = writeln!(text, "    {}", pending::keep(reg));
        }
        body(&self.registers, &mut text);
        text.push_str("   ");
        for &ty in &self.results {
            text.push_str(&format!(" ({})", constant(Const::zero(ty), false)));
        }
        text.push_str(" (local.get $status))\n");
        text
    }
}

impl LeaveHelper {
    /// Its name without the dollar sign: `give.ra.s0`; `owe.s1.s0.ra`, whose slots
    /// follow each other from an address on.
    pub fn name(&self) -> String {
        match self.places.first() {
            Some(StateReg::Owe(..)) => {
                let mut name = "owe".to_owned();
                name_slots(&self.places, &mut name);
                name
            }
            _ => {
                let mut name = "give".to_owned();
                name_registers(&self.places, &mut name);
                name
            }
        }
    }

    /// Its text, indented as a field of a module.
    pub fn text(&self) -> String {
        let mut head = Head::new(&self.name());
        head.places(&self.places);
        let mut text = head.text;
        text.push('\n');
        body(&self.places, &mut text);
        text.truncate(text.trim_end().len());
        text.push_str(")\n");
        text
    }
}

/// The first lines of a helper.
struct Head {
    text: String,
    column: usize,
}

impl Head {
    fn new(name: &str) -> Head {
        let text = format!("  (func ${name}");
        Head { column: text.len(), text }
    }

    fn add(&mut self, word: &str) {
        if self.column + 1 + word.len() > super::doc::WIDTH {
            self.text.push_str("\n   ");
            self.column = 3;
        }
        self.text.push(' ');
        self.text.push_str(word);
        self.column += 1 + word.len();
    }

    fn places(&mut self, places: &[StateReg]) {
        for place in places.iter().filter(|place| slot(**place).is_none()) {
            self.add(&format!("(param ${} {})", bare(*place), place.ty()));
        }
        if places.iter().any(|place| slot(*place).is_some()) {
            self.add("(param $from i64)");
        }
    }
}

/// What is done with each place.
fn body(places: &[StateReg], text: &mut String) {
    for &place in places {
        let _ = match place {
            StateReg::Owe(reg, offset) => {
                if offset == 0 {
                    writeln!(text, "    (call $owe.{reg} (local.get $from))")
                } else {
                    writeln!(text, "    (call $owe.{reg} (i64.add (local.get $from) (i64.const {offset})))")
                }
            }
            StateReg::Give(reg) => writeln!(text, "    (call $give.{reg} (local.get ${reg}))"),
            reg => writeln!(text, "    (global.set ${} (local.get ${reg}))", global(reg)),
        };
    }
}

/// The register of a place that takes a value of its own, by name.
fn bare(place: StateReg) -> String {
    match place {
        StateReg::Give(reg) => reg.to_string(),
        other => other.to_string(),
    }
}

/// The register and distance of a slot.
fn slot(place: StateReg) -> Option<(Reg, i32)> {
    match place {
        StateReg::Owe(reg, offset) => Some((reg, offset)),
        _ => None,
    }
}

/// Appends registers: what tells helpers apart that take some.
fn name_registers(registers: &[StateReg], name: &mut String) {
    if registers.is_empty() {
        // The dot keeps the name apart from those of the guest.
        name.push_str(".none");
    } else if registers.len() <= MANY_REGISTERS {
        registers.iter().for_each(|reg| name.push_str(&format!(".{}", bare(*reg))));
    } else {
        let (set, rest) = numbers(registers);
        name.push_str(&format!(".x{set:x}"));
        rest.iter().for_each(|reg| name.push_str(&format!(".{}", bare(*reg))));
    }
}

/// Appends slots from the lowest up, with distances where they are not next to each
/// other (bytes).
fn name_slots(slots: &[StateReg], name: &mut String) {
    let mut next = 0;
    for (reg, offset) in slots.iter().filter_map(|place| slot(*place)) {
        name.push_str(&format!(".{reg}"));
        if offset != next {
            name.push_str(&format!("{offset:+}"));
        }
        next = offset.saturating_add(8);
    }
}

/// The general registers as a set in the order of their numbers, and what else
/// there is. Registers out of that order are told apart by name.
fn numbers(places: &[StateReg]) -> (u64, Vec<StateReg>) {
    let mut set = 0_u64;
    let mut rest = Vec::new();
    for &place in places {
        match place {
            StateReg::Reg(reg) | StateReg::Give(reg) if set >> reg.index() == 0 => set |= 1 << reg.index(),
            other => rest.push(other),
        }
    }
    (set, rest)
}

/// `i64x2.i32` for i64, i64, i32.
fn run_lengths(types: &[Type]) -> String {
    let runs = types.chunk_by(|a, b| a == b);
    let names =
        runs.map(|run| if run.len() == 1 { run[0].to_string() } else { format!("{}x{}", run[0], run.len()) });
    names.collect::<Vec<_>>().join(".")
}
