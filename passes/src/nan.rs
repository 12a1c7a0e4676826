//! `nan`: NaNs are made canonical where their bits can be seen, and only there.
//!
//! ```text
//! before                              after
//!   block1(v1: f64):                    block1(v1: f64):
//!     v2 = f64.add v1, v0                 v2 = f64.add v1, v0
//!     v3 = rv.canon_f64 v2
//!     v4 = f64.mul v3, v3                 v4 = f64.mul v2, v2
//!     v5 = rv.canon_f64 v4
//!     v6 = f64.lt v5, v0                  v6 = f64.lt v4, v0
//!     branch v6, block1(v5), block2       branch v6, block1(v4), block2
//!   block2:                             block2:
//!     return v5                           v5 = rv.canon_f64 v4
//!                                         return v5
//! ```
//!
//! RISC-V's arithmetic gives one NaN, WebAssembly's any. The lifter makes each
//! result canonical; but arithmetic, comparisons and conversions treat all NaNs
//! alike, so their operands need not be. Bits are seen by: stores, reinterpreting
//! moves, boxes, changes and copies of the sign, calls, returns, exits and the
//! state. A block parameter or choice is seen if what it is passed on to is.
//! Where one is seen, but everything that flows into it was computed, it may
//! carry any NaN, and is made canonical where it is seen: that is done where it
//! saves work in loops. (What was loaded or passed in has bits of its own, which
//! stay.) A result that is seen behind the loop alone is made canonical there, too.
//!
//! With `fast_nan` no NaN is made canonical at all.
//!
//! Requires: SSA form. Preserves: everything else. Leaves unused instructions to
//! `dce`. Complexity: near-linear.

use std::collections::BTreeMap;

use cranelift_entity::{EntityRef, SecondaryMap};
use petgraph::unionfind::UnionFind;

use crate::cfg::Cfg;
use crate::dce::remove_unused;
use crate::edit::{Replacements, gives_any_nan, gives_no_other_nan};
use crate::ir::{Block, Const, Function, Inst, InstKind, Op, Terminator, Type, Value};
use crate::pass::Context;

/// Moves the places where NaNs are made canonical.
pub fn run(func: &mut Function, context: &Context) {
    if func.layout.is_empty() {
        return;
    }
    if func.values.values().all(|data| !is_float(data.ty)) {
        return;
    }
    if context.fast_nan {
        return drop_all(func);
    }
    // What nobody uses sees no bits: webs leave boxes behind.
    remove_unused(func);
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let webs = Webs::new(func, &cfg);
    let raw = webs.postpone(webs.choose());
    Placement { func, raw, made: BTreeMap::new(), done: Vec::new() }.run();
}

fn drop_all(func: &mut Function) {
    let mut replaced = Replacements::default();
    for &block in &func.layout {
        for &inst in &func.blocks[block].insts {
            if let InstKind::Op(Op::RvCanonF32 | Op::RvCanonF64, args) = &func.insts[inst].kind {
                replaced.replace(&mut func.values, func.insts[inst].results[0], args[0]);
            }
        }
    }
    replaced.apply(func);
}

fn is_float(ty: Type) -> bool {
    matches!(ty, Type::F32 | Type::F64)
}

/// How an instruction takes its operands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Takes {
    /// As numbers: any NaN will do.
    Numbers,
    /// By their bits.
    Bits,
    /// As what it gives, if it gives this value.
    Alike(Value),
}

fn takes(func: &Function, inst: Inst) -> Takes {
    let data = &func.insts[inst];
    match &data.kind {
        InstKind::Select(_) if is_float(func.ty(data.results[0])) => Takes::Alike(data.results[0]),
        InstKind::Op(Op::RvCanonF32 | Op::RvCanonF64, _) => Takes::Numbers,
        InstKind::Op(op, _) if reads_numbers(*op) => Takes::Numbers,
        _ => Takes::Bits,
    }
}

/// Whether an operation cannot tell one NaN from another (all of them quiet).
fn reads_numbers(op: Op) -> bool {
    gives_any_nan(op)
        || (Op::F32Eq..=Op::F32Ge).contains(&op)
        || (Op::F64Eq..=Op::F64Ge).contains(&op)
        || (Op::RvMinF32..=Op::RvMaxF64).contains(&op)
        || (Op::RvClassF32..=Op::RvTruncI64UF64).contains(&op)
}

