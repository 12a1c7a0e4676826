//! Loop variables step before the branch back, not on it.
//!
//! ```text
//! on the edge                                  before the branch
//!   (if (local.get $c)                           (local.set $a4 (i32.add (local.get $a4) (i32.const 8)))
//!     (then                                      (br_if $L28 (local.get $c))
//!       (local.set $a4 (i32.add …))
//!       (br $L28)))
//! ```
//!
//! A step that only the way back wants may be made on the way out too where the
//! old value is dead there: it then takes the old value's place, and the branch
//! has nothing left to assign.

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{EntitySet, SecondaryMap};

use super::Uses;
use crate::cfg::{Cfg, Liveness};
use crate::ir::{Block, Function, Inst, InstKind, Target, Terminator, Value, ValueDef};

/// How many instructions of a block an expression is followed through.
const REACH: usize = 32;

/// The instructions whose results replace a loop's variables before the branch
/// back.
pub(super) fn in_place(func: &Function, uses: &Uses) -> EntitySet<Inst> {
    let cfg = Cfg::of(func);
    let mut steps = EntitySet::new();
    let backward = |block: Block| {
        let Terminator::Branch { then, other, .. } = func.terminator(block) else { return None };
        match (cfg.dominates(then.block, block), cfg.dominates(other.block, block)) {
            (true, false) => Some((then, other)),
            (false, true) => Some((other, then)),
            _ => None,
        }
    };
    let latches: Vec<Block> = cfg.rpo().iter().copied().filter(|&block| backward(block).is_some()).collect();
    if latches.is_empty() {
        return steps;
    }
    // Nobody asks for others than these.
    let mut params: EntitySet<Value> = EntitySet::new();
    for (back, _) in latches.iter().filter_map(|&block| backward(block)) {
        func.blocks[back.block].params.iter().for_each(|&param| {
            params.insert(param);
        });
    }
    let live = Liveness::of(func, &cfg, |value| params.contains(value));
    let mut home = SecondaryMap::new();
    for &block in &latches {
        func.blocks[block].insts.iter().for_each(|&inst| home[inst] = Some(block).into());
    }
    for block in latches {
        if let Some((back, out)) = backward(block) {
            Latch { func, uses, live: &live, home: &home, block, back, out }.steps(&mut steps);
        }
    }
    steps
}

/// A block that ends with a branch back, or out of a loop.
struct Latch<'a> {
    func: &'a Function,
    uses: &'a Uses,
    live: &'a Liveness,
    home: &'a SecondaryMap<Inst, PackedOption<Block>>,
    block: Block,
    back: &'a Target,
    out: &'a Target,
}

impl Latch<'_> {
    fn steps(&self, steps: &mut EntitySet<Inst>) {
        let mut found = Vec::new();
        for (param, arg) in self.uses.live_args(self.func, self.back) {
            if self.func.constant(arg).is_some() {
                // This must be assigned on the edge: nothing is won.
                return;
            }
            found.extend(self.step(param, arg));
        }
        found.into_iter().for_each(|inst| {
            steps.insert(inst);
        });
    }

    /// The instruction of an argument that may be evaluated in place.
    fn step(&self, param: Value, arg: Value) -> Option<Inst> {
        let ValueDef::Result(inst, _) = self.func.values[arg].def else { return None };
        let own = self.home[inst].expand() == Some(self.block)
            && matches!(self.func.insts[inst].kind, InstKind::Op(..))
            && self.uses.count(arg) == 1;
        if !own || !self.reads(arg, param)? {
            return None;
        }
        let Terminator::Branch { cond, .. } = self.func.terminator(self.block) else { return None };
        let dead = !self.live.is_live_in(self.out.block, param) && !self.out.args.contains(&param);
        let mut others = self.back.args.iter().chain(&self.out.args).chain([cond]);
        let alone = others.all(|&other| other == arg || self.reads(other, param) == Some(false));
        (dead && alone).then_some(inst)
    }

    /// Whether what computes a value in this block reads another; `None` if that
    /// takes too long to find out. What is used more than once is computed
    /// before, by a statement of its own.
    fn reads(&self, value: Value, wanted: Value) -> Option<bool> {
        let mut work = vec![value];
        let mut steps = 0;
        while let Some(at) = work.pop() {
            if at == wanted {
                return Some(true);
            }
            if let ValueDef::Result(inst, _) = self.func.values[at].def
                && self.home[inst].expand() == Some(self.block)
                && self.uses.count(at) == 1
            {
                steps += 1;
                if steps > REACH {
                    return None;
                }
                self.func.insts[inst].kind.for_each_use(|value| work.push(value));
            }
        }
        Some(false)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    /// The registers that step in place.
    fn steps(body: &str) -> Vec<String> {
        let text = format!("function $f 0x1000 regular (a: i32, b: i32) -> (r: i32) {{\n{body}\n}}\n");
        let func = parse(&text).expect("the text parses");
        let uses = Uses::new(&func);
        let found = in_place(&func, &uses);
        let steps = func.insts.keys().filter(|&inst| found.contains(inst));
        steps.filter_map(|inst| func.name_of(func.insts[inst].results[0]).map(str::to_owned)).collect()
    }

    const LOOP: &str = "block0(v0: i32, v1: i32):
        jump block1(v0, v1)
        block1(v2: i32 \"a\", v3: i32 \"b\"):
        i32.store v2, v3
        v4 = i32.const 8
        v5 \"a\" = i32.add v2, v4
        v6 = i32.sub v3, v4
        branch v6, block1(v5, v6), block2
        block2:
        return v1";

    #[test]
    fn a_step_replaces_the_old_value() {
        assert_eq!(steps(LOOP), ["a"]);
    }

    #[test]
    fn an_old_value_that_is_needed_later_stays() {
        assert_eq!(steps(&LOOP.replace("return v1", "return v2")), [""; 0]);
    }

    #[test]
    fn an_old_value_that_the_condition_reads_stays() {
        assert_eq!(steps(&LOOP.replace("branch v6", "branch v2")), [""; 0]);
    }
}
