//! Discovery: from an [`Image`] to functions, blocks and their exits.
//!
//! Knows instructions, control flow and the shapes that compilers give to
//! jump tables. Must never know what registers mean to callers beyond the
//! assumptions written in [`flow`]; proving them is the summaries' work.
//!
//! The way there:
//! 1. [`scan`] walks everything that symbols, unwind ranges and calls lead to
//!    and finds which functions can return, so that no walk runs past a call
//!    that never comes back.
//! 2. [`body`] builds each function: blocks, a forward dataflow over
//!    registers and frame slots, exits, jump tables.
//! 3. [`rounds`] repeats 2 for the functions that new facts touch, then gives
//!    the code that only pointers lead to its own functions, until nothing
//!    changes.
//!
//! Each step is deterministic: sets are sorted, parallel results are merged in
//! address order.

mod accesses;
mod body;
mod code;
mod consts;
mod exits;
mod finish;
pub mod flow;
mod names;
mod range;
mod rounds;
mod scan;
mod tables;
mod trace;

use std::collections::BTreeMap;

use petgraph::graph::{DiGraph, NodeIndex};
use rv2wat_isa::{Decoded, X};
use smallvec::{SmallVec, smallvec};

use crate::load::Image;

pub use accesses::{Access, split as split_at_accesses};

/// All functions of a program.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// Sorted by entry.
    pub functions: Vec<Function>,
    /// Entry address to index in `functions`.
    pub index: BTreeMap<u64, usize>,
    /// The one constant that is ever written to `gp`, if there is just one.
    /// Only the writes at `gp_writes` could give it another value.
    pub gp: Option<u64>,
    /// Instructions that write a value to `gp` that is not constant, sorted
    /// (glibc's dynamic linker has one, for executables that it loads).
    pub gp_writes: Vec<u64>,
    /// What discovery could not resolve, one sentence each.
    pub warnings: Vec<String>,
    /// Whether loops may be left at each turn, so that signals are delivered in them.
    pub preempt: bool,
    /// Whether it is a part of a program: calls may come from functions that are not here,
    /// and lead to such.
    pub is_part: bool,
    /// Whether a dynamic linker joins it with other files: pointers may lead to functions
    /// that are not here, and such may know any that are.
    pub is_linked: bool,
}

/// One function: a single entry, and every block that it reaches without a
/// call. Blocks shared with other functions are duplicated.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Guest address of the first instruction executed.
    pub entry: u64,
    /// Unique name: the symbol, or `f_` and the entry in hex. May contain any
    /// character that the symbol contains.
    pub name: String,
    /// Further symbols of the entry, sorted.
    pub aliases: Vec<String>,
    /// One past the last byte of the blocks that lie between the entry and
    /// the next function.
    pub end: u64,
    /// Sorted by start. A block may start before `entry`. A block without
    /// instructions stands for a branch to another function and ends in
    /// [`Terminator::TailCall`], or ends in [`Terminator::Access`].
    pub blocks: Vec<Block>,
    /// The block that starts at `entry`.
    pub entry_block: usize,
    /// The blocks at which control comes in out of other functions, sorted: where
    /// exceptions go on that pass through its calls, and labels that it stores and
    /// that nothing in it leads to (`__builtin_setjmp`, non-local gotos). What they
    /// reach belongs to the function, though its entry may not reach it.
    pub landing_pads: Vec<usize>,
    /// Whether the entry's address occurs in code, data, relocations, or is
    /// the program's entry: someone may call it indirectly.
    pub address_taken: bool,
    /// No path leads to a return, an indirect tail call, or a tail call of a
    /// function that returns.
    pub noreturn: bool,
    /// Why its control flow could not be resolved.
    pub irregular: Option<String>,
}

/// A maximal run of instructions entered at its start and left at its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Guest address of the first instruction.
    pub start: u64,
    /// In address order, including the one that ends the block.
    pub insts: Vec<Site>,
    /// How the block ends.
    pub end: Terminator,
}

