//! What becomes of instructions, one by one: text or bytes.
//!
//! The speller says which instructions there are, operands before what they are
//! operands of, in the order in which they run; a sink makes a document of them, which
//! is laid out, or the code of a function. So both are the same program.

use std::borrow::Cow;

use rv2wat_passes::ir::{AtomicOp, Const, LoadOp, Op, StateReg, StoreOp};
use rv2wat_passes::tree::{Function, Label, Local};

use super::Style;
use super::doc::Doc;
use super::spell::{constant, global};

/// An instruction without its operands.
#[derive(Clone, Copy, Debug)]
pub enum Head<'a> {
    /// An operation that WebAssembly has.
    Op(Op),
    /// An instruction of which there is no more to say: `drop`.
    Plain(&'static str),
    /// `local.get`.
    Get(Local),
    /// `local.set`.
    Set(Local),
    /// `local.tee`.
    Tee(Local),
    /// `br`.
    Br(Label),
    /// `br_if`.
    BrIf(Label),
    /// `call` or `return_call` of a function by name, without the dollar sign.
    Call { tail: bool, name: &'a str },
    /// A call through the table.
    CallIndirect { tail: bool },
    /// `global.get`.
    GetState(StateReg),
    /// `global.set`.
    SetState(StateReg),
    /// A load, and its offset.
    Load(LoadOp, u32),
    /// A store, and its offset.
    Store(StoreOp, u32),
    /// An atomic access that WebAssembly has, and its offset.
    Atomic(AtomicOp, u32),
    /// A constant; whether it is to be read as bits, or as a place in memory.
    Const { value: Const, bits: bool },
}

/// Where instructions go.
pub trait Sink {
    /// What an instruction and its operands have become.
    type Doc;

    /// An instruction whose operands have been made. `pc` is the guest instruction
    /// that it comes from.
    fn inst(&mut self, head: Head<'_>, operands: Vec<Self::Doc>, pc: Option<u64>) -> Self::Doc;

    /// A branch; `likely` says whether it is usually taken, where that is known.
    fn branch(
        &mut self,
        head: Head<'_>,
        operands: Vec<Self::Doc>,
        pc: Option<u64>,
        likely: Option<bool>,
    ) -> Self::Doc;

    /// `br_table`.
    fn table(&mut self, labels: &[Label], default: Label, index: Self::Doc, pc: Option<u64>) -> Self::Doc;

    /// The beginning of an `if`, whose condition has been made: what follows is in it.
    fn begin_if(&mut self, likely: Option<bool>);

    /// The end of an `if` within an expression.
    fn end_if(&mut self, cond: Self::Doc, then: Self::Doc, pc: Option<u64>) -> Self::Doc;

    /// The same as a call of the guest's.
    fn calling(&mut self, call: Self::Doc) -> Self::Doc;

    /// The values that a function ends with.
    fn end_values(&mut self, values: Vec<Self::Doc>, pc: Option<u64>) -> Vec<Self::Doc>;
}

/// Makes documents.
pub struct Docs<'a> {
    pub tree: &'a Function,
    pub style: &'a Style<'a>,
}

/// The values at the end of a function share a line up to this width.
const END_WIDTH: usize = 60;

impl Docs<'_> {
    pub fn label(&self, label: Label) -> &str {
        &self.tree.labels[label].name
    }

    fn local(&self, local: Local) -> &str {
        &self.tree.locals[local].name
    }

    fn hexadecimal(&self, value: Const, bits: bool) -> bool {
        let value = match value {
            Const::I32(value) => i64::from(value),
            Const::I64(value) => value,
            Const::F32(_) | Const::F64(_) | Const::Undef(_) => return false,
        };
        value > 9 && (bits || (self.style.is_address)(value as u64))
    }
}

impl Sink for Docs<'_> {
    type Doc = Doc;

    fn inst(&mut self, head: Head<'_>, operands: Vec<Doc>, pc: Option<u64>) -> Doc {
        let return_ = |tail| if tail { "return_" } else { "" };
        match head {
            Head::Op(op) => Doc::new(op.name(), operands, pc),
            Head::Plain(name) => Doc::new(name, operands, pc),
            Head::Get(local) => Doc::new(["local.get $", self.local(local)].concat(), operands, pc),
            Head::Set(local) => Doc::new(["local.set $", self.local(local)].concat(), operands, pc),
            Head::Tee(local) => Doc::new(["local.tee $", self.local(local)].concat(), operands, pc),
            Head::Br(label) => Doc::new(["br $", self.label(label)].concat(), operands, pc),
            Head::BrIf(label) => Doc::new(["br_if $", self.label(label)].concat(), operands, pc),
            Head::Call { tail, name } => Doc::new([return_(tail), "call $", name].concat(), operands, pc),
            Head::CallIndirect { tail } => {
                let head = format!("{}call_indirect $functions (type $rv.class)", return_(tail));
                Doc::new(head, operands, pc)
            }
            Head::GetState(reg) => Doc::new(format!("global.get ${}", global(reg)), operands, pc),
            Head::SetState(reg) => Doc::new(format!("global.set ${}", global(reg)), operands, pc),
            Head::Load(op, offset) => Doc::new(with_offset(op.name(), offset), operands, pc),
            Head::Store(op, offset) => Doc::new(with_offset(op.name(), offset), operands, pc),
            Head::Atomic(op, offset) => Doc::new(with_offset(op.name(), offset), operands, pc),
            Head::Const { value, bits } => {
                Doc::new(constant(value, self.hexadecimal(value, bits)), operands, pc)
            }
        }
    }

    /// Readers see whether a branch is likely from what it leads to.
    fn branch(&mut self, head: Head<'_>, operands: Vec<Doc>, pc: Option<u64>, _likely: Option<bool>) -> Doc {
        self.inst(head, operands, pc)
    }

    fn table(&mut self, labels: &[Label], default: Label, index: Doc, pc: Option<u64>) -> Doc {
        let labels = labels.iter().chain([&default]);
        let words = labels.map(|&label| Doc::word(format!("${}", self.label(label))));
        let operands = words.chain([index]).collect();
        Doc::new("br_table", operands, pc)
    }

    fn begin_if(&mut self, _likely: Option<bool>) {}

    fn end_if(&mut self, cond: Doc, then: Doc, pc: Option<u64>) -> Doc {
        Doc::new("if", vec![cond, Doc::new("then", vec![then], None)], pc)
    }

    fn calling(&mut self, call: Doc) -> Doc {
        call.calling()
    }

    /// On one line where they are short.
    fn end_values(&mut self, values: Vec<Doc>, pc: Option<u64>) -> Vec<Doc> {
        let docs = match Doc::row(&values, END_WIDTH) {
            Some(row) if values.len() > 1 => vec![row],
            _ => values,
        };
        docs.into_iter().map(|doc| doc.with_origin(pc)).collect()
    }
}

fn with_offset(name: &'static str, offset: u32) -> Cow<'static, str> {
    match offset {
        0 => name.into(),
        // A place, and not a distance from one.
        0x1_0000.. => format!("{name} offset={offset:#x}").into(),
        _ => format!("{name} offset={offset}").into(),
    }
}
