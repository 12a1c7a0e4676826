//! Scripts: guest code in comments, and assertions on it.
//!
//! The assertions are parsed by the `wast` crate; only the comments with the
//! guest code are parsed here.

use rv2wat_interp::fp::boxed;
use rv2wat_isa::{F, Reg, RegSet, X};
use wast::core::{NanPattern, WastArgCore, WastRetCore};
use wast::parser::{self, ParseBuffer};
use wast::{Wast, WastArg, WastDirective, WastExecute, WastInvoke, WastRet};

use super::Outcome;
use super::guest::{BASE, CODE};

/// RISC-V's canonical NaNs.
const NAN_S: u64 = 0x7fc0_0000;
const NAN_D: u64 = 0x7ff8_0000_0000_0000;

/// A parsed script.
pub struct Script {
    /// Its guest code, in order.
    pub snippets: Vec<Snippet>,
    /// Its assertions, in order.
    pub assertions: Vec<Assertion>,
}

/// A piece of guest code.
pub struct Snippet {
    /// Its name in the script.
    pub name: String,
    /// The registers that it is given.
    pub params: Vec<Reg>,
    /// The registers that are looked at after it.
    pub results: Vec<Reg>,
    /// Its bytes, without the return that is put after it.
    pub code: Vec<u8>,
    /// Whether the dispatcher has to interpret some of it.
    pub interpreted: bool,
    /// Whether it is translated with exact exception flags.
    pub exact: bool,
    /// Whether the reference emulator does not know some of it.
    pub unemulated: bool,
}

/// What a piece of guest code does.
pub struct Assertion {
    /// Its line in the script, from 1.
    pub line: usize,
    /// The name of the code.
    pub snippet: String,
    /// The registers' bits.
    pub arguments: Vec<u64>,
    /// What has to come.
    pub expected: Outcome,
}

impl Script {
    /// Parses a script.
    pub fn parse(text: &str) -> Result<Script, String> {
        let snippets = snippets(text)?;
        let fail = |mut error: wast::Error| {
            error.set_text(text);
            error.to_string()
        };
        let buffer = ParseBuffer::new(text).map_err(fail)?;
        let wast = match text.lines().any(|line| line.starts_with('(')) {
            true => parser::parse::<Wast>(&buffer).map_err(fail)?,
            false => Wast { directives: Vec::new() },
        };
        let mut assertions = Vec::new();
        for directive in &wast.directives {
            let line = directive.span().linecol_in(text).0 + 1;
            assertions
                .push(assertion(directive, line, &snippets).map_err(|why| format!("line {line}: {why}"))?);
        }
        for snippet in &snippets {
            if !assertions.iter().any(|assertion| assertion.snippet == snippet.name) {
                return Err(format!("{} is never invoked", snippet.name));
            }
        }
        Ok(Script { snippets, assertions })
    }
}

/// Finds the guest code of a script.
fn snippets(text: &str) -> Result<Vec<Snippet>, String> {
    let mut snippets: Vec<Snippet> = Vec::new();
    let mut open = false;
    // All of them: whoever writes a script wants to see them together.
    let mut wrong = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let in_line = |why: String| format!("line {}: {why}", at + 1);
        if let Some(head) = line.strip_prefix(";; guest ") {
            let snippet = head_of(head).map_err(in_line)?;
            if snippets.iter().any(|other| other.name == snippet.name) {
                return Err(in_line(format!("{} is there already", snippet.name)));
            }
            snippets.push(snippet);
            open = true;
        } else if let Some(code) = line.strip_prefix(";;   ")
            && open
        {
            let snippet = snippets.last_mut().ok_or("no code is open")?;
            wrong.extend(instruction(code, snippet).map_err(in_line).err());
        } else {
            open = false;
        }
    }
    match wrong.is_empty() {
        true => Ok(snippets),
        false => Err(wrong.join("\n")),
    }
}

/// `"div" (a0, a1) -> (a0)`, and what is special about it.
fn head_of(head: &str) -> Result<Snippet, String> {
    let malformed = || format!("not `\"NAME\" (REGISTERS) -> (REGISTERS)`: {head}");
    let (name, rest) =
        head.strip_prefix('"').and_then(|rest| rest.split_once("\" (")).ok_or_else(malformed)?;
    let (params, rest) = rest.split_once(") -> (").ok_or_else(malformed)?;
    let (results, flags) = rest.split_once(')').ok_or_else(malformed)?;
    let mut snippet = Snippet {
        name: name.to_owned(),
        params: registers(params)?,
        results: registers(results)?,
        code: Vec::new(),
        interpreted: false,
        exact: false,
        unemulated: false,
    };
    for flag in flags.split_whitespace() {
        match flag {
            "interpreted" => snippet.interpreted = true,
            "exact" => snippet.exact = true,
            "unemulated" => snippet.unemulated = true,
            _ => return Err(format!("what is `{flag}`?")),
        }
    }
    Ok(snippet)
}

fn registers(list: &str) -> Result<Vec<Reg>, String> {
    let names = list.split(", ").filter(|name| !name.is_empty());
    names.map(|name| register(name).ok_or_else(|| format!("{name} cannot be given or looked at"))).collect()
}