/// An instruction at its address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Site {
    /// Guest address.
    pub pc: u64,
    /// The instruction, its length and raw bits.
    pub inst: Decoded,
}

impl Site {
    /// Address of the next instruction in memory.
    pub fn next_pc(&self) -> u64 {
        self.pc.wrapping_add(u64::from(self.inst.len))
    }
}

/// Where the index of a jump table can be captured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IndexSite {
    /// The index is the value of `reg` just before this instruction, which is
    /// in the same block as the jump or in a block that dominates it.
    pub pc: u64,
    /// Register that holds the index.
    pub reg: X,
    /// Only the low 32 bits count, zero-extended.
    pub zext32: bool,
    /// What the register holds is the index times two to this power; any other
    /// value stands for an index out of range.
    pub scale: u8,
}

/// How a block ends. `usize` is an index into [`Function::blocks`].
///
/// A block whose last instruction is no control transfer falls through, be it
/// under [`Jump`](Terminator::Jump) or [`TailCall`](Terminator::TailCall).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Terminator {
    /// Fall-through, `jal x0`, or a jump to a proven constant. The last
    /// instruction may also be a `jal`/`jalr` that links through a register
    /// other than `ra` (millicode): it writes its link and stays inside.
    Jump(usize),
    /// Conditional branch.
    Branch {
        /// Block when the condition holds.
        taken: usize,
        /// Block when it does not.
        fall: usize,
    },
    /// Call of a known address that links through `ra`: `jal`, or `jalr` whose
    /// target is proven constant (the add that made it stays where it is).
    Call {
        /// Entry of the callee, always in [`Program::index`] or outside text.
        callee: u64,
        /// Link register.
        link: X,
        /// Block after the call; `None` when the callee never returns. Should
        /// it return all the same, the pc is that after the instruction.
        next: Option<usize>,
    },
    /// `jalr` with `rd = ra` to an unknown address.
    CallIndirect {
        /// Block after the call.
        next: Option<usize>,
    },
    /// Jump, branch stub or fall-through to another function's entry with
    /// `sp` equal to this function's entry `sp`.
    TailCall {
        /// Entry of the callee.
        callee: u64,
    },
    /// `jalr` with `rd ≠ ra` to an unknown address with `sp` equal to the
    /// entry `sp`. When `rd` is not `x0` it is written (PLT stubs).
    TailIndirect,
    /// `jalr x0, 0(r)` where `r` holds the entry value of `ra`, or of another
    /// link register that is not otherwise written.
    Return,
    /// Jump table.
    Table {
        /// Where to find the index.
        index: IndexSite,
        /// The pc of the load that reads the entry.
        load: u64,
        /// Block of each entry.
        targets: Vec<usize>,
        /// A dominating check proves that the index is in range.
        bounded: bool,
    },
    /// Computed goto: the value of the jump register selects among the pcs;
    /// any other value leaves the function. Sorted by pc.
    Goto {
        /// Label address and its block.
        targets: Vec<(u64, usize)>,
    },
    /// `ecall`.
    Ecall {
        /// Block after it; `None` when `a7` is `exit` or `exit_group`.
        next: Option<usize>,
    },
    /// `ebreak`, an instruction that is always illegal, or bits that decode
    /// to nothing: the function is left at `pc`. `ebreak` is the block's last
    /// site; undecodable bits are in no site. Neither is the instruction at
    /// which a function was cut off for its size, which may be any.
    Trap {
        /// Address of the instruction.
        pc: u64,
        /// Its bits (0 when it is outside readable text).
        raw: u32,
    },
    /// Indirect jump that nothing explains: leaves the function.
    Unknown,
    /// `fence.i` or a write of `frm`/`fcsr`: translated code may have to be
    /// left at the next pc.
    Sync {
        /// Block after it.
        next: usize,
    },
    /// The block behind this one begins with an access to memory that may have to be
    /// refused: then the function is left before it. Discovery makes none of these;
    /// [`split_at_accesses`] does.
    Access {
        /// The block behind this one.
        next: usize,
        /// What is accessed there.
        accesses: Vec<Access>,
    },
}

