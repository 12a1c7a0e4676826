//! Functions are run before and after their loops are outlined: the parts are run
//! where they are called.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::run;
use crate::interpret::{Callee, End, Host, Machine, Reply, World};
use crate::ir::{Const, Function, Signature};
use crate::pass::{Context, Requires};
use crate::testing::generate;
use crate::testing::random::Random;
use crate::text::{parse, print};
use crate::verify::verify;

/// Sums i × j for i and j below a0.
const SUMS: &str = "function $f 0x1000 regular (a0: i64) -> (a0: i64) {
  entered_once
block0(v0: i64 \"a0\"):
  v1 = i64.const 0
  v2 = i64.const 1
  jump block1(v1, v1)
block1(v3: i64 \"a4\", v4: i64 \"a5\"): ;; 1004
  jump block2(v1, v4)
block2(v5: i64 \"a3\", v6: i64 \"a5\"): ;; 1008
  v7 = i64.mul v3, v5
  v8 = i64.add v6, v7
  v9 = i64.add v5, v2
  v10 = i64.lt_u v9, v0
  branch v10, block2(v9, v8), block3
block3: ;; 1010
  v11 = i64.add v3, v2
  v12 = i64.lt_u v11, v0
  branch v12, block1(v11, v8), block4
block4: ;; 1018
  return v8
}
";

/// Looks for the first i and j with 3i + j = a0, both below a1; calls something that
/// may leave on each turn. What the last call gave is used behind the loop; there
/// are two ways out, and one exit.
const SEARCH: &str = "function $f 0x1000 regular (a0: i64, a1: i64) -> (a0: i64) may_exit {
  callee $step(i64, i64) -> (i64) may_exit
  entered_once
block0(v0: i64 \"a0\", v1: i64 \"a1\"):
  v2 = i64.const 0
  v3 = i64.const 1
  v4 = i64.const 3
  jump block1(v2)
block1(v5: i64 \"a4\"): ;; 1004
  v6 = i64.mul v5, v4
  v7 = call $step(v5, v0) exits leave(s0: v6, s1: v0) ;; 1008
  v8 = i64.eq v7, v4
  branch v8, block6, block2(v2)
block2(v9: i64 \"a3\"):
  v10 = i64.add v6, v9
  v11 = i64.eq v10, v0
  branch v11, block5(v9, v5), block3
block3:
  v12 = i64.add v9, v3
  v13 = i64.lt_u v12, v1
  branch v13, block2(v12), block4
block4:
  v14 = i64.add v5, v3
  v15 = i64.lt_u v14, v1
  branch v15, block1(v14), block5(v4, v2)
block5(v16: i64, v17: i64):
  v18 = i64.mul v16, v7
  v19 = i64.sub v18, v17
  return v19
block6:
  exit jump v6 (a0: v5, a1: v7)
}
";

/// Runs parts where they are called, and answers other calls by what is handed over.
struct Parts<'a> {
    parts: &'a [Function],
    machine: Machine,
    log: Vec<String>,
    /// How many calls of parts there were.
    turns: u32,
    /// A part did not come to an end that a call can have.
    broken: Option<End>,
}

impl Host for Parts<'_> {
    fn call(&mut self, world: &mut World, callee: Callee, signature: &Signature, args: &[Const]) -> Reply {
        let part = self.parts.iter().find(|part| callee == Callee::Named(part.name.clone()));
        if let Some(part) = part {
            self.turns += 1;
            return match self.machine.run(part, args, world, self) {
                End::Returned(results) => Reply::Results(results),
                End::Exited(reason) => Reply::Left(reason.status()),
                End::Left(status) => Reply::Left(status),
                other => {
                    self.broken = Some(other);
                    Reply::Results(signature.results.iter().map(|&ty| Const::zero(ty)).collect())
                }
            };
        }
        let mut hasher = DefaultHasher::new();
        (&callee, args, &world.memory, self.log.len()).hash(&mut hasher);
        let mut random = Random::new(hasher.finish());
        self.log.push(format!("{callee:?}{args:?}"));
        if signature.may_exit && random.below(12) == 0 {
            return Reply::Left(2);
        }
        let small = |ty, random: &mut Random| match Const::zero(ty) {
            Const::I64(_) => Const::I64(random.below(5) as i64),
            _ => random.constant(ty),
        };
        Reply::Results(signature.results.iter().map(|&ty| small(ty, &mut random)).collect())
    }
}

/// What a run shows, and how often parts were called.
fn show(func: &Function, args: &[Const], steps: u64) -> ((End, World, Vec<String>), u32) {
    let mut random = Random::new(args.len() as u64);
    let mut world = World { memory: vec![0; 4096], ..World::default() };
    world.memory.iter_mut().for_each(|byte| *byte = random.next() as u8 & 0x8f);
    let machine = Machine { steps, nan: 0 };
    let mut host = Parts { parts: &func.parts, machine, log: Vec::new(), turns: 0, broken: None };
    let end = match machine.run(func, args, &mut world, &mut host) {
        // The same to whoever called the function.
        End::Exited(reason) => End::Left(reason.status()),
        other => other,
    };
    ((host.broken.unwrap_or(end), world, host.log), host.turns)
}

/// Outlines the loops of a valid function.
fn outlined(before: &Function) -> Function {
    verify(before, Requires::Ssa).expect("the function before is valid");
    let mut after = before.clone();
    run(&mut after, &Context::default());
    for func in after.parts.iter().chain([&after]) {
        verify(func, Requires::Ssa).unwrap_or_else(|why| panic!("{why}\n{}", print(func)));
    }
    after
}

#[track_caller]
fn assert_same(before: &Function, after: &Function, args: &[Const]) -> u32 {
    const STEPS: u64 = 20_000;
    let (first, _) = show(before, args, STEPS);
    if matches!(first.0, End::OutOfSteps | End::Trapped(_)) {
        return 0;
    }
    let (second, turns) = show(after, args, 4 * STEPS);
    let texts = || [before, after].into_iter().chain(&after.parts).map(print).collect::<String>();
    assert_eq!(first, second, "{args:?}\n{}", texts());
    turns
}

#[test]
fn one_turn_of_the_outer_loop_becomes_a_function() {
    let after = outlined(&parse(SUMS).expect("the text parses"));
    assert_eq!(
        print(&after),
        r#"function $f 0x1000 regular (a0: i64) -> (a0: i64) {
  callee $"f@1004.loop"(i64, i64, i64) -> (i64, i64, i64, i32)
  entered_once
block0(v0: i64 "a0"):
  v1 = i64.const 0
  v2 = i64.const 1
  jump block5(v1, v1)
block5(v13: i64 "a4", v14: i64 "a5"):                   ;; 1004
  v15, v16, v17, v18 = call $"f@1004.loop"(v13, v14, v0)  ;; 1004
  branch v18, block4, block5(v15, v16)
block4:                                                 ;; 1018
  return v17
}
"#
    );
    let [part] = &after.parts[..] else { panic!("one part") };
    assert_eq!(
        print(part),
        r#"function $"f@1004.loop" 0x1004 regular (a4: i64, a5: i64, a0: i64) -> (slot.0: i64, slot.1: i64, tmp: i64, way: i32) {
block5(v13: i64 "a4", v14: i64 "a5", v0: i64 "a0"):     ;; 1004
  v1 = i64.const 0
  v2 = i64.const 1
  jump block2(v1, v14)
block2(v5: i64 "a3", v6: i64 "a5"):                     ;; 1008
  v7 = i64.mul v13, v5
  v8 = i64.add v6, v7
  v9 = i64.add v5, v2
  v10 = i64.lt_u v9, v0
  branch v10, block2(v9, v8), block3
block3:                                                 ;; 1010
  v11 = i64.add v13, v2
  v12 = i64.lt_u v11, v0
  branch v12, block6, block7
block6:
  v15 = i32.const 0
  return v11, v8, v8, v15
block7:
  v16 = i64.undef
  v17 = i64.undef
  v18 = i32.const 1
  return v16, v17, v8, v18
}
"#
    );
}