/// A register that the code around a snippet does not need itself.
fn register(name: &str) -> Option<Reg> {
    let x = X::all().map(Reg::X);
    let mut all = x.chain(F::all().map(Reg::F));
    let taken = RegSet::x(BASE) | RegSet::x(X::RA) | RegSet::x(X::SP) | RegSet::x(X::GP) | RegSet::x(X::TP);
    all.find(|reg| reg.to_string() == name).filter(|&reg| reg != Reg::X(X::ZERO) && !taken.contains(reg))
}

/// `02b54533  div a0,a0,a1`: appends the bits, if they mean the text.
fn instruction(line: &str, snippet: &mut Snippet) -> Result<(), String> {
    let (digits, text) = line.split_once("  ").ok_or_else(|| format!("not `HEX  TEXT`: {line}"))?;
    let bits = u32::from_str_radix(digits, 16).map_err(|_| format!("not hexadecimal: {digits}"))?;
    let len = digits.len() / 2;
    if !matches!(digits.len(), 4 | 8) || (bits & 3 == 3) != (len == 4) {
        return Err(format!("{digits} has the digits of no instruction"));
    }
    let pc = CODE + snippet.code.len() as u64;
    let meaning = match rv2wat_isa::decode(bits) {
        Ok(decoded) if decoded.inst.writes().contains(BASE) => {
            return Err(format!("{BASE} is the harness's own"));
        }
        Ok(decoded) => rv2wat_isa::disassemble(&decoded, pc),
        Err(_) => "(undefined)".to_owned(),
    };
    snippet.code.extend_from_slice(&bits.to_le_bytes()[..len]);
    match meaning == text {
        true => Ok(()),
        false => Err(format!("{digits} is `{meaning}`, not `{text}`")),
    }
}

fn assertion(directive: &WastDirective<'_>, line: usize, snippets: &[Snippet]) -> Result<Assertion, String> {
    let (exec, results, message) = match directive {
        WastDirective::AssertReturn { exec, results, .. } => (exec, Some(results), ""),
        WastDirective::AssertTrap { exec, message, .. } => (exec, None, *message),
        _ => return Err("only assert_return and assert_trap mean something here".to_owned()),
    };
    let WastExecute::Invoke(WastInvoke { module: None, name, args, .. }) = exec else {
        return Err("only (invoke \"NAME\" …) means something here".to_owned());
    };
    let snippet = snippets.iter().find(|snippet| snippet.name == *name);
    let Some(snippet) = snippet else { return Err(format!("there is no guest code {name}")) };
    if args.len() != snippet.params.len() {
        return Err(format!("{name} has {} parameters", snippet.params.len()));
    }
    let arguments: Result<_, _> =
        args.iter().zip(&snippet.params).map(|(arg, &reg)| given(arg, reg)).collect();
    let expected = match results {
        Some(results) if results.len() != snippet.results.len() => {
            return Err(format!("{name} has {} results", snippet.results.len()));
        }
        Some(results) => {
            let bits: Result<_, _> =
                results.iter().zip(&snippet.results).map(|(ret, &reg)| wanted(ret, reg)).collect();
            Outcome::Returned(bits?)
        }
        None => Outcome::Killed(signal(message)?),
    };
    Ok(Assertion { line, snippet: (*name).to_owned(), arguments: arguments?, expected })
}

fn signal(message: &str) -> Result<i32, String> {
    match message {
        "SIGILL" => Ok(4),
        "SIGTRAP" => Ok(5),
        "SIGBUS" => Ok(7),
        "SIGSEGV" => Ok(11),
        _ => Err(format!("{message} is no signal that instructions raise")),
    }
}

/// The bits that an argument puts into a register.
fn given(arg: &WastArg<'_>, reg: Reg) -> Result<u64, String> {
    match (arg, reg) {
        (WastArg::Core(WastArgCore::I64(value)), _) => Ok(value.cast_unsigned()),
        (WastArg::Core(WastArgCore::F32(value)), Reg::F(_)) => Ok(boxed(u64::from(value.bits))),
        (WastArg::Core(WastArgCore::F64(value)), Reg::F(_)) => Ok(value.bits),
        _ => Err(format!("{reg} cannot be given that")),
    }
}

/// The bits that a result names.
fn wanted(ret: &WastRet<'_>, reg: Reg) -> Result<u64, String> {
    let (bits, float) = match ret {
        WastRet::Core(WastRetCore::I64(value)) => (value.cast_unsigned(), false),
        WastRet::Core(WastRetCore::F32(NanPattern::Value(value))) => (boxed(u64::from(value.bits)), true),
        WastRet::Core(WastRetCore::F32(NanPattern::CanonicalNan)) => (boxed(NAN_S), true),
        WastRet::Core(WastRetCore::F64(NanPattern::Value(value))) => (value.bits, true),
        WastRet::Core(WastRetCore::F64(NanPattern::CanonicalNan)) => (NAN_D, true),
        _ => return Err(format!("{reg} cannot hold that")),
    };
    match (float, reg) {
        (true, Reg::X(_)) => Err(format!("{reg} cannot hold that")),
        _ => Ok(bits),
    }
}
