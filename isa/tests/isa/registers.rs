//! Registers read and written, by hand, for at least one instruction of every
//! format and for those whose format is surprising.

use rv2wat_isa::{ALL, Format, Operands, RegSet, X, XMove, decode};
use std::collections::BTreeSet;

/// Encoding, assembly for the reader, registers read, registers written.
const CASES: &[(u32, &str, &str, &str)] = &[
    (0x00c58533, "add a0,a1,a2", "{a1, a2}", "{a0}"),
    (0x00a50533, "add a0,a0,a0", "{a0}", "{a0}"),
    (0x00c58033, "add zero,a1,a2", "{a1, a2}", "{}"),
    (0x60059513, "clz a0,a1", "{a1}", "{a0}"),
    (0xfe010113, "addi sp,sp,-32", "{sp}", "{sp}"),
    (0x00000013, "nop", "{}", "{}"),
    (0x00812083, "lw ra,8(sp)", "{sp}", "{ra}"),
    (0x00058567, "jalr a0,a1", "{a1}", "{a0}"),
    (0x000080e7, "jalr ra", "{ra}", "{ra}"),
    (0x00008067, "ret", "{ra}", "{}"),
    (0x00359513, "slli a0,a1,0x3", "{a1}", "{a0}"),
    (0x00112423, "sw ra,8(sp)", "{ra, sp}", "{}"),
    (0x00012423, "sw zero,8(sp)", "{sp}", "{}"),
    (0x00b50463, "beq a0,a1", "{a0, a1}", "{}"),
    (0x00050463, "beqz a0", "{a0}", "{}"),
    (0x00010537, "lui a0", "{}", "{a0}"),
    (0x00010517, "auipc a0", "{}", "{a0}"),
    (0x008000ef, "jal ra", "{}", "{ra}"),
    (0x0080006f, "j", "{}", "{}"),
    (0x00359573, "csrrw a0,fcsr,a1", "{a1}", "{a0}"),
    (0x00302573, "frcsr a0", "{}", "{a0}"),
    (0x0035d573, "csrrwi a0,fcsr,11", "{}", "{a0}"),
    (0x0ff5050f, "fence with reserved fields", "{}", "{}"),
    (0x0000100f, "fence.i", "{}", "{}"),
    (0x00000073, "ecall: its registers are the lifter's business", "{}", "{}"),
    (0x00100073, "ebreak", "{}", "{}"),
    (0x1005a52f, "lr.w a0,(a1)", "{a1}", "{a0}"),
    (0x18c5b52f, "sc.d a0,a2,(a1)", "{a1, a2}", "{a0}"),
    (0x00c5a52f, "amoadd.w a0,a2,(a1)", "{a1, a2}", "{a0}"),
    (0x08a5252f, "amoswap.w a0,a0,(a0)", "{a0}", "{a0}"),
    (0x0085b507, "fld fa0,8(a1)", "{a1}", "{fa0}"),
    (0x00a5b427, "fsd fa0,8(a1)", "{a1, fa0}", "{}"),
    (0x00c5f553, "fadd.s fa0,fa1,fa2", "{fa1, fa2}", "{fa0}"),
    (0x68c5f543, "fmadd.s fa0,fa1,fa2,fa3", "{fa1, fa2, fa3}", "{fa0}"),
    (0x5805f553, "fsqrt.s fa0,fa1", "{fa1}", "{fa0}"),
    (0x22b58553, "fmv.d fa0,fa1", "{fa1}", "{fa0}"),
    (0xa2c5a553, "feq.d a0,fa1,fa2", "{fa1, fa2}", "{a0}"),
    (0xc0059553, "fcvt.w.s a0,fa1,rtz", "{fa1}", "{a0}"),
    (0xd005f553, "fcvt.s.w fa0,a1", "{a1}", "{fa0}"),
    (0xe0059553, "fclass.s a0,fa1", "{fa1}", "{a0}"),
    (0xe2058553, "fmv.x.d a0,fa1", "{fa1}", "{a0}"),
    (0xf2058553, "fmv.d.x fa0,a1", "{a1}", "{fa0}"),
    (0xf2000053, "fmv.d.x ft0,zero: f0 is a register like any", "{}", "{ft0}"),
    (0x0045a00f, "cbo.zero (a1)", "{a1}", "{}"),
    (0x8082, "c.jr ra", "{ra}", "{}"),
    (0x9582, "c.jalr a1", "{a1}", "{ra}"),
    (0x852e, "c.mv a0,a1", "{a1}", "{a0}"),
    (0x952e, "c.add a0,a1", "{a0, a1}", "{a0}"),
    (0xa02a, "c.fsdsp fa0,0(sp)", "{sp, fa0}", "{}"),
    (0xc119, "c.beqz a0", "{a0}", "{}"),
    (0x0800, "c.addi4spn s0,sp,16", "{sp}", "{s0}"),
];

#[test]
fn by_hand() {
    for &(encoding, what, reads, writes) in CASES {
        let inst = decode(encoding).unwrap_or_else(|error| panic!("{what}: {error}")).inst;
        assert_eq!(inst.reads().to_string(), reads, "{what}");
        assert_eq!(inst.writes().to_string(), writes, "{what}");
    }
}

#[test]
fn every_format_is_in_the_hand_table() {
    let format = |encoding| {
        let word = decode(encoding).unwrap().inst.encode();
        ALL.iter().find(|row| word & row.mask == row.bits).unwrap().format
    };
    let covered: BTreeSet<Format> = CASES.iter().map(|case| format(case.0)).collect();
    let all: BTreeSet<Format> = ALL.iter().map(|row| row.format).collect();
    assert_eq!(covered, all);
}

#[test]
fn x0_is_in_no_set() {
    for row in ALL {
        for word in [row.bits, row.bits | !row.mask] {
            let inst = (row.build)(word);
            assert!((inst.reads() | inst.writes()).is_subset(RegSet::ALL), "{}", row.name);
        }
    }
    assert!(XMove::decode(0).reads().is_empty());
    assert!(!RegSet::ALL.contains(X::ZERO));
}
