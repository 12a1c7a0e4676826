//! Where values live, as segments of a line.

use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;
use smallvec::{SmallVec, smallvec};

use crate::cfg::Cfg;
use crate::ir::{Block, Function, InstKind, Value};
use crate::lists::Lists;
use crate::treeify::{Plan, Uses};

/// A half-open range of positions.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Segment {
    pub start: u32,
    pub end: u32,
}

/// The segments of a value. Most live in one block.
pub(super) type Segments = SmallVec<[Segment; 2]>;

/// The segments of all values that need a local, in ascending order.
pub(super) struct Ranges {
    of: SecondaryMap<Value, Segments>,
}

/// The stretch of a block.
#[derive(Clone, Copy, Default)]
struct Span {
    start: u32,
    end: u32,
}

struct Lines {
    span: SecondaryMap<Block, Span>,
    home: SecondaryMap<Value, PackedOption<Block>>,
    defined: SecondaryMap<Value, u32>,
    uses: Lists<Value, (Block, u32)>,
}

impl Ranges {
    pub fn new(func: &Function, cfg: &Cfg, uses: &Uses, plan: &Plan) -> Ranges {
        let lines = Lines::new(func, cfg, uses, plan);
        let mut ranges = Ranges { of: SecondaryMap::new() };
        ranges.of.resize(func.values.len());
        let mut scratch = Scratch::new(func.blocks.len());
        for (stamp, value) in func.values.keys().enumerate() {
            if let Some(home) = lines.home[value].expand() {
                ranges.of[value] = scratch.segments(cfg, &lines, value, home, stamp as u32 + 1);
            }
        }
        ranges
    }

    /// The segments of a value, to be asked for once.
    pub fn take(&mut self, value: Value) -> Segments {
        std::mem::take(&mut self.of[value])
    }
}

impl Lines {
    fn new(func: &Function, cfg: &Cfg, uses: &Uses, plan: &Plan) -> Lines {
        let count = func.values.len();
        let mut lines = Lines {
            span: SecondaryMap::new(),
            home: SecondaryMap::new(),
            defined: SecondaryMap::new(),
            uses: Lists::new(count),
        };
        lines.span.resize(func.blocks.len());
        lines.home.resize(count);
        lines.defined.resize(count);
        let mut at = 0;
        for &block in cfg.rpo() {
            let start = at;
            for &param in &func.blocks[block].params {
                if uses.is_live_param(param) {
                    lines.home[param] = Some(block).into();
                    lines.defined[param] = start;
                }
            }
            for &inst in plan.roots(block) {
                at += 2;
                let data = &func.insts[inst];
                let mut note = |value: Value, at: u32| {
                    plan.leaves(func, value, &mut |leaf| lines.uses.push(leaf, (block, at)));
                };
                data.kind.for_each_use(|value| note(value, at));
                if let InstKind::Call(call) = &data.kind {
                    call.leave.iter().for_each(|&(_, value)| note(value, at + 1));
                }
                for &result in &data.results {
                    if uses.count(result) > 0 {
                        lines.home[result] = Some(block).into();
                        lines.defined[result] = at + 1;
                    }
                }
            }
            at += 2;
            let terminator = func.terminator(block);
            let mut own = Vec::new();
            terminator.for_each_own_use(|value| own.push(value));
            let targets = terminator.targets();
            let on_edges = targets.iter().flat_map(|target| uses.live_args(func, target)).map(|(_, arg)| arg);
            // A parameter handed on to itself needs no copy, but must be there.
            let kept = targets.iter().flat_map(|target| {
                let pairs = func.blocks[target.block].params.iter().zip(&target.args);
                pairs.filter(|&(param, arg)| param == arg && uses.is_live_param(*param)).map(|(_, &arg)| arg)
            });
            let all =
                own.into_iter().map(|value| (value, at)).chain(on_edges.chain(kept).map(|arg| (arg, at + 1)));
            for (value, at) in all {
                plan.leaves(func, value, &mut |leaf| lines.uses.push(leaf, (block, at)));
            }
            at += 2;
            lines.span[block] = Span { start, end: at };
        }
        lines
    }
}

/// What is known of each block while one value is looked at; entries hold for
/// the value whose stamp they bear.
struct Scratch {
    /// The last use in the block.
    last: SecondaryMap<Block, (u32, u32)>,
    /// The value lives on at the block's end.
    out: SecondaryMap<Block, u32>,
    /// The block is in the list.
    seen: SecondaryMap<Block, u32>,
    /// The blocks in which the value lives.
    blocks: Vec<Block>,
    /// Those of them into which it lives and whose predecessors are yet to be seen.
    into: Vec<Block>,
}

impl Scratch {
    fn new(blocks: usize) -> Scratch {
        let mut scratch = Scratch {
            last: SecondaryMap::new(),
            out: SecondaryMap::new(),
            seen: SecondaryMap::new(),
            blocks: Vec::new(),
            into: Vec::new(),
        };
        scratch.last.resize(blocks);
        scratch.out.resize(blocks);
        scratch.seen.resize(blocks);
        scratch
    }

    fn segments(&mut self, cfg: &Cfg, lines: &Lines, value: Value, home: Block, stamp: u32) -> Segments {
        // Most values are used in their own block alone.
        let defined = lines.defined[value];
        let mut uses = lines.uses.of(value);
        let last = uses.try_fold(0, |last: u32, (block, at)| (block == home).then(|| last.max(at + 1)));
        if let Some(last) = last {
            return smallvec![Segment { start: defined, end: last.max(defined + 1) }];
        }
        let (mut blocks, mut into) = (std::mem::take(&mut self.blocks), std::mem::take(&mut self.into));
        blocks.push(home);
        self.seen[home] = stamp;
        for (block, at) in lines.uses.of(value) {
            let last = &mut self.last[block];
            *last = if last.0 == stamp { (stamp, last.1.max(at)) } else { (stamp, at) };
            if self.seen[block] != stamp {
                self.seen[block] = stamp;
                blocks.push(block);
                into.push(block);
            }
        }
        while let Some(block) = into.pop() {
            for &pred in cfg.preds(block) {
                self.out[pred] = stamp;
                if self.seen[pred] != stamp {
                    self.seen[pred] = stamp;
                    blocks.push(pred);
                    into.push(pred);
                }
            }
        }
        let mut segments: Segments = blocks
            .drain(..)
            .map(|block| {
                let span = lines.span[block];
                let start = if block == home { defined } else { span.start };
                let end = if self.out[block] == stamp {
                    span.end
                } else if self.last[block].0 == stamp {
                    self.last[block].1 + 1
                } else {
                    start + 1
                };
                Segment { start, end: end.max(start + 1) }
            })
            .collect();
        segments.sort_unstable_by_key(|segment| segment.start);
        segments.dedup_by(|next, kept| {
            let joins = next.start == kept.end;
            if joins {
                kept.end = next.end;
            }
            joins
        });
        (self.blocks, self.into) = (blocks, into);
        segments
    }
}
