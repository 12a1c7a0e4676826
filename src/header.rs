//! What stands above a function and beside its lines: symbol, source, guest
//! range, registers, and the instruction behind each line.

use std::collections::BTreeMap;

use rv2wat_isa::{Decoded, Inst, disassemble};
use rv2wat_passes::tree;

use crate::discover::{Function, Terminator};
use crate::lift::Unit;
use crate::load::{Image, demangle};
use crate::pipeline::{Analysis, Annotate, Options, SourceLines};
use crate::summary::{Standing, order};
use crate::wat::{self, Header, Needs, Style};

/// Prints one structured function with its header and comments.
pub fn print(
    analysis: &Analysis,
    at: usize,
    unit: Unit,
    tree: &tree::Function,
    lines: Option<&SourceLines<'_>>,
    options: &Options,
) -> (String, Needs) {
    let function = &analysis.program.functions[at];
    let comments = comments(analysis, function, lines, options.annotate);
    let comment = |pc: u64| comments.get(&pc).cloned();
    let image = &analysis.image;
    let is_address = |value: u64| is_address(image, value);
    let style = Style { comment: &comment, is_address: &is_address };
    let header = match is_part(tree, unit, &analysis.names[at]) {
        true => part_header(function, tree, lines),
        false => header(analysis, at, unit, lines),
    };
    let mut text = String::new();
    let needs = wat::print_function(tree, &header, &style, &mut text);
    (text, needs)
}

/// Whether a number lies in a segment of the program.
fn is_address(image: &Image, value: u64) -> bool {
    image.segment_at(value).is_some()
}

/// Whether a pass has cut this out of the function.
fn is_part(tree: &tree::Function, unit: Unit, name: &str) -> bool {
    unit == Unit::Whole && tree.name != name
}

/// The header of a loop that has become a function.
fn part_header(function: &Function, tree: &tree::Function, lines: Option<&SourceLines<'_>>) -> Header {
    let symbol = demangle(&function.name).unwrap_or_else(|| function.name.clone());
    let mut notes = vec![format!("one turn of the loop in {symbol} at {:#x}", tree.address)];
    notes.extend(tree.may_exit.then(|| "may exit".to_owned()));
    Header {
        source: lines.and_then(|lines| lines.at(tree.address)),
        range: tree.address..function.end,
        params: tree.locals.values().take(tree.params).map(|local| local.name.clone()).collect(),
        results: Vec::new(),
        notes,
        symbol,
    }
}

fn header(analysis: &Analysis, at: usize, unit: Unit, lines: Option<&SourceLines<'_>>) -> Header {
    let function = &analysis.program.functions[at];
    let summary = &analysis.summaries.functions[at];
    let symbol = demangle(&function.name).unwrap_or_else(|| function.name.clone());
    let mut notes = Vec::new();
    let mut range = function.entry..function.end;
    let mut sideways = !summary.is_regular();
    if let Unit::Continuation(block) = unit {
        range.start = function.blocks[block].start;
        sideways = true;
        notes.push(format!("continues {symbol} from {:#x}", range.start));
    } else {
        if summary.may_exit {
            notes.push("may exit".to_owned());
        }
        if let Some(why) = &summary.observer {
            notes.push(format!("observer: {why}"));
        }
        if let Standing::Irregular(why) = &summary.standing {
            notes.push(format!("irregular: {why}"));
        }
    }
    let names = |set| match sideways {
        true => Vec::new(),
        false => order(set).into_iter().map(|reg| reg.to_string()).collect(),
    };
    let source = lines.and_then(|lines| lines.at(range.start));
    Header {
        symbol,
        source,
        range,
        params: names(summary.passed_params()),
        results: names(summary.passed_results()),
        notes,
    }
}

/// The comment of each instruction, by guest address.
fn comments(
    analysis: &Analysis,
    function: &Function,
    lines: Option<&SourceLines<'_>>,
    annotate: Annotate,
) -> BTreeMap<u64, String> {
    let mut comments = BTreeMap::new();
    if annotate == Annotate::None {
        return comments;
    }
    for block in &function.blocks {
        for site in &block.insts {
            let mut text =
                format!("{:x}  {}", site.pc, instruction(analysis, block.end.callee(), &site.inst, site.pc));
            if annotate == Annotate::Source
                && let Some(line) = lines.and_then(|lines| lines.at(site.pc))
            {
                text.push_str(&format!("  {line}"));
            }
            comments.insert(site.pc, text);
        }
        if let Terminator::Trap { pc, raw } = block.end {
            comments.entry(pc).or_insert_with(|| format!("{pc:x}  {raw:#x}: no instruction"));
        }
    }
    comments
}

/// The disassembly of an instruction, with the callee's name in direct calls.
fn instruction(analysis: &Analysis, callee: Option<u64>, inst: &Decoded, pc: u64) -> String {
    let target = match inst.inst {
        Inst::Jal(j) => Some(pc.wrapping_add_signed(j.offset)),
        Inst::Jalr(_) => callee,
        _ => None,
    };
    let name = target.and_then(|target| analysis.program.index.get(&target)).map(|&at| &analysis.names[at]);
    match (inst.inst, name) {
        (Inst::Jal(j), Some(name)) if j.rd == rv2wat_isa::X::RA => format!("call {name}"),
        (Inst::Jal(j), Some(name)) if j.rd == rv2wat_isa::X::ZERO => format!("tail {name}"),
        (Inst::Jalr(i), Some(name)) if i.rd == rv2wat_isa::X::RA => format!("call {name}"),
        (Inst::Jalr(i), Some(name)) if i.rd == rv2wat_isa::X::ZERO => format!("tail {name}"),
        _ => disassemble(inst, pc),
    }
}
