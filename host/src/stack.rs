//! Where the stack of a program ends.
//!
//! Knows two guest addresses. Must never know who looks, or what registers are.

/// The part of a program's stack, at its lower end, on which handlers run that
/// interrupt what is not known, bytes.
const HANDLER_STACK: u64 = 256 << 10;

/// The guest addresses below the stack that a program was started on, down to the end of
/// its image. Nothing is there: what comes there has used up the stack.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BelowStack {
    image_end: u64,
    bottom: u64,
}

impl BelowStack {
    /// What is between the end of the image and the lowest address of the stack.
    pub fn new(image_end: u64, bottom: u64) -> BelowStack {
        BelowStack { image_end, bottom }
    }

    /// Whether an address is there: an `sp` of somebody who has used up the stack, or the
    /// place of a store.
    pub fn holds(self, addr: u64) -> bool {
        (self.image_end..self.bottom).contains(&addr)
    }

    /// The lowest `sp` at which recursive functions go on that are entered with `sp`, and
    /// may take `budget` bytes.
    pub fn limit(self, sp: u64, budget: u64) -> u64 {
        let limit = sp.saturating_sub(budget);
        // On another stack, the bottom of this one means nothing.
        if sp >= self.bottom { limit.max(self.bottom) } else { limit }
    }

    /// Where the stack of a handler begins that interrupts what is not known.
    pub fn handler_stack(self) -> u64 {
        self.bottom + HANDLER_STACK
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_ends_where_it_ends_and_others_where_their_budget_does() {
        let below = BelowStack::new(0x1000, 0x5000);
        let held = [0xfff, 0x1000, 0x4fff, 0x5000].map(|addr| below.holds(addr));
        assert_eq!(held, [false, true, true, false]);
        assert_eq!(below.limit(0x9000, 0x1000), 0x8000);
        assert_eq!(below.limit(0x9000, 0x8000), 0x5000);
        assert_eq!(below.limit(0x800, 0x400), 0x400);
        assert_eq!(below.limit(0x800, 0x8000), 0);
        assert!(!BelowStack::default().holds(0));
    }
}
