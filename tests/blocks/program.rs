//! A program around random blocks: it gives each block its registers and memory,
//! several times, and writes what the block leaves to standard output. Must never
//! know what instructions do.

use std::fmt::Write as _;

use rv2wat_isa::Row;

use super::generate::{BASE, Item, floating, integer, item, of_one_row};
use super::random::Rng;

/// Blocks of a random program, and how often each runs.
const BLOCKS: usize = 16;
const SETS: usize = 6;

/// Instructions of one row in a block, and how often the block runs: with two
/// operands, most pairs of corners come up.
const OF_A_ROW: usize = 12;
const ROW_SETS: usize = 64;

/// Bytes that the program writes for one run of a block: 1 KiB of memory, then
/// x0–x31 and f0–f31, then the exception flags.
pub const DUMP: usize = FLAGS + 8;
pub const FLAGS: usize = 1536;

/// Registers that blocks do not change: x0, sp, gp, tp and the base.
pub const FIXED: [usize; 5] = [0, 2, 3, 4, BASE.index()];

/// Blocks, and how often each runs with other registers: at least twice, since
/// memory is filled with what two runs get.
#[derive(Clone)]
pub struct Program {
    pub blocks: Vec<Vec<Item>>,
    pub sets: usize,
    pub seed: u64,
}

/// Random blocks of a seed, 1 to 200 items each.
pub fn random(seed: u64) -> Program {
    let mut random = Rng(seed);
    let blocks = (0..BLOCKS).map(|_| {
        // Short ones are easier to look at, and find most.
        let most = [4, 20, 200][random.below(3) as usize];
        (0..=random.below(most)).map(|_| item(&mut random)).collect()
    });
    Program { blocks: blocks.collect(), sets: SETS, seed }
}

/// A block of each of these rows of the instruction table.
pub fn of_rows(rows: &[&Row], seed: u64) -> Program {
    let mut random = Rng(seed);
    let blocks = rows.iter().map(|row| of_one_row(row, OF_A_ROW, &mut random));
    Program { blocks: blocks.collect(), sets: ROW_SETS, seed }
}

/// The assembly of a program that runs its blocks.
pub fn source(program: &Program) -> String {
    let Program { blocks, sets, seed } = program;
    let mut text = String::from(
        "  .text\n  .globl _start\n_start:\n  jal main\n  li a0,0\n  li a7,93\n  ecall\n\
         main:\n  addi sp,sp,-32\n  sd ra,0(sp)\n  sd s0,8(sp)\n  sd s1,16(sp)\n",
    );
    for at in 0..blocks.len() {
        let _ = write!(
            text,
            "  lla s0,inputs\n  li s1,{sets}\n1: jal fill\n  mv a0,s0\n  jal block{at}\n  jal dump\n\
             \x20 addi s0,s0,512\n  addi s1,s1,-1\n  bnez s1,1b\n"
        );
    }
    text.push_str(
        "  ld ra,0(sp)\n  ld s0,8(sp)\n  ld s1,16(sp)\n  addi sp,sp,32\n  ret\n\
         fill: lla a0,memory\n  lla a1,inputs\n  addi a2,a0,1024\n1: ld a3,0(a1)\n  sd a3,0(a0)\n\
         \x20 addi a0,a0,8\n  addi a1,a1,8\n  bne a0,a2,1b\n  ret\n",
    );
    let _ = write!(text, "dump: li a0,1\n  lla a1,memory\n  li a2,{DUMP}\n  li a7,64\n  ecall\n  ret\n");
    for (at, block) in blocks.iter().enumerate() {
        one(&mut text, at, block);
    }
    text.push_str("  .data\n  .align 4\nmemory: .zero 512\nmiddle: .zero 1032\n  .align 4\ninputs:\n");
    let mut random = Rng(!seed);
    for _ in 0..*sets {
        for _ in 0..32 {
            let _ = writeln!(text, "  .dword {:#x}", integer(&mut random));
        }
        for _ in 0..32 {
            let _ = writeln!(text, "  .dword {:#x}", floating(&mut random));
        }
    }
    text
}

/// A function that loads all registers, runs the block and stores them.
fn one(text: &mut String, at: usize, block: &[Item]) {
    let moved = || (1..32).filter(|n| !FIXED.contains(n));
    let saved = || (8..10).chain(18..28);
    let _ = writeln!(text, "block{at}: addi sp,sp,-208\n  sd ra,0(sp)");
    for (slot, n) in saved().enumerate() {
        let (x, f) = (8 + 8 * slot, 104 + 8 * slot);
        let _ = writeln!(text, "  sd x{n},{x}(sp)\n  fsd f{n},{f}(sp)");
    }
    let _ = writeln!(text, "  lla x{},middle", BASE.index());
    for n in 0..32 {
        let _ = writeln!(text, "  fld f{n},{}(a0)", 256 + 8 * n);
    }
    text.push_str("  fsflags zero\n");
    // The pointer last.
    for n in moved().filter(|&n| n != 10).chain([10]) {
        let _ = writeln!(text, "  ld x{n},{}(a0)", 8 * n);
    }
    for (position, item) in block.iter().enumerate() {
        let _ = write!(text, ".Lb{at}.{position}:");
        let _ = match *item {
            Item::Inst(inst) if inst.len == 2 => writeln!(text, "  .2byte {:#x}", inst.raw),
            Item::Inst(inst) => writeln!(text, "  .4byte {:#x}", inst.raw),
            Item::Skip { branch, left, right, over } => {
                let to = (position + 1 + over).min(block.len());
                writeln!(text, "  {branch} {left},{right},.Lb{at}.{to}")
            }
        };
    }
    let _ = writeln!(text, ".Lb{at}.{}:", block.len());
    for n in moved() {
        let _ = writeln!(text, "  sd x{n},{}(x{})", 512 + 8 * n, BASE.index());
    }
    for n in 0..32 {
        let _ = writeln!(text, "  fsd f{n},{}(x{})", 768 + 8 * n, BASE.index());
    }
    let _ = writeln!(text, "  frflags t0\n  sd t0,{}(x{})", FLAGS - 512, BASE.index());
    let _ = writeln!(text, "  ld ra,0(sp)");
    for (slot, n) in saved().enumerate() {
        let (x, f) = (8 + 8 * slot, 104 + 8 * slot);
        let _ = writeln!(text, "  ld x{n},{x}(sp)\n  fld f{n},{f}(sp)");
    }
    text.push_str("  addi sp,sp,208\n  ret\n");
}
