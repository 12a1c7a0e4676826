//! From the text of a module to its bytes.
//!
//! The printer writes a small part of the text format: folded instructions, names
//! everywhere, one memory. An assembler for this part alone takes a fifth of the time
//! of one for all of it, and it takes functions one by one: [`fields`] turns a piece of
//! a module's text into fields, [`link`] turns fields into the module. What comes out is
//! what the `wat` crate makes of the whole text, to the byte; tests compare the two.
//!
//! Where nobody wants the text, translated functions go without: the printer's
//! instructions go to a [`Coder`], which makes the fields that their text would be. Tests
//! compare that too.
//!
//! Text beyond that part is refused, never skipped.

mod code;
mod field;
mod function;
mod lex;
mod link;
mod number;
mod table;

#[cfg(test)]
mod tests;

pub(crate) use code::{Coder, Opening};
pub(crate) use field::Field;
pub(crate) use link::link;
pub(crate) use table::Row;

use crate::Error;
use lex::Lexer;

/// What is wrong, and where in the text.
struct Fault {
    at: usize,
    what: String,
}

type Result<T> = std::result::Result<T, Box<Fault>>;

/// Assembles a module; names in the text become its name section.
///
/// # Errors
/// [`Error::Assemble`] if the text is no module that the printer can have printed.
pub fn assemble(wat: &str) -> std::result::Result<Vec<u8>, Error> {
    Ok(link(module(wat).map_err(|fault| fault.within(wat))?)?.0)
}

/// Assembles fields of a module: functions, globals and so on, without the
/// parentheses of the module around them.
///
/// # Errors
/// [`Error::Assemble`] if the text holds anything else.
pub(crate) fn fields<'a>(text: &str) -> std::result::Result<Vec<Field<'a>>, Error> {
    let read = || {
        let mut lexer = Lexer::new(text);
        let mut fields = Vec::new();
        field::read(&mut lexer, &mut fields)?;
        match lexer.peek() {
            None => Ok(fields),
            Some(_) => Err(lexer.fault("something that is no field")),
        }
    };
    read().map_err(|fault: Box<Fault>| fault.within(text))
}

/// The module after Binaryen at a level, if one is asked for.
///
/// # Errors
/// [`Error::Binaryen`] if Binaryen refuses it, or this build has none.
pub fn optimised(wasm: Vec<u8>, binaryen: Option<u8>) -> std::result::Result<Vec<u8>, Error> {
    match binaryen {
        None => Ok(wasm),
        #[cfg(feature = "binaryen")]
        Some(level) => crate::binaryen::optimise(&wasm, level),
        #[cfg(not(feature = "binaryen"))]
        Some(_) => Err(Error::Binaryen("this build has no Binaryen (cargo feature `binaryen`)".to_owned())),
    }
}

fn module<'a>(wat: &str) -> Result<Vec<Field<'a>>> {
    let mut lexer = Lexer::new(wat);
    let mut fields = Vec::new();
    if !lexer.head("module") {
        return Err(lexer.fault("`(module` is wanted"));
    }
    field::read(&mut lexer, &mut fields)?;
    lexer.expect(b')')?;
    match lexer.peek() {
        None => Ok(fields),
        Some(_) => Err(lexer.fault("something after the module")),
    }
}

impl Fault {
    /// The same as a line of a text.
    fn within(&self, text: &str) -> Error {
        let before = text.get(..self.at).unwrap_or(text);
        let line = before.lines().count().max(1);
        let shown = text.lines().nth(line - 1).unwrap_or_default().trim();
        let inside = before.rfind("(func $").and_then(|at| before.get(at + "(func ".len()..));
        let name = inside.and_then(|rest| rest.split([' ', '\n', ')']).next());
        let function = name.map_or(String::new(), |name| format!(" in `{name}`"));
        Error::Assemble(format!("line {line}{function}: {}: {shown}", self.what))
    }
}
