//! `merge`: bytes that are copied or stored one by one are so at once.
//!
//! ```text
//! before                                after
//!   v2 = i64.load8_u v0                   v2 = i64.load32_u v0
//!   v3 = i64.load8_u v0 offset=1          i64.store32 v1 offset=12, v2
//!   v4 = i64.load8_u v0 offset=2
//!   v5 = i64.load8_u v0 offset=3
//!   i64.store8 v1 offset=12, v2
//!   i64.store8 v1 offset=13, v3
//!   i64.store8 v1 offset=15, v5
//!   i64.store8 v1 offset=14, v4
//! ```
//!
//! Compilers for processors that trap on addresses which are not aligned copy a word
//! that may not be byte by byte: each `memcpy` of a few bytes, each access to a packed
//! structure. Mostly the word is loaded from its new place at once, which processors do
//! only after all the bytes have left for the cache. WebAssembly has no such rule.
//!
//! Looks for loads of bytes, then stores of these bytes without anything between them
//! that accesses memory, in one block. Groups of eight, four and two bytes that lie
//! beside each other, in the same order at both places, are merged. So are stores of
//! the bytes of one word, each shifted down to be stored, lowest first: that is how
//! portable programs write a word in an order that does not depend on the machine.
//!
//! Requires: SSA form. Preserves: everything, but that a copy that fails writes nothing.
//! Leaves unused loads to `dce`. Complexity: linear. Limits: bytes, not halves; both
//! places are sums of one value and constants.

use rustc_hash::FxHashMap;

use crate::ir::{Const, Function, Inst, InstKind, LoadOp, Op, StoreOp, Type, Value, ValueDef};
use crate::pass::Context;

/// The operations that store a byte.
macro_rules! bytes {
    () => {
        StoreOp::I64Store8 | StoreOp::I32Store8
    };
}

/// Merges the copies of a function.
pub fn run(func: &mut Function, _: &Context) {
    for block in func.layout.clone() {
        let is_byte = |inst: &Inst| matches!(func.insts[*inst].kind, InstKind::Store(bytes!(), ..));
        if func.blocks[block].insts.iter().filter(|inst| is_byte(inst)).count() < 2 {
            continue;
        }
        let insts = std::mem::take(&mut func.blocks[block].insts);
        let mut copies = Copies { func, loads: FxHashMap::default(), stores: Vec::new(), done: Vec::new() };
        for inst in insts {
            copies.add(inst);
        }
        copies.flush();
        func.blocks[block].insts = copies.done;
    }
}

/// A byte in memory: a value and what is added to it.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Place {
    base: Value,
    offset: u32,
}

/// A store of a byte, and where that was loaded.
#[derive(Clone, Copy)]
struct Store {
    inst: Inst,
    to: Place,
    from: Option<Place>,
    value: Value,
}

/// The accesses that may still become part of a copy.
struct Copies<'a> {
    func: &'a mut Function,
    /// What was loaded, since memory was last written.
    loads: FxHashMap<Value, Place>,
    /// The stores since memory was last read.
    stores: Vec<Store>,
    /// The instructions that are settled.
    done: Vec<Inst>,
}

