//! The module around the functions: memory, tables, state, entries, data.
//!
//! A translated module carries everything that a host needs to run it: the
//! architectural state as exported globals, a table of *entries* through which
//! the dispatcher enters functions by guest address, a table of the functions
//! that indirect calls reach, and the program's bytes at their addresses. See
//! `docs/abi.md` for the contract.
//!
//! Knows names, registers and addresses. Must never know how functions were
//! made.

mod data;
mod entries;
mod indirect;

use std::fmt::Write as _;

use rayon::prelude::*;
use rv2wat_host::{MAILBOX, Permissions};
use rv2wat_isa::{F, Reg, X};
use rv2wat_passes::ir::{HostFn, StateReg, Type};

use crate::assemble::{self, Field};
use crate::load::Image;
use crate::origins::Origins;
use crate::summary::{Summaries, order};
use crate::wat::{Needs, global};
use crate::{Error, Features};

/// Where modules beside a program's import its memory and state from.
pub const PROGRAM: &str = "guest";

/// The size of a guest page, and of the WebAssembly page that memory grows by.
const GUEST_PAGE: u64 = 4096;
const WASM_PAGE: u64 = 65_536;

/// Where the module's own data lies in guest memory: after the image, before
/// the program's heap. The guest has no business there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Layout {
    /// Guest address minus memory offset.
    pub bias: u32,
    /// Guest address of the table of permissions, if accesses are checked.
    pub permissions: Option<u64>,
    /// Guest address of the mailbox.
    pub mailbox: u64,
    /// Guest address of the sorted list of entry addresses (u32 each).
    pub entries: u64,
    /// How many there are.
    pub entry_count: usize,
    /// Guest address of the map from code addresses to slots of the table of
    /// indirect calls (u16 for every two bytes of code).
    pub slots: u64,
    /// The code that the map covers.
    pub code: (u64, u64),
    /// The first guest address after all of it, page-aligned: the guest's heap
    /// may start here.
    pub end: u64,
}

impl Layout {
    /// Lays out the module's data after `image`, with a table of permissions if
    /// `checks_accesses`.
    pub fn new(
        image: &Image,
        bias: u32,
        checks_accesses: bool,
        entry_count: usize,
        members: &[u64],
    ) -> Layout {
        let start = Layout::start(image);
        let permissions = checks_accesses.then_some(start);
        let mailbox = start + permissions.map_or(0, |_| Permissions::LEN);
        let entries = mailbox + MAILBOX;
        let slots = (entries + 4 * entry_count as u64).next_multiple_of(8);
        let code = match (members.first(), members.last()) {
            (Some(&first), Some(&last)) => (first, last + 2),
            _ => (0, 0),
        };
        let end = (slots + (code.1 - code.0)).next_multiple_of(GUEST_PAGE);
        Layout { bias, permissions, mailbox, entries, entry_count, slots, code, end }
    }

    /// Where the module's data begins, a guest address; the table of permissions comes
    /// first, if there is one.
    pub fn start(image: &Image) -> u64 {
        image.end.next_multiple_of(GUEST_PAGE)
    }

    /// That of a module beside the program's, whose mailbox it uses.
    pub fn beside(bias: u32, mailbox: u64, entry_count: usize) -> Layout {
        Layout { bias, mailbox, entry_count, ..Layout::default() }
    }

    /// The memory offset of a guest address.
    pub fn offset(&self, addr: u64) -> u64 {
        addr.wrapping_sub(u64::from(self.bias))
    }

    fn pages(&self) -> u64 {
        self.offset(self.end).div_ceil(WASM_PAGE)
    }
}

/// What the module is made of.
pub struct Parts<'a> {
    /// The program's file.
    pub image: &'a Image,
    /// What functions take and give.
    pub summaries: &'a Summaries,
    /// The printed functions with their names and addresses.
    pub functions: &'a [Piece],
    /// What the printed functions call of the run-time part.
    pub needs: &'a Needs,
    /// Where the module's own data lies.
    pub layout: Layout,
    /// Whether forced exits count down.
    pub force_exit: bool,
    /// What the engine has.
    pub features: Features,
    /// Whether the module works on the memory and the state of another one, that of the
    /// program, and carries only code.
    pub beside: bool,
}

/// One printed function.
pub struct Piece {
    /// Name in the module.
    pub name: String,
    /// The guest address at which it is entered.
    pub address: u64,
    /// Its index in the program, and whether it is called regularly.
    pub function: usize,
    /// Entered by the dispatcher with all registers in the state.
    pub sideways: bool,
}

