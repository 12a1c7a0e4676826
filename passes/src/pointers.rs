//! `pointers`: a loop that ends where its pointer meets an address asks that of the
//! pointer's low half.
//!
//! ```text
//! before                                after
//!   block0(v0: i64, v1: i64):             block0(v0: i64, v1: i64):
//!     jump block1(v0)                       v10 = i64.const 32
//!                                           v11 = i64.shr_u v1, v10
//!                                           v12 = i64.eqz v11
//!                                           v13 = i32.wrap_i64 v1
//!                                           v14 = i32.const 0
//!                                           v15 = select.i32 v12, v13, v14
//!                                           v16 = i32.const -65536
//!                                           v17 = i32.add v15, v16
//!                                           jump block1(v0)
//!   block1(v2: i64):                      block1(v2: i64):
//!     v3 = i32.wrap_i64 v2                  v3 = i32.wrap_i64 v2
//!     v4 = i32.const -65536                 v4 = i32.const -65536
//!     v5 = i32.add v3, v4                   v5 = i32.add v3, v4
//!     i32.store8 v5, v9                     i32.store8 v5, v9
//!     v6 = i64.const 1                      v6 = i64.const 1
//!     v7 = i64.add v2, v6                   v7 = i64.add v2, v6
//!                                           v18 = i32.wrap_i64 v7
//!                                           v19 = i32.add v18, v4
//!     v8 = i64.ne v7, v1                    v8 = i32.ne v19, v17
//!     branch v8, block1(v7), block2         branch v8, block1(v7), block2
//! ```
//!
//! Guest memory ends below 2³², so a pointer that the turn has accessed through has no
//! high half, or the program has failed by now (docs/model.md, "Memory"); the same goes
//! for what is a small step further. The address that it is compared with need not be
//! one that anybody accesses. Where it has a high half, the pointer cannot meet it: it
//! is replaced by the null pointer, which is out of reach as well, since the first 64 KiB
//! are not mapped.
//!
//! With that nothing may want the pointer's high half any more, and `narrow` and `rebase`
//! carry it as a place in memory. What is used after the loop is extended again.
//!
//! Requires: SSA form, addresses with the bias taken off. Preserves: everything that a
//! program may see that does not fail. Leaves unused instructions to `dce`. Complexity:
//! linear, times the depth of loops. Limits: pointers with one constant step a turn,
//! comparisons for equality that an access comes before.

use rustc_hash::FxHashMap;

use crate::cfg::{Cfg, Loops};
use crate::ir::{Block, Builder, Const, Function, Inst, InstKind, Op, Target, Type, Value, ValueDef};
use crate::pass::Context;
use crate::users::{Users, sum};

/// The steps and displacements that do not leave the unmapped 64 KiB around memory.
const SMALL: i64 = 0x4000;

/// Narrows the ends of a function's loops.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() || func.bias == 0 {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let loops = cfg.loops();
    let mut pointers = find(func, &cfg, loops);
    if pointers.is_empty() {
        return;
    }
    let users = Users::new(func, |_| true);
    note_accesses(func, loops, &mut pointers);
    for pointer in &pointers {
        Narrowing { func, cfg: &cfg, loops, users: &users, pointer }.run();
    }
}

/// A pointer that a loop moves on by a constant.
struct Pointer {
    header: Block,
    /// The value on each turn.
    at: Value,
    /// The value for the next turn.
    next: Value,
    /// The blocks of the loop that access memory near it.
    accesses: Vec<Block>,
}

