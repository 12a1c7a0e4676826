//! Each idiom before and after, and random functions.

use rstest::rstest;

use super::*;
use crate::testing::{assert_pass, validate};
use crate::{dce, gvn, text};

/// The rules, and what is no longer used removed.
fn clean(func: &mut Function, context: &Context) {
    run(func, context);
    gvn::run(func, context);
    dce::run(func, context);
}

/// Wraps lines that compute `vN`, the last one, from `v0: i64` and `v1: i64`.
fn body(lines: &str) -> String {
    let last = lines
        .lines()
        .rev()
        .find_map(|line| line.trim().split(' ').next().filter(|word| word.starts_with('v')));
    format!("block0(v0: i64, v1: i64):\n{lines}\n return {}", last.unwrap_or("v0"))
}

fn becomes(ty: &str, before: &str, after: &str) {
    let text = |lines: &str| format!("# result {ty}\n{}", body(lines));
    assert_pass(clean, &text(before), &text(after));
}

#[rstest]
#[case::zero_extension(
    "v2 = i64.const 32\nv3 = i64.shl v0, v2\nv4 = i64.shr_u v3, v2",
    "v2 = i32.wrap_i64 v0\nv3 = i64.extend_i32_u v2"
)]
#[case::scaled_index(
    "v2 = i64.const 32\nv3 = i64.shl v0, v2\nv5 = i64.const 30\nv4 = i64.shr_u v3, v5",
    "v2 = i32.wrap_i64 v0\nv3 = i64.extend_i32_u v2\nv4 = i64.const 2\nv5 = i64.shl v3, v4"
)]
#[case::half_word("v2 = i64.const 48\nv3 = i64.shl v0, v2\nv4 = i64.shr_s v3, v2", "v2 = i64.extend16_s v0")]
#[case::half_word_unsigned(
    "v2 = i64.const 48\nv3 = i64.shl v0, v2\nv4 = i64.shr_u v3, v2",
    "v2 = i64.const 65535\nv3 = i64.and v0, v2"
)]
#[case::add_of_zero("v2 = i64.const 0\nv3 = i64.add v0, v2", "")]
#[case::sums(
    "v2 = i64.const 5\nv3 = i64.sub v0, v2\nv4 = i64.const 3\nv5 = i64.add v4, v3",
    "v2 = i64.const -2\nv3 = i64.add v0, v2"
)]
#[case::product("v2 = i64.const 8\nv3 = i64.mul v2, v0", "v2 = i64.const 3\nv3 = i64.shl v0, v2")]
#[case::product_taken_apart(
    "v2 = i64.const 1\nv3 = i64.shl v0, v2\nv4 = i64.add v3, v0\nv5 = i64.const 6\nv6 = i64.shl v4, v5",
    "v2 = i64.const 192\nv3 = i64.mul v0, v2"
)]
#[case::sign_extended_twice(
    "v2 = i32.wrap_i64 v0\nv3 = i64.extend_i32_s v2\nv4 = i32.wrap_i64 v3\nv5 = i64.extend_i32_s v4",
    "v2 = i32.wrap_i64 v0\nv3 = i64.extend_i32_s v2"
)]
#[case::index_of_a_field(
    "v2 = i32.wrap_i64 v0\nv3 = i32.const 16\nv4 = i32.shr_u v2, v3\nv5 = i32.const 255\n\
     v6 = i32.and v4, v5\nv7 = i32.const 2\nv8 = i32.shl v6, v7\nv9 = i64.extend_i32_u v8",
    "v2 = i32.wrap_i64 v0\nv7 = i32.const 14\nv3 = i32.shr_u v2, v7\nv4 = i32.const 1020\n\
     v5 = i32.and v3, v4\nv6 = i64.extend_i32_u v5"
)]
#[case::field_that_moves_up(
    "v2 = i64.const 3\nv3 = i64.shr_u v0, v2\nv4 = i64.const 15\nv5 = i64.and v3, v4\n\
     v6 = i64.const 8\nv7 = i64.shl v5, v6",
    "v8 = i64.const 5\nv2 = i64.shl v0, v8\nv3 = i64.const 3840\nv4 = i64.and v2, v3"
)]
#[case::field_that_stays(
    "v2 = i64.const 4\nv3 = i64.shr_u v0, v2\nv4 = i64.const 15\nv5 = i64.and v3, v4\nv7 = i64.shl v5, v2",
    "v3 = i64.const 240\nv4 = i64.and v0, v3"
)]
#[case::words(
    "v2 = i32.wrap_i64 v0\nv3 = i32.wrap_i64 v1\nv4 = i32.add v2, v3\nv5 = i64.extend_i32_s v4\n\
     v6 = i32.wrap_i64 v5\nv7 = i32.add v6, v3\nv8 = i64.extend_i32_s v7",
    "v2 = i32.wrap_i64 v0\nv3 = i32.wrap_i64 v1\nv4 = i32.add v2, v3\nv7 = i32.add v4, v3\nv8 = i64.extend_i32_s v7"
)]
#[case::not_less(
    "v2 = i64.lt_s v0, v1\nv3 = i64.extend_i32_u v2\nv4 = i64.const 1\nv5 = i64.xor v3, v4",
    "v2 = i64.ge_s v0, v1\nv3 = i64.extend_i32_u v2"
)]
#[case::is_zero(
    "v2 = i64.const 1\nv3 = i64.lt_u v0, v2\nv4 = i64.extend_i32_u v3",
    "v2 = i64.eqz v0\nv3 = i64.extend_i32_u v2"
)]
#[case::is_equal(
    "v2 = i64.xor v0, v1\nv3 = i64.eqz v2\nv4 = i64.extend_i32_u v3",
    "v2 = i64.eq v0, v1\nv3 = i64.extend_i32_u v2"
)]
#[case::both_flags(
    "v2 = i64.eqz v0\nv3 = i64.extend_i32_u v2\nv4 = i64.lt_s v0, v1\nv5 = i64.extend_i32_u v4\nv6 = i64.and v3, v5",
    "v2 = i64.eqz v0\nv4 = i64.lt_s v0, v1\nv5 = i32.and v2, v4\nv6 = i64.extend_i32_u v5"
)]
#[case::word_comparison(
    "v2 = i32.wrap_i64 v0\nv3 = i64.extend_i32_s v2\nv4 = i64.const 7\nv5 = i64.lt_u v3, v4\nv6 = i64.extend_i32_u v5",
    "v2 = i32.wrap_i64 v0\nv3 = i32.const 7\nv4 = i32.lt_u v2, v3\nv5 = i64.extend_i32_u v4"
)]
#[case::rotation(
    "v2 = i32.wrap_i64 v0\nv3 = i32.const 7\nv4 = i32.shl v2, v3\nv5 = i64.extend_i32_s v4\nv6 = i32.const 25\n\
     v7 = i32.shr_u v2, v6\nv8 = i64.extend_i32_s v7\nv9 = i64.or v5, v8",
    "v2 = i32.wrap_i64 v0\nv3 = i32.const 7\nv4 = i32.rotl v2, v3\nv5 = i64.extend_i32_s v4"
)]
#[case::conditional_zeros(
    "v2 = i64.eqz v1\nv3 = i64.const 0\nv4 = select.i64 v2, v3, v0\nv5 = select.i64 v2, v1, v3\nv6 = i64.or v4, v5",
    "v2 = i64.eqz v1\nv3 = select.i64 v2, v1, v0"
)]
#[case::division("v2 = i64.const 10\nv3 = rv.div v0, v2", "v2 = i64.const 10\nv3 = i64.div_s v0, v2")]
#[case::division_by_zero("v2 = i64.const 0\nv3 = rv.remu v0, v2", "")]
#[case::masked_byte(
    "v2 = i64.const 255\nv3 = i64.and v0, v2\nv4 = i64.and v3, v2",
    "v2 = i64.const 255\nv3 = i64.and v0, v2"
)]
#[case::masked_amount("v2 = i64.const 63\nv3 = i64.and v1, v2\nv4 = i64.shl v0, v3", "v2 = i64.shl v0, v1")]
#[case::float_moves("v2 = f64.reinterpret_i64 v0\nv3 = i64.reinterpret_f64 v2", "")]
#[case::single_to_integer(
    "v2 = i32.wrap_i64 v0\nv3 = f32.reinterpret_i32 v2\nv4 = rv.box v3\nv5 = i64.reinterpret_f64 v4\n\
     v6 = i32.wrap_i64 v5\nv7 = i64.extend_i32_s v6",
    "v2 = i32.wrap_i64 v0\nv3 = i64.extend_i32_s v2"
)]
fn idioms_become_plain(#[case] before: &str, #[case] after: &str) {
    becomes("i64", before, after);
}

