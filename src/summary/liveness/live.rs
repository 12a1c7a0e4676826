//! The live sets at one place, by kinds of use.

use rv2wat_isa::RegSet;

use super::{abi_results, followed, passed};

/// Live sets of both kinds.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub struct Live {
    /// By strong uses, of callee-saved registers too.
    pub strong: RegSet,
    /// By weak uses.
    pub weak: RegSet,
    /// Handed over as they are where the function may leave to code that is not
    /// known. It is no use, or else everything would be in use; but what is copied
    /// into such a register is.
    pub(super) handed: RegSet,
}

impl Live {
    /// Live by uses of one kind or both.
    pub(super) fn uses(strong: RegSet, weak: RegSet) -> Live {
        Live { strong, weak, handed: RegSet::EMPTY }
    }

    /// Live where the function leaves to code that is not known.
    pub(super) fn leaving(strong: RegSet, weak: RegSet) -> Live {
        Live { strong, weak, handed: followed() }
    }

    /// All kinds together.
    pub fn all(self) -> RegSet {
        self.strong | self.weak
    }

    /// Live after a call, what the call is asked to give back.
    pub fn asked(self) -> RegSet {
        (self.strong & passed()) | (self.weak & abi_results())
    }

    pub(super) fn union(self, other: Live) -> Live {
        Live {
            strong: self.strong | other.strong,
            weak: self.weak | other.weak,
            handed: self.handed | other.handed,
        }
    }

    pub(super) fn without(self, set: RegSet) -> Live {
        Live { strong: self.strong - set, weak: self.weak - set, handed: self.handed - set }
    }

    /// What of it is callee-saved: it holds beyond a call that an exception ends.
    pub(super) fn saved(self) -> Live {
        self.without(passed())
    }
}
