//! Which loads must stay although nothing uses what they load: those that may
//! fault. A program that reads a null pointer ends by SIGSEGV, whether it looks
//! at what it read or not.
//!
//! A load cannot fault where an access to the same bytes was made on every way to
//! it, since memory never shrinks, or where the lifter says so; and a load from
//! the function's own frame is taken not to. All other unused loads stay.
//!
//! Complexity: linear in the size of the function.

use cranelift_entity::{EntitySet, SecondaryMap};
use rustc_hash::FxHashMap;
use rv2wat_isa::{Reg, X};

use crate::cfg::Cfg;
use crate::ir::{Const, Function, Inst, InstKind, Op, StateReg, Type, Value, ValueDef};

/// The farthest distance from `sp` that counts as the frame.
const FAR: u32 = 1 << 28;

/// How many sums are looked through for an address's base.
const STEPS: usize = 16;

/// An address: a value, what was added to it with wrapping, and the constant
/// offset of the access, which does not wrap. Only looked up, never iterated over.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Place {
    base: Option<Value>,
    distance: u32,
    offset: u32,
}

/// The loads to keep among those without a live result. Values in `live` are
/// those that something else needs.
pub(super) fn kept(func: &Function, live: &SecondaryMap<Value, bool>) -> EntitySet<Inst> {
    let unused = |inst: Inst| {
        let data = &func.insts[inst];
        matches!(data.kind, InstKind::Load(..)) && !data.results.iter().any(|&result| live[result])
    };
    let mut kept = EntitySet::new();
    if !func.layout.iter().any(|&block| func.blocks[block].insts.iter().any(|&inst| unused(inst))) {
        return kept;
    }
    let cfg = Cfg::of(func);
    let mut accessed = Accessed::default();
    let mut stack = vec![(func.entry(), 0, 0)];
    while let Some((block, child, mut mark)) = stack.pop() {
        if child == 0 {
            mark = accessed.added.len();
            for &inst in &func.blocks[block].insts {
                let Some((place, bytes)) = place_of(func, &func.insts[inst].kind) else { continue };
                if !unused(inst) {
                    accessed.add(place, bytes);
                } else if !func.insts[inst].safe && !accessed.covers(place, bytes) && !in_frame(func, place) {
                    accessed.add(place, bytes);
                    kept.insert(inst);
                }
            }
        }
        match cfg.children(block).get(child) {
            Some(&inner) => {
                stack.push((block, child + 1, mark));
                stack.push((inner, 0, 0));
            }
            None => accessed.forget(mark),
        }
    }
    kept
}

/// The places that have been accessed on every way to where the walk is.
#[derive(Default)]
struct Accessed {
    /// The most bytes that were accessed at a place.
    known: FxHashMap<Place, u32>,
    /// What to put back when a level of the dominator tree is left.
    added: Vec<(Place, Option<u32>)>,
}

impl Accessed {
    fn covers(&self, place: Place, bytes: u32) -> bool {
        self.known.get(&place).is_some_and(|&known| known >= bytes)
    }

    fn add(&mut self, place: Place, bytes: u32) {
        if !self.covers(place, bytes) {
            self.added.push((place, self.known.insert(place, bytes)));
        }
    }

    fn forget(&mut self, mark: usize) {
        for (place, before) in self.added.drain(mark..).rev() {
            match before {
                Some(bytes) => self.known.insert(place, bytes),
                None => self.known.remove(&place),
            };
        }
    }
}

/// Where an instruction accesses memory, and how many bytes.
fn place_of(func: &Function, kind: &InstKind) -> Option<(Place, u32)> {
    let (addr, offset, bytes) = match kind {
        InstKind::Load(op, addr, offset) => (*addr, *offset, op.bytes()),
        InstKind::Store(op, addr, offset, _) => (*addr, *offset, op.bytes()),
        InstKind::Atomic(op, addr, offset, _) => (*addr, *offset, op.bytes()),
        _ => return None,
    };
    let (base, distance) = sum(func, addr);
    Some((Place { base, distance, offset }, bytes))
}

