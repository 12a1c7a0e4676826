//! What the printed text looks like, from IR text to lines.

use rv2wat_passes::{text, tree};

use super::{Header, Needs, Style, assemble_function, exit_helpers, op_helpers, print_function};
use crate::assemble::{self, Field};

/// The text of a function, and a module around it that assembles.
fn printed(ir: &str) -> String {
    let func = text::parse(ir).expect("the IR parses");
    let comment = |pc: u64| Some(format!("{pc:x}  an instruction"));
    let is_address = |value: u64| (0x1_0000..0x2_0000).contains(&value);
    let style = Style { comment: &comment, is_address: &is_address };
    let header =
        Header { symbol: func.name.clone(), range: func.address..func.address + 64, ..Header::default() };
    let mut out = String::new();
    let tree = tree::build(&func);
    let needs = print_function(&tree, &header, &style, &mut out);
    assert!(out.lines().all(|line| line.chars().count() <= super::doc::WIDTH), "too wide:\n{out}");
    let module = format!("(module\n{}{out})", environment(&needs));
    if let Err(error) = wat::parse_str(&module) {
        panic!("{error}\n{module}");
    }
    assert_is_code_of(&tree, &needs, &module);
    // The header is the same for all.
    out.split_once('\n').map(|(_, rest)| rest.to_owned()).unwrap_or_default()
}

/// The code that is made without the text is what the text assembles to, but for hints.
#[track_caller]
fn assert_is_code_of(tree: &tree::Function, needs: &Needs, module: &str) {
    let (mut field, of_code) = assemble_function(tree).unwrap_or_else(|why| panic!("{why}"));
    assert_eq!(of_code, *needs);
    if let Field::Function(function) = &mut field {
        function.hints.clear();
    }
    let mut fields = assemble::fields(&environment(needs)).unwrap_or_else(|why| panic!("{why}"));
    fields.push(field);
    let (made, _) = assemble::link(fields).unwrap_or_else(|why| panic!("{why}"));
    let assembled = assemble::assemble(module).unwrap_or_else(|why| panic!("{why}"));
    assert!(made == assembled, "not what the text assembles to:\n{module}");
}

/// What the tests' functions refer to.
fn environment(needs: &Needs) -> String {
    let mut text = "(import \"rv\" \"soft\" (func $rv.soft (param i32 i64 i64 i64 i32) (result i64)))\n\
        (memory $memory 1)\n(table $functions 1 1 funcref)\n\
        (type $rv.class (func (param i64 i64) (result i64 i32)))\n\
        (func $rv.slot (param i64) (result i32) (i32.const 0))\n\
        (func $one (param i64) (result i64 i32) (i64.const 0) (i32.const 0))\n\
        (func $pair (param i64) (result i64 i64 i32) (i64.const 0) (i64.const 0) (i32.const 0))\n\
        (func $none (result i32) (i32.const 0))\n\
        (func $plain (param i64) (result i64) (i64.const 0))\n\
        (global $state.pc (mut i64) (i64.const 0))\n"
        .to_owned();
    for reg in ["ra", "sp", "t0", "a0", "s0", "s1"] {
        text.push_str(&format!("(global $state.{reg} (mut i64) (i64.const 0))\n"));
    }
    text + &exit_helpers(needs, 0, false) + &op_helpers(needs, crate::Features::default())
}

#[track_caller]
fn assert_prints(ir: &str, wanted: &str) {
    let found = printed(ir);
    let unindented = |text: &str| text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    let (found, wanted) = (unindented(&found), unindented(wanted.trim_matches('\n')));
    if found != wanted {
        let diff = similar::TextDiff::from_lines(wanted.as_str(), found.as_str());
        panic!("not what was wanted:\n{}", diff.unified_diff().header("wanted", "found"));
    }
}

#[test]
fn a_loop_that_counts() {
    assert_prints(
        r#"function $f 0x10000 regular (a0: i64) -> (a0: i64) {
block0(v0: i64 "a0"):
  v1 = i64.const 0
  jump block1(v0, v1)
block1(v2: i64 "a0", v3: i64 "a5"): ;; 10004
  v4 "a5" = i64.add v3, v2 ;; 10004
  v5 = i64.const -1
  v6 "a0" = i64.add v2, v5 ;; 10008
  v7 = i64.const 0
  v8 = i64.ne v6, v7 ;; 1000c
  branch v8, block1(v6, v4), block2 ;; 1000c
block2: ;; 10010
  return v4 ;; 10010
}
"#,
        r#"
  (func $f (param $a0 i64) (result i64)
    (local $a5 i64)
    (local.set $a5 (i64.const 0))
    (loop $L4
      (local.set $a5 (i64.add (local.get $a5) (local.get $a0)))         ;; 10004  an instruction
      (br_if $L4                                                        ;; 1000c  an instruction
        (i64.ne (local.tee $a0 (i64.sub (local.get $a0) (i64.const 1))) (i64.const 0))))
    (local.get $a5))                                                    ;; 10010  an instruction
"#,
    );
}

