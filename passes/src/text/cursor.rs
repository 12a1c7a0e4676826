//! Reads what stands in a line of a function's text, token by token.
//!
//! Must never know what the lines before said, but for the function's lists of
//! variables and callees.

use std::fmt;

use cranelift_entity::EntityRef;
use rv2wat_isa::Reg;

use super::lex::{Line, Token};
use crate::ir::{
    AtomicOp, Block, BulkOp, Call, CallInst, Const, ExitReason, Function, HostFn, InstKind, Kind, LoadOp, Op,
    Operands, Param, Signature, StateReg, StoreOp, Target, Terminator, Type, Value, Var,
};

/// What was read, or what is wrong with it.
pub(super) type Parsed<T> = Result<T, String>;

/// The number after a prefix: of `v7` the 7.
pub(super) fn number(word: &str, prefix: &str) -> Option<u32> {
    let digits = word.strip_prefix(prefix)?;
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    digits.parse().ok().filter(|&number| plain && number < u32::MAX)
}

/// The tokens of a line not read yet.
pub(super) struct Cursor<'a> {
    pub tokens: &'a [Token],
    pub pc: Option<u64>,
}

impl<'a> Cursor<'a> {
    pub fn new(line: &'a Line) -> Cursor<'a> {
        Cursor { tokens: &line.tokens, pc: line.pc }
    }

    pub fn next(&mut self, wanted: &str) -> Parsed<&'a Token> {
        let (first, rest) =
            self.tokens.split_first().ok_or_else(|| format!("{wanted} is missing at the end"))?;
        self.tokens = rest;
        Ok(first)
    }

