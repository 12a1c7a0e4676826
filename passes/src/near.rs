//! `near`: an access close above an earlier one goes by the earlier one's address.
//!
//! ```text
//! before                             after
//!   v1 = i32.const -56                 v1 = i32.const -56
//!   v2 = i32.add v0, v1                v2 = i32.add v0, v1
//!   v3 = f64.load v2                   v3 = f64.load v2
//!   v4 = i32.const -32                 f64.store v2 offset=24, v3
//!   v5 = i32.add v0, v4
//!   f64.store v5, v3
//! ```
//!
//! Compilers move pointers on early and access what they have passed, below the pointer.
//! WebAssembly's offsets only go upwards, so each of these accesses needs a sum of its
//! own. The sum of the lowest one, or the pointer before it was moved, will do for all.
//!
//! An offset does not wrap around 2^32 as a sum does. It need not: what the address below
//! leads to has been accessed, so that address lies in memory, and what lies above it by
//! less than 64 KiB without being in memory fails either way (docs/model.md, "Memory").
//!
//! Requires: SSA form, constants added up. Preserves: everything that a program may see
//! that does not fail. Leaves unused instructions to `dce`. Complexity: near-linear.
//! Limits: accesses in the same block, or deeper in loops: elsewhere the address would have
//! to be kept for longer than it is worth.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::cfg::{Cfg, drop_unreachable};
use crate::ir::{Block, Function, Inst, InstKind, Type, Value, ValueDef};
use crate::pass::Context;
use crate::users::sum;

/// How far above an address another may lie: less than what is not mapped around memory.
const SMALL: i64 = 0x4000;

/// Most addresses above one value that are kept for others.
const ADDRESSES: usize = 4;

/// Has the accesses of a function share addresses.
pub fn run(func: &mut Function, _: &Context) {
    drop_unreachable(func);
    if func.layout.is_empty() || !func.layout.iter().any(|&block| has_sums(func, block)) {
        return;
    }
    let cfg = Cfg::of(func);
    let loops = cfg.loops();
    let mut known = Known::default();
    // What a block accesses has been accessed in those that it dominates.
    let mut stack = vec![(func.entry(), None)];
    while let Some((block, mark)) = stack.pop() {
        match mark {
            None => {
                stack.push((block, Some(known.added.len())));
                known.block(func, block, loops.depth(block));
                stack.extend(cfg.children(block).iter().map(|&child| (child, None)));
            }
            Some(mark) => known.forget(mark),
        }
    }
}

/// Whether a block accesses memory at sums.
fn has_sums(func: &Function, block: Block) -> bool {
    func.blocks[block].insts.iter().any(|&inst| match func.insts[inst].kind {
        InstKind::Load(_, addr, _) | InstKind::Store(_, addr, _, _) => parts(func, addr).0 != addr,
        _ => false,
    })
}

/// An address as another value and a constant.
fn parts(func: &Function, addr: Value) -> (Value, i64) {
    match func.values[addr].def {
        ValueDef::Result(inst, _) if func.ty(addr) == Type::I32 => sum(func, inst).unwrap_or((addr, 0)),
        _ => (addr, 0),
    }
}

/// An address through which memory has been accessed.
#[derive(Clone, Copy)]
struct Address {
    value: Value,
    /// How far it is from the value that it is known by.
    distance: i64,
    block: Block,
    depth: u32,
}

/// The addresses that have been accessed on all ways to a place, by what they are sums of.
#[derive(Default)]
struct Known {
    addresses: FxHashMap<Value, SmallVec<[Address; 1]>>,
    /// What was added, in order.
    added: Vec<Value>,
}

impl Known {
    fn forget(&mut self, mark: usize) {
        for base in self.added.drain(mark..) {
            if let Some(addresses) = self.addresses.get_mut(&base) {
                addresses.pop();
            }
        }
    }

