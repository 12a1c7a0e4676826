//! What an engine may have beyond the WebAssembly that every module uses.
//!
//! Knows names of proposals. Must never know how their instructions are used.

/// What the engine has that is going to run a module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Features {
    /// Products of 128 bits: `i64.mul_wide_u`, `i64.mul_wide_s`.
    pub wide_arithmetic: bool,
}

impl Features {
    /// What the engine of `rv2wat run` has.
    pub const OURS: Features = Features { wide_arithmetic: true };

    /// Those of them in a module that Binaryen reads.
    pub fn known_to_binaryen(self) -> Features {
        Features { wide_arithmetic: false }
    }
}

impl std::str::FromStr for Features {
    type Err = String;

    /// Names with commas between them, or `none`.
    fn from_str(text: &str) -> Result<Features, String> {
        let mut features = Features { wide_arithmetic: false };
        if text == "none" {
            return Ok(features);
        }
        for name in text.split(',') {
            match name {
                "wide-arithmetic" => features.wide_arithmetic = true,
                _ => return Err(format!("`{name}` is neither wide-arithmetic nor none")),
            }
        }
        Ok(features)
    }
}

impl std::fmt::Display for Features {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.wide_arithmetic { "wide-arithmetic" } else { "none" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_is_read_back() {
        for features in [Features::default(), Features::OURS] {
            assert_eq!(features.to_string().parse(), Ok(features));
        }
        for wrong in ["", "none,wide-arithmetic", "wide-arithmetic,", "Wide-Arithmetic"] {
            assert!(wrong.parse::<Features>().is_err(), "{wrong}");
        }
    }
}
