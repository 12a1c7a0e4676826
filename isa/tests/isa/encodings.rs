//! The two tables against themselves and against the specification: rows that
//! do not overlap, round trips, immediates, hints and reserved encodings.

use crate::objdump::BASE;
use rv2wat_isa::*;

fn inst(encoding: u32) -> Inst {
    match decode(encoding) {
        Ok(decoded) => decoded.inst,
        Err(error) => panic!("{error}"),
    }
}

fn text(encoding: u32) -> String {
    disassemble(&decode(encoding).unwrap(), 0x10000)
}

#[test]
fn every_match_lies_within_its_mask_and_no_two_rows_overlap() {
    for (n, a) in ALL.iter().enumerate() {
        assert_eq!(a.bits & !a.mask, 0, "{}", a.name);
        assert_eq!(a.mask & 0x7f, 0x7f, "{} does not fix its opcode", a.name);
        for b in &ALL[n + 1..] {
            let common = a.mask & b.mask;
            assert_ne!(a.bits & common, b.bits & common, "{} overlaps {}", a.name, b.name);
            assert_ne!(a.name, b.name);
        }
    }
}

#[test]
fn masks_and_fields_share_out_the_word() {
    for row in ALL {
        let fields = row.format.field_bits();
        // A 6-bit shift amount's top bit is fixed at 0 in the `w` forms.
        let fixed = if row.format == Format::Shift { 1 << 25 } else { 0 };
        assert_eq!(fields & row.mask & !fixed, 0, "{}: a field is fixed", row.name);
        // `fence.i` alone ignores bits.
        let ignored = if row.name == "fence.i" { 0xffff_8f80 } else { 0 };
        assert_eq!(!(fields | row.mask), ignored, "{}: bits nobody reads", row.name);
    }
}

#[test]
fn overlaps_of_compressed_rows_are_the_documented_ones() {
    let mut overlaps = Vec::new();
    for (n, a) in compressed::ALL.iter().enumerate() {
        assert_eq!(a.bits & !a.mask, 0, "{}", a.name);
        for b in &compressed::ALL[n + 1..] {
            let common = a.mask & b.mask;
            if a.bits & common == b.bits & common {
                // The first is tried first, so it must be the special case.
                assert_eq!(a.mask & b.mask, b.mask, "{} hides {}", a.name, b.name);
                overlaps.push((a.name, b.name));
            }
        }
    }
    let documented = [
        ("c.addi16sp", "c.lui"),
        ("c.jr", "c.mv"),
        ("c.ebreak", "c.jalr"),
        ("c.ebreak", "c.add"),
        ("c.jalr", "c.add"),
    ];
    assert_eq!(overlaps, documented);
}

#[test]
fn words_round_trip() {
    let mut state = 1_u32;
    for row in ALL {
        for _ in 0..500 {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let word = row.bits | state.rotate_left(13) & !row.mask;
            let decoded = decode(word).unwrap();
            assert_eq!((decoded.len, decoded.raw), (4, word));
            assert_eq!(decoded.inst.mnemonic(), row.name);
            if row.format != Format::None {
                assert_eq!(decoded.inst.encode(), word, "{}", row.name);
            } else {
                assert_eq!(decoded.inst.encode(), row.bits);
            }
        }
    }
}

#[test]
fn an_expanded_half_round_trips_and_prints_like_its_expansion() {
    for half in (0..=0xffff_u32).filter(|half| half & 3 != 3) {
        let Ok(compressed) = decode(half) else { continue };
        assert_eq!((compressed.len, compressed.raw), (2, half));
        let base = decode(compressed.inst.encode()).unwrap();
        assert_eq!(base.inst, compressed.inst, "{half:#06x}");
        // Hints keep their compressed names, and `c.mv` is no `add` in print.
        let text = disassemble(&compressed, BASE);
        let hint = text.starts_with("c.") || text.starts_with("addi") && text.ends_with(",0");
        if !hint && compressed::row(half as u16).is_some_and(|row| row.name != "c.mv") {
            assert_eq!(text, disassemble(&base, BASE), "{half:#06x}");
        }
    }
}

