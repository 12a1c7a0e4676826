use super::testing::*;
use super::*;
use crate::load::{CallSite, Symbol, SymbolKind};

fn function(guest: &Guest, entry: u64) -> Function {
    let program = discover(&image(guest));
    program.function_at(entry).unwrap_or_else(|| panic!("no function at {entry:x}")).clone()
}

fn entries(guest: &Guest) -> Vec<u64> {
    discover(&image(guest)).functions.iter().map(|f| f.entry).collect()
}

/// The end of the block whose last instruction is at `pc`.
fn end_at(function: &Function, pc: u64) -> &Terminator {
    let block = function.blocks.iter().find(|b| b.insts.last().is_some_and(|s| s.pc == pc));
    &block.unwrap_or_else(|| panic!("no block ends at {pc:x}: {function:#x?}")).end
}

fn starts(function: &Function, blocks: &[usize]) -> Vec<u64> {
    blocks.iter().map(|&b| function.blocks[b].start).collect()
}

#[test]
fn a_switch_becomes_a_bounded_table() {
    let f = function(&SWITCH, 0x10000);
    let Terminator::Table { index, targets, bounded, .. } = end_at(&f, 0x1001a) else { panic!("{f:#x?}") };
    assert_eq!(*index, IndexSite { pc: 0x10006, reg: X::A0, zext32: true, scale: 0 });
    assert_eq!(starts(&f, targets), [0x1001c, 0x10020, 0x1001c]);
    assert!(*bounded);
    assert_eq!((f.irregular, f.end), (None, 0x10028));
}

#[test]
fn an_index_scaled_before_a_loop_is_found() {
    let f = function(&HOISTED, 0x10000);
    let Terminator::Table { index, targets, bounded, .. } = end_at(&f, 0x1002c) else { panic!("{f:#x?}") };
    assert_eq!(*index, IndexSite { pc: 0x10022, reg: X::A5, zext32: false, scale: 0 });
    assert_eq!(starts(&f, targets), [0x1002e, 0x10032]);
    assert!(*bounded, "the check on the spilled word counts");
    assert_eq!(*end_at(&f, 0x1003a), Terminator::Return);
}

#[test]
fn an_entry_whose_address_was_spilled_selects_among_the_table() {
    let f = function(&SPILLED, 0x10000);
    let Terminator::Goto { targets } = end_at(&f, 0x1001e) else { panic!("{f:#x?}") };
    let pcs: Vec<u64> = targets.iter().map(|t| t.0).collect();
    assert_eq!(pcs, [0x10020, 0x10022]);
    assert_eq!(*end_at(&f, 0x10028), Terminator::Return);
}

#[test]
fn a_table_of_indices_bounds_the_table() {
    let f = function(&BYTES, 0x10000);
    let Terminator::Table { index, targets, bounded, .. } = end_at(&f, 0x1002a) else { panic!("{f:#x?}") };
    assert_eq!(*index, IndexSite { pc: 0x10024, reg: X::A5, zext32: false, scale: 0 });
    assert_eq!(starts(&f, targets), [0x1002c, 0x10030, 0x1002c]);
    assert!(!bounded, "the check is on eight bits of the index only");
}

#[test]
fn a_table_without_a_check_ends_at_the_next_object() {
    let f = function(&UNBOUNDED, 0x10000);
    let Terminator::Table { targets, bounded, .. } = end_at(&f, 0x10012) else { panic!("{f:#x?}") };
    assert_eq!(starts(&f, targets), [0x10014, 0x1001c]);
    assert!(!bounded);
}

#[test]
fn an_index_that_was_scaled_on_several_ways_is_found_scaled() {
    let f = function(&SCALED, 0x10000);
    for (jump, site) in [
        (0x10010, IndexSite { pc: 0x1000c, reg: X::A4, zext32: false, scale: 3 }),
        (0x10022, IndexSite { pc: 0x1001c, reg: X::A4, zext32: false, scale: 0 }),
    ] {
        let Terminator::Table { index, targets, bounded, .. } = end_at(&f, jump) else { panic!("{f:#x?}") };
        assert_eq!(*index, site);
        assert_eq!(starts(&f, targets), [0x10016, 0x10024]);
        assert!(!bounded);
    }
}

