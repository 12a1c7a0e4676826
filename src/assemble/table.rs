//! The instructions that may stand in a printed function, with their codes.
//!
//! One row an instruction; what the printer can print and the helpers use is here,
//! and a test compares each row with the `wat` crate.

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

/// What follows the name of an instruction in the text, and its code in the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Immediate {
    /// Nothing.
    None,
    /// Nothing in the text, and so many zeros in the module: the only memory.
    Zeros(u8),
    /// A local's name.
    Local,
    /// A label.
    Label,
    /// Labels, the last for all other values.
    Labels,
    /// A function's name.
    Function,
    /// A global's name.
    Global,
    /// A table's name and the type of its functions.
    Indirect,
    /// The number of a lane, of so many.
    Lane(u8),
    /// `offset=N`, if it is not 0; the binary logarithm of the natural alignment.
    Place(u8),
    /// A number.
    I32,
    /// A number.
    I64,
    /// A number.
    F32,
    /// A number.
    F64,
}

/// An instruction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The byte before its code, or 0.
    pub prefix: u8,
    /// Its code: a byte, or behind a prefix a number.
    pub code: u16,
    /// What follows.
    pub immediate: Immediate,
}

impl Row {
    /// The row of an instruction with an immediate, for constants: it must be there.
    pub const fn of(name: &str) -> Row {
        let mut at = 0;
        loop {
            let (other, prefix, code, immediate) = OTHERS[at];
            if is_same(other.as_bytes(), name.as_bytes()) {
                return Row { prefix, code, immediate };
            }
            at += 1;
        }
    }
}

const fn is_same(one: &[u8], two: &[u8]) -> bool {
    if one.len() != two.len() {
        return false;
    }
    let mut at = 0;
    while at < one.len() {
        if one[at] != two[at] {
            return false;
        }
        at += 1;
    }
    true
}

/// The instruction with this name.
pub fn find(name: &str) -> Option<Row> {
    TABLE.get(name).copied()
}

static TABLE: LazyLock<FxHashMap<&'static str, Row>> = LazyLock::new(|| rows().collect());

const MISCELLANEOUS: u8 = 0xfc;
const VECTOR: u8 = 0xfd;
const ATOMIC: u8 = 0xfe;

/// All instructions by name.
fn rows() -> impl Iterator<Item = (&'static str, Row)> {
    let plain = PLAIN.iter().map(|&(name, code)| (name, 0, code, Immediate::None));
    let numbered = SATURATIONS.iter().enumerate();
    let saturating = numbered.map(|(code, &name)| (name, MISCELLANEOUS, code as u16, Immediate::None));
    let accesses = ACCESSES.iter().map(|&(name, code, align)| (name, 0, code, Immediate::Place(align)));
    let atomics = ATOMICS.iter().map(|&(name, code, align)| (name, ATOMIC, code, Immediate::Place(align)));
    let all = plain.chain(saturating).chain(accesses).chain(atomics).chain(OTHERS.iter().copied());
    all.map(|(name, prefix, code, immediate)| (name, Row { prefix, code, immediate }))
}

