//! The range of a jump table's index, from the checks before it.
//!
//! Knows comparisons and the copies between them and the index. Must never
//! know tables.
//!
//! The index and each checked register are traced back together through
//! moves, extensions and reloads of frame slots. Where two of them come from
//! one place, the check holds for the index.

use rv2wat_isa::{Inst, X};

use super::IndexSite;
use super::tables::scaled;
use super::trace::{Item, Step, Trace, frame_slot};

/// How many values the index may have, counted from 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bound {
    pub count: u64,
    /// It is certain; else only likely.
    pub proven: bool,
    /// It comes from a comparison or from a table of indices, and so is as
    /// large as the table; a mask or a byte's range may be larger.
    pub checked: bool,
}

/// Where a traced value is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Reg(X),
    /// Frame slot at this distance from the entry `sp`.
    Slot(i64),
}

/// A value being traced back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Traced {
    place: Place,
    /// It is only the low 32 bits of what is in `place`.
    low32: bool,
    /// It is fewer bits still.
    narrow: bool,
}

/// A comparison on the way.
#[derive(Clone, Copy, Debug)]
enum Check {
    /// The value is below `count`, compared unsigned.
    Below { value: Traced, count: u64 },
    /// The same, compared signed: only a hint.
    Hint { value: Traced, count: u64 },
    /// The register's truth is known; what it says depends on its definition.
    Truth { reg: X, holds: bool },
}

/// Bound counts beyond this are no table sizes (and not exact in 32 bits).
const MAX_COUNT: u64 = 1 << 31;

/// How far back the checks are looked for, in instructions.
const WINDOW: usize = 256;

/// Tables of indices may be looked up in tables of indices, not much deeper.
const MAX_NESTING: usize = 4;

/// Finds the bound of the index whose site is trace step `step`.
pub(super) fn of_index(trace: &mut Trace<'_>, index: IndexSite, step: usize) -> Option<Bound> {
    nested(trace, index, step, 0)
}

fn nested(trace: &mut Trace<'_>, index: IndexSite, step: usize, depth: usize) -> Option<Bound> {
    let mut value = None;
    let mut checks: Vec<Check> = Vec::new();
    let mut best = None;
    for at in 1..step + WINDOW {
        let previous = trace.inst(at + 1);
        let here = match trace.get(at) {
            None => break,
            Some(Step::Inst(item)) => item,
            Some(Step::Merge(changed)) => {
                let stays = |v: &Traced| matches!(v.place, Place::Reg(x) if !changed.contains(x));
                checks.retain(|c| match c {
                    Check::Below { value, .. } | Check::Hint { value, .. } => stays(value),
                    Check::Truth { reg, .. } => !changed.contains(*reg),
                });
                if value.as_ref().is_some_and(|v| !stays(v)) {
                    break;
                }
                continue;
            }
        };
        checks.extend(branch_check(here));
        if let Some(traced) = value {
            best = tighter(best, matching(traced, &checks));
            let typed = typed(here, traced);
            value = back(here, previous, traced);
            if value.is_none() {
                let looked_up = if depth < MAX_NESTING { looked_up(trace, at, depth) } else { None };
                return tighter(best, looked_up).or(typed);
            }
        }
        checks = checks.into_iter().filter_map(|c| check_back(here, previous, c)).collect();
        // The check may come after the index has been scaled.
        if at == step {
            value = Some(Traced { place: Place::Reg(index.reg), low32: index.zext32, narrow: false });
        }
        if let Some(traced) = value {
            best = tighter(best, matching(traced, &checks));
        }
    }
    best
}

/// The smaller of two bounds: nested switches check one value twice.
fn tighter(a: Option<Bound>, b: Option<Bound>) -> Option<Bound> {
    match (a, b) {
        (Some(a), Some(b)) if (b.count, !b.proven) < (a.count, !a.proven) => Some(b),
        (a, b) => a.or(b),
    }
}

/// The bound of a value that step `at` loads from a constant table of bytes.
fn looked_up(trace: &mut Trace<'_>, at: usize, depth: usize) -> Option<Bound> {
    let Inst::Lbu(load) = trace.inst(at)? else { return None };
    let (table, index, step) = scaled(trace, load.rs1, at + 1, 1)?;
    let inner = nested(trace, index, step, depth + 1)?;
    let table = table.wrapping_add_signed(load.imm);
    let image = trace.image();
    if !image.is_constant(table, inner.count) {
        return None;
    }
    let largest = image.read(table, inner.count)?.iter().max()?;
    Some(Bound { count: u64::from(*largest) + 1, ..inner })
}

fn matching(index: Traced, checks: &[Check]) -> Option<Bound> {
    let bounds = checks.iter().map(|check| match *check {
        // A full-width value below 2^31 is its own low half; a low half says
        // nothing about a full-width index.
        Check::Below { value, count } if value.place == index.place => {
            Some(Bound { count, proven: !value.narrow && (index.low32 || !value.low32), checked: true })
        }
        Check::Hint { value, count } if value.place == index.place => {
            Some(Bound { count, proven: false, checked: true })
        }
        _ => None,
    });
    bounds.fold(None, tighter)
}

