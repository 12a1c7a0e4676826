//! Which values to narrow: those that nobody wants in full, where it pays.

use std::collections::BTreeMap;

use cranelift_entity::{EntityRef, EntitySet, SecondaryMap};
use petgraph::unionfind::UnionFind;

use super::compare::Comparisons;
use super::{is_narrowable, narrow_load, narrow_store};
use crate::cfg::{Cfg, Loops};
use crate::ir::{Block, Const, Function, InstKind, Op, Type, Value};
use crate::lists::Lists;

/// The values to compute at 32 bits.
pub(super) fn choose(func: &Function, cfg: &Cfg, comparisons: &Comparisons) -> SecondaryMap<Value, bool> {
    let demand = Demand::new(func, comparisons);
    let members = demand.members();
    if members.is_empty() {
        return SecondaryMap::new();
    }
    Balance::new(func, cfg, &demand.sources, &members, comparisons).choose()
}

/// What an instruction wants of its 64-bit operands.
enum Wants {
    /// Their low halves.
    Low,
    /// All of them.
    All,
    /// What is wanted of the value that it defines.
    Alike(Value),
}

fn wants(func: &Function, kind: &InstKind, results: &[Value]) -> Wants {
    match (kind, results) {
        (InstKind::Op(op, args), &[result]) => match op {
            Op::I32WrapI64 | Op::I64Extend8S | Op::I64Extend16S | Op::I64Extend32S => Wants::Low,
            Op::I64And if is_low_mask(func, args[1]) => Wants::Low,
            _ if is_narrowable(func, *op, args) => Wants::Alike(result),
            _ => Wants::All,
        },
        (InstKind::Select(_), &[result]) => Wants::Alike(result),
        (InstKind::Store(op, ..), _) if narrow_store(*op).is_some() => Wants::Low,
        _ => Wants::All,
    }
}

/// Whether a mask keeps bits of the low half only.
fn is_low_mask(func: &Function, mask: Value) -> bool {
    matches!(func.constant(mask), Some(Const::I64(mask)) if u32::try_from(mask).is_ok())
}

struct Demand<'a> {
    func: &'a Function,
    /// Values wanted in full.
    full: SecondaryMap<Value, bool>,
    /// What is wanted in full if a value is.
    sources: Lists<Value, Value>,
    /// Values whose definition can be narrowed.
    possible: Vec<Value>,
}

impl<'a> Demand<'a> {
    fn new(func: &'a Function, comparisons: &Comparisons) -> Demand<'a> {
        let count = func.values.len();
        let mut demand =
            Demand { func, full: SecondaryMap::new(), sources: Lists::new(count), possible: Vec::new() };
        demand.full.resize(count);
        let mut wanted = Vec::new();
        for &block in &func.layout {
            if block != func.entry() {
                demand
                    .possible
                    .extend(func.blocks[block].params.iter().filter(|&&param| func.ty(param) == Type::I64));
            }
            for &inst in &func.blocks[block].insts {
                let data = &func.insts[inst];
                let wide = |value: &Value| func.ty(*value) == Type::I64;
                let wants = match comparisons.narrow(inst) {
                    Some(_) => Wants::Low,
                    None => wants(func, &data.kind, &data.results),
                };
                match wants {
                    Wants::Low => {}
                    Wants::All => data.kind.for_each_use(|value| wanted.push(value)),
                    Wants::Alike(result) => {
                        data.kind.for_each_use(|value| {
                            if wide(&value) {
                                demand.sources.push(result, value);
                            }
                        });
                    }
                }
                if let &[result] = &data.results[..]
                    && can_narrow(func, &data.kind)
                    && wide(&result)
                {
                    demand.possible.push(result);
                }
            }
            demand.edges(block, &mut wanted);
        }
        demand.spread(wanted);
        demand
    }

    fn edges(&mut self, block: Block, wanted: &mut Vec<Value>) {
        let terminator = self.func.terminator(block);
        for target in terminator.targets() {
            for (&param, &arg) in self.func.blocks[target.block].params.iter().zip(&target.args) {
                if self.func.ty(param) == Type::I64 {
                    self.sources.push(param, arg);
                }
            }
        }
        if terminator.targets().is_empty() {
            terminator.for_each_use(|value| wanted.push(value));
        }
    }

    fn spread(&mut self, mut wanted: Vec<Value>) {
        while let Some(value) = wanted.pop() {
            if !std::mem::replace(&mut self.full[value], true) {
                wanted.extend(self.sources.of(value));
            }
        }
    }

    /// What can be narrowed and is not wanted in full.
    fn members(&self) -> Vec<Value> {
        self.possible.iter().copied().filter(|&value| !self.full[value]).collect()
    }
}

/// Whether an instruction can give the low half of its result alone.
fn can_narrow(func: &Function, kind: &InstKind) -> bool {
    match kind {
        InstKind::Op(op, args) => is_narrowable(func, *op, args),
        InstKind::Select(_) => true,
        InstKind::Load(op, ..) => narrow_load(*op).is_some(),
        _ => false,
    }
}

/// Conversions saved and needed, by groups of members that flow together.
struct Balance<'a> {
    func: &'a Function,
    members: &'a [Value],
    is_member: SecondaryMap<Value, bool>,
    groups: UnionFind<usize>,
    /// Saved minus needed.
    gain: BTreeMap<usize, i128>,
    /// Groups that save anything.
    saves: EntitySet<Value>,
    sources: &'a Lists<Value, Value>,
}