/// What a canonicalised value was before.
fn before(func: &Function, value: Value) -> Option<Value> {
    match &func.def(value)?.kind {
        InstKind::Op(Op::RvCanonF32 | Op::RvCanonF64, args) => Some(args[0]),
        _ => None,
    }
}

/// Block parameters and choices of floats, and how values flow through them.
struct Webs<'a> {
    func: &'a Function,
    /// The members.
    members: Vec<Value>,
    is_member: SecondaryMap<Value, bool>,
    /// What flows into each member.
    sources: SecondaryMap<Value, Vec<Value>>,
    /// How often a member's bits are seen by something else than a member.
    seen: SecondaryMap<Value, u64>,
    /// How often each instruction runs, by its result.
    weight: SecondaryMap<Value, u64>,
}

impl<'a> Webs<'a> {
    fn new(func: &'a Function, cfg: &Cfg) -> Webs<'a> {
        let mut webs = Webs {
            func,
            members: Vec::new(),
            is_member: SecondaryMap::new(),
            sources: SecondaryMap::new(),
            seen: SecondaryMap::new(),
            weight: SecondaryMap::new(),
        };
        let loops = cfg.loops();
        for &block in &func.layout {
            let params = func.blocks[block].params.iter().filter(|_| block != func.entry());
            let results = func.blocks[block].insts.iter().filter_map(|&inst| match takes(func, inst) {
                Takes::Alike(result) => Some(result),
                _ => None,
            });
            for member in params.copied().chain(results).filter(|&value| is_float(func.ty(value))) {
                webs.is_member[member] = true;
                webs.members.push(member);
            }
        }
        for &block in &func.layout {
            webs.flow(block, 8u64.pow(loops.depth(block).min(6)));
        }
        webs
    }

    fn flow(&mut self, block: Block, weight: u64) {
        let func = self.func;
        for &inst in &func.blocks[block].insts {
            let data = &func.insts[inst];
            data.results.iter().for_each(|&result| self.weight[result] = weight);
            match takes(func, inst) {
                Takes::Numbers => {}
                Takes::Bits => data.kind.for_each_use(|value| self.seen[value] += weight),
                Takes::Alike(result) => {
                    if let InstKind::Select([_, then, other]) = data.kind {
                        self.sources[result].extend([then, other]);
                    }
                }
            }
        }
        let terminator = func.terminator(block);
        for target in terminator.targets() {
            for (&param, &arg) in func.blocks[target.block].params.iter().zip(&target.args) {
                self.sources[param].push(arg);
            }
        }
        if terminator.targets().is_empty() {
            terminator.for_each_use(|value| self.seen[value] += weight);
        }
    }

    /// The members that may carry any NaN.
    fn choose(&self) -> SecondaryMap<Value, bool> {
        let visible = self.visible();
        let clean = self.clean();
        // Members that flow into each other are decided together.
        let mut groups = UnionFind::<usize>::new(self.func.values.len());
        for &member in &self.members {
            for &source in self.sources[member].iter().filter(|&&source| self.is_member[source]) {
                if visible[member] && clean[member] && clean[source] {
                    groups.union(member.index(), source.index());
                }
            }
        }
        let mut gain: BTreeMap<usize, i128> = BTreeMap::new();
        for &member in self.members.iter().filter(|&&member| visible[member]) {
            if clean[member] {
                *gain.entry(groups.find(member.index())).or_default() -= i128::from(self.seen[member]);
            }
            for &source in &self.sources[member] {
                if clean[member] && before(self.func, source).is_some() {
                    *gain.entry(groups.find(member.index())).or_default() += i128::from(self.weight[source]);
                } else if !clean[member] && clean[source] && self.is_member[source] {
                    // To be made canonical on its way into a member that is not.
                    *gain.entry(groups.find(source.index())).or_default() -= 1;
                }
            }
        }
        let mut raw = SecondaryMap::new();
        for &member in &self.members {
            let gains = || gain.get(&groups.find(member.index())).is_some_and(|&gain| gain > 0);
            raw[member] = !visible[member] || clean[member] && gains();
        }
        raw
    }

    /// Adds results that were made canonical in a loop and are seen outside it alone, or
    /// less often than they are made: those who see them make them canonical.
    fn postpone(&self, mut raw: SecondaryMap<Value, bool>) -> SecondaryMap<Value, bool> {
        let mut seen = self.seen.clone();
        for &member in self.members.iter().filter(|&&member| !raw[member]) {
            for &source in &self.sources[member] {
                // On an edge or in a choice, at most as often as it is made.
                seen[source] += self.weight[source];
            }
        }
        for &block in &self.func.layout {
            for &inst in &self.func.blocks[block].insts {
                let Some(&result) = self.func.insts[inst].results.first() else { continue };
                if before(self.func, result).is_some() {
                    raw[result] = (1..self.weight[result]).contains(&seen[result]);
                }
            }
        }
        raw
    }

    /// Members whose bits are seen, here or where they flow to.
    fn visible(&self) -> SecondaryMap<Value, bool> {
        let mut visible: SecondaryMap<Value, bool> = SecondaryMap::new();
        let mut work: Vec<Value> =
            self.members.iter().copied().filter(|&member| self.seen[member] > 0).collect();
        while let Some(member) = work.pop() {
            if !std::mem::replace(&mut visible[member], true) {
                work.extend(self.sources[member].iter().filter(|&&source| self.is_member[source]));
            }
        }
        visible
    }

    /// Members into which nothing flows whose NaNs must stay what they are.
    fn clean(&self) -> SecondaryMap<Value, bool> {
        let mut clean: SecondaryMap<Value, bool> = SecondaryMap::new();
        let mut flows_to: SecondaryMap<Value, Vec<Value>> = SecondaryMap::new();
        let mut work = Vec::new();
        for &member in &self.members {
            clean[member] = true;
            for &source in &self.sources[member] {
                if self.is_member[source] {
                    flows_to[source].push(member);
                } else if !self.is_computed(source) {
                    work.push(member);
                }
            }
        }
        while let Some(member) = work.pop() {
            if std::mem::replace(&mut clean[member], false) {
                work.append(&mut flows_to[member]);
            }
        }
        clean
    }

    /// Whether making a value canonical changes nothing that could be told.
    fn is_computed(&self, value: Value) -> bool {
        match self.func.def(value).map(|data| &data.kind) {
            Some(InstKind::Op(op, _)) => gives_any_nan(*op) || gives_no_other_nan(*op),
            Some(InstKind::Const(Const::Undef(_))) => true,
            Some(InstKind::Const(Const::F32(bits))) => !f32::from_bits(*bits).is_nan(),
            Some(InstKind::Const(Const::F64(bits))) => !f64::from_bits(*bits).is_nan(),
            _ => false,
        }
    }
}

/// Rewrites the uses of a function.
struct Placement<'a> {
    func: &'a mut Function,
    /// What is made canonical where it is seen.
    raw: SecondaryMap<Value, bool>,
    /// Canonical values made in the block at hand.
    made: BTreeMap<Value, Value>,
    done: Vec<Inst>,
}