#[test]
fn a_branch_on_a_flag_in_a_register_branches_on_the_comparison() {
    assert_pass(
        clean,
        "# result i64
         block0(v0: i64, v1: i64):
           v2 = i64.lt_s v0, v1
           v3 = i64.extend_i32_u v2
           v4 = i64.const 0
           v5 = i64.eq v3, v4
           branch v5, block1, block2
         block1:
           return v0
         block2:
           v6 = i64.eqz v0
           v7 = i32.eqz v6
           branch v7, block1, block3
         block3:
           return v1",
        "# result i64
         block0(v0: i64, v1: i64):
           v2 = i64.ge_s v0, v1
           branch v2, block1, block2
         block1:
           return v0
         block2:
           v4 = i64.const 0
           v5 = i64.ne v0, v4
           branch v5, block1, block3
         block3:
           return v1",
    );
}

/// An index of eight bits into a table, and what may be anywhere.
#[test]
fn accesses_have_the_place_of_a_table_as_offset_where_the_sum_cannot_wrap() {
    let table = |index: &str, access: &str| {
        format!(
            "# result i32\nblock0(v0: i32):\n v1 = i32.const 255\n{index}\n v4 = i32.const 2\n{access}\n return v9"
        )
    };
    assert_pass(
        clean,
        &table(
            " v2 = i32.and v0, v1\n v3 = i32.const 256\n v5 = i32.add v2, v3",
            " v6 = i32.shl v5, v4\n v7 = i32.const 427520\n v8 = i32.add v6, v7\n i32.store v8, v0\n v9 = i32.load v8 offset=4",
        ),
        &table(
            " v2 = i32.and v0, v1",
            " v6 = i32.shl v2, v4\n i32.store v6 offset=428544, v0\n v9 = i32.load v6 offset=428548",
        ),
    );
    let anywhere = "# result i32\nblock0(v0: i32):\n v7 = i32.const 427520\n v8 = i32.add v0, v7\n v9 = i32.load v8\n return v9";
    assert_pass(clean, anywhere, anywhere);
}