#[test]
fn the_upper_half_of_a_compressed_word_is_ignored() {
    for half in (0..=0xffff_u32).filter(|half| half & 3 != 3) {
        assert_eq!(decode(half), decode(half | 0xabcd_0000));
    }
}

#[test]
fn immediates_of_32_bit_formats() {
    let cases: &[(u32, &str)] = &[
        (0x8000_0513, "li a0,-2048"),
        (0x7ff0_0513, "li a0,2047"),
        (0xfe51_2fa3, "sw t0,-1(sp)"),
        (0x8051_2023, "sw t0,-2048(sp)"),
        (0x7e51_3fa3, "sd t0,2047(sp)"),
        (0x8000_0063, "beqz zero,0xf000"),
        (0x7e00_0fe3, "beqz zero,0x10ffe"),
        (0x0000_00e3, "beqz zero,0x10800"),
        (0x8000_006f, "j 0xfffffffffff10000"),
        (0x7fff_f06f, "j 0x10fffe"),
        (0x0010_006f, "j 0x10800"),
        (0xffff_f537, "lui a0,0xfffff"),
        (0x8000_0537, "lui a0,0x80000"),
        (0x03f5_1513, "slli a0,a0,0x3f"),
        (0x01f5_151b, "slliw a0,a0,0x1f"),
    ];
    for &(word, expected) in cases {
        assert_eq!(text(word), expected, "{word:#x}");
    }
    assert_eq!(inst(0x8000_0537), Inst::Lui(U { rd: X::A0, imm: -0x8000_0000 }));
    assert_eq!(inst(0x7fff_f517), Inst::Auipc(U { rd: X::A0, imm: 0x7fff_f000 }));
    assert_eq!(inst(0x8000_00ef), Inst::Jal(J { rd: X::RA, offset: -0x10_0000 }));
    let csr = CsrImm { rd: X::A0, csr: 0xfff, imm: 31 };
    assert_eq!(inst(0xffff_d573), Inst::Csrrwi(csr));
    let fence = Fence { pred: 0b1001, succ: 0b0110, fm: 0, rd: X::ZERO, rs1: X::ZERO };
    assert_eq!(inst(0x0960_000f), Inst::Fence(fence));
    // A 64-bit shift amount does not fit a word shift.
    assert_eq!(decode(0x0205_151b), Err(Undecodable { raw: 0x0205_151b, len: 4 }));
}