impl<'a> Balance<'a> {
    fn new(
        func: &'a Function,
        cfg: &Cfg,
        sources: &'a Lists<Value, Value>,
        members: &'a [Value],
        comparisons: &Comparisons,
    ) -> Balance<'a> {
        let mut is_member: SecondaryMap<Value, bool> = SecondaryMap::new();
        is_member.resize(func.values.len());
        members.iter().for_each(|&member| is_member[member] = true);
        let mut groups = UnionFind::new(func.values.len());
        for &member in members {
            for source in sources.of(member).filter(|&source| is_member[source]) {
                groups.union(member.index(), source.index());
            }
        }
        let mut balance = Balance {
            func,
            members,
            is_member,
            groups,
            gain: BTreeMap::new(),
            saves: EntitySet::new(),
            sources,
        };
        balance.weigh(cfg.loops(), comparisons);
        balance
    }

    fn group(&self, member: Value) -> usize {
        self.groups.find(member.index())
    }

    fn weigh(&mut self, loops: &Loops, comparisons: &Comparisons) {
        let func = self.func;
        let mut home: SecondaryMap<Value, u32> = SecondaryMap::new();
        let mut wrapped: SecondaryMap<Value, bool> = SecondaryMap::new();
        // Uses of extended values outside of members: what keeps them alive.
        let mut kept: SecondaryMap<Value, bool> = SecondaryMap::new();
        home.resize(func.values.len());
        wrapped.resize(func.values.len());
        kept.resize(func.values.len());
        for &block in &func.layout {
            let depth = loops.depth(block);
            func.blocks[block].params.iter().for_each(|&param| home[param] = depth);
            for &inst in &func.blocks[block].insts {
                let data = &func.insts[inst];
                data.results.iter().for_each(|&result| home[result] = depth);
                let narrow = matches!(data.results[..], [result] if self.is_member[result]);
                match &data.kind {
                    InstKind::Op(_, args) if comparisons.narrow(inst).is_some() => {
                        self.weigh_comparison(args, depth);
                    }
                    InstKind::Op(Op::I32WrapI64, args) => {
                        self.save(args[0], depth, 1);
                        wrapped[args[0]] = true;
                    }
                    InstKind::Store(op, _, _, value) if narrow_store(*op).is_some() => kept[*value] = true,
                    kind if !narrow => kind.for_each_use(|value| {
                        kept[value] = true;
                        self.save(value, depth, -1);
                    }),
                    _ => {}
                }
            }
            let terminator = func.terminator(block);
            if terminator.targets().is_empty() {
                terminator.for_each_use(|value| kept[value] = true);
            }
            for target in terminator.targets() {
                for (&param, &arg) in func.blocks[target.block].params.iter().zip(&target.args) {
                    kept[arg] |= !self.is_member[param];
                }
            }
        }
        self.weigh_sources(&home, &wrapped, &kept);
    }

    /// A comparison of a member is done at 32 bits. That is what saves the test
    /// of a condition; another operand that is no constant has to be wrapped.
    fn weigh_comparison(&mut self, args: &[Value], depth: u32) {
        for (position, &arg) in args.iter().enumerate() {
            self.save(arg, depth, 1);
            let free = |other: Value| {
                self.is_member[other]
                    || matches!(
                        self.func.def(other).map(|data| &data.kind),
                        Some(InstKind::Const(_) | InstKind::Op(Op::I64ExtendI32S | Op::I64ExtendI32U, _))
                    )
            };
            if !args.iter().enumerate().all(|(other, &value)| other == position || free(value)) {
                self.save(arg, depth, -1);
            }
        }
    }

    /// Counts what flows into members from elsewhere.
    fn weigh_sources(
        &mut self,
        home: &SecondaryMap<Value, u32>,
        wrapped: &SecondaryMap<Value, bool>,
        kept: &SecondaryMap<Value, bool>,
    ) {
        let mut counted: EntitySet<Value> = EntitySet::new();
        for &member in self.members {
            for source in self.sources.of(member) {
                if self.is_member[source] || !counted.insert(source) {
                    continue;
                }
                match self.func.def(source).map(|data| &data.kind) {
                    Some(InstKind::Const(_)) => {}
                    Some(InstKind::Op(Op::I64ExtendI32S | Op::I64ExtendI32U, _)) => {
                        if !kept[source] {
                            self.save(member, home[source], 1);
                        }
                    }
                    _ if wrapped[source] => {}
                    _ => self.save(member, home[source], -1),
                }
            }
        }
    }

    /// Notes a conversion that narrowing a member's group saves (or, negative,
    /// needs) at a depth of loops.
    fn save(&mut self, member: Value, depth: u32, count: i128) {
        if self.is_member[member] {
            let group = self.group(member);
            *self.gain.entry(group).or_default() += count * 8i128.pow(depth.min(6));
            if count > 0 {
                self.saves.insert(Value::new(group));
            }
        }
    }

    fn choose(&self) -> SecondaryMap<Value, bool> {
        let mut chosen = SecondaryMap::new();
        chosen.resize(self.func.values.len());
        for &member in self.members {
            let group = self.group(member);
            let gain = self.gain.get(&group).copied().unwrap_or(0);
            chosen[member] = gain >= 0 && self.saves.contains(Value::new(group));
        }
        chosen
    }
}
