//! The verifier: what every function of the IR must satisfy.
//!
//! 1. The layout is not empty and holds no block twice; every block in it has a
//!    terminator; every id is one of the function's.
//! 2. The entry's parameters have the types of the function's, and no edge goes
//!    to the entry.
//! 3. A value is defined once, in a block of the layout, and its definition
//!    says where it stands.
//! 4. Operations, selects, accesses and calls have as many operands and results
//!    as their row in the table or their signature says, of its types. An
//!    address is an i32.
//! 5. A use is dominated by its definition. (Not checked in blocks that the
//!    entry does not reach.)
//! 6. An edge has an argument for each parameter of its block, of its type.
//! 7. A condition and an index are i32s; the pc of an exit is an i64.
//! 8. A return gives the function's results, and only a regular function
//!    returns. A tail call is direct or indirect and gives the function's
//!    results, with a status exactly where the function has one.
//! 9. Only a function that may exit exits or calls what may exit, and only a
//!    call that may exit has registers to leave.
//! 10. Registers that an exit or a leaving call writes are written once, with
//!     values of their types; the pc, which an exit names apart, is no such register.
//! 11. A variable is read and written at its type; where SSA form is asked for,
//!     no variable is read or written at all.
//!
//! Complexity: near-linear.

use std::collections::BTreeSet;
use std::fmt;

use cranelift_entity::packed_option::PackedOption;
use cranelift_entity::{EntitySet, SecondaryMap};

use crate::cfg::Cfg;
use crate::ir::{
    Block, Call, CallInst, Function, Inst, InstKind, Kind, Signature, StateReg, Target, Terminator, Type,
    Value, ValueDef,
};
use crate::pass::Requires;
use crate::text::{Place, print_with};

/// One thing that is wrong.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// Where.
    pub place: Place,
    /// What.
    pub message: String,
}

/// What is wrong with a function. Its display is the function's text with the
/// faults in their places.
#[derive(Clone, Debug)]
pub struct VerifyError {
    /// The function's name.
    pub function: String,
    /// What is wrong, in the order of the text.
    pub faults: Vec<Fault>,
    text: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "function `{}` is no valid IR:", self.function)?;
        for Fault { place, message } in &self.faults {
            match place {
                Place::Head => writeln!(f, "- {message}")?,
                Place::Block(block) => writeln!(f, "- {block}: {message}")?,
                Place::Inst(block, inst) => writeln!(f, "- {block}, {inst}: {message}")?,
                Place::Terminator(block) => writeln!(f, "- end of {block}: {message}")?,
            }
        }
        f.write_str(&self.text)
    }
}

impl std::error::Error for VerifyError {}

/// Verifies a function in the given form.
///
/// # Errors
/// All faults that were found.
pub fn verify(func: &Function, form: Requires) -> Result<(), VerifyError> {
    let mut verifier = Verifier::new(func, form);
    if verifier.shape() {
        verifier.definitions();
        verifier.uses();
    }
    let faults = verifier.faults;
    if faults.is_empty() {
        return func.parts.iter().try_for_each(|part| verify(part, form));
    }
    let text = print_with(func, |place| {
        let here = faults.iter().filter(|fault| fault.place == place);
        here.map(|fault| format!("    ^ {}", fault.message)).collect()
    });
    Err(VerifyError { function: func.name.clone(), faults, text })
}

struct Verifier<'a> {
    func: &'a Function,
    form: Requires,
    faults: Vec<Fault>,
    place: Place,
    /// Where each value is defined: the block, and how many instructions of it
    /// come before.
    homes: SecondaryMap<Value, (PackedOption<Block>, usize)>,
}

