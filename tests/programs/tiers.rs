//! The ways to get on from a state that a case may use (`docs/tiers.md`), and their
//! options.

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
