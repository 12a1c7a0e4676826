//! One function: from its text to its code with holes.
//!
//! What a function names outside itself (functions, globals, tables, types) has no
//! number before all functions are known. Its code has holes there, which
//! [`super::link`] fills. So functions are assembled one by one, each as soon as it
//! is printed, and their texts need not exist at the same time.
//!
//! Knows instructions and labels. Must never know another function.

use rustc_hash::FxHashMap;
use wasm_encoder::{Encode as _, FuncType, NameMap, ValType};

use super::lex::Lexer;
use super::table::{self, Immediate, Row};
use super::{Result, number};

/// An assembled function whose code has holes.
pub struct Function {
    pub name: String,
    /// The names that the module exports it under.
    pub exports: Vec<String>,
    pub signature: Signature,
    /// The types that it uses, in the order of their first use; its own is the first
    /// if it has no name.
    pub types: Vec<FuncType>,
    /// What fills the holes.
    pub symbols: Vec<Symbol>,
    pub code: Vec<u8>,
    /// The holes, by place.
    pub holes: Vec<Hole>,
    /// Which branches are likely and which are not, by place.
    pub hints: Vec<Hint>,
    /// Where its accesses come from, by place, where that is known.
    pub origins: Vec<Origin>,
    /// The names of parameters and locals.
    pub locals: Names,
    pub labels: Names,
}

/// Names of some of the things that are counted from 0.
#[derive(Default)]
pub struct Names {
    map: NameMap,
    next: u32,
    named: bool,
}

impl Names {
    /// The next thing.
    pub fn add(&mut self, name: Option<&str>) {
        if let Some(name) = name {
            self.map.append(self.next, name);
            self.named = true;
        }
        self.next += 1;
    }

    /// The names, if there are any.
    pub fn map(&self) -> Option<&NameMap> {
        self.named.then_some(&self.map)
    }
}

/// A function's type.
pub struct Signature {
    /// The name of a type, if it is given by name.
    pub name: Option<String>,
    /// The type; where it has a name, a repetition.
    pub repeated: FuncType,
}

/// What a hole waits for.
pub enum Symbol {
    /// The index of something with a name.
    Named(Space, Box<str>),
    /// A type by its place in the function's list.
    Type(usize),
    /// The same as blocks have it.
    BlockType(usize),
}

/// What names are names of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Space {
    Function,
    Global,
    Table,
    Type,
}

/// A place where a number is missing.
pub struct Hole {
    /// Before this byte of the code.
    pub at: u32,
    /// Which symbol's number.
    pub symbol: u32,
}

/// What the text says of a branch: an annotation of the branch hinting proposal.
pub struct Hint {
    /// Where the branch is: before this byte of the code.
    pub at: u32,
    /// 1 if it is usually taken, 0 if it is not.
    pub value: u32,
}

/// Which guest instruction an access to memory comes from.
pub struct Origin {
    /// Where the access is: before this byte of the code.
    pub at: u32,
    /// The guest address of the instruction.
    pub pc: u64,
}

/// Parameters and results, and the names of the parameters.
pub struct Types<'a> {
    pub params: Vec<ValType>,
    pub results: Vec<ValType>,
    pub names: Vec<Option<&'a str>>,
}

/// A type's name.
pub fn value_type(lexer: &mut Lexer<'_>) -> Result<Option<ValType>> {
    match lexer.word() {
        "" => Ok(None),
        "i32" => Ok(Some(ValType::I32)),
        "i64" => Ok(Some(ValType::I64)),
        "f32" => Ok(Some(ValType::F32)),
        "f64" => Ok(Some(ValType::F64)),
        other => Err(lexer.fault(format!("`{other}` is no type"))),
    }
}

/// `(param …)… (result …)…`
pub fn types<'a>(lexer: &mut Lexer<'a>) -> Result<Types<'a>> {
    let mut types = Types { params: Vec::new(), results: Vec::new(), names: Vec::new() };
    declarations(lexer, "param", &mut types.params, &mut types.names)?;
    declarations(lexer, "result", &mut types.results, &mut Vec::new())?;
    Ok(types)
}

/// `(local $name i64) (local i64 i32) …`
fn declarations<'a>(
    lexer: &mut Lexer<'a>,
    keyword: &str,
    types: &mut Vec<ValType>,
    names: &mut Vec<Option<&'a str>>,
) -> Result<()> {
    while lexer.head(keyword) {
        let name = lexer.name_or_none();
        let before = types.len();
        while let Some(ty) = value_type(lexer)? {
            types.push(ty);
            names.push(name);
        }
        if name.is_some() && types.len() != before + 1 {
            return Err(lexer.fault("a name needs one type"));
        }
        lexer.expect(b')')?;
    }
    Ok(())
}

