//! The semantics of the instruction set, one script an instruction group.
//!
//! Each script of `tests/wast/` states what pieces of guest code do to
//! registers. Here every statement is checked four times: by the interpreter,
//! by the translation at `-O0` and at `-O2`, and by the translation at `-O2` of
//! the same code behind constants, which the passes then fold.
//! `RV2WAT_REFERENCE=1` adds `qemu-riscv64`. `tests/wast/README.md` describes
//! the scripts.
#![cfg(feature = "run")]

mod wast_harness;

use std::path::PathBuf;

use rstest::rstest;

#[rstest]
fn script(#[files("tests/wast/*.wast")] path: PathBuf) {
    let text = std::fs::read_to_string(&path).expect("the script can be read");
    let name = path.file_stem().unwrap_or_default().to_string_lossy();
    let failures = match wast_harness::check(&text) {
        Ok(failures) => failures,
        Err(why) => vec![why],
    };
    assert!(failures.is_empty(), "{name}: {} failures\n{}", failures.len(), failures.join("\n"));
}

/// The harness must notice what it is there to notice.
mod harness {
    use super::wast_harness::check;

    fn failures(text: &str) -> Vec<String> {
        check(text).expect("the script is well-formed")
    }

    fn refusal(text: &str) -> String {
        check(text).expect_err("the script is malformed")
    }

    const ADD: &str = ";; guest \"add\" (a0, a1) -> (a0)\n;;   00b50533  add a0,a0,a1\n";

    #[test]
    fn wrong_results_fail_everywhere() {
        let script =
            format!("{ADD}(assert_return (invoke \"add\" (i64.const 1) (i64.const 2)) (i64.const 4))");
        let failures = failures(&script);
        assert_eq!(failures.len(), super::wast_harness::ways(), "{failures:?}");
        assert!(failures[0].contains("line 3") && failures[0].contains("0x3"), "{failures:?}");
    }

    #[test]
    fn missing_traps_fail() {
        let script = format!("{ADD}(assert_trap (invoke \"add\" (i64.const 1) (i64.const 2)) \"SIGILL\")");
        assert_eq!(failures(&script).len(), super::wast_harness::ways());
    }

    #[test]
    fn text_must_be_that_of_the_bits() {
        let wrong = refusal(";; guest \"add\" (a0, a1) -> (a0)\n;;   00b50533  sub a0,a0,a1\n");
        assert!(wrong.contains("add a0,a0,a1"), "{wrong}");
    }

    #[test]
    fn scripts_must_use_what_they_define() {
        assert!(refusal(ADD).contains("never invoked"));
        let unknown = refusal(&format!("{ADD}(assert_return (invoke \"sub\"))"));
        assert!(unknown.contains("no guest code"), "{unknown}");
        let few = refusal(&format!("{ADD}(assert_return (invoke \"add\" (i64.const 1)) (i64.const 1))"));
        assert!(few.contains("2 parameters"), "{few}");
    }
}