#[test]
fn calls_that_leave_share_a_way_out() {
    assert_prints(
        r#"function $f 0x10000 regular (a0: i64) -> (a0: i64) may_exit {
  callee $one(i64) -> (i64) may_exit
  callee $pair(i64) -> (i64, i64) may_exit
block0(v0: i64 "a0"):
  v1 = call $one(v0) exits ;; 10000
  v2 "a0", v3 "a1" = call $pair(v1) exits ;; 10004
  v4 = i64.add v2, v3 ;; 10008
  return v4 ;; 1000c
}
"#,
        r#"
  (func $f (param $a0 i64) (result i64 i32)
    (local $a1 i64) (local $status i32)
    (block $leave
      (br_if $leave                                                     ;; 10004  an instruction
        (local.tee $status
          (call $pair
            (br_if $leave                                               ;; 10000  an instruction
              (local.tee $status (call $one (local.get $a0)))))))
      (local.set $a1)
      (local.set $a0)
      (return                                                           ;; 1000c  an instruction
        (i64.add (local.get $a0) (local.get $a1))                       ;; 10008  an instruction
        (i32.const 0)))
    (i64.const 0) (local.get $status))
"#,
    );
}

#[test]
fn calls_do_not_leave_mostly() {
    let func = text::parse(
        r#"function $f 0x10000 regular (a0: i64) -> (a0: i64) may_exit {
  callee $one(i64) -> (i64) may_exit
block0(v0: i64 "a0"):
  v1 = call $one(v0) exits ;; 10000
  v2 = i64.add v1, v0 ;; 10004
  return v2 ;; 10008
}
"#,
    );
    let tree = tree::build(&func.expect("the IR parses"));
    let Ok((Field::Function(function), _)) = assemble_function(&tree) else { panic!("a function") };
    let [hint] = function.hints.as_slice() else { panic!("one branch") };
    assert_eq!((function.code[hint.at as usize], hint.value), (0x0d, 0));
}

#[test]
fn a_frame_hands_over_what_it_holds_when_it_leaves() {
    assert_prints(
        r#"function $f 0x10000 regular (a0: i64, s0: i64) -> (a0: i64) may_exit {
  callee $one(i64) -> (i64) may_exit
block0(v0: i64 "a0", v1: i64 "s0"):
  v2 "a0" = call $one(v0) exits leave(t0: v1, give.s0: v1, owe.s0.up16: v0, owe.s1.up8: v0) ;; 10000
  v3 = i64.add v2, v1 ;; 10004
  return v3 ;; 10008
}
"#,
        r#"
  (func $f (param $a0 i64) (param $s0 i64) (result i64 i32)
    (local $status i32)
    (block $out.1
      (return                                                           ;; 10008  an instruction
        (i64.add                                                        ;; 10004  an instruction
          (br_if $out.1                                                 ;; 10000  an instruction
            (local.tee $status (call $one (local.get $a0))))
          (local.get $s0))
        (i32.const 0)))
    (call $give.t0.s0 (local.get $s0) (local.get $s0))                  ;; 10000  an instruction
    (call $owe.s1.s0 (i64.add (local.get $a0) (i64.const 8)))
    (i64.const 0) (local.get $status))
"#,
    );
}

