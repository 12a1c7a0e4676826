//! Where accesses to memory are checked, if the translation checks them.
//!
//! A block is split before an access, and the part before it ends in
//! [`Terminator::Access`]: the function is left there if the pages do not permit what
//! comes. The accesses that follow in straight code are checked at the same place, as far
//! as the registers that they go by hold the same by then. This changes nothing that a
//! program can see: one of them is going to fault, and who takes over at the first of
//! them (the interpreter) comes to the one that does, with all before it done.
//!
//! Knows instructions. Must never know what a check is made of.

use rv2wat_isa::{Inst, RegSet, X};

use super::{Block, Function, Program, Site, Terminator};

/// The most bytes that are checked as one range: they lie in two pages, those of the
/// first and of the last.
const PAGE: i64 = 4096;

/// Bytes that code is about to access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Access {
    /// The register that their addresses go by.
    pub base: X,
    /// The first of them, as a distance from `base` (bytes).
    pub start: i64,
    /// How many.
    pub len: i64,
    /// Whether they are written, not only read.
    pub is_store: bool,
    /// Whether the address must be a multiple of the length.
    pub is_aligned: bool,
}

impl Access {
    /// What an instruction accesses.
    pub fn of(inst: &Inst) -> Option<Access> {
        use Inst::*;
        let plain =
            |base, start, len, is_store| Some(Access { base, start, len, is_store, is_aligned: false });
        let atomic = |base, len, is_store| Some(Access { base, start: 0, len, is_store, is_aligned: true });
        match inst {
            Lb(i) | Lbu(i) => plain(i.rs1, i.imm, 1, false),
            Lh(i) | Lhu(i) => plain(i.rs1, i.imm, 2, false),
            Lw(i) | Lwu(i) => plain(i.rs1, i.imm, 4, false),
            Ld(i) => plain(i.rs1, i.imm, 8, false),
            Flw(i) => plain(i.rs1, i.imm, 4, false),
            Fld(i) => plain(i.rs1, i.imm, 8, false),
            Sb(s) => plain(s.rs1, s.imm, 1, true),
            Sh(s) => plain(s.rs1, s.imm, 2, true),
            Sw(s) => plain(s.rs1, s.imm, 4, true),
            Sd(s) => plain(s.rs1, s.imm, 8, true),
            Fsw(s) => plain(s.rs1, s.imm, 4, true),
            Fsd(s) => plain(s.rs1, s.imm, 8, true),
            LrW(lr) => atomic(lr.rs1, 4, false),
            LrD(lr) => atomic(lr.rs1, 8, false),
            ScW(a) | AmoswapW(a) | AmoaddW(a) | AmoxorW(a) | AmoandW(a) | AmoorW(a) | AmominW(a)
            | AmomaxW(a) | AmominuW(a) | AmomaxuW(a) => atomic(a.rs1, 4, true),
            ScD(a) | AmoswapD(a) | AmoaddD(a) | AmoxorD(a) | AmoandD(a) | AmoorD(a) | AmominD(a)
            | AmomaxD(a) | AmominuD(a) | AmomaxuD(a) => atomic(a.rs1, 8, true),
            // The block that the address is in lies in one page.
            CboZero(cbo) => plain(cbo.rs1, 0, 1, true),
            _ => None,
        }
    }

    /// Both as one range, if one check does for both.
    fn joined(self, other: Access) -> Option<Access> {
        let kind = |access: Access| (access.base, access.is_store, access.is_aligned);
        if kind(self) != kind(other) || (self.is_aligned && self != other) {
            return None;
        }
        let start = self.start.min(other.start);
        let len = (self.start + self.len).max(other.start + other.len) - start;
        (len <= PAGE).then_some(Access { start, len, ..self })
    }
}

/// Splits the blocks of all functions where their accesses are checked.
pub fn split(program: &mut Program) {
    program.functions.iter_mut().for_each(split_function);
}

fn split_function(function: &mut Function) {
    let parts: Vec<Vec<Part>> = function.blocks.iter().map(parts).collect();
    // Where each block starts now.
    let mut starts = Vec::with_capacity(parts.len());
    let mut count = 0;
    for parts in &parts {
        starts.push(count);
        count += parts.len();
    }
    let mut blocks = Vec::with_capacity(count);
    for (block, parts) in std::mem::take(&mut function.blocks).into_iter().zip(parts) {
        let mut start = block.start;
        for part in parts {
            let end = match part.before {
                Some(accesses) => Terminator::Access { next: blocks.len() + 1, accesses },
                None => moved(&block.end, &starts),
            };
            let next = part.insts.last().map_or(start, Site::next_pc);
            blocks.push(Block { start, insts: part.insts, end });
            start = next;
        }
    }
    function.blocks = blocks;
    function.entry_block = starts[function.entry_block];
    function.landing_pads.iter_mut().for_each(|pad| *pad = starts[*pad]);
}

/// A part of a block, and what is checked behind it; nothing behind the last.
struct Part {
    insts: Vec<Site>,
    before: Option<Vec<Access>>,
}

fn parts(block: &Block) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut insts = Vec::new();
    let mut written = RegSet::ALL;
    for site in &block.insts {
        if let Some(access) = Access::of(&site.inst.inst) {
            if parts.is_empty() || written.contains(access.base) {
                parts.push(Part { insts: std::mem::take(&mut insts), before: Some(Vec::new()) });
                written = RegSet::EMPTY;
            }
            if let Some(accesses) = parts.last_mut().and_then(|part: &mut Part| part.before.as_mut()) {
                add(accesses, access);
            }
        }
        written |= site.inst.inst.writes();
        insts.push(*site);
    }
    parts.push(Part { insts, before: None });
    parts
}