/// The pointers, or counters, of all loops.
fn find(func: &Function, cfg: &Cfg, loops: &Loops) -> Vec<Pointer> {
    let mut pointers = Vec::new();
    for &header in cfg.rpo().iter().filter(|&&block| loops.is_header(block)) {
        for (position, &at) in func.blocks[header].params.iter().enumerate() {
            if func.ty(at) != Type::I64 {
                continue;
            }
            let latches = cfg.preds(header).iter().filter(|&&pred| loops.contains(header, pred));
            let arguments = latches.flat_map(|&latch| func.terminator(latch).targets().into_iter());
            let mut moved = arguments.filter(|target| target.block == header).map(|t| t.args[position]);
            let Some(next) = moved.next() else { continue };
            let ValueDef::Result(inst, _) = func.values[next].def else { continue };
            let steps =
                sum(func, inst).is_some_and(|(base, step)| base == at && step != 0 && step.abs() <= SMALL);
            if steps && moved.all(|other| other == next) {
                pointers.push(Pointer { header, at, next, accesses: Vec::new() });
            }
        }
    }
    pointers
}

/// Finds the accesses through pointers.
fn note_accesses(func: &Function, loops: &Loops, pointers: &mut [Pointer]) {
    let values = pointers.iter().enumerate().flat_map(|(index, p)| [(p.at, index), (p.next, index)]);
    let known: FxHashMap<Value, usize> = values.collect();
    for &block in func.layout.iter().filter(|&&block| loops.depth(block) > 0) {
        for &inst in &func.blocks[block].insts {
            let (InstKind::Load(_, address, offset) | InstKind::Store(_, address, offset, _)) =
                func.insts[inst].kind
            else {
                continue;
            };
            if let Some(&index) = root(func, &known, address, offset).and_then(|value| known.get(&value))
                && loops.contains(pointers[index].header, block)
            {
                pointers[index].accesses.push(block);
            }
        }
    }
}

/// The known value that an address and an offset lie close to.
fn root(func: &Function, known: &FxHashMap<Value, usize>, address: Value, offset: u32) -> Option<Value> {
    let mut at = address;
    let mut distance = i64::from(func.bias) + i64::from(offset);
    while !known.contains_key(&at) {
        let ValueDef::Result(inst, _) = func.values[at].def else { return None };
        at = match (&func.insts[inst].kind, sum(func, inst)) {
            (_, Some((base, constant))) => {
                distance = distance.wrapping_add(constant);
                base
            }
            (InstKind::Op(Op::I32WrapI64, args), None) => args[0],
            _ => return None,
        };
    }
    (distance.abs() <= SMALL).then_some(at)
}

struct Narrowing<'a> {
    func: &'a mut Function,
    cfg: &'a Cfg,
    loops: &'a Loops,
    users: &'a Users,
    pointer: &'a Pointer,
}