const OTHERS: &[(&str, u8, u16, Immediate)] = &[
    ("br", 0, 0x0c, Immediate::Label),
    ("br_if", 0, 0x0d, Immediate::Label),
    ("br_table", 0, 0x0e, Immediate::Labels),
    ("call", 0, 0x10, Immediate::Function),
    ("call_indirect", 0, 0x11, Immediate::Indirect),
    ("return_call", 0, 0x12, Immediate::Function),
    ("return_call_indirect", 0, 0x13, Immediate::Indirect),
    ("local.get", 0, 0x20, Immediate::Local),
    ("local.set", 0, 0x21, Immediate::Local),
    ("local.tee", 0, 0x22, Immediate::Local),
    ("global.get", 0, 0x23, Immediate::Global),
    ("global.set", 0, 0x24, Immediate::Global),
    ("memory.size", 0, 0x3f, Immediate::Zeros(1)),
    ("memory.grow", 0, 0x40, Immediate::Zeros(1)),
    ("i64.mul_wide_s", MISCELLANEOUS, 21, Immediate::None),
    ("i64.mul_wide_u", MISCELLANEOUS, 22, Immediate::None),
    ("memory.copy", MISCELLANEOUS, 10, Immediate::Zeros(2)),
    ("memory.fill", MISCELLANEOUS, 11, Immediate::Zeros(1)),
    ("atomic.fence", ATOMIC, 0x03, Immediate::Zeros(1)),
    ("f32x4.splat", VECTOR, 0x13, Immediate::None),
    ("f64x2.splat", VECTOR, 0x14, Immediate::None),
    ("f32x4.extract_lane", VECTOR, 0x1f, Immediate::Lane(4)),
    ("f64x2.extract_lane", VECTOR, 0x21, Immediate::Lane(2)),
    ("f32x4.relaxed_madd", VECTOR, 0x105, Immediate::None),
    ("f64x2.relaxed_madd", VECTOR, 0x107, Immediate::None),
    ("i32.const", 0, 0x41, Immediate::I32),
    ("i64.const", 0, 0x42, Immediate::I64),
    ("f32.const", 0, 0x43, Immediate::F32),
    ("f64.const", 0, 0x44, Immediate::F64),
];

const PLAIN: &[(&str, u16)] = &[
    ("unreachable", 0x00),
    ("nop", 0x01),
    ("return", 0x0f),
    ("drop", 0x1a),
    ("select", 0x1b),
    ("i32.eqz", 0x45),
    ("i32.eq", 0x46),
    ("i32.ne", 0x47),
    ("i32.lt_s", 0x48),
    ("i32.lt_u", 0x49),
    ("i32.gt_s", 0x4a),
    ("i32.gt_u", 0x4b),
    ("i32.le_s", 0x4c),
    ("i32.le_u", 0x4d),
    ("i32.ge_s", 0x4e),
    ("i32.ge_u", 0x4f),
    ("i64.eqz", 0x50),
    ("i64.eq", 0x51),
    ("i64.ne", 0x52),
    ("i64.lt_s", 0x53),
    ("i64.lt_u", 0x54),
    ("i64.gt_s", 0x55),
    ("i64.gt_u", 0x56),
    ("i64.le_s", 0x57),
    ("i64.le_u", 0x58),
    ("i64.ge_s", 0x59),
    ("i64.ge_u", 0x5a),
    ("f32.eq", 0x5b),
    ("f32.ne", 0x5c),
    ("f32.lt", 0x5d),
    ("f32.gt", 0x5e),
    ("f32.le", 0x5f),
    ("f32.ge", 0x60),
    ("f64.eq", 0x61),
    ("f64.ne", 0x62),
    ("f64.lt", 0x63),
    ("f64.gt", 0x64),
    ("f64.le", 0x65),
    ("f64.ge", 0x66),
    ("i32.clz", 0x67),
    ("i32.ctz", 0x68),
    ("i32.popcnt", 0x69),
    ("i32.add", 0x6a),
    ("i32.sub", 0x6b),
    ("i32.mul", 0x6c),
    ("i32.div_s", 0x6d),
    ("i32.div_u", 0x6e),
    ("i32.rem_s", 0x6f),
    ("i32.rem_u", 0x70),
    ("i32.and", 0x71),
    ("i32.or", 0x72),
    ("i32.xor", 0x73),
    ("i32.shl", 0x74),
    ("i32.shr_s", 0x75),
    ("i32.shr_u", 0x76),
    ("i32.rotl", 0x77),
    ("i32.rotr", 0x78),
    ("i64.clz", 0x79),
    ("i64.ctz", 0x7a),
    ("i64.popcnt", 0x7b),
    ("i64.add", 0x7c),
    ("i64.sub", 0x7d),
    ("i64.mul", 0x7e),
    ("i64.div_s", 0x7f),
    ("i64.div_u", 0x80),
    ("i64.rem_s", 0x81),
    ("i64.rem_u", 0x82),
    ("i64.and", 0x83),
    ("i64.or", 0x84),
    ("i64.xor", 0x85),
    ("i64.shl", 0x86),
    ("i64.shr_s", 0x87),
    ("i64.shr_u", 0x88),
    ("i64.rotl", 0x89),
    ("i64.rotr", 0x8a),
    ("f32.abs", 0x8b),
    ("f32.neg", 0x8c),
    ("f32.ceil", 0x8d),
    ("f32.floor", 0x8e),
    ("f32.trunc", 0x8f),
    ("f32.nearest", 0x90),
    ("f32.sqrt", 0x91),
    ("f32.add", 0x92),
    ("f32.sub", 0x93),
    ("f32.mul", 0x94),
    ("f32.div", 0x95),
    ("f32.min", 0x96),
    ("f32.max", 0x97),
    ("f32.copysign", 0x98),
    ("f64.abs", 0x99),
    ("f64.neg", 0x9a),
    ("f64.ceil", 0x9b),
    ("f64.floor", 0x9c),
    ("f64.trunc", 0x9d),
    ("f64.nearest", 0x9e),
    ("f64.sqrt", 0x9f),
    ("f64.add", 0xa0),
    ("f64.sub", 0xa1),
    ("f64.mul", 0xa2),
    ("f64.div", 0xa3),
    ("f64.min", 0xa4),
    ("f64.max", 0xa5),
    ("f64.copysign", 0xa6),
    ("i32.wrap_i64", 0xa7),
    ("i32.trunc_f32_s", 0xa8),
    ("i32.trunc_f32_u", 0xa9),
    ("i32.trunc_f64_s", 0xaa),
    ("i32.trunc_f64_u", 0xab),
    ("i64.extend_i32_s", 0xac),
    ("i64.extend_i32_u", 0xad),
    ("i64.trunc_f32_s", 0xae),
    ("i64.trunc_f32_u", 0xaf),
    ("i64.trunc_f64_s", 0xb0),
    ("i64.trunc_f64_u", 0xb1),
    ("f32.convert_i32_s", 0xb2),
    ("f32.convert_i32_u", 0xb3),
    ("f32.convert_i64_s", 0xb4),
    ("f32.convert_i64_u", 0xb5),
    ("f32.demote_f64", 0xb6),
    ("f64.convert_i32_s", 0xb7),
    ("f64.convert_i32_u", 0xb8),
    ("f64.convert_i64_s", 0xb9),
    ("f64.convert_i64_u", 0xba),
    ("f64.promote_f32", 0xbb),
    ("i32.reinterpret_f32", 0xbc),
    ("i64.reinterpret_f64", 0xbd),
    ("f32.reinterpret_i32", 0xbe),
    ("f64.reinterpret_i64", 0xbf),
    ("i32.extend8_s", 0xc0),
    ("i32.extend16_s", 0xc1),
    ("i64.extend8_s", 0xc2),
    ("i64.extend16_s", 0xc3),
    ("i64.extend32_s", 0xc4),
];

