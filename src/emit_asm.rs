//! `--emit=asm`: one function as annotated disassembly.
//!
//! Knows how to show what discovery found: labels, where blocks end, jump
//! tables, callees. Must never find anything out itself.

use std::fmt::Write;

use rv2wat_isa::disassemble;

use crate::discover::{Block, Function, Terminator};
use crate::load::{Image, demangle};

/// Lists `function` in address order: a header, then its instructions with a
/// label before each block that something jumps to.
///
/// ```text
/// ;; fib  0x10430..0x1046c
/// fib:
///    10430:  1101      addi sp,sp,-32
///    1043e:  00a7df63  bge a5,a0,0x1045c        # .L2c
/// .L2c:
/// ```
pub fn print(image: &Image, function: &Function) -> String {
    let mut out = header(function);
    let labelled = labelled(function);
    let mut expected = None;
    for (at, block) in function.blocks.iter().enumerate() {
        if block.insts.is_empty() && !matches!(block.end, Terminator::Trap { .. }) {
            continue;
        }
        if expected.is_some_and(|pc| pc != block.start) {
            out.push_str("   ...\n");
        }
        if at == function.entry_block {
            let _ = writeln!(out, "{}:", function.name);
        } else if labelled[at] {
            let _ = writeln!(out, "{}:", label(function, block));
        }
        print_block(&mut out, image, function, block);
        expected = Some(block.end_pc());
    }
    out
}

fn header(function: &Function) -> String {
    let mut out = format!(";; {}  {:#x}..{:#x}", function.name, function.entry, function.end);
    for (holds, what) in [(function.noreturn, "never returns"), (function.address_taken, "address taken")] {
        if holds {
            let _ = write!(out, "  {what}");
        }
    }
    out.push('\n');
    if let Some(source) = demangle(&function.name) {
        let _ = writeln!(out, ";; {source}");
    }
    for alias in &function.aliases {
        let _ = writeln!(out, ";; also {alias}");
    }
    if let Some(why) = &function.irregular {
        let _ = writeln!(out, ";; irregular: {why}");
    }
    out
}

/// Which blocks are reached by more than falling through.
fn labelled(function: &Function) -> Vec<bool> {
    let mut labelled = vec![false; function.blocks.len()];
    for block in &function.blocks {
        let falls = block.end_pc();
        let selects = matches!(block.end, Terminator::Table { .. } | Terminator::Goto { .. });
        for to in block.end.successors() {
            labelled[to] |= selects || function.blocks[to].start != falls;
        }
    }
    labelled
}

/// The label of a block: its offset from the entry, or its address when it
/// lies before the entry or beyond the function's own bytes.
pub(crate) fn label(function: &Function, block: &Block) -> String {
    if (function.entry..function.end).contains(&block.start) {
        format!(".L{:x}", block.start - function.entry)
    } else {
        format!(".L_{:x}", block.start)
    }
}

/// The name by which a listing calls the code at `addr`.
pub(crate) fn code_name(image: &Image, addr: u64) -> String {
    image.symbol_at(addr).map_or_else(|| format!("f_{addr:x}"), |s| s.name.clone())
}

fn print_block(out: &mut String, image: &Image, function: &Function, block: &Block) {
    for (at, site) in block.insts.iter().enumerate() {
        let text = disassemble(&site.inst, site.pc);
        let last = at + 1 == block.insts.len();
        let note = if last { note(image, function, block) } else { String::new() };
        let digits = 2 * usize::from(site.inst.len);
        let raw = format!("{:0digits$x}", site.inst.raw);
        let line = format!("{:>8x}:  {raw:<8}  {text:<28}", site.pc);
        let line = if note.is_empty() { line.trim_end().to_owned() } else { format!("{line}  # {note}") };
        let _ = writeln!(out, "{line}");
    }
    if let Terminator::Trap { pc, raw } = block.end
        && block.insts.last().is_none_or(|s| s.pc != pc)
    {
        let _ = writeln!(out, "{pc:>8x}:  {raw:<8x}  {:<28}  # decodes to nothing", "unknown");
    }
    print_table(out, function, block);
}