/// Each immediate of the compressed formats with only its lowest bit, only its
/// highest bit and all bits set, as the specification places them.
#[test]
fn immediates_of_compressed_formats() {
    let cases = [
        (0x0020, "addi s0,sp,8"),
        (0x0040, "addi s0,sp,4"),
        (0x1fe0, "addi s0,sp,1020"),
        (0x0400, "addi s0,sp,512"),
        (0x4040, "lw s0,4(s0)"),
        (0x4020, "lw s0,64(s0)"),
        (0x5c60, "lw s0,124(s0)"),
        (0x6400, "ld s0,8(s0)"),
        (0x6040, "ld s0,128(s0)"),
        (0x7c60, "ld s0,248(s0)"),
        (0x2400, "fld fs0,8(s0)"),
        (0xbc60, "fsd fs0,248(s0)"),
        (0xdc60, "sw s0,124(s0)"),
        (0xfc60, "sd s0,248(s0)"),
        (0x157d, "addi a0,a0,-1"),
        (0x1501, "addi a0,a0,-32"),
        (0x357d, "addiw a0,a0,-1"),
        (0x557d, "li a0,-1"),
        (0x6141, "addi sp,sp,16"),
        (0x7101, "addi sp,sp,-512"),
        (0x6105, "addi sp,sp,32"),
        (0x6109, "addi sp,sp,128"),
        (0x6121, "addi sp,sp,64"),
        (0x7501, "lui a0,0xfffe0"),
        (0x657d, "lui a0,0x1f"),
        (0x9101, "srli a0,a0,0x20"),
        (0x957d, "srai a0,a0,0x3f"),
        (0x997d, "andi a0,a0,-1"),
        (0xa009, "j 0x10002"),
        (0xb001, "j 0xf800"),
        (0xaffd, "j 0x107fe"),
        (0xa005, "j 0x10020"),
        (0xa041, "j 0x10080"),
        (0xa081, "j 0x10040"),
        (0xa101, "j 0x10400"),
        (0xa801, "j 0x10010"),
        (0xc109, "beqz a0,0x10002"),
        (0xd101, "beqz a0,0xff00"),
        (0xed7d, "bnez a0,0x100fe"),
        (0xc105, "beqz a0,0x10020"),
        (0xc121, "beqz a0,0x10040"),
        (0x1502, "slli a0,a0,0x20"),
        (0x4512, "lw a0,4(sp)"),
        (0x557e, "lw a0,252(sp)"),
        (0x4506, "lw a0,64(sp)"),
        (0x757e, "ld a0,504(sp)"),
        (0x6506, "ld a0,64(sp)"),
        (0x357e, "fld fa0,504(sp)"),
        (0xdfaa, "sw a0,252(sp)"),
        (0xc0aa, "sw a0,64(sp)"),
        (0xffaa, "sd a0,504(sp)"),
        (0xe0aa, "sd a0,64(sp)"),
        (0xbfaa, "fsd fa0,504(sp)"),
    ];
    for (half, expected) in cases {
        assert_eq!(text(half), expected, "{half:#06x}");
    }
}

#[test]
fn hints_decode_as_instructions_without_effect() {
    let hints = [
        0x0100_000f, // pause
        0x0020_0033, // ntl.p1
        0x0050_0033, // ntl.all
        0x0005_6013, // prefetch.i
        0x0015_6013, // prefetch.r
        0x0035_6013, // prefetch.w
        0x0001_2037, // lui x0
        0x0001_2017, // auipc x0
        0x4000_5013, // srai x0, the semihosting hint
        0x0005,      // c.nop 1
        0x0501,      // c.addi a0, 0
        0x4015,      // c.li x0
        0x6005,      // c.lui x0
        0x802a,      // c.mv x0
        0x900a,      // c.add x0, c.ntl.p1
        0x0006,      // c.slli x0
        0x1002,      // c.slli x0
        0x8001,      // c.srli64
        0x8401,      // c.srai64
    ];
    for hint in hints {
        let inst = inst(hint);
        // Nothing changes: x0 is written, or a register with itself.
        let same = inst.writes().is_subset(inst.reads()) && inst.writes().len() <= 1;
        assert!(inst.writes().is_empty() || same, "{hint:#x}");
    }
}

