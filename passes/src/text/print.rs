//! Writes a function as text.

use std::fmt::{self, Write};

use cranelift_entity::EntityRef;

use crate::ir::{
    Block, Call, CallInst, Const, Function, Inst, InstKind, Kind, Param, Signature, StateReg, Target,
    Terminator, Type, Value,
};

/// The column at which the pc of a line stands.
const PC_COLUMN: usize = 56;

/// A line of the text, for notes under it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// The line with the function's name.
    Head,
    /// The line that begins a block.
    Block(Block),
    /// An instruction.
    Inst(Block, Inst),
    /// A block's terminator.
    Terminator(Block),
}

/// Prints a function.
pub fn print(func: &Function) -> String {
    print_with(func, |_| Vec::new())
}

/// Prints a function with notes: each string that `notes` gives for a line
/// stands under it as a comment.
pub fn print_with(func: &Function, notes: impl Fn(Place) -> Vec<String>) -> String {
    let mut text = String::new();
    let mut line = |place: Place, content: &str| {
        text.push_str(content);
        text.push('\n');
        for note in notes(place) {
            for part in note.lines() {
                text.push_str("# ");
                text.push_str(part);
                text.push('\n');
            }
        }
    };
    let mut head = format!(
        "function ${} {:#x} {} {} -> {}",
        Name(&func.name),
        func.address,
        kind_name(func.kind),
        Params(&func.params),
        Params(&func.results),
    );
    head.push_str(if func.may_exit { " may_exit {" } else { " {" });
    line(Place::Head, &head);
    for var in func.vars.values() {
        line(Place::Head, &format!("  var {}: {}", Name(&var.name), var.ty));
    }
    for callee in func.callees.values() {
        let takes_sp = if callee.takes_sp { " takes_sp" } else { "" };
        line(Place::Head, &format!("  callee ${}{}{takes_sp}", Name(&callee.name), Sig(&callee.signature)));
    }
    if func.bias != 0 {
        line(Place::Head, &format!("  bias {}", func.bias));
    }
    if func.indirect_takes_sp {
        line(Place::Head, "  indirect_takes_sp");
    }
    if func.entered_once {
        line(Place::Head, "  entered_once");
    }
    for &block in &func.layout {
        let data = &func.blocks[block];
        line(Place::Block(block), &with_pc(block_head(func, block), data.pc));
        for &inst in &data.insts {
            let content = format!("  {}", inst_text(func, inst));
            line(Place::Inst(block, inst), &with_pc(content, func.insts[inst].pc));
        }
        if let Some(terminator) = &data.terminator {
            let content = format!("  {}", terminator_text(func, terminator));
            line(Place::Terminator(block), &with_pc(content, data.terminator_pc));
        }
    }
    text.push_str("}\n");
    text
}

impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&print(self))
    }
}

pub(super) const fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Regular => "regular",
        Kind::Sideways => "sideways",
    }
}

fn with_pc(mut line: String, pc: Option<u64>) -> String {
    if let Some(pc) = pc {
        let width = PC_COLUMN.saturating_sub(line.chars().count()).max(2);
        line.extend(std::iter::repeat_n(' ', width));
        line.push_str(&format!(";; {pc:x}"));
    }
    line
}

/// A name, in quotes where it is not a plain word.
struct Name<'a>(&'a str);

/// Whether a character may stand in a name without quotes.
pub(super) fn is_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$')
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.0.is_empty() && self.0.chars().all(is_word) {
            f.write_str(self.0)
        } else {
            write!(f, "{:?}", self.0)
        }
    }
}

struct Params<'a>(&'a [Param]);

impl fmt::Display for Params<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.0, |f, param| write!(f, "{}: {}", Name(&param.name), param.ty))
    }
}

struct Sig<'a>(&'a Signature);

impl fmt::Display for Sig<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, &self.0.params, |f, ty: &Type| ty.fmt(f))?;
        f.write_str(" -> ")?;
        list(f, &self.0.results, |f, ty: &Type| ty.fmt(f))?;
        f.write_str(if self.0.may_exit { " may_exit" } else { "" })
    }
}

struct Args<'a>(&'a [Value]);

impl fmt::Display for Args<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.0, |f, value| write!(f, "{value}"))
    }
}

struct State<'a>(&'a [(StateReg, Value)]);

impl fmt::Display for State<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        list(f, self.0, |f, (reg, value)| write!(f, "{reg}: {value}"))
    }
}

struct To<'a>(&'a Target);

impl fmt::Display for To<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0.block)?;
        if self.0.args.is_empty() { Ok(()) } else { Args(&self.0.args).fmt(f) }
    }
}

