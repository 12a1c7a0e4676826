//! Small guest programs, each showing one pattern, with the text of every
//! instruction. Code is at 0x10000, read-only data at 0x20000.

mod jumps;

use rv2wat_isa::{decode, disassemble};

pub(crate) use self::jumps::*;
use crate::load::testing::{CODE, elf};
use crate::load::{Image, Symbol, load};

/// Code as (bits, disassembly), 16-bit forms having no upper half, and data.
pub(crate) struct Guest {
    pub code: &'static [(u32, &'static str)],
    pub data: &'static [u32],
}

/// The loaded guest. Checks that each instruction is what its text says.
pub(crate) fn image(guest: &Guest) -> Image {
    image_with(guest, &[])
}

/// The loaded guest with symbols.
pub(crate) fn image_with(guest: &Guest, symbols: &[Symbol]) -> Image {
    load(&bytes_with(guest, symbols)).expect("the guest loads")
}

/// The guest as an ELF file.
pub(crate) fn bytes(guest: &Guest) -> Vec<u8> {
    bytes_with(guest, &[])
}

fn bytes_with(guest: &Guest, symbols: &[Symbol]) -> Vec<u8> {
    let mut code = Vec::new();
    for &(bits, text) in guest.code {
        if !text.is_empty() {
            let decoded = decode(bits).expect(text);
            assert_eq!(disassemble(&decoded, CODE + code.len() as u64), text);
        }
        let len = if bits & 3 == 3 { 4 } else { 2 };
        code.extend_from_slice(&bits.to_le_bytes()[..len]);
    }
    let data: Vec<u8> = guest.data.iter().flat_map(|w| w.to_le_bytes()).collect();
    elf(&code, &data, symbols)
}

/// A jump to where the caller says. The label that only data names takes what
/// the code before the jump left in a temporary.
pub(crate) const LABEL: Guest = Guest {
    code: &[
        (0x431d, "li t1,7"),
        (0x611c, "ld a5,0(a0)"),
        (0x8782, "jr a5"),
        (0x851a, "mv a0,t1"),
        (0x8082, "ret"),
    ],
    data: &[0x10006, 0],
};

/// The same, but the label ends in a jump to a function that others call too.
pub(crate) const LABEL_AND_MORE: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x012000ef, "jal 0x10016"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x431d, "li t1,7"),
        (0x611c, "ld a5,0(a0)"),
        (0x8782, "jr a5"),
        (0x851a, "mv a0,t1"),
        (0xa009, "j 0x10016"),
        (0x4581, "li a1,0"),
        (0x8082, "ret"),
    ],
    data: &[0x10012, 0],
};

/// alloca, and an epilogue relative to the frame pointer.
pub(crate) const FRAMES: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xe822, "sd s0,16(sp)"),
        (0x1000, "addi s0,sp,32"),
        (0x053d, "addi a0,a0,15"),
        (0x9941, "andi a0,a0,-16"),
        (0x40a10133, "sub sp,sp,a0"),
        (0x850a, "mv a0,sp"),
        (0x010000ef, "jal 0x10022"),
        (0xfe040113, "addi sp,s0,-32"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6442, "ld s0,16(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// A jump with the frame in place merges, without it is a tail call, and so is falling through.
pub(crate) const PARTS: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x012000ef, "jal 0x10016"),
        (0x010000ef, "jal 0x10018"),
        (0xc519, "beqz a0,0x1001a"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0xc191, "beqz a1,0x10016"),
        (0xa011, "j 0x10018"),
        (0x4505, "li a0,1"),
        (0x8082, "ret"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Calls through a pointer in a loop: what the caller put into a3 is gone after the
/// first. The last function, which data points to, takes it.
pub(crate) const TURNS: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x469d, "li a3,7"),
        (0x00a000ef, "jal 0x10010"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xe822, "sd s0,16(sp)"),
        (0xe426, "sd s1,8(sp)"),
        (0x00d50433, "add s0,a0,a3"),
        (0x84ae, "mv s1,a1"),
        (0x8522, "mv a0,s0"),
        (0x9482, "jalr s1"),
        (0x147d, "addi s0,s0,-1"),
        (0xfc6d, "bnez s0,0x1001e"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6442, "ld s0,16(sp)"),
        (0x64a2, "ld s1,8(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x8536, "mv a0,a3"),
        (0x8082, "ret"),
    ],
    data: &[0x10030, 0],
};

