//! From the IR to the tree: the order of the stages.

use std::collections::BTreeMap;

use cranelift_entity::{PrimaryMap, SecondaryMap};

use super::ends::repeat_small_ends;
use super::sink::sink_state_reads;
use super::tee::merge_assignments;
use super::{Function, Stmt};
use crate::cfg::{Cfg, drop_unreachable};
use crate::ir::{self, Block, Target, Terminator, Value};
use crate::locals::Assignment;
use crate::structure::{structure, tidy};
use crate::treeify::{Emitter, Plan, Uses};
use crate::{irreducible, tree};

/// A step of [`build`].
#[derive(Clone, Copy, Debug)]
pub struct Stage {
    /// Its name: that of its file in `passes/src` or `passes/src/tree`.
    pub name: &'static str,
    /// One line on what it does.
    pub description: &'static str,
}

/// What [`build`] does, in order. All of it, always: without any of these there
/// is no text. So they cannot be chosen as passes can.
pub const STAGES: &[Stage] = &[
    Stage { name: "ends", description: "give each jump to a small common end an end of its own" },
    Stage { name: "irreducible", description: "give each loop one entry" },
    Stage { name: "sink", description: "read the state where it is used first" },
    Stage { name: "treeify", description: "put values into the expressions that use them" },
    Stage { name: "locals", description: "give the other values locals" },
    Stage { name: "structure", description: "make blocks, loops and ifs of the graph" },
    Stage { name: "tee", description: "set locals in the expressions that read them" },
];

/// Structures a function: control flow, expressions, locals. The function may
/// have variables (as lifted) or not (after `promote`).
///
/// # Panics
/// If a block has no terminator or the function no block: such functions do not
/// pass the verifier.
pub fn build(func: &ir::Function) -> Function {
    build_from(func.clone())
}

/// The same for a function that is not needed afterwards.
///
/// # Panics
/// As [`build`].
pub fn build_from(mut func: ir::Function) -> Function {
    drop_unreachable(&mut func);
    repeat_small_ends(&mut func);
    drop_unreachable(&mut func);
    irreducible::reduce(&mut func);
    sink_state_reads(&mut func);
    split_switch_edges(&mut func);
    let uses = Uses::new(&func);
    let plan = Plan::new(&func, &uses);
    let assignment = Assignment::new(&func, &Cfg::of(&func), &uses, &plan);
    skip_empty_blocks(&mut func, &uses, &plan, &assignment);

    drop_unreachable(&mut func);
    let mut emitter = Emitter::new(&func, &uses, &plan, assignment);
    let labels = emitter.prepare(&func.layout);
    let mut tree = Function {
        name: func.name.clone(),
        address: func.address,
        kind: func.kind,
        params: func.params.len(),
        results: func.results.iter().map(|result| result.ty).collect(),
        may_exit: func.may_exit,
        locals: PrimaryMap::new(),
        labels,
        nodes: PrimaryMap::new(),
        body: Vec::new(),
        leaves: Vec::new(),
        leave_from: 0,
        status: None,
    };
    let statements = func.layout.iter().map(|&block| plan.roots(block).len() + 2).sum();
    tree.nodes.reserve(statements);
    structure(&func, &mut emitter, &mut tree);
    tidy(&mut tree);
    merge_assignments(&mut tree);
    let (assignment, leaves, status) = emitter.finish();
    tree.locals = assignment.locals;
    tree.leaves = leaves;
    tree.status = status;
    tree.leave_from = first_leaving(&tree);
    close(&mut tree);
    tree
}

/// Gives each edge of a switch that hands over values a block of its own, where
/// they can be assigned; edges that hand over the same to the same block share
/// one.
fn split_switch_edges(func: &mut ir::Function) {
    for block in func.layout.clone() {
        if !matches!(func.terminator(block), Terminator::Switch { .. }) {
            continue;
        }
        let pc = func.blocks[block].terminator_pc;
        let mut split: BTreeMap<(Block, Vec<Value>), Block> = BTreeMap::new();
        let mut terminator = func.blocks[block].terminator.take();
        for target in terminator.iter_mut().flat_map(Terminator::targets_mut) {
            if target.args.is_empty() {
                continue;
            }
            let key = (target.block, std::mem::take(&mut target.args));
            let between = split.get(&key).copied().unwrap_or_else(|| {
                let between = func.add_block(None);
                let to = Target { block: key.0, args: key.1.clone() };
                func.blocks[between].terminator = Some(Terminator::Jump(to));
                func.blocks[between].terminator_pc = pc;
                split.insert(key, between);
                between
            });
            target.block = between;
        }
        func.blocks[block].terminator = terminator;
    }
}

/// Leads edges past blocks in which nothing happens now that values that are
/// handed over share their locals.
fn skip_empty_blocks(func: &mut ir::Function, uses: &Uses, plan: &Plan, assignment: &Assignment) {
    let mut forward: SecondaryMap<Block, Option<Target>> = SecondaryMap::new();
    for &block in func.layout.iter().skip(1) {
        let Terminator::Jump(target) = func.terminator(block) else { continue };
        let stays = |(param, arg): (Value, Value)| {
            plan.inlined(func, arg).is_none() && assignment.value(param) == assignment.value(arg)
        };
        let empty = target.block != block
            && plan.roots(block).is_empty()
            && !func.blocks[block].params.iter().any(|&param| uses.is_live_param(param))
            && uses.live_args(func, target).all(stays);
        if empty {
            forward[block] = Some(target.clone());
        }
    }
    let limit = func.layout.len();
    for &block in &func.layout {
        let Some(terminator) = &mut func.blocks[block].terminator else { continue };
        for target in terminator.targets_mut() {
            // A ring of empty blocks is an endless loop and stays one.
            for _ in 0..limit {
                match &forward[target.block] {
                    Some(next) if next.block != block => *target = next.clone(),
                    _ => break,
                }
            }
        }
    }
}

/// The first statement of the body in which a call may leave.
fn first_leaving(tree: &Function) -> usize {
    if tree.leaves.is_empty() {
        return 0;
    }
    let leaves = |list: &[super::Node]| {
        let mut found = false;
        tree.walk(list, |event| {
            if let super::Event::Leaf(node) | super::Event::Open(node) = event {
                found |= stmt_leaves(&tree.nodes[node].stmt);
            }
        });
        found
    };
    tree.body.iter().position(|&node| leaves(&[node])).unwrap_or(0)
}

fn stmt_leaves(stmt: &Stmt) -> bool {
    let mut found = matches!(stmt, Stmt::Call { call, .. } if call.leave.is_some());
    for expr in stmt.exprs() {
        expr.for_each(&mut |expr| {
            found |= matches!(&expr.kind, tree::ExprKind::Call(call) if call.leave.is_some());
        });
    }
    found
}

/// Ends the body with a statement that the validator knows to be the end.
fn close(tree: &mut Function) {
    let ends = tree.body.last().is_some_and(|&last| tree.nodes[last].stmt.is_transfer());
    if !ends {
        let node = tree.nodes.push(super::NodeData { stmt: Stmt::Unreachable, pc: None });
        tree.body.push(node);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stage_is_a_file() {
        let sources = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
        for stage in STAGES {
            let file = format!("{}.rs", stage.name);
            let exists = sources.join(&file).exists() || sources.join("tree").join(&file).exists();
            assert!(exists, "{file} is missing");
            assert!(crate::pass::find(stage.name).is_none(), "{} is a pass", stage.name);
        }
    }
}
