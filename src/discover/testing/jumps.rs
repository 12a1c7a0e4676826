//! Small guest programs with jump tables and computed gotos.

use super::Guest;

/// A bounded table of offsets; entries 0 and 2 go to the same block.
pub(crate) const SWITCH: Guest = Guest {
    code: &[
        (0x4789, "li a5,2"),
        (0x02a7e163, "bltu a5,a0,0x10024"),
        (0x02051793, "slli a5,a0,0x20"),
        (0x83f9, "srli a5,a5,0x1e"),
        (0x00010717, "auipc a4,0x10"),
        (0xff470713, "addi a4,a4,-12"),
        (0x97ba, "add a5,a5,a4"),
        (0x439c, "lw a5,0(a5)"),
        (0x97ba, "add a5,a5,a4"),
        (0x8782, "jr a5"),
        (0x4529, "li a0,10"),
        (0x8082, "ret"),
        (0x4551, "li a0,20"),
        (0x8082, "ret"),
        (0x4501, "li a0,0"),
        (0x8082, "ret"),
    ],
    data: &[0xffff001c, 0xffff0020, 0xffff001c],
};

/// Index scaled and table base set before a loop with a call; bound on a spilled word.
pub(crate) const HOISTED: Guest = Guest {
    code: &[
        (0x7179, "addi sp,sp,-48"),
        (0xf406, "sd ra,40(sp)"),
        (0xf022, "sd s0,32(sp)"),
        (0xec26, "sd s1,24(sp)"),
        (0xc62a, "sw a0,12(sp)"),
        (0x00010497, "auipc s1,0x10"),
        (0xff648493, "addi s1,s1,-10"),
        (0x47b2, "lw a5,12(sp)"),
        (0x0007871b, "sext.w a4,a5"),
        (0x4685, "li a3,1"),
        (0x00e6ec63, "bltu a3,a4,0x10032"),
        (0x00c16783, "lwu a5,12(sp)"),
        (0x2097e433, "sh3add s0,a5,s1"),
        (0x016000ef, "jal 0x1003c"),
        (0x601c, "ld a5,0(s0)"),
        (0x8782, "jr a5"),
        (0xfd65, "bnez a0,0x10026"),
        (0xbfdd, "j 0x10026"),
        (0x70a2, "ld ra,40(sp)"),
        (0x7402, "ld s0,32(sp)"),
        (0x64e2, "ld s1,24(sp)"),
        (0x6145, "addi sp,sp,48"),
        (0x8082, "ret"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
    ],
    data: &[0x1002e, 0, 0x10032, 0],
};

/// The same, but the entry's address waits in the frame for the call to return.
pub(crate) const SPILLED: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0x00010797, "auipc a5,0x10"),
        (0x17f1, "addi a5,a5,-4"),
        (0x20f547b3, "sh2add a5,a0,a5"),
        (0xe43e, "sd a5,8(sp)"),
        (0x4705, "li a4,1"),
        (0x00a76963, "bltu a4,a0,0x10024"),
        (0x014000ef, "jal 0x1002a"),
        (0x67a2, "ld a5,8(sp)"),
        (0x439c, "lw a5,0(a5)"),
        (0x8782, "jr a5"),
        (0xf97d, "bnez a0,0x10016"),
        (0xbfd5, "j 0x10016"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
    ],
    data: &[0x10020, 0x10022],
};

/// The index comes from a table of bytes; the check is on its index.
pub(crate) const BYTES: Guest = Guest {
    code: &[
        (0xfe05079b, "addiw a5,a0,-32"),
        (0x0ff7f713, "zext.b a4,a5"),
        (0x468d, "li a3,3"),
        (0x02e6e463, "bltu a3,a4,0x10032"),
        (0x00010717, "auipc a4,0x10"),
        (0x00a70713, "addi a4,a4,10"),
        (0x97ba, "add a5,a5,a4"),
        (0x0007c783, "lbu a5,0(a5)"),
        (0x00010717, "auipc a4,0x10"),
        (0xfe470713, "addi a4,a4,-28"),
        (0x078e, "slli a5,a5,0x3"),
        (0x97ba, "add a5,a5,a4"),
        (0x639c, "ld a5,0(a5)"),
        (0x8782, "jr a5"),
        (0x4529, "li a0,10"),
        (0x8082, "ret"),
        (0x4551, "li a0,20"),
        (0x8082, "ret"),
    ],
    data: &[0x1002c, 0, 0x10030, 0, 0x1002c, 0, 0x1020100],
};

