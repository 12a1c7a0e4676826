//! Which saves and restores are left out, and what frames hand over.

use rv2wat_isa::{F, Reg, RegSet, X};

use super::{AtEnd, Saves};
use crate::discover::testing::{FRAMES, Guest, image};
use crate::discover::{Function, Program, discover};
use crate::summary::{Stack, Standing, Summary, summarize};

const S0: Reg = Reg::X(X::new(8));
const S1: Reg = Reg::X(X::new(9));
const RA: Reg = Reg::X(X::RA);
const FS0: Reg = Reg::F(F::new(8));

/// The first function of a guest, and its summary.
fn first(guest: &Guest, stack: Stack) -> (Function, Summary) {
    let image = image(guest);
    let program: Program = discover(&image);
    let summary = summarize(&image, &program, stack).functions[0].clone();
    (program.functions[0].clone(), summary)
}

fn saves(guest: &Guest) -> (Function, Saves) {
    let (function, summary) = first(guest, Stack::Exit);
    let saves = summary.saves.clone().unwrap_or_else(|| panic!("{summary}"));
    (function, saves)
}

/// Why a function is entered with all registers in the state.
fn refusal(guest: &Guest) -> String {
    let (_, always) = first(guest, Stack::Always);
    assert!(always.is_regular(), "it keeps the psABI: {always}");
    match first(guest, Stack::Exit).1 {
        Summary { standing: Standing::Irregular(why), saves: None, .. } => why,
        summary => panic!("{summary}"),
    }
}

/// What is handed over where the block ends whose last instruction is at `pc`.
fn end_at((function, saves): &(Function, Saves), pc: u64) -> AtEnd {
    let at = function.blocks.iter().position(|block| block.insts.last().is_some_and(|site| site.pc == pc));
    saves.ends[at.unwrap_or_else(|| panic!("no block ends at {pc:#x}"))].clone()
}

fn set(regs: &[Reg]) -> RegSet {
    regs.iter().fold(RegSet::EMPTY, |mut set, &reg| {
        set.insert(reg);
        set
    })
}

fn owed(end: &AtEnd) -> Vec<(Reg, i64)> {
    let mut owed = end.owed.to_vec();
    owed.sort_by_key(|&(_, slot)| slot);
    owed
}

/// Saves ra and s0, uses s0 across a call, and brings both back.
const PLAIN: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xe822, "sd s0,16(sp)"),
        (0x842a, "mv s0,a0"),
        (0x00e000ef, "jal 0x10016"),
        (0x9522, "add a0,a0,s0"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6442, "ld s0,16(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Saves s1 on one of two paths, which calls; the other one calls without.
const WRAPPED: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xc911, "beqz a0,0x10018"),
        (0xe426, "sd s1,8(sp)"),
        (0x84ae, "mv s1,a1"),
        (0x018000ef, "jal 0x10022"),
        (0x9526, "add a0,a0,s1"),
        (0x64a2, "ld s1,8(sp)"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x00a000ef, "jal 0x10022"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Saves s1 where it calls what does not return, and never writes it.
const ENDS: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xe501, "bnez a0,0x1000c"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0xe426, "sd s1,8(sp)"),
        (0x004000ef, "jal 0x10012"),
        (0x9002, "ebreak"),
    ],
    data: &[],
};

/// Saves s1, writes it on one path and reads it on both.
const UNSET: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xe426, "sd s1,8(sp)"),
        (0xc111, "beqz a0,0x1000a"),
        (0x84ae, "mv s1,a1"),
        (0x00e000ef, "jal 0x10018"),
        (0x9526, "add a0,a0,s1"),
        (0x64a2, "ld s1,8(sp)"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Reads its caller's s1.
const PEEKS: Guest = Guest { code: &[(0x9526, "add a0,a0,s1"), (0x8082, "ret")], data: &[] };

/// Loads the saved s1 into another register.
const LOADS: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe426, "sd s1,8(sp)"),
        (0x84aa, "mv s1,a0"),
        (0x6522, "ld a0,8(sp)"),
        (0x9526, "add a0,a0,s1"),
        (0x64a2, "ld s1,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Saves s1 and redefines it on one path only, and reads it where the paths have met; it never returns.
const DOUBTS: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xc119, "beqz a0,0x10008"),
        (0xe426, "sd s1,8(sp)"),
        (0x84ae, "mv s1,a1"),
        (0x9526, "add a0,a0,s1"),
        (0xa001, "j 0x1000a"),
    ],
    data: &[],
};

/// Returns its return address, and calls in between.
const ADDRESS: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0xe022, "sd s0,0(sp)"),
        (0x842a, "mv s0,a0"),
        (0x00e000ef, "jal 0x10016"),
        (0x6522, "ld a0,8(sp)"),
        (0x60a2, "ld ra,8(sp)"),
        (0x6402, "ld s0,0(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Saves fs0, and s0 beside it.
const FLOATS: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xe822, "sd s0,16(sp)"),
        (0xa422, "fsd fs0,8(sp)"),
        (0x842a, "mv s0,a0"),
        (0x22a50453, "fmv.d fs0,fa0"),
        (0x012000ef, "jal 0x10020"),
        (0x02857553, "fadd.d fa0,fa0,fs0"),
        (0x2422, "fld fs0,8(sp)"),
        (0x6442, "ld s0,16(sp)"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
    ],
    data: &[],
};

