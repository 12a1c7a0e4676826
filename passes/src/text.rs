//! The text of the IR: what `--emit=ir` prints, and a parser for it.
//!
//! `parse(&print(&f))` is `f` up to the numbers of values and blocks, and
//! without values, instructions and blocks that are in no block of the layout.
//!
//! ```text
//! function  = "function" "$"name address kind params "->" params ["may_exit"] "{" decl* block+ "}"
//! address   = "0x"hex                        kind   = "regular" | "sideways"
//! params    = "(" [ name ":" type { "," name ":" type } ] ")"
//! decl      = "var" name ":" type | "callee" "$"name signature ["takes_sp"]
//!           | "bias" n | "indirect_takes_sp" | "entered_once"
//! signature = types "->" types ["may_exit"]  types  = "(" [ type { "," type } ] ")"
//! block     = "block"N [ "(" param { "," param } ")" ] ":" [pc] inst* terminator
//! param     = "v"N ":" type [string]         pc     = ";;" hex, at the end of a line
//! inst      = [ def { "," def } "=" ] body [pc]     def = "v"N [string]
//! body      = type".const" literal           floats by their bits, in hex
//!           | op values                      an operation by its name
//!           | "select."type cond "," then "," other
//!           | load addr ["offset="n] ["safe"] | store addr ["offset="n] "," value
//!           | atomic addr ["offset="n] { "," value } | "fence"
//!           | "get" name | "set" name "," value
//!           | "state.get" reg | "state.set" reg "," value
//!           | call ["leave" state]
//! call      = "call" "$"name args ["exits"] | "call_indirect" value args signature
//!           | "host" name args ["exits"]
//! args      = "(" values ")"                 state  = "(" [ reg ":" value { "," … } ] ")"
//! terminator= ( "jump" target | "branch" value "," target "," target
//!           | "switch" value "[" targets "]" "else" target
//!           | "return" values | "exit" reason value state | "unreachable"
//!           | "tail_call" "$"name args ["exits"] | "tail_call_indirect" value args signature ) [pc]
//! target    = "block"N [args]
//! ```
//!
//! The string after a value is its name. `name` is a word of letters, digits,
//! `_`, `.` and `$`, or a string in double quotes. The address of an indirect
//! call stands before its parentheses and is not part of its signature. `exits`
//! says that the callee may exit; it is not read, since the callee's
//! declaration says it. A line that begins with `#` is a comment.

mod cursor;
mod lex;
mod parse;
mod print;

pub use parse::{ParseError, parse, parse_all};
pub use print::{Place, print, print_with};

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// A text with its values and blocks numbered as they first occur.
    fn renumbered(text: &str) -> String {
        let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
        let mut result = String::new();
        for word in text.split_inclusive(|c: char| !c.is_ascii_alphanumeric()) {
            let core = word.trim_end_matches(|c: char| !c.is_ascii_alphanumeric());
            let digits = core.strip_prefix("block").or_else(|| core.strip_prefix('v'));
            if digits
                .is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
            {
                let fresh = numbers.len();
                let number = numbers.entry(core.to_owned()).or_insert(fresh);
                result.push_str(&format!("#{number}{}", &word[core.len()..]));
            } else {
                result.push_str(word);
            }
        }
        result.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Each production of the grammar.
    const ALL: &str = include_str!("text/everything.ir");

    #[test]
    fn text_survives_parsing_and_printing() {
        let func = parse(ALL).expect("parses");
        let printed = print(&func);
        assert_eq!(renumbered(&printed), renumbered(ALL), "{printed}");
        let again = parse(&printed).expect("parses again");
        assert_eq!(print(&again), printed, "printing what was parsed is stable");
        assert_eq!(again.blocks[again.entry()].terminator_pc, Some(0x10436));
        assert_eq!(again.address, 0x10430);
    }

    #[test]
    fn the_pc_stands_at_a_column() {
        let printed = print(&parse(ALL).expect("parses"));
        let line = printed.lines().find(|line| line.contains("i64.load")).expect("the load is there");
        assert_eq!(line.find(";; 10434"), Some(56), "{line}");
    }

    #[test]
    fn errors_name_the_line() {
        let wrong = [
            ("block0:\n  v0 = i64.frob\n", "line 3: `i64.frob` is no instruction"),
            ("block0:\n  return v9\n", "v9 is used but not defined"),
            ("block0:\n  jump block3\n", "block3 is jumped to but not there"),
            ("  return\n", "line 2: an instruction outside a block"),
            ("block0:\n  return\n  return\n", "line 4: the block has ended before"),
            ("block0:\n  v0, v1 = i64.const 1\n  return\n", "line 3: 2 results are named, but there are 1"),
            ("block0:\n  v0 = i64.const 1 ;; xyz\n", "line 3: `xyz` is no pc in hex"),
            ("block0:\n  v0 = f32.const 1.5\n", "line 3: `1.5` is no f32 constant"),
            ("block0:\n  v0 = i32.const 4294967296\n", "line 3: `4294967296` is no i32 constant"),
            ("block0:\n", "does not end"),
            ("block0(v0: i64):\n  return\nblock0:\n  return\n", "block0 is there twice"),
            ("block0(v0: \"x", "a string without an end"),
        ];
        for (body, message) in wrong {
            let text = format!("function $f 0x1 regular () -> () {{\n{body}}}\n");
            let error = parse(&text).expect_err(body).to_string();
            assert!(error.contains(message), "{body}: {error}");
        }
        assert!(parse("").is_err() && parse("function").is_err());
    }
}
