//! Indirect jumps: jump tables, computed gotos, tail calls through pointers.
//!
//! Knows how compilers index tables of code addresses. Must never know more
//! of the program than one function's blocks and read-only memory.
//!
//! What a `switch` looks like (gcc, `TARGET_CASE`; each part may be blocks
//! away along the chain of single predecessors, constants anywhere):
//! ```text
//! bgtu  a0,a5,default        the bound
//! slli  a5,a0,2              the index, here or as sh2add, slli/srli 32
//! add   a5,a5,s2             + address of the table
//! lw    a5,0(a5)             4 bytes, or ld
//! add   a5,a5,s2             + address of the table when entries are relative
//! jr    a5
//! ```

use std::cell::OnceCell;
use std::collections::BTreeSet;

use rv2wat_isa::{Inst, X};

use super::IndexSite;
use super::body::{Builder, Exit, Resolution};
use super::flow::Abs;
use super::range;
use super::trace::{Preds, Trace};

/// Most entries of one table: what a Wasm `br_table` may have.
const MAX_ENTRIES: u64 = 65_520;

/// The blocks of a function with their predecessors.
pub(super) struct Graph<'a> {
    builder: &'a Builder<'a>,
    preds: Preds,
    /// Constants that the function computes: where other tables may start.
    addresses: OnceCell<BTreeSet<u64>>,
    known_entries: OnceCell<BTreeSet<u64>>,
}

/// A load whose address is a constant plus a scaled register.
struct Lookup {
    /// Added to each entry.
    base: u64,
    table: u64,
    /// Bytes of an entry.
    width: u64,
    signed: bool,
    index: IndexSite,
    /// The instruction that loads the entry.
    load: u64,
    /// The trace step of the index site.
    item: usize,
    /// The address was kept in the frame: likely what was stored there, but
    /// what else may change the slot is not looked at.
    spilled: bool,
}

impl<'a> Graph<'a> {
    pub(super) fn new(builder: &'a Builder<'a>) -> Self {
        Self {
            builder,
            preds: Preds::new(builder),
            addresses: OnceCell::new(),
            known_entries: OnceCell::new(),
        }
    }

    /// Explains the indirect jump at the end of the block at `start`.
    pub(super) fn resolve(&self, start: u64) -> Resolution {
        let mut trace = Trace::new(self.builder, &self.preds, start);
        let Some(jump) = trace.item(0) else { return Resolution::Unknown("no jump".into()) };
        let (pc, sp) = (jump.site.pc, jump.before[X::SP.index()]);
        let Inst::Jalr(jalr) = jump.site.inst.inst else { return Resolution::Unknown("no jump".into()) };
        let value = jump.before[jalr.rs1.index()];
        let returns_frame = sp == Abs::Entry(X::SP, 0);
        if jalr.rd == X::ZERO
            && jalr.imm == 0
            && let Some(lookup) = lookup(&mut trace, jalr.rs1)
            && let Some(found) = self.read(&mut trace, &lookup, pc, returns_frame)
        {
            return found;
        }
        if jalr.rd == X::ZERO && jalr.rs1 != X::RA && !matches!(value, Abs::Entry(..)) {
            let labels = self.labels(pc, returns_frame);
            if !labels.is_empty() {
                return Resolution::Goto(labels);
            }
        }
        if returns_frame {
            return Resolution::TailIndirect;
        }
        Resolution::Unknown(match sp {
            _ if jalr.rs1 == X::RA => format!("{pc:x}: return address not proven"),
            Abs::Entry(X::SP, _) | Abs::Frame => {
                format!("{pc:x}: indirect jump through {} not resolved", jalr.rs1)
            }
            _ => format!("{pc:x}: jump after sp was set from outside the frame"),
        })
    }

    /// The targets of a table.
    fn read(
        &self,
        trace: &mut Trace<'_>,
        lookup: &Lookup,
        pc: u64,
        returns_frame: bool,
    ) -> Option<Resolution> {
        let bound = match lookup.index.scale {
            0 => range::of_index(trace, lookup.index, lookup.item),
            _ => None,
        };
        let mut targets = Vec::new();
        let mut count = bound.map_or(MAX_ENTRIES, |b| b.count.min(MAX_ENTRIES));
        if !bound.is_some_and(|b| b.checked) {
            count = count.min(self.room(lookup));
        }
        let (low, high) = self.builder.world.bounds(pc);
        for at in 0..count {
            let Some(target) = self.entry(lookup, at) else { break };
            // Without a check only this function's own code is plausible.
            if !bound.is_some_and(|b| b.checked) && !(low..high).contains(&target) {
                break;
            }
            targets.push(target);
        }
        if targets.is_empty() {
            return None;
        }
        let world = &self.builder.world;
        // The function itself counts: it may be one of a table of functions.
        let functions = targets.iter().filter(|&&t| world.entries.contains_key(&t)).count();
        if returns_frame && functions == targets.len() {
            return Some(Resolution::TailIndirect);
        }
        let complete = targets.len() as u64 == count;
        // A table that may change selects among what it holds now, at most; so
        // does one at an address that may have changed.
        let last = targets.len() as u64 * lookup.width;
        if lookup.spilled || !world.image.is_constant(lookup.table, last) {
            targets.sort_unstable();
            targets.dedup();
            return Some(Resolution::Goto(targets));
        }
        let bounded = complete && bound.is_some_and(|b| b.proven);
        Some(Resolution::Table { index: lookup.index, load: lookup.load, targets, bounded })
    }