/// Calls itself unless its argument is 0: the last call of each does nothing.
pub(crate) const DOWN: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0xc501, "beqz a0,0x1000c"),
        (0x157d, "addi a0,a0,-1"),
        (0xff9ff0ef, "jal 0x10000"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// The same, which first stores its argument.
pub(crate) const STORE_AND_DOWN: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0xe188, "sd a0,0(a1)"),
        (0xc501, "beqz a0,0x1000e"),
        (0x157d, "addi a0,a0,-1"),
        (0xff7ff0ef, "jal 0x10000"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// The same, which is a loop before it goes down.
pub(crate) const TURN_AND_DOWN: Guest = Guest {
    code: &[
        (0x157d, "addi a0,a0,-1"),
        (0xfd7d, "bnez a0,0x10000"),
        (0xc981, "beqz a1,0x10014"),
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x15fd, "addi a1,a1,-1"),
        (0xff5ff0ef, "jal 0x10000"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Calls that never return, one through the other, one through a pointer kept in a register; text behind them is not code.
pub(crate) const NEVER: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe022, "sd s0,0(sp)"),
        (0x00000417, "auipc s0,0x0"),
        (0x02440413, "addi s0,s0,36"),
        (0xc501, "beqz a0,0x10014"),
        (0x9402, "jalr s0"),
        (0xffffffff, ""),
        (0x008000ef, "jal 0x1001c"),
        (0xffffffff, ""),
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x008000ef, "jal 0x10028"),
        (0xffffffff, ""),
        (0x05e00893, "li a7,94"),
        (0x00000073, "ecall"),
        (0x9002, "ebreak"),
    ],
    data: &[],
};

