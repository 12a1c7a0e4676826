//! `webs`: registers that hold 32 bits all along become 32 bits wide.
//!
//! ```text
//! before                               after
//!   block1(v1: i64 "i"):                 block1(v8: i32 "i"):
//!     v2 = i32.wrap_i64 v1                 v9 = i64.extend_i32_s v8
//!     v3 = i32.const 1                     v2 = i32.wrap_i64 v9
//!     v4 = i32.add v2, v3                  v3 = i32.const 1
//!     v5 = i64.extend_i32_s v4             v4 = i32.add v2, v3
//!     v6 = i64.lt_s v5, v0                 v5 = i64.extend_i32_s v4
//!     branch v6, block1(v5), block2        v6 = i64.lt_s v5, v0
//!                                          branch v6, block1(v4), block2
//! ```
//!
//! A block parameter into which only sign-extended words flow (or zero-extended
//! ones, or boxed singles), from wherever, perhaps through other such
//! parameters and bitwise operations on them, carries what was extended (or boxed)
//! instead. The conversion moves from before the edges to each block that uses the
//! value, where `peephole` mostly cancels it.
//!
//! Requires: SSA form. Preserves: everything else. Leaves unused instructions to
//! `dce`. Complexity: near-linear. Limits: a word that a function takes or a call
//! gives is not known to be extended, whatever the psABI says.

use std::cell::OnceCell;
use std::collections::BTreeMap;

use cranelift_entity::SecondaryMap;
use smallvec::{SmallVec, smallvec};

use crate::cfg::Cfg;
use crate::edit::{Facts, all_facts};
use crate::ir::{
    Block, Const, Function, Inst, InstKind, Op, Target, Terminator, Type, Value, ValueData, ValueDef,
};
use crate::lists::Lists;
use crate::pass::Context;

/// Narrows the block parameters of a function.
pub fn run(func: &mut Function, _: &Context) {
    if func.layout.is_empty() {
        return;
    }
    let cfg = Cfg::of(func);
    func.layout.retain(|&block| cfg.is_reachable(block));
    // Found when somebody asks, and anew when a web has changed.
    let mut facts = OnceCell::new();
    for form in [Form::Unsigned, Form::Signed, Form::Boxed] {
        let Some(web) = find(func, form, || facts.get_or_init(|| all_facts(func, &cfg))) else { continue };
        if web.values().any(|&narrow| narrow) {
            Narrowing { func, form, narrow: SecondaryMap::new(), made: BTreeMap::new(), done: Vec::new() }
                .run(&web);
            facts = OnceCell::new();
        }
    }
}

/// How a wide value is made of a narrow one.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Unsigned,
    Signed,
    Boxed,
}

impl Form {
    const fn widen(self) -> Op {
        match self {
            Form::Unsigned => Op::I64ExtendI32U,
            Form::Signed => Op::I64ExtendI32S,
            Form::Boxed => Op::RvBox,
        }
    }

    const fn narrow(self) -> Op {
        match self {
            Form::Unsigned | Form::Signed => Op::I32WrapI64,
            Form::Boxed => Op::RvUnbox,
        }
    }

    /// The narrow constant that a wide one is made of.
    fn constant(self, wide: Const) -> Option<Const> {
        match (self, wide) {
            (Form::Unsigned, Const::I64(value)) => {
                u32::try_from(value).ok().map(|low| Const::I32(low as i32))
            }
            (Form::Signed, Const::I64(value)) => i32::try_from(value).ok().map(Const::I32),
            (Form::Boxed, Const::F64(bits)) if bits >> 32 == 0xffff_ffff => Some(Const::F32(bits as u32)),
            (Form::Unsigned | Form::Signed, Const::Undef(_)) => Some(Const::Undef(Type::I32)),
            (Form::Boxed, Const::Undef(_)) => Some(Const::Undef(Type::F32)),
            _ => None,
        }
    }

