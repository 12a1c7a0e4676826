//! One function's code, instruction by instruction, without a text.
//!
//! What comes out is what [`super::function`] makes of the function's text: here
//! instructions come in the order in which they run, operands first.
//!
//! Knows encodings. Must never know why an instruction is there.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;
use rv2wat_passes::ir::{AtomicOp, LoadOp, Op, StoreOp};
use wasm_encoder::{Encode as _, FuncType, ValType};

use super::field::Field;
use super::function::{END, Function, Hint, Hole, Names, Origin, Signature, Space, Symbol, declare};
use super::table::{self, Immediate, Row};
use crate::Error;

/// Collects the code of a function.
#[derive(Default)]
pub struct Coder {
    params: Vec<ValType>,
    results: Vec<ValType>,
    known: [FxHashMap<Box<str>, u32>; 4],
    symbols: Vec<Symbol>,
    code: Vec<u8>,
    holes: Vec<Hole>,
    hints: Vec<Hint>,
    origins: Vec<Origin>,
    locals: Names,
    labels: Names,
    /// The first thing that was wrong.
    fault: Option<String>,
}

/// The rows of operations, loads and stores, which are numbered in the order of `ALL`;
/// helpers have none.
static OPS: LazyLock<Vec<Option<Row>>> = LazyLock::new(|| rows(Op::ALL.iter().map(|op| op.name())));
static LOADS: LazyLock<Vec<Option<Row>>> = LazyLock::new(|| rows(LoadOp::ALL.iter().map(|op| op.name())));
static STORES: LazyLock<Vec<Option<Row>>> = LazyLock::new(|| rows(StoreOp::ALL.iter().map(|op| op.name())));

fn rows(names: impl Iterator<Item = &'static str>) -> Vec<Option<Row>> {
    names.map(table::find).collect()
}

impl Coder {
    /// Starts a function with so many parameters, and with these locals, parameters
    /// first.
    pub fn new<'n>(
        params: Vec<ValType>,
        results: Vec<ValType>,
        locals: impl Iterator<Item = (&'n str, ValType)>,
    ) -> Coder {
        let mut coder = Coder { params, results, ..Coder::default() };
        let mut types = Vec::new();
        for (name, ty) in locals {
            coder.locals.add(Some(name));
            types.push(ty);
        }
        declare(types.get(coder.params.len()..).unwrap_or_default(), &mut coder.code);
        coder
    }

    /// The function, as a field of a module.
    ///
    /// # Errors
    /// [`Error::Assemble`] with the first thing that was wrong.
    pub fn finish<'a>(mut self, name: &str) -> Result<Field<'a>, Error> {
        if let Some(what) = self.fault {
            return Err(Error::Assemble(format!("in `${name}`: {what}")));
        }
        self.code.push(END);
        let ty = FuncType::new(self.params, self.results);
        Ok(Field::Function(Box::new(Function {
            name: name.to_owned(),
            exports: Vec::new(),
            signature: Signature { name: None, repeated: ty.clone() },
            types: vec![ty],
            symbols: self.symbols,
            code: self.code,
            holes: self.holes,
            hints: self.hints,
            origins: self.origins,
            locals: self.locals,
            labels: self.labels,
        })))
    }

    /// Notes that something is wrong.
    pub fn fail(&mut self, what: String) {
        self.fault.get_or_insert(what);
    }

    /// An operation.
    pub fn op(&mut self, op: Op) {
        match OPS[op as usize] {
            Some(row) => self.row(row),
            None => self.fail(format!("there is no instruction `{}`", op.name())),
        }
    }

    /// An instruction with nothing behind its code, but for the only memory.
    pub fn plain(&mut self, name: &str) {
        let Some(row) = table::find(name) else {
            return self.fail(format!("there is no instruction `{name}`"));
        };
        self.row(row);
        if let Immediate::Zeros(count) = row.immediate {
            self.code.extend((0..count).map(|_| 0));
        }
    }

    /// An instruction that takes the number of a local, or how far out a label is.
    pub fn index(&mut self, row: Row, index: u32) {
        self.row(row);
        index.encode(&mut self.code);
    }

    /// A call of a function.
    pub fn call(&mut self, row: Row, function: &str) {
        self.row(row);
        self.hole(Space::Function, function);
    }

