//! `outline`: a loop of loops in a function that is entered once becomes a function
//! that is entered once a turn.
//!
//! ```text
//! before                             after
//!   block1(v1: i64):                   block1(v8: i64):
//!     …                                  v9, v10 = call $f@1105c.loop(v8, v0)
//!     branch v5, block1(v4), block2      branch v10, block2, block1(v9)
//! ```
//!
//! An engine with tiers replaces a function's code when the function is entered.
//! V8 does so for WebAssembly at no other time, so that a loop in `main` would stay
//! in the code of its first tier for good. The outlined function computes one turn;
//! the loops in it make that worth a call.
//!
//! It takes what the loop reads and gives back what the next turn or the rest of
//! the function wants, and, last, which of the ways out was taken, 0 for the next
//! turn. Ends without a way back, as exits are, move with the loop.
//!
//! Requires: SSA form. Preserves: everything else. Leaves unused callees. Complexity:
//! linear for each outlined loop. Limits: functions that are entered once, outermost
//! loops with a loop in them, a number of values in and out.

use std::collections::BTreeMap;

use cranelift_entity::EntitySet;

use crate::cfg::{Cfg, Loops};
use crate::ir::{
    Block, BlockData, Builder, Call, Const, Function, InstKind, Kind, Param, Target, Terminator, Type, Value,
    ValueDef,
};
use crate::locals::UNNAMED;
use crate::pass::Context;

/// The most values that an outlined function takes, and that it gives back: more
/// would cost more than the turn gains.
const MAX_PARAMS: usize = 24;
const MAX_RESULTS: usize = 16;

/// Outlines the loops of a function that is entered once.
pub fn run(func: &mut Function, context: &Context) {
    if !func.entered_once || func.kind != Kind::Regular || func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let loops = cfg.loops();
    let is_outermost = |&block: &Block| loops.is_header(block) && loops.depth(block) == 1;
    let nests = |header: &Block| {
        cfg.rpo().iter().any(|&block| loops.depth(block) > 1 && loops.contains(*header, block))
    };
    let headers: Vec<Block> = cfg.rpo().iter().copied().filter(is_outermost).filter(nests).collect();
    for header in headers {
        if let Some(region) = Region::of(func, &cfg, loops, header) {
            let mut part = region.cut(func, &cfg);
            crate::dce::run(&mut part, context);
            func.parts.push(part);
        }
    }
}

/// An edge out of the region: to the next turn or to what follows.
struct Way {
    from: Block,
    /// Among the targets of the block's terminator.
    edge: usize,
    to: Target,
}

/// The blocks of a loop and what connects them with the rest.
struct Region {
    header: Block,
    blocks: EntitySet<Block>,
    /// What it reads and does not define, constants apart.
    inputs: Vec<Value>,
    /// Constants from outside that it reads.
    constants_in: Vec<Value>,
    /// What it defines and others read, constants apart, with the defining block.
    outputs: Vec<(Value, Block)>,
    /// Constants in it that others read.
    constants_out: Vec<Value>,
    ways: Vec<Way>,
    /// The types of the values that the ways hand over, each way using those it
    /// needs.
    slots: Vec<Type>,
}

impl Region {
    fn of(func: &Function, cfg: &Cfg, loops: &Loops, header: Block) -> Option<Region> {
        let mut blocks = EntitySet::new();
        for &block in cfg.rpo() {
            let is_end = matches!(func.terminator(block), Terminator::Exit { .. } | Terminator::Unreachable);
            let moves = is_end && cfg.preds(block).iter().all(|&pred| blocks.contains(pred));
            if block == header || loops.contains(header, block) || (moves && cfg.dominates(header, block)) {
                blocks.insert(block);
            }
        }
        let mut region = Region {
            header,
            blocks,
            inputs: Vec::new(),
            constants_in: Vec::new(),
            outputs: Vec::new(),
            constants_out: Vec::new(),
            ways: Vec::new(),
            slots: Vec::new(),
        };
        region.connect(func);
        region.find_ways(func);
        let params = func.blocks[header].params.len() + region.inputs.len();
        let results = region.slots.len() + region.outputs.len() + 1;
        (params <= MAX_PARAMS && results <= MAX_RESULTS && region.ways.len() > 1).then_some(region)
    }

