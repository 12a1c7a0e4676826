//! `--emit=cfg`: one function as a Graphviz digraph.
//!
//! Knows dot's syntax. Must never find anything out about the function.

use std::fmt::Write;

use rv2wat_isa::disassemble;

use crate::discover::{Block, Function, Terminator};
use crate::emit_asm::{code_name, label, target};
use crate::load::Image;

/// Prints `function` as a digraph: a box for each block with its disassembly,
/// an edge for each way out. Solid edges are jumps and fall-through, `taken`
/// and `else` the sides of a branch, dashed edges go to where a call returns,
/// numbers are table entries. Ellipses stand for other functions and exits.
pub fn print(image: &Image, function: &Function) -> String {
    let mut out = String::new();
    let _ = writeln!(out, "digraph \"{}\" {{", escape(&function.name));
    let _ = writeln!(out, "  node [shape=box, fontname=monospace];");
    let _ = writeln!(out, "  entry [shape=point];");
    let _ = writeln!(out, "  entry -> {};", node(function.entry_block));
    for (at, block) in function.blocks.iter().enumerate() {
        print_block(&mut out, image, function, at, block);
    }
    out.push_str("}\n");
    out
}

fn node(at: usize) -> String {
    format!("b{at}")
}

fn escape(text: &str) -> String {
    text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', " ")
}

fn print_block(out: &mut String, image: &Image, function: &Function, at: usize, block: &Block) {
    let name = node(at);
    if block.insts.is_empty() && matches!(block.end, Terminator::TailCall { .. }) {
        let text = escape(&target(image, function, at));
        let _ = writeln!(out, "  {name} [shape=ellipse, label=\"{text}\"];");
        return;
    }
    let mut text = format!("{}:\\l", escape(&label(function, block)));
    for site in &block.insts {
        let _ = write!(text, "{:x}  {}\\l", site.pc, escape(&disassemble(&site.inst, site.pc)));
    }
    let _ = writeln!(out, "  {name} [label=\"{text}\"];");
    let exits = print_edges(out, &name, &block.end);
    if let Some((kind, label)) = exits.or_else(|| leaving(image, &block.end)) {
        let _ = writeln!(out, "  x{at} [shape=ellipse, label=\"{}\"];", escape(&label));
        let _ = writeln!(out, "  {name} -> x{at} [label=\"{kind}\"];");
    }
}

/// Prints the edges to blocks. Returns a further exit that calls stand for.
fn print_edges(out: &mut String, name: &str, end: &Terminator) -> Option<(&'static str, String)> {
    let mut edge = |to: usize, attributes: &str| {
        let _ = writeln!(out, "  {name} -> {}{attributes};", node(to));
    };
    match end {
        Terminator::Jump(to) => edge(*to, ""),
        Terminator::Sync { next } => edge(*next, " [label=\"sync\"]"),
        Terminator::Access { next, .. } => edge(*next, " [label=\"checked\"]"),
        Terminator::Branch { taken, fall } => {
            edge(*taken, " [label=\"taken\"]");
            edge(*fall, " [label=\"else\"]");
        }
        Terminator::Call { next: Some(next), .. } | Terminator::CallIndirect { next: Some(next) } => {
            edge(*next, " [style=dashed, label=\"returns\"]");
        }
        Terminator::Ecall { next: Some(next) } => edge(*next, " [style=dashed, label=\"ecall\"]"),
        Terminator::Table { targets, bounded, .. } => {
            let mut blocks = targets.clone();
            blocks.sort_unstable();
            blocks.dedup();
            for to in blocks {
                let keys = ranges(targets.iter().enumerate().filter(|&(_, t)| *t == to).map(|(at, _)| at));
                edge(to, &format!(" [label=\"{keys}\"]"));
            }
            return (!bounded).then(|| ("else", "out of range".into()));
        }
        Terminator::Goto { targets } => {
            for &(pc, to) in targets {
                edge(to, &format!(" [label=\"{pc:x}\"]"));
            }
            return Some(("else", "elsewhere".into()));
        }
        _ => {}
    }
    None
}

/// How a block leaves the function, if it does.
fn leaving(image: &Image, end: &Terminator) -> Option<(&'static str, String)> {
    Some(match end {
        Terminator::Call { callee, .. } => ("call", code_name(image, *callee)),
        Terminator::CallIndirect { .. } => ("call", "indirect".into()),
        Terminator::TailCall { callee } => ("tail call", code_name(image, *callee)),
        Terminator::TailIndirect => ("tail call", "indirect".into()),
        Terminator::Return => ("", "return".into()),
        Terminator::Ecall { next: None } => ("ecall", "exit".into()),
        Terminator::Trap { .. } => ("", "trap".into()),
        Terminator::Unknown => ("", "not resolved".into()),
        _ => return None,
    })
}

/// `0-2, 5`.
fn ranges(keys: impl Iterator<Item = usize>) -> String {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for key in keys {
        match runs.last_mut() {
            Some(last) if last.1 + 1 == key => last.1 = key,
            _ => runs.push((key, key)),
        }
    }
    let show = |&(a, b): &(usize, usize)| if a == b { a.to_string() } else { format!("{a}-{b}") };
    runs.iter().map(show).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::{self, testing};

    #[test]
    fn a_switch_has_one_edge_a_target() {
        let image = testing::image(&testing::SWITCH);
        let program = discover::discover(&image);
        let text = print(&image, &program.functions[0]);
        assert!(text.starts_with("digraph \"f_10000\" {\n"), "{text}");
        assert_eq!(text.matches("label=\"return\"").count(), 3, "{text}");
        assert!(text.contains("[label=\"0, 2\"]"), "{text}");
        assert!(text.contains("[label=\"taken\"]") && text.contains("[label=\"else\"]"), "{text}");
        assert!(text.ends_with("}\n"));
    }

    #[test]
    fn keys_are_joined_to_runs_and_names_escaped() {
        assert_eq!(ranges([0, 1, 2, 5].into_iter()), "0-2, 5");
        assert_eq!(escape("a\"b\\"), "a\\\"b\\\\");
    }
}
