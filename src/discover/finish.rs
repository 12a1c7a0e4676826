//! From a stable builder to a function and what it tells about the others.
//!
//! Knows how drafts become blocks. Must never change what the dataflow found.

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;
use rv2wat_isa::X;

use super::body::{Builder, Dest, Draft, Exit};
use super::code::{Kind, kind};
use super::{Block, Function, Terminator};

/// A finished body with what it tells about the rest of the program.
#[derive(Debug)]
pub(super) struct Body {
    pub function: Function,
    /// Addresses in text that its code computes, sorted: labels or functions.
    pub constants: Vec<u64>,
    /// Targets of jumps that leave the surroundings of the entry without a
    /// frame: tail calls of functions that nothing else has led to yet.
    pub tails: BTreeSet<u64>,
    /// It has a return, an indirect tail call, or an unresolved jump.
    pub returns: bool,
    /// Address ranges of its blocks, merged, sorted.
    pub spans: Vec<(u64, u64)>,
}

impl Builder<'_> {
    fn reachable(&self) -> FxHashSet<Dest> {
        let mut reached = FxHashSet::default();
        reached.reserve(self.blocks.len());
        let mut stack = vec![Dest::Block(self.entry)];
        while let Some(dest) = stack.pop() {
            if !reached.insert(dest) {
                continue;
            }
            if let Dest::Block(start) = dest
                && let Some(draft) = self.blocks.get(&start)
            {
                stack.extend(draft.exit.dests());
                stack.extend(self.landing_pad(draft).map(Dest::Block));
                stack.extend(self.stored_receivers(start).into_iter().map(Dest::Block));
            }
        }
        reached
    }

    /// The function as it is now known.
    pub(super) fn finish(mut self) -> Body {
        // Sorted by address; a stub shares its address with at most one block
        // and comes first.
        let mut order: Vec<Dest> = self.reachable().into_iter().collect();
        order.sort_unstable_by_key(place);
        let index = Index(&order);
        let reached = order.iter().filter_map(|d| if let Dest::Block(pc) = *d { Some(pc) } else { None });
        let constants = self.constants(reached.clone()).into_iter().collect();
        let tails = reached.filter_map(|start| self.far_jump(start)).collect();
        let pads: BTreeSet<usize> = (order.iter())
            .filter_map(|dest| if let Dest::Block(start) = dest { Some(*start) } else { None })
            .flat_map(|start| {
                let pad = self.blocks.get(&start).and_then(|draft| self.landing_pad(draft));
                pad.into_iter().chain(self.stored_receivers(start))
            })
            .filter_map(|pad| index.find(Dest::Block(pad)))
            .collect();
        let unknown = |draft: &Draft| matches!(draft.exit, Exit::Unknown { .. });
        let switches = self.blocks.values().any(unknown) && self.hands_out_its_return_address();
        let mut blocks = Vec::with_capacity(order.len());
        let (mut returns, mut irregular) = (false, None);
        for dest in &order {
            match *dest {
                Dest::Stub(callee) => {
                    let end = Terminator::TailCall { callee };
                    blocks.push(Block { start: callee, insts: Vec::new(), end });
                }
                Dest::Block(start) => {
                    let Some(draft) = self.blocks.get_mut(&start) else { continue };
                    match &draft.exit {
                        Exit::Unknown { why, may_return } => {
                            returns |= *may_return || switches;
                            irregular.get_or_insert_with(|| why.clone());
                        }
                        Exit::Return | Exit::TailIndirect | Exit::Pending => returns = true,
                        _ => {}
                    }
                    let insts = std::mem::take(&mut draft.insts);
                    blocks.push(Block { start, insts, end: terminator(&draft.exit, &index) });
                }
            }
        }
        if self.cut {
            irregular.get_or_insert_with(|| "too large, left where it was cut off".into());
        }
        let spans = spans(&blocks);
        let end = self.own_end(&spans);
        let function = Function {
            entry: self.entry,
            name: String::new(),
            aliases: Vec::new(),
            end,
            blocks,
            entry_block: index.of(Dest::Block(self.entry)),
            landing_pads: pads.into_iter().collect(),
            address_taken: false,
            noreturn: false,
            irregular,
        };
        Body { function, constants, tails, returns, spans }
    }

    /// The target of a block that jumps out of the entry's surroundings with
    /// the entry `sp`.
    fn far_jump(&self, start: u64) -> Option<u64> {
        let draft = self.blocks.get(&start)?;
        let Exit::Jump(to) = draft.exit else { return None };
        let last = draft.insts.last()?;
        let rd = match kind(&last.inst.inst, last.pc) {
            Kind::Jal { rd, .. } | Kind::Jalr { rd, .. } => rd,
            _ => return None,
        };
        let own = self.own();
        let near = own.contains(&to) || !own.contains(&start) || self.is_cold_part(to);
        if rd != X::ZERO || near || self.world.code.decode(to).is_err() {
            return None;
        }
        let mut state = draft.state.as_deref().cloned()?;
        for site in &draft.insts {
            state.step(self.world.env(), site);
        }
        (state.sp_delta() == Some(0)).then_some(to)
    }

    fn own_end(&self, spans: &[(u64, u64)]) -> u64 {
        let high = self.own().end;
        let own = spans.iter().filter(|s| s.1 > self.entry && s.0 < high);
        own.map(|s| s.1.min(high)).max().unwrap_or(self.entry)
    }
}

