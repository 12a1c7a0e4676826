//! Sweeps that compare legality and text with objdump of binutils 2.40, where
//! it is installed. Every difference must be one that [`explain`] names, and
//! every explanation must be needed.

use crate::objdump::{BASE, length, objdump, objdump_is_there};
use crate::table::table;
use rv2wat_isa::{ALL, Format, Inst, csr, decode, disassemble};
use std::collections::BTreeSet;

/// Why our text and objdump's may differ. A missing text means that no
/// instruction was seen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Reason {
    /// objdump 2.40 prints `add a0,a0,1`; we keep the `i` of `addi`.
    ImmediateForm,
    /// Zicond is younger than binutils 2.40.
    Zicond,
    /// The specification reserves rd, rs1 and most modes of `fence`, and the
    /// immediate, rd and rs1 of `fence.i`, and tells implementations to ignore
    /// them. objdump knows only zeros there.
    ReservedFence,
    /// Conversions that are exact whatever the rounding mode: the specification
    /// allows any mode, objdump 2.40 only 0, which assemblers write.
    ExactConversion,
    /// objdump prints the all-zero half, the defined illegal instruction, as
    /// `unimp`, and the reserved `c.addi16sp` by 0 as an addition.
    IllegalHalf,
    /// Supervisor and debug instructions, which user code cannot execute.
    Privileged,
}

fn explain(encoding: u32, ours: Option<&str>, theirs: Option<&str>) -> Option<Reason> {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => {
            (without_i(ours).as_deref() == Some(theirs)).then_some(Reason::ImmediateForm)
        }
        (Some(_), None) => match decode(encoding).ok()?.inst {
            Inst::CzeroEqz(_) | Inst::CzeroNez(_) => Some(Reason::Zicond),
            // All but `fence pred,succ` and `fence.tso`.
            Inst::Fence(_) if encoding & 0xf00f_ff80 != 0 && encoding != 0x8330_000f => {
                Some(Reason::ReservedFence)
            }
            Inst::FenceI if encoding != 0x100f => Some(Reason::ReservedFence),
            Inst::FcvtDS(_) | Inst::FcvtDW(_) | Inst::FcvtDWu(_) if encoding & 0x7000 != 0 => {
                Some(Reason::ExactConversion)
            }
            _ => None,
        },
        (None, Some(theirs)) => {
            let name = theirs.split(' ').next().unwrap_or_default();
            match encoding {
                0x0000 | 0x6101 => Some(Reason::IllegalHalf),
                _ if PRIVILEGED.contains(&name) => Some(Reason::Privileged),
                _ => None,
            }
        }
        (None, None) => None,
    }
}

/// The privileged instructions of the SYSTEM opcode that objdump knows.
const PRIVILEGED: &[&str] = &["uret", "sret", "hret", "mret", "dret", "wfi", "sfence.vm", "sfence.vma"];

/// The text as objdump 2.40 shortens it: `addi` to `add`, `csrwi` to `csrw`.
fn without_i(text: &str) -> Option<String> {
    const FORMS: &[&str] = &[
        "addi", "addiw", "andi", "ori", "xori", "slli", "slliw", "srli", "srliw", "srai", "sraiw", "rori",
        "roriw", "bclri", "bexti", "binvi", "bseti", "csrrwi", "csrrsi", "csrrci", "csrwi", "csrsi", "csrci",
    ];
    let (name, operands) = text.split_once(' ')?;
    FORMS.contains(&name).then(|| {
        let at = name.rfind('i').unwrap_or(name.len() - 1);
        format!("{}{} {operands}", &name[..at], &name[at + 1..])
    })
}

/// Compares all encodings and returns which explanations were needed.
fn compare(encodings: &[u32]) -> BTreeSet<Reason> {
    let mut reasons = BTreeSet::new();
    let mut unexplained = Vec::new();
    let mut pc = BASE;
    for (&encoding, theirs) in encodings.iter().zip(objdump(encodings)) {
        let ours = decode(encoding).ok().map(|d| disassemble(&d, pc));
        if ours != theirs {
            match explain(encoding, ours.as_deref(), theirs.as_deref()) {
                Some(reason) => drop(reasons.insert(reason)),
                None => unexplained.push(format!("{encoding:#x}: {ours:?}, objdump {theirs:?}")),
            }
        }
        pc += length(encoding) as u64;
    }
    let count = unexplained.len();
    unexplained.truncate(40);
    assert!(count == 0, "{count} differences:\n{}", unexplained.join("\n"));
    reasons
}

/// A 32-bit xorshift generator: the sweeps must be the same in every run.
struct Random(u32);

impl Random {
    fn next(&mut self) -> u32 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 17;
        self.0 ^= self.0 << 5;
        self.0
    }
}

#[test]
fn every_half() {
    if !objdump_is_there() {
        return;
    }
    let halves: Vec<u32> = (0..=0xffff).filter(|half| half & 3 != 3).collect();
    assert_eq!(halves.len(), 0xc000);
    let reasons = compare(&halves);
    assert_eq!(reasons, BTreeSet::from([Reason::ImmediateForm, Reason::IllegalHalf]));
}