#[test]
fn saves_and_restores_of_a_plain_frame_are_left_out() {
    let found = saves(&PLAIN);
    assert_eq!(found.1.saves, [(0x10002, -8), (0x10004, -16)]);
    assert_eq!(found.1.restores, [(0x1000e, -8), (0x10010, -16)]);
    assert_eq!(found.1.unset, RegSet::EMPTY);
    let call = end_at(&found, 0x10008);
    assert_eq!((call.redefined, call.perhaps), (set(&[S0, RA]), RegSet::EMPTY));
    assert_eq!((owed(&call), call.sp), (vec![(S0, -16), (RA, -8)], Some(-32)));
    let end = end_at(&found, 0x10014);
    assert_eq!((end.redefined, end.perhaps), (RegSet::EMPTY, RegSet::EMPTY), "all is as it was");
    assert_eq!((owed(&end), end.sp), (Vec::new(), Some(0)), "the frame is gone");
    assert!(!first(&PLAIN, Stack::Exit).1.params.contains(RA), "nobody asks for the return address");
}

#[test]
fn under_truth_always_nothing_is_left_out() {
    let (_, summary) = first(&PLAIN, Stack::Always);
    assert_eq!(summary.saves, None);
    assert!(summary.params.contains(RA));
}

#[test]
fn what_the_callee_leaves_dead_is_not_given() {
    let call = end_at(&saves(&PLAIN), 0x10008);
    assert_eq!(call.gives(set(&[S0]), false), set(&[S0, RA]));
    assert_eq!(call.gives(RegSet::EMPTY, false), set(&[RA]), "unwinders want it");
    assert_eq!(call.gives(RegSet::EMPTY, true), set(&[S0, RA]), "nothing comes after");
}

#[test]
fn a_save_on_one_path_is_owed_there() {
    let found = saves(&WRAPPED);
    assert_eq!(found.1.saves, [(0x10002, -8), (0x10006, -24)]);
    let (with, without) = (end_at(&found, 0x1000a), end_at(&found, 0x10018));
    assert_eq!((with.redefined, owed(&with)), (set(&[S1, RA]), vec![(S1, -24), (RA, -8)]));
    assert_eq!((without.redefined, owed(&without)), (set(&[RA]), vec![(RA, -8)]));
}

#[test]
fn a_save_before_a_call_that_does_not_return_observes_nothing() {
    let found = saves(&ENDS);
    assert_eq!(found.1.saves, [(0x10002, -8), (0x1000c, -24)]);
    assert_eq!(owed(&end_at(&found, 0x1000e)), vec![(S1, -24), (RA, -8)], "whoever leaves there fills both");
}

#[test]
fn what_only_some_paths_have_written_may_be_read_if_it_is_saved() {
    let found = saves(&UNSET);
    assert_eq!(found.1.unset, set(&[S1]));
    let call = end_at(&found, 0x1000a);
    assert_eq!((call.redefined, call.perhaps), (set(&[RA]), set(&[S1])));
    assert_eq!(call.gives(set(&[S1]), false), set(&[S1, RA]), "where it is live");
    assert_eq!(call.gives(RegSet::EMPTY, false), set(&[RA]));
}

#[test]
fn whoever_reads_its_callers_registers_is_refused() {
    assert_eq!(refusal(&PEEKS), "reads its caller's s1 at 0x10000");
    assert_eq!(refusal(&LOADS), "reads its caller's s1 at 0x10006");
    assert_eq!(refusal(&DOUBTS), "may read its caller's s1 at 0x10008");
}

#[test]
fn a_return_address_that_is_looked_at_is_passed_and_saved() {
    let found = saves(&ADDRESS);
    assert_eq!(found.1.saves, [(0x10004, -16)], "s0 alone");
    assert_eq!(found.1.restores, [(0x10010, -16)]);
    assert_eq!(owed(&end_at(&found, 0x10008)), [(S0, -16)]);
    assert!(first(&ADDRESS, Stack::Exit).1.params.contains(RA));
}

#[test]
fn slots_are_found_by_the_entry_sp_where_sp_is_not_known() {
    let found = saves(&FRAMES);
    let call = end_at(&found, 0x10012);
    assert_eq!(call.sp, None, "alloca has moved it");
    assert_eq!(owed(&call), [(S0, -16), (RA, -8)]);
    assert_eq!(call.frame_pointers, set(&[S0]));
    assert!(call.gives(RegSet::EMPTY, false).contains(S0), "unwinders follow frame pointers");
    assert_eq!(found.1.restores, [(0x1001a, -8), (0x1001c, -16)], "sp is known again");
}

#[test]
fn saves_of_floats_are_left_out() {
    let found = saves(&FLOATS);
    assert_eq!(found.1.saves, [(0x10002, -8), (0x10004, -16), (0x10006, -24)]);
    assert_eq!(found.1.restores.len(), 3);
    let call = end_at(&found, 0x1000e);
    assert_eq!(call.redefined, set(&[S0, FS0, RA]));
    assert_eq!(owed(&call), [(FS0, -24), (S0, -16), (RA, -8)]);
}
