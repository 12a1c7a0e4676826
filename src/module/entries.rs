//! Entries: how the dispatcher gets into functions by guest address.
//!
//! A function that is entered sideways is its own entry. A regular one gets a
//! small function that takes its parameters from the state, calls it, and puts
//! its results back, as if the guest had returned to the address in `ra`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rv2wat_passes::ir::ExitReason;

use super::{Parts, Piece, entry_points, reg_type};
use crate::summary::order;
use crate::wat::pending::{bits, outermost};

/// Prints the entry functions, their table and its search.
pub fn print(parts: &Parts<'_>) -> String {
    let mut out = String::new();
    let entries = entry_points(parts.functions);
    for &(_, position) in &entries {
        let piece = &parts.functions[position];
        if !piece.sideways {
            enter(parts, piece, &mut out);
        }
    }
    let _ = writeln!(out, "\n  (table $entries {0} {0} funcref)", entries.len());
    if !entries.is_empty() {
        out.push_str("  (elem (table $entries) (i32.const 0) func");
        let mut column = 100;
        for &(_, position) in &entries {
            let piece = &parts.functions[position];
            let name =
                if piece.sideways { format!("${}", piece.name) } else { format!("$enter.{}", piece.name) };
            if column + name.len() > 96 {
                out.push_str("\n   ");
                column = 4;
            }
            column += name.len() + 1;
            let _ = write!(out, " {name}");
        }
        out.push_str(")\n");
    }
    search(parts, &mut out);
    out
}

fn enter(parts: &Parts<'_>, piece: &Piece, out: &mut String) {
    let summary = &parts.summaries.functions[piece.function];
    let results = order(summary.passed_results());
    let _ = writeln!(out, "\n  (func $enter.{} (result i32)", piece.name);
    out.push_str("    (local $ra i64) (local $sp i64)");
    if summary.may_exit {
        out.push_str(" (local $status i32)");
    }
    out.push_str(
        "\n    (local.set $ra (global.get $state.ra))\n    (local.set $sp (global.get $state.sp))\n",
    );
    let _ = write!(out, "    (call ${}", piece.name);
    for reg in order(summary.passed_params()) {
        let _ = write!(out, "\n      (global.get $state.{reg})");
    }
    out.push_str(")\n");
    if summary.may_exit {
        out.push_str("    (local.set $status)\n");
    }
    // Where the function left, these are dummies, and the state has been
    // written: they must not reach it.
    if summary.may_exit {
        out.push_str("    (if (local.get $status)\n      (then");
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
    enter_any(parts, out);
}

/// The one way in. What waits for a register when everybody has left gets what the
/// register held on the way in; or what the truthful, who are outside of all others,
/// have left in the state.
fn enter_any(parts: &Parts<'_>, out: &mut String) {
    let pending = parts.needs.pending();
    out.push_str("\n  ;; Enters by place in the table; returns why it left.\n");
    out.push_str("  (func $rv.enter (export \"enter\") (param $entry i32) (result i32)\n");
    if pending.is_empty() {
        out.push_str("    (call_indirect $entries (result i32) (local.get $entry)))\n");
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
        "    (local.set $status (call_indirect $entries (result i32) (local.get $entry)))
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