    /// Finds the values that cross the border.
    fn connect(&mut self, func: &Function) {
        let mut home: BTreeMap<Value, Block> = BTreeMap::new();
        for &block in &func.layout {
            let data = &func.blocks[block];
            home.extend(data.params.iter().map(|&param| (param, block)));
            let results = data.insts.iter().flat_map(|&inst| &func.insts[inst].results);
            home.extend(results.map(|&result| (result, block)));
        }
        let mut seen = EntitySet::new();
        for &block in &func.layout {
            let inside = self.blocks.contains(block);
            let mut used = Vec::new();
            for &inst in &func.blocks[block].insts {
                func.insts[inst].kind.for_each_use(|value| used.push(value));
            }
            func.terminator(block).for_each_use(|value| used.push(value));
            for value in used {
                let Some(&home) = home.get(&value) else { continue };
                let from_inside = self.blocks.contains(home);
                if from_inside == inside || !seen.insert(value) {
                    continue;
                }
                match (inside, func.constant(value).is_some()) {
                    (true, true) => self.constants_in.push(value),
                    (true, false) => self.inputs.push(value),
                    (false, true) => self.constants_out.push(value),
                    (false, false) => self.outputs.push((value, home)),
                }
            }
        }
    }

    /// Finds the ways out, the next turn first; ways that hand over the same to the
    /// same block stay apart.
    fn find_ways(&mut self, func: &Function) {
        let mut most: BTreeMap<Type, usize> = BTreeMap::new();
        for &from in func.layout.iter().filter(|&&block| self.blocks.contains(block)) {
            for (edge, target) in func.terminator(from).targets().into_iter().enumerate() {
                if target.block != self.header && self.blocks.contains(target.block) {
                    continue;
                }
                let mut count: BTreeMap<Type, usize> = BTreeMap::new();
                for &arg in &target.args {
                    *count.entry(func.ty(arg)).or_default() += 1;
                }
                for (ty, count) in count {
                    let known = most.entry(ty).or_default();
                    *known = count.max(*known);
                }
                self.ways.push(Way { from, edge, to: target.clone() });
            }
        }
        self.ways.sort_by_key(|way| way.to.block != self.header);
        self.slots = most.into_iter().flat_map(|(ty, count)| std::iter::repeat_n(ty, count)).collect();
    }

    /// The slot of each of a way's values.
    fn places(&self, func: &Function, values: &[Value]) -> Vec<usize> {
        let mut next: BTreeMap<Type, usize> = BTreeMap::new();
        let place = |&value: &Value| {
            let ty = func.ty(value);
            let nth = next.entry(ty).or_default();
            *nth += 1;
            let of_type = self.slots.iter().enumerate().filter(|&(_, &slot)| slot == ty);
            of_type.map(|(place, _)| place).nth(*nth - 1).expect("slots are as many as the widest way needs")
        };
        values.iter().map(place).collect()
    }

    /// Cuts the region out of a function: what is left calls what this gives back.
    fn cut(&self, func: &mut Function, cfg: &Cfg) -> Function {
        let part = self.part(func, cfg);
        self.call(func, &part);
        part
    }

    /// The region as a function. Values and blocks keep their numbers.
    fn part(&self, func: &Function, cfg: &Cfg) -> Function {
        let mut part = Function { parts: Vec::new(), entered_once: false, ..func.clone() };
        let pc = func.blocks[self.header].pc.unwrap_or(func.address);
        part.name = format!("{}@{pc:x}.loop", func.name);
        part.address = pc;
        part.layout.retain(|&block| self.blocks.contains(block));
        let terminator_pc = func.blocks[self.header].pc;
        let entry = part.blocks.push(BlockData { pc: Some(pc), terminator_pc, ..BlockData::default() });
        part.layout.insert(0, entry);
        let turned = part.blocks[self.header].params.clone();
        part.params.clear();
        let mut args = Vec::new();
        for value in turned {
            let data = part.values[value].clone();
            part.params.push(param(&part, value));
            args.push(part.add_param_named(entry, data.ty, data.name));
        }
        for &value in &self.inputs {
            part.params.push(param(&part, value));
            part.values[value].def = ValueDef::Param(entry, part.blocks[entry].params.len());
            part.blocks[entry].params.push(value);
        }
        for &value in &self.constants_in {
            if let ValueDef::Result(inst, _) = part.values[value].def {
                part.blocks[entry].insts.push(inst);
            }
        }
        part.blocks[entry].terminator = Some(Terminator::Jump(Target { block: self.header, args }));
        let result = |name: String, ty: Type| Param { name, ty };
        part.results = (self.slots.iter().enumerate())
            .map(|(at, &ty)| result(format!("slot.{at}"), ty))
            .chain(self.outputs.iter().map(|&(value, _)| param(&part, value)))
            .chain([result("way".to_owned(), Type::I32)])
            .collect();
        for (number, way) in self.ways.iter().enumerate() {
            self.leave(&mut part, cfg, number, way);
        }
        part.may_exit = part.layout.iter().any(|&block| may_exit(&part, block));
        part
    }

