//! Reads a function from text.

use std::collections::BTreeMap;
use std::fmt;

use cranelift_entity::EntityRef;
use rv2wat_isa::Reg;

use super::lex::{Line, Token, lines};
use crate::ir::{
    AtomicOp, Block, BulkOp, Call, CallInst, Callee, Const, ExitReason, Function, HostFn, InstKind, Kind,
    LoadOp, Op, Operands, Param, Signature, StateReg, StoreOp, Target, Terminator, Type, Value, Var, VarData,
};

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
type Parsed<T> = Result<T, String>;

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
            func.values[value].name = name;
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

/// The number after a prefix: of `v7` the 7.
fn number(word: &str, prefix: &str) -> Option<u32> {
    let digits = word.strip_prefix(prefix)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|&number| plain && number < u32::MAX)
}

/// The tokens of a line not read yet.
struct Cursor<'a> {
    tokens: &'a [Token],
    pc: Option<u64>,
}

impl<'a> Cursor<'a> {
    fn new(line: &'a Line) -> Cursor<'a> {
        Cursor { tokens: &line.tokens, pc: line.pc }
    }

    fn next(&mut self, wanted: &str) -> Parsed<&'a Token> {
        let (first, rest) =
            self.tokens.split_first().ok_or_else(|| format!("{wanted} is missing at the end"))?;
        self.tokens = rest;
        Ok(first)
    }

    fn peek_word(&self) -> Option<&'a str> {
        match self.tokens.first() {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    fn word(&mut self) -> Parsed<&'a str> {
        match self.next("a word")? {
            Token::Word(word) => Ok(word),
            other => Err(format!("a word is wanted, not {other}")),
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek_word() == Some(word);
        self.tokens = &self.tokens[usize::from(found)..];
        found
    }

    fn mark(&mut self, mark: char) -> Parsed<()> {
        match self.next(&format!("`{mark}`"))? {
            Token::Mark(found) if *found == mark => Ok(()),
            other => Err(format!("`{mark}` is wanted, not {other}")),
        }
    }

    fn take_mark(&mut self, mark: char) -> bool {
        let found = self.tokens.first() == Some(&Token::Mark(mark));
        self.tokens = &self.tokens[usize::from(found)..];
        found
    }

    /// A comma, or the mark that ends the list, which is not taken.
    fn separator(&mut self, end: char) -> Parsed<()> {
        if self.tokens.first() == Some(&Token::Mark(end)) { Ok(()) } else { self.mark(',') }
    }

    fn take_text(&mut self) -> Option<String> {
        match self.tokens.split_first() {
            Some((Token::Text(text), rest)) => {
                self.tokens = rest;
                Some(text.clone())
            }
            _ => None,
        }
    }

    fn end(&self) -> Parsed<()> {
        self.tokens.first().map_or(Ok(()), |token| Err(format!("{token} is too much")))
    }

    fn name(&mut self) -> Parsed<String> {
        match self.next("a name")? {
            Token::Word(word) => Ok(word.clone()),
            Token::Text(text) => Ok(text.clone()),
            other => Err(format!("a name is wanted, not {other}")),
        }
    }

    fn dollar_name(&mut self) -> Parsed<String> {
        let word = self.word()?;
        match word.strip_prefix('$') {
            Some("") => self.take_text().ok_or_else(|| "a name is wanted after `$`".to_owned()),
            Some(name) => Ok(name.to_owned()),
            None => Err(format!("`{word}` does not begin with `$`")),
        }
    }

    fn numbered(&mut self, prefix: &str) -> Parsed<u32> {
        let word = self.word()?;
        number(word, prefix).ok_or_else(|| format!("`{word}` is not `{prefix}` and a number"))
    }

    fn value(&mut self) -> Parsed<Value> {
        self.numbered("v").map(|number| Value::new(number as usize))
    }

    fn ty(&mut self) -> Parsed<Type> {
        let word = self.word()?;
        Type::parse(word).ok_or_else(|| format!("`{word}` is no type"))
    }

    fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.mark('(')?;
        let mut items = Vec::new();
        while !self.take_mark(')') {
            items.push(item(self)?);
            self.separator(')')?;
        }
        Ok(items)
    }

    fn params(&mut self) -> Parsed<Vec<Param>> {
        self.list(|cursor| {
            let name = cursor.name()?;
            cursor.mark(':')?;
            Ok(Param { name, ty: cursor.ty()? })
        })
    }

    fn arrow(&mut self) -> Parsed<()> {
        match self.next("`->`")? {
            Token::Arrow => Ok(()),
            other => Err(format!("`->` is wanted, not {other}")),
        }
    }

    fn signature(&mut self) -> Parsed<Signature> {
        let params = self.list(Cursor::ty)?;
        self.arrow()?;
        let results = self.list(Cursor::ty)?;
        Ok(Signature { params, results, may_exit: self.take_word("may_exit") })
    }

