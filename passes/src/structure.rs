//! Structured control flow from a reducible graph, by the dominator tree.
//!
//! The functions are named as in Norman Ramsey, "Beyond Relooper: Recursive
//! Translation of Unstructured Control Flow to Structured Control Flow" (ICFP
//! 2022). `do_tree` translates a block and all that it dominates; a loop header
//! becomes a `loop` around it. `node_within` puts the block into one Wasm block
//! for each merge node that it immediately dominates, so that a branch to such
//! a node leaves the Wasm block that ends where the node's code begins.
//! `do_branch` is an edge: a `br`, or, where the target has no other way in,
//! the target itself. The recursion of the paper is a stack of work here, since
//! guest functions have ten thousand blocks.
//!
//! What comes out has a transfer at the end of every arm; `tidy` makes it what
//! a person would have written. Rejected: one dispatch loop for the function
//! (quadratic in the engines' compilers), Relooper and Stackifier (block orders
//! by search; this needs one walk).
//!
//! Requires: reducible (see `irreducible`), every block reachable.
//! Complexity: near-linear.

mod tidy;

use cranelift_entity::SecondaryMap;
use cranelift_entity::packed_option::PackedOption;
use smallvec::SmallVec;

pub use tidy::tidy;

use crate::cfg::Cfg;
use crate::ir::{Block, Function, Terminator};
use crate::tree::{self, Expr, Label, LabelData, Node, NodeData, Stmt};

/// What blocks and edges consist of, as statements.
pub trait Content {
    /// Appends what the block does before its terminator.
    fn code(&mut self, block: Block, out: &mut Vec<NodeData>);

    /// Appends the assignments of the edge with this position among the
    /// terminator's targets.
    fn copies(&mut self, block: Block, edge: usize, out: &mut Vec<NodeData>);

    /// The condition of a branch or the index of a switch.
    fn selector(&mut self, block: Block) -> Expr;

    /// Appends a terminator that has no targets.
    fn exit(&mut self, block: Block, out: &mut Vec<NodeData>);
}

/// Translates the function's control flow into `tree.body`, untidied. Edges of
/// switches must have no assignments: they have been split.
pub fn structure(func: &Function, content: &mut dyn Content, tree: &mut tree::Function) {
    let cfg = Cfg::of(func);
    let order = order(func, &cfg);
    let mut position = SecondaryMap::with_default(u32::MAX);
    for (index, &block) in order.iter().enumerate() {
        position[block] = index as u32;
    }
    let mut names = Names::default();
    let mut structurer = Structurer {
        merges: SecondaryMap::new(),
        block_label: SecondaryMap::new(),
        loop_label: SecondaryMap::new(),
        lists: vec![Vec::new()],
        children: Vec::new(),
        work: Vec::new(),
        func,
        position,
        content,
        tree,
    };
    structurer.label(&cfg, &order, &mut names);
    structurer.run();
}

/// Reverse postorder, with blocks of higher guest addresses later where there
/// is a choice.
fn order(func: &Function, cfg: &Cfg) -> Vec<Block> {
    let mut seen: SecondaryMap<Block, bool> = SecondaryMap::new();
    seen.resize(func.blocks.len());
    let mut post = Vec::with_capacity(cfg.rpo().len());
    let succs = |block: Block| {
        // The successor that is taken up first ends up last.
        let mut succs: SmallVec<[Block; 4]> = SmallVec::from_slice(cfg.succs(block));
        succs.sort_by_key(|&succ| std::cmp::Reverse((func.blocks[succ].pc, succ)));
        succs
    };
    let entry = func.entry();
    seen[entry] = true;
    let mut stack = vec![(entry, succs(entry), 0)];
    while let Some((block, successors, next)) = stack.last_mut() {
        if let Some(&succ) = successors.get(*next) {
            *next += 1;
            if !std::mem::replace(&mut seen[succ], true) {
                stack.push((succ, succs(succ), 0));
            }
        } else {
            post.push(*block);
            stack.pop();
        }
    }
    post.reverse();
    post
}

/// Label names in use.
#[derive(Default)]
struct Names(std::collections::BTreeMap<String, u32>);