    fn addresses(&self) -> &BTreeSet<u64> {
        self.addresses.get_or_init(|| self.builder.addresses(self.builder.blocks.keys().copied()))
    }

    /// How many entries fit before the next object that the function uses. An
    /// entry with a constant index is none.
    fn room(&self, lookup: &Lookup) -> u64 {
        let known = self.known_entries();
        let next = self.addresses().range(lookup.table.saturating_add(1)..).find(|a| !known.contains(a));
        next.map_or(u64::MAX, |next| (next - lookup.table).div_ceil(lookup.width))
    }

    /// The addresses that are loaded from in blocks that jump through a register
    /// to a constant.
    fn known_entries(&self) -> &BTreeSet<u64> {
        self.known_entries.get_or_init(|| {
            let env = self.builder.world.env();
            let mut found = BTreeSet::new();
            for draft in self.builder.blocks.values() {
                let last = draft.insts.last().map(|site| site.inst.inst);
                let jumps =
                    matches!((last, &draft.exit), (Some(Inst::Jalr(i)), Exit::Jump(_)) if i.rd == X::ZERO);
                let Some(mut state) = draft.state.as_deref().filter(|_| jumps).cloned() else { continue };
                for site in &draft.insts {
                    if let Some((_, _, base, imm)) = load(&site.inst.inst)
                        && let Some(base) = state.reg(base).constant()
                    {
                        found.insert(base.wrapping_add_signed(imm));
                    }
                    state.step(env, site);
                }
            }
            found
        })
    }

    /// Entry `at` of a table, if it is a plausible target.
    fn entry(&self, lookup: &Lookup, at: u64) -> Option<u64> {
        let image = self.builder.world.image;
        let addr = lookup.table.checked_add(at * lookup.width)?;
        let value = if lookup.width == 8 {
            image.word_at(addr)?
        } else {
            let bytes = image.read(addr, lookup.width)?;
            let raw = bytes.iter().rev().fold(0u64, |value, &b| value << 8 | u64::from(b));
            let unused = 64 - 8 * lookup.width as u32;
            if lookup.signed { ((raw << unused).cast_signed() >> unused).cast_unsigned() } else { raw }
        };
        let target = lookup.base.wrapping_add(value) & !1;
        self.builder.world.code.decode(target).ok().map(|_| target)
    }

    /// Addresses inside the function around `pc` that data or its own code
    /// mention, and that are no entries: labels whose address is taken.
    ///
    /// With the frame gone an indirect tail call is far more likely: then only
    /// labels count that the function itself computes, at least two of them,
    /// and that no jump table explains.
    fn labels(&self, pc: u64, tail_call: bool) -> Vec<u64> {
        let builder = self.builder;
        let (low, high) = builder.world.bounds(pc);
        let mut labels: BTreeSet<u64> = self.addresses().range(low + 1..high).copied().collect();
        labels.retain(|l| l & 1 == 0);
        if !tail_call {
            let pointers = &builder.world.image.code_pointers;
            let first = pointers.partition_point(|&p| p <= low);
            labels.extend(pointers[first..].iter().take_while(|&&p| p < high));
        }
        labels.retain(|&l| low < l && l < high && self.may_be_label(l));
        if tail_call {
            for target in builder.table_targets() {
                labels.remove(&target);
            }
            if labels.len() < 2 {
                return Vec::new();
            }
        }
        labels.into_iter().collect()
    }

    /// Whether there is an instruction, and not one that makes a frame: that
    /// would be a function that nothing else has led to yet.
    fn may_be_label(&self, pc: u64) -> bool {
        match self.builder.world.code.decode(pc) {
            Ok(d) => !matches!(d.inst, Inst::Addi(i) if i.rd == X::SP && i.rs1 == X::SP && i.imm < 0),
            Err(_) => false,
        }
    }
}