#[test]
fn an_outlined_loop_computes_the_same() {
    let before = parse(SUMS).expect("the text parses");
    let after = outlined(&before);
    for a0 in 0..12 {
        let turns = assert_same(&before, &after, &[Const::I64(a0)]);
        assert_eq!(turns, (a0 as u32).max(1), "a call for each turn");
    }
}

#[test]
fn each_way_out_is_taken_with_its_values() {
    let before = parse(SEARCH).expect("the text parses");
    let after = outlined(&before);
    let [part] = &after.parts[..] else { panic!("one part") };
    assert!(part.may_exit, "a call in it may leave");
    let mut ends = [0; 2];
    for a0 in 0..20 {
        for a1 in 0..7 {
            let args = [Const::I64(a0), Const::I64(a1)];
            assert!(assert_same(&before, &after, &args) > 0);
            ends[usize::from(matches!(show(&before, &args, 20_000).0.0, End::Left(_)))] += 1;
        }
    }
    assert!(ends.iter().all(|&count| count > 10), "some inputs return and some leave: {ends:?}");
}

#[test]
fn random_functions_do_the_same() {
    let mut with_parts = 0;
    for seed in 0..1500 {
        let mut before = generate::function(seed);
        crate::promote::run(&mut before, &Context::default());
        crate::dce::run(&mut before, &Context::default());
        before.entered_once = true;
        let after = outlined(&before);
        with_parts += usize::from(!after.parts.is_empty());
        for input in 0..3 {
            let mut random = Random::new(seed * 3 + input);
            let args: Vec<Const> = before
                .params
                .iter()
                .map(|param| match param.name.as_str() {
                    "sp" => Const::I64(0x1_0000 + 4096 - 256),
                    _ => random.constant(param.ty),
                })
                .collect();
            assert_same(&before, &after, &args);
        }
    }
    assert!(with_parts > 50, "{with_parts} functions have loops that are outlined");
}