/// A list in parentheses.
fn list<T>(
    f: &mut fmt::Formatter<'_>,
    items: &[T],
    mut item: impl FnMut(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_char('(')?;
    for (index, one) in items.iter().enumerate() {
        f.write_str(if index == 0 { "" } else { ", " })?;
        item(f, one)?;
    }
    f.write_char(')')
}

fn block_head(func: &Function, block: Block) -> String {
    let params = &func.blocks[block].params;
    if params.is_empty() {
        return format!("{block}:");
    }
    let params: Vec<String> = params
        .iter()
        .map(|&param| {
            let name = func.name_of(param).map_or(String::new(), |name| format!(" {name:?}"));
            format!("{param}: {}{name}", func.ty(param))
        })
        .collect();
    format!("{block}({}):", params.join(", "))
}

fn commas(values: &[Value]) -> String {
    values.iter().map(Value::to_string).collect::<Vec<_>>().join(", ")
}

fn offset_text(offset: u32) -> String {
    if offset == 0 { String::new() } else { format!(" offset={offset}") }
}

fn var_name(func: &Function, var: crate::ir::Var) -> String {
    func.vars.get(var).map_or_else(|| format!("var{}", var.index()), |data| Name(&data.name).to_string())
}

/// An instruction as it stands on its line.
pub(crate) fn inst_text(func: &Function, inst: Inst) -> String {
    let data = &func.insts[inst];
    let defs: Vec<String> = data
        .results
        .iter()
        .map(|&result| match func.name_of(result) {
            Some(name) => format!("{result} {name:?}"),
            None => result.to_string(),
        })
        .collect();
    let body = match &data.kind {
        InstKind::Const(constant) => const_text(*constant),
        InstKind::Op(op, args) => format!("{op} {}", commas(args)),
        InstKind::Select(args) => format!("select.{} {}", func.ty(args[1]), commas(args)),
        InstKind::Load(op, addr, offset) => {
            format!("{op} {addr}{}{}", offset_text(*offset), if data.safe { " safe" } else { "" })
        }
        InstKind::Store(op, addr, offset, value) => format!("{op} {addr}{}, {value}", offset_text(*offset)),
        InstKind::Atomic(op, addr, offset, args) => {
            let args: String = args.iter().map(|arg| format!(", {arg}")).collect();
            format!("{op} {addr}{}{args}", offset_text(*offset))
        }
        InstKind::Bulk(op, args) => format!("{op} {}", commas(args)),
        InstKind::Fence => "fence".to_owned(),
        InstKind::Get(var) => format!("get {}", var_name(func, *var)),
        InstKind::Set(var, value) => format!("set {}, {value}", var_name(func, *var)),
        InstKind::GetState(reg) => format!("state.get {reg}"),
        InstKind::SetState(reg, value) => format!("state.set {reg}, {value}"),
        InstKind::Call(call) => {
            let CallInst { call, args, leave } = &**call;
            let leave = if leave.is_empty() { String::new() } else { format!(" leave{}", State(leave)) };
            format!("{}{leave}", call_text(func, call, args, ""))
        }
    };
    if defs.is_empty() { body } else { format!("{} = {body}", defs.join(", ")) }
}

fn const_text(constant: Const) -> String {
    match constant {
        Const::I32(value) => format!("i32.const {value}"),
        Const::I64(value) => format!("i64.const {value}"),
        Const::F32(bits) => format!("f32.const {bits:#x}"),
        Const::F64(bits) => format!("f64.const {bits:#x}"),
        Const::Undef(ty) => format!("{ty}.undef"),
    }
}

fn call_text(func: &Function, call: &Call, args: &[Value], tail: &str) -> String {
    match call {
        Call::Direct(callee) => {
            let data = &func.callees[*callee];
            let exits = if data.signature.may_exit { " exits" } else { "" };
            format!("{tail}call ${}{}{exits}", Name(&data.name), Args(args))
        }
        Call::Indirect(signature) => match args {
            [address, args @ ..] => format!("{tail}call_indirect {address}{}{}", Args(args), Sig(signature)),
            [] => format!("{tail}call_indirect without a target{}", Sig(signature)),
        },
        Call::Host(host) => {
            let exits = if host.signature().may_exit { " exits" } else { "" };
            format!(
                "{}{}{}{exits}",
                if tail.is_empty() { "host " } else { "tail_host " },
                host.name(),
                Args(args)
            )
        }
    }
}

/// A terminator as it stands on its line.
pub(crate) fn terminator_text(func: &Function, terminator: &Terminator) -> String {
    match terminator {
        Terminator::Jump(target) => format!("jump {}", To(target)),
        Terminator::Branch { cond, then, other } => format!("branch {cond}, {}, {}", To(then), To(other)),
        Terminator::Switch { index, targets, default } => {
            let targets: Vec<String> = targets.iter().map(|target| To(target).to_string()).collect();
            format!("switch {index} [{}] else {}", targets.join(", "), To(default))
        }
        Terminator::Return(values) if values.is_empty() => "return".to_owned(),
        Terminator::Return(values) => format!("return {}", commas(values)),
        Terminator::TailCall { call, args } => call_text(func, call, args, "tail_"),
        Terminator::Exit { reason, pc, state } => format!("exit {reason} {pc} {}", State(state)),
        Terminator::Unreachable => "unreachable".to_owned(),
    }
}
