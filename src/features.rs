//! What an engine may have beyond the WebAssembly that every module uses.
//!
//! Knows names of proposals. Must never know how their instructions are used.

/// What the engine has that is going to run a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Features {
    /// Products of 128 bits: `i64.mul_wide_u`, `i64.mul_wide_s`.
    pub wide_arithmetic: bool,
    /// Multiply-add that may round once: `f64x2.relaxed_madd`, `f32x4.relaxed_madd`.
    pub relaxed_simd: bool,
}

impl Features {
    /// Nothing.
    pub const NONE: Features = Features { wide_arithmetic: false, relaxed_simd: false };

    /// What the engine of `rv2wat run` has.
    pub const OURS: Features = Features { wide_arithmetic: true, relaxed_simd: true };

    /// What may be in a module that Binaryen reads: nothing. It does not know wide
    /// arithmetic, and relaxed multiply-adds of constants it computes, rounding twice,
    /// where the engine may round once.
    pub const BINARYEN: Features = Features::NONE;

    fn named(self) -> impl Iterator<Item = &'static str> {
        let all = [("wide-arithmetic", self.wide_arithmetic), ("relaxed-simd", self.relaxed_simd)];
        all.into_iter().filter_map(|(name, is_there)| is_there.then_some(name))
    }
}

impl Default for Features {
    /// What engines have that the documents name: wasmtime, and V8 as Node 26 has it.
    fn default() -> Features {
        Features { wide_arithmetic: false, relaxed_simd: true }
    }
}

impl std::str::FromStr for Features {
    type Err = String;

    /// Names with commas between them, or `none`.
    fn from_str(text: &str) -> Result<Features, String> {
        let mut features = Features::NONE;
        if text == "none" {
            return Ok(features);
        }
        for name in text.split(',') {
            match name {
                "wide-arithmetic" => features.wide_arithmetic = true,
                "relaxed-simd" => features.relaxed_simd = true,
                _ => return Err(format!("`{name}` is neither wide-arithmetic nor relaxed-simd nor none")),
            }
        }
        Ok(features)
    }
}

impl std::fmt::Display for Features {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<&str> = self.named().collect();
        f.write_str(if names.is_empty() { "none" } else { "" })?;
        f.write_str(&names.join(","))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for features in [Features::NONE, Features::default(), Features::OURS] {
            assert_eq!(features.to_string().parse(), Ok(features));
        }
        for wrong in ["", "none,wide-arithmetic", "wide-arithmetic,", "Wide-Arithmetic"] {
            assert!(wrong.parse::<Features>().is_err(), "{wrong}");
        }
    }
}