/// The first two calls hand over the same but for the address, the third less; all
/// owe the same slot.
#[test]
fn calls_that_hand_over_the_same_bring_the_address() {
    assert_prints(
        r#"function $f 0x10000 regular (a0: i64, s0: i64) -> () may_exit {
  callee $none() -> () may_exit
block0(v0: i64 "a0", v1: i64 "s0"):
  v2 = i64.const 65540
  call $none() exits leave(give.ra: v2, give.s0: v1, owe.ra.up8: v0) ;; 10000
  v3 = i64.const 65544
  call $none() exits leave(give.ra: v3, give.s0: v1, owe.ra.up8: v0) ;; 10004
  v4 = i64.const 65548
  call $none() exits leave(give.ra: v4, owe.ra.up8: v0) ;; 10008
  return ;; 1000c
}
"#,
        r#"
  (func $f (param $a0 i64) (param $s0 i64) (result i32)
    (local $ra i64) (local $status i32)
    (block $owe (block $out.1 (block $leave (result i64)
      (if                                                               ;; 10000  an instruction
        (local.tee $status (call $none))
        (then (br $leave (i64.const 0x10004))))
      (if                                                               ;; 10004  an instruction
        (local.tee $status (call $none))
        (then (br $leave (i64.const 0x10008))))
      (br_if $out.1 (local.tee $status (call $none)))                   ;; 10008  an instruction
      (return (i32.const 0)))                                           ;; 1000c  an instruction
      (local.set $ra)
      (call $give.ra.s0 (local.get $ra) (local.get $s0))
      (br $owe))
      (call $give.ra (i64.const 0x1000c)))                              ;; 10008  an instruction
    (call $owe.ra (i64.add (local.get $a0) (i64.const 8)))
    (local.get $status))
"#,
    );
}

#[test]
fn what_a_call_returns_is_returned_whole() {
    assert_prints(
        r#"function $f 0x10000 regular (a0: i64) -> (a0: i64) may_exit {
  callee $one(i64) -> (i64) may_exit
  callee $plain(i64) -> (i64)
block0(v0: i64 "a0"):
  v1 = i64.const 9
  v2 = i64.lt_u v0, v1 ;; 10000
  branch v2, block1, block2 ;; 10000
block1: ;; 10004
  v3 = call $one(v0) exits ;; 10004
  return v3 ;; 10008
block2: ;; 1000c
  tail_call $plain(v0) ;; 1000c
}
"#,
        r#"
  (func $f (param $a0 i64) (result i64 i32)
    (if (i64.lt_u (local.get $a0) (i64.const 9))                        ;; 10000  an instruction
      (then (return (call $one (local.get $a0)))))                      ;; 10008  an instruction
    (call $plain (local.get $a0))                                       ;; 1000c  an instruction
    (i32.const 0))
"#,
    );
}

#[test]
fn values_that_change_places_need_a_spare() {
    assert_prints(
        r#"function $f 0x10000 regular (a0: i64, a1: i64) -> (a0: i64) {
block0(v0: i64 "a0", v1: i64 "a1"):
  jump block1(v0, v1)
block1(v2: i64 "a0", v3: i64 "a1"): ;; 10004
  v4 = i64.load8_s v5
  v6 = i64.eqz v4 ;; 10008
  branch v6, block2, block1(v3, v2) ;; 10008
block2: ;; 1000c
  return v2 ;; 1000c
}
"#
        .replace("v4 = i64.load8_s v5", "v5 = i32.const 16\n  v4 = i64.load8_s v5 ;; 10004")
        .as_str(),
        r#"
  (func $f (param $a0 i64) (param $a1 i64) (result i64)
    (local $swap i64)
    (loop $L4
      (if (i64.ne (i64.load8_s (i32.const 0x10)) (i64.const 0))         ;; 10008  an instruction
        (then
          (local.set $swap (local.get $a1))
          (local.set $a1 (local.get $a0))
          (local.set $a0 (local.get $swap))
          (br $L4))))
    (local.get $a0))                                                    ;; 1000c  an instruction
"#,
    );
}

#[test]
fn switches_and_exits() {
    assert_prints(
        r#"function $f 0x10000 regular (sp: i64, a0: i32) -> (a0: i64) may_exit {
block0(v0: i64 "sp", v1: i32 "a0"):
  switch v1 [block1, block2, block1] else block3 ;; 10000
block1: ;; 10004
  v2 = i64.const 7
  return v2 ;; 10004
block2: ;; 10008
  v3 = i64.const 65552
  exit jump v3 (sp: v0) ;; 10008
block3: ;; 1000c
  v4 = i64.const 65536
  return v4 ;; 1000c
}
"#,
        r#"
  (func $f (param $sp i64) (param $a0 i32) (result i64 i32)
    (block $Lc
      (block $L8
        (block $L4
          (br_table $L4 $L8 $L4 $Lc (local.get $a0)))                   ;; 10000  an instruction
        (return (i64.const 7) (i32.const 0)))                           ;; 10004  an instruction
      (return                                                           ;; 10008  an instruction
        (call $exit.sp->i64 (i32.const 1) (i64.const 0x10010) (local.get $sp))))
    (i64.const 0x10000) (i32.const 0))                                  ;; 1000c  an instruction
"#,
    );
}

