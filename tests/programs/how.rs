//! How a case is translated, and the ways to get on from a state that it may use
//! (`docs/tiers.md`).

use rv2wat::Options;
use rv2wat::pipeline::Faults;
use rv2wat::summary::Stack;

/// What a translation depends on beside the program. Cases that agree in both
/// share one translation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct How {
    /// The level of `-O`.
    pub level: u8,
    /// Whether calls can be made to leave.
    pub can_force_exits: bool,
    /// Check at run time what the translator takes for granted.
    pub checked: bool,
    /// Whether Binaryen goes over the module.
    pub binaryen: bool,
    /// When frames tell the truth.
    pub stack: Stack,
    /// What becomes of accesses that pages do not permit.
    pub faults: Faults,
    /// Whether loops are left so that signals are delivered in them.
    pub preempt: bool,
    /// Which tiers run it.
    pub tiers: Tiers,
}

impl Default for How {
    fn default() -> How {
        How {
            level: 2,
            can_force_exits: false,
            checked: false,
            binaryen: false,
            stack: Stack::default(),
            faults: Faults::default(),
            preempt: false,
            tiers: Tiers::default(),
        }
    }
}

impl How {
    /// How the translator is called.
    pub fn options(self) -> Options {
        Options {
            level: self.level,
            force_exit: self.can_force_exits,
            checked: self.checked,
            stack: self.stack,
            faults: self.faults,
            preempt: self.preempt,
            ..Options::default()
        }
    }
}

/// Which tiers run a program beside the interpreter.
#[allow(dead_code, reason = "not every test that has this harness asks for all")]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Tiers {
    /// What was translated beforehand.
    #[default]
    Ahead,
    /// None: all is interpreted.
    Interpreter,
    /// What is translated while it runs, at places that interpreted code comes to for
    /// the N-th time.
    Hot(u32),
    /// Both.
    All(u32),
}

impl Tiers {
    /// What `rv2wat run` and the host under Node call them.
    pub fn options(self) -> String {
        match self {
            Tiers::Ahead => " --hot-after 0".to_owned(),
            Tiers::Interpreter => " --interpret".to_owned(),
            Tiers::Hot(after) => format!(" --interpret --hot-after {after}"),
            Tiers::All(after) => format!(" --hot-after {after}"),
        }
    }

    /// Whether anything is translated while a program runs.
    pub fn translates(self) -> bool {
        matches!(self, Tiers::Hot(_) | Tiers::All(_))
    }
}