/// In the order of their codes, from 0.
const SATURATIONS: &[&str] = &[
    "i32.trunc_sat_f32_s",
    "i32.trunc_sat_f32_u",
    "i32.trunc_sat_f64_s",
    "i32.trunc_sat_f64_u",
    "i64.trunc_sat_f32_s",
    "i64.trunc_sat_f32_u",
    "i64.trunc_sat_f64_s",
    "i64.trunc_sat_f64_u",
];

const ACCESSES: &[(&str, u16, u8)] = &[
    ("i32.load", 0x28, 2),
    ("i64.load", 0x29, 3),
    ("f32.load", 0x2a, 2),
    ("f64.load", 0x2b, 3),
    ("i32.load8_s", 0x2c, 0),
    ("i32.load8_u", 0x2d, 0),
    ("i32.load16_s", 0x2e, 1),
    ("i32.load16_u", 0x2f, 1),
    ("i64.load8_s", 0x30, 0),
    ("i64.load8_u", 0x31, 0),
    ("i64.load16_s", 0x32, 1),
    ("i64.load16_u", 0x33, 1),
    ("i64.load32_s", 0x34, 2),
    ("i64.load32_u", 0x35, 2),
    ("i32.store", 0x36, 2),
    ("i64.store", 0x37, 3),
    ("f32.store", 0x38, 2),
    ("f64.store", 0x39, 3),
    ("i32.store8", 0x3a, 0),
    ("i32.store16", 0x3b, 1),
    ("i64.store8", 0x3c, 0),
    ("i64.store16", 0x3d, 1),
    ("i64.store32", 0x3e, 2),
];