/// Matches the value of `reg` before step 0 of the trace.
fn lookup(trace: &mut Trace<'_>, reg: X) -> Option<Lookup> {
    let (mut reg, mut from, mut base) = (reg, 1, 0u64);
    // Without optimisation the loaded word is sign-extended once more.
    let mut extended = false;
    loop {
        let at = trace.definition(reg, from)?;
        let item = trace.item(at)?;
        match item.site.inst.inst {
            Inst::Addi(i) if i.rs1 != X::ZERO && (!extended || i.imm == 0) => {
                base = base.wrapping_add_signed(i.imm);
                reg = i.rs1;
            }
            Inst::Add(r) => {
                let (value, other) = constant_of(item, r.rs1, r.rs2)?;
                if extended && value != 0 {
                    return None;
                }
                base = base.wrapping_add(value);
                reg = other;
            }
            Inst::Addiw(i) if i.imm == 0 => {
                extended = true;
                reg = i.rs1;
            }
            inst => {
                let pc = item.site.pc;
                let (width, signed, address, imm) = load(&inst)?;
                if extended && !(signed && width <= 4) {
                    return None;
                }
                let (found, spilled) = match scaled(trace, address, at + 1, width) {
                    Some(found) => (found, false),
                    None => {
                        let (stored, at) = trace.stored(address, at + 1)?;
                        (scaled(trace, stored, at + 1, width)?, true)
                    }
                };
                let (table, index, item) = found;
                let table = table.wrapping_add_signed(imm);
                return Some(Lookup { base, table, width, signed, index, load: pc, item, spilled });
            }
        }
        from = at + 1;
    }
}

/// Splits a sum into its constant part and the other register.
fn constant_of(item: &super::trace::Item, a: X, b: X) -> Option<(u64, X)> {
    match (item.constant(a), item.constant(b)) {
        (Some(value), None) => Some((value, b)),
        (None, Some(value)) => Some((value, a)),
        _ => None,
    }
}

fn load(inst: &Inst) -> Option<(u64, bool, X, i64)> {
    Some(match inst {
        Inst::Ld(i) => (8, false, i.rs1, i.imm),
        Inst::Lw(i) => (4, true, i.rs1, i.imm),
        Inst::Lwu(i) => (4, false, i.rs1, i.imm),
        Inst::Lh(i) => (2, true, i.rs1, i.imm),
        Inst::Lhu(i) => (2, false, i.rs1, i.imm),
        Inst::Lb(i) => (1, true, i.rs1, i.imm),
        Inst::Lbu(i) => (1, false, i.rs1, i.imm),
        _ => return None,
    })
}

/// Matches an address: a constant plus an index times `width`. Returns the
/// constant, the index, and the trace step where the index is.
///
/// Where several ways meet on which the index was scaled, the sum is all there
/// is to see: then the index is what was added, and scaled.
pub(super) fn scaled(
    trace: &mut Trace<'_>,
    address: X,
    from: usize,
    width: u64,
) -> Option<(u64, IndexSite, usize)> {
    let shift = width.trailing_zeros();
    let (mut reg, mut from, mut table) = (address, from, 0u64);
    let mut sum = None;
    loop {
        let Some(at) = trace.definition(reg, from) else { return sum };
        let item = trace.item(at)?;
        let pc = item.site.pc;
        let site = |reg, zext32| IndexSite { pc, reg, zext32, scale: 0 };
        match item.site.inst.inst {
            Inst::Addi(i) if i.rs1 != X::ZERO => {
                table = table.wrapping_add_signed(i.imm);
                reg = i.rs1;
            }
            Inst::Add(r) => {
                let (value, other) = constant_of(item, r.rs1, r.rs2)?;
                table = table.wrapping_add(value);
                if shift == 0 {
                    return Some((table, site(other, false), at));
                }
                sum = Some((table, IndexSite { scale: shift as u8, ..site(other, false) }, at));
                reg = other;
            }
            Inst::Sh1add(r) if shift == 1 => {
                return Some((table.wrapping_add(item.constant(r.rs2)?), site(r.rs1, false), at));
            }
            Inst::Sh2add(r) if shift == 2 => {
                return Some((table.wrapping_add(item.constant(r.rs2)?), site(r.rs1, false), at));
            }
            Inst::Sh3add(r) if shift == 3 => {
                return Some((table.wrapping_add(item.constant(r.rs2)?), site(r.rs1, false), at));
            }
            Inst::Sh1addUw(r) if shift == 1 => {
                return Some((table.wrapping_add(item.constant(r.rs2)?), site(r.rs1, true), at));
            }
            Inst::Sh2addUw(r) if shift == 2 => {
                return Some((table.wrapping_add(item.constant(r.rs2)?), site(r.rs1, true), at));
            }
            Inst::Sh3addUw(r) if shift == 3 => {
                return Some((table.wrapping_add(item.constant(r.rs2)?), site(r.rs1, true), at));
            }
            Inst::Slli(s) if s.shamt == shift => return Some((table, site(s.rs1, false), at)),
            Inst::SlliUw(s) if s.shamt == shift => return Some((table, site(s.rs1, true), at)),
            // slli 32 and srli 32 - shift: the zero-extended word, scaled.
            Inst::Srli(s) if s.shamt == 32 - shift => {
                let high = trace.definition(s.rs1, at + 1)?;
                let pc = trace.item(high)?.site.pc;
                return match trace.inst(high)? {
                    Inst::Slli(l) if l.shamt == 32 => {
                        Some((table, IndexSite { pc, reg: l.rs1, zext32: true, scale: 0 }, high))
                    }
                    _ => sum,
                };
            }
            _ => return sum,
        }
        from = at + 1;
    }
}
