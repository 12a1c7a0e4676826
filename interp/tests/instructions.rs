//! Corner cases of the integer instructions, atomics, CSRs and traps, as the
//! manual states them. The answers are written out, not computed.

mod common;

use rv2wat_interp::{
    Counter, Fault, FaultKind, FlatMemory, Flow, Hart, Memory, Reservation, Stop, Width, step,
};
use rv2wat_isa::{
    Amo, Cbo, Csr, CsrImm, F, FArith, FMove, I, Inst, J, Lr, R, Rm, Shift, Unary, X, XMove, csr,
};

const CODE: u64 = 0x1000;
const DATA: u64 = 0x1100;
const MIN: u64 = i64::MIN as u64;
const MIN32: u64 = 0xffff_ffff_8000_0000;
const ONES: u64 = u64::MAX;

/// An instruction, two operands, the result.
type Binary = (fn(R) -> Inst, u64, u64, u64);
/// An instruction, its operand, the result.
type OneOperand = (fn(Unary) -> Inst, u64, u64);

/// A hart at `CODE` and a memory of 512 bytes there that begins with `inst`.
fn machine(inst: Inst) -> (Hart, FlatMemory) {
    let mut memory = FlatMemory::new(CODE, vec![0; 512]);
    memory.store_u32(CODE, inst.encode()).unwrap();
    (Hart::at(CODE), memory)
}

/// The result of a register-register instruction on two values.
fn binary(make: fn(R) -> Inst, a: u64, b: u64) -> u64 {
    let (mut hart, mut memory) = machine(make(R { rd: X::A0, rs1: X::A1, rs2: X::A2 }));
    (hart.x[11], hart.x[12]) = (a, b);
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Next));
    hart.x[10]
}

fn shift(make: fn(Shift) -> Inst, a: u64, shamt: u32) -> u64 {
    let (mut hart, mut memory) = machine(make(Shift { rd: X::A0, rs1: X::A0, shamt }));
    hart.x[10] = a;
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Next));
    hart.x[10]
}

fn unary(make: fn(Unary) -> Inst, a: u64) -> u64 {
    let (mut hart, mut memory) = machine(make(Unary { rd: X::A0, rs1: X::A0 }));
    hart.x[10] = a;
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Next));
    hart.x[10]
}

#[test]
fn division_never_traps() {
    let cases: &[Binary] = &[
        (Inst::Div, 7, 0, ONES),
        (Inst::Div, MIN, ONES, MIN),
        (Inst::Div, -7_i64 as u64, 2, -3_i64 as u64),
        (Inst::Divu, 7, 0, ONES),
        (Inst::Divu, MIN, ONES, 0),
        (Inst::Rem, 7, 0, 7),
        (Inst::Rem, MIN, ONES, 0),
        (Inst::Rem, -7_i64 as u64, 2, ONES),
        (Inst::Remu, MIN, 0, MIN),
        (Inst::Divw, 0x1_0000_0007, 0x1_0000_0000, ONES),
        (Inst::Divw, 0x8000_0000, 0xffff_ffff, MIN32),
        (Inst::Divuw, 0x8000_0000, 1, MIN32),
        (Inst::Divuw, 7, 0xdead_beef_0000_0000, ONES),
        (Inst::Remw, 0x8000_0000, 0, MIN32),
        (Inst::Remw, 0x8000_0000, 0xffff_ffff, 0),
        (Inst::Remuw, 0xffff_ffff, 0, ONES),
    ];
    for &(make, a, b, expected) in cases {
        assert_eq!(binary(make, a, b), expected, "{} {a:x} {b:x}", name(make));
    }
}