/// The guest addresses at which the dispatcher can enter, sorted, each with the
/// position of its piece.
pub fn entry_points(pieces: &[Piece]) -> Vec<(u64, usize)> {
    let mut entries: Vec<(u64, usize)> =
        pieces.iter().enumerate().map(|(position, piece)| (piece.address, position)).collect();
    // Where a continuation starts at a function's entry, the function serves.
    entries.sort_unstable();
    entries.dedup_by_key(|entry| entry.0);
    entries
}

/// The guest addresses of the functions that indirect calls reach, sorted.
pub fn member_addresses(parts_functions: &[Piece], summaries: &Summaries) -> Vec<u64> {
    let members = parts_functions.iter().filter(|piece| !piece.sideways && summaries.members[piece.function]);
    let mut addresses: Vec<u64> = members.map(|piece| piece.address).collect();
    addresses.sort_unstable();
    addresses
}

/// The text of the whole module, around those of its functions.
pub fn print(parts: &Parts<'_>, functions: &[String]) -> String {
    let size: usize = functions.iter().map(|text| text.len() + 1).sum();
    let mut out = String::with_capacity(size + size / 4 + 4 * parts.image.bytes.len());
    out.push_str("(module\n");
    out.push_str(&before(parts));
    for text in functions {
        out.push('\n');
        out.push_str(text);
    }
    AFTER.iter().for_each(|print| out.push_str(&print(parts)));
    if !parts.beside {
        data::print(parts, &mut out);
    }
    out.push_str(")\n");
    out
}

/// The module around its functions, which are assembled already. What it makes is
/// what the text of [`print`] assembles to. Also where its accesses come from.
///
/// # Errors
/// [`Error::Assemble`] if the text around the functions does not assemble, or what
/// they name is not there.
pub fn assemble(parts: &Parts<'_>, functions: Vec<Field<'static>>) -> Result<(Vec<u8>, Origins), Error> {
    let mut fields = assemble::fields(&before(parts))?;
    fields.extend(functions);
    let after = AFTER.par_iter().map(|print| assemble::fields(&print(parts)));
    fields.extend(after.collect::<Result<Vec<_>, Error>>()?.into_iter().flatten());
    if !parts.beside {
        fields.extend(data::fields(parts));
    }
    assemble::link(fields)
}

/// What stands before the functions.
fn before(parts: &Parts<'_>) -> String {
    let mut out = String::new();
    imports(parts, &mut out);
    if parts.beside {
        let _ = writeln!(out, "  (import \"{PROGRAM}\" \"memory\" (memory $memory 0))");
        for reg in state_registers(parts) {
            let (ty, global) = (reg.ty().name(), global(reg));
            let _ = writeln!(out, "  (import \"{PROGRAM}\" \"{reg}\" (global ${global} (mut {ty})))");
        }
    } else {
        let _ = writeln!(out, "  (memory $memory (export \"memory\") {})", parts.layout.pages());
    }
    out
}

/// What stands between the functions and the data, a text each. The table of
/// indirect calls comes first: calls that name none use it.
const AFTER: [fn(&Parts<'_>) -> String; 5] = [
    |parts| {
        let mut out = String::new();
        indirect::print(parts, &mut out);
        format!("\n  ;; ---- Entering and leaving ----\n{}", within_width(&out))
    },
    |parts| within_width(&entries::print(parts)),
    |parts| crate::wat::exit_helpers(parts.needs, parts.layout.bias, parts.summaries.is_mixed()),
    |parts| match crate::wat::op_helpers(parts.needs, parts.features) {
        helpers if helpers.is_empty() => helpers,
        helpers => format!("\n  ;; ---- What RISC-V has and WebAssembly lacks ----\n{helpers}"),
    },
    state,
];

/// The text with long declarations of parameters, results and locals over
/// several lines.
fn within_width(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let indent = line.len() - line.trim_start().len() + 2;
        let mut column = 0;
        for (position, part) in line.split_inclusive(") ").enumerate() {
            let is_declared = ["(param ", "(result ", "(local "].iter().any(|start| part.starts_with(start));
            if position > 0 && is_declared && column + part.trim_end().len() > crate::wat::WIDTH {
                out.truncate(out.trim_end().len());
                let _ = write!(out, "\n{:indent$}", "");
                column = indent;
            }
            out.push_str(part);
            column += part.len();
        }
        out.push('\n');
    }
    out
}

