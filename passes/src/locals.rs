//! Out of SSA: which local each value lives in.
//!
//! A value lives from its definition to its last use, as a set of segments of a
//! line on which all instructions lie; where expressions were folded, uses
//! count where the expression is evaluated. A block parameter shares its local
//! with an argument where the two never live at once, innermost loops first:
//! then the edge between them needs no assignment. What remains is packed: a
//! class of values takes the first local of its register's name and type that
//! is free while it lives, so that two lives of `a0` that do not overlap are
//! both `$a0`, and a second one at the same time is `$a0.2`.
//!
//! Instructions read at an even position and write at the odd one after it, so
//! that a value may take the place of one that dies with its definition. What a
//! call keeps for when it leaves is still read at the odd position. Parameters
//! of a block are written at its start, all at once.
//!
//! Complexity: the sum of the live ranges in blocks, times a logarithm.
//! Source for the walk from uses to definitions: Boissinot et al., "Computing
//! Liveness Sets for SSA-Form Programs".

mod ranges;

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{EntitySet, PrimaryMap, SecondaryMap};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::cfg::Cfg;
use crate::ir::{BulkOp, Function, InstKind, Name, Type, Value, ValueDef, Var};
use crate::lists::Lists;
use crate::tree::{Local, LocalData};
use crate::treeify::{Plan, Uses};

use ranges::{Ranges, Segment, Segments};

/// Past this many locals, readable names give way to the fewest locals: engines
/// allow 50,000.
const MANY: usize = 20_000;

/// What lives in more pieces than these shares its local with nothing else: to join
/// two lists takes time by their length.
const MOST_SEGMENTS: usize = 1 << 14;

/// What a local is called whose value has no register's name.
pub(crate) const UNNAMED: &str = "tmp";

/// The locals of a function and what lives in them.
#[derive(Clone, Debug)]
pub struct Assignment {
    /// The locals, parameters first.
    pub locals: PrimaryMap<Local, LocalData>,
    values: SecondaryMap<Value, PackedOption<Local>>,
    vars: SecondaryMap<Var, PackedOption<Local>>,
    names: BTreeSet<String>,
    /// How many locals a name was given to.
    lives: BTreeMap<String, u32>,
    spares: BTreeMap<(Type, u32), Local>,
}

impl Assignment {
    /// Assigns locals to the values that the plan keeps out of expressions.
    pub fn new(func: &Function, cfg: &Cfg, uses: &Uses, plan: &Plan) -> Assignment {
        let mut ranges = Ranges::new(func, cfg, uses, plan);
        let mut assignment = Assignment {
            locals: PrimaryMap::new(),
            values: SecondaryMap::new(),
            vars: SecondaryMap::new(),
            names: BTreeSet::new(),
            lives: BTreeMap::new(),
            spares: BTreeMap::new(),
        };
        assignment.values.resize(func.values.len());
        for param in &func.params {
            assignment.fresh(&param.name, param.ty);
        }
        assignment.place_vars(func, uses);
        let mut classes = Classes::new(func, uses, &mut ranges);
        classes.coalesce(func, cfg, uses);
        assignment.pack(func, classes);
        assignment
    }

    /// The local of a value; `None` where it has none because nothing reads it
    /// or because it is part of an expression.
    pub fn value(&self, value: Value) -> Option<Local> {
        self.values[value].expand()
    }

    /// The local of a variable.
    pub fn var(&self, var: Var) -> Option<Local> {
        self.vars[var].expand()
    }

    /// Adds a local whose name starts with `base`.
    pub fn fresh(&mut self, base: &str, ty: Type) -> Local {
        let mut name = base.to_owned();
        while !self.names.insert(name.clone()) {
            let lives = self.lives.entry(base.to_owned()).or_insert(1);
            *lives += 1;
            name = format!("{base}.{lives}");
        }
        self.locals.push(LocalData { name, ty })
    }

    /// The n-th local of a type that only serves while values change places.
    pub fn spare(&mut self, ty: Type, number: u32) -> Local {
        let known = self.spares.get(&(ty, number)).copied();
        known.unwrap_or_else(|| {
            let local = self.fresh("swap", ty);
            self.spares.insert((ty, number), local);
            local
        })
    }

