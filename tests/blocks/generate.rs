//! Random instructions that go on at the next one, and operands that matter.
//! Must never know how blocks are run.

use super::random::Rng;
use rv2wat_isa::{ALL, Decoded, Inst, RegSet, Rm, Row, X, decode};

/// The register that points into the block's memory.
pub const BASE: X = X::new(27);

/// How far from the base a block may reach, bytes.
pub const REACH: i64 = 504;

/// What the reference emulator of Debian 12 does not know or gets wrong: `ctzw` of
/// a word of zeros below a one counts on to 63 there; the specification says 32.
const NOT_EMULATED: [&str; 3] = ["ctzw", "czero.eqz", "czero.nez"];

/// Left out by name: what does not go on at the next instruction, and what depends
/// on more than registers and memory.
const EXCLUDED: [&str; 14] = [
    "ecall", "ebreak", "jal", "jalr", "beq", "bne", "blt", "bge", "bltu", "bgeu", "fence", "fence.i",
    "cbo.zero", "auipc",
];

/// A part of a block.
#[derive(Clone)]
pub enum Item {
    /// An instruction that goes on at the next one, 2 or 4 bytes.
    Inst(Decoded),
    /// A conditional branch over the next items, by its assembler's name.
    Skip {
        branch: &'static str,
        left: X,
        right: X,
        /// How many items it skips if it is taken, to the block's end at most.
        over: usize,
    },
}

/// One random item: one in eight is a branch.
pub fn item(random: &mut Rng) -> Item {
    if random.below(8) > 0 {
        return Item::Inst(instruction(random));
    }
    const BRANCHES: [&str; 6] = ["beq", "bne", "blt", "bge", "bltu", "bgeu"];
    let mut register = || loop {
        let x = X::new(random.below(32) as u8);
        if ![X::SP, X::GP, X::TP, BASE].contains(&x) {
            return x;
        }
    };
    let (left, right) = (register(), register());
    let branch = random.pick(&BRANCHES);
    Item::Skip { branch, left, right, over: 1 + random.below(12) as usize }
}

/// One random instruction.
fn instruction(random: &mut Rng) -> Decoded {
    loop {
        let word = match random.below(4) {
            0 => u32::from(random.next() as u16),
            _ => of_row(random.pick(ALL), random),
        };
        if let Some(decoded) = of_bits(word, random).filter(|decoded| emulated(&decoded.inst)) {
            return decoded;
        }
    }
}

/// The instruction of these bits, its access moved to where blocks may reach, if
/// blocks may have it. The reference emulator may not know it.
pub fn of_bits(word: u32, random: &mut Rng) -> Option<Decoded> {
    decode(in_reach(word, random)).ok().filter(|decoded| allowed(&decoded.inst))
}

fn of_row(row: Row, random: &mut Rng) -> u32 {
    row.bits | (random.next() as u32 & !row.mask)
}

/// The rows of the instruction table of which blocks may have instructions.
pub fn rows() -> Vec<&'static Row> {
    ALL.iter().filter(|row| of_one_row(row, 1, &mut Rng(0)).len() == 1).collect()
}

/// Instructions of one row, the most of them with registers out of a few, so that
/// operands and results overlap in all ways. Fewer if the row has too few.
pub fn of_one_row(row: &Row, count: usize, random: &mut Rng) -> Vec<Item> {
    const TRIES: usize = 2000;
    let words = (0..TRIES).map(|_| {
        let word = of_row(*row, random);
        // The fields rd, rs1 and rs2; of 8 registers, in three of four.
        let few = if random.below(4) > 0 { 0x018c_0c00 } else { 0 };
        of_bits(word & !(few & !row.mask), random)
    });
    let of_row = words.flatten().filter(|decoded| decoded.inst.mnemonic() == row.name);
    of_row.filter(|decoded| emulated(&decoded.inst)).take(count).map(Item::Inst).collect()
}