const ATOMICS: &[(&str, u16, u8)] = &[
    ("i32.atomic.load", 0x10, 2),
    ("i64.atomic.load", 0x11, 3),
    ("i32.atomic.store", 0x17, 2),
    ("i64.atomic.store", 0x18, 3),
    ("i32.atomic.rmw.add", 0x1e, 2),
    ("i64.atomic.rmw.add", 0x1f, 3),
    ("i32.atomic.rmw.sub", 0x25, 2),
    ("i64.atomic.rmw.sub", 0x26, 3),
    ("i32.atomic.rmw.and", 0x2c, 2),
    ("i64.atomic.rmw.and", 0x2d, 3),
    ("i32.atomic.rmw.or", 0x33, 2),
    ("i64.atomic.rmw.or", 0x34, 3),
    ("i32.atomic.rmw.xor", 0x3a, 2),
    ("i64.atomic.rmw.xor", 0x3b, 3),
    ("i32.atomic.rmw.xchg", 0x41, 2),
    ("i64.atomic.rmw.xchg", 0x42, 3),
    ("i32.atomic.rmw.cmpxchg", 0x48, 2),
    ("i64.atomic.rmw.cmpxchg", 0x49, 3),
];

#[cfg(test)]
mod tests {
    use rv2wat_passes::ir::{AtomicOp, LoadOp, Op, StoreOp};

    use super::*;

    /// A module with one instruction, of which this is the text.
    fn module(instruction: &str) -> String {
        format!(
            "(module (type $t (func)) (memory $memory 1) (table $f 1 1 funcref)\
             (global $g (mut i64) (i64.const 0))\
             (func $callee) (func $f (local $x i32) (block $l {instruction})))"
        )
    }

    #[test]
    fn rows_are_as_the_wat_crate_has_them() {
        for (name, row) in rows() {
            let immediates: &[&str] = match row.immediate {
                Immediate::None | Immediate::Zeros(_) => &[""],
                Immediate::Local => &["$x"],
                Immediate::Label => &["$l"],
                Immediate::Labels => &["$l", "$l $l $l"],
                Immediate::Function => &["$callee"],
                Immediate::Global => &["$g"],
                Immediate::Indirect => {
                    &["$f (type $t)", "$f", "$f (param i32 i64) (result f64)", "$f (result i32 i32)"]
                }
                Immediate::Lane(2) => &["0", "1"],
                Immediate::Lane(_) => &["0", "3"],
                Immediate::Place(_) => &["", "offset=1", "offset=0xffffffff"],
                Immediate::I32 => &["0", "-1", "64", "-64", "-65", "0xffffffff", "-2147483648", "128"],
                Immediate::I64 => &["0", "-1", "0x8000000000000000", "9223372036854775807", "-0x40"],
                Immediate::F32 => {
                    &["0.0", "-0.0", "0.1", "1e-45", "3.4028235e38", "inf", "-nan", "nan:0x200001"]
                }
                Immediate::F64 => &["0.0", "-1.5", "1e300", "5e-324", "-inf", "nan", "nan:0x8000000000001"],
            };
            for immediate in immediates {
                let text = module(&format!("({name} {immediate})"));
                let wanted = wat::parse_str(&text).expect("an instruction");
                let found = crate::assemble::assemble(&text).unwrap_or_else(|why| panic!("{name}: {why}"));
                assert_eq!(found, wanted, "{text}");
            }
        }
    }

    #[test]
    fn all_that_the_printer_prints_is_there() {
        let ops = Op::ALL.iter().filter(|op| !op.is_helper()).map(|op| op.name());
        let atomics = AtomicOp::ALL.iter().filter(|op| !op.is_helper()).map(|op| op.name());
        let loads = LoadOp::ALL.iter().map(|op| op.name());
        let stores = StoreOp::ALL.iter().map(|op| op.name());
        for name in ops.chain(atomics).chain(loads).chain(stores) {
            assert!(find(name).is_some(), "{name} has no row");
        }
    }
}