    /// Variables have one local each for the whole function. A parameter that
    /// only serves to start the variable of its name shares it.
    fn place_vars(&mut self, func: &Function, uses: &Uses) {
        let Some(&entry) = func.layout.first() else { return };
        let mut seen: BTreeSet<Var> = BTreeSet::new();
        for &inst in &func.blocks[entry].insts {
            let InstKind::Set(var, value) = func.insts[inst].kind else {
                if let InstKind::Get(var) = func.insts[inst].kind {
                    seen.insert(var);
                }
                continue;
            };
            let first = seen.insert(var);
            let ValueDef::Param(block, position) = func.values[value].def else { continue };
            let same = func
                .params
                .get(position)
                .is_some_and(|param| param.name == func.vars[var].name && param.ty == func.vars[var].ty);
            if first && block == entry && same && uses.count(value) == 1 {
                let local = self.locals.keys().nth(position);
                self.vars[var] = local.into();
                self.values[value] = local.into();
            }
        }
        for (var, data) in &func.vars {
            if self.vars[var].is_none() {
                self.vars[var] = Some(self.fresh(&data.name, data.ty)).into();
            }
        }
    }

    fn pack(&mut self, func: &Function, mut classes: Classes) {
        let mut free = Pools::default();
        let entry = func.layout.first().copied();
        let by_vars: BTreeSet<Local> = self.vars.values().filter_map(|var| var.expand()).collect();
        for (local, data) in self.locals.iter().filter(|(local, _)| !by_vars.contains(local)) {
            free.of(&data.name, data.ty).push((local, Occupied::default()));
        }
        let addresses = AddressUses::new(func);
        let (order, members) = classes.in_order();
        for (index, &root) in order.iter().enumerate() {
            let ty = func.ty(root);
            let members = members.of(root);
            let pinned = members.clone().find_map(|member| match func.values[member].def {
                ValueDef::Param(block, position) if Some(block) == entry => Some(position),
                _ => None,
            });
            if let Some(local) = members.clone().find_map(|member| self.value(member)) {
                // A parameter that shares its local with a variable.
                self.values[root] = Some(local).into();
                continue;
            }
            let segments = classes.take_segments(root);
            let local = match pinned.and_then(|position| self.locals.keys().nth(position)) {
                Some(local) => {
                    let pool = free.of(&self.locals[local].name, ty);
                    if let Some((_, occupied)) = pool.iter_mut().find(|(other, _)| *other == local) {
                        occupied.add(&segments);
                    }
                    local
                }
                None => {
                    let name = match index > MANY {
                        true => UNNAMED.into(),
                        false => classes.name(func, &addresses, members.clone()),
                    };
                    let pool = free.of(&name, ty);
                    match pool.iter_mut().find(|(_, occupied)| !occupied.meets(&segments)) {
                        Some((local, occupied)) => {
                            occupied.add(&segments);
                            *local
                        }
                        None => {
                            let local = self.fresh(&name, ty);
                            let mut occupied = Occupied::default();
                            occupied.add(&segments);
                            pool.push((local, occupied));
                            local
                        }
                    }
                }
            };
            for member in members {
                self.values[member] = Some(local).into();
            }
        }
    }
}

/// The locals of each name and type, and when values live in them.
#[derive(Default)]
struct Pools(FxHashMap<String, BTreeMap<Type, Vec<(Local, Occupied)>>>);

impl Pools {
    fn of(&mut self, name: &str, ty: Type) -> &mut Vec<(Local, Occupied)> {
        if !self.0.contains_key(name) {
            self.0.insert(name.to_owned(), BTreeMap::new());
        }
        self.0.get_mut(name).expect("it has just been added").entry(ty).or_default()
    }
}

/// Which values are addresses of memory accesses. Such a value is named after
/// the register that it is made from: `sp.at` is where `sp` points to.
struct AddressUses(EntitySet<Value>);

impl AddressUses {
    fn new(func: &Function) -> AddressUses {
        let mut addresses = EntitySet::new();
        for &block in &func.layout {
            for &inst in &func.blocks[block].insts {
                if let InstKind::Load(_, addr, _)
                | InstKind::Store(_, addr, ..)
                | InstKind::Bulk(BulkOp::Fill, [addr, ..])
                | InstKind::Atomic(_, addr, ..) = func.insts[inst].kind
                {
                    addresses.insert(addr);
                }
                if let InstKind::Bulk(BulkOp::Copy, [place, from, _]) = func.insts[inst].kind {
                    addresses.insert(place);
                    addresses.insert(from);
                }
            }
        }
        AddressUses(addresses)
    }

