//! What becomes of windows, and that text and bytes of a module agree.

use rv2wat_isa::{RegSet, X};

use super::*;
use crate::discover::testing::{FRAMES, HOISTED, image as loaded};
use crate::load::Fixup;
use crate::pipeline::{Translation, build_beside, translate_beside};
use crate::summary::Stack;

const PLACE: Place = Place { bias: 0x1_0000, mailbox: 0x8_0000, permissions: Some(0x9_0000) };

/// `sum(n)`: a loop around a call of a function behind it, and that function.
const CODE: [u16; 13] = [
    0x1141, // addi sp,sp,-16
    0xe406, // sd ra,8(sp)
    0x4581, // li a1,0
    0x00ef, 0x00e0, // jal +14: to the addition
    0x157d, // addi a0,a0,-1
    0xfd65, // bnez a0,-8: to the call
    0x60a2, // ld ra,8(sp)
    0x0141, // addi sp,sp,16
    0x8082, // ret
    0x95aa, // add a1,a1,a0
    0x8082, // ret
    0x0001, // nop
];
const AT: u64 = 0x4000_0000;
const LOOP: u64 = AT + 6;
const ADDITION: u64 = AT + 0x14;

fn window(addr: u64, code: &[u16]) -> Window {
    Window { addr, bytes: code.iter().flat_map(|half| half.to_le_bytes()).collect() }
}

fn code(roots: &[u64]) -> Code<'static> {
    let roots = roots.iter().copied().collect();
    Code { program: None, windows: vec![window(AT, &CODE)], roots, place: PLACE }
}

#[track_caller]
fn assembles(code: &Code<'_>) -> Translation {
    let options = Options { verify: true, ..Options::default() };
    let printed = translate_beside(code.clone(), &options).expect("it translates");
    let (translation, wasm) = build_beside(code.clone(), &options).expect("it translates");
    let assembled = crate::assemble::assemble(&printed.wat).expect("the printed module assembles");
    assert_eq!(wat::parse_str(&printed.wat).expect("the wat crate reads it"), assembled);
    assert_eq!(without_hints(&assembled), without_hints(&wasm), "{}", printed.wat);
    translation
}

/// A module's sections but the one that says which branches are likely, which only text
/// has.
fn without_hints(wasm: &[u8]) -> Vec<&[u8]> {
    let (mut sections, mut rest) = (Vec::new(), &wasm[8..]);
    while !rest.is_empty() {
        let digits = rest[1..].iter().position(|byte| byte & 0x80 == 0).expect("a length") + 1;
        let length = rest[1..=digits].iter().rev().fold(0, |sum, byte| sum << 7 | usize::from(byte & 0x7f));
        let (section, after) = rest.split_at(1 + digits + length);
        if !section[1 + digits..].starts_with(b"\x19metadata.code.branch_hint") {
            sections.push(section);
        }
        rest = after;
    }
    sections
}

#[test]
fn a_loop_stays_whole_and_its_callee_comes_with_it() {
    let (analysis, units) = code(&[AT, LOOP]).analyze(&Options::default()).unwrap();
    let entries: Vec<u64> = analysis.program.functions.iter().map(|function| function.entry).collect();
    // The function with the roots is there twice.
    assert_eq!(entries, [AT, AT, ADDITION]);
    let starts: Vec<u64> = units
        .iter()
        .map(|&(at, unit)| match unit {
            Unit::Whole => analysis.program.functions[at].entry,
            Unit::Continuation(block) => analysis.program.functions[at].blocks[block].start,
        })
        .collect();
    assert_eq!(starts, [AT, LOOP, ADDITION]);
}

#[test]
fn whoever_is_returned_to_may_look_at_the_results_of_the_last_call() {
    const CALLS: [u16; 9] = [
        0x1141, // addi sp,sp,-16
        0xe406, // sd ra,8(sp)
        0x00ef, 0x00a0, // jal +10: behind the return
        0x60a2, // ld ra,8(sp)
        0x0141, // addi sp,sp,16
        0x8082, // ret
        0x4505, // li a0,1
        0x8082, // ret
    ];
    let code = Code { windows: vec![window(AT, &CALLS)], ..code(&[AT]) };
    let (analysis, ..) = code.analyze(&Options::default()).unwrap();
    let results: Vec<RegSet> = analysis.summaries.functions.iter().map(|summary| summary.results).collect();
    assert_eq!(results[2], RegSet::x(X::A0), "{results:?}");
}

