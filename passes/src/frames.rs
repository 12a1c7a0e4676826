//! `frames`: what a function keeps in its own frame, it also keeps in values.
//!
//! ```text
//! before                                  after
//!   block0(v0: i64 "sp"):                   block0(v0: i64 "sp"):
//!     v1 = i32.wrap_i64 v0                    v1 = i32.wrap_i64 v0
//!     v2 = i32.const -65560                   v2 = i32.const -65560
//!     v3 = i32.add v1, v2                     v3 = i32.add v1, v2
//!     v4 = i64.const 7                        v4 = i64.const 7
//!     i64.store v3 offset=8, v4               i64.store v3 offset=8, v4
//!     v5 = i64.load v3 offset=8               return v4
//!     return v5
//! ```
//!
//! Slots of the frame become variables: a store sets one too, a load reads it
//! instead, and `promote` turns them into values, around loops as well. All
//! stores stay, so memory tells the truth to whoever looks.
//!
//! A slot is a place at a constant distance below the `sp` that the function
//! takes, always accessed by the same bytes. Nothing is done in a function one of
//! whose addresses in the frame escapes (is stored, handed to a call other than
//! as its stack pointer, written to the state other than to a callee-saved
//! register), or is used after arithmetic that is not a sum with a constant.
//!
//! Assumptions, for functions of which none does:
//! - a pointer that was not made from this function's `sp` does not point into
//!   its frame;
//! - a callee does not write its caller's frame by the `sp` it gets (outgoing
//!   arguments are the callee's to change, but nobody reads them back), and
//!   treats a callee-saved register as no address.
//!
//! Where the context asks for it, each load stays as well, and its value is
//! compared with the forwarded one when the program runs.
//!
//! Requires: SSA form. Preserves: everything else. Leaves unused instructions to
//! `dce`. Complexity: near-linear, and slots × blocks bits in `promote`.

mod slots;

use crate::cfg::Cfg;
use crate::ir::{
    Call, CallInst, Const, Function, HostFn, Inst, InstKind, LoadOp, Op, StoreOp, Type, Value, Var,
};
use crate::pass::Context;
use crate::promote;
use slots::{Slot, Slots};

/// Forwards the loads from a function's frame.
pub fn run(func: &mut Function, context: &Context) {
    if func.layout.is_empty() || !func.vars.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    let Some(slots) = Slots::find(func, &cfg) else { return };
    if slots.is_empty() {
        return;
    }
    Forwarding { func, checked: context.checked, done: Vec::new(), pc: None }.run(&slots);
    promote::run(func, context);
}

struct Forwarding<'a> {
    func: &'a mut Function,
    /// Whether the loads stay, to be compared with.
    checked: bool,
    /// The new instructions of the block at hand.
    done: Vec<Inst>,
    pc: Option<u64>,
}

