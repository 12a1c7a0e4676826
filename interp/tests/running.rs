//! The loop: where it stops, what it counts, and whole programs.

mod common;

use common::{load_guest, run_guest};
use rv2wat_interp::{FaultKind, FlatMemory, Hart, Memory, Stop, run};
use rv2wat_isa::{B, CsrImm, I, Inst, J, X, csr};

const CODE: u64 = 0x1000;

fn program(insts: &[Inst]) -> (Hart, FlatMemory) {
    let bytes = insts.iter().flat_map(|inst| inst.encode().to_le_bytes()).collect();
    (Hart::at(CODE), FlatMemory::new(CODE, bytes))
}

fn addi(rd: X, rs1: X, imm: i64) -> Inst {
    Inst::Addi(I { rd, rs1, imm })
}

fn set_frm(mode: u32) -> Inst {
    Inst::Csrrwi(CsrImm { rd: X::ZERO, csr: csr::FRM, imm: mode })
}

fn jump(offset: i64) -> Inst {
    Inst::Jal(J { rd: X::ZERO, offset })
}

#[test]
fn it_asks_at_taken_transfers_only() {
    let (mut hart, mut memory) = program(&[
        addi(X::A0, X::ZERO, 2),
        addi(X::A0, X::A0, -1),
        Inst::Bne(B { rs1: X::A0, rs2: X::ZERO, offset: -4 }),
        jump(8),
        Inst::Ebreak,
        Inst::Ecall,
    ]);
    let mut asked = Vec::new();
    let mut ask = |pc| {
        asked.push(pc);
        false
    };
    let stopped = run(&mut hart, &mut memory, &mut ask, 100);
    assert_eq!(stopped, (Stop::Ecall, 7));
    assert_eq!(asked, [CODE + 4, CODE + 20]);
    assert_eq!(hart.pc, CODE + 24);
    hart.pc = CODE;
    let stopped = run(&mut hart, &mut memory, &mut |pc| pc == CODE + 20, 100);
    assert_eq!((stopped, hart.pc), ((Stop::Target, 6), CODE + 20));
}

#[test]
fn it_does_not_hand_back_control_while_another_mode_rounds() {
    let (mut hart, mut memory) = program(&[
        set_frm(1),
        jump(4),
        set_frm(3),
        jump(4),
        set_frm(0),
        jump(4),
        set_frm(0),
        jump(4),
        Inst::Ecall,
    ]);
    let mut asked = Vec::new();
    let mut ask = |pc| {
        asked.push(pc);
        false
    };
    assert_eq!(run(&mut hart, &mut memory, &mut ask, 100), (Stop::Ecall, 9));
    // After the first return to zero, then at the jumps.
    assert_eq!(asked, [CODE + 20, CODE + 24, CODE + 32]);
    hart.pc = CODE;
    assert_eq!(run(&mut hart, &mut memory, &mut |_| true, 100), (Stop::Target, 5));
    assert_eq!((hart.pc, hart.frm), (CODE + 20, 0));
}

#[test]
fn it_counts_what_executed() {
    let (mut hart, mut memory) = program(&[addi(X::A0, X::A0, 1), jump(-4)]);
    assert_eq!(run(&mut hart, &mut memory, &mut |_| false, 0), (Stop::Limit, 0));
    assert_eq!(run(&mut hart, &mut memory, &mut |_| false, 7), (Stop::Limit, 7));
    assert_eq!((hart.x[10], hart.pc, hart.instret), (4, CODE + 4, 7));

    let (mut hart, mut memory) = program(&[addi(X::A0, X::A0, 1), Inst::FenceI, Inst::Ebreak]);
    let fence = Stop::FenceI { pc: CODE + 8 };
    assert_eq!(run(&mut hart, &mut memory, &mut |_| false, 100), (fence, 2));
    assert_eq!(hart.pc, CODE + 8);
    let ebreak = Stop::Ebreak { pc: CODE + 8 };
    assert_eq!(run(&mut hart, &mut memory, &mut |_| false, 100), (ebreak, 0));
    assert_eq!((hart.pc, hart.instret), (CODE + 8, 2));
}

#[test]
fn it_sees_code_that_changed() {
    let (mut hart, mut memory) = program(&[addi(X::A0, X::A0, 1), jump(-4)]);
    run(&mut hart, &mut memory, &mut |_| false, 2);
    memory.store_u32(CODE, addi(X::A0, X::A0, 100).encode()).unwrap();
    run(&mut hart, &mut memory, &mut |_| false, 1);
    assert_eq!(hart.x[10], 101);
}

#[test]
fn arbitrary_bytes_end_in_a_stop() {
    let mut rng = common::Rng(11);
    for _ in 0..2000 {
        let bytes: Vec<u8> = (0..64).flat_map(|_| rng.next().to_le_bytes()).collect();
        let mut memory = FlatMemory::new(CODE, bytes);
        let mut hart = Hart::at(CODE + rng.below(256));
        for n in 1..32 {
            hart.x[n] = CODE + rng.below(600);
            hart.f[n] = rng.next();
        }
        let (stop, executed) = run(&mut hart, &mut memory, &mut |_| false, 1000);
        assert!(executed <= 1000 && stop != Stop::Target);
        if let Stop::Fault { addr, kind, .. } = stop {
            let inside = (CODE..CODE + 512).contains(&addr);
            assert!(!inside || kind == FaultKind::Misaligned || addr > CODE + 504, "{stop}");
        }
    }
}

/// `guest/hello.elf` is committed, so that a whole program runs everywhere.
#[test]
fn a_static_program_runs_to_its_exit() {
    let elf = include_bytes!("guest/hello.elf");
    let (hart, _) = load_guest(elf).expect("a static ELF");
    assert_ne!(hart.pc, 0);
    let (output, status) = run_guest(elf, b"").expect("the guest exits");
    let expected = "0 1 1 2 3 5 8 13 21 34 55 89 144 233 377 610\n\
                    2 3 5 7 11 13 17 19 23 29 31 37 41 43 47\n\
                    sqrt 2 1414213562373095\n";
    assert_eq!(String::from_utf8_lossy(&output), expected);
    assert_eq!(status, 42);
}