#[test]
fn whoever_goes_on_behind_a_call_finds_what_the_function_holds() {
    const CALLS: [u16; 20] = [
        0x1141, // addi sp,sp,-16
        0xe406, // sd ra,8(sp)
        0xe04a, // sd s2,0(sp)
        0x892a, // mv s2,a0
        0x00ef, 0x01c0, // jal +28: to the end
        0x954a, // add a0,a0,s2: a root, and so a function of its own
        0x60a2, // ld ra,8(sp)
        0x6902, // ld s2,0(sp)
        0x0141, // addi sp,sp,16
        0x8082, // ret
        0x1141, // addi sp,sp,-16: another root
        0xe406, // sd ra,8(sp)
        0xf0ef, 0xfe7f, // jal -26: to the start
        0x60a2, // ld ra,8(sp)
        0x0141, // addi sp,sp,16
        0x8082, // ret
        0x4505, // li a0,1
        0x8082, // ret
    ];
    let code = Code { windows: vec![window(AT, &CALLS)], ..code(&[AT + 12, AT + 22]) };
    let (analysis, ..) = code.analyze(&Options::default()).unwrap();
    let summary = |entry: u64| &analysis.summaries.functions[analysis.program.index[&entry]];
    let (caller, callee) = (summary(AT), summary(AT + 36));
    assert!(caller.params.contains(X::A0) && caller.may_exit, "{caller:?}");
    assert!(callee.results.contains(X::A0), "{callee:?}");
}

#[test]
fn a_jump_to_who_knows_where_writes_its_link() {
    // addi sp,sp,-16; jalr t0,t1: with such a stack pointer it is no call in tail position.
    let code = Code { windows: vec![window(AT, &[0x1141, 0x02e7, 0x0003])], ..code(&[AT]) };
    let printed = translate_beside(code, &Options::default()).unwrap().wat;
    assert!(printed.contains("(i64.const 1073741830)"), "{printed}");
}

#[test]
fn what_a_stranger_brings_is_compared_with_what_the_function_brings() {
    // jal t0,+4, and what it leads to: addi a0,a0,1; jr t0. Who falls in comes back to itself.
    const TURNS: [u16; 4] = [0x02ef, 0x0040, 0x0505, 0x8282];
    let printed = |roots: &[u64]| {
        let code = Code { windows: vec![window(AT, &TURNS)], ..code(roots) };
        translate_beside(code, &Options { level: 0, ..Options::default() }).unwrap().wat
    };
    let (first, both) = (printed(&[AT]), printed(&[AT, AT + 4]));
    assert!(!first.contains("i64.ne") && both.contains("i64.ne"), "{both}");
}

#[test]
fn a_root_that_no_other_leads_to_is_a_function_of_its_own() {
    let (analysis, ..) = code(&[LOOP]).analyze(&Options::default()).unwrap();
    assert_eq!(analysis.program.functions[0].entry, LOOP);
    assert_eq!(analysis.program.functions[0].name, "at_40000006");
}

#[test]
fn text_and_bytes_of_the_module_agree() {
    for stack in [Stack::Exit, Stack::Always] {
        let options = Options { stack, ..Options::default() };
        let translation = assembles(&code(&[AT, LOOP]));
        assert!(translation.entries.contains(&AT) && translation.entries.contains(&LOOP));
        assert!(build_beside(code(&[AT]), &options).is_ok());
        let options = Options { faults: Faults::Exact, preempt: true, verify: true, ..options };
        assert!(build_beside(code(&[AT, LOOP]), &options).is_ok());
    }
}

#[test]
fn places_that_are_not_in_a_window_have_no_entry() {
    let translation = assembles(&code(&[AT - 2, AT, AT + 0x1000, u64::MAX, 1]));
    assert!(translation.entries.contains(&AT));
    assert!(!translation.entries.contains(&(AT - 2)));
    let (translation, _) = build_beside(code(&[]), &Options::default()).unwrap();
    assert!(translation.entries.is_empty());
}