impl Copies<'_> {
    fn add(&mut self, inst: Inst) {
        let data = &self.func.insts[inst];
        match &data.kind {
            InstKind::Store(bytes!(), base, offset, value) => {
                let to = Place { base: *base, offset: *offset };
                self.stores.push(Store { inst, to, from: self.loads.get(value).copied(), value: *value });
                return;
            }
            InstKind::Load(op, base, offset) => {
                let load = (data.results[0], Place { base: *base, offset: *offset });
                let is_byte = matches!(op, LoadOp::I64Load8U | LoadOp::I64Load8S);
                self.flush();
                self.loads.extend(is_byte.then_some(load));
            }
            InstKind::Op(..) | InstKind::Const(_) | InstKind::Select(_) => {
                // What is computed between the stores is no reason to end here: it comes
                // before all of them.
            }
            _ => {
                self.flush();
                self.loads.clear();
            }
        }
        self.done.push(inst);
    }

    /// Settles the stores that wait.
    fn flush(&mut self) {
        if self.stores.is_empty() {
            return;
        }
        self.loads.clear();
        let stores = std::mem::take(&mut self.stores);
        // Loads come before all stores, so that none of these is in their way.
        let mut merged: Vec<Inst> = Vec::new();
        let mut rest = stores.as_slice();
        while !rest.is_empty() {
            if let Some((count, store)) = self.pieces(rest) {
                merged.push(store);
                rest = &rest[count..];
                continue;
            }
            let group = [8, 4, 2].into_iter().find_map(|count| Some((count, copied(rest.get(..count)?)?)));
            let Some((count, (to, from))) = group else {
                merged.push(rest[0].inst);
                rest = &rest[1..];
                continue;
            };
            let (load, store) = match count {
                8 => (LoadOp::I64Load, StoreOp::I64Store),
                4 => (LoadOp::I64Load32U, StoreOp::I64Store32),
                _ => (LoadOp::I64Load16U, StoreOp::I64Store16),
            };
            for store in &rest[..count] {
                // What fails here fails in what is made of it.
                if let ValueDef::Result(load, _) = self.func.values[store.value].def {
                    self.func.insts[load].safe = true;
                }
            }
            let pc = self.func.insts[rest[0].inst].pc;
            let load = self.func.make_inst(InstKind::Load(load, from.base, from.offset), &[Type::I64], pc);
            let value = self.func.insts[load].results[0];
            self.done.push(load);
            let store = InstKind::Store(store, to.base, to.offset, value);
            merged.push(self.func.make_inst(store, &[], pc));
            rest = &rest[count..];
        }
        self.done.extend(merged);
    }
}

impl Copies<'_> {
    /// The store of a word, made, that does what the first few of these stores do, and
    /// how many they are.
    fn pieces(&mut self, stores: &[Store]) -> Option<(usize, Inst)> {
        let first = stores.first()?;
        let word = self.piece(first.value);
        let ty = self.func.ty(word.word);
        let follows = |(at, store): (u32, &Store)| {
            let piece = Piece { shift: word.shift + 8 * at, ..word };
            let to = Place { offset: first.to.offset.checked_add(at)?, ..first.to };
            (store.to == to && self.piece(store.value) == piece).then_some(())
        };
        let count = (0..).zip(stores).map_while(follows).count();
        let count = [8, 4, 2].into_iter().find(|&size| count >= size)?;
        // A word that has to be shifted itself is another word.
        let op = match (ty, count, word.shift) {
            (Type::I64, 8, 0) => StoreOp::I64Store,
            (Type::I64, 4, 0) => StoreOp::I64Store32,
            (Type::I64, 2, 0) => StoreOp::I64Store16,
            (Type::I32, 4, 0) => StoreOp::I32Store,
            (Type::I32, 2, 0) => StoreOp::I32Store16,
            _ => return None,
        };
        let pc = self.func.insts[first.inst].pc;
        let store = InstKind::Store(op, first.to.base, first.to.offset, word.word);
        Some((count, self.func.make_inst(store, &[], pc)))
    }

    /// Of which word the low byte of a value is a part, looking through shifts by
    /// constants and changes of width.
    fn piece(&self, value: Value) -> Piece {
        let mut piece = Piece { word: value, shift: 0 };
        while let ValueDef::Result(inst, _) = self.func.values[piece.word].def {
            let InstKind::Op(op, operands) = &self.func.insts[inst].kind else { break };
            let end = piece.shift + 8;
            piece = match (op, &operands[..]) {
                (Op::I32WrapI64, &[word]) => Piece { word, ..piece },
                (Op::I64ExtendI32S | Op::I64ExtendI32U, &[word]) if end <= 32 => Piece { word, ..piece },
                (Op::I32ShrU | Op::I32ShrS | Op::I64ShrU | Op::I64ShrS, &[word, by]) => {
                    let (by, width) = match self.func.constant(by) {
                        Some(Const::I32(by)) => (by.cast_unsigned() % 32, 32),
                        Some(Const::I64(by)) => ((by.cast_unsigned() % 64) as u32, 64),
                        _ => break,
                    };
                    if end + by > width {
                        break;
                    }
                    Piece { word, shift: piece.shift + by }
                }
                _ => break,
            };
        }
        piece
    }
}

