//! That loops are caught where they should be, and mean the same.

mod random;

use super::*;
use crate::interpret::{Callee, End, Host, Machine, Reply, World};
use crate::ir::{BulkOp, Const, InstKind, Signature};
use crate::testing::{assert_pass, compare, parse, validate};
use crate::verify::verify;

fn catch(func: &mut Function) {
    run(func, &Context::default());
}

fn operations(func: &Function) -> usize {
    let insts = func.layout.iter().flat_map(|&block| &func.blocks[block].insts);
    insts.filter(|&&inst| matches!(func.insts[inst].kind, InstKind::Bulk(..))).count()
}

/// A loop that copies words, as compilers write it.
const WORDS: &str = "block0(v0: i64 \"a0\", v1: i64 \"a1\", v2: i64 \"a2\"):
    jump block1(v0, v1)
  block1(v3: i64 \"a0\", v4: i64 \"a1\"):
    v5 = i32.wrap_i64 v4
    v6 = i32.const -65536
    v7 = i32.add v5, v6
    v8 = i64.load v7
    v9 = i32.wrap_i64 v3
    v10 = i32.add v9, v6
    i64.store v10, v8
    v11 = i64.const 8
    v12 \"a0\" = i64.add v3, v11
    v13 \"a1\" = i64.add v4, v11
    v14 = i64.ne v12, v2
    branch v14, block1(v12, v13), block2
  block2:
    return";

#[test]
fn a_loop_that_copies_words_is_asked_how_many() {
    assert_pass(
        run,
        WORDS,
        "block0(v0: i64 \"a0\", v1: i64 \"a1\", v2: i64 \"a2\"):
            jump block3
          block3:
            v15 = i64.sub v2, v0
            v16 = i64.const -8
            v17 = i64.add v15, v16
            v18 = i64.const 128
            v19 = i64.sub v17, v18
            v20 = i64.const 1073741696
            v21 = i64.lt_u v19, v20
            branch v21, block4, block1(v0, v1)
          block4:
            v22 = i32.wrap_i64 v17
            v23 = i32.const 3
            v24 = i32.shr_u v22, v23
            v25 = i32.const -8
            v26 = i32.and v22, v25
            v27 = i32.wrap_i64 v0
            v28 = i32.wrap_i64 v1
            v29 = i32.sub v27, v28
            v30 = i32.ge_u v29, v26
            branch v30, block5, block1(v0, v1)
          block5:
            v31 = i64.extend_i32_u v26
            v32 \"a0\" = i64.add v0, v31
            v33 = i64.extend_i32_u v26
            v34 \"a1\" = i64.add v1, v33
            v35 = i32.wrap_i64 v0
            v36 = i32.const -65536
            v37 = i32.add v35, v36
            v38 = i32.wrap_i64 v1
            v39 = i32.const -65536
            v40 = i32.add v38, v39
            memory.copy v37, v40, v26
            jump block1(v32, v34)
          block1(v3: i64 \"a0\", v4: i64 \"a1\"):
            v5 = i32.wrap_i64 v4
            v6 = i32.const -65536
            v7 = i32.add v5, v6
            v8 = i64.load v7
            v9 = i32.wrap_i64 v3
            v10 = i32.add v9, v6
            i64.store v10, v8
            v11 = i64.const 8
            v12 \"a0\" = i64.add v3, v11
            v13 \"a1\" = i64.add v4, v11
            v14 = i64.ne v12, v2
            branch v14, block1(v12, v13), block2
          block2:
            return",
    );
}

/// What a change of the text makes of the loop: how many operations on memory.
fn caught(change: impl Fn(&str) -> String) -> usize {
    let text = change(WORDS);
    assert_ne!(text, WORDS, "the change finds its place");
    let mut func = parse(&text);
    verify(&func, crate::pass::Requires::Ssa).expect("the text is valid");
    catch(&mut func);
    operations(&func)
}

#[test]
fn places_that_move_by_less_or_more_are_no_copy() {
    let strides = |text: &str, step: &str| {
        text.replace(
            "v13 \"a1\" = i64.add v4, v11",
            &format!("v15 = i64.const {step}\n v13 = i64.add v4, v15"),
        )
    };
    assert_eq!(caught(|text| strides(text, "4")), 0);
    assert_eq!(caught(|text| strides(text, "16")), 0);
    assert_eq!(caught(|text| text.replace("i64.const 8", "i64.const 16")), 0);
    assert_eq!(caught(|text| text.replace("i64.const 8", "i64.const -8")), 1);
}

#[test]
fn what_does_more_than_copy_is_left_alone() {
    // A sum of what is copied.
    let summed = |text: &str| {
        text.replace("jump block1(v0, v1)", "jump block1(v0, v1, v1)")
            .replace("v4: i64 \"a1\")", "v4: i64 \"a1\", v20: i64)")
            .replace("v14 =", "v21 = i64.add v20, v8\n v14 =")
            .replace("block1(v12, v13)", "block1(v12, v13, v21)")
    };
    assert_eq!(caught(summed), 0);
    let changed =
        |text: &str| text.replace("v10, v8", "v10, v15").replace("v9 =", "v15 = i64.xor v8, v2\n v9 =");
    assert_eq!(caught(changed), 0);
    assert_eq!(caught(|text| text.replace("v11 =", "state.set s0, v8\n v11 =")), 0);
    assert_eq!(caught(|text| text.replace("v11 =", "fence\n v11 =")), 0);
    assert_eq!(caught(|text| text.replace("v11 =", "i64.store v7, v8\n v11 =")), 0);
    assert_eq!(caught(|text| text.replace("v11 =", "v15 = i64.load v6\n v11 =")), 0);
    assert_eq!(caught(|text| text.replace("i64.store v10", "i64.store v10 offset=8")), 1);
    assert_eq!(caught(|text| text.replace("i64.store v10", "i64.store32 v10")), 0);
    assert_eq!(caught(|text| text.replace("v14 = i64.ne v12, v2", "v14 = i64.ne v8, v2")), 0);
    assert_eq!(caught(|text| text.replace("v14 = i64.ne v12, v2", "v14 = i64.ne v12, v13")), 0);
    assert_eq!(caught(|text| text.replace("v14 = i64.ne v12, v2", "v14 = i64.eq v12, v2")), 0);
    assert_eq!(caught(|text| text.replace("v14 = i64.ne v12, v2", "v14 = i64.gt_u v12, v2")), 0);
}

#[test]
fn a_store_before_the_load_is_no_copy() {
    let text = WORDS
        .replace("v14 =", "v15 = i64.load v7 offset=8\n i64.store v10 offset=8, v15\n v14 =")
        .replace("i64.const 8", "i64.const 16");
    let mut func = parse(&text);
    catch(&mut func);
    assert_eq!(operations(&func), 1, "the second word is loaded after the first one is stored");
    let text = WORDS
        .replace("v8 = i64.load v7", "v8 = i64.load v7 offset=8")
        .replace("i64.store v10, v8", "i64.store v10 offset=8, v8")
        .replace("v14 =", "v15 = i64.load v7\n i64.store v10, v15\n v14 =")
        .replace("i64.const 8", "i64.const 16");
    let mut func = parse(&text);
    catch(&mut func);
    assert_eq!(operations(&func), 0, "the second word is stored before the first one is loaded");
}

#[test]
fn a_loop_of_few_turns_runs() {
    let masked = |text: &str| {
        text.replace(
            "jump block1(v0, v1)",
            "v15 = i64.const 127\n v16 = i64.and v2, v15\n v17 = i64.add v16, v0\n jump block1(v0, v1)",
        )
        .replace("v14 = i64.ne v12, v2", "v14 = i64.ne v12, v17")
    };
    assert_eq!(caught(masked), 0);
    assert_eq!(caught(|text| masked(text).replace("const 127", "const 255")), 1);
}

#[test]
fn a_word_of_different_bytes_is_no_fill() {
    let fill = |value: &str| {
        let value = format!("v8 = i64.const {value}\n v9 =");
        WORDS.replace("v8 = i64.load v7", "").replace("v9 =", &value)
    };
    let operations_of = |value: &str| {
        let mut func = parse(&fill(value));
        catch(&mut func);
        operations(&func)
    };
    assert_eq!(operations_of("0"), 1);
    assert_eq!(operations_of("-1"), 1);
    assert_eq!(operations_of("72340172838076673"), 1);
    assert_eq!(operations_of("1"), 0);
}

#[test]
fn random_loops_mean_the_same() {
    let mut caught = 0;
    for seed in 0..6000 {
        let before = random::function(seed);
        verify(&before, crate::pass::Requires::Ssa).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        let mut after = before.clone();
        catch(&mut after);
        verify(&after, crate::pass::Requires::Ssa).unwrap_or_else(|error| panic!("seed {seed}: {error}"));
        compare(&before, &after, seed).unwrap_or_else(|error| panic!("{error}"));
        caught += operations(&after);
    }
    assert!(caught > 4000, "{caught} of 6000 were caught");
}

/// Whether some random loop shows that a change of what is built is wrong; only
/// those with one entry, or with more, are changed.
fn is_noticed(one_entry: bool, change: impl Fn(&mut InstKind)) -> bool {
    (0..3000).any(|seed| {
        let before = random::function(seed);
        if Cfg::new(&before).is_reducible() != one_entry {
            return false;
        }
        let mut after = before.clone();
        catch(&mut after);
        for data in after.insts.values_mut().skip(before.insts.len()) {
            change(&mut data.kind);
        }
        compare(&before, &after, seed).is_err()
    })
}

#[test]
fn questions_that_are_not_asked_are_missed() {
    use crate::ir::Op;
    // Whether the regions are apart, whether the bytes are alike, how many.
    for asked in [Op::I32GeU, Op::I64Eq, Op::I32Eqz, Op::I32Ne, Op::I64LtU] {
        let noticed = is_noticed(true, |kind| {
            if matches!(kind, InstKind::Op(op, _) if *op == asked) {
                *kind = InstKind::Const(Const::I32(1));
            }
        });
        assert!(noticed, "{asked}");
    }
}

#[test]
fn turns_left_out_for_nothing_are_missed() {
    for one_entry in [true, false] {
        for dropped in [BulkOp::Copy, BulkOp::Fill] {
            let noticed = is_noticed(one_entry, |kind| {
                if matches!(kind, InstKind::Bulk(op, _) if *op == dropped) {
                    *kind = InstKind::Fence;
                }
            });
            assert!(noticed, "{dropped}, one entry: {one_entry}");
        }
    }
}

/// No call is made.
struct Nobody;

impl Host for Nobody {
    fn call(&mut self, _: &mut World, _: Callee, _: &Signature, _: &[Const]) -> Reply {
        Reply::Left(0)
    }
}

#[test]
fn a_copy_that_fails_in_the_middle_still_fails() {
    let mut func = parse(WORDS);
    catch(&mut func);
    let mut world = World { memory: vec![7; 512], ..World::default() };
    let args = [0x1_0000 + 256, 0x1_0000, 0x1_0000 + 1024].map(Const::I64);
    let end = Machine { steps: 1000, nan: 0 }.run(&func, &args, &mut world, &mut Nobody);
    assert!(matches!(end, End::Trapped(_)), "{end:?}");
}

#[test]
fn random_functions_mean_the_same() {
    validate(&["promote"], 0..300, catch).unwrap_or_else(|error| panic!("{error}"));
    let prepare = ["promote", "peephole", "gvn", "narrow", "peephole", "rebase"];
    validate(&prepare, 300..900, catch).unwrap_or_else(|error| panic!("{error}"));
}