impl Placement<'_> {
    fn run(mut self) {
        for index in 0..self.func.layout.len() {
            self.block(self.func.layout[index]);
        }
    }

    fn block(&mut self, block: Block) {
        self.made.clear();
        let mut insts = std::mem::take(&mut self.func.blocks[block].insts);
        for inst in insts.drain(..) {
            let takes = takes(self.func, inst);
            let bits = match takes {
                Takes::Numbers => false,
                Takes::Bits => true,
                Takes::Alike(result) => !self.raw[result],
            };
            let pc = self.func.insts[inst].pc;
            let mut kind = std::mem::replace(&mut self.func.insts[inst].kind, InstKind::Fence);
            let canonicalises = matches!(kind, InstKind::Op(Op::RvCanonF32 | Op::RvCanonF64, _));
            kind.for_each_use_mut(|value| {
                // What makes a value canonical keeps it, even if that was done.
                if bits {
                    *value = self.canonical(*value, pc);
                } else if !canonicalises {
                    *value = before(self.func, *value).unwrap_or(*value);
                }
            });
            self.func.insts[inst].kind = kind;
            self.done.push(inst);
        }
        let pc = self.func.blocks[block].terminator_pc;
        if let Some(mut terminator) = self.func.blocks[block].terminator.take() {
            self.end(&mut terminator, pc);
            self.func.blocks[block].terminator = Some(terminator);
        }
        self.func.blocks[block].insts = std::mem::replace(&mut self.done, insts);
    }

    fn end(&mut self, terminator: &mut Terminator, pc: Option<u64>) {
        if terminator.targets().is_empty() {
            return terminator.for_each_use_mut(|value| *value = self.canonical(*value, pc));
        }
        for target in terminator.targets_mut() {
            for (position, arg) in target.args.iter_mut().enumerate() {
                let param = self.func.blocks[target.block].params[position];
                *arg = if self.raw[param] {
                    before(self.func, *arg).unwrap_or(*arg)
                } else {
                    self.canonical(*arg, pc)
                };
            }
        }
    }

    /// A value whose bits are seen.
    fn canonical(&mut self, value: Value, pc: Option<u64>) -> Value {
        if !self.raw[value] {
            return value;
        }
        if let Some(&made) = self.made.get(&value) {
            return made;
        }
        let (op, ty) = match self.func.ty(value) {
            Type::F32 => (Op::RvCanonF32, Type::F32),
            _ => (Op::RvCanonF64, Type::F64),
        };
        let any = before(self.func, value).unwrap_or(value);
        let inst = self.func.make_inst(InstKind::Op(op, [any].into()), &[ty], pc);
        let made = self.func.insts[inst].results[0];
        self.func.values[made].name = self.func.values[value].name;
        self.done.push(inst);
        self.made.insert(value, made);
        made
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, validate};
    use crate::{dce, gvn, peephole};

    fn clean(func: &mut Function, context: &Context) {
        run(func, context);
        peephole::run(func, context);
        gvn::run(func, context);
        dce::run(func, context);
    }

    #[test]
    fn a_computed_sum_is_made_canonical_after_the_loop() {
        assert_pass(
            clean,
            "# result f64
             block0(v0: f64):
               v1 = f64.const 0x0
               jump block1(v1)
             block1(v2: f64):
               v3 = f64.add v2, v0
               v4 = rv.canon_f64 v3
               v5 = f64.mul v4, v4
               v6 = rv.canon_f64 v5
               v7 = f64.lt v6, v0
               branch v7, block1(v4), block2
             block2:
               return v2",
            "# result f64
             block0(v0: f64):
               v1 = f64.const 0x0
               jump block1(v1)
             block1(v2: f64):
               v3 = f64.add v2, v0
               v5 = f64.mul v3, v3
               v7 = f64.lt v5, v0
               branch v7, block1(v3), block2
             block2:
               v8 = rv.canon_f64 v2
               return v8",
        );
    }

    #[test]
    fn a_result_that_is_seen_behind_the_loop_is_made_canonical_there() {
        assert_pass(
            clean,
            "# result f64
             block0(v0: f64):
               v1 = f64.const 0x0
               jump block1(v1)
             block1(v2: f64):
               v3 = f64.add v2, v0
               v4 = rv.canon_f64 v3
               v5 = i64.reinterpret_f64 v4
               v6 = f64.lt v4, v0
               branch v6, block1(v4), block2
             block2:
               return v4",
            "# result f64
             block0(v0: f64):
               v1 = f64.const 0x0
               jump block1(v1)
             block1(v2: f64):
               v3 = f64.add v2, v0
               v6 = f64.lt v3, v0
               branch v6, block1(v3), block2
             block2:
               v7 = rv.canon_f64 v3
               return v7",
        );
    }

    #[test]
    fn what_was_passed_in_keeps_its_bits() {
        assert_pass(
            clean,
            "# result f64
             block0(v0: f64):
               jump block1(v0)
             block1(v2: f64):
               v3 = f64.add v2, v0
               v4 = rv.canon_f64 v3
               v7 = f64.lt v4, v0
               branch v7, block1(v4), block2
             block2:
               return v2",
            "# result f64
             block0(v0: f64):
               jump block1(v0)
             block1(v2: f64):
               v3 = f64.add v2, v0
               v4 = rv.canon_f64 v3
               v7 = f64.lt v3, v0
               branch v7, block1(v4), block2
             block2:
               return v2",
        );
    }

    #[test]
    fn fast_nans_are_left_as_they_are() {
        let mut func = crate::text::parse(
            "function $f 0x10 regular (a: f64) -> (r: f64) {
             block0(v0: f64):
               v1 = f64.add v0, v0
               v2 = rv.canon_f64 v1
               return v2
             }",
        )
        .expect("parses");
        let context = Context { fast_nan: true, ..Context::default() };
        run(&mut func, &context);
        dce::run(&mut func, &context);
        assert!(!crate::text::print(&func).contains("canon"));
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..800, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "webs", "peephole", "gvn", "dce"];
        validate(&prepare, 800..1800, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn dropping_every_canonical_nan_is_caught() {
        let broken = |func: &mut Function| run(func, &Context { fast_nan: true, ..Context::default() });
        assert!(validate(&["promote"], 0..400, broken).is_err());
    }
}