impl Forwarding<'_> {
    fn run(&mut self, slots: &Slots) {
        let vars: Vec<Var> = slots
            .all()
            .map(|slot| {
                // Distinct from registers' names, and stable when code moves.
                let name = format!("slot.{}", -slot.distance);
                self.func.var(&name, slot.ty)
            })
            .collect();
        for index in 0..self.func.layout.len() {
            let block = self.func.layout[index];
            let mut insts = std::mem::take(&mut self.func.blocks[block].insts);
            if index == 0 {
                self.fill(slots, &vars);
            }
            for inst in insts.drain(..) {
                self.pc = self.func.insts[inst].pc;
                self.inst(inst, slots, &vars);
            }
            self.func.blocks[block].insts = std::mem::replace(&mut self.done, insts);
        }
    }

    /// What the slots hold when the function is entered, for loads that come
    /// before any store. Mostly there is none, and `dce` removes all this.
    fn fill(&mut self, slots: &Slots, vars: &[Var]) {
        let low = self.op(Op::I32WrapI64, &[slots.sp]);
        for (slot, &var) in slots.all().zip(vars) {
            let distance = self.push(InstKind::Const(Const::I32(slot.address as i32)), Type::I32);
            let addr = self.op(Op::I32Add, &[low, distance]);
            let load = match (slot.bytes, slot.ty) {
                (1, _) => LoadOp::I32Load8U,
                (2, _) => LoadOp::I32Load16U,
                (4, Type::F32) => LoadOp::F32Load,
                (4, _) => LoadOp::I32Load,
                (_, Type::F64) => LoadOp::F64Load,
                _ => LoadOp::I64Load,
            };
            let value = self.push(InstKind::Load(load, addr, 0), load.ty());
            self.set(var, value);
        }
    }

    fn inst(&mut self, inst: Inst, slots: &Slots, vars: &[Var]) {
        let Some(index) = slots.accessed_by(inst) else { return self.done.push(inst) };
        let var = vars[index];
        match self.func.insts[inst].kind.clone() {
            InstKind::Store(op, _, _, value) => {
                self.done.push(inst);
                let value = self.kept(op, value, slots.slot(index));
                self.set(var, value);
            }
            InstKind::Load(op, ..) => {
                let found = self.checked.then(|| self.push(self.func.insts[inst].kind.clone(), op.ty()));
                self.func.insts[inst].kind = self.loaded(op, var, slots.slot(index).ty);
                self.done.push(inst);
                if let Some(found) = found {
                    let forwarded = self.func.insts[inst].results[0];
                    self.check(slots.slot(index), forwarded, found);
                }
            }
            _ => self.done.push(inst),
        }
    }

    /// The stored bytes as the slot's variable holds them.
    fn kept(&mut self, op: StoreOp, value: Value, slot: &Slot) -> Value {
        match (op, slot.ty) {
            (StoreOp::I64Store8 | StoreOp::I64Store16 | StoreOp::I64Store32, _) => {
                self.op(Op::I32WrapI64, &[value])
            }
            (StoreOp::F64Store, Type::I64) => self.op(Op::I64ReinterpretF64, &[value]),
            (StoreOp::F32Store, Type::I32) => self.op(Op::I32ReinterpretF32, &[value]),
            _ => value,
        }
    }

    /// What a load becomes: a read of the variable, or a conversion of that.
    fn loaded(&mut self, op: LoadOp, var: Var, ty: Type) -> InstKind {
        if matches!(op, LoadOp::I32Load | LoadOp::I64Load | LoadOp::F32Load | LoadOp::F64Load)
            && op.ty() == ty
        {
            return InstKind::Get(var);
        }
        let value = self.push(InstKind::Get(var), ty);
        let unary = |op: Op, value: Value| InstKind::Op(op, [value].into());
        match op {
            LoadOp::I32Load8S => unary(Op::I32Extend8S, value),
            LoadOp::I32Load16S => unary(Op::I32Extend16S, value),
            LoadOp::I32Load8U => self.masked(value, 0xff),
            LoadOp::I32Load16U => self.masked(value, 0xffff),
            LoadOp::I64Load8S => {
                let low = self.op(Op::I32Extend8S, &[value]);
                unary(Op::I64ExtendI32S, low)
            }
            LoadOp::I64Load16S => {
                let low = self.op(Op::I32Extend16S, &[value]);
                unary(Op::I64ExtendI32S, low)
            }
            LoadOp::I64Load8U => self.masked_wide(value, 0xff),
            LoadOp::I64Load16U => self.masked_wide(value, 0xffff),
            LoadOp::I64Load32S => unary(Op::I64ExtendI32S, value),
            LoadOp::I64Load32U => unary(Op::I64ExtendI32U, value),
            // The slot's type is that of the bits, and these are floats.
            LoadOp::I32Load | LoadOp::F32Load => unary(Op::F32ReinterpretI32, value),
            LoadOp::I64Load | LoadOp::F64Load => unary(Op::F64ReinterpretI64, value),
        }
    }

    /// Has the forwarded value compared with the one in memory.
    fn check(&mut self, slot: &Slot, forwarded: Value, found: Value) {
        let pc = self.pc.unwrap_or(self.func.address);
        let pc = self.push(InstKind::Const(Const::I64(pc.cast_signed())), Type::I64);
        let what = self.push(InstKind::Const(Const::I32(slot.distance as i32)), Type::I32);
        let args = vec![pc, what, self.bits(forwarded), self.bits(found)];
        let call = CallInst { call: Call::Host(HostFn::Check), args, leave: Vec::new() };
        let call = InstKind::Call(Box::new(call));
        let inst = self.func.make_inst(call, &[], self.pc);
        self.done.push(inst);
    }

    fn bits(&mut self, value: Value) -> Value {
        match self.func.ty(value) {
            Type::I64 => value,
            Type::I32 => self.op(Op::I64ExtendI32U, &[value]),
            Type::F64 => self.op(Op::I64ReinterpretF64, &[value]),
            Type::F32 => {
                let bits = self.op(Op::I32ReinterpretF32, &[value]);
                self.op(Op::I64ExtendI32U, &[bits])
            }
        }
    }

    fn masked(&mut self, value: Value, mask: i32) -> InstKind {
        let mask = self.push(InstKind::Const(Const::I32(mask)), Type::I32);
        InstKind::Op(Op::I32And, [value, mask].into())
    }

    fn masked_wide(&mut self, value: Value, mask: i32) -> InstKind {
        let mask = self.push(InstKind::Const(Const::I32(mask)), Type::I32);
        let low = self.op(Op::I32And, &[value, mask]);
        InstKind::Op(Op::I64ExtendI32U, [low].into())
    }

    fn op(&mut self, op: Op, args: &[Value]) -> Value {
        self.push(InstKind::Op(op, args.into()), op.result())
    }

    fn push(&mut self, kind: InstKind, ty: Type) -> Value {
        let inst = self.func.make_inst(kind, &[ty], self.pc);
        self.done.push(inst);
        self.func.insts[inst].results[0]
    }

    fn set(&mut self, var: Var, value: Value) {
        let inst = self.func.make_inst(InstKind::Set(var, value), &[], self.pc);
        self.done.push(inst);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{assert_pass, validate};
    use crate::{dce, gvn, peephole};

    fn clean(func: &mut Function, context: &Context) {
        run(func, context);
        peephole::run(func, context);
        gvn::run(func, context);
        dce::run(func, context);
    }

    #[test]
    fn a_counter_in_the_frame_becomes_a_value() {
        assert_pass(
            clean,
            "function $f 0x1000 regular (sp: i64) -> (r: i64) {
               bias 65536
             block0(v0: i64 \"sp\"):
               v1 = i32.wrap_i64 v0
               v2 = i32.const -65552
               v3 = i32.add v1, v2
               v4 = i64.const 0
               i64.store32 v3 offset=12, v4
               jump block1
             block1:
               v5 = i64.load32_s v3 offset=12
               v6 = i64.const 1
               v7 = i64.add v5, v6
               i64.store32 v3 offset=12, v7
               v8 = i64.load32_s v3 offset=12
               v9 = i64.const 9
               v10 = i64.lt_s v8, v9
               branch v10, block1, block2
             block2:
               return v8
             }",
            "function $f 0x1000 regular (sp: i64) -> (r: i64) {
               bias 65536
             block0(v0: i64 \"sp\"):
               v1 = i32.wrap_i64 v0
               v2 = i32.const -65552
               v3 = i32.add v1, v2
               v4 \"slot.4\" = i32.const 0
               i32.store v3 offset=12, v4
               jump block1(v4)
             block1(v5: i32 \"slot.4\"):
               v6 = i64.extend_i32_s v5
               v7 = i64.const 1
               v8 = i64.add v6, v7
               i64.store32 v3 offset=12, v8
               v11 \"slot.4\" = i32.wrap_i64 v8
               v12 = i64.extend_i32_s v11
               v9 = i32.const 9
               v10 = i32.lt_s v11, v9
               branch v10, block1(v11), block2
             block2:
               return v12
             }",
        );
    }

    #[test]
    fn where_it_is_checked_the_load_stays_beside_the_value() {
        fn checked(func: &mut Function, context: &Context) {
            run(func, &Context { checked: true, ..*context });
            dce::run(func, context);
        }
        let body = |rest: &str| {
            format!(
                "function $f 0x1000 regular (sp: i64) -> (r: i64) {{
                   bias 65536
                 block0(v0: i64 \"sp\"):
                   v1 = i32.wrap_i64 v0
                   v2 = i32.const -65552
                   v3 = i32.add v1, v2
                   v4 \"slot.8\" = i64.const 7
                   i64.store v3 offset=8, v4
                   {rest}
                 }}"
            )
        };
        let forwarded = "v5 = i64.load v3 offset=8
                         v6 = i64.const 4096
                         v7 = i32.const -8
                         host check(v6, v7, v4, v5)
                         return v4";
        assert_pass(checked, &body("v5 = i64.load v3 offset=8\n return v5"), &body(forwarded));
    }

    #[test]
    fn an_address_that_is_handed_to_a_call_keeps_the_loads() {
        let text = |callee: &str| {
            format!(
                "function $f 0x1000 regular (sp: i64) -> (r: i64) {{
                   bias 65536
                   {callee}
                 block0(v0: i64 \"sp\"):
                   v1 = i32.wrap_i64 v0
                   v2 = i32.const -65552
                   v3 = i32.add v1, v2
                   v4 = i64.const -16
                   v5 = i64.add v0, v4
                   i64.store v3, v4
                   call $g(v5)
                   v6 = i64.load v3
                   return v6
                 }}"
            )
        };
        let func = |callee: &str| {
            let mut func = crate::text::parse(&text(callee)).expect("parses");
            clean(&mut func, &Context::default());
            crate::text::print(&func).contains("load")
        };
        assert!(func("callee $g(i64) -> ()"), "the callee may write by the address");
        assert!(!func("callee $g(i64) -> () takes_sp"), "it is its stack pointer");
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..1600, pass).unwrap_or_else(|error| panic!("{error}"));
        validate(&["promote", "peephole", "gvn", "dce"], 1600..3200, pass)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn random_functions_have_slots() {
        let with_slots = |seed: &u64| {
            let mut func = crate::testing::generate::function(*seed);
            promote::run(&mut func, &Context::default());
            let cfg = Cfg::new(&func);
            Slots::find(&func, &cfg).is_some_and(|slots| !slots.is_empty())
        };
        let count = (0..400).filter(with_slots).count();
        assert!(count > 20, "{count} of 400");
    }

    #[test]
    fn forgetting_a_store_is_caught() {
        let broken = |func: &mut Function| {
            let cfg = Cfg::new(func);
            let Some(mut slots) = Slots::find(func, &cfg) else { return };
            slots.forget_stores(func);
            Forwarding { func, checked: false, done: Vec::new(), pc: None }.run(&slots);
            promote::run(func, &Context::default());
        };
        assert!(validate(&["promote"], 0..800, broken).is_err());
    }
}