#[test]
fn a_jump_through_a_table_of_functions_is_a_tail_call() {
    let f = function(&MEMBERS, 0x10000);
    assert_eq!(*end_at(&f, 0x10008), Terminator::Jump(f.block_at(0x1000a).unwrap()));
    assert_eq!(*end_at(&f, 0x1001a), Terminator::TailIndirect);
    assert!(function(&MEMBERS, 0x1001c).address_taken);
}

#[test]
fn a_computed_goto_knows_the_labels_whose_addresses_are_taken() {
    let f = function(&LABELS, 0x10000);
    let Terminator::Goto { targets } = end_at(&f, 0x1001e) else { panic!("{f:#x?}") };
    let pcs: Vec<u64> = targets.iter().map(|t| t.0).collect();
    assert_eq!(pcs, [0x10020, 0x10022]);
    assert!(targets.iter().all(|&(pc, block)| f.blocks[block].start == pc));
    assert_eq!(*end_at(&f, 0x10024), Terminator::Return);
}

#[test]
fn the_frame_pointer_brings_the_return_address_back() {
    let f = function(&FRAMES, 0x10000);
    assert_eq!(*end_at(&f, 0x10020), Terminator::Return);
    assert_eq!(f.irregular, None);
    let image = image(&FRAMES);
    let env = flow::Env { image: &image, gp: None };
    let states = flow::analyze(env, &f);
    let epilogue = states[f.block_at(0x10016).unwrap()].as_ref().unwrap();
    assert_eq!(epilogue.reg(X::SP), flow::Abs::Frame);
    assert_eq!(epilogue.reg(X::S0), flow::Abs::Entry(X::SP, 0));
    assert_eq!(epilogue.slots.get(-8), flow::Abs::Entry(X::RA, 0));
    assert_eq!(epilogue.reg(X::A0), flow::Abs::Unknown);
}

#[test]
fn jumps_with_the_frame_merge_and_without_are_tail_calls() {
    assert_eq!(entries(&PARTS), [0x10000, 0x10016, 0x10018]);
    let f = function(&PARTS, 0x10000);
    let Terminator::Branch { taken, .. } = end_at(&f, 0x1000c) else { panic!() };
    assert_eq!(f.blocks[*taken].start, 0x1001a, "the part behind the other functions");
    let Terminator::Branch { taken, .. } = end_at(&f, 0x10012) else { panic!() };
    let stub = &f.blocks[*taken];
    assert_eq!((stub.insts.len(), &stub.end), (0, &Terminator::TailCall { callee: 0x10016 }));
    assert_eq!(*end_at(&f, 0x10014), Terminator::TailCall { callee: 0x10018 });
    let falls = function(&PARTS, 0x10016);
    assert_eq!(*end_at(&falls, 0x10016), Terminator::TailCall { callee: 0x10018 });
}

#[test]
fn a_part_that_only_has_a_symbol_is_no_function() {
    let cold =
        |addr, name: &str| Symbol { addr, size: 0, name: name.into(), kind: SymbolKind::Func, global: false };
    let symbols = [cold(0x10000, "main"), cold(0x1001a, "main.cold"), cold(0x10018, "main")];
    let program = discover(&image_with(&PARTS, &symbols));
    let names: Vec<&str> = program.functions.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["main", "f_10016", "main.2"]);
    assert!(program.functions[0].block_at(0x1001a).is_some());
}

#[test]
fn nothing_is_looked_for_behind_calls_that_never_return() {
    let program = discover(&image(&NEVER));
    assert_eq!(program.functions.iter().map(|f| f.entry).collect::<Vec<_>>(), [0x10000, 0x1001c, 0x10028]);
    assert!(program.functions.iter().all(|f| f.noreturn));
    let main = &program.functions[0];
    for pc in [0x1000e, 0x10014] {
        assert!(matches!(end_at(main, pc), Terminator::Call { next: None, .. }), "{pc:x}");
    }
    assert_eq!(main.end, 0x10018);
}

