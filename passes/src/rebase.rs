//! `rebase`: pointers that are only accessed through are carried as places in
//! memory.
//!
//! ```text
//! before                                 after
//!   block0(v0: i32 "a0"):                  block0(v0: i32 "a0"):
//!     jump block1(v0)                        v7 = i32.const -65536
//!                                            v8 "a0.at" = i32.add v0, v7
//!                                            jump block1(v8)
//!   block1(v1: i32 "a5"):                  block1(v1: i32 "a5.at"):
//!     v2 = i32.const -65536
//!     v3 = i32.add v1, v2
//!     v4 = f64.load v3                       v4 = f64.load v1
//!     v5 = i32.const 8                       v5 = i32.const 8
//!     v6 "a5" = i32.add v1, v5               v6 "a5.at" = i32.add v1, v5
//!     branch …, block1(v6), block2           branch …, block1(v6), block2
//! ```
//!
//! Each access subtracts the bias from its pointer. A web of block parameters, sums of
//! them with constants (or with anything, where the sum is the parameter's next value),
//! and edges between them, carries the difference instead, if that
//! saves more than it costs, each place weighted by how deep in loops it is: the bias is
//! taken off where the web is entered, and added where something else than an access or
//! the comparison of two places takes a member.
//!
//! Requires: SSA form. Preserves: everything else; addresses wrap as before.
//! Leaves unused instructions to `dce`. Complexity: near-linear. Limits: 32-bit
//! pointers, which `narrow` has found; a web is taken as a whole or not at all.

use std::collections::BTreeMap;

use cranelift_entity::{EntityRef, EntitySet, SecondaryMap};
use petgraph::unionfind::UnionFind;

use crate::cfg::{Cfg, Loops};
use crate::edit::Replacements;
use crate::ir::{Block, Builder, Const, Function, Inst, InstKind, Op, Type, Value, ValueDef};
use crate::lists::Lists;
use crate::pass::Context;

/// Rebases the pointers of a function.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() || func.bias == 0 {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    // Every web has a block parameter in it.
    let mut params = func.layout.iter().skip(1).flat_map(|&block| &func.blocks[block].params);
    if !params.any(|&param| func.ty(param) == Type::I32) {
        return;
    }
    let web = Web::find(func);
    let chosen = web.choose(func, cfg.loops());
    if !chosen.is_empty() {
        Rebasing { func, web: &web, chosen: &chosen, replaced: Replacements::default() }.run();
    }
}

/// A use of a value.
#[derive(Clone, Copy)]
enum Use {
    /// By an instruction in a block.
    Inst(Block, Inst),
    /// On an edge out of a block, for a parameter of its target.
    Edge(Block, Value),
    /// By a block's terminator itself.
    End(Block),
}

/// The values that may be rebased, and who uses what.
struct Web {
    /// Block parameters, sums of them with constants, and what they become by steps.
    members: SecondaryMap<Value, bool>,
    uses: Lists<Value, Use>,
    /// Sums with a constant that are only addresses of accesses.
    accesses: EntitySet<Inst>,
    /// The edges into parameters: the block that they leave, and the argument.
    incoming: Lists<Value, (Block, Value)>,
}

impl Web {
    fn find(func: &Function) -> Web {
        let mut web = Web {
            members: SecondaryMap::new(),
            uses: Lists::new(func.values.len()),
            accesses: EntitySet::new(),
            incoming: Lists::new(func.values.len()),
        };
        web.note_uses(func);
        web.note_accesses(func);
        web.add_members(func);
        web
    }

