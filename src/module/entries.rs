//! Entries: how the dispatcher gets into functions by guest address.
//!
//! A function that is entered sideways takes all from the state by itself. For a
//! regular one somebody has to take its parameters from there, call it, and put its
//! results back, as if the guest had returned to the address in `ra`. Functions that
//! take and give the same share one that does it, so there are two tables with a place
//! for each entry: who enters, and what is entered.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use rv2wat_isa::Reg;
use rv2wat_passes::ir::ExitReason;

use super::{Parts, Piece, entry_points, reg_type};
use crate::summary::order;
use crate::wat::pending::{bits, outermost};

/// What a function takes and gives, by which it is entered.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    /// Nothing: registers are in the state before and after it.
    Sideways,
    /// Registers as parameters and results.
    Regular { params: Vec<Reg>, results: Vec<Reg>, may_exit: bool },
}

impl Shape {
    fn of(parts: &Parts<'_>, piece: &Piece) -> Shape {
        if piece.sideways {
            return Shape::Sideways;
        }
        let summary = &parts.summaries.functions[piece.function];
        Shape::Regular {
            params: order(summary.passed_params()),
            results: order(summary.passed_results()),
            may_exit: summary.may_exit,
        }
    }

    /// What the function that enters is called: `enter.sp.a0->a0.status`.
    fn name(&self) -> String {
        let Shape::Regular { params, results, may_exit } = self else { return "enter.sideways".to_owned() };
        let dotted = |regs: &[Reg]| regs.iter().map(|reg| format!(".{reg}")).collect::<String>();
        let status = if *may_exit { ".status" } else { "" };
        format!("enter{}->{}{status}", dotted(params), dotted(results).trim_start_matches('.'))
    }
}

/// Prints the entry functions, their tables and the search of a place in them.
pub fn print(parts: &Parts<'_>) -> String {
    let mut out = String::new();
    let entries = entry_points(parts.functions);
    let pieces: Vec<&Piece> = entries.iter().map(|&(_, position)| &parts.functions[position]).collect();
    let shapes: Vec<Shape> = pieces.iter().map(|piece| Shape::of(parts, piece)).collect();
    // In the order of the names, which no two shapes share.
    let by_name: BTreeMap<String, &Shape> = shapes.iter().map(|shape| (shape.name(), shape)).collect();
    by_name.iter().for_each(|(name, shape)| enter(name, shape, &mut out));
    table("entering", shapes.iter().map(Shape::name), &mut out);
    table("entries", pieces.iter().map(|piece| piece.name.clone()), &mut out);
    // Who enters a module beside the program's knows what it has entries for.
    if !parts.beside {
        search(parts, &mut out);
    }
    enter_any(parts, &mut out);
    out
}

/// A table of functions, by name.
fn table(name: &str, functions: impl ExactSizeIterator<Item = String>, out: &mut String) {
    let _ = writeln!(out, "\n  (table ${name} {0} {0} funcref)", functions.len());
    if functions.len() == 0 {
        return;
    }
    let _ = write!(out, "  (elem (table ${name}) (i32.const 0) func");
    let mut column = 100;
    for function in functions {
        if column + function.len() > 95 {
            out.push_str("\n   ");
            column = 4;
        }
        column += function.len() + 2;
        let _ = write!(out, " ${function}");
    }
    out.push_str(")\n");
}

/// The function that enters those of a shape, by their place in the table.
fn enter(name: &str, shape: &Shape, out: &mut String) {
    let _ = writeln!(out, "\n  (func ${name} (param $entry i32) (result i32)");
    let Shape::Regular { params, results, may_exit } = shape else {
        out.push_str("    (return_call_indirect $entries (result i32) (local.get $entry)))\n");
        return;
    };
    out.push_str("    (local $ra i64) (local $sp i64)");
    if *may_exit {
        out.push_str(" (local $status i32)");
    }
    out.push_str(
        "\n    (local.set $ra (global.get $state.ra))\n    (local.set $sp (global.get $state.sp))\n",
    );
    out.push_str("    (call_indirect $entries");
    for (word, types) in [("param", types(params, false)), ("result", types(results, *may_exit))] {
        if !types.is_empty() {
            let _ = write!(out, " ({word} {})", types.join(" "));
        }
    }
    for reg in params {
        let _ = write!(out, "\n      (global.get $state.{reg})");
    }
    out.push_str("\n      (local.get $entry))\n");
    // Where the function left, its results are dummies, and the state has been
    // written: they must not reach it.
    if *may_exit {
        out.push_str("    (local.set $status)\n    (if (local.get $status)\n      (then");
        out.push_str(" (return (local.get $status))))\n");
    }
    for reg in results.iter().rev() {
        let _ = writeln!(out, "    (global.set $state.{reg})");
    }
    // A system call on the way has left its own sp in the state.
    out.push_str("    (global.set $state.sp (local.get $sp))\n");
    let status = ExitReason::Return.status();
    let _ = writeln!(
        out,
        "    (global.set $state.pc (i64.and (local.get $ra) (i64.const -2)))\n    (i32.const {status}))"
    );
}