    /// Ends the outlined function where a way begins.
    fn leave(&self, part: &mut Function, cfg: &Cfg, number: usize, way: &Way) {
        let block = part.add_block(None);
        let mut values: Vec<Option<Value>> = vec![None; self.slots.len()];
        for (place, &arg) in self.places(part, &way.to.args).into_iter().zip(&way.to.args) {
            values[place] = Some(arg);
        }
        // What is not computed on this way nobody reads behind it.
        values
            .extend(self.outputs.iter().map(|&(value, home)| cfg.dominates(home, way.from).then_some(value)));
        let types: Vec<Type> = part.results.iter().map(|result| result.ty).collect();
        let mut builder = Builder::new(part, block);
        let mut results: Vec<Value> = values
            .into_iter()
            .zip(types)
            .map(|(value, ty)| value.unwrap_or_else(|| builder.constant(Const::Undef(ty))))
            .collect();
        results.push(builder.i32(number as i32));
        builder.terminate(Terminator::Return(results));
        if let Some(terminator) = &mut part.blocks[way.from].terminator {
            *terminator.targets_mut()[way.edge] = Target::to(block);
        }
    }

    /// Puts the call in the loop's place.
    fn call(&self, func: &mut Function, part: &Function) {
        let turned = func.blocks[self.header].params.clone();
        let pc = func.blocks[self.header].pc;
        let block = func.blocks.push(BlockData { pc, ..BlockData::default() });
        let at = func.layout.iter().position(|&block| block == self.header).unwrap_or(func.layout.len());
        func.layout.insert(at, block);
        func.layout.retain(|&block| !self.blocks.contains(block));
        let mut args = Vec::new();
        for value in turned {
            let data = func.values[value].clone();
            args.push(func.add_param_named(block, data.ty, data.name));
        }
        args.extend(&self.inputs);
        for &value in &self.constants_out {
            if let ValueDef::Result(inst, _) = func.values[value].def {
                func.blocks[block].insts.push(inst);
            }
        }
        let callee = func.callee(&part.name, part.signature());
        let mut builder = Builder::new(func, block);
        builder.pc = pc;
        let results = builder.call(Call::Direct(callee), args, Vec::new());
        let (slots, rest) = results.split_at(self.slots.len());
        let (outputs, way) = rest.split_at(self.outputs.len());
        for (&(value, _), &output) in self.outputs.iter().zip(outputs) {
            func.values[output].name = func.values[value].name;
        }
        let renamed: BTreeMap<Value, Value> =
            self.outputs.iter().map(|&(value, _)| value).zip(outputs.iter().copied()).collect();
        func.rewrite_uses(|value| renamed.get(&value).copied().unwrap_or(value));
        let mut targets: Vec<Target> = Vec::new();
        for way in &self.ways {
            let places = self.places(func, &way.to.args);
            let to = if way.to.block == self.header { block } else { way.to.block };
            targets.push(Target { block: to, args: places.into_iter().map(|place| slots[place]).collect() });
        }
        for before in func.layout.clone() {
            if let Some(terminator) = &mut func.blocks[before].terminator {
                let entering =
                    terminator.targets_mut().into_iter().filter(|target| target.block == self.header);
                entering.for_each(|target| target.block = block);
            }
        }
        let terminator = match &targets[..] {
            [again, out] => Terminator::Branch { cond: way[0], then: out.clone(), other: again.clone() },
            _ => {
                let default = targets.pop().expect("a loop that is outlined has a way out");
                Terminator::Switch { index: way[0], targets, default }
            }
        };
        Builder::new(func, block).terminate(terminator);
    }
}

/// A parameter or result that holds a value.
fn param(func: &Function, value: Value) -> Param {
    Param { name: func.name_of(value).unwrap_or(UNNAMED).to_owned(), ty: func.ty(value) }
}

/// Whether a block leaves the function, or a call in it may.
fn may_exit(func: &Function, block: Block) -> bool {
    let leaves = func.blocks[block].insts.iter().any(|&inst| match &func.insts[inst].kind {
        InstKind::Call(call) => func.call_signature(&call.call).may_exit,
        _ => false,
    });
    leaves || matches!(func.terminator(block), Terminator::Exit { .. })
}

#[cfg(test)]
mod tests;
