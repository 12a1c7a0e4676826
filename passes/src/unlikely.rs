//! `unlikely`: in loops, a NaN is made canonical behind a branch that is hardly ever
//! taken.
//!
//! ```text
//! before                                after
//!   block1(v1: i32):                      block1(v1: i32):
//!     v2 = f64.load v1                      v2 = f64.load v1
//!     v3 = f64.mul v2, v0                   v3 = f64.mul v2, v0
//!     v4 = rv.canon_f64 v3                  v5 = f64.ge v3, v3
//!     f64.store v1, v4                      branch v5, block3(v3), block2
//!     …                                   block2:
//!                                           v6 = f64.const nan
//!                                           jump block3(v6)
//!                                         block3(v4: f64):
//!                                           f64.store v1, v4
//!                                           …
//! ```
//!
//! A choice needs both values: engines load the constant into a register on each turn
//! and move the result. A branch that the printer marks as unlikely costs a comparison
//! and a jump that is not taken. Outside loops the helper's call is shorter.
//!
//! What is computed from the value afterwards uses the canonical one, so that the two
//! share a local.
//!
//! Values that are made canonical before one of them is used are asked about together,
//! by their sum: it is a NaN if one of them is. (Infinities of both signs make one, too;
//! behind the branch each is looked at.)
//!
//! Requires: SSA form, reachable blocks only. Preserves: everything. Complexity: linear.

use rustc_hash::FxHashMap;

use crate::cfg::Cfg;
use crate::ir::{
    Block, BlockData, Builder, Const, Function, Inst, InstKind, Op, Target, Terminator, Type, Value, ValueDef,
};
use crate::pass::Context;

/// Splits the blocks of a function where a loop makes NaNs canonical.
pub fn run(func: &mut Function, _: &Context) {
    let is_canonical = |inst: &Inst| canonical(func, *inst).is_some();
    if !func.layout.iter().any(|&block| func.blocks[block].insts.iter().any(is_canonical)) {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let loops = cfg.loops();
    let mut splitter = Splitter { func, canonical: FxHashMap::default(), made: FxHashMap::default() };
    // What holds in a block holds in those that it dominates, and nowhere else.
    let mut stack = vec![(cfg.rpo()[0], None)];
    while let Some((block, known)) = stack.pop() {
        let Some(known) = known else {
            let known = splitter.block(block, loops.depth(block) > 0);
            stack.push((block, Some(known)));
            stack.extend(cfg.children(block).iter().map(|&child| (child, None)));
            continue;
        };
        known.iter().for_each(|value| {
            splitter.canonical.remove(value);
        });
    }
    let Splitter { func, made, .. } = splitter;
    let layout = std::mem::take(&mut func.layout);
    func.layout = layout
        .into_iter()
        .flat_map(|block| std::iter::once(block).chain(made.get(&block).into_iter().flatten().copied()))
        .collect();
}

/// Most values that are asked about together: a sum takes its time.
const TOGETHER: usize = 4;

/// What an instruction makes canonical.
fn canonical(func: &Function, inst: Inst) -> Option<Value> {
    match &func.insts[inst].kind {
        InstKind::Op(Op::RvCanonF32 | Op::RvCanonF64, args) => Some(args[0]),
        _ => None,
    }
}

struct Splitter<'a> {
    func: &'a mut Function,
    /// The canonical value of some others, where it is known.
    canonical: FxHashMap<Value, Value>,
    /// The blocks that follow a block, once it has been split.
    made: FxHashMap<Block, Vec<Block>>,
}

