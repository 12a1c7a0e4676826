//! Several turns of a loop in one block.

use rustc_hash::FxHashMap;

use super::{Turning, int, ops};
use crate::ir::{Block, Builder, Function, Inst, InstKind, Target, Terminator, Type, Value};
use crate::users::sum;

/// Steps that keep accesses close to where the first turn has made one.
const SMALL: i64 = 0x4000;

/// Copies the turns of a loop into a block.
pub(super) struct Copier<'a> {
    func: &'a mut Function,
    turning: &'a Turning,
    into: Block,
    pc: Option<u64>,
    /// The block's own parameters.
    params: Vec<Value>,
    /// The loop's parameters by what they are on the turn at hand.
    current: Vec<Value>,
    /// The positions of the loop's parameters, and of those that a value steps.
    position: FxHashMap<Value, usize>,
    stepped: FxHashMap<Value, usize>,
    /// What the turn at hand has computed.
    made: FxHashMap<Value, Value>,
    /// Parameters and constants that have been added up.
    sums: FxHashMap<(usize, i64), Value>,
    /// How far from each parameter every turn makes an access.
    anchors: Vec<Option<i64>>,
}

impl<'a> Copier<'a> {
    /// Copies into a block with these parameters.
    pub fn new(func: &'a mut Function, turning: &'a Turning, into: Block, params: Vec<Value>) -> Copier<'a> {
        let own = &func.blocks[turning.block].params;
        let position: FxHashMap<Value, usize> = own.iter().copied().zip(0..).collect();
        let mut stepped = FxHashMap::default();
        if let Some((back, _)) = super::turns(func, turning.block) {
            let steps = back.args.iter().copied().zip(0..);
            stepped.extend(steps.filter(|&(_, at): &(Value, usize)| turning.steps[at].is_some()));
        }
        let mut copier = Copier {
            pc: None,
            current: params.clone(),
            anchors: vec![None; params.len()],
            made: FxHashMap::default(),
            sums: FxHashMap::default(),
            func,
            turning,
            into,
            params,
            position,
            stepped,
        };
        copier.find_anchors();
        copier
    }

    /// Where every turn makes an access: at a pointer, or else at its next value.
    fn find_anchors(&mut self) {
        for &inst in &self.func.blocks[self.turning.block].insts {
            let (InstKind::Load(_, addr, _) | InstKind::Store(_, addr, _, _)) = self.func.insts[inst].kind
            else {
                continue;
            };
            if let Some(&at) = self.position.get(&addr) {
                self.anchors[at] = Some(0);
            } else if let Some(&at) = self.stepped.get(&addr) {
                self.anchors[at] = self.anchors[at].or(self.turning.steps[at]);
            }
        }
    }

    /// Copies all turns and ends the block: it goes back to itself, or on to `behind`.
    pub fn run(mut self, behind: Block) {
        let block = self.turning.block;
        let Some((back, _)) = super::turns(self.func, block) else { return };
        let (back, insts) = (back.args.clone(), self.func.blocks[block].insts.clone());
        let last = self.turning.times - 1;
        for turn in 0..=last {
            self.made.clear();
            for &inst in &insts {
                self.copy(inst, turn);
            }
            if turn < last {
                self.current = back.iter().map(|&arg| self.value(arg, turn)).collect();
            }
        }
        self.pc = self.func.blocks[block].terminator_pc;
        let next = back[self.turning.counter];
        let (ty, next) = (self.func.ty(next), self.value(next, last));
        let again = back.iter().map(|&arg| self.value(arg, last)).collect();
        let out = self.turning.used_behind.iter().map(|&value| self.value(value, last)).collect();
        let mut builder = Builder { func: self.func, block: self.into, pc: self.pc };
        let end = self.turning.end(&mut builder, ty);
        let cond = builder.op(ops(ty).ne, &[next, end]);
        builder.terminate(Terminator::Branch {
            cond,
            then: Target { block: self.into, args: again },
            other: Target { block: behind, args: out },
        });
    }

    /// What a value of the loop is on a turn.
    fn value(&mut self, value: Value, turn: u32) -> Value {
        match self.distance(value, turn) {
            Some((at, distance)) => self.moved(at, distance),
            None => match self.position.get(&value) {
                Some(&at) => self.current[at],
                None => self.made.get(&value).copied().unwrap_or(value),
            },
        }
    }

    /// The parameter and the constant that a stepping value is the sum of on a turn.
    fn distance(&self, value: Value, turn: u32) -> Option<(usize, i64)> {
        let (at, turns) = match (self.position.get(&value), self.stepped.get(&value)) {
            (Some(&at), _) => (at, i64::from(turn)),
            (None, Some(&at)) => (at, i64::from(turn) + 1),
            (None, None) => return None,
        };
        Some((at, self.turning.steps[at]?.wrapping_mul(turns)))
    }

    /// The sum of a parameter and a constant.
    fn moved(&mut self, at: usize, distance: i64) -> Value {
        let param = self.params[at];
        if distance == 0 {
            return param;
        }
        if let Some(&sum) = self.sums.get(&(at, distance)) {
            return sum;
        }
        let ty = self.func.ty(param);
        let mut builder = Builder { func: self.func, block: self.into, pc: self.pc };
        let constant = int(&mut builder, ty, distance);
        let sum = builder.op(ops(ty).add, &[param, constant]);
        let all = self.turning.steps[at].map(|step| step.wrapping_mul(i64::from(self.turning.times)));
        if all == Some(distance) {
            self.func.values[sum].name = self.func.values[param].name;
        }
        self.sums.insert((at, distance), sum);
        sum
    }

    fn copy(&mut self, inst: Inst, turn: u32) {
        let data = &self.func.insts[inst];
        let (mut kind, safe, results) = (data.kind.clone(), data.safe, data.results.clone());
        self.pc = data.pc;
        if results.iter().any(|result| self.stepped.contains_key(result)) {
            return;
        }
        match &mut kind {
            InstKind::Load(_, addr, offset) | InstKind::Store(_, addr, offset, _) => {
                if let Some((base, more)) = self.place(*addr, *offset, turn) {
                    (*addr, *offset) = (base, more);
                }
            }
            _ => {
                // One sum, not a sum of a sum.
                if let Some((base, constant)) = sum(self.func, inst)
                    && let Some((at, distance)) = self.distance(base, turn)
                {
                    let moved = self.moved(at, distance.wrapping_add(constant));
                    self.made.insert(results[0], moved);
                    return;
                }
            }
        }
        kind.for_each_use_mut(|value| *value = self.value(*value, turn));
        let types: Vec<Type> = results.iter().map(|&result| self.func.ty(result)).collect();
        let copy = self.func.make_inst(kind, &types, self.pc);
        self.func.insts[copy].safe = safe;
        self.func.blocks[self.into].insts.push(copy);
        for (position, &result) in results.iter().enumerate() {
            let new = self.func.insts[copy].results[position];
            self.func.values[new].name = self.func.values[result].name;
            self.made.insert(result, new);
        }
    }

    /// The address of a later turn's access as an offset from the first one's, which has
    /// been made by then.
    fn place(&mut self, addr: Value, offset: u32, turn: u32) -> Option<(Value, u32)> {
        let (at, distance) = self.distance(addr, turn).filter(|_| turn > 0)?;
        let anchor = self.anchors[at].filter(|_| self.func.ty(addr) == Type::I32)?;
        let more = distance.checked_sub(anchor).filter(|more| (0..=4 * SMALL).contains(more))?;
        let offset = offset.checked_add(u32::try_from(more).ok()?)?;
        Some((self.moved(at, anchor), offset))
    }
}