/// auipc and jalr apart, and jal through t0 to code that returns there.
pub(crate) const FAR: Guest = Guest {
    code: &[
        (0x020002ef, "jal t0,0x10020"),
        (0x00000317, "auipc t1,0x0"),
        (0x0505, "addi a0,a0,1"),
        (0x01c300e7, "jalr 28(t1)"),
        (0x00000317, "auipc t1,0x0"),
        (0x01830067, "jr 24(t1)"),
        (0x0001, "nop"),
        (0x00000013, "nop"),
        (0x8082, "ret"),
        (0x0001, "nop"),
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x8282, "jr t0"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// A procedure linkage stub: jalr t1,t3 after a load that is not constant.
pub(crate) const STUB: Guest = Guest {
    code: &[
        (0x00c000ef, "jal 0x1000c"),
        (0x05d00893, "li a7,93"),
        (0x00000073, "ecall"),
        (0x00030e37, "lui t3,0x30"),
        (0x000e3e03, "ld t3,0(t3)"),
        (0x000e0367, "jalr t1,t3"),
        (0x0001, "nop"),
    ],
    data: &[],
};

/// Everything is loaded from elsewhere, sp too.
pub(crate) const CONTEXT: Guest = Guest {
    code: &[
        (0x006000ef, "jal 0x10006"),
        (0x9002, "ebreak"),
        (0x00053083, "ld ra,0(a0)"),
        (0x00853103, "ld sp,8(a0)"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// The same, but the context that it leaves is kept: somebody will come back to it.
pub(crate) const SWITCHED: Guest = Guest {
    code: &[
        (0x006000ef, "jal 0x10006"),
        (0x9002, "ebreak"),
        (0x00153023, "sd ra,0(a0)"),
        (0x00253423, "sd sp,8(a0)"),
        (0x0005b083, "ld ra,0(a1)"),
        (0x0085b103, "ld sp,8(a1)"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// Code that only data points to, and a pointer into the middle of it.
pub(crate) const POINTED: Guest = Guest {
    code: &[
        (0x05d00893, "li a7,93"),
        (0x00000073, "ecall"),
        (0x9002, "ebreak"),
        (0x1141, "addi sp,sp,-16"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
    ],
    data: &[0x1000a, 0, 0x1000c, 0],
};

/// gp set once, and used as a constant.
pub(crate) const GLOBAL: Guest = Guest {
    code: &[
        (0x00010197, "auipc gp,0x10"),
        (0x7c018193, "addi gp,gp,1984"),
        (0x00c000ef, "jal 0x10014"),
        (0x05d00893, "li a7,93"),
        (0x00000073, "ecall"),
        (0x84018513, "addi a0,gp,-1984"),
        (0x6108, "ld a0,0(a0)"),
        (0x8502, "jr a0"),
        (0x8082, "ret"),
    ],
    data: &[0x1001c, 0],
};

/// Blocks end at writes of the rounding mode, not at reads; unimp is a trap.
pub(crate) const MODES: Guest = Guest {
    code: &[
        (0x00202573, "frrm a0"),
        (0x00259073, "fsrm a1"),
        (0x0000100f, "fence.i"),
        (0xc0002573, "rdcycle a0"),
        (0xc0001073, "unimp"),
    ],
    data: &[],
};

/// The first function ends with a call that returns to others.
pub(crate) const LAST_CALL: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x016000ef, "jal 0x1001a"),
        (0x00054783, "lbu a5,0(a0)"),
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x00a000ef, "jal 0x1001a"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0xc111, "beqz a0,0x1001e"),
        (0x9002, "ebreak"),
        (0x8082, "ret"),
    ],
    data: &[0x10008, 0x0],
};

/// A part that returns by t0, entered by falling into it and by `jal t0`.
pub(crate) const ALTERNATE: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x00e000ef, "jal 0x10012"),
        (0x00e002ef, "jal t0,0x10016"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x8286, "mv t0,ra"),
        (0x0001, "nop"),
        (0x40a00533, "neg a0,a0"),
        (0x8282, "jr t0"),
    ],
    data: &[],
};

/// A function that calls one of a table of functions, itself the first, in tail position.
pub(crate) const ITSELF: Guest = Guest {
    code: &[
        (0xc909, "beqz a0,0x10012"),
        (0x00359793, "slli a5,a1,0x3"),
        (0x00020737, "lui a4,0x20"),
        (0x973e, "add a4,a4,a5"),
        (0x6318, "ld a4,0(a4)"),
        (0x157d, "addi a0,a0,-1"),
        (0x8702, "jr a4"),
        (0x8082, "ret"),
        (0x451d, "li a0,7"),
        (0x8082, "ret"),
    ],
    data: &[0x10000, 0x0, 0x10014, 0x0],
};

/// A table of offsets; one of the jumps has a constant index.
pub(crate) const CONSTANT_INDEX: Guest = Guest {
    code: &[
        (0x00020637, "lui a2,0x20"),
        (0x66c1, "lui a3,0x10"),
        (0x00251793, "slli a5,a0,0x2"),
        (0x97b2, "add a5,a5,a2"),
        (0x439c, "lw a5,0(a5)"),
        (0x97b6, "add a5,a5,a3"),
        (0x8782, "jr a5"),
        (0x4785, "li a5,1"),
        (0x078a, "slli a5,a5,0x2"),
        (0x97b2, "add a5,a5,a2"),
        (0x439c, "lw a5,0(a5)"),
        (0x97b6, "add a5,a5,a3"),
        (0x8782, "jr a5"),
        (0x0505, "addi a0,a0,1"),
        (0x8082, "ret"),
    ],
    data: &[0x12, 0x1e],
};

/// A call whose exceptions go on at the end of the function.
pub(crate) const PAD: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x00e000ef, "jal 0x10012"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x87ae, "mv a5,a1"),
        (0xa011, "j 0x10014"),
        (0x8082, "ret"),
        (0x9002, "ebreak"),
    ],
    data: &[],
};