/// What the trace's side of a conditional branch says.
fn branch_check(item: &Item) -> Option<Check> {
    let taken = item.edge?;
    let full = |x: X| Traced { place: Place::Reg(x), low32: false, narrow: false };
    let below =
        |x: X, count: u64| (1..=MAX_COUNT).contains(&count).then(|| Check::Below { value: full(x), count });
    let hint =
        |x: X, count: u64| (1..=MAX_COUNT).contains(&count).then(|| Check::Hint { value: full(x), count });
    let (b, less, signed) = match item.site.inst.inst {
        Inst::Bltu(b) => (b, taken, false),
        Inst::Bgeu(b) => (b, !taken, false),
        Inst::Blt(b) => (b, taken, true),
        Inst::Bge(b) => (b, !taken, true),
        Inst::Beq(b) if b.rs2 == X::ZERO => return Some(Check::Truth { reg: b.rs1, holds: !taken }),
        Inst::Bne(b) if b.rs2 == X::ZERO => return Some(Check::Truth { reg: b.rs1, holds: taken }),
        _ => return None,
    };
    let make = |x, count| if signed { hint(x, count) } else { below(x, count) };
    // rs1 < rs2, or rs1 >= rs2.
    match (item.constant(b.rs1), item.constant(b.rs2), less) {
        (None, Some(limit), true) => make(b.rs1, limit),
        (Some(limit), None, false) => make(b.rs2, limit.checked_add(1)?),
        _ => None,
    }
}

/// A bound that the defining instruction itself gives.
fn typed(item: &Item, traced: Traced) -> Option<Bound> {
    let Place::Reg(reg) = traced.place else { return None };
    if !item.site.inst.inst.writes().contains(reg) || item.call {
        return None;
    }
    let count = match item.site.inst.inst {
        Inst::Andi(i) if (0..2048).contains(&i.imm) => i.imm.cast_unsigned() + 1,
        Inst::Lbu(_) => 256,
        Inst::Srli(s) if s.shamt >= 52 => 1 << (64 - s.shamt),
        Inst::Srliw(s) if s.shamt >= 20 => 1 << (32 - s.shamt),
        _ => return None,
    };
    Some(Bound { count, proven: true, checked: false })
}

/// Where a value was before `item`; `None` when it is made there. `previous`
/// is the instruction before, for pairs of shifts.
fn back(item: &Item, previous: Option<Inst>, traced: Traced) -> Option<Traced> {
    let inst = item.site.inst.inst;
    match traced.place {
        Place::Reg(reg) => {
            if !item.defines(reg) {
                return Some(traced);
            }
            if item.call {
                return None;
            }
            let from = |reg: X, low32: bool| {
                let place = Place::Reg(reg);
                Some(Traced { place, low32: traced.low32 || low32, ..traced })
            };
            match inst {
                Inst::Addi(i) if i.imm == 0 => from(i.rs1, false),
                // c.mv
                Inst::Add(r) if r.rs1 == X::ZERO => from(r.rs2, false),
                Inst::Addiw(i) if i.imm == 0 => from(i.rs1, true),
                Inst::Andi(i) if i.imm == 255 => {
                    Some(Traced { place: Place::Reg(i.rs1), low32: true, narrow: true })
                }
                Inst::AddUw(r) if r.rs2 == X::ZERO => from(r.rs1, true),
                Inst::Srli(s) if s.shamt == 32 => match previous? {
                    Inst::Slli(l) if l.shamt == 32 && l.rd == s.rs1 && l.rs1 == l.rd => from(l.rs1, true),
                    _ => None,
                },
                Inst::Lw(i) | Inst::Lwu(i) => {
                    slot(item, i.rs1, i.imm).map(|place| Traced { place, low32: true, ..traced })
                }
                Inst::Ld(i) => slot(item, i.rs1, i.imm).map(|place| Traced { place, ..traced }),
                _ => None,
            }
        }
        Place::Slot(at) => {
            if item.call {
                return None;
            }
            let (base, imm, source) = match inst {
                Inst::Sd(s) | Inst::Sw(s) | Inst::Sh(s) | Inst::Sb(s) => (s.rs1, s.imm, Some(s.rs2)),
                Inst::Fsd(s) | Inst::Fsw(s) => (s.rs1, s.imm, None),
                _ => return Some(traced),
            };
            // A store to an unknown place may change the slot.
            let Some(Place::Slot(written)) = slot(item, base, imm) else { return None };
            let whole = matches!(inst, Inst::Sd(_)) || (matches!(inst, Inst::Sw(_)) && traced.low32);
            if written == at && whole {
                return Some(Traced { place: Place::Reg(source?), ..traced });
            }
            (written >= at + 8 || written + 8 <= at).then_some(traced)
        }
    }
}

fn slot(item: &Item, base: X, imm: i64) -> Option<Place> {
    frame_slot(item, base, imm).map(Place::Slot)
}

fn check_back(item: &Item, previous: Option<Inst>, check: Check) -> Option<Check> {
    match check {
        Check::Below { value, count } => {
            back(item, previous, value).map(|value| Check::Below { value, count })
        }
        Check::Hint { value, count } => back(item, previous, value).map(|value| Check::Hint { value, count }),
        Check::Truth { reg, holds } => {
            if !item.defines(reg) {
                return Some(check);
            }
            let value = |reg: X| Traced { place: Place::Reg(reg), low32: false, narrow: false };
            match item.site.inst.inst {
                Inst::Sltiu(i) if holds && i.imm > 0 => {
                    Some(Check::Below { value: value(i.rs1), count: i.imm.cast_unsigned() })
                }
                Inst::Sltu(r) if holds => {
                    let count = item.constant(r.rs2).filter(|c| (1..=MAX_COUNT).contains(c))?;
                    Some(Check::Below { value: value(r.rs1), count })
                }
                _ => None,
            }
        }
    }
}