    fn name(&self, func: &Function, value: Value) -> Option<String> {
        let mut at = value;
        for _ in 0..8 {
            let InstKind::Op(_, args) = &func.def(at)?.kind else { return None };
            at = *args.first()?;
            if let Some(name) = func.name_of(at) {
                let is_place = self.0.contains(value) && !name.ends_with(".at");
                let suffix = if is_place { ".at" } else { "" };
                return Some(format!("{name}{suffix}"));
            }
        }
        None
    }
}

/// Segments by their start.
#[derive(Clone, Debug, Default)]
struct Occupied(BTreeMap<u32, u32>);

impl Occupied {
    fn add(&mut self, segments: &[Segment]) {
        self.0.extend(segments.iter().map(|&Segment { start, end }| (start, end)));
    }

    fn meets(&self, others: &[Segment]) -> bool {
        if self.0.len() < others.len() {
            return self.0.iter().any(|(&start, &end)| meets_any(others, Segment { start, end }));
        }
        let last_before = |end: u32| self.0.range(..end).next_back();
        others.iter().any(|one| last_before(one.end).is_some_and(|(_, &end)| end > one.start))
    }
}

/// Whether two lists of segments in order have a position in common.
fn meet(a: &[Segment], b: &[Segment]) -> bool {
    let (few, many) = if a.len() < b.len() { (a, b) } else { (b, a) };
    few.iter().any(|&one| meets_any(many, one))
}

/// The same for a list and one segment.
fn meets_any(list: &[Segment], one: Segment) -> bool {
    let before = list.partition_point(|other| other.start < one.end);
    before.checked_sub(1).is_some_and(|last| list[last].end > one.start)
}

/// Values that share a local: a union-find whose roots know their segments.
struct Classes {
    parent: SecondaryMap<Value, PackedOption<Value>>,
    segments: SecondaryMap<Value, Segments>,
    weight: SecondaryMap<Value, u32>,
    values: Vec<Value>,
    pinned: SecondaryMap<Value, bool>,
}

impl Classes {
    fn new(func: &Function, uses: &Uses, ranges: &mut Ranges) -> Classes {
        let mut classes = Classes {
            parent: SecondaryMap::new(),
            segments: SecondaryMap::new(),
            weight: SecondaryMap::new(),
            values: Vec::new(),
            pinned: SecondaryMap::new(),
        };
        classes.parent.resize(func.values.len());
        classes.segments.resize(func.values.len());
        classes.weight.resize(func.values.len());
        classes.pinned.resize(func.values.len());
        for value in func.values.keys() {
            let segments = ranges.take(value);
            if segments.is_empty() {
                continue;
            }
            classes.values.push(value);
            classes.weight[value] = uses.count(value);
            classes.segments[value] = segments;
        }
        if let Some(&entry) = func.layout.first() {
            func.blocks[entry].params.iter().for_each(|&param| classes.pinned[param] = true);
        }
        classes
    }

    fn find(&mut self, mut value: Value) -> Value {
        while let Some(parent) = self.parent[value].expand() {
            if let Some(above) = self.parent[parent].expand() {
                self.parent[value] = Some(above).into();
            }
            value = parent;
        }
        value
    }

    /// Joins block parameters with their arguments where the lives allow it.
    fn coalesce(&mut self, func: &Function, cfg: &Cfg, uses: &Uses) {
        let loops = cfg.loops();
        let mut edges: Vec<(u32, usize, Value, Value)> = Vec::new();
        for &block in cfg.rpo() {
            for target in func.terminator(block).targets() {
                let depth = loops.depth(block).min(loops.depth(target.block));
                for (param, arg) in uses.live_args(func, target) {
                    edges.push((depth, edges.len(), param, arg));
                }
            }
        }
        edges.sort_by_key(|&(depth, order, ..)| (std::cmp::Reverse(depth), order));
        for (_, _, param, arg) in edges {
            self.join(func, param, arg);
        }
    }

    fn join(&mut self, func: &Function, a: Value, b: Value) {
        let (a, b) = (self.find(a), self.find(b));
        let (of_a, of_b) = (self.segments[a].len(), self.segments[b].len());
        let missing = of_a == 0 || of_b == 0 || of_a + of_b > MOST_SEGMENTS;
        if a == b || missing || func.ty(a) != func.ty(b) || (self.pinned[a] && self.pinned[b]) {
            return;
        }
        if meet(&self.segments[a], &self.segments[b]) {
            return;
        }
        let (root, child) = if of_a >= of_b { (a, b) } else { (b, a) };
        let moved = std::mem::take(&mut self.segments[child]);
        self.segments[root].extend(moved);
        self.segments[root].sort();
        self.parent[child] = Some(root).into();
        self.pinned[root] |= self.pinned[child];
    }