    fn head(mut self) -> Parsed<Function> {
        if !self.take_word("function") {
            return Err("`function` is wanted".to_owned());
        }
        let name = self.dollar_name()?;
        let address = self.word()?;
        let address = hex(address).ok_or_else(|| format!("`{address}` is no address"))?;
        let kind = match self.word()? {
            "regular" => Kind::Regular,
            "sideways" => Kind::Sideways,
            other => return Err(format!("`{other}` is neither `regular` nor `sideways`")),
        };
        let mut func = Function::new(name, address, kind);
        func.params = self.params()?;
        self.arrow()?;
        func.results = self.params()?;
        func.may_exit = self.take_word("may_exit");
        self.mark('{')?;
        self.end()?;
        Ok(func)
    }

    /// The operands of one operation.
    fn operands(&mut self, op: impl fmt::Display) -> Parsed<Operands> {
        Operands::new(&self.values()?).ok_or_else(|| format!("`{op}` does not take so many operands"))
    }

    /// `v1, v2, …`, perhaps none, to the end of the line.
    fn values(&mut self) -> Parsed<Vec<Value>> {
        let mut values = Vec::new();
        if self.tokens.is_empty() {
            return Ok(values);
        }
        loop {
            values.push(self.value()?);
            if !self.take_mark(',') {
                return Ok(values);
            }
        }
    }

    fn offset(&mut self) -> Parsed<u32> {
        if !self.take_word("offset") {
            return Ok(0);
        }
        self.mark('=')?;
        let word = self.word()?;
        word.parse().map_err(|_| format!("`{word}` is no offset"))
    }

    fn reg(&mut self) -> Parsed<StateReg> {
        let word = self.word()?;
        let special =
            [StateReg::Pc, StateReg::Frm, StateReg::Fflags, StateReg::StackLimit, StateReg::ForceExit];
        let named = |name: &str| (0..64).map(Reg::new).find(|reg| reg.to_string() == name);
        let found = match word.split('.').collect::<Vec<_>>()[..] {
            ["give", name] => named(name).map(StateReg::Give),
            ["owe", name, distance] => {
                named(name).zip(slot(distance)).map(|(reg, at)| StateReg::Owe(reg, at))
            }
            _ => {
                let special = special.into_iter().find(|reg| reg.to_string() == word);
                special.or_else(|| named(word).map(StateReg::Reg))
            }
        };
        found.ok_or_else(|| format!("no register `{word}`"))
    }

    fn state(&mut self) -> Parsed<Vec<(StateReg, Value)>> {
        self.list(|cursor| {
            let reg = cursor.reg()?;
            cursor.mark(':')?;
            Ok((reg, cursor.value()?))
        })
    }

    fn var(&mut self, func: &Function) -> Parsed<Var> {
        let name = self.name()?;
        let found = func.vars.iter().find(|(_, data)| data.name == name);
        found.map(|(var, _)| var).ok_or_else(|| format!("no variable `{name}`"))
    }

    fn target(&mut self) -> Parsed<Target> {
        let block = Block::new(self.numbered("block")? as usize);
        let has_args = self.tokens.first() == Some(&Token::Mark('('));
        Ok(Target { block, args: if has_args { self.list(Cursor::value)? } else { Vec::new() } })
    }

    /// The call after its keyword, without `tail_`.
    fn call(&mut self, func: &Function, keyword: &str) -> Parsed<(Call, Vec<Value>)> {
        let called = match keyword {
            "call" => {
                let name = self.dollar_name()?;
                let callee = func.callees.iter().find(|(_, data)| data.name == name);
                let callee = callee.map(|(callee, _)| callee).ok_or_else(|| format!("no callee `{name}`"))?;
                (Call::Direct(callee), self.list(Cursor::value)?)
            }
            "call_indirect" => {
                let mut args = vec![self.value()?];
                args.extend(self.list(Cursor::value)?);
                (Call::Indirect(self.signature()?), args)
            }
            _ => {
                let name = self.word()?;
                let host = HostFn::ALL.into_iter().find(|host| host.name() == name);
                let host = host.ok_or_else(|| format!("no service `{name}`"))?;
                (Call::Host(host), self.list(Cursor::value)?)
            }
        };
        self.take_word("exits");
        Ok(called)
    }