    /// Whether a value that is no block parameter has the form.
    fn fits<'a>(self, func: &Function, facts: impl Fn() -> &'a AllFacts, value: Value) -> bool {
        match self {
            Form::Unsigned => facts()[value].is_some_and(|facts| facts.unsigned <= 32),
            Form::Signed => facts()[value].is_some_and(|facts| facts.signed <= 32),
            Form::Boxed => match func.def(value).map(|data| &data.kind) {
                Some(InstKind::Op(Op::RvBox, _)) => true,
                Some(InstKind::Const(constant)) => self.constant(*constant).is_some(),
                _ => false,
            },
        }
    }

    /// Whether a value has the form if some parameters have it, which are noted:
    /// bitwise operations of extended values give such again, and so do choices
    /// between them and their shifts right.
    fn parts<'a>(
        self,
        func: &Function,
        facts: &impl Fn() -> &'a AllFacts,
        web: &SecondaryMap<Value, bool>,
        value: Value,
        parts: &mut Vec<Value>,
    ) -> bool {
        let mut work: SmallVec<[Value; 8]> = smallvec![value];
        let mut steps = 0;
        while let Some(value) = work.pop() {
            if web[value] {
                parts.push(value);
                continue;
            }
            if self.fits(func, facts, value) {
                continue;
            }
            steps += 1;
            match func.def(value).map(|data| &data.kind) {
                _ if steps > REACH => return false,
                Some(InstKind::Op(Op::I64And | Op::I64Or | Op::I64Xor, args)) if self != Form::Boxed => {
                    work.extend_from_slice(args);
                }
                Some(InstKind::Op(Op::I64ShrU, args)) if self == Form::Unsigned => work.push(args[0]),
                Some(InstKind::Op(Op::I64ShrS, args)) if self == Form::Signed => work.push(args[0]),
                Some(InstKind::Select([_, then, other])) => work.extend_from_slice(&[*then, *other]),
                _ => return false,
            }
        }
        true
    }
}

/// How many operations between a parameter and what flows into it are looked at.
const REACH: usize = 8;

/// What is known of each value.
type AllFacts = SecondaryMap<Value, Option<Facts>>;

/// The parameters that can be narrow: all of them, but for those into which
/// something else flows. `None` where there are none of the type.
fn find<'a>(
    func: &Function,
    form: Form,
    facts: impl Fn() -> &'a AllFacts,
) -> Option<SecondaryMap<Value, bool>> {
    let wide = form.widen().result();
    let params = func.layout.iter().skip(1).flat_map(|&block| func.blocks[block].params.iter().copied());
    let mut params = params.filter(|&param| func.ty(param) == wide).peekable();
    params.peek()?;
    let mut web: SecondaryMap<Value, bool> = SecondaryMap::new();
    web.resize(func.values.len());
    params.for_each(|param| web[param] = true);
    let mut flows_to: Lists<Value, Value> = Lists::new(func.values.len());
    let (mut refused, mut parts) = (Vec::new(), Vec::new());
    for &block in &func.layout {
        for target in func.terminator(block).targets() {
            for (&param, &arg) in func.blocks[target.block].params.iter().zip(&target.args) {
                if !web[param] {
                    continue;
                }
                parts.clear();
                if form.parts(func, &facts, &web, arg, &mut parts) {
                    parts.iter().for_each(|&part| flows_to.push(part, param));
                } else {
                    refused.push(param);
                }
            }
        }
    }
    while let Some(param) = refused.pop() {
        if std::mem::replace(&mut web[param], false) {
            refused.extend(flows_to.of(param));
        }
    }
    Some(web)
}

struct Narrowing<'a> {
    func: &'a mut Function,
    form: Form,
    /// The narrow parameter that stands for a wide one.
    narrow: SecondaryMap<Value, Option<Value>>,
    /// The wide values made in the block at hand.
    made: BTreeMap<Value, Value>,
    /// The new instructions of the block at hand.
    done: Vec<Inst>,
}