impl Narrowing<'_> {
    fn run(&mut self) {
        let Some(before) = self.before() else { return };
        let ends: Vec<(Block, Inst, Value)> = self.ends();
        if ends.is_empty() || !self.only_low_halves(&ends) {
            return;
        }
        for (block, inst, end) in ends {
            self.compare(before, block, inst, end);
        }
        for value in [self.pointer.at, self.pointer.next] {
            self.extend_behind(value);
        }
    }

    /// The block before the loop, if there is one only.
    fn before(&self) -> Option<Block> {
        let header = self.pointer.header;
        let mut outside =
            self.cfg.preds(header).iter().copied().filter(|&pred| !self.loops.contains(header, pred));
        outside.next().filter(|&first| outside.all(|other| other == first))
    }

    fn holds(&self, block: Block) -> bool {
        self.loops.contains(self.pointer.header, block)
    }

    /// Whether there has been an access when control is in a block.
    fn has_accessed(&self, block: Block) -> bool {
        self.pointer.accesses.iter().any(|&access| self.cfg.dominates(access, block))
    }

    /// The comparisons of the pointer in the loop with what does not change in it.
    fn ends(&self) -> Vec<(Block, Inst, Value)> {
        let mut ends = Vec::new();
        for value in [self.pointer.at, self.pointer.next] {
            for inst in self.users.insts.of(value) {
                let InstKind::Op(Op::I64Eq | Op::I64Ne, args) = &self.func.insts[inst].kind else { continue };
                let end = if args[0] == value { args[1] } else { args[0] };
                let Some(block) = self.users.home(inst) else { continue };
                let outside = match self.func.values[end].def {
                    ValueDef::Param(home, _) => !self.holds(home),
                    ValueDef::Result(def, _) => self.users.home(def).is_some_and(|home| !self.holds(home)),
                };
                if self.holds(block) && outside && self.has_accessed(block) {
                    ends.push((block, inst, end));
                }
            }
        }
        ends
    }

    /// Whether nothing else in the loop wants the pointer in full.
    fn only_low_halves(&self, ends: &[(Block, Inst, Value)]) -> bool {
        let Pointer { at, next, .. } = *self.pointer;
        let low = |inst: Inst| match &self.func.insts[inst].kind {
            InstKind::Op(Op::I32WrapI64, _) => true,
            InstKind::Store(op, _, _, _) => op.ty() == Type::I64 && op.bytes() < 8,
            _ => false,
        };
        let is_next = |inst: Inst| self.func.insts[inst].results.first() == Some(&next);
        let outside = |inst: Inst| self.users.home(inst).is_none_or(|block| !self.holds(block));
        let is_end = |inst: Inst| ends.iter().any(|&(_, end, _)| end == inst);
        let fine = |inst: Inst| {
            let sums = || {
                let sum = sum(self.func, inst).map(|_| self.func.insts[inst].results[0]);
                sum.is_some_and(|sum| self.users.ends.is_empty(sum) && self.users.insts.of(sum).all(low))
            };
            low(inst) || is_end(inst) || is_next(inst) || outside(inst) || sums()
        };
        let edges = |value: Value| {
            self.users.ends.of(value).all(|block| {
                let targets = self.func.terminator(block).targets();
                let mut carrying = targets.iter().filter(|target| target.args.contains(&value));
                !self.holds(block)
                    || carrying.all(|target| {
                        (target.block == self.pointer.header && value == next) || !self.holds(target.block)
                    })
            })
        };
        [at, next].iter().all(|&value| self.users.insts.of(value).all(fine) && edges(value))
    }

    /// Compares places in memory.
    fn compare(&mut self, before: Block, block: Block, inst: Inst, end: Value) {
        let InstKind::Op(op, args) = self.func.insts[inst].kind.clone() else { return };
        let value = if args[0] == end { args[1] } else { args[0] };
        let pc = self.func.insts[inst].pc;
        let ahead = self.is_ahead(before, value, end);
        let last = self.func.blocks[before].insts.len();
        let end = self.insert(before, last, pc, |builder| end_place(builder, end, ahead));
        let at = self.func.blocks[block].insts.iter().position(|&other| other == inst).unwrap_or(0);
        let place = self.insert(block, at, pc, |builder| place(builder, value));
        let op = if op == Op::I64Eq { Op::I32Eq } else { Op::I32Ne };
        self.func.insts[inst].kind = InstKind::Op(op, [place, end].into());
    }

    /// Whether the pointer comes to the end before it comes to any other address with the
    /// same low half: less than 2³² are between them at the start, in the direction of
    /// the steps. (Accesses on the way fail before the pointer passes 2³².)
    fn is_ahead(&self, before: Block, compared: Value, end: Value) -> bool {
        let Pointer { header, at, next, .. } = *self.pointer;
        let ValueDef::Param(_, position) = self.func.values[at].def else { return false };
        let targets = self.func.terminator(before).targets();
        let mut starts = targets.iter().filter(|to| to.block == header).map(|to| to.args[position]);
        let (Some(start), None) = (starts.next(), starts.next()) else { return false };
        let (from, first) = self.parts(start);
        let (to, last) = self.parts(end);
        let (_, step) = self.parts(next);
        let distance = last.wrapping_sub(first);
        if from == to {
            return if step > 0 {
                (0..1 << 32).contains(&distance)
            } else {
                (-1 << 32 < distance) && distance <= 0
            };
        }
        // One more term, of 32 bits; what is beyond it must come before the first comparison.
        let most = if compared == next { step } else { 0 };
        let InstKind::Op(Op::I64Add, args) = (match self.func.def(to) {
            Some(data) => &data.kind,
            None => return false,
        }) else {
            return false;
        };
        let extended = |value: Value| {
            matches!(self.func.def(value).map(|data| &data.kind), Some(InstKind::Op(Op::I64ExtendI32U, _)))
        };
        let mut ways = [(args[0], args[1]), (args[1], args[0])].into_iter();
        step > 0
            && ways.any(|(base, count)| {
                let (base, more) = self.parts(base);
                extended(count) && base == from && (0..=most).contains(&distance.wrapping_add(more))
            })
    }

    /// A value as another and a constant.
    fn parts(&self, value: Value) -> (Value, i64) {
        match self.func.values[value].def {
            ValueDef::Result(inst, _) => sum(self.func, inst).unwrap_or((value, 0)),
            ValueDef::Param(..) => (value, 0),
        }
    }

    /// Has those behind the loop use the value extended from its low half.
    fn extend_behind(&mut self, value: Value) {
        let home = |inst: Inst| Some((inst, self.users.home(inst)?));
        let mut insts: Vec<(Inst, Block)> = self.users.insts.of(value).filter_map(home).collect();
        insts.retain(|&(_, block)| !self.holds(block) && self.has_accessed(block));
        for (inst, block) in insts {
            let at = self.func.blocks[block].insts.iter().position(|&other| other == inst);
            let wide = self.extended(value, block, at.unwrap_or(0));
            self.func.insts[inst].kind.for_each_use_mut(|used| {
                if *used == value {
                    *used = wide;
                }
            });
        }
        let mut ends = self.users.ends.of(value).collect::<Vec<Block>>();
        ends.sort_unstable();
        ends.dedup();
        ends.retain(|&block| self.has_accessed(block));
        for block in ends {
            let inside = self.holds(block);
            let (loops, header) = (self.loops, self.pointer.header);
            let leaves = |targets: &[&Target]| {
                targets.iter().any(|to| !loops.contains(header, to.block) && to.args.contains(&value))
            };
            if inside && !leaves(&self.func.terminator(block).targets()) {
                continue;
            }
            let end = self.func.blocks[block].insts.len();
            let wide = self.extended(value, block, end);
            let swap = |used: &mut Value| {
                if *used == value {
                    *used = wide;
                }
            };
            let Some(terminator) = &mut self.func.blocks[block].terminator else { continue };
            if !inside {
                terminator.for_each_use_mut(swap);
                continue;
            }
            for target in terminator.targets_mut() {
                if !loops.contains(header, target.block) {
                    target.args.iter_mut().for_each(swap);
                }
            }
        }
    }

    /// A value extended from its low half, before the instruction at some position.
    fn extended(&mut self, value: Value, block: Block, at: usize) -> Value {
        let wide = self.insert(block, at, None, |builder| {
            let low = builder.op(Op::I32WrapI64, &[value]);
            builder.op(Op::I64ExtendI32U, &[low])
        });
        self.func.values[wide].name = self.func.values[value].name;
        wide
    }

    /// Puts what `make` appends before the instruction at some position of a block.
    fn insert(
        &mut self,
        block: Block,
        at: usize,
        pc: Option<u64>,
        make: impl FnOnce(&mut Builder<'_>) -> Value,
    ) -> Value {
        let before = self.func.blocks[block].insts.len();
        let value = make(&mut Builder { func: self.func, block, pc });
        let insts = &mut self.func.blocks[block].insts;
        let made = insts.len() - before;
        insts[at..].rotate_right(made);
        value
    }
}

