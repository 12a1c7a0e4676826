//! Loops by hand, and random ones that must mean the same.

use super::*;
use crate::dce;
use crate::testing::random::Random;
use crate::testing::{compare, validate};

fn clean(func: &mut Function, context: &Context) {
    run(func, context);
    dce::run(func, context);
}

/// A loop in a loop: the inner one goes from a pointer up to `v8`, the outer one turns
/// three times.
fn nested(inner: &str, behind: &str) -> String {
    format!(
        "function $f 0x1000 regular (a0: i32, a1: i32) -> (r: i32) {{
         bias 65536
         block0(v0: i32, v1: i32):
           v2 = i32.const 120
           v3 = i32.and v0, v2
           v4 = i32.and v1, v2
           v5 = i32.const 8
           v6 = i32.add v4, v5
           v8 = i32.add v3, v6
           v9 = i32.const 3
           jump block1(v9)
         block1(v10: i32):
           jump block2(v3, v10)
         {inner}
         block3:
           v90 = i32.const -1
           v91 = i32.add v10, v90
           branch v91, block1(v91), block4
         block4:
           {behind}
           return v92
         }}"
    )
}

fn parsed(text: &str) -> Function {
    crate::text::parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

const PLAIN: &str = "block2(v20: i32, v21: i32):
      v22 = i32.load v20
      v23 = i32.add v22, v21
      i32.store v20, v23
      v24 = i32.const 8
      v25 = i32.add v20, v24
      v26 = i32.ne v25, v8
      branch v26, block2(v25, v23), block3";

/// The loop before and after on some inputs; whether it was unrolled.
fn same(text: &str, seeds: u64) -> bool {
    let before = parsed(text);
    let mut after = before.clone();
    run(&mut after, &Context::default());
    crate::verify::verify(&after, crate::pass::Requires::Ssa)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    for seed in 0..seeds {
        compare(&before, &after, seed).unwrap_or_else(|error| panic!("{error}\n{text}"));
    }
    after.layout.len() > before.layout.len()
}

#[test]
fn four_turns_share_a_pointer_and_a_test() {
    let mut func = parsed(&nested(PLAIN, "v92 = i32.const 0"));
    clean(&mut func, &Context::default());
    let text = crate::text::print(&func);
    for offset in ["offset=8", "offset=16", "offset=24"] {
        assert_eq!(text.matches(offset).count(), 2, "{text}");
    }
    assert!(text.contains("i32.const 32\n"), "{text}");
}

#[test]
fn turns_that_are_left_over_come_first() {
    assert!(same(&nested(PLAIN, "v92 = i32.load v3"), 60));
}

#[test]
fn what_is_used_behind_comes_from_both_versions() {
    assert!(same(
        &nested(PLAIN, "v93 = i32.add v23, v25\nv94 = i32.mul v93, v21\nv92 = i32.add v94, v24"),
        60
    ));
}

#[test]
fn a_known_number_of_turns_needs_no_question() {
    let inner = PLAIN
        .replace("v24 = i32.const 8", "v24 = i32.const -1")
        .replace("i32.load v20", "i32.load v3")
        .replace("i32.store v20", "i32.store v3")
        .replace("branch v26", "branch v25");
    let text = |turns: u32| {
        nested(&inner, "v92 = i32.load v3")
            .replace("jump block2(v3, v10)", &format!("v7 = i32.const {turns}\njump block2(v7, v10)"))
    };
    for turns in 8..16 {
        assert!(same(&text(turns), 10));
    }
    assert!(!same(&text(7), 10), "few turns stay");
    let mut func = parsed(&text(8));
    clean(&mut func, &Context::default());
    assert_eq!(crate::text::print(&func).matches("i32.load v3").count(), 5);
}

#[test]
fn a_loop_that_is_not_in_another_stays() {
    let text = nested(PLAIN, "v92 = i32.const 0").replace("branch v91, block1(v91), block4", "jump block4");
    assert!(!same(&text, 5));
}

#[test]
fn an_end_that_moves_keeps_the_loop_as_it_is() {
    let text = nested(&PLAIN.replace("v25, v8", "v25, v23"), "v92 = i32.const 0");
    let before = parsed(&text);
    let mut after = before.clone();
    run(&mut after, &Context::default());
    assert_eq!(before.layout.len(), after.layout.len());
}

#[test]
fn random_functions_mean_the_same() {
    let pass = |func: &mut Function| run(func, &Context::default());
    validate(&["promote"], 0..300, pass).unwrap_or_else(|error| panic!("{error}"));
}

/// A loop whose counter comes to its end after some turns, with random steps, accesses
/// and values that go round, in front of a second one like it.
fn random_loop(random: &mut Random, block: u32, to: &str) -> (String, String) {
    let wide = random.below(3) == 0;
    let ty = if wide { "i64" } else { "i32" };
    let base = block * 100;
    let odd = [1, 3, 5, 7, -1, -3][random.below(6) as usize];
    let step = odd << random.below(4);
    let turns = 1 + random.below(23) as i64;
    let start = if step < 0 { 2000 } else { 64 };
    let entry = format!(
        "v{} = {ty}.const {start}\nv{} = {ty}.const {}\nv{} = {ty}.and v{}, v{}\nv{} = {ty}.add v{}, v{}\n",
        base + 60,
        base + 61,
        // The end is a constant, but hidden in a sum of what is zero.
        0,
        base + 62,
        base + 60,
        base + 61,
        base + 63,
        base + 62,
        base + 60
    );
    let mut text = format!(
        "v{end} = {ty}.const {}\nv{hidden} = {ty}.add v{zero}, v{end}\njump block{block}(v{start}, v10)\n\
         block{block}(v{base}: {ty}, v{}: i32):\n",
        start + step * turns,
        base + 1,
        end = base + 64,
        hidden = base + 65,
        zero = base + 62,
        start = base + 63,
    );
    let address = if wide { format!("v{} = i32.wrap_i64 v{base}\n", base + 2) } else { String::new() };
    text += &address;
    let pointer = if wide { base + 2 } else { base };
    let mut value = base + 1;
    for n in 0..1 + random.below(3) as u32 {
        let (loaded, sum) = (base + 10 + 2 * n, base + 11 + 2 * n);
        let offset = 4 * random.below(3);
        text += &format!("v{loaded} = i32.load v{pointer} offset={offset}\n");
        text += &format!("v{sum} = i32.xor v{loaded}, v{value}\n");
        text += &format!("i32.store v{pointer} offset={}, v{sum}\n", 4 * random.below(3));
        value = sum;
    }
    let (step_at, next) = (base + 30, base + 31);
    text += &format!("v{step_at} = {ty}.const {step}\nv{next} = {ty}.add v{base}, v{step_at}\n");
    if !wide && random.below(2) == 0 {
        text += &format!("i32.store v{next} offset=12, v{value}\n");
    }
    text += &format!("v{} = {ty}.ne v{next}, v{}\n", base + 32, base + 65);
    text += &format!("branch v{}, block{block}(v{next}, v{value}), {to}\n", base + 32);
    (entry, text)
}

#[test]
fn random_loops_mean_the_same() {
    let mut unrolled = 0;
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let (entry, second) = random_loop(&mut random, 5, "block3");
        let (more, first) = random_loop(&mut random, 2, "block6");
        let text = nested("", "v92 = i32.const 7").replace(
            "jump block2(v3, v10)",
            &format!("{more}{entry}{first}block6:\nv99 = i32.xor v201, v10\n{second}"),
        );
        unrolled += u32::from(same(&text, 2));
    }
    assert!(unrolled > 300, "only {unrolled} of 400 have been unrolled");
}

#[test]
fn a_version_that_does_a_turn_too_many_is_caught() {
    let before = parsed(&nested(PLAIN, "v92 = i32.load v3"));
    let mut after = before.clone();
    run(&mut after, &Context::default());
    let left_over = after.insts.values_mut().skip(before.insts.len());
    let mut broken = 0;
    for data in left_over {
        if let InstKind::Const(Const::I32(mask @ 3)) = &mut data.kind {
            *mask = 1;
            broken += 1;
        }
    }
    assert!(broken > 0 && (0..40).any(|seed| compare(&before, &after, seed).is_err()));
}
