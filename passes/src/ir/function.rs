//! A function of the IR, its blocks and values.

use cranelift_entity::PrimaryMap;
use cranelift_entity::packed_option::PackedOption;

use super::{
    Block, Call, Callee, Const, FuncRef, Inst, InstData, InstKind, Name, Names, Results, Signature,
    Terminator, Type, Value, Var,
};
use crate::cfg::Known;

/// A basic block.
#[derive(Clone, Debug, Default)]
pub struct BlockData {
    /// Its parameters.
    pub params: Vec<Value>,
    /// Its instructions in order.
    pub insts: Vec<Inst>,
    /// How it ends; `None` only while the function is being built.
    pub terminator: Option<Terminator>,
    /// The guest address of the instruction that the terminator comes from.
    pub terminator_pc: Option<u64>,
    /// The guest address where the block starts, for labels; `None` for blocks
    /// that no guest instruction starts.
    pub pc: Option<u64>,
}

/// Where a value is defined.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueDef {
    /// A parameter of a block, by its position.
    Param(Block, usize),
    /// A result of an instruction, by its position.
    Result(Inst, usize),
}

/// A value.
#[derive(Clone, Debug)]
pub struct ValueData {
    /// Its type.
    pub ty: Type,
    /// Its definition.
    pub def: ValueDef,
    /// The variable (by name) that it is a life of: what the printer calls it.
    pub name: PackedOption<Name>,
}

/// A mutable variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VarData {
    /// Its name, unique in the function: `a0`, `index.1`.
    pub name: String,
    /// Its type.
    pub ty: Type,
}

/// A parameter of the function: the register that the caller hands over.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Param {
    /// The register's name.
    pub name: String,
    /// The type.
    pub ty: Type,
}

/// How a function is entered and left.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Called with arguments, returns results.
    Regular,
    /// Entered by the dispatcher with all registers in the state; every return
    /// is an exit. Irregular functions, observers and continuations are.
    Sideways,
}

/// A function of the IR.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its name, unique in the module.
    pub name: String,
    /// The guest address of its first instruction.
    pub address: u64,
    /// How it is entered and left.
    pub kind: Kind,
    /// The registers that it takes; the entry block's parameters, in order.
    pub params: Vec<Param>,
    /// The registers that it gives back, in the order of `Return`'s values.
    pub results: Vec<Param>,
    /// Whether it may leave with a status.
    pub may_exit: bool,
    /// Its variables; none after `promote`.
    pub vars: PrimaryMap<Var, VarData>,
    /// Whom it calls.
    pub callees: PrimaryMap<FuncRef, Callee>,
    /// The distance by which guest addresses lie above offsets in memory.
    pub bias: u32,
    /// Whether the first parameter of all indirect calls is the stack pointer,
    /// as [`Callee::takes_sp`] says it of direct ones.
    pub indirect_takes_sp: bool,
    /// Whether the program enters it once at most, as far as can be told.
    pub entered_once: bool,
    /// Functions that passes have cut out of it, which it calls.
    pub parts: Vec<Function>,
    /// The blocks by id, some perhaps no longer in `layout`.
    pub blocks: PrimaryMap<Block, BlockData>,
    /// The blocks in order; the first is the entry, to which nothing jumps.
    pub layout: Vec<Block>,
    /// The instructions by id.
    pub insts: PrimaryMap<Inst, InstData>,
    /// The values by id.
    pub values: PrimaryMap<Value, ValueData>,
    /// What values are called.
    pub names: Names,
    /// Its graph, if somebody has asked for it.
    pub(crate) graph: Known,
}

impl Function {
    /// An empty function without blocks.
    pub fn new(name: impl Into<String>, address: u64, kind: Kind) -> Function {
        Function {
            name: name.into(),
            address,
            kind,
            params: Vec::new(),
            results: Vec::new(),
            may_exit: kind == Kind::Sideways,
            vars: PrimaryMap::new(),
            callees: PrimaryMap::new(),
            bias: 0,
            indirect_takes_sp: false,
            entered_once: false,
            parts: Vec::new(),
            blocks: PrimaryMap::new(),
            layout: Vec::new(),
            insts: PrimaryMap::new(),
            values: PrimaryMap::new(),
            names: Names::default(),
            graph: Known::default(),
        }
    }

    /// What callers hand over and get back.
    pub fn signature(&self) -> Signature {
        Signature {
            params: self.params.iter().map(|param| param.ty).collect(),
            results: self.results.iter().map(|param| param.ty).collect(),
            may_exit: self.may_exit,
        }
    }