/// No check: entries as long as they lie in the function and before the next object it uses.
pub(crate) const UNBOUNDED: Guest = Guest {
    code: &[
        (0x00010717, "auipc a4,0x10"),
        (0x00070713, "mv a4,a4"),
        (0x00251793, "slli a5,a0,0x2"),
        (0x97ba, "add a5,a5,a4"),
        (0x439c, "lw a5,0(a5)"),
        (0x97ba, "add a5,a5,a4"),
        (0x8782, "jr a5"),
        (0x00010517, "auipc a0,0x10"),
        (0xff450513, "addi a0,a0,-12"),
        (0x8082, "ret"),
    ],
    data: &[0xffff0014, 0xffff001c, 0xffff0014],
};

/// The same, but the code of the second entry uses what lies in that entry's place: each look
/// at the table changes what the next one sees.
pub(crate) const UNSETTLED: Guest = Guest {
    code: &[
        (0x00010717, "auipc a4,0x10"),
        (0x00070713, "mv a4,a4"),
        (0x00251793, "slli a5,a0,0x2"),
        (0x97ba, "add a5,a5,a4"),
        (0x439c, "lw a5,0(a5)"),
        (0x97ba, "add a5,a5,a4"),
        (0x8782, "jr a5"),
        (0x00010517, "auipc a0,0x10"),
        (0xff050513, "addi a0,a0,-16"),
        (0x8082, "ret"),
    ],
    data: &[0xffff001c, 0xffff0014, 0],
};

/// Jumps by one table from two places; for the first the index comes scaled on two ways.
pub(crate) const SCALED: Guest = Guest {
    code: &[
        (0x00010697, "auipc a3,0x10"),
        (0x00054703, "lbu a4,0(a0)"),
        (0xe589, "bnez a1,0x10012"),
        (0x070e, "slli a4,a4,0x3"),
        (0x9736, "add a4,a4,a3"),
        (0x6318, "ld a4,0(a4)"),
        (0x8702, "jr a4"),
        (0x4721, "li a4,8"),
        (0xbfe5, "j 0x1000c"),
        (0x0505, "addi a0,a0,1"),
        (0x00054703, "lbu a4,0(a0)"),
        (0x070e, "slli a4,a4,0x3"),
        (0x9736, "add a4,a4,a3"),
        (0x6318, "ld a4,0(a4)"),
        (0x8702, "jr a4"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
    ],
    data: &[0x10016, 0, 0x10024, 0, 0, 0],
};

/// A tail call through a table of functions.
pub(crate) const MEMBERS: Guest = Guest {
    code: &[
        (0x01c000ef, "jal 0x1001c"),
        (0x01a000ef, "jal 0x1001e"),
        (0xa009, "j 0x1000a"),
        (0x8905, "andi a0,a0,1"),
        (0x050e, "slli a0,a0,0x3"),
        (0x00010797, "auipc a5,0x10"),
        (0xff278793, "addi a5,a5,-14"),
        (0x97aa, "add a5,a5,a0"),
        (0x639c, "ld a5,0(a5)"),
        (0x8782, "jr a5"),
        (0x8082, "ret"),
        (0x8082, "ret"),
    ],
    data: &[0x1001c, 0, 0x1001e, 0],
};

/// A computed goto through a table that the function builds in its frame.
pub(crate) const LABELS: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0x00000717, "auipc a4,0x0"),
        (0x01e70713, "addi a4,a4,30"),
        (0xe03a, "sd a4,0(sp)"),
        (0x00000717, "auipc a4,0x0"),
        (0x01670713, "addi a4,a4,22"),
        (0xe43a, "sd a4,8(sp)"),
        (0x00351793, "slli a5,a0,0x3"),
        (0x978a, "add a5,a5,sp"),
        (0x639c, "ld a5,0(a5)"),
        (0x8782, "jr a5"),
        (0x4505, "li a0,1"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Two computed gotos through the same table in the frame.
pub(crate) const TWO_GOTOS: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0x00000717, "auipc a4,0x0"),
        (0x01e70713, "addi a4,a4,30"),
        (0xe03a, "sd a4,0(sp)"),
        (0x00000717, "auipc a4,0x0"),
        (0x01e70713, "addi a4,a4,30"),
        (0xe43a, "sd a4,8(sp)"),
        (0x00351793, "slli a5,a0,0x3"),
        (0x978a, "add a5,a5,sp"),
        (0x639c, "ld a5,0(a5)"),
        (0x8782, "jr a5"),
        (0x00359793, "slli a5,a1,0x3"),
        (0x978a, "add a5,a5,sp"),
        (0x639c, "ld a5,0(a5)"),
        (0x8782, "jr a5"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[],
};
