//! Lays nested expressions out in lines.
//!
//! An expression that fits stands on one line; one that does not has its head
//! on a line and its operands below, two columns further in. The comment of a
//! line is the instruction that caused the outermost expression on it, at a
//! fixed column; where the code reaches into that column the comment goes on a
//! line of its own, above.

use std::borrow::Cow;

use super::Style;

/// No line is wider, in columns.
pub const WIDTH: usize = 100;
/// Where comments start.
const COMMENT_COLUMN: usize = 72;
/// Indentation stops growing here, so that deep nesting keeps within the width.
const MAX_INDENT: usize = 48;

/// More operands than this share lines where they are short.
const FEW: usize = 4;

/// A parenthesised expression: a head and operands. A head that starts with a
/// dollar sign or a digit is a bare word without operands.
#[derive(Clone, Debug)]
pub struct Doc {
    head: Cow<'static, str>,
    operands: Vec<Doc>,
    /// The instruction to show beside it.
    pc: Option<u64>,
    /// The instructions of the calls in it, each worth a line of its own.
    calls: Vec<u64>,
    width: usize,
    bare: bool,
}

impl Doc {
    /// `(head operand …)`.
    pub fn new(head: impl Into<Cow<'static, str>>, operands: Vec<Doc>, pc: Option<u64>) -> Doc {
        let head = head.into();
        let width =
            2 + head.chars().count() + operands.iter().map(|operand| operand.width + 1).sum::<usize>();
        let calls = operands.iter().flat_map(|operand| &operand.calls).copied().collect();
        Doc { head, operands, pc, calls, width, bare: false }
    }

    /// A word without parentheses.
    pub fn word(word: impl Into<Cow<'static, str>>) -> Doc {
        let head = word.into();
        Doc {
            width: head.chars().count(),
            head,
            operands: Vec::new(),
            pc: None,
            calls: Vec::new(),
            bare: true,
        }
    }

    /// The same with the instruction to show beside it, if there is none yet.
    pub fn with_origin(mut self, pc: Option<u64>) -> Doc {
        self.pc = pc.or(self.pc);
        self
    }

    /// The same as a call of the guest's.
    pub fn calling(mut self) -> Doc {
        self.calls.extend(self.pc);
        self
    }

    /// Several documents as one, on one line, if it is no wider than that.
    pub fn row(docs: &[Doc], width: usize) -> Option<Doc> {
        let mut text = String::new();
        for (index, doc) in docs.iter().enumerate() {
            text.push_str(if index > 0 { " " } else { "" });
            doc.flat(&mut text);
        }
        let calls = docs.iter().all(|doc| doc.calls.is_empty());
        (calls && text.chars().count() <= width).then(|| Doc::word(text))
    }

    fn flat(&self, out: &mut String) {
        if self.bare {
            out.push_str(&self.head);
            return;
        }
        out.push('(');
        out.push_str(&self.head);
        for operand in &self.operands {
            out.push(' ');
            operand.flat(out);
        }
        out.push(')');
    }
}

/// Writes lines.
pub struct Writer<'a> {
    style: &'a Style<'a>,
    out: &'a mut String,
    /// The instruction that the last statement came from.
    shown: Option<u64>,
}