    fn block(&mut self, func: &mut Function, block: Block, depth: u32) {
        for at in 0..func.blocks[block].insts.len() {
            let inst = func.blocks[block].insts[at];
            let (InstKind::Load(_, addr, offset) | InstKind::Store(_, addr, offset, _)) =
                func.insts[inst].kind
            else {
                continue;
            };
            let (base, distance) = parts(func, addr);
            if let Some((addr, more)) = self.below(base, distance, block, depth)
                && let Some(offset) = offset.checked_add(more)
            {
                replace(func, inst, addr, offset);
            } else {
                let addresses = self.addresses.entry(base).or_default();
                if addresses.len() < ADDRESSES {
                    addresses.push(Address { value: addr, distance, block, depth });
                    self.added.push(base);
                }
            }
        }
    }

    /// The first address below another that has the same base, and the distance.
    fn below(&self, base: Value, distance: i64, block: Block, depth: u32) -> Option<(Value, u32)> {
        let near = |address: &&Address| {
            (address.block == block || address.depth < depth)
                && (0..SMALL).contains(&(distance - address.distance))
        };
        let address = self.addresses.get(&base)?.iter().find(near)?;
        Some((address.value, u32::try_from(distance - address.distance).ok()?))
    }
}

fn replace(func: &mut Function, inst: Inst, to: Value, more: u32) {
    if let InstKind::Load(_, addr, offset) | InstKind::Store(_, addr, offset, _) = &mut func.insts[inst].kind
    {
        (*addr, *offset) = (to, more);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dce;
    use crate::testing::{assert_pass, compare, parse, validate};

    fn clean(func: &mut Function, context: &Context) {
        run(func, context);
        dce::run(func, context);
    }

    const BELOW: &str = "block0(v0: i32, v9: i32):
          v1 = i32.const -56
          v2 = i32.add v0, v1
          v3 = f64.load v2
          v4 = i32.const -32
          v5 = i32.add v0, v4
          f64.store v5 offset=8, v3
          jump block1(v9)
        block1(v6: i32):
          v7 = i32.const -8
          v8 = i32.add v0, v7
          v10 = i32.load v8
          branch v10, block1(v10), block2
        block2:
          return";

    #[test]
    fn what_lies_above_an_address_goes_by_it() {
        assert_pass(
            clean,
            BELOW,
            "block0(v0: i32, v9: i32):
               v1 = i32.const -56
               v2 = i32.add v0, v1
               v3 = f64.load v2
               f64.store v2 offset=32, v3
               jump block1
             block1:
               v10 = i32.load v2 offset=48
               branch v10, block1, block2
             block2:
               return",
        );
    }

    #[test]
    fn what_lies_below_stays() {
        let text = BELOW.replace("v4 = i32.const -32", "v4 = i32.const -64").replace("const -8", "const -72");
        assert_pass(run, &text, &text);
    }

    #[test]
    fn what_comes_later_and_no_deeper_in_loops_stays() {
        let text = "block0(v0: i32):
               v1 = i32.const -56
               v2 = i32.add v0, v1
               v3 = i32.load v2
               branch v3, block1, block2
             block1:
               v4 = i32.const -8
               v5 = i32.add v0, v4
               i32.store v5, v3
               jump block2
             block2:
               return";
        assert_pass(run, text, text);
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare =
            ["promote", "peephole", "gvn", "webs", "peephole", "narrow", "peephole", "rebase", "gvn"];
        validate(&prepare, 600..2000, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn an_offset_from_the_wrong_address_is_caught() {
        let text = "block0(v0: i32, v9: i32):
               v10 = i32.const 255
               v11 = i32.and v0, v10
               v1 = i32.const 16
               v2 = i32.add v11, v1
               i32.store v2, v9
               v4 = i32.const 24
               v5 = i32.add v11, v4
               i32.store v5, v9
               return";
        let before = parse(text);
        let mut after = before.clone();
        run(&mut after, &Context::default());
        compare(&before, &after, 1).unwrap_or_else(|error| panic!("{error}"));
        for data in after.insts.values_mut() {
            if let InstKind::Store(_, _, offset @ 8, _) = &mut data.kind {
                *offset = 4;
            }
        }
        assert!(compare(&before, &after, 1).is_err());
    }
}