#[test]
fn the_committed_table() {
    if !objdump_is_there() {
        return;
    }
    let encodings: Vec<u32> = table().iter().map(|line| line.encoding).collect();
    assert!(encodings.len() > 900);
    compare(&encodings);
}

/// Encodings of one row: corners of each field against each other, each free
/// bit alone, and random ones.
fn patterns(bits: u32, mask: u32, random: &mut Random, out: &mut Vec<u32>) {
    let free = !mask;
    let mut push = |word: u32| out.push(bits | word & free);
    push(0);
    push(!0);
    for bit in 0..32 {
        push(1 << bit);
        push(!(1 << bit));
    }
    // x0, ra, sp and a0 in every place; ones also show equal registers.
    for n in 0..64 {
        let [rd, rs1, rs2] = [n & 3, n >> 2 & 3, n >> 4].map(|n| [0, 1, 2, 10][n as usize]);
        let registers = rd << 7 | rs1 << 15 | rs2 << 20;
        push(registers);
        push(registers | 0x7000);
        push(registers | 0xfe00_0000);
        push(registers | random.next() & 0xfe00_7000);
    }
    // The upper twelve bits as an immediate or a CSR number.
    for imm in [0, 1, 5, 15, 31, 32, 63, 255, 0x0ff, 0x7ff, 0x800, 0xfff, csr::CYCLE.into()] {
        for rest in [0, random.next() & 0xf_ffff, 0x52 << 7, 0xa << 7] {
            push(imm << 20 | rest);
        }
    }
    for rm in 0..8 {
        push(random.next() & !0x7000 | rm << 12);
    }
    for _ in 0..100 {
        push(random.next());
    }
}

#[test]
fn every_row() {
    if !objdump_is_there() {
        return;
    }
    let mut words = Vec::new();
    let mut random = Random(0x1234_5678);
    for row in ALL {
        patterns(row.bits, row.mask, &mut random, &mut words);
    }
    let reasons = compare(&words);
    let expected = [Reason::ImmediateForm, Reason::Zicond, Reason::ReservedFence, Reason::ExactConversion];
    assert_eq!(reasons, BTreeSet::from(expected));
}

#[test]
fn every_fence_and_csr() {
    if !objdump_is_there() {
        return;
    }
    let mut words: Vec<u32> = (0..=0xfff).map(|imm| imm << 20 | 0x0f).collect();
    words.extend((0..=0xfff).map(|csr| csr << 20 | 0x2573));
    for csr in [0, 1, 2, 3, 4, 0x340, 0xc00, 0xc01, 0xc02, 0xc03, 0xc22] {
        for n in 0..8 * 16 {
            let [rd, rs1] = [n >> 3 & 3, n >> 5].map(|n: u32| [0, 1, 10, 31][n as usize]);
            words.push(csr << 20 | rs1 << 15 | (n & 7) << 12 | rd << 7 | 0x73);
        }
    }
    compare(&words);
}

#[test]
fn the_neighbours_of_every_row() {
    if !objdump_is_there() {
        return;
    }
    // One selecting bit flipped: another row, or an encoding that is reserved
    // or belongs to an extension that neither table has.
    let mut words = Vec::new();
    let mut random = Random(0x0bad_cafe);
    for row in ALL {
        for bit in 2..32 {
            if row.mask & 1 << bit != 0 {
                let fields = random.next() & !row.mask;
                words.extend([(row.bits | fields) ^ 1 << bit, row.bits ^ 1 << bit]);
            }
        }
    }
    words.retain(|&word| word & 0x1f != 0x1f);
    compare(&words);
}

#[test]
fn a_sample_of_all_words() {
    if !objdump_is_there() {
        return;
    }
    let mut random = Random(0xdead_beef);
    let mut words = Vec::new();
    while words.len() < 200_000 {
        // Low bits 11111 begin encodings longer than 32 bits.
        let word = random.next() | 3;
        if word & 0x1f != 0x1f {
            words.push(word);
        }
    }
    // The SYSTEM opcode's rare instructions have no field but registers.
    for imm in 0..=0xfff {
        words.push(imm << 20 | 0x73);
    }
    let reasons = compare(&words);
    assert!(reasons.contains(&Reason::Privileged), "{reasons:?}");
}

#[test]
fn csr_formats_are_swept_with_all_names() {
    // The sweeps above would miss a format that takes a CSR in another place.
    for row in ALL {
        let takes_csr = matches!(row.format, Format::Csr | Format::CsrImm);
        assert_eq!(takes_csr, row.name.starts_with("csr"));
    }
}

#[test]
fn an_explanation_covers_no_other_difference() {
    let reason = explain(0x0015_0513, Some("addi a0,a0,1"), Some("add a0,a0,1"));
    assert_eq!(reason, Some(Reason::ImmediateForm));
    assert_eq!(explain(0x0015_0513, Some("addi a0,a0,1"), Some("add a0,a0,2")), None);
    assert_eq!(explain(0x0015_0513, Some("addi a0,a0,1"), None), None);
    assert_eq!(explain(0x0015_0513, None, Some("add a0,a0,1")), None);
    assert_eq!(explain(0x0330_000f, Some("fence rw,rw"), None), None);
}
