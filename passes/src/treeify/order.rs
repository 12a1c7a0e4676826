//! Keeps the lives of a register apart.
//!
//! In SSA form an expression may be evaluated anywhere before its use. But when
//! the load in `lbu a4,1(a5); addi a5,a5,1; bnez a4` is evaluated at the branch,
//! the old and the new a5 live at once, and one of them needs another local and
//! a copy on the way round the loop. So an update of a register sinks to its
//! first use, and an expression does not move past a new life of a register
//! whose old life would end before it.

use std::collections::BTreeMap;

use cranelift_entity::{EntitySet, SecondaryMap};
use smallvec::SmallVec;

use super::Uses;
use crate::ir::{Block, Function, Inst, InstKind, Name, Terminator, Value, ValueDef};
use crate::users::sum;

/// How far down an expression is searched for the registers that it reads.
const DEPTH: u32 = 5;

/// A position for each of some values, forgotten at once: blocks take turns in it, so
/// that none pays for the values of all.
#[derive(Default)]
pub(super) struct Positions {
    /// With the turn in which it was noted.
    of: SecondaryMap<Value, (u32, u32)>,
    turn: u32,
}

impl Positions {
    /// Forgets all positions.
    fn forget(&mut self) {
        self.turn += 1;
    }

    fn get(&self, value: Value) -> Option<u32> {
        let (turn, position) = self.of[value];
        (turn == self.turn).then_some(position)
    }

    fn set(&mut self, value: Value, position: u32) {
        self.of[value] = (self.turn, position);
    }
}

/// The instructions of a block, with each update of a register (`a5 = a5 + 8`)
/// just before the first instruction that uses it, or last; and if that one is the
/// test at the block's end, both last.
pub(super) fn sink_updates(
    func: &Function,
    uses: &Uses,
    steps: &EntitySet<Inst>,
    block: Block,
    first_use: &mut Positions,
) -> Vec<Inst> {
    let insts = &func.blocks[block].insts;
    let end = insts.len();
    first_use.forget();
    // Where an instruction goes: before or with the one at an old position.
    let mut place: Vec<(usize, bool, usize)> = vec![(0, false, 0); end];
    let counted = Counted::find(func, uses, block);
    let mut moved = counted.is_some();
    for (position, &inst) in insts.iter().enumerate().rev() {
        let data = &func.insts[inst];
        place[position] = (position, true, position);
        if let Some(rank) = counted.as_ref().and_then(|counted| counted.rank(inst)) {
            place[position] = (end, false, rank * end + position);
        } else if uses.is_live(inst)
            && let InstKind::Op(..) = data.kind
            && let [result] = data.results[..]
            && (steps.contains(inst) || is_update(func, uses, inst, result))
        {
            let user = first_use.get(result).map_or(end, |first| (first as usize).min(end));
            let anchor = next_life(func, uses, insts, &place, position, user);
            // A step comes last: no other update of the block may need the old
            // value after it.
            let late = if steps.contains(inst) { end } else { 0 };
            place[position] = (anchor, false, late + position);
            moved = true;
        }
        // A user that sinks itself asks for the value only where it lands; one
        // that stays may still come first.
        let lands = place[position].0 as u32;
        data.kind.for_each_use(|value| {
            let first = first_use.get(value).map_or(lands, |first| first.min(lands));
            first_use.set(value, first);
        });
    }
    if !moved {
        return insts.clone();
    }
    let mut order: Vec<usize> = (0..end).collect();
    order.sort_by_key(|&position| place[position]);
    order.into_iter().map(|position| insts[position]).collect()
}

/// A counter that nothing in its block uses but the test at the end: moved on there, it
/// is in the way of no access that goes by the old one.
struct Counted {
    counter: Inst,
    test: Inst,
}

impl Counted {
    fn find(func: &Function, uses: &Uses, block: Block) -> Option<Counted> {
        let Terminator::Branch { cond, .. } = func.terminator(block) else { return None };
        let insts = &func.blocks[block].insts;
        let own = |value: Value| match func.values[value].def {
            ValueDef::Result(inst, _) if insts.contains(&inst) => Some(inst),
            _ => None,
        };
        let test = own(*cond).filter(|_| uses.count(*cond) == 1)?;
        let InstKind::Op(_, operands) = &func.insts[test].kind else { return None };
        let [a, b] = operands[..] else { return None };
        let counter = own(a).filter(|&inst| sum(func, inst).is_some() && is_update(func, uses, inst, a))?;
        let starts = |inst: &Inst, name: Name| {
            func.insts[*inst].results.iter().any(|&result| func.values[result].name.expand() == Some(name))
        };
        let moves =
            func.values[b].name.expand().is_some_and(|name| insts.iter().any(|inst| starts(inst, name)));
        let uses_it = |inst: &Inst| {
            let mut found = false;
            func.insts[*inst].kind.for_each_use(|value| found |= value == a);
            found && *inst != test
        };
        (!moves && !insts.iter().any(uses_it)).then_some(Counted { counter, test })
    }

    /// How late an instruction comes among those at the end, if it is one of the two.
    fn rank(&self, inst: Inst) -> Option<usize> {
        match inst {
            inst if inst == self.counter => Some(1),
            inst if inst == self.test => Some(2),
            _ => None,
        }
    }
}

/// Where, between an instruction and the landing place of its first user, a
/// register that it reads gets a new life; else that place.
fn next_life(
    func: &Function,
    uses: &Uses,
    insts: &[Inst],
    place: &[(usize, bool, usize)],
    position: usize,
    user: usize,
) -> usize {
    let mut names: SmallVec<[Name; 8]> = SmallVec::new();
    for_each_leaf(func, uses, insts[position], DEPTH, &mut |leaf| {
        names.extend(func.values[leaf].name.expand())
    });
    let starts = |inst: Inst| {
        let mut results = func.insts[inst].results.iter();
        uses.is_live(inst)
            && results
                .any(|&result| func.values[result].name.expand().is_some_and(|name| names.contains(&name)))
    };
    let others = (position + 1..user).filter(|&other| starts(insts[other]));
    others.map(|other| place[other].0).fold(user, usize::min)
}