#[test]
fn other_functions_and_loops_stay() {
    let stays = |text: &str| {
        let before = parse(text).expect("the text parses");
        let after = outlined(&before);
        assert!(after.parts.is_empty(), "{}", print(&after));
        assert_eq!(print(&before), print(&after));
    };
    stays(&SUMS.replace("  entered_once\n", ""));
    let sideways = SUMS
        .replace("regular (a0: i64) -> (a0: i64)", "sideways () -> () may_exit")
        .replace("block0(v0: i64 \"a0\"):", "block0:\n  v0 = state.get a0")
        .replace("return v8", "exit return v8 (a0: v8)");
    stays(&sideways);
    // The inner loop ends after one turn, so that there is but one loop.
    stays(&SUMS.replace("branch v10, block2(v9, v8), block3", "jump block3"));
}

/// Sums with as many values beside them that each turn reads.
fn with_inputs(count: u32) -> String {
    let defined: String = (0..count).map(|n| format!("  v{} = i64.mul v0, v0\n", 100 + n)).collect();
    let read: String =
        (0..count).map(|n| format!("  v{} = i64.xor v{}, v{}\n", 201 + n, 200 + n, 100 + n)).collect();
    SUMS.replace("  jump block1(v1, v1)", &format!("{defined}  jump block1(v1, v1)"))
        .replace("  v11 = i64.add v3, v2", &format!("  v200 = i64.add v8, v3\n{read}  v11 = i64.add v3, v2"))
        .replace("block1(v11, v8), block4", &format!("block1(v11, v{}), block4", 200 + count))
}

#[test]
fn a_loop_that_takes_too_much_stays() {
    let parts = |count| outlined(&parse(&with_inputs(count)).expect("the text parses")).parts.len();
    // It takes i, the sum and a0 beside them.
    let most = super::MAX_PARAMS as u32 - 3;
    assert_eq!([parts(most), parts(most + 1)], [1, 0]);
}

#[test]
fn a_loop_that_gives_too_much_stays() {
    let with_outputs = |count: u32| {
        let defined: String = (0..count).map(|n| format!("  v{} = i64.mul v8, v3\n", 100 + n)).collect();
        let read: String =
            (0..count).map(|n| format!("  v{} = i64.xor v{}, v{}\n", 201 + n, 200 + n, 100 + n)).collect();
        SUMS.replace("  v11 = i64.add v3, v2", &format!("{defined}  v11 = i64.add v3, v2"))
            .replace("  return v8", &format!("  v200 = i64.add v0, v0\n{read}  return v{}", 200 + count))
    };
    let parts = |count| outlined(&parse(&with_outputs(count)).expect("the text parses")).parts.len();
    // i, the sum and the way go beside them.
    let most = super::MAX_RESULTS as u32 - 3;
    assert_eq!([parts(most), parts(most + 1)], [1, 0]);
}