#[test]
fn products_have_the_right_upper_half() {
    let cases: &[Binary] = &[
        (Inst::Mulh, ONES, ONES, 0),
        (Inst::Mulh, MIN, MIN, 1 << 62),
        (Inst::Mulhu, ONES, ONES, ONES - 1),
        (Inst::Mulhsu, ONES, ONES, ONES),
        (Inst::Mulhsu, MIN, ONES, MIN),
        (Inst::Mulhsu, 2, ONES, 1),
        (Inst::Mulw, 0x1_0000_ffff, 0x1_0001, ONES),
        (Inst::Mul, ONES, ONES, 1),
    ];
    for &(make, a, b, expected) in cases {
        assert_eq!(binary(make, a, b), expected, "{} {a:x} {b:x}", name(make));
    }
}

#[test]
fn word_forms_ignore_upper_halves_and_extend_the_sign() {
    let cases: &[Binary] = &[
        (Inst::Addw, 0x7fff_ffff, 1, MIN32),
        (Inst::Subw, 0xabcd_0000_0000_0000, 1, ONES),
        (Inst::Sllw, 1, 31, MIN32),
        (Inst::Sllw, 1, 32, 1),
        (Inst::Srlw, 0xffff_ffff_8000_0000, 0, MIN32),
        (Inst::Srlw, 0xffff_ffff_8000_0000, 31, 1),
        (Inst::Sraw, 0x8000_0000, 63, ONES),
        (Inst::Sll, 1, 64 + 63, MIN),
        (Inst::Sra, MIN, 63, ONES),
        (Inst::Srl, MIN, 127, 1),
        (Inst::Slt, ONES, 0, 1),
        (Inst::Sltu, ONES, 0, 0),
    ];
    for &(make, a, b, expected) in cases {
        assert_eq!(binary(make, a, b), expected, "{} {a:x} {b:x}", name(make));
    }
    assert_eq!(shift(Inst::Srai, MIN, 63), ONES);
    assert_eq!(shift(Inst::Sraiw, 0x8000_0000, 31), ONES);
    assert_eq!(shift(Inst::Slliw, 0x1_0000_0001, 31), MIN32);
}

#[test]
fn bit_manipulation() {
    let cases: &[Binary] = &[
        (Inst::AddUw, ONES, 1, 0x1_0000_0000),
        (Inst::Sh1add, MIN | 1, 5, 7),
        (Inst::Sh3addUw, ONES, 1, 0x7_ffff_fff9),
        (Inst::Andn, 0xff, 0x0f, 0xf0),
        (Inst::Orn, 0, 0xff, !0xff),
        (Inst::Xnor, 5, 5, ONES),
        (Inst::Max, ONES, 1, 1),
        (Inst::Maxu, ONES, 1, ONES),
        (Inst::Min, ONES, 1, ONES),
        (Inst::Minu, ONES, 1, 1),
        (Inst::Rol, MIN, 65, 1),
        (Inst::Ror, 1, 1, MIN),
        (Inst::Rolw, 0x8000_0000, 33, 1),
        (Inst::Rorw, 0xffff_ffff_0000_0001, 1, MIN32),
        (Inst::Bset, 0, 127, MIN),
        (Inst::Bclr, ONES, 64, ONES - 1),
        (Inst::Binv, MIN, 63, 0),
        (Inst::Bext, MIN, 63, 1),
        (Inst::CzeroEqz, 7, 0, 0),
        (Inst::CzeroEqz, 7, MIN, 7),
        (Inst::CzeroNez, 7, 0, 7),
        (Inst::CzeroNez, 7, MIN, 0),
    ];
    for &(make, a, b, expected) in cases {
        assert_eq!(binary(make, a, b), expected, "{} {a:x} {b:x}", name(make));
    }
    let cases: &[OneOperand] = &[
        (Inst::Clz, 0, 64),
        (Inst::Ctz, 0, 64),
        (Inst::Clzw, 0xffff_ffff_0000_0000, 32),
        (Inst::Ctzw, 0xffff_ffff_0000_0000, 32),
        (Inst::Ctzw, 0x8000_0000, 31),
        (Inst::Cpop, ONES, 64),
        (Inst::Cpopw, 0xffff_ffff_0000_0001, 1),
        (Inst::SextB, 0x180, 0xffff_ffff_ffff_ff80),
        (Inst::SextH, 0x1_8000, 0xffff_ffff_ffff_8000),
        (Inst::ZextH, 0xffff_ffff_ffff_8000, 0x8000),
        (Inst::OrcB, 0x0001_0000_8000_0010, 0x00ff_0000_ff00_00ff),
        (Inst::Rev8, 0x0102_0304_0506_0708, 0x0807_0605_0403_0201),
    ];
    for &(make, a, expected) in cases {
        assert_eq!(unary(make, a), expected, "{a:x}");
    }
    assert_eq!(shift(Inst::SlliUw, ONES, 63), MIN);
    assert_eq!(shift(Inst::Rori, 1, 63), 2);
    assert_eq!(shift(Inst::Roriw, 1, 31), 2);
    assert_eq!(shift(Inst::Bexti, MIN, 63), 1);
}