    /// Notes the uses of 32-bit values: no other can be a place in memory.
    fn note_uses(&mut self, func: &Function) {
        let is_narrow = |value: Value| func.ty(value) == Type::I32;
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                func.insts[inst].kind.for_each_use(|value| {
                    if is_narrow(value) {
                        self.uses.push(value, Use::Inst(block, inst));
                    }
                });
            }
            let terminator = func.terminator(block);
            terminator.for_each_own_use(|value| {
                if is_narrow(value) {
                    self.uses.push(value, Use::End(block));
                }
            });
            terminator.for_each_target(|target| {
                for (&param, &arg) in func.blocks[target.block].params.iter().zip(&target.args) {
                    if is_narrow(arg) {
                        self.uses.push(arg, Use::Edge(block, param));
                        self.incoming.push(param, (block, arg));
                    }
                }
            });
        }
    }

    fn note_accesses(&mut self, func: &Function) {
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                if sum(func, inst).is_some() && self.is_address(func, func.insts[inst].results[0]) {
                    self.accesses.insert(inst);
                }
            }
        }
    }

    /// Whether a value is used for nothing but to access memory at it, or to be compared
    /// with other places.
    fn is_address(&self, func: &Function, value: Value) -> bool {
        !self.uses.is_empty(value)
            && self.uses.of(value).all(|place| match place {
                Use::Inst(_, inst) => match &func.insts[inst].kind {
                    InstKind::Load(..) => true,
                    InstKind::Store(_, _, _, stored) => *stored != value,
                    InstKind::Atomic(_, _, _, args) => !args.contains(&value),
                    InstKind::Op(Op::I32Eq | Op::I32Ne, _) => true,
                    _ => false,
                },
                Use::Edge(..) | Use::End(_) => false,
            })
    }

    /// Takes in all that may belong to a web at all.
    fn add_members(&mut self, func: &Function) {
        let params = func.layout.iter().skip(1).flat_map(|&block| &func.blocks[block].params);
        let mut work: Vec<Value> = params.copied().filter(|&param| func.ty(param) == Type::I32).collect();
        while let Some(value) = work.pop() {
            if !std::mem::replace(&mut self.members[value], true) {
                work.extend(self.sums_of(func, value));
            }
        }
    }

    /// The sums of a value with constants that are no accesses, and its steps.
    fn sums_of(&self, func: &Function, value: Value) -> Vec<Value> {
        let sums = self.uses.of(value).filter_map(|place| match place {
            Use::Inst(_, inst) if !self.accesses.contains(inst) => {
                let constant = sum(func, inst).map(|(base, _)| base);
                let base = constant.or_else(|| self.stepping(func, inst));
                base.filter(|&base| base == value).map(|_| func.insts[inst].results[0])
            }
            _ => None,
        });
        sums.collect()
    }

    /// The block parameter that an instruction moves on by something that is no constant
    /// and can be no member itself: of the sum of two pointers neither is one.
    fn stepping(&self, func: &Function, inst: Inst) -> Option<Value> {
        let InstKind::Op(Op::I32Add, args) = &func.insts[inst].kind else { return None };
        let next = func.insts[inst].results[0];
        let is_step = |base: Value, by: Value| {
            let no_pointer = match func.values[by].def {
                ValueDef::Param(block, _) => block == func.entry(),
                ValueDef::Result(def, _) => !matches!(
                    func.insts[def].kind,
                    InstKind::Op(Op::I32Add, _) | InstKind::Const(_) | InstKind::Select(_)
                ),
            };
            no_pointer && self.incoming.of(base).any(|(_, arg)| arg == next)
        };
        [(args[0], args[1]), (args[1], args[0])]
            .into_iter()
            .find_map(|(base, by)| is_step(base, by).then_some(base))
    }

    /// Whether an instruction takes a member as what it is: accesses at it, or moves it
    /// on. Others take the sum with the bias.
    fn takes_place(&self, func: &Function, inst: Inst) -> bool {
        let moves = |base: Value| self.members[base] && self.members[func.insts[inst].results[0]];
        match sum(func, inst) {
            Some((base, _)) => self.members[base] && self.accesses.contains(inst) || moves(base),
            None => self.stepping(func, inst).is_some_and(moves),
        }
    }

    /// The members of the webs where it pays.
    fn choose(&self, func: &Function, loops: &Loops) -> EntitySet<Value> {
        let members: Vec<Value> = self.members.keys().filter(|&value| self.members[value]).collect();
        let mut groups: UnionFind<usize> = UnionFind::new(func.values.len());
        for &value in &members {
            for sum in self.sums_of(func, value) {
                groups.union(value.index(), sum.index());
            }
            for (_, arg) in self.incoming.of(value).filter(|&(_, arg)| self.members[arg]) {
                groups.union(value.index(), arg.index());
            }
        }
        let weight = |block: Block| 8i128.pow(loops.depth(block).min(6));
        let mut gain: BTreeMap<usize, i128> = BTreeMap::new();
        for &value in &members {
            let total = gain.entry(groups.find(value.index())).or_default();
            for place in self.uses.of(value) {
                *total += match place {
                    Use::Inst(block, inst) if !self.takes_place(func, inst) => -weight(block),
                    Use::Inst(block, inst) => {
                        let constant = sum(func, inst).map_or(0, |(_, constant)| constant as u32);
                        let saves = self.accesses.contains(inst) && constant == func.bias.wrapping_neg();
                        if saves { weight(block) } else { 0 }
                    }
                    Use::Edge(_, param) if self.members[param] => 0,
                    Use::Edge(block, _) | Use::End(block) => -weight(block),
                };
            }
            for (block, arg) in self.incoming.of(value).filter(|&(_, arg)| !self.members[arg]) {
                if !self.is_free(func, arg) {
                    *total -= weight(block);
                }
            }
        }
        let mut chosen = EntitySet::new();
        for value in members {
            if gain.get(&groups.find(value.index())).is_some_and(|&gain| gain > 0) {
                chosen.insert(value);
            }
        }
        chosen
    }

    /// Whether the bias can be taken off a value without another instruction.
    fn is_free(&self, func: &Function, value: Value) -> bool {
        match func.values[value].def {
            ValueDef::Result(inst, _) => {
                func.constant(value).is_some() || (sum(func, inst).is_some() && self.uses.is_single(value))
            }
            ValueDef::Param(..) => false,
        }
    }
}

