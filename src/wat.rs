//! Writes structured functions as WebAssembly text.
//!
//! What a line looks like, where it breaks and where its comment stands is
//! decided here and in the modules below; what the lines are comes from the
//! tree. `print_function` writes one function and says which parts of the
//! module it needs: exit helpers, `rv.…` helpers, host services, types of
//! indirect calls, globals. The texts of the helpers are in [`helpers`].
//!
//! Where nobody is going to read the text, [`assemble_function`] makes the code that it
//! would assemble to, out of the same instructions ([`sink`]).
//!
//! Names that the printer writes and the module must define:
//! `$exit.…` ([`ExitHelper`]), `$leave.…` ([`LeaveHelper`]), `$rv.…` (helpers, host services, `$rv.slot`
//! which turns the guest address of an indirect call into its place in the
//! table `$functions`, whose members have the type `$rv.class`), `$state.…`
//! (globals).

mod code;
mod doc;
mod exits;
pub mod helpers;
pub mod pending;
mod sink;
mod spell;

#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::ops::Range;

use rv2wat_isa::Reg;
use rv2wat_passes::ir::{AtomicOp, HostFn, Op, StateReg, Type};
use rv2wat_passes::tree::{Event, Function, Local, Node, Stmt};

pub(crate) use code::assemble_function;
pub use doc::WIDTH;
pub use exits::{ExitHelper, LeaveHelper};
pub use spell::global;

use crate::Features;
use doc::{Doc, Writer};
use sink::Docs;
use spell::Speller;

/// What stands above a function.
#[derive(Clone, Debug, Default)]
pub struct Header {
    /// The symbol, demangled.
    pub symbol: String,
    /// Source file and line of its first instruction: `fib.c:4`.
    pub source: Option<String>,
    /// Its guest addresses.
    pub range: Range<u64>,
    /// The registers that it takes, by name.
    pub params: Vec<String>,
    /// The registers that it gives back, by name.
    pub results: Vec<String>,
    /// More to say: `may exit`, `irregular: …`.
    pub notes: Vec<String>,
}

/// How functions are printed.
pub struct Style<'a> {
    /// The comment beside a line that comes from the instruction at a guest
    /// address: `10430  addi sp,sp,-32`. `None` for no comment.
    pub comment: &'a dyn Fn(u64) -> Option<String>,
    /// Whether a number is an address of the guest, to be written in
    /// hexadecimal.
    pub is_address: &'a dyn Fn(u64) -> bool,
}

/// What the printed functions need from the rest of the module.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// Exit helpers.
    pub exits: BTreeSet<ExitHelper>,
    /// Leave helpers.
    pub leaves: BTreeSet<LeaveHelper>,
    /// Registers that are given or owed one at a time.
    pub pending: BTreeSet<Reg>,
    /// Operations that are helpers.
    pub ops: BTreeSet<Op>,
    /// Atomic accesses that are helpers.
    pub atomics: BTreeSet<AtomicOp>,
    /// Services of the host.
    pub hosts: BTreeSet<HostFn>,
    /// Indirect calls: `$rv.slot`, `$functions`, `$rv.class`.
    pub indirect: bool,
    /// Globals of the state.
    pub state: BTreeSet<StateReg>,
}

impl Needs {
    /// Adds what another function needs.
    pub fn merge(&mut self, other: Needs) {
        self.exits.extend(other.exits);
        self.leaves.extend(other.leaves);
        self.pending.extend(other.pending);
        self.ops.extend(other.ops);
        self.atomics.extend(other.atomics);
        self.hosts.extend(other.hosts);
        self.indirect |= other.indirect;
        self.state.extend(other.state);
    }

    /// Whether something calls through the table.
    pub fn calls_indirectly(&self) -> bool {
        self.indirect
    }

    /// The registers that frames give and owe.
    pub fn pending(&self) -> BTreeSet<Reg> {
        let exits = self.exits.iter().flat_map(|helper| &helper.registers);
        let leaves = self.leaves.iter().flat_map(|helper| &helper.places);
        let mut registers = pending::registers(exits.chain(leaves));
        registers.extend(&self.pending);
        registers
    }