fn imports(parts: &Parts<'_>, out: &mut String) {
    if parts.needs.uses_host(HostFn::Ecall) {
        out.push_str("  (import \"rv\" \"ecall\" (func $rv.host_ecall (param $mailbox i32) (result i32)))\n");
    }
    if parts.needs.uses_host(HostFn::Soft) {
        out.push_str(
            "  (import \"rv\" \"soft\"\n    (func $rv.soft (param $op i32) (param $a i64) (param $b i64) \
             (param $c i64) (param $mode i32)\n      (result i64)))\n",
        );
    }
    if parts.needs.uses_host(HostFn::Flags) {
        out.push_str(
            "  (import \"rv\" \"flags\"\n    (func $rv.flags (param $inst i32) (param $a i64) (param $b i64) \
             (param $c i64)\n      (result i32)))\n",
        );
    }
    if parts.needs.uses_host(HostFn::Counter) {
        out.push_str("  (import \"rv\" \"counter\" (func $rv.counter (param $csr i32) (result i64)))\n");
    }
    if parts.needs.uses_host(HostFn::Check) {
        out.push_str(
            "  (import \"rv\" \"violated\"\n    (func $rv.violated (param $pc i64) (param $what i32) \
             (param $expected i64)\n      (param $found i64)))\n",
        );
    }
}

/// The helper behind `--checked`.
const CHECK: &str = "
  ;; Reports what was taken for granted and does not hold.
  (func $rv.check
    (param $pc i64) (param $what i32) (param $expected i64) (param $found i64)
    (if (i64.ne (local.get $expected) (local.get $found))
      (then
        (call $rv.violated
          (local.get $pc) (local.get $what) (local.get $expected) (local.get $found)))))
";

/// The registers of the state.
fn state_registers(parts: &Parts<'_>) -> impl Iterator<Item = StateReg> {
    let integers = X::all().skip(1).map(|x| StateReg::Reg(Reg::X(x)));
    let floats = F::all().map(|f| StateReg::Reg(Reg::F(f)));
    let others = [StateReg::Pc, StateReg::Frm, StateReg::Fflags, StateReg::StackLimit];
    let force = parts.force_exit.then_some(StateReg::ForceExit);
    others.into_iter().chain(force).chain(integers).chain(floats)
}

/// The globals of the state, each exported under its register's name, and the helpers that
/// call the host.
fn state(parts: &Parts<'_>) -> String {
    let mut out = String::new();
    if !parts.beside {
        out.push_str("\n  ;; ---- The state: what registers hold while no function holds them ----\n");
        for reg in state_registers(parts) {
            let (ty, global) = (reg.ty().name(), global(reg));
            let _ = writeln!(out, "  (global ${global} (export \"{reg}\") (mut {ty}) ({ty}.const 0))");
        }
    }
    if parts.needs.uses_host(HostFn::Ecall) {
        out.push_str(&ecall(parts));
    }
    if parts.needs.uses_host(HostFn::Check) {
        out.push_str(CHECK);
    }
    out
}

/// The helper that puts a system call into the mailbox.
fn ecall(parts: &Parts<'_>) -> String {
    let at = parts.layout.offset(parts.layout.mailbox);
    let mut text = String::from(
        "\n  ;; A system call: number and arguments into the mailbox, the result out of it.\n  \
         (func $rv.ecall\n    (param $a7 i64) (param $a0 i64) (param $a1 i64) (param $a2 i64) (param $a3 i64)\n    \
         (param $a4 i64) (param $a5 i64) (result i64 i32)\n",
    );
    for (slot, reg) in ["a0", "a1", "a2", "a3", "a4", "a5"].into_iter().enumerate() {
        let offset = slot * 8;
        let field = if offset == 0 { String::new() } else { format!(" offset={offset}") };
        let _ = writeln!(text, "    (i64.store{field} (i32.const {at:#x}) (local.get ${reg}))");
    }
    let _ = writeln!(text, "    (i64.store offset=56 (i32.const {at:#x}) (local.get $a7))");
    let _ = writeln!(
        text,
        "    (call $rv.host_ecall (i32.const {at:#x}))\n    (local.set $status)\n    \
         (i64.load (i32.const {at:#x}))\n    (local.get $status))"
    );
    text.replacen("(result i64 i32)\n", "(result i64 i32) (local $status i32)\n", 1)
}

/// `(param $sp i64) (param $a0 i64)` for registers in passing order.
fn param_list(regs: rv2wat_isa::RegSet) -> String {
    order(regs).into_iter().map(|reg| format!(" (param ${reg} {})", reg_type(reg))).collect()
}

/// `(result i64 i64 i32)`: the registers' types, then the status.
fn result_list(regs: rv2wat_isa::RegSet, status: bool) -> String {
    let mut types: Vec<&str> = order(regs).into_iter().map(reg_type).collect();
    if status {
        types.push("i32");
    }
    if types.is_empty() { String::new() } else { format!(" (result {})", types.join(" ")) }
}

fn reg_type(reg: Reg) -> &'static str {
    match reg {
        Reg::X(_) => Type::I64.name(),
        Reg::F(_) => Type::F64.name(),
    }
}