/// Whether an instruction gives a register a new life that starts from its old
/// one, and the new life is used more than once.
fn is_update(func: &Function, uses: &Uses, inst: Inst, result: Value) -> bool {
    let name = func.values[result].name;
    if name.is_none() {
        return false;
    }
    if uses.count(result) < 2 && !uses.escapes(func, inst) {
        return false;
    }
    let mut found = false;
    for_each_leaf(func, uses, inst, DEPTH, &mut |leaf| {
        found |= func.values[leaf].name == name;
    });
    found
}

/// Calls `visit` on the values that an expression reads, as far as it is plain
/// arithmetic on values used nowhere else.
fn for_each_leaf(func: &Function, uses: &Uses, inst: Inst, depth: u32, visit: &mut impl FnMut(Value)) {
    func.insts[inst].kind.for_each_use(|value| match func.values[value].def {
        ValueDef::Result(inner, _)
            if depth > 0 && func.values[value].name.is_none() && uses.count(value) == 1 =>
        {
            for_each_leaf(func, uses, inner, depth - 1, visit);
        }
        _ => visit(value),
    });
}

/// Where in a block the registers get new lives, and how long values are used.
#[derive(Default)]
pub(super) struct Lives {
    /// The definitions of a name that will be locals, by position.
    starts: BTreeMap<Name, Vec<(u32, Value)>>,
    last_use: Positions,
}

impl Lives {
    /// Goes over the next block.
    pub fn enter(
        &mut self,
        func: &Function,
        uses: &Uses,
        steps: &EntitySet<Inst>,
        block: Block,
        insts: &[Inst],
    ) {
        self.starts.clear();
        self.last_use.forget();
        for (position, &inst) in insts.iter().enumerate() {
            let data = &func.insts[inst];
            if !uses.is_live(inst) {
                continue;
            }
            for &result in &data.results {
                if let Some(name) = func.values[result].name.expand()
                    && (uses.count(result) > 1 || uses.escapes(func, inst) || steps.contains(inst))
                    && !matches!(data.kind, InstKind::Const(_))
                {
                    self.starts.entry(name).or_default().push((position as u32, result));
                }
            }
            data.kind.for_each_use(|value| self.last_use.set(value, position as u32));
        }
        func.terminator(block).for_each_use(|value| self.last_use.set(value, insts.len() as u32));
    }

    /// Whether moving an instruction would keep a value alive past a new life of
    /// its register, when it would otherwise be dead by then.
    pub fn revives(&self, func: &Function, uses: &Uses, inst: Inst, from: u32, to: u32) -> bool {
        if self.starts.is_empty() {
            return false;
        }
        let mut found = false;
        for_each_leaf(func, uses, inst, DEPTH, &mut |leaf| {
            let starts = func.values[leaf].name.expand().and_then(|name| self.starts.get(&name));
            let next = starts.into_iter().flatten().find(|&&(position, value)| {
                from < position && position < to && value != leaf && func.ty(value) == func.ty(leaf)
            });
            if let Some(&(position, _)) = next {
                found |= self.last_use.get(leaf).unwrap_or(0) <= position && !uses.escapes_value(leaf);
            }
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    /// The operations of the loop in the order in which they are evaluated.
    fn order(body: &str) -> Vec<String> {
        let text = format!("function $f 0x1000 regular (a: i32, b: i32) -> (r: i32) {{\n{body}\n}}\n");
        let func = parse(&text).expect("the text parses");
        let uses = Uses::new(&func);
        let block = func.layout[1];
        let order = sink_updates(&func, &uses, &EntitySet::new(), block, &mut Positions::default());
        let name = |inst: &Inst| match &func.insts[*inst].kind {
            InstKind::Op(op, _) => Some(op.to_string()),
            InstKind::Store(..) => Some("store".to_owned()),
            _ => None,
        };
        order.iter().filter_map(name).collect()
    }

    const LOOP: &str = "block0(v0: i32, v1: i32):
        jump block1(v0)
        block1(v2: i32 \"a7\"):
        v3 = i32.const 16
        v4 \"a7\" = i32.add v2, v3
        v5 = i32.ne v4, v1
        v6 = i32.mul v2, v2
        i32.store v2 offset=4, v6
        branch v5, block1(v4), block2
        block2:
        return v1";

    #[test]
    fn a_counter_moves_with_the_test_at_the_end() {
        assert_eq!(order(LOOP), ["i32.mul", "store", "i32.add", "i32.ne"]);
    }

    #[test]
    fn a_counter_that_something_else_uses_moves_before_that() {
        let text = LOOP.replace("i32.mul v2, v2", "i32.mul v4, v4");
        assert_eq!(order(&text), ["i32.add", "i32.ne", "i32.mul", "store"]);
    }

    #[test]
    fn a_counter_is_tested_before_what_it_is_compared_with_gets_a_new_life() {
        let text = LOOP
            .replace("jump block1(v0)", "jump block1(v0, v1)")
            .replace("\"a7\"):", "\"a7\", v8: i32 \"a6\"):")
            .replace("v4, v1", "v4, v8")
            .replace("v6 = i32.mul v2, v2", "v6 \"a6\" = i32.mul v2, v2")
            .replace("block1(v4)", "block1(v4, v6)");
        assert_eq!(order(&text)[..2], ["i32.add", "i32.ne"]);
    }
}