    /// Whether something asks for a service of the host, helpers included.
    pub fn uses_host(&self, host: HostFn) -> bool {
        self.hosts.contains(&host) || (host == HostFn::Soft && helpers::use_soft(self))
    }
}

/// The texts of the exit and leave helpers that are needed, and of what they call.
/// `bias` is guest address minus memory offset. `mixed` says that functions of both
/// conventions are among those that leave.
pub fn exit_helpers(needs: &Needs, bias: u32, mixed: bool) -> String {
    let pending = needs.pending();
    let exits = needs.exits.iter().map(|helper| helper.text(&pending, mixed));
    let leaves = needs.leaves.iter().map(LeaveHelper::text);
    let mut text: String = exits.chain(leaves).map(|text| format!("\n{text}")).collect();
    if !pending.is_empty() {
        text.push_str(&pending::texts(&pending, bias, mixed));
    }
    text
}

/// The texts of the operations' helpers that are needed, and of those that
/// these call, for an engine that has `features`.
pub fn op_helpers(needs: &Needs, features: Features) -> String {
    helpers::texts(needs, features).into_iter().map(|text| format!("\n{text}")).collect()
}

/// Appends the text of a function, indented as a field of a module, and gives
/// what it needs.
pub fn print_function(tree: &Function, header: &Header, style: &Style, out: &mut String) -> Needs {
    let mut needs = Needs::default();
    let mut writer = Writer::new(style, out);
    header.print(&mut writer);
    print_signature(tree, &mut writer);
    let speller = Speller { tree, sink: Docs { tree, style }, needs: &mut needs };
    Printer { tree, speller, writer, depth: 2 }.body();
    needs
}

impl Header {
    fn print(&self, writer: &mut Writer) {
        let mut words = vec![self.symbol.clone()];
        words.extend(self.source.iter().map(|source| format!("  {source}")));
        words.push(format!("  0x{:x}..0x{:x}", self.range.start, self.range.end));
        let comma = |index: usize, count: usize| if index + 1 < count { "," } else { "" };
        let params = self.params.len();
        words.push("  (".to_owned());
        for (index, param) in self.params.iter().enumerate() {
            let space = if index > 0 { " " } else { "" };
            words.push(format!("{space}{param}{}", comma(index, params)));
        }
        words.push(")".to_owned());
        let results = self.results.len();
        words.extend((results > 0).then(|| " ->".to_owned()));
        words.extend(
            self.results
                .iter()
                .enumerate()
                .map(|(index, result)| format!(" {result}{}", comma(index, results))),
        );
        words.extend(self.notes.iter().flat_map(|note| {
            let parts = note.split(' ').map(|part| format!(" {part}"));
            std::iter::once(",".to_owned()).chain(parts)
        }));
        let mut line = String::new();
        for word in words {
            let fits = line.chars().count() + word.chars().count() + 1 < doc::WIDTH - 5;
            if !fits && word.starts_with(' ') {
                writer.comment(1, &line);
                line = format!("   {word}");
            } else {
                line.push_str(&word);
            }
        }
        writer.comment(1, &line);
    }
}

fn print_signature(tree: &Function, writer: &mut Writer) {
    let mut words = vec![format!("(func ${}", tree.name)];
    words.extend(
        tree.locals.values().take(tree.params).map(|data| format!("(param ${} {})", data.name, data.ty)),
    );
    let mut results: Vec<&str> = tree.results.iter().map(|ty| ty.name()).collect();
    if tree.may_exit {
        results.push("i32");
    }
    if !results.is_empty() {
        words.push(format!("(result {})", results.join(" ")));
    }
    print_words(1, &words, writer);
    let locals = declared(tree).into_iter().map(|local| &tree.locals[local]);
    let locals: Vec<String> = locals.map(|data| format!("(local ${} {})", data.name, data.ty)).collect();
    print_words(2, &locals, writer);
}