fn name(make: fn(R) -> Inst) -> &'static str {
    make(R { rd: X::A0, rs1: X::A0, rs2: X::A0 }).mnemonic()
}

#[test]
fn x0_reads_zero_and_ignores_writes() {
    let (mut hart, mut memory) = machine(Inst::Addi(I { rd: X::ZERO, rs1: X::ZERO, imm: 5 }));
    step(&mut hart, &mut memory).unwrap();
    assert_eq!(hart.get(X::ZERO), 0);
    // Not even a caller that sets the entry makes it readable.
    hart.x[0] = 99;
    assert_eq!(hart.get(X::ZERO), 0);
}

#[test]
fn jumps_link_and_clear_bit_zero() {
    let (mut hart, mut memory) = machine(Inst::Jalr(I { rd: X::A0, rs1: X::A0, imm: -1 }));
    hart.x[10] = 0x2002;
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Transfer));
    assert_eq!((hart.pc, hart.x[10]), (0x2000, CODE + 4));
    let (mut hart, mut memory) = machine(Inst::Jal(J { rd: X::RA, offset: -4096 }));
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Transfer));
    assert_eq!((hart.pc, hart.x[1]), (0, CODE + 4));
    // A compressed call links to the halfword behind it: c.jalr a0.
    memory.store_u16(CODE, 0x9502).unwrap();
    (hart.pc, hart.x[10]) = (CODE, 0x2001);
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Transfer));
    assert_eq!((hart.pc, hart.x[1]), (0x2000, CODE + 2));
}

/// The machine after an atomic instruction with a0 as source and destination
/// and a1 as the address.
fn atomic(make: fn(Amo) -> Inst, held: u64, operand: u64) -> (u64, u64) {
    let ops = Amo { rd: X::A0, rs1: X::A1, rs2: X::A0, aq: true, rl: true };
    let (mut hart, mut memory) = machine(make(ops));
    memory.store_u64(DATA, held).unwrap();
    (hart.x[10], hart.x[11]) = (operand, DATA);
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Next));
    (hart.x[10], memory.load_u64(DATA).unwrap())
}

#[test]
fn atomics_may_overwrite_their_operand() {
    assert_eq!(atomic(Inst::AmoswapD, 1, 2), (1, 2));
    assert_eq!(atomic(Inst::AmoswapW, 0x7_8000_0000, 0x9_0000_0002), (MIN32, 0x7_0000_0002));
    assert_eq!(atomic(Inst::AmoaddW, 0x7_ffff_ffff, 1), (ONES, 0x7_0000_0000));
    assert_eq!(atomic(Inst::AmoaddD, ONES, 1), (ONES, 0));
    assert_eq!(atomic(Inst::AmominW, 0x8000_0000, 1), (MIN32, 0x8000_0000));
    assert_eq!(atomic(Inst::AmominuW, 0x8000_0000, 1), (MIN32, 1));
    assert_eq!(atomic(Inst::AmomaxuW, 0x8000_0000, 0xffff_ffff_0000_0001), (MIN32, 0x8000_0000));
    assert_eq!(atomic(Inst::AmomaxW, 0x8000_0000, 0xffff_ffff_0000_0001), (MIN32, 1));
    assert_eq!(atomic(Inst::AmomaxD, MIN, 1), (MIN, 1));
    assert_eq!(atomic(Inst::AmomaxuD, MIN, 1), (MIN, MIN));
}