    /// A call through a table, of a function of a type.
    pub fn call_indirect(&mut self, row: Row, table: &str, ty: &str) {
        self.row(row);
        self.hole(Space::Type, ty);
        self.hole(Space::Table, table);
    }

    /// Reads or writes a global.
    pub fn global(&mut self, row: Row, global: &str) {
        self.row(row);
        self.hole(Space::Global, global);
    }

    /// A load.
    pub fn load(&mut self, op: LoadOp, offset: u32) {
        self.access(LOADS[op as usize], op.name(), offset);
    }

    /// A store.
    pub fn store(&mut self, op: StoreOp, offset: u32) {
        self.access(STORES[op as usize], op.name(), offset);
    }

    /// An atomic access.
    pub fn atomic(&mut self, op: AtomicOp, offset: u32) {
        self.access(table::find(op.name()), op.name(), offset);
    }

    fn access(&mut self, row: Option<Row>, name: &str, offset: u32) {
        match row {
            Some(row @ Row { immediate: Immediate::Place(align), .. }) => {
                self.row(row);
                self.code.push(align);
                offset.encode(&mut self.code);
            }
            _ => self.fail(format!("`{name}` is no access to memory")),
        }
    }

    /// A constant.
    pub fn i32(&mut self, value: i32) {
        self.row(const { Row::of("i32.const") });
        value.encode(&mut self.code);
    }

    /// A constant.
    pub fn i64(&mut self, value: i64) {
        self.row(const { Row::of("i64.const") });
        value.encode(&mut self.code);
    }

    /// A constant, by its bits.
    pub fn f32(&mut self, bits: u32) {
        self.row(const { Row::of("f32.const") });
        self.code.extend(bits.to_le_bytes());
    }

    /// A constant, by its bits.
    pub fn f64(&mut self, bits: u64) {
        self.row(const { Row::of("f64.const") });
        self.code.extend(bits.to_le_bytes());
    }

    /// `br_table`, by how far out the labels are.
    pub fn table(&mut self, labels: &[u32], default: u32) {
        self.row(const { Row::of("br_table") });
        labels.len().encode(&mut self.code);
        labels.iter().chain([&default]).for_each(|label| label.encode(&mut self.code));
    }

    /// Whether the branch that comes next is likely, where that is known.
    pub fn hint(&mut self, likely: Option<bool>) {
        let at = self.code.len() as u32;
        self.hints.extend(likely.map(|likely| Hint { at, value: u32::from(likely) }));
    }

    /// The guest instruction that the access which comes next is for, where that is known.
    pub fn origin(&mut self, pc: Option<u64>) {
        let at = self.code.len() as u32;
        self.origins.extend(pc.map(|pc| Origin { at, pc }));
    }

    /// The beginning of a block that leaves no value, or one.
    pub fn block(&mut self, kind: Opening, label: Option<&str>, result: Option<ValType>) {
        self.code.push(kind as u8);
        match result {
            None => self.code.push(0x40),
            Some(ty) => ty.encode(&mut self.code),
        }
        self.labels.add(label);
    }

    /// Between the arms of an `if`.
    pub fn otherwise(&mut self) {
        self.code.push(0x05);
    }

    /// The end of a block.
    pub fn end(&mut self) {
        self.code.push(END);
    }

    fn row(&mut self, row: Row) {
        match row.prefix {
            0 => self.code.push(row.code as u8),
            prefix => {
                self.code.push(prefix);
                u32::from(row.code).encode(&mut self.code);
            }
        }
    }

    /// A place for the number of something with a name.
    fn hole(&mut self, space: Space, name: &str) {
        let known = &mut self.known[space as usize];
        let symbol = match known.get(name) {
            Some(&symbol) => symbol,
            None => {
                let symbol = self.symbols.len() as u32;
                self.symbols.push(Symbol::Named(space, name.into()));
                known.insert(name.into(), symbol);
                symbol
            }
        };
        self.holes.push(Hole { at: self.code.len() as u32, symbol });
    }
}

/// What ends at an `end`.
#[derive(Clone, Copy)]
pub enum Opening {
    Block = 0x02,
    Loop = 0x03,
    If = 0x04,
}