/// The locals that are no parameters, in the order in which they are declared: a module
/// has one entry for all locals of a type that follow each other.
fn declared(tree: &Function) -> Vec<Local> {
    let mut locals: Vec<Local> = tree.locals.keys().skip(tree.params).collect();
    locals.sort_by_key(|&local| (tree.locals[local].ty != Type::I64, tree.locals[local].ty));
    locals
}

/// As many words on a line as fit; further lines are indented more.
fn print_words(depth: usize, words: &[String], writer: &mut Writer) {
    let mut line = String::new();
    let mut at = depth;
    for word in words {
        if !line.is_empty() && Writer::indent(at) + line.len() + 1 + word.len() > doc::WIDTH {
            writer.line(at, &line);
            line.clear();
            at = at.max(2);
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    if !line.is_empty() {
        writer.line(at, &line);
    }
}

/// Whether a statement is not printed. The end of the body (`last`) returns by itself
/// where there is nothing to give.
fn is_silent(tree: &Function, node: Node, last: bool) -> bool {
    match &tree.nodes[node].stmt {
        Stmt::Nop => true,
        Stmt::Return(values) => last && values.is_empty() && !tree.may_exit,
        _ => false,
    }
}

/// A step of printing: a part of the walk and the parentheses that close after
/// it.
#[derive(Clone, Copy)]
struct Step {
    event: Event,
    closing: usize,
}

struct Printer<'a> {
    tree: &'a Function,
    speller: Speller<'a, Docs<'a>>,
    writer: Writer<'a>,
    depth: usize,
}

impl Printer<'_> {
    fn body(&mut self) {
        let tree = self.tree;
        let (before, within) = tree.body.split_at(tree.leave_from.min(tree.body.len()));
        self.list(before, 0, false);
        if tree.leaves.is_empty() {
            self.list(within, 1, true);
            return;
        }
        // One inside the other, but at one depth: there is one for each call.
        let opened = tree.leaves.iter().rev().map(|leave| {
            let label = self.speller.sink.label(leave.label);
            let result = if leave.address.is_some() { " (result i64)" } else { "" };
            format!("(block ${label}{result}")
        });
        let opened: Vec<String> = opened.collect();
        print_words(self.depth, &opened, &mut self.writer);
        self.depth += 1;
        self.list(within, 1, false);
        for index in 0..tree.leaves.len() {
            if index + 1 == tree.leaves.len() {
                self.depth -= 1;
            }
            self.leave(index);
        }
    }

    /// What follows the block of a way out.
    fn leave(&mut self, index: usize) {
        let tree = self.tree;
        let lines = self.speller.way_out(&tree.leaves[index], tree.leaves.get(index + 1));
        let Some((last, lines)) = lines.split_last() else {
            return self.writer.line(self.depth, ")");
        };
        lines.iter().for_each(|line| self.writer.doc(self.depth, "", line, ""));
        // The last line of all closes the function, else the block around.
        self.writer.doc(self.depth, "", last, ")");
    }

    /// A list of statements, with so many parentheses to close after the last.
    fn list(&mut self, list: &[Node], closing: usize, last: bool) {
        let end = list.last().copied().filter(|_| last);
        let silent = |node: Node| is_silent(self.tree, node, end == Some(node));
        let mut steps: Vec<Step> = Vec::new();
        self.tree.walk(list, |event| match event {
            Event::Leaf(node) if silent(node) => {}
            Event::Close(node) => {
                let parens = if matches!(self.tree.nodes[node].stmt, Stmt::If { .. }) { 2 } else { 1 };
                if let Some(step) = steps.last_mut() {
                    step.closing += parens;
                }
                steps.push(Step { event, closing: 0 });
            }
            Event::Else(_) => {
                if let Some(step) = steps.last_mut() {
                    step.closing += 1;
                }
                steps.push(Step { event, closing: 0 });
            }
            _ => steps.push(Step { event, closing: 0 }),
        });
        if steps.is_empty() && closing > 0 {
            self.writer.line(self.depth - 1, &")".repeat(closing));
        }
        self.carry_closings(&mut steps, closing);
        let mut index = 0;
        while index < steps.len() {
            index += self.step(&steps[index..], end);
        }
    }

    /// Moves closing parentheses to the last step that prints something.
    fn carry_closings(&self, steps: &mut [Step], closing: usize) {
        if let Some(last) = steps.last_mut() {
            last.closing += closing;
        }
        for index in (1..steps.len()).rev() {
            if matches!(steps[index].event, Event::Close(_)) {
                let carried = std::mem::take(&mut steps[index].closing);
                steps[index - 1].closing += carried;
            }
        }
    }

    /// Prints the first of some steps and gives how many it took.
    fn step(&mut self, steps: &[Step], end: Option<Node>) -> usize {
        let Step { event, closing } = steps[0];
        let tree = self.tree;
        match event {
            Event::Leaf(node) => {
                let data = &tree.nodes[node];
                let docs = self.speller.stmt(&data.stmt, data.pc, end == Some(node));
                self.leaf(&docs, closing);
            }
            Event::Open(node) => match &tree.nodes[node].stmt {
                Stmt::Block { label, .. } => self.open("block", *label),
                Stmt::Loop { label, .. } => self.open("loop", *label),
                Stmt::If { cond, .. } => {
                    let cond = self.speller.expr(cond);
                    self.condition(cond, tree.nodes[node].pc);
                    self.depth += 1;
                    if let Some(Step { event: Event::Else(_), .. }) = steps.get(1) {
                        self.writer.line(self.depth, "(then)");
                        self.depth += 1;
                        return 1;
                    }
                    return 1 + self.arm("then", &steps[1..]);
                }
                _ => {}
            },
            Event::Else(_) => {
                self.depth -= 1;
                return 1 + self.arm("else", &steps[1..]);
            }
            Event::Close(node) => {
                // An arm is one deeper than its `if`'s keyword.
                self.depth -= if matches!(tree.nodes[node].stmt, Stmt::If { .. }) { 2 } else { 1 };
            }
        }
        1
    }

    fn leaf(&mut self, docs: &[Doc], closing: usize) {
        let Some((last, docs)) = docs.split_last() else { return };
        docs.iter().for_each(|doc| self.writer.doc(self.depth, "", doc, ""));
        self.writer.doc(self.depth, "", last, &")".repeat(closing));
    }

    fn open(&mut self, keyword: &str, label: rv2wat_passes::tree::Label) {
        let line = format!("({keyword} ${}", self.speller.sink.label(label));
        self.writer.line(self.depth, &line);
        self.depth += 1;
    }

    fn condition(&mut self, cond: Doc, pc: Option<u64>) {
        let cond = cond.with_origin(pc);
        self.writer.doc(self.depth, "(if ", &cond, "");
    }

    /// An arm of an `if`, on one line where it is one short statement. Gives
    /// how many steps it took.
    fn arm(&mut self, keyword: &str, steps: &[Step]) -> usize {
        let single = match steps {
            [
                Step { event: Event::Leaf(node), closing },
                Step { event: Event::Close(_) | Event::Else(_), .. },
                ..,
            ] => Some((*node, *closing)),
            _ => None,
        };
        if let Some((node, closing)) = single {
            let data = &self.tree.nodes[node];
            let docs = self.speller.stmt(&data.stmt, data.pc, false);
            let (before, after) = (format!("({keyword} "), ")".repeat(closing));
            if let [doc] = docs.as_slice()
                && self.writer.fits_without_comment(self.depth, &before, doc, &after)
            {
                self.writer.doc(self.depth, &before, doc, &after);
                self.depth += 1;
                return 1;
            }
        }
        self.writer.line(self.depth, &format!("({keyword}"));
        self.depth += 1;
        0
    }
}