/// A byte of a word.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Piece {
    word: Value,
    /// By how far it must be shifted down to be the lowest (bits).
    shift: u32,
}

/// Where stores copy to and from, if they copy all bytes of a place to another.
fn copied(stores: &[Store]) -> Option<(Place, Place)> {
    let lowest = stores.iter().min_by_key(|store| store.to.offset)?;
    let (to, from) = (lowest.to, lowest.from?);
    let mut seen = 0u32;
    for store in stores {
        let at = store.to.offset - to.offset;
        let source = Place { base: from.base, offset: from.offset.checked_add(at)? };
        if store.to.base != to.base || at as usize >= stores.len() || store.from != Some(source) {
            return None;
        }
        seen |= 1 << at;
    }
    (seen.count_ones() as usize == stores.len()).then_some((to, from))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dce;
    use crate::testing::random::Random;
    use crate::testing::{assert_pass, compare, parse, validate};

    fn clean(func: &mut Function, context: &Context) {
        run(func, context);
        dce::run(func, context);
    }

    #[test]
    fn four_bytes_are_a_word() {
        assert_pass(
            clean,
            "# result i64
             block0(v0: i32, v1: i32):
               v2 = i64.load8_u v0 offset=4
               v3 = i64.load8_u v0 offset=5
               v4 = i64.load8_u v0 offset=6
               v5 = i64.load8_s v0 offset=7
               i64.store8 v1 offset=12, v2
               i64.store8 v1 offset=13, v3
               v6 = i64.add v3, v3
               i64.store8 v1 offset=15, v5
               i64.store8 v1 offset=14, v4
               i64.store8 v1 offset=16, v4
               return v6",
            "# result i64
             block0(v0: i32, v1: i32):
               v3 = i64.load8_u v0 offset=5 safe
               v4 = i64.load8_u v0 offset=6 safe
               v6 = i64.add v3, v3
               v7 = i64.load32_u v0 offset=4
               i64.store32 v1 offset=12, v7
               i64.store8 v1 offset=16, v4
               return v6",
        );
    }

    #[test]
    fn the_bytes_of_a_word_are_stored_at_once() {
        assert_pass(
            clean,
            "block0(v0: i32, v1: i64):
               v2 = i64.const 8
               v3 = i32.const 8
               v4 = i32.const 16
               v5 = i32.wrap_i64 v1
               v6 = i64.shr_s v1, v2
               v7 = i32.shr_u v5, v4
               v8 = i32.shr_s v7, v3
               i64.store8 v0 offset=3, v1
               i64.store8 v0 offset=4, v6
               i32.store8 v0 offset=5, v7
               i32.store8 v0 offset=6, v8
               i32.store8 v0 offset=7, v5
               return",
            "block0(v0: i32, v1: i64):
               v5 = i32.wrap_i64 v1
               i64.store32 v0 offset=3, v1
               i32.store8 v0 offset=7, v5
               return",
        );
    }

    #[test]
    fn bytes_beyond_a_word_or_out_of_order_are_others() {
        for stores in [
            "i32.store8 v0, v2\n i32.store8 v0 offset=1, v4",
            "i32.store8 v0, v3\n i32.store8 v0 offset=1, v2",
            "i32.store8 v0, v2\n i32.store8 v0 offset=2, v3",
            "i32.store8 v0, v2\n i32.store8 v1 offset=1, v3",
            "i32.store8 v0, v3\n i32.store8 v0 offset=1, v5",
        ] {
            let text = format!(
                "function $f 0x1000 regular (a0: i32, a1: i32, a2: i32) -> () {{
                 block0(v0: i32, v1: i32, v2: i32):
                   v6 = i32.const 8
                   v7 = i32.const 28
                   v8 = i32.const 16
                   v3 = i32.shr_u v2, v6
                   v4 = i32.shr_u v2, v7
                   v5 = i32.shr_u v2, v8
                   {stores}
                   return
                 }}"
            );
            let mut func = parse(&text);
            run(&mut func, &Context::default());
            assert!(!crate::text::print(&func).contains("store16"), "{}", crate::text::print(&func));
        }
    }

    #[test]
    fn bytes_in_another_order_or_twice_stay() {
        for stores in [
            "i64.store8 v1, v3\n i64.store8 v1 offset=1, v2",
            "i64.store8 v1, v2\n i64.store8 v1, v3",
            "i64.store8 v1, v2\n i64.store8 v0 offset=1, v3",
            "i64.store8 v1, v2\n v4 = i64.load8_u v0\n i64.store8 v1 offset=1, v3",
            "i64.store v1, v2\n i64.store8 v1, v2\n i64.store8 v1 offset=1, v3",
        ] {
            let text = format!(
                "function $f 0x1000 regular (a0: i32, a1: i32) -> () {{
                 block0(v0: i32, v1: i32):
                   v2 = i64.load8_u v0
                   v3 = i64.load8_u v0 offset=1
                   {stores}
                   return
                 }}"
            );
            let mut func = parse(&text);
            run(&mut func, &Context::default());
            assert!(!crate::text::print(&func).contains("16"), "{}", crate::text::print(&func));
        }
    }

    /// Loads and stores of bytes near each other, mostly in order.
    fn bytes(random: &mut Random) -> String {
        let mut text = "function $f 0x1000 regular (a0: i64) -> () {\n bias 65536\nblock0(v0: i64):\n v1 = i32.const 512\n \
                        v2 = i64.const 15\n v3 = i64.and v0, v2\n v4 = i32.wrap_i64 v3\n v5 = i32.add v1, v4\n"
            .to_owned();
        let mut next = 6;
        for _ in 0..4 {
            let (from, to) = (random.below(8), random.below(8));
            let first = next;
            let count = 1 + random.below(9);
            for at in 0..count {
                text.push_str(&format!(
                    " v{next} = i64.load8_u v{} offset={}\n",
                    random.pick(&[1, 5]),
                    from + at
                ));
                next += 1;
            }
            let base = random.pick(&[1, 5]);
            let mut order: Vec<u64> = (0..count).collect();
            if random.chance(3) {
                order.swap(0, random.below(count) as usize);
            }
            for at in order {
                let odd = if random.chance(12) { 1 } else { 0 };
                text.push_str(&format!(" i64.store8 v{base} offset={}, v{}\n", to + at + odd, first + at));
            }
        }
        text + " return\n}\n"
    }

    #[test]
    fn copies_of_bytes_mean_the_same() {
        let mut random = Random::new(5);
        let mut merged = 0;
        for seed in 0..1500 {
            let text = bytes(&mut random);
            let before = parse(&text);
            let mut after = before.clone();
            clean(&mut after, &Context::default());
            merged += usize::from(
                ["store16", "store32", "i64.store v"]
                    .iter()
                    .any(|op| crate::text::print(&after).contains(op)),
            );
            compare(&before, &after, seed).unwrap_or_else(|why| panic!("{text}: {why}"));
        }
        assert!(merged > 100, "{merged}");
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..800, pass).unwrap_or_else(|error| panic!("{error}"));
        let prepare = ["promote", "peephole", "gvn"];
        validate(&prepare, 800..1500, pass).unwrap_or_else(|error| panic!("{error}"));
    }
}
