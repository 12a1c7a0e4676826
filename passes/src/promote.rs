//! `promote`: variables become SSA values.
//!
//! ```text
//! before                         after
//!   block0(v0: i64 "a0"):          block0(v0: i64 "a0"):
//!     set a0, v0                     jump block1(v0)
//!     jump block1                  block1(v5: i64 "a0"):
//!   block1:                          v2 = i64.const 1
//!     v1 = get a0                    v3 = i64.add v5, v2
//!     v2 = i64.const 1               jump block1(v3)
//!     v3 = i64.add v1, v2
//!     set a0, v3
//!     jump block1
//! ```
//!
//! Every `get` is replaced by the value that reaches it, every `set` goes, and
//! a block gets a parameter for each variable that is live into it and that
//! different values reach. A variable read before it was written is undefined.
//! A value without a name is given the name of the variable that it was set to.
//!
//! Requires: terminators on all blocks. Leaves: no `get`, no `set`, no
//! variables, no unreachable blocks. Preserves: everything else.
//! Complexity: variables × blocks bits for liveness, then linear in the number
//! of gets, sets and block parameters made.
//! Source: Cytron et al., "Efficiently Computing Static Single Assignment Form"
//! (pruned form).

use std::collections::BTreeMap;

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{EntityRef, SecondaryMap};

use crate::cfg::{Cfg, Frontiers};
use crate::ir::{Block, Const, Function, InstKind, Name, Type, Value, ValueDef, Var};
use crate::pass::Context;

/// Turns the variables of a function into values, and forgets what read and wrote them.
pub fn run(func: &mut Function, context: &Context) {
    promote_with(func, context);
    func.compact();
}

/// Turns the variables of a function into values. What has an id keeps it.
pub(crate) fn promote(func: &mut Function) {
    promote_with(func, &Context::default());
}

fn promote_with(func: &mut Function, context: &Context) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let mut names: SecondaryMap<Var, PackedOption<Name>> = SecondaryMap::new();
    for (var, data) in &func.vars {
        names[var] = Some(func.names.number(&data.name)).into();
    }
    let meets = place_parameters(func, &cfg, &names);
    let (current, checked) = (vec![None; func.vars.len()], context.checked);
    let undefined = BTreeMap::new();
    Renamer { meets, names, current, undo: Vec::new(), undefined, checked, func }.rename(&cfg);
    func.vars.clear();
}

/// Sets of variables, one a block, in words of 64.
struct VarSets {
    words: usize,
    bits: Vec<u64>,
}

impl VarSets {
    fn new(func: &Function) -> VarSets {
        let words = func.vars.len().div_ceil(64);
        VarSets { words, bits: vec![0; words * func.blocks.len()] }
    }

    fn insert(&mut self, block: Block, var: Var) {
        self.bits[block.index() * self.words + var.index() / 64] |= 1 << (var.index() % 64);
    }

    fn contains(&self, block: Block, var: Var) -> bool {
        self.row(block)[var.index() / 64] >> (var.index() % 64) & 1 != 0
    }

    fn row(&self, block: Block) -> &[u64] {
        &self.bits[block.index() * self.words..][..self.words]
    }
}

/// Adds the block parameters and says which variable each is for.
fn place_parameters(
    func: &mut Function,
    cfg: &Cfg,
    names: &SecondaryMap<Var, PackedOption<Name>>,
) -> SecondaryMap<Block, Vec<(Var, Value)>> {
    let mut used = VarSets::new(func);
    let mut defined = VarSets::new(func);
    let mut definitions: SecondaryMap<Var, Vec<Block>> = SecondaryMap::new();
    definitions.resize(func.vars.len());
    for &block in cfg.rpo() {
        for &inst in &func.blocks[block].insts {
            match func.insts[inst].kind {
                InstKind::Get(var) if !defined.contains(block, var) => used.insert(block, var),
                InstKind::Set(var, _) if !defined.contains(block, var) => {
                    defined.insert(block, var);
                    definitions[var].push(block);
                }
                _ => {}
            }
        }
    }
    let live_in = live_in(cfg, used, &defined);
    let frontiers = Frontiers::new(cfg);
    let mut meets: SecondaryMap<Block, Vec<(Var, Value)>> = SecondaryMap::new();
    meets.resize(func.blocks.len());
    for var in func.vars.keys() {
        let mut blocks = frontiers.iterated(definitions[var].iter().copied());
        blocks.retain(|&block| live_in.contains(block, var));
        blocks.sort_by_key(|&block| cfg.position(block));
        for block in blocks {
            let param = func.add_param_named(block, func.vars[var].ty, names[var]);
            meets[block].push((var, param));
        }
    }
    meets
}

/// The variables that are read in a block or after it before they are set.
fn live_in(cfg: &Cfg, used: VarSets, defined: &VarSets) -> VarSets {
    let mut live = used;
    let mut work: Vec<Block> = cfg.rpo().to_vec();
    let mut queued: SecondaryMap<Block, bool> = SecondaryMap::new();
    queued.resize(cfg.rpo().iter().map(|block| block.index() + 1).max().unwrap_or(0));
    work.iter().for_each(|&block| queued[block] = true);
    while let Some(block) = work.pop() {
        queued[block] = false;
        for &pred in cfg.preds(block) {
            let mut changed = false;
            for word in 0..live.words {
                let passed = live.row(block)[word] & !defined.row(pred)[word];
                let at = pred.index() * live.words + word;
                changed |= passed & !live.bits[at] != 0;
                live.bits[at] |= passed;
            }
            if changed && !std::mem::replace(&mut queued[pred], true) {
                work.push(pred);
            }
        }
    }
    live
}