#[test]
fn far_calls_and_millicode_are_direct() {
    let f = function(&FAR, 0x10000);
    let Terminator::Call { callee, link, next } = end_at(&f, 0x1000a) else { panic!("{f:#x?}") };
    assert_eq!((*callee, *link), (0x10020, X::RA));
    assert!(next.is_some());
}

#[test]
fn a_linkage_stub_is_a_tail_call() {
    let f = function(&STUB, 0x1000c);
    assert_eq!(*end_at(&f, 0x10014), Terminator::TailIndirect);
    assert!(!f.noreturn);
    let main = function(&STUB, 0x10000);
    assert_eq!(*end_at(&main, 0x10008), Terminator::Ecall { next: None });
    assert!(main.noreturn);
}

#[test]
fn a_change_of_context_is_irregular_and_never_returns() {
    let f = function(&CONTEXT, 0x10006);
    assert_eq!(*end_at(&f, 0x1000e), Terminator::Unknown);
    assert_eq!(f.irregular.as_deref(), Some("1000e: return address not proven"));
    assert!(f.noreturn);
    let main = function(&CONTEXT, 0x10000);
    assert!(matches!(end_at(&main, 0x10000), Terminator::Call { next: None, .. }));
}

#[test]
fn a_switch_of_contexts_returns_once_somebody_switches_back() {
    let f = function(&SWITCHED, 0x10006);
    assert_eq!(*end_at(&f, 0x10016), Terminator::Unknown);
    assert!(f.irregular.is_some() && !f.noreturn);
    let main = function(&SWITCHED, 0x10000);
    assert!(matches!(end_at(&main, 0x10000), Terminator::Call { next: Some(_), .. }));
}

#[test]
fn code_that_only_data_points_to_is_a_function_and_its_middle_is_not() {
    assert_eq!(entries(&POINTED), [0x10000, 0x1000a]);
    let program = discover(&image(&POINTED));
    assert!(program.functions[1].address_taken);
    assert_eq!(program.function_covering(0x1000c).map(|f| f.entry), Some(0x1000a));
    assert_eq!(program.function_covering(0x10008), None);
}

#[test]
fn gp_is_a_constant_of_the_program() {
    let image = image(&GLOBAL);
    let program = discover(&image);
    assert_eq!(program.gp, Some(0x207c0));
    assert!(program.gp_writes.is_empty());
    // The word at 0x20000, read through gp, is a known function.
    let f = program.function_at(0x10014).unwrap();
    assert!(matches!(end_at(f, 0x1001a), Terminator::Jump(_) | Terminator::TailCall { callee: 0x1001c }));
}

#[test]
fn blocks_end_where_the_rounding_mode_changes() {
    let f = function(&MODES, 0x10000);
    assert_eq!(starts(&f, &(0..f.blocks.len()).collect::<Vec<_>>()), [0x10000, 0x10008, 0x1000c]);
    assert_eq!(*end_at(&f, 0x10004), Terminator::Sync { next: 1 });
    assert_eq!(*end_at(&f, 0x10008), Terminator::Sync { next: 2 });
    assert_eq!(*end_at(&f, 0x10010), Terminator::Trap { pc: 0x10010, raw: 0xc000_1073 });
}

#[test]
fn discovery_is_deterministic_and_its_graph_agrees_with_the_ends() {
    for guest in [&SWITCH, &HOISTED, &BYTES, &LABELS, &PARTS, &NEVER, &FAR] {
        let image = image(guest);
        let program = discover(&image);
        assert_eq!(program.functions, discover(&image).functions);
        for f in &program.functions {
            let graph = f.cfg();
            assert_eq!(graph.node_count(), f.blocks.len());
            assert_eq!(f.blocks[f.entry_block].start, f.entry);
            assert!(f.blocks.is_sorted_by_key(|b| b.start));
            for edge in graph.edge_indices() {
                let (from, to) = graph.edge_endpoints(edge).unwrap();
                assert!(f.blocks[from.index()].end.successors().contains(&to.index()));
            }
        }
    }
}