/// The low half of an address, with the bias taken off.
fn place(builder: &mut Builder<'_>, address: Value) -> Value {
    let low = builder.op(Op::I32WrapI64, &[address]);
    rebased(builder, low)
}

fn rebased(builder: &mut Builder<'_>, low: Value) -> Value {
    let bias = builder.i32((builder.func.bias as i32).wrapping_neg());
    builder.op(Op::I32Add, &[low, bias])
}

/// The place where a loop ends; one that no pointer reaches if there is none in
/// memory, unless it is known that the pointer comes by no wrong one.
fn end_place(builder: &mut Builder<'_>, address: Value, ahead: bool) -> Value {
    if let Some(Const::I64(constant)) = builder.func.constant(address) {
        let low = u32::try_from(constant).unwrap_or(0);
        return builder.i32(low.wrapping_sub(builder.func.bias) as i32);
    }
    let mut end = builder.op(Op::I32WrapI64, &[address]);
    if !ahead {
        let width = builder.i64(32);
        let high = builder.op(Op::I64ShrU, &[address, width]);
        let none = builder.op(Op::I64Eqz, &[high]);
        let null = builder.i32(0);
        end = builder.select(end, null, none);
    }
    let place = rebased(builder, end);
    if let Some(name) = builder.func.name_of(address).map(|name| format!("{name}.at")) {
        builder.func.call_it(place, &name);
    }
    place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::random::Random;
    use crate::testing::{assert_pass, parse, validate};
    use crate::{dce, gvn, narrow, peephole, rebase};

    fn whole(body: &str) -> String {
        format!("function $f 0x1000 regular (a0: i64, a1: i64) -> (r: i64) {{\n  bias 65536\n{body}\n}}\n")
    }

    /// Fills memory from v0 to v1.
    const FILL: &str = "block0(v0: i64 \"a0\", v1: i64 \"a1\"):
          v9 = i32.const 7
          jump block1(v0)
        block1(v2: i64 \"a5\"):
          v3 = i32.wrap_i64 v2
          v4 = i32.const -65536
          v5 = i32.add v3, v4
          i32.store8 v5, v9
          v6 = i64.const 1
          v7 \"a5\" = i64.add v2, v6
          v8 = i64.ne v7, v1
          branch v8, block1(v7), block2
        block2:
          return v7";

    fn narrowed(func: &mut Function, context: &Context) {
        for pass in [run, gvn::run, narrow::run, peephole::run, rebase::run, gvn::run, dce::run] {
            pass(func, context);
        }
    }

    #[test]
    fn a_loop_ends_where_places_meet() {
        assert_pass(
            narrowed,
            &whole(FILL),
            &whole(
                "block0(v0: i64 \"a0\", v1: i64 \"a1\"):
                   v2 = i32.const 7
                   v3 = i32.wrap_i64 v1
                   v4 = i64.const 32
                   v5 = i64.shr_u v1, v4
                   v6 = i64.eqz v5
                   v7 = i32.const 0
                   v8 = select.i32 v6, v3, v7
                   v9 = i32.const -65536
                   v10 \"a1.at\" = i32.add v8, v9
                   v11 = i32.wrap_i64 v0
                   v12 = i32.add v11, v9
                   jump block1(v12)
                 block1(v13: i32 \"a5.at\"):
                   i32.store8 v13, v2
                   v14 = i32.const 1
                   v15 \"a5.at\" = i32.add v13, v14
                   v16 = i32.ne v15, v10
                   branch v16, block1(v15), block2
                 block2:
                   v17 = i32.const 65536
                   v18 = i32.add v15, v17
                   v19 \"a5\" = i64.extend_i32_u v18
                   return v19",
            ),
        );
    }

    #[test]
    fn what_is_wanted_in_full_stays() {
        let stays = |text: &str| {
            let mut func = parse(text);
            run(&mut func, &Context::default());
            assert_eq!(crate::text::print(&func), crate::text::print(&parse(text)));
        };
        // Stored by its value, compared before the access, far away, not moved on by a constant.
        stays(&whole(&FILL.replace("i32.store8 v5, v9", "i64.store v5, v2")));
        stays(&whole(&FILL.replace("-65536", "-131072")));
        stays(&whole(&FILL.replace("i64.const 1\n", "i64.const 65536\n")));
        stays(&whole(&FILL.replace("i32.store8 v5, v9", "i32.store8 v5 offset=65536, v9")));
        stays(&whole(&FILL.replace("i32.store8 v5, v9", "i32.store8 v9, v5")));
        stays(&whole(&FILL.replace("i64.ne v7, v1", "i64.ne v7, v2")));
    }

    #[test]
    fn an_end_that_is_ahead_needs_no_check() {
        let checked = |end: &str| {
            let text = FILL.replace("v9 = i32.const 7\n", &format!("v9 = i32.const 7\n {end}\n"));
            let mut func = parse(&whole(&text.replace("i64.ne v7, v1", "i64.ne v7, v12")));
            run(&mut func, &Context::default());
            let text = crate::text::print(&func);
            assert!(!text.contains("i64.ne"), "{text}");
            text.contains("select")
        };
        assert!(!checked("v11 = i64.const 40\n v12 = i64.add v0, v11"));
        assert!(!checked("v10 = i32.load8_u v9\n v11 = i64.extend_i32_u v10\n v12 = i64.add v11, v0"));
        assert!(checked("v11 = i64.const -40\n v12 = i64.add v0, v11"));
        assert!(checked("v11 = i64.const 4294967296\n v12 = i64.add v0, v11"));
        let count = "v10 = i32.load8_u v9\n v11 = i64.extend_i32_u v10\n v13 = i64.add v11, v0";
        assert!(!checked(&format!("{count}\n v14 = i64.const 1\n v12 = i64.add v13, v14")));
        assert!(checked(&format!("{count}\n v14 = i64.const 2\n v12 = i64.add v13, v14")));
        assert!(checked("v12 = i64.add v0, v1"));
    }

    /// A loop over memory whose end is where it should be, or a multiple of 2³² away.
    fn over_memory(random: &mut Random) -> String {
        let step = random.pick(&[1i64, 2, 4, 8, 16, -1, -4, -8]);
        let turns = 1 + random.below(12) as i64;
        let start = 65536 + 1024 + random.below(256) as i64;
        let far = if random.below(4) == 0 { i64::from(random.next() as u8) << 32 } else { 0 };
        let end = (start + step * turns).wrapping_add(far);
        let early = if random.below(2) == 0 { "v2" } else { "v7" };
        let after = if random.below(2) == 0 { "v2" } else { "v7" };
        let end = if early == "v2" { end - step } else { end };
        whole(&FILL
            .replace("v9 = i32.const 7\n", &format!("v9 = i32.const 7\n v20 = i64.const {start}\n v21 = i64.const 255\n v22 = i64.and v0, v21\n v23 = i64.add v20, v22\n v24 = i64.const {}\n v25 = i64.add v23, v24\n", end - start))
            .replace("jump block1(v0)", "jump block1(v23)")
            .replace("i64.const 1\n", &format!("i64.const {step}\n"))
            .replace("i64.ne v7, v1", &format!("i64.ne {early}, v25"))
            .replace("return v7", &format!("return {after}")))
    }

    #[test]
    fn loops_over_memory_mean_the_same() {
        let mut random = Random::new(77);
        for seed in 0..400 {
            let text = over_memory(&mut random);
            let before = parse(&text);
            let mut after = before.clone();
            narrowed(&mut after, &Context::default());
            assert!(!crate::text::print(&after).contains("i64.ne"), "{text}");
            crate::testing::compare(&before, &after, seed).unwrap_or_else(|why| panic!("{text}: {why}"));
        }
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..800, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn", "webs", "dce"];
        validate(&prepare, 800..1800, pass).unwrap_or_else(|error| panic!("{error}"));
    }
}