/// Adds an access to those that are checked together.
fn add(accesses: &mut Vec<Access>, access: Access) {
    for known in accesses.iter_mut() {
        if let Some(both) = known.joined(access) {
            *known = both;
            return;
        }
    }
    accesses.push(access);
}

/// How a block ends, its successors being elsewhere now.
fn moved(end: &Terminator, starts: &[usize]) -> Terminator {
    let mut end = end.clone();
    let to = |block: &mut usize| *block = starts[*block];
    match &mut end {
        Terminator::Jump(next)
        | Terminator::Sync { next }
        | Terminator::Access { next, .. }
        | Terminator::Call { next: Some(next), .. }
        | Terminator::CallIndirect { next: Some(next) }
        | Terminator::Ecall { next: Some(next) } => to(next),
        Terminator::Branch { taken, fall } => {
            to(taken);
            to(fall);
        }
        Terminator::Table { targets, .. } => targets.iter_mut().for_each(to),
        Terminator::Goto { targets } => targets.iter_mut().for_each(|(_, block)| to(block)),
        Terminator::Call { next: None, .. }
        | Terminator::CallIndirect { next: None }
        | Terminator::Ecall { next: None }
        | Terminator::TailCall { .. }
        | Terminator::TailIndirect
        | Terminator::Return
        | Terminator::Trap { .. }
        | Terminator::Unknown => {}
    }
    end
}

#[cfg(test)]
mod tests {
    use super::{Access, split};
    use crate::discover::testing::{FRAMES, Guest, LABEL_AND_MORE, SCALED, TURNS, image};
    use crate::discover::{Function, Program, Terminator, discover};

    fn checked(guest: &Guest) -> (Program, Program) {
        let before = discover(&image(guest));
        let mut after = before.clone();
        split(&mut after);
        (before, after)
    }

    /// Each access with the ranges that are checked before it, if it is the first.
    fn checks(function: &Function) -> Vec<(u64, Vec<Access>)> {
        let ends = function.blocks.iter().filter_map(|block| match &block.end {
            Terminator::Access { next, accesses } => Some((function.blocks[*next].start, accesses.clone())),
            _ => None,
        });
        ends.collect()
    }

    #[test]
    fn instructions_stay_and_edges_lead_where_they_led() {
        for guest in [&LABEL_AND_MORE, &FRAMES, &SCALED, &TURNS] {
            let (before, after) = checked(guest);
            for (before, after) in before.functions.iter().zip(&after.functions) {
                let insts = |function: &Function| {
                    let insts = function.blocks.iter().flat_map(|block| block.insts.clone());
                    insts.collect::<Vec<_>>()
                };
                assert_eq!(insts(before), insts(after));
                assert_eq!(after.blocks[after.entry_block].start, before.blocks[before.entry_block].start);
                let edges = |function: &Function| {
                    let blocks = function.blocks.iter();
                    let real = blocks.filter(|block| !matches!(block.end, Terminator::Access { .. }));
                    let places = real.map(|block| {
                        let to = block.end.successors().into_iter();
                        (block.end_pc(), to.map(|to| function.blocks[to].start).collect::<Vec<_>>())
                    });
                    places.collect::<Vec<_>>()
                };
                assert_eq!(edges(before), edges(after));
                let starts: Vec<u64> = after.blocks.iter().map(|block| block.start).collect();
                assert!(starts.is_sorted());
                // Whoever comes to an access comes by its check.
                for (from, block) in after.blocks.iter().enumerate() {
                    for to in block.end.successors() {
                        let check = to.checked_sub(1).filter(|&at| {
                            matches!(after.blocks[at].end, Terminator::Access { next, .. } if next == to)
                        });
                        assert!(check.is_none_or(|check| check == from), "{from} leads to {to}");
                    }
                }
            }
        }
    }

    #[test]
    fn accesses_by_one_register_are_checked_as_one() {
        use rv2wat_isa::X;
        let access = |start, len, is_store| Access { base: X::SP, start, len, is_store, is_aligned: false };
        let mut together = Vec::new();
        super::add(&mut together, access(24, 8, true));
        super::add(&mut together, access(8, 4, true));
        super::add(&mut together, access(8, 4, false));
        super::add(&mut together, access(-2048, 1, false));
        assert_eq!(together, [access(8, 24, true), access(-2048, 2060, false)]);
        super::add(&mut together, access(2047, 2, false));
        assert_eq!(together.len(), 3, "4097 bytes may lie in three pages: {together:?}");
    }

    #[test]
    fn an_access_by_a_register_that_was_written_has_a_check_of_its_own() {
        let chain = Guest {
            code: &[
                (0x6108, "ld a0,0(a0)"),
                (0x6508, "ld a0,8(a0)"),
                (0xe18c, "sd a1,0(a1)"),
                (0x8082, "ret"),
            ],
            data: &[],
        };
        let (_, after) = checked(&chain);
        let checks = checks(&after.functions[0]);
        let places: Vec<_> = checks.iter().map(|(pc, accesses)| (*pc, accesses.len())).collect();
        assert_eq!(places, [(0x10000, 1), (0x10002, 2)]);
    }
}