/// `(export "name")…`
pub fn exports(lexer: &mut Lexer<'_>) -> Result<Vec<String>> {
    let mut exports = Vec::new();
    while lexer.head("export") {
        exports.push(lexer.string_text()?);
        lexer.expect(b')')?;
    }
    Ok(exports)
}

/// Reads a function after `(func`, with the closing parenthesis.
pub fn read(lexer: &mut Lexer<'_>) -> Result<Function> {
    let name = lexer.name()?.to_owned();
    let exports = exports(lexer)?;
    let type_name = match lexer.head("type") {
        true => {
            let name = lexer.name()?.to_owned();
            lexer.expect(b')')?;
            Some(name)
        }
        false => None,
    };
    let Types { params, results, mut names } = types(lexer)?;
    let mut locals = Vec::new();
    declarations(lexer, "local", &mut locals, &mut names)?;
    let repeated = FuncType::new(params, results);
    let mut reader = Reader::new(lexer, &names)?;
    if type_name.is_none() {
        reader.types.push(repeated.clone());
    }
    declare(&locals, &mut reader.code);
    reader.body()?;
    let Reader { types, symbols, code, holes, hints, labels, .. } = reader;
    let mut locals = Names::default();
    names.into_iter().for_each(|name| locals.add(name));
    Ok(Function {
        name,
        exports,
        signature: Signature { name: type_name, repeated },
        types,
        symbols,
        code,
        holes,
        hints,
        origins: Vec::new(),
        locals,
        labels,
    })
}

/// The types of the locals, equal neighbours together.
pub fn declare(locals: &[ValType], code: &mut Vec<u8>) {
    let runs = locals.chunk_by(|a, b| a == b);
    runs.clone().count().encode(code);
    for run in runs {
        run.len().encode(code);
        run.iter().take(1).for_each(|ty| ty.encode(code));
    }
}

/// The end of a block or function.
pub const END: u8 = 0x0b;

/// The annotation that says whether a branch is likely.
const HINT: &str = "@metadata.code.branch_hint";

/// A parenthesis that is still open.
enum Frame {
    /// An instruction that comes after its operands.
    Operands(Waiting),
    /// A block, which ends.
    Block,
    /// An `if`, with so many arms after its condition.
    If { waiting: Waiting, arms: u8 },
    /// `then` or `else`.
    Arm,
}

/// An instruction that waits: its bytes stand from here in the list of waiting
/// bytes, and these holes follow them.
#[derive(Clone, Copy)]
struct Waiting {
    start: usize,
    holes: [Option<u32>; 2],
    hint: Option<u32>,
}

/// A label that is open, and what its name meant before.
struct Label<'a> {
    name: Option<&'a str>,
    hidden: Option<u32>,
}

