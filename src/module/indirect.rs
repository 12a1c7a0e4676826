//! Indirect calls: one table, one signature.
//!
//! A call looks its target up in a map from code addresses to slots of the
//! table. Slot 0 is a function that leaves to the dispatcher; the others adapt
//! the common signature to a function's own.

use std::fmt::Write as _;

use rv2wat_isa::{RegSet, X};
use rv2wat_passes::ir::ExitReason;

use super::{Parts, Piece, member_addresses, param_list, reg_type, result_list};
use crate::summary::order;

/// Prints the type, the table and its members, if anything calls indirectly.
pub fn print(parts: &Parts<'_>, out: &mut String) {
    if !parts.needs.calls_indirectly() {
        return;
    }
    let class = &parts.summaries.class;
    let _ = writeln!(
        out,
        "\n  ;; What indirect calls pass.\n  (type $rv.class (func{}{}))",
        param_list(class.params),
        result_list(class.results, true)
    );
    let members = members(parts);
    for piece in &members {
        adapter(parts, piece, out);
    }
    miss(parts, out);
    let count = members.len() + 1;
    let _ = write!(
        out,
        "\n  (table $functions {count} {count} funcref)\n  (elem (table $functions) (i32.const 0) func $rv.miss"
    );
    let mut column = 100;
    for piece in &members {
        let name = format!("$by.{}", piece.name);
        if column + name.len() > 96 {
            out.push_str("\n   ");
            column = 4;
        }
        column += name.len() + 1;
        let _ = write!(out, " {name}");
    }
    out.push_str(")\n");
    slot(parts, out);
}

/// The functions in the table, in the order of their slots, the first being 1.
pub fn members<'a>(parts: &Parts<'a>) -> Vec<&'a Piece> {
    let addresses = member_addresses(parts.functions, parts.summaries);
    let regular = parts.functions.iter().filter(|piece| !piece.sideways);
    let mut members: Vec<&Piece> =
        regular.filter(|piece| addresses.binary_search(&piece.address).is_ok()).collect();
    members.sort_by_key(|piece| piece.address);
    members
}

fn adapter(parts: &Parts<'_>, piece: &Piece, out: &mut String) {
    let class = &parts.summaries.class;
    let summary = &parts.summaries.functions[piece.function];
    let _ = writeln!(
        out,
        "\n  (func $by.{} (type $rv.class){}{}",
        piece.name,
        param_list(class.params),
        result_list(class.results, true)
    );
    let same = summary.passed_results() == class.results && summary.may_exit;
    if !same {
        for reg in order(summary.passed_results()) {
            let _ = write!(out, "    (local $result.{reg} {})", reg_type(reg));
        }
        if summary.may_exit {
            out.push_str("    (local $status i32)");
        }
        if !summary.passed_results().is_empty() || summary.may_exit {
            out.push('\n');
        }
    }
    if summary.may_exit {
        let _ = writeln!(out, "    (if (i64.lt_u (local.get $sp) (global.get $state.stack_limit))");
        let _ = write!(out, "      (then");
        leave(parts, &format!("(i64.const {:#x})", piece.address), ExitReason::Deep, out);
        out.push_str("))\n");
    }
    let call = if same { "return_call" } else { "call" };
    let _ = write!(out, "    ({call} ${}", piece.name);
    for reg in order(summary.passed_params()) {
        let from = if class.params.contains(reg) {
            format!("local.get ${reg}")
        } else {
            format!("global.get $state.{reg}")
        };
        let _ = write!(out, "\n      ({from})");
    }
    out.push(')');
    if !same {
        results(parts, piece, out);
    }
    out.push_str(")\n");
}

/// From the function's results to the common ones.
fn results(parts: &Parts<'_>, piece: &Piece, out: &mut String) {
    let class = &parts.summaries.class;
    let summary = &parts.summaries.functions[piece.function];
    if summary.may_exit {
        out.push_str("\n    (local.set $status)");
    }
    for reg in order(summary.passed_results()).into_iter().rev() {
        let _ = write!(out, "\n    (local.set $result.{reg})");
    }
    let through_state = summary.passed_results() & class.state_results;
    if !through_state.is_empty() {
        // Where the function left, the state holds more than its results.
        let indent = if summary.may_exit { "      " } else { "    " };
        if summary.may_exit {
            out.push_str("\n    (if (i32.eqz (local.get $status)) (then");
        }
        for reg in order(through_state) {
            let _ = write!(out, "\n{indent}(global.set $state.{reg} (local.get $result.{reg}))");
        }
        if summary.may_exit {
            out.push_str("))");
        }
    }
    for reg in order(class.results) {
        if summary.passed_results().contains(reg) {
            let _ = write!(out, "\n    (local.get $result.{reg})");
        } else {
            // Left alone: what came in.
            let _ = write!(out, "\n    (local.get ${reg})");
        }
    }
    out.push_str(if summary.may_exit { "\n    (local.get $status)" } else { "\n    (i32.const 0)" });
}

/// Writes the arguments to the state and returns with a status.
fn leave(parts: &Parts<'_>, pc: &str, reason: ExitReason, out: &mut String) {
    let class = &parts.summaries.class;
    if !pc.is_empty() {
        let _ = write!(out, "\n        (global.set $state.pc {pc})");
    }
    for reg in order(class.params) {
        let _ = write!(out, "\n        (global.set $state.{reg} (local.get ${reg}))");
    }
    out.push_str("\n        (return");
    for reg in order(class.results) {
        let _ = write!(out, " ({}.const 0)", reg_type(reg));
    }
    let _ = write!(out, " (i32.const {}))", reason.status());
}

fn miss(parts: &Parts<'_>, out: &mut String) {
    let class = &parts.summaries.class;
    let _ = write!(
        out,
        "\n  ;; A target without a place here: leaves; $rv.slot has noted the pc.\n  (func $rv.miss (type $rv.class){}{}",
        param_list(class.params),
        result_list(class.results, true)
    );
    leave(parts, "", ExitReason::Call, out);
    out.push_str(")\n");
    debug_assert!(class.params.contains(X::SP) || class.params == RegSet::EMPTY);
}

fn slot(parts: &Parts<'_>, out: &mut String) {
    let (low, high) = parts.layout.code;
    let span = high - low;
    if span == 0 {
        out.push_str(
            "
  ;; Nothing has a slot; notes the pc.
  (func $rv.slot (param $target i64) (result i32)
    (global.set $state.pc (local.get $target))
    (i32.const 0))
",
        );
        return;
    }
    let map = parts.layout.offset(parts.layout.slots);
    // Engines copy the function to where it is called if it is small enough.
    let (base, at) = match map.checked_sub(low) {
        Some(at) => ("(local.get $target)".to_owned(), at),
        None => (format!("(i64.sub (local.get $target) (i64.const {low:#x}))"), map),
    };
    let _ = write!(
        out,
        r#"
  ;; The slot of the function at a guest address, 0 if there is none; notes the pc for that.
  (func $rv.slot (param $target i64) (result i32)
    (global.set $state.pc (local.get $target))
    (if (result i32)
        (i64.lt_u (i64.sub (local.get $target) (i64.const {low:#x})) (i64.const {span}))
      (then
        (i32.load16_u offset={at}
          (i32.wrap_i64 {base})))
      (else (i32.const 0))))
"#
    );
}