impl Terminator {
    /// Successor blocks in the order of the fields, duplicates included.
    pub fn successors(&self) -> SmallVec<[usize; 2]> {
        match self {
            Self::Jump(to) | Self::Sync { next: to } | Self::Access { next: to, .. } => smallvec![*to],
            Self::Branch { taken, fall } => smallvec![*taken, *fall],
            Self::Call { next, .. } | Self::CallIndirect { next } | Self::Ecall { next } => {
                next.iter().copied().collect()
            }
            Self::Table { targets, .. } => targets.iter().copied().collect(),
            Self::Goto { targets } => targets.iter().map(|&(_, block)| block).collect(),
            Self::TailCall { .. } | Self::TailIndirect | Self::Return | Self::Trap { .. } | Self::Unknown => {
                SmallVec::new()
            }
        }
    }
}

impl Block {
    /// One past the last byte of its instructions.
    pub fn end_pc(&self) -> u64 {
        self.insts.last().map_or(self.start, Site::next_pc)
    }
}

impl Function {
    /// The control-flow graph; node weights are block indices (node `i` is
    /// block `i`), parallel edges are not repeated.
    pub fn cfg(&self) -> DiGraph<usize, ()> {
        let mut graph = DiGraph::with_capacity(self.blocks.len(), self.blocks.len() * 2);
        for block in 0..self.blocks.len() {
            graph.add_node(block);
        }
        for (from, block) in self.blocks.iter().enumerate() {
            let mut successors = block.end.successors();
            successors.sort_unstable();
            successors.dedup();
            for to in successors {
                graph.add_edge(NodeIndex::new(from), NodeIndex::new(to), ());
            }
        }
        graph
    }

    /// Forward dataflow from a block on: what holds at the start of each block, `None`
    /// for those that no path reaches. `through` takes what holds at the start of a
    /// block to what holds at its end; `join` lowers what is known of a block to what
    /// also holds on another way to it, and says whether that changed it.
    pub(crate) fn forward<S: Clone>(
        &self,
        start: usize,
        at_start: S,
        mut through: impl FnMut(usize, S) -> S,
        mut join: impl FnMut(&mut S, &S) -> bool,
    ) -> Vec<Option<S>> {
        let mut into: Vec<Option<S>> = vec![None; self.blocks.len()];
        let Some(first) = into.get_mut(start) else { return into };
        *first = Some(at_start);
        let mut work = Worklist::new(into.len());
        work.insert(start);
        while let Some(at) = work.pop_first() {
            let successors = self.blocks[at].end.successors();
            if successors.is_empty() {
                continue;
            }
            let Some(state) = into[at].clone() else { continue };
            let out = through(at, state);
            for to in successors {
                let changed = match &mut into[to] {
                    Some(known) => join(known, &out),
                    empty => {
                        *empty = Some(out.clone());
                        true
                    }
                };
                if changed {
                    work.insert(to);
                }
            }
        }
        into
    }

    /// How many instructions it has.
    pub fn inst_count(&self) -> usize {
        self.blocks.iter().map(|block| block.insts.len()).sum()
    }

    /// The block that starts at `pc`.
    pub fn block_at(&self, pc: u64) -> Option<usize> {
        let first = self.blocks.partition_point(|b| b.start < pc);
        (self.blocks.get(first)?.start == pc).then_some(first)
    }

    /// Callees of direct calls and tail calls, sorted, without duplicates.
    pub fn callees(&self) -> Vec<u64> {
        let mut callees: Vec<u64> = self.blocks.iter().filter_map(|b| b.end.callee()).collect();
        callees.sort_unstable();
        callees.dedup();
        callees
    }
}

