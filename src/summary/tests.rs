//! What small programs' summaries say.

use rv2wat_isa::{RegSet, X};

use super::{Stack, Summaries, summarize};
use crate::discover::discover;
use crate::discover::testing::{AGREED, COPIES, GARBAGE, Guest, KEPT, LABEL, LABEL_AND_MORE, image};
use crate::load::testing::{CODE, elf};
use crate::load::{CallSite, Image, Symbol, SymbolKind, load};

fn summaries(guest: &Guest) -> Summaries {
    let image = image(guest);
    summarize(&image, &discover(&image), Stack::Exit)
}

#[test]
fn a_temporary_that_holds_nothing_is_asked_of_nobody() {
    let summaries = summaries(&GARBAGE);
    let [main, callee] = &summaries.functions[..] else { panic!("two functions") };
    assert!(callee.params.contains(X::T1), "an instruction reads it");
    assert!(!main.params.contains(X::T1), "but that is no reason to pass it on");
    assert_eq!(callee.results, RegSet::EMPTY);
    assert!(callee.clobbers.contains(X::A0));
}

#[test]
fn a_jump_through_a_pointer_hands_over_what_labels_read() {
    let summaries = summaries(&LABEL);
    let [main, label] = &summaries.functions[..] else { panic!("two functions") };
    assert!(main.is_regular() && label.is_regular());
    assert_eq!(summaries.members, [true, false], "what reads t1 cannot be called as the class is");
    assert!(label.params.contains(X::T1));
    assert!(!summaries.class.params.contains(X::T1) && summaries.class.state_params.contains(X::T1));
}

#[test]
fn what_a_label_reads_counts_when_it_ends_in_a_tail_call_too() {
    let summaries = summaries(&LABEL_AND_MORE);
    assert_eq!(
        summaries.members,
        [true, false, false],
        "the label reads t1, and nobody calls the last by pointer"
    );
    assert!(summaries.functions[1].is_regular() && summaries.class.state_params.contains(X::T1));
}

#[test]
fn a_copy_that_nobody_looks_at_asks_for_nothing() {
    let summaries = summaries(&COPIES);
    let [main, callee] = &summaries.functions[..] else { panic!("two functions") };
    assert_eq!(callee.results, RegSet::x(X::new(13)), "a3 alone");
    assert!((main.params - RegSet::x(X::SP) - RegSet::x(X::RA)).is_empty(), "{}", main);
}

#[test]
fn a_copy_in_a_callee_saved_register_is_no_use_either_until_an_exception_reads_it() {
    let mut image = image(&KEPT);
    let results = |image: &Image| summarize(image, &discover(image), Stack::Exit).functions[1].results;
    assert_eq!(results(&image), RegSet::EMPTY);
    image.call_sites = vec![CallSite { range: 0x10010..0x10014, pad: 0x10018 }];
    assert_eq!(results(&image), RegSet::x(X::new(12)), "a2, by way of s1");
}

#[test]
fn what_a_subroutine_reads_in_a_callee_saved_register_has_been_put_there() {
    let summaries = summaries(&AGREED);
    let a2 = X::new(12);
    assert!(summaries.functions[0].params.contains(a2) && !summaries.functions[1].params.contains(a2));
}

/// Calls by pointer and looks at a1. What the pointer leads to ends by jumping to a
/// function that leaves a1 alone, and whose callers look at a0.
const SHARED: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x016000ef, "jal 0x1001a"),
        (0x9502, "jalr a0"),
        (0x952e, "add a0,a0,a1"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x4581, "li a1,0"),
        (0xa009, "j 0x10016"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0xff9ff0ef, "jal 0x10016"),
        (0x0505, "addi a0,a0,1"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[0x10012, 0],
};

#[test]
fn a_family_gives_back_the_same_whoever_of_it_is_called_by_pointer() {
    let summaries = summaries(&SHARED);
    let [_, taken, shared, _] = &summaries.functions[..] else { panic!("four functions") };
    let both = RegSet::x(X::A0) | RegSet::x(X::new(11));
    assert_eq!((taken.results, shared.results), (both, both));
}

/// Calls one that returns two bytes further on, one that ends by jumping there, and one
/// that returns.
const ASTRAY: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x012000ef, "jal 0x10016"),
        (0x012000ef, "jal 0x1001a"),
        (0x010000ef, "jal 0x1001c"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x0089, "addi ra,ra,2"),
        (0x8082, "ret"),
        (0xbff5, "j 0x10016"),
        (0x4501, "li a0,0"),
        (0x8082, "ret"),
    ],
    data: &[],
};

#[test]
fn a_call_of_one_that_returns_elsewhere_may_lead_anywhere() {
    let image = image(&ASTRAY);
    let program = discover(&image);
    let summaries = summarize(&image, &program, Stack::Exit);
    let astray: Vec<bool> = summaries.functions.iter().map(|summary| summary.returns_elsewhere).collect();
    assert_eq!(astray, [false, true, true, false]);
    let ends = program.functions[0].blocks.iter().map(|block| &block.end);
    let elsewhere: Vec<bool> = ends.map(|end| summaries.leads_elsewhere(&program, end)).collect();
    assert_eq!(elsewhere, [true, true, false, true], "behind the return nothing comes");
}

/// Functions that run into one another are a family, which may be all of a
/// hostile program.
#[test]
fn a_family_as_large_as_a_program_takes_linear_time() {
    const COUNT: u64 = 8192;
    // Each is `bnez s0,+200`, and goes on at the next.
    let code: Vec<u8> = std::iter::repeat_n([0x61, 0xe4], COUNT as usize).flatten().collect();
    let symbol = |at: u64| Symbol {
        addr: CODE + 2 * at,
        size: 0,
        name: format!("f{at}"),
        kind: SymbolKind::Func,
        global: true,
    };
    let symbols: Vec<Symbol> = (0..COUNT).map(symbol).collect();
    let image = load(&elf(&code, &[], &symbols)).expect("the file is well formed");
    let program = discover(&image);
    assert_eq!(program.functions.len() as u64, COUNT);
    let start = std::time::Instant::now();
    let summaries = summarize(&image, &program, Stack::Exit);
    assert!(start.elapsed().as_secs() < 5, "summaries take {:?}", start.elapsed());
    assert!(summaries.functions.iter().all(|summary| summary.may_exit), "the code ends without a return");
}