#[test]
fn atomics_must_be_aligned() {
    let ops = Amo { rd: X::A0, rs1: X::A1, rs2: X::A0, aq: false, rl: false };
    for (inst, addr) in [
        (Inst::AmoaddD(ops), DATA + 4),
        (Inst::AmoaddW(ops), DATA + 2),
        (Inst::ScW(ops), DATA + 1),
        (Inst::LrD(Lr { rd: X::A0, rs1: X::A1, aq: false, rl: false }), DATA + 4),
    ] {
        let (mut hart, mut memory) = machine(inst);
        hart.x[11] = addr;
        let kind = FaultKind::Misaligned;
        assert_eq!(step(&mut hart, &mut memory), Err(Stop::Fault { pc: CODE, addr, kind }));
    }
}

#[test]
fn store_conditional_compares_and_exchanges() {
    let lr = Inst::LrW(Lr { rd: X::A0, rs1: X::A1, aq: false, rl: false });
    let sc = Inst::ScW(Amo { rd: X::A2, rs1: X::A1, rs2: X::A3, aq: false, rl: false });
    let attempt = |between: &dyn Fn(&mut Hart, &mut FlatMemory)| {
        let (mut hart, mut memory) = machine(lr);
        memory.store_u32(CODE + 4, sc.encode()).unwrap();
        memory.store_u64(DATA, 0x1_ffff_ffff).unwrap();
        (hart.x[11], hart.x[13]) = (DATA, 0x5_0000_0007);
        step(&mut hart, &mut memory).unwrap();
        assert_eq!(hart.x[10], ONES);
        between(&mut hart, &mut memory);
        step(&mut hart, &mut memory).unwrap();
        assert_eq!(hart.reservation, None);
        (hart.x[12], memory.load_u64(DATA).unwrap())
    };
    assert_eq!(attempt(&|_, _| {}), (0, 0x1_0000_0007));
    assert_eq!(attempt(&|hart, _| hart.reservation = None), (1, 0x1_ffff_ffff));
    assert_eq!(attempt(&|_, memory| memory.store_u32(DATA, 3).unwrap()), (1, 0x1_0000_0003));
    // The value back in place: a compare-and-exchange does not notice.
    assert_eq!(attempt(&|_, memory| memory.store_u32(DATA, u32::MAX).unwrap()), (0, 0x1_0000_0007));
    let wider = Reservation { addr: DATA, width: Width::Double, value: 0x1_ffff_ffff };
    assert_eq!(attempt(&|hart, _| hart.reservation = Some(wider)), (1, 0x1_ffff_ffff));
}

#[test]
fn faults_name_pc_address_and_kind_and_change_nothing() {
    let load = Inst::Ld(I { rd: X::A0, rs1: X::A1, imm: 8 });
    let store = Inst::Sd(rv2wat_isa::S { rs1: X::A1, rs2: X::A0, imm: -8 });
    let amo = Inst::AmoaddD(Amo { rd: X::A0, rs1: X::A1, rs2: X::A0, aq: false, rl: false });
    let zero = Inst::CboZero(Cbo { rs1: X::A1 });
    let clean = Inst::CboClean(Cbo { rs1: X::A1 });
    let end = CODE + 512;
    for (inst, base, addr, kind) in [
        (load, end - 15, end - 7, FaultKind::Load),
        (store, end + 1, end - 7, FaultKind::Store),
        (store, 0, -8_i64 as u64, FaultKind::Store),
        (amo, end, end, FaultKind::Store),
        (zero, end + 5, end, FaultKind::Store),
        (clean, end + 5, end + 5, FaultKind::Store),
    ] {
        let (mut hart, mut memory) = machine(inst);
        hart.x[11] = base;
        let before = (hart.clone(), memory.clone());
        assert_eq!(step(&mut hart, &mut memory), Err(Stop::Fault { pc: CODE, addr, kind }));
        assert_eq!((hart, memory), before);
    }
}