/// The types of registers, and of a status behind them.
fn types(regs: &[Reg], status: bool) -> Vec<&'static str> {
    regs.iter().map(|&reg| reg_type(reg)).chain(status.then_some("i32")).collect()
}

/// A binary search over the sorted addresses of the entries.
fn search(parts: &Parts<'_>, out: &mut String) {
    let at = parts.layout.offset(parts.layout.entries);
    let count = parts.layout.entry_count;
    let _ = write!(
        out,
        r#"
  ;; The entry at a guest address: its place in the table, or -1.
  (func $rv.find (export "find") (param $pc i64) (result i32)
    (local $low i32) (local $high i32) (local $middle i32) (local $entry i32)
    (if (i64.gt_u (local.get $pc) (i64.const 0xffffffff))
      (then (return (i32.const -1))))
    (local.set $high (i32.const {count}))
    (block $nowhere
      (loop $halve
        (br_if $nowhere (i32.ge_u (local.get $low) (local.get $high)))
        (local.set $middle
          (i32.shr_u (i32.add (local.get $low) (local.get $high)) (i32.const 1)))
        (local.set $entry
          (i32.load offset={at} (i32.shl (local.get $middle) (i32.const 2))))
        (if (i32.eq (local.get $entry) (i32.wrap_i64 (local.get $pc)))
          (then (return (local.get $middle))))
        (if (i32.lt_u (local.get $entry) (i32.wrap_i64 (local.get $pc)))
          (then (local.set $low (i32.add (local.get $middle) (i32.const 1))))
          (else (local.set $high (local.get $middle))))
        (br $halve)))
    (i32.const -1))
"#
    );
}

/// The one way in. What waits for a register when everybody has left gets what the
/// register held on the way in; or what the truthful, who are outside of all others,
/// have left in the state.
fn enter_any(parts: &Parts<'_>, out: &mut String) {
    let pending = parts.needs.pending();
    out.push_str("\n  ;; Enters by place in the table; returns why it left.\n");
    out.push_str("  (func $rv.enter (export \"enter\") (param $entry i32) (result i32)\n");
    if pending.is_empty() {
        out.push_str(
            "    (call_indirect $entering (param i32) (result i32)
      (local.get $entry) (local.get $entry)))\n",
        );
        return;
    }
    let mixed = parts.summaries.is_mixed();
    let at_entry = if mixed { &BTreeSet::new() } else { &pending };
    out.push_str("    (local $status i32)");
    for &reg in at_entry {
        let _ = write!(out, " (local ${reg} {})", reg_type(reg));
    }
    out.push_str("\n    (global.set $given (i64.const 0))\n");
    for reg in at_entry {
        let _ = writeln!(out, "    (local.set ${reg} (global.get $state.{reg}))");
    }
    let returned = ExitReason::Return.status();
    let _ = write!(
        out,
        "    (local.set $status (call_indirect $entering (param i32) (result i32)
      (local.get $entry) (local.get $entry)))
    (if (i32.ne (local.get $status) (i32.const {returned}))
      (then"
    );
    for &reg in &pending {
        let value = match mixed {
            true => outermost(reg),
            false => bits(reg, &format!("(local.get ${reg})")),
        };
        let _ = write!(
            out,
            "\n        (call $rv.settle (global.get $pending.{reg}) {value})\n        \
             (global.set $pending.{reg} (i64.const 0))"
        );
    }
    out.push_str("))\n    (local.get $status))\n");
}
