//! What texts assemble to.

use super::*;

/// The same as the `wat` crate's.
#[track_caller]
fn assert_same(text: &str) {
    let wanted = wat::parse_str(text).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(assemble(text).unwrap_or_else(|why| panic!("{why}")), wanted, "{text}");
}

#[track_caller]
fn assert_fault(text: &str, wanted: &str) {
    match assemble(text) {
        Err(Error::Assemble(what)) => assert_eq!(what, wanted),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_module_of_all_fields() {
    assert_same(
        r#"(module ;; a comment
  (import "rv" "one" (func $one (param $a i32) (result i64)))
  (import "rv" "two" (func $two))
  (memory $memory (export "memory") 44)
  (func $f (export "f") (export "g") (param $x i64) (param f64) (result i64 i32)
    (local $y i32) (local i32 i32) (local $z f32)
    (call $g (local.get $x)) (i32.const 0))
  (type $class (func (param $sp i64) (result i64)))
  (func $g (type $class) (param $sp i64) (result i64)
    (return_call_indirect $functions (type $class) (local.get $sp) (i32.const 0)))
  (table $entries 1 1 funcref)
  (elem (table $entries) (i32.const 0) func $f)
  (table $functions 2 2 funcref)
  (elem (table $functions) (i32.const 0) func
    $g $g)
  (global $state.pc (export "pc") (mut i64) (i64.const 0))
  (global $d (mut f64) (f64.const 0))
  (global $s (mut f32) (f32.const 0))
  (global $i (export "i") (mut i32) (i32.const 0))
  (data (i32.const 0x10) ;; guest 0x10
    "\00a\n"
    "\"\\b")
  (data (i32.const -1) "")
)
"#,
    );
    assert_same("(module)");
}

#[test]
fn blocks_and_labels() {
    assert_same(
        r"(module
  (func $f (param $x i32) (result i32)
    (block $out
      (block $out (br $out) (loop $again (br_if $again (local.get $x))) (br $out))
      (br_table $out $out (local.get $x))
      (block (br $out)))
    (block $pair (result i32 i64) (i32.const 1) (i64.const 2))
    (drop)
    (drop)
    (block $one (result i32) (i32.const 1))
    (if (i32.eqz)
      (then (block $out (if (local.get $x) (then (br $out)) (else)))))
    (if (result i32) (local.get $x)
      (then (i32.const 1))
      (else (i32.const 2)))))",
    );
}

/// Behind holes that numbers of one and of two bytes fill, and around other hints.
#[test]
fn branches_that_are_likely_or_not() {
    let mut text = "(module (func $f (param $x i32) (result i32)".to_owned();
    for count in 0..140 {
        let (unlikely, likely) =
            (r#"(@metadata.code.branch_hint "\00")"#, r#"(@metadata.code.branch_hint "\01")"#);
        text.push_str(&format!(
            "(block $l {unlikely} (br_if $l (call $g{count} (i32.const 1)))
               {likely} (if (block (result i32)
                   {unlikely} (if (result i32) (local.get $x) (then (i32.const 1)) (else (i32.const 2))))
                 (then (drop (call $g{count} (i32.const 3))) (br $l))))"
        ));
    }
    text.push_str("(local.get $x))\n");
    for count in 0..140 {
        text.push_str(&format!("(func $g{count} (param i32) (result i32) (i32.const 0))\n"));
    }
    assert_same(&(text + ")"));
}

#[test]
fn types_are_counted_by_their_first_use() {
    assert_same(
        r#"(module
  (import "rv" "f" (func $f (param i32 i32 i32)))
  (func $g (param i64) (block $b (result i64 i64) (i64.const 0) (i64.const 0)) (drop) (drop))
  (func $h (result i64 i64) (i64.const 0) (i64.const 0))
  (type $late (func (result i32)))
  (func $i (result i32) (i32.const 0))
  (func $j))"#,
    );
}