#[test]
fn stores_take_the_value_itself() {
    assert_pass(
        clean,
        "block0(v0: i32, v1: i64, v2: f32):
           v3 = i64.const 255
           v4 = i64.and v1, v3
           i64.store8 v0, v4
           v5 = i32.wrap_i64 v1
           v6 = i64.extend_i32_s v5
           i64.store32 v0 offset=4, v6
           v7 = rv.box v2
           v8 = i64.reinterpret_f64 v7
           i64.store32 v0 offset=8, v8
           v9 = i64.const -1
           i64.store16 v0 offset=12, v9
           return",
        "block0(v0: i32, v1: i64, v2: f32):
           i64.store8 v0, v1
           i64.store32 v0 offset=4, v1
           f32.store v0 offset=8, v2
           v9 = i32.const -1
           i32.store16 v0 offset=12, v9
           return",
    );
}

#[test]
fn random_functions_mean_the_same() {
    let pass = |func: &mut Function| run(func, &Context::default());
    validate(&["promote"], 0..1500, pass).unwrap_or_else(|error| panic!("{error}"));
    validate(&["promote", "gvn", "dce"], 1500..2500, pass).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn a_second_run_changes_nothing() {
    for seed in 0..300 {
        let mut func = crate::testing::generate::function(seed);
        crate::promote::run(&mut func, &Context::default());
        clean(&mut func, &Context::default());
        clean(&mut func, &Context::default());
        let first = text::print(&text::parse(&text::print(&func)).expect("parses"));
        clean(&mut func, &Context::default());
        let second = text::print(&text::parse(&text::print(&func)).expect("parses"));
        assert_eq!(first, second, "seed {seed}");
    }
}

#[test]
fn a_rule_that_takes_signed_for_unsigned_is_caught() {
    let broken = |func: &mut Function| {
        run(func, &Context::default());
        for inst in func.insts.values_mut() {
            if let InstKind::Op(op @ Op::I64ExtendI32U, _) = &mut inst.kind {
                *op = Op::I64ExtendI32S;
            }
        }
    };
    assert!(validate(&["promote"], 0..400, broken).is_err());
}