impl Names {
    fn fresh(&mut self, base: String) -> String {
        let count = self.0.entry(base.clone()).or_insert(0);
        *count += 1;
        if *count == 1 { base } else { format!("{base}.{count}") }
    }
}

/// An index into [`Structurer::lists`].
type List = usize;

enum Work {
    /// `doTree`: the block and what it dominates, appended to the list.
    Tree(Block, List),
    /// `nodeWithin`: the block inside Wasm blocks for its first n merge nodes.
    Within(Block, usize, List),
    /// `doBranch`: the edge with this number.
    Branch(Block, usize, List),
}

struct Structurer<'a> {
    func: &'a Function,
    content: &'a mut dyn Content,
    tree: &'a mut tree::Function,
    position: SecondaryMap<Block, u32>,
    /// The merge nodes that a block immediately dominates, in reverse postorder.
    merges: SecondaryMap<Block, Vec<Block>>,
    /// The label that leads to a merge node from before it.
    block_label: SecondaryMap<Block, PackedOption<Label>>,
    /// The label that leads back to a loop header.
    loop_label: SecondaryMap<Block, PackedOption<Label>>,
    lists: Vec<Vec<Node>>,
    /// Which lists become whose children: a loop's, block's or `then` list, and
    /// an `else` list.
    children: Vec<(Node, List, Option<List>)>,
    work: Vec<Work>,
}