fn spans(blocks: &[Block]) -> Vec<(u64, u64)> {
    let mut spans: Vec<(u64, u64)> = Vec::new();
    for block in blocks.iter().filter(|b| !b.insts.is_empty()) {
        match spans.last_mut() {
            Some(last) if block.start <= last.1 => last.1 = last.1.max(block.end_pc()),
            _ => spans.push((block.start, block.end_pc())),
        }
    }
    spans
}

/// The order of blocks: by address, a stub before the block at the same one.
fn place(dest: &Dest) -> (u64, u8) {
    match *dest {
        Dest::Stub(pc) => (pc, 0),
        Dest::Block(pc) => (pc, 1),
    }
}

/// The numbers of the blocks that are reached, in their order.
struct Index<'a>(&'a [Dest]);

impl Index<'_> {
    fn find(&self, dest: Dest) -> Option<usize> {
        self.0.binary_search_by_key(&place(&dest), place).ok()
    }

    /// The number of a destination that a block which is reached leads to.
    fn of(&self, dest: Dest) -> usize {
        let at = self.0.partition_point(|other| place(other) < place(&dest));
        debug_assert_eq!(self.0.get(at), Some(&dest));
        at
    }
}

fn terminator(exit: &Exit, index: &Index<'_>) -> Terminator {
    let at = |dest: &Dest| index.of(*dest);
    match exit {
        Exit::Jump(to) => Terminator::Jump(index.of(Dest::Block(*to))),
        Exit::Branch { taken, fall } => Terminator::Branch { taken: at(taken), fall: at(fall) },
        Exit::Call { callee, link, next } => {
            Terminator::Call { callee: *callee, link: *link, next: next.as_ref().map(at) }
        }
        Exit::CallIndirect { next } => Terminator::CallIndirect { next: next.as_ref().map(at) },
        Exit::Tail(callee) => Terminator::TailCall { callee: *callee },
        Exit::TailIndirect => Terminator::TailIndirect,
        Exit::Return => Terminator::Return,
        Exit::Table { index, load, targets, bounded } => Terminator::Table {
            index: *index,
            load: *load,
            targets: targets.iter().map(at).collect(),
            bounded: *bounded,
        },
        Exit::Goto { targets } => {
            Terminator::Goto { targets: targets.iter().map(|(pc, to)| (*pc, at(to))).collect() }
        }
        Exit::Ecall { next } => Terminator::Ecall { next: next.as_ref().map(at) },
        Exit::Trap { pc, raw } => Terminator::Trap { pc: *pc, raw: *raw },
        Exit::Pending | Exit::Unknown { .. } => Terminator::Unknown,
        Exit::Sync { next } => Terminator::Sync { next: at(next) },
    }
}
