//! For tests of structuring: random graphs, whether a tree does what its
//! function does, and ways to break a tree.

use cranelift_entity::EntityRef;

use super::compare;
use super::random::Random;
use crate::ir;
use crate::pass::Requires;
use crate::tree::lower::lower;
use crate::tree::{Event, Expr, ExprKind, Function, Label, Local, Node, Stmt};
use crate::verify::verify;

/// Whether the tree does what the function does; a run that takes too long
/// says nothing. The inputs follow from the seed.
///
/// # Errors
/// What differs.
pub fn check(func: &ir::Function, tree: &Function, seed: u64) -> Result<(), String> {
    let lowered = lower(tree);
    verify(&lowered, Requires::Blocks).map_err(|error| error.to_string())?;
    compare(func, &lowered, seed)
}

/// A random graph whose blocks ask the host where to go and hand values round:
/// each block has three parameters, and edges permute them.
pub fn graph(mut random: Random) -> ir::Function {
    let count = 3 + random.below(22) as usize;
    let mut func = ir::Function::new("graph", 0x1000, ir::Kind::Regular);
    func.results.push(ir::Param { name: "a0".into(), ty: ir::Type::I64 });
    let blocks: Vec<ir::Block> =
        (0..count).map(|index| func.add_block(Some(0x1000 + 4 * index as u64))).collect();
    for &block in &blocks {
        for name in ["a0", "a1", "a2"] {
            func.add_param(block, ir::Type::I64, Some(name.into()));
        }
    }
    for name in ["a0", "a1", "a2"] {
        func.params.push(ir::Param { name: name.into(), ty: ir::Type::I64 });
    }
    for (index, &block) in blocks.iter().enumerate() {
        let params = func.blocks[block].params.clone();
        let mut builder = ir::Builder::new(&mut func, block);
        builder.pc = Some(0x1000 + 4 * index as u64);
        let id = builder.i32(index as i32);
        let answer = builder.call(ir::Call::Host(ir::HostFn::Counter), vec![id], Vec::new())[0];
        let sum = builder.op(ir::Op::I64Add, &[params[0], params[1]]);
        let all = [params[0], params[1], params[2], params[2], sum, answer];
        let mut target = || {
            let args = (0..3).map(|_| random.pick(&all)).collect();
            // The entry is jumped to by nobody.
            let block = blocks[1 + random.below(count as u64 - 1) as usize];
            ir::Target { block, args }
        };
        let (first, second, third) = (target(), target(), target());
        let end = match random.below(10) {
            0 | 1 => ir::Terminator::Return(vec![sum]),
            2 | 3 => ir::Terminator::Jump(first),
            4..=7 => {
                let cond = builder.op(ir::Op::I32WrapI64, &[answer]);
                let one = builder.i32(1);
                let cond = builder.op(ir::Op::I32And, &[cond, one]);
                ir::Terminator::Branch { cond, then: first, other: second }
            }
            _ => {
                let three = builder.i64(3);
                let masked = builder.op(ir::Op::I64And, &[answer, three]);
                let index = builder.op(ir::Op::I32WrapI64, &[masked]);
                ir::Terminator::Switch { index, targets: vec![first, second], default: third }
            }
        };
        builder.terminate(end);
    }
    func
}

/// One way to break a tree; `false` where there is nothing to break.
pub type Mutation = fn(&mut Function, &mut Random) -> bool;

/// The ways by name.
pub const MUTATIONS: [(&str, Mutation); 7] = [
    // What would come of locals given to two values at once.
    ("one local for two values", |tree, random| {
        let types: Vec<ir::Type> = tree.locals.values().map(|data| data.ty).collect();
        let all: Vec<Local> = tree.locals.keys().collect();
        change(tree, random, |stmt| match stmt {
            Stmt::Set { local, .. } => {
                let ty = types[local.index()];
                let other = all.iter().find(|other| *other != local && types[other.index()] == ty);
                other.map(|&other| *local = other).is_some()
            }
            _ => false,
        })
    }),
    // What would come of expressions moved past what they depend on.
    ("a load after the store behind it", |tree, random| {
        let mut neighbours = Vec::new();
        let mut before = None;
        tree.walk(&tree.body, |event| match event {
            Event::Leaf(node) => neighbours.extend(before.replace(node).map(|before| (before, node))),
            _ => before = None,
        });
        let loads = |stmt: &Stmt| matches!(stmt, Stmt::Set { .. }) && format!("{stmt:?}").contains("Load");
        neighbours.retain(|&(first, second)| {
            loads(&tree.nodes[first].stmt) && matches!(tree.nodes[second].stmt, Stmt::Store { .. })
        });
        if neighbours.is_empty() {
            return false;
        }
        let (first, second) = random.pick(&neighbours);
        let stmt = std::mem::replace(&mut tree.nodes[first].stmt, Stmt::Nop);
        tree.nodes[first].stmt = std::mem::replace(&mut tree.nodes[second].stmt, stmt);
        true
    }),
    ("swapped arms", |tree, random| {
        change(tree, random, |stmt| match stmt {
            Stmt::If { cond, .. } | Stmt::BrIf { cond, .. } => {
                let old = std::mem::replace(cond, Expr::new(ExprKind::Const(ir::Const::I32(0))));
                *cond = Expr::new(ExprKind::Op(ir::Op::I32Eqz, vec![old]));
                true
            }
            _ => false,
        })
    }),
    ("lost assignment", |tree, random| {
        change(tree, random, |stmt| {
            let found = matches!(stmt, Stmt::Set { .. });
            if found {
                *stmt = Stmt::Nop;
            }
            found
        })
    }),
    ("lost store", |tree, random| {
        change(tree, random, |stmt| {
            let found = matches!(stmt, Stmt::Store { .. });
            if found {
                *stmt = Stmt::Nop;
            }
            found
        })
    }),
    ("lost back edge", |tree, random| {
        let loops: Vec<Label> = tree
            .nodes
            .values()
            .filter_map(|data| if let Stmt::Loop { label, .. } = data.stmt { Some(label) } else { None })
            .collect();
        change(tree, random, |stmt| {
            let found = matches!(stmt, Stmt::BrIf { label, .. } if loops.contains(label));
            if found {
                *stmt = Stmt::Nop;
            }
            found
        })
    }),
    ("changed constant", |tree, random| {
        change(tree, random, |stmt| match stmt {
            Stmt::Set { value: Expr { kind: ExprKind::Op(_, args), .. }, .. } => match args.last_mut() {
                Some(Expr { kind: ExprKind::Const(ir::Const::I64(value)), .. }) => {
                    *value = value.wrapping_add(1);
                    true
                }
                _ => false,
            },
            _ => false,
        })
    }),
];

/// Applies a change to one statement that it fits, chosen at random.
fn change(tree: &mut Function, random: &mut Random, apply: impl Fn(&mut Stmt) -> bool) -> bool {
    let mut printed = Vec::new();
    tree.walk(&tree.body, |event| {
        if let Event::Leaf(node) | Event::Open(node) = event {
            printed.push(node);
        }
    });
    let start = random.below(printed.len() as u64) as usize;
    let order: Vec<Node> = printed[start..].iter().chain(&printed[..start]).copied().collect();
    order.into_iter().any(|node| apply(&mut tree.nodes[node].stmt))
}
