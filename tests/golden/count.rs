//! Counts a function's text: instructions, parameters and locals, and what is
//! left of them when the cold part is taken away.
//!
//! Every instruction has one mnemonic, folded or not, so words are counted.
//! `then`, `else` and `end` are punctuation.

use std::collections::BTreeMap;

use super::sexpr::{List, Node};

/// What a function consists of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Count {
    /// Instructions that a run can meet that neither leaves nor runs out of stack.
    pub instructions: usize,
    /// The others: what is done on the way out, and the check for a deep stack.
    pub cold: usize,
    /// Declared locals, without parameters.
    pub locals: usize,
    /// Parameters.
    pub params: usize,
    /// The same instructions by mnemonic, the cold ones left out.
    pub mnemonics: BTreeMap<String, usize>,
}

/// Mnemonics without a dot in them.
const PLAIN: [&str; 14] = [
    "block",
    "loop",
    "if",
    "br",
    "br_if",
    "br_table",
    "return",
    "call",
    "call_indirect",
    "return_call",
    "drop",
    "select",
    "unreachable",
    "nop",
];

/// Whether a word is an instruction's mnemonic. Numbers may hold a dot too, and
/// `offset=8` stands beside a mnemonic.
fn is_mnemonic(word: &str) -> bool {
    let dotted = word.contains('.')
        && !word.contains(['=', '"'])
        && word.starts_with(|c: char| c.is_ascii_lowercase());
    dotted || PLAIN.contains(&word)
}

/// Counts a function of a module.
pub fn count(function: &List) -> Count {
    let mut count = Count::default();
    visit(&function.items[1..], false, &mut count);
    for list in function.lists() {
        // `(local i32 i32)` declares two, `(local $a i32)` one.
        let names =
            list.items[1..].iter().filter(|item| item.word().is_some_and(|word| !word.starts_with('$')));
        match list.head() {
            "local" => count.locals += names.count(),
            "param" => count.params += names.count(),
            _ => {}
        }
    }
    count
}

/// Counts what stands in a list. What follows a block for leaving is cold if the
/// block's end cannot be reached: only a branch out of it leads there.
fn visit(items: &[Node], cold: bool, count: &mut Count) {
    let mut cold_from_here = cold;
    for item in items {
        match item {
            Node::Word(word, _) if is_mnemonic(word) => count.add(word, cold_from_here),
            Node::Word(..) => {}
            Node::List(list) if matches!(list.head(), "param" | "result" | "local" | "type" | "export") => {}
            Node::List(list) if is_stack_check(list) => visit(&list.items, true, count),
            Node::List(list) if is_leave_block(list) => {
                // The block itself is only there to be left.
                count.add("block", true);
                visit(&list.items[1..], cold_from_here, count);
                cold_from_here = true;
            }
            Node::List(list) => visit(&list.items, cold_from_here, count),
        }
    }
}

impl Count {
    fn add(&mut self, mnemonic: &str, cold: bool) {
        if cold {
            self.cold += 1;
        } else {
            self.instructions += 1;
            *self.mnemonics.entry(mnemonic.to_owned()).or_default() += 1;
        }
    }
}

/// `(if (… (global.get $state.stack_limit)) (then (return (call $exit…))))`
fn is_stack_check(list: &List) -> bool {
    let condition = list.lists().next();
    list.head() == "if"
        && condition.is_some_and(|condition| condition.mentions("$state.stack_limit"))
        && list.lists().nth(1).is_some_and(|then| then.lists().all(always_leaves))
}

/// `(block $leave… … (return …))`: its end is never reached.
fn is_leave_block(list: &List) -> bool {
    let named = list.items.get(1).and_then(Node::word).is_some_and(|name| name.starts_with("$leave"));
    list.head() == "block" && named && list.items.last().and_then(Node::list).is_some_and(always_leaves)
}

fn always_leaves(list: &List) -> bool {
    matches!(list.head(), "return" | "return_call" | "br" | "br_table" | "unreachable")
        || is_leave_block(list)
}

#[cfg(test)]
mod tests {
    use super::super::sexpr::read;
    use super::*;

    fn counted(text: &str) -> Count {
        count(read(text).top.lists().next().expect("a function"))
    }

    #[test]
    fn flat_and_folded_text_count_alike() {
        let flat = counted(
            "(func $f (type 0) (param i32) (local i32 i32) local.get 0 i32.load offset=4 block ;; a.b\n end)",
        );
        let folded = counted(
            "(func $f (param $a i32) (local $b i32) (local $c i32) (i32.load offset=4 (local.get $a)) (block $L1))",
        );
        assert_eq!(flat, folded);
        assert_eq!((flat.instructions, flat.locals, flat.params, flat.cold), (3, 2, 1, 0));
    }

    #[test]
    fn what_follows_a_block_for_leaving_is_cold() {
        let count = counted(
            "(func $f (block $leave (br_if $leave (call $g)) (return (i32.const 0))) (call $give) (i32.const 1))",
        );
        assert_eq!((count.instructions, count.cold), (4, 3));
    }

    #[test]
    fn what_follows_a_block_that_ends_is_not() {
        let count = counted("(func $f (block $leave (br_if $leave (call $g))) (call $give))");
        assert_eq!((count.instructions, count.cold), (4, 0));
    }

    #[test]
    fn the_check_for_a_deep_stack_is_cold() {
        let check =
            "(if (i64.lt_u (local.get $sp) (global.get $state.stack_limit)) (then (return (call $exit))))";
        let count = counted(&format!("(func $f {check} (drop (i32.const 1)))"));
        assert_eq!((count.instructions, count.cold), (2, 6));
    }

    #[test]
    fn numbers_are_not_instructions() {
        assert_eq!(counted("(func $f f64.const 0x1.8p+3 f64.const -1.5 drop)").instructions, 3);
    }
}