#[test]
fn a_call_does_not_come_back_where_its_ra_would_be_used() {
    let program = discover(&image(&LAST_CALL));
    let main = program.function_at(0x10000).unwrap();
    assert!(matches!(end_at(main, 0x10004), Terminator::Call { callee: 0x1001a, next: None, .. }));
    assert_eq!((main.end, main.noreturn), (0x10008, true));
    let second = program.function_at(0x10008).unwrap();
    assert!(matches!(end_at(second, 0x10010), Terminator::Call { callee: 0x1001a, next: Some(_), .. }));
    assert_eq!(*end_at(second, 0x10018), Terminator::Return);
}

#[test]
fn code_that_returns_by_t0_is_part_of_who_falls_into_it() {
    let part = |kind| Symbol { addr: 0x10016, size: 0, name: "part".into(), kind, global: true };
    let program = discover(&image_with(&ALTERNATE, &[part(SymbolKind::Func)]));
    let fails = program.function_at(0x10012).unwrap();
    assert_eq!(*end_at(fails, 0x1001a), Terminator::Return, "t0 holds the ra of the entry");
    let main = program.function_at(0x10000).unwrap();
    assert!(matches!(end_at(main, 0x1001a), Terminator::Jump(_)), "and here the link");
}

#[test]
fn a_function_may_be_in_the_table_of_functions_that_it_calls() {
    let other = Symbol { addr: 0x10014, size: 0, name: "other".into(), kind: SymbolKind::Func, global: true };
    let program = discover(&image_with(&ITSELF, &[other]));
    assert_eq!(*end_at(&program.functions[0], 0x10010), Terminator::TailIndirect);
    assert!(program.function_at(0x10014).unwrap().address_taken);
}

#[test]
fn an_entry_with_a_constant_index_does_not_end_the_table() {
    let f = function(&CONSTANT_INDEX, 0x10000);
    let Terminator::Table { targets, bounded, .. } = end_at(&f, 0x10010) else { panic!("{f:#x?}") };
    assert_eq!(starts(&f, targets), [0x10012, 0x1001e]);
    assert!(!bounded);
    assert_eq!(*end_at(&f, 0x1001c), Terminator::Jump(f.block_at(0x1001e).unwrap()));
}

#[test]
fn a_table_that_does_not_settle_is_as_the_last_look_has_it() {
    let f = function(&UNSETTLED, 0x10000);
    let Terminator::Goto { targets } = end_at(&f, 0x10012) else { panic!("{f:#x?}") };
    assert_eq!(targets.iter().map(|&(pc, _)| pc).collect::<Vec<_>>(), [0x10014, 0x1001c]);
    assert_eq!(f.irregular, None);
}

#[test]
fn a_landing_pad_belongs_to_the_function_whose_call_it_serves() {
    let mut image = image(&PAD);
    assert_eq!(function(&PAD, 0x10000).block_at(0x1000e), None);
    image.call_sites = vec![CallSite { range: 0x10004..0x10008, pad: 0x1000e }];
    let program = discover(&image);
    let main = program.function_at(0x10000).unwrap();
    assert_eq!(starts(main, &main.landing_pads), [0x1000e]);
    assert!(matches!(end_at(main, 0x10010), Terminator::Jump(_)));
    let entered: Vec<usize> = main.blocks.iter().flat_map(|b| b.end.successors()).collect();
    assert!(!entered.contains(&main.landing_pads[0]), "nothing that the function does leads there");
}

#[test]
fn a_label_that_is_stored_for_a_jump_from_elsewhere_belongs_to_its_function() {
    assert_eq!(entries(&RECEIVER), [0x10000, 0x1002a]);
    let f = function(&RECEIVER, 0x10000);
    assert!(matches!(end_at(&f, 0x10018), Terminator::Call { next: None, .. }), "the callee never returns");
    assert_eq!(starts(&f, &f.landing_pads), [0x10020]);
    assert_eq!(*end_at(&f, 0x10028), Terminator::Return, "sp and the frame are what they were");
    assert_eq!((f.irregular, f.noreturn), (None, false));
}