    pub fn peek_word(&self) -> Option<&'a str> {
        match self.tokens.first() {
            Some(Token::Word(word)) => Some(word),
            _ => None,
        }
    }

    pub fn word(&mut self) -> Parsed<&'a str> {
        match self.next("a word")? {
            Token::Word(word) => Ok(word),
            other => Err(format!("a word is wanted, not {other}")),
        }
    }

    pub fn take_word(&mut self, word: &str) -> bool {
        let found = self.peek_word() == Some(word);
        self.tokens = &self.tokens[usize::from(found)..];
        found
    }

    pub fn mark(&mut self, mark: char) -> Parsed<()> {
        match self.next(&format!("`{mark}`"))? {
            Token::Mark(found) if *found == mark => Ok(()),
            other => Err(format!("`{mark}` is wanted, not {other}")),
        }
    }

    pub fn take_mark(&mut self, mark: char) -> bool {
        let found = self.tokens.first() == Some(&Token::Mark(mark));
        self.tokens = &self.tokens[usize::from(found)..];
        found
    }

    /// A comma, or the mark that ends the list, which is not taken.
    pub fn separator(&mut self, end: char) -> Parsed<()> {
        if self.tokens.first() == Some(&Token::Mark(end)) { Ok(()) } else { self.mark(',') }
    }

    pub fn take_text(&mut self) -> Option<String> {
        match self.tokens.split_first() {
            Some((Token::Text(text), rest)) => {
                self.tokens = rest;
                Some(text.clone())
            }
            _ => None,
        }
    }

    pub fn end(&self) -> Parsed<()> {
        self.tokens.first().map_or(Ok(()), |token| Err(format!("{token} is too much")))
    }

    pub fn name(&mut self) -> Parsed<String> {
        match self.next("a name")? {
            Token::Word(word) => Ok(word.clone()),
            Token::Text(text) => Ok(text.clone()),
            other => Err(format!("a name is wanted, not {other}")),
        }
    }

    pub fn dollar_name(&mut self) -> Parsed<String> {
        let word = self.word()?;
        match word.strip_prefix('$') {
            Some("") => self.take_text().ok_or_else(|| "a name is wanted after `$`".to_owned()),
            Some(name) => Ok(name.to_owned()),
            None => Err(format!("`{word}` does not begin with `$`")),
        }
    }

    pub fn numbered(&mut self, prefix: &str) -> Parsed<u32> {
        let word = self.word()?;
        number(word, prefix).ok_or_else(|| format!("`{word}` is not `{prefix}` and a number"))
    }

    pub fn value(&mut self) -> Parsed<Value> {
        self.numbered("v").map(|number| Value::new(number as usize))
    }

    pub fn ty(&mut self) -> Parsed<Type> {
        let word = self.word()?;
        Type::parse(word).ok_or_else(|| format!("`{word}` is no type"))
    }

    pub fn list<T>(&mut self, mut item: impl FnMut(&mut Self) -> Parsed<T>) -> Parsed<Vec<T>> {
        self.mark('(')?;
        let mut items = Vec::new();
        while !self.take_mark(')') {
            items.push(item(self)?);
            self.separator(')')?;
        }
        Ok(items)
    }

    pub fn params(&mut self) -> Parsed<Vec<Param>> {
        self.list(|cursor| {
            let name = cursor.name()?;
            cursor.mark(':')?;
            Ok(Param { name, ty: cursor.ty()? })
        })
    }

    pub fn arrow(&mut self) -> Parsed<()> {
        match self.next("`->`")? {
            Token::Arrow => Ok(()),
            other => Err(format!("`->` is wanted, not {other}")),
        }
    }

    pub fn signature(&mut self) -> Parsed<Signature> {
        let params = self.list(Cursor::ty)?;
        self.arrow()?;
        let results = self.list(Cursor::ty)?;
        Ok(Signature { params, results, may_exit: self.take_word("may_exit") })
    }

    pub fn head(mut self) -> Parsed<Function> {
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
    pub fn operands(&mut self, op: impl fmt::Display) -> Parsed<Operands> {
        Operands::new(&self.values()?).ok_or_else(|| format!("`{op}` does not take so many operands"))
    }

    /// `v1, v2, …`, perhaps none, to the end of the line.
    pub fn values(&mut self) -> Parsed<Vec<Value>> {
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

    pub fn offset(&mut self) -> Parsed<u32> {
        if !self.take_word("offset") {
            return Ok(0);
        }
        self.mark('=')?;
        let word = self.word()?;
        word.parse().map_err(|_| format!("`{word}` is no offset"))
    }

    pub fn reg(&mut self) -> Parsed<StateReg> {
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

    pub fn state(&mut self) -> Parsed<Vec<(StateReg, Value)>> {
        self.list(|cursor| {
            let reg = cursor.reg()?;
            cursor.mark(':')?;
            Ok((reg, cursor.value()?))
        })
    }

    pub fn var(&mut self, func: &Function) -> Parsed<Var> {
        let name = self.name()?;
        let found = func.vars.iter().find(|(_, data)| data.name == name);
        found.map(|(var, _)| var).ok_or_else(|| format!("no variable `{name}`"))
    }

    pub fn target(&mut self) -> Parsed<Target> {
        let block = Block::new(self.numbered("block")? as usize);
        let has_args = self.tokens.first() == Some(&Token::Mark('('));
        Ok(Target { block, args: if has_args { self.list(Cursor::value)? } else { Vec::new() } })
    }

    /// The call after its keyword, without `tail_`.
    pub fn call(&mut self, func: &Function, keyword: &str) -> Parsed<(Call, Vec<Value>)> {
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

    pub fn terminator(&mut self, func: &Function) -> Parsed<Option<Terminator>> {
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
    pub fn body(&mut self, func: &Function) -> Parsed<(InstKind, Vec<Type>)> {
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
        if let Some((ty, "undef")) = word.split_once('.') {
            let ty = Type::parse(ty).ok_or_else(|| format!("`{ty}` is no type"))?;
            return Ok((InstKind::Const(Const::Undef(ty)), vec![ty]));
        }
        if let Some(("select", ty)) = word.split_once('.') {
            let ty = Type::parse(ty).ok_or_else(|| format!("`{ty}` is no type"))?;
            let args = self.values()?;
            let args = args.try_into().map_err(|_| "a select has three operands".to_owned())?;
            return Ok((InstKind::Select(args), vec![ty]));
        }
        self.effect(func, word)
    }

    pub fn effect(&mut self, func: &Function, word: &str) -> Parsed<(InstKind, Vec<Type>)> {
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

    pub fn constant(&mut self, ty: &str) -> Parsed<Const> {
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