impl Structurer<'_> {
    fn label(&mut self, cfg: &Cfg, order: &[Block], names: &mut Names) {
        let mut forward: SecondaryMap<Block, u32> = SecondaryMap::new();
        let mut header: SecondaryMap<Block, bool> = SecondaryMap::new();
        let mut switched: SecondaryMap<Block, bool> = SecondaryMap::new();
        forward.resize(self.func.blocks.len());
        header.resize(self.func.blocks.len());
        switched.resize(self.func.blocks.len());
        for &block in order {
            let is_switch = matches!(self.func.terminator(block), Terminator::Switch { .. });
            for &succ in cfg.succs(block) {
                if self.position[succ] <= self.position[block] {
                    header[succ] = true;
                } else {
                    forward[succ] += 1;
                    switched[succ] |= is_switch;
                }
            }
        }
        for &block in order {
            let is_merge = forward[block] > 1 || switched[block];
            if !is_merge && !header[block] {
                continue;
            }
            let name = names.fresh(self.label_name(block));
            if header[block] {
                self.loop_label[block] = Some(self.tree.labels.push(LabelData { name: name.clone() })).into();
            }
            if is_merge {
                self.block_label[block] = Some(self.tree.labels.push(LabelData { name })).into();
                if let Some(idom) = cfg.idom(block) {
                    self.merges[idom].push(block);
                }
            }
        }
    }

    /// `L` and the offset of the block in its function; a block that no guest
    /// instruction starts is named after the first one in it.
    fn label_name(&self, block: Block) -> String {
        let data = &self.func.blocks[block];
        let first = data.insts.iter().find_map(|&inst| self.func.insts[inst].pc);
        match (data.pc, first.or(data.terminator_pc)) {
            (Some(pc), _) | (None, Some(pc)) if pc >= self.func.address => {
                format!("L{:x}", pc - self.func.address)
            }
            (Some(pc), _) | (None, Some(pc)) => format!("L-{:x}", self.func.address - pc),
            (None, None) => "L".to_owned(),
        }
    }

    fn run(&mut self) {
        self.work.push(Work::Tree(self.func.entry(), 0));
        while let Some(work) = self.work.pop() {
            match work {
                Work::Tree(block, list) => self.do_tree(block, list),
                Work::Within(block, merges, list) => self.node_within(block, merges, list),
                Work::Branch(block, edge, list) => self.do_branch(block, edge, list),
            }
        }
        for (node, first, second) in std::mem::take(&mut self.children) {
            let list = std::mem::take(&mut self.lists[first]);
            match &mut self.tree.nodes[node].stmt {
                Stmt::Block { body, .. } | Stmt::Loop { body, .. } => *body = list,
                Stmt::If { then, other, .. } => {
                    *then = list;
                    *other = second.map(|second| std::mem::take(&mut self.lists[second])).unwrap_or_default();
                }
                _ => {}
            }
        }
        self.tree.body = std::mem::take(&mut self.lists[0]);
    }

    fn new_list(&mut self) -> List {
        self.lists.push(Vec::new());
        self.lists.len() - 1
    }

    fn push(&mut self, list: List, stmt: Stmt, pc: Option<u64>) -> Node {
        let node = self.tree.nodes.push(NodeData { stmt, pc });
        self.lists[list].push(node);
        node
    }

    fn append(&mut self, list: List, stmts: Vec<NodeData>) {
        for data in stmts {
            let node = self.tree.nodes.push(data);
            self.lists[list].push(node);
        }
    }

    fn do_tree(&mut self, block: Block, list: List) {
        let merges = self.merges[block].len();
        match self.loop_label[block].expand() {
            Some(label) => {
                let node =
                    self.push(list, Stmt::Loop { label, body: Vec::new() }, self.func.blocks[block].pc);
                let body = self.new_list();
                self.children.push((node, body, None));
                self.work.push(Work::Within(block, merges, body));
            }
            None => self.work.push(Work::Within(block, merges, list)),
        }
    }

    fn node_within(&mut self, block: Block, merges: usize, list: List) {
        let Some(outer) = merges.checked_sub(1) else { return self.leaf(block, list) };
        let follow = self.merges[block][outer];
        if let Some(label) = self.block_label[follow].expand() {
            let node = self.push(list, Stmt::Block { label, body: Vec::new() }, self.func.blocks[block].pc);
            let body = self.new_list();
            self.children.push((node, body, None));
            // Last in, first out: the inside of the block, then what follows.
            self.work.push(Work::Tree(follow, list));
            self.work.push(Work::Within(block, outer, body));
        }
    }

    /// The block itself, innermost of its Wasm blocks.
    fn leaf(&mut self, block: Block, list: List) {
        let mut stmts = Vec::new();
        self.content.code(block, &mut stmts);
        self.append(list, stmts);
        let pc = self.func.blocks[block].terminator_pc;
        match self.func.terminator(block) {
            Terminator::Jump(_) => self.work.push(Work::Branch(block, 0, list)),
            Terminator::Branch { .. } => {
                let cond = self.content.selector(block);
                let node = self.push(list, Stmt::If { cond, then: Vec::new(), other: Vec::new() }, pc);
                let (then, other) = (self.new_list(), self.new_list());
                self.children.push((node, then, Some(other)));
                self.work.push(Work::Branch(block, 1, other));
                self.work.push(Work::Branch(block, 0, then));
            }
            Terminator::Switch { targets, default, .. } => {
                let index = self.content.selector(block);
                let label = |target: &crate::ir::Target| self.label_of(block, target.block);
                let labels = targets.iter().filter_map(label).collect();
                if let Some(default) = label(default) {
                    self.push(list, Stmt::BrTable { index, labels, default }, pc);
                }
            }
            Terminator::Return(_)
            | Terminator::TailCall { .. }
            | Terminator::Exit { .. }
            | Terminator::Unreachable => {
                let mut stmts = Vec::new();
                self.content.exit(block, &mut stmts);
                self.append(list, stmts);
            }
        }
    }

    /// The label that leads from a block to another, if it needs one.
    fn label_of(&self, from: Block, to: Block) -> Option<Label> {
        let backward = self.position[to] <= self.position[from];
        if backward { self.loop_label[to].expand() } else { self.block_label[to].expand() }
    }

    fn do_branch(&mut self, block: Block, edge: usize, list: List) {
        let mut stmts = Vec::new();
        self.content.copies(block, edge, &mut stmts);
        self.append(list, stmts);
        let to = self.func.terminator(block).targets()[edge].block;
        match self.label_of(block, to) {
            Some(label) => {
                let pc = self.func.blocks[block].terminator_pc;
                self.push(list, Stmt::Br(label), pc);
            }
            None => self.work.push(Work::Tree(to, list)),
        }
    }
}