#[test]
fn fetch_needs_no_more_bytes_than_the_instruction() {
    let mut memory = FlatMemory::new(CODE, vec![0x05, 0x05, 0x13, 0x05]); // c.addi a0,1; half an addi
    let mut hart = Hart::at(CODE);
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Next));
    let fault = Stop::Fault { pc: CODE + 2, addr: CODE + 4, kind: FaultKind::Fetch };
    assert_eq!(step(&mut hart, &mut memory), Err(fault));
    hart.pc = 0;
    let fault = Stop::Fault { pc: 0, addr: 0, kind: FaultKind::Fetch };
    assert_eq!(step(&mut hart, &mut memory), Err(fault));
}

#[test]
fn a_cache_block_is_zeroed_whole() {
    let (mut hart, mut memory) = machine(Inst::CboZero(Cbo { rs1: X::A1 }));
    memory.bytes[64..].fill(0xff);
    hart.x[11] = CODE + 64 + 17;
    step(&mut hart, &mut memory).unwrap();
    assert!(memory.bytes[64..128].iter().all(|&byte| byte == 0));
    assert!(memory.bytes[128..].iter().all(|&byte| byte == 0xff));
}

/// What a CSR instruction leaves in a0, given a1, and the hart.
fn csr_op(inst: Inst, a1: u64, fcsr: u8) -> Result<(u64, Hart), Stop> {
    let (mut hart, mut memory) = machine(inst);
    hart.x[11] = a1;
    hart.set_fcsr(fcsr);
    step(&mut hart, &mut memory)?;
    Ok((hart.x[10], hart))
}

#[test]
fn the_floating_point_csrs_are_views_of_one_register() {
    let with = |make: fn(Csr) -> Inst, number, value| {
        let inst = make(Csr { rd: X::A0, csr: number, rs1: X::A1 });
        let (old, hart) = csr_op(inst, value, 0b101_10011).unwrap();
        (old, hart.fcsr())
    };
    assert_eq!(with(Inst::Csrrw, csr::FCSR, ONES), (0b101_10011, 0xff));
    assert_eq!(with(Inst::Csrrw, csr::FRM, 0xfa), (0b101, 0b010_10011));
    assert_eq!(with(Inst::Csrrs, csr::FFLAGS, 0b100), (0b10011, 0b101_10111));
    assert_eq!(with(Inst::Csrrc, csr::FFLAGS, 0xf0), (0b10011, 0b101_00011));
}

#[test]
fn illegal_csr_accesses_trap_and_change_nothing() {
    let reg = |number, rs1| Csr { rd: X::A0, csr: number, rs1 };
    let imm = |number, imm| CsrImm { rd: X::A0, csr: number, imm };
    let illegal = [
        Inst::Csrrw(reg(csr::CYCLE, X::ZERO)),
        Inst::Csrrs(reg(csr::TIME, X::A1)),
        Inst::Csrrwi(imm(csr::INSTRET, 0)),
        Inst::Csrrci(imm(csr::INSTRET, 1)),
        Inst::Csrrs(reg(csr::VLENB, X::ZERO)),
        Inst::Csrrs(reg(0x300, X::ZERO)),
        Inst::Csrrs(reg(0xc03, X::ZERO)),
        Inst::Csrrw(reg(0x000, X::ZERO)),
    ];
    for inst in illegal {
        let raw = inst.encode();
        assert_eq!(csr_op(inst, 0, 0).map(|_| ()), Err(Stop::Illegal { pc: CODE, raw, len: 4 }));
    }
    // Reading does not count as writing, whatever the register holds.
    for inst in [Inst::Csrrs(reg(csr::CYCLE, X::ZERO)), Inst::Csrrci(imm(csr::TIME, 0))] {
        assert!(csr_op(inst, ONES, 0).is_ok(), "{inst:?}");
    }
}

