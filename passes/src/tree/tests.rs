//! Runs random functions before and after structuring: the tree, lowered to IR
//! again, must do what the graph did. Broken trees must be found out.

use cranelift_entity::EntityRef;

use super::lower::lower;
use super::{Expr, ExprKind, Function, Node, Stmt, build};
use crate::ir;
use crate::pass::{Context, Requires};
use crate::testing::random::Random;
use crate::testing::{compare, generate};
use crate::verify::verify;

/// A random function; with `ssa` after `promote`.
fn random(seed: u64, ssa: bool) -> ir::Function {
    let mut func = if seed.is_multiple_of(4) {
        generate::sized(Random::new(seed), 40, 3)
    } else {
        generate::function(seed)
    };
    if ssa {
        crate::promote::run(&mut func, &Context::default());
        crate::dce::run(&mut func, &Context::default());
    }
    func
}

/// Whether the tree does what the function does; a run that takes too long
/// says nothing.
fn check(func: &ir::Function, tree: &Function, seed: u64) -> Result<(), String> {
    let lowered = lower(tree);
    verify(&lowered, Requires::Blocks).map_err(|error| error.to_string())?;
    compare(func, &lowered, seed)
}

#[test]
fn structured_functions_do_what_the_graph_did() {
    for seed in 0..400 {
        for ssa in [false, true] {
            let func = random(seed, ssa);
            if let Err(error) = check(&func, &build(&func), seed) {
                panic!("ssa {ssa}: {error}");
            }
        }
    }
}

#[test]
fn structured_functions_do_what_the_passes_made() {
    for seed in 0..400 {
        let mut func = random(seed, false);
        let passes = crate::pass::pipeline(3);
        let run = crate::pass::run(&passes, &mut func, &Context::default(), &mut crate::pass::Silent);
        run.unwrap_or_else(|never| match never {});
        if let Err(error) = check(&func, &build(&func), seed) {
            panic!("{error}");
        }
    }
}

/// What happens before a branch happens, whatever edge is taken: also where the
/// one edge passes on what became of a result.
#[test]
fn an_effect_stays_before_the_branch() {
    let func = crate::text::parse(
        "function $f 0x1000 regular (a: i32, b: i32) -> (r: i64) {
        block0(v0: i32, v1: i32):
          v2 = i32.const 64
          v3 = i32.atomic.rmw.add v2, v0
          v4 = i64.extend_i32_s v3
          v7 = i32.const 1
          v8 = i32.and v1, v7
          branch v8, block1(v4), block2
        block2:
          v5 = i64.const 7
          jump block1(v5)
        block1(v6: i64):
          i64.store v2 offset=8, v6
          i64.store v2 offset=16, v6
          i64.store v2 offset=24, v6
          i64.store v2 offset=32, v6
          i64.store v2 offset=40, v6
          return v6
        }",
    )
    .expect("the text parses");
    let tree = build(&func);
    let mut printed = Vec::new();
    tree.walk(&tree.body, |event| {
        if let super::Event::Leaf(node) | super::Event::Open(node) = event {
            printed.push(&tree.nodes[node].stmt);
        }
    });
    let branch = printed.iter().position(|stmt| matches!(stmt, Stmt::If { .. } | Stmt::BrIf { .. }));
    let effect = printed.iter().position(|stmt| format!("{stmt:?}").contains("Atomic"));
    assert!(effect.expect("the effect is there") < branch.expect("the branch is there"), "{printed:#?}");
}

#[test]
fn locals_have_names_of_their_own() {
    for seed in 0..100 {
        let tree = build(&random(seed, true));
        let names: std::collections::BTreeSet<&str> =
            tree.locals.values().map(|data| data.name.as_str()).collect();
        assert_eq!(names.len(), tree.locals.len());
        assert!(names.iter().all(|name| !name.is_empty()));
    }
}

/// One way to break a tree; `false` where there is nothing to break.
type Mutation = fn(&mut Function, &mut Random) -> bool;

const MUTATIONS: [(&str, Mutation); 7] = [
    // What would come of locals given to two values at once.
    ("one local for two values", |tree, random| {
        let types: Vec<ir::Type> = tree.locals.values().map(|data| data.ty).collect();
        let all: Vec<super::Local> = tree.locals.keys().collect();
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
            super::Event::Leaf(node) => neighbours.extend(before.replace(node).map(|before| (before, node))),
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
        let loops: Vec<super::Label> = tree
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
        if let super::Event::Leaf(node) | super::Event::Open(node) = event {
            printed.push(node);
        }
    });
    let start = random.below(printed.len() as u64) as usize;
    let order: Vec<Node> = printed[start..].iter().chain(&printed[..start]).copied().collect();
    order.into_iter().any(|node| apply(&mut tree.nodes[node].stmt))
}

#[test]
fn broken_trees_are_found_out() {
    for (name, mutate) in MUTATIONS {
        let (mut broken, mut found) = (0, 0);
        for seed in 0..400 {
            let func = random(seed, true);
            let mut tree = build(&func);
            if mutate(&mut tree, &mut Random::new(seed)) {
                broken += 1;
                // One way through a graph need not come by what is broken.
                found += u32::from((0..4).any(|way| check(&func, &tree, 4 * seed + way).is_err()));
            }
        }
        // Many a mutation hits code that no input reaches.
        assert!(broken >= 20 && found * 40 >= broken, "{name}: {found} of {broken}");
    }
}