/// Numbers of two bytes, and blocks' signed ones.
#[test]
fn great_numbers_fill_holes() {
    let mut text = "(module (memory $m 1)\n".to_owned();
    for count in 0..140 {
        let params = "(param i32) ".repeat(count);
        let values = "(i32.const 0) ".repeat(count);
        let drops = "(drop) ".repeat(count);
        let results = "(result i32) ".repeat(count);
        text.push_str(&format!(
            "(global $g{count} (mut i64) (i64.const 0)) (func $f{count} {params}\
             (call $f{count} {values}) (global.set $g{count} (i64.const 1))\
             (block $l {results} {values}) {drops})\n"
        ));
    }
    assert_same(&(text + ")"));
}

#[test]
fn deep_nesting_needs_no_stack() {
    let (deep, shut) = ("(block $b (drop (i32.eqz ".repeat(50_000), ")))".repeat(50_000));
    assert_same(&format!("(module (func $f {deep}(i32.const 1){shut}))"));
}

#[test]
fn faults_say_where_they_are() {
    assert_fault("", "line 1: `(module` is wanted: ");
    assert_fault("(module) x", "line 1: something after the module: (module) x");
    assert_fault("(module\n  (start $f))", "line 2: there is no field `start`: (start $f))");
    let within = |body: &str| format!("(module\n  (func $g)\n  (func $f (param $x i32)\n    {body}))");
    for (body, wanted) in [
        ("(i32.foo)", "there is no instruction `i32.foo`: (i32.foo)))"),
        ("nop", "`(` is wanted: nop))"),
        ("(local.get $y)", "there is no local `$y`: (local.get $y)))"),
        ("(local.get 0)", "a name is wanted: (local.get 0)))"),
        ("(br $l)", "no label `$l` is open: (br $l)))"),
        ("(block $l) (br $l)", "no label `$l` is open: (block $l) (br $l)))"),
        ("(if (local.get $x))", "an `if` without `then`: (if (local.get $x))))"),
        ("(if (then) (then))", "`then` is no arm of this `if`: (if (then) (then))))"),
        ("(then)", "there is no instruction `then`: (then)))"),
        ("(i32.const 4294967296)", "`4294967296` is not the number that is wanted: (i32.const 4294967296)))"),
        (
            "(i32.load align=1 (i32.const 0))",
            "`align=1` is not the number that is wanted: (i32.load align=1 (i32.const 0))))",
        ),
        (
            r#"(@metadata.code.branch_hint "\00") (br $l)"#,
            r#"`br` is no branch that could be likely: (@metadata.code.branch_hint "\00") (br $l)))"#,
        ),
        (
            r#"(@metadata.code.branch_hint "\00")"#,
            r#"a branch is wanted: (@metadata.code.branch_hint "\00")))"#,
        ),
        (
            r#"(@metadata.code.branch_hint "\02") (if)"#,
            r#"a hint is "\00" or "\01": (@metadata.code.branch_hint "\02") (if)))"#,
        ),
        ("(call_indirect)", "a name is wanted: (call_indirect)))"),
    ] {
        assert_fault(&within(body), &format!("line 4 in `$f`: {wanted}"));
    }
    assert_fault("(module (func $f)", "line 1 in `$f`: `)` is wanted: (module (func $f)");
    assert_fault(
        "(module (func $f (local $a i32) (local $a i32)))",
        "line 1 in `$f`: there are two locals `$a`: (module (func $f (local $a i32) (local $a i32)))",
    );
}

#[test]
fn what_is_named_must_be_there() {
    assert_fault("(module (func $f (call $g)))", "there is no function `$g`, which `$f` names");
    assert_fault("(module (func $f (global.get $g)))", "there is no global `$g`, which `$f` names");
    assert_fault("(module (func $f (type $t)))", "there is no type `$t`, which `$f` names");
    assert_fault("(module (func $f) (func $f))", "there are two functions `$f`");
    assert_fault("(module (type $t (func (param i32))) (func $f (type $t)))", "`$f` is not of its type");
    assert_fault(
        r#"(module (func $f) (import "a" "b" (func $g)))"#,
        "an import after what the module defines",
    );
    assert_fault(
        "(module (table $t 1 1 funcref) (elem (table $t) (i32.const 0) func $f))",
        "there is no function `$f`",
    );
}
