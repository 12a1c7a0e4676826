//! The other fields of a module: imports, memory, tables, globals, types, data.
//!
//! Knows what a field says. Must never know which fields there are beside it.

use std::borrow::Cow;

use wasm_encoder::{FuncType, ValType};

use super::function::{self, Function, Names};
use super::lex::Lexer;
use super::{Result, number};

/// A field of a module.
pub enum Field<'a> {
    Function(Box<Function>),
    Import(Import),
    ImportedMemory { from: Origin, name: String, pages: u64 },
    ImportedGlobal { from: Origin, name: String, ty: ValType },
    Type(Type),
    Memory { name: String, exports: Vec<String>, pages: u64 },
    Table { name: String, size: (u64, u64) },
    Global(Global),
    Elements { table: String, offset: i32, functions: Vec<String> },
    Data { offset: i32, bytes: Cow<'a, [u8]> },
}

/// Where something comes from that a module does not define.
pub struct Origin {
    pub module: String,
    pub field: String,
}

/// A function of the host.
pub struct Import {
    pub from: Origin,
    pub name: String,
    pub ty: FuncType,
    pub locals: Names,
}

/// A type with a name.
pub struct Type {
    pub name: String,
    pub ty: FuncType,
    pub params: Names,
}

/// A variable global.
pub struct Global {
    pub name: String,
    pub exports: Vec<String>,
    pub ty: ValType,
}

/// Reads the fields of a module, up to the parenthesis that closes it or the end.
pub fn read<'a>(lexer: &mut Lexer<'_>, fields: &mut Vec<Field<'a>>) -> Result<()> {
    while lexer.take(b'(') {
        let field = match lexer.word() {
            "func" => Field::Function(Box::new(function::read(lexer)?)),
            "import" => import(lexer)?,
            "type" => ty(lexer)?,
            "memory" => memory(lexer)?,
            "table" => table(lexer)?,
            "global" => global(lexer)?,
            "elem" => elements(lexer)?,
            "data" => data(lexer)?,
            other => return Err(lexer.fault(format!("there is no field `{other}`"))),
        };
        fields.push(field);
    }
    Ok(())
}

/// A function's type with the names of its parameters, and the parenthesis after.
fn named_type(lexer: &mut Lexer<'_>) -> Result<(FuncType, Names)> {
    let types = function::types(lexer)?;
    let mut names = Names::default();
    types.names.into_iter().for_each(|name| names.add(name));
    lexer.expect(b')')?;
    Ok((FuncType::new(types.params, types.results), names))
}

fn head(lexer: &mut Lexer<'_>, word: &str) -> Result<()> {
    if lexer.head(word) { Ok(()) } else { Err(lexer.fault(format!("`({word}` is wanted"))) }
}

fn import<'a>(lexer: &mut Lexer<'_>) -> Result<Field<'a>> {
    let from = Origin { module: lexer.string_text()?, field: lexer.string_text()? };
    lexer.expect(b'(')?;
    let (what, name) = (lexer.word().to_owned(), lexer.name()?.to_owned());
    let field = match what.as_str() {
        "func" => {
            let (ty, locals) = named_type(lexer)?;
            Field::Import(Import { from, name, ty, locals })
        }
        "memory" => {
            let pages = unsigned(lexer)?;
            lexer.expect(b')')?;
            Field::ImportedMemory { from, name, pages }
        }
        "global" => {
            let ty = variable(lexer)?;
            lexer.expect(b')')?;
            Field::ImportedGlobal { from, name, ty }
        }
        _ => return Err(lexer.fault("a function, a memory or a global is wanted")),
    };
    lexer.expect(b')')?;
    Ok(field)
}

/// `(mut TYPE)`
fn variable(lexer: &mut Lexer<'_>) -> Result<ValType> {
    head(lexer, "mut")?;
    let ty = function::value_type(lexer)?.ok_or_else(|| lexer.fault("a type is wanted"))?;
    lexer.expect(b')')?;
    Ok(ty)
}

fn ty<'a>(lexer: &mut Lexer<'_>) -> Result<Field<'a>> {
    let name = lexer.name()?.to_owned();
    head(lexer, "func")?;
    let (ty, params) = named_type(lexer)?;
    lexer.expect(b')')?;
    Ok(Field::Type(Type { name, ty, params }))
}

fn unsigned(lexer: &mut Lexer<'_>) -> Result<u64> {
    let word = lexer.word();
    number::unsigned(word).map(u64::from).ok_or_else(|| lexer.fault("a number is wanted"))
}

fn memory<'a>(lexer: &mut Lexer<'_>) -> Result<Field<'a>> {
    let name = lexer.name()?.to_owned();
    let exports = function::exports(lexer)?;
    let pages = unsigned(lexer)?;
    lexer.expect(b')')?;
    Ok(Field::Memory { name, exports, pages })
}

fn table<'a>(lexer: &mut Lexer<'_>) -> Result<Field<'a>> {
    let name = lexer.name()?.to_owned();
    let size = (unsigned(lexer)?, unsigned(lexer)?);
    if lexer.word() != "funcref" {
        return Err(lexer.fault("a table holds functions"));
    }
    lexer.expect(b')')?;
    Ok(Field::Table { name, size })
}

/// `(i32.const …)`
fn place(lexer: &mut Lexer<'_>) -> Result<i32> {
    head(lexer, "i32.const")?;
    let number = number::integer(lexer.word(), 32).ok_or_else(|| lexer.fault("a number is wanted"))?;
    lexer.expect(b')')?;
    Ok(number as i32)
}

fn global<'a>(lexer: &mut Lexer<'_>) -> Result<Field<'a>> {
    let name = lexer.name()?.to_owned();
    let exports = function::exports(lexer)?;
    let ty = variable(lexer)?;
    lexer.expect(b'(')?;
    let start = lexer.word().strip_suffix(".const");
    if start.is_none() || lexer.word() != "0" {
        return Err(lexer.fault("a global starts with 0"));
    }
    lexer.expect(b')')?;
    lexer.expect(b')')?;
    Ok(Field::Global(Global { name, exports, ty }))
}

fn elements<'a>(lexer: &mut Lexer<'_>) -> Result<Field<'a>> {
    head(lexer, "table")?;
    let table = lexer.name()?.to_owned();
    lexer.expect(b')')?;
    let offset = place(lexer)?;
    if lexer.word() != "func" {
        return Err(lexer.fault("elements are functions"));
    }
    let mut functions = Vec::new();
    while let Some(name) = lexer.name_or_none() {
        functions.push(name.to_owned());
    }
    lexer.expect(b')')?;
    Ok(Field::Elements { table, offset, functions })
}

fn data<'a>(lexer: &mut Lexer<'_>) -> Result<Field<'a>> {
    let offset = place(lexer)?;
    let mut bytes = Vec::new();
    while lexer.peek() == Some(b'"') {
        bytes.append(&mut lexer.string()?);
    }
    lexer.expect(b')')?;
    Ok(Field::Data { offset, bytes: bytes.into() })
}
