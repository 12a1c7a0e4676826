//! Numbers: from the text's digits to the module's bytes.

/// An integer of so many bits, with the sign's meaning left open: from the least
/// signed number to the greatest unsigned one.
pub fn integer(text: &str, bits: u32) -> Option<i64> {
    let (negative, digits) = match text.strip_prefix('-') {
        Some(digits) => (true, digits),
        None => (false, text),
    };
    // What the library's parser would take and the format does not.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    let magnitude = match digits.strip_prefix("0x") {
        Some(digits) if !digits.starts_with('+') => u64::from_str_radix(digits, 16).ok()?,
        Some(_) => return None,
        None => digits.parse::<u64>().ok()?,
    };
    let least = 1_u64 << (bits - 1);
    if negative {
        return (magnitude <= least).then(|| magnitude.wrapping_neg() as i64);
    }
    let greatest = u64::MAX >> (64 - bits);
    let shift = 64 - bits;
    (magnitude <= greatest).then_some(((magnitude << shift) as i64) >> shift)
}

/// An unsigned integer of 32 bits.
pub fn unsigned(text: &str) -> Option<u32> {
    if text.starts_with('-') { None } else { integer(text, 32).map(|number| number as u32) }
}

/// The bits of a single-precision number.
pub fn single(text: &str) -> Option<u32> {
    if let Some((sign, payload)) = nan(text, 23) {
        return Some(u32::from(sign) << 31 | 0x7f80_0000 | u32::try_from(payload).ok()?);
    }
    decimal(text).then(|| text.parse::<f32>().ok().map(f32::to_bits)).flatten()
}

/// The bits of a double.
pub fn double(text: &str) -> Option<u64> {
    if let Some((sign, payload)) = nan(text, 52) {
        return Some(u64::from(sign) << 63 | 0x7ff0_0000_0000_0000 | payload);
    }
    decimal(text).then(|| text.parse::<f64>().ok().map(f64::to_bits)).flatten()
}

/// Whether the library's parser and the format read the same number.
fn decimal(text: &str) -> bool {
    let magnitude = text.strip_prefix('-').unwrap_or(text);
    magnitude == "inf" || magnitude.starts_with(|first: char| first.is_ascii_digit())
}

/// Sign and fraction of a number that is none.
fn nan(text: &str, fraction_bits: u32) -> Option<(bool, u64)> {
    let (sign, magnitude) = match text.strip_prefix('-') {
        Some(magnitude) => (true, magnitude),
        None => (false, text),
    };
    let payload = match magnitude.strip_prefix("nan")? {
        "" => 1 << (fraction_bits - 1),
        payload => u64::from_str_radix(payload.strip_prefix(":0x")?, 16).ok()?,
    };
    (payload > 0 && payload >> fraction_bits == 0).then_some((sign, payload))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_are_signed_or_not() {
        assert_eq!(integer("0xffffffff", 32), Some(-1));
        assert_eq!(integer("4294967295", 32), Some(-1));
        assert_eq!(integer("4294967296", 32), None);
        assert_eq!(integer("-2147483648", 32), Some(-0x8000_0000));
        assert_eq!(integer("-2147483649", 32), None);
        assert_eq!(integer("0x8000000000000000", 64), Some(i64::MIN));
        assert_eq!(integer("-9223372036854775808", 64), Some(i64::MIN));
        assert_eq!(integer("18446744073709551616", 64), None);
        for text in ["", "-", "0x", "+1", "-+1", "0x+1", "--1", "1_", "x"] {
            assert_eq!(integer(text, 64), None, "{text}");
        }
        assert_eq!(unsigned("0xffffffff"), Some(u32::MAX));
        assert_eq!(unsigned("-1"), None);
    }

    #[test]
    fn floats_are_numbers_or_not() {
        assert_eq!(double("-0.5"), Some((-0.5_f64).to_bits()));
        assert_eq!(double("1e300"), Some(1e300_f64.to_bits()));
        assert_eq!(double("-inf"), Some(f64::NEG_INFINITY.to_bits()));
        assert_eq!(double("-nan:0x1"), Some(0xfff0_0000_0000_0001));
        assert_eq!(single("nan"), Some(0x7fc0_0000));
        assert_eq!(single("-nan:0x7fffff"), Some(0xffff_ffff));
        for text in ["", "NaN", "infinity", "nan:0x0", "nan:0x800000", "nan:1", ".5", "+1", "x"] {
            assert_eq!(single(text), None, "{text}");
        }
    }
}