#[test]
fn reserved_and_foreign_encodings_do_not_decode() {
    let halves = [
        0x0000, // defined illegal
        0x0004, // c.addi4spn by 0
        0x2001, // c.addiw x0
        0x3005, // c.addiw x0
        0x6101, // c.addi16sp by 0
        0x6501, // c.lui by 0
        0x6001, // c.lui x0 by 0
        0x4002, // c.lwsp x0
        0x6002, // c.ldsp x0
        0x8002, // c.jr x0
        0x8000, // reserved quadrant-0 row (Zcb)
        0x9c41, 0x9c61, // reserved register-register rows (Zcb)
    ];
    for half in halves {
        assert_eq!(decode(half), Err(Undecodable { raw: half, len: 2 }), "{half:#06x}");
    }
    let words = [
        0xffff_ffff,             // all ones: an encoding of 192 bits or more
        0x0000_001f,             // the start of a 48-bit encoding
        0x0000_003f,             // the start of a 64-bit encoding
        0x0000_202f | 0x5 << 27, // amo with an unassigned funct5
        0x0000_202f | 0x1f << 27,
        0x0000_002f, // amoadd.b (Zabha)
        0x0000_402f, // amoadd.q
        0x1010_202f, // lr.w with rs2
        0x0600_0053, // fadd.q
        0x0400_0053, // fadd.h
        0x5820_0053, // fsqrt.s with rs2 = 2
        0x2000_3053, // fsgnj with funct3 = 3
        0x2800_2053, // fminm.s (Zfa)
        0xe000_2053, // fclass with funct3 = 2
        0x0000_4073, // hypervisor loads
        0x1050_0073, // wfi
        0x3020_0073, // mret
        0x0000_00f3, // ecall with rd
        0x0000_8073, // ecall with rs1
        0x0000_2063, // branch with funct3 = 2
        0x0000_7003, // load with funct3 = 7
        0x0000_4023, // store with funct3 = 4
        0x0000_1067, // jalr with funct3 = 1
        0x4000_1033, // sub's funct7 with sll's funct3
        0x0400_1033, // an unassigned funct7
        0x0000_700f, // MISC-MEM with funct3 = 7
        0x0030_200f, // cbo with an unassigned operation
        0x0000_208f, // cbo.inval with rd
        0x0000_0057, // vectors
        0x0000_000b, // custom
    ];
    for word in words {
        assert_eq!(decode(word), Err(Undecodable { raw: word, len: 4 }), "{word:#010x}");
    }
}

/// A reserved mode makes the instruction illegal when it is executed, and so
/// it decodes: code that is never reached may hold it. objdump agrees and
/// prints `unknown`, but where the conversion is exact.
#[test]
fn reserved_rounding_modes_decode() {
    let fadd = |rm| FArith { rd: F::FA0, rs1: F::FA1, rs2: F::FA2, rm };
    assert_eq!(inst(0x00c5_d553), Inst::FaddS(fadd(Rm::Reserved5)));
    assert_eq!(inst(0x00c5_e553), Inst::FaddS(fadd(Rm::Reserved6)));
    assert_eq!(inst(0x00c5_f553), Inst::FaddS(fadd(Rm::Dyn)));
    assert_eq!(text(0x00c5_d553), "fadd.s fa0,fa1,fa2,unknown");
    assert_eq!(text(0x4205_d553), "fcvt.d.s fa0,fa1,unknown");
    assert_eq!(text(0x4205_8553), "fcvt.d.s fa0,fa1");
    assert_eq!(text(0x4205_f553), "fcvt.d.s fa0,fa1,dyn");
    for n in 0..8 {
        assert_eq!(Rm::new(n).index(), usize::from(n));
    }
}

#[test]
fn instructions_that_no_objdump_at_hand_knows() {
    assert_eq!(text(0x0ec5_d533), "czero.eqz a0,a1,a2");
    assert_eq!(text(0x0ec5_f533), "czero.nez a0,a1,a2");
}

#[test]
fn code_may_end_after_any_byte() {
    let code = [0x13, 0x01, 0x01, 0xfe, 0x82, 0x80];
    assert!(matches!(decode_at(&code), Ok(Decoded { len: 4, raw: 0xfe01_0113, .. })));
    assert!(matches!(decode_at(&code[4..]), Ok(Decoded { len: 2, raw: 0x8082, .. })));
    for len in 0..4 {
        let error = decode_at(&code[..len]).unwrap_err();
        assert_eq!(usize::from(error.len), len);
    }
    assert_eq!(decode_at(&code[5..]), Err(Undecodable { raw: 0x80, len: 1 }));
    assert_eq!(decode_at(&code[..3]), Err(Undecodable { raw: 0x01_0113, len: 3 }));
    let messages = [decode_at(&[]), decode_at(&[0, 0]), decode(u32::MAX)];
    let messages = messages.map(|result| result.unwrap_err().to_string());
    assert_eq!(messages[0], "no instruction: the code ends here");
    assert_eq!(messages[1], "unknown instruction 0x0000");
    assert_eq!(messages[2], "unknown instruction 0xffffffff");
}