/// The base and the constant of a sum at 32 bits.
fn sum(func: &Function, inst: Inst) -> Option<(Value, i32)> {
    match &func.insts[inst].kind {
        InstKind::Op(Op::I32Add, args) => match func.constant(args[1])? {
            Const::I32(constant) if func.constant(args[0]).is_none() => Some((args[0], constant)),
            _ => None,
        },
        _ => None,
    }
}

struct Rebasing<'a> {
    func: &'a mut Function,
    web: &'a Web,
    chosen: &'a EntitySet<Value>,
    replaced: Replacements,
}

impl Rebasing<'_> {
    fn run(mut self) {
        for value in self.func.values.keys().filter(|&value| self.chosen.contains(value)).collect::<Vec<_>>()
        {
            if let Some(name) = self.func.name_of(value).map(|name| format!("{name}.at")) {
                self.func.call_it(value, &name);
            }
        }
        for block in self.func.layout.clone() {
            self.accesses(block);
            self.edges(block);
        }
        self.replaced.apply(self.func);
    }

    /// Accesses at a difference with the bias are accesses at the member itself; what
    /// takes a member otherwise takes the sum with the bias.
    fn accesses(&mut self, block: Block) {
        for inst in std::mem::take(&mut self.func.blocks[block].insts) {
            if !self.web.takes_place(self.func, inst) {
                self.restore_operands(block, inst);
            } else if let Some((base, constant)) = sum(self.func, inst)
                && self.web.accesses.contains(inst)
                && self.chosen.contains(base)
            {
                let rest = constant.wrapping_add(self.func.bias as i32);
                if rest == 0 {
                    let result = self.func.insts[inst].results[0];
                    self.replaced.replace(&mut self.func.values, result, base);
                } else {
                    let pc = self.func.insts[inst].pc;
                    let rest = self.at_end(block, pc).i32(rest);
                    self.func.insts[inst].kind = InstKind::Op(Op::I32Add, [base, rest].into());
                }
            }
            self.func.blocks[block].insts.push(inst);
        }
    }

    fn restore_operands(&mut self, block: Block, inst: Inst) {
        let mut members = Vec::new();
        self.func.insts[inst].kind.for_each_use(|value| {
            if self.chosen.contains(value) && !members.contains(&value) {
                members.push(value);
            }
        });
        let pc = self.func.insts[inst].pc;
        for value in members {
            let restored = self.restored(block, value, pc);
            self.func.insts[inst].kind.for_each_use_mut(|used| {
                if *used == value {
                    *used = restored;
                }
            });
        }
    }

    /// What enters a web has the bias taken off, and what leaves it has it again.
    fn edges(&mut self, block: Block) {
        let Some(mut terminator) = self.func.blocks[block].terminator.take() else { return };
        let pc = self.func.blocks[block].terminator_pc;
        let mut made: BTreeMap<(Value, bool), Value> = BTreeMap::new();
        for target in terminator.targets_mut() {
            for (position, arg) in target.args.iter_mut().enumerate() {
                let enters = self.chosen.contains(self.func.blocks[target.block].params[position]);
                if enters != self.chosen.contains(*arg) {
                    *arg = *made.entry((*arg, enters)).or_insert_with_key(|&(arg, _)| match enters {
                        true => self.rebased(block, arg),
                        false => self.restored(block, arg, pc),
                    });
                }
            }
        }
        terminator.for_each_own_use_mut(|value| {
            if self.chosen.contains(*value) {
                let restored = made.entry((*value, false));
                *value = *restored.or_insert_with_key(|&(value, _)| self.restored(block, value, pc));
            }
        });
        self.func.blocks[block].terminator = Some(terminator);
    }

    /// The sum of a member and the bias, computed at the end of a block.
    fn restored(&mut self, block: Block, value: Value, pc: Option<u64>) -> Value {
        let bias = self.func.bias as i32;
        let mut builder = self.at_end(block, pc);
        let bias = builder.i32(bias);
        builder.op(Op::I32Add, &[value, bias])
    }

    /// A value without the bias, computed at the end of a block.
    fn rebased(&mut self, block: Block, value: Value) -> Value {
        let bias = self.func.bias as i32;
        let pc = self.func.blocks[block].terminator_pc;
        if let Some(Const::I32(constant)) = self.func.constant(value) {
            return self.at_end(block, pc).i32(constant.wrapping_sub(bias));
        }
        let (base, constant, pc) = match self.func.values[value].def {
            ValueDef::Result(inst, _) => {
                let (base, constant) = sum(self.func, inst).unwrap_or((value, 0));
                (base, constant, self.func.insts[inst].pc)
            }
            ValueDef::Param(..) => (value, 0, pc),
        };
        let mut builder = self.at_end(block, pc);
        let constant = builder.i32(constant.wrapping_sub(bias));
        let rebased = builder.op(Op::I32Add, &[base, constant]);
        if let Some(name) = self.func.name_of(value).map(|name| format!("{name}.at")) {
            self.func.call_it(rebased, &name);
        }
        rebased
    }

    fn at_end(&mut self, block: Block, pc: Option<u64>) -> Builder<'_> {
        Builder { func: self.func, block, pc }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dce;
    use crate::testing::random::Random;
    use crate::testing::{assert_pass, validate};

    fn clean(func: &mut Function, context: &Context) {
        run(func, context);
        dce::run(func, context);
    }

    fn whole(body: &str) -> String {
        format!("function $f 0x1000 regular (a0: i32, b: i32) -> () {{\n  bias 65536\n{body}\n}}\n")
    }

    const LOOP: &str = "block0(v0: i32 \"a0\", v9: i32):
          jump block1(v0)
        block1(v1: i32 \"a5\"):
          v2 = i32.const -65536
          v3 = i32.add v1, v2
          i32.store v3, v9
          v5 = i32.const 8
          v6 \"a5\" = i32.add v1, v5
          v7 = i32.load v9
          branch v7, block1(v6), block2
        block2:
          return";

    #[test]
    fn a_pointer_through_which_a_loop_goes_is_a_place() {
        assert_pass(
            clean,
            &whole(LOOP),
            &whole(
                "block0(v0: i32 \"a0\", v9: i32):
                   v7 = i32.const -65536
                   v8 \"a0.at\" = i32.add v0, v7
                   jump block1(v8)
                 block1(v1: i32 \"a5.at\"):
                   i32.store v1, v9
                   v5 = i32.const 8
                   v6 \"a5.at\" = i32.add v1, v5
                   v10 = i32.load v9
                   branch v10, block1(v6), block2
                 block2:
                   return",
            ),
        );
    }

    #[test]
    fn a_pointer_that_is_stored_stays() {
        let text = whole(&LOOP.replace("i32.store v3, v9", "i32.store v3, v1"));
        assert_pass(run, &text, &text);
    }

    #[test]
    fn a_pointer_that_steps_by_a_variable_is_a_place() {
        let text = whole(&LOOP.replace("i32.add v1, v5", "i32.add v9, v1"));
        assert_pass(
            clean,
            &text,
            &whole(
                "block0(v0: i32 \"a0\", v9: i32):
                   v7 = i32.const -65536
                   v8 \"a0.at\" = i32.add v0, v7
                   jump block1(v8)
                 block1(v1: i32 \"a5.at\"):
                   i32.store v1, v9
                   v6 \"a5.at\" = i32.add v9, v1
                   v10 = i32.load v9
                   branch v10, block1(v6), block2
                 block2:
                   return",
            ),
        );
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "webs", "peephole", "narrow", "peephole"];
        validate(&prepare, 600..2500, pass).unwrap_or_else(|error| panic!("{error}"));
    }

    /// Some blocks that hand two pointers to each other, move them on and access
    /// memory through them, until a counter is down.
    fn pointers(random: &mut Random) -> String {
        let blocks = 2 + random.below(4);
        let mut text = "block0(v0: i32 \"a0\", v1: i32):\n v2 = i32.const 255\n v3 = i32.and v0, v2\n \
                        v4 = i32.const 65536\n v5 = i32.add v3, v4\n v6 = i32.const 6\n \
                        jump block1(v5, v5, v6)\n"
            .to_owned();
        for block in 1..=blocks {
            let base = block * 100;
            let counter = base + 4;
            text += &format!(
                "block{block}(v{base}: i32 \"a1\", v{}: i32 \"a2\", v{}: i32):\n",
                base + 1,
                base + 2
            );
            text += &format!(
                " v{} = i32.const -1\n v{counter} = i32.add v{}, v{}\n",
                base + 3,
                base + 2,
                base + 3
            );
            let mut pointers = vec![base, base + 1];
            let mut next = base + 10;
            for _ in 0..3 + random.below(4) {
                let pointer = pointers[random.below(pointers.len() as u64) as usize];
                let (constant, sum) = (next, next + 1);
                let is_step = random.below(3) == 0;
                let added = match (is_step, random.below(3)) {
                    (true, 0) => format!("i32.mul v{counter}, v{counter}"),
                    (true, _) => format!("i32.const {}", 4 * random.below(4)),
                    (false, n) => format!("i32.const {}", 8 * n as i64 - 65536),
                };
                text += &format!(" v{constant} = {added}\n v{sum} = i32.add v{pointer}, v{constant}\n");
                if is_step {
                    pointers.push(sum);
                } else {
                    let stored = if random.below(12) == 0 { pointer } else { counter };
                    text +=
                        &format!(" v{} = i32.load v{sum}\n i32.store v{sum} offset=4, v{stored}\n", next + 2);
                    text += &format!(" i32.store v{sum} offset=8, v{}\n", next + 2);
                }
                next += 3;
            }
            let mut pick = || pointers[random.below(pointers.len() as u64) as usize];
            let (first, second) = (pick(), pick());
            let to = 1 + random.below(blocks);
            text += &format!(
                " branch v{counter}, block{to}(v{first}, v{second}, v{counter}), block{}\n",
                blocks + 1
            );
        }
        whole(&format!("{text}block{}:\n return", blocks + 1))
    }

    #[test]
    fn random_webs_mean_the_same() {
        let mut changed = 0;
        for seed in 0..500 {
            let text = pointers(&mut Random::new(seed));
            let before = crate::text::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
            let mut after = before.clone();
            run(&mut after, &Context::default());
            crate::verify::verify(&after, crate::pass::Requires::Ssa)
                .unwrap_or_else(|error| panic!("{error}"));
            crate::testing::compare(&before, &after, seed).unwrap_or_else(|error| panic!("{error}"));
            changed += usize::from(after.insts.len() > before.insts.len());
        }
        assert!(changed > 100, "only {changed} webs");
    }

    #[test]
    fn a_web_that_is_entered_at_the_wrong_place_is_caught() {
        let text = whole(
            "block0(v0: i32 \"a0\", v9: i32):
               v20 = i32.const 255
               v21 = i32.and v0, v20
               v22 = i32.const 65536
               v23 = i32.add v21, v22
               v24 = i32.const 4
               jump block1(v23, v24)
             block1(v1: i32 \"a5\", v30: i32):
               v2 = i32.const -65536
               v3 = i32.add v1, v2
               i32.store v3, v9
               v5 = i32.const 8
               v6 \"a5\" = i32.add v1, v5
               v31 = i32.const -1
               v32 = i32.add v30, v31
               branch v32, block1(v6, v32), block2
             block2:
               return",
        );
        let before = crate::text::parse(&text).expect("the text parses");
        let mut after = before.clone();
        run(&mut after, &Context::default());
        crate::testing::compare(&before, &after, 1).unwrap_or_else(|error| panic!("{error}"));
        for data in after.insts.values_mut().skip(before.insts.len()) {
            if let InstKind::Const(Const::I32(constant)) = &mut data.kind {
                *constant += 16;
            }
        }
        assert!(crate::testing::compare(&before, &after, 1).is_err());
    }
}
