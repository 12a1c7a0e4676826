//! Makes the code of structured functions: the bytes that their text assembles to.
//!
//! Knows the structure of a function; the instructions come from the speller, and how
//! they are encoded is the assembler's business.

use cranelift_entity::SecondaryMap;
use rv2wat_passes::ir::{Const, Type};
use rv2wat_passes::tree::{Event, Function, Label, Local, Node, Stmt};
use wasm_encoder::ValType;

use super::sink::{Head, Sink};
use super::spell::{self, Speller};
use super::{Needs, declared, global, is_silent};
use crate::Error;
use crate::assemble::{Coder, Field, Opening, Row};

/// The code of a function as a field of a module, and what it needs.
///
/// # Errors
/// [`Error::Assemble`] if the tree is none that could be printed and assembled.
pub(crate) fn assemble_function<'a>(tree: &Function) -> Result<(Field<'a>, Needs), Error> {
    let mut needs = Needs::default();
    let params = tree.locals.values().take(tree.params).map(|local| value_type(local.ty));
    let results = tree.results.iter().map(|&ty| value_type(ty)).chain(tree.may_exit.then_some(ValType::I32));
    let locals: Vec<Local> = tree.locals.keys().take(tree.params).chain(declared(tree)).collect();
    let mut numbers = SecondaryMap::with_capacity(locals.len());
    locals.iter().zip(0..).for_each(|(&local, number)| numbers[local] = number);
    let locals = locals.iter().map(|&local| &tree.locals[local]);
    let locals = locals.map(|local| (local.name.as_str(), value_type(local.ty)));
    let coder = Coder::new(params.collect(), results.collect(), locals);
    let sink = Code { tree, coder, numbers, depths: SecondaryMap::new(), open: Vec::new() };
    let mut walk = Walk { tree, speller: Speller { tree, sink, needs: &mut needs } };
    walk.body();
    let function = walk.speller.sink.coder.finish(&tree.name)?;
    Ok((function, needs))
}

fn value_type(ty: Type) -> ValType {
    match ty {
        Type::I32 => ValType::I32,
        Type::I64 => ValType::I64,
        Type::F32 => ValType::F32,
        Type::F64 => ValType::F64,
    }
}

struct Walk<'a> {
    tree: &'a Function,
    speller: Speller<'a, Code<'a>>,
}

impl Walk<'_> {
    fn body(&mut self) {
        let tree = self.tree;
        let (before, within) = tree.body.split_at(tree.leave_from.min(tree.body.len()));
        self.list(before, None);
        if tree.leaves.is_empty() {
            self.list(within, within.last().copied());
            return;
        }
        for leave in tree.leaves.iter().rev() {
            let result = leave.address.map(|_| ValType::I64);
            self.speller.sink.enter(Opening::Block, leave.label, result);
        }
        self.list(within, None);
        for (index, leave) in tree.leaves.iter().enumerate() {
            self.speller.sink.end();
            self.speller.way_out(leave, tree.leaves.get(index + 1));
        }
    }

    /// A list of statements; `end` is the one with which the function ends.
    fn list(&mut self, list: &[Node], end: Option<Node>) {
        let tree = self.tree;
        tree.walk(list, |event| match event {
            Event::Leaf(node) if is_silent(tree, node, end == Some(node)) => {}
            Event::Leaf(node) => {
                let data = &tree.nodes[node];
                self.speller.stmt(&data.stmt, data.pc, end == Some(node));
            }
            Event::Open(node) => match &tree.nodes[node].stmt {
                Stmt::Block { label, .. } => self.speller.sink.enter(Opening::Block, *label, None),
                Stmt::Loop { label, .. } => self.speller.sink.enter(Opening::Loop, *label, None),
                Stmt::If { cond, then, other } => {
                    let likely = spell::likely(tree, cond, then, other);
                    self.speller.expr(cond);
                    self.speller.sink.begin_if(likely);
                }
                _ => {}
            },
            Event::Else(_) => self.speller.sink.coder.otherwise(),
            Event::Close(_) => self.speller.sink.end(),
        });
    }
}

/// Makes code.
struct Code<'a> {
    tree: &'a Function,
    coder: Coder,
    /// The numbers of locals, in the order of their declarations.
    numbers: SecondaryMap<Local, u32>,
    /// The labels that are open; an `if` has one without a name.
    open: Vec<Option<Label>>,
    /// The place of each among them.
    depths: SecondaryMap<Label, usize>,
}