    /// The entry block.
    ///
    /// # Panics
    /// If the function has no block yet.
    pub fn entry(&self) -> Block {
        self.layout[0]
    }

    /// The type of a value.
    pub fn ty(&self, value: Value) -> Type {
        self.values[value].ty
    }

    /// The instruction that defines a value, unless a block parameter does.
    pub fn def(&self, value: Value) -> Option<&InstData> {
        match self.values[value].def {
            ValueDef::Result(inst, _) => Some(&self.insts[inst]),
            ValueDef::Param(..) => None,
        }
    }

    /// What a value is called.
    pub fn name_of(&self, value: Value) -> Option<&str> {
        self.values[value].name.expand().map(|name| self.names.text(name))
    }

    /// Calls a value by a name.
    pub fn call_it(&mut self, value: Value, name: &str) {
        self.values[value].name = Some(self.names.number(name)).into();
    }

    /// The constant that a value is, if an instruction says so.
    pub fn constant(&self, value: Value) -> Option<Const> {
        match self.def(value)?.kind {
            InstKind::Const(constant) => Some(constant),
            _ => None,
        }
    }

    /// Whether a value may be anything.
    pub fn is_undefined(&self, value: Value) -> bool {
        matches!(self.constant(value), Some(Const::Undef(_)))
    }

    /// What a call takes and gives.
    pub fn call_signature(&self, call: &Call) -> Signature {
        match call {
            Call::Direct(callee) => self.callees[*callee].signature.clone(),
            Call::Indirect(signature) => {
                let mut signature = signature.clone();
                signature.params.insert(0, Type::I64);
                signature
            }
            Call::Host(host) => host.signature(),
        }
    }

    /// Adds an empty block at the end of the layout.
    pub fn add_block(&mut self, pc: Option<u64>) -> Block {
        let block = self.blocks.push(BlockData { pc, ..BlockData::default() });
        self.layout.push(block);
        block
    }

    /// Adds a parameter to a block.
    pub fn add_param(&mut self, block: Block, ty: Type, name: Option<String>) -> Value {
        let name = name.map(|name| self.names.number(&name));
        self.add_param_named(block, ty, name.into())
    }

    /// The same with a name that the function knows.
    pub fn add_param_named(&mut self, block: Block, ty: Type, name: PackedOption<Name>) -> Value {
        let position = self.blocks[block].params.len();
        let value = self.values.push(ValueData { ty, def: ValueDef::Param(block, position), name });
        self.blocks[block].params.push(value);
        value
    }

    /// Makes an instruction with results of the given types, in no block yet.
    pub fn make_inst(&mut self, kind: InstKind, results: &[Type], pc: Option<u64>) -> Inst {
        let inst = self.insts.push(InstData { kind, results: Results::new(), pc, safe: false });
        for (position, &ty) in results.iter().enumerate() {
            let value =
                self.values.push(ValueData { ty, def: ValueDef::Result(inst, position), name: None.into() });
            self.insts[inst].results.push(value);
        }
        inst
    }

    /// Makes room for about so many more instructions, each with a result.
    pub fn reserve(&mut self, insts: usize) {
        self.insts.reserve(insts);
        self.values.reserve(insts);
    }

    /// The variable with this name, made if there is none.
    pub fn var(&mut self, name: &str, ty: Type) -> Var {
        let known = self.vars.iter().find(|(_, data)| data.name == name).map(|(var, _)| var);
        known.unwrap_or_else(|| self.vars.push(VarData { name: name.to_owned(), ty }))
    }

    /// The reference to a callee with this name, made if there is none.
    pub fn callee(&mut self, name: &str, signature: Signature) -> FuncRef {
        let known = self.callees.iter().find(|(_, data)| data.name == name).map(|(callee, _)| callee);
        known.unwrap_or_else(|| {
            self.callees.push(Callee { name: name.to_owned(), signature, takes_sp: false })
        })
    }

    /// The terminator of a block.
    ///
    /// # Panics
    /// If the block has none yet: only functions being built have such blocks.
    pub fn terminator(&self, block: Block) -> &Terminator {
        self.blocks[block].terminator.as_ref().expect("a finished block has a terminator")
    }

    /// Replaces every use of each value by what `with` gives for it.
    pub fn rewrite_uses(&mut self, mut with: impl FnMut(Value) -> Value) {
        for &block in &self.layout {
            let data = &mut self.blocks[block];
            for &inst in &data.insts {
                self.insts[inst].kind.for_each_use_mut(|value| *value = with(*value));
            }
            if let Some(terminator) = &mut data.terminator {
                terminator.for_each_use_mut(|value| *value = with(*value));
            }
        }
    }
}
