//! How often each value is used by something that matters.

use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;

use crate::ir::{Block, Function, Inst, InstKind, Target, Value, ValueDef};
use crate::lists::Lists;

/// Live values and their uses. A value is live where an effect, a condition or
/// a result depends on it; a block parameter whose only use is to be handed
/// round a loop is not.
#[derive(Clone, Debug)]
pub struct Uses {
    live: SecondaryMap<Inst, bool>,
    live_params: SecondaryMap<Value, bool>,
    counts: SecondaryMap<Value, u32>,
    /// How many of the uses are by calls that keep the value for when they leave.
    leave_counts: SecondaryMap<Value, u32>,
    escapes: SecondaryMap<Value, bool>,
}

impl Uses {
    /// Counts the uses in the blocks of the layout.
    pub fn new(func: &Function) -> Uses {
        let mut uses = Uses {
            live: SecondaryMap::new(),
            live_params: SecondaryMap::new(),
            counts: SecondaryMap::new(),
            leave_counts: SecondaryMap::new(),
            escapes: SecondaryMap::new(),
        };
        uses.live.resize(func.insts.len());
        uses.live_params.resize(func.values.len());
        uses.escapes.resize(func.values.len());
        uses.counts.resize(func.values.len());
        uses.leave_counts.resize(func.values.len());
        uses.mark(func);
        uses.count_all(func);
        uses
    }

    fn mark(&mut self, func: &Function) {
        let mut incoming: Lists<Value, Value> = Lists::new(func.values.len());
        let mut work = Vec::new();
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                if !func.insts[inst].kind.is_removable() {
                    self.live[inst] = true;
                    func.insts[inst].kind.for_each_use(|value| work.push(value));
                }
            }
            let terminator = func.terminator(block);
            terminator.for_each_target(|target| {
                for (&param, &arg) in func.blocks[target.block].params.iter().zip(&target.args) {
                    incoming.push(param, arg);
                }
            });
            terminator.for_each_own_use(|value| work.push(value));
        }
        while let Some(value) = work.pop() {
            match func.values[value].def {
                ValueDef::Param(..) => {
                    if !std::mem::replace(&mut self.live_params[value], true) {
                        work.extend(incoming.of(value));
                    }
                }
                ValueDef::Result(inst, _) => {
                    if !std::mem::replace(&mut self.live[inst], true) {
                        func.insts[inst].kind.for_each_use(|value| work.push(value));
                    }
                }
            }
        }
    }

    fn count_all(&mut self, func: &Function) {
        let mut home: SecondaryMap<Value, PackedOption<Block>> = SecondaryMap::new();
        home.resize(func.values.len());
        for &block in &func.layout {
            let data = &func.blocks[block];
            data.params.iter().for_each(|&param| home[param] = Some(block).into());
            for &inst in &data.insts {
                func.insts[inst].results.iter().for_each(|&result| home[result] = Some(block).into());
            }
        }
        let mut used = Vec::new();
        for &block in &func.layout {
            used.clear();
            for &inst in &func.blocks[block].insts {
                if self.live[inst] {
                    func.insts[inst].kind.for_each_use(|value| used.push(value));
                    if let InstKind::Call(call) = &func.insts[inst].kind {
                        call.leave.iter().for_each(|&(_, value)| self.leave_counts[value] += 1);
                    }
                }
            }
            let terminator = func.terminator(block);
            terminator.for_each_own_use(|value| used.push(value));
            terminator.for_each_target(|target| {
                used.extend(self.live_args(func, target).map(|(_, arg)| arg));
            });
            for &value in &used {
                self.counts[value] += 1;
                if home[value].expand() != Some(block) {
                    self.escapes[value] = true;
                }
            }
        }
    }

    /// Whether anything that matters depends on the instruction.
    pub fn is_live(&self, inst: Inst) -> bool {
        self.live[inst]
    }

    /// Whether anything that matters depends on a block parameter.
    pub fn is_live_param(&self, param: Value) -> bool {
        self.live_params[param]
    }

    /// How often a value is used.
    pub fn count(&self, value: Value) -> u32 {
        self.counts[value]
    }

    /// Whether a value is used, and by nothing but calls that keep it for when they
    /// leave.
    pub fn is_only_left(&self, value: Value) -> bool {
        self.counts[value] > 0 && self.counts[value] == self.leave_counts[value]
    }

    /// Whether a result of the instruction is used in another block.
    pub fn escapes(&self, func: &Function, inst: Inst) -> bool {
        func.insts[inst].results.iter().any(|&result| self.escapes[result])
    }

    /// Whether a value is used in another block than the one that defines it.
    pub fn escapes_value(&self, value: Value) -> bool {
        self.escapes[value]
    }

    /// The parameters that an edge must give a value, and the values. What is
    /// undefined needs no assignment.
    pub fn live_args<'a>(
        &'a self,
        func: &'a Function,
        target: &'a Target,
    ) -> impl Iterator<Item = (Value, Value)> + 'a {
        let pairs = func.blocks[target.block].params.iter().copied().zip(target.args.iter().copied());
        pairs.filter(|&(param, arg)| self.live_params[param] && param != arg && !func.is_undefined(arg))
    }
}