impl Code<'_> {
    const GET: Row = Row::of("local.get");
    const SET: Row = Row::of("local.set");
    const TEE: Row = Row::of("local.tee");
    const BR: Row = Row::of("br");
    const BR_IF: Row = Row::of("br_if");
    const CALL: Row = Row::of("call");
    const RETURN_CALL: Row = Row::of("return_call");
    const INDIRECT: Row = Row::of("call_indirect");
    const RETURN_INDIRECT: Row = Row::of("return_call_indirect");
    const GET_GLOBAL: Row = Row::of("global.get");
    const SET_GLOBAL: Row = Row::of("global.set");

    fn enter(&mut self, kind: Opening, label: Label, result: Option<ValType>) {
        self.depths[label] = self.open.len();
        self.open.push(Some(label));
        self.coder.block(kind, Some(&self.tree.labels[label].name), result);
    }

    fn end(&mut self) {
        self.open.pop();
        self.coder.end();
    }

    /// How many labels out of here a label is.
    fn distance(&mut self, label: Label) -> u32 {
        let depth = self.depths[label];
        if self.open.get(depth) != Some(&Some(label)) {
            self.coder.fail(format!("no label `${}` is open", self.tree.labels[label].name));
            return 0;
        }
        (self.open.len() - 1 - depth) as u32
    }
}

impl Sink for Code<'_> {
    type Doc = ();

    fn inst(&mut self, head: Head<'_>, _operands: Vec<()>, pc: Option<u64>) {
        let coder = &mut self.coder;
        if let Head::Load(..) | Head::Store(..) | Head::Atomic(..) = head {
            coder.origin(pc);
        }
        match head {
            Head::Op(op) => coder.op(op),
            Head::Plain(name) => coder.plain(name),
            Head::Get(local) => coder.index(Code::GET, self.numbers[local]),
            Head::Set(local) => coder.index(Code::SET, self.numbers[local]),
            Head::Tee(local) => coder.index(Code::TEE, self.numbers[local]),
            Head::Br(label) => {
                let distance = self.distance(label);
                self.coder.index(Code::BR, distance);
            }
            Head::BrIf(label) => {
                let distance = self.distance(label);
                self.coder.index(Code::BR_IF, distance);
            }
            Head::Call { tail, name } => coder.call(if tail { Code::RETURN_CALL } else { Code::CALL }, name),
            Head::CallIndirect { tail: false } => {
                coder.call_indirect(Code::INDIRECT, "functions", "rv.class")
            }
            Head::CallIndirect { tail: true } => {
                coder.call_indirect(Code::RETURN_INDIRECT, "functions", "rv.class");
            }
            Head::GetState(reg) => coder.global(Code::GET_GLOBAL, &global(reg)),
            Head::SetState(reg) => coder.global(Code::SET_GLOBAL, &global(reg)),
            Head::Load(op, offset) => coder.load(op, offset),
            Head::Store(op, offset) => coder.store(op, offset),
            Head::Atomic(op, offset) => coder.atomic(op, offset),
            Head::Const { value, .. } => match value {
                Const::I32(value) => coder.i32(value),
                Const::Undef(Type::I32) => coder.i32(0),
                Const::Undef(Type::I64) => coder.i64(0),
                Const::Undef(Type::F32) => coder.f32(0),
                Const::Undef(Type::F64) => coder.f64(0),
                Const::I64(value) => coder.i64(value),
                Const::F32(bits) => coder.f32(bits),
                Const::F64(bits) => coder.f64(bits),
            },
        }
    }

    fn branch(&mut self, head: Head<'_>, operands: Vec<()>, pc: Option<u64>, likely: Option<bool>) {
        self.coder.hint(likely);
        self.inst(head, operands, pc);
    }

    fn table(&mut self, labels: &[Label], default: Label, _index: (), _pc: Option<u64>) {
        let labels: Vec<u32> = labels.iter().map(|&label| self.distance(label)).collect();
        let default = self.distance(default);
        self.coder.table(&labels, default);
    }

    fn begin_if(&mut self, likely: Option<bool>) {
        self.coder.hint(likely);
        self.open.push(None);
        self.coder.block(Opening::If, None, None);
    }

    fn end_if(&mut self, _cond: (), _then: (), _pc: Option<u64>) {
        self.end();
    }

    fn calling(&mut self, _call: ()) {}

    fn end_values(&mut self, values: Vec<()>, _pc: Option<u64>) -> Vec<()> {
        values
    }
}