/// An address as a base and what was added to it, at 32 bits; no base if it is a
/// constant.
fn sum(func: &Function, addr: Value) -> (Option<Value>, u32) {
    let constant = |value: Value| match func.constant(value)? {
        Const::I32(value) => Some(value as u32),
        Const::I64(value) => Some(value as u32),
        _ => None,
    };
    let (mut value, mut distance) = (addr, 0_u32);
    for _ in 0..STEPS {
        if let Some(constant) = constant(value) {
            return (None, distance.wrapping_add(constant));
        }
        let Some(InstKind::Op(op, args)) = func.def(value).map(|data| &data.kind) else { break };
        let (next, by) = match (op, &args[..]) {
            (Op::I32WrapI64, &[wide]) => (wide, 0),
            (Op::I32Add | Op::I64Add, &[a, b]) => match (constant(a), constant(b)) {
                (_, Some(by)) => (a, by),
                (Some(by), None) => (b, by),
                (None, None) => break,
            },
            (Op::I32Sub | Op::I64Sub, &[a, b]) => match constant(b) {
                Some(by) => (a, by.wrapping_neg()),
                None => break,
            },
            _ => break,
        };
        value = next;
        distance = distance.wrapping_add(by);
    }
    (Some(value), distance)
}

/// Whether a place is near the `sp` that the function was entered with.
fn in_frame(func: &Function, place: Place) -> bool {
    let Some(base) = place.base else { return false };
    let distance = place.distance.wrapping_add(func.bias).cast_signed();
    let is_sp = match func.values[base].def {
        ValueDef::Param(block, position) => {
            let param = func.params.get(position);
            block == func.entry() && param.is_some_and(|param| param.name == "sp" && param.ty == Type::I64)
        }
        ValueDef::Result(inst, _) => {
            matches!(func.insts[inst].kind, InstKind::GetState(StateReg::Reg(reg)) if reg == Reg::X(X::SP))
        }
    };
    is_sp && distance.unsigned_abs() < FAR && place.offset < FAR
}

#[cfg(test)]
mod tests {
    use crate::dce;
    use crate::interpret::{Callee, End, Host, Machine, Reply, World};
    use crate::ir::{Const, Function, InstKind, Signature};
    use crate::pass::Context;
    use crate::testing::assert_pass;

    #[test]
    fn unused_loads_stay_where_nothing_accessed_the_place_before() {
        assert_pass(
            dce::run,
            "block0(v0: i64, v1: i64, v2: i32):
               v3 = i32.wrap_i64 v0
               v4 = i32.const -65536
               v5 = i32.add v3, v4
               v6 = i64.load v5 offset=8
               v7 = i32.wrap_i64 v0
               v8 = i32.add v7, v4
               v9 = i32.load v8 offset=8
               v10 = i64.load v8 offset=16
               branch v2, block1, block2
             block1:
               i64.store v5 offset=24, v1
               v11 = i64.load8_u v5 offset=24
               jump block3
             block2:
               jump block3
             block3:
               v12 = i64.load v5 offset=24
               return",
            "block0(v0: i64, v1: i64, v2: i32):
               v3 = i32.wrap_i64 v0
               v4 = i32.const -65536
               v5 = i32.add v3, v4
               v6 = i64.load v5 offset=8
               v7 = i32.wrap_i64 v0
               v8 = i32.add v7, v4
               v10 = i64.load v8 offset=16
               branch v2, block1, block3
             block1:
               i64.store v5 offset=24, v1
               jump block3
             block3:
               v12 = i64.load v5 offset=24
               return",
        );
    }

    #[test]
    fn unused_loads_from_the_frame_go_and_safe_ones() {
        assert_pass(
            dce::run,
            "block0(v0: i64 \"sp\", v9: i32):
               v8 = i32.load v9 offset=4 safe
               v1 = i64.const -32
               v2 = i64.add v0, v1
               v3 = i32.wrap_i64 v2
               v4 = i64.load v3 offset=24
               return",
            "block0(v0: i64 \"sp\", v9: i32):
               return",
        );
    }

    /// No call is made.
    struct Nobody;

    impl Host for Nobody {
        fn call(&mut self, _: &mut World, _: Callee, _: &Signature, _: &[Const]) -> Reply {
            Reply::Left(0)
        }
    }

    fn null_read() -> Function {
        crate::testing::parse("block0(v0: i32):\n v1 = i64.load v0\n return")
    }

    fn end(func: &Function) -> End {
        let mut world = World { memory: vec![0; 64], ..World::default() };
        Machine { steps: 100, nan: 0 }.run(func, &[Const::I32(-0x1_0000)], &mut world, &mut Nobody)
    }

    #[test]
    fn a_null_read_still_faults() {
        let mut func = null_read();
        dce::run(&mut func, &Context::default());
        assert!(matches!(end(&func), End::Trapped(_)), "{:?}", end(&func));
    }

    #[test]
    fn removing_every_unused_load_is_caught() {
        let mut func = null_read();
        let insts = &func.insts;
        for data in func.blocks.values_mut() {
            data.insts.retain(|&inst| !matches!(insts[inst].kind, InstKind::Load(..)));
        }
        assert_eq!(end(&func), End::Returned(Vec::new()));
    }
}