impl Narrowing<'_> {
    fn run(mut self, web: &SecondaryMap<Value, bool>) {
        self.narrow.resize(self.func.values.len());
        for index in 0..self.func.layout.len() {
            let block = self.func.layout[index];
            for position in 0..self.func.blocks[block].params.len() {
                let param = self.func.blocks[block].params[position];
                if web[param] {
                    let (ty, name) = (self.form.narrow().result(), self.func.values[param].name);
                    let def = ValueDef::Param(block, position);
                    let narrow = self.func.values.push(ValueData { ty, def, name });
                    self.func.blocks[block].params[position] = narrow;
                    self.narrow[param] = Some(narrow);
                }
            }
        }
        for index in 0..self.func.layout.len() {
            self.block(self.func.layout[index], web);
        }
    }

    fn block(&mut self, block: Block, web: &SecondaryMap<Value, bool>) {
        self.made.clear();
        let mut insts = std::mem::take(&mut self.func.blocks[block].insts);
        for inst in insts.drain(..) {
            let mut uses_web = false;
            self.func.insts[inst].kind.for_each_use(|value| uses_web |= self.narrow[value].is_some());
            if uses_web {
                let mut kind = std::mem::replace(&mut self.func.insts[inst].kind, InstKind::Fence);
                let pc = self.func.insts[inst].pc;
                kind.for_each_use_mut(|value| *value = self.wide(*value, pc));
                self.func.insts[inst].kind = kind;
            }
            self.done.push(inst);
        }
        let pc = self.func.blocks[block].terminator_pc;
        if let Some(mut terminator) = self.func.blocks[block].terminator.take() {
            self.end(&mut terminator, web, pc);
            self.func.blocks[block].terminator = Some(terminator);
        }
        // The room of this block's instructions is the next one's.
        self.func.blocks[block].insts = std::mem::replace(&mut self.done, insts);
    }

    fn end(&mut self, terminator: &mut Terminator, web: &SecondaryMap<Value, bool>, pc: Option<u64>) {
        let mut on_edges = false;
        terminator.for_each_target(|target| on_edges |= !target.args.is_empty());
        if !on_edges {
            terminator.for_each_use_mut(|value| *value = self.wide(*value, pc));
            return;
        }
        // Edge arguments are set aside, so that what remains is used as it is.
        let mut edges: SmallVec<[Vec<Value>; 2]> =
            terminator.targets_mut().into_iter().map(|target| std::mem::take(&mut target.args)).collect();
        terminator.for_each_use_mut(|value| *value = self.wide(*value, pc));
        for (target, args) in terminator.targets_mut().into_iter().zip(&mut edges) {
            self.edge(target, std::mem::take(args), web, pc);
        }
    }

    fn edge(
        &mut self,
        target: &mut Target,
        args: Vec<Value>,
        web: &SecondaryMap<Value, bool>,
        pc: Option<u64>,
    ) {
        for (position, arg) in args.into_iter().enumerate() {
            let param = self.func.blocks[target.block].params[position];
            let narrow = self.func.ty(param) != self.func.ty(arg);
            let arg = match self.narrow[arg].filter(|_| web[arg]) {
                Some(low) if narrow => low,
                Some(_) => self.wide(arg, pc),
                None if narrow => self.low(arg, pc),
                None => arg,
            };
            target.args.push(arg);
        }
    }

    /// A value as it is used: widened where its parameter was narrowed.
    fn wide(&mut self, value: Value, pc: Option<u64>) -> Value {
        let Some(narrow) = self.narrow[value] else { return value };
        if let Some(&made) = self.made.get(&value) {
            return made;
        }
        let made = self.op(self.form.widen(), narrow, pc);
        self.made.insert(value, made);
        made
    }

    /// What a value that fits the form is made of.
    fn low(&mut self, value: Value, pc: Option<u64>) -> Value {
        match self.func.def(value).map(|data| &data.kind) {
            Some(InstKind::Op(op, args)) if *op == self.form.widen() => {
                let low = args[0];
                if self.func.values[low].name.is_none() {
                    self.func.values[low].name = self.func.values[value].name;
                }
                low
            }
            Some(InstKind::Const(constant)) => match self.form.constant(*constant) {
                Some(low) => self.push(InstKind::Const(low), low.ty(), pc),
                None => self.op(self.form.narrow(), value, pc),
            },
            _ => self.op(self.form.narrow(), value, pc),
        }
    }

    fn op(&mut self, op: Op, arg: Value, pc: Option<u64>) -> Value {
        self.push(InstKind::Op(op, [arg].into()), op.result(), pc)
    }

    fn push(&mut self, kind: InstKind, ty: Type, pc: Option<u64>) -> Value {
        let inst = self.func.make_inst(kind, &[ty], pc);
        self.done.push(inst);
        self.func.insts[inst].results[0]
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
    fn a_counter_of_words_becomes_a_word() {
        assert_pass(
            clean,
            "# result i64
             block0(v0: i64):
               v1 = i64.const 0
               jump block1(v1)
             block1(v2: i64 \"i\"):
               v3 = i32.wrap_i64 v2
               v4 = i32.const 1
               v5 = i32.add v3, v4
               v6 \"i\" = i64.extend_i32_s v5
               v7 = i64.const 100
               v8 = i64.lt_s v6, v7
               branch v8, block1(v6), block2
             block2:
               return v2",
            "# result i64
             block0(v0: i64):
               v1 = i32.const 0
               jump block1(v1)
             block1(v2: i32 \"i\"):
               v4 = i32.const 1
               v5 \"i\" = i32.add v2, v4
               v7 = i32.const 100
               v8 = i32.lt_s v5, v7
               branch v8, block1(v5), block2
             block2:
               v9 = i64.extend_i32_s v2
               return v9",
        );
    }

    #[test]
    fn a_sum_of_singles_is_not_boxed_in_the_loop() {
        assert_pass(
            clean,
            "# result f64
             block0(v0: i32):
               v1 = f64.const 0xffffffff00000000
               jump block1(v1)
             block1(v2: f64 \"fa0\"):
               v3 = rv.unbox v2
               v4 = f32.add v3, v3
               v5 = rv.box v4
               branch v0, block1(v5), block2
             block2:
               return v5",
            "# result f64
             block0(v0: i32):
               v1 = f32.const 0x0
               jump block1(v1)
             block1(v2: f32 \"fa0\"):
               v4 = f32.add v2, v2
               v5 = rv.box v4
               branch v0, block1(v4), block2
             block2:
               return v5",
        );
    }

    const BITS: &str = "# result i64
             block0(v0: i64):
               v1 = i64.const 255
               v2 = i64.and v0, v1
               jump block1(v2)
             block1(v3: i64 \"a5\"):
               v4 = i32.wrap_i64 v3
               v5 = i32.const -1
               v6 = i32.add v4, v5
               v7 = i64.extend_i32_s v6
               v8 \"a5\" = i64.and v3, v7
               v9 = i64.const 0
               v10 = i64.ne v8, v9
               branch v10, block1(v8), block2
             block2:
               return v8";

    #[test]
    fn what_bitwise_operations_make_of_words_is_a_word() {
        assert_pass(
            clean,
            BITS,
            "# result i64
             block0(v0: i64):
               v1 = i64.const 255
               v2 = i64.and v0, v1
               v3 = i32.wrap_i64 v2
               jump block1(v3)
             block1(v4: i32 \"a5\"):
               v5 = i32.const -1
               v6 = i32.add v4, v5
               v7 = i32.and v4, v6
               v8 \"a5\" = i64.extend_i32_s v7
               branch v7, block1(v7), block2
             block2:
               return v8",
        );
    }

    #[test]
    fn what_bitwise_operations_make_of_wide_values_stays() {
        let text = BITS.replace("v2 = i64.and v0, v1", "v2 = i64.add v0, v1");
        assert_pass(run, &text, &text);
    }

    #[test]
    fn what_a_function_takes_is_not_known_to_be_extended() {
        let text = "# result i64
             block0(v0: i64, v1: i32):
               jump block1(v0)
             block1(v2: i64):
               v3 = i32.wrap_i64 v2
               v4 = i64.extend_i32_s v3
               branch v1, block1(v4), block2
             block2:
               return v2";
        assert_pass(run, text, text);
    }

    #[test]
    fn random_functions_mean_the_same() {
        let pass = |func: &mut Function| run(func, &Context::default());
        validate(&["promote"], 0..600, pass).unwrap_or_else(|error| panic!("{error}"));
        validate(&["promote", "peephole", "gvn", "dce"], 600..1500, pass)
            .unwrap_or_else(|error| panic!("{error}"));
    }

    #[test]
    fn widening_by_the_wrong_sign_is_caught() {
        let broken = |func: &mut Function| {
            let first_new = func.insts.len();
            run(func, &Context::default());
            for data in func.insts.values_mut().skip(first_new) {
                match &mut data.kind {
                    InstKind::Op(op @ Op::I64ExtendI32S, _) => *op = Op::I64ExtendI32U,
                    InstKind::Op(op @ Op::I64ExtendI32U, _) => *op = Op::I64ExtendI32S,
                    _ => {}
                }
            }
        };
        assert!(validate(&["promote", "peephole", "gvn", "dce"], 0..1000, broken).is_err());
    }
}