#[test]
fn deep_nesting_keeps_within_the_width() {
    let cases = 60;
    let targets: Vec<String> = (1..cases).map(|case| format!("block{case}")).collect();
    let mut ir = format!(
        "function $f 0x10000 regular (a0: i32) -> (a0: i64) {{\nblock0(v0: i32 \"a0\"):\n  \
         switch v0 [{}] else block{cases}\n",
        targets.join(", ")
    );
    for case in 1..=cases {
        // More values than a repeated return may have instructions.
        ir.push_str(&format!(
            "block{case}: ;; {:x}\n  v{case} = i64.const {case}\n  return v{case}\n",
            0x10000 + 4 * case
        ));
    }
    ir.push_str("}\n");
    let text = printed(&ir);
    assert_eq!(text.matches("(block ").count(), cases);
}

/// A call keeps a sum, and a value that is extended for it alone: both are computed
/// where it leaves. What is used otherwise too has a local.
#[test]
fn what_calls_keep_for_leaving_changes_its_form_there() {
    let ir = |after: &str| {
        format!(
            r#"function $f 0x10000 regular (sp: i64, a0: i64) -> (a0: i64) may_exit {{
  callee $one(i64) -> (i64) may_exit
block0(v0: i64 "sp", v1: i64 "a0"):
  v2 = i32.wrap_i64 v1
  v3 = i32.mul v2, v2
  v4 "s0" = i64.extend_i32_s v3
  v5 = i64.const 8
  v6 = i64.add v0, v5
  v7 "a0" = call $one(v1) exits leave(s0: v4, sp: v6) ;; 10000
  v8 = i64.extend_i32_u v3
  v9 = i64.add v7, {after}
  return v9 ;; 10004
}}
"#
        )
    };
    assert_prints(
        &ir("v8"),
        r#"
  (func $f (param $sp i64) (param $a0 i64) (result i64 i32)
    (local $a0.2 i32) (local $status i32)
    (local.set $a0.2 (i32.mul (i32.wrap_i64 (local.get $a0)) (i32.wrap_i64 (local.get $a0))))
    (block $out.1
      (return                                                           ;; 10004  an instruction
        (i64.add
          (br_if $out.1                                                 ;; 10000  an instruction
            (local.tee $status (call $one (local.get $a0))))
          (i64.extend_i32_u (local.get $a0.2)))
        (i32.const 0)))
    (call $give.s0.sp                                                   ;; 10000  an instruction
      (i64.extend_i32_s (local.get $a0.2))
      (i64.add (local.get $sp) (i64.const 8)))
    (i64.const 0) (local.get $status))
"#,
    );
    assert_prints(
        &ir("v4"),
        r#"
  (func $f (param $sp i64) (param $a0 i64) (result i64 i32)
    (local $s0 i64) (local $status i32)
    (local.set $s0
      (i64.extend_i32_s (i32.mul (i32.wrap_i64 (local.get $a0)) (i32.wrap_i64 (local.get $a0)))))
    (block $out.1
      (return                                                           ;; 10004  an instruction
        (i64.add
          (br_if $out.1                                                 ;; 10000  an instruction
            (local.tee $status (call $one (local.get $a0))))
          (local.get $s0))
        (i32.const 0)))
    (call $give.s0.sp                                                   ;; 10000  an instruction
      (local.get $s0)
      (i64.add (local.get $sp) (i64.const 8)))
    (i64.const 0) (local.get $status))
"#,
    );
}

/// Without `promote`, a variable may change between what reads it and the call.
#[test]
fn what_calls_keep_of_a_variable_is_read_before_it_changes() {
    assert_prints(
        r#"function $f 0x10000 regular (a0: i64) -> (a0: i64) may_exit {
  var a0: i64
  callee $one(i64) -> (i64) may_exit
block0(v0: i64):
  set a0, v0
  v1 = get a0
  v2 = i64.const 8
  v3 = i64.add v1, v2
  v4 = i64.const 1
  set a0, v4
  v5 = call $one(v0) exits leave(s0: v3) ;; 10000
  return v5 ;; 10004
}
"#,
        r#"
  (func $f (param $a0 i64) (result i64 i32)
    (local $a0.2 i64) (local $tmp i64) (local $status i32)
    (local.set $tmp (local.tee $a0.2 (local.get $a0)))
    (local.set $a0.2 (i64.const 1))
    (block $out.1
      (return                                                           ;; 10004  an instruction
        (br_if $out.1 (local.tee $status (call $one (local.get $a0))))  ;; 10000  an instruction
        (i32.const 0)))
    (global.set $state.s0 (i64.add (local.get $tmp) (i64.const 8)))     ;; 10000  an instruction
    (i64.const 0) (local.get $status))
"#,
    );
}