struct Reader<'a, 'l> {
    lexer: &'l mut Lexer<'a>,
    locals: FxHashMap<&'a str, u32>,
    types: Vec<FuncType>,
    symbols: Vec<Symbol>,
    known: FxHashMap<(Space, &'a str), u32>,
    code: Vec<u8>,
    holes: Vec<Hole>,
    hints: Vec<Hint>,
    /// What the text has said of the branch that comes next.
    hint: Option<u32>,
    waiting: Vec<u8>,
    frames: Vec<Frame>,
    open: Vec<Label<'a>>,
    /// How many labels are open outside the one with a name.
    depths: FxHashMap<&'a str, u32>,
    labels: Names,
}

impl<'a, 'l> Reader<'a, 'l> {
    fn new(lexer: &'l mut Lexer<'a>, names: &[Option<&'a str>]) -> Result<Reader<'a, 'l>> {
        let mut locals = FxHashMap::default();
        for (index, name) in names.iter().enumerate() {
            let Some(name) = *name else { continue };
            if locals.insert(name, index as u32).is_some() {
                return Err(lexer.fault(format!("there are two locals `${name}`")));
            }
        }
        Ok(Reader {
            lexer,
            locals,
            types: Vec::new(),
            symbols: Vec::new(),
            known: FxHashMap::default(),
            code: Vec::new(),
            holes: Vec::new(),
            hints: Vec::new(),
            hint: None,
            waiting: Vec::new(),
            frames: Vec::new(),
            open: Vec::new(),
            depths: FxHashMap::default(),
            labels: Names::default(),
        })
    }

    /// All instructions, and the parenthesis that closes the function.
    fn body(&mut self) -> Result<()> {
        loop {
            if !self.lexer.take(b')') {
                self.lexer.expect(b'(')?;
                self.open()?;
            } else if let Some(frame) = self.frames.pop() {
                self.close(frame)?;
            } else {
                self.code.push(END);
                return Ok(());
            }
        }
    }

    /// What a closing parenthesis ends.
    fn close(&mut self, frame: Frame) -> Result<()> {
        match frame {
            Frame::Operands(waiting) => self.emit(waiting),
            Frame::Arm => {}
            Frame::If { arms: 0, .. } => return Err(self.lexer.fault("an `if` without `then`")),
            Frame::Block | Frame::If { .. } => {
                self.code.push(END);
                if let Some(Label { name: Some(name), hidden }) = self.open.pop() {
                    match hidden {
                        Some(depth) => self.depths.insert(name, depth),
                        None => self.depths.remove(name),
                    };
                }
            }
        }
        Ok(())
    }

    /// What stands after an opening parenthesis.
    fn open(&mut self) -> Result<()> {
        let word = self.lexer.word();
        if let Some(Frame::If { waiting, arms }) = self.frames.last_mut()
            && (*arms > 0 || word == "then")
        {
            let (waiting, before) = (*waiting, *arms);
            *arms += 1;
            return self.arm(word, waiting, before);
        }
        if word == HINT {
            return self.annotation();
        }
        if self.hint.is_some() && !matches!(word, "if" | "br_if") {
            return Err(self.lexer.fault(format!("`{word}` is no branch that could be likely")));
        }
        match word {
            "block" => self.block(0x02),
            "loop" => self.block(0x03),
            "if" => {
                let start = self.waiting.len();
                self.waiting.push(0x04);
                let hole = self.block_type()?;
                let waiting = Waiting { start, holes: [hole, None], hint: self.hint.take() };
                self.frames.push(Frame::If { waiting, arms: 0 });
                Ok(())
            }
            _ => match table::find(word) {
                Some(row) => self.instruction(row),
                None => Err(self.lexer.fault(format!("there is no instruction `{word}`"))),
            },
        }
    }

    /// What the text says of the branch that follows.
    fn annotation(&mut self) -> Result<()> {
        let value = match self.lexer.string()?.as_slice() {
            [value @ 0..=1] => u32::from(*value),
            _ => return Err(self.lexer.fault("a hint is \"\\00\" or \"\\01\"")),
        };
        self.lexer.expect(b')')?;
        match (self.hint.replace(value), self.lexer.peek()) {
            (None, Some(b'(')) => Ok(()),
            _ => Err(self.lexer.fault("a branch is wanted")),
        }
    }

    /// An arm of an `if` that has so many before it.
    fn arm(&mut self, word: &str, waiting: Waiting, before: u8) -> Result<()> {
        match (word, before) {
            ("then", 0) => {
                self.emit(waiting);
                self.enter(None);
            }
            ("else", 1) => self.code.push(0x05),
            _ => return Err(self.lexer.fault(format!("`{word}` is no arm of this `if`"))),
        }
        self.frames.push(Frame::Arm);
        Ok(())
    }

    fn block(&mut self, code: u8) -> Result<()> {
        let label = self.lexer.name_or_none();
        let start = self.waiting.len();
        self.waiting.push(code);
        let hole = self.block_type()?;
        self.emit(Waiting { start, holes: [hole, None], hint: None });
        self.enter(label);
        self.frames.push(Frame::Block);
        Ok(())
    }

    /// Opens a label.
    fn enter(&mut self, name: Option<&'a str>) {
        let hidden = name.and_then(|name| self.depths.insert(name, self.open.len() as u32));
        self.open.push(Label { name, hidden });
        self.labels.add(name);
    }

    /// What a block gives: nothing, one value, or a type of the module.
    fn block_type(&mut self) -> Result<Option<u32>> {
        let Types { params, results, .. } = types(self.lexer)?;
        match (params.as_slice(), results.as_slice()) {
            ([], []) => self.waiting.push(0x40),
            ([], [ty]) => ty.encode(&mut self.waiting),
            _ => {
                let place = self.place_of(FuncType::new(params, results));
                return Ok(Some(self.push(Symbol::BlockType(place))));
            }
        }
        Ok(None)
    }

    /// The place of a type in the function's list.
    fn place_of(&mut self, ty: FuncType) -> usize {
        let known = self.types.iter().position(|known| *known == ty);
        known.unwrap_or_else(|| {
            self.types.push(ty);
            self.types.len() - 1
        })
    }

    fn push(&mut self, symbol: Symbol) -> u32 {
        self.symbols.push(symbol);
        self.symbols.len() as u32 - 1
    }

    /// The type of what an indirect call calls.
    fn called(&mut self) -> Result<u32> {
        if self.lexer.head("type") {
            let ty = self.symbol(Space::Type)?;
            self.lexer.expect(b')')?;
            return Ok(ty);
        }
        let Types { params, results, .. } = types(self.lexer)?;
        let place = self.place_of(FuncType::new(params, results));
        Ok(self.push(Symbol::Type(place)))
    }

    /// Moves an instruction from the waiting ones to the code.
    fn emit(&mut self, waiting: Waiting) {
        self.hints.extend(waiting.hint.map(|value| Hint { at: self.code.len() as u32, value }));
        self.code.extend(self.waiting.drain(waiting.start..));
        let at = self.code.len() as u32;
        self.holes.extend(waiting.holes.into_iter().flatten().map(|symbol| Hole { at, symbol }));
    }

    /// Reads what follows an instruction's name; it waits for its operands.
    fn instruction(&mut self, row: Row) -> Result<()> {
        let start = self.waiting.len();
        match row.prefix {
            0 => self.waiting.push(row.code as u8),
            prefix => {
                self.waiting.push(prefix);
                u32::from(row.code).encode(&mut self.waiting);
            }
        }
        let mut holes = [None; 2];
        match row.immediate {
            Immediate::None => {}
            Immediate::Zeros(count) => self.waiting.extend((0..count).map(|_| 0)),
            Immediate::Local => {
                let name = self.lexer.name()?;
                let found = self.locals.get(name).copied();
                let local = found.ok_or_else(|| self.lexer.fault(format!("there is no local `${name}`")))?;
                local.encode(&mut self.waiting);
            }
            Immediate::Label => {
                let name = self.lexer.name()?;
                self.label(name)?.encode(&mut self.waiting);
            }
            Immediate::Labels => self.labels()?,
            Immediate::Function => holes[0] = Some(self.symbol(Space::Function)?),
            Immediate::Global => holes[0] = Some(self.symbol(Space::Global)?),
            Immediate::Indirect => {
                holes[1] = Some(self.symbol(Space::Table)?);
                holes[0] = Some(self.called()?);
            }
            Immediate::Lane(count) => {
                let lane = |text: &str| text.parse().ok().filter(|lane| *lane < count);
                let lane = self.number(lane)?;
                self.waiting.push(lane);
            }
            Immediate::Place(align) => {
                self.waiting.push(align);
                self.offset()?.encode(&mut self.waiting);
            }
            Immediate::I32 => {
                (self.number(|text| number::integer(text, 32))? as i32).encode(&mut self.waiting)
            }
            Immediate::I64 => self.number(|text| number::integer(text, 64))?.encode(&mut self.waiting),
            Immediate::F32 => {
                let bits = self.number(number::single)?;
                self.waiting.extend(bits.to_le_bytes());
            }
            Immediate::F64 => {
                let bits = self.number(number::double)?;
                self.waiting.extend(bits.to_le_bytes());
            }
        }
        self.frames.push(Frame::Operands(Waiting { start, holes, hint: self.hint.take() }));
        Ok(())
    }

    /// How many labels out of here a label is.
    fn label(&self, name: &str) -> Result<u32> {
        match self.depths.get(name) {
            Some(depth) => Ok(self.open.len() as u32 - 1 - depth),
            None => Err(self.lexer.fault(format!("no label `${name}` is open"))),
        }
    }

    fn labels(&mut self) -> Result<()> {
        let mut labels = Vec::new();
        while let Some(name) = self.lexer.name_or_none() {
            labels.push(self.label(name)?);
        }
        let Some((default, others)) = labels.split_last() else {
            return Err(self.lexer.fault("a label is wanted"));
        };
        others.len().encode(&mut self.waiting);
        others.iter().chain([default]).for_each(|label| label.encode(&mut self.waiting));
        Ok(())
    }

    /// The place in the list of symbols of the name that comes next.
    fn symbol(&mut self, space: Space) -> Result<u32> {
        let name = self.lexer.name()?;
        if let Some(&place) = self.known.get(&(space, name)) {
            return Ok(place);
        }
        let place = self.push(Symbol::Named(space, name.into()));
        self.known.insert((space, name), place);
        Ok(place)
    }

    fn offset(&mut self) -> Result<u32> {
        if matches!(self.lexer.peek(), Some(b'(' | b')')) {
            return Ok(0);
        }
        self.number(|text| text.strip_prefix("offset=").and_then(number::unsigned))
    }

    fn number<T>(&mut self, parse: impl Fn(&str) -> Option<T>) -> Result<T> {
        let text = self.lexer.word();
        parse(text).ok_or_else(|| self.lexer.fault(format!("`{text}` is not the number that is wanted")))
    }
}