impl<'a> Writer<'a> {
    /// A writer that appends to a text.
    pub fn new(style: &'a Style<'a>, out: &'a mut String) -> Writer<'a> {
        Writer { style, out, shown: None }
    }

    /// The column at which code of a nesting depth starts.
    pub fn indent(depth: usize) -> usize {
        (2 * depth).min(MAX_INDENT)
    }

    /// A line of code without an origin.
    pub fn line(&mut self, depth: usize, code: &str) {
        self.finish_line(Self::indent(depth), code, None);
    }

    /// A line that is all comment.
    pub fn comment(&mut self, depth: usize, text: &str) {
        let text = clip(text, WIDTH - 3);
        let indent = Self::indent(depth).min(WIDTH - 3 - text.chars().count());
        self.push_line(indent, &format!(";; {text}"));
    }

    /// An expression between two pieces of text, both on its lines.
    pub fn doc(&mut self, depth: usize, before: &str, doc: &Doc, after: &str) {
        let mut seen = Vec::new();
        self.place(Self::indent(depth), before, doc, after, &mut seen);
    }

    /// Whether an expression fits on one line, if need be with its comment above.
    pub fn fits_without_comment(&self, depth: usize, before: &str, doc: &Doc, after: &str) -> bool {
        doc.calls.iter().all(|&call| doc.pc == Some(call))
            && Self::indent(depth) + before.len() + doc.width + after.len() <= WIDTH
    }

    fn note(&mut self, doc: &Doc, seen: &mut Vec<u64>) -> Option<String> {
        let pc = doc.pc?;
        if seen.contains(&pc) {
            return None;
        }
        let outermost = seen.is_empty();
        seen.push(pc);
        if outermost && self.shown.replace(pc) == Some(pc) {
            return None;
        }
        (self.style.comment)(pc)
    }

    fn place(&mut self, indent: usize, before: &str, doc: &Doc, after: &str, seen: &mut Vec<u64>) {
        let width = indent + before.len() + doc.width + after.len();
        let is_new = |pc: u64| !seen.contains(&pc) && (self.style.comment)(pc).is_some();
        let call = doc.calls.iter().any(|&pc| is_new(pc));
        // Inside a statement a comment is not worth breaking a line for, but
        // for a call's.
        let inner = !seen.is_empty() && !call;
        let note =
            if inner && (COMMENT_COLUMN - 1..=WIDTH).contains(&width) { None } else { self.note(doc, seen) };
        let limit = if note.is_some() { COMMENT_COLUMN - 2 } else { WIDTH };
        let simple = doc.operands.iter().all(|operand| operand.bare || operand.operands.is_empty());
        let hides_call = call && doc.calls.iter().any(|pc| !seen.contains(pc));
        let fits = width <= limit || (simple && width <= WIDTH);
        if (fits && !hides_call) || doc.operands.is_empty() {
            let mut code = before.to_owned();
            doc.flat(&mut code);
            code.push_str(after);
            self.finish_line(indent, &code, note);
            return;
        }
        if simple {
            self.fill(indent, before, doc, after, note);
            return;
        }
        self.finish_line(indent, &format!("{before}({}", doc.head), note);
        let step = if before.is_empty() { 2 } else { 4 };
        let inner = if indent < MAX_INDENT + 20 { indent + step } else { indent };
        let mut rest = doc.operands.as_slice();
        while let Some((operand, others)) = rest.split_first() {
            let run = if doc.operands.len() > FEW { self.run(inner, rest, after) } else { 1 };
            let closing = if run == rest.len() { format!("){after}") } else { String::new() };
            if run > 1 {
                let mut code = String::new();
                for (index, operand) in rest[..run].iter().enumerate() {
                    code.push_str(if index > 0 { " " } else { "" });
                    operand.flat(&mut code);
                }
                self.finish_line(inner, &(code + &closing), None);
                rest = &rest[run..];
            } else {
                self.place(inner, "", operand, &closing, seen);
                rest = others;
            }
        }
    }

    /// How many of some operands, none of which has operands, fit on one line.
    fn run(&self, indent: usize, operands: &[Doc], after: &str) -> usize {
        let mut width = indent;
        let simple = operands.iter().take_while(|operand| operand.operands.is_empty());
        let fits = simple.take_while(|operand| {
            width += operand.width + 1;
            width + after.len() < WIDTH
        });
        fits.count().max(1)
    }

    /// Many short operands: as many on a line as fit.
    fn fill(&mut self, indent: usize, before: &str, doc: &Doc, after: &str, mut note: Option<String>) {
        let mut code = format!("{before}({}", doc.head);
        let mut column = indent;
        let last = doc.operands.len() - 1;
        for (index, operand) in doc.operands.iter().enumerate() {
            let closing = if index == last { 1 + after.len() } else { 0 };
            let limit = if note.is_some() { COMMENT_COLUMN - 2 } else { WIDTH };
            if column + code.len() + 1 + operand.width + closing > limit {
                self.finish_line(column, &code, note.take());
                code.clear();
                column = indent + 2;
            } else {
                code.push(' ');
            }
            operand.flat(&mut code);
        }
        code.push(')');
        code.push_str(after);
        self.finish_line(column, &code, note);
    }

    fn finish_line(&mut self, indent: usize, code: &str, note: Option<String>) {
        let Some(note) = note else { return self.push_line(indent, code) };
        let end = indent + code.chars().count();
        if end + 2 <= COMMENT_COLUMN && COMMENT_COLUMN + 3 + note.chars().count() <= WIDTH {
            let padding = COMMENT_COLUMN - end;
            self.push_line(indent, &format!("{code}{:padding$};; {note}", ""));
        } else {
            let note = clip(&note, WIDTH - 3);
            let column = indent.min(WIDTH - 3 - note.chars().count());
            self.push_line(column, &format!(";; {note}"));
            self.push_line(indent, code);
        }
    }

    fn push_line(&mut self, indent: usize, text: &str) {
        self.out.extend(std::iter::repeat_n(' ', indent));
        self.out.push_str(text);
        self.out.push('\n');
    }
}

/// The text, or its beginning and an ellipsis where it is too wide.
fn clip(text: &str, width: usize) -> String {
    if text.chars().count() <= width {
        return text.to_owned();
    }
    let mut short: String = text.chars().take(width - 1).collect();
    short.push('…');
    short
}
