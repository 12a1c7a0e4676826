//! Slots of frames that wait for registers, while functions leave one after the
//! other.
//!
//! The slots that wait for the same register form a list: the global
//! `$pending.…` holds the guest address of the first, each slot that of the next,
//! 0 ends it. Who holds the value *gives* it: it goes to all slots of the list, and
//! to the register's global unless somebody further inside has given one, which the
//! register's bit in `$given` says.
//!
//! Where functions of both conventions leave, what waits last is filled from the
//! state: with what was there before the first was given, `$before.…`.
//!
//! Knows registers and the bias. Must never know who waits and why.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use rv2wat_isa::Reg;
use rv2wat_passes::ir::StateReg;

use super::spell::global;

/// Whether a register is given, and not just written to the state: it is
/// callee-saved, or `ra`.
pub fn is_kept(reg: Reg) -> bool {
    crate::summary::saves::kept().contains(reg)
}

/// The bit of a register in `$given`.
pub fn bit(reg: Reg) -> u64 {
    1 << reg.index()
}

/// The registers that places give or owe.
pub fn registers<'a>(places: impl Iterator<Item = &'a StateReg>) -> BTreeSet<Reg> {
    places
        .filter_map(|place| match place {
            StateReg::Give(reg) | StateReg::Owe(reg, _) => Some(*reg),
            _ => None,
        })
        .collect()
}

/// Keeps what the state has for a register before another value is given.
pub fn keep(reg: Reg) -> String {
    format!("(global.set $before.{reg} (global.get ${}))", global(StateReg::Reg(reg)))
}

/// What frames that keep to *truth always* have left in the state for a register, when
/// all have left: the bits.
pub fn outermost(reg: Reg) -> String {
    let (state, bit) = (global(StateReg::Reg(reg)), bit(reg));
    let value = format!(
        "
          (select (global.get ${state}) (global.get $before.{reg})
            (i64.eqz (i64.and (global.get $given) (i64.const {bit:#x}))))"
    );
    bits(reg, &value)
}

/// The globals, and the functions that give and owe these registers. `bias` is
/// guest address minus memory offset; `mixed` as in [`super::exit_helpers`].
///
/// Engines inline small functions wherever they are called, cold code or not. Those
/// that call each other in a ring they leave alone, so what is big is in one.
pub fn texts(registers: &BTreeSet<Reg>, bias: u32, mixed: bool) -> String {
    let mut text = format!(
        "
  ;; Fills the slots of a list.
  (func $rv.settle (param $slot i64) (param $value i64)
    (if (i64.ne (local.get $slot) (i64.const 0))
      (then (return_call $rv.fill (local.get $slot) (local.get $value)))))

  ;; Fills a slot and the rest of its list.
  (func $rv.fill (param $slot i64) (param $value i64)
    (local $at i32) (local $next i64)
    (local.set $at {})
    (local.set $next (i64.load (local.get $at)))
    (i64.store (local.get $at) (local.get $value))
    (return_call $rv.settle (local.get $next) (local.get $value)))
",
        place(bias)
    );
    for &reg in registers {
        let global = global(StateReg::Reg(reg));
        let (ty, bit) = (StateReg::Reg(reg).ty(), bit(reg));
        let keep = match mixed {
            true => format!(
                "
    (if (i64.eqz (i64.and (global.get $given) (i64.const {bit:#x})))
      (then {}))",
                keep(reg)
            ),
            false => String::new(),
        };
        let _ = write!(
            text,
            "
  (func $give.{reg} (param $value {ty}){keep}
    (global.set ${global}
      (select
        (local.get $value)
        (global.get ${global})
        (i64.eqz (i64.and (global.get $given) (i64.const {bit:#x})))))
    (global.set $given (i64.or (global.get $given) (i64.const {bit:#x})))
    (call $rv.settle (global.get $pending.{reg}) {})
    (global.set $pending.{reg} (i64.const 0)))

  (func $owe.{reg} (param $slot i64)
    (i64.store {}
      (global.get $pending.{reg}))
    (global.set $pending.{reg} (local.get $slot)))
",
            bits(reg, "(local.get $value)"),
            place(bias),
        );
    }
    text.push_str("\n  ;; Which registers have been given, and which slots wait.\n");
    text.push_str("  (global $given (mut i64) (i64.const 0))\n");
    for reg in registers {
        let _ = writeln!(text, "  (global $pending.{reg} (mut i64) (i64.const 0))");
        if mixed {
            let ty = StateReg::Reg(*reg).ty();
            let _ = writeln!(text, "  (global $before.{reg} (mut {ty}) ({ty}.const 0))");
        }
    }
    text
}

/// A register's value as the 8 bytes in memory.
pub fn bits(reg: Reg, value: &str) -> String {
    match reg {
        Reg::X(_) => value.to_owned(),
        Reg::F(_) => format!("(i64.reinterpret_f64 {value})"),
    }
}

/// The memory offset of the guest address in `$slot`.
fn place(bias: u32) -> String {
    match bias {
        0 => "(i32.wrap_i64 (local.get $slot))".to_owned(),
        _ => format!("(i32.sub (i32.wrap_i64 (local.get $slot)) (i32.const {bias:#x}))"),
    }
}
