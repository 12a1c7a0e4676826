//! The integer operations that are more than one call into the standard library.
//!
//! Each takes and returns whole 64-bit register values. The shifts and the bit
//! operations take the amount from the low 6 bits (5 for the W forms) of `b`.

/// Sign-extends a 32-bit result, as all W forms do.
pub(crate) fn word(value: u32) -> u64 {
    value as i32 as u64
}

/// A W form: `op` on the low halves, sign-extended.
pub(crate) fn on_words(op: fn(u32, u32) -> u32) -> impl Fn(u64, u64) -> u64 {
    move |a, b| word(op(a as u32, b as u32))
}

pub(crate) fn slt(a: u64, b: u64) -> u64 {
    u64::from((a as i64) < (b as i64))
}

pub(crate) fn sltu(a: u64, b: u64) -> u64 {
    u64::from(a < b)
}

pub(crate) fn sll(a: u64, b: u64) -> u64 {
    a << (b & 63)
}

pub(crate) fn srl(a: u64, b: u64) -> u64 {
    a >> (b & 63)
}

pub(crate) fn sra(a: u64, b: u64) -> u64 {
    ((a as i64) >> (b & 63)) as u64
}

pub(crate) fn sllw(a: u32, b: u32) -> u32 {
    a << (b & 31)
}

pub(crate) fn srlw(a: u32, b: u32) -> u32 {
    a >> (b & 31)
}

pub(crate) fn sraw(a: u32, b: u32) -> u32 {
    ((a as i32) >> (b & 31)) as u32
}

pub(crate) fn mulh(a: u64, b: u64) -> u64 {
    ((i128::from(a as i64) * i128::from(b as i64)) >> 64) as u64
}

/// `a` signed, `b` unsigned.
pub(crate) fn mulhsu(a: u64, b: u64) -> u64 {
    ((i128::from(a as i64) * i128::from(b)) >> 64) as u64
}

pub(crate) fn mulhu(a: u64, b: u64) -> u64 {
    ((u128::from(a) * u128::from(b)) >> 64) as u64
}

// Division never traps: by zero it gives all ones and the dividend as the
// remainder; the one overflow gives the dividend and remainder zero (M
// extension, "Semantics for division by zero and division overflow").

pub(crate) fn div(a: u64, b: u64) -> u64 {
    match b {
        0 => u64::MAX,
        _ => (a as i64).wrapping_div(b as i64) as u64,
    }
}

pub(crate) fn divu(a: u64, b: u64) -> u64 {
    a.checked_div(b).unwrap_or(u64::MAX)
}

pub(crate) fn rem(a: u64, b: u64) -> u64 {
    match b {
        0 => a,
        _ => (a as i64).wrapping_rem(b as i64) as u64,
    }
}

pub(crate) fn remu(a: u64, b: u64) -> u64 {
    a.checked_rem(b).unwrap_or(a)
}

pub(crate) fn divw(a: u32, b: u32) -> u32 {
    match b {
        0 => u32::MAX,
        _ => (a as i32).wrapping_div(b as i32) as u32,
    }
}

pub(crate) fn divuw(a: u32, b: u32) -> u32 {
    a.checked_div(b).unwrap_or(u32::MAX)
}

pub(crate) fn remw(a: u32, b: u32) -> u32 {
    match b {
        0 => a,
        _ => (a as i32).wrapping_rem(b as i32) as u32,
    }
}

pub(crate) fn remuw(a: u32, b: u32) -> u32 {
    a.checked_rem(b).unwrap_or(a)
}

/// `(a << N) + b`.
pub(crate) fn shadd<const N: u32>(a: u64, b: u64) -> u64 {
    (a << N).wrapping_add(b)
}

/// `(zext32(a) << N) + b`.
pub(crate) fn shadd_uw<const N: u32>(a: u64, b: u64) -> u64 {
    (u64::from(a as u32) << N).wrapping_add(b)
}

pub(crate) fn slli_uw(a: u64, b: u64) -> u64 {
    u64::from(a as u32) << (b & 63)
}

pub(crate) fn max(a: u64, b: u64) -> u64 {
    (a as i64).max(b as i64) as u64
}

pub(crate) fn min(a: u64, b: u64) -> u64 {
    (a as i64).min(b as i64) as u64
}

pub(crate) fn rol(a: u64, b: u64) -> u64 {
    a.rotate_left((b & 63) as u32)
}

pub(crate) fn ror(a: u64, b: u64) -> u64 {
    a.rotate_right((b & 63) as u32)
}

pub(crate) fn rolw(a: u32, b: u32) -> u32 {
    a.rotate_left(b & 31)
}

pub(crate) fn rorw(a: u32, b: u32) -> u32 {
    a.rotate_right(b & 31)
}

/// Each byte becomes 0xff unless it is zero.
pub(crate) fn orc_b(a: u64) -> u64 {
    u64::from_le_bytes(a.to_le_bytes().map(|byte| if byte == 0 { 0 } else { 0xff }))
}

pub(crate) fn bclr(a: u64, b: u64) -> u64 {
    a & !(1 << (b & 63))
}

pub(crate) fn bext(a: u64, b: u64) -> u64 {
    (a >> (b & 63)) & 1
}

pub(crate) fn binv(a: u64, b: u64) -> u64 {
    a ^ (1 << (b & 63))
}

pub(crate) fn bset(a: u64, b: u64) -> u64 {
    a | (1 << (b & 63))
}

pub(crate) fn czero_eqz(a: u64, b: u64) -> u64 {
    if b == 0 { 0 } else { a }
}

pub(crate) fn czero_nez(a: u64, b: u64) -> u64 {
    if b != 0 { 0 } else { a }
}
