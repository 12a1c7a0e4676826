//! What every translated module must look like, whatever the guest: narrow
//! lines, names on everything, and a way back to an instruction from each line.

use std::collections::BTreeSet;

use rv2wat::Translation;

use super::sexpr::{self, List, Node, Text};

/// The widest line that may be, in columns.
const WIDTH: usize = 100;

/// The instructions whose first operand is a name.
const USES: [&str; 7] =
    ["local.get", "local.set", "local.tee", "global.get", "global.set", "call", "return_call"];

/// All that is wrong with a module's text, a line each.
pub fn faults(translation: &Translation) -> Vec<String> {
    let mut faults = Vec::new();
    for (at, line) in translation.wat.lines().enumerate() {
        let columns = line.chars().count();
        if columns > WIDTH {
            faults.push(format!("line {}: {columns} columns", at + 1));
        }
        if line.ends_with(' ') || line.contains('\t') {
            faults.push(format!("line {}: stray space", at + 1));
        }
    }
    let text = sexpr::read(&translation.wat);
    let module = text.top.lists().next().expect("a module");
    for field in module.lists() {
        match field.head() {
            "import" => field.lists().for_each(|inner| unnamed(inner, &mut faults)),
            "func" => {
                unnamed(field, &mut faults);
                untraceable(translation, field, &text, &mut faults);
            }
            "global" | "memory" | "table" => expect_name(field, &mut faults),
            _ => {}
        }
    }
    faults
}

fn expect_name(list: &List, faults: &mut Vec<String>) {
    if !list.items.get(1).and_then(Node::word).is_some_and(|word| word.starts_with('$')) {
        faults.push(format!("line {}: `{}` without a name", list.line + 1, list.head()));
    }
}

/// Notes what has no name in a function, or is used by number.
fn unnamed(function: &List, faults: &mut Vec<String>) {
    expect_name(function, faults);
    for list in function.lists().filter(|list| matches!(list.head(), "param" | "local")) {
        expect_name(list, faults);
    }
    for list in function.walk().into_iter().filter(|list| USES.contains(&list.head())) {
        expect_name(list, faults);
    }
}

/// Notes statements of a guest's function that no instruction stands for. A
/// statement belongs to the comment on its first line or, where there is none, to
/// the nearest above it in the function.
fn untraceable(translation: &Translation, function: &List, text: &Text, faults: &mut Vec<String>) {
    let name = function.items.get(1).and_then(Node::word).unwrap_or("").trim_start_matches('$');
    let Some(at) = guest_function(translation, name) else { return };
    let guest = &translation.program.functions[at];
    let known: BTreeSet<u64> =
        guest.blocks.iter().flat_map(|block| block.insts.iter().map(|site| site.pc)).collect();
    let mut statements = Vec::new();
    collect_statements(function, &mut statements);
    let Some(&first) = statements.first() else { return };
    let last = function.walk().iter().map(|list| list.line).max().unwrap_or(first);
    // A comment that has no room on its line stands on the one before.
    let own = text.comments.iter().filter(|(line, _)| (first.saturating_sub(1)..=last).contains(line));
    let mut traced = BTreeSet::new();
    // A loop on its own begins with what it takes, of which its header tells.
    traced.extend(name.ends_with(".loop").then_some(first));
    for (line, comment) in own {
        // `11002  sd ra,24(sp)`: the instruction follows two columns further.
        let Some((pc, _)) = comment.trim_start().split_once("  ") else { continue };
        let Ok(pc) = u64::from_str_radix(pc, 16) else { continue };
        if known.contains(&pc) {
            traced.insert(*line);
        } else {
            faults.push(format!("line {}: {pc:#x} is no instruction of ${name}", line + 1));
        }
    }
    for line in statements {
        if traced.range(..=line).next().is_none() {
            faults.push(format!("line {}: a statement of ${name} that no instruction stands for", line + 1));
        }
    }
}

/// The lines on which the statements in a function, block, loop or arm start.
fn collect_statements(list: &List, lines: &mut Vec<usize>) {
    for inner in list.lists() {
        match inner.head() {
            "param" | "result" | "local" | "type" => {}
            "then" | "else" => collect_statements(inner, lines),
            // Around what follows, for the calls in it that leave.
            "block" if is_way_out(inner) => collect_statements(inner, lines),
            head => {
                lines.push(inner.line);
                if matches!(head, "block" | "loop") {
                    collect_statements(inner, lines);
                } else if head == "if" {
                    // The condition is part of the statement itself.
                    let arms = inner.lists().filter(|arm| matches!(arm.head(), "then" | "else"));
                    arms.for_each(|arm| collect_statements(arm, lines));
                }
            }
        }
    }
}

/// Whether a block is only there for calls to leave by.
fn is_way_out(block: &List) -> bool {
    let label = block.items.get(1).and_then(Node::word).unwrap_or_default();
    label.starts_with("$out.") || ["$leave", "$owe"].iter().any(|name| label.starts_with(name))
}

/// The guest function that a function of the module is the translation of:
/// itself, or one that continues in its middle (`$main@1105c`).
fn guest_function(translation: &Translation, name: &str) -> Option<usize> {
    let find = |name: &str| translation.names.iter().position(|guest| guest == name);
    find(name).or_else(|| find(name.rsplit_once('@')?.0))
}

#[test]
fn uses_by_number_are_found() {
    let text = sexpr::read("(func $f (param i64) (local.set 0 (local.get $a0)))");
    let mut faults = Vec::new();
    unnamed(text.top.lists().next().expect("a function"), &mut faults);
    assert_eq!(faults, ["line 1: `param` without a name", "line 1: `local.set` without a name"]);
}

#[test]
fn a_spoiled_text_is_refused() {
    let translation = || super::guest::guest("fib").translate(2);
    assert_eq!(faults(&translation()), Vec::<String>::new());
    let spoil = |from: &str, to: &str| {
        let spoiled = translation();
        assert!(spoiled.wat.contains(from), "there is no `{from}` to spoil");
        faults(&Translation { wat: spoiled.wat.replacen(from, to, 1), ..spoiled })
    };
    let wide = format!("(func $fib {}(param $sp i64)", " ".repeat(80));
    assert_ne!(spoil("(func $fib (param $sp i64)", &wide), Vec::<String>::new());
    assert_ne!(spoil("(func $fib (param $sp i64)", "(func $fib (param i64)"), Vec::<String>::new());
    // The first instruction of fib, and one that is none of it.
    assert_ne!(spoil(";; 11000  ", ";; "), Vec::<String>::new());
    assert_ne!(spoil(";; 11000  ", ";; 10ffe  "), Vec::<String>::new());
}