    /// The classes in the order in which their lives begin; those that hold a
    /// parameter of the function come first.
    fn in_order(&mut self) -> (Vec<Value>, Lists<Value, Value>) {
        let mut members = Lists::new(self.values.len());
        let mut order = Vec::new();
        for index in 0..self.values.len() {
            let value = self.values[index];
            let root = self.find(value);
            if members.is_empty(root) {
                order.push(root);
            }
            members.push(root, value);
        }
        let start = |root: Value| self.segments[root].first().map(|segment| segment.start);
        order.sort_by_cached_key(|&root| (!self.pinned[root], start(root), root));
        (order, members)
    }

    /// The name that the most used values of a class have.
    fn name<'a>(
        &self,
        func: &'a Function,
        uses: &AddressUses,
        members: impl Iterator<Item = Value> + Clone,
    ) -> Cow<'a, str> {
        let mut votes: SmallVec<[(Name, u32); 4]> = SmallVec::new();
        for member in members.clone() {
            if let Some(name) = func.values[member].name.expand() {
                let weight = self.weight[member] + 1;
                match votes.iter_mut().find(|(known, _)| *known == name) {
                    Some((_, votes)) => *votes += weight,
                    None => votes.push((name, weight)),
                }
            }
        }
        let by_text = votes.iter().map(|&(name, votes)| (votes, std::cmp::Reverse(func.names.text(name))));
        let best = by_text.max().map(|(_, std::cmp::Reverse(name))| name);
        match best {
            Some(name) => name.into(),
            None => {
                let from = members.clone().find_map(|member| uses.name(func, member));
                from.map_or(UNNAMED.into(), Cow::Owned)
            }
        }
    }

    fn take_segments(&mut self, root: Value) -> Segments {
        std::mem::take(&mut self.segments[root])
    }
}

#[cfg(test)]
mod tests {
    use crate::text::parse;
    use crate::tree::build;

    /// The names of the locals that are no parameters.
    fn locals(ir: &str) -> Vec<String> {
        let tree = build(&parse(ir).expect("the IR parses"));
        tree.locals.values().skip(tree.params).map(|data| data.name.clone()).collect()
    }

    #[test]
    fn lives_that_do_not_overlap_share_a_local() {
        let ir = r#"function $f 0x10000 regular (a0: i64) -> (a0: i64) {
  callee $g(i64, i64) -> (i64)
block0(v0: i64 "a0"):
  v1 "a1" = call $g(v0, v0)
  v2 "a0" = call $g(v1, v1)
  v3 "a1" = call $g(v2, v2)
  v4 = call $g(v3, v3)
  return v4
}
"#;
        assert_eq!(locals(ir), ["a1"]);
    }

    #[test]
    fn lives_at_the_same_time_are_numbered() {
        let ir = r#"function $f 0x10000 regular (a0: i64) -> (a0: i64) {
  callee $g(i64, i64) -> (i64)
block0(v0: i64 "a0"):
  v1 "a1" = call $g(v0, v0)
  v2 "a1" = call $g(v0, v1)
  v3 = call $g(v2, v1)
  v4 = call $g(v3, v2)
  return v4
}
"#;
        assert_eq!(locals(ir), ["a1", "a1.2"]);
    }

    #[test]
    fn a_value_handed_on_to_itself_keeps_its_local() {
        let ir = r#"function $f 0x10000 regular (a0: i64) -> (a0: i64) {
  callee $g(i64) -> (i64)
block0(v0: i64 "a0"):
  jump block1(v0)
block1(v1: i64 "a0"):
  v2 "a0" = call $g(v1)
  v3 = i64.eqz v2
  branch v3, block2(v2), block1(v1)
block2(v4: i64 "a0"):
  return v4
}
"#;
        assert_eq!(locals(ir), ["a0.2"]);
    }

    #[test]
    fn a_loop_keeps_its_counter_in_the_parameter() {
        let ir = r#"function $f 0x10000 regular (a0: i64) -> () {
block0(v0: i64 "a0"):
  jump block1(v0)
block1(v1: i64 "a0"):
  v2 = i64.const -1
  v3 "a0" = i64.add v1, v2
  v4 = i64.eqz v3
  branch v4, block2, block1(v3)
block2:
  return
}
"#;
        assert!(locals(ir).is_empty());
    }
}