/// What the end of a block means, where the instruction does not say it.
fn note(image: &Image, function: &Function, block: &Block) -> String {
    let name = |to: usize| target(image, function, to);
    let falls = |to: usize| function.blocks[to].start == block.end_pc();
    match &block.end {
        Terminator::Jump(to) | Terminator::Sync { next: to } if falls(*to) => String::new(),
        Terminator::Jump(to) | Terminator::Sync { next: to } => name(*to),
        Terminator::Branch { taken, .. } => name(*taken),
        Terminator::Call { callee, next, .. } => {
            let never = if next.is_none() { ", never returns" } else { "" };
            format!("{}{never}", code_name(image, *callee))
        }
        Terminator::CallIndirect { next: None } => "never returns".into(),
        Terminator::CallIndirect { .. } | Terminator::Return | Terminator::Ecall { next: Some(_) } => {
            String::new()
        }
        Terminator::TailCall { callee } => format!("tail {}", code_name(image, *callee)),
        Terminator::TailIndirect => "tail call".into(),
        Terminator::Table { index, targets, bounded, .. } => {
            let word = if index.zext32 { " as 32 bits" } else { "" };
            let sure = if *bounded { "" } else { ", may be out of range" };
            format!("table of {} by {}{word} before {:x}{sure}", targets.len(), index.reg, index.pc)
        }
        Terminator::Goto { targets } => format!("goto one of {}", targets.len()),
        Terminator::Ecall { next: None } => "exit".into(),
        Terminator::Trap { .. } | Terminator::Access { .. } => String::new(),
        Terminator::Unknown => "not resolved".into(),
    }
}

/// The label of a block, or the callee of a tail-call stub.
pub(crate) fn target(image: &Image, function: &Function, to: usize) -> String {
    let block = &function.blocks[to];
    match block.end {
        Terminator::TailCall { callee } if block.insts.is_empty() => code_name(image, callee),
        _ => label(function, block),
    }
}

/// Entries of a jump table, runs of the same target joined.
fn print_table(out: &mut String, function: &Function, block: &Block) {
    let entries: Vec<(String, usize)> = match &block.end {
        Terminator::Table { targets, .. } => {
            targets.iter().enumerate().map(|(at, &to)| (at.to_string(), to)).collect()
        }
        Terminator::Goto { targets } => targets.iter().map(|&(pc, to)| (format!("{pc:x}"), to)).collect(),
        _ => return,
    };
    let mut line = String::new();
    let mut at = 0;
    while at < entries.len() {
        let run = entries[at..].iter().take_while(|e| e.1 == entries[at].1).count();
        let first = &entries[at].0;
        let keys = if run == 1 { first.clone() } else { format!("{first}-{}", entries[at + run - 1].0) };
        let item = format!("  {keys} {}", label(function, &function.blocks[entries[at].1]));
        if line.len() + item.len() > 80 {
            let _ = writeln!(out, "{:>20}{line}", "#");
            line.clear();
        }
        line.push_str(&item);
        at += run;
    }
    let _ = writeln!(out, "{:>20}{line}", "#");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discover::{self, testing};

    #[test]
    fn a_switch_shows_its_table_and_labels() {
        let image = testing::image(&testing::SWITCH);
        let program = discover::discover(&image);
        let text = print(&image, &program.functions[0]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with(";; f_10000  0x10000.."), "{text}");
        assert_eq!(lines[1], "f_10000:");
        let jump = text.lines().find(|l| l.contains("jr a5")).expect("the jump is listed");
        assert!(jump.contains("# table of 3 by a0 as 32 bits before "), "{text}");
        assert!(text.contains("  0 .L1c  1 .L20  2 .L1c\n"), "{text}");
        assert!(text.contains("\n.L1c:\n   1001c:"), "the block behind the jump has a label too: {text}");
        assert!(text.lines().all(|l| l.len() <= 100), "{text}");
    }
}
