//! Where the program's functions are.
//!
//! Knows addresses. Must never know names, or what functions do.

use std::collections::BTreeMap;
use std::ops::Range;

use serde::{Deserialize, Serialize};

/// The functions that discovery found, by their first guest address: one past the last.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<(u64, u64)>", into = "Vec<(u64, u64)>")]
pub struct Functions(BTreeMap<u64, u64>);

impl Functions {
    /// The guest addresses of the function around a guest address.
    pub fn around(&self, pc: u64) -> Option<Range<u64>> {
        let (&entry, &end) = self.0.range(..=pc).next_back()?;
        (pc < end).then_some(entry..end)
    }
}

impl FromIterator<(u64, u64)> for Functions {
    fn from_iter<I: IntoIterator<Item = (u64, u64)>>(functions: I) -> Functions {
        Functions(functions.into_iter().collect())
    }
}

/// In few bytes: each function as its distance from the start of the one before, and its
/// length.
impl From<Functions> for Vec<(u64, u64)> {
    fn from(functions: Functions) -> Vec<(u64, u64)> {
        let mut last = 0;
        let step = |(entry, end): (u64, u64)| {
            (entry.wrapping_sub(std::mem::replace(&mut last, entry)), end.wrapping_sub(entry))
        };
        functions.0.into_iter().map(step).collect()
    }
}

impl From<Vec<(u64, u64)>> for Functions {
    fn from(packed: Vec<(u64, u64)>) -> Functions {
        let mut last = 0_u64;
        let function = |(distance, length): (u64, u64)| {
            last = last.wrapping_add(distance);
            (last, last.wrapping_add(length))
        };
        packed.into_iter().map(function).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packing_loses_nothing() {
        let functions: Functions =
            [(0x1000, 0x1010), (0x1008, 0x100c), (0x3000, 0x3002)].into_iter().collect();
        let bytes = postcard::to_stdvec(&functions).unwrap();
        assert_eq!(postcard::from_bytes::<Functions>(&bytes).unwrap(), functions);
        assert_eq!(functions.around(0x1004), Some(0x1000..0x1010));
        assert_eq!(functions.around(0x100a), Some(0x1008..0x100c));
        assert_eq!((functions.around(0xfff), functions.around(0x3002)), (None, None));
    }
}