/// Where the stack is and a label go into a buffer; the callee takes both out of
/// it and jumps (`__builtin_setjmp`, `__builtin_longjmp`).
pub(crate) const RECEIVER: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xe822, "sd s0,16(sp)"),
        (0x1000, "addi s0,sp,32"),
        (0x00000797, "auipc a5,0x0"),
        (0x07e1, "addi a5,a5,24"),
        (0xfef43023, "sd a5,-32(s0)"),
        (0xfe243423, "sd sp,-24(s0)"),
        (0x850a, "mv a0,sp"),
        (0x012000ef, "jal 0x1002a"),
        (0x4501, "li a0,0"),
        (0xa011, "j 0x10022"),
        (0x4505, "li a0,1"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6442, "ld s0,16(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x611c, "ld a5,0(a0)"),
        (0x00853103, "ld sp,8(a0)"),
        (0x8782, "jr a5"),
    ],
    data: &[],
};

/// The callee copies a temporary that its caller does not set; nobody looks at its result.
pub(crate) const GARBAGE: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x4515, "li a0,5"),
        (0x00a000ef, "jal 0x10010"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x879a, "mv a5,t1"),
        (0xe111, "bnez a0,0x10016"),
        (0xe19c, "sd a5,0(a1)"),
        (0x0505, "addi a0,a0,1"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// A loop copies what its call leaves behind in a1, a2 and a3. Of the copies only
/// that of a3 is looked at; the others go around in a circle.
pub(crate) const COPIES: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0x01a000ef, "jal 0x1001e"),
        (0x8532, "mv a0,a2"),
        (0x862e, "mv a2,a1"),
        (0x85aa, "mv a1,a0"),
        (0x8736, "mv a4,a3"),
        (0xfb75, "bnez a4,0x10004"),
        (0x4501, "li a0,0"),
        (0x4581, "li a1,0"),
        (0x4601, "li a2,0"),
        (0x60a2, "ld ra,8(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x4581, "li a1,0"),
        (0x4601, "li a2,0"),
        (0x4681, "li a3,0"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// What its call leaves behind in a1 and a2 is kept in s0 and s1; an exception
/// that passes through the second call looks at s1 (at 0x10018), nothing at s0.
pub(crate) const KEPT: Guest = Guest {
    code: &[
        (0x1101, "addi sp,sp,-32"),
        (0xec06, "sd ra,24(sp)"),
        (0xe822, "sd s0,16(sp)"),
        (0xe426, "sd s1,8(sp)"),
        (0x01c000ef, "jal 0x10024"),
        (0x842e, "mv s0,a1"),
        (0x84b2, "mv s1,a2"),
        (0x014000ef, "jal 0x10024"),
        (0x4501, "li a0,0"),
        (0xa011, "j 0x1001a"),
        (0x8526, "mv a0,s1"),
        (0x60e2, "ld ra,24(sp)"),
        (0x6442, "ld s0,16(sp)"),
        (0x64a2, "ld s1,8(sp)"),
        (0x6105, "addi sp,sp,32"),
        (0x8082, "ret"),
        (0x4581, "li a1,0"),
        (0x4601, "li a2,0"),
        (0x8082, "ret"),
    ],
    data: &[],
};

/// A caller and its subroutine have agreed on s1 for an argument.
pub(crate) const AGREED: Guest = Guest {
    code: &[
        (0x1141, "addi sp,sp,-16"),
        (0xe406, "sd ra,8(sp)"),
        (0xe026, "sd s1,0(sp)"),
        (0x84b2, "mv s1,a2"),
        (0x00c000ef, "jal 0x10014"),
        (0x60a2, "ld ra,8(sp)"),
        (0x6482, "ld s1,0(sp)"),
        (0x0141, "addi sp,sp,16"),
        (0x8082, "ret"),
        (0x00948533, "add a0,s1,s1"),
        (0x8082, "ret"),
    ],
    data: &[],
};