impl Splitter<'_> {
    /// Rewrites a block, and splits it if it is in a loop. Gives the values that have
    /// a canonical one from here on.
    fn block(&mut self, block: Block, split: bool) -> Vec<Value> {
        let insts = std::mem::take(&mut self.func.blocks[block].insts);
        let terminator = self.func.blocks[block].terminator.take();
        let terminator_pc = self.func.blocks[block].terminator_pc;
        let mut known = Vec::new();
        let mut at = block;
        // Canonical values that nothing has used yet.
        let mut waiting: Vec<Inst> = Vec::new();
        for inst in insts {
            let value = canonical(self.func, inst).filter(|_| split);
            if self.is_wanted(&waiting, inst, value) {
                at = self.split(block, at, &std::mem::take(&mut waiting));
            }
            if let Some(value) = value {
                waiting.push(inst);
                known.push(value);
                continue;
            }
            let canonical = &self.canonical;
            self.func.insts[inst].kind.for_each_use_mut(|value| {
                *value = canonical.get(value).copied().unwrap_or(*value);
            });
            self.func.blocks[at].insts.push(inst);
        }
        if !waiting.is_empty() {
            at = self.split(block, at, &waiting);
        }
        let canonical = &self.canonical;
        let terminator = terminator.map(|mut terminator| {
            terminator.for_each_use_mut(|value| *value = canonical.get(value).copied().unwrap_or(*value));
            terminator
        });
        let data = &mut self.func.blocks[at];
        (data.terminator, data.terminator_pc) = (terminator, terminator_pc);
        known
    }

    /// Whether an instruction wants the values that wait: it uses one of them, or is
    /// one more than can be asked about with them.
    fn is_wanted(&self, waiting: &[Inst], inst: Inst, canonical: Option<Value>) -> bool {
        let Some(&first) = waiting.first() else { return false };
        let result = |inst: Inst| self.func.insts[inst].results[0];
        let mut uses = false;
        self.func.insts[inst]
            .kind
            .for_each_use(|value| uses |= waiting.iter().any(|&inst| result(inst) == value));
        let other = |value: Value| self.func.ty(value) != self.func.ty(result(first));
        uses || canonical.is_some_and(|value| waiting.len() == TOGETHER || other(value))
    }

    /// Ends a block with the question whether one of some values is a NaN, and gives the
    /// block behind it, whose parameters are what the instructions gave.
    fn split(&mut self, first: Block, at: Block, insts: &[Inst]) -> Block {
        let func = &mut *self.func;
        let pc = func.insts[insts[0]].pc;
        let values: Vec<Value> = insts.iter().filter_map(|&inst| canonical(func, inst)).collect();
        let (canon, add, compare, nan) = match func.ty(values[0]) {
            Type::F32 => (Op::RvCanonF32, Op::F32Add, Op::F32Ge, Const::F32(0x7fc0_0000)),
            _ => (Op::RvCanonF64, Op::F64Add, Op::F64Ge, Const::F64(0x7ff8 << 48)),
        };
        let [rare, behind] = [(); 2].map(|()| func.blocks.push(BlockData { pc, ..BlockData::default() }));
        let mut asking = Builder { func, block: at, pc };
        let asked = values.iter().copied().reduce(|sum, value| asking.op(add, &[sum, value]));
        let asked = asked.unwrap_or(values[0]);
        let cond = asking.op(compare, &[asked, asked]);
        let then = Target { block: behind, args: values.clone() };
        asking.terminate(Terminator::Branch { cond, then, other: Target::to(rare) });
        let mut answering = Builder { func, block: rare, pc };
        let args = match values[..] {
            [_] => vec![answering.constant(nan)],
            _ => values.iter().map(|&value| answering.op(canon, &[value])).collect(),
        };
        answering.terminate(Terminator::Jump(Target { block: behind, args }));
        for (&inst, &value) in insts.iter().zip(&values) {
            let result = func.insts[inst].results[0];
            func.insts[inst].results.clear();
            func.values[result].def = ValueDef::Param(behind, func.blocks[behind].params.len());
            func.blocks[behind].params.push(result);
            self.canonical.insert(value, result);
        }
        self.made.entry(first).or_default().extend([rare, behind]);
        behind
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, validate};

    #[test]
    fn a_nan_in_a_loop_is_canonical_behind_a_branch() {
        assert_pass(
            run,
            "# result f64
             block0(v0: f64):
               jump block1(v0)
             block1(v1: f64):
               v2 = f64.mul v1, v0
               v3 = rv.canon_f64 v2
               v4 = i64.reinterpret_f64 v3
               v5 = f64.add v2, v3
               v6 = i64.eqz v4
               branch v6, block1(v5), block2
             block2:
               v7 = f64.add v2, v0
               v8 = rv.canon_f64 v7
               return v8",
            "# result f64
             block0(v0: f64):
               jump block1(v0)
             block1(v1: f64):
               v2 = f64.mul v1, v0
               v9 = f64.ge v2, v2
               branch v9, block4(v2), block3
             block3:
               v10 = f64.const 0x7ff8000000000000
               jump block4(v10)
             block4(v3: f64):
               v4 = i64.reinterpret_f64 v3
               v5 = f64.add v3, v3
               v6 = i64.eqz v4
               branch v6, block1(v5), block2
             block2:
               v7 = f64.add v3, v0
               v8 = rv.canon_f64 v7
               return v8",
        );
    }

    #[test]
    fn values_that_wait_for_their_stores_are_asked_about_together() {
        assert_pass(
            run,
            "block0(v0: f64, v1: i32):
               jump block1(v1)
             block1(v2: i32):
               v3 = f64.load v2
               v4 = f64.mul v3, v0
               v5 = rv.canon_f64 v4
               v6 = f64.sub v3, v0
               v7 = rv.canon_f64 v6
               f64.store v2, v5
               f64.store v2 offset=8, v7
               v8 = i32.load v2
               branch v8, block1(v8), block2
             block2:
               return",
            "block0(v0: f64, v1: i32):
               jump block1(v1)
             block1(v2: i32):
               v3 = f64.load v2
               v4 = f64.mul v3, v0
               v6 = f64.sub v3, v0
               v9 = f64.add v4, v6
               v10 = f64.ge v9, v9
               branch v10, block4(v4, v6), block3
             block3:
               v11 = rv.canon_f64 v4
               v12 = rv.canon_f64 v6
               jump block4(v11, v12)
             block4(v5: f64, v7: f64):
               f64.store v2, v5
               f64.store v2 offset=8, v7
               v8 = i32.load v2
               branch v8, block1(v8), block2
             block2:
               return",
        );
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..800, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "webs", "nan", "gvn", "dce"];
        validate(&prepare, 800..1800, pass).unwrap_or_else(|error| panic!("{error}"));
    }
}