/// A set of small numbers from which the smallest is taken.
pub(crate) struct Worklist {
    words: Vec<u64>,
    /// No word before this one has a bit set.
    low: usize,
}

impl Worklist {
    /// Of numbers below `count`; empty.
    pub(crate) fn new(count: usize) -> Worklist {
        let words = vec![0; count.div_ceil(64)];
        Worklist { low: words.len(), words }
    }

    pub(crate) fn insert(&mut self, item: usize) {
        self.words[item / 64] |= 1 << (item % 64);
        self.low = self.low.min(item / 64);
    }

    pub(crate) fn pop_first(&mut self) -> Option<usize> {
        while let Some(word) = self.words.get_mut(self.low) {
            if *word != 0 {
                let bit = word.trailing_zeros();
                *word &= *word - 1;
                return Some(self.low * 64 + bit as usize);
            }
            self.low += 1;
        }
        None
    }
}

impl Terminator {
    /// The callee of a direct call or tail call.
    pub fn callee(&self) -> Option<u64> {
        match self {
            Self::Call { callee, .. } | Self::TailCall { callee } => Some(*callee),
            _ => None,
        }
    }
}

impl Program {
    /// Whether somebody goes on behind a call whose return leads nowhere here. In a whole
    /// program that is a call which never returns. A part of one ends somewhere, and what
    /// is behind a call may be a function of its own there.
    pub fn leaves_behind(&self, end: &Terminator) -> bool {
        self.is_part
            && matches!(end, Terminator::Call { next: None, .. } | Terminator::CallIndirect { next: None })
    }

    /// Whether the function may be left before the jump at the end of a block, because it
    /// may lead back: to the block itself or to one at a lower address, as some jump of
    /// each loop does.
    pub fn may_preempt(&self, function: &Function, block: usize) -> bool {
        let at = &function.blocks[block];
        let jumps = matches!(
            at.end,
            Terminator::Jump(_)
                | Terminator::Branch { .. }
                | Terminator::Table { .. }
                | Terminator::Goto { .. }
        );
        let back = |&to: &usize| function.blocks[to].start <= at.start;
        self.preempt && jumps && at.end.successors().iter().any(back)
    }

    /// The function entered at `entry`.
    pub fn function_at(&self, entry: u64) -> Option<&Function> {
        self.index.get(&entry).map(|&at| &self.functions[at])
    }

    /// The last function that starts at or before `pc` and whose own bytes
    /// cover it.
    pub fn function_covering(&self, pc: u64) -> Option<&Function> {
        let (_, &at) = self.index.range(..=pc).next_back()?;
        let function = &self.functions[at];
        (pc < function.end).then_some(function)
    }

    /// The graph of direct calls and tail calls; a node's index is its function's.
    pub fn call_graph(&self) -> DiGraph<(), ()> {
        let count = self.functions.len();
        let mut graph = DiGraph::with_capacity(count, count * 4);
        for _ in &self.functions {
            graph.add_node(());
        }
        for (at, function) in self.functions.iter().enumerate() {
            for callee in function.callees() {
                if let Some(&to) = self.index.get(&callee) {
                    graph.add_edge(NodeIndex::new(at), NodeIndex::new(to), ());
                }
            }
        }
        graph
    }

    /// All functions, each after those that it calls, as far as cycles allow.
    pub fn callees_first(&self) -> Vec<usize> {
        let components = petgraph::algo::tarjan_scc(&self.call_graph());
        components.into_iter().flatten().map(NodeIndex::index).collect()
    }
}

/// Finds all functions of `image`. Never fails: what cannot be resolved is
/// marked irregular and stays reachable through the dispatcher.
pub fn discover(image: &Image) -> Program {
    rounds::run(image)
}

#[cfg(test)]
pub(crate) mod testing;
#[cfg(test)]
mod tests;