/// A random graph whose blocks ask the host where to go and hand values round:
/// each block has three parameters, and edges permute them.
fn graph(seed: u64) -> ir::Function {
    let mut random = Random::new(seed);
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

#[test]
fn random_graphs_take_the_same_way() {
    let mut irreducible = 0;
    for seed in 0..600 {
        let func = graph(seed);
        irreducible += u32::from(!crate::cfg::Cfg::new(&func).is_reducible());
        if let Err(error) = check(&func, &build(&func), seed) {
            panic!("{error}");
        }
    }
    assert!(irreducible > 100, "{irreducible} of 600 were irreducible");
}

#[test]
fn broken_graphs_are_found_out() {
    for (name, mutate) in
        MUTATIONS.iter().filter(|(name, _)| !name.contains("store") && !name.contains("constant"))
    {
        let (mut broken, mut found) = (0, 0);
        for seed in 0..200 {
            let func = graph(seed);
            let mut tree = build(&func);
            if mutate(&mut tree, &mut Random::new(seed)) {
                broken += 1;
                found += u32::from(check(&func, &tree, seed).is_err());
            }
        }
        assert!(broken >= 20 && found * 2 >= broken, "{name}: {found} of {broken}");
    }
}

/// A stage that goes from IR to IR, and what happens if it does its work wrongly;
/// `false` where it has nothing to do.
type Spoiled = (&'static str, fn(&mut ir::Function), fn(&mut ir::Function) -> bool);

const SPOILED: [Spoiled; 3] = [
    ("irreducible", reduce, |func| {
        let blocks = func.layout.len();
        reduce(func);
        // The dispatch of a loop with several entries goes the wrong way.
        let added = func.layout.iter().copied().filter(|block| block.index() >= blocks);
        let added: Vec<ir::Block> = added.collect();
        added.into_iter().any(|block| match &mut func.blocks[block].terminator {
            Some(ir::Terminator::Switch { targets, default, .. }) => {
                std::mem::swap(&mut targets[0], default);
                true
            }
            Some(ir::Terminator::Branch { then, other, .. }) => {
                std::mem::swap(then, other);
                true
            }
            _ => false,
        })
    }),
    ("ends", super::ends::repeat_small_ends, |func| {
        let blocks = func.layout.len();
        super::ends::repeat_small_ends(func);
        // The repeated end returns something else.
        let added: Vec<ir::Block> =
            func.layout.iter().copied().filter(|block| block.index() >= blocks).collect();
        added.into_iter().any(|block| {
            let params = func.blocks[func.entry()].params.clone();
            match &mut func.blocks[block].terminator {
                Some(ir::Terminator::Return(values)) => {
                    values[0] = if values[0] == params[0] { params[1] } else { params[0] };
                    true
                }
                _ => false,
            }
        })
    }),
    ("sink", super::sink::sink_state_reads, |func| {
        // Reads sink, whatever is in the way.
        let mut right = func.clone();
        super::sink::sink_state_reads(&mut right);
        super::sink::sink(func, |_, _, _, _, _| true);
        crate::text::print(&right) != crate::text::print(func)
    }),
];

fn reduce(func: &mut ir::Function) {
    crate::irreducible::reduce(func);
}

/// A function for a stage: a graph, or one that reads and writes the state.
fn staged(seed: u64) -> ir::Function {
    if seed.is_multiple_of(2) { graph(seed) } else { random(seed, true) }
}

#[test]
fn stages_on_the_graph_change_nothing() {
    for (name, stage, _) in SPOILED {
        for seed in 0..300 {
            let before = staged(seed);
            let mut after = before.clone();
            stage(&mut after);
            super::build::drop_unreachable(&mut after);
            verify(&after, Requires::Ssa).unwrap_or_else(|error| panic!("{name}, seed {seed}: {error}"));
            compare(&before, &after, seed).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
    }
}

#[test]
fn spoiled_stages_are_found_out() {
    for (name, _, spoiled) in SPOILED {
        let (mut broken, mut found) = (0, 0);
        for seed in 0..600 {
            let before = staged(seed);
            let mut after = before.clone();
            if spoiled(&mut after) {
                broken += 1;
                found += u32::from((0..4).any(|way| compare(&before, &after, 4 * seed + way).is_err()));
            }
        }
        // Much of what could be wrong is not looked at on any way.
        assert!(broken >= 10 && found * 6 >= broken, "{name}: {found} of {broken}");
    }
}

/// Runs with a small stack, as threads of a pool have.
fn with_small_stack(run: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(256 << 10).spawn(run).expect("a thread");
    thread.join().expect("no overflow");
}

fn structure_edges(count: usize, edges: &[(usize, usize)]) -> Function {
    let mut func = crate::cfg::tests::function_of(count, edges);
    for block in func.layout.clone() {
        // Something that stays, so that no block is empty.
        let fence = func.make_inst(ir::InstKind::Fence, &[], None);
        func.blocks[block].insts.push(fence);
    }
    let start = std::time::Instant::now();
    let tree = build(&func);
    assert!(start.elapsed().as_secs() < 20, "structuring takes more than linear time");
    tree
}

#[test]
fn ten_thousand_blocks_do_not_overflow_the_stack() {
    with_small_stack(|| {
        let n = 10_000;
        // Early exits, each nested in the one before; nested loops; loops that
        // are left at all depths; one switch.
        let mut exits: Vec<(usize, usize)> = (0..n - 1).map(|index| (index, index + 1)).collect();
        exits.extend((0..n - 2).map(|index| (index, n - 1)));
        let mut loops: Vec<(usize, usize)> = (0..n - 1).map(|index| (index, index + 1)).collect();
        loops.extend((n / 2..n - 1).map(|index| (index, n - index)));
        let switch: Vec<(usize, usize)> =
            (1..n - 1).map(|index| (0, index)).chain((1..n - 1).map(|index| (index, n - 1))).collect();
        for edges in [exits, loops, switch] {
            let tree = structure_edges(n, &edges);
            let mut steps = 0;
            tree.walk(&tree.body, |_| steps += 1);
            assert!(steps >= n);
        }
    });
}
