//! Exit helpers: the cold ends that functions share by shape.

use rv2wat_passes::ir::{Const, StateReg, Type};

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

/// With more registers than this a helper is named by their numbers.
const MANY_REGISTERS: usize = 8;

impl ExitHelper {
    /// Its name without the dollar sign: `exit.sp.a0->i64`.
    pub fn name(&self) -> String {
        let mut name = "exit".to_owned();
        if self.registers.is_empty() {
            // The dot keeps the name apart from those of the guest.
            name.push_str(".none");
        } else if self.registers.len() <= MANY_REGISTERS {
            self.registers.iter().for_each(|reg| name.push_str(&format!(".{reg}")));
        } else {
            let (set, rest) = self.numbers();
            name.push_str(&format!(".x{set:x}"));
            rest.iter().for_each(|reg| name.push_str(&format!(".{reg}")));
        }
        if !self.results.is_empty() {
            name.push_str(&format!("->{}", run_lengths(&self.results)));
        }
        name
    }

    /// The general registers as a set in the order of their numbers, and what
    /// else there is. Registers out of that order are told apart by name.
    fn numbers(&self) -> (u64, Vec<StateReg>) {
        let mut set = 0_u64;
        let mut rest = Vec::new();
        for &reg in &self.registers {
            match reg {
                StateReg::Reg(reg) if set >> reg.index() == 0 => set |= 1 << reg.index(),
                other => rest.push(other),
            }
        }
        (set, rest)
    }

    /// Its text, indented as a field of a module.
    pub fn text(&self) -> String {
        let mut text = format!("  (func ${} (param $status i32) (param $pc i64)", self.name());
        let mut column = text.len();
        let mut add = |text: &mut String, word: &str| {
            if column + 1 + word.len() > super::doc::WIDTH {
                text.push_str("\n   ");
                column = 3;
            }
            text.push(' ');
            text.push_str(word);
            column += 1 + word.len();
        };
        for reg in &self.registers {
            add(&mut text, &format!("(param ${reg} {})", reg.ty()));
        }
        let results: Vec<&str> = self.results.iter().map(|ty| ty.name()).chain(["i32"]).collect();
        add(&mut text, &format!("(result {})", results.join(" ")));
        text.push_str("\n    (global.set $state.pc (local.get $pc))\n");
        for &reg in &self.registers {
            text.push_str(&format!("    (global.set ${} (local.get ${reg}))\n", global(reg)));
        }
        text.push_str("   ");
        for &ty in &self.results {
            text.push_str(&format!(" ({})", constant(Const::zero(ty), false)));
        }
        text.push_str(" (local.get $status))\n");
        text
    }
}

/// `i64x2.i32` for i64, i64, i32.
fn run_lengths(types: &[Type]) -> String {
    let runs = types.chunk_by(|a, b| a == b);
    let names =
        runs.map(|run| if run.len() == 1 { run[0].to_string() } else { format!("{}x{}", run[0], run.len()) });
    names.collect::<Vec<_>>().join(".")
}