#[test]
fn counters_come_from_the_memory_hook() {
    struct Clock(FlatMemory);
    impl Memory for Clock {
        fn load(&mut self, addr: u64, buf: &mut [u8]) -> Result<(), Fault> {
            self.0.load(addr, buf)
        }
        fn store(&mut self, addr: u64, bytes: &[u8]) -> Result<(), Fault> {
            self.0.store(addr, bytes)
        }
        fn counter(&mut self, counter: Counter, instret: u64) -> u64 {
            match counter {
                Counter::Time => 123_456,
                Counter::Cycle => 2 * instret,
                Counter::Instret => instret,
            }
        }
    }
    for (number, expected) in [(csr::TIME, 123_456), (csr::CYCLE, 84), (csr::INSTRET, 42)] {
        let read = Inst::Csrrs(Csr { rd: X::A0, csr: number, rs1: X::ZERO });
        let (mut hart, memory) = machine(read);
        hart.instret = 42;
        step(&mut hart, &mut Clock(memory)).unwrap();
        assert_eq!((hart.x[10], hart.instret), (expected, 43));
    }
}

#[test]
fn reserved_rounding_modes_are_illegal() {
    let add = |rm| Inst::FaddD(FArith { rd: F::FA0, rs1: F::FA0, rs2: F::FA0, rm });
    let widen = Inst::FcvtDW(rv2wat_isa::XToF { rd: F::FA0, rs1: X::A0, rm: Rm::Dyn });
    let cases = [
        (add(Rm::Reserved5), 0),
        (add(Rm::Reserved6), 0),
        (add(Rm::Dyn), 5),
        (add(Rm::Dyn), 6),
        (add(Rm::Dyn), 7),
        (widen, 7),
    ];
    for (inst, frm) in cases {
        let (mut hart, mut memory) = machine(inst);
        hart.frm = frm;
        let raw = inst.encode();
        let stop = Stop::Illegal { pc: CODE, raw, len: 4 };
        assert_eq!(step(&mut hart, &mut memory), Err(stop), "{inst:?} {frm}");
    }
    // A static mode does not look at frm.
    let (mut hart, mut memory) = machine(add(Rm::Rtz));
    hart.frm = 7;
    assert_eq!(step(&mut hart, &mut memory), Ok(Flow::Next));
}

#[test]
fn unknown_bits_are_illegal() {
    for (word, raw, len) in [(0, 0, 2), (u32::MAX, u32::MAX, 4), (0x0000_100b, 0x100b, 4)] {
        let mut memory = FlatMemory::new(CODE, vec![0; 8]);
        memory.store_u32(CODE, word).unwrap();
        let stop = Stop::Illegal { pc: CODE, raw, len };
        assert_eq!(step(&mut Hart::at(CODE), &mut memory), Err(stop));
    }
}

#[test]
fn moves_between_register_files_keep_bits() {
    let (mut hart, mut memory) = machine(Inst::FmvXW(FMove { rd: X::A0, rs1: F::FA0 }));
    hart.f[10] = 0x1234_5678_ffc0_0001; // badly boxed, and not the canonical NaN
    step(&mut hart, &mut memory).unwrap();
    assert_eq!(hart.x[10], 0xffff_ffff_ffc0_0001);
    let (mut hart, mut memory) = machine(Inst::FmvWX(XMove { rd: F::FA0, rs1: X::A0 }));
    hart.x[10] = 0x1234_5678_ffc0_0001;
    step(&mut hart, &mut memory).unwrap();
    assert_eq!(hart.f[10], 0xffff_ffff_ffc0_0001);
}

#[test]
fn flags_accrue() {
    let div = FArith { rd: F::FA0, rs1: F::FA0, rs2: F::FA1, rm: Rm::Rne };
    let (mut hart, mut memory) = machine(Inst::FdivD(div));
    hart.fflags = 0b1;
    hart.f[10] = 1.0_f64.to_bits();
    step(&mut hart, &mut memory).unwrap();
    assert_eq!((hart.f[10], hart.fflags), (f64::INFINITY.to_bits(), 0b1001));
}