/// Gives accesses the base and a displacement that stays in its reach.
fn in_reach(word: u32, random: &mut Rng) -> u32 {
    let base = (BASE.index() as u32) << 15;
    let at = (random.below(2 * REACH as u64) as i64 - REACH) as u32;
    match word & 0x7f {
        0x03 | 0x07 => word & 0x0000_7fff & !(0x1f << 15) | base | at << 20,
        0x23 | 0x27 => word & 0x01f0_707f | base | (at & 0x1f) << 7 | (at >> 5 & 0x7f) << 25,
        0x2f => word & !(0x1f << 15) | base,
        _ => word,
    }
}

fn allowed(inst: &Inst) -> bool {
    let name = inst.mnemonic();
    let odd = [Rm::Reserved5, Rm::Reserved6];
    let fixed = RegSet::x(X::SP) | RegSet::x(X::GP) | RegSet::x(X::TP);
    let accesses = accesses(inst);
    !EXCLUDED.contains(&name)
        && !["csr", "lr.", "sc.", "cbo.", "prefetch"].iter().any(|start| name.starts_with(start))
        && !inst.rounding().is_some_and(|rm| odd.contains(&rm))
        && (inst.writes() & (fixed | RegSet::x(BASE))).is_empty()
        && (inst.reads() & fixed).is_empty()
        // The base is an address, the same in each run; compressed accesses
        // use other registers.
        && (!accesses || inst.reads().contains(BASE))
}

fn emulated(inst: &Inst) -> bool {
    !NOT_EMULATED.contains(&inst.mnemonic())
}

fn accesses(inst: &Inst) -> bool {
    matches!(inst.encode() & 0x7f, 0x03 | 0x07 | 0x23 | 0x27 | 0x2f)
}

/// A value for an integer register.
pub fn integer(random: &mut Rng) -> u64 {
    const CORNERS: [u64; 16] = [
        0,
        1,
        u64::MAX,
        2,
        0x7fff_ffff,
        0x8000_0000,
        0xffff_ffff,
        0x1_0000_0000,
        0xffff_ffff_8000_0000,
        0x7fff_ffff_ffff_ffff,
        0x8000_0000_0000_0000,
        0x80,
        0xffff_ffff_ffff_ff80,
        0x8000,
        31,
        63,
    ];
    match random.below(3) {
        0 => random.next(),
        1 => random.pick(&CORNERS),
        _ => random.next() >> random.below(64),
    }
}

/// A value for a floating-point register: doubles, boxed singles, and singles
/// whose box is broken.
pub fn floating(random: &mut Rng) -> u64 {
    const DOUBLES: [u64; 14] = [
        0,
        1 << 63,
        0x3ff0_0000_0000_0000,
        0xbff8_0000_0000_0000,
        0x7ff0_0000_0000_0000,
        0xfff0_0000_0000_0000,
        0x7ff8_0000_0000_0000,
        0xfff8_0000_0000_0001,
        0x7ff0_0000_0000_0001,
        1,
        0x000f_ffff_ffff_ffff,
        0x7fef_ffff_ffff_ffff,
        0x41df_ffff_ffc0_0000,
        0x43e0_0000_0000_0000,
    ];
    const SINGLES: [u32; 14] = [
        0,
        1 << 31,
        0x3f80_0000,
        0xbfc0_0000,
        0x7f80_0000,
        0xff80_0000,
        0x7fc0_0000,
        0xffc0_0001,
        0x7f80_0001,
        1,
        0x007f_ffff,
        0x7f7f_ffff,
        0x4eff_ffff,
        0x4f00_0000,
    ];
    let boxed = |bits: u32| 0xffff_ffff_0000_0000 | u64::from(bits);
    match random.below(6) {
        0 => random.next(),
        1 => boxed(random.next() as u32),
        2 => u64::from(random.next() as u32),
        3 => (random.below(2000) as f64 / 8.0 - 125.0).to_bits(),
        4 => boxed(random.pick(&SINGLES)),
        _ => random.pick(&DOUBLES),
    }
}