impl<'a> Verifier<'a> {
    fn new(func: &'a Function, form: Requires) -> Verifier<'a> {
        Verifier { func, form, faults: Vec::new(), place: Place::Head, homes: SecondaryMap::new() }
    }

    fn fault(&mut self, message: impl Into<String>) {
        self.faults.push(Fault { place: self.place, message: message.into() });
    }

    fn check(&mut self, holds: bool, message: impl FnOnce() -> String) {
        if !holds {
            self.fault(message());
        }
    }

    /// Whether ids and the layout are such that everything else can be looked
    /// at. Nothing that prints the function would fail on them either.
    fn shape(&mut self) -> bool {
        let func = self.func;
        if func.layout.is_empty() {
            self.fault("there is no block");
            return false;
        }
        let mut seen: EntitySet<Block> = EntitySet::new();
        for &block in &func.layout {
            self.place = Place::Head;
            if !func.blocks.is_valid(block) || !seen.insert(block) {
                self.fault(format!("{block} is in the layout twice or unknown"));
                continue;
            }
            self.place = Place::Block(block);
            let data = &func.blocks[block];
            let Some(terminator) = &data.terminator else {
                self.fault("the block does not end");
                continue;
            };
            let mut valid = data.params.iter().all(|&param| func.values.is_valid(param));
            for &inst in &data.insts {
                valid &= func.insts.is_valid(inst) && self.inst_is_known(inst);
            }
            terminator.for_each_use(|value| valid &= func.values.is_valid(value));
            valid &= terminator.targets().iter().all(|target| func.blocks.is_valid(target.block));
            if let Terminator::TailCall { call: Call::Direct(callee), .. } = terminator {
                valid &= func.callees.is_valid(*callee);
            }
            self.check(valid, || "an id is not one of the function's".to_owned());
        }
        for &block in func.layout.iter().filter(|&&block| func.blocks.is_valid(block)) {
            self.place = Place::Terminator(block);
            let targets = func.blocks[block].terminator.iter().flat_map(Terminator::targets);
            for target in targets.filter(|target| !seen.contains(target.block)) {
                self.fault(format!("{} is not in the layout", target.block));
            }
        }
        self.faults.is_empty()
    }

    fn inst_is_known(&self, inst: Inst) -> bool {
        let func = self.func;
        let data = &func.insts[inst];
        let mut valid = data.results.iter().all(|&result| func.values.is_valid(result));
        data.kind.for_each_use(|value| valid &= func.values.is_valid(value));
        valid
            && match &data.kind {
                InstKind::Get(var) | InstKind::Set(var, _) => func.vars.is_valid(*var),
                InstKind::Call(call) => match call.call {
                    Call::Direct(callee) => func.callees.is_valid(callee),
                    _ => true,
                },
                _ => true,
            }
    }

    fn definitions(&mut self) {
        let func = self.func;
        let entry = func.entry();
        self.place = Place::Block(entry);
        let wanted: Vec<Type> = func.params.iter().map(|param| param.ty).collect();
        self.check_types("parameters", &func.blocks[entry].params, &wanted);
        for &block in &func.layout {
            for (position, &param) in func.blocks[block].params.iter().enumerate() {
                self.place = Place::Block(block);
                self.define(param, ValueDef::Param(block, position), block, 0);
            }
            for (index, &inst) in func.blocks[block].insts.iter().enumerate() {
                self.place = Place::Inst(block, inst);
                for (position, &result) in func.insts[inst].results.iter().enumerate() {
                    self.define(result, ValueDef::Result(inst, position), block, index + 1);
                }
            }
            self.place = Place::Terminator(block);
            let loops = func.terminator(block).targets().iter().any(|target| target.block == entry);
            self.check(!loops, || "an edge goes to the entry".to_owned());
        }
    }

    fn define(&mut self, value: Value, def: ValueDef, block: Block, index: usize) {
        if self.homes[value].0.is_some() {
            self.fault(format!("{value} is defined twice"));
        }
        self.check(self.func.values[value].def == def, || {
            format!("{value} does not know where it is defined")
        });
        self.homes[value] = (Some(block).into(), index);
    }

    fn uses(&mut self) {
        let func = self.func;
        let cfg = Cfg::new(func);
        for &block in &func.layout {
            for (index, &inst) in func.blocks[block].insts.iter().enumerate() {
                self.place = Place::Inst(block, inst);
                func.insts[inst].kind.for_each_use(|value| self.used(&cfg, value, block, index));
                self.inst(inst);
            }
            self.place = Place::Terminator(block);
            let terminator = func.terminator(block);
            terminator.for_each_use(|value| self.used(&cfg, value, block, usize::MAX));
            self.terminator(terminator);
        }
    }

    fn used(&mut self, cfg: &Cfg, value: Value, block: Block, index: usize) {
        let (home, first) = self.homes[value];
        let message = match home.expand() {
            None => format!("{value} is used, but no block of the layout defines it"),
            Some(home) if home == block && first <= index => return,
            Some(home) if home != block && cfg.dominates(home, block) => return,
            Some(_) if !cfg.is_reachable(block) => return,
            Some(home) => format!("{value} of {home} does not dominate this use"),
        };
        self.fault(message);
    }

    fn check_types(&mut self, what: &str, values: &[Value], wanted: &[Type]) {
        let found: Vec<Type> = values.iter().map(|&value| self.func.ty(value)).collect();
        self.check(found == wanted, || format!("the {what} are {}, not {}", types(&found), types(wanted)));
    }

    fn check_operands(&mut self, values: &[Value], wanted: &[Type]) {
        self.check_types("operands", values, wanted);
    }

    fn inst(&mut self, inst: Inst) {
        let data = &self.func.insts[inst];
        let results: Vec<Type> = match &data.kind {
            InstKind::Const(constant) => vec![constant.ty()],
            InstKind::Op(op, args) => {
                self.check_operands(args, op.args());
                vec![op.result()]
            }
            InstKind::Select(args) => {
                let ty = self.func.ty(args[1]);
                self.check_operands(args, &[Type::I32, ty, ty]);
                vec![ty]
            }
            InstKind::Load(op, addr, _) => {
                self.check_operands(&[*addr], &[Type::I32]);
                vec![op.ty()]
            }
            InstKind::Store(op, addr, _, value) => {
                self.check_operands(&[*addr, *value], &[Type::I32, op.ty()]);
                Vec::new()
            }
            InstKind::Atomic(op, addr, _, args) => {
                self.check_operands(&[*addr], &[Type::I32]);
                self.check_operands(args, &vec![op.ty(); op.operands()]);
                vec![op.ty()]
            }
            InstKind::Bulk(_, args) => {
                self.check_operands(args, &[Type::I32; 3]);
                Vec::new()
            }
            InstKind::Fence => Vec::new(),
            InstKind::Get(var) | InstKind::Set(var, _) if self.form == Requires::Ssa => {
                self.fault(format!("{var} is used, but the function is to be in SSA form"));
                return;
            }
            InstKind::Get(var) => vec![self.func.vars[*var].ty],
            InstKind::Set(var, value) => {
                self.check_operands(&[*value], &[self.func.vars[*var].ty]);
                Vec::new()
            }
            InstKind::GetState(reg) => {
                self.check(reg.is_global(), || format!("{reg} is no part of the state"));
                vec![reg.ty()]
            }
            InstKind::SetState(reg, value) => {
                self.check(reg.is_global(), || format!("{reg} is no part of the state"));
                self.check_operands(&[*value], &[reg.ty()]);
                Vec::new()
            }
            InstKind::Call(call) => {
                let CallInst { call, args, leave } = &**call;
                let signature = self.called(call, args);
                self.check(signature.may_exit || leave.is_empty(), || "the callee never leaves".to_owned());
                self.state(leave);
                signature.results
            }
        };
        self.check_types("results", &data.results, &results);
    }

    fn called(&mut self, call: &Call, args: &[Value]) -> Signature {
        let signature = self.func.call_signature(call);
        self.check_operands(args, &signature.params);
        let leaves = signature.may_exit && !self.func.may_exit;
        self.check(!leaves, || "the callee may exit, but this function may not".to_owned());
        signature
    }

    fn state(&mut self, state: &[(StateReg, Value)]) {
        let mut seen = BTreeSet::new();
        for &(reg, value) in state {
            let ty = self.func.ty(value);
            self.check(reg.ty() == ty, || format!("{reg} is {}, but {value} is {ty}", reg.ty()));
            self.check(seen.insert(reg), || format!("{reg} is written twice"));
        }
    }

    fn terminator(&mut self, terminator: &Terminator) {
        for target in terminator.targets() {
            self.edge(target);
        }
        let func = self.func;
        let results: Vec<Type> = func.results.iter().map(|result| result.ty).collect();
        match terminator {
            Terminator::Jump(_) | Terminator::Unreachable => {}
            Terminator::Branch { cond: value, .. } | Terminator::Switch { index: value, .. } => {
                self.check_operands(&[*value], &[Type::I32]);
            }
            Terminator::Return(values) => {
                self.check(func.kind == Kind::Regular, || "only a regular function returns".to_owned());
                self.check_types("returned values", values, &results);
            }
            Terminator::TailCall { call, args } => {
                self.check(!matches!(call, Call::Host(_)), || "a service cannot be called last".to_owned());
                let signature = self.called(call, args);
                let same = signature.results == results && signature.may_exit == func.may_exit;
                self.check(same, || "the callee does not return what this function returns".to_owned());
            }
            Terminator::Exit { pc, state, .. } => {
                self.check(func.may_exit, || "this function may not exit".to_owned());
                self.check_operands(&[*pc], &[Type::I64]);
                self.state(state);
                let twice = state.iter().any(|(reg, _)| *reg == StateReg::Pc);
                self.check(!twice, || "the pc has its own place in an exit".to_owned());
            }
        }
    }

    fn edge(&mut self, target: &Target) {
        let wanted: Vec<Type> =
            self.func.blocks[target.block].params.iter().map(|&param| self.func.ty(param)).collect();
        self.check_types(&format!("arguments for {}", target.block), &target.args, &wanted);
    }
}

fn types(types: &[Type]) -> String {
    format!("({})", types.iter().map(|ty| ty.name()).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::parse;

    fn faults(body: &str) -> Vec<String> {
        let text = format!("function $f 0x10 regular (a: i64, c: i32) -> (r: i64) {{\n{body}\n}}");
        let func = parse(&text).expect("parses");
        match verify(&func, Requires::Ssa) {
            Ok(()) => Vec::new(),
            Err(error) => {
                assert!(error.to_string().contains("^"), "the text shows the place");
                error.faults.into_iter().map(|fault| fault.message).collect()
            }
        }
    }

    #[test]
    fn a_good_function_has_no_fault() {
        assert_eq!(
            faults("block0(v0: i64, v1: i32):\n v2 = i64.add v0, v0\n return v2"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn each_invariant_is_checked() {
        let head = "block0(v0: i64, v1: i32):\n";
        let cases = [
            ("v2 = i64.add v0, v1\n return v2", "operands are (i64, i32)"),
            ("v2 = i64.load v0\n return v2", "operands are (i64), not (i32)"),
            ("i64.store v1, v1\n return v0", "operands are (i32, i32), not (i32, i64)"),
            ("return v1", "returned values are (i32)"),
            ("return v0, v0", "returned values"),
            ("branch v0, block1, block1\nblock1:\n return v0", "operands are (i64)"),
            ("jump block1(v1)\nblock1(v2: i64):\n return v2", "arguments for block1"),
            ("jump block1\nblock1:\n jump block0(v0, v1)", "goes to the entry"),
            ("v2 = i64.add v3, v3\n v3 = i64.const 1\n return v2", "does not dominate"),
            (
                "branch v1, block1, block2\nblock1:\n v2 = i64.const 1\n return v2\nblock2:\n return v2",
                "v2 of block1 does not dominate",
            ),
            ("exit jump v0 ()", "may not exit"),
            ("v2 = host ecall(v0, v0, v0, v0, v0, v0, v0)\n return v2", "but this function may not"),
            ("v2 = host counter(v1) leave(s0: v0)\n return v2", "never leaves"),
            (
                "v2 = i32.atomic.rmw.add v1, v0\n v3 = i64.const 1\n return v3",
                "operands are (i64), not (i32)",
            ),
            ("v2 = select.i64 v0, v0, v0\n return v2", "operands are"),
        ];
        for (body, wanted) in cases {
            let found = faults(&format!("{head}{body}"));
            assert!(found.iter().any(|fault| fault.contains(wanted)), "{body}\n{found:?}");
        }
    }

    #[test]
    fn variables_are_a_fault_in_ssa_form_only() {
        let text = "function $f 0x10 regular () -> () {\n var a0: i64\nblock0:\n v0 = get a0\n set a0, v0\n return\n}";
        let func = parse(text).expect("parses");
        assert!(verify(&func, Requires::Blocks).is_ok());
        assert_eq!(verify(&func, Requires::Ssa).expect_err("variables").faults.len(), 2);
    }

    #[test]
    fn a_block_without_an_end_is_told_not_fallen_over() {
        let mut func = parse("function $f 0x10 regular () -> () {\nblock0:\n return\n}").expect("parses");
        func.add_block(None);
        let error = verify(&func, Requires::Ssa).expect_err("no terminator");
        assert!(error.to_string().contains("block1: the block does not end"), "{error}");
    }
}