#[test]
fn any_bytes_translate() {
    let mut random = 0x9e37_79b9_7f4a_7c15_u64;
    for round in 0..200 {
        let halves: Vec<u16> = (0..40)
            .map(|_| {
                random ^= random << 13;
                random ^= random >> 7;
                random ^= random << 17;
                random as u16
            })
            .collect();
        let roots = (0..8).map(|root| AT + 2 * ((random >> (4 * root)) & 31)).collect();
        let code = Code { program: None, windows: vec![window(AT, &halves)], roots, place: PLACE };
        let made = build_beside(code, &Options { verify: true, ..Options::default() });
        assert!(made.is_ok(), "round {round}: {:?}", made.err());
    }
}

#[test]
fn a_jump_by_a_table_goes_by_its_address_where_the_index_was_known_before_the_root() {
    let base = loaded(&HOISTED);
    let text = base.text[0].clone();
    let bytes = base.read(text.start, text.end - text.start).unwrap().to_vec();
    let windows = vec![Window { addr: text.start, bytes }];
    let switches = |roots: &[u64]| {
        let roots = roots.iter().copied().collect();
        let code = Code { program: Some(&base), windows: windows.clone(), roots, place: PLACE };
        let wat = translate_beside(code, &Options::default()).unwrap().wat;
        // The index is 0 or 1, addresses are places of two bytes.
        (wat.contains("br_table") || wat.contains("(if"), wat.contains("i64.rotr"))
    };
    assert_eq!(switches(&[0x10000]), (true, false));
    assert_eq!(switches(&[0x10000, 0x10026]), (true, true));
}

#[test]
fn a_root_that_is_no_code_does_not_hinder_others() {
    let halves: Vec<u16> = [0, 0].into_iter().chain(CODE).collect();
    let code = Code { windows: vec![window(AT - 4, &halves)], ..code(&[AT - 4, AT]) };
    assert_eq!(assembles(&code).entries, [AT, ADDITION]);
}

#[test]
fn a_root_in_a_function_that_nothing_else_leads_to_is_in_that() {
    let halves: Vec<u16> = [0x8082].into_iter().chain(CODE).collect();
    let inside = ADDITION + 2;
    let code = Code { windows: vec![window(AT - 2, &halves)], ..code(&[AT - 2, inside]) };
    assert_eq!(assembles(&code).entries, [AT - 2, inside]);
}

#[test]
fn jump_tables_that_start_up_code_relocates_are_constants_here_too() {
    let mut base = loaded(&FRAMES);
    base.fixups = vec![(0x3_0008, Fixup::Value(0x1_0000))];
    base.relro = 0x3_0000..0x3_0010;
    let image = image(Some(&base), &[]);
    assert!(image.is_constant(0x3_0008, 8) && !image.is_constant(0x3_0000, 8));
    assert_eq!(image.word_at(0x3_0008), Some(0x1_0000));
}

#[test]
fn a_window_with_the_program_s_own_code_leaves_its_constants() {
    let base = loaded(&FRAMES);
    let text = base.text[0].clone();
    let same =
        Window { addr: text.start, bytes: base.read(text.start, text.end - text.start).unwrap().to_vec() };
    let image = image(Some(&base), std::slice::from_ref(&same));
    assert_eq!(image.bytes, base.bytes);
    assert!(image.is_constant(text.start, 4));

    let mut changed = same.clone();
    changed.bytes[2] ^= 1;
    let patched = super::image(Some(&base), std::slice::from_ref(&changed));
    assert_eq!(patched.read(text.start, text.end - text.start), Some(&changed.bytes[..]));
    assert_eq!(patched.bytes.len(), base.bytes.len());

    // Across the end of a segment: what is covered in part is no constant.
    let across = Window { addr: text.end - 2, bytes: vec![0; 0x1000] };
    let covered = super::image(Some(&base), std::slice::from_ref(&across));
    assert_eq!(covered.read(across.addr, 0x1000), Some(&across.bytes[..]));
    assert!(!covered.is_constant(text.start, 4));
}

#[test]
fn what_lies_beyond_memory_is_refused() {
    let code = Code { windows: vec![window(0x1_0000_0000, &CODE)], ..code(&[0x1_0000_0000]) };
    assert!(matches!(build_beside(code, &Options::default()), Err(Error::TooLarge { .. })));
    let low = Code { windows: vec![window(0x1000, &CODE)], ..self::code(&[0x1000]) };
    assert!(build_beside(low, &Options::default()).unwrap().0.entries.is_empty());
}
