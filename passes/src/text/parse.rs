//! Reads a function from text.

use std::collections::BTreeMap;

use super::cursor::{Cursor, Parsed, number};
use super::lex::{Line, Token, lines};
use crate::ir::{Block, Callee, Function, InstKind, Terminator, Value, VarData};

/// Why a text is no function, and where.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct ParseError {
    /// The line, the first being 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

/// Parses the text of one function.
///
/// # Errors
/// The first line that is not as the grammar says, or uses what is not defined.
pub fn parse(text: &str) -> Result<Function, ParseError> {
    let mut functions = parse_all(text)?;
    match (functions.pop(), functions.len()) {
        (Some(function), 0) => Ok(function),
        (_, count) => {
            Err(ParseError { line: 1, message: format!("one function is wanted, not {}", count + 1) })
        }
    }
}

/// Parses the text of any number of functions.
///
/// # Errors
/// As [`parse`].
pub fn parse_all(text: &str) -> Result<Vec<Function>, ParseError> {
    let lines = lines(text).map_err(|(line, message)| ParseError { line, message })?;
    let mut functions = Vec::new();
    let mut rest = lines.as_slice();
    while !rest.is_empty() {
        let end = rest.iter().position(|line| line.tokens == [Token::Mark('}')]).ok_or_else(|| {
            ParseError { line: rest[rest.len() - 1].number, message: "the function has no end".to_owned() }
        })?;
        functions.push(Parser::default().function(&rest[..end])?);
        rest = &rest[end + 1..];
    }
    if functions.is_empty() {
        return Err(ParseError { line: 1, message: "there is no function".to_owned() });
    }
    Ok(functions)
}

#[derive(Default)]
struct Parser {
    /// Values and blocks by their numbers in the text.
    values: BTreeMap<u32, Value>,
    blocks: BTreeMap<u32, Block>,
}

/// What one line may do wrong.
impl Parser {
    fn function(mut self, lines: &[Line]) -> Result<Function, ParseError> {
        let Some((head, body)) = lines.split_first() else {
            return Err(ParseError { line: 1, message: "the function has no head".to_owned() });
        };
        let located = |line: &Line| {
            let line = line.number;
            move |message| ParseError { line, message }
        };
        let mut func = Cursor::new(head).head().map_err(located(head))?;
        let mut block = None;
        for line in body {
            self.line(&mut func, &mut block, line).map_err(located(line))?;
        }
        for (line, message) in [(head, self.resolve(&mut func)), (head, unfinished(&func))] {
            message.map_err(located(line))?;
        }
        Ok(func)
    }

    fn line(&mut self, func: &mut Function, block: &mut Option<Block>, line: &Line) -> Parsed<()> {
        let mut cursor = Cursor::new(line);
        match cursor.peek_word() {
            Some("var") => {
                cursor.word()?;
                let name = cursor.name()?;
                cursor.mark(':')?;
                let ty = cursor.ty()?;
                func.vars.push(VarData { name, ty });
            }
            Some("bias") => {
                cursor.word()?;
                let word = cursor.word()?;
                func.bias = word.parse().map_err(|_| format!("`{word}` is no distance"))?;
            }
            Some("indirect_takes_sp") => {
                cursor.word()?;
                func.indirect_takes_sp = true;
            }
            Some("entered_once") => {
                cursor.word()?;
                func.entered_once = true;
            }
            Some("callee") => {
                cursor.word()?;
                let name = cursor.dollar_name()?;
                let signature = cursor.signature()?;
                let takes_sp = cursor.take_word("takes_sp");
                func.callees.push(Callee { name, signature, takes_sp });
            }
            Some(word) if number(word, "block").is_some() => {
                *block = Some(self.block_head(func, &mut cursor)?)
            }
            _ => {
                let block = block.ok_or("an instruction outside a block")?;
                if func.blocks[block].terminator.is_some() {
                    return Err("the block has ended before".to_owned());
                }
                match cursor.terminator(func)? {
                    Some(terminator) => {
                        func.blocks[block].terminator = Some(terminator);
                        func.blocks[block].terminator_pc = line.pc;
                    }
                    None => self.inst(func, block, &mut cursor, line.pc)?,
                }
            }
        }
        cursor.end()
    }

    fn block_head(&mut self, func: &mut Function, cursor: &mut Cursor<'_>) -> Parsed<Block> {
        let id = cursor.numbered("block")?;
        let block = func.add_block(cursor.pc);
        if self.blocks.insert(id, block).is_some() {
            return Err(format!("block{id} is there twice"));
        }
        if cursor.take_mark('(') {
            while !cursor.take_mark(')') {
                let id = cursor.numbered("v")?;
                cursor.mark(':')?;
                let ty = cursor.ty()?;
                let name = cursor.take_text();
                let value = func.add_param(block, ty, name);
                self.define(id, value)?;
                cursor.separator(')')?;
            }
        }
        cursor.mark(':')?;
        Ok(block)
    }

    fn define(&mut self, id: u32, value: Value) -> Parsed<()> {
        match self.values.insert(id, value) {
            Some(_) => Err(format!("v{id} is defined twice")),
            None => Ok(()),
        }
    }

    fn inst(
        &mut self,
        func: &mut Function,
        block: Block,
        cursor: &mut Cursor<'_>,
        pc: Option<u64>,
    ) -> Parsed<()> {
        let mut defs = Vec::new();
        if cursor.peek_word().is_some_and(|word| number(word, "v").is_some()) {
            loop {
                defs.push((cursor.numbered("v")?, cursor.take_text()));
                if !cursor.take_mark(',') {
                    break;
                }
            }
            cursor.mark('=')?;
        }
        let (kind, types) = cursor.body(func)?;
        if types.len() != defs.len() {
            return Err(format!("{} results are named, but there are {}", defs.len(), types.len()));
        }
        let safe = matches!(kind, InstKind::Load(..)) && cursor.take_word("safe");
        let inst = func.make_inst(kind, &types, pc);
        func.insts[inst].safe = safe;
        func.blocks[block].insts.push(inst);
        for (position, (id, name)) in defs.into_iter().enumerate() {
            let value = func.insts[inst].results[position];
            if let Some(name) = name {
                func.call_it(value, &name);
            }
            self.define(id, value)?;
        }
        Ok(())
    }

    /// Turns the numbers of the text into values and blocks.
    fn resolve(&self, func: &mut Function) -> Parsed<()> {
        let mut missing = None;
        func.rewrite_uses(|value| match self.values.get(&value.as_u32()) {
            Some(&value) => value,
            None => {
                missing = Some(format!("v{} is used but not defined", value.as_u32()));
                value
            }
        });
        for &block in &func.layout {
            for target in func.blocks[block].terminator.iter_mut().flat_map(Terminator::targets_mut) {
                match self.blocks.get(&target.block.as_u32()) {
                    Some(&block) => target.block = block,
                    None => missing = Some(format!("{} is jumped to but not there", target.block)),
                }
            }
        }
        missing.map_or(Ok(()), Err)
    }
}

fn unfinished(func: &Function) -> Parsed<()> {
    match func.layout.iter().find(|&&block| func.blocks[block].terminator.is_none()) {
        Some(block) => Err(format!("{block} (numbered in order) does not end")),
        None if func.layout.is_empty() => Err("the function has no block".to_owned()),
        None => Ok(()),
    }
}
