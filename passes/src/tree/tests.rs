//! Runs random functions before and after structuring: the tree, lowered to IR
//! again, must do what the graph did. Broken trees must be found out.

use cranelift_entity::EntityRef;

use super::{Function, Stmt, build};
use crate::ir;
use crate::pass::{Context, Requires};
use crate::testing::random::Random;
use crate::testing::structure::{MUTATIONS, check, graph};
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

#[test]
fn random_graphs_take_the_same_way() {
    let mut irreducible = 0;
    for seed in 0..600 {
        let func = graph(Random::new(seed));
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
            let func = graph(Random::new(seed));
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
    if seed.is_multiple_of(2) { graph(Random::new(seed)) } else { random(seed, true) }
}

#[test]
fn stages_on_the_graph_change_nothing() {
    for (name, stage, _) in SPOILED {
        for seed in 0..300 {
            let before = staged(seed);
            let mut after = before.clone();
            stage(&mut after);
            crate::cfg::drop_unreachable(&mut after);
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
        let row: Vec<(usize, usize)> =
            (0..n - 1).flat_map(|index| [(index, index), (index, index + 1)]).collect();
        for edges in [exits, loops, switch, row] {
            let tree = structure_edges(n, &edges);
            let mut steps = 0;
            tree.walk(&tree.body, |_| steps += 1);
            assert!(steps >= n);
        }
    });
}