struct Renamer<'a> {
    func: &'a mut Function,
    meets: SecondaryMap<Block, Vec<(Var, Value)>>,
    names: SecondaryMap<Var, PackedOption<Name>>,
    /// What each variable holds at the point that the walk has reached.
    current: Vec<Option<Value>>,
    /// What to restore when the walk leaves a block's dominator subtree.
    undo: Vec<(Var, Option<Value>)>,
    /// What stands for variables that were never written, made in the entry.
    undefined: BTreeMap<Type, Value>,
    /// What is checked at run time has to be the same wherever it is looked at.
    checked: bool,
}

impl Renamer<'_> {
    fn rename(mut self, cfg: &Cfg) {
        // What stands for the results of gets that are gone.
        let mut stands_for: SecondaryMap<Value, Option<Value>> = SecondaryMap::new();
        stands_for.resize(self.func.values.len());
        let mut stack = vec![(self.func.entry(), 0, 0)];
        while let Some((block, child, mut mark)) = stack.pop() {
            if child == 0 {
                mark = self.undo.len();
                self.rename_block(block, &mut stands_for);
            }
            match cfg.children(block).get(child) {
                Some(&inner) => {
                    stack.push((block, child + 1, mark));
                    stack.push((inner, 0, 0));
                }
                None => {
                    for (var, old) in self.undo.drain(mark..).rev() {
                        self.current[var.index()] = old;
                    }
                }
            }
        }
        let entry = self.func.entry();
        for value in self.undefined.into_values() {
            if let ValueDef::Result(inst, _) = self.func.values[value].def {
                self.func.blocks[entry].insts.insert(0, inst);
            }
        }
    }

    fn rename_block(&mut self, block: Block, stands_for: &mut SecondaryMap<Value, Option<Value>>) {
        for position in 0..self.meets[block].len() {
            let (var, param) = self.meets[block][position];
            self.assign(var, param);
        }
        let mut insts = std::mem::take(&mut self.func.blocks[block].insts);
        insts.retain(|&inst| {
            self.func.insts[inst].kind.for_each_use_mut(|value| {
                *value = stands_for[*value].unwrap_or(*value);
            });
            match self.func.insts[inst].kind {
                InstKind::Get(var) => {
                    let value = self.read(var);
                    let result = self.func.insts[inst].results[0];
                    if self.func.values[value].name.is_none() {
                        self.func.values[value].name = self.func.values[result].name;
                    }
                    stands_for[result] = Some(value);
                    false
                }
                InstKind::Set(var, value) => {
                    self.assign(var, value);
                    let name = &mut self.func.values[value].name;
                    if name.is_none() {
                        *name = self.names[var];
                    }
                    false
                }
                _ => true,
            }
        });
        self.func.blocks[block].insts = insts;
        let Some(mut terminator) = self.func.blocks[block].terminator.take() else { return };
        terminator.for_each_use_mut(|value| *value = stands_for[*value].unwrap_or(*value));
        for target in terminator.targets_mut() {
            for position in 0..self.meets[target.block].len() {
                let (var, _) = self.meets[target.block][position];
                let value = self.read(var);
                target.args.push(value);
            }
        }
        self.func.blocks[block].terminator = Some(terminator);
    }

    fn assign(&mut self, var: Var, value: Value) {
        let old = self.current[var.index()].replace(value);
        self.undo.push((var, old));
    }

    fn read(&mut self, var: Var) -> Value {
        if let Some(value) = self.current[var.index()] {
            return value;
        }
        let ty = self.func.vars[var].ty;
        let anything = Const::Undef(ty);
        let constant = if self.checked { anything.settled() } else { anything };
        *self.undefined.entry(ty).or_insert_with(|| {
            let inst = self.func.make_inst(InstKind::Const(constant), &[ty], None);
            self.func.insts[inst].results[0]
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, validate};

    #[test]
    fn a_loop_gets_a_parameter_and_what_was_never_written_is_undefined() {
        assert_pass(
            run,
            "function $f 0x10 regular (a0: i64) -> (a0: i64, t0: i64) {
              var a0: i64
              var t0: i64
              block0(v0: i64 \"a0\"):
                set a0, v0
                jump block1
              block1:
                v1 = get a0
                v2 = i64.const 1
                v3 = i64.add v1, v2
                set a0, v3
                v4 = i64.eqz v3
                branch v4, block1, block2
              block2:
                v5 = get a0
                v6 = get t0
                return v5, v6
            }",
            "function $f 0x10 regular (a0: i64) -> (a0: i64, t0: i64) {
              block0(v0: i64 \"a0\"):
                v6 = i64.undef
                jump block1(v0)
              block1(v1: i64 \"a0\"):
                v2 = i64.const 1
                v3 \"a0\" = i64.add v1, v2
                v4 = i64.eqz v3
                branch v4, block1(v3), block2
              block2:
                return v3, v6
            }",
        );
    }

    #[test]
    fn random_functions_mean_the_same() {
        validate(&[], 0..400, |func| run(func, &Context::default()))
            .unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn a_promotion_that_forgets_a_write_is_caught() {
        let broken = |func: &mut Function| {
            for &block in &func.layout.clone() {
                let insts = &mut func.blocks[block].insts;
                if let Some(at) =
                    insts.iter().rposition(|&inst| matches!(func.insts[inst].kind, InstKind::Set(..)))
                {
                    insts.remove(at);
                }
            }
            run(func, &Context::default());
        };
        assert!(validate(&[], 0..50, broken).is_err());
    }
}