    fn terminator(&mut self, func: &Function) -> Parsed<Option<Terminator>> {
        let Some(word) = self.peek_word() else { return Ok(None) };
        let before = self.tokens;
        self.word()?;
        Ok(Some(match word {
            "jump" => Terminator::Jump(self.target()?),
            "branch" => {
                let cond = self.value()?;
                self.mark(',')?;
                let then = self.target()?;
                self.mark(',')?;
                Terminator::Branch { cond, then, other: self.target()? }
            }
            "switch" => {
                let index = self.value()?;
                self.mark('[')?;
                let mut targets = Vec::new();
                while !self.take_mark(']') {
                    targets.push(self.target()?);
                    self.separator(']')?;
                }
                if !self.take_word("else") {
                    return Err("`else` is wanted".to_owned());
                }
                Terminator::Switch { index, targets, default: self.target()? }
            }
            "return" => Terminator::Return(self.values()?),
            "exit" => {
                let name = self.word()?;
                let reason = ExitReason::ALL.into_iter().find(|reason| reason.name() == name);
                let reason = reason.ok_or_else(|| format!("no exit reason `{name}`"))?;
                Terminator::Exit { reason, pc: self.value()?, state: self.state()? }
            }
            "tail_call" | "tail_call_indirect" | "tail_host" => {
                let (call, args) = self.call(func, &word["tail_".len()..])?;
                Terminator::TailCall { call, args }
            }
            "unreachable" => Terminator::Unreachable,
            _ => {
                self.tokens = before;
                return Ok(None);
            }
        }))
    }

    /// What an instruction does, and the types of its results.
    fn body(&mut self, func: &Function) -> Parsed<(InstKind, Vec<Type>)> {
        let word = self.word()?;
        if let Some(op) = Op::parse(word) {
            return Ok((InstKind::Op(op, self.operands(op)?), vec![op.result()]));
        }
        if let Some(op) = LoadOp::parse(word) {
            return Ok((InstKind::Load(op, self.value()?, self.offset()?), vec![op.ty()]));
        }
        if let Some(op) = StoreOp::parse(word) {
            let (addr, offset) = (self.value()?, self.offset()?);
            self.mark(',')?;
            return Ok((InstKind::Store(op, addr, offset, self.value()?), Vec::new()));
        }
        if let Some(op) = AtomicOp::parse(word) {
            let (addr, offset) = (self.value()?, self.offset()?);
            let args = if self.take_mark(',') { self.operands(op)? } else { Operands::default() };
            return Ok((InstKind::Atomic(op, addr, offset, args), vec![op.ty()]));
        }
        if let Some(op) = BulkOp::parse(word) {
            let args = self.values()?;
            let args = args.try_into().map_err(|_| format!("`{op}` has three operands"))?;
            return Ok((InstKind::Bulk(op, args), Vec::new()));
        }
        if let Some((ty, "const")) = word.split_once('.') {
            let constant = self.constant(ty)?;
            return Ok((InstKind::Const(constant), vec![constant.ty()]));
        }
        if let Some(("select", ty)) = word.split_once('.') {
            let ty = Type::parse(ty).ok_or_else(|| format!("`{ty}` is no type"))?;
            let args = self.values()?;
            let args = args.try_into().map_err(|_| "a select has three operands".to_owned())?;
            return Ok((InstKind::Select(args), vec![ty]));
        }
        self.effect(func, word)
    }

    fn effect(&mut self, func: &Function, word: &str) -> Parsed<(InstKind, Vec<Type>)> {
        Ok(match word {
            "fence" => (InstKind::Fence, Vec::new()),
            "get" => {
                let var = self.var(func)?;
                (InstKind::Get(var), vec![func.vars[var].ty])
            }
            "set" => {
                let var = self.var(func)?;
                self.mark(',')?;
                (InstKind::Set(var, self.value()?), Vec::new())
            }
            "state.get" => {
                let reg = self.reg()?;
                (InstKind::GetState(reg), vec![reg.ty()])
            }
            "state.set" => {
                let reg = self.reg()?;
                self.mark(',')?;
                (InstKind::SetState(reg, self.value()?), Vec::new())
            }
            "call" | "call_indirect" | "host" => {
                let (call, args) = self.call(func, word)?;
                let leave = if self.take_word("leave") { self.state()? } else { Vec::new() };
                let results = func.call_signature(&call).results;
                (InstKind::Call(Box::new(CallInst { call, args, leave })), results)
            }
            _ => return Err(format!("`{word}` is no instruction")),
        })
    }

    fn constant(&mut self, ty: &str) -> Parsed<Const> {
        let word = self.word()?;
        let constant = match ty {
            "i32" => word.parse().ok().map(Const::I32),
            "i64" => word.parse().ok().map(Const::I64),
            "f32" => hex(word).and_then(|bits| u32::try_from(bits).ok()).map(Const::F32),
            "f64" => hex(word).map(Const::F64),
            _ => None,
        };
        constant.ok_or_else(|| format!("`{word}` is no {ty} constant"))
    }
}

fn hex(word: &str) -> Option<u64> {
    u64::from_str_radix(word.strip_prefix("0x")?, 16).ok()
}

/// The distance of a slot: `up16`, `down8`.
fn slot(word: &str) -> Option<i32> {
    match word.strip_prefix("down") {
        Some(digits) => digits.parse::<u32>().ok().and_then(|by| 0_i32.checked_sub_unsigned(by)),
        None => word.strip_prefix("up")?.parse().ok(),
    }
}
